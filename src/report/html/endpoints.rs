//! The endpoints of each origin, with their trails.

use super::graph::name;
use super::kind::{Kind, Subject};
use super::origins::Group;
use super::text::{place, prose, safe, source, url};
use crate::results::{Diagnostic, EndpointRow, Results, Suppressed};
use maud::{Markup, html};
use std::collections::HashMap;

/// The endpoints, by origin, and what filters them.
pub(super) fn endpoints(results: &Results, groups: &[Group<'_>], subject: Subject) -> Markup {
    if groups.is_empty() {
        return html! { p { "There are no endpoints." } };
    }
    let told = told(results);
    html! {
        section aria-labelledby="endpoints" {
            h2 id="endpoints" { "Endpoints" }
            (filters(groups, subject))
            @for (number, group) in groups.iter().enumerate() {
                section class="origin" id={ "origin-" (number) } {
                    h3 { (name(&group.origin)) " " span class="size" { (group.rows.len()) } }
                    @for (i, row) in &group.rows {
                        (endpoint(row, subject, results, told.get(i).copied().unwrap_or_default()))
                    }
                }
            }
        }
    }
}

/// Shown by the script, which makes them work.
fn filters(groups: &[Group<'_>], subject: Subject) -> Markup {
    let count = |kind| groups.iter().map(|group| group.count(kind)).sum::<usize>();
    html! {
        div class="filters" id="filters" role="group" aria-label="Filter the endpoints" hidden {
            @for kind in subject.kinds() {
                @let count = count(*kind);
                @if count > 0 {
                    button type="button" class={ "filter " (kind.name()) } data-kind=(kind.name()) aria-pressed="true" {
                        (kind.name()) " " span class="size" { (count) }
                    }
                }
            }
            label { span { "Text" } input type="search" id="search" placeholder="URL, file, API" autocomplete="off"; }
            button type="button" id="unfold" aria-pressed="false" { "Show all details" }
            p id="shown" role="status" {}
        }
    }
}

fn endpoint(row: &EndpointRow, subject: Subject, results: &Results, told: Told<'_>) -> Markup {
    let kind = subject.kind(row).name();
    let at = &row.location;
    html! {
        details class="endpoint" data-kind=(kind) {
            summary {
                span class={ "kind " (kind) } { (kind) }
                span class="what" { (url(&row.pattern)) " " span class="api" { (safe(&row.api)) }
                    @if told.suppressed.is_some() { " " span class="tag" { "suppressed" } }
                }
                (place(&at.file, at.line, at.column))
            }
            div class="detail" {
                @if let Some(reason) = &row.reason { p { (prose(reason)) } }
                (judged_by(row, results))
                (by_policy(row, results))
                @if let Some(reason) = told.suppressed.and_then(|one| one.reason.as_ref()) {
                    p { "Suppressed: " (safe(reason)) }
                }
                @if let Some(help) = told.help {
                    p class="help" { b { "Help: " } (prose(help)) }
                }
                @if !row.pages.is_empty() {
                    p { "On " @for (i, page) in row.pages.iter().enumerate() { @if i > 0 { ", " } (source(page)) } }
                }
                (trail(row))
            }
        }
    }
}

/// What each policy says, where there are several.
fn by_policy(row: &EndpointRow, results: &Results) -> Markup {
    html! {
        @if row.by_policy.len() > 1 {
            p { "Each policy by itself:" }
            ul class="each" {
                @for one in row.by_policy.iter() {
                    @let origin = results.policies.get(one.policy).map_or("a policy", |policy| &policy.origin);
                    @let kind = Kind::of(one.verdict).name();
                    li {
                        span class={ "kind " (kind) } { (kind) } " by "
                        a href={ "#policy-" (one.policy) } { (source(origin)) } ": " (prose(&one.reason))
                    }
                }
            }
        }
    }
}

/// The policy, directive and source that decided.
fn judged_by(row: &EndpointRow, results: &Results) -> Markup {
    let policy = row.policy.and_then(|id| results.policies.get(id));
    html! {
        @if let Some(policy) = policy {
            p {
                "Judged by " b { (safe(row.directive.as_deref().unwrap_or("the policy"))) } " of "
                a href={ "#policy-" (policy.id) } { (source(&policy.origin)) }
                @if let Some(matched) = &row.source { ", matched by " (source(matched)) }
            }
        }
        @if let Some(resolved) = row.resolved.as_ref().filter(|resolved| **resolved != row.pattern) {
            p { "Resolves to " (url(resolved)) }
        }
    }
}

fn trail(row: &EndpointRow) -> Markup {
    html! {
        @if row.trail.is_empty() {
            p class="none" { "The URL stands at the call." }
        } @else {
            p { "How the URL was found:" }
            ol class="trail" {
                @for step in &row.trail {
                    li { (place(&step.file, step.line, step.column)) " " (prose(&step.note)) }
                }
            }
        }
    }
}

/// What is told of an endpoint besides its verdict.
#[derive(Clone, Copy, Default)]
struct Told<'r> {
    help: Option<&'r str>,
    suppressed: Option<&'r Suppressed>,
}

/// What is told of endpoints that there are findings of, by their numbers.
fn told(results: &Results) -> HashMap<usize, Told<'_>> {
    let open = results.diagnostics.iter().map(|d| (d, None));
    let silent = results.suppressed.iter();
    let silent = silent.map(|one| (&one.diagnostic, Some(one)));
    let mut by_file: HashMap<&str, Vec<(&Diagnostic, Option<&Suppressed>)>> = HashMap::new();
    for (diagnostic, suppressed) in open.chain(silent) {
        if let Some(file) = &diagnostic.file {
            let of_file = by_file.entry(file).or_default();
            of_file.push((diagnostic, suppressed));
        }
    }
    let mut out = HashMap::new();
    for (i, row) in results.endpoints.iter().enumerate() {
        let all = by_file.get(&*row.location.file).map(Vec::as_slice);
        let found = all.unwrap_or_default().iter().find(|(d, _)| is_of(d, row));
        out.extend(found.map(|(diagnostic, suppressed)| {
            let help = diagnostic.help.as_deref();
            let suppressed = *suppressed;
            (i, Told { help, suppressed })
        }));
    }
    out
}

/// Whether a finding is of an endpoint: it stands in the call and names the URL.
fn is_of(diagnostic: &Diagnostic, row: &EndpointRow) -> bool {
    let at = &row.location;
    let Some(place) = diagnostic.line.zip(diagnostic.column) else {
        return false;
    };
    let is_within = (at.line, at.column) <= place && place <= (at.end_line, at.end_column);
    is_within && diagnostic.message.contains(&*format!("`{}`", row.pattern))
}
