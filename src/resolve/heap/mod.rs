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
//!
//! It is worked out anew at each edit, so it is made of numbers: expressions, names and so on are
//! nodes ([`nodes`]), names of properties are numbered ([`fields`]), the nodes are joined to
//! classes ([`classes`]) as the file says ([`build`], [`calls`]), and only then is it summed up
//! what is known of each class ([`objects`]).

mod build;
mod calls;
mod classes;
mod fields;
mod nodes;
mod objects;
mod platform;
#[cfg(test)]
mod tests;

use crate::js::facts::*;
use nodes::{Node, Nodes};

/// What is known of a class of objects.
#[derive(Debug, Default, Clone)]
pub(super) struct Object {
    /// Unknown code can reach it.
    pub(super) escaped: bool,
    /// Writes to its properties, in the order of the file.
    pub(super) writes: Vec<usize>,
    /// Changed as a whole: array methods in place, `Object.assign`, `Object.defineProperty`; in
    /// the order of the file.
    pub(super) changes: Vec<ExprId>,
    /// Expressions that make such objects.
    pub(super) makers: u32,
    /// How many names it has.
    pub(super) names: u32,
    /// One of them.
    name: Option<BindingId>,
    /// It is a property of something, or goes in or out of functions.
    held: bool,
    is_function: bool,
    /// What its property `searchParams` is, among the objects.
    search_params: Option<u32>,
}

impl Object {
    /// Only one name of the program ever leads to it.
    pub(super) fn lone_name(&self) -> Option<BindingId> {
        let is_lone = self.names == 1 && self.makers == 1 && !self.held && !self.escaped;
        self.name.filter(|_| is_lone)
    }
}

/// The classes of a file.
pub(super) struct Heap {
    nodes: Nodes,
    /// For each node, which of the objects it can be.
    object_of: Vec<u32>,
    /// The first one is nothing: most expressions are no objects.
    objects: Vec<Object>,
}

impl Heap {
    /// Analyses a file.
    pub(super) fn of(facts: &FileFacts) -> Heap {
        let built = build::Builder::run(facts);
        objects::sum_up(facts, built)
    }

    /// The objects that an expression makes or can be.
    pub(super) fn object(&self, id: ExprId) -> &Object {
        self.at(self.nodes.expression(id))
    }

    /// What a name can be.
    pub(super) fn binding(&self, id: BindingId) -> &Object {
        self.at(self.nodes.binding(id))
    }

    /// The instances of a class.
    pub(super) fn instances(&self, id: ClassId) -> &Object {
        self.at(self.nodes.instance(id))
    }

    /// A class itself.
    pub(super) fn class(&self, id: ClassId) -> &Object {
        self.at(self.nodes.class(id))
    }

    /// What the query of a `URL` object can be, if anything asks for it.
    pub(super) fn search_params(&self, object: &Object) -> Option<&Object> {
        let params = object.search_params?;
        Some(&self.objects[params as usize])
    }

    fn at(&self, node: Node) -> &Object {
        &self.objects[self.object_of[node as usize] as usize]
    }
}
