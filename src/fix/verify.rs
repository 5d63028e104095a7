//! Whether edited files say what they are meant to: the same policies with the sources that were
//! added, and no finding that was not there.

use super::Planned;
use super::added::inherited;
use crate::csp::Policy;
use crate::lint::Linted;
use crate::policies::{LocatedPolicy, Origin};
use crate::results::{Results, Severity, VerdictKind};
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong with the edited files, if anything.
pub(super) fn problem(before: &Linted, after: &Linted, plan: &[&Planned]) -> Option<String> {
    if before.policies.len() != after.policies.len() {
        return Some("the edited files would hold another number of policies".to_owned());
    }
    let added: BTreeSet<&str> = plan
        .iter()
        .flat_map(|planned| planned.change.add.iter().map(String::as_str))
        .collect();
    for (id, (old, new)) in before.policies.iter().zip(&after.policies).enumerate() {
        let planned = plan.iter().find(|planned| planned.policy == id).copied();
        if !is_as_planned(old, new, planned, &added) {
            let origin = &old.origin;
            return Some(format!(
                "the policy at {origin} would be another than intended"
            ));
        }
    }
    new_finding(&before.results, &after.results)
}

fn is_as_planned(
    old: &LocatedPolicy,
    new: &LocatedPolicy,
    planned: Option<&Planned>,
    added: &BTreeSet<&str>,
) -> bool {
    let file = |located: &LocatedPolicy| match &located.origin {
        Origin::File { path, .. } => path.clone(),
        Origin::Flag(flag) => (*flag).into(),
    };
    let scope = |located: &LocatedPolicy| std::mem::discriminant(&located.scope);
    let same_place = file(old) == file(new) && scope(old) == scope(new);
    let (old, new) = (&old.policy, &new.policy);
    same_place
        && old.disposition == new.disposition
        && old.open == new.open
        && others(old) == others(new)
        && connections(old, new, planned, added)
}

/// The directives that no change is meant for.
fn others(policy: &Policy) -> Vec<(&str, Vec<&str>)> {
    let kept = policy
        .directives
        .iter()
        .filter(|d| d.name != "connect-src" || d.duplicate);
    let texts = kept.map(|d| {
        let sources = d.sources.iter().map(|s| s.text.as_str()).collect();
        (d.name.as_str(), sources)
    });
    texts.collect()
}

/// Whether what governs connections is what was planned. A constant that several policies are
/// made from changes all of them: those that no change was planned for may gain sources too.
fn connections(
    old: &Policy,
    new: &Policy,
    planned: Option<&Planned>,
    added: &BTreeSet<&str>,
) -> bool {
    let own = |policy: &Policy| {
        let connect = policy.connect_directive().filter(|(_, fallback)| !fallback);
        connect.map(|(directive, _)| directive.clone())
    };
    let (before, after) = (own(old), own(new));
    let Some(planned) = planned else {
        return match (before, after) {
            (Some(before), Some(after)) => {
                let (before, after) = (texts(&before.sources), texts(&after.sources));
                let is_added = |s: &&String| added.contains(s.as_str());
                let is_kept = |s: &&String| *s != "'none'" && !after.contains(s);
                !before.iter().any(|s| is_kept(&s))
                    && after
                        .iter()
                        .filter(|s| !before.contains(s))
                        .all(|s| is_added(&s))
            }
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
    };
    let Some(after) = after else { return false };
    let mut wanted: Vec<String> = match &before {
        Some(before) => {
            let kept = before.sources.iter().enumerate();
            kept.filter(|(i, _)| !planned.change.remove.contains(i))
                .map(|(_, s)| s.text.clone())
                .collect()
        }
        None if planned.is_whole => Vec::new(),
        None => {
            let default = old.connect_directive();
            default.and_then(|(d, _)| inherited(d)).unwrap_or_default()
        }
    };
    wanted.extend(planned.change.add.iter().cloned());
    let mut there = texts(&after.sources);
    wanted.sort();
    there.sort();
    wanted == there && !after.non_ascii
}

fn texts(sources: &[crate::csp::Source]) -> Vec<String> {
    sources.iter().map(|s| s.text.clone()).collect()
}

/// A finding that was not there, in words. Positions may differ.
fn new_finding(before: &Results, after: &Results) -> Option<String> {
    let (old, new) = (mistakes(before), mistakes(after));
    if let Some((code, file)) = first_new(&old, &new) {
        return Some(format!("`{code}` would be new in {file}"));
    }
    let (old, new) = (blocked(before), blocked(after));
    first_new(&old, &new).map(|(url, file)| format!("`{url}` would be blocked in {file}"))
}

type Counts<'a> = BTreeMap<(&'a str, &'a str), usize>;

fn first_new<'a>(old: &Counts, new: &Counts<'a>) -> Option<(&'a str, &'a str)> {
    let more =
        |(key, count): &(&(&str, &str), &usize)| old.get(*key).copied().unwrap_or(0) < **count;
    new.iter().find(more).map(|(key, _)| *key)
}

/// Mistakes in policies and files; what is told of endpoints is compared by verdicts.
fn mistakes(results: &Results) -> Counts<'_> {
    let of_endpoints = ["blocked", "depends", "unknown", "report-only"];
    let of_sources = ["unused-source", "possibly-unused-source"];
    let mut out = Counts::new();
    for diagnostic in &results.diagnostics {
        let code = diagnostic.code.as_str();
        let is_other = of_endpoints.contains(&code) || of_sources.contains(&code);
        if diagnostic.severity >= Severity::Warning && !is_other {
            let file = diagnostic.file.as_deref().unwrap_or("");
            *out.entry((code, file)).or_default() += 1;
        }
    }
    out
}

/// The endpoints that are blocked; an endpoint with a row for each page counts once.
fn blocked(results: &Results) -> Counts<'_> {
    let rows = results.endpoints.iter();
    rows.filter(|row| row.verdict == Some(VerdictKind::Blocked))
        .map(|row| ((row.pattern.as_str(), row.location.file.as_str()), 1))
        .collect()
}
