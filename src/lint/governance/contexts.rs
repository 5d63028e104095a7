//! Works out under which policies each source runs.

use super::Context;
use crate::endpoint::Runtime;
use crate::lint::pages::{Entry, Loads, PageKind};
use crate::lint::source::Source;
use crate::policies::{LocatedPolicy, Scope, Site, Sites, project_folder};
use rustc_hash::FxHashMap as HashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many different sets of policies a run tells apart.
const MAX_CONTEXTS: usize = 2_000;
/// How many pages are named that load a script under the same policies.
pub(super) const MAX_PAGES: usize = 3;

/// What contexts are made from.
pub(super) struct Maker<'a> {
    pub(super) sources: &'a [Source],
    pub(super) loads: &'a Loads,
    pub(super) sites: &'a Sites,
    pub(super) all: &'a [LocatedPolicy],
    pub(super) of_markup: &'a HashMap<Arc<str>, Range<usize>>,
    /// A policy for the whole site was given: nothing that is found counts beside it.
    pub(super) is_given: bool,
    pub(super) same: Vec<usize>,
    /// The sets of policies that scripts run under.
    pub(super) sets: Vec<Vec<usize>>,
    /// Folders of projects, and the policies of the pages that their scripts are built into.
    pub(super) templates: Vec<Template>,
    /// How many pages are kept that load a script under the same policies.
    pub(super) most_pages: usize,
}

/// The pages of a project, which a tool builds its scripts into.
pub(super) struct Template {
    folder: PathBuf,
    /// The policies of their markup: of each the first that says the same.
    policies: Vec<usize>,
    /// Those policies themselves.
    markup: Vec<usize>,
}

/// The sets of policies that a script runs under, each with the first sources that load it so.
type Loaded = BTreeMap<usize, BTreeSet<usize>>;

/// Adds what a script is loaded under; whether that is news.
fn add(
    loaded: &mut Loaded,
    set: usize,
    pages: impl IntoIterator<Item = usize>,
    most: usize,
) -> bool {
    let mut is_news = !loaded.contains_key(&set);
    let all = loaded.entry(set).or_default();
    for page in pages {
        let is_among_first = all.len() < most || all.last().is_some_and(|last| page < *last);
        is_news |= is_among_first && all.insert(page);
        if all.len() > most {
            all.pop_last();
        }
    }
    is_news
}

impl Maker<'_> {
    /// The contexts of each source.
    pub(super) fn contexts(&mut self) -> Vec<Vec<Context>> {
        let mut of_script: Vec<Loaded> = vec![Loaded::new(); self.sources.len()];
        let mut changed = Vec::new();
        for entry in &self.loads.entries {
            for policies in self.of_entry(entry) {
                let set = self.number(policies);
                if add(
                    &mut of_script[entry.script],
                    set,
                    [entry.page],
                    self.most_pages,
                ) {
                    changed.push(entry.script);
                }
            }
        }
        for &worker in &self.loads.workers {
            for policies in self.responses(worker) {
                let set = self.number(policies);
                if add(&mut of_script[worker], set, [worker], self.most_pages) {
                    changed.push(worker);
                }
            }
        }
        for script in self.run_by_sites() {
            for policies in self.responses(script) {
                let set = self.number(policies);
                if add(&mut of_script[script], set, [], self.most_pages) {
                    changed.push(script);
                }
            }
        }
        self.spread(&mut of_script, changed);
        let each = self.sources.iter().enumerate().map(|(i, source)| {
            let plain = |policies| Context {
                policies,
                ..Context::default()
            };
            let is_unloaded_worker =
                of_script[i].is_empty() && source.runtime() == Some(Runtime::Worker);
            if self.loads.pages.contains_key(&i) || is_unloaded_worker {
                return self.responses(i).into_iter().map(plain).collect();
            }
            let own = source.settings.policy_override;
            match (own, of_script[i].is_empty()) {
                (None, false) => self.known(&of_script[i]),
                (Some(_), false) => self.overridden(i, &of_script[i]),
                (_, true) => self.site_wide(i),
            }
        });
        each.collect()
    }

    /// The scripts that a site says to run by itself: the background scripts of an extension.
    fn run_by_sites(&self) -> Vec<usize> {
        let is_run = |path: &PathBuf| {
            let mut sites = self.sites.governing(path).into_iter().flatten();
            sites.any(|site| site.runs(path) == Some(true))
        };
        let paths = self.loads.paths.iter().enumerate();
        paths
            .filter(|(_, path)| is_run(path))
            .map(|(i, _)| i)
            .collect()
    }

    /// What a script is loaded under goes on to what it imports.
    fn spread(&self, of_script: &mut [Loaded], mut changed: Vec<usize>) {
        while let Some(from) = changed.pop() {
            let loaded = of_script[from].clone();
            for &to in &self.loads.imports[from] {
                let mut is_news = false;
                for (set, pages) in &loaded {
                    let pages = pages.iter().copied();
                    is_news |= add(&mut of_script[to], *set, pages, self.most_pages);
                }
                if is_news {
                    changed.push(to);
                }
            }
        }
    }

    fn known(&self, loaded: &Loaded) -> Vec<Context> {
        let name = |page: &usize| self.sources[*page].facts.file.clone();
        let contexts = loaded.iter().map(|(set, pages)| Context {
            policies: self.sets[*set].clone(),
            pages: pages.iter().take(MAX_PAGES).map(name).collect(),
            markup: self.markup_of(pages, &self.sets[*set]),
        });
        contexts.collect()
    }

    /// Those policies in the markup of pages that say the same as one of these.
    fn markup_of(&self, pages: &BTreeSet<usize>, policies: &[usize]) -> Arc<[usize]> {
        let of_page = |page: &usize| {
            let file = &self.sources[*page].facts.file;
            self.of_markup.get(file).cloned().unwrap_or(0..0)
        };
        let all = pages.iter().flat_map(of_page);
        all.filter(|id| policies.contains(&self.same[*id]))
            .collect()
    }

    /// The number of a set of policies.
    fn number(&mut self, policies: Vec<usize>) -> usize {
        match self.sets.iter().position(|set| *set == policies) {
            Some(number) => number,
            None if self.sets.len() < MAX_CONTEXTS => {
                self.sets.push(policies);
                self.sets.len() - 1
            }
            None => self.sets.len() - 1,
        }
    }

    /// The policies that a script runs under as an element of a page.
    fn of_entry(&self, entry: &Entry) -> Vec<Vec<usize>> {
        let file = &self.sources[entry.page].facts.file;
        let metas = self.of_markup.get(file).cloned().unwrap_or(0..0);
        let governs = |id: &usize| match &self.all[*id].scope {
            Scope::Page {
                document, after, ..
            } => {
                entry.document.starts_with(document)
                    && (entry.at.is_none_or(|at| at >= *after)
                        || entry.document.len() > document.len())
            }
            _ => false,
        };
        let metas: Vec<usize> = metas.filter(governs).map(|id| self.same[id]).collect();
        let with_metas = self.responses(entry.page).into_iter().map(|mut policies| {
            policies.extend(&metas);
            policies.sort_unstable();
            policies.dedup();
            policies
        });
        with_metas.collect()
    }

    /// The policies of a script that the configuration has others for: those of the markup stay.
    fn overridden(&self, source: usize, loaded: &Loaded) -> Vec<Context> {
        let given = self.given(source);
        let is_markup = |id: &usize| matches!(self.all[*id].scope, Scope::Page { .. });
        let each = self.known(loaded).into_iter().map(|known| {
            let mut policies = given.clone();
            policies.extend(known.policies.into_iter().filter(|p| is_markup(p)));
            Context {
                policies,
                pages: known.pages,
                markup: known.markup,
            }
        });
        let mut out: Vec<Context> = Vec::new();
        for context in each {
            match out.iter_mut().find(|c| c.policies == context.policies) {
                Some(known) => {
                    known.pages.extend(context.pages);
                    known.markup = [&known.markup[..], &context.markup].concat().into();
                }
                None => out.push(context),
            }
        }
        out
    }

    /// The policies that were given for a source.
    fn given(&self, source: usize) -> Vec<usize> {
        let own = self.sources[source].settings.policy_override;
        let wanted = |located: &LocatedPolicy| match (&located.scope, own) {
            (Scope::Site, None) => true,
            (Scope::Override(number), Some(own)) => *number == own,
            _ => false,
        };
        let numbered = self.all.iter().enumerate();
        numbered
            .filter(|(_, p)| wanted(p))
            .map(|(id, _)| id)
            .collect()
    }

    /// The policies that come with the response for a page or worker: one set for each way that it
    /// may be served.
    fn responses(&self, source: usize) -> Vec<Vec<usize>> {
        self.served(source, |site, path| {
            let paths = site.url_paths(path);
            let by_path = paths.iter().map(|url| site.ways_to(url, path));
            let by_path: Vec<Vec<Vec<usize>>> = by_path.collect();
            // Where rules single one of its paths out, that is the one that is linked.
            let singled_out = |ways: &Vec<Vec<usize>>| {
                let policies = ways.iter().flatten();
                policies.filter(|p| site.paths_of(**p).is_some()).count()
            };
            let most = by_path.iter().map(singled_out).max();
            let linked = by_path.into_iter().filter(|w| Some(singled_out(w)) == most);
            let mut all: Vec<Vec<usize>> = linked.flatten().collect();
            all.dedup();
            all
        })
    }

    /// Those of a page that is not known. The scripts of a project are built into its pages, so
    /// that the policy in the markup of all of these counts.
    fn site_wide(&self, source: usize) -> Vec<Context> {
        let ways = self.served(source, |site, path| match site.runs(path) {
            Some(false) => vec![Vec::new()],
            _ => site.site_wide(),
        });
        let path = &self.loads.paths[source];
        let above = self
            .templates
            .iter()
            .filter(|template| path.starts_with(&template.folder));
        let nearest = above.max_by_key(|template| template.folder.components().count());
        let runs_in_page = self.sources[source].runtime() == Some(Runtime::Browser);
        let template = nearest.filter(|_| runs_in_page);
        let context = |mut policies: Vec<usize>| {
            policies.extend(template.iter().flat_map(|t| &t.policies));
            Context {
                policies,
                pages: Vec::new(),
                markup: template.map_or_else(Arc::default, |t| t.markup.as_slice().into()),
            }
        };
        ways.into_iter().map(context).collect()
    }

    /// The projects whose pages are built by a tool and all have the same policies in their
    /// markup.
    pub(super) fn templates(&self, bases: &[PathBuf]) -> Vec<Template> {
        let mut all: BTreeMap<PathBuf, (Vec<Vec<usize>>, Vec<usize>)> = BTreeMap::new();
        let templates = self.loads.pages.iter();
        for (&page, _) in templates.filter(|(_, kind)| **kind == PageKind::Template) {
            let metas = self.of_markup.get(&self.sources[page].facts.file).cloned();
            let metas = metas.unwrap_or(0..0);
            let folder = self.loads.paths[page].parent().unwrap_or(Path::new(""));
            let (sets, markup) = all.entry(project_folder(folder, bases)).or_default();
            sets.push(metas.clone().map(|id| self.same[id]).collect());
            markup.extend(metas);
        }
        let agreed = all.into_iter().filter_map(|(folder, (mut sets, markup))| {
            sets.dedup();
            match sets.pop() {
                Some(policies) if sets.is_empty() && !policies.is_empty() => Some(Template {
                    folder,
                    policies,
                    markup,
                }),
                _ => None,
            }
        });
        agreed.collect()
    }

    /// Policies, and others that take the place of those of the same header.
    fn overriding(&self, way: &[usize], others: &[usize]) -> Vec<usize> {
        let disposition = |id: usize| self.all[id].policy.disposition;
        let stays = |id: &usize| others.iter().all(|o| disposition(*o) != disposition(*id));
        let mut out: Vec<usize> = way.iter().copied().filter(stays).collect();
        out.extend(others);
        out
    }

    fn served(
        &self,
        source: usize,
        of_site: impl Fn(&Site, &Path) -> Vec<Vec<usize>>,
    ) -> Vec<Vec<usize>> {
        let own = self.sources[source].settings.policy_override;
        if self.is_given || own.is_some() {
            return vec![self.given(source)];
        }
        let path = &self.loads.paths[source];
        let mut out: Vec<Vec<usize>> = Vec::new();
        for mut group in self.sites.governing(path) {
            // Sites that work together add up, each way with each.
            let mut ways: Vec<Vec<usize>> = vec![Vec::new()];
            group.sort_by_key(|site| site.overrides);
            for site in group {
                let more = of_site(site, path);
                let with = |way: &Vec<usize>, more: &Vec<usize>| match site.overrides {
                    true => self.overriding(way, more),
                    false => [way.as_slice(), more].concat(),
                };
                ways = ways
                    .iter()
                    .flat_map(|way| more.iter().map(|more| with(way, more)))
                    .collect();
            }
            out.extend(ways);
        }
        out.sort();
        out.dedup();
        // A way without policies restricts nothing: it has no finding beside the others.
        if out.iter().any(|way| !way.is_empty()) {
            out.retain(|way| !way.is_empty());
        }
        match out.is_empty() {
            true => vec![Vec::new()],
            false => out,
        }
    }
}
