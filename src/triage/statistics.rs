//! How many findings there are of each code.

use crate::results::{CodeCount, Diagnostic, Severity};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The codes of what is told, those of most findings first.
pub(super) fn counts(told: &[Diagnostic]) -> Vec<CodeCount> {
    let mut counts: BTreeMap<(Reverse<Severity>, &str), usize> = BTreeMap::new();
    for diagnostic in told {
        let key = (Reverse(diagnostic.severity), diagnostic.code.as_str());
        *counts.entry(key).or_default() += 1;
    }
    let rows = counts
        .into_iter()
        .map(|((severity, code), count)| CodeCount {
            code: code.to_owned(),
            severity: severity.0,
            count,
        });
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|row| Reverse(row.count));
    rows
}
