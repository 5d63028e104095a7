//! Which policies the rules of a `_headers` file send, on each of the services that read it.

use crate::policies::{PathPattern, Routing};
use crate::results::Disposition;

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Host {
    /// Of several rules the last one counts.
    Netlify,
    /// Rules add up, and can take headers away.
    Cloudflare,
    /// One of the two: what both send is known to be sent.
    Either,
}

/// A rule: a line with a path, and those below it.
#[derive(Debug, Clone)]
pub(super) struct HeaderRule {
    /// The path as written.
    pub(super) text: String,
    /// For which paths Netlify takes it; nothing if for none.
    pub(super) netlify: Option<PathPattern>,
    /// For which paths Cloudflare does.
    pub(super) cloudflare: PathPattern,
    /// Whether it is for a host only.
    pub(super) of_host: bool,
    /// Whether it says anything.
    pub(super) is_valid: bool,
    /// What it takes away that rules before it set (Cloudflare).
    pub(super) unset: Vec<Disposition>,
    /// What it sets: headers, and the policies of their values.
    pub(super) set: Vec<(Disposition, usize)>,
}

impl HeaderRule {
    fn sets(&self, disposition: Disposition) -> impl DoubleEndedIterator<Item = usize> {
        let own = self.set.iter().filter(move |(d, _)| *d == disposition);
        own.map(|(_, policy)| *policy)
    }

    /// A path that the rule is for.
    fn sample(&self) -> String {
        let parts = self.text.split('/').map(|part| match part.chars().next() {
            Some(':') => "x".to_owned(),
            _ => part.replace('*', "x"),
        });
        parts.collect::<Vec<_>>().join("/")
    }
}

/// The rules in the order of the file.
#[derive(Debug)]
pub(super) struct HeaderRules {
    pub(super) host: Host,
    pub(super) rules: Vec<HeaderRule>,
    /// The numbers of those that Cloudflare has, in its order.
    pub(super) cloudflare: Vec<usize>,
}

impl HeaderRules {
    /// On Netlify, the last rule that sets a header counts.
    fn netlify(&self, path: &str, disposition: Disposition) -> Vec<usize> {
        let of_path = |rule: &&HeaderRule| {
            let pattern = rule.netlify.as_ref();
            pattern.is_some_and(|pattern| pattern.matches(path))
        };
        let mut sets = self.rules.iter().rev().filter(of_path);
        let last = sets.find_map(|rule| rule.sets(disposition).next_back());
        last.into_iter().collect()
    }

    /// On Cloudflare, a rule first takes away, then adds. Those of a host count where no other
    /// says anything: without them the response has no policy, and nothing to find.
    fn cloudflare(&self, path: &str, disposition: Disposition) -> Vec<usize> {
        let all = self.cloudflare.iter().filter_map(|i| self.rules.get(*i));
        let of_path = all.filter(|rule| rule.cloudflare.matches(path));
        let (mut out, mut of_host) = (Vec::new(), Vec::new());
        let mut is_said = false;
        for rule in of_path {
            if rule.of_host {
                of_host.extend(rule.sets(disposition));
                continue;
            }
            if rule.unset.contains(&disposition) {
                out.clear();
                is_said = true;
            }
            out.extend(rule.sets(disposition));
        }
        match is_said || !out.is_empty() {
            true => out,
            false => of_host,
        }
    }

    fn sent(&self, path: &str, disposition: Disposition) -> Vec<usize> {
        match self.host {
            Host::Netlify => self.netlify(path, disposition),
            Host::Cloudflare => self.cloudflare(path, disposition),
            Host::Either => {
                let of_netlify = self.netlify(path, disposition);
                let mut out = self.cloudflare(path, disposition);
                out.retain(|policy| of_netlify.contains(policy));
                out
            }
        }
    }

    /// The first rule that the services read differently, as far as that is seen: a later one for
    /// paths of an earlier, for the same header.
    pub(super) fn ambiguous(&self) -> Option<&HeaderRule> {
        if self.host != Host::Either {
            return None;
        }
        let is_second = |(at, rule): &(usize, &HeaderRule)| {
            let sample = rule.sample();
            let before = self.rules.iter().take(*at);
            let mut of_path = before.filter(|r| !r.of_host && r.cloudflare.matches(&sample));
            of_path.any(|r| rule.set.iter().any(|(d, _)| r.sets(*d).next().is_some()))
        };
        let mut all = self.rules.iter().enumerate();
        all.find(is_second).map(|(_, rule)| rule)
    }
}

impl Routing for HeaderRules {
    fn policies_at(&self, path: &str) -> Vec<usize> {
        let each = [Disposition::Enforce, Disposition::Report];
        let mut out: Vec<_> = each.iter().flat_map(|d| self.sent(path, *d)).collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    fn shown(&self, policy: usize) -> Option<String> {
        let own = self.rules.iter().filter(|rule| sets(rule, policy));
        let own: Vec<_> = own.collect();
        if own.is_empty() || own.iter().any(|r| !r.of_host && r.cloudflare.is_all()) {
            return None;
        }
        let texts: Vec<_> = own.iter().map(|rule| rule.text.as_str()).collect();
        Some(texts.join(", "))
    }

    fn is_conditional(&self, policy: usize) -> bool {
        let mut own = self.rules.iter().filter(|rule| sets(rule, policy));
        own.any(|rule| rule.of_host)
    }
}

fn sets(rule: &HeaderRule, policy: usize) -> bool {
    rule.set.iter().any(|(_, set)| *set == policy)
}
