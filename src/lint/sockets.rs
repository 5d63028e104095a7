//! Sources that do not mean for WebSockets what they seem to.

use super::needs::{Needs, PolicyNeeds};
use crate::csp::{Browser, Note};
use crate::endpoint::Place;
use crate::policies::LocatedPolicy;
use crate::results::Severity;

/// Why a source is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SocketIssue {
    /// The host is the same, the scheme is `https`, which is not that of WebSockets.
    OtherScheme,
    /// Nothing but `'self'` lets it through.
    OnlySelf,
}

/// A WebSocket, and a source that is told of because of it.
#[derive(Debug, Clone)]
pub(super) struct Socket {
    /// The source, by its number in the directive.
    pub(super) source: usize,
    /// Its URL, as far as it is known.
    pub(super) url: String,
    /// Where it is opened first.
    pub(super) place: Place,
    pub(super) issue: SocketIssue,
    /// The source that would cover it, if one can be named.
    pub(super) wanted: Option<String>,
}

/// What to tell of each policy, by its number, and the place in the code that shows it.
pub(super) fn notes(
    needs: &Needs,
    policies: &[LocatedPolicy],
    browsers: &[Browser],
) -> Vec<(usize, Note, Place)> {
    let old = browsers.iter().any(|browser| !browser.covers_own_sockets());
    let mut out = Vec::new();
    for (id, located) in policies.iter().enumerate() {
        let sockets = needs.by_policy.get(&id).map(PolicyNeeds::sockets);
        for socket in sockets.into_iter().flatten() {
            if socket.issue == SocketIssue::OnlySelf && !old {
                continue;
            }
            out.extend(note(located, socket).map(|note| (id, note, socket.place.clone())));
        }
    }
    out
}

fn note(located: &LocatedPolicy, socket: &Socket) -> Option<Note> {
    let (directive, _) = located.policy.connect_directive()?;
    let source = directive.sources.get(socket.source)?;
    let (text, url) = (&source.text, &socket.url);
    let (code, message) = match socket.issue {
        SocketIssue::OtherScheme => (
            "websocket-scheme",
            format!("`{text}` does not cover the WebSocket `{url}`: its scheme is another"),
        ),
        SocketIssue::OnlySelf => (
            "self-websocket-safari",
            format!(
                "only `'self'` covers the WebSocket `{url}`: in Safari before 15.4, it does not"
            ),
        ),
    };
    let help = match &socket.wanted {
        Some(wanted) => format!("add `{wanted}`"),
        None => "add the host with `wss://` before it".to_owned(),
    };
    Some(Note {
        code,
        severity: Severity::Warning,
        message,
        help,
        range: source.range.clone(),
    })
}
