//! A light reading of text that does not parse: where brackets, strings, comments and lines
//! are, and so where a broken statement is likely to end.

use crate::span::Span;

/// What stands at a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An opening bracket, with the closer that it awaits; `` ` `` for a template's `${`.
    Open(u8),
    /// A closing bracket.
    Close(u8),
    /// `;`.
    Semicolon,
    /// `,`.
    Comma,
    /// Anything else that is the first of its line.
    Other,
}

/// A place that says something about the structure of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    /// Where it starts.
    pub(super) at: usize,
    /// What it is.
    pub(super) kind: Kind,
    /// Whether only blanks stand before it in its line.
    pub(super) first: bool,
}

/// Finds the marks of a text, one after the other, skipping strings, comments, templates and
/// regular expressions.
pub(super) struct Marks<'a> {
    text: &'a [u8],
    at: usize,
    /// Where a token at the start of a line was last seen to be possible.
    first: bool,
    /// Whether a `/` would start a regular expression.
    operand_next: bool,
    /// For each open bracket whether it is a template's `${`.
    templates: Vec<bool>,
    /// The comments that were passed.
    pub(super) comments: Vec<Span>,
}

impl<'a> Marks<'a> {
    /// Reads from an offset on, at which a statement starts.
    pub(super) fn new(text: &'a [u8], at: usize) -> Self {
        Marks {
            text,
            at,
            first: true,
            operand_next: true,
            templates: Vec::new(),
            comments: Vec::new(),
        }
    }

    fn mark(&mut self, at: usize, kind: Kind) -> Mark {
        let first = std::mem::take(&mut self.first);
        Mark { at, kind, first }
    }

    fn open(&mut self, at: usize, closer: u8) -> Mark {
        self.templates.push(closer == b'`');
        self.operand_next = true;
        self.mark(at, Kind::Open(closer))
    }

    fn close(&mut self, at: usize, byte: u8) -> Mark {
        let template = self.templates.pop().unwrap_or(false);
        self.operand_next = byte == b'}';
        if template && byte == b'}' {
            let mark = self.mark(at, Kind::Close(b'`'));
            self.reopened(at + 1);
            return mark;
        }
        self.mark(at, Kind::Close(byte))
    }

    /// After a template's `}`: its text goes on.
    fn reopened(&mut self, from: usize) {
        match template_end(self.text, from) {
            TemplateEnd::Closed(end) | TemplateEnd::Missing(end) => {
                self.at = end;
                self.operand_next = false;
            }
            // The next step sees the `${` as it is.
            TemplateEnd::Opens(at) => self.at = at,
        }
    }

    /// Passes a token that is no mark, unless it is the first of its line.
    fn other(&mut self, end: usize, operand_next: bool) -> Option<Mark> {
        let at = self.at;
        self.at = end.max(at + 1);
        self.operand_next = operand_next;
        self.first.then(|| self.mark(at, Kind::Other))
    }

    /// Passes a comment.
    fn comment(&mut self, len: usize) -> Option<Mark> {
        self.comments.push(Span::new(self.at, self.at + len));
        self.at += len;
        None
    }

    fn slash(&mut self) -> Option<Mark> {
        let rest = &self.text[self.at..];
        match rest.get(1) {
            Some(b'/') => self.comment(memchr::memchr(b'\n', rest).unwrap_or(rest.len())),
            Some(b'*') => {
                // Without an end it is taken for a line's.
                let end = memchr::memmem::find(rest, b"*/").map(|i| i + 2);
                let line = || memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                self.comment(end.unwrap_or_else(line))
            }
            _ if self.operand_next => match regex_end(self.text, self.at) {
                Some(end) => self.other(end, false),
                None => self.other(self.at + 1, true),
            },
            _ => self.other(self.at + 1, true),
        }
    }

    fn template(&mut self) -> Option<Mark> {
        match template_end(self.text, self.at + 1) {
            TemplateEnd::Closed(end) | TemplateEnd::Missing(end) => self.other(end, false),
            TemplateEnd::Opens(at) => self.other(at, true),
        }
    }

    fn word(&mut self) -> Option<Mark> {
        let end = word_end(self.text, self.at);
        let regex_may_follow = matches!(
            &self.text[self.at..end],
            b"return" | b"typeof" | b"case" | b"in" | b"of" | b"do" | b"else" | b"void"
        );
        self.other(end, regex_may_follow)
    }

    fn step(&mut self, byte: u8) -> Option<Mark> {
        let at = self.at;
        match byte {
            b'\n' | b'\r' => {
                self.first = true;
                self.at += 1;
                None
            }
            b' ' | b'\t' => {
                self.at += 1;
                None
            }
            b'"' | b'\'' => self.other(string_end(self.text, at), false),
            b'`' => self.template(),
            b'/' => self.slash(),
            b'$' if self.text.get(at + 1) == Some(&b'{') => {
                self.at += 2;
                Some(self.open(at, b'`'))
            }
            b'(' | b'[' | b'{' => {
                self.at += 1;
                Some(self.open(at, closer(byte)))
            }
            b')' | b']' | b'}' => {
                self.at += 1;
                Some(self.close(at, byte))
            }
            b';' | b',' => {
                self.at += 1;
                self.operand_next = true;
                let semicolon = byte == b';';
                let kind = if semicolon {
                    Kind::Semicolon
                } else {
                    Kind::Comma
                };
                Some(self.mark(at, kind))
            }
            _ if is_word(byte) => self.word(),
            _ => self.other(at + 1, true),
        }
    }
}

impl Iterator for Marks<'_> {
    type Item = Mark;

    fn next(&mut self) -> Option<Mark> {
        while let Some(&byte) = self.text.get(self.at) {
            if let Some(mark) = self.step(byte) {
                return Some(mark);
            }
        }
        None
    }
}

fn closer(open: u8) -> u8 {
    match open {
        b'(' => b')',
        b'[' => b']',
        _ => b'}',
    }
}

/// Whether the byte can be part of a name.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// The end of the name or number at an offset.
pub(super) fn word_end(text: &[u8], at: usize) -> usize {
    at + text[at..].iter().take_while(|b| is_word(**b)).count()
}

/// The end of the string that starts at an offset: its quote, or its line's.
pub(super) fn string_end(text: &[u8], at: usize) -> usize {
    let Some(&quote) = text.get(at) else {
        return at;
    };
    let mut i = at + 1;
    while let Some(&byte) = text.get(i) {
        match byte {
            b'\\' => i += 1,
            b'\n' => return i,
            _ if byte == quote => return i + 1,
            _ => {}
        }
        i += 1;
    }
    i.min(text.len())
}

enum TemplateEnd {
    /// Behind its `` ` ``.
    Closed(usize),
    /// At a `${`.
    Opens(usize),
    /// It has no end; this is its line's.
    Missing(usize),
}

fn template_end(text: &[u8], from: usize) -> TemplateEnd {
    let mut i = from;
    while let Some(&byte) = text.get(i) {
        match byte {
            b'\\' => i += 1,
            b'`' => return TemplateEnd::Closed(i + 1),
            b'$' if text.get(i + 1) == Some(&b'{') => return TemplateEnd::Opens(i),
            _ => {}
        }
        i += 1;
    }
    let from = from.min(text.len());
    let line = memchr::memchr(b'\n', &text[from..]).unwrap_or(text.len() - from);
    TemplateEnd::Missing(from + line)
}

fn regex_end(text: &[u8], at: usize) -> Option<usize> {
    let mut in_class = false;
    let mut i = at + 1;
    while let Some(&byte) = text.get(i) {
        match byte {
            b'\\' => i += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return Some(i + 1),
            b'\n' => return None,
            _ => {}
        }
        i += 1;
    }
    None
}

/// The brackets that are open, and whether all so far met their own kind.
#[derive(Debug, Default)]
pub(super) struct Brackets {
    /// The closers awaited, with the offset of what opened them.
    pub(super) open: Vec<(usize, u8)>,
    /// Whether a bracket was closed by one of another kind.
    pub(super) crossed: bool,
}

impl Brackets {
    /// Takes a mark into account; whether it was a closer of nothing.
    pub(super) fn take(&mut self, mark: Mark) -> bool {
        match mark.kind {
            Kind::Open(closer) => self.open.push((mark.at, closer)),
            Kind::Close(closer) => return self.close(closer),
            Kind::Semicolon | Kind::Comma | Kind::Other => {}
        }
        false
    }

    fn close(&mut self, closer: u8) -> bool {
        match self.open.iter().rposition(|(_, c)| *c == closer) {
            None => {
                self.crossed = true;
                self.open.is_empty()
            }
            Some(i) => {
                self.crossed |= i + 1 < self.open.len();
                self.open.truncate(i);
                false
            }
        }
    }
}

/// Where a statement that does not parse may end.
#[derive(Debug, Default)]
pub(super) struct Ends {
    /// At a line before the error that looks like the next statement.
    pub(super) near: Option<usize>,
    /// After the error, with all brackets closed.
    pub(super) balanced: Option<usize>,
    /// At a line that looks like the next statement, though brackets are open.
    pub(super) layout: Option<usize>,
    /// How far the text was read to tell.
    pub(super) read: usize,
}

/// Finds where the statement at `start`, which is wrong at `error`, may end. With a guess at
/// hand, a better one is looked for in `patience` more bytes.
pub(super) fn ends(text: &[u8], start: usize, error: usize, patience: usize) -> Ends {
    let indent = indent(text, start);
    let mut found = Ends::default();
    let mut brackets = Brackets::default();
    for mark in Marks::new(text, start) {
        let guess = found.layout.or(found.near);
        found.read = mark.at;
        if guess.is_some() && mark.at > error.saturating_add(patience) {
            return found;
        }
        if mark.first && mark.at > start && next_statement(text, mark.at, indent) {
            let slot = match (brackets.open.is_empty(), mark.at >= error) {
                (true, true) => {
                    found.balanced = Some(mark.at);
                    return found;
                }
                (true, false) => &mut found.near,
                (false, _) => &mut found.layout,
            };
            slot.get_or_insert(mark.at);
        }
        let stray = brackets.take(mark);
        if !brackets.open.is_empty() || mark.at < error && !stray {
            continue;
        }
        if let Some(end) = end_after(text, mark, stray, start)
            && end > error
        {
            found.balanced = Some(end);
            return found;
        }
    }
    if brackets.open.is_empty() {
        found.balanced = Some(text.len());
    }
    found
}

/// The end of a statement at a mark outside all brackets.
fn end_after(text: &[u8], mark: Mark, stray: bool, start: usize) -> Option<usize> {
    match mark.kind {
        Kind::Semicolon => Some(mark.at + 1),
        Kind::Close(_) if stray && mark.at > start => Some(mark.at),
        Kind::Close(_) if stray => Some(mark.at + 1),
        Kind::Close(b'}') => {
            let rest = &text[mark.at + 1..];
            let next = rest.iter().position(|b| !b.is_ascii_whitespace())?;
            let at = mark.at + 1 + next;
            (is_word(text[at]) && !continues(text, at)).then_some(at)
        }
        _ => None,
    }
}

fn next_statement(text: &[u8], at: usize, indent: usize) -> bool {
    self::indent(text, at) <= indent && starts_statement(text, at)
}

/// Whether what stands at an offset, as the first of its line, is likely to be a new statement.
pub(super) fn starts_statement(text: &[u8], at: usize) -> bool {
    match text.get(at) {
        Some(b'"' | b'\'' | b'@' | b'!' | b'#' | b'<' | b'\\') => true,
        Some(&byte) if is_word(byte) => !continues(text, at),
        _ => false,
    }
}

/// Whether the word at an offset goes on with a statement.
fn continues(text: &[u8], at: usize) -> bool {
    matches!(
        &text[at..word_end(text, at)],
        b"else" | b"catch" | b"finally" | b"in" | b"of" | b"instanceof" | b"extends" | b"from"
    )
}

/// The width of the blanks that the line of an offset starts with.
fn indent(text: &[u8], at: usize) -> usize {
    let start = memchr::memrchr(b'\n', &text[..at.min(text.len())]).map_or(0, |i| i + 1);
    text[start..]
        .iter()
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count()
}

/// A part of the text around an error: a statement, a member, an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// Where the part before it starts.
    pub(super) previous: usize,
    /// Where it starts.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// The bracket around it; none for the text's own statements.
    pub(super) open: Option<usize>,
}

/// The parts around an error, innermost first.
pub(super) fn parts(text: &[u8], error: usize) -> Vec<Part> {
    let part = |start, open| Part {
        previous: start,
        start,
        end: text.len(),
        open,
    };
    let mut around = vec![part(0, None)];
    let mut brackets = Brackets::default();
    let mut marks = Marks::new(text, 0).peekable();
    while let Some(mark) = marks.next_if(|mark| mark.at < error) {
        if let (Some(at), Some(part)) = (boundary(text, mark), around.last_mut()) {
            part.previous = part.start;
            part.start = at;
        }
        brackets.take(mark);
        around.truncate(brackets.open.len() + 1);
        if let (Kind::Close(b'}'), Some(part)) = (mark.kind, around.last_mut()) {
            part.previous = part.start;
            part.start = mark.at + 1;
        }
        if let Kind::Open(_) = mark.kind {
            around.push(part(mark.at + 1, Some(mark.at)));
        }
    }
    end_parts(text, error, marks, brackets, &mut around);
    around.reverse();
    around
}

/// Finds where the parts around an error end: at their bracket's end, or where another starts.
fn end_parts(
    text: &[u8],
    error: usize,
    marks: impl Iterator<Item = Mark>,
    mut brackets: Brackets,
    around: &mut [Part],
) {
    let mut unended = around.len();
    for mark in marks {
        if unended == 0 {
            return;
        }
        let depth = brackets.open.len();
        brackets.take(mark);
        let first_closed = brackets.open.len() + 1;
        if let (Kind::Close(_), true) = (mark.kind, first_closed < unended) {
            let closed = &mut around[first_closed..unended];
            closed.iter_mut().for_each(|part| part.end = mark.at);
            unended = first_closed;
        } else if let Some(at) = boundary(text, mark) {
            // What starts at the error may be what is wrong.
            if at > error && depth + 1 == unended {
                unended -= 1;
                around[unended].end = at;
            }
        }
    }
}

/// Where a part ends and the next starts, at a mark.
fn boundary(text: &[u8], mark: Mark) -> Option<usize> {
    match mark.kind {
        Kind::Semicolon | Kind::Comma => Some(mark.at + 1),
        _ if mark.first && starts_statement(text, mark.at) => Some(mark.at),
        _ => None,
    }
}

/// Whether the bracket at an offset opens a list of statements.
pub(super) fn opens_statements(text: &[u8], open: usize) -> bool {
    if text.get(open) != Some(&b'{') {
        return false;
    }
    let before = text[..open].trim_ascii_end();
    let word = before.len() - before.iter().rev().take_while(|b| is_word(**b)).count();
    matches!(before.last(), Some(b')'))
        || before.ends_with(b"=>")
        || matches!(&before[word..], b"else" | b"try" | b"finally" | b"do")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> String {
        Marks::new(text.as_bytes(), 0)
            .map(|m| match m.kind {
                Kind::Open(c) => char::from(c),
                Kind::Close(c) => char::from(c),
                Kind::Semicolon => ';',
                Kind::Comma => ',',
                Kind::Other => 'o',
            })
            .collect()
    }

    #[test]
    fn text_is_passed_over() {
        assert_eq!(kinds("f('(', /[(]/, `[`);\n// {\nx"), "o),,);o");
        assert_eq!(kinds("`a${b(`${c}`)}d${e}`"), "o`)``)```");
        assert_eq!(kinds("`abc\nx"), "oo");
    }

    #[test]
    fn the_parts_around_an_error() {
        let text = "a();\nf(1, { b: 2, ... }, 3);\nc()";
        let error = text.find("...").unwrap_or_default();
        let found: Vec<_> = parts(text.as_bytes(), error)
            .iter()
            .map(|p| &text[p.start..p.end])
            .collect();
        assert_eq!(
            found,
            [" ... ", " { b: 2, ... },", "f(1, { b: 2, ... }, 3);"]
        );
    }

    #[test]
    fn a_statement_ends_where_it_looks_like_it() {
        let end = |text: &str, error| ends(text.as_bytes(), 0, error, 100);
        assert_eq!(end("f(a;\nb", 3).layout, Some(5));
        assert_eq!(end("f(a b);\nc", 4).balanced, Some(7));
        assert_eq!(end("a = <b>\nc", 9).near, Some(8));
        assert_eq!(end("if (x {\n y\n}\nz", 6).layout, Some(13));
        assert_eq!(end(")\na", 0).balanced, Some(1));
    }
}
