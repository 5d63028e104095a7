//! Questions of code outside to the evaluation: what a test or a text of a program is.

use super::known::{FileId, Known};
use super::reach::Use;
use super::{Evaluator, Program};
use crate::js::facts::*;

/// Steps that all questions may cost.
const FUEL: u32 = 400_000;

/// Answers questions about a program.
pub struct Probe<'a> {
    evaluator: Evaluator<'a>,
}

/// Whether code runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Runs {
    Always,
    Never,
    Maybe,
}

impl<'a> Probe<'a> {
    /// About this program.
    pub fn of(program: &'a Program<'a>) -> Self {
        let mut evaluator = Evaluator::new(program, 0);
        evaluator.refuel_with(FUEL);
        Probe { evaluator }
    }

    /// Lets further questions cost as much again.
    pub fn refuel(&mut self) {
        self.evaluator.refuel_with(FUEL);
    }

    /// Whether an expression is truthy, if that is known.
    pub fn truthy(&mut self, file: FileId, id: ExprId) -> Option<bool> {
        let known = self.evaluator.eval(file, &None, id);
        let mut all = known.possible().iter().map(|p| p.value.truthy());
        let first = all.next()??;
        all.all(|other| other == Some(first)).then_some(first)
    }

    /// The text that an expression is, if it is one that is known.
    pub fn text(&mut self, file: FileId, id: ExprId) -> Option<String> {
        let known: Known = self.evaluator.eval(file, &None, id);
        known.as_text().map(str::to_owned)
    }

    /// Whether code at an offset in a block runs whenever the function (or file) around it does,
    /// where some conditions are given.
    pub fn runs(&mut self, file: FileId, block: BlockId, at: u32, given: &[Condition]) -> Runs {
        let place = Use { at, block };
        if self.evaluator.runs(file, &None, place).is_none() {
            return Runs::Never;
        }
        let facts = self.evaluator.facts(file);
        let mut next = Some(block);
        while let Some(id) = next {
            let block = facts.block(id);
            let left = block.after.iter().filter(|(from, _)| at >= *from);
            let mut conditions = left.map(|(_, c)| c).chain(&block.condition);
            if !conditions.all(|condition| given.contains(condition) || self.holds(file, condition))
            {
                return Runs::Maybe;
            }
            match (block.kind, block.condition) {
                (BlockKind::Function(_), _) => return Runs::Always,
                (BlockKind::Loop, _) | (BlockKind::Branch, None) => return Runs::Maybe,
                (BlockKind::Branch | BlockKind::Plain, _) => next = block.parent,
            }
        }
        Runs::Always
    }

    fn holds(&mut self, file: FileId, condition: &Condition) -> bool {
        let truthy = self.truthy(file, condition.test);
        match condition.holds {
            Expected::Truthy => truthy == Some(true),
            Expected::Falsy => truthy == Some(false),
            Expected::Nullish => false,
        }
    }

    /// The conditions that hold where code at an offset in a block runs, inside of its function.
    pub fn conditions(facts: &FileFacts, block: BlockId, at: u32) -> Vec<Condition> {
        let mut out = Vec::new();
        let mut next = Some(block);
        while let Some(id) = next {
            let block = facts.block(id);
            let left = block.after.iter().filter(|(from, _)| at >= *from);
            out.extend(left.map(|(_, condition)| *condition));
            out.extend(block.condition);
            match block.kind {
                BlockKind::Function(_) => break,
                _ => next = block.parent,
            }
        }
        out
    }

    /// The conditions of code that come from what left its function before.
    pub fn not_left(facts: &FileFacts, block: BlockId, at: u32) -> Vec<Condition> {
        let own = |id: BlockId| {
            let left = facts.block(id).after.iter().filter(|(from, _)| at >= *from);
            left.map(|(_, condition)| *condition).collect::<Vec<_>>()
        };
        let blocks = std::iter::successors(Some(block), |&id| facts.block(id).parent);
        blocks.flat_map(own).collect()
    }
}
