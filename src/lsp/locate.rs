//! From a position in a document to what results say of it.

use super::analysis::Analysis;
use super::encoding::Text;
use super::folders::Folder;
use super::publish::name_of;
use super::session::Session;
use crate::csp::Directive;
use crate::policies::LocatedPolicy;
use crate::results::EndpointRow;
use crate::span::Span;
use lsp_types::{Position, Uri};
use std::sync::Arc;

/// A document, and what is known of it.
pub(super) struct Located<'a> {
    pub(super) folder: &'a Folder,
    pub(super) analysis: &'a Arc<Analysis>,
    /// Its name in results.
    pub(super) name: String,
    pub(super) text: Text,
}

impl Located<'_> {
    /// A document that belongs to a folder, if that was linted.
    pub(super) fn of<'a>(session: &'a Session, uri: &Uri) -> Option<Located<'a>> {
        let document = session.documents.get(uri)?;
        let path = document.path.as_deref()?;
        let folder = session.folders.of(path).filter(|f| f.settings.enable)?;
        Some(Located {
            folder,
            analysis: folder.analysis.as_ref()?,
            name: name_of(path, folder),
            text: document.text.clone(),
        })
    }

    pub(super) fn offset(&self, position: Position, session: &Session) -> u32 {
        let offset = self.text.offset(position, session.client.encoding);
        u32::try_from(offset).unwrap_or(u32::MAX)
    }

    /// The endpoints whose URL stands at a byte, or else whose call does: of nested ones the
    /// innermost.
    pub(super) fn endpoints_at(&self, offset: u32) -> Vec<&EndpointRow> {
        let at = |span_of: fn(&EndpointRow) -> Span| {
            let rows = self.analysis.endpoints(&self.name);
            let here: Vec<_> = rows.filter(|row| touches(span_of(row), offset)).collect();
            let size = |row: &&EndpointRow| span_of(row).range().len();
            let smallest = here.iter().map(size).min();
            let kept = here.into_iter().filter(|row| Some(size(row)) == smallest);
            kept.collect::<Vec<_>>()
        };
        let of_urls = at(|row| row.url_span);
        match of_urls.is_empty() {
            true => at(|row| row.span),
            false => of_urls,
        }
    }

    /// The parts of policies that stand at a byte.
    pub(super) fn policies_at(&self, offset: u32) -> Vec<PolicyPart<'_>> {
        let policies = self.analysis.linted.policies.iter().enumerate();
        let mut out = Vec::new();
        for (id, located) in policies {
            if !located.written.files().any(|file| **file == *self.name) {
                continue;
            }
            for directive in &located.policy.directives {
                let at = |range| self.is_at(located, range, offset);
                let source = directive.sources.iter().position(|s| at(&s.range));
                if source.is_none() && !at(&directive.name_range) {
                    continue;
                }
                let range = match source.and_then(|number| directive.sources.get(number)) {
                    Some(source) => &source.range,
                    None => &directive.name_range,
                };
                out.push(PolicyPart {
                    id,
                    located,
                    directive,
                    source,
                    span: located
                        .written
                        .place_of(range)
                        .map(|p| p.span)
                        .unwrap_or_default(),
                });
            }
        }
        out
    }

    fn is_at(&self, located: &LocatedPolicy, range: &std::ops::Range<usize>, offset: u32) -> bool {
        let place = located.written.place_of(range);
        place.is_some_and(|place| *place.file == *self.name && touches(place.span, offset))
    }
}

/// A source of a policy, or a directive's name, that stands in a document.
pub(super) struct PolicyPart<'a> {
    pub(super) id: usize,
    pub(super) located: &'a LocatedPolicy,
    pub(super) directive: &'a Directive,
    /// The number of the source; nothing if it is the name.
    pub(super) source: Option<usize>,
    pub(super) span: Span,
}

/// Whether a cursor at a byte is in a span, or at its end.
pub(super) fn touches(span: Span, offset: u32) -> bool {
    span.start <= offset && offset <= span.end
}
