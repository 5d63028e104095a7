//! URLs of the developer's own machine that stand beside others: `API_URL ?? 'http://localhost:8080'`.

use super::Found;
use crate::endpoint::Confidence;
use crate::partial_url::is_loopback;
use crate::value::Pattern;
use url::Url;

/// Marks the URLs of a call that are on this machine, where not all that one argument can be are:
/// a site that is deployed is given one of the others.
pub(super) fn mark(of_call: &mut [Found]) {
    let argument = |found: &Found| (found.api, found.span, found.url_span);
    let others = of_call.iter().filter(|found| !is_local(&found.url));
    let others: Vec<_> = others.map(argument).collect();
    for found in of_call.iter_mut().filter(|found| is_local(&found.url)) {
        if found.confidence == Confidence::Certain && others.contains(&argument(found)) {
            found.confidence = Confidence::Development;
        }
    }
}

/// Whether a URL is on this machine.
fn is_local(url: &Pattern) -> bool {
    let start = url.leading_text();
    let Some((_, rest)) = start.split_once("://") else {
        return false;
    };
    !is_plainly_elsewhere(rest)
        && Url::parse(start).is_ok_and(|url| url.host_str().is_some_and(is_loopback))
}

/// Whether what follows `://` begins with a name that needs no parsing to see that it is no
/// address, and of no machine of one's own.
fn is_plainly_elsewhere(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.split(':').next().unwrap_or_default();
    let is_plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'.' | b'-');
    let last = host.rsplit('.').next().unwrap_or_default();
    // A number at the end makes it an address.
    host.bytes().all(is_plain)
        && !authority.contains('@')
        && last.starts_with(|c: char| c.is_ascii_lowercase())
        && !is_loopback(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_this_machine() {
        for (url, local) in [
            ("http://localhost:8080/api", true),
            ("ws://127.0.0.1", true),
            ("https://app.localhost/", true),
            ("https://localhost.example/", false),
            ("/localhost", false),
            ("http://127.1/", true),
            ("http://LOCALHOST/", true),
            ("http://x@localhost:80/", true),
            ("http://0x7f.1/", true),
            ("http://user:word@localhost/", true),
            ("http://user:word@elsewhere.example/", false),
        ] {
            assert_eq!(is_local(&Pattern::text(url)), local, "{url}");
        }
    }
}
