//! The tree as far as it matters: which node is in which. html5ever's tree builder places
//! elements as browsers do; this sink notes the places, and keeps neither text nor attributes.
//!
//! Nodes are numbers in an arena, so that no nesting, however deep, is dropped recursively.

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, QualName, local_name, ns};
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

/// A node, for the tree builder.
pub(super) type Handle = Rc<Node>;

/// What the tree builder asks about a node.
#[derive(Debug)]
pub(super) struct Node {
    id: u32,
    /// Its name; empty if it is no element.
    pub(super) name: QualName,
    /// The contents of a `<template>`.
    contents: Option<Handle>,
    integration_point: bool,
}

impl Node {
    /// Identifies it in its tree.
    pub(super) fn id(&self) -> u32 {
        self.id
    }
}

/// What the way from a node up to the document meets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Ancestors {
    /// How many.
    pub(super) depth: usize,
    /// How many of them, the node included, are formatting elements (`<b>`, `<a>`).
    pub(super) formatting: usize,
    /// One is the contents of a `<template>`.
    pub(super) in_template: bool,
    /// The first is the `<head>`.
    pub(super) in_head: bool,
}

/// What a node is, where it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Other,
    Head,
    Formatting,
    TemplateContents,
}

/// No node.
const NONE: u32 = u32::MAX;

/// More ancestors than this are not looked at; nesting is limited far below.
const MAX_WALK: usize = 4096;

/// Parents of nodes. A node's parent is named by a *slot*, which all children of a node share,
/// so that adoption hands them over in one step.
#[derive(Debug, Default)]
struct Arena {
    /// By node: the slot of its parent.
    parent: Vec<u32>,
    /// By node: the slot of its children.
    slot: Vec<u32>,
    /// By slot: the node whose children it holds.
    owner: Vec<u32>,
    kind: Vec<Kind>,
}

impl Arena {
    fn add(&mut self, kind: Kind) -> u32 {
        let id = u32::try_from(self.kind.len()).unwrap_or(NONE);
        self.kind.push(kind);
        self.parent.push(NONE);
        self.slot.push(id);
        self.owner.push(id);
        id
    }

    fn at(list: &[u32], index: u32) -> u32 {
        list.get(index as usize).copied().unwrap_or(NONE)
    }

    fn set(list: &mut [u32], index: u32, value: u32) {
        if let Some(place) = list.get_mut(index as usize) {
            *place = value;
        }
    }

    fn kind(&self, node: u32) -> Kind {
        let kind = self.kind.get(node as usize);
        kind.copied().unwrap_or(Kind::Other)
    }

    fn parent(&self, node: u32) -> u32 {
        Self::at(&self.owner, Self::at(&self.parent, node))
    }

    fn attach(&mut self, node: u32, parent: u32) {
        let slot = Self::at(&self.slot, parent);
        Self::set(&mut self.parent, node, slot);
    }

    /// Exchanges the children of two nodes.
    fn exchange(&mut self, one: u32, other: u32) {
        let slots = (Self::at(&self.slot, one), Self::at(&self.slot, other));
        Self::set(&mut self.slot, one, slots.1);
        Self::set(&mut self.slot, other, slots.0);
        Self::set(&mut self.owner, slots.1, one);
        Self::set(&mut self.owner, slots.0, other);
    }

    fn ancestors(&self, node: u32) -> Ancestors {
        let mut out = Ancestors::default();
        let parent = self.parent(node);
        out.in_head = self.kind(parent) == Kind::Head;
        out.formatting = usize::from(self.kind(node) == Kind::Formatting);
        let mut at = parent;
        while at != NONE && out.depth < MAX_WALK {
            out.depth += 1;
            match self.kind(at) {
                Kind::Formatting => out.formatting += 1,
                Kind::TemplateContents => out.in_template = true,
                Kind::Head | Kind::Other => {}
            }
            at = self.parent(at);
        }
        out
    }
}

/// The sink of the tree builder.
#[derive(Debug)]
pub(super) struct Tree {
    arena: RefCell<Arena>,
    document: Handle,
    comment: Handle,
    /// The element created last.
    made: RefCell<Option<Handle>>,
    /// The element that another tag's attributes were added to.
    merged: RefCell<Option<Handle>>,
}

impl Tree {
    /// An empty document.
    pub(super) fn new() -> Self {
        let mut arena = Arena::default();
        let mut node = || {
            Rc::new(Node {
                id: arena.add(Kind::Other),
                name: QualName::new(None, ns!(), local_name!("")),
                contents: None,
                integration_point: false,
            })
        };
        let (document, comment) = (node(), node());
        Tree {
            arena: RefCell::new(arena),
            document,
            comment,
            made: RefCell::new(None),
            merged: RefCell::new(None),
        }
    }

    /// The element created since it was last asked; of several, the last.
    pub(super) fn take_made(&self) -> Option<Handle> {
        self.made.borrow_mut().take()
    }

    /// The element that got attributes of a second tag since it was last asked.
    pub(super) fn take_merged(&self) -> Option<Handle> {
        self.merged.borrow_mut().take()
    }

    /// What a node is in.
    pub(super) fn ancestors(&self, node: &Handle) -> Ancestors {
        self.arena.borrow().ancestors(node.id)
    }
}

/// Whether an element is one that the parser opens again after a mis-nested end tag.
pub(super) fn is_formatting(name: &QualName) -> bool {
    name.ns == ns!(html)
        && matches!(
            &*name.local,
            "a" | "b"
                | "big"
                | "code"
                | "em"
                | "font"
                | "i"
                | "nobr"
                | "s"
                | "small"
                | "strike"
                | "strong"
                | "tt"
                | "u"
        )
}

impl TreeSink for Tree {
    type Handle = Handle;
    type Output = ();
    type ElemName<'a> = &'a QualName;

    fn finish(self) {}

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        self.document.clone()
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> &'a QualName {
        &target.name
    }

    fn create_element(&self, name: QualName, _: Vec<Attribute>, flags: ElementFlags) -> Handle {
        let mut arena = self.arena.borrow_mut();
        let kind = if name.ns == ns!(html) && name.local == local_name!("head") {
            Kind::Head
        } else if is_formatting(&name) {
            Kind::Formatting
        } else {
            Kind::Other
        };
        let id = arena.add(kind);
        let contents = flags.template.then(|| {
            let contents = arena.add(Kind::TemplateContents);
            arena.attach(contents, id);
            Rc::new(Node {
                id: contents,
                name: QualName::new(None, ns!(), local_name!("")),
                contents: None,
                integration_point: false,
            })
        });
        let node = Rc::new(Node {
            id,
            name,
            contents,
            integration_point: flags.mathml_annotation_xml_integration_point,
        });
        *self.made.borrow_mut() = Some(node.clone());
        node
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        self.comment.clone()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.comment.clone()
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        if let NodeOrText::AppendNode(node) = child {
            self.arena.borrow_mut().attach(node.id, parent.id);
        }
    }

    fn append_based_on_parent_node(
        &self,
        element: &Handle,
        prev_element: &Handle,
        child: NodeOrText<Handle>,
    ) {
        let parentless = self.arena.borrow().parent(element.id) == NONE;
        match parentless {
            true => self.append(prev_element, child),
            false => self.append_before_sibling(element, child),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.contents.as_ref().unwrap_or(target).clone()
    }

    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        x.id == y.id
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, new_node: NodeOrText<Handle>) {
        if let NodeOrText::AppendNode(node) = new_node {
            let mut arena = self.arena.borrow_mut();
            let slot = Arena::at(&arena.parent, sibling.id);
            Arena::set(&mut arena.parent, node.id, slot);
        }
    }

    fn add_attrs_if_missing(&self, target: &Handle, _: Vec<Attribute>) {
        *self.merged.borrow_mut() = Some(target.clone());
    }

    fn remove_from_parent(&self, target: &Handle) {
        Arena::set(&mut self.arena.borrow_mut().parent, target.id, NONE);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        // The new parent is always an element just created, without children of its own.
        self.arena.borrow_mut().exchange(node.id, new_parent.id);
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &Handle) -> bool {
        handle.integration_point
    }
}
