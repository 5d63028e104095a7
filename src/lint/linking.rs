//! What the sources of a run import, load and run in. Kept while no source says otherwise: most
//! edits change neither what a file imports nor what it loads.

use super::pages::Loads;
use super::program::{self, Found, Sources};
use super::servers;
use super::source::Source;
use super::workspace::{Files, Tree};
use crate::discover::{Modules, Overlay, Reads};
use std::path::Path;
use std::sync::Arc;

/// What is known of the links between the sources of a run.
#[derive(Debug)]
struct Links {
    tree: Arc<Tree>,
    /// As they were read.
    sources: Vec<Source>,
    /// What their specifiers lead to.
    found: Found,
    loads: Arc<Loads>,
    workers: Vec<usize>,
    servers: Vec<(usize, Arc<str>)>,
}

/// Links from run to run.
#[derive(Debug, Default)]
pub(super) struct Linking {
    modules: Option<Modules>,
    /// What says where imports lead: the files that `modules` read.
    reads: Reads,
    targets: program::Targets,
    last: Option<Links>,
    /// The sources that were read anew since a run came to its end, each as it was in that;
    /// nothing if there was none, or links are others since.
    changed: Option<Vec<(usize, Source)>>,
}

/// The sources of a run, and what they load.
pub(super) struct Linked {
    pub(super) sources: Sources,
    pub(super) loads: Arc<Loads>,
    /// The sources that were read anew since the last run that came to its end, each as it was in
    /// that; nothing if other sources, or other links, are known.
    pub(super) changed: Option<Vec<(usize, Source)>>,
}

impl Linking {
    /// Links sources. `read`: those of the tree.
    pub(super) fn link(
        &mut self,
        tree: &Arc<Tree>,
        mut read: Vec<Source>,
        files: &Files,
        overlay: &Overlay,
    ) -> Linked {
        let known = self
            .last
            .take()
            .filter(|last| Arc::ptr_eq(&last.tree, tree));
        if let Some(mut last) = known
            && with_imported(&mut read, &last, files, overlay)
            && let Some(changed) = changed(&mut last.sources, &read)
        {
            let changed = self.add_changed(changed);
            let linked = linked(read, &last, changed);
            self.last = Some(last);
            return linked;
        }
        self.changed = None;
        read.truncate(tree.real.len());
        let import = |path: &Path| files.imported(path, overlay);
        let modules = self.modules.get_or_insert_with(|| {
            let paths = tree.real.iter().map(AsRef::as_ref);
            if files.is_once() {
                return Modules::new(paths, overlay);
            }
            let (overlay, reads) = overlay.noting();
            self.reads = reads;
            Modules::new(paths, &overlay)
        });
        let paths = tree.real.clone();
        let most = program::MAX_IMPORTED;
        let (sources, found) = Found::of(read, paths, most, modules, &mut self.targets, import);
        let mut all = Sources {
            all: sources,
            paths: found.paths.clone(),
            imports: found.imports.clone(),
        };
        let as_read = match files.is_once() {
            true => Vec::new(),
            false => all.all.clone(),
        };
        let loads = Arc::new(Loads::of(&all));
        let workers = loads.only_workers();
        all.mark_workers(&workers);
        let last = Links {
            tree: tree.clone(),
            servers: servers::only_servers(&all, &loads),
            sources: as_read,
            found,
            loads,
            workers,
        };
        let linked = linked(all.all, &last, None);
        if !files.is_once() {
            self.last = Some(last);
        }
        linked
    }

    /// A run has come to its end: what is kept of it is of the sources as they are now.
    pub(super) fn finish(&mut self) {
        self.changed = Some(Vec::new());
    }

    /// Adds sources that were read anew to those of runs that were cancelled.
    fn add_changed(&mut self, new: Vec<(usize, Source)>) -> Option<Vec<(usize, Source)>> {
        let all = self.changed.as_mut()?;
        for (number, old) in new {
            if all.iter().all(|(known, _)| *known != number) {
                all.push((number, old));
            }
        }
        Some(all.clone())
    }

    /// Whether a file says where imports lead; `path` is without links.
    pub(super) fn reads(&self, path: &Path) -> bool {
        self.reads.has(path)
    }

    /// Files came or went, or what says where imports lead is another.
    pub(super) fn forget(&mut self) {
        *self = Linking::default();
    }
}

/// Adds the files that are imported only, as far as they are still there.
fn with_imported(
    sources: &mut Vec<Source>,
    last: &Links,
    files: &Files,
    overlay: &Overlay,
) -> bool {
    let imported = last.found.paths.iter().skip(sources.len());
    let imported = imported.map(|path| files.imported(path, overlay));
    match imported.collect::<Option<Vec<_>>>() {
        Some(imported) => {
            sources.extend(imported);
            true
        }
        None => false,
    }
}

/// The sources that were read anew, each as it was; nothing if one of them has other links.
fn changed(old: &mut [Source], new: &[Source]) -> Option<Vec<(usize, Source)>> {
    if old.len() != new.len() {
        return None;
    }
    let mut out = Vec::new();
    for (number, (old, new)) in old.iter_mut().zip(new).enumerate() {
        if old.is_same(new) {
            continue;
        }
        if !old.links_as(new) {
            return None;
        }
        out.push((number, std::mem::replace(old, new.clone())));
    }
    Some(out)
}

fn linked(sources: Vec<Source>, links: &Links, changed: Option<Vec<(usize, Source)>>) -> Linked {
    let mut sources = Sources {
        all: sources,
        paths: links.found.paths.clone(),
        imports: links.found.imports.clone(),
    };
    sources.mark_workers(&links.workers);
    sources.mark_servers(links.servers.clone());
    Linked {
        sources,
        loads: links.loads.clone(),
        changed,
    }
}
