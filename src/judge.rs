//! Endpoints × policies → verdicts with reasons. Sees facts and policies, never syntax.

use crate::csp::{Answer, Check, Mode, Outcome, Policy, judge_list, suggestion};
use crate::partial_url::{Page, PartialUrl, Resolved};
use crate::results::{Disposition, VerdictKind};
use crate::sink::Api;

/// A policy that applies to an endpoint, by its number in the results.
#[derive(Debug, Clone, Copy)]
pub struct AppliedPolicy<'a> {
    /// Its number.
    pub id: usize,
    /// The policy.
    pub policy: &'a Policy,
}

/// What one policy makes of an endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyJudgement {
    /// Its number.
    pub id: usize,
    /// Its verdict.
    pub verdict: VerdictKind,
    /// Which directive, which source, and why.
    pub outcome: Outcome,
}

/// What all policies together make of an endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: VerdictKind,
    /// The policy that decides, if one does.
    pub policy: Option<usize>,
    /// Its directive.
    pub directive: Option<String>,
    /// The source expression that matches.
    pub source: Option<String>,
    /// Why.
    pub reason: String,
    /// The source expression that would let a blocked URL through.
    pub suggestion: Option<String>,
    /// Every policy that enforces.
    pub per_policy: Vec<PolicyJudgement>,
    /// Every policy that only reports.
    pub report_only: Vec<PolicyJudgement>,
}

/// Judges a URL by the policies that apply to it: every one that enforces must let it through.
pub fn judge(
    url: &Resolved,
    page: &Page,
    policies: &[AppliedPolicy],
    mode: Mode,
    api: Api,
) -> Judgement {
    let url = match url {
        Resolved::Url(url) => url,
        Resolved::NoRequest { why } => return no_request(why),
    };
    let upgrading = policies.iter().any(|p| p.policy.upgrades());
    let check = |disposition| Check {
        mode,
        api,
        upgrading,
        disposition,
    };
    let (mut per_policy, mut report_only) = (Vec::new(), Vec::new());
    for applied in policies {
        let check = check(applied.policy.disposition);
        let outcome = judge_list(applied.policy, url, page, &check);
        let judged = PolicyJudgement {
            id: applied.id,
            verdict: verdict(outcome.allows, url),
            outcome,
        };
        match applied.policy.disposition {
            Disposition::Enforce => per_policy.push(judged),
            Disposition::Report => report_only.push(judged),
        }
    }
    let deciding = per_policy.iter().min_by_key(|p| rank(p));
    let mut judgement = Judgement {
        verdict: deciding.map_or(VerdictKind::Allowed, |p| p.verdict),
        policy: deciding.map(|p| p.id),
        directive: deciding.and_then(|p| p.outcome.directive.clone()),
        source: deciding.and_then(|p| p.outcome.source.clone()),
        reason: deciding.map_or_else(
            || "no policy restricts it".to_owned(),
            |p| p.outcome.reason.clone(),
        ),
        suggestion: None,
        per_policy,
        report_only,
    };
    let reported = judgement
        .report_only
        .iter()
        .any(|p| p.verdict == VerdictKind::Blocked);
    let blocked = match (judgement.verdict, reported) {
        (VerdictKind::Blocked, _) => Some(Disposition::Enforce),
        (_, true) => Some(Disposition::Report),
        _ => None,
    };
    judgement.suggestion = blocked.and_then(|d| suggestion(url, page, &check(d)));
    judgement
}

/// What decides comes first: a policy that blocks, one that may, one that restricts at all.
fn rank(judged: &PolicyJudgement) -> (u8, u8) {
    let verdict = match judged.verdict {
        VerdictKind::Blocked => 0,
        VerdictKind::Unknown => 1,
        VerdictKind::Depends => 2,
        VerdictKind::Allowed => 3,
    };
    (verdict, u8::from(judged.outcome.directive.is_none()))
}

fn verdict(allows: Answer, url: &PartialUrl) -> VerdictKind {
    match allows {
        Answer::Always => VerdictKind::Allowed,
        Answer::Never => VerdictKind::Blocked,
        Answer::Sometimes if url.is_unknown() => VerdictKind::Unknown,
        Answer::Sometimes => VerdictKind::Depends,
    }
}

fn no_request(why: &str) -> Judgement {
    Judgement {
        verdict: VerdictKind::Allowed,
        policy: None,
        directive: None,
        source: None,
        reason: why.to_owned(),
        suggestion: None,
        per_policy: Vec::new(),
        report_only: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::csp::parse_header;
    use crate::endpoint::Base;
    use crate::value::Pattern;

    fn judged(url: &str, api: Api, mode: Mode, policies: &[(&str, Disposition)]) -> Judgement {
        let page = Page::unnamed().unwrap();
        let policies: Vec<_> = policies
            .iter()
            .flat_map(|(text, disposition)| parse_header(text, *disposition))
            .collect();
        let applied: Vec<_> = policies
            .iter()
            .enumerate()
            .map(|(id, policy)| AppliedPolicy { id, policy })
            .collect();
        let url = PartialUrl::resolve(&Pattern::text(url), &Base::Page, &page, api.sink().rule);
        judge(&url, &page, &applied, mode, api)
    }

    #[test]
    fn every_policy_must_let_it_through() {
        let policies = [
            ("connect-src *", Disposition::Enforce),
            (
                "default-src https://a.test, connect-src *",
                Disposition::Enforce,
            ),
        ];
        let blocked = judged("https://b.test/", Api::Fetch, Mode::Browser, &policies);
        assert_eq!(blocked.verdict, VerdictKind::Blocked);
        assert_eq!(blocked.policy, Some(1));
        assert_eq!(blocked.directive.as_deref(), Some("default-src"));
        assert_eq!(
            blocked.reason,
            "nothing in `default-src` covers `https://b.test` (there is no `connect-src`: \
             `default-src` stands in)"
        );
        assert_eq!(blocked.suggestion.as_deref(), Some("https://b.test"));
    }

    #[test]
    fn a_policy_that_only_reports_never_blocks() {
        let policies = [("connect-src 'none'", Disposition::Report)];
        let judgement = judged("https://b.test/", Api::Fetch, Mode::Browser, &policies);
        assert_eq!(judgement.verdict, VerdictKind::Allowed);
        assert_eq!(judgement.report_only[0].verdict, VerdictKind::Blocked);
        assert_eq!(judgement.suggestion.as_deref(), Some("https://b.test"));
    }

    /// What is not known of a policy may let a URL through: that is no finding.
    #[test]
    fn a_hole_in_a_policy_blocks_nothing_that_it_may_cover() {
        use VerdictKind::{Allowed, Blocked, Depends};
        for (text, url, verdict) in [
            ("connect-src 'self' {x}", "https://b.test/", Depends),
            ("connect-src https://b.test {x}", "https://b.test/", Allowed),
            ("connect-src wss://{x}", "https://b.test/", Blocked),
            (
                "connect-src https://{x}.b.test",
                "https://a.b.test/",
                Depends,
            ),
            ("connect-src https://{x}.b.test", "https://a.test/", Blocked),
            ("connect-src https://b.test{x}", "https://b.test/", Depends),
            ("connect-src https://b.test{x}", "https://a.test/", Blocked),
            (
                "connect-src https://b.test/{x}",
                "https://b.test.evil/",
                Blocked,
            ),
            ("connect-src 'self'; {x}", "https://b.test/", Blocked),
            ("default-src 'self'; {x}", "https://b.test/", Depends),
            (
                "default-src 'self'; img-src a{x}",
                "https://b.test/",
                Blocked,
            ),
            (
                "default-src 'self'; img-src {x}",
                "https://b.test/",
                Depends,
            ),
            (
                "default-src 'self'; img-src {x} a",
                "https://b.test/",
                Blocked,
            ),
            (
                "script-src 'nonce-{x}'; default-src 'self'",
                "https://b.test/",
                Blocked,
            ),
            ("{x}", "https://b.test/", Depends),
            ("{x} connect-src 'self'", "https://b.test/", Depends),
        ] {
            let start = text.find('{').unwrap();
            let holes: Vec<_> = std::iter::once(start..start + 3).collect();
            let policies = crate::csp::parse_written(text, &holes, Disposition::Enforce);
            let page = Page::unnamed().unwrap();
            let applied: Vec<_> = policies
                .iter()
                .enumerate()
                .map(|(id, policy)| AppliedPolicy { id, policy })
                .collect();
            let rule = Api::Fetch.sink().rule;
            let url = PartialUrl::resolve(&Pattern::text(url), &Base::Page, &page, rule);
            let judgement = judge(&url, &page, &applied, Mode::Browser, Api::Fetch);
            assert_eq!(judgement.verdict, verdict, "{text}: {}", judgement.reason);
        }
    }

    #[test]
    fn a_cache_takes_http_only() {
        let policies = [("connect-src 'none'", Disposition::Enforce)];
        for (url, verdict) in [
            ("data:,x", VerdictKind::Allowed),
            ("https://b.test/", VerdictKind::Blocked),
        ] {
            let judgement = judged(url, Api::CacheAdd, Mode::Browser, &policies);
            assert_eq!(judgement.verdict, verdict, "{url}");
        }
    }

    #[test]
    fn modes_differ() {
        for (policy, url, browser, text) in [
            (
                "connect-src https:",
                "wss://b.test/",
                VerdictKind::Blocked,
                VerdictKind::Allowed,
            ),
            (
                "connect-src http://b.test:80",
                "https://b.test/",
                VerdictKind::Allowed,
                VerdictKind::Blocked,
            ),
            (
                "connect-src ü; connect-src 'none'",
                "https://b.test/",
                VerdictKind::Allowed,
                VerdictKind::Blocked,
            ),
            (
                "connect-src b.test/%",
                "https://b.test/%",
                VerdictKind::Allowed,
                VerdictKind::Blocked,
            ),
        ] {
            let policies = [(policy, Disposition::Enforce)];
            for (mode, wanted, other) in [
                (
                    Mode::Browser,
                    browser,
                    "by the text of the specification it is",
                ),
                (Mode::Spec, text, "in today's browsers it is"),
            ] {
                let judgement = judged(url, Api::XmlHttpRequest, mode, &policies);
                assert_eq!(judgement.verdict, wanted, "{policy} in {mode:?}");
                assert!(judgement.reason.contains(other), "{}", judgement.reason);
            }
        }
    }
}
