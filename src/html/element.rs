//! A start tag that became an element, with its attributes and their places.

use super::MappedText;
use super::attributes::{self, Attribute};
use super::entities::{self, Kind};
use crate::span::Span;
use html5ever::{QualName, ns};
use std::ops::Range;

/// The namespace of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vocabulary {
    /// HTML.
    Html,
    /// SVG.
    Svg,
    /// MathML.
    Other,
}

impl Vocabulary {
    /// The vocabulary of a name.
    pub(super) fn of(name: &QualName) -> Self {
        match name.ns {
            ns!(html) => Vocabulary::Html,
            ns!(svg) => Vocabulary::Svg,
            _ => Vocabulary::Other,
        }
    }
}

/// An element.
pub(super) struct Element<'s> {
    /// Its namespace.
    pub(super) vocabulary: Vocabulary,
    /// Its name.
    pub(super) name: &'s str,
    /// Its attributes, in order.
    pub(super) attributes: Vec<Attribute>,
    source: &'s MappedText,
    /// The tag, in the source's text.
    tag: Range<usize>,
}

impl<'s> Element<'s> {
    /// The element of a tag that stands at a range of the source's text.
    pub(super) fn new(name: &'s QualName, source: &'s MappedText, tag: Range<usize>) -> Self {
        let text = source.text.get(tag.clone()).unwrap_or_default();
        Element {
            vocabulary: Vocabulary::of(name),
            name: &name.local,
            attributes: attributes::scan(text),
            source,
            tag,
        }
    }

    /// An attribute by name.
    pub(super) fn get(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name == name)
    }

    /// The decoded value of an attribute.
    pub(super) fn value(&self, attribute: &Attribute) -> MappedText {
        entities::decode(self.source, self.place(attribute), Kind::Attribute)
    }

    /// The decoded value of an attribute by name, without its places.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(|attribute| self.value(attribute).text)
    }

    /// Where the value of an attribute stands, without its quotes.
    pub(super) fn span(&self, attribute: &Attribute) -> Span {
        self.source.span(self.place(attribute))
    }

    /// Whether an attribute that is a list of words holds a word.
    pub(super) fn has_word(&self, name: &str, word: &str) -> bool {
        self.text(name).is_some_and(|list| {
            list.split_ascii_whitespace()
                .any(|w| w.eq_ignore_ascii_case(word))
        })
    }

    fn place(&self, attribute: &Attribute) -> Range<usize> {
        self.tag.start + attribute.value.start..self.tag.start + attribute.value.end
    }
}
