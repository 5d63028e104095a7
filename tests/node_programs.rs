//! Whole programs against reality: each is bundled by esbuild and executed by Node with stubbed
//! browser globals, and what it requested is compared with what the binary lists for its files.
//!
//! `tests/node/README.md` tells how a program is written. Without Node and what
//! `tests/node/install` installs there is nothing to compare with, and the test says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::print_stderr)]

mod common;

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use url::Url;

/// How many of the requests must be known, in percent.
const LEAST_RECALL: usize = 95;

#[derive(Deserialize)]
struct Case {
    group: String,
    name: String,
    line: u32,
    dir: PathBuf,
    /// It has a `connect-lint.toml`.
    configured: bool,
    /// Of the linter.
    flags: Vec<String>,
    /// Why nothing can be known of the URLs.
    hole: Option<String>,
    /// No request, and no endpoint.
    none: bool,
    throws: bool,
    /// `api url # why` of endpoints that no run requests.
    allow: Vec<String>,
    /// `api url # why` of requests that are not found.
    miss: Vec<String>,
    /// `file:line pattern` of every endpoint, if the case says where they stand.
    marks: Vec<String>,
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    page: String,
    calls: Vec<(String, String)>,
    error: Option<String>,
}

/// An endpoint as `--format json` tells it.
#[derive(Deserialize)]
struct Row {
    file: String,
    line: u32,
    column: u32,
    api: String,
    pattern: String,
    certainty: String,
}

#[derive(Deserialize)]
struct Report {
    endpoints: Vec<Row>,
}

/// The requests of a group, each once per case.
#[derive(Default)]
struct Tally {
    cases: usize,
    observed: usize,
    known: usize,
    /// Those whose origin is known too: the URL begins with a text or the page's own.
    rooted: usize,
    /// Those of which nothing can be known.
    beyond: usize,
    /// Exact URLs that are listed and never requested, each with a reason in its case.
    untrue: usize,
}

#[test]
fn endpoints_are_what_programs_request() {
    let folder = tempfile::tempdir().unwrap();
    let Some(cases) = executed(folder.path()) else {
        let required = std::env::var_os("CONNECT_LINT_REQUIRE_NODE").is_some();
        let missing = "no Node, or tests/node/install was not run";
        assert!(!required, "{missing}");
        eprintln!("{missing}: nothing to compare with");
        return;
    };
    let only = std::env::var("NODE_CASE").unwrap_or_default();
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut failures = Vec::new();
    for case in cases.iter().filter(|case| case.name.contains(&only)) {
        let rows = listed(case);
        let tally = tallies.entry(&case.group).or_default();
        let problems = problems(case, &rows, tally);
        if !problems.is_empty() {
            let rows: Vec<_> = rows.iter().map(shown).collect();
            failures.push(format!(
                "{}.txt:{} {}\n  {}\n  rows: {}",
                case.group,
                case.line,
                case.name,
                problems.join("\n  "),
                rows.join("\n        ")
            ));
        }
    }
    let mut total = Tally::default();
    let mut summary = String::new();
    for (group, tally) in &tallies {
        summary += &recall(group, tally);
        total.add(tally);
    }
    summary += &recall("all", &total);
    eprintln!("{summary}");
    assert!(failures.is_empty(), "{}\n{summary}", failures.join("\n"));
    let enough = total.known * 100 >= total.observed * LEAST_RECALL;
    assert!(enough, "recall is too low\n{summary}");
}

impl Tally {
    fn add(&mut self, other: &Tally) {
        self.cases += other.cases;
        self.observed += other.observed;
        self.known += other.known;
        self.rooted += other.rooted;
        self.beyond += other.beyond;
        self.untrue += other.untrue;
    }
}

fn recall(group: &str, tally: &Tally) -> String {
    let Tally {
        cases,
        observed,
        known,
        rooted,
        beyond,
        untrue,
    } = tally;
    format!(
        "{group}: {cases} programs, {known} of {observed} requests known, {rooted} from the origin on; \
         {beyond} more of which nothing can be known; {untrue} URLs that are never requested\n"
    )
}

/// Runs every list file under Node; the programs stay in the folder.
fn executed(folder: &Path) -> Option<Vec<Case>> {
    let node = common::root().join("tests/node");
    if !node.join("node_modules/esbuild").is_dir() {
        return None;
    }
    common::executed_by_node(&["--no-warnings"], "programs.mjs", &[folder], "programs")
}

/// What the binary lists, in the folder of the program.
fn listed(case: &Case) -> Vec<Row> {
    let mut args = vec!["endpoints", "--format", "json"];
    if !case.configured {
        args.push("--no-config");
    }
    args.extend(case.flags.iter().map(String::as_str));
    let ran = common::run(&case.dir, &args);
    let report: Report = serde_json::from_str(&ran.out)
        .unwrap_or_else(|error| panic!("{}: {error}\n{}\n{}", case.name, ran.out, ran.err));
    report.endpoints
}

fn shown(row: &Row) -> String {
    let Row {
        file,
        line,
        column,
        api,
        pattern,
        certainty,
    } = row;
    format!("{file}:{line}:{column} {api} {pattern} [{certainty}]")
}

fn problems(case: &Case, rows: &[Row], tally: &mut Tally) -> Vec<String> {
    let mut problems = BTreeSet::new();
    tally.cases += 1;
    if case.none && !rows.is_empty() {
        problems.insert("endpoints, where there is none".to_owned());
    }
    for error in case.runs.iter().filter_map(|run| run.error.as_ref()) {
        if !case.throws {
            problems.insert(format!("did not run: {error}"));
        }
    }
    let calls = || {
        case.runs
            .iter()
            .flat_map(|run| run.calls.iter().map(|c| (c, &run.page)))
    };
    if calls().next().is_none() && !case.none {
        problems.insert("requests nothing".to_owned());
    }
    let (mut missing, mut allowed) = (Lines::new(&case.miss), Lines::new(&case.allow));
    let mut seen = BTreeSet::new();
    for ((api, url), page) in calls().filter(|call| seen.insert(call.0)) {
        let covering: Vec<_> = rows.iter().filter(|r| covers(r, api, url, page)).collect();
        let known = covering.iter().any(|row| is_known(row));
        let rooted = covering.iter().any(|row| is_rooted(row));
        let missed = !known && missing.listed(api, url);
        tally.beyond += usize::from(case.hole.is_some());
        tally.observed += usize::from(case.hole.is_none());
        tally.known += usize::from(case.hole.is_none() && known);
        tally.rooted += usize::from(case.hole.is_none() && rooted);
        if covering.is_empty() && !missed {
            problems.insert(format!("missed: {api} {url}"));
        } else if !known && !missed && case.hole.is_none() {
            problems.insert(format!("nothing known of: {api} {url}"));
        }
    }
    for row in rows.iter().filter(|row| is_known(row)) {
        let requested = calls().any(|((api, url), page)| covers(row, api, url, page));
        if requested {
            continue;
        }
        tally.untrue += usize::from(row.certainty == "exact");
        if !allowed.listed(&row.api, &row.pattern) {
            problems.insert(format!("never requested: {}", shown(row)));
        }
    }
    problems.extend(missing.unused().chain(allowed.unused()));
    problems.extend(twice(rows));
    problems.extend(misplaced(case, rows));
    problems.into_iter().collect()
}

/// Lines `api url # why` of a case, and which of them were needed.
struct Lines<'a> {
    all: &'a [String],
    used: BTreeSet<&'a str>,
}

impl<'a> Lines<'a> {
    fn new(all: &'a [String]) -> Self {
        let used = BTreeSet::new();
        Lines { all, used }
    }

    fn listed(&mut self, api: &str, url: &str) -> bool {
        let is_it = |line: &&String| line.split(" # ").next() == Some(&format!("{api} {url}"));
        let line = self.all.iter().find(is_it);
        self.used.extend(line.map(String::as_str));
        line.is_some()
    }

    /// Those that say what is no longer so.
    fn unused(&self) -> impl Iterator<Item = String> {
        let unused = self
            .all
            .iter()
            .filter(|line| !self.used.contains(line.as_str()));
        unused.map(|line| format!("no longer so, remove the line: {line}"))
    }
}

/// The same URL at the same place is told once.
fn twice(rows: &[Row]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let again = rows.iter().filter(|row| !seen.insert(shown(row)));
    again
        .map(|row| format!("told twice: {}", shown(row)))
        .collect()
}

/// Where a case says where its endpoints stand, they stand there and nowhere else.
fn misplaced(case: &Case, rows: &[Row]) -> Vec<String> {
    if case.marks.is_empty() {
        return Vec::new();
    }
    let places = rows
        .iter()
        .map(|r| format!("{}:{} {}", r.file, r.line, r.pattern));
    let (found, said): (BTreeSet<_>, BTreeSet<_>) =
        (places.collect(), case.marks.iter().cloned().collect());
    let lost = said
        .difference(&found)
        .map(|mark| format!("not there: {mark}"));
    let other = found
        .difference(&said)
        .map(|place| format!("not marked: {place}"));
    lost.chain(other).collect()
}

/// Something is known of the URL: a text, or that it is of the page.
fn is_known(row: &Row) -> bool {
    parts(row).iter().any(says_something)
}

/// It is known from its beginning on.
fn is_rooted(row: &Row) -> bool {
    parts(row).first().is_some_and(says_something)
}

fn says_something(part: &Part<'_>) -> bool {
    match part {
        Part::Text(_) => true,
        Part::Hole(name) => of_page(name, &Url::parse("https://page.example").unwrap()).is_some(),
    }
}

/// A piece of a pattern.
enum Part<'a> {
    Text(&'a str),
    Hole(&'a str),
}

/// `text{hole}text`; holes may hold braces.
fn parts(row: &Row) -> Vec<Part<'_>> {
    let pattern = row.pattern.as_str();
    if row.certainty == "exact" {
        return vec![Part::Text(pattern)];
    }
    let (mut out, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, c) in pattern.char_indices() {
        match (c, depth) {
            ('{', 0) => {
                out.push(Part::Text(&pattern[start..at]));
                (start, depth) = (at + 1, 1);
            }
            ('}', 1) => {
                out.push(Part::Hole(&pattern[start..at]));
                (start, depth) = (at + 1, 0);
            }
            ('{', _) => depth += 1,
            ('}', _) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    out.push(Part::Text(&pattern[start..]));
    out.retain(|part| !matches!(part, Part::Text("")));
    out
}

fn covers(row: &Row, api: &str, url: &str, page: &str) -> bool {
    row.api == api && matches(&parts(row), url, &Url::parse(page).unwrap())
}

/// Whether the text is one that the pattern describes, on this page.
fn matches(parts: &[Part<'_>], text: &str, page: &Url) -> bool {
    let Some((first, rest)) = parts.split_first() else {
        return text.is_empty();
    };
    let fixed = match first {
        Part::Text(known) => Some((*known).to_owned()),
        Part::Hole(name) => of_page(name, page),
    };
    if let Some(fixed) = fixed {
        let after = text.strip_prefix(fixed.as_str());
        return after.is_some_and(|text| matches(rest, text, page));
    }
    let ends = (0..=text.len()).filter(|&end| text.is_char_boundary(end));
    ends.rev().any(|end| matches(rest, &text[end..], page))
}

/// What the page fills a hole with, if it does.
fn of_page(name: &str, page: &Url) -> Option<String> {
    use url::quirks;
    Some(match name {
        "location.origin" => quirks::origin(page),
        "location.protocol" => quirks::protocol(page).to_owned(),
        "location.host" => quirks::host(page).to_owned(),
        "location.hostname" => quirks::hostname(page).to_owned(),
        "location.port" => quirks::port(page).to_owned(),
        "location.href" => quirks::href(page).to_owned(),
        "location.pathname" => quirks::pathname(page).to_owned(),
        "location.search" => quirks::search(page).to_owned(),
        "location.hash" => quirks::hash(page).to_owned(),
        "import.meta.url" => page.join("/assets/app.js").unwrap().into(),
        _ => return None,
    })
}
