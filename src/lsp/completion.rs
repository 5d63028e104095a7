//! Sources that `connect-src` needs, where a policy is written: in headers, in attributes, in
//! strings and lists of configurations and code.

use super::locate::Located;
use super::markup::{Markup, Piece, code, text};
use super::publish::uri_of;
use super::session::Session;
use crate::fix::element;
use crate::lint::NeededUrl;
use crate::policies::{LocatedPolicy, Quoting, SourceListPlace};
use crate::span::Span;
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionParams, CompletionTextEdit,
    Documentation, TextEdit,
};
use std::collections::BTreeMap;
use std::ops::Range;

/// Characters after which editors ask.
pub(super) const TRIGGERS: &[&str] = &[" ", "'", "\"", "[", ","];

/// How many places are named for a source.
const MOST_PLACES: usize = 5;

/// What always can be said, and what it means.
const KEYWORDS: &[(&str, &str)] = &[
    ("'self'", "the origin of the page itself"),
    ("'none'", "nothing; counts alone"),
    ("https:", "every host, over HTTPS"),
    ("wss:", "every host, over secure WebSockets"),
    ("blob:", "URLs made by `URL.createObjectURL`"),
    ("data:", "`data:` URLs"),
];

/// Where something is to be written.
struct Spot<'a> {
    policy: usize,
    located: &'a LocatedPolicy,
    /// The bytes of the document that it takes the place of.
    range: Range<usize>,
    how: How<'a>,
}

/// How a source is written there.
enum How<'a> {
    /// In a text.
    Text(Quoting),
    /// As an element of a list, with its quotes.
    Element(&'a SourceListPlace),
}

/// What can be written at a position.
pub(super) fn complete(session: &Session, params: &CompletionParams) -> Option<CompletionList> {
    let at = &params.text_document_position;
    let located = Located::of(session, &at.text_document.uri)?;
    let offset = located.offset(at.position, session) as usize;
    let spot = spot(&located, offset)?;
    let mut items: Vec<CompletionItem> = Vec::new();
    for (rank, source, of) in wanted(&located, &spot) {
        let Some(new_text) = written(&source, &spot, &located) else {
            continue;
        };
        let taken = Span::new(spot.range.start, spot.range.end);
        let edit = TextEdit {
            range: located.text.range(taken, session.client.encoding),
            new_text: new_text.clone(),
        };
        items.push(CompletionItem {
            label: source.clone(),
            kind: Some(match of {
                Of::Keyword(_) => CompletionItemKind::KEYWORD,
                Of::Needed(..) => CompletionItemKind::VALUE,
            }),
            detail: Some(of.detail()),
            documentation: of.documentation(session, &located),
            preselect: (rank == 0).then_some(true),
            sort_text: Some(format!("{rank}{:03}", items.len())),
            filter_text: Some(new_text),
            text_edit: Some(CompletionTextEdit::Edit(edit)),
            ..CompletionItem::default()
        });
    }
    Some(CompletionList {
        is_incomplete: false,
        items,
    })
}

/// Why a source is offered.
enum Of<'a> {
    /// Endpoints need it, and whether the policy blocks them.
    Needed(Vec<&'a NeededUrl>, bool),
    Keyword(&'static str),
}

impl Of<'_> {
    fn detail(&self) -> String {
        let count = |n: usize| match n {
            1 => "1 URL".to_owned(),
            n => format!("{n} URLs"),
        };
        match self {
            Of::Needed(urls, true) => format!("{} blocked without it", count(urls.len())),
            Of::Needed(urls, false) => format!("for {}", count(urls.len())),
            Of::Keyword(about) => (*about).to_owned(),
        }
    }

    fn documentation(&self, session: &Session, located: &Located) -> Option<Documentation> {
        let Of::Needed(urls, _) = self else {
            return None;
        };
        let mut out = Markup::default();
        for needed in urls.iter().take(MOST_PLACES) {
            let file = &needed.place.file;
            let uri = uri_of(located.analysis, file, &session.documents);
            let line = needed.location.line;
            let name = format!("{}:{line}", located.analysis.shown(file));
            let place = Piece::Link(name, uri, line.saturating_sub(1));
            out.item(1, vec![code(&needed.start), text(" at "), place]);
        }
        let content = out.content(session.client.markdown_completion);
        Some(Documentation::MarkupContent(content))
    }
}

/// The sources to offer, best first: those of what is blocked, of what is requested, keywords.
fn wanted<'a>(located: &'a Located, spot: &Spot) -> Vec<(u8, String, Of<'a>)> {
    let needs = located.analysis.linted.needs.by_policy.get(&spot.policy);
    let mut by_source: BTreeMap<&str, Vec<&NeededUrl>> = BTreeMap::new();
    for needed in needs.into_iter().flat_map(|needs| &needs.urls) {
        by_source.entry(&needed.source).or_default().push(needed);
    }
    let blocked = located.analysis.linted.needs.blocked_by(spot.policy);
    let directive = spot.located.policy.connect_directive().map(|(d, _)| d);
    let sources = directive.into_iter().flat_map(|d| &d.sources);
    let present: Vec<&str> = sources.map(|source| source.text.as_str()).collect();
    let mut out = Vec::new();
    for (source, urls) in by_source {
        let is_blocked = blocked.iter().any(|b| b == source);
        if is_blocked || !present.contains(&source) {
            let rank = if is_blocked { 0 } else { 1 };
            out.push((rank, source.to_owned(), Of::Needed(urls, is_blocked)));
        }
    }
    for (keyword, about) in KEYWORDS {
        let is_there = present.contains(keyword) || out.iter().any(|(_, s, _)| s == keyword);
        if !is_there {
            out.push((2, (*keyword).to_owned(), Of::Keyword(about)));
        }
    }
    out.sort_by_key(|(rank, ..)| *rank);
    out
}

fn written(source: &str, spot: &Spot, located: &Located) -> Option<String> {
    match &spot.how {
        How::Text(quoting) => quoting.escaped(source),
        How::Element(list) => {
            let all = list.elements.iter();
            let samples: Vec<&str> = all
                .filter_map(|e| located.text.text.get(e.span.range()))
                .collect();
            element(source, list.style, &samples, &located.name)
        }
    }
}

/// Where the cursor is in a policy, if a source for connections can stand there.
fn spot<'a>(located: &'a Located, offset: usize) -> Option<Spot<'a>> {
    let policies = located.analysis.linted.policies.iter().enumerate();
    let mut all = policies.filter_map(|(policy, one)| {
        let of_list = in_list(located, policy, one, offset);
        of_list.or_else(|| in_text(located, policy, one, offset))
    });
    all.next()
}

/// In a list of sources: in one of its strings, or between them.
fn in_list<'a>(
    located: &Located,
    policy: usize,
    one: &'a LocatedPolicy,
    offset: usize,
) -> Option<Spot<'a>> {
    let (directive, _) = one.policy.connect_directive()?;
    let list = one.written.list(&directive.name)?;
    let place = list.place.span.range();
    let is_inside =
        *list.place.file == *located.name && place.start <= offset && offset <= place.end;
    is_inside.then_some(())?;
    let mut elements = list.elements.iter().map(|element| element.span.range());
    let range = elements
        .find(|element| element.start < offset && offset <= element.end)
        .unwrap_or(offset..offset);
    Some(Spot {
        policy,
        located: one,
        range,
        how: How::Element(list),
    })
}

/// In a text, or behind it where only blanks are between.
fn in_text<'a>(
    located: &Located,
    policy: usize,
    one: &'a LocatedPolicy,
    offset: usize,
) -> Option<Spot<'a>> {
    let written = &one.written;
    let document = &located.text.text;
    let all = 0..written.text().len();
    let mut parts = written.parts_of(&all).filter(|(part, place, _)| {
        let is_verbatim = place.span.range().len() == part.len();
        is_verbatim && *place.file == *located.name
    });
    let (part, place, quoting) = parts.find(|(_, place, _)| {
        let place = place.span.range();
        let behind = document.get(place.end..offset);
        let is_behind = behind.is_some_and(|gap| gap.chars().all(|c| matches!(c, ' ' | '\t')));
        place.start <= offset && (offset <= place.end || is_behind)
    })?;
    let place = place.span.range();
    let in_part = offset.min(place.end) - place.start;
    let at = part.start + in_part;
    let (directive, _) = one.policy.connect_directive()?;
    // Up to where the next directive begins.
    let from = directive.name_range.end;
    let rest = written.text().get(from..)?;
    let end = from + rest.find([';', ',']).unwrap_or(rest.len());
    let is_inside = from <= at && at <= end;
    let gap = offset.saturating_sub(place.end);
    // Right behind the name there is no source yet.
    (is_inside && (at > from || gap > 0)).then_some(())?;
    let is_blank = |c: char| c.is_ascii_whitespace();
    let range = match gap {
        0 => {
            let before = written.text().get(from..at)?;
            let start = from + before.rfind(is_blank).map_or(0, |found| found + 1);
            let after = written.text().get(at..end)?;
            let stop = at + after.find(is_blank).unwrap_or(after.len());
            let back = at - start.max(part.start);
            let forth = stop.min(part.end) - at;
            offset - back..offset + forth
        }
        _ => offset..offset,
    };
    Some(Spot {
        policy,
        located: one,
        range,
        how: How::Text(quoting),
    })
}
