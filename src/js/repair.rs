//! Recovery from syntax errors: blank the least that makes the rest parse, and go on.
//!
//! The parser stops at the first fatal error. Each repair replaces a piece of text around the
//! error by blanks of the same length (so that every offset stays true), and the one after
//! which the parser gets furthest is kept. That finds the statements before and after a broken
//! one, which is what an editor shows while someone types.

use super::parse::{Grammar, Parsed, SyntaxIssue, parse_once};
use crate::span::Span;
use swc_common::DUMMY_SP;
use swc_ecma_ast::{Program, Script};

/// How many errors of one text are mended.
const MAX_REPAIRS: usize = 40;
/// How many bytes are parsed again in all, for each byte of the text.
const BYTE_BUDGET: usize = 400;
/// … but at least this many.
const LEAST_BUDGET: usize = 4 << 20;
/// … and at most this many.
const MOST_BUDGET: usize = 256 << 20;

/// Parses a text, mending it where it must be.
pub(super) fn repaired(text: &str, start: u32, grammar: Grammar) -> Parsed {
    let first = match parse_once(text, start, grammar) {
        Ok(program) => {
            return Parsed {
                program,
                issues: Vec::new(),
            };
        }
        Err(issue) => issue,
    };
    let mut state = Repair {
        text: text.as_bytes().to_vec(),
        length: text.len(),
        start,
        grammar,
        budget: text
            .len()
            .saturating_mul(BYTE_BUDGET)
            .clamp(LEAST_BUDGET, MOST_BUDGET),
        issues: vec![first.clone()],
    };
    let program = state.mend(first).unwrap_or_else(empty);
    Parsed {
        program,
        issues: state.issues,
    }
}

fn empty() -> Program {
    Program::Script(Script {
        span: DUMMY_SP,
        body: Vec::new(),
        shebang: None,
    })
}

struct Repair {
    text: Vec<u8>,
    /// The length of the text as given; closers may be added behind it.
    length: usize,
    start: u32,
    grammar: Grammar,
    budget: usize,
    issues: Vec<SyntaxIssue>,
}

enum Outcome {
    Parsed(Program),
    Fails(SyntaxIssue),
}

enum Edit {
    Blank(Span),
    Append(Vec<u8>),
}

impl Repair {
    fn mend(&mut self, mut error: SyntaxIssue) -> Option<Program> {
        for _ in 0..MAX_REPAIRS {
            let (edit, outcome) = self.best(&error)?;
            self.text = self.edited(&edit);
            match outcome {
                Outcome::Parsed(program) => return Some(program),
                Outcome::Fails(next) => {
                    if (next.span.start as usize) < self.length {
                        self.issues.push(next.clone());
                    }
                    error = next;
                }
            }
        }
        self.give_up(&error)
    }

    /// The edit after which the parser gets furthest; the first of equals.
    fn best(&mut self, error: &SyntaxIssue) -> Option<(Edit, Outcome)> {
        let mut best: Option<(Edit, SyntaxIssue)> = None;
        for edit in candidates(&self.text, self.length, error) {
            match self.attempt(&edit)? {
                Outcome::Parsed(program) => return Some((edit, Outcome::Parsed(program))),
                Outcome::Fails(next) => {
                    let floor = best
                        .as_ref()
                        .map_or(error.span.start, |(_, b)| b.span.start);
                    if next.span.start > floor {
                        best = Some((edit, next));
                    }
                }
            }
        }
        if let Some((edit, next)) = best {
            return Some((edit, Outcome::Fails(next)));
        }
        self.widening(error)
    }

    /// Blanks more and more lines around the error until the parser gets past it.
    fn widening(&mut self, error: &SyntaxIssue) -> Option<(Edit, Outcome)> {
        let at = error.span.start as usize;
        for lines in [1usize, 2, 4, 8, 16, 32] {
            let span = Span::new(
                line_start(&self.text, at, lines),
                line_end(&self.text, at, lines / 2),
            );
            let edit = Edit::Blank(span);
            match self.attempt(&edit)? {
                Outcome::Fails(next) if next.span.start <= error.span.start => {}
                outcome => return Some((edit, outcome)),
            }
        }
        None
    }

    /// Keeps what stands before the error.
    fn give_up(&mut self, error: &SyntaxIssue) -> Option<Program> {
        let at = line_start(&self.text, error.span.start as usize, 0);
        let cut = Edit::Blank(Span::new(at, self.text.len()));
        self.text = self.edited(&cut);
        let closers = unclosed(&self.text);
        self.text.extend(closers);
        let text = String::from_utf8_lossy(&self.text).into_owned();
        parse_once(&text, self.start, self.grammar).ok()
    }

    fn attempt(&mut self, edit: &Edit) -> Option<Outcome> {
        let bytes = self.edited(edit);
        self.budget = self.budget.checked_sub(bytes.len().max(1))?;
        // Blanking whole characters keeps UTF-8 valid; a repair that does not is no repair.
        let text = String::from_utf8(bytes).ok()?;
        Some(match parse_once(&text, self.start, self.grammar) {
            Ok(program) => Outcome::Parsed(program),
            Err(issue) => Outcome::Fails(issue),
        })
    }

    fn edited(&self, edit: &Edit) -> Vec<u8> {
        let mut text = self.text.clone();
        match edit {
            Edit::Append(closers) => text.extend(closers),
            Edit::Blank(span) => {
                let end = (span.end as usize).min(text.len());
                for byte in &mut text[(span.start as usize).min(end)..end] {
                    if *byte != b'\n' && *byte != b'\r' {
                        *byte = b' ';
                    }
                }
            }
        }
        text
    }
}

/// The repairs to try, most likely and least harmful first.
fn candidates(text: &[u8], length: usize, error: &SyntaxIssue) -> Vec<Edit> {
    let at = char_start(text, (error.span.start as usize).min(text.len()));
    let previous = previous_token(text, at);
    let mut edits = Vec::new();
    let blank = |edits: &mut Vec<Edit>, start: usize, end: usize| {
        if start < end {
            edits.push(Edit::Blank(Span::new(start, end)));
        }
    };
    let closers = unclosed(text);
    if at >= length && !closers.is_empty() {
        edits.push(Edit::Append(closers.clone()));
    }
    let own_line = line_start(text, at, 0);
    if previous.1 <= own_line && previous.0 < previous.1 {
        // The first token of a line is rarely what is wrong: the line before it is.
        blank(&mut edits, line_start(text, previous.0, 0), previous.1);
        blank(&mut edits, statement_start(text, previous.0), previous.1);
    }
    blank(&mut edits, previous.0, previous.1);
    blank(&mut edits, at, token_end(text, at));
    blank(&mut edits, previous.0, token_end(text, at));
    if let Some((open, close)) = group_around(text, at) {
        blank(&mut edits, open + 1, close);
    }
    blank(&mut edits, at, line_end(text, at, 0));
    blank(
        &mut edits,
        statement_start(text, previous.0.min(at)),
        statement_end(text, at),
    );
    blank(
        &mut edits,
        statement_start(text, previous.0.min(at)),
        line_end(text, at, 0),
    );
    blank(&mut edits, own_line, line_end(text, at, 0));
    if at < length && !closers.is_empty() {
        edits.push(Edit::Append(closers));
    }
    edits
}

fn char_start(text: &[u8], mut at: usize) -> usize {
    while at > 0 && at < text.len() && text[at] & 0xC0 == 0x80 {
        at -= 1;
    }
    at
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

fn token_end(text: &[u8], at: usize) -> usize {
    let Some(&first) = text.get(at) else {
        return at;
    };
    if is_word(first) {
        return at + text[at..].iter().take_while(|b| is_word(**b)).count();
    }
    at + 1
}

fn previous_token(text: &[u8], at: usize) -> (usize, usize) {
    let mut end = at.min(text.len());
    while end > 0 && text[end - 1].is_ascii_whitespace() {
        end -= 1;
    }
    let Some(&last) = end.checked_sub(1).and_then(|i| text.get(i)) else {
        return (0, 0);
    };
    let same = |b: u8| {
        if is_word(last) {
            is_word(b)
        } else {
            b == b'.' && last == b'.'
        }
    };
    let mut start = end - 1;
    while start > 0 && same(text[start - 1]) {
        start -= 1;
    }
    (start, end)
}

/// How far statements and groups are looked for.
const WINDOW: usize = 64 * 1024;

fn statement_start(text: &[u8], at: usize) -> usize {
    let floor = at.saturating_sub(WINDOW);
    let mut depth = 0usize;
    for i in (floor..at).rev() {
        match text[i] {
            b')' | b']' | b'}' if depth == 0 && text[i] == b'}' => return i + 1,
            b')' | b']' | b'}' => depth += 1,
            b'(' | b'[' => depth = depth.saturating_sub(1),
            b'{' if depth == 0 => return i + 1,
            b'{' => depth -= 1,
            b';' if depth == 0 => return i + 1,
            _ => {}
        }
    }
    floor
}

fn statement_end(text: &[u8], at: usize) -> usize {
    let ceiling = (at + WINDOW).min(text.len());
    let mut depth = 0usize;
    for (i, &byte) in text.iter().enumerate().take(ceiling).skip(at) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' if depth > 0 => depth -= 1,
            b'}' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    return i + 1;
                }
            }
            b'}' => return i,
            b';' if depth == 0 => return i + 1,
            _ => {}
        }
    }
    line_end(text, at, 0)
}

fn group_around(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut depth = 0usize;
    let floor = at.saturating_sub(WINDOW);
    let open = (floor..at).rev().find(|&i| match text[i] {
        b')' | b']' | b'}' => {
            depth += 1;
            false
        }
        b'(' | b'[' | b'{' if depth > 0 => {
            depth -= 1;
            false
        }
        b'(' | b'[' | b'{' => true,
        _ => false,
    })?;
    let mut depth = 0usize;
    let ceiling = (at + WINDOW).min(text.len());
    for (i, byte) in text.iter().enumerate().take(ceiling).skip(open + 1) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth == 0 => return Some((open, i)),
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The start of the line that many lines above the offset's.
fn line_start(text: &[u8], at: usize, above: usize) -> usize {
    let mut start = at.min(text.len());
    for _ in 0..=above {
        let line = memchr::memrchr(b'\n', &text[..start]);
        match line {
            None => return 0,
            Some(i) if start == i + 1 && above > 0 => start = i,
            Some(i) => start = i,
        }
    }
    start + 1
}

/// The end (before the line break) of the line that many lines below the offset's.
fn line_end(text: &[u8], at: usize, below: usize) -> usize {
    let mut end = at.min(text.len());
    for i in 0..=below {
        if i > 0 {
            end = (end + 1).min(text.len());
        }
        end += memchr::memchr(b'\n', &text[end..]).unwrap_or(text.len() - end);
    }
    end
}

/// The closers that would balance the text, innermost first.
fn unclosed(text: &[u8]) -> Vec<u8> {
    let mut open = Vec::new();
    let mut i = 0;
    while let Some(&byte) = text.get(i) {
        i += 1;
        match byte {
            b'(' => open.push(b')'),
            b'[' => open.push(b']'),
            b'{' => open.push(b'}'),
            b')' | b']' | b'}' if open.last() == Some(&byte) => {
                open.pop();
            }
            b'"' | b'\'' => i = string_end(text, i, byte),
            b'/' if text.get(i) == Some(&b'/') => {
                i += memchr::memchr(b'\n', &text[i..]).unwrap_or(text.len() - i);
            }
            b'/' if text.get(i) == Some(&b'*') => {
                i += memchr::memmem::find(&text[i..], b"*/").map_or(text.len() - i, |n| n + 2);
            }
            _ => {}
        }
    }
    open.reverse();
    open
}

fn string_end(text: &[u8], mut i: usize, quote: u8) -> usize {
    while let Some(&byte) = text.get(i) {
        i += 1;
        match byte {
            b'\\' => i += 1,
            b'\n' => break,
            _ if byte == quote => break,
            _ => {}
        }
    }
    i
}
