//! The functions that names alone stand for.

use super::known::FileId;
use super::view::View;
use crate::js::FileFacts;
use crate::js::facts::*;

impl View<'_> {
    /// The function that a name stands for: `load`, `api.load`, `Api.load`.
    pub(super) fn function_named(
        &self,
        file: FileId,
        callee: ExprId,
    ) -> Option<(FileId, FunctionId)> {
        let facts = self.facts(file);
        let (value_file, value) = match &facts.node(callee).expr {
            Expr::Binding(id) => self.value_named(file, *id)?,
            Expr::Member {
                object,
                key: Key::Name(name),
            } => {
                let Expr::Binding(id) = facts.node(*object).expr else {
                    return None;
                };
                if let Some(module) = self.namespace(file, id) {
                    self.exported_value(module, name, super::links::MAX_HOPS)?
                } else {
                    let (owner_file, owner) = self.value_named(file, id)?;
                    let function = member_function(self.facts(owner_file), owner, name)?;
                    return Some((owner_file, function));
                }
            }
            _ => return None,
        };
        match self.facts(value_file).node(value).expr {
            Expr::Function(function) => Some((value_file, function)),
            _ => None,
        }
    }

    /// The one value that a name is given, maybe by another module.
    fn value_named(&self, file: FileId, id: BindingId) -> Option<(FileId, ExprId)> {
        let binding = self.facts(file).binding(id);
        match (&binding.kind, binding.definitions.as_slice()) {
            (BindingKind::Import { specifier, name }, _) => {
                let from = self.import(file, specifier)?;
                self.exported_value(from, name, super::links::MAX_HOPS)
            }
            (BindingKind::Variable, [one]) => Some((file, one.value)),
            _ => None,
        }
    }

    /// The module whose namespace a name is.
    fn namespace(&self, file: FileId, id: BindingId) -> Option<FileId> {
        match &self.facts(file).binding(id).kind {
            BindingKind::Import { specifier, name } if name == "*" => self.import(file, specifier),
            _ => None,
        }
    }
}

/// A method of an object literal, or a static one of a class.
fn member_function(facts: &FileFacts, owner: ExprId, name: &str) -> Option<FunctionId> {
    let is_it = |key: &Key| matches!(key, Key::Name(key) if key == name);
    match &facts.node(owner).expr {
        Expr::Object(properties) => properties.iter().find_map(|property| match property {
            Property::Value(key, value) if is_it(key) => match facts.node(*value).expr {
                Expr::Function(function) => Some(function),
                _ => None,
            },
            _ => None,
        }),
        Expr::Class(class) => facts
            .class(*class)
            .members
            .iter()
            .find_map(|m| match m.kind {
                MemberKind::Method(function) if m.is_static && is_it(&m.key) => Some(function),
                _ => None,
            }),
        _ => None,
    }
}
