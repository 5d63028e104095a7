//! Which policies come with the response for a path.

use super::matcher::{Tried, tried};
use super::model::{Action, Change, Header, Kind, Site, Step};
use crate::policies::Routing;
use crate::policies::answer::{Answer, Values};
use crate::policies::routing::has_extension;
use crate::results::Disposition;
use std::collections::BTreeSet;

/// The sites of a file.
#[derive(Debug)]
pub(super) struct Served {
    sites: Vec<Site>,
}

/// How a request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// It goes on.
    Open,
    /// A page is served.
    Page,
    /// The answer is no page.
    NoPage,
}

/// A request on its way.
struct Request<'a> {
    /// The path that was asked for.
    path: &'a str,
    /// The path now; nothing if it is not known.
    uri: Option<String>,
    /// Its file was found in place of a page without its extension.
    is_found: bool,
    /// By disposition.
    headers: [Values; 2],
    /// What is done when the response is sent.
    deferred: Vec<(Header, Answer)>,
}

impl Served {
    /// Those of a file.
    pub(super) fn of(sites: Vec<Site>) -> Served {
        Served { sites }
    }
}

/// What a site sends; nothing if its answer is no page.
fn sent(site: &Site, path: &str) -> Option<Vec<usize>> {
    let mut request = Request {
        path,
        uri: Some(path.to_owned()),
        is_found: false,
        headers: Default::default(),
        deferred: Vec::new(),
    };
    if request.run(&site.steps, Answer::Yes) == End::NoPage {
        return None;
    }
    // The last one is the first to see the response.
    while let Some((header, is_done)) = request.deferred.pop() {
        request.change(&header.changes, is_done);
    }
    let mut all: Vec<usize> = request
        .headers
        .into_iter()
        .flat_map(|v| v.policies)
        .collect();
    all.sort_unstable();
    all.dedup();
    Some(all)
}

impl Request<'_> {
    /// Does steps, as far as it is known that they are done.
    fn run(&mut self, steps: &[Step], is_run: Answer) -> End {
        // Whether a `handle` was taken.
        let mut taken = Answer::No;
        for step in steps {
            let mut is_done = is_run.and(self.matches(step));
            if let Action::Handle(_) = &step.action {
                is_done = is_done.and(taken.not());
                taken = taken.or(self.matches(step));
            }
            if is_done == Answer::No {
                continue;
            }
            let end = self.step(&step.action, is_done);
            if end != End::Open && is_done == Answer::Yes {
                return end;
            }
        }
        End::Open
    }

    fn matches(&self, step: &Step) -> Answer {
        match (&step.matcher, &self.uri) {
            (None, _) => Answer::Yes,
            (Some(matcher), Some(uri)) => matcher.matches(uri),
            (Some(_), None) => Answer::Maybe,
        }
    }

    fn step(&mut self, action: &Action, is_done: Answer) -> End {
        match action {
            Action::Header(header) => {
                let is_done = match header.is_conditional {
                    true => is_done.and(Answer::Maybe),
                    false => is_done,
                };
                match header.is_deferred || header.is_conditional {
                    true => self.deferred.push((header.clone(), is_done)),
                    false => self.change(&header.changes, is_done),
                }
                End::Open
            }
            Action::Handle(steps) | Action::Route(steps) => {
                let uri = self.uri.clone();
                let end = self.run(steps, is_done);
                if is_done == Answer::Maybe && self.uri != uri {
                    self.uri = None;
                }
                end
            }
            Action::TryFiles(files) => self.try_files(files, is_done),
            Action::Rewrite(to) => {
                self.uri = to.clone().filter(|_| is_done == Answer::Yes);
                End::Open
            }
            Action::Strip(prefix) => {
                let uri = self.uri.take().filter(|_| is_done == Answer::Yes);
                self.uri = uri.map(|uri| match uri.strip_prefix(prefix.as_str()) {
                    Some(rest) if rest.starts_with('/') => rest.to_owned(),
                    Some(rest) => format!("/{rest}"),
                    None => uri,
                });
                End::Open
            }
            Action::NoPage => End::NoPage,
            Action::Files => self.files(),
            Action::PassOn(changes) => {
                self.change(changes, is_done);
                End::Page
            }
            Action::Unknown => {
                self.headers.iter_mut().for_each(Values::forget);
                let edit = Change {
                    disposition: None,
                    kind: Kind::Edit,
                };
                let header = Header {
                    changes: vec![edit],
                    is_deferred: true,
                    is_conditional: false,
                };
                self.deferred.insert(0, (header, Answer::Maybe));
                End::Open
            }
        }
    }

    /// A page without its extension is found by `try_files` only.
    fn files(&self) -> End {
        let is_file = self.path.ends_with('/') || has_extension(self.path);
        match is_file || self.is_found {
            true => End::Page,
            false => End::NoPage,
        }
    }

    fn try_files(&mut self, files: &[String], is_done: Answer) -> End {
        let Some(uri) = self.uri.clone() else {
            return End::Open;
        };
        match tried(files, &uri, self.path) {
            Tried::Page(file) => {
                self.is_found = true;
                self.uri = Some(file).filter(|_| is_done == Answer::Yes);
                End::Open
            }
            Tried::Index | Tried::Other => End::NoPage,
            Tried::None => End::Open,
        }
    }

    fn change(&mut self, changes: &[Change], is_done: Answer) {
        for change in changes {
            for (at, values) in self.headers.iter_mut().enumerate() {
                let is_it = match change.disposition {
                    Some(Disposition::Enforce) => at == 0,
                    Some(Disposition::Report) => at == 1,
                    None => true,
                };
                if is_it {
                    changed(values, change.kind, is_done);
                }
            }
        }
    }
}

fn changed(values: &mut Values, kind: Kind, is_done: Answer) {
    match (kind, is_done) {
        (_, Answer::No) => {}
        (Kind::Edit, _) | (Kind::Set(_) | Kind::Delete, Answer::Maybe) => values.forget(),
        (_, Answer::Maybe) => values.may_have_more = true,
        (Kind::Add(policy), Answer::Yes) => values.policies.push(policy),
        (Kind::Set(policy), Answer::Yes) => values.set(policy),
        (Kind::Delete, Answer::Yes) => values.set(None),
        (Kind::Default(policy), Answer::Yes) => {
            if values.is_empty() {
                values.set([policy]);
            }
        }
    }
}

impl Routing for Served {
    fn policies_at(&self, path: &str) -> Vec<usize> {
        self.ways_at(path).into_iter().next().unwrap_or_default()
    }

    fn ways_at(&self, path: &str) -> Vec<Vec<usize>> {
        self.ways_without(path, &[])
    }

    fn ways_without(&self, path: &str, servers: &[usize]) -> Vec<Vec<usize>> {
        let sites = self.sites.iter().enumerate();
        let sites = sites.filter(|(number, _)| !servers.contains(number));
        let ways: BTreeSet<Vec<usize>> = sites.filter_map(|(_, site)| sent(site, path)).collect();
        match ways.is_empty() {
            true => vec![Vec::new()],
            false => ways.into_iter().collect(),
        }
    }

    fn shown(&self, policy: usize) -> Option<String> {
        let mut parts = Vec::new();
        for site in &self.sites {
            let name = (self.sites.len() > 1).then_some(site.name.as_str());
            shown(&site.steps, policy, name, &mut parts);
        }
        parts.dedup();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// Adds for which paths steps set a policy.
fn shown(steps: &[Step], policy: usize, outer: Option<&str>, out: &mut Vec<String>) {
    for step in steps {
        let own = step.matcher.as_ref().map(|matcher| matcher.shown());
        let words: Vec<&str> = outer.into_iter().chain(own.as_deref()).collect();
        let words = words.join(" ");
        let outer = Some(words.as_str()).filter(|words| !words.is_empty());
        let changes = match &step.action {
            Action::Handle(steps) | Action::Route(steps) => {
                shown(steps, policy, outer, out);
                continue;
            }
            Action::Header(header) => &header.changes,
            Action::PassOn(changes) => changes,
            _ => continue,
        };
        let sets = |change: &Change| match change.kind {
            Kind::Add(own) | Kind::Default(own) => own == policy,
            Kind::Set(own) => own == Some(policy),
            _ => false,
        };
        if changes.iter().any(sets) {
            out.extend(outer.map(str::to_owned));
        }
    }
}
