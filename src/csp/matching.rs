//! What a source list says of a URL (CSP3 §6.7.2), complete or not.
//!
//! Every question has three answers: for all URLs that it can be, for none, or for some.

use super::policy::{Directive, Policy};
use super::source::{HostSource, OpenSource, PortSource, Source, SourceKind};
use crate::partial_url::{Host, Page, PartialUrl, Path, Port};
use crate::results::Disposition;
use crate::sink::Api;
use percent_encoding::percent_decode_str;

/// By whose rules to judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// What current browsers do.
    #[default]
    Browser,
    /// The text of the specification.
    Spec,
}

/// An answer over all that a URL can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// For every URL that it can be.
    Always,
    /// For none.
    Never,
    /// For some, or it cannot be told.
    Sometimes,
}

use Answer::{Always, Never, Sometimes};

impl From<bool> for Answer {
    fn from(yes: bool) -> Self {
        if yes { Always } else { Never }
    }
}

impl Answer {
    fn and(self, other: Answer) -> Answer {
        match (self, other) {
            (Never, _) | (_, Never) => Never,
            (Always, Always) => Always,
            _ => Sometimes,
        }
    }

    fn or(self, other: Answer) -> Answer {
        match (self, other) {
            (Always, _) | (_, Always) => Always,
            (Never, Never) => Never,
            _ => Sometimes,
        }
    }
}

/// What one policy says of a URL.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Whether it lets the request through.
    pub allows: Answer,
    /// The directive that says so.
    pub directive: Option<String>,
    /// It stands in for `connect-src`.
    pub by_fallback: bool,
    /// The source expression that matches, always or sometimes.
    pub source: Option<String>,
    /// Why.
    pub reason: String,
}

/// Which part of a source did not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Miss {
    Nothing,
    Host,
    Scheme,
    Port,
    Path,
}

pub(super) struct Match {
    pub(super) answer: Answer,
    /// The furthest part that fits and the one that does not.
    miss: Miss,
}

/// How a request is checked, besides its URL and the page.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// By whose rules.
    pub mode: Mode,
    /// What makes the request.
    pub api: Api,
    /// Some policy of the document has `upgrade-insecure-requests`.
    pub upgrading: bool,
    /// Of the policy.
    pub disposition: Disposition,
}

/// Judges a URL by one policy.
pub fn judge_list(policy: &Policy, url: &PartialUrl, page: &Page, check: &Check) -> Outcome {
    let mode = check.mode;
    let checked = checked_url(url, check);
    let Some((directive, by_fallback)) = policy.connect_directive_by(mode) else {
        return Outcome {
            allows: match policy.open {
                Some(_) => Sometimes,
                None => Always,
            },
            directive: None,
            by_fallback: false,
            source: None,
            reason: match &policy.open {
                Some(open) => open_reason(open),
                None => unrestricted(policy, url, page, check),
            },
        };
    };
    let mut outcome = Outcome {
        allows: Never,
        directive: Some(directive.name.clone()),
        by_fallback,
        source: None,
        reason: String::new(),
    };
    let mut nearest: Option<(&Source, Miss)> = None;
    let mut likeness = None;
    let mut open_source = None;
    for source in &directive.sources {
        if let SourceKind::Open(open) = &source.kind {
            if may_cover(open, &checked, page, mode) {
                outcome.allows = outcome.allows.or(Sometimes);
                open_source = open_source.or(Some(source));
            }
            continue;
        }
        let found = match_source(source, &checked, page, mode);
        let alike = Some(likeness_to(source, &checked, page));
        if found.answer == Always || (found.answer == Sometimes && alike > likeness) {
            outcome.source = Some(source.text.clone());
            likeness = alike;
        }
        outcome.allows = outcome.allows.or(found.answer);
        if found.answer == Always {
            break;
        }
        let nearer = nearest.is_none_or(|(_, miss)| found.miss > miss);
        if found.miss > Miss::Nothing && nearer {
            nearest = Some((source, found.miss));
        }
    }
    outcome.reason = reason(&outcome, directive, nearest, open_source, &checked, page);
    if let (Never, true, Some(open)) = (outcome.allows, by_fallback, &policy.open) {
        // A `connect-src` may come from there.
        outcome.allows = Sometimes;
        outcome.reason = open_reason(open);
    }
    if outcome.allows != Always && by_fallback {
        outcome
            .reason
            .push_str(" (there is no `connect-src`: `default-src` stands in)");
    }
    if let Some(difference) = difference(policy, url, page, check, outcome.allows) {
        outcome.reason.push_str(&difference);
    }
    outcome
}

/// What each source of the directive that governs connections says of a URL; one that is not
/// known (a hole) sometimes lets it through, whatever it is.
pub fn source_answers(
    policy: &Policy,
    url: &PartialUrl,
    page: &Page,
    check: &Check,
) -> Vec<Answer> {
    let checked = checked_url(url, check);
    let directive = policy.connect_directive_by(check.mode);
    let sources = directive.into_iter().flat_map(|(d, _)| &d.sources);
    sources
        .map(|source| match_source(source, &checked, page, check.mode).answer)
        .collect()
}

fn open_reason(open: &str) -> String {
    format!("a part of the policy is not known: `{open}`")
}

/// How much of a known beginning a source has too: of several that may cover a URL, the one
/// that is meant is the most alike.
fn likeness_to(source: &Source, url: &PartialUrl, page: &Page) -> usize {
    let own = page.origin_url();
    let (scheme, rest) = match &source.kind {
        SourceKind::Host(host) => (
            host.scheme.as_deref(),
            format!("{}{}", host.host, host.path),
        ),
        SourceKind::OwnOrigin => (
            Some(own.scheme()),
            own.host_str().unwrap_or_default().to_owned(),
        ),
        SourceKind::Scheme(scheme) => (Some(scheme.as_str()), String::new()),
        _ => return 0,
    };
    let Some((of_url, start)) = url.start.split_once("://") else {
        return 0;
    };
    let same_scheme = usize::from(scheme == Some(of_url));
    let shared = start.bytes().zip(rest.bytes());
    let shared = shared.take_while(|(a, b)| a == b).count();
    // A sub-domain of a wildcard shares no beginning with it.
    let domain = rest.strip_prefix('*').filter(|d| d.starts_with('.'));
    let in_domain = domain.filter(|d| start.contains(*d)).map_or(0, str::len);
    2 * shared.max(in_domain) + same_scheme
}

fn unrestricted(policy: &Policy, url: &PartialUrl, page: &Page, check: &Check) -> String {
    let dropped = policy.directives.iter().find(|d| {
        d.non_ascii && !d.duplicate && matches!(d.name.as_str(), "connect-src" | "default-src")
    });
    let mut reason = match dropped {
        Some(dropped) => format!(
            "`{}` holds a character that is not ASCII, which drops it: connections are not \
             restricted",
            dropped.name
        ),
        None => "the policy has neither `connect-src` nor `default-src`: connections are not \
                 restricted"
            .to_owned(),
    };
    if let Some(difference) = difference(policy, url, page, check, Always) {
        reason.push_str(&difference);
    }
    reason
}

/// Where browsers and the specification come to different answers, the other one, in words.
fn difference(
    policy: &Policy,
    url: &PartialUrl,
    page: &Page,
    check: &Check,
    allows: Answer,
) -> Option<String> {
    let (mode, whose) = match check.mode {
        Mode::Browser => (Mode::Spec, "by the text of the specification"),
        Mode::Spec => (Mode::Browser, "in today's browsers"),
    };
    let other = Check { mode, ..*check };
    let answer = match policy.connect_directive_by(mode) {
        None => Always,
        Some((directive, _)) => answer(&directive.sources, &checked_url(url, &other), page, mode),
    };
    let verdict = match answer {
        Always => "allowed",
        Never => "blocked",
        Sometimes => return None,
    };
    if answer == allows || allows == Sometimes {
        return None;
    }
    let why = why_different(policy, url, page, check);
    Some(format!("; {whose} it is {verdict}{why}"))
}

fn answer(sources: &[Source], url: &PartialUrl, page: &Page, mode: Mode) -> Answer {
    let answers = sources
        .iter()
        .map(|s| match_source(s, url, page, mode).answer);
    answers.fold(Never, Answer::or)
}

/// Which rule it is that browsers and the text do not share.
fn why_different(policy: &Policy, url: &PartialUrl, page: &Page, check: &Check) -> String {
    let by = |mode| policy.connect_directive_by(mode);
    let (Some((browser, _)), Some((text, _))) = (by(Mode::Browser), by(Mode::Spec)) else {
        return ": a directive that is not ASCII is dropped before or after duplicates are".into();
    };
    if browser.name_range != text.name_range {
        return ": a directive that is not ASCII is dropped before or after duplicates are".into();
    }
    let late = Check {
        mode: Mode::Browser,
        ..*check
    };
    let (seen, upgraded) = (checked_url(url, &late), url.upgraded());
    let spec = |url: &PartialUrl| answer(&browser.sources, url, page, Mode::Spec);
    if check.upgrading && seen != upgraded && spec(&seen) != spec(&upgraded) {
        return ": browsers check before `upgrade-insecure-requests`, the text after it".into();
    }
    let differs = |source: &&Source| {
        let of = |mode| match_source(source, &seen, page, mode).answer;
        of(Mode::Browser) != of(Mode::Spec)
    };
    let rule = browser.sources.iter().find(differs);
    rule.map_or_else(String::new, |source| {
        format!(": {}", differing_rule(source, &seen))
    })
}

fn differing_rule(source: &Source, url: &PartialUrl) -> &'static str {
    let socket = |scheme: Option<&str>| matches!(scheme, Some("ws" | "wss"));
    let host = match &source.kind {
        SourceKind::Host(host) => Some(host),
        _ => None,
    };
    let scheme = match &source.kind {
        SourceKind::Scheme(scheme) => Some(scheme.as_str()),
        _ => host.and_then(|host| host.scheme.as_deref()),
    };
    let ip = matches!(&url.host, Host::Known(host) if is_ip(host));
    match host {
        Some(host) if host.cut => "browsers cut the query or fragment of a source off",
        Some(host) if host.odd_path => "browsers take paths that the grammar does not have",
        Some(_) if ip => "the text knows no IP addresses, browsers compare them",
        _ if socket(url.scheme.as_deref()) != socket(scheme) => {
            "browsers keep WebSocket schemes apart from http and https, the text does not"
        }
        Some(host) if !matches!(host.path.as_str(), "" | "/") && host.port.is_none() => {
            "browsers decode a whole path (`%2F` is `/`), the text each segment"
        }
        _ => "browsers let ports 80 and 443 change with the scheme, the text does not",
    }
}

/// The URL as the check sees it. By the text, upgrading comes first; browsers upgrade some
/// requests only after the check of policies that enforce.
fn checked_url(url: &PartialUrl, check: &Check) -> PartialUrl {
    if !check.upgrading {
        return url.clone();
    }
    let late = matches!(
        check.api,
        Api::Fetch
            | Api::FetchLater
            | Api::CacheAdd
            | Api::CacheAddAll
            | Api::SendBeacon
            | Api::BackgroundFetch
            | Api::WebTransport
    );
    let socket = matches!(check.api, Api::WebSocket | Api::WebSocketStream);
    let before = match check.disposition {
        Disposition::Enforce => late,
        Disposition::Report => !socket,
    };
    if check.mode == Mode::Browser && before {
        url.clone()
    } else {
        url.upgraded()
    }
}

pub(super) fn match_source(source: &Source, url: &PartialUrl, page: &Page, mode: Mode) -> Match {
    let plain = |answer| Match {
        answer,
        miss: Miss::Nothing,
    };
    match &source.kind {
        SourceKind::OwnOrigin => own_origin(url, page, mode),
        SourceKind::None | SourceKind::NoEffect | SourceKind::Invalid => plain(Never),
        SourceKind::Open(open) => plain(match may_cover(open, url, page, mode) {
            true => Sometimes,
            false => Never,
        }),
        SourceKind::Any => plain(over_schemes(url, |scheme| {
            let network = matches!(scheme, "http" | "https" | "ws" | "wss");
            network || scheme == page.origin_url().scheme()
        })),
        SourceKind::Scheme(scheme) => plain(over_schemes(url, |of_url| {
            scheme_part(scheme, of_url, mode)
        })),
        SourceKind::Host(host) => host_source(host, url, page, mode),
    }
}

/// Whether a source with a hole may let a URL through, by what is known around the hole.
fn may_cover(source: &OpenSource, url: &PartialUrl, page: &Page, mode: Mode) -> bool {
    let OpenSource {
        scheme,
        host_start,
        is_whole,
        host_end,
    } = source;
    if scheme.is_none() && host_start.is_empty() {
        return true;
    }
    let scheme = scheme.as_deref().unwrap_or(page.origin_url().scheme());
    if over_schemes(url, |of_url| scheme_part(scheme, of_url, mode)) == Never {
        return false;
    }
    if *is_whole {
        return host_part(host_start, url, mode) != Never;
    }
    match &url.host {
        Host::Known(host) => {
            let begins = host_start.starts_with('*') || host.starts_with(host_start.as_str());
            begins && host.ends_with(host_end.trim_start_matches('*'))
        }
        Host::Suffix(_) | Host::Open => true,
    }
}

/// What holds of the URL's scheme, or of all that it can have.
fn over_schemes(url: &PartialUrl, holds: impl Fn(&str) -> bool) -> Answer {
    if let Some(scheme) = &url.scheme {
        return holds(scheme).into();
    }
    let yes = url.possible.iter().filter(|scheme| holds(scheme)).count();
    match (yes, url.possible.len()) {
        (_, 0) => Sometimes,
        (0, _) => Never,
        (yes, all) if yes == all => Always,
        _ => Sometimes,
    }
}

/// `scheme-part` match (CSP3 §6.7.2.9). Browsers keep WebSocket schemes apart.
fn scheme_part(source: &str, url: &str, mode: Mode) -> bool {
    let upgrade = matches!((source, url), ("http", "https") | ("ws", "wss"));
    let spec = matches!(
        (source, url),
        ("ws", "http" | "https") | ("wss", "https") | ("http", "ws" | "wss") | ("https", "wss")
    );
    source == url || upgrade || (mode == Mode::Spec && spec)
}

/// `'self'` (CSP3 §6.7.2.8, last step).
fn own_origin(url: &PartialUrl, page: &Page, mode: Mode) -> Match {
    let own = page.origin_url();
    let host = match &url.host {
        Host::Open => Sometimes,
        Host::Known(host) => (!host.is_empty() && Some(host.as_str()) == own.host_str()).into(),
        Host::Suffix(suffix) => {
            if own.host_str().is_some_and(|h| h.ends_with(suffix.as_str())) {
                Sometimes
            } else {
                Never
            }
        }
    };
    let scheme = over_schemes(url, |scheme| match scheme {
        "https" | "wss" => true,
        "http" | "ws" => own.scheme() == "http",
        other => other == own.scheme() && other == "ftp",
    });
    let port = match (url.port, url.scheme.as_deref()) {
        (Port::Open, _) | (_, None) => Sometimes,
        (Port::Known(port), Some(scheme)) => own_port_matches(own, scheme, port, mode).into(),
    };
    let answer = host.and(scheme).and(port);
    let miss = match (host, scheme, port) {
        (Always, Never, _) => Miss::Scheme,
        (Always, _, Never) => Miss::Port,
        _ => Miss::Nothing,
    };
    Match { answer, miss }
}

/// Ports of `'self'`: the same, or both the default ones.
fn own_port_matches(own: &url::Url, scheme: &str, port: Option<u16>, mode: Mode) -> bool {
    let own_port = own.port_or_known_default();
    let default = port == default_port(scheme);
    let own_default = own_port == default_port(own.scheme());
    match mode {
        // A URL's port is null when it is the default one (URL Standard): `http://h:80` has
        // none, `https://h:80` has one.
        Mode::Spec => (default && own_default) || (port == own_port && default == own_default),
        // On `http://h`, browsers take `https://h:80` for an upgrade.
        Mode::Browser => (default && own_default) || port == own_port,
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        "ftp" => Some(21),
        _ => None,
    }
}

fn host_source(source: &HostSource, url: &PartialUrl, page: &Page, mode: Mode) -> Match {
    let never = |miss| Match {
        answer: Never,
        miss,
    };
    if mode == Mode::Spec && (source.cut || source.odd_path) {
        return never(Miss::Nothing);
    }
    let host = match page.before_unnamed_host(&url.host) {
        Some(before) => beside_unnamed_host(&source.host, before),
        None => host_part(&source.host, url, mode),
    };
    let source_scheme = source
        .scheme
        .as_deref()
        .unwrap_or(page.origin_url().scheme());
    let scheme = over_schemes(url, |scheme| scheme_part(source_scheme, scheme, mode));
    let port = port_part(source, source_scheme, url, mode);
    let path = path_part(&source.path, &url.path, mode);
    let named = source.host != "*";
    let miss = match (host, scheme, port, path) {
        (Always, Never, ..) if named => Miss::Scheme,
        (_, Never, ..) => Miss::Nothing,
        (Always, _, Never, _) => Miss::Port,
        (Always, _, _, Never) => Miss::Path,
        _ => Miss::Nothing,
    };
    let miss = if host == Never && is_apex(&source.host, url) {
        Miss::Host
    } else {
        miss
    };
    Match {
        answer: host.and(scheme).and(port).and(path),
        miss,
    }
}

/// A host that is made with that of a page which is not known: `before` stands before it.
fn beside_unnamed_host(source: &str, before: &str) -> Answer {
    match source {
        "*" => Always,
        wildcard if wildcard.starts_with('*') => Sometimes,
        host if host.len() > before.len() && host.starts_with(before) => Sometimes,
        _ => Never,
    }
}

/// `example.com` under `*.example.com`.
fn is_apex(source: &str, url: &PartialUrl) -> bool {
    match (&url.host, source.strip_prefix("*.")) {
        (Host::Known(host), Some(apex)) => host == apex,
        _ => false,
    }
}

/// `host-part` match (CSP3 §6.7.2.10).
fn host_part(source: &str, url: &PartialUrl, mode: Mode) -> Answer {
    let suffix = match source {
        "*" => Some(""),
        _ => source.strip_prefix('*'),
    };
    match (&url.host, suffix) {
        (Host::Open, Some("")) if mode == Mode::Browser => Always,
        (Host::Open, _) => Sometimes,
        // By the text, a host must be a domain: not an IP address, not none.
        (Host::Known(host), _) if mode == Mode::Spec && (host.is_empty() || is_ip(host)) => Never,
        // `custom://*` matches whatever has no host; a named host does not.
        (Host::Known(host), Some(suffix)) => host.ends_with(suffix).into(),
        (Host::Known(host), None) => (host == source).into(),
        (Host::Suffix(_), Some("")) => Always,
        (Host::Suffix(known), Some(suffix)) => {
            if known.ends_with(suffix) {
                Always
            } else if suffix.ends_with(known.as_str()) {
                Sometimes
            } else {
                Never
            }
        }
        (Host::Suffix(known), None) => {
            if source.ends_with(known.as_str()) {
                Sometimes
            } else {
                Never
            }
        }
    }
}

fn is_ip(host: &str) -> bool {
    host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok()
}

/// `port-part` match (CSP3 §6.7.2.11). Browsers tie it to whether the scheme is upgraded.
fn port_part(source: &HostSource, source_scheme: &str, url: &PartialUrl, mode: Mode) -> Answer {
    if source.port == Some(PortSource::Any) {
        return Always;
    }
    let (Port::Known(port), Some(scheme)) = (url.port, url.scheme.as_deref()) else {
        return Sometimes;
    };
    let default = default_port(scheme);
    let wanted = match source.port {
        Some(PortSource::Number(number)) => Some(number),
        _ => None,
    };
    let port = port.map(u32::from);
    let at_default = port == default.map(u32::from);
    if mode == Mode::Spec {
        return match wanted {
            None => at_default.into(),
            Some(number) => (port == Some(number)).into(),
        };
    }
    // Chromium's `MatchPort`: an upgraded scheme needs a port that is upgraded along with it.
    let upgraded = source_scheme != scheme;
    let written = if at_default { None } else { port };
    if wanted == written {
        return (wanted.is_none() || !upgraded).into();
    }
    let can_upgrade =
        wanted == Some(80) || (matches!(wanted, None | Some(443)) && source_scheme == "http");
    if can_upgrade && port == Some(443) {
        return upgraded.into();
    }
    (at_default && wanted == port && !upgraded).into()
}

/// `path-part` match (CSP3 §6.7.2.12). Browsers decode the whole path first.
fn path_part(source: &str, url: &Path, mode: Mode) -> Answer {
    match (mode, url) {
        _ if source.is_empty() => Always,
        (Mode::Browser, Path::Known(path)) => browser_path(source, path).into(),
        (Mode::Browser, Path::Prefix(known)) => browser_prefix(source, known),
        (Mode::Spec, Path::Known(path)) => by_segments(source, path).into(),
        (Mode::Spec, Path::Prefix(known)) => prefix_by_segments(source, known),
    }
}

/// Chromium's `CSPSource::PathMatches`.
fn browser_path(source: &str, path: &str) -> bool {
    if source == "/" {
        return path.starts_with('/');
    }
    let (wanted, path) = (decoded(source), decoded(path));
    if wanted.ends_with('/') {
        path.starts_with(&wanted)
    } else {
        path == wanted
    }
}

/// The same for all paths that begin so.
fn browser_prefix(source: &str, known: &str) -> Answer {
    if source == "/" && known.starts_with('/') {
        return Always;
    }
    let (wanted, known) = (decoded(source), decoded(known));
    // What follows decides whether other bytes are taken as UTF-8.
    let ascii = known.find(|c: char| !c.is_ascii()).unwrap_or(known.len());
    let known = &known[..ascii];
    let folder = wanted.ends_with('/');
    if folder && known.starts_with(&wanted) {
        return Always;
    }
    if wanted.starts_with(known) {
        Sometimes
    } else {
        Never
    }
}

/// The text's algorithm for all paths that begin so: the last segment may go on.
fn prefix_by_segments(source: &str, known: &str) -> Answer {
    let folder = source.ends_with('/');
    let mut wanted: Vec<_> = source.split('/').collect();
    if folder {
        wanted.pop();
    }
    let mut given: Vec<_> = known.split('/').collect();
    let last = given.pop().unwrap_or("");
    let same = |a: &str, b: &str| percent_decode_str(a).eq(percent_decode_str(b));
    if !wanted.iter().zip(&given).all(|(a, b)| same(a, b)) {
        return Never;
    }
    let Some(next) = wanted.get(given.len()) else {
        // All that is wanted is there; a file must end there.
        return folder.into();
    };
    let next: Vec<u8> = percent_decode_str(next).collect();
    let last: Vec<u8> = percent_decode_str(last).collect();
    if next.starts_with(&last) {
        Sometimes
    } else {
        Never
    }
}

fn by_segments(source: &str, path: &str) -> bool {
    if source == "/" && path.is_empty() {
        return true;
    }
    let exact = !source.ends_with('/');
    let mut wanted: Vec<_> = source.split('/').collect();
    let given: Vec<_> = path.split('/').collect();
    if wanted.len() > given.len() || (exact && wanted.len() != given.len()) {
        return false;
    }
    if !exact {
        wanted.pop();
    }
    wanted
        .iter()
        .zip(&given)
        .all(|(a, b)| percent_decode_str(a).eq(percent_decode_str(b)))
}

/// As UTF-8 if it is, else each byte as a character (what Chromium does).
fn decoded(path: &str) -> String {
    let bytes: Vec<u8> = percent_decode_str(path).collect();
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => error.into_bytes().into_iter().map(char::from).collect(),
    }
}

fn reason(
    outcome: &Outcome,
    directive: &Directive,
    nearest: Option<(&Source, Miss)>,
    open: Option<&Source>,
    url: &PartialUrl,
    page: &Page,
) -> String {
    let name = &directive.name;
    match (outcome.allows, &outcome.source) {
        (Always, Some(source)) => {
            let aside = old_safari(source, url);
            format!("`{source}` in `{name}` lets it through{aside}")
        }
        (Always, None) => "it is let through".to_owned(),
        (Sometimes, Some(source)) => depends(source, url, page),
        (Sometimes, None) => match open {
            Some(open) => format!(
                "nothing that is known of `{name}` covers {}, but `{}` in it is not known",
                shown_origin(url, page),
                open.text
            ),
            None => depends(name, url, page),
        },
        (Never, _) => match (directive.sources.as_slice(), nearest) {
            ([], _) => format!("`{name}` is empty: it lets nothing through"),
            ([only], _) if only.kind == SourceKind::None => {
                format!("`{}` in `{name}` lets nothing through", only.text)
            }
            (_, Some((source, miss))) => near_miss(source, miss, url),
            _ if url.same_origin => format!("nothing in `{name}` covers the page's own origin"),
            (sources, None) => {
                let own = sources.iter().any(|s| s.kind == SourceKind::OwnOrigin);
                let aside = match url.scheme.as_deref() {
                    Some("blob" | "data") if own => " (`'self'` does not)",
                    _ => "",
                };
                format!(
                    "nothing in `{name}` covers {}{aside}",
                    shown_origin(url, page)
                )
            }
        },
    }
}

/// Safari took `'self'` for the page's own scheme until 15.4 (w3c/webappsec-csp issue 7).
fn old_safari(source: &str, url: &PartialUrl) -> String {
    let own = source.eq_ignore_ascii_case("'self'");
    match (own, url.scheme.as_deref()) {
        (true, Some(scheme @ ("ws" | "wss"))) => {
            format!(" (Safari before 15.4 wants the host with `{scheme}://`)")
        }
        _ => String::new(),
    }
}

fn depends(source: &str, url: &PartialUrl, page: &Page) -> String {
    let part = match (&url.scheme, &url.host, url.port) {
        (None, ..) => "scheme and host",
        _ if page.before_unnamed_host(&url.host).is_some() => {
            "the host of the page (see --page-url)"
        }
        (_, Host::Open, _) => "the host",
        (_, Host::Suffix(_), _) => "the sub-domain",
        (_, _, Port::Open) => "the port",
        _ => "the path",
    };
    let holes = url.open_parts.iter().take(3).map(|p| format!("`{p}`"));
    let holes = holes.collect::<Vec<_>>().join(", ");
    let given = if holes.is_empty() {
        String::new()
    } else {
        format!(", which {holes} decides")
    };
    format!("it depends on {part}{given}: `{source}` may or may not cover it")
}

fn near_miss(source: &Source, miss: Miss, url: &PartialUrl) -> String {
    let text = &source.text;
    let scheme = url.scheme.as_deref().unwrap_or("?");
    match miss {
        Miss::Scheme => {
            format!("host matches, scheme does not: `{text}` does not cover `{scheme}://`")
        }
        Miss::Port => match url.port {
            Port::Known(Some(port)) => {
                format!("host matches, port does not: `{text}` does not cover port {port}")
            }
            _ => format!("host matches, port does not: `{text}`"),
        },
        Miss::Path => match &url.path {
            Path::Known(path) => {
                format!("host matches, path does not: `{text}` does not cover `{path}`")
            }
            Path::Prefix(path) => {
                format!("host matches, path does not: `{text}` does not cover `{path}…`")
            }
        },
        Miss::Host => format!("`{text}` covers sub-domains only, not the domain itself"),
        Miss::Nothing => String::new(),
    }
}

/// The origin for people: `https://api.example.com`.
fn shown_origin(url: &PartialUrl, page: &Page) -> String {
    let Some(scheme) = url.scheme.as_deref() else {
        let schemes = url.possible.iter().map(|scheme| format!("`{scheme}:`"));
        return match url.possible {
            [] => "any URL".to_owned(),
            _ => format!("{} URLs", schemes.collect::<Vec<_>>().join(" or ")),
        };
    };
    let shown = match &url.host {
        Host::Known(host) if host.is_empty() => format!("`{scheme}:` URLs"),
        Host::Known(host) => match url.port {
            Port::Known(port) if port != default_port(scheme) => {
                format!("`{scheme}://{host}:{}`", port.unwrap_or_default())
            }
            _ => format!("`{scheme}://{host}`"),
        },
        Host::Suffix(suffix) => format!("`{scheme}://…{suffix}`"),
        Host::Open => format!("`{scheme}:` URLs"),
    };
    page.shown(&shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page of a policy may be one of the hosts that it names.
    #[test]
    fn hosts_beside_that_of_a_page_which_is_not_known() {
        for (source, answer) in [
            ("api.shop.test", Sometimes),
            ("*.shop.test", Sometimes),
            ("*", Always),
            ("shop.test", Never),
            ("api.", Never),
        ] {
            assert_eq!(beside_unnamed_host(source, "api."), answer, "{source}");
        }
    }
}
