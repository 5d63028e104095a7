//! `--policy-file`: a text that holds a header's value, or header lines.

use super::{LocatedPolicy, Origin, PolicyError, PolicyLocation, Scope, of_value};
use crate::csp::parse_policy_file;
use crate::discover::decode;
use std::path::PathBuf;

/// A file of policies.
#[derive(Debug, Clone)]
pub struct PolicyFile {
    /// Where it is.
    pub path: PathBuf,
    /// What it governs.
    pub scope: Scope,
}

impl PolicyLocation for PolicyFile {
    fn policies(&self) -> Result<Vec<LocatedPolicy>, PolicyError> {
        let path = self.path.display().to_string();
        let bytes = std::fs::read(&self.path).map_err(|source| PolicyError::Unreadable {
            path: path.clone(),
            source,
        })?;
        let texts = parse_policy_file(&decode(bytes, None).text);
        if texts.is_empty() {
            return Err(PolicyError::Empty { path });
        }
        let located = |p: crate::csp::PolicyText| {
            let origin = Origin::File {
                path: path.as_str().into(),
                line: p.line,
            };
            of_value(&p.value, p.disposition, &origin, &self.scope)
        };
        Ok(texts.into_iter().flat_map(located).collect())
    }
}
