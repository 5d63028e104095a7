//! Files that the configuration of a server includes: it names them as they lie on the server,
//! they are looked for in the project.

use super::SourceFile;
use globset::GlobBuilder;
use std::path::{Component, Path, PathBuf};

/// How many folders above a configuration are looked at.
const MAX_ABOVE: usize = 6;
/// How many files are read.
const MAX_FILES: usize = 200;
/// How large one may be.
const MAX_SIZE: u64 = 1 << 20;

/// The files of the project that a configuration stands in.
#[derive(Debug)]
pub(super) struct ProjectFiles {
    /// The configuration.
    around: SourceFile,
    /// The folder of the configuration, then those above it, up to the project's.
    folders: Vec<PathBuf>,
    /// What is prefixed to display paths of files in the first folder.
    shown: PathBuf,
    /// The files that were read.
    pub(super) read: Vec<SourceFile>,
    left: usize,
}

impl ProjectFiles {
    /// Those that are seen from a configuration.
    pub(super) fn around(file: &SourceFile) -> ProjectFiles {
        let folder = match file.folder() {
            folder if folder.as_os_str().is_empty() => Path::new("."),
            folder => folder,
        };
        let real = folder.canonicalize().unwrap_or(folder.to_path_buf());
        let mut folders = Vec::new();
        for above in real.ancestors().take(MAX_ABOVE) {
            folders.push(above.to_path_buf());
            if above.join(".git").exists() || above.join("package.json").exists() {
                break;
            }
        }
        let shown = Path::new(&*file.name).parent().unwrap_or(Path::new(""));
        ProjectFiles {
            around: file.clone(),
            folders,
            shown: shown.to_path_buf(),
            read: Vec::new(),
            left: MAX_FILES,
        }
    }

    /// The files that a pattern names, in order; nothing if there is none. Of a path on the
    /// server, the longest end counts that is a file of the project.
    pub(super) fn find(&mut self, pattern: &str) -> Option<Vec<SourceFile>> {
        let parts = plain_parts(pattern)?;
        let name = parts.last()?;
        let is_glob = name.contains(['*', '?', '[']);
        let longest = parts.len().min(MAX_ABOVE);
        // A pattern alone would be that of any folder, if the folder is another on the server.
        let shortest = match (is_glob, pattern.starts_with('/')) {
            (true, true) => 2,
            (true, false) => parts.len(),
            (false, _) => 1,
        };
        for length in (shortest..=longest).rev() {
            let end = parts.get(parts.len() - length..)?;
            for folder in &self.folders.clone() {
                let paths = match is_glob {
                    true => globbed(folder, end),
                    false => plain(folder, end),
                };
                if !paths.is_empty() {
                    return paths.iter().map(|path| self.open(path)).collect();
                }
            }
        }
        None
    }

    /// The files of a name in the folders above, from the highest down, with the configuration's
    /// own.
    pub(super) fn above(&mut self, name: &str) -> Vec<SourceFile> {
        let folders = self.folders.clone();
        let paths = folders.iter().rev().map(|folder| folder.join(name));
        let there: Vec<_> = paths.filter(|path| path.is_file()).collect();
        there.iter().filter_map(|path| self.open(path)).collect()
    }

    /// A folder of the server, as it lies in the project.
    pub(super) fn folder(&self, path: &str) -> Option<PathBuf> {
        let parts = plain_parts(path)?;
        for length in (1..=parts.len().min(MAX_ABOVE)).rev() {
            let end: PathBuf = parts.get(parts.len() - length..)?.iter().collect();
            let mut all = self.folders.iter().map(|folder| folder.join(&end));
            if let Some(found) = all.find(|path| path.is_dir()) {
                return Some(found);
            }
        }
        None
    }

    fn open(&mut self, path: &Path) -> Option<SourceFile> {
        if let Some(known) = self.read.iter().find(|file| file.path == path) {
            return Some(known.clone());
        }
        self.left = self.left.checked_sub(1)?;
        if path.metadata().ok()?.len() > MAX_SIZE {
            return None;
        }
        let file = self.around.read_other(path, &self.name_of(path)).ok()?;
        self.read.push(file.clone());
        Some(file)
    }

    /// How a file is shown: as the configuration is, from the same folder.
    fn name_of(&self, path: &Path) -> String {
        for (up, folder) in self.folders.iter().enumerate() {
            let Ok(below) = path.strip_prefix(folder) else {
                continue;
            };
            let mut shown = self.shown.clone();
            for _ in 0..up {
                let is_named = matches!(shown.components().next_back(), Some(Component::Normal(_)));
                if !is_named {
                    shown.push("..");
                    continue;
                }
                shown.pop();
            }
            return shown.join(below).display().to_string();
        }
        path.display().to_string()
    }
}

/// The parts of a path; nothing if it has any that is not plain (a variable, `..`).
fn plain_parts(path: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = path
        .split(['/', '\\'])
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    let is_plain = |part: &&str| *part != ".." && !part.contains(['$', '{', '%', '<']);
    (!parts.is_empty() && parts.iter().all(is_plain)).then_some(parts)
}

fn plain(folder: &Path, end: &[&str]) -> Vec<PathBuf> {
    let path: PathBuf = end.iter().collect();
    let path = folder.join(path);
    // What the file is made from counts as the file.
    let templates = [".template", ".j2", ".tmpl"].map(|extension| {
        let mut name = path.as_os_str().to_owned();
        name.push(extension);
        PathBuf::from(name)
    });
    let mut all = [path].into_iter().chain(templates);
    all.find(|path| path.is_file()).into_iter().collect()
}

fn globbed(folder: &Path, end: &[&str]) -> Vec<PathBuf> {
    let Some((name, folders)) = end.split_last() else {
        return Vec::new();
    };
    let glob = GlobBuilder::new(name).literal_separator(true).build();
    let Ok(glob) = glob.map(|glob| glob.compile_matcher()) else {
        return Vec::new();
    };
    let folder = folder.join(folders.iter().collect::<PathBuf>());
    let Ok(entries) = folder.read_dir() else {
        return Vec::new();
    };
    let fits = |name: &str| {
        // As shells do: what is hidden is not meant.
        let name = name.strip_suffix(".template").unwrap_or(name);
        !name.starts_with('.') && glob.is_match(name)
    };
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| entry.file_name().to_str().is_some_and(fits))
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect();
    paths.sort();
    paths
}
