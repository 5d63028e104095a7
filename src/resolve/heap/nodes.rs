//! What is told apart in a file before anything is joined.

use crate::js::facts::*;

/// An expression, a name, a function, a class, its instances, or a property of one of them.
pub(super) type Node = u32;

/// How the nodes of a file are numbered: expressions come first, properties last.
#[derive(Clone, Copy)]
pub(super) struct Nodes {
    bindings: u32,
    functions: u32,
    classes: u32,
    instances: u32,
    /// How many there are, without properties.
    pub(super) count: u32,
}

impl Nodes {
    pub(super) fn of(facts: &FileFacts) -> Nodes {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let bindings = count(facts.nodes.len());
        let functions = bindings + count(facts.bindings.len());
        let classes = functions + count(facts.functions.len());
        let instances = classes + count(facts.classes.len());
        Nodes {
            bindings,
            functions,
            classes,
            instances,
            count: instances + count(facts.classes.len()),
        }
    }

    pub(super) fn expression(&self, id: ExprId) -> Node {
        id.0
    }

    pub(super) fn binding(&self, id: BindingId) -> Node {
        self.bindings + id.0
    }

    pub(super) fn function(&self, id: FunctionId) -> Node {
        self.functions + id.0
    }

    pub(super) fn class(&self, id: ClassId) -> Node {
        self.classes + id.0
    }

    /// The instances of a class.
    pub(super) fn instance(&self, id: ClassId) -> Node {
        self.instances + id.0
    }
}
