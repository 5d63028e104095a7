//! What a function sets from its parameters, read outside of any call of it: a setter's value
//! (`setBase(url)`) is what its callers give it.
//!
//! Invariants: only calls that are certainly of the function say what it can be given; where not
//! all its calls are known, the parameter stays a hole besides. A function around the place that
//! reads is left alone: its callers are where the endpoint is found ([`super::wrappers`]).

use super::call_index::Caller;
use super::eval::{guarded, step};
use super::known::{Env, FileId, Frame, JsValue, Known, Possible};
use super::reach::Use;
use super::{Evaluator, MAX_CALLS};
use crate::js::FileFacts;
use crate::js::facts::*;
use crate::value::{Guard, Hole, HoleKind};
use std::rc::Rc;

/// How many functions, one called by the other, are followed outwards.
const MAX_ENTERED: usize = 4;
/// How many ways to enter a function are told apart.
const MAX_WAYS: usize = 64;
/// How deep lists and objects are looked into for a parameter.
const MAX_DEPENDS: usize = 4;
/// Steps that all of it may cost for one endpoint …
pub(super) const FUEL_PER_ENTERING: u32 = 4_000;
/// … and for all endpoints of a file.
pub(super) const FUEL_PER_FILE: u32 = 100_000;
/// Steps that it may cost to see which function a call is of.
const FUEL_PER_CALLEE: u32 = 200;

/// The ways into a function from outside.
#[derive(Debug, Default)]
pub(super) struct Entered {
    ways: Vec<(Env, Guard)>,
    /// Others may be there.
    open: bool,
}

impl Evaluator<'_> {
    /// What evaluation in a block gives, where the functions around the block are entered by their
    /// callers unless they are being called or stand around the place that reads.
    pub(super) fn entered(
        &mut self,
        file: FileId,
        env: &Env,
        block: BlockId,
        reader: Option<(FileId, BlockId)>,
        mut work: impl FnMut(&mut Self, &Env) -> Known,
    ) -> Known {
        let known = work(self, env);
        if self.entering.len() >= MAX_ENTERED || self.entering_fuel == 0 {
            return known;
        }
        let functions = self.to_enter(file, env, block, reader);
        let depends = |p: &Possible| self.depends(&p.value, (file, &functions), MAX_DEPENDS);
        if functions.is_empty()
            || !known.possible().iter().any(depends)
            || self.is_one_of_many(file, env, block)
        {
            return known;
        }
        let (each, open) = self.with_entering_fuel(|this| {
            let ways = this.ways_into(file, env, &functions);
            let each = ways
                .ways
                .iter()
                .map(|(env, guard)| guarded(&work(this, env), *guard));
            (each.collect::<Vec<_>>(), ways.open)
        });
        // What was followed only so far says less than the name of the parameter.
        let is_bound = |p: &Possible| p.value.to_pattern().holes().any(Hole::is_bound);
        if each.is_empty() || each.iter().flat_map(Known::possible).any(is_bound) {
            return known;
        }
        let mut out = Known::default();
        let mut open = open;
        for possible in each.iter().flat_map(Known::possible) {
            match says_nothing(&possible.value) {
                true => open = true,
                false => out.push(possible.clone()),
            }
        }
        if open {
            out.extend(known);
        }
        out
    }

    /// Does something with the steps that asking callers may cost, so that what it costs does not
    /// hide what is known without it.
    fn with_entering_fuel<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        if !self.entering.is_empty() || self.is_entering {
            return work(self);
        }
        self.is_entering = true;
        let kept = std::mem::replace(&mut self.fuel, self.entering_fuel);
        let out = work(self);
        self.entering_fuel = std::mem::replace(&mut self.fuel, kept);
        self.is_entering = false;
        if self.entering_fuel == 0 {
            // What was cut short may be known with more.
            self.scratch.clear();
            self.appended.clear();
        }
        out
    }

    /// The functions around a block whose parameters are open, outermost first.
    fn to_enter(
        &self,
        file: FileId,
        env: &Env,
        block: BlockId,
        reader: Option<(FileId, BlockId)>,
    ) -> Vec<FunctionId> {
        let facts = self.facts(file);
        let mut around_reader = Vec::new();
        if let Some((reader_file, block)) = reader
            && reader_file == file
        {
            around_reader.extend(functions_around(facts, block));
        }
        let mut out: Vec<_> = functions_around(facts, block)
            .take_while(|id| !around_reader.contains(id) && Self::frame(env, file, *id).is_none())
            .filter(|id| {
                let function = facts.function(*id);
                function.handed.is_none() && !function.parameters.is_empty()
            })
            .collect();
        out.reverse();
        out
    }

    fn ways_into(&mut self, file: FileId, env: &Env, functions: &[FunctionId]) -> Entered {
        let mut all = Entered {
            ways: vec![(env.clone(), Guard::ALWAYS)],
            open: false,
        };
        let mut any = false;
        for &function in functions {
            let mut next = Vec::new();
            for (env, guard) in &all.ways {
                let entered = self.ways_of(file, function, env);
                any |= !entered.ways.is_empty();
                if entered.ways.is_empty() {
                    next.push((env.clone(), *guard));
                }
                all.open |= entered.open;
                for (inner, inner_guard) in &entered.ways {
                    if let Some(guard) = guard.and(*inner_guard) {
                        next.push((inner.clone(), guard));
                    }
                }
            }
            all.open |= next.len() > MAX_WAYS;
            next.truncate(MAX_WAYS);
            all.ways = next;
        }
        if !any {
            all.ways.clear();
        }
        all
    }

    /// The ways into one function, worked out once for an endpoint.
    fn ways_of(&mut self, file: FileId, function: FunctionId, outer: &Env) -> Rc<Entered> {
        let address = outer.as_ref().map_or(0, |f| Rc::as_ptr(f) as usize);
        let key = (file, function, address);
        if let Some((_, entered)) = self.entered.get(&key) {
            return entered.clone();
        }
        if self.entering.contains(&(file, function)) || self.entering.len() >= MAX_ENTERED {
            self.tainted = true;
            return Rc::new(Entered {
                ways: Vec::new(),
                open: true,
            });
        }
        self.entering.push((file, function));
        let entered = Rc::new(self.find_ways(file, function, outer));
        self.entering.pop();
        self.entered.insert(key, (outer.clone(), entered.clone()));
        entered
    }

    fn find_ways(&mut self, file: FileId, function: FunctionId, outer: &Env) -> Entered {
        let calls = self.program.calls((file, function));
        let is_open = self.facts(file).function(function).is_generator;
        let mut out = Entered {
            ways: Vec::new(),
            open: calls.open || is_open,
        };
        for (caller_file, caller) in calls.of {
            match self.is_caller(caller_file, caller, (file, function)) {
                Some(true) => {}
                Some(false) => continue,
                None => {
                    out.open = true;
                    continue;
                }
            }
            self.enter_by(caller_file, caller, (file, function), outer, &mut out);
        }
        out
    }

    /// Whether a function that is being called around a block is called elsewhere too: what a
    /// closure of another call is given says nothing of this one.
    fn is_one_of_many(&self, file: FileId, env: &Env, block: BlockId) -> bool {
        let facts = self.facts(file);
        let mut around = functions_around(facts, block);
        let Some(called) = around.find(|id| Self::frame(env, file, *id).is_some()) else {
            return false;
        };
        if facts.function(called).handed.is_some() {
            return false;
        }
        let calls = self.program.calls((file, called));
        calls.open || calls.of.len() > 1
    }

    /// Whether there are other instances of the class than this one: what is done to one says
    /// nothing of the other.
    pub(super) fn has_others(&self, this: &JsValue) -> bool {
        let JsValue::Instance(instance) = this else {
            return false;
        };
        let class = (instance.class.file, instance.class.id);
        let made = self.program.constructions(class);
        !instance.is_any() && (made.open || made.of.len() > 1)
    }

    /// Whether a call is of a function; nothing where that is not known.
    fn is_caller(
        &mut self,
        file: FileId,
        caller: Caller,
        (of_file, function): (FileId, FunctionId),
    ) -> Option<bool> {
        let facts = self.facts(file);
        let Caller::Call(call) = caller else {
            return self.is_set(file, caller, (of_file, function));
        };
        let (Expr::Call { callee, .. } | Expr::New { callee, .. }) = facts.node(call).expr else {
            return Some(false);
        };
        // By its own name, or as a constructor.
        if !matches!(
            facts.node(callee).expr,
            Expr::Member { .. } | Expr::Global(_)
        ) || matches!(facts.node(call).expr, Expr::New { .. })
        {
            return Some(true);
        }
        let known = self.within(FUEL_PER_CALLEE, |this| this.eval(file, &None, callee));
        let mut is_known = true;
        for possible in known.possible() {
            match &possible.value {
                JsValue::Function(f, _) if f.file == of_file && f.id == function => {
                    return Some(true);
                }
                JsValue::Hole(_) => is_known = false,
                _ => {}
            }
        }
        is_known.then_some(false)
    }

    /// Whether an assignment is to the property whose setter a function is.
    fn is_set(
        &mut self,
        file: FileId,
        caller: Caller,
        (of_file, function): (FileId, FunctionId),
    ) -> Option<bool> {
        let Caller::Write(write) = caller else {
            return Some(false);
        };
        let owner = self.program.owner((of_file, function));
        let object = self.facts(file).writes[write].object;
        let known = self.within(FUEL_PER_CALLEE, |this| this.eval(file, &None, object));
        let mut is_known = true;
        for possible in known.possible() {
            match &possible.value {
                JsValue::Instance(instance) => {
                    let class = (instance.class.file, instance.class.id);
                    if Some(class) == owner {
                        return Some(true);
                    }
                    is_known &= self.is_base(class) && owner.is_none_or(|o| self.is_base(o));
                }
                JsValue::Object(object) => {
                    let setters = match &self.facts(object.file).node(object.id).expr {
                        Expr::Object(properties) => &properties[..],
                        _ => &[],
                    };
                    let is_it =
                        |p: &Property| matches!(p, Property::Setter(_, f) if *f == function);
                    if object.file == of_file && setters.iter().any(is_it) {
                        return Some(true);
                    }
                }
                JsValue::Hole(_) => is_known = false,
                _ => {}
            }
        }
        is_known.then_some(false)
    }

    /// Whether a class extends no other.
    fn is_base(&self, (file, class): (FileId, ClassId)) -> bool {
        self.facts(file).class(class).superclass.is_none()
    }

    fn enter_by(
        &mut self,
        file: FileId,
        caller: Caller,
        function: (FileId, FunctionId),
        outer: &Env,
        out: &mut Entered,
    ) {
        let facts = self.facts(file);
        let (block, at) = match caller {
            Caller::Call(call) => (facts.node(call).block, facts.node(call).span.start),
            Caller::Write(write) => {
                let definition = &facts.writes[write].definition;
                (definition.block, definition.span.start)
            }
        };
        let Some(guard) = self.runs(file, &None, Use { at, block }) else {
            return;
        };
        let given = self.given(file, &None, caller);
        let (arguments, _) = &given;
        let mut ways = Entered::default();
        let functions = self.to_enter(file, &None, block, None);
        let depends = |p: &Possible| self.depends(&p.value, (file, &functions), MAX_DEPENDS);
        let open = arguments.iter().flat_map(Known::possible).any(depends);
        if open && !functions.is_empty() {
            ways = self.ways_into(file, &None, &functions);
        }
        out.open |= open && ways.open;
        if ways.ways.is_empty() {
            self.enter(function, outer, given, guard, out);
            return;
        }
        for (env, inner_guard) in ways.ways {
            let Some(guard) = guard.and(inner_guard) else {
                continue;
            };
            let given = self.given(file, &env, caller);
            self.enter(function, outer, given, guard, out);
        }
    }

    /// Whether a value is made of a parameter that nobody has given yet, or may hold such of one
    /// of some functions.
    fn depends(&self, value: &JsValue, functions: (FileId, &[FunctionId]), nested: usize) -> bool {
        let Some(nested) = nested.checked_sub(1) else {
            return true;
        };
        let is_parameter = |hole: &Hole| matches!(hole.kind, HoleKind::Param { .. });
        let any = |known: &Known| {
            let mut possible = known.possible().iter();
            possible.any(|p| self.depends(&p.value, functions, nested))
        };
        match value {
            JsValue::Hole(hole) => is_parameter(hole),
            JsValue::Text(text) | JsValue::Url(text) => text.holes().any(is_parameter),
            JsValue::Object(object) => {
                let facts = self.facts(object.file);
                let block = facts.node(object.id).block;
                object.file == functions.0
                    && functions_around(facts, block).any(|f| functions.1.contains(&f))
            }
            JsValue::Instance(instance) => instance.arguments.iter().any(any),
            JsValue::Array { elements, .. } => elements.iter().any(any),
            JsValue::Merged { sources, .. } => sources.iter().any(any),
            JsValue::Request(url) => any(url),
            _ => false,
        }
    }

    /// What a caller gives, each with a step that says where.
    fn given(&mut self, file: FileId, env: &Env, caller: Caller) -> (Vec<Known>, Option<usize>) {
        let facts = self.facts(file);
        let (given, spread_at, span) = match caller {
            Caller::Write(write) => {
                let definition = &facts.writes[write].definition;
                let given = vec![self.eval(file, env, definition.value)];
                (given, None, definition.span)
            }
            Caller::Call(call) => match &facts.node(call).expr {
                Expr::Call { arguments, .. } | Expr::New { arguments, .. } => {
                    let (given, spread_at) = self.arguments(file, env, arguments);
                    (given, spread_at, facts.node(call).span)
                }
                _ => return (Vec::new(), Some(0)),
            },
        };
        let here = step(file, span, "it is given here");
        let given = given.into_iter().map(|known| known.step(&here));
        (given.collect(), spread_at)
    }

    fn enter(
        &mut self,
        (file, function): (FileId, FunctionId),
        outer: &Env,
        (arguments, spread_at): (Vec<Known>, Option<usize>),
        guard: Guard,
        out: &mut Entered,
    ) {
        let depth = outer.as_ref().map_or(0, |frame| frame.depth) + 1;
        if out.ways.len() >= MAX_WAYS || depth > MAX_CALLS {
            out.open = true;
            return;
        }
        let frame = Frame {
            pin: None,
            file,
            function: Some(function),
            arguments,
            spread_at,
            this: None,
            element: None,
            outer: outer.clone(),
            depth,
        };
        out.ways.push((Some(Rc::new(frame)), guard));
    }
}

/// Whether a value is a hole that the name of a parameter describes as well.
fn says_nothing(value: &JsValue) -> bool {
    match value {
        JsValue::Hole(hole) => {
            matches!(hole.kind, HoleKind::Param { .. } | HoleKind::Unknown { .. })
        }
        _ => false,
    }
}

fn functions_around(facts: &FileFacts, block: BlockId) -> impl Iterator<Item = FunctionId> {
    std::iter::successors(facts.function_of(block), |&id| facts.function(id).parent)
}
