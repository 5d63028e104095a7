//! Where in a file a part of a policy's text stands, also among escapes.

use super::Files;
use crate::endpoint::Place;
use crate::policies::{Quoting, Written};
use std::ops::Range;
use std::sync::Arc;

/// A place in a file that a part of a policy is written at, exactly.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    pub(super) file: Arc<str>,
    pub(super) range: Range<usize>,
    pub(super) quoting: Quoting,
}

impl Spot {
    /// Whether something can be written there.
    pub(super) fn is_editable(&self) -> bool {
        self.quoting != Quoting::Fixed
    }
}

/// The place of a range of the text, if it stands in a file as a whole.
pub(super) fn spot(written: &Written, range: &Range<usize>, files: &Files) -> Option<Spot> {
    let mut found: Option<Spot> = None;
    let mut at = range.start;
    for (part, place, quoting) in written.parts_of(range) {
        let wanted = range.start.max(part.start)..range.end.min(part.end);
        if wanted.start != at {
            return None;
        }
        at = wanted.end;
        let inner = within(written, &part, &wanted, place, quoting, files)?;
        match &mut found {
            // The next part of one literal.
            Some(known) if known.file == place.file && known.range.end == inner.start => {
                known.range.end = inner.end;
                if known.quoting == Quoting::Fixed {
                    known.quoting = quoting;
                }
            }
            Some(_) => return None,
            None => {
                found = Some(Spot {
                    file: place.file.clone(),
                    range: inner,
                    quoting,
                });
            }
        }
    }
    found.filter(|_| at == range.end)
}

/// Where some of the text of a part is written.
fn within(
    written: &Written,
    part: &Range<usize>,
    wanted: &Range<usize>,
    place: &Place,
    quoting: Quoting,
    files: &Files,
) -> Option<Range<usize>> {
    let raw = files.text(&place.file)?.get(place.span.range())?;
    let text = written.text().get(part.clone())?;
    let inner = wanted.start - part.start..wanted.end - part.start;
    let found = match raw == text {
        true => inner,
        false if part == wanted => 0..raw.len(),
        false if quoting == Quoting::Fixed => return None,
        false => aligned(raw, text, quoting, &inner)?,
    };
    let start = place.span.start as usize;
    Some(start + found.start..start + found.end)
}

/// The range of the raw text that a range of the text is written as.
fn aligned(raw: &str, text: &str, quoting: Quoting, wanted: &Range<usize>) -> Option<Range<usize>> {
    let (mut at_raw, mut at_text) = (0, 0);
    let (mut start, mut end) = (None, None);
    loop {
        // The end first: an empty range has both here.
        if at_text == wanted.start && start.is_none() {
            start = Some(at_raw);
        }
        if at_text == wanted.end && end.is_none() {
            end = Some(at_raw);
        }
        if at_text >= text.len() {
            break;
        }
        let (len, c) = character(raw.get(at_raw..)?, quoting)?;
        if !text.get(at_text..)?.starts_with(c) {
            return None;
        }
        at_raw += len;
        at_text += c.len_utf8();
    }
    (at_raw == raw.len()).then_some(start?..end?)
}

/// The first character as it counts, and how many bytes it is written in.
fn character(raw: &str, quoting: Quoting) -> Option<(usize, char)> {
    let first = raw.chars().next()?;
    let plain = Some((first.len_utf8(), first));
    match (quoting, first) {
        (Quoting::Backslash(_) | Quoting::Template, '\\') => {
            let second = raw.get(1..)?.chars().next()?;
            let special = matches!(
                second,
                'n' | 't' | 'r' | 'x' | 'u' | 'b' | 'v' | 'f' | '0'..='9'
            );
            (!special).then(|| (1 + second.len_utf8(), second))
        }
        (Quoting::Html(_), '&') => entity(raw).or(plain),
        // HTML takes both as one.
        (Quoting::Html(_) | Quoting::Template, '\r') => {
            Some((if raw.starts_with("\r\n") { 2 } else { 1 }, '\n'))
        }
        _ => plain,
    }
}

/// The character references that people write in a policy (HTML §13.2.5.72).
fn entity(raw: &str) -> Option<(usize, char)> {
    const NAMED: [(&str, char); 5] = [
        ("quot", '"'),
        ("apos", '\''),
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
    ];
    const LONGEST: usize = 10;
    let end = raw.find(';').filter(|end| *end <= LONGEST)?;
    let name = raw.get(1..end)?;
    let number = name.strip_prefix('#').and_then(|number| {
        let hex = number.strip_prefix(['x', 'X']);
        let code = match hex {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        char::from_u32(code)
    });
    let named = || {
        let mut all = NAMED.iter();
        all.find(|(known, _)| *known == name).map(|(_, c)| *c)
    };
    Some((end + 1, number.or_else(named)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_seen_through() {
        let of = |raw: &str, text: &str, quoting, part: &str| {
            let start = text.find(part).unwrap_or_default();
            let range = aligned(raw, text, quoting, &(start..start + part.len()));
            range.map(|range| raw[range].to_owned())
        };
        let html = "connect-src &#39;self&#39; https://a/?a&amp;b";
        let text = "connect-src 'self' https://a/?a&b";
        let quoting = Quoting::Html('\'');
        assert_eq!(
            of(html, text, quoting, "'self'").as_deref(),
            Some("&#39;self&#39;")
        );
        assert_eq!(
            of(html, text, quoting, "https://a/?a&b").as_deref(),
            Some("https://a/?a&amp;b")
        );
        assert_eq!(of("&nbsp;a", "\u{a0}a", quoting, "a"), None);
        assert_eq!(
            of(r"a \'self\' b", "a 'self' b", Quoting::Backslash('\''), "b").as_deref(),
            Some("b")
        );
        assert_eq!(of(r"a \x20 b", "a   b", Quoting::Backslash('"'), "b"), None);
    }
}
