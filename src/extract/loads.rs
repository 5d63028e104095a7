//! What a source loads by URL: scripts of a page, workers. Imports are [`super::specifiers`].

use crate::js::FileFacts;
use crate::js::facts::{Expr, ExprId, Key};
use serde::{Deserialize, Serialize};

/// A script that a source loads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// Its URL, as written.
    pub url: String,
    /// As what.
    pub kind: LoadKind,
}

/// How a script is loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LoadKind {
    /// `<script src>`.
    Script {
        /// The document's `<base href>`.
        base: Option<String>,
        /// Where it stands: policies in `<meta>` apply to what comes after them.
        at: u32,
        /// It runs when the page is parsed, or later.
        deferred: bool,
        /// See [`crate::endpoint::Endpoint::document`].
        document: Vec<u32>,
    },
    /// A worker; its URL is relative to the page.
    Worker,
    /// A worker whose URL is relative to the module: `new URL('./w.js', import.meta.url)`.
    ModuleWorker,
    /// What a worker imports by `importScripts`: it runs under the worker's policies.
    WorkerPart,
}

/// The workers that scripts start, as far as their URLs are literal.
pub(super) fn of_scripts(facts: &FileFacts) -> Vec<Load> {
    let loads = facts.candidates.iter().flat_map(|&id| of_call(facts, id));
    let mut out: Vec<Load> = Vec::new();
    for load in loads {
        if !out.contains(&load) {
            out.push(load);
        }
    }
    out
}

fn of_call(facts: &FileFacts, id: ExprId) -> Vec<Load> {
    match &facts.node(id).expr {
        Expr::New { callee, arguments }
            if is_named(facts, *callee, &["Worker", "SharedWorker"]) =>
        {
            let first = arguments.first().filter(|a| !a.spread);
            first
                .and_then(|a| worker(facts, a.expr))
                .into_iter()
                .collect()
        }
        Expr::Call { callee, arguments } if is_registration(facts, *callee) => {
            let first = arguments.first().filter(|a| !a.spread);
            first
                .and_then(|a| worker(facts, a.expr))
                .into_iter()
                .collect()
        }
        Expr::Call { callee, arguments } if is_named(facts, *callee, &["importScripts"]) => {
            let urls = arguments.iter().filter_map(|a| text(facts, a.expr));
            urls.map(|url| Load {
                url: url.to_owned(),
                kind: LoadKind::WorkerPart,
            })
            .collect()
        }
        _ => Vec::new(),
    }
}

/// `Worker`, `window.Worker`.
fn is_named(facts: &FileFacts, callee: ExprId, names: &[&str]) -> bool {
    match &facts.node(callee).expr {
        Expr::Global(name) => names.contains(&name.as_str()),
        Expr::Member {
            object,
            key: Key::Name(name),
        } => {
            let of_window = matches!(
                &facts.node(*object).expr,
                Expr::Global(object) if matches!(object.as_str(), "window" | "self" | "globalThis")
            );
            of_window && names.contains(&name.as_str())
        }
        _ => false,
    }
}

/// `navigator.serviceWorker.register`.
fn is_registration(facts: &FileFacts, callee: ExprId) -> bool {
    let member = |id: ExprId, wanted: &str| match &facts.node(id).expr {
        Expr::Member {
            object,
            key: Key::Name(name),
        } if name == wanted => Some(*object),
        _ => None,
    };
    member(callee, "register")
        .and_then(|object| member(object, "serviceWorker"))
        .is_some()
}

fn worker(facts: &FileFacts, id: ExprId) -> Option<Load> {
    let load = |url: &str, kind| {
        Some(Load {
            url: url.to_owned(),
            kind,
        })
    };
    match &facts.node(id).expr {
        Expr::Text(url) => load(url, LoadKind::Worker),
        Expr::New { callee, arguments } if is_named(facts, *callee, &["URL"]) => {
            let url = text(facts, arguments.first()?.expr)?;
            let base = arguments.get(1)?.expr;
            let is_module = matches!(
                &facts.node(base).expr,
                Expr::Member { object, key: Key::Name(name) }
                    if name == "url" && facts.node(*object).expr == Expr::ImportMeta
            );
            match is_module {
                true => load(url, LoadKind::ModuleWorker),
                false => load(url, LoadKind::Worker),
            }
        }
        Expr::Binding(binding) => match facts.binding(*binding).definitions.as_slice() {
            [one] if one.value != id => match &facts.node(one.value).expr {
                // One step: `const url = new URL(…)`.
                Expr::Binding(_) => None,
                _ => worker(facts, one.value),
            },
            _ => None,
        },
        _ => None,
    }
}

fn text(facts: &FileFacts, id: ExprId) -> Option<&str> {
    match &facts.node(id).expr {
        Expr::Text(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::js::{ScriptKind, ScriptText, lower};

    #[test]
    fn workers_by_their_urls() {
        let text = "new Worker('/a.js'); new Worker(new URL('./b.ts', import.meta.url), {});\
            navigator.serviceWorker.register('/sw.js'); importScripts('x.js', 'y.js');\
            const u = new URL('./c.js', import.meta.url); new SharedWorker(u);\
            class Own {} new Own('/no.js'); new Worker(name)";
        let script = ScriptText {
            text,
            kind: ScriptKind::File,
            typescript: false,
            jsx: false,
            module: None,
        };
        let loads = of_scripts(&lower(&[script]).0);
        let found: Vec<_> = loads.iter().map(|l| (l.url.as_str(), &l.kind)).collect();
        let wanted = [
            ("/a.js", &LoadKind::Worker),
            ("./b.ts", &LoadKind::ModuleWorker),
            ("/sw.js", &LoadKind::Worker),
            ("x.js", &LoadKind::WorkerPart),
            ("y.js", &LoadKind::WorkerPart),
            ("./c.js", &LoadKind::ModuleWorker),
        ];
        for one in wanted {
            assert!(found.contains(&one), "{one:?} in {found:?}");
        }
        assert_eq!(found.len(), wanted.len(), "{found:?}");
    }
}
