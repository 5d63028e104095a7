//! Sources of `connect-src` that no endpoint uses.
//!
//! What is not seen may use a source: a script from elsewhere, a package, a call that was not seen
//! through. Each such doubt is named, and without any the source is unused for certain, as far as
//! requests are not redirected.

use super::LintOptions;
use super::governance::Governance;
use super::needs::{Needs, Use};
use super::pages::Loads;
use super::source::Source;
use crate::csp::{SourceKind, connect_sources};
use crate::discover::{SourcePath, holds_unread_scripts};
use crate::endpoint::Runtime;
use crate::policies::LocatedPolicy;
use crate::results::Severity;
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

/// How many reasons are named.
const MAX_REASONS: usize = 3;

/// A source that no endpoint is seen to use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unused {
    /// The number of the policy.
    pub policy: usize,
    /// Which of the sources of its `connect-src`.
    pub index: usize,
    /// The source as written.
    pub source: String,
    /// Why it may be used all the same; none if it is not, for certain.
    pub reasons: Vec<String>,
}

/// Whether unused sources can be told, so that it is to be known what was not seen through: not
/// of policies that stand nowhere.
pub(super) fn is_wanted(
    policies: &[LocatedPolicy],
    sources: &[Source],
    options: &LintOptions,
) -> bool {
    let is_told = |located: &LocatedPolicy| {
        let is_placed = located.written.start().is_some() || options.needs;
        is_placed && !connect_sources(&located.policy).is_empty()
    };
    let has_markup = |source: &Source| !source.facts.meta_policies.is_empty();
    is_possible(options) && (policies.iter().any(is_told) || sources.iter().any(has_markup))
}

/// Whether all is looked at that may use a source: not where single files are linted.
fn is_possible(options: &LintOptions) -> bool {
    options.judge && !options.roots.iter().any(|root| root.is_file())
}

/// For each policy that governs anything, why more may be requested under it than is seen.
pub(super) struct Doubts {
    /// By the first policy that says the same.
    by_policy: BTreeMap<usize, Vec<String>>,
}

impl Doubts {
    /// `others`: files that are not sources.
    pub(super) fn of(
        sources: &[Source],
        loads: &Loads,
        governance: &Governance,
        needs: &Needs,
        others: &[SourcePath],
    ) -> Doubts {
        let unread = others
            .iter()
            .find(|other| holds_unread_scripts(&other.path));
        let unread = unread.map(|other| format!("{} is not read", other.display));
        let mut by_policy = doubts(sources, loads, governance, needs, &|id| {
            first(governance, id)
        });
        for reasons in by_policy.values_mut() {
            reasons.extend(unread.clone());
        }
        Doubts { by_policy }
    }

    /// Whether more may be requested under a policy than is seen, or nothing is at all.
    pub(super) fn about(&self, governance: &Governance, id: usize) -> bool {
        let reasons = self.by_policy.get(&first(governance, id));
        reasons.is_none_or(|reasons| !reasons.is_empty())
    }
}

/// The first policy that says the same.
fn first(governance: &Governance, id: usize) -> usize {
    governance.same.get(id).copied().unwrap_or(id)
}

/// The sources that no endpoint is seen to use.
pub(super) fn of(
    sources: &[Source],
    governance: &Governance,
    needs: &Needs,
    doubts: &Doubts,
    options: &LintOptions,
) -> Vec<Unused> {
    if !is_possible(options) || governance.all.is_empty() {
        return Vec::new();
    }
    let mut uses: BTreeMap<usize, Vec<Use>> = BTreeMap::new();
    for (&id, of_policy) in &needs.by_policy {
        let all = uses.entry(first(governance, id)).or_default();
        all.resize(all.len().max(of_policy.uses.len()), Use::No);
        for (known, new) in all.iter_mut().zip(&of_policy.uses) {
            *known = (*known).max(*new);
        }
    }
    let mut out = Vec::new();
    for (id, located) in governance.all.iter().enumerate() {
        let group = first(governance, id);
        if located.written.start().is_none() && !options.needs {
            continue;
        }
        // It governs nothing that is linted.
        let Some(doubts) = doubts.by_policy.get(&group) else {
            continue;
        };
        for (index, source) in connect_sources(&located.policy).iter().enumerate() {
            let used = uses.get(&group).and_then(|uses| uses.get(index));
            let is_source = matches!(
                source.kind,
                SourceKind::OwnOrigin
                    | SourceKind::Any
                    | SourceKind::Scheme(_)
                    | SourceKind::Host(_)
            );
            if !is_source || used == Some(&Use::Yes) {
                continue;
            }
            let mut reasons: Vec<String> = doubts.iter().take(MAX_REASONS).cloned().collect();
            if source.kind == SourceKind::OwnOrigin && reasons.is_empty() {
                reasons.push("a page's own origin is used in many ways".to_owned());
            }
            if is_of_tauri(&source.kind) {
                reasons.push("Tauri's own calls use it".to_owned());
            }
            out.push(Unused {
                policy: id,
                index,
                source: source.text.clone(),
                reasons,
            });
        }
    }
    doubt_mentions(&mut out, sources, governance);
    out
}

/// For each policy that governs anything, by the first that says the same: what may use its
/// sources and is not seen.
fn doubts(
    sources: &[Source],
    loads: &Loads,
    governance: &Governance,
    needs: &Needs,
    first: &impl Fn(usize) -> usize,
) -> BTreeMap<usize, Vec<String>> {
    let mut out: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut everywhere = Vec::new();
    for (number, source) in sources.iter().enumerate() {
        if source.runtime().is_none() {
            everywhere.extend(not_read(source));
            continue;
        }
        let ids = governance.of_file(number, &source.facts.file);
        let unread = loads.unread.get(number).map_or(&[][..], Vec::as_slice);
        let own = LazyCell::new(|| of_source(source, unread));
        for id in ids.map(first).collect::<BTreeSet<_>>() {
            let reasons = out.entry(id).or_default();
            // More of them are not named.
            if reasons.len() >= MAX_REASONS {
                continue;
            }
            for reason in own.iter() {
                if !reasons.contains(reason) {
                    reasons.push(reason.clone());
                }
            }
        }
    }
    let mut by_policy: Vec<_> = needs.by_policy.iter().collect();
    by_policy.sort_by_key(|(id, _)| **id);
    for (&id, of_policy) in by_policy {
        if let Some((place, pattern)) = &of_policy.open {
            let doubt = format!("the host of `{pattern}` in {} is not known", place.file);
            out.entry(first(id)).or_default().insert(0, doubt);
        }
    }
    for reasons in out.values_mut() {
        reasons.extend(everywhere.iter().cloned());
        let mut seen = BTreeSet::new();
        reasons.retain(|reason| seen.insert(reason.clone()));
    }
    out
}

/// A file that is linted and could not be read.
fn not_read(source: &Source) -> Option<String> {
    let is_unread = source.is_linted && source.facts.skipped.is_none() && !source.was_linted();
    is_unread.then(|| format!("{} could not be read", source.facts.file))
}

fn of_source(source: &Source, unread: &[String]) -> Vec<String> {
    let file = &source.facts.file;
    let mut out: Vec<String> = unread
        .iter()
        .map(|what| format!("`{what}` of {file} is not read"))
        .collect();
    if let Some(call) = source.facts.opaque.first() {
        let called = &call.called;
        let name = match (called.receiver.as_str(), called.name.as_str()) {
            ("", name) => name.to_owned(),
            (receiver, name) => format!("{receiver}.{name}"),
        };
        out.push(format!("`{name}` in {file} is not seen through"));
    }
    let is_mended = |issue: &&crate::extract::Issue| {
        issue.code == "syntax-error" && issue.severity >= Severity::Warning
    };
    if source.facts.issues.iter().any(|issue| is_mended(&issue)) {
        out.push(format!("{file} cannot be parsed whole"));
    }
    if source.facts.endpoints.iter().any(|e| e.is_bounded) {
        out.push(format!("{file} was followed only so far"));
    }
    out
}

/// How the scripts of a Tauri app call its core: <https://v2.tauri.app/security/csp/>.
fn is_of_tauri(source: &SourceKind) -> bool {
    match source {
        SourceKind::Scheme(scheme) => scheme == "ipc",
        SourceKind::Host(host) => host.host == "ipc.localhost",
        _ => false,
    }
}

/// What is certain so far is not where a script mentions the host all the same, or adds scripts
/// to the page. Texts are read again for it.
fn doubt_mentions(unused: &mut [Unused], sources: &[Source], governance: &Governance) {
    let mut certain: Vec<&mut Unused> =
        unused.iter_mut().filter(|u| u.reasons.is_empty()).collect();
    if certain.is_empty() {
        return;
    }
    for source in sources {
        let file = &source.facts.file;
        let Some(bytes) = source.bytes() else {
            continue;
        };
        if let Some(doubt) = text_doubt(source, &bytes) {
            for unused in &mut certain {
                unused.reasons.push(doubt.clone());
            }
        }
        if source.runtime() == Some(Runtime::Worker) && answers_requests(&bytes) {
            for unused in &mut certain {
                unused
                    .reasons
                    .push(format!("{file} hands on what pages request"));
            }
        }
        let own = policies_in(governance, file);
        for unused in &mut certain {
            let host = host_of(&unused.source);
            let count = |text: &[u8]| memchr::memmem::find_iter(text, host).count();
            let in_policies: usize = own.iter().map(|text| count(text.as_bytes())).sum();
            if !host.is_empty() && count(&bytes) > in_policies {
                unused.reasons.push(format!("{file} mentions `{host}`"));
            }
        }
    }
    for unused in certain {
        unused.reasons.truncate(MAX_REASONS);
    }
}

/// What makes every source doubtful by a file's text: it adds scripts, or was left out as no
/// browser code and makes requests.
fn text_doubt(source: &Source, bytes: &[u8]) -> Option<String> {
    const REQUESTS: [&str; 5] = [
        "fetch(",
        "XMLHttpRequest",
        "WebSocket(",
        "EventSource(",
        "sendBeacon(",
    ];
    let file = &source.facts.file;
    let has = |word: &&str| memchr::memmem::find(bytes, word.as_bytes()).is_some();
    match &source.facts.skipped {
        Some(why) if REQUESTS.iter().any(has) => Some(format!("{file} is left out: {why}")),
        None if source.runtime().is_some() && adds_scripts(bytes) => {
            Some(format!("{file} adds scripts to the page"))
        }
        _ => None,
    }
}

/// The texts of the policies that stand in a file.
fn policies_in<'a>(governance: &'a Governance, file: &str) -> BTreeSet<&'a str> {
    let all = governance.all.iter();
    let own = all.filter(|located| located.written.files().any(|own| own.as_ref() == file));
    own.map(|located| located.written.text()).collect()
}

/// A service worker's `fetch` event: `addEventListener('fetch', …)`, `self.onfetch`.
fn answers_requests(bytes: &[u8]) -> bool {
    const NAMES: [&[u8]; 3] = [b"'fetch'", b"\"fetch\"", b"onfetch"];
    let is_there = |name: &&[u8]| memchr::memmem::find(bytes, name).is_some();
    NAMES.iter().any(is_there)
}

/// `createElement('script')`.
fn adds_scripts(bytes: &[u8]) -> bool {
    const CALL: &[u8] = b"createElement(";
    memchr::memmem::find_iter(bytes, CALL).any(|at| {
        let rest = bytes.get(at + CALL.len()..).unwrap_or_default();
        let quoted = rest.trim_ascii_start().get(1..7).unwrap_or_default();
        quoted.eq_ignore_ascii_case(b"script")
    })
}

/// The host of a source, without a wildcard.
fn host_of(source: &str) -> &str {
    let rest = source.split_once("://").map_or(source, |(_, rest)| rest);
    let host = rest.split([':', '/']).next().unwrap_or_default();
    let host = host.trim_start_matches('*').trim_start_matches('.');
    match source.ends_with(':') || source.starts_with('\'') {
        true => "",
        false => host,
    }
}
