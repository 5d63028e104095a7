//! What is told to people: judged endpoints and mistakes in policies → diagnostics.

mod codes;
mod endpoint;
mod fingerprint;
mod policy;

pub use codes::{CODES, Code, CodeName, UnknownCode};
pub(crate) use endpoint::{of_endpoint, to_change};
pub(crate) use fingerprint::{mark, subject};
pub(crate) use policy::{of_note, of_policy_issue, of_unused, with_related};

use crate::results::{About, Diagnostic, Location, Severity};
use crate::span::Span;

/// A diagnostic without a place.
pub(crate) fn nowhere(code: &str, severity: Severity, message: String) -> Diagnostic {
    Diagnostic {
        code: code.to_owned(),
        severity,
        message,
        help: None,
        file: None,
        line: None,
        column: None,
        end_line: None,
        end_column: None,
        span: None,
        label: None,
        related: Vec::new(),
        fingerprint: String::new(),
        about: About::default(),
    }
}

/// The diagnostic, at a place.
pub(crate) fn at(diagnostic: Diagnostic, location: &Location, span: Span) -> Diagnostic {
    Diagnostic {
        file: Some(location.file.clone()),
        line: Some(location.line),
        column: Some(location.column),
        end_line: Some(location.end_line),
        end_column: Some(location.end_column),
        span: Some(span),
        ..diagnostic
    }
}

/// By place; what is nowhere comes first.
pub(crate) fn order(d: &Diagnostic) -> impl Ord + '_ {
    (
        &d.file,
        d.line,
        d.column,
        d.end_line,
        d.end_column,
        &d.code,
        &d.message,
    )
}
