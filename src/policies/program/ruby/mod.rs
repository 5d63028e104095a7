//! Ruby: what the statements of a configuration leave behind.

mod conditions;
mod expressions;
mod statements;

use super::{Grammar, Syntax};
use crate::policies::SourceFile;
use crate::policies::script::{Object, Value};
use rustc_hash::FxHashMap as HashMap;
use tree_sitter::Node;

/// Steps that a file may cost.
const FUEL: u32 = 100_000;
/// How deep evaluation nests.
const MAX_DEPTH: u32 = 100;

/// What Ruby code does to policies.
pub(in crate::policies) trait Hooks {
    /// A call with a block, and whether it has been dealt with: `config.csp do |policy| … end`.
    fn block_call(&mut self, ruby: &mut Ruby, call: Node) -> bool;

    /// An assignment to what is no local name, and whether it has been dealt with.
    fn assigned(&mut self, ruby: &mut Ruby, target: &str, value: &Value) -> bool;
}

/// What is known at a point of the code.
#[derive(Debug, Clone, Default)]
pub(in crate::policies) struct State {
    /// Names, and what they hold.
    names: HashMap<String, Value>,
    /// The policy, if one was made.
    pub(in crate::policies) policy: Option<Object>,
    /// Values that hooks keep.
    pub(in crate::policies) kept: HashMap<&'static str, Value>,
}

/// A file that is evaluated.
pub(in crate::policies) struct Ruby<'a> {
    pub(in crate::policies) syntax: &'a Syntax,
    pub(in crate::policies) state: State,
    /// The name of the block's parameter that is the policy.
    policy_name: Option<String>,
    fuel: u32,
    depth: u32,
    /// Statements were left out: there were too many.
    pub(in crate::policies) gave_up: bool,
}

impl<'a> Ruby<'a> {
    pub(in crate::policies) fn parse(file: &SourceFile) -> Option<Syntax> {
        Syntax::of(file, Grammar::Ruby)
    }

    pub(in crate::policies) fn new(syntax: &'a Syntax, state: State) -> Self {
        Ruby {
            syntax,
            state,
            policy_name: None,
            fuel: FUEL,
            depth: 0,
            gave_up: false,
        }
    }

    /// Runs the whole file.
    pub(in crate::policies) fn run(&mut self, hooks: &mut dyn Hooks) {
        self.statements(self.syntax.root(), hooks);
    }

    pub(in crate::policies) fn text(&self, node: Node) -> &'a str {
        self.syntax.text(node)
    }

    /// Says what a name holds.
    pub(in crate::policies) fn keep_name(&mut self, name: &str, value: Value) {
        self.state.names.insert(name.to_owned(), value);
    }

    /// Whether there are steps left for one more.
    fn step(&mut self) -> bool {
        self.fuel = self.fuel.saturating_sub(1);
        self.fuel > 0 && self.depth < MAX_DEPTH
    }
}

impl State {
    /// What is known where a policy is there already.
    pub(in crate::policies) fn with_policy(policy: Object) -> State {
        State {
            policy: Some(policy),
            ..State::default()
        }
    }

    /// One or the other. Where only one of them has a policy, that is it: without one nothing is
    /// blocked.
    fn or(self, other: State) -> State {
        let either = |a: Value, b: Value| a.or(b, "either", &None);
        let mut names = HashMap::default();
        for (name, value) in self.names {
            let value = match other.names.get(&name) {
                Some(another) => either(value, another.clone()),
                None => value.maybe(),
            };
            names.insert(name, value);
        }
        for (name, value) in other.names {
            names.entry(name).or_insert_with(|| value.maybe());
        }
        let mut kept = self.kept;
        for (name, value) in other.kept {
            let value = match kept.remove(name) {
                Some(own) => either(own, value),
                None => value.maybe(),
            };
            kept.insert(name, value);
        }
        let policy = match (self.policy, other.policy) {
            (Some(a), Some(b)) => match either(Value::Object(a), Value::Object(b)) {
                Value::Object(object) => Some(object),
                _ => None,
            },
            (a, b) => a.or(b),
        };
        State {
            names,
            policy,
            kept,
        }
    }
}

/// The name of a directive as it is sent: `connect_src` is `connect-src`.
pub(in crate::policies) fn directive(name: &str) -> String {
    name.trim().replace('_', "-").to_ascii_lowercase()
}
