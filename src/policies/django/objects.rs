//! Dictionaries of Python that are keyed by the names of directives, wherever they stand: policies
//! of Pyramid, Flask-Talisman and servers of one's own. What sends them is not looked at: they
//! count only where a project has no other policy.

use super::super::in_code::names::is_directive;
use super::super::in_code::objects;
use crate::policies::program::python::Python;
use crate::policies::program::{Grammar, Syntax, children};
use crate::policies::script::Value;
use crate::policies::{Everywhere, Found, FoundPolicy, PolicyLocation, SourceFile, Written};
use crate::results::Disposition;
use std::path::Path;
use std::rc::Rc;
use tree_sitter::Node;

/// Files of Python that may hold one, by their names.
#[derive(Debug, Clone, Copy)]
pub(in crate::policies) struct PythonObjects;

/// Words of such names.
const NAMES: [&str; 9] = [
    "csp",
    "security",
    "talisman",
    "headers",
    "middleware",
    "extensions",
    "config",
    "constants",
    "app",
];

impl PolicyLocation for PythonObjects {
    fn name(&self) -> &'static str {
        "a dictionary of directives in Python"
    }

    fn recognises(&self, path: &Path) -> bool {
        let is_python = path.extension().is_some_and(|e| e == "py");
        let stem = path
            .file_stem()
            .map(|s| s.to_string_lossy())
            .unwrap_or_default();
        let mut parts = path.iter().map(|p| p.to_string_lossy());
        let is_test =
            parts.any(|part| matches!(part.as_ref(), "test" | "tests" | "examples" | "docs"));
        let is_own = stem == "__init__" || stem.split('_').any(|part| NAMES.contains(&part));
        is_python && is_own && !is_test && !stem.starts_with("test_")
    }

    fn deployment(&self) -> &'static str {
        ""
    }

    fn read(&self, file: &SourceFile) -> Found {
        let has = |word: &str| file.text.contains(word);
        if !has("default-src") && !has("connect-src") {
            return Found::default();
        }
        let Some((mut python, scope)) = Python::run(file) else {
            return Found::default();
        };
        let Some(syntax) = Syntax::of(file, Grammar::Python).map(Rc::new) else {
            return Found::default();
        };
        let mut policies: Vec<Written> = Vec::new();
        for node in dictionaries(&syntax) {
            let value = python.value_in(&syntax, &scope, node);
            let named = assigned(&syntax, node).and_then(|name| scope.get(&name).cloned());
            // What is done to it later is in its name.
            let value = match named {
                Some(named @ Value::Object(_)) => named,
                _ => value,
            };
            policies.extend(objects::policy(&value));
        }
        // Which one pages get is not known of several.
        if policies.len() != 1 || python.gave_up {
            return Found::default();
        }
        let all = policies.into_iter().map(|written| FoundPolicy {
            written,
            disposition: Disposition::Enforce,
        });
        Found {
            policies: all.collect(),
            routing: Some(Box::new(Everywhere { policies: 1 })),
            is_weak: true,
            others: python.files.into_iter().skip(1).collect(),
            ..Found::default()
        }
    }
}

/// The dictionaries whose keys are directives.
fn dictionaries(syntax: &Syntax) -> Vec<Node<'_>> {
    let (mut out, mut open) = (Vec::new(), vec![syntax.root()]);
    while let Some(node) = open.pop() {
        if node.kind() == "dictionary" && is_policy(syntax, node) {
            out.push(node);
        }
        let mut below = children(node);
        below.reverse();
        open.extend(below);
    }
    out
}

fn is_policy(syntax: &Syntax, node: Node) -> bool {
    let keys = children(node).into_iter().filter_map(|pair| {
        let key = pair.child_by_field_name("key")?;
        Some(syntax.text(key).trim_matches(['"', '\'']).to_owned())
    });
    let names: Vec<String> = keys.filter(|key| is_directive(key)).collect();
    let is_ours = |name: &String| name == "connect-src" || name == "default-src";
    names.len() > 1 && names.iter().any(is_ours)
}

/// The name that a dictionary is assigned to at the top of a module.
fn assigned(syntax: &Syntax, node: Node) -> Option<String> {
    let parent = node.parent().filter(|p| p.kind() == "assignment")?;
    let left = parent.child_by_field_name("left")?;
    Some(syntax.text(left).to_owned())
}
