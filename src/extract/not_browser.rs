//! Whether a script is browser code, by what it says of itself: directives, imports, the names
//! that only a server or a tool has.

use crate::discover::server_import;
use crate::js::FileFacts;
use crate::js::facts::{BlockId, BlockKind, Expr, ExprId, Key};

/// Names that only a page or a worker has. Code that mentions one runs in browsers too, whatever
/// else it asks for (`typeof window`, bundles for both sides).
const BROWSER_NAMES: [&str; 8] = [
    "window",
    "document",
    "navigator",
    "location",
    "self",
    "localStorage",
    "sessionStorage",
    "importScripts",
];

/// Properties of Node's `process` that no bundler puts in its place.
const PROCESS_PROPERTIES: [&str; 7] = [
    "argv", "exit", "exitCode", "stdin", "stdout", "stderr", "cwd",
];

/// Why a script is not browser code, if it is not.
pub(super) fn not_browser(text: &str, facts: &FileFacts) -> Option<String> {
    if facts.directives.iter().any(|d| d == "use server") {
        return Some("it says \"use server\"".to_owned());
    }
    if facts.directives.iter().any(|d| d == "use client") {
        return None;
    }
    if text.starts_with("#!") {
        return Some("it is a program: it begins with `#!`".to_owned());
    }
    imported(facts).or_else(|| names(facts))
}

/// Whether a script that is no browser code is a server's, and not a test or a tool.
pub(super) fn is_server(facts: &FileFacts) -> bool {
    let others = [
        "a test",
        "a mock",
        "a story",
        "a browser's driver",
        "a build tool",
    ];
    let imported = facts.imports.iter().map(|i| i.specifier.as_str());
    let mut all = imported.filter_map(server_import);
    !all.any(|why| others.contains(&why))
}

/// Whether a script says that it runs in browsers.
pub(super) fn is_of_browsers(facts: &FileFacts) -> bool {
    let is_name = |expr: &Expr| match expr {
        Expr::Global(name) => BROWSER_NAMES.contains(&name.as_str()),
        _ => false,
    };
    facts.directives.iter().any(|d| d == "use client")
        || facts.nodes.iter().any(|node| is_name(&node.expr))
}

/// By its imports.
fn imported(facts: &FileFacts) -> Option<String> {
    let imported = facts.imports.iter().map(|i| i.specifier.as_str());
    let required = facts
        .candidates
        .iter()
        .filter_map(|&id| required(facts, id));
    imported.chain(required).find_map(|specifier| {
        server_import(specifier).map(|why| format!("it imports '{specifier}' ({why})"))
    })
}

/// The specifier of a `require('…')` that always runs; in a function or under a condition it
/// may never.
fn required(facts: &FileFacts, id: ExprId) -> Option<&str> {
    let node = facts.node(id);
    let Expr::Call { callee, arguments } = &node.expr else {
        return None;
    };
    if facts.node(*callee).expr != Expr::Global("require".into()) || !always_runs(facts, node.block)
    {
        return None;
    }
    match &facts.node(arguments.first()?.expr).expr {
        Expr::Text(specifier) => Some(specifier),
        _ => None,
    }
}

fn always_runs(facts: &FileFacts, block: BlockId) -> bool {
    let mut at = Some(block);
    while let Some(id) = at {
        let block = facts.block(id);
        if block.kind != BlockKind::Plain || block.condition.is_some() {
            return false;
        }
        at = block.parent;
    }
    true
}

/// By the names it uses: `Deno.env`, `process.argv`.
fn names(facts: &FileFacts) -> Option<String> {
    let mut why = None;
    for node in &facts.nodes {
        match &node.expr {
            Expr::Global(name) if BROWSER_NAMES.contains(&name.as_str()) => return None,
            Expr::Global(name) if name == "Deno" || name == "Bun" => {
                why.get_or_insert_with(|| format!("it uses `{name}`"));
            }
            Expr::Member {
                object,
                key: Key::Name(key),
            } if PROCESS_PROPERTIES.contains(&key.as_str())
                && facts.node(*object).expr == Expr::Global("process".into()) =>
            {
                why.get_or_insert_with(|| format!("it uses Node's `process.{key}`"));
            }
            _ => {}
        }
    }
    why
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::js::{ScriptKind, ScriptText, lower};

    fn why(text: &str) -> Option<String> {
        let script = ScriptText {
            text,
            kind: ScriptKind::File,
            typescript: true,
            jsx: true,
            module: None,
        };
        not_browser(text, &lower(&[script]).0)
    }

    #[test]
    fn servers_and_tools() {
        for text in [
            "'use server'; fetch('/x')",
            "#!/usr/bin/env node\nfetch('/x')",
            "import fs from 'node:fs'",
            "const express = require('express')",
            "fetch(process.argv[2])",
            "fetch('/x').catch(() => process.exit(1))",
            "Deno.serve(() => fetch('/x'))",
        ] {
            assert!(why(text).is_some(), "{text}");
        }
    }

    #[test]
    fn browser_code_that_looks_a_little_like_it() {
        for text in [
            "'use client'; import fs from 'node:fs'",
            "import type { Request } from 'express'",
            "const f = typeof window === 'undefined' ? require('node-fetch') : window.fetch",
            "if (isNode) { require('http') }",
            "function f() { return require('http') }",
            "if (typeof document === 'undefined') process.exit(1)",
            "process.env.API; process.nextTick(f)",
            "function f(process) { return process.argv }",
        ] {
            assert_eq!(why(text), None, "{text}");
        }
    }
}
