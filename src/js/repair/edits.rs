//! The small changes that may make a broken statement readable. None changes an offset: text is
//! replaced by as many bytes.

use super::outline::{self, is_word};
use crate::js::parse::SyntaxIssue;
use crate::span::Span;
use std::ops::Range;

/// A change, and what it costs.
#[derive(Debug, Clone)]
pub(super) struct Edit {
    changes: Vec<(Range<usize>, u8)>,
    /// How much of the text is lost by it.
    pub(super) loss: usize,
}

impl Edit {
    /// Blanks a part of the text.
    pub(super) fn blank(text: &str, span: Range<usize>) -> Edit {
        let span = floor(text, span.start)..ceil(text, span.end);
        let lost = text.as_bytes()[span.clone()].iter();
        Edit {
            loss: lost.filter(|b| !b.is_ascii_whitespace()).count(),
            changes: vec![(span, b' ')],
        }
    }

    fn insert(at: usize, byte: u8) -> Edit {
        Edit {
            changes: vec![(at..at + 1, byte)],
            loss: 1,
        }
    }

    /// Changes the text.
    pub(super) fn apply(&self, text: &mut String) {
        self.apply_at(text, 0);
    }

    /// Changes a text of which the part from `start` on is what the change is for.
    pub(super) fn apply_at(&self, text: &mut String, start: usize) {
        for (span, byte) in &self.changes {
            let span = floor(text, start + span.start)..ceil(text, start + span.end);
            let new = filled(&text.as_bytes()[span.clone()], *byte);
            text.replace_range(span, &new);
        }
    }
}

/// As many bytes, with the line breaks kept when blanked.
fn filled(old: &[u8], byte: u8) -> String {
    let mut byte = byte;
    old.iter()
        .map(|&b| match b {
            b'\n' | b'\r' if byte == b' ' || old.len() > 1 => {
                // A name ends with its line.
                byte = b' ';
                char::from(b)
            }
            _ => char::from(byte),
        })
        .collect()
}

/// The start of the character that the offset is in.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// The changes to try for an error at an offset, least harmful first.
pub(super) fn candidates(text: &str, error: usize) -> Vec<Edit> {
    let at = floor(text, error);
    let mut edits = Vec::new();
    placeholders(text, at, &mut edits);
    insertions(text, at, &mut edits);
    comments(text, at, &mut edits);
    templates(text, at, &mut edits);
    tokens(text, at, &mut edits);
    lines(text, at, &mut edits);
    for part in outline::parts(text.as_bytes(), at) {
        push(&mut edits, text, part.start..part.end);
        if part.start >= at {
            push(&mut edits, text, part.previous..part.start);
            push(&mut edits, text, part.previous..part.end);
        }
        push(&mut edits, text, part.start..at);
        push(&mut edits, text, head(text, part.start, part.end));
        push(&mut edits, text, head(text, part.previous, part.end));
        if let Some(open) = part.open {
            push(&mut edits, text, open + 1..group_end(text, &part));
        }
    }
    edits
}

fn push(edits: &mut Vec<Edit>, text: &str, span: Range<usize>) {
    // A `$` left of a template's `${` would be taken for text.
    let splits = text.as_bytes()[..span.start.min(text.len())].ends_with(b"$")
        && text.as_bytes()[span.start..].starts_with(b"{");
    if span.start < span.end && span.end <= text.len() && !splits {
        let mut edit = Edit::blank(text, span.clone());
        if edit.loss > 0 {
            // Without one of its quotes a template would become one with the next.
            let quotes = memchr::memchr_iter(b'`', &text.as_bytes()[span]).count();
            edit.loss += quotes % 2 * 40;
            edits.push(edit);
        }
    }
}

/// What stands before the first body in a part: without it the body is a block.
fn head(text: &str, start: usize, end: usize) -> Range<usize> {
    let body = outline::Marks::new(text.as_bytes(), start)
        .take_while(|mark| mark.at < end)
        .find(|mark| matches!(mark.kind, outline::Kind::Open(b'}')));
    start..body.map_or(start, |mark| mark.at)
}

/// The end of the bracket around a part, or of the part.
fn group_end(text: &str, part: &outline::Part) -> usize {
    let mut brackets = outline::Brackets::default();
    let marks = outline::Marks::new(text.as_bytes(), part.end);
    for mark in marks {
        if brackets.open.is_empty() && matches!(mark.kind, outline::Kind::Close(_)) {
            return mark.at;
        }
        brackets.take(mark);
    }
    part.end
}

/// What stands for text that a server fills in: how it opens and closes, and whether it stands
/// for a value.
const PLACEHOLDERS: &[(&str, &str, bool)] = &[
    ("{{{", "}}}", true),
    ("{{", "}}", true),
    ("<%=", "%>", true),
    ("<%-", "%>", true),
    ("<%", "%>", false),
    ("<?=", "?>", true),
    ("<?php echo", "?>", true),
    ("<?", "?>", false),
    ("{%", "%}", false),
    ("{#", "#}", false),
    ("${", "}", true),
];

/// The longest placeholder.
const LONGEST_PLACEHOLDER: usize = 2_000;

fn placeholders(text: &str, at: usize, edits: &mut Vec<Edit>) {
    let back = floor(text, at.saturating_sub(LONGEST_PLACEHOLDER));
    // The error may be at the second byte of what opens it.
    let ahead = &text.as_bytes()[back..text.len().min(at + 2)];
    let around = PLACEHOLDERS.iter().filter_map(|p| {
        let start = memchr::memmem::rfind(ahead, p.0.as_bytes())?;
        Some((back + start, p))
    });
    for (start, &(open, close, value)) in around {
        let Some(end) = placeholder_end(text, start, open, close) else {
            continue;
        };
        let in_template = open == "${" && text[line_start(text, start)..start].contains('`');
        if end < at || in_template {
            continue;
        }
        let change = |byte| Edit {
            changes: vec![(start..end, byte)],
            loss: 2,
        };
        if value {
            edits.push(change(b'_'));
        }
        edits.push(change(b' '));
        if !value {
            edits.push(all_placeholders(text, open, close));
        }
    }
}

fn placeholder_end(text: &str, start: usize, open: &str, close: &str) -> Option<usize> {
    let from = start + open.len();
    let window = &text.as_bytes()[from..text.len().min(from + LONGEST_PLACEHOLDER)];
    let length = memchr::memmem::find(window, close.as_bytes())?;
    Some(from + length + close.len())
}

/// All placeholders that open alike: `<% if %> … <% end %>`.
fn all_placeholders(text: &str, open: &str, close: &str) -> Edit {
    let starts = memchr::memmem::find_iter(text.as_bytes(), open.as_bytes());
    let mut changes: Vec<(Range<usize>, u8)> = Vec::new();
    for start in starts {
        let value = matches!(text.as_bytes().get(start + open.len()), Some(b'=' | b'-'));
        let inside = changes.last().is_some_and(|(last, _)| last.end > start);
        if let (Some(end), false) = (placeholder_end(text, start, open, close), inside) {
            changes.push((start..end, if value { b'_' } else { b' ' }));
        }
    }
    let loss = 2 * changes.len();
    Edit { changes, loss }
}

/// A token that may be missing before the error, put in the place of a blank.
fn insertions(text: &str, at: usize, edits: &mut Vec<Edit>) {
    let bytes = text.as_bytes();
    let gap = at - bytes[..at].trim_ascii_end().len();
    if gap == 0 || gap == at {
        return;
    }
    let blank = at - 1;
    let breaks = bytes[at - gap..at].contains(&b'\n');
    if bytes[blank] == b'\n' && bytes[line_start(text, blank)..blank].contains(&b'/') {
        // What follows could become part of a comment.
        return;
    }
    // The end of a statement that goes on in the next line is not guessed.
    let missing: &[u8] = if breaks { b",;}" } else { b",)];:}" };
    edits.extend(missing.iter().map(|&byte| Edit::insert(blank, byte)));
}

/// A comment without an end.
fn comments(text: &str, at: usize, edits: &mut Vec<Edit>) {
    let open = memchr::memmem::rfind(text.as_bytes(), b"/*");
    let Some(open) = open.filter(|open| !text[*open..].contains("*/")) else {
        return;
    };
    if open <= at.saturating_add(2) {
        push(edits, text, open..open + 2);
        push(edits, text, open..line_end(text, open));
    }
}

/// A template without an end, which ends where the next one starts.
fn templates(text: &str, at: usize, edits: &mut Vec<Edit>) {
    let quotes = || memchr::memrchr_iter(b'`', &text.as_bytes()[..at]);
    for (close, open) in quotes().zip(quotes().skip(1)).take(4) {
        if text.as_bytes()[open..close].contains(&b'\n') {
            edits.push(Edit::blank(text, open..line_end(text, open)));
        }
    }
}

fn tokens(text: &str, at: usize, edits: &mut Vec<Edit>) {
    let end = token_end(text, at);
    let previous = previous_token(text.as_bytes(), at);
    push(edits, text, at..end);
    push(edits, text, previous.clone());
    push(edits, text, previous.start..end);
    let before = previous_token(text.as_bytes(), previous.start);
    push(edits, text, before.start..previous.end);
    push(edits, text, before.start..end);
}

fn lines(text: &str, at: usize, edits: &mut Vec<Edit>) {
    let (start, end) = (line_start(text, at), line_end(text, at));
    push(edits, text, start..at);
    push(edits, text, at..end);
    push(edits, text, previous_token(text.as_bytes(), at).start..end);
    push(edits, text, start..end);
    // What is wrong with the first token of a line is often the line before.
    let before = text.as_bytes()[..start].trim_ascii_end().len();
    if text[start..at].trim().is_empty() && before > 0 {
        push(edits, text, line_start(text, before)..before);
        push(edits, text, line_start(text, before)..end);
    }
}

fn token_end(text: &str, at: usize) -> usize {
    match text.as_bytes().get(at) {
        None => at,
        Some(b'"' | b'\'') => outline::string_end(text.as_bytes(), at),
        Some(&byte) if is_word(byte) => outline::word_end(text.as_bytes(), at),
        Some(_) => at + 1,
    }
}

fn previous_token(text: &[u8], at: usize) -> Range<usize> {
    let end = text[..at.min(text.len())].trim_ascii_end().len();
    let Some(&last) = end.checked_sub(1).and_then(|i| text.get(i)) else {
        return 0..0;
    };
    let same = |b: &&u8| {
        if is_word(last) {
            is_word(**b)
        } else {
            **b == last && matches!(last, b'.' | b'=' | b'&' | b'|')
        }
    };
    let count = text[..end].iter().rev().take_while(same).count();
    end - count.max(1)..end
}

/// The start of an offset's line.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    memchr::memrchr(b'\n', &text.as_bytes()[..at.min(text.len())]).map_or(0, |i| i + 1)
}

/// The end of an offset's line, before the line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |i| at + i)
}

/// The text with its brackets closed, innermost first; in place of the blanks at its end where
/// those suffice or more text follows. None if nothing is open, or there is no room.
pub(super) fn balanced(text: &str, last: bool) -> Option<String> {
    let mut brackets = outline::Brackets::default();
    for mark in outline::Marks::new(text.as_bytes(), 0) {
        brackets.take(mark);
    }
    let closers: String = brackets
        .open
        .iter()
        .rev()
        .map(|(_, closer)| if *closer == b'`' { "}`" } else { one(*closer) })
        .collect();
    let has_body = closers.contains('}');
    if closers.is_empty() || !(has_body || last) {
        return None;
    }
    let kept = text.trim_end().len();
    let unended_comment = text[line_start(text, kept)..kept].contains("//");
    let mut blanks = text[kept..].char_indices();
    let from = match unended_comment {
        true => blanks
            .find(|(_, c)| matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}'))
            .map_or(text.len() + 1, |(i, c)| kept + i + c.len_utf8()),
        false => kept,
    };
    let room = text.len().saturating_sub(from);
    if !last && room < closers.len() {
        return None;
    }
    let mut out = text[..from.min(text.len())].to_owned();
    if from > text.len() {
        out.push('\n');
    }
    out.push_str(&closers);
    while out.len() < text.len() {
        out.push(' ');
    }
    Some(out)
}

fn one(closer: u8) -> &'static str {
    match closer {
        b')' => ")",
        b']' => "]",
        _ => "}",
    }
}

/// Blanks what may stand in a script though it is no part of it, and gives its places with what
/// is wrong with them: the lines that a merge conflict leaves, and HTML's comments, which are
/// allowed in classic scripts.
pub(super) fn without_foreign_lines(text: &str) -> Option<(String, Vec<SyntaxIssue>)> {
    let line = |marker: &str| {
        let found = |at: usize| text[line_start(text, at)..at].trim().is_empty();
        memchr::memmem::find_iter(text.as_bytes(), marker).any(found)
    };
    let conflict = line("<<<<<<< ") && line(">>>>>>> ");
    if !conflict && !line("<!--") && !line("-->") {
        return None;
    }
    let mut out = text.to_owned();
    let mut issues = Vec::new();
    let marks = outline::Marks::new(text.as_bytes(), 0).filter(|mark| mark.first);
    let mut passed = 0;
    for at in marks
        .map(|mark| mark.at)
        .filter(|at| text.is_char_boundary(*at))
    {
        let end = line_end(text, at);
        let rest = &text[at..end];
        let marker = conflict && is_conflict_marker(rest) && line_start(text, at) == at;
        if at < passed || !(marker || rest.starts_with("<!--") || rest.starts_with("-->")) {
            continue;
        }
        passed = end;
        out.replace_range(at..end, &filled(rest.as_bytes(), b' '));
        if marker {
            issues.push(SyntaxIssue {
                span: Span::new(at, at + 7),
                message: "a merge conflict was left here".into(),
            });
        }
    }
    Some((out, issues))
}

fn is_conflict_marker(line: &str) -> bool {
    line.trim_end() == "======="
        || ["<<<<<<< ", "||||||| ", ">>>>>>> "]
            .iter()
            .any(|marker| line.starts_with(marker))
}
