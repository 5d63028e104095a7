//! Policies that stand in code, among all that were found: what is said twice counts once, and
//! guesses that disagree count not at all.

use super::{Site, Sites};
use crate::endpoint::Place;
use crate::policies::{Found, LocatedPolicy, PolicyIssue, PolicyLocation, SourceFile, Written};
use crate::results::Severity;

/// A file that was read.
pub(super) type ReadFile = (&'static dyn PolicyLocation, SourceFile, Found);

/// Takes out the policies of guesses whose text another file takes up: a list that the file of a
/// server imports.
pub(super) fn drop_doubles(all: &mut [ReadFile]) {
    let places = |(_, _, found): &ReadFile| -> Vec<Place> {
        let written = found.policies.iter().map(|p| &p.written);
        written.flat_map(Written::places).cloned().collect()
    };
    let places: Vec<Vec<Place>> = all.iter().map(places).collect();
    let governs = |(_, _, found): &ReadFile| {
        let routing = found.routing.as_ref();
        !found.policies.is_empty() && routing.is_none_or(|routing| routing.governs())
    };
    let governing: Vec<usize> = (0..all.len()).filter(|i| governs(&all[*i])).collect();
    let is_double = |number: usize| {
        let (_, file, found) = &all[number];
        let own = |place: &Place| place.file == file.name && places[number].contains(place);
        let mut others = governing.iter().filter(|other| **other != number);
        found.is_weak && others.any(|other| places[*other].iter().any(own))
    };
    let doubles: Vec<usize> = (0..all.len()).filter(|i| is_double(*i)).collect();
    for number in doubles {
        all[number].2 = Found::default();
    }
}

/// Weak sites of one project that say different things: none of them is known to be the one.
pub(super) fn drop_disagreeing(sites: &mut Sites, policies: &[LocatedPolicy]) {
    let said = |site: &Site| -> Vec<String> {
        let governing = site.site_wide();
        let ids = governing.iter().flatten();
        let texts = ids.filter_map(|id| policies.get(*id));
        texts.map(|p| p.written.text().to_owned()).collect()
    };
    let weak: Vec<usize> = (0..sites.all.len())
        .filter(|&i| {
            sites.all[i].is_weak && sites.all[i].counts() && !said(&sites.all[i]).is_empty()
        })
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
        let first = site.values.first().and_then(|v| policies.get(v.start));
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
