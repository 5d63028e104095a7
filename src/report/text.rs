//! The report for people: a drawn diagnostic per finding, then a summary.

use super::finding;
use super::sanitize::{clip, sanitize};
use super::sources::SourceCache;
use super::{Reporter, Sources, TextOptions};
use crate::results::{CodeCount, EndpointRow, OpenName, Results, Severity, VerdictKind};
use std::io::{self, Write};
use std::time::Duration;

/// Longest URL in a list, in characters.
pub(super) const MAX_URL: usize = 200;

/// What is taken for granted when nobody named the page.
const ASSUMED_PAGE: &str =
    "no --page-url: relative URLs are taken as same-origin, the page as https";

/// The text reporter of `check`.
#[derive(Debug, Clone)]
pub struct Text {
    options: TextOptions,
}

impl Text {
    /// A reporter that draws so.
    pub fn new(options: TextOptions) -> Self {
        Text { options }
    }
}

impl Reporter for Text {
    fn write(
        &self,
        results: &Results,
        sources: &dyn Sources,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut out = io::BufWriter::new(out);
        match &results.statistics {
            Some(counts) => write_statistics(counts, &self.options, &mut out)?,
            None => write_diagnostics(results, sources, &self.options, &mut out)?,
        }
        if self.options.verbose && !self.options.quiet && results.statistics.is_none() {
            write_silent_endpoints(results, &self.options, &mut out)?;
        }
        if !self.options.quiet {
            if results.statistics.is_none() {
                write_open_names(results, &mut out)?;
            }
            if relies_on_assumed_page(results) {
                writeln!(out, "{ASSUMED_PAGE}")?;
            }
            let summary = &results.summary;
            let mut verdicts = format!(
                "{} blocked, {} allowed, {} depends, {} unknown",
                summary.blocked, summary.allowed, summary.depends, summary.unknown
            );
            if summary.suppressed > 0 {
                verdicts.push_str(&format!("; {} suppressed", summary.suppressed));
            }
            write_summary(results, &verdicts, &self.options, &mut out)?;
        }
        out.flush()
    }
}

/// A line per code, with how many findings it has.
fn write_statistics(
    counts: &[CodeCount],
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let lowest = match (options.quiet, options.verbose) {
        (true, _) => Severity::Error,
        (false, false) => Severity::Warning,
        (false, true) => Severity::Info,
    };
    let told: Vec<_> = counts.iter().filter(|c| c.severity >= lowest).collect();
    let width = told.first().map_or(0, |c| c.count.to_string().len());
    for row in &told {
        let severity = match row.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        writeln!(out, "{:>width$}  {severity}[{}]", row.count, row.code)?;
    }
    match told.is_empty() || options.quiet {
        true => Ok(()),
        false => writeln!(out),
    }
}

/// Draws the errors and warnings; what is merely worth knowing gets a line each, if wanted.
pub(super) fn write_diagnostics(
    results: &Results,
    sources: &dyn Sources,
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut cache = SourceCache::new(sources);
    let lowest = if options.quiet {
        Severity::Error
    } else {
        Severity::Warning
    };
    let mut drawn = String::new();
    for diagnostic in results.diagnostics.iter().filter(|d| d.severity >= lowest) {
        drawn.clear();
        finding::draw(diagnostic, &mut cache, options, &mut drawn).map_err(io::Error::other)?;
        writeln!(out, "{}", drawn.trim_end_matches('\n'))?;
        writeln!(out)?;
    }
    if !options.verbose || options.quiet {
        return Ok(());
    }
    let mut infos = results
        .diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Info)
        .peekable();
    let any = infos.peek().is_some();
    for diagnostic in infos {
        writeln!(out, "{}", finding::line(diagnostic, options))?;
    }
    if any {
        writeln!(out)?;
    }
    Ok(())
}

/// A line per endpoint that no diagnostic tells of: those let through and those of which too
/// little is known.
fn write_silent_endpoints(
    results: &Results,
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut any = false;
    for row in &results.endpoints {
        let verdict = match row.verdict {
            Some(VerdictKind::Allowed) => "allowed",
            Some(VerdictKind::Unknown) => "unknown",
            _ => continue,
        };
        any = true;
        let place = position(row);
        let api = sanitize(&row.api);
        let url = shown_url(row, options);
        match &row.reason {
            Some(reason) => {
                let reason = clip(reason, MAX_URL, options.ellipsis());
                writeln!(
                    out,
                    "{verdict}  {place}  {api}  {url}  ({})",
                    sanitize(&reason)
                )?;
            }
            None => writeln!(out, "{verdict}  {place}  {api}  {url}")?,
        }
    }
    if any {
        writeln!(out)?;
    }
    Ok(())
}

/// Most names that are listed.
const MAX_NAMES: usize = 10;

/// The names that the build would define, each as the flag that defines it, and how many
/// endpoints that would settle.
pub(super) fn write_open_names(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    if results.open_names.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "the build decides these names; each line settles so many:"
    )?;
    let listed = results.open_names.iter().take(MAX_NAMES);
    let line = |open: &OpenName| format!("--define {}=…", sanitize(&open.name));
    let width = listed.clone().map(|open| line(open).chars().count());
    let width = width.max().unwrap_or(0).min(MAX_URL);
    for open in listed {
        let endpoints = counted(open.endpoints, "endpoint");
        writeln!(out, "  {:width$}  {endpoints}", line(open))?;
    }
    match results.open_names.len().saturating_sub(MAX_NAMES) {
        0 => {}
        more => writeln!(out, "  and {}", counted(more, "more name"))?,
    }
    writeln!(out)
}

/// `3 files, 5 endpoints: 1 blocked, … (12 ms)`.
pub(super) fn write_summary(
    results: &Results,
    counts: &str,
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let files = counted(results.summary.files, "file");
    let endpoints = counted(results.summary.endpoints, "endpoint");
    let time = options
        .elapsed
        .map(|time| format!(" ({})", duration(time)))
        .unwrap_or_default();
    writeln!(out, "{files}, {endpoints}: {counts}{time}")
}

/// `file:line:col` of an endpoint.
pub(super) fn position(row: &EndpointRow) -> String {
    finding::position(&row.location.file, row.location.line, row.location.column)
}

/// The URL with its holes in braces, at a bounded length.
pub(super) fn shown_url(row: &EndpointRow, options: &TextOptions) -> String {
    sanitize(&clip(&row.pattern, MAX_URL, options.ellipsis())).into_owned()
}

pub(super) fn counted(n: usize, thing: &str) -> String {
    format!("{n} {thing}{}", if n == 1 { "" } else { "s" })
}

fn duration(time: Duration) -> String {
    match time.as_millis() {
        millis @ ..1000 => format!("{millis} ms"),
        _ => format!("{:.2} s", time.as_secs_f64()),
    }
}

/// Whether a verdict would perhaps be another on a page of another origin or scheme.
fn relies_on_assumed_page(results: &Results) -> bool {
    let is_judged = |row: &EndpointRow| !matches!(row.verdict, None | Some(VerdictKind::Unknown));
    results.page_url.is_none()
        && results
            .endpoints
            .iter()
            .filter(|row| is_judged(row))
            .any(|row| {
                is_relative(&row.pattern)
                    || row.pattern.contains("{location.")
                    || row
                        .source
                        .as_deref()
                        .is_some_and(|source| !names_scheme(source))
            })
}

/// Whether a URL starts with text, but not with a scheme (URL Standard, "scheme start state").
fn is_relative(pattern: &str) -> bool {
    let text = pattern.trim_start();
    let starts_with_scheme = text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    !text.starts_with('{') && !starts_with_scheme
}

/// Whether a source expression says which scheme it means: `https:`, `https://host`. The others
/// (`'self'`, `*`, `host:443`) take the page's (CSP Level 3 §6.7.2.8).
fn names_scheme(source: &str) -> bool {
    source.contains("://") || source.ends_with(':')
}

#[cfg(test)]
mod tests {
    use super::super::samples::{Files, endpoint, judged, plain, results, written};
    use super::*;
    use std::fmt::Write as _;
    use std::sync::Arc;

    fn verbose() -> TextOptions {
        TextOptions {
            verbose: true,
            ..TextOptions::default()
        }
    }

    fn mixed(files: &Files) -> Results {
        let blocked = judged(
            endpoint("app.js", 1, "fetch", "https://api.test/"),
            VerdictKind::Blocked,
            None,
        );
        let allowed = judged(
            endpoint("app.js", 2, "fetch", "/me"),
            VerdictKind::Allowed,
            Some("'self'"),
        );
        let unknown = judged(
            endpoint("b.js", 1, "WebSocket", "{url}"),
            VerdictKind::Unknown,
            None,
        );
        let skipped = plain(Severity::Info, "skipped-file", "a.test.js is a test");
        let twice = plain(
            Severity::Warning,
            "policy-duplicate",
            "`connect-src` is there twice",
        );
        let diagnostics = vec![
            files.blocked("app.js", "'https://api.test/'"),
            twice,
            skipped,
        ];
        results(vec![blocked, allowed, unknown], diagnostics)
    }

    fn app() -> Files {
        Files::new(&[("app.js", "fetch('https://api.test/');\nfetch('/me');\n")])
    }

    #[test]
    fn only_diagnostics_and_a_summary_by_default() {
        let files = app();
        let options = TextOptions {
            elapsed: Some(Duration::from_millis(12)),
            ..TextOptions::default()
        };
        insta::assert_snapshot!(written(&Text::new(options), &mixed(&files), &files), @r#"
    error[blocked]

      x fetch to this URL is blocked by connect-src
       ,-[app.js:1:7]
     1 | fetch('https://api.test/');
       :       ^^^^^^^^^|^^^^^^^^^
       :                `-- this URL is blocked
     2 | fetch('/me');
       `----
      help: add https://api.test to connect-src

    warning[policy-duplicate]

      ! `connect-src` is there twice

    no --page-url: relative URLs are taken as same-origin, the page as https
    2 files, 3 endpoints: 1 blocked, 1 allowed, 0 depends, 1 unknown (12 ms)
    "#);
    }

    #[test]
    fn verbose_lists_the_rest() {
        let files = app();
        insta::assert_snapshot!(written(&Text::new(verbose()), &mixed(&files), &files), @r#"
    error[blocked]

      x fetch to this URL is blocked by connect-src
       ,-[app.js:1:7]
     1 | fetch('https://api.test/');
       :       ^^^^^^^^^|^^^^^^^^^
       :                `-- this URL is blocked
     2 | fetch('/me');
       `----
      help: add https://api.test to connect-src

    warning[policy-duplicate]

      ! `connect-src` is there twice

    info[skipped-file] a.test.js is a test

    allowed  app.js:2:1  fetch  /me
    unknown  b.js:1:1  WebSocket  {url}  (no source expression matches)

    no --page-url: relative URLs are taken as same-origin, the page as https
    2 files, 3 endpoints: 1 blocked, 1 allowed, 0 depends, 1 unknown
    "#);
    }

    #[test]
    fn quiet_prints_errors_only() {
        let files = app();
        let options = TextOptions {
            quiet: true,
            ..TextOptions::default()
        };
        insta::assert_snapshot!(written(&Text::new(options), &mixed(&files), &files), @r#"
    error[blocked]

      x fetch to this URL is blocked by connect-src
       ,-[app.js:1:7]
     1 | fetch('https://api.test/');
       :       ^^^^^^^^^|^^^^^^^^^
       :                `-- this URL is blocked
     2 | fetch('/me');
       `----
      help: add https://api.test to connect-src
    "#);
    }

    #[test]
    fn nothing_found_is_one_line() {
        let out = written(
            &Text::new(verbose()),
            &results(vec![], vec![]),
            &Files::default(),
        );
        assert_eq!(
            out,
            "2 files, 0 endpoints: 0 blocked, 0 allowed, 0 depends, 0 unknown\n"
        );
    }

    #[test]
    fn the_assumed_page_is_told_only_where_it_matters() {
        let told = |row: EndpointRow, page: Option<&str>| {
            let mut results = results(vec![row], vec![]);
            results.page_url = page.map(str::to_owned);
            written(
                &Text::new(TextOptions::default()),
                &results,
                &Files::default(),
            )
            .contains(ASSUMED_PAGE)
        };
        let row =
            |url: &str, verdict, source| judged(endpoint("a.js", 1, "fetch", url), verdict, source);
        use VerdictKind::{Allowed, Blocked, Depends, Unknown};
        assert!(told(row("/me", Allowed, Some("'self'")), None));
        assert!(told(row("//cdn.test/x", Blocked, None), None));
        assert!(told(
            row("ws://{location.host}/", Allowed, Some("ws:")),
            None
        ));
        assert!(told(row("https://a.test/", Allowed, Some("a.test")), None));
        assert!(!told(
            row("https://a.test/", Allowed, Some("https://a.test")),
            None
        ));
        assert!(!told(row("https://a.test/", Blocked, None), None));
        assert!(!told(row("{process.env.API}/x", Depends, None), None));
        assert!(!told(row("/me", Unknown, None), None));
        assert!(!told(
            row("/me", Allowed, Some("'self'")),
            Some("https://a.test/")
        ));
        assert!(!told(endpoint("a.js", 1, "fetch", "/me"), None));
    }

    #[test]
    fn times_are_short() {
        assert_eq!(duration(Duration::from_micros(12_900)), "12 ms");
        assert_eq!(duration(Duration::from_millis(1_239)), "1.24 s");
    }

    #[test]
    fn a_large_minified_file_with_many_findings_prints_a_bounded_excerpt_each() {
        const FINDINGS: usize = 2_000;
        let mut text = String::new();
        let mut places = Vec::new();
        for i in 0..FINDINGS {
            text.push_str(&"x=1;".repeat(625));
            let url = format!("'https://api{i}.test/'");
            places.push((text.len() + "fetch(".len(), url.len()));
            // Writing to a String cannot fail.
            let _ = write!(text, "fetch({url});");
        }
        assert!(text.len() > 5_000_000);
        let mut files = Files::default();
        files.texts.insert("app.min.js", Arc::from(text));
        let sample = files.blocked("app.min.js", "x");
        let finding = |&(start, len): &(usize, usize)| crate::results::Diagnostic {
            column: u32::try_from(start + 1).ok(),
            span: Some(crate::span::Span::new(start, start + len)),
            ..sample.clone()
        };
        let all = results(vec![], places.iter().map(finding).collect());
        let out = written(&Text::new(TextOptions::default()), &all, &files);
        assert!(out.len() < FINDINGS * 1_000, "{}", out.len());
        assert_eq!(out.matches("error[blocked]").count(), FINDINGS);
        let (start, _) = places[FINDINGS - 1];
        assert!(out.contains(&format!("app.min.js:1:{}]", start + 1)));
        assert!(out.contains("fetch('https://api1999.test/')"));
        assert_eq!(*files.asked.borrow(), 1);
    }
}
