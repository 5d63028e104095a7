//! The texts of sources and their lines, for what reports show of them.

use super::Sources;
use crate::span::{LineIndex, Position};
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// A line with so many spaces in front counts as blank.
const LOOK_AHEAD: usize = 160;

/// The texts that were asked for, each split into lines once.
pub(super) struct SourceCache<'s> {
    sources: &'s dyn Sources,
    files: HashMap<String, Option<Rc<SourceText>>>,
}

/// A text and its lines.
pub(super) struct SourceText {
    pub(super) text: Arc<str>,
    pub(super) lines: LineIndex,
}

impl<'s> SourceCache<'s> {
    pub(super) fn new(sources: &'s dyn Sources) -> Self {
        SourceCache {
            sources,
            files: HashMap::new(),
        }
    }

    /// The text of a file, if it is at hand.
    pub(super) fn get(&mut self, file: &str) -> Option<Rc<SourceText>> {
        if let Some(known) = self.files.get(file) {
            return known.clone();
        }
        let source = self.sources.text(file).map(|text| {
            let lines = LineIndex::new(&text);
            Rc::new(SourceText { text, lines })
        });
        self.files.insert(file.to_owned(), source.clone());
        source
    }
}

impl SourceText {
    /// The bytes of a line without its line break.
    pub(super) fn line(&self, line: u32) -> Range<usize> {
        let range = self.lines.line_span(&self.text, line).range();
        let content = self.slice(range.clone()).trim_end_matches(['\r', '\n']);
        range.start..range.start + content.len()
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    /// The last line that a range from `line` to `end` touches, if it is within so many lines.
    pub(super) fn end_line(&self, line: u32, end: usize, most: u32) -> Option<u32> {
        (line..line.saturating_add(most))
            .find(|&l| end <= self.lines.line_span(&self.text, l).range().end)
    }

    /// Whether there is such a line, with more than white space on it.
    pub(super) fn has_text(&self, line: u32) -> bool {
        let span = self.lines.line_span(&self.text, line);
        // Past the last line the index gives the last line again.
        let exists = line == 1 || span != self.lines.line_span(&self.text, line.saturating_sub(1));
        // A look at the start is enough, however long the line.
        let mut start = self.slice(span.range()).chars().take(LOOK_AHEAD);
        exists && !start.all(char::is_whitespace)
    }

    /// Line and column of a place, 1-based, the column in bytes of UTF-8. `offset`: where it is
    /// in the text; a line may be long, so that counting its characters is the last resort.
    pub(super) fn in_bytes(&self, line: u32, column: u32, offset: u32) -> (u32, u32) {
        let start = self.lines.line_span(&self.text, line).start;
        if self.lines.position(&self.text, offset) == (Position { line, column }) {
            return (line, offset.saturating_sub(start).saturating_add(1));
        }
        let text = self.slice(self.line(line));
        let before = column.saturating_sub(1) as usize;
        let at = text.char_indices().nth(before).map_or(text.len(), |c| c.0);
        (line, u32::try_from(at + 1).unwrap_or(u32::MAX))
    }
}
