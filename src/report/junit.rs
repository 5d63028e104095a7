//! XML as runners of JUnit write it: a suite for each file, a test case for each finding.
//!
//! An error is a failed test. A warning does not fail a run, so that it is a test that was
//! skipped, with its message. A file with endpoints and nothing to tell is one test that passed.

use super::options::ReportOptions;
use super::paths::Names;
use super::sanitize::sanitize;
use super::shown::{Shown, shown};
use super::xml::xml_text;
use super::{Reporter, Sources};
use crate::results::{Results, Severity};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The reporter of JUnit's XML.
#[derive(Debug, Clone)]
pub struct JUnit {
    options: ReportOptions,
}

impl JUnit {
    /// A reporter of what these options want.
    pub fn new(options: ReportOptions) -> Self {
        JUnit { options }
    }
}

impl Reporter for JUnit {
    fn write(&self, results: &Results, _: &dyn Sources, out: &mut dyn Write) -> io::Result<()> {
        let names = Names::in_working_directory(&self.options.surroundings);
        let mut files: BTreeMap<&str, Vec<Shown<'_>>> = BTreeMap::new();
        for row in &results.endpoints {
            files.entry(&row.location.file).or_default();
        }
        for shown in shown(results, &self.options) {
            files.entry(shown.file).or_default().push(shown);
        }
        let mut report = Report::new("connect-lint");
        let suites = files.iter().map(|(file, all)| suite(&names.of(file), all));
        report.add_test_suites(suites);
        let mut out = io::BufWriter::new(out);
        report.serialize(&mut out).map_err(io::Error::other)?;
        out.flush()
    }
}

fn suite(file: &str, all: &[Shown<'_>]) -> TestSuite {
    // A name is one line: attributes do not keep line feeds.
    let file = sanitize(file);
    let file = xml_text(&file);
    let mut suite = TestSuite::new(&*file);
    if all.is_empty() {
        suite.add_test_case(TestCase::new("connect-lint", TestCaseStatus::success()));
    }
    suite.add_test_cases(all.iter().map(|shown| case(&file, shown)));
    for case in &mut suite.test_cases {
        case.set_classname(&*file);
    }
    suite
}

fn case(file: &str, shown: &Shown<'_>) -> TestCase {
    let diagnostic = shown.diagnostic;
    let mut status = match diagnostic.severity {
        Severity::Error => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Severity::Warning | Severity::Info => TestCaseStatus::skipped(),
    };
    let (line, column) = (shown.line, shown.column);
    let mut text = format!("{file}:{line}:{column}: {}", diagnostic.message);
    if let Some(help) = &diagnostic.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    status
        .set_type(&*xml_text(&diagnostic.code))
        .set_message(&*xml_text(&diagnostic.message))
        .set_description(&*xml_text(&text));
    let name = format!("{} at {line}:{column}", diagnostic.code);
    TestCase::new(&*xml_text(&name), status)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{findings, texts, written};
    use super::*;

    #[test]
    fn the_shape() {
        let reporter = JUnit::new(ReportOptions::default());
        insta::assert_snapshot!(written(&reporter, &findings(), &texts()));
    }
}
