//! Conditions of `if` that the path of a page decides.
//!
//! <https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#if>: a block of `if` is like a
//! location in its location; of several that are true, the last one counts.

use crate::policies::lookahead::Expression;

/// A condition.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    test: Test,
    is_negated: bool,
}

#[derive(Debug, Clone)]
enum Test {
    /// The path matches.
    Matches(Expression),
    /// The path is this.
    Is(String),
    /// It is so for every page.
    Known(bool),
}

impl Condition {
    /// That of the words of an `if`, if it is understood.
    pub(super) fn of(words: &[&str]) -> Option<Condition> {
        let text = words.join(" ");
        let text = text.trim().strip_prefix('(')?.strip_suffix(')')?.trim();
        let (variable, rest) = text.split_once(char::is_whitespace)?;
        let rest = rest.trim_start();
        let (operator, value) = rest.split_once(char::is_whitespace)?;
        let value = value.trim_start();
        let (operator, is_negated) = match operator.strip_prefix('!') {
            Some(operator) => (operator, true),
            None => (operator, false),
        };
        let test = match (variable, operator) {
            ("$uri" | "$document_uri", "~") => Test::Matches(Expression::anywhere(value, true)?),
            ("$uri" | "$document_uri", "~*") => Test::Matches(Expression::anywhere(value, false)?),
            ("$uri" | "$document_uri", "=") if !value.contains('$') => Test::Is(value.to_owned()),
            ("$request_method", "=") if !value.contains('$') => Test::Known(value == "GET"),
            _ => return None,
        };
        Some(Condition { test, is_negated })
    }

    /// Whether it is so for a path.
    pub(super) fn holds(&self, path: &str) -> bool {
        let holds = match &self.test {
            Test::Matches(expression) => expression.matches(path),
            Test::Is(text) => text == path,
            Test::Known(holds) => *holds,
        };
        holds != self.is_negated
    }
}
