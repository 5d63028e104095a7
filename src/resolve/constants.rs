//! The constants that the configuration of a build tool holds, evaluated from its facts like
//! any other file's. What is not literal there is an open constant: a hole by its name.

use super::known::{FileId, JsValue, Known, Possible};
use super::reach::Use;
use super::settings::{Constant, Fixed};
use super::{Evaluator, Program, Settings};
use crate::js::facts::*;
use crate::js::{ScriptText, lower};
use std::collections::BTreeMap;

/// Where a configuration has constants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConstantsAt {
    /// Where it has the object of them.
    pub place: Place,
    /// What the whole names begin with: `process.env.`.
    pub prefix: &'static str,
    /// What its values are.
    pub form: Form,
}

/// Where a configuration has an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A property of what it exports, by its path.
    Export(&'static [&'static str]),
    /// What an instance of this class is made of, anywhere in it: `new DefinePlugin({…})`.
    Plugin(&'static str),
}

/// What the values of an object of constants are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A text is code; an object holds more of them.
    Code,
    /// A text is code, all else data.
    CodeOrData,
    /// A text is itself.
    Values,
    /// A text is itself, unless the environment of the build has another.
    Defaults,
}

/// Names and their constants.
pub type Constants = BTreeMap<String, Constant>;

/// How deep configurations are wrapped in helpers, and constants nest.
const MAX_NESTING: u32 = 8;
/// How many constants a configuration may have.
const MAX_CONSTANTS: usize = 10_000;
/// How long a constant's code may be, in bytes.
const MAX_CODE: usize = 64 * 1024;
/// Steps that a configuration may cost.
const FUEL: u32 = 200_000;

/// A configuration that is evaluated: the first file of a program.
pub struct Configuration<'a> {
    evaluator: Evaluator<'a>,
    program: &'a Program<'a>,
    /// What it exports. Helpers put several parts together; each is one of several values, where
    /// that depends on what is not known.
    parts: Vec<Vec<JsValue>>,
}

/// What a configuration says of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Nothing.
    Nothing,
    /// These texts.
    Texts(Vec<String>),
    /// Something that is not known.
    Unknown,
}

impl<'a> Configuration<'a> {
    /// The first file of a program; the second one exports what tools call the function with
    /// that the first may export.
    pub fn of(program: &'a Program<'a>) -> Self {
        let mut configuration = Configuration {
            evaluator: Evaluator::new(program, 0),
            program,
            parts: Vec::new(),
        };
        configuration.evaluator.refuel_with(FUEL);
        configuration.evaluator.trusts_others = true;
        for export in exports(program.facts(0)) {
            configuration.export(0, export, MAX_NESTING);
        }
        configuration
    }

    /// What an expression hands the tool.
    fn export(&mut self, file: FileId, id: ExprId, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        let known = self.evaluator.eval(file, &None, id);
        let (mut part, mut is_unknown) = (Vec::new(), false);
        for possible in known.possible() {
            match &possible.value {
                value @ JsValue::Function(..) => {
                    let arguments = self.arguments();
                    let made = self.evaluator.call_value(value, &arguments, None);
                    part.extend(made.possible().iter().map(|made| made.value.clone()));
                }
                JsValue::Object(_) | JsValue::Merged { .. } => part.push(possible.value.clone()),
                _ => is_unknown = true,
            }
        }
        if !part.is_empty() {
            self.parts.push(part);
        }
        if is_unknown {
            self.helper(file, id, depth);
        }
    }

    /// Helpers of packages hand on what they are given: `defineConfig({…})`,
    /// `withPlugin(config)`.
    fn helper(&mut self, file: FileId, id: ExprId, depth: u32) {
        let facts = self.evaluator.facts(file);
        match &facts.node(id).expr {
            Expr::Binding(binding) => {
                if let [one] = facts.binding(*binding).definitions.as_slice() {
                    self.export(file, one.value, depth);
                }
            }
            Expr::Call { arguments, .. } => {
                for argument in arguments.iter().filter(|a| !a.spread) {
                    self.export(file, argument.expr, depth);
                }
            }
            _ => {}
        }
    }

    fn arguments(&mut self) -> Vec<Known> {
        let given = exports(self.program.facts(1)).first().copied();
        let given = given.map_or_else(Known::undefined, |id| self.evaluator.eval(1, &None, id));
        // Vite's are in the first argument, webpack's in the second.
        vec![given.clone(), given]
    }

    /// What it says of an option, by its path.
    pub fn option(&mut self, path: &[&str]) -> Said {
        let mut texts = Vec::new();
        for part in self.parts.clone() {
            let mut said = Known::default();
            for value in part {
                said.extend(self.at(value.into(), path));
            }
            match said.possible() {
                [one] => match texts_of(&one.value) {
                    Some(more) => texts.extend(more),
                    None => return Said::Unknown,
                },
                [] => {}
                _ => return Said::Unknown,
            }
        }
        match texts.is_empty() {
            true => Said::Nothing,
            false => Said::Texts(texts),
        }
    }

    fn at(&mut self, value: Known, path: &[&str]) -> Known {
        path.iter().fold(value, |value, name| {
            value.map(|possible| match possible.value {
                JsValue::Undefined => Known::undefined(),
                _ => self.evaluator.property(&possible.value, name),
            })
        })
    }

    /// Its constants.
    pub fn constants(&mut self, at: &ConstantsAt) -> Constants {
        let mut out = Constants::new();
        match at.place {
            Place::Export(path) => {
                for part in self.parts.clone() {
                    let objects = part.into_iter().map(|value| self.at(value.into(), path));
                    let objects: Vec<_> = objects.collect();
                    let each = objects.iter().map(|object| self.object(object, at));
                    add(&mut out, one_of(each.collect()));
                }
            }
            Place::Plugin(class) => {
                for file in 0..self.program.len() as FileId {
                    for (argument, always) in self.plugins(file, class) {
                        let object = self.evaluator.eval(file, &None, argument);
                        let mut made = self.object(&object, at);
                        if !always {
                            made.values_mut().for_each(open);
                        }
                        add(&mut out, made);
                    }
                }
            }
        }
        out
    }

    fn object(&mut self, object: &Known, at: &ConstantsAt) -> Constants {
        let mut found = Collected {
            settings: self.program.settings(),
            form: at.form,
            out: Constants::new(),
        };
        found.object(&mut self.evaluator, object, at.prefix, MAX_NESTING);
        found.out
    }

    /// What the instances of a class are made of, and whether they certainly are.
    fn plugins(&mut self, file: FileId, class: &str) -> Vec<(ExprId, bool)> {
        let facts = self.evaluator.facts(file);
        let mut out = Vec::new();
        for &id in &facts.candidates {
            let node = facts.node(id);
            let Expr::New { callee, arguments } = &node.expr else {
                continue;
            };
            let Some(first) = arguments.first().filter(|a| !a.spread) else {
                continue;
            };
            if class_name(facts, *callee) != Some(class) {
                continue;
            }
            let place = Use {
                at: node.span.start,
                block: node.block,
            };
            if self.evaluator.runs(file, &None, place).is_some() {
                out.push((first.expr, self.always_runs(file, place.block)));
            }
        }
        out
    }

    /// Whether all conditions around a block are known to hold.
    fn always_runs(&mut self, file: FileId, block: BlockId) -> bool {
        let facts = self.evaluator.facts(file);
        std::iter::successors(Some(block), |&id| facts.block(id).parent).all(|id| {
            let block = facts.block(id);
            match (&block.condition, block.kind) {
                (Some(condition), _) => {
                    let test = self.evaluator.eval(file, &None, condition.test);
                    let holds = |possible: &Possible| match condition.holds {
                        Expected::Truthy => possible.value.truthy() == Some(true),
                        Expected::Falsy => possible.value.truthy() == Some(false),
                        Expected::Nullish => possible.value.nullish() == Some(true),
                    };
                    test.possible().iter().all(holds)
                }
                (None, BlockKind::Branch | BlockKind::Loop) => false,
                (None, BlockKind::Plain | BlockKind::Function(_)) => true,
            }
        })
    }
}

/// The expressions that a file exports as a whole.
fn exports(facts: &FileFacts) -> Vec<ExprId> {
    let exported = facts.exports.iter().filter_map(|export| match export {
        Export::Local { name, value } if name == "default" => Some(*value),
        _ => None,
    });
    let is_module = |id: ExprId| facts.node(id).expr == Expr::Global("module".into());
    let written = facts
        .writes
        .iter()
        .filter(|write| is_module(write.object) && write.key == Key::Name("exports".into()));
    exported
        .chain(written.map(|write| write.definition.value))
        .collect()
}

/// The name of the class that `new` is called with: `webpack.DefinePlugin`, `DefinePlugin`.
fn class_name(facts: &FileFacts, callee: ExprId) -> Option<&str> {
    match &facts.node(callee).expr {
        Expr::Global(name) => Some(name),
        Expr::Member {
            key: Key::Name(name),
            ..
        } => Some(name),
        Expr::Binding(id) => {
            let binding = facts.binding(*id);
            match &binding.kind {
                BindingKind::Import { name, .. } if name != "default" => Some(name),
                _ => Some(&binding.name),
            }
        }
        _ => None,
    }
}

/// The texts of an option; nothing where it is something else.
fn texts_of(value: &JsValue) -> Option<Vec<String>> {
    match value {
        JsValue::Undefined => Some(Vec::new()),
        JsValue::Array {
            elements,
            more: false,
        } => {
            let text = |element: &Known| element.as_text().map(str::to_owned);
            elements.iter().map(text).collect()
        }
        JsValue::Text(text) => Some(vec![text.as_text()?.to_owned()]),
        _ => None,
    }
}

/// Both; a name that both have is either.
fn add(out: &mut Constants, more: Constants) {
    for (name, constant) in more {
        let known = out.entry(name).or_default();
        *known = std::mem::take(known).or(constant);
    }
}

/// One of them, it is not known which: what one does not have may not be there.
fn one_of(all: Vec<Constants>) -> Constants {
    let mut out = Constants::new();
    for constants in &all {
        add(&mut out, constants.clone());
    }
    for (name, constant) in &mut out {
        if all.iter().any(|constants| !constants.contains_key(name)) {
            open(constant);
        }
    }
    out
}

fn open(constant: &mut Constant) {
    *constant = std::mem::take(constant).or(Constant::open());
}

/// Constants as they are found.
struct Collected<'s> {
    settings: &'s Settings,
    form: Form,
    out: Constants,
}

impl Collected<'_> {
    fn one(&mut self, name: String, constant: Constant) {
        if self.out.len() < MAX_CONSTANTS || self.out.contains_key(&name) {
            let known = self.out.entry(name).or_default();
            *known = std::mem::take(known).or(constant);
        }
    }

    /// The properties of an object, whose names stand below a prefix.
    fn object(&mut self, evaluator: &mut Evaluator, object: &Known, prefix: &str, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        for possible in object.possible() {
            if let (JsValue::Array { elements, .. }, Form::Defaults) = (&possible.value, self.form)
            {
                let names = elements.iter().filter_map(Known::as_text);
                for name in names {
                    self.one(format!("{prefix}{name}"), Constant::open());
                }
            }
            for name in names(evaluator, &possible.value, depth) {
                let value = evaluator.property(&possible.value, &name);
                self.value(evaluator, format!("{prefix}{name}"), &value, depth);
            }
        }
        // Which of several objects it is, is not known.
        if object.possible().len() > 1 {
            self.out.values_mut().for_each(open);
        }
    }

    fn value(&mut self, evaluator: &mut Evaluator, name: String, value: &Known, depth: u32) {
        for possible in value.possible() {
            let constant = match &possible.value {
                JsValue::Object(_) | JsValue::Merged { .. } => {
                    let form = self.form;
                    if form == Form::CodeOrData {
                        self.form = Form::Values;
                    }
                    self.object(
                        evaluator,
                        &possible.value.clone().into(),
                        &format!("{name}."),
                        depth,
                    );
                    self.form = form;
                    continue;
                }
                JsValue::Text(text) => match (text.as_text(), self.form) {
                    (Some(code), Form::Code | Form::CodeOrData) => {
                        self.code(&name, code, depth);
                        continue;
                    }
                    (Some(text), Form::Values | Form::Defaults) => {
                        Constant::of(Fixed::Text(text.to_owned()))
                    }
                    (None, _) => Constant::open(),
                },
                JsValue::Number(n) => Constant::of(Fixed::Number(*n)),
                JsValue::Bool(b) => Constant::of(Fixed::Bool(*b)),
                JsValue::Null => Constant::of(Fixed::Null),
                JsValue::Undefined => Constant::of(Fixed::Undefined),
                _ => Constant::open(),
            };
            let constant = match (self.form, constant.values()) {
                // `null` asks for the environment, `undefined` is a name without default.
                (Form::Defaults, [Fixed::Null | Fixed::Undefined]) => Constant::open(),
                (Form::Defaults, _) => constant.or(Constant::open()),
                _ => constant,
            };
            self.one(name.clone(), constant);
        }
    }

    /// The value of code that takes the place of a name.
    fn code(&mut self, name: &str, code: &str, depth: u32) {
        if code.len() > MAX_CODE {
            return self.one(name.to_owned(), Constant::open());
        }
        let text = format!("export default ({code}\n)");
        let (facts, issues) = lower(&[ScriptText::made_up(&text)]);
        let value = match (issues.is_empty(), exports(&facts).as_slice()) {
            (true, [one]) => *one,
            _ => return self.one(name.to_owned(), Constant::open()),
        };
        let program = Program::alone(&facts, self.settings);
        let mut evaluator = Evaluator::new(&program, 0);
        evaluator.refuel();
        let known = evaluator.eval(0, &None, value);
        let mut inner = Collected {
            settings: self.settings,
            form: Form::Values,
            out: Constants::new(),
        };
        inner.value(&mut evaluator, name.to_owned(), &known, depth);
        add(&mut self.out, inner.out);
    }
}

/// The names of an object's properties, as far as they are known.
fn names(evaluator: &mut Evaluator, object: &JsValue, depth: u32) -> Vec<String> {
    let Some(depth) = depth.checked_sub(1) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    match object {
        JsValue::Object(object) => {
            let facts = evaluator.facts(object.file);
            let Expr::Object(properties) = &facts.node(object.id).expr else {
                return Vec::new();
            };
            for property in properties {
                match property {
                    Property::Value(Key::Name(name), _) | Property::Getter(Key::Name(name), _) => {
                        out.push(name.to_string());
                    }
                    Property::Value(Key::Computed(key), _) => {
                        let key = evaluator.eval(object.file, &object.env, *key);
                        out.extend(key.as_text().map(str::to_owned));
                    }
                    Property::Spread(spread) => {
                        let spread = evaluator.eval(object.file, &object.env, *spread);
                        for possible in spread.possible() {
                            out.extend(names(evaluator, &possible.value, depth));
                        }
                    }
                    _ => {}
                }
            }
        }
        JsValue::Merged { sources, .. } => {
            for possible in sources.iter().flat_map(Known::possible) {
                out.extend(names(evaluator, &possible.value, depth));
            }
        }
        _ => {}
    }
    out.sort();
    out.dedup();
    out.truncate(MAX_CONSTANTS);
    out
}

/// Stands for what Vite's `loadEnv` gives, with the prefix of the names that are there.
const LOADED: &str = "loadEnv:";

/// The name of what a file's `.env` files say, as a configuration sees it by `loadEnv`.
pub fn loaded_name(name: &str) -> String {
    format!("{LOADED}.{name}")
}

/// A function that a tool has for configurations.
pub(super) fn tool_export(specifier: &str, name: &str) -> Option<Known> {
    let is_load = specifier == "vite" && name == "loadEnv";
    is_load.then(|| JsValue::Global("loadEnv".into()).into())
}

/// What `loadEnv(mode, folder, prefix)` gives: the names of the project's `.env` files, if it is
/// called for the mode and the folder of the project.
pub(super) fn load_env(arguments: &[Known], settings: &Settings) -> Known {
    let is_mode = arguments.first().and_then(Known::as_text) == Some(settings.mode.as_str());
    let prefix = match arguments.get(2) {
        None => Some("VITE_"),
        Some(prefix) => prefix.as_text(),
    };
    match prefix {
        Some(prefix) if is_mode && arguments.get(1).is_some_and(is_own_folder) => {
            JsValue::Global(format!("{LOADED}{prefix}").as_str().into()).into()
        }
        _ => Known::unknown("loadEnv()"),
    }
}

/// Whether a folder is that of the configuration.
fn is_own_folder(folder: &Known) -> bool {
    match folder.possible() {
        [
            Possible {
                value: JsValue::Hole(hole),
                ..
            },
        ] => matches!(
            hole.label(),
            "process.cwd()" | "__dirname" | "import.meta.dirname"
        ),
        _ => matches!(folder.as_text(), Some("" | "." | "./")),
    }
}

/// A name of what `loadEnv` gave; nothing for other paths.
pub(super) fn loaded_property(path: &str, name: &str, settings: &Settings) -> Option<Known> {
    let prefix = path.strip_prefix(LOADED)?;
    let constant = settings.constants.get(&loaded_name(name));
    Some(match constant {
        Some(constant) if name.starts_with(prefix) => {
            super::globals::constant_value(constant, name)
        }
        _ => Known::unknown(name),
    })
}
