//! `--policy-file`: a text that holds a header's value, or header lines.

use super::{
    Found, FoundPolicy, LocatedPolicy, Origin, PolicyError, PolicyLocation, Quoting, Scope,
    SourceFile, Written,
};
use crate::csp::{parse_policy_file, reads_as_policy};
use crate::discover::Overlay;
use std::path::{Path, PathBuf};

/// A file of policies.
#[derive(Debug, Clone)]
pub struct PolicyFile {
    /// Where it is.
    pub path: PathBuf,
    /// What it governs.
    pub scope: Scope,
}

impl PolicyFile {
    /// Its policies, and the file that they point into.
    ///
    /// # Errors
    /// When it cannot be read, or holds none; a mistake in a policy is no error.
    pub fn policies(
        &self,
        overlay: &Overlay,
    ) -> Result<(Vec<LocatedPolicy>, SourceFile), PolicyError> {
        let path = self.path.display().to_string();
        let file = SourceFile::read_in(overlay, &self.path, &path)?;
        let mut out = Vec::new();
        for (found, line) in found(&file) {
            let origin = Origin::File {
                path: file.name.clone(),
                line,
            };
            out.extend(found.located(&origin, &self.scope));
        }
        match out.is_empty() {
            true => Err(PolicyError::Empty { path }),
            false => Ok((out, file)),
        }
    }
}

/// The header values of a file, and their lines.
fn found(file: &SourceFile) -> Vec<(FoundPolicy, u32)> {
    // A page, a configuration of another kind: it is no value of a header.
    let names_header = file
        .text
        .to_ascii_lowercase()
        .contains("content-security-policy:");
    if !names_header && !reads_as_policy(&file.text) {
        return Vec::new();
    }
    let texts = parse_policy_file(&file.text).into_iter();
    let found = texts.map(|text| {
        let mut written = Written::default();
        for (i, range) in text.lines.iter().enumerate() {
            if i > 0 {
                written.made(" ");
            }
            let line = &file.text[range.clone()];
            written.push(line, file.place(range.start, range.end), Quoting::Plain);
        }
        let found = FoundPolicy {
            written,
            disposition: text.disposition,
        };
        (found, text.line)
    });
    found.collect()
}

/// The same, where `--policy-from` names a file of no other kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeaderText;

impl PolicyLocation for HeaderText {
    fn name(&self) -> &'static str {
        "header lines"
    }

    fn recognises(&self, _: &Path) -> bool {
        false
    }

    fn read(&self, file: &SourceFile) -> Found {
        Found {
            policies: found(file).into_iter().map(|(found, _)| found).collect(),
            ..Found::default()
        }
    }
}
