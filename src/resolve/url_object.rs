//! The parts of a `URL` object whose address is partly known: reading and setting them
//! (URL Standard, "API").

use super::text;
use crate::value::{Charset, Guard, Hole, HoleKind, Part, Pattern};

/// Names of the parts that can be set.
pub(super) const SETTABLE: [&str; 8] = [
    "href", "protocol", "host", "hostname", "port", "pathname", "search", "hash",
];

/// An address taken apart. Nothing here is normalised.
#[derive(Debug, Clone, Default)]
struct Pieces {
    /// Without the colon.
    scheme: String,
    authority: Pattern,
    path: Pattern,
    /// With its `?`.
    query: Pattern,
    /// With its `#`.
    hash: Pattern,
}

/// `new URL(url, base)`.
pub(super) fn joined(url: &Pattern, base: &Pattern) -> Pattern {
    let kind = |p: &Pattern| match p.parts() {
        [Part::Hole(hole)] => Some(hole.kind.clone()),
        _ => None,
    };
    match kind(base) {
        // An origin is a whole address: its path is `/`.
        Some(HoleKind::PageOrigin) => {
            let mut base = base.clone();
            base.push_text("/");
            on_origin(url, &base).unwrap_or_else(|| crate::partial_url::join(url, &base))
        }
        _ if base.parts().len() == 2 && on_origin(url, base).is_some() => {
            on_origin(url, base).unwrap_or_default()
        }
        Some(HoleKind::PageHref) if url.leading_text().starts_with('?') => {
            let mut out = Pattern::hole(Hole::new(HoleKind::PageOrigin));
            out.push_hole(Hole::new(HoleKind::PagePathname));
            out.extend(url);
            out
        }
        _ => crate::partial_url::join(url, base),
    }
}

/// A known relative address on a base of which all but the page's origin is known.
fn on_origin(url: &Pattern, base: &Pattern) -> Option<Pattern> {
    let [Part::Hole(origin), Part::Text(path)] = base.parts() else {
        return None;
    };
    let relative = url.as_text()?;
    let stands_alone =
        url::Url::parse(relative).is_ok() || relative.starts_with("//") || relative.contains('\\');
    if origin.kind != HoleKind::PageOrigin || !path.starts_with('/') || stands_alone {
        return None;
    }
    let base = url::Url::parse("https://page.invalid")
        .ok()?
        .join(path)
        .ok()?;
    let joined = base.join(relative).ok()?;
    let mut out = Pattern::hole(origin.clone());
    out.push_text(joined.as_str().strip_prefix("https://page.invalid")?);
    Some(out)
}

/// Reads a part, per guard; nothing when it is not known.
pub(super) fn read(href: &Pattern, name: &str) -> Option<Vec<(Pattern, Guard)>> {
    if name == "href" {
        return Some(vec![(href.clone(), Guard::ALWAYS)]);
    }
    if let Some(url) = href.as_text().and_then(|t| url::Url::parse(t).ok()) {
        return Some(vec![(Pattern::text(part_of(&url, name)?), Guard::ALWAYS)]);
    }
    let spelled = text::by_scheme(href);
    spelled
        .into_iter()
        .map(|(p, guard)| Some((read_piece(&p, name)?, guard)))
        .collect()
}

fn part_of(url: &url::Url, name: &str) -> Option<String> {
    use url::quirks;
    Some(match name {
        "origin" => quirks::origin(url),
        "protocol" => quirks::protocol(url).to_owned(),
        "host" => quirks::host(url).to_owned(),
        "hostname" => quirks::hostname(url).to_owned(),
        "port" => quirks::port(url).to_owned(),
        "pathname" => quirks::pathname(url).to_owned(),
        "search" => quirks::search(url).to_owned(),
        "hash" => quirks::hash(url).to_owned(),
        _ => return None,
    })
}

fn read_piece(href: &Pattern, name: &str) -> Option<Pattern> {
    let pieces = take_apart(href)?;
    let mut out = Pattern::default();
    match name {
        "protocol" => out.push_text(&format!("{}:", pieces.scheme)),
        "origin" => {
            out.push_text(&format!("{}://", pieces.scheme));
            out.extend(&pieces.authority);
        }
        "host" => out.extend(&pieces.authority),
        "hostname" => match pieces.authority.parts() {
            [Part::Hole(hole)] if hole.kind == HoleKind::PageHost => {
                out.push_hole(Hole::new(HoleKind::PageHostname));
            }
            _ => out.push_text(pieces.authority.as_text()?.split(':').next()?),
        },
        "pathname" => out.extend(&pieces.path),
        "search" => out.extend(&pieces.query),
        "hash" => out.extend(&pieces.hash),
        _ => return None,
    }
    Some(out)
}

/// Sets a part, per guard; nothing when the result is not known.
pub(super) fn write(href: &Pattern, name: &str, value: &Pattern) -> Option<Vec<(Pattern, Guard)>> {
    if name == "href" {
        return Some(vec![(value.clone(), Guard::ALWAYS)]);
    }
    if let (Some(mut url), Some(value)) = (
        href.as_text().and_then(|t| url::Url::parse(t).ok()),
        value.as_text(),
    ) {
        return set_exact(&mut url, name, value)
            .map(|()| vec![(Pattern::text(url.as_str()), Guard::ALWAYS)]);
    }
    let mut out = Vec::new();
    for (href, guard) in text::by_scheme(href) {
        for (value, value_guard) in text::by_scheme(value) {
            if let Some(guard) = guard.and(value_guard) {
                out.push((write_piece(&href, name, &value)?, guard));
            }
        }
    }
    Some(out)
}

fn set_exact(url: &mut url::Url, name: &str, value: &str) -> Option<()> {
    use url::quirks;
    match name {
        // The crate refuses `http` → `ws`; browsers allow a change among special schemes.
        "protocol" => {
            let scheme = value.trim_end_matches(':');
            let special = |s: &str| matches!(s, "http" | "https" | "ws" | "wss" | "ftp");
            if special(scheme) && special(url.scheme()) {
                let rest = url.as_str().split_once(':')?.1.to_owned();
                *url = url::Url::parse(&format!("{scheme}:{rest}")).ok()?;
            }
        }
        "host" => quirks::set_host(url, value).ok()?,
        "hostname" => quirks::set_hostname(url, value).ok()?,
        "port" => quirks::set_port(url, value).ok()?,
        "pathname" => quirks::set_pathname(url, value),
        "search" => quirks::set_search(url, value),
        "hash" => quirks::set_hash(url, value),
        _ => return None,
    }
    Some(())
}

fn write_piece(href: &Pattern, name: &str, value: &Pattern) -> Option<Pattern> {
    let mut pieces = take_apart(href)?;
    let led = |lead: &str| {
        let mut out = Pattern::default();
        if !value.leading_text().starts_with(lead) && !value.is_empty() {
            out.push_text(lead);
        }
        out.extend(value);
        out
    };
    match name {
        "protocol" => pieces.scheme = value.as_text()?.trim_end_matches(':').to_owned(),
        "pathname" => pieces.path = led("/"),
        "search" => pieces.query = led("?"),
        "hash" => pieces.hash = led("#"),
        "host" => pieces.authority = value.clone(),
        "hostname" if !has_port(&pieces.authority) => pieces.authority = value.clone(),
        "port" => {
            let host = match pieces.authority.parts() {
                [Part::Hole(hole)] if hole.kind == HoleKind::PageHost => {
                    Pattern::hole(Hole::new(HoleKind::PageHostname))
                }
                _ => Pattern::text(pieces.authority.as_text()?.split(':').next()?),
            };
            pieces.authority = host;
            if !value.is_empty() {
                pieces.authority.push_text(":");
                pieces.authority.extend(value);
            }
        }
        _ => return None,
    }
    Some(put_together(&pieces))
}

fn has_port(authority: &Pattern) -> bool {
    authority.as_text().is_none_or(|t| t.contains(':'))
}

/// What becomes of a query by `searchParams`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QueryChange {
    None,
    /// Parameters are appended, always.
    Appended,
    /// It is another one, and not empty.
    Set,
    /// It may be another one, or none.
    Maybe,
}

/// With a query as `searchParams` may make it.
pub(super) fn with_unknown_query(href: &Pattern, change: QueryChange) -> Vec<Pattern> {
    let bare = take_apart(href).map(|mut pieces| {
        pieces.query = Pattern::default();
        put_together(&pieces)
    });
    let same = |bare: &Pattern| bare == href || bare.to_string() + "/" == href.to_string();
    match (change, bare) {
        (QueryChange::None, _) => vec![href.clone()],
        (QueryChange::Appended, _) => vec![appended_query(href)],
        (QueryChange::Set, Some(bare)) => vec![appended_query(&bare)],
        (QueryChange::Set, None) => vec![appended_query(href)],
        (QueryChange::Maybe, Some(bare)) if same(&bare) => vec![href.clone(), appended_query(href)],
        (QueryChange::Maybe, Some(bare)) => vec![href.clone(), appended_query(&bare), bare],
        (QueryChange::Maybe, None) => vec![href.clone(), appended_query(href)],
    }
}

/// With a query that is not known added.
fn appended_query(href: &Pattern) -> Pattern {
    let has_query = href.parts().iter().any(|p| match p {
        Part::Text(t) => t.contains(['?', '#']),
        Part::Hole(h) => matches!(
            h.kind,
            HoleKind::PageSearch | HoleKind::PageHash | HoleKind::PageHref
        ),
    });
    let mut out = href.clone();
    out.push_text(if has_query { "&" } else { "?" });
    out.push_hole(Hole::unknown("query").with_charset(Charset::Query));
    out
}

fn put_together(pieces: &Pieces) -> Pattern {
    let mut out = Pattern::text(format!("{}://", pieces.scheme));
    for piece in [&pieces.authority, &pieces.path, &pieces.query, &pieces.hash] {
        out.extend(piece);
    }
    out
}

#[derive(PartialEq, PartialOrd, Clone, Copy)]
enum At {
    Authority,
    Path,
    Query,
    Hash,
}

/// Takes an address apart; nothing when it is not sure where its authority ends.
fn take_apart(href: &Pattern) -> Option<Pieces> {
    let (scheme, _) = href.leading_text().split_once("://")?;
    let mut pieces = Pieces {
        scheme: scheme.to_ascii_lowercase(),
        ..Pieces::default()
    };
    let mut at = At::Authority;
    for (i, part) in href.parts().iter().enumerate() {
        match part {
            Part::Text(known) => {
                let skipped = if i == 0 { scheme.len() + 3 } else { 0 };
                at = take_text(&mut pieces, at, &known[skipped..]);
            }
            Part::Hole(hole) => {
                at = match hole.kind {
                    HoleKind::PagePathname if at == At::Authority && !hole.charset.is_path() => {
                        At::Path
                    }
                    HoleKind::PageSearch if at < At::Query => At::Query,
                    HoleKind::PageHash => At::Hash,
                    _ => at,
                };
                let fits = !hole.charset.is_path() && (hole.is_page() || !hole.charset.admits('/'));
                if at == At::Authority && !fits {
                    return None;
                }
                piece(&mut pieces, at).push_hole(hole.clone());
            }
        }
    }
    Some(pieces)
}

fn piece(pieces: &mut Pieces, at: At) -> &mut Pattern {
    match at {
        At::Authority => &mut pieces.authority,
        At::Path => &mut pieces.path,
        At::Query => &mut pieces.query,
        At::Hash => &mut pieces.hash,
    }
}

fn take_text(pieces: &mut Pieces, mut at: At, text: &str) -> At {
    let mut rest = text;
    loop {
        let stops: &[char] = match at {
            At::Authority => &['/', '?', '#', '\\'],
            At::Path => &['?', '#'],
            At::Query => &['#'],
            At::Hash => &[],
        };
        let Some(i) = rest.find(stops) else {
            piece(pieces, at).push_text(rest);
            return at;
        };
        piece(pieces, at).push_text(&rest[..i]);
        rest = &rest[i..];
        at = match rest.as_bytes().first() {
            Some(b'?') => At::Query,
            Some(b'#') => At::Hash,
            _ => At::Path,
        };
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn shown(result: Option<Vec<(Pattern, Guard)>>) -> Vec<String> {
        result
            .unwrap_or_default()
            .into_iter()
            .map(|(p, _)| p.to_string())
            .collect()
    }

    #[test]
    fn sets_parts_of_known_addresses() {
        let href = Pattern::text("http://a.test/x?y");
        assert_eq!(
            shown(write(&href, "protocol", &Pattern::text("ws:"))),
            ["ws://a.test/x?y"]
        );
        assert_eq!(
            shown(write(&href, "pathname", &Pattern::text("z"))),
            ["http://a.test/z?y"]
        );
        assert_eq!(shown(read(&href, "host")), ["a.test"]);
    }

    #[test]
    fn sets_parts_of_the_page_address() {
        let href = Pattern::hole(Hole::new(HoleKind::PageHref));
        let path = write(&href, "pathname", &Pattern::text("/ws")).unwrap();
        assert_eq!(path.len(), 2);
        assert!(
            path[0]
                .0
                .to_string()
                .starts_with("https://{location.host}/ws{location.search}")
        );
    }

    #[test]
    fn unsure_authorities_stay_unknown() {
        let mut href = Pattern::text("https://a.test");
        href.push_hole(Hole::unknown("x"));
        assert!(write(&href, "pathname", &Pattern::text("/z")).is_none());
    }
}
