//! The findings with their help, and what is merely worth knowing.

use super::text::{place, prose, safe};
use crate::report::options::ReportOptions;
use crate::report::shown::{Shown, page_of, severity_name, shown, worst_first};
use crate::results::{Diagnostic, Results, Severity, Suppressed, SuppressedBy};
use maud::{Markup, html};

/// Most remarks that are listed.
const MAX_NOTES: usize = 1_000;

/// Errors and warnings, the worst first.
pub(super) fn findings(results: &Results, options: &ReportOptions) -> Markup {
    let all = worst_first(shown(results, options));
    let all: Vec<_> = all
        .iter()
        .filter(|shown| shown.diagnostic.severity > Severity::Info)
        .collect();
    html! {
        section aria-labelledby="findings" {
            h2 id="findings" { "Findings " span class="size" { (all.len()) } }
            @if all.is_empty() {
                p { "There is nothing to complain about." }
            } @else {
                ol class="findings" { @for shown in &all { (finding(shown)) } }
            }
            (suppressed(&results.suppressed))
        }
    }
}

fn finding(shown: &Shown<'_>) -> Markup {
    let diagnostic = shown.diagnostic;
    let severity = severity_name(diagnostic.severity);
    html! {
        li class="finding" {
            p class="head" {
                span class={ "severity " (severity) } { (severity) } " " (code(diagnostic)) " "
                @if diagnostic.file.is_some() { (place(shown.file, shown.line, shown.column)) }
            }
            p { (prose(&diagnostic.message)) }
            @if let Some(help) = &diagnostic.help { p class="help" { b { "Help: " } (prose(help)) } }
        }
    }
}

fn code(diagnostic: &Diagnostic) -> Markup {
    html! {
        @match page_of(&diagnostic.code) {
            Some(url) => a class="code" href=(url) { (safe(&diagnostic.code)) },
            None => span class="code" { (safe(&diagnostic.code)) },
        }
    }
}

fn suppressed(all: &[Suppressed]) -> Markup {
    if all.is_empty() {
        return html! {};
    }
    html! {
        details class="notes" {
            summary { "Suppressed " span class="size" { (all.len()) } }
            ul {
                @for one in all.iter().take(MAX_NOTES) {
                    li {
                        (note(&one.diagnostic)) " "
                        span class="tag" {
                            @match one.by { SuppressedBy::Inline => "in the source", SuppressedBy::Baseline => "baseline" }
                        }
                        @if let Some(reason) = &one.reason { " " (safe(reason)) }
                    }
                }
                (more(all.len()))
            }
        }
    }
}

/// What is merely worth knowing.
pub(super) fn notes(results: &Results) -> Markup {
    let all = results.diagnostics.iter();
    let all: Vec<_> = all.filter(|d| d.severity == Severity::Info).collect();
    if all.is_empty() {
        return html! {};
    }
    html! {
        section aria-labelledby="notes" {
            h2 id="notes" { "Notes" }
            details class="notes" {
                summary { "Skipped files and other notes " span class="size" { (all.len()) } }
                ul {
                    @for one in all.iter().take(MAX_NOTES) { li { (note(one)) } }
                    (more(all.len()))
                }
            }
        }
    }
}

fn note(diagnostic: &Diagnostic) -> Markup {
    html! {
        (code(diagnostic)) " "
        @if let Some(file) = &diagnostic.file {
            (place(file, diagnostic.line.unwrap_or(1), diagnostic.column.unwrap_or(1))) " "
        }
        (prose(&diagnostic.message))
    }
}

fn more(all: usize) -> Markup {
    html! {
        @if let Some(more) = all.checked_sub(MAX_NOTES).filter(|more| *more > 0) {
            li { "and " (more) " more" }
        }
    }
}
