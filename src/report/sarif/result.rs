//! A diagnostic as SARIF's result.

use super::line_hash::line_hashes;
use super::rules::Rules;
use super::{ROOT, message, value};
use crate::report::Sources;
use crate::report::options::Surroundings;
use crate::report::paths::Names;
use crate::report::shown::Shown;
use crate::results::{Diagnostic, Related, Severity, Suppressed, SuppressedBy};
use serde_sarif::sarif::{
    ArtifactLocation, CodeFlow, Location, PhysicalLocation, Region, Result as SarifResult,
    ResultLevel, Suppression, ThreadFlow, ThreadFlowLocation,
};
use std::collections::{BTreeMap, HashMap};

/// Most places of a result that code scanning takes.
const MAX_PLACES: usize = 1_000;
/// Codes whose related places are the way that a URL takes to the call.
const WITH_TRAIL: &[&str] = &["blocked", "depends", "unknown", "report-only"];

/// Makes places, and knows the hashes of lines.
pub(super) struct Places<'s> {
    names: Names,
    sources: &'s dyn Sources,
    hashes: HashMap<String, Vec<String>>,
}

impl<'s> Places<'s> {
    pub(super) fn new(around: &Surroundings, sources: &'s dyn Sources) -> Self {
        Places {
            names: Names::in_checkout(around),
            sources,
            hashes: HashMap::new(),
        }
    }

    pub(super) fn result(
        &mut self,
        shown: &Shown<'_>,
        suppressed: Option<&Suppressed>,
        rules: &Rules,
    ) -> SarifResult {
        let diagnostic = shown.diagnostic;
        let text = match &diagnostic.help {
            Some(help) => format!("{}\nHelp: {help}", diagnostic.message),
            None => diagnostic.message.clone(),
        };
        let mut result = SarifResult::builder()
            .rule_id(&diagnostic.code)
            .level(match diagnostic.severity {
                Severity::Error => ResultLevel::Error,
                Severity::Warning => ResultLevel::Warning,
                Severity::Info => ResultLevel::Note,
            })
            .message(message(&text))
            .locations(vec![self.location(shown)])
            .partial_fingerprints(self.fingerprints(shown))
            .build();
        result.rule_index = rules.index(&diagnostic.code);
        if !diagnostic.related.is_empty() {
            result.related_locations = Some(self.related(diagnostic));
        }
        if WITH_TRAIL.contains(&diagnostic.code.as_str()) && !diagnostic.related.is_empty() {
            result.code_flows = Some(vec![self.trail(shown)]);
        }
        result.suppressions = suppressed.map(|suppressed| vec![suppression(suppressed)]);
        result
    }

    /// What tells the result from others in later runs: our own fingerprint, and the hash that
    /// code scanning takes.
    fn fingerprints(&mut self, shown: &Shown<'_>) -> BTreeMap<String, String> {
        let own = shown.diagnostic.fingerprint.clone();
        let mut out = BTreeMap::from([("connectLint/v1".to_owned(), own)]);
        if let Some(hash) = self.line_hash(shown) {
            out.insert("primaryLocationLineHash".to_owned(), hash);
        }
        out
    }

    fn line_hash(&mut self, shown: &Shown<'_>) -> Option<String> {
        shown.diagnostic.line?;
        if !self.hashes.contains_key(shown.file) {
            let hashes = self.sources.text(shown.file);
            let hashes = hashes.map(|text| line_hashes(&text)).unwrap_or_default();
            self.hashes.insert(shown.file.to_owned(), hashes);
        }
        let lines = self.hashes.get(shown.file)?;
        lines.get(shown.line.checked_sub(1)? as usize).cloned()
    }

    pub(super) fn location(&self, shown: &Shown<'_>) -> Location {
        let mut region = region(shown.line, shown.column);
        if let Some((line, column)) = shown.end {
            region.end_line = Some(line.into());
            region.end_column = Some(column.into());
        }
        self.at(shown.file, region)
    }

    fn related(&self, diagnostic: &Diagnostic) -> Vec<Location> {
        let places = diagnostic.related.iter().take(MAX_PLACES).zip(1..);
        let location = |(related, id): (&Related, i64)| Location {
            id: Some(id),
            ..self.step(related)
        };
        places.map(location).collect()
    }

    /// The steps to the call, then the call.
    fn trail(&self, shown: &Shown<'_>) -> CodeFlow {
        let steps = shown.diagnostic.related.iter().take(MAX_PLACES - 1);
        let mut places: Vec<_> = steps.map(|related| self.step(related)).collect();
        places.push(Location {
            message: shown.diagnostic.label.as_deref().map(message),
            ..self.location(shown)
        });
        let places = places.into_iter();
        let places = places.map(|l| ThreadFlowLocation::builder().location(l).build());
        let flow = ThreadFlow::builder().locations(places.collect::<Vec<_>>());
        CodeFlow::builder().thread_flows(vec![flow.build()]).build()
    }

    fn step(&self, related: &Related) -> Location {
        let region = region(related.line.max(1), related.column.max(1));
        Location {
            message: Some(message(&related.message)),
            ..self.at(&related.file, region)
        }
    }

    fn at(&self, file: &str, region: Region) -> Location {
        let (uri, is_relative) = self.names.uri(file);
        let mut artifact = ArtifactLocation::builder().uri(uri).build();
        artifact.uri_base_id = is_relative.then(|| ROOT.to_owned());
        let place = PhysicalLocation::builder()
            .artifact_location(artifact)
            .region(region);
        Location::builder().physical_location(place.build()).build()
    }
}

fn region(line: u32, column: u32) -> Region {
    Region::builder()
        .start_line(line)
        .start_column(column)
        .build()
}

fn suppression(suppressed: &Suppressed) -> Suppression {
    let kind = match suppressed.by {
        SuppressedBy::Inline => "inSource",
        SuppressedBy::Baseline => "external",
    };
    let mut suppression = Suppression::builder().kind(value(kind)).build();
    suppression.justification = suppressed.reason.clone();
    suppression.status = Some(value("accepted"));
    suppression
}
