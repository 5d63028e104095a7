//! Calls and constructions: functions of the program, and those of the platform that make
//! texts and URLs.

use super::eval::{guarded, number_hole};
use super::known::{Env, FileId, Frame, Instance, JsValue, Known, Possible, Ref};
use super::reach::Use;
use super::text::{self, Needle};
use super::{Evaluator, MAX_CALLS, globals};
use crate::js::facts::*;
use crate::value::{Charset, Hole, HoleKind, Pattern};
use std::rc::Rc;

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
        if let Expr::Member {
            object,
            key: Key::Name(method),
        } = &facts.node(callee).expr
        {
            if !matches!(facts.node(*object).expr, Expr::Super) {
                let receiver = self.eval(file, env, *object);
                let (arguments, spread_at) = self.arguments(file, env, arguments);
                let own = self.eval(file, env, callee);
                return self.method_calls(&receiver, &own, method, &arguments, spread_at);
            }
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
            if let Some(known) = self.method(&possible.value, method, arguments) {
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
                Known::unknown(format!("result of {method}()"))
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
            JsValue::Hole(hole) => JsValue::unknown(format!("result of {}()", hole.label())).into(),
            _ => Known::unknown("result of a call"),
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
            return Known::unknown(format!("result of {name}()"));
        }
        let outer = function.env.clone();
        let depth = self.call_depth;
        if depth >= MAX_CALLS
            || self
                .calling
                .iter()
                .filter(|&&f| f == (function.file, function.id))
                .count()
                > 1
        {
            self.tainted = true;
            return Known::unknown(format!("{name}(), which calls itself"));
        }
        let env: Env = Some(Rc::new(Frame {
            file: function.file,
            function: function.id,
            arguments,
            spread_at,
            this,
            outer,
            depth: depth + 1,
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
        if entry.returns.is_empty() {
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
            JsValue::Global(path) => construct_platform(path, &arguments),
            _ => Known::unknown("an object"),
        })
    }

    /// A method that the value's type has; nothing to look for one of the program.
    fn method(&mut self, receiver: &JsValue, method: &str, arguments: &[Known]) -> Option<Known> {
        match (receiver, method) {
            (_, "call") if is_callable(receiver) => {
                Some(self.call_value(receiver, arguments.get(1..).unwrap_or_default(), None))
            }
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
            (JsValue::Text(text), _) => Some(self.text_method(text, method, arguments)),
            (JsValue::Number(_), "toString" | "toFixed") if arguments.is_empty() => {
                Some(JsValue::Text(receiver.to_pattern()).into())
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

    fn bind(&mut self, receiver: &JsValue, arguments: &[Known]) -> Known {
        let first = arguments.get(1..).unwrap_or_default().to_vec();
        let target = match (receiver, arguments.first().map(Known::possible)) {
            (JsValue::Function(function, None), Some([this])) => {
                JsValue::Function(function.clone(), Some(Rc::new(this.value.clone())))
            }
            _ => receiver.clone(),
        };
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
            "encodeURIComponent" | "escape" => texts(first, |t| Some(text::encode(t, false))),
            "encodeURI" => texts(first, |t| Some(text::encode(t, true))),
            "decodeURIComponent" | "decodeURI" => texts(first, text::decode),
            "String" => texts(first, |t| Some(t.clone())),
            "Number" | "parseInt" | "parseFloat" | "Math.floor" | "Math.round" | "Math.random"
            | "Date.now" | "Number.parseInt" => number_hole("a number").into(),
            "Object.freeze" | "Object.seal" | "Promise.resolve" | "Object.create" => first.clone(),
            "Object.assign" => self.assigned(arguments),
            "Object.values" => self.object_values(first),
            "Object.keys" | "Object.entries" => Known::unknown("a list of properties"),
            "Array.from" | "Array.of" => first.clone(),
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
                _ => Known::unknown("result of a call"),
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
            "require" => Known::unknown(match first.as_text() {
                Some(specifier) => format!("require('{specifier}')"),
                None => "a module".into(),
            }),
            _ => Known::unknown(format!("result of {path}()")),
        }
    }

    /// `Object.assign(target, …)`: only the last known object is looked into.
    fn assigned(&mut self, arguments: &[Known]) -> Known {
        match arguments {
            [only] => only.clone(),
            _ => {
                let mut objects = arguments.iter().rev().filter(|k| {
                    k.possible()
                        .iter()
                        .any(|p| matches!(p.value, JsValue::Object(_)))
                });
                let last = objects.next().cloned();
                match (last, objects.next()) {
                    (Some(last), None) => last,
                    _ => Known::unknown("an object"),
                }
            }
        }
    }

    fn object_values(&mut self, object: &Known) -> Known {
        object.map(|possible| {
            let JsValue::Object(object) = &possible.value else {
                return Known::unknown("a list");
            };
            let Expr::Object(properties) = &self.facts(object.file).node(object.id).expr else {
                return Known::unknown("a list");
            };
            let mut elements = Vec::new();
            for property in properties {
                match property {
                    Property::Value(_, value) => {
                        elements.push(self.eval(object.file, &object.env, *value))
                    }
                    _ => return Known::unknown("a list"),
                }
            }
            JsValue::Array {
                elements: Rc::new(elements),
                more: false,
            }
            .into()
        })
    }
}

pub(super) fn is_callable(value: &JsValue) -> bool {
    match value {
        JsValue::Function(..) | JsValue::Bound { .. } => true,
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
                let joined = crate::partial_url::join(&url.to_pattern(), &base.to_pattern());
                JsValue::Url(joined)
            }),
            None => first.map(|p| {
                let pattern = p.value.to_pattern();
                let normal = pattern.as_text().and_then(|t| url::Url::parse(t).ok());
                p.with(JsValue::Url(
                    normal.map_or(pattern, |u| Pattern::text(u.as_str())),
                ))
                .into()
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
        _ => Known::unknown(format!("result of {method}()")),
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
    if keeps && !hole.is_page() {
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
    JsValue::unknown(format!("result of {}.{method}()", hole.label())).into()
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
    by_scheme(receiver, |text| operation(text, method, a, b))
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
            .filter(|a| *a >= 0.0)
            .zip(end)
            .filter(|(a, e)| e.is_none_or(|e| e >= *a))
            .and_then(|(a, e)| text::slice(text, a, e))
            .map(JsValue::Text),
        "substr" => number(a)
            .zip(end)
            .and_then(|(a, n)| text::slice(text, a, n.map(|n| a + n)))
            .map(JsValue::Text),
        "trim" => Some(JsValue::Text(text::trim(text, true, true))),
        "trimStart" => Some(JsValue::Text(text::trim(text, true, false))),
        "trimEnd" => Some(JsValue::Text(text::trim(text, false, true))),
        "toLowerCase" | "toLocaleLowerCase" => Some(JsValue::Text(text::change_case(text, false))),
        "toUpperCase" | "toLocaleUpperCase" => Some(JsValue::Text(text::change_case(text, true))),
        "padStart" | "padEnd" => padded(text, a, b, method == "padStart").map(JsValue::Text),
        "repeat" => repeated(text, a).map(JsValue::Text),
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
        "at" | "charAt" => number(a)
            .and_then(|a| text::slice(text, a, Some(a + 1.0)))
            .map(JsValue::Text),
        _ => None,
    };
    result.unwrap_or_else(|| JsValue::unknown(format!("result of {method}()")))
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
