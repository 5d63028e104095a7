//! Rounds of loops and callbacks over lists that are known, one by one, so that what belongs
//! together in an element stays together: `for (const { host, path } of all) fetch(host + path)`.

use super::Evaluator;
use super::known::{Env, FileId, Frame, JsValue, Known, Possible};
use crate::js::facts::*;
use rustc_hash::FxHashMap as HashMap;
use std::rc::Rc;

/// With fewer URLs, parts of different elements cannot have met.
pub(super) const MIN_URLS: usize = 3;
/// How many rounds are looked at.
const MAX_ROUNDS: usize = 64;

/// Something that runs a block for each element of a list.
enum Iteration {
    /// `for (… of …)`: what stands for the element.
    Loop(ExprId),
    /// A function that is handed to a method of the list.
    Callback(FunctionId, ExprId),
}

/// What stands for the element of each loop, by the block of its body.
pub(super) fn loop_elements(facts: &FileFacts) -> HashMap<BlockId, ExprId> {
    let mut out = HashMap::default();
    let definitions = facts.bindings.iter().flat_map(|b| &b.definitions);
    for definition in definitions {
        if facts.block(definition.block).kind == BlockKind::Loop
            && let Some(element) = element_of(facts, definition.value)
        {
            out.insert(definition.block, element);
        }
    }
    out
}

/// The element that a value is, or is a part of.
fn element_of(facts: &FileFacts, mut id: ExprId) -> Option<ExprId> {
    loop {
        id = match facts.node(id).expr {
            Expr::Element(_) => return Some(id),
            Expr::Member { object, .. } => object,
            Expr::Default { value, .. } => value,
            _ => return None,
        };
    }
}

impl Evaluator<'_> {
    /// The calls in progress, in each of the rounds that a block is run in; `env` alone where
    /// they are not known.
    pub(super) fn rounds(&mut self, file: FileId, env: &Env, block: BlockId) -> Vec<Env> {
        let mut out = vec![env.clone()];
        for iteration in self.iterations(file, env, block).into_iter().rev() {
            let mut next = Vec::new();
            for env in &out {
                next.extend(self.rounds_of(file, env, &iteration));
            }
            if next.len() > MAX_ROUNDS {
                return out;
            }
            out = next;
        }
        out
    }

    /// What runs a block for each element of something, innermost first.
    fn iterations(&self, file: FileId, env: &Env, block: BlockId) -> Vec<Iteration> {
        let facts = self.facts(file);
        let loops = &self.tables(file).loop_elements;
        let mut out = Vec::new();
        let mut at = Some(block);
        while let Some(id) = at {
            let entry = facts.block(id);
            out.extend(loops.get(&id).map(|&element| Iteration::Loop(element)));
            if let BlockKind::Function(function) = entry.kind {
                if Self::frame(env, file, function).is_some() {
                    break;
                }
                let list = list_of_callback(facts, function);
                out.extend(list.map(|list| Iteration::Callback(function, list)));
            }
            at = entry.parent;
        }
        out
    }

    fn rounds_of(&mut self, file: FileId, env: &Env, iteration: &Iteration) -> Vec<Env> {
        let list = match *iteration {
            Iteration::Loop(element) => match self.facts(file).node(element).expr {
                Expr::Element(list) => list,
                _ => return vec![env.clone()],
            },
            Iteration::Callback(_, list) => list,
        };
        let known = self.eval(file, env, list);
        let [
            Possible {
                value: JsValue::Array { elements, more },
                ..
            },
        ] = known.possible()
        else {
            return vec![env.clone()];
        };
        // Others that are among them.
        let others = more.then(|| Known::unknown("an element of a list"));
        if elements.len() > MAX_ROUNDS {
            return vec![env.clone()];
        }
        let round = |(i, element): (usize, &Known)| {
            let index = JsValue::Number(i as f64).into();
            let (function, arguments, element) = match *iteration {
                Iteration::Loop(id) => (None, Vec::new(), Some((id, element.clone()))),
                Iteration::Callback(function, _) => {
                    (Some(function), vec![element.clone(), index], None)
                }
            };
            Some(Rc::new(Frame {
                pin: None,
                file,
                function,
                arguments,
                spread_at: Some(2),
                this: None,
                element,
                outer: env.clone(),
                depth: env.as_ref().map_or(0, |frame| frame.depth) + 1,
            }))
        };
        elements
            .iter()
            .chain(&others)
            .enumerate()
            .map(round)
            .collect()
    }

    /// The element of the round in progress.
    pub(super) fn element_now(env: &Env, file: FileId, id: ExprId) -> Option<Known> {
        let mut at = env.as_ref();
        while let Some(frame) = at {
            match &frame.element {
                Some((element, known)) if *element == id && frame.file == file => {
                    return Some(known.clone());
                }
                _ => at = frame.outer.as_ref(),
            }
        }
        None
    }
}

/// The list over whose elements a function is called, if it is handed to a method that does so.
fn list_of_callback(facts: &FileFacts, function: FunctionId) -> Option<ExprId> {
    let Some(Handed::Argument(call, 0)) = facts.function(function).handed else {
        return None;
    };
    let Expr::Call { callee, .. } = facts.node(call).expr else {
        return None;
    };
    match &facts.node(callee).expr {
        Expr::Member {
            object,
            key: Key::Name(method),
        } if is_over_elements(method) => Some(*object),
        _ => None,
    }
}

/// Whether a method of lists calls what it is given with each element.
pub(super) fn is_over_elements(method: &str) -> bool {
    matches!(
        method,
        "forEach" | "map" | "flatMap" | "filter" | "some" | "every" | "find" | "findIndex"
    )
}
