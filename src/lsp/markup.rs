//! Text for hovers: in Markdown, or plain for clients that do not draw it. Whatever comes from
//! sources is escaped.

use crate::report::sanitize;
use lsp_types::{MarkupContent, MarkupKind, Uri};

/// A piece of a line.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    Text(String),
    Strong(String),
    /// As it stands in a source.
    Code(String),
    /// A place: what it is called, and where; 0-based line.
    Link(String, Option<Uri>, u32),
}

/// A line, and how deep it is in a list; 0 is a paragraph.
#[derive(Debug, Clone)]
struct Line {
    depth: usize,
    pieces: Vec<Piece>,
}

/// A text of some lines.
#[derive(Debug, Clone, Default)]
pub(super) struct Markup {
    lines: Vec<Line>,
}

pub(super) fn text(text: impl Into<String>) -> Piece {
    Piece::Text(text.into())
}

pub(super) fn code(text: impl Into<String>) -> Piece {
    Piece::Code(text.into())
}

impl Markup {
    pub(super) fn paragraph(&mut self, pieces: Vec<Piece>) {
        self.lines.push(Line { depth: 0, pieces });
    }

    pub(super) fn item(&mut self, depth: usize, pieces: Vec<Piece>) {
        self.lines.push(Line { depth, pieces });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub(super) fn append(&mut self, other: Markup) {
        self.lines.extend(other.lines);
    }

    /// As the client draws it.
    pub(super) fn content(&self, is_markdown: bool) -> MarkupContent {
        let draw = if is_markdown { markdown } else { plain };
        let mut value = String::new();
        let mut last = None;
        for line in &self.lines {
            if let Some(last) = last {
                // A paragraph stands by itself, an item of a list right below another.
                let is_apart = last == 0 || line.depth == 0;
                value.push_str(if is_apart { "\n\n" } else { "\n" });
            }
            last = Some(line.depth);
            if line.depth > 0 {
                value.push_str(&"  ".repeat(line.depth - 1));
                value.push_str("- ");
            }
            line.pieces.iter().for_each(|piece| draw(piece, &mut value));
        }
        let kind = match is_markdown {
            true => MarkupKind::Markdown,
            false => MarkupKind::PlainText,
        };
        MarkupContent { kind, value }
    }
}

fn plain(piece: &Piece, out: &mut String) {
    match piece {
        Piece::Text(text) | Piece::Strong(text) => out.push_str(&sanitize(text)),
        Piece::Code(text) => {
            out.push('`');
            out.push_str(&sanitize(text));
            out.push('`');
        }
        Piece::Link(name, _, _) => out.push_str(&sanitize(name)),
    }
}

fn markdown(piece: &Piece, out: &mut String) {
    match piece {
        Piece::Text(text) => escape(text, out),
        Piece::Strong(text) => {
            out.push_str("**");
            escape(text, out);
            out.push_str("**");
        }
        Piece::Code(text) => code_span(text, out),
        Piece::Link(name, Some(uri), line) => {
            out.push('[');
            escape(name, out);
            out.push_str("](<");
            out.push_str(uri.as_str());
            out.push_str(&format!("#L{}>)", line.saturating_add(1)));
        }
        Piece::Link(name, None, _) => escape(name, out),
    }
}

/// Backslashes before all ASCII punctuation that could mean something
/// (<https://spec.commonmark.org/0.31.2/#backslash-escapes>). `` `code` `` in messages of the lint
/// stays what it is.
fn escape(text: &str, out: &mut String) {
    let text = sanitize(text);
    let mut parts = text.split('`').peekable();
    let mut is_code = false;
    while let Some(part) = parts.next() {
        match is_code && parts.peek().is_some() {
            true => code_span(part, out),
            false => {
                if is_code {
                    // No second one: it is not code.
                    out.push_str("\\`");
                }
                for c in part.chars() {
                    if c.is_ascii_punctuation() && !matches!(c, ',' | ':' | ';' | '/' | '\'' | '?')
                    {
                        out.push('\\');
                    }
                    out.push(c);
                }
            }
        }
        is_code = !is_code;
    }
}

/// <https://spec.commonmark.org/0.31.2/#code-spans>: between more backticks than it holds.
fn code_span(text: &str, out: &mut String) {
    let text = sanitize(text);
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    if text.trim().is_empty() {
        out.push_str("(empty)");
        return;
    }
    let fence = "`".repeat(longest + 1);
    // Spaces that are taken away again part it from backticks at its ends.
    let gap = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
        " "
    } else {
        ""
    };
    out.push_str(&format!("{fence}{gap}{text}{gap}{fence}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_sources_is_escaped() {
        let mut markup = Markup::default();
        markup.paragraph(vec![
            Piece::Strong("a*b".to_owned()),
            text(" <img src=x> [x](y) `co`de` "),
            code("a``b`"),
        ]);
        markup.item(1, vec![text("\u{1b}[31m\n# no heading")]);
        let markdown = markup.content(true).value;
        assert_eq!(
            markdown,
            "**a\\*b** \\<img src\\=x\\> \\[x\\]\\(y\\) `co`de\\` ``` a``b` ```\n\n\
             - \\\\u\\{1b\\}\\[31m\\\\u\\{a\\}\\# no heading"
        );
        let plain = markup.content(false).value;
        assert!(plain.starts_with("a*b <img src=x>"), "{plain}");
    }
}
