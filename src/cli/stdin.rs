//! `connect-lint check --stdin`: one file as it is in an editor.

use super::args::CheckArgs;
use super::check::{in_pool, judged};
use super::exit::Exit;
use super::failure::Failure;
use super::settings::Session;
use crate::discover::{Language, Overlay, real};
use crate::lint::lint;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// A text longer than this is not read, in bytes.
const MAX_SIZE: u64 = 1 << 30;

/// Judges one file as standard input has it, among the others as they are on disk.
///
/// # Errors
/// When the run could not be done.
pub(super) fn check(session: Session, args: &CheckArgs, file: &Path) -> Result<Exit, Failure> {
    let start = Instant::now();
    let mut text = Vec::new();
    let input = io::stdin().lock().take(MAX_SIZE);
    let read = { input }.read_to_end(&mut text);
    read.map_err(|error| Failure::Flag {
        flag: "--stdin",
        message: format!("cannot read standard input: {error}"),
    })?;
    let overlay = Overlay::default().with(real(file), text);
    let mut sources = args.sources.clone();
    if Language::of_path(file).is_some() && !is_below(file, &sources.paths) {
        sources.paths.push(file.to_path_buf());
    }
    let session = session.telling_of(file);
    let options = session.lint_options_in(&sources, true, overlay)?;
    let linted = in_pool(session.threads(&sources), || lint(&options))??;
    judged(&session, &linted, start.elapsed())
}

/// Whether a file is in one of the folders that are linted.
fn is_below(file: &Path, roots: &[PathBuf]) -> bool {
    let file = real(file);
    roots.iter().any(|root| file.starts_with(real(root)))
}
