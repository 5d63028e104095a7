//! Calls of a function by another: `list.forEach(load)`, `setTimeout(ping, 100, url)`,
//! `load.call(this, url)`.

use super::Evaluator;
use super::calls::Arguments;
use super::eval::{elements, number_hole};
use super::known::{Env, FileId, JsValue, Known, Possible};
use super::rounds::is_over_elements;
use crate::js::facts::*;

/// How the function is called.
#[derive(Debug, Clone, Copy)]
enum How {
    /// With each element of a list.
    Elements(ExprId),
    /// With what a promise gives.
    Settled(ExprId),
    /// `call`.
    Call,
    /// `apply`.
    Apply,
    /// With the arguments from this one on.
    From(usize),
}

/// A call of a function by another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Indirect {
    /// What is called.
    pub(super) function: ExprId,
    how: How,
}

/// The function that a call calls by another, by the look of it.
pub(super) fn indirect(
    facts: &FileFacts,
    callee: ExprId,
    arguments: &[Argument],
) -> Option<Indirect> {
    let first = arguments.first().filter(|a| !a.spread).map(|a| a.expr);
    // What stands there on the spot is told where it goes (`Handed`).
    let by_name = first.filter(|&id| !matches!(facts.node(id).expr, Expr::Function(_)));
    let name = match &facts.node(callee).expr {
        Expr::Member {
            object,
            key: Key::Name(method),
        } => {
            let of = |function: ExprId, how: How| Some(Indirect { function, how });
            match method.as_str() {
                "call" => return of(*object, How::Call),
                "apply" => return of(*object, How::Apply),
                "then" => return of(by_name?, How::Settled(*object)),
                method if is_over_elements(method) => {
                    return of(by_name?, How::Elements(*object));
                }
                method => method,
            }
        }
        Expr::Global(name) => name,
        _ => return None,
    };
    let is_timer = matches!(name, "setTimeout" | "setInterval");
    let is_given = is_timer && (arguments.len() > 2 || by_name.is_some());
    let others = matches!(name, "requestAnimationFrame" | "queueMicrotask");
    (is_given || others).then_some(Indirect {
        function: if is_given { first? } else { by_name? },
        how: How::From(2),
    })
}

impl Evaluator<'_> {
    /// What `this` is in a function that is called by another, and what it is given; nothing
    /// where that is not known.
    pub(super) fn indirectly_given(
        &mut self,
        file: FileId,
        env: &Env,
        indirect: Indirect,
        arguments: &[Argument],
    ) -> Option<(Option<JsValue>, Arguments)> {
        let one = |known: Known| (None, (vec![known], None));
        match indirect.how {
            How::Elements(list) => {
                let known = self.eval(file, env, list);
                let is_list = |p: &Possible| matches!(p.value, JsValue::Array { .. });
                let all = known.possible().iter().all(is_list);
                let index = number_hole("an index").into();
                all.then(|| (None, (vec![elements(&known), index], None)))
            }
            How::Settled(promise) => {
                let known = self.eval(file, env, promise);
                let is_open = |p: &Possible| matches!(p.value, JsValue::Hole(_));
                (!known.possible().iter().any(is_open)).then(|| one(known))
            }
            How::Call => {
                let (mut given, spread_at) = self.arguments(file, env, arguments);
                if given.is_empty() || spread_at == Some(0) {
                    return None;
                }
                let this = only(&given.remove(0));
                Some((this, (given, spread_at.map(|at| at - 1))))
            }
            How::Apply => {
                let (given, spread_at) = self.arguments(file, env, arguments);
                if spread_at.is_some() {
                    return None;
                }
                let list = match given.get(1).map(Known::possible) {
                    Some(
                        [
                            Possible {
                                value:
                                    JsValue::Array {
                                        elements,
                                        more: false,
                                    },
                                ..
                            },
                        ],
                    ) => (elements.as_ref().clone(), None),
                    Some(_) => (Vec::new(), Some(0)),
                    None => (Vec::new(), None),
                };
                Some((only(given.first()?), list))
            }
            How::From(index) => {
                let (mut given, spread_at) = self.arguments(file, env, arguments);
                let rest = given.split_off(index.min(given.len()));
                Some((None, (rest, spread_at.map(|at| at.saturating_sub(index)))))
            }
        }
    }
}

/// The one value that it is.
fn only(known: &Known) -> Option<JsValue> {
    match known.possible() {
        [one] => Some(one.value.clone()),
        _ => None,
    }
}
