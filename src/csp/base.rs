//! `base-uri` (CSP3 §6.3.1): which URL a `<base>` may set.

use super::matching::{Answer, Mode, match_source};
use super::policy::Policy;
use crate::endpoint::Base;
use crate::partial_url::{Page, PartialUrl, Resolved};
use crate::results::Disposition;
use crate::sink::UrlRule;
use crate::value::Pattern;

/// Whether a policy lets a document's `<base href>` take effect. A policy that only reports
/// does, and so does one without the directive: `default-src` does not stand in for it.
pub fn allows_base(policy: &Policy, href: &str, page: &Page, mode: Mode) -> bool {
    let directive = policy
        .directives
        .iter()
        .find(|d| d.name == "base-uri" && !d.duplicate && !d.non_ascii);
    let (Some(directive), Disposition::Enforce) = (directive, policy.disposition) else {
        return true;
    };
    let url = match PartialUrl::resolve(&Pattern::text(href), &Base::Page, page, UrlRule::Plain) {
        Resolved::Url(url) => url,
        // What is no URL sets no base anyway.
        Resolved::NoRequest { .. } => return true,
    };
    let sources = directive.sources.iter();
    let mut answers = sources.map(|source| match_source(source, &url, page, mode).answer);
    // A path that is not known may be the one that is allowed.
    answers.any(|answer| answer != Answer::Never)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::csp::parse_header;

    #[test]
    fn only_base_uri_restricts_a_base() {
        let page = Page::at("https://a.test/x/".parse().unwrap());
        let allows = |text: &str, href: &str| {
            let policies = parse_header(text, Disposition::Enforce);
            allows_base(&policies[0], href, &page, Mode::Browser)
        };
        assert!(allows("base-uri 'self'", "/y/"));
        assert!(!allows("base-uri 'self'", "https://b.test/"));
        assert!(allows("base-uri b.test", "//b.test/"));
        assert!(!allows("base-uri 'none'", "/y/"));
        assert!(!allows("base-uri", "/y/"));
        assert!(allows("default-src 'none'", "https://b.test/"));
        let report = parse_header("base-uri 'none'", Disposition::Report);
        assert!(allows_base(&report[0], "/y/", &page, Mode::Browser));
    }
}
