//! Classes and functions.

use super::{Lowerer, span_of};
use crate::js::facts::*;
use crate::span::Span;
use swc_common::Spanned;
use swc_ecma_ast::{
    ArrowExpr, ArrowFunctionBody, ClassMember, Function as AstFunction, MethodKind, Param,
    ParamOrTsParamProp, Pat, TsParamPropParam,
};

impl Lowerer {
    pub(super) fn function(
        &mut self,
        name: Option<String>,
        function: AstFunction,
        this: ThisOf,
    ) -> FunctionId {
        let flags = (function.is_async, function.is_generator);
        let span = span_of(function.span);
        for decorator in function.decorators {
            self.expr(*decorator.expr);
        }
        self.in_function(name, span, this, flags, |this, id| {
            let patterns = function.params.into_iter().map(|p: Param| p.pat).collect();
            this.parameters(id, patterns);
            if let Some(body) = function.body {
                this.body(body.stmts);
            }
        })
    }

    pub(super) fn arrow(&mut self, arrow: ArrowExpr) -> FunctionId {
        let flags = (arrow.is_async, arrow.is_generator);
        let span = span_of(arrow.span);
        self.in_function(None, span, ThisOf::Outer, flags, |this, id| {
            this.parameters(id, arrow.params);
            match *arrow.body {
                ArrowFunctionBody::FunctionBody(body) => this.body(body.stmts),
                ArrowFunctionBody::Expr(value) => {
                    let value = this.expr(*value);
                    this.facts.functions[id.index()].returns.push(value);
                }
            }
        })
    }

    fn body(&mut self, stmts: Vec<swc_ecma_ast::Stmt>) {
        for stmt in &stmts {
            self.hoist_vars(stmt);
        }
        self.declare_lexical(stmts.iter());
        self.stmts(stmts);
    }

    fn parameters(&mut self, function: FunctionId, patterns: Vec<Pat>) {
        for pattern in &patterns {
            self.declare_pattern(pattern, &BindingKind::Parameter);
        }
        for (index, pattern) in patterns.into_iter().enumerate() {
            let name = parameter_name(&pattern);
            self.facts.functions[function.index()].parameters.push(name);
            let span = span_of(pattern.span());
            let (rest, pattern) = match pattern {
                Pat::Rest(rest) => (true, *rest.arg),
                other => (false, other),
            };
            let index = index as u32;
            let value = self.node(
                Expr::Parameter {
                    function,
                    index,
                    rest,
                },
                span,
            );
            self.bind(pattern, value, span);
        }
    }

    pub(super) fn class(&mut self, name: Option<String>, class: swc_ecma_ast::Class) -> ClassId {
        let superclass = class.super_class.map(|s| self.expr(*s));
        for decorator in class.decorators {
            self.expr(*decorator.expr);
        }
        let id = ClassId(self.facts.classes.len() as u32);
        let span = span_of(class.span);
        self.facts.classes.push(Class {
            name,
            span,
            superclass,
            constructor: None,
            members: Vec::new(),
        });
        for member in class.body {
            self.member(id, member);
        }
        id
    }

    fn member(&mut self, class: ClassId, member: ClassMember) {
        match member {
            ClassMember::Constructor(c) => self.constructor(class, c),
            ClassMember::Method(m) => {
                let key = self.key(m.key);
                self.method(class, key, m.is_static, m.kind, *m.function);
            }
            ClassMember::PrivateMethod(m) => {
                let key = Key::Name(format!("#{}", m.key.name).into());
                self.method(class, key, m.is_static, m.kind, *m.function);
            }
            ClassMember::ClassProp(p) if !p.declare && !p.is_abstract => {
                let key = self.key(p.key);
                for decorator in p.decorators {
                    self.expr(*decorator.expr);
                }
                self.field(class, key, p.is_static, p.value);
            }
            ClassMember::PrivateProp(p) => {
                let key = Key::Name(format!("#{}", p.key.name).into());
                self.field(class, key, p.is_static, p.value);
            }
            ClassMember::AutoAccessor(a) => {
                let key = match a.key {
                    swc_ecma_ast::Key::Private(name) => Key::Name(format!("#{}", name.name).into()),
                    swc_ecma_ast::Key::Public(name) => self.key(name),
                };
                self.field(class, key, a.is_static, a.value);
            }
            ClassMember::StaticBlock(block) => {
                let span = span_of(block.span);
                let this = ThisOf::Class(class, true);
                self.in_function(None, span, this, (false, false), |this, _| {
                    this.body(block.body.stmts);
                });
            }
            _ => {}
        }
    }

    fn constructor(&mut self, class: ClassId, constructor: swc_ecma_ast::Constructor) {
        let Some(body) = constructor.body else { return };
        let span = span_of(constructor.span);
        let this = ThisOf::Class(class, false);
        let id = self.in_function(None, span, this, (false, false), |this, id| {
            let mut properties = Vec::new();
            let mut patterns = Vec::new();
            for parameter in constructor.params {
                match parameter {
                    ParamOrTsParamProp::Param(p) => patterns.push(p.pat),
                    ParamOrTsParamProp::TsParamProp(p) => {
                        let pattern = match p.param {
                            TsParamPropParam::Ident(ident) => Pat::Ident(ident),
                            TsParamPropParam::Assign(assign) => Pat::Assign(assign),
                        };
                        properties.push((parameter_name(&pattern), span_of(pattern.span())));
                        patterns.push(pattern);
                    }
                }
            }
            this.parameters(id, patterns);
            for (name, at) in properties {
                this.parameter_property(
                    &name,
                    Span {
                        start: at.end,
                        end: at.end,
                    },
                );
            }
            this.body(body.stmts);
        });
        self.facts.classes[class.index()].constructor = Some(id);
    }

    /// TypeScript's `constructor(private base: string)`.
    fn parameter_property(&mut self, name: &str, span: Span) {
        let Some(binding) = self.lookup(name) else {
            return;
        };
        let value = self.node(Expr::Binding(binding), span);
        let object = self.node(Expr::This, span);
        let definition = self.definition(value, (false, false), span);
        let key = Key::Name(name.into());
        self.facts.writes.push(Write {
            object,
            key,
            definition,
            function: self.function,
        });
    }

    fn method(
        &mut self,
        class: ClassId,
        key: Key,
        is_static: bool,
        kind: MethodKind,
        function: AstFunction,
    ) {
        if function.body.is_none() {
            return;
        }
        let name = match &key {
            Key::Name(name) => Some(name.to_string()),
            Key::Computed(_) => None,
        };
        let id = self.function(name, function, ThisOf::Class(class, is_static));
        let kind = match kind {
            MethodKind::Method => MemberKind::Method(id),
            MethodKind::Getter => MemberKind::Getter(id),
            MethodKind::Setter => MemberKind::Setter(id),
        };
        self.facts.classes[class.index()].members.push(Member {
            key,
            is_static,
            kind,
        });
    }

    fn field(
        &mut self,
        class: ClassId,
        key: Key,
        is_static: bool,
        value: Option<Box<swc_ecma_ast::Expr>>,
    ) {
        let value = value.map(|value| {
            // A field's initialiser runs like a method without parameters.
            let span = span_of(value.span());
            let this = ThisOf::Class(class, is_static);
            let mut result = None;
            self.in_function(None, span, this, (false, false), |this, id| {
                let value = this.expr(*value);
                this.facts.functions[id.index()].returns.push(value);
                result = Some(value);
            });
            result
        });
        let kind = MemberKind::Field(value.flatten());
        self.facts.classes[class.index()].members.push(Member {
            key,
            is_static,
            kind,
        });
    }
}

fn parameter_name(pattern: &Pat) -> String {
    match pattern {
        Pat::Ident(ident) => ident.id.sym.to_string(),
        Pat::Assign(assign) => parameter_name(&assign.left),
        Pat::Rest(rest) => parameter_name(&rest.arg),
        _ => "…".to_owned(),
    }
}
