//! A policy's text as browsers get it, and where in which file each part of it is written.
//!
//! Files escape, quote and join: what stands in a file is not what is sent. A [`Written`] is put
//! together from pieces in order, so that a range of the text leads back to the place to point
//! at, and to the place to edit.

use crate::endpoint::Place;
use crate::span::Span;
use std::ops::Range;
use std::sync::Arc;

/// A text put together from parts of files.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Written {
    text: String,
    holes: Vec<Range<usize>>,
    pieces: Vec<Piece>,
    lists: Vec<SourceListPlace>,
    slot: Option<Slot>,
}

/// A part of the text that stands in a file.
#[derive(Debug, Clone, PartialEq)]
struct Piece {
    /// In the text.
    range: Range<usize>,
    place: Place,
    quoting: Quoting,
}

/// How a text is written where it stands: what must be escaped to add to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    /// As it is, on a line of its own.
    Plain,
    /// In this quote; it and `\` take a `\` before them. JSON, TOML basic strings, JavaScript,
    /// nginx, Apache, Caddy, Python, Ruby.
    Backslash(char),
    /// In this quote, without escapes: TOML literal strings, Caddy's backquotes.
    Raw(char),
    /// A JavaScript template.
    Template,
    /// An attribute's value in HTML, in this quote.
    Html(char),
    /// Nothing can be added here.
    Fixed,
}

impl Quoting {
    /// A text as it is written there, if it can be. Only what stands in a policy is escaped.
    pub fn escaped(self, text: &str) -> Option<String> {
        let with_backslash = |special: &[char]| {
            let mut out = String::new();
            for c in text.chars() {
                if special.contains(&c) {
                    out.push('\\');
                }
                out.push(c);
            }
            out
        };
        match self {
            Quoting::Plain => Some(text.to_owned()),
            Quoting::Backslash(quote) => Some(with_backslash(&[quote, '\\'])),
            Quoting::Raw(quote) => (!text.contains(quote)).then(|| text.to_owned()),
            Quoting::Template => Some(with_backslash(&['`', '\\', '$'])),
            Quoting::Html(quote) => {
                let text = text.replace('&', "&amp;");
                Some(match quote {
                    '"' => text.replace('"', "&quot;"),
                    _ => text.replace('\'', "&#39;"),
                })
            }
            Quoting::Fixed => None,
        }
    }
}

/// A directive whose sources stand in a list: `connectSrc: ["'self'", "https://a.test"]`.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceListPlace {
    /// The directive's name, in lower case.
    pub directive: String,
    /// From behind the opening bracket to before the closing one. Without brackets (Ruby's
    /// arguments), the elements.
    pub place: Place,
    /// The elements in order, with their quotes; those that are a source of the text know where.
    pub elements: Vec<ListElement>,
    /// How an element is written.
    pub style: ElementStyle,
}

/// An element of a list of sources.
#[derive(Debug, Clone, PartialEq)]
pub struct ListElement {
    /// In the file of the list, with quotes.
    pub span: Span,
    /// What it is in the text.
    pub range: Range<usize>,
}

/// How a source is written as an element of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ElementStyle {
    /// As a string that is the source: `"'self'"`.
    Quoted,
    /// Keywords are written without their own quotes: `'self'` (SvelteKit).
    BareKeywords,
    /// Keywords are symbols: `:self` (Rails).
    Symbols,
}

/// Where a directive can be put into a structure: before another one of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    /// An empty span.
    pub place: Place,
    /// What comes before the list's elements: `connectSrc: [`.
    pub before: String,
    /// What comes behind it: `],\n      `.
    pub after: String,
    /// How an element is written.
    pub style: ElementStyle,
    /// What separates elements: `, `; a directive whose value is one text has ` `.
    pub separator: String,
    /// The quotes of an element, or of the whole text if the separator is a space.
    pub quote: char,
}

impl Written {
    /// A text that stands nowhere that is known.
    pub fn nowhere(text: &str) -> Written {
        let mut written = Written::default();
        written.made(text);
        written
    }

    /// A text that stands somewhere as a whole.
    pub fn whole(text: &str, place: Place, quoting: Quoting) -> Written {
        let mut written = Written::default();
        written.push(text, place, quoting);
        written
    }

    /// Adds what stands in a file. Where the span is as long as the text, offsets in both go
    /// together; else (escapes) the span stands for the whole.
    pub fn push(&mut self, text: &str, place: Place, quoting: Quoting) -> Range<usize> {
        let range = self.made(text);
        if !range.is_empty() {
            self.pieces.push(Piece {
                range: range.clone(),
                place,
                quoting,
            });
        }
        range
    }

    /// Adds what a tool would put there: a separator, quotes, a default.
    pub fn made(&mut self, text: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(text);
        start..self.text.len()
    }

    /// Adds a part that is not known, by the name of what gives it.
    pub fn hole(&mut self, name: &str, place: Option<Place>) -> Range<usize> {
        let named = shown_hole(name);
        let range = match place {
            Some(place) => self.push(&named, place, Quoting::Fixed),
            None => self.made(&named),
        };
        self.holes.push(range.clone());
        range
    }

    /// Adds another text, with where its parts stand.
    pub fn append(&mut self, other: Written) -> Range<usize> {
        let by = self.text.len();
        let moved = |range: Range<usize>| range.start + by..range.end + by;
        self.text.push_str(&other.text);
        self.holes.extend(other.holes.into_iter().map(moved));
        self.pieces
            .extend(other.pieces.into_iter().map(|piece| Piece {
                range: moved(piece.range.clone()),
                ..piece
            }));
        self.lists.extend(other.lists.into_iter().map(|mut list| {
            for element in &mut list.elements {
                element.range = moved(element.range.clone());
            }
            list
        }));
        self.slot = self.slot.take().or(other.slot);
        by..self.text.len()
    }

    /// Says that the sources of a directive stand in a list.
    pub fn add_list(&mut self, list: SourceListPlace) {
        self.lists.push(list);
    }

    /// Says where a directive can be put.
    pub fn set_slot(&mut self, slot: Slot) {
        self.slot = Some(slot);
    }

    /// The text; holes are `{name}`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The ranges of it that are not known.
    pub fn holes(&self) -> &[Range<usize>] {
        &self.holes
    }

    /// The list that a directive's sources stand in, if they stand in one.
    pub fn list(&self, directive: &str) -> Option<&SourceListPlace> {
        self.lists.iter().find(|list| list.directive == directive)
    }

    /// Where a directive can be put, if the policy is no text.
    pub fn slot(&self) -> Option<&Slot> {
        self.slot.as_ref()
    }

    /// The piece that a range begins in, and the range in the piece's file if that is exact.
    fn piece_of(&self, range: &Range<usize>) -> Option<&Piece> {
        let after = self
            .pieces
            .partition_point(|p| p.range.start <= range.start);
        let piece = self.pieces.get(after.checked_sub(1)?)?;
        (range.start < piece.range.end || (range.is_empty() && range.start == piece.range.end))
            .then_some(piece)
    }

    /// Where a range of the text is written: exactly, or the whole of what it is a part of.
    pub fn place_of(&self, range: &Range<usize>) -> Option<Place> {
        let piece = self.piece_of(range)?;
        Some(piece.exact(range).unwrap_or_else(|| piece.place.clone()))
    }

    /// Where a range of the text is written, exactly, and how; nothing if it is escaped, or put
    /// together.
    pub fn exact_place_of(&self, range: &Range<usize>) -> Option<(Place, Quoting)> {
        let piece = self.piece_of(range)?;
        Some((piece.exact(range)?, piece.quoting))
    }

    /// The parts of files that a range stands in, in order: the range of all of a part's text,
    /// where that is written, and how. It is exact, or escaped.
    pub fn parts_of(
        &self,
        range: &Range<usize>,
    ) -> impl Iterator<Item = (Range<usize>, &Place, Quoting)> {
        let first = self.pieces.partition_point(|p| p.range.end <= range.start);
        let end = range.end;
        let pieces = self.pieces.get(first..).unwrap_or_default().iter();
        pieces
            .take_while(move |piece| piece.range.start < end)
            .map(|piece| (piece.range.clone(), &piece.place, piece.quoting))
    }

    /// Where the policy begins: for people.
    pub fn start(&self) -> Option<&Place> {
        self.pieces.first().map(|piece| &piece.place)
    }

    /// Where parts of it stand.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.pieces.iter().map(|piece| &piece.place)
    }

    /// The files that parts of it stand in.
    pub fn files(&self) -> impl Iterator<Item = &Arc<str>> {
        self.pieces.iter().map(|piece| &piece.place.file)
    }
}

impl Piece {
    fn exact(&self, range: &Range<usize>) -> Option<Place> {
        let is_verbatim = self.place.span.range().len() == self.range.len();
        let inside = self.range.start <= range.start && range.end <= self.range.end;
        let start = self.place.span.start as usize + range.start.checked_sub(self.range.start)?;
        (is_verbatim && inside).then(|| Place {
            file: self.place.file.clone(),
            span: Span::new(start, start + range.len()),
        })
    }
}

/// The name of a hole as it stands in a policy's text: one token, whatever it is.
fn shown_hole(name: &str) -> String {
    const LONGEST: usize = 60;
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, ';' | ',' | '{' | '}');
    let name: String = name.chars().filter(|c| plain(*c)).take(LONGEST).collect();
    match name.is_empty() {
        true => "{not-known}".to_owned(),
        false => format!("{{{name}}}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn place(start: usize, end: usize) -> Place {
        Place {
            file: "f".into(),
            span: Span::new(start, end),
        }
    }

    #[test]
    fn ranges_lead_back_to_where_they_are_written() {
        let mut written = Written::nowhere("connect-src ");
        written.push("https://a.test", place(100, 114), Quoting::Plain);
        written.made(" ");
        written.push("'self'", place(200, 208), Quoting::Backslash('\''));
        written.hole("process.env.A B", Some(place(300, 301)));
        let text = written.text();
        assert_eq!(text, "connect-src https://a.test 'self'{process.env.AB}");
        let of = |part: &str| {
            let start = text.find(part).unwrap();
            start..start + part.len()
        };
        assert_eq!(written.place_of(&of("a.test")), Some(place(108, 114)));
        // Escaped: the whole stands for it.
        assert_eq!(written.place_of(&of("self")), Some(place(200, 208)));
        assert_eq!(written.exact_place_of(&of("self")), None);
        assert_eq!(written.place_of(&of("connect-src")), None);
        assert_eq!(written.holes(), [of("{process.env.AB}")]);
    }

    #[test]
    fn what_is_added_is_escaped() {
        let self_in = |quoting: Quoting| quoting.escaped("'self'");
        assert_eq!(self_in(Quoting::Backslash('\'')).unwrap(), r"\'self\'");
        assert_eq!(self_in(Quoting::Backslash('"')).unwrap(), "'self'");
        assert_eq!(self_in(Quoting::Raw('\'')), None);
        assert_eq!(self_in(Quoting::Html('\'')).unwrap(), "&#39;self&#39;");
    }
}
