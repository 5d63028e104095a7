//! Findings as diagnostics of the protocol.

use super::analysis::Analysis;
use super::capabilities::Client;
use crate::config::ConfigError;
use crate::diagnostics::Code;
use crate::policies::LocatedPolicy;
use crate::results::{Diagnostic, EndpointRow, Related, Severity};
use lsp_types::{
    CodeDescription, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, Position, Range, Uri,
};
use serde_json::json;
use std::str::FromStr;

/// What diagnostics say that they come from.
const SOURCE: &str = "connect-lint";

/// How findings become diagnostics for a client.
pub(super) struct Telling<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) client: &'a Client,
    /// The name of a file in the editor, by its name in results.
    pub(super) uri: &'a dyn Fn(&str) -> Option<Uri>,
}

impl Telling<'_> {
    /// The diagnostic of a finding.
    pub(super) fn diagnostic(&self, found: &Diagnostic) -> lsp_types::Diagnostic {
        let mut related = self.related(found);
        let mut message = self.analysis.shown(&found.message);
        if let Some(help) = &found.help {
            message = format!("{message}\nhelp: {}", self.analysis.shown(help));
        }
        if !self.client.related_information {
            for also in related.drain(..) {
                let line = also.location.range.start.line + 1;
                message = format!("{message}\nline {line}: {}", also.message);
            }
        }
        let code = Code::of(&found.code);
        let href = code.and_then(|code| Uri::from_str(&code.url()).ok());
        lsp_types::Diagnostic {
            range: self.range(found),
            severity: Some(severity(found.severity)),
            code: Some(NumberOrString::String(found.code.clone())),
            code_description: href
                .filter(|_| self.client.code_description)
                .map(|href| CodeDescription { href }),
            source: Some(SOURCE.to_owned()),
            message,
            related_information: (!related.is_empty()).then_some(related),
            tags: (self.client.tags && is_unnecessary(&found.code))
                .then(|| vec![DiagnosticTag::UNNECESSARY]),
            data: Some(json!({ "fingerprint": found.fingerprint })),
        }
    }

    fn range(&self, found: &Diagnostic) -> Range {
        let file = found.file.as_deref().unwrap_or_default();
        let (line, column) = (found.line.unwrap_or(1), found.column.unwrap_or(1));
        let range = self
            .analysis
            .range(file, found.span, line, column, self.client.encoding);
        match (found.span, found.end_line, found.end_column) {
            (None, Some(line), Some(column)) => {
                let end = Position::new(line.saturating_sub(1), column.saturating_sub(1));
                Range::new(range.start, end.max(range.start))
            }
            _ => range,
        }
    }

    /// The policy that decides, then how the URL was found.
    fn related(&self, found: &Diagnostic) -> Vec<DiagnosticRelatedInformation> {
        let trail = found.related.iter().filter_map(|r| self.place(r));
        self.policy(found).into_iter().chain(trail).collect()
    }

    fn place(&self, related: &Related) -> Option<DiagnosticRelatedInformation> {
        let (line, column) = (related.line, related.column);
        let file = &related.file;
        let span = Some(related.span);
        Some(DiagnosticRelatedInformation {
            location: Location {
                uri: (self.uri)(file)?,
                range: self
                    .analysis
                    .range(file, span, line, column, self.client.encoding),
            },
            message: self.analysis.shown(&related.message),
        })
    }

    /// Where the policy stands that the label speaks of.
    fn policy(&self, found: &Diagnostic) -> Option<DiagnosticRelatedInformation> {
        let row = endpoint_of(self.analysis, found)?;
        let located = self.analysis.linted.policies.get(row.policy?)?;
        let place = directive_place(located)?;
        Some(DiagnosticRelatedInformation {
            location: Location {
                uri: (self.uri)(&place.file)?,
                range: self
                    .analysis
                    .text(&place.file)?
                    .range(place.span, self.client.encoding),
            },
            message: self.analysis.shown(found.label.as_deref()?),
        })
    }
}

/// The endpoint that a finding is told of.
pub(super) fn endpoint_of<'a>(
    analysis: &'a Analysis,
    found: &Diagnostic,
) -> Option<&'a EndpointRow> {
    let (file, span) = (found.file.as_deref()?, found.span?);
    let rows = analysis.endpoints_of_url(file, span);
    let mut here = rows.filter(|row| row.policy.is_some());
    here.find(|row| {
        let reasons = row.by_policy.iter().map(|verdict| &verdict.reason);
        let mut reasons = reasons.chain(&row.reason);
        found.message.contains(&row.pattern) && reasons.any(|r| found.message.contains(r.as_str()))
    })
}

/// Where the directive stands that governs connections, or else where the policy begins.
pub(super) fn directive_place(located: &LocatedPolicy) -> Option<crate::endpoint::Place> {
    let directive = located.policy.connect_directive().map(|(d, _)| d);
    let named = directive.and_then(|d| located.written.place_of(&d.name_range));
    let listed = || Some(located.written.list(&directive?.name)?.place.clone());
    named
        .or_else(listed)
        .or_else(|| located.written.start().cloned())
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::INFORMATION,
    }
}

/// What can go: editors draw it faded.
fn is_unnecessary(code: &str) -> bool {
    matches!(
        code,
        "unused-source" | "possibly-unused-source" | "unused-suppression"
    )
}

/// What is wrong with a configuration, where it stands.
pub(super) fn of_config(error: &ConfigError) -> lsp_types::Diagnostic {
    let (line, column) = error.position.unwrap_or((1, 1));
    let number = |n: usize| u32::try_from(n.saturating_sub(1)).unwrap_or(0);
    let at = Position::new(number(line), number(column));
    let help = error.help.iter().map(|help| format!("\nhelp: {help}"));
    let message = format!("{}{}", error.message, help.collect::<String>());
    lsp_types::Diagnostic {
        range: Range::new(at, at),
        severity: Some(DiagnosticSeverity::ERROR),
        source: Some(SOURCE.to_owned()),
        message: crate::report::sanitize_lines(&message).into_owned(),
        ..lsp_types::Diagnostic::default()
    }
}

/// What is told of a run that could not be done, at the beginning of a file.
pub(super) fn of_failure(message: &str) -> lsp_types::Diagnostic {
    lsp_types::Diagnostic {
        severity: Some(DiagnosticSeverity::ERROR),
        source: Some(SOURCE.to_owned()),
        message: crate::report::sanitize_lines(message).into_owned(),
        ..lsp_types::Diagnostic::default()
    }
}
