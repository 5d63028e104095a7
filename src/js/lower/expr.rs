//! Expressions.

use super::{Lowerer, span_of};
use crate::js::facts::{
    self, Argument, BlockKind, Condition, Expected, Expr, ExprId, Handed, Key, Property, ThisOf,
    Write,
};
use crate::span::Span;
use swc_common::Spanned;
use swc_ecma_ast::{
    AssignOp, AssignTarget, BinaryOp, Callee, Expr as Ast, ExprOrSpread, JSXAttrName,
    JSXAttrOrSpread, JSXAttrValue, JSXElement, JSXElementChild, JSXElementName, JSXExpr, Lit,
    MemberProp, MetaPropKind, OptChainBase, Pat, Prop, PropOrSpread, SimpleAssignTarget, SuperProp,
    UnaryOp,
};

impl Lowerer {
    pub(super) fn expr(&mut self, expr: Ast) -> ExprId {
        stacker::maybe_grow(128 << 10, 8 << 20, || self.expr_here(expr))
    }

    fn expr_here(&mut self, expr: Ast) -> ExprId {
        let span = span_of(expr.span());
        match expr {
            Ast::Lit(lit) => self.literal(lit, span),
            Ast::Ident(ident) => self.name(&ident, span),
            Ast::This(_) => self.node(Expr::This, span),
            Ast::Tpl(tpl) => {
                let texts = tpl.quasis.iter().map(cooked).collect();
                let exprs = tpl.exprs.into_iter().map(|e| self.expr(*e)).collect();
                self.node(
                    Expr::Template(Box::new(facts::Template { texts, exprs })),
                    span,
                )
            }
            Ast::TaggedTpl(tagged) => {
                let tag = self.expr(*tagged.tag);
                let texts = tagged
                    .tpl
                    .quasis
                    .iter()
                    .map(|q| q.raw.to_string())
                    .collect();
                let exprs = tagged
                    .tpl
                    .exprs
                    .into_iter()
                    .map(|e| self.expr(*e))
                    .collect();
                let template = Box::new(facts::Template { texts, exprs });
                self.node(Expr::Tagged { tag, template }, span)
            }
            Ast::Bin(bin) => self.binary(bin, span),
            Ast::Cond(cond) => self.conditional(cond, span),
            Ast::Unary(unary) => {
                if let (UnaryOp::Plus, Ast::Lit(Lit::Num(number))) = (unary.op, &*unary.arg) {
                    return self.node(Expr::Number(number.value), span);
                }
                if let (UnaryOp::Minus, Ast::Lit(Lit::Num(number))) = (unary.op, &*unary.arg) {
                    return self.node(Expr::Number(-number.value), span);
                }
                if unary.op == UnaryOp::Delete {
                    let gone = self.node(Expr::Undefined, span);
                    self.assign_to(*unary.arg, gone, (false, false), span);
                    return self.opaque("the result of delete", span);
                }
                let argument = self.expr(*unary.arg);
                let op = match unary.op {
                    UnaryOp::Bang => facts::Unary::Not,
                    UnaryOp::TypeOf => facts::Unary::Typeof,
                    UnaryOp::Void => facts::Unary::Void,
                    _ => facts::Unary::Number,
                };
                self.node(Expr::Unary { op, argument }, span)
            }
            Ast::Update(update) => {
                let value = self.opaque("a counter", span);
                self.assign_to(*update.arg, value, (false, false), span);
                value
            }
            Ast::Assign(assign) => self.assign(assign, span),
            Ast::Member(member) => self.member_expr(*member.obj, member.prop, span),
            Ast::SuperProp(member) => {
                let object = self.node(Expr::Super, span_of(member.obj.span));
                let key = match member.prop {
                    SuperProp::Ident(ident) => Key::Name(ident.sym),
                    SuperProp::Computed(computed) => Key::Computed(self.expr(*computed.expr)),
                };
                self.node(Expr::Member { object, key }, span)
            }
            Ast::OptChain(chain) => match *chain.base {
                OptChainBase::Member(member) => {
                    let id = self.member_expr(*member.obj, member.prop, span);
                    self.facts.optional.push(id);
                    id
                }
                OptChainBase::Call(call) => self.call(Callee::Expr(call.callee), call.args, span),
            },
            Ast::Call(call) => self.call(call.callee, call.args, span),
            Ast::New(new) => {
                let id = self.opaque("", span);
                let callee = self.expr(*new.callee);
                let arguments = self.arguments(id, new.args.unwrap_or_default());
                self.facts.nodes[id.index()].expr = Expr::New {
                    callee,
                    arguments: arguments.into(),
                };
                self.candidate(id)
            }
            Ast::Seq(seq) => {
                let ids: Vec<_> = seq.exprs.into_iter().map(|e| self.expr(*e)).collect();
                match ids.last() {
                    Some(&last) => last,
                    None => self.node(Expr::Undefined, span),
                }
            }
            Ast::Array(array) => {
                let elements = array.elems.into_iter().map(|element| match element {
                    Some(element) => self.argument(element),
                    None => Argument {
                        expr: self.node(Expr::Undefined, span),
                        spread: false,
                    },
                });
                let elements = elements.collect();
                self.node(Expr::Array(elements), span)
            }
            Ast::Object(object) => self.object(object, span),
            Ast::Fn(f) => self.function_expr(f, span),
            Ast::Arrow(arrow) => {
                let id = self.arrow(arrow);
                self.node(Expr::Function(id), span)
            }
            Ast::Class(class) => {
                let name = class.ident.as_ref().map(|i| i.sym.to_string());
                let id = self.class(name, *class.class);
                self.node(Expr::Class(id), span)
            }
            Ast::Await(wait) => {
                let value = self.expr(*wait.arg);
                self.node(Expr::Await(value), span)
            }
            Ast::Yield(value) => {
                if let Some(value) = value.arg {
                    self.expr(*value);
                }
                self.opaque("what a generator is sent", span)
            }
            Ast::MetaProp(meta) => match meta.kind {
                MetaPropKind::ImportMeta => self.node(Expr::ImportMeta, span),
                MetaPropKind::NewTarget => self.opaque("new.target", span),
            },
            Ast::JSXElement(element) => self.jsx(*element, span),
            Ast::JSXFragment(fragment) => {
                self.jsx_children(fragment.children);
                self.opaque("an element", span)
            }
            Ast::Paren(e) => self.expr(*e.expr),
            Ast::TsAs(e) => self.expr(*e.expr),
            Ast::TsNonNull(e) => self.expr(*e.expr),
            Ast::TsSatisfies(e) => self.expr(*e.expr),
            Ast::TsConstAssertion(e) => self.expr(*e.expr),
            Ast::TsTypeAssertion(e) => self.expr(*e.expr),
            Ast::TsInstantiation(e) => self.expr(*e.expr),
            _ => self.opaque("an unusual expression", span),
        }
    }

    fn name(&mut self, ident: &swc_ecma_ast::Ident, span: Span) -> ExprId {
        let expr = match self.lookup(&ident.sym) {
            Some(binding) => Expr::Binding(binding),
            None if ident.sym == *"undefined" => Expr::Undefined,
            None => Expr::Global(ident.sym.clone()),
        };
        let name = self.node(expr, span);
        let inside = self.with.is_some_and(|outer| {
            let scopes = self.scopes.get(outer..).unwrap_or_default();
            !scopes.iter().any(|scope| scope.has(&ident.sym))
        });
        if !inside {
            return name;
        }
        let test = self.opaque("a property of `with`", span);
        let property = self.opaque(&ident.sym, span);
        let either = Expr::Conditional {
            test,
            yes: name,
            no: property,
        };
        self.node(either, span)
    }

    fn literal(&mut self, lit: Lit, span: Span) -> ExprId {
        let expr = match lit {
            Lit::Str(text) => Expr::Text(text.value.to_atom_lossy().into_owned()),
            Lit::Bool(value) => Expr::Bool(value.value),
            Lit::Null(_) => Expr::Null,
            Lit::Num(number) => Expr::Number(number.value),
            Lit::BigInt(number) => Expr::Text(number.value.to_string().into()),
            Lit::Regex(regex) => Expr::Regex(Box::new(facts::Regex {
                pattern: regex.exp.to_string(),
                flags: regex.flags.to_string(),
            })),
            Lit::JSXText(text) => Expr::Text(text.value.to_atom_lossy().into_owned()),
        };
        self.node(expr, span)
    }

    /// A left-deep chain (`a + b + c + …`) is walked in a loop: it can be very long.
    fn binary(&mut self, bin: swc_ecma_ast::BinExpr, span: Span) -> ExprId {
        let mut pending = vec![(bin.op, *bin.right, span)];
        let mut left = *bin.left;
        while let Ast::Bin(inner) = left {
            let span = span_of(inner.span);
            pending.push((inner.op, *inner.right, span));
            left = *inner.left;
        }
        let mut result = self.expr(left);
        for (op, right, span) in pending.into_iter().rev() {
            result = self.operation(op, result, right, span);
        }
        result
    }

    fn operation(&mut self, op: BinaryOp, left: ExprId, right: Ast, span: Span) -> ExprId {
        let logical = match op {
            BinaryOp::LogicalAnd => Some((facts::Logical::And, Expected::Truthy)),
            BinaryOp::LogicalOr => Some((facts::Logical::Or, Expected::Falsy)),
            BinaryOp::NullishCoalescing => Some((facts::Logical::Nullish, Expected::Nullish)),
            _ => None,
        };
        if let Some((op, holds)) = logical {
            let right = self.arm(left, holds, right);
            return self.node(Expr::Logical { op, left, right }, span);
        }
        let op = match op {
            BinaryOp::Add => facts::Binary::Add,
            BinaryOp::EqEq => facts::Binary::Equal,
            BinaryOp::NotEq => facts::Binary::NotEqual,
            BinaryOp::EqEqEq => facts::Binary::StrictEqual,
            BinaryOp::NotEqEq => facts::Binary::StrictNotEqual,
            BinaryOp::Sub => facts::Binary::Subtract,
            BinaryOp::Mul => facts::Binary::Multiply,
            BinaryOp::Div => facts::Binary::Divide,
            BinaryOp::Mod => facts::Binary::Remainder,
            BinaryOp::Exp => facts::Binary::Power,
            BinaryOp::Lt => facts::Binary::Less,
            BinaryOp::LtEq => facts::Binary::LessEqual,
            BinaryOp::Gt => facts::Binary::Greater,
            BinaryOp::GtEq => facts::Binary::GreaterEqual,
            BinaryOp::In => facts::Binary::In,
            BinaryOp::InstanceOf => facts::Binary::InstanceOf,
            _ => facts::Binary::Other,
        };
        let right = self.expr(right);
        self.node(Expr::Binary { op, left, right }, span)
    }

    /// An expression that is evaluated only if a test holds.
    fn arm(&mut self, test: ExprId, holds: Expected, expr: Ast) -> ExprId {
        let span = span_of(expr.span());
        let condition = Some(Condition { test, holds });
        self.in_block(BlockKind::Branch, span, condition, |this| this.expr(expr))
            .1
    }

    fn conditional(&mut self, cond: swc_ecma_ast::CondExpr, span: Span) -> ExprId {
        let test = self.expr(*cond.test);
        let yes = self.arm(test, Expected::Truthy, *cond.cons);
        let no = self.arm(test, Expected::Falsy, *cond.alt);
        self.node(Expr::Conditional { test, yes, no }, span)
    }

    fn assign(&mut self, assign: swc_ecma_ast::AssignExpr, span: Span) -> ExprId {
        let value = self.expr(*assign.right);
        let (append, maybe) = match assign.op {
            AssignOp::Assign => (false, false),
            AssignOp::AddAssign => (true, false),
            AssignOp::AndAssign | AssignOp::OrAssign | AssignOp::NullishAssign => (false, true),
            _ => {
                let number = self.opaque("a computed number", span);
                if let AssignTarget::Simple(target) = assign.left {
                    self.assign_simple(target, number, (false, false), span);
                }
                return number;
            }
        };
        match assign.left {
            AssignTarget::Simple(target) => {
                self.assign_simple(target, value, (append, maybe), span)
            }
            AssignTarget::Pat(pattern) => self.bind(Pat::from(pattern), value, span),
        }
        value
    }

    fn assign_simple(
        &mut self,
        target: SimpleAssignTarget,
        value: ExprId,
        how: (bool, bool),
        span: Span,
    ) {
        match target {
            SimpleAssignTarget::Ident(ident) => {
                let definition = self.definition(value, how, span);
                self.add_definition(&ident.id.sym, definition, span_of(ident.id.span));
            }
            SimpleAssignTarget::Member(member) => {
                self.write(*member.obj, member.prop, value, how, span);
            }
            SimpleAssignTarget::Paren(e) => self.assign_to(*e.expr, value, how, span),
            SimpleAssignTarget::TsAs(e) => self.assign_to(*e.expr, value, how, span),
            SimpleAssignTarget::TsNonNull(e) => self.assign_to(*e.expr, value, how, span),
            SimpleAssignTarget::TsSatisfies(e) => self.assign_to(*e.expr, value, how, span),
            SimpleAssignTarget::TsTypeAssertion(e) => self.assign_to(*e.expr, value, how, span),
            _ => {}
        }
    }

    /// Assigns to whatever an expression names.
    pub(super) fn assign_to(&mut self, target: Ast, value: ExprId, how: (bool, bool), span: Span) {
        match target {
            Ast::Ident(ident) => {
                let definition = self.definition(value, how, span);
                self.add_definition(&ident.sym, definition, span_of(ident.span));
            }
            Ast::Member(member) => self.write(*member.obj, member.prop, value, how, span),
            Ast::Paren(e) => self.assign_to(*e.expr, value, how, span),
            Ast::TsAs(e) => self.assign_to(*e.expr, value, how, span),
            Ast::TsNonNull(e) => self.assign_to(*e.expr, value, how, span),
            _ => {}
        }
    }

    fn write(
        &mut self,
        object: Ast,
        prop: MemberProp,
        value: ExprId,
        how: (bool, bool),
        span: Span,
    ) {
        let object = self.expr(object);
        let key = self.member_key(prop);
        let definition = self.definition(value, how, span);
        self.facts.writes.push(Write {
            object,
            key,
            definition,
            function: self.function,
        });
    }

    fn member_expr(&mut self, object: Ast, prop: MemberProp, span: Span) -> ExprId {
        let object = self.expr(object);
        let key = self.member_key(prop);
        self.node(Expr::Member { object, key }, span)
    }

    fn member_key(&mut self, prop: MemberProp) -> Key {
        match prop {
            MemberProp::Ident(ident) => Key::Name(ident.sym),
            MemberProp::PrivateName(name) => Key::Name(format!("#{}", name.name).into()),
            MemberProp::Computed(computed) => match *computed.expr {
                Ast::Lit(Lit::Str(text)) => Key::Name(text.value.to_atom_lossy().into_owned()),
                Ast::Lit(Lit::Num(number)) => Key::Name(number.value.to_string().into()),
                other => Key::Computed(self.expr(other)),
            },
        }
    }

    fn call(&mut self, callee: Callee, args: Vec<ExprOrSpread>, span: Span) -> ExprId {
        let id = self.opaque("", span);
        let expr = match callee {
            Callee::Import(_) => {
                let mut ids = args
                    .into_iter()
                    .map(|a| self.expr(*a.expr))
                    .collect::<Vec<_>>()
                    .into_iter();
                match ids.next() {
                    Some(specifier) => Expr::Import {
                        specifier,
                        options: ids.next(),
                    },
                    None => return id,
                }
            }
            Callee::Super(s) => {
                let callee = self.node(Expr::Super, span_of(s.span));
                let arguments = self.arguments(id, args);
                Expr::Call {
                    callee,
                    arguments: arguments.into(),
                }
            }
            Callee::Expr(callee) => {
                let callee = match unwrapped(*callee) {
                    function @ (Ast::Fn(_) | Ast::Arrow(_)) => {
                        self.handed = Some(Handed::Called(id));
                        self.expr(function)
                    }
                    other => self.expr(other),
                };
                let arguments = self.arguments(id, args);
                Expr::Call {
                    callee,
                    arguments: arguments.into(),
                }
            }
        };
        self.facts.nodes[id.index()].expr = expr;
        self.candidate(id)
    }

    fn arguments(&mut self, call: ExprId, args: Vec<ExprOrSpread>) -> Vec<Argument> {
        let mut out = Vec::with_capacity(args.len());
        for (i, arg) in args.into_iter().enumerate() {
            let spread = arg.spread.is_some();
            let expr = unwrapped(*arg.expr);
            if matches!(expr, Ast::Fn(_) | Ast::Arrow(_)) {
                self.handed = Some(Handed::Argument(call, i as u32));
            }
            out.push(Argument {
                expr: self.expr(expr),
                spread,
            });
        }
        out
    }

    fn argument(&mut self, arg: ExprOrSpread) -> Argument {
        Argument {
            spread: arg.spread.is_some(),
            expr: self.expr(*arg.expr),
        }
    }

    fn function_expr(&mut self, f: swc_ecma_ast::FnExpr, span: Span) -> ExprId {
        let Some(ident) = f.ident else {
            let id = self.function(None, *f.function, ThisOf::Caller);
            return self.node(Expr::Function(id), span);
        };
        // The name is bound inside the function only.
        self.scoped(|this| {
            let name = ident.sym.to_string();
            this.declare(&name, span_of(ident.span), facts::BindingKind::Variable);
            let id = this.function(Some(name), *f.function, ThisOf::Caller);
            let value = this.node(Expr::Function(id), span);
            this.define(
                &ident,
                value,
                Span::new(span.range().start, span.range().start),
            );
            value
        })
    }

    fn object(&mut self, object: swc_ecma_ast::ObjectLit, span: Span) -> ExprId {
        let id = self.opaque("", span);
        let mut properties = Vec::with_capacity(object.props.len());
        for property in object.props {
            match property {
                PropOrSpread::Spread(spread) => {
                    properties.push(Property::Spread(self.expr(*spread.expr)));
                }
                PropOrSpread::Prop(property) => {
                    if let Some(property) = self.property(id, *property) {
                        properties.push(property);
                    }
                }
            }
        }
        self.facts.nodes[id.index()].expr = Expr::Object(properties.into());
        id
    }

    fn property(&mut self, object: ExprId, property: Prop) -> Option<Property> {
        Some(match property {
            Prop::Shorthand(ident) => {
                let value = self.name(&ident, span_of(ident.span));
                Property::Value(Key::Name(ident.sym), value)
            }
            Prop::KeyValue(kv) => {
                let key = self.key(kv.key);
                let value = match *kv.value {
                    Ast::Fn(f) if f.ident.is_none() => {
                        let span = span_of(f.function.span);
                        let id = self.function(None, *f.function, ThisOf::Object(object));
                        self.node(Expr::Function(id), span)
                    }
                    other => self.expr(other),
                };
                Property::Value(key, value)
            }
            Prop::Method(m) => {
                let key = self.key(m.key);
                let name = match &key {
                    Key::Name(name) => Some(name.to_string()),
                    Key::Computed(_) => None,
                };
                let span = span_of(m.function.span);
                let id = self.function(name, *m.function, ThisOf::Object(object));
                let value = self.node(Expr::Function(id), span);
                Property::Value(key, value)
            }
            Prop::Getter(g) => {
                let key = self.key(g.key);
                let id = self.function(None, *g.function, ThisOf::Object(object));
                Property::Getter(key, id)
            }
            Prop::Setter(s) => {
                let key = self.key(s.key);
                let id = self.function(None, *s.function, ThisOf::Object(object));
                Property::Setter(key, id)
            }
            Prop::Assign(_) => return None,
        })
    }

    fn jsx(&mut self, element: JSXElement, span: Span) -> ExprId {
        let tag = match &element.opening.name {
            JSXElementName::Ident(ident) => ident.sym.to_string(),
            _ => String::new(),
        };
        let mut attributes = Vec::new();
        for attribute in element.opening.attrs {
            match attribute {
                JSXAttrOrSpread::SpreadElement(spread) => {
                    self.expr(*spread.expr);
                }
                JSXAttrOrSpread::JSXAttr(attribute) => {
                    let value = self.jsx_value(attribute.value, span_of(attribute.span));
                    if let (JSXAttrName::Ident(name), Some(value)) = (&attribute.name, value) {
                        attributes.push((name.sym.to_string(), value));
                    }
                }
            }
        }
        self.jsx_children(element.children);
        if !matches!(tag.as_str(), "a" | "area" | "link") {
            return self.opaque("an element", span);
        }
        let id = self.node(Expr::Jsx(Box::new(facts::Jsx { tag, attributes })), span);
        self.candidate(id)
    }

    fn jsx_value(&mut self, value: Option<JSXAttrValue>, span: Span) -> Option<ExprId> {
        Some(match value? {
            JSXAttrValue::Str(text) => {
                let at = span_of(text.span);
                self.node(Expr::Text(text.value.to_atom_lossy().into_owned()), at)
            }
            JSXAttrValue::JSXExprContainer(container) => match container.expr {
                JSXExpr::Expr(expr) => self.expr(*expr),
                JSXExpr::JSXEmptyExpr(_) => return None,
            },
            JSXAttrValue::JSXElement(element) => self.jsx(*element, span),
            JSXAttrValue::JSXFragment(fragment) => {
                self.jsx_children(fragment.children);
                return None;
            }
        })
    }

    fn jsx_children(&mut self, children: Vec<JSXElementChild>) {
        for child in children {
            match child {
                JSXElementChild::JSXExprContainer(container) => {
                    if let JSXExpr::Expr(expr) = container.expr {
                        self.expr(*expr);
                    }
                }
                JSXElementChild::JSXSpreadChild(child) => {
                    self.expr(*child.expr);
                }
                JSXElementChild::JSXElement(element) => {
                    let span = span_of(element.span);
                    stacker::maybe_grow(128 << 10, 8 << 20, || self.jsx(*element, span));
                }
                JSXElementChild::JSXFragment(fragment) => self.jsx_children(fragment.children),
                JSXElementChild::JSXText(_) => {}
            }
        }
    }
}

fn cooked(quasi: &swc_ecma_ast::TplElement) -> String {
    match &quasi.cooked {
        Some(text) => text.to_atom_lossy().to_string(),
        None => quasi.raw.to_string(),
    }
}

/// An expression without the parentheses and type syntax around it.
fn unwrapped(mut expr: Ast) -> Ast {
    loop {
        expr = match expr {
            Ast::Paren(e) => *e.expr,
            Ast::TsAs(e) => *e.expr,
            Ast::TsNonNull(e) => *e.expr,
            Ast::TsSatisfies(e) => *e.expr,
            Ast::TsConstAssertion(e) => *e.expr,
            other => return other,
        };
    }
}
