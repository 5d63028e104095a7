//! Destructuring: each name that a pattern binds gets a plain expression as its value.

use super::{Lowerer, span_of};
use crate::js::facts::*;
use crate::span::Span;
use swc_common::Spanned;
use swc_ecma_ast::{ObjectPatProp, Pat, PropName};

impl Lowerer {
    /// Gives every name in the pattern its part of `value`.
    pub(super) fn bind(&mut self, pattern: Pat, value: ExprId, span: Span) {
        match pattern {
            Pat::Ident(ident) => self.define(&ident.id, value, span),
            Pat::Assign(assign) => {
                let default = self.expr(*assign.right);
                let value = self.node(Expr::Default { value, default }, span);
                self.bind(*assign.left, value, span);
            }
            Pat::Rest(rest) => {
                let value = self.node(
                    Expr::Rest {
                        object: value,
                        without: Box::default(),
                    },
                    span,
                );
                self.bind(*rest.arg, value, span);
            }
            Pat::Array(array) => {
                for (i, element) in array.elems.into_iter().enumerate() {
                    let Some(element) = element else { continue };
                    if let Pat::Rest(rest) = element {
                        let without = (0..i).map(|n| n.to_string()).collect();
                        let object = value;
                        let value = self.node(Expr::Rest { object, without }, span);
                        self.bind(*rest.arg, value, span);
                        continue;
                    }
                    let key = Key::Name(i.to_string().into());
                    let part =
                        self.node(Expr::Member { object: value, key }, span_of(element.span()));
                    self.bind(element, part, span);
                }
            }
            Pat::Object(object) => self.bind_object(object, value, span),
            Pat::Expr(target) => self.assign_to(*target, value, (false, false), span),
            Pat::Invalid(_) => {}
        }
    }

    fn bind_object(&mut self, object: swc_ecma_ast::ObjectPat, value: ExprId, span: Span) {
        let mut named = Vec::new();
        for property in object.props {
            match property {
                ObjectPatProp::KeyValue(kv) => {
                    let at = span_of(kv.key.span());
                    let key = self.key(kv.key);
                    if let Key::Name(name) = &key {
                        named.push(name.to_string());
                    }
                    let part = self.node(Expr::Member { object: value, key }, at);
                    self.bind(*kv.value, part, span);
                }
                ObjectPatProp::Assign(assign) => {
                    let name = assign.key.id.sym.to_string();
                    named.push(name.clone());
                    let at = span_of(assign.key.id.span);
                    let member = Expr::Member {
                        object: value,
                        key: Key::Name(name.into()),
                    };
                    let mut part = self.node(member, at);
                    if let Some(default) = assign.value {
                        let default = self.expr(*default);
                        part = self.node(
                            Expr::Default {
                                value: part,
                                default,
                            },
                            at,
                        );
                    }
                    self.define(&assign.key.id, part, span);
                }
                ObjectPatProp::Rest(rest) => {
                    let without = std::mem::take(&mut named);
                    let part = self.node(
                        Expr::Rest {
                            object: value,
                            without: without.into(),
                        },
                        span,
                    );
                    self.bind(*rest.arg, part, span);
                }
            }
        }
    }

    /// `name = value`, as a declaration or an assignment.
    pub(super) fn define(&mut self, ident: &swc_ecma_ast::Ident, value: ExprId, span: Span) {
        let definition = self.definition(value, (false, false), span);
        self.add_definition(&ident.sym, definition, span_of(ident.span));
    }

    pub(super) fn definition(
        &self,
        value: ExprId,
        (append, maybe): (bool, bool),
        span: Span,
    ) -> Definition {
        Definition {
            value,
            append,
            maybe,
            span,
            block: self.block,
        }
    }

    pub(super) fn add_definition(&mut self, name: &str, definition: Definition, at: Span) {
        if let Some(id) = self.lookup(name) {
            self.facts.bindings[id.index()].definitions.push(definition);
            return;
        }
        // An undeclared name is a property of the global object.
        let object = self.node(Expr::Global("globalThis".into()), at);
        let key = Key::Name(name.into());
        self.facts.writes.push(Write {
            object,
            key,
            definition,
            function: self.function,
        });
    }

    pub(super) fn key(&mut self, name: PropName) -> Key {
        match name {
            PropName::Ident(ident) => Key::Name(ident.sym),
            PropName::Str(text) => Key::Name(text.value.to_atom_lossy().into_owned()),
            PropName::Num(number) => Key::Name(number.value.to_string().into()),
            PropName::BigInt(number) => Key::Name(number.value.to_string().into()),
            PropName::Computed(computed) => Key::Computed(self.expr(*computed.expr)),
        }
    }
}
