//! Which package an expression comes from: `helmet.contentSecurityPolicy` of `helmet`.

use crate::js::FileFacts;
use crate::js::facts::*;

/// How many names are followed.
const MAX_HOPS: u32 = 12;

/// What of a module an expression is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Origin {
    /// The module's specifier, without the registry that it names.
    pub(super) module: String,
    /// The names from its exports on; the default export has none.
    pub(super) path: Vec<String>,
}

/// Where an expression comes from, if it is imported.
pub(super) fn origin(facts: &FileFacts, id: ExprId) -> Option<Origin> {
    let mut out = of(facts, id, MAX_HOPS)?;
    out.path.retain(|name| name != "default" && name != "*");
    Some(out)
}

fn of(facts: &FileFacts, id: ExprId, hops: u32) -> Option<Origin> {
    let hops = hops.checked_sub(1)?;
    match &facts.node(id).expr {
        Expr::Binding(binding) => {
            let binding = facts.binding(*binding);
            if let BindingKind::Import { specifier, name } = &binding.kind {
                return Some(Origin {
                    module: module(specifier),
                    path: vec![name.to_string()],
                });
            }
            match binding.definitions.as_slice() {
                [one] => of(facts, one.value, hops),
                _ => None,
            }
        }
        Expr::Member {
            object,
            key: Key::Name(name),
        } => {
            let mut out = of(facts, *object, hops)?;
            out.path.push(name.to_string());
            Some(out)
        }
        Expr::Await(inner) => of(facts, *inner, hops),
        Expr::Import { specifier, .. } => required(facts, *specifier),
        Expr::Call { callee, arguments } => {
            let is_require = facts.node(*callee).expr == Expr::Global("require".into());
            let first = arguments.first().filter(|_| is_require)?;
            required(facts, first.expr)
        }
        _ => None,
    }
}

fn required(facts: &FileFacts, specifier: ExprId) -> Option<Origin> {
    match &facts.node(specifier).expr {
        Expr::Text(text) => Some(Origin {
            module: module(text),
            path: Vec::new(),
        }),
        _ => None,
    }
}

/// `npm:helmet@8` is `helmet`.
fn module(specifier: &str) -> String {
    let bare = specifier
        .strip_prefix("npm:")
        .or(specifier.strip_prefix("jsr:@hono/"))
        .unwrap_or(specifier)
        .trim_start_matches('/');
    match bare.get(1..).and_then(|rest| rest.find('@')) {
        Some(at) if bare.len() < specifier.len() => {
            let version = bare.get(at + 1..).unwrap_or_default();
            let rest = version.find('/').and_then(|at| version.get(at..));
            format!(
                "{}{}",
                bare.get(..=at).unwrap_or_default(),
                rest.unwrap_or_default()
            )
        }
        _ => bare.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::module;

    #[test]
    fn registries_and_versions_are_not_names() {
        for (specifier, expected) in [
            ("helmet", "helmet"),
            ("npm:helmet@8.1.0", "helmet"),
            ("npm:@fastify/helmet@13", "@fastify/helmet"),
            ("jsr:@hono/hono/secure-headers", "hono/secure-headers"),
            ("npm:hono@4/secure-headers", "hono/secure-headers"),
            ("npm:é", "é"),
        ] {
            assert_eq!(module(specifier), expected);
        }
    }
}
