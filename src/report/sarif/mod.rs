//! SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>), within what
//! GitHub code scanning takes
//! (<https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>).

mod line_hash;
mod result;
mod rules;

use super::json::write_json;
use super::options::ReportOptions;
use super::shown::{Shown, lowest, placed, shown, stand_in, worst_first};
use super::{Reporter, Sources};
use crate::results::{Results, Severity, Suppressed};
use result::Places;
use rules::Rules;
use serde_json::Value;
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Message, Notification, ReportingDescriptorReference,
    Result as SarifResult, Run, Sarif, Tool,
};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The schema as OASIS published it.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What paths are relative to (SARIF 2.1.0 §3.4.4); the name is the one that CodeQL uses.
const ROOT: &str = "%SRCROOT%";
/// Most results of a run that code scanning takes.
const MAX_RESULTS: usize = 25_000;
/// Most remarks on the run itself.
const MAX_NOTIFICATIONS: usize = 1_000;
/// Diagnostics of files that were not linted whole.
const OF_THE_RUN: &[&str] = &[
    "unreadable-file",
    "unreadable-policy-file",
    "large-file",
    "internal-error",
];

/// The reporter of SARIF.
///
/// Results that comments or a baseline keep silent are there with their suppressions, except in
/// GitHub Actions: code scanning opens alerts for them all the same
/// (<https://github.com/github/codeql-action/issues/1230>). With `--verbose` they are always there.
#[derive(Debug, Clone)]
pub struct SarifLog {
    options: ReportOptions,
}

impl SarifLog {
    /// A reporter of what these options want.
    pub fn new(options: ReportOptions) -> Self {
        SarifLog { options }
    }

    fn suppressed<'r>(&self, results: &'r Results) -> &'r [Suppressed] {
        let is_for_alerts = self.options.surroundings.is_github_actions;
        match is_for_alerts && !self.options.text.verbose {
            true => &[],
            false => &results.suppressed,
        }
    }

    fn results<'r>(&'r self, results: &'r Results) -> Vec<(Shown<'r>, Option<&'r Suppressed>)> {
        let open = shown(results, &self.options).into_iter();
        let lowest = lowest(&self.options);
        let nowhere = stand_in(results, &self.options);
        let silent = self.suppressed(results).iter();
        let silent = silent.filter(|s| s.diagnostic.severity >= lowest);
        let silent = silent.map(|s| (placed(&s.diagnostic, nowhere), Some(s)));
        open.map(|shown| (shown, None)).chain(silent).collect()
    }
}

impl Reporter for SarifLog {
    fn write(
        &self,
        results: &Results,
        sources: &dyn Sources,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut all = self.results(results);
        let notifications = self.notifications(results, &mut all);
        let rules = Rules::new();
        let mut places = Places::new(&self.options.surroundings, sources);
        let rows: Vec<SarifResult> = all
            .iter()
            .map(|(shown, suppressed)| places.result(shown, *suppressed, &rules))
            .collect();
        let is_whole = !results
            .diagnostics
            .iter()
            .any(|d| d.code == "internal-error");
        let notifications: Vec<_> = notifications
            .iter()
            .map(|notification| notification.sarif(&mut places, &rules))
            .collect();
        let invocation = Invocation::builder()
            .execution_successful(is_whole)
            .tool_execution_notifications(notifications)
            .build();
        let run = Run::builder()
            .tool(Tool::builder().driver(rules.driver()).build())
            .invocations(vec![invocation])
            .original_uri_base_ids(root())
            .column_kind("unicodeCodePoints")
            .results(rows)
            .build();
        let log = Sarif::builder()
            .schema(SCHEMA)
            .version("2.1.0")
            .runs(vec![run])
            .build();
        write_json(&log, out)
    }
}

impl SarifLog {
    /// What happened to the run itself; cuts the results to what is taken, the worst stay.
    fn notifications<'r>(
        &'r self,
        results: &'r Results,
        all: &mut Vec<(Shown<'r>, Option<&'r Suppressed>)>,
    ) -> Vec<Happened<'r>> {
        let nowhere = stand_in(results, &self.options);
        let of_run = results.diagnostics.iter();
        let of_run = of_run.filter(|d| OF_THE_RUN.contains(&d.code.as_str()));
        let mut out: Vec<_> = of_run
            .take(MAX_NOTIFICATIONS)
            .map(|diagnostic| Happened::Told(placed(diagnostic, nowhere)))
            .collect();
        if let Some(more) = all.len().checked_sub(MAX_RESULTS).filter(|more| *more > 0) {
            cut(all);
            out.push(Happened::Cut(more));
        }
        out
    }
}

/// Keeps the worst results that are not suppressed, in their order.
fn cut<'r>(all: &mut Vec<(Shown<'r>, Option<&'r Suppressed>)>) {
    let (open, silent): (Vec<_>, Vec<_>) = all.drain(..).partition(|(_, s)| s.is_none());
    let open = worst_first(open.into_iter().map(|(shown, _)| shown).collect());
    all.extend(open.into_iter().map(|shown| (shown, None)).chain(silent));
    all.truncate(MAX_RESULTS);
}

/// Something that happened to the run.
enum Happened<'r> {
    Told(Shown<'r>),
    /// So many results were left out.
    Cut(usize),
}

impl Happened<'_> {
    fn sarif(&self, places: &mut Places<'_>, rules: &Rules) -> Notification {
        match self {
            Happened::Told(shown) => {
                let diagnostic = shown.diagnostic;
                let rule = ReportingDescriptorReference::builder().id(&diagnostic.code);
                let index = rules.index(&diagnostic.code).unwrap_or(-1);
                Notification::builder()
                    .level(level(diagnostic.severity))
                    .message(message(&diagnostic.message))
                    .locations(vec![places.location(shown)])
                    .associated_rule(rule.index(index).build())
                    .build()
            }
            Happened::Cut(more) => Notification::builder()
                .level("warning")
                .message(message(&format!(
                    "{more} more results are left out: code scanning takes {MAX_RESULTS}; the worst are here"
                )))
                .build(),
        }
    }
}

/// Names what paths are relative to without telling where it is on this machine (§3.14.14).
fn root() -> BTreeMap<String, ArtifactLocation> {
    let about = "The root of the repository, or the folder that connect-lint ran in";
    let location = ArtifactLocation::builder().description(message(about));
    BTreeMap::from([(ROOT.to_owned(), location.build())])
}

/// Plain text as a message: brackets before a parenthesis would be a link (§3.11.6).
fn message(text: &str) -> Message {
    let text = match text.contains("](") {
        true => text.replace('[', "\\[").replace(']', "\\]"),
        false => text.to_owned(),
    };
    Message::builder().text(text).build()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A value as the types of the crate want it where they are looser than the schema.
fn value(text: &str) -> Value {
    Value::from(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::samples::{Files, findings, plain, results, texts, written};
    use super::*;

    fn sarif(results: &Results, files: &Files, options: ReportOptions) -> Value {
        let log: Value =
            serde_json::from_str(&written(&SarifLog::new(options), results, files)).unwrap();
        let schema = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/reports/sarif-2.1.0.schema.json"
        );
        let schema: Value =
            serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        validator.validate(&log).unwrap();
        log
    }

    #[test]
    fn the_shape() {
        let mut log = sarif(&findings(), &texts(), ReportOptions::default());
        let rules = log.pointer_mut("/runs/0/tool/driver/rules").unwrap();
        let all = rules.as_array_mut().unwrap();
        assert_eq!(all.len(), crate::diagnostics::CODES.len());
        all.truncate(1);
        *all[0].pointer_mut("/help").unwrap() = "the page".into();
        let mut text = Vec::new();
        write_json(&log, &mut text).unwrap();
        insta::assert_snapshot!(String::from_utf8(text).unwrap());
    }

    #[test]
    fn code_scanning_is_not_given_what_is_suppressed() {
        let mut options = ReportOptions::default();
        options.surroundings.is_github_actions = true;
        let count = |options: &ReportOptions| {
            let log = sarif(&findings(), &texts(), options.clone());
            log.pointer("/runs/0/results")
                .unwrap()
                .as_array()
                .unwrap()
                .len()
        };
        assert_eq!(count(&options), 3);
        options.text.verbose = true;
        assert_eq!(count(&options), 5);
    }

    #[test]
    fn the_worst_results_stay_within_the_limit() {
        let warnings = (0..MAX_RESULTS).map(|_| plain(Severity::Warning, "no-files", "w"));
        let mut all: Vec<_> = warnings.collect();
        all.push(plain(Severity::Error, "internal-error", "e"));
        let all = results(vec![], all);
        let options = ReportOptions::default();
        let mut cut_to: Vec<_> = shown(&all, &options)
            .into_iter()
            .map(|shown| (shown, None))
            .collect();
        let log = SarifLog::new(options.clone());
        let happened = log.notifications(&all, &mut cut_to);
        assert_eq!(cut_to.len(), MAX_RESULTS);
        assert_eq!(cut_to[0].0.diagnostic.code, "internal-error");
        assert!(matches!(
            happened.as_slice(),
            [Happened::Told(_), Happened::Cut(1)]
        ));
    }

    #[test]
    fn brackets_are_no_links() {
        let text = |t: &str| message(t).text.unwrap();
        assert_eq!(text("a[0] (b)"), "a[0] (b)");
        assert_eq!(text("[x](1)"), "\\[x\\](1)");
    }
}
