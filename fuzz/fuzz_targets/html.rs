//! Markup: every place that a page's items name is one of the text, and decoded text knows the
//! way back to it.
#![no_main]

use connect_lint::html::{self, Item, MappedText};
use connect_lint::span::Span;
use connect_lint_fuzz::{let_panics_be_caught, slice};
use libfuzzer_sys::fuzz_target;

/// A value and the place that it stands in: the same text, unless something was decoded or
/// normalised in it. `outer`: it stands in the page itself, not in a document inside it.
fn value(text: &str, span: Span, value: &str, outer: bool) {
    let source = slice(text, span);
    if outer && !source.contains(['&', '\r', '\0']) {
        assert_eq!(source, value);
    }
}

/// Every character comes from somewhere, in the order of the source.
fn mapped(text: &str, code: &MappedText) {
    let whole = code.source_span(Span::new(0, code.text.len()));
    slice(text, whole);
    let mut last = whole.start;
    for (at, c) in code.text.char_indices() {
        let span = code.source_span(Span::new(at, at + c.len_utf8()));
        let source = slice(text, span);
        assert!(span.start >= last && span.end <= whole.end, "{span:?}");
        assert!(!source.is_empty(), "{c:?} at {at} comes from nowhere");
        last = span.start;
    }
}

fuzz_target!(init: let_panics_be_caught(), |text: &str| {
    let document = html::parse(text);
    for placed in &document.items {
        let outer = placed.document.is_empty();
        match &placed.kind {
            Item::Ping { urls, .. } => {
                for (url, span) in urls {
                    value(text, *span, url, outer);
                }
            }
            Item::LinkPreload { url, span }
            | Item::LinkModulePreload { url, span }
            | Item::ExternalScript { url, span, .. } => value(text, *span, url, outer),
            Item::InlineScript { code, .. }
            | Item::Handler { code }
            | Item::JavascriptUrl { code } => mapped(text, code),
        }
    }
    for meta in &document.meta_policies {
        value(text, meta.span, &meta.text, meta.document.is_empty());
    }
    for issue in &document.issues {
        slice(text, issue.span);
    }
});
