//! What is kept of an evaluation for the next.

use super::merge::Out;
use super::state::State;
use super::{Begun, Called, Passed};
use crate::resolve::known::FileId;
use crate::resolve::opaque::FoundOpaque;
use crate::resolve::program::Program;
use crate::resolve::renewal::Kept;
use crate::resolve::takers::Takers;
use crate::resolve::view::Trace;
use crate::resolve::wrappers::Own;
use rayon::prelude::*;
use std::sync::Arc;

/// What is kept of an evaluation.
#[derive(Default)]
pub(crate) struct Memo {
    pub(super) kept: Option<Kept>,
    /// For each file whether it was another than in the evaluation before; nothing if there was none.
    pub(super) changed: Option<Vec<bool>>,
    pub(super) wanted: Vec<bool>,
    pub(super) own: Vec<Task<Own>>,
    /// What wrappers begin with, for each file.
    pub(super) begun: Vec<Arc<Begun>>,
    pub(super) rounds: Vec<Round>,
    pub(super) has_wrappers: bool,
    pub(super) state: State,
    pub(super) called: Vec<Task<Called>>,
    pub(super) takers: Takers,
    pub(super) opaque: Vec<Task<Vec<FoundOpaque>>>,
    pub(super) out: Vec<Out>,
}

impl std::fmt::Debug for Memo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memo").finish_non_exhaustive()
    }
}

/// A round in which wrappers were looked for.
pub(super) struct Round {
    pub(super) tasks: Vec<Task<Passed>>,
    /// What was known of wrappers.
    pub(super) state: State,
}

/// What was worked out for one file, and what was looked at for it.
pub(super) struct Task<T> {
    pub(super) value: Arc<T>,
    pub(super) trace: Arc<Trace>,
}

impl<T> Clone for Task<T> {
    fn clone(&self) -> Self {
        Task {
            value: self.value.clone(),
            trace: self.trace.clone(),
        }
    }
}

impl Memo {
    /// Whether a file was another than in the evaluation before.
    pub(crate) fn is_changed(&self, file: usize) -> bool {
        let changed = self.changed.as_ref();
        changed.is_none_or(|changed| changed.get(file) != Some(&false))
    }
}

impl<T: PartialEq> Task<T> {
    /// What comes to the same as before is the same, so that what is made of it can be kept.
    pub(super) fn or_same(mut self, old: Option<&Task<T>>) -> Task<T> {
        if let Some(old) = old.filter(|old| *old.value == *self.value) {
            self.value = old.value.clone();
        }
        self
    }
}

impl<T: Default> Task<T> {
    /// Does the work. A mistake of this program in one file must not end the run for all.
    pub(super) fn of(work: impl FnOnce() -> (T, Trace)) -> Task<T> {
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        let (value, trace) = done.unwrap_or_else(|_| (T::default(), Trace::unknown()));
        Task {
            value: Arc::new(value),
            trace: Arc::new(trace),
        }
    }
}

impl<T> Task<T> {
    /// Whether it is the same work, not done again.
    pub(super) fn is_same(&self, other: &Task<T>) -> bool {
        Arc::ptr_eq(&self.value, &other.value)
    }
}

/// Work for every file, done again only where `old` says that it is stale.
pub(super) fn tasks<T: Default + PartialEq + Send + Sync>(
    program: &Program,
    old: Option<(&[Task<T>], impl Fn(FileId, &Task<T>) -> bool + Sync)>,
    work: impl Fn(FileId) -> (T, Trace) + Sync,
) -> Vec<Task<T>> {
    let files = (0..program.len()).into_par_iter();
    let each = files.map(|number| {
        let file = number as FileId;
        let known = old.as_ref().map(|(tasks, _)| &tasks[number]);
        if let (Some((_, is_stale)), Some(known)) = (&old, known)
            && !is_stale(file, known)
        {
            return known.clone();
        }
        Task::of(|| work(file)).or_same(known)
    });
    each.collect()
}
