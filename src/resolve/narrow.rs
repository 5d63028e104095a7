//! What the conditions around a place leave of a name: after `if (!url.includes('/api/')) return`,
//! `url` is one that includes it.
//!
//! A condition is asked once for each thing that the name can be, with the name *pinned* to it: a
//! frame that says so is put around the test. What cannot come out as the place needs is left
//! out. Only conditions that mention the name are asked, and no other name is narrowed meanwhile:
//! the work is at most alternatives × conditions.

use super::known::{Env, FileId, Frame, JsValue, Known, Pin, Possible};
use super::reach::{Use, ancestors, guard_where, path_to};
use super::{Evaluator, MAX_DEPTH};
use crate::js::facts::*;
use crate::span::Span;
use crate::value::Guard;
use std::rc::Rc;

/// How many conditions around a place are looked at.
const MAX_CONDITIONS: usize = 64;
/// How many tests are asked for one name, over all that it can be.
const MAX_TESTS: usize = 128;
/// How many expressions of a test are looked at for a name.
const MAX_MENTIONS: usize = 64;
/// How many cases of a place are told apart.
const MAX_CASES: usize = 16;
/// How many names are pinned at once.
const MAX_PINS: usize = 2;
/// Steps that a test may cost for one thing that a name can be: those that tell are simple.
const FUEL_PER_TEST: u32 = 150;

/// What a test outside any call can be for one thing that a name can be.
pub(super) struct Asked {
    value: JsValue,
    outcome: Known,
}

impl Evaluator<'_> {
    /// What a name can be where it is used, without what the conditions there rule out.
    pub(super) fn narrowed(
        &mut self,
        file: FileId,
        env: &Env,
        id: BindingId,
        known: Known,
        place: Use,
    ) -> Known {
        let many = known.possible().len() > 1;
        if !many || known.possible().iter().all(is_open) || self.is_asking {
            return known;
        }
        let facts = self.facts(file);
        let tells =
            |c: &Condition| is_stable(facts, id, c.test, place) && mentions(facts, c.test, id);
        let conditions: Vec<_> = conditions(facts, place).into_iter().filter(tells).collect();
        if conditions.is_empty() {
            return known;
        }
        let mut left = MAX_TESTS;
        let mut out = Known::default();
        for possible in known.possible() {
            if let Some(guard) = self.admitted(file, env, id, possible, &conditions, &mut left) {
                out.push(Possible {
                    guard,
                    ..possible.clone()
                });
            }
        }
        out
    }

    /// Under which guard a name can be this where all of the conditions hold.
    fn admitted(
        &mut self,
        file: FileId,
        env: &Env,
        id: BindingId,
        possible: &Possible,
        conditions: &[Condition],
        left: &mut usize,
    ) -> Option<Guard> {
        let mut guard = possible.guard;
        if is_open(possible) {
            return Some(guard);
        }
        for condition in conditions {
            if *left == 0 {
                break;
            }
            *left -= 1;
            let outcome = self.pinned_test(file, env, id, possible, condition.test);
            guard = guard.and(guard_where(&outcome, condition.holds)?)?;
        }
        Some(guard)
    }

    /// What a test can be where a name is one thing.
    fn pinned_test(
        &mut self,
        file: FileId,
        env: &Env,
        id: BindingId,
        possible: &Possible,
        test: ExprId,
    ) -> Known {
        let is_kept = |asked: &&Asked| asked.value.same(&possible.value);
        let key = (file, id, test);
        let kept = self.asked.get(&key).filter(|_| env.is_none());
        if let Some(asked) = kept.and_then(|all| all.iter().find(is_kept)) {
            return asked.outcome.clone();
        }
        let span = self.facts(file).node(test).span;
        let pinned = self.pin(file, env, id, possible.value.clone().into(), span);
        let is_whole = self.fuel >= FUEL_PER_TEST && self.depth < MAX_DEPTH / 2;
        self.is_asking = true;
        let outcome = self.within(FUEL_PER_TEST, |this| this.eval(file, &pinned, test));
        self.is_asking = false;
        if env.is_none() && is_whole {
            let value = possible.value.clone();
            let asked = self.asked.entry(key).or_default();
            asked.push(Asked {
                value,
                outcome: outcome.clone(),
            });
        }
        outcome
    }

    /// What a call looks like for each thing that the names can be of which the conditions around
    /// it leave only some: `full = base + url` is what it is for a `url` that passed them. Just
    /// `env` if there are none.
    pub(super) fn cases(&mut self, file: FileId, env: &Env, call: ExprId) -> Vec<Env> {
        let facts = self.facts(file);
        let mut out = vec![env.clone()];
        let node = facts.node(call);
        let place = Use {
            at: node.span.start,
            block: node.block,
        };
        let conditions = conditions(facts, place);
        if conditions.is_empty() || pins(env) > 0 {
            return out;
        }
        let mut used = Vec::new();
        names_of(facts, call, &mut used);
        // What others are made of comes last.
        for name in used.into_iter().rev() {
            let [definition] = facts.binding(name).definitions.as_slice() else {
                continue;
            };
            let tells = |c: &Condition| mentions(facts, c.test, name);
            if definition.span.end > place.at || !conditions.iter().any(tells) {
                continue;
            }
            let all = self.eval(file, env, definition.value);
            let left = self.binding(file, env, name, place);
            let count = left.possible().len();
            if count == 0 || count >= all.possible().len() || count * out.len() > MAX_CASES {
                continue;
            }
            let pinned = |env: &Env, p: &Possible| {
                self.pin(file, env, name, p.clone().into(), definition.span)
            };
            let each = |env: &Env| {
                left.possible()
                    .iter()
                    .map(|p| pinned(env, p))
                    .collect::<Vec<_>>()
            };
            out = out.iter().flat_map(each).collect();
            if pins(&out[0]) >= MAX_PINS {
                break;
            }
        }
        out
    }

    /// Inside of what `env` is, with a name that is one thing: everywhere, or, if it is given
    /// values in many places, in one.
    fn pin(&self, file: FileId, env: &Env, name: BindingId, value: Known, within: Span) -> Env {
        let is_one = self.facts(file).binding(name).definitions.len() < 2;
        Some(Rc::new(Frame {
            file,
            function: None,
            arguments: Vec::new(),
            spread_at: None,
            this: None,
            element: None,
            outer: env.clone(),
            depth: env.as_ref().map_or(0, |frame| frame.depth),
            pin: Some(Pin {
                name,
                value,
                within: (!is_one).then_some(within),
            }),
        }))
    }

    /// What a name is pinned to at a place.
    pub(super) fn pinned(
        &self,
        file: FileId,
        env: &Env,
        name: BindingId,
        place: Use,
    ) -> Option<Known> {
        let facts = self.facts(file);
        let mut at = env.as_ref();
        while let Some(frame) = at {
            if let Some(pin) = &frame.pin
                && (frame.file, pin.name) == (file, name)
                && pin
                    .within
                    .is_none_or(|span| (span.start..span.end).contains(&place.at))
            {
                return Some(pin.value.clone());
            }
            // A call of the function makes its names anew.
            let declares = || facts.function_of(facts.binding(name).block);
            if frame.function.is_some() && frame.file == file && frame.function == declares() {
                return None;
            }
            at = frame.outer.as_ref();
        }
        None
    }

    /// Without what a later assignment surely replaces before a place: where the test of
    /// `if (!url.startsWith('/')) url = '/' + url` holds, the first value does not come through.
    pub(super) fn not_replaced(
        &mut self,
        (file, env): (FileId, &Env),
        id: BindingId,
        index: usize,
        later: &[usize],
        place: Use,
        known: Known,
    ) -> Known {
        if later.is_empty() || known.possible().iter().all(is_open) || self.is_asking {
            return known;
        }
        let facts = self.facts(file);
        let definitions = &facts.binding(id).definitions;
        let ways: Vec<_> = later
            .iter()
            .filter_map(|&l| ways_to(facts, &definitions[index], &definitions[l], place))
            .filter(|ways| ways.iter().any(|c| mentions(facts, c.test, id)))
            .collect();
        if ways.is_empty() {
            return known;
        }
        let mut left = MAX_TESTS;
        let mut out = Known::default();
        for possible in known.possible() {
            let mut guard = Some(possible.guard);
            for conditions in ways.iter().filter(|_| !is_open(possible)) {
                let escapes = self.escape(file, env, id, possible, conditions, &mut left);
                guard = guard.zip(escapes).and_then(|(a, b)| a.and(b));
            }
            if let Some(guard) = guard {
                out.push(Possible {
                    guard,
                    ..possible.clone()
                });
            }
        }
        out
    }

    /// Under which guard one of the conditions can fail for what a name is.
    fn escape(
        &mut self,
        file: FileId,
        env: &Env,
        id: BindingId,
        possible: &Possible,
        conditions: &[Condition],
        left: &mut usize,
    ) -> Option<Guard> {
        let mut found: Option<Guard> = None;
        for condition in conditions {
            if *left == 0 {
                return Some(Guard::ALWAYS);
            }
            *left -= 1;
            let outcome = self.pinned_test(file, env, id, possible, condition.test);
            let opposite = match condition.holds {
                Expected::Truthy => Expected::Falsy,
                Expected::Falsy => Expected::Truthy,
                Expected::Nullish => return Some(Guard::ALWAYS),
            };
            found = match (found, guard_where(&outcome, opposite)) {
                (None, guard) | (guard, None) => guard,
                (Some(a), Some(b)) if a == b => Some(a),
                _ => Some(Guard::ALWAYS),
            };
        }
        found
    }
}

/// The conditions that decide whether an assignment replaces an earlier value on the way to a
/// place; nothing if others decide it too.
fn ways_to(
    facts: &FileFacts,
    earlier: &Definition,
    later: &Definition,
    place: Use,
) -> Option<Vec<Condition>> {
    let function = facts.function_of(place.block);
    let is_here = |d: &Definition| facts.function_of(d.block) == function;
    if later.maybe || later.span.end > place.at || !is_here(later) || !is_here(earlier) {
        return None;
    }
    let path = path_to(facts, later.block, &ancestors(facts, place.block))?;
    let mut out = Vec::new();
    for block in path {
        let entry = facts.block(block);
        match (entry.kind, entry.condition) {
            (BlockKind::Plain, None) if !entry.is_caught => {}
            (BlockKind::Branch, Some(condition)) => out.push(condition),
            _ => return None,
        }
        // Something before it may have left the block.
        if entry
            .after
            .iter()
            .any(|(from, _)| *from <= later.span.start)
        {
            return None;
        }
    }
    let tested_after = |c: &Condition| earlier.span.end <= facts.node(c.test).span.start;
    (!out.is_empty() && out.iter().all(tested_after)).then_some(out)
}

/// Nothing is known of it, so no test tells.
fn is_open(possible: &Possible) -> bool {
    matches!(possible.value, JsValue::Hole(_))
}

fn pins(env: &Env) -> usize {
    let frames = std::iter::successors(env.as_ref(), |frame| frame.outer.as_ref());
    frames.filter(|frame| frame.pin.is_some()).count()
}

/// The conditions under which a place runs, innermost first.
fn conditions(facts: &FileFacts, place: Use) -> Vec<Condition> {
    let mut out = Vec::new();
    let mut at = place.at;
    let mut block = Some(place.block);
    while let Some(id) = block {
        let entry = facts.block(id);
        let before = entry.after.iter().filter(|(from, _)| at >= *from);
        out.extend(before.map(|(_, condition)| *condition));
        out.extend(entry.condition);
        if let BlockKind::Function(_) = entry.kind {
            at = entry.span.start;
        }
        block = entry.parent;
        if out.len() > MAX_CONDITIONS {
            break;
        }
    }
    out
}

/// Whether a name is at a place what it was in a test before it. That a method which is called in
/// between, or code that runs while something is awaited, sets it anew is not seen.
fn is_stable(facts: &FileFacts, name: BindingId, test: ExprId, place: Use) -> bool {
    let definitions = &facts.binding(name).definitions;
    let test = facts.node(test);
    if let [one] = definitions.as_slice() {
        return one.span.end <= test.span.start
            || matches!(facts.node(one.value).expr, Expr::Parameter { .. });
    }
    let function = facts.function_of(place.block);
    if facts.function_of(test.block) != function {
        return false;
    }
    let above = ancestors(facts, place.block);
    let before = ancestors(facts, test.block);
    let is_loop = |block: &&BlockId| facts.block(**block).kind == BlockKind::Loop;
    let repeated = above
        .iter()
        .filter(is_loop)
        .find(|block| !before.contains(block));
    definitions.iter().all(|definition| {
        if facts.function_of(definition.block) != function {
            return !calls_between(facts, test.span.end, place);
        }
        let path = ancestors(facts, definition.block);
        // In a round of a loop before.
        if repeated.is_some_and(|block| path.contains(block)) {
            return false;
        }
        let between = definition.span.end > test.span.start && definition.span.end <= place.at;
        let is_other_arm = |block: &BlockId| {
            let twin = facts.block(*block).twin;
            twin.is_some_and(|twin| above.contains(&twin))
        };
        !between || path.iter().any(is_other_arm)
    })
}

/// Whether a function of the file is called by its name after an offset and before a place.
fn calls_between(facts: &FileFacts, from: u32, place: Use) -> bool {
    let start = |id: &ExprId| facts.node(*id).span.start;
    let first = facts.candidates.partition_point(|id| start(id) < from);
    let after = facts.candidates[first..].iter();
    after
        .take_while(|id| start(id) < place.at)
        .any(|id| match facts.node(*id).expr {
            // A call that the place itself is in comes after it.
            Expr::Call { callee, .. } => {
                facts.node(*id).span.end <= place.at
                    && matches!(facts.node(callee).expr, Expr::Binding(_))
            }
            _ => false,
        })
}

/// Whether a test asks for a name, by itself or by what is made of it.
fn mentions(facts: &FileFacts, test: ExprId, name: BindingId) -> bool {
    let mut names = Vec::new();
    names_of(facts, test, &mut names);
    names.contains(&name)
}

/// The names that a test asks for, by themselves or by what is made of them.
fn names_of(facts: &FileFacts, test: ExprId, out: &mut Vec<BindingId>) {
    let mut pending = vec![test];
    for _ in 0..MAX_MENTIONS {
        let Some(id) = pending.pop() else { return };
        match &facts.node(id).expr {
            Expr::Binding(name) if !out.contains(name) => {
                out.push(*name);
                if let [one] = facts.binding(*name).definitions.as_slice() {
                    pending.push(one.value);
                }
            }
            Expr::Binary { left, right, .. } | Expr::Logical { left, right, .. } => {
                pending.extend([*right, *left]);
            }
            Expr::Conditional { test, yes, no } => pending.extend([*no, *yes, *test]),
            Expr::Unary { argument, .. } | Expr::Await(argument) => pending.push(*argument),
            Expr::Member { object, key } => {
                if let Key::Computed(key) = key {
                    pending.push(*key);
                }
                pending.push(*object);
            }
            Expr::Call { callee, arguments } | Expr::New { callee, arguments } => {
                pending.extend(arguments.iter().rev().map(|a| a.expr));
                pending.push(*callee);
            }
            Expr::Template(template) => pending.extend(template.exprs.iter().rev()),
            Expr::Default { value, default } => pending.extend([*default, *value]),
            Expr::Array(elements) => pending.extend(elements.iter().rev().map(|a| a.expr)),
            _ => {}
        }
    }
}
