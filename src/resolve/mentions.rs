//! Which sinks a file can reach at all, from the names in it: evaluating every call of a
//! program to see whether it is one would cost far more than parsing it.

use super::globals;
use super::marks::Marks;
use crate::js::facts::{Expr, ExprId, FileFacts, Key, Property};
use crate::sink::{Reach, SINKS};
use rustc_hash::FxHashSet as HashSet;
use std::sync::LazyLock;

/// The names of sinks in a file, and how they are used.
pub(super) struct Mentions {
    names: HashSet<&'static str>,
    /// A sink is used as a value (`const f = fetch`), so that any call may be of it.
    pub(super) aliased: bool,
}

/// Names without which a sink's method cannot be reached: `caches` for `cache.add`.
fn sources(class: &str, method: &'static str) -> Vec<&'static str> {
    match class {
        "Cache" => vec!["caches", "Cache"],
        "BackgroundFetchManager" => vec!["backgroundFetch"],
        "XMLHttpRequest" => vec!["XMLHttpRequest"],
        _ => vec![method],
    }
}

/// Every name that a sink is reached by.
static INTERESTING: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let mut names = HashSet::from_iter(["ping", "preload", "modulepreload"]);
    for sink in SINKS {
        match sink.reach {
            Reach::Call(name) | Reach::New(name) | Reach::Method(_, name) => {
                names.insert(name);
            }
            Reach::InstanceMethod(class, method) => names.extend(sources(class, method)),
            Reach::JsonImport | Reach::Attribute(..) => {}
        }
    }
    // `get` is everywhere; `credentials` is not.
    names.remove("get");
    names.insert("credentials");
    names
});

impl Mentions {
    /// Looks through a file once.
    pub(super) fn of(facts: &FileFacts) -> Self {
        let interesting = &*INTERESTING;
        let callees = callees(facts);
        let mut mentions = Mentions {
            names: HashSet::default(),
            aliased: false,
        };
        for (i, node) in facts.nodes.iter().enumerate() {
            let name = match &node.expr {
                Expr::Global(name)
                | Expr::Member {
                    key: Key::Name(name),
                    ..
                }
                | Expr::Text(name) => name,
                // `Object.assign(link, { ping: … })`
                Expr::Object(properties) => {
                    let ping =
                        |p: &Property| matches!(p, Property::Value(Key::Name(n), _) if n == "ping");
                    if properties.iter().any(ping) {
                        mentions.names.insert("ping");
                    }
                    continue;
                }
                // `window[name]`: could be any of them.
                Expr::Member {
                    object,
                    key: Key::Computed(_),
                } if is_global(facts, *object) => {
                    mentions.names.extend(interesting);
                    mentions.aliased = true;
                    continue;
                }
                _ => continue,
            };
            let Some(name) = interesting.get(name.as_str()) else {
                continue;
            };
            mentions.names.insert(name);
            let used = !matches!(node.expr, Expr::Text(_)) && !callees.contains(ExprId(i as u32));
            mentions.aliased |= used;
        }
        let written = facts.writes.iter().filter_map(|w| match &w.key {
            Key::Name(name) => interesting.get(name.as_str()),
            Key::Computed(_) => None,
        });
        mentions.names.extend(written);
        mentions.aliased |= mentions.method_as_value(facts, &callees);
        let jsx = facts.nodes.iter().any(|n| matches!(n.expr, Expr::Jsx(_)));
        if jsx {
            mentions.names.insert("ping");
        }
        for binding in &facts.bindings {
            let known = binding
                .type_name
                .as_deref()
                .and_then(|t| interesting.get(t));
            mentions.names.extend(known);
            if binding.name == "fetch" {
                mentions.names.insert("fetch");
            }
        }
        mentions
    }

    /// Whether a sink's method is taken as a value: `xhr.open.bind(xhr)`.
    fn method_as_value(&self, facts: &FileFacts, callees: &Marks) -> bool {
        let reached = SINKS.iter().filter_map(|sink| match sink.reach {
            Reach::InstanceMethod(class, method) if self.reaches(class, method) => Some(method),
            _ => None,
        });
        let methods: HashSet<&str> = reached.collect();
        if methods.is_empty() {
            return false;
        }
        facts
            .nodes
            .iter()
            .enumerate()
            .any(|(i, node)| match &node.expr {
                Expr::Member {
                    key: Key::Name(name),
                    ..
                } => !callees.contains(ExprId(i as u32)) && methods.contains(name.as_str()),
                _ => false,
            })
    }

    /// Whether there is any.
    pub(super) fn any(&self) -> bool {
        !self.names.is_empty()
    }

    /// Whether the name is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether a method of a class's instances can be reached.
    pub(super) fn reaches(&self, class: &str, method: &'static str) -> bool {
        sources(class, method).iter().any(|name| self.has(name))
    }
}

fn is_global(facts: &FileFacts, id: ExprId) -> bool {
    match &facts.node(id).expr {
        Expr::Global(name) => globals::is_global_object(name) || name == "navigator",
        _ => false,
    }
}

/// Expressions that are called or constructed, and so are no values.
fn callees(facts: &FileFacts) -> Marks {
    let called = |id: &ExprId| match &facts.node(*id).expr {
        Expr::Call { callee, .. } | Expr::New { callee, .. } => Some(*callee),
        _ => None,
    };
    Marks::of(facts, facts.candidates.iter().filter_map(called))
}
