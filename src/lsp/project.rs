//! What the worker keeps of a folder between runs: the workspace of the lint, told of what has
//! changed.

use super::analysis::Analysis;
use super::named::NamedFiles;
use super::proposals::{FileEdit, Proposal, Refusal};
use super::settings::{self, Settings};
use super::watch;
use super::worker::{Job, Linting, Outcome};
use crate::cli::Failure;
use crate::cli::args::FindingArgs;
use crate::cli::check::pool;
use crate::cli::settings::Session;
use crate::config::{self, ConfigError, Loaded};
use crate::discover::{Overlay, decode};
use crate::lint::{LintOptions, Linted, Workspace};
use rayon::ThreadPool;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::SystemTime;

/// What is kept of a folder.
#[derive(Default)]
pub(super) struct Project {
    running: Option<Running>,
    /// The last configuration that made sense, and was run with.
    last_good: Option<Loaded>,
    /// One that makes sense as far as it was read.
    newest: Option<Loaded>,
    config_error: Option<ConfigError>,
    /// The files that the configuration names, itself among them.
    named: NamedFiles,
    /// The texts of the editor, by their paths without links.
    texts: HashMap<PathBuf, Arc<str>>,
}

/// A workspace, and what its options were made from.
struct Running {
    workspace: Workspace,
    pool: ThreadPool,
    /// Without the texts of the editor.
    job: Job,
    config: Option<PathBuf>,
    /// The files that the options are made from.
    read: Vec<PathBuf>,
    /// The results of the last run.
    last: Option<Arc<Analysis>>,
}

impl Running {
    /// Whether options were made from a file, whose path is without links.
    fn reads(&self, path: &Path) -> bool {
        let is_it = |read: &PathBuf| super::paths::real(read).iter().any(|real| real == path);
        self.read.iter().any(is_it)
    }
}

impl Project {
    pub(super) fn lint(&mut self, job: Job) -> Linting {
        let config = config_path(&job);
        let began = SystemTime::now();
        // A mistake in the lint must not end the server; what is known by then is not to be trusted.
        let ran = catch_unwind(AssertUnwindSafe(|| self.run(&job, config.as_deref())));
        let outcome = ran.unwrap_or_else(|_| {
            self.running = None;
            let told = "the lint panicked: this is a mistake of connect-lint";
            Outcome::Failed(told.to_owned())
        });
        Linting {
            folder: job.folder,
            revision: job.revision,
            outcome,
            config_error: self.config_error.clone(),
            config,
            named: self.read_by_name(began),
        }
    }

    /// What runs read whatever its name is.
    fn read_by_name(&self, began: SystemTime) -> NamedFiles {
        let mut named = self.named.clone();
        let last = self.running.as_ref().and_then(|r| r.last.as_ref());
        let of_policies = last.map(|last| last.linted.policy_files.iter());
        let of_policies = of_policies.into_iter().flatten();
        let paths = of_policies.map(|file| super::paths::of_name(&file.name));
        named.add_read(paths.filter(|path| !watch::matters(path)), began);
        named
    }

    fn run(&mut self, job: &Job, config: Option<&Path>) -> Outcome {
        let changed = self.take_texts(&job.documents);
        if let Err(failure) = self.set_up(job, config, &changed) {
            self.running = None;
            return Outcome::Failed(failure);
        }
        let Some(running) = &mut self.running else {
            return Outcome::Failed("nothing is set up".to_owned());
        };
        for path in &changed {
            match self.texts.get(path) {
                Some(text) => running.workspace.set_text(path, bytes(text)),
                None => running.workspace.close(path),
            }
        }
        if job.refresh {
            running.workspace.refresh();
        } else if !job.touched.is_empty() {
            running.workspace.touched(&job.touched);
        }
        let workspace = &mut running.workspace;
        let linted = running
            .pool
            .install(|| workspace.lint_unless(&job.cancelled));
        match linted {
            Ok(Some(linted)) => {
                self.last_good = self.newest.take().or(self.last_good.take());
                let analysis = Arc::new(Analysis::new(linted, job.folder()));
                running.last = Some(analysis.clone());
                Outcome::Linted(analysis)
            }
            Ok(None) => Outcome::Cancelled,
            Err(error) => {
                self.newest = None;
                Outcome::Failed(error.to_string())
            }
        }
    }

    /// Remembers the texts of the editor. Gives those that are others than before, or gone.
    fn take_texts(&mut self, documents: &[(PathBuf, Arc<str>)]) -> Vec<PathBuf> {
        let mut changed = Vec::new();
        self.texts.retain(|path, _| {
            let is_there = documents.iter().any(|(open, _)| open == path);
            if !is_there {
                changed.push(path.clone());
            }
            is_there
        });
        for (path, text) in documents {
            let before = self.texts.insert(path.clone(), text.clone());
            if before.is_none_or(|before| !Arc::ptr_eq(&before, text) && before != *text) {
                changed.push(path.clone());
            }
        }
        changed
    }

    /// Makes the options of the workspace anew, if what they are made from has changed.
    fn set_up(
        &mut self,
        job: &Job,
        config: Option<&Path>,
        changed: &[PathBuf],
    ) -> Result<(), String> {
        let is_same = self.running.as_ref().is_some_and(|running| {
            let mut events = changed.iter().chain(&job.touched);
            running.job.settings == job.settings
                && running.config.as_deref() == config
                && !job.refresh
                && !events.any(|path| running.reads(path))
        });
        if is_same {
            return Ok(());
        }
        let overlay = overlay(&self.texts);
        let (session, options) = self.options(job, config, &overlay)?;
        // What policies are read from by the workspace is not read here.
        let read = self.named.paths().map(Path::to_path_buf);
        let read = read.filter(|path| !options.policy_from.contains(path));
        let read = read.collect();
        let kept = Job {
            documents: Vec::new(),
            ..job.clone()
        };
        match &mut self.running {
            Some(running) => {
                running.workspace.set_options(options);
                running.job = kept;
                running.config = config.map(Path::to_path_buf);
                running.read = read;
            }
            None => {
                let threads = session.threads(&Settings::sources(&job.root));
                self.running = Some(Running {
                    workspace: Workspace::new(options),
                    pool: pool(threads).map_err(|failure| failure.to_string())?,
                    job: kept,
                    config: config.map(Path::to_path_buf),
                    read,
                    last: None,
                });
            }
        }
        Ok(())
    }

    /// The options of a run: those of the newest configuration, or of the last one that made
    /// sense.
    fn options(
        &mut self,
        job: &Job,
        path: Option<&Path>,
        overlay: &Overlay,
    ) -> Result<(Session, LintOptions), String> {
        self.newest = None;
        let mut named = NamedFiles::default();
        named.add(path.map(Path::to_path_buf));
        let loaded = path.map_or_else(|| Ok(Loaded::default()), |path| load(path, overlay));
        let newest = loaded.map_err(Failure::from).and_then(|loaded| {
            let made = options(loaded.clone(), job, overlay, &mut named)?;
            self.newest = Some(loaded);
            Ok(made)
        });
        self.config_error = None;
        let made = match newest {
            Err(Failure::Config(error)) => {
                self.config_error = Some(error);
                let last = self.last_good.clone().unwrap_or_default();
                // Its policies are read from its text.
                let path = last.path.as_deref().map(super::paths::without_links);
                let text = path.iter().map(|path| (path, last.text()));
                let as_it_was = with(overlay.clone(), text);
                let made = options(last.clone(), job, &as_it_was, &mut named);
                made.map(|(session, options)| {
                    let overlay = overlay.clone();
                    (session, LintOptions { overlay, ..options })
                })
            }
            newest => newest,
        };
        // Also where they are what is at fault: that may change.
        self.named = named;
        made.map_err(|failure| settings::for_flags(&failure.to_string()))
    }

    /// The edits of a proposal that do what they should.
    pub(super) fn verified(&mut self, proposal: Proposal) -> Result<Vec<FileEdit>, Refusal> {
        let mut problem = "there is nothing to edit".to_owned();
        for edits in proposal.candidates {
            let check = &proposal.check;
            let tried = catch_unwind(AssertUnwindSafe(|| {
                let before = self.last()?;
                let after = self.linted_with(&before, &edits)?;
                let problem = check.problem(&before.linted, &after);
                problem.map_or(Ok(()), |why| Err(Refusal::Failed(why)))
            }));
            match tried {
                Ok(Ok(())) => return Ok(edits),
                Ok(Err(Refusal::Failed(why))) => problem = why,
                Ok(Err(changed)) => return Err(changed),
                Err(_) => {
                    self.running = None;
                    problem = "the lint panicked: this is a mistake of connect-lint".to_owned();
                    break;
                }
            }
        }
        Err(Refusal::Failed(problem))
    }

    fn last(&self) -> Result<Arc<Analysis>, String> {
        let last = self
            .running
            .as_ref()
            .and_then(|running| running.last.clone());
        last.ok_or_else(|| "there are no results".to_owned())
    }

    /// A run over the files as they are with some edits; they are undone in the workspace.
    fn linted_with(&mut self, before: &Analysis, edits: &[FileEdit]) -> Result<Linted, Refusal> {
        let edited = FileEdit::texts(edits, |name| before.text(name).map(|text| text.text))?;
        for (path, (old, _)) in &edited {
            match self.texts.get(path) {
                Some(text) if text == old => {}
                // A configuration with a mistake, in place of which an older one was linted.
                Some(_) => return Err("the file has a mistake".to_owned().into()),
                None if on_disk(path).is_some_and(|text| text == **old) => {}
                None => return Err(Refusal::Changed(path.clone())),
            }
        }
        let running = self.running.as_mut();
        let running = running.ok_or_else(|| "nothing is set up".to_owned())?;
        let options = match edited.keys().any(|path| running.reads(path)) {
            true => {
                let texts = edited.iter().map(|(path, (_, new))| (path, new.as_ref()));
                let overlay = with(overlay(&self.texts), texts);
                Some(options_with(running, &overlay)?)
            }
            false => None,
        };
        for (path, (_, new)) in &edited {
            running.workspace.set_text(path, bytes(new));
        }
        let workspace = &mut running.workspace;
        let before = options.map(|options| {
            let before = workspace.options().clone();
            workspace.set_options(options);
            before
        });
        let never = AtomicBool::new(false);
        let linted = running.pool.install(|| workspace.lint_unless(&never));
        if let Some(before) = before {
            workspace.set_options(before);
        }
        for path in edited.keys() {
            match self.texts.get(path) {
                Some(text) => workspace.set_text(path, bytes(text)),
                None => workspace.close(path),
            }
        }
        match linted {
            Ok(Some(linted)) => Ok(linted),
            Ok(None) => Err("the run was ended".to_owned().into()),
            Err(error) => Err(error.to_string().into()),
        }
    }
}

fn on_disk(path: &Path) -> Option<String> {
    Some(decode(std::fs::read(path).ok()?, None).text)
}

/// The options as they would be with other texts.
fn options_with(running: &Running, overlay: &Overlay) -> Result<LintOptions, String> {
    let config = running.config.as_deref();
    let loaded = config.map_or_else(|| Ok(Loaded::default()), |path| load(path, overlay));
    let made = loaded.map_err(Failure::from);
    let named = &mut NamedFiles::default();
    let made = made.and_then(|loaded| options(loaded, &running.job, overlay, named));
    made.map(|(_, options)| options)
        .map_err(|failure| failure.to_string())
}

/// The options of a configuration. What it names is in `named` before it is read.
fn options(
    loaded: Loaded,
    job: &Job,
    overlay: &Overlay,
    named: &mut NamedFiles,
) -> Result<(Session, LintOptions), Failure> {
    let settings = &job.settings;
    let here = job.folder().to_path_buf();
    let sources = Settings::sources(&job.root);
    let session = Session::of(loaded, &settings.policies(), &settings.output(), here)?;
    named.add(session.named_files(&FindingArgs::default()));
    let session = session.with_findings(&FindingArgs::default(), &sources, overlay)?;
    let mut options = session.lint_options_in(&sources, true, overlay.clone())?;
    options.needs = true;
    options.policy_optional = true;
    Ok((session, options))
}

/// The configuration of a folder: the one that the settings name, or the nearest.
fn config_path(job: &Job) -> Option<PathBuf> {
    match &job.settings.config {
        Some(named) => Some(job.folder().join(named)),
        None => nearest([config::find(&job.root), new_config(job)]),
    }
}

/// The nearest configuration that is open and not saved yet.
fn new_config(job: &Job) -> Option<PathBuf> {
    let folder = super::paths::without_links(job.folder());
    let open = job.documents.iter().map(|(path, _)| path);
    let above = open.filter(|path| {
        let is_configuration = path
            .file_name()
            .is_some_and(|name| name == config::FILE_NAME);
        is_configuration
            && path
                .parent()
                .is_some_and(|parent| folder.starts_with(parent))
    });
    nearest(above.filter(|path| !path.exists()).cloned().map(Some))
}

/// The innermost of files that stand in folders above each other.
fn nearest(all: impl IntoIterator<Item = Option<PathBuf>>) -> Option<PathBuf> {
    let depth = |path: &PathBuf| super::paths::without_links(path).components().count();
    all.into_iter().flatten().max_by_key(depth)
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

fn overlay(texts: &HashMap<PathBuf, Arc<str>>) -> Overlay {
    let texts = texts.iter().map(|(path, text)| (path, text.as_ref()));
    with(Overlay::default(), texts)
}

fn with<'a>(overlay: Overlay, texts: impl Iterator<Item = (&'a PathBuf, &'a str)>) -> Overlay {
    texts.fold(overlay, |overlay, (path, text)| {
        overlay.with(path.clone(), bytes(text))
    })
}

/// A text as bytes of a file. A byte order mark says that they are in UTF-8, whatever the document
/// says of its encoding on disk.
fn bytes(text: &str) -> Vec<u8> {
    let mark = if text.is_ascii() { "" } else { "\u{feff}" };
    [mark, text].concat().into_bytes()
}
