//! Changes policies where they are written, so that endpoints that are blocked pass.
//!
//! From what endpoints need of each policy ([`crate::lint::Needs`]) come changes of the
//! sources of `connect-src`, from these edits of files. A run over the edited files, before
//! anything is written, must find the same policies with these changes and nothing new that is
//! wrong; else the edit is dropped. Rounds go on until nothing changes: pages that share a script
//! and a policy need it each.
//!
//! Invariant: what a file says is changed only where it is literal. What is not is told, with the
//! sources to add by hand.

mod added;
mod array;
mod diff;
mod edit;
mod list;
mod plan;
mod rounds;
mod spot;
#[cfg(test)]
mod tests;
mod text;
mod verify;
mod write;

pub(crate) use edit::Edit;
pub(crate) use edit::apply as edited_text;
pub(crate) use list::element;
pub(crate) use plan::{edits, normalised};
pub use rounds::fix;

use crate::discover::Overlay;
use crate::lint::Linted;
use crate::policies::SourceFile;
use crate::results::FixRow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
pub use write::WriteError;
pub(crate) use write::write_whole;

/// What to change.
#[derive(Debug, Clone, Copy, Default)]
pub struct FixOptions {
    /// Also take sources away that no endpoint uses.
    pub unused: bool,
}

/// A change of the sources of the directive that governs connections.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Change {
    /// Sources to add, in order.
    pub(crate) add: Vec<String>,
    /// Sources to take away, by their index.
    pub(crate) remove: BTreeSet<usize>,
}

/// A change of a policy, and the edits that make it.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    /// The number of the policy.
    pub(crate) policy: usize,
    pub(crate) change: Change,
    /// A new directive has the added sources only, not those of `default-src`.
    pub(crate) is_whole: bool,
    pub(crate) edits: Vec<Edit>,
}

/// What came of it: nothing is written yet.
#[derive(Debug)]
pub struct Fixed {
    /// The run over the edited files.
    pub linted: Linted,
    /// The run before, if anything was edited.
    pub before: Option<Linted>,
    /// The edited files.
    pub files: Vec<EditedFile>,
    /// The changes, in the order of the policies.
    pub changes: Vec<FixRow>,
    /// What is to be changed by hand, and why.
    pub by_hand: Vec<String>,
}

/// A file as it was and as it is to be.
#[derive(Debug, Clone)]
pub struct EditedFile {
    /// Its display path.
    pub name: Arc<str>,
    /// Where it is.
    pub path: PathBuf,
    old: Vec<u8>,
    new: Vec<u8>,
}

impl EditedFile {
    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// When it has changed since it was read, or cannot be written.
    pub fn write(&self) -> Result<(), WriteError> {
        write::replace(&self.path, &self.old, &self.new)
    }

    /// What changes, as a unified diff.
    pub fn diff(&self) -> String {
        let text = |bytes: &[u8]| String::from_utf8_lossy(without_bom(bytes)).into_owned();
        diff::unified(&self.name, &text(&self.old), &text(&self.new))
    }
}

/// The files that policies stand in, by their display paths.
pub(crate) struct Files {
    by_name: BTreeMap<Arc<str>, SourceFile>,
    /// For each file the first name that it has, without links.
    first: BTreeMap<Arc<str>, Arc<str>>,
}

impl Files {
    pub(crate) fn of(linted: &Linted) -> Files {
        let all = linted.policy_files.iter();
        let by_name: BTreeMap<_, _> = all.map(|f| (f.name.clone(), f.clone())).collect();
        let mut by_path: BTreeMap<PathBuf, Arc<str>> = BTreeMap::new();
        let mut first = BTreeMap::new();
        for (name, file) in &by_name {
            let real = file.path.canonicalize().unwrap_or(file.path.clone());
            let known = by_path.entry(real).or_insert_with(|| name.clone());
            first.insert(name.clone(), known.clone());
        }
        Files { by_name, first }
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.by_name.get(name).map(|file| file.text.as_ref())
    }

    /// The edits, each by the first name that its file has.
    fn by_first_name(&self, mut edits: Vec<Edit>) -> Vec<Edit> {
        for edit in &mut edits {
            if let Some(first) = self.first.get(&edit.file) {
                edit.file = first.clone();
            }
        }
        edits
    }
}

/// The files with planned changes, as they are with some changes otherwise.
///
/// # Errors
/// Why they cannot be edited, for people.
pub(crate) fn edited(
    base: &Overlay,
    planned: &[&Planned],
    files: &Files,
) -> Result<Vec<EditedFile>, String> {
    let mut by_file: BTreeMap<&Arc<str>, Vec<Edit>> = BTreeMap::new();
    for edit in planned.iter().flat_map(|planned| &planned.edits) {
        let edits = by_file.entry(&edit.file).or_default();
        // Policies that are made from one constant have the same.
        if !edits.contains(edit) {
            edits.push(edit.clone());
        }
    }
    let edited = by_file.into_iter().map(|(name, edits)| {
        let file = files.by_name.get(name);
        let file = file.ok_or_else(|| format!("{name} cannot be read again"))?;
        let failed = |error: std::io::Error| format!("{name}: {error}");
        let old = base.read(&file.path).map_err(failed)?;
        let text = without_bom(&old);
        if text != file.text.as_bytes() {
            return Err(format!("{name} is not in UTF-8, or has changed"));
        }
        let new = edit::apply(&file.text, &edits);
        let new = new.ok_or_else(|| format!("edits of {name} overlap"))?;
        let bom = &old[..old.len() - text.len()];
        Ok(EditedFile {
            name: name.clone(),
            path: file.path.canonicalize().map_err(failed)?,
            new: [bom, new.as_bytes()].concat(),
            old,
        })
    });
    edited.collect()
}

/// The files as they are with some changes.
pub(crate) fn overlaid(base: &Overlay, files: &[EditedFile]) -> Overlay {
    files.iter().fold(base.clone(), |overlay, file| {
        overlay.with(file.path.clone(), file.new.clone())
    })
}

/// What is wrong with the files after planned changes, if anything.
pub(crate) fn problem(before: &Linted, after: &Linted, planned: &[&Planned]) -> Option<String> {
    verify::problem(before, after, planned)
}

fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}
