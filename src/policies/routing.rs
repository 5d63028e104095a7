//! With which responses policies are sent: paths of URLs → policies of a file.

use super::lookahead::Expression;
use crate::results::Disposition;
use std::fmt;

/// Whether a path has the extension of what is sent to browsers; of a page, it may be left out.
pub(super) fn has_extension(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| {
        let all = [
            "html", "htm", "xhtml", "php", "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx",
        ];
        all.iter().any(|one| extension.eq_ignore_ascii_case(one))
    })
}

/// Which of a file's policies come with the response for a path.
pub trait Routing: fmt::Debug + Send + Sync {
    /// The indexes of the policies for the path of a URL (it begins with `/`), in order.
    fn policies_at(&self, path: &str) -> Vec<usize>;

    /// The same, where the response may be made in several ways: by one of several servers.
    fn ways_at(&self, path: &str) -> Vec<Vec<usize>> {
        vec![self.policies_at(path)]
    }

    /// The same without some of the servers, by the numbers that mounts have.
    fn ways_without(&self, path: &str, _servers: &[usize]) -> Vec<Vec<usize>> {
        self.ways_at(path)
    }

    /// What is told of the rules of a policy: `/app/*`. Nothing if it is for every path.
    fn shown(&self, policy: usize) -> Option<String>;

    /// Whether a policy comes with some requests for its paths only.
    fn is_conditional(&self, _: usize) -> bool {
        false
    }

    /// Whether a script that no page is known to load runs under the policies of the site: for
    /// sure under those of its own path, or maybe not at all. Nothing if it is as for any site: it
    /// is built into some page.
    fn runs(&self, _: &str) -> Option<bool> {
        None
    }

    /// Whether any response is known to have a policy.
    fn governs(&self) -> bool {
        true
    }
}

/// All policies come with every response.
#[derive(Debug, Clone, Copy)]
pub struct Everywhere {
    /// How many there are.
    pub policies: usize,
}

impl Routing for Everywhere {
    fn policies_at(&self, _: &str) -> Vec<usize> {
        (0..self.policies).collect()
    }

    fn shown(&self, _: usize) -> Option<String> {
        None
    }
}

/// What becomes of several rules that match one path and set the same header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// All are sent (Netlify, Cloudflare Pages).
    All,
    /// The last one is (Vercel, Next.js, Firebase).
    Last,
    /// The first one is.
    First,
}

/// The paths that a rule is for.
#[derive(Debug, Clone)]
pub struct PathPattern {
    /// As written.
    pub text: String,
    /// The whole path must match; nothing matches if it could not be made.
    expression: Option<Expression>,
    /// Whether it is for every path.
    all: bool,
    /// Whether more than the path decides.
    conditional: bool,
}

impl PathPattern {
    /// A pattern of these words that matches what a regular expression does, as a whole.
    pub fn new(text: &str, regex: &str) -> PathPattern {
        PathPattern::of_regex(text, regex, true)
    }

    /// The same, where it may be that upper and lower case are the same.
    pub fn of_regex(text: &str, regex: &str, sensitive: bool) -> PathPattern {
        let expression = Expression::new(regex, sensitive);
        let excludes = regex.contains("(?!") || regex.contains("(?<!");
        let all = expression.as_ref().is_some_and(|expression| {
            !excludes
                && ["/", "/a", "/a.html", "/a/b/c.js"]
                    .iter()
                    .all(|path| expression.matches(path))
        });
        PathPattern {
            text: text.to_owned(),
            expression,
            all,
            conditional: false,
        }
    }

    /// A pattern for every path.
    pub fn all(text: &str) -> PathPattern {
        PathPattern::new(text, ".*")
    }

    /// A pattern that cannot be decided.
    pub fn unknown(text: &str) -> PathPattern {
        PathPattern {
            text: text.to_owned(),
            expression: None,
            all: false,
            conditional: false,
        }
    }

    /// The pattern, where more than the path decides: a header of the request.
    pub fn with_condition(self) -> PathPattern {
        PathPattern {
            conditional: true,
            ..self
        }
    }

    /// Whether it is for every path, whatever else decides.
    pub fn is_all(&self) -> bool {
        self.all
    }

    /// Whether the path alone decides, and how is known.
    pub fn is_known(&self) -> bool {
        self.expression.is_some() && !self.conditional
    }

    /// Whether a path may match.
    pub fn may_match(&self, path: &str) -> bool {
        self.expression.as_ref().is_none_or(|e| e.matches(path))
    }

    /// Whether a path matches, for sure.
    pub fn matches(&self, path: &str) -> bool {
        self.is_known() && self.may_match(path)
    }
}

/// A rule: a header for some paths.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Which paths.
    pub pattern: PathPattern,
    /// Which policy, by its index in the file; nothing if the rule takes the header away that
    /// rules before it set.
    pub policy: Option<usize>,
    /// Which header: those of other names do not take its place.
    pub disposition: Disposition,
}

/// Rules in the order of the file.
#[derive(Debug, Clone)]
pub struct RuleList {
    /// The rules.
    pub rules: Vec<Rule>,
    /// What becomes of several that match.
    pub merge: Merge,
}

impl RuleList {
    /// The policies of those of some rules that set one header.
    fn of_header(&self, rules: &[&Rule], disposition: Disposition) -> Vec<usize> {
        let mut out = Vec::new();
        for rule in rules.iter().filter(|r| r.disposition == disposition) {
            match (rule.policy, self.merge) {
                (Some(policy), Merge::All) => out.push(policy),
                (Some(policy), Merge::Last) => out = vec![policy],
                (Some(policy), Merge::First) if out.is_empty() => out.push(policy),
                (Some(_), Merge::First) => {}
                (None, _) => out.clear(),
            }
        }
        out
    }
}

impl Routing for RuleList {
    fn policies_at(&self, path: &str) -> Vec<usize> {
        let matching: Vec<&Rule> = self
            .rules
            .iter()
            .filter(|r| r.pattern.matches(path))
            .collect();
        let mut out = self.of_header(&matching, Disposition::Enforce);
        out.extend(self.of_header(&matching, Disposition::Report));
        out.sort_unstable();
        out.dedup();
        out
    }

    fn shown(&self, policy: usize) -> Option<String> {
        let of_policy: Vec<_> = self
            .rules
            .iter()
            .filter(|r| r.policy == Some(policy))
            .collect();
        if of_policy.is_empty() || of_policy.iter().any(|r| r.pattern.all) {
            return None;
        }
        let texts: Vec<_> = of_policy.iter().map(|r| r.pattern.text.as_str()).collect();
        Some(texts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(merge: Merge) -> RuleList {
        let rule = |pattern: PathPattern, policy, disposition| Rule {
            pattern,
            policy: Some(policy),
            disposition,
        };
        RuleList {
            rules: vec![
                rule(PathPattern::all("/*"), 0, Disposition::Enforce),
                rule(
                    PathPattern::new("/app/*", "/app/.*"),
                    1,
                    Disposition::Enforce,
                ),
                rule(
                    PathPattern::new("/app/*", "/app/.*"),
                    2,
                    Disposition::Report,
                ),
            ],
            merge,
        }
    }

    #[test]
    fn rules_merge_by_header() {
        let at = |merge, path: &str| rules(merge).policies_at(path);
        assert_eq!(at(Merge::All, "/app/x"), [0, 1, 2]);
        assert_eq!(at(Merge::Last, "/app/x"), [1, 2]);
        assert_eq!(at(Merge::First, "/app/x"), [0, 2]);
        assert_eq!(at(Merge::All, "/"), [0]);
    }

    #[test]
    fn a_rule_for_every_path_is_not_told() {
        let rules = rules(Merge::All);
        assert_eq!(rules.shown(0), None);
        assert_eq!(rules.shown(1).as_deref(), Some("/app/*"));
    }

    #[test]
    fn a_pattern_that_is_none_matches_nothing() {
        assert!(!PathPattern::new("(", "(").matches("/("));
    }
}
