//! Statements of Python: what they do to names.

use super::expressions::combined;
use super::{Flow, Frame, Function, Python, Scope};
use crate::policies::program::children;
use crate::policies::script::{List, Value};
use tree_sitter::Node;

/// What is done to what a name holds, at the end of a path of keys.
enum Change {
    Set(Value),
    Add(Vec<Value>),
    Merge(Value),
    Unknown,
}

impl Python {
    pub(super) fn statements(&mut self, frame: &mut Frame, node: Node) -> Flow {
        for child in children(node) {
            if let Flow::Returns(value) = self.statement(frame, child) {
                return Flow::Returns(value);
            }
        }
        Flow::Goes
    }

    fn statement(&mut self, frame: &mut Frame, node: Node) -> Flow {
        if !self.step() {
            self.gave_up = true;
            return Flow::Goes;
        }
        self.depth += 1;
        let flow = stacker::maybe_grow(128 << 10, 4 << 20, || self.statement_here(frame, node));
        self.depth -= 1;
        flow
    }

    fn statement_here(&mut self, frame: &mut Frame, node: Node) -> Flow {
        let of_field = |name: &str| node.child_by_field_name(name);
        match node.kind() {
            "expression_statement" => {
                for inner in children(node) {
                    self.expression(frame, inner);
                }
            }
            "import_from_statement" => self.import_from(frame, node),
            "if_statement" => return self.arms(frame, node),
            "block" | "else_clause" | "finally_clause" | "module" => {
                return self.statements(frame, node);
            }
            "with_statement" => {
                if let Some(body) = of_field("body") {
                    return self.statements(frame, body);
                }
            }
            "try_statement" => {
                for part in children(node) {
                    match part.kind() {
                        "block" | "else_clause" | "finally_clause" => {
                            let flow = self.statement(frame, part);
                            if let Flow::Returns(value) = flow {
                                return Flow::Returns(value.maybe());
                            }
                        }
                        // What handles a failure is not what usually runs.
                        _ => self.maybe(frame, part),
                    }
                }
            }
            "for_statement" | "while_statement" | "match_statement" => {
                if let Some(name) = of_field("left").filter(|left| left.kind() == "identifier") {
                    let hole = frame.syntax.hole(name);
                    frame.scope.names.insert(frame.text(name), hole);
                }
                if let Some(body) = of_field("body") {
                    self.maybe(frame, body);
                }
            }
            "case_clause" => self.maybe(frame, node),
            "function_definition" => {
                if let Some(name) = of_field("name") {
                    let range = node.byte_range();
                    let function = Function {
                        syntax: frame.syntax.clone(),
                        start: range.start,
                        end: range.end,
                        globals: None,
                    };
                    frame.scope.functions.insert(frame.text(name), function);
                }
            }
            "delete_statement" => {
                for target in children(node) {
                    if let Some((name, path)) = self.path(frame, target) {
                        let path = path.get(..path.len().saturating_sub(1)).unwrap_or_default();
                        self.change(frame, &name, path, Change::Unknown);
                    }
                }
            }
            "return_statement" => {
                let value = children(node)
                    .first()
                    .map(|value| self.value(frame, *value));
                return Flow::Returns(value.unwrap_or(Value::Null));
            }
            _ => {}
        }
        Flow::Goes
    }

    /// Runs what may run.
    fn maybe(&mut self, frame: &mut Frame, node: Node) {
        let before = frame.scope.clone();
        self.statements(frame, node);
        let after = std::mem::take(&mut frame.scope);
        frame.scope = after.or(before);
    }

    fn arms(&mut self, frame: &mut Frame, node: Node) -> Flow {
        let mut cursor = node.walk();
        let others: Vec<Node> = node
            .children_by_field_name("alternative", &mut cursor)
            .collect();
        let mut all = vec![(
            node.child_by_field_name("condition"),
            node.child_by_field_name("consequence"),
        )];
        all.extend(others.iter().map(|other| {
            let body = other.child_by_field_name("consequence");
            (
                other.child_by_field_name("condition"),
                body.or(other.child_by_field_name("body")),
            )
        }));
        // What each arm that may run leaves behind.
        let mut ends: Vec<(Scope, Flow)> = Vec::new();
        for (condition, body) in all {
            let holds = match condition {
                Some(condition) => self.holds(frame, condition),
                None => Some(true),
            };
            if holds == Some(false) {
                continue;
            }
            let before = frame.scope.clone();
            let flow = match body {
                Some(body) => self.statements(frame, body),
                None => Flow::Goes,
            };
            let after = std::mem::replace(&mut frame.scope, before);
            ends.push((after, flow));
            if holds == Some(true) {
                return joined(frame, ends, node);
            }
        }
        ends.push((frame.scope.clone(), Flow::Goes));
        joined(frame, ends, node)
    }

    fn expression(&mut self, frame: &mut Frame, node: Node) {
        let of_field = |name: &str| node.child_by_field_name(name);
        match node.kind() {
            "assignment" => {
                if let (Some(left), Some(right)) = (of_field("left"), of_field("right")) {
                    let value = match right.kind() {
                        "assignment" => {
                            self.expression(frame, right);
                            let inner = right.child_by_field_name("left");
                            inner.map(|inner| self.value(frame, inner))
                        }
                        _ => Some(self.value(frame, right)),
                    };
                    let value = value.unwrap_or_else(|| frame.syntax.hole(right));
                    self.assign(frame, left, value);
                }
            }
            "augmented_assignment" => {
                let (Some(left), Some(right), Some(operator)) =
                    (of_field("left"), of_field("right"), of_field("operator"))
                else {
                    return;
                };
                let (old, new) = (self.value(frame, left), self.value(frame, right));
                let value = combined(frame, old, new, operator.kind(), node);
                self.assign(frame, left, value);
            }
            "call" => self.call_statement(frame, node),
            _ => {
                self.value(frame, node);
            }
        }
    }

    fn assign(&mut self, frame: &mut Frame, left: Node, value: Value) {
        match (left.kind(), value) {
            ("pattern_list" | "tuple_pattern", value) => {
                let targets = children(left);
                let items = match value {
                    Value::List(List { items, .. }) if items.len() == targets.len() => items,
                    _ => targets
                        .iter()
                        .map(|target| frame.syntax.hole(*target))
                        .collect(),
                };
                for (target, item) in targets.into_iter().zip(items) {
                    self.assign(frame, target, item);
                }
            }
            (_, value) => {
                if let Some((name, path)) = self.path(frame, left) {
                    self.change(frame, &name, &path, Change::Set(value));
                }
            }
        }
    }

    /// The name that a target begins with, and the keys from there; a key that is not known is
    /// nothing.
    fn path(&mut self, frame: &mut Frame, target: Node) -> Option<(String, Vec<Option<String>>)> {
        let (mut node, mut path) = (target, Vec::new());
        loop {
            match node.kind() {
                "identifier" => {
                    path.reverse();
                    return Some((frame.text(node), path));
                }
                "subscript" => {
                    let key = node.child_by_field_name("subscript")?;
                    path.push(self.value(frame, key).known_text());
                    node = node.child_by_field_name("value")?;
                }
                _ => return None,
            }
            if path.len() > 16 {
                return None;
            }
        }
    }

    fn change(&mut self, frame: &mut Frame, name: &str, path: &[Option<String>], change: Change) {
        let mut value = frame.get(name).unwrap_or_else(|| Value::hole(name, None));
        apply(&mut value, path, change);
        match value.size() {
            Some(size) => self.fuel = self.fuel.saturating_sub(size as u32 / 32),
            None => value = Value::hole(name, None),
        }
        frame.scope.names.insert(name.to_owned(), value);
    }

    /// `CSP_IMG_SRC.append(…)`, `include('…')`.
    fn call_statement(&mut self, frame: &mut Frame, node: Node) {
        let Some(function) = node.child_by_field_name("function") else {
            return;
        };
        let arguments = self.arguments(frame, node);
        if function.kind() == "identifier" {
            let name = frame.text(function);
            if name == "include" {
                let names = arguments.positional.iter().filter_map(Value::known_text);
                for name in names.collect::<Vec<_>>() {
                    self.include(frame, &name);
                }
            }
            // A function of the project may change what it is given.
            if frame.function(&name).is_some() {
                let given = node.child_by_field_name("arguments").map(children);
                for argument in given.unwrap_or_default() {
                    if let Some((name, path)) = self.path(frame, argument) {
                        self.change(frame, &name, &path, Change::Unknown);
                    }
                }
            }
            return;
        }
        let of_field = |name: &str| function.child_by_field_name(name);
        let (Some(object), Some(method)) = (of_field("object"), of_field("attribute")) else {
            return;
        };
        let Some((name, path)) = self.path(frame, object) else {
            return;
        };
        let first = arguments.positional.first().cloned();
        let change = match (frame.text(method).as_str(), first) {
            ("append" | "add", Some(value)) => Change::Add(vec![value]),
            ("insert", _) => Change::Add(arguments.positional.into_iter().skip(1).collect()),
            ("extend", Some(Value::List(list))) => {
                Change::Add(list.items.into_iter().map(Value::bare).collect())
            }
            ("extend", Some(_)) => {
                let given = node.child_by_field_name("arguments").map(children);
                let given = given.and_then(|all| all.first().copied()).unwrap_or(node);
                Change::Add(vec![frame.syntax.hole(given)])
            }
            ("update", Some(value)) => Change::Merge(value),
            ("update" | "remove" | "pop" | "clear" | "discard" | "setdefault" | "popitem", _) => {
                Change::Unknown
            }
            _ => return,
        };
        self.change(frame, &name, &path, change);
    }
}

/// What is left where one of several arms ran.
fn joined(frame: &mut Frame, ends: Vec<(Scope, Flow)>, node: Node) -> Flow {
    let mut scope: Option<Scope> = None;
    let mut returned: Option<Value> = None;
    let mut goes = false;
    for (own, flow) in ends {
        match flow {
            Flow::Returns(value) => {
                returned = Some(match returned {
                    Some(before) => super::expressions::either(frame, before, value, node),
                    None => value,
                });
            }
            Flow::Goes => {
                goes = true;
                scope = Some(match scope {
                    Some(before) => before.or(own),
                    None => own,
                });
            }
        }
    }
    frame.scope = scope.unwrap_or_default();
    match (returned, goes) {
        (None, _) => Flow::Goes,
        (Some(value), false) => Flow::Returns(value),
        // What follows may give another value.
        (Some(_), true) => Flow::Returns(frame.syntax.hole(node)),
    }
}

fn apply(value: &mut Value, path: &[Option<String>], change: Change) {
    let Some((first, rest)) = path.split_first() else {
        return apply_here(value, change);
    };
    match (value, first) {
        (Value::Object(object), Some(key)) => {
            let mut inner = object.get(key);
            if matches!(inner, Value::Undefined) && !rest.is_empty() {
                inner = Value::hole(key, None);
            }
            apply(&mut inner, rest, change);
            object.set(key, inner, true);
        }
        (Value::Maybe(inner), _) => {
            let mut own = (**inner).clone();
            apply(&mut own, path, change);
            *inner = std::rc::Rc::new(own);
        }
        (value, _) => opened(value),
    }
}

fn apply_here(value: &mut Value, change: Change) {
    match (change, value) {
        (Change::Set(new), value) => *value = new,
        (Change::Add(items), Value::List(list)) => list.items.extend(items),
        (Change::Merge(more), Value::Object(object)) => object.spread(more, true),
        // `update` of a set.
        (Change::Merge(Value::List(more)), Value::List(list)) => {
            list.items.extend(more.items.into_iter().map(Value::bare));
        }
        (_, value) => opened(value),
    }
}

/// Something is done to it that is not followed.
fn opened(value: &mut Value) {
    match value {
        Value::Object(object) => object.opened("a-later-change"),
        Value::List(list) => list.items.push(Value::hole("a-later-change", None)),
        Value::Hole(_) => {}
        other => *other = Value::hole(&other.shown(), other.place()),
    }
}
