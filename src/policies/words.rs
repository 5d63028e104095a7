//! Words of configuration files: what is said, without quotes and escapes, and where each part of
//! it stands.

use super::{PolicyIssue, Quoting, SourceFile, Written};
use crate::endpoint::Place;
use crate::span::Span;
use std::ops::Range;
use std::sync::Arc;

/// A word of a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    text: String,
    pieces: Vec<Piece>,
    file: Arc<str>,
    /// In the file, with quotes.
    span: Range<usize>,
    quoting: Quoting,
}

/// A part of a word.
#[derive(Debug, Clone, PartialEq)]
struct Piece {
    /// In the word.
    range: Range<usize>,
    /// In the file: as long as the range, or an escape.
    from: Range<usize>,
}

impl Word {
    /// What is told where it edits a policy that stands before it.
    pub(super) fn edited(&self) -> PolicyIssue {
        let message = "the policy is edited here: what was set before is not judged";
        PolicyIssue::unread(message.to_owned(), Some(self.place()))
    }

    /// An empty word that begins at a byte of a file.
    pub(super) fn new(file: &SourceFile, start: usize, quoting: Quoting) -> Word {
        Word {
            text: String::new(),
            pieces: Vec::new(),
            file: file.name.clone(),
            span: start..start,
            quoting,
        }
    }

    /// Adds a text that stands at a range of the file.
    pub(super) fn push(&mut self, text: &str, from: Range<usize>) {
        let start = self.text.len();
        self.text.push_str(text);
        self.end_at(from.end);
        let is_verbatim = from.len() == text.len();
        if let Some(last) = self.pieces.last_mut() {
            let goes_on = last.from.end == from.start && last.from.len() == last.range.len();
            if goes_on && is_verbatim {
                last.range.end = self.text.len();
                last.from.end = from.end;
                return;
            }
        }
        self.pieces.push(Piece {
            range: start..self.text.len(),
            from,
        });
    }

    /// Says that the word reaches to a byte of the file: behind its closing quote.
    pub(super) fn end_at(&mut self, end: usize) {
        self.span.end = self.span.end.max(end);
    }

    /// What it says.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Where it stands, with quotes.
    pub(super) fn place(&self) -> Place {
        self.place_of(&self.span)
    }

    /// Where it begins and ends in its file.
    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    fn place_of(&self, span: &Range<usize>) -> Place {
        Place {
            file: self.file.clone(),
            span: Span::new(span.start, span.end),
        }
    }

    /// Where a range of what it says stands; with escapes in it, all that the range touches.
    pub(super) fn range_place(&self, range: &Range<usize>) -> Place {
        let touched = self
            .touched(range)
            .map(|(_, from)| from)
            .reduce(|a, b| a.start..b.end);
        self.place_of(&touched.unwrap_or(self.span.clone()))
    }

    /// The parts of a range: in the word, and in the file.
    fn touched(
        &self,
        range: &Range<usize>,
    ) -> impl Iterator<Item = (Range<usize>, Range<usize>)> + use<'_> {
        let range = range.clone();
        self.pieces.iter().filter_map(move |piece| {
            let start = piece.range.start.max(range.start);
            let end = piece.range.end.min(range.end);
            if start >= end {
                return None;
            }
            if piece.from.len() != piece.range.len() {
                return Some((start..end, piece.from.clone()));
            }
            let by = piece.from.start;
            let from = by + start - piece.range.start..by + end - piece.range.start;
            Some((start..end, from))
        })
    }

    /// Adds a range of what it says to a text.
    pub(super) fn write(&self, range: Range<usize>, out: &mut Written) {
        for (part, from) in self.touched(&range) {
            let text = self.text.get(part).unwrap_or_default();
            out.push(text, self.place_of(&from), self.quoting);
        }
    }
}
