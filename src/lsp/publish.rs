//! What the editor is to show of each file, made from results as far as they changed, and sent to
//! editors that do not ask for it.

use super::analysis::Analysis;
use super::capabilities::Client;
use super::client::Peer;
use super::diagnostics::{Telling, of_config, of_failure};
use super::documents::Documents;
use super::folders::{Folder, Folders};
use super::paths;
use super::settings::{Scope, Settings};
use super::worker::FolderId;
use crate::results::{Diagnostic, Severity};
use lsp_types::notification::PublishDiagnostics;
use lsp_types::{MessageType, PublishDiagnosticsParams, Uri};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is shown of a file.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) uri: Uri,
    /// The file, without links.
    pub(super) real: PathBuf,
    /// The findings that it was made from.
    found: Vec<Diagnostic>,
    pub(super) items: Arc<Vec<lsp_types::Diagnostic>>,
    /// Another number each time that it is something else.
    pub(super) result: u64,
    /// The version of the text that was sent with it.
    version: Option<i32>,
}

/// A file of which something else is to be shown than before.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Changed {
    pub(super) uri: Uri,
    pub(super) version: Option<i32>,
    pub(super) items: Arc<Vec<lsp_types::Diagnostic>>,
}

/// Works out anew what is shown of a folder. Gives what changed.
pub(super) fn update(
    folders: &mut Folders,
    id: FolderId,
    documents: &Documents,
    client: &Client,
    next_result: &mut u64,
) -> Vec<Changed> {
    let Some(folder) = folders.get_mut(id) else {
        return Vec::new();
    };
    let mut old = std::mem::take(&mut folder.shown);
    let Some(folder) = folders.get(id) else {
        return Vec::new();
    };
    let mut new: BTreeMap<String, Shown> = BTreeMap::new();
    let mut changed = Vec::new();
    for (name, findings) in by_file(folder, folders, documents, &old) {
        let before = old.remove(&name);
        let open = documents.at(&findings.real);
        let version = open.map(|document| document.version);
        if let (Some(before), None) = (&before, open)
            && before.version.is_none()
            && findings.is_same(&before.found)
        {
            new.insert(name, before.clone());
            continue;
        }
        let uri = open.map(|document| document.uri.clone());
        let path = || paths::of_name(&name);
        let Some(uri) = uri.or_else(|| paths::to_uri(&path())) else {
            continue;
        };
        if let Some(before) = before.as_ref().filter(|before| before.uri != uri) {
            changed.push(Changed::nothing(&before.uri));
        }
        let items = items(folder, &findings, documents, client);
        let before = before.filter(|before| before.uri == uri);
        let same = before.as_ref().filter(|before| *before.items == items);
        let (items, result) = match same {
            Some(before) => (before.items.clone(), before.result),
            None => {
                *next_result += 1;
                (Arc::new(items), *next_result)
            }
        };
        let is_told = before.is_some_and(|b| b.result == result && b.version == version);
        let is_something = !items.is_empty() || open.is_some();
        if is_something && !is_told {
            changed.push(Changed {
                uri: uri.clone(),
                version,
                items: items.clone(),
            });
        }
        let shown = Shown {
            uri,
            real: findings.real,
            found: findings.found.into_iter().cloned().collect(),
            items,
            result,
            version,
        };
        new.insert(name, shown);
    }
    let gone = old.into_values().filter(|shown| !shown.items.is_empty());
    changed.extend(gone.map(|shown| Changed::nothing(&shown.uri)));
    if let Some(folder) = folders.get_mut(id) {
        folder.shown = new;
    }
    changed
}

impl Changed {
    /// A file of which nothing is shown any more.
    pub(super) fn nothing(uri: &Uri) -> Changed {
        Changed {
            uri: uri.clone(),
            version: None,
            items: Arc::default(),
        }
    }
}

/// Sends what changed.
pub(super) fn send(peer: &Peer, changed: &[Changed]) {
    for one in changed {
        peer.notify::<PublishDiagnostics>(&PublishDiagnosticsParams {
            uri: one.uri.clone(),
            diagnostics: one.items.as_ref().clone(),
            version: one.version,
        });
    }
}

/// What is to be told of one file.
#[derive(Default)]
struct Findings<'a> {
    /// The file, without links.
    real: PathBuf,
    found: Vec<&'a Diagnostic>,
    /// What is told besides.
    extra: Vec<lsp_types::Diagnostic>,
}

impl Findings<'_> {
    fn is_same(&self, found: &[Diagnostic]) -> bool {
        let is_equal = |(a, b): (&&Diagnostic, &Diagnostic)| **a == *b;
        self.extra.is_empty()
            && self.found.len() == found.len()
            && self.found.iter().zip(found).all(is_equal)
    }
}

/// The findings of each file that is to be shown; open files also without any.
fn by_file<'a>(
    folder: &'a Folder,
    folders: &Folders,
    documents: &Documents,
    old: &BTreeMap<String, Shown>,
) -> BTreeMap<String, Findings<'a>> {
    if !folder.settings.enable {
        return BTreeMap::new();
    }
    let mut found: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    let results = folder
        .analysis
        .as_ref()
        .map(|analysis| &analysis.linted.results);
    for one in results.into_iter().flat_map(|results| &results.diagnostics) {
        if let (true, Some(file)) = (is_shown(one, &folder.settings), &one.file) {
            found.entry(file).or_default().push(one);
        }
    }
    let real = |name: &str| match old.get(name) {
        Some(shown) => shown.real.clone(),
        None => paths::without_links(&paths::of_name(name)),
    };
    let mut out: BTreeMap<String, Findings> = BTreeMap::new();
    for (name, found) in found {
        let real = real(name);
        out.insert(
            name.to_owned(),
            Findings {
                real,
                found,
                extra: Vec::new(),
            },
        );
    }
    let config = folder
        .config
        .as_deref()
        .map(|path| path.display().to_string());
    let error = folder.config_error.as_ref().map(of_config);
    let failure = folder.failure.as_deref().map(of_failure);
    let extra: Vec<_> = error.into_iter().chain(failure).collect();
    if let (Some(config), false) = (config, extra.is_empty()) {
        let real = real(&config);
        let findings = out.entry(config).or_default();
        (findings.real, findings.extra) = (real, extra);
    }
    let own = documents.all().filter_map(|document| {
        let path = document.path.as_deref()?;
        (folders.of(path)?.id == folder.id).then_some(path)
    });
    let own: Vec<&Path> = own.collect();
    let is_alone = folders.all().len() == 1;
    out.retain(|_, findings| match folder.settings.scope {
        Scope::OpenFiles => own.contains(&findings.real.as_path()),
        Scope::Workspace if is_alone => true,
        Scope::Workspace => folders
            .of(&findings.real)
            .is_none_or(|of| of.id == folder.id),
    });
    for path in own {
        if !out.values().any(|findings| findings.real == path) {
            let clean = Findings {
                real: path.to_path_buf(),
                ..Findings::default()
            };
            out.insert(name_of(path, folder), clean);
        }
    }
    out
}

/// Whether a finding is shown: what needs no action is not, unless that is wanted.
pub(super) fn is_shown(found: &Diagnostic, settings: &Settings) -> bool {
    found.severity != Severity::Info || settings.show_info
}

/// The name that results have for a file: below the folder as the editor names that.
pub(super) fn name_of(path: &Path, folder: &Folder) -> String {
    let named =
        path.strip_prefix(&folder.real)
            .ok()
            .map(|below| match below.as_os_str().is_empty() {
                true => folder.root.clone(),
                false => folder.root.join(below),
            });
    named.as_deref().unwrap_or(path).display().to_string()
}

fn items(
    folder: &Folder,
    findings: &Findings,
    documents: &Documents,
    client: &Client,
) -> Vec<lsp_types::Diagnostic> {
    let mut out = findings.extra.clone();
    if let Some(analysis) = &folder.analysis {
        let uri = |name: &str| uri_of(analysis, name, documents);
        let telling = Telling {
            analysis,
            client,
            uri: &uri,
        };
        out.extend(findings.found.iter().map(|found| telling.diagnostic(found)));
    }
    out
}

/// The name in the editor of a file that results name.
pub(super) fn uri_of(analysis: &Analysis, name: &str, documents: &Documents) -> Option<Uri> {
    let path = analysis.path(name);
    // Most files are not open: they need no look at links.
    let may_be_open = documents.all().any(|document| {
        let known = document.path.as_deref();
        known.is_some_and(|known| known.file_name() == path.file_name())
    });
    let open = may_be_open.then(|| documents.at(&paths::without_links(&path)));
    open.flatten()
        .map(|document| document.uri.clone())
        .or_else(|| paths::to_uri(&path))
}

/// Tells in the log what stands nowhere: once, until it is something else.
pub(super) fn log(folder: &mut Folder, peer: &Peer) {
    let mut lines = Vec::new();
    if folder.config.is_none() {
        lines.extend(folder.failure.clone());
    }
    if let (Some(analysis), true) = (&folder.analysis, folder.settings.enable) {
        let results = &analysis.linted.results;
        if results.policies.is_empty() {
            lines.push(
                "no policy was found: nothing is judged. Give one in connect-lint.toml, in a file \
                 that is served with it, or in the setting `connect-lint.policy`"
                    .to_owned(),
            );
        }
        let nowhere = results.diagnostics.iter().filter(|d| d.file.is_none());
        lines.extend(nowhere.map(|found| analysis.shown(&found.message)));
        let unreadable = analysis.linted.unreadable.iter();
        lines.extend(unreadable.map(|issue| format!("{}: {}", issue.path, issue.message)));
    }
    let told = lines.join("\n");
    if told != folder.told {
        for line in &lines {
            let place = folder.root.display();
            peer.log(MessageType::WARNING, format!("{place}: {line}"));
        }
        folder.told = told;
    }
}
