//! Regular expressions that match a whole text, with lookaheads: routes say what they are not for,
//! as in `/((?!api|_next).*)`.

use fancy_regex::{Regex, RegexBuilder};

/// How long an expression may be, in bytes.
const MAX_LENGTH: usize = 4_096;
/// How many steps back a match may take, so that no expression takes long.
const MAX_STEPS: usize = 100_000;

/// An expression that matches a whole text.
#[derive(Debug, Clone)]
pub(super) struct Expression(Regex);

impl Expression {
    /// An expression, if it is one. `sensitive`: to upper and lower case.
    pub(super) fn new(pattern: &str, sensitive: bool) -> Option<Expression> {
        if pattern.len() > MAX_LENGTH {
            return None;
        }
        let whole = format!("^(?:{pattern})$");
        let mut builder = RegexBuilder::new(&whole);
        builder.case_insensitive(!sensitive);
        builder.backtrack_limit(MAX_STEPS);
        Some(Expression(builder.build().ok()?))
    }

    /// An expression that matches a text with something in it, if it is one.
    pub(super) fn anywhere(pattern: &str, sensitive: bool) -> Option<Expression> {
        if pattern.len() > MAX_LENGTH {
            return None;
        }
        let mut builder = RegexBuilder::new(pattern);
        builder.case_insensitive(!sensitive);
        builder.backtrack_limit(MAX_STEPS);
        Some(Expression(builder.build().ok()?))
    }

    /// As it was made.
    pub(super) fn text(&self) -> &str {
        self.0.as_str()
    }

    /// What its groups match in a text, the whole of it first; nothing if it does not match.
    pub(super) fn groups(&self, text: &str) -> Option<Vec<String>> {
        let captures = self.0.captures(text).ok()??;
        let group = |group: Option<fancy_regex::Match<'_>>| {
            group
                .map(|group| group.as_str().to_owned())
                .unwrap_or_default()
        };
        Some(captures.iter().map(group).collect())
    }

    /// Whether a whole text matches; not, if that takes too many steps to tell.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.0.is_match(text).unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn matching<'a>(pattern: &str, texts: &[&'a str]) -> Vec<&'a str> {
        let expression = Expression::new(pattern, true).unwrap();
        let texts = texts.iter().filter(|text| expression.matches(text));
        texts.copied().collect()
    }

    #[test]
    fn what_follows_is_looked_at() {
        let paths = ["/", "/a", "/api", "/api/x", "/_next/y", "/apis"];
        assert_eq!(matching("/((?!api|_next).*)", &paths), ["/", "/a"]);
        assert_eq!(
            matching("/((?!api/|api$).*)", &paths),
            ["/", "/a", "/_next/y", "/apis"]
        );
    }

    #[test]
    fn case_is_as_asked() {
        assert!(Expression::new("/A(?!b).*", false).unwrap().matches("/ac"));
        assert!(!Expression::new("/A(?!b).*", false).unwrap().matches("/aB"));
        assert!(!Expression::new("/A", true).unwrap().matches("/a"));
    }

    #[test]
    fn groups_are_what_they_match() {
        let expression = Expression::anywhere("^/(a+)/(b)?", true).unwrap();
        assert_eq!(expression.groups("/aa/c").unwrap(), ["/aa/", "aa", ""]);
        assert!(expression.groups("/b").is_none());
        assert!(expression.matches("/a/x"));
    }

    #[test]
    fn what_is_none_or_takes_long_ends() {
        assert!(Expression::new("/(", true).is_none());
        let slow = Expression::new("(?:(?=a)a+)+b", true);
        assert!(slow.is_none_or(|slow| !slow.matches(&"a".repeat(40))));
    }
}
