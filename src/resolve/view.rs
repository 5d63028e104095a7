//! What one piece of work sees of a program, with a note of what it looked at: it comes to the
//! same in another program that looks the same there.
//!
//! Invariant: evaluation reaches other files through a view only.

use super::Tables;
use super::call_index::{Calls, ClassRef, FunctionRef};
use super::heap::Heap;
use super::known::FileId;
use super::libraries::{Around, DefaultWrite};
use super::program::Program;
use super::sinks::Overview;
use crate::js::FileFacts;
use crate::js::facts::{BindingId, ClassId, ExprId};
use rustc_hash::FxHasher;
use std::cell::{Cell, RefCell};
use std::hash::{Hash, Hasher};

/// A question to what is put together from all files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Question<'q> {
    /// Writes of other files to a property of an object.
    OutsideWrites(FileId, ExprId, &'q str),
    /// Changes of other files to a list.
    OutsideChanges(FileId, ExprId),
    /// The classes of other files that extend one.
    Subclasses(FileId, ClassId),
    /// Which files give a name of the page a value.
    Shared(&'q str),
    /// Where scripts declare a name of the page.
    PageDeclarations(&'q str),
    /// Whether any file imports a library of clients.
    UsesLibraries,
    /// All writes to settings of clients.
    DefaultWrites,
    /// What runs before and after files that write them.
    Around,
    /// Whether a property may hold a client.
    HeldName(&'q str),
    /// The calls that make an API.
    ApiMakers,
    /// Calls of a function by its own name.
    Function(FunctionRef),
    /// Calls of methods by a name.
    Method(&'q str),
    /// Writes to setters by a name.
    Setter(&'q str),
    /// Constructions of a class.
    Class(ClassRef),
    /// The classes without a constructor that extend one.
    Derived(ClassRef),
}

/// A question, as it is noted.
pub(super) type QuestionId = u64;

impl Question<'_> {
    pub(super) fn id(&self) -> QuestionId {
        let mut hasher = FxHasher::default();
        self.hash(&mut hasher);
        hasher.finish()
    }
}

/// What a piece of work looked at.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Trace {
    /// Files, sorted.
    pub(super) files: Box<[FileId]>,
    /// What it asked, sorted.
    pub(super) asked: Box<[QuestionId]>,
    /// It is not known.
    pub(super) is_unknown: bool,
}

impl Trace {
    /// Of work that failed.
    pub(super) fn unknown() -> Trace {
        Trace {
            is_unknown: true,
            ..Trace::default()
        }
    }
}

/// What was looked at so far.
#[derive(Debug)]
struct Seen {
    /// A bit for each file.
    files: Box<[u64]>,
    /// Questions, some of them more than once.
    asked: Vec<QuestionId>,
    /// How many questions there may be before doubles are looked for.
    most: usize,
}

impl Seen {
    fn new(files: usize) -> Seen {
        Seen {
            files: vec![0; files.div_ceil(64)].into(),
            asked: Vec::new(),
            most: 1024,
        }
    }

    fn note(&mut self, file: FileId) {
        if let Some(word) = self.files.get_mut(file as usize / 64) {
            *word |= 1 << (file % 64);
        }
    }

    fn ask(&mut self, question: QuestionId) {
        if self.asked.last() == Some(&question) {
            return;
        }
        if self.asked.len() >= self.most {
            self.asked.sort_unstable();
            self.asked.dedup();
            self.most = 1024.max(self.asked.len() * 2);
        }
        self.asked.push(question);
    }
}

/// A program as one piece of work sees it.
pub(super) struct View<'a> {
    program: &'a Program<'a>,
    /// The file that was noted last.
    last: Cell<FileId>,
    seen: Option<RefCell<Seen>>,
}

impl<'a> View<'a> {
    /// Notes what is looked at if the program wants it.
    pub(super) fn new(program: &'a Program<'a>) -> Self {
        View {
            program,
            last: Cell::new(FileId::MAX),
            seen: program
                .is_noted()
                .then(|| RefCell::new(Seen::new(program.len()))),
        }
    }

    /// What was looked at.
    pub(super) fn trace(&self) -> Trace {
        let Some(seen) = &self.seen else {
            return Trace::default();
        };
        let seen = seen.borrow();
        let words = seen.files.iter().zip(0..);
        let files = words.flat_map(|(word, number)| {
            let bits = (0..64).filter(move |bit| word & (1 << bit) != 0);
            bits.map(move |bit| number * 64 + bit)
        });
        let mut asked = seen.asked.clone();
        asked.sort_unstable();
        asked.dedup();
        Trace {
            files: files.collect(),
            asked: asked.into(),
            is_unknown: false,
        }
    }

    /// Says that a file is looked at.
    pub(super) fn note(&self, file: FileId) {
        if self.last.replace(file) != file
            && let Some(seen) = &self.seen
        {
            seen.borrow_mut().note(file);
        }
    }

    fn ask(&self, question: Question) {
        if let Some(seen) = &self.seen {
            seen.borrow_mut().ask(question.id());
        }
    }

    pub(super) fn facts(&self, file: FileId) -> &'a FileFacts {
        self.note(file);
        self.program.facts(file)
    }

    pub(super) fn tables(&self, file: FileId) -> &'a Tables {
        self.note(file);
        self.program.tables(file)
    }

    pub(super) fn heap(&self, file: FileId) -> &'a Heap {
        self.note(file);
        self.program.heap(file)
    }

    pub(super) fn overview(&self, file: FileId) -> &'a Overview {
        self.note(file);
        self.program.overview(file)
    }

    /// The file that an import of a file leads to.
    pub(super) fn import(&self, file: FileId, specifier: &str) -> Option<FileId> {
        self.note(file);
        self.program.import(file, specifier)
    }

    /// Writes of other files to a property of an object literal: `config.base = …`, where
    /// `config` is imported.
    pub(super) fn outside_writes(
        &self,
        file: FileId,
        object: ExprId,
        name: &str,
    ) -> &'a [(FileId, usize)] {
        self.ask(Question::OutsideWrites(file, object, name));
        self.program.outside_writes(file, object, name)
    }

    /// Calls of other files that change a list: `hosts.push(…)`, where `hosts` is imported.
    pub(super) fn outside_changes(&self, file: FileId, list: ExprId) -> &'a [(FileId, ExprId)] {
        self.ask(Question::OutsideChanges(file, list));
        self.program.outside_changes(file, list)
    }

    /// The classes of other files that extend a class.
    pub(super) fn subclasses(&self, file: FileId, class: ClassId) -> &'a [(FileId, ClassId)] {
        self.ask(Question::Subclasses(file, class));
        self.program.subclasses(file, class)
    }

    /// The one other file that gives a name of the page's own scope a value for scripts of a
    /// file: of the nearest folder around both, and there the only one.
    pub(super) fn shared(&self, reader: FileId, name: &str) -> Option<FileId> {
        self.ask(Question::Shared(name));
        self.program.shared(reader, name)
    }

    /// Where classic scripts declare a name at their top level: all scripts of a page share it.
    pub(super) fn page_declarations(&self, name: &str) -> &'a [(FileId, BindingId)] {
        self.ask(Question::PageDeclarations(name));
        self.program.page_declarations(name)
    }

    /// Whether any file imports a library of clients.
    pub(super) fn uses_libraries(&self) -> bool {
        self.ask(Question::UsesLibraries);
        self.program.uses_libraries()
    }

    /// Writes to the settings of clients of libraries, by the look of them.
    pub(super) fn default_writes(&self) -> &'a [DefaultWrite] {
        self.ask(Question::DefaultWrites);
        self.program.default_writes()
    }

    /// What runs before and after a file that changes settings of clients.
    pub(super) fn around(&self, writer: FileId) -> Option<&'a Around> {
        self.ask(Question::Around);
        self.program.around(writer)
    }

    /// Whether a property of a name may hold a client of a library that is called.
    pub(super) fn may_hold_client(&self, name: &str) -> bool {
        self.ask(Question::HeldName(name));
        self.program.may_hold_client(name)
    }

    /// Calls that make an RTK Query API, by the look of them.
    pub(super) fn api_makers(&self) -> &'a [(FileId, ExprId)] {
        self.ask(Question::ApiMakers);
        self.program.api_makers()
    }

    /// The calls that may be of a function by the names it has; those by the name of a property
    /// may be of another function of that name.
    pub(super) fn calls(&self, function: FunctionRef) -> Calls {
        self.note(function.0);
        let index = self.program.call_index();
        index.calls(self.program, function, &mut |question| self.ask(question))
    }

    /// Everything that runs the constructor of a class, whether it is its own or of a base.
    pub(super) fn constructions(&self, class: ClassRef) -> Calls {
        let index = self.program.call_index();
        index.constructions(class, &mut |question| self.ask(question))
    }

    /// What constructs a class itself, and calls of `super` in classes that extend it.
    pub(super) fn made(&self, class: ClassRef) -> &'a Calls {
        let index = self.program.call_index();
        index.made(class, &mut |question| self.ask(question))
    }

    /// The class whose instances have a function as a method.
    pub(super) fn owner(&self, function: FunctionRef) -> Option<ClassRef> {
        self.note(function.0);
        let owner = self.program.held(function.0).owner(function.1)?;
        Some((function.0, owner))
    }
}
