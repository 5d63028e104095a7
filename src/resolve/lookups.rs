//! What is worked out of one file's facts when it is first asked for, and holds in every program
//! that the file is in.

use super::Tables;
use super::call_index::Held;
use super::heap::Heap;
use super::known::FileId;
use super::latent::{calls_of_given, latent_calls};
use super::libraries::{DefaultWrite, default_writes, held_names, is_library, makes_api};
use super::sinks::Overview;
use super::wrappers::{Named, all_named};
use crate::js::FileFacts;
use crate::js::facts::{Atom, Expr, ExprId, Key};
use rustc_hash::FxHashSet;
use std::collections::HashSet;
use std::sync::OnceLock;

/// Look-ups into the facts of one file.
#[derive(Default)]
pub(crate) struct Lookups {
    tables: OnceLock<Tables>,
    heap: OnceLock<Heap>,
    overview: OnceLock<Overview>,
    held: OnceLock<Held>,
    uses_libraries: OnceLock<bool>,
    default_writes: OnceLock<Vec<DefaultWrite>>,
    held_names: OnceLock<HashSet<String>>,
    api_makers: OnceLock<Vec<ExprId>>,
    is_common_js: OnceLock<bool>,
    latent: [OnceLock<Vec<ExprId>>; 2],
    calls_of_given: OnceLock<Vec<ExprId>>,
    named: OnceLock<Vec<Named>>,
    called_names: OnceLock<FxHashSet<Atom>>,
}

impl std::fmt::Debug for Lookups {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lookups").finish_non_exhaustive()
    }
}

impl Lookups {
    pub(super) fn tables(&self, facts: &FileFacts) -> &Tables {
        self.tables.get_or_init(|| Tables::new(facts))
    }

    pub(super) fn heap(&self, facts: &FileFacts) -> &Heap {
        self.heap.get_or_init(|| Heap::of(facts))
    }

    pub(super) fn overview(&self, facts: &FileFacts) -> &Overview {
        self.overview.get_or_init(|| Overview::of(facts))
    }

    /// What holds the file's functions.
    pub(super) fn held(&self, facts: &FileFacts) -> &Held {
        self.held.get_or_init(|| Held::of(facts))
    }

    /// Whether it imports a library of clients.
    pub(super) fn uses_libraries(&self, facts: &FileFacts) -> bool {
        let uses = || specifiers(facts).any(is_library);
        *self.uses_libraries.get_or_init(uses)
    }

    /// Writes to the settings of clients, by the look of them, as those of file 0.
    pub(super) fn default_writes(&self, facts: &FileFacts) -> &[DefaultWrite] {
        let writes = || default_writes(facts, 0 as FileId);
        self.default_writes.get_or_init(writes)
    }

    /// The names of properties that may hold a client.
    pub(super) fn held_names(&self, facts: &FileFacts) -> &HashSet<String> {
        self.held_names.get_or_init(|| {
            let mut names = HashSet::new();
            held_names(facts, &mut names);
            names
        })
    }

    /// Calls that make an RTK Query API, by the look of them.
    pub(super) fn api_makers(&self, facts: &FileFacts) -> &[ExprId] {
        self.api_makers.get_or_init(|| {
            let calls = facts.candidates.iter().copied();
            calls.filter(|&call| makes_api(facts, call)).collect()
        })
    }

    /// The calls that may be requests by what the functions around them are given; `of_clients`:
    /// those of clients of libraries too.
    pub(super) fn latent_calls(&self, facts: &FileFacts, of_clients: bool) -> &[ExprId] {
        let latent = || latent_calls(facts, of_clients);
        self.latent[usize::from(of_clients)].get_or_init(latent)
    }

    /// The calls of what the functions around them are given.
    pub(super) fn calls_of_given(&self, facts: &FileFacts) -> &[ExprId] {
        self.calls_of_given.get_or_init(|| calls_of_given(facts))
    }

    /// The names that its calls, or what they are given, may have.
    pub(super) fn called_names(&self, facts: &FileFacts) -> &FxHashSet<Atom> {
        self.called_names.get_or_init(|| called_names(facts))
    }

    /// The names that hold functions.
    pub(super) fn named(&self, facts: &FileFacts) -> &[Named] {
        self.named.get_or_init(|| all_named(facts))
    }

    /// Whether it is a module of Node.
    pub(super) fn is_common_js(&self, facts: &FileFacts) -> bool {
        *self.is_common_js.get_or_init(|| is_common_js(facts))
    }
}

/// What was asked for already.
impl Lookups {
    pub(super) fn known_tables(&self) -> Option<&Tables> {
        self.tables.get()
    }

    pub(super) fn known_held(&self) -> Option<&Held> {
        self.held.get()
    }

    pub(super) fn known_default_writes(&self) -> Option<&[DefaultWrite]> {
        self.default_writes.get().map(Vec::as_slice)
    }

    pub(super) fn known_held_names(&self) -> Option<&HashSet<String>> {
        self.held_names.get()
    }

    pub(super) fn known_api_makers(&self) -> Option<&[ExprId]> {
        self.api_makers.get().map(Vec::as_slice)
    }

    pub(super) fn known_common_js(&self) -> Option<bool> {
        self.is_common_js.get().copied()
    }
}

/// What a file imports, or requires by a literal.
fn specifiers(facts: &FileFacts) -> impl Iterator<Item = &str> {
    let imports = facts.imports.iter().map(|import| import.specifier.as_str());
    let required = facts.candidates.iter().filter_map(|&id| {
        let Expr::Call { callee, arguments } = &facts.node(id).expr else {
            return None;
        };
        let is_require = facts.node(*callee).expr == Expr::Global("require".into());
        match &facts.node(arguments.first()?.expr).expr {
            Expr::Text(specifier) if is_require => Some(specifier.as_str()),
            _ => None,
        }
    });
    imports.chain(required)
}

/// Whether a file is a module of Node.
fn is_common_js(facts: &FileFacts) -> bool {
    let is = |id: ExprId, name: &str| facts.node(id).expr == Expr::Global(name.into());
    let exports = |object: ExprId, key: &Key| {
        is(object, "exports") || (is(object, "module") && *key == Key::Name("exports".into()))
    };
    facts.writes.iter().any(|w| exports(w.object, &w.key))
        || facts
            .candidates
            .iter()
            .any(|&id| match facts.node(id).expr {
                Expr::Call { callee, .. } => is(callee, "require"),
                _ => false,
            })
}

/// The names of callees, and of what is given to calls or called by way of it: `api.get` and `load`
/// of `api.get(load)`, `load` of `load.call(…)`.
fn called_names(facts: &FileFacts) -> FxHashSet<Atom> {
    let mut out = FxHashSet::default();
    let mut add = |id: ExprId| match &facts.node(id).expr {
        Expr::Member { object, key } => {
            if let Key::Name(name) = key {
                out.insert(name.clone());
            }
            if let Expr::Member {
                key: Key::Name(name),
                ..
            } = &facts.node(*object).expr
            {
                out.insert(name.clone());
            }
        }
        Expr::Binding(id) => {
            out.insert(facts.binding(*id).name.clone());
        }
        Expr::Global(name) => {
            out.insert(name.clone());
        }
        _ => {}
    };
    for &call in &facts.candidates {
        if let Expr::Call { callee, arguments } | Expr::New { callee, arguments } =
            &facts.node(call).expr
        {
            add(*callee);
            arguments.iter().for_each(|argument| add(argument.expr));
        }
    }
    out
}
