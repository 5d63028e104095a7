//! Where a directive can be put into an object of directives.

use crate::endpoint::Place;
use crate::policies::script::Script;
use crate::policies::{ElementStyle, Quoting, Slot, SourceFile, Written};
use crate::span::Span;

/// A policy that stands nowhere, told at the place of what sends it.
pub(super) fn placed(written: &Written, place: Place) -> Written {
    Written::whole(written.text(), place, Quoting::Fixed)
}

/// Says that directives can be put into the object at a place.
pub(super) fn set_of_object(script: &Script, object: &Place, written: &mut Written) {
    let file = script.file_named(&object.file);
    if let Some(slot) = file.and_then(|file| slot(file, object.span)) {
        written.set_slot(slot);
    }
}

/// Before the first property of an object literal, which has its braces in the span.
pub(in crate::policies) fn slot(file: &SourceFile, object: Span) -> Option<Slot> {
    let text = file.text.get(object.range())?;
    let inner = text.strip_prefix('{')?;
    let first = inner.trim_start();
    let before = inner.len() - first.len();
    let quoted = first.starts_with(['\'', '"']);
    // A spread, a comment, nothing: where a property would be written otherwise is not known.
    let is_property = quoted || first.starts_with(char::is_alphabetic);
    if !is_property {
        return None;
    }
    let own = inner.get(..before)?;
    let line = own.rsplit_once('\n').map(|(_, indent)| indent);
    let after = match line {
        Some(indent) => format!("],\n{indent}"),
        None => "], ".to_owned(),
    };
    let quote = text
        .chars()
        .find(|c| matches!(c, '"' | '`'))
        .map_or('\'', |_| '"');
    let key = first
        .split(|c: char| !(c.is_alphanumeric() || c == '-'))
        .find(|s| !s.is_empty())?;
    let is_camel = !quoted && !key.contains('-');
    let name = match (is_camel, first.chars().next()) {
        (true, _) => "connectSrc".to_owned(),
        (false, Some(own @ ('\'' | '"'))) => format!("{own}connect-src{own}"),
        (false, _) => "'connect-src'".to_owned(),
    };
    let at = object.range().start + 1 + before;
    Some(Slot {
        place: file.place(at, at),
        before: format!("{name}: ["),
        after,
        style: ElementStyle::Quoted,
        separator: ", ".to_owned(),
        quote,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::path::Path;

    fn with(text: &str) -> Option<String> {
        let file = SourceFile::of_text(Path::new("a.js"), "a.js", text);
        let start = text.find('{').unwrap();
        let slot = slot(&file, Span::new(start, text.len()))?;
        let mut out = text.to_owned();
        let quote = slot.quote;
        let new = format!("{}{quote}https://a.test{quote}{}", slot.before, slot.after);
        out.insert_str(slot.place.span.range().start, &new);
        Some(out)
    }

    #[test]
    fn a_directive_is_written_as_the_others_are() {
        assert_eq!(
            with("x = {\n  defaultSrc: [\"'self'\"],\n}").unwrap(),
            "x = {\n  connectSrc: [\"https://a.test\"],\n  defaultSrc: [\"'self'\"],\n}"
        );
        assert_eq!(
            with("x = { 'default-src': ['*'] }").unwrap(),
            "x = { 'connect-src': ['https://a.test'], 'default-src': ['*'] }"
        );
        assert_eq!(with("x = { ...y, defaultSrc: [] }"), None);
        assert_eq!(with("x = {}"), None);
    }
}
