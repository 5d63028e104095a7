//! Which policies come with the response for a path.

use super::plan::{Node, Plan};
use super::request::{Answer, answer};
use crate::policies::Routing;
use crate::policies::routing::has_extension;
use std::collections::BTreeSet;

/// How many locations are told of a policy.
const MAX_SHOWN: usize = 6;

/// The servers of a configuration.
#[derive(Debug)]
pub(super) struct Served {
    plan: Plan,
}

impl Served {
    /// Those of a plan.
    pub(super) fn of(plan: Plan) -> Served {
        Served { plan }
    }

    /// What a server sends; nothing if its answer is no page.
    fn of_server(&self, server: usize, path: &str) -> Option<Vec<usize>> {
        let node = match answer(&self.plan, server, path) {
            Answer::From(node) => self.plan.node(node)?,
            Answer::NoPage => return None,
            Answer::Unknown => return Some(Vec::new()),
        };
        let is_page = is_page(path);
        let sent = node.sent.iter().filter(|s| is_page || !s.with_pages);
        let mut policies: Vec<usize> = sent.map(|s| s.policy).collect();
        policies.sort_unstable();
        policies.dedup();
        Some(policies)
    }
}

/// Whether what has this path is sent as a page.
fn is_page(path: &str) -> bool {
    !has_extension(path) || path.ends_with(".html") || path.ends_with(".htm")
}

impl Routing for Served {
    fn policies_at(&self, path: &str) -> Vec<usize> {
        self.ways_at(path).into_iter().next().unwrap_or_default()
    }

    fn ways_at(&self, path: &str) -> Vec<Vec<usize>> {
        self.ways_without(path, &[])
    }

    fn ways_without(&self, path: &str, servers: &[usize]) -> Vec<Vec<usize>> {
        let all = self.plan.servers.iter().enumerate();
        let all = all.filter(|(number, _)| !servers.contains(number));
        let ways: BTreeSet<Vec<usize>> =
            all.filter_map(|(_, s)| self.of_server(*s, path)).collect();
        match ways.is_empty() {
            true => vec![Vec::new()],
            false => ways.into_iter().collect(),
        }
    }

    fn shown(&self, policy: usize) -> Option<String> {
        let sends = |node: &Node| node.sent.iter().any(|s| s.policy == policy);
        let mut parts = Vec::new();
        for (index, node) in self.plan.all() {
            // A location is told if it differs from what it stands in.
            let outer = self.plan.outer(index);
            if sends(node) == outer.is_some_and(sends) {
                continue;
            }
            let name = match (&node.matcher, &node.name) {
                (Some(matcher), _) => matcher.shown().to_owned(),
                (None, Some(name)) if self.plan.servers.len() > 1 => name.clone(),
                (None, _) => "/".to_owned(),
            };
            parts.push(match sends(node) {
                true => name,
                false => format!("not {name}"),
            });
        }
        if parts == ["/"] {
            return None;
        }
        let more = parts.len().saturating_sub(MAX_SHOWN);
        parts.truncate(MAX_SHOWN);
        let all = parts.join(", ");
        Some(match more {
            0 => all,
            more => format!("{all} and {more} more"),
        })
    }
}
