//! What programs make of a client's settings after it is made: `axios.defaults.baseURL = …`,
//! `Object.assign(api.defaults, { baseURL })`.
//!
//! Invariant: a write counts alone only where it has certainly run last; else it is one of the
//! alternatives.

use super::super::known::{FileId, JsValue, Known, Possible};
use super::super::reach::{Use, ancestors};
use super::super::{Evaluator, Program};
use super::settings::or_else;
use super::{Client, Made, Thing};
use crate::js::facts::*;
use crate::value::HoleKind;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::collections::BTreeSet;
use std::rc::Rc;

/// More writes than this are not followed one by one.
const MAX_WRITES: usize = 64;

/// A write to a client's settings, by the look of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) struct DefaultWrite {
    file: FileId,
    kind: WriteKind,
}

impl DefaultWrite {
    /// As one of another file.
    pub(in super::super) fn of_file(self, file: FileId) -> DefaultWrite {
        DefaultWrite { file, ..self }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum WriteKind {
    /// `x.defaults.baseURL = …`, by the number of the write.
    Setting(usize),
    /// `x.defaults = …`.
    Whole(usize),
    /// `Object.assign(x.defaults, …)`.
    Assign(ExprId),
}

/// Whether a write has run when control is at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Before,
    After,
    Unknown,
}

/// The writes of a file.
pub(in super::super) fn default_writes(facts: &FileFacts, file: FileId) -> Vec<DefaultWrite> {
    let named = |key: &Key, name: &str| matches!(key, Key::Name(n) if n == name);
    let mut out = Vec::new();
    for (i, write) in facts.writes.iter().enumerate() {
        let object = &facts.node(write.object).expr;
        let kind = match object {
            Expr::Member { .. } | Expr::Binding(_) if named(&write.key, "baseURL") => {
                WriteKind::Setting(i)
            }
            Expr::Member { key, .. }
                if named(key, "defaults") && matches!(write.key, Key::Computed(_)) =>
            {
                WriteKind::Setting(i)
            }
            _ if named(&write.key, "defaults") => WriteKind::Whole(i),
            _ => continue,
        };
        out.push(DefaultWrite { file, kind });
    }
    for &call in &facts.candidates {
        let Expr::Call { callee, arguments } = &facts.node(call).expr else {
            continue;
        };
        let Expr::Member { object, key } = &facts.node(*callee).expr else {
            continue;
        };
        let is_assign =
            named(key, "assign") && facts.node(*object).expr == Expr::Global("Object".into());
        let target = arguments.first().map(|a| &facts.node(a.expr).expr);
        let is_defaults = match target {
            Some(Expr::Member { key, .. }) => named(key, "defaults"),
            Some(Expr::Binding(_)) => true,
            _ => false,
        };
        if is_assign && is_defaults {
            let kind = WriteKind::Assign(call);
            out.push(DefaultWrite { file, kind });
        }
    }
    out
}

impl Evaluator<'_> {
    /// A setting of a client, with what the program makes of it later.
    pub(super) fn with_default_writes(
        &mut self,
        client: &Rc<Client>,
        name: &str,
        made: Known,
        at: Option<(FileId, Use)>,
    ) -> Known {
        let writes = self.program.default_writes();
        if writes.is_empty() || client.made == Made::Now {
            return made;
        }
        if writes.len() > MAX_WRITES {
            let mut out = made;
            out.extend(Known::bounded());
            return out;
        }
        let mut out = made;
        let mut last: Option<FileId> = None;
        for write in writes {
            let (place, target) = self.place_and_target(write);
            let value = match self.is_defaults_of(write, target, client) {
                Some(true) => self.written_setting(write, name),
                Some(false) => continue,
                // Of a client that is not known: it may be this one.
                None => {
                    out.extend(Known::unknown(name));
                    continue;
                }
            };
            let Some(value) = value.filter(|value| !value.possible().is_empty()) else {
                continue;
            };
            let order = at.map_or(Order::Unknown, |at| {
                self.order((write.file, place), at, client)
            });
            match order {
                Order::After => continue,
                // Which of two files runs last is not known.
                Order::Before
                    if last.is_none_or(|file| file == write.file)
                        && self.is_of_one(client, write) =>
                {
                    last = Some(write.file);
                    out = match self.is_if_missing(write) {
                        true => or_else(out, || value),
                        false => value,
                    };
                }
                Order::Before | Order::Unknown => match self.is_of_one(client, write) {
                    true => out.extend(value),
                    false => out.extend(Known::unknown(name)),
                },
            }
        }
        out
    }

    /// What reading `client.defaults.baseURL` gives.
    pub(super) fn default_now(&mut self, client: &Rc<Client>, name: &str) -> Known {
        let is_base = client.requester.bases.iter().any(|(base, _)| *base == name);
        if !is_base {
            return Known::unknown(name);
        }
        let known = self.client_base(client, name, None);
        let mut out = Known::default();
        let is_given = |v: &JsValue| !matches!(v, JsValue::Undefined);
        let given = known.possible().iter().filter(|p| is_given(&p.value));
        given.for_each(|p| out.push(p.clone()));
        match out.possible() {
            [] => known,
            _ => out,
        }
    }

    /// Where a write stands, and whose settings it changes.
    fn place_and_target(&self, write: &DefaultWrite) -> (Use, Option<ExprId>) {
        let facts = self.facts(write.file);
        match write.kind {
            WriteKind::Setting(i) | WriteKind::Whole(i) => {
                let write = &facts.writes[i];
                let place = Use {
                    at: write.definition.span.start,
                    block: write.definition.block,
                };
                (place, Some(write.object))
            }
            WriteKind::Assign(call) => {
                let node = facts.node(call);
                let place = Use {
                    at: node.span.start,
                    block: node.block,
                };
                let target = match &node.expr {
                    Expr::Call { arguments, .. } => arguments.first().map(|a| a.expr),
                    _ => None,
                };
                (place, target)
            }
        }
    }

    fn is_defaults_of(
        &mut self,
        write: &DefaultWrite,
        target: Option<ExprId>,
        client: &Client,
    ) -> Option<bool> {
        let target = target?;
        let known = self.eval(write.file, &None, target);
        let whole = matches!(write.kind, WriteKind::Whole(_));
        let facts = self.facts(write.file);
        let is_hole = |p: &Possible| matches!(p.value, JsValue::Hole(_));
        // `client.defaults.baseURL = …`, where `client` is a parameter.
        if let Expr::Member { object, .. } = facts.node(target).expr
            && !whole
            && known.possible().iter().any(is_hole)
        {
            let owner = self.eval(write.file, &None, object);
            let of_parameter = owner.possible().iter().any(|p| match &p.value {
                JsValue::Hole(hole) => matches!(hole.kind, HoleKind::Param { .. }),
                _ => false,
            });
            if of_parameter {
                return None;
            }
        }
        Some(known.possible().iter().any(|p| match &p.value {
            JsValue::Library(Thing::Defaults(other)) if !whole => other.is(client),
            // The function that axios gives keeps the settings that it was made with.
            JsValue::Library(Thing::Client(other)) if whole => {
                other.is(client) && !other.requester.is_called
            }
            _ => false,
        }))
    }

    /// `x.defaults.baseURL ||= …`: what is there stays.
    fn is_if_missing(&self, write: &DefaultWrite) -> bool {
        match write.kind {
            WriteKind::Setting(i) | WriteKind::Whole(i) => {
                self.facts(write.file).writes[i].definition.maybe
            }
            WriteKind::Assign(_) => false,
        }
    }

    /// The setting that a write gives; nothing if it leaves it.
    fn written_setting(&mut self, write: &DefaultWrite, name: &str) -> Option<Known> {
        let facts = self.facts(write.file);
        let given = |known: Known| {
            let is_given = |v: &JsValue| !matches!(v, JsValue::Undefined);
            known
                .possible()
                .iter()
                .any(|p| is_given(&p.value))
                .then_some(known)
        };
        match write.kind {
            WriteKind::Setting(i) => {
                let key = match &facts.writes[i].key {
                    Key::Name(key) => Some(key.to_string()),
                    Key::Computed(key) => {
                        let key = self.eval(write.file, &None, *key);
                        key.as_text().map(str::to_owned)
                    }
                };
                match key {
                    Some(key) if key == name => Some(self.written(write.file, &None, i)),
                    Some(_) => None,
                    None => Some(Known::unknown(name)),
                }
            }
            WriteKind::Whole(i) => {
                let value = facts.writes[i].definition.value;
                let settings = self.eval(write.file, &None, value);
                Some(self.made_setting(&settings, name))
            }
            WriteKind::Assign(call) => {
                let Expr::Call { arguments, .. } = &facts.node(call).expr else {
                    return None;
                };
                let mut sources = arguments.iter().skip(1).rev();
                sources.find_map(|source| {
                    let settings = self.eval(write.file, &None, source.expr);
                    given(self.made_setting(&settings, name))
                })
            }
        }
    }

    /// Whether a write is to the one client that is made at a place: there, or where a function
    /// makes many of them, in that function.
    fn is_of_one(&self, client: &Client, write: &DefaultWrite) -> bool {
        let Made::At(file, id) = client.made else {
            return true;
        };
        let facts = self.facts(file);
        let maker = facts.function_of(facts.node(id).block);
        let (place, _) = self.place_and_target(write);
        let writer = self.facts(write.file).function_of(place.block);
        maker.is_none() || (write.file == file && writer == maker)
    }

    fn order(
        &self,
        (write_file, write): (FileId, Use),
        (file, place): (FileId, Use),
        client: &Client,
    ) -> Order {
        let facts = self.facts(write_file);
        let write = on_the_spot(facts, write);
        let place = on_the_spot(self.facts(file), place);
        let writer = facts.function_of(write.block);
        let blocks = ancestors(facts, write.block);
        let kind = |block: &BlockId| facts.block(*block).kind;
        let is_loop = |block: &BlockId| kind(block) == BlockKind::Loop;
        let reader = self.facts(file).function_of(place.block);
        if write_file == file && writer == reader {
            let around = ancestors(facts, place.block);
            let is_looped = blocks.iter().any(|b| is_loop(b) && around.contains(b));
            return match (write.at >= place.at, around.contains(&write.block)) {
                (true, _) if is_looped => Order::Unknown,
                (true, _) => Order::After,
                (false, true) => Order::Before,
                (false, false) => Order::Unknown,
            };
        }
        let may_not = |block: &BlockId| is_loop(block) || kind(block) == BlockKind::Branch;
        if blocks.iter().any(may_not) {
            return Order::Unknown;
        }
        // The function that makes the client has set it up: it is used elsewhere.
        let maker = match client.made {
            Made::At(file, id) => {
                let facts = self.facts(file);
                Some((file, facts.function_of(facts.node(id).block)))
            }
            _ => None,
        };
        if writer.is_some() {
            let by_maker = maker == Some((write_file, writer));
            return match by_maker && reader.is_some() {
                true => Order::Before,
                false => Order::Unknown,
            };
        }
        match reader {
            // What makes clients may well run before.
            Some(_) if maker == Some((file, reader)) => Order::Unknown,
            // Functions run when modules have.
            Some(_) => Order::Before,
            None if write_file == file => Order::Unknown,
            // Modules that import each other run in an order that is not looked at.
            None => match self.program.around(write_file) {
                Some(around) => match (around.before.contains(&file), around.after.contains(&file))
                {
                    (true, false) => Order::After,
                    (false, true) => Order::Before,
                    _ => Order::Unknown,
                },
                None => Order::Unknown,
            },
        }
    }
}

/// A place in a function that is called on the spot is as good as one around it.
fn on_the_spot(facts: &FileFacts, place: Use) -> Use {
    let mut block = place.block;
    while let BlockKind::Function(id) = facts.block(block).kind {
        let function = facts.function(id);
        let entry = facts.block(block);
        let is_called = matches!(function.handed, Some(Handed::Called(_))) && !function.is_async;
        match entry.parent {
            Some(parent) if is_called && entry.after.is_empty() => block = parent,
            _ => break,
        }
    }
    Use {
        at: place.at,
        block,
    }
}

/// Which modules run before one because it imports them, and which after it, maybe over others.
#[derive(Debug, Default, PartialEq)]
pub(in super::super) struct Around {
    before: HashSet<FileId>,
    after: HashSet<FileId>,
}

impl Around {
    /// Of the files that change settings of clients.
    pub(in super::super) fn of_writers(program: &Program) -> HashMap<FileId, Around> {
        let mut imported: HashMap<FileId, Vec<FileId>> = HashMap::default();
        let mut importers: HashMap<FileId, Vec<FileId>> = HashMap::default();
        for file in 0..program.len() as FileId {
            for import in &program.facts(file).imports {
                if let Some(target) = program.import(file, &import.specifier) {
                    imported.entry(file).or_default().push(target);
                    importers.entry(target).or_default().push(file);
                }
            }
        }
        let writers: BTreeSet<_> = program.default_writes().iter().map(|w| w.file).collect();
        let around = |file: FileId| Around {
            before: reachable(&imported, file),
            after: reachable(&importers, file),
        };
        let writers = writers.into_iter().take(MAX_WRITES);
        writers.map(|file| (file, around(file))).collect()
    }
}

fn reachable(edges: &HashMap<FileId, Vec<FileId>>, from: FileId) -> HashSet<FileId> {
    let mut seen = HashSet::default();
    let mut pending = vec![from];
    while let Some(file) = pending.pop() {
        let next = edges.get(&file).into_iter().flatten();
        pending.extend(next.filter(|&&next| seen.insert(next)));
    }
    seen
}
