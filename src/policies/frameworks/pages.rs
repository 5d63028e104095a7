//! Policies that a framework gives to the pages that it renders, and to nothing else.

use crate::policies::Routing;
use std::path::{Path, PathBuf};

/// What is served as it is, without the framework's policies.
#[derive(Debug, Clone)]
pub(in crate::policies) struct Files {
    /// Folders whose files are.
    folders: Vec<PathBuf>,
}

impl Files {
    /// Those of these folders of a project.
    pub(in crate::policies) fn of(project: &Path, folders: &[&str]) -> Files {
        Files {
            folders: folders.iter().map(|name| project.join(name)).collect(),
        }
    }

    /// Whether the path of a URL is a file of theirs; pages may be asked for without their
    /// extension.
    pub(in crate::policies) fn has(&self, path: &str) -> bool {
        let below = path.trim_matches('/');
        let names = [
            below.to_owned(),
            format!("{below}.html"),
            format!("{below}/index.html"),
        ];
        let is_file = |folder: &PathBuf| {
            let mut files = names.iter().map(|name| folder.join(name));
            files.any(|file| file.is_file())
        };
        !below.is_empty() && self.folders.iter().any(is_file)
    }
}

/// Whether a path is that of a script: a worker has the policy of its own response, which is no
/// page.
pub(in crate::policies) fn is_script(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|e| ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx"].contains(&e))
}

/// All policies come with every page, and with no file.
#[derive(Debug, Clone)]
pub(in crate::policies) struct EveryPage {
    /// How many there are.
    pub(in crate::policies) policies: usize,
    /// What is no page.
    pub(in crate::policies) files: Files,
}

impl Routing for EveryPage {
    fn policies_at(&self, path: &str) -> Vec<usize> {
        match is_script(path) || self.files.has(path) {
            true => Vec::new(),
            false => (0..self.policies).collect(),
        }
    }

    fn shown(&self, _: usize) -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn files_and_scripts_are_no_pages() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("static")).unwrap();
        std::fs::write(folder.path().join("static/about.html"), "").unwrap();
        let routing = EveryPage {
            policies: 2,
            files: Files::of(folder.path(), &["static"]),
        };
        for page in ["/", "/app.html", "/a.b/c", "/js"] {
            assert_eq!(routing.policies_at(page), [0, 1], "{page}");
        }
        for file in ["/about.html", "/about", "/service-worker.ts", "/a/w.js"] {
            assert!(routing.policies_at(file).is_empty(), "{file}");
        }
    }
}
