//! What `Header` does to the headers of a response
//! (<https://httpd.apache.org/docs/2.4/mod/mod_headers.html#header>).

use super::expression::Test;
use super::section::{Asked, Section, Stage};
use crate::policies::answer::{Answer, Values};
use crate::results::Disposition;

/// Something that is done to a header, and when.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    /// When its section is merged.
    pub(super) stage: Stage,
    /// The sections that it stands in.
    pub(super) sections: Vec<Section>,
    /// Its own condition: `expr=…`, `env=…`.
    pub(super) condition: Condition,
    /// Which header; nothing for all.
    pub(super) disposition: Option<Disposition>,
    /// `always` or not: two tables, both are sent.
    pub(super) table: Table,
    /// What is done.
    pub(super) change: Change,
}

/// A table of headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// Of responses that succeed.
    OnSuccess,
    /// Of all.
    Always,
    /// Either.
    Any,
}

/// A condition of a `Header`.
#[derive(Debug, Clone)]
pub(super) enum Condition {
    /// None.
    Always,
    /// An expression that is understood.
    Test(Test),
    /// Anything else.
    Unknown,
}

/// What is done to a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// It has this policy and no other; none if the value is empty.
    Set(Option<usize>),
    /// The policy joins what is there.
    Add(usize),
    /// The same, if there is none of this text.
    Merge(usize),
    /// The same, if there is none.
    SetIfEmpty(usize),
    /// What is there is taken away.
    Unset,
    /// What is there is not known any more.
    Edit,
}

/// The headers of a response.
#[derive(Debug, Default)]
struct Headers {
    /// By table, then by disposition.
    tables: [[Values; 2]; 2],
}

/// The policies of the response for a file.
pub(super) fn sent(
    rules: &[Rule],
    asked: Asked<'_>,
    same: impl Fn(usize, usize) -> bool,
) -> Vec<usize> {
    let mut headers = Headers::default();
    for rule in rules {
        let counts = rule.counts(asked);
        for values in headers.values(rule) {
            change(values, &rule.change, counts, &same);
        }
    }
    let values = headers.tables.into_iter().flatten();
    let mut all: Vec<usize> = values.flat_map(|values| values.policies).collect();
    all.sort_unstable();
    all.dedup();
    all
}

impl Headers {
    /// The headers that a rule changes.
    fn values(&mut self, rule: &Rule) -> impl Iterator<Item = &mut Values> {
        let (table, disposition) = (rule.table, rule.disposition);
        let is_table = move |at: usize| match table {
            Table::OnSuccess => at == 0,
            Table::Always => at == 1,
            Table::Any => true,
        };
        let is_header = move |at: usize| match disposition {
            Some(Disposition::Enforce) => at == 0,
            Some(Disposition::Report) => at == 1,
            None => true,
        };
        let tables = self.tables.iter_mut().enumerate();
        let tables = tables.filter(move |(at, _)| is_table(*at));
        let all = tables.flat_map(|(_, table)| table.iter_mut().enumerate());
        all.filter(move |(at, _)| is_header(*at))
            .map(|(_, values)| values)
    }
}

fn change(
    values: &mut Values,
    change: &Change,
    counts: Answer,
    same: &impl Fn(usize, usize) -> bool,
) {
    let policies = &mut values.policies;
    match (change, counts) {
        (_, Answer::No) => {}
        // What was there may not be, or is other.
        (Change::Set(_) | Change::Unset | Change::Edit, Answer::Maybe)
        | (Change::Edit, Answer::Yes) => values.forget(),
        // What would be added is not surely there.
        (_, Answer::Maybe) => values.may_have_more = true,
        (Change::Unset, Answer::Yes) => values.set(None),
        (Change::Set(policy), Answer::Yes) => values.set(*policy),
        (Change::Add(policy), Answer::Yes) => policies.push(*policy),
        (Change::Merge(policy), Answer::Yes) => {
            if !policies.iter().any(|known| same(*known, *policy)) {
                policies.push(*policy);
            }
        }
        (Change::SetIfEmpty(policy), Answer::Yes) => {
            if values.is_empty() {
                values.set([*policy]);
            }
        }
    }
}

impl Condition {
    /// How it is told.
    pub(super) fn shown(&self) -> Option<&'static str> {
        match self {
            // Of tests, pages pass those for their type.
            Condition::Always | Condition::Test(_) => None,
            Condition::Unknown => Some("(on a condition)"),
        }
    }
}

impl Rule {
    /// Whether it counts for a file.
    pub(super) fn counts(&self, asked: Asked<'_>) -> Answer {
        let own = match &self.condition {
            Condition::Always => Answer::Yes,
            Condition::Unknown => Answer::Maybe,
            Condition::Test(test) => match test.holds(asked.path, asked.file) {
                Some(true) => Answer::Yes,
                Some(false) => Answer::No,
                None => Answer::Maybe,
            },
        };
        let sections = self.sections.iter().map(|section| section.counts(asked));
        sections.fold(own, Answer::and)
    }

    /// The policy that it sets.
    pub(super) fn policy(&self) -> Option<usize> {
        match self.change {
            Change::Set(policy) => policy,
            Change::Add(policy) | Change::Merge(policy) | Change::SetIfEmpty(policy) => {
                Some(policy)
            }
            Change::Unset | Change::Edit => None,
        }
    }
}
