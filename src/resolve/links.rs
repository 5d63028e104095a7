//! What files do to what other files make, by the look of it: writes to properties of imported
//! objects, changes of imported lists, classes that extend imported ones.

use super::Program;
use super::known::FileId;
use super::view::{Question, QuestionId, Trace, View};
use crate::js::FileFacts;
use crate::js::facts::{BindingKind, ClassId, Export, Expr, ExprId, Key};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::hash::Hash;
use std::sync::Arc;

/// How many modules a name is followed through.
pub(super) const MAX_HOPS: u32 = 8;

/// What one file does to others.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// Writes to a property of an object literal: where that is made, and which write.
    writes: Vec<((FileId, ExprId), String, usize)>,
    /// Calls that change a list.
    changes: Vec<((FileId, ExprId), ExprId)>,
    /// Classes that extend one.
    subclasses: Vec<((FileId, ClassId), ClassId)>,
    trace: Trace,
}

/// What all files do to others.
#[derive(Debug, Default)]
pub(super) struct Linked {
    of_files: Vec<Arc<Links>>,
    merged: Arc<Merged>,
}

/// Writes to an object, by the name of the property.
type Writes = HashMap<String, Vec<(FileId, usize)>>;

#[derive(Debug, Default)]
struct Merged {
    writes: HashMap<(FileId, ExprId), Writes>,
    changes: HashMap<(FileId, ExprId), Vec<(FileId, ExprId)>>,
    subclasses: HashMap<(FileId, ClassId), Vec<(FileId, ClassId)>>,
}

impl Linked {
    pub(super) fn of(program: &Program) -> Linked {
        let files = 0..program.len() as FileId;
        let of_files: Vec<_> = files.map(|f| Arc::new(Links::of(program, f))).collect();
        Linked {
            merged: Arc::new(Merged::of(&of_files)),
            of_files,
        }
    }

    /// With the files looked at again that saw something that changed; adds the questions that
    /// have other answers.
    pub(super) fn renewed(
        self: &Arc<Linked>,
        program: &Program,
        is_stale: impl Fn(FileId, &Trace) -> bool,
        asked: &mut HashSet<QuestionId>,
    ) -> Arc<Linked> {
        let mut is_same = true;
        let of_files = self.of_files.iter().enumerate().map(|(file, old)| {
            let file = file as FileId;
            if !is_stale(file, &old.trace) {
                return old.clone();
            }
            let new = Links::of(program, file);
            is_same &= new.says_the_same(old);
            Arc::new(new)
        });
        let of_files: Vec<_> = of_files.collect();
        let merged = match is_same {
            true => self.merged.clone(),
            false => {
                let merged = Merged::of(&of_files);
                merged.differing(&self.merged, asked);
                Arc::new(merged)
            }
        };
        Arc::new(Linked { of_files, merged })
    }

    /// See [`View::outside_writes`].
    pub(super) fn writes(&self, file: FileId, object: ExprId, name: &str) -> &[(FileId, usize)] {
        let of_object = self.merged.writes.get(&(file, object));
        of_object
            .and_then(|names| names.get(name))
            .map_or(&[], Vec::as_slice)
    }

    /// See [`View::outside_changes`].
    pub(super) fn changes(&self, file: FileId, list: ExprId) -> &[(FileId, ExprId)] {
        let all = self.merged.changes.get(&(file, list));
        all.map_or(&[], Vec::as_slice)
    }

    /// See [`View::subclasses`].
    pub(super) fn subclasses(&self, file: FileId, class: ClassId) -> &[(FileId, ClassId)] {
        let all = self.merged.subclasses.get(&(file, class));
        all.map_or(&[], Vec::as_slice)
    }
}

impl Merged {
    fn of(of_files: &[Arc<Links>]) -> Merged {
        let mut out = Merged::default();
        for (file, links) in of_files.iter().enumerate() {
            let file = file as FileId;
            for (object, name, write) in &links.writes {
                let of_object = out.writes.entry(*object).or_default();
                let of_name = of_object.entry(name.clone()).or_default();
                of_name.push((file, *write));
            }
            for (list, call) in &links.changes {
                out.changes.entry(*list).or_default().push((file, *call));
            }
            for (base, class) in &links.subclasses {
                let all = out.subclasses.entry(*base).or_default();
                all.push((file, *class));
            }
        }
        out
    }

    /// Adds the questions that another answers differently.
    fn differing(&self, old: &Merged, asked: &mut HashSet<QuestionId>) {
        let none = HashMap::default();
        let objects: HashSet<_> = self.writes.keys().chain(old.writes.keys()).collect();
        for &object in objects {
            let (old, new) = (old.writes.get(&object), self.writes.get(&object));
            let (old, new) = (old.unwrap_or(&none), new.unwrap_or(&none));
            let question = |name| Question::OutsideWrites(object.0, object.1, name);
            super::page::differing(old, new, question, asked);
        }
        differing(&old.changes, &self.changes, asked, |(file, list)| {
            Question::OutsideChanges(file, list)
        });
        differing(&old.subclasses, &self.subclasses, asked, |(file, class)| {
            Question::Subclasses(file, class)
        });
    }
}

fn differing<K: Copy + Eq + Hash, V: PartialEq>(
    old: &HashMap<K, V>,
    new: &HashMap<K, V>,
    out: &mut HashSet<QuestionId>,
    question: impl Fn(K) -> Question<'static>,
) {
    let changed = new
        .iter()
        .filter(|(key, value)| old.get(*key) != Some(value));
    let gone = old.keys().filter(|key| !new.contains_key(*key));
    let keys = changed.map(|(key, _)| key).chain(gone);
    out.extend(keys.map(|key| question(*key).id()));
}

impl Links {
    fn of(program: &Program, file: FileId) -> Links {
        let view = View::new(program);
        let mut out = Links::default();
        out.writes(&view, file);
        out.changes(&view, file);
        out.subclasses(&view, file);
        out.trace = view.trace();
        out
    }

    fn says_the_same(&self, other: &Links) -> bool {
        self.writes == other.writes
            && self.changes == other.changes
            && self.subclasses == other.subclasses
    }

    fn writes(&mut self, view: &View, file: FileId) {
        let facts = view.facts(file);
        for (i, write) in facts.writes.iter().enumerate() {
            let (Expr::Binding(binding), Key::Name(name)) =
                (&facts.node(write.object).expr, &write.key)
            else {
                continue;
            };
            let BindingKind::Import {
                specifier,
                name: exported,
            } = &facts.binding(*binding).kind
            else {
                continue;
            };
            let made = view.import(file, specifier);
            if let Some(object) = made.and_then(|m| view.made_by(m, exported)) {
                self.writes.push((object, name.to_string(), i));
            }
        }
    }

    fn changes(&mut self, view: &View, file: FileId) {
        let facts = view.facts(file);
        for &call in &facts.candidates {
            let made = changed_import(facts, call).and_then(|(specifier, name)| {
                let from = view.import(file, specifier)?;
                view.exported_value(from, name, MAX_HOPS)
            });
            if let Some((from, value)) = made
                && matches!(view.facts(from).node(value).expr, Expr::Array(_))
            {
                self.changes.push(((from, value), call));
            }
        }
    }

    fn subclasses(&mut self, view: &View, file: FileId) {
        let facts = view.facts(file);
        for (i, class) in facts.classes.iter().enumerate() {
            let base = class.superclass.map(|base| &facts.node(base).expr);
            let Some(Expr::Binding(binding)) = base else {
                continue;
            };
            let BindingKind::Import { specifier, name } = &facts.binding(*binding).kind else {
                continue;
            };
            let from = view.import(file, specifier);
            let value = from.and_then(|from| view.exported_value(from, name, MAX_HOPS));
            if let Some((from, value)) = value
                && let Expr::Class(base) = view.facts(from).node(value).expr
            {
                self.subclasses.push(((from, base), ClassId(i as u32)));
            }
        }
    }
}

impl View<'_> {
    /// Where the object literal that a module exports by a name is made.
    fn made_by(&self, file: FileId, name: &str) -> Option<(FileId, ExprId)> {
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
