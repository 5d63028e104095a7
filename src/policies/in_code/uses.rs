//! Where the expressions of a file are used, by index.

use crate::js::FileFacts;
use crate::js::facts::*;
use rustc_hash::FxHashMap as HashMap;

/// Where expressions are used.
pub(super) struct Uses {
    /// Arguments → their call, and which of its arguments they are.
    arguments: HashMap<ExprId, (ExprId, usize)>,
    /// Callees → their call.
    callees: HashMap<ExprId, ExprId>,
    /// Names → where they stand.
    names: HashMap<BindingId, Vec<ExprId>>,
    /// Values → the name that they are given.
    named: HashMap<ExprId, BindingId>,
    /// Functions → their expression.
    functions: HashMap<FunctionId, ExprId>,
    /// What functions return → the function.
    returned: HashMap<ExprId, FunctionId>,
    /// Values of properties → their key.
    keys: HashMap<ExprId, String>,
    /// Objects → their member.
    members: HashMap<ExprId, ExprId>,
}

impl Uses {
    pub(super) fn of(facts: &FileFacts) -> Uses {
        let mut out = Uses {
            arguments: HashMap::default(),
            callees: HashMap::default(),
            names: HashMap::default(),
            named: HashMap::default(),
            functions: HashMap::default(),
            returned: HashMap::default(),
            keys: HashMap::default(),
            members: HashMap::default(),
        };
        for (number, node) in facts.nodes.iter().enumerate() {
            let Ok(number) = u32::try_from(number) else {
                break;
            };
            out.node(ExprId(number), node);
        }
        for (number, binding) in facts.bindings.iter().enumerate() {
            let id = BindingId(u32::try_from(number).unwrap_or(u32::MAX));
            let values = binding.definitions.iter().map(|d| (d.value, id));
            out.named.extend(values);
        }
        for (number, function) in facts.functions.iter().enumerate() {
            let id = FunctionId(u32::try_from(number).unwrap_or(u32::MAX));
            out.returned
                .extend(function.returns.iter().map(|r| (*r, id)));
        }
        out
    }

    fn node(&mut self, id: ExprId, node: &Node) {
        match &node.expr {
            Expr::Call { callee, arguments } | Expr::New { callee, arguments } => {
                self.callees.insert(*callee, id);
                let each = arguments.iter().enumerate();
                self.arguments.extend(each.map(|(i, a)| (a.expr, (id, i))));
            }
            Expr::Member { object, .. } => {
                self.members.insert(*object, id);
            }
            Expr::Binding(name) => self.names.entry(*name).or_default().push(id),
            Expr::Function(function) => {
                self.functions.insert(*function, id);
            }
            Expr::Object(properties) => {
                for property in properties {
                    if let Property::Value(Key::Name(name), value) = property {
                        self.keys.insert(*value, name.to_string());
                    }
                }
            }
            _ => {}
        }
    }

    /// The call that an expression is an argument of.
    pub(super) fn argument_of(&self, id: ExprId) -> Option<(ExprId, usize)> {
        self.arguments.get(&id).copied()
    }

    /// The call of an expression.
    pub(super) fn call_of(&self, id: ExprId) -> Option<ExprId> {
        self.callees.get(&id).copied()
    }

    /// Where a name stands.
    pub(super) fn of_name(&self, name: BindingId) -> &[ExprId] {
        self.names.get(&name).map_or(&[], Vec::as_slice)
    }

    /// The name that a value is given.
    pub(super) fn name_of(&self, id: ExprId) -> Option<BindingId> {
        self.named.get(&id).copied()
    }

    /// The expression of a function.
    pub(super) fn function(&self, id: FunctionId) -> Option<ExprId> {
        self.functions.get(&id).copied()
    }

    /// The function that returns an expression.
    pub(super) fn returned_by(&self, id: ExprId) -> Option<FunctionId> {
        self.returned.get(&id).copied()
    }

    /// The member that an expression is the object of.
    pub(super) fn member_of(&self, id: ExprId) -> Option<ExprId> {
        self.members.get(&id).copied()
    }

    /// The key of a property that has this value.
    pub(super) fn key_of(&self, id: ExprId) -> Option<&str> {
        self.keys.get(&id).map(String::as_str)
    }
}
