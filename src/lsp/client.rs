//! The other end: answers, notifications, requests of the server, and whom their answers are for.

use super::transport::Outgoing;
use super::worker::FolderId;
use crossbeam_channel::Sender;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::MessageType;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::HashMap;

/// What an answer of the client is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The settings of folders, in this order; the first is of all.
    Configuration(Vec<String>),
    /// Files that a folder names are watched.
    Watching(FolderId),
    /// A progress that may begin, by its token.
    Progress(String),
    /// Nothing: whether it went well is not asked.
    None,
}

/// The other end.
pub(super) struct Peer {
    outgoing: Sender<Outgoing>,
    next: i32,
    asked: HashMap<RequestId, Purpose>,
    /// Whether more than warnings is wanted in the log.
    pub(super) is_traced: bool,
}

impl Peer {
    pub(super) fn new(outgoing: Sender<Outgoing>) -> Peer {
        Peer {
            outgoing,
            next: 0,
            asked: HashMap::new(),
            is_traced: false,
        }
    }

    fn send(&self, outgoing: Outgoing) {
        // Who does not listen any more has no use for it.
        let _ = self.outgoing.send(outgoing);
    }

    pub(super) fn answer(&self, id: RequestId, result: &impl Serialize) {
        let response = match serde_json::to_value(result) {
            Ok(result) => Response::new_ok(id, result),
            Err(error) => failed(id, ErrorCode::InternalError, error.to_string()),
        };
        self.send(Outgoing::Message(Message::Response(response)));
    }

    pub(super) fn refuse(&self, id: RequestId, code: ErrorCode, message: impl Into<String>) {
        let response = failed(id, code, message.into());
        self.send(Outgoing::Message(Message::Response(response)));
    }

    /// Answers what has no number.
    pub(super) fn complain(&self, code: ErrorCode, message: String) {
        self.send(Outgoing::Error(code, message));
    }

    pub(super) fn notify<N: lsp_types::notification::Notification>(&self, params: &N::Params) {
        let params = serde_json::to_value(params).unwrap_or_default();
        let notification = Notification {
            method: N::METHOD.to_owned(),
            params,
        };
        self.send(Outgoing::Message(Message::Notification(notification)));
    }

    pub(super) fn ask<R: lsp_types::request::Request>(
        &mut self,
        params: &impl Serialize,
        purpose: Purpose,
    ) {
        let id = RequestId::from(format!("connect-lint/{}", self.next));
        self.next = self.next.wrapping_add(1);
        self.asked.insert(id.clone(), purpose);
        let request = Request {
            id,
            method: R::METHOD.to_owned(),
            params: serde_json::to_value(params).unwrap_or_default(),
        };
        self.send(Outgoing::Message(Message::Request(request)));
    }

    /// What a response is for, and its result; nothing if nothing was asked.
    pub(super) fn answered(&mut self, response: Response) -> Option<(Purpose, Option<Value>)> {
        let purpose = self.asked.remove(&response.id)?;
        Some((purpose, response.response_result.ok()))
    }

    /// Writes to the editor's log.
    pub(super) fn log(&self, kind: MessageType, text: impl Into<String>) {
        let is_wanted = kind != MessageType::LOG || self.is_traced;
        if is_wanted {
            let text = text.into();
            let message = crate::report::sanitize_lines(&text).into_owned();
            let params = lsp_types::LogMessageParams { typ: kind, message };
            self.notify::<lsp_types::notification::LogMessage>(&params);
        }
    }
}

fn failed(id: RequestId, code: ErrorCode, message: String) -> Response {
    Response::new_err(id, code as i32, message)
}

/// Parameters of nothing.
pub(super) fn none() -> Value {
    json!(null)
}
