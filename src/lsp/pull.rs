//! Diagnostics for editors that ask: `textDocument/diagnostic`, `workspace/diagnostic`.

use super::folders::Folders;
use super::paths;
use super::publish::Shown;
use super::session::Session;
use lsp_types::{
    DocumentDiagnosticParams, DocumentDiagnosticReport, FullDocumentDiagnosticReport,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
    UnchangedDocumentDiagnosticReport, Uri, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
    WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
    WorkspaceUnchangedDocumentDiagnosticReport,
};
use std::collections::BTreeMap;

/// What is told of a file that nothing is known of.
const NOTHING: &str = "0";

/// The diagnostics of a document.
pub(super) fn of_document(
    session: &Session,
    params: &DocumentDiagnosticParams,
) -> DocumentDiagnosticReport {
    let shown = shown(&session.folders, &params.text_document.uri);
    let result = shown.map_or_else(|| NOTHING.to_owned(), id);
    if params.previous_result_id.as_deref() == Some(&result) {
        return DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport {
                result_id: result,
            },
        });
    }
    DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: full(shown, result),
    })
}

/// The diagnostics of all files.
pub(super) fn of_workspace(
    session: &Session,
    params: &WorkspaceDiagnosticParams,
) -> WorkspaceDiagnosticReport {
    let known = params.previous_result_ids.iter();
    let mut known: BTreeMap<String, (&Uri, &str)> = known
        .map(|known| (paths::key(&known.uri), (&known.uri, known.value.as_str())))
        .collect();
    let mut items = Vec::new();
    let all = session.folders.all().iter();
    for shown in all.flat_map(|folder| folder.shown.values()) {
        let result = id(shown);
        let before = known.remove(&paths::key(&shown.uri));
        let version = version(session, &shown.uri);
        // As the client writes it.
        let uri = before.map_or(&shown.uri, |(uri, _)| uri).clone();
        let before = before.map(|(_, result)| result);
        if before == Some(&result) {
            items.push(WorkspaceDocumentDiagnosticReport::Unchanged(
                WorkspaceUnchangedDocumentDiagnosticReport {
                    uri,
                    version,
                    unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport {
                        result_id: result,
                    },
                },
            ));
        } else if before.is_some() || !shown.items.is_empty() {
            items.push(report(uri, version, full(Some(shown), result)));
        }
    }
    // What had findings, and is no longer shown.
    for (uri, result) in known.into_values().filter(|(_, result)| *result != NOTHING) {
        let _ = result;
        let nothing = full(None, NOTHING.to_owned());
        items.push(report(uri.clone(), version(session, uri), nothing));
    }
    WorkspaceDiagnosticReport { items }
}

fn shown<'a>(folders: &'a Folders, uri: &Uri) -> Option<&'a Shown> {
    let path = paths::without_links(&paths::of_uri(uri)?);
    let mut all = folders.all().iter().flat_map(|f| f.shown.values());
    all.find(|shown| shown.real == path)
}

fn id(shown: &Shown) -> String {
    shown.result.to_string()
}

fn version(session: &Session, uri: &Uri) -> Option<i64> {
    let open = session.documents.get(uri);
    open.map(|document| i64::from(document.version))
}

fn full(shown: Option<&Shown>, result: String) -> FullDocumentDiagnosticReport {
    FullDocumentDiagnosticReport {
        result_id: Some(result),
        items: shown.map_or_else(Vec::new, |shown| shown.items.as_ref().clone()),
    }
}

fn report(
    uri: Uri,
    version: Option<i64>,
    full_document_diagnostic_report: FullDocumentDiagnosticReport,
) -> WorkspaceDocumentDiagnosticReport {
    WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
        uri,
        version,
        full_document_diagnostic_report,
    })
}
