//! Objects of directives: `{ defaultSrc: ["'self'"], 'connect-src': 'https://a.test' }`.

use super::{Object, Value};
use crate::csp::is_directive;
use crate::policies::script::text::Text;
use crate::policies::{ElementStyle, ListElement, SourceListPlace, Written};
use crate::span::Span;

/// The name of a directive as it is sent: `connectSrc` is `connect-src`.
pub fn directive_name(key: &str) -> String {
    let mut out = String::new();
    for c in key.trim().chars() {
        if c.is_ascii_uppercase() && !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// The policy that an object of directives is: arrays or texts of sources; `true` and an empty
/// array are a directive without any; `false`, `null` and `undefined` are none. `style`: how the
/// elements of its lists are written.
pub fn written_directives(object: &Object, style: ElementStyle) -> Written {
    let mut written = Written::default();
    for (key, value) in &object.entries {
        let mut one = Written::default();
        directive(&mut one, &directive_name(key), value, style);
        if one.text().is_empty() {
            continue;
        }
        if !written.text().is_empty() {
            written.made("; ");
        }
        written.append(one);
    }
    if let Some(open) = &object.open {
        if !written.text().is_empty() {
            written.made("; ");
        }
        written.hole(open, None);
    }
    written
}

fn directive(out: &mut Written, name: &str, value: &Value, style: ElementStyle) {
    match value {
        Value::Bool(false) | Value::Null | Value::Undefined => {}
        Value::Bool(true) => {
            out.made(name);
        }
        Value::List(list) => {
            out.made(name);
            let mut place = list.place.clone().map(|place| SourceListPlace {
                directive: name.to_owned(),
                place,
                elements: Vec::new(),
                style,
            });
            for item in &list.items {
                if matches!(item, Value::Null | Value::Undefined | Value::Bool(false)) {
                    continue;
                }
                out.made(" ");
                let range = out.append(source(item, style).written_plainly());
                if let (Some(list), Some(span)) = (&mut place, element_span(item)) {
                    list.elements.push(ListElement { span, range });
                }
            }
            if let Some(list) = place {
                out.add_list(list);
            }
        }
        Value::Text(text) => {
            out.made(name);
            if !text.0.parts.is_empty() {
                out.made(" ");
                out.append(text.0.written_plainly());
            }
        }
        // The directive may be missing, and another one begin.
        Value::Maybe(inner) if !concerns_connections(name) => directive(out, name, inner, style),
        Value::Maybe(inner) => {
            out.hole(&format!("{name}:{}?", inner.shown()), inner.place());
        }
        other => {
            out.made(name);
            out.made(" ");
            out.append(other.to_text().written_plainly());
        }
    }
}

/// Whether it matters to connections that a directive is there.
fn concerns_connections(name: &str) -> bool {
    let governs = [
        "connect-src",
        "default-src",
        "upgrade-insecure-requests",
        "base-uri",
        "sandbox",
    ];
    governs.contains(&name) || !is_directive(name)
}

/// An element as a source: keywords get the quotes that are not written.
fn source(item: &Value, style: ElementStyle) -> Text {
    let text = item.to_text();
    match (style, text.known()) {
        (ElementStyle::BareKeywords, Some(known)) if is_keyword(&known) => {
            let mut quoted = Text::made("'");
            quoted.append(text);
            quoted.append(Text::made("'"));
            quoted
        }
        _ => text,
    }
}

fn is_keyword(text: &str) -> bool {
    let hashed = ["nonce-", "sha256-", "sha384-", "sha512-"];
    matches!(
        text,
        "self"
            | "none"
            | "unsafe-inline"
            | "unsafe-eval"
            | "unsafe-hashes"
            | "strict-dynamic"
            | "report-sample"
            | "wasm-unsafe-eval"
    ) || hashed.iter().any(|start| text.starts_with(start))
}

/// The element of a literal that a value is written in, with its quotes.
fn element_span(item: &Value) -> Option<Span> {
    match item {
        Value::Text(text) => text.0.element_span(),
        _ => None,
    }
}
