//! The verdicts by the specification's text, against another implementation of it: Servo's
//! (`content-security-policy`). Where they differ, it is one of the differences named here.
#![allow(clippy::unwrap_used)]

use connect_lint::csp::{Mode, parse_header};
use connect_lint::endpoint::Base;
use connect_lint::judge::{AppliedPolicy, judge};
use connect_lint::partial_url::{Page, PartialUrl, Resolved};
use connect_lint::results::{Disposition, VerdictKind};
use connect_lint::sink::Api;
use connect_lint::value::Pattern;
use content_security_policy as servo;
use proptest::prelude::*;
use proptest::sample::select;
use url::{Host, Url};

/// What is judged.
#[derive(Debug)]
struct Case {
    policy: String,
    page: Url,
    url: Url,
}

/// A difference: its name, and whether a case is one where it may show.
type Difference = (&'static str, fn(&Case) -> bool);

/// All differences that are known.
const DIFFERENCES: &[Difference] = &[
    ("the text matches no IP addresses", is_address),
    (
        "the text leaves default ports out of origins",
        has_other_default_port,
    ),
    (
        "the text takes schemes without hosts for no match",
        has_no_domain,
    ),
    (
        "the text lets `'self'` be upgraded on default ports",
        is_upgrade_of_self,
    ),
    ("the text's `*` takes no ftp", is_ftp_under_star),
    ("the text wants two digits after `%`", has_stray_percent),
    (
        "the text takes no `,` or `;` and no empty first segment in a path",
        has_odd_path,
    ),
];

/// CSP3 §6.7.2.10, step 1: "If host is not a domain, return Does Not Match". Servo has the IPv4
/// rule of an older text, which it applies to patterns without `*` and not to 127.0.0.1.
fn is_address(case: &Case) -> bool {
    matches!(case.url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_)))
}

/// CSP3 §6.7.2.8, step 4.2 compares ports, and a port is null when it is the scheme's default
/// (URL Standard). Servo's origins hold the default port as a number: `http://h` then has the
/// same port as `https://h:80`.
fn has_other_default_port(case: &Case) -> bool {
    case.policy.to_ascii_lowercase().contains("'self'")
        && case.url.host() == case.page.host()
        && case.url.port().is_some()
        && case.url.port() == case.page.port_or_known_default()
}

/// CSP3 §6.7.2.8, step 4.2: "either the same or the default ports for their respective schemes".
/// Servo asks whether the URL's port, which is null then, is the number of the default port: so
/// `'self'` on `http://h` does not cover `https://h`.
fn is_upgrade_of_self(case: &Case) -> bool {
    case.policy.to_ascii_lowercase().contains("'self'")
        && case.url.host() == case.page.host()
        && (case.url.port(), case.page.port()) == (None, None)
        && case.page.scheme() == "http"
        && matches!(case.url.scheme(), "https" | "wss")
}

/// CSP3 §6.7.2.10, step 1 again: the hosts of schemes like `custom:` are opaque, no domains.
fn has_no_domain(case: &Case) -> bool {
    case.url.scheme() == "custom" && case.policy.to_ascii_lowercase().contains("custom://")
}

/// CSP3 §6.7.2.8, step 1: `*` takes http(s) (Fetch, "HTTP(S) scheme"). Servo takes ftp too, as
/// an older text did.
fn is_ftp_under_star(case: &Case) -> bool {
    let mut tokens = case
        .policy
        .split([' ', '\t', '\n', '\r', '\u{c}', ';', ',']);
    case.url.scheme() == "ftp" && tokens.any(|token| token == "*")
}

/// CSP3 §2.3.1: `path-part` is RFC 3986's `path-absolute`, where `%` begins an escape. Servo
/// takes any `%`.
fn has_stray_percent(case: &Case) -> bool {
    let digits = |rest: &str| rest.chars().take(2).filter(char::is_ascii_hexdigit).count() == 2;
    !case.policy.split('%').skip(1).all(digits)
}

/// The same grammar: after the first slash comes a segment that is not empty. Servo takes `//`.
fn has_odd_path(case: &Case) -> bool {
    case.policy.split_ascii_whitespace().any(|source| {
        let rest = source.split_once("://").map_or(source, |(_, rest)| rest);
        rest.find('/')
            .is_some_and(|at| rest[at..].starts_with("//"))
    })
}

fn text(all: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    select(all)
}

fn source() -> impl Strategy<Value = String> {
    let host = (
        text(&[
            "",
            "",
            "http://",
            "https://",
            "ws://",
            "wss://",
            "HTTP://",
            "custom://",
            "ftp://",
            "*://",
        ]),
        text(&[
            "a.test",
            "b.a.test",
            "*.a.test",
            "*.test",
            "*",
            "A.TEST",
            "a.test.",
            "127.0.0.1",
            "1.2.3.4",
            "[::1]",
            "a_b.test",
            "*a.test",
            "a.*",
            "",
            ".a.test",
            "xn--bcher-kva.test",
        ]),
        text(&["", "", ":80", ":443", ":8080", ":*", ":0443", ":", ":x"]),
        text(&[
            "", "", "/", "/a", "/a/", "/a/b", "/A", "/%61", "/a%2Fb", "/a//", "//", "/%", "/a?q",
            "/a#f", "/a|b", "/a%3Bb", "/%zz/", "/é", "/a/..", "/a/.",
        ]),
    )
        .prop_map(|(scheme, host, port, path)| format!("{scheme}{host}{port}{path}"));
    let word = text(&[
        "*",
        "'self'",
        "'SELF'",
        "'none'",
        "'NONE'",
        "http:",
        "https:",
        "ws:",
        "wss:",
        "data:",
        "blob:",
        "custom:",
        "CUSTOM:",
        "ftp:",
        "'unsafe-inline'",
        "'nonce-abc'",
        "'strict-dynamic'",
        "self",
        "none",
        "http",
        "1:",
        "é",
        "\"a.test\"",
        "'a.test'",
        "https:a.test",
        "**",
    ]);
    prop_oneof![3 => host, 1 => word.prop_map(str::to_owned)]
}

fn directive() -> impl Strategy<Value = String> {
    let name = text(&[
        "connect-src",
        "connect-src",
        "connect-src",
        "default-src",
        "CONNECT-SRC",
        "img-src",
        "connect-src:",
        "sandbox",
        "connect-srcé",
    ]);
    let space = text(&[" ", "  ", "\t", "\n ", "\u{c}", "\r"]);
    (name, space, prop::collection::vec(source(), 0..4))
        .prop_map(|(name, space, sources)| format!("{name}{space}{}", sources.join(space)))
}

fn policies() -> impl Strategy<Value = String> {
    let between = text(&["; ", ";", ", ", ",", " ; ; ", ",,", ";,"]);
    (prop::collection::vec(directive(), 0..4), between).prop_map(|(all, between)| all.join(between))
}

fn url() -> impl Strategy<Value = Url> {
    let parts = (
        text(&["http", "https", "ws", "wss", "ftp", "custom"]),
        text(&[
            "a.test",
            "b.a.test",
            "c.b.a.test",
            "other.test",
            "a.test.",
            "127.0.0.1",
            "1.2.3.4",
            "[::1]",
            "bücher.test",
            "A.test",
            "test",
            "page.test",
        ]),
        text(&["", "", ":80", ":443", ":8080", ":8443"]),
        text(&[
            "", "/", "/a", "/a/", "/a/b", "/A", "/%61", "/a%2Fb", "/a//b", "//", "/a?q", "/a#f",
            "/é", "/a%3Bb", "/a/c/d", "/%", "/a|b",
        ]),
    );
    let web = parts.prop_map(|(scheme, host, port, path)| format!("{scheme}://{host}{port}{path}"));
    let other = text(&[
        "data:,x",
        "blob:https://page.test/1",
        "custom:x",
        "custom:/a",
        "about:blank",
    ]);
    prop_oneof![12 => web, 1 => other.prop_map(str::to_owned)]
        .prop_map(|text| Url::parse(&text).unwrap())
}

fn page() -> impl Strategy<Value = Url> {
    text(&[
        "https://page.test/",
        "http://page.test/x",
        "https://page.test:8443/",
        "http://page.test:8080/",
        "http://page.test:443/",
        "https://page.test:80/",
        "https://a.test/a/b",
        "http://a.test/",
        "http://127.0.0.1/",
    ])
    .prop_map(|text| Url::parse(text).unwrap())
}

/// Fetch, "obtain a WebSocket connection": the request has the scheme `http` or `https`.
fn as_requested(url: &Url) -> Url {
    let text = url.as_str();
    let http = match url.scheme() {
        "ws" | "wss" => text.replacen("ws", "http", 1),
        _ => text.to_owned(),
    };
    Url::parse(&http).unwrap()
}

fn servo_allows(case: &Case, disposition: servo::PolicyDisposition) -> bool {
    let list = servo::CspList::parse(&case.policy, servo::PolicySource::Header, disposition);
    let url = as_requested(&case.url);
    let (result, _) = list.should_request_be_blocked(&servo::Request {
        current_url: url.clone(),
        url,
        origin: case.page.origin(),
        redirect_count: 0,
        destination: servo::Destination::None,
        initiator: servo::Initiator::Fetch,
        nonce: String::new(),
        integrity_metadata: String::new(),
        parser_metadata: servo::ParserMetadata::None,
    });
    result == servo::CheckResult::Allowed
}

fn we_allow(case: &Case, disposition: Disposition) -> bool {
    let policies = parse_header(&case.policy, disposition);
    let applied: Vec<_> = policies
        .iter()
        .enumerate()
        .map(|(id, policy)| AppliedPolicy { id, policy })
        .collect();
    let page = Page::at(case.page.clone());
    // A plain URL, whatever its scheme.
    let api = Api::XmlHttpRequest;
    let url = Pattern::text(case.url.as_str());
    let resolved = PartialUrl::resolve(&url, &Base::Page, &page, api.sink().rule);
    assert!(matches!(resolved, Resolved::Url(_)));
    let verdict = judge(&resolved, &page, &applied, Mode::Spec, api).verdict;
    assert!(matches!(
        verdict,
        VerdictKind::Allowed | VerdictKind::Blocked
    ));
    verdict == VerdictKind::Allowed
}

fn config() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig {
        cases: asked.and_then(|cases| cases.parse().ok()).unwrap_or(20_000),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_text_is_judged_as_servo_does(policy in policies(), page in page(), url in url()) {
        let case = Case { policy, page, url };
        prop_assert!(we_allow(&case, Disposition::Report));
        prop_assert!(servo_allows(&case, servo::PolicyDisposition::Report));
        let ours = we_allow(&case, Disposition::Enforce);
        let theirs = servo_allows(&case, servo::PolicyDisposition::Enforce);
        let named = DIFFERENCES.iter().any(|(_, shows)| shows(&case));
        prop_assert!(
            ours == theirs || named,
            "we {ours}, Servo {theirs}: `{}` on {} for {}", case.policy, case.page, case.url,
        );
    }
}
