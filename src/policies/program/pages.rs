//! With which responses a web framework of Python or Ruby sends its policies: with pages, and with
//! no file of its own.

use crate::policies::Routing;
use crate::policies::frameworks::pages::{Files, is_script};
use std::path::Path;

/// Policies for every page, except below some paths.
#[derive(Debug, Clone)]
pub(in crate::policies) struct EveryPageBut {
    /// For each policy: what paths begin with that do not have it.
    pub(in crate::policies) without: Vec<Vec<String>>,
    files: Files,
}

impl EveryPageBut {
    /// `files`: the folders of a project that are served as they are.
    pub(in crate::policies) fn of(
        without: Vec<Vec<String>>,
        project: &Path,
        files: &[&str],
    ) -> EveryPageBut {
        EveryPageBut {
            without,
            files: Files::of(project, files),
        }
    }
}

impl Routing for EveryPageBut {
    fn policies_at(&self, path: &str) -> Vec<usize> {
        if is_script(path) || self.files.has(path) {
            return Vec::new();
        }
        let has = |prefixes: &Vec<String>| !prefixes.iter().any(|p| path.starts_with(p.as_str()));
        let all = self.without.iter().enumerate();
        all.filter(|(_, prefixes)| has(prefixes))
            .map(|(i, _)| i)
            .collect()
    }

    fn shown(&self, policy: usize) -> Option<String> {
        let prefixes = self.without.get(policy).filter(|all| !all.is_empty())?;
        Some(format!("all but {}", prefixes.join(", ")))
    }
}
