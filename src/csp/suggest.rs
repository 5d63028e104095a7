//! The narrowest source expression that would let a blocked URL through.

use super::matching::{Answer, Check, judge_list};
use super::policy::parse_header;
use crate::partial_url::{Host, Page, PartialUrl, Path, Port};

/// The narrowest source for all that a URL can be, by its origin, if its origin is known; else
/// why there is none.
///
/// # Errors
/// The reason, for people.
pub fn narrowest(url: &PartialUrl, page: &Page, check: &Check) -> Result<String, String> {
    if let Some(why) = open_origin(url) {
        return Err(why);
    }
    suggestion(url, page, check).ok_or_else(|| unnameable(url, page))
}

/// What of the origin is not known, if anything.
fn open_origin(url: &PartialUrl) -> Option<String> {
    let what = match (&url.scheme, &url.host, url.port) {
        (None, Host::Open, _) => "the URL",
        (None, ..) => "the scheme",
        (_, Host::Open | Host::Suffix(_), _) => "the host",
        (.., Port::Open) => "the port",
        _ => return None,
    };
    let parts: Vec<_> = url.open_parts.iter().map(|p| format!("`{p}`")).collect();
    Some(match parts.is_empty() {
        true => format!("{what} is not known"),
        false => format!("{what} is not known before {} is", parts.join(", ")),
    })
}

/// Why no source names a URL of known origin.
fn unnameable(url: &PartialUrl, page: &Page) -> String {
    match &url.host {
        Host::Known(host) if host.starts_with('[') => {
            "an IPv6 address cannot be a source: only its scheme covers it".to_owned()
        }
        Host::Known(host) if page.is_below_stand_in(host) => {
            "its host is made from that of the page, which is not known (see --page-url)".to_owned()
        }
        _ => "its host cannot be written as a source".to_owned(),
    }
}

/// A source of an origin, narrowed to the path of the URL: the path itself if it is known, else
/// the folder that it is in (CSP3 §6.7.2.12: a path that ends in `/` is a prefix).
pub fn with_path(source: &str, url: &PartialUrl) -> String {
    if !source.contains("://") {
        return source.to_owned();
    }
    let path = match &url.path {
        Path::Known(path) => path.as_str(),
        Path::Prefix(path) => path.rfind('/').map_or("", |at| &path[..=at]),
    };
    match path {
        "" | "/" => source.to_owned(),
        path => format!("{source}{}", encoded(path)),
    }
}

/// A path as it may stand in a policy: `;` and `,` would end the source, `'` and `$` mean something
/// in many files, other characters are not in the grammar. Browsers decode both sides before they compare.
fn encoded(path: &str) -> String {
    let mut out = String::new();
    for c in path.chars() {
        if c.is_ascii_alphanumeric() || "/-._~!&()*+=:@%".contains(c) {
            out.push(c);
            continue;
        }
        let mut bytes = [0; 4];
        for byte in c.encode_utf8(&mut bytes).bytes() {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The expression to add to the policy that blocks, if one can be named: with it, every URL
/// that this can be passes. IPv6 addresses and hosts with `_` are not in the grammar (CSP3
/// §2.3.1): no expression names them.
pub fn suggestion(url: &PartialUrl, page: &Page, check: &Check) -> Option<String> {
    let upgraded = check.upgrading.then(|| url.upgraded());
    let candidates = upgraded.iter().chain([url]);
    candidates
        .filter_map(|candidate| expression(candidate, page))
        .find(|source| lets_through(source, url, page, check))
}

/// Whether a source alone lets through all that a URL can be.
pub fn lets_through(source: &str, url: &PartialUrl, page: &Page, check: &Check) -> bool {
    let policies = parse_header(&format!("connect-src {source}"), check.disposition);
    let all = |policy| judge_list(policy, url, page, check).allows == Answer::Always;
    !policies.is_empty() && policies.iter().all(all)
}

fn expression(url: &PartialUrl, page: &Page) -> Option<String> {
    let scheme = url.scheme.as_deref()?;
    if url.same_origin {
        return Some("'self'".to_owned());
    }
    if !matches!(scheme, "http" | "https" | "ws" | "wss" | "ftp") {
        return Some(format!("{scheme}:"));
    }
    let host = match &url.host {
        Host::Known(host) if page.url().is_none() && own_socket(url, host, page) => {
            return Some("'self'".to_owned());
        }
        Host::Known(host) => host.clone(),
        Host::Suffix(suffix) => format!("*{suffix}"),
        Host::Open => return None,
    };
    if page.is_below_stand_in(&host) {
        return None;
    }
    let default = match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        _ => Some(21),
    };
    let port = match url.port {
        Port::Known(port) if port == default => String::new(),
        Port::Known(Some(port)) => format!(":{port}"),
        _ => ":*".to_owned(),
    };
    Some(format!("{scheme}://{host}{port}"))
}

/// The page's own host by WebSocket, which `'self'` covers (in Safari from 15.4 on only,
/// <https://github.com/w3c/webappsec-csp/issues/7>: where the host is known, it is named).
fn own_socket(url: &PartialUrl, host: &str, page: &Page) -> bool {
    let own = page.origin_url();
    let socket = match url.scheme.as_deref() {
        Some("wss") => true,
        Some("ws") => own.scheme() == "http",
        _ => false,
    };
    socket && Some(host) == own.host_str() && url.port == Port::Known(own.port_or_known_default())
}
