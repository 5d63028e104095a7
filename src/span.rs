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

/// Where the lines of one text start, for turning byte offsets into positions.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
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
        LineIndex { starts }
    }

    /// The position of a byte offset in the same text. Linear in the length of the line's
    /// part before the offset.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let line = self.starts.partition_point(|&start| start <= offset).max(1);
        let start = self.starts[line - 1] as usize;
        let end = (offset as usize).min(text.len());
        let column = text.as_bytes()[start.min(end)..end]
            .iter()
            .filter(|b| (**b as i8) >= -0x40)
            .count();
        Position {
            line: line as u32,
            column: column as u32 + 1,
        }
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
