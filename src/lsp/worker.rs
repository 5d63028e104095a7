//! The thread that runs the lint: one job after the other. The main loop gives it the newest state
//! each time, so that of edits in quick succession the last counts.

use super::analysis::Analysis;
use super::settings::Settings;
use crate::cli::Failure;
use crate::cli::check::in_pool;
use crate::cli::settings::Session;
use crate::config::{self, ConfigError, Loaded};
use crate::discover::Overlay;
use crate::lint::{LintOptions, lint};
use crossbeam_channel::{Receiver, Sender};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
}

/// Work for the thread.
#[derive(Debug)]
pub(super) enum Work {
    Lint(Job),
    /// A folder that is gone.
    Forget(FolderId),
}

/// What came of a job.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) folder: FolderId,
    pub(super) revision: u64,
    /// The results, or why there are none.
    pub(super) outcome: Result<Arc<Analysis>, String>,
    /// The configuration that is in force is an older one, as this is wrong with the new.
    pub(super) config_error: Option<ConfigError>,
    /// The configuration, if there is one.
    pub(super) config: Option<PathBuf>,
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
        match work {
            Work::Forget(folder) => drop(projects.remove(&folder)),
            Work::Lint(job) => {
                let done = projects.entry(job.folder).or_default().lint(job);
                if to.send(done).is_err() {
                    return;
                }
            }
        }
    }
}

/// What is kept of a folder between runs.
#[derive(Debug, Default)]
struct Project {
    /// The last configuration that made sense.
    last_good: Option<Loaded>,
}

impl Project {
    fn lint(&mut self, job: Job) -> Done {
        let overlay = overlay(&job.documents);
        let path = config_path(&job);
        let (set_up, config_error) = self.set_up(&job, path.as_deref(), &overlay);
        let outcome = set_up.and_then(|(session, options)| {
            let threads = session.threads(&Settings::sources(&job.root));
            let run = || in_pool(threads, || lint(&options));
            // A mistake in the lint must not end the server.
            let linted = catch_unwind(AssertUnwindSafe(run))
                .map_err(|_| "the lint panicked; this is a mistake of connect-lint".to_owned())?
                .map_err(|failure| failure.to_string())?
                .map_err(|error| error.to_string())?;
            Ok(Arc::new(Analysis::new(linted, &job.root)))
        });
        Done {
            folder: job.folder,
            revision: job.revision,
            outcome,
            config_error,
            config: path,
        }
    }

    /// The settings of a run: those of the newest configuration, or of the last one that made
    /// sense.
    fn set_up(
        &mut self,
        job: &Job,
        path: Option<&Path>,
        overlay: &Overlay,
    ) -> (Result<(Session, LintOptions), String>, Option<ConfigError>) {
        let loaded = path.map_or_else(|| Ok(Loaded::default()), |path| load(path, overlay));
        let newest = loaded.map_err(Failure::from).and_then(|loaded| {
            let made = options(loaded.clone(), job, overlay)?;
            self.last_good = Some(loaded);
            Ok(made)
        });
        match newest {
            Ok(made) => (Ok(made), None),
            Err(Failure::Config(error)) => {
                let last = self.last_good.clone().unwrap_or_default();
                let made = options(last, job, overlay).map_err(|failure| failure.to_string());
                (made, Some(error))
            }
            Err(failure) => (Err(failure.to_string()), None),
        }
    }
}

fn options(
    loaded: Loaded,
    job: &Job,
    overlay: &Overlay,
) -> Result<(Session, LintOptions), Failure> {
    let settings = &job.settings;
    let here = match job.root.is_dir() {
        true => job.root.clone(),
        false => job.root.parent().unwrap_or(&job.root).to_path_buf(),
    };
    let session = Session::of(loaded, &settings.policies(), &settings.output(), here)?;
    let sources = Settings::sources(&job.root);
    let mut options = session.lint_options_in(&sources, true, overlay.clone())?;
    options.needs = true;
    options.policy_optional = true;
    Ok((session, options))
}

/// The configuration of a folder: the one that the settings name, or the nearest.
fn config_path(job: &Job) -> Option<PathBuf> {
    match &job.settings.config {
        Some(named) => Some(job.root.join(named)),
        None => config::find(&job.root),
    }
}

fn load(path: &Path, overlay: &Overlay) -> Result<Loaded, ConfigError> {
    let unreadable = |error: String| ConfigError {
        path: path.display().to_string(),
        position: None,
        message: format!("cannot be read: {error}"),
        help: None,
    };
    let bytes = overlay.read(path).map_err(|e| unreadable(e.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|e| unreadable(e.to_string()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
    config::parse(text, path)
}

/// The texts as bytes of files. A byte order mark says that they are in UTF-8, whatever the
/// document says of its encoding on disk.
fn overlay(documents: &[(PathBuf, Arc<str>)]) -> Overlay {
    let files = documents.iter().map(|(path, text)| {
        let mark = if text.is_ascii() { "" } else { "\u{feff}" };
        (path.clone(), [mark, text].concat().into_bytes())
    });
    files.fold(Overlay::default(), |overlay, (path, bytes)| {
        overlay.with(path, bytes)
    })
}
