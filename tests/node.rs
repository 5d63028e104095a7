//! Extraction against reality: small scripts are executed by Node with stubbed browser globals,
//! and what they requested is compared with the endpoints that were found for them.
//!
//! `tests/node/README.md` tells how a case is written. Without `node` on the `PATH` there is
//! nothing to compare with, and the test says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::print_stderr)]

mod common;

use connect_lint::js::{ScriptKind, ScriptText, lower};
use connect_lint::resolve::{Found, Settings, endpoints};
use connect_lint::value::{Charset, HoleKind, Part, Pattern};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
struct Case {
    file: String,
    name: String,
    line: u32,
    source: String,
    module: bool,
    /// Why nothing need be known of the URLs.
    hole: Option<String>,
    /// No request, and no endpoint.
    none: bool,
    throws: bool,
    /// `api url` of exact endpoints that no run requests, and why that is accepted.
    allow: Vec<String>,
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    page: String,
    calls: Vec<(String, String)>,
    error: Option<String>,
}

/// What the comparison came to.
#[derive(Default)]
struct Tally {
    observed: usize,
    covered: usize,
    known: usize,
}

#[test]
fn endpoints_are_what_scripts_request() {
    let Some(cases) = executed() else {
        let required = std::env::var_os("CONNECT_LINT_REQUIRE_NODE").is_some();
        assert!(!required, "node is not on the PATH");
        eprintln!("node is not on the PATH: nothing to compare with");
        return;
    };
    let only = std::env::var("NODE_CASE").unwrap_or_default();
    let mut tally = Tally::default();
    let mut failures = Vec::new();
    let mut count = 0;
    for case in cases.iter().filter(|c| c.name.contains(&only)) {
        count += 1;
        let found = found(case);
        let problems = problems(case, &found, &mut tally);
        if !problems.is_empty() {
            let rows: Vec<_> = found.iter().map(shown).collect();
            failures.push(format!(
                "{}:{} {}\n  {}\n  rows: {}",
                case.file,
                case.line,
                case.name,
                problems.join("\n  "),
                rows.join(", ")
            ));
        }
    }
    let summary = format!(
        "{count} cases, {} failing; {} requests, {} covered, {} with something known",
        failures.len(),
        tally.observed,
        tally.covered,
        tally.known
    );
    eprintln!("{summary}");
    assert!(failures.is_empty(), "{}\n{summary}", failures.join("\n"));
}

/// Runs every list file under Node.
fn executed() -> Option<Vec<Case>> {
    let flags = ["--experimental-vm-modules", "--no-warnings"];
    common::executed_by_node(&flags, "run.mjs", &[], "cases")
}

fn found(case: &Case) -> Vec<Found> {
    let script = ScriptText {
        text: &case.source,
        kind: ScriptKind::File,
        typescript: false,
        jsx: false,
        module: Some(case.module),
    };
    let (facts, issues) = lower(&[script]);
    assert!(issues.is_empty(), "{}: {issues:?}", case.name);
    endpoints(&facts, &Settings::default())
}

fn shown(found: &Found) -> String {
    format!("{} {} ({:?})", found.api.name(), found.url, found.guard)
}

fn problems(case: &Case, found: &[Found], tally: &mut Tally) -> Vec<String> {
    let mut problems = BTreeSet::new();
    if case.none && !found.is_empty() {
        problems.insert("endpoints, where there is none".to_owned());
    }
    for run in &case.runs {
        if let (false, Some(error)) = (case.throws, &run.error) {
            problems.insert(format!("did not run: {error}"));
        }
        for (api, url) in &run.calls {
            tally.observed += 1;
            let rows: Vec<_> = found
                .iter()
                .filter(|row| covers(row, api, url, &run.page))
                .collect();
            let known = rows.iter().any(|row| has_text(&row.url));
            tally.covered += usize::from(!rows.is_empty());
            tally.known += usize::from(known);
            if rows.is_empty() {
                problems.insert(format!("missed: {api} {url}"));
            } else if !known && case.hole.is_none() {
                problems.insert(format!("nothing known of: {api} {url}"));
            }
        }
    }
    let requested = case.runs.iter().any(|run| !run.calls.is_empty());
    if !requested && !case.none {
        problems.insert("requests nothing".to_owned());
    }
    for row in found {
        problems.extend(unobserved(case, row));
    }
    problems.into_iter().collect()
}

/// A row of which something is known must be what some run requests.
fn unobserved(case: &Case, row: &Found) -> Option<String> {
    let observed = case.runs.iter().any(|run| {
        run.calls
            .iter()
            .any(|(api, url)| covers(row, api, url, &run.page))
    });
    let allowed = case
        .allow
        .iter()
        .any(|a| a.split(" # ").next() == Some(&format!("{} {}", row.api.name(), row.url)));
    let claims = has_text(&row.url);
    (claims && !observed && !allowed).then(|| format!("never requested: {}", shown(row)))
}

fn has_text(pattern: &Pattern) -> bool {
    pattern.parts().is_empty()
        || pattern.parts().iter().any(|part| match part {
            Part::Text(_) => true,
            Part::Hole(hole) => hole.is_page(),
        })
}

fn covers(row: &Found, api: &str, url: &str, page: &str) -> bool {
    let page = url::Url::parse(page).unwrap();
    row.api.name() == api
        && row
            .guard
            .admits(page.scheme() == "https", page.port().is_some())
        && matches(row.url.parts(), url, &page)
}

/// Whether the text is one that the pattern describes, on this page.
fn matches(parts: &[Part], text: &str, page: &url::Url) -> bool {
    let Some((first, rest)) = parts.split_first() else {
        return text.is_empty();
    };
    let hole = match first {
        Part::Text(known) => {
            return text
                .strip_prefix(known.as_str())
                .is_some_and(|text| matches(rest, text, page));
        }
        Part::Hole(hole) => hole,
    };
    use url::quirks;
    let fixed = match hole.kind {
        HoleKind::PagePathname if hole.charset == Charset::PathStart => {
            // Of an address, it is all that follows the origin, as far as it goes.
            let path = &quirks::href(page)[quirks::origin(page).len()..];
            return (0..=path.len())
                .filter_map(|end| text.strip_prefix(path.get(..end)?))
                .any(|text| matches(rest, text, page));
        }
        HoleKind::PageOrigin => quirks::origin(page),
        HoleKind::PageProtocol => quirks::protocol(page).to_owned(),
        HoleKind::PageHost => quirks::host(page).to_owned(),
        HoleKind::PageHostname => quirks::hostname(page).to_owned(),
        HoleKind::PagePort => quirks::port(page).to_owned(),
        HoleKind::PageHref => quirks::href(page).to_owned(),
        HoleKind::PagePathname => quirks::pathname(page).to_owned(),
        HoleKind::PageSearch => quirks::search(page).to_owned(),
        HoleKind::PageHash => quirks::hash(page).to_owned(),
        HoleKind::ScriptUrl => page.join("/assets/app.js").unwrap().into(),
        _ => {
            let admitted = text
                .char_indices()
                .find(|&(_, c)| !hole.charset.admits(c) && hole.charset != Charset::Any)
                .map_or(text.len(), |(i, _)| i);
            return (0..=admitted)
                .filter(|&i| text.is_char_boundary(i))
                .any(|i| matches(rest, &text[i..], page));
        }
    };
    text.strip_prefix(fixed.as_str())
        .is_some_and(|text| matches(rest, text, page))
}
