//! Facts of files → endpoints: evaluates what expressions can be, follows names to where they
//! get their values, and finds the calls that reach a sink.
//!
//! Invariants: evaluation is demand-driven and bounded (steps per endpoint, depth, number of
//! alternatives); a bound that is met yields a hole with that reason, never a wrong text.
//! Nothing here sees a syntax tree or a policy, and nothing depends on the order of files.

mod array;
mod call_index;
mod callbacks;
mod callee;
mod calls;
mod clients;
mod constants;
mod development;
mod disturb;
mod entered;
mod eval;
mod evaluation;
mod globals;
mod heap;
mod indirect;
mod json;
mod known;
mod latent;
mod libraries;
mod links;
mod look;
mod lookups;
mod members;
mod mentions;
mod modules;
mod named;
mod narrow;
mod opaque;
mod page;
mod probe;
mod program;
mod reach;
mod renewal;
mod rounds;
mod settings;
mod sinks;
mod takers;
mod text;
mod url_object;
mod view;
mod wrappers;

pub use constants::{Configuration, Constants, ConstantsAt, Form, Place, Said, loaded_name};
pub(crate) use evaluation::Memo;
pub use libraries::{ClientLibrary, client_libraries};
pub(crate) use lookups::Lookups;
pub use opaque::{FoundOpaque, FoundWrapper};
pub use probe::{Probe, Runs};
pub use program::Program;
pub(crate) use program::{Given, Imports};
pub use settings::{Constant, DeclaredClient, Fixed, Settings};
pub use sinks::{Found, FoundStep};
pub use wrappers::OfFile;
pub(crate) use wrappers::is_open;

use crate::js::FileFacts;
use crate::js::facts::{Atom, BindingId, BlockId, ClassId, ExprId, FunctionId, Key};
use known::{Env, FileId, Frame, Known};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::rc::Rc;
use view::View;

/// Steps that one endpoint may cost.
const FUEL: u32 = 20_000;
/// Steps that an endpoint has even if those of its file are used up.
const MIN_FUEL: u32 = 500;
/// Steps that all endpoints of a file may cost, for each of its expressions …
const FUEL_PER_NODE: u32 = 8;
/// … and besides.
const FUEL_PER_FILE: u32 = 400_000;
/// How deep evaluation nests.
const MAX_DEPTH: u32 = 120;
/// How deep calls nest.
const MAX_CALLS: u32 = 24;

/// Finds the endpoints of one file's scripts, seen alone.
pub fn endpoints(facts: &FileFacts, settings: &Settings) -> Vec<Found> {
    let mut all = Program::alone(facts, settings).endpoints(&[true], false);
    all.pop().flatten().unwrap_or_default().found
}

/// Evaluates the facts of a program's files. What it keeps never outlives the file whose
/// endpoints it was made for, so that results do not depend on the order of files.
pub(crate) struct Evaluator<'a> {
    program: View<'a>,
    settings: &'a Settings,
    /// Results of expressions outside any call in progress.
    memo: HashMap<(FileId, ExprId), Rc<Known>>,
    /// What is being evaluated, to end cycles.
    active: HashSet<(FileId, ExprId, usize)>,
    fuel: u32,
    /// What is left for the endpoints to come.
    reserve: u32,
    /// Results that hold for the endpoint at hand only: inside calls, or cut off by a bound.
    scratch: HashMap<(FileId, ExprId, usize), Scratch>,
    /// Likewise, for what `+=` makes of a name.
    appended: HashMap<(FileId, ExprId, usize), (Env, Rc<Known>)>,
    /// What tests outside any call can be.
    tests: HashMap<(FileId, ExprId), Known>,
    /// What they can be for one thing that a name can be.
    asked: HashMap<(FileId, BindingId, ExprId), Vec<narrow::Asked>>,
    /// How many tests used up their share of the work.
    costly_tests: u32,
    /// The exports that are being followed, to end cycles of modules.
    exporting: HashSet<(FileId, String)>,
    depth: u32,
    /// Whether something below met a cycle or a bound, so that its result must not be kept.
    tainted: bool,
    /// A test is being asked for one thing that a name can be: no name is narrowed in it, so its
    /// results are kept apart.
    is_asking: bool,
    /// The functions being called, outermost first.
    calling: Vec<(FileId, FunctionId)>,
    /// What the APIs of RTK Query ask, once it is known.
    base_queries: Option<Rc<libraries::BaseQueries>>,
    call_depth: u32,
    /// Code that is not followed changes nothing that it is given: so for configurations, whose
    /// helpers hand on what they are given.
    trusts_others: bool,
    /// Where a property or a global name is read.
    reader: Option<(FileId, BlockId)>,
    /// Steps that asking callers may still cost.
    entering_fuel: u32,
    /// What of them is left for the endpoints to come.
    entering_reserve: u32,
    /// Whether callers are being asked.
    is_entering: bool,
    /// The functions whose callers are being asked, outermost first.
    entering: Vec<(FileId, FunctionId)>,
    /// Calls of functions from outside of any call in progress, likewise.
    entered: HashMap<(FileId, FunctionId, usize), (Env, Rc<entered::Entered>)>,
}

/// A result that holds for the endpoint at hand.
struct Scratch {
    known: Rc<Known>,
    /// See [`Evaluator::tainted`].
    is_tainted: bool,
    /// Kept with the result, so that its address stays its own.
    _frame: Env,
}

/// Look-ups into one file's facts, made once.
struct Tables {
    /// Writes to a property of a name: `config.base = …`.
    by_binding: HashMap<(BindingId, String), Vec<usize>>,
    /// Writes to `this.name` in a class: instance or static.
    by_class: HashMap<(ClassId, bool, String), Vec<usize>>,
    /// Writes to properties of the global object, and to undeclared names.
    by_global: HashMap<String, Vec<usize>>,
    /// Names whose TypeScript type is a class of the platform, by the block that declares them.
    typed: HashMap<(BlockId, Atom), Atom>,
    /// Blocks in which `eval` runs code that may assign to what it sees.
    evals: Vec<BlockId>,
    /// Names of the page's own scope that scripts declare: properties of the window too.
    page_names: HashMap<Atom, BindingId>,
    /// Calls of functions by their names.
    callers: HashMap<FunctionId, Vec<ExprId>>,
    /// Calls of `super` in constructors.
    super_calls: HashMap<FunctionId, Vec<ExprId>>,
    /// Functions that write to `arguments`.
    changed_arguments: HashSet<FunctionId>,
    /// Which classes extend a class by its name.
    subclasses: HashMap<ClassId, Vec<ClassId>>,
    /// What stands for the element of each loop, by the block of its body.
    loop_elements: HashMap<BlockId, ExprId>,
}

impl Tables {
    fn new(facts: &FileFacts) -> Self {
        use crate::js::facts::Expr;
        let mut tables = Tables {
            by_binding: HashMap::default(),
            by_class: HashMap::default(),
            by_global: HashMap::default(),
            typed: typed(facts),
            evals: evals(facts),
            page_names: page_names(facts),
            callers: callers(facts),
            super_calls: super_calls(facts),
            changed_arguments: changed_arguments(facts),
            subclasses: subclasses(facts),
            loop_elements: rounds::loop_elements(facts),
        };
        for (i, write) in facts.writes.iter().enumerate() {
            let Key::Name(name) = &write.key else {
                continue;
            };
            match &facts.node(write.object).expr {
                Expr::Binding(id) => {
                    tables
                        .by_binding
                        .entry((*id, name.to_string()))
                        .or_default()
                        .push(i);
                }
                Expr::Global(global) if globals::is_global_object(global) => {
                    tables
                        .by_global
                        .entry(name.to_string())
                        .or_default()
                        .push(i);
                }
                Expr::This => {
                    if let Some((class, is_static)) = class_of_this(facts, write.function) {
                        let key = (class, is_static, name.to_string());
                        tables.by_class.entry(key).or_default().push(i);
                    } else if is_this_the_window(facts, write.function) {
                        tables
                            .by_global
                            .entry(name.to_string())
                            .or_default()
                            .push(i);
                    }
                }
                _ => {}
            }
        }
        for writes in tables.by_binding.values_mut() {
            writes.sort_by_key(|&i| facts.writes[i].definition.span.start);
        }
        tables
    }
}

/// Whether `this` is the window: outside of functions, or in one that is called on the spot.
fn is_this_the_window(facts: &FileFacts, function: Option<FunctionId>) -> bool {
    use crate::js::facts::{Handed, ThisOf};
    let mut at = function;
    while let Some(id) = at {
        let function = facts.function(id);
        match (function.this, function.handed) {
            (ThisOf::Outer, _) | (ThisOf::Caller, Some(Handed::Called(_))) => at = function.parent,
            _ => return false,
        }
    }
    !facts.is_module
}

/// Names of which TypeScript says that they are an instance of a class of the platform.
fn typed(facts: &FileFacts) -> HashMap<(BlockId, Atom), Atom> {
    let is_declared = |class: &str| facts.bindings.iter().any(|b| b.name == class);
    let of_platform = |binding: &crate::js::facts::Binding| {
        let class = binding.type_name.clone()?;
        let is_typed = globals::TYPES.contains(&class.as_str()) && !is_declared(&class);
        is_typed.then(|| ((binding.block, binding.name.clone()), class))
    };
    facts.bindings.iter().filter_map(of_platform).collect()
}

fn evals(facts: &FileFacts) -> Vec<BlockId> {
    use crate::js::facts::Expr;
    let is_eval = |id: &&ExprId| match &facts.node(**id).expr {
        Expr::Call { callee, .. } => facts.node(*callee).expr == Expr::Global("eval".into()),
        _ => false,
    };
    let calls = facts.candidates.iter().filter(is_eval);
    calls.map(|&id| facts.node(id).block).collect()
}

fn page_names(facts: &FileFacts) -> HashMap<Atom, BindingId> {
    if facts.is_module {
        return HashMap::default();
    }
    let outermost = |b: &crate::js::facts::Binding| b.block == BlockId(0);
    let names = facts.bindings.iter().enumerate();
    names
        .filter(|(_, b)| outermost(b))
        .map(|(i, b)| (b.name.clone(), BindingId(i as u32)))
        .collect()
}

/// The one function or class that a name is only ever given.
fn only_value(facts: &FileFacts, id: BindingId) -> Option<&crate::js::facts::Expr> {
    match facts.binding(id).definitions.as_slice() {
        [one] => Some(&facts.node(one.value).expr),
        _ => None,
    }
}

fn callers(facts: &FileFacts) -> HashMap<FunctionId, Vec<ExprId>> {
    use crate::js::facts::Expr;
    let mut out: HashMap<FunctionId, Vec<ExprId>> = HashMap::default();
    for &id in &facts.candidates {
        let (Expr::Call { callee, .. } | Expr::New { callee, .. }) = &facts.node(id).expr else {
            continue;
        };
        let Expr::Binding(name) = facts.node(*callee).expr else {
            continue;
        };
        if let Some(Expr::Function(function)) = only_value(facts, name) {
            out.entry(*function).or_default().push(id);
        }
    }
    out
}

fn super_calls(facts: &FileFacts) -> HashMap<FunctionId, Vec<ExprId>> {
    use crate::js::facts::Expr;
    let mut out: HashMap<FunctionId, Vec<ExprId>> = HashMap::default();
    for &id in &facts.candidates {
        let Expr::Call { callee, .. } = &facts.node(id).expr else {
            continue;
        };
        let constructor = facts.function_of(facts.node(id).block);
        if let (Expr::Super, Some(function)) = (&facts.node(*callee).expr, constructor) {
            out.entry(function).or_default().push(id);
        }
    }
    out
}

fn changed_arguments(facts: &FileFacts) -> HashSet<FunctionId> {
    use crate::js::facts::{Expr, ThisOf};
    let mut out = HashSet::default();
    for write in &facts.writes {
        if facts.node(write.object).expr != Expr::Global("arguments".into()) {
            continue;
        }
        let mut at = write.function;
        while let Some(id) = at {
            out.insert(id);
            if facts.function(id).this != ThisOf::Outer {
                break;
            }
            at = facts.function(id).parent;
        }
    }
    out
}

fn subclasses(facts: &FileFacts) -> HashMap<ClassId, Vec<ClassId>> {
    use crate::js::facts::Expr;
    let mut out: HashMap<ClassId, Vec<ClassId>> = HashMap::default();
    for (i, class) in facts.classes.iter().enumerate() {
        let Some(Expr::Binding(base)) = class.superclass.map(|s| &facts.node(s).expr) else {
            continue;
        };
        if let Some(Expr::Class(base)) = only_value(facts, *base) {
            out.entry(*base).or_default().push(ClassId(i as u32));
        }
    }
    out
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
    /// For the endpoints of one file.
    fn new(program: &'a Program<'a>, file: FileId) -> Self {
        let nodes = u32::try_from(program.facts(file).nodes.len()).unwrap_or(u32::MAX);
        Evaluator {
            program: View::new(program),
            settings: program.settings(),
            memo: HashMap::default(),
            active: HashSet::default(),
            fuel: 0,
            reserve: FUEL_PER_FILE.saturating_add(nodes.saturating_mul(FUEL_PER_NODE)),
            scratch: HashMap::default(),
            appended: HashMap::default(),
            tests: HashMap::default(),
            asked: HashMap::default(),
            costly_tests: 0,
            exporting: HashSet::default(),
            depth: 0,
            tainted: false,
            is_asking: false,
            calling: Vec::new(),
            base_queries: None,
            call_depth: 0,
            trusts_others: false,
            reader: None,
            entering_fuel: 0,
            entering_reserve: entered::FUEL_PER_FILE,
            is_entering: false,
            entering: Vec::new(),
            entered: HashMap::default(),
        }
    }

    fn facts(&self, file: FileId) -> &'a FileFacts {
        self.program.facts(file)
    }

    fn tables(&self, file: FileId) -> &'a Tables {
        self.program.tables(file)
    }

    fn heap(&self, file: FileId) -> &'a heap::Heap {
        self.program.heap(file)
    }

    /// Starts the budget of another endpoint.
    fn refuel(&mut self) {
        self.refuel_with(FUEL);
    }

    /// Starts a budget of so many steps.
    fn refuel_with(&mut self, fuel: u32) {
        self.scratch.clear();
        self.appended.clear();
        self.entered.clear();
        self.reserve += self.fuel;
        self.fuel = fuel.min(self.reserve);
        self.reserve -= self.fuel;
        self.entering_reserve += self.entering_fuel;
        self.entering_fuel = self.entering_reserve.min(entered::FUEL_PER_ENTERING);
        self.entering_reserve -= self.entering_fuel;
    }

    /// Starts the budget of an endpoint that has this much even if the file's is used up.
    fn refuel_for_certain(&mut self, least: u32) {
        self.refuel();
        self.fuel = self.fuel.max(least);
    }

    /// Does something with no more than so many of the steps that are left.
    fn within<T>(&mut self, fuel: u32, work: impl FnOnce(&mut Self) -> T) -> T {
        let kept = self.fuel.saturating_sub(fuel);
        self.fuel -= kept;
        let out = work(self);
        self.fuel += kept;
        out
    }

    /// The frame of a function that is being called, looking outwards.
    fn frame(env: &Env, file: FileId, function: FunctionId) -> Option<Rc<Frame>> {
        let mut at = env.clone();
        while let Some(frame) = at {
            if frame.file == file && frame.function == Some(function) {
                return Some(frame);
            }
            at = frame.outer.clone();
        }
        None
    }
}

#[cfg(test)]
mod tests;
