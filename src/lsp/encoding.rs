//! Positions of the protocol: 0-based lines, and columns in the units that client and server agree
//! on. Lines end at LF, CR LF or CR
//! (<https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#textDocuments>),
//! as [`LineIndex`] has it; the `line-index` crate knows LF only.

use crate::span::{LineIndex, Span};
use lsp_types::{Position, PositionEncodingKind, Range};
use std::sync::Arc;

/// The units that columns count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Encoding {
    Utf8,
    /// What every client must know.
    #[default]
    Utf16,
    Utf32,
}

impl Encoding {
    /// The best one that a client offers: bytes need no counting.
    pub(super) fn negotiated(offered: &[PositionEncodingKind]) -> Encoding {
        let known = [Encoding::Utf8, Encoding::Utf32];
        let best = known.into_iter().find(|e| offered.contains(&e.kind()));
        match best {
            Some(Encoding::Utf32) if offered.contains(&Encoding::Utf16.kind()) => Encoding::Utf16,
            best => best.unwrap_or_default(),
        }
    }

    /// Its name in the protocol.
    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    /// How many units a text has.
    fn measure(self, text: &str) -> usize {
        let bytes = text.bytes();
        let characters = || bytes.clone().filter(|b| (*b as i8) >= -0x40).count();
        match self {
            Encoding::Utf8 => text.len(),
            Encoding::Utf32 => characters(),
            // Those with four bytes have two units.
            Encoding::Utf16 => characters() + bytes.filter(|b| *b >= 0xf0).count(),
        }
    }

    /// The byte of a line after so many units; in the middle of a character, where it begins.
    fn byte(self, line: &str, units: usize) -> usize {
        if self == Encoding::Utf8 {
            let mut at = units.min(line.len());
            while !line.is_char_boundary(at) {
                at -= 1;
            }
            return at;
        }
        let mut left = units;
        for (at, c) in line.char_indices() {
            let size = match self {
                Encoding::Utf16 => c.len_utf16(),
                _ => 1,
            };
            if left < size {
                return at;
            }
            left -= size;
        }
        line.len()
    }
}

/// A text and where its lines begin.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) text: Arc<str>,
    lines: Arc<LineIndex>,
}

impl Text {
    pub(super) fn new(text: impl Into<Arc<str>>) -> Text {
        let text = text.into();
        let lines = LineIndex::new(&text).into();
        Text { text, lines }
    }

    /// The position of a byte.
    pub(super) fn position(&self, offset: u32, encoding: Encoding) -> Position {
        let line = self.lines.position(&self.text, offset).line;
        let start = self.lines.line_span(&self.text, line).start;
        let mut end = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = self.text.get(start as usize..end).unwrap_or_default();
        Position {
            line: line.saturating_sub(1),
            character: u32::try_from(encoding.measure(before)).unwrap_or(u32::MAX),
        }
    }

    /// The range of a span.
    pub(super) fn range(&self, span: Span, encoding: Encoding) -> Range {
        Range {
            start: self.position(span.start, encoding),
            end: self.position(span.end.max(span.start), encoding),
        }
    }

    /// The byte of a position. What is behind the end of a line is its end, what is behind the last
    /// line the end of the text.
    pub(super) fn offset(&self, position: Position, encoding: Encoding) -> usize {
        let line = position.line.saturating_add(1);
        let span = self.lines.line_span(&self.text, line);
        let is_last = self.lines.position(&self.text, span.start).line;
        if is_last != line {
            return self.text.len();
        }
        let whole = self.text.get(span.range()).unwrap_or_default();
        let whole = whole.trim_end_matches(['\r', '\n']);
        span.start as usize + encoding.byte(whole, position.character as usize)
    }

    /// The bytes of a range; one whose end comes first is empty.
    pub(super) fn bytes(&self, range: Range, encoding: Encoding) -> std::ops::Range<usize> {
        let start = self.offset(range.start, encoding);
        start..self.offset(range.end, encoding).max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_count_units() {
        let text = Text::new("a😀b\r\nä\rx\n");
        for (encoding, b, after_umlaut) in [
            (Encoding::Utf8, 5, 2),
            (Encoding::Utf16, 3, 1),
            (Encoding::Utf32, 2, 1),
        ] {
            assert_eq!(text.position(5, encoding), at(0, b));
            assert_eq!(text.offset(at(0, b), encoding), 5);
            assert_eq!(text.position(10, encoding), at(1, after_umlaut));
            assert_eq!(text.position(11, encoding), at(2, 0));
            assert_eq!(text.position(13, encoding), at(3, 0));
        }
    }

    #[test]
    fn what_is_out_of_bounds_is_the_nearest_there_is() {
        let text = Text::new("ab\r\nc");
        for encoding in ALL {
            assert_eq!(text.offset(at(0, 99), encoding), 2);
            assert_eq!(text.offset(at(9, 0), encoding), 5);
            assert_eq!(text.offset(at(u32::MAX, u32::MAX), encoding), 5);
            assert_eq!(text.position(99, encoding), at(1, 1));
        }
        // In the middle of a character.
        assert_eq!(Text::new("😀").offset(at(0, 1), Encoding::Utf16), 0);
        assert_eq!(Text::new("😀").offset(at(0, 2), Encoding::Utf8), 0);
        assert_eq!(Text::new("").offset(at(0, 0), Encoding::Utf16), 0);
        let reversed = Range::new(at(1, 0), at(0, 0));
        assert_eq!(text.bytes(reversed, Encoding::Utf8), 4..4);
    }

    #[test]
    fn bytes_are_preferred() {
        let kinds = |all: &[Encoding]| all.iter().map(|e| e.kind()).collect::<Vec<_>>();
        let of = |all: &[Encoding]| Encoding::negotiated(&kinds(all));
        assert_eq!(of(&[]), Encoding::Utf16);
        assert_eq!(of(&[Encoding::Utf32]), Encoding::Utf32);
        assert_eq!(of(&[Encoding::Utf32, Encoding::Utf16]), Encoding::Utf16);
        assert_eq!(of(&[Encoding::Utf16, Encoding::Utf8]), Encoding::Utf8);
    }

    proptest! {
        #[test]
        fn positions_lead_back(text in "[aä日😀\\n\\r]{0,40}") {
            let text = Text::new(text);
            for encoding in ALL {
                for (offset, _) in text.text.char_indices() {
                    let position = text.position(offset as u32, encoding);
                    let back = text.offset(position, encoding);
                    let between = text.text.get(back..offset).unwrap_or("?");
                    // Between CR and LF there is no position of its own.
                    prop_assert!(between.is_empty() || between == "\r", "{between:?}");
                }
            }
        }
    }
}
