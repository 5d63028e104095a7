//! Values of string literals, with the place of each part.

use crate::policies::{Quoting, SourceFile, Written};
use std::ops::Range;

/// A part of a literal: what stands between its quotes, and what that means.
#[derive(Debug, PartialEq)]
struct Chunk {
    raw: Range<usize>,
    value: Range<usize>,
    /// Stands as it is.
    plain: bool,
}

/// The value of a literal without the white space around it, as a header's value is sent.
/// `inner`: what stands between its quotes.
pub(super) fn written(
    file: &SourceFile,
    inner: Range<usize>,
    value: &str,
    quoting: Quoting,
) -> Written {
    let mut written = Written::default();
    push(&mut written, file, inner, value, quoting);
    written
}

/// Adds the value of a literal without the white space around it.
pub(super) fn push(
    out: &mut Written,
    file: &SourceFile,
    inner: Range<usize>,
    value: &str,
    quoting: Quoting,
) -> Range<usize> {
    let start = out.text().len();
    let kept = trimmed(value);
    let raw = file.text.get(inner.clone()).unwrap_or_default();
    match chunks(raw, value) {
        Some(chunks) => {
            for chunk in chunks {
                let from = chunk.value.start.max(kept.start);
                let to = chunk.value.end.min(kept.end);
                if from >= to {
                    continue;
                }
                let text = value.get(from..to).unwrap_or_default();
                let at = inner.start + chunk.raw.start;
                match chunk.plain {
                    true => {
                        let at = at + (from - chunk.value.start);
                        out.push(text, file.place(at, at + text.len()), quoting);
                    }
                    false => {
                        let end = inner.start + chunk.raw.end;
                        out.push(text, file.place(at, end), Quoting::Fixed);
                    }
                }
            }
        }
        None => {
            let place = file.place(inner.start, inner.end);
            let text = value.get(kept).unwrap_or_default();
            out.push(text, place, Quoting::Fixed);
        }
    }
    start..out.text().len()
}

fn trimmed(value: &str) -> Range<usize> {
    let start = value.len() - value.trim_start().len();
    start..start + value.trim().len()
}

/// The parts of a literal that come to a value; nothing if it is not understood.
fn chunks(raw: &str, value: &str) -> Option<Vec<Chunk>> {
    let mut out = Vec::new();
    let (mut raw_at, mut value_at) = (0, 0);
    loop {
        let rest = raw.get(raw_at..)?;
        let left = value.get(value_at..)?;
        let common = common_length(rest, left);
        if common > 0 {
            out.push(Chunk {
                raw: raw_at..raw_at + common,
                value: value_at..value_at + common,
                plain: true,
            });
            (raw_at, value_at) = (raw_at + common, value_at + common);
            continue;
        }
        if rest.is_empty() {
            return left.is_empty().then_some(out);
        }
        let (escape, meaning) = escape(rest)?;
        if !left.starts_with(meaning.as_str()) {
            return None;
        }
        out.push(Chunk {
            raw: raw_at..raw_at + escape,
            value: value_at..value_at + meaning.len(),
            plain: false,
        });
        (raw_at, value_at) = (raw_at + escape, value_at + meaning.len());
    }
}

/// How many bytes at the beginning of both are the same and no escape.
fn common_length(raw: &str, value: &str) -> usize {
    let mut same = raw.chars().zip(value.chars());
    let mut length = 0;
    while let Some((a, b)) = same.next()
        && a == b
        && a != '\\'
    {
        length += a.len_utf8();
    }
    length
}

/// The escape at the beginning of a text: its length, and what it stands for.
fn escape(raw: &str) -> Option<(usize, String)> {
    if raw.starts_with("\r\n") {
        return Some((2, "\n".to_owned()));
    }
    let rest = raw.strip_prefix('\\')?;
    let first = rest.chars().next()?;
    if first.is_whitespace() {
        // The end of a line: TOML takes all the white space that follows away.
        let length = rest.len() - rest.trim_start().len();
        return Some((1 + length, String::new()));
    }
    let meaning = match first {
        'b' => '\u{8}',
        'e' => '\u{1b}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return code_point(rest, 4),
        'U' => return code_point(rest, 8),
        'x' => return code_point(rest, 2),
        other => other,
    };
    Some((1 + first.len_utf8(), meaning.to_string()))
}

/// `\u0027` without its `\`. Halves of a pair are not looked at.
fn code_point(rest: &str, digits: usize) -> Option<(usize, String)> {
    let code = u32::from_str_radix(rest.get(1..1 + digits)?, 16).ok()?;
    Some((2 + digits, char::from_u32(code)?.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::Path;

    fn of(raw: &str, value: &str) -> (SourceFile, Written) {
        let file = SourceFile::of_text(Path::new("/f"), "f", &format!("\"{raw}\""));
        let written = written(&file, 1..1 + raw.len(), value, Quoting::Backslash('"'));
        (file, written)
    }

    /// Where a part of the value stands in the file.
    fn at(raw: &str, value: &str, part: &str) -> Option<String> {
        let (file, written) = of(raw, value);
        let start = written.text().find(part)?;
        let (place, _) = written.exact_place_of(&(start..start + part.len()))?;
        file.text.get(place.span.range()).map(str::to_owned)
    }

    #[test]
    fn parts_between_escapes_have_their_places() {
        let raw = r"  connect-src \u0027self\u0027 https://a.test;\n b  ";
        let value = "  connect-src 'self' https://a.test;\n b  ";
        assert_eq!(of(raw, value).1.text(), value.trim());
        assert_eq!(
            at(raw, value, "https://a.test").as_deref(),
            Some("https://a.test")
        );
        assert_eq!(at(raw, value, "'self'"), None);
        // The end of a line of TOML.
        assert_eq!(at("a \\\n   b", "a b", "b").as_deref(), Some("b"));
    }

    #[test]
    fn what_is_not_understood_stands_as_a_whole() {
        let (_, written) = of("one", "other");
        assert_eq!(written.text(), "other");
        assert_eq!(written.exact_place_of(&(0..1)), None);
        assert!(written.place_of(&(0..1)).is_some());
    }

    proptest! {
        #[test]
        fn places_lie_inside(raw in r#"[\\a-c u0027"'\n\r]{0,30}"#, value in "[a-c '\"\n]{0,30}") {
            let (file, written) = of(&raw, &value);
            prop_assert_eq!(written.text(), value.trim());
            for start in 0..written.text().len() {
                let place = written.place_of(&(start..start + 1));
                let range = place.map(|p| p.span.range()).unwrap_or_default();
                prop_assert!(file.text.get(range).is_some());
            }
        }
    }
}
