//! How a call names what it calls: `api.users.get`, `this.http.request`, `useApi().get`. The
//! configuration declares clients by such spellings, and reports suggest them.

use crate::js::facts::*;

/// How many parts a spelling has at most.
const MAX_PARTS: u32 = 12;

/// What stands for an expression that has no spelling.
pub(super) const UNSPELLED: &str = "…";

/// As the source writes it. What a call is given does not count, and `await` neither.
pub(super) fn spelled(facts: &FileFacts, callee: ExprId) -> String {
    part(facts, callee, MAX_PARTS)
}

fn part(facts: &FileFacts, id: ExprId, left: u32) -> String {
    let Some(left) = left.checked_sub(1) else {
        return UNSPELLED.to_owned();
    };
    match &facts.node(id).expr {
        Expr::Global(name) => name.to_string(),
        Expr::This => "this".to_owned(),
        Expr::Super => "super".to_owned(),
        Expr::Binding(binding) => facts.binding(*binding).name.to_string(),
        Expr::Await(inner) => part(facts, *inner, left),
        Expr::Member {
            object,
            key: Key::Name(key),
        } => format!("{}.{key}", part(facts, *object, left)),
        Expr::Call { callee, .. } => format!("{}()", part(facts, *callee, left)),
        Expr::New { callee, .. } => format!("new {}()", part(facts, *callee, left)),
        _ => UNSPELLED.to_owned(),
    }
}

/// The module that a callee comes from, and how it is spelled below that: `get` of
/// `import { get } from 'm'` and of `require('m').get` alike, nothing for the module itself.
/// Names that are given one value only stand for it.
pub(super) fn imported(facts: &FileFacts, callee: ExprId) -> Option<(&str, String)> {
    below_module(facts, callee, MAX_PARTS)
}

fn below_module(facts: &FileFacts, id: ExprId, left: u32) -> Option<(&str, String)> {
    let left = left.checked_sub(1)?;
    match &facts.node(id).expr {
        Expr::Binding(binding) => match &facts.binding(*binding).kind {
            BindingKind::Import { specifier, name } => {
                let whole = matches!(name.as_str(), "default" | "*");
                let below = if whole {
                    String::new()
                } else {
                    name.to_string()
                };
                Some((specifier, below))
            }
            BindingKind::Variable => below_module(facts, only_value(facts, *binding)?, left),
            _ => None,
        },
        Expr::Await(inner) => below_module(facts, *inner, left),
        Expr::Member {
            object,
            key: Key::Name(key),
        } => {
            let (specifier, below) = below_module(facts, *object, left)?;
            let below = match (below.as_str(), key.as_str()) {
                ("", "default") => below,
                ("", _) => key.to_string(),
                _ => format!("{below}.{key}"),
            };
            Some((specifier, below))
        }
        Expr::Call { callee, arguments } => {
            if let Some(specifier) = required(facts, *callee, arguments) {
                return Some((specifier, String::new()));
            }
            let (specifier, below) = below_module(facts, *callee, left)?;
            Some((specifier, format!("{}()", named(&below))))
        }
        Expr::New { callee, .. } => {
            let (specifier, below) = below_module(facts, *callee, left)?;
            Some((specifier, format!("new {}()", named(&below))))
        }
        _ => None,
    }
}

/// The module itself, where it is called: its default export.
fn named(below: &str) -> &str {
    if below.is_empty() { "default" } else { below }
}

/// `require('m')`.
fn required<'f>(facts: &'f FileFacts, callee: ExprId, arguments: &[Argument]) -> Option<&'f str> {
    if facts.node(callee).expr != Expr::Global("require".into()) {
        return None;
    }
    match &facts.node(arguments.first()?.expr).expr {
        Expr::Text(specifier) => Some(specifier),
        _ => None,
    }
}

/// The one value that a name is ever given.
pub(super) fn only_value(facts: &FileFacts, binding: BindingId) -> Option<ExprId> {
    match facts.binding(binding).definitions.as_slice() {
        [one] if !one.append && !one.maybe => Some(one.value),
        _ => None,
    }
}

/// Whether a spelling is what a pattern says: the same, or `*.get` for any receiver of `get`.
pub(super) fn is_spelled(pattern: &str, path: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(end) if end.starts_with('.') => path.len() > end.len() && path.ends_with(end),
        _ => pattern == path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::js::{ScriptKind, ScriptText, lower};

    fn facts(text: &str) -> FileFacts {
        let script = ScriptText {
            text,
            kind: ScriptKind::File,
            typescript: true,
            jsx: false,
            module: None,
        };
        lower(&[script]).0
    }

    fn all_spelled(text: &str) -> Vec<String> {
        let facts = facts(text);
        let found = facts.candidates.iter().map(|&id| &facts.node(id).expr);
        let callees = found.filter_map(|expr| match expr {
            Expr::Call { callee, .. } => Some(spelled(&facts, *callee)),
            _ => None,
        });
        callees.collect()
    }

    #[test]
    fn spellings() {
        for (text, spelling) in [
            (";api.get('/x')", "api.get"),
            (";this.http!.request('/x')", "this.http.request"),
            (";useApi(1)?.get('/x')", "useApi().get"),
            (";(await api).get('/x')", "api.get"),
            (";new Api({}).get('/x')", "new Api().get"),
            (";(a || b).get('/x')", "….get"),
            (";a[b].get('/x')", "….get"),
        ] {
            let spelled = all_spelled(text);
            assert!(spelled.iter().any(|s| s == spelling), "{text}: {spelled:?}");
        }
        let deep = all_spelled(&format!(";a{}.get('/x')", ".b()".repeat(5_000)));
        assert_eq!(deep.len(), 5_001);
        assert!(deep.iter().all(|spelling| spelling.len() < 40));
    }

    #[test]
    fn patterns() {
        assert!(is_spelled("api.get", "api.get") && is_spelled("*.get", "this.api.get"));
        assert!(is_spelled("*.api.get", "a.api.get") && is_spelled("*.get", "….get"));
        for path in ["get", ".get", "a.forget", "a.get.b"] {
            assert!(!is_spelled("*.get", path), "{path}");
        }
    }
}
