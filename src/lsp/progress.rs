//! The first run of a folder takes long enough to be told: `$/progress`.

use super::client::{Peer, Purpose};
use lsp_types::notification::Progress;
use lsp_types::request::WorkDoneProgressCreate;
use lsp_types::{
    NumberOrString, ProgressParams, ProgressParamsValue, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressCreateParams, WorkDoneProgressEnd,
};

/// A progress that the client was asked to show.
#[derive(Debug, Default)]
pub(super) struct Shown {
    token: Option<String>,
    has_begun: bool,
    count: u32,
}

impl Shown {
    /// Asks for a progress, if there is none.
    pub(super) fn ask(&mut self, peer: &mut Peer) {
        if self.token.is_some() {
            return;
        }
        self.count = self.count.wrapping_add(1);
        let token = format!("connect-lint/progress/{}", self.count);
        let params = WorkDoneProgressCreateParams {
            token: NumberOrString::String(token.clone()),
        };
        peer.ask::<WorkDoneProgressCreate>(&params, Purpose::Progress(token.clone()));
        self.token = Some(token);
    }

    /// The client shows it: it begins, unless all is done by now.
    pub(super) fn begin(&mut self, token: &str, peer: &Peer) {
        if self.token.as_deref() != Some(token) || self.has_begun {
            return;
        }
        self.has_begun = true;
        let begin = WorkDoneProgressBegin {
            title: "connect-lint".to_owned(),
            message: Some("reading the project".to_owned()),
            ..WorkDoneProgressBegin::default()
        };
        tell(token, WorkDoneProgress::Begin(begin), peer);
    }

    /// All is done.
    pub(super) fn end(&mut self, peer: &Peer) {
        let token = self.token.take();
        if let (Some(token), true) = (token, std::mem::take(&mut self.has_begun)) {
            let end = WorkDoneProgressEnd::default();
            tell(&token, WorkDoneProgress::End(end), peer);
        }
    }
}

fn tell(token: &str, progress: WorkDoneProgress, peer: &Peer) {
    peer.notify::<Progress>(&ProgressParams {
        token: NumberOrString::String(token.to_owned()),
        value: ProgressParamsValue::WorkDone(progress),
    });
}
