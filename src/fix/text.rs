//! Sources in a text: `connect-src 'self' https://a.test; …`.

use super::edit::Edit;
use super::spot::{Spot, spot};
use super::{Change, Files};
use crate::csp::{Directive, SourceKind};
use crate::policies::Written;

/// The edits that change the sources of a directive where it is written as text.
pub(super) fn change(
    written: &Written,
    directive: &Directive,
    change: &Change,
    files: &Files,
) -> Option<Vec<Edit>> {
    let name = spot(written, &directive.name_range, files);
    let sources = directive.sources.iter();
    let spots: Vec<Option<Spot>> = sources.map(|s| spot(written, &s.range, files)).collect();
    let is_removed = |i: &usize| change.remove.contains(i);
    let all = 0..spots.len();
    if !spots.is_empty() && all.clone().all(|i| is_removed(&i)) && !change.add.is_empty() {
        return replaced(&spots, change, files).map(|edit| vec![edit]);
    }
    let mut edits = Vec::new();
    for i in all.clone().filter(is_removed) {
        edits.push(removal(i, &name, &spots, files)?);
    }
    if !change.add.is_empty() {
        let is_literal = |i: &usize| {
            let is_open = matches!(directive.sources[*i].kind, SourceKind::Open(_));
            !is_open && spots[*i].as_ref().is_some_and(Spot::is_editable)
        };
        let last = all.rev().find(is_literal);
        let anchor = match last {
            Some(last) => spots[last].as_ref()?,
            None => name.as_ref().filter(|name| name.is_editable())?,
        };
        let before = match last {
            Some(0) | None => name.as_ref(),
            Some(last) => spots[last - 1].as_ref(),
        };
        let separator = before
            .filter(|_| last.is_some())
            .and_then(|before| line_break(before, anchor, files))
            .unwrap_or_else(|| " ".to_owned());
        let mut text = String::new();
        for source in &change.add {
            text.push_str(&separator);
            text.push_str(&anchor.quoting.escaped(source)?);
        }
        edits.push(Edit::new(
            &anchor.file,
            anchor.range.end..anchor.range.end,
            text,
        ));
    }
    Some(edits)
}

/// All sources become others.
fn replaced(spots: &[Option<Spot>], change: &Change, files: &Files) -> Option<Edit> {
    let (first, last) = (spots.first()?.as_ref()?, spots.last()?.as_ref()?);
    let text = files.text(&first.file)?;
    for (a, b) in spots.iter().zip(spots.iter().skip(1)) {
        between(a.as_ref()?, b.as_ref()?, text)?;
    }
    if !first.is_editable() {
        return None;
    }
    let escaped = change.add.iter().map(|s| first.quoting.escaped(s));
    let joined = escaped.collect::<Option<Vec<_>>>()?.join(" ");
    Some(Edit::new(
        &first.file,
        first.range.start..last.range.end,
        joined,
    ))
}

/// Takes a source away with the white space that parts it from its neighbour.
fn removal(i: usize, name: &Option<Spot>, spots: &[Option<Spot>], files: &Files) -> Option<Edit> {
    let own = spots.get(i)?.as_ref().filter(|own| own.is_editable())?;
    let text = files.text(&own.file)?;
    let before = match i {
        0 => name.as_ref(),
        i => spots[i - 1].as_ref(),
    };
    if before.is_some_and(|before| between(before, own, text).is_some()) {
        let start = before?.range.end;
        return Some(Edit::new(&own.file, start..own.range.end, ""));
    }
    let after = spots.get(i + 1).and_then(Option::as_ref);
    let end = match after {
        Some(after) if between(own, after, text).is_some() => after.range.start,
        _ => own.range.end,
    };
    Some(Edit::new(&own.file, own.range.start..end, ""))
}

/// The white space between two parts of one file, if nothing else stands there.
pub(super) fn between<'a>(a: &Spot, b: &Spot, text: &'a str) -> Option<&'a str> {
    if a.file != b.file || a.range.end > b.range.start {
        return None;
    }
    let between = text.get(a.range.end..b.range.start)?;
    between.trim().is_empty().then_some(between)
}

/// What parts two sources, if each stands on a line of its own.
fn line_break(a: &Spot, b: &Spot, files: &Files) -> Option<String> {
    let between = between(a, b, files.text(&a.file)?)?;
    between.contains('\n').then(|| between.to_owned())
}
