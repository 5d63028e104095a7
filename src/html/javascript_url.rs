//! `javascript:` URLs (HTML §7.4.2.3.1 and URL): the code in them, percent-decoded.

use super::MappedText;
use super::mapped::Builder;
use std::ops::Range;

/// The code of an attribute's value that is a `javascript:` URL.
pub(super) fn code(value: &MappedText) -> Option<MappedText> {
    let url = stripped(value);
    const SCHEME: &str = "javascript:";
    let scheme = url.text.get(..SCHEME.len())?;
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return None;
    }
    Some(percent_decoded(&url, SCHEME.len()))
}

/// What the URL parser takes out first: white space and control characters around the URL, tabs
/// and newlines anywhere in it.
fn stripped(value: &MappedText) -> MappedText {
    let around = |c: char| c <= ' ';
    let text = value.text.trim_end_matches(around);
    let start = text.len() - text.trim_start_matches(around).len();
    let mut builder = Builder::new(value);
    let mut done = start;
    for (at, c) in text.char_indices() {
        if matches!(c, '\t' | '\n' | '\r') {
            builder.copy(done..at.max(done));
            done = done.max(at + 1);
        }
    }
    builder.copy(done..text.len());
    builder.finish(start)
}

/// The text from an offset on, percent-decoded as UTF-8.
fn percent_decoded(url: &MappedText, start: usize) -> MappedText {
    let mut builder = Builder::new(url);
    let bytes = url.text.as_bytes();
    let mut done = start;
    while let Some(found) = memchr::memchr(b'%', bytes.get(done..).unwrap_or_default()) {
        let at = done + found;
        builder.copy(done..at);
        let run = escapes(bytes, at);
        done = at + 3 * run.len();
        if run.is_empty() {
            done = at + 1;
            builder.copy(at..done);
        }
        replace_utf8(&mut builder, &run, at);
    }
    builder.copy(done..bytes.len());
    builder.finish(start)
}

/// The bytes of the escapes (`%41%42`) that stand at an offset.
fn escapes(bytes: &[u8], start: usize) -> Vec<u8> {
    let digit = |at: usize| bytes.get(at).and_then(|&c| char::from(c).to_digit(16));
    let mut out = Vec::new();
    let mut at = start;
    while bytes.get(at) == Some(&b'%')
        && let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2))
    {
        out.extend(u8::try_from(high * 16 + low));
        at += 3;
    }
    out
}

/// Appends bytes that are written in three characters each.
fn replace_utf8(builder: &mut Builder, bytes: &[u8], start: usize) {
    let mut at = 0;
    let escape = |range: Range<usize>| start + 3 * range.start..start + 3 * range.end;
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            let range = at..at + c.len_utf8();
            at = range.end;
            builder.replace(c.encode_utf8(&mut [0; 4]), escape(range));
        }
        let invalid = at..at + chunk.invalid().len();
        at = invalid.end;
        if !invalid.is_empty() {
            builder.replace("\u{fffd}", escape(invalid));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<String> {
        code(&MappedText::of_source(text)).map(|code| code.text)
    }

    #[test]
    fn the_code_is_what_the_browser_runs() {
        for (url, expected) in [
            ("javascript:a()", "a()"),
            (" \u{1}JavaScript:a('%41%c3%A9')  ", "a('Aé')"),
            ("ja\tva\nscript\r:a(\n)", "a()"),
            ("javascript:a%0Ab%zz%4", "a\nb%zz%4"),
            ("javascript:'%ff%41%e2%82'", "'\u{fffd}A\u{fffd}'"),
            ("javascript:", ""),
            ("javascript://x%0Afetch('é')", "//x\nfetch('é')"),
        ] {
            assert_eq!(of(url).as_deref(), Some(expected), "{url}");
        }
        for url in [
            "",
            "javascript",
            "javascript%3Aa",
            "java script:a",
            "xjavascript:a",
            "é",
        ] {
            assert_eq!(of(url), None, "{url}");
        }
    }

    #[test]
    fn places_are_kept() {
        let source = " java\nscript:x('%C3%A9')%21";
        let code = code(&MappedText::of_source(source)).unwrap_or_default();
        assert_eq!(code.text, "x('é')!");
        let of = |range| &source[code.span(range).range()];
        assert_eq!(of(0..2), "x(");
        assert_eq!(of(3..5), "%C3%A9");
        assert_eq!(of(7..8), "%21");
        assert_eq!(of(0..8), "x('%C3%A9')%21");
    }
}
