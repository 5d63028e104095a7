//! The verdict beside each endpoint: inlay hints and code lenses, where settings want them.

use super::commands;
use super::hover::word;
use super::locate::Located;
use super::session::Session;
use crate::results::{EndpointRow, VerdictKind};
use crate::span::Span;
use lsp_types::{
    CodeLens, CodeLensParams, Command, InlayHint, InlayHintLabel, InlayHintParams, InlayHintTooltip,
};
use std::collections::BTreeMap;

/// The hints in a range of a document.
pub(super) fn inlay_hints(session: &Session, params: &InlayHintParams) -> Vec<InlayHint> {
    let Some(located) = Located::of(session, &params.text_document.uri) else {
        return Vec::new();
    };
    if !located.folder.settings.inlay_hints {
        return Vec::new();
    }
    let encoding = session.client.encoding;
    let wanted = located.text.bytes(params.range, encoding);
    let rows = by_span(&located, |row| row.url_span);
    let inside = rows
        .into_iter()
        .filter(|(span, _)| wanted.start <= span.end as usize && span.start as usize <= wanted.end);
    let hints = inside.map(|(span, rows)| InlayHint {
        position: located.text.position(span.end, encoding),
        label: InlayHintLabel::String(verdicts(&rows)),
        kind: None,
        text_edits: None,
        tooltip: reasons(&located, &rows).map(InlayHintTooltip::String),
        padding_left: Some(true),
        padding_right: Some(false),
        data: None,
    });
    hints.collect()
}

/// The lenses of a document.
pub(super) fn code_lenses(session: &Session, params: &CodeLensParams) -> Vec<CodeLens> {
    let Some(located) = Located::of(session, &params.text_document.uri) else {
        return Vec::new();
    };
    if !located.folder.settings.code_lens {
        return Vec::new();
    }
    let rows = by_span(&located, |row| row.span);
    let lenses = rows.into_iter().map(|(span, rows)| {
        let is_blocked = rows.iter().any(|r| r.verdict == Some(VerdictKind::Blocked));
        let first = rows.first().map_or("", |row| row.pattern.as_str());
        let title = format!("{}: {}", verdicts(&rows), crate::report::sanitize(first));
        CodeLens {
            range: located.text.range(span, session.client.encoding),
            command: Some(match is_blocked {
                true => commands::open_explanation(title, "blocked"),
                // A lens that does nothing.
                false => Command::new(title, String::new(), None),
            }),
            data: None,
        }
    });
    lenses.collect()
}

/// The endpoints of a document by a place of them.
fn by_span<'a>(
    located: &'a Located,
    span: fn(&EndpointRow) -> Span,
) -> BTreeMap<Span, Vec<&'a EndpointRow>> {
    let mut out: BTreeMap<Span, Vec<&EndpointRow>> = BTreeMap::new();
    for row in located.analysis.endpoints(&located.name) {
        out.entry(span(row)).or_default().push(row);
    }
    out
}

/// `blocked`, or of several `1 blocked, 2 allowed`.
fn verdicts(rows: &[&EndpointRow]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        *counts
            .entry(row.verdict.map_or("not judged", word))
            .or_default() += 1;
    }
    match counts.len() {
        1 => counts.into_keys().collect(),
        _ => {
            let all = counts.into_iter().map(|(word, n)| format!("{n} {word}"));
            all.collect::<Vec<_>>().join(", ")
        }
    }
}

fn reasons(located: &Located, rows: &[&EndpointRow]) -> Option<String> {
    /// How many reasons are told.
    const MOST: usize = 5;
    let told = rows.iter().take(MOST).filter_map(|row| {
        let reason = located.analysis.shown(row.reason.as_deref()?);
        Some(format!(
            "{}: {reason}",
            crate::report::sanitize(&row.pattern)
        ))
    });
    let told: Vec<_> = told.collect();
    (!told.is_empty()).then(|| told.join("\n"))
}
