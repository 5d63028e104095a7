//! Where the parts of a literal are written.
//!
//! A literal without escapes is one part. With escapes, each run of its text without white space
//! is one, so that a source can be pointed at: `'connect-src \'self\' https://a.test'`.

use super::text::{At, Text};
use crate::policies::{Quoting, SourceFile};
use crate::span::Span;

/// The parts of a text literal with this value.
pub(super) fn text(file: &SourceFile, span: Span, value: &str) -> Text {
    let quote = slice(file, span).and_then(|raw| raw.chars().next());
    let quoting = match quote {
        Some(quote @ ('"' | '\'')) => Quoting::Backslash(quote),
        Some('`') => Quoting::Template,
        // JSX text, a mended script.
        _ => return whole(file, span, value),
    };
    let range = span.range();
    let inner = (range.start + 1, range.end.saturating_sub(1));
    parts(file, inner, value, quoting).unwrap_or_else(|| whole(file, span, value))
}

/// The parts of each text of a template, whose expressions end at these offsets.
pub(super) fn template(file: &SourceFile, span: Span, texts: &[String], ends: &[u32]) -> Vec<Text> {
    let mut out = Vec::new();
    let mut from = Some(span.start as usize + 1);
    for (i, text) in texts.iter().enumerate() {
        let found = from.and_then(|from| run(file, from, text));
        let Some((parts, end)) = found else {
            out.push(whole(file, span, text));
            from = after_expression(file, ends.get(i), texts.get(i + 1));
            continue;
        };
        let _ = end;
        out.push(parts);
        from = after_expression(file, ends.get(i), texts.get(i + 1));
    }
    out
}

/// Where the text begins that follows an expression of a template: behind the first `}` from
/// which on that text stands.
fn after_expression(file: &SourceFile, end: Option<&u32>, text: Option<&String>) -> Option<usize> {
    let (end, text) = (*end? as usize, text?);
    let rest = file.text.get(end..)?;
    let braces = rest.match_indices('}').take(16);
    let mut starts = braces.map(|(at, _)| end + at + 1);
    starts.find(|&start| run(file, start, text).is_some())
}

/// The parts of a template's text that begins at an offset and ends before `${` or the quote.
fn run(file: &SourceFile, start: usize, value: &str) -> Option<(Text, usize)> {
    let raw = file.text.get(start..)?;
    let mut chars = raw.char_indices();
    let mut end = None;
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '`' => {
                end = Some(at);
                break;
            }
            '$' if raw[at + 1..].starts_with('{') => {
                end = Some(at);
                break;
            }
            _ => {}
        }
    }
    let end = start + end?;
    Some((parts(file, (start, end), value, Quoting::Template)?, end))
}

/// The parts of what stands between two offsets, if that is how this value is written.
fn parts(
    file: &SourceFile,
    (start, end): (usize, usize),
    value: &str,
    quoting: Quoting,
) -> Option<Text> {
    let raw = file.text.get(start..end)?;
    let here = |from: usize, to: usize| At::Here(file.place(start + from, start + to), quoting);
    if raw == value {
        return Some(Text::part(value.to_owned(), here(0, raw.len())));
    }
    let mut out = Text::default();
    // Of the run at hand: its text, and where it begins.
    let mut current = (String::new(), 0_usize);
    let mut was_space = None;
    let mut at = 0;
    while at < raw.len() {
        let (text, len) = unescaped(&raw[at..])?;
        let is_space = text.chars().all(char::is_whitespace);
        if was_space != Some(is_space) && !text.is_empty() {
            out.add(std::mem::take(&mut current.0), here(current.1, at));
            current.1 = at;
            was_space = Some(is_space);
        }
        current.0.push_str(&text);
        at += len;
    }
    out.add(current.0, here(current.1, raw.len()));
    (out.full() == value).then_some(out)
}

/// The first character as it counts, and how many bytes it takes.
fn unescaped(raw: &str) -> Option<(String, usize)> {
    let first = raw.chars().next()?;
    if first == '\r' {
        let len = if raw.starts_with("\r\n") { 2 } else { 1 };
        return Some(("\n".to_owned(), len));
    }
    if first != '\\' {
        return Some((first.to_string(), first.len_utf8()));
    }
    let second = raw[1..].chars().next()?;
    let one = |text: &str| Some((text.to_owned(), 2));
    match second {
        'n' => one("\n"),
        't' => one("\t"),
        'r' => one("\r"),
        '\n' => one(""),
        '\r' => Some((
            String::new(),
            if raw[1..].starts_with("\r\n") { 3 } else { 2 },
        )),
        // Told as a whole.
        'x' | 'u' | 'b' | 'v' | 'f' | '0'..='9' => None,
        other => Some((other.to_string(), 1 + other.len_utf8())),
    }
}

fn whole(file: &SourceFile, span: Span, value: &str) -> Text {
    match slice(file, span) {
        Some(_) => Text::part(
            value.to_owned(),
            At::Here(
                file.place(span.range().start, span.range().end),
                Quoting::Fixed,
            ),
        ),
        None => Text::made(value),
    }
}

fn slice(file: &SourceFile, span: Span) -> Option<&str> {
    file.text.get(span.range())
}
