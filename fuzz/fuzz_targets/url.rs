//! Verdicts: a whole URL is decided for certain, a suggestion helps, and what is said of a URL
//! of which a part is not known holds of the whole one.
//!
//! An input is an API (the first byte, by its row), then lines: the policy, the page's URL
//! (empty: not named), the `<base href>` (empty: none), and the URL.
#![no_main]

use connect_lint::config::parse_page_url;
use connect_lint::csp::{Mode, Policy, parse_header};
use connect_lint::endpoint::Base;
use connect_lint::judge::{AppliedPolicy, Judgement, judge};
use connect_lint::partial_url::{Page, PartialUrl, Resolved};
use connect_lint::results::{Disposition, VerdictKind};
use connect_lint::sink::{Api, SINKS};
use connect_lint::value::{Hole, Pattern};
use connect_lint_fuzz::let_panics_be_caught;
use libfuzzer_sys::fuzz_target;
use url::Url;

const DECIDED: [VerdictKind; 2] = [VerdictKind::Allowed, VerdictKind::Blocked];

/// A page, and how to judge a request of it.
struct Setting<'a> {
    api: Api,
    mode: Mode,
    page: Page,
    base: Base,
    policies: &'a [Policy],
}

impl Setting<'_> {
    fn resolved(&self, url: &Pattern) -> Resolved {
        PartialUrl::resolve(url, &self.base, &self.page, self.api.sink().rule)
    }

    fn judged(&self, url: &Resolved, policies: &[Policy]) -> Judgement {
        let applied: Vec<_> = policies
            .iter()
            .enumerate()
            .map(|(id, policy)| AppliedPolicy { id, policy })
            .collect();
        judge(url, &self.page, &applied, self.mode, self.api)
    }

    fn check(&self, text: &str, hole: std::ops::Range<usize>) {
        let whole = self.resolved(&Pattern::text(text));
        let judgement = self.judged(&whole, self.policies);
        match &whole {
            Resolved::Url(url) => {
                let absolute = Url::parse(text).is_ok() && text.contains("://");
                let known = self.page.url().is_some() || absolute && starts_absolute(text);
                assert!(!known || url.complete.is_some(), "{url:?} is not complete");
                if url.complete.is_some() {
                    assert!(DECIDED.contains(&judgement.verdict), "{judgement:?}");
                }
            }
            Resolved::NoRequest { .. } => assert_eq!(judgement.verdict, VerdictKind::Allowed),
        }
        self.check_suggestion(&whole, &judgement);

        let (Some(before), Some(after)) = (text.get(..hole.start), text.get(hole.end..)) else {
            return;
        };
        // A hole in a host before a dot is taken to hold host characters.
        let inside = &text[hole];
        if after.starts_with('.') && !inside.chars().all(|c| c.is_ascii_alphanumeric()) {
            return;
        }
        let mut pattern = Pattern::text(before);
        pattern.push_hole(Hole::unknown("a value"));
        pattern.push_text(after);
        let partial = self.resolved(&pattern);
        let of_partial = self.judged(&partial, self.policies);
        match (&partial, &whole) {
            (Resolved::NoRequest { why }, Resolved::Url(url)) => {
                panic!("{pattern}: {why}, but {url:?}")
            }
            (Resolved::Url(_), Resolved::Url(_)) if DECIDED.contains(&of_partial.verdict) => {
                assert!(
                    of_partial.verdict == judgement.verdict
                        || !DECIDED.contains(&judgement.verdict),
                    "{pattern}: {of_partial:?}, but {judgement:?}"
                );
            }
            _ => {}
        }
    }

    /// With what is suggested, the URL passes.
    fn check_suggestion(&self, url: &Resolved, judgement: &Judgement) {
        let Some(suggestion) = &judgement.suggestion else {
            return;
        };
        let upgrade = match self.policies.iter().any(Policy::upgrades) {
            true => "; upgrade-insecure-requests",
            false => "",
        };
        let disposition = match judgement.verdict {
            VerdictKind::Blocked => Disposition::Enforce,
            _ => Disposition::Report,
        };
        let mut policies = parse_header(&format!("connect-src {suggestion}"), disposition);
        policies.extend(parse_header(upgrade, Disposition::Enforce));
        let helped = self.judged(url, &policies);
        let all = helped.per_policy.iter().chain(&helped.report_only);
        for judged in all {
            assert_eq!(
                judged.verdict,
                VerdictKind::Allowed,
                "{suggestion}: {judged:?}"
            );
        }
    }
}

/// Whether a text begins with a scheme and two slashes, so that no base matters.
fn starts_absolute(text: &str) -> bool {
    text.split_once("://")
        .is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphabetic()))
}

fuzz_target!(init: let_panics_be_caught(), |input: &str| {
    let Some((first, rest)) = input.chars().next().map(|c| (c, &input[c.len_utf8()..])) else {
        return;
    };
    let api = SINKS[first as usize % SINKS.len()].api;
    let mut lines = rest.splitn(4, '\n');
    let mut next = || lines.next().unwrap_or_default();
    let (policy, page, href, text) = (next(), next(), next(), next());
    let page = match parse_page_url(page) {
        Ok(url) => Page::at(url),
        Err(_) => Page::unnamed().expect("a fixed URL"),
    };
    let base = match href {
        "" => Base::Page,
        href => Base::Href(href.to_owned()),
    };
    let (policy, report) = policy.split_once('|').unwrap_or((policy, ""));
    let mut policies = parse_header(policy, Disposition::Enforce);
    policies.extend(parse_header(report, Disposition::Report));
    // Where the hole is follows from the text, so that an input stays readable.
    let bounds: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let sum: usize = rest.bytes().map(usize::from).sum();
    let start = sum % bounds.len();
    let end = (start + sum / bounds.len() % 8).min(bounds.len() - 1);
    for mode in [Mode::Browser, Mode::Spec] {
        let setting = Setting {
            api,
            mode,
            page: page.clone(),
            base: base.clone(),
            policies: &policies,
        };
        setting.check(text, bounds[start]..bounds[end]);
    }
});
