//! Changing policies of files, and what becomes of these.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use super::{Ran, run, tree};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Copies a folder.
pub fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copied(&entry.path(), &target),
            false => {
                fs::copy(entry.path(), target).unwrap();
            }
        }
    }
}

/// The files of a folder, by their paths in it.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            out.insert(name, fs::read(&path).unwrap());
        }
    }
    out
}

/// The lines of `new` that `old` does not have.
pub fn new_lines(old: &[u8], new: &[u8]) -> Vec<String> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let old = text(old);
    let known: Vec<_> = old.lines().collect();
    let new = text(new);
    let fresh = new.lines().filter(|line| !known.contains(line));
    fresh.map(str::to_owned).collect()
}

/// What becomes of files when they are fixed; the second run changes nothing.
pub fn fixed(all: &[(&str, &str)], args: &[&str]) -> (BTreeMap<String, String>, Ran) {
    let folder = tree(all);
    let args = [&["check", "--no-config", "--fix"], args].concat();
    let ran = run(folder.path(), &args);
    let after = files(folder.path());
    run(folder.path(), &args);
    assert_eq!(files(folder.path()), after, "once");
    let text = |(name, bytes)| (name, String::from_utf8(bytes).unwrap());
    (after.into_iter().map(text).collect(), ran)
}
