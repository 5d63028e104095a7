//! The syntax of nginx configurations, as `ngx_conf_file.c` reads it
//! (<https://github.com/nginx/nginx/blob/master/src/core/ngx_conf_file.c>), and of the templates
//! that such files are made from.

use crate::policies::directive::{Directive, MAX_DEPTH, SyntaxError};
use crate::policies::template::{Control, control, placeholder};
use crate::policies::words::Word;
use crate::policies::{Quoting, SourceFile};

/// Reads a file.
///
/// # Errors
/// Where it is not one of nginx.
pub(in crate::policies) fn parse(file: &SourceFile) -> Result<Vec<Directive>, SyntaxError> {
    let mut reader = Reader {
        file,
        text: &file.text,
        at: 0,
        conditions: 0,
    };
    reader.blocks()
}

/// What a statement ended with.
enum End {
    Semicolon,
    Open,
    Close,
    File,
}

struct Reader<'a> {
    file: &'a SourceFile,
    text: &'a str,
    at: usize,
    /// How many conditions of the template are open.
    conditions: usize,
}

impl Reader<'_> {
    fn blocks(&mut self) -> Result<Vec<Directive>, SyntaxError> {
        let mut open: Vec<Directive> = Vec::new();
        let mut current: Vec<Directive> = Vec::new();
        let mut outer: Vec<Vec<Directive>> = Vec::new();
        loop {
            let start = self.at;
            let (words, end) = self.statement()?;
            let directive = Directive {
                words,
                block: None,
                is_conditional: self.conditions > 0,
            };
            match end {
                End::Semicolon if directive.words.is_empty() => {
                    return Err(self.error("unexpected \";\"", start));
                }
                End::Semicolon => current.push(directive),
                End::Open if directive.words.is_empty() => {
                    return Err(self.error("unexpected \"{\"", start));
                }
                // Lua is no configuration.
                End::Open if directive.name().ends_with("_by_lua_block") => {
                    self.skip_code();
                    current.push(directive);
                }
                End::Open if open.len() >= MAX_DEPTH => {
                    return Err(self.error("too many blocks in blocks", start));
                }
                End::Open => {
                    open.push(directive);
                    outer.push(std::mem::take(&mut current));
                }
                End::Close => {
                    let (Some(mut done), Some(before)) = (open.pop(), outer.pop()) else {
                        return Err(self.error("unexpected \"}\"", self.at.saturating_sub(1)));
                    };
                    done.block = Some(std::mem::replace(&mut current, before));
                    current.push(done);
                }
                End::File if !open.is_empty() => {
                    return Err(self.error("a block is not closed: \"}\" is missing", start));
                }
                End::File => return Ok(current),
            }
        }
    }

    fn error(&self, message: &'static str, at: usize) -> SyntaxError {
        SyntaxError {
            message,
            at: at.min(self.text.len()),
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The words up to `;`, `{` or `}`.
    fn statement(&mut self) -> Result<(Vec<Word>, End), SyntaxError> {
        let mut words: Vec<Word> = Vec::new();
        loop {
            let start = self.at;
            let Some(byte) = self.byte() else {
                return match words.is_empty() {
                    true => Ok((words, End::File)),
                    false => Err(self.error("a directive does not end: \";\" is missing", start)),
                };
            };
            if self.skip_control(words.is_empty()) {
                continue;
            }
            if words.is_empty()
                && let Some(word) = self.inserted()
            {
                return Ok((vec![word], End::Semicolon));
            }
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'#' => self.skip_line(),
                b';' => {
                    self.at += 1;
                    return Ok((words, End::Semicolon));
                }
                b'{' if placeholder(self.rest()).is_none() => {
                    self.at += 1;
                    return Ok((words, End::Open));
                }
                b'}' if words.is_empty() => {
                    self.at += 1;
                    return Ok((words, End::Close));
                }
                b'}' => return Err(self.error("unexpected \"}\"", start)),
                b'"' | b'\'' => words.push(self.quoted(char::from(byte))?),
                _ => words.push(self.bare()),
            }
        }
    }

    fn skip_line(&mut self) {
        let rest = self.rest();
        let length = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        self.at += length;
    }

    /// Skips Lua up to the brace that closes it.
    fn skip_code(&mut self) {
        let mut depth = 1usize;
        while let Some(byte) = self.byte() {
            self.at += 1;
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// Skips what controls a template, counting its conditions.
    fn skip_control(&mut self, at_start: bool) -> bool {
        let Some((length, control)) = control(self.rest(), at_start) else {
            return false;
        };
        match control {
            Control::Open => self.conditions += 1,
            Control::Close => self.conditions = self.conditions.saturating_sub(1),
            Control::Other => {}
        }
        self.at += length;
        true
    }

    /// What a template inserts in place of directives: `{{ extra }}` on a line of its own.
    fn inserted(&mut self) -> Option<Word> {
        let (start, rest) = (self.at, self.rest());
        let (length, _) = placeholder(rest)?;
        let after = rest.get(length..)?.trim_start_matches([' ', '\t', '\r']);
        if !(after.is_empty() || after.starts_with(['\n', ';', '}'])) {
            return None;
        }
        let end = rest.len() - after.len() + usize::from(after.starts_with(';'));
        let mut word = Word::new(self.file, start, Quoting::Fixed);
        word.push(rest.get(..length)?, start..start + length);
        self.at += end;
        Some(word)
    }

    /// A word in quotes. What follows the closing quote is not checked.
    fn quoted(&mut self, quote: char) -> Result<Word, SyntaxError> {
        let start = self.at;
        let mut word = Word::new(self.file, start, Quoting::Backslash(quote));
        self.at += 1;
        loop {
            let Some(c) = self.rest().chars().next() else {
                return Err(self.error("a quoted text does not end", start));
            };
            if c == quote {
                self.at += 1;
                word.end_at(self.at);
                return Ok(word);
            }
            self.part(&mut word, c);
        }
    }

    /// A word without quotes.
    fn bare(&mut self) -> Word {
        let mut word = Word::new(self.file, self.at, Quoting::Fixed);
        let mut is_after_dollar = false;
        while let Some(c) = self.rest().chars().next() {
            let is_end = matches!(c, ' ' | '\t' | '\r' | '\n' | ';');
            let opens = c == '{' && !is_after_dollar && placeholder(self.rest()).is_none();
            if is_end || opens {
                break;
            }
            is_after_dollar = c == '$';
            self.part(&mut word, c);
        }
        word
    }

    /// The next part of a word: a character, an escape or a placeholder.
    fn part(&mut self, word: &mut Word, c: char) {
        let (start, rest) = (self.at, self.rest());
        if let Some((length, _)) = placeholder(rest) {
            let text = rest.get(..length).unwrap_or_default();
            word.push(text, start..start + length);
            self.at += length;
            return;
        }
        let mut next = rest.chars().skip(1);
        let escaped = match (c, next.next()) {
            ('\\', Some(next @ ('"' | '\'' | '\\'))) => Some(next),
            ('\\', Some('t')) => Some('\t'),
            ('\\', Some('r')) => Some('\r'),
            ('\\', Some('n')) => Some('\n'),
            // The backslash stays, but what follows ends no word.
            ('\\', Some(next)) => {
                let length = 1 + next.len_utf8();
                let text = rest.get(..length).unwrap_or_default();
                word.push(text, start..start + length);
                self.at += length;
                return;
            }
            _ => None,
        };
        let (c, length) = match escaped {
            Some(c) => (c, 2),
            None => (c, c.len_utf8()),
        };
        word.push(c.encode_utf8(&mut [0; 4]), start..start + length);
        self.at += length;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::policies::Written;
    use proptest::prelude::*;
    use std::path::Path;

    fn file(text: &str) -> SourceFile {
        SourceFile::of_text(Path::new("/p/nginx.conf"), "nginx.conf", text)
    }

    fn shown(directives: &[Directive]) -> String {
        let one = |d: &Directive| {
            let words: Vec<_> = d.words.iter().map(Word::text).collect();
            let mark = if d.is_conditional { "?" } else { "" };
            match &d.block {
                Some(block) => format!("{mark}{}{{{}}}", words.join("|"), shown(block)),
                None => format!("{mark}{};", words.join("|")),
            }
        };
        directives.iter().map(one).collect()
    }

    fn read(text: &str) -> String {
        shown(&parse(&file(text)).unwrap())
    }

    #[test]
    fn words_are_those_of_nginx() {
        assert_eq!(read("a b 'c d' \"e\\\"f\";# x\n"), "a|b|c d|e\"f;");
        assert_eq!(read("a 'it\\'s' \"\\$x\" \\;y;"), "a|it's|\\$x|\\;y;");
        assert_eq!(read("a b\"c d;"), "a|b\"c|d;");
        assert_eq!(read("a ${x}/y{b;}"), "a|${x}/y{b;}");
        assert_eq!(read("a b#c;"), "a|b#c;");
        assert_eq!(
            read("location ~ ^/(a|b)$ { c é; }"),
            "location|~|^/(a|b)$ {c|é;}".replace(" {", "{")
        );
        assert_eq!(
            read("a_by_lua_block { if x then y = {} end } b;"),
            "a_by_lua_block;b;"
        );
    }

    #[test]
    fn templates_are_read_too() {
        assert_eq!(
            read("server_name {{ host }} x{{ y }};"),
            "server_name|{{ host }}|x{{ y }};"
        );
        assert_eq!(read("{% if a %}\na 'b';{% endif %} c;"), "?a|b;c;");
        assert_eq!(
            read("{{- if .Tls }} a; {{ else }} b; {{ end }} c;"),
            "?a;?b;c;"
        );
        assert_eq!(
            read("{{ more }}\na b;{{ x }}; c;"),
            "{{ more }};a|b;{{ x }};c;"
        );
        assert_eq!(read("a \"{{ env \"X\" }} b\";"), "a|{{ env \"X\" }} b;");
    }

    #[test]
    fn what_is_none_is_an_error() {
        for text in ["a", "a {", "}", "a 'b", ";", "a }", "{ a; }"] {
            assert!(parse(&file(text)).is_err(), "{text}");
        }
        assert!(parse(&file(&"a {".repeat(10_000))).is_err());
    }

    fn all_words(directives: &[Directive]) -> Vec<Word> {
        let each = directives.iter().flat_map(|d| {
            let mut words = d.words.clone();
            words.extend(all_words(d.inner()));
            words
        });
        each.collect()
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[ab;{}\"'$\\\\# \n%<>=é-]{0,60}") {
            let file = file(&text);
            for word in parse(&file).map(|d| all_words(&d)).unwrap_or_default() {
                let span = word.span();
                prop_assert!(text.get(span.clone()).is_some());
                let mut written = Written::default();
                word.write(0..word.text().len(), &mut written);
                prop_assert_eq!(written.text(), word.text());
            }
        }
    }
}
