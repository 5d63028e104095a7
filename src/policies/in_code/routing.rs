//! Which policy a response gets whose headers code sets.

use super::reach::{Reach, Sent};
use crate::js::facts::BindingId;
use crate::policies::{PathPattern, Routing};
use crate::results::Disposition;

/// A policy that code sends.
#[derive(Debug, Clone)]
pub(super) struct CodeRule {
    pub(super) sent: Sent,
    /// It is added to what was set before, and does not take its place.
    pub(super) adds: bool,
    /// Which header.
    pub(super) disposition: Disposition,
    /// It is for pages that are shown some way only, as far as code tells.
    pub(super) is_guess: bool,
}

impl CodeRule {
    /// The application that sends it.
    pub(super) fn app(&self) -> Option<BindingId> {
        match self.sent.reach {
            Reach::All(app) | Reach::Paths(_, app) => app,
            _ => None,
        }
    }

    fn may_match(&self, path: &str) -> bool {
        match &self.sent.reach {
            Reach::Never | Reach::Some => false,
            Reach::Likely | Reach::All(_) => true,
            Reach::Paths(patterns, _) => patterns.iter().any(|p| p.matches(path)),
        }
    }

    pub(super) fn is_site_wide(&self) -> bool {
        matches!(self.sent.reach, Reach::Likely | Reach::All(_))
    }

    /// Whether it is known to be sent with any response.
    pub(super) fn is_sent(&self) -> bool {
        !matches!(self.sent.reach, Reach::Never | Reach::Some)
    }
}

/// The policies of a file of code, in its order, by their indexes.
#[derive(Debug, Clone)]
pub(super) struct CodeRules {
    pub(super) rules: Vec<CodeRule>,
}

impl CodeRules {
    /// The policies of a header. The last one that is sure counts; one that depends on settings
    /// counts where there is no other: without it the response has no policy, and nothing to
    /// find.
    fn of_header(&self, path: &str, disposition: Disposition) -> Vec<usize> {
        let rules = self.rules.iter().enumerate();
        let matching = rules.filter(|(_, r)| r.disposition == disposition && r.may_match(path));
        let (mut sure, mut other) = (Vec::new(), Vec::new());
        for (policy, rule) in matching {
            let out = match rule.sent.by_settings {
                true => &mut other,
                false => &mut sure,
            };
            if !rule.adds {
                out.clear();
            }
            out.push(policy);
        }
        match sure.is_empty() {
            true => other,
            false => sure,
        }
    }
}

impl Routing for CodeRules {
    fn policies_at(&self, path: &str) -> Vec<usize> {
        let each = [Disposition::Enforce, Disposition::Report];
        let mut out: Vec<_> = each.iter().flat_map(|d| self.of_header(path, *d)).collect();
        out.sort_unstable();
        out
    }

    fn shown(&self, policy: usize) -> Option<String> {
        let rule = self.rules.get(policy)?;
        match &rule.sent.reach {
            Reach::Never | Reach::Some => Some("some responses, not told which".to_owned()),
            Reach::Likely | Reach::All(_) => None,
            Reach::Paths(patterns, _) => {
                let texts = patterns.iter().map(|p: &PathPattern| p.text.as_str());
                Some(texts.collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn governs(&self) -> bool {
        self.rules.iter().any(CodeRule::is_sent)
    }
}
