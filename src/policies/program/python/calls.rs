//! Calls of Python: functions of the project, and those of the language that make lists and texts.

use super::expressions::combined;
use super::{Flow, Frame, Function, Python, Scope};
use crate::policies::program::children;
use crate::policies::script::{List, Object, TextValue, Value};
use std::rc::Rc;
use tree_sitter::Node;

/// The arguments of a call.
#[derive(Default)]
pub(super) struct Arguments {
    pub(super) positional: Vec<Value>,
    pub(super) named: Vec<(String, Value)>,
    /// There may be more.
    pub(super) is_open: bool,
}

impl Python {
    pub(super) fn arguments(&mut self, frame: &mut Frame, call: Node) -> Arguments {
        let mut out = Arguments::default();
        let all = call.child_by_field_name("arguments").map(children);
        for argument in all.unwrap_or_default() {
            match argument.kind() {
                "keyword_argument" => {
                    let name = argument.child_by_field_name("name").map(|n| frame.text(n));
                    if let (Some(name), Some(value)) = (name, argument.child_by_field_name("value"))
                    {
                        let value = self.value(frame, value);
                        out.named.push((name, value));
                    }
                }
                "list_splat" => {
                    let inner = children(argument)
                        .first()
                        .map(|inner| self.value(frame, *inner));
                    match inner {
                        Some(Value::List(list)) => out.positional.extend(list.items),
                        _ => out.is_open = true,
                    }
                }
                "dictionary_splat" => out.is_open = true,
                _ => {
                    let value = self.value(frame, argument);
                    out.positional.push(value);
                }
            }
        }
        out
    }

    pub(super) fn call(&mut self, frame: &mut Frame, node: Node) -> Value {
        let Some(function) = node.child_by_field_name("function") else {
            return frame.syntax.hole(node);
        };
        let name = frame.text(function);
        if let Some(own) = frame.function(&name) {
            let arguments = self.arguments(frame, node);
            return self.call_own(frame, &own, arguments, node);
        }
        let plain = name.rsplit('.').next().unwrap_or_default();
        match function.kind() {
            "identifier" => self.call_named(frame, plain, node),
            "attribute" if matches!(plain, "deepcopy") || name == "copy.copy" => {
                self.call_named(frame, "deepcopy", node)
            }
            "attribute" => self.call_method(frame, function, node),
            _ => frame.syntax.hole(node),
        }
    }

    fn call_named(&mut self, frame: &mut Frame, name: &str, node: Node) -> Value {
        let known = [
            "list",
            "tuple",
            "set",
            "frozenset",
            "sorted",
            "reversed",
            "dict",
            "deepcopy",
            "copy",
            "str",
        ];
        if !known.contains(&name) {
            return frame.syntax.hole(node);
        }
        let arguments = self.arguments(frame, node);
        let first = arguments.positional.into_iter().next();
        match (name, first) {
            ("dict", first) => {
                let mut object = match first {
                    Some(Value::Object(object)) => object,
                    None => Object::default(),
                    _ => return frame.syntax.hole(node),
                };
                for (name, value) in arguments.named {
                    object.set(&name, value, true);
                }
                if arguments.is_open {
                    object.opened("arguments");
                }
                Value::Object(object)
            }
            (_, None) => Value::List(List::default()),
            (_, Some(value @ (Value::List(_) | Value::Object(_) | Value::Text(_)))) => value,
            _ => frame.syntax.hole(node),
        }
    }

    fn call_method(&mut self, frame: &mut Frame, function: Node, node: Node) -> Value {
        let of_field = |name: &str| function.child_by_field_name(name);
        let (Some(object), Some(method)) = (of_field("object"), of_field("attribute")) else {
            return frame.syntax.hole(node);
        };
        let method = frame.text(method);
        let receiver = self.value(frame, object);
        if matches!(receiver, Value::Hole(_)) {
            return frame.syntax.hole(node);
        }
        let arguments = self.arguments(frame, node);
        let first = arguments.positional.first();
        match (receiver, method.as_str(), first) {
            (Value::Text(text), "join", Some(Value::List(list))) => {
                Value::text(list.joined(&text.0))
            }
            (Value::Text(TextValue(text)), "split", separator) => {
                let separator = separator.and_then(Value::known_text);
                match separator.as_deref().unwrap_or(" ") {
                    "" => frame.syntax.hole(node),
                    separator => {
                        let items = text.split(separator).into_iter().map(Value::text);
                        Value::List(List {
                            items: items.collect(),
                            place: None,
                        })
                    }
                }
            }
            (value @ Value::Text(_), "strip" | "lstrip" | "rstrip" | "lower", None)
            | (value @ (Value::List(_) | Value::Object(_)), "copy", None) => value,
            (list @ Value::List(_), "union", Some(more)) => {
                combined(frame, list, more.clone(), "|", node)
            }
            (object @ Value::Object(_), "get", Some(key)) => match key.known_text() {
                Some(key) => match object.property(&key) {
                    Value::Undefined => arguments.positional.get(1).cloned().unwrap_or(Value::Null),
                    value => value,
                },
                None => frame.syntax.hole(node),
            },
            _ => frame.syntax.hole(node),
        }
    }

    /// What a function of the project gives.
    fn call_own(
        &mut self,
        frame: &Frame,
        function: &Function,
        arguments: Arguments,
        node: Node,
    ) -> Value {
        let hole = frame.syntax.hole(node);
        if self.depth >= super::MAX_DEPTH || arguments.is_open {
            return hole;
        }
        let syntax = function.syntax.clone();
        let root = syntax.root();
        let definition = root.descendant_for_byte_range(function.start, function.end);
        let Some(definition) = definition.filter(|d| d.kind() == "function_definition") else {
            return hole;
        };
        // The names of its module: where that is the one at hand, as they are by now.
        let globals = function.globals.clone().or_else(|| frame.outer.clone());
        let mut inner = Frame {
            syntax: syntax.clone(),
            scope: Scope::default(),
            outer: Some(globals.unwrap_or_else(|| Rc::new(frame.scope.clone()))),
        };
        self.parameters(&mut inner, definition, arguments);
        let Some(body) = definition.child_by_field_name("body") else {
            return hole;
        };
        match self.statements(&mut inner, body) {
            Flow::Returns(value) => value,
            Flow::Goes => Value::Null,
        }
    }

    fn parameters(&mut self, inner: &mut Frame, definition: Node, arguments: Arguments) {
        let parameters = definition.child_by_field_name("parameters").map(children);
        let mut positional = arguments.positional.into_iter();
        let mut named = arguments.named;
        for parameter in parameters.unwrap_or_default() {
            let name = parameter
                .child_by_field_name("name")
                .or_else(|| children(parameter).first().copied())
                .unwrap_or(parameter);
            let name = inner.text(name);
            let given = named.iter().position(|(own, _)| *own == name);
            let value = match given {
                Some(at) => Some(named.remove(at).1),
                None => positional.next(),
            };
            let value = match (value, parameter.child_by_field_name("value")) {
                (Some(value), _) => value,
                (None, Some(default)) => self.value(inner, default),
                (None, None) => inner.syntax.hole(parameter),
            };
            inner.scope.names.insert(name, value);
        }
    }
}
