//! A program: the facts of its files, and where their imports lead.

use super::call_index::CallIndex;
use super::heap::Heap;
use super::known::FileId;
use super::libraries::{Around, DefaultWrite, default_writes, held_names, is_library, makes_api};
use super::sinks::Overview;
use super::wrappers::OfFile;
use super::{Settings, Tables, wrappers};
use crate::js::FileFacts;
use crate::js::facts::{BindingId, BindingKind, ClassId, Export, Expr, ExprId, Key};
use rustc_hash::FxHashMap as HashMap;
use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

/// The files of a program. Threads share it: what is worked out per file is worked out once.
pub struct Program<'a> {
    files: Vec<File<'a>>,
    settings: &'a Settings,
    outside_writes: OnceLock<OutsideWrites>,
    default_writes: OnceLock<Vec<DefaultWrite>>,
    around_writers: OnceLock<HashMap<FileId, Around>>,
    held_names: OnceLock<HashSet<String>>,
    api_makers: OnceLock<Vec<(FileId, ExprId)>>,
    uses_libraries: OnceLock<bool>,
    subclasses: OnceLock<Subclasses>,
    outside_changes: OnceLock<OutsideChanges>,
    call_index: OnceLock<CallIndex>,
    page_declarations: OnceLock<HashMap<String, Vec<(FileId, BindingId)>>>,
    /// The files that give a name of the page's own scope a value.
    shared: OnceLock<HashMap<String, Vec<FileId>>>,
    /// Files that do not run in a browser.
    elsewhere: Vec<bool>,
    /// The path of each file.
    paths: Vec<Arc<str>>,
}

/// Calls that change a list that another file makes, by where it is made.
type OutsideChanges = HashMap<(FileId, ExprId), Vec<(FileId, ExprId)>>;

/// Classes that extend one of another file.
type Subclasses = HashMap<(FileId, ClassId), Vec<(FileId, ClassId)>>;

/// Writes to properties of objects that other files make: by the object and the property.
type OutsideWrites = HashMap<(FileId, ExprId, String), Vec<(FileId, usize)>>;

/// A file of a program.
struct File<'a> {
    facts: &'a FileFacts,
    /// Where its imports lead, by their specifiers.
    imports: HashMap<String, FileId>,
    tables: OnceLock<Tables>,
    heap: OnceLock<Heap>,
    overview: OnceLock<Overview>,
}

impl<'a> Program<'a> {
    /// A program of these files, each with the numbers of the files that its imports lead to.
    pub fn new(
        files: impl IntoIterator<Item = (&'a FileFacts, HashMap<String, u32>)>,
        settings: &'a Settings,
    ) -> Self {
        let file = |(facts, imports)| File {
            facts,
            imports,
            tables: OnceLock::new(),
            heap: OnceLock::new(),
            overview: OnceLock::new(),
        };
        Program {
            files: files.into_iter().map(file).collect(),
            settings,
            outside_writes: OnceLock::new(),
            default_writes: OnceLock::new(),
            around_writers: OnceLock::new(),
            held_names: OnceLock::new(),
            api_makers: OnceLock::new(),
            uses_libraries: OnceLock::new(),
            subclasses: OnceLock::new(),
            outside_changes: OnceLock::new(),
            call_index: OnceLock::new(),
            page_declarations: OnceLock::new(),
            shared: OnceLock::new(),
            elsewhere: Vec::new(),
            paths: Vec::new(),
        }
    }

    /// Says of each file whether it is none of a browser: what it calls tells nothing then.
    pub fn with_elsewhere(mut self, elsewhere: Vec<bool>) -> Self {
        self.elsewhere = elsewhere;
        self
    }

    /// One file, whose imports lead nowhere.
    pub(super) fn alone(facts: &'a FileFacts, settings: &'a Settings) -> Self {
        Program::new([(facts, HashMap::default())], settings)
    }

    /// The endpoints of every file's scripts; of those that are not `wanted`, none. Nothing where
    /// they could not be worked out. With `survey`, also the calls that look like requests and
    /// were not seen through. Uses the threads of the current rayon pool.
    pub fn endpoints(&self, wanted: &[bool], survey: bool) -> Vec<Option<OfFile>> {
        wrappers::endpoints(self, wanted, survey)
    }

    /// How many files there are.
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    pub(super) fn settings(&self) -> &'a Settings {
        self.settings
    }

    pub(super) fn facts(&self, file: FileId) -> &'a FileFacts {
        self.files[file as usize].facts
    }

    pub(super) fn tables(&self, file: FileId) -> &Tables {
        let file = &self.files[file as usize];
        file.tables.get_or_init(|| Tables::new(file.facts))
    }

    pub(super) fn heap(&self, file: FileId) -> &Heap {
        let file = &self.files[file as usize];
        file.heap.get_or_init(|| Heap::of(file.facts))
    }

    pub(super) fn overview(&self, file: FileId) -> &Overview {
        let file = &self.files[file as usize];
        file.overview.get_or_init(|| Overview::of(file.facts))
    }

    /// The file that an import of a file leads to.
    pub(super) fn import(&self, file: FileId, specifier: &str) -> Option<FileId> {
        self.files[file as usize].imports.get(specifier).copied()
    }

    /// Writes of other files to a property of an object literal: `config.base = …`, where
    /// `config` is imported.
    pub(super) fn outside_writes(
        &self,
        file: FileId,
        object: ExprId,
        name: &str,
    ) -> &[(FileId, usize)] {
        let all = self
            .outside_writes
            .get_or_init(|| self.find_outside_writes());
        match all.is_empty() {
            true => &[],
            false => all
                .get(&(file, object, name.to_owned()))
                .map_or(&[], Vec::as_slice),
        }
    }

    /// Says where each file is: scripts of one folder may share the names of a page.
    pub fn with_paths(mut self, paths: Vec<Arc<str>>) -> Self {
        self.paths = paths;
        self
    }

    /// The one other file that gives a name of the page's own scope a value for scripts of a
    /// file: of the nearest folder around both, and there the only one.
    pub(super) fn shared(&self, reader: FileId, name: &str) -> Option<FileId> {
        let all = self.shared.get_or_init(|| self.find_shared());
        let reader = self.paths.get(reader as usize)?;
        let near = |&file: &FileId| Some((distance(self.paths.get(file as usize)?, reader)?, file));
        let mut near: Vec<_> = all.get(name)?.iter().filter_map(near).collect();
        near.sort_unstable();
        match near.as_slice() {
            [(_, one)] => Some(*one),
            [(first, one), (second, _), ..] if first < second => Some(*one),
            _ => None,
        }
    }

    fn find_shared(&self) -> HashMap<String, Vec<FileId>> {
        let mut out: HashMap<String, Vec<FileId>> = HashMap::default();
        for file in 0..self.len() as FileId {
            if self.is_elsewhere(file) {
                continue;
            }
            let tables = self.tables(file);
            for name in tables.by_global.keys() {
                out.entry(name.clone()).or_default().push(file);
            }
        }
        for (name, declared) in self.all_page_declarations() {
            let files = out.entry(name.clone()).or_default();
            for (file, _) in declared {
                if !files.contains(file) {
                    files.push(*file);
                }
            }
        }
        out
    }

    /// Whether a file does not run in a browser.
    pub(super) fn is_elsewhere(&self, file: FileId) -> bool {
        self.elsewhere.get(file as usize) == Some(&true)
    }

    /// Which calls functions may be called by.
    pub(super) fn call_index(&self) -> &CallIndex {
        self.call_index.get_or_init(|| CallIndex::of(self))
    }

    /// Where classic scripts declare a name at their top level: all scripts of a page share it.
    pub(super) fn page_declarations(&self, name: &str) -> &[(FileId, BindingId)] {
        let all = self.all_page_declarations();
        all.get(name).map_or(&[], Vec::as_slice)
    }

    fn all_page_declarations(&self) -> &HashMap<String, Vec<(FileId, BindingId)>> {
        self.page_declarations
            .get_or_init(|| self.find_page_declarations())
    }

    fn find_page_declarations(&self) -> HashMap<String, Vec<(FileId, BindingId)>> {
        let mut out: HashMap<String, Vec<(FileId, BindingId)>> = HashMap::default();
        // What is imported has names of its own, whatever it looks like.
        let imports = self.files.iter().flat_map(|file| file.imports.values());
        let imported: HashSet<FileId> = imports.copied().collect();
        for file in 0..self.len() as FileId {
            let is_own = imported.contains(&file) || is_common_js(self.facts(file));
            if self.is_elsewhere(file) || is_own {
                continue;
            }
            for (name, &id) in &self.tables(file).page_names {
                out.entry(name.to_string()).or_default().push((file, id));
            }
        }
        out
    }

    /// Whether any file imports a library of clients.
    pub(super) fn uses_libraries(&self) -> bool {
        *self.uses_libraries.get_or_init(|| {
            let mut files = self.files.iter();
            files.any(|file| specifiers(file.facts).any(is_library))
        })
    }

    /// Writes to the settings of clients of libraries, by the look of them.
    pub(super) fn default_writes(&self) -> &[DefaultWrite] {
        self.default_writes.get_or_init(|| {
            let files = self.files.iter().enumerate();
            files
                .flat_map(|(number, file)| default_writes(file.facts, number as FileId))
                .collect()
        })
    }

    /// What runs before and after a file that changes settings of clients.
    pub(super) fn around(&self, writer: FileId) -> Option<&Around> {
        let all = self.around_writers.get_or_init(|| Around::of_writers(self));
        all.get(&writer)
    }

    /// Whether a property of a name may hold a client of a library that is called.
    pub(super) fn may_hold_client(&self, name: &str) -> bool {
        let names = self.held_names.get_or_init(|| {
            let mut names = HashSet::new();
            for file in &self.files {
                held_names(file.facts, &mut names);
            }
            names
        });
        names.contains(name)
    }

    /// Calls that make an RTK Query API, by the look of them.
    pub(super) fn api_makers(&self) -> &[(FileId, ExprId)] {
        self.api_makers.get_or_init(|| {
            let files = self.files.iter().enumerate();
            let makers = files.flat_map(|(number, file)| {
                let calls = file.facts.candidates.iter();
                let makers = calls.filter(|&&call| makes_api(file.facts, call));
                makers.map(move |&call| (number as FileId, call))
            });
            makers.collect()
        })
    }

    fn find_outside_writes(&self) -> OutsideWrites {
        let mut out = OutsideWrites::default();
        for (number, file) in self.files.iter().enumerate() {
            let number = number as FileId;
            for (i, write) in file.facts.writes.iter().enumerate() {
                let (Expr::Binding(binding), Key::Name(name)) =
                    (&file.facts.node(write.object).expr, &write.key)
                else {
                    continue;
                };
                let BindingKind::Import {
                    specifier,
                    name: exported,
                } = &file.facts.binding(*binding).kind
                else {
                    continue;
                };
                let made = self.import(number, specifier);
                if let Some((maker, object)) = made.and_then(|m| self.made(m, exported)) {
                    let key = (maker, object, name.to_string());
                    out.entry(key).or_default().push((number, i));
                }
            }
        }
        out
    }

    /// Calls of other files that change a list: `hosts.push(…)`, where `hosts` is imported.
    pub(super) fn outside_changes(&self, file: FileId, list: ExprId) -> &[(FileId, ExprId)] {
        let all = self
            .outside_changes
            .get_or_init(|| self.find_outside_changes());
        all.get(&(file, list)).map_or(&[], Vec::as_slice)
    }

    fn find_outside_changes(&self) -> OutsideChanges {
        let mut out = OutsideChanges::default();
        for (number, file) in self.files.iter().enumerate() {
            let number = number as FileId;
            for &call in &file.facts.candidates {
                let made = changed_import(file.facts, call).and_then(|(specifier, name)| {
                    let from = self.import(number, specifier)?;
                    self.exported_value(from, name, MAX_HOPS)
                });
                if let Some((from, value)) = made
                    && matches!(self.facts(from).node(value).expr, Expr::Array(_))
                {
                    out.entry((from, value)).or_default().push((number, call));
                }
            }
        }
        out
    }

    /// The classes of other files that extend a class.
    pub(super) fn subclasses(&self, file: FileId, class: ClassId) -> &[(FileId, ClassId)] {
        let all = self.subclasses.get_or_init(|| self.find_subclasses());
        all.get(&(file, class)).map_or(&[], Vec::as_slice)
    }

    fn find_subclasses(&self) -> Subclasses {
        let mut out = Subclasses::default();
        for (number, file) in self.files.iter().enumerate() {
            let number = number as FileId;
            for (i, class) in file.facts.classes.iter().enumerate() {
                let base = class.superclass.map(|base| &file.facts.node(base).expr);
                let Some(Expr::Binding(binding)) = base else {
                    continue;
                };
                let BindingKind::Import { specifier, name } = &file.facts.binding(*binding).kind
                else {
                    continue;
                };
                let from = self.import(number, specifier);
                let value = from.and_then(|from| self.exported_value(from, name, MAX_HOPS));
                if let Some((from, value)) = value
                    && let Expr::Class(base) = self.facts(from).node(value).expr
                {
                    let derived = (number, ClassId(i as u32));
                    out.entry((from, base)).or_default().push(derived);
                }
            }
        }
        out
    }

    /// Where the object literal that a module exports by a name is made.
    fn made(&self, file: FileId, name: &str) -> Option<(FileId, ExprId)> {
        let (file, value) = self.exported_value(file, name, MAX_HOPS)?;
        let is_object = matches!(self.facts(file).node(value).expr, Expr::Object(_));
        is_object.then_some((file, value))
    }

    /// The first value of what a module exports by a name, by the look of it.
    pub(super) fn exported_value(
        &self,
        file: FileId,
        name: &str,
        hops: u32,
    ) -> Option<(FileId, ExprId)> {
        let hops = hops.checked_sub(1)?;
        let facts = self.facts(file);
        for export in &facts.exports {
            match export {
                Export::Local { name: own, value } if own == name => {
                    let value = match facts.node(*value).expr {
                        Expr::Binding(binding) => facts.binding(binding).definitions.first()?.value,
                        _ => *value,
                    };
                    return Some((file, value));
                }
                Export::From {
                    name: own,
                    from,
                    specifier,
                } if own == name => {
                    return self.exported_value(self.import(file, specifier)?, from, hops);
                }
                _ => {}
            }
        }
        facts.exports.iter().find_map(|export| match export {
            Export::All { specifier } => {
                self.exported_value(self.import(file, specifier)?, name, hops)
            }
            _ => None,
        })
    }
}

/// How many modules a name is followed through.
pub(super) const MAX_HOPS: u32 = 8;

/// The import that a call changes as a list: its specifier and its name there.
fn changed_import(facts: &FileFacts, call: ExprId) -> Option<(&str, &str)> {
    let Expr::Call { callee, .. } = facts.node(call).expr else {
        return None;
    };
    let Expr::Member {
        object,
        key: Key::Name(method),
    } = &facts.node(callee).expr
    else {
        return None;
    };
    let changes = matches!(
        method.as_str(),
        "push" | "unshift" | "splice" | "fill" | "sort" | "reverse" | "pop" | "shift"
    );
    let Expr::Binding(binding) = facts.node(*object).expr else {
        return None;
    };
    match &facts.binding(binding).kind {
        BindingKind::Import { specifier, name } if changes => Some((specifier, name)),
        _ => None,
    }
}

/// What a file imports, or requires by a literal.
fn specifiers(facts: &FileFacts) -> impl Iterator<Item = &str> {
    let imports = facts.imports.iter().map(|import| import.specifier.as_str());
    let required = facts.candidates.iter().filter_map(|&id| {
        let Expr::Call { callee, arguments } = &facts.node(id).expr else {
            return None;
        };
        let is_require = facts.node(*callee).expr == Expr::Global("require".into());
        match &facts.node(arguments.first()?.expr).expr {
            Expr::Text(specifier) if is_require => Some(specifier.as_str()),
            _ => None,
        }
    });
    imports.chain(required)
}

/// How far the folder of a script that gives a name is from that of one that reads it, where one
/// folder holds the other; what is served from `public/` counts as standing beside that.
fn distance(giver: &str, reader: &str) -> Option<usize> {
    let folders = |path: &str| -> Vec<String> {
        let mut folders: Vec<_> = path.split(['/', '\\']).map(str::to_owned).collect();
        folders.pop();
        folders
    };
    let (mut giver, reader) = (folders(giver), folders(reader));
    let is_served = |folder: &String| matches!(folder.as_str(), "public" | "static");
    if let Some(at) = giver.iter().rposition(is_served)
        && !reader.starts_with(&giver[..=at])
    {
        giver.truncate(at);
    }
    match reader.starts_with(&giver) || giver.starts_with(&reader) {
        true => Some(giver.len().abs_diff(reader.len())),
        false => None,
    }
}

/// Whether a file is a module of Node.
fn is_common_js(facts: &FileFacts) -> bool {
    let is = |id: ExprId, name: &str| facts.node(id).expr == Expr::Global(name.into());
    let exports = |object: ExprId, key: &Key| {
        is(object, "exports") || (is(object, "module") && *key == Key::Name("exports".into()))
    };
    facts.writes.iter().any(|w| exports(w.object, &w.key))
        || facts
            .candidates
            .iter()
            .any(|&id| match facts.node(id).expr {
                Expr::Call { callee, .. } => is(callee, "require"),
                _ => false,
            })
}
