//! Text of sources in a page.

use crate::report::sanitize::{clip, sanitize};
use maud::{Markup, html};
use std::borrow::Cow;

/// Longest text, in characters.
const MAX: usize = 2_000;

/// Text in which what reorders it is shown.
pub(super) fn safe(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MAX) {
        Some(_) => Cow::Owned(sanitize(&clip(text, MAX, "…")).into_owned()),
        None => sanitize(text),
    }
}

/// Text of a source.
pub(super) fn source(text: &str) -> Markup {
    html! { code { (safe(text)) } }
}

/// A sentence of ours with code in backticks.
pub(super) fn prose(text: &str) -> Markup {
    let parts: Vec<_> = text.split('`').collect();
    let last = parts.len().saturating_sub(1);
    html! {
        @for (i, part) in parts.iter().enumerate() {
            @if i % 2 == 0 { (lines(part)) }
            // Without its other half a backtick is one.
            @else if i == last { "`" (safe(part)) }
            @else { (source(part)) }
        }
    }
}

fn lines(text: &str) -> Markup {
    html! {
        @for (i, line) in text.split('\n').enumerate() {
            @if i > 0 { br; }
            (safe(line))
        }
    }
}

/// A URL, its holes told apart.
pub(super) fn url(pattern: &str) -> Markup {
    html! {
        code class="url" {
            @for (part, is_hole) in holes(&safe(pattern)) {
                @if is_hole { var { (part) } } @else { (part) }
            }
        }
    }
}

/// The parts of a pattern, and which of them stand in braces.
fn holes(pattern: &str) -> Vec<(String, bool)> {
    let mut out: Vec<(String, bool)> = Vec::new();
    let mut depth = 0_u32;
    for c in pattern.chars() {
        let opens = c == '{';
        let is_hole = depth > 0 || opens;
        match out.last_mut() {
            Some((part, same)) if *same == is_hole && !(opens && depth == 0) => part.push(c),
            _ => out.push((c.to_string(), is_hole)),
        }
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    out
}

/// `file:line:column`.
pub(super) fn place(file: &str, line: u32, column: u32) -> Markup {
    html! { span class="place" { (safe(file)) ":" (line) ":" (column) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_told_apart() {
        let shown = |pattern: &str| url(pattern).into_string();
        assert_eq!(
            shown("https://{a}{b.c()}/x<"),
            "<code class=\"url\">https://<var>{a}</var><var>{b.c()}</var>/x&lt;</code>"
        );
        assert_eq!(
            shown("}{{a}}b"),
            "<code class=\"url\">}<var>{{a}}</var>b</code>"
        );
    }

    #[test]
    fn prose_has_code() {
        let shown = |text: &str| prose(text).into_string();
        assert_eq!(shown("a `<b>`\nc"), "a <code>&lt;b&gt;</code><br>c");
        assert_eq!(shown("a `b"), "a `b");
    }
}
