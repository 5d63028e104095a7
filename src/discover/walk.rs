//! Walking: which files under the roots are linted.
//!
//! Ignore files count as in ripgrep: `.connect-lintignore` over `.ignore` over `.gitignore` over
//! git's own excludes, the nearest folder first, `.gitignore` only inside a repository.

use super::{Language, Overlay, real};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{File, Metadata};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
use walkdir::{DirEntry, WalkDir};

/// How to walk.
#[derive(Debug, Clone, Default)]
pub struct WalkOptions {
    /// Globs of files to leave out, as a line of `.gitignore` would, relative to `base`.
    pub exclude: Vec<String>,
    /// What the globs are relative to.
    pub base: PathBuf,
    /// Do not read ignore files.
    pub no_ignore: bool,
    /// Which other files are wanted besides sources, by their path: those of policies, and those
    /// that say what is not read.
    pub also: Option<fn(&Path) -> bool>,
}

/// A file to lint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePath {
    /// As the user named it, `/` between parts.
    pub display: String,
    /// Where it is.
    pub path: PathBuf,
    /// Below the root that led to it; nothing for a file that the user named itself.
    pub below_root: Option<PathBuf>,
    /// Its language by extension; a file that the user named may have none.
    pub language: Option<Language>,
}

/// Something that could not be walked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkIssue {
    /// What.
    pub path: String,
    /// Why.
    pub message: String,
    /// It is one of the paths that the user named: the run is at fault.
    pub is_root: bool,
}

/// What a walk found.
#[derive(Debug, Clone, Default)]
pub struct Discovered {
    /// In the order of their names, without doubles.
    pub files: Vec<SourcePath>,
    /// The other files that were wanted, in the order of their names; sources may be among them.
    pub others: Vec<SourcePath>,
    /// The folders that were entered: where files may come that a next walk would find.
    pub folders: Vec<PathBuf>,
    /// What could not be read.
    pub issues: Vec<WalkIssue>,
}

/// Finds the files under the roots.
///
/// # Errors
/// When a glob to exclude is none.
pub fn discover(roots: &[PathBuf], options: &WalkOptions) -> Result<Discovered, ignore::Error> {
    discover_with(roots, options, &Overlay::default())
}

/// Finds the files under the roots as they would be after some changes: those that are not on disk
/// are found where a walk would find them.
///
/// # Errors
/// When a glob to exclude is none.
pub fn discover_with(
    roots: &[PathBuf],
    options: &WalkOptions,
    overlay: &Overlay,
) -> Result<Discovered, ignore::Error> {
    let mut excludes = GitignoreBuilder::new(absolute(&options.base));
    for glob in &options.exclude {
        excludes.add_line(None, glob)?;
    }
    let excludes = excludes.build()?;
    let real_roots: Vec<_> = roots.iter().filter_map(|r| r.canonicalize().ok()).collect();
    let mut found = Found::default();
    for root in roots {
        match std::fs::metadata(root) {
            Err(_) if overlay.bytes(&real(root)).is_some() => add(&mut found.files, named(root)),
            Err(error) => found.issues.push(unreadable(root, &error)),
            Ok(data) if data.is_dir() => {
                let walk = Walk {
                    root,
                    real_roots: &real_roots,
                    excludes: &excludes,
                    options,
                };
                walk.run(&mut found);
                for path in overlay.new_files() {
                    walk.add_new(path, &mut found);
                }
            }
            Ok(data) => match may_be_read(root, &data, overlay) {
                Ok(()) => add(&mut found.files, named(root)),
                Err(error) => found.issues.push(unreadable(root, &error)),
            },
        }
    }
    let sorted = |found: BTreeMap<PathBuf, SourcePath>| {
        let mut files: Vec<_> = found.into_values().collect();
        files.sort_by(|a, b| a.display.cmp(&b.display));
        files
    };
    Ok(Discovered {
        files: sorted(found.files),
        others: sorted(found.others),
        folders: found.folders,
        issues: found.issues,
    })
}

/// What walks find, files by their paths without links.
#[derive(Default)]
struct Found {
    files: BTreeMap<PathBuf, SourcePath>,
    others: BTreeMap<PathBuf, SourcePath>,
    folders: Vec<PathBuf>,
    issues: Vec<WalkIssue>,
}

/// Whether a file that the user named can be opened. What is no plain file, such as a pipe, is
/// opened once only.
fn may_be_read(path: &Path, data: &Metadata, overlay: &Overlay) -> io::Result<()> {
    if data.is_file() && overlay.bytes(&real(path)).is_none() {
        File::open(path)?;
    }
    Ok(())
}

/// A path that the user named and that cannot be read.
fn unreadable(root: &Path, error: &io::Error) -> WalkIssue {
    WalkIssue {
        path: root.display().to_string(),
        message: error.to_string(),
        is_root: true,
    }
}

/// A file that the user named.
fn named(path: &Path) -> SourcePath {
    SourcePath {
        display: shown(path),
        path: path.to_path_buf(),
        below_root: None,
        language: Language::of_path(path),
    }
}

/// Files beside a file and in the folders above it that a walk of those would find as wanted:
/// what holds for the file although its folder is not walked. `top`: the highest folder to look at.
pub fn above(file: &Path, top: &Path, wanted: fn(&Path) -> bool) -> Vec<SourcePath> {
    /// Folders whose contents are deployed with what is beside them.
    const BESIDE: [&str; 5] = ["", "public", "static", "src-tauri", "config/initializers"];
    let Ok(file) = file.canonicalize() else {
        return Vec::new();
    };
    let here = std::env::current_dir().unwrap_or_default();
    let folders = file.ancestors().skip(1).take_while(|f| f.starts_with(top));
    let mut out = Vec::new();
    for folder in folders.flat_map(|f| BESIDE.map(|name| f.join(name))) {
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
        paths.retain(|path| path.is_file() && wanted(path));
        paths.sort();
        out.extend(paths.into_iter().map(|path| SourcePath {
            display: shown(path.strip_prefix(&here).unwrap_or(&path)),
            language: Language::of_path(&path),
            below_root: None,
            path,
        }));
    }
    out
}

/// How a path is shown: below the working directory without that.
pub fn shown_from_here(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    shown(path.strip_prefix(&here).unwrap_or(path))
}

fn add(found: &mut BTreeMap<PathBuf, SourcePath>, file: SourcePath) {
    let real = file
        .path
        .canonicalize()
        .unwrap_or_else(|_| file.path.clone());
    let entry = found.entry(real).or_insert_with(|| file.clone());
    // A file that the user names is linted whatever else is said of it.
    if file.below_root.is_none() {
        *entry = file;
    }
}

/// `./a\b` as `a/b`.
fn shown(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .filter(|c| !matches!(c, Component::CurDir))
        .map(|c| c.as_os_str().to_string_lossy().into_owned())
        .collect();
    let joined = parts.join("/");
    joined
        .strip_prefix("//")
        .map_or(joined.clone(), |rest| format!("/{rest}"))
}

fn absolute(path: &Path) -> PathBuf {
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    absolute
        .components()
        .filter(|c| !matches!(c, Component::CurDir))
        .collect()
}

struct Walk<'a> {
    root: &'a Path,
    real_roots: &'a [PathBuf],
    excludes: &'a Gitignore,
    options: &'a WalkOptions,
}

impl Walk<'_> {
    fn run(&self, found: &mut Found) {
        let ignores = (!self.options.no_ignore).then(|| Ignores::new(&absolute(self.root)));
        let seen = RefCell::new(HashSet::new());
        let walker = WalkDir::new(self.root)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter();
        let walker = walker.filter_entry(|entry| self.enters(entry, ignores.as_ref(), &seen));
        for entry in walker {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    found.issues.push(self.issue(&error));
                    continue;
                }
            };
            if entry.file_type().is_dir() {
                found.folders.push(entry.into_path());
                continue;
            }
            if !entry.file_type().is_file() {
                continue;
            }
            self.take(entry.into_path(), found);
        }
    }

    /// Takes a file, if it is of a kind that is wanted.
    fn take(&self, path: PathBuf, found: &mut Found) {
        let language = Language::of_path(&path);
        let is_wanted = self.is_wanted(&path);
        if language.is_none() && !is_wanted {
            return;
        }
        let file = SourcePath {
            display: shown(&path),
            below_root: path.strip_prefix(self.root).ok().map(Path::to_path_buf),
            path,
            language,
        };
        if is_wanted {
            add(&mut found.others, file.clone());
        }
        if language.is_some() {
            add(&mut found.files, file);
        }
    }

    /// Takes a file that is not on disk, if it is below the root and not left out. Its path has no
    /// links.
    fn add_new(&self, path: &Path, found: &mut Found) {
        let Ok(below) = path.strip_prefix(real(self.root)) else {
            return;
        };
        let ignores = (!self.options.no_ignore).then(|| Ignores::new(&absolute(self.root)));
        let file = self.root.join(below);
        let parts = below.components().count();
        let folders = file.ancestors().take(parts).enumerate();
        let mut is_left_out = folders.map(|(i, at)| self.is_left_out(at, i > 0, ignores.as_ref()));
        if !is_left_out.any(|left_out| left_out) {
            self.take(file, found);
        }
    }

    /// Whether a file or folder below the root is left out by its path.
    fn is_left_out(&self, path: &Path, is_dir: bool, ignores: Option<&Ignores>) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_hidden = name.starts_with('.') && (is_dir || !self.is_wanted(path));
        if is_hidden || (is_dir && name == "node_modules") {
            return true;
        }
        let path = absolute(path);
        self.excludes.matched(&path, is_dir).is_ignore()
            || ignores.is_some_and(|ignores| ignores.ignored(&path, is_dir))
    }

    /// Whether it is one of the other files that are wanted.
    fn is_wanted(&self, path: &Path) -> bool {
        self.options.also.is_some_and(|also| also(path))
    }

    fn issue(&self, error: &walkdir::Error) -> WalkIssue {
        let path = error.path().unwrap_or(self.root);
        let message = match error.loop_ancestor() {
            Some(_) => {
                "a symbolic link that leads back to a folder above it is not followed".to_owned()
            }
            None => error
                .io_error()
                .map_or_else(|| error.to_string(), ToString::to_string),
        };
        WalkIssue {
            path: shown(path),
            message,
            is_root: error.depth() == 0,
        }
    }

    fn enters(
        &self,
        entry: &DirEntry,
        ignores: Option<&Ignores>,
        seen: &RefCell<HashSet<PathBuf>>,
    ) -> bool {
        if entry.depth() == 0 {
            return true;
        }
        let is_dir = entry.file_type().is_dir();
        if self.is_left_out(entry.path(), is_dir, ignores) {
            return false;
        }
        !entry.path_is_symlink() || self.stays_inside(entry.path(), is_dir, seen)
    }

    /// A link is followed if it stays below the roots, and a folder is entered once.
    fn stays_inside(&self, path: &Path, is_dir: bool, seen: &RefCell<HashSet<PathBuf>>) -> bool {
        let Ok(real) = path.canonicalize() else {
            return true;
        };
        let inside = self.real_roots.iter().any(|root| real.starts_with(root));
        inside && (!is_dir || seen.borrow_mut().insert(real))
    }
}

/// The ignore files of a tree, each folder's read once.
struct Ignores {
    /// The repository's root, if the tree is in one.
    repository: Option<PathBuf>,
    /// Git's own excludes: `.git/info/exclude` and the global file.
    own: Vec<Gitignore>,
    folders: RefCell<HashMap<PathBuf, Rc<Folder>>>,
}

/// The ignore files of one folder, strongest first.
struct Folder {
    ours: Vec<Gitignore>,
    git: Option<Gitignore>,
}

impl Ignores {
    fn new(root: &Path) -> Self {
        let repository = root
            .ancestors()
            .find(|p| p.join(".git").exists())
            .map(Path::to_path_buf);
        let mut own = Vec::new();
        if let Some(repository) = &repository {
            own.extend(read(repository, &repository.join(".git/info/exclude")));
            let (global, _) = GitignoreBuilder::new(repository).build_global();
            own.push(global);
        }
        Ignores {
            repository,
            own,
            folders: RefCell::default(),
        }
    }

    fn folder(&self, path: &Path) -> Rc<Folder> {
        if let Some(folder) = self.folders.borrow().get(path) {
            return folder.clone();
        }
        let in_repository = self
            .repository
            .as_ref()
            .is_some_and(|r| path.starts_with(r));
        let ours = [".connect-lintignore", ".ignore"];
        let folder = Rc::new(Folder {
            ours: ours
                .iter()
                .filter_map(|name| read(path, &path.join(name)))
                .collect(),
            git: if in_repository {
                read(path, &path.join(".gitignore"))
            } else {
                None
            },
        });
        self.folders
            .borrow_mut()
            .insert(path.to_path_buf(), folder.clone());
        folder
    }

    fn ignored(&self, path: &Path, is_dir: bool) -> bool {
        let folders: Vec<_> = path.ancestors().skip(1).map(|p| self.folder(p)).collect();
        let strongest = [
            folders
                .iter()
                .find_map(|f| decides(f.ours.first(), path, is_dir)),
            folders
                .iter()
                .find_map(|f| decides(f.ours.get(1), path, is_dir)),
            folders
                .iter()
                .find_map(|f| decides(f.git.as_ref(), path, is_dir)),
            self.own.iter().find_map(|g| decides(Some(g), path, is_dir)),
        ];
        strongest.into_iter().flatten().next().unwrap_or(false)
    }
}

fn read(folder: &Path, file: &Path) -> Option<Gitignore> {
    if !file.is_file() {
        return None;
    }
    let mut builder = GitignoreBuilder::new(folder);
    // A bad line is skipped, as git does.
    let _ = builder.add(file);
    builder.build().ok()
}

fn decides(matcher: Option<&Gitignore>, path: &Path, is_dir: bool) -> Option<bool> {
    let found = matcher?.matched(path, is_dir);
    if found.is_none() {
        None
    } else {
        Some(found.is_ignore())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::fs;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    fn found(dir: &tempfile::TempDir, options: &WalkOptions) -> Vec<String> {
        let roots = [dir.path().to_path_buf()];
        let files = discover(&roots, options).unwrap().files;
        files
            .iter()
            .map(|f| f.below_root.as_ref().unwrap().display().to_string())
            .collect()
    }

    #[test]
    fn ignore_files_count_in_order() {
        let dir = tree(&[
            (".git/info/exclude", "excluded.js"),
            (".gitignore", "a.js\nbuild/\n"),
            (".ignore", "!a.js\nb.js"),
            (".connect-lintignore", "!b.js\nc.js"),
            ("a.js", ""),
            ("b.js", ""),
            ("c.js", ""),
            ("excluded.js", ""),
            ("build/x.js", ""),
            ("sub/.gitignore", "!build/\nd.js"),
            ("sub/d.js", ""),
            ("sub/build/y.js", ""),
            ("node_modules/z.js", ""),
            (".hidden/h.js", ""),
            ("t.d.ts", ""),
            ("p.html", ""),
            ("q.css", ""),
        ]);
        assert_eq!(
            found(&dir, &WalkOptions::default()),
            ["a.js", "b.js", "p.html", "sub/build/y.js"]
        );
        let all = WalkOptions {
            also: None,
            no_ignore: true,
            exclude: vec!["sub/".into()],
            base: dir.path().into(),
        };
        assert_eq!(
            found(&dir, &all),
            [
                "a.js",
                "b.js",
                "build/x.js",
                "c.js",
                "excluded.js",
                "p.html"
            ]
        );
    }

    #[test]
    fn gitignore_counts_in_repositories_only() {
        let dir = tree(&[(".gitignore", "a.js"), ("a.js", "")]);
        assert_eq!(found(&dir, &WalkOptions::default()), ["a.js"]);
    }

    #[test]
    fn named_files_are_always_taken_and_once() {
        let dir = tree(&[(".ignore", "a.js"), ("a.js", ""), ("b.txt", "")]);
        let at = |name: &str| dir.path().join(name);
        let roots = [
            dir.path().to_path_buf(),
            at("a.js"),
            at("a.js"),
            at("b.txt"),
            at("gone"),
        ];
        let walked = discover(&roots, &WalkOptions::default()).unwrap();
        assert_eq!(walked.files.len(), 2);
        assert!(walked.files.iter().all(|f| f.below_root.is_none()));
        assert!(walked.issues.iter().all(|i| i.is_root) && walked.issues.len() == 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_inside_and_loops_end() {
        let outside = tree(&[("o.js", "")]);
        let dir = tree(&[("a/a.js", "")]);
        std::os::unix::fs::symlink(dir.path(), dir.path().join("a/loop")).unwrap();
        std::os::unix::fs::symlink(outside.path(), dir.path().join("out")).unwrap();
        assert_eq!(found(&dir, &WalkOptions::default()), ["a/a.js"]);
    }
}
