//! Comments that keep findings silent: `connect-lint-ignore-next-line blocked -- why`.
//!
//! They are facts of a file. What they silence is worked out when all findings are known
//! ([`crate::triage`]).

use crate::span::Span;
use serde::{Deserialize, Serialize};

/// What a text has in it if it has such a comment: most have not, and are not looked at further.
const MARK: &str = "connect-lint-";

/// A comment of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// All of it, from the first to the last character of its delimiters.
    pub span: Span,
    /// What is between the delimiters.
    pub text: String,
    /// What it stands before, where its language says so: the tag after it in HTML.
    pub before: Option<Span>,
}

/// A comment that keeps findings silent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// The comment.
    pub span: Span,
    /// What it holds for.
    pub scope: Scope,
    /// The codes, as written; none means all of them.
    pub codes: Vec<String>,
    /// Why, in the words of who wrote it.
    pub reason: Option<String>,
    /// What it stands before, see [`Comment::before`].
    pub before: Option<Span>,
}

/// What a comment holds for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// `connect-lint-ignore`: the line it stands on.
    Line,
    /// `connect-lint-ignore-next-line`.
    NextLine,
    /// `connect-lint-ignore-file`.
    File,
    /// `connect-lint-ignore-start`: all lines up to the end.
    Start,
    /// `connect-lint-ignore-end`.
    End,
    /// A word that is none of these and looks like one.
    Misspelt(String),
}

impl Scope {
    /// Every word, with what it means.
    pub const WORDS: [(&'static str, Scope); 5] = [
        ("connect-lint-ignore", Scope::Line),
        ("connect-lint-ignore-next-line", Scope::NextLine),
        ("connect-lint-ignore-file", Scope::File),
        ("connect-lint-ignore-start", Scope::Start),
        ("connect-lint-ignore-end", Scope::End),
    ];

    /// That of the first of the words in a line, wherever it stands.
    pub(crate) fn mentioned(line: &str) -> Option<Scope> {
        let text = line.get(line.find(MARK)?..)?;
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let word = text.get(..end.unwrap_or(text.len()))?;
        // `-->` and `--reason` may follow at once.
        Scope::of(word.split("--").next()?)
    }

    fn of(word: &str) -> Option<Scope> {
        let known = Scope::WORDS.iter().find(|(name, _)| *name == word);
        if let Some((_, scope)) = known {
            return Some(scope.clone());
        }
        // What other linters call it.
        const ALIKE: [&str; 6] = ["ignore", "disable", "enable", "suppress", "allow", "expect"];
        let rest = word.strip_prefix(MARK)?;
        let is_near = |(name, _): &(&str, Scope)| strsim::damerau_levenshtein(name, word) <= 2;
        (ALIKE.iter().any(|alike| rest.starts_with(alike)) || Scope::WORDS.iter().any(is_near))
            .then(|| Scope::Misspelt(word.to_owned()))
    }
}

/// Whether a text may have such a comment.
pub fn is_mentioned(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), MARK.as_bytes()).is_some()
}

impl Suppression {
    /// What a comment says, if it is to keep findings silent: the word stands first in it.
    pub fn of(comment: &Comment) -> Option<Suppression> {
        let text = comment
            .text
            .trim_start_matches(|c: char| c.is_whitespace() || "*!#/".contains(c));
        if !text.starts_with(MARK) {
            return None;
        }
        let end = text.find(|c: char| c.is_whitespace() || c == ',' || c == ':');
        let (word, rest) = text.split_at(end.unwrap_or(text.len()));
        let scope = Scope::of(word)?;
        let (codes, reason) = codes_and_reason(rest);
        Some(Suppression {
            span: comment.span,
            scope,
            codes,
            reason,
            before: comment.before,
        })
    }

    /// Those among the comments of a file, in its order.
    pub fn all(comments: &[Comment]) -> Vec<Suppression> {
        let mut all: Vec<_> = comments.iter().filter_map(Suppression::of).collect();
        all.sort_by_key(|suppression| suppression.span);
        all.dedup();
        all
    }
}

/// `blocked, depends -- because`: a word that begins with two dashes begins the reason.
fn codes_and_reason(text: &str) -> (Vec<String>, Option<String>) {
    let is_gap = |c: char| c.is_whitespace() || c == ',' || c == ':';
    let mut codes = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(is_gap);
        if rest.is_empty() {
            return (codes, None);
        }
        if rest.starts_with("--") {
            let words: Vec<_> = rest.trim_start_matches('-').split_whitespace().collect();
            let reason = words.join(" ");
            return (codes, (!reason.is_empty()).then_some(reason));
        }
        let (code, after) = rest.split_at(rest.find(is_gap).unwrap_or(rest.len()));
        codes.push(code.to_owned());
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> Option<(Scope, String, Option<String>)> {
        let comment = Comment {
            span: Span::default(),
            text: text.to_owned(),
            before: None,
        };
        let found = Suppression::of(&comment)?;
        Some((found.scope, found.codes.join(" "), found.reason))
    }

    #[test]
    fn scope_codes_and_reason() {
        let reason = |text: &str| Some(text.to_owned());
        assert_eq!(
            of(" connect-lint-ignore-next-line blocked, depends -- the old  API"),
            Some((
                Scope::NextLine,
                "blocked depends".into(),
                reason("the old API")
            ))
        );
        assert_eq!(
            of("connect-lint-ignore"),
            Some((Scope::Line, "".into(), None))
        );
        assert_eq!(
            of("* connect-lint-ignore-file: blocked --"),
            Some((Scope::File, "blocked".into(), None))
        );
        assert_eq!(
            of("connect-lint-ignore-start --why not"),
            Some((Scope::Start, "".into(), reason("why not")))
        );
        assert_eq!(
            of(" connect-lint-ignore-end "),
            Some((Scope::End, "".into(), None))
        );
    }

    #[test]
    fn a_misspelt_word_is_told_from_another_one() {
        for word in [
            "connect-lint-ignore-nextline",
            "connect-lint-disable-line",
            "connect-lint-ignroe",
        ] {
            assert_eq!(of(word).unwrap().0, Scope::Misspelt(word.to_owned()));
        }
        for text in [
            "connect-lint-action",
            "see connect-lint-ignore",
            "connect-lint",
            "",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in "(connect-lint-ignore)?[-a-z ,:*\\n日]{0,40}") {
            if let Some((_, codes, reason)) = of(&text) {
                prop_assert!(codes.len() <= text.len());
                prop_assert!(reason.is_none_or(|r| !r.is_empty()));
            }
        }
    }
}
