//! What an expression can be.

use super::known::{Env, FileId, JsValue, Known, Possible, Ref, TrailStep};
use super::reach::{Use, guard_where, reaching};
use super::rounds::is_over_elements;
use super::{Evaluator, MAX_DEPTH, Scratch, globals, text};
use crate::js::facts::*;
use crate::value::{Charset, Guard, Hole, HoleKind, Pattern};
use std::rc::Rc;

impl Evaluator<'_> {
    /// What an expression can be, seen from inside the calls of `env`.
    pub(super) fn eval(&mut self, file: FileId, env: &Env, id: ExprId) -> Known {
        if env.is_none()
            && let Some(known) = self.memo.get(&(file, id))
        {
            return known.as_ref().clone();
        }
        // Frames have even addresses.
        let key = (file, id, env_key(env) | usize::from(self.is_asking));
        if let Some(kept) = self.scratch.get(&key) {
            self.tainted |= kept.is_tainted;
            return kept.known.as_ref().clone();
        }
        if self.fuel == 0 || self.depth >= MAX_DEPTH {
            self.tainted = true;
            return Known::bounded();
        }
        if !self.active.insert(key) {
            self.tainted = true;
            return Known::unknown("a value that depends on itself");
        }
        self.fuel -= 1;
        self.depth += 1;
        let outer_taint = std::mem::replace(&mut self.tainted, false);
        let known = stacker::maybe_grow(128 << 10, 4 << 20, || self.eval_here(file, env, id));
        if env.is_none() && !self.tainted && !self.is_asking {
            self.memo.insert((file, id), Rc::new(known.clone()));
        } else {
            let kept = Scratch {
                known: Rc::new(known.clone()),
                is_tainted: self.tainted,
                _frame: env.clone(),
            };
            self.scratch.insert(key, kept);
        }
        self.tainted |= outer_taint;
        self.depth -= 1;
        self.active.remove(&key);
        known
    }

    fn eval_here(&mut self, file: FileId, env: &Env, id: ExprId) -> Known {
        let facts = self.facts(file);
        let node = facts.node(id);
        match &node.expr {
            Expr::Text(text) => JsValue::text(text.as_str()).into(),
            Expr::Number(n) => JsValue::Number(*n).into(),
            Expr::Bool(b) => JsValue::Bool(*b).into(),
            Expr::Null => JsValue::Null.into(),
            Expr::Undefined => Known::undefined(),
            Expr::Regex(regex) => JsValue::Regex {
                pattern: regex.pattern.as_str().into(),
                flags: regex.flags.as_str().into(),
            }
            .into(),
            Expr::Template(template) => self.template(file, env, &template.texts, &template.exprs),
            Expr::Tagged { tag, template } => {
                self.tagged(file, env, *tag, &template.texts, &template.exprs)
            }
            Expr::Binary { op, left, right } => self.binary(file, env, *op, *left, *right),
            Expr::Logical { op, left, right } => self.logical(file, env, *op, *left, *right),
            Expr::Conditional { test, yes, no } => {
                let test = self.eval(file, env, *test);
                let mut out = self.arm(file, env, &test, Expected::Truthy, *yes);
                out.extend(self.arm(file, env, &test, Expected::Falsy, *no));
                out
            }
            Expr::Unary { op, argument } => self.unary(file, env, *op, *argument),
            Expr::Binding(binding) => self.binding(
                file,
                env,
                *binding,
                Use {
                    at: node.span.start,
                    block: node.block,
                },
            ),
            Expr::Global(name) => {
                self.reading(file, node.block, |this| this.global(file, name, false))
            }
            Expr::This => self.this(file, env, node.block),
            Expr::Super => Known::unknown("super"),
            Expr::Member { object, key } => self.member(file, env, id, *object, key),
            Expr::Call { callee, arguments } => {
                let known = self.call(file, env, *callee, arguments);
                let known = self.made_at(file, id, known);
                self.settled(file, id, known)
            }
            Expr::New { callee, arguments } => {
                let known = self.construct(file, env, id, *callee, arguments);
                self.made_at(file, id, known)
            }
            Expr::Import { specifier, .. } => self.imported_later(file, env, *specifier),
            Expr::Object(_) | Expr::Namespace(_) => JsValue::Object(Ref {
                file,
                id,
                env: env.clone(),
            })
            .into(),
            Expr::Array(elements) => {
                let known = self.array_literal(file, env, elements);
                self.settled(file, id, known)
            }
            Expr::Function(function) => {
                let this = self.bound_this(file, env, *function, node.block);
                JsValue::Function(
                    Ref {
                        file,
                        id: *function,
                        env: env.clone(),
                    },
                    this,
                )
                .into()
            }
            Expr::Class(class) => JsValue::Class(Ref {
                file,
                id: *class,
                env: env.clone(),
            })
            .into(),
            Expr::Await(value) => self.eval(file, env, *value),
            Expr::Parameter {
                function,
                index,
                rest,
            } => self.parameter(file, env, *function, *index, *rest),
            Expr::Default { value, default } => {
                let value = self.eval(file, env, *value);
                let certain = has_certain(&value);
                let mut out = Known::default();
                for possible in value.possible() {
                    match &possible.value {
                        JsValue::Undefined => out.extend(self.eval(file, env, *default)),
                        JsValue::Hole(hole) => {
                            out.push(possible.clone());
                            if !(certain && is_doubt(hole)) {
                                out.extend(self.eval(file, env, *default));
                            }
                        }
                        _ => out.push(possible.clone()),
                    }
                }
                out
            }
            Expr::Element(iterated) => {
                if let Some(known) = Self::element_now(env, file, id) {
                    return known;
                }
                let iterated = self.eval(file, env, *iterated);
                elements(&iterated)
            }
            Expr::Rest { object, without } => {
                let object = self.eval(file, env, *object);
                object.map(|possible| possible.with(rest_of(possible, without)).into())
            }
            Expr::Keys(object) => {
                let object = self.eval(file, env, *object);
                self.listed_properties(&object, |name, _| JsValue::text(name).into())
            }
            Expr::ImportMeta => JsValue::Global("import.meta".into()).into(),
            Expr::Jsx(_) => Known::unknown("an element"),
            Expr::Opaque(why) => Known::unknown(why.as_str()),
        }
    }

    /// The arm of a condition, under the guard of the test.
    pub(super) fn arm(
        &mut self,
        file: FileId,
        env: &Env,
        test: &Known,
        expected: Expected,
        arm: ExprId,
    ) -> Known {
        let Some(guard) = guard_where(test, expected) else {
            return Known::default();
        };
        let arm = self.eval(file, env, arm);
        guarded(&arm, guard)
    }

    fn template(&mut self, file: FileId, env: &Env, texts: &[String], exprs: &[ExprId]) -> Known {
        let mut out: Known = JsValue::text(texts.first().map_or("", |t| t)).into();
        for (i, expr) in exprs.iter().enumerate() {
            let value = self.eval(file, env, *expr);
            let after = texts.get(i + 1).map_or("", |t| t);
            out = out.combine(&value, |a, b| {
                let mut text = a.to_pattern().concat(&b.to_pattern());
                text.push_text(after);
                JsValue::Text(text)
            });
        }
        out
    }

    fn tagged(
        &mut self,
        file: FileId,
        env: &Env,
        tag: ExprId,
        raw: &[String],
        exprs: &[ExprId],
    ) -> Known {
        let tag = self.eval(file, env, tag);
        match tag.possible() {
            [
                Possible {
                    value: JsValue::Global(path),
                    ..
                },
            ] if path.as_ref() == "String.raw" => self.template(file, env, raw, exprs),
            _ => Known::unknown("a tagged template"),
        }
    }

    fn binary(
        &mut self,
        file: FileId,
        env: &Env,
        op: Binary,
        left: ExprId,
        right: ExprId,
    ) -> Known {
        if op == Binary::Add {
            return self.sum(file, env, left, right);
        }
        let left = self.eval(file, env, left);
        let right = self.eval(file, env, right);
        let local = self.settings.page_is_local;
        match op {
            Binary::Equal => compare(&left, &right, local, (false, false)),
            Binary::NotEqual => compare(&left, &right, local, (true, false)),
            Binary::StrictEqual => compare(&left, &right, local, (false, true)),
            Binary::StrictNotEqual => compare(&left, &right, local, (true, true)),
            Binary::In => Known::unknown("in"),
            Binary::InstanceOf => left.combine(&right, |a, b| match is_instance(a, b) {
                Some(holds) => JsValue::Bool(holds),
                None => JsValue::unknown("a condition"),
            }),
            _ => left.combine(&right, |a, b| arithmetic(op, a, b)),
        }
    }

    /// `a + b + c + …`, left to right, without nesting as deep as it is long.
    fn sum(&mut self, file: FileId, env: &Env, left: ExprId, right: ExprId) -> Known {
        let facts = self.facts(file);
        let mut terms = vec![right];
        let mut first = left;
        while let Expr::Binary {
            op: Binary::Add,
            left,
            right,
        } = &facts.node(first).expr
        {
            terms.push(*right);
            first = *left;
        }
        let mut out = self.eval(file, env, first);
        for term in terms.into_iter().rev() {
            let term = self.eval(file, env, term);
            out = out.combine(&term, add);
        }
        out
    }

    fn logical(
        &mut self,
        file: FileId,
        env: &Env,
        op: Logical,
        left: ExprId,
        right: ExprId,
    ) -> Known {
        let value = self.eval(file, env, left);
        let certain = op != Logical::And && has_certain(&value);
        let mut out = Known::default();
        let mut goes_on = Known::default();
        for possible in value.possible() {
            let stays = match op {
                Logical::And => possible.value.truthy().map(|t| !t),
                Logical::Or => possible.value.truthy(),
                Logical::Nullish => possible.value.nullish().map(|n| !n),
            };
            // `hole && x` is x where it matters: the falsy left side is no URL.
            let keep = stays.unwrap_or(op != Logical::And);
            if keep {
                out.push(possible.clone());
            }
            let doubt = matches!(&possible.value, JsValue::Hole(hole) if certain && is_doubt(hole));
            if stays != Some(true) && !doubt {
                goes_on.push(possible.clone());
            }
        }
        let missing = op != Logical::And && self.may_lack(file, env, left);
        if goes_on.possible().is_empty() && !missing {
            return out;
        }
        let right = self.eval(file, env, right);
        out.extend(goes_on.map(|_| right.clone()));
        if missing {
            out.extend(right);
        }
        out
    }

    /// Whether an expression looks up a key that is not known, and so may find nothing.
    fn may_lack(&mut self, file: FileId, env: &Env, id: ExprId) -> bool {
        let facts = self.facts(file);
        let id = match facts.node(id).expr {
            Expr::Binding(name) => match facts.binding(name).definitions.as_slice() {
                [one] => one.value,
                _ => return false,
            },
            _ => id,
        };
        match &facts.node(id).expr {
            Expr::Member {
                key: Key::Computed(key),
                ..
            } => {
                let key = self.eval(file, env, *key);
                let hole = |p: &Possible| !matches!(p.value, JsValue::Text(_) | JsValue::Number(_));
                key.possible().iter().any(hole)
            }
            _ => false,
        }
    }

    fn unary(&mut self, file: FileId, env: &Env, op: Unary, argument: ExprId) -> Known {
        let known = self.eval(file, env, argument);
        known.map(|possible| {
            let value = match (op, &possible.value) {
                (Unary::Not, value) => match value.truthy() {
                    Some(truthy) => JsValue::Bool(!truthy),
                    None => JsValue::unknown("a condition"),
                },
                (Unary::Void, _) => JsValue::Undefined,
                (Unary::Typeof, JsValue::Global(path)) => match globals::type_of(path) {
                    Some(name) => JsValue::text(name),
                    None => JsValue::unknown("a type"),
                },
                (Unary::Typeof, JsValue::Text(_)) => JsValue::text("string"),
                (Unary::Typeof, JsValue::Undefined) => JsValue::text("undefined"),
                (Unary::Typeof, JsValue::Function(..) | JsValue::Class(_)) => {
                    JsValue::text("function")
                }
                (
                    Unary::Typeof,
                    JsValue::Url(_)
                    | JsValue::Request(_)
                    | JsValue::Object(_)
                    | JsValue::Array { .. }
                    | JsValue::Null,
                ) => JsValue::text("object"),
                (Unary::Typeof, JsValue::Number(_)) => JsValue::text("number"),
                (Unary::Typeof, JsValue::Bool(_)) => JsValue::text("boolean"),
                (Unary::Typeof, _) => JsValue::unknown("a type"),
                (Unary::Number, JsValue::Number(_)) => number_hole("a computed number"),
                (Unary::Number, _) => number_hole("a computed number"),
            };
            possible.with(value).into()
        })
    }

    /// Does something for code in a block that reads what other code sets.
    pub(super) fn reading<T>(
        &mut self,
        file: FileId,
        block: BlockId,
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let outer = self.reader.replace((file, block));
        let out = work(self);
        self.reader = outer;
        out
    }

    /// An undeclared name, or a property of the window.
    pub(super) fn global(&mut self, file: FileId, name: &str, of_window: bool) -> Known {
        let written = self.tables(file).by_global.get(name).cloned();
        let known = match of_window {
            true => globals::property("window", name, self.settings),
            false => globals::global(name, self.settings),
        };
        let platform = !matches!(known.possible(), [p] if matches!(p.value, JsValue::Hole(_)));
        if platform {
            return known;
        }
        let Some(writes) = written else {
            return self.shared_global(file, name).unwrap_or(known);
        };
        let mut out = Known::default();
        for write in writes {
            out.extend(self.written(file, &None, write));
        }
        out
    }

    /// What another script of the page gives an undeclared name; nothing where none is known to,
    /// and none but that.
    fn shared_global(&mut self, reader: FileId, name: &str) -> Option<Known> {
        let file = self.program.shared(reader, name)?;
        let key = (file, name.to_owned());
        if !self.exporting.insert(key.clone()) {
            self.tainted = true;
            return None;
        }
        let known = self.shared_by(file, name);
        self.exporting.remove(&key);
        known
    }

    fn shared_by(&mut self, file: FileId, name: &str) -> Option<Known> {
        let facts = self.facts(file);
        let declared = self.program.page_declarations(name).iter();
        let declared = declared.filter(|(declarer, _)| *declarer == file);
        let mut out = Known::default();
        for &(_, id) in declared {
            let block = facts.binding(id).block;
            out.extend(self.binding(
                file,
                &None,
                id,
                Use {
                    at: u32::MAX,
                    block,
                },
            ));
        }
        if out.possible().is_empty() {
            for write in self.tables(file).by_global.get(name).into_iter().flatten() {
                // Where it may never run, the page may say otherwise.
                let block = facts.writes[*write].definition.block;
                if facts
                    .function_of(block)
                    .is_some_and(|f| facts.function(f).handed.is_none())
                {
                    out.extend(Known::unknown(name));
                }
                out.extend(self.written(file, &None, *write));
            }
        }
        let says = |p: &Possible| !matches!(p.value, JsValue::Undefined | JsValue::Null);
        out.possible().iter().any(says).then_some(out)
    }

    /// The value that a write gives, with the step that says where.
    pub(super) fn written(&mut self, file: FileId, env: &Env, write: usize) -> Known {
        let block = self.facts(file).writes[write].definition.block;
        let reader = self.reader;
        self.entered(file, env, block, reader, |this, env| {
            this.written_in(file, env, write)
        })
    }

    /// Likewise, from inside the calls of `env` alone.
    pub(super) fn written_in(&mut self, file: FileId, env: &Env, write: usize) -> Known {
        let write = &self.facts(file).writes[write];
        let name = match &write.key {
            Key::Name(name) => name.as_str(),
            Key::Computed(_) => "",
        };
        let place = Use {
            at: write.definition.span.start,
            block: write.definition.block,
        };
        let Some(guard) = self.runs(file, env, place) else {
            return Known::default();
        };
        if write.definition.append {
            return Known::unknown(name);
        }
        let step = step(
            file,
            write.definition.span,
            &format!("`{name}` is set here"),
        );
        let value = self.eval(file, env, write.definition.value);
        guarded(&value.step(&step), guard)
    }

    /// What a name can be at a place.
    pub(super) fn binding(&mut self, file: FileId, env: &Env, id: BindingId, place: Use) -> Known {
        let facts = self.facts(file);
        let binding = facts.binding(id);
        if let BindingKind::Import { specifier, name } = &binding.kind {
            return self.imported(file, &binding.name, specifier, name);
        }
        if let Some(known) = self.pinned(file, env, id, place) {
            return known;
        }
        let Some(reached) = reaching(facts, &binding.definitions, binding.block, place) else {
            return Known::unknown(format!(
                "{}, which is assigned in many places",
                binding.name
            ));
        };
        let mut out = Known::default();
        for (n, &i) in reached.definitions.iter().enumerate() {
            let value = self.definition(file, env, id, i, place);
            let later = &reached.definitions[n + 1..];
            out.extend(self.not_replaced((file, env), id, i, later, place, value));
        }
        let tables = self.tables(file);
        let visible = |block: &BlockId| sees(facts, *block, binding.block);
        if tables.evals.iter().any(visible) {
            out.extend(Known::unknown(binding.name.as_str()));
        }
        if tables.page_names.get(&binding.name) == Some(&id) {
            // `window.name = …` sets it too.
            for write in tables
                .by_global
                .get(binding.name.as_str())
                .cloned()
                .unwrap_or_default()
            {
                out.extend(self.written(file, &None, write));
            }
        }
        if !out.possible().is_empty() {
            let out = self.with_url_writes(file, env, id, out, place);
            let out = self.with_pushes(file, env, id, out, place);
            return self.narrowed(file, env, id, out, place);
        }
        match binding.kind {
            BindingKind::Caught => Known::unknown(binding.name.as_str()),
            _ => Known::undefined(),
        }
    }

    /// What a definition gives a name that is read in a place.
    fn definition(
        &mut self,
        file: FileId,
        env: &Env,
        id: BindingId,
        index: usize,
        reader: Use,
    ) -> Known {
        let facts = self.facts(file);
        let binding = facts.binding(id);
        let definition = &binding.definitions[index];
        let place = Use {
            at: definition.span.start,
            block: definition.block,
        };
        let Some(guard) = self.runs_here(file, env, place) else {
            return Known::default();
        };
        let mut value = match definition.append {
            true => self.appended(file, env, id, definition),
            false => self.entered(
                file,
                env,
                definition.block,
                Some((file, reader.block)),
                |this, env| this.eval(file, env, definition.value),
            ),
        };
        if worth_a_step(&facts.node(definition.value).expr) {
            let note = format!("`{}` is set here", binding.name);
            value = value.step(&step(file, definition.span, &note));
        }
        guarded(&value, guard)
    }

    /// Conditions of the definition's own function only: the use has its own.
    fn runs_here(&mut self, file: FileId, env: &Env, place: Use) -> Option<Guard> {
        let condition_free = {
            let facts = self.facts(file);
            let mut block = Some(place.block);
            let mut free = true;
            while let Some(id) = block {
                let entry = facts.block(id);
                free &= entry.condition.is_none() && entry.after.is_empty();
                block = entry.parent;
            }
            free
        };
        if condition_free {
            Some(Guard::ALWAYS)
        } else {
            self.runs(file, env, place)
        }
    }

    /// `name += value`: what the name was before, then the value.
    fn appended(
        &mut self,
        file: FileId,
        env: &Env,
        id: BindingId,
        definition: &Definition,
    ) -> Known {
        let key = (
            file,
            definition.value,
            env_key(env) | usize::from(self.is_asking),
        );
        if let Some((_, known)) = self.appended.get(&key) {
            return known.as_ref().clone();
        }
        let marker = (file, definition.value, usize::MAX);
        if self.fuel == 0 || !self.active.insert(marker) {
            self.tainted = true;
            let name = &self.facts(file).binding(id).name;
            return Known::unknown(name.as_str());
        }
        self.fuel -= 1;
        let place = Use {
            at: definition.span.start,
            block: definition.block,
        };
        let around = self.loop_around(file, id, definition.block);
        if around.is_some() && self.is_set_in_loop(file, id, definition.block) {
            self.active.remove(&marker);
            return Known::unknown(self.facts(file).binding(id).name.as_str());
        }
        let before = self.binding(file, env, id, around.unwrap_or(place));
        self.active.remove(&marker);
        let value = match around {
            // It may be appended many times.
            Some(_) => Known::unknown(self.facts(file).binding(id).name.as_str()),
            None => self.eval(file, env, definition.value),
        };
        let known = before.combine(&value, add);
        self.appended
            .insert(key, (env.clone(), Rc::new(known.clone())));
        known
    }

    /// Whether a loop around a block also sets a name anew.
    fn is_set_in_loop(&self, file: FileId, id: BindingId, block: BlockId) -> bool {
        let facts = self.facts(file);
        let binding = facts.binding(id);
        let declared = super::reach::ancestors(facts, binding.block);
        let loops: Vec<_> = super::reach::ancestors(facts, block)
            .into_iter()
            .filter(|b| facts.block(*b).kind == BlockKind::Loop && !declared.contains(b))
            .collect();
        binding.definitions.iter().filter(|d| !d.append).any(|d| {
            let around = super::reach::ancestors(facts, d.block);
            around.iter().any(|b| loops.contains(b))
        })
    }

    /// The place before the outermost loop around a block that a name is declared outside of.
    fn loop_around(&self, file: FileId, id: BindingId, block: BlockId) -> Option<Use> {
        let facts = self.facts(file);
        let declared = super::reach::ancestors(facts, facts.binding(id).block);
        let around = super::reach::ancestors(facts, block);
        let is_loop = |b: &&BlockId| facts.block(**b).kind == BlockKind::Loop;
        let outside = |b: &&BlockId| !declared.contains(b);
        let outermost = around.iter().filter(is_loop).rfind(outside)?;
        let entry = facts.block(*outermost);
        Some(Use {
            at: entry.span.start,
            block: entry.parent?,
        })
    }

    /// A parameter: what the call in progress passes, or what the spot the function is handed
    /// to passes, or a hole with its name.
    fn parameter(
        &mut self,
        file: FileId,
        env: &Env,
        function: FunctionId,
        index: u32,
        rest: bool,
    ) -> Known {
        if let Some(frame) = Self::frame(env, file, function) {
            let from = index as usize;
            if rest {
                let elements = frame.arguments.get(from..).unwrap_or_default().to_vec();
                return JsValue::Array {
                    elements: Rc::new(elements),
                    more: frame.spread_at.is_some(),
                }
                .into();
            }
            if frame.spread_at.is_some_and(|at| from >= at) {
                return Known::unknown("one of spread arguments");
            }
            let given = frame.arguments.get(from).cloned();
            let mut given = given.unwrap_or_else(Known::undefined);
            if self.tables(file).changed_arguments.contains(&function) {
                given.extend(Known::unknown("one of changed arguments"));
            }
            return given;
        }
        let facts = self.facts(file);
        let entry = facts.function(function);
        if let Some(handed) = entry.handed
            && let Some(known) = self.handed_parameter(file, env, handed, index)
        {
            return known;
        }
        let name = entry
            .parameters
            .get(index as usize)
            .map_or("…", |n| n.as_str());
        if let Some(known) = self.typed_parameter(file, function, name) {
            return known;
        }
        let mut out = self.handed_sinks(file, function, index);
        out.push(Possible {
            value: JsValue::Hole(Hole::new(HoleKind::Param {
                name: name.to_owned(),
            })),
            guard: Guard::ALWAYS,
            trail: Vec::new(),
        });
        out
    }

    /// What of the platform the callers of a function in this file pass: `run(fetch)`.
    fn handed_sinks(&mut self, file: FileId, function: FunctionId, index: u32) -> Known {
        let facts = self.facts(file);
        let calls = self.tables(file).callers.get(&function);
        let mut out = Known::default();
        for call in calls
            .into_iter()
            .flatten()
            .take(MAX_CALLERS)
            .copied()
            .collect::<Vec<_>>()
        {
            let (Expr::Call { arguments, .. } | Expr::New { arguments, .. }) =
                &facts.node(call).expr
            else {
                continue;
            };
            let before = arguments.get(..=index as usize).unwrap_or_default();
            let Some(argument) = before.last().filter(|_| before.iter().all(|a| !a.spread)) else {
                continue;
            };
            if !may_be_platform(facts, argument.expr) {
                continue;
            }
            let known = self.eval(file, &None, argument.expr);
            for possible in known.possible() {
                if matches!(
                    possible.value,
                    JsValue::Global(_)
                        | JsValue::Platform(_)
                        | JsValue::Element(_)
                        | JsValue::Object(_)
                ) {
                    out.push(possible.clone());
                }
            }
        }
        out
    }

    /// A parameter whose TypeScript type is a class of the platform.
    fn typed_parameter(&mut self, file: FileId, function: FunctionId, name: &str) -> Option<Known> {
        let facts = self.facts(file);
        let block = facts.function(function).block;
        let typed = &self.tables(file).typed;
        Some(match typed.get(&(block, name.into()))?.as_str() {
            "HTMLAnchorElement" => JsValue::Element("a".into()).into(),
            "HTMLAreaElement" => JsValue::Element("area".into()).into(),
            class => JsValue::Platform(class.into()).into(),
        })
    }

    fn handed_parameter(
        &mut self,
        file: FileId,
        env: &Env,
        handed: Handed,
        index: u32,
    ) -> Option<Known> {
        let facts = self.facts(file);
        match handed {
            Handed::Called(call) => {
                let Expr::Call { arguments, .. } = &facts.node(call).expr else {
                    return None;
                };
                let before = arguments.get(..=index as usize);
                match before {
                    None if arguments.iter().all(|a| !a.spread) => Some(Known::undefined()),
                    Some(all) if all.iter().all(|a| !a.spread) => {
                        Some(self.eval(file, env, all[index as usize].expr))
                    }
                    _ => None,
                }
            }
            Handed::Argument(call, position) => {
                let Expr::Call { callee, .. } = &facts.node(call).expr else {
                    return None;
                };
                let Expr::Member {
                    object,
                    key: Key::Name(method),
                } = &facts.node(*callee).expr
                else {
                    return None;
                };
                self.callback_parameter(file, env, *object, method, position, index)
            }
        }
    }

    fn callback_parameter(
        &mut self,
        file: FileId,
        env: &Env,
        object: ExprId,
        method: &str,
        position: u32,
        index: u32,
    ) -> Option<Known> {
        let over_elements = is_over_elements(method);
        match (method, position, index) {
            ("then", 0, 0) => {
                let known = self.eval(file, env, object);
                // Only what evaluation can say something about; a response stays a hole.
                let said = known
                    .possible()
                    .iter()
                    .all(|p| !matches!(p.value, JsValue::Hole(_)));
                said.then_some(known)
            }
            (_, 0, 0) if over_elements => {
                let known = self.eval(file, env, object);
                let arrays = known
                    .possible()
                    .iter()
                    .all(|p| matches!(p.value, JsValue::Array { .. }));
                arrays.then(|| elements(&known))
            }
            (_, 0, 1) if over_elements => Some(number_hole("an index").into()),
            _ => None,
        }
    }

    pub(super) fn this(&mut self, file: FileId, env: &Env, block: BlockId) -> Known {
        let facts = self.facts(file);
        let mut function = facts.function_of(block);
        while let Some(id) = function {
            let entry = facts.function(id);
            if entry.this != ThisOf::Outer
                && let Some(frame) = Self::frame(env, file, id)
                && let Some(this) = &frame.this
            {
                return this.clone().into();
            }
            match entry.this {
                ThisOf::Outer => function = entry.parent,
                ThisOf::Class(class, true) => {
                    return JsValue::Class(Ref {
                        file,
                        id: class,
                        env: None,
                    })
                    .into();
                }
                ThisOf::Class(class, false) => return self.some_instance(file, class),
                ThisOf::Object(object) => {
                    return JsValue::Object(Ref {
                        file,
                        id: object,
                        env: env.clone(),
                    })
                    .into();
                }
                ThisOf::Caller => return Known::unknown("this"),
            }
        }
        if facts.is_module {
            Known::undefined()
        } else {
            JsValue::Global("window".into()).into()
        }
    }

    /// `this` that a function expression takes along: an arrow function's is that around it.
    fn bound_this(
        &mut self,
        file: FileId,
        env: &Env,
        function: FunctionId,
        block: BlockId,
    ) -> Option<Rc<JsValue>> {
        if self.facts(file).function(function).this != ThisOf::Outer || env.is_none() {
            return None;
        }
        match self.this(file, env, block).possible() {
            [one] => Some(Rc::new(one.value.clone())),
            _ => None,
        }
    }

    pub(super) fn array_literal(
        &mut self,
        file: FileId,
        env: &Env,
        elements: &[Argument],
    ) -> Known {
        let mut out = Vec::with_capacity(elements.len().min(1024));
        let mut more = false;
        for element in elements.iter().take(4096) {
            let known = self.eval(file, env, element.expr);
            if !element.spread {
                out.push(known);
                continue;
            }
            match known.possible() {
                [
                    Possible {
                        value: JsValue::Array { elements, more: m },
                        ..
                    },
                ] => {
                    out.extend(elements.iter().cloned());
                    more |= m;
                }
                _ => more = true,
            }
        }
        JsValue::Array {
            elements: Rc::new(out),
            more: more || elements.len() > 4096,
        }
        .into()
    }
}

/// How many callers of a function are asked what they pass.
const MAX_CALLERS: usize = 16;

/// Whether an argument may be something of the platform, or an object that holds such: by its
/// form, since evaluating all arguments of all calls would cost too much.
fn may_be_platform(facts: &FileFacts, id: ExprId) -> bool {
    match &facts.node(id).expr {
        Expr::Global(name) => globals::is_platform(name),
        Expr::Member {
            key: Key::Name(name),
            object,
        } => {
            globals::is_platform(name)
                || name == "sendBeacon"
                || matches!(&facts.node(*object).expr, Expr::Global(g) if globals::is_global_object(g))
        }
        Expr::New { callee, .. } => matches!(&facts.node(*callee).expr, Expr::Global(_)),
        Expr::Binding(name) => match facts.binding(*name).definitions.as_slice() {
            [one] => {
                matches!(
                    facts.node(one.value).expr,
                    Expr::New { .. } | Expr::Member { .. } | Expr::Global(_)
                ) && may_be_platform(facts, one.value)
            }
            _ => false,
        },
        Expr::Object(properties) => properties.iter().any(|p| match p {
            Property::Value(_, value) => match &facts.node(*value).expr {
                Expr::Global(name) => globals::is_platform(name),
                Expr::Member {
                    key: Key::Name(name),
                    ..
                } => globals::is_platform(name),
                _ => false,
            },
            _ => false,
        }),
        _ => false,
    }
}

/// Whether a value is known to be there, whatever else it may be.
fn has_certain(known: &Known) -> bool {
    let certain =
        |p: &Possible| !matches!(p.value, JsValue::Hole(_)) && p.value.truthy() == Some(true);
    known.possible().iter().any(certain)
}

/// Whether a hole stands for what other code may have done to a value. Beside a value that is
/// certain it does not make a default likely, which would be told as if it were known.
fn is_doubt(hole: &Hole) -> bool {
    matches!(hole.kind, HoleKind::Unknown { .. })
}

/// A frame's identity.
fn env_key(env: &Env) -> usize {
    env.as_ref().map_or(0, |frame| Rc::as_ptr(frame) as usize)
}

/// A trail step.
pub(super) fn step(file: FileId, span: crate::span::Span, note: &str) -> TrailStep {
    TrailStep {
        file,
        span,
        note: note.into(),
    }
}

/// Whether code in a block sees the names that another declares.
fn sees(facts: &FileFacts, mut from: BlockId, declared: BlockId) -> bool {
    loop {
        if from == declared {
            return true;
        }
        match facts.block(from).parent {
            Some(parent) => from = parent,
            None => return false,
        }
    }
}

fn worth_a_step(expr: &Expr) -> bool {
    !matches!(
        expr,
        Expr::Parameter { .. } | Expr::Function(_) | Expr::Class(_) | Expr::Namespace(_)
    )
}

/// What a destructuring leaves.
fn rest_of(possible: &Possible, without: &[String]) -> JsValue {
    match &possible.value {
        JsValue::Array { elements, more } => {
            let left = elements.get(without.len()..).unwrap_or_default();
            JsValue::Array {
                elements: Rc::new(left.to_vec()),
                more: *more,
            }
        }
        JsValue::Object(_) | JsValue::Merged { .. } => JsValue::Merged {
            sources: Rc::new(vec![possible.value.clone().into()]),
            without: Rc::new(without.to_vec()),
        },
        other => other.clone(),
    }
}

/// Every possibility under one more guard.
pub(super) fn guarded(known: &Known, guard: Guard) -> Known {
    if guard == Guard::ALWAYS {
        return known.clone();
    }
    let mut out = Known::default();
    for possible in known.possible() {
        if let Some(guard) = possible.guard.and(guard) {
            out.push(Possible {
                guard,
                ..possible.clone()
            });
        }
    }
    out
}

/// A number that is not known.
pub(super) fn number_hole(why: &str) -> JsValue {
    JsValue::Hole(Hole::unknown(why).with_charset(Charset::Number))
}

/// JavaScript's `+`.
pub(super) fn add(a: &JsValue, b: &JsValue) -> JsValue {
    match (a, b) {
        (JsValue::Number(a), JsValue::Number(b)) => JsValue::Number(a + b),
        (JsValue::Hole(x), JsValue::Hole(y))
            if x.charset == Charset::Number && y.charset == Charset::Number =>
        {
            number_hole("a sum")
        }
        // A hole may be a number too, and then the sum is one.
        (JsValue::Hole(_), JsValue::Number(_)) | (JsValue::Number(_), JsValue::Hole(_)) => {
            JsValue::unknown("a sum")
        }
        _ => JsValue::Text(a.to_pattern().concat(&b.to_pattern())),
    }
}

/// The elements of what is iterated, as one set.
pub(super) fn elements(iterated: &Known) -> Known {
    iterated.map(|possible| match &possible.value {
        JsValue::Array { elements, more } => {
            let mut out = Known::default();
            for element in elements.iter() {
                out.extend(element.clone());
            }
            if *more {
                out.extend(Known::unknown("an element of a list"));
            }
            out
        }
        JsValue::Hole(hole) => JsValue::unknown(format!("{}[…]", hole.label())).into(),
        _ => Known::unknown("an element of a list"),
    })
}

/// Whether a value is an instance of a class, if that is known.
fn is_instance(value: &JsValue, class: &JsValue) -> Option<bool> {
    if value.is_primitive() {
        return Some(false);
    }
    let JsValue::Global(class) = class else {
        return None;
    };
    let own = match value {
        JsValue::Url(_) => "URL",
        JsValue::Request(_) => "Request",
        JsValue::Array { .. } => "Array",
        _ => return None,
    };
    match class.as_ref() {
        "Object" => Some(true),
        class => Some(class == own),
    }
}

/// Numbers and comparisons of numbers that are known.
fn arithmetic(op: Binary, a: &JsValue, b: &JsValue) -> JsValue {
    let (JsValue::Number(a), JsValue::Number(b)) = (a, b) else {
        return match op {
            Binary::Less | Binary::LessEqual | Binary::Greater | Binary::GreaterEqual => {
                JsValue::unknown("a comparison")
            }
            _ => number_hole("a computed number"),
        };
    };
    match op {
        Binary::Subtract => JsValue::Number(a - b),
        Binary::Multiply => JsValue::Number(a * b),
        Binary::Divide => JsValue::Number(a / b),
        Binary::Remainder => JsValue::Number(a % b),
        Binary::Power => JsValue::Number(a.powf(*b)),
        Binary::Less => JsValue::Bool(a < b),
        Binary::LessEqual => JsValue::Bool(a <= b),
        Binary::Greater => JsValue::Bool(a > b),
        Binary::GreaterEqual => JsValue::Bool(a >= b),
        _ => number_hole("a computed number"),
    }
}

fn compare(
    left: &Known,
    right: &Known,
    page_is_local: bool,
    (negated, strict): (bool, bool),
) -> Known {
    let mut out = Known::default();
    for a in left.possible() {
        for b in right.possible() {
            for (a_value, a_guard) in spelled(&a.value) {
                for (b_value, b_guard) in spelled(&b.value) {
                    let guards = [b.guard, a_guard, b_guard];
                    let guard = guards
                        .into_iter()
                        .try_fold(a.guard, |g, other| g.and(other));
                    let Some(guard) = guard else { continue };
                    let value = match same_value(&a_value, &b_value, page_is_local, strict) {
                        Some(same) => JsValue::Bool(same != negated),
                        None => JsValue::unknown("a comparison"),
                    };
                    out.push(Possible {
                        value,
                        guard,
                        trail: Vec::new(),
                    });
                }
            }
        }
    }
    out
}

fn spelled(value: &JsValue) -> Vec<(JsValue, Guard)> {
    match value {
        JsValue::Text(pattern) => text::by_scheme(pattern)
            .into_iter()
            .map(|(p, g)| (JsValue::Text(p), g))
            .collect(),
        other => vec![(other.clone(), Guard::ALWAYS)],
    }
}

fn same_value(a: &JsValue, b: &JsValue, page_is_local: bool, strict: bool) -> Option<bool> {
    match (a, b) {
        (JsValue::Null, JsValue::Undefined) | (JsValue::Undefined, JsValue::Null) => Some(!strict),
        (JsValue::Text(a), JsValue::Text(b)) => {
            let asks =
                |p: &Pattern, q: &Pattern| q.as_text().is_some_and(|t| text::asks_for_local(p, t));
            if (asks(a, b) || asks(b, a)) && !page_is_local {
                return Some(false);
            }
            text::equal(a, b)
        }
        (JsValue::Hole(_), _) | (_, JsValue::Hole(_)) => None,
        (JsValue::Number(a), JsValue::Number(b)) => Some(a == b),
        (JsValue::Bool(a), JsValue::Bool(b)) => Some(a == b),
        (JsValue::Null | JsValue::Undefined, JsValue::Null | JsValue::Undefined) => Some(true),
        (JsValue::Text(_), JsValue::Null | JsValue::Undefined | JsValue::Bool(_))
        | (JsValue::Null | JsValue::Undefined | JsValue::Bool(_), JsValue::Text(_)) => Some(false),
        _ => None,
    }
}
