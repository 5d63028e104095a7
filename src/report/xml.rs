//! Text for XML: what XML 1.0 forbids is shown, the rest is escaped by the writers.

use super::sanitize::sanitize_lines;
use std::borrow::Cow;

/// Text without what no XML 1.0 document may hold, escaped or not (§2.2 `Char`), and without what
/// is harmful in a terminal.
pub(super) fn xml_text(text: &str) -> Cow<'_, str> {
    // Control characters but tabs and line feeds are gone after this; what is left are the two
    // non-characters at the end of the first plane.
    let text = sanitize_lines(text);
    match text.contains(is_forbidden) {
        true => Cow::Owned(text.replace(is_forbidden, "\u{FFFD}")),
        false => text,
    }
}

fn is_forbidden(c: char) -> bool {
    matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// XML 1.0 §2.2.
    fn is_char(c: char) -> bool {
        matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
    }

    proptest! {
        #[test]
        fn all_that_is_left_is_allowed(text in any::<String>()) {
            prop_assert!(xml_text(&text).chars().all(is_char));
        }
    }

    #[test]
    fn what_is_forbidden_is_shown() {
        assert_eq!(
            xml_text("a\0\u{1b}[1m\u{FFFF}<&\n"),
            "a\\u{0}\\u{1b}[1m\u{FFFD}<&\n"
        );
    }
}
