//! What changed, as far as a run may read it.
//!
//! Editors save in ways of their own: in place, or by a new file that is renamed over the old one.
//! All of them end in events about the name of the file, after which nothing happens for a while.

use super::super::args::CheckArgs;
use super::folders::{Events, Folders};
use crate::build::Tool;
use crate::config::FILE_NAME;
use crate::discover::{Language, holds_unread_scripts};
use crate::policies::is_policy_file;
use notify::event::{Event, EventKind, ModifyKind};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

/// Changes count as one when no more come for so long.
const QUIET: Duration = Duration::from_millis(100);
/// Nor are they waited for longer than this.
const LONGEST: Duration = Duration::from_secs(1);

/// A change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// Of a source's text.
    Source(PathBuf),
    /// Of something else: settings, policies, folders; what is known of sources may be old.
    Other,
}

impl Change {
    fn source(&self) -> Option<&Path> {
        match self {
            Change::Source(path) => Some(path),
            Change::Other => None,
        }
    }
}

/// Changes that came together.
#[derive(Debug, Default)]
pub(super) struct Changes(Vec<Change>);

impl Changes {
    /// The sources, if nothing else changed.
    pub(super) fn sources(&self) -> Option<Vec<&Path>> {
        let all = self.0.iter().map(Change::source);
        all.collect()
    }
}

/// Waits for changes that matter, and until no more come. Nothing when there is nobody left to tell
/// of any.
pub(super) fn next(events: &Events, folders: &mut Folders, reads: &Reads) -> Option<Changes> {
    let mut changes = Changes::default();
    let mut last: Option<(Instant, Instant)> = None;
    loop {
        let event = match last {
            None => events.recv().ok()?,
            Some((first, latest)) => {
                let end = (latest + QUIET).min(first + LONGEST);
                match events.recv_timeout(end.saturating_duration_since(Instant::now())) {
                    Ok(event) => event,
                    Err(RecvTimeoutError::Timeout) => return Some(changes),
                    Err(RecvTimeoutError::Disconnected) => return None,
                }
            }
        };
        let new = reads.changes(event, folders);
        if !new.is_empty() {
            let now = Instant::now();
            last = Some((last.map_or(now, |(first, _)| first), now));
            changes.0.extend(new);
        }
    }
}

/// What a run reads and writes besides what it finds.
#[derive(Debug, Default)]
pub(super) struct Reads {
    /// Files that settings name, and those that policies were found in.
    pub(super) files: BTreeSet<PathBuf>,
    /// Reports, which are written.
    writes: BTreeSet<PathBuf>,
    stdout: Option<std::fs::Metadata>,
}

impl Reads {
    pub(super) fn of(args: &CheckArgs) -> Reads {
        let mut reads = Reads {
            stdout: stdout_file(),
            ..Reads::default()
        };
        reads.add(args.config.config.clone());
        reads
    }

    /// Reports that are written: those of the last settings.
    pub(super) fn written<'f>(&mut self, files: impl Iterator<Item = &'f Path>) {
        self.writes = files.filter_map(full).collect();
    }

    /// Whether any of them is new.
    pub(super) fn add(&mut self, files: impl IntoIterator<Item = PathBuf>) -> bool {
        let before = self.files.len();
        self.files
            .extend(files.into_iter().filter_map(|f| full(&f)));
        self.files.len() > before
    }

    fn changes(&self, event: notify::Result<Event>, folders: &mut Folders) -> Vec<Change> {
        // Something was missed.
        let Some(event) = event.ok().filter(|event| !event.need_rescan()) else {
            return vec![Change::Other];
        };
        // Whoever lints reads.
        if event.kind.is_access() {
            return Vec::new();
        }
        let paths = event.paths.iter();
        let changes = paths.filter_map(|path| self.change(path, event.kind, folders));
        changes.collect()
    }

    fn change(&self, path: &Path, kind: EventKind, folders: &mut Folders) -> Option<Change> {
        if self.is_written(path) {
            return None;
        }
        if folders.has(path) {
            // What happens in it is told of the file.
            let is_other = kind.is_remove() || kind.is_create() || is_rename(kind);
            return is_other.then(|| {
                folders.gone(path);
                Change::Other
            });
        }
        match self.files.contains(path) {
            true => Some(Change::Other),
            false => change_of(path),
        }
    }

    fn is_written(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_temporary = name.starts_with('.') && name.ends_with(".connect-lint");
        is_temporary || self.writes.contains(path) || self.is_stdout(path)
    }

    #[cfg(unix)]
    fn is_stdout(&self, path: &Path) -> bool {
        use std::os::unix::fs::MetadataExt;
        let Some(stdout) = &self.stdout else {
            return false;
        };
        let same =
            |data: std::fs::Metadata| (data.dev(), data.ino()) == (stdout.dev(), stdout.ino());
        path.metadata().is_ok_and(same)
    }

    #[cfg(not(unix))]
    fn is_stdout(&self, _: &Path) -> bool {
        false
    }
}

/// The file that standard output goes to, if it is one.
#[cfg(unix)]
fn stdout_file() -> Option<std::fs::Metadata> {
    use std::os::fd::AsFd;
    let stdout = std::io::stdout().as_fd().try_clone_to_owned().ok()?;
    let data = std::fs::File::from(stdout).metadata().ok()?;
    data.is_file().then_some(data)
}

#[cfg(not(unix))]
fn stdout_file() -> Option<std::fs::Metadata> {
    None
}

fn is_rename(kind: EventKind) -> bool {
    matches!(kind, EventKind::Modify(ModifyKind::Name(_)))
}

/// What a file is to a run, by its name; nothing if it is of no interest. A run may read others, too,
/// if they are imported: those are known by their languages.
fn change_of(path: &Path) -> Option<Change> {
    let name = path.file_name()?.to_string_lossy();
    if path.is_dir() {
        let is_left = name == "node_modules" || name == ".git";
        return (!is_left).then_some(Change::Other);
    }
    let is_setting = name == FILE_NAME
        || name.starts_with(".env")
        || [".gitignore", ".ignore", ".connect-lintignore"].contains(&name.as_ref())
        || name.ends_with(".json")
        || Tool::of_config(&name).is_some()
        || is_policy_file(path)
        || holds_unread_scripts(path);
    if is_setting {
        return Some(Change::Other);
    }
    // Hidden files are not linted: what editors write beside a file has such names.
    let language = Language::of_path(path).filter(|_| !name.starts_with('.'));
    language.map(|_| Change::Source(path.to_path_buf()))
}

/// The path with that of its folder without links: so events name it.
fn full(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    let folder = absolute.parent()?;
    let folder = folder.canonicalize().unwrap_or(folder.to_path_buf());
    Some(folder.join(absolute.file_name()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn files_by_their_names() {
        let kind = |name: &str| match change_of(Path::new(name)) {
            Some(Change::Source(_)) => "source",
            Some(Change::Other) => "other",
            None => "-",
        };
        for name in ["src/a.js", "a.tsx", "index.html"] {
            assert_eq!(kind(name), "source", "{name}");
        }
        let other = "connect-lint.toml .env .env.local .gitignore package.json vite.config.ts _headers \
            netlify.toml nginx.conf a.vue";
        for name in other.split_whitespace() {
            assert_eq!(kind(name), "other", "{name}");
        }
        // Of editors and tools.
        let none =
            ".a.js.swp 4913 a.js~ #a.js# .#a.js a.log README.md a.png .a.js.1-0.connect-lint";
        for name in none.split_whitespace() {
            assert_eq!(kind(name), "-", "{name}");
        }
    }

    #[test]
    fn only_changes_of_sources_keep_what_is_known() {
        let source = Change::Source(PathBuf::from("a.js"));
        let changes = Changes(vec![source.clone()]);
        assert_eq!(changes.sources().unwrap(), [Path::new("a.js")]);
        assert!(Changes(vec![source, Change::Other]).sources().is_none());
    }
}
