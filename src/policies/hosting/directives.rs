//! Objects of directives in JSON and TOML: `"connect-src": ["'self'", "https://a.test"]`.

use super::strings;
use crate::policies::{
    ElementStyle, ListElement, Quoting, Slot, SourceFile, SourceListPlace, Written,
};
use crate::span::Span;
use std::ops::Range;

/// A text as it stands in a file.
#[derive(Debug, Clone)]
pub(in crate::policies) struct Literal {
    /// With its quotes.
    pub(in crate::policies) range: Range<usize>,
    /// Without.
    pub(in crate::policies) inner: Range<usize>,
    /// What it means.
    pub(in crate::policies) value: String,
    /// How it is written.
    pub(in crate::policies) quoting: Quoting,
}

/// The sources of a directive.
#[derive(Debug, Clone)]
pub(in crate::policies) enum Sources {
    /// In one text.
    Text(Literal),
    /// In a list, from behind its opening bracket to before its closing one.
    List(Range<usize>, Vec<Literal>),
}

/// A directive.
#[derive(Debug, Clone)]
pub(in crate::policies) struct Directive {
    /// Where its property begins.
    pub(in crate::policies) start: usize,
    /// Its name.
    pub(in crate::policies) name: String,
    /// Its sources.
    pub(in crate::policies) sources: Sources,
}

/// The policy that directives are. `slot`: what comes before and behind the list of a directive
/// that is put before the first one.
pub(in crate::policies) fn written(
    file: &SourceFile,
    directives: &[Directive],
    slot: (&str, &str),
) -> Written {
    let mut out = Written::default();
    for directive in directives {
        if !out.text().is_empty() {
            out.made("; ");
        }
        out.made(directive.name.trim());
        match &directive.sources {
            Sources::Text(literal) => {
                out.made(" ");
                push(&mut out, file, literal);
            }
            Sources::List(range, literals) => list(&mut out, file, directive, range, literals),
        }
    }
    if let Some(first) = directives.first() {
        out.set_slot(Slot {
            place: file.place(first.start, first.start),
            before: slot.0.to_owned(),
            after: slot.1.to_owned(),
            style: ElementStyle::Quoted,
            separator: ", ".to_owned(),
            quote: '"',
        });
    }
    out
}

fn list(
    out: &mut Written,
    file: &SourceFile,
    directive: &Directive,
    range: &Range<usize>,
    literals: &[Literal],
) {
    let mut elements = Vec::new();
    for literal in literals {
        out.made(" ");
        let range = push(out, file, literal);
        elements.push(ListElement {
            span: Span::new(literal.range.start, literal.range.end),
            range,
        });
    }
    out.add_list(SourceListPlace {
        directive: directive.name.trim().to_ascii_lowercase(),
        place: file.place(range.start, range.end),
        elements,
        style: ElementStyle::Quoted,
    });
}

fn push(out: &mut Written, file: &SourceFile, literal: &Literal) -> Range<usize> {
    let inner = literal.inner.clone();
    strings::push(out, file, inner, &literal.value, literal.quoting)
}
