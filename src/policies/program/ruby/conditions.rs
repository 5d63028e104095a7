//! Conditions, decided for production.

use super::Ruby;
use crate::policies::program::children;
use crate::policies::script::Value;
use tree_sitter::Node;

impl Ruby<'_> {
    /// Whether a condition holds in production, if that is known.
    pub(super) fn holds(&mut self, node: Node) -> Option<bool> {
        if !self.step() {
            return None;
        }
        self.depth += 1;
        let out = self.holds_here(node);
        self.depth -= 1;
        out
    }

    fn holds_here(&mut self, node: Node) -> Option<bool> {
        let of_field = |name: &str| node.child_by_field_name(name);
        match node.kind() {
            "parenthesized_statements" => {
                let inner = children(node);
                self.holds(*inner.last()?)
            }
            "unary" => {
                let operand = of_field("operand")?;
                let not = of_field("operator").is_some_and(|o| matches!(self.text(o), "!" | "not"));
                if not {
                    self.holds(operand).map(|b| !b)
                } else {
                    None
                }
            }
            "binary" => {
                let (left, right) = (of_field("left")?, of_field("right")?);
                let operator = of_field("operator")
                    .map(|o| self.text(o))
                    .unwrap_or_default();
                match operator {
                    "&&" | "and" => match (self.holds(left), self.holds(right)) {
                        (Some(false), _) | (_, Some(false)) => Some(false),
                        (Some(true), Some(true)) => Some(true),
                        _ => None,
                    },
                    "||" | "or" => match (self.holds(left), self.holds(right)) {
                        (Some(true), _) | (_, Some(true)) => Some(true),
                        (Some(false), Some(false)) => Some(false),
                        _ => None,
                    },
                    "==" | "!=" => {
                        let equal = self.is_environment(left, right)?;
                        Some(equal == (operator == "=="))
                    }
                    _ => None,
                }
            }
            "call" => match self.environment_call(node) {
                Some(known) => Some(known),
                None => self.value(node).truthy(),
            },
            _ => self.value(node).truthy(),
        }
    }

    /// `Rails.env.production?`, `%w[development test].include?(Rails.env)`.
    fn environment_call(&mut self, node: Node) -> Option<bool> {
        let method = self.text(node.child_by_field_name("method")?);
        let receiver = node.child_by_field_name("receiver")?;
        if self.text(receiver) == "Rails.env" {
            return match method {
                "production?" => Some(true),
                "development?" | "test?" | "local?" | "staging?" => Some(false),
                "in?" => {
                    let arguments = children(node.child_by_field_name("arguments")?);
                    self.includes_production(*arguments.first()?)
                }
                _ => None,
            };
        }
        let arguments = children(node.child_by_field_name("arguments")?);
        let first = self.text(*arguments.first()?);
        match (method, first) {
            ("include?", "Rails.env" | "Rails.env.to_s" | "Rails.env.to_sym") => {
                self.includes_production(receiver)
            }
            _ => None,
        }
    }

    fn includes_production(&mut self, list: Node) -> Option<bool> {
        match self.value(list) {
            Value::List(list) => {
                let texts: Option<Vec<String>> = list.items.iter().map(Value::known_text).collect();
                Some(texts?.iter().any(|text| text == "production"))
            }
            _ => None,
        }
    }

    /// `Rails.env == 'production'`: whether that holds.
    fn is_environment(&mut self, left: Node, right: Node) -> Option<bool> {
        let names = ["Rails.env", "ENV[\"RAILS_ENV\"]", "ENV['RAILS_ENV']"];
        let other = match (
            names.contains(&self.text(left)),
            names.contains(&self.text(right)),
        ) {
            (true, false) => right,
            (false, true) => left,
            _ => return None,
        };
        self.value(other)
            .known_text()
            .map(|text| text == "production")
    }
}
