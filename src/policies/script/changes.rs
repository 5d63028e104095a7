//! What code does to objects and lists after they were made: `directives.connectSrc.push(…)`,
//! `csp['img-src'] = […]`.

use super::eval::Script;
use super::files::ScriptFiles;
use super::value::{At, List, Value};
use crate::js::FileFacts;
use crate::js::facts::*;
use crate::resolve::Runs;
use rustc_hash::FxHashMap as HashMap;

/// A change of what a name holds.
#[derive(Debug, Clone)]
pub(super) struct Change {
    file: u32,
    /// From the name to what is changed.
    path: Vec<Key>,
    kind: Kind,
    start: u32,
    block: BlockId,
    id: ExprId,
}

#[derive(Debug, Clone)]
enum Kind {
    /// The last key of the path is given a value; appended to the old one.
    Set(ExprId, bool),
    /// Elements are added.
    Add(Vec<Argument>),
    /// `Object.assign(it, …)`.
    Assign(Vec<Argument>),
    /// Something else.
    Unknown,
}

/// All changes of a program's files, by the name in the file that declares it.
pub(super) struct Changes {
    by_name: HashMap<(u32, BindingId), Vec<Change>>,
}

impl Changes {
    pub(super) fn of(files: &ScriptFiles) -> Changes {
        let mut out = Changes {
            by_name: HashMap::default(),
        };
        for file in 0..files.files.len() as u32 {
            out.writes(files, file);
            out.calls(files, file);
        }
        for changes in out.by_name.values_mut() {
            changes.sort_by_key(|change| (change.file, change.start));
        }
        out
    }

    fn add(&mut self, files: &ScriptFiles, object: ExprId, change: Change) {
        let facts = files.facts(change.file);
        let Some((name, mut path)) = rooted(facts, object) else {
            return;
        };
        path.extend(change.path);
        let owner = declared(files, change.file, name, 8);
        let change = Change { path, ..change };
        self.by_name.entry(owner).or_default().push(change);
    }

    fn writes(&mut self, files: &ScriptFiles, file: u32) {
        for write in &files.facts(file).writes {
            let definition = &write.definition;
            let change = Change {
                file,
                path: vec![write.key.clone()],
                kind: match definition.maybe {
                    true => Kind::Unknown,
                    false => Kind::Set(definition.value, definition.append),
                },
                start: definition.span.start,
                block: definition.block,
                id: definition.value,
            };
            self.add(files, write.object, change);
        }
    }

    fn calls(&mut self, files: &ScriptFiles, file: u32) {
        let facts = files.facts(file);
        for &id in &facts.candidates {
            let node = facts.node(id);
            let Expr::Call { callee, arguments } = &node.expr else {
                continue;
            };
            let change = |kind: Kind| Change {
                file,
                path: Vec::new(),
                kind,
                start: node.span.start,
                block: node.block,
                id,
            };
            if let Expr::Member {
                object,
                key: Key::Name(method),
            } = &facts.node(*callee).expr
            {
                match method.as_str() {
                    "push" | "unshift" | "add" => {
                        self.add(files, *object, change(Kind::Add(arguments.to_vec())));
                    }
                    "splice" | "pop" | "shift" | "fill" | "copyWithin" | "delete" | "clear"
                    | "set" => self.add(files, *object, change(Kind::Unknown)),
                    _ => {}
                }
            }
            self.given(files, facts, *callee, arguments, change);
        }
    }

    /// Functions that change what they are given.
    fn given(
        &mut self,
        files: &ScriptFiles,
        facts: &FileFacts,
        callee: ExprId,
        arguments: &[Argument],
        change: impl Fn(Kind) -> Change,
    ) {
        let name = match &facts.node(callee).expr {
            Expr::Member {
                key: Key::Name(name),
                ..
            } => name,
            Expr::Binding(id) => &facts.binding(*id).name,
            _ => return,
        };
        let Some(first) = arguments.first().filter(|a| !a.spread) else {
            return;
        };
        match name.as_str() {
            "assign" | "extend" | "assignIn" => {
                let kind = Kind::Assign(arguments[1..].to_vec());
                self.add(files, first.expr, change(kind));
            }
            "merge" | "mergeWith" | "defaultsDeep" | "defaults" | "set" | "unset" => {
                self.add(files, first.expr, change(Kind::Unknown));
            }
            _ => self.handed_to_own(files, facts, callee, arguments, change),
        }
    }

    /// A function of the same file that writes to its parameters.
    fn handed_to_own(
        &mut self,
        files: &ScriptFiles,
        facts: &FileFacts,
        callee: ExprId,
        arguments: &[Argument],
        change: impl Fn(Kind) -> Change,
    ) {
        let Expr::Binding(id) = facts.node(callee).expr else {
            return;
        };
        let [one] = facts.binding(id).definitions.as_slice() else {
            return;
        };
        let Expr::Function(function) = facts.node(one.value).expr else {
            return;
        };
        if !changes_parameters(facts, function) {
            return;
        }
        for argument in arguments {
            self.add(files, argument.expr, change(Kind::Unknown));
        }
    }
}

/// Whether a function changes what its parameters hold.
fn changes_parameters(facts: &FileFacts, function: FunctionId) -> bool {
    let is_own = |object: ExprId| {
        rooted(facts, object).is_some_and(|(name, _)| {
            let binding = facts.binding(name);
            binding.kind == BindingKind::Parameter
                && facts.function_of(binding.block) == Some(function)
        })
    };
    let pushed = |id: &ExprId| match &facts.node(*id).expr {
        Expr::Call { callee, .. } => match &facts.node(*callee).expr {
            Expr::Member {
                object,
                key: Key::Name(method),
            } => {
                matches!(
                    method.as_str(),
                    "push" | "unshift" | "splice" | "add" | "set" | "pop" | "shift"
                ) && is_own(*object)
            }
            _ => false,
        },
        _ => false,
    };
    facts.writes.iter().any(|write| is_own(write.object)) || facts.candidates.iter().any(pushed)
}

/// The name that a chain of members begins with, and the keys.
fn rooted(facts: &FileFacts, mut id: ExprId) -> Option<(BindingId, Vec<Key>)> {
    let mut path = Vec::new();
    loop {
        match &facts.node(id).expr {
            Expr::Member { object, key } => {
                path.push(key.clone());
                id = *object;
            }
            Expr::Binding(name) => {
                path.reverse();
                return Some((*name, path));
            }
            _ => return None,
        }
    }
}

/// Where a name is declared that may be imported, or another name of the same thing.
fn declared(files: &ScriptFiles, file: u32, name: BindingId, hops: u32) -> (u32, BindingId) {
    let here = (file, name);
    let Some(hops) = hops.checked_sub(1) else {
        return here;
    };
    let facts = files.facts(file);
    let binding = facts.binding(name);
    if let BindingKind::Import { specifier, name } = &binding.kind {
        let target = files.import(file, specifier);
        let found = target.and_then(|target| exported(files, target, name));
        return found.map_or(here, |(file, name)| declared(files, file, name, hops));
    }
    match binding.definitions.as_slice() {
        [one] => match facts.node(one.value).expr {
            Expr::Binding(other) if other != name => declared(files, file, other, hops),
            _ => here,
        },
        _ => here,
    }
}

fn exported(files: &ScriptFiles, file: u32, name: &str) -> Option<(u32, BindingId)> {
    let facts = files.facts(file);
    facts.exports.iter().find_map(|export| match export {
        Export::Local { name: own, value } if own == name => match facts.node(*value).expr {
            Expr::Binding(id) => Some((file, id)),
            _ => None,
        },
        _ => None,
    })
}

impl Script<'_> {
    /// Does to a value what the program does to the name that holds it.
    pub(super) fn changed(&mut self, at: &At, name: BindingId, start: u32, value: &mut Value) {
        let changes = self.changes.clone();
        let Some(all) = changes.by_name.get(&(at.file, name)) else {
            return;
        };
        let facts = self.facts_of(at.file);
        let user = facts.function_of(facts.node(at.id).block);
        let home = facts.function_of(facts.binding(name).block);
        let given = self.given(at, user);
        for change in all {
            let function = self.facts_of(change.file).function_of(change.block);
            let is_here = change.file == at.file && function == user;
            if is_here && change.start >= start {
                continue;
            }
            let given = if is_here { given.as_slice() } else { &[] };
            let (block, start) = (change.block, change.start);
            let runs = self.probe.runs(change.file, block, start, given);
            if runs == Runs::Never {
                continue;
            }
            let is_sure =
                runs == Runs::Always && change.file == at.file && (function == home || is_here);
            let inside = At {
                file: change.file,
                id: change.id,
                env: match change.file == at.file {
                    true => at.env.clone(),
                    false => None,
                },
            };
            let path: Vec<Option<String>> = change
                .path
                .iter()
                .map(|key| self.key(&inside, key))
                .collect();
            self.apply(&inside, change, &path, is_sure, value);
            if value.size().is_none() {
                *value = Value::hole("a-long-list", None);
                return;
            }
        }
    }

    fn apply(
        &mut self,
        at: &At,
        change: &Change,
        path: &[Option<String>],
        is_sure: bool,
        value: &mut Value,
    ) {
        match (path, &change.kind) {
            ([Some(last)], Kind::Set(new, append)) => {
                let mut made = self.eval(&At {
                    id: *new,
                    ..at.clone()
                });
                if *append {
                    let mut text = value.property(last).to_text();
                    text.append(made.to_text());
                    made = Value::text(text);
                }
                match value {
                    Value::Object(object) => object.set(last, made, is_sure),
                    other => open(other),
                }
            }
            ([], Kind::Add(arguments)) => self.add_items(at, arguments, is_sure, value),
            ([], Kind::Assign(arguments)) => {
                let Value::Object(object) = value else {
                    return open(value);
                };
                for argument in arguments {
                    let more = self.eval(&At {
                        id: argument.expr,
                        ..at.clone()
                    });
                    object.spread(more, is_sure && !argument.spread);
                }
            }
            ([], _) => open(value),
            ([Some(first), rest @ ..], _) => match value {
                Value::Object(object) => {
                    let mut inner = object.get(first);
                    if matches!(inner, Value::Undefined) {
                        inner = Value::hole(first, None);
                    }
                    self.apply(at, change, rest, is_sure, &mut inner);
                    object.set(first, inner, true);
                }
                other => open(other),
            },
            // Any property of it.
            ([None, ..], _) => open(value),
        }
    }

    fn add_items(&mut self, at: &At, arguments: &[Argument], is_sure: bool, value: &mut Value) {
        let Value::List(list) = value else {
            return open(value);
        };
        for argument in arguments {
            let new = self.eval(&At {
                id: argument.expr,
                ..at.clone()
            });
            let items = match (argument.spread, new) {
                (false, new) => vec![new],
                (true, Value::List(List { items, .. })) => items,
                (true, _) => {
                    let span = self.facts_of(at.file).node(argument.expr).span;
                    vec![self.unknown(at.file, span)]
                }
            };
            list.items
                .extend(items.into_iter().map(|item| match is_sure {
                    true => item,
                    false => item.maybe(),
                }));
        }
    }
}

/// Something is done to it that is not followed.
fn open(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (name, value) in &mut object.entries {
                match value {
                    Value::List(list) => list.items.push(Value::hole(name, None)),
                    other => *other = Value::hole(name, other.place()),
                }
            }
            object.open = Some("a-later-change".to_owned());
        }
        Value::List(list) => list.items.push(Value::hole("a-later-change", None)),
        Value::Hole(_) => {}
        other => *other = Value::hole(&other.shown(), other.place()),
    }
}
