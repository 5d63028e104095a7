//! Which functions the calls of a file are of: worked out once, and known to all later work.

use super::memo::{Round, Task};
use crate::js::facts::{ExprId, FunctionId};
use crate::resolve::known::FileId;
use crate::resolve::program::Program;
use crate::resolve::view::Trace;
use crate::resolve::wrappers::Callees;
use rayon::prelude::*;

/// The calls that some work looked at first, with the functions that they are of.
pub(super) type Delta = Vec<(ExprId, Vec<(FileId, FunctionId)>)>;

/// What is known of the calls of one file.
#[derive(Debug, Default)]
pub(super) struct Book {
    callees: Callees,
    /// How many rounds are entered.
    rounds: usize,
    /// What work done again found is other than before, so that later work cannot be kept.
    is_broken: bool,
}

impl Book {
    /// Enters what rounds found that were not done again.
    fn catch_up(&mut self, file: FileId, rounds: &[Round]) {
        for round in rounds.iter().skip(self.rounds) {
            self.callees.know(&round.tasks[file as usize].value.callees);
        }
        self.rounds = self.rounds.max(rounds.len());
    }

    /// Says that something is not found any more that later work was based on.
    pub(super) fn lose(&mut self, delta: &Delta) {
        self.is_broken |= !delta.is_empty();
    }

    /// The functions that a call is of, as far as it was asked for.
    pub(super) fn of(
        &mut self,
        file: FileId,
        call: ExprId,
        rounds: &[Round],
    ) -> Vec<(FileId, FunctionId)> {
        self.catch_up(file, rounds);
        self.callees.of(call).to_vec()
    }
}

/// Results of work that look up which functions calls are of.
pub(super) trait Enters {
    /// What it entered.
    fn delta(&self) -> &Delta;
}

impl Enters for super::Passed {
    fn delta(&self) -> &Delta {
        &self.callees
    }
}

impl Enters for super::Called {
    fn delta(&self) -> &Delta {
        &self.callees
    }
}

impl<T> Enters for Vec<T> {
    fn delta(&self) -> &Delta {
        static NONE: Delta = Vec::new();
        &NONE
    }
}

/// Work for every file, done again only where `old` says that it is stale.
pub(super) fn tasks<T: Default + Enters + PartialEq + Send + Sync>(
    books: &mut [Book],
    program: &Program,
    rounds: &[Round],
    old: Option<(&[Task<T>], impl Fn(FileId, &Task<T>) -> bool + Sync)>,
    work: impl Fn(FileId, &mut Callees) -> (T, Trace) + Sync,
) -> Vec<Task<T>> {
    debug_assert_eq!(books.len(), program.len());
    let each = books.par_iter_mut().enumerate().map(|(number, book)| {
        let file = number as FileId;
        let known = old.as_ref().map(|(tasks, _)| &tasks[number]);
        if let (Some((_, is_stale)), Some(known)) = (&old, known)
            && !book.is_broken
            && !is_stale(file, known)
        {
            return known.clone();
        }
        book.catch_up(file, rounds);
        let task = Task::of(|| work(file, &mut book.callees)).or_same(known);
        // This round is entered by the work itself.
        book.rounds += 1;
        let before = known.map_or(&[][..], |known| known.value.delta());
        book.is_broken |= before != task.value.delta().as_slice();
        task
    });
    each.collect()
}
