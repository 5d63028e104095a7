//! What the callers of a function make of the parameters that it keeps: `configure({ base })`
//! sets a variable that other functions read.

use super::known::{Env, FileId, Frame, JsValue, Known, Possible};
use super::reach::Use;
use super::{Evaluator, Program};
use crate::js::facts::*;
use crate::value::HoleKind;
use rustc_hash::FxHashMap as HashMap;
use std::rc::Rc;

/// How many callers are asked.
const MAX_CALLERS: usize = 16;
/// How many functions around a place are looked at.
const MAX_AROUND: usize = 4;

/// Calls of functions, as far as the look of the callee tells, in the order of files.
pub(super) type Callers = HashMap<(FileId, FunctionId), Vec<(FileId, ExprId)>>;

impl Program<'_> {
    /// Every call whose function is told by the names alone, or may be by the name of a method.
    pub(super) fn find_callers(&self) -> Callers {
        let mut out = Callers::default();
        let methods = self.methods();
        for file in 0..self.len() as FileId {
            let facts = self.facts(file);
            for &call in &facts.candidates {
                let Expr::Call { callee, .. } = facts.node(call).expr else {
                    continue;
                };
                let by_name = || match &facts.node(callee).expr {
                    Expr::Member {
                        key: Key::Name(name),
                        ..
                    } => methods.get(name.as_str()).copied().flatten(),
                    _ => None,
                };
                if let Some(function) = self.function_named(file, callee).or_else(by_name) {
                    let calls = out.entry(function).or_default();
                    if calls.len() <= MAX_CALLERS {
                        calls.push((file, call));
                    }
                }
            }
        }
        out
    }

    /// The methods of the program's classes by their names; none where several have the name.
    fn methods(&self) -> HashMap<&str, Option<(FileId, FunctionId)>> {
        let mut out = HashMap::default();
        for file in 0..self.len() as FileId {
            for member in self.facts(file).classes.iter().flat_map(|c| &c.members) {
                if let (MemberKind::Method(function), Key::Name(name)) = (member.kind, &member.key)
                {
                    let only = out.entry(name.as_str());
                    only.and_modify(|one| *one = None)
                        .or_insert(Some((file, function)));
                }
            }
        }
        out
    }

    /// The function that a name stands for: `load`, `api.load`, `Api.load`.
    pub(super) fn function_named(
        &self,
        file: FileId,
        callee: ExprId,
    ) -> Option<(FileId, FunctionId)> {
        let facts = self.facts(file);
        let (value_file, value) = match &facts.node(callee).expr {
            Expr::Binding(id) => self.value_named(file, *id)?,
            Expr::Member {
                object,
                key: Key::Name(name),
            } => {
                let Expr::Binding(id) = facts.node(*object).expr else {
                    return None;
                };
                if let Some(module) = self.namespace(file, id) {
                    self.exported_value(module, name, super::program::MAX_HOPS)?
                } else {
                    let (owner_file, owner) = self.value_named(file, id)?;
                    let function = member_function(self.facts(owner_file), owner, name)?;
                    return Some((owner_file, function));
                }
            }
            _ => return None,
        };
        match self.facts(value_file).node(value).expr {
            Expr::Function(function) => Some((value_file, function)),
            _ => None,
        }
    }

    /// The one value that a name is given, maybe by another module.
    fn value_named(&self, file: FileId, id: BindingId) -> Option<(FileId, ExprId)> {
        let binding = self.facts(file).binding(id);
        match (&binding.kind, binding.definitions.as_slice()) {
            (BindingKind::Import { specifier, name }, _) => {
                let from = self.import(file, specifier)?;
                self.exported_value(from, name, super::program::MAX_HOPS)
            }
            (BindingKind::Variable, [one]) => Some((file, one.value)),
            _ => None,
        }
    }

    /// The module whose namespace a name is.
    fn namespace(&self, file: FileId, id: BindingId) -> Option<FileId> {
        match &self.facts(file).binding(id).kind {
            BindingKind::Import { specifier, name } if name == "*" => self.import(file, specifier),
            _ => None,
        }
    }
}

/// A method of an object literal, or a static one of a class.
fn member_function(facts: &FileFacts, owner: ExprId, name: &str) -> Option<FunctionId> {
    let is_it = |key: &Key| matches!(key, Key::Name(key) if key == name);
    match &facts.node(owner).expr {
        Expr::Object(properties) => properties.iter().find_map(|property| match property {
            Property::Value(key, value) if is_it(key) => match facts.node(*value).expr {
                Expr::Function(function) => Some(function),
                _ => None,
            },
            _ => None,
        }),
        Expr::Class(class) => facts
            .class(*class)
            .members
            .iter()
            .find_map(|m| match m.kind {
                MemberKind::Method(function) if m.is_static && is_it(&m.key) => Some(function),
                _ => None,
            }),
        _ => None,
    }
}

impl Evaluator<'_> {
    /// A value that a function keeps for others, with what its callers make of it where it is
    /// one of its parameters. That stays among the possibilities: there may be other callers.
    pub(super) fn kept(
        &mut self,
        file: FileId,
        env: &Env,
        (value, block): (ExprId, BlockId),
        known: Known,
    ) -> Known {
        let is_unknown = |p: &&Possible| match &p.value {
            JsValue::Hole(hole) => {
                matches!(hole.kind, HoleKind::Param { .. } | HoleKind::Unknown { .. })
            }
            _ => false,
        };
        let is_open = |p: &Possible| match &p.value {
            JsValue::Hole(hole) => matches!(hole.kind, HoleKind::Param { .. }),
            JsValue::Text(text) => text
                .holes()
                .any(|hole| matches!(hole.kind, HoleKind::Param { .. })),
            _ => false,
        };
        if !known.possible().iter().any(is_open) {
            return known;
        }
        let facts = self.facts(file);
        let mut out = known;
        let function = facts.function_of(block);
        let around = std::iter::successors(function, |&id| facts.function(id).parent);
        for function in around.take(MAX_AROUND) {
            if Self::frame(env, file, function).is_some() {
                break;
            }
            let calls = self.program.callers((file, function));
            if calls.len() > MAX_CALLERS {
                continue;
            }
            for &(caller, call) in calls {
                let given = self.seen_from(file, function, (caller, call), value);
                let known = given.possible().iter().filter(|p| !is_unknown(p));
                known.for_each(|possible| out.push(possible.clone()));
            }
        }
        out
    }

    /// What an expression in a function is when a call calls it.
    fn seen_from(
        &mut self,
        file: FileId,
        function: FunctionId,
        (caller, call): (FileId, ExprId),
        value: ExprId,
    ) -> Known {
        let node = self.facts(caller).node(call);
        let Expr::Call { callee, arguments } = &node.expr else {
            return Known::default();
        };
        // The name of a method is no proof.
        let is_it = |p: &Possible| match &p.value {
            JsValue::Function(f, _) => f.file == file && f.id == function,
            _ => false,
        };
        if !self
            .eval(caller, &None, *callee)
            .possible()
            .iter()
            .any(is_it)
        {
            return Known::default();
        }
        let place = Use {
            at: node.span.start,
            block: node.block,
        };
        if self.runs(caller, &None, place).is_none() {
            return Known::default();
        }
        let (arguments, spread_at) = self.arguments(caller, &None, arguments);
        let env = Some(Rc::new(Frame {
            pin: None,
            file,
            function: Some(function),
            arguments,
            spread_at,
            this: None,
            element: None,
            outer: None,
            depth: 1,
        }));
        self.eval(file, &env, value)
    }
}
