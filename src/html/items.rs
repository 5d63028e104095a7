//! What an element's attributes request and run.

use super::attributes::Attribute;
use super::element::{Element, Vocabulary};
use super::scripts::{self, ScriptType};
use super::{Item, MappedText, handlers, javascript_url};
use crate::span::Span;

/// What one attribute stands for.
pub(super) enum Meaning {
    /// An item.
    Item(Item),
    /// A document of its own, and whether scripts run in it.
    Document(MappedText, bool),
}

/// What an element's attributes stand for, in order. `scripts`: whether scripts run here.
pub(super) fn read(element: &Element, scripts: bool) -> Vec<Meaning> {
    let mut out = Vec::new();
    for attribute in &element.attributes {
        match attribute.name.as_str() {
            "srcdoc" if is_html(element, &["iframe"]) => {
                let allowed = scripts && scripts_in_frame(element);
                out.push(Meaning::Document(element.value(attribute), allowed));
            }
            "ping" if is_html(element, &["a", "area"]) => {
                out.extend(ping(element, attribute).map(Meaning::Item));
            }
            "href" if is_html(element, &["link"]) => {
                out.extend(preloads(element, attribute).into_iter().map(Meaning::Item));
            }
            _ if scripts => out.extend(code(element, attribute).map(Meaning::Item)),
            _ => {}
        }
    }
    out
}

/// Whether an element is one of these, in HTML.
fn is_html(element: &Element, names: &[&str]) -> bool {
    element.vocabulary == Vocabulary::Html && names.contains(&element.name)
}

/// Whether scripts run in a frame.
fn scripts_in_frame(element: &Element) -> bool {
    element.get("sandbox").is_none() || element.has_word("sandbox", "allow-scripts")
}

/// `<a ping>`, `<area ping>`.
fn ping(element: &Element, attribute: &Attribute) -> Option<Item> {
    let value = element.value(attribute);
    let mut urls = Vec::new();
    let mut at = 0;
    for url in value.text.split(|c: char| c.is_ascii_whitespace()) {
        if !url.is_empty() {
            urls.push((url.to_owned(), value.span(at..at + url.len())));
        }
        // White space is one byte each.
        at += url.len() + 1;
    }
    (!urls.is_empty()).then(|| Item::Ping {
        area: element.name == "area",
        has_href: element.get("href").is_some(),
        urls,
    })
}

/// `<link rel=preload as=fetch>`, `<link rel=modulepreload as=json>`.
fn preloads(element: &Element, attribute: &Attribute) -> Vec<Item> {
    let mut out = Vec::new();
    let url = element.value(attribute).text;
    let span = element.span(attribute);
    let is = |word: &str| {
        let destination = element.text("as").unwrap_or_default();
        destination.eq_ignore_ascii_case(word)
    };
    if url.is_empty() {
        return out;
    }
    if element.has_word("rel", "preload") && is("fetch") {
        let url = url.clone();
        out.push(Item::LinkPreload { url, span });
    }
    if element.has_word("rel", "modulepreload") && is("json") {
        out.push(Item::LinkModulePreload { url, span });
    }
    out
}

/// Code in an attribute, or a script's URL.
fn code(element: &Element, attribute: &Attribute) -> Option<Item> {
    if handlers::is_handler(element, &attribute.name) {
        let code = element.value(attribute);
        return has_code(&code).then_some(Item::Handler { code });
    }
    if is_script_url(element, &attribute.name) {
        let kind = scripts::script_type(element)?;
        return external(element, attribute, kind);
    }
    if !is_navigation(element, &attribute.name) {
        return None;
    }
    let code = javascript_url::code(&element.value(attribute))?;
    has_code(&code).then_some(Item::JavascriptUrl { code })
}

fn has_code(code: &MappedText) -> bool {
    !code.text.trim().is_empty()
}

/// Whether an attribute is the URL of a script.
fn is_script_url(element: &Element, attribute: &str) -> bool {
    element.name == "script" && Some(attribute) == script_url(element).map(|a| a.name.as_str())
}

/// The attribute that makes a `<script>` an external one.
pub(super) fn script_url<'e>(element: &'e Element) -> Option<&'e Attribute> {
    match element.vocabulary {
        Vocabulary::Html => element.get("src"),
        Vocabulary::Svg => element.get("href").or_else(|| element.get("xlink:href")),
        Vocabulary::Other => None,
    }
}

fn external(element: &Element, attribute: &Attribute, kind: ScriptType) -> Option<Item> {
    let url = element.value(attribute).text;
    let span: Span = element.span(attribute);
    (!url.is_empty()).then_some(Item::ExternalScript {
        url,
        module: kind == ScriptType::Module,
        deferred: kind == ScriptType::Module
            || element.get("defer").is_some()
            || element.get("async").is_some(),
        span,
    })
}

/// Whether an attribute is a URL that is navigated to, and so may be a `javascript:` URL.
fn is_navigation(element: &Element, attribute: &str) -> bool {
    match (element.vocabulary, element.name, attribute) {
        (Vocabulary::Html, "a" | "area", "href")
        | (Vocabulary::Html, "frame", "src")
        | (Vocabulary::Html, "form", "action")
        | (Vocabulary::Html, "button" | "input", "formaction")
        | (Vocabulary::Svg, "a", "href") => true,
        (Vocabulary::Svg, "a", "xlink:href") => element.get("href").is_none(),
        // `srcdoc` has precedence.
        (Vocabulary::Html, "iframe", "src") => {
            element.get("srcdoc").is_none() && scripts_in_frame(element)
        }
        _ => false,
    }
}
