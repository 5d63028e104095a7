//! Which policy governs which files: what `connect-lint policy` shows.

use super::governance::Governance;
use super::pages::Loads;
use super::source::Source;
use crate::policies::{LocatedPolicy, Scope, Sites};
use crate::results::{GovernedFile, PolicyEntry, PolicyMap, Role};
use std::collections::BTreeSet;

/// Puts policies and the files that they govern together.
pub(super) fn of(
    sources: &[Source],
    loads: &Loads,
    sites: &Sites,
    governance: &Governance,
    notes: Vec<String>,
) -> PolicyMap {
    let mut entries: Vec<PolicyEntry> = governance
        .all
        .iter()
        .enumerate()
        .map(|(id, located)| entry(id, located, sites))
        .collect();
    let mut without = Vec::new();
    for (number, source) in sources.iter().enumerate() {
        let Some(runtime) = source.runtime() else {
            continue;
        };
        let role = match (loads.pages.contains_key(&number), runtime) {
            (true, _) => Role::Page,
            (false, crate::endpoint::Runtime::Worker) => Role::Worker,
            (false, _) => Role::Script,
        };
        let file = GovernedFile {
            file: source.facts.file.to_string(),
            role,
        };
        let ids: BTreeSet<usize> = governance.of_file(number, &source.facts.file).collect();
        if ids.is_empty() {
            without.push(file.clone());
        }
        for id in ids {
            if let Some(entry) = entries.get_mut(id) {
                entry.governs.push(file.clone());
            }
        }
    }
    PolicyMap {
        schema_version: 1,
        policies: entries,
        without,
        notes,
    }
}

fn entry(id: usize, located: &LocatedPolicy, sites: &Sites) -> PolicyEntry {
    let site = match located.scope {
        Scope::Served(number) => sites.all.get(number),
        _ => None,
    };
    let found_in = match (&located.scope, site) {
        (_, Some(site)) => site.location.to_owned(),
        (Scope::Page { .. }, None) => "`<meta>`".to_owned(),
        (Scope::Override(_), None) => "an override of the configuration".to_owned(),
        _ => "given".to_owned(),
    };
    let directive = located.policy.connect_directive().map(|(d, _)| d);
    PolicyEntry {
        id,
        origin: located.origin.to_string(),
        found_in,
        disposition: located.policy.disposition,
        text: located.written.text().to_owned(),
        directive: directive.map(|d| d.name.clone()),
        sources: directive
            .map(|d| d.sources.iter().map(|s| s.text.clone()).collect())
            .unwrap_or_default(),
        open: located.policy.open.clone(),
        paths: site.and_then(|site| site.paths_of(id)),
        governs: Vec::new(),
    }
}
