//! The comments of a script.

use super::depth;
use super::parse::{Grammar, comments_as_parsed};
use super::repair;
use crate::span::Span;
use crate::suppression::Comment;

/// The comments of a text, in its order. They are those of the parser, so that strings, templates
/// and the text of JSX elements hold none; only of a text that cannot be parsed it is guessed what
/// is one.
pub fn comments(text: &str, grammar: Grammar) -> Vec<Comment> {
    let nesting = depth::measure(text, grammar.typescript && !grammar.jsx);
    let read = nesting.text.as_deref().unwrap_or(text);
    let work = || comments_as_parsed(read, grammar).unwrap_or_else(|| repair::comments(read));
    let mut spans: Vec<Span> = match nesting.stack {
        Some(bytes) => stacker::grow(bytes, work),
        None => stacker::maybe_grow(16 << 20, 64 << 20, work),
    };
    // The parser reads some of them twice.
    spans.sort_unstable();
    spans.dedup();
    spans
        .into_iter()
        .filter_map(|span| comment(text, span))
        .collect()
}

fn comment(text: &str, span: Span) -> Option<Comment> {
    let whole = text.get(span.range())?;
    let inner = match whole.strip_prefix("/*") {
        Some(inner) => inner.strip_suffix("*/").unwrap_or(inner),
        None => whole.trim_start_matches('/'),
    };
    Some(Comment {
        span,
        text: inner.to_owned(),
        before: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TSX: Grammar = Grammar {
        typescript: true,
        jsx: true,
        module: None,
    };

    fn of(text: &str) -> Vec<String> {
        let all = comments(text, TSX);
        all.into_iter().map(|c| c.text.trim().to_owned()).collect()
    }

    #[test]
    fn only_what_the_language_calls_a_comment() {
        let text = "#!/usr/bin/env node\n// a\nconst s = '// no', t = `/* no ${/* b */ 1}`;\n\
            const r = /\\/\\/no/; /* c */ const f = (x /* d */) => <p>// no {/* e */} </p>;\n// f";
        assert_eq!(of(text), ["a", "b", "c", "d", "e", "f"]);
    }

    #[test]
    fn a_text_that_does_not_parse_has_comments_too() {
        assert_eq!(
            of("// a\nlet = '// no';\nconst x = ;\n/* b */ f(`// no`)"),
            ["a", "b"]
        );
        assert_eq!(of("f( // a"), ["a"]);
        assert_eq!(of("/* a"), ["a"]);
    }

    proptest! {
        #[test]
        fn spans_are_within_the_text(text in "[-/*<>{}()'\"`a日$\\\\ \\n=;]{0,40}") {
            for comment in comments(&text, TSX) {
                prop_assert!(text.get(comment.span.range()).is_some());
            }
        }
    }
}
