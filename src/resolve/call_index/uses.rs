//! The uses of names in one file.

use super::{Caller, ClassRef, FunctionRef, Program, Use, Used};
use crate::js::FileFacts;
use crate::js::facts::*;
use crate::resolve::known::FileId;
use crate::resolve::marks::Marks;
use crate::resolve::only_value;
use crate::resolve::view::{Trace, View};
use rustc_hash::FxHashMap as HashMap;

/// How many modules a name is followed through.
const MAX_HOPS: u32 = 16;

/// What a name leads to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Target {
    Function(FunctionRef),
    Class(ClassRef),
    Module(FileId),
}

/// Who hears of uses.
type Tell<'t> = &'t mut dyn FnMut(Used, Use);

/// The uses of names in a file.
pub(super) struct Uses<'p> {
    view: View<'p>,
    file: FileId,
    facts: &'p FileFacts,
    /// Whether what stands here has no say: code that does not run in a browser.
    is_elsewhere: bool,
    /// Callees, and the calls they are of.
    callees: HashMap<ExprId, ExprId>,
    /// Where a function is only held by a name, under which it is looked up.
    kept: Marks,
    /// Where a class or a module only lends something.
    lent: Marks,
    targets: HashMap<BindingId, Option<Target>>,
}

impl<'p> Uses<'p> {
    pub(super) fn new(program: &'p Program<'p>, file: FileId) -> Self {
        let view = View::new(program);
        let facts = view.facts(file);
        let mut callees = HashMap::default();
        for &id in &facts.candidates {
            if let Expr::Call { callee, .. } | Expr::New { callee, .. } = facts.node(id).expr {
                callees.insert(callee, id);
            }
        }
        Uses {
            is_elsewhere: program.is_elsewhere(file),
            view,
            file,
            facts,
            callees,
            kept: kept(facts),
            lent: lent(facts),
            targets: HashMap::default(),
        }
    }

    /// Tells of them, in an order that is always the same; gives what was looked at.
    pub(super) fn find(mut self, tell: Tell) -> Trace {
        if !self.is_elsewhere {
            self.find_all(tell);
        }
        self.view.trace()
    }

    fn find_all(&mut self, tell: Tell) {
        let facts = self.facts;
        for (i, class) in facts.classes.iter().enumerate() {
            let Some(superclass) = class.superclass else {
                continue;
            };
            if let Some(Target::Class(base)) = self.target_of(superclass) {
                self.derive(tell, base, (self.file, ClassId(i as u32)));
            }
        }
        for (i, node) in facts.nodes.iter().enumerate() {
            let id = ExprId(i as u32);
            match &node.expr {
                Expr::Binding(_) => self.name(tell, id),
                Expr::Global(name) => self.global(tell, id, name),
                Expr::Member { object, key } => self.member(tell, id, *object, key),
                Expr::Import { specifier, .. } => self.give_away_module(tell, *specifier),
                Expr::Call { callee, arguments } => {
                    if let (Expr::Global(name), [one]) = (&facts.node(*callee).expr, &arguments[..])
                        && name == "require"
                    {
                        self.give_away_module(tell, one.expr);
                    }
                }
                Expr::New { callee, .. } if self.is_own_class(*callee) => self.open_classes(tell),
                _ => {}
            }
        }
        for (i, write) in facts.writes.iter().enumerate() {
            if let Key::Name(name) = &write.key {
                tell(Used::Setter(name.clone()), Use::By(Caller::Write(i)));
            }
        }
    }

    /// `new this()`, `new this.constructor()`.
    fn is_own_class(&self, callee: ExprId) -> bool {
        match &self.facts.node(callee).expr {
            Expr::This => true,
            Expr::Member {
                key: Key::Name(name),
                ..
            } => name == "constructor",
            _ => false,
        }
    }

    fn open_classes(&self, tell: Tell) {
        for i in 0..self.facts.classes.len() {
            tell(Used::Class((self.file, ClassId(i as u32))), Use::Open);
        }
    }

    /// A class runs the constructor of its base by `super(…)`, or has none of its own.
    fn derive(&self, tell: Tell, base: ClassRef, derived: ClassRef) {
        let Some(constructor) = self.facts.class(derived.1).constructor else {
            tell(Used::Base(base), Use::Extended(derived));
            return;
        };
        let supers = self.view.tables(self.file).super_calls.get(&constructor);
        for &call in supers.into_iter().flatten() {
            tell(Used::Class(base), Use::By(Caller::Call(call)));
        }
    }

    fn name(&mut self, tell: Tell, id: ExprId) {
        let Some(target) = self.target_of(id) else {
            return;
        };
        let call = self.callees.get(&id).copied();
        self.use_target(tell, target, id, call);
    }

    fn use_target(&self, tell: Tell, target: Target, id: ExprId, call: Option<ExprId>) {
        let (used, is_named) = match target {
            Target::Function(function) => (Used::Function(function), self.kept.contains(id)),
            Target::Class(class) => (Used::Class(class), self.lent.contains(id)),
            Target::Module(_) if self.lent.contains(id) => return,
            Target::Module(module) => return self.give_away(tell, module),
        };
        match call {
            Some(call) => tell(used, Use::By(Caller::Call(call))),
            None if is_named => {}
            None => tell(used, Use::Open),
        }
    }

    /// An undeclared name: of a script of the same page, or a property of the window.
    fn global(&self, tell: Tell, id: ExprId, name: &Atom) {
        let call = self.callees.get(&id).copied();
        for &(file, binding) in self.view.page_declarations(name) {
            if let Some(target) = binding_target(&self.view, file, binding, MAX_HOPS) {
                self.use_target(tell, target, id, call);
            }
        }
        property(tell, name, call);
    }

    fn member(&mut self, tell: Tell, id: ExprId, object: ExprId, key: &Key) {
        let call = self.callees.get(&id).copied();
        let Key::Name(name) = key else {
            // `api[name]()` of a module may be any of its functions.
            if let Some(Target::Module(module)) = self.target_of(object) {
                self.give_away(tell, module);
            }
            return;
        };
        if let Some(Target::Module(module)) = self.target_of(object) {
            if let Some(target) = export_target(&self.view, module, name, MAX_HOPS) {
                self.use_target(tell, target, id, call);
            }
            return;
        }
        property(tell, name, call);
    }

    fn give_away_module(&self, tell: Tell, specifier: ExprId) {
        if let Expr::Text(specifier) = &self.facts.node(specifier).expr
            && let Some(module) = self.view.import(self.file, specifier)
        {
            self.give_away(tell, module);
        }
    }

    /// A module as a value: what it exports may be called by anyone.
    fn give_away(&self, tell: Tell, module: FileId) {
        for export in &self.view.facts(module).exports {
            let (Export::Local { name, .. } | Export::From { name, .. }) = export else {
                continue;
            };
            match export_target(&self.view, module, name, MAX_HOPS) {
                Some(Target::Function(function)) => tell(Used::Function(function), Use::Open),
                Some(Target::Class(class)) => tell(Used::Class(class), Use::Open),
                Some(Target::Module(_)) | None => {}
            }
        }
    }

    fn target_of(&mut self, id: ExprId) -> Option<Target> {
        let Expr::Binding(binding) = self.facts.node(id).expr else {
            return None;
        };
        if let Some(known) = self.targets.get(&binding) {
            return *known;
        }
        let target = binding_target(&self.view, self.file, binding, MAX_HOPS);
        self.targets.insert(binding, target);
        target
    }
}

fn property(tell: Tell, name: &Atom, call: Option<ExprId>) {
    let using = call.map_or(Use::Open, |call| Use::By(Caller::Call(call)));
    tell(Used::Method(name.clone()), using);
}

/// Values of properties and exports of a file's own names.
fn kept(facts: &FileFacts) -> Marks {
    let is_own = |id: &ExprId| match facts.node(*id).expr {
        Expr::Binding(id) => !matches!(facts.binding(id).kind, BindingKind::Import { .. }),
        _ => false,
    };
    let mut out = Marks::of(facts, exported(facts));
    for node in &facts.nodes {
        if let Expr::Object(properties) = &node.expr {
            let values = properties.iter().filter_map(|p| match p {
                Property::Value(Key::Name(_), value) => Some(*value),
                _ => None,
            });
            out.extend(values.filter(is_own));
        }
    }
    for write in &facts.writes {
        if let Key::Name(_) = write.key {
            out.extend(Some(write.definition.value).filter(is_own));
        }
    }
    out
}

/// Objects of member expressions, bases of classes, operands, exports.
fn lent(facts: &FileFacts) -> Marks {
    let mut out = Marks::of(facts, exported(facts));
    for node in &facts.nodes {
        match node.expr {
            // `x instanceof Api`.
            Expr::Binary { op, right, .. } if op == Binary::Other || op == Binary::In => {
                out.insert(right);
            }
            Expr::Unary { argument, .. } => {
                out.insert(argument);
            }
            Expr::Member { object, .. } => {
                out.insert(object);
            }
            _ => {}
        }
    }
    out.extend(facts.classes.iter().filter_map(|class| class.superclass));
    out.extend(facts.writes.iter().map(|write| write.object));
    out
}

fn exported(facts: &FileFacts) -> impl Iterator<Item = ExprId> {
    facts.exports.iter().filter_map(|export| match export {
        Export::Local { value, .. } => Some(*value),
        _ => None,
    })
}

fn binding_target(view: &View, file: FileId, id: BindingId, hops: u32) -> Option<Target> {
    let facts = view.facts(file);
    match &facts.binding(id).kind {
        BindingKind::Import { specifier, name } => {
            let module = view.import(file, specifier)?;
            match name.as_str() {
                "*" => Some(Target::Module(module)),
                name => export_target(view, module, name, hops),
            }
        }
        _ => match only_value(facts, id)? {
            Expr::Function(function) => Some(Target::Function((file, *function))),
            Expr::Class(class) => Some(Target::Class((file, *class))),
            _ => None,
        },
    }
}

/// The function, class or module that a module exports by a name.
fn export_target(view: &View, file: FileId, name: &str, hops: u32) -> Option<Target> {
    let hops = hops.checked_sub(1)?;
    let facts = view.facts(file);
    for export in &facts.exports {
        match export {
            Export::Local { name: own, value } if own == name => {
                return match facts.node(*value).expr {
                    Expr::Function(function) => Some(Target::Function((file, function))),
                    Expr::Class(class) => Some(Target::Class((file, class))),
                    Expr::Binding(id) => binding_target(view, file, id, hops),
                    _ => None,
                };
            }
            Export::From {
                name: own,
                from,
                specifier,
            } if own == name => {
                let module = view.import(file, specifier)?;
                return match from.as_str() {
                    "*" => Some(Target::Module(module)),
                    from => export_target(view, module, from, hops),
                };
            }
            _ => {}
        }
    }
    facts.exports.iter().find_map(|export| match export {
        Export::All { specifier } if name != "default" => {
            export_target(view, view.import(file, specifier)?, name, hops)
        }
        _ => None,
    })
}
