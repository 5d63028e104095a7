//! Strings of TOML, of any of the four kinds.

use crate::policies::{Quoting, SourceFile};
use std::ops::Range;

/// What stands between the quotes of a string, and how.
pub(in crate::policies) fn inner(
    file: &SourceFile,
    literal: Range<usize>,
) -> (Range<usize>, Quoting) {
    let raw = file.text.get(literal.clone()).unwrap_or_default();
    let kinds = [
        ("\"\"\"", Quoting::Backslash('"')),
        // Quotes can stand in it.
        ("'''", Quoting::Plain),
        ("\"", Quoting::Backslash('"')),
        ("'", Quoting::Raw('\'')),
    ];
    let kind = kinds.iter().find(|(quote, _)| raw.starts_with(quote));
    let (quote, quoting) = kind.copied().unwrap_or(("", Quoting::Fixed));
    let mut start = literal.start + quote.len();
    let end = literal.end.saturating_sub(quote.len()).max(start);
    // A line break behind the opening quotes of several lines is no part of the text.
    let inner = file.text.get(start..end).unwrap_or_default();
    if quote.len() == 3 {
        let rest = inner.strip_prefix("\r\n").or(inner.strip_prefix('\n'));
        start = end - rest.unwrap_or(inner).len();
    }
    (start..end, quoting)
}
