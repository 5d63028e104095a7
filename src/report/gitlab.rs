//! GitLab's code quality report
//! (<https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>).

use super::json::write_json;
use super::options::ReportOptions;
use super::paths::Names;
use super::shown::{Shown, shown};
use super::{Reporter, Sources};
use crate::results::{Results, Severity};
use serde::Serialize;
use std::io::{self, Write};

/// The reporter of code quality.
#[derive(Debug, Clone)]
pub struct GitLab {
    options: ReportOptions,
}

impl GitLab {
    /// A reporter of what these options want.
    pub fn new(options: ReportOptions) -> Self {
        GitLab { options }
    }
}

#[derive(Serialize)]
struct Issue<'r> {
    description: &'r str,
    check_name: &'r str,
    fingerprint: &'r str,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<u32>,
}

impl Reporter for GitLab {
    fn write(&self, results: &Results, _: &dyn Sources, out: &mut dyn Write) -> io::Result<()> {
        let names = Names::in_checkout(&self.options.surroundings);
        let all = shown(results, &self.options);
        let issues: Vec<_> = all.iter().map(|shown| issue(shown, &names)).collect();
        write_json(&issues, out)
    }
}

fn issue<'r>(shown: &Shown<'r>, names: &Names) -> Issue<'r> {
    let diagnostic = shown.diagnostic;
    Issue {
        description: &diagnostic.message,
        check_name: &diagnostic.code,
        fingerprint: &diagnostic.fingerprint,
        severity: match diagnostic.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Info => "info",
        },
        location: Location {
            path: names.of(shown.file),
            lines: Lines {
                begin: shown.line,
                end: shown.end.map(|(line, _)| line),
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{findings, texts, written};
    use super::*;

    #[test]
    fn the_shape() {
        let reporter = GitLab::new(ReportOptions::default());
        insta::assert_snapshot!(written(&reporter, &findings(), &texts()));
    }
}
