//! What a report of findings shows: which diagnostics, and where those stand that have no place.

use super::options::ReportOptions;
use crate::results::{Diagnostic, Results, Severity};
use std::cmp::Reverse;

/// Where the settings of a run stand that has none.
const CONFIG: &str = crate::config::FILE_NAME;

/// A diagnostic and a place for it. Other programs have no use for a finding without a file and
/// a line; such a one is given the first line of the configuration file, or else of the first
/// file with a policy, or else of the first file with an endpoint, or else of the configuration
/// file that is not there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'r> {
    pub(super) diagnostic: &'r Diagnostic,
    pub(super) file: &'r str,
    /// 1-based.
    pub(super) line: u32,
    /// 1-based, in Unicode scalar values.
    pub(super) column: u32,
    /// Line and column of its end, the column exclusive, if that is known.
    pub(super) end: Option<(u32, u32)>,
}

/// The diagnostics that are wanted, in their order: errors with `--quiet`, everything with
/// `--verbose`, else errors and warnings.
pub(super) fn shown<'r>(results: &'r Results, options: &'r ReportOptions) -> Vec<Shown<'r>> {
    let lowest = lowest(options);
    let nowhere = stand_in(results, options);
    let wanted = results.diagnostics.iter().filter(|d| d.severity >= lowest);
    wanted.map(|d| placed(d, nowhere)).collect()
}

/// The worst first; those as bad stay in their order.
pub(super) fn worst_first<'r>(mut all: Vec<Shown<'r>>) -> Vec<Shown<'r>> {
    all.sort_by_key(|shown| Reverse(shown.diagnostic.severity));
    all
}

/// The mildest severity that is wanted.
pub(super) fn lowest(options: &ReportOptions) -> Severity {
    match (options.text.quiet, options.text.verbose) {
        (true, _) => Severity::Error,
        (false, true) => Severity::Info,
        (false, false) => Severity::Warning,
    }
}

/// The diagnostic at its place, or in a file that stands in for it.
pub(super) fn placed<'r>(diagnostic: &'r Diagnostic, nowhere: &'r str) -> Shown<'r> {
    let line = diagnostic.line.unwrap_or(1).max(1);
    let column = diagnostic.column.unwrap_or(1).max(1);
    let end = diagnostic.end_line.zip(diagnostic.end_column);
    Shown {
        diagnostic,
        file: diagnostic.file.as_deref().unwrap_or(nowhere),
        line,
        column,
        end: end.filter(|&end| diagnostic.column.is_some() && end >= (line, column)),
    }
}

/// The file of diagnostics that have none.
pub(super) fn stand_in<'r>(results: &'r Results, options: &'r ReportOptions) -> &'r str {
    let config = options.surroundings.config.as_deref();
    let mut policies = results.policies.iter();
    let policy = || policies.find_map(|policy| file_of(&policy.origin));
    let endpoint = || results.endpoints.first().map(|row| &*row.location.file);
    config.or_else(policy).or_else(endpoint).unwrap_or(CONFIG)
}

/// The file of `path:line`; flags have none.
fn file_of(origin: &str) -> Option<&str> {
    let (file, line) = origin.rsplit_once(':')?;
    let is_line = !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit());
    is_line.then_some(file)
}

/// `error`, `warning`, `info`.
pub(super) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// The address of a code's page, if it is one of the table.
pub(super) fn page_of(code: &str) -> Option<String> {
    crate::diagnostics::Code::of(code).map(|code| code.url())
}

#[cfg(test)]
mod tests {
    use super::super::samples::{endpoint, plain, results};
    use super::*;

    #[test]
    fn severities_by_how_much_is_wanted() {
        let all = [Severity::Info, Severity::Error, Severity::Warning]
            .map(|severity| plain(severity, severity_name(severity), "x"));
        let results = results(vec![], all.to_vec());
        let names = |quiet, verbose| {
            let mut options = ReportOptions::default();
            (options.text.quiet, options.text.verbose) = (quiet, verbose);
            let all = worst_first(shown(&results, &options));
            all.iter()
                .map(|s| s.diagnostic.code.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(false, false), ["error", "warning"]);
        assert_eq!(names(true, false), ["error"]);
        assert_eq!(names(false, true), ["error", "warning", "info"]);
    }

    #[test]
    fn what_is_nowhere_is_given_a_file() {
        let mut options = ReportOptions::default();
        let mut results = results(vec![], vec![plain(Severity::Error, "no-files", "x")]);
        let file = |results: &Results, options: &ReportOptions| {
            let all = shown(results, options);
            all.first()
                .map(|s| format!("{}:{}:{}", s.file, s.line, s.column))
        };
        assert_eq!(
            file(&results, &options).as_deref(),
            Some("connect-lint.toml:1:1")
        );
        results.endpoints = vec![endpoint("app.js", 3, "fetch", "/").into()];
        assert_eq!(file(&results, &options).as_deref(), Some("app.js:1:1"));
        results.policies[0].origin = "conf/a:b.conf:12".into();
        assert_eq!(
            file(&results, &options).as_deref(),
            Some("conf/a:b.conf:1:1")
        );
        options.surroundings.config = Some("site/connect-lint.toml".into());
        assert_eq!(
            file(&results, &options).as_deref(),
            Some("site/connect-lint.toml:1:1")
        );
    }
}
