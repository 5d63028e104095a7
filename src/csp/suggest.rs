//! The narrowest source expression that would let a blocked URL through.

use super::policy::parse_header;
use super::source::SourceKind;
use crate::partial_url::{Host, Page, PartialUrl, Port};
use crate::results::Disposition;

/// The expression to add, if one can be named.
pub fn suggestion(url: &PartialUrl, page: &Page) -> Option<String> {
    let scheme = url.scheme.as_deref()?;
    if url.same_origin {
        return Some("'self'".to_owned());
    }
    if !matches!(scheme, "http" | "https" | "ws" | "wss" | "ftp") {
        return Some(format!("{scheme}:"));
    }
    let host = match &url.host {
        Host::Known(host) if own_socket(url, host, page) => return Some("'self'".to_owned()),
        Host::Known(host) => host.clone(),
        Host::Suffix(suffix) => format!("*{suffix}"),
        Host::Open => return None,
    };
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
    let source = format!("{scheme}://{host}{port}");
    // IPv6 addresses and `_` are not in the grammar: no expression can name them.
    let policies = parse_header(&format!("connect-src {source}"), Disposition::Enforce);
    let named = policies
        .iter()
        .flat_map(|p| &p.directives)
        .flat_map(|d| &d.sources);
    named
        .into_iter()
        .all(|s| matches!(s.kind, SourceKind::Host(_)))
        .then_some(source)
}

/// The page's own host by WebSocket, which `'self'` covers.
fn own_socket(url: &PartialUrl, host: &str, page: &Page) -> bool {
    let own = page.origin_url();
    let secure = url.scheme.as_deref() == Some("wss") || own.scheme() == "http";
    secure && Some(host) == own.host_str() && url.port == Port::Known(own.port_or_known_default())
}
