//! A configuration made ready for requests: each server and location with the policies that it
//! sends.

use super::condition::Condition;
use super::location::Matcher;
use super::model::{Config, Flag, Folder, Header, Inherit, Level, Map, Replaced, Server, Step};
use super::variables::Variables;
use crate::endpoint::Place;
use crate::policies::words::Word;
use crate::policies::{FoundPolicy, Written};
use crate::results::Disposition;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

/// A server or a location.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// The paths of a location; none of a server.
    pub(super) matcher: Option<Matcher>,
    /// The name of a server.
    pub(super) name: Option<String>,
    children: Vec<usize>,
    outer: Option<usize>,
    /// What the rewrite module does.
    pub(super) steps: Vec<Step>,
    /// `try_files`.
    pub(super) try_files: Option<Vec<String>>,
    /// `index`.
    pub(super) index: Vec<String>,
    /// The number of its server.
    pub(super) server: usize,
    /// Where its files are.
    pub(super) folder: Option<Folder>,
    /// Others answer.
    pub(super) is_passed_on: bool,
    /// It is for redirects inside of the server only.
    pub(super) is_internal: bool,
    /// Whether it is there is not known.
    pub(super) is_conditional: bool,
    /// Its blocks of `if` that set headers, and their nodes.
    pub(super) conditions: Vec<(Option<Condition>, usize)>,
    /// What is sent.
    pub(super) sent: Vec<Sent>,
}

/// A policy that is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sent {
    /// By its index in the file.
    pub(super) policy: usize,
    /// Only with pages: by their content type.
    pub(super) with_pages: bool,
}

/// All servers and locations.
#[derive(Debug, Default)]
pub(super) struct Plan {
    nodes: Vec<Node>,
    /// The servers among them.
    pub(super) servers: Vec<usize>,
}

impl Plan {
    /// A server or location.
    pub(super) fn node(&self, index: usize) -> Option<&Node> {
        self.nodes.get(index)
    }

    /// The locations of a server or location.
    pub(super) fn children(&self, index: usize) -> impl Iterator<Item = (usize, &Node)> {
        let children = self.nodes.get(index).map_or(&[][..], |n| &n.children);
        children
            .iter()
            .filter_map(|i| Some((*i, self.nodes.get(*i)?)))
    }

    /// What a location stands in.
    pub(super) fn outer(&self, index: usize) -> Option<&Node> {
        self.nodes.get(self.nodes.get(index)?.outer?)
    }

    /// All, with their indexes.
    pub(super) fn all(&self) -> impl Iterator<Item = (usize, &Node)> {
        self.nodes.iter().enumerate()
    }
}

/// A plan, and what was found on the way.
#[derive(Debug, Default)]
pub(super) struct Planned {
    /// The plan.
    pub(super) plan: Plan,
    /// The policies that it sends.
    pub(super) policies: Vec<FoundPolicy>,
    /// What is not read, so that policies around it are not known to be sent.
    pub(super) unread: Vec<Word>,
}

/// Makes a configuration ready.
pub(super) fn plan(config: Config) -> Planned {
    let mut maker = Maker {
        out: Planned::default(),
        maps: config.maps,
        known: HashMap::default(),
    };
    let mut top = Above::default();
    top.enter(&config.http);
    for server in config.servers {
        maker.server(server, &top);
    }
    maker.out
}

/// What a level has from those above it.
#[derive(Debug, Clone, Default)]
struct Above {
    headers: Vec<Header>,
    inherit: Option<Inherit>,
    replaced: Vec<Replaced>,
    index: Option<Vec<String>>,
    folder: Option<Folder>,
    is_internal: bool,
    /// What is not read and may take headers of the level above away.
    unread: Option<Word>,
}

impl Above {
    /// Goes into a level.
    fn enter(&mut self, level: &Level) {
        let own = || level.headers.iter().cloned();
        self.inherit = level.inherit.or(self.inherit);
        let has_own = level.headers.iter().any(|h| !h.is_conditional);
        let unread = level.unread.as_ref();
        let conditional = level.headers.iter().find(|h| h.is_conditional);
        let may_have_own = unread.or(conditional.and_then(|h| h.word.as_ref()));
        match (self.inherit, may_have_own) {
            (Some(Inherit::Off), _) => self.headers = own().collect(),
            (Some(Inherit::Merge), _) => self.headers.extend(own()),
            _ if has_own => self.headers = own().collect(),
            (_, Some(unread)) if !self.headers.is_empty() => {
                self.headers.clear();
                self.unread = Some(unread.clone());
            }
            _ => {}
        }
        self.replaced.extend(level.replaced.iter().cloned());
        self.is_internal |= level.is_internal;
        if level.index.is_some() {
            self.index.clone_from(&level.index);
        }
        if level.folder.is_some() {
            self.folder.clone_from(&level.folder);
        }
    }
}

struct Maker {
    out: Planned,
    maps: Vec<Map>,
    /// Policies by what they are and where they stand.
    known: HashMap<(String, Option<Place>, Disposition), usize>,
}

impl Maker {
    fn server(&mut self, server: Server, top: &Above) {
        let mut variables = Variables::default();
        variables.run(&server.level.steps, &self.maps);
        variables.forget_in_others(leaking(&server.level));
        let index = self.node(server.level, top, variables, None);
        self.out.plan.servers.push(index);
        if let Some(node) = self.out.plan.nodes.get_mut(index) {
            node.name = server.name;
        }
    }

    /// Adds a level and those in it: as deep as blocks of files may be.
    fn node(
        &mut self,
        level: Level,
        above: &Above,
        of_server: Variables,
        matcher: Option<Matcher>,
    ) -> usize {
        let mut own = above.clone();
        own.enter(&level);
        let mut variables = of_server.clone();
        if matcher.is_some() {
            variables.run(&level.steps, &self.maps);
        }
        let sent = self.sent(&own, &variables);
        if let Some(word) = own.unread.take() {
            self.lost(above, word);
        }
        let index = self.out.plan.nodes.len();
        self.out.plan.nodes.push(Node {
            matcher,
            name: None,
            children: Vec::new(),
            outer: None,
            steps: level.steps,
            try_files: level.try_files,
            index: own.index.clone().unwrap_or(vec!["index.html".to_owned()]),
            server: self.out.plan.servers.len(),
            folder: own.folder.clone(),
            is_passed_on: level.is_passed_on,
            is_internal: own.is_internal,
            is_conditional: level.is_conditional,
            conditions: Vec::new(),
            sent,
        });
        for part in level.conditions {
            if part.condition.is_none() {
                self.lost(&own, part.word);
            }
            let child = self.node(
                part.level,
                &own,
                variables.clone(),
                Some(Matcher::If(part.text)),
            );
            if let Some(node) = self.out.plan.nodes.get_mut(index) {
                node.conditions.push((part.condition, child));
            }
            if let Some(node) = self.out.plan.nodes.get_mut(child) {
                node.outer = Some(index);
            }
        }
        for location in level.locations {
            let child = self.node(
                location.level,
                &own,
                of_server.clone(),
                Some(location.matcher),
            );
            if let Some(node) = self.out.plan.nodes.get_mut(index) {
                node.children.push(child);
            }
            if let Some(node) = self.out.plan.nodes.get_mut(child) {
                node.outer = Some(index);
            }
        }
        index
    }

    /// Remembers what is not read, if that has a consequence for policies.
    fn lost(&mut self, above: &Above, word: Word) {
        let is_policy = above.headers.iter().any(|h| h.disposition.is_some());
        let is_new = !self.out.unread.contains(&word);
        if (is_policy || !above.replaced.is_empty()) && is_new {
            self.out.unread.push(word);
        }
    }

    /// The policies that a level sends.
    fn sent(&mut self, own: &Above, variables: &Variables) -> Vec<Sent> {
        let mut out = Vec::new();
        for disposition in [Disposition::Enforce, Disposition::Report] {
            let last = own.replaced.iter().rfind(|r| r.disposition == disposition);
            if let Some((word, start)) = last.and_then(|replaced| replaced.value.as_ref()) {
                out.extend(self.policy(word, *start, disposition, variables));
            }
        }
        for header in own.headers.iter().filter(|h| !h.is_conditional) {
            if let (Some(disposition), Some(value)) = (header.disposition, &header.value) {
                out.extend(self.policy(value, 0, disposition, variables));
            }
        }
        out
    }

    fn policy(
        &mut self,
        word: &Word,
        start: usize,
        disposition: Disposition,
        variables: &Variables,
    ) -> Option<Sent> {
        let value = variables.value(word, start, &self.maps);
        // An empty header is not sent.
        if value.written.text().is_empty() {
            return None;
        }
        Some(Sent {
            policy: self.number(value.written, disposition),
            with_pages: value.is_of_pages,
        })
    }

    fn number(&mut self, written: Written, disposition: Disposition) -> usize {
        let place = written.start().cloned();
        let key = (written.text().to_owned(), place, disposition);
        let policies = &mut self.out.policies;
        *self.known.entry(key).or_insert_with(|| {
            policies.push(FoundPolicy {
                written,
                disposition,
            });
            policies.len() - 1
        })
    }
}

/// The variables that a request may carry from one location into another.
fn leaking(server: &Level) -> HashSet<String> {
    let mut out = HashSet::default();
    let mut levels: Vec<&Level> = server.locations.iter().map(|l| &l.level).collect();
    while let Some(level) = levels.pop() {
        levels.extend(level.locations.iter().map(|l| &l.level));
        let goes_on = |step: &Step| match step {
            Step::Rewrite(rewrite) => rewrite.flag != Flag::Redirect,
            _ => false,
        };
        let files = level.try_files.iter().flatten();
        let is_named = files.last().is_some_and(|last| last.starts_with('@'));
        if !is_named && !level.steps.iter().any(goes_on) {
            continue;
        }
        out.extend(level.steps.iter().filter_map(|step| match step {
            Step::Set(name, _) | Step::Forget(name) => Some(name.clone()),
            _ => None,
        }));
    }
    out
}
