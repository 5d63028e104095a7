//! What is known of wrappers when work is done, as far as work can ask for it: by files and names.

use crate::js::facts::FunctionId;
use crate::resolve::known::FileId;
use crate::resolve::program::Program;
use crate::resolve::renewal::Changes;
use crate::resolve::takers::Others;
use crate::resolve::view::Trace;
use crate::resolve::wrappers::{Marks, Wrappers};
use rayon::prelude::*;
use rustc_hash::FxHashSet as HashSet;
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

/// What is known of wrappers.
#[derive(Debug, Default)]
pub(super) struct State {
    of_files: Marks,
    /// The names that hold one.
    names: Arc<HashSet<String>>,
}

impl State {
    /// `fresh`: those that are new.
    pub(super) fn of(wrappers: &Wrappers, fresh: &HashSet<(FileId, FunctionId)>) -> State {
        let mut of_files = wrappers.marks.clone();
        for (file, function) in fresh {
            of_files.add(*file, (3, function));
        }
        State {
            of_files,
            names: wrappers.names.clone(),
        }
    }
}

/// What work is to be done again.
pub(super) struct Stale<'a> {
    program: &'a Program<'a>,
    changes: &'a Changes,
    /// Files of whose wrappers other things are known.
    files: HashSet<FileId>,
    /// Names that hold a wrapper now, or do not any more.
    names: HashSet<Cow<'a, str>>,
    /// The files that have such a name, once that is asked for.
    by_name: OnceLock<Vec<bool>>,
}

impl<'a> Stale<'a> {
    pub(super) fn new(
        program: &'a Program<'a>,
        changes: &'a Changes,
        old: &'a State,
        new: &'a State,
    ) -> Self {
        let names = old.names.symmetric_difference(&new.names);
        Stale {
            program,
            changes,
            files: new.of_files.differing(&old.of_files),
            names: names.map(|name| name.as_str().into()).collect(),
            by_name: OnceLock::new(),
        }
        .ready()
    }

    /// Likewise, by what is known of functions that take URLs.
    pub(super) fn by_takers(
        program: &'a Program<'a>,
        changes: &'a Changes,
        others: Others,
    ) -> Self {
        Stale {
            program,
            changes,
            files: others.files,
            names: others.names.into_iter().map(Cow::Owned).collect(),
            by_name: OnceLock::new(),
        }
        .ready()
    }

    /// Of these files other things are known too.
    pub(super) fn add_files(&mut self, files: impl Iterator<Item = FileId>) {
        self.files.extend(files);
    }

    /// Looks for names on all threads, before these are at other work.
    fn ready(self) -> Self {
        if !self.names.is_empty() {
            let files = (0..self.program.len() as FileId).into_par_iter();
            let _ = self
                .by_name
                .set(files.map(|file| self.has_name(file)).collect());
        }
        self
    }

    fn has_name(&self, file: FileId) -> bool {
        let mut names = self.program.called_names(file).iter();
        names.any(|name| self.names.contains(name.as_str()))
    }

    /// Whether work for a file is, which looked at something.
    pub(super) fn is(&self, file: FileId, trace: &Trace) -> bool {
        self.changes.concern(file, trace)
            || (!self.files.is_empty()
                && (self.files.contains(&file)
                    || trace.files.iter().any(|file| self.files.contains(file))))
            || self.by_name.get().is_some_and(|all| all[file as usize])
    }
}
