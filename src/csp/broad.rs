//! Sources that let through what belongs to anybody.

use super::source::{Source, SourceKind};

/// What a source lets through, in words, if that is not only what belongs to one owner: `every
/// host`, `every host by https`, `every host below a public suffix`.
pub fn lets_anybody_through(source: &Source) -> Option<String> {
    match &source.kind {
        SourceKind::Any => Some("every host".to_owned()),
        SourceKind::Scheme(scheme) if is_network(scheme) => {
            Some(format!("every host by `{scheme}:`"))
        }
        SourceKind::Host(host) if host.host == "*" => Some(match &host.scheme {
            Some(scheme) => format!("every host by `{scheme}:`"),
            None => "every host".to_owned(),
        }),
        SourceKind::Host(host) => {
            let below = host.host.strip_prefix("*.")?;
            is_public_suffix(below)
                .then(|| format!("every host below `{below}`, where anybody can have one"))
        }
        _ => None,
    }
}

fn is_network(scheme: &str) -> bool {
    matches!(scheme, "http" | "https" | "ws" | "wss")
}

/// Whether a domain is one below which anybody can have names, by the public suffix list:
/// <https://publicsuffix.org/>. A name that the list does not know is none.
fn is_public_suffix(domain: &str) -> bool {
    psl::suffix(domain.as_bytes())
        .is_some_and(|s| s.is_known() && s.as_bytes().len() == domain.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csp::parse_header;
    use crate::results::Disposition;

    #[test]
    fn what_belongs_to_anybody() {
        let text = "connect-src * https: wss://* *:8443 *.co.uk https://*.github.io \
                    data: 'self' *.example.co.uk https://api.github.io *.internal";
        let policies = parse_header(text, Disposition::Enforce);
        let sources = policies
            .iter()
            .flat_map(|p| &p.directives)
            .flat_map(|d| &d.sources);
        let broad: Vec<_> = sources
            .filter(|s| lets_anybody_through(s).is_some())
            .map(|s| s.text.as_str())
            .collect();
        assert_eq!(
            broad,
            [
                "*",
                "https:",
                "wss://*",
                "*:8443",
                "*.co.uk",
                "https://*.github.io"
            ]
        );
    }
}
