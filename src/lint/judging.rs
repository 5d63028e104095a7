//! The second phase: every endpoint of every file under the policies that govern it.

use super::governance::{Context, Governance};
use super::needs::{self, Needs};
use super::sockets;
use super::source::{Source, SourceKey};
use super::unused::Unused;
use super::{LintOptions, Phase};
use crate::csp::{Note, Policy, allows_base, notes};
use crate::diagnostics;
use crate::endpoint::{Base, Confidence, Endpoint, Place};
use crate::judge::{AppliedPolicy, Judgement, judge};
use crate::partial_url::{Page, PartialUrl, Resolved};
use crate::policies::{LocatedPolicy, SourceFile};
use crate::results::{
    Certainty, Diagnostic, EndpointRow, Location, PolicyRow, PolicyVerdict, Severity, TrailRow,
    VerdictKind,
};
use crate::triage::FileComments;
use crate::value::{HoleKind, Part, Pattern};
use rayon::prelude::*;
use rustc_hash::FxHashMap as HashMap;
use std::sync::Arc;

/// All endpoints, judged.
#[derive(Debug, Clone, Default)]
pub(super) struct Judged {
    pub(super) policies: Vec<PolicyRow>,
    pub(super) endpoints: Vec<Arc<EndpointRow>>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// For each endpoint whose URL begins with a name that a `--define` would settle: the name.
    pub(super) open_names: Vec<String>,
    /// What endpoints need of the policies.
    pub(super) needs: Needs,
}

impl Judged {
    /// Adds the rows of other endpoints, and what is told of them; what is kept for the next run is
    /// shared or copied.
    fn add(&mut self, other: Arc<Judged>) {
        match Arc::try_unwrap(other) {
            Ok(own) => {
                self.endpoints.extend(own.endpoints);
                self.diagnostics.extend(own.diagnostics);
                self.open_names.extend(own.open_names);
            }
            Err(kept) => {
                self.endpoints.extend_from_slice(&kept.endpoints);
                self.diagnostics.extend_from_slice(&kept.diagnostics);
                self.open_names.extend_from_slice(&kept.open_names);
            }
        }
    }
}

/// The sources of a run by their display paths: a trail may lead into another file.
type ByFile<'a> = HashMap<&'a str, &'a Source>;

/// What was judged of each source, by what of it was judged: kept for the next run under the same
/// policies.
pub(super) type Before = Vec<(SourceKey, Arc<Judged>)>;

/// Judges every endpoint. `files`: those that policies point into. `before`: what was judged under
/// the same policies in the run before, of sources of the same numbers; it becomes what is judged
/// in this one, if it is kept.
pub(super) fn judge_all(
    sources: &[Source],
    governance: &Governance,
    files: &[SourceFile],
    options: &LintOptions,
    before: Option<&mut Before>,
) -> Judged {
    let by_file: ByFile = sources
        .iter()
        .map(|source| (source.facts.file.as_ref(), source))
        .collect();
    let place = |place: &Place| location(place, &by_file, files);
    let to_change: Vec<String> = governance
        .all
        .iter()
        .map(|located| diagnostics::to_change(located, place))
        .collect();
    options.begin(Phase::Judging, sources.len());
    let judged: Vec<_> = sources
        .par_iter()
        .enumerate()
        .map(|(i, source)| {
            let known = before.as_ref().and_then(|before| before.get(i));
            let known = known.filter(|(old, _)| old.is_of(source));
            let judged = match known {
                Some((_, judged)) => judged.clone(),
                None => Arc::new(
                    Judging {
                        number: i,
                        source,
                        by_file: &by_file,
                        governance,
                        to_change: &to_change,
                        options,
                    }
                    .all(),
                ),
            };
            options.advance();
            judged
        })
        .collect();
    if let Some(before) = before {
        before.truncate(sources.len());
        for (i, source) in sources.iter().enumerate() {
            match before.get_mut(i) {
                Some((key, _)) if key.is_of(source) => {}
                Some(known) => *known = (source.key(), judged[i].clone()),
                None => before.push((source.key(), judged[i].clone())),
            }
        }
    }
    let mut out = Judged {
        policies: rows(&governance.all),
        diagnostics: mistakes(&governance.all, &by_file, files),
        ..Judged::default()
    };
    out.endpoints
        .reserve(judged.iter().map(|one| one.endpoints.len()).sum());
    out.needs = Needs::new(options.needs);
    for one in judged {
        out.needs.extend(&one.needs);
        out.add(one);
    }
    let location = |place: &Place| location(place, &by_file, files);
    let notes = sockets::notes(&out.needs, &governance.all, &options.browsers);
    for (id, note, place) in notes {
        let told = diagnostics::of_note(&note, &governance.all[id], location);
        out.diagnostics.push(match location(&place) {
            Some(there) => diagnostics::with_related(told, there, place.span, "this WebSocket"),
            None => told,
        });
    }
    if !governance.all.is_empty() {
        out.diagnostics.extend(ungoverned(&out.endpoints));
    }
    out
}

fn rows(policies: &[LocatedPolicy]) -> Vec<PolicyRow> {
    let row = |(id, located): (usize, &LocatedPolicy)| {
        let directive = located.policy.connect_directive().map(|(d, _)| d);
        PolicyRow {
            id,
            origin: located.origin.to_string(),
            disposition: located.policy.disposition,
            directive: directive.map(|d| d.name.clone()),
            sources: directive
                .map(|d| d.sources.iter().map(|s| s.text.clone()).collect())
                .unwrap_or_default(),
        }
    };
    policies.iter().enumerate().map(row).collect()
}

/// A place for people, in a source or a file of policies.
fn location(place: &Place, by_file: &ByFile, files: &[SourceFile]) -> Option<Location> {
    let file = files.iter().find(|file| file.name == place.file);
    let of_source = || Some(by_file.get(place.file.as_ref())?.location(place.span));
    file.map(|file| file.location(place.span))
        .or_else(of_source)
}

fn mistakes(policies: &[LocatedPolicy], by_file: &ByFile, files: &[SourceFile]) -> Vec<Diagnostic> {
    let location = |place: &Place| location(place, by_file, files);
    let mut out = Vec::new();
    for located in policies {
        for note in notes(&located.policy, located.written.text()) {
            out.push(diagnostics::of_note(&note, located, location));
        }
    }
    out
}

/// What to tell of sources of policies: notes, by the number of the policy, and those that no
/// endpoint uses.
pub(super) fn of_sources(
    notes: &[(usize, Note)],
    unused: &[&Unused],
    sources: &[Source],
    governance: &Governance,
    files: &[SourceFile],
) -> Vec<Diagnostic> {
    let all = sources.iter().map(|s| (s.facts.file.as_ref(), s));
    let by_file: ByFile = all.collect();
    let location = |place: &Place| location(place, &by_file, files);
    let noted = notes.iter().filter_map(|(id, note)| {
        let located = governance.all.get(*id)?;
        Some(diagnostics::of_note(note, located, location))
    });
    let first = unused.iter().filter(|unused| {
        // Pages that hold the same policy are told of once.
        governance.same.get(unused.policy) == Some(&unused.policy)
    });
    let not_used = first.filter_map(|one| {
        let located = governance.all.get(one.policy)?;
        let same = |other: &&&Unused| governance.same.get(other.policy) == Some(&one.policy);
        let others = unused.iter().filter(same).filter(|o| o.index == one.index);
        diagnostics::of_unused(one, located, others.count().saturating_sub(1), location)
    });
    noted.chain(not_used).collect()
}

/// One note for all endpoints that no policy governs: a page's policy in `<meta>` says nothing
/// of scripts in files of their own.
fn ungoverned(endpoints: &[Arc<EndpointRow>]) -> Option<Diagnostic> {
    // Those with pages have a verdict on others.
    let mut without = endpoints
        .iter()
        .filter(|e| e.verdict.is_none() && e.pages.is_empty());
    let first = without.next()?;
    let more = without.count();
    let others = match more {
        0 => String::new(),
        1 => " (and 1 other)".to_owned(),
        more => format!(" (and {more} others)"),
    };
    let message = format!(
        "no policy is known for the endpoint at {}:{}:{}{others}",
        first.location.file, first.location.line, first.location.column
    );
    Some(Diagnostic {
        help: Some(
            "give the policy of the site with --policy, --policy-file or in connect-lint.toml"
                .into(),
        ),
        ..diagnostics::nowhere("no-policy", Severity::Warning, message)
    })
}

/// How many endpoints of a source are judged one after the other; those of large sources on all
/// threads.
const TOGETHER: usize = 64;

/// How the endpoints of a source are judged.
struct Judging<'a> {
    number: usize,
    source: &'a Source,
    by_file: &'a ByFile<'a>,
    governance: &'a Governance,
    to_change: &'a [String],
    options: &'a LintOptions,
}

impl Judging<'_> {
    /// Judges them all.
    fn all(&self) -> Judged {
        let comments = self.options.needs.then(|| self.source.comments(true));
        let comments = comments.flatten();
        let parts = self.source.facts.endpoints.par_chunks(TOGETHER);
        let parts: Vec<_> = parts
            .map(|some| self.some(some, comments.as_ref()))
            .collect();
        let mut parts = parts.into_iter();
        let mut all = parts.next().unwrap_or_default();
        parts.for_each(|part| {
            all.needs.extend(&part.needs);
            all.add(Arc::new(part));
        });
        all
    }

    /// Judges some of them; `comments`: those of the source that keep findings silent.
    fn some(&self, endpoints: &[Endpoint], comments: Option<&FileComments>) -> Judged {
        let (source, governance, options) = (self.source, self.governance, self.options);
        let own = source.settings.page_url.clone().map(Page::at);
        let page = own.as_ref().unwrap_or(&options.page);
        let mut out = Judged {
            needs: Needs::new(options.needs),
            ..Judged::default()
        };
        for endpoint in endpoints {
            // An inventory without a page tells of pages of every scheme and port.
            let any_page = page.url().is_none() && !options.judge;
            if !any_page && !endpoint.guard.admits(page.is_https(), page.has_port()) {
                continue;
            }
            let contexts = governance.of_endpoint(self.number, endpoint);
            let is_accepted = comments.is_some_and(|comments| {
                let url = source.location(endpoint.url_span);
                let begins = source.location(endpoint.place.span).line;
                comments.accept_block(&url, endpoint.url_span, begins)
            });
            for (row, judged) in rows_of(
                endpoint,
                source,
                self.by_file,
                page,
                &contexts,
                governance,
                options,
                is_accepted,
                &mut out.needs,
            ) {
                if let Some(judged) = &judged {
                    let place = source.location(endpoint.url_span);
                    out.diagnostics.extend(diagnostics::of_endpoint(
                        &row,
                        &place,
                        judged,
                        &governance.all,
                        self.to_change,
                    ));
                }
                out.endpoints.push(Arc::new(row));
            }
            out.open_names.extend(open_name(&endpoint.url));
        }
        out
    }
}

/// The rows of an endpoint: one for each verdict that pages come to.
#[allow(clippy::too_many_arguments)]
fn rows_of(
    endpoint: &Endpoint,
    source: &Source,
    by_file: &ByFile,
    page: &Page,
    contexts: &[Context],
    governance: &Governance,
    options: &LintOptions,
    is_accepted: bool,
    needs: &mut Needs,
) -> Vec<(EndpointRow, Option<Judgement>)> {
    let mut out: Vec<(EndpointRow, Option<Judgement>)> = Vec::new();
    let unknown = [Context::default()];
    let contexts = match contexts.is_empty() {
        true => &unknown,
        false => contexts,
    };
    let location = source.location(endpoint.place.span);
    for context in contexts {
        let applied: Vec<_> = context
            .policies
            .iter()
            .map(|&id| AppliedPolicy {
                id,
                policy: &governance.all[id].policy,
            })
            .collect();
        let enforced = applied.iter().map(|a| a.policy);
        let base = allowed_base(&endpoint.base, page, enforced, options);
        let resolved = PartialUrl::resolve(&endpoint.url, &base, page, endpoint.api.sink().rule);
        let judged = (!applied.is_empty())
            .then(|| judge(&resolved, page, &applied, options.mode, endpoint.api));
        if options.judge {
            let judged = needs::Judged {
                endpoint,
                location: &location,
                resolved: &resolved,
                page,
                context,
                judgement: judged.as_ref(),
                mode: options.mode,
                is_accepted,
            };
            needs.add(&judged, governance);
        }
        let mut row = row(
            endpoint,
            &location,
            by_file,
            page,
            &resolved,
            judged.as_ref(),
        );
        row.pages = context.pages.iter().map(ToString::to_string).collect();
        match out
            .iter_mut()
            .find(|(known, of_known)| is_same(known, of_known.as_ref(), &row, judged.as_ref()))
        {
            Some((known, _)) => {
                known.pages.extend(row.pages);
                let is_known = |one: &PolicyVerdict| {
                    let mut all = known.by_policy.iter();
                    all.any(|other| other.policy == one.policy)
                };
                let new = row.by_policy.iter().filter(|one| !is_known(one));
                let new: Vec<_> = new.cloned().collect();
                if !new.is_empty() {
                    let all = known.by_policy.iter().cloned().chain(new);
                    known.by_policy = all.collect();
                }
            }
            None => out.push((row, judged)),
        }
    }
    // A page without a policy lets through what is blocked on another: both are told.
    let is_quiet = |(row, judged): &(EndpointRow, Option<Judgement>)| {
        judged.is_none() || row.verdict == Some(VerdictKind::Allowed)
    };
    let all_quiet = out.iter().all(is_quiet);
    if out.iter().any(|(_, judged)| judged.is_some()) {
        out.retain(|(row, judged)| judged.is_some() || (!all_quiet && !row.pages.is_empty()));
    }
    match out.as_mut_slice() {
        // The same on all pages: it does not matter which.
        [(one, _)] => one.pages.clear(),
        several => {
            for (row, _) in several.iter_mut() {
                row.pages.sort();
                row.pages.dedup();
            }
            several.sort_by(|(a, _), (b, _)| a.pages.cmp(&b.pages));
        }
    }
    out
}

/// Whether two contexts come to the same: to be allowed is the same whatever lets it through.
fn is_same(
    a: &EndpointRow,
    of_a: Option<&Judgement>,
    b: &EndpointRow,
    of_b: Option<&Judgement>,
) -> bool {
    let reports = |judged: Option<&Judgement>| -> Vec<usize> {
        let all = judged.into_iter().flat_map(|j| &j.report_only);
        let blocked = all.filter(|p| p.verdict == VerdictKind::Blocked);
        blocked.map(|p| p.id).collect()
    };
    // What may be blocked for one reason is told once, whichever policy it is.
    let is_quiet = match a.verdict {
        Some(VerdictKind::Allowed | VerdictKind::Unknown) => true,
        Some(VerdictKind::Depends) => a.reason == b.reason,
        _ => false,
    };
    a.verdict == b.verdict
        && a.resolved == b.resolved
        && (is_quiet || a.policy == b.policy)
        && reports(of_a) == reports(of_b)
}

/// The name that a URL begins with and the build would define.
fn open_name(url: &Pattern) -> Option<String> {
    let Some(Part::Hole(hole)) = url.parts().first() else {
        return None;
    };
    match &hole.kind {
        // `config[…]` is no name.
        HoleKind::Env { name } if !name.contains('…') => Some(name.clone()),
        _ => None,
    }
}

/// A `<base href>` that a policy's `base-uri` forbids has no effect (HTML, "set the frozen base
/// URL").
fn allowed_base<'a>(
    base: &Base,
    page: &Page,
    policies: impl IntoIterator<Item = &'a Policy>,
    options: &LintOptions,
) -> Base {
    match base {
        Base::Href(href)
            if policies
                .into_iter()
                .all(|p| allows_base(p, href, page, options.mode)) =>
        {
            base.clone()
        }
        Base::Href(_) => Base::Page,
        Base::Page | Base::Script => base.clone(),
    }
}

fn row(
    endpoint: &Endpoint,
    location: &Location,
    by_file: &ByFile,
    page: &Page,
    resolved: &Resolved,
    judged: Option<&Judgement>,
) -> EndpointRow {
    let known = page.filled(&endpoint.url);
    let decided = judged.map(|judged| decision(endpoint, judged));
    EndpointRow {
        location: location.clone(),
        url_span: endpoint.url_span,
        api: endpoint.api.name().to_owned(),
        certainty: certainty(&known),
        pattern: endpoint.url.to_string(),
        url: known_text(&known),
        resolved: match resolved {
            Resolved::Url(url) => url.absolute(page),
            Resolved::NoRequest { .. } => None,
        },
        verdict: decided.as_ref().map(|d| d.0),
        policy: judged.and_then(|j| j.policy),
        directive: judged.and_then(|j| j.directive.clone()),
        source: judged.and_then(|j| j.source.clone()),
        reason: decided.map(|d| d.1),
        pages: Vec::new(),
        trail: trail(endpoint, by_file),
        span: endpoint.place.span,
        holes: endpoint.url.holes().cloned().collect(),
        by_policy: judged.map(by_policy).unwrap_or_default(),
        suggestion: judged.and_then(|j| j.suggestion.clone()),
    }
}

fn by_policy(judged: &Judgement) -> std::sync::Arc<[PolicyVerdict]> {
    let all = judged.per_policy.iter().chain(&judged.report_only);
    let verdicts = all.map(|one| PolicyVerdict {
        policy: one.id,
        verdict: one.verdict,
        directive: one.outcome.directive.clone(),
        source: one.outcome.source.clone(),
        reason: one.outcome.reason.clone(),
    });
    verdicts.collect()
}

/// The verdict and its reason. A call that may not be the API, or a URL of development, is no
/// certain finding.
fn decision(endpoint: &Endpoint, judged: &Judgement) -> (VerdictKind, String) {
    match (endpoint.confidence, judged.verdict) {
        (Confidence::Possible, VerdictKind::Blocked) => {
            let reason = format!(
                "if it is the browser's `{}`: {}",
                endpoint.api.name(),
                judged.reason
            );
            (VerdictKind::Depends, reason)
        }
        (Confidence::Development, VerdictKind::Blocked) => {
            let reason = format!("if it is used outside of development: {}", judged.reason);
            (VerdictKind::Depends, reason)
        }
        (_, verdict) => (verdict, judged.reason.clone()),
    }
}

fn certainty(url: &Pattern) -> Certainty {
    match url.as_text() {
        Some(_) => Certainty::Exact,
        None if url.leading_text().is_empty() => Certainty::Dynamic,
        None => Certainty::Prefix,
    }
}

fn known_text(url: &Pattern) -> Option<String> {
    match certainty(url) {
        Certainty::Exact => url.as_text().map(str::to_owned),
        Certainty::Prefix => Some(url.leading_text().to_owned()),
        Certainty::Dynamic => None,
    }
}

/// How the URL was found, then the remarks on the call itself.
fn trail(endpoint: &Endpoint, by_file: &ByFile) -> Vec<TrailRow> {
    let steps = endpoint
        .trail
        .iter()
        .map(|step| (&step.place, step.note.as_str()));
    let notes = endpoint
        .notes
        .iter()
        .map(|note| (&endpoint.place, note.as_str()));
    let row = |(place, note): (&Place, &str)| {
        let location = by_file.get(place.file.as_ref())?.location(place.span);
        Some(TrailRow {
            file: location.file,
            line: location.line,
            column: location.column,
            note: note.to_owned(),
            span: place.span,
        })
    };
    steps.chain(notes).filter_map(row).collect()
}
