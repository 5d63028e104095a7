//! What is known of the path of a URL (URL Standard, "path state"): dot segments climb, so a
//! hole that can hold `/../` leaves nothing.

use super::Path;
use super::parse::{drop_text, split_before};
use crate::value::{Charset, Part, Pattern};
use url::Url;

/// A path of which only this is known: every special URL has it.
pub(super) fn unknown() -> Path {
    Path::Prefix("/".to_owned())
}

/// The path that follows an authority: nothing, or from its slash, `?` or `#` on.
pub(super) fn after_authority(rest: &Pattern) -> Path {
    let (path, _) = split_before(rest, &['?', '#']);
    below(&[], &path)
}

/// The path of a reference on a base whose path is known or not.
pub(super) fn on_base(reference: &Pattern, base: Option<&str>) -> Path {
    let (path, _) = split_before(reference, &['?', '#']);
    if path.is_empty() {
        return base.map_or_else(unknown, |base| Path::Known(base.to_owned()));
    }
    if path.leading_text().starts_with(['/', '\\']) {
        return below(&[], &path);
    }
    // A hole that comes first may be empty, and a slash follow.
    let (Some(base), false) = (base, path.leading_text().is_empty()) else {
        return unknown();
    };
    let mut folder: Vec<&str> = base.split('/').skip(1).collect();
    folder.pop();
    let mut absolute = Pattern::text("/");
    absolute.extend(&path);
    below(&folder, &absolute)
}

/// A path that begins with a slash or is empty, below a folder.
fn below(folder: &[&str], path: &Pattern) -> Path {
    if let Some(text) = path.as_text() {
        let folder: String = folder.iter().flat_map(|s| ["/", s]).collect();
        return match normal(&format!("{folder}{text}")) {
            Some(path) => Path::Known(path),
            None => unknown(),
        };
    }
    if path.holes().any(|hole| !hole.charset.is_within_part()) {
        return unknown();
    }
    let mut known = Known {
        segments: folder.iter().map(|s| (*s).to_owned()).collect(),
        partial: String::new(),
        open: false,
    };
    for segment in segments(&drop_text(path, 1)) {
        known.push(&segment);
    }
    Path::Prefix(known.prefix())
}

/// The path as the URL parser writes it.
fn normal(path: &str) -> Option<String> {
    // The `?` keeps white space at the end from being trimmed.
    let url = Url::parse(&format!("http://h{path}?")).ok()?;
    Some(url.path().to_owned())
}

/// What is certain of a path whose segments are read one by one.
struct Known {
    segments: Vec<String>,
    /// The beginning of the segment after those.
    partial: String,
    /// Something follows that is not known.
    open: bool,
}

impl Known {
    fn push(&mut self, segment: &Segment) {
        if segment.may_climb() {
            self.segments.pop();
            self.partial.clear();
            // `..` alone, as text, leaves the rest as certain as it was.
            self.open |= segment.has_holes;
        } else if !self.open && !segment.is_dot() {
            if segment.has_holes {
                self.partial = encoded(without_begun_escape(&segment.leading));
            } else {
                self.segments.push(encoded(&segment.text));
            }
        }
        self.open |= segment.has_holes;
    }

    fn prefix(&self) -> String {
        let mut out = String::from("/");
        for segment in &self.segments {
            out.push_str(segment);
            out.push('/');
        }
        out.push_str(&self.partial);
        out
    }
}

/// Text without an escape at its end that a hole may complete.
fn without_begun_escape(text: &str) -> &str {
    let cut = match text.as_bytes() {
        [.., b'%'] => 1,
        [.., b'%', digit] if digit.is_ascii_hexdigit() => 2,
        _ => 0,
    };
    text.get(..text.len() - cut).unwrap_or(text)
}

/// A segment's text, percent-encoded.
fn encoded(segment: &str) -> String {
    let path = normal(&format!("/{segment}")).unwrap_or_default();
    path.trim_start_matches('/').to_owned()
}

#[derive(Default)]
struct Segment {
    /// Its text before its first hole.
    leading: String,
    /// All its text.
    text: String,
    has_holes: bool,
    /// Each hole is a number.
    numbers: bool,
}

impl Segment {
    fn is_dot(&self) -> bool {
        !self.has_holes && matches!(self.text.to_ascii_lowercase().as_str(), "." | "%2e")
    }

    /// Whether it can be `..` (URL Standard, "double-dot URL path segment"). A number alone is
    /// never made of dots, but may complete an escape.
    fn may_climb(&self) -> bool {
        let text = self.text.to_ascii_lowercase();
        if !self.has_holes {
            return matches!(text.as_str(), ".." | ".%2e" | "%2e." | "%2e%2e");
        }
        let dotty = text.chars().all(|c| matches!(c, '.' | '%' | '2' | 'e'));
        dotty && (!self.numbers || text.contains('%'))
    }
}

fn segments(path: &Pattern) -> Vec<Segment> {
    let fresh = || Segment {
        numbers: true,
        ..Segment::default()
    };
    let mut out = vec![];
    let mut current = fresh();
    for part in path.parts() {
        match part {
            Part::Text(text) => {
                for c in text.chars() {
                    if matches!(c, '/' | '\\') {
                        out.push(std::mem::replace(&mut current, fresh()));
                        continue;
                    }
                    current.text.push(c);
                    if !current.has_holes {
                        current.leading.push(c);
                    }
                }
            }
            Part::Hole(hole) => {
                current.has_holes = true;
                current.numbers &= hole.charset == Charset::Number;
            }
        }
    }
    out.push(current);
    out
}
