//! Regular expressions with lookaheads, in linear steps.
//!
//! Routes say what they are not for: `/((?!api|_next).*)`. The engine has no lookahead, and needs
//! none for this: such an expression is a sequence of plain parts with conditions between them on
//! what follows. Where a lookahead is repeated, or depends on what is around it, there is no
//! expression, and whoever asks says that it is not known.

use regex_lite::Regex;
use std::collections::BTreeSet;

/// How many sequences an expression may be.
const MAX_SEQUENCES: usize = 32;
/// How long one may be.
const MAX_LENGTH: usize = 4_096;
/// How deep groups may be nested.
const MAX_DEPTH: usize = 20;

/// An expression that matches a whole text.
#[derive(Debug, Clone)]
pub(super) struct Expression {
    /// One of these.
    sequences: Vec<Vec<Part>>,
}

#[derive(Debug, Clone)]
enum Part {
    /// What is consumed: the whole of it must match.
    Plain(Regex),
    /// What follows must begin with this, or must not.
    Look { begins: Regex, wanted: bool },
}

/// A part before it is compiled.
#[derive(Debug, Clone, PartialEq)]
enum Raw {
    Plain(String),
    Look { inner: String, wanted: bool },
}

impl Expression {
    /// An expression, if it can be decided. `sensitive`: to upper and lower case.
    pub(super) fn new(pattern: &str, sensitive: bool) -> Option<Expression> {
        if pattern.len() > MAX_LENGTH {
            return None;
        }
        let flags = if sensitive { "" } else { "(?i)" };
        if !has_look(pattern) {
            let regex = Regex::new(&format!("{flags}^(?:{pattern})$")).ok()?;
            return Some(Expression {
                sequences: vec![vec![Part::Plain(regex)]],
            });
        }
        let mut sequences = Vec::new();
        for sequence in alternatives(pattern, 0)? {
            let mut parts = Vec::new();
            for raw in &sequence {
                parts.push(raw.compiled(flags)?);
            }
            sequences.push(parts);
        }
        Some(Expression { sequences })
    }

    /// Whether a whole text matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.sequences
            .iter()
            .any(|sequence| sequence_matches(sequence, text))
    }
}

impl Raw {
    fn compiled(&self, flags: &str) -> Option<Part> {
        match self {
            // What an assertion sees of the text is not what a part sees of it.
            Raw::Plain(text) if has_assertion(text, &['^', '$']) => None,
            Raw::Look { inner, .. } if has_look(inner) || has_assertion(inner, &['^']) => None,
            Raw::Plain(text) => Some(Part::Plain(
                Regex::new(&format!("{flags}^(?:{text})$")).ok()?,
            )),
            Raw::Look { inner, wanted } => Some(Part::Look {
                begins: Regex::new(&format!("{flags}^(?:{inner})")).ok()?,
                wanted: *wanted,
            }),
        }
    }
}

/// Goes through the parts with all the places that the text can be consumed to.
fn sequence_matches(parts: &[Part], text: &str) -> bool {
    let mut places = BTreeSet::from([0]);
    for (i, part) in parts.iter().enumerate() {
        match part {
            Part::Look { begins, wanted } => {
                places.retain(|at| begins.is_match(&text[*at..]) == *wanted);
            }
            Part::Plain(regex) => {
                // Nothing that consumes comes after it: it must reach the end.
                let is_last = !parts[i + 1..].iter().any(|p| matches!(p, Part::Plain(_)));
                let ends: Vec<usize> = match is_last {
                    true => vec![text.len()],
                    false => (0..=text.len())
                        .filter(|end| text.is_char_boundary(*end))
                        .collect(),
                };
                let reached = ends.into_iter().filter(|end| {
                    let mut before = places.range(..=end);
                    before.any(|at| regex.is_match(&text[*at..*end]))
                });
                places = reached.collect();
            }
        }
    }
    places.contains(&text.len())
}

/// Whether there is a lookahead or lookbehind.
fn has_look(pattern: &str) -> bool {
    let mut atoms = Atoms::of(pattern);
    while let Some(atom) = atoms.next() {
        if atom.text.starts_with('(') {
            let is_look = ["(?=", "(?!", "(?<=", "(?<!"]
                .iter()
                .any(|open| atom.text.starts_with(open));
            if is_look {
                return true;
            }
            // Goes on inside the group.
            atoms.rest = &atoms.rest_from(atom)[1..];
        }
    }
    false
}

/// Whether there is an assertion about places in the text: these, or `\b`, `\B`.
fn has_assertion(pattern: &str, asserting: &[char]) -> bool {
    let mut atoms = Atoms::of(pattern);
    while let Some(atom) = atoms.next() {
        if atom.text.starts_with(asserting) || matches!(atom.text, r"\b" | r"\B") {
            return true;
        }
        if atom.text.starts_with('(') {
            atoms.rest = &atoms.rest_from(atom)[1..];
        }
    }
    false
}

/// The sequences that a pattern is one of.
fn alternatives(pattern: &str, depth: usize) -> Option<Vec<Vec<Raw>>> {
    if depth > MAX_DEPTH {
        return None;
    }
    let mut out = Vec::new();
    let mut current: Vec<Vec<Raw>> = vec![Vec::new()];
    for atom in Atoms::of(pattern) {
        if atom.text == "|" {
            out.append(&mut current);
            current = vec![Vec::new()];
            continue;
        }
        if !has_look(atom.text) {
            let text = format!("{}{}", atom.text, atom.quantifier);
            current.iter_mut().for_each(|s| add(s, &text));
            continue;
        }
        if let Some((inner, wanted)) = look(atom.text) {
            if !atom.quantifier.is_empty() {
                return None;
            }
            let look = Raw::Look { inner, wanted };
            current.iter_mut().for_each(|s| s.push(look.clone()));
            continue;
        }
        let mut inside = alternatives(group(atom.text)?, depth + 1)?;
        match atom.quantifier {
            "" => {}
            "?" | "??" => inside.push(Vec::new()),
            _ => return None,
        }
        current = current
            .iter()
            .flat_map(|before| inside.iter().map(|inside| joined(before, inside)))
            .collect();
        if current.len() + out.len() > MAX_SEQUENCES {
            return None;
        }
    }
    out.append(&mut current);
    (out.len() <= MAX_SEQUENCES).then_some(out)
}

fn add(sequence: &mut Vec<Raw>, text: &str) {
    match sequence.last_mut() {
        Some(Raw::Plain(last)) => last.push_str(text),
        _ => sequence.push(Raw::Plain(text.to_owned())),
    }
}

fn joined(before: &[Raw], after: &[Raw]) -> Vec<Raw> {
    let mut out = before.to_vec();
    for raw in after {
        match raw {
            Raw::Plain(text) => add(&mut out, text),
            Raw::Look { .. } => out.push(raw.clone()),
        }
    }
    out
}

/// What a lookahead holds.
fn look(group: &str) -> Option<(String, bool)> {
    let (inner, wanted) = match group.strip_prefix("(?!") {
        Some(inner) => (inner, false),
        None => (group.strip_prefix("(?=")?, true),
    };
    Some((inner.strip_suffix(')')?.to_owned(), wanted))
}

/// What a group of another kind holds.
fn group(group: &str) -> Option<&str> {
    let inner = group.strip_prefix('(')?.strip_suffix(')')?;
    let Some(special) = inner.strip_prefix('?') else {
        return Some(inner);
    };
    if let Some(inner) = special.strip_prefix(':') {
        return Some(inner);
    }
    let named = special.strip_prefix('<')?;
    if named.starts_with(['=', '!']) {
        return None;
    }
    named.split_once('>').map(|(_, inner)| inner)
}

/// A character, class, escape, or group, and how often it may be there.
#[derive(Debug, Clone, Copy)]
struct Atom<'a> {
    text: &'a str,
    quantifier: &'a str,
    start: usize,
}

/// The atoms of a pattern, in order. `|` is one.
struct Atoms<'a> {
    pattern: &'a str,
    rest: &'a str,
}

impl<'a> Atoms<'a> {
    fn of(pattern: &'a str) -> Atoms<'a> {
        Atoms {
            pattern,
            rest: pattern,
        }
    }

    /// The text from the beginning of an atom.
    fn rest_from(&self, atom: Atom<'a>) -> &'a str {
        &self.pattern[atom.start..]
    }
}

impl<'a> Iterator for Atoms<'a> {
    type Item = Atom<'a>;

    fn next(&mut self) -> Option<Atom<'a>> {
        let first = self.rest.chars().next()?;
        let start = self.pattern.len() - self.rest.len();
        let length = match first {
            '\\' => escape_length(self.rest),
            '[' => class_length(self.rest),
            '(' => group_length(self.rest),
            _ => first.len_utf8(),
        };
        let (text, rest) = self.rest.split_at(length);
        let (quantifier, rest) = match text {
            "|" => ("", rest),
            _ => rest.split_at(quantifier_length(rest)),
        };
        self.rest = rest;
        Some(Atom {
            text,
            quantifier,
            start,
        })
    }
}

fn escape_length(text: &str) -> usize {
    let second = text.chars().nth(1);
    1 + second.map_or(0, char::len_utf8)
}

/// To behind the `]`; a `[` alone is a character.
fn class_length(text: &str) -> usize {
    let mut at = 1;
    while let Some(c) = text[at..].chars().next() {
        match c {
            '\\' => at += escape_length(&text[at..]),
            ']' => return at + 1,
            _ => at += c.len_utf8(),
        }
    }
    1
}

/// To behind the `)` of a group; a `(` alone is a character.
fn group_length(text: &str) -> usize {
    let (mut at, mut open) = (0, 0);
    while let Some(c) = text[at..].chars().next() {
        at += match c {
            '\\' => escape_length(&text[at..]),
            '[' => class_length(&text[at..]),
            _ => c.len_utf8(),
        };
        match c {
            '(' => open += 1,
            ')' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return at;
        }
    }
    1
}

fn quantifier_length(text: &str) -> usize {
    let length = match text.chars().next() {
        Some('*' | '+' | '?') => 1,
        Some('{') => match text.find('}') {
            Some(end)
                if text[1..end]
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b == b',') =>
            {
                end + 1
            }
            _ => 0,
        },
        _ => 0,
    };
    match length > 0 && text[length..].starts_with('?') {
        true => length + 1,
        false => length,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn matching<'a>(pattern: &str, texts: &[&'a str]) -> Vec<&'a str> {
        let expression = Expression::new(pattern, true).unwrap();
        let texts = texts.iter().filter(|text| expression.matches(text));
        texts.copied().collect()
    }

    #[test]
    fn what_follows_is_looked_at() {
        let paths = ["/", "/a", "/api", "/api/x", "/_next/y", "/apis"];
        assert_eq!(
            matching("/((?!api|_next).*)", &paths),
            ["/", "/a"],
            "everything that does not begin with one"
        );
        assert_eq!(
            matching("/((?!api/|api$).*)", &paths),
            ["/", "/a", "/_next/y", "/apis"]
        );
        assert_eq!(matching("/(?=api)[^/]*", &paths), ["/api", "/apis"]);
    }

    #[test]
    fn looks_between_parts_and_in_optional_groups() {
        let paths = ["/blog", "/blog/a", "/blog/x/b", "/blog/a/b", "/other"];
        assert_eq!(
            matching("/blog(?:/((?!x).*))?", &paths),
            ["/blog", "/blog/a", "/blog/a/b"]
        );
        assert_eq!(
            matching("/blog/[^/]+/(?!b)[^/]*|/other", &paths),
            ["/other"]
        );
    }

    #[test]
    fn what_cannot_be_decided_is_none() {
        for pattern in [
            "/(?:(?!a).)*",
            "/(?<!a)b",
            "/(?!(?!a)b).*",
            "(?:a$|b)(?!c).*",
            "/(",
        ] {
            assert!(Expression::new(pattern, true).is_none(), "{pattern}");
        }
    }

    #[test]
    fn case_is_as_asked() {
        assert!(Expression::new("/A(?!b).*", false).unwrap().matches("/ac"));
        assert!(!Expression::new("/A(?!b).*", false).unwrap().matches("/aB"));
        assert!(!Expression::new("/A", true).unwrap().matches("/a"));
    }

    proptest! {
        #[test]
        fn any_text_is_read(pattern in "[a(?!=:<>|)*+{},0-9\\[\\]\\\\^$./é]{0,24}", text in "[a-c/é]{0,8}") {
            if let Some(expression) = Expression::new(&pattern, false) {
                expression.matches(&text);
            }
        }

        /// Of the same meaning without a lookahead.
        #[test]
        fn as_without_lookahead(text in "[abc/]{0,10}") {
            let look = Expression::new("/(?!a|b/)([^/]*)(?:/(?!c).*)?", true).unwrap();
            let begins_well = |rest: &str| !rest.starts_with('a') && !rest.starts_with("b/");
            let plain = text.strip_prefix('/').is_some_and(|rest| {
                begins_well(rest) && rest.split_once('/').is_none_or(|(_, rest)| !rest.starts_with('c'))
            });
            prop_assert_eq!(look.matches(&text), plain);
        }
    }
}
