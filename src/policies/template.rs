//! Templates that configurations are made from: Jinja, Go, ERB.

use memchr::memmem;

/// The length of a placeholder of a template at the start of a text, and what fills it:
/// `{{ domain }}` (Jinja, Go), `<%= domain %>` (ERB).
pub(super) fn placeholder(text: &str) -> Option<(usize, &str)> {
    for (open, close) in [("{{", "}}"), ("<%=", "%>")] {
        let Some(rest) = text.strip_prefix(open) else {
            continue;
        };
        let line = rest.lines().next().unwrap_or_default();
        let end = line.find(close)?;
        let name = line[..end].trim_matches(|c: char| c == '-' || c.is_whitespace());
        return Some((open.len() + end + close.len(), name));
    }
    None
}

/// What a part of a template does that is not replaced by a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Control {
    /// It opens a condition or loop.
    Open,
    /// It closes one.
    Close,
    /// Anything else.
    Other,
}

/// What controls the template at the start of a text, with its length: `{% if x %}`,
/// `{{ if .X }}`, `<% if x %>`. `at_start`: of a line or statement, where `{{ … }}` cannot be
/// a part of a word.
pub(super) fn control(text: &str, at_start: bool) -> Option<(usize, Control)> {
    let (control, length) = if text.starts_with("{%") {
        closed(text, "{%", "%}")?
    } else if text.starts_with("{#") {
        return closed(text, "{#", "#}").map(|(_, length)| (length, Control::Other));
    } else if text.starts_with("<%") && !text.starts_with("<%=") {
        closed(text, "<%", "%>")?
    } else if at_start && text.starts_with("{{") {
        closed(text, "{{", "}}").filter(|(control, _)| is_control(control))?
    } else {
        return None;
    };
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let control = control.trim_matches(|c: char| c == '-' || c.is_whitespace());
    let word = control.split(|c| !is_word(c)).next().unwrap_or_default();
    let opening = [
        "if", "for", "range", "with", "unless", "block", "macro", "define",
    ];
    // `<% x.each do |y| %>`.
    let is_loop = control.ends_with(" do") || control.ends_with('|');
    let control = if opening.contains(&word) || is_loop {
        Control::Open
    } else if word.starts_with("end") {
        Control::Close
    } else {
        Control::Other
    };
    Some((length, control))
}

/// Whether a part of a template in `{{ }}` controls it, and is not replaced by a text.
fn is_control(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c == '-' || c.is_whitespace());
    let word = text.split(|c: char| !c.is_ascii_alphanumeric()).next();
    let words = ["if", "else", "end", "range", "with", "define", "block"];
    text.contains(":=") || text.starts_with("/*") || words.contains(&word.unwrap_or_default())
}

/// What stands between two marks at the start of a text, and the length with them.
fn closed<'a>(text: &'a str, open: &str, close: &str) -> Option<(&'a str, usize)> {
    let rest = text.get(open.len()..)?;
    let end = memmem::find(rest.as_bytes(), close.as_bytes())?;
    Some((rest.get(..end)?, open.len() + end + close.len()))
}
