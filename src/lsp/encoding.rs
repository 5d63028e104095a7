//! Positions of the protocol: 0-based lines, and columns in the units that client and server agree
//! on. Lines end at LF, CR LF or CR
//! (<https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#textDocuments>),
//! as [`LineIndex`] has it; the `line-index` crate knows LF only.

use crate::span::{LineIndex, Span};
use lsp_types::{Position, PositionEncodingKind, Range};
use std::sync::{Arc, OnceLock};

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

    /// How many units the characters have that begin in a piece of UTF-8.
    fn measure(self, bytes: &[u8]) -> usize {
        let all = bytes.iter();
        let characters = || all.clone().filter(|b| (**b as i8) >= -0x40).count();
        match self {
            Encoding::Utf8 => bytes.len(),
            Encoding::Utf32 => characters(),
            // Those with four bytes have two units.
            Encoding::Utf16 => characters() + all.filter(|b| **b >= 0xf0).count(),
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

/// How many bytes lie between two counts of units.
const STRIDE: usize = 4096;

/// How many units begin before each multiple of [`STRIDE`], so that a position on a line of any
/// length, as minified code has it, is found by counting over a stride at most.
type Counts = Vec<usize>;

/// A text and where its lines begin.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) text: Arc<str>,
    lines: Arc<LineIndex>,
    /// Of the encoding that a position on a long line was wanted in.
    counts: Arc<OnceLock<(Encoding, Counts)>>,
}

impl Text {
    pub(super) fn new(text: impl Into<Arc<str>>) -> Text {
        let text = text.into();
        let lines = LineIndex::new(&text).into();
        Text {
            text,
            lines,
            counts: Arc::default(),
        }
    }

    /// How many units lie between two bytes.
    fn units(&self, range: std::ops::Range<usize>, encoding: Encoding) -> usize {
        let bytes = self.text.as_bytes();
        let of = |range| encoding.measure(bytes.get(range).unwrap_or_default());
        if encoding == Encoding::Utf8 || range.len() < STRIDE {
            return of(range);
        }
        let (of_encoding, counts) = self.counts.get_or_init(|| {
            let mut total = 0;
            let counts = bytes.chunks(STRIDE).map(|chunk| {
                let before = total;
                total += encoding.measure(chunk);
                before
            });
            (encoding, counts.collect())
        });
        let before = |at: usize| {
            let known = (at / STRIDE).min(counts.len().saturating_sub(1));
            counts
                .get(known)
                .map_or(0, |count| count + of(known * STRIDE..at))
        };
        match *of_encoding == encoding {
            true => before(range.end).saturating_sub(before(range.start)),
            false => of(range),
        }
    }

    /// The line that a byte is on, with its line break.
    pub(super) fn line_of(&self, offset: usize) -> std::ops::Range<usize> {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        let line = self.lines.position(&self.text, offset).line;
        self.lines.line_span(&self.text, line).range()
    }

    /// The position of a byte.
    pub(super) fn position(&self, offset: u32, encoding: Encoding) -> Position {
        let line = self.lines.position(&self.text, offset).line;
        let start = self.lines.line_span(&self.text, line).start;
        let mut end = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let units = self.units(start as usize..end, encoding);
        Position {
            line: line.saturating_sub(1),
            character: u32::try_from(units).unwrap_or(u32::MAX),
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

    #[test]
    fn columns_of_long_lines_are_counted_too() {
        let line = "aä日😀".repeat(3000);
        for encoding in ALL {
            for end in ["", "\n", "\nb"] {
                let text = Text::new(format!("é\n{line}{end}"));
                for (offset, _) in line.char_indices().step_by(37).chain([(line.len(), ' ')]) {
                    let units = encoding.measure(&line.as_bytes()[..offset]);
                    let position = text.position(offset as u32 + 3, encoding);
                    assert_eq!(position, at(1, units as u32));
                    assert_eq!(text.offset(position, encoding), offset + 3);
                }
            }
        }
        // One that ends where a stride does.
        let text = Text::new("ä".repeat(STRIDE));
        assert_eq!(
            text.position(2 * STRIDE as u32, Encoding::Utf16),
            at(0, STRIDE as u32)
        );
        assert_eq!(
            text.position(2 * STRIDE as u32, Encoding::Utf32),
            at(0, STRIDE as u32)
        );
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
