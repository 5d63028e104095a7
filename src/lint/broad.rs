//! Sources that let everybody's hosts through, where the code needs a few.

use super::governance::Governance;
use super::needs::{Needs, PolicyNeeds};
use super::unused::Doubts;
use crate::csp::{Note, connect_sources, lets_anybody_through};
use crate::results::Severity;
use std::collections::BTreeSet;

/// How many sources are a few.
const FEW: usize = 10;

/// What to tell of each policy, by its number. Nothing where more may be needed than is seen.
pub(super) fn notes(governance: &Governance, needs: &Needs, doubts: &Doubts) -> Vec<(usize, Note)> {
    let mut out = Vec::new();
    for (id, located) in governance.all.iter().enumerate() {
        let is_first = governance.same.get(id) == Some(&id);
        let needed = needs.by_policy.get(&id).and_then(few);
        let (true, false, Some(needed)) = (is_first, doubts.about(governance, id), needed) else {
            continue;
        };
        for source in connect_sources(&located.policy) {
            let Some(what) = lets_anybody_through(source) else {
                continue;
            };
            out.push((id, note(&source.text, &what, &needed, source.range.clone())));
        }
    }
    out
}

fn note(source: &str, what: &str, needed: &[String], range: std::ops::Range<usize>) -> Note {
    let quoted: Vec<_> = needed.iter().map(|source| format!("`{source}`")).collect();
    Note {
        code: "broad-source",
        severity: Severity::Warning,
        message: format!(
            "`{source}` lets {what} through; the code needs no more than {}",
            quoted.join(", ")
        ),
        help: format!("name what is needed: `connect-src {}`", needed.join(" ")),
        range,
    }
}

/// The sources that the endpoints under a policy need, if all can be named and are a few.
fn few(needs: &PolicyNeeds) -> Option<Vec<String>> {
    let needed: BTreeSet<&str> = needs.urls.iter().map(|u| u.source.as_str()).collect();
    let is_few = needs.uncovered.is_empty() && (1..=FEW).contains(&needed.len());
    is_few.then(|| needed.into_iter().map(str::to_owned).collect())
}
