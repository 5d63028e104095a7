//! What is linted together: the folders of the workspace, and files that are open outside of them,
//! each with its own configuration.

use super::analysis::Analysis;
use super::named::NamedFiles;
use super::paths;
use super::publish::Shown;
use super::settings::Settings;
use super::watch::{self, Watched};
use super::worker::FolderId;
use crate::config::ConfigError;
use crate::discover::Language;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A folder of the workspace, or a file outside of all of them.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) id: FolderId,
    /// As the editor names it.
    pub(super) uri: String,
    pub(super) root: PathBuf,
    /// The same without links.
    pub(super) real: PathBuf,
    /// It is a file that no folder holds.
    pub(super) is_file: bool,
    pub(super) settings: Settings,
    /// The state of what it is made from: every edit is a new one.
    pub(super) revision: u64,
    /// What it holds has changed since a run began: it comes before those that may import that.
    pub(super) is_first: bool,
    /// The state that was linted last.
    pub(super) linted: Option<u64>,
    /// Files that have changed on disk since a run began.
    pub(super) touched: Vec<PathBuf>,
    /// More than these may have changed.
    pub(super) refresh: bool,
    pub(super) analysis: Option<Arc<Analysis>>,
    /// Why there are no results.
    pub(super) failure: Option<String>,
    pub(super) config: Option<PathBuf>,
    pub(super) config_error: Option<ConfigError>,
    /// What its runs read whatever its name is.
    pub(super) named: NamedFiles,
    /// What of it the client was asked to watch.
    pub(super) watched: Watched,
    /// What the editor is to show, by the files' names in results.
    pub(super) shown: BTreeMap<String, Shown>,
    /// What was said of it in the log last.
    pub(super) told: String,
}

impl Folder {
    /// Whether its results are those of the newest texts.
    pub(super) fn is_current(&self) -> bool {
        !self.settings.enable || self.linted == Some(self.revision)
    }

    /// What it was made from has changed.
    pub(super) fn touch(&mut self) {
        self.revision += 1;
    }

    /// Whether a path without links belongs to it.
    pub(super) fn holds(&self, path: &Path) -> bool {
        path.starts_with(&self.real)
    }

    /// Whether its runs read a file whatever its name is.
    pub(super) fn names(&self, path: &Path) -> bool {
        let is_named = |path: &PathBuf| self.named.has(path);
        self.named.may_have(path) && paths::real(path).iter().any(is_named)
    }

    /// Whether a file that it does not hold may have to do with it: it is in a folder above, as a
    /// configuration is, or named, or can be imported.
    fn may_read(&self, path: &Path) -> bool {
        let is_above = path
            .parent()
            .is_some_and(|above| self.real.starts_with(above));
        let is_json = path.extension().is_some_and(|end| end == "json");
        is_above || is_json || Language::of_path(path).is_some() || self.named.has(path)
    }

    /// Whether the last run read files below a path.
    fn has_read_below(&self, path: &Path) -> bool {
        let analysis = self.analysis.iter();
        let mut files = analysis.flat_map(|analysis| &analysis.linted.files);
        files.any(|name| paths::of_name(name).starts_with(path))
    }
}

/// All that is linted.
#[derive(Debug, Default)]
pub(super) struct Folders {
    all: Vec<Folder>,
    next: FolderId,
}

impl Folders {
    /// Adds a folder, or a file; one that is there already stays.
    pub(super) fn add(&mut self, uri: &str, root: PathBuf, is_file: bool, settings: Settings) {
        let real = paths::without_links(&root);
        if self.all.iter().any(|folder| folder.real == real) {
            return;
        }
        self.all.push(Folder {
            id: self.next,
            uri: uri.to_owned(),
            root,
            real,
            is_file,
            settings,
            revision: 1,
            is_first: false,
            linted: None,
            touched: Vec::new(),
            refresh: false,
            analysis: None,
            failure: None,
            config: None,
            config_error: None,
            named: NamedFiles::default(),
            watched: Watched::default(),
            shown: BTreeMap::new(),
            told: String::new(),
        });
        self.next = self.next.wrapping_add(1);
    }

    /// Takes those away that a test says.
    pub(super) fn remove(&mut self, is_gone: impl Fn(&Folder) -> bool) -> Vec<Folder> {
        let (gone, kept) = self.all.drain(..).partition(|folder| is_gone(folder));
        self.all = kept;
        gone
    }

    pub(super) fn all(&self) -> &[Folder] {
        &self.all
    }

    pub(super) fn all_mut(&mut self) -> &mut [Folder] {
        &mut self.all
    }

    pub(super) fn get(&self, id: FolderId) -> Option<&Folder> {
        self.all.iter().find(|folder| folder.id == id)
    }

    pub(super) fn get_mut(&mut self, id: FolderId) -> Option<&mut Folder> {
        self.all.iter_mut().find(|folder| folder.id == id)
    }

    /// The folder that a file belongs to: the innermost that holds it.
    pub(super) fn of(&self, path: &Path) -> Option<&Folder> {
        let holding = self.all.iter().filter(|folder| folder.holds(path));
        holding.max_by_key(|folder| folder.real.components().count())
    }

    /// A file has changed on disk, if runs may read it.
    pub(super) fn changed_on_disk(&mut self, path: &Path) {
        let by_its_name = watch::matters(path);
        // Builds write many files that are of no interest.
        if !by_its_name && !self.all.iter().any(|folder| folder.named.may_have(path)) {
            return;
        }
        for path in paths::real(path) {
            if by_its_name {
                self.touch(&path);
            }
            for folder in &mut self.all {
                let is_named = folder.named.has(&path);
                if is_named {
                    folder.touch();
                }
                if is_named || by_its_name {
                    folder.touched.push(path.clone());
                }
            }
        }
    }

    /// Whether runs may read a file.
    pub(super) fn may_read(&self, path: &Path) -> bool {
        watch::matters(path) || self.all.iter().any(|folder| folder.names(path))
    }

    /// Whether a path is that of a folder of which runs may read something, or was it before it
    /// was gone.
    pub(super) fn has_below(&self, path: &Path) -> bool {
        let real = paths::in_real_folder(path);
        let mut folders = self.all.iter().filter(|folder| !folder.is_file);
        let is_held = folders.any(|folder| folder.holds(&real));
        if !is_held || watch::is_noise(path) || path.is_file() {
            return false;
        }
        path.is_dir() || self.all.iter().any(|folder| folder.has_read_below(path))
    }

    /// Anything may have changed on disk.
    pub(super) fn refresh(&mut self) {
        for folder in &mut self.all {
            folder.refresh = true;
            folder.touch();
        }
    }

    /// A text has changed: what it belongs to is to be linted again, and what may read it, or all
    /// if it belongs to nothing.
    pub(super) fn touch(&mut self, path: &Path) {
        let is_held = self.all.iter().any(|folder| folder.holds(path));
        for folder in &mut self.all {
            let holds = folder.holds(path);
            folder.is_first |= holds;
            if !is_held || holds || folder.may_read(path) {
                folder.touch();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_file_belongs_to_the_innermost_folder() {
        let mut all = Folders::default();
        for root in ["/no/a", "/no/a/b", "/no/c", "/no/a"] {
            all.add(root, root.into(), false, Settings::default());
        }
        assert_eq!(all.all().len(), 3);
        let of = |path: &str| all.of(Path::new(path)).map(|folder| folder.uri.as_str());
        assert_eq!(of("/no/a/x.js"), Some("/no/a"));
        assert_eq!(of("/no/a/b/x.js"), Some("/no/a/b"));
        assert_eq!(of("/no/ab/x.js"), None);
        let before: Vec<u64> = all.all().iter().map(|f| f.revision).collect();
        all.touch(Path::new("/no/a/b/x.js"));
        let after: Vec<u64> = all.all().iter().map(|f| f.revision).collect();
        assert_eq!((before, after), (vec![1, 1, 1], vec![2, 2, 2]));
        let first: Vec<bool> = all.all().iter().map(|f| f.is_first).collect();
        assert_eq!(first, [true, true, false]);
        let mut touched = |path: &str| {
            let before: Vec<u64> = all.all().iter().map(|f| f.revision).collect();
            all.touch(Path::new(path));
            let pairs = all.all().iter().zip(before);
            pairs
                .map(|(f, before)| f.revision > before)
                .collect::<Vec<_>>()
        };
        assert_eq!(touched("/no/a/b/_headers"), [true, true, false]);
        assert_eq!(touched("/no/a/connect-lint.toml"), [true, true, false]);
        assert_eq!(touched("/no/connect-lint.toml"), [true, true, true]);
        assert_eq!(all.remove(|folder| folder.uri == "/no/c").len(), 1);
    }

    #[test]
    fn what_is_named_concerns_those_that_name_it() {
        let mut all = Folders::default();
        for root in ["/no/a", "/no/b"] {
            all.add(root, root.into(), false, Settings::default());
        }
        for folder in all.all_mut().iter_mut().take(1) {
            folder
                .named
                .add(["/no/a/sent.txt".into(), "/no/b/sent.txt".into()]);
        }
        let mut revisions = |path: &str| {
            all.changed_on_disk(Path::new(path));
            let of = |f: &Folder| (f.revision, f.touched.len());
            all.all().iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(revisions("/no/a/other.txt"), [(1, 0), (1, 0)]);
        assert_eq!(revisions("/no/a/node_modules/sent.txt"), [(1, 0), (1, 0)]);
        assert_eq!(revisions("/no/b/sent.txt"), [(2, 1), (1, 0)]);
        assert_eq!(revisions("/no/a/sent.txt"), [(3, 2), (1, 0)]);
        assert_eq!(revisions("/no/b/_headers"), [(3, 3), (2, 1)]);
        assert!(all.may_read(Path::new("/no/a/sent.txt")));
        assert!(!all.may_read(Path::new("/no/a/other.txt")));
    }
}
