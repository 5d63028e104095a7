//! Literals that are elements of an array: `["default-src 'self'", "img-src *"].join('; ')`.

use super::edit::Edit;
use super::list::{element, line_before, line_end};
use super::spot::Spot;
use crate::policies::ElementStyle;
use std::ops::Range;

/// A literal that holds a part of a policy and nothing else, with its quotes.
pub(super) struct ArrayElement<'a> {
    text: &'a str,
    range: Range<usize>,
}

impl<'a> ArrayElement<'a> {
    /// The literal that a part of a policy fills, if it is an element of an array.
    pub(super) fn filled_by(text: &'a str, part: &Range<usize>) -> Option<ArrayElement<'a>> {
        let (before, after) = (text.get(..part.start)?, text.get(part.end..)?);
        let quote = before.chars().next_back()?;
        if !matches!(quote, '"' | '\'' | '`') || !after.starts_with(quote) {
            return None;
        }
        let opening = before.get(..before.len() - 1)?.trim_end();
        let closing = after.get(1..)?.trim_start();
        (opening.ends_with(['[', ',']) && closing.starts_with([',', ']'])).then_some(ArrayElement {
            text,
            range: part.start - 1..part.end + 1,
        })
    }

    /// The edit that puts others behind it.
    pub(super) fn followed_by(&self, spot: &Spot, new: &[String]) -> Option<Edit> {
        let sample = self.text.get(self.range.clone())?;
        let space = match line_before(self.text, self.range.start) {
            Some(indentation) => format!("{}{indentation}", line_end(self.text)),
            None => " ".to_owned(),
        };
        let written = new
            .iter()
            .map(|text| element(text, ElementStyle::Quoted, &[sample], &spot.file));
        let written = written.map(|text| Some(format!(",{space}{}", text?)));
        let at = self.range.end;
        Some(Edit::new(
            &spot.file,
            at..at,
            written.collect::<Option<String>>()?,
        ))
    }
}
