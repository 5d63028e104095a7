//! What the endpoints under each policy need of it: which sources let them through, and which
//! would.

use super::governance::{Context, Governance};
use super::sockets::{Socket, SocketIssue};
use crate::csp::{Answer, Check, Mode, SourceKind, narrowest, source_answers};
use crate::endpoint::{Confidence, Endpoint, Place};
use crate::judge::{Judgement, PolicyJudgement};
use crate::partial_url::{Host, Page, PartialUrl, Path, Resolved};
use crate::policies::LocatedPolicy;
use crate::results::{Location, VerdictKind};
use crate::sink::Api;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Whether any endpoint uses a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Use {
    /// None does.
    #[default]
    No,
    /// One may: too little is known of its URL.
    Maybe,
    /// One does, as far as the origin decides.
    Yes,
}

/// A URL that is requested, of known origin.
#[derive(Debug, Clone)]
pub struct NeededUrl {
    /// The narrowest source for its origin.
    pub source: String,
    /// As far as it is known.
    pub url: PartialUrl,
    /// What the text begins with that the program passes.
    pub start: String,
    /// What is needed to judge it again.
    pub check: Check,
    /// The page that requests it.
    pub page: Page,
    /// Where it is requested first.
    pub place: Place,
    /// The same for people.
    pub location: Location,
    /// The policy blocks it, for certain.
    pub is_blocked: bool,
}

/// An endpoint that no source can be named for.
#[derive(Debug, Clone)]
pub struct Uncovered {
    /// Where.
    pub place: Place,
    /// The same for people.
    pub location: Location,
    /// By what.
    pub api: Api,
    /// Its URL.
    pub pattern: String,
    /// Why.
    pub reason: String,
}

/// What the endpoints under one policy need of it.
#[derive(Debug, Clone, Default)]
pub struct PolicyNeeds {
    /// The URLs of known origin, those of one source and path once, in the order of the sources.
    pub urls: Vec<Arc<NeededUrl>>,
    /// The endpoints that no source can be named for.
    pub uncovered: Vec<Arc<Uncovered>>,
    /// For each source of the directive that governs connections.
    pub uses: Vec<Use>,
    /// The first endpoint of which the host is not known: it may use any source.
    pub open: Option<(Place, String)>,
    known: HashSet<OfOnePath>,
    known_uncovered: HashSet<OfOnePlace>,
    sockets: Vec<Socket>,
}

/// A URL that others of one source and path are the same as.
#[derive(Debug, Clone)]
struct OfOnePath(Arc<NeededUrl>);

impl OfOnePath {
    fn key(&self) -> (&str, &str, Option<&str>, bool) {
        let (path, start) = match &self.0.url.path {
            Path::Known(path) => (path, None),
            Path::Prefix(path) => (path, Some(self.0.start.as_str())),
        };
        (&self.0.source, path, start, self.0.is_blocked)
    }
}

/// An endpoint that others of one place and URL are the same as.
#[derive(Debug, Clone)]
struct OfOnePlace(Arc<Uncovered>);

impl OfOnePlace {
    fn key(&self) -> (&Place, &str) {
        (&self.0.place, &self.0.pattern)
    }
}

/// Compares by the key.
macro_rules! by_key {
    ($type:ty) => {
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                self.key() == other.key()
            }
        }

        impl Eq for $type {}

        impl Hash for $type {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.key().hash(state);
            }
        }
    };
}

by_key!(OfOnePath);
by_key!(OfOnePlace);

impl PolicyNeeds {
    fn add_url(&mut self, needed: Arc<NeededUrl>) {
        if self.known.insert(OfOnePath(needed.clone())) {
            self.urls.push(needed);
        }
    }

    fn add_uncovered(&mut self, uncovered: Arc<Uncovered>) {
        if self.known_uncovered.insert(OfOnePlace(uncovered.clone())) {
            self.uncovered.push(uncovered);
        }
    }

    fn add_uses(&mut self, uses: &[Use]) {
        if self.uses.len() < uses.len() {
            self.uses.resize(uses.len(), Use::No);
        }
        for (known, new) in self.uses.iter_mut().zip(uses) {
            *known = (*known).max(*new);
        }
    }

    /// The sources that do not mean for WebSockets what they seem to, each once.
    pub(super) fn sockets(&self) -> &[Socket] {
        &self.sockets
    }

    fn add_socket(&mut self, socket: Socket) {
        let is_known = |s: &Socket| s.source == socket.source && s.issue == socket.issue;
        if !self.sockets.iter().any(is_known) {
            self.sockets.push(socket);
        }
    }

    /// Adds those of other endpoints under the same policy.
    pub fn extend(&mut self, other: &PolicyNeeds) {
        for needed in &other.urls {
            self.add_url(needed.clone());
        }
        for uncovered in &other.uncovered {
            self.add_uncovered(uncovered.clone());
        }
        for socket in &other.sockets {
            self.add_socket(socket.clone());
        }
        self.add_uses(&other.uses);
        if self.open.is_none() {
            self.open.clone_from(&other.open);
        }
    }
}

/// What endpoints need, by policies.
#[derive(Debug, Clone, Default)]
pub struct Needs {
    /// By the number of the policy; where pages hold the same one, by the first of these for all
    /// that they load.
    pub by_policy: HashMap<usize, PolicyNeeds>,
    /// Of the endpoints that no policy governs.
    pub without: PolicyNeeds,
    blocked: Blocked,
    /// Whether URLs are wanted, or uses of sources only.
    is_detailed: bool,
}

/// An endpoint on a page, judged.
pub(super) struct Judged<'a> {
    pub(super) endpoint: &'a Endpoint,
    /// Where it is, for people.
    pub(super) location: &'a Location,
    pub(super) resolved: &'a Resolved,
    pub(super) page: &'a Page,
    pub(super) context: &'a Context,
    /// Nothing where no policy governs it.
    pub(super) judgement: Option<&'a Judgement>,
    pub(super) mode: Mode,
    /// A comment says that it is to be blocked.
    pub(super) is_accepted: bool,
}

impl Needs {
    /// Nothing yet. `is_detailed`: with URLs, not the uses of sources only.
    pub(super) fn new(is_detailed: bool) -> Needs {
        Needs {
            is_detailed,
            ..Needs::default()
        }
    }

    /// Adds what an endpoint needs.
    pub(super) fn add(&mut self, judged: &Judged, governance: &Governance) {
        let Resolved::Url(url) = judged.resolved else {
            return;
        };
        let check = |located: Option<&LocatedPolicy>| Check {
            mode: judged.mode,
            api: judged.endpoint.api,
            upgrading: judged
                .context
                .policies
                .iter()
                .any(|&id| governance.all[id].policy.upgrades()),
            disposition: located.map_or(crate::results::Disposition::Enforce, |l| {
                l.policy.disposition
            }),
        };
        let Some(judgement) = judged.judgement else {
            if self.is_detailed {
                let check = check(None);
                let source = narrowest(url, judged.page, &check);
                add_url(&mut self.without, judged, url, &check, source, false);
            }
            return;
        };
        for of_policy in judgement.per_policy.iter().chain(&judgement.report_only) {
            let Some(located) = governance.all.get(of_policy.id) else {
                continue;
            };
            let check = check(Some(located));
            let uses = uses(located, url, judged.page, &check);
            let socket = socket(located, url, judged, of_policy, &check);
            let is_blocked = blocks(of_policy, judged.endpoint);
            let needs = self.by_policy.entry(of_policy.id).or_default();
            needs.add_uses(&uses);
            if !is_host_known(url) && needs.open.is_none() {
                let pattern = judged.endpoint.url.to_string();
                needs.open = Some((judged.endpoint.place.clone(), pattern));
            }
            if let Some(socket) = socket {
                needs.add_socket(socket);
            }
            if !self.is_detailed && !governance.is_broad[of_policy.id] {
                continue;
            }
            if is_blocked && judged.is_accepted {
                continue;
            }
            let source = narrowest(url, judged.page, &check);
            if let (true, true, Ok(source)) = (self.is_detailed, is_blocked, &source) {
                let policies = governance.behind(of_policy.id, judged.context);
                self.blocked.add(policies, source.clone());
            }
            add_url(needs, judged, url, &check, source, is_blocked);
        }
    }

    /// Adds those of other endpoints.
    pub(super) fn extend(&mut self, other: &Needs) {
        for (id, needs) in &other.by_policy {
            self.by_policy.entry(*id).or_default().extend(needs);
        }
        self.without.extend(&other.without);
        for (policies, sources) in &other.blocked.groups {
            for source in sources {
                self.blocked.add(policies.clone(), source.clone());
            }
        }
    }

    /// The sources that would let through what a policy blocks, each once.
    pub fn blocked_by(&self, policy: usize) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        let groups = self.blocked.groups.iter();
        for (_, sources) in groups.filter(|(policies, _)| policies.contains(&policy)) {
            for source in sources {
                if !out.contains(source) {
                    out.push(source.clone());
                }
            }
        }
        out
    }
}

/// Sources that are missing, by the policies that they are missing in: those of all pages that
/// load what is blocked.
#[derive(Debug, Clone, Default)]
struct Blocked {
    groups: Vec<(Arc<[usize]>, Vec<String>)>,
    numbers: HashMap<Arc<[usize]>, usize>,
}

impl Blocked {
    fn add(&mut self, policies: Arc<[usize]>, source: String) {
        let next = self.groups.len();
        let number = *self.numbers.entry(policies.clone()).or_insert(next);
        if number == next {
            self.groups.push((policies, Vec::new()));
        }
        let sources = &mut self.groups[number].1;
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
}

/// Whether a policy blocks an endpoint for certain: a call that may not be the API is none.
fn blocks(judged: &PolicyJudgement, endpoint: &Endpoint) -> bool {
    judged.verdict == VerdictKind::Blocked && endpoint.confidence == Confidence::Certain
}

fn add_url(
    needs: &mut PolicyNeeds,
    judged: &Judged,
    url: &PartialUrl,
    check: &Check,
    source: Result<String, String>,
    is_blocked: bool,
) {
    let development = |source: &String| {
        let is_development = judged.endpoint.confidence == Confidence::Development;
        is_development.then(|| format!("`{source}` is for development only"))
    };
    let source = source.and_then(|source| match development(&source) {
        Some(reason) => Err(reason),
        None => Ok(source),
    });
    match source {
        Ok(source) => needs.add_url(Arc::new(NeededUrl {
            source,
            url: url.clone(),
            start: judged
                .page
                .filled(&judged.endpoint.url)
                .leading_text()
                .to_owned(),
            check: *check,
            page: judged.page.clone(),
            place: judged.endpoint.place.clone(),
            location: judged.location.clone(),
            is_blocked,
        })),
        Err(reason) => needs.add_uncovered(Arc::new(Uncovered {
            place: judged.endpoint.place.clone(),
            location: judged.location.clone(),
            api: judged.endpoint.api,
            pattern: judged.endpoint.url.to_string(),
            reason,
        })),
    }
}

fn is_host_known(url: &PartialUrl) -> bool {
    matches!(url.host, Host::Known(_)) && url.scheme.is_some()
}

/// The source that a WebSocket shows not to mean what it seems to, if there is one.
fn socket(
    located: &LocatedPolicy,
    url: &PartialUrl,
    judged: &Judged,
    of_policy: &PolicyJudgement,
    check: &Check,
) -> Option<Socket> {
    let as_http = url.as_http()?;
    let directive = located.policy.connect_directive_by(check.mode)?.0;
    let covering = |url: &PartialUrl| -> Vec<usize> {
        let answers = source_answers(&located.policy, url, judged.page, check);
        let covers = answers.iter().map(|answer| *answer != Answer::Never);
        let numbered = covers.enumerate().filter(|(_, covers)| *covers);
        numbered.map(|(number, _)| number).collect()
    };
    let kind = |number: &usize| directive.sources.get(*number).map(|s| &s.kind);
    let (issue, source) = match of_policy.verdict {
        VerdictKind::Blocked => {
            let is_url =
                |n: &usize| matches!(kind(n), Some(SourceKind::Host(_) | SourceKind::Scheme(_)));
            let near = covering(&as_http).into_iter().find(is_url)?;
            (SocketIssue::OtherScheme, near)
        }
        VerdictKind::Allowed => {
            let all = covering(url);
            let is_own = |n: &usize| kind(n) == Some(&SourceKind::OwnOrigin);
            all.iter().all(is_own).then_some(())?;
            (SocketIssue::OnlySelf, *all.first()?)
        }
        _ => return None,
    };
    let wanted = narrowest(url, judged.page, check).ok();
    Some(Socket {
        source,
        url: judged.page.shown(&judged.endpoint.url.to_string()),
        place: judged.endpoint.place.clone(),
        issue,
        wanted: wanted.filter(|source| source != "'self'"),
    })
}

/// Whether an endpoint uses each source of a policy.
fn uses(located: &LocatedPolicy, url: &PartialUrl, page: &Page, check: &Check) -> Vec<Use> {
    let answers = source_answers(&located.policy, url, page, check);
    let is_host_known = is_host_known(url);
    let of = |answer| match answer {
        Answer::Always => Use::Yes,
        Answer::Sometimes if is_host_known => Use::Yes,
        Answer::Sometimes => Use::Maybe,
        Answer::Never => Use::No,
    };
    let directive = located.policy.connect_directive_by(check.mode);
    let sources = directive.into_iter().flat_map(|(d, _)| &d.sources);
    let each = sources
        .zip(answers)
        .map(|(source, answer)| match source.kind {
            SourceKind::Open(_) => Use::Maybe,
            _ => of(answer),
        });
    each.collect()
}
