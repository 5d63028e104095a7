//! What is kept of a program for the next one, which differs from it in a few files.

use super::known::FileId;
use super::lookups::Lookups;
use super::page::differing;
use super::program::{Imports, Indexes, Program};
use super::view::{Question, QuestionId, Trace};
use rustc_hash::FxHashSet as HashSet;
use std::sync::Arc;

/// What is kept of a program.
pub(super) struct Kept {
    files: Vec<KeptFile>,
    indexes: Indexes,
}

struct KeptFile {
    lookups: Arc<Lookups>,
    imports: Arc<Imports>,
    is_elsewhere: bool,
}

/// How a program differs from the one before.
pub(super) struct Changes {
    /// For each file whether it is another.
    files: Vec<bool>,
    /// The questions that have other answers.
    asked: HashSet<QuestionId>,
}

impl Changes {
    /// For each file whether it is another.
    pub(super) fn into_files(self) -> Vec<bool> {
        self.files
    }

    pub(super) fn is_changed(&self, file: FileId) -> bool {
        self.files[file as usize]
    }

    /// Whether something that was looked at is another. `file`: the one that the work was for.
    pub(super) fn concern(&self, file: FileId, trace: &Trace) -> bool {
        self.is_changed(file)
            || trace.is_unknown
            || trace.files.iter().any(|&file| self.is_changed(file))
            || (!self.asked.is_empty() && trace.asked.iter().any(|q| self.asked.contains(q)))
    }
}

impl Kept {
    /// Keeps what is known of a program.
    pub(super) fn of(program: Program) -> Kept {
        let file = |file: FileId| KeptFile {
            lookups: program.lookups(file).clone(),
            imports: program.imports(file).clone(),
            is_elsewhere: program.is_elsewhere(file),
        };
        Kept {
            files: (0..program.len() as FileId).map(file).collect(),
            indexes: program.indexes,
        }
    }

    /// The files of a program that have other facts.
    pub(super) fn others(&self, program: &Program) -> Vec<FileId> {
        let files = self.files.iter().zip(0..);
        let others = files.filter(|(old, file)| !Arc::ptr_eq(&old.lookups, program.lookups(*file)));
        others.map(|(_, file)| file).collect()
    }

    /// Hands on to a program of as many files what holds in it too.
    pub(super) fn renew(self, program: &Program) -> Changes {
        let is_changed = |(file, old): (usize, &KeptFile)| {
            let file = file as FileId;
            !Arc::ptr_eq(&old.lookups, program.lookups(file))
                || (!Arc::ptr_eq(&old.imports, program.imports(file))
                    && old.imports != *program.imports(file))
                || old.is_elsewhere != program.is_elsewhere(file)
        };
        let files = self.files.iter().enumerate().map(is_changed);
        let mut renewal = Renewal {
            changes: Changes {
                files: files.collect(),
                asked: HashSet::default(),
            },
            changed: Vec::new(),
        };
        for (file, old) in self.files.into_iter().enumerate() {
            if renewal.changes.files[file] {
                renewal.changed.push((file as FileId, old));
            }
        }
        renewal.of_files(program, &self.indexes);
        renewal.of_pages(program, &self.indexes);
        renewal.of_links(program, self.indexes);
        renewal.changes
    }
}

struct Renewal {
    changes: Changes,
    /// The files that are others, as they were.
    changed: Vec<(FileId, KeptFile)>,
}

impl Renewal {
    fn ask(&mut self, question: Question) {
        self.changes.asked.insert(question.id());
    }

    /// Whether something is the same for all files that changed.
    fn agree(&self, is_same: impl Fn(FileId, &KeptFile) -> bool) -> bool {
        self.changed.iter().all(|(file, old)| is_same(*file, old))
    }

    /// What is told by the facts of each file alone.
    fn of_files(&mut self, program: &Program, old: &Indexes) {
        if let Some(uses) = old.uses_libraries.get()
            && *uses != program.uses_libraries()
        {
            self.ask(Question::UsesLibraries);
        }
        if let Some(writes) = old.default_writes.get() {
            let is_same = |file: FileId, old: &KeptFile| {
                let facts = program.facts(file);
                let new = program.lookups(file).default_writes(facts);
                old.lookups.known_default_writes() == Some(new)
            };
            match self.agree(is_same) {
                true => drop(program.indexes.default_writes.set(writes.clone())),
                false if writes != program.default_writes() => self.ask(Question::DefaultWrites),
                false => {}
            }
        }
        if let Some(around) = old.around_writers.get() {
            let imports = |file: FileId, old: &KeptFile| old.imports == *program.imports(file);
            let is_same =
                self.agree(imports) && old.default_writes.get() == Some(program.default_writes());
            match is_same {
                true => drop(program.indexes.around_writers.set(around.clone())),
                false if around != program.all_around() => self.ask(Question::Around),
                false => {}
            }
        }
        if let Some(names) = old.held_names.get() {
            let is_same = |file: FileId, old: &KeptFile| {
                let facts = program.facts(file);
                let new = program.lookups(file).held_names(facts);
                old.lookups.known_held_names() == Some(new)
            };
            if self.agree(is_same) {
                let _ = program.indexes.held_names.set(names.clone());
            } else {
                for name in names.symmetric_difference(program.held_names()) {
                    self.ask(Question::HeldName(name));
                }
            }
        }
        if let Some(makers) = old.api_makers.get() {
            let is_same = |file: FileId, old: &KeptFile| {
                let facts = program.facts(file);
                let new = program.lookups(file).api_makers(facts);
                old.lookups.known_api_makers() == Some(new)
            };
            match self.agree(is_same) {
                true => drop(program.indexes.api_makers.set(makers.clone())),
                false if makers != program.api_makers() => self.ask(Question::ApiMakers),
                false => {}
            }
        }
    }

    /// The names that scripts of pages share.
    fn of_pages(&mut self, program: &Program, old: &Indexes) {
        let Some(declarations) = old.page_declarations.get() else {
            return;
        };
        let is_same = |file: FileId, old: &KeptFile| {
            let (tables, facts) = (program.tables(file), program.facts(file));
            let names = old
                .lookups
                .known_tables()
                .map(|t| (&t.page_names, &t.by_global));
            old.is_elsewhere == program.is_elsewhere(file)
                && old.imports == *program.imports(file)
                && old.lookups.known_common_js() == Some(program.lookups(file).is_common_js(facts))
                && names.is_some_and(|(names, globals)| {
                    *names == tables.page_names
                        && globals.len() == tables.by_global.len()
                        && globals
                            .keys()
                            .all(|name| tables.by_global.contains_key(name))
                })
        };
        if self.agree(is_same) {
            let _ = program.indexes.page_declarations.set(declarations.clone());
            if let Some(shared) = old.shared.get() {
                let _ = program.indexes.shared.set(shared.clone());
            }
            return;
        }
        let asked = &mut self.changes.asked;
        let new = program.all_page_declarations();
        differing(declarations, new, Question::PageDeclarations, asked);
        if let Some(shared) = old.shared.get() {
            differing(shared, program.all_shared(), Question::Shared, asked);
        }
    }

    /// What is told by following imports.
    fn of_links(&mut self, program: &Program, old: Indexes) {
        // Those that look at names of pages ask for them.
        let before = Changes {
            files: self.changes.files.clone(),
            asked: self.changes.asked.clone(),
        };
        let is_stale = |file: FileId, trace: &Trace| before.concern(file, trace);
        let asked = &mut self.changes.asked;
        if let Some(linked) = old.linked.get() {
            let linked = linked.renewed(program, is_stale, asked);
            let _ = program.indexes.linked.set(linked);
        }
        if let Some(mut index) = old.call_index.into_inner() {
            let changed = self.changed.iter();
            let changed: Vec<_> = changed.map(|(f, old)| (*f, old.lookups.clone())).collect();
            index.renew(program, &changed, is_stale, asked);
            let _ = program.indexes.call_index.set(index);
        }
    }
}
