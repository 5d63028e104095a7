//! A bar on standard error that shows how far a long run is.
//!
//! It is drawn by a thread of its own, and only once a run has taken a while. The threads that
//! lint do no more than count.

use super::color::TerminalEnv;
use crate::lint::{Phase, Progress};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Runs that are shorter have no bar.
const DELAY: Duration = Duration::from_millis(500);
/// How often it is drawn.
const FRAME: Duration = Duration::from_millis(100);

/// Does work that tells how far it is; a bar shows it, if anybody can see one.
pub(super) fn shown<T>(quiet: bool, work: impl FnOnce(Option<Arc<dyn Progress>>) -> T) -> T {
    if quiet
        || !is_wanted(&TerminalEnv::from_process(), |name| {
            std::env::var_os(name).is_some_and(|value| !value.is_empty())
        })
    {
        return work(None);
    }
    let counts = Arc::new(Counts::default());
    let bar = Bar::start(counts.clone());
    let done = work(Some(counts));
    bar.end();
    done
}

/// On a terminal that can take a line back, and not where `CI` says that nobody looks.
fn is_wanted(env: &TerminalEnv, is_set: impl Fn(&str) -> bool) -> bool {
    io::stderr().is_terminal() && env.moves_cursor() && !is_set("CI")
}

/// How far a run is.
#[derive(Debug, Default)]
struct Counts {
    phase: AtomicU8,
    done: AtomicUsize,
    files: AtomicUsize,
}

impl Progress for Counts {
    fn begin(&self, phase: Phase, files: usize) {
        self.phase.store(phase as u8, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
        self.files.store(files, Ordering::Relaxed);
    }

    fn advance(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

impl Counts {
    fn phase(&self) -> &'static str {
        let phase = self.phase.load(Ordering::Relaxed);
        let names = [
            (Phase::Reading, "reading"),
            (Phase::Evaluating, "evaluating"),
            (Phase::Judging, "judging"),
        ];
        let found = names.iter().find(|(known, _)| *known as u8 == phase);
        found.map_or("", |(_, name)| name)
    }
}

/// The thread that draws.
struct Bar {
    end: Sender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Bar {
    fn start(counts: Arc<Counts>) -> Bar {
        let (end, ended) = channel();
        let draw = move || draw(&counts, &ended);
        let thread = std::thread::Builder::new().spawn(draw);
        Bar {
            end,
            // Without a thread there is no bar.
            thread: thread.ok(),
        }
    }

    /// Takes the bar away.
    fn end(self) {
        drop(self.end);
        if let Some(thread) = self.thread {
            // That it failed is not worth a word.
            let _ = thread.join();
        }
    }
}

fn draw(counts: &Counts, ended: &Receiver<()>) {
    let is_over = |wait| !matches!(ended.recv_timeout(wait), Err(RecvTimeoutError::Timeout));
    if is_over(DELAY) {
        return;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    loop {
        frame(&bar, counts);
        if is_over(FRAME) {
            break;
        }
    }
    bar.finish_and_clear();
}

fn frame(bar: &ProgressBar, counts: &Counts) {
    let files = counts.files.load(Ordering::Relaxed);
    let template = match files {
        0 => "{spinner} {msg} {elapsed}",
        _ => "{spinner} {msg} [{wide_bar}] {pos}/{len} files {elapsed}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> ").tick_chars("|/-\\ "));
    }
    bar.set_message(counts.phase());
    match files {
        0 => bar.unset_length(),
        files => bar.set_length(files as u64),
    }
    bar.set_position(counts.done.load(Ordering::Relaxed) as u64);
    bar.tick();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_begin_anew_with_each_phase() {
        let counts = Counts::default();
        assert_eq!(counts.phase(), "reading");
        counts.begin(Phase::Judging, 3);
        counts.advance();
        assert_eq!(counts.phase(), "judging");
        let now = [&counts.done, &counts.files].map(|n| n.load(Ordering::Relaxed));
        assert_eq!(now, [1, 3]);
        counts.begin(Phase::Evaluating, 0);
        assert_eq!(counts.done.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn a_run_without_a_terminal_is_done_all_the_same() {
        assert!(shown(true, |progress| progress.is_none()));
    }

    #[test]
    fn a_bar_that_never_showed_ends_at_once() {
        let start = std::time::Instant::now();
        Bar::start(Arc::new(Counts::default())).end();
        assert!(start.elapsed() < DELAY);
    }
}
