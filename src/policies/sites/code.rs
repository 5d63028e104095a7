//! Policies that stand in code, among all that were found: what is said twice counts once, and
//! guesses that disagree count not at all.

use super::{Site, Sites};
use crate::endpoint::Place;
use crate::policies::{LocatedPolicy, PolicyIssue, Written};
use crate::results::Severity;
use std::ops::Range;

/// Takes out what does not count.
pub(super) fn settle(sites: &mut Sites, policies: &[LocatedPolicy]) {
    let doubles = doubles(&sites.all, policies);
    sites
        .all
        .iter_mut()
        .zip(doubles)
        .filter(|(_, is_double)| *is_double)
        .for_each(|(site, _)| site.is_void = true);
    disagreeing(sites, policies);
}

/// The weak sites whose text another site takes up: a list that a server's file imports.
fn doubles(all: &[Site], policies: &[LocatedPolicy]) -> Vec<bool> {
    let places = |site: &Site| written(site.policies.clone(), policies).flat_map(Written::places);
    let is_double = |(number, site): (usize, &Site)| {
        let own: Vec<&Place> = places(site).filter(|p| p.file == site.file.name).collect();
        let others = all.iter().enumerate();
        let mut others = others.filter(|(i, other)| *i != number && other.routing.governs());
        site.is_weak && others.any(|(_, other)| places(other).any(|place| own.contains(&place)))
    };
    all.iter().enumerate().map(is_double).collect()
}

fn written(
    range: Range<usize>,
    policies: &[LocatedPolicy],
) -> impl Iterator<Item = &Written> {
    policies.get(range).unwrap_or_default().iter().map(|p| &p.written)
}

/// Weak sites of one project that say different things: none of them is known to be the one.
fn disagreeing(sites: &mut Sites, policies: &[LocatedPolicy]) {
    let said = |site: &Site| -> Vec<String> {
        let governing = site.site_wide();
        let texts = governing.iter().filter_map(|id| policies.get(*id));
        texts.map(|p| p.written.text().to_owned()).collect()
    };
    let weak: Vec<usize> = (0..sites.all.len())
        .filter(|&i| sites.all[i].is_weak && sites.all[i].counts() && !said(&sites.all[i]).is_empty())
        .collect();
    let mut void = Vec::new();
    for &one in &weak {
        let site = &sites.all[one];
        let mut others = weak.iter().filter(|&&other| other != one);
        let differs = |other: &&usize| {
            let other = &sites.all[**other];
            other.base == site.base && said(other) != said(site)
        };
        if let Some(other) = others.find(differs) {
            let message = format!(
                "the policies of this file are not judged: {} has others, and which ones the \
                 pages get is not known",
                sites.all[*other].file.name
            );
            void.push((one, message));
        }
    }
    for (number, message) in void {
        let site = &mut sites.all[number];
        site.is_void = true;
        let first = policies.get(site.policies.start);
        let issue = PolicyIssue {
            code: "unsent-policy",
            severity: Severity::Info,
            message,
            help: Some("name the file that counts with --policy-from".to_owned()),
            place: first
                .and_then(|p| p.written.start().cloned())
                .filter(|place| place.file == site.file.name),
        };
        sites.issues.push((issue, site.file.clone()));
    }
}
