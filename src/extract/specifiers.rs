//! What a script imports.

use crate::js::FileFacts;
use crate::js::facts::{Export, Expr, ExprId};

/// The specifiers of its imports, re-exports, dynamic imports and `require`s, as far as they are
/// literal, without doubles.
pub(super) fn of(facts: &FileFacts) -> Vec<&str> {
    let imports = facts.imports.iter().map(|i| i.specifier.as_str());
    let exports = facts.exports.iter().filter_map(|export| match export {
        Export::From { specifier, .. } | Export::All { specifier } => Some(specifier.as_str()),
        Export::Local { .. } => None,
    });
    let later = facts.candidates.iter().filter_map(|&id| called(facts, id));
    let mut out: Vec<_> = imports.chain(exports).chain(later).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// `import('…')`, `require('…')`.
fn called(facts: &FileFacts, id: ExprId) -> Option<&str> {
    let specifier = match &facts.node(id).expr {
        Expr::Import { specifier, .. } => *specifier,
        Expr::Call { callee, arguments }
            if facts.node(*callee).expr == Expr::Global("require".into()) =>
        {
            arguments.first()?.expr
        }
        _ => return None,
    };
    match &facts.node(specifier).expr {
        Expr::Text(text) => Some(text),
        _ => None,
    }
}
