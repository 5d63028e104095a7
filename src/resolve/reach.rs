//! Which assignments can have given a name its value at a place, and whether a place can run
//! at all.

use super::known::{Env, FileId, Known};
use super::{Evaluator, MAX_DEPTH};
use crate::js::facts::{
    BlockId, BlockKind, Condition, Definition, Expected, ExprId, FileFacts, FunctionId, Handed,
};
use crate::value::Guard;

/// A name with more assignments than this is not followed.
const MAX_DEFINITIONS: usize = 64;
/// Steps that it may cost to see whether a condition holds: those that matter are simple.
const FUEL_PER_TEST: u32 = 1_000;
/// How many tests of a file may cost all of that, before the share of the others is halved.
const COSTLY_TESTS: u32 = 32;
/// What is left of it at last.
const MIN_FUEL_PER_TEST: u32 = 30;

/// What reaches a use.
pub(super) struct Reaching {
    /// Indices into the definitions given, oldest first.
    pub(super) definitions: Vec<usize>,
    /// Whether the value from before all of them can reach it too.
    pub(super) entry: bool,
}

/// A place where a name is used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Use {
    pub(super) at: u32,
    pub(super) block: BlockId,
}

/// Which of the definitions (in source order) of a name declared in `declared` reach a use;
/// nothing when there are too many to tell.
pub(super) fn reaching(
    facts: &FileFacts,
    definitions: &[Definition],
    declared: BlockId,
    place: Use,
) -> Option<Reaching> {
    if definitions.len() > MAX_DEFINITIONS {
        return None;
    }
    let owner = facts.function_of(declared);
    let functions: Vec<_> = definitions
        .iter()
        .map(|d| facts.function_of(d.block))
        .collect();
    let mut found = vec![false; definitions.len()];
    let mut on_chain: Vec<Option<FunctionId>> = Vec::new();
    let mut function = facts.function_of(place.block);
    let mut at = place;
    let mut runs_later = false;
    let mut entry;
    loop {
        on_chain.push(function);
        let local: Vec<usize> = (0..definitions.len())
            .filter(|&i| functions[i] == function)
            .collect();
        entry = straight(facts, definitions, &local, declared, at, &mut found);
        if runs_later {
            for &i in &local {
                found[i] |= definitions[i].span.start >= at.at;
            }
        }
        let (true, Some(inner)) = (entry && function != owner, function) else {
            break;
        };
        let inner = facts.function(inner);
        runs_later |= !matches!(inner.handed, Some(Handed::Called(_)));
        let Some(outside) = facts.block(inner.block).parent else {
            break;
        };
        at = Use {
            at: inner.span.start,
            block: outside,
        };
        function = inner.parent;
    }
    // Assignments in other closures may have run at any time.
    if entry || function == owner {
        for (i, f) in functions.iter().enumerate() {
            found[i] |= !on_chain.contains(f) && *f != owner;
        }
    }
    let definitions = (0..definitions.len()).filter(|&i| found[i]).collect();
    Some(Reaching { definitions, entry })
}

/// Marks the definitions of one function that reach a place in it; whether the value from
/// before them does.
fn straight(
    facts: &FileFacts,
    definitions: &[Definition],
    local: &[usize],
    declared: BlockId,
    place: Use,
    found: &mut [bool],
) -> bool {
    let above = ancestors(facts, place.block);
    carried(facts, definitions, local, declared, place, &above, found);
    let mut armed: Vec<BlockId> = Vec::new();
    for &i in local.iter().rev() {
        let definition = &definitions[i];
        if definition.span.end > place.at {
            continue;
        }
        if above.contains(&definition.block) {
            found[i] = true;
            if !definition.maybe {
                return false;
            }
            continue;
        }
        let Some(path) = path_to(facts, definition.block, &above) else {
            continue;
        };
        let leaves = path.iter().any(|b| facts.block(*b).exits_at.is_some())
            && !path.iter().any(|b| facts.block(*b).is_caught);
        let excluded = path.iter().any(|b| {
            facts
                .block(*b)
                .twin
                .is_some_and(|twin| above.contains(&twin))
        });
        if leaves || excluded {
            continue;
        }
        found[i] = true;
        if !definition.maybe && covers(facts, &path, &mut armed) {
            return false;
        }
    }
    true
}

/// Marks definitions after the place that an earlier round of a loop around both has run.
fn carried(
    facts: &FileFacts,
    definitions: &[Definition],
    local: &[usize],
    declared: BlockId,
    place: Use,
    above: &[BlockId],
    found: &mut [bool],
) {
    let around_declaration = ancestors(facts, declared);
    for &block in above {
        let is_loop = facts.block(block).kind == BlockKind::Loop;
        if !is_loop || around_declaration.contains(&block) {
            continue;
        }
        for &i in local {
            let later = definitions[i].span.end > place.at;
            let appended = definitions[i].append && definitions[i].span.start <= place.at;
            if later && !appended && ancestors(facts, definitions[i].block).contains(&block) {
                found[i] = true;
            }
        }
    }
}

/// Whether a definition at the end of such a path always runs: plain blocks only, or both arms
/// of an `if … else` by now.
fn covers(facts: &FileFacts, path: &[BlockId], armed: &mut Vec<BlockId>) -> bool {
    let mut branch = None;
    for &block in path {
        match facts.block(block).kind {
            BlockKind::Plain => {}
            BlockKind::Branch if branch.is_none() => branch = Some(block),
            _ => return false,
        }
    }
    let Some(branch) = branch else { return true };
    let Some(twin) = facts.block(branch).twin else {
        return false;
    };
    armed.push(branch);
    armed.contains(&twin) || facts.block(twin).exits_at.is_some()
}

pub(super) fn ancestors(facts: &FileFacts, block: BlockId) -> Vec<BlockId> {
    let mut out = vec![block];
    let mut at = block;
    while !matches!(facts.block(at).kind, BlockKind::Function(_)) {
        let Some(parent) = facts.block(at).parent else {
            break;
        };
        out.push(parent);
        at = parent;
    }
    out
}

/// The blocks from `block` up to, but without, the first that is in `above`.
pub(super) fn path_to(
    facts: &FileFacts,
    block: BlockId,
    above: &[BlockId],
) -> Option<Vec<BlockId>> {
    let mut path = Vec::new();
    let mut at = block;
    while !above.contains(&at) {
        path.push(at);
        if matches!(facts.block(at).kind, BlockKind::Function(_)) {
            return None;
        }
        at = facts.block(at).parent?;
    }
    Some(path)
}

impl Evaluator<'_> {
    /// Under which guard a place can run; nothing if it never does (a development-only arm).
    pub(super) fn runs(&mut self, file: FileId, env: &Env, place: Use) -> Option<Guard> {
        let facts = self.facts(file);
        let mut guard = Guard::ALWAYS;
        let mut block = Some(place.block);
        let mut at = place.at;
        while let Some(id) = block {
            let entry = facts.block(id);
            for (from, condition) in &entry.after {
                if at >= *from {
                    guard = guard.and(self.holds(file, env, condition)?)?;
                }
            }
            if let Some(condition) = &entry.condition {
                guard = guard.and(self.holds(file, env, condition)?)?;
            }
            if let BlockKind::Function(_) = entry.kind {
                at = entry.span.start;
            }
            block = entry.parent;
        }
        Some(guard)
    }

    /// Under which guard a condition can hold; nothing if it never does.
    fn holds(&mut self, file: FileId, env: &Env, condition: &Condition) -> Option<Guard> {
        let test = self.test(file, env, condition.test);
        guard_where(&test, condition.holds)
    }

    /// What a test can be, as far as a small share of the work tells.
    pub(super) fn test(&mut self, file: FileId, env: &Env, test: ExprId) -> Known {
        if env.is_none()
            && let Some(known) = self.tests.get(&(file, test))
        {
            return known.clone();
        }
        let halved = (self.costly_tests / COSTLY_TESTS).min(16);
        let share = (FUEL_PER_TEST >> halved).max(MIN_FUEL_PER_TEST);
        let is_whole = self.fuel >= share && self.depth < MAX_DEPTH / 2;
        let before = self.fuel;
        let known = self.within(share, |this| this.eval(file, env, test));
        let is_costly = before - self.fuel >= share;
        self.costly_tests += u32::from(is_costly);
        // What was cut short where little was left may be known elsewhere.
        if env.is_none() && is_whole && is_costly {
            self.tests.insert((file, test), known.clone());
        }
        known
    }
}

/// Under which guard a test can come out as expected.
pub(super) fn guard_where(test: &Known, expected: Expected) -> Option<Guard> {
    let mut guards = test.possible().iter().filter(|p| {
        let (outcome, wanted) = match expected {
            Expected::Truthy => (p.value.truthy(), true),
            Expected::Falsy => (p.value.truthy(), false),
            Expected::Nullish => (p.value.nullish(), true),
        };
        outcome.is_none_or(|o| o == wanted)
    });
    let first = guards.next()?.guard;
    if guards.all(|p| p.guard == first) {
        Some(first)
    } else {
        Some(Guard::ALWAYS)
    }
}
