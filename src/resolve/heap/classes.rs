//! Classes of nodes, and what their properties are: a union-find in which joining two classes
//! joins their properties.

use super::fields::Field;
use super::nodes::Node;
use rustc_hash::FxHashMap as HashMap;

/// What joining needs to know of a class.
#[derive(Default)]
pub(super) struct Shape {
    fields: HashMap<Field, Node>,
    /// Read or written under an unknown key: all named properties are one.
    collapsed: Option<Node>,
    /// Unknown code can reach it.
    pub(super) escaped: bool,
}

impl Shape {
    pub(super) fn is_collapsed(&self) -> bool {
        self.collapsed.is_some()
    }

    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    /// What a property is.
    pub(super) fn get(&self, field: Field) -> Option<Node> {
        let named = self.fields.get(&field).copied();
        named.or(self.collapsed.filter(|_| field.is_property()))
    }

    /// The fields that are told apart, with what they are.
    pub(super) fn fields(&self) -> impl Iterator<Item = (Field, Node)> {
        self.fields.iter().map(|(&field, &node)| (field, node))
    }

    /// What all properties are that are not told apart.
    pub(super) fn others(&self) -> Option<Node> {
        self.collapsed
    }

    /// The properties that one for every name stands for from now on.
    fn take_properties(&mut self) -> Vec<Node> {
        let taken = self.fields.extract_if(|field, _| field.is_property());
        taken.map(|(_, node)| node).collect()
    }
}

/// A node: the way to its class's representative, and (of those) which shape the class has.
#[derive(Clone, Copy)]
struct Entry {
    parent: Node,
    shape: u32,
}

/// The classes of a file.
pub(super) struct Classes {
    entries: Vec<Entry>,
    /// The first one is empty: most classes have none.
    shapes: Vec<Shape>,
    /// What is yet to be joined.
    pending: Vec<(Node, Node)>,
}

impl Classes {
    /// Each node is a class of its own.
    pub(super) fn new(count: u32) -> Classes {
        let alone = |parent| Entry { parent, shape: 0 };
        // Most functions and calls need a few more.
        let mut entries = Vec::with_capacity(count as usize * 3 / 2);
        entries.extend((0..count).map(alone));
        Classes {
            entries,
            shapes: vec![Shape::default()],
            pending: Vec::new(),
        }
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> u32 {
        self.entries.len() as u32
    }

    /// A new node.
    pub(super) fn fresh(&mut self) -> Node {
        let parent = self.len();
        self.entries.push(Entry { parent, shape: 0 });
        parent
    }

    /// The representative of a node's class.
    pub(super) fn find(&mut self, mut node: Node) -> Node {
        loop {
            let up = self.entries[node as usize].parent;
            if up == node {
                return node;
            }
            let next = self.entries[up as usize].parent;
            self.entries[node as usize].parent = next;
            node = next;
        }
    }

    /// Whether both are in one class.
    pub(super) fn are_one(&mut self, a: Node, b: Node) -> bool {
        self.find(a) == self.find(b)
    }

    /// The shape of a node's class.
    pub(super) fn shape(&mut self, node: Node) -> &Shape {
        let root = self.find(node);
        &self.shapes[self.entries[root as usize].shape as usize]
    }

    /// The shape of a node's class, to be changed.
    pub(super) fn shape_mut(&mut self, node: Node) -> &mut Shape {
        let root = self.find(node);
        let shape = &mut self.entries[root as usize].shape;
        if *shape == 0 {
            *shape = self.shapes.len() as u32;
            self.shapes.push(Shape::default());
        }
        &mut self.shapes[*shape as usize]
    }

    /// What a field of a class is.
    pub(super) fn field(&mut self, node: Node, field: Field) -> Node {
        if let Some(known) = self.shape(node).get(field) {
            return known;
        }
        let fresh = self.fresh();
        self.shape_mut(node).fields.insert(field, fresh);
        fresh
    }

    /// Every property of a class, as one.
    pub(super) fn any_property(&mut self, node: Node) -> Node {
        if let Some(all) = self.shape(node).collapsed {
            return all;
        }
        let all = self.fresh();
        let shape = self.shape_mut(node);
        shape.collapsed = Some(all);
        let properties = shape.take_properties();
        for property in properties {
            self.join(property, all);
        }
        all
    }

    /// Makes two classes one, and with them what their fields are.
    pub(super) fn join(&mut self, a: Node, b: Node) {
        self.join_roots(a, b);
        while let Some((a, b)) = self.pending.pop() {
            self.join_roots(a, b);
        }
    }

    /// Makes two classes one; what of their fields is to be joined is pending then.
    fn join_roots(&mut self, a: Node, b: Node) {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return;
        }
        // The smaller one goes into the larger one.
        let (into, from) = match self.weight(a) < self.weight(b) {
            true => (b, a),
            false => (a, b),
        };
        self.entries[from as usize].parent = into;
        let old = self.entries[from as usize].shape;
        if old == 0 {
            return;
        }
        let old = std::mem::take(&mut self.shapes[old as usize]);
        let kept = &mut self.shapes[self.entries[into as usize].shape as usize];
        for (field, node) in old.fields {
            match kept.fields.get(&field) {
                Some(&other) => self.pending.push((node, other)),
                None => {
                    kept.fields.insert(field, node);
                }
            }
        }
        match (kept.collapsed, old.collapsed) {
            (Some(x), Some(y)) => self.pending.push((x, y)),
            (None, other) => kept.collapsed = other,
            _ => {}
        }
        if let Some(all) = kept.collapsed {
            // They are gone from here, so that each is looked at once.
            let taken = kept.take_properties();
            self.pending
                .extend(taken.into_iter().map(|node| (node, all)));
        }
        kept.escaped |= old.escaped;
    }

    /// How much there is to carry over; nothing only without a shape.
    fn weight(&self, root: Node) -> usize {
        match self.entries[root as usize].shape {
            0 => 0,
            shape => 1 + self.shapes[shape as usize].len(),
        }
    }

    /// Ends joining: the representative of each node, and the shapes by representative.
    pub(super) fn finish(mut self) -> Roots {
        for node in 0..self.len() {
            self.entries[node as usize].parent = self.find(node);
        }
        Roots(self)
    }
}

/// Classes that are not joined any more.
pub(super) struct Roots(Classes);

impl Roots {
    /// How many nodes there are.
    pub(super) fn len(&self) -> u32 {
        self.0.len()
    }

    /// The representative of a node's class.
    pub(super) fn of(&self, node: Node) -> Node {
        self.0.entries[node as usize].parent
    }

    /// The shape of a class, by its representative.
    pub(super) fn shape(&self, root: Node) -> &Shape {
        &self.0.shapes[self.0.entries[root as usize].shape as usize]
    }

    /// The classes that have a shape, by their representatives.
    pub(super) fn shaped(&self) -> impl Iterator<Item = (Node, &Shape)> {
        let entries = self.0.entries.iter().zip(0..);
        let shaped = entries.filter(|(entry, node)| entry.parent == *node && entry.shape != 0);
        shaped.map(|(entry, node)| (node, &self.0.shapes[entry.shape as usize]))
    }
}
