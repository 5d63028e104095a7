//! Which location a path leads to (`ngx_http_core_find_location`,
//! <https://nginx.org/en/docs/http/ngx_http_core_module.html#location>).

use super::plan::{Node, Plan};
use crate::policies::lookahead::Expression;

/// The paths of a location.
#[derive(Debug, Clone)]
pub(super) enum Matcher {
    /// `= /path`.
    Exact(String),
    /// `/path`, or `^~ /path`: expressions are not tried then.
    Prefix {
        /// How the paths begin.
        path: String,
        /// `^~`.
        is_final: bool,
    },
    /// `~ expression`; nothing if it is not understood.
    Expression {
        /// As written.
        text: String,
        /// What is searched for.
        expression: Option<Expression>,
    },
    /// `@name`.
    Named(String),
    /// A block of `if`, as written: no path leads to it.
    If(String),
}

impl Matcher {
    /// That of the arguments of a location.
    pub(super) fn of(first: &str, second: Option<&str>) -> Option<Matcher> {
        let (kind, path) = match second {
            Some(path) => (first, path),
            // The mark may stand without a space.
            None => {
                let marks = ["^~", "=", "~*", "~"];
                let mark = marks.iter().find(|mark| first.starts_with(**mark));
                first.split_at(mark.map_or(0, |mark| mark.len()))
            }
        };
        let expression = |sensitive| Matcher::Expression {
            text: format!("{kind} {path}"),
            expression: Expression::anywhere(path, sensitive),
        };
        Some(match kind {
            "=" => Matcher::Exact(path.to_owned()),
            "^~" => Matcher::Prefix {
                path: path.to_owned(),
                is_final: true,
            },
            "~" => expression(true),
            "~*" => expression(false),
            "" if path.starts_with('@') => Matcher::Named(path.to_owned()),
            "" => Matcher::Prefix {
                path: path.to_owned(),
                is_final: false,
            },
            _ => return None,
        })
    }

    /// As people know it.
    pub(super) fn shown(&self) -> &str {
        match self {
            Matcher::Exact(path) | Matcher::Prefix { path, .. } | Matcher::Named(path) => path,
            Matcher::Expression { text, .. } => text,
            Matcher::If(text) => text,
        }
    }
}

/// What is found for a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Search {
    /// A location that nothing takes the place of.
    Found(usize),
    /// The one with the longest beginning.
    Longest(usize),
    /// None in this level.
    None,
    /// Not known.
    Unknown,
}

/// The location of a path, or the server itself; nothing if that is not known.
pub(super) fn find(plan: &Plan, server: usize, path: &str) -> Option<usize> {
    match search(plan, server, path) {
        Search::Found(node) | Search::Longest(node) => Some(node),
        Search::None => Some(server),
        Search::Unknown => None,
    }
}

/// The depth of nesting is that of the file's blocks, which is bounded.
fn search(plan: &Plan, level: usize, path: &str) -> Search {
    let nodes = || plan.children(level);
    if let Some((index, _)) = nodes().find(|(_, node)| is_exact(node, path)) {
        return Search::Found(index);
    }
    let longest = nodes()
        .filter_map(|(index, node)| Some((index, prefix(node, path)?)))
        .max_by_key(|(_, (length, _))| *length);
    let mut found = Search::None;
    let mut tries_expressions = true;
    if let Some((index, (_, is_final))) = longest {
        tries_expressions = !is_final;
        found = match search(plan, index, path) {
            Search::None => Search::Longest(index),
            inner => inner,
        };
    }
    if matches!(found, Search::Found(_) | Search::Unknown) || !tries_expressions {
        return found;
    }
    for (index, node) in nodes() {
        let Some(Matcher::Expression { expression, .. }) = &node.matcher else {
            continue;
        };
        match expression {
            None => return Search::Unknown,
            Some(expression) if expression.matches(path) => {
                return match search(plan, index, path) {
                    Search::None => Search::Found(index),
                    Search::Longest(inner) => Search::Found(inner),
                    inner => inner,
                };
            }
            Some(_) => {}
        }
    }
    found
}

fn is_exact(node: &Node, path: &str) -> bool {
    matches!(&node.matcher, Some(Matcher::Exact(exact)) if exact == path)
}

/// How long the beginning of a path is that a location is for.
fn prefix(node: &Node, path: &str) -> Option<(usize, bool)> {
    match &node.matcher {
        Some(Matcher::Prefix {
            path: start,
            is_final,
        }) if path.starts_with(start.as_str()) => Some((start.len(), *is_final)),
        _ => None,
    }
}
