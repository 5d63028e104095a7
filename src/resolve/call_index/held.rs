//! What holds the functions of one file: names, properties, classes.

use crate::js::FileFacts;
use crate::js::facts::*;
use crate::resolve::marks::Marks;
use crate::resolve::only_value;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

/// How a property holds a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Value,
    Setter,
}

/// What holds a file's functions.
#[derive(Debug, Default)]
pub(in crate::resolve) struct Held {
    /// The properties and methods that hold each.
    pub(super) names: HashMap<FunctionId, Vec<(Atom, How)>>,
    /// The names of methods and of setters among them.
    pub(super) methods: HashSet<Atom>,
    pub(super) setters: HashSet<Atom>,
    pub(super) constructors: HashMap<FunctionId, ClassId>,
    /// The class whose instances have a method.
    pub(super) owners: HashMap<FunctionId, ClassId>,
    /// Functions that may be anywhere.
    pub(super) nameless: HashSet<FunctionId>,
}

impl Held {
    /// The class whose instances have a function as a method.
    pub(in crate::resolve) fn owner(&self, function: FunctionId) -> Option<ClassId> {
        self.owners.get(&function).copied()
    }

    pub(in crate::resolve) fn of(facts: &FileFacts) -> Held {
        let mut out = Held::default();
        let mut held = Marks::none(facts);
        for binding in &facts.bindings {
            if let [one] = binding.definitions.as_slice() {
                held.insert(one.value);
            }
        }
        for node in &facts.nodes {
            let Expr::Object(properties) = &node.expr else {
                continue;
            };
            for property in properties {
                match property {
                    Property::Value(Key::Name(name), value) => {
                        out.hold_value(facts, name, *value, &mut held);
                    }
                    Property::Setter(Key::Name(name), function) => {
                        out.hold_name(*function, name, How::Setter);
                    }
                    _ => {}
                }
            }
        }
        for write in &facts.writes {
            if let Key::Name(name) = &write.key {
                out.hold_value(facts, name, write.definition.value, &mut held);
            }
        }
        for export in &facts.exports {
            if let Export::Local { value, .. } = export {
                held.insert(*value);
            }
        }
        for (i, class) in facts.classes.iter().enumerate() {
            let id = ClassId(i as u32);
            if let Some(constructor) = class.constructor {
                out.constructors.insert(constructor, id);
            }
            for member in &class.members {
                out.hold_member(facts, id, member, &mut held);
            }
        }
        // A function without a name can be anywhere.
        for (i, node) in facts.nodes.iter().enumerate() {
            if let Expr::Function(function) = node.expr
                && !held.contains(ExprId(i as u32))
            {
                out.nameless.insert(function);
            }
        }
        out
    }

    fn hold_member(
        &mut self,
        facts: &FileFacts,
        class: ClassId,
        member: &Member,
        held: &mut Marks,
    ) {
        let (function, how) = match member.kind {
            MemberKind::Field(Some(value)) => {
                if let Key::Name(name) = &member.key {
                    self.hold_value(facts, name, value, held);
                }
                match facts.node(value).expr {
                    Expr::Function(function) => (function, None),
                    _ => return,
                }
            }
            MemberKind::Method(function) => (function, Some(How::Value)),
            MemberKind::Setter(function) => (function, Some(How::Setter)),
            MemberKind::Field(None) | MemberKind::Getter(_) => return,
        };
        if !member.is_static {
            self.owners.insert(function, class);
        }
        match (how, &member.key) {
            (Some(how), Key::Name(name)) => self.hold_name(function, name, how),
            (None, Key::Name(_)) => {}
            _ => {
                self.nameless.insert(function);
            }
        }
    }

    fn hold_value(&mut self, facts: &FileFacts, name: &Atom, value: ExprId, held: &mut Marks) {
        let function = match &facts.node(value).expr {
            Expr::Function(function) => *function,
            Expr::Binding(id) => match only_value(facts, *id) {
                Some(Expr::Function(function)) => *function,
                _ => return,
            },
            _ => return,
        };
        held.insert(value);
        self.hold_name(function, name, How::Value);
    }

    fn hold_name(&mut self, function: FunctionId, name: &Atom, how: How) {
        let names = self.names.entry(function).or_default();
        if names.iter().all(|(n, h)| n != name || *h != how) {
            names.push((name.clone(), how));
        }
        match how {
            How::Value => self.methods.insert(name.clone()),
            How::Setter => self.setters.insert(name.clone()),
        };
    }
}
