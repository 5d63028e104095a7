//! The state of a server: what is open, what is linted, who waits.

use super::analysis::Analysis;
use super::capabilities;
use super::client::{Peer, Purpose};
use super::documents::Documents;
use super::folders::Folders;
use super::offers::Offers;
use super::progress;
use super::publish;
use super::settings::Settings;
use super::waiting::Waiting;
use super::watch;
use super::worker::{FolderId, Job, Linting, Outcome, Work};
use crossbeam_channel::Sender;
use lsp_types::request::{
    CodeLensRefresh, InlayHintRefreshRequest, WorkspaceConfiguration, WorkspaceDiagnosticRefresh,
};
use lsp_types::{ConfigurationItem, ConfigurationParams, MessageType, Uri};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is linted now.
struct Run {
    folder: FolderId,
    revision: u64,
    /// Set to end it.
    cancelled: Arc<AtomicBool>,
    /// Files that changed meanwhile: what it reads whatever its name is, it tells in the end.
    changed: Vec<PathBuf>,
}

/// A thread that drops what it is given.
fn bin() -> Sender<Arc<Analysis>> {
    let (bin, thrown) = crossbeam_channel::unbounded();
    std::thread::spawn(move || thrown.into_iter().for_each(drop));
    bin
}

/// The state of a server.
pub(super) struct Session {
    pub(super) peer: Peer,
    pub(super) client: capabilities::Client,
    pub(super) documents: Documents,
    pub(super) folders: Folders,
    pub(super) waiting: Waiting,
    /// The settings where a folder has none of its own.
    pub(super) settings: Settings,
    /// What is wrong with the settings.
    mistakes: BTreeSet<String>,
    /// The settings are known: runs may begin.
    pub(super) is_ready: bool,
    pub(super) worker: Sender<Work>,
    /// Takes old results: to let go of them takes longer than to tell of new ones.
    bin: Sender<Arc<Analysis>>,
    /// What is linted now.
    running: Option<Run>,
    /// Edits that are offered and not worked out yet.
    pub(super) offers: Offers,
    progress: progress::Shown,
    next_result: u64,
    /// The documents that were edited since the last run began: their editor asks anyway.
    edited: BTreeSet<String>,
}

impl Session {
    pub(super) fn new(peer: Peer, worker: Sender<Work>) -> Session {
        Session {
            peer,
            client: capabilities::Client::default(),
            documents: Documents::default(),
            folders: Folders::default(),
            waiting: Waiting::default(),
            settings: Settings::default(),
            mistakes: BTreeSet::new(),
            is_ready: false,
            worker,
            bin: bin(),
            running: None,
            offers: Offers::default(),
            progress: progress::Shown::default(),
            next_result: 0,
            edited: BTreeSet::new(),
        }
    }

    /// Gives the worker the newest state of a folder that has changed, if it has nothing to do; a
    /// run over an older state ends.
    pub(super) fn schedule(&mut self) {
        if let Some(running) = &self.running {
            let folder = self.folders.get(running.folder);
            // The first run goes on: all that it reads is needed whatever is typed.
            if folder.is_none_or(|f| f.linted.is_some() && f.revision != running.revision) {
                running.cancelled.store(true, Ordering::Relaxed);
            }
            return;
        }
        if !self.is_ready {
            return;
        }
        let texts = self.documents.all().filter_map(|document| {
            let path = document.path.clone()?;
            Some((path, document.text.text.clone()))
        });
        let all = self.folders.all_mut().iter_mut();
        let stale = all.filter(|folder| !folder.is_current());
        let Some(folder) = stale.min_by_key(|folder| !folder.is_first) else {
            return;
        };
        folder.is_first = false;
        let cancelled = Arc::new(AtomicBool::new(false));
        let job = Job {
            folder: folder.id,
            revision: folder.revision,
            root: folder.root.clone(),
            settings: folder.settings.clone(),
            documents: texts.collect(),
            touched: std::mem::take(&mut folder.touched),
            refresh: std::mem::take(&mut folder.refresh),
            cancelled: cancelled.clone(),
        };
        self.running = Some(Run {
            folder: job.folder,
            revision: job.revision,
            cancelled,
            changed: Vec::new(),
        });
        if folder.linted.is_none() && self.client.progress {
            self.progress.ask(&mut self.peer);
        }
        // The worker lives as long as the session.
        let _ = self.worker.send(Work::Lint(job));
    }

    /// The client shows the progress that it was asked for.
    pub(super) fn begin_progress(&mut self, token: &str) {
        self.progress.begin(token, &self.peer);
    }

    /// A run is done: its results count unless something has changed since.
    pub(super) fn linted(&mut self, done: Linting) {
        let run = self.running.take();
        let Some(folder) = self.folders.get_mut(done.folder) else {
            return;
        };
        folder.named = done.named;
        let mut missed = run.map_or_else(Vec::new, |run| run.changed);
        missed.retain(|path| folder.names(path));
        for path in missed {
            self.folders.changed_on_disk(&path);
        }
        watch::follow(&mut self.folders, done.folder, &self.client, &mut self.peer);
        let Some(folder) = self.folders.get_mut(done.folder) else {
            return;
        };
        if folder.revision != done.revision {
            return;
        }
        match done.outcome {
            Outcome::Cancelled => return,
            Outcome::Linted(analysis) => {
                if let Some(old) = folder.analysis.replace(analysis) {
                    // It lives as long as the session.
                    let _ = self.bin.send(old);
                }
                folder.failure = None;
            }
            Outcome::Failed(failure) => folder.failure = Some(failure),
        }
        folder.linted = Some(done.revision);
        folder.config = done.config;
        folder.config_error = done.config_error;
        publish::log(folder, &self.peer);
        if self
            .folders
            .all()
            .iter()
            .all(|folder| folder.linted.is_some())
        {
            self.progress.end(&self.peer);
        }
        self.show(done.folder);
    }

    /// Shows what a folder's results say now.
    pub(super) fn show(&mut self, id: FolderId) {
        let changed = publish::update(
            &mut self.folders,
            id,
            &self.documents,
            &self.client,
            &mut self.next_result,
        );
        let edited = std::mem::take(&mut self.edited);
        // Of what is edited, the editor asks anyway.
        let is_other = |one: &publish::Changed| !edited.contains(one.uri.as_str());
        let others = changed.iter().any(is_other);
        if !self.client.pulls {
            publish::send(&self.peer, &changed);
        } else if others {
            self.refresh::<WorkspaceDiagnosticRefresh>();
        }
        if !others && !edited.is_empty() {
            return;
        }
        let is_on = |on: fn(&Settings) -> bool| self.folders.all().iter().any(|f| on(&f.settings));
        let (hints, lenses) = (is_on(|s| s.inlay_hints), is_on(|s| s.code_lens));
        if self.client.refreshes_hints && hints {
            self.refresh::<InlayHintRefreshRequest>();
        }
        if self.client.refreshes_lenses && lenses {
            self.refresh::<CodeLensRefresh>();
        }
    }

    /// Tells the client to ask again.
    fn refresh<R: lsp_types::request::Request>(&mut self) {
        self.peer.ask::<R>(&super::client::none(), Purpose::None);
    }

    /// A document was opened, edited or closed, so that what it belongs to is linted again.
    pub(super) fn touched(&mut self, uri: &Uri, path: Option<&Path>) {
        self.edited.insert(uri.as_str().to_owned());
        if let Some(path) = path {
            self.changed_meanwhile(path);
            self.folders.touch(path);
        }
    }

    /// A file has changed on disk.
    pub(super) fn changed_on_disk(&mut self, path: &Path) {
        self.changed_meanwhile(path);
        self.folders.changed_on_disk(path);
    }

    fn changed_meanwhile(&mut self, path: &Path) {
        if let Some(running) = &mut self.running {
            running.changed.push(path.to_path_buf());
        }
    }

    /// The client watches the files that a folder names: what changed before is seen now.
    pub(super) fn is_watched(&mut self, folder: FolderId) {
        let folder = self.folders.get(folder);
        let changed = folder.map_or_else(Vec::new, |folder| folder.named.changed());
        for path in changed {
            self.changed_on_disk(&path);
        }
    }

    /// A file that no folder holds is linted by itself.
    pub(super) fn adopt(&mut self, uri: &Uri) {
        let Some(document) = self.documents.get(uri) else {
            return;
        };
        let Some(path) = document.path.clone().filter(|path| path.is_file()) else {
            return;
        };
        let is_source = crate::discover::Language::of_path(&path).is_some();
        if is_source && self.folders.of(&path).is_none() {
            let named = super::paths::of_uri(uri).unwrap_or(path);
            let settings = self.settings.clone();
            self.folders.add(uri.as_str(), named, true, settings);
        }
    }

    /// Adds a folder of the workspace.
    pub(super) fn add_folder(&mut self, uri: &Uri) {
        match super::paths::of_uri(uri) {
            Some(root) => {
                let settings = self.settings.clone();
                self.folders.add(uri.as_str(), root, false, settings);
                // Files that it holds belong to it now.
                let real: Vec<PathBuf> =
                    self.folders.all().iter().map(|f| f.real.clone()).collect();
                let held = |path: &Path| real.iter().any(|r| path != r && path.starts_with(r));
                self.remove_folders(|folder| folder.is_file && held(&folder.real));
            }
            None => self.peer.log(
                MessageType::INFO,
                format!(
                    "{} is no folder on disk: nothing is linted there",
                    uri.as_str()
                ),
            ),
        }
    }

    /// Takes folders away, with what is shown of them.
    pub(super) fn remove_folders(&mut self, is_gone: impl Fn(&super::folders::Folder) -> bool) {
        for folder in self.folders.remove(is_gone) {
            // It may be linted right now: what comes of that is for nobody.
            let _ = self.worker.send(Work::Forget(folder.id));
            watch::forget(folder.id, &folder.watched, &mut self.peer);
            if self.client.pulls {
                self.refresh::<WorkspaceDiagnosticRefresh>();
            } else {
                let shown = folder
                    .shown
                    .values()
                    .filter(|shown| !shown.items.is_empty());
                let gone: Vec<_> = shown.map(|s| publish::Changed::nothing(&s.uri)).collect();
                publish::send(&self.peer, &gone);
            }
        }
    }

    /// Asks for the settings: of all, then of each folder.
    pub(super) fn ask_settings(&mut self) {
        let folders = self.folders.all().iter().filter(|folder| !folder.is_file);
        let scopes: Vec<String> = folders.map(|folder| folder.uri.clone()).collect();
        let item = |scope: Option<&String>| ConfigurationItem {
            scope_uri: scope.and_then(|uri| Uri::from_str(uri).ok()),
            section: Some("connect-lint".to_owned()),
        };
        let of_folders = scopes.iter().map(|scope| item(Some(scope)));
        let items = std::iter::once(item(None)).chain(of_folders).collect();
        let params = ConfigurationParams { items };
        let purpose = Purpose::Configuration(scopes);
        self.peer.ask::<WorkspaceConfiguration>(&params, purpose);
    }

    /// Settings that the client gave for all, then for folders.
    pub(super) fn settings_came(&mut self, scopes: &[String], values: Option<Value>) {
        let values = values.and_then(|values| values.as_array().cloned());
        let mut values = values.unwrap_or_default().into_iter();
        let all = values.next().filter(|value| !value.is_null());
        let given = all.iter().chain(values.as_slice());
        let mistakes: BTreeSet<String> = given.flat_map(Settings::mistakes).collect();
        self.complain_of_settings(mistakes);
        if let Some(all) = all {
            self.settings = Settings::of(&all);
        }
        let of_folders: Vec<(&String, Settings)> = scopes
            .iter()
            .zip(values)
            .filter(|(_, value)| !value.is_null())
            .map(|(scope, value)| (scope, Settings::of(&value)))
            .collect();
        let general = self.settings.clone();
        self.apply(|folder_uri| {
            let own = of_folders.iter().find(|(uri, _)| *uri == folder_uri);
            own.map_or_else(|| general.clone(), |(_, settings)| settings.clone())
        });
        self.is_ready = true;
    }

    /// Tells of settings that make no sense, unless that was told already.
    pub(super) fn complain_of_settings(&mut self, mistakes: BTreeSet<String>) {
        for mistake in mistakes.difference(&self.mistakes) {
            self.peer.log(MessageType::WARNING, mistake);
        }
        self.mistakes = mistakes;
    }

    /// Gives each folder its settings.
    pub(super) fn apply(&mut self, settings: impl Fn(&str) -> Settings) {
        let mut shown = Vec::new();
        for folder in self.folders.all_mut() {
            let new = settings(&folder.uri);
            if new != folder.settings {
                folder.settings = new;
                folder.touch();
                if !folder.settings.enable {
                    shown.push(folder.id);
                }
            }
        }
        for id in shown {
            self.show(id);
        }
    }
}
