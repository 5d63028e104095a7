//! Commands that editors run: `workspace/executeCommand`.

use super::client::Purpose;
use super::requests::Answer;
use super::session::Session;
use crate::diagnostics::Code;
use lsp_server::ErrorCode;
use lsp_types::notification::ShowMessage;
use lsp_types::request::ShowDocument;
use lsp_types::{
    Command, ExecuteCommandParams, MessageType, ShowDocumentParams, ShowMessageParams, Uri,
};
use serde_json::Value;
use std::str::FromStr;

/// Shows the page of a code: its name is the argument.
pub(super) const OPEN_EXPLANATION: &str = "connect-lint.openExplanation";

/// Every command.
pub(super) const ALL: &[&str] = &[OPEN_EXPLANATION];

/// The command that shows the page of a code.
pub(super) fn open_explanation(title: String, code: &str) -> Command {
    let arguments = vec![Value::from(code)];
    Command::new(title, OPEN_EXPLANATION.to_owned(), Some(arguments))
}

/// Runs a command.
pub(super) fn execute(session: &mut Session, params: &ExecuteCommandParams) -> Answer {
    if params.command != OPEN_EXPLANATION {
        let message = format!("there is no command `{}`", params.command);
        return Err((ErrorCode::InvalidParams, message));
    }
    let name = params.arguments.first().and_then(Value::as_str);
    let code = name.and_then(Code::of);
    let uri = code.and_then(|code| Uri::from_str(&code.url()).ok());
    let Some(uri) = uri else {
        let message = "the argument is no code of a finding".to_owned();
        return Err((ErrorCode::InvalidParams, message));
    };
    match session.client.shows_documents {
        true => {
            let params = ShowDocumentParams {
                uri,
                external: Some(true),
                take_focus: Some(true),
                selection: None,
            };
            session.peer.ask::<ShowDocument>(&params, Purpose::None);
        }
        false => session.peer.notify::<ShowMessage>(&ShowMessageParams {
            typ: MessageType::INFO,
            message: uri.as_str().to_owned(),
        }),
    }
    Ok(Value::Null)
}
