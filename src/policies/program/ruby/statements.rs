//! Statements of Ruby: what they do to names and to the policy.

use super::{Hooks, Ruby, directive};
use crate::endpoint::Place;
use crate::policies::Quoting;
use crate::policies::program::children;
use crate::policies::script::{Object, PartAt, Value};
use tree_sitter::Node;

impl Ruby<'_> {
    /// Runs the statements in a node.
    pub(in crate::policies) fn statements(&mut self, node: Node, hooks: &mut dyn Hooks) {
        for child in children(node) {
            self.statement(child, hooks);
        }
    }

    /// Runs the body of a block whose parameter is the policy.
    pub(in crate::policies) fn policy_block(&mut self, call: Node, hooks: &mut dyn Hooks) {
        let Some(block) = call.child_by_field_name("block") else {
            return;
        };
        let parameters = block.child_by_field_name("parameters");
        let name = parameters.and_then(|p| children(p).first().map(|n| self.text(*n).to_owned()));
        let outer = std::mem::replace(&mut self.policy_name, name);
        if let Some(body) = block.child_by_field_name("body") {
            self.statements(body, hooks);
        }
        self.policy_name = outer;
    }

    /// Runs the body of any other block.
    pub(in crate::policies) fn block(&mut self, call: Node, hooks: &mut dyn Hooks) {
        let block = call.child_by_field_name("block");
        if let Some(body) = block.and_then(|block| block.child_by_field_name("body")) {
            self.statements(body, hooks);
        }
    }

    fn statement(&mut self, node: Node, hooks: &mut dyn Hooks) {
        if !self.step() {
            self.given_up();
            return;
        }
        self.depth += 1;
        stacker::maybe_grow(128 << 10, 4 << 20, || self.statement_here(node, hooks));
        self.depth -= 1;
    }

    /// Nothing more is known.
    fn given_up(&mut self) {
        self.gave_up = true;
        if let Some(policy) = &mut self.state.policy {
            policy.opened("what-follows");
        }
    }

    fn statement_here(&mut self, node: Node, hooks: &mut dyn Hooks) {
        let of_field = |name: &str| node.child_by_field_name(name);
        match node.kind() {
            "if" | "elsif" | "unless" | "if_modifier" | "unless_modifier" => {
                let Some(condition) = of_field("condition") else {
                    return;
                };
                let is_negated = node.kind().starts_with("unless");
                let holds = self.holds(condition).map(|holds| holds != is_negated);
                let yes = of_field("consequence").or(of_field("body"));
                self.arms(holds, yes, of_field("alternative"), hooks);
            }
            "then"
            | "else"
            | "begin"
            | "body_statement"
            | "block_body"
            | "ensure"
            | "parenthesized_statements"
            | "module"
            | "class"
            | "begin_block" => {
                self.statements(node, hooks);
            }
            "rescue" | "while" | "until" | "for" => self.maybe(node, hooks),
            "case" => {
                for arm in children(node).into_iter().skip(1) {
                    self.maybe(arm, hooks);
                }
            }
            "when" | "do" => self.statements(node, hooks),
            "assignment" => {
                if let (Some(left), Some(right)) = (of_field("left"), of_field("right")) {
                    let value = self.value(right);
                    self.assign(left, value, hooks);
                }
            }
            "operator_assignment" => self.operator_assignment(node, hooks),
            "binary" => {
                // `hosts << 'x'`.
                let value = self.value(node);
                if let Some(target) = leftmost(node) {
                    self.assign(target, value, hooks);
                }
            }
            "call" => self.call_statement(node, hooks),
            _ => {}
        }
    }

    fn arms(
        &mut self,
        holds: Option<bool>,
        yes: Option<Node>,
        no: Option<Node>,
        hooks: &mut dyn Hooks,
    ) {
        let mut run = |ruby: &mut Self, node: Option<Node>| {
            if let Some(node) = node {
                ruby.statement(node, hooks);
            }
        };
        match holds {
            Some(true) => run(self, yes),
            Some(false) => run(self, no),
            None => {
                let before = self.state.clone();
                run(self, yes);
                let after = std::mem::replace(&mut self.state, before);
                run(self, no);
                let other = std::mem::take(&mut self.state);
                self.state = after.or(other);
            }
        }
    }

    /// Runs what may run.
    fn maybe(&mut self, node: Node, hooks: &mut dyn Hooks) {
        let before = self.state.clone();
        self.statements(node, hooks);
        let after = std::mem::take(&mut self.state);
        self.state = after.or(before);
    }

    pub(super) fn assign(&mut self, left: Node, value: Value, hooks: &mut dyn Hooks) {
        let value = self.fitting(value, left);
        match left.kind() {
            "identifier" | "constant" | "instance_variable" | "global_variable" => {
                let name = self.text(left).to_owned();
                self.state.names.insert(name, value);
            }
            _ => {
                let target: String = self.text(left).split_whitespace().collect();
                if !hooks.assigned(self, &target, &value) {
                    self.state.names.insert(target, value);
                }
            }
        }
    }

    /// `hosts += […]`, `a ||= b`.
    fn operator_assignment(&mut self, node: Node, hooks: &mut dyn Hooks) {
        let of_field = |name: &str| node.child_by_field_name(name);
        let (Some(left), Some(right)) = (of_field("left"), of_field("right")) else {
            return;
        };
        let operator = of_field("operator")
            .map(|o| self.text(o))
            .unwrap_or_default();
        let old = self.value(left);
        let new = self.value(right);
        let value = match operator {
            "+=" => self.sum(old, new, false, node),
            "||=" => match old.truthy() {
                Some(true) => old,
                Some(false) => new,
                None => self.syntax.hole(node),
            },
            _ => self.syntax.hole(node),
        };
        self.assign(left, value, hooks);
    }

    fn call_statement(&mut self, node: Node, hooks: &mut dyn Hooks) {
        let of_field = |name: &str| node.child_by_field_name(name);
        let (method, receiver) = (of_field("method"), of_field("receiver"));
        let method = method.map(|m| self.text(m)).unwrap_or_default();
        let arguments = of_field("arguments");
        if let Some(receiver) = receiver.filter(|receiver| self.is_policy(*receiver)) {
            let _ = receiver;
            return self.directive(method, arguments);
        }
        if of_field("block").is_some() && hooks.block_call(self, node) {
            return;
        }
        let nodes = arguments.map(children).unwrap_or_default();
        if nodes.iter().any(|argument| self.is_policy(*argument)) {
            // A method of the program does something to it.
            let name = method.to_owned();
            if let Some(policy) = &mut self.state.policy {
                policy.opened(&name);
            }
            return;
        }
        match (receiver, method) {
            (Some(receiver), "push" | "append" | "concat" | "unshift" | "prepend" | "add") => {
                let mut value = self.value(receiver);
                for argument in nodes {
                    let more = self.value(argument);
                    value = self.sum(value, more, method != "concat", node);
                }
                self.assign(receiver, value, hooks);
            }
            (
                Some(receiver),
                "delete" | "reject!" | "select!" | "map!" | "clear" | "merge!" | "replace",
            ) => {
                let hole = self.syntax.hole(node);
                self.assign(receiver, hole, hooks);
            }
            // A loop, or code that runs later.
            _ => {
                let block = of_field("block");
                if let Some(body) = block.and_then(|b| b.child_by_field_name("body")) {
                    match method {
                        "configure" | "tap" | "to_prepare" | "after_initialize" | "on_load"
                        | "initializer" => self.statements(body, hooks),
                        _ => self.maybe(body, hooks),
                    }
                }
            }
        }
    }

    /// `policy.connect_src :self, "https://a.test"`.
    fn directive(&mut self, method: &str, arguments: Option<Node>) {
        let name = directive(method);
        let nodes = arguments.map(children).unwrap_or_default();
        let place = arguments.map(|arguments| self.inside(arguments));
        let value = match place {
            Some(place) => {
                let mut list = self.elements(&nodes, place);
                for item in &mut list.items {
                    mapped(item);
                }
                match list.items.as_slice() {
                    // `policy.upgrade_insecure_requests true`.
                    [] | [Value::Null | Value::Bool(false)] => Value::Null,
                    [Value::Bool(true)] => Value::Bool(true),
                    _ => Value::List(list),
                }
            }
            None => Value::Null,
        };
        let value = match arguments {
            Some(arguments) => self.fitting(value, arguments),
            None => value,
        };
        let policy = self.state.policy.get_or_insert_with(Object::default);
        policy.set(&name, value, true);
    }

    /// The place of arguments, without their parentheses.
    fn inside(&self, arguments: Node) -> Place {
        let range = arguments.byte_range();
        match self.text(arguments).starts_with('(') {
            true => self
                .syntax
                .file
                .place(range.start + 1, range.end.saturating_sub(1)),
            false => self.syntax.file.place(range.start, range.end),
        }
    }
}

/// A symbol as the source that it stands for.
fn mapped(item: &mut Value) {
    let Value::Text(text) = item else { return };
    let parts = &mut text.0.parts;
    let [part] = parts.as_mut_slice() else { return };
    let PartAt::Here(place, Quoting::Fixed) = &part.at else {
        return;
    };
    // A symbol: longer where it is written, by its colon.
    if place.span.range().len() != part.text.len() + 1 {
        return;
    }
    part.text = match part.text.as_str() {
        "http" | "https" | "data" | "mediastream" | "blob" | "filesystem" | "ws" | "wss" => {
            format!("{}:", part.text)
        }
        name => format!("'{}'", name.replace('_', "-")),
    };
}

/// What a chain of `<<` begins with.
fn leftmost(mut node: Node) -> Option<Node> {
    while node.kind() == "binary" {
        let operator = node.child_by_field_name("operator")?;
        if operator.kind() != "<<" {
            return None;
        }
        node = node.child_by_field_name("left")?;
    }
    Some(node)
}
