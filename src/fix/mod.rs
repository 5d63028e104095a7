//! Changes policies where they are written, so that endpoints that are blocked pass.
//!
//! From what endpoints need of each policy ([`crate::lint::Needs`]) come [`Change`]s of the
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
mod spot;
#[cfg(test)]
mod tests;
mod text;
mod verify;
mod write;

pub(crate) use edit::apply as edited_text;
pub(crate) use plan::edits;

use crate::discover::Overlay;
use crate::lint::Linted;
use crate::policies::{Origin, SourceFile};
use crate::results::{FixRow, Summary};
pub use diff::unified as unified_diff;
use edit::Edit;
use plan::{Plan, Unfixed};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
pub use write::WriteError;

/// How often what comes of changes is looked at again.
const MAX_ROUNDS: usize = 8;

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
    /// The counts before.
    pub before: Summary,
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
}

impl Files {
    pub(crate) fn of(linted: &Linted) -> Files {
        let all = linted.policy_files.iter();
        Files {
            by_name: all.map(|file| (file.name.clone(), file.clone())).collect(),
        }
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.by_name.get(name).map(|file| file.text.as_ref())
    }
}

/// Works out the changes. `lint`: a run over files as they are with some changes.
///
/// # Errors
/// When a run cannot be done.
pub fn fix<E>(
    options: FixOptions,
    lint: impl Fn(&Overlay) -> Result<Linted, E>,
) -> Result<Fixed, E> {
    let linted = lint(&Overlay::default())?;
    let before = linted.results.summary.clone();
    let mut fixing = Fixing {
        linted,
        overlay: Overlay::default(),
        done: BTreeMap::new(),
        dropped: BTreeMap::new(),
        old: BTreeMap::new(),
    };
    let mut unfixed = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let files = Files::of(&fixing.linted);
        let Plan {
            planned,
            unfixed: told,
        } = plan::plan(&fixing.linted, options, &files, &fixing.dropped);
        unfixed = told;
        if planned.is_empty() || !fixing.round(&planned, &files, &lint)? {
            break;
        }
    }
    Ok(fixing.ended(unfixed, before))
}

struct Fixing {
    linted: Linted,
    overlay: Overlay,
    /// What was added to each policy, and taken away.
    done: BTreeMap<usize, (Vec<String>, Vec<String>)>,
    /// The policies that could not be changed, and why.
    dropped: BTreeMap<usize, String>,
    /// The files that were edited, with the bytes that they had.
    old: BTreeMap<Arc<str>, (PathBuf, Vec<u8>)>,
}

impl Fixing {
    /// Applies what is planned; whether anything came of it. What does not do what it should is
    /// dropped.
    fn round<E>(
        &mut self,
        planned: &[Planned],
        files: &Files,
        lint: &impl Fn(&Overlay) -> Result<Linted, E>,
    ) -> Result<bool, E> {
        let groups = plan::groups(planned);
        let all: Vec<&Planned> = planned.iter().collect();
        let problem = match self.edited(&all, files) {
            Ok(overlay) => {
                let after = lint(&overlay)?;
                match verify::problem(&self.linted, &after, &all) {
                    None => {
                        self.accept(&all, overlay, after);
                        return Ok(true);
                    }
                    Some(problem) => problem,
                }
            }
            Err(problem) => problem,
        };
        if let [one] = groups.as_slice() {
            self.drop_all(one, &problem);
            return Ok(true);
        }
        // Which of them it is: one after the other.
        let mut accepted: Vec<&Planned> = Vec::new();
        let mut last = None;
        for group in &groups {
            let attempt: Vec<&Planned> = accepted.iter().chain(group).copied().collect();
            let overlay = match self.edited(&attempt, files) {
                Ok(overlay) => overlay,
                Err(problem) => {
                    self.drop_all(group, &problem);
                    continue;
                }
            };
            let after = lint(&overlay)?;
            match verify::problem(&self.linted, &after, &attempt) {
                None => {
                    accepted = attempt;
                    last = Some((overlay, after));
                }
                Some(problem) => self.drop_all(group, &problem),
            }
        }
        if let Some((overlay, after)) = last {
            self.accept(&accepted, overlay, after);
        }
        Ok(true)
    }

    fn drop_all(&mut self, planned: &[&Planned], why: &str) {
        for planned in planned {
            self.dropped.insert(planned.policy, why.to_owned());
        }
    }

    /// The files with the edits.
    fn edited(&mut self, planned: &[&Planned], files: &Files) -> Result<Overlay, String> {
        let mut by_file: BTreeMap<&Arc<str>, Vec<Edit>> = BTreeMap::new();
        for edit in planned.iter().flat_map(|planned| &planned.edits) {
            let edits = by_file.entry(&edit.file).or_default();
            // Policies that are made from one constant have the same.
            if !edits.contains(edit) {
                edits.push(edit.clone());
            }
        }
        let mut overlay = self.overlay.clone();
        for (name, edits) in by_file {
            let Some(file) = files.by_name.get(name) else {
                return Err(format!("{name} cannot be read again"));
            };
            let read = self.overlay.read(&file.path);
            let bytes = read.map_err(|error| format!("{name}: {error}"))?;
            let text = without_bom(&bytes);
            if text != file.text.as_bytes() {
                return Err(format!("{name} is not in UTF-8, or has changed"));
            }
            let new = edit::apply(&file.text, &edits);
            let new = new.ok_or_else(|| format!("edits of {name} overlap"))?;
            let bom = bytes.len() - text.len();
            let new = [&bytes[..bom], new.as_bytes()].concat();
            let real = file.path.canonicalize();
            let real = real.map_err(|error| format!("{name}: {error}"))?;
            self.old
                .entry(name.clone())
                .or_insert_with(|| (real.clone(), bytes));
            overlay = overlay.with(real, new);
        }
        Ok(overlay)
    }

    fn accept(&mut self, planned: &[&Planned], overlay: Overlay, after: Linted) {
        for planned in planned {
            let policy = self.linted.policies.get(planned.policy);
            let directive = policy.and_then(|p| p.policy.connect_directive());
            let sources = directive.map(|(d, _)| d.sources.as_slice()).unwrap_or(&[]);
            let removed = planned.change.remove.iter().filter_map(|&i| sources.get(i));
            let (add, remove) = self.done.entry(planned.policy).or_default();
            add.extend(planned.change.add.iter().cloned());
            remove.extend(removed.map(|s| s.text.clone()));
        }
        (self.overlay, self.linted) = (overlay, after);
    }

    fn ended(self, unfixed: Vec<Unfixed>, before: Summary) -> Fixed {
        let new: BTreeMap<_, _> = self.overlay.files().collect();
        let edited = self.old.into_iter().filter_map(|(name, (path, old))| {
            let new = new.get(path.as_path())?.to_vec();
            (new != old).then_some(EditedFile {
                name,
                path,
                old,
                new,
            })
        });
        let row = |(id, (added, removed)): (usize, (Vec<String>, Vec<String>))| {
            let origin = &self.linted.policies.get(id)?.origin;
            let Origin::File { path, line } = origin else {
                return None;
            };
            Some(FixRow {
                file: path.to_string(),
                line: *line,
                added,
                removed,
            })
        };
        Fixed {
            files: edited.collect(),
            changes: self.done.into_iter().filter_map(row).collect(),
            by_hand: unfixed.iter().map(Unfixed::to_string).collect(),
            linted: self.linted,
            before,
        }
    }
}

fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}
