//! Files that runs read whatever their names are: those that the configuration names, itself among
//! them, and those that files of policies include.

use super::paths;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How a file was: when it was written, and its length; nothing where there was none.
type Stamp = Option<(SystemTime, u64)>;

/// A file that is named.
#[derive(Debug, Clone, PartialEq, Eq)]
struct NamedFile {
    path: PathBuf,
    /// Without links.
    real: Vec<PathBuf>,
    /// How it was before it was read.
    before: Stamp,
}

/// Files that are named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct NamedFiles(Vec<NamedFile>);

impl NamedFiles {
    /// Adds files that are about to be read.
    pub(super) fn add(&mut self, paths: impl IntoIterator<Item = PathBuf>) {
        for path in paths {
            if self.0.iter().all(|file| file.path != path) {
                self.0.push(NamedFile {
                    real: paths::real(&path),
                    before: stamp(&path),
                    path,
                });
            }
        }
    }

    /// Adds files that were read by a run that began at a time. Of one that was written since then,
    /// nobody knows which of its texts was read: it counts as changed.
    pub(super) fn add_read(&mut self, paths: impl IntoIterator<Item = PathBuf>, since: SystemTime) {
        let known = self.0.len();
        self.add(paths);
        for file in self.0.iter_mut().skip(known) {
            file.before = file.before.filter(|(written, _)| *written < since);
        }
    }

    /// The files as they are named.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().map(|file| file.path.as_path())
    }

    /// Whether a path without links is one of them.
    pub(super) fn has(&self, path: &Path) -> bool {
        self.0
            .iter()
            .any(|file| file.real.iter().any(|r| r == path))
    }

    /// Whether a path can be one of them, by its name alone.
    pub(super) fn may_have(&self, path: &Path) -> bool {
        let name: Option<&OsStr> = path.file_name();
        let mut real = self.0.iter().flat_map(|file| &file.real);
        real.any(|real| real.file_name() == name)
    }

    /// The files that are others than before they were read.
    pub(super) fn changed(&self) -> Vec<PathBuf> {
        let changed = self.0.iter().filter(|f| stamp(&f.path) != f.before);
        changed.map(|file| file.path.clone()).collect()
    }
}

fn stamp(path: &Path) -> Stamp {
    let data = path.metadata().ok()?;
    Some((data.modified().ok()?, data.len()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_file_is_known_by_its_paths_and_whether_it_changed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let mut named = NamedFiles::default();
        let path = root.join("not/../not/there/sent.txt");
        named.add([path.clone(), root.join("b.txt"), path]);
        assert_eq!(named.paths().count(), 2);
        assert!(named.may_have(Path::new("/elsewhere/b.txt")));
        assert!(!named.may_have(Path::new("/elsewhere/c.txt")));
        assert!(named.has(&root.join("b.txt")) && !named.has(&root.join("c.txt")));
        assert!(named.changed().is_empty());
        std::fs::write(root.join("b.txt"), "b").unwrap();
        assert_eq!(named.changed(), [root.join("b.txt")]);
    }

    #[test]
    fn what_is_written_while_it_may_be_read_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("csp.inc");
        std::fs::write(&path, "a").unwrap();
        let written = path.metadata().unwrap().modified().unwrap();
        let changed = |since| {
            let mut named = NamedFiles::default();
            named.add_read([path.clone(), folder.path().join("not-there.inc")], since);
            named.changed()
        };
        let second = std::time::Duration::from_secs(1);
        assert!(changed(written + second).is_empty());
        assert_eq!(changed(written - second).len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_has_two_paths() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::write(root.join("a.txt"), "a").unwrap();
        std::os::unix::fs::symlink(root.join("a.txt"), root.join("link.txt")).unwrap();
        std::os::unix::fs::symlink(&root, root.join("here")).unwrap();
        let mut named = NamedFiles::default();
        named.add([root.join("here/link.txt")]);
        assert!(named.has(&root.join("a.txt")) && named.has(&root.join("link.txt")));
        // Whose folder is not there yet.
        let mut named = NamedFiles::default();
        named.add([root.join("here/new/a.txt")]);
        assert!(named.has(&root.join("new/a.txt")));
    }
}
