//! Changes of policies: adding what is blocked, taking away what is not used.

use crate::csp::connect_sources;
use crate::fix::{Change, Files, Planned, edits, normalised};
use crate::lsp::diagnostics::endpoint_of;
use crate::lsp::locate::Located;
use crate::lsp::offers::Offered;
use crate::lsp::paths;
use crate::lsp::proposals::{Check, FileEdit, Proposal};
use crate::policies::{LocatedPolicy, Origin};
use crate::results::{Diagnostic, Disposition, VerdictKind};
use lsp_types::CodeAction;
use std::collections::{BTreeMap, BTreeSet};

/// How many policies are offered one by one.
const MOST: usize = 5;

/// What can be done about a finding.
pub(super) fn of_finding(located: &Located, found: &Diagnostic) -> Vec<Offered> {
    match found.code.as_str() {
        "blocked" | "report-only" => added(located, found),
        "unused-source" | "possibly-unused-source" => removed(located, found),
        _ => Vec::new(),
    }
}

/// Adding the source to each policy that blocks, and to all of them.
fn added(located: &Located, found: &Diagnostic) -> Vec<Offered> {
    let Some(row) = endpoint_of(located.analysis, found) else {
        return Vec::new();
    };
    let Some(source) = &row.suggestion else {
        return Vec::new();
    };
    let wanted = match found.code.as_str() {
        "report-only" => Disposition::Report,
        _ => Disposition::Enforce,
    };
    let files = Files::of(&located.analysis.linted);
    let blocking = row
        .by_policy
        .iter()
        .filter(|v| v.verdict == VerdictKind::Blocked);
    let changes = blocking.filter_map(|verdict| {
        let policy = located.analysis.linted.policies.get(verdict.policy)?;
        (policy.policy.disposition == wanted).then_some(())?;
        let add = vec![source.clone()];
        planned(located, verdict.policy, add, BTreeSet::new(), &files)
    });
    let mut changes: Vec<Planned> = changes.collect();
    // Policies that are made from one text are one.
    let mut known = Vec::new();
    changes.retain(|change| {
        let is_new = !known.contains(&change.edits);
        known.push(change.edits.clone());
        is_new
    });
    let mut out = Vec::new();
    if changes.len() > 1 {
        let title = format!(
            "Add `{source}` to all {} policies that block it",
            changes.len()
        );
        out.push(offered(located, title, changes.clone()));
    }
    for change in changes.into_iter().take(MOST) {
        let place = place(located, change.policy);
        let title = format!("Add `{source}` to `connect-src` in {place}");
        out.push(offered(located, title, vec![change]));
    }
    if let Some(first) = out.first_mut() {
        first.action.is_preferred = Some(true);
    }
    out
}

/// Taking away a source that nothing uses.
fn removed(located: &Located, found: &Diagnostic) -> Vec<Offered> {
    let linted = &located.analysis.linted;
    let files = Files::of(linted);
    let is_it = |policy: &LocatedPolicy, index: usize| {
        let source = connect_sources(&policy.policy).get(index);
        let place = source.and_then(|source| policy.written.place_of(&source.range));
        place.is_some_and(|p| *p.file == *located.name && Some(p.span) == found.span)
    };
    let unused = linted.unused.iter().filter(|unused| {
        let policy = linted.policies.get(unused.policy);
        policy.is_some_and(|policy| is_it(policy, unused.index))
    });
    let changes = unused.clone().filter_map(|unused| {
        let index = BTreeSet::from([unused.index]);
        planned(located, unused.policy, Vec::new(), index, &files)
    });
    let changes: Vec<Planned> = changes.collect();
    let Some(first) = unused.clone().next().filter(|_| !changes.is_empty()) else {
        return Vec::new();
    };
    let title = format!("Remove `{}`, which nothing uses", first.source);
    let mut out = offered(located, title, changes);
    out.action.is_preferred = Some(first.reasons.is_empty());
    vec![out]
}

/// Adding all that is missing: what the document's calls are blocked for, or what is blocked by
/// the policies that stand in it.
pub(super) fn fix_all(located: &Located) -> Option<Offered> {
    let linted = &located.analysis.linted;
    let mut wanted: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut want = |policy: usize, source: &String| {
        let sources = wanted.entry(policy).or_default();
        if !sources.contains(source) {
            sources.push(source.clone());
        }
    };
    for row in located.analysis.endpoints(&located.name) {
        let is_blocked = row.verdict == Some(VerdictKind::Blocked);
        for verdict in row.by_policy.iter().filter(|_| is_blocked) {
            if let (VerdictKind::Blocked, Some(source)) = (verdict.verdict, &row.suggestion) {
                want(verdict.policy, source);
            }
        }
    }
    for (id, policy) in linted.policies.iter().enumerate() {
        if policy.written.files().any(|file| **file == *located.name) {
            linted
                .needs
                .blocked_by(id)
                .iter()
                .for_each(|source| want(id, source));
        }
    }
    let files = Files::of(linted);
    let changes = wanted.into_iter().filter_map(|(id, add)| {
        let policy = linted.policies.get(id)?;
        // One that only reports blocks nothing.
        (policy.policy.disposition == Disposition::Enforce).then_some(())?;
        planned(located, id, add, BTreeSet::new(), &files)
    });
    let changes: Vec<Planned> = changes.collect();
    if changes.is_empty() {
        return None;
    }
    let title = "Add all that is blocked to the policies".to_owned();
    let mut out = offered(located, title, changes);
    out.action.kind = Some(super::FIX_ALL);
    Some(out)
}

/// A change of a policy, if its file can be edited and does not say so already.
fn planned(
    located: &Located,
    id: usize,
    mut add: Vec<String>,
    remove: BTreeSet<usize>,
    files: &Files,
) -> Option<Planned> {
    let policy = located.analysis.linted.policies.get(id)?;
    let present = connect_sources(&policy.policy);
    add.retain(|source| !present.iter().any(|p| p.text == *source));
    if add.is_empty() && remove.is_empty() {
        return None;
    }
    let change = normalised(policy, Change { add, remove });
    let edits = edits(policy, &change, false, files).ok()?;
    Some(Planned {
        policy: id,
        change,
        is_whole: false,
        edits,
    })
}

fn offered(located: &Located, title: String, planned: Vec<Planned>) -> Offered {
    let files = &located.analysis.linted.policy_files;
    let edits = planned.iter().flat_map(|planned| &planned.edits);
    let edits = edits.filter_map(|edit| {
        let file = files.iter().find(|file| file.name == edit.file)?;
        Some(FileEdit {
            path: paths::without_links(&file.path),
            edit: edit.clone(),
        })
    });
    Offered {
        action: CodeAction {
            title: crate::report::sanitize(&title).into_owned(),
            ..CodeAction::default()
        },
        proposal: Some(Proposal {
            candidates: vec![edits.collect()],
            check: Check::Policies(planned),
        }),
    }
}

/// Where a policy stands, for people.
fn place(located: &Located, id: usize) -> String {
    match located
        .analysis
        .linted
        .policies
        .get(id)
        .map(|policy| &policy.origin)
    {
        Some(Origin::File { path, line }) => {
            format!("{}:{line}", located.analysis.shown(path))
        }
        Some(Origin::Flag(flag)) => (*flag).to_owned(),
        None => String::new(),
    }
}
