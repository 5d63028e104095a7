//! Which pages and workers load which sources: by `<script src>`, imports and worker URLs. Facts,
//! no policies.

use super::program::Sources;
use crate::extract::{Load, LoadKind};
use crate::resolve::client_libraries;
use rustc_hash::FxHashMap as HashMap;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// What loads what, by the numbers of sources.
#[derive(Debug, Default)]
pub(super) struct Loads {
    /// What each source imports.
    pub(super) imports: Vec<Vec<usize>>,
    /// What pages load.
    pub(super) entries: Vec<Entry>,
    /// The sources that are loaded as workers.
    pub(super) workers: Vec<usize>,
    /// Those that workers import by `importScripts`.
    worker_parts: Vec<usize>,
    /// The path of each source, without links.
    pub(super) paths: Arc<Vec<PathBuf>>,
    /// The sources that are pages.
    pub(super) pages: BTreeMap<usize, PageKind>,
    /// What each source runs that is not among the sources: scripts by URL, packages.
    pub(super) unread: Vec<Vec<String>>,
}

/// Where the scripts of a page come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageKind {
    /// From the sources, or it has none.
    Plain,
    /// From a build tool: it loads scripts that are not among the sources, or is an `index.html`
    /// that none are written into.
    Template,
}

/// A script that a page loads.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The page.
    pub(super) page: usize,
    /// The script.
    pub(super) script: usize,
    /// Where the element stands; nothing if policies behind it count too: the script runs later.
    pub(super) at: Option<u32>,
    /// Which document of the page.
    pub(super) document: Vec<u32>,
}

impl Loads {
    /// Reads them off the sources.
    pub(super) fn of(sources: &Sources) -> Loads {
        let files = Files::of(&sources.paths);
        let mut out = Loads {
            paths: sources.paths.clone(),
            ..Loads::default()
        };
        for (i, imports) in sources.imports.iter().enumerate() {
            let mut targets = Vec::new();
            for (specifier, target) in imports.iter() {
                match is_worker_import(specifier) {
                    true => out.workers.push(*target as usize),
                    false => targets.push(*target as usize),
                }
            }
            targets.sort_unstable();
            targets.dedup();
            let Some(parsed) = &sources.all[i].parsed else {
                out.imports.push(targets);
                out.unread.push(Vec::new());
                continue;
            };
            let mut unread: Vec<String> = parsed
                .specifiers()
                .into_iter()
                .filter(|specifier| !imports.contains_key(*specifier) && may_connect(specifier))
                .map(str::to_owned)
                .collect();
            // Those that are among the sources, and those that are not.
            let mut scripts = (0, 0);
            for load in &parsed.loads {
                let target = files.find(&sources.paths[i], load);
                match (&load.kind, target) {
                    (LoadKind::Script { .. }, None) => {
                        scripts.1 += usize::from(!is_elsewhere(&load.url));
                        unread.push(load.url.clone());
                    }
                    (_, None) => {}
                    (
                        LoadKind::Script {
                            at,
                            deferred,
                            document,
                            ..
                        },
                        Some(script),
                    ) => {
                        scripts.0 += 1;
                        out.entries.push(Entry {
                            page: i,
                            script,
                            at: (!deferred).then_some(*at),
                            document: document.clone(),
                        });
                    }
                    (LoadKind::Worker | LoadKind::ModuleWorker, Some(worker)) => {
                        out.workers.push(worker);
                    }
                    (LoadKind::WorkerPart, Some(part)) => {
                        targets.push(part);
                        out.worker_parts.push(part);
                    }
                }
            }
            out.unread.push(unread);
            if parsed.is_page {
                let is_index = sources.paths[i]
                    .file_name()
                    .is_some_and(|n| n == "index.html");
                let is_template = scripts.1 > 0 || (scripts.0 == 0 && is_index);
                let kind = match is_template && targets.is_empty() {
                    true => PageKind::Template,
                    false => PageKind::Plain,
                };
                out.pages.insert(i, kind);
                // What its own module scripts import.
                out.entries.extend(targets.iter().map(|&script| Entry {
                    page: i,
                    script,
                    at: None,
                    document: Vec::new(),
                }));
                targets.clear();
            }
            out.imports.push(targets);
        }
        out.workers.sort_unstable();
        out.workers.dedup();
        out
    }

    /// The sources that run in workers only.
    pub(super) fn only_workers(&self) -> Vec<usize> {
        let mut imported = vec![false; self.imports.len()];
        for &target in self.imports.iter().flatten() {
            imported[target] = true;
        }
        let is_worker = |i: &usize| self.workers.binary_search(i).is_ok();
        let roots = (0..self.imports.len()).filter(|i| !imported[*i] && !is_worker(i));
        let entries = self.entries.iter().map(|entry| entry.script);
        let in_pages = self.reached(roots.chain(entries).collect());
        let in_workers = self.reached([&self.workers[..], &self.worker_parts].concat());
        let only = |i: &usize| in_workers[*i] && !in_pages[*i];
        (0..self.imports.len()).filter(only).collect()
    }

    fn reached(&self, mut open: Vec<usize>) -> Vec<bool> {
        let mut reached = vec![false; self.imports.len()];
        while let Some(i) = open.pop() {
            if !std::mem::replace(&mut reached[i], true) {
                open.extend(&self.imports[i]);
            }
        }
        reached
    }
}

/// `./w?worker` (Vite), `worker-loader!./w` (webpack).
fn is_worker_import(specifier: &str) -> bool {
    let query = specifier.split_once('?').map_or("", |(_, query)| query);
    let is_worker = |part: &str| matches!(part, "worker" | "sharedworker");
    specifier.starts_with("worker-loader!") || query.split('&').any(is_worker)
}

/// Whether what an import leads to may make requests that are not seen: not a style or an image,
/// and no library whose calls are known.
fn may_connect(specifier: &str) -> bool {
    const ASSETS: [&str; 13] = [
        "css", "scss", "sass", "less", "styl", "svg", "png", "jpg", "jpeg", "gif", "webp", "woff2",
        "json",
    ];
    let path = specifier.split('?').next().unwrap_or(specifier);
    let is_asset = path
        .rsplit_once('.')
        .is_some_and(|(_, extension)| ASSETS.contains(&extension));
    let mut libraries = client_libraries();
    !is_asset && !libraries.any(|library| library.packages.contains(&specifier))
}

/// Of another origin.
fn is_elsewhere(url: &str) -> bool {
    url.starts_with("//") || url.contains("://") || url.starts_with("data:")
}

/// Sources by their paths.
struct Files<'a> {
    numbers: HashMap<&'a Path, usize>,
}

/// Folders of a project whose contents are served at the root.
const SERVED: [&str; 5] = ["public", "static", "src", "app", "www"];

impl<'a> Files<'a> {
    fn of(paths: &'a [PathBuf]) -> Self {
        let numbered = paths.iter().enumerate();
        Files {
            numbers: numbered.map(|(i, path)| (path.as_path(), i)).collect(),
        }
    }

    /// The source that a URL leads to, if it is one.
    fn find(&self, from: &Path, load: &Load) -> Option<usize> {
        let url = without_placeholder(&load.url);
        let url = url.split(['?', '#']).next().unwrap_or_default();
        if url.is_empty() || is_elsewhere(url) {
            return None;
        }
        let folder = from.parent()?;
        match &load.kind {
            LoadKind::ModuleWorker | LoadKind::WorkerPart if !url.starts_with('/') => {
                self.at(&folder.join(url))
            }
            LoadKind::ModuleWorker | LoadKind::WorkerPart => self.rooted(folder, url),
            LoadKind::Worker => self
                .rooted(folder, url)
                .or_else(|| self.at(&folder.join(url))),
            LoadKind::Script { base, .. } => match base.as_deref().filter(|b| !is_elsewhere(b)) {
                _ if url.starts_with('/') => self.rooted(folder, url),
                Some(base) if base.starts_with('/') => self
                    .rooted(folder, &format!("{}/{url}", base.trim_end_matches('/')))
                    .or_else(|| self.at(&folder.join(url))),
                Some(base) => self.at(&folder.join(base).join(url)),
                None => self.at(&folder.join(url)),
            },
        }
    }

    /// A URL from the root of a site that a folder is in.
    fn rooted(&self, folder: &Path, url: &str) -> Option<usize> {
        let below = url.trim_start_matches('/').trim_start_matches("./");
        folder.ancestors().find_map(|root| {
            let served = SERVED.iter().map(|name| root.join(name).join(below));
            std::iter::once(root.join(below))
                .chain(served)
                .find_map(|path| self.at(&path))
        })
    }

    /// The source at a path, or the one that is compiled to it.
    fn at(&self, path: &Path) -> Option<usize> {
        let path = normalised(path);
        let known = |path: &Path| self.numbers.get(path).copied();
        known(&path).or_else(|| {
            let extensions: &[&str] = match path.extension().and_then(|e| e.to_str()) {
                Some("js" | "mjs" | "cjs") => &["ts", "tsx", "jsx", "mts"],
                Some("jsx") => &["tsx"],
                None => &["js", "ts", "mjs", "tsx", "jsx"],
                Some(_) => &[],
            };
            extensions
                .iter()
                .find_map(|e| known(&path.with_extension(e)))
        })
    }
}

/// `%PUBLIC_URL%/x.js` and `{{ root }}/x.js` begin with what a build tool fills in.
fn without_placeholder(url: &str) -> &str {
    for (open, close) in [("%", "%"), ("{{", "}}"), ("<%", "%>")] {
        let rest = url
            .strip_prefix(open)
            .and_then(|rest| rest.split_once(close));
        if let Some((_, rest)) = rest {
            return rest;
        }
    }
    url
}

/// The path without `.` and `..`.
fn normalised(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}
