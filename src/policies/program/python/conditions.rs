//! Conditions, decided for production.

use super::{Frame, Python};
use crate::policies::program::children;
use tree_sitter::Node;

/// Names of what is so where programs are developed or tested.
const DEVELOPMENT: [&str; 14] = [
    "DEBUG",
    "DEV",
    "DEVELOPMENT",
    "IS_DEV",
    "IS_DEVELOPMENT",
    "DEV_MODE",
    "LOCAL",
    "IS_LOCAL",
    "TEST",
    "TESTING",
    "IS_TEST",
    "IS_TESTING",
    "RUNNING_TESTS",
    "DEBUG_TOOLBAR",
];
/// Names of what is so in production.
const PRODUCTION: [&str; 5] = ["PROD", "PRODUCTION", "IS_PROD", "IS_PRODUCTION", "LIVE"];

impl Python {
    /// Whether a condition holds in production, if that is known.
    pub(super) fn holds(&mut self, frame: &mut Frame, node: Node) -> Option<bool> {
        if !self.step() {
            return None;
        }
        self.depth += 1;
        let out = self.holds_here(frame, node);
        self.depth -= 1;
        out
    }

    fn holds_here(&mut self, frame: &mut Frame, node: Node) -> Option<bool> {
        match node.kind() {
            "parenthesized_expression" => {
                let inner = children(node);
                self.holds(frame, *inner.first()?)
            }
            "not_operator" => {
                let argument = node.child_by_field_name("argument")?;
                self.holds(frame, argument).map(|holds| !holds)
            }
            "boolean_operator" => {
                let left = node.child_by_field_name("left")?;
                let right = node.child_by_field_name("right")?;
                let is_and = node.child_by_field_name("operator")?.kind() == "and";
                match (self.holds(frame, left), self.holds(frame, right)) {
                    (Some(a), Some(b)) => Some(if is_and { a && b } else { a || b }),
                    (Some(known), None) | (None, Some(known)) => (known != is_and).then_some(known),
                    _ => None,
                }
            }
            "comparison_operator" => self.compared(frame, node),
            "identifier" | "attribute" => {
                let text = frame.text(node);
                let name = text
                    .rsplit('.')
                    .next()
                    .unwrap_or_default()
                    .to_ascii_uppercase();
                if DEVELOPMENT.contains(&name.as_str()) {
                    return Some(false);
                }
                let known = self.value(frame, node).truthy();
                known.or(PRODUCTION.contains(&name.as_str()).then_some(true))
            }
            _ => self.value(frame, node).truthy(),
        }
    }

    /// `ENVIRONMENT == 'production'`, `'test' in sys.argv`.
    fn compared(&mut self, frame: &mut Frame, node: Node) -> Option<bool> {
        let text = frame.text(node);
        if text.contains("insys.argv") || text.contains("insys.modules") {
            return Some(text.contains("notin"));
        }
        let operands = children(node);
        let [left, right] = operands.as_slice() else {
            return None;
        };
        let mut cursor = node.walk();
        let operators: Vec<String> = node
            .children_by_field_name("operators", &mut cursor)
            .map(|operator| frame.text(operator))
            .collect();
        let wanted = match operators.first().map(String::as_str) {
            Some("==" | "is") => true,
            Some("!=" | "isnot") => false,
            _ => return None,
        };
        let (own, other) = (self.value(frame, *left), self.value(frame, *right));
        if let (Some(a), Some(b)) = (own.known_text(), other.known_text()) {
            return Some((a == b) == wanted);
        }
        let name = frame.text(*left).to_ascii_lowercase();
        let is_environment = ["env", "stage", "mode", "deploy"]
            .iter()
            .any(|word| name.contains(word));
        let value = other.known_text().unwrap_or_else(|| {
            let text = frame.text(*right);
            text.rsplit('.').next().unwrap_or_default().to_owned()
        });
        let is_production = match value.to_ascii_lowercase().as_str() {
            "production" | "prod" | "live" => true,
            "development" | "dev" | "develop" | "local" | "test" | "testing" | "ci" | "staging"
            | "stage" => false,
            _ => return None,
        };
        is_environment.then_some(is_production == wanted)
    }
}
