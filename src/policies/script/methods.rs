//! Calls: functions of the program, and methods of texts, arrays and objects.

use super::eval::{Script, root_of};
use super::text::Text;
use super::value::{At, List, Object, TextValue, Value};
use crate::js::facts::*;
use regex_lite::Regex;

/// How many elements a list may have.
const MAX_ITEMS: usize = 4096;

impl Script<'_> {
    /// The values of arguments; nothing if it is not known how many there are.
    fn arguments(&mut self, at: &At, arguments: &[Argument]) -> Option<Vec<Value>> {
        let mut out = Vec::new();
        for argument in arguments {
            let value = self.eval(&At {
                id: argument.expr,
                ..at.clone()
            });
            match (argument.spread, value) {
                (false, value) => out.push(value),
                (true, Value::List(list)) => out.extend(list.items),
                (true, _) => return None,
            }
        }
        Some(out)
    }

    pub(super) fn call_expression(
        &mut self,
        at: &At,
        callee: ExprId,
        arguments: &[Argument],
    ) -> Value {
        let facts = self.facts_of(at.file);
        if let Expr::Global(name) = &facts.node(callee).expr {
            return self.call_global(at, name, arguments);
        }
        let Expr::Member { object, key } = &facts.node(callee).expr else {
            let function = self.eval(&At {
                id: callee,
                ..at.clone()
            });
            return match function {
                Value::Function(function) => match self.arguments(at, arguments) {
                    Some(arguments) => self.call(&function, arguments),
                    None => self.asked(at),
                },
                _ => self.asked(at),
            };
        };
        let Some(method) = self.key(at, key) else {
            return self.asked(at);
        };
        if let Expr::Global(class) = &facts.node(*object).expr
            && let Some(value) = self.call_static(at, class, &method, arguments)
        {
            return value;
        }
        let is_global = matches!(facts.node(root_of(facts, *object)).expr, Expr::Global(_));
        if is_global {
            return self.asked(at);
        }
        let receiver = self.eval(&At {
            id: *object,
            ..at.clone()
        });
        if let (Value::Text(text), "replace" | "replaceAll") = (&receiver, method.as_str()) {
            return self.replace(at, text, &method, arguments);
        }
        let Some(values) = self.arguments(at, arguments) else {
            return self.asked(at);
        };
        let found = match &receiver {
            Value::Text(text) => text_method(text, &method, &values),
            Value::List(list) => self.list_method(list, &method, &values),
            Value::Object(object) => match object.get(&method) {
                Value::Function(function) => Some(self.call(&function, values)),
                _ => None,
            },
            _ => None,
        };
        found.unwrap_or_else(|| self.asked(at))
    }

    fn call_global(&mut self, at: &At, name: &str, arguments: &[Argument]) -> Value {
        let values = self.arguments(at, arguments).unwrap_or_default();
        let first = values.first();
        let found = match (name, first) {
            ("require", Some(first)) => first
                .known_text()
                .and_then(|specifier| self.required(at.file, &specifier)),
            ("String", Some(value)) => Some(Value::text(value.to_text())),
            ("Boolean", Some(value)) => value.truthy().map(Value::Bool),
            ("structuredClone", Some(value)) => Some(value.clone()),
            _ => None,
        };
        found.unwrap_or_else(|| self.asked(at))
    }

    /// `Object.entries(…)` and its like.
    fn call_static(
        &mut self,
        at: &At,
        class: &str,
        method: &str,
        arguments: &[Argument],
    ) -> Option<Value> {
        if !matches!(class, "Object" | "Array" | "JSON") {
            return None;
        }
        let values = self.arguments(at, arguments)?;
        let first = values.first()?;
        let list = |items: Vec<Value>| Value::List(List { items, place: None });
        let key = |name: &String| Value::text(Text::made(name));
        match (class, method, first) {
            ("Object", "freeze" | "seal", value) => Some(value.clone()),
            ("Object", "assign", value) => {
                let mut object = match value {
                    Value::Object(object) => object.clone(),
                    _ => return None,
                };
                object.place = None;
                for value in &values[1..] {
                    object.spread(value.clone(), true);
                }
                Some(Value::Object(object))
            }
            ("Object", "entries" | "values" | "keys", Value::Object(object)) => {
                let mut items = Vec::new();
                for (name, value) in &object.entries {
                    let (inner, certain) = match value {
                        Value::Maybe(inner) => ((**inner).clone(), false),
                        value => (value.clone(), true),
                    };
                    let item = match method {
                        "entries" => list(vec![key(name), inner]),
                        "keys" => key(name),
                        _ => inner,
                    };
                    items.push(if certain { item } else { item.maybe() });
                }
                items.extend(object.open.iter().map(|open| Value::hole(open, None)));
                Some(list(items))
            }
            ("Object", "fromEntries", Value::List(entries)) => {
                let mut object = Object::default();
                for entry in &entries.items {
                    let (entry, certain) = match entry {
                        Value::Maybe(inner) => ((**inner).clone(), false),
                        entry => (entry.clone(), true),
                    };
                    match entry.property("0").known_text() {
                        Some(name) => object.set(&name, entry.property("1"), certain),
                        None => object.opened("a-computed-key"),
                    }
                }
                Some(Value::Object(object))
            }
            ("Array", "from", Value::List(values)) => Some(Value::List(values.clone())),
            ("Array", "isArray", Value::List(_)) => Some(Value::Bool(true)),
            ("Array", "isArray", Value::Hole(_) | Value::Maybe(_)) => None,
            ("Array", "isArray", _) => Some(Value::Bool(false)),
            _ => None,
        }
    }

    pub(super) fn construct(&mut self, at: &At, callee: ExprId, arguments: &[Argument]) -> Value {
        let facts = self.facts_of(at.file);
        let is = |name: &str| facts.node(callee).expr == Expr::Global(name.into());
        if is("Set") || is("Map") {
            let values = self.arguments(at, arguments).unwrap_or_default();
            return match values.into_iter().next() {
                Some(Value::List(list)) => Value::List(list),
                None if arguments.is_empty() => Value::List(List::default()),
                _ => self.asked(at),
            };
        }
        self.asked(at)
    }

    fn list_method(&mut self, list: &List, method: &str, values: &[Value]) -> Option<Value> {
        let made = |items: Vec<Value>| Some(Value::List(List { items, place: None }));
        let first = values.first();
        match (method, first) {
            ("join", separator) => {
                let separator = separator.map_or_else(|| Text::made(","), Value::to_text);
                Some(Value::text(list.joined(&separator)))
            }
            ("toString", None) => Some(Value::text(list.joined(&Text::made(",")))),
            // The order of sources says nothing.
            ("sort" | "reverse" | "slice" | "values", None) => Some(Value::List(list.clone())),
            ("concat", _) => {
                let mut items = list.items.clone();
                for value in values {
                    match value {
                        Value::List(more) => items.extend(more.items.iter().cloned()),
                        other => items.push(other.clone()),
                    }
                }
                made(items)
            }
            ("flat", _) => {
                let mut items = Vec::new();
                for item in &list.items {
                    flatten(item, true, &mut items);
                }
                made(items)
            }
            ("filter", Some(test)) => {
                let mut items = Vec::new();
                for item in &list.items {
                    match self.keeps(test, item) {
                        Some(true) => items.push(item.clone()),
                        Some(false) => {}
                        None => items.push(item.clone().maybe()),
                    }
                }
                made(items)
            }
            ("map" | "flatMap", Some(Value::Function(function))) => {
                let mut items = Vec::new();
                for (i, item) in list.items.iter().take(MAX_ITEMS).enumerate() {
                    let (inner, certain) = match item {
                        Value::Maybe(inner) => ((**inner).clone(), false),
                        item => (item.clone(), true),
                    };
                    let arguments = vec![inner, Value::Number(i as f64)];
                    let new = self.call(function, arguments);
                    match method {
                        "flatMap" => flatten(&new, certain, &mut items),
                        _ if certain => items.push(new),
                        _ => items.push(new.maybe()),
                    }
                }
                made(items)
            }
            ("reduce", Some(Value::Function(function))) if values.len() == 2 => {
                let mut value = values[1].clone();
                for (i, item) in list.items.iter().take(MAX_ITEMS).enumerate() {
                    if matches!(item, Value::Maybe(_) | Value::Hole(_)) {
                        return None;
                    }
                    let arguments = vec![value, item.clone(), Value::Number(i as f64)];
                    value = self.call(function, arguments);
                }
                Some(value)
            }
            ("includes", Some(wanted)) => {
                let wanted = wanted.known_text()?;
                let texts: Option<Vec<String>> = list.items.iter().map(Value::known_text).collect();
                Some(Value::Bool(texts?.contains(&wanted)))
            }
            _ => None,
        }
    }

    /// Whether `filter` keeps an element, if that is known.
    fn keeps(&mut self, test: &Value, item: &Value) -> Option<bool> {
        match (test, item) {
            (_, Value::Maybe(_)) => None,
            (Value::Function(function), item) => self.call(function, vec![item.clone()]).truthy(),
            // `Boolean`.
            (Value::Hole(hole), item) if hole.name == "Boolean" => item.truthy(),
            _ => None,
        }
    }

    fn replace(
        &mut self,
        at: &At,
        text: &TextValue,
        method: &str,
        arguments: &[Argument],
    ) -> Value {
        let replaced = self.replaced(at, &text.0, method, arguments);
        replaced.map_or_else(|| self.asked(at), Value::text)
    }

    fn replaced(
        &mut self,
        at: &At,
        text: &Text,
        method: &str,
        arguments: &[Argument],
    ) -> Option<Text> {
        let [search, by] = arguments else { return None };
        let facts = self.facts_of(at.file);
        let (pattern, all) = match &facts.node(search.expr).expr {
            Expr::Regex(regex) => {
                let flags: String = regex.flags.chars().filter(|c| "ims".contains(*c)).collect();
                let flags = match flags.is_empty() {
                    true => String::new(),
                    false => format!("(?{flags})"),
                };
                let pattern = Regex::new(&format!("{flags}{}", regex.pattern)).ok()?;
                (pattern, regex.flags.contains('g'))
            }
            _ => {
                let search = self.eval(&At {
                    id: search.expr,
                    ..at.clone()
                });
                let pattern = Regex::new(&regex_lite::escape(&search.known_text()?)).ok()?;
                (pattern, method == "replaceAll")
            }
        };
        let by = self.eval(&At {
            id: by.expr,
            ..at.clone()
        });
        let full = text.full();
        let mut out = Vec::new();
        for captures in pattern.captures_iter(&full).take(MAX_ITEMS) {
            let found = captures.get(0)?;
            let range = found.range();
            // What stands for a hole is not its text.
            if !range.is_empty() && text.has_hole_in(&range) {
                return None;
            }
            let new = match &by {
                Value::Function(function) => {
                    let groups = captures.iter().map(|group| match group {
                        Some(group) => Value::text(Text::made(group.as_str())),
                        None => Value::Undefined,
                    });
                    let arguments = groups.collect();
                    self.call(function, arguments).to_text()
                }
                other => match other.known_text() {
                    Some(known) if known.contains('$') => {
                        let mut new = String::new();
                        captures.expand(&known.replace("$&", "$0"), &mut new);
                        Text::made(&new)
                    }
                    _ => other.to_text(),
                },
            };
            out.push((range, new));
            if !all {
                break;
            }
        }
        // What fills a hole may hold the pattern too.
        Some(text.replaced(out))
    }
}

fn flatten(value: &Value, certain: bool, out: &mut Vec<Value>) {
    match value {
        Value::List(list) => out.extend(list.items.iter().map(|item| match certain {
            true => item.clone(),
            false => item.clone().maybe(),
        })),
        Value::Maybe(inner) => flatten(inner, false, out),
        other if certain => out.push(other.clone()),
        other => out.push(other.clone().maybe()),
    }
}

fn text_method(text: &TextValue, method: &str, values: &[Value]) -> Option<Value> {
    let text = &text.0;
    let made = |text: Text| Some(Value::text(text));
    match (method, values) {
        ("trim", []) => made(text.trimmed((true, true))),
        ("trimStart" | "trimLeft", []) => made(text.trimmed((true, false))),
        ("trimEnd" | "trimRight", []) => made(text.trimmed((false, true))),
        ("toString" | "valueOf", []) => made(text.clone()),
        ("toLowerCase", []) => made(Text::made(&text.known()?.to_lowercase())),
        ("toUpperCase", []) => made(Text::made(&text.known()?.to_uppercase())),
        ("concat", values) => {
            let mut out = text.clone();
            for value in values {
                out.append(value.to_text());
            }
            made(out)
        }
        ("split", [separator]) => {
            let separator = separator.known_text()?;
            // What fills a hole may hold it too, but then stands for several.
            let items = text.split(&separator).into_iter().map(Value::text);
            Some(Value::List(List {
                items: items.collect(),
                place: None,
            }))
        }
        ("startsWith", [start]) => {
            let (text, start) = (text.known()?, start.known_text()?);
            Some(Value::Bool(text.starts_with(&start)))
        }
        ("includes", [part]) => {
            let (text, part) = (text.known()?, part.known_text()?);
            Some(Value::Bool(text.contains(&part)))
        }
        _ => None,
    }
}
