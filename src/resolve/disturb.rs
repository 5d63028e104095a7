//! Objects that change after they are made: what else a property can be, by the writes that
//! reach the object ([`super::heap`]) and that following one name does not see.

use super::Evaluator;
use super::eval::{elements, guarded};
use super::heap::Object;
use super::known::{Env, FileId, JsValue, Known, Possible, Ref};
use super::reach::{Use, ancestors};
use super::url_object::{self, QueryChange};
use crate::js::facts::*;
use std::collections::BTreeSet;
use std::rc::Rc;

/// An object with more writes than this is not followed.
const MAX_WRITES: usize = 200;

/// A list that is appended to in more places than this is not followed.
const MAX_PUSHES: usize = 64;

/// Who owns the property that is read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Owner {
    /// An object literal.
    Literal(ExprId),
    /// Instances of a class.
    Instances(ClassId),
    /// A class itself.
    Class(ClassId),
}

impl Evaluator<'_> {
    /// A property whose value is known from where its object is made (or nothing, if it has
    /// none there), together with what other writes make of it.
    pub(super) fn disturbed(
        &mut self,
        file: FileId,
        owner: Owner,
        name: &str,
        initial: Option<Known>,
        seen: &dyn Fn(usize) -> bool,
    ) -> Option<Known> {
        let heap = self.heap(file);
        let facts = self.facts(file);
        let object = match owner {
            Owner::Literal(id) => heap.object(id),
            Owner::Instances(id) => heap.instances(id),
            Owner::Class(id) => heap.class(id),
        };
        // What is written to an accessor goes to its setter.
        let accessor = match owner {
            Owner::Literal(id) => literal_accessor(facts, id, name),
            Owner::Instances(id) => class_accessor(facts, id, name, false),
            Owner::Class(id) => class_accessor(facts, id, name, true),
        };
        let other = self.other_values(file, object, name, accessor, seen);
        if other.possible().is_empty() {
            return initial;
        }
        let mut out = Known::default();
        for possible in initial.iter().flat_map(|k| k.possible()) {
            if !is_missing(possible) {
                out.push(possible.clone());
            }
        }
        out.extend(other);
        Some(out)
    }

    fn other_values(
        &mut self,
        file: FileId,
        object: &Object,
        name: &str,
        accessor: bool,
        seen: &dyn Fn(usize) -> bool,
    ) -> Known {
        let mut out = Known::default();
        if object.writes.len() > MAX_WRITES {
            return Known::unknown(name);
        }
        let facts = self.facts(file);
        for &write in object.writes.iter().filter(|&&w| !accessor && !seen(w)) {
            match self.key_of(file, &facts.writes[write].key) {
                Some(key) if key != name => {}
                Some(_) if object.makers <= 1 => out.extend(self.written(file, &None, write)),
                _ => out.extend(Known::unknown(name)),
            }
        }
        for &change in &object.changes {
            out.extend(self.changed_property(file, change, name));
        }
        if object.escaped && !self.trusts_others {
            out.extend(Known::unknown(name));
        }
        out
    }

    /// Whether a property of a value is a getter or a setter.
    pub(super) fn has_accessor(&self, value: &JsValue, name: &str) -> bool {
        match value {
            JsValue::Object(o) => literal_accessor(self.facts(o.file), o.id, name),
            JsValue::Instance(i) => {
                class_accessor(self.facts(i.class.file), i.class.id, name, false)
            }
            JsValue::Class(c) => class_accessor(self.facts(c.file), c.id, name, true),
            _ => false,
        }
    }

    /// Whether an object may get properties after it is made.
    pub(super) fn grows(&self, object: &Ref<ExprId>) -> bool {
        let heap = self.heap(object.file);
        self.is_changed(heap.object(object.id))
    }

    /// Whether anything changes an object after it is made.
    fn is_changed(&self, object: &Object) -> bool {
        let escaped = object.escaped && !self.trusts_others;
        escaped || !object.writes.is_empty() || !object.changes.is_empty()
    }

    fn key_of(&mut self, file: FileId, key: &Key) -> Option<String> {
        match key {
            Key::Name(name) => Some(name.to_string()),
            Key::Computed(key) => self.eval(file, &None, *key).as_text().map(str::to_owned),
        }
    }

    /// What `Object.assign(object, …)` and the like make of a property.
    fn changed_property(&mut self, file: FileId, change: ExprId, name: &str) -> Known {
        let facts = self.facts(file);
        let Expr::Call { callee, arguments } = &facts.node(change).expr else {
            return Known::unknown(name);
        };
        let method = match &facts.node(*callee).expr {
            Expr::Member {
                key: Key::Name(method),
                ..
            } => method.as_str(),
            _ => return Known::unknown(name),
        };
        let others = arguments.iter().skip(1);
        if method == "assign" && others.clone().all(|a| !a.spread) {
            let mut out = Known::default();
            for source in others {
                let source = self.eval(file, &None, source.expr);
                let values = source.map(|p| match &p.value {
                    JsValue::Object(object) => {
                        self.own_object_property(object, name).unwrap_or_default()
                    }
                    JsValue::Undefined | JsValue::Null => Known::default(),
                    _ => Known::unknown(name),
                });
                out.extend(values);
            }
            return out;
        }
        let keyed = matches!(method, "defineProperty" | "set" | "deleteProperty");
        if let (true, Some(key)) = (keyed, arguments.get(1)) {
            let key = self.eval(file, &None, key.expr);
            if key.as_text().is_some_and(|key| key != name) {
                return Known::default();
            }
        }
        Known::unknown(name)
    }

    /// A list that is changed after it is made, as it can be at any time.
    pub(super) fn settled(&mut self, file: FileId, id: ExprId, known: Known) -> Known {
        let is_list = |p: &Possible| matches!(p.value, JsValue::Array { .. });
        if !known.possible().iter().any(is_list) {
            return known;
        }
        let known = self.changed_outside(file, id, known);
        let heap = self.heap(file);
        let object = heap.object(id);
        if !self.is_changed(object) || self.is_appended_by_name(file, object).is_some() {
            return known;
        }
        let facts = self.facts(file);
        let reordered = (!object.escaped || self.trusts_others)
            && object.writes.is_empty()
            && object.changes.iter().all(|&c| is_reordering(facts, c));
        known.map(|possible| match &possible.value {
            JsValue::Array {
                elements: all,
                more,
            } => {
                let (elements, more) = match reordered {
                    true => {
                        let any = elements(&possible.value.clone().into());
                        (Rc::new(vec![any; all.len()]), *more)
                    }
                    false => (all.clone(), true),
                };
                possible.with(JsValue::Array { elements, more }).into()
            }
            _ => possible.clone().into(),
        })
    }

    /// A list that other files change, as it can be at any time.
    fn changed_outside(&mut self, file: FileId, id: ExprId, known: Known) -> Known {
        let changes = self.program.outside_changes(file, id);
        if changes.is_empty() {
            return known;
        }
        let mut added = Vec::new();
        for &(other, call) in changes.iter().take(MAX_PUSHES) {
            let facts = self.facts(other);
            if let Expr::Call { arguments, .. } = &facts.node(call).expr
                && matches!(method_of(facts, call), "push" | "unshift")
            {
                let (given, _) = self.arguments(other, &None, arguments);
                added.extend(given);
            }
        }
        known.map(|possible| match &possible.value {
            JsValue::Array { elements, .. } => {
                let all = elements.iter().chain(&added).cloned().collect();
                let elements = Rc::new(all);
                let more = true;
                possible.with(JsValue::Array { elements, more }).into()
            }
            _ => possible.clone().into(),
        })
    }

    /// The one name through which a list is only appended to, if that is so.
    fn is_appended_by_name(&self, file: FileId, object: &Object) -> Option<BindingId> {
        let facts = self.facts(file);
        if !object.writes.is_empty() || object.changes.len() > MAX_PUSHES {
            return None;
        }
        let name = object.lone_name()?;
        let pushed = |&change: &ExprId| push_of(facts, change).is_some_and(|(id, _)| id == name);
        object.changes.iter().all(pushed).then_some(name)
    }

    /// A list in a name, with what was appended before a place.
    pub(super) fn with_pushes(
        &mut self,
        file: FileId,
        env: &Env,
        id: BindingId,
        known: Known,
        place: Use,
    ) -> Known {
        let is_list = |p: &Possible| matches!(p.value, JsValue::Array { .. });
        if !known.possible().iter().any(is_list) {
            return known;
        }
        let heap = self.heap(file);
        let object = heap.binding(id);
        if object.changes.is_empty() || self.is_appended_by_name(file, object) != Some(id) {
            return known;
        }
        let facts = self.facts(file);
        let mut changes: Vec<_> = object.changes.clone();
        changes.sort_by_key(|&c| facts.node(c).span.start);
        let mut known = known;
        for change in changes {
            let Some((_, arguments)) = push_of(facts, change) else {
                continue;
            };
            let (given, spread_at) = self.arguments(file, env, arguments);
            let step = self.happens(file, id, change, place);
            if step == Happens::NotYet {
                continue;
            }
            let sure = step == Happens::Before && spread_at.is_none();
            known = known.map(|p| append(p, &given, sure));
        }
        known
    }

    /// Whether a statement has run once when control is at a place.
    fn happens(&self, file: FileId, id: BindingId, change: ExprId, place: Use) -> Happens {
        let facts = self.facts(file);
        let declared = facts.binding(id).block;
        let node = facts.node(change);
        let around = ancestors(facts, place.block);
        let same = facts.function_of(node.block) == facts.function_of(place.block)
            && facts.function_of(declared) == facts.function_of(place.block);
        let made = ancestors(facts, declared);
        let in_loop = ancestors(facts, node.block)
            .iter()
            .any(|b| facts.block(*b).kind == BlockKind::Loop && !made.contains(b));
        match (same, in_loop, node.span.end <= place.at) {
            (false, ..) | (true, true, _) => Happens::Maybe,
            (true, false, false) => Happens::NotYet,
            (true, false, true) if around.contains(&node.block) => Happens::Before,
            _ => Happens::Maybe,
        }
    }

    /// Whether a `URL` object made here changes where following its name does not see it; and
    /// whether its query does.
    pub(super) fn url_changes(&self, file: FileId, made: ExprId) -> (bool, QueryChange) {
        let facts = self.facts(file);
        let heap = self.heap(file);
        let object = heap.object(made);
        let query = match heap.search_params(object) {
            Some(params) if !object.escaped => self.query_change(file, made, params),
            _ => QueryChange::None,
        };
        let parts: BTreeSet<&str> = url_object::SETTABLE.into_iter().collect();
        let mut names = BTreeSet::new();
        let mut elsewhere = false;
        for &write in &object.writes {
            let write = &facts.writes[write];
            match &write.key {
                Key::Name(name) if !parts.contains(name.as_str()) => continue,
                Key::Name(_) => {}
                Key::Computed(_) => elsewhere = true,
            }
            match facts.node(write.object).expr {
                Expr::Binding(id) => {
                    names.insert(id);
                    let home = facts.function_of(facts.binding(id).block);
                    elsewhere |= facts.function_of(write.definition.block) != home;
                }
                _ => elsewhere = true,
            }
        }
        // Another name would not see what is written through this one.
        elsewhere |= !names.is_empty() && object.names > 1;
        (elsewhere || object.escaped, query)
    }
}

impl Evaluator<'_> {
    fn query_change(&self, file: FileId, made: ExprId, params: &Object) -> QueryChange {
        let facts = self.facts(file);
        if !self.is_changed(params) {
            return QueryChange::None;
        }
        let around = ancestors(facts, facts.node(made).block);
        let sure = |&&change: &&ExprId| around.contains(&facts.node(change).block);
        let methods: BTreeSet<_> = params
            .changes
            .iter()
            .map(|&c| method_of(facts, c))
            .collect();
        let may_empty = params.escaped || methods.contains("delete");
        match params.changes.iter().any(|c| sure(&c)) && !may_empty {
            true if methods.contains("set") => QueryChange::Set,
            true => QueryChange::Appended,
            false => QueryChange::Maybe,
        }
    }
}

#[derive(PartialEq, Clone, Copy)]
enum Happens {
    Before,
    Maybe,
    NotYet,
}

fn literal_accessor(facts: &FileFacts, id: ExprId, name: &str) -> bool {
    let Expr::Object(properties) = &facts.node(id).expr else {
        return false;
    };
    properties.iter().any(|p| {
        matches!(p, Property::Getter(Key::Name(n), _) | Property::Setter(Key::Name(n), _) if n == name)
    })
}

fn class_accessor(facts: &FileFacts, id: ClassId, name: &str, is_static: bool) -> bool {
    facts.class(id).members.iter().any(|m| {
        m.is_static == is_static
            && matches!(m.kind, MemberKind::Getter(_) | MemberKind::Setter(_))
            && matches!(&m.key, Key::Name(n) if n == name)
    })
}

fn is_missing(possible: &Possible) -> bool {
    matches!(possible.value, JsValue::Undefined | JsValue::Null)
        || matches!(&possible.value, JsValue::Text(t) if t.is_empty())
}

/// `name.push(…)`: the name and the arguments.
fn push_of(facts: &FileFacts, change: ExprId) -> Option<(BindingId, &[Argument])> {
    let Expr::Call { callee, arguments } = &facts.node(change).expr else {
        return None;
    };
    match &facts.node(*callee).expr {
        Expr::Member {
            object,
            key: Key::Name(method),
        } if method == "push" => match facts.node(*object).expr {
            Expr::Binding(id) => Some((id, arguments)),
            _ => None,
        },
        _ => None,
    }
}

fn is_reordering(facts: &FileFacts, change: ExprId) -> bool {
    matches!(method_of(facts, change), "sort" | "reverse")
}

/// The name of the method that is called.
fn method_of(facts: &FileFacts, call: ExprId) -> &str {
    let Expr::Call { callee, .. } = &facts.node(call).expr else {
        return "";
    };
    match &facts.node(*callee).expr {
        Expr::Member {
            key: Key::Name(method),
            ..
        } => method,
        _ => "",
    }
}

fn append(possible: &Possible, given: &[Known], sure: bool) -> Known {
    let JsValue::Array {
        elements: all,
        more,
    } = &possible.value
    else {
        return possible.clone().into();
    };
    if sure && !more {
        let elements = all.iter().chain(given).cloned().collect();
        let elements = Rc::new(elements);
        return possible
            .with(JsValue::Array {
                elements,
                more: false,
            })
            .into();
    }
    let mut any = elements(&possible.value.clone().into());
    for element in given {
        any.extend(guarded(element, Default::default()));
    }
    let elements = Rc::new(vec![any]);
    possible
        .with(JsValue::Array {
            elements,
            more: true,
        })
        .into()
}
