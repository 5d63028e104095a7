//! Text for XML: what XML 1.0 forbids is shown, the rest is escaped by the writers.

use super::sanitize::sanitize_lines;
use quick_xml::escape::escape;
use quick_xml::events::attributes::Attribute;
use quick_xml::name::QName;
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

/// An attribute that keeps its line feeds and tabs, which who reads it makes spaces of unless they
/// are references (XML 1.0 §3.3.3).
pub(super) fn xml_attribute<'a>(name: &'a str, text: &'a str) -> Attribute<'a> {
    let text = xml_text(text);
    let escaped = escape(&*text).replace('\n', "&#10;").replace('\t', "&#9;");
    Attribute {
        key: QName(name.as_bytes()),
        value: Cow::Owned(escaped.into_bytes()),
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
    fn attributes_keep_their_line_feeds() {
        let attribute = xml_attribute("name", "a\nb\t<&\".js");
        assert_eq!(&*attribute.value, b"a&#10;b&#9;&lt;&amp;&quot;.js");
    }

    #[test]
    fn what_is_forbidden_is_shown() {
        assert_eq!(
            xml_text("a\0\u{1b}[1m\u{FFFF}<&\n"),
            "a\\u{0}\\u{1b}[1m\u{FFFD}<&\n"
        );
    }
}
