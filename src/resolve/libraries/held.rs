//! Properties that may hold a client that is called: `this.http = ky.extend(…)`, `this.http('users')`.
//! By their form alone: evaluating the callee of every call of a program would cost too much.

use super::table::PACKAGES;
use super::{Kind, is_library};
use crate::js::facts::*;
use std::collections::HashSet;

/// The names of such properties in a file.
pub(in super::super) fn held_names(facts: &FileFacts, out: &mut HashSet<String>) {
    let mut add = |key: &Key, value: ExprId| {
        if let Key::Name(name) = key
            && may_be_client(facts, value)
        {
            out.insert(name.to_string());
        }
    };
    for write in &facts.writes {
        add(&write.key, write.definition.value);
    }
    for member in facts.classes.iter().flat_map(|class| &class.members) {
        if let MemberKind::Field(Some(value)) = member.kind {
            add(&member.key, value);
        }
    }
    for node in &facts.nodes {
        let Expr::Object(properties) = &node.expr else {
            continue;
        };
        for property in properties {
            if let Property::Value(key, value) = property {
                add(key, *value);
            }
        }
    }
}

/// Whether an expression may be a client, or a parameter that takes one.
fn may_be_client(facts: &FileFacts, value: ExprId) -> bool {
    match &facts.node(value).expr {
        Expr::Binding(id) => match &facts.binding(*id).kind {
            BindingKind::Import { specifier, .. } => is_library(specifier) || is_local(specifier),
            BindingKind::Parameter => true,
            BindingKind::Variable => match facts.binding(*id).definitions.as_slice() {
                [one] => makes_client(facts, one.value),
                _ => false,
            },
            BindingKind::Caught => false,
        },
        _ => makes_client(facts, value),
    }
}

fn is_local(specifier: &str) -> bool {
    specifier.starts_with(['.', '@', '~', '#'])
}

/// `axios.create(…)`.
fn makes_client(facts: &FileFacts, value: ExprId) -> bool {
    let Expr::Call { callee, .. } = &facts.node(value).expr else {
        return false;
    };
    let Expr::Member {
        key: Key::Name(name),
        ..
    } = &facts.node(*callee).expr
    else {
        return false;
    };
    let exports = PACKAGES.iter().flat_map(|package| package.exports);
    let mut makers = exports.flat_map(|export| match &export.kind {
        Kind::Client(requester) => requester.makers,
        _ => &[],
    });
    makers.any(|(maker, _)| name == *maker)
}

/// Whether an argument may be a URL, or settings with one.
pub(in super::super) fn may_be_url(facts: &FileFacts, arguments: &[Argument]) -> bool {
    let Some(first) = arguments.first() else {
        return false;
    };
    matches!(
        facts.node(first.expr).expr,
        Expr::Text(_)
            | Expr::Template(_)
            | Expr::Binary { .. }
            | Expr::Object(_)
            | Expr::Binding(_)
            | Expr::Member { .. }
    )
}
