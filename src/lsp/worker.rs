//! The thread that runs the lint: one job after the other. The main loop gives it the newest state
//! each time, so that of edits in quick succession the last counts.

use super::analysis::Analysis;
use super::named::NamedFiles;
use super::project::Project;
use super::proposals::{FileEdit, Proposal, Refusal};
use super::settings::Settings;
use crate::config::ConfigError;
use crossbeam_channel::{Receiver, Sender};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The number of a folder.
pub(super) type FolderId = u32;

/// What is to be linted.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) folder: FolderId,
    /// Which state of the folder this is.
    pub(super) revision: u64,
    pub(super) root: PathBuf,
    pub(super) settings: Settings,
    /// Texts of the editor that take the place of files, by their paths without links.
    pub(super) documents: Vec<(PathBuf, Arc<str>)>,
    /// Files that have changed on disk since the last job.
    pub(super) touched: Vec<PathBuf>,
    /// More than these may have changed.
    pub(super) refresh: bool,
    /// Set when there is a newer state.
    pub(super) cancelled: Arc<AtomicBool>,
}

impl Job {
    /// The root, or where it is, if it is a file.
    pub(super) fn folder(&self) -> &Path {
        match self.root.is_dir() {
            true => &self.root,
            false => self.root.parent().unwrap_or(&self.root),
        }
    }
}

/// Work for the thread.
#[derive(Debug)]
pub(super) enum Work {
    Lint(Job),
    /// Whether edits do what they should, of the state that was linted last.
    Verify {
        folder: FolderId,
        ticket: u64,
        proposals: Vec<Proposal>,
    },
    /// A folder that is gone.
    Forget(FolderId),
}

/// What came of work.
#[derive(Debug)]
pub(super) enum Done {
    Lint(Linting),
    Verify {
        ticket: u64,
        /// The edits of each proposal, or why there are none.
        edits: Vec<Result<Vec<FileEdit>, Refusal>>,
    },
}

/// What came of a job.
#[derive(Debug)]
pub(super) struct Linting {
    pub(super) folder: FolderId,
    pub(super) revision: u64,
    pub(super) outcome: Outcome,
    /// The configuration that is in force is an older one, as this is wrong with the new.
    pub(super) config_error: Option<ConfigError>,
    /// The configuration, if there is one.
    pub(super) config: Option<PathBuf>,
    /// What runs read whatever its name is; of a run that was ended, too.
    pub(super) named: NamedFiles,
}

/// How a run ended.
#[derive(Debug)]
pub(super) enum Outcome {
    Linted(Arc<Analysis>),
    /// Why there are no results.
    Failed(String),
    Cancelled,
}

/// Starts the thread; it ends when nobody gives it work any more.
pub(super) fn start() -> (Sender<Work>, Receiver<Done>) {
    let (to_worker, work) = crossbeam_channel::unbounded();
    let (to_loop, done) = crossbeam_channel::unbounded();
    std::thread::spawn(move || run(&work, &to_loop));
    (to_worker, done)
}

fn run(work: &Receiver<Work>, to: &Sender<Done>) {
    let mut projects: HashMap<FolderId, Project> = HashMap::new();
    for work in work {
        let done = match work {
            Work::Forget(folder) => {
                projects.remove(&folder);
                continue;
            }
            Work::Lint(job) => Done::Lint(projects.entry(job.folder).or_default().lint(job)),
            Work::Verify {
                folder,
                ticket,
                proposals,
            } => {
                let project = projects.entry(folder).or_default();
                let edits = proposals.into_iter().map(|one| project.verified(one));
                Done::Verify {
                    ticket,
                    edits: edits.collect(),
                }
            }
        };
        if to.send(done).is_err() {
            return;
        }
    }
}
