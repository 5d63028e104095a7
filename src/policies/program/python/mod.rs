//! Python: what the modules of a project define.

mod calls;
mod conditions;
mod expressions;
mod modules;
mod statements;

use super::{Grammar, Syntax};
use crate::policies::SourceFile;
use crate::policies::script::{Root, Value};
use rustc_hash::FxHashMap as HashMap;
use std::path::PathBuf;
use std::rc::Rc;
use tree_sitter::Node;

/// Steps that all modules may cost.
const FUEL: u32 = 400_000;
/// How deep evaluation nests.
const MAX_DEPTH: u32 = 100;
/// How many modules are read.
const MAX_MODULES: usize = 60;

/// What a module, or a call, defines.
#[derive(Debug, Clone, Default)]
pub(in crate::policies) struct Scope {
    names: HashMap<String, Value>,
    functions: HashMap<String, Function>,
}

/// A function of the project.
#[derive(Debug, Clone)]
struct Function {
    syntax: Rc<Syntax>,
    start: usize,
    end: usize,
    /// The module's names as they are where it is called from another module.
    globals: Option<Rc<Scope>>,
}

/// Code that is run: a module, or the body of a function.
struct Frame {
    syntax: Rc<Syntax>,
    scope: Scope,
    /// The names of the module around a function.
    outer: Option<Rc<Scope>>,
}

/// The modules of a project, as far as one imports them.
pub(in crate::policies) struct Python {
    root: Root,
    modules: HashMap<PathBuf, Option<Rc<Scope>>>,
    /// The files that were read: the first is the one that was asked for.
    pub(in crate::policies) files: Vec<SourceFile>,
    fuel: u32,
    depth: u32,
    /// Statements were left out: there were too many.
    pub(in crate::policies) gave_up: bool,
}

/// Whether the statements that follow run.
enum Flow {
    Goes,
    Returns(Value),
}

impl Python {
    /// Runs a file, and gives what it defines.
    pub(in crate::policies) fn run(file: &SourceFile) -> Option<(Python, Rc<Scope>)> {
        let real = file
            .path
            .canonicalize()
            .unwrap_or_else(|_| file.path.clone());
        let mut python = Python {
            root: Root::of(file, &real),
            modules: HashMap::default(),
            files: Vec::new(),
            fuel: FUEL,
            depth: 0,
            gave_up: false,
        };
        let scope = python.run_file(file, &real)?;
        Some((python, scope))
    }

    fn run_file(&mut self, file: &SourceFile, real: &std::path::Path) -> Option<Rc<Scope>> {
        self.modules.insert(real.to_path_buf(), None);
        let syntax = Rc::new(Syntax::of(file, Grammar::Python)?);
        self.files.push(file.clone());
        let mut frame = Frame {
            syntax: syntax.clone(),
            scope: Scope::default(),
            outer: None,
        };
        self.statements(&mut frame, syntax.root());
        let scope = Rc::new(frame.scope);
        self.modules.insert(real.to_path_buf(), Some(scope.clone()));
        Some(scope)
    }

    /// What expressions of a file are in the scope of its module: for objects that stand anywhere.
    pub(in crate::policies) fn value_in(
        &mut self,
        syntax: &Rc<Syntax>,
        scope: &Rc<Scope>,
        node: Node,
    ) -> Value {
        let mut frame = Frame {
            syntax: syntax.clone(),
            scope: Scope::default(),
            outer: Some(scope.clone()),
        };
        self.value(&mut frame, node)
    }

    /// Whether there are steps left for one more.
    fn step(&mut self) -> bool {
        self.fuel = self.fuel.saturating_sub(1);
        self.fuel > 0 && self.depth < MAX_DEPTH
    }
}

impl Scope {
    /// What a name holds; nothing if it is not defined.
    pub(in crate::policies) fn get(&self, name: &str) -> Option<&Value> {
        self.names.get(name)
    }

    /// All names.
    pub(in crate::policies) fn names(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.names.iter()
    }

    /// One or the other.
    fn or(self, other: Scope) -> Scope {
        let mut names = HashMap::default();
        for (name, value) in self.names {
            let value = match other.names.get(&name) {
                Some(another) => {
                    let place = value.place().or(another.place());
                    value.or(another.clone(), &name, &place)
                }
                None => value.maybe(),
            };
            names.insert(name, value);
        }
        for (name, value) in other.names {
            names.entry(name).or_insert_with(|| value.maybe());
        }
        let mut functions = self.functions;
        functions.extend(other.functions);
        Scope { names, functions }
    }
}

impl Frame {
    fn text(&self, node: Node) -> String {
        self.syntax.text(node).split_whitespace().collect()
    }

    fn get(&self, name: &str) -> Option<Value> {
        let outer = || self.outer.as_ref().and_then(|outer| outer.names.get(name));
        self.scope.names.get(name).or_else(outer).cloned()
    }

    fn function(&self, name: &str) -> Option<Function> {
        let outer = || {
            self.outer
                .as_ref()
                .and_then(|outer| outer.functions.get(name))
        };
        self.scope.functions.get(name).or_else(outer).cloned()
    }
}
