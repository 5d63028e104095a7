//! What the conditions around a place say of a name: after `if (!owner) return`, `owner` is not
//! empty.

use super::known::{Known, Possible};
use super::reach::Use;
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

/// Leaves out what a name cannot be where it is used. Only for a name that is given a value
/// once: another may have changed since the test.
pub(super) fn narrowed(facts: &FileFacts, id: BindingId, place: Use, known: Known) -> Known {
    if facts.binding(id).definitions.len() != 1 || known.possible().len() < 2 {
        return known;
    }
    let mut musts = Vec::new();
    for condition in conditions(facts, place) {
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
