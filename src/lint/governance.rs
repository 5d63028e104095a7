//! Which policies govern a source: those of the responses of the pages that load it, and of their
//! markup.

mod contexts;

use super::LintOptions;
use super::pages::Loads;
use super::source::Source;
use crate::csp::{Mode, Policy, connect_sources, lets_anybody_through};
use crate::endpoint::{Endpoint, Place};
use crate::policies::{LocatedPolicy, MetaPolicies, Scope, Sites};
use contexts::{MAX_PAGES, Maker};
use rustc_hash::FxHashMap as HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Under which policies a source runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Context {
    /// By their numbers, sorted.
    pub(super) policies: Vec<usize>,
    /// The first pages and workers that load it, by their display paths; none for a page that is
    /// not known.
    pub(super) pages: Vec<Arc<str>>,
    /// The policies of markup of all these pages, of which those of `policies` that stand in
    /// markup are the first to say the same.
    markup: Arc<[usize]>,
}

/// The policies of a run, and what they govern.
pub(super) struct Governance {
    /// Every policy, by its number.
    pub(super) all: Vec<LocatedPolicy>,
    /// Where those of pages stand, by the page's file.
    of_markup: HashMap<Arc<str>, Range<usize>>,
    /// For each source, without what stands in its own markup.
    contexts: Vec<Vec<Context>>,
    /// For each policy the first one that says the same.
    pub(super) same: Vec<usize>,
    /// Whether each lets everybody's hosts through.
    pub(super) is_broad: Vec<bool>,
}

impl Governance {
    /// No policies.
    pub(super) fn none() -> Governance {
        Governance {
            all: Vec::new(),
            of_markup: HashMap::default(),
            contexts: Vec::new(),
            same: Vec::new(),
            is_broad: Vec::new(),
        }
    }

    /// Puts policies and sources together. `all`: those that were given, then those of sites.
    pub(super) fn of(
        sources: &[Source],
        loads: &Loads,
        sites: &Sites,
        mut all: Vec<LocatedPolicy>,
        options: &LintOptions,
    ) -> Governance {
        let of_markup = markup(sources, &mut all, options.mode);
        let mut maker = Maker {
            sources,
            loads,
            sites,
            all: &all,
            of_markup: &of_markup,
            is_given: all.iter().any(|p| p.scope == Scope::Site),
            same: same_policies(&all),
            sets: Vec::new(),
            templates: Vec::new(),
            most_pages: match options.needs {
                // A policy that is changed is changed on every page.
                true => usize::MAX,
                false => MAX_PAGES,
            },
        };
        maker.templates = maker.templates(&options.bases);
        let contexts = maker.contexts();
        let same = std::mem::take(&mut maker.same);
        let is_broad = all.iter().map(|located| is_broad(&located.policy));
        Governance {
            is_broad: is_broad.collect(),
            all,
            of_markup,
            contexts,
            same,
        }
    }

    /// The contexts of an endpoint of a source.
    pub(super) fn of_endpoint(&self, source: usize, endpoint: &Endpoint) -> Vec<Context> {
        let contexts = self.contexts.get(source).map_or(&[][..], Vec::as_slice);
        let own = self.of_markup.get(&endpoint.place.file).cloned();
        let Some(own) = own else {
            return contexts.to_vec();
        };
        let governs = |id: &usize| self.all[*id].governs_in_page(endpoint);
        let own: Vec<usize> = own.filter(governs).collect();
        let with_own = contexts.iter().map(|context| {
            let mut context = context.clone();
            context.policies.extend(&own);
            context.policies.sort_unstable();
            context
        });
        with_own.collect()
    }
}

impl Governance {
    /// The policies that one of a context stands for: pages that hold the same policy share one.
    pub(super) fn behind(&self, id: usize, context: &Context) -> Arc<[usize]> {
        let says_so = |other: &usize| self.same.get(*other) == Some(&id);
        let behind: Arc<[usize]> = context.markup.iter().copied().filter(says_so).collect();
        match behind.is_empty() {
            true => [id].into(),
            false => behind,
        }
    }

    /// The policies that govern anything in a source.
    pub(super) fn of_file(&self, source: usize, file: &str) -> impl Iterator<Item = usize> {
        let contexts = self.contexts.get(source).map_or(&[][..], Vec::as_slice);
        let own = self.of_markup.get(file).cloned().unwrap_or(0..0);
        let all = contexts.iter().flat_map(|c| c.policies.iter().copied());
        all.chain(own)
    }
}

/// Whether a source of a policy lets everybody's hosts through.
fn is_broad(policy: &Policy) -> bool {
    let mut sources = connect_sources(policy).iter();
    sources.any(|source| lets_anybody_through(source).is_some())
}

/// Adds the policies of all markup.
fn markup(
    sources: &[Source],
    all: &mut Vec<LocatedPolicy>,
    mode: Mode,
) -> HashMap<Arc<str>, Range<usize>> {
    let mut out = HashMap::default();
    for source in sources.iter().filter(|s| !s.facts.meta_policies.is_empty()) {
        let metas = &source.facts.meta_policies;
        let line = |place: &Place| source.location(place.span).line;
        let lines = metas.iter().map(|meta| line(&meta.place)).collect();
        let start = all.len();
        all.extend(MetaPolicies { metas, lines, mode }.policies());
        out.insert(source.facts.file.clone(), start..all.len());
    }
    out
}

/// For each policy of markup the first one that says the same: pages made from one template hold
/// the same policy, and scripts that they share need one verdict.
fn same_policies(all: &[LocatedPolicy]) -> Vec<usize> {
    let mut first: HashMap<(String, bool), usize> = HashMap::default();
    let each = all.iter().enumerate().map(|(id, located)| {
        if !matches!(located.scope, Scope::Page { .. }) {
            return id;
        }
        let text = format!(
            "{:?}",
            located
                .policy
                .directives
                .iter()
                .map(|d| (
                    &d.name,
                    d.sources.iter().map(|s| &s.text).collect::<Vec<_>>(),
                ))
                .collect::<Vec<_>>()
        );
        let enforces = located.policy.disposition == crate::results::Disposition::Enforce;
        *first.entry((text, enforces)).or_insert(id)
    });
    each.collect()
}
