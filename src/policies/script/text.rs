//! A text of a script, with where each part of it is written.

use crate::endpoint::Place;
use crate::policies::{ElementStyle, ListElement, Quoting, SourceListPlace, Written};
use crate::span::Span;
use std::ops::Range;
use std::rc::Rc;

/// How many parts a text may have.
const MAX_PARTS: usize = 4_096;
/// How long a text may be, in bytes.
const MAX_LEN: usize = 1 << 20;

/// A text put together from parts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::policies) struct Text {
    pub(in crate::policies) parts: Vec<Part>,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::policies) struct Part {
    /// What it is; `{name}` for a hole.
    pub(in crate::policies) text: String,
    pub(in crate::policies) at: At,
    /// The element of a list that it stands in.
    element: Option<Rc<Element>>,
}

/// Where a part comes from.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::policies) enum At {
    /// From nowhere: separators, computed texts.
    Made,
    /// From a literal.
    Here(Place, Quoting),
    /// It is not known.
    Hole(String, Option<Place>),
}

/// An element of a list literal.
#[derive(Debug, PartialEq)]
pub(in crate::policies) struct Element {
    /// Between the brackets of the list.
    pub(in crate::policies) list: Place,
    /// The element's expression.
    pub(in crate::policies) span: Span,
}

impl Text {
    pub(in crate::policies) fn made(text: &str) -> Text {
        Text::part(text.to_owned(), At::Made)
    }

    pub(in crate::policies) fn hole(name: &str, place: Option<Place>) -> Text {
        let plain = |c: &char| c.is_ascii_graphic() && !matches!(c, ';' | ',' | '{' | '}');
        let name: String = name.chars().filter(plain).take(60).collect();
        let name = match name.is_empty() {
            true => "not-known".to_owned(),
            false => name,
        };
        Text::part(format!("{{{name}}}"), At::Hole(name, place))
    }

    pub(in crate::policies) fn part(text: String, at: At) -> Text {
        let mut out = Text::default();
        out.add(text, at);
        out
    }

    pub(in crate::policies) fn add(&mut self, text: String, at: At) {
        if !text.is_empty() {
            self.parts.push(Part {
                text,
                at,
                element: None,
            });
        }
    }

    pub(in crate::policies) fn append(&mut self, other: Text) {
        let count = self.parts.len() + other.parts.len();
        let added = other.len();
        if count > MAX_PARTS || (added > MAX_PARTS && self.len() + added > MAX_LEN) {
            // No policy is as long.
            if !self.parts.last().is_some_and(Part::is_hole) {
                self.parts.extend(Text::hole("a-long-text", None).parts);
            }
            return;
        }
        self.parts.extend(other.parts);
    }

    fn len(&self) -> usize {
        self.parts.iter().map(|part| part.text.len()).sum()
    }

    /// How much of a value it is.
    pub(in crate::policies) fn weight(&self) -> usize {
        1 + self.parts.len() + self.len() / 64
    }

    /// The text; holes are `{name}`.
    pub(in crate::policies) fn full(&self) -> String {
        self.parts.iter().map(|part| part.text.as_str()).collect()
    }

    pub(in crate::policies) fn is_known(&self) -> bool {
        !self.parts.iter().any(Part::is_hole)
    }

    /// The text, if all of it is known.
    pub(in crate::policies) fn known(&self) -> Option<String> {
        self.is_known().then(|| self.full())
    }

    /// Says that it stands in an element of a list.
    pub(in crate::policies) fn in_element(mut self, list: &Place, span: Span) -> Text {
        let element = Rc::new(Element {
            list: list.clone(),
            span,
        });
        for part in &mut self.parts {
            part.element.get_or_insert_with(|| element.clone());
        }
        self
    }

    /// The same, as if it stood in no list.
    pub(in crate::policies) fn bare(mut self) -> Text {
        for part in &mut self.parts {
            part.element = None;
        }
        self
    }

    /// A part of it. A hole that is cut stays whole.
    pub(in crate::policies) fn slice(&self, range: Range<usize>) -> Text {
        let mut out = Text::default();
        let mut start = 0;
        for part in &self.parts {
            let end = start + part.text.len();
            let (from, to) = (range.start.max(start), range.end.min(end));
            if from < to {
                out.parts.extend(part.slice(from - start..to - start));
            }
            start = end;
        }
        out
    }

    /// The text between others.
    pub(in crate::policies) fn split(&self, separator: &str) -> Vec<Text> {
        let full = self.full();
        if separator.is_empty() {
            return vec![self.clone()];
        }
        let mut start = 0;
        let pieces = full.split(separator).map(|piece| {
            let range = start..start + piece.len();
            start = range.end + separator.len();
            self.slice(range)
        });
        pieces.collect()
    }

    /// Without white space around it.
    pub(in crate::policies) fn trimmed(&self, (left, right): (bool, bool)) -> Text {
        let full = self.full();
        let start = match left {
            true => full.len() - full.trim_start().len(),
            false => 0,
        };
        let end = match right {
            true => full.trim_end().len(),
            false => full.len(),
        };
        self.slice(start..end.max(start))
    }

    /// With some ranges replaced, which are in order.
    pub(in crate::policies) fn replaced(&self, by: Vec<(Range<usize>, Text)>) -> Text {
        let mut out = Text::default();
        let mut at = 0;
        for (range, text) in by {
            out.append(self.slice(at..range.start));
            out.append(text);
            at = range.end;
        }
        let end = self.parts.iter().map(|p| p.text.len()).sum();
        out.append(self.slice(at..end));
        out
    }

    /// Whether a range touches a hole.
    pub(in crate::policies) fn has_hole_in(&self, range: &Range<usize>) -> bool {
        self.slice(range.clone()).parts.iter().any(Part::is_hole)
    }

    /// The element of a list literal that all of it stands in.
    pub(in crate::policies) fn element_span(&self) -> Option<Span> {
        let mut spans = self
            .parts
            .iter()
            .map(|p| p.element.as_ref().map(|e| e.span));
        let first = spans.next()??;
        spans.all(|span| span == Some(first)).then_some(first)
    }

    /// With places, without lists.
    pub(in crate::policies) fn written_plainly(&self) -> Written {
        let mut plain = self.clone();
        for part in &mut plain.parts {
            part.element = None;
        }
        plain.written()
    }

    /// As a policy.
    pub(in crate::policies) fn written(&self) -> Written {
        let mut written = Written::default();
        let mut elements = Vec::new();
        for part in &self.parts {
            let range = match &part.at {
                At::Made => written.made(&part.text),
                At::Here(place, quoting) => written.push(&part.text, place.clone(), *quoting),
                At::Hole(name, place) => written.hole(name, place.clone()),
            };
            if let Some(element) = &part.element {
                elements.push((element.clone(), range));
            }
        }
        for list in lists(written.text(), &elements) {
            written.add_list(list);
        }
        written
    }
}

/// The lists that sources of directives stand in: of each directive the first.
fn lists(text: &str, elements: &[(Rc<Element>, Range<usize>)]) -> Vec<SourceListPlace> {
    let mut out: Vec<SourceListPlace> = Vec::new();
    for (element, range) in elements {
        let start = text[..range.start].rfind(';').map_or(0, |at| at + 1);
        let directive = text[start..].trim_start();
        let before = text.len() - directive.len();
        let name = directive.split([' ', '\t', '\n', '\r', ';']).next();
        let name = name.unwrap_or_default().to_ascii_lowercase();
        // An element that is the whole directive is no source of it.
        if name.is_empty() || range.start <= before {
            continue;
        }
        let found = ListElement {
            span: element.span,
            range: range.clone(),
        };
        match out.iter_mut().find(|list| list.directive == name) {
            Some(list) if list.place == element.list => {
                match list.elements.last_mut() {
                    // The parts of one element.
                    Some(last) if last.span == found.span => last.range.end = found.range.end,
                    _ => list.elements.push(found),
                }
            }
            Some(_) => {}
            None => out.push(SourceListPlace {
                directive: name,
                place: element.list.clone(),
                elements: vec![found],
                style: ElementStyle::Quoted,
            }),
        }
    }
    out
}

impl Part {
    fn is_hole(&self) -> bool {
        matches!(self.at, At::Hole(..))
    }

    fn slice(&self, range: Range<usize>) -> Option<Part> {
        if self.is_hole() {
            return Some(self.clone());
        }
        let text = self.text.get(range.clone())?.to_owned();
        let at = match &self.at {
            At::Here(place, quoting) if place.span.range().len() == self.text.len() => {
                let start = place.span.start as usize + range.start;
                let place = Place {
                    file: place.file.clone(),
                    span: Span::new(start, start + range.len()),
                };
                At::Here(place, *quoting)
            }
            other => other.clone(),
        };
        Some(Part {
            text,
            at,
            element: self.element.clone(),
        })
    }
}
