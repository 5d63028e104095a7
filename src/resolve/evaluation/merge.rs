//! From what work found to the endpoints of each file.

use super::memo::Task;
use super::{Called, Evaluation};
use crate::js::facts::FunctionId;
use crate::resolve::known::FileId;
use crate::resolve::opaque::FoundOpaque;
use crate::resolve::program::Program;
use crate::resolve::sinks::{self, Found, Site};
use crate::resolve::wrappers::{Of, OfFile, Own, Row, Wrappers, is_open};
use rayon::prelude::*;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;

/// What a file makes of the program, and what of it comes from elsewhere.
#[derive(Default)]
pub(super) struct Out {
    /// Nothing where it could not be worked out.
    pub(super) found: Option<Arc<OfFile>>,
    /// For each endpoint that work found.
    fates: Vec<Fate>,
}

/// What becomes of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stays,
    /// Others say more.
    Goes,
    /// It stays, and there may be more to know.
    Bounded,
}

/// The endpoints of every file.
pub(super) fn merged(evaluation: &mut Evaluation, wrappers: Wrappers) -> Vec<Out> {
    let fates = fates(evaluation, &wrappers);
    let is_noted = evaluation.program.is_noted();
    match is_noted {
        true => rayon::spawn(move || drop(wrappers)),
        // So that what is not kept is not copied.
        false => drop(wrappers),
    }
    let each = fates.into_iter().enumerate().map(|(number, fates)| {
        if let Some(found) = known(evaluation, number, &fates) {
            return Out { found, fates };
        }
        let is_wanted = evaluation.wanted.get(number) == Some(&true);
        let memo = &mut evaluation.memo;
        let opaque = memo.opaque.get_mut(number);
        let opaque = opaque.map(|task| taken(task, is_noted)).unwrap_or_default();
        let own: Own = taken(&mut memo.own[number], is_noted);
        let called: Called = taken(&mut memo.called[number], is_noted);
        let found = own.map(|own| match is_wanted {
            true => Arc::new(of_file(own, called.of, opaque, &fates)),
            false => Arc::default(),
        });
        Out { found, fates }
    });
    each.collect()
}

/// What becomes of the endpoints that work found for each file.
fn fates(evaluation: &Evaluation, wrappers: &Wrappers) -> Vec<Vec<Fate>> {
    let memo = &evaluation.memo;
    let (covered, beginnings) = rayon::join(
        || covered(evaluation.program, &memo.called),
        || beginnings(&memo.called),
    );
    let files = memo.own.par_iter().zip(&memo.called).enumerate();
    let each = files.map(|(number, (own, called))| {
        let file = number as FileId;
        // So it is with most.
        if called.value.of.found.is_empty() && own.value.as_ref().as_ref().is_none_or(Vec::is_empty)
        {
            return Vec::new();
        }
        let fate = |site: Site, found: &Found| match is_open(&found.url) {
            true if covered.contains(&(file, site)) => Fate::Goes,
            true if wrappers.cut.contains(&(file, site)) => Fate::Bounded,
            _ => Fate::Stays,
        };
        let own = own.value.as_ref().as_deref().unwrap_or_default().iter();
        let own = own.map(|(site, found)| fate(*site, found));
        let rows = called.value.of.found.iter();
        let rows = rows.map(|row| match is_outdone(row, &beginnings) {
            true => Fate::Goes,
            false => fate(Site::Candidate(row.call), &row.found),
        });
        own.chain(rows).collect()
    });
    each.collect()
}

/// What the evaluation before made of a file, if all work for it is the same.
fn known(evaluation: &Evaluation, number: usize, fates: &[Fate]) -> Option<Option<Arc<OfFile>>> {
    let (old, new) = (&evaluation.before.as_ref()?.memo, &evaluation.memo);
    let is_same = old.out[number].fates == fates
        && old.wanted[number] == new.wanted[number]
        && old.own[number].is_same(&new.own[number])
        && old.called[number].is_same(&new.called[number])
        && same_opaque(&old.opaque, &new.opaque, number);
    is_same.then(|| old.out[number].found.clone())
}

fn same_opaque(
    old: &[Task<Vec<FoundOpaque>>],
    new: &[Task<Vec<FoundOpaque>>],
    number: usize,
) -> bool {
    match (old.get(number), new.get(number)) {
        (Some(old), Some(new)) => old.is_same(new),
        (None, None) => true,
        _ => false,
    }
}

/// What work found: a copy where it is kept.
fn taken<T: Default + Clone>(task: &mut Task<T>, is_kept: bool) -> T {
    let value = match is_kept {
        true => task.value.clone(),
        false => std::mem::take(&mut task.value),
    };
    Arc::unwrap_or_clone(value)
}

fn of_file(
    own: Vec<(Site, Found)>,
    called: Of,
    opaque: Vec<FoundOpaque>,
    fates: &[Fate],
) -> OfFile {
    let own = own.into_iter().map(|(_, found)| found);
    let rows = called.found.into_iter().map(|row| row.found);
    let kept = own
        .chain(rows)
        .zip(fates)
        .filter_map(|(found, fate)| match fate {
            Fate::Stays => Some(found),
            Fate::Goes => None,
            Fate::Bounded => Some(Found {
                is_bounded: true,
                ..found
            }),
        });
    OfFile {
        found: sinks::merge(kept.collect()),
        opaque,
    }
}

/// The sites whose URL is decided by their callers, all of them. A call of the function around
/// the one that callers call (`createClient()` around `get(path)`) leaves nothing open, nor does a
/// call whose own URL is decided by its callers: `get(path)` in `users(path)`.
fn covered(program: &Program, called: &[Task<Called>]) -> HashSet<(FileId, Site)> {
    let mut decided: HashMap<(FileId, Site), Vec<FunctionId>> = HashMap::default();
    for &(file, site, function) in called.iter().flat_map(|task| &task.value.of.decided) {
        let by = decided.entry((file, site)).or_default();
        // Most are decided by many calls of one function.
        if !by.contains(&function) {
            by.push(function);
        }
    }
    let is_inside = |file: FileId, function: FunctionId, outer: FunctionId| {
        let facts = program.facts(file);
        let parent = facts.function(function).parent;
        std::iter::successors(parent, |&id| facts.function(id).parent).any(|id| id == outer)
    };
    // For each site the calls that leave it open, and the other way round.
    let mut open: HashMap<(FileId, Site), HashSet<(FileId, Site)>> = HashMap::default();
    let mut left: HashMap<(FileId, Site), Vec<(FileId, Site)>> = HashMap::default();
    for &site in decided.keys() {
        open.entry(site).or_default();
    }
    for (caller, task) in called.iter().enumerate() {
        for &(file, site, outer, call) in &task.value.of.open {
            let by = decided.get(&(file, site)).into_iter().flatten();
            if by.into_iter().any(|&by| is_inside(file, by, outer)) {
                continue;
            }
            let call = (caller as FileId, Site::Candidate(call));
            if open.entry((file, site)).or_default().insert(call) {
                left.entry(call).or_default().push((file, site));
            }
        }
    }
    // From the callers that decide inwards: one that calls itself stays open.
    let closed = open.iter().filter(|(_, by)| by.is_empty());
    let mut next: Vec<_> = closed.map(|(&site, _)| site).collect();
    let mut covered = HashSet::default();
    while let Some(site) = next.pop() {
        covered.insert(site);
        for inner in left.remove(&site).unwrap_or_default() {
            if let Some(by) = open.get_mut(&inner)
                && by.remove(&site)
                && by.is_empty()
            {
                next.push(inner);
            }
        }
    }
    covered
}

/// The known beginnings of the URLs that calls give each site.
type Beginnings<'f> = HashMap<(FileId, Site), BTreeSet<&'f str>>;

fn beginnings(called: &[Task<Called>]) -> Beginnings<'_> {
    let rows = || called.iter().flat_map(|task| &task.value.of.found);
    let mut out = Beginnings::default();
    // Nobody asks for the others.
    for row in rows().filter(|row| may_be_outdone(row)) {
        out.entry(row.first).or_default();
    }
    for row in rows() {
        if let Some(known) = out.get_mut(&row.first) {
            known.insert(row.found.url.leading_text());
        }
    }
    out
}

fn may_be_outdone(row: &Row) -> bool {
    is_open(&row.found.url) && !row.found.url.leading_text().is_empty()
}

/// Whether other calls say more of what this one leaves open: `createClient(base)` knows the
/// base, `client.get(path)` both.
fn is_outdone(row: &Row, beginnings: &Beginnings) -> bool {
    let own = row.found.url.leading_text();
    if !may_be_outdone(row) {
        return false;
    }
    // What begins so comes right behind it.
    let others = beginnings.get(&row.first);
    let longer = (Bound::Excluded(own), Bound::Unbounded);
    let next = others.and_then(|others| others.range::<str, _>(longer).next());
    next.is_some_and(|other| other.starts_with(own))
}
