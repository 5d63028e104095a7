//! Source expressions (CSP3 §2.3.1).

use std::ops::Range;

/// A source expression and where it stands in the policy's text.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// As written.
    pub text: String,
    /// Its bytes in the policy's text.
    pub range: Range<usize>,
    /// What it is.
    pub kind: SourceKind,
}

/// What a source expression is.
#[derive(Debug, Clone, PartialEq)]
pub enum SourceKind {
    /// `'self'`.
    OwnOrigin,
    /// `'none'`: counts alone.
    None,
    /// `*`.
    Any,
    /// `https:`.
    Scheme(String),
    /// `https://*.example.com:8443/api/`.
    Host(HostSource),
    /// A keyword, nonce or hash: without effect on connections.
    NoEffect,
    /// Not in the grammar: browsers drop it.
    Invalid,
    /// Some of it, or all, is not known: a hole of the policy's text.
    Open(OpenSource),
}

/// What is known of a source with a hole.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OpenSource {
    /// In lower case.
    pub scheme: Option<String>,
    /// What its host begins with, in lower case; nothing if the hole comes first.
    pub host_start: String,
    /// That is the whole host.
    pub is_whole: bool,
    /// What its host ends with, in lower case.
    pub host_end: String,
}

/// A host-source.
#[derive(Debug, Clone, PartialEq)]
pub struct HostSource {
    /// In lower case, without `://`.
    pub scheme: Option<String>,
    /// `*`, `*.example.com` or `example.com`, in lower case.
    pub host: String,
    /// `*` or a number.
    pub port: Option<PortSource>,
    /// With its first slash; empty if none.
    pub path: String,
    /// A query or fragment was cut off: browsers do that, the grammar has none.
    pub cut: bool,
    /// The path holds characters that the grammar does not allow.
    pub odd_path: bool,
}

/// The port of a host-source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortSource {
    /// `:*`.
    Any,
    /// `:8443`.
    Number(u32),
}

impl Source {
    pub(super) fn parse(text: &str, range: Range<usize>) -> Source {
        Source {
            text: text.to_owned(),
            range,
            kind: kind(text),
        }
    }

    /// A source expression with holes in it, in order. A nonce or hash stays one whatever it holds.
    pub(super) fn open(text: &str, range: Range<usize>, holes: &[Range<usize>]) -> Source {
        let lower = text.to_ascii_lowercase();
        let quoted = lower.strip_prefix('\'').unwrap_or_default();
        let kind = match PREFIXES.iter().any(|p| quoted.starts_with(p)) {
            true => SourceKind::NoEffect,
            false => SourceKind::Open(open_source(&lower, range.start, holes)),
        };
        Source {
            text: text.to_owned(),
            range,
            kind,
        }
    }
}

/// What is known of a source with holes. One that a hole begins may be several: of it nothing is
/// known.
fn open_source(text: &str, start: usize, holes: &[Range<usize>]) -> OpenSource {
    let end = start + text.len();
    let mut inside = holes.iter().filter(|h| h.start < end && h.end > start);
    let (Some(first), last) = (inside.next(), inside.next_back()) else {
        return OpenSource::default();
    };
    let before = text
        .get(..first.start.saturating_sub(start))
        .unwrap_or_default();
    let after = last.unwrap_or(first).end.saturating_sub(start);
    let after = text.get(after..).unwrap_or_default();
    // Behind a quote nothing goes on: `'self'${isOpen ? ' https:' : ''}`.
    if before.is_empty() || before.contains('\'') {
        return OpenSource::default();
    }
    let (scheme, rest) = match before.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        // `wss:` and a hole that goes on with `//`.
        None => match before.split_once(':') {
            Some((scheme @ ("http" | "https" | "ws" | "wss"), _)) => (Some(scheme), ""),
            _ => (None, before),
        },
    };
    let host = rest.split([':', '/']).next().unwrap_or_default();
    let is_whole = host.len() < rest.len();
    OpenSource {
        scheme: scheme.map(str::to_owned),
        host_start: host.to_owned(),
        is_whole,
        host_end: match is_whole {
            true => String::new(),
            false => after
                .split([':', '/'])
                .next()
                .unwrap_or_default()
                .to_owned(),
        },
    }
}

/// What nonces and hashes begin with.
const PREFIXES: [&str; 4] = ["nonce-", "sha256-", "sha384-", "sha512-"];

fn kind(text: &str) -> SourceKind {
    if text.eq_ignore_ascii_case("'self'") {
        return SourceKind::OwnOrigin;
    }
    if text.eq_ignore_ascii_case("'none'") {
        return SourceKind::None;
    }
    if text.starts_with('\'') {
        let known = text.len() > 2 && text.ends_with('\'') && is_keyword(&text[1..text.len() - 1]);
        return if known {
            SourceKind::NoEffect
        } else {
            SourceKind::Invalid
        };
    }
    if text == "*" {
        return SourceKind::Any;
    }
    if let Some(scheme) = text.strip_suffix(':').filter(|s| is_scheme(s)) {
        return SourceKind::Scheme(scheme.to_ascii_lowercase());
    }
    host_source(text).map_or(SourceKind::Invalid, SourceKind::Host)
}

fn is_keyword(word: &str) -> bool {
    const WORDS: [&str; 15] = [
        "unsafe-inline",
        "unsafe-eval",
        "unsafe-hashes",
        "strict-dynamic",
        "report-sample",
        "wasm-unsafe-eval",
        "unsafe-webtransport-hashes",
        "unsafe-allow-redirects",
        "report-sha256",
        "report-sha384",
        "report-sha512",
        "trusted-types-eval",
        "inline-speculation-rules",
        "script",
        "unsafe-webtransport-hashes",
    ];
    let word = word.to_ascii_lowercase();
    WORDS.contains(&word.as_str())
        || PREFIXES
            .iter()
            .any(|p| word.starts_with(p) && word.len() > p.len())
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

fn host_source(text: &str) -> Option<HostSource> {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme.to_ascii_lowercase()), rest),
        Some((scheme, _)) if !scheme.contains('/') => return None,
        _ => (None, text),
    };
    let authority_end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(authority_end);
    let (host, port) = match authority.split_once(':') {
        None => (authority, None),
        Some((host, "*")) => (host, Some(PortSource::Any)),
        Some((host, number)) => (host, Some(PortSource::Number(port_number(number)?))),
    };
    if !is_host(host) {
        return None;
    }
    let cut = path.find(['?', '#']);
    let path = &path[..cut.unwrap_or(path.len())];
    Some(HostSource {
        scheme,
        host: host.to_ascii_lowercase(),
        port,
        path: path.to_owned(),
        cut: cut.is_some(),
        odd_path: !is_path_absolute(path),
    })
}

fn port_number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    // Numbers past any port match nothing, but are in the grammar.
    digits.then(|| {
        text.trim_start_matches('0')
            .parse()
            .unwrap_or(if text.trim_start_matches('0').is_empty() {
                0
            } else {
                u32::MAX
            })
    })
}

fn is_host(text: &str) -> bool {
    if text == "*" {
        return true;
    }
    let name = text.strip_prefix("*.").unwrap_or(text);
    let name = name.strip_suffix('.').unwrap_or(name);
    !name.is_empty()
        && name.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        })
}

/// RFC 3986 `path-absolute`, or nothing.
fn is_path_absolute(path: &str) -> bool {
    let escapes = path.split('%').skip(1).all(|rest| {
        let mut digits = rest.chars().take(2).filter(char::is_ascii_hexdigit);
        digits.next().and(digits.next()).is_some()
    });
    escapes && !path.starts_with("//") && path.chars().all(is_path_char)
}

/// RFC 3986 `pchar` and `/`.
fn is_path_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "/-._~!$&'()*+=:@%".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_around_a_hole() {
        let of = |text: &str| {
            let (start, end) = (
                text.find('{').unwrap_or(0),
                text.rfind('}').unwrap_or(0) + 1,
            );
            let holes: Vec<_> = std::iter::once(start..end).collect();
            let known = open_source(text, 0, &holes);
            let scheme = known.scheme.unwrap_or_default();
            let whole = if known.is_whole { "!" } else { "" };
            format!("{scheme} {}{whole} {}", known.host_start, known.host_end)
        };
        assert_eq!(of("{x}"), "  ");
        assert_eq!(of("{x}.a.test"), "  ");
        assert_eq!(of("'self'{x}"), "  ");
        assert_eq!(of("wss://{x}"), "wss  ");
        assert_eq!(of("wss:{x}"), "wss  ");
        assert_eq!(of("https://{x}.a.test:80/y"), "https  .a.test");
        assert_eq!(of("https://api-{x}.a.test"), "https api- .a.test");
        assert_eq!(of("localhost:{x}"), " localhost! ");
        assert_eq!(of("https://a.test/{x}.b"), "https a.test! ");
    }

    #[test]
    fn the_grammar() {
        for text in [
            "a",
            "*.a.b",
            "a.",
            "https://a",
            "https://a:443/x/",
            "*:*",
            "a:8080",
            "*://a",
            "a/x?y",
        ] {
            let host = matches!(kind(text), SourceKind::Host(_));
            assert_eq!(host, text != "*://a", "{text}");
        }
        for text in [
            "http://[::1]",
            "my_host.test",
            "a..b",
            ".a",
            "a?x",
            "a:443?x",
            "https://",
            "https:///x",
            "\"self\"",
            "‘self’",
            "'selfish'",
            "a:b",
            "*a",
            "a.*",
            "''",
            "'",
        ] {
            assert_eq!(kind(text), SourceKind::Invalid, "{text}");
        }
        assert_eq!(kind("'SELF'"), SourceKind::OwnOrigin);
        assert_eq!(kind("'nonce-abc'"), SourceKind::NoEffect);
        assert_eq!(kind("HTTPS:"), SourceKind::Scheme("https".into()));
    }
}
