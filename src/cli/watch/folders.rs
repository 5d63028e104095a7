//! The folders that are watched.

use super::super::failure::Failure;
use crate::discover::{WalkOptions, discover};
use crate::report::sanitize;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};

/// What is told of files.
pub(super) type Events = Receiver<notify::Result<Event>>;

/// The folders that are watched, each without those below it.
pub(super) struct Folders {
    watcher: RecommendedWatcher,
    /// By their paths without links.
    watched: BTreeSet<PathBuf>,
    /// That one cannot be watched is told once.
    has_told: bool,
}

impl Folders {
    /// # Errors
    /// When the system cannot watch.
    pub(super) fn new() -> Result<(Folders, Events), Failure> {
        let (sender, events) = channel();
        let tell = move |event| {
            // Whoever listened is gone, and the process ends.
            let _ = sender.send(event);
        };
        let watcher = notify::recommended_watcher(tell).map_err(|error| Failure::Watch {
            message: error.to_string(),
        })?;
        let folders = Folders {
            watcher,
            watched: BTreeSet::new(),
            has_told: false,
        };
        Ok((folders, events))
    }

    /// Watches what a walk of the roots enters, the folders of files, and where settings may come
    /// to stand; nothing else any more.
    pub(super) fn follow(
        &mut self,
        roots: &[PathBuf],
        walk: Option<&WalkOptions>,
        files: &BTreeSet<PathBuf>,
    ) {
        let found = walk.and_then(|walk| discover(roots, walk).ok());
        let entered = found.map(|found| found.folders).unwrap_or_default();
        let mut wanted: BTreeSet<PathBuf> = entered.iter().filter_map(|f| real(f)).collect();
        wanted.extend(real(Path::new(".")));
        for path in roots.iter().chain(files) {
            wanted.extend(nearest(path));
        }
        for root in roots.iter().filter_map(|root| real(root)) {
            wanted.extend(up_to_repository(&root));
        }
        // Without a walk nothing is known to be of no interest.
        if walk.is_some() {
            let old: Vec<_> = self.watched.difference(&wanted).cloned().collect();
            old.iter().for_each(|folder| self.forget(folder));
        }
        let new: Vec<_> = wanted.difference(&self.watched).cloned().collect();
        for folder in new {
            match self.watcher.watch(&folder, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.watched.insert(folder);
                }
                // It went away since, and its parent is watched.
                Err(_) if !folder.is_dir() => {}
                Err(error) => self.tell(&folder, &error),
            }
        }
    }

    /// Whether a path is, or was, a folder that is watched.
    pub(super) fn has(&self, path: &Path) -> bool {
        self.watched.contains(path)
    }

    /// A folder went, or is another: those below it are, too.
    pub(super) fn gone(&mut self, path: &Path) {
        let below: Vec<_> = self
            .watched
            .iter()
            .filter(|f| f.starts_with(path))
            .collect();
        let below: Vec<PathBuf> = below.into_iter().cloned().collect();
        below.iter().for_each(|folder| self.forget(folder));
    }

    fn forget(&mut self, folder: &Path) {
        // It may be gone already.
        let _ = self.watcher.unwatch(folder);
        self.watched.remove(folder);
    }

    /// Systems bound how much is watched (Linux: `fs.inotify.max_user_watches`).
    fn tell(&mut self, folder: &Path, error: &notify::Error) {
        if std::mem::replace(&mut self.has_told, true) {
            return;
        }
        let line = format!(
            "connect-lint: {} and maybe more is not watched: {error}",
            folder.display()
        );
        let _ = writeln!(io::stderr(), "{}", sanitize(&line));
    }
}

/// The path without links.
fn real(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok()
}

/// The folder itself, or that of a file, or where it may come to be.
fn nearest(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    let folder = absolute.ancestors().find(|above| above.is_dir())?;
    real(folder)
}

/// The folders above a root up to that of the repository: `.env` files and the configuration of
/// tools there decide for what is below.
fn up_to_repository(root: &Path) -> Vec<PathBuf> {
    let is_repository = |folder: &&Path| folder.join(".git").exists();
    let Some(top) = root.ancestors().find(is_repository) else {
        return Vec::new();
    };
    let folders = root.ancestors().skip(1).take_while(|f| f.starts_with(top));
    folders.map(Path::to_path_buf).collect()
}
