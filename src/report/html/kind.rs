//! What endpoints are sorted and coloured by: their verdict, or how much of the URL is known.

use crate::results::{Certainty, EndpointRow, Results, VerdictKind};

/// What a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// What policies make of endpoints.
    Verdicts,
    /// The endpoints.
    Inventory,
}

/// A kind of endpoint, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Blocked,
    Depends,
    Unknown,
    /// No policy governs it.
    Unjudged,
    Allowed,
    Dynamic,
    Prefix,
    Exact,
}

impl Subject {
    /// The kinds that there are, the worst first.
    pub(super) fn kinds(self) -> &'static [Kind] {
        use Kind::{Allowed, Blocked, Depends, Dynamic, Exact, Prefix, Unjudged, Unknown};
        match self {
            Subject::Verdicts => &[Blocked, Depends, Unknown, Unjudged, Allowed],
            Subject::Inventory => &[Dynamic, Prefix, Exact],
        }
    }

    /// The kind of an endpoint.
    pub(super) fn kind(self, row: &EndpointRow) -> Kind {
        match (self, row.verdict, row.certainty) {
            (Subject::Verdicts, Some(verdict), _) => Kind::of(verdict),
            (Subject::Verdicts, None, _) => Kind::Unjudged,
            (Subject::Inventory, _, Certainty::Exact) => Kind::Exact,
            (Subject::Inventory, _, Certainty::Prefix) => Kind::Prefix,
            (Subject::Inventory, _, Certainty::Dynamic) => Kind::Dynamic,
        }
    }
}

impl Kind {
    /// The kind of a verdict.
    pub(super) fn of(verdict: VerdictKind) -> Kind {
        match verdict {
            VerdictKind::Blocked => Kind::Blocked,
            VerdictKind::Depends => Kind::Depends,
            VerdictKind::Unknown => Kind::Unknown,
            VerdictKind::Allowed => Kind::Allowed,
        }
    }

    /// Its name, for people and as a class.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Blocked => "blocked",
            Kind::Depends => "depends",
            Kind::Unknown => "unknown",
            Kind::Unjudged => "unjudged",
            Kind::Allowed => "allowed",
            Kind::Dynamic => "dynamic",
            Kind::Prefix => "prefix",
            Kind::Exact => "exact",
        }
    }

    /// Whether it is named even where there is none of it.
    pub(super) fn is_usual(self) -> bool {
        self != Kind::Unjudged
    }

    /// How many endpoints are of it.
    pub(super) fn count(self, results: &Results, subject: Subject) -> usize {
        let rows = results.endpoints.iter();
        rows.filter(|row| subject.kind(row) == self).count()
    }
}
