//! Verdicts on real code's URLs.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::csp::{Mode, parse_header};
use crate::judge::{AppliedPolicy, Judgement, judge};
use crate::results::{Disposition, VerdictKind};
use crate::sink::Api;
use VerdictKind::{Allowed, Blocked, Depends, Unknown};

/// `{x}` holds anything, `{n}` a number, `{c}` what `encodeURIComponent` gives; `{location.…}`
/// is the page's.
fn pattern(text: &str) -> Pattern {
    let mut out = Pattern::default();
    for (i, piece) in text.split(['{', '}']).enumerate() {
        if i % 2 == 0 {
            out.push_text(piece);
            continue;
        }
        out.push_hole(match piece {
            "n" => Hole::unknown("n").with_charset(Charset::Number),
            "c" => Hole::unknown("c").with_charset(Charset::UriComponent),
            "location.origin" => Hole::new(HoleKind::PageOrigin),
            "location.protocol" => Hole::new(HoleKind::PageProtocol),
            "location.host" => Hole::new(HoleKind::PageHost),
            "location.hostname" => Hole::new(HoleKind::PageHostname),
            "location.pathname" => Hole::new(HoleKind::PagePathname),
            "location.search" => Hole::new(HoleKind::PageSearch),
            "location.hash" => Hole::new(HoleKind::PageHash),
            "location.href" => Hole::new(HoleKind::PageHref),
            name => Hole::unknown(name),
        });
    }
    out
}

fn judged(text: &str, api: Api, page: &Page, sources: &str) -> Judgement {
    let policies = parse_header(&format!("connect-src {sources}"), Disposition::Enforce);
    let applied: Vec<_> = policies
        .iter()
        .map(|policy| AppliedPolicy { id: 0, policy })
        .collect();
    let url = PartialUrl::resolve(&pattern(text), &Base::Page, page, api.sink().rule);
    judge(&url, page, &applied, Mode::Browser, api)
}

fn check(page: &Page, api: Api, rows: &[(&str, &str, VerdictKind)]) {
    for (text, sources, wanted) in rows {
        let judged = judged(text, api, page, sources);
        assert_eq!(
            judged.verdict, *wanted,
            "{text} under {sources}: {}",
            judged.reason
        );
    }
}

fn at(url: &str) -> Page {
    Page::at(Url::parse(url).unwrap())
}

const API: &str = "https://api.example.com";

#[test]
fn a_hole_in_the_path() {
    check(
        &Page::unnamed().unwrap(),
        Api::Fetch,
        &[
            ("https://api.example.com/u/{x}", API, Allowed),
            ("https://api.example.com/u/{x}", "'self'", Blocked),
            (
                "https://api.example.com/u/{x}",
                "https://api.example.com/u/",
                Depends,
            ),
            (
                "https://api.example.com/u/{n}",
                "https://api.example.com/u/",
                Allowed,
            ),
            (
                "https://api.example.com/u/{c}",
                "https://api.example.com/u/",
                Depends,
            ),
            (
                "https://api.example.com/u/v{c}/x",
                "https://api.example.com/u/",
                Allowed,
            ),
            (
                "https://api.example.com/u/v{c}/x",
                "https://api.example.com/w/",
                Blocked,
            ),
            (
                "https://api.example.com/u/{n}",
                "https://api.example.com/u",
                Blocked,
            ),
            (
                "https://api.example.com/u/{x}",
                "https://api.example.com/",
                Allowed,
            ),
            (
                "https://api.example.com/a/../u/{n}",
                "https://api.example.com/u/",
                Allowed,
            ),
            (
                "https://api.example.com/u?q={x}",
                "https://api.example.com/u",
                Allowed,
            ),
            (
                "https://api.example.com?q={x}",
                "https://api.example.com/u",
                Blocked,
            ),
            (
                "https://api.example.com/u#{x}",
                "https://api.example.com/u",
                Allowed,
            ),
        ],
    );
}

#[test]
fn a_hole_in_the_host_or_port() {
    check(
        &Page::unnamed().unwrap(),
        Api::Fetch,
        &[
            (
                "https://{x}.example.com/x",
                "https://*.example.com",
                Allowed,
            ),
            ("https://{x}.example.com/x", "*.example.com", Allowed),
            ("https://{x}.example.com/x", API, Depends),
            ("https://{x}.example.com/x", "https://other.test", Blocked),
            ("https://{x}.example.com/x", "http:", Allowed),
            ("https://{x}.example.com/x", "wss:", Blocked),
            (
                "https://{x}-{c}.example.com/x",
                "https://*.example.com",
                Depends,
            ),
            (
                "https://{c}-x.example.com/x",
                "https://*.example.com",
                Allowed,
            ),
            ("https://api.example.com{x}", API, Depends),
            ("https://api.example.com{x}", "https:", Allowed),
            ("https://api.example.com{x}", "https://other.test", Depends),
            ("https://api.example.com{x}", "'none'", Blocked),
            ("https://api.example.com:{n}/x", API, Depends),
            (
                "https://api.example.com:{n}/x",
                "https://api.example.com:*",
                Allowed,
            ),
            (
                "https://api.example.com:{n}/x",
                "https://other.test",
                Blocked,
            ),
            (
                "https://api.example.com:{x}/x",
                "https://other.test",
                Depends,
            ),
            ("http://127.0.0.{n}/x", "http://*.0.0.1", Depends),
            ("https://u:p@api.example.com/{x}", "'none'", Allowed),
            ("//cdn.test/{x}", "cdn.test", Allowed),
            ("//cdn.test/{x}", "http://cdn.test", Allowed),
            ("//cdn.test/{x}", "'self'", Blocked),
            ("data:,{x}", "'self' https:", Blocked),
            ("data:,{x}", "data:", Allowed),
            ("blob:{x}", "blob:", Allowed),
            ("blob:{x}", "'self' *", Blocked),
        ],
    );
}

#[test]
fn a_relative_reference() {
    check(
        &Page::unnamed().unwrap(),
        Api::Fetch,
        &[
            ("/api/{x}", "'self'", Allowed),
            ("/api/{x}", API, Blocked),
            ("/{x}", "'self'", Depends),
            ("/{x}", "'none'", Blocked),
            ("/{n}", "'self'", Allowed),
            ("/{c}/x", "'self'", Depends),
            ("/a/{c}/x", "'self'", Allowed),
            ("/{c}/{x}", "'self'", Depends),
            ("api/{x}", "'self'", Allowed),
            ("api{x}", "'self'", Unknown),
            ("?q={x}", "'self'", Allowed),
            ("#{x}", "'self'", Allowed),
            ("./{x}", "'self'", Allowed),
            ("../{x}", "'self'", Allowed),
            ("{location.origin}/{x}", "'self'", Allowed),
            (
                "{location.origin}{location.pathname}?q={x}",
                "'self'",
                Allowed,
            ),
            ("{location.protocol}//api.example.com/{x}", API, Allowed),
            (
                "{location.protocol}//{location.host}/{x}",
                "'self'",
                Allowed,
            ),
            ("{location.href}", "'self'", Allowed),
            ("/api{location.search}", "'self'", Allowed),
            ("https://api.example.com{location.search}", API, Allowed),
            (
                "https://api.example.com/u{location.search}",
                "https://api.example.com/u",
                Allowed,
            ),
            (
                "https://api.example.com/u{location.search}{location.hash}",
                "https://api.example.com/u",
                Allowed,
            ),
            (
                "https://api.example.com/u{location.hash}{location.search}",
                "https://api.example.com/u",
                Allowed,
            ),
        ],
    );
    check(
        &at("https://h.test/app/index.html"),
        Api::Fetch,
        &[
            ("v{n}/x", "https://h.test/app/", Allowed),
            ("?q={x}", "https://h.test/app/index.html", Allowed),
            ("{n}/x", "https://h.test", Allowed),
            ("{n}:8080/x", "https://h.test", Unknown),
        ],
    );
}

#[test]
fn nothing_is_known() {
    check(
        &Page::unnamed().unwrap(),
        Api::Fetch,
        &[
            ("{x}", "'none'", Blocked),
            ("{x}", "", Blocked),
            ("{x}", "*", Unknown),
            ("{x}/x", API, Unknown),
            ("http{x}", API, Unknown),
            ("{x}", "*; x", Unknown),
        ],
    );
    let unnamed = Page::unnamed().unwrap();
    let policies = parse_header("img-src 'none'", Disposition::Enforce);
    let applied = [AppliedPolicy {
        id: 0,
        policy: &policies[0],
    }];
    let url = PartialUrl::resolve(&pattern("{x}"), &Base::Page, &unnamed, UrlRule::Fetch);
    let free = judge(&url, &unnamed, &applied, Mode::Browser, Api::Fetch);
    assert_eq!(free.verdict, Allowed);
}

#[test]
fn the_api_narrows_the_scheme() {
    let page = Page::unnamed().unwrap();
    let rows = [
        ("{x}", "*", Allowed),
        ("{x}", "https: http:", Blocked),
        ("{x}", "wss: ws:", Allowed),
    ];
    check(&page, Api::WebSocket, &rows);
    let rows = [
        ("{x}", "*", Allowed),
        ("{x}", "wss:", Blocked),
        ("{x}", "http:", Allowed),
    ];
    check(&page, Api::SendBeacon, &rows);
    check(&page, Api::CacheAdd, &rows);
    let rows = [
        ("{x}", "https:", Allowed),
        ("{x}", API, Unknown),
        ("/x{n}", "'none'", Allowed),
    ];
    check(&page, Api::WebTransport, &rows);
    check(
        &page,
        Api::Import,
        &[
            ("lib/{x}", "'none'", Allowed),
            ("./{n}.json", "'self'", Allowed),
        ],
    );
}

#[test]
fn web_sockets() {
    check(
        &Page::unnamed().unwrap(),
        Api::WebSocket,
        &[
            ("wss://{location.host}/{x}", "'self'", Allowed),
            ("ws://{location.host}/{x}", "'self'", Blocked),
            ("wss://{location.host}:8443/{x}", "'self'", Blocked),
            ("/socket/{x}", "'self'", Allowed),
            ("https://api.example.com/{x}", API, Blocked),
            (
                "https://api.example.com/{x}",
                "wss://api.example.com",
                Allowed,
            ),
            ("wss://api.example.com/#{x}", "'none'", Allowed),
            ("ftp://api.example.com/{x}", "'none'", Allowed),
        ],
    );
}

#[test]
fn an_upgrade_leaves_loopback_hosts_alone() {
    let page = at("http://h.test/");
    let upgraded = |text: &str| {
        let url = PartialUrl::resolve(&pattern(text), &Base::Page, &page, UrlRule::Plain);
        let Resolved::Url(url) = url else {
            panic!("a URL")
        };
        url.upgraded().scheme
    };
    assert_eq!(upgraded("http://a.test/{x}").as_deref(), Some("https"));
    assert_eq!(upgraded("http://{x}.a.test/").as_deref(), Some("https"));
    assert_eq!(upgraded("http://{x}.localhost/").as_deref(), Some("http"));
    assert_eq!(upgraded("http://{x}"), None);
}

#[test]
fn a_sandboxed_page_keeps_its_own_origin() {
    // CSP3 §2.2.2: the self-origin of a policy is that of the response's URL.
    let page = at("https://h.test/");
    let policies = parse_header(
        "sandbox allow-scripts; connect-src 'self'",
        Disposition::Enforce,
    );
    let applied = [AppliedPolicy {
        id: 0,
        policy: &policies[0],
    }];
    for mode in [Mode::Browser, Mode::Spec] {
        let url = PartialUrl::resolve(&pattern("/x"), &Base::Page, &page, UrlRule::Fetch);
        assert_eq!(
            judge(&url, &page, &applied, mode, Api::Fetch).verdict,
            Allowed
        );
    }
}

#[test]
fn reasons_and_suggestions() {
    let page = at("https://h.test/");
    let row = |text, api, sources| {
        let judged = judged(text, api, &page, sources);
        (judged.reason, judged.suggestion)
    };
    let (reason, suggestion) = row("wss://api.example.com/x", Api::WebSocket, API);
    assert!(
        reason.starts_with(
            "host matches, scheme does not: `https://api.example.com` does not cover `wss://`; \
         by the text of the specification it is allowed: browsers keep WebSocket schemes apart"
        ),
        "{reason}"
    );
    assert_eq!(suggestion.as_deref(), Some("wss://api.example.com"));
    let (reason, suggestion) = row("https://{x}.example.com/x", Api::Fetch, "'self'");
    assert_eq!(
        reason,
        "nothing in `connect-src` covers `https://….example.com`"
    );
    assert_eq!(suggestion.as_deref(), Some("https://*.example.com"));
    let (reason, _) = row("https://api.example.com{x}", Api::Fetch, API);
    assert_eq!(
        reason,
        "it depends on the host, which `x` decides: `https://api.example.com` may or may not cover it"
    );
    for sources in [
        "'self' https://other.example https://api.example.com",
        "'self' https://*.example.com https://apt.test",
        "* https://API.example.com/v1",
    ] {
        let named = sources.split(' ').find(|s| s.contains("xample.com"));
        let (reason, _) = row("https://api.example.com{x}", Api::Fetch, sources);
        let named = format!("`{}` may or may not", named.unwrap_or_default());
        // What covers everything needs no hint.
        assert!(
            reason.contains(&named) || reason.contains("lets it through"),
            "{sources}: {reason}"
        );
    }
    for (text, sources, wanted) in [
        ("https://a.test/u?y", "https://a.test/u?x", "cut the query"),
        (
            "https://a.test/u%2Fx",
            "https://a.test/u/",
            "decode a whole path",
        ),
        ("http://127.0.0.1/", "http://127.0.0.1", "IP addresses"),
        ("https://a.test/", "http://a.test:80", "ports 80 and 443"),
        (
            "https://a.test//x",
            "https://a.test//x",
            "paths that the grammar does not have",
        ),
    ] {
        let (reason, _) = row(text, Api::Fetch, sources);
        assert!(reason.contains(wanted), "{text}: {reason}");
    }
    let upgrading = "https://a.test; upgrade-insecure-requests";
    let (reason, _) = row("http://a.test/", Api::Fetch, upgrading);
    assert!(
        reason.contains("browsers check before `upgrade-insecure-requests`"),
        "{reason}"
    );
    let (reason, suggestion) = row("http://[::1]/", Api::Fetch, "'self'");
    assert_eq!((reason.contains("[::1]"), suggestion), (true, None));
    for (text, api, sources, wanted) in [
        (
            "wss://h.test/x",
            Api::WebSocket,
            "'self'",
            "(Safari before 15.4 wants the host with `wss://`)",
        ),
        (
            "blob:https://h.test/1",
            Api::Fetch,
            "'self'",
            "covers `blob:` URLs (`'self'` does not)",
        ),
        (
            "{x}",
            Api::WebSocket,
            "https://a.test",
            "covers `wss:` or `ws:` URLs",
        ),
        (
            "{x}",
            Api::Fetch,
            "'none'",
            "`'none'` in `connect-src` lets nothing through",
        ),
        (
            "https://{x}",
            Api::Fetch,
            "wss://a.test",
            "nothing in `connect-src` covers `https:` URLs",
        ),
        (
            "https://a.test:81/",
            Api::Fetch,
            "https://a.test",
            "does not cover port 81",
        ),
        (
            "https://a.test/",
            Api::Fetch,
            "*.a.test",
            "sub-domains only",
        ),
    ] {
        let (reason, _) = row(text, api, sources);
        assert!(reason.contains(wanted), "{text}: {reason}");
    }
}
