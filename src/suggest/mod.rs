//! The smallest `connect-src` that lets all known endpoints through.
//!
//! One suggestion for each policy that governs a file, pages that hold the same policy together.
//! What is not known of an endpoint is listed, never guessed.

mod diffs;
mod smallest;

use crate::csp::{SourceKind, connect_sources};
use crate::discover::Overlay;
use crate::fix::{Change, Files, Planned, edits, normalised};
use crate::lint::{Linted, NeededUrl, PolicyNeeds, Uncovered};
use crate::policies::{LocatedPolicy, Scope};
use crate::results::{
    Disposition, PossiblyUnusedRow, Suggestion, SuggestionPolicy, Suggestions, UncoveredRow,
};
pub use smallest::{Granularity, smallest};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What to suggest by a run that was asked what policies need. `lint`: a run over files as they
/// are with some changes.
///
/// # Errors
/// When a run cannot be done.
pub fn suggest<E>(
    linted: &Linted,
    granularity: Granularity,
    lint: impl Fn(&Overlay) -> Result<Linted, E>,
) -> Result<Suggestions, E> {
    let files = Files::of(linted);
    let mut suggestions = Vec::new();
    let mut changes = Vec::new();
    for group in groups(linted) {
        let mut needs = PolicyNeeds::default();
        let members = group.iter().filter_map(|id| linted.needs.by_policy.get(id));
        members.for_each(|of_policy| needs.extend(of_policy));
        let suggestion = of_group(linted, &group, &needs, granularity);
        changes.push(planned(linted, &group, &suggestion.sources, &files));
        suggestions.push(suggestion);
    }
    let shown = diffs::of(linted, &changes, &files, lint)?;
    for (suggestion, shown) in suggestions.iter_mut().zip(shown) {
        match shown {
            Ok(diff) => suggestion.diff = diff,
            Err(why) => suggestion.no_diff = Some(why),
        }
    }
    let without = &linted.needs.without;
    if suggestions.is_empty() || !(without.urls.is_empty() && without.uncovered.is_empty()) {
        suggestions.push(of_group(linted, &[], without, granularity));
    }
    Ok(Suggestions {
        schema_version: 1,
        granularity: granularity.name().to_owned(),
        suggestions,
    })
}

/// The policies that govern something, those of pages that say the same together.
fn groups(linted: &Linted) -> Vec<Vec<usize>> {
    let mut out: Vec<Vec<usize>> = Vec::new();
    let mut by_text: BTreeMap<String, usize> = BTreeMap::new();
    for &id in &linted.governing {
        let Some(located) = linted.policies.get(id) else {
            continue;
        };
        let key = match located.scope {
            Scope::Page { .. } => located.written.text().to_owned(),
            _ => format!("\n{id}"),
        };
        match by_text.get(&key) {
            Some(&group) => out[group].push(id),
            None => {
                by_text.insert(key, out.len());
                out.push(vec![id]);
            }
        }
    }
    out
}

fn of_group(
    linted: &Linted,
    group: &[usize],
    needs: &PolicyNeeds,
    granularity: Granularity,
) -> Suggestion {
    let urls: Vec<&NeededUrl> = needs.urls.iter().map(Arc::as_ref).collect();
    let found = smallest(&urls, granularity);
    let policies: Vec<(usize, &LocatedPolicy)> = group
        .iter()
        .filter_map(|&id| Some((id, linted.policies.get(id)?)))
        .collect();
    let first = policies.first().map(|(_, located)| *located);
    let present: Vec<String> = first.map_or_else(Vec::new, |located| {
        let directive = located.policy.connect_directive();
        let sources = directive.into_iter().flat_map(|(d, _)| &d.sources);
        sources.map(|s| s.text.clone()).collect()
    });
    let missing = |from: &[String], of: &[String]| -> Vec<String> {
        from.iter().filter(|s| !of.contains(s)).cloned().collect()
    };
    let unused = linted
        .unused
        .iter()
        .filter(|u| group.first() == Some(&u.policy));
    Suggestion {
        policies: policies
            .iter()
            .map(|(id, located)| policy(*id, located))
            .collect(),
        disposition: first.map_or(Disposition::Enforce, |l| l.policy.disposition),
        header: format!("connect-src {}", found.sources.join(" ")),
        added: missing(&found.sources, &present),
        removed: missing(&present, &found.sources),
        present,
        sources: found.sources,
        diff: None,
        no_diff: None,
        uncovered: needs.uncovered.iter().map(|u| uncovered(u)).collect(),
        possibly_unused: unused
            .filter(|u| !u.reasons.is_empty())
            .map(|u| PossiblyUnusedRow {
                source: u.source.clone(),
                reasons: u.reasons.clone(),
            })
            .collect(),
        notes: found.notes,
    }
}

fn policy(id: usize, located: &LocatedPolicy) -> SuggestionPolicy {
    SuggestionPolicy {
        id,
        origin: located.origin.to_string(),
        directive: located
            .policy
            .connect_directive()
            .map(|(directive, _)| directive.name.clone()),
    }
}

fn uncovered(uncovered: &Uncovered) -> UncoveredRow {
    UncoveredRow {
        location: uncovered.location.clone(),
        api: uncovered.api.name().to_owned(),
        pattern: uncovered.pattern.clone(),
        reason: uncovered.reason.clone(),
    }
}

/// The changes that make these the sources of some policies.
fn planned(
    linted: &Linted,
    group: &[usize],
    sources: &[String],
    files: &Files,
) -> Result<Vec<Planned>, String> {
    let mut out = Vec::new();
    for &id in group {
        let Some(located) = linted.policies.get(id) else {
            continue;
        };
        let change = normalised(located, change(located, sources));
        if change == Change::default() {
            continue;
        }
        let edits = edits(located, &change, true, files);
        out.push(Planned {
            policy: id,
            change,
            is_whole: true,
            edits: edits.map_err(|why| format!("{}: {why}", located.origin))?,
        });
    }
    Ok(out)
}

/// What makes the sources of a policy these; parts that are not known stay.
fn change(located: &LocatedPolicy, sources: &[String]) -> Change {
    let Some((_, false)) = located.policy.connect_directive() else {
        return Change {
            add: sources.to_vec(),
            remove: BTreeSet::new(),
        };
    };
    let present = connect_sources(&located.policy);
    let is_open = present
        .iter()
        .any(|p| matches!(p.kind, SourceKind::Open(_)));
    let sources = match sources {
        // A part that is not known may be something.
        [none] if none == "'none'" && is_open => &[],
        sources => sources,
    };
    let is_there = |source: &&String| present.iter().any(|p| p.text == **source);
    let remove = present
        .iter()
        .enumerate()
        .filter(|(_, p)| !sources.contains(&p.text) && !matches!(p.kind, SourceKind::Open(_)));
    Change {
        add: sources.iter().filter(|s| !is_there(s)).cloned().collect(),
        remove: remove.map(|(i, _)| i).collect(),
    }
}
