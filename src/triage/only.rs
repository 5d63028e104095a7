//! Files that a run tells of, where not all of them: those of a commit, as git hooks name them, or
//! those in some folders.

use crate::discover::real;
use crate::results::Diagnostic;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// The files and folders that are told of; without any, all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Only {
    files: BTreeSet<PathBuf>,
    /// What is in no file is not told.
    leaves_out_run: bool,
}

impl Only {
    /// Files and folders as the user names them. One that is not there has no findings.
    pub fn of(files: &[PathBuf]) -> Only {
        Only {
            files: files.iter().map(|file| real(file)).collect(),
            leaves_out_run: false,
        }
    }

    /// One file, and nothing about the run.
    pub fn just(file: &Path) -> Only {
        Only {
            files: BTreeSet::from([real(file)]),
            leaves_out_run: true,
        }
    }

    /// Whether a finding is told: it is in one of the files, or in none, and so about the run.
    pub(super) fn tells(&self) -> impl FnMut(&Diagnostic) -> bool {
        let mut known: HashMap<String, bool> = HashMap::new();
        move |diagnostic| {
            let file = diagnostic.file.as_ref();
            let Some(file) = file.filter(|_| !self.files.is_empty()) else {
                return !self.leaves_out_run;
            };
            if let Some(told) = known.get(file) {
                return *told;
            }
            let mut places = real(Path::new(file));
            let mut told = self.files.contains(&places);
            while !told && places.pop() {
                told = self.files.contains(&places);
            }
            known.insert(file.clone(), told);
            told
        }
    }
}
