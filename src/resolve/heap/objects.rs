//! What is known of the classes once all are joined.

use super::build::{Builder, Passed};
use super::classes::{Roots, Shape};
use super::fields::Field;
use super::nodes::{Node, Nodes};
use super::{Heap, Object};
use crate::js::facts::*;

/// What is known of each class.
pub(super) fn sum_up(facts: &FileFacts, mut built: Builder<'_>) -> Heap {
    let roots = built.classes.finish();
    let mut objects = Objects {
        of_root: vec![0; roots.len() as usize],
        all: vec![Object::default()],
        roots,
    };
    objects.count_names(facts, built.nodes);
    objects.find_functions(facts, built.nodes);
    for &node in &built.makers {
        objects.of(node).makers += 1;
    }
    for (i, write) in facts.writes.iter().enumerate() {
        objects.of(write.object.0).writes.push(i);
    }
    for &(node, by) in &built.changes {
        objects.of(node).changes.push(by);
    }
    objects.look_into_shapes();
    objects.spread_escapes(&built.calls);
    objects.find_queries(built.names.field("searchParams"));
    Heap {
        nodes: built.nodes,
        object_of: objects.by_node(built.nodes.count),
        objects: objects.all,
    }
}

struct Objects {
    roots: Roots,
    /// Which object a class is, by its representative.
    of_root: Vec<u32>,
    /// The first one is nothing.
    all: Vec<Object>,
}

impl Objects {
    /// The object that a node's class is.
    fn of(&mut self, node: Node) -> &mut Object {
        let root = self.roots.of(node);
        object(&mut self.of_root, &mut self.all, root)
    }

    fn count_names(&mut self, facts: &FileFacts, nodes: Nodes) {
        for id in (0..facts.bindings.len()).map(|id| BindingId(id as u32)) {
            let object = self.of(nodes.binding(id));
            object.names += 1;
            object.name = Some(id);
        }
    }

    fn find_functions(&mut self, facts: &FileFacts, nodes: Nodes) {
        for id in 0..facts.functions.len() {
            self.of(nodes.function(FunctionId(id as u32))).is_function = true;
        }
        for id in 0..facts.classes.len() {
            self.of(nodes.class(ClassId(id as u32))).is_function = true;
        }
    }

    /// What is a property of something is held.
    fn look_into_shapes(&mut self) {
        let (roots, of_root, all) = (&self.roots, &mut self.of_root, &mut self.all);
        for (root, shape) in roots.shaped() {
            if shape.escaped {
                object(of_root, all, root).escaped = true;
            }
            let fields = shape.fields().filter(|(field, _)| field.is_held());
            let held = fields.map(|(_, node)| node).chain(shape.others());
            for node in held {
                object(of_root, all, roots.of(node)).held = true;
            }
        }
    }

    /// What unknown code can reach, and what can be reached from there.
    fn spread_escapes(&mut self, calls: &[Passed<'_>]) {
        for call in calls.iter().filter(|call| !call.keeps_nothing) {
            let callee = self.of(call.callee);
            if !callee.escaped && callee.is_function {
                continue;
            }
            for argument in call.arguments {
                self.of(argument.expr.0).escaped = true;
            }
        }
        let (roots, of_root, all) = (&self.roots, &mut self.of_root, &mut self.all);
        let escaped = |root: &Node| {
            let object = of_root[*root as usize];
            all[object as usize].escaped
        };
        let mut pending: Vec<Node> = (0..roots.len()).filter(escaped).collect();
        while let Some(root) = pending.pop() {
            for node in reached(roots.shape(root)) {
                let root = roots.of(node);
                let object = object(of_root, all, root);
                if !object.escaped {
                    object.escaped = true;
                    pending.push(root);
                }
            }
        }
    }

    /// What the property that holds a query is of what has it, by name or by any.
    fn find_queries(&mut self, field: Field) {
        for (root, shape) in self.roots.shaped() {
            if let Some(node) = shape.get(field) {
                let params = self.of_root[self.roots.of(node) as usize];
                object(&mut self.of_root, &mut self.all, root).search_params = Some(params);
            }
        }
    }

    /// Which object each node is, without properties.
    fn by_node(&self, count: u32) -> Vec<u32> {
        let objects = (0..count).map(|node| self.of_root[self.roots.of(node) as usize]);
        objects.collect()
    }
}

/// The object of a class by its representative, made if there is none yet.
fn object<'a>(of_root: &mut [u32], all: &'a mut Vec<Object>, root: Node) -> &'a mut Object {
    let at = &mut of_root[root as usize];
    if *at == 0 {
        *at = all.len() as u32;
        all.push(Object::default());
    }
    &mut all[*at as usize]
}

/// What code that has an object can reach from it. What a function closes over is changed by its
/// own code only, which is seen; and whoever constructs a class seldom changes what it made.
fn reached(shape: &Shape) -> impl Iterator<Item = Node> {
    let fields = shape.fields().filter(|(field, _)| *field != Field::NEW);
    fields.map(|(_, node)| node).chain(shape.others())
}
