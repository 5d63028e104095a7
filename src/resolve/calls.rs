//! Calls and constructions: functions of the program, and those of the platform that make
//! texts and URLs.

use super::constants::load_env;
use super::eval::{guarded, number_hole};
use super::known::{Env, FileId, Frame, Instance, JsValue, Known, Possible, Ref};
use super::reach::Use;
use super::text::{self, Needle};
use super::url_object::{self, QueryChange};
use super::{Evaluator, MAX_CALLS, globals};
use crate::js::facts::*;
use crate::value::{Charset, Hole, HoleKind, Pattern};
use std::rc::Rc;

/// How often a function is entered again while it runs.
const MAX_RECURSION: usize = 3;

/// Evaluated arguments, and from which on they are not known one by one.
pub(super) type Arguments = (Vec<Known>, Option<usize>);

impl Evaluator<'_> {
    pub(super) fn arguments(
        &mut self,
        file: FileId,
        env: &Env,
        arguments: &[Argument],
    ) -> Arguments {
        let mut out = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let known = self.eval(file, env, argument.expr);
            if !argument.spread {
                out.push(known);
                continue;
            }
            match known.possible() {
                [
                    Possible {
                        value:
                            JsValue::Array {
                                elements,
                                more: false,
                            },
                        ..
                    },
                ] => {
                    out.extend(elements.iter().cloned());
                }
                _ => {
                    let at = out.len();
                    return (out, Some(at));
                }
            }
        }
        (out, None)
    }

    /// `callee(…)`.
    pub(super) fn call(
        &mut self,
        file: FileId,
        env: &Env,
        callee: ExprId,
        arguments: &[Argument],
    ) -> Known {
        let facts = self.facts(file);
        if let Some(known) = self.handed_on(file, env, callee, arguments) {
            return known;
        }
        if let Expr::Member {
            object,
            key: Key::Name(method),
        } = &facts.node(callee).expr
            && !matches!(facts.node(*object).expr, Expr::Super)
        {
            let receiver = self.eval(file, env, *object);
            let (arguments, spread_at) = self.arguments(file, env, arguments);
            let own = self.eval(file, env, callee);
            return self.method_calls(&receiver, &own, method, &arguments, spread_at);
        }
        if let (
            Expr::Global(name),
            [
                Argument {
                    expr,
                    spread: false,
                },
            ],
        ) = (&facts.node(callee).expr, arguments)
            && name == "require"
        {
            return self.required(file, env, *expr);
        }
        let target = self.eval(file, env, callee);
        let (arguments, spread_at) = self.arguments(file, env, arguments);
        target.map(|possible| self.call_value(&possible.value, &arguments, spread_at))
    }

    fn method_calls(
        &mut self,
        receiver: &Known,
        own: &Known,
        method: &str,
        arguments: &[Known],
        spread_at: Option<usize>,
    ) -> Known {
        receiver.map(|possible| {
            let known = match &possible.value {
                JsValue::Library(thing) => {
                    let mut arguments = arguments.to_vec();
                    if spread_at.is_some() {
                        arguments.push(Known::unknown("one of spread arguments"));
                    }
                    Some(self.library_method(thing, method, &arguments))
                }
                value => self.method(value, method, arguments),
            };
            if let Some(known) = known {
                let trail = &possible.trail;
                return trail.iter().fold(known, |known, step| known.step(step));
            }
            let mut out = Known::default();
            for target in own.possible() {
                let Some(guard) = target.guard.and(possible.guard) else {
                    continue;
                };
                let called = self.call_value(&target.value, arguments, spread_at);
                out.extend(guarded(&called, guard));
            }
            if out.possible().is_empty() {
                Known::unknown(format!("{method}()"))
            } else {
                out
            }
        })
    }

    pub(super) fn call_value(
        &mut self,
        target: &JsValue,
        arguments: &[Known],
        spread_at: Option<usize>,
    ) -> Known {
        match target {
            JsValue::Function(function, this) => {
                let this = this.as_ref().map(|t| t.as_ref().clone());
                self.invoke(function, arguments.to_vec(), spread_at, this)
            }
            JsValue::Bound {
                target,
                arguments: first,
            } => {
                let all: Vec<_> = first.iter().chain(arguments).cloned().collect();
                self.call_value(target, &all, spread_at.map(|at| at + first.len()))
            }
            JsValue::Global(path) => self.platform_call(path, arguments),
            JsValue::Library(thing) => self.library_call(thing, arguments),
            JsValue::Hole(hole) => JsValue::unknown(format!("{}()", hole.label())).into(),
            _ => Known::unknown("a call"),
        }
    }

    /// What a function of the program returns for these arguments.
    pub(super) fn invoke(
        &mut self,
        function: &Ref<FunctionId>,
        arguments: Vec<Known>,
        spread_at: Option<usize>,
        this: Option<JsValue>,
    ) -> Known {
        let facts = self.facts(function.file);
        let entry = facts.function(function.id);
        let name = entry.name.as_deref().unwrap_or("a function");
        if entry.is_generator {
            return Known::unknown(format!("{name}()"));
        }
        let outer = function.env.clone();
        let depth = self.call_depth;
        if depth >= MAX_CALLS {
            self.tainted = true;
            return Known::bounded();
        }
        let calling = self.calling.iter();
        let entered = calling.filter(|&&f| f == (function.file, function.id));
        if entered.count() > MAX_RECURSION {
            self.tainted = true;
            return Known::unknown(format!("{name}()"));
        }
        let env: Env = Some(Rc::new(Frame {
            file: function.file,
            function: Some(function.id),
            arguments,
            spread_at,
            this,
            element: None,
            outer,
            depth: depth + 1,
            pin: None,
        }));
        self.call_depth += 1;
        self.calling.push((function.file, function.id));
        let mut out = Known::default();
        for &value in &entry.returns {
            let node = facts.node(value);
            let place = Use {
                at: node.span.start,
                block: node.block,
            };
            let Some(guard) = self.runs(function.file, &env, place) else {
                continue;
            };
            let known = self.eval(function.file, &env, value);
            out.extend(guarded(&known, guard));
        }
        self.calling.pop();
        self.call_depth -= 1;
        let falls_off = facts.block(entry.block).exits_at.is_none();
        if entry.returns.is_empty() || (out.possible().is_empty() && falls_off) {
            Known::undefined()
        } else {
            out
        }
    }

    /// `new callee(…)`.
    pub(super) fn construct(
        &mut self,
        file: FileId,
        env: &Env,
        id: ExprId,
        callee: ExprId,
        arguments: &[Argument],
    ) -> Known {
        let target = self.eval(file, env, callee);
        let (arguments, spread_at) = self.arguments(file, env, arguments);
        target.map(|possible| match &possible.value {
            JsValue::Class(class) => JsValue::Instance(Rc::new(Instance {
                class: class.clone(),
                arguments: arguments.clone(),
                spread_at,
            }))
            .into(),
            JsValue::Global(path) if path.as_ref() == "URL" => {
                let url = construct_platform(path, &arguments);
                self.changing_url(file, id, url)
            }
            JsValue::Global(path) => construct_platform(path, &arguments),
            JsValue::Library(thing) => self.library_construct(thing, &arguments),
            _ => Known::unknown("an object"),
        })
    }

    /// A `URL` object, with what may become of it later.
    fn changing_url(&self, file: FileId, made: ExprId, url: Known) -> Known {
        let (changes, query) = self.url_changes(file, made);
        let mut out = url;
        if query != QueryChange::None {
            out = out.map(|p| match &p.value {
                JsValue::Url(href) => {
                    let mut changed = Known::default();
                    for href in url_object::with_unknown_query(href, query) {
                        changed.push(p.with(JsValue::Url(href)));
                    }
                    changed
                }
                _ => p.clone().into(),
            });
        }
        if changes {
            out.extend(Known::unknown("a URL that is changed"));
        }
        out
    }

    /// A method that the value's type has; nothing to look for one of the program.
    fn method(&mut self, receiver: &JsValue, method: &str, arguments: &[Known]) -> Option<Known> {
        match (receiver, method) {
            (_, "call") if is_callable(receiver) => {
                let receiver = self.with_this(receiver, arguments.first());
                Some(self.call_value(&receiver, arguments.get(1..).unwrap_or_default(), None))
            }
            (_, "then") => match arguments.first().map(Known::possible) {
                Some([callback]) if matches!(callback.value, JsValue::Function(..)) => {
                    Some(self.call_value(&callback.value, &[receiver.clone().into()], None))
                }
                _ => Some(Known::unknown("then()")),
            },
            (JsValue::Hole(_), "catch" | "finally") => Some(Known::unknown("catch()")),
            (_, "catch" | "finally") => Some(receiver.clone().into()),
            (_, "apply") if is_callable(receiver) => {
                Some(match arguments.get(1).map(Known::possible) {
                    Some(
                        [
                            Possible {
                                value:
                                    JsValue::Array {
                                        elements,
                                        more: false,
                                    },
                                ..
                            },
                        ],
                    ) => self.call_value(receiver, elements, None),
                    _ => self.call_value(receiver, &[], Some(0)),
                })
            }
            (_, "bind") if is_callable(receiver) => Some(self.bind(receiver, arguments)),
            (JsValue::Text(text), "match") => Some(text_match(text, arguments)),
            (JsValue::Text(text), _) => Some(self.text_method(text, method, arguments)),
            (JsValue::Number(_), "toString") if arguments.is_empty() => {
                Some(JsValue::Text(receiver.to_pattern()).into())
            }
            (JsValue::Number(_) | JsValue::Bool(_), _) => {
                Some(Known::unknown(format!("{method}()")))
            }
            (JsValue::Url(href), "toString" | "toJSON" | "valueOf") => {
                Some(JsValue::Text(href.clone()).into())
            }
            (JsValue::Global(path), "toString" | "valueOf") if path.as_ref() == "location" => {
                Some(JsValue::Text(Pattern::hole(Hole::new(HoleKind::PageHref))).into())
            }
            (JsValue::Array { elements, more }, _) => {
                if let Some(known) = self.includes_local(elements, method, arguments) {
                    return Some(known);
                }
                Some(self.array_method(elements, *more, method, arguments))
            }
            (JsValue::Regex { pattern, flags }, "test") => {
                Some(self.regex_test(pattern, flags, arguments))
            }
            (JsValue::Platform(class), _) => Some(platform_method(class, method)),
            (JsValue::Hole(hole), _) => Some(hole_method(hole, method, arguments)),
            (JsValue::Global(path), _) => {
                Some(self.platform_call(&format!("{path}.{method}"), arguments))
            }
            (JsValue::Request(_), "clone") => Some(receiver.clone().into()),
            (JsValue::Object(_) | JsValue::Instance(_), "toString") => None,
            _ => None,
        }
    }

    /// A function with another `this`, unless it is one that keeps its own.
    fn with_this(&self, receiver: &JsValue, this: Option<&Known>) -> JsValue {
        match (receiver, this.map(Known::possible)) {
            (JsValue::Function(function, _), Some([this]))
                if self.facts(function.file).function(function.id).this != ThisOf::Outer =>
            {
                JsValue::Function(function.clone(), Some(Rc::new(this.value.clone())))
            }
            _ => receiver.clone(),
        }
    }

    fn bind(&mut self, receiver: &JsValue, arguments: &[Known]) -> Known {
        let first = arguments.get(1..).unwrap_or_default().to_vec();
        let target = self.with_this(receiver, arguments.first());
        JsValue::Bound {
            target: Rc::new(target),
            arguments: Rc::new(first),
        }
        .into()
    }

    /// `['localhost', '127.0.0.1'].includes(location.hostname)`.
    fn includes_local(
        &self,
        elements: &[Known],
        method: &str,
        arguments: &[Known],
    ) -> Option<Known> {
        let (false, "includes" | "indexOf") = (self.settings.page_is_local, method) else {
            return None;
        };
        let Some(
            [
                Possible {
                    value: JsValue::Text(asked),
                    ..
                },
            ],
        ) = arguments.first().map(Known::possible)
        else {
            return None;
        };
        let local = elements
            .iter()
            .all(|e| e.as_text().is_some_and(|t| text::asks_for_local(asked, t)));
        (local && !elements.is_empty()).then(|| negative(method))
    }

    fn regex_test(&mut self, pattern: &str, flags: &str, arguments: &[Known]) -> Known {
        let Some(argument) = arguments.first() else {
            return Known::unknown("a condition");
        };
        let local = self.settings.page_is_local;
        argument.map(|possible| {
            let asked = possible.value.to_pattern();
            if !local && text::asks_for_local(&asked, &pattern.replace('\\', "")) {
                return JsValue::Bool(false).into();
            }
            by_scheme(&asked, |t| match text::test(t, pattern, flags) {
                Some(found) => JsValue::Bool(found),
                None => JsValue::unknown("a condition"),
            })
        })
    }

    fn text_method(&mut self, receiver: &Pattern, method: &str, arguments: &[Known]) -> Known {
        if matches!(
            method,
            "toString" | "valueOf" | "normalize" | "toWellFormed"
        ) {
            return JsValue::Text(receiver.clone()).into();
        }
        if let "concat" = method {
            let mut out: Known = JsValue::Text(receiver.clone()).into();
            for argument in arguments {
                out = out.combine(argument, |a, b| {
                    JsValue::Text(a.to_pattern().concat(&b.to_pattern()))
                });
            }
            return out;
        }
        let local = self.settings.page_is_local;
        let undefined = Known::undefined();
        let (first, second) = (
            arguments.first().unwrap_or(&undefined),
            arguments.get(1).unwrap_or(&undefined),
        );
        let mut out = Known::default();
        for a in first.possible() {
            for b in second.possible() {
                let Some(guard) = a.guard.and(b.guard) else {
                    continue;
                };
                let mut result = text_operation(receiver, method, &a.value, &b.value, local);
                for step in a.trail.iter().chain(&b.trail) {
                    result = result.step(step);
                }
                out.extend(guarded(&result, guard));
            }
        }
        out
    }

    /// A function of the platform by its path.
    fn platform_call(&mut self, path: &str, arguments: &[Known]) -> Known {
        let undefined = Known::undefined();
        let first = arguments.first().unwrap_or(&undefined);
        match path {
            "loadEnv" => load_env(arguments, self.settings),
            "JSON.stringify" if arguments.len() == 1 => self.json(first),
            "encodeURIComponent" => texts(first, |t| Some(text::encode(t, false))),
            "encodeURI" => texts(first, |t| Some(text::encode(t, true))),
            "decodeURIComponent" => texts(first, |t| text::decode(t, false)),
            "decodeURI" => texts(first, |t| text::decode(t, true)),
            "String" => texts(first, |t| Some(t.clone())),
            "Number" | "parseInt" | "parseFloat" | "Math.floor" | "Math.round" | "Math.random"
            | "Date.now" | "Number.parseInt" => number_hole("a number").into(),
            "Object.freeze" | "Object.seal" | "Promise.resolve" | "Object.create" => first.clone(),
            "Object.assign" => self.assigned(arguments),
            "Object.values" => self.listed_properties(first, |_, value| value),
            "Object.keys" => self.listed_properties(first, |name, _| JsValue::text(name).into()),
            "Object.entries" => self.listed_properties(first, |name, value| {
                list(vec![JsValue::text(name).into(), value])
            }),
            "Promise.all" => first.clone(),
            "Array.isArray" => first.map(|p| match &p.value {
                JsValue::Array { .. } => JsValue::Bool(true).into(),
                value if value.is_primitive() => JsValue::Bool(false).into(),
                JsValue::Url(_) | JsValue::Request(_) => JsValue::Bool(false).into(),
                _ => Known::unknown("a condition"),
            }),
            "Array.of" => list(arguments.to_vec()),
            "Array.from" if arguments.len() < 2 => first.map(|p| match p.value {
                JsValue::Array { .. } => p.clone().into(),
                _ => Known::unknown("a list"),
            }),
            "Reflect.apply" => match (first.possible(), arguments.get(2).map(Known::possible)) {
                (
                    [target],
                    Some(
                        [
                            Possible {
                                value: JsValue::Array { elements, .. },
                                ..
                            },
                        ],
                    ),
                ) => self.call_value(&target.value, elements, None),
                _ => Known::unknown("a call"),
            },
            "Reflect.construct" => {
                match (first.possible(), arguments.get(1).map(Known::possible)) {
                    (
                        [
                            Possible {
                                value: JsValue::Global(class),
                                ..
                            },
                        ],
                        Some(
                            [
                                Possible {
                                    value: JsValue::Array { elements, .. },
                                    ..
                                },
                            ],
                        ),
                    ) => construct_platform(class, elements),
                    _ => Known::unknown("an object"),
                }
            }
            "Reflect.get" => match arguments
                .get(1)
                .and_then(|k| k.as_text().map(str::to_owned))
            {
                Some(name) => first.map(|p| self.property(&p.value, &name)),
                None => Known::unknown("a property"),
            },
            "URL.createObjectURL" => JsValue::Text({
                let mut blob = Pattern::text("blob:");
                blob.push_hole(Hole::unknown("an object URL"));
                blob
            })
            .into(),
            "caches.open" => JsValue::Platform("Cache".into()).into(),
            "document.createElement" => created(first),
            "document.querySelector" => match first.as_text() {
                Some(selector) => created(&JsValue::text(selector_tag(selector)).into()),
                None => Known::unknown("an element"),
            },
            "$app/paths.resolve" | "$app/paths.resolveRoute" => {
                texts(first, |route| Some(below_base(route)))
            }
            "require" => Known::unknown(match first.as_text() {
                Some(specifier) => format!("require('{specifier}')"),
                None => "a module".into(),
            }),
            _ => Known::unknown(format!("{path}()")),
        }
    }

    /// `Object.assign(target, …)`.
    fn assigned(&mut self, arguments: &[Known]) -> Known {
        match arguments {
            [only] => only.clone(),
            [target, ..] if !self.is_plain(target) => target.clone(),
            _ => JsValue::Merged {
                sources: Rc::new(arguments.to_vec()),
                without: Rc::new(Vec::new()),
            }
            .into(),
        }
    }

    /// Whether it is a list of properties and nothing more.
    fn is_plain(&self, known: &Known) -> bool {
        known
            .possible()
            .iter()
            .all(|p| matches!(p.value, JsValue::Object(_) | JsValue::Merged { .. }))
    }
}

pub(super) fn is_callable(value: &JsValue) -> bool {
    match value {
        JsValue::Function(..) | JsValue::Bound { .. } => true,
        JsValue::Global(path) if path.contains('#') => true,
        JsValue::Global(path) => matches!(
            path.as_ref(),
            "fetch"
                | "fetchLater"
                | "navigator.sendBeacon"
                | "encodeURIComponent"
                | "navigator.credentials.get"
        ),
        _ => false,
    }
}

fn list(elements: Vec<Known>) -> Known {
    JsValue::Array {
        elements: Rc::new(elements),
        more: false,
    }
    .into()
}

fn negative(method: &str) -> Known {
    if method == "indexOf" {
        JsValue::Number(-1.0).into()
    } else {
        JsValue::Bool(false).into()
    }
}

fn texts(known: &Known, work: impl Fn(&Pattern) -> Option<Pattern>) -> Known {
    known.map(|possible| {
        let value = match work(&possible.value.to_pattern()) {
            Some(text) => JsValue::Text(text),
            None => JsValue::unknown("a computed text"),
        };
        possible.with(value).into()
    })
}

/// Looks into a text, with the page's scheme spelled out where the text begins with it.
fn by_scheme(text: &Pattern, work: impl Fn(&Pattern) -> JsValue) -> Known {
    let results = text::by_scheme(text)
        .into_iter()
        .map(|(t, guard)| (work(&t), guard));
    Known::from(results.collect::<Vec<_>>())
}

/// A route below the base that the build decides; its parameters (`[id]`) are not known.
fn below_base(route: &Pattern) -> Pattern {
    let mut out = Pattern::hole(globals::kit_base());
    match route.as_text().and_then(|route| route.split_once('[')) {
        Some((before, _)) => {
            out.push_text(before);
            out.push_hole(Hole::unknown("a parameter of the route"));
        }
        None => out.extend(route),
    }
    out
}

fn created(tag: &Known) -> Known {
    match tag.as_text() {
        Some(tag) => JsValue::Element(tag.to_ascii_lowercase().as_str().into()).into(),
        None => Known::unknown("an element"),
    }
}

/// The type that a simple selector asks for: `a.cta[href]` is an `a`.
fn selector_tag(selector: &str) -> String {
    let last = selector
        .split([' ', '>', '+', '~'])
        .next_back()
        .unwrap_or("");
    last.chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect()
}

fn construct_platform(path: &str, arguments: &[Known]) -> Known {
    let undefined = Known::undefined();
    let first = arguments.first().unwrap_or(&undefined);
    match path {
        "URL" => match arguments.get(1).filter(|base| !is_undefined(base)) {
            Some(base) => first.combine(base, |url, base| {
                let (url, base) = (url.to_pattern(), base.to_pattern());
                JsValue::Url(url_object::joined(&url, &base))
            }),
            None => first.map(|p| {
                let pattern = p.value.to_pattern();
                let normal = match pattern.as_text().map(url::Url::parse) {
                    Some(Ok(url)) => Pattern::text(url.as_str()),
                    // It throws.
                    Some(Err(_)) => return Known::default(),
                    None => pattern,
                };
                p.with(JsValue::Url(normal)).into()
            }),
        },
        "Request" => JsValue::Request(Rc::new(first.clone())).into(),
        "URLSearchParams" => JsValue::Platform("URLSearchParams".into()).into(),
        "String" => first.clone(),
        _ if globals::is_class(path) => JsValue::Platform(path.into()).into(),
        _ => Known::unknown(format!("new {path}()")),
    }
}

fn is_undefined(known: &Known) -> bool {
    matches!(
        known.possible(),
        [Possible {
            value: JsValue::Undefined,
            ..
        }]
    )
}

fn platform_method(class: &str, method: &str) -> Known {
    match (class, method) {
        ("URLSearchParams", "toString") => {
            JsValue::Hole(Hole::unknown("query").with_charset(Charset::Query)).into()
        }
        ("CacheStorage", "open") => JsValue::Platform("Cache".into()).into(),
        ("Request", "clone") => JsValue::Platform(class.into()).into(),
        _ => Known::unknown(format!("{method}()")),
    }
}

/// Methods of a value of which nothing is known: those of texts keep its name.
fn hole_method(hole: &Hole, method: &str, arguments: &[Known]) -> Known {
    let keeps = matches!(
        method,
        "toString"
            | "trim"
            | "trimEnd"
            | "trimStart"
            | "toLowerCase"
            | "replace"
            | "replaceAll"
            | "valueOf"
            | "normalize"
    );
    if keeps && !hole.is_page() && !hole.charset.is_path() {
        return JsValue::Hole(hole.clone()).into();
    }
    if method == "concat" {
        let mut out: Known = JsValue::Hole(hole.clone()).into();
        for argument in arguments {
            out = out.combine(argument, |a, b| {
                JsValue::Text(a.to_pattern().concat(&b.to_pattern()))
            });
        }
        return out;
    }
    if hole.charset.is_path() {
        return path_method(hole, method, arguments);
    }
    JsValue::unknown(format!("{}.{method}()", hole.label())).into()
}

/// Methods of a path that the build decides.
fn path_method(hole: &Hole, method: &str, arguments: &[Known]) -> Known {
    let argument = |i: usize| match arguments.get(i).map(Known::possible) {
        Some([one]) => Some(&one.value),
        _ => None,
    };
    let is_text = |i: usize, text: &str| matches!(argument(i), Some(JsValue::Text(t)) if t.as_text() == Some(text));
    let is_folder = hole.charset == Charset::Folder;
    let cuts_slash = match method {
        "replace" => match argument(0) {
            Some(JsValue::Regex { pattern, flags }) => {
                let is_slash = matches!(pattern.as_ref(), "\\/$" | "\\/+$" | "\\/*$" | "\\/?$");
                is_slash && !flags.contains('m') && is_text(1, "")
            }
            _ => false,
        },
        "slice" => {
            let number = |i, n| matches!(argument(i), Some(JsValue::Number(x)) if *x == n);
            is_folder && number(0, 0.0) && number(1, -1.0)
        }
        _ => false,
    };
    if cuts_slash {
        return JsValue::Hole(hole.clone().with_charset(Charset::BasePath)).into();
    }
    match method {
        "toString" | "valueOf" | "trim" | "trimEnd" | "trimStart" => {
            JsValue::Hole(hole.clone()).into()
        }
        "endsWith" | "startsWith" if is_folder && is_text(0, "/") => JsValue::Bool(true).into(),
        _ => JsValue::unknown(format!("{}.{method}()", hole.label())).into(),
    }
}

fn text_operation(
    receiver: &Pattern,
    method: &str,
    a: &JsValue,
    b: &JsValue,
    page_is_local: bool,
) -> Known {
    let asked = a.to_pattern();
    let asks_local = !page_is_local
        && asked
            .as_text()
            .is_some_and(|t| text::asks_for_local(receiver, t));
    if asks_local && matches!(method, "startsWith" | "endsWith" | "includes" | "indexOf") {
        return negative(method);
    }
    if let Some(address) = cut(receiver, method, a, b) {
        return JsValue::Text(address).into();
    }
    by_scheme(receiver, |text| operation(text, method, a, b))
}

/// What is left of the page's address where a method cuts its end off.
fn cut(text: &Pattern, method: &str, a: &JsValue, b: &JsValue) -> Option<Pattern> {
    let at = match (method, a, b) {
        ("replace" | "replaceAll", JsValue::Regex { pattern, flags }, JsValue::Text(with))
            if with.is_empty() =>
        {
            text::Cut::by_regex(pattern, flags)?
        }
        ("slice" | "substring" | "substr", JsValue::Number(0.0), end)
            if !matches!(end, JsValue::Undefined) =>
        {
            text::Cut::Somewhere
        }
        _ => return None,
    };
    text::cut_address(text, &at)
}

fn operation(text: &Pattern, method: &str, a: &JsValue, b: &JsValue) -> JsValue {
    let number = |value: &JsValue| match value {
        JsValue::Number(n) => Some(*n),
        _ => None,
    };
    let end = match b {
        JsValue::Undefined => Some(None),
        other => number(other).map(Some),
    };
    let known = |value: &JsValue| match value {
        JsValue::Text(p) => p.as_text().map(str::to_owned),
        _ => None,
    };
    let condition = |answer: Option<bool>| answer.map(JsValue::Bool);
    let result = match method {
        "replace" | "replaceAll" => replaced(text, a, b, method == "replaceAll").map(JsValue::Text),
        "slice" => number(a)
            .zip(end)
            .and_then(|(a, e)| text::slice(text, a, e))
            .map(JsValue::Text),
        "substring" => number(a)
            .zip(end)
            .map(|(a, e)| (a.max(0.0), e.map(|e| e.max(0.0))))
            .map(|(a, e)| match e {
                Some(e) if e < a => (e, Some(a)),
                other => (a, other),
            })
            .and_then(|(a, e)| text::slice(text, a, e))
            .map(JsValue::Text),
        "substr" => number(a)
            .zip(end)
            .and_then(|(a, n)| sub_text(text, a, n))
            .map(JsValue::Text),
        "trim" => Some(JsValue::Text(text::trim(text, true, true))),
        "trimStart" => Some(JsValue::Text(text::trim(text, true, false))),
        "trimEnd" => Some(JsValue::Text(text::trim(text, false, true))),
        "toLowerCase" | "toLocaleLowerCase" => Some(JsValue::Text(text::change_case(text, false))),
        "toUpperCase" | "toLocaleUpperCase" => Some(JsValue::Text(text::change_case(text, true))),
        "padStart" | "padEnd" => padded(text, a, b, method == "padStart").map(JsValue::Text),
        "repeat" => repeated(text, a).map(JsValue::Text),
        "startsWith" | "endsWith" | "includes" | "indexOf" | "split"
            if !matches!(b, JsValue::Undefined) =>
        {
            None
        }
        "lastIndexOf" => known(a).zip(text.as_text()).and_then(|(a, text)| {
            let found = text.rfind(&a).map_or(-1.0, |i| i as f64);
            text.is_ascii().then_some(JsValue::Number(found))
        }),
        "startsWith" => condition(known(a).and_then(|a| text::starts_with(text, &a))),
        "endsWith" => condition(known(a).and_then(|a| text::ends_with(text, &a))),
        "includes" => condition(known(a).and_then(|a| text::includes(text, &a))),
        "indexOf" => known(a).and_then(|a| {
            let found = text
                .leading_text()
                .find(&a)
                .filter(|_| text.leading_text().is_ascii());
            match (found, text.as_text()) {
                (Some(i), _) => Some(JsValue::Number(i as f64)),
                (None, Some(_)) => Some(JsValue::Number(-1.0)),
                _ => None,
            }
        }),
        "split" => known(a)
            .and_then(|a| text::split(text, &a))
            .map(|pieces| JsValue::Array {
                elements: Rc::new(
                    pieces
                        .into_iter()
                        .map(|p| JsValue::Text(p).into())
                        .collect(),
                ),
                more: false,
            }),
        "at" | "charAt" => number(a).and_then(|a| character(text, method, a)),
        _ => None,
    };
    result.unwrap_or_else(|| JsValue::unknown(format!("{method}()")))
}

/// `text.substr(from, count)`.
fn sub_text(text: &Pattern, from: f64, count: Option<f64>) -> Option<Pattern> {
    let from = match (from < 0.0, text.as_text()) {
        (true, Some(known)) => (known.encode_utf16().count() as f64 + from).max(0.0),
        (true, None) => return None,
        _ => from,
    };
    text::slice(text, from, count.map(|n| from + n.max(0.0)))
}

/// `text.at(i)`, `text.charAt(i)`.
fn character(text: &Pattern, method: &str, at: f64) -> Option<JsValue> {
    let length = text.as_text().map(|t| t.encode_utf16().count() as f64);
    let at = match (length, at < 0.0) {
        (Some(length), true) if method == "at" => length + at,
        (None, true) => return None,
        _ => at,
    };
    if length.is_some_and(|length| at < 0.0 || at >= length) {
        return Some(match method {
            "at" => JsValue::Undefined,
            _ => JsValue::text(""),
        });
    }
    text::slice(text, at, Some(at + 1.0)).map(JsValue::Text)
}

fn replaced(text: &Pattern, needle: &JsValue, replacement: &JsValue, all: bool) -> Option<Pattern> {
    if !matches!(
        replacement,
        JsValue::Text(_) | JsValue::Number(_) | JsValue::Hole(_)
    ) {
        return None;
    }
    let replacement = replacement.to_pattern();
    match needle {
        JsValue::Regex { pattern, flags } => {
            text::replace(text, &Needle::Regex { pattern, flags }, &replacement, all)
        }
        JsValue::Text(needle) => {
            text::replace(text, &Needle::Text(needle.as_text()?), &replacement, all)
        }
        _ => None,
    }
}

fn padded(text: &Pattern, length: &JsValue, fill: &JsValue, start: bool) -> Option<Pattern> {
    let JsValue::Number(length) = length else {
        return None;
    };
    let fill = match fill {
        JsValue::Undefined => " ".to_owned(),
        JsValue::Text(fill) => fill.as_text()?.to_owned(),
        _ => return None,
    };
    text::pad(text, *length as usize, &fill, start)
}

fn repeated(text: &Pattern, count: &JsValue) -> Option<Pattern> {
    let JsValue::Number(count) = count else {
        return None;
    };
    let known = text.as_text()?;
    let fits = *count >= 0.0 && *count * known.len() as f64 <= 4096.0;
    fits.then(|| Pattern::text(known.repeat(*count as usize)))
}

/// `text.match(/…/)`: null where it does not match, else a list of which nothing else is known.
fn text_match(text: &Pattern, arguments: &[Known]) -> Known {
    let unknown = || JsValue::unknown("match()");
    let Some(argument) = arguments.first() else {
        return unknown().into();
    };
    argument.map(|possible| {
        let JsValue::Regex { pattern, flags } = &possible.value else {
            return unknown().into();
        };
        by_scheme(text, |t| match text::test(t, pattern, flags) {
            Some(true) => JsValue::Array {
                elements: Rc::new(Vec::new()),
                more: true,
            },
            Some(false) => JsValue::Null,
            None => unknown(),
        })
    })
}
