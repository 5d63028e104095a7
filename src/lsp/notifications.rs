//! What notifications of the client do.

use super::documents::OutOfOrder;
use super::lifecycle;
use super::paths;
use super::session::Session;
use super::settings::Settings;
use lsp_server::{ErrorCode, Notification, RequestId};
use lsp_types::notification::{
    Cancel, DidChangeConfiguration, DidChangeTextDocument, DidChangeWatchedFiles,
    DidChangeWorkspaceFolders, DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument,
    Initialized, Notification as _, SetTrace, WorkDoneProgressCancel,
};
use lsp_types::{
    CancelParams, DidChangeConfigurationParams, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams, FileChangeType, MessageType,
    NumberOrString, SetTraceParams, Uri,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Does what a notification asks for.
pub(super) fn handle(session: &mut Session, notification: Notification) {
    let Notification { method, params } = notification;
    let done = match method.as_str() {
        Initialized::METHOD => {
            lifecycle::initialized(session);
            Ok(())
        }
        DidOpenTextDocument::METHOD => with(params, |p| did_open(session, p)),
        DidChangeTextDocument::METHOD => with(params, |p| did_change(session, p)),
        DidCloseTextDocument::METHOD => with(params, |p| did_close(session, &p)),
        DidSaveTextDocument::METHOD => with(params, |p| did_save(session, &p)),
        DidChangeWatchedFiles::METHOD => with(params, |p| did_change_files(session, &p)),
        DidChangeWorkspaceFolders::METHOD => with(params, |p| did_change_folders(session, &p)),
        DidChangeConfiguration::METHOD => with(params, |p| did_change_settings(session, &p)),
        Cancel::METHOD => with(params, |p| cancel(session, p)),
        SetTrace::METHOD => with(params, |p: SetTraceParams| {
            lifecycle::set_trace(session, Some(p.value));
        }),
        // A run is not ended: its results are for the next request.
        WorkDoneProgressCancel::METHOD => Ok(()),
        _ => {
            // Those that begin with `$/` may be ignored, says the protocol; so are others.
            let told = format!("`{method}` is not known");
            session.peer.log(MessageType::LOG, told);
            Ok(())
        }
    };
    if let Err(error) = done {
        let told = format!("`{method}` makes no sense: {error}");
        session.peer.log(MessageType::WARNING, told);
    }
}

fn with<P: DeserializeOwned>(params: Value, handle: impl FnOnce(P)) -> Result<(), String> {
    handle(serde_json::from_value(params).map_err(|error| error.to_string())?);
    Ok(())
}

fn did_open(session: &mut Session, params: DidOpenTextDocumentParams) {
    let document = params.text_document;
    let uri = document.uri;
    let odd = session
        .documents
        .open(uri.clone(), document.version, document.text);
    tell(session, odd);
    session.adopt(&uri);
    touched(session, &uri);
}

fn did_change(session: &mut Session, params: DidChangeTextDocumentParams) {
    let document = params.text_document;
    let encoding = session.client.encoding;
    let changed = session.documents.change(
        &document.uri,
        document.version,
        params.content_changes,
        encoding,
    );
    tell(session, changed.err());
    touched(session, &document.uri);
}

fn did_close(session: &mut Session, params: &DidCloseTextDocumentParams) {
    let uri = &params.text_document.uri;
    match session.documents.close(uri) {
        Some(document) => {
            session.touched(uri, document.path.as_deref());
            // What was saved while it was open was not looked at.
            if let Some(path) = &document.path {
                session.changed_on_disk(path);
            }
            let path = document.path.as_ref();
            session.remove_folders(|folder| folder.is_file && Some(&folder.real) == path);
        }
        None => tell(session, Some(OutOfOrder::NotOpen(uri.as_str().to_owned()))),
    }
}

/// The text is known already. A client that does not tell of files may have written others too.
fn did_save(session: &mut Session, params: &DidSaveTextDocumentParams) {
    if !session.client.registers_watchers {
        let path = paths::of_uri(&params.text_document.uri);
        if path.is_some_and(|path| session.folders.may_read(&path)) {
            session.folders.refresh();
        }
    }
}

fn did_change_files(session: &mut Session, params: &DidChangeWatchedFilesParams) {
    for event in &params.changes {
        let Some(path) = paths::of_uri(&event.uri) else {
            continue;
        };
        // Some clients tell of a folder that is made, moved or gone, and not of what it holds.
        if session.folders.has_below(&path) {
            if event.typ != FileChangeType::CHANGED {
                session.folders.refresh();
            }
            continue;
        }
        // Also of what is open: not all that is read is read from the editor, as `.env` is not.
        session.changed_on_disk(&path);
    }
}

fn did_change_folders(session: &mut Session, params: &DidChangeWorkspaceFoldersParams) {
    let removed = params.event.removed.iter();
    let removed: Vec<_> = removed
        .filter_map(|gone| paths::of_uri(&gone.uri))
        .collect();
    session.remove_folders(|folder| !folder.is_file && removed.contains(&folder.root));
    for added in &params.event.added {
        session.add_folder(&added.uri);
    }
    // Files of a folder that is gone are by themselves, and others are of another folder now.
    let open: Vec<Uri> = session.documents.all().map(|d| d.uri.clone()).collect();
    for uri in &open {
        session.adopt(uri);
    }
    for folder in session.folders.all_mut() {
        folder.touch();
    }
    if session.client.configuration {
        session.ask_settings();
    }
}

/// Some clients send the settings, others want to be asked.
fn did_change_settings(session: &mut Session, params: &DidChangeConfigurationParams) {
    if session.client.configuration {
        session.ask_settings();
        return;
    }
    if params.settings.is_object() {
        session.settings = Settings::of(&params.settings);
        session.complain_of_settings(Settings::mistakes(&params.settings));
        let settings = session.settings.clone();
        session.apply(|_| settings.clone());
    }
}

fn cancel(session: &mut Session, params: CancelParams) {
    let id = match params.id {
        NumberOrString::Number(number) => RequestId::from(number),
        NumberOrString::String(text) => RequestId::from(text),
    };
    if session.waiting.cancel(&id).is_some() || session.offers.cancel(&id) {
        let code = ErrorCode::RequestCanceled;
        session.peer.refuse(id, code, "the client took it back");
    }
}

fn touched(session: &mut Session, uri: &Uri) {
    let path = session.documents.get(uri).and_then(|d| d.path.clone());
    session.touched(uri, path.as_deref());
}

fn tell(session: &Session, odd: Option<OutOfOrder>) {
    if let Some(odd) = odd {
        session.peer.log(MessageType::WARNING, odd.to_string());
    }
}
