//! The narrowest source expression that would let a blocked URL through.

use super::matching::{Answer, Check, judge_list};
use super::policy::parse_header;
use crate::partial_url::{Host, Page, PartialUrl, Port};

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

fn lets_through(source: &str, url: &PartialUrl, page: &Page, check: &Check) -> bool {
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
        Host::Known(host) if own_socket(url, host, page) => return Some("'self'".to_owned()),
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

/// The page's own host by WebSocket, which `'self'` covers.
fn own_socket(url: &PartialUrl, host: &str, page: &Page) -> bool {
    let own = page.origin_url();
    let socket = match url.scheme.as_deref() {
        Some("wss") => true,
        Some("ws") => own.scheme() == "http",
        _ => false,
    };
    socket && Some(host) == own.host_str() && url.port == Port::Known(own.port_or_known_default())
}
