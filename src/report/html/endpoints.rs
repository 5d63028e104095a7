//! The endpoints of each origin, with their trails.

use super::graph::name;
use super::kind::{Kind, Subject};
use super::origins::Group;
use super::text::{place, prose, safe, source, url};
use crate::results::{Diagnostic, EndpointRow, Results};
use maud::{Markup, html};
use std::collections::HashMap;

/// The endpoints, by origin, and what filters them.
pub(super) fn endpoints(results: &Results, groups: &[Group<'_>], subject: Subject) -> Markup {
    if groups.is_empty() {
        return html! { p { "There are no endpoints." } };
    }
    let helps = helps(results);
    html! {
        section aria-labelledby="endpoints" {
            h2 id="endpoints" { "Endpoints" }
            (filters(groups, subject))
            @for (number, group) in groups.iter().enumerate() {
                section class="origin" id={ "origin-" (number) } {
                    h3 { (name(&group.origin)) " " span class="size" { (group.rows.len()) } }
                    @for (i, row) in &group.rows {
                        (endpoint(row, subject, results, helps.get(i).copied()))
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

fn endpoint(
    row: &EndpointRow,
    subject: Subject,
    results: &Results,
    help: Option<&Diagnostic>,
) -> Markup {
    let kind = subject.kind(row).name();
    let at = &row.location;
    html! {
        details class="endpoint" data-kind=(kind) {
            summary {
                span class={ "kind " (kind) } { (kind) }
                span class="what" { (url(&row.pattern)) " " span class="api" { (safe(&row.api)) } }
                (place(&at.file, at.line, at.column))
            }
            div class="detail" {
                @if let Some(reason) = &row.reason { p { (prose(reason)) } }
                (judged_by(row, results))
                (by_policy(row, results))
                @if let Some(help) = help.and_then(|finding| finding.help.as_ref()) {
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
                @for one in &row.by_policy {
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

/// The finding of each endpoint that has one, by the endpoint's number.
fn helps(results: &Results) -> HashMap<usize, &Diagnostic> {
    let mut by_file: HashMap<&str, Vec<&Diagnostic>> = HashMap::new();
    for diagnostic in results.diagnostics.iter().filter(|d| d.help.is_some()) {
        if let Some(file) = &diagnostic.file {
            by_file.entry(file).or_default().push(diagnostic);
        }
    }
    let mut out = HashMap::new();
    for (i, row) in results.endpoints.iter().enumerate() {
        let all = by_file.get(&*row.location.file).map(Vec::as_slice);
        let found = all.unwrap_or_default().iter().find(|d| is_of(d, row));
        out.extend(found.map(|diagnostic| (i, *diagnostic)));
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
