//! Which calls of the whole program a function may be called by, told by names alone.
//!
//! Invariants: made once, of all files, so that neither threads nor their order matter. A function
//! whose calls are not all here, as far as names tell, is marked `open`. Where the program is
//! [noted](Program::noted), what each file uses is kept, so that the index of a program that
//! differs in a few files can be made from this one ([`CallIndex::renew`]).

mod held;
mod renew;
mod uses;

pub(super) use held::Held;

use super::Program;
use super::known::FileId;
use super::view::Question;
use crate::js::facts::*;
use held::How;
use renew::Kept;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use uses::Uses;

/// How many calls of one function, or by one name, are kept.
pub(super) const MAX_CALLS: usize = 64;

/// A function of the program.
pub(super) type FunctionRef = (FileId, FunctionId);
/// A class of the program.
pub(super) type ClassRef = (FileId, ClassId);

/// Something that runs a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Caller {
    /// A call or a construction.
    Call(ExprId),
    /// An assignment to a property that has a setter.
    Write(usize),
}

/// The calls of a function.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Calls {
    pub(super) of: Vec<(FileId, Caller)>,
    /// There may be others.
    pub(super) open: bool,
}

impl Calls {
    fn add(&mut self, call: (FileId, Caller)) {
        match self.of.len() < MAX_CALLS {
            true => self.of.push(call),
            false => self.open = true,
        }
    }

    fn extend(&mut self, other: &Calls) {
        self.open |= other.open;
        other.of.iter().for_each(|&call| self.add(call));
    }
}

/// What is used, by a name or by the look of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Used {
    /// A function by its own name, imports of it among them.
    Function(FunctionRef),
    /// A property or method.
    Method(Atom),
    /// A property that is written to.
    Setter(Atom),
    /// A class by its name, in constructions and calls of `super`.
    Class(ClassRef),
    /// A class that one without a constructor extends.
    Base(ClassRef),
}

impl Used {
    fn question(&self) -> Question<'_> {
        match self {
            Used::Function(function) => Question::Function(*function),
            Used::Method(name) => Question::Method(name),
            Used::Setter(name) => Question::Setter(name),
            Used::Class(class) => Question::Class(*class),
            Used::Base(class) => Question::Derived(*class),
        }
    }
}

/// How it is used.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Use {
    /// It is run.
    By(Caller),
    /// It is handed on: there may be calls that are not seen.
    Open,
    /// This class extends it.
    Extended(ClassRef),
}

/// The uses of one thing.
#[derive(Debug, Default, Clone, PartialEq)]
struct All {
    calls: Calls,
    derived: Vec<ClassRef>,
}

impl All {
    fn add(&mut self, file: FileId, using: Use) {
        match using {
            Use::By(caller) => self.calls.add((file, caller)),
            Use::Open => self.calls.open = true,
            Use::Extended(class) => self.derived.push(class),
        }
    }
}

/// The calls of all functions.
#[derive(Debug, Default)]
pub(super) struct CallIndex {
    all: HashMap<Used, All>,
    kept: Kept,
}

impl CallIndex {
    pub(super) fn of(program: &Program) -> CallIndex {
        let files = 0..program.len() as FileId;
        let mut methods: HashSet<&Atom> = HashSet::default();
        let mut setters: HashSet<&Atom> = HashSet::default();
        for file in files.clone() {
            let held = program.held(file);
            methods.extend(&held.methods);
            setters.extend(&held.setters);
        }
        let mut index = CallIndex::default();
        for file in files {
            index.kept.begin(program);
            let uses = Uses::new(program, file);
            let trace = uses.find(&mut |used, using| {
                // What holds no function needs no answer.
                let is_asked = match &used {
                    Used::Method(name) => methods.contains(name),
                    Used::Setter(name) => setters.contains(name),
                    _ => true,
                };
                index.kept.add(&used, using);
                if is_asked {
                    index.all.entry(used).or_default().add(file, using);
                }
            });
            index.kept.end(trace);
        }
        index
    }

    /// The calls that may be of a function by the names it has; those by the name of a property
    /// may be of another function of that name. `ask` hears what is looked up.
    pub(super) fn calls(
        &self,
        program: &Program,
        function: FunctionRef,
        ask: &mut impl FnMut(Question),
    ) -> Calls {
        let held = program.held(function.0);
        if let Some(&class) = held.constructors.get(&function.1) {
            return self.constructions((function.0, class), ask);
        }
        let mut out = self.get(&Used::Function(function), ask).calls.clone();
        out.open |= held.nameless.contains(&function.1);
        for (name, how) in held.names.get(&function.1).into_iter().flatten() {
            let by_name = match how {
                How::Value => self.get(&Used::Method(name.clone()), ask),
                How::Setter => self.get(&Used::Setter(name.clone()), ask),
            };
            out.extend(&by_name.calls);
        }
        out
    }

    fn get(&self, used: &Used, ask: &mut impl FnMut(Question)) -> &All {
        static NONE: All = All {
            calls: Calls {
                of: Vec::new(),
                open: false,
            },
            derived: Vec::new(),
        };
        ask(used.question());
        self.all.get(used).unwrap_or(&NONE)
    }

    /// What constructs a class itself, and calls of `super` in classes that extend it.
    pub(super) fn made(&self, class: ClassRef, ask: &mut impl FnMut(Question)) -> &Calls {
        &self.get(&Used::Class(class), ask).calls
    }

    /// Everything that runs the constructor of a class, whether it is its own or of a base.
    pub(super) fn constructions(&self, class: ClassRef, ask: &mut impl FnMut(Question)) -> Calls {
        let mut out = Calls::default();
        let mut pending = vec![class];
        let mut seen = HashSet::default();
        while let Some(class) = pending.pop() {
            if !seen.insert(class) || seen.len() > MAX_CALLS {
                out.open = true;
                continue;
            }
            out.extend(&self.get(&Used::Class(class), ask).calls);
            pending.extend(&self.get(&Used::Base(class), ask).derived);
        }
        out
    }
}
