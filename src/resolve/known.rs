//! What is known of a JavaScript value: a bounded set of possibilities.

use crate::js::facts::{BindingId, ClassId, ExprId, FunctionId};
use crate::span::Span;
use crate::value::{Charset, Guard, Hole, HoleKind, MAX_ALTERNATIVES, Pattern, TOO_MANY, TOO_MUCH};
use std::rc::Rc;

/// An index into the program's files.
pub(super) type FileId = u32;

/// A call in progress: what a function's parameters and `this` are. Or, of no function, a round of
/// a loop, or what a name is taken to be.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) file: FileId,
    /// None where it is no call.
    pub(super) function: Option<FunctionId>,
    pub(super) arguments: Vec<Known>,
    /// From this index on the arguments are not known one by one (`...args`).
    pub(super) spread_at: Option<usize>,
    pub(super) this: Option<JsValue>,
    /// The element of a round, by the expression that stands for it.
    pub(super) element: Option<(ExprId, Known)>,
    /// The frames that the function closes over.
    pub(super) outer: Env,
    pub(super) depth: u32,
    pub(super) pin: Option<Pin>,
}

/// A name that is taken to be one of the things that it can be.
#[derive(Debug)]
pub(super) struct Pin {
    pub(super) name: BindingId,
    pub(super) value: Known,
    /// Only there.
    pub(super) within: Option<Span>,
}

/// The innermost frame, if any.
pub(super) type Env = Option<Rc<Frame>>;

/// Something of a file, seen from inside some calls.
#[derive(Debug, Clone)]
pub(super) struct Ref<T> {
    pub(super) file: FileId,
    pub(super) id: T,
    pub(super) env: Env,
}

/// `new X(…)` of a class of the program.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) class: Ref<ClassId>,
    pub(super) arguments: Vec<Known>,
    pub(super) spread_at: Option<usize>,
}

impl Instance {
    /// Nothing but its class is known: it may be of one that extends it.
    pub(super) fn is_any(&self) -> bool {
        self.spread_at == Some(0)
    }
}

/// One thing that a value can be.
#[derive(Debug, Clone)]
pub(super) enum JsValue {
    Text(Pattern),
    Number(f64),
    Bool(bool),
    Null,
    Undefined,
    Regex {
        pattern: Rc<str>,
        flags: Rc<str>,
    },
    /// Anything at all.
    Hole(Hole),
    Object(Ref<ExprId>),
    /// Known elements; with `more`, others may be among them.
    Array {
        elements: Rc<Vec<Known>>,
        more: bool,
    },
    Function(Ref<FunctionId>, Option<Rc<JsValue>>),
    Class(Ref<ClassId>),
    Instance(Rc<Instance>),
    /// Something of the platform, by its path: `fetch`, `navigator.sendBeacon`, `location`.
    Global(Rc<str>),
    /// An instance of a class of the platform: `XMLHttpRequest`, `Cache`.
    Platform(Rc<str>),
    Bound {
        target: Rc<JsValue>,
        arguments: Rc<Vec<Known>>,
    },
    /// A `URL` object with this `href`.
    Url(Pattern),
    Request(Rc<Known>),
    Element(Rc<str>),
    /// Objects put together, later ones over earlier ones, but for some names.
    Merged {
        sources: Rc<Vec<Known>>,
        without: Rc<Vec<String>>,
    },
    /// The namespace object of another module.
    Module(FileId),
    /// Something that a library gives: a client, a function that makes one.
    Library(super::libraries::Thing),
}

impl JsValue {
    pub(super) fn text(text: impl Into<String>) -> Self {
        JsValue::Text(Pattern::text(text))
    }

    pub(super) fn unknown(why: impl Into<String>) -> Self {
        JsValue::Hole(Hole::unknown(why))
    }

    /// Whether a condition on it holds, if that is known.
    pub(super) fn truthy(&self) -> Option<bool> {
        match self {
            JsValue::Text(pattern) => match pattern.as_text() {
                Some(text) => Some(!text.is_empty()),
                None if is_never_empty(pattern) => Some(true),
                None => None,
            },
            JsValue::Number(n) => Some(*n != 0.0 && !n.is_nan()),
            JsValue::Bool(b) => Some(*b),
            JsValue::Null | JsValue::Undefined => Some(false),
            JsValue::Hole(_) => None,
            // A platform feature may be missing: `navigator.sendBeacon ? … : …`.
            JsValue::Global(path) => path.starts_with("location").then_some(true),
            _ => Some(true),
        }
    }

    /// A text, a number, …: certainly no object.
    pub(super) fn is_primitive(&self) -> bool {
        use JsValue::*;
        matches!(self, Text(_) | Number(_) | Bool(_) | Null | Undefined)
    }

    /// Whether it is `null` or `undefined`, if that is known.
    pub(super) fn nullish(&self) -> Option<bool> {
        match self {
            JsValue::Null | JsValue::Undefined => Some(true),
            JsValue::Hole(_) => None,
            JsValue::Global(path) => path.starts_with("location").then_some(false),
            _ => Some(false),
        }
    }

    /// The text that it becomes where a text is wanted.
    pub(super) fn to_pattern(&self) -> Pattern {
        match self {
            JsValue::Text(pattern) | JsValue::Url(pattern) => pattern.clone(),
            JsValue::Number(n) => Pattern::text(number_text(*n)),
            JsValue::Bool(b) => Pattern::text(b.to_string()),
            // Few programs mean these words: what holds such a request back is not always seen.
            JsValue::Null => Pattern::hole(Hole::unknown("null")),
            JsValue::Undefined => Pattern::hole(Hole::unknown("undefined")),
            JsValue::Hole(hole) => Pattern::hole(hole.clone()),
            JsValue::Regex { pattern, flags } => Pattern::text(format!("/{pattern}/{flags}")),
            JsValue::Array {
                elements,
                more: false,
            } if elements.len() == 1 => match elements[0].possible() {
                [one] => one.value.to_pattern(),
                _ => Pattern::hole(Hole::unknown("an array")),
            },
            JsValue::Array { .. } => Pattern::hole(Hole::unknown("an array")),
            JsValue::Global(path) if path.as_ref() == "location" => {
                Pattern::hole(Hole::new(HoleKind::PageHref))
            }
            JsValue::Global(path) => Pattern::hole(Hole::unknown(path.as_ref())),
            JsValue::Platform(class) if class.as_ref() == "URLSearchParams" => {
                Pattern::hole(Hole::unknown("query").with_charset(Charset::Query))
            }
            JsValue::Request(_) => Pattern::hole(Hole::unknown("a Request")),
            JsValue::Function(..) | JsValue::Class(_) | JsValue::Bound { .. } => {
                Pattern::hole(Hole::unknown("a function"))
            }
            _ => Pattern::hole(Hole::unknown("an object")),
        }
    }

    pub(super) fn same(&self, other: &JsValue) -> bool {
        match (self, other) {
            (JsValue::Text(a), JsValue::Text(b)) | (JsValue::Url(a), JsValue::Url(b)) => a == b,
            (JsValue::Number(a), JsValue::Number(b)) => a == b,
            (JsValue::Bool(a), JsValue::Bool(b)) => a == b,
            (JsValue::Null, JsValue::Null) | (JsValue::Undefined, JsValue::Undefined) => true,
            (JsValue::Hole(a), JsValue::Hole(b)) => a == b,
            (JsValue::Global(a), JsValue::Global(b))
            | (JsValue::Platform(a), JsValue::Platform(b))
            | (JsValue::Element(a), JsValue::Element(b)) => a == b,
            (JsValue::Module(a), JsValue::Module(b)) => a == b,
            (JsValue::Library(a), JsValue::Library(b)) => a.same(b),
            (JsValue::Function(a, _), JsValue::Function(b, _)) => {
                a.file == b.file && a.id == b.id && same_env(&a.env, &b.env)
            }
            (JsValue::Object(a), JsValue::Object(b)) => {
                a.file == b.file && a.id == b.id && same_env(&a.env, &b.env)
            }
            (JsValue::Class(a), JsValue::Class(b)) => {
                a.file == b.file && a.id == b.id && same_env(&a.env, &b.env)
            }
            _ => false,
        }
    }
}

pub(super) fn same_env(a: &Env, b: &Env) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => Rc::ptr_eq(a, b),
        _ => false,
    }
}

pub(super) fn is_never_empty(pattern: &Pattern) -> bool {
    pattern.parts().iter().any(|part| match part {
        crate::value::Part::Text(_) => true,
        crate::value::Part::Hole(hole) if hole.charset == Charset::Folder => true,
        crate::value::Part::Hole(hole) if hole.charset.is_path() => false,
        crate::value::Part::Hole(hole) => matches!(
            hole.kind,
            HoleKind::PageOrigin
                | HoleKind::PageProtocol
                | HoleKind::PageHost
                | HoleKind::PageHostname
                | HoleKind::PageHref
                | HoleKind::PagePort
                | HoleKind::PagePathname
                | HoleKind::ScriptUrl
        ),
    })
}

/// As JavaScript writes a number, for those that matter in URLs.
pub(super) fn number_text(n: f64) -> String {
    if n.is_infinite() {
        return if n > 0.0 {
            "Infinity".into()
        } else {
            "-Infinity".into()
        };
    }
    if n == 0.0 {
        return "0".into();
    }
    let size = n.abs();
    if (1e-6..1e21).contains(&size) || n.is_nan() {
        return n.to_string();
    }
    let text = format!("{n:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}

/// A step of how a text was found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TrailStep {
    pub(super) file: FileId,
    pub(super) span: Span,
    pub(super) note: Rc<str>,
}

/// How many combinations of two sets are looked at.
const MAX_COMBINATIONS: usize = 256;
/// How many steps a trail keeps.
const MAX_TRAIL: usize = 8;

/// One possibility.
#[derive(Debug, Clone)]
pub(super) struct Possible {
    pub(super) value: JsValue,
    pub(super) guard: Guard,
    pub(super) trail: Vec<TrailStep>,
}

impl Possible {
    /// With a step that says where it comes from, if it says anything.
    fn step(&mut self, step: &TrailStep) {
        let says_nothing = match &self.value {
            JsValue::Hole(hole) => !matches!(hole.kind, HoleKind::Env { .. }),
            JsValue::Undefined | JsValue::Null => true,
            JsValue::Text(text) => {
                let known = |p: &crate::value::Part| match p {
                    crate::value::Part::Text(_) => true,
                    crate::value::Part::Hole(hole) => hole.is_page(),
                };
                !text.is_empty() && !text.parts().iter().any(known)
            }
            _ => false,
        };
        if says_nothing {
            return;
        }
        if self.trail.len() < MAX_TRAIL && !self.trail.contains(step) {
            self.trail.push(step.clone());
        }
    }

    /// The same possibility with another value.
    pub(super) fn with(&self, value: JsValue) -> Self {
        Possible {
            value,
            guard: self.guard,
            trail: self.trail.clone(),
        }
    }
}

/// A bounded set of possibilities. Evaluation hands it on far more often than it changes one, so
/// copies share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    possible: Rc<Vec<Possible>>,
    full: bool,
}

impl Known {
    pub(super) fn possible(&self) -> &[Possible] {
        &self.possible
    }

    pub(super) fn push(&mut self, possible: Possible) {
        if self.full {
            return;
        }
        let known = |p: &&Possible| p.guard == possible.guard && p.value.same(&possible.value);
        if self.possible.iter().any(|p| known(&p)) {
            return;
        }
        if self.possible.len() < MAX_ALTERNATIVES {
            Rc::make_mut(&mut self.possible).push(possible);
            return;
        }
        self.full = true;
        self.possible = Known::unknown(TOO_MANY).possible;
    }

    pub(super) fn extend(&mut self, other: Known) {
        if self.possible.is_empty() && !self.full {
            self.possible = other.possible;
            return;
        }
        for possible in other.into_possible() {
            self.push(possible);
        }
    }

    fn into_possible(self) -> Vec<Possible> {
        Rc::unwrap_or_clone(self.possible)
    }

    pub(super) fn unknown(why: impl Into<String>) -> Self {
        JsValue::unknown(why).into()
    }

    /// What is left where a bound on the work is met.
    pub(super) fn bounded() -> Self {
        Known::unknown(TOO_MUCH)
    }

    pub(super) fn undefined() -> Self {
        JsValue::Undefined.into()
    }

    /// The set of what `work` makes of each possibility.
    pub(super) fn map(&self, mut work: impl FnMut(&Possible) -> Known) -> Known {
        let mut out = Known::default();
        for possible in self.possible() {
            for result in work(possible).into_possible() {
                let Some(guard) = possible.guard.and(result.guard) else {
                    continue;
                };
                out.push(Possible { guard, ..result });
            }
        }
        out
    }

    /// Every combination of both.
    pub(super) fn combine(
        &self,
        other: &Known,
        work: impl Fn(&JsValue, &JsValue) -> JsValue,
    ) -> Known {
        let mut out = Known::default();
        if self.possible.len() * other.possible.len() > MAX_COMBINATIONS {
            return Known::unknown(TOO_MANY);
        }
        for a in self.possible() {
            for b in other.possible() {
                let Some(guard) = a.guard.and(b.guard) else {
                    continue;
                };
                let mut trail = a.trail.clone();
                for step in &b.trail {
                    if trail.len() < MAX_TRAIL && !trail.contains(step) {
                        trail.push(step.clone());
                    }
                }
                out.push(Possible {
                    value: work(&a.value, &b.value),
                    guard,
                    trail,
                });
            }
        }
        out
    }

    /// With a step added to every trail.
    pub(super) fn step(mut self, step: &TrailStep) -> Known {
        for possible in Rc::make_mut(&mut self.possible) {
            possible.step(step);
        }
        self
    }

    /// The one text it is, if it is.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self.possible.as_slice() {
            [
                Possible {
                    value: JsValue::Text(pattern),
                    ..
                },
            ] => pattern.as_text(),
            _ => None,
        }
    }
}

impl From<Possible> for Known {
    fn from(possible: Possible) -> Self {
        Known {
            possible: Rc::new(vec![possible]),
            full: false,
        }
    }
}

impl From<JsValue> for Known {
    fn from(value: JsValue) -> Self {
        let possible = Possible {
            value,
            guard: Guard::ALWAYS,
            trail: Vec::new(),
        };
        Known {
            possible: Rc::new(vec![possible]),
            full: false,
        }
    }
}

impl From<Vec<(JsValue, Guard)>> for Known {
    fn from(values: Vec<(JsValue, Guard)>) -> Self {
        let mut known = Known::default();
        for (value, guard) in values {
            known.push(Possible {
                value,
                guard,
                trail: Vec::new(),
            });
        }
        known
    }
}
