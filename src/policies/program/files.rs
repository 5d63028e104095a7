//! Other files of a project that say something of its policies.

use crate::policies::SourceFile;
use std::path::Path;
use walkdir::WalkDir;

/// How many files of a project are looked into.
const MAX_FILES: usize = 50_000;
/// A file larger than this is not, in bytes.
const MAX_SIZE: u64 = 1 << 20;

/// Folders without code that answers users.
const LEFT_OUT: [&str; 12] = [
    "node_modules",
    "vendor",
    "tests",
    "test",
    "spec",
    "migrations",
    "venv",
    "env",
    "site-packages",
    "locale",
    "fixtures",
    "tmp",
];

/// The files below a folder with an extension that hold one of some words, in order. `shown`: how
/// the folder is shown.
pub(in crate::policies) fn mentioning(
    folder: &Path,
    shown: &str,
    extension: &str,
    words: &[&str],
) -> Vec<SourceFile> {
    let enters = |entry: &walkdir::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() == 0 || !(name.starts_with('.') || LEFT_OUT.contains(&name.as_ref()))
    };
    let walk = WalkDir::new(folder).sort_by_file_name().into_iter();
    let files = walk
        .filter_entry(enters)
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .filter(|entry| entry.path().extension().is_some_and(|e| e == extension))
        .filter(|entry| entry.metadata().is_ok_and(|m| m.len() <= MAX_SIZE))
        .take(MAX_FILES);
    let read = files.filter_map(|entry| {
        let bytes = std::fs::read(entry.path()).ok()?;
        let has = |word: &&str| memchr::memmem::find(&bytes, word.as_bytes()).is_some();
        if !words.iter().any(has) {
            return None;
        }
        let below = entry.path().strip_prefix(folder).ok()?;
        let parts: Vec<_> = below.iter().map(|p| p.to_string_lossy()).collect();
        let name = format!("{shown}{}", parts.join("/"));
        SourceFile::read(entry.path(), &name).ok()
    });
    read.collect()
}

/// How a folder is shown that so many levels above a file's folder stands: as the beginning of the
/// names of what is in it.
pub(in crate::policies) fn shown_above(file: &SourceFile, levels: usize) -> String {
    let mut parts: Vec<&str> = file.name.split('/').collect();
    parts.pop();
    for _ in 0..levels {
        if parts.pop().is_none() {
            return "../".repeat(levels);
        }
    }
    match parts.is_empty() {
        true => String::new(),
        false => format!("{}/", parts.join("/")),
    }
}
