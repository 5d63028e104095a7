//! `connect-lint check --write-baseline`.

use super::args::CheckArgs;
use super::check::{ending, timed};
use super::exit::Exit;
use super::failure::Failure;
use super::settings::Session;
use crate::report::sanitize;
use crate::triage::{Baseline, BaselineError};
use std::io::{self, Write};

/// Writes the findings of a run to the baseline.
///
/// # Errors
/// When the run could not be done, or the file not be written.
pub(super) fn write(session: &Session, args: &CheckArgs) -> Result<Exit, Failure> {
    let path = session.baseline_to_write(&args.findings);
    let old = match Baseline::read(&path) {
        Ok(old) => old,
        Err(BaselineError::Missing { .. } | BaselineError::Version { .. }) => Baseline::new(&path),
        // What is no baseline is not overwritten.
        Err(error) => return Err(error.into()),
    };
    let (linted, _) = timed(session, &args.sources, true)?;
    let mut new = Baseline::new(&path);
    new.add(&linted.results);
    new.keep_others(&old, &linted.files);
    new.write()?;
    if !session.is_quiet() {
        let counted = |n: usize, thing: &str| match n {
            1 => format!("1 {thing}"),
            n => format!("{n} {thing}s"),
        };
        let was = match old.len() {
            same if same == new.len() => String::new(),
            was => format!(", {was} before"),
        };
        let next = match session.names_baseline(&args.findings) {
            true => String::new(),
            false => format!(
                "; --baseline {} keeps them silent, or `baseline` in connect-lint.toml",
                path.display()
            ),
        };
        let line = format!(
            "connect-lint: {} of {} in {}{was}{next}",
            counted(new.len(), "finding"),
            counted(new.files(), "file"),
            path.display(),
        );
        // That this fails helps nobody.
        let _ = writeln!(io::stderr(), "{}", sanitize(&line));
    }
    ending(&linted, Exit::Success)
}
