//! `<meta http-equiv="Content-Security-Policy">` (HTML §4.2.5.3, CSP3 §3.3): which take effect,
//! and what to tell about the others.

use super::element::{Element, Vocabulary};
use super::{MappedText, MarkupIssue, Meta};
use crate::results::Severity;
use crate::span::Span;

/// Where a `<meta>` stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// In the head.
    Head,
    /// In the body, which a tag began.
    Body,
    /// In the body, which something that cannot be in a head began.
    ImpliedBody,
    /// In the contents of a template.
    Template,
    /// In a `<noscript>`.
    Noscript,
}

/// What a `<meta>` is, as far as policies go.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The policy, if it takes effect.
    pub(super) policy: Option<Meta>,
    /// What to tell.
    pub(super) issues: Vec<MarkupIssue>,
}

/// Reads an element. `document`: see [`super::Placed::document`].
pub(super) fn read(element: &Element, standing: Standing, document: &[u32]) -> Found {
    let mut found = Found::default();
    if element.vocabulary != Vocabulary::Html || element.name != "meta" {
        return found;
    }
    let Some(content) = element.get("content") else {
        return found;
    };
    let kind = element.text("http-equiv").unwrap_or_default();
    let (text, span) = (element.value(content), element.span(content));
    if text.text.trim_ascii().is_empty() {
        return found;
    }
    if kind.eq_ignore_ascii_case("Content-Security-Policy-Report-Only") {
        found.issues.push(report_only(span));
    } else if kind.eq_ignore_ascii_case("Content-Security-Policy") {
        if let Some(issue) = out_of_place(standing, span) {
            found.issues.push(issue);
            return found;
        }
        found.issues = ignored_directives(&text);
        found.policy = Some(Meta {
            text: text.text,
            span,
            document: document.to_vec(),
        });
    }
    found
}

fn report_only(span: Span) -> MarkupIssue {
    MarkupIssue {
        code: "report-only-in-meta",
        severity: Severity::Warning,
        message: "browsers ignore a report-only policy in a `<meta>`".to_owned(),
        help: "send it as the header `Content-Security-Policy-Report-Only`".to_owned(),
        span,
    }
}

fn out_of_place(standing: Standing, span: Span) -> Option<MarkupIssue> {
    let (place, help) = match standing {
        Standing::Head => return None,
        Standing::Body => ("in `<body>`", "move the `<meta>` into `<head>`"),
        Standing::ImpliedBody => (
            "after the end of the head, which the first text or element that cannot be in it ends",
            "move the `<meta>` to the beginning of `<head>`",
        ),
        Standing::Template => (
            "in a `<template>`",
            "move the `<meta>` out of it, into `<head>`",
        ),
        Standing::Noscript => (
            "in `<noscript>`",
            "move the `<meta>` out of it, into `<head>`",
        ),
    };
    Some(MarkupIssue {
        code: "meta-policy-out-of-place",
        severity: Severity::Warning,
        message: format!("browsers ignore this policy: it stands {place}"),
        help: help.to_owned(),
        span,
    })
}

/// The directives that count in headers only, by name and place.
fn ignored_directives(policy: &MappedText) -> Vec<MarkupIssue> {
    let mut out = Vec::new();
    let mut at = 0;
    // Browsers split at commas here too.
    for directive in policy.text.split([';', ',']) {
        let trimmed = directive.trim_ascii_start();
        let start = at + directive.len() - trimmed.len();
        at += directive.len() + 1;
        let name = trimmed.split_ascii_whitespace().next().unwrap_or_default();
        let lower = name.to_ascii_lowercase();
        if matches!(lower.as_str(), "frame-ancestors" | "report-uri" | "sandbox") {
            out.push(MarkupIssue {
                code: "ignored-in-meta",
                severity: Severity::Warning,
                message: format!("browsers ignore `{lower}` in a policy in a `<meta>`"),
                help: "send it as a header".to_owned(),
                span: policy.span(start..start + name.len()),
            });
        }
    }
    out
}
