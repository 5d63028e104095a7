//! A URL of which a part may not be known: what resolution (URL Standard) makes of a
//! [`Pattern`].
//!
//! Soundness: every text that the holes can hold gives a URL that the [`PartialUrl`] covers.
//! One assumption is made, and only this: a hole inside a host that literal host text
//! beginning with `.` follows (`https://{tenant}.example.com`) holds host characters.
//!
//! A page without a known URL is an https origin that no policy names: it is given a host that
//! cannot exist (RFC 6761, `.invalid`), so that the same rules serve both.

use crate::endpoint::Base;
use crate::sink::UrlRule;
use crate::value::{Charset, Hole, HoleKind, Part, Pattern};
use url::Url;

/// The host that stands for the page's when it is not known.
const UNNAMED_HOST: &str = "page.connect-lint.invalid";

/// The page that the scripts run in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    url: Option<Url>,
    stand_in: Url,
}

impl Page {
    /// A page of which nothing is known but that it is https.
    pub fn unnamed() -> Option<Page> {
        let stand_in = Url::parse(&format!("https://{UNNAMED_HOST}/")).ok()?;
        Some(Page {
            url: None,
            stand_in,
        })
    }

    /// The page at this URL.
    pub fn at(url: Url) -> Page {
        Page {
            stand_in: url.clone(),
            url: Some(url),
        }
    }

    /// Its URL, if known.
    pub fn url(&self) -> Option<&Url> {
        self.url.as_ref()
    }

    /// Its URL, or the one that stands for it.
    pub fn origin_url(&self) -> &Url {
        &self.stand_in
    }

    /// Whether it is https.
    pub fn is_https(&self) -> bool {
        self.stand_in.scheme() == "https"
    }

    /// Text in which the page's stand-in has its name for people.
    pub fn shown(&self, text: &str) -> String {
        text.replace(&format!("https://{UNNAMED_HOST}"), "{location.origin}")
            .replace(UNNAMED_HOST, "{location.host}")
    }

    fn is_unnamed_host(&self, host: &str) -> bool {
        self.url.is_none() && host == UNNAMED_HOST
    }
}

/// What is known of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// All of it, as the URL parser writes it.
    Known(String),
    /// Its end, beginning with a dot.
    Suffix(String),
    /// Nothing.
    Open,
}

/// What is known of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// The number; the scheme's default is filled in. `None` for schemes without ports.
    Known(Option<u16>),
    /// Nothing.
    Open,
}

/// What is known of a path, still percent-encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Path {
    /// All of it.
    Known(String),
    /// Its beginning.
    Prefix(String),
}

/// A URL as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartialUrl {
    /// The scheme, without colon.
    pub scheme: Option<String>,
    /// The host.
    pub host: Host,
    /// The port.
    pub port: Port,
    /// The path.
    pub path: Path,
    /// The whole, when all is known.
    pub complete: Option<Url>,
    /// What leaves it open, for people.
    pub open_parts: Vec<String>,
    /// It is the page's own origin for certain.
    pub same_origin: bool,
}

/// What comes of resolving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// A request to this URL.
    Url(PartialUrl),
    /// No request at all: the API throws or skips it.
    NoRequest {
        /// Why.
        why: String,
    },
}

impl PartialUrl {
    /// Resolves what a program passes to an API.
    pub fn resolve(url: &Pattern, base: &Base, page: &Page, rule: UrlRule) -> Resolved {
        let filled = fill_page(url, page);
        let base_url = base_url(base, page);
        // Only the page's origin is known of a script's URL, and of an unnamed page.
        let path_known = page.url.is_some() && *base != Base::Script;
        let partial = match filled.as_text() {
            Some(text) => match complete(text, &base_url, path_known, rule) {
                Ok(partial) => partial,
                Err(why) => return Resolved::NoRequest { why },
            },
            None => partly(&filled, &base_url),
        };
        let mut partial = match by_rule(partial, rule) {
            Ok(partial) => partial,
            Err(why) => return Resolved::NoRequest { why },
        };
        partial.same_origin = partial.is_same_origin(page);
        Resolved::Url(partial)
    }

    fn from_url(url: Url) -> PartialUrl {
        PartialUrl {
            scheme: Some(url.scheme().to_owned()),
            // Hosts of other schemes are opaque to browsers' matching.
            host: match url.host_str() {
                Some(host) if is_special(url.scheme()) => Host::Known(host.to_owned()),
                _ => Host::Known(String::new()),
            },
            port: Port::Known(url.port_or_known_default()),
            path: Path::Known(url.path().to_owned()),
            complete: Some(url),
            open_parts: Vec::new(),
            same_origin: false,
        }
    }

    fn open(pattern: &Pattern) -> PartialUrl {
        PartialUrl {
            scheme: None,
            host: Host::Open,
            port: Port::Open,
            path: Path::Prefix(String::new()),
            complete: None,
            open_parts: labels(pattern),
            same_origin: false,
        }
    }

    fn is_same_origin(&self, page: &Page) -> bool {
        let own = &page.stand_in;
        self.scheme.as_deref() == Some(own.scheme())
            && matches!(&self.host, Host::Known(h) if Some(h.as_str()) == own.host_str())
            && self.port == Port::Known(own.port_or_known_default())
    }

    /// Whether nothing is known of scheme and host.
    pub fn is_unknown(&self) -> bool {
        self.scheme.is_none() && self.host == Host::Open
    }

    /// The whole URL, where it is known and no part of it stands in for the page's.
    pub fn absolute(&self, page: &Page) -> Option<String> {
        let url = self.complete.as_ref()?;
        if page.is_unnamed_host(url.host_str().unwrap_or("")) {
            return None;
        }
        Some(url.to_string())
    }

    /// The same URL after `upgrade-insecure-requests` (Upgrade Insecure Requests §3.2; browsers
    /// leave loopback hosts alone).
    pub fn upgraded(&self) -> PartialUrl {
        let (from, to) = match self.scheme.as_deref() {
            Some("http") => ("http", "https"),
            Some("ws") => ("ws", "wss"),
            _ => return self.clone(),
        };
        if matches!(&self.host, Host::Known(h) if is_loopback(h)) {
            return self.clone();
        }
        let mut upgraded = self.clone();
        upgraded.scheme = Some(to.to_owned());
        if self.port == Port::Known(Some(80)) {
            upgraded.port = Port::Known(Some(443));
        }
        upgraded.complete = self.complete.as_ref().and_then(|url| {
            let rest = url.as_str().strip_prefix(from)?;
            Url::parse(&format!("{to}{rest}")).ok()
        });
        upgraded
    }

    fn with_scheme(mut self, scheme: &str) -> PartialUrl {
        let Some(old) = self.scheme.replace(scheme.to_owned()) else {
            return self;
        };
        self.complete = self.complete.and_then(|url| {
            let rest = url.as_str().strip_prefix(old.as_str())?.to_owned();
            Url::parse(&format!("{scheme}{rest}")).ok()
        });
        self
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|ip| ip.is_loopback())
}

/// What `new URL(reference, base).href` gives, or a hole: never a wrong text.
pub fn join(reference: &Pattern, base: &Pattern) -> Pattern {
    if let Some(url) = reference.as_text().and_then(|r| Url::parse(r).ok()) {
        return Pattern::text(url.as_str());
    }
    if let (Some(reference), Some(base)) = (reference.as_text(), base.as_text()) {
        return match Url::parse(base)
            .ok()
            .and_then(|base| base.join(reference).ok())
        {
            Some(url) => Pattern::text(url.as_str()),
            None => Pattern::hole(Hole::unknown("an invalid URL")),
        };
    }
    if let Some(joined) = absolute_reference(reference).or_else(|| on_origin(reference, base)) {
        return joined;
    }
    let why = labels(reference).into_iter().chain(labels(base)).next();
    Pattern::hole(Hole::unknown(
        why.map_or("a URL".to_owned(), |w| format!("a URL made of {w}")),
    ))
}

/// A reference that begins with a whole origin ignores the base.
fn absolute_reference(reference: &Pattern) -> Option<Pattern> {
    let leading = reference.leading_text();
    let rest = leading.split_once("://").filter(|(s, _)| is_special(s))?.1;
    let closed = rest.find(['/', '?', '#']).is_some_and(|i| i > 0);
    let of_page = matches!(
        reference.parts().first(),
        Some(Part::Hole(Hole {
            kind: HoleKind::PageOrigin | HoleKind::PageHref,
            ..
        }))
    );
    (closed || of_page).then(|| reference.clone())
}

/// A reference with an absolute path, on a base whose origin is known.
fn on_origin(reference: &Pattern, base: &Pattern) -> Option<Pattern> {
    let origin = origin_of(base)?;
    let path = reference.leading_text();
    let mut chars = path.chars();
    let absolute = chars.next() == Some('/') && chars.next().is_some_and(|c| c != '/' && c != '\\');
    if absolute || reference.as_text() == Some("/") {
        return Some(origin.concat(reference));
    }
    if reference.is_empty() {
        return Some(base.clone());
    }
    // A path relative to a folder that is not known: same origin all the same, if nothing in
    // the reference can be a scheme or another host.
    let known = reference.as_text()?;
    let simple = !known.contains([':', '\\']) && !known.starts_with('/');
    let mut out = origin;
    out.push_text("/");
    out.push_hole(Hole::unknown("folder"));
    out.push_text("/");
    out.push_text(known.trim_start_matches("./"));
    simple.then_some(out)
}

/// The origin that a base begins with.
fn origin_of(base: &Pattern) -> Option<Pattern> {
    if let Some(Part::Hole(hole)) = base.parts().first() {
        let own = matches!(
            hole.kind,
            HoleKind::PageOrigin | HoleKind::PageHref | HoleKind::ScriptUrl
        );
        let alone = match base.parts().get(1) {
            None => true,
            Some(Part::Text(t)) => t.starts_with(['/', '?', '#']),
            Some(Part::Hole(_)) => false,
        };
        return (own && (alone || hole.kind == HoleKind::PageHref))
            .then(|| Pattern::hole(Hole::new(HoleKind::PageOrigin)));
    }
    let (scheme, rest) = base
        .leading_text()
        .split_once("://")
        .filter(|(s, _)| is_special(s))?;
    let end = match rest.find(['/', '?', '#', '\\']) {
        Some(end) => end,
        None if base.as_text().is_some() => rest.len(),
        None => {
            // `https://` and the page's host.
            let [Part::Text(t), Part::Hole(hole), tail @ ..] = base.parts() else {
                return None;
            };
            let of_page = matches!(hole.kind, HoleKind::PageHost | HoleKind::PageHostname);
            let closed = match tail.first() {
                None => true,
                Some(Part::Text(t)) => t.starts_with(['/', '?', '#']),
                Some(Part::Hole(h)) => h.kind == HoleKind::PagePathname,
            };
            if !of_page || !closed || !t.ends_with("://") {
                return None;
            }
            let mut out = Pattern::text(t.as_str());
            out.push_hole(hole.clone());
            return Some(out);
        }
    };
    Some(Pattern::text(format!("{scheme}://{}", &rest[..end])))
}

fn labels(pattern: &Pattern) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for hole in pattern.holes() {
        let label = hole.label().to_owned();
        if !out.contains(&label) {
            out.push(label);
        }
    }
    out
}

fn is_special(scheme: &str) -> bool {
    ["http", "https", "ws", "wss", "ftp"]
        .iter()
        .any(|s| s.eq_ignore_ascii_case(scheme))
}

/// The document base URL (HTML, "document base URL"), or a worker's script URL.
fn base_url(base: &Base, page: &Page) -> Url {
    match base {
        Base::Page | Base::Script => page.stand_in.clone(),
        Base::Href(href) => page
            .stand_in
            .join(href)
            .unwrap_or_else(|_| page.stand_in.clone()),
    }
}

fn fill_page(url: &Pattern, page: &Page) -> Pattern {
    use url::quirks;
    let own = &page.stand_in;
    let named = page.url.is_some();
    url.fill(|hole| {
        let text = match hole.kind {
            HoleKind::PageOrigin => quirks::origin(own),
            HoleKind::PageProtocol => quirks::protocol(own).to_owned(),
            HoleKind::PageHost => quirks::host(own).to_owned(),
            HoleKind::PageHostname => quirks::hostname(own).to_owned(),
            HoleKind::PagePort => quirks::port(own).to_owned(),
            HoleKind::PageHref if named => own.to_string(),
            HoleKind::PagePathname if named => quirks::pathname(own).to_owned(),
            HoleKind::PageSearch if named => quirks::search(own).to_owned(),
            HoleKind::PageHash if named => quirks::hash(own).to_owned(),
            // The origin is known, what follows is not.
            HoleKind::PageHref | HoleKind::ScriptUrl => {
                let mut out = Pattern::text(format!("{}/", quirks::origin(own)));
                out.push_hole(Hole::unknown(hole.label()));
                return Some(out);
            }
            HoleKind::PagePathname => {
                let mut out = Pattern::text("/");
                out.push_hole(Hole::unknown(hole.label()));
                return Some(out);
            }
            _ => return None,
        };
        Some(Pattern::text(text))
    })
}

fn complete(text: &str, base: &Url, path_known: bool, rule: UrlRule) -> Result<PartialUrl, String> {
    if rule == UrlRule::Module && is_bare(text) {
        return Err("a bare specifier: an import map or a bundler decides what it is".to_owned());
    }
    let parsed = match rule {
        UrlRule::AbsoluteHttps => Url::parse(text),
        _ => base.join(text),
    };
    let url = parsed.map_err(|error| format!("not a valid URL ({error}): no request is made"))?;
    let absolute = Url::parse(text).is_ok();
    let mut partial = PartialUrl::from_url(url);
    let own_path = text
        .trim_start_matches(|c: char| c <= ' ')
        .starts_with(['/', '\\']);
    if !path_known && !absolute && !own_path {
        // The folder of the page or script is not known.
        partial.path = Path::Prefix(String::new());
    }
    Ok(partial)
}

/// A module specifier that is neither a URL nor begins with `/`, `./` or `../` (HTML, "resolve
/// a module specifier").
fn is_bare(text: &str) -> bool {
    !(text.starts_with('/') || text.starts_with("./") || text.starts_with("../"))
        && Url::parse(text).is_err()
}

/// What the API makes of the resolved URL.
fn by_rule(partial: PartialUrl, rule: UrlRule) -> Result<PartialUrl, String> {
    let scheme = partial.scheme.clone();
    let scheme = scheme.as_deref();
    let has_credentials = partial
        .complete
        .as_ref()
        .is_some_and(|u| !u.username().is_empty() || u.password().is_some());
    let has_fragment = partial
        .complete
        .as_ref()
        .is_some_and(|u| u.fragment().is_some());
    match rule {
        UrlRule::Fetch | UrlRule::FetchLater if has_credentials => {
            Err("a URL with credentials throws: no request is made".to_owned())
        }
        UrlRule::FetchLater => match scheme {
            Some("https") | None => Ok(partial),
            Some("http") if matches!(&partial.host, Host::Known(h) if is_loopback(h)) => {
                Ok(partial)
            }
            Some(_) => Err("fetchLater takes trustworthy https URLs only: it throws".to_owned()),
        },
        UrlRule::WebSocket => match scheme {
            _ if has_fragment => Err("a WebSocket URL with a fragment throws".to_owned()),
            Some("http") => Ok(partial.with_scheme("ws")),
            Some("https") => Ok(partial.with_scheme("wss")),
            Some("ws" | "wss") | None => Ok(partial),
            Some(other) => Err(format!("a WebSocket with the scheme `{other}:` throws")),
        },
        UrlRule::HttpOnly => match scheme {
            Some("http" | "https") | None => Ok(partial),
            Some(other) => Err(format!("`{other}:` makes no request here")),
        },
        UrlRule::AbsoluteHttps => match scheme {
            _ if has_fragment => Err("a WebTransport URL with a fragment throws".to_owned()),
            Some("https") | None => Ok(partial),
            Some(other) => Err(format!("WebTransport with the scheme `{other}:` throws")),
        },
        _ => Ok(partial),
    }
}

/// The parts of a pattern as the URL parser sees them: no tabs, no line breaks, nothing
/// blank at the start.
fn cleaned(pattern: &Pattern) -> Pattern {
    let mut out = Pattern::default();
    for part in pattern.parts() {
        match part {
            Part::Text(text) => {
                let text: String = text
                    .chars()
                    .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
                    .collect();
                let text = if out.is_empty() {
                    text.trim_start_matches(|c: char| c <= ' ')
                } else {
                    &text
                };
                out.push_text(text);
            }
            Part::Hole(hole) => out.push_hole(hole.clone()),
        }
    }
    out
}

fn partly(pattern: &Pattern, base: &Url) -> PartialUrl {
    let pattern = cleaned(pattern);
    let leading = pattern.leading_text().to_owned();
    if let Some(scheme) = scheme_of(&leading) {
        let after = scheme.len() + 1;
        let scheme = scheme.to_ascii_lowercase();
        if !is_special(&scheme) {
            return PartialUrl {
                scheme: Some(scheme),
                ..PartialUrl::open(&pattern)
            };
        }
        let slashes = leading[after..]
            .chars()
            .take_while(|c| matches!(c, '/' | '\\'))
            .count();
        let end = after + slashes;
        // Without two slashes it may be relative to a base of the same scheme.
        if slashes < 2 && scheme == base.scheme() {
            return PartialUrl {
                scheme: Some(scheme),
                ..PartialUrl::open(&pattern)
            };
        }
        return with_authority(&pattern, &scheme, end);
    }
    let mut chars = leading.chars();
    match (chars.next(), chars.next()) {
        (Some('/' | '\\'), Some('/' | '\\')) => with_authority(&pattern, base.scheme(), 2),
        (Some('/' | '\\'), None) => {
            let closed =
                matches!(pattern.parts().get(1), Some(Part::Hole(h)) if h.charset != Charset::Any);
            if closed {
                return on_base(&pattern, base, &leading);
            }
            // `//evil.test` has the page's scheme.
            PartialUrl {
                scheme: Some(base.scheme().to_owned()),
                ..PartialUrl::open(&pattern)
            }
        }
        (Some('/' | '\\'), Some(_)) => on_base(&pattern, base, &leading),
        (Some('?' | '#'), _) => PartialUrl {
            open_parts: labels(&pattern),
            complete: None,
            ..PartialUrl::from_url(base.clone())
        },
        (Some(_), _) if leading.contains(['/', '?', '#']) => PartialUrl {
            path: Path::Prefix(String::new()),
            ..on_base(&pattern, base, "/")
        },
        (Some(_), _)
            if pattern
                .holes()
                .next()
                .is_some_and(|h| h.charset != Charset::Any)
                && closes_early(&pattern) =>
        {
            PartialUrl {
                path: Path::Prefix(String::new()),
                ..on_base(&pattern, base, "/")
            }
        }
        _ => PartialUrl::open(&pattern),
    }
}

/// Whether a relative path is over before anything in it could be read as a scheme.
fn closes_early(pattern: &Pattern) -> bool {
    pattern.parts().iter().all(|p| match p {
        Part::Text(t) => !t.contains(':'),
        Part::Hole(h) => h.charset != Charset::Any,
    })
}

/// The scheme that a text begins with.
fn scheme_of(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    let mut chars = scheme.chars();
    let valid = chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    valid.then_some(scheme)
}

/// A path on the base's origin.
fn on_base(pattern: &Pattern, base: &Url, leading: &str) -> PartialUrl {
    PartialUrl {
        path: path_of(leading, pattern),
        complete: None,
        open_parts: labels(pattern),
        ..PartialUrl::from_url(base.clone())
    }
}

/// What is known of the path: dot segments can climb, so that a hole in it leaves nothing.
fn path_of(leading: &str, pattern: &Pattern) -> Path {
    if let Some(end) = leading.find(['?', '#']) {
        let path = &leading[..end];
        let normal = Url::parse("http://h").and_then(|u| u.join(path));
        return normal.map_or(Path::Prefix(String::new()), |u| {
            Path::Known(u.path().to_owned())
        });
    }
    let tame = pattern.holes().all(|h| h.charset == Charset::Number);
    let dots = leading.contains("..") || leading.to_ascii_lowercase().contains("%2e");
    if tame && !dots && !leading.contains('\\') && !leading.contains("/./") {
        return Path::Prefix(leading.to_owned());
    }
    Path::Prefix(String::new())
}

/// A URL whose authority begins at `start` of the leading text.
fn with_authority(pattern: &Pattern, scheme: &str, start: usize) -> PartialUrl {
    let open = PartialUrl {
        scheme: Some(scheme.to_owned()),
        ..PartialUrl::open(pattern)
    };
    let mut before_hole = String::new();
    let mut after_hole: Option<String> = None;
    let mut holes_tame = true;
    let mut rest_of_leading = "";
    let mut closed = false;
    for (i, part) in pattern.parts().iter().enumerate() {
        match part {
            Part::Text(text) => {
                let text = if i == 0 {
                    text.get(start..).unwrap_or("")
                } else {
                    text.as_str()
                };
                // More slashes than two are skipped (URL Standard, "special authority ignore
                // slashes state").
                let text = if i == 0 {
                    text.trim_start_matches(['/', '\\'])
                } else {
                    text
                };
                let end = text.find(['/', '?', '#', '\\']);
                let authority = &text[..end.unwrap_or(text.len())];
                match &mut after_hole {
                    Some(after) => after.push_str(authority),
                    None => before_hole.push_str(authority),
                }
                if let Some(end) = end {
                    closed = true;
                    if after_hole.is_none() {
                        rest_of_leading = &text[end..];
                    }
                    break;
                }
            }
            Part::Hole(hole) => {
                holes_tame &= hole.charset != Charset::Any;
                after_hole = Some(String::new());
            }
        }
    }
    let Some(after) = after_hole else {
        // No hole in the authority: it is closed, since a hole must come later.
        return known_authority(&open, pattern, scheme, &before_hole, rest_of_leading);
    };
    let ends = closed || matches!(pattern.parts().last(), Some(Part::Text(_)));
    if !ends || before_hole.contains('@') || after.contains('@') {
        return open;
    }
    if let Some(suffix) = after.strip_prefix('.') {
        return match authority_url(scheme, &format!("x.{suffix}")) {
            Some(url) => {
                let host = url.host_str().unwrap_or("").to_owned();
                let suffix = host.strip_prefix('x').unwrap_or("").to_owned();
                PartialUrl {
                    host: Host::Suffix(suffix),
                    port: Port::Known(url.port_or_known_default()),
                    ..open
                }
            }
            None => open,
        };
    }
    // `host:{port}` with a hole that cannot leave the port.
    if let (true, true, Some(host)) = (holes_tame, after.is_empty(), before_hole.strip_suffix(':'))
    {
        if let Some(url) = authority_url(scheme, host) {
            return PartialUrl {
                host: Host::Known(url.host_str().unwrap_or("").to_owned()),
                ..open
            };
        }
    }
    open
}

fn authority_url(scheme: &str, authority: &str) -> Option<Url> {
    Url::parse(&format!("{scheme}://{authority}/")).ok()
}

fn known_authority(
    open: &PartialUrl,
    pattern: &Pattern,
    scheme: &str,
    authority: &str,
    rest: &str,
) -> PartialUrl {
    let Some(url) = authority_url(scheme, authority) else {
        return open.clone();
    };
    PartialUrl {
        path: path_of(
            if rest.starts_with(['?', '#']) {
                "/?"
            } else {
                rest
            },
            pattern,
        ),
        complete: None,
        open_parts: labels(pattern),
        ..PartialUrl::from_url(url)
    }
}
