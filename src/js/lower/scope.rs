//! Scopes: which names a block or function declares, found before its code is lowered.

use super::{Lowerer, span_of};
use crate::js::facts::*;
use crate::span::Span;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use swc_ecma_ast::{
    Decl, ForHead, ModuleDecl, ModuleItem, ObjectPatProp, Pat, Stmt, VarDecl, VarDeclKind,
    VarDeclOrExpr,
};

/// The names of one scope.
#[derive(Debug, Default)]
pub(super) struct Scope {
    names: HashMap<String, BindingId>,
}

impl Scope {
    /// Whether it declares the name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }
}

impl Lowerer {
    pub(super) fn lookup(&self, name: &str) -> Option<BindingId> {
        self.scopes
            .iter()
            .rev()
            .find_map(|scope| scope.names.get(name).copied())
    }

    /// Declares a name in the innermost scope; a second declaration is the same binding.
    pub(super) fn declare(&mut self, name: &str, span: Span, kind: BindingKind) -> BindingId {
        if let Some(&id) = self.scopes.last().and_then(|scope| scope.names.get(name)) {
            return id;
        }
        let id = BindingId(self.facts.bindings.len() as u32);
        self.facts.bindings.push(Binding {
            name: name.into(),
            kind,
            span,
            block: self.block,
            definitions: Vec::new(),
            type_name: None,
        });
        if let Some(scope) = self.scopes.last_mut() {
            scope.names.insert(name.to_owned(), id);
        }
        id
    }

    /// Declares all names that a pattern binds.
    pub(super) fn declare_pattern(&mut self, pattern: &Pat, kind: &BindingKind) {
        match pattern {
            Pat::Ident(ident) => {
                let id = self.declare(&ident.id.sym, span_of(ident.id.span), kind.clone());
                if let Some(annotation) = &ident.type_ann {
                    self.facts.bindings[id.index()].type_name =
                        type_name(&annotation.type_ann).map(Into::into);
                }
            }
            Pat::Array(array) => {
                for element in array.elems.iter().flatten() {
                    self.declare_pattern(element, kind);
                }
            }
            Pat::Rest(rest) => self.declare_pattern(&rest.arg, kind),
            Pat::Assign(assign) => self.declare_pattern(&assign.left, kind),
            Pat::Object(object) => {
                for property in &object.props {
                    match property {
                        ObjectPatProp::KeyValue(kv) => self.declare_pattern(&kv.value, kind),
                        ObjectPatProp::Assign(assign) => {
                            let span = span_of(assign.key.id.span);
                            self.declare(&assign.key.id.sym, span, kind.clone());
                        }
                        ObjectPatProp::Rest(rest) => self.declare_pattern(&rest.arg, kind),
                    }
                }
            }
            Pat::Invalid(_) | Pat::Expr(_) => {}
        }
    }

    /// `let`, `const`, classes and functions of a list of statements.
    pub(super) fn declare_lexical<'a>(&mut self, stmts: impl Iterator<Item = &'a Stmt>) {
        for stmt in stmts {
            if let Stmt::Decl(decl) = stmt {
                self.declare_decl(decl);
            }
        }
    }

    pub(super) fn declare_decl(&mut self, decl: &Decl) {
        let variable = BindingKind::Variable;
        let name = |this: &mut Self, ident: &swc_ecma_ast::Ident| {
            this.declare(&ident.sym, span_of(ident.span), variable.clone());
        };
        match decl {
            // What is only declared to the type checker is there without this file.
            Decl::Fn(f) if f.function.body.is_some() => name(self, &f.ident),
            Decl::Class(c) if !c.declare => name(self, &c.ident),
            Decl::TsEnum(e) => name(self, &e.id),
            Decl::TsModule(m) if !m.declare => {
                if let swc_ecma_ast::TsModuleName::Ident(ident) = &m.id {
                    name(self, ident);
                }
            }
            Decl::Var(var) if var.kind != VarDeclKind::Var && !var.declare => {
                self.declare_all(var);
            }
            Decl::Using(using) => {
                for d in &using.decls {
                    self.declare_pattern(&d.name, &BindingKind::Variable);
                }
            }
            _ => {}
        }
    }

    fn declare_all(&mut self, var: &VarDecl) {
        for d in &var.decls {
            self.declare_pattern(&d.name, &BindingKind::Variable);
        }
    }

    /// The names of a list of module items.
    pub(super) fn declare_items(&mut self, items: &[ModuleItem]) {
        for item in items {
            match item {
                ModuleItem::Stmt(stmt) => {
                    self.hoist_vars(stmt);
                    self.declare_lexical(std::iter::once(stmt));
                }
                ModuleItem::ModuleDecl(decl) => self.declare_module_decl(decl),
            }
        }
    }

    fn declare_module_decl(&mut self, decl: &ModuleDecl) {
        match decl {
            ModuleDecl::Import(import) if !import.type_only => self.declare_imports(import),
            ModuleDecl::ExportDecl(export) => {
                if let Decl::Var(var) = &export.decl {
                    if !var.declare {
                        self.declare_all(var);
                    }
                } else {
                    self.declare_decl(&export.decl);
                }
            }
            ModuleDecl::ExportDefaultDecl(export) => {
                let ident = match &export.decl {
                    swc_ecma_ast::DefaultDecl::Class(class) => class.ident.as_ref(),
                    swc_ecma_ast::DefaultDecl::Fn(f) => f.ident.as_ref(),
                    swc_ecma_ast::DefaultDecl::TsInterfaceDecl(_) => None,
                };
                if let Some(ident) = ident {
                    self.declare(&ident.sym, span_of(ident.span), BindingKind::Variable);
                }
            }
            ModuleDecl::TsImportEquals(import) if !import.is_type_only => {
                // `import x = require('y')`; an alias of a namespace is not followed.
                let specifier = match &import.module_ref {
                    swc_ecma_ast::TsModuleRef::TsExternalModuleRef(module) => {
                        module.expr.value.to_atom_lossy().to_string()
                    }
                    swc_ecma_ast::TsModuleRef::TsEntityName(_) => String::new(),
                };
                let kind = BindingKind::Import {
                    specifier: specifier.into(),
                    name: "*".into(),
                };
                self.declare(&import.id.sym, span_of(import.id.span), kind);
            }
            _ => {}
        }
    }

    fn declare_imports(&mut self, import: &swc_ecma_ast::ImportDecl) {
        use swc_ecma_ast::ImportSpecifier::*;
        let specifier = import.src.value.to_atom_lossy().to_string();
        for item in &import.specifiers {
            let (local, name) = match item {
                Named(named) if named.is_type_only => continue,
                Named(named) => {
                    let imported = named.imported.as_ref().map(|n| n.atom().to_string());
                    (
                        &named.local,
                        imported.unwrap_or_else(|| named.local.sym.to_string()),
                    )
                }
                Default(default) => (&default.local, "default".to_owned()),
                Namespace(namespace) => (&namespace.local, "*".to_owned()),
            };
            let kind = BindingKind::Import {
                specifier: specifier.as_str().into(),
                name: name.into(),
            };
            self.declare(&local.sym, span_of(local.span), kind);
        }
    }

    /// The `var`s of a statement, also nested ones, but not those of functions in it.
    pub(super) fn hoist_vars(&mut self, stmt: &Stmt) {
        stacker::maybe_grow(128 << 10, 8 << 20, || self.hoist_vars_here(stmt));
    }

    fn hoist_vars_here(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Decl(Decl::Var(var)) => self.hoist_var(var),
            Stmt::Block(block) => block.stmts.iter().for_each(|s| self.hoist_vars(s)),
            Stmt::If(s) => {
                self.hoist_vars(&s.cons);
                if let Some(alt) = &s.alt {
                    self.hoist_vars(alt);
                }
            }
            Stmt::For(s) => {
                if let Some(VarDeclOrExpr::VarDecl(var)) = &s.init {
                    self.hoist_var(var);
                }
                self.hoist_vars(&s.body);
            }
            Stmt::ForIn(s) => self.hoist_loop(&s.left, &s.body),
            Stmt::ForOf(s) => self.hoist_loop(&s.left, &s.body),
            Stmt::While(s) => self.hoist_vars(&s.body),
            Stmt::DoWhile(s) => self.hoist_vars(&s.body),
            Stmt::Labeled(s) => self.hoist_vars(&s.body),
            Stmt::With(s) => self.hoist_vars(&s.body),
            Stmt::Try(s) => {
                s.block.stmts.iter().for_each(|s| self.hoist_vars(s));
                let handler = s.handler.iter().flat_map(|h| h.body.stmts.iter());
                handler.for_each(|s| self.hoist_vars(s));
                let finalizer = s.finalizer.iter().flat_map(|f| f.stmts.iter());
                finalizer.for_each(|s| self.hoist_vars(s));
            }
            Stmt::Switch(s) => {
                s.cases
                    .iter()
                    .flat_map(|c| c.cons.iter())
                    .for_each(|s| self.hoist_vars(s));
            }
            _ => {}
        }
    }

    fn hoist_var(&mut self, var: &VarDecl) {
        if var.kind == VarDeclKind::Var && !var.declare {
            self.declare_all(var);
        }
    }

    fn hoist_loop(&mut self, head: &ForHead, body: &Stmt) {
        if let ForHead::VarDecl(var) = head {
            self.hoist_var(var);
        }
        self.hoist_vars(body);
    }
}

/// The name of a type that is one name: `XMLHttpRequest`, `typeof fetch`.
pub(super) fn type_name(ts_type: &swc_ecma_ast::TsType) -> Option<String> {
    use swc_ecma_ast::{TsEntityName, TsType, TsTypeQueryExpr};
    match ts_type {
        TsType::TsTypeRef(reference) => match &reference.type_name {
            TsEntityName::Ident(ident) => Some(ident.sym.to_string()),
            TsEntityName::TsQualifiedName(_) => None,
        },
        TsType::TsTypeQuery(query) => match &query.expr_name {
            TsTypeQueryExpr::TsEntityName(TsEntityName::Ident(ident)) => {
                Some(format!("typeof {}", ident.sym))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The types that a script declares or imports as such, at its top.
pub(super) fn declared_types(items: &[ModuleItem]) -> HashSet<String> {
    use swc_ecma_ast::ImportSpecifier;
    let mut out = HashSet::default();
    let mut declared = |decl: &Decl| match decl {
        Decl::TsInterface(interface) => {
            out.insert(interface.id.sym.to_string());
        }
        Decl::TsTypeAlias(alias) => {
            out.insert(alias.id.sym.to_string());
        }
        _ => {}
    };
    for item in items {
        match item {
            ModuleItem::Stmt(Stmt::Decl(decl)) => declared(decl),
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => declared(&export.decl),
            _ => {}
        }
    }
    let imports = items.iter().filter_map(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::Import(import)) => Some(import),
        _ => None,
    });
    for import in imports {
        for specifier in &import.specifiers {
            let local = match specifier {
                ImportSpecifier::Named(named) if import.type_only || named.is_type_only => {
                    &named.local
                }
                ImportSpecifier::Default(default) if import.type_only => &default.local,
                _ => continue,
            };
            out.insert(local.sym.to_string());
        }
    }
    out
}
