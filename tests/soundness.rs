//! What is said of a URL with holes holds of every URL that it can be.
//!
//! Patterns of text that looks like parts of URLs, and holes of every kind, are judged; then
//! the holes are filled with text that they can hold, and the whole URL is judged. A verdict
//! `allowed` or `blocked` on the pattern must be the verdict on each filling; one that makes no
//! request counts as neither. `PROPTEST_CASES` sets how many patterns are tried.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use connect_lint::csp::{Mode, Policy, parse_header};
use connect_lint::endpoint::Base;
use connect_lint::judge::{AppliedPolicy, Judgement, judge};
use connect_lint::partial_url::{Page, PartialUrl, Resolved, join};
use connect_lint::results::{Disposition, VerdictKind};
use connect_lint::sink::{Api, SINKS};
use connect_lint::value::{Charset, Hole, HoleKind, Part, Pattern};
use proptest::prelude::*;
use proptest::sample::select;
use url::Url;

const TEXTS: &[&str] = &[
    "https:",
    "http:",
    "HTTPS:",
    "wss:",
    "ws:",
    "data:",
    "blob:",
    "custom:",
    "file:",
    "http",
    "s",
    "//",
    "//",
    "//",
    "https://",
    "https://",
    "http://",
    "wss://",
    "ws://",
    "/",
    "/",
    "/",
    "\\",
    "\\\\",
    ":",
    "@",
    "u:p@",
    ":8080",
    ":443",
    ":80",
    "?",
    "#",
    "?q=",
    "&b=",
    "\t",
    "\n",
    " ",
    ".",
    "..",
    "../",
    "./",
    "/../",
    "/./",
    "%2e",
    "%2E%2e",
    "%",
    "%2",
    "2e",
    "e",
    "u",
    "x",
    "api",
    "api.example.com",
    "api.example.com",
    "example.com",
    ".example.com",
    ".example.com",
    ".localhost",
    "other.test",
    "page.test",
    "localhost",
    "127.0.0.1",
    "127.0.0.",
    ".1",
    "0x7f",
    "[::1]",
    "é",
    "/é/",
    "%C3",
    "%C3%A9",
    "-api",
    "u/",
    "/u/",
    "/u/x",
    "1",
    "v",
];

/// What a hole that can hold anything may hold.
const ANYTHING: &[&str] = &[
    "",
    "",
    "/",
    "//",
    "\\",
    "\\\\evil.test/",
    "//evil.test",
    "..",
    "../..",
    "/../../",
    ".",
    "%2e%2e",
    "a",
    "u",
    "u/x",
    "api",
    ".evil.test",
    ":8080",
    ":443",
    ":80",
    "@evil.test",
    "x@",
    "?",
    "?q",
    "#",
    "#f",
    "\t",
    " ",
    "\n/",
    "https://api.example.com/u/x",
    "https:",
    "http:",
    "data:,x",
    "blob:x",
    "wss://api.example.com",
    "http://page.test/",
    "http://localhost/",
    "custom:x",
    "80",
    "2e",
    "e",
    "%",
    "%FF",
    "é",
    "s",
    "://",
    "example.com",
    "api.example.com",
];

const NUMBERS: &[&str] = &[
    "0",
    "42",
    "-1",
    "1.5",
    "1e+21",
    "NaN",
    "Infinity",
    "-Infinity",
    "8080",
    "443",
    "80",
    "2",
    "65536",
];

const BASE_PATHS: &[&str] = &[
    "",
    "",
    "/app",
    "/a/b",
    "/..",
    "/a//b",
    "/evil.test",
    "/x:80",
];

const FOLDERS: &[&str] = &["/", "/", "/app/", "/a/b/", "/../", "/a//", "/x:80/"];

const PATH_STARTS: &[&str] = &[
    "",
    "",
    "/",
    "/app",
    "/a/b",
    "//evil.test",
    "//",
    "/..",
    "/a?b",
    "/a#b",
    "/\\evil.test",
];

const HOST_CHARS: &[&str] = &[
    "", "a", "tenant-1", "x.y", "api", "127.0.0", "0x7f", "A", "a_b", "1",
];

const HOSTS: &[&str] = &[
    "api.example.com",
    "api.example.com",
    "*.example.com",
    "*.example.com",
    "example.com",
    ".example.com",
    "other.test",
    "page.test",
    "*.test",
    "*",
    "localhost",
    "*.localhost",
    "127.0.0.1",
    "127.0.0.1.",
    "a.example.com",
];

const PAGES: &[&str] = &[
    "https://page.test/",
    "https://page.test/u/x?q=1#f",
    "http://page.test/u/",
    "https://page.test:8443/u/x.html",
    "http://page.test:8080/",
    "http://localhost/u/",
    "https://api.example.com/u/x",
];

/// Pages that no policy here names, which is what an unnamed page stands for.
const UNNAMED: &[&str] = &[
    "https://my.unnamed.site/",
    "https://my.unnamed.site/u/x?q=1#f",
    "https://unnamed.site/a/b/c/d/e/",
];

fn hole_kind() -> impl Strategy<Value = HoleKind> {
    use HoleKind::*;
    prop_oneof![
        6 => Just(Unknown { why: "a value".into() }),
        1 => Just(Env { name: "process.env.API".into() }),
        1 => Just(Param { name: "id".into() }),
        5 => select(vec![
            PageOrigin, PageProtocol, PageHost, PageHostname, PagePort, PageHref, PagePathname,
            PageSearch, PageHash, ScriptUrl,
        ]),
    ]
}

fn hole() -> impl Strategy<Value = Hole> {
    let charset = prop_oneof![
        4 => Just(Charset::Any),
        2 => Just(Charset::UriComponent),
        2 => Just(Charset::Number),
        1 => Just(Charset::Query),
        1 => Just(Charset::BasePath),
        1 => Just(Charset::Folder),
        1 => Just(Charset::PathStart),
    ];
    (hole_kind(), charset).prop_map(|(kind, charset)| Hole::new(kind).with_charset(charset))
}

fn tame_hole() -> impl Strategy<Value = Pattern> {
    let charset = select(vec![Charset::UriComponent, Charset::Number, Charset::Query]);
    charset.prop_map(|charset| Pattern::hole(Hole::unknown("a value").with_charset(charset)))
}

/// A path of which only the beginning is certain, after what it may end, and before what may end
/// it.
fn base_pattern() -> impl Strategy<Value = Vec<Pattern>> {
    let texts = |all: &[&'static str]| select(all.to_vec()).prop_map(Pattern::text).boxed();
    let page = |kind: HoleKind| Just(Pattern::hole(Hole::new(kind))).boxed();
    let charset = select(vec![Charset::BasePath, Charset::Folder, Charset::PathStart]);
    (
        prop_oneof![
            2 => texts(&["", "https://api.example.com", "//page.test", "/", "u@", "wss://a"]),
            1 => page(HoleKind::PageOrigin),
        ],
        charset.prop_map(|charset| Pattern::hole(Hole::unknown("a path").with_charset(charset))),
        texts(&[
            "/u/",
            "/u",
            "u/x",
            "",
            "//evil.test",
            "?q",
            ".evil.test",
            ":80",
            "\\u",
        ]),
        prop_oneof![texts(&["", "x"]), tame_hole()],
    )
        .prop_map(|(a, b, c, d)| vec![a, b, c, d])
}

/// A known origin, and a path that dot segments may climb in.
fn path_pattern() -> impl Strategy<Value = Vec<Pattern>> {
    let origins = select(vec![
        "https://api.example.com/",
        "https://page.test/",
        "//api.example.com/",
        "/",
        "",
    ]);
    let texts = select(vec![
        "/", "/", "u", "u/", "/u/", "x", "..", "../", "/../", ".", "/./", "%2", "%", "2e", "%2e",
        "e", "\\", "%C3%A9", "%C3", "?q",
    ]);
    let part = prop_oneof![2 => texts.prop_map(Pattern::text), 1 => tame_hole()];
    (origins, prop::collection::vec(part, 1..7)).prop_map(|(origin, mut parts)| {
        parts.insert(0, Pattern::text(origin));
        parts
    })
}

/// An authority that may be empty: the next segment is the host then.
fn skipped_pattern() -> impl Strategy<Value = Vec<Pattern>> {
    let texts = |all: &[&'static str]| select(all.to_vec()).prop_map(Pattern::text);
    let hosts = [
        "api.example.com",
        "api.example.com:8080",
        "page.test",
        "localhost",
        "u/x",
    ];
    (
        texts(&[
            "https://", "http://", "//", "/", "", "wss://", "https:", "http:/",
        ]),
        tame_hole(),
        texts(&["/", "//", "\\", "", "/ /"]),
        texts(&hosts),
        prop_oneof![texts(&["/u/", "/u/x", ""]), tame_hole()],
    )
        .prop_map(|(a, b, c, d, e)| vec![a, b, c, d, e])
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let text = select(TEXTS).prop_map(Pattern::text);
    let part = prop_oneof![3 => text, 1 => hole().prop_map(Pattern::hole)];
    let loose = prop::collection::vec(part, 1..8);
    // Like real ones: an origin, a path, a query; holes anywhere.
    let origins = ["https://", "http://", "wss://", "//", "", "/"];
    let maybe = |strategy: BoxedStrategy<Pattern>| prop_oneof![2 => strategy, 1 => hole().prop_map(Pattern::hole), 2 => Just(Pattern::default())];
    let texts = |all: &'static [&'static str]| select(all).prop_map(Pattern::text).boxed();
    let real = (
        select(origins.to_vec()).prop_map(Pattern::text),
        maybe(texts(&["api", "a.b", "127.0", "u@"])),
        maybe(texts(&[
            ".example.com",
            "page.test",
            "-x.example.com",
            ".0.1",
            ".localhost",
        ])),
        maybe(texts(&[":", ":8080", ":443", ""])),
        maybe(texts(&["/u/", "/u", "/", "/u/../", "/.%2e/"])),
        maybe(texts(&["x", "../", "..", "%2", "/"])),
        maybe(texts(&["?q=", "#", "/x", ""])),
    )
        .prop_map(|(a, b, c, d, e, f, g)| vec![a, b, c, d, e, f, g]);
    prop_oneof![
        loose,
        real,
        path_pattern(),
        skipped_pattern(),
        base_pattern()
    ]
    .prop_map(|parts| {
        let mut out = Pattern::default();
        parts.iter().for_each(|part| out.extend(part));
        out
    })
}

fn source() -> impl Strategy<Value = String> {
    let schemes = [
        "",
        "",
        "https://",
        "https://",
        "http://",
        "ws://",
        "wss://",
        "custom://",
    ];
    let ports = ["", "", "", ":443", ":80", ":8080", ":*"];
    let paths = [
        "",
        "",
        "",
        "/",
        "/u",
        "/u/",
        "/u/x",
        "/%75/",
        "/u%2F",
        "/u/?q",
        "/%C3%A9/",
        "/u//",
        "//",
        "/%FF/",
        "/%C3%A9%FF",
    ];
    let keywords = [
        "'self'", "'self'", "*", "https:", "http:", "ws:", "wss:", "data:", "blob:", "custom:",
        "'none'",
    ];
    let host = (
        select(schemes.to_vec()),
        select(HOSTS),
        select(ports.to_vec()),
        select(paths.to_vec()),
    )
        .prop_map(|(scheme, host, port, path)| format!("{scheme}{host}{port}{path}"));
    let near = (
        select(vec![
            "https://api.example.com",
            "api.example.com",
            "https://page.test",
        ]),
        select(paths.to_vec()),
    )
        .prop_map(|(origin, path)| format!("{origin}{path}"));
    prop_oneof![2 => host, 1 => near, 1 => select(keywords.to_vec()).prop_map(str::to_owned)]
}

fn policy() -> impl Strategy<Value = Policy> {
    let before = [
        "connect-src ",
        "connect-src ",
        "default-src ",
        "upgrade-insecure-requests; connect-src ",
        "img-src ",
        "sandbox allow-scripts; connect-src ",
    ];
    let disposition = select(
        &[
            Disposition::Enforce,
            Disposition::Enforce,
            Disposition::Report,
        ][..],
    );
    (
        select(before.to_vec()),
        prop::collection::vec(source(), 0..4),
        disposition,
    )
        .prop_map(|(before, sources, disposition)| {
            let text = format!("{before}{}", sources.join(" "));
            parse_header(&text, disposition).remove(0)
        })
}

fn base() -> impl Strategy<Value = Base> {
    let hrefs = [
        "/u/",
        "sub/",
        "../x",
        "https://api.example.com/u/x",
        "//other.test/",
        "data:,x",
        "?q",
        "http://page.test/a/b",
        "blob:x",
        "",
    ];
    prop_oneof![
        3 => Just(Base::Page),
        1 => Just(Base::Script),
        2 => select(hrefs.to_vec()).prop_map(|href| Base::Href(href.to_owned())),
    ]
}

fn api() -> impl Strategy<Value = Api> {
    select(SINKS).prop_map(|sink| sink.api)
}

/// The page as the program knows it, and as it is.
#[derive(Debug, Clone)]
struct Where {
    page: Option<Url>,
    real: Url,
    base: Base,
    script: Url,
}

fn place() -> impl Strategy<Value = Where> {
    let pages = prop_oneof![
        select(PAGES).prop_map(|page| (Some(page), page)),
        select(UNNAMED).prop_map(|page| (None, page)),
    ];
    (
        pages,
        base(),
        select(&["/app.js", "/u/x/y.js", "/u/app.js?v=1"][..]),
    )
        .prop_map(|((page, real), base, script)| {
            let real = Url::parse(real).unwrap();
            Where {
                page: page.map(|page| Url::parse(page).unwrap()),
                script: real.join(script).unwrap(),
                real,
                base,
            }
        })
}

impl Where {
    fn known_page(&self) -> Page {
        match &self.page {
            Some(url) => Page::at(url.clone()),
            None => Page::unnamed().unwrap(),
        }
    }

    fn real_base(&self) -> Base {
        match &self.base {
            Base::Script => Base::Href(self.script.to_string()),
            base => base.clone(),
        }
    }

    fn value_of(&self, kind: &HoleKind) -> Option<String> {
        use url::quirks;
        let url = &self.real;
        Some(match kind {
            HoleKind::PageOrigin => quirks::origin(url),
            HoleKind::PageProtocol => quirks::protocol(url).to_owned(),
            HoleKind::PageHost => quirks::host(url).to_owned(),
            HoleKind::PageHostname => quirks::hostname(url).to_owned(),
            HoleKind::PagePort => quirks::port(url).to_owned(),
            HoleKind::PageHref => url.to_string(),
            HoleKind::PagePathname => quirks::pathname(url).to_owned(),
            HoleKind::PageSearch => quirks::search(url).to_owned(),
            HoleKind::PageHash => quirks::hash(url).to_owned(),
            HoleKind::ScriptUrl => self.script.to_string(),
            _ => return None,
        })
    }
}

/// A small generator of choices, the same for the same seed.
struct Dice(u64);

impl Dice {
    fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        all[(self.0 >> 33) as usize % all.len()]
    }

    fn anything(&mut self) -> String {
        let more = self.pick(&["", "", "more"]) == "more";
        let second = if more { self.pick(ANYTHING) } else { "" };
        format!("{}{second}", self.pick(ANYTHING))
    }
}

fn encode_uri_component(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&b);
    text.bytes()
        .map(|b| {
            if plain(b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

/// The text that the pattern is at run time.
fn filled(pattern: &Pattern, at: &Where, dice: &mut Dice) -> String {
    let mut out = String::new();
    for (i, part) in pattern.parts().iter().enumerate() {
        let hole = match part {
            Part::Text(text) => {
                out.push_str(text);
                continue;
            }
            Part::Hole(hole) => hole,
        };
        let own = at.value_of(&hole.kind);
        let before_dot =
            matches!(pattern.parts().get(i + 1), Some(Part::Text(text)) if text.starts_with('.'));
        let text = match (hole.charset, own) {
            (Charset::Number, _) => dice.pick(NUMBERS).to_owned(),
            (Charset::BasePath, _) => dice.pick(BASE_PATHS).to_owned(),
            (Charset::Folder, _) => dice.pick(FOLDERS).to_owned(),
            (Charset::PathStart, _) => dice.pick(PATH_STARTS).to_owned(),
            (Charset::Any, Some(own)) => own,
            (Charset::Any, None) if before_dot && in_host(&out) => dice.pick(HOST_CHARS).to_owned(),
            (Charset::Any, None) => dice.anything(),
            (Charset::UriComponent, own) => {
                encode_uri_component(&own.unwrap_or_else(|| dice.anything()))
            }
            (Charset::Query, own) => {
                let value = own.unwrap_or_else(|| dice.anything());
                url::form_urlencoded::Serializer::new(String::new())
                    .append_pair(dice.pick(&["", "a", ".."]), &value)
                    .finish()
                    .replace(if value.is_empty() { "=" } else { "\0" }, "")
            }
        };
        out.push_str(&text);
    }
    out
}

/// Whether the text ends within a host: the one assumption that is made is about such holes.
fn in_host(before: &str) -> bool {
    let before = before.replace(['\t', '\n', '\r'], "");
    let before = before.trim_start_matches(|c: char| c <= ' ');
    let rest = match before.find(['/', '\\']) {
        Some(start) if before[..start].is_empty() || before[..start].ends_with(':') => {
            &before[start..]
        }
        _ => return false,
    };
    let authority = rest.trim_start_matches(['/', '\\']);
    let host = authority.rsplit('@').next().unwrap_or("");
    rest.len() - authority.len() >= 2
        && !authority.contains(['/', '\\', '?', '#'])
        && !host.contains(':')
}

fn verdicts(judgement: &Judgement) -> Vec<VerdictKind> {
    let policies = judgement.per_policy.iter().chain(&judgement.report_only);
    let mut out = vec![judgement.verdict];
    out.extend(policies.map(|policy| policy.verdict));
    out
}

fn contradicts(partial: &Judgement, whole: &Judgement) -> bool {
    let no_request = whole.per_policy.is_empty() && whole.report_only.is_empty();
    if no_request {
        return false;
    }
    let certain = |v: VerdictKind| matches!(v, VerdictKind::Allowed | VerdictKind::Blocked);
    verdicts(partial)
        .into_iter()
        .zip(verdicts(whole))
        .any(|(partial, whole)| certain(partial) && partial != whole)
}

fn check(pattern: &Pattern, at: &Where, policies: &[Policy], api: Api, seed: u64) {
    let applied: Vec<_> = policies
        .iter()
        .enumerate()
        .map(|(id, policy)| AppliedPolicy { id, policy })
        .collect();
    let (known, real) = (at.known_page(), Page::at(at.real.clone()));
    let partial = PartialUrl::resolve(pattern, &at.base, &known, api.sink().rule);
    let mut dice = Dice(seed);
    for _ in 0..12 {
        let text = filled(pattern, at, &mut dice);
        let whole = Pattern::text(text.as_str());
        let whole = PartialUrl::resolve(&whole, &at.real_base(), &real, api.sink().rule);
        let Resolved::Url(url) = &whole else {
            continue;
        };
        match &partial {
            Resolved::NoRequest { why } => panic!("`{pattern}` makes a request as {text:?}: {why}"),
            Resolved::Url(partial) => {
                assert!(
                    !partial.same_origin || url.same_origin,
                    "`{pattern}` as {text:?}"
                );
            }
        }
        for mode in [Mode::Browser, Mode::Spec] {
            let said = judge(&partial, &known, &applied, mode, api);
            let is = judge(&whole, &real, &applied, mode, api);
            assert!(
                !contradicts(&said, &is),
                "{mode:?}: `{pattern}` is {:?} ({}),\n{text:?} is {:?} ({})\n{partial:?}\n{url:?}",
                verdicts(&said),
                said.reason,
                verdicts(&is),
                is.reason,
            );
        }
    }
}

fn config() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig {
        cases: asked.and_then(|cases| cases.parse().ok()).unwrap_or(5_000),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_certain_verdict_holds_of_every_url(
        pattern in pattern(),
        at in place(),
        policies in prop::collection::vec(policy(), 1..3),
        api in api(),
        seed in any::<u64>().no_shrink(),
    ) {
        check(&pattern, &at, &policies, api, seed);
    }

    /// `new URL(reference, base)` is the text that it is at run time, as far as it is known.
    #[test]
    fn a_certain_verdict_holds_of_joined_urls(
        reference in pattern(),
        base in pattern(),
        at in place(),
        policy in policy(),
        seed in any::<u64>().no_shrink(),
    ) {
        let joined = join(&reference, &base);
        let known = at.known_page();
        let real = Page::at(at.real.clone());
        let rule = Api::XmlHttpRequest.sink().rule;
        let partial = PartialUrl::resolve(&joined, &Base::Page, &known, rule);
        let applied = [AppliedPolicy { id: 0, policy: &policy }];
        let mut dice = Dice(seed);
        for _ in 0..12 {
            let (reference, base) = (filled(&reference, &at, &mut dice), filled(&base, &at, &mut dice));
            let Some(url) = Url::parse(&base).ok().and_then(|base| base.join(&reference).ok()) else {
                continue;
            };
            let whole = PartialUrl::resolve(&Pattern::text(url.as_str()), &Base::Page, &real, rule);
            for mode in [Mode::Browser, Mode::Spec] {
                let said = judge(&partial, &known, &applied, mode, Api::XmlHttpRequest);
                let is = judge(&whole, &real, &applied, mode, Api::XmlHttpRequest);
                prop_assert!(
                    !contradicts(&said, &is),
                    "{mode:?}: `{joined}` is {:?}, new URL({reference:?}, {base:?}) is {:?}",
                    verdicts(&said), verdicts(&is),
                );
            }
        }
    }

    /// What is suggested, once added, lets the URL through.
    #[test]
    fn a_suggestion_lets_the_url_through(
        pattern in pattern(),
        at in place(),
        before in select(&["", "upgrade-insecure-requests; "][..]),
        api in api(),
    ) {
        let page = at.known_page();
        let resolved = PartialUrl::resolve(&pattern, &at.base, &page, api.sink().rule);
        let Resolved::Url(_) = &resolved else {
            return Ok(());
        };
        let blocking = parse_header(&format!("{before}connect-src"), Disposition::Enforce);
        let applied = [AppliedPolicy { id: 0, policy: &blocking[0] }];
        let judgement = judge(&resolved, &page, &applied, Mode::Browser, api);
        if judgement.per_policy.is_empty() {
            // The API throws.
            return Ok(());
        }
        prop_assert_eq!(judgement.verdict, VerdictKind::Blocked);
        if let Some(source) = judgement.suggestion {
            let text = format!("{before}connect-src {source}");
            let mended = parse_header(&text, Disposition::Enforce);
            let applied = [AppliedPolicy { id: 0, policy: &mended[0] }];
            let judgement = judge(&resolved, &page, &applied, Mode::Browser, api);
            prop_assert_eq!(judgement.verdict, VerdictKind::Allowed, "`{}` for `{}`", source, pattern);
        }
    }
}
