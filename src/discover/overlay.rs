//! Files as they would be after a change that is not written yet.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// The bytes of files that take the place of those on disk. A run that is given one sees what it
/// would see after the change.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    files: Arc<HashMap<PathBuf, Arc<[u8]>>>,
    reads: Option<Reads>,
}

impl PartialEq for Overlay {
    fn eq(&self, other: &Self) -> bool {
        self.files == other.files
    }
}

impl Eq for Overlay {}

/// The files that were read, by their paths without links.
#[derive(Debug, Clone, Default)]
pub struct Reads(Arc<Mutex<HashSet<PathBuf>>>);

impl Reads {
    /// Whether a file was read; `path` is without links.
    pub fn has(&self, path: &Path) -> bool {
        self.0.lock().is_ok_and(|paths| paths.contains(path))
    }

    fn add(&self, path: &Path) {
        let path = real(path);
        if let Ok(mut paths) = self.0.lock() {
            paths.insert(path);
        }
    }
}

impl Overlay {
    /// With other bytes for a file; `path` is without links.
    pub fn with(&self, path: PathBuf, bytes: Vec<u8>) -> Overlay {
        let mut files = self.files.as_ref().clone();
        files.insert(path, bytes.into());
        Overlay {
            files: Arc::new(files),
            reads: self.reads.clone(),
        }
    }

    /// Without other bytes for a file; `path` is without links.
    pub fn without(&self, path: &Path) -> Overlay {
        let mut files = self.files.as_ref().clone();
        files.remove(path);
        Overlay {
            files: Arc::new(files),
            reads: self.reads.clone(),
        }
    }

    /// The other bytes of a file, if it has any; `path` is without links.
    pub fn bytes(&self, path: &Path) -> Option<&Arc<[u8]>> {
        self.files.get(path)
    }

    /// With nothing but the other bytes of one file.
    pub fn only(&self, path: &Path) -> Overlay {
        if self.files.is_empty() {
            return Overlay::default();
        }
        let real = real(path);
        let own = self.files.get(&real).map(|bytes| (real, bytes.clone()));
        Overlay {
            files: Arc::new(own.into_iter().collect()),
            reads: None,
        }
    }

    /// The same, which notes what is read with it.
    pub fn noting(&self) -> (Overlay, Reads) {
        let reads = Reads::default();
        let noting = Overlay {
            files: self.files.clone(),
            reads: Some(reads.clone()),
        };
        (noting, reads)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if let Some(reads) = &self.reads {
            reads.add(path);
        }
        if self.files.is_empty() {
            return std::fs::read(path);
        }
        match self.files.get(&real(path)) {
            Some(bytes) => Ok(bytes.to_vec()),
            None => std::fs::read(path),
        }
    }

    /// How many bytes a file has.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn len(&self, path: &Path) -> io::Result<u64> {
        if !self.files.is_empty()
            && let Some(bytes) = self.files.get(&real(path))
        {
            return Ok(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        }
        Ok(std::fs::metadata(path)?.len())
    }

    /// Whether no file has other bytes.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The files that are not on disk.
    pub fn new_files(&self) -> impl Iterator<Item = &Path> {
        let paths = self.files.keys().map(PathBuf::as_path);
        paths.filter(|path| !path.exists())
    }

    /// The files that have other bytes, by their paths.
    pub fn files(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.files
            .iter()
            .map(|(path, bytes)| (path.as_path(), bytes.as_ref()))
    }
}

/// The path without links, also of a file that is not there.
pub fn real(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = absolute.parent().and_then(|f| f.canonicalize().ok());
    match (folder, absolute.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => absolute,
    }
}
