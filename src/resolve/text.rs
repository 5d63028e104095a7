//! String operations on partly known texts.
//!
//! Each gives a text that every completion of the operand would give, or says it cannot tell.
//! What cannot be told is a hole: a wrong text would be worse.

use crate::value::{Charset, Guard, Hole, HoleKind, Part, Pattern};
use regex_lite::{Regex, RegexBuilder};

/// A text longer than this is not searched by regular expressions.
const MAX_REGEX_TEXT: usize = 16 * 1024;

/// The page's scheme spelled out: texts that begin with a hole of the page become one
/// alternative for https pages and one for others, so that operations can look into them.
pub(super) fn by_scheme(pattern: &Pattern) -> Vec<(Pattern, Guard)> {
    let spelled = |scheme: &str| {
        pattern.fill(|hole| {
            if hole.charset != Charset::Any {
                return None;
            }
            let mut out = Pattern::default();
            match hole.kind {
                HoleKind::PageProtocol => out.push_text(&format!("{scheme}:")),
                HoleKind::PageOrigin => {
                    out.push_text(&format!("{scheme}://"));
                    out.push_hole(Hole::new(HoleKind::PageHost));
                }
                HoleKind::PageHref => {
                    out.push_text(&format!("{scheme}://"));
                    out.push_hole(Hole::new(HoleKind::PageHost));
                    out.push_hole(Hole::new(HoleKind::PagePathname));
                    out.push_hole(Hole::new(HoleKind::PageSearch));
                    out.push_hole(Hole::new(HoleKind::PageHash));
                }
                _ => return None,
            }
            Some(out)
        })
    };
    let depends = pattern.holes().any(|h| {
        matches!(
            h.kind,
            HoleKind::PageProtocol | HoleKind::PageOrigin | HoleKind::PageHref
        )
    });
    if !depends {
        return vec![(pattern.clone(), Guard::ALWAYS)];
    }
    vec![
        (spelled("https"), Guard::HTTPS),
        (spelled("http"), Guard::NOT_HTTPS),
    ]
}

/// What is left of the page's address, or of its path, where its end is cut off: not more than
/// its origin, or its path, begins with. Nothing for other texts, and where the cut may be before
/// that.
pub(super) fn cut_address(text: &Pattern, at: &Cut) -> Option<Pattern> {
    let is = |part: &Part, kind: HoleKind| matches!(part, Part::Hole(hole) if hole.kind == kind && hole.charset == Charset::Any);
    let is_path = |part: &Part| matches!(part, Part::Hole(hole) if hole.kind == HoleKind::PagePathname && matches!(hole.charset, Charset::Any | Charset::PathStart));
    let mut out = match text.parts() {
        [first, ..] if is_path(first) => Pattern::default(),
        [first, ..] if is(first, HoleKind::PageHref) && at.is_behind_host() => {
            Pattern::hole(Hole::new(HoleKind::PageOrigin))
        }
        [first, second, ..]
            if is(first, HoleKind::PageOrigin) && is_path(second) && at.is_behind_host() =>
        {
            Pattern::hole(Hole::new(HoleKind::PageOrigin))
        }
        _ => return None,
    };
    let path = Hole::new(HoleKind::PagePathname);
    out.push_hole(path.with_charset(Charset::PathStart));
    Some(out)
}

/// Where the end of an address is cut off.
pub(super) enum Cut<'a> {
    /// Somewhere.
    Somewhere,
    /// Where this text first is.
    Text(&'a str),
    /// Where this expression matches, with all that follows.
    Regex(&'a str),
}

impl<'a> Cut<'a> {
    /// What replacing a match by nothing cuts off, if that is the end.
    pub(super) fn by_regex(pattern: &'a str, flags: &str) -> Option<Cut<'a>> {
        let anchored = pattern.ends_with('$') && !pattern.ends_with("\\$");
        let is_end = !pattern.contains('|') && !flags.contains(['m', 'y']);
        let greedy = pattern.ends_with(".*") && !pattern.ends_with("\\.*");
        (is_end && (anchored || greedy)).then_some(Cut::Regex(pattern))
    }

    /// Whether it is never within the scheme or host of an address that has a path.
    fn is_behind_host(&self) -> bool {
        match self {
            Cut::Somewhere => false,
            Cut::Text(text) => text
                .strip_prefix('/')
                .unwrap_or(text)
                .starts_with(['?', '#']),
            Cut::Regex(pattern) => {
                is_last_slash(pattern) || {
                    let marks = ["\\?", "#", "\\#", "[?#]", "[#?]", "[\\?#]", "[#\\?]"];
                    let mut after = marks.iter().filter_map(|mark| pattern.strip_prefix(mark));
                    after.any(|rest| !rest.starts_with(['*', '?', '{']))
                }
            }
        }
    }
}

/// Whether an expression matches what the last slash begins, or slashes at the end.
pub(super) fn is_last_slash(pattern: &str) -> bool {
    let rest = pattern.strip_prefix("\\/").or(pattern.strip_prefix("/"));
    let known = [
        "$", "+$", "*$", "?$", "[^/]*$", "[^\\/]*$", "[^/]+$", "[^\\/]+$",
    ];
    rest.is_some_and(|rest| known.contains(&rest))
}

/// What comes before the first separator, as far as that is certain.
pub(super) fn first_piece(text: &Pattern, separator: &str) -> Option<Pattern> {
    if separator.is_empty() || text.as_text().is_some() {
        return None;
    }
    match text.leading_text().split_once(separator) {
        Some((before, _)) => Some(Pattern::text(before)),
        None => cut_address(text, &Cut::Text(separator)),
    }
}

/// What to search for.
pub(super) enum Needle<'a> {
    Text(&'a str),
    Regex { pattern: &'a str, flags: &'a str },
}

/// `text.replace(needle, replacement)`, `replaceAll` with `all`.
pub(super) fn replace(
    text: &Pattern,
    needle: &Needle,
    replacement: &Pattern,
    all: bool,
) -> Option<Pattern> {
    match needle {
        Needle::Text(needle) => replace_text(text, needle, replacement, all),
        Needle::Regex { pattern, flags } => {
            replace_regex(text, pattern, flags, replacement.as_text()?)
        }
    }
}

fn replace_text(text: &Pattern, needle: &str, replacement: &Pattern, all: bool) -> Option<Pattern> {
    let with = |found: &str, out: &mut Pattern| match replacement.as_text() {
        Some(text) if text.contains('$') => out.push_text(&expanded(text, &[Some(found)], "", "")),
        _ => out.extend(replacement),
    };
    if needle.is_empty() && all {
        return None;
    }
    if let Some(known) = text.as_text() {
        let mut out = Pattern::default();
        let mut rest = known;
        while let Some(i) = rest.find(needle) {
            out.push_text(&rest[..i]);
            with(needle, &mut out);
            rest = &rest[i + needle.len()..];
            if !all || needle.is_empty() {
                break;
            }
        }
        out.push_text(rest);
        return Some(out);
    }
    // The first occurrence is certain only if it is in the known beginning.
    let i = text.leading_text().find(needle).filter(|_| !all)?;
    let mut out = Pattern::default();
    for (n, part) in text.parts().iter().enumerate() {
        match part {
            Part::Text(known) if n == 0 => {
                out.push_text(&known[..i]);
                with(needle, &mut out);
                out.push_text(&known[i + needle.len()..]);
            }
            Part::Text(known) => out.push_text(known),
            Part::Hole(hole) => out.push_hole(hole.clone()),
        }
    }
    Some(out)
}

fn replace_regex(text: &Pattern, pattern: &str, flags: &str, replacement: &str) -> Option<Pattern> {
    let regex = compile(pattern, flags)?;
    if let Some(known) = text.as_text() {
        return Some(Pattern::text(replace_known(
            &regex,
            known,
            flags.contains('g'),
            replacement,
        )?));
    }
    if flags.contains('g') || flags.contains('m') {
        return None;
    }
    if let Some(anchored) = pattern.strip_prefix('^') {
        return replace_beginning(text, &regex, anchored, replacement);
    }
    if pattern.ends_with('$') && !pattern.ends_with("\\$") {
        return replace_end(text, &regex, replacement);
    }
    None
}

/// A match at the very beginning is certain if it ends before the known beginning does.
fn replace_beginning(
    text: &Pattern,
    regex: &Regex,
    anchored: &str,
    replacement: &str,
) -> Option<Pattern> {
    let leading = text.leading_text();
    let found = match regex.find(leading) {
        Some(found) if found.end() < leading.len() => found,
        // It cannot match whatever follows if the first character already differs.
        None if differs_at_once(anchored, leading) => return Some(text.clone()),
        _ => return None,
    };
    let mut out = Pattern::text(replace_known(
        regex,
        &leading[..found.end()],
        false,
        replacement,
    )?);
    out.push_text(&leading[found.end()..]);
    for part in &text.parts()[1..] {
        match part {
            Part::Text(known) => out.push_text(known),
            Part::Hole(hole) => out.push_hole(hole.clone()),
        }
    }
    Some(out)
}

fn differs_at_once(anchored: &str, leading: &str) -> bool {
    match (anchored.chars().next(), leading.chars().next()) {
        (Some(a), Some(b)) => {
            let optional = anchored[a.len_utf8()..].starts_with(['?', '*', '{', '|']);
            a.is_ascii_alphanumeric() && a != b && !optional && !anchored.contains('|')
        }
        _ => false,
    }
}

/// A match at the very end: certain if the pattern ends in known text that it begins in; a
/// hole at the end stays a hole (it may lose its own end).
fn replace_end(text: &Pattern, regex: &Regex, replacement: &str) -> Option<Pattern> {
    match text.parts().last()? {
        // Without its end it is another path.
        Part::Hole(hole) if hole.charset.is_path() => None,
        Part::Hole(_) => {
            // Only the end of the hole, and if that is empty the end of the text before it.
            let before = &text.parts()[..text.parts().len() - 1];
            let closed = matches!(before.last(), Some(Part::Text(t)) if regex.find(t).is_none());
            (replacement.is_empty() && closed).then(|| text.clone())
        }
        Part::Text(known) => {
            let found = regex.find(known);
            if found.as_ref().is_some_and(|f| f.start() == 0) {
                return None;
            }
            let mut out = Pattern::default();
            for part in &text.parts()[..text.parts().len() - 1] {
                match part {
                    Part::Text(t) => out.push_text(t),
                    Part::Hole(hole) => out.push_hole(hole.clone()),
                }
            }
            out.push_text(&replace_known(regex, known, false, replacement)?);
            Some(out)
        }
    }
}

fn replace_known(regex: &Regex, text: &str, all: bool, replacement: &str) -> Option<String> {
    if text.len() > MAX_REGEX_TEXT {
        return None;
    }
    let mut out = String::new();
    let mut last = 0;
    for captures in regex.captures_iter(text) {
        let whole = captures.get(0)?;
        let groups: Vec<Option<&str>> = (0..captures.len())
            .map(|i| captures.get(i).map(|m| m.as_str()))
            .collect();
        out.push_str(&text[last..whole.start()]);
        out.push_str(&expanded(
            replacement,
            &groups,
            &text[..whole.start()],
            &text[whole.end()..],
        ));
        last = whole.end();
        if !all {
            break;
        }
    }
    out.push_str(&text[last..]);
    Some(out)
}

/// `$&`, `$1`, `$$`, … of a replacement text (ECMA-262, GetSubstitution).
fn expanded(replacement: &str, groups: &[Option<&str>], before: &str, after: &str) -> String {
    let mut out = String::new();
    let mut chars = replacement.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        match (c, next) {
            ('$', Some('$')) => out.push('$'),
            ('$', Some('&')) => out.push_str(groups.first().copied().flatten().unwrap_or("")),
            ('$', Some('`')) => out.push_str(before),
            ('$', Some('\'')) => out.push_str(after),
            ('$', Some(digit))
                if digit
                    .to_digit(10)
                    .is_some_and(|d| d > 0 && (d as usize) < groups.len()) =>
            {
                let index = digit.to_digit(10).unwrap_or(0) as usize;
                out.push_str(groups[index].unwrap_or(""));
            }
            _ => {
                out.push(c);
                continue;
            }
        }
        chars.next();
    }
    out
}

fn compile(pattern: &str, flags: &str) -> Option<Regex> {
    // What JavaScript reads differently from the regex crate is not evaluated.
    if pattern.contains("(?=")
        || pattern.contains("(?!")
        || pattern.contains("(?<")
        || flags.contains('y')
    {
        return None;
    }
    RegexBuilder::new(&pattern.replace("\\/", "/"))
        .case_insensitive(flags.contains('i'))
        .multi_line(flags.contains('m'))
        .dot_matches_new_line(flags.contains('s'))
        .size_limit(1 << 18)
        .build()
        .ok()
}

/// `regex.test(text)`.
pub(super) fn test(text: &Pattern, pattern: &str, flags: &str) -> Option<bool> {
    let regex = compile(pattern, flags)?;
    if let Some(known) = text.as_text() {
        return (known.len() <= MAX_REGEX_TEXT).then(|| regex.is_match(known));
    }
    let anchored = pattern.strip_prefix('^')?;
    let leading = text.leading_text();
    if regex.find(leading).is_some_and(|m| m.end() < leading.len()) {
        return Some(true);
    }
    differs_at_once(anchored, leading).then_some(false)
}

/// `text.startsWith(prefix)`.
pub(super) fn starts_with(text: &Pattern, prefix: &str) -> Option<bool> {
    let leading = text.leading_text();
    if leading.starts_with(prefix) {
        return Some(true);
    }
    if text.as_text().is_some() || !prefix.starts_with(leading) {
        return Some(false);
    }
    None
}

/// `text.endsWith(suffix)`.
pub(super) fn ends_with(text: &Pattern, suffix: &str) -> Option<bool> {
    let trailing = match text.parts().last() {
        Some(Part::Text(t)) => t.as_str(),
        _ => "",
    };
    if trailing.ends_with(suffix) {
        return Some(true);
    }
    if text.as_text().is_some() || !suffix.ends_with(trailing) {
        return Some(false);
    }
    None
}

/// `text.includes(needle)`.
pub(super) fn includes(text: &Pattern, needle: &str) -> Option<bool> {
    let found = text
        .parts()
        .iter()
        .any(|p| matches!(p, Part::Text(t) if t.contains(needle)));
    if found {
        return Some(true);
    }
    text.as_text().map(|_| false)
}

/// `a === b`.
pub(super) fn equal(a: &Pattern, b: &Pattern) -> Option<bool> {
    match (a.as_text(), b.as_text()) {
        (Some(a), Some(b)) => Some(a == b),
        (Some(known), None) => differs(b, known).then_some(false),
        (None, Some(known)) => differs(a, known).then_some(false),
        (None, None) => None,
    }
}

fn differs(pattern: &Pattern, known: &str) -> bool {
    let is_other = known.is_empty() && super::known::is_never_empty(pattern);
    is_other
        || starts_with(&Pattern::text(known), pattern.leading_text()) == Some(false)
        || match pattern.parts().last() {
            Some(Part::Text(t)) => !known.ends_with(t.as_str()),
            _ => false,
        }
}

/// `text.slice(from, to)` in UTF-16 units; negative counts from the end.
pub(super) fn slice(text: &Pattern, from: f64, to: Option<f64>) -> Option<Pattern> {
    if let Some(known) = text.as_text() {
        let units: Vec<u16> = known.encode_utf16().collect();
        let clamp = |n: f64| {
            let n = if n.is_nan() { 0.0 } else { n.trunc() };
            let n = if n < 0.0 {
                (units.len() as f64 + n).max(0.0)
            } else {
                n
            };
            (n as usize).min(units.len())
        };
        let (from, to) = (clamp(from), to.map_or(units.len(), clamp));
        return Some(Pattern::text(String::from_utf16_lossy(
            &units[from.min(to)..to],
        )));
    }
    slice_leading(text, from, to)
}

/// A slice whose start, and whose end if it has one, lies in the known beginning or end.
fn slice_leading(text: &Pattern, from: f64, to: Option<f64>) -> Option<Pattern> {
    let leading = text.leading_text();
    if from < 0.0 || !leading.is_ascii() || from as usize > leading.len() {
        return None;
    }
    let from = from as usize;
    match to {
        Some(to) if to >= 0.0 && to as usize <= leading.len() => {
            Some(Pattern::text(&leading[from.min(to as usize)..to as usize]))
        }
        Some(to) if to < 0.0 => {
            let Part::Text(trailing) = text.parts().last()? else {
                return None;
            };
            let cut = (-to) as usize;
            if !trailing.is_ascii() || cut > trailing.len() || text.parts().len() < 2 {
                return None;
            }
            let mut out = from_parts(text, |i, known| {
                if i + 1 == text.parts().len() {
                    known[..known.len() - cut].to_owned()
                } else {
                    known.to_owned()
                }
            });
            out = slice_leading(&out, from as f64, None)?;
            Some(out)
        }
        Some(_) => None,
        None => Some(from_parts(text, |i, known| {
            if i == 0 {
                known[from..].to_owned()
            } else {
                known.to_owned()
            }
        })),
    }
}

fn from_parts(text: &Pattern, mut edit: impl FnMut(usize, &str) -> String) -> Pattern {
    let mut out = Pattern::default();
    for (i, part) in text.parts().iter().enumerate() {
        match part {
            Part::Text(known) => out.push_text(&edit(i, known)),
            Part::Hole(hole) => out.push_hole(hole.clone()),
        }
    }
    out
}

/// `trim`, `trimStart`, `trimEnd`.
pub(super) fn trim(text: &Pattern, start: bool, end: bool) -> Pattern {
    let last = text.parts().len().saturating_sub(1);
    from_parts(text, |i, known| {
        let known = if start && i == 0 {
            known.trim_start_matches(is_space)
        } else {
            known
        };
        let known = if end && i == last {
            known.trim_end_matches(is_space)
        } else {
            known
        };
        known.to_owned()
    })
}

/// What JavaScript trims.
fn is_space(c: char) -> bool {
    (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}'
}

/// `toLowerCase` and `toUpperCase`. Holes keep their names: case matters little in a host.
pub(super) fn change_case(text: &Pattern, upper: bool) -> Pattern {
    from_parts(text, |_, known| {
        if upper {
            known.to_uppercase()
        } else {
            known.to_lowercase()
        }
    })
}

/// `encodeURIComponent`, or `encodeURI` with `whole`.
pub(super) fn encode(text: &Pattern, whole: bool) -> Pattern {
    let keep = |c: char| {
        c.is_ascii_alphanumeric() || "-_.!~*'()".contains(c) || (whole && ";/?:@&=+$,#".contains(c))
    };
    let mut out = Pattern::default();
    for part in text.parts() {
        match part {
            Part::Text(known) => {
                let mut encoded = String::new();
                for c in known.chars() {
                    if keep(c) {
                        encoded.push(c);
                        continue;
                    }
                    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                        encoded.push_str(&format!("%{byte:02X}"));
                    }
                }
                out.push_text(&encoded);
            }
            Part::Hole(hole) if whole => out.push_hole(hole.clone()),
            Part::Hole(hole) if hole.charset == Charset::Number => out.push_hole(hole.clone()),
            Part::Hole(hole) if hole.is_page() => {
                let why = format!("encoded {}", hole.label());
                out.push_hole(Hole::unknown(why).with_charset(Charset::UriComponent));
            }
            Part::Hole(hole) => out.push_hole(hole.clone().with_charset(Charset::UriComponent)),
        }
    }
    out
}

/// `decodeURIComponent`, or `decodeURI` with `whole`, of fully known texts.
pub(super) fn decode(text: &Pattern, whole: bool) -> Option<Pattern> {
    let known = text.as_text()?;
    // `decodeURI` leaves some escapes as they are.
    if whole && known.contains('%') {
        return None;
    }
    let decoded = percent_encoding::percent_decode_str(known)
        .decode_utf8()
        .ok()?;
    Some(Pattern::text(decoded))
}

/// `padStart` and `padEnd`, of fully known texts.
pub(super) fn pad(text: &Pattern, length: usize, fill: &str, start: bool) -> Option<Pattern> {
    let known = text.as_text()?;
    let have = known.encode_utf16().count();
    if fill.is_empty() || length <= have || length > 4096 || !fill.is_ascii() {
        return (length <= have || fill.is_empty()).then(|| text.clone());
    }
    let padding: String = fill.chars().cycle().take(length - have).collect();
    Some(Pattern::text(if start {
        padding + known
    } else {
        known.to_owned() + &padding
    }))
}

/// `text.split(separator)`: known pieces, if all of the text is known.
pub(super) fn split(text: &Pattern, separator: &str) -> Option<Vec<Pattern>> {
    let known = text.as_text()?;
    if separator.is_empty() || known.len() > MAX_REGEX_TEXT {
        return None;
    }
    Some(known.split(separator).map(Pattern::text).collect())
}

/// Whether a text is compared with a name of this machine: `location.hostname === 'localhost'`
/// asks whether the page comes from a development server.
pub(super) fn asks_for_local(text: &Pattern, other: &str) -> bool {
    let of_page = text.holes().any(|h| {
        matches!(
            h.kind,
            HoleKind::PageHost | HoleKind::PageHostname | HoleKind::PageOrigin | HoleKind::PageHref
        )
    });
    of_page && is_local_name(other)
}

/// Names and addresses of one's own machine and network.
fn is_local_name(text: &str) -> bool {
    const PARTS: [&str; 6] = [
        "localhost",
        "127.0.0.1",
        "0.0.0.0",
        "[::1]",
        "::1",
        "192.168",
    ];
    const BEGINNINGS: [&str; 3] = ["127.", "10.", "172.16."];
    const ENDS: [&str; 2] = [".local", ".localdomain"];
    PARTS.iter().any(|part| text.contains(part))
        || BEGINNINGS.iter().any(|part| text.starts_with(part))
        || ENDS.iter().any(|part| text.ends_with(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holed(before: &str, after: &str) -> Pattern {
        let mut p = Pattern::text(before);
        p.push_hole(Hole::unknown("x"));
        p.push_text(after);
        p
    }

    fn shown(p: Option<Pattern>) -> String {
        p.map_or("?".into(), |p| p.to_string())
    }

    #[test]
    fn replace_known_texts() {
        let t = Pattern::text("http://a/b/b");
        let with = Pattern::text("ws");
        assert_eq!(
            shown(replace(&t, &Needle::Text("http"), &with, false)),
            "ws://a/b/b"
        );
        let re = Needle::Regex {
            pattern: "^http(s?)",
            flags: "",
        };
        assert_eq!(
            shown(replace(&t, &re, &Pattern::text("ws$1"), false)),
            "ws://a/b/b"
        );
        assert_eq!(
            shown(replace(&t, &Needle::Text("b"), &Pattern::text("c"), true)),
            "http://a/c/c"
        );
        let slashes = Needle::Regex {
            pattern: "\\/+$",
            flags: "",
        };
        assert_eq!(
            shown(replace(
                &Pattern::text("http://a//"),
                &slashes,
                &Pattern::default(),
                false
            )),
            "http://a"
        );
    }

    #[test]
    fn replace_in_partly_known_texts() {
        let t = holed("https://a.test/x", "");
        let re = Needle::Regex {
            pattern: "^http",
            flags: "",
        };
        assert_eq!(
            shown(replace(&t, &re, &Pattern::text("ws"), false)),
            "wss://a.test/x{x}"
        );
        let slash = Needle::Regex {
            pattern: "\\/$",
            flags: "",
        };
        assert_eq!(
            shown(replace(&t, &slash, &Pattern::default(), false)),
            "https://a.test/x{x}"
        );
        let open = holed("https://a.test/", "");
        assert_eq!(
            shown(replace(&open, &slash, &Pattern::default(), false)),
            "?"
        );
        // It might be in the hole, or not at all.
        assert_eq!(
            shown(replace(
                &holed("a", "b"),
                &Needle::Text("b"),
                &Pattern::text("c"),
                false
            )),
            "?"
        );
    }

    #[test]
    fn cuts_of_the_page_address() {
        let href = Pattern::hole(Hole::new(HoleKind::PageHref));
        let path = Pattern::hole(Hole::new(HoleKind::PagePathname));
        let cut = |text: &Pattern, regex: &str| {
            shown(Cut::by_regex(regex, "").and_then(|at| cut_address(text, &at)))
        };
        let whole = "{location.origin}{location.pathname}";
        for regex in ["[?#].*$", "#.*", "\\/$", "\\/[^/]*$", "\\?q=.*$"] {
            assert_eq!(cut(&href, regex), whole, "{regex}");
        }
        // These can begin in the host, or leave what follows.
        for regex in [
            "a.*$", "\\/.*$", "\\?*.*$", "#?.*$", "[?#]", "#\\.*", "^x|#$", "\\$",
        ] {
            assert_eq!(cut(&href, regex), "?", "{regex}");
        }
        assert_eq!(cut(&path, "\\.html$"), "{location.pathname}");
        assert_eq!(cut(&path, "^\\/|\\/$"), "?");
        assert_eq!(shown(first_piece(&href, "?")), whole);
        assert_eq!(shown(first_piece(&href, "/")), "?");
        assert_eq!(shown(first_piece(&holed("a?b", ""), "?")), "a");
    }

    #[test]
    fn comparisons_know_what_they_cannot_know() {
        assert_eq!(equal(&holed("a", ""), &Pattern::text("b")), Some(false));
        assert_eq!(equal(&holed("a", ""), &Pattern::text("ab")), None);
        assert_eq!(starts_with(&holed("http", ""), "https"), None);
        assert_eq!(starts_with(&holed("ws", ""), "https"), Some(false));
        assert_eq!(includes(&holed("a", ""), "b"), None);
    }

    #[test]
    fn slices() {
        assert_eq!(
            shown(slice(&Pattern::text("https:"), 0.0, Some(-1.0))),
            "https"
        );
        assert_eq!(shown(slice(&holed("/api/", ""), 1.0, None)), "api/{x}");
        assert_eq!(shown(slice(&holed("/api/", ""), 0.0, Some(4.0))), "/api");
        assert_eq!(shown(slice(&holed("/api/", ""), 9.0, None)), "?");
        assert_eq!(
            shown(slice(&holed("/api/", "/"), 0.0, Some(-1.0))),
            "/api/{x}"
        );
    }

    #[test]
    fn encoding_restricts_holes() {
        let p = encode(&holed("a/b", ""), false);
        assert_eq!(p.to_string(), "a%2Fb{x}");
        assert!(p.holes().all(|h| h.charset == Charset::UriComponent));
    }
}
