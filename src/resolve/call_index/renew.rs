//! The index of a program that differs from another in a few files.

use super::{All, CallIndex, Program, Use, Used, Uses};
use crate::js::facts::Atom;
use crate::resolve::Lookups;
use crate::resolve::known::FileId;
use crate::resolve::view::{QuestionId, Trace};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::sync::Arc;

/// What is kept of each file.
#[derive(Debug, Default)]
pub(super) struct Kept {
    is_on: bool,
    of_files: Vec<OfFile>,
    /// The files that use each thing, sorted; made when it is first needed.
    users: HashMap<QuestionId, Vec<FileId>>,
    /// In how many files a method or a setter of a name is held.
    held: HashMap<QuestionId, usize>,
    is_ready: bool,
}

/// What one file uses.
#[derive(Debug, Default)]
struct OfFile {
    /// By the question, those of one in the order of the file.
    uses: Vec<(QuestionId, Used, Use)>,
    trace: Trace,
}

impl OfFile {
    fn of(program: &Program, file: FileId) -> OfFile {
        let mut out = OfFile::default();
        out.trace = Uses::new(program, file)
            .find(&mut |used, using| out.uses.push((used.question().id(), used, using)));
        out.uses.sort_by_key(|(id, _, _)| *id);
        out
    }

    /// The uses of one thing.
    fn of_one(&self, id: QuestionId) -> &[(QuestionId, Used, Use)] {
        let start = self.uses.partition_point(|(other, _, _)| *other < id);
        let rest = &self.uses[start..];
        &rest[..rest.partition_point(|(other, _, _)| *other == id)]
    }
}

impl Kept {
    /// Begins with another file.
    pub(super) fn begin(&mut self, program: &Program) {
        self.is_on = program.is_noted();
        if self.is_on {
            self.of_files.push(OfFile::default());
        }
    }

    pub(super) fn add(&mut self, used: &Used, using: Use) {
        if let (true, Some(last)) = (self.is_on, self.of_files.last_mut()) {
            let id = used.question().id();
            last.uses.push((id, used.clone(), using));
        }
    }

    pub(super) fn end(&mut self, trace: Trace) {
        if let (true, Some(last)) = (self.is_on, self.of_files.last_mut()) {
            last.uses.sort_by_key(|(id, _, _)| *id);
            last.trace = trace;
        }
    }
}

impl CallIndex {
    /// Makes it the index of another program. `before`: what holds functions in the files of the
    /// program that it is of. Adds the questions that have other answers.
    pub(in crate::resolve) fn renew(
        &mut self,
        program: &Program,
        changed: &[(FileId, Arc<Lookups>)],
        is_stale: impl Fn(FileId, &Trace) -> bool,
        asked: &mut HashSet<QuestionId>,
    ) {
        self.get_ready(program, changed);
        // What may have other answers, with how it is spelled.
        let mut touched: HashMap<QuestionId, Used> = HashMap::default();
        for (file, before) in changed {
            let (old, new) = (before.known_held(), program.held(*file));
            let of_old = old
                .into_iter()
                .flat_map(|held| held.all())
                .map(|u| (u, false));
            let of_new = new.all().map(|u| (u, true));
            for (used, is_new) in of_old.chain(of_new) {
                let id = used.question().id();
                let count = self.kept.held.entry(id).or_default();
                match is_new {
                    true => *count += 1,
                    false => *count = count.saturating_sub(1),
                }
                touched.entry(id).or_insert(used);
            }
        }
        for file in 0..program.len() as FileId {
            if !is_stale(file, &self.kept.of_files[file as usize].trace) {
                continue;
            }
            let new = OfFile::of(program, file);
            self.replace(file, new, &mut touched);
        }
        for (id, used) in touched {
            let new = self.answer(id, &used);
            if new != self.all.get(&used).cloned().unwrap_or_default() {
                asked.insert(id);
            }
            match new == All::default() {
                true => self.all.remove(&used),
                false => self.all.insert(used, new),
            };
        }
    }

    /// Counts the holders of names, and the users of things.
    fn get_ready(&mut self, program: &Program, changed: &[(FileId, Arc<Lookups>)]) {
        if std::mem::replace(&mut self.kept.is_ready, true) {
            return;
        }
        let before: HashMap<FileId, _> = changed.iter().map(|(file, l)| (*file, l)).collect();
        for file in 0..program.len() as FileId {
            let held = match before.get(&file) {
                Some(before) => before.known_held(),
                None => Some(program.held(file)),
            };
            for used in held.into_iter().flat_map(|held| held.all()) {
                *self.kept.held.entry(used.question().id()).or_default() += 1;
            }
        }
        let files = self.kept.of_files.iter().enumerate();
        for (file, of_file) in files {
            let mut last = None;
            for (id, _, _) in &of_file.uses {
                if last.replace(*id) != Some(*id) {
                    self.kept.users.entry(*id).or_default().push(file as FileId);
                }
            }
        }
    }

    /// Takes what a file uses now.
    fn replace(&mut self, file: FileId, new: OfFile, touched: &mut HashMap<QuestionId, Used>) {
        let old = std::mem::replace(&mut self.kept.of_files[file as usize], new);
        let new = &self.kept.of_files[file as usize];
        for (uses, others, is_new) in [(&old, new, false), (new, &old, true)] {
            let mut last = None;
            for (id, used, _) in &uses.uses {
                if last.replace(*id) == Some(*id) {
                    continue;
                }
                let (own, other) = (uses.of_one(*id), others.of_one(*id));
                if own != other {
                    touched.entry(*id).or_insert_with(|| used.clone());
                }
                if !other.is_empty() {
                    continue;
                }
                let users = self.kept.users.entry(*id).or_default();
                match (users.binary_search(&file), is_new) {
                    (Err(at), true) => users.insert(at, file),
                    (Ok(at), false) => {
                        users.remove(at);
                    }
                    _ => {}
                }
                if users.is_empty() {
                    self.kept.users.remove(id);
                }
            }
        }
    }

    /// The uses of one thing, by all files.
    fn answer(&self, id: QuestionId, used: &Used) -> All {
        let mut out = All::default();
        let is_held = self.kept.held.get(&id).is_some_and(|count| *count > 0);
        if matches!(used, Used::Method(_) | Used::Setter(_)) && !is_held {
            return out;
        }
        for &file in self.kept.users.get(&id).into_iter().flatten() {
            for (_, other, using) in self.kept.of_files[file as usize].of_one(id) {
                if other == used {
                    out.add(file, *using);
                }
            }
            // More of them say no more.
            if out.calls.open && out.calls.of.len() >= super::MAX_CALLS && out.derived.is_empty() {
                break;
            }
        }
        out
    }
}

impl super::Held {
    /// The names of methods and setters.
    fn all(&self) -> impl Iterator<Item = Used> {
        let name = |name: &Atom| name.clone();
        let methods = self.methods.iter().map(name).map(Used::Method);
        methods.chain(self.setters.iter().map(name).map(Used::Setter))
    }
}
