//! `connect-lint check --watch`: lints again whenever a file changes that it may read.
//!
//! Folders are watched one by one: those that the walk enters, and those of the files that settings
//! name. So nothing below `node_modules`, `.git` or an ignored folder costs anything. What is
//! watched follows what is linted: each round begins with a walk.

mod changes;
mod folders;

use super::args::CheckArgs;
use super::check::{in_pool, judged};
use super::color::TerminalEnv;
use super::exit::Exit;
use super::failure::Failure;
use super::progress;
use super::reports::What;
use super::settings::Session;
use crate::discover::Overlay;
use crate::lint::{LintOptions, Linted, Workspace};
use changes::{Changes, Reads};
use folders::Folders;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Takes back all that a terminal shows, and what it has scrolled away.
const CLEAR: &str = "\u{1b}[2J\u{1b}[3J\u{1b}[H";

/// Lints until it is interrupted.
///
/// # Errors
/// When it cannot begin, or files cannot be watched.
pub(super) fn run(args: &CheckArgs) -> Result<Exit, Failure> {
    let (mut folders, events) = Folders::new()?;
    let mut project = Project {
        args,
        workspace: None,
        files: 0,
    };
    let mut reads = Reads::of(args);
    let mut round = 1;
    loop {
        let start = Instant::now();
        let done = project.round(&mut folders, &mut reads);
        clear();
        match done {
            Err(failure) if round == 1 && !may_be_mended(&failure) => return Err(failure),
            Err(failure) => failure.tell(),
            Ok((session, linted)) => report(&session, &linted, start.elapsed())?,
        }
        if !args.output.quiet {
            let (elapsed, files) = (start.elapsed().as_millis(), project.files);
            // That this fails helps nobody.
            let _ = writeln!(
                io::stderr(),
                "connect-lint: run {round} took {elapsed} ms; watching {files} files, Ctrl-C ends it"
            );
        }
        let Some(changes) = changes::next(&events, &mut folders, &reads) else {
            return Ok(Exit::Success);
        };
        project.changed(&changes);
        round += 1;
    }
}

/// Reports as a single run does; what could not be read is told, and ends nothing.
fn report(session: &Session, linted: &Linted, elapsed: Duration) -> Result<(), Failure> {
    match judged(session, linted, elapsed) {
        Err(failure @ (Failure::Output(_) | Failure::OutputFile { .. })) => Err(failure),
        Err(failure) => {
            failure.tell();
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}

/// What a change of files may mend; flags stay as they are.
fn may_be_mended(failure: &Failure) -> bool {
    !matches!(
        failure,
        Failure::Flag { .. }
            | Failure::Threads { .. }
            | Failure::WorkingDirectory(_)
            | Failure::OutputFile { .. }
            | Failure::Output(_)
    )
}

fn clear() {
    let is_terminal = io::stdout().is_terminal();
    if is_terminal && TerminalEnv::from_process().moves_cursor() {
        let mut out = anstream::AutoStream::always(io::stdout().lock());
        // That this fails helps nobody.
        let _ = out.write_all(CLEAR.as_bytes()).and_then(|()| out.flush());
    }
}

/// What is linted again and again.
struct Project<'a> {
    args: &'a CheckArgs,
    /// What is known of the sources, as long as the settings are the same.
    workspace: Option<Workspace>,
    /// How many files the last round linted.
    files: usize,
}

impl Project<'_> {
    /// Reads settings, sees to it that whatever is read is watched, and lints.
    fn round(
        &mut self,
        folders: &mut Folders,
        reads: &mut Reads,
    ) -> Result<(Session, Linted), Failure> {
        let args = self.args;
        // What a broken configuration leaves unknown.
        folders.follow(&args.sources.paths, None, &reads.files);
        let session = Session::new(&args.policies, &args.config, &args.output)?;
        reads.add(session.named_files(&args.findings));
        let session = session.with_findings(&args.findings, &args.sources, &Overlay::default())?;
        let session = session.reporting(What::Verdicts, &args.reports)?;
        reads.written(session.written_files());
        let options = session.lint_options(&args.sources, true)?;
        let walk = Some(&options.walk);
        folders.follow(&args.sources.paths, walk, &reads.files);
        let linted = self.lint(&session, &options)?;
        self.files = linted.results.summary.files;
        let of_policies = linted.policy_files.iter().map(|f| PathBuf::from(&*f.name));
        if reads.add(of_policies) {
            folders.follow(&args.sources.paths, walk, &reads.files);
        }
        Ok((session, linted))
    }

    fn lint(&mut self, session: &Session, options: &LintOptions) -> Result<Linted, Failure> {
        let threads = session.threads(&self.args.sources);
        let new = || Workspace::new(options.clone());
        let workspace = self.workspace.get_or_insert_with(new);
        let mut linted = progress::shown(session.is_quiet(), |progress| {
            workspace.show(progress);
            in_pool(threads, || workspace.find())
        })??;
        // Which lines changed since a commit is another matter in each round.
        linted.triage(options);
        Ok(linted)
    }

    /// What is known is kept where only sources are others.
    fn changed(&mut self, changes: &Changes) {
        let sources = changes.sources();
        match (&mut self.workspace, sources) {
            (Some(workspace), Some(sources)) => workspace.touched(sources),
            _ => self.workspace = None,
        }
    }
}
