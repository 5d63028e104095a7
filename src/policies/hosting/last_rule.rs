//! Rules of which the last one that matches a path gives a header its value.

use crate::policies::{PathPattern, Routing};
use crate::results::Disposition;

/// A rule for one header.
#[derive(Debug, Clone)]
pub(super) struct LastRule {
    /// Which paths; one that is not known matches nothing.
    pub(super) pattern: PathPattern,
    /// Whether more than the path decides: a header or cookie of the request.
    pub(super) doubtful: bool,
    /// Which policy; nothing if the rule is there for the path only.
    pub(super) policy: Option<usize>,
    /// Which header.
    pub(super) disposition: Disposition,
    /// Whether no rule after it is looked at where it matches.
    pub(super) ends: bool,
}

/// Rules in the order of the file.
#[derive(Debug, Clone, Default)]
pub(super) struct LastRules(pub(super) Vec<LastRule>);

impl LastRules {
    /// The policy of a header. Rules that are not sure count where no other rule matches: without
    /// them the response has no policy, and nothing to find.
    fn policy(&self, path: &str, disposition: Disposition) -> Option<usize> {
        let (mut sure, mut doubtful) = (None, None);
        for rule in self.0.iter().filter(|rule| rule.pattern.matches(path)) {
            if rule.disposition == disposition && rule.policy.is_some() {
                let place = if rule.doubtful {
                    &mut doubtful
                } else {
                    &mut sure
                };
                *place = rule.policy;
            }
            if rule.ends && !rule.doubtful {
                break;
            }
        }
        sure.or(doubtful)
    }
}

impl Routing for LastRules {
    fn policies_at(&self, path: &str) -> Vec<usize> {
        let each = [Disposition::Enforce, Disposition::Report];
        let mut out: Vec<_> = each.iter().filter_map(|d| self.policy(path, *d)).collect();
        out.sort_unstable();
        out
    }

    fn shown(&self, policy: usize) -> Option<String> {
        let own = self.0.iter().filter(|rule| rule.policy == Some(policy));
        let own: Vec<_> = own.collect();
        let is_all = |rule: &LastRule| {
            let mut some = ["/", "/a", "/a/b.c", "/a/b/"].iter();
            !rule.doubtful && some.all(|path| rule.pattern.matches(path))
        };
        if own.is_empty() || own.iter().any(|rule| is_all(rule)) {
            return None;
        }
        let texts = own.iter().map(|rule| match rule.doubtful {
            true => format!("{} (on a condition)", rule.pattern.text),
            false => rule.pattern.text.clone(),
        });
        Some(texts.collect::<Vec<_>>().join(", "))
    }

    fn is_conditional(&self, policy: usize) -> bool {
        let mut own = self.0.iter().filter(|rule| rule.policy == Some(policy));
        own.any(|rule| rule.doubtful)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(regex: &str, policy: usize) -> LastRule {
        LastRule {
            pattern: PathPattern::new(regex, regex),
            doubtful: false,
            policy: Some(policy),
            disposition: Disposition::Enforce,
            ends: false,
        }
    }

    #[test]
    fn the_last_rule_counts_and_one_in_doubt_only_alone() {
        let mut rules = LastRules(vec![rule("/.*", 0), rule("/a", 1), rule("/b", 2)]);
        rules.0[2].doubtful = true;
        assert_eq!(rules.policies_at("/"), [0]);
        assert_eq!(rules.policies_at("/a"), [1]);
        assert_eq!(rules.policies_at("/b"), [0]);
        rules.0.remove(0);
        assert_eq!(rules.policies_at("/b"), [2]);
        assert_eq!(rules.shown(2).as_deref(), Some("/b (on a condition)"));
    }

    #[test]
    fn a_rule_may_be_the_end() {
        let mut rules = LastRules(vec![rule("/a", 0), rule("/.*", 1)]);
        rules.0[0].ends = true;
        assert_eq!(rules.policies_at("/a"), [0]);
        assert_eq!(rules.policies_at("/b"), [1]);
        assert_eq!(rules.shown(1), None);
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let mut rules = LastRules(vec![rule("/.*", 0), rule("/.*", 1)]);
        rules.0[1].pattern = PathPattern::unknown("?");
        assert_eq!(rules.policies_at("/"), [0]);
    }
}
