//! The syntax of Apache's configurations: a directive a line, sections in `<` and `>`
//! (<https://httpd.apache.org/docs/2.4/configuring.html>; words as `ap_getword_conf` reads them).

use crate::policies::directive::{Directive, MAX_DEPTH, SyntaxError};
use crate::policies::template::{Control, control, placeholder};
use crate::policies::words::Word;
use crate::policies::{Quoting, SourceFile};

/// Reads a file. A section's name is that of its directive, with `<`.
///
/// # Errors
/// Where it is not one of Apache.
pub(super) fn parse(file: &SourceFile) -> Result<Vec<Directive>, SyntaxError> {
    let reader = Reader {
        file,
        text: &file.text,
        at: 0,
        conditions: 0,
    };
    reader.sections()
}

struct Reader<'a> {
    file: &'a SourceFile,
    text: &'a str,
    at: usize,
    /// How many conditions of a template are open.
    conditions: usize,
}

impl Reader<'_> {
    fn sections(mut self) -> Result<Vec<Directive>, SyntaxError> {
        let mut open: Vec<(Directive, Vec<Directive>)> = Vec::new();
        let mut current: Vec<Directive> = Vec::new();
        while self.next_line() {
            let start = self.at;
            let error = |message| Err(SyntaxError { message, at: start });
            let words = self.words();
            let Some(first) = words.first() else {
                continue;
            };
            let name = first.text();
            if name.starts_with("</") {
                let Some((mut done, before)) = open.pop() else {
                    return error("a section is closed that is not open");
                };
                let closed = name.trim_start_matches("</").trim_end_matches('>');
                if !done
                    .name()
                    .trim_start_matches('<')
                    .eq_ignore_ascii_case(closed)
                {
                    return error("a section is closed inside of another one");
                }
                done.block = Some(std::mem::replace(&mut current, before));
                current.push(done);
                continue;
            }
            let is_section = name.starts_with('<') && placeholder(name).is_none();
            let directive = Directive {
                words,
                block: None,
                is_conditional: self.conditions > 0,
            };
            if !is_section {
                current.push(directive);
                continue;
            }
            if open.len() >= MAX_DEPTH {
                return error("too many sections in sections");
            }
            open.push((directive, std::mem::take(&mut current)));
        }
        match open.is_empty() {
            true => Ok(current),
            false => Err(SyntaxError {
                message: "a section is not closed",
                at: self.text.len(),
            }),
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Skips the end of a line that goes on in the next one.
    fn skip_continuation(&mut self) -> bool {
        let rest = self.rest();
        let length = match rest {
            _ if rest.starts_with("\\\n") => 2,
            _ if rest.starts_with("\\\r\n") => 3,
            _ => return false,
        };
        self.at += length;
        true
    }

    /// The next character of the line.
    fn peek(&mut self) -> Option<char> {
        while self.skip_continuation() {}
        let c = self.rest().chars().next()?;
        (c != '\n').then_some(c)
    }

    /// Goes to the next line that says something; not, if there is none.
    fn next_line(&mut self) -> bool {
        loop {
            let rest = self.rest();
            let Some(c) = rest.chars().next() else {
                return false;
            };
            if let Some((length, control)) = control(rest, true) {
                match control {
                    Control::Open => self.conditions += 1,
                    Control::Close => self.conditions = self.conditions.saturating_sub(1),
                    Control::Other => {}
                }
                self.at += length;
            } else if c.is_whitespace() {
                self.at += c.len_utf8();
            } else if c == '#' {
                while let Some(c) = self.peek() {
                    self.at += c.len_utf8();
                }
            } else {
                return true;
            }
        }
    }

    /// The words of a line. The `>` of a section is no part of them.
    fn words(&mut self) -> Vec<Word> {
        let mut words = Vec::new();
        let is_section = self.rest().starts_with('<');
        while let Some(c) = self.peek() {
            match c {
                _ if c.is_whitespace() => self.at += c.len_utf8(),
                '>' if is_section && self.is_last() => self.at += 1,
                '"' | '\'' => words.push(self.quoted(c)),
                _ => words.push(self.bare(is_section)),
            }
        }
        words
    }

    /// Whether nothing follows the next character in its line.
    fn is_last(&self) -> bool {
        let after = self.rest().get(1..).unwrap_or_default();
        let line = after.split('\n').next().unwrap_or_default();
        line.trim().is_empty()
    }

    /// A word in quotes: to the closing one, or the end of the line.
    fn quoted(&mut self, quote: char) -> Word {
        let mut word = Word::new(self.file, self.at, Quoting::Backslash(quote));
        self.at += 1;
        while let Some(c) = self.peek() {
            if c == quote {
                self.at += 1;
                word.end_at(self.at);
                break;
            }
            self.part(&mut word, c, Some(quote));
        }
        word
    }

    fn bare(&mut self, is_section: bool) -> Word {
        let mut word = Word::new(self.file, self.at, Quoting::Fixed);
        while let Some(c) = self.peek() {
            if c.is_whitespace() || (c == '>' && is_section && self.is_last()) {
                break;
            }
            self.part(&mut word, c, None);
        }
        word
    }

    /// The next part of a word: a character, an escape or a placeholder.
    fn part(&mut self, word: &mut Word, c: char, quote: Option<char>) {
        let (start, rest) = (self.at, self.rest());
        let (text, length) = if let Some((length, _)) = placeholder(rest) {
            (rest.get(..length).unwrap_or_default().to_owned(), length)
        } else {
            let next = rest.chars().nth(1);
            let is_escape = c == '\\' && next.is_some() && (next == Some('\\') || next == quote);
            match (is_escape, next) {
                (true, Some(next)) => (next.to_string(), 1 + next.len_utf8()),
                _ => (c.to_string(), c.len_utf8()),
            }
        };
        word.push(&text, start..start + length);
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
        SourceFile::of_text(Path::new("/p/httpd.conf"), "httpd.conf", text)
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
    fn words_are_those_of_apache() {
        assert_eq!(
            read("A b \"c d\" 'e \\' f'\n# x \\\n y\nB"),
            "A|b|c d|e ' f;B;"
        );
        assert_eq!(read("A b \\\n  c\\\nd \"e\\\nf\""), "A|b|cd|ef;");
        assert_eq!(read("A \"x\\\\y\\z\\\"\" \\.\\\\"), "A|x\\y\\z\"|\\.\\;");
        assert_eq!(
            read(
                "<Files \"a b\">\n A\n</files>\n<If \"%{X} > 3\" >\n</If>\n<IfModule x.c>\n</IfModule>"
            ),
            "<Files|a b{A;}<If|%{X} > 3{}<IfModule|x.c{}"
        );
    }

    #[test]
    fn what_is_none_is_an_error() {
        for text in ["<A>", "</A>", "<A>\n<B>\n</A>\n</B>"] {
            assert!(parse(&file(text)).is_err(), "{text}");
        }
        assert!(parse(&file(&"<A>\n".repeat(10_000))).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[ab<>/\"'\\\\# \r\n%{}é-]{0,60}") {
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
