//! A directive that a policy does not have yet: `connect-src` where `default-src` stands in.

use super::Files;
use super::array::ArrayElement;
use super::edit::Edit;
use super::list::{element, line_before, line_end};
use super::spot::{Spot, spot};
use crate::csp::{Directive, Policy, SourceKind};
use crate::policies::{Quoting, Slot, SourceListPlace, Written};
use std::ops::Range;

/// The name of the directive.
const NAME: &str = "connect-src";

/// The sources that `connect-src` must have to be what `default-src` is for connections; nothing
/// if some of them are not known.
pub(super) fn inherited(default: &Directive) -> Option<Vec<String>> {
    let mut out = Vec::new();
    for source in &default.sources {
        match source.kind {
            SourceKind::Open(_) => return None,
            SourceKind::None | SourceKind::NoEffect | SourceKind::Invalid => {}
            _ => out.push(source.text.clone()),
        }
    }
    Some(out)
}

/// The edits that add the directive with these sources.
pub(super) fn directive(
    written: &Written,
    policy: &Policy,
    sources: &[String],
    files: &Files,
) -> Option<Vec<Edit>> {
    let beside = beside(policy)?;
    in_text(written, policy, beside, sources, files)
        .or_else(|| in_slot(written.slot()?, sources))
        .or_else(|| as_entry(written, &policy.directives[beside], sources, files))
        .map(|edit| vec![edit])
}

/// The directive that the new one is put next to: `default-src`, or else the last one.
fn beside(policy: &Policy) -> Option<usize> {
    let default = policy
        .directives
        .iter()
        .position(|d| d.name == "default-src");
    default.or(policy.directives.len().checked_sub(1))
}

/// Behind a directive that is written as text.
fn in_text(
    written: &Written,
    policy: &Policy,
    at: usize,
    sources: &[String],
    files: &Files,
) -> Option<Edit> {
    let own = policy.directives.get(at)?;
    let name = spot(written, &own.name_range, files).filter(Spot::is_editable)?;
    let text = files.text(&name.file)?;
    let end = |directive: &Directive| {
        let last = directive.sources.last().map(|s| &s.range);
        spot(written, last.unwrap_or(&directive.name_range), files)
    };
    let begin = |directive: &Directive| spot(written, &directive.name_range, files);
    let own_end = end(own).filter(|end| end.is_editable() && end.file == name.file);
    let next = policy.directives.get(at + 1).and_then(begin);
    let previous = at
        .checked_sub(1)
        .map(|p| &policy.directives[p])
        .and_then(end);
    let separator = own_end
        .as_ref()
        .and_then(|end| separator(end, next.as_ref()?, text))
        .or_else(|| separator(previous.as_ref()?, &name, text))
        .unwrap_or("; ");
    let added = name
        .quoting
        .escaped(format!("{NAME} {}", sources.join(" ")).trim_end())?;
    let is_open = own
        .sources
        .last()
        .is_some_and(|s| matches!(s.kind, SourceKind::Open(_)));
    match own_end.filter(|_| !is_open) {
        Some(end) => {
            let whole = name.range.start..end.range.end;
            let alone = ArrayElement::filled_by(text, &whole);
            let new = format!("{NAME} {}", sources.join(" "));
            if let Some(edit) = alone.and_then(|alone| alone.followed_by(&end, &[new])) {
                return Some(edit);
            }
            let at = end.range.end;
            Some(Edit::new(&end.file, at..at, format!("{separator}{added}")))
        }
        None => {
            let at = name.range.start;
            Some(Edit::new(&name.file, at..at, format!("{added}{separator}")))
        }
    }
}

/// What parts two directives, if it is a `;` and white space.
fn separator<'a>(a: &Spot, b: &Spot, text: &'a str) -> Option<&'a str> {
    if a.file != b.file || a.range.end > b.range.start {
        return None;
    }
    let between = text.get(a.range.end..b.range.start)?;
    (between.trim() == ";").then_some(between)
}

/// Where the file's kind has a place for it.
fn in_slot(slot: &Slot, sources: &[String]) -> Option<Edit> {
    let file = &slot.place.file;
    let body = match slot.separator.trim().is_empty() {
        // The value is one text.
        true => {
            let text = Quoting::Backslash(slot.quote).escaped(&sources.join(&slot.separator))?;
            format!("{}{text}{}", slot.quote, slot.quote)
        }
        false => {
            let sample = format!("{}x", slot.quote);
            let all = sources
                .iter()
                .map(|source| element(source, slot.style, &[&sample], file));
            all.collect::<Option<Vec<_>>>()?.join(&slot.separator)
        }
    };
    let at = slot.place.span.range().start;
    let text = format!("{}{body}{}", slot.before, slot.after);
    Some(Edit::new(file, at..at, text))
}

/// Before the entry of an object that the directive beside it is: `defaultSrc: […]`.
fn as_entry(
    written: &Written,
    beside: &Directive,
    sources: &[String],
    files: &Files,
) -> Option<Edit> {
    let list = written.list(&beside.name);
    let (file, value) = match list {
        Some(list) => (
            &list.place.file,
            list.place.span.range().start.checked_sub(1)?,
        ),
        None => {
            let (_, place, _) = written.parts_of(&beside.sources.first()?.range).next()?;
            (&place.file, place.span.range().start.checked_sub(1)?)
        }
    };
    let text = files.text(file)?;
    let opening = text.get(value..)?.chars().next()?;
    let matches = match list {
        Some(_) => matches!(opening, '[' | '('),
        None => matches!(opening, '"' | '\''),
    };
    let key = Key::before(text, value).filter(|_| matches)?;
    let name = key.renamed(&beside.name)?;
    let body = match list {
        Some(list) => as_list(list, text, opening, sources)?,
        None => {
            let escaped = Quoting::Backslash(opening).escaped(&sources.join(" "))?;
            format!("{opening}{escaped}{opening}")
        }
    };
    let end = match (line_before(text, key.range.start), key.is_statement()) {
        (Some(indentation), true) => format!("{}{indentation}", line_end(text)),
        (Some(indentation), false) => format!(",{}{indentation}", line_end(text)),
        (None, true) => return None,
        (None, false) => ", ".to_owned(),
    };
    let at = key.range.start;
    let added = format!("{name}{}{body}{end}", key.colon);
    Some(Edit::new(file, at..at, added))
}

fn as_list(
    list: &SourceListPlace,
    text: &str,
    opening: char,
    sources: &[String],
) -> Option<String> {
    let samples = list.elements.iter().map(|e| text.get(e.span.range()));
    let samples: Vec<&str> = samples.collect::<Option<_>>()?;
    let all = sources
        .iter()
        .map(|source| element(source, list.style, &samples, &list.place.file));
    let all = all.collect::<Option<Vec<_>>>()?.join(", ");
    Some(match (opening, sources.len()) {
        // A tuple of one.
        ('(', 1) => format!("({all},)"),
        ('(', _) => format!("({all})"),
        _ => format!("[{all}]"),
    })
}

/// The key of an entry of an object.
struct Key<'a> {
    range: Range<usize>,
    /// As written.
    text: &'a str,
    /// What stands between it and the value.
    colon: &'a str,
}

impl<'a> Key<'a> {
    /// The key whose value begins at an offset.
    fn before(text: &'a str, value: usize) -> Option<Key<'a>> {
        let before = text.get(..value)?.trim_end();
        let before = before
            .strip_suffix(':')
            .or_else(|| before.strip_suffix("=>"))
            .or_else(|| before.strip_suffix('='))?;
        let before = before.trim_end();
        let end = before.len();
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let start = match before.chars().next_back()? {
            quote @ ('"' | '\'') => before.get(..end - 1)?.rfind(quote)?,
            _ => before.trim_end_matches(is_word).len(),
        };
        Some(Key {
            range: start..end,
            text: text.get(start..end)?,
            colon: text.get(end..value)?,
        })
    }

    /// Whether it is a name that the value is assigned to: `CSP_DEFAULT_SRC = (…)`.
    fn is_statement(&self) -> bool {
        self.colon.trim() == "="
    }

    /// The key of `connect-src`, if this is the key of a directive: written the same way.
    fn renamed(&self, directive: &str) -> Option<String> {
        let quote = self.text.chars().next().filter(|c| matches!(c, '"' | '\''));
        let inner = self.text.trim_matches(['"', '\'']);
        let camel: String = camel(directive);
        let name = match inner {
            inner if inner == directive => NAME.to_owned(),
            inner if inner == camel => "connectSrc".to_owned(),
            inner if inner == directive.replace('-', "_") => "connect_src".to_owned(),
            inner => {
                let upper = directive.replace('-', "_").to_ascii_uppercase();
                format!("{}CONNECT_SRC", inner.strip_suffix(&upper)?)
            }
        };
        Some(match quote {
            Some(quote) => format!("{quote}{name}{quote}"),
            // A name with a `-` needs quotes where others have none.
            None if name.contains('-') => format!("'{name}'"),
            None => name,
        })
    }
}

/// `default-src` is `defaultSrc`.
fn camel(name: &str) -> String {
    let mut out = String::new();
    let mut is_upper = false;
    for c in name.chars() {
        match c {
            '-' => is_upper = true,
            c if is_upper => {
                out.push(c.to_ascii_uppercase());
                is_upper = false;
            }
            c => out.push(c),
        }
    }
    out
}
