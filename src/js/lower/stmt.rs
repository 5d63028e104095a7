//! Statements: blocks, conditions, loops, declarations, imports and exports.

use super::{Lowerer, span_of};
use crate::js::facts::*;
use crate::span::Span;
use swc_common::Spanned;
use swc_ecma_ast::{
    Decl, DefaultDecl, ExportSpecifier, ForHead, ModuleDecl, ModuleItem, Pat, Stmt, VarDeclOrExpr,
};

impl Lowerer {
    pub(super) fn items(&mut self, items: Vec<ModuleItem>) {
        self.declare_items(&items);
        for item in items {
            match item {
                ModuleItem::Stmt(stmt) => self.stmt(stmt),
                ModuleItem::ModuleDecl(decl) => self.module_decl(decl),
            }
        }
    }

    pub(super) fn stmts(&mut self, stmts: Vec<Stmt>) {
        for stmt in stmts {
            self.stmt(stmt);
        }
    }

    fn block_stmts(&mut self, stmts: Vec<Stmt>) {
        self.scoped(|this| {
            this.declare_lexical(stmts.iter());
            this.stmts(stmts);
        });
    }

    /// A statement that is the body of something: a scope of its own.
    fn body_stmt(&mut self, stmt: Stmt) {
        match stmt {
            Stmt::Block(block) => self.block_stmts(block.stmts),
            stmt => self.stmt(stmt),
        }
    }

    pub(super) fn stmt(&mut self, stmt: Stmt) {
        stacker::maybe_grow(128 << 10, 8 << 20, || self.stmt_here(stmt));
    }

    fn stmt_here(&mut self, stmt: Stmt) {
        let span = span_of(stmt.span());
        match stmt {
            Stmt::Expr(s) => {
                self.expr(*s.expr);
            }
            Stmt::Decl(decl) => self.decl(decl),
            Stmt::Block(s) => {
                self.in_block(BlockKind::Plain, span, None, |this| {
                    this.block_stmts(s.stmts)
                });
            }
            Stmt::Return(s) => {
                let value = match s.arg {
                    Some(value) => self.expr(*value),
                    None => self.node(Expr::Undefined, span),
                };
                if let Some(function) = self.function {
                    self.facts.functions[function.index()].returns.push(value);
                }
                self.exits(span.end);
            }
            Stmt::Throw(s) => {
                self.expr(*s.arg);
                self.exits(span.end);
            }
            Stmt::If(s) => self.if_stmt(s),
            Stmt::For(s) => self.for_stmt(s, span),
            Stmt::ForOf(s) => {
                let iterated = self.expr(*s.right);
                let element = self.node(Expr::Element(iterated), span_of(s.left.span()));
                self.each(s.left, element, *s.body, span);
            }
            Stmt::ForIn(s) => {
                let object = self.expr(*s.right);
                let at = span_of(s.left.span());
                let keys = self.node(Expr::Keys(object), at);
                let key = self.node(Expr::Element(keys), at);
                self.each(s.left, key, *s.body, span);
            }
            Stmt::While(s) => {
                self.expr(*s.test);
                self.in_block(BlockKind::Loop, span, None, |this| this.body_stmt(*s.body));
            }
            Stmt::DoWhile(s) => {
                self.in_block(BlockKind::Loop, span, None, |this| this.body_stmt(*s.body));
                self.expr(*s.test);
            }
            Stmt::Labeled(s) => {
                // `break label` may leave it anywhere.
                self.in_block(BlockKind::Branch, span, None, |this| this.stmt(*s.body));
            }
            Stmt::With(s) => {
                self.expr(*s.obj);
                let outer = self.with.replace(self.scopes.len());
                self.in_block(BlockKind::Branch, span, None, |this| {
                    this.body_stmt(*s.body)
                });
                self.with = outer;
            }
            Stmt::Try(s) => self.try_stmt(*s),
            Stmt::Switch(s) => self.switch(s),
            _ => {}
        }
    }

    fn if_stmt(&mut self, s: swc_ecma_ast::IfStmt) {
        let skips = |stmt: &Stmt| jumps(std::slice::from_ref(stmt));
        let (yes_skips, no_skips) = (skips(&s.cons), s.alt.as_deref().is_some_and(skips));
        let test = self.expr(*s.test);
        let end = span_of(s.span).end;
        let when = |holds| Some(Condition { test, holds });
        let (yes, ()) = self.in_block(
            BlockKind::Branch,
            span_of(s.cons.span()),
            when(Expected::Truthy),
            |this| this.body_stmt(*s.cons),
        );
        let yes_exits = self.facts.block(yes).exits_at.is_some();
        let Some(alt) = s.alt else {
            if yes_exits || yes_skips {
                let condition = Condition {
                    test,
                    holds: Expected::Falsy,
                };
                self.facts.blocks[self.block.index()]
                    .after
                    .push((end, condition));
            }
            return;
        };
        let span = span_of(alt.span());
        let (no, ()) = self.in_block(BlockKind::Branch, span, when(Expected::Falsy), |this| {
            this.body_stmt(*alt);
        });
        self.facts.blocks[yes.index()].twin = Some(no);
        self.facts.blocks[no.index()].twin = Some(yes);
        let no_exits = self.facts.block(no).exits_at.is_some();
        if yes_exits && no_exits {
            return self.exits(end);
        }
        let after = match (yes_exits || yes_skips, no_exits || no_skips) {
            (true, true) => return,
            (true, false) => Expected::Falsy,
            (false, true) => Expected::Truthy,
            (false, false) => return,
        };
        let condition = Condition { test, holds: after };
        self.facts.blocks[self.block.index()]
            .after
            .push((end, condition));
    }

    fn for_stmt(&mut self, s: swc_ecma_ast::ForStmt, span: Span) {
        self.scoped(|this| {
            match s.init {
                Some(VarDeclOrExpr::VarDecl(var)) => {
                    let stmt = Stmt::Decl(Decl::Var(var));
                    this.declare_lexical(std::iter::once(&stmt));
                    this.stmt(stmt);
                }
                Some(VarDeclOrExpr::Expr(init)) => {
                    this.expr(*init);
                }
                None => {}
            }
            this.in_block(BlockKind::Loop, span, None, |this| {
                if let Some(test) = s.test {
                    this.expr(*test);
                }
                this.body_stmt(*s.body);
                if let Some(update) = s.update {
                    this.expr(*update);
                }
            });
        });
    }

    fn each(&mut self, head: ForHead, element: ExprId, body: Stmt, span: Span) {
        self.scoped(|this| {
            this.in_block(BlockKind::Loop, span, None, |this| {
                let at = span_of(head.span());
                match head {
                    ForHead::VarDecl(var) => {
                        let lexical = var.kind != swc_ecma_ast::VarDeclKind::Var;
                        for d in var.decls {
                            if lexical {
                                this.declare_pattern(&d.name, &BindingKind::Variable);
                            }
                            this.bind(d.name, element, at);
                        }
                    }
                    ForHead::UsingDecl(using) => {
                        for d in using.decls {
                            this.declare_pattern(&d.name, &BindingKind::Variable);
                            this.bind(d.name, element, at);
                        }
                    }
                    ForHead::Pat(pattern) => this.bind(*pattern, element, at),
                }
                this.body_stmt(body);
            });
        });
    }

    fn try_stmt(&mut self, s: swc_ecma_ast::TryStmt) {
        let span = span_of(s.block.span);
        let (tried, ()) = self.in_block(BlockKind::Branch, span, None, |this| {
            this.block_stmts(s.block.stmts)
        });
        self.facts.blocks[tried.index()].is_caught = s.handler.is_some();
        if let Some(handler) = s.handler {
            let span = span_of(handler.span);
            self.in_block(BlockKind::Branch, span, None, |this| {
                this.scoped(|this| {
                    if let Some(pattern) = handler.param {
                        this.declare_pattern(&pattern, &BindingKind::Caught);
                    }
                    this.block_stmts(handler.body.stmts);
                });
            });
        }
        if let Some(finalizer) = s.finalizer {
            let span = span_of(finalizer.span);
            self.in_block(BlockKind::Plain, span, None, |this| {
                this.block_stmts(finalizer.stmts)
            });
        }
    }

    fn switch(&mut self, s: swc_ecma_ast::SwitchStmt) {
        let discriminant = self.expr(*s.discriminant);
        self.scoped(|this| {
            for case in &s.cases {
                this.declare_lexical(case.cons.iter());
            }
            let count = s.cases.len();
            // The tests that lead to the case at hand, those it falls through from among them;
            // nothing if that is not known.
            let mut leading: Option<Vec<ExprId>> = Some(Vec::new());
            let mut all = Vec::new();
            for (i, case) in s.cases.into_iter().enumerate() {
                let span = span_of(case.span);
                let condition = match case.test {
                    Some(test) => {
                        let test = this.expr(*test);
                        let test = this.matches(discriminant, test);
                        all.push(test);
                        if let Some(leading) = &mut leading {
                            leading.push(test);
                        }
                        let tests = leading.as_deref().unwrap_or_default();
                        this.when_any(tests, Expected::Truthy)
                    }
                    None => {
                        let is_all_else =
                            i + 1 == count && leading.take().is_some_and(|l| l.is_empty());
                        let tests = if is_all_else { &all[..] } else { &[] };
                        this.when_any(tests, Expected::Falsy)
                    }
                };
                let jumps = jumps(&case.cons);
                let (block, ()) = this.in_block(BlockKind::Branch, span, condition, |this| {
                    this.stmts(case.cons);
                });
                if jumps || this.facts.block(block).exits_at.is_some() {
                    leading = Some(Vec::new());
                }
            }
        });
    }

    /// Whether a case is the one of a `switch`.
    fn matches(&mut self, discriminant: ExprId, case: ExprId) -> ExprId {
        let span = self.facts.node(discriminant).span;
        let expr = Expr::Binary {
            op: crate::js::facts::Binary::StrictEqual,
            left: discriminant,
            right: case,
        };
        self.node(expr, span)
    }

    /// The condition that one of a few tests holds, or that none does.
    fn when_any(&mut self, tests: &[ExprId], holds: Expected) -> Option<Condition> {
        let (&first, others) = tests.split_first()?;
        if tests.len() > MAX_CASES {
            return None;
        }
        let mut test = first;
        for &right in others {
            let span = self.facts.node(right).span;
            let expr = Expr::Logical {
                op: crate::js::facts::Logical::Or,
                left: test,
                right,
            };
            test = self.node(expr, span);
        }
        Some(Condition { test, holds })
    }

    pub(super) fn decl(&mut self, decl: Decl) {
        match decl {
            Decl::Var(var) if !var.declare => {
                var.decls.into_iter().for_each(|d| self.declarator(d));
            }
            Decl::Using(using) => using.decls.into_iter().for_each(|d| self.declarator(d)),
            Decl::Fn(f) if f.function.body.is_some() => {
                let name = f.ident.sym.to_string();
                let id = self.function(Some(name), *f.function, ThisOf::Caller);
                self.hoisted(&f.ident, Expr::Function(id));
            }
            Decl::Class(c) if !c.declare => {
                let id = self.class(Some(c.ident.sym.to_string()), *c.class);
                self.hoisted(&c.ident, Expr::Class(id));
            }
            Decl::TsEnum(e) => self.enumeration(*e),
            Decl::TsModule(m) => self.namespace(*m),
            _ => {}
        }
    }

    /// A declaration that is there from the start of its block.
    fn hoisted(&mut self, ident: &swc_ecma_ast::Ident, expr: Expr) {
        let at = span_of(ident.span);
        let value = self.node(expr, at);
        let mut start = self.facts.block(self.block).span.range().start;
        if let Some(binding) = self.lookup(&ident.sym) {
            // A function in the body comes after a parameter of its name.
            let binding = &self.facts.bindings[binding.index()];
            if binding.kind == BindingKind::Parameter {
                let parameter = binding.definitions.first();
                start = parameter.map_or(start, |d| d.span.range().end);
            }
        }
        let definition = self.definition(value, (false, false), Span::new(start, start));
        self.add_definition(&ident.sym, definition, at);
    }

    fn declarator(&mut self, d: swc_ecma_ast::VarDeclarator) {
        let Some(init) = d.init else { return };
        let span = span_of(d.span);
        let value = self.expr(*init);
        self.bind(d.name, value, span);
    }

    fn enumeration(&mut self, e: swc_ecma_ast::TsEnumDecl) {
        let span = span_of(e.span);
        let mut next = Some(0.0);
        let mut properties = Vec::new();
        for member in e.members {
            let at = span_of(member.span);
            let name = match member.id {
                swc_ecma_ast::TsEnumMemberId::Ident(ident) => ident.sym.to_string(),
                swc_ecma_ast::TsEnumMemberId::Str(text) => text.value.to_atom_lossy().to_string(),
            };
            let value = match member.init {
                Some(init) => {
                    let id = self.expr(*init);
                    next = match self.facts.node(id).expr {
                        Expr::Number(n) => Some(n + 1.0),
                        _ => None,
                    };
                    id
                }
                None => {
                    let expr = next.map_or(Expr::Opaque("an enum member".into()), Expr::Number);
                    next = next.map(|n| n + 1.0);
                    self.node(expr, at)
                }
            };
            properties.push(Property::Value(Key::Name(name.into()), value));
        }
        let value = self.node(Expr::Object(properties.into()), span);
        self.define(&e.id, value, span);
    }

    fn namespace(&mut self, m: swc_ecma_ast::TsModuleDecl) {
        use swc_ecma_ast::{TsModuleName, TsNamespaceBody};
        let (false, TsModuleName::Ident(ident), Some(body)) = (m.declare || m.global, m.id, m.body)
        else {
            return;
        };
        let span = span_of(m.span);
        let TsNamespaceBody::TsModuleBlock(block) = body else {
            return;
        };
        let exported = self.scoped(|this| {
            let names = exported_names(&block.body);
            this.declare_items(&block.body);
            for item in block.body {
                match item {
                    ModuleItem::Stmt(stmt) => this.stmt(stmt),
                    ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => {
                        this.decl(export.decl)
                    }
                    ModuleItem::ModuleDecl(_) => {}
                }
            }
            names
                .into_iter()
                .filter_map(|n| this.lookup(&n).map(|b| (n, b)))
                .collect()
        });
        let value = self.node(Expr::Namespace(exported), span);
        self.define(&ident, value, span);
    }

    fn module_decl(&mut self, decl: ModuleDecl) {
        let declaration = span_of(decl.span());
        match decl {
            ModuleDecl::Import(import) => {
                if !import.type_only {
                    self.import(&import.src, import.with.as_deref(), declaration);
                }
            }
            ModuleDecl::ExportDecl(export) => {
                let names = declared_names(&export.decl);
                self.decl(export.decl);
                for name in names {
                    self.export_binding(&name, &name, declaration);
                }
            }
            ModuleDecl::ExportNamed(export) => self.export_named(export, declaration),
            ModuleDecl::ExportDefaultExpr(export) => {
                let value = self.expr(*export.expr);
                self.facts.exports.push(Export::Local {
                    name: "default".into(),
                    value,
                });
            }
            ModuleDecl::ExportDefaultDecl(export) => self.export_default(export.decl, declaration),
            ModuleDecl::ExportAll(export) => {
                if !export.type_only {
                    self.import(&export.src, export.with.as_deref(), declaration);
                    let specifier = export.src.value.to_atom_lossy().to_string();
                    self.facts.exports.push(Export::All { specifier });
                }
            }
            ModuleDecl::TsExportAssignment(export) => {
                let value = self.expr(*export.expr);
                self.facts.exports.push(Export::Local {
                    name: "default".into(),
                    value,
                });
            }
            ModuleDecl::TsImportEquals(import) => {
                if let swc_ecma_ast::TsModuleRef::TsExternalModuleRef(reference) = import.module_ref
                {
                    self.import(&reference.expr, None, declaration);
                }
            }
            ModuleDecl::TsNamespaceExport(_) => {}
        }
    }

    fn import(
        &mut self,
        specifier: &swc_ecma_ast::Str,
        with: Option<&swc_ecma_ast::ObjectLit>,
        declaration: Span,
    ) {
        self.facts.imports.push(Import {
            specifier: specifier.value.to_atom_lossy().to_string(),
            span: span_of(specifier.span),
            declaration,
            module_type: with.and_then(module_type),
        });
    }

    fn export_binding(&mut self, local: &str, exported: &str, span: Span) {
        let expr = match self.lookup(local) {
            Some(binding) => Expr::Binding(binding),
            None => Expr::Global(local.into()),
        };
        let value = self.node(expr, span);
        self.facts.exports.push(Export::Local {
            name: exported.to_owned(),
            value,
        });
    }

    fn export_named(&mut self, export: swc_ecma_ast::NamedExport, declaration: Span) {
        if export.type_only {
            return;
        }
        if let Some(src) = &export.src {
            self.import(src, export.with.as_deref(), declaration);
        }
        for specifier in export.specifiers {
            let (local, exported) = match specifier {
                ExportSpecifier::Named(named) if named.is_type_only => continue,
                ExportSpecifier::Named(named) => {
                    let local = named.orig.atom().to_string();
                    let exported = named.exported.map(|e| e.atom().to_string());
                    (local.clone(), exported.unwrap_or(local))
                }
                ExportSpecifier::Namespace(ns) => ("*".to_owned(), ns.name.atom().to_string()),
                ExportSpecifier::Default(default) => {
                    ("default".to_owned(), default.exported.sym.to_string())
                }
            };
            match &export.src {
                None => self.export_binding(&local, &exported, declaration),
                Some(src) => self.facts.exports.push(Export::From {
                    name: exported,
                    from: local,
                    specifier: src.value.to_atom_lossy().to_string(),
                }),
            }
        }
    }

    fn export_default(&mut self, decl: DefaultDecl, span: Span) {
        let (ident, expr) = match decl {
            DefaultDecl::Fn(f) => {
                let name = f.ident.as_ref().map(|i| i.sym.to_string());
                let id = self.function(name, *f.function, ThisOf::Caller);
                (f.ident, Expr::Function(id))
            }
            DefaultDecl::Class(c) => {
                let name = c.ident.as_ref().map(|i| i.sym.to_string());
                let id = self.class(name, *c.class);
                (c.ident, Expr::Class(id))
            }
            DefaultDecl::TsInterfaceDecl(_) => return,
        };
        if let Some(ident) = ident {
            self.hoisted(&ident, expr.clone());
        }
        let value = self.node(expr, span);
        self.facts.exports.push(Export::Local {
            name: "default".into(),
            value,
        });
    }
}

/// `with { type: 'json' }` of a static import.
fn module_type(with: &swc_ecma_ast::ObjectLit) -> Option<String> {
    use swc_ecma_ast::{Expr as AstExpr, Lit, Prop, PropName, PropOrSpread};
    with.props.iter().find_map(|property| {
        let PropOrSpread::Prop(property) = property else {
            return None;
        };
        let Prop::KeyValue(kv) = &**property else {
            return None;
        };
        let named_type = match &kv.key {
            PropName::Ident(ident) => ident.sym == *"type",
            PropName::Str(text) => text.value.to_atom_lossy().as_ref() == "type",
            _ => false,
        };
        match &*kv.value {
            AstExpr::Lit(Lit::Str(text)) if named_type => {
                Some(text.value.to_atom_lossy().to_string())
            }
            _ => None,
        }
    })
}

fn exported_names(items: &[ModuleItem]) -> Vec<String> {
    items
        .iter()
        .filter_map(|item| match item {
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => {
                Some(declared_names(&export.decl))
            }
            _ => None,
        })
        .flatten()
        .collect()
}

fn declared_names(decl: &Decl) -> Vec<String> {
    let mut names = Vec::new();
    match decl {
        Decl::Fn(f) => names.push(f.ident.sym.to_string()),
        Decl::Class(c) => names.push(c.ident.sym.to_string()),
        Decl::TsEnum(e) => names.push(e.id.sym.to_string()),
        Decl::TsModule(m) => {
            if let swc_ecma_ast::TsModuleName::Ident(ident) = &m.id {
                names.push(ident.sym.to_string());
            }
        }
        Decl::Var(var) => var
            .decls
            .iter()
            .for_each(|d| pattern_names(&d.name, &mut names)),
        _ => {}
    }
    names
}

fn pattern_names(pattern: &Pat, names: &mut Vec<String>) {
    use swc_ecma_ast::ObjectPatProp;
    match pattern {
        Pat::Ident(ident) => names.push(ident.id.sym.to_string()),
        Pat::Array(array) => array
            .elems
            .iter()
            .flatten()
            .for_each(|p| pattern_names(p, names)),
        Pat::Rest(rest) => pattern_names(&rest.arg, names),
        Pat::Assign(assign) => pattern_names(&assign.left, names),
        Pat::Object(object) => object.props.iter().for_each(|property| match property {
            ObjectPatProp::KeyValue(kv) => pattern_names(&kv.value, names),
            ObjectPatProp::Assign(assign) => names.push(assign.key.id.sym.to_string()),
            ObjectPatProp::Rest(rest) => pattern_names(&rest.arg, names),
        }),
        Pat::Invalid(_) | Pat::Expr(_) => {}
    }
}

/// How many cases of a `switch` are looked at together.
const MAX_CASES: usize = 16;

/// Whether statements end in a jump out of what is around them.
fn jumps(stmts: &[Stmt]) -> bool {
    match stmts.last() {
        Some(Stmt::Break(_) | Stmt::Continue(_)) => true,
        Some(Stmt::Block(block)) => jumps(&block.stmts),
        _ => false,
    }
}
