//! Character references (HTML §13.2.5.72 and following), decoded with their places kept.

use super::MappedText;
use super::mapped::Builder;
use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use std::ops::Range;

/// Where text stands, which decides what is a reference in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An attribute's value: a name without `;` before `=` or a letter is no reference.
    Attribute,
    /// Text between tags.
    Text,
    /// The text of a script or style: no references at all.
    Raw,
}

/// Decodes a part of a source; NUL becomes U+FFFD.
pub(super) fn decode(source: &MappedText, range: Range<usize>, kind: Kind) -> MappedText {
    let start = range.start;
    let mut builder = Builder::new(source);
    decode_into(&mut builder, &source.text, range, kind);
    builder.finish(start)
}

/// Decodes a part of a builder's source.
pub(super) fn decode_into(builder: &mut Builder, source: &str, range: Range<usize>, kind: Kind) {
    let Some(text) = source.get(range.clone()) else {
        return;
    };
    let (offset, mut done) = (range.start, 0);
    for at in memchr::memchr2_iter(b'&', 0, text.as_bytes()) {
        if at < done {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let reference = match rest.starts_with('\0') {
            true => Some(("\u{fffd}".to_owned(), 1)),
            false if kind == Kind::Raw => None,
            false => reference(rest, kind == Kind::Attribute),
        };
        if let Some((decoded, length)) = reference {
            builder.copy(offset + done..offset + at);
            done = at + length;
            builder.replace(&decoded, offset + at..offset + done);
        }
    }
    builder.copy(offset + done..range.end);
}

/// The reference that a text starts with: what it stands for, and its length.
fn reference(text: &str, in_attribute: bool) -> Option<(String, usize)> {
    let after = text.strip_prefix('&')?;
    match after.strip_prefix('#') {
        Some(number) => numeric(number).map(|(c, length)| (c.to_string(), length + 2)),
        None => named(after, in_attribute).map(|(chars, length)| (chars, length + 1)),
    }
}

/// A number after `&#`.
fn numeric(text: &str) -> Option<(char, usize)> {
    let (digits, base, prefix) = match text.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 1),
        None => (text, 10, 0),
    };
    let mut number: u32 = 0;
    let mut length = 0;
    for digit in digits.chars().map_while(|c| c.to_digit(base)) {
        number = number.saturating_mul(base).saturating_add(digit);
        length += 1;
    }
    if length == 0 {
        return None;
    }
    if digits.as_bytes().get(length) == Some(&b';') {
        length += 1;
    }
    Some((numbered(number), prefix + length))
}

/// The character of a number.
fn numbered(number: u32) -> char {
    const REPLACEMENT: char = '\u{fffd}';
    match number {
        0 => REPLACEMENT,
        0x80..=0x9f => {
            let replaced = C1_REPLACEMENTS.get((number - 0x80) as usize).copied();
            let replaced = replaced.flatten();
            replaced.unwrap_or_else(|| char::from_u32(number).unwrap_or(REPLACEMENT))
        }
        _ => char::from_u32(number).unwrap_or(REPLACEMENT),
    }
}

/// A name after `&`: the longest that is known.
fn named(text: &str, in_attribute: bool) -> Option<(String, usize)> {
    let mut found = None;
    // The table holds the beginnings of names too, with nothing in them.
    for length in 1..=text.len() {
        let Some(&entry) = text.get(..length).and_then(|name| NAMED_ENTITIES.get(name)) else {
            break;
        };
        if entry.0 != 0 {
            found = Some((entry, length));
        }
    }
    let ((first, second), length) = found?;
    let ends = text.get(..length)?.ends_with(';');
    let next = text.as_bytes().get(length);
    if in_attribute && !ends && next.is_some_and(|&c| c == b'=' || c.is_ascii_alphanumeric()) {
        return None;
    }
    let chars = [first, second].into_iter().filter(|&c| c != 0);
    Some((chars.filter_map(char::from_u32).collect(), length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str, kind: Kind) -> String {
        let source = MappedText::of_source(text);
        decode(&source, 0..text.len(), kind).text
    }

    #[test]
    fn references_are_decoded() {
        for (text, attribute, between) in [
            ("a&amp;b", "a&b", "a&b"),
            ("&lt;&gt;&quot;&apos;", "<>\"'", "<>\"'"),
            ("&#58;&#x2F;&#X2f", ":/\u{2f}", ":/\u{2f}"),
            ("?a=1&copy=2", "?a=1&copy=2", "?a=1\u{a9}=2"),
            ("?a=1&copyb", "?a=1&copyb", "?a=1\u{a9}b"),
            ("&notit;", "&notit;", "\u{ac}it;"),
            ("&notin;", "\u{2209}", "\u{2209}"),
            ("&ngE;", "\u{2267}\u{338}", "\u{2267}\u{338}"),
            (
                "&;&#;&#x;&#xg;&nope;&",
                "&;&#;&#x;&#xg;&nope;&",
                "&;&#;&#x;&#xg;&nope;&",
            ),
            (
                "&#0;&#xD800;&#99999999999;",
                "\u{fffd}\u{fffd}\u{fffd}",
                "\u{fffd}\u{fffd}\u{fffd}",
            ),
            ("&#128;&#x81;", "\u{20ac}\u{81}", "\u{20ac}\u{81}"),
            ("&amp;amp;", "&amp;", "&amp;"),
            ("é&ü;\0", "é&ü;\u{fffd}", "é&ü;\u{fffd}"),
            ("https&colon;&sol;&sol;x", "https://x", "https://x"),
        ] {
            assert_eq!(decoded(text, Kind::Attribute), attribute, "{text}");
            assert_eq!(decoded(text, Kind::Text), between, "{text}");
        }
        assert_eq!(decoded("a &amp; \0", Kind::Raw), "a &amp; \u{fffd}");
    }

    #[test]
    fn a_reference_maps_to_all_of_it() {
        let source = MappedText::of_source("x&ngE;y&#47;");
        let text = decode(&source, 0..source.text.len(), Kind::Attribute);
        assert_eq!(text.text, "x\u{2267}\u{338}y/");
        let of = |range| &source.text[text.span(range).range()];
        assert_eq!(of(1..4), "&ngE;");
        assert_eq!(of(4..6), "&ngE;");
        assert_eq!(of(6..7), "y");
        assert_eq!(of(7..8), "&#47;");
    }
}
