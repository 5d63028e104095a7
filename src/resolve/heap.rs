//! Which objects a file's expressions can be, told apart by where they are made: a points-to
//! analysis by unification (Steensgaard, "Points-to analysis in almost linear time", 1996),
//! blind to order and to calls.
//!
//! Evaluation follows values forwards and cannot see that an object is changed through another
//! name, by a function that it was passed to, or by code outside the file. This says for each
//! place that makes an object which writes can reach it, and whether unknown code can.
//!
//! Invariants: everything that may be the same object is in one class; exports do not count as
//! reaching unknown code (a file that changes what it imports is a later concern).

use super::globals;
use super::libraries::is_library;
use crate::js::facts::*;
use rustc_hash::FxHashMap as HashMap;
use std::collections::BTreeSet;

/// A class of expressions, by its representative.
type Node = u32;

/// The field that stands for every element of a list.
const ELEMENT: &str = "[]";
/// How many arguments are told apart.
const MAX_ARGUMENTS: usize = 8;
/// How many fields are carried over before they do.
const MAX_COPIED: usize = 100_000;
/// How often copies (`{...a}`) are carried over before they count as the same object.
const MAX_ROUNDS: usize = 12;

/// What is known of a class of objects.
#[derive(Debug, Default, Clone)]
pub(super) struct Object {
    fields: HashMap<String, Node>,
    /// Read or written under an unknown key: all named fields are one.
    collapsed: Option<Node>,
    /// Unknown code can reach it.
    pub(super) escaped: bool,
    /// Writes to its properties.
    pub(super) writes: Vec<usize>,
    /// Changed as a whole: array methods in place, `Object.assign`, `Object.defineProperty`.
    pub(super) changes: Vec<ExprId>,
    /// Expressions that make such objects.
    pub(super) makers: u32,
    /// Names that it has.
    pub(super) names: BTreeSet<BindingId>,
    /// It is a property of something, or goes in or out of functions.
    pub(super) held: bool,
    is_function: bool,
}

impl Object {
    /// Only one name of the program ever leads to it.
    pub(super) fn lone_name(&self) -> Option<BindingId> {
        let mut names = self.names.iter();
        match (names.next(), names.next()) {
            (Some(&one), None) if !self.held && !self.escaped && self.makers == 1 => Some(one),
            _ => None,
        }
    }
}

/// The classes of a file.
pub(super) struct Heap {
    parent: Vec<Node>,
    /// By representative; most expressions are no objects and need none.
    objects: HashMap<Node, Box<Object>>,
    nothing: Object,
    bindings: u32,
    functions: u32,
    classes: u32,
    instances: u32,
}

struct Builder<'a> {
    facts: &'a FileFacts,
    heap: Heap,
    globals: HashMap<String, Node>,
    copies: Vec<(Node, Node)>,
    /// Calls: the callee's class, the arguments, and whether it is known to keep nothing.
    calls: Vec<(Node, Vec<Node>, bool)>,
}

impl Heap {
    /// Analyses a file.
    pub(super) fn of(facts: &FileFacts) -> Heap {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let bindings = count(facts.nodes.len());
        let functions = bindings + count(facts.bindings.len());
        let classes = functions + count(facts.functions.len());
        let instances = classes + count(facts.classes.len());
        let total = instances + count(facts.classes.len());
        let mut builder = Builder {
            facts,
            heap: Heap {
                parent: (0..total).collect(),
                objects: HashMap::default(),
                nothing: Object::default(),
                bindings,
                functions,
                classes,
                instances,
            },
            globals: HashMap::default(),
            copies: Vec::new(),
            calls: Vec::new(),
        };
        builder.run();
        builder.heap
    }

    /// The objects that an expression makes or can be.
    pub(super) fn object(&self, id: ExprId) -> &Object {
        self.at(id.0)
    }

    /// What a name can be.
    pub(super) fn binding(&self, id: BindingId) -> &Object {
        self.at(self.bindings + id.0)
    }

    /// The instances of a class.
    pub(super) fn instances(&self, id: ClassId) -> &Object {
        self.at(self.instances + id.0)
    }

    /// A class itself.
    pub(super) fn class(&self, id: ClassId) -> &Object {
        self.at(self.classes + id.0)
    }

    /// What a property of an object can be.
    pub(super) fn field<'a>(&'a self, object: &'a Object, name: &str) -> Option<&'a Object> {
        let node = object.fields.get(name).or(object.collapsed.as_ref())?;
        Some(self.at(*node))
    }

    fn at(&self, node: Node) -> &Object {
        let object = self.objects.get(&self.root(node));
        object.map_or(&self.nothing, |object| object)
    }

    fn root(&self, mut node: Node) -> Node {
        while self.parent[node as usize] != node {
            node = self.parent[node as usize];
        }
        node
    }
}

impl Builder<'_> {
    fn run(&mut self) {
        let facts = self.facts;
        for (i, binding) in facts.bindings.iter().enumerate() {
            let node = self.heap.bindings + i as u32;
            self.object(node).names.insert(BindingId(i as u32));
            if !matches!(binding.kind, BindingKind::Variable | BindingKind::Parameter) {
                self.object(node).escaped = true;
            }
            for definition in binding.definitions.iter().filter(|d| !d.append) {
                self.join(node, definition.value.0);
            }
        }
        for i in 0..facts.functions.len() {
            self.function(FunctionId(i as u32));
        }
        for i in 0..facts.classes.len() {
            self.class(ClassId(i as u32));
        }
        for i in 0..facts.nodes.len() {
            self.expression(ExprId(i as u32));
        }
        for (i, write) in facts.writes.iter().enumerate() {
            let field = self.key_field(write.object.0, &write.key);
            self.join(field, write.definition.value.0);
            self.object(write.object.0).writes.push(i);
        }
        self.carry_copies();
        self.spread_escapes();
    }

    fn find(&mut self, node: Node) -> Node {
        let mut at = node;
        while self.heap.parent[at as usize] != at {
            let up = self.heap.parent[at as usize];
            self.heap.parent[at as usize] = self.heap.parent[up as usize];
            at = up;
        }
        at
    }

    fn object(&mut self, node: Node) -> &mut Object {
        let root = self.find(node);
        self.heap.objects.entry(root).or_default()
    }

    fn fresh(&mut self) -> Node {
        let node = self.heap.parent.len() as u32;
        self.heap.parent.push(node);
        node
    }

    /// Makes two classes one, and with them what their fields are.
    fn join(&mut self, a: Node, b: Node) {
        let mut pending = vec![(a, b)];
        while let Some((a, b)) = pending.pop() {
            let (a, b) = (self.find(a), self.find(b));
            if a == b {
                continue;
            }
            // The smaller one goes into the larger one.
            let size = |node: &Node| {
                let object = self.heap.objects.get(node);
                object.map_or(0, |o| 1 + o.fields.len() + o.writes.len() + o.names.len())
            };
            let (into, from) = match size(&a) < size(&b) {
                true => (b, a),
                false => (a, b),
            };
            self.heap.parent[from as usize] = into;
            let Some(old) = self.heap.objects.remove(&from) else {
                continue;
            };
            let old = *old;
            let kept = self.heap.objects.entry(into).or_default();
            for (name, node) in old.fields {
                match kept.fields.get(&name) {
                    Some(&other) => pending.push((node, other)),
                    None => {
                        kept.fields.insert(name, node);
                    }
                }
            }
            match (kept.collapsed, old.collapsed) {
                (Some(x), Some(y)) => pending.push((x, y)),
                (None, other) => kept.collapsed = other,
                _ => {}
            }
            if let Some(all) = kept.collapsed {
                // They are gone from here, so that each is looked at once.
                let named = take_named(&mut kept.fields);
                pending.extend(named.into_iter().map(|node| (node, all)));
            }
            kept.escaped |= old.escaped;
            kept.held |= old.held;
            kept.is_function |= old.is_function;
            kept.makers += old.makers;
            kept.writes.extend(old.writes);
            kept.changes.extend(old.changes);
            kept.names.extend(old.names);
        }
    }

    fn field(&mut self, node: Node, name: &str) -> Node {
        let object = self.object(node);
        if let Some(&field) = object.fields.get(name) {
            return field;
        }
        if let (Some(all), false) = (object.collapsed, name.starts_with('%')) {
            return all;
        }
        let field = self.fresh();
        self.object(field).held = !matches!(name, "%return" | "%this");
        self.object(node).fields.insert(name.to_owned(), field);
        field
    }

    /// Every named field of an object, as one.
    fn any_field(&mut self, node: Node) -> Node {
        if let Some(all) = self.object(node).collapsed {
            return all;
        }
        let all = self.fresh();
        self.object(all).held = true;
        let fields = take_named(&mut self.object(node).fields);
        self.object(node).collapsed = Some(all);
        for field in fields {
            self.join(field, all);
        }
        all
    }

    fn key_field(&mut self, node: Node, key: &Key) -> Node {
        match key {
            Key::Name(name) if name.bytes().all(|b| b.is_ascii_digit()) => {
                self.field(node, ELEMENT)
            }
            Key::Name(name) => self.field(node, name),
            Key::Computed(key) => match &self.facts.node(*key).expr {
                Expr::Text(name) => self.field(node, name),
                Expr::Number(_) => self.field(node, ELEMENT),
                _ => self.any_field(node),
            },
        }
    }

    fn made(&mut self, node: Node) {
        self.object(node).makers += 1;
    }

    fn function(&mut self, id: FunctionId) {
        let facts = self.facts;
        let node = self.heap.functions + id.0;
        self.object(node).is_function = true;
        let result = self.field(node, "%return");
        for value in &facts.function(id).returns {
            self.join(result, value.0);
        }
    }

    fn class(&mut self, id: ClassId) {
        let facts = self.facts;
        let (class, instance) = (self.heap.classes + id.0, self.heap.instances + id.0);
        self.made(class);
        self.made(instance);
        let new = self.field(class, "%new");
        self.join(new, instance);
        let prototype = self.field(class, "prototype");
        self.join(prototype, instance);
        self.object(class).is_function = true;
        let entry = facts.class(id);
        if let Some(superclass) = entry.superclass {
            let base = self.field(superclass.0, "%new");
            self.join(base, instance);
        }
        if let Some(constructor) = entry.constructor {
            let function = self.heap.functions + constructor.0;
            for i in 0..=MAX_ARGUMENTS {
                let name = format!("%{i}");
                let (a, b) = (self.field(class, &name), self.field(function, &name));
                self.join(a, b);
            }
        }
        for member in &entry.members {
            let owner = if member.is_static { class } else { instance };
            let field = self.key_field(owner, &member.key);
            match member.kind {
                MemberKind::Field(Some(value)) => self.join(field, value.0),
                MemberKind::Field(None) => {}
                MemberKind::Method(f) => self.join(field, self.heap.functions + f.0),
                MemberKind::Getter(f) => {
                    let result = self.field(self.heap.functions + f.0, "%return");
                    self.join(field, result);
                }
                MemberKind::Setter(f) => {
                    let value = self.field(self.heap.functions + f.0, "%0");
                    self.join(field, value);
                }
            }
        }
    }

    fn expression(&mut self, id: ExprId) {
        let facts = self.facts;
        let node = id.0;
        match &facts.node(id).expr {
            Expr::Binding(binding) => self.join(node, self.heap.bindings + binding.0),
            Expr::Global(name) => {
                let global = self.global(name);
                self.join(node, global);
            }
            Expr::Conditional { yes, no, .. } => {
                self.join(node, yes.0);
                self.join(node, no.0);
            }
            Expr::Logical { op, left, right } => {
                // The left side of `&&` is no object where it is the result.
                if *op != Logical::And {
                    self.join(node, left.0);
                }
                self.join(node, right.0);
            }
            Expr::Await(value) => self.join(node, value.0),
            Expr::Default { value, default } => {
                self.join(node, value.0);
                self.join(node, default.0);
            }
            Expr::Element(iterated) => {
                let element = self.field(iterated.0, ELEMENT);
                self.join(node, element);
            }
            Expr::Rest { object, .. } => self.copies.push((object.0, node)),
            Expr::Member { object, key } => self.member(id, *object, key),
            Expr::Object(properties) => self.literal(node, properties),
            Expr::Namespace(exported) => {
                self.made(node);
                for (name, binding) in exported {
                    let field = self.field(node, name);
                    self.join(field, self.heap.bindings + binding.0);
                }
            }
            Expr::Array(elements) => {
                self.made(node);
                let element = self.field(node, ELEMENT);
                for part in elements {
                    match part.spread {
                        true => self.copies.push((part.expr.0, node)),
                        false => self.join(element, part.expr.0),
                    }
                }
            }
            Expr::Function(function) => self.join(node, self.heap.functions + function.0),
            Expr::Class(class) => self.join(node, self.heap.classes + class.0),
            Expr::This => {
                if let Some(this) = self.this_of(facts.node(id).block) {
                    self.join(node, this);
                }
            }
            Expr::Parameter {
                function,
                index,
                rest,
            } => self.parameter(node, *function, *index as usize, *rest),
            Expr::Call { callee, arguments } => self.call(id, *callee, arguments),
            Expr::New { callee, arguments } => {
                self.made(node);
                let known = is_known_class(facts, *callee);
                if !known {
                    let new = self.field(callee.0, "%new");
                    self.join(node, new);
                }
                self.pass(*callee, arguments, known || is_of_library(facts, *callee));
            }
            _ => {}
        }
    }

    fn global(&mut self, name: &str) -> Node {
        let name = match globals::is_global_object(name) {
            true => "window",
            false => name,
        };
        if let Some(&node) = self.globals.get(name) {
            return node;
        }
        let node = self.fresh();
        self.globals.insert(name.to_owned(), node);
        if name != "window" {
            let window = self.global("window");
            let field = self.field(window, name);
            self.join(node, field);
            let written = self.facts.writes.iter().any(|w| {
                w.key == Key::Name(name.into())
                    && matches!(&self.facts.node(w.object).expr, Expr::Global(g) if globals::is_global_object(g))
            });
            // What a module exports is not given to unknown code.
            let exported = matches!(name, "module" | "exports");
            self.object(node).escaped = !written && !exported;
        }
        node
    }

    fn member(&mut self, id: ExprId, object: ExprId, key: &Key) {
        let facts = self.facts;
        let owner = match facts.node(object).expr {
            Expr::Super => {
                match super::class_of_this(facts, facts.function_of(facts.node(id).block)) {
                    Some((class, true)) => self.heap.classes + class.0,
                    Some((class, false)) => self.heap.instances + class.0,
                    None => return,
                }
            }
            _ => object.0,
        };
        let field = self.key_field(owner, key);
        self.join(id.0, field);
    }

    fn literal(&mut self, node: Node, properties: &[Property]) {
        self.made(node);
        for property in properties {
            match property {
                Property::Value(key, value) => {
                    let field = self.key_field(node, key);
                    self.join(field, value.0);
                }
                Property::Getter(key, function) => {
                    let field = self.key_field(node, key);
                    let result = self.field(self.heap.functions + function.0, "%return");
                    self.join(field, result);
                }
                Property::Setter(key, function) => {
                    let field = self.key_field(node, key);
                    let value = self.field(self.heap.functions + function.0, "%0");
                    self.join(field, value);
                }
                Property::Spread(spread) => self.copies.push((spread.0, node)),
            }
        }
    }

    fn this_of(&mut self, block: BlockId) -> Option<Node> {
        let facts = self.facts;
        let mut at = facts.function_of(block);
        while let Some(id) = at {
            match facts.function(id).this {
                ThisOf::Outer => at = facts.function(id).parent,
                ThisOf::Class(class, true) => return Some(self.heap.classes + class.0),
                ThisOf::Class(class, false) => return Some(self.heap.instances + class.0),
                ThisOf::Object(object) => return Some(object.0),
                ThisOf::Caller => return Some(self.field(self.heap.functions + id.0, "%this")),
            }
        }
        Some(self.global("window"))
    }

    fn parameter(&mut self, node: Node, function: FunctionId, index: usize, rest: bool) {
        let function = self.heap.functions + function.0;
        if !rest {
            let argument = self.field(function, &argument_name(index));
            return self.join(node, argument);
        }
        self.made(node);
        let element = self.field(node, ELEMENT);
        for i in index..=MAX_ARGUMENTS {
            let argument = self.field(function, &argument_name(i));
            self.join(element, argument);
        }
    }

    /// Hands arguments to a callee.
    fn pass(&mut self, callee: ExprId, arguments: &[Argument], keeps_nothing: bool) {
        let mut given = Vec::new();
        let mut spread = false;
        for (i, argument) in arguments.iter().enumerate() {
            spread |= argument.spread;
            let value = match argument.spread {
                true => self.field(argument.expr.0, ELEMENT),
                false => argument.expr.0,
            };
            given.push(argument.expr.0);
            if keeps_nothing {
                continue;
            }
            let last = if spread { MAX_ARGUMENTS } else { i };
            for i in i..=last {
                let parameter = self.field(callee.0, &argument_name(i));
                self.join(parameter, value);
            }
        }
        self.calls.push((callee.0, given, keeps_nothing));
    }

    fn call(&mut self, id: ExprId, callee: ExprId, arguments: &[Argument]) {
        let facts = self.facts;
        let first = arguments.first().map(|a| a.expr.0);
        match &facts.node(callee).expr {
            Expr::Super => {
                let class =
                    super::class_of_this(facts, facts.function_of(facts.node(callee).block));
                let base = class.and_then(|(class, _)| facts.class(class).superclass);
                if let Some(base) = base {
                    self.pass(base, arguments, is_known_class(facts, base));
                }
                return;
            }
            Expr::Member {
                object,
                key: Key::Name(method),
            } => {
                if let Expr::Global(global) = &facts.node(*object).expr
                    && self.platform(id, &format!("{global}.{method}"), arguments)
                {
                    return;
                }
                let known = self.method(id, *object, method, arguments);
                let this = self.field(callee.0, "%this");
                self.join(this, object.0);
                let result = self.field(callee.0, "%return");
                self.join(id.0, result);
                return self.pass(callee, arguments, known || is_of_library(facts, callee));
            }
            Expr::Global(name) if is_pure(name) => {
                if let (true, Some(first)) = (name == "structuredClone", first) {
                    self.copies.push((first, id.0));
                }
                return self.pass(callee, arguments, true);
            }
            _ => {}
        }
        let result = self.field(callee.0, "%return");
        self.join(id.0, result);
        self.pass(
            callee,
            arguments,
            is_hook(facts, callee) || is_of_library(facts, callee),
        );
    }

    /// A call of a function of the platform by its path; whether it is one that is known.
    fn platform(&mut self, id: ExprId, path: &str, arguments: &[Argument]) -> bool {
        let Some(first) = arguments.first().map(|a| a.expr) else {
            return false;
        };
        match path {
            "Object.freeze" | "Object.seal" | "Object.preventExtensions" | "Promise.resolve" => {
                self.join(id.0, first.0);
            }
            "Object.assign"
            | "Object.defineProperty"
            | "Object.defineProperties"
            | "Object.setPrototypeOf"
            | "Reflect.set"
            | "Reflect.defineProperty"
            | "Reflect.deleteProperty" => {
                self.join(id.0, first.0);
                self.object(first.0).changes.push(id);
                for other in arguments.iter().skip(1) {
                    self.copies.push((other.expr.0, first.0));
                }
            }
            "Object.create" | "Array.from" => {
                self.made(id.0);
                self.copies.push((first.0, id.0));
                if path == "Array.from" && arguments.len() > 1 {
                    let element = self.field(first.0, ELEMENT);
                    self.callback(arguments.get(1).map(|a| a.expr), &[element]);
                }
            }
            "Object.values" | "Object.entries" => {
                self.made(id.0);
                let all = self.any_field(first.0);
                let mut element = self.field(id.0, ELEMENT);
                if path == "Object.entries" {
                    element = self.field(element, ELEMENT);
                }
                self.join(element, all);
            }
            "Promise.all" | "Promise.race" | "Promise.any" | "Promise.allSettled" => {
                let (a, b) = (self.field(id.0, ELEMENT), self.field(first.0, ELEMENT));
                self.join(a, b);
                self.join(id.0, b);
            }
            "Reflect.get" => {
                let all = self.any_field(first.0);
                self.join(id.0, all);
            }
            "Object.keys"
            | "Object.is"
            | "Array.isArray"
            | "JSON.stringify"
            | "Object.hasOwn"
            | "Object.getOwnPropertyNames"
            | "Reflect.has"
            | "Reflect.ownKeys"
            | "Object.isFrozen"
            | "URL.canParse"
            | "URL.createObjectURL"
            | "navigator.sendBeacon"
            | "window.fetch"
            | "self.fetch"
            | "globalThis.fetch" => {}
            _ => return path.starts_with("console.") || path.starts_with("Math."),
        }
        true
    }

    /// Calls a callback with these.
    fn callback(&mut self, function: Option<ExprId>, given: &[Node]) -> Option<Node> {
        let function = function?.0;
        for (i, value) in given.iter().enumerate() {
            let parameter = self.field(function, &argument_name(i));
            self.join(parameter, *value);
        }
        Some(self.field(function, "%return"))
    }

    /// A call of a method by its name; whether that is known to keep none of its arguments.
    fn method(&mut self, id: ExprId, object: ExprId, method: &str, arguments: &[Argument]) -> bool {
        let receiver = object.0;
        let first = arguments.first().map(|a| a.expr);
        match method {
            "push" | "unshift" | "splice" | "fill" => {
                self.object(receiver).changes.push(id);
                let element = self.field(receiver, ELEMENT);
                for argument in arguments {
                    match argument.spread {
                        true => self.copies.push((argument.expr.0, receiver)),
                        false => self.join(element, argument.expr.0),
                    }
                }
                if method != "push" {
                    self.join(id.0, receiver);
                }
            }
            "reverse" | "sort" | "copyWithin" => {
                self.object(receiver).changes.push(id);
                self.join(id.0, receiver);
            }
            "pop" | "shift" => {
                self.object(receiver).changes.push(id);
                let element = self.field(receiver, ELEMENT);
                self.join(id.0, element);
            }
            "at" => {
                let element = self.field(receiver, ELEMENT);
                self.join(id.0, element);
            }
            "forEach" | "map" | "filter" | "find" | "findLast" | "some" | "every" | "flatMap"
            | "findIndex" => {
                let element = self.field(receiver, ELEMENT);
                let index = self.fresh();
                let given = [element, index, receiver];
                let taken = first.map_or(3, |f| self.taken(f));
                let result = self.callback(first, given.get(..taken).unwrap_or(&given));
                self.iterated(id, method, element, result);
            }
            "reduce" | "reduceRight" => {
                let element = self.field(receiver, ELEMENT);
                if let Some(result) = self.callback(first, &[id.0, element]) {
                    self.join(id.0, result);
                }
                match arguments.get(1) {
                    Some(start) => self.join(id.0, start.expr.0),
                    None => self.join(id.0, element),
                }
            }
            "slice" | "concat" | "toSorted" | "toReversed" | "flat" | "values" | "entries" => {
                self.made(id.0);
                let mine = self.field(id.0, ELEMENT);
                let theirs = self.field(receiver, ELEMENT);
                self.join(mine, theirs);
                if matches!(method, "flat" | "entries" | "concat") {
                    let inner = self.field(mine, ELEMENT);
                    self.join(inner, mine);
                }
                for argument in arguments {
                    self.copies.push((argument.expr.0, id.0));
                    self.join(mine, argument.expr.0);
                }
            }
            "then" | "catch" | "finally" => {
                let result = self.callback(first, &[receiver]);
                if let Some(result) = result {
                    self.join(id.0, result);
                }
                self.join(id.0, receiver);
            }
            "append" | "set" | "delete" => {
                self.object(receiver).changes.push(id);
                return method == "delete";
            }
            "call" | "apply" | "bind" => self.called(id, receiver, method, arguments),
            _ => return is_quiet(method),
        }
        true
    }

    /// How many arguments a callback looks at.
    fn taken(&self, callback: ExprId) -> usize {
        match self.facts.node(callback).expr {
            Expr::Function(f) => self.facts.function(f).parameters.len(),
            _ => 3,
        }
    }

    fn iterated(&mut self, id: ExprId, method: &str, element: Node, result: Option<Node>) {
        match method {
            "map" | "flatMap" => {
                self.made(id.0);
                let mine = self.field(id.0, ELEMENT);
                if let Some(result) = result {
                    self.join(mine, result);
                    if method == "flatMap" {
                        self.copies.push((result, id.0));
                    }
                }
            }
            "filter" => {
                self.made(id.0);
                let mine = self.field(id.0, ELEMENT);
                self.join(mine, element);
            }
            "find" | "findLast" => self.join(id.0, element),
            _ => {}
        }
    }

    /// `f.call(this, …)`, `f.apply(this, […])`, `f.bind(this, …)`.
    fn called(&mut self, id: ExprId, function: Node, how: &str, arguments: &[Argument]) {
        if let Some(this) = arguments.first() {
            let field = self.field(function, "%this");
            self.join(field, this.expr.0);
        }
        let list = how == "apply";
        for (i, argument) in arguments.iter().skip(1).enumerate() {
            let every = list || argument.spread;
            let value = match every {
                true => self.field(argument.expr.0, ELEMENT),
                false => argument.expr.0,
            };
            let last = if every { MAX_ARGUMENTS } else { i };
            for i in i..=last {
                let parameter = self.field(function, &argument_name(i));
                self.join(parameter, value);
            }
        }
        if how == "bind" {
            // Which parameters are left is not told apart.
            self.join(id.0, function);
            if arguments.len() > 1 {
                for i in 1..=MAX_ARGUMENTS {
                    let (a, b) = (
                        self.field(function, &argument_name(0)),
                        self.field(function, &argument_name(i)),
                    );
                    self.join(a, b);
                }
            }
            return;
        }
        let result = self.field(function, "%return");
        self.join(id.0, result);
    }

    /// Copies share what is nested in what they copy.
    fn carry_copies(&mut self) {
        let mut copied = 0;
        for round in 0..=MAX_ROUNDS {
            let mut changed = false;
            for (from, to) in self.copies.clone() {
                if self.find(from) == self.find(to) {
                    continue;
                }
                copied += self.object(from).fields.len();
                if round == MAX_ROUNDS || copied > MAX_COPIED {
                    self.join(from, to);
                    continue;
                }
                if self.object(from).collapsed.is_some() && self.object(to).collapsed.is_none() {
                    self.any_field(to);
                    changed = true;
                }
                let names: Vec<_> = self.object(from).fields.keys().cloned().collect();
                for name in names.iter().filter(|n| !n.starts_with('%')) {
                    let (a, b) = (self.field(from, name), self.field(to, name));
                    if self.find(a) != self.find(b) {
                        self.join(a, b);
                        changed = true;
                    }
                }
                if let Some(all) = self.object(from).collapsed {
                    let other = self.any_field(to);
                    if self.find(all) != self.find(other) {
                        self.join(all, other);
                        changed = true;
                    }
                }
            }
            if !changed {
                return;
            }
        }
    }

    /// What unknown code can reach, and what can be reached from there.
    fn spread_escapes(&mut self) {
        for (callee, arguments, keeps_nothing) in std::mem::take(&mut self.calls) {
            let object = self.object(callee);
            let unknown = object.escaped || !object.is_function;
            if unknown && !keeps_nothing {
                for argument in arguments {
                    self.object(argument).escaped = true;
                }
            }
        }
        let mut pending: Vec<Node> = (0..self.heap.parent.len() as u32)
            .filter(|&n| {
                let object = self.heap.objects.get(&n);
                object.is_some_and(|o| o.escaped)
            })
            .collect();
        while let Some(node) = pending.pop() {
            let object = self.object(node);
            // What a function closes over is changed by its own code only, which is seen; and
            // whoever constructs a class seldom changes what it made.
            let reached: Vec<_> = object
                .fields
                .iter()
                .filter(|(name, _)| *name != "%new")
                .map(|(_, node)| node)
                .chain(object.collapsed.as_ref())
                .copied()
                .collect();
            for field in reached {
                let object = self.object(field);
                if !object.escaped {
                    object.escaped = true;
                    pending.push(self.find(field));
                }
            }
        }
    }
}

/// The fields that one for every name stands for from now on.
fn take_named(fields: &mut HashMap<String, Node>) -> Vec<Node> {
    let taken = fields.extract_if(|name, _| !name.starts_with('%'));
    taken.map(|(_, node)| node).collect()
}

fn argument_name(index: usize) -> String {
    format!("%{}", index.min(MAX_ARGUMENTS))
}

/// React's hooks look at what they are given and change nothing.
fn is_hook(facts: &FileFacts, callee: ExprId) -> bool {
    let name = match &facts.node(callee).expr {
        Expr::Binding(id) => match &facts.binding(*id).kind {
            BindingKind::Import { name, .. } => name,
            _ => return false,
        },
        _ => return false,
    };
    matches!(
        name.as_str(),
        "useEffect" | "useLayoutEffect" | "useMemo" | "useCallback"
    )
}

/// `axios.create(…)`, `new HttpLink(…)`: libraries of clients copy the settings that they are given.
fn is_of_library(facts: &FileFacts, callee: ExprId) -> bool {
    let root = match facts.node(callee).expr {
        Expr::Member { object, .. } => object,
        _ => callee,
    };
    match facts.node(root).expr {
        Expr::Binding(id) => match &facts.binding(id).kind {
            BindingKind::Import { specifier, .. } => is_library(specifier),
            _ => false,
        },
        _ => false,
    }
}

/// Functions of the platform that keep and change nothing they are given.
fn is_pure(name: &str) -> bool {
    matches!(
        name,
        "fetch"
            | "fetchLater"
            | "String"
            | "Number"
            | "Boolean"
            | "Symbol"
            | "BigInt"
            | "encodeURIComponent"
            | "encodeURI"
            | "decodeURIComponent"
            | "decodeURI"
            | "parseInt"
            | "parseFloat"
            | "isNaN"
            | "setTimeout"
            | "setInterval"
            | "clearTimeout"
            | "clearInterval"
            | "structuredClone"
            | "require"
            | "alert"
            | "atob"
            | "btoa"
            | "addEventListener"
            | "queueMicrotask"
    )
}

fn is_known_class(facts: &FileFacts, id: ExprId) -> bool {
    match &facts.node(id).expr {
        Expr::Global(name) => {
            // A proxy hands its target on, and lists keep what they are given.
            globals::is_class(name) && !matches!(name.as_str(), "Map" | "Set")
                || matches!(name.as_str(), "Error" | "TypeError" | "Blob" | "Worker")
        }
        _ => false,
    }
}

/// Methods that keep and change nothing they are given, whatever has them.
fn is_quiet(method: &str) -> bool {
    matches!(
        method,
        "addEventListener"
            | "removeEventListener"
            | "hasOwnProperty"
            | "toString"
            | "join"
            | "includes"
            | "indexOf"
            | "lastIndexOf"
            | "startsWith"
            | "endsWith"
            | "replace"
            | "replaceAll"
            | "split"
            | "substring"
            | "substr"
            | "trim"
            | "toLowerCase"
            | "toUpperCase"
            | "charAt"
            | "test"
            | "exec"
            | "match"
            | "has"
            | "keys"
            | "getItem"
            | "setItem"
            | "setAttribute"
            | "getAttribute"
            | "appendChild"
            | "append"
            | "setRequestHeader"
            | "open"
            | "send"
            | "json"
            | "text"
            | "addAll"
            | "get"
            | "add"
            | "sendBeacon"
            | "fetch"
            | "useEffect"
            | "useMemo"
            | "useCallback"
    )
}
