//! Objects keyed by the names of directives, wherever they stand:
//! `CSP_DIRECTIVES = { 'default-src': ["'self'"], 'connect-src': [...] }`.

use super::names::is_directive;
use crate::policies::script::{Object, Value, directive_name, written_directives};
use crate::policies::{ElementStyle, Written};

/// The policy that such an object is, if its values are sources.
pub(in crate::policies) fn policy(value: &Value) -> Option<Written> {
    let Value::Object(object) = value else {
        return None;
    };
    let known = |(name, value): &(String, Value)| match is_directive(&directive_name(name)) {
        true => Some(sources(value)),
        false => None,
    };
    let all: Vec<Sources> = object.entries.iter().filter_map(known).collect();
    let has_sources = all.contains(&Sources::Some);
    let has_other = all.contains(&Sources::None);
    if !has_sources || has_other {
        return None;
    }
    let mut object = object.clone();
    object
        .entries
        .retain(|(name, _)| is_directive(&directive_name(name)));
    let style = style(&object);
    Some(written_directives(&object, style))
}

/// Whether a value is sources.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sources {
    Some,
    None,
    /// It may be.
    Unknown,
}

fn sources(value: &Value) -> Sources {
    match value {
        Value::List(list) => {
            let mut all = list.items.iter().map(sources);
            match all.any(|s| s == Sources::None) {
                true => Sources::None,
                false => Sources::Some,
            }
        }
        Value::Text(_) => match value.known_text() {
            Some(text) if !text.split_whitespace().all(is_source) => Sources::None,
            _ => Sources::Some,
        },
        Value::Object(_) | Value::Number(_) => Sources::None,
        Value::Maybe(inner) => sources(inner),
        Value::Bool(_) | Value::Null | Value::Undefined => Sources::Unknown,
        Value::Function(_) | Value::Hole(_) => Sources::Unknown,
    }
}

/// Whether a word is written as sources are, and not a word of a sentence.
fn is_source(word: &str) -> bool {
    let marks = ['\'', '.', ':', '*', '/', '$', '{', '%', '-'];
    let ends_sentence = word.ends_with(['.', ',', ':']) && !is_scheme(word);
    (word.contains(marks) && !ends_sentence) || matches!(word, "self" | "none" | "localhost")
}

fn is_scheme(word: &str) -> bool {
    let name = word.strip_suffix(':').unwrap_or_default();
    let known = [
        "http",
        "https",
        "ws",
        "wss",
        "data",
        "blob",
        "filesystem",
        "mediastream",
    ];
    known.contains(&name) || name.contains(['-', '+', '.'])
}

/// How keywords are written in it: what joins the lists may add the quotes.
fn style(object: &Object) -> ElementStyle {
    let is_bare = |value: &Value| match value {
        Value::List(list) => list.items.iter().any(|item| {
            let text = item.known_text();
            matches!(text.as_deref(), Some("self" | "none" | "unsafe-inline"))
        }),
        _ => false,
    };
    match object.entries.iter().any(|(_, value)| is_bare(value)) {
        true => ElementStyle::BareKeywords,
        false => ElementStyle::Quoted,
    }
}
