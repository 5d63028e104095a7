//! The URL parser (URL Standard, "basic URL parser") over a pattern with holes.

use super::{Host, PartialUrl, Path, Port, is_special, labels, path};
use crate::value::{Charset, Part, Pattern};
use url::Url;

/// What ends an authority of a special URL.
const AUTHORITY_END: [char; 4] = ['/', '\\', '?', '#'];

/// What a relative reference resolves against.
pub(super) struct BaseUrl {
    pub(super) url: Url,
    /// Another that it can be, with another path if the path is not known.
    pub(super) elsewhere: Url,
}

impl BaseUrl {
    fn path(&self) -> Option<&str> {
        let path = self.url.path();
        (path == self.elsewhere.path()).then_some(path)
    }
}

/// The base, or why a relative reference makes no request.
type Base<'a> = Result<&'a BaseUrl, &'a str>;

/// What comes of a pattern that has holes; `base`: the base, or why a relative reference makes
/// no request.
///
/// # Errors
/// Every text that it can be is an invalid URL: why.
pub(super) fn partly(pattern: &Pattern, base: Base) -> Result<PartialUrl, String> {
    let pattern = cleaned(pattern);
    let mut partial = match scheme_of(&pattern) {
        Scheme::Known(scheme) => absolute(&pattern, scheme, base)?,
        Scheme::Absent => relative(&pattern, base)?,
        Scheme::Open => PartialUrl::open(),
    };
    partial.open_parts = labels(&pattern);
    partial.fragment = texts(&pattern).any(|text| text.contains('#'));
    Ok(partial)
}

/// The parts of a pattern as the URL parser sees them: no tabs, no line breaks, nothing
/// blank at either end.
pub(super) fn cleaned(pattern: &Pattern) -> Pattern {
    let is_blank = |c: char| c <= ' ';
    let last = pattern.parts().len().saturating_sub(1);
    let mut out = Pattern::default();
    for (i, part) in pattern.parts().iter().enumerate() {
        match part {
            Part::Text(text) => {
                let text = text.replace(['\t', '\n', '\r'], "");
                let mut text = text.as_str();
                if i == last {
                    text = text.trim_end_matches(is_blank);
                }
                if i == 0 {
                    text = text.trim_start_matches(is_blank);
                }
                out.push_text(text);
            }
            Part::Hole(hole) => out.push_hole(hole.clone()),
        }
    }
    out
}

fn texts(pattern: &Pattern) -> impl Iterator<Item = &str> {
    pattern.parts().iter().filter_map(|part| match part {
        Part::Text(text) => Some(text.as_str()),
        Part::Hole(_) => None,
    })
}

/// The pattern without the first bytes of its leading text.
pub(super) fn drop_text(pattern: &Pattern, bytes: usize) -> Pattern {
    let mut out = Pattern::default();
    for (i, part) in pattern.parts().iter().enumerate() {
        match part {
            Part::Text(text) if i == 0 => out.push_text(text.get(bytes..).unwrap_or("")),
            Part::Text(text) => out.push_text(text),
            Part::Hole(hole) => out.push_hole(hole.clone()),
        }
    }
    out
}

/// What comes before the first of these characters in known text, and the rest from it on.
pub(super) fn split_before(pattern: &Pattern, ends: &[char]) -> (Pattern, Pattern) {
    let found = |text: &str| text.find(ends);
    split_where(pattern, found)
}

/// Splits where `find` first finds something in a text.
fn split_where(pattern: &Pattern, find: impl Fn(&str) -> Option<usize>) -> (Pattern, Pattern) {
    let (mut before, mut after) = (Pattern::default(), Pattern::default());
    let mut split = false;
    for part in pattern.parts() {
        match part {
            Part::Text(text) if !split => {
                let at = find(text);
                split = at.is_some();
                let (head, tail) = text.split_at(at.unwrap_or(text.len()));
                before.push_text(head);
                after.push_text(tail);
            }
            Part::Text(text) => after.push_text(text),
            Part::Hole(hole) if split => after.push_hole(hole.clone()),
            Part::Hole(hole) => before.push_hole(hole.clone()),
        }
    }
    (before, after)
}

enum Scheme<'a> {
    Known(&'a str),
    /// It is a relative reference for certain.
    Absent,
    Open,
}

fn scheme_of(pattern: &Pattern) -> Scheme<'_> {
    let mut begun = false;
    for (i, part) in pattern.parts().iter().enumerate() {
        let text = match part {
            Part::Hole(hole) if hole.charset == Charset::Any => return Scheme::Open,
            Part::Hole(_) => continue,
            Part::Text(text) => text.as_str(),
        };
        // What comes before may be empty.
        let text = if begun {
            text
        } else {
            text.trim_start_matches(|c: char| c <= ' ')
        };
        begun |= !text.is_empty();
        let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        if i == 0 && !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Scheme::Absent;
        }
        let Some(end) = text.find(|c| !inside(c)) else {
            continue;
        };
        return match (text[end..].starts_with(':'), i) {
            (true, 0) => Scheme::Known(&text[..end]),
            (true, _) => Scheme::Open,
            (false, _) => Scheme::Absent,
        };
    }
    Scheme::Absent
}

fn absolute(pattern: &Pattern, scheme: &str, base: Base) -> Result<PartialUrl, String> {
    let rest = drop_text(pattern, scheme.len() + 1);
    let scheme = scheme.to_ascii_lowercase();
    if !is_special(&scheme) {
        return Ok(PartialUrl::without_host(&scheme));
    }
    match base.ok().filter(|base| base.url.scheme() == scheme) {
        // Without two slashes it is relative to a base of the same scheme.
        Some(base) => relative_to(&rest, base),
        None => authority(&rest, &scheme),
    }
}

fn relative(pattern: &Pattern, base: Base) -> Result<PartialUrl, String> {
    let base = base?;
    if !is_special(base.url.scheme()) {
        return Ok(PartialUrl::without_host(base.url.scheme()));
    }
    relative_to(pattern, base)
}

/// A reference that has no scheme (left), on a base with a host.
fn relative_to(pattern: &Pattern, base: &BaseUrl) -> Result<PartialUrl, String> {
    if leading_slashes(pattern) >= 2 {
        return authority(pattern, base.url.scheme());
    }
    if may_begin_with_slashes(pattern.parts(), 2) {
        // `//evil.test` has the base's scheme.
        return Ok(PartialUrl::open().of_scheme(base.url.scheme()));
    }
    Ok(PartialUrl {
        path: path::on_base(pattern, base.path()),
        complete: None,
        ..PartialUrl::from_url(base.url.clone())
    })
}

fn leading_slashes(pattern: &Pattern) -> usize {
    let text = pattern.leading_text();
    text.len() - text.trim_start_matches(['/', '\\']).len()
}

/// Whether the text can begin with so many slashes.
fn may_begin_with_slashes(parts: &[Part], count: usize) -> bool {
    let Some((first, rest)) = parts.split_first() else {
        return count == 0;
    };
    let text = match first {
        Part::Hole(hole) => match hole.charset {
            Charset::Any | Charset::PathStart => return true,
            Charset::Number => return count == 0,
            // No slash follows its one, and none ends it.
            Charset::BasePath => return count < 2 || may_begin_with_slashes(rest, count),
            Charset::Folder => return count < 2 || may_begin_with_slashes(rest, count - 1),
            _ => return may_begin_with_slashes(rest, count),
        },
        Part::Text(text) => text.trim_start_matches(|c: char| c <= ' '),
    };
    let slashes = text.len() - text.trim_start_matches(['/', '\\']).len();
    if slashes >= count || slashes < text.len() {
        return slashes >= count;
    }
    may_begin_with_slashes(rest, count - slashes)
}

/// The host and port of an authority, apart.
struct Authority {
    user: Pattern,
    host: Pattern,
    port: Option<Pattern>,
    /// A bracket that may begin an IPv6 address, if what comes before it is empty: its colons
    /// may not be the port's.
    late_bracket: bool,
}

impl Authority {
    fn read(text: &Pattern) -> Authority {
        let (mut user, mut rest) = (Pattern::default(), text.clone());
        loop {
            let (before, after) = split_before(&rest, &['@']);
            if after.is_empty() {
                break;
            }
            user.extend(&before);
            rest = drop_text(&after, 1);
        }
        let in_brackets = rest.leading_text().starts_with('[');
        let (host, port) = split_where(&rest, |text| {
            let from = if in_brackets { text.find(']')? } else { 0 };
            Some(from + text[from..].find(':')?)
        });
        Authority {
            late_bracket: !in_brackets && texts(&rest).any(|text| text.contains('[')),
            user,
            host,
            port: (!port.is_empty()).then(|| drop_text(&port, 1)),
        }
    }

    /// Whether no hole can end the part that it stands in. `assumed`: a hole that text
    /// beginning with `.` follows holds host characters.
    fn is_fixed(&self, assumed: bool) -> bool {
        let tame = |pattern: &Pattern| pattern.holes().all(|h| h.charset.is_within_part());
        let parts = self.host.parts();
        let host = parts.iter().enumerate().all(|(i, part)| match part {
            Part::Hole(hole) if !hole.charset.is_within_part() => {
                let next = parts.get(i + 1);
                assumed
                    && hole.charset == Charset::Any
                    && !hole.is_page()
                    && matches!(next, Some(Part::Text(text)) if text.starts_with('.'))
            }
            _ => true,
        });
        host && !self.late_bracket && tame(&self.user) && self.port.as_ref().is_none_or(tame)
    }
}

/// A URL whose authority, after any number of slashes, begins here.
fn authority(pattern: &Pattern, scheme: &str) -> Result<PartialUrl, String> {
    let slashes = leading_slashes(pattern);
    // More slashes than two are skipped (URL Standard, "special authority ignore slashes
    // state").
    let (text, rest) = split_authority(&drop_text(pattern, slashes));
    let parts = Authority::read(&text);
    let open = PartialUrl::open().of_scheme(scheme);
    if !parts.is_fixed(slashes >= 2) || may_vanish(&text, &rest) {
        return Ok(open);
    }
    let user_text = texts(&parts.user).any(|text| text.chars().any(|c| c != ':'));
    Ok(PartialUrl {
        host: host_of(&parts.host, scheme)?,
        port: port_of(parts.port.as_ref(), scheme)?,
        path: path::after_authority(&rest),
        credentials: user_text,
        ..open
    })
}

/// An authority, and the rest from what ends it: known text, or a path after known text that
/// ends it too where it is empty.
fn split_authority(pattern: &Pattern) -> (Pattern, Pattern) {
    let (text, rest) = split_before(pattern, &AUTHORITY_END);
    let parts = text.parts();
    let is_path = |part: &Part| matches!(part, Part::Hole(h) if h.charset.is_path());
    let Some(at) = parts.iter().position(is_path) else {
        return (text, rest);
    };
    let is_ended = at + 1 == parts.len() && at > 0 && texts(&text).next().is_some();
    if !is_ended {
        return (text, rest);
    }
    let (mut before, mut after) = (Pattern::default(), Pattern::default());
    for (i, part) in parts.iter().enumerate() {
        let into = if i < at { &mut before } else { &mut after };
        match part {
            Part::Text(known) => into.push_text(known),
            Part::Hole(hole) => into.push_hole(hole.clone()),
        }
    }
    after.extend(&rest);
    (before, after)
}

/// Whether the authority can be empty, so that the slash after it is skipped and the next
/// segment is the host.
fn may_vanish(text: &Pattern, rest: &Pattern) -> bool {
    let number = |part: &Part| matches!(part, Part::Hole(h) if h.charset == Charset::Number);
    let empty = texts(text).next().is_none() && !text.parts().iter().any(number);
    empty && rest.leading_text().starts_with(['/', '\\'])
}

fn authority_url(scheme: &str, authority: &str) -> Result<Url, String> {
    Url::parse(&format!("{scheme}://{authority}/")).map_err(|error| super::invalid(&error))
}

fn host_of(host: &Pattern, scheme: &str) -> Result<Host, String> {
    if let Some(text) = host.as_text() {
        if text.is_empty() {
            return Err(super::invalid(&url::ParseError::EmptyHost));
        }
        let url = authority_url(scheme, text)?;
        return Ok(Host::Known(url.host_str().unwrap_or("").to_owned()));
    }
    Ok(match host.parts().last() {
        Some(Part::Text(end)) => suffix_of(end, scheme).map_or(Host::Open, Host::Suffix),
        _ => Host::Open,
    })
}

/// The labels that are known for certain, with the dot before them. A host whose last label is
/// a number is an IPv4 address and written anew: then none is.
fn suffix_of(end: &str, scheme: &str) -> Option<String> {
    let end = &end[end.find('.')?..];
    let url = authority_url(scheme, &format!("x{end}")).ok()?;
    let suffix = url.host_str()?.strip_prefix('x')?;
    let named = suffix.starts_with('.') && !suffix.trim_matches('.').is_empty();
    named.then(|| suffix.to_owned())
}

fn port_of(port: Option<&Pattern>, scheme: &str) -> Result<Port, String> {
    let text = match port.map(Pattern::as_text) {
        None => "",
        Some(Some(text)) => text,
        Some(None) => return Ok(Port::Open),
    };
    let url = authority_url(scheme, &format!("x:{text}"))?;
    Ok(Port::Known(url.port_or_known_default()))
}

impl PartialUrl {
    fn open() -> PartialUrl {
        PartialUrl {
            scheme: None,
            possible: &[],
            host: Host::Open,
            port: Port::Open,
            path: Path::Prefix(String::new()),
            complete: None,
            open_parts: Vec::new(),
            same_origin: false,
            start: String::new(),
            credentials: false,
            fragment: false,
        }
    }

    /// A scheme whose URLs always have a path that begins with a slash.
    fn of_scheme(self, scheme: &str) -> PartialUrl {
        PartialUrl {
            scheme: Some(scheme.to_owned()),
            path: path::unknown(),
            ..self
        }
    }

    /// A URL whose host is none that a policy could name.
    fn without_host(scheme: &str) -> PartialUrl {
        PartialUrl {
            scheme: Some(scheme.to_owned()),
            host: Host::Known(String::new()),
            ..PartialUrl::open()
        }
    }
}
