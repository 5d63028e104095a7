//! The syntax tree of a file, and values of what stands in it.

use crate::endpoint::Place;
use crate::policies::script::{PartAt, Text, Value};
use crate::policies::{Quoting, SourceFile};
use crate::span::Span;
use tree_sitter::{Node, Parser, Tree};

/// A file larger than this is not parsed, in bytes.
const MAX_SIZE: usize = 1 << 20;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::policies) enum Grammar {
    Python,
    Ruby,
}

/// A file, parsed.
#[derive(Debug, Clone)]
pub(in crate::policies) struct Syntax {
    pub(in crate::policies) file: SourceFile,
    tree: Tree,
}

impl Syntax {
    /// Parses a file; nothing if it is too large.
    pub(in crate::policies) fn of(file: &SourceFile, grammar: Grammar) -> Option<Syntax> {
        if file.text.len() > MAX_SIZE {
            return None;
        }
        let language = match grammar {
            Grammar::Python => tree_sitter_python::LANGUAGE.into(),
            Grammar::Ruby => tree_sitter_ruby::LANGUAGE.into(),
        };
        let mut parser = Parser::new();
        parser.set_language(&language).ok()?;
        Some(Syntax {
            tree: parser.parse(file.text.as_bytes(), None)?,
            file: file.clone(),
        })
    }

    pub(in crate::policies) fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    /// What is written there.
    pub(in crate::policies) fn text(&self, node: Node) -> &str {
        self.file.text.get(node.byte_range()).unwrap_or_default()
    }

    /// Where it stands.
    pub(in crate::policies) fn place(&self, node: Node) -> Place {
        let range = node.byte_range();
        self.file.place(range.start, range.end)
    }

    /// A hole by the text of an expression.
    pub(in crate::policies) fn hole(&self, node: Node) -> Value {
        let name: String = self.text(node).split_whitespace().collect();
        Value::hole(&name, Some(self.place(node)))
    }

    /// A text that stands somewhere as a whole.
    pub(in crate::policies) fn here(&self, text: &str, node: Node, quoting: Quoting) -> Text {
        Text::part(text.to_owned(), PartAt::Here(self.place(node), quoting))
    }

    /// A value as the element of a list that stands between two offsets.
    pub(in crate::policies) fn in_list(&self, value: Value, list: &Place, element: Node) -> Value {
        match value {
            Value::Text(text) => Value::text(text.0.in_element(list, self.place(element).span)),
            other => other,
        }
    }
}

/// Where the comments of a file are; nowhere if it is too large.
pub(in crate::policies) fn comment_spans(file: &SourceFile, grammar: Grammar) -> Vec<Span> {
    let Some(syntax) = Syntax::of(file, grammar) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let mut cursor = syntax.tree.walk();
    // From node to node without a stack: nesting may be deep.
    loop {
        let node = cursor.node();
        if node.kind() == "comment" {
            out.push(Span::new(node.start_byte(), node.end_byte()));
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return out;
            }
        }
    }
}

/// The named children of a node, without comments.
pub(in crate::policies) fn children(node: Node) -> Vec<Node> {
    let mut cursor = node.walk();
    let all = node.named_children(&mut cursor);
    all.filter(|child| child.kind() != "comment").collect()
}
