//! The files that imports may lead to: those on disk, and documents that are no files yet.

use super::overlay::{Overlay, real};
use oxc_resolver::{FileMetadata, FileSystem, FileSystemOs, ResolveError};
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

/// The disk with an overlay: files that only this has are there too.
#[derive(Debug, Clone, Default)]
pub(super) struct Unsaved {
    overlay: Overlay,
    /// What only the overlay has: its files that are not on disk, and the folders that only these
    /// are in.
    new: HashMap<PathBuf, FileMetadata>,
}

impl Unsaved {
    pub(super) fn in_overlay(overlay: &Overlay) -> Unsaved {
        let mut new = HashMap::new();
        for path in overlay.new_files() {
            new.insert(path.to_path_buf(), FileMetadata::new(true, false, false));
            let folders = path.ancestors().skip(1);
            for folder in folders.take_while(|folder| !folder.exists()) {
                new.insert(folder.to_path_buf(), FileMetadata::new(false, true, false));
            }
        }
        Unsaved {
            overlay: overlay.clone(),
            new,
        }
    }

    /// Whether a file is there.
    pub(super) fn is_file(&self, path: &Path) -> bool {
        self.metadata(path).is_ok_and(FileMetadata::is_file)
    }

    /// What only the overlay has at a path. Resolving asks for many that are nowhere, so links
    /// are followed for those only that have the right name.
    fn only_here(&self, path: &Path) -> Option<FileMetadata> {
        if let Some(known) = self.new.get(path) {
            return Some(*known);
        }
        let mut paths = self.new.keys();
        let is_named = paths.any(|new| new.file_name() == path.file_name());
        is_named.then(|| self.new.get(&real(path)).copied())?
    }

    /// What is on disk, or else only in the overlay.
    fn or_new(&self, path: &Path, on_disk: io::Result<FileMetadata>) -> io::Result<FileMetadata> {
        on_disk.or_else(|error| self.only_here(path).ok_or(error))
    }
}

impl FileSystem for Unsaved {
    fn new() -> Unsaved {
        Unsaved::default()
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        // The overlay follows links even for what is nowhere.
        self.metadata(path)?;
        self.overlay.read(path)
    }

    fn read_to_string(&self, path: &Path) -> io::Result<String> {
        FileSystemOs::validate_string(self.read(path)?)
    }

    fn metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        self.or_new(path, FileSystemOs::metadata(path))
    }

    fn symlink_metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        self.or_new(path, FileSystemOs::symlink_metadata(path))
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, ResolveError> {
        FileSystemOs::read_link(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        let on_disk = FileSystemOs::canonicalize(path);
        on_disk.or_else(|error| self.only_here(path).map(|_| real(path)).ok_or(error))
    }
}
