//! Expressions, evaluated with places.

use super::changes::Changes;
use super::files::ScriptFiles;
use super::literal;
use super::text::{At as PartAt, Text};
use super::value::{At, Frame, Function, List, Object, Value};
use crate::endpoint::Place;
use crate::js::FileFacts;
use crate::js::facts::*;
use crate::policies::{Quoting, SourceFile};
use crate::resolve::{Probe, Runs};
use crate::span::Span;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::rc::Rc;

/// Steps that one script may cost.
const FUEL: u32 = 100_000;
/// How often a script is given steps anew.
const REFUELS: u32 = 20;
/// How deep evaluation nests.
const MAX_DEPTH: u32 = 100;
/// How many modules a name is followed through.
const MAX_HOPS: u32 = 8;

/// A script that is evaluated, with what it imports: files by number, the script is 0.
pub struct Script<'a> {
    pub(super) files: &'a ScriptFiles,
    pub(super) probe: Probe<'a>,
    pub(super) changes: Rc<Changes>,
    fuel: u32,
    refuels: u32,
    depth: u32,
    active: HashSet<(u32, ExprId, usize)>,
    /// What a name is while its later definitions are evaluated.
    current: HashMap<(u32, BindingId, usize), Value>,
}

impl<'a> Script<'a> {
    pub(super) fn of(files: &'a ScriptFiles, probe: Probe<'a>) -> Self {
        Script {
            files,
            probe,
            changes: Rc::new(Changes::of(files)),
            fuel: FUEL,
            refuels: REFUELS,
            depth: 0,
            active: HashSet::default(),
            current: HashMap::default(),
        }
    }

    /// What the script itself says.
    pub fn facts(&self) -> &'a FileFacts {
        self.files.facts(0)
    }

    /// The facts of a file.
    pub(super) fn facts_of(&self, file: u32) -> &'a FileFacts {
        self.files.facts(file)
    }

    /// A file.
    pub fn file(&self, file: u32) -> &'a SourceFile {
        &self.files.files[file as usize]
    }

    /// A file of these, by its display path.
    pub fn file_named(&self, name: &str) -> Option<&'a SourceFile> {
        self.files
            .files
            .iter()
            .find(|file| file.name.as_ref() == name)
    }

    /// Where an expression of the script itself stands.
    pub fn place(&self, id: ExprId) -> Place {
        self.place_in(0, self.facts().node(id).span)
    }

    pub(super) fn place_in(&self, file: u32, span: Span) -> Place {
        let span = self.in_text(file, span);
        self.file(file).place(span.range().start, span.range().end)
    }

    /// A span of the facts as one of the file's text.
    fn in_text(&self, file: u32, span: Span) -> Span {
        let by = self.files.shift(file);
        let range = span.range();
        Span::new(range.start.saturating_sub(by), range.end.saturating_sub(by))
    }

    /// Whether an expression of the script runs: `false` only if it certainly does not.
    pub fn may_run(&mut self, id: ExprId) -> bool {
        let node = self.facts().node(id);
        self.probe.runs(0, node.block, node.span.start, &[]) != Runs::Never
    }

    /// For a question that has nothing to do with those before it: as many steps as they had.
    pub fn refuel(&mut self) {
        if let Some(left) = self.refuels.checked_sub(1) {
            self.refuels = left;
            self.fuel = FUEL;
            self.probe.refuel();
        }
    }

    /// Whether an expression of the script is truthy, if that is known.
    pub fn truthy(&mut self, id: ExprId) -> Option<bool> {
        self.test(&At {
            file: 0,
            id,
            env: None,
        })
    }

    /// What is written where an expression of the script stands.
    pub fn text_at(&self, id: ExprId) -> &'a str {
        let span = self.facts().node(id).span.range();
        self.file(0).text.get(span).unwrap_or_default()
    }

    /// What an expression of the script is.
    pub fn value(&mut self, id: ExprId) -> Value {
        self.eval(&At {
            file: 0,
            id,
            env: None,
        })
    }

    /// What the script exports as a whole: `export default`, `module.exports`.
    pub fn exported(&mut self) -> Value {
        self.export(0, "default", MAX_HOPS)
            .unwrap_or(Value::Undefined)
    }

    /// What the script exports by a name.
    pub fn exported_as(&mut self, name: &str) -> Value {
        self.export(0, name, MAX_HOPS).unwrap_or(Value::Undefined)
    }

    /// The objects that a tool gets of what the script exports: configurations are handed through
    /// helpers (`defineConfig({…})`, `withPlugin(config)`), and may be what a function gives.
    pub fn configurations(&mut self) -> Vec<Value> {
        let facts = self.facts();
        let mut exported: Vec<ExprId> = Vec::new();
        for export in &facts.exports {
            match export {
                Export::Local { name, value } if name == "default" => exported.push(*value),
                _ => {}
            }
        }
        let is_module = |id: ExprId| facts.node(id).expr == Expr::Global("module".into());
        for write in &facts.writes {
            if is_module(write.object) && write.key == Key::Name("exports".into()) {
                exported.push(write.definition.value);
            }
        }
        let mut out = Vec::new();
        for id in exported {
            self.configuration(id, MAX_HOPS, &mut out);
        }
        out
    }

    fn configuration(&mut self, id: ExprId, hops: u32, out: &mut Vec<Value>) {
        let Some(hops) = hops.checked_sub(1) else {
            return;
        };
        let facts = self.facts();
        let at = At {
            file: 0,
            id,
            env: None,
        };
        let value = match facts.node(id).expr {
            Expr::Binding(name) => self.named(&at, name, u32::MAX),
            _ => self.eval(&at),
        };
        match value {
            Value::Object(_) => return add_configuration(out, value),
            Value::Function(function) => match self.call(&function, Vec::new()) {
                object @ (Value::Object(_) | Value::Maybe(_)) => {
                    return add_configuration(out, object);
                }
                _ => {
                    for id in facts.function(function.id).returns.clone() {
                        if function.file == 0 {
                            self.configuration(id, hops, out);
                        }
                    }
                }
            },
            _ => {}
        }
        match &facts.node(id).expr {
            Expr::Binding(binding) => {
                if let [one] = facts.binding(*binding).definitions.as_slice() {
                    self.configuration(one.value, hops, out);
                }
            }
            Expr::Call { callee, arguments } => {
                for argument in arguments.iter().filter(|a| !a.spread) {
                    self.configuration(argument.expr, hops, out);
                }
                // `withPlugin({…})(config)`.
                if let Expr::Call { .. } = facts.node(*callee).expr {
                    self.configuration(*callee, hops, out);
                }
            }
            // `isTraced ? withPlugin(config) : config`.
            Expr::Conditional { test, yes, no } => {
                let holds = self.test(&At { id: *test, ..at });
                for (id, when) in [(*yes, true), (*no, false)] {
                    if holds != Some(!when) {
                        self.configuration(id, hops, out);
                    }
                }
            }
            Expr::Await(value) => self.configuration(*value, hops, out),
            _ => {}
        }
    }

    /// What a function gives when it is called. What is no function is itself: configurations
    /// may be either.
    pub fn called(&mut self, value: &Value, arguments: Vec<Value>) -> Value {
        match value {
            Value::Function(function) => self.call(function, arguments),
            other => other.clone(),
        }
    }

    pub(super) fn eval(&mut self, at: &At) -> Value {
        let address = at.env.as_ref().map_or(0, |f| Rc::as_ptr(f) as usize);
        let key = (at.file, at.id, address);
        let span = self.facts_of(at.file).node(at.id).span;
        if self.fuel == 0 || self.depth >= MAX_DEPTH || !self.active.insert(key) {
            return self.unknown(at.file, span);
        }
        self.fuel -= 1;
        self.depth += 1;
        let value = stacker::maybe_grow(128 << 10, 4 << 20, || self.eval_here(at));
        self.depth -= 1;
        self.active.remove(&key);
        match value.size() {
            Some(size) => {
                self.fuel = self.fuel.saturating_sub(size as u32 / 32);
                value
            }
            None => self.unknown(at.file, span),
        }
    }

    /// A hole by the text that stands there.
    pub(super) fn unknown(&self, file: u32, span: Span) -> Value {
        let shown = self.in_text(file, span).range();
        let text = self.file(file).text.get(shown).unwrap_or_default();
        let name: String = text.split_whitespace().collect();
        Value::hole(&name, Some(self.place_in(file, span)))
    }

    fn eval_here(&mut self, at: &At) -> Value {
        let (file, facts) = (at.file, self.facts_of(at.file));
        let node = facts.node(at.id);
        let of = |id: ExprId| At { id, ..at.clone() };
        match &node.expr {
            Expr::Text(text) => {
                let span = self.in_text(file, node.span);
                Value::text(literal::text(self.file(file), span, text))
            }
            Expr::Number(n) => Value::Number(*n),
            Expr::Bool(b) => Value::Bool(*b),
            Expr::Null => Value::Null,
            Expr::Undefined => Value::Undefined,
            Expr::Template(template) => self.template(at, node.span, template),
            Expr::Binary {
                op: Binary::Add,
                left,
                right,
            } => self.sum(at, *left, *right),
            Expr::Logical { op, left, right } => self.logical(at, *op, *left, *right),
            Expr::Conditional { test, yes, no } => match self.test(&of(*test)) {
                Some(true) => self.eval(&of(*yes)),
                Some(false) => self.eval(&of(*no)),
                None => {
                    let (yes, no) = (self.eval(&of(*yes)), self.eval(&of(*no)));
                    let Value::Hole(hole) = self.unknown(file, node.span) else {
                        return Value::Undefined;
                    };
                    yes.or(no, &hole.name, &hole.place)
                }
            },
            Expr::Unary { op, argument } => match (op, self.test(&of(*argument))) {
                (Unary::Not, Some(truthy)) => Value::Bool(!truthy),
                (Unary::Void, _) => Value::Undefined,
                _ => self.asked(at),
            },
            Expr::Binding(binding) => self.binding(at, *binding),
            Expr::Member { object, key } => self.member(at, *object, key),
            Expr::Call { callee, arguments } => self.call_expression(at, *callee, arguments),
            Expr::New { callee, arguments } => self.construct(at, *callee, arguments),
            Expr::Object(properties) => self.object(at, properties),
            Expr::Array(elements) => self.array(at, elements),
            Expr::Namespace(names) => {
                let mut out = Object::default();
                for (name, binding) in names {
                    let value = self.named(at, *binding, u32::MAX);
                    out.set(name, value, true);
                }
                Value::Object(out)
            }
            Expr::Function(id) => Value::Function(Function {
                file,
                id: *id,
                env: at.env.clone(),
            }),
            Expr::Await(value) => self.eval(&of(*value)),
            Expr::Parameter {
                function,
                index,
                rest,
            } => self.parameter(at, *function, *index as usize, *rest),
            Expr::Default { value, default } => match self.eval(&of(*value)) {
                Value::Undefined => self.eval(&of(*default)),
                other => other,
            },
            Expr::Rest { object, without } => match self.eval(&of(*object)) {
                Value::Object(mut object) => {
                    object.entries.retain(|(name, _)| !without.contains(name));
                    object.place = None;
                    Value::Object(object)
                }
                Value::List(list) => Value::List(List {
                    items: list.items.into_iter().skip(without.len()).collect(),
                    place: None,
                }),
                _ => self.unknown(file, node.span),
            },
            _ => self.asked(at),
        }
    }

    /// What the evaluation of programs says of an expression, which knows no places.
    pub(super) fn asked(&mut self, at: &At) -> Value {
        let span = self.facts_of(at.file).node(at.id).span;
        // It sees no calls in progress.
        if at.env.is_none()
            && let Some(text) = self.probe.text(at.file, at.id)
        {
            let place = self.place_in(at.file, span);
            return Value::text(Text::part(text, PartAt::Here(place, Quoting::Fixed)));
        }
        self.unknown(at.file, span)
    }

    /// Whether a test holds, if that is known. `dev` of SvelteKit is what production has.
    pub(super) fn test(&mut self, at: &At) -> Option<bool> {
        let facts = self.facts_of(at.file);
        match &facts.node(at.id).expr {
            Expr::Unary {
                op: Unary::Not,
                argument,
            } => {
                let argument = At {
                    id: *argument,
                    ..at.clone()
                };
                return self.test(&argument).map(|truthy| !truthy);
            }
            Expr::Logical { op, left, right } => {
                let of = |id: ExprId| At { id, ..at.clone() };
                let (left, right) = (self.test(&of(*left)), self.test(&of(*right)));
                match (op, left, right) {
                    (Logical::And, Some(false), _) | (Logical::And, _, Some(false)) => {
                        return Some(false);
                    }
                    (Logical::Or, Some(true), _) | (Logical::Or, _, Some(true)) => {
                        return Some(true);
                    }
                    (Logical::And, Some(true), Some(true)) => return Some(true),
                    (Logical::Or, Some(false), Some(false)) => return Some(false),
                    _ => {}
                }
            }
            _ => {}
        }
        let value = self.eval(at);
        let known = value.truthy();
        known.or_else(|| self.probe.truthy(at.file, at.id))
    }

    fn template(&mut self, at: &At, span: Span, template: &Template) -> Value {
        let facts = self.facts_of(at.file);
        let ends: Vec<u32> = template
            .exprs
            .iter()
            .map(|&id| facts.node(id).span.end)
            .collect();
        let texts = literal::template(self.file(at.file), span, &template.texts, &ends);
        let mut out = Text::default();
        for (i, text) in texts.into_iter().enumerate() {
            out.append(text);
            if let Some(&id) = template.exprs.get(i) {
                let value = self.eval(&At { id, ..at.clone() });
                out.append(value.to_text());
            }
        }
        Value::text(out)
    }

    /// `a + b + c + …`, without nesting as deep as it is long.
    fn sum(&mut self, at: &At, left: ExprId, right: ExprId) -> Value {
        let facts = self.facts_of(at.file);
        let (mut terms, mut first) = (vec![right], left);
        while let Expr::Binary {
            op: Binary::Add,
            left,
            right,
        } = &facts.node(first).expr
        {
            terms.push(*right);
            first = *left;
        }
        terms.push(first);
        let mut values: Vec<Value> = Vec::new();
        for id in terms.into_iter().rev() {
            values.push(self.eval(&At { id, ..at.clone() }));
        }
        if values.iter().all(|v| matches!(v, Value::Number(_))) {
            return self.asked(at);
        }
        let mut out = Text::default();
        for value in values {
            out.append(value.to_text());
        }
        Value::text(out)
    }

    fn logical(&mut self, at: &At, op: Logical, left: ExprId, right: ExprId) -> Value {
        let of = |id: ExprId| At { id, ..at.clone() };
        let value = self.eval(&of(left));
        let holds = match (op, &value) {
            (Logical::Nullish, Value::Null | Value::Undefined) => Some(false),
            (Logical::Nullish, Value::Hole(_) | Value::Maybe(_)) => None,
            (Logical::Nullish, _) => Some(true),
            _ => self.test(&of(left)),
        };
        match (op, holds) {
            (Logical::And, Some(true)) => self.eval(&of(right)),
            (Logical::And, Some(false)) => match value.truthy() {
                Some(_) => value,
                None => Value::Bool(false),
            },
            (Logical::And, None) => self.eval(&of(right)).maybe(),
            (_, Some(true)) => value,
            (_, Some(false)) => self.eval(&of(right)),
            (_, None) => {
                let right = self.eval(&of(right));
                match &value {
                    Value::Hole(hole) if right.truthy() != Some(false) => {
                        value.clone().or(right, &hole.name, &hole.place)
                    }
                    _ => value.or(right, "either", &None),
                }
            }
        }
    }

    fn parameter(&mut self, at: &At, function: FunctionId, index: usize, rest: bool) -> Value {
        let mut frame = &at.env;
        while let Some(one) = frame {
            if one.file == at.file && one.function == function {
                let from = one.arguments.get(index..).unwrap_or_default();
                return match rest {
                    true => Value::List(List {
                        items: from.to_vec(),
                        place: None,
                    }),
                    false => from.first().cloned().unwrap_or(Value::Undefined),
                };
            }
            frame = &one.outer;
        }
        let facts = self.facts_of(at.file);
        let name = facts.function(function).parameters.get(index);
        let name = name.cloned().unwrap_or_else(|| "an-argument".to_owned());
        Value::hole(&name, Some(self.place_in(at.file, facts.node(at.id).span)))
    }

    fn member(&mut self, at: &At, object: ExprId, key: &Key) -> Value {
        let span = self.facts_of(at.file).node(at.id).span;
        let name = self.key(at, key);
        // `process.env.X` and other names of the platform.
        let is_global = matches!(
            self.facts_of(at.file)
                .node(root_of(self.facts_of(at.file), object))
                .expr,
            Expr::Global(_) | Expr::ImportMeta
        );
        if is_global {
            return self.asked(at);
        }
        let object = self.eval(&At {
            id: object,
            ..at.clone()
        });
        match (&object, name) {
            (Value::Hole(_), _) | (_, None) => self.asked(at),
            (Value::Object(_) | Value::Maybe(_), Some(name)) => object.property(&name),
            (Value::List(list), Some(name)) if name == "length" => {
                match list
                    .items
                    .iter()
                    .any(|i| matches!(i, Value::Maybe(_) | Value::Hole(_)))
                {
                    true => self.unknown(at.file, span),
                    false => Value::Number(list.items.len() as f64),
                }
            }
            (Value::List(_), Some(name)) => object.property(&name),
            (_, Some(_)) => self.asked(at),
        }
    }

    /// The name that a key is, if that is known.
    pub(super) fn key(&mut self, at: &At, key: &Key) -> Option<String> {
        match key {
            Key::Name(name) => Some(name.to_string()),
            Key::Computed(id) => {
                let value = self.eval(&At {
                    id: *id,
                    ..at.clone()
                });
                match value {
                    Value::Number(n) => Some(n.to_string()),
                    other => other.known_text(),
                }
            }
        }
    }

    fn object(&mut self, at: &At, properties: &[Property]) -> Value {
        let mut out = Object::default();
        for property in properties {
            match property {
                Property::Value(key, id) => {
                    let value = self.eval(&At {
                        id: *id,
                        ..at.clone()
                    });
                    match self.key(at, key) {
                        Some(name) => out.set(&name, value, true),
                        None => out.opened("a-computed-key"),
                    }
                }
                Property::Getter(key, function) => {
                    let function = Function {
                        file: at.file,
                        id: *function,
                        env: at.env.clone(),
                    };
                    let value = self.call(&function, Vec::new());
                    match self.key(at, key) {
                        Some(name) => out.set(&name, value, true),
                        None => out.opened("a-computed-key"),
                    }
                }
                Property::Setter(..) => {}
                Property::Spread(id) => {
                    let value = self.eval(&At {
                        id: *id,
                        ..at.clone()
                    });
                    out.spread(value, true);
                }
            }
        }
        let span = self.facts_of(at.file).node(at.id).span;
        out.place = Some(self.place_in(at.file, span));
        Value::Object(out)
    }

    fn array(&mut self, at: &At, elements: &[Argument]) -> Value {
        let facts = self.facts_of(at.file);
        let range = self.in_text(at.file, facts.node(at.id).span).range();
        let inner = self
            .file(at.file)
            .place(range.start + 1, range.end.saturating_sub(1));
        let mut items = Vec::new();
        for element in elements {
            let value = self.eval(&At {
                id: element.expr,
                ..at.clone()
            });
            let span = facts.node(element.expr).span;
            if !element.spread {
                let shown = self.in_text(at.file, span);
                items.push(in_element(value, &inner, shown));
                continue;
            }
            match value {
                Value::List(list) => items.extend(list.items),
                Value::Maybe(inner) => match &*inner {
                    Value::List(list) => {
                        items.extend(list.items.iter().cloned().map(Value::maybe));
                    }
                    _ => items.push(self.unknown(at.file, span)),
                },
                Value::Hole(hole) => items.push(Value::Hole(hole)),
                Value::Undefined | Value::Null | Value::Bool(false) => {}
                _ => items.push(self.unknown(at.file, span)),
            }
        }
        Value::List(List {
            items,
            place: Some(inner),
        })
    }

    /// What a function gives.
    pub(super) fn call(&mut self, function: &Function, arguments: Vec<Value>) -> Value {
        let facts = self.facts_of(function.file);
        let entry = facts.function(function.id);
        let name = entry
            .name
            .clone()
            .unwrap_or_else(|| "a-function".to_owned());
        let hole = Value::hole(
            &format!("{name}()"),
            Some(self.place_in(function.file, entry.span)),
        );
        if entry.is_generator {
            return hole;
        }
        let env = Some(Rc::new(Frame {
            file: function.file,
            function: function.id,
            arguments,
            outer: function.env.clone(),
        }));
        let mut out: Option<Value> = None;
        for &id in &entry.returns {
            let node = facts.node(id);
            // A function that has thrown gives nothing.
            let given = Probe::not_left(facts, node.block, node.span.start);
            let start = node.span.start;
            let runs = self.probe.runs(function.file, node.block, start, &given);
            if runs == Runs::Never {
                continue;
            }
            let value = self.eval(&At {
                file: function.file,
                id,
                env: env.clone(),
            });
            out = Some(match out {
                None => value,
                Some(before) => {
                    let place = hole.place();
                    before.or(value, &format!("{name}()"), &place)
                }
            });
            if runs == Runs::Always {
                return out.unwrap_or(Value::Undefined);
            }
        }
        match out {
            // It may leave without a value, or not at all.
            Some(value) if entry.returns.len() == 1 => value.maybe(),
            Some(value) => value,
            None => Value::Undefined,
        }
    }

    fn binding(&mut self, at: &At, id: BindingId) -> Value {
        let start = self.facts_of(at.file).node(at.id).span.start;
        self.named(at, id, start)
    }

    /// What a name is where it stands at an offset.
    fn named(&mut self, at: &At, id: BindingId, start: u32) -> Value {
        let address = at.env.as_ref().map_or(0, |f| Rc::as_ptr(f) as usize);
        if let Some(value) = self.current.get(&(at.file, id, address)) {
            return value.clone();
        }
        let facts = self.facts_of(at.file);
        let binding = facts.binding(id);
        if let BindingKind::Import { specifier, name } = &binding.kind {
            return self.imported(at, specifier, name);
        }
        let mut value = self.defined(at, id, start, address);
        self.changed(at, id, start, &mut value);
        value
    }

    fn defined(&mut self, at: &At, id: BindingId, start: u32, address: usize) -> Value {
        let facts = self.facts_of(at.file);
        let binding = facts.binding(id);
        let user = facts.function_of(facts.node(at.id).block);
        let home = facts.function_of(binding.block);
        let hole = Value::hole(&binding.name, Some(self.place_in(at.file, binding.span)));
        let given = self.given(at, user);
        let mut value: Option<Value> = None;
        for definition in &binding.definitions {
            let function = facts.function_of(definition.block);
            // What comes later in the same code is not there yet.
            if function == user && definition.span.start >= start && value.is_some() {
                continue;
            }
            let start = definition.span.start;
            let mut runs = self.probe.runs(at.file, definition.block, start, &given);
            if runs == Runs::Never {
                continue;
            }
            if function != home || definition.maybe {
                runs = Runs::Maybe;
            }
            let key = (at.file, id, address);
            if let Some(value) = &value {
                self.current.insert(key, value.clone());
            }
            let new = self.eval(&At {
                id: definition.value,
                ..at.clone()
            });
            self.current.remove(&key);
            value = Some(match (value, definition.append, runs) {
                (None, _, _) => new,
                (Some(old), true, runs) => {
                    let new = match runs {
                        Runs::Always => new,
                        _ => new.maybe(),
                    };
                    let mut text = old.to_text();
                    text.append(new.to_text());
                    Value::text(text)
                }
                (Some(_), false, Runs::Always) => new,
                (Some(old), false, _) => {
                    let place = hole.place();
                    old.or(new, &binding.name, &place)
                }
            });
            if value.as_ref().is_some_and(|value| value.size().is_none()) {
                return hole;
            }
        }
        value.unwrap_or(hole)
    }

    /// The conditions that hold where an expression of a function stands.
    pub(super) fn given(&self, at: &At, user: Option<FunctionId>) -> Vec<Condition> {
        let facts = self.facts_of(at.file);
        let node = facts.node(at.id);
        match facts.function_of(node.block) == user {
            true => Probe::conditions(facts, node.block, node.span.start),
            false => Vec::new(),
        }
    }

    fn imported(&mut self, at: &At, specifier: &str, name: &str) -> Value {
        // SvelteKit: whether the development server runs.
        if matches!(
            (specifier, name),
            ("$app/environment", "dev") | ("esm-env", "DEV")
        ) {
            return Value::Bool(false);
        }
        let target = self.files.import(at.file, specifier);
        let value = target.and_then(|file| self.export(file, name, MAX_HOPS));
        match value {
            Some(value) => value,
            None => self.unknown(at.file, self.facts_of(at.file).node(at.id).span),
        }
    }

    /// What a file exports by a name; nothing if it is not seen to.
    pub(super) fn export(&mut self, file: u32, name: &str, hops: u32) -> Option<Value> {
        let hops = hops.checked_sub(1)?;
        let facts = self.facts_of(file);
        if name == "*" {
            return Some(self.namespace(file, hops));
        }
        for export in &facts.exports {
            match export {
                Export::Local { name: own, value } if own == name => {
                    let at = At {
                        file,
                        id: *value,
                        env: None,
                    };
                    // By its whole file, not where the export stands.
                    return Some(match facts.node(*value).expr {
                        Expr::Binding(id) => self.named(&at, id, u32::MAX),
                        _ => self.eval(&at),
                    });
                }
                Export::From {
                    name: own,
                    from,
                    specifier,
                } if own == name => {
                    let target = self.files.import(file, specifier)?;
                    return self.export(target, from, hops);
                }
                _ => {}
            }
        }
        let common = self.common_js(file);
        match (common, name) {
            (Some(value), "default") => return Some(value),
            (Some(value), name) => match value.property(name) {
                Value::Undefined => {}
                found => return Some(found),
            },
            (None, _) => {}
        }
        for export in &facts.exports {
            if let Export::All { specifier } = export
                && let Some(target) = self.files.import(file, specifier)
                && let Some(value) = self.export(target, name, hops)
            {
                return Some(value);
            }
        }
        None
    }

    fn namespace(&mut self, file: u32, hops: u32) -> Value {
        if let Some(value) = self.common_js(file) {
            return value;
        }
        let facts = self.facts_of(file);
        let mut out = Object::default();
        for export in &facts.exports {
            match export {
                Export::Local { name, .. } | Export::From { name, .. } => {
                    let value = self.export(file, name, hops);
                    let value = value.unwrap_or_else(|| Value::hole(name, None));
                    out.set(name, value, true);
                }
                Export::All { .. } => out.open = Some("an-export".to_owned()),
            }
        }
        Value::Object(out)
    }

    /// `module.exports = …`, `exports.name = …`.
    pub(super) fn common_js(&mut self, file: u32) -> Option<Value> {
        let facts = self.facts_of(file);
        let is = |id: ExprId, name: &str| facts.node(id).expr == Expr::Global(name.into());
        let is_exports = |id: ExprId| match &facts.node(id).expr {
            Expr::Global(name) => name == "exports",
            Expr::Member {
                object,
                key: Key::Name(name),
            } => name == "exports" && is(*object, "module"),
            _ => false,
        };
        let mut out: Option<Value> = None;
        for write in &facts.writes {
            let at = At {
                file,
                id: write.definition.value,
                env: None,
            };
            let Key::Name(name) = &write.key else {
                continue;
            };
            if is(write.object, "module") && name == "exports" {
                let value = match facts.node(at.id).expr {
                    Expr::Binding(id) => self.named(&at, id, u32::MAX),
                    _ => self.eval(&at),
                };
                out = Some(value);
            } else if is_exports(write.object) {
                let value = match facts.node(at.id).expr {
                    Expr::Binding(id) => self.named(&at, id, u32::MAX),
                    _ => self.eval(&at),
                };
                let mut object = match out {
                    Some(Value::Object(object)) => object,
                    _ => Object::default(),
                };
                object.set(name, value, true);
                out = Some(Value::Object(object));
            }
        }
        out
    }

    /// What `require(specifier)` gives.
    pub(super) fn required(&mut self, file: u32, specifier: &str) -> Option<Value> {
        let target = self.files.import(file, specifier)?;
        if let Some(value) = self.common_js(target) {
            return Some(value);
        }
        // JSON; a module that tools made of ECMAScript's.
        let is_data = self.file(target).name.ends_with(".json");
        match is_data {
            true => self.export(target, "default", MAX_HOPS),
            false => Some(self.namespace(target, MAX_HOPS)),
        }
    }
}

/// Adds a configuration, unless it is there already: helpers may be given it on several ways.
fn add_configuration(out: &mut Vec<Value>, value: Value) {
    let place = value.place();
    if place.is_none() || out.iter().all(|other| other.place() != place) {
        out.push(value);
    }
}

/// The object that a chain of members begins with.
pub(super) fn root_of(facts: &FileFacts, mut id: ExprId) -> ExprId {
    while let Expr::Member { object, .. } = facts.node(id).expr {
        id = object;
    }
    id
}

/// Says of a text that it stands in an element of a list.
fn in_element(value: Value, list: &Place, span: Span) -> Value {
    match value {
        Value::Text(text) => Value::text(text.0.in_element(list, span)),
        other => other,
    }
}
