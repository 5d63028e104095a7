//! The main loop: one event after the other, from the client or from the worker.

use super::client::{Peer, Purpose};
use super::lifecycle::{self, Stage};
use super::session::Session;
use super::transport::{Incoming, Transport};
use super::worker::{self, Done};
use super::{capabilities, notifications, offers, paths, requests};
use crossbeam_channel::{Receiver, select};
use lsp_server::{ErrorCode, Message, Notification, Request, Response};
use lsp_types::MessageType;
use lsp_types::notification::{Exit, Notification as _};
use lsp_types::request::{Initialize, Request as _, Shutdown};
use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The client said that it would leave, and left.
    Orderly,
    /// The client was gone.
    Abruptly,
}

/// Serves a client that writes to `input` and reads from `out`, until it leaves.
pub fn serve(input: impl Read + Send + 'static, out: impl Write + Send + 'static) -> Ended {
    let transport = Transport::over(input, out);
    let (worker, done) = worker::start();
    let peer = Peer::new(transport.outgoing.clone());
    let mut server = Server {
        session: Session::new(peer, worker),
        stage: Stage::New,
    };
    let ended = server.run(&transport.incoming, &done);
    drop(server);
    transport.finish();
    ended
}

struct Server {
    session: Session,
    stage: Stage,
}

impl Server {
    fn run(&mut self, incoming: &Receiver<Incoming>, done: &Receiver<Done>) -> Ended {
        loop {
            select! {
                recv(incoming) -> event => match event {
                    Ok(Incoming::Message(Message::Notification(note))) if note.method == Exit::METHOD => {
                        return self.ended();
                    }
                    Ok(event) => self.came(event),
                    // The end of the input.
                    Err(_) => return self.ended(),
                },
                recv(done) -> event => match event {
                    Ok(done) => self.done(done),
                    Err(_) => return Ended::Abruptly,
                },
            }
            // Of edits in quick succession, the last counts.
            if incoming.is_empty() {
                self.answer_waiting();
                self.session.schedule();
            }
        }
    }

    fn ended(&self) -> Ended {
        match self.stage {
            Stage::ShutDown => Ended::Orderly,
            Stage::New | Stage::Running => Ended::Abruptly,
        }
    }

    fn came(&mut self, event: Incoming) {
        match event {
            Incoming::Malformed(code, message) => self.session.peer.complain(code, message),
            Incoming::Message(Message::Request(mut request)) => {
                paths::escape_uris(&mut request.params);
                self.request(request);
            }
            Incoming::Message(Message::Notification(mut note)) => {
                paths::escape_uris(&mut note.params);
                self.notification(note);
            }
            Incoming::Message(Message::Response(response)) => self.response(response),
        }
    }

    fn request(&mut self, request: Request) {
        let refused = match (self.stage, request.method.as_str()) {
            (Stage::New, Initialize::METHOD) => return self.initialize(request),
            (Stage::New, _) => (ErrorCode::ServerNotInitialized, "`initialize` comes first"),
            (_, Initialize::METHOD) => (ErrorCode::InvalidRequest, "initialized already"),
            (Stage::ShutDown, _) => (ErrorCode::InvalidRequest, "shut down"),
            (Stage::Running, Shutdown::METHOD) => return self.shut_down(request),
            (Stage::Running, _) if requests::is_from_results(&request) => {
                return self.session.waiting.add(request);
            }
            (Stage::Running, _) => return self.answer(request),
        };
        let (code, message) = refused;
        self.session.peer.refuse(request.id, code, message);
    }

    fn initialize(&mut self, mut request: Request) {
        capabilities::mend(&mut request.params);
        match serde_json::from_value(request.params) {
            Ok(params) => {
                let result = lifecycle::initialize(&mut self.session, params);
                self.stage = Stage::Running;
                self.session.peer.answer(request.id, &result);
            }
            Err(error) => {
                let (code, message) = (ErrorCode::InvalidParams, error.to_string());
                self.session.peer.refuse(request.id, code, message);
            }
        }
    }

    fn shut_down(&mut self, request: Request) {
        self.stage = Stage::ShutDown;
        for waiting in self.session.waiting.all() {
            let code = ErrorCode::RequestCanceled;
            self.session.peer.refuse(waiting.id, code, "shut down");
        }
        for id in self.session.offers.all() {
            self.session
                .peer
                .refuse(id, ErrorCode::RequestCanceled, "shut down");
        }
        self.session.peer.answer(request.id, &super::client::none());
    }

    /// Answers a request; a mistake of the server in it must not end it.
    fn answer(&mut self, request: Request) {
        let id = request.id.clone();
        let handled = catch_unwind(AssertUnwindSafe(|| {
            requests::answer(&mut self.session, request)
        }));
        let peer = &self.session.peer;
        match handled {
            Ok(None) => {}
            Ok(Some(Ok(result))) => peer.answer(id, &result),
            Ok(Some(Err((code, message)))) => peer.refuse(id, code, message),
            Err(_) => peer.refuse(id, ErrorCode::InternalError, "a mistake of connect-lint"),
        }
    }

    fn answer_waiting(&mut self) {
        let mut waiting = std::mem::take(&mut self.session.waiting);
        let ready = waiting.ready(|request| requests::is_ready(&self.session, request));
        self.session.waiting = waiting;
        for request in ready {
            self.answer(request);
        }
    }

    fn notification(&mut self, note: Notification) {
        // Before and after, nothing but `exit` counts.
        if self.stage == Stage::Running {
            self.guarded(|server| notifications::handle(&mut server.session, note));
        }
    }

    fn response(&mut self, response: Response) {
        match self.session.peer.answered(response) {
            Some((Purpose::Configuration(scopes), values)) => {
                self.guarded(|server| server.session.settings_came(&scopes, values));
            }
            Some((Purpose::Watching(folder), Some(_))) => {
                self.guarded(|server| server.session.is_watched(folder));
            }
            Some((Purpose::Progress(token), Some(_))) => self.session.begin_progress(&token),
            Some((Purpose::Watching(_) | Purpose::Progress(_) | Purpose::None, _)) => {}
            None => {
                let told = "a response to nothing that was asked";
                self.session.peer.log(MessageType::WARNING, told);
            }
        }
    }

    fn done(&mut self, done: Done) {
        self.guarded(|server| match done {
            Done::Lint(linting) => server.session.linted(linting),
            Done::Verify { ticket, edits } => {
                offers::verified(&mut server.session, ticket, &edits);
            }
        });
    }

    /// A mistake of the server must not end it.
    fn guarded(&mut self, work: impl FnOnce(&mut Server)) {
        let handled = catch_unwind(AssertUnwindSafe(|| work(self)));
        if handled.is_err() {
            let told = "a mistake of connect-lint: something was not done";
            self.session.peer.log(MessageType::ERROR, told);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::lsp::transport::Outgoing;
    use lsp_server::RequestId;

    /// A mistake in a handler is answered, and the next request too.
    #[test]
    fn a_panic_ends_nothing() {
        let (outgoing, told) = crossbeam_channel::unbounded();
        let (worker, _) = worker::start();
        let mut server = Server {
            session: Session::new(Peer::new(outgoing), worker),
            stage: Stage::Running,
        };
        for (id, method, code) in [
            (1, "test/panic", ErrorCode::InternalError),
            (2, "test/unheard-of", ErrorCode::MethodNotFound),
        ] {
            server.request(Request {
                id: RequestId::from(id),
                method: method.to_owned(),
                params: serde_json::Value::Null,
            });
            let Outgoing::Message(Message::Response(response)) = told.recv().unwrap() else {
                panic!("no response");
            };
            assert_eq!(response.id, RequestId::from(id));
            assert_eq!(response.response_result.unwrap_err().code, code as i32);
        }
        server.guarded(|_| panic!("as the test wants it"));
        let Outgoing::Message(Message::Notification(note)) = told.recv().unwrap() else {
            panic!("no note");
        };
        assert_eq!(note.method, "window/logMessage");
    }
}
