//! `--policy-file`: a text that holds a header's value, or header lines.

use super::{LocatedPolicy, PolicyError, PolicyLocation, Scope, of_value};
use crate::csp::parse_policy_file;
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
        let bytes = std::fs::read(&self.path).map_err(|source| PolicyError {
            path: path.clone(),
            source,
        })?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(parse_policy_file(&text)
            .into_iter()
            .flat_map(|p| {
                of_value(
                    &p.value,
                    p.disposition,
                    &format!("{path}:{}", p.line),
                    &self.scope,
                )
            })
            .collect())
    }
}
