//! The beginning and the end of a session: `initialize`, `initialized`, `shutdown`, `exit`.

use super::capabilities;
use super::session::Session;
use super::settings::Settings;
use super::{paths, watch};
use lsp_types::{InitializeParams, InitializeResult, MessageType, ServerInfo, Uri};

/// How far a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Stage {
    /// Nothing was said yet.
    #[default]
    New,
    Running,
    /// The client is about to leave.
    ShutDown,
}

/// The client says what it can do and what it has open.
pub(super) fn initialize(session: &mut Session, params: InitializeParams) -> InitializeResult {
    session.client = capabilities::Client::of(&params.capabilities);
    if let Some(options) = &params.initialization_options {
        session.settings = Settings::of(options);
        session.complain_of_settings(Settings::mistakes(options));
    }
    set_trace(session, params.trace);
    for uri in folders(&params) {
        session.add_folder(&uri);
    }
    InitializeResult {
        capabilities: session.client.server(),
        server_info: Some(ServerInfo {
            name: "connect-lint".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    }
}

/// The folders of the workspace; clients of old name one.
#[allow(deprecated)]
fn folders(params: &InitializeParams) -> Vec<Uri> {
    if let Some(folders) = &params.workspace_folders {
        return folders.iter().map(|folder| folder.uri.clone()).collect();
    }
    let path = params.root_path.as_deref();
    let of_path = || paths::to_uri(std::path::Path::new(path?));
    params
        .root_uri
        .clone()
        .or_else(of_path)
        .into_iter()
        .collect()
}

/// The client is ready: it can be asked.
pub(super) fn initialized(session: &mut Session) {
    watch::register(&mut session.peer, &session.client);
    match session.client.configuration {
        // The first run begins with the settings.
        true => session.ask_settings(),
        false => session.is_ready = true,
    }
    let encoding = session.client.encoding.kind();
    let told = format!("positions are in {}", encoding.as_str());
    session.peer.log(MessageType::LOG, told);
}

/// How much is told in the log.
pub(super) fn set_trace(session: &mut Session, trace: Option<lsp_types::TraceValue>) {
    let is_off = matches!(trace, None | Some(lsp_types::TraceValue::Off));
    session.peer.is_traced = !is_off;
}
