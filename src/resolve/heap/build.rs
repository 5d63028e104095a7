//! What a file says about which nodes can be the same object.

use super::classes::Classes;
use super::fields::{Field, MAX_ARGUMENTS, Names};
use super::nodes::{Node, Nodes};
use super::platform::is_known_class;
use crate::js::facts::*;
use crate::resolve::class_of_this;
use crate::resolve::globals::is_global_object;
use crate::resolve::libraries::is_library;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

/// The global object, whatever it is called.
const WINDOW: &str = "window";
/// How many fields are carried over before copies count as the same object.
const MAX_COPIED: usize = 100_000;
/// How often copies (`{...a}`) are carried over before they do.
const MAX_ROUNDS: usize = 12;

/// A call, as far as it matters for what unknown code can reach.
pub(super) struct Passed<'a> {
    pub(super) callee: Node,
    pub(super) arguments: &'a [Argument],
    /// The callee is known to keep nothing.
    pub(super) keeps_nothing: bool,
}

/// What a file says, read in one go.
pub(super) struct Builder<'a> {
    pub(super) facts: &'a FileFacts,
    pub(super) nodes: Nodes,
    pub(super) classes: Classes,
    pub(super) names: Names<'a>,
    /// Nodes that make an object, each time that they do.
    pub(super) makers: Vec<Node>,
    /// Objects that calls change as a whole.
    pub(super) changes: Vec<(Node, ExprId)>,
    pub(super) calls: Vec<Passed<'a>>,
    /// From what and to what properties are copied.
    pub(super) copies: Vec<(Node, Node)>,
    /// The imports, by the bindings, that are of libraries of clients.
    pub(super) of_libraries: HashSet<BindingId>,
    globals: HashMap<&'a str, Node>,
    /// Properties of the global object that are written to.
    written: HashSet<&'a str>,
}

impl<'a> Builder<'a> {
    /// Reads a file.
    pub(super) fn run(facts: &'a FileFacts) -> Builder<'a> {
        let nodes = Nodes::of(facts);
        let mut builder = Builder {
            facts,
            nodes,
            classes: Classes::new(nodes.count),
            names: Names::default(),
            makers: Vec::new(),
            changes: Vec::new(),
            calls: Vec::new(),
            copies: Vec::new(),
            of_libraries: imports_of_libraries(facts),
            globals: HashMap::default(),
            written: written_globals(facts),
        };
        builder.read();
        builder
    }

    fn read(&mut self) {
        let facts = self.facts;
        for (binding, id) in facts.bindings.iter().zip(0..) {
            self.binding(BindingId(id), binding);
        }
        for id in 0..facts.functions.len() {
            self.function(FunctionId(id as u32));
        }
        for id in 0..facts.classes.len() {
            self.class(ClassId(id as u32));
        }
        for id in 0..facts.nodes.len() {
            self.expression(ExprId(id as u32));
        }
        for write in &facts.writes {
            let field = self.key_field(write.object.0, &write.key);
            self.join(field, write.definition.value.0);
        }
        self.carry_copies();
    }

    pub(super) fn join(&mut self, a: Node, b: Node) {
        self.classes.join(a, b);
    }

    pub(super) fn field(&mut self, node: Node, field: Field) -> Node {
        self.classes.field(node, field)
    }

    /// Every property of an object, as one.
    pub(super) fn any_property(&mut self, node: Node) -> Node {
        self.classes.any_property(node)
    }

    fn named(&mut self, node: Node, name: &'a str) -> Node {
        let field = self.names.field(name);
        self.field(node, field)
    }

    fn key_field(&mut self, node: Node, key: &'a Key) -> Node {
        match key {
            Key::Name(name) if name.bytes().all(|b| b.is_ascii_digit()) => {
                self.field(node, Field::ELEMENT)
            }
            Key::Name(name) => self.named(node, name),
            Key::Computed(key) => match &self.facts.node(*key).expr {
                Expr::Text(name) => self.named(node, name),
                Expr::Number(_) => self.field(node, Field::ELEMENT),
                _ => self.any_property(node),
            },
        }
    }

    pub(super) fn made(&mut self, node: Node) {
        self.makers.push(node);
    }

    pub(super) fn changed(&mut self, node: Node, by: ExprId) {
        self.changes.push((node, by));
    }

    fn binding(&mut self, id: BindingId, binding: &Binding) {
        let node = self.nodes.binding(id);
        if !matches!(binding.kind, BindingKind::Variable | BindingKind::Parameter) {
            self.classes.shape_mut(node).escaped = true;
        }
        for definition in binding.definitions.iter().filter(|d| !d.append) {
            self.join(node, definition.value.0);
        }
    }

    fn function(&mut self, id: FunctionId) {
        let facts = self.facts;
        let node = self.nodes.function(id);
        let result = self.field(node, Field::RETURN);
        for value in &facts.function(id).returns {
            self.join(result, value.0);
        }
    }

    fn class(&mut self, id: ClassId) {
        let facts = self.facts;
        let (class, instance) = (self.nodes.class(id), self.nodes.instance(id));
        self.made(class);
        self.made(instance);
        let new = self.field(class, Field::NEW);
        self.join(new, instance);
        let prototype = self.named(class, "prototype");
        self.join(prototype, instance);
        let entry = facts.class(id);
        if let Some(superclass) = entry.superclass {
            let base = self.field(superclass.0, Field::NEW);
            self.join(base, instance);
        }
        if let Some(constructor) = entry.constructor {
            let function = self.nodes.function(constructor);
            for i in 0..=MAX_ARGUMENTS {
                let argument = Field::argument(i);
                let (a, b) = (self.field(class, argument), self.field(function, argument));
                self.join(a, b);
            }
        }
        for member in &entry.members {
            let owner = if member.is_static { class } else { instance };
            let field = self.key_field(owner, &member.key);
            match member.kind {
                MemberKind::Field(Some(value)) => self.join(field, value.0),
                MemberKind::Field(None) => {}
                MemberKind::Method(f) => self.join(field, self.nodes.function(f)),
                MemberKind::Getter(f) => {
                    let result = self.field(self.nodes.function(f), Field::RETURN);
                    self.join(field, result);
                }
                MemberKind::Setter(f) => {
                    let value = self.field(self.nodes.function(f), Field::argument(0));
                    self.join(field, value);
                }
            }
        }
    }

    fn expression(&mut self, id: ExprId) {
        let facts = self.facts;
        let node = id.0;
        match &facts.node(id).expr {
            Expr::Binding(binding) => self.join(node, self.nodes.binding(*binding)),
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
                let element = self.field(iterated.0, Field::ELEMENT);
                self.join(node, element);
            }
            Expr::Rest { object, .. } => self.copies.push((object.0, node)),
            Expr::Member { object, key } => self.member(id, *object, key),
            Expr::Object(properties) => self.literal(node, properties),
            Expr::Namespace(exported) => {
                self.made(node);
                for (name, binding) in exported {
                    let field = self.named(node, name);
                    self.join(field, self.nodes.binding(*binding));
                }
            }
            Expr::Array(elements) => {
                self.made(node);
                let element = self.field(node, Field::ELEMENT);
                for part in elements {
                    match part.spread {
                        true => self.copies.push((part.expr.0, node)),
                        false => self.join(element, part.expr.0),
                    }
                }
            }
            Expr::Function(function) => self.join(node, self.nodes.function(*function)),
            Expr::Class(class) => self.join(node, self.nodes.class(*class)),
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
                    let new = self.field(callee.0, Field::NEW);
                    self.join(node, new);
                }
                self.pass(*callee, arguments, known || self.is_of_library(*callee));
            }
            _ => {}
        }
    }

    fn global(&mut self, name: &'a str) -> Node {
        if let Some(&node) = self.globals.get(name) {
            return node;
        }
        let node = match is_global_object(name) {
            true if name != WINDOW => self.global(WINDOW),
            true => self.classes.fresh(),
            false => self.property_of_window(name),
        };
        self.globals.insert(name, node);
        node
    }

    fn property_of_window(&mut self, name: &'a str) -> Node {
        let window = self.global(WINDOW);
        let node = self.named(window, name);
        // What a module exports is not given to unknown code.
        let is_exported = matches!(name, "module" | "exports");
        self.classes.shape_mut(node).escaped = !is_exported && !self.written.contains(name);
        node
    }

    fn member(&mut self, id: ExprId, object: ExprId, key: &'a Key) {
        let facts = self.facts;
        let owner = match facts.node(object).expr {
            Expr::Super => match class_of_this(facts, facts.function_of(facts.node(id).block)) {
                Some((class, true)) => self.nodes.class(class),
                Some((class, false)) => self.nodes.instance(class),
                None => return,
            },
            _ => object.0,
        };
        let field = self.key_field(owner, key);
        self.join(id.0, field);
    }

    fn literal(&mut self, node: Node, properties: &'a [Property]) {
        self.made(node);
        for property in properties {
            match property {
                Property::Value(key, value) => {
                    let field = self.key_field(node, key);
                    self.join(field, value.0);
                }
                Property::Getter(key, function) => {
                    let field = self.key_field(node, key);
                    let result = self.field(self.nodes.function(*function), Field::RETURN);
                    self.join(field, result);
                }
                Property::Setter(key, function) => {
                    let field = self.key_field(node, key);
                    let value = self.field(self.nodes.function(*function), Field::argument(0));
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
                ThisOf::Class(class, true) => return Some(self.nodes.class(class)),
                ThisOf::Class(class, false) => return Some(self.nodes.instance(class)),
                ThisOf::Object(object) => return Some(object.0),
                ThisOf::Caller => return Some(self.field(self.nodes.function(id), Field::THIS)),
            }
        }
        Some(self.global(WINDOW))
    }

    fn parameter(&mut self, node: Node, function: FunctionId, index: usize, rest: bool) {
        let function = self.nodes.function(function);
        if !rest {
            let argument = self.field(function, Field::argument(index));
            return self.join(node, argument);
        }
        self.made(node);
        let element = self.field(node, Field::ELEMENT);
        for i in index..=MAX_ARGUMENTS {
            let argument = self.field(function, Field::argument(i));
            self.join(element, argument);
        }
    }

    /// Copies share what is nested in what they copy.
    fn carry_copies(&mut self) {
        let copies = std::mem::take(&mut self.copies);
        let mut copied = 0;
        for round in 0..=MAX_ROUNDS {
            let mut changed = false;
            for &(from, to) in &copies {
                if self.classes.are_one(from, to) {
                    continue;
                }
                copied += self.classes.shape(from).len();
                if round == MAX_ROUNDS || copied > MAX_COPIED {
                    self.join(from, to);
                    continue;
                }
                changed |= self.carry(from, to);
            }
            if !changed {
                return;
            }
        }
    }

    /// Carries properties over; whether that changes anything.
    fn carry(&mut self, from: Node, to: Node) -> bool {
        let mut changed = false;
        if self.classes.shape(from).is_collapsed() && !self.classes.shape(to).is_collapsed() {
            self.any_property(to);
            changed = true;
        }
        let fields = self.classes.shape(from).fields();
        let properties = fields.map(|(field, _)| field).filter(|f| f.is_property());
        for field in properties.collect::<Vec<_>>() {
            let (a, b) = (self.field(from, field), self.field(to, field));
            changed |= self.unite(a, b);
        }
        if let Some(all) = self.classes.shape(from).others() {
            let other = self.any_property(to);
            changed |= self.unite(all, other);
        }
        changed
    }

    /// Joins two classes; whether they were two.
    fn unite(&mut self, a: Node, b: Node) -> bool {
        let are_two = !self.classes.are_one(a, b);
        if are_two {
            self.join(a, b);
        }
        are_two
    }

    /// `axios.create(…)`, `new HttpLink(…)`: libraries of clients copy the settings that they are
    /// given.
    pub(super) fn is_of_library(&self, callee: ExprId) -> bool {
        let root = match self.facts.node(callee).expr {
            Expr::Member { object, .. } => object,
            _ => callee,
        };
        match &self.facts.node(root).expr {
            Expr::Binding(id) => self.of_libraries.contains(id),
            _ => false,
        }
    }
}

/// The names of imports of libraries of clients.
fn imports_of_libraries(facts: &FileFacts) -> HashSet<BindingId> {
    let is_of_library = |binding: &Binding| match &binding.kind {
        BindingKind::Import { specifier, .. } => is_library(specifier),
        _ => false,
    };
    let bindings = facts.bindings.iter().zip(0..);
    let of_libraries = bindings.filter(|(binding, _)| is_of_library(binding));
    of_libraries.map(|(_, id)| BindingId(id)).collect()
}

/// The properties of the global object that a file writes to.
fn written_globals(facts: &FileFacts) -> HashSet<&str> {
    let names = facts.writes.iter().filter_map(|write| {
        let Key::Name(name) = &write.key else {
            return None;
        };
        match &facts.node(write.object).expr {
            Expr::Global(object) if is_global_object(object) => Some(name.as_str()),
            _ => None,
        }
    });
    names.collect()
}
