//! Facts of files → endpoints: evaluates what expressions can be, follows names to where they
//! get their values, and finds the calls that reach a sink.
//!
//! Invariants: evaluation is demand-driven and bounded (steps per endpoint, depth, number of
//! alternatives); a bound that is met yields a hole with that reason, never a wrong text.
//! Nothing here sees a syntax tree or a policy, and nothing depends on the order of files.

mod array;
mod calls;
mod eval;
mod globals;
mod known;
mod members;
mod mentions;
mod reach;
mod settings;
mod sinks;
mod text;
mod url_object;

pub use settings::Settings;
pub use sinks::Found;

use crate::js::FileFacts;
use crate::js::facts::{BindingId, BlockId, ClassId, ExprId, FunctionId, Key};
use known::{Env, FileId, Frame, Known};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Steps that one endpoint may cost.
const FUEL: u32 = 20_000;
/// Steps that all endpoints of a file may cost, for each of its expressions …
const FUEL_PER_NODE: u32 = 8;
/// … and besides.
const FUEL_PER_FILE: u32 = 400_000;
/// How deep evaluation nests.
const MAX_DEPTH: u32 = 120;
/// How deep calls nest.
const MAX_CALLS: u32 = 24;

/// Finds the endpoints of one file's scripts.
pub fn endpoints(facts: &FileFacts, settings: &Settings) -> Vec<Found> {
    let mut evaluator = Evaluator::new(std::slice::from_ref(facts), settings);
    sinks::find(&mut evaluator, 0)
}

/// Evaluates the facts of a program's files.
pub(crate) struct Evaluator<'a> {
    files: &'a [FileFacts],
    settings: &'a Settings,
    tables: Vec<Tables>,
    /// Results of expressions outside any call in progress.
    memo: HashMap<(FileId, ExprId), Rc<Known>>,
    /// What is being evaluated, to end cycles.
    active: HashSet<(FileId, ExprId, usize)>,
    fuel: u32,
    /// What is left for the endpoints to come.
    reserve: u32,
    /// Results that hold for the endpoint at hand only: inside calls, or cut off by a bound.
    /// The frame is kept with its result, so that its address stays its own.
    scratch: HashMap<(FileId, ExprId, usize), (Env, Rc<Known>)>,
    /// Likewise, for what `+=` makes of a name.
    appended: HashMap<(FileId, ExprId, usize), (Env, Rc<Known>)>,
    depth: u32,
    /// Whether something below met a cycle or a bound, so that its result must not be kept.
    tainted: bool,
    /// The functions being called, outermost first.
    calling: Vec<(FileId, FunctionId)>,
    call_depth: u32,
}

/// Look-ups into one file's facts, made once.
struct Tables {
    /// Writes to a property of a name: `config.base = …`.
    by_binding: HashMap<(BindingId, String), Vec<usize>>,
    /// Writes to `this.name` in a class: instance or static.
    by_class: HashMap<(ClassId, bool, String), Vec<usize>>,
    /// Writes to properties of the global object, and to undeclared names.
    by_global: HashMap<String, Vec<usize>>,
    /// Names whose `searchParams` are changed.
    query_touched: HashSet<BindingId>,
    /// The names of a function's block that have a TypeScript type of one name.
    typed: HashMap<(BlockId, String), String>,
    /// Types that the file itself declares.
    declared: HashSet<String>,
}

impl Tables {
    fn new(facts: &FileFacts) -> Self {
        use crate::js::facts::Expr;
        let mut tables = Tables {
            by_binding: HashMap::new(),
            by_class: HashMap::new(),
            by_global: HashMap::new(),
            typed: HashMap::new(),
            declared: HashSet::new(),
            query_touched: facts
                .candidates
                .iter()
                .filter_map(|&id| query_of(facts, id))
                .collect(),
        };
        for (i, write) in facts.writes.iter().enumerate() {
            let Key::Name(name) = &write.key else {
                continue;
            };
            match &facts.node(write.object).expr {
                Expr::Binding(id) => {
                    tables
                        .by_binding
                        .entry((*id, name.clone()))
                        .or_default()
                        .push(i);
                }
                Expr::Global(global) if globals::is_global_object(global) => {
                    tables.by_global.entry(name.clone()).or_default().push(i);
                }
                Expr::This => {
                    if let Some((class, is_static)) = class_of_this(facts, write.function) {
                        let key = (class, is_static, name.clone());
                        tables.by_class.entry(key).or_default().push(i);
                    }
                }
                _ => {}
            }
        }
        for binding in &facts.bindings {
            tables.declared.insert(binding.name.clone());
            if let Some(type_name) = &binding.type_name {
                tables
                    .typed
                    .insert((binding.block, binding.name.clone()), type_name.clone());
            }
        }
        for writes in tables.by_binding.values_mut() {
            writes.sort_by_key(|&i| facts.writes[i].definition.span.start);
        }
        tables
    }
}

/// The name in `name.searchParams.set(…)`.
fn query_of(facts: &FileFacts, id: ExprId) -> Option<BindingId> {
    use crate::js::facts::Expr;
    let Expr::Call { callee, .. } = &facts.node(id).expr else {
        return None;
    };
    let Expr::Member {
        object,
        key: Key::Name(method),
    } = &facts.node(*callee).expr
    else {
        return None;
    };
    if !matches!(method.as_str(), "append" | "set" | "delete" | "sort") {
        return None;
    }
    let Expr::Member {
        object,
        key: Key::Name(name),
    } = &facts.node(*object).expr
    else {
        return None;
    };
    match facts.node(*object).expr {
        Expr::Binding(id) if name == "searchParams" => Some(id),
        _ => None,
    }
}

/// The class whose `this` a function sees, and whether it is the class itself.
fn class_of_this(facts: &FileFacts, function: Option<FunctionId>) -> Option<(ClassId, bool)> {
    use crate::js::facts::ThisOf;
    let mut at = function;
    while let Some(id) = at {
        let function = facts.function(id);
        match function.this {
            ThisOf::Class(class, is_static) => return Some((class, is_static)),
            ThisOf::Outer => at = function.parent,
            ThisOf::Object(_) | ThisOf::Caller => return None,
        }
    }
    None
}

impl<'a> Evaluator<'a> {
    fn new(files: &'a [FileFacts], settings: &'a Settings) -> Self {
        Evaluator {
            files,
            settings,
            tables: files.iter().map(Tables::new).collect(),
            memo: HashMap::new(),
            active: HashSet::new(),
            fuel: 0,
            reserve: files.iter().fold(FUEL_PER_FILE, |sum, facts| {
                let nodes = u32::try_from(facts.nodes.len()).unwrap_or(u32::MAX);
                sum.saturating_add(nodes.saturating_mul(FUEL_PER_NODE))
            }),
            scratch: HashMap::new(),
            appended: HashMap::new(),
            depth: 0,
            tainted: false,
            calling: Vec::new(),
            call_depth: 0,
        }
    }

    fn facts(&self, file: FileId) -> &'a FileFacts {
        &self.files[file as usize]
    }

    /// Starts the budget of another endpoint.
    fn refuel(&mut self) {
        self.scratch.clear();
        self.appended.clear();
        self.reserve += self.fuel;
        self.fuel = FUEL.min(self.reserve);
        self.reserve -= self.fuel;
    }

    /// The frame of a function that is being called, looking outwards.
    fn frame(env: &Env, file: FileId, function: FunctionId) -> Option<Rc<Frame>> {
        let mut at = env.clone();
        while let Some(frame) = at {
            if frame.file == file && frame.function == function {
                return Some(frame);
            }
            at = frame.outer.clone();
        }
        None
    }
}

#[cfg(test)]
mod tests;
