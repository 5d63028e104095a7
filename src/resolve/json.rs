//! `JSON.stringify` of what is wholly known.

use super::Evaluator;
use super::known::{JsValue, Known, number_text};
use crate::js::facts::{Expr, Key, Property};
use crate::value::Pattern;

/// How deep values nest.
const MAX_DEPTH: u32 = 8;
/// How long a text may grow, in bytes.
const MAX_TEXT: usize = 16 * 1024;

impl Evaluator<'_> {
    /// The text that a value becomes, each for itself where it can be several.
    pub(super) fn json(&mut self, value: &Known) -> Known {
        value.map(|possible| match &possible.value {
            JsValue::Undefined => Known::undefined(),
            value => match self.json_text(value, MAX_DEPTH) {
                Some(text) => possible.with(JsValue::Text(Pattern::text(text))).into(),
                None => Known::unknown("JSON.stringify()"),
            },
        })
    }

    fn json_text(&mut self, value: &JsValue, depth: u32) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        let text = match value {
            JsValue::Text(text) => serde_json::to_string(text.as_text()?).ok()?,
            JsValue::Number(n) if n.is_finite() => number_text(*n),
            JsValue::Bool(b) => b.to_string(),
            JsValue::Null | JsValue::Number(_) => "null".to_owned(),
            JsValue::Array {
                elements,
                more: false,
            } => {
                let each = elements.iter().map(|element| match element.possible() {
                    [one] => self.json_text(&one.value, depth),
                    _ => None,
                });
                format!("[{}]", each.collect::<Option<Vec<_>>>()?.join(","))
            }
            JsValue::Object(object) if !self.grows(object) => {
                let facts = self.facts(object.file);
                let Expr::Object(properties) = &facts.node(object.id).expr else {
                    return None;
                };
                let mut each = Vec::new();
                for property in properties {
                    let Property::Value(Key::Name(name), _) = property else {
                        return None;
                    };
                    let known = self.property(value, name);
                    let [one] = known.possible() else {
                        return None;
                    };
                    if matches!(one.value, JsValue::Undefined) {
                        continue;
                    }
                    let name = serde_json::to_string(name).ok()?;
                    each.push(format!("{name}:{}", self.json_text(&one.value, depth)?));
                }
                format!("{{{}}}", each.join(","))
            }
            _ => return None,
        };
        (text.len() <= MAX_TEXT).then_some(text)
    }
}
