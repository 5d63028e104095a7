//! `new URL(reference, base)` where either may not be known.

use super::parse::cleaned;
use super::{is_special, join_text, labels};
use crate::value::{Charset, Hole, HoleKind, Part, Pattern};
use url::Url;

/// What `new URL(reference, base).href` gives, or a hole: never a wrong text.
pub fn join(reference: &Pattern, base: &Pattern) -> Pattern {
    let (reference, base) = (&cleaned(reference), &cleaned(base));
    if let (Some(reference), Some(base)) = (reference.as_text(), base.as_text()) {
        return match Url::parse(base)
            .ok()
            .and_then(|base| join_text(&base, reference).ok())
        {
            Some(url) => Pattern::text(url.as_str()),
            None => Pattern::hole(Hole::unknown("an invalid URL")),
        };
    }
    if let Some(url) = absolute_text(reference) {
        return Pattern::text(url.as_str());
    }
    if let Some(joined) = absolute_reference(reference).or_else(|| on_origin(reference, base)) {
        return joined;
    }
    let why = labels(reference).into_iter().chain(labels(base)).next();
    Pattern::hole(Hole::unknown(
        why.map_or("a URL".to_owned(), |w| format!("a URL made of {w}")),
    ))
}

/// A known reference that no base changes. With a special scheme and less than two slashes it
/// may be relative to a base of that scheme.
fn absolute_text(reference: &Pattern) -> Option<Url> {
    let text = reference.as_text()?;
    let url = Url::parse(text).ok()?;
    let (_, rest) = text.split_once(':')?;
    let slashes = rest.len() - rest.trim_start_matches(['/', '\\']).len();
    (slashes >= 2 || !(is_special(url.scheme()) || url.scheme() == "file")).then_some(url)
}

/// A reference that begins with a whole origin ignores the base.
fn absolute_reference(reference: &Pattern) -> Option<Pattern> {
    let whole = match reference.parts() {
        [Part::Hole(hole), ..] if hole.charset != Charset::Any => false,
        [Part::Hole(hole), ..] if hole.kind == HoleKind::PageHref => true,
        [Part::Hole(hole), rest @ ..] if hole.kind == HoleKind::PageOrigin => match rest.first() {
            None => true,
            Some(Part::Text(text)) => text.starts_with(['/', '?', '#']),
            Some(Part::Hole(_)) => is_path_then_end(rest),
        },
        [Part::Text(text), ..] => text
            .split_once("://")
            .filter(|(scheme, _)| is_special(scheme))
            .and_then(|(_, rest)| rest.find(['/', '?', '#']))
            .is_some_and(|end| end > 0),
        _ => false,
    };
    whole.then(|| reference.clone())
}

/// Whether parts begin with a path that what follows ends too.
fn is_path_then_end(parts: &[Part]) -> bool {
    match parts {
        [Part::Hole(hole)] => hole.charset.is_path(),
        [Part::Hole(hole), Part::Text(text), ..] => {
            hole.charset.is_path() && text.starts_with(['/', '?', '#'])
        }
        _ => false,
    }
}

/// A reference with an absolute path, on a base whose origin is known.
fn on_origin(reference: &Pattern, base: &Pattern) -> Option<Pattern> {
    let origin = origin_of(base)?;
    let path = reference.leading_text();
    let mut chars = path.chars();
    let absolute = chars.next() == Some('/') && chars.next().is_some_and(|c| c != '/' && c != '\\');
    if absolute || is_below_base(reference) || reference.as_text() == Some("/") {
        return Some(origin.concat(reference));
    }
    if reference.is_empty() {
        return Some(base.clone());
    }
    // A path relative to a folder that is not known: same origin all the same, if nothing in
    // the reference can be a scheme or another host.
    let known = reference.as_text()?;
    let simple = !known.contains([':', '\\']) && !known.starts_with('/');
    let mut out = origin;
    out.push_text("/");
    out.push_hole(Hole::unknown("folder"));
    out.push_text("/");
    out.push_text(known.trim_start_matches("./"));
    simple.then_some(out)
}

/// Whether a reference is an absolute path below one that the build decides.
fn is_below_base(reference: &Pattern) -> bool {
    let [Part::Hole(hole), Part::Text(text), ..] = reference.parts() else {
        return false;
    };
    let slashes = text.len() - text.trim_start_matches(['/', '\\']).len();
    match hole.charset {
        Charset::BasePath => slashes == 1 && text.len() > 1,
        Charset::Folder => slashes == 0,
        _ => false,
    }
}

/// The origin that a base begins with.
fn origin_of(base: &Pattern) -> Option<Pattern> {
    if let Some(Part::Hole(hole)) = base.parts().first() {
        let own = matches!(
            hole.kind,
            HoleKind::PageOrigin | HoleKind::PageHref | HoleKind::ScriptUrl
        ) && hole.charset == Charset::Any;
        let alone = match base.parts().get(1) {
            None => true,
            Some(Part::Text(t)) => t.starts_with(['/', '?', '#']),
            Some(Part::Hole(_)) => is_path_then_end(&base.parts()[1..]),
        };
        return (own && (alone || hole.kind == HoleKind::PageHref))
            .then(|| Pattern::hole(Hole::new(HoleKind::PageOrigin)));
    }
    let (scheme, rest) = base
        .leading_text()
        .split_once("://")
        .filter(|(s, _)| is_special(s))?;
    let end = match rest.find(['/', '?', '#', '\\']) {
        Some(0) => return None,
        Some(end) => end,
        None if base.as_text().is_some() => rest.len(),
        None => {
            // `https://` and the page's host.
            let [Part::Text(t), Part::Hole(hole), tail @ ..] = base.parts() else {
                return None;
            };
            let of_page = matches!(hole.kind, HoleKind::PageHost | HoleKind::PageHostname)
                && hole.charset == Charset::Any;
            let closed = match tail.first() {
                None => true,
                Some(Part::Text(t)) => t.starts_with(['/', '?', '#']),
                Some(Part::Hole(h)) if h.charset.is_path() => is_path_then_end(tail),
                Some(Part::Hole(h)) => h.kind == HoleKind::PagePathname,
            };
            if !of_page || !closed || !t.ends_with("://") {
                return None;
            }
            let mut out = Pattern::text(t.as_str());
            out.push_hole(hole.clone());
            return Some(out);
        }
    };
    Some(Pattern::text(format!("{scheme}://{}", &rest[..end])))
}
