//! Code actions: what can be done about findings, a file each.

mod policies;
mod suppressions;

use super::commands;
use super::diagnostics::Telling;
use super::locate::Located;
use super::offers::Offered;
use super::publish::{is_shown, uri_of};
use super::session::Session;
use super::worker::FolderId;
use crate::diagnostics::Code;
use crate::results::Diagnostic;
use lsp_types::{CodeAction, CodeActionKind, CodeActionParams};

/// The kind of the action that mends all.
pub(super) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.connect-lint");

/// The kinds of actions that there are.
pub(super) fn kinds() -> Vec<CodeActionKind> {
    vec![CodeActionKind::QUICKFIX, FIX_ALL]
}

/// What can be done about what is found in a range, and the folder that it is of.
pub(super) fn actions(
    session: &Session,
    params: &CodeActionParams,
) -> Option<(FolderId, Vec<Offered>)> {
    let located = Located::of(session, &params.text_document.uri)?;
    let mut out = Vec::new();
    let only = params.context.only.as_deref();
    if is_wanted(&CodeActionKind::QUICKFIX, only) {
        let range = located.text.bytes(params.range, session.client.encoding);
        for found in findings(&located) {
            let span = found.span.map(crate::span::Span::range);
            let is_here = match span {
                Some(span) => span.start <= range.end && range.start <= span.end,
                // What has no place stands at the beginning.
                None => params.range.start.line == found.line.unwrap_or(1).saturating_sub(1),
            };
            if is_here {
                let of_finding = of_finding(&located, found);
                let told = told(session, &located, found, params);
                out.extend(of_finding.into_iter().map(|mut offered| {
                    offered.action.kind = Some(CodeActionKind::QUICKFIX);
                    offered.action.diagnostics = Some(vec![told.clone()]);
                    offered
                }));
            }
        }
    }
    if is_wanted(&FIX_ALL, only) {
        out.extend(policies::fix_all(&located));
    }
    Some((located.folder.id, out))
}

/// Whether a client that asks for some kinds wants a kind: they are prefixes, part by part.
fn is_wanted(kind: &CodeActionKind, only: Option<&[CodeActionKind]>) -> bool {
    only.is_none_or(|only| {
        only.iter().any(|wanted| {
            let rest = kind.as_str().strip_prefix(wanted.as_str());
            rest.is_some_and(|rest| {
                wanted.as_str().is_empty() || rest.is_empty() || rest.starts_with('.')
            })
        })
    })
}

/// The findings that are shown in a document.
fn findings<'a>(located: &'a Located) -> impl Iterator<Item = &'a Diagnostic> {
    let all = located.analysis.linted.results.diagnostics.iter();
    all.filter(|found| {
        found.file.as_deref() == Some(&located.name) && is_shown(found, &located.folder.settings)
    })
}

fn of_finding(located: &Located, found: &Diagnostic) -> Vec<Offered> {
    let mut out = policies::of_finding(located, found);
    out.extend(suppressions::of_finding(located, found));
    if Code::of(&found.code).is_some() {
        let title = format!("What `{}` means", found.code);
        out.push(Offered {
            action: CodeAction {
                command: Some(commands::open_explanation(title.clone(), &found.code)),
                title,
                ..CodeAction::default()
            },
            proposal: None,
        });
    }
    out
}

/// The diagnostic as the client has it, or as it would be told.
fn told(
    session: &Session,
    located: &Located,
    found: &Diagnostic,
    params: &CodeActionParams,
) -> lsp_types::Diagnostic {
    let is_it = |told: &&lsp_types::Diagnostic| {
        let data = told
            .data
            .as_ref()
            .and_then(|data| data.get("fingerprint")?.as_str());
        data == Some(&found.fingerprint)
    };
    if let Some(told) = params.context.diagnostics.iter().find(is_it) {
        return told.clone();
    }
    let analysis = located.analysis;
    let uri = |name: &str| uri_of(analysis, name, &session.documents);
    let telling = Telling {
        analysis,
        client: &session.client,
        uri: &uri,
    };
    telling.diagnostic(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_asked_for_by_their_beginning() {
        let asked = |kinds: &[&'static str]| {
            let kinds: Vec<_> = kinds.iter().map(|k| CodeActionKind::new(k)).collect();
            is_wanted(&FIX_ALL, Some(&kinds))
        };
        assert!(asked(&["source"]) && asked(&["source.fixAll"]) && asked(&["x", ""]));
        assert!(asked(&["source.fixAll.connect-lint"]));
        assert!(!asked(&["source.fix"]) && !asked(&["quickfix"]) && !asked(&[]));
        assert!(is_wanted(&FIX_ALL, None));
    }
}
