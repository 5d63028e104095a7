//! Which policies are to change, and how.

use super::added::{self, inherited};
use super::edit::Edit;
use super::{Change, Files, FixOptions, Planned, list, text};
use crate::csp::{SourceKind, connect_sources};
use crate::lint::Linted;
use crate::policies::{LocatedPolicy, Origin, Quoting, Scope};
use crate::results::Disposition;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What is to be done.
pub(super) struct Plan {
    pub(super) planned: Vec<Planned>,
    pub(super) unfixed: Vec<Unfixed>,
}

/// A policy that is to be changed by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unfixed {
    origin: String,
    /// What to do.
    what: String,
    why: String,
}

impl fmt::Display for Unfixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is not changed: {}; {}",
            self.origin, self.why, self.what
        )
    }
}

/// Works out what to change. `dropped`: the policies that cannot be, and why.
pub(super) fn plan(
    linted: &Linted,
    options: FixOptions,
    files: &Files,
    dropped: &BTreeMap<usize, String>,
) -> Plan {
    let mut out = Plan {
        planned: Vec::new(),
        unfixed: Vec::new(),
    };
    for (id, located) in linted.policies.iter().enumerate() {
        // One that only reports blocks nothing, and may be there to report.
        if located.policy.disposition == Disposition::Report {
            continue;
        }
        let present = connect_sources(&located.policy);
        let mut add = linted.needs.blocked_by(id);
        // What is there already and does not help is no help a second time.
        add.retain(|source| !present.iter().any(|p| p.text == *source));
        let remove: BTreeSet<usize> = match options.unused {
            true => linted.removable(id).collect(),
            false => BTreeSet::new(),
        };
        if add.is_empty() && remove.is_empty() {
            continue;
        }
        let change = normalised(located, Change { add, remove });
        let made = match dropped.get(&id) {
            Some(why) => Err(why.clone()),
            None => edits(located, &change, false, files),
        };
        match made {
            Ok(edits) => out.planned.push(Planned {
                policy: id,
                change,
                is_whole: false,
                edits,
            }),
            Err(why) => out.unfixed.push(Unfixed {
                origin: origin(located),
                what: by_hand(located, &change),
                why,
            }),
        }
    }
    agree(linted, &mut out, files);
    out
}

fn origin(located: &LocatedPolicy) -> String {
    match &located.origin {
        Origin::Flag(flag) => format!("the policy of `{flag}`"),
        Origin::File { .. } => format!("the policy at {}", located.origin),
    }
}

fn by_hand(located: &LocatedPolicy, change: &Change) -> String {
    let directive = located.policy.connect_directive();
    let sources = directive.map(|(d, _)| d.sources.as_slice()).unwrap_or(&[]);
    let removed = change.remove.iter().filter_map(|&i| sources.get(i));
    let removed: Vec<_> = removed.map(|s| s.text.as_str()).collect();
    let add = change.add.join(" ");
    match (directive, add.is_empty()) {
        (Some((_, true)), _) => {
            let kept = directive
                .and_then(|(d, _)| inherited(d))
                .unwrap_or_default();
            format!(
                "add `connect-src {}` by hand",
                [kept, change.add.clone()].concat().join(" ")
            )
        }
        (_, false) => format!("add `{add}` to `connect-src` by hand"),
        (_, true) => format!("take `{}` away by hand", removed.join(" ")),
    }
}

/// With what `'none'` asks for: alone it goes where something comes, and comes where all goes.
pub(crate) fn normalised(located: &LocatedPolicy, mut change: Change) -> Change {
    let Some((directive, false)) = located.policy.connect_directive() else {
        return change;
    };
    let sources = &directive.sources;
    if let [one] = sources.as_slice()
        && one.kind == SourceKind::None
        && !change.add.is_empty()
    {
        change.remove.insert(0);
    }
    let all_go = (0..sources.len()).all(|i| change.remove.contains(&i));
    if all_go && change.add.is_empty() {
        change.add.push("'none'".to_owned());
    }
    change
}

/// The edits that make a change. `is_whole`: a new directive has the added sources only.
///
/// # Errors
/// Why there are none, for people.
pub(crate) fn edits(
    located: &LocatedPolicy,
    change: &Change,
    is_whole: bool,
    files: &Files,
) -> Result<Vec<Edit>, String> {
    let edits = made(located, change, is_whole, files)?;
    Ok(files.by_first_name(edits))
}

fn made(
    located: &LocatedPolicy,
    change: &Change,
    is_whole: bool,
    files: &Files,
) -> Result<Vec<Edit>, String> {
    let change = &normalised(located, change.clone());
    let written = &located.written;
    let not_literal = || match (&located.origin, written.start()) {
        (Origin::Flag(_), _) => "it stands in no file".to_owned(),
        (_, None) if matches!(located.scope, Scope::Site | Scope::Override(_)) => {
            "it is given there, not read from where it is sent".to_owned()
        }
        (_, None) => "it is made by the tool, and stands nowhere".to_owned(),
        _ if cannot_hold(located, change) => {
            "the quotes that it stands in cannot hold the sources".to_owned()
        }
        _ => "its text is not literal there".to_owned(),
    };
    match located.policy.connect_directive() {
        Some((directive, false)) => {
            let in_list = written
                .list(&directive.name)
                .and_then(|list| list::change(list, directive, change, files));
            in_list
                .or_else(|| text::change(written, directive, change, files))
                .ok_or_else(not_literal)
        }
        default => {
            let mut sources = match default {
                Some((directive, _)) if !is_whole => inherited(directive)
                    .ok_or_else(|| "not all sources of `default-src` are known".to_owned())?,
                _ => Vec::new(),
            };
            sources.extend(change.add.iter().cloned());
            added::directive(written, &located.policy, &sources, files).ok_or_else(not_literal)
        }
    }
}

/// Whether a policy stands in quotes without escapes that are in the sources too.
fn cannot_hold(located: &LocatedPolicy, change: &Change) -> bool {
    let all = 0..located.written.text().len();
    let mut parts = located.written.parts_of(&all);
    let holds = |quoting: Quoting| change.add.iter().all(|s| quoting.escaped(s).is_some());
    parts.any(|(_, _, quoting)| matches!(quoting, Quoting::Raw(_)) && !holds(quoting))
}

/// Policies that are written at one place change alike.
fn agree(linted: &Linted, plan: &mut Plan, files: &Files) {
    let clash = |a: &Planned, b: &Planned| {
        let meets = |edit: &Edit| b.edits.iter().any(|other| other.meets(edit));
        a.edits != b.edits && a.edits.iter().any(meets)
    };
    let mut i = 0;
    while i < plan.planned.len() {
        let other =
            (i + 1..plan.planned.len()).find(|&j| clash(&plan.planned[i], &plan.planned[j]));
        let Some(j) = other else {
            i += 1;
            continue;
        };
        let (a, b) = (
            plan.planned[i].change.clone(),
            plan.planned[j].change.clone(),
        );
        let mut both = a.clone();
        let new = b.add.into_iter().filter(|s| !a.add.contains(s));
        both.add.extend(new);
        both.remove = a.remove.intersection(&b.remove).copied().collect();
        let again = |planned: &Planned| {
            let located = linted.policies.get(planned.policy)?;
            let change = normalised(located, both.clone());
            let edits = edits(located, &change, false, files).ok()?;
            Some(Planned {
                change,
                edits,
                ..planned.clone()
            })
        };
        match (again(&plan.planned[i]), again(&plan.planned[j])) {
            (Some(first), Some(second)) if !clash(&first, &second) => {
                plan.planned[i] = first;
                plan.planned[j] = second;
            }
            _ => {
                let dropped = plan.planned.remove(j);
                if let Some(located) = linted.policies.get(dropped.policy) {
                    plan.unfixed.push(Unfixed {
                        origin: origin(located),
                        what: by_hand(located, &dropped.change),
                        why: "another policy is written at the same place".to_owned(),
                    });
                }
            }
        }
    }
}

/// Those that change one place belong together.
pub(super) fn groups(planned: &[Planned]) -> Vec<Vec<&Planned>> {
    let mut out: Vec<Vec<&Planned>> = Vec::new();
    for one in planned {
        let shares = |group: &Vec<&Planned>| {
            let all = group.iter().flat_map(|p| &p.edits);
            all.clone().any(|edit| one.edits.contains(edit))
        };
        match out.iter_mut().find(|group| shares(group)) {
            Some(group) => group.push(one),
            None => out.push(vec![one]),
        }
    }
    out
}
