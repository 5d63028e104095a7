//! Whether a script is a worker's, by what it says of itself: what only a worker's global scope
//! has. Such a script resolves URLs against its own, not the page's.

use crate::js::FileFacts;
use crate::js::facts::{Expr, ExprId, Key};

/// Events of a worker's global scope that a window has not (Service Workers, Web Workers, Push).
const EVENTS: [&str; 9] = [
    "install",
    "activate",
    "fetch",
    "push",
    "notificationclick",
    "sync",
    "periodicsync",
    "backgroundfetchsuccess",
    "connect",
];

/// Functions of a worker's global scope.
const FUNCTIONS: [&str; 2] = ["importScripts", "skipWaiting"];

/// Names that no worker has.
const WINDOW_NAMES: [&str; 4] = ["window", "document", "localStorage", "sessionStorage"];

/// Whether it is.
pub(super) fn is_worker(facts: &FileFacts) -> bool {
    let of_window = facts.nodes.iter().any(
        |node| matches!(&node.expr, Expr::Global(name) if WINDOW_NAMES.contains(&name.as_str())),
    );
    !of_window && (listens(facts) || facts.candidates.iter().any(|&id| calls(facts, id)))
}

/// `self.onmessage = …`, `onfetch = …`.
fn listens(facts: &FileFacts) -> bool {
    facts.writes.iter().any(|write| {
        let Key::Name(name) = &write.key else {
            return false;
        };
        let Some(event) = name.strip_prefix("on") else {
            return false;
        };
        is_scope(facts, write.object) && (event == "message" || EVENTS.contains(&event))
    })
}

/// `self.addEventListener('install', …)`, `importScripts(…)`.
fn calls(facts: &FileFacts, id: ExprId) -> bool {
    let Expr::Call { callee, arguments } = &facts.node(id).expr else {
        return false;
    };
    let name = match &facts.node(*callee).expr {
        Expr::Global(name) => name,
        Expr::Member {
            object,
            key: Key::Name(name),
        } if is_scope(facts, *object) => name,
        _ => return false,
    };
    let event = arguments.first().map(|a| &facts.node(a.expr).expr);
    let heard = matches!(event, Some(Expr::Text(event)) if EVENTS.contains(&event.as_str()));
    FUNCTIONS.contains(&name.as_str()) || (name == "addEventListener" && heard)
}

/// `self`, or `globalThis`, which an undeclared name is a property of.
fn is_scope(facts: &FileFacts, id: ExprId) -> bool {
    matches!(&facts.node(id).expr, Expr::Global(name) if name == "self" || name == "globalThis")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::js::{ScriptKind, ScriptText, lower};

    fn worker(text: &str) -> bool {
        let script = ScriptText {
            text,
            kind: ScriptKind::File,
            typescript: false,
            jsx: false,
            module: None,
        };
        is_worker(&lower(&[script]).0)
    }

    #[test]
    fn what_only_a_worker_says() {
        for text in [
            "self.addEventListener('install', f)",
            "addEventListener('fetch', f)",
            "self.onmessage = async ({ data }) => fetch(data)",
            "onmessage = f",
            "importScripts('x.js')",
            "self.skipWaiting()",
        ] {
            assert!(worker(text), "{text}");
        }
        for text in [
            "addEventListener('message', f)",
            "window.addEventListener('install', f)",
            "socket.onmessage = f",
            "const socket = new WebSocket(u); socket.addEventListener('fetch', f)",
            "document.title; onmessage = f",
            "function importScripts() {} importScripts()",
        ] {
            assert!(!worker(text), "{text}");
        }
    }
}
