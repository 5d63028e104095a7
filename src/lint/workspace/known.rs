//! What is known of a project from earlier runs, and what becomes of it when something changes.

use super::Files;
use super::files::Tree;
use crate::discover::Reads;
use crate::lint::environments::Environments;
use crate::lint::governance::Governance;
use crate::lint::judging::Before;
use crate::lint::linking::{Linked, Linking};
use crate::lint::program::Evaluated;
use crate::lint::source::Source;
use crate::policies::{LocatedPolicy, Sites, is_policy_file};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is known of a project from earlier runs.
#[derive(Default)]
pub(in crate::lint) struct Known {
    pub(in crate::lint) files: Files,
    pub(in crate::lint) linking: Linking,
    pub(in crate::lint) evaluated: Evaluated,
    sites: Option<FoundSites>,
    environments: Option<Arc<Environments>>,
    governed: Option<Governed>,
}

/// The sites of a run, and what they were found in.
#[derive(Clone)]
pub(in crate::lint) struct FoundSites {
    pub(in crate::lint) sites: Arc<Sites>,
    /// Those that were given, then those of the sites.
    pub(in crate::lint) policies: Arc<Vec<LocatedPolicy>>,
    pub(in crate::lint) reads: Reads,
    pub(in crate::lint) tree: Arc<Tree>,
    /// The files whose code may set a policy.
    pub(in crate::lint) code: Vec<PathBuf>,
}

/// What was judged under which policies.
struct Governed {
    governance: Arc<Governance>,
    sites: Arc<Sites>,
    judged: Before,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known").finish_non_exhaustive()
    }
}

impl Known {
    /// Nothing, for one run.
    pub(super) fn once() -> Known {
        Known {
            files: Files::once(),
            ..Known::default()
        }
    }

    /// Whether it is for one run only: nothing is kept that the run itself does not need.
    pub(in crate::lint) fn is_once(&self) -> bool {
        self.files.is_once()
    }

    /// The text of a document is another; `path` is without links.
    pub(super) fn typed(&mut self, path: &Path) {
        self.files.changed(path);
        self.policies_of(path);
        if self.is_of_build(path) {
            self.environments = None;
        }
        if self.linking.reads(path) {
            self.linking.forget();
        }
    }

    /// A file is another on disk, or came or went; `path` is without links.
    pub(super) fn touched(&mut self, path: &Path) {
        self.files.changed(path);
        self.policies_of(path);
        let is_plain = self.files.has(path)
            && path.is_file()
            && !is_policy_file(path)
            && !self.is_of_build(path);
        if !is_plain {
            self.moved();
        }
    }

    /// Whether environments are read from a file.
    fn is_of_build(&self, path: &Path) -> bool {
        let environments = self.environments.as_ref();
        environments.is_some_and(|environments| environments.reads.has(path))
    }

    /// Files came or went, or what says something of others is another.
    pub(super) fn moved(&mut self) {
        self.files.moved();
        self.linking.forget();
        self.sites = None;
        self.environments = None;
    }

    /// Forgets the policies if they are read from a file.
    fn policies_of(&mut self, path: &Path) {
        let reads = |found: &FoundSites| found.reads.has(path);
        if is_policy_file(path) || self.sites.as_ref().is_some_and(reads) {
            self.sites = None;
        }
    }

    /// The sites, if they are found in the same files still.
    pub(in crate::lint) fn sites(&self, tree: &Arc<Tree>, code: &[PathBuf]) -> Option<FoundSites> {
        let known = self.sites.as_ref()?;
        let is_same = Arc::ptr_eq(&known.tree, tree) && known.code == code;
        is_same.then(|| known.clone())
    }

    pub(in crate::lint) fn keep_sites(&mut self, found: &FoundSites) {
        if !self.is_once() {
            self.sites = Some(found.clone());
        }
    }

    /// The environments, if the sources that changed leave them as they are.
    pub(in crate::lint) fn environments(&self, linked: &Linked) -> Option<Arc<Environments>> {
        let known = self.environments.as_ref()?;
        if known.hold_at(&linked.sources.paths) {
            return Some(known.clone());
        }
        let changed = linked.changed.as_ref()?;
        let mut changed = changed.iter();
        let holds = changed.all(|(number, old)| known.hold(old, &linked.sources.all[*number]));
        holds.then(|| known.clone())
    }

    pub(in crate::lint) fn keep_environments(&mut self, environments: &Arc<Environments>) {
        if !self.is_once() {
            self.environments = Some(environments.clone());
        }
    }

    /// What governs the sources, if it is the same, and what was judged by it.
    pub(in crate::lint) fn governance(
        &mut self,
        sites: &Arc<Sites>,
        changed: Option<&[(usize, Source)]>,
        sources: &[Source],
    ) -> Option<(Arc<Governance>, Before)> {
        let known = self.governed.take()?;
        let mut changed = changed?.iter();
        let is_same = Arc::ptr_eq(&known.sites, sites)
            && changed.all(|(number, old)| old.governs_as(&sources[*number]));
        is_same.then_some((known.governance, known.judged))
    }

    pub(in crate::lint) fn keep_governance(
        &mut self,
        governance: &Arc<Governance>,
        sites: &Arc<Sites>,
        judged: Before,
    ) {
        self.governed = Some(Governed {
            governance: governance.clone(),
            sites: sites.clone(),
            judged,
        });
    }
}
