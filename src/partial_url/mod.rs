//! A URL of which a part may not be known: what resolution (URL Standard) makes of a
//! [`Pattern`].
//!
//! Soundness: every text that the holes can hold gives a URL that the [`PartialUrl`] covers.
//! One assumption is made, and only this: a hole inside a host that literal host text
//! beginning with `.` follows (`https://{tenant}.example.com`) holds host characters.
//!
//! A page without a known URL is an https origin on the default port that no policy names: it is
//! given a host that cannot exist (RFC 6761, `.invalid`), so that the same rules serve both.

mod join;
mod parse;
mod path;
#[cfg(test)]
mod tests;

pub use join::join;

use crate::endpoint::Base;
use crate::sink::UrlRule;
use crate::value::{Charset, Hole, HoleKind, Part, Pattern};
use parse::BaseUrl;
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

    /// What a program passes, with what is known of the page filled in.
    pub fn filled(&self, url: &Pattern) -> Pattern {
        match self.url {
            Some(_) => fill_page(url, self),
            None => url.clone(),
        }
    }

    /// Whether it is https.
    pub fn is_https(&self) -> bool {
        self.stand_in.scheme() == "https"
    }

    /// Whether its URL names a port.
    pub fn has_port(&self) -> bool {
        self.stand_in.port().is_some()
    }

    /// Text in which the page's stand-in has its name for people.
    pub fn shown(&self, text: &str) -> String {
        text.replace(&format!("https://{UNNAMED_HOST}"), "{location.origin}")
            .replace(UNNAMED_HOST, "{location.host}")
            .replace("….connect-lint.invalid", "…{location.host}")
    }

    /// Whether a host (or a wildcard) is that of an unnamed page, or made with it.
    pub(crate) fn is_below_stand_in(&self, host: &str) -> bool {
        self.url.is_none() && host.ends_with(".invalid")
    }

    /// What stands before the host of an unnamed page, in a host that is made with it:
    /// `api.` of `api.${location.host}`.
    pub(crate) fn before_unnamed_host<'h>(&self, host: &'h Host) -> Option<&'h str> {
        if self.url.is_some() {
            return None;
        }
        match host {
            Host::Known(host) => host.strip_suffix(UNNAMED_HOST).filter(|h| !h.is_empty()),
            Host::Suffix(suffix) => suffix.ends_with(UNNAMED_HOST).then_some(""),
            Host::Open => None,
        }
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
    /// Which schemes it can have when it is not known (the API takes no others); none: any.
    pub possible: &'static [&'static str],
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
    /// What the text that is passed starts with for certain, as far as it goes: a hint for
    /// people, where the host itself is not certain.
    pub start: String,
    /// It has a user name or password for certain.
    credentials: bool,
    /// It has a fragment for certain.
    fragment: bool,
}

/// What comes of resolving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// A request to this URL.
    Url(Box<PartialUrl>),
    /// No request at all: the API throws or skips it.
    NoRequest {
        /// Why.
        why: String,
    },
}

impl PartialUrl {
    /// Resolves what a program passes to an API.
    pub fn resolve(url: &Pattern, base: &Base, page: &Page, rule: UrlRule) -> Resolved {
        let filled = with_query_marked(fill_page(url, page));
        let base = match rule.takes_relative(&filled) {
            true => Ok(&base_url(base, page, &filled)),
            false if rule == UrlRule::Module => Err(BARE),
            false => Err("a relative URL throws: no request is made"),
        };
        let partial = match filled.as_text() {
            Some(text) => complete(text, base),
            None => parse::partly(&filled, base),
        };
        let mut partial = match partial.and_then(|partial| by_rule(partial, rule)) {
            Ok(partial) => partial,
            Err(why) => return Resolved::NoRequest { why },
        };
        partial.same_origin = partial.is_same_origin(page);
        partial.start = filled.leading_text().to_ascii_lowercase();
        Resolved::Url(Box::new(partial))
    }

    fn from_url(url: Url) -> PartialUrl {
        PartialUrl {
            scheme: Some(url.scheme().to_owned()),
            possible: &[],
            // Hosts of other schemes are opaque to browsers' matching.
            host: match url.host_str() {
                Some(host) if is_special(url.scheme()) => Host::Known(host.to_owned()),
                _ => Host::Known(String::new()),
            },
            port: Port::Known(url.port_or_known_default()),
            path: Path::Known(url.path().to_owned()),
            credentials: !url.username().is_empty() || url.password().is_some(),
            fragment: url.fragment().is_some(),
            complete: Some(url),
            open_parts: Vec::new(),
            same_origin: false,
            start: String::new(),
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

    /// The URL of a WebSocket with the scheme of `fetch`: `https` for `wss`. Nothing for others.
    pub fn as_http(&self) -> Option<PartialUrl> {
        let (from, to) = match self.scheme.as_deref()? {
            "ws" => ("ws", "http"),
            "wss" => ("wss", "https"),
            _ => return None,
        };
        let complete = self.complete.as_ref().and_then(|url| {
            let rest = url.as_str().strip_prefix(from)?;
            Url::parse(&format!("{to}{rest}")).ok()
        });
        Some(PartialUrl {
            scheme: Some(to.to_owned()),
            complete,
            ..self.clone()
        })
    }

    /// The same URL after `upgrade-insecure-requests` (Upgrade Insecure Requests §3.2; browsers
    /// leave loopback hosts alone).
    pub fn upgraded(&self) -> PartialUrl {
        let (from, to, both): (_, _, &[&str]) = match self.scheme.as_deref() {
            Some("http") => ("http", "https", &["http", "https"]),
            Some("ws") => ("ws", "wss", &["ws", "wss"]),
            _ => return self.clone(),
        };
        let mut upgraded = self.clone();
        match self.is_loopback() {
            Some(true) => return upgraded,
            Some(false) => upgraded.scheme = Some(to.to_owned()),
            None => {
                upgraded.scheme = None;
                upgraded.possible = both;
            }
        }
        if self.port == Port::Known(Some(80)) {
            upgraded.port = match upgraded.scheme {
                Some(_) => Port::Known(Some(443)),
                None => Port::Open,
            };
        }
        upgraded.complete = self.complete.as_ref().and_then(|url| {
            let rest = url.as_str().strip_prefix(from)?;
            Url::parse(&format!("{to}{rest}")).ok()
        });
        upgraded
    }

    /// Whether its host is the machine itself, if that is known.
    fn is_loopback(&self) -> Option<bool> {
        match &self.host {
            Host::Known(host) => Some(is_loopback(host)),
            Host::Suffix(suffix) => Some(is_loopback(suffix)),
            Host::Open => None,
        }
    }

    /// The same, if it makes a request only with one of these schemes.
    pub(crate) fn of(mut self, possible: &'static [&'static str]) -> PartialUrl {
        self.possible = possible;
        self
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

/// Whether a host is this machine (Secure Contexts §3.1).
pub(crate) fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|ip| ip.is_loopback())
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

const BARE: &str = "a bare specifier: an import map or a bundler decides what it is";

impl UrlRule {
    /// Whether a relative reference resolves against the base. Only module specifiers that
    /// begin with `/`, `./` or `../` do (HTML, "resolve a module specifier").
    fn takes_relative(self, reference: &Pattern) -> bool {
        let leading = reference.leading_text();
        match self {
            UrlRule::AbsoluteHttps => false,
            UrlRule::Module if reference.as_text().is_some() => {
                ["/", "./", "../"].iter().any(|s| leading.starts_with(s))
            }
            UrlRule::Module => leading.is_empty() || leading.starts_with(['/', '.']),
            _ => true,
        }
    }
}

/// The document base URL (HTML, "document base URL"), or a worker's script URL.
fn base_url(base: &Base, page: &Page, reference: &Pattern) -> BaseUrl {
    let own = &page.stand_in;
    let href = match base {
        Base::Href(href) => href.as_str(),
        Base::Page | Base::Script => "",
    };
    // Only the page's origin is known of a script's URL, and of an unnamed page.
    let elsewhere = match page.url.is_some() && *base != Base::Script {
        true => own.clone(),
        false => far_from(own, href, reference),
    };
    let joined = |page: &Url| match join_text(page, href) {
        Ok(url) if !matches!(url.scheme(), "data" | "javascript") => url,
        _ => page.clone(),
    };
    BaseUrl {
        url: joined(own),
        elsewhere: joined(&elsewhere),
    }
}

/// The same origin with a path so deep that no reference climbs out of it.
fn far_from(own: &Url, href: &str, reference: &Pattern) -> Url {
    let is_slash = |c: &char| matches!(c, '/' | '\\');
    let count = |text: &str| text.chars().filter(is_slash).count();
    // Each of the two climbs once per slash, and once more.
    let depth = 4 + count(href) + count(reference.as_text().unwrap_or(""));
    let mut out = own.clone();
    out.set_path(&"/~".repeat(depth));
    out
}

fn fill_page(url: &Pattern, page: &Page) -> Pattern {
    use url::quirks;
    let own = &page.stand_in;
    let named = page.url.is_some();
    url.fill(|hole| {
        // `encodeURIComponent(location.href)` is another text.
        if hole.charset != Charset::Any {
            return None;
        }
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
                return Some(text_and_hole(&format!("{}/", quirks::origin(own)), hole));
            }
            HoleKind::PagePathname => return Some(text_and_hole("/", hole)),
            _ => return None,
        };
        Some(Pattern::text(text))
    })
}

/// `location.search` and `location.hash` at the end leave what comes before as it is, like a
/// query does.
fn with_query_marked(pattern: Pattern) -> Pattern {
    let is_query = |part: &Part| match part {
        Part::Hole(hole) => {
            matches!(hole.kind, HoleKind::PageSearch | HoleKind::PageHash)
                && hole.charset == Charset::Any
        }
        Part::Text(_) => false,
    };
    let parts = pattern.parts();
    let queries = parts.iter().rev().take_while(|part| is_query(part)).count();
    if queries == 0 {
        return pattern;
    }
    let mut out = Pattern::default();
    for (i, part) in parts.iter().enumerate() {
        if i == parts.len() - queries {
            out.push_text("?");
        }
        match part {
            Part::Text(text) => out.push_text(text),
            Part::Hole(hole) => out.push_hole(hole.clone()),
        }
    }
    out
}

fn text_and_hole(text: &str, hole: &Hole) -> Pattern {
    let mut out = Pattern::text(text);
    out.push_hole(hole.clone());
    out
}

/// `reference` on `base`. The `url` crate finds no host after more than two slashes; the
/// standard skips them ("special authority ignore slashes state").
fn join_text(base: &Url, reference: &str) -> Result<Url, url::ParseError> {
    let text = reference
        .trim_matches(|c: char| c <= ' ')
        .replace(['\t', '\n', '\r'], "");
    let rest = text.trim_start_matches(['/', '\\']);
    if is_special(base.scheme()) && text.len() - rest.len() > 2 {
        return base.join(&format!("//{rest}"));
    }
    base.join(reference)
}

fn invalid(error: &url::ParseError) -> String {
    format!("not a valid URL ({error}): no request is made")
}

/// A URL of which the text is known; its folder may not be.
fn complete(text: &str, base: Result<&BaseUrl, &str>) -> Result<PartialUrl, String> {
    let base = match base {
        Ok(base) => base,
        Err(why) => {
            return match Url::parse(text) {
                Ok(url) => Ok(PartialUrl::from_url(url)),
                Err(url::ParseError::RelativeUrlWithoutBase) => Err(why.to_owned()),
                Err(error) => Err(invalid(&error)),
            };
        }
    };
    let url = join_text(&base.url, text).map_err(|error| invalid(&error))?;
    let elsewhere = join_text(&base.elsewhere, text);
    let same = elsewhere.is_ok_and(|other| other.path() == url.path());
    let partial = PartialUrl::from_url(url);
    Ok(match same {
        true => partial,
        false => PartialUrl {
            path: path::unknown(),
            complete: None,
            ..partial
        },
    })
}

/// What the API makes of the resolved URL.
fn by_rule(partial: PartialUrl, rule: UrlRule) -> Result<PartialUrl, String> {
    let scheme = partial.scheme.clone();
    let scheme = scheme.as_deref();
    match rule {
        UrlRule::Fetch | UrlRule::Cache | UrlRule::FetchLater if partial.credentials => {
            Err("a URL with credentials throws: no request is made".to_owned())
        }
        UrlRule::FetchLater => match scheme {
            Some("https") => Ok(partial),
            Some("http") if partial.is_loopback() != Some(false) => Ok(partial),
            None => Ok(partial.of(&["https", "http"])),
            Some(_) => Err("fetchLater takes trustworthy https URLs only: it throws".to_owned()),
        },
        UrlRule::WebSocket => match scheme {
            _ if partial.fragment => Err("a WebSocket URL with a fragment throws".to_owned()),
            Some("http") => Ok(partial.with_scheme("ws")),
            Some("https") => Ok(partial.with_scheme("wss")),
            Some("ws" | "wss") => Ok(partial),
            None => Ok(partial.of(&["wss", "ws"])),
            Some(other) => Err(format!("a WebSocket with the scheme `{other}:` throws")),
        },
        UrlRule::HttpOnly | UrlRule::Cache => match scheme {
            Some("http" | "https") => Ok(partial),
            None => Ok(partial.of(&["https", "http"])),
            Some(other) => Err(format!("`{other}:` makes no request here")),
        },
        UrlRule::AbsoluteHttps => match scheme {
            _ if partial.fragment => Err("a WebTransport URL with a fragment throws".to_owned()),
            Some("https") => Ok(partial),
            None => Ok(partial.of(&["https"])),
            Some(other) => Err(format!("WebTransport with the scheme `{other}:` throws")),
        },
        UrlRule::Fetch | UrlRule::Plain | UrlRule::Module => Ok(partial),
    }
}
