//! Which policies come with the response for a path.

use super::model::Host;
use super::rules::{Rule, sent};
use super::section::Asked;
use crate::policies::Routing;
use crate::policies::answer::Answer;
use crate::policies::routing::has_extension;
use std::collections::BTreeSet;

/// The hosts of a configuration.
#[derive(Debug)]
pub(super) struct Served {
    hosts: Vec<Host>,
    /// The texts of the policies.
    texts: Vec<String>,
}

/// Folders that are served where nothing else is said.
const ROOTS: [&str; 6] = [
    "/var/www/html",
    "/var/www",
    "/usr/local/apache2/htdocs",
    "/srv/www/htdocs",
    "/srv/http",
    "/app/public",
];

impl Served {
    /// Those of a configuration.
    pub(super) fn of(hosts: Vec<Host>, texts: Vec<String>) -> Served {
        Served { hosts, texts }
    }

    /// Whether several hosts serve pages.
    fn has_several(&self) -> bool {
        self.hosts.iter().filter(|host| !host.is_redirect).count() > 1
    }

    fn of_host(&self, host: &Host, path: &str) -> Vec<usize> {
        let file = file_of(path);
        let folder = host.folder_of(&file);
        let asked = Asked {
            path,
            file: &file,
            folder: folder.as_deref(),
        };
        let same = |a: usize, b: usize| self.texts.get(a) == self.texts.get(b);
        sent(&host.rules, asked, same)
    }
}

/// The path of the file that is sent: `index.html` of a folder; a page without its extension is
/// found by a rewrite.
fn file_of(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    match (name.is_empty(), has_extension(path)) {
        (true, _) => format!("{path}index.html"),
        (false, true) => path.to_owned(),
        (false, false) => format!("{path}.html"),
    }
}

impl Host {
    /// The folder on the server that a file lies in.
    fn folder_of(&self, file: &str) -> Option<String> {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (path, target) in &self.aliases {
            let path = path.trim_end_matches('/');
            if let Some(rest) = folder.strip_prefix(path)
                && (rest.is_empty() || rest.starts_with('/'))
            {
                return Some(format!("{}{rest}", target.trim_end_matches('/')));
            }
        }
        let root = self.root.as_deref().or_else(|| self.likely_root())?;
        Some(format!("{}{folder}", root.trim_end_matches('/')))
    }

    /// The folder that is served, by the sections that there are.
    fn likely_root(&self) -> Option<&'static str> {
        let is_named = |root: &&&str| {
            let asked = Asked {
                path: "/",
                file: "/index.html",
                folder: Some(root),
            };
            let sections = self.rules.iter().flat_map(|rule| &rule.sections);
            let mut folders =
                sections.filter(|s| matches!(s, super::section::Section::Directory(_)));
            folders.any(|section| section.counts(asked) == Answer::Yes)
        };
        ROOTS.iter().find(is_named).copied()
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
        let hosts = self.hosts.iter().enumerate();
        let hosts = hosts.filter(|(number, host)| !host.is_redirect && !servers.contains(number));
        let ways: BTreeSet<Vec<usize>> = hosts.map(|(_, host)| self.of_host(host, path)).collect();
        match ways.is_empty() {
            true => vec![Vec::new()],
            false => ways.into_iter().collect(),
        }
    }

    fn shown(&self, policy: usize) -> Option<String> {
        let mut parts: Vec<String> = Vec::new();
        for host in &self.hosts {
            let rules = host
                .rules
                .iter()
                .filter(|rule| rule.policy() == Some(policy));
            for rule in rules {
                let name = host.name.as_ref().filter(|_| self.has_several());
                parts.extend(shown(rule, name));
            }
        }
        parts.dedup();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

fn shown(rule: &Rule, host: Option<&String>) -> Option<String> {
    let sections = rule.sections.iter().filter_map(|section| section.shown());
    let mut parts: Vec<String> = host.into_iter().cloned().chain(sections).collect();
    parts.extend(rule.condition.shown().map(str::to_owned));
    (!parts.is_empty()).then(|| parts.join(" "))
}
