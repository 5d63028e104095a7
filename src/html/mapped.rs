//! Text that was decoded from a source, with the way back: newlines normalised, character
//! references decoded, parts cut out, each step composed with those before it.

use super::MappedText;
use crate::span::Span;
use std::ops::Range;

/// A stretch of the text and where it came from. It ends where the next one starts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Piece {
    /// Offset in the text.
    at: u32,
    /// Start of its source.
    from: u32,
    /// End of its source.
    to: u32,
    /// It stands for its source as a whole (a character reference); otherwise offsets in both
    /// advance alike.
    whole: bool,
}

/// An offset as it is stored; past 4 GiB it is clamped.
fn small(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

impl MappedText {
    /// A source as it stands, up to 4 GiB of it.
    pub(super) fn of_source(text: &str) -> Self {
        let limit = text.len().min(u32::MAX as usize);
        let text = (0..4)
            .find_map(|back| text.get(..limit.saturating_sub(back)))
            .unwrap_or_default();
        let piece = Piece {
            at: 0,
            from: 0,
            to: small(text.len()),
            whole: false,
        };
        MappedText {
            text: text.to_owned(),
            pieces: vec![piece],
        }
    }

    /// The text as a parser's input stream: CR LF and CR become LF
    /// (HTML §13.2.3.5, "Preprocessing the input stream").
    pub(super) fn normalised(self) -> Self {
        if memchr::memchr(b'\r', self.text.as_bytes()).is_none() {
            return self;
        }
        let bytes = self.text.as_bytes();
        let mut builder = Builder::new(&self);
        let mut done = 0;
        for at in memchr::memchr_iter(b'\r', bytes) {
            builder.copy(done..at);
            done = at + 1;
            if bytes.get(done) == Some(&b'\n') {
                done += 1;
            }
            builder.replace("\n", at..done);
        }
        builder.copy(done..bytes.len());
        builder.finish(0)
    }

    /// A part of the text.
    pub(super) fn slice(&self, range: Range<usize>) -> Self {
        let start = range.start;
        let mut builder = Builder::new(self);
        builder.copy(range);
        builder.finish(start)
    }

    /// A range of the text, in the source.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        self.source_span(Span::new(range.start, range.end))
    }

    /// A span of the text, in the source.
    pub fn source_span(&self, span: Span) -> Span {
        let start = self.source_start(span.start);
        let end = match span.end > span.start {
            true => self.source_end(span.end).max(start),
            false => start,
        };
        Span { start, end }
    }

    /// The index of the piece that an offset is in; at the end of the text, the last one.
    fn piece_at(&self, offset: u32) -> usize {
        let after = self.pieces.partition_point(|piece| piece.at <= offset);
        after.saturating_sub(1)
    }

    /// Where a part that starts at an offset starts in the source.
    fn source_start(&self, offset: u32) -> u32 {
        let Some(piece) = self.pieces.get(self.piece_at(offset)) else {
            return 0;
        };
        if !piece.whole {
            let advanced = piece.from.saturating_add(offset.saturating_sub(piece.at));
            return advanced.min(piece.to);
        }
        match (offset as usize) < self.text.len() || self.text.is_empty() {
            true => piece.from,
            false => piece.to,
        }
    }

    /// Where a part that ends before an offset ends in the source.
    fn source_end(&self, offset: u32) -> u32 {
        let index = self.piece_at(offset.saturating_sub(1));
        let Some(piece) = self.pieces.get(index) else {
            return 0;
        };
        match piece.whole {
            true => piece.to,
            false => {
                let advanced = piece.from.saturating_add(offset.saturating_sub(piece.at));
                advanced.min(piece.to)
            }
        }
    }
}

/// Makes a text out of parts of another one.
pub(super) struct Builder<'s> {
    source: &'s MappedText,
    out: MappedText,
}

impl<'s> Builder<'s> {
    /// Starts with nothing.
    pub(super) fn new(source: &'s MappedText) -> Self {
        Builder {
            source,
            out: MappedText::default(),
        }
    }

    /// Appends a part of the source as it is.
    pub(super) fn copy(&mut self, range: Range<usize>) {
        let Some(text) = self.source.text.get(range.clone()) else {
            return;
        };
        if text.is_empty() {
            return;
        }
        let (start, end) = (small(range.start), small(range.end));
        let base = small(self.out.text.len());
        let pieces = &self.source.pieces;
        let mut index = self.source.piece_at(start);
        while let Some(piece) = pieces.get(index).filter(|piece| piece.at < end) {
            index += 1;
            let stop = pieces.get(index).map_or(end, |next| next.at.min(end));
            let begin = piece.at.max(start);
            let mut copied = Piece {
                at: base + (begin - start),
                ..*piece
            };
            if !piece.whole {
                copied.from = piece.from + (begin - piece.at);
                copied.to = piece.from + (stop - piece.at);
            }
            self.push(copied);
        }
        self.out.text.push_str(text);
    }

    /// Appends a text that stands for a part of the source as a whole.
    pub(super) fn replace(&mut self, text: &str, range: Range<usize>) {
        if text.is_empty() {
            return;
        }
        let span = self.source.span(range);
        self.push(Piece {
            at: small(self.out.text.len()),
            from: span.start,
            to: span.end,
            whole: true,
        });
        self.out.text.push_str(text);
    }

    /// Adds a piece, or lengthens the last one.
    fn push(&mut self, piece: Piece) {
        if let Some(last) = self.out.pieces.last_mut()
            && !last.whole
            && !piece.whole
            && last.to == piece.from
        {
            last.to = piece.to;
            return;
        }
        self.out.pieces.push(piece);
    }

    /// The text; an empty one stands at `start` of the source.
    pub(super) fn finish(mut self, start: usize) -> MappedText {
        if self.out.pieces.is_empty() {
            let span = self.source.span(start..start);
            self.out.pieces.push(Piece {
                at: 0,
                from: span.start,
                to: span.end,
                whole: false,
            });
        }
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newlines_are_normalised_and_mapped() {
        let source = "a\r\nb\rc\nd\r\n";
        let text = MappedText::of_source(source).normalised();
        assert_eq!(text.text, "a\nb\nc\nd\n");
        let of = |start, end| &source[text.source_span(Span { start, end }).range()];
        assert_eq!(of(0, 8), source);
        assert_eq!(of(1, 2), "\r\n");
        assert_eq!(of(2, 4), "b\r");
        assert_eq!(of(7, 8), "\r\n");
        assert_eq!(of(8, 8), "");
        assert_eq!(text.span(8..8), Span { start: 10, end: 10 });
    }

    #[test]
    fn a_replacement_maps_as_a_whole() {
        let source = MappedText::of_source("x&amp;y");
        let mut builder = Builder::new(&source);
        builder.copy(0..1);
        builder.replace("&", 1..6);
        builder.copy(6..7);
        let text = builder.finish(0);
        assert_eq!(text.text, "x&y");
        assert_eq!(text.span(1..2), Span { start: 1, end: 6 });
        assert_eq!(text.span(0..2), Span { start: 0, end: 6 });
        assert_eq!(text.span(2..3), Span { start: 6, end: 7 });
        let inner = text.slice(1..3);
        assert_eq!(inner.text, "&y");
        assert_eq!(inner.span(0..1), Span { start: 1, end: 6 });
        assert_eq!(inner.span(1..2), Span { start: 6, end: 7 });
    }

    #[test]
    fn nothing_stands_somewhere_too() {
        let source = MappedText::of_source("abc");
        let empty = source.slice(2..2);
        assert_eq!(empty.span(0..0), Span { start: 2, end: 2 });
        assert_eq!(MappedText::default().span(0..0), Span::default());
    }
}
