//! `connect-lint check --fix` and `--diff`: policies are changed where they stand.

use super::args::CheckArgs;
use super::check::{ending, in_pool, judged, timed};
use super::exit::Exit;
use super::failure::Failure;
use super::settings::Session;
use crate::fix::{EditedFile, FixOptions, Fixed, fix};
use crate::lint::{LintOptions, find};
use crate::report::{sanitize, sanitize_lines};
use crate::results::FixRow;
use std::io::{self, IsTerminal, Write};
use std::time::Instant;

/// Changes policies, or shows how it would.
///
/// # Errors
/// When the run could not be done, or a file not be written.
pub(super) fn run(session: &Session, args: &CheckArgs) -> Result<Exit, Failure> {
    let start = Instant::now();
    let options = FixOptions {
        unused: args.fix.unused,
    };
    let mut fixed = in_pool(session.threads(&args.sources), || {
        fix(options, |overlay| {
            let mut options = session.lint_options_in(&args.sources, true, overlay.clone())?;
            options.needs = true;
            Ok::<_, Failure>(find(&options)?)
        })
    })??;
    let options = session.lint_options(&args.sources, true)?;
    if args.fix.diff {
        return shown(session, fixed, &options);
    }
    let failures = written(&fixed.files);
    if failures.is_empty() {
        fixed.linted.triage(&options);
        fixed.linted.results.fixes = fixed.changes.clone();
        tell(session, fixed.changes.iter().map(told), &fixed.by_hand);
        return judged(session, &fixed.linted, start.elapsed());
    }
    // What was not written is still to be found.
    tell(session, std::iter::empty(), &fixed.by_hand);
    let (linted, elapsed) = timed(session, &args.sources, true)?;
    judged(session, &linted, elapsed)?;
    let mut failures = failures.into_iter();
    let first = failures.next_back();
    failures.for_each(|failure| failure.tell());
    first.map_or(Ok(Exit::Failure), Err)
}

/// Prints the diff; the files are as they were.
fn shown(session: &Session, fixed: Fixed, options: &LintOptions) -> Result<Exit, Failure> {
    session.write(None, |out, _| {
        for file in &fixed.files {
            write_diff(&file.diff(), out)?;
        }
        Ok(())
    })?;
    tell(session, std::iter::empty(), &fixed.by_hand);
    let mut before = fixed.before.unwrap_or(fixed.linted);
    before.triage(options);
    ending(&before, session.exit(&before.results.summary))
}

/// A diff: as it is for programs, safe for terminals.
pub(super) fn write_diff(diff: &str, out: &mut dyn Write) -> io::Result<()> {
    match io::stdout().is_terminal() {
        true => out.write_all(sanitize_lines(diff).as_bytes()),
        false => out.write_all(diff.as_bytes()),
    }
}

fn written(files: &[EditedFile]) -> Vec<Failure> {
    let failed = files.iter().filter_map(|file| {
        let error = file.write().err()?;
        Some(Failure::Write {
            path: file.name.to_string(),
            source: error,
        })
    });
    failed.collect()
}

/// What was done to a policy.
fn told(row: &FixRow) -> String {
    let list = |sources: &[String]| {
        let all: Vec<_> = sources.iter().map(|s| format!("`{s}`")).collect();
        all.join(", ")
    };
    let count = |n: usize| match n {
        1 => "1 source".to_owned(),
        n => format!("{n} sources"),
    };
    let mut parts = Vec::new();
    if !row.added.is_empty() {
        let sources = list(&row.added);
        parts.push(format!("added {} ({sources})", count(row.added.len())));
    }
    if !row.removed.is_empty() {
        let sources = list(&row.removed);
        parts.push(format!("removed {} ({sources})", count(row.removed.len())));
    }
    format!("{}:{}: {}", row.file, row.line, parts.join(", "))
}

/// Tells people, on standard error: standard output is the report's.
fn tell(session: &Session, done: impl Iterator<Item = String>, by_hand: &[String]) {
    if session.is_quiet() {
        return;
    }
    let done = done.map(|line| format!("fixed {line}"));
    let by_hand = by_hand.iter().map(|line| format!("not fixed: {line}"));
    for line in done.chain(by_hand) {
        // That this fails helps nobody.
        let _ = writeln!(io::stderr(), "connect-lint: {}", sanitize(&line));
    }
}
