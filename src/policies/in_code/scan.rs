//! What in a file may set a policy, by its syntax alone.

use super::names::is_directive;
use super::origin::origin;
use super::packages::{Sender, sender};
use crate::js::FileFacts;
use crate::js::facts::*;
use crate::policies::disposition_of;
use crate::policies::script::directive_name;
use crate::results::Disposition;

/// Something that may set a policy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Candidate {
    /// Where.
    pub(super) id: ExprId,
    pub(super) kind: Kind,
}

/// How a policy is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// A package's function is called, or registered (`fastify.register(helmet, options)`).
    Sender {
        sender: Sender,
        options: Option<ExprId>,
        /// The call registers it itself.
        registers: bool,
    },
    /// A header is named, and its value stands beside.
    Header {
        disposition: Disposition,
        value: ExprId,
        /// It is added to the others of that name.
        adds: bool,
    },
    /// What may be a header's name is not literal.
    Named {
        name: ExprId,
        value: ExprId,
        adds: bool,
    },
    /// An object whose keys are directives.
    Directives,
}

/// Everything in a file that may set a policy, in the order of the text.
pub(super) fn candidates(facts: &FileFacts) -> Vec<Candidate> {
    let mut out = Vec::new();
    for (number, node) in facts.nodes.iter().enumerate() {
        let Ok(number) = u32::try_from(number) else {
            break;
        };
        let id = ExprId(number);
        match &node.expr {
            Expr::Call { callee, arguments } | Expr::New { callee, arguments } => {
                call(facts, id, *callee, arguments, &mut out);
            }
            Expr::Object(properties) => object(facts, id, properties, &mut out),
            Expr::Array(elements) => array(facts, id, elements, &mut out),
            _ => {}
        }
    }
    // `headers['Content-Security-Policy'] = value`.
    for write in &facts.writes {
        let value = write.definition.value;
        let kind = match key_header(facts, &write.key) {
            Name::Of(disposition) => Kind::Header {
                disposition,
                value,
                adds: false,
            },
            Name::Unknown => Kind::Named {
                name: match write.key {
                    Key::Computed(name) => name,
                    Key::Name(_) => continue,
                },
                value,
                adds: false,
            },
            Name::Other => continue,
        };
        out.push(Candidate { id: value, kind });
    }
    out.sort_by_key(|c| (facts.node(c.id).span.start, facts.node(c.id).span.end));
    out
}

fn call(
    facts: &FileFacts,
    id: ExprId,
    callee: ExprId,
    arguments: &[Argument],
    out: &mut Vec<Candidate>,
) {
    let argument = |i: usize| arguments.get(i).filter(|a| !a.spread).map(|a| a.expr);
    let mut add = |kind| out.push(Candidate { id, kind });
    if let Some(sender) = origin(facts, callee).and_then(|o| sender(&o)) {
        return add(Kind::Sender {
            sender,
            options: argument(0),
            registers: false,
        });
    }
    let Some(method) = called_name(facts, callee) else {
        return;
    };
    if method == "register"
        && let Some(first) = argument(0)
        && let Some(sender) = origin(facts, first).and_then(|o| sender(&o))
    {
        return add(Kind::Sender {
            sender,
            options: argument(1),
            registers: true,
        });
    }
    if !sets_headers(method) {
        return;
    }
    let adds = method.to_ascii_lowercase().contains("append") || method == "add";
    // `set(name, value)`, `setResponseHeader(event, name, value)`.
    for at in 0..2 {
        let (Some(name), Some(value)) = (argument(at), argument(at + 1)) else {
            continue;
        };
        match header(facts, name) {
            Name::Of(disposition) => {
                return add(Kind::Header {
                    disposition,
                    value,
                    adds,
                });
            }
            Name::Unknown => return add(Kind::Named { name, value, adds }),
            Name::Other => {}
        }
    }
}

/// The name of the function or method that is called.
fn called_name(facts: &FileFacts, callee: ExprId) -> Option<&str> {
    match &facts.node(callee).expr {
        Expr::Member {
            key: Key::Name(name),
            ..
        }
        | Expr::Global(name) => Some(name),
        Expr::Binding(binding) => Some(&facts.binding(*binding).name),
        _ => None,
    }
}

/// Whether a function of this name sets headers.
fn sets_headers(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let asks = [
        "get", "has", "remove", "delete", "expect", "parse", "is", "assert", "check",
    ];
    match lower.as_str() {
        "set" | "append" | "add" => true,
        _ => lower.contains("header") && !asks.iter().any(|verb| lower.starts_with(verb)),
    }
}

/// What header a name is.
enum Name {
    Of(Disposition),
    Other,
    /// It comes from elsewhere, and is called as one of ours would be.
    Unknown,
}

fn header(facts: &FileFacts, id: ExprId) -> Name {
    let of_text = |text: &str| disposition_of(text).map_or(Name::Other, Name::Of);
    match &facts.node(id).expr {
        Expr::Text(text) => of_text(text),
        Expr::Binding(binding) => {
            let binding = facts.binding(*binding);
            match binding.definitions.as_slice() {
                [one] => match &facts.node(one.value).expr {
                    Expr::Text(text) => of_text(text),
                    _ => by_name(&binding.name),
                },
                _ => by_name(&binding.name),
            }
        }
        Expr::Member {
            key: Key::Name(name),
            ..
        } => by_name(name),
        Expr::Conditional { .. } => Name::Unknown,
        _ => Name::Other,
    }
}

fn key_header(facts: &FileFacts, key: &Key) -> Name {
    match key {
        Key::Name(name) => disposition_of(name).map_or(Name::Other, Name::Of),
        Key::Computed(name) => header(facts, *name),
    }
}

fn by_name(name: &str) -> Name {
    let lower = name.to_ascii_lowercase().replace('_', "");
    match lower.contains("csp") || lower.contains("securitypolicy") {
        true => Name::Unknown,
        false => Name::Other,
    }
}

fn object(facts: &FileFacts, id: ExprId, properties: &[Property], out: &mut Vec<Candidate>) {
    let values = properties.iter().filter_map(|property| match property {
        Property::Value(key, value) => Some((key, *value)),
        _ => None,
    });
    let values: Vec<(&Key, ExprId)> = values.collect();
    let mut directives = (0, false);
    for (key, value) in &values {
        let name = match key {
            Key::Name(name) => name,
            Key::Computed(name) => {
                let kind = match header(facts, *name) {
                    Name::Of(disposition) => Kind::Header {
                        disposition,
                        value: *value,
                        adds: false,
                    },
                    Name::Unknown => Kind::Named {
                        name: *name,
                        value: *value,
                        adds: false,
                    },
                    Name::Other => continue,
                };
                out.push(Candidate { id: *value, kind });
                continue;
            }
        };
        if let Some(disposition) = disposition_of(name) {
            let kind = Kind::Header {
                disposition,
                value: *value,
                adds: false,
            };
            out.push(Candidate { id: *value, kind });
        }
        let directive = directive_name(name);
        if is_directive(&directive) {
            directives.0 += 1;
            directives.1 |= matches!(directive.as_str(), "connect-src" | "default-src");
        }
    }
    if directives.0 > 1 && directives.1 {
        let kind = Kind::Directives;
        out.push(Candidate { id, kind });
    }
    // `{ key: 'Content-Security-Policy', value }`.
    let valued = |wanted: &[&str]| {
        let mut all = values.iter();
        let found = all.find(|(key, _)| match key {
            Key::Name(name) => wanted.iter().any(|w| name.eq_ignore_ascii_case(w)),
            Key::Computed(_) => false,
        });
        found.map(|(_, value)| *value)
    };
    let name = valued(&["key", "name", "header", "http-equiv", "httpEquiv"]);
    if let (Some(name), Some(value)) = (name, valued(&["value", "content"]))
        && let Name::Of(disposition) = header(facts, name)
    {
        let kind = Kind::Header {
            disposition,
            value,
            adds: false,
        };
        out.push(Candidate { id, kind });
    }
}

/// `['Content-Security-Policy', value]`.
fn array(facts: &FileFacts, id: ExprId, elements: &[Argument], out: &mut Vec<Candidate>) {
    let [name, value] = elements else { return };
    if name.spread || value.spread {
        return;
    }
    let is_text = matches!(facts.node(name.expr).expr, Expr::Text(_));
    if let (true, Name::Of(disposition)) = (is_text, header(facts, name.expr)) {
        let kind = Kind::Header {
            disposition,
            value: value.expr,
            adds: false,
        };
        out.push(Candidate { id, kind });
    }
}
