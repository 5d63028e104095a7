//! Expressions of Ruby.

use super::{Ruby, directive};
use crate::policies::Quoting;
use crate::policies::program::children;
use crate::policies::script::{List, Object, Text, TextValue, Value};
use tree_sitter::Node;

/// How many elements a list may have.
const MAX_ITEMS: usize = 4_096;

impl Ruby<'_> {
    /// What an expression is.
    pub(in crate::policies) fn value(&mut self, node: Node) -> Value {
        if !self.step() {
            return self.syntax.hole(node);
        }
        self.depth += 1;
        let value = stacker::maybe_grow(128 << 10, 4 << 20, || self.value_here(node));
        self.depth -= 1;
        self.fitting(value, node)
    }

    /// A value, if it is not too large to go on with.
    pub(super) fn fitting(&mut self, value: Value, node: Node) -> Value {
        match value.size() {
            Some(size) => {
                self.fuel = self.fuel.saturating_sub(size as u32 / 32);
                value
            }
            None => self.syntax.hole(node),
        }
    }

    fn value_here(&mut self, node: Node) -> Value {
        let of_field = |name: &str| node.child_by_field_name(name);
        match node.kind() {
            "string" | "heredoc_body" => self.string(node),
            "chained_string" => {
                let mut out = Text::default();
                for part in children(node) {
                    out.append(self.value(part).to_text());
                }
                Value::text(out)
            }
            "bare_string" | "bare_symbol" => self.bare(node),
            "simple_symbol" | "hash_key_symbol" => self.symbol(node),
            "string_array" | "symbol_array" => self.words(node),
            "array" => self.array(node),
            "hash" => self.hash(node),
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "nil" => Value::Null,
            "integer" => match self.text(node).parse() {
                Ok(number) => Value::Number(number),
                Err(_) => self.syntax.hole(node),
            },
            "identifier" | "constant" | "instance_variable" | "global_variable" => {
                let known = self.state.names.get(self.text(node)).cloned();
                known.unwrap_or_else(|| self.syntax.hole(node))
            }
            "parenthesized_statements" => match children(node).as_slice() {
                [one] => self.value(*one),
                _ => self.syntax.hole(node),
            },
            "conditional" => {
                let (Some(test), Some(yes), Some(no)) = (
                    of_field("condition"),
                    of_field("consequence"),
                    of_field("alternative"),
                ) else {
                    return self.syntax.hole(node);
                };
                match self.holds(test) {
                    Some(true) => self.value(yes),
                    Some(false) => self.value(no),
                    None => {
                        let (yes, no) = (self.value(yes), self.value(no));
                        self.either(yes, no, node)
                    }
                }
            }
            "binary" => self.binary(node),
            "element_reference" => {
                let target: String = self.text(node).split_whitespace().collect();
                if let Some(known) = self.state.names.get(&target) {
                    return known.clone();
                }
                let object = of_field("object").map(|object| self.value(object));
                let key = children(node).get(1).map(|key| self.value(*key));
                match (object, key.and_then(|key| key_of(&key))) {
                    (Some(Value::Object(object)), Some(key)) => object.get(&key),
                    _ => self.syntax.hole(node),
                }
            }
            "call" => self.call(node),
            _ => self.syntax.hole(node),
        }
    }

    /// One or the other.
    fn either(&self, a: Value, b: Value, node: Node) -> Value {
        let place = self.syntax.place(node);
        let name: String = self.text(node).split_whitespace().collect();
        a.or(b, &name, &Some(place))
    }

    fn string(&mut self, node: Node) -> Value {
        let quoting = match self.text(node).chars().next() {
            Some(quote @ ('"' | '\'')) => Quoting::Backslash(quote),
            _ => Quoting::Fixed,
        };
        let mut out = Text::default();
        for part in children(node) {
            match part.kind() {
                "string_content" => out.append(self.syntax.here(self.text(part), part, quoting)),
                "escape_sequence" => {
                    let text = self.text(part).trim_start_matches('\\');
                    out.append(self.syntax.here(text, part, Quoting::Fixed));
                }
                "interpolation" => match children(part).as_slice() {
                    [one] => out.append(self.value(*one).to_text()),
                    _ => out.append(self.syntax.hole(part).to_text()),
                },
                _ => out.append(self.syntax.hole(part).to_text()),
            }
        }
        Value::text(out)
    }

    /// A word of `%w(…)`: written as it is.
    fn bare(&mut self, node: Node) -> Value {
        let mut out = Text::default();
        for part in children(node) {
            match part.kind() {
                "string_content" => {
                    out.append(self.syntax.here(self.text(part), part, Quoting::Plain));
                }
                _ => out.append(self.syntax.hole(part).to_text()),
            }
        }
        Value::text(out)
    }

    /// `:self`, as Rails sends it
    /// (<https://api.rubyonrails.org/classes/ActionDispatch/ContentSecurityPolicy.html>).
    fn symbol(&mut self, node: Node) -> Value {
        let name = self.text(node).trim_matches([':', '"', '\'']);
        Value::text(self.syntax.here(name, node, Quoting::Fixed))
    }

    fn words(&mut self, node: Node) -> Value {
        let mut items = Vec::new();
        let words = children(node);
        if words.len() > MAX_ITEMS {
            return self.syntax.hole(node);
        }
        for word in words {
            items.push(self.value(word));
        }
        // Words of such a list are separated by space: they are no elements with quotes.
        Value::List(List { items, place: None })
    }

    fn array(&mut self, node: Node) -> Value {
        let range = node.byte_range();
        let inner = self
            .syntax
            .file
            .place(range.start + 1, range.end.saturating_sub(1));
        Value::List(self.elements(&children(node), inner))
    }

    /// The values of arguments or elements that stand at a place.
    pub(super) fn elements(&mut self, nodes: &[Node], place: crate::endpoint::Place) -> List {
        let mut items = Vec::new();
        if nodes.len() > MAX_ITEMS {
            items.push(Value::hole("a-long-list", Some(place.clone())));
        }
        for &element in nodes.iter().take(MAX_ITEMS) {
            if element.kind() != "splat_argument" {
                let value = self.value(element);
                items.push(self.syntax.in_list(value, &place, element));
                continue;
            }
            let inner = children(element).first().map(|inner| self.value(*inner));
            match inner {
                Some(Value::List(list)) => items.extend(list.items.into_iter().map(Value::bare)),
                Some(Value::Maybe(inner)) => match &*inner {
                    Value::List(list) => {
                        items.extend(list.items.iter().cloned().map(|item| item.bare().maybe()))
                    }
                    _ => items.push(self.syntax.hole(element)),
                },
                Some(Value::Null | Value::Undefined) => {}
                Some(text @ Value::Text(_)) => items.push(text),
                _ => items.push(self.syntax.hole(element)),
            }
        }
        List {
            items,
            place: Some(place),
        }
    }

    fn hash(&mut self, node: Node) -> Value {
        let mut out = Object::default();
        for part in children(node) {
            match part.kind() {
                "pair" => {
                    let key = part.child_by_field_name("key").map(|key| self.value(key));
                    let value = part.child_by_field_name("value");
                    match (key.and_then(|key| key_of(&key)), value) {
                        (Some(key), Some(value)) => {
                            let value = self.value(value);
                            out.set(&key, value, true);
                        }
                        _ => out.opened("a-key"),
                    }
                }
                "hash_splat_argument" => match children(part).first() {
                    Some(inner) => {
                        let value = self.value(*inner);
                        out.spread(value, true);
                    }
                    None => out.opened("a-splat"),
                },
                _ => out.opened("a-part"),
            }
        }
        out.place = Some(self.syntax.place(node));
        Value::Object(out)
    }

    fn binary(&mut self, node: Node) -> Value {
        let of_field = |name: &str| node.child_by_field_name(name);
        let (Some(left), Some(right)) = (of_field("left"), of_field("right")) else {
            return self.syntax.hole(node);
        };
        let operator = of_field("operator")
            .map(|o| self.text(o))
            .unwrap_or_default();
        let value = self.value(left);
        match operator {
            "+" | "<<" => {
                let more = self.value(right);
                self.sum(value, more, operator == "<<", node)
            }
            "||" | "or" => match value.truthy() {
                Some(true) => value,
                Some(false) => self.value(right),
                None => {
                    let right = self.value(right);
                    self.either(value, right, node)
                }
            },
            "&&" | "and" => match self.holds(left) {
                Some(true) => self.value(right),
                Some(false) => Value::Null,
                None => self.value(right).maybe(),
            },
            _ => self.syntax.hole(node),
        }
    }

    /// `a + b`; `a << b` of lists adds `b` itself.
    pub(super) fn sum(&mut self, left: Value, right: Value, is_element: bool, node: Node) -> Value {
        match (left, right) {
            (Value::List(mut list), right) if is_element => {
                list.items.push(right);
                Value::List(list)
            }
            (Value::List(list), Value::List(more)) => Value::List(list.and(more)),
            (Value::List(mut list), _) => {
                list.items.push(self.syntax.hole(node));
                Value::List(list)
            }
            (Value::Text(text), right) => {
                let mut out = text.0;
                out.append(right.to_text());
                Value::text(out)
            }
            _ => self.syntax.hole(node),
        }
    }

    fn call(&mut self, node: Node) -> Value {
        let of_field = |name: &str| node.child_by_field_name(name);
        let Some(method) = of_field("method").map(|m| self.text(m)) else {
            return self.syntax.hole(node);
        };
        // What was assigned: `config.csp`.
        let target: String = self.text(node).split_whitespace().collect();
        if let Some(known) = self.state.names.get(&target) {
            return known.clone();
        }
        let arguments = of_field("arguments").map(children).unwrap_or_default();
        let Some(receiver) = of_field("receiver") else {
            return self.syntax.hole(node);
        };
        if self.is_policy(receiver) {
            return self.taken(&directive(method), &arguments, node);
        }
        if matches!(self.text(receiver), "ENV" | "Rails" | "Rails.env") {
            return self.syntax.hole(node);
        }
        let value = self.value(receiver);
        let has_block = of_field("block").is_some();
        match (value, method) {
            // The order of sources says nothing, nor do doubles.
            (
                value @ (Value::List(_) | Value::Text(_) | Value::Object(_) | Value::Maybe(_)),
                "freeze" | "dup" | "clone" | "uniq" | "flatten" | "to_a" | "sort" | "to_s"
                | "strip" | "squish" | "deep_dup" | "html_safe" | "chomp",
            ) if !has_block => value,
            (Value::List(list), "compact" | "compact_blank") => {
                let gone = |item: &Value| matches!(item, Value::Null | Value::Undefined);
                let items = list.items.into_iter().filter(|item| !gone(item));
                Value::List(List {
                    items: items.collect(),
                    place: list.place,
                })
            }
            (Value::List(list), "reject" | "select" | "filter") => {
                let items = list.items.into_iter().map(Value::maybe);
                Value::List(List {
                    items: items.collect(),
                    place: None,
                })
            }
            (Value::List(list), "join") => {
                let separator = arguments.first().map(|a| self.value(*a).to_text());
                Value::text(list.joined(&separator.unwrap_or_default()))
            }
            (Value::Text(TextValue(text)), "split") => {
                let separator = arguments.first().and_then(|a| self.value(*a).known_text());
                match separator.as_deref().unwrap_or(" ") {
                    "" => self.syntax.hole(node),
                    separator => {
                        let items = text.split(separator).into_iter().map(Value::text);
                        Value::List(List {
                            items: items.collect(),
                            place: None,
                        })
                    }
                }
            }
            (value @ (Value::List(_) | Value::Text(_)), "+" | "concat" | "push" | "append") => {
                let mut out = value;
                for argument in arguments {
                    let more = self.value(argument);
                    let is_element = matches!(method, "push" | "append");
                    out = self.sum(out, more, is_element, node);
                }
                out
            }
            (Value::Object(object), "merge") => {
                let mut object = object;
                object.place = None;
                for argument in arguments {
                    let more = match argument.kind() {
                        "pair" => Value::hole("a-key", None),
                        _ => self.value(argument),
                    };
                    object.spread(more, true);
                }
                Value::Object(object)
            }
            _ => self.syntax.hole(node),
        }
    }

    /// Whether an expression is the policy that a block is given.
    pub(super) fn is_policy(&self, node: Node) -> bool {
        let name = self.policy_name.as_deref();
        node.kind() == "identifier" && name == Some(self.text(node))
    }

    /// `policy.connect_src` without arguments takes the directive away and gives its sources; with
    /// arguments it sets them.
    fn taken(&mut self, name: &str, arguments: &[Node], node: Node) -> Value {
        if !arguments.is_empty() {
            return self.syntax.hole(node);
        }
        let hole = self.syntax.hole(node);
        let Some(policy) = &mut self.state.policy else {
            return hole;
        };
        let at = policy.entries.iter().position(|(own, _)| own == name);
        match (at, &policy.open) {
            (Some(at), _) => policy.entries.remove(at).1,
            (None, None) => Value::Null,
            (None, Some(_)) => hole,
        }
    }
}

/// A key of a hash as a name.
fn key_of(key: &Value) -> Option<String> {
    key.known_text()
        .map(|text| text.trim_matches(':').to_owned())
}
