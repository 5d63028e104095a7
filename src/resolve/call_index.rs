//! Which calls of the whole program a function may be called by, told by names alone.
//!
//! Invariants: made once, of all files, so that neither threads nor their order matter. A function
//! whose calls are not all here, as far as names tell, is marked `open`.

use super::Program;
use super::known::FileId;
use crate::js::FileFacts;
use crate::js::facts::*;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

/// How many calls of one function, or by one name, are kept.
pub(super) const MAX_CALLS: usize = 64;
/// How many modules a name is followed through.
const MAX_HOPS: u32 = 16;

/// A function of the program.
pub(super) type FunctionRef = (FileId, FunctionId);
/// A class of the program.
type ClassRef = (FileId, ClassId);

/// Something that runs a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Caller {
    /// A call or a construction.
    Call(ExprId),
    /// An assignment to a property that has a setter.
    Write(usize),
}

/// The calls of a function.
#[derive(Debug, Default, Clone)]
pub(super) struct Calls {
    pub(super) of: Vec<(FileId, Caller)>,
    /// There may be others.
    pub(super) open: bool,
}

impl Calls {
    fn add(&mut self, call: (FileId, Caller)) {
        match self.of.len() < MAX_CALLS {
            true => self.of.push(call),
            false => self.open = true,
        }
    }

    fn extend(&mut self, other: &Calls) {
        self.open |= other.open;
        other.of.iter().for_each(|&call| self.add(call));
    }
}

/// The calls of all functions.
#[derive(Debug, Default)]
pub(super) struct CallIndex {
    /// By the function's own name, imports of it among them.
    functions: HashMap<FunctionRef, Calls>,
    /// The properties and methods that hold a function.
    names: HashMap<FunctionRef, Vec<(Atom, Held)>>,
    methods: HashMap<Atom, Calls>,
    setters: HashMap<Atom, Calls>,
    /// Constructions by the class's name.
    classes: HashMap<ClassRef, Calls>,
    derived: HashMap<ClassRef, Vec<ClassRef>>,
    constructors: HashMap<FunctionRef, ClassRef>,
    /// The class whose instances have a method.
    owners: HashMap<FunctionRef, ClassRef>,
}

/// How a property holds a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Value,
    Setter,
}

/// What a name leads to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Target {
    Function(FunctionRef),
    Class(ClassRef),
    Module(FileId),
}

impl CallIndex {
    pub(super) fn of(program: &Program) -> CallIndex {
        let mut callers = CallIndex::default();
        let files = 0..program.len() as FileId;
        for file in files.clone() {
            callers.hold(program.facts(file), file);
        }
        for file in files {
            Uses::new(program, file).find(&mut callers);
        }
        callers
    }

    /// The calls that may be of a function by the names it has; those by the name of a property
    /// may be of another function of that name.
    pub(super) fn calls(&self, function: FunctionRef) -> Calls {
        if let Some(&class) = self.constructors.get(&function) {
            return self.constructions(class);
        }
        let mut out = self.functions.get(&function).cloned().unwrap_or_default();
        for (name, held) in self.names.get(&function).into_iter().flatten() {
            let by_name = match held {
                Held::Value => self.methods.get(name),
                Held::Setter => self.setters.get(name),
            };
            if let Some(calls) = by_name {
                out.extend(calls);
            }
        }
        out
    }

    /// What constructs a class itself, and calls of `super` in classes that extend it.
    pub(super) fn made(&self, class: ClassRef) -> Option<&Calls> {
        self.classes.get(&class)
    }

    /// Everything that runs the constructor of a class, whether it is its own or of a base.
    pub(super) fn constructions(&self, class: ClassRef) -> Calls {
        let mut out = Calls::default();
        let mut pending = vec![class];
        let mut seen = HashSet::default();
        while let Some(class) = pending.pop() {
            if !seen.insert(class) || seen.len() > MAX_CALLS {
                out.open = true;
                continue;
            }
            if let Some(calls) = self.classes.get(&class) {
                out.extend(calls);
            }
            pending.extend(self.derived.get(&class).into_iter().flatten());
        }
        out
    }

    /// The class whose instances have a function as a method.
    pub(super) fn owner(&self, function: FunctionRef) -> Option<ClassRef> {
        self.owners.get(&function).copied()
    }

    /// The names under which a file's objects and classes hold functions.
    fn hold(&mut self, facts: &FileFacts, file: FileId) {
        let mut held: HashSet<ExprId> = HashSet::default();
        for binding in &facts.bindings {
            if let [one] = binding.definitions.as_slice() {
                held.insert(one.value);
            }
        }
        for node in &facts.nodes {
            let Expr::Object(properties) = &node.expr else {
                continue;
            };
            for property in properties {
                match property {
                    Property::Value(Key::Name(name), value) => {
                        self.hold_value(facts, file, name, *value, &mut held);
                    }
                    Property::Setter(Key::Name(name), function) => {
                        self.hold_name((file, *function), name, Held::Setter);
                    }
                    _ => {}
                }
            }
        }
        for write in &facts.writes {
            if let Key::Name(name) = &write.key {
                self.hold_value(facts, file, name, write.definition.value, &mut held);
            }
        }
        for export in &facts.exports {
            if let Export::Local { value, .. } = export {
                held.insert(*value);
            }
        }
        for (i, class) in facts.classes.iter().enumerate() {
            let class_ref = (file, ClassId(i as u32));
            if let Some(constructor) = class.constructor {
                self.constructors.insert((file, constructor), class_ref);
            }
            for member in &class.members {
                self.hold_member(facts, class_ref, member, &mut held);
            }
        }
        // A function without a name can be anywhere.
        for (i, node) in facts.nodes.iter().enumerate() {
            if let Expr::Function(function) = node.expr
                && !held.contains(&ExprId(i as u32))
            {
                self.functions.entry((file, function)).or_default().open = true;
            }
        }
    }

    fn hold_member(
        &mut self,
        facts: &FileFacts,
        class: ClassRef,
        member: &Member,
        held: &mut HashSet<ExprId>,
    ) {
        let file = class.0;
        let (function, how) = match member.kind {
            MemberKind::Field(Some(value)) => {
                if let Key::Name(name) = &member.key {
                    self.hold_value(facts, file, name, value, held);
                }
                match facts.node(value).expr {
                    Expr::Function(function) => (function, None),
                    _ => return,
                }
            }
            MemberKind::Method(function) => (function, Some(Held::Value)),
            MemberKind::Setter(function) => (function, Some(Held::Setter)),
            MemberKind::Field(None) | MemberKind::Getter(_) => return,
        };
        if !member.is_static {
            self.owners.insert((file, function), class);
        }
        match (how, &member.key) {
            (Some(how), Key::Name(name)) => self.hold_name((file, function), name, how),
            (None, Key::Name(_)) => {}
            _ => self.functions.entry((file, function)).or_default().open = true,
        }
    }

    fn hold_value(
        &mut self,
        facts: &FileFacts,
        file: FileId,
        name: &Atom,
        value: ExprId,
        held: &mut HashSet<ExprId>,
    ) {
        let function = match &facts.node(value).expr {
            Expr::Function(function) => *function,
            Expr::Binding(id) => match super::only_value(facts, *id) {
                Some(Expr::Function(function)) => *function,
                _ => return,
            },
            _ => return,
        };
        held.insert(value);
        self.hold_name((file, function), name, Held::Value);
    }

    fn hold_name(&mut self, function: FunctionRef, name: &Atom, how: Held) {
        let names = self.names.entry(function).or_default();
        if names.iter().all(|(n, h)| n != name || *h != how) {
            names.push((name.clone(), how));
        }
        match how {
            Held::Value => self.methods.entry(name.clone()).or_default(),
            Held::Setter => self.setters.entry(name.clone()).or_default(),
        };
    }
}

/// The uses of names in a file.
struct Uses<'p> {
    program: &'p Program<'p>,
    file: FileId,
    facts: &'p FileFacts,
    /// Whether what stands here has no say: code that does not run in a browser.
    is_elsewhere: bool,
    /// Callees, and the calls they are of.
    callees: HashMap<ExprId, ExprId>,
    /// Where a function is only held by a name, under which it is looked up.
    kept: HashSet<ExprId>,
    /// Where a class or a module only lends something.
    lent: HashSet<ExprId>,
    targets: HashMap<BindingId, Option<Target>>,
}

impl<'p> Uses<'p> {
    fn new(program: &'p Program<'p>, file: FileId) -> Self {
        let facts = program.facts(file);
        let mut callees = HashMap::default();
        for &id in &facts.candidates {
            if let Expr::Call { callee, .. } | Expr::New { callee, .. } = facts.node(id).expr {
                callees.insert(callee, id);
            }
        }
        Uses {
            program,
            file,
            facts,
            is_elsewhere: program.is_elsewhere(file),
            callees,
            kept: kept(facts),
            lent: lent(facts),
            targets: HashMap::default(),
        }
    }

    fn find(mut self, callers: &mut CallIndex) {
        if self.is_elsewhere {
            return;
        }
        let facts = self.facts;
        for (i, class) in facts.classes.iter().enumerate() {
            let Some(superclass) = class.superclass else {
                continue;
            };
            if let Some(Target::Class(base)) = self.target_of(superclass) {
                self.derive(callers, base, (self.file, ClassId(i as u32)));
            }
        }
        for (i, node) in facts.nodes.iter().enumerate() {
            let id = ExprId(i as u32);
            match &node.expr {
                Expr::Binding(_) => self.name(callers, id),
                Expr::Global(name) => self.global(callers, id, name),
                Expr::Member { object, key } => self.member(callers, id, *object, key),
                Expr::Import { specifier, .. } => self.give_away_module(callers, *specifier),
                Expr::Call { callee, arguments } => {
                    let is_require = facts.node(*callee).expr == Expr::Global("require".into());
                    if let (true, [one]) = (is_require, &arguments[..]) {
                        self.give_away_module(callers, one.expr);
                    }
                }
                Expr::New { callee, .. } if self.is_own_class(*callee) => {
                    self.open_classes(callers)
                }
                _ => {}
            }
        }
        for (i, write) in facts.writes.iter().enumerate() {
            if let Key::Name(name) = &write.key
                && let Some(calls) = callers.setters.get_mut(name)
            {
                calls.add((self.file, Caller::Write(i)));
            }
        }
    }

    /// `new this()`, `new this.constructor()`.
    fn is_own_class(&self, callee: ExprId) -> bool {
        match &self.facts.node(callee).expr {
            Expr::This => true,
            Expr::Member { key, .. } => *key == Key::Name("constructor".into()),
            _ => false,
        }
    }

    fn open_classes(&self, callers: &mut CallIndex) {
        for i in 0..self.facts.classes.len() {
            let class = (self.file, ClassId(i as u32));
            callers.classes.entry(class).or_default().open = true;
        }
    }

    /// A class runs the constructor of its base by `super(…)`, or has none of its own.
    fn derive(&self, callers: &mut CallIndex, base: ClassRef, derived: ClassRef) {
        let Some(constructor) = self.facts.class(derived.1).constructor else {
            callers.derived.entry(base).or_default().push(derived);
            return;
        };
        let supers = self.program.tables(self.file).super_calls.get(&constructor);
        let calls = callers.classes.entry(base).or_default();
        for &call in supers.into_iter().flatten() {
            calls.add((self.file, Caller::Call(call)));
        }
    }

    fn name(&mut self, callers: &mut CallIndex, id: ExprId) {
        let Some(target) = self.target_of(id) else {
            return;
        };
        let call = self.callees.get(&id).copied();
        self.use_target(callers, target, id, call);
    }

    fn use_target(
        &self,
        callers: &mut CallIndex,
        target: Target,
        id: ExprId,
        call: Option<ExprId>,
    ) {
        let calls = match target {
            Target::Function(function) => callers.functions.entry(function).or_default(),
            Target::Class(class) => callers.classes.entry(class).or_default(),
            Target::Module(_) if self.lent.contains(&id) => return,
            Target::Module(module) => return self.give_away(callers, module),
        };
        let is_named = match target {
            Target::Function(_) => self.kept.contains(&id),
            _ => self.lent.contains(&id),
        };
        match call {
            Some(call) => calls.add((self.file, Caller::Call(call))),
            None => calls.open |= !is_named,
        }
    }

    /// An undeclared name: of a script of the same page, or a property of the window.
    fn global(&self, callers: &mut CallIndex, id: ExprId, name: &Atom) {
        let call = self.callees.get(&id).copied();
        for &(file, binding) in self.program.page_declarations(name) {
            if let Some(target) = binding_target(self.program, file, binding, MAX_HOPS) {
                self.use_target(callers, target, id, call);
            }
        }
        self.property(callers, name, call);
    }

    fn property(&self, callers: &mut CallIndex, name: &Atom, call: Option<ExprId>) {
        let Some(calls) = callers.methods.get_mut(name) else {
            return;
        };
        match call {
            Some(call) => calls.add((self.file, Caller::Call(call))),
            None => calls.open = true,
        }
    }

    fn member(&mut self, callers: &mut CallIndex, id: ExprId, object: ExprId, key: &Key) {
        let call = self.callees.get(&id).copied();
        let Key::Name(name) = key else {
            // `api[name]()` of a module may be any of its functions.
            if let Some(Target::Module(module)) = self.target_of(object) {
                self.give_away(callers, module);
            }
            return;
        };
        if let Some(Target::Module(module)) = self.target_of(object) {
            if let Some(target) = export_target(self.program, module, name, MAX_HOPS) {
                self.use_target(callers, target, id, call);
            }
            return;
        }
        self.property(callers, name, call);
    }

    fn give_away_module(&self, callers: &mut CallIndex, specifier: ExprId) {
        if let Expr::Text(specifier) = &self.facts.node(specifier).expr
            && let Some(module) = self.program.import(self.file, specifier)
        {
            self.give_away(callers, module);
        }
    }

    /// A module as a value: what it exports may be called by anyone.
    fn give_away(&self, callers: &mut CallIndex, module: FileId) {
        for export in &self.program.facts(module).exports {
            let (Export::Local { name, .. } | Export::From { name, .. }) = export else {
                continue;
            };
            match export_target(self.program, module, name, MAX_HOPS) {
                Some(Target::Function(f)) => callers.functions.entry(f).or_default().open = true,
                Some(Target::Class(c)) => callers.classes.entry(c).or_default().open = true,
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
        let target = binding_target(self.program, self.file, binding, MAX_HOPS);
        self.targets.insert(binding, target);
        target
    }
}

/// Values of properties and exports of a file's own names.
fn kept(facts: &FileFacts) -> HashSet<ExprId> {
    let is_own = |id: &ExprId| match facts.node(*id).expr {
        Expr::Binding(id) => !matches!(facts.binding(id).kind, BindingKind::Import { .. }),
        _ => false,
    };
    let mut out = HashSet::default();
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
            out.extend([write.definition.value].iter().filter(|id| is_own(id)));
        }
    }
    out.extend(exported(facts));
    out
}

/// Objects of member expressions, bases of classes, operands, exports.
fn lent(facts: &FileFacts) -> HashSet<ExprId> {
    let mut out: HashSet<ExprId> = exported(facts).collect();
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

fn binding_target(program: &Program, file: FileId, id: BindingId, hops: u32) -> Option<Target> {
    let facts = program.facts(file);
    match &facts.binding(id).kind {
        BindingKind::Import { specifier, name } => {
            let module = program.import(file, specifier)?;
            match name.as_str() {
                "*" => Some(Target::Module(module)),
                name => export_target(program, module, name, hops),
            }
        }
        _ => match super::only_value(facts, id)? {
            Expr::Function(function) => Some(Target::Function((file, *function))),
            Expr::Class(class) => Some(Target::Class((file, *class))),
            _ => None,
        },
    }
}

/// The function, class or module that a module exports by a name.
fn export_target(program: &Program, file: FileId, name: &str, hops: u32) -> Option<Target> {
    let hops = hops.checked_sub(1)?;
    let facts = program.facts(file);
    for export in &facts.exports {
        match export {
            Export::Local { name: own, value } if own == name => {
                return match facts.node(*value).expr {
                    Expr::Function(function) => Some(Target::Function((file, function))),
                    Expr::Class(class) => Some(Target::Class((file, class))),
                    Expr::Binding(id) => binding_target(program, file, id, hops),
                    _ => None,
                };
            }
            Export::From {
                name: own,
                from,
                specifier,
            } if own == name => {
                let module = program.import(file, specifier)?;
                return match from.as_str() {
                    "*" => Some(Target::Module(module)),
                    from => export_target(program, module, from, hops),
                };
            }
            _ => {}
        }
    }
    facts.exports.iter().find_map(|export| match export {
        Export::All { specifier } if name != "default" => {
            export_target(program, program.import(file, specifier)?, name, hops)
        }
        _ => None,
    })
}
