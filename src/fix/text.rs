//! Sources in a text: `connect-src 'self' https://a.test; …`.

use super::array::ArrayElement;
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
    let tokens = Tokens::of(written, directive, files);
    let all = 0..tokens.sources.len();
    let is_removed = |i: &usize| change.remove.contains(i);
    let all_go = !all.is_empty() && all.clone().all(|i| is_removed(&i));
    if all_go && !change.add.is_empty() {
        return tokens.replaced(directive, change).map(|edit| vec![edit]);
    }
    let mut edits = Vec::new();
    for i in all.filter(is_removed) {
        edits.push(tokens.removal(i)?);
    }
    if !change.add.is_empty() {
        edits.push(tokens.addition(directive, change)?);
    }
    Some(edits)
}

/// Where the parts of a directive stand.
struct Tokens<'a> {
    name: Option<Spot>,
    sources: Vec<Option<Spot>>,
    files: &'a Files,
}

impl<'a> Tokens<'a> {
    fn of(written: &Written, directive: &Directive, files: &'a Files) -> Tokens<'a> {
        let sources = directive.sources.iter();
        Tokens {
            name: spot(written, &directive.name_range, files),
            sources: sources.map(|s| spot(written, &s.range, files)).collect(),
            files,
        }
    }

    fn source(&self, i: usize) -> Option<&Spot> {
        self.sources
            .get(i)?
            .as_ref()
            .filter(|own| own.is_editable())
    }

    /// What stands before a source: another one, or the name.
    fn before(&self, i: usize) -> Option<&Spot> {
        match i.checked_sub(1) {
            Some(before) => self.sources.get(before)?.as_ref(),
            None => self.name.as_ref(),
        }
    }

    fn text(&self, of: &Spot) -> Option<&'a str> {
        self.files.text(&of.file)
    }

    fn parted(&self, a: Option<&Spot>, b: Option<&Spot>) -> Option<&'a str> {
        let (a, b) = (a?, b?);
        between(a, b, self.text(a)?)
    }

    /// Whether a source stands in a literal that is a text of the policy: not in a constant of
    /// its own, which may be there for other things as well.
    fn is_of_policy(&self, i: usize) -> bool {
        let own = self.source(i);
        let next = self.sources.get(i + 1).and_then(Option::as_ref);
        let ends = own.and_then(|own| self.text(own)?.get(own.range.end..));
        self.parted(self.before(i), own).is_some()
            || self.parted(own, next).is_some()
            || ends.is_some_and(|rest| rest.trim_start().starts_with(';'))
    }

    /// Behind the last source that is literal, or the name.
    fn addition(&self, directive: &Directive, change: &Change) -> Option<Edit> {
        let is_known = |i: &usize| {
            let kind = &directive.sources[*i].kind;
            !matches!(kind, SourceKind::Open(_)) && self.source(*i).is_some()
        };
        let all = 0..self.sources.len();
        let last = all
            .clone()
            .rev()
            .find(|i| is_known(i) && self.is_of_policy(*i));
        let name = self.name.as_ref().filter(|name| name.is_editable());
        // The value of a key: all of it is this text.
        let last = last.or_else(|| all.rev().find(is_known).filter(|_| name.is_none()));
        let anchor = match last {
            Some(last) => self.source(last)?,
            None => name?,
        };
        if let Some(last) = last.filter(|last| !self.is_of_policy(*last)) {
            let own = self.source(last)?;
            let alone = ArrayElement::filled_by(self.text(own)?, &own.range);
            if let Some(alone) = alone {
                return alone.followed_by(own, &change.add);
            }
        }
        let lines = last.and_then(|last| self.parted(self.before(last), Some(anchor)));
        let separator = lines.filter(|space| space.contains('\n')).unwrap_or(" ");
        let mut text = String::new();
        for source in &change.add {
            text.push_str(separator);
            text.push_str(&anchor.quoting.escaped(source)?);
        }
        let at = anchor.range.end;
        Some(Edit::new(&anchor.file, at..at, text))
    }

    /// All sources become others.
    fn replaced(&self, directive: &Directive, change: &Change) -> Option<Edit> {
        let (first, last) = (self.source(0)?, self.sources.last()?.as_ref()?);
        for i in 1..self.sources.len() {
            self.parted(self.before(i), self.sources[i].as_ref())?;
        }
        // `'none'` is nothing else, wherever it stands.
        let is_none = |s: &crate::csp::Source| s.kind == SourceKind::None;
        let is_value = self.name.is_none() || directive.sources.iter().all(is_none);
        if !is_value && !self.is_of_policy(0) {
            return None;
        }
        let escaped = change.add.iter().map(|s| first.quoting.escaped(s));
        let joined = escaped.collect::<Option<Vec<_>>>()?.join(" ");
        let range = first.range.start..last.range.end;
        Some(Edit::new(&first.file, range, joined))
    }

    /// Takes a source away with the white space that parts it from its neighbour.
    fn removal(&self, i: usize) -> Option<Edit> {
        let own = self.source(i)?;
        if let (Some(before), Some(_)) = (self.before(i), self.parted(self.before(i), Some(own))) {
            return Some(Edit::new(&own.file, before.range.end..own.range.end, ""));
        }
        let after = self.sources.get(i + 1)?.as_ref();
        self.parted(Some(own), after)?;
        Some(Edit::new(
            &own.file,
            own.range.start..after?.range.start,
            "",
        ))
    }
}

/// The white space between two parts of one file, if nothing else stands there.
pub(super) fn between<'a>(a: &Spot, b: &Spot, text: &'a str) -> Option<&'a str> {
    if a.file != b.file || a.range.end > b.range.start {
        return None;
    }
    let between = text.get(a.range.end..b.range.start)?;
    between.trim().is_empty().then_some(between)
}
