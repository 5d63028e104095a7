//! Calls that are requests only if a function is given something that makes them: `client.get(…)`
//! and `deps.fetch(…)` of a parameter. Where the function is called, it can be told.

use super::libraries::is_name;
use crate::js::FileFacts;
use crate::js::facts::*;

/// How many of them in one file are followed.
const MAX_LATENT: usize = 256;

/// The calls of a file that may be requests by what the functions around them are given.
/// `of_clients`: those of clients of libraries too.
pub(super) fn latent_calls(facts: &FileFacts, of_clients: bool) -> Vec<ExprId> {
    let calls = facts.candidates.iter().copied();
    let latent = calls.filter(|&call| match &facts.node(call).expr {
        Expr::Call { callee, arguments } if !arguments.is_empty() => {
            match &facts.node(*callee).expr {
                Expr::Member {
                    object,
                    key: Key::Name(name),
                } => {
                    (name == "fetch" || (of_clients && is_name(name)))
                        && facts.function_of(facts.node(call).block).is_some()
                        && is_given(facts, *object)
                }
                _ => false,
            }
        }
        _ => false,
    });
    latent.take(MAX_LATENT).collect()
}

/// The calls of a file that call what the functions around them are given: `fetcher(key)`.
pub(super) fn calls_of_given(facts: &FileFacts) -> Vec<ExprId> {
    let calls = facts.candidates.iter().copied();
    let given = calls.filter(|&call| match &facts.node(call).expr {
        Expr::Call { callee, arguments } if !arguments.is_empty() => {
            match facts.node(*callee).expr {
                Expr::Binding(binding) => facts.binding(binding).kind == BindingKind::Parameter,
                _ => false,
            }
        }
        _ => false,
    });
    given.take(MAX_LATENT).collect()
}

/// Whether something is a parameter, a part of one, or a part of `this`.
fn is_given(facts: &FileFacts, mut id: ExprId) -> bool {
    let mut is_part = false;
    loop {
        id = match facts.node(id).expr {
            Expr::Member { object, .. } => object,
            Expr::Binding(binding) => return facts.binding(binding).kind == BindingKind::Parameter,
            Expr::This => return is_part,
            _ => return false,
        };
        is_part = true;
    }
}
