//! Rounds of changes: plan, edit, look whether it does what it should, until nothing changes.

use super::plan::{self, Plan, Unfixed};
use super::{EditedFile, Files, FixOptions, Fixed, Planned, edited, overlaid, verify};
use crate::discover::Overlay;
use crate::lint::Linted;
use crate::policies::Origin;
use crate::results::FixRow;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// How often what comes of changes is looked at again.
const MAX_ROUNDS: usize = 8;

/// Works out the changes. `lint`: a run over files as they are with some changes, which tells all
/// that it finds ([`crate::lint::find`]).
///
/// # Errors
/// When a run cannot be done.
pub fn fix<E>(
    options: FixOptions,
    lint: impl Fn(&Overlay) -> Result<Linted, E>,
) -> Result<Fixed, E> {
    let linted = lint(&Overlay::default())?;
    let mut fixing = Fixing {
        linted,
        before: None,
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
        if planned.is_empty() {
            break;
        }
        fixing.round(&planned, &files, &lint)?;
    }
    Ok(fixing.ended(&unfixed))
}

struct Fixing {
    linted: Linted,
    /// The first run, once there is another.
    before: Option<Linted>,
    overlay: Overlay,
    /// What was added to each policy, and taken away.
    done: BTreeMap<usize, (Vec<String>, Vec<String>)>,
    /// The policies that could not be changed, and why.
    dropped: BTreeMap<usize, String>,
    /// The files that were edited, with the bytes that they had.
    old: BTreeMap<PathBuf, (Arc<str>, Vec<u8>)>,
}

impl Fixing {
    /// Makes the changes that do what they should; those that do not are found by halves, and
    /// dropped.
    fn round<E>(
        &mut self,
        planned: &[Planned],
        files: &Files,
        lint: &impl Fn(&Overlay) -> Result<Linted, E>,
    ) -> Result<(), E> {
        let groups = plan::groups(planned);
        let mut open = vec![groups.as_slice()];
        let mut accepted: Vec<&Planned> = Vec::new();
        let mut last = None;
        while let Some(part) = open.pop() {
            let attempt: Vec<&Planned> = accepted
                .iter()
                .chain(part.iter().flatten())
                .copied()
                .collect();
            let problem = match edited(&self.overlay, &attempt, files) {
                Err(problem) => problem,
                Ok(edited) => {
                    let after = lint(&overlaid(&self.overlay, &edited))?;
                    match verify::problem(&self.linted, &after, &attempt) {
                        Some(problem) => problem,
                        None => {
                            (accepted, last) = (attempt, Some((edited, after)));
                            continue;
                        }
                    }
                }
            };
            match part {
                [one] => {
                    let of_one = one.iter().map(|planned| (planned.policy, problem.clone()));
                    self.dropped.extend(of_one);
                }
                several => {
                    let (first, second) = several.split_at(several.len() / 2);
                    open.extend([second, first]);
                }
            }
        }
        if let Some((edited, after)) = last {
            self.accept(&accepted, edited, after);
        }
        Ok(())
    }

    fn accept(&mut self, planned: &[&Planned], edited: Vec<EditedFile>, after: Linted) {
        for planned in planned {
            let policy = self.linted.policies.get(planned.policy);
            let directive = policy.and_then(|p| p.policy.connect_directive());
            let sources = directive.map(|(d, _)| d.sources.as_slice()).unwrap_or(&[]);
            let removed = planned.change.remove.iter().filter_map(|&i| sources.get(i));
            let (add, remove) = self.done.entry(planned.policy).or_default();
            add.extend(planned.change.add.iter().cloned());
            remove.extend(removed.map(|s| s.text.clone()));
        }
        self.overlay = overlaid(&self.overlay, &edited);
        for file in edited {
            self.old.entry(file.path).or_insert((file.name, file.old));
        }
        let last = std::mem::replace(&mut self.linted, after);
        self.before.get_or_insert(last);
    }

    fn ended(self, unfixed: &[Unfixed]) -> Fixed {
        let new: BTreeMap<_, _> = self.overlay.files().collect();
        let files = self.old.into_iter().filter_map(|(path, (name, old))| {
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
            files: files.collect(),
            changes: self.done.into_iter().filter_map(row).collect(),
            by_hand: unfixed.iter().map(Unfixed::to_string).collect(),
            linted: self.linted,
            before: self.before,
        }
    }
}
