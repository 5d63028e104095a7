//! The syntax of Caddyfiles, as Caddy's lexer reads it
//! (<https://caddyserver.com/docs/caddyfile/concepts>,
//! <https://github.com/caddyserver/caddy/blob/master/caddyconfig/caddyfile/lexer.go>).

use crate::policies::directive::{Directive, MAX_DEPTH, SyntaxError};
use crate::policies::words::Word;
use crate::policies::{Quoting, SourceFile};

/// Reads a file: a directive is a line, or a line and a block.
///
/// # Errors
/// Where it is not a Caddyfile.
pub(super) fn parse(file: &SourceFile) -> Result<Vec<Directive>, SyntaxError> {
    let tokens = Lexer {
        file,
        text: &file.text,
        at: 0,
        line: 0,
    };
    blocks(tokens)
}

/// A word, and the lines that it begins and ends in: lines that are joined are one.
struct Token {
    word: Word,
    line: usize,
    last_line: usize,
    is_quoted: bool,
}

impl Token {
    fn is(&self, text: &str) -> bool {
        !self.is_quoted && self.word.text() == text
    }
}

fn blocks(mut lexer: Lexer<'_>) -> Result<Vec<Directive>, SyntaxError> {
    let mut open: Vec<(Directive, Vec<Directive>)> = Vec::new();
    let mut current: Vec<Directive> = Vec::new();
    let mut next = lexer.token()?;
    while let Some(first) = next.take() {
        let at = first.word.span().start;
        let error = |message| Err(SyntaxError { message, at });
        if first.is("}") {
            let Some((mut done, before)) = open.pop() else {
                return error("unexpected \"}\"");
            };
            done.block = Some(std::mem::replace(&mut current, before));
            current.push(done);
            next = lexer.token()?;
            continue;
        }
        let mut words = vec![first];
        next = lexer.token()?;
        while let Some(token) = next.take_if(|token| goes_on(&words, token.line)) {
            words.push(token);
            next = lexer.token()?;
        }
        let opens = words.pop_if(|last| last.is("{")).is_some();
        let directive = Directive {
            words: words.into_iter().map(|token| token.word).collect(),
            block: None,
            is_conditional: false,
        };
        match opens {
            false => current.push(directive),
            true if open.len() >= MAX_DEPTH => return error("too many blocks in blocks"),
            true => open.push((directive, std::mem::take(&mut current))),
        }
    }
    match open.is_empty() {
        true => Ok(current),
        false => Err(SyntaxError {
            message: "a block is not closed: \"}\" is missing",
            at: lexer.text.len(),
        }),
    }
}

/// Whether a line goes on with a word: behind a comma, also in the next line.
fn goes_on(words: &[Token], line: usize) -> bool {
    let is_comma = |last: &Token| !last.is_quoted && last.word.text().ends_with(',');
    words
        .last()
        .is_some_and(|last| last.last_line == line || is_comma(last))
}

struct Lexer<'a> {
    file: &'a SourceFile,
    text: &'a str,
    at: usize,
    line: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn token(&mut self) -> Result<Option<Token>, SyntaxError> {
        self.skip();
        let line = self.line;
        let Some(c) = self.rest().chars().next() else {
            return Ok(None);
        };
        let (word, is_quoted) = match c {
            '"' => (self.quoted()?, true),
            '`' => (self.raw()?, true),
            _ => match self.heredoc()? {
                Some(word) => (word, true),
                None => (self.bare(), false),
            },
        };
        Ok(Some(Token {
            word,
            line,
            last_line: self.line,
            is_quoted,
        }))
    }

    /// Skips spaces, comments and joined lines.
    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let Some(c) = rest.chars().next() else {
                return;
            };
            if c == '\n' {
                self.line += 1;
                self.at += 1;
            } else if c.is_whitespace() {
                self.at += c.len_utf8();
            } else if rest.starts_with("\\\n") {
                self.at += 2;
            } else if rest.starts_with("\\\r\n") {
                self.at += 3;
            } else if c == '#' {
                let length = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
                self.at += length;
            } else {
                return;
            }
        }
    }

    fn unclosed(&self, at: usize) -> SyntaxError {
        SyntaxError {
            message: "a quoted text does not end",
            at,
        }
    }

    fn take(&mut self, word: &mut Word, text: &str, length: usize) {
        word.push(text, self.at..self.at + length);
        self.line += text.matches('\n').count();
        self.at += length;
    }

    fn quoted(&mut self) -> Result<Word, SyntaxError> {
        let start = self.at;
        let mut word = Word::new(self.file, start, Quoting::Backslash('"'));
        self.at += 1;
        loop {
            let rest = self.rest();
            let Some(c) = rest.chars().next() else {
                return Err(self.unclosed(start));
            };
            if c == '"' {
                self.at += 1;
                word.end_at(self.at);
                return Ok(word);
            }
            if rest.starts_with("\\\"") {
                self.take(&mut word, "\"", 2);
                continue;
            }
            // Any other backslash is one, and what follows it ends nothing.
            if rest.starts_with("\\\\") {
                self.take(&mut word, "\\\\", 2);
                continue;
            }
            self.take(&mut word, c.encode_utf8(&mut [0; 4]), c.len_utf8());
        }
    }

    fn raw(&mut self) -> Result<Word, SyntaxError> {
        let start = self.at;
        let mut word = Word::new(self.file, start, Quoting::Raw('`'));
        let length = self.rest().get(1..).unwrap_or_default().find('`');
        let Some(length) = length else {
            return Err(self.unclosed(start));
        };
        let text = self.rest().get(1..=length).unwrap_or_default().to_owned();
        self.at += 1;
        self.take(&mut word, &text, text.len());
        self.at += 1;
        word.end_at(self.at);
        Ok(word)
    }

    fn bare(&mut self) -> Word {
        let mut word = Word::new(self.file, self.at, Quoting::Fixed);
        while let Some(c) = self.rest().chars().next() {
            if c.is_whitespace() {
                break;
            }
            let is_joined = ["\\\n", "\\\r\n"]
                .iter()
                .any(|end| self.rest().starts_with(end));
            if is_joined {
                break;
            }
            self.take(&mut word, c.encode_utf8(&mut [0; 4]), c.len_utf8());
        }
        word
    }

    /// `<<END`, lines, and `END`: what stands before the end mark is taken from each line.
    fn heredoc(&mut self) -> Result<Option<Word>, SyntaxError> {
        let start = self.at;
        let Some(rest) = self.rest().strip_prefix("<<") else {
            return Ok(None);
        };
        let first = rest.split('\n').next().unwrap_or_default();
        let mark = first.trim_end_matches('\r').to_owned();
        let is_mark = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if mark.is_empty() || !mark.chars().all(is_mark) || first.len() == rest.len() {
            return Ok(None);
        }
        let body = start + 2 + first.len() + 1;
        let text = self.text.get(body..).unwrap_or_default().to_owned();
        let Some(end) = text.find(mark.as_str()) else {
            return Err(self.unclosed(start));
        };
        let before = text.get(..end).unwrap_or_default();
        let (lines, padding) = before.rsplit_once('\n').unwrap_or(("", before));
        let mut word = Word::new(self.file, start, Quoting::Plain);
        let mut at = body;
        for (number, line) in lines.split('\n').enumerate() {
            if number > 0 {
                word.push("\n", at - 1..at);
            }
            let text = line.strip_prefix(padding).unwrap_or(line);
            let text = text.strip_suffix('\r').unwrap_or(text);
            let from = at + line.len() - line.strip_prefix(padding).unwrap_or(line).len();
            word.push(text, from..from + text.len());
            at += line.len() + 1;
        }
        self.line += before.matches('\n').count() + 1;
        self.at = body + end + mark.len();
        word.end_at(self.at);
        Ok(Some(word))
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
        SourceFile::of_text(Path::new("/p/Caddyfile"), "Caddyfile", text)
    }

    fn shown(directives: &[Directive]) -> String {
        let one = |d: &Directive| {
            let words: Vec<_> = d.words.iter().map(Word::text).collect();
            match &d.block {
                Some(block) => format!("{}{{{}}}", words.join("|"), shown(block)),
                None => format!("{};", words.join("|")),
            }
        };
        directives.iter().map(one).collect()
    }

    fn read(text: &str) -> String {
        shown(&parse(&file(text)).unwrap())
    }

    #[test]
    fn words_are_those_of_caddy() {
        assert_eq!(
            read("a \"b \\\" \\c\" `d\"e\n` # x\nf#g"),
            "a|b \" \\c|d\"e\n;f#g;"
        );
        assert_eq!(read("a b \\\n c\nd"), "a|b|c;d;");
        assert_eq!(read("a,\nb {\n c {\n }\n}\n{\n d\n}"), "a,|b{c{}}{d;}");
        assert_eq!(read("a {$X} {b}\n"), "a|{$X}|{b};");
        assert_eq!(
            read("a <<END\n  b\n    c\n  END\nd << e"),
            "a|b\n  c;d|<<|e;"
        );
    }

    #[test]
    fn what_is_none_is_an_error() {
        for text in ["a {\n", "}", "a \"b", "a `b", "a <<X\nb"] {
            assert!(parse(&file(text)).is_err(), "{text}");
        }
        assert!(parse(&file(&"a {\n".repeat(10_000))).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[aX{}<\"`\\\\# \r\n$é,]{0,60}") {
            let file = file(&text);
            for directive in parse(&file).unwrap_or_default() {
                for word in directive.words {
                    prop_assert!(text.get(word.span()).is_some());
                    let mut written = Written::default();
                word.write(0..word.text().len(), &mut written);
                    prop_assert_eq!(written.text(), word.text());
                }
            }
        }
    }
}
