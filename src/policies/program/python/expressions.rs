//! Expressions of Python.

use super::modules::constant;
use super::{Frame, Python};
use crate::policies::Quoting;
use crate::policies::program::children;
use crate::policies::script::{List, Object, Text, Value};
use tree_sitter::Node;

/// How many elements a list may have.
const MAX_ITEMS: usize = 4_096;

impl Python {
    /// What an expression is.
    pub(super) fn value(&mut self, frame: &mut Frame, node: Node) -> Value {
        if !self.step() {
            return frame.syntax.hole(node);
        }
        self.depth += 1;
        let value = stacker::maybe_grow(128 << 10, 4 << 20, || self.value_here(frame, node));
        self.depth -= 1;
        self.fitting(frame, value, node)
    }

    /// A value, if it is not too large to go on with.
    pub(super) fn fitting(&mut self, frame: &Frame, value: Value, node: Node) -> Value {
        match value.size() {
            Some(size) => {
                self.fuel = self.fuel.saturating_sub(size as u32 / 32);
                value
            }
            None => frame.syntax.hole(node),
        }
    }

    fn value_here(&mut self, frame: &mut Frame, node: Node) -> Value {
        match node.kind() {
            "string" => self.string(frame, node),
            "concatenated_string" => {
                let mut out = Text::default();
                for part in children(node) {
                    out.append(self.value(frame, part).to_text());
                }
                Value::text(out)
            }
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "none" => Value::Null,
            "integer" => match frame.syntax.text(node).parse() {
                Ok(number) => Value::Number(number),
                Err(_) => frame.syntax.hole(node),
            },
            "list" | "tuple" | "set" | "expression_list" => self.list(frame, node),
            "dictionary" => self.dictionary(frame, node),
            "identifier" => self.name(frame, node),
            "attribute" => self.attribute(frame, node),
            "parenthesized_expression" => match children(node).as_slice() {
                [one] => self.value(frame, *one),
                _ => frame.syntax.hole(node),
            },
            "named_expression" => {
                let (Some(name), Some(value)) = (
                    node.child_by_field_name("name"),
                    node.child_by_field_name("value"),
                ) else {
                    return frame.syntax.hole(node);
                };
                let value = self.value(frame, value);
                let name = frame.text(name);
                frame.scope.names.insert(name, value.clone());
                value
            }
            "conditional_expression" => match children(node).as_slice() {
                [yes, test, no] => match self.holds(frame, *test) {
                    Some(true) => self.value(frame, *yes),
                    Some(false) => self.value(frame, *no),
                    None => {
                        let (yes, no) = (self.value(frame, *yes), self.value(frame, *no));
                        either(frame, yes, no, node)
                    }
                },
                _ => frame.syntax.hole(node),
            },
            "boolean_operator" => self.boolean(frame, node),
            "binary_operator" => {
                let of_field = |name: &str| node.child_by_field_name(name);
                let (Some(left), Some(right), Some(operator)) =
                    (of_field("left"), of_field("right"), of_field("operator"))
                else {
                    return frame.syntax.hole(node);
                };
                let (left, right) = (self.value(frame, left), self.value(frame, right));
                let operator = operator.kind();
                combined(frame, left, right, operator, node)
            }
            "not_operator" => match self.holds(frame, node) {
                Some(known) => Value::Bool(known),
                None => frame.syntax.hole(node),
            },
            "subscript" => {
                let of_field = |name: &str| node.child_by_field_name(name);
                let (Some(object), Some(key)) = (of_field("value"), of_field("subscript")) else {
                    return frame.syntax.hole(node);
                };
                let (object, key) = (self.value(frame, object), self.value(frame, key));
                match (&object, key.known_text(), key) {
                    (Value::Object(_), Some(key), _) => object.property(&key),
                    (Value::List(_), _, Value::Number(n)) => object.property(&n.to_string()),
                    _ => frame.syntax.hole(node),
                }
            }
            "call" => self.call(frame, node),
            _ => frame.syntax.hole(node),
        }
    }

    fn string(&mut self, frame: &mut Frame, node: Node) -> Value {
        let parts = children(node);
        let opening = parts
            .first()
            .map(|start| frame.text(*start))
            .unwrap_or_default();
        let prefix = opening.trim_end_matches(['"', '\'']).to_ascii_lowercase();
        let quote = opening.chars().last().unwrap_or('"');
        let quoting = match prefix.contains('r') {
            true => Quoting::Raw(quote),
            false => Quoting::Backslash(quote),
        };
        let mut out = Text::default();
        for part in parts {
            match part.kind() {
                "string_content" if part.named_child_count() == 0 => {
                    out.append(frame.syntax.here(frame.syntax.text(part), part, quoting));
                }
                "string_content" => {
                    let text = unescaped(frame.syntax.text(part));
                    out.append(frame.syntax.here(&text, part, Quoting::Fixed));
                }
                "interpolation" => {
                    let inner = part.child_by_field_name("expression");
                    let value = inner.map(|inner| self.value(frame, inner));
                    let value = value.unwrap_or_else(|| frame.syntax.hole(part));
                    out.append(value.to_text());
                }
                _ => {}
            }
        }
        Value::text(out)
    }

    fn list(&mut self, frame: &mut Frame, node: Node) -> Value {
        let range = node.byte_range();
        let file = &frame.syntax.file;
        let has_brackets = frame.syntax.text(node).starts_with(['(', '[', '{']);
        let place = match has_brackets {
            true => file.place(range.start + 1, range.end.saturating_sub(1)),
            false => file.place(range.start, range.end),
        };
        let mut items = Vec::new();
        let elements = children(node);
        if elements.len() > MAX_ITEMS {
            return frame.syntax.hole(node);
        }
        for element in elements {
            if element.kind() != "list_splat" {
                let value = self.value(frame, element);
                items.push(frame.syntax.in_list(value, &place, element));
                continue;
            }
            let inner = children(element)
                .first()
                .map(|inner| self.value(frame, *inner));
            match inner {
                Some(Value::List(list)) => items.extend(list.items.into_iter().map(Value::bare)),
                Some(Value::Maybe(inner)) => match &*inner {
                    Value::List(list) => {
                        let all = list.items.iter().cloned();
                        items.extend(all.map(|item| item.bare().maybe()));
                    }
                    _ => items.push(frame.syntax.hole(element)),
                },
                _ => items.push(frame.syntax.hole(element)),
            }
        }
        Value::List(List {
            items,
            place: Some(place),
        })
    }

    fn dictionary(&mut self, frame: &mut Frame, node: Node) -> Value {
        let mut out = Object::default();
        for part in children(node) {
            match part.kind() {
                "pair" => {
                    let key = part.child_by_field_name("key");
                    let key = key.and_then(|key| self.value(frame, key).known_text());
                    match (key, part.child_by_field_name("value")) {
                        (Some(key), Some(value)) => {
                            let value = self.value(frame, value);
                            out.set(&key, value, true);
                        }
                        _ => out.opened("a-key"),
                    }
                }
                "dictionary_splat" => match children(part).first() {
                    Some(inner) => {
                        let value = self.value(frame, *inner);
                        out.spread(value, true);
                    }
                    None => out.opened("a-splat"),
                },
                _ => out.opened("a-part"),
            }
        }
        out.place = Some(frame.syntax.place(node));
        Value::Object(out)
    }

    fn name(&mut self, frame: &Frame, node: Node) -> Value {
        let name = frame.syntax.text(node);
        match frame.get(name) {
            // A constant of a package: it stands where it is named.
            Some(value @ Value::Text(_)) if value.place().is_none() => match value.known_text() {
                Some(text) => Value::text(frame.syntax.here(&text, node, Quoting::Fixed)),
                None => value,
            },
            Some(value) => value,
            None => frame.syntax.hole(node),
        }
    }

    /// `csp.constants.SELF`, `CSP.SELF`.
    fn attribute(&mut self, frame: &Frame, node: Node) -> Value {
        let text = frame.text(node);
        let Some((object, name)) = text.rsplit_once('.') else {
            return frame.syntax.hole(node);
        };
        let is_package = matches!(object, "csp.constants" | "constants" | "CSP" | "csp");
        match constant(name) {
            Some(value) if is_package => {
                Value::text(frame.syntax.here(value, node, Quoting::Fixed))
            }
            _ => frame.syntax.hole(node),
        }
    }

    fn boolean(&mut self, frame: &mut Frame, node: Node) -> Value {
        let of_field = |name: &str| node.child_by_field_name(name);
        let (Some(left), Some(right), Some(operator)) =
            (of_field("left"), of_field("right"), of_field("operator"))
        else {
            return frame.syntax.hole(node);
        };
        let value = self.value(frame, left);
        let truthy = self.holds(frame, left);
        match (operator.kind(), truthy) {
            ("and", Some(true)) | ("or", Some(false)) => self.value(frame, right),
            ("and", Some(false)) => Value::Null,
            ("or", Some(true)) => value,
            ("and", None) => self.value(frame, right).maybe(),
            _ => {
                let right = self.value(frame, right);
                either(frame, value, right, node)
            }
        }
    }
}

/// One or the other.
pub(super) fn either(frame: &Frame, a: Value, b: Value, node: Node) -> Value {
    let place = frame.syntax.place(node);
    a.or(b, &frame.text(node), &Some(place))
}

/// `a + b`, `a | b`, `a - b`.
pub(super) fn combined(
    frame: &Frame,
    left: Value,
    right: Value,
    operator: &str,
    node: Node,
) -> Value {
    match (operator, left, right) {
        ("+" | "|" | "+=" | "|=", Value::List(list), Value::List(more)) => {
            Value::List(list.and(more))
        }
        ("+" | "|" | "+=" | "|=", Value::List(mut list), Value::Maybe(more)) => match &*more {
            Value::List(more) => {
                let items = more.items.iter().cloned();
                list.items.extend(items.map(|item| item.bare().maybe()));
                Value::List(list)
            }
            _ => {
                list.items.push(frame.syntax.hole(node));
                Value::List(list)
            }
        },
        ("+" | "|" | "+=" | "|=", Value::List(mut list), _) => {
            list.items.push(frame.syntax.hole(node));
            Value::List(list)
        }
        // What begins is not known, but what is added is there.
        ("+" | "+=" | "|" | "|=", Value::Hole(hole), Value::List(mut list)) => {
            list.items.insert(0, Value::Hole(hole));
            Value::List(list)
        }
        ("|" | "|=", Value::Object(mut object), right) => {
            object.place = None;
            object.spread(right, true);
            Value::Object(object)
        }
        ("+" | "+=", Value::Text(text), right) => {
            let mut out = text.0;
            out.append(right.to_text());
            Value::text(out)
        }
        ("-" | "-=", Value::List(list), _) => {
            let items = list.items.into_iter().map(Value::maybe);
            Value::List(List {
                items: items.collect(),
                place: None,
            })
        }
        _ => frame.syntax.hole(node),
    }
}

/// What a text with escapes is; of those that sources do not have, something else.
fn unescaped(raw: &str) -> String {
    let mut out = String::new();
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek().copied()) {
            ('\\', Some('\n')) => {
                chars.next();
            }
            ('\\', Some(next)) => {
                chars.next();
                out.push(match next {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    other => other,
                });
            }
            ('{', Some('{')) | ('}', Some('}')) => {
                chars.next();
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}
