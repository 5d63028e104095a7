//! Paths as they are the same on every machine, from wherever the run was started.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

/// Display paths, relative to a folder.
#[derive(Debug)]
pub(crate) struct Relative {
    folder: PathBuf,
    known: HashMap<String, String>,
}

impl Relative {
    /// Relative to a folder; an empty path is the working directory.
    pub(crate) fn to(folder: &Path) -> Relative {
        Relative {
            folder: absolute(folder),
            known: HashMap::new(),
        }
    }

    /// `src/a.js`, with `/` between parts; a file outside of the folder begins with `../`.
    pub(crate) fn of(&mut self, shown: &str) -> String {
        if let Some(known) = self.known.get(shown) {
            return known.clone();
        }
        let relative = relative(&self.folder, Path::new(shown));
        self.known.insert(shown.to_owned(), relative.clone());
        relative
    }
}

fn relative(folder: &Path, path: &Path) -> String {
    let path = absolute(path);
    if let Ok(below) = path.strip_prefix(folder) {
        return shown(below.components());
    }
    // A link may lead there.
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let (folder, path) = (real(folder), real(&path));
    let common = folder.components().zip(path.components());
    let common = common.take_while(|(a, b)| a == b).count();
    if common == 0 {
        return shown(path.components());
    }
    let up = folder
        .components()
        .skip(common)
        .map(|_| Component::ParentDir);
    shown(up.chain(path.components().skip(common)))
}

fn shown<'a>(parts: impl Iterator<Item = Component<'a>>) -> String {
    let parts: Vec<_> = parts
        .map(|part| match part {
            Component::RootDir => "".into(),
            part => part.as_os_str().to_string_lossy(),
        })
        .collect();
    parts.join("/")
}

/// Without `.` and `..`, as far as they can be told without looking at the disk.
pub(super) fn absolute(path: &Path) -> PathBuf {
    let path = match path.as_os_str().is_empty() {
        true => Path::new("."),
        false => path,
    };
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut out = PathBuf::new();
    for part in whole.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_folder() {
        let of = |folder: &str, path: &str| Relative::to(Path::new(folder)).of(path);
        assert_eq!(of("/no/site", "/no/site/src/a b.js"), "src/a b.js");
        assert_eq!(of("/no/site", "/no/site/./src/../b.js"), "b.js");
        assert_eq!(of("/no/site/app", "/no/lib/c.js"), "../../lib/c.js");
        assert_eq!(of("", "src/a.js"), "src/a.js");
        assert_eq!(of("sub/", "src/a.js"), "../src/a.js");
    }
}
