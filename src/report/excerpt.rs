//! The excerpt of the sources that a diagnostic shows: a few lines around each label, long lines
//! cut to a window.
//!
//! miette looks for lines by scanning the source from its start for every label. So it is given
//! a small text made of [`Block`]s instead, and is told each block's file and line numbers.

use super::sanitize::sanitize;
use super::sources::{SourceCache, SourceText};
use crate::span::Span;
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::ops::Range;
use std::rc::Rc;

/// Lines shown before and after a label.
const CONTEXT: u32 = 1;
/// A label over more lines than this is drawn on its first line only.
const MAX_LABEL_LINES: u32 = 6;

/// A place to label.
#[derive(Debug, Clone)]
pub(super) struct Mark<'a> {
    pub(super) file: &'a str,
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) span: Span,
    /// What the label says; may be empty.
    pub(super) text: String,
    pub(super) primary: bool,
}

/// A mark found in its text.
struct Located<'a> {
    mark: Mark<'a>,
    source: Rc<SourceText>,
    start: usize,
    end: usize,
    end_line: u32,
}

impl<'a> Located<'a> {
    /// Gives the mark back if its span is not in the text.
    fn new(mark: Mark<'a>, cache: &mut SourceCache<'_>) -> Result<Self, Mark<'a>> {
        let Some(source) = cache.get(mark.file) else {
            return Err(mark);
        };
        let span = mark.span.range();
        let line = source.lines.line_span(&source.text, mark.line).range();
        let at_end = span.start == source.text.len() && line.end == span.start;
        if mark.line == 0 || !(line.contains(&span.start) || at_end) {
            return Err(mark);
        }
        let start = floor_boundary(&source.text, span.start);
        let end = floor_boundary(&source.text, span.end).max(start);
        let (end, end_line) = match source.end_line(mark.line, end, MAX_LABEL_LINES) {
            Some(end_line) => (end, end_line),
            None => (source.line(mark.line).end.max(start), mark.line),
        };
        Ok(Located {
            mark,
            source,
            start,
            end,
            end_line,
        })
    }
}

/// Marks of one file that are shown in one block.
struct Cluster<'a> {
    marks: Vec<Located<'a>>,
    last_line: u32,
}

/// What of a line is shown.
struct Window {
    shown: Range<usize>,
    /// Whether the line is too long to be shown whole.
    long: bool,
}

/// The part of a line to show: all of it, or `limit` characters around the anchor.
fn window(source: &SourceText, line: Range<usize>, anchor: Range<usize>, limit: usize) -> Window {
    let text = source.slice(line.clone());
    if text.len() <= limit || text.chars().nth(limit).is_none() {
        return Window {
            shown: line,
            long: false,
        };
    }
    let at = anchor.start.clamp(line.start, line.end);
    let before = source.slice(line.start..at);
    let after = source.slice(at..line.end);
    let label = source
        .slice(at..anchor.end.clamp(at, line.end))
        .chars()
        .take(limit)
        .count();
    let lead = (limit / 4).min(limit - label);
    // Near the end of the line the room that is left there goes to the text before.
    let follow = after.chars().take(limit - lead).count();
    let start = before
        .char_indices()
        .rev()
        .take(limit - follow)
        .last()
        .map_or(before.len(), |c| c.0);
    let lead = before.get(start..).unwrap_or_default().chars().count();
    let end = after
        .char_indices()
        .nth(limit - lead)
        .map_or(after.len(), |c| c.0);
    Window {
        shown: line.start + start..at + end,
        long: true,
    }
}

impl<'a> Cluster<'a> {
    fn new(located: Located<'a>) -> Self {
        Cluster {
            last_line: located.end_line,
            marks: vec![located],
        }
    }

    /// What of the line is shown, around the first mark on it.
    fn window(&self, source: &SourceText, line: u32, limit: usize) -> Window {
        let range = source.line(line);
        let anchor = match self.marks.iter().find(|located| located.mark.line == line) {
            Some(located) => located.start..located.end,
            None => range.start..range.start,
        };
        window(source, range, anchor, limit)
    }

    /// Whether a later mark of the same file would be seen in this block.
    fn takes(&self, located: &Located<'_>, limit: usize) -> bool {
        let line = located.mark.line;
        if line > self.last_line.saturating_add(2 * CONTEXT + 1) {
            return false;
        }
        let window = self.window(&located.source, line, limit);
        !window.long || (line <= self.last_line && window.shown.contains(&located.start))
    }

    fn push(&mut self, located: Located<'a>) {
        self.last_line = self.last_line.max(located.end_line);
        self.marks.push(located);
    }

    fn is_primary(&self) -> bool {
        self.marks.iter().any(|located| located.mark.primary)
    }
}

/// Adds what another label at the same place says.
fn merge(text: &mut String, other: &str) {
    if !text.is_empty() && !other.is_empty() {
        text.push_str("; ");
    }
    text.push_str(other);
}

/// Consecutive lines of one file in an [`Excerpt`].
#[derive(Debug)]
struct Block {
    name: String,
    range: Range<usize>,
    first_line: u32,
    lines: u32,
}

/// A label in an [`Excerpt`], with the place in the file that it stands for.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) range: Range<usize>,
    pub(super) text: String,
    pub(super) primary: bool,
    line: u32,
    column: u32,
}

/// How a line of a block maps to its source.
struct ShownLine {
    line: u32,
    source: Range<usize>,
    /// Where the text of the line starts in the excerpt.
    base: usize,
}

/// A small text for miette to draw, safe for a terminal.
#[derive(Debug, Default)]
pub(super) struct Excerpt {
    text: String,
    blocks: Vec<Block>,
    labels: Vec<Label>,
}

impl Excerpt {
    /// The lines around the marks, each at most `limit` characters long, and the marks whose
    /// text is not at hand.
    pub(super) fn new<'a>(
        marks: Vec<Mark<'a>>,
        cache: &mut SourceCache<'_>,
        limit: usize,
        ellipsis: &str,
    ) -> (Self, Vec<Mark<'a>>) {
        let mut missing = Vec::new();
        let mut located = Vec::new();
        for mark in marks {
            match Located::new(mark, cache) {
                Ok(found) => located.push(found),
                Err(mark) => missing.push(mark),
            }
        }
        let mut excerpt = Excerpt::default();
        for cluster in clusters(located, limit) {
            excerpt.push_block(cluster, limit, ellipsis);
        }
        (excerpt, missing)
    }

    /// The labels, in the order of the text.
    pub(super) fn labels(&self) -> &[Label] {
        &self.labels
    }

    fn push_block(&mut self, cluster: Cluster<'_>, limit: usize, ellipsis: &str) {
        let Some(first) = cluster.marks.first() else {
            return;
        };
        let (source, first_line) = (&first.source, first.mark.line);
        let whole =
            (first_line..=cluster.last_line).all(|line| !cluster.window(source, line, limit).long);
        // The neighbours of a line of minified code help nobody.
        let context = if whole { CONTEXT } else { 0 };
        let first_shown = first_line.saturating_sub(context).max(1);
        let last_shown = cluster.last_line.saturating_add(context);

        let start = self.text.len();
        let mut shown = Vec::new();
        for line in first_shown..=last_shown {
            let labelled = (first_line..=cluster.last_line).contains(&line);
            // Blank neighbours and those past the end tell nothing.
            if labelled || source.has_text(line) {
                shown.push(self.push_line(&cluster, source, line, limit, ellipsis));
            }
        }
        let name = sanitize(first.mark.file).into_owned();
        let lines = u32::try_from(shown.len()).unwrap_or(u32::MAX);
        self.blocks.push(Block {
            name,
            range: start..self.text.len(),
            first_line: shown.first().map_or(first_line, |line| line.line),
            lines,
        });
        self.push_labels(cluster.marks, &shown);
    }

    fn push_line(
        &mut self,
        cluster: &Cluster<'_>,
        source: &SourceText,
        line: u32,
        limit: usize,
        ellipsis: &str,
    ) -> ShownLine {
        let whole = source.line(line);
        let shown = cluster.window(source, line, limit).shown;
        if shown.start > whole.start {
            self.text.push_str(ellipsis);
        }
        let base = self.text.len();
        self.text.push_str(&sanitize(source.slice(shown.clone())));
        if shown.end < whole.end {
            self.text.push_str(ellipsis);
        }
        // The last line has a break too: miette draws no label past the end of its text.
        self.text.push('\n');
        ShownLine {
            line,
            source: shown,
            base,
        }
    }

    fn push_labels(&mut self, marks: Vec<Located<'_>>, shown: &[ShownLine]) {
        for located in marks {
            let place = |line: u32, offset: usize| {
                let shown = shown.iter().find(|shown| shown.line == line)?;
                let offset = offset.clamp(shown.source.start, shown.source.end);
                let before = located.source.slice(shown.source.start..offset);
                Some(shown.base + sanitize(before).len())
            };
            let start = place(located.mark.line, located.start);
            let end = place(located.end_line, located.end);
            let (Some(start), Some(end)) = (start, end) else {
                continue;
            };
            let Mark {
                text,
                primary,
                line,
                column,
                ..
            } = located.mark;
            let range = start..end.max(start);
            // Two labels under the same text would be drawn over each other.
            if let Some(known) = self.labels.iter_mut().find(|label| label.range == range) {
                merge(&mut known.text, &text);
                known.primary |= primary;
                continue;
            }
            self.labels.push(Label {
                range,
                text,
                primary,
                line,
                column,
            });
        }
    }
}

/// The marks grouped by what can be shown together: the main one's block first, then those of
/// its file, then the other files in order of appearance.
fn clusters(located: Vec<Located<'_>>, limit: usize) -> Vec<Cluster<'_>> {
    let mut files: Vec<Vec<Located<'_>>> = Vec::new();
    for found in located {
        let same = |group: &&mut Vec<Located<'_>>| {
            group
                .first()
                .is_some_and(|first| first.mark.file == found.mark.file)
        };
        match files.iter_mut().find(same) {
            Some(group) => group.push(found),
            None => files.push(vec![found]),
        }
    }
    let mut out: Vec<Cluster<'_>> = Vec::new();
    for mut group in files {
        group.sort_by_key(|located| (located.start, located.end));
        let from = out.len();
        for located in group {
            match out.get_mut(from..).and_then(<[_]>::last_mut) {
                Some(cluster) if cluster.takes(&located, limit) => cluster.push(located),
                _ => out.push(Cluster::new(located)),
            }
        }
    }
    out.sort_by_key(|cluster| !cluster.is_primary());
    out
}

/// The nearest character boundary at or before an offset.
fn floor_boundary(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset)
        .rev()
        .find(|&i| text.is_char_boundary(i))
        .unwrap_or(0)
}

impl SourceCode for Excerpt {
    /// The block that the span is in. miette asks without context lines only for the line and
    /// column of a block's header: those are of the place in the file.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let block = self
            .blocks
            .iter()
            .find(|block| block.range.contains(&start) && end <= block.range.end)
            .ok_or(MietteError::OutOfBounds)?;
        let range = block.range.clone();
        let data = self.text.as_bytes().get(range.clone()).unwrap_or_default();
        let header = context_lines_before == 0 && context_lines_after == 0;
        let label = self.labels.iter().find(|label| label.range == (start..end));
        let (line, column) = match label.filter(|_| header) {
            Some(label) => (label.line, label.column),
            None => (block.first_line, 1),
        };
        Ok(Box::new(MietteSpanContents::new_named(
            block.name.clone(),
            data,
            (range.start, range.len()).into(),
            line.saturating_sub(1) as usize,
            column.saturating_sub(1) as usize,
            block.lines as usize,
        )))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::samples::Files;
    use super::*;
    use crate::span::LineIndex;
    use proptest::prelude::*;
    use std::sync::Arc;

    fn mark(text: &str, start: usize, end: usize) -> Mark<'static> {
        let span = Span::new(start, end);
        let at = LineIndex::new(text).position(text, span.start);
        let text = format!("{start}");
        Mark {
            file: "a.js",
            line: at.line,
            column: at.column,
            span,
            text,
            primary: false,
        }
    }

    proptest! {
        #[test]
        fn labels_cover_the_text_they_stand_for(
            text in "[a-zäß日\u{1b}\u{202e}\t \r\n]{0,300}",
            spans in proptest::collection::vec((0usize..300, 0usize..60), 1..6),
            limit in 8usize..80,
        ) {
            let files = Files::new(&[("a.js", &text)]);
            let floor = |at| floor_boundary(&text, at);
            let marks: Vec<_> = spans
                .iter()
                .map(|&(start, len)| mark(&text, floor(start), floor(start + len)))
                .collect();
            let count = marks.len();
            let mut cache = SourceCache::new(&files);
            let (excerpt, missing) = Excerpt::new(marks, &mut cache, limit, "…");
            prop_assert!(missing.is_empty());
            prop_assert!((1..=count).contains(&excerpt.labels.len()));
            prop_assert!(!excerpt.text.contains(|c| c != '\n' && super::super::sanitize::is_harmful(c)));
            for label in &excerpt.labels {
                // The first character of the label is the one that its mark starts at.
                let start: usize = label.text.split(';').next().unwrap().parse().unwrap();
                let source = text[start..].chars().next().filter(|c| !"\r\n".contains(*c));
                let shown = &excerpt.text[label.range.start..];
                if let Some(c) = source {
                    prop_assert!(shown.starts_with(&*sanitize(&c.to_string())), "{c:?} {shown:?}");
                }
                let span = (label.range.start, label.range.len()).into();
                prop_assert!(excerpt.read_span(&span, 1, 1).is_ok());
                prop_assert_eq!(excerpt.read_span(&span, 0, 0).unwrap().column() + 1, label.column as usize);
            }
            // At most the lines of every label with their context, each at most one window.
            let most = (MAX_LABEL_LINES + 2 * CONTEXT) as usize * count * (limit * 8 + 2 * "…".len() + 1);
            prop_assert!(excerpt.text.len() <= most);
        }
    }

    #[test]
    fn a_text_is_asked_for_once() {
        let files = Files::new(&[("a.js", "fetch(x)")]);
        let mut cache = SourceCache::new(&files);
        for _ in 0..3 {
            assert!(cache.get("a.js").is_some());
            assert!(cache.get("b.js").is_none());
        }
        assert_eq!(*files.asked.borrow(), 2);
    }

    #[test]
    fn a_window_uses_the_room_at_the_end_of_the_line() {
        let text: Arc<str> = "0123456789".repeat(10).into();
        let source = SourceText {
            lines: LineIndex::new(&text),
            text,
        };
        let shown = |anchor: Range<usize>| window(&source, source.line(1), anchor, 20).shown;
        assert_eq!(shown(0..5), 0..20);
        assert_eq!(shown(50..55), 45..65);
        assert_eq!(shown(50..68), 48..68);
        assert_eq!(shown(50..90), 50..70);
        assert_eq!(shown(97..100), 80..100);
        assert_eq!(shown(100..100), 80..100);
    }
}
