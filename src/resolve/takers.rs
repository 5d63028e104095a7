//! Functions that take what they request: which argument of a call reaches a sink, by the URLs
//! that stay open. What is known of a file is kept while its URLs are the same.

use super::known::FileId;
use super::look;
use super::opaque::FoundWrapper;
use super::program::Program;
use super::wrappers::{around, named};
use crate::js::FileFacts;
use crate::js::facts::{BlockId, FunctionId};
use crate::sink::Api;
use crate::value::{HoleKind, Part, Pattern};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A URL that stays open: the functions around it, and what of it their parameters decide.
#[derive(Debug, PartialEq)]
pub(super) struct OpenUrl {
    file: FileId,
    functions: Vec<FunctionId>,
    api: Api,
    parameters: Vec<(FunctionId, UrlParameter)>,
}

impl OpenUrl {
    /// One of a block of a file.
    pub(super) fn of(
        facts: &FileFacts,
        (file, block): (FileId, BlockId),
        api: Api,
        url: &Pattern,
    ) -> OpenUrl {
        OpenUrl {
            file,
            functions: around(facts, block).collect(),
            api,
            parameters: parameters_of(facts, (file, block), api, url),
        }
    }
}

/// A parameter that reaches a sink.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct UrlParameter {
    pub(super) index: u8,
    /// Whether it is all that follows a `/`, so that a path without one fits too.
    pub(super) is_rest: bool,
    pub(super) at: FoundWrapper,
}

/// The functions of a program that take URLs.
#[derive(Debug, Default)]
pub(super) struct Takers {
    of_files: HashMap<FileId, OfFile>,
    by_name: HashMap<String, BTreeSet<(FileId, FunctionId)>>,
}

/// Those of a file.
#[derive(Debug, Default)]
struct OfFile {
    /// What it was made from.
    open: Vec<Arc<OpenUrl>>,
    parameters: HashMap<FunctionId, Vec<UrlParameter>>,
    /// Functions with an open sink inside, and its API: what they make of a URL is not known.
    leading: HashMap<FunctionId, Api>,
    /// The names that hold one.
    names: Vec<(String, FunctionId)>,
}

/// What is other than before.
#[derive(Debug, Default)]
pub(super) struct Others {
    /// Files of whose functions other things are known.
    pub(super) files: HashSet<FileId>,
    /// The names of such functions, and of those in files that are others themselves.
    pub(super) names: HashSet<String>,
}

impl Takers {
    /// Those that open URLs show, by those of the program before, and what is other. `is_changed`:
    /// whether a file is another.
    pub(super) fn renewed(
        self,
        program: &Program,
        open: &[Arc<OpenUrl>],
        is_changed: impl Fn(FileId) -> bool,
    ) -> (Takers, Others) {
        let mut old = self.of_files;
        let mut new = Takers {
            of_files: HashMap::default(),
            by_name: self.by_name,
        };
        let mut others = Others::default();
        for (file, open) in by_file(open) {
            let known = old.remove(&file);
            let known = match known {
                Some(known) if !is_changed(file) && known.is_of(&open) => {
                    new.of_files.insert(file, known);
                    continue;
                }
                known => known.unwrap_or_default(),
            };
            let of_file = OfFile::of(program, file, open);
            if !known.says_the_same(&of_file) {
                others.files.insert(file);
            }
            new.forget(file, &known, &mut others);
            new.know(file, of_file, &mut others);
        }
        for (file, known) in old {
            others.files.insert(file);
            new.forget(file, &known, &mut others);
        }
        (new, others)
    }

    fn know(&mut self, file: FileId, new: OfFile, others: &mut Others) {
        for (name, function) in &new.names {
            others.names.insert(name.clone());
            let all = self.by_name.entry(name.clone()).or_default();
            all.insert((file, *function));
        }
        self.of_files.insert(file, new);
    }

    fn forget(&mut self, file: FileId, old: &OfFile, others: &mut Others) {
        for (name, function) in &old.names {
            others.names.insert(name.clone());
            if let Some(all) = self.by_name.get_mut(name) {
                all.remove(&(file, *function));
                if all.is_empty() {
                    self.by_name.remove(name);
                }
            }
        }
    }

    /// Whether one has a name.
    pub(super) fn have_name(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// Those of a name.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &(FileId, FunctionId)> {
        self.by_name.get(name).into_iter().flatten()
    }

    /// The parameters of a function that reach a sink.
    pub(super) fn parameters(&self, (file, function): (FileId, FunctionId)) -> &[UrlParameter] {
        let of_file = self.of_files.get(&file);
        let all = of_file.and_then(|of_file| of_file.parameters.get(&function));
        all.map_or(&[], Vec::as_slice)
    }

    /// The API of an open sink inside a function.
    pub(super) fn leads_to(&self, file: FileId, function: FunctionId) -> Option<Api> {
        self.of_files.get(&file)?.leading.get(&function).copied()
    }
}

/// Open URLs by their files, those of one in their order.
fn by_file(open: &[Arc<OpenUrl>]) -> HashMap<FileId, Vec<Arc<OpenUrl>>> {
    let mut out: HashMap<FileId, Vec<_>> = HashMap::default();
    for url in open {
        out.entry(url.file).or_default().push(url.clone());
    }
    out
}

impl OfFile {
    fn of(program: &Program, file: FileId, open: Vec<Arc<OpenUrl>>) -> OfFile {
        let mut parameters: HashMap<FunctionId, Vec<UrlParameter>> = HashMap::default();
        let mut leading = HashMap::default();
        for open in &open {
            for &function in &open.functions {
                leading.entry(function).or_insert(open.api);
            }
            for (function, parameter) in &open.parameters {
                let all = parameters.entry(*function).or_default();
                if !all.iter().any(|p| p.index == parameter.index) {
                    all.push(parameter.clone());
                }
            }
        }
        let names = match parameters.is_empty() {
            true => Vec::new(),
            false => names(program, file, &parameters),
        };
        OfFile {
            open,
            parameters,
            leading,
            names,
        }
    }

    /// Whether it was made from these.
    fn is_of(&self, open: &[Arc<OpenUrl>]) -> bool {
        let same = |(a, b): (&Arc<OpenUrl>, &Arc<OpenUrl>)| Arc::ptr_eq(a, b);
        self.open.len() == open.len() && self.open.iter().zip(open).all(same)
    }

    fn says_the_same(&self, other: &OfFile) -> bool {
        self.parameters == other.parameters && self.leading == other.leading
    }
}

/// The names that hold a function with such parameters, its own among them.
fn names(
    program: &Program,
    file: FileId,
    parameters: &HashMap<FunctionId, Vec<UrlParameter>>,
) -> Vec<(String, FunctionId)> {
    let facts = program.facts(file);
    let own = parameters.keys();
    let own = own.filter_map(|id| Some((facts.function(*id).name.as_deref()?, *id)));
    let held = named(program.named(file), |id| parameters.contains_key(&id));
    let all = held
        .chain(own)
        .filter(|(name, _)| look::is_distinctive(name));
    all.map(|(name, id)| (name.to_owned(), id)).collect()
}

/// The parameters that an open URL ends in.
fn parameters_of(
    facts: &FileFacts,
    (file, block): (FileId, BlockId),
    api: Api,
    url: &Pattern,
) -> Vec<(FunctionId, UrlParameter)> {
    let parts = url.parts();
    let mut out = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let Part::Hole(hole) = part else { continue };
        let HoleKind::Param { name } = &hole.kind else {
            continue;
        };
        let Some((function, index)) = parameter(facts, block, name) else {
            continue;
        };
        let before = i.checked_sub(1).and_then(|at| parts.get(at));
        let ends_path = matches!(before, Some(Part::Text(text)) if text.ends_with('/'));
        let base = match parts {
            [Part::Hole(_)] => Some(String::new()),
            [Part::Text(text), Part::Hole(_)] if text.starts_with(['/', 'h', 'w']) => {
                Some(text.clone())
            }
            _ => None,
        };
        let at = FoundWrapper {
            file,
            span: facts.function(function).span,
            api,
            base,
        };
        out.push((
            function,
            UrlParameter {
                index,
                is_rest: ends_path && i + 1 == parts.len(),
                at,
            },
        ));
    }
    out
}

/// The parameter that a hole is named after: `options` of `options.url`.
fn parameter(facts: &FileFacts, block: BlockId, hole: &str) -> Option<(FunctionId, u8)> {
    let (root, below) = hole.split_once('.').unwrap_or((hole, ""));
    let index_of = |id: FunctionId, name: &str| {
        let all = &facts.function(id).parameters;
        let index = all.iter().position(|parameter| parameter == name)?;
        Some((id, u8::try_from(index).ok()?))
    };
    // Of settings, the URL has this name.
    if below.is_empty() || below == "url" {
        let named = around(facts, block).find_map(|id| index_of(id, root));
        if named.is_some() {
            return named;
        }
    }
    match hole {
        "url" => around(facts, block).find_map(|id| index_of(id, "…")),
        _ => None,
    }
}
