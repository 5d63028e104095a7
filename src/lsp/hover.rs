//! What stands at the cursor: a call's URL and the verdicts on it, or a part of a policy and the
//! calls that it lets through.

use super::analysis::Analysis;
use super::locate::{Located, PolicyPart, touches};
use super::markup::{Markup, Piece, code, text};
use super::publish::uri_of;
use super::session::Session;
use crate::csp::{SourceKind, connect_sources};
use crate::lint::Use;
use crate::results::{Disposition, EndpointRow, PolicyVerdict, VerdictKind};
use crate::value::{Hole, HoleKind};
use lsp_types::{Hover, HoverContents, HoverParams};
use std::sync::Arc;

/// How many of a kind are listed.
const MOST: usize = 10;

/// What is told of a position.
pub(super) fn hover(session: &Session, params: &HoverParams) -> Option<Hover> {
    let at = &params.text_document_position_params;
    let located = Located::of(session, &at.text_document.uri)?;
    let offset = located.offset(at.position, session);
    let telling = Telling {
        session,
        analysis: located.analysis,
    };
    let endpoints = located.endpoints_at(offset);
    let (markup, span) = match endpoints.first() {
        Some(first) => {
            let is_url = touches(first.url_span, offset);
            let span = if is_url { first.url_span } else { first.span };
            (telling.endpoints(&endpoints), span)
        }
        None => {
            let parts = located.policies_at(offset);
            (telling.parts(&parts), parts.first()?.span)
        }
    };
    if markup.is_empty() {
        return None;
    }
    Some(Hover {
        contents: HoverContents::Markup(markup.content(session.client.markdown_hover)),
        range: Some(located.text.range(span, session.client.encoding)),
    })
}

/// The name of a verdict.
pub(super) fn word(verdict: VerdictKind) -> &'static str {
    match verdict {
        VerdictKind::Blocked => "blocked",
        VerdictKind::Allowed => "allowed",
        VerdictKind::Depends => "depends",
        VerdictKind::Unknown => "unknown",
    }
}

struct Telling<'a> {
    session: &'a Session,
    analysis: &'a Analysis,
}

impl Telling<'_> {
    /// All that a call may request.
    fn endpoints(&self, rows: &[&EndpointRow]) -> Markup {
        let mut out = Markup::default();
        for row in rows.iter().take(MOST) {
            let mut head = vec![code(&row.api), text(" to "), code(&row.pattern), text(": ")];
            head.push(match row.verdict {
                Some(verdict) => Piece::Strong(word(verdict).to_owned()),
                None => text("not judged, as no policy is known for it"),
            });
            if !row.pages.is_empty() {
                let pages: Vec<_> = row.pages.iter().map(|p| self.analysis.shown(p)).collect();
                head.push(text(format!(" on {}", pages.join(", "))));
            }
            out.paragraph(head);
            let is_relative = row
                .resolved
                .as_deref()
                .is_some_and(|url| url != row.pattern);
            if let (true, Some(url)) = (is_relative, &row.resolved) {
                out.item(1, vec![text("the URL is "), code(url)]);
            }
            if row.by_policy.is_empty()
                && let Some(reason) = &row.reason
            {
                out.item(1, vec![text(self.analysis.shown(reason))]);
            }
            for verdict in row.by_policy.iter() {
                out.item(1, self.verdict(verdict));
            }
            let mut told: Vec<&str> = Vec::new();
            for hole in row.holes.iter() {
                if !told.contains(&hole.label()) {
                    told.push(hole.label());
                    out.item(
                        1,
                        vec![code(format!("{{{}}}", hole.label())), text(explained(hole))],
                    );
                }
            }
            for step in row.trail.iter().take(MOST) {
                let place = self.link(&step.file, step.line);
                out.item(
                    1,
                    vec![place, text(": "), text(self.analysis.shown(&step.note))],
                );
            }
        }
        self.more(rows.len(), &mut out);
        out
    }

    fn verdict(&self, one: &PolicyVerdict) -> Vec<Piece> {
        let mut out = vec![text(word(one.verdict)), text(" by ")];
        match &one.directive {
            Some(directive) => out.extend([code(directive), text(" of ")]),
            None => out.push(text("the policy of ")),
        }
        out.push(self.origin(one.policy));
        let disposition = self.analysis.linted.policies.get(one.policy);
        if disposition.is_some_and(|p| p.policy.disposition == Disposition::Report) {
            out.push(text(", which only reports"));
        }
        if let Some(source) = &one.source {
            out.extend([text(", source "), code(source)]);
        }
        out.extend([text(": "), text(self.analysis.shown(&one.reason))]);
        out
    }

    /// Where a policy stands.
    fn origin(&self, policy: usize) -> Piece {
        let Some(located) = self.analysis.linted.policies.get(policy) else {
            return text("?");
        };
        match &located.origin {
            crate::policies::Origin::File { path, line } => self.link(path, *line),
            // Flags are settings here.
            crate::policies::Origin::Flag(_) => text("the setting `connect-lint.policy`"),
        }
    }

    /// A place of a file, by its 1-based line.
    fn link(&self, file: &str, line: u32) -> Piece {
        let uri = uri_of(self.analysis, file, &self.session.documents);
        let name = format!("{}:{line}", self.analysis.shown(file));
        Piece::Link(name, uri, line.saturating_sub(1))
    }

    /// Parts of policies that are written at one place.
    fn parts(&self, parts: &[PolicyPart]) -> Markup {
        let mut out = Markup::default();
        for part in parts.iter().take(MOST) {
            out.append(match part.source {
                Some(number) => self.source(part, number),
                None => self.directive(part),
            });
        }
        out
    }

    fn source(&self, part: &PolicyPart, number: usize) -> Markup {
        let mut out = Markup::default();
        let Some(source) = part.directive.sources.get(number) else {
            return out;
        };
        let directive = part.located.policy.connect_directive().map(|(d, _)| d);
        if directive != Some(part.directive) {
            out.paragraph(vec![
                code(&source.text),
                text(" in "),
                code(&part.directive.name),
                text(" says nothing of connections"),
            ]);
            return out;
        }
        let rows = self.rows(part.id, |verdict| {
            let passes = matches!(verdict.verdict, VerdictKind::Allowed | VerdictKind::Depends);
            passes && verdict.source.as_deref() == Some(&source.text)
        });
        let what = match (&source.kind, rows.len()) {
            (SourceKind::NoEffect | SourceKind::Invalid, _) => {
                " lets nothing through: browsers do not use it for connections".to_owned()
            }
            (SourceKind::None, _) => " lets nothing through".to_owned(),
            (_, 0) => self.unmatched(part, number).to_owned(),
            (_, 1) => " lets 1 endpoint through".to_owned(),
            (_, n) => format!(" lets {n} endpoints through"),
        };
        out.paragraph(vec![Piece::Strong(source.text.clone()), text(what)]);
        self.list(&rows, &mut out);
        out
    }

    /// What is told of a source that comes first for no endpoint.
    fn unmatched(&self, part: &PolicyPart, number: usize) -> &'static str {
        let needs = self.analysis.linted.needs.by_policy.get(&part.id);
        let own = connect_sources(&part.located.policy);
        let used = needs.and_then(|needs| needs.uses.get(number)).copied();
        match used {
            _ if own.is_empty() => " lets no endpoint through that is known",
            Some(Use::Yes) => " lets only endpoints through that another source lets through too",
            Some(Use::Maybe) => " may let endpoints through whose URL is not known",
            _ => " lets no endpoint through that is known",
        }
    }

    fn directive(&self, part: &PolicyPart) -> Markup {
        let mut out = Markup::default();
        let name = &part.directive.name;
        let governing = part.located.policy.connect_directive();
        match governing {
            Some((directive, is_fallback)) if directive == part.directive => {
                let rows = self.rows(part.id, |_| true);
                let count = |kind| {
                    let of_policy = |row: &&&EndpointRow| {
                        verdict(row, part.id).is_some_and(|v| v.verdict == kind)
                    };
                    rows.iter().filter(of_policy).count()
                };
                let counts = [
                    VerdictKind::Blocked,
                    VerdictKind::Allowed,
                    VerdictKind::Depends,
                    VerdictKind::Unknown,
                ]
                .map(|kind| (count(kind), word(kind)));
                let counts: Vec<_> = counts
                    .iter()
                    .filter(|(n, _)| *n > 0)
                    .map(|(n, word)| format!("{n} {word}"))
                    .collect();
                let stands_in = match is_fallback {
                    true => " stands in for `connect-src`, which is not there, and",
                    false => "",
                };
                let what = match rows.len() {
                    0 => format!("{stands_in} governs connections; no endpoint is known under it"),
                    1 => format!("{stands_in} governs 1 endpoint: {}", counts.join(", ")),
                    n => format!("{stands_in} governs {n} endpoints: {}", counts.join(", ")),
                };
                let gap = if what.starts_with(' ') { "" } else { " " };
                out.paragraph(vec![
                    Piece::Strong(name.clone()),
                    text(format!("{gap}{what}")),
                ]);
                let blocked: Vec<_> = rows
                    .into_iter()
                    .filter(|row| {
                        verdict(row, part.id).is_some_and(|v| v.verdict == VerdictKind::Blocked)
                    })
                    .collect();
                self.list(&blocked, &mut out);
            }
            _ => {
                out.paragraph(vec![
                    Piece::Strong(name.clone()),
                    text(" says nothing of connections: "),
                    code("connect-src"),
                    text(" does, or else "),
                    code("default-src"),
                ]);
            }
        }
        out
    }

    /// The endpoints under a policy that say so.
    fn rows(&self, policy: usize, wanted: impl Fn(&PolicyVerdict) -> bool) -> Vec<&EndpointRow> {
        let rows = self.analysis.linted.results.endpoints.iter();
        rows.map(Arc::as_ref)
            .filter(|row| verdict(row, policy).is_some_and(&wanted))
            .collect()
    }

    fn list(&self, rows: &[&EndpointRow], out: &mut Markup) {
        for row in rows.iter().take(MOST) {
            let place = self.link(&row.location.file, row.location.line);
            out.item(1, vec![code(&row.pattern), text(" at "), place]);
        }
        self.more(rows.len(), out);
    }

    fn more(&self, all: usize, out: &mut Markup) {
        if let Some(more) = all.checked_sub(MOST).filter(|more| *more > 0) {
            out.item(1, vec![text(format!("and {more} more"))]);
        }
    }
}

/// What a policy says of an endpoint.
fn verdict(row: &EndpointRow, policy: usize) -> Option<&PolicyVerdict> {
    row.by_policy
        .iter()
        .find(|verdict| verdict.policy == policy)
}

/// What fills a hole.
fn explained(hole: &Hole) -> &'static str {
    match &hole.kind {
        HoleKind::Env { .. } => {
            " is set by the build: a `.env` file, or `define` in connect-lint.toml, says what it is"
        }
        HoleKind::Param { .. } => " is what the function is called with",
        HoleKind::ScriptUrl => " is the script's own URL",
        HoleKind::Unknown { .. } => " is not known before the program runs",
        _ => " is a part of the page's URL",
    }
}
