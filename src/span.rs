//! Byte spans, and line/column positions made from them at the edge.

use serde::{Deserialize, Serialize};

/// A range of bytes in a source text: `start..end`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span `start..end`; offsets past 4 GiB are clamped.
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span {
            start: clamp(start),
            end: clamp(end.max(start)),
        }
    }

    /// As a range for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A place for people: 1-based line and column, the column counting Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// 1-based.
    pub line: u32,
    /// 1-based, in Unicode scalar values.
    pub column: u32,
}

/// How many bytes lie between two counts of characters.
const STRIDE: usize = 4096;

/// Where the lines of one text start, for turning byte offsets into positions.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// How many characters begin before each multiple of [`STRIDE`], so that a position on a
    /// line of any length is found by counting over a stride at most.
    counts: Vec<u32>,
}

impl LineIndex {
    /// Reads the text once. A line ends at LF, CR LF, or a CR alone.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for i in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let cr_of_crlf = bytes[i] == b'\r' && bytes.get(i + 1) == Some(&b'\n');
            if !cr_of_crlf {
                starts.push(Span::new(i + 1, i + 1).start);
            }
        }
        let mut total = 0;
        let counts = bytes.chunks(STRIDE).map(|chunk| {
            let before = total;
            total += characters(chunk);
            before
        });
        LineIndex {
            starts,
            counts: counts.collect(),
        }
    }

    /// The position of a byte offset in the same text.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let line = self.starts.partition_point(|&start| start <= offset).max(1);
        let start = self.starts[line - 1];
        let end = (offset.max(start) as usize).min(text.len());
        let before = match text.as_bytes().get(start as usize..end) {
            // Most lines are short.
            Some(inside) if inside.len() < STRIDE => characters(inside),
            _ => {
                let before = self.count(text, offset.max(start));
                before.saturating_sub(self.count(text, start))
            }
        };
        let column = before + 1;
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column,
        }
    }

    /// How many characters begin before an offset.
    fn count(&self, text: &str, offset: u32) -> u32 {
        let end = (offset as usize).min(text.len());
        let stride = end / STRIDE;
        let known = self.counts.get(stride).copied();
        let (from, known) = match known {
            Some(known) => (stride * STRIDE, known),
            // The end of a text whose length is a multiple of the stride.
            None => (
                (stride.max(1) - 1) * STRIDE,
                self.counts.last().copied().unwrap_or(0),
            ),
        };
        known + characters(text.as_bytes().get(from..end).unwrap_or_default())
    }

    /// The bytes of a 1-based line, with its line break.
    pub fn line_span(&self, text: &str, line: u32) -> Span {
        let index = (line.max(1) as usize - 1).min(self.starts.len() - 1);
        let end = self
            .starts
            .get(index + 1)
            .map_or(text.len(), |&s| s as usize);
        Span::new(self.starts[index] as usize, end)
    }
}

/// How many characters begin in a piece of UTF-8.
fn characters(bytes: &[u8]) -> u32 {
    let starts = bytes.iter().filter(|byte| (**byte as i8) >= -0x40).count();
    u32::try_from(starts).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, word for word.
    fn counted(text: &str, offset: usize) -> Position {
        let (mut line, mut column) = (1, 1);
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if at >= offset {
                break;
            }
            let breaks = c == '\n' || (c == '\r' && chars.peek().map(|next| next.1) != Some('\n'));
            (line, column) = if breaks {
                (line + 1, 1)
            } else {
                (line, column + 1)
            };
        }
        Position { line, column }
    }

    #[test]
    fn long_lines_are_counted_in_strides() {
        let text = "ä".repeat(STRIDE) + "x";
        let lines = LineIndex::new(&text);
        for offset in [0, 2, STRIDE - 2, STRIDE, 2 * STRIDE, 2 * STRIDE + 1] {
            assert_eq!(lines.position(&text, offset as u32), counted(&text, offset));
        }
        let text = "x".repeat(STRIDE);
        let end = LineIndex::new(&text).position(&text, STRIDE as u32);
        assert_eq!(end.column as usize, STRIDE + 1);
        assert_eq!(LineIndex::new("").position("", 0), counted("", 0));
    }

    proptest! {
        #[test]
        fn positions_are_as_defined(text in "[aä日😀\\n\\r]{0,60}") {
            let lines = LineIndex::new(&text);
            for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
                prop_assert_eq!(lines.position(&text, offset as u32), counted(&text, offset));
            }
        }
    }
}
