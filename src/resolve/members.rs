//! Property reads.

use super::call_index::Caller;
use super::calls::Arguments;
use super::disturb::Owner;
use super::eval::{add, guarded, step};
use super::globals;
use super::known::{Env, FileId, Frame, Instance, JsValue, Known, Possible, Ref};
use super::reach::{Use, reaching};
use super::{Evaluator, MAX_DEPTH};
use super::{text, url_object};
use crate::js::facts::*;
use crate::value::{Hole, HoleKind, Pattern};
use std::rc::Rc;

/// How long the name of a hole grows (`a.b.c…`).
const MAX_LABEL: usize = 80;
/// How many bases of a class are looked through.
const MAX_BASES: usize = 16;

impl Evaluator<'_> {
    /// `object.key`.
    pub(super) fn member(
        &mut self,
        file: FileId,
        env: &Env,
        id: ExprId,
        object: ExprId,
        key: &Key,
    ) -> Known {
        let facts = self.facts(file);
        let node = facts.node(id);
        let place = Use {
            at: node.span.start,
            block: node.block,
        };
        let name = match key {
            Key::Name(name) => Some(name.to_string()),
            Key::Computed(computed) => {
                let known = self.eval(file, env, *computed);
                match known.possible() {
                    [
                        Possible {
                            value: JsValue::Number(n),
                            ..
                        },
                    ] => Some(n.to_string()),
                    _ => known.as_text().map(str::to_owned),
                }
            }
        };
        if let Expr::Super = facts.node(object).expr {
            return self.super_member(file, env, place.block, name.as_deref());
        }
        if let Some(known) = name
            .as_deref()
            .and_then(|n| self.own_export(file, object, n))
        {
            return known;
        }
        if name.as_deref() == Some("0")
            && let Some(known) = self.first_piece(file, env, object)
        {
            return known;
        }
        let base = self.eval(file, env, object);
        let mut out = self.reading(file, place.block, |this| {
            this.member_of(file, env, &base, object, name, place)
        });
        if facts.optional.binary_search(&id).is_ok() {
            let nullish = |p: &&Possible| p.value.nullish() == Some(true);
            for possible in base.possible().iter().filter(nullish) {
                out.push(possible.with(JsValue::Undefined));
            }
        }
        out
    }

    /// `text.split(separator)[0]` of a text that is not all known; nothing for others.
    fn first_piece(&mut self, file: FileId, env: &Env, object: ExprId) -> Option<Known> {
        let facts = self.facts(file);
        let Expr::Call { callee, arguments } = &facts.node(object).expr else {
            return None;
        };
        let (
            Expr::Member {
                object: receiver,
                key: Key::Name(method),
            },
            [
                Argument {
                    expr: separator,
                    spread: false,
                },
            ],
        ) = (&facts.node(*callee).expr, &arguments[..])
        else {
            return None;
        };
        if method != "split" {
            return None;
        }
        let receiver = self.eval(file, env, *receiver);
        let separator = self.eval(file, env, *separator);
        let separator = separator.as_text()?;
        let pieces: Option<Vec<Possible>> = receiver
            .possible()
            .iter()
            .map(|possible| match &possible.value {
                JsValue::Text(text) => {
                    let piece = text::first_piece(text, separator)?;
                    Some(possible.with(JsValue::Text(piece)))
                }
                _ => None,
            })
            .collect();
        let mut out = Known::default();
        for piece in pieces? {
            out.push(piece);
        }
        Some(out)
    }

    /// `object.name`, where what the object can be is known, or one of its properties.
    fn member_of(
        &mut self,
        file: FileId,
        env: &Env,
        base: &Known,
        object: ExprId,
        name: Option<String>,
        place: Use,
    ) -> Known {
        let facts = self.facts(file);
        let Some(name) = name else {
            return base.map(|possible| self.any_property(&possible.value));
        };
        let Expr::Binding(binding) = facts.node(object).expr else {
            let declared = self
                .tables(file)
                .page_names
                .get(&Atom::from(name.as_str()))
                .copied();
            return base.map(|possible| match (&possible.value, declared) {
                (JsValue::Global(path), Some(id))
                    if path.as_ref() == "window" && !globals::is_platform(&name) =>
                {
                    self.binding(file, &None, id, place)
                }
                (JsValue::Global(path), None) if path.as_ref() == "window" => {
                    self.global(file, &name, true)
                }
                (value, _) => self.property(value, &name),
            });
        };
        let Some(writes) = self
            .tables(file)
            .by_binding
            .get(&(binding, name.clone()))
            .cloned()
        else {
            return base.map(|possible| self.property(&possible.value, &name));
        };
        let special = base
            .possible()
            .iter()
            .any(|p| matches!(p.value, JsValue::Url(_)) || self.has_accessor(&p.value, &name));
        if special {
            return base.map(|possible| self.property(&possible.value, &name));
        }
        self.written_property(file, env, binding, base, &name, &writes, place)
    }

    /// A property of a named object that is assigned somewhere.
    #[allow(clippy::too_many_arguments)]
    fn written_property(
        &mut self,
        file: FileId,
        env: &Env,
        binding: BindingId,
        base: &Known,
        name: &str,
        writes: &[usize],
        place: Use,
    ) -> Known {
        let facts = self.facts(file);
        let definitions: Vec<_> = writes.iter().map(|&i| facts.writes[i].definition).collect();
        let declared = facts.binding(binding).block;
        let Some(reached) = reaching(facts, &definitions, declared, place) else {
            return Known::unknown(format!("{name}, which is assigned in many places"));
        };
        let mut out = Known::default();
        if reached.entry {
            let seen = |w: usize| writes.contains(&w);
            let initial = base.map(|possible| match &possible.value {
                JsValue::Object(object) => self
                    .object_property(object, name, &seen)
                    .unwrap_or_else(Known::undefined),
                other => self.property(other, name),
            });
            let missing = |p: &Possible| {
                matches!(p.value, JsValue::Undefined | JsValue::Null)
                    || matches!(&p.value, JsValue::Text(t) if t.is_empty())
            };
            for possible in initial.possible() {
                if reached.definitions.is_empty() || !missing(possible) {
                    out.push(possible.clone());
                }
            }
        }
        if !reached.entry {
            // Writes through other names count all the same.
            let seen = |w: usize| writes.contains(&w);
            for possible in base.possible() {
                if let JsValue::Object(o) = &possible.value {
                    let other = self.disturbed(o.file, Owner::Literal(o.id), name, None, &seen);
                    out.extend(other.unwrap_or_default());
                }
            }
        }
        for i in reached.definitions {
            out.extend(self.written(file, env, writes[i]));
        }
        if out.possible().is_empty() {
            Known::undefined()
        } else {
            out
        }
    }

    /// A property of a value.
    pub(super) fn property(&mut self, value: &JsValue, name: &str) -> Known {
        match value {
            JsValue::Global(path) if name == "prototype" && globals::is_class(path) => {
                JsValue::Platform(path.clone()).into()
            }
            JsValue::Global(path) => globals::property(path, name, self.settings),
            JsValue::Module(module) => self.module_property(*module, name),
            JsValue::Library(thing) => self.library_property(thing, name),
            JsValue::Object(object) => {
                let own = self.object_property(object, name, &|_| false);
                let elsewhere = self.set_elsewhere(object, name);
                match elsewhere.possible() {
                    [] => own.unwrap_or_else(Known::undefined),
                    _ => {
                        let mut out = own.unwrap_or_default();
                        out.extend(elsewhere);
                        out
                    }
                }
            }
            JsValue::Class(class) => {
                let initial = self.class_property(class, name, true, value);
                let facts = self.facts(class.file);
                let seen = |w: usize| is_own_write(facts, w);
                self.disturbed(class.file, Owner::Class(class.id), name, initial, &seen)
                    .unwrap_or_else(Known::undefined)
            }
            JsValue::Instance(instance) => self.instance_property(instance, name, value),
            JsValue::Array { elements, more } => match name {
                "length" if !more => JsValue::Number(elements.len() as f64).into(),
                _ => match name.parse::<usize>() {
                    // Where others are among them, any may be at any index.
                    Ok(_) if *more => elements_of(value),
                    Ok(i) => match elements.get(i) {
                        Some(known) => known.clone(),
                        None => Known::undefined(),
                    },
                    Err(_) => Known::unknown(name),
                },
            },
            JsValue::Text(text) => match (name, text.as_text()) {
                ("length", Some(t)) => JsValue::Number(t.encode_utf16().count() as f64).into(),
                (_, Some(t)) => match name.parse::<usize>() {
                    Ok(i) if t.is_ascii() => match t.chars().nth(i) {
                        Some(c) => JsValue::text(c).into(),
                        None => Known::undefined(),
                    },
                    _ => Known::unknown(name),
                },
                _ => Known::unknown(name),
            },
            JsValue::Url(href) => url_property(href, name),
            JsValue::Request(url) if name == "url" => url.map(|p| {
                let base = Pattern::hole(Hole::new(HoleKind::PageHref));
                let joined = crate::partial_url::join(&p.value.to_pattern(), &base);
                p.with(JsValue::Text(joined)).into()
            }),
            JsValue::Merged { sources, without } => self.merged_property(sources, without, name),
            JsValue::Platform(class) if crate::sink::method_of(class, name).is_some() => {
                JsValue::Global(format!("{class}#{name}").as_str().into()).into()
            }
            JsValue::Platform(class) if class.as_ref() == "Request" && name == "url" => {
                let name = "request.url".to_owned();
                JsValue::Hole(Hole::new(HoleKind::Param { name })).into()
            }
            JsValue::Number(_) | JsValue::Bool(_) => Known::unknown(name),
            _ if name == "backgroundFetch" => {
                JsValue::Platform("BackgroundFetchManager".into()).into()
            }
            JsValue::Hole(hole) => self.hole_property(hole, name),
            JsValue::Null | JsValue::Undefined => Known::default(),
            _ => Known::unknown(name),
        }
    }

    fn hole_property(&mut self, hole: &Hole, name: &str) -> Known {
        // A pattern in the parameters has no name of its own.
        let is_word = |c: char| c.is_alphanumeric() || "_$#-".contains(c);
        let whole = match hole.label() {
            "…" => name.to_owned(),
            label if !name.chars().all(is_word) => format!("{label}[…]"),
            label => format!("{label}.{name}"),
        };
        if whole.len() > MAX_LABEL {
            return JsValue::Hole(hole.clone()).into();
        }
        let kind = match &hole.kind {
            HoleKind::Env { .. } => {
                if let Some(constant) = self.settings.defined(&whole) {
                    return globals::constant_value(&constant, &whole);
                }
                HoleKind::Env { name: whole }
            }
            HoleKind::Param { .. } => HoleKind::Param { name: whole },
            _ => HoleKind::Unknown { why: whole },
        };
        JsValue::Hole(Hole::new(kind)).into()
    }

    /// Any of the properties of a value: `urls[key]`.
    fn any_property(&mut self, value: &JsValue) -> Known {
        match value {
            JsValue::Array { elements, more } => {
                let mut out = Known::default();
                for element in elements.iter() {
                    out.extend(element.clone());
                }
                if *more || out.possible().is_empty() {
                    out.extend(Known::unknown("an element of a list"));
                }
                out
            }
            JsValue::Object(object) => {
                let Expr::Object(properties) = &self.facts(object.file).node(object.id).expr else {
                    return Known::unknown("a property");
                };
                let mut out = Known::default();
                for property in properties {
                    match property {
                        Property::Value(_, value) => {
                            out.extend(self.eval(object.file, &object.env, *value));
                        }
                        _ => out.extend(Known::unknown("a property")),
                    }
                }
                if out.possible().is_empty() {
                    Known::unknown("a property")
                } else {
                    out
                }
            }
            JsValue::Hole(hole) => JsValue::unknown(format!("{}[…]", hole.label())).into(),
            _ => Known::unknown("a property"),
        }
    }

    /// A property of an object literal, as made or as written later (but for the writes that
    /// are `seen`); nothing if it has none of that name.
    fn object_property(
        &mut self,
        object: &Ref<ExprId>,
        name: &str,
        seen: &dyn Fn(usize) -> bool,
    ) -> Option<Known> {
        let initial = self.own_object_property(object, name);
        self.disturbed(object.file, Owner::Literal(object.id), name, initial, seen)
    }

    /// A property that an object literal is made with; nothing if it has none of that name.
    pub(super) fn own_object_property(
        &mut self,
        object: &Ref<ExprId>,
        name: &str,
    ) -> Option<Known> {
        // Copies of copies nest as deep as they are many.
        if self.fuel == 0 || self.depth >= MAX_DEPTH {
            self.tainted = true;
            return Some(Known::bounded());
        }
        self.fuel -= 1;
        self.depth += 1;
        let known = stacker::maybe_grow(128 << 10, 4 << 20, || self.literal_property(object, name));
        self.depth -= 1;
        known
    }

    fn literal_property(&mut self, object: &Ref<ExprId>, name: &str) -> Option<Known> {
        let facts = self.facts(object.file);
        let properties = match &facts.node(object.id).expr {
            Expr::Object(properties) => properties,
            Expr::Namespace(exported) => {
                let (_, binding) = exported.iter().find(|(n, _)| n == name)?;
                let end = Use {
                    at: u32::MAX,
                    block: facts.binding(*binding).block,
                };
                return Some(self.binding(object.file, &object.env, *binding, end));
            }
            _ => return None,
        };
        let mut out = Known::default();
        let mut conditional = false;
        for property in properties.iter().rev() {
            match property {
                Property::Value(key, value) => match self.key_is(object, key, name) {
                    Some(true) => {
                        let value_node = facts.node(*value);
                        let known = self.eval(object.file, &object.env, *value);
                        let known = match value_node.expr {
                            Expr::Function(_) => known,
                            _ => known.step(&step(
                                object.file,
                                value_node.span,
                                &format!("`{name}` is set here"),
                            )),
                        };
                        out.extend(known);
                        return Some(out);
                    }
                    Some(false) => {}
                    None => out.extend(Known::unknown(name)),
                },
                Property::Getter(key, getter) => {
                    if self.key_is(object, key, name) == Some(true) {
                        let function = Ref {
                            file: object.file,
                            id: *getter,
                            env: object.env.clone(),
                        };
                        let this = JsValue::Object(object.clone());
                        out.extend(self.invoke(&function, Vec::new(), None, Some(this)));
                        return Some(out);
                    }
                }
                Property::Setter(..) => {}
                Property::Spread(spread) => {
                    let known = self.eval(object.file, &object.env, *spread);
                    // `...(test && {…})`
                    let mut missing = matches!(
                        facts.node(*spread).expr,
                        Expr::Logical {
                            op: Logical::And,
                            ..
                        }
                    );
                    for possible in known.possible() {
                        match &possible.value {
                            JsValue::Object(inner) if !self.is_same_object(inner, object) => {
                                match self.object_property(inner, name, &|_| false) {
                                    Some(found) => out.extend(found),
                                    None => missing = true,
                                }
                                missing |= self.lacks(inner, name);
                            }
                            JsValue::Undefined | JsValue::Null | JsValue::Bool(_) => missing = true,
                            _ => {
                                out.extend(Known::unknown(name));
                                missing = true;
                            }
                        }
                    }
                    if !missing {
                        return Some(out);
                    }
                    conditional |= !out.possible().is_empty();
                }
            }
        }
        if conditional {
            out.extend(Known::undefined());
        }
        (!out.possible().is_empty()).then_some(out)
    }

    /// Whether an object literal is made without a property. Others may give it one later, and
    /// yet those that it is put over count.
    fn lacks(&mut self, object: &Ref<ExprId>, name: &str) -> bool {
        self.own_object_property(object, name).is_none()
    }

    /// A property of objects put together.
    fn merged_property(&mut self, sources: &[Known], without: &[String], name: &str) -> Known {
        if without.iter().any(|n| n == name) {
            return Known::undefined();
        }
        let mut out = Known::default();
        for source in sources.iter().rev() {
            let mut missing = false;
            for possible in source.possible() {
                let found = match &possible.value {
                    JsValue::Undefined | JsValue::Null | JsValue::Bool(_) => Known::undefined(),
                    other => self.property(other, name),
                };
                if let JsValue::Object(object) = &possible.value {
                    missing |= self.lacks(object, name);
                }
                for value in found.possible() {
                    match value.value {
                        JsValue::Undefined => missing = true,
                        _ => out.push(value.clone()),
                    }
                }
            }
            if !missing {
                break;
            }
        }
        if out.possible().is_empty() {
            return Known::undefined();
        }
        out
    }

    /// A list made of the properties of an object, if all are known.
    pub(super) fn listed_properties(
        &mut self,
        object: &Known,
        entry: impl Fn(&str, Known) -> Known,
    ) -> Known {
        object.map(|possible| {
            let JsValue::Object(object) = &possible.value else {
                return Known::unknown("a list of properties");
            };
            let Expr::Object(properties) = &self.facts(object.file).node(object.id).expr else {
                return Known::unknown("a list of properties");
            };
            let mut elements = Vec::new();
            for property in properties {
                let (Property::Value(Key::Name(name), _) | Property::Getter(Key::Name(name), _)) =
                    property
                else {
                    return Known::unknown("a list of properties");
                };
                let value = self.property(&possible.value, name);
                elements.push(entry(name, value));
            }
            let more = self.grows(object);
            let elements = Rc::new(elements);
            JsValue::Array { elements, more }.into()
        })
    }

    fn is_same_object(&self, a: &Ref<ExprId>, b: &Ref<ExprId>) -> bool {
        a.file == b.file && a.id == b.id
    }

    fn key_is(&mut self, object: &Ref<ExprId>, key: &Key, name: &str) -> Option<bool> {
        match key {
            Key::Name(key) => Some(key == name),
            Key::Computed(key) => {
                let known = self.eval(object.file, &object.env, *key);
                known.as_text().map(|key| key == name)
            }
        }
    }

    fn super_member(
        &mut self,
        file: FileId,
        env: &Env,
        block: BlockId,
        name: Option<&str>,
    ) -> Known {
        let facts = self.facts(file);
        let class = super::class_of_this(facts, facts.function_of(block));
        let (Some((class, is_static)), Some(name)) = (class, name) else {
            return Known::unknown("super");
        };
        let Some(superclass) = facts.class(class).superclass else {
            return Known::undefined();
        };
        let this = self.this_at(file, env, block);
        let bases = self.eval(file, env, superclass);
        bases.map(|possible| match &possible.value {
            JsValue::Class(base) => self
                .class_property(base, name, is_static, &this)
                .unwrap_or_else(Known::undefined),
            _ => Known::unknown(name),
        })
    }

    fn this_at(&mut self, file: FileId, env: &Env, block: BlockId) -> JsValue {
        match self.this(file, env, block).possible() {
            [one] => one.value.clone(),
            _ => JsValue::unknown("this"),
        }
    }

    /// An instance of which only the class is known.
    pub(super) fn some_instance(&mut self, file: FileId, class: ClassId) -> Known {
        let class = Ref {
            file,
            id: class,
            env: None,
        };
        let instance = Instance {
            class,
            arguments: Vec::new(),
            spread_at: Some(0),
        };
        JsValue::Instance(Rc::new(instance)).into()
    }

    fn instance_property(&mut self, instance: &Rc<Instance>, name: &str, this: &JsValue) -> Known {
        let class = &instance.class;
        let mut initial = self.class_property(class, name, false, this);
        if instance.is_any() {
            // What only classes of other files give is decided where their methods are called.
            let overridden = initial.is_some();
            // A class that is only ever extended gives its own to those only that do not override it.
            let mut is_inherited = self.is_made(class);
            let mut others = Known::default();
            for derived in self.derived(class) {
                match self.own_property(&derived, name, false, this) {
                    Some(_) if derived.file != class.file && !overridden => {}
                    Some(known) => others.extend(known),
                    None => is_inherited |= self.is_made(&derived),
                }
            }
            if !others.possible().is_empty() {
                let own = initial.take().filter(|_| is_inherited);
                initial
                    .get_or_insert(own.unwrap_or_default())
                    .extend(others);
            }
        }
        let facts = self.facts(class.file);
        let seen = |w: usize| is_own_write(facts, w);
        self.disturbed(class.file, Owner::Instances(class.id), name, initial, &seen)
            .unwrap_or_else(|| Known::unknown(name))
    }

    /// Whether there may be instances that are of the class itself.
    fn is_made(&self, class: &Ref<ClassId>) -> bool {
        let made = self.program.made((class.file, class.id));
        let is_new = |&(file, caller): &(FileId, Caller)| match caller {
            Caller::Call(call) => matches!(self.facts(file).node(call).expr, Expr::New { .. }),
            _ => true,
        };
        made.open || made.of.iter().any(is_new)
    }

    /// The classes that extend a class, also over others.
    fn derived(&self, class: &Ref<ClassId>) -> Vec<Ref<ClassId>> {
        let mut out: Vec<Ref<ClassId>> = Vec::new();
        let mut pending = vec![(class.file, class.id)];
        while let Some((file, id)) = pending.pop() {
            let own = self.tables(file).subclasses.get(&id).into_iter().flatten();
            let own = own.map(|&derived| (file, derived));
            for (file, id) in own.chain(self.program.subclasses(file, id).iter().copied()) {
                if out.len() < MAX_BASES {
                    pending.push((file, id));
                    let env = None;
                    out.push(Ref { file, id, env });
                }
            }
        }
        out
    }

    /// A property that a class, or one of its bases, gives its instances or itself.
    fn class_property(
        &mut self,
        class: &Ref<ClassId>,
        name: &str,
        is_static: bool,
        this: &JsValue,
    ) -> Option<Known> {
        let mut class = class.clone();
        for _ in 0..MAX_BASES {
            if let Some(known) = self.own_property(&class, name, is_static, this) {
                return Some(known);
            }
            let superclass = self.facts(class.file).class(class.id).superclass?;
            let bases = self.eval(class.file, &class.env, superclass);
            match bases.possible() {
                [
                    Possible {
                        value: JsValue::Class(base),
                        ..
                    },
                ] => class = base.clone(),
                [
                    Possible {
                        value: JsValue::Global(_),
                        ..
                    },
                ] => return None,
                _ => return Some(Known::unknown(name)),
            }
        }
        None
    }

    fn own_property(
        &mut self,
        class: &Ref<ClassId>,
        name: &str,
        is_static: bool,
        this: &JsValue,
    ) -> Option<Known> {
        let facts = self.facts(class.file);
        let mut out = Known::default();
        let mut found = false;
        let env = self.constructor_env(class, is_static, this);
        let writes = self
            .tables(class.file)
            .by_class
            .get(&(class.id, is_static, name.to_owned()))
            .cloned();
        let mut overwritten = false;
        let has_others = self.has_others(this);
        for write in writes.unwrap_or_default() {
            found = true;
            let entry = &facts.writes[write];
            let in_constructor =
                entry.function.is_some() && entry.function == facts.class(class.id).constructor;
            let always = in_constructor
                && matches!(
                    facts.block(entry.definition.block).kind,
                    BlockKind::Function(_)
                );
            overwritten |= always && !entry.definition.maybe && !entry.definition.append;
            let write_env = if in_constructor {
                env.clone()
            } else {
                class.env.clone()
            };
            out.extend(match has_others {
                true => self.written_in(class.file, &write_env, write),
                false => self.written(class.file, &write_env, write),
            });
        }
        for member in &facts.class(class.id).members {
            if member.is_static != is_static || member.key != Key::Name(name.into()) {
                continue;
            }
            found = true;
            match member.kind {
                MemberKind::Field(Some(value)) if !overwritten => {
                    let node = facts.node(value);
                    let note = format!("`{name}` is set here");
                    let known = self.eval(class.file, &env, value);
                    out.extend(match node.expr {
                        Expr::Function(_) => known,
                        _ => known.step(&step(class.file, node.span, &note)),
                    });
                }
                MemberKind::Field(_) => {}
                MemberKind::Method(method) => {
                    let function = Ref {
                        file: class.file,
                        id: method,
                        env: class.env.clone(),
                    };
                    out.push(Possible {
                        value: JsValue::Function(function, Some(Rc::new(this.clone()))),
                        guard: Default::default(),
                        trail: Vec::new(),
                    });
                }
                MemberKind::Setter(_) => {}
                MemberKind::Getter(getter) => {
                    let function = Ref {
                        file: class.file,
                        id: getter,
                        env: class.env.clone(),
                    };
                    out.extend(self.invoke(&function, Vec::new(), None, Some(this.clone())));
                }
            }
        }
        if !found {
            return None;
        }
        // A field without a value is declared because something sets it.
        Some(if out.possible().is_empty() {
            Known::unknown(name)
        } else {
            out
        })
    }

    /// The frame in which a constructor of the class runs for `this`.
    fn constructor_env(&mut self, class: &Ref<ClassId>, is_static: bool, this: &JsValue) -> Env {
        let JsValue::Instance(instance) = this else {
            return class.env.clone();
        };
        let constructor = self.facts(class.file).class(class.id).constructor;
        let (false, Some(function)) = (is_static, constructor) else {
            return class.env.clone();
        };
        if instance.is_any() {
            return class.env.clone();
        }
        let Some((arguments, spread_at)) = self.arguments_of(instance, Some(class), this) else {
            return class.env.clone();
        };
        Some(constructor_frame(
            class, function, arguments, spread_at, this,
        ))
    }

    /// What the constructor of a class, or of one that an instance's class extends, is given;
    /// without a class, what that of the first is given that is none of the program.
    pub(super) fn arguments_of(
        &mut self,
        instance: &Rc<Instance>,
        class: Option<&Ref<ClassId>>,
        this: &JsValue,
    ) -> Option<Arguments> {
        let mut at = instance.class.clone();
        let mut given = (instance.arguments.clone(), instance.spread_at);
        for _ in 0..MAX_BASES {
            if class.is_some_and(|class| at.file == class.file && at.id == class.id) {
                return Some(given);
            }
            let facts = self.facts(at.file);
            let entry = facts.class(at.id);
            if let Some(constructor) = entry.constructor {
                let mut calls = self.super_calls(at.file, constructor);
                let call = calls.next()?;
                let Expr::Call { arguments, .. } = &facts.node(call).expr else {
                    return None;
                };
                let (known, spread_at) = given;
                let env = Some(constructor_frame(&at, constructor, known, spread_at, this));
                given = self.arguments(at.file, &env, arguments);
            }
            let bases = self.eval(at.file, &at.env, entry.superclass?);
            match bases.possible() {
                [
                    Possible {
                        value: JsValue::Class(base),
                        ..
                    },
                ] => at = base.clone(),
                _ => return class.is_none().then_some(given),
            }
        }
        None
    }

    /// The calls of `super` in a constructor.
    fn super_calls(
        &self,
        file: FileId,
        constructor: FunctionId,
    ) -> impl Iterator<Item = ExprId> + use<> {
        let calls = self.tables(file).super_calls.get(&constructor);
        calls.cloned().unwrap_or_default().into_iter()
    }

    /// A `URL` object in a name whose parts are set before a place.
    pub(super) fn with_url_writes(
        &mut self,
        file: FileId,
        env: &Env,
        id: BindingId,
        known: Known,
        place: Use,
    ) -> Known {
        if !known
            .possible()
            .iter()
            .any(|p| matches!(p.value, JsValue::Url(_)))
        {
            return known;
        }
        let facts = self.facts(file);
        let mut writes: Vec<usize> = url_object::SETTABLE
            .iter()
            .filter_map(|part| self.tables(file).by_binding.get(&(id, (*part).to_owned())))
            .flatten()
            .copied()
            .filter(|&i| facts.writes[i].definition.span.end <= place.at)
            .collect();
        writes.sort_by_key(|&i| facts.writes[i].definition.span.start);
        let mut known = known;
        for write in writes {
            known = self.with_url_write(file, env, known, write, place);
        }
        known
    }

    /// Whether a block's own condition may fail.
    fn may_be_skipped(&mut self, file: FileId, env: &Env, block: BlockId) -> bool {
        let entry = self.facts(file).block(block);
        let Some(condition) = entry.condition else {
            return !matches!(entry.kind, BlockKind::Plain | BlockKind::Function(_));
        };
        let test = self.eval(file, env, condition.test);
        let opposite = match condition.holds {
            Expected::Truthy => Expected::Falsy,
            _ => Expected::Truthy,
        };
        super::reach::guard_where(&test, opposite).is_some()
    }

    fn with_url_write(
        &mut self,
        file: FileId,
        env: &Env,
        known: Known,
        write: usize,
        place: Use,
    ) -> Known {
        let entry = &self.facts(file).writes[write];
        let at = Use {
            at: entry.definition.span.start,
            block: entry.definition.block,
        };
        if self.runs(file, env, at).is_none() {
            return known;
        }
        let Key::Name(name) = &entry.key else {
            return known;
        };
        // The value may read the same object (`u.protocol = u.protocol.replace(…)`), at an
        // earlier place: that ends, since only writes before that place count there.
        let mut value = self.eval(file, env, entry.definition.value);
        if entry.definition.append {
            let before = known.map(|p| self.property(&p.value, name));
            value = before.combine(&value, add);
        }
        let mut out = Known::default();
        for possible in known.possible() {
            let JsValue::Url(href) = &possible.value else {
                out.push(possible.clone());
                continue;
            };
            for new in value.possible() {
                let Some(guard) = possible.guard.and(new.guard) else {
                    continue;
                };
                let set = match url_object::write(href, name, &new.value.to_pattern()) {
                    Some(set) => set,
                    None => vec![(
                        Pattern::hole(Hole::unknown(format!("a URL whose {name} is set"))),
                        guard,
                    )],
                };
                for (href, set_guard) in set {
                    let changed = possible.with(JsValue::Url(href));
                    if let Some(guard) = guard.and(set_guard) {
                        out.push(Possible { guard, ..changed });
                    }
                }
            }
        }
        let block = entry.definition.block;
        let around = super::reach::ancestors(self.facts(file), place.block);
        if !around.contains(&block) && self.may_be_skipped(file, env, block) {
            out.extend(known);
        }
        out
    }
}

/// The frame in which a constructor runs.
fn constructor_frame(
    class: &Ref<ClassId>,
    function: FunctionId,
    arguments: Vec<Known>,
    spread_at: Option<usize>,
    this: &JsValue,
) -> Rc<Frame> {
    Rc::new(Frame {
        file: class.file,
        function: Some(function),
        arguments,
        spread_at,
        this: Some(this.clone()),
        element: None,
        outer: class.env.clone(),
        depth: class.env.as_ref().map_or(0, |f| f.depth) + 1,
        pin: None,
    })
}

/// A write to `this` in a class: those are looked up by class.
fn is_own_write(facts: &FileFacts, write: usize) -> bool {
    let write = &facts.writes[write];
    facts.node(write.object).expr == Expr::This
        && matches!(write.key, Key::Name(_))
        && super::class_of_this(facts, write.function).is_some()
}

fn elements_of(list: &JsValue) -> Known {
    super::eval::elements(&list.clone().into())
}

fn url_property(href: &Pattern, name: &str) -> Known {
    if name == "searchParams" {
        return JsValue::Platform("URLSearchParams".into()).into();
    }
    match url_object::read(href, name) {
        Some(parts) => {
            let mut out = Known::default();
            for (part, guard) in parts {
                out.extend(guarded(&JsValue::Text(part).into(), guard));
            }
            out
        }
        None => Known::unknown(format!("{name} of a URL")),
    }
}
