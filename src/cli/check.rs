//! `connect-lint check` and `connect-lint endpoints`: the same run, reported differently.

use super::args::{CheckArgs, EndpointsArgs, SourceArgs};
use super::exit::Exit;
use super::failure::Failure;
use super::progress;
use super::reports::What;
use super::settings::Session;
use super::{baseline, fix, stdin, watch};
use crate::discover::Overlay;
use crate::lint::{Linted, lint};
use std::time::{Duration, Instant};

/// Stack of each thread, in bytes. Parsing and evaluation take more by themselves where needed.
const STACK: usize = 8 << 20;

/// Judges every endpoint.
///
/// # Errors
/// When the run could not be done.
pub(super) fn check(args: &CheckArgs) -> Result<Exit, Failure> {
    if args.watch {
        return watch::run(args);
    }
    let session = Session::new(&args.policies, &args.config, &args.output)?;
    let session = session.with_findings(&args.findings, &args.sources, &Overlay::default())?;
    let session = session.reporting(What::Verdicts, &args.reports)?;
    if let Some(file) = &args.stdin.stdin_filename {
        return stdin::check(session, args, file);
    }
    if args.fix.diff && !args.reports.output.is_empty() {
        return Err(Failure::Flag {
            flag: "--output",
            message: "--diff prints what would change; there is no report of it".to_owned(),
        });
    }
    if args.findings.write_baseline {
        return baseline::write(&session, args);
    }
    if args.fix.fix || args.fix.diff {
        return fix::run(&session, args);
    }
    let (linted, elapsed) = timed(&session, &args.sources, true)?;
    judged(&session, &linted, elapsed)
}

/// Reports verdicts.
pub(super) fn judged(
    session: &Session,
    linted: &Linted,
    elapsed: Duration,
) -> Result<Exit, Failure> {
    session.report(linted, elapsed)?;
    session.tell_stale(&linted.results);
    ending(linted, session.exit(&linted.results.summary))
}

/// Lists every endpoint.
///
/// # Errors
/// When the run could not be done.
pub(super) fn endpoints(args: &EndpointsArgs) -> Result<Exit, Failure> {
    let session = Session::new(&args.policies, &args.config, &args.output)?;
    let session = session.reporting(What::Inventory, &args.reports)?;
    let (linted, elapsed) = timed(&session, &args.sources, false)?;
    session.report(&linted, elapsed)?;
    ending(&linted, Exit::Success)
}

pub(super) fn timed(
    session: &Session,
    sources: &SourceArgs,
    judge: bool,
) -> Result<(Linted, Duration), Failure> {
    let start = Instant::now();
    let mut options = session.lint_options(sources, judge)?;
    let linted = progress::shown(session.is_quiet(), |progress| {
        options.progress = progress;
        in_pool(session.threads(sources), || lint(&options))
    })??;
    Ok((linted, start.elapsed()))
}

/// Does work on as many threads; 0 is one per core.
///
/// # Errors
/// When they cannot be started.
pub(super) fn in_pool<T: Send>(
    threads: usize,
    work: impl FnOnce() -> T + Send,
) -> Result<T, Failure> {
    Ok(pool(threads)?.install(work))
}

/// As many threads; 0 is one per core.
///
/// # Errors
/// When they cannot be started.
pub(crate) fn pool(threads: usize) -> Result<rayon::ThreadPool, Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .stack_size(STACK)
        .build()
        .map_err(|source| Failure::Threads { threads, source })
}

/// Paths that the user named and that could not be read are told last, where they are seen.
pub(super) fn ending(linted: &Linted, exit: Exit) -> Result<Exit, Failure> {
    let mut failures = linted.unreadable.iter().map(|issue| Failure::Unreadable {
        path: issue.path.clone(),
        message: issue.message.clone(),
    });
    let Some(first) = failures.next() else {
        return Ok(exit);
    };
    failures.for_each(|failure| failure.tell());
    Err(first)
}
