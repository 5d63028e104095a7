//! What the conditions around a place say of a name: after `if (!owner) return`, `owner` is not
//! empty.

use super::known::{Known, Possible};
use super::reach::{Use, ancestors};
use crate::js::facts::*;

/// How many tests are looked at for one name.
const MAX_TESTS: usize = 64;

/// What a name must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Must {
    Truthy,
    Falsy,
    NotNullish,
    Nullish,
}

impl Must {
    fn admits(self, possible: &Possible) -> bool {
        let value = &possible.value;
        match self {
            Must::Truthy => value.truthy() != Some(false),
            Must::Falsy => value.truthy() != Some(true),
            Must::NotNullish => value.nullish() != Some(true),
            Must::Nullish => value.nullish() != Some(false),
        }
    }
}

/// Leaves out what a name cannot be where it is used. A name that is given values more than once
/// may have changed since a test, unless nothing ran between.
pub(super) fn narrowed(
    facts: &FileFacts,
    call_ends: &[u32],
    id: BindingId,
    place: Use,
    known: Known,
) -> Known {
    if known.possible().len() < 2 {
        return known;
    }
    let changes = facts.binding(id).definitions.len() != 1;
    let mut musts = Vec::new();
    for condition in conditions(facts, place) {
        if changes && !still_holds(facts, call_ends, id, condition.test, place) {
            continue;
        }
        says(facts, condition.test, condition.holds, id, &mut musts);
    }
    if musts.is_empty() {
        return known;
    }
    let mut out = Known::default();
    for possible in known.possible() {
        if musts.iter().all(|must| must.admits(possible)) {
            out.push(possible.clone());
        }
    }
    // The place never runs then: whoever asks finds that out.
    if out.possible().is_empty() {
        known
    } else {
        out
    }
}

/// Whether nothing that could change a name runs between a test and a place after it: no
/// assignment, no call, no other round of a loop. `call_ends` are those of all calls, ascending.
fn still_holds(
    facts: &FileFacts,
    call_ends: &[u32],
    id: BindingId,
    test: ExprId,
    place: Use,
) -> bool {
    let test = facts.node(test);
    let (start, end) = (test.span.start, place.at);
    if test.span.end > end || facts.function_of(test.block) != facts.function_of(place.block) {
        return false;
    }
    let around = ancestors(facts, test.block);
    let mut inner = ancestors(facts, place.block).into_iter();
    if inner.any(|b| facts.block(b).kind == BlockKind::Loop && !around.contains(&b)) {
        return false;
    }
    let is_between = |at: u32| at > start && at <= end;
    let mut definitions = facts.binding(id).definitions.iter();
    // An assignment or a call around the place is yet to happen.
    let next_call = call_ends.partition_point(|&at| at <= start);
    !definitions.any(|d| is_between(d.span.end))
        && call_ends.get(next_call).is_none_or(|&at| !is_between(at))
}

/// The conditions under which a place runs.
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
        if out.len() > MAX_TESTS {
            break;
        }
    }
    out
}

/// What a test that came out so says of a name.
fn says(facts: &FileFacts, test: ExprId, holds: Expected, id: BindingId, out: &mut Vec<Must>) {
    let is_name = |expr: ExprId| facts.node(expr).expr == Expr::Binding(id);
    match (&facts.node(test).expr, holds) {
        (Expr::Binding(name), _) if *name == id => out.push(match holds {
            Expected::Truthy => Must::Truthy,
            Expected::Falsy => Must::Falsy,
            Expected::Nullish => Must::Nullish,
        }),
        (
            Expr::Unary {
                op: Unary::Not,
                argument,
            },
            Expected::Truthy,
        ) => {
            says(facts, *argument, Expected::Falsy, id, out);
        }
        (
            Expr::Unary {
                op: Unary::Not,
                argument,
            },
            Expected::Falsy,
        ) => {
            says(facts, *argument, Expected::Truthy, id, out);
        }
        (
            Expr::Logical {
                op: Logical::And,
                left,
                right,
            },
            Expected::Truthy,
        )
        | (
            Expr::Logical {
                op: Logical::Or,
                left,
                right,
            },
            Expected::Falsy,
        ) => {
            says(facts, *left, holds, id, out);
            says(facts, *right, holds, id, out);
        }
        (Expr::Binary { op, left, right }, Expected::Truthy | Expected::Falsy) => {
            let nothing =
                |expr: ExprId| matches!(facts.node(expr).expr, Expr::Null | Expr::Undefined);
            let asked = (is_name(*left) && nothing(*right)) || (is_name(*right) && nothing(*left));
            // `x != null`; the strict ones leave one of the two.
            let differs = match op {
                Binary::NotEqual => holds == Expected::Truthy,
                Binary::Equal => holds == Expected::Falsy,
                _ => return,
            };
            if asked && differs {
                out.push(Must::NotNullish);
            }
        }
        _ => {}
    }
}
