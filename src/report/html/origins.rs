//! Endpoints by the origin that they connect to.

use super::kind::{Kind, Subject};
use crate::results::{EndpointRow, Results};
use std::collections::BTreeMap;
use url::Url;

/// The endpoints of an origin.
pub(super) struct Group<'r> {
    pub(super) origin: Origin,
    /// Their numbers in the results.
    pub(super) rows: Vec<(usize, &'r EndpointRow)>,
    counts: BTreeMap<Kind, usize>,
}

/// Where endpoints connect to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// Scheme, host and port, as far as they are known; with holes in braces.
    Of(String),
    /// Relative URLs where the page has no URL.
    OfThePage,
    /// The URL begins with something that is not known.
    Unknown(String),
}

impl Group<'_> {
    /// How many endpoints are of a kind.
    pub(super) fn count(&self, kind: Kind) -> usize {
        self.counts.get(&kind).copied().unwrap_or(0)
    }
}

/// The groups: those with the most of the worst first.
pub(super) fn groups(results: &Results, subject: Subject) -> Vec<Group<'_>> {
    let mut by_origin: BTreeMap<Origin, Group<'_>> = BTreeMap::new();
    for (i, row) in results.endpoints.iter().enumerate() {
        let origin = of(row);
        let group = by_origin.entry(origin.clone()).or_insert_with(|| Group {
            origin,
            rows: Vec::new(),
            counts: BTreeMap::new(),
        });
        group.rows.push((i, row));
        *group.counts.entry(subject.kind(row)).or_default() += 1;
    }
    let mut groups: Vec<_> = by_origin.into_values().collect();
    let worst = |group: &Group<'_>| {
        let counts = subject.kinds().iter().map(|kind| group.count(*kind));
        std::cmp::Reverse(counts.collect::<Vec<_>>())
    };
    groups.sort_by_cached_key(worst);
    groups
}

/// The origin of an endpoint: that of the URL that it resolves to, or else what the text tells.
fn of(row: &EndpointRow) -> Origin {
    let resolved = row.resolved.as_deref().and_then(|url| Url::parse(url).ok());
    match resolved {
        Some(url) => Origin::Of(of_url(&url)),
        None => of_pattern(&row.pattern),
    }
}

fn of_url(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{}://{host}:{port}", url.scheme()),
        (Some(host), None) => format!("{}://{host}", url.scheme()),
        // `data:`, `blob:`.
        (None, _) => format!("{}:", url.scheme()),
    }
}

fn of_pattern(pattern: &str) -> Origin {
    let text = pattern.trim_start();
    if text.starts_with('{') {
        let end = outside(text, &['/', '?', '#']).unwrap_or(text.len());
        return Origin::Unknown(text.get(..end).unwrap_or(text).to_owned());
    }
    if let Some(rest) = text.strip_prefix("//") {
        let end = outside(rest, &['/', '?', '#']).unwrap_or(rest.len());
        return Origin::Of(format!("//{}", rest.get(..end).unwrap_or(rest)));
    }
    let scheme = outside(text, &[':', '/', '?', '#']);
    let scheme = scheme.filter(|&at| text.get(at..).is_some_and(|rest| rest.starts_with(':')));
    let Some((scheme, rest)) = scheme.and_then(|at| text.split_at_checked(at)) else {
        return Origin::OfThePage;
    };
    let Some(rest) = rest.strip_prefix("://") else {
        return Origin::Of(format!("{scheme}:"));
    };
    let end = outside(rest, &['/', '?', '#']).unwrap_or(rest.len());
    Origin::Of(format!("{scheme}://{}", rest.get(..end).unwrap_or(rest)))
}

/// Where the first of these characters stands that is in no braces.
fn outside(text: &str, stops: &[char]) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 && stops.contains(&c) => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_of_patterns() {
        let of = |origin: &str| Origin::Of(origin.to_owned());
        for (pattern, origin) in [
            ("https://a.test/x", of("https://a.test")),
            ("wss://{location.host}/live", of("wss://{location.host}")),
            (
                "https://{a/b}.tiles.test/{x}",
                of("https://{a/b}.tiles.test"),
            ),
            ("//cdn.test/x", of("//cdn.test")),
            ("/api/{id}", Origin::OfThePage),
            ("x?u=https://a.test/", Origin::OfThePage),
            ("data:text/plain,x", of("data:")),
            (
                "{process.env.API}/x",
                Origin::Unknown("{process.env.API}".into()),
            ),
            ("{a}{b}?c", Origin::Unknown("{a}{b}".into())),
            ("https://a.test?x", of("https://a.test")),
        ] {
            assert_eq!(of_pattern(pattern), origin, "{pattern}");
        }
    }
}
