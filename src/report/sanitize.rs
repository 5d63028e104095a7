//! Text from sources, file names and policies made safe for a terminal.
//!
//! Raw control characters could move the cursor or rewrite the screen (ECMA-48), and bidirectional
//! controls could make a snippet read as other code than it is (Unicode TR 36, "Trojan Source").
//! They are shown as escapes: `\u{1b}`.

use std::borrow::Cow;
use std::fmt::Write;

/// One line of text: control characters, line breaks among them, become escapes; tabs stay.
pub fn sanitize(text: &str) -> Cow<'_, str> {
    escape(text, is_harmful)
}

/// Like [`sanitize`], but line feeds stay.
pub fn sanitize_lines(text: &str) -> Cow<'_, str> {
    escape(text, |c| c != '\n' && is_harmful(c))
}

/// The first characters of a text, and whether it was cut.
pub(super) fn clip(text: &str, max_chars: usize, ellipsis: &str) -> String {
    match text.char_indices().nth(max_chars) {
        Some((end, _)) => format!("{}{ellipsis}", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Whether a terminal could take the character for a command or reorder text by it.
pub(super) fn is_harmful(c: char) -> bool {
    match c {
        '\t' => false,
        // C0, DEL and C1 are the category Cc.
        _ if c.is_control() => true,
        // Bidirectional marks, embeddings, overrides and isolates.
        '\u{061C}' | '\u{200E}' | '\u{200F}' => true,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => true,
        // Line and paragraph separator, which some terminals break lines at.
        '\u{2028}' | '\u{2029}' => true,
        _ => false,
    }
}

fn escape(text: &str, harmful: impl Fn(char) -> bool) -> Cow<'_, str> {
    let Some(first) = text.find(&harmful) else {
        return Cow::Borrowed(text);
    };
    let (clean, rest) = text.split_at(first);
    let mut out = clean.to_owned();
    for c in rest.chars() {
        if harmful(c) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(
            sanitize("fetch(\t'https://bücher.example/日本')"),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn control_characters_become_escapes() {
        assert_eq!(sanitize("a\x1b[31mb"), "a\\u{1b}[31mb");
        assert_eq!(
            sanitize("\0\x07\x7f\u{9b}2J"),
            "\\u{0}\\u{7}\\u{7f}\\u{9b}2J"
        );
        assert_eq!(sanitize("a\r\nb"), "a\\u{d}\\u{a}b");
    }

    #[test]
    fn bidirectional_controls_become_escapes() {
        for c in ('\u{202A}'..='\u{202E}').chain('\u{2066}'..='\u{2069}') {
            let shown = sanitize(&format!("x{c}y")).into_owned();
            assert_eq!(shown, format!("x\\u{{{:x}}}y", u32::from(c)));
        }
    }

    #[test]
    fn line_feeds_can_stay() {
        assert_eq!(sanitize_lines("a\nb\r\x1b"), "a\nb\\u{d}\\u{1b}");
    }

    #[test]
    fn clips_by_characters() {
        assert_eq!(clip("äöü", 2, "…"), "äö…");
        assert_eq!(clip("äöü", 3, "…"), "äöü");
    }

    proptest! {
        #[test]
        fn nothing_harmful_is_left(text in any::<String>()) {
            let safe = sanitize(&text).into_owned();
            prop_assert!(!safe.contains(is_harmful));
            prop_assert_eq!(sanitize(&safe), safe.as_str());
            prop_assert!(!sanitize_lines(&text).contains(|c| c != '\n' && is_harmful(c)));
        }
    }
}
