//! Which request is answered by what.

use super::session::Session;
use super::{actions, commands, completion, hints, hover, offers, pull};
use lsp_server::{ErrorCode, Request, RequestId};
use lsp_types::Uri;
use lsp_types::request::{
    CodeActionRequest, CodeActionResolveRequest, CodeLensRequest, Completion,
    DocumentDiagnosticRequest, ExecuteCommand, HoverRequest, InlayHintRequest, Request as _,
    WorkspaceDiagnosticRequest,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What a request is answered with.
pub(super) type Answer = Result<Value, (ErrorCode, String)>;

/// The requests that are answered from results: they wait for those of the newest texts.
const FROM_RESULTS: &[&str] = &[
    DocumentDiagnosticRequest::METHOD,
    WorkspaceDiagnosticRequest::METHOD,
    HoverRequest::METHOD,
    Completion::METHOD,
    InlayHintRequest::METHOD,
    CodeLensRequest::METHOD,
    CodeActionRequest::METHOD,
];

/// Whether a request waits for results.
pub(super) fn is_from_results(request: &Request) -> bool {
    FROM_RESULTS.contains(&request.method.as_str())
}

/// Whether the results that a request waits for are there.
pub(super) fn is_ready(session: &Session, request: &Request) -> bool {
    if !session.is_ready {
        return false;
    }
    let uri = request.params.pointer("/textDocument/uri");
    let uri = uri
        .cloned()
        .and_then(|uri| serde_json::from_value::<Uri>(uri).ok());
    let path = uri
        .as_ref()
        .and_then(|uri| match session.documents.get(uri) {
            Some(document) => document.path.clone(),
            None => super::paths::of_uri(uri).map(|path| super::paths::without_links(&path)),
        });
    match (uri, path) {
        // In no file: nothing is known of it.
        (Some(_), None) => true,
        (Some(_), Some(path)) => session.folders.of(&path).is_none_or(|f| f.is_current()),
        (None, _) => session
            .folders
            .all()
            .iter()
            .all(|folder| folder.is_current()),
    }
}

/// Answers a request; nothing if it is answered later.
pub(super) fn answer(session: &mut Session, request: Request) -> Option<Answer> {
    let Request { id, method, params } = request;
    match method.as_str() {
        CodeActionRequest::METHOD => match read(params) {
            Ok(params) => code_actions(session, id, &params).map(Ok),
            Err(error) => Some(Err(error)),
        },
        CodeActionResolveRequest::METHOD => match read(params) {
            Ok(action) => offers::resolve(session, id, action),
            Err(error) => Some(Err(error)),
        },
        _ => Some(answer_now(session, &method, params)),
    }
}

fn code_actions(
    session: &mut Session,
    id: RequestId,
    params: &lsp_types::CodeActionParams,
) -> Option<Value> {
    if !session.client.action_literals {
        // Such clients take commands only, and have no edits.
        return Some(Value::Array(Vec::new()));
    }
    match actions::actions(session, params) {
        Some((folder, offered)) => offers::list(session, id, folder, offered),
        None => Some(Value::Array(Vec::new())),
    }
}

fn answer_now(session: &mut Session, method: &str, params: Value) -> Answer {
    match method {
        DocumentDiagnosticRequest::METHOD => with(params, |p| pull::of_document(session, &p)),
        WorkspaceDiagnosticRequest::METHOD => with(params, |p| pull::of_workspace(session, &p)),
        HoverRequest::METHOD => with(params, |p| hover::hover(session, &p)),
        Completion::METHOD => with(params, |p| completion::complete(session, &p)),
        InlayHintRequest::METHOD => with(params, |p| hints::inlay_hints(session, &p)),
        CodeLensRequest::METHOD => with(params, |p| hints::code_lenses(session, &p)),
        #[cfg(test)]
        "test/panic" => std::panic::resume_unwind(Box::new(())),
        ExecuteCommand::METHOD => commands::execute(session, &read(params)?),
        _ => {
            let message = format!("`{method}` is not known");
            Err((ErrorCode::MethodNotFound, message))
        }
    }
}

/// Reads the parameters of a request, and writes its result.
fn with<P: DeserializeOwned, R: serde::Serialize>(
    params: Value,
    handle: impl FnOnce(P) -> R,
) -> Answer {
    serde_json::to_value(handle(read(params)?))
        .map_err(|error| (ErrorCode::InternalError, error.to_string()))
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P, (ErrorCode, String)> {
    serde_json::from_value(params).map_err(|error| (ErrorCode::InvalidParams, error.to_string()))
}
