//! The list of endpoints for people: what `connect-lint endpoints` prints.

use super::sanitize::sanitize;
use super::text::{
    counted, position, shown_url, write_diagnostics, write_open_names, write_summary,
};
use super::{Reporter, Sources, TextOptions, finding};
use crate::results::{Certainty, EndpointRow, Results, Severity};
use std::io::{self, Write};
use std::sync::Arc;

/// Columns wider than this are not padded for.
const MAX_PADDING: usize = 60;

/// What stands before them.
const HEAD: &str = "not seen through, although they look like requests; declare them in connect-lint.toml, with \
    their base:";
/// How many wrappers are shown.
const MAX_WRAPPERS: usize = 10;

/// The text reporter of `endpoints`: a line per endpoint, aligned and grouped by file.
#[derive(Debug, Clone)]
pub struct Inventory {
    options: TextOptions,
}

impl Inventory {
    /// A reporter that draws so.
    pub fn new(options: TextOptions) -> Self {
        Inventory { options }
    }

    fn write_file(&self, rows: &[Arc<EndpointRow>], out: &mut dyn Write) -> io::Result<()> {
        let cells: Vec<_> = rows
            .iter()
            .map(|row| {
                [
                    position(row),
                    sanitize(&row.api).into_owned(),
                    shown_url(row, &self.options),
                ]
            })
            .collect();
        let [place, api, url] = widths(&cells);
        for (row, [row_place, row_api, row_url]) in rows.iter().zip(&cells) {
            let certainty = certainty(row.certainty);
            writeln!(
                out,
                "{row_place:place$}  {row_api:api$}  {row_url:url$}  [{certainty}]"
            )?;
            if self.options.verbose {
                write_trail(row, out)?;
            }
        }
        Ok(())
    }
}

impl Reporter for Inventory {
    fn write(
        &self,
        results: &Results,
        sources: &dyn Sources,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut out = io::BufWriter::new(out);
        let groups = results
            .endpoints
            .chunk_by(|a, b| a.location.file == b.location.file);
        for (i, rows) in groups.enumerate() {
            if i > 0 {
                writeln!(out)?;
            }
            self.write_file(rows, &mut out)?;
        }
        let errors = results
            .diagnostics
            .iter()
            .any(|d| d.severity == Severity::Error);
        if !results.endpoints.is_empty() && (errors || !self.options.quiet) {
            writeln!(out)?;
        }
        write_diagnostics(results, sources, &self.options, &mut out)?;
        if !self.options.quiet {
            write_open_names(results, &mut out)?;
            write_wrappers(results, &mut out)?;
            let count = |c| {
                results
                    .endpoints
                    .iter()
                    .filter(|row| row.certainty == c)
                    .count()
            };
            let counts = format!(
                "{} exact, {} prefix, {} dynamic",
                count(Certainty::Exact),
                count(Certainty::Prefix),
                count(Certainty::Dynamic)
            );
            write_summary(results, &counts, &self.options, &mut out)?;
        }
        out.flush()
    }
}

/// What was not seen through, as lines to paste.
fn write_wrappers(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    let rows = results.wrappers.as_deref().unwrap_or_default();
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "{HEAD}\n")?;
    for row in rows.iter().take(MAX_WRAPPERS) {
        let place = finding::position(&row.file, row.line, row.column);
        let calls = counted(row.calls, "call");
        writeln!(out, "# {calls}, see {place}: {}", row.reason)?;
        writeln!(out, "{}", sanitize_lines(&row.config))?;
    }
    match rows.len().saturating_sub(MAX_WRAPPERS) {
        0 => Ok(()),
        more => writeln!(out, "# and {} more (--format json has all)\n", more),
    }
}

/// Each line is safe to print, and stays one.
fn sanitize_lines(text: &str) -> String {
    text.lines().fold(String::new(), |mut out, line| {
        out.push_str(&sanitize(line));
        out.push('\n');
        out
    })
}

fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Exact => "exact",
        Certainty::Prefix => "prefix",
        Certainty::Dynamic => "dynamic",
    }
}

/// The width that each column is padded to.
fn widths<const N: usize>(rows: &[[String; N]]) -> [usize; N] {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count().min(MAX_PADDING));
        }
    }
    widths
}

fn write_trail(row: &EndpointRow, out: &mut dyn Write) -> io::Result<()> {
    for step in &row.trail {
        let place = finding::position(&step.file, step.line, step.column);
        writeln!(out, "    {place}  {}", sanitize(&step.note))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::samples::{Files, endpoint, plain, results, written};
    use super::*;
    use crate::results::TrailRow;
    use crate::span::Span;

    fn sample() -> Results {
        let mut socket = endpoint("src/app.js", 120, "WebSocket", "wss://{host}/live");
        socket.certainty = Certainty::Prefix;
        socket.trail.push(TrailRow {
            file: "src/config.js".into(),
            line: 3,
            column: 7,
            note: "`host` is a parameter".into(),
            span: Span::default(),
        });
        let mut evil = endpoint("z\x1b.js", 1, "fetch", "/\u{202e}x");
        evil.certainty = Certainty::Dynamic;
        let long = format!("https://a.test/{}", "x".repeat(1000));
        let rows = vec![
            endpoint("src/app.js", 1, "fetch", "https://bücher.test/"),
            socket,
            endpoint("src/long.js", 1, "fetch", &long),
            evil,
        ];
        results(
            rows,
            vec![plain(Severity::Warning, "syntax-error", "expected `)`")],
        )
    }

    #[test]
    fn aligned_and_grouped_by_file() {
        let inventory = Inventory::new(TextOptions::default());
        insta::assert_snapshot!(written(&inventory, &sample(), &Files::default()), @r#"
    src/app.js:1:1    fetch      https://bücher.test/  [exact]
    src/app.js:120:1  WebSocket  wss://{host}/live     [prefix]

    src/long.js:1:1  fetch  https://a.test/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...  [exact]

    z\u{1b}.js:1:1  fetch  /\u{202e}x  [dynamic]

    warning[syntax-error]

      ! expected `)`

    2 files, 4 endpoints: 2 exact, 1 prefix, 1 dynamic
    "#);
    }

    #[test]
    fn verbose_shows_trails() {
        let inventory = Inventory::new(TextOptions {
            verbose: true,
            ..TextOptions::default()
        });
        let out = written(&inventory, &sample(), &Files::default());
        assert!(
            out.contains("\n    src/config.js:3:7  `host` is a parameter\n"),
            "{out}"
        );
    }

    #[test]
    fn quiet_is_the_bare_list() {
        let inventory = Inventory::new(TextOptions {
            quiet: true,
            ..TextOptions::default()
        });
        let out = written(&inventory, &sample(), &Files::default());
        assert!(out.ends_with("[dynamic]\n"), "{out}");
        assert_eq!(out.lines().filter(|line| !line.is_empty()).count(), 4);
    }
}
