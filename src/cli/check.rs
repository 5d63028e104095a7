//! `connect-lint check` and `connect-lint endpoints`: the same run, reported differently.

use super::args::{CheckArgs, EndpointsArgs, SourceArgs};
use super::exit::Exit;
use super::failure::Failure;
use super::fix;
use super::progress;
use super::settings::Session;
use crate::lint::{Linted, lint};
use crate::report::Reporter;
use std::time::{Duration, Instant};

/// Stack of each thread, in bytes. Parsing and evaluation take more by themselves where needed.
const STACK: usize = 8 << 20;

/// Judges every endpoint.
///
/// # Errors
/// When the run could not be done.
pub(super) fn check(args: &CheckArgs) -> Result<Exit, Failure> {
    let session = Session::new(&args.policies, &args.config, &args.output)?;
    let session = session.with_findings(&args.findings);
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
    report(session, linted, elapsed, |format, options| {
        format.reporter(options)
    })?;
    ending(linted, session.exit(&linted.results.summary))
}

/// Lists every endpoint.
///
/// # Errors
/// When the run could not be done.
pub(super) fn endpoints(args: &EndpointsArgs) -> Result<Exit, Failure> {
    let session = Session::new(&args.policies, &args.config, &args.output)?;
    let (linted, elapsed) = timed(&session, &args.sources, false)?;
    report(&session, &linted, elapsed, |format, options| {
        format.inventory(options)
    })?;
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
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .stack_size(STACK)
        .build()
        .map_err(|source| Failure::Threads { threads, source })?;
    Ok(pool.install(work))
}

fn report(
    session: &Session,
    linted: &Linted,
    elapsed: Duration,
    reporter: impl FnOnce(crate::report::Format, &crate::report::TextOptions) -> Box<dyn Reporter>,
) -> Result<(), Failure> {
    session.write(Some(elapsed), |out, options| {
        reporter(session.format(), options).write(&linted.results, &linted.texts, out)
    })
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
