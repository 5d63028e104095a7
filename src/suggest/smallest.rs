//! From the URLs that are requested to the fewest sources for them.

use crate::csp::{lets_through, with_path};
use crate::lint::NeededUrl;
use crate::partial_url::{PartialUrl, Path};
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// How narrow sources are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Granularity {
    /// `https://api.example.com`.
    #[default]
    Origin,
    /// `https://api.example.com/v1/`.
    Path,
    /// `https://*.example.com`, where several of its sub-domains are requested.
    HostWildcard,
}

impl Granularity {
    /// As the command line has it.
    pub fn name(self) -> &'static str {
        match self {
            Granularity::Origin => "origin",
            Granularity::Path => "path",
            Granularity::HostWildcard => "host-wildcard",
        }
    }
}

/// Sources, and remarks on them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Smallest {
    /// In order: `'self'`, hosts, schemes; `'none'` alone if nothing is needed.
    pub sources: Vec<String>,
    /// For people.
    pub notes: Vec<String>,
}

/// The fewest sources that let all these URLs through.
pub fn smallest(urls: &[&NeededUrl], granularity: Granularity) -> Smallest {
    let mut wanted: Vec<(String, &NeededUrl)> = match granularity {
        Granularity::Path => urls.iter().map(|url| (path_source(url), *url)).collect(),
        _ => urls.iter().map(|url| (url.source.clone(), *url)).collect(),
    };
    if granularity == Granularity::HostWildcard {
        use_wildcards(&mut wanted);
    }
    let mut sources: Vec<String> = wanted.iter().map(|(source, _)| source.clone()).collect();
    sources.sort_by_key(|source| order(source));
    sources.dedup();
    // The longest are the narrowest: they go first where another covers what they do.
    let mut by_length = sources.clone();
    by_length.sort_by_key(|source| std::cmp::Reverse(source.len()));
    for source in by_length {
        let mut own = wanted.iter().filter(|(s, _)| *s == source);
        let others: Vec<_> = sources.iter().filter(|s| **s != source).cloned().collect();
        let other = own
            .clone()
            .map(|(_, url)| others.iter().find(|s| covers(s, url)).cloned())
            .collect::<Option<Vec<_>>>();
        if own.next().is_none() || other.is_none() {
            continue;
        }
        sources = others;
    }
    let notes = notes(&sources, &wanted, granularity);
    if sources.is_empty() {
        sources.push("'none'".to_owned());
    }
    Smallest { sources, notes }
}

fn order(source: &str) -> (u8, String) {
    let rank = match source {
        "'self'" => 0,
        source if source.ends_with(':') => 2,
        _ => 1,
    };
    (rank, source.to_owned())
}

fn covers(source: &str, url: &NeededUrl) -> bool {
    lets_through(source, &url.url, &url.page, &url.check)
}

/// The source of an origin with the path, if that lets the URL through. What is not known of a
/// path is taken to stay in the folder that it stands in.
fn path_source(url: &NeededUrl) -> String {
    let narrowed = with_path(&url.source, &url.url);
    if narrowed != url.source && covers(&narrowed, url) {
        return narrowed;
    }
    folder_source(url).unwrap_or_else(|| url.source.clone())
}

/// The source of the folder that the known beginning of a URL ends in: the rest may lead out of
/// it (`../`), which no program means.
fn folder_source(url: &NeededUrl) -> Option<String> {
    if !matches!(url.url.path, Path::Prefix(_)) || !url.source.contains("://") {
        return None;
    }
    let start = url.start.split(['?', '#']).next()?;
    let folder = Url::parse(start.get(..=start.rfind('/')?)?).ok()?;
    let mut narrowed = url.url.clone();
    narrowed.path = Path::Known(folder.path().to_owned());
    Some(with_path(&url.source, &narrowed))
}

/// Sources of several sub-domains of one domain become a wildcard, never over a public suffix.
fn use_wildcards(wanted: &mut [(String, &NeededUrl)]) {
    let mut hosts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (source, _) in wanted.iter() {
        if let Some(wildcard) = wildcard(source) {
            hosts.entry(wildcard).or_default().insert(source.clone());
        }
    }
    for (source, url) in wanted.iter_mut() {
        let Some(wildcard) = wildcard(source) else {
            continue;
        };
        let several = hosts.get(&wildcard).is_some_and(|hosts| hosts.len() > 1);
        if several && covers(&wildcard, url) {
            *source = wildcard;
        }
    }
}

/// The wildcard over the domain that a sub-domain is of (<https://publicsuffix.org/list/>).
fn wildcard(source: &str) -> Option<String> {
    let (scheme, rest) = source.split_once("://")?;
    let (host, port) = rest.split_at(rest.find(':').unwrap_or(rest.len()));
    if host.starts_with(['*', '[']) || host.parse::<std::net::Ipv4Addr>().is_ok() {
        return None;
    }
    let domain = psl::domain_str(host)?;
    (domain != host).then(|| format!("{scheme}://*.{domain}{port}"))
}

fn notes(
    sources: &[String],
    wanted: &[(String, &NeededUrl)],
    granularity: Granularity,
) -> Vec<String> {
    let mut out = Vec::new();
    if granularity != Granularity::Path {
        return out;
    }
    let has_path = |source: &&String| {
        source
            .split_once("://")
            .is_some_and(|(_, r)| r.contains('/'))
    };
    if sources.iter().any(|s| has_path(&s)) {
        out.push("paths are not compared after a redirect (CSP3 §7.6)".to_owned());
    }
    let raw_path = |url: &PartialUrl| match &url.path {
        Path::Known(path) | Path::Prefix(path) => path.clone(),
    };
    let kept = wanted.iter().filter(|(source, _)| sources.contains(source));
    let is_encoded = |(source, url): &&(String, &NeededUrl)| {
        source.contains('%') && raw_path(&url.url).contains([';', ','])
    };
    if kept.clone().any(|one| is_encoded(&one)) {
        out.push("`;` and `,` in a path are written `%3B` and `%2C`: they would end it".to_owned());
    }
    let is_folder = |(source, url): &&(String, &NeededUrl)| {
        source.ends_with('/') && matches!(url.url.path, Path::Known(_))
    };
    let is_taken =
        |(source, url): &&(String, &NeededUrl)| source.ends_with('/') && !covers(source, url);
    if kept.clone().any(|one| is_taken(&one)) {
        let note = "what is not known of a path is taken to stay below its known beginning";
        out.push(note.to_owned());
    }
    if kept.clone().any(|one| is_folder(&one)) {
        out.push("a path that ends in `/` covers all that is below it".to_owned());
    }
    out
}
