//! Code actions whose edits are not worked out yet, and requests that wait for edits.

use super::proposals::{FileEdit, Proposal, Refusal, workspace_edit};
use super::session::Session;
use super::worker::{FolderId, Work};
use lsp_server::{ErrorCode, RequestId};
use lsp_types::{CodeAction, CodeActionOrCommand};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many offers are remembered: editors ask for one of the newest.
const MOST: usize = 512;

/// A code action, and the edits that it stands for.
pub(super) struct Offered {
    pub(super) action: CodeAction,
    pub(super) proposal: Option<Proposal>,
}

/// What is offered, and what is worked out.
#[derive(Default)]
pub(super) struct Offers {
    next: u64,
    open: BTreeMap<u64, Offer>,
    pending: BTreeMap<u64, Pending>,
}

struct Offer {
    folder: FolderId,
    revision: u64,
    proposal: Proposal,
}

/// A request that waits for edits.
struct Pending {
    request: RequestId,
    folder: FolderId,
    revision: u64,
    /// The code actions, each with the number of its edits.
    actions: Vec<(CodeAction, Option<usize>)>,
    /// It is for one action alone.
    is_single: bool,
}

impl Offers {
    fn number(&mut self) -> u64 {
        self.next = self.next.wrapping_add(1);
        self.next
    }

    /// Takes back a request that waits.
    pub(super) fn cancel(&mut self, request: &RequestId) -> bool {
        let before = self.pending.len();
        self.pending
            .retain(|_, pending| pending.request != *request);
        self.pending.len() < before
    }

    /// All requests that wait, to be refused.
    pub(super) fn all(&mut self) -> Vec<RequestId> {
        let all = std::mem::take(&mut self.pending);
        all.into_values().map(|pending| pending.request).collect()
    }
}

/// Answers with code actions: at once where the editor asks for the edits later.
pub(super) fn list(
    session: &mut Session,
    request: RequestId,
    folder: FolderId,
    offered: Vec<Offered>,
) -> Option<Value> {
    let revision = session
        .folders
        .get(folder)
        .map_or(0, |folder| folder.revision);
    let is_lazy = session.client.resolves_edits && session.client.action_data;
    if is_lazy || offered.iter().all(|one| one.proposal.is_none()) {
        let actions = offered.into_iter().map(|one| {
            let mut action = one.action;
            if let Some(proposal) = one.proposal {
                let number = session.offers.number();
                action.data = Some(json!({ "offer": number }));
                let offer = Offer {
                    folder,
                    revision,
                    proposal,
                };
                session.offers.open.insert(number, offer);
            }
            CodeActionOrCommand::CodeAction(action)
        });
        let actions: Vec<_> = actions.collect();
        while session.offers.open.len() > MOST {
            session.offers.open.pop_first();
        }
        return serde_json::to_value(actions).ok();
    }
    let mut proposals = Vec::new();
    let actions = offered.into_iter().map(|one| {
        let number = one.proposal.map(|proposal| {
            proposals.push(proposal);
            proposals.len() - 1
        });
        (one.action, number)
    });
    let pending = Pending {
        request,
        folder,
        revision,
        actions: actions.collect(),
        is_single: false,
    };
    verify(session, pending, proposals);
    None
}

/// Answers with the edit of a code action.
pub(super) fn resolve(
    session: &mut Session,
    request: RequestId,
    action: CodeAction,
) -> Option<Result<Value, (ErrorCode, String)>> {
    let number = action
        .data
        .as_ref()
        .and_then(|data| data.get("offer")?.as_u64());
    let Some(number) = number else {
        // It is whole as it is.
        let value = serde_json::to_value(action);
        return Some(value.map_err(|error| (ErrorCode::InternalError, error.to_string())));
    };
    let offer = session.offers.open.get(&number);
    let current = offer.filter(|offer| {
        let folder = session.folders.get(offer.folder);
        folder.is_some_and(|folder| folder.revision == offer.revision && folder.is_current())
    });
    let Some(offer) = current else {
        let message = "the texts have changed since it was offered".to_owned();
        return Some(Err((ErrorCode::ContentModified, message)));
    };
    let proposals = vec![offer.proposal.clone()];
    let pending = Pending {
        request,
        folder: offer.folder,
        revision: offer.revision,
        actions: vec![(action, Some(0))],
        is_single: true,
    };
    verify(session, pending, proposals);
    None
}

fn verify(session: &mut Session, pending: Pending, proposals: Vec<Proposal>) {
    let ticket = session.offers.number();
    let work = Work::Verify {
        folder: pending.folder,
        ticket,
        proposals,
    };
    session.offers.pending.insert(ticket, pending);
    // The worker lives as long as the session.
    let _ = session.worker.send(work);
}

/// Edits were worked out: who waits for them is answered. Files that turned out to be others than
/// those that were linted are read again.
pub(super) fn verified(
    session: &mut Session,
    ticket: u64,
    edits: &[Result<Vec<FileEdit>, Refusal>],
) {
    answer(session, ticket, edits);
    for edits in edits {
        if let Err(Refusal::Changed(path)) = edits {
            session.changed_on_disk(path);
        }
    }
}

fn answer(session: &mut Session, ticket: u64, edits: &[Result<Vec<FileEdit>, Refusal>]) {
    let Some(pending) = session.offers.pending.remove(&ticket) else {
        return;
    };
    let folder = session.folders.get(pending.folder);
    let current = folder.filter(|folder| folder.revision == pending.revision);
    let Some(analysis) = current.and_then(|folder| folder.analysis.clone()) else {
        let code = ErrorCode::ContentModified;
        session
            .peer
            .refuse(pending.request, code, "the texts have changed");
        return;
    };
    let made = |edits: &[FileEdit]| {
        workspace_edit(
            edits,
            &session.documents,
            session.client.document_changes,
            session.client.encoding,
            |name| analysis.text(name),
        )
    };
    let mut actions = Vec::new();
    for (mut action, number) in pending.actions {
        match number.and_then(|number| edits.get(number)) {
            None => actions.push(action),
            Some(Ok(edits)) => {
                action.edit = made(edits);
                actions.push(action);
            }
            Some(Err(why)) if pending.is_single => {
                let code = match why {
                    Refusal::Changed(_) => ErrorCode::ContentModified,
                    Refusal::Failed(_) => ErrorCode::RequestFailed,
                };
                let message = analysis.shown(&why.to_string());
                session.peer.refuse(pending.request, code, message);
                return;
            }
            Some(Err(_)) => {}
        }
    }
    match (pending.is_single, actions.pop()) {
        (true, Some(action)) => session.peer.answer(pending.request, &action),
        (_, last) => {
            actions.extend(last);
            let all = actions.into_iter().map(CodeActionOrCommand::CodeAction);
            session
                .peer
                .answer(pending.request, &all.collect::<Vec<_>>());
        }
    }
}
