//! What the directives of a site do, in the order in which Caddy does it.

use super::expand::{Argument, Item};
use super::matcher::{Matcher, Named};
use crate::policies::words::Word;
use crate::policies::{FoundPolicy, disposition_of};
use crate::results::Disposition;

/// A Caddyfile.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// The sites.
    pub(super) sites: Vec<Site>,
    /// What was found.
    pub(super) policies: Vec<FoundPolicy>,
    /// Imports that are not read.
    pub(super) unread: Vec<Word>,
    /// Headers whose values are edited.
    pub(super) edited: Vec<Word>,
    /// Folders that are served.
    pub(super) folders: Vec<Root>,
}

/// A folder that a site serves.
#[derive(Debug)]
pub(super) struct Root {
    /// The number of the site.
    pub(super) site: usize,
    /// Below which path.
    pub(super) path: String,
    /// On the server.
    pub(super) folder: String,
}

/// A site.
#[derive(Debug)]
pub(super) struct Site {
    /// Its addresses.
    pub(super) name: String,
    /// What it does.
    pub(super) steps: Vec<Step>,
}

/// Something that is done for requests that match.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// Nothing, if it is for all.
    pub(super) matcher: Option<Matcher>,
    /// What is done.
    pub(super) action: Action,
    /// The name of its directive.
    name: &'static str,
}

/// What a directive does.
#[derive(Debug, Clone)]
pub(super) enum Action {
    /// `header`.
    Header(Header),
    /// `handle`: of several, the first that matches.
    Handle(Vec<Step>),
    /// `route`.
    Route(Vec<Step>),
    /// `try_files`.
    TryFiles(Vec<String>),
    /// The path becomes another one: nothing if it is not known.
    Rewrite(Option<String>),
    /// `uri strip_prefix`.
    Strip(String),
    /// The answer is no page.
    NoPage,
    /// Files are served.
    Files,
    /// Others answer.
    PassOn(Vec<Change>),
    /// What is done is not known.
    Unknown,
}

/// What a `header` does.
#[derive(Debug, Clone, Default)]
pub(super) struct Header {
    /// In order.
    pub(super) changes: Vec<Change>,
    /// It is done when the response is sent.
    pub(super) is_deferred: bool,
    /// It depends on the response.
    pub(super) is_conditional: bool,
}

/// A change of a header.
#[derive(Debug, Clone)]
pub(super) struct Change {
    /// Which; nothing for both.
    pub(super) disposition: Option<Disposition>,
    /// What becomes of it.
    pub(super) kind: Kind,
}

/// What becomes of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `+`.
    Add(usize),
    /// Nothing else is there.
    Set(Option<usize>),
    /// `?`: if there is none.
    Default(usize),
    /// `-`.
    Delete,
    /// Its text is changed.
    Edit,
}

/// The directives that matter, in the order in which they are done
/// (<https://caddyserver.com/docs/caddyfile/directives#directive-order>).
const ORDER: [&str; 16] = [
    "header",
    "redir",
    "rewrite",
    "uri",
    "try_files",
    // What is not known.
    "import",
    "invoke",
    "handle",
    "route",
    "abort",
    "error",
    "respond",
    "reverse_proxy",
    "php_fastcgi",
    "php_server",
    "file_server",
];

impl Config {
    /// What a file says.
    pub(super) fn of(items: &[Item]) -> Config {
        let mut config = Config::default();
        for site in sites(items) {
            let addresses: Vec<&str> = site.words.iter().map(|word| word.text.as_str()).collect();
            // A route with a name is done where it is invoked.
            if addresses.first().is_some_and(|name| name.starts_with("&(")) {
                continue;
            }
            let steps = config.steps(site.inner(), &Named::default(), "/", true);
            config.sites.push(Site {
                name: addresses.join(" "),
                steps,
            });
        }
        config
    }

    fn steps(&mut self, items: &[Item], outer: &Named, path: &str, sorts: bool) -> Vec<Step> {
        let mut named = outer.clone();
        for item in items {
            if let Some(name) = item.name().strip_prefix('@') {
                named.insert(name.to_owned(), Matcher::defined(item));
            }
        }
        let mut steps = Vec::new();
        for item in items {
            self.step(item, &named, path, &mut steps);
        }
        if sorts {
            sort(&mut steps);
        }
        steps
    }

    fn step(&mut self, item: &Item, named: &Named, path: &str, out: &mut Vec<Step>) {
        let wanted = match item.name() {
            "handle_path" => "handle",
            name => name,
        };
        if item.name() == "root" {
            self.root(item, path);
        }
        let Some(name) = ORDER.iter().find(|name| **name == wanted) else {
            return;
        };
        let args = item.words.get(1..).unwrap_or_default();
        let matcher = Matcher::of(args.first(), named);
        let args = args
            .get(usize::from(matcher.is_some())..)
            .unwrap_or_default();
        let step = |action| Step {
            matcher: matcher.clone().filter(|m| !m.is_all()),
            action,
            name,
        };
        let texts = || args.iter().map(|arg| arg.text.clone());
        let action = match item.name() {
            "header" => {
                let headers = self.headers(args, item.inner());
                out.extend(headers.into_iter().map(|h| step(Action::Header(h))));
                return;
            }
            "handle" => Action::Handle(self.steps(item.inner(), named, path, true)),
            "handle_path" => {
                let prefix = item.text(1).unwrap_or_default().trim_end_matches('*');
                let prefix = prefix.trim_end_matches('/').to_owned();
                let below = format!("{}{prefix}/", path.trim_end_matches('/'));
                let mut inner = self.steps(item.inner(), named, &below, true);
                inner.insert(
                    0,
                    Step {
                        matcher: None,
                        action: Action::Strip(prefix),
                        name,
                    },
                );
                Action::Handle(inner)
            }
            "route" => Action::Route(self.steps(item.inner(), named, path, false)),
            "try_files" => Action::TryFiles(texts().collect()),
            "rewrite" => {
                let to = texts().next().unwrap_or_default();
                let files = matcher.as_ref().and_then(Matcher::files);
                match files.filter(|_| to.starts_with("{http.matchers.file.relative}")) {
                    Some(files) => Action::TryFiles(files.to_vec()),
                    None => Action::Rewrite(Some(to).filter(|to| !to.contains('{'))),
                }
            }
            "uri" => match args {
                [kind, prefix] if kind.text == "strip_prefix" => Action::Strip(prefix.text.clone()),
                _ => Action::Rewrite(None),
            },
            "redir" | "respond" | "error" | "abort" => Action::NoPage,
            "file_server" => {
                for item in item.inner().iter().filter(|item| item.name() == "root") {
                    self.root(item, path);
                }
                Action::Files
            }
            "reverse_proxy" | "php_fastcgi" | "php_server" => {
                Action::PassOn(self.passed_on(item.inner()))
            }
            "import" => {
                self.unread.extend(args.first().map(|arg| arg.word.clone()));
                Action::Unknown
            }
            _ => {
                self.unread
                    .extend(item.words.first().map(|word| word.word.clone()));
                Action::Unknown
            }
        };
        out.push(step(action));
    }

    /// `root [matcher] folder`.
    fn root(&mut self, item: &Item, path: &str) {
        if let Some(folder) = item.words.get(1..).and_then(<[_]>::last) {
            self.folders.push(Root {
                site: self.sites.len(),
                path: path.to_owned(),
                folder: folder.text.clone(),
            });
        }
    }

    /// `header_down` of a proxy: on top of what is set here.
    fn passed_on(&mut self, items: &[Item]) -> Vec<Change> {
        let mut out = Vec::new();
        for item in items.iter().filter(|item| item.name() == "header_down") {
            let args = item.words.get(1..).unwrap_or_default();
            let is_set = args.len() == 2 && !args.first().is_some_and(|a| a.text.starts_with('-'));
            let change = self.change(args).filter(|_| is_set);
            out.extend(change.and_then(|(change, _)| match change.kind {
                Kind::Add(policy) | Kind::Set(Some(policy)) => Some(Change {
                    disposition: change.disposition,
                    kind: Kind::Add(policy),
                }),
                _ => None,
            }));
        }
        out
    }

    /// What `header` does: defaults are a step of their own.
    fn headers(&mut self, args: &[Argument], block: &[Item]) -> Vec<Header> {
        let (mut own, mut defaults) = (Header::default(), Header::default());
        let lines = block.iter().map(|item| item.words.as_slice());
        let lines = [args].into_iter().chain(lines);
        for line in lines {
            let Some(field) = line.first().map(|arg| arg.text.as_str()) else {
                continue;
            };
            match field {
                "defer" => own.is_deferred = true,
                "match" => own.is_conditional = true,
                _ => {
                    own.is_deferred |= field.starts_with(['-', '>']);
                    let Some((change, is_default)) = self.change(line) else {
                        continue;
                    };
                    match is_default {
                        true => defaults.changes.push(change),
                        false => own.changes.push(change),
                    }
                }
            }
        }
        own.changes.sort_by_key(|change| match change.kind {
            Kind::Add(_) => 0,
            Kind::Set(_) | Kind::Default(_) => 1,
            Kind::Delete => 2,
            Kind::Edit => 3,
        });
        defaults.is_deferred = true;
        let all = [own, defaults];
        all.into_iter().filter(|h| !h.changes.is_empty()).collect()
    }

    /// A line of `header`, and whether it is a default.
    fn change(&mut self, line: &[Argument]) -> Option<(Change, bool)> {
        let [field, values @ ..] = line else {
            return None;
        };
        let name = field.text.trim_start_matches(['+', '-', '?', '>']);
        let name = name.trim_end_matches(':');
        let mark = field.text.chars().next()?;
        let disposition = match disposition_of(name) {
            Some(disposition) => Some(disposition),
            None if mark == '-' && is_wild(name) => None,
            None => return None,
        };
        let kind = match (mark, values) {
            ('-', _) => Kind::Delete,
            (_, [_, _, ..]) => {
                self.edited.push(field.word.clone());
                Kind::Edit
            }
            (_, []) => Kind::Set(None),
            (mark, [value]) => {
                let policy = self.policy(value, disposition?);
                match (mark, policy) {
                    ('+', Some(policy)) => Kind::Add(policy),
                    ('?', Some(policy)) => Kind::Default(policy),
                    ('+' | '?', None) => return None,
                    (_, policy) => Kind::Set(policy),
                }
            }
        };
        Some((Change { disposition, kind }, mark == '?'))
    }

    fn policy(&mut self, value: &Argument, disposition: Disposition) -> Option<usize> {
        if value.written.text().trim().is_empty() {
            return None;
        }
        self.policies.push(FoundPolicy {
            written: value.written.clone(),
            disposition,
        });
        Some(self.policies.len() - 1)
    }
}

/// Whether a name with `*` may be that of a policy.
fn is_wild(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let part = name.trim_matches('*');
    name.contains('*') && "content-security-policy-report-only".contains(part)
}

/// The sites of a file: a file of one site may leave the braces away.
fn sites(items: &[Item]) -> Vec<Item> {
    let is_global = |item: &&Item| item.words.is_empty();
    let rest: Vec<&Item> = items.iter().filter(|item| !is_global(item)).collect();
    let Some(first) = rest.first() else {
        return Vec::new();
    };
    let is_address = |item: &Item| item.block.is_some() && !is_directive(item.name());
    if is_address(first) || rest.iter().all(|item| is_address(item)) {
        return rest
            .into_iter()
            .filter(|item| item.block.is_some())
            .cloned()
            .collect();
    }
    // A part that is imported into sites has no address.
    let has_address = !is_directive(first.name());
    let body = rest.get(usize::from(has_address)..).unwrap_or_default();
    let site = Item {
        words: match has_address {
            true => first.words.clone(),
            false => Vec::new(),
        },
        block: Some(body.iter().copied().cloned().collect()),
    };
    vec![site]
}

fn is_directive(name: &str) -> bool {
    let others = [
        "root",
        "handle_path",
        "encode",
        "log",
        "tls",
        "templates",
        "handle_errors",
        "basicauth",
        "basic_auth",
        "request_header",
        "vars",
        "map",
        "bind",
        "push",
        "forward_auth",
    ];
    ORDER.contains(&name) || others.contains(&name) || name.starts_with('@')
}

/// Sorts directives as Caddy does: by their kind, then the most particular path first. The
/// comparison is no order, so that only neighbours are compared.
fn sort(steps: &mut [Step]) {
    for end in 1..steps.len() {
        let mut at = end;
        while at > 0 && is_before(steps.get(at), steps.get(at - 1)) {
            steps.swap(at, at - 1);
            at -= 1;
        }
    }
}

fn is_before(step: Option<&Step>, other: Option<&Step>) -> bool {
    let (Some(step), Some(other)) = (step, other) else {
        return false;
    };
    let position = |step: &Step| ORDER.iter().position(|name| *name == step.name);
    let (own, its) = (position(step), position(other));
    if own != its {
        return own < its;
    }
    let path = |step: &'_ Step| {
        let matcher = step.matcher.as_ref();
        matcher.and_then(Matcher::only_path).map(str::to_owned)
    };
    if let (Some(own), Some(its)) = (path(step), path(other)) {
        let plain = |path: &str| path.strip_suffix('*').unwrap_or(path).to_owned();
        if plain(&own) == plain(&its) {
            return own.len() < its.len();
        }
        return plain(&own).len() > plain(&its).len();
    }
    step.matcher.is_some() && other.matcher.is_none()
}
