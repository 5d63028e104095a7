//! Imports of Python.

use super::{Frame, MAX_MODULES, Python, Scope};
use crate::policies::SourceFile;
use crate::policies::program::children;
use crate::policies::script::{Text, Value};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use tree_sitter::Node;

/// How many folders above a file are looked into for a module.
const MAX_ABOVE: usize = 8;

/// Constants of django-csp (<https://django-csp.readthedocs.io/en/latest/constants.html>) and of
/// Django (<https://docs.djangoproject.com/en/6.0/ref/csp/>).
const CONSTANTS: [(&str, &str); 10] = [
    ("SELF", "'self'"),
    ("NONE", "'none'"),
    ("UNSAFE_INLINE", "'unsafe-inline'"),
    ("UNSAFE_EVAL", "'unsafe-eval'"),
    ("UNSAFE_HASHES", "'unsafe-hashes'"),
    ("WASM_UNSAFE_EVAL", "'wasm-unsafe-eval'"),
    ("STRICT_DYNAMIC", "'strict-dynamic'"),
    ("REPORT_SAMPLE", "'report-sample'"),
    ("INLINE_SPECULATION_RULES", "'inline-speculation-rules'"),
    ("UNSAFE_ALLOW_REDIRECTS", "'unsafe-allow-redirects'"),
];

/// What a constant of these packages is.
pub(super) fn constant(name: &str) -> Option<&'static str> {
    CONSTANTS
        .iter()
        .find(|(own, _)| *own == name)
        .map(|(_, value)| *value)
}

impl Python {
    /// `from module import name, other as alias`, `from module import *`.
    pub(super) fn import_from(&mut self, frame: &mut Frame, node: Node) {
        let Some(module) = node.child_by_field_name("module_name") else {
            return;
        };
        let module = frame.text(module);
        let names = imported(frame, node);
        if matches!(module.as_str(), "csp.constants" | "django.utils.csp") {
            for (name, alias) in names {
                let value = match (constant(&name), name.as_str()) {
                    (Some(value), _) => Value::text(Text::made(value)),
                    _ => continue,
                };
                frame.scope.names.insert(alias, value);
            }
            return;
        }
        let Some(scope) = self.module(&frame.syntax.file.path.clone(), &module) else {
            return;
        };
        let is_all = children(node).iter().any(|c| c.kind() == "wildcard_import");
        if is_all {
            let public = |name: &&String| !name.starts_with('_');
            for name in scope.names.keys().filter(public) {
                bind(frame, &scope, name, name);
            }
            for name in scope.functions.keys().filter(public) {
                bind(frame, &scope, name, name);
            }
        }
        for (name, alias) in names {
            bind(frame, &scope, &name, &alias);
        }
    }

    /// The names of a module that a file imports.
    fn module(&mut self, from: &Path, module: &str) -> Option<Rc<Scope>> {
        let path = find(from, module)?;
        let real = path.canonicalize().unwrap_or(path);
        if let Some(known) = self.modules.get(&real) {
            return known.clone();
        }
        if self.modules.len() >= MAX_MODULES || self.depth >= super::MAX_DEPTH {
            return None;
        }
        let file = SourceFile::read(&real, &self.root.shown(&real)).ok()?;
        self.depth += 1;
        let scope = stacker::maybe_grow(128 << 10, 4 << 20, || self.run_file(&file, &real));
        self.depth -= 1;
        scope
    }

    /// `include('components/csp.py')` of django-split-settings
    /// (<https://django-split-settings.readthedocs.io/>): files beside, in the same scope.
    pub(super) fn include(&mut self, frame: &mut Frame, name: &str) {
        let folder = frame.syntax.file.folder().to_path_buf();
        for path in matching(&folder, name) {
            let real = path.canonicalize().unwrap_or(path);
            if self.modules.contains_key(&real) || self.modules.len() >= MAX_MODULES {
                continue;
            }
            let Ok(file) = SourceFile::read(&real, &self.root.shown(&real)) else {
                continue;
            };
            if let Some(scope) = self.run_file(&file, &real) {
                for name in scope.names.keys() {
                    bind(frame, &scope, name, name);
                }
            }
        }
    }
}

/// The files of a name whose last part may hold `*`.
fn matching(folder: &Path, name: &str) -> Vec<PathBuf> {
    let (below, last) = name.rsplit_once('/').unwrap_or(("", name));
    let folder = folder.join(below);
    let Some((start, end)) = last.split_once('*') else {
        return vec![folder.join(last)];
    };
    let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let mut out: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    out.retain(|path| {
        let name = path
            .file_name()
            .map(|n| n.to_string_lossy())
            .unwrap_or_default();
        name.len() >= last.len() - 1 && name.starts_with(start) && name.ends_with(end)
    });
    out.sort();
    out
}

/// The names of an import, and what they are called.
fn imported(frame: &Frame, node: Node) -> Vec<(String, String)> {
    let mut cursor = node.walk();
    let names = node.children_by_field_name("name", &mut cursor);
    let each = names.map(|name| match name.kind() {
        "aliased_import" => {
            let of = |field: &str| name.child_by_field_name(field).map(|n| frame.text(n));
            let own = of("name").unwrap_or_default();
            let alias = of("alias").unwrap_or_else(|| own.clone());
            (own, alias)
        }
        _ => (frame.text(name), frame.text(name)),
    });
    each.collect()
}

fn bind(frame: &mut Frame, module: &Rc<Scope>, name: &str, alias: &str) {
    if let Some(value) = module.names.get(name) {
        frame.scope.names.insert(alias.to_owned(), value.clone());
    }
    if let Some(function) = module.functions.get(name) {
        let mut function = function.clone();
        function.globals.get_or_insert_with(|| module.clone());
        frame.scope.functions.insert(alias.to_owned(), function);
    }
}

/// The file of a module, if it is in the project.
fn find(from: &Path, module: &str) -> Option<PathBuf> {
    let folder = from.parent()?;
    let below = module.trim_start_matches('.');
    let dots = module.len() - below.len();
    let at = |folder: &Path| {
        let path = below
            .split('.')
            .filter(|p| !p.is_empty())
            .fold(folder.to_path_buf(), |p, part| p.join(part));
        let file = path.with_extension("py");
        let package = path.join("__init__.py");
        let mut both = [file, package].into_iter();
        both.find(|path| path.is_file() && path != from)
    };
    match dots {
        0 => folder.ancestors().take(MAX_ABOVE).find_map(at),
        dots => at(folder.ancestors().nth(dots - 1)?),
    }
}
