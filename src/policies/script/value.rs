//! What an expression of a script is, with where each part of it is written.

use super::text::Text;
use crate::endpoint::Place;
use crate::js::facts::{ExprId, FunctionId};
use std::rc::Rc;

/// How large a value may be, in its parts: what is larger is no policy.
const MAX_SIZE: usize = 1 << 14;
/// How deep values may nest.
const MAX_NESTING: u32 = 64;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text, of which parts may not be known.
    Text(TextValue),
    /// A number.
    Number(f64),
    /// `true`, `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// `undefined`.
    Undefined,
    /// An array.
    List(List),
    /// An object.
    Object(Object),
    /// A function of the program.
    Function(Function),
    /// This, or nothing (something falsy): that depends on what is not known.
    Maybe(Rc<Value>),
    /// Not known, by the name of what gives it.
    Hole(Hole),
}

/// A text and where its parts are written.
#[derive(Debug, Clone, PartialEq)]
pub struct TextValue(pub(in crate::policies) Text);

/// Something that is not known.
#[derive(Debug, Clone, PartialEq)]
pub struct Hole {
    /// What gives it.
    pub name: String,
    /// Where.
    pub place: Option<Place>,
}

/// An array.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct List {
    /// Its elements; one that may not be there is [`Value::Maybe`].
    pub items: Vec<Value>,
    /// Between the brackets of the literal, if it is one and nothing was added to it.
    pub place: Option<Place>,
}

/// An object.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Object {
    /// Its properties in order; one that may not be there is [`Value::Maybe`].
    pub entries: Vec<(String, Value)>,
    /// It may have any other property, by the name of what gives them.
    pub open: Option<String>,
    /// The literal with its braces.
    pub place: Option<Place>,
}

/// A function of the program, and what it sees.
#[derive(Debug, Clone)]
pub struct Function {
    pub(in crate::policies) file: u32,
    pub(in crate::policies) id: FunctionId,
    pub(in crate::policies) env: Env,
}

impl PartialEq for Function {
    fn eq(&self, other: &Function) -> bool {
        let same_calls = match (&self.env, &other.env) {
            (Some(own), Some(others)) => Rc::ptr_eq(own, others),
            (None, None) => true,
            _ => false,
        };
        self.file == other.file && self.id == other.id && same_calls
    }
}

/// The calls that an expression is evaluated in.
pub(in crate::policies) type Env = Option<Rc<Frame>>;

/// A call.
#[derive(Debug)]
pub(in crate::policies) struct Frame {
    pub(in crate::policies) file: u32,
    pub(in crate::policies) function: FunctionId,
    pub(in crate::policies) arguments: Vec<Value>,
    pub(in crate::policies) outer: Env,
}

/// An expression of the program.
#[derive(Debug, Clone)]
pub struct At {
    pub(in crate::policies) file: u32,
    pub(in crate::policies) id: ExprId,
    pub(in crate::policies) env: Env,
}

impl Value {
    pub(in crate::policies) fn text(text: Text) -> Value {
        Value::Text(TextValue(text))
    }

    pub(in crate::policies) fn hole(name: &str, place: Option<Place>) -> Value {
        Value::Hole(Hole {
            name: name.to_owned(),
            place,
        })
    }

    /// How large it is, if it is not larger than what is worked with.
    pub(in crate::policies) fn size(&self) -> Option<usize> {
        let mut left = MAX_SIZE;
        self.measure(&mut left, MAX_NESTING)?;
        Some(MAX_SIZE - left)
    }

    fn measure(&self, left: &mut usize, nesting: u32) -> Option<()> {
        let nesting = nesting.checked_sub(1)?;
        let own = match self {
            Value::Text(text) => text.0.weight(),
            Value::Hole(hole) => 1 + hole.name.len() / 64,
            _ => 1,
        };
        *left = left.checked_sub(own)?;
        match self {
            Value::List(list) => list.items.iter().try_for_each(|v| v.measure(left, nesting)),
            Value::Object(object) => {
                let mut values = object.entries.iter().map(|(_, value)| value);
                values.try_for_each(|value| value.measure(left, nesting))
            }
            Value::Maybe(inner) => inner.measure(left, nesting),
            _ => Some(()),
        }
    }

    /// Whether it is truthy, if that is known.
    pub fn truthy(&self) -> Option<bool> {
        match self {
            Value::Text(TextValue(text)) => {
                let has_known = text
                    .parts
                    .iter()
                    .any(|p| !matches!(p.at, super::text::At::Hole(..)));
                match (text.parts.is_empty(), has_known) {
                    (true, _) => Some(false),
                    (_, true) => Some(true),
                    _ => None,
                }
            }
            Value::Number(n) => Some(*n != 0.0 && !n.is_nan()),
            Value::Bool(b) => Some(*b),
            Value::Null | Value::Undefined => Some(false),
            Value::List(_) | Value::Object(_) | Value::Function(_) => Some(true),
            Value::Maybe(_) | Value::Hole(_) => None,
        }
    }

    /// The text, if it is one and all of it is known.
    pub fn known_text(&self) -> Option<String> {
        match self {
            Value::Text(TextValue(text)) => text.known(),
            _ => None,
        }
    }

    /// A property of it.
    pub fn property(&self, name: &str) -> Value {
        match self {
            Value::Object(object) => object.get(name),
            Value::List(list) => list.get(name),
            Value::Maybe(inner) => match inner.property(name) {
                Value::Undefined => Value::Undefined,
                other => other.maybe(),
            },
            Value::Hole(hole) => Value::Hole(Hole {
                name: format!("{}.{name}", hole.name),
                place: hole.place.clone(),
            }),
            Value::Function(_) => Value::hole(name, None),
            _ => Value::Undefined,
        }
    }

    /// It, or nothing.
    pub(in crate::policies) fn maybe(self) -> Value {
        match self {
            Value::Maybe(_) | Value::Hole(_) | Value::Undefined => self,
            other => Value::Maybe(Rc::new(other)),
        }
    }

    /// As if it stood in no list.
    pub(in crate::policies) fn bare(self) -> Value {
        match self {
            Value::Text(text) => Value::text(text.0.bare()),
            Value::Maybe(inner) => (*inner).clone().bare().maybe(),
            other => other,
        }
    }

    /// As a text: what `${value}` is.
    pub(in crate::policies) fn to_text(&self) -> Text {
        match self {
            Value::Text(TextValue(text)) => text.clone(),
            Value::Number(n) => Text::made(&n.to_string()),
            Value::Bool(b) => Text::made(&b.to_string()),
            Value::Null => Text::made("null"),
            Value::Undefined => Text::made("undefined"),
            Value::List(list) => list.joined(&Text::made(",")),
            Value::Object(_) => Text::hole("an-object", None),
            Value::Function(_) => Text::hole("a-function", None),
            Value::Maybe(inner) => {
                let hole = Text::hole(&format!("{}?", inner.shown()), inner.place());
                match &**inner {
                    Value::Text(TextValue(text)) => {
                        let optional = text.known().and_then(|known| optional_sources(&known));
                        spaced(optional.unwrap_or(hole), &[&text.full()])
                    }
                    _ => hole,
                }
            }
            Value::Hole(hole) => Text::hole(&hole.name, hole.place.clone()),
        }
    }

    /// The name of a hole for it.
    pub(in crate::policies) fn shown(&self) -> String {
        match self {
            Value::Hole(hole) => hole.name.clone(),
            Value::List(list) => list.items.first().map_or("[]".into(), Value::shown),
            Value::Object(object) => object
                .entries
                .first()
                .map_or("{}".into(), |(n, _)| n.clone()),
            Value::Maybe(inner) => inner.shown(),
            other => other.to_text().full().trim().to_owned(),
        }
    }

    /// Where it begins.
    pub fn place(&self) -> Option<Place> {
        match self {
            Value::Text(TextValue(text)) => text.parts.iter().find_map(|part| match &part.at {
                super::text::At::Here(place, _) => Some(place.clone()),
                super::text::At::Hole(_, place) => place.clone(),
                super::text::At::Made => None,
            }),
            Value::List(list) => list.place.clone(),
            Value::Object(object) => object.place.clone(),
            Value::Maybe(inner) => inner.place(),
            Value::Hole(hole) => hole.place.clone(),
            _ => None,
        }
    }

    /// One or the other, it is not known which.
    pub(in crate::policies) fn or(self, other: Value, name: &str, place: &Option<Place>) -> Value {
        if self == other {
            return self;
        }
        match (self, other) {
            (Value::Text(a), Value::Text(b))
                if a.0.known().is_some() && a.0.full() == b.0.full() =>
            {
                Value::Text(a)
            }
            (Value::List(a), Value::List(b)) => Value::List(a.or(b)),
            (Value::Object(a), Value::Object(b)) => Value::Object(a.or(b, name, place)),
            (Value::Maybe(a), Value::Maybe(b)) => {
                (*a).clone().or((*b).clone(), name, place).maybe()
            }
            (Value::Maybe(a), b) | (b, Value::Maybe(a)) if b.truthy() == Some(false) => {
                Value::Maybe(a)
            }
            (a, b) if b.truthy() == Some(false) && a.truthy() == Some(false) => a,
            (a, b) if b.truthy() == Some(false) => a.maybe(),
            (a, b) if a.truthy() == Some(false) => b.maybe(),
            (Value::Text(a), Value::Text(b)) => {
                let hole = Text::hole(name, place.clone());
                Value::text(spaced(hole, &[&a.0.full(), &b.0.full()]))
            }
            _ => Value::hole(name, place.clone()),
        }
    }
}

/// A hole with the white space around it that all texts have that it may be: what begins with
/// space does not go on with what stands before it.
fn spaced(hole: Text, texts: &[&str]) -> Text {
    let mut out = Text::default();
    if texts
        .iter()
        .all(|text| text.starts_with(char::is_whitespace))
    {
        out.append(Text::made(" "));
    }
    out.append(hole);
    if texts.iter().all(|text| text.ends_with(char::is_whitespace)) {
        out.append(Text::made(" "));
    }
    out
}

impl List {
    /// Both lists in one, where `more` is the one to add to.
    pub(in crate::policies) fn and(self, more: List) -> List {
        let (bare, kept) = match more.place.is_some() || self.place.is_none() {
            true => (true, false),
            false => (false, true),
        };
        let place = more.place.or(self.place);
        let own = self.items.into_iter().map(|item| match bare {
            true => item.bare(),
            false => item,
        });
        let mut items: Vec<Value> = own.collect();
        items.extend(more.items.into_iter().map(|item| match kept {
            true => item.bare(),
            false => item,
        }));
        List { items, place }
    }

    fn get(&self, name: &str) -> Value {
        let certain = self.items.iter().take_while(|i| !is_doubtful(i)).count();
        match name.parse::<usize>() {
            Ok(index) if index < certain => self.items[index].clone(),
            Ok(_) if certain == self.items.len() => Value::Undefined,
            _ => Value::hole(name, None),
        }
    }

    /// `list.join(separator)`.
    pub(in crate::policies) fn joined(&self, separator: &Text) -> Text {
        let mut out = Text::default();
        for (i, item) in self.items.iter().enumerate() {
            if i > 0 {
                out.append(separator.clone());
            }
            match item {
                Value::Null | Value::Undefined => {}
                other => out.append(other.to_text()),
            }
        }
        out
    }

    /// One or the other: what only one of them has may be there.
    fn or(self, other: List) -> List {
        let texts = |list: &List| -> Vec<Option<String>> {
            list.items.iter().map(Value::known_text).collect()
        };
        let (own, others) = (texts(&self), texts(&other));
        let keep = |items: Vec<Value>, texts: &[Option<String>], seen: &[Option<String>]| {
            let each = items.into_iter().zip(texts.to_vec());
            let each = each.map(
                |(item, text)| match text.is_some() && seen.contains(&text) {
                    true => item,
                    false => item.maybe(),
                },
            );
            each.collect::<Vec<_>>()
        };
        let mut items = keep(self.items, &own, &others);
        let rest = other.items.into_iter().zip(others);
        let rest = rest.filter(|(_, text)| text.is_none() || !own.contains(text));
        items.extend(rest.map(|(item, _)| item.maybe()));
        List { items, place: None }
    }
}

fn is_doubtful(value: &Value) -> bool {
    matches!(value, Value::Maybe(_) | Value::Hole(_))
}

impl Object {
    /// A property.
    pub fn get(&self, name: &str) -> Value {
        match (self.entries.iter().find(|(own, _)| own == name), &self.open) {
            (Some((_, value)), _) => value.clone(),
            (None, Some(open)) => Value::hole(&format!("{open}.{name}"), None),
            (None, None) => Value::Undefined,
        }
    }

    /// Sets a property; where it is not certain, the old value may stay.
    pub(in crate::policies) fn set(&mut self, name: &str, value: Value, certain: bool) {
        let place = value.place();
        let found = self.entries.iter_mut().find(|(own, _)| own == name);
        match found {
            Some((_, old)) if certain => *old = value,
            Some((_, old)) => {
                let before = std::mem::replace(old, Value::Undefined);
                *old = before.or(value, name, &place);
            }
            None if certain => self.entries.push((name.to_owned(), value)),
            None => self.entries.push((name.to_owned(), value.maybe())),
        }
    }

    /// Anything may have been set.
    pub(in crate::policies) fn opened(&mut self, name: &str) {
        for (own, value) in &mut self.entries {
            *value = Value::hole(own, value.place());
        }
        self.open = Some(name.to_owned());
    }

    /// `{...this, ...other}`.
    pub(in crate::policies) fn spread(&mut self, other: Value, certain: bool) {
        match other {
            Value::Object(other) => {
                if let Some(open) = &other.open {
                    self.opened(open);
                }
                for (name, value) in other.entries {
                    match value {
                        Value::Maybe(value) => self.set(&name, (*value).clone(), false),
                        value => self.set(&name, value, certain),
                    }
                }
            }
            Value::Maybe(inner) => self.spread((*inner).clone(), false),
            Value::Hole(hole) => self.opened(&hole.name),
            Value::List(_) | Value::Function(_) => self.opened("a-spread"),
            _ => {}
        }
    }

    fn or(self, other: Object, name: &str, place: &Option<Place>) -> Object {
        let mut out = Object {
            entries: Vec::new(),
            open: self.open.clone().or_else(|| other.open.clone()),
            place: None,
        };
        for (own, value) in &self.entries {
            let value = value.clone();
            let value = match other.get(own) {
                Value::Undefined => value.maybe(),
                another => value.or(another, name, place),
            };
            out.entries.push((own.clone(), value));
        }
        for (own, value) in other.entries {
            if !self.entries.iter().any(|(name, _)| *name == own) {
                out.entries.push((own, value.maybe()));
            }
        }
        out
    }
}

/// Sources that may be there or not: each with a hole behind it, so that no more than it can be
/// covered. Nothing if the text is anything but URLs and schemes.
fn optional_sources(known: &str) -> Option<Text> {
    let is_source = |token: &str| {
        let is_plain = !token.contains(['\'', '"', ';', ',', '{', '}']);
        let is_scheme = matches!(token, "http:" | "https:" | "ws:" | "wss:");
        is_plain && (is_scheme || token.contains("://"))
    };
    let tokens: Vec<&str> = known.split_ascii_whitespace().collect();
    if tokens.is_empty() || !tokens.iter().all(|token| is_source(token)) {
        return None;
    }
    let mut out = Text::made("");
    for (number, token) in tokens.into_iter().enumerate() {
        let space = if number > 0 { " " } else { "" };
        out.append(Text::made(&format!("{space}{token}")));
        out.append(Text::hole("?", None));
    }
    Some(out)
}
