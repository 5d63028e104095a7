//! One page for people: it holds all that it needs, so that it can be sent around, and its own
//! policy lets nothing in from elsewhere. It works without its script, which only filters.

mod endpoints;
mod findings;
mod graph;
mod kind;
mod origins;
mod text;

use super::options::ReportOptions;
use super::text::counted;
use super::{Reporter, Sources};
use crate::results::{Disposition, PolicyRow, Results};
use base64::Engine;
use kind::{Kind, Subject};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};
use std::io::{self, Write};
use text::{safe, source};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// From so many rows on a page is a long one.
const LONG: usize = 1_000;

/// The reporter of a page.
#[derive(Debug, Clone)]
pub struct Page {
    options: ReportOptions,
    subject: Subject,
}

impl Page {
    /// A page of verdicts.
    pub fn verdicts(options: ReportOptions) -> Self {
        Self::about(Subject::Verdicts, options)
    }

    /// A page of endpoints.
    pub fn inventory(options: ReportOptions) -> Self {
        Self::about(Subject::Inventory, options)
    }

    /// A page has everything, however much is wanted in a terminal.
    fn about(subject: Subject, mut options: ReportOptions) -> Self {
        options.text.quiet = false;
        Page { options, subject }
    }

    fn document(&self, results: &Results) -> Markup {
        let groups = origins::groups(results, self.subject);
        let (style, script) = (lines(STYLE), lines(SCRIPT));
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy(&style, &script));
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    title { "connect-lint: " (title(results, self.subject)) }
                    style { (PreEscaped(style.as_str())) }
                }
                body class=[is_long(results).then_some("long")] {
                    (header(results, self.subject))
                    main {
                        (graph::graph(&groups, self.subject))
                        (findings::findings(results, &self.options))
                        (endpoints::endpoints(results, &groups, self.subject))
                        (policies(&results.policies))
                        (findings::notes(results))
                    }
                    footer {
                        p {
                            "Made by "
                            a href=(env!("CARGO_PKG_REPOSITORY")) { "connect-lint " (env!("CARGO_PKG_VERSION")) }
                            ". URLs in braces have parts that are not known before the program runs."
                        }
                    }
                    script { (PreEscaped(script.as_str())) }
                }
            }
        }
    }
}

impl Reporter for Page {
    fn write(&self, results: &Results, _: &dyn Sources, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.document(results).into_string().as_bytes())?;
        out.write_all(b"\n")?;
        out.flush()
    }
}

/// The page's own policy: nothing but this very style and script.
fn policy(style: &str, script: &str) -> String {
    format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
        hash(script),
        hash(style)
    )
}

/// The source expression of an inline text (CSP Level 3 §2.3.1 `hash-source`).
fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let digest = base64::engine::general_purpose::STANDARD.encode(digest);
    format!("sha256-{digest}")
}

/// With line feeds only: a parser of HTML makes them so before anything is hashed.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Whether parts that are not in sight are better not laid out.
fn is_long(results: &Results) -> bool {
    results.endpoints.len() + results.diagnostics.len() > LONG
}

fn title(results: &Results, subject: Subject) -> String {
    let summary = &results.summary;
    match subject {
        Subject::Verdicts => format!("{} blocked", counted(summary.blocked, "endpoint")),
        Subject::Inventory => counted(summary.endpoints, "endpoint"),
    }
}

fn header(results: &Results, subject: Subject) -> Markup {
    let summary = &results.summary;
    let files = counted(summary.files, "file");
    html! {
        header {
            h1 { "connect-lint" }
            p class="about" {
                (counted(summary.endpoints, "endpoint")) " in " (files)
                @if let Some(url) = &results.page_url { ", on " (source(url)) }
                @if subject == Subject::Verdicts {
                    ": " (counted(summary.errors, "error")) ", " (counted(summary.warnings, "warning"))
                }
            }
            ul class="counts" {
                @for kind in subject.kinds() {
                    @let count = Kind::count(*kind, results, subject);
                    @if count > 0 || kind.is_usual() {
                        li class={ "count " (kind.name()) } {
                            strong { (count) } " " span { (kind.name()) }
                        }
                    }
                }
            }
            (contents(results))
        }
    }
}

/// Links to the parts of the page.
fn contents(results: &Results) -> Markup {
    let has_endpoints = !results.endpoints.is_empty();
    let parts = [
        ("graph", "Origins", has_endpoints),
        ("findings", "Findings", true),
        ("endpoints", "Endpoints", has_endpoints),
        ("policies", "Policies", !results.policies.is_empty()),
    ];
    html! {
        nav aria-label="Parts of the page" {
            @for (id, name, _) in parts.iter().filter(|(_, _, is_there)| *is_there) {
                a href={ "#" (id) } { (name) }
            }
        }
    }
}

fn policies(all: &[PolicyRow]) -> Markup {
    if all.is_empty() {
        return html! {};
    }
    html! {
        section aria-labelledby="policies" {
            h2 id="policies" { "Policies" }
            ul class="policies" {
                @for policy in all {
                    li id={ "policy-" (policy.id) } {
                        p {
                            (source(&policy.origin))
                            @if policy.disposition == Disposition::Report { " " span class="tag" { "report-only" } }
                        }
                        p class="sources" {
                            @match &policy.directive {
                                Some(directive) => b { (safe(directive)) },
                                None => i { "governs no connections" },
                            }
                            @for one in &policy.sources { " " (source(one)) }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{findings, texts, written};
    use super::*;

    fn page() -> String {
        written(
            &Page::verdicts(ReportOptions::default()),
            &findings(),
            &texts(),
        )
    }

    #[test]
    fn the_page() {
        let page = page();
        let body = page.split("<body>").nth(1).unwrap_or_default();
        let body = body.split("<script>").next().unwrap_or_default();
        insta::assert_snapshot!(body.replace("><", ">\n<"));
    }

    #[test]
    fn its_policy_is_strict_and_nothing_needs_more() {
        let page = page();
        assert!(page.contains("default-src 'none'; script-src 'sha256-"));
        for needs_more in [
            " style=",
            "onclick",
            "src=",
            "@import",
            "url(",
            "unsafe-inline",
        ] {
            assert!(!page.contains(needs_more), "{needs_more}");
        }
        assert_eq!(page.matches("<script").count(), 1);
        assert!(!page.contains('\u{1b}') && !page.contains('\u{202e}'));
    }
}
