//! The attributes of a tag with their places, by the tokenizer's rules (HTML §13.2.5.32 to
//! §13.2.5.40): html5ever tells their decoded values only.

use std::collections::HashSet;
use std::ops::Range;

/// An attribute of a start tag.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Attribute {
    /// Its name, in lower case.
    pub(super) name: String,
    /// Its value without quotes, in the tag's text; without a value, the place after its name.
    pub(super) value: Range<usize>,
}

/// The attributes of a tag, `<` to `>`; of those with the same name the first.
pub(super) fn scan(tag: &str) -> Vec<Attribute> {
    let mut scanner = Scanner { tag, at: 0 };
    scanner.skip(|c| !is_space(c) && c != b'/' && c != b'>');
    let mut out = Vec::new();
    let mut seen = HashSet::new();
    while let Some(attribute) = scanner.attribute() {
        if seen.insert(attribute.name.clone()) {
            out.push(attribute);
        }
    }
    out
}

/// What separates attributes.
fn is_space(c: u8) -> bool {
    matches!(c, b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

/// A place in a tag.
struct Scanner<'t> {
    tag: &'t str,
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.tag.as_bytes().get(self.at).copied()
    }

    /// Passes all bytes that fit.
    fn skip(&mut self, fits: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&fits) {
            self.at += 1;
        }
    }

    /// "Before attribute name" and what follows; nothing at the end of the tag.
    fn attribute(&mut self) -> Option<Attribute> {
        self.skip(|c| is_space(c) || c == b'/');
        if matches!(self.peek(), None | Some(b'>')) {
            return None;
        }
        let start = self.at;
        // A name may start with `=`.
        self.at += 1;
        self.skip(|c| !is_space(c) && !matches!(c, b'/' | b'>' | b'='));
        let end = self.at;
        let name = self.tag.get(start..end).unwrap_or_default();
        let name = name.to_ascii_lowercase().replace('\0', "\u{fffd}");
        self.skip(is_space);
        if self.peek() != Some(b'=') {
            return Some(Attribute {
                name,
                value: end..end,
            });
        }
        self.at += 1;
        self.skip(is_space);
        let value = self.value();
        Some(Attribute { name, value })
    }

    /// "Before attribute value" and what follows.
    fn value(&mut self) -> Range<usize> {
        match self.peek() {
            Some(quote @ (b'"' | b'\'')) => {
                self.at += 1;
                let start = self.at;
                self.skip(|c| c != quote);
                let end = self.at;
                self.at = (end + 1).min(self.tag.len());
                start..end
            }
            _ => {
                let start = self.at;
                self.skip(|c| !is_space(c) && c != b'>');
                start..self.at
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_by_the_tokenizers_rules() {
        for (tag, expected) in [
            ("<a>", &[][..]),
            ("<a/>", &[]),
            ("<a b>", &[("b", "")]),
            ("<a b=c>", &[("b", "c")]),
            ("<a B='c d' E=\"f'>\">", &[("b", "c d"), ("e", "f'>")]),
            ("<a\n\tb\n=\n c\x0cd = 'e'\n>", &[("b", "c"), ("d", "e")]),
            ("<a b='1' b='2' B=3>", &[("b", "1")]),
            ("<a/b=/c/d>", &[("b", "/c/d")]),
            ("<a b='c'd=e>", &[("b", "c"), ("d", "e")]),
            ("<a b='c'/d=e/>", &[("b", "c"), ("d", "e/")]),
            ("<a b=>", &[("b", "")]),
            ("<a =b =c>", &[("=b", "c")]),
            ("<a =b/=c>", &[("=b", ""), ("=c", "")]),
            ("<a b=\"'=c>", &[("b", "'=c>")]),
            ("<a \"b'<=c>", &[("\"b'<", "c")]),
            ("<a b/=c>", &[("b", ""), ("=c", "")]),
            ("<a b = = c>", &[("b", "="), ("c", "")]),
            ("<a \0É=ü>", &[("\u{fffd}É", "ü")]),
        ] {
            let found = scan(tag);
            let found: Vec<_> = found
                .iter()
                .map(|a| (a.name.as_str(), &tag[a.value.clone()]))
                .collect();
            assert_eq!(found, expected, "{tag}");
        }
    }
}
