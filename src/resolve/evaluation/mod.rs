//! The evaluation of a program, in steps: what each file requests by itself, which functions are
//! wrappers, what their calls request, what was not seen through.
//!
//! A step is work for each file by itself ([`Task`]), a function of what it looks at: the program,
//! through a [`View`](super::view::View), and what is known of wrappers so far ([`State`]). In a
//! program that differs from the one before in a few files, only the work is done again that looked
//! at something that differs ([`Memo`]).

mod book;
mod memo;
mod merge;
mod state;

pub(crate) use memo::Memo;

use self::book::{Book, Delta};
use self::memo::{Round, Task, tasks};
use self::state::{Stale, State};
use super::Evaluator;
use super::known::FileId;
use super::opaque::{FoundOpaque, Survey};
use super::program::Program;
use super::renewal::{Changes, Kept};
use super::sinks::{self, Site};
use super::takers::OpenUrl;
use super::wrappers::{
    Inner, MAX_ROUNDS, Of, OfFile, Own, Passing, Wrappers, around, beginning, block_of, is_open,
};
use crate::js::facts::FunctionId;
use rustc_hash::FxHashSet as HashSet;
use std::sync::Arc;

/// The calls of a file that hand on what its functions are given, and which functions they are of.
#[derive(Clone, Default, PartialEq)]
struct Passed {
    passing: Vec<Passing>,
    callees: Delta,
}

/// What a file requests by calls of wrappers.
#[derive(Clone, Default, PartialEq)]
struct Called {
    of: Of,
    callees: Delta,
}

/// What wrappers begin with in a file: what it requests by itself, as far as it is open.
#[derive(Default)]
struct Begun {
    /// How much is known of each.
    known: Vec<(Site, usize)>,
    open: Vec<Arc<OpenUrl>>,
    /// The functions around them.
    new: Vec<(FunctionId, Inner)>,
}

impl Begun {
    fn of(program: &Program, file: FileId, own: &Own) -> Begun {
        let facts = program.facts(file);
        let found = own.as_deref().unwrap_or_default().iter();
        let mut out = Begun::default();
        for (site, found) in found.filter(|(_, found)| is_open(&found.url)) {
            let Some(block) = block_of(facts, *site) else {
                continue;
            };
            out.known.push((*site, beginning(&found.url)));
            let open = OpenUrl::of(facts, (file, block), found.api, &found.url);
            out.open.push(Arc::new(open));
            let around = around(facts, block);
            out.new.extend(around.map(|f| (f, Inner::Sink(*site))));
        }
        out
    }
}

/// The endpoints of every wanted file; with `survey` also what was not seen through.
pub(super) fn endpoints(program: &Program, wanted: &[bool], survey: bool) -> Vec<Option<OfFile>> {
    let mut evaluation = Evaluation::new(program, wanted, survey);
    evaluation.run();
    let out = std::mem::take(&mut evaluation.memo.out).into_iter();
    out.map(|out| out.found.map(Arc::unwrap_or_clone)).collect()
}

/// Likewise, with what is kept of the evaluation of the program before, of as many files and with
/// the same settings; gives what to keep of this one.
pub(super) fn endpoints_again(
    mut program: Program,
    wanted: &[bool],
    survey: bool,
    memo: Option<Memo>,
) -> (Vec<Option<Arc<OfFile>>>, Memo) {
    program = program.noted();
    let mut memo = memo.filter(|memo| memo.wanted.len() == wanted.len());
    let kept = memo.as_mut().and_then(|memo| memo.kept.take());
    let changes = kept.map(|kept| {
        // What is asked for next, meanwhile.
        let others = kept.others(&program);
        let ready = || others.iter().for_each(|&file| program.get_ready(file));
        rayon::join(|| kept.renew(&program), ready).0
    });
    let mut evaluation = Evaluation::new(&program, wanted, survey);
    if let (Some(memo), Some(changes)) = (memo, changes) {
        evaluation.before = Some(Before { memo, changes });
    }
    evaluation.run();
    let before = evaluation.before.take();
    let mut memo = std::mem::take(&mut evaluation.memo);
    memo.changed = before.map(|before| {
        // Nobody waits until what is not kept is gone.
        rayon::spawn(move || drop(before.memo));
        before.changes.into_files()
    });
    memo.kept = Some(Kept::of(program));
    let found = memo.out.iter().map(|out| out.found.clone());
    (found.collect(), memo)
}

/// The evaluation of the program before.
struct Before {
    memo: Memo,
    /// How this one differs.
    changes: Changes,
}

struct Evaluation<'a> {
    program: &'a Program<'a>,
    wanted: &'a [bool],
    survey: bool,
    before: Option<Before>,
    memo: Memo,
    books: Vec<Book>,
}

impl<'a> Evaluation<'a> {
    fn new(program: &'a Program<'a>, wanted: &'a [bool], survey: bool) -> Self {
        Evaluation {
            program,
            wanted,
            survey,
            before: None,
            memo: Memo {
                wanted: wanted.to_vec(),
                ..Memo::default()
            },
            books: (0..program.len()).map(|_| Book::default()).collect(),
        }
    }

    fn run(&mut self) {
        self.memo.own = self.own();
        let wrappers = self.grow();
        self.memo.called = self.called(&wrappers);
        if self.survey {
            self.memo.opaque = self.opaque(&wrappers);
        }
        self.memo.out = merge::merged(self, wrappers);
    }

    /// What is to be done again, where what is known of wrappers differs as said.
    fn stale<'s>(&'s self, old: &'s State, new: &'s State) -> Option<Stale<'s>> {
        let before = self.before.as_ref()?;
        Some(Stale::new(self.program, &before.changes, old, new))
    }

    fn own(&self) -> Vec<Task<Own>> {
        let before = self.before.as_ref();
        let old = before.map(|before| {
            let is_stale = |file, task: &Task<Own>| before.changes.concern(file, &task.trace);
            (before.memo.own.as_slice(), is_stale)
        });
        tasks(self.program, old, |file| {
            let mut evaluator = Evaluator::new(self.program, file);
            let found = sinks::find(&mut evaluator, file);
            (Some(found), evaluator.program.trace())
        })
    }

    /// The wrappers around the open sinks of all files.
    fn grow(&mut self) -> Wrappers {
        let mut wrappers = Wrappers::default();
        let mut new = self.begin(&mut wrappers);
        for number in 0..MAX_ROUNDS {
            let fresh = wrappers.add(self.program, std::mem::take(&mut new));
            if fresh.is_empty() {
                break;
            }
            let state = match self.program.is_noted() {
                true => State::of(&wrappers, &fresh),
                false => State::default(),
            };
            let tasks = self.passed(&wrappers, &fresh, number, &state);
            self.memo.rounds.push(Round { tasks, state });
            let Some(round) = self.memo.rounds.last() else {
                break;
            };
            for (file, task) in round.tasks.iter().enumerate() {
                let file = file as FileId;
                for passing in &task.value.passing {
                    wrappers.know((file, Site::Candidate(passing.call)), passing.known);
                    wrappers.open.extend(passing.open.iter().cloned());
                    let inner = Inner::Call(passing.call);
                    new.extend(passing.functions.iter().map(|&f| (file, f, inner)));
                }
            }
        }
        self.lose_rounds();
        let beyond = new
            .into_iter()
            .filter(|(file, function, _)| !wrappers.inner.contains_key(&(*file, *function)));
        let beyond: Vec<_> = beyond.map(|(file, _, inner)| (file, inner)).collect();
        let (books, rounds) = (&mut self.books, &self.memo.rounds);
        wrappers.cut_below(beyond, |file, call| {
            books[file as usize].of(file, call, rounds)
        });
        wrappers
    }

    /// What was found in rounds that there are no more.
    fn lose_rounds(&mut self) {
        let Some(before) = &self.before else { return };
        for round in before.memo.rounds.iter().skip(self.memo.rounds.len()) {
            for (book, task) in self.books.iter_mut().zip(&round.tasks) {
                book.lose(&task.value.callees);
            }
        }
    }

    /// Begins with what files request by themselves.
    fn begin(&mut self, wrappers: &mut Wrappers) -> Vec<(FileId, FunctionId, Inner)> {
        let mut new = Vec::new();
        let mut begun = Vec::with_capacity(self.program.len());
        for (file, task) in self.memo.own.iter().enumerate() {
            let file = file as FileId;
            wrappers.own.push(task.value.clone());
            let of_file = self.begun(file);
            for (site, known) in &of_file.known {
                wrappers.know((file, *site), *known);
            }
            wrappers.open.extend(of_file.open.iter().cloned());
            new.extend(of_file.new.iter().map(|&(f, inner)| (file, f, inner)));
            begun.push(of_file);
            wrappers.add_given(self.program, file);
            let facts = self.program.facts(file);
            let found = task.value.as_ref().as_deref().unwrap_or_default();
            for &call in self.program.latent_calls(file) {
                let site = Site::Candidate(call);
                if !found.iter().any(|(known, _)| *known == site) {
                    let functions = around(facts, facts.node(call).block);
                    new.extend(functions.map(|f| (file, f, Inner::Sink(site))));
                }
            }
        }
        if self.program.is_noted() {
            self.memo.begun = begun;
        }
        new
    }

    /// What wrappers begin with in a file.
    fn begun(&self, file: FileId) -> Arc<Begun> {
        let number = file as usize;
        let own = &self.memo.own[number];
        let before = self.before.as_ref();
        let before =
            before.filter(|b| !b.changes.is_changed(file) && b.memo.own[number].is_same(own));
        let known = before.and_then(|before| before.memo.begun.get(number));
        match known {
            Some(known) => known.clone(),
            None => Arc::new(Begun::of(self.program, file, &own.value)),
        }
    }

    /// The calls of each file that hand on what its functions are given, to wrappers that are new.
    fn passed(
        &mut self,
        wrappers: &Wrappers,
        fresh: &HashSet<(FileId, FunctionId)>,
        number: usize,
        state: &State,
    ) -> Vec<Task<Passed>> {
        let mut books = std::mem::take(&mut self.books);
        let old = self.before.as_ref().and_then(|b| b.memo.rounds.get(number));
        let stale = old.and_then(|old| self.stale(&old.state, state));
        let (program, rounds) = (self.program, &self.memo.rounds);
        let old = old.zip(stale.as_ref()).map(|(old, stale)| {
            let is_stale = |file, task: &Task<Passed>| stale.is(file, &task.trace);
            (old.tasks.as_slice(), is_stale)
        });
        let tasks = book::tasks(&mut books, program, rounds, old, |file, callees| {
            let mut evaluator = Evaluator::new(program, file);
            let passing = wrappers.passing_on(&mut evaluator, file, fresh, callees);
            let callees = callees.taken(program.is_noted());
            (Passed { passing, callees }, evaluator.program.trace())
        });
        drop(stale);
        self.books = books;
        tasks
    }

    /// What each file requests by calls of wrappers.
    fn called(&mut self, wrappers: &Wrappers) -> Vec<Task<Called>> {
        if self.program.is_noted() {
            self.memo.state = State::of(wrappers, &HashSet::default());
        }
        self.memo.has_wrappers = !wrappers.inner.is_empty();
        let mut books = std::mem::take(&mut self.books);
        let same = |before: &&Before| before.memo.has_wrappers == self.memo.has_wrappers;
        let old = self.before.as_ref().filter(same).map(|before| &before.memo);
        let mut stale = old.and_then(|old| self.stale(&old.state, &self.memo.state));
        if let (Some(old), Some(stale)) = (old, &mut stale) {
            // What they request by themselves is looked at where they are called.
            let own = old.own.iter().zip(&self.memo.own).enumerate();
            let others = own.filter(|(_, (old, new))| !old.is_same(new));
            stale.add_files(others.map(|(file, _)| file as FileId));
        }
        let (program, rounds) = (self.program, &self.memo.rounds);
        let (wanted, has_wrappers) = (self.wanted, self.memo.has_wrappers);
        let old = old.zip(stale.as_ref()).map(|(old, stale)| {
            let is_stale = |file: FileId, task: &Task<Called>| {
                let number = file as usize;
                old.wanted[number] != wanted[number] || stale.is(file, &task.trace)
            };
            (old.called.as_slice(), is_stale)
        });
        let tasks = book::tasks(&mut books, program, rounds, old, |file, callees| {
            let mut evaluator = Evaluator::new(program, file);
            let of = match wanted.get(file as usize) {
                Some(true) if has_wrappers => wrappers.calls_of(&mut evaluator, file, callees),
                _ => Of::default(),
            };
            let callees = callees.taken(program.is_noted());
            (Called { of, callees }, evaluator.program.trace())
        });
        drop(stale);
        self.books = books;
        tasks
    }

    /// The calls of every wanted file that look like requests and were not seen through.
    fn opaque(&mut self, wrappers: &Wrappers) -> Vec<Task<Vec<FoundOpaque>>> {
        let mut books = std::mem::take(&mut self.books);
        let known = self.before.as_mut();
        let known = known.map(|before| std::mem::take(&mut before.memo.takers));
        let changes = self.before.as_ref().map(|before| &before.changes);
        let is_changed = |file| changes.is_none_or(|changes| changes.is_changed(file));
        let known = known.unwrap_or_default();
        let (takers, others) = known.renewed(self.program, &wrappers.open, is_changed);
        let survey = Survey::new(self.program, &takers);
        let old = self.before.as_ref().map(|before| &before.memo);
        let old = old.filter(|old| !old.opaque.is_empty());
        let stale = changes.map(|changes| Stale::by_takers(self.program, changes, others));
        let (program, memo) = (self.program, &self.memo);
        let (wanted, rounds) = (self.wanted, &self.memo.rounds);
        let old = old.zip(stale.as_ref()).map(|(old, stale)| {
            let is_stale = |file: FileId, task: &Task<Vec<FoundOpaque>>| {
                let number = file as usize;
                old.wanted[number] != wanted[number]
                    || !old.own[number].is_same(&memo.own[number])
                    || !old.called[number].is_same(&memo.called[number])
                    || stale.is(file, &task.trace)
            };
            (old.opaque.as_slice(), is_stale)
        });
        let tasks = book::tasks(&mut books, program, rounds, old, |file, callees| {
            let number = file as usize;
            let mut evaluator = Evaluator::new(program, file);
            if wanted.get(number) != Some(&true) {
                return (Vec::new(), evaluator.program.trace());
            }
            callees.know(&memo.called[number].value.callees);
            let own = memo.own[number].value.as_ref().as_deref();
            let own = own.unwrap_or_default().iter();
            let own = own.filter_map(|(site, _)| match site {
                Site::Candidate(call) => Some(*call),
                _ => None,
            });
            let through = &memo.called[number].value.of.seen_through;
            let connected = own.chain(through.iter().copied()).collect();
            let found = survey.calls_of(&mut evaluator, file, &connected, callees);
            (found, evaluator.program.trace())
        });
        drop(stale);
        self.books = books;
        if self.program.is_noted() {
            self.memo.takers = takers;
        }
        tasks
    }
}
