//! Requests that wait until a run over the newest texts is done, and can be cancelled until then.

use lsp_server::{Request, RequestId};

/// The requests, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    requests: Vec<Request>,
}

impl Waiting {
    pub(super) fn add(&mut self, request: Request) {
        self.requests.push(request);
    }

    /// Takes a request away; nothing if it does not wait (any more).
    pub(super) fn cancel(&mut self, id: &RequestId) -> Option<Request> {
        let at = self.requests.iter().position(|request| request.id == *id)?;
        Some(self.requests.remove(at))
    }

    /// Those that can be answered.
    pub(super) fn ready(&mut self, is_ready: impl Fn(&Request) -> bool) -> Vec<Request> {
        let all = std::mem::take(&mut self.requests);
        let (ready, waiting) = all.into_iter().partition(is_ready);
        self.requests = waiting;
        ready
    }

    /// All, to be refused.
    pub(super) fn all(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.requests)
    }
}
