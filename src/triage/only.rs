//! Files that a run tells of, where not all of them: those of a commit, as git hooks name them.

use super::paths::absolute;
use crate::results::Diagnostic;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// The files that are told of; without any, all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Only {
    files: BTreeSet<PathBuf>,
}

impl Only {
    /// Files as the user names them. One that is not there has no findings.
    pub fn of(files: &[PathBuf]) -> Only {
        Only {
            files: files.iter().map(|file| real(file)).collect(),
        }
    }

    /// Whether a finding is told: it is in one of the files, or in none, and so about the run.
    pub(super) fn tells(&self) -> impl FnMut(&Diagnostic) -> bool {
        let mut known: HashMap<String, bool> = HashMap::new();
        move |diagnostic| {
            let Some(file) = diagnostic.file.as_ref().filter(|_| !self.files.is_empty()) else {
                return true;
            };
            if let Some(told) = known.get(file) {
                return *told;
            }
            let told = self.files.contains(&real(Path::new(file)));
            known.insert(file.clone(), told);
            told
        }
    }
}

/// The same for every way to name a file.
fn real(file: &Path) -> PathBuf {
    file.canonicalize().unwrap_or_else(|_| absolute(file))
}
