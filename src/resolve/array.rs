//! Array methods on lists whose elements are known.

use super::Evaluator;
use super::known::{JsValue, Known, Possible};
use crate::value::Pattern;
use std::rc::Rc;

impl Evaluator<'_> {
    /// `list.method(…)`.
    pub(super) fn array_method(
        &mut self,
        elements: &Rc<Vec<Known>>,
        more: bool,
        method: &str,
        arguments: &[Known],
    ) -> Known {
        let same = || {
            Known::from(JsValue::Array {
                elements: elements.clone(),
                more,
            })
        };
        match method {
            "join" if !more => join(elements, arguments.first()),
            "concat" => concat(elements, more, arguments),
            "values" => same(),
            "reverse" | "toReversed" if !more => {
                list(elements.iter().rev().cloned().collect(), false)
            }
            "sort" | "toSorted" if !more => list(vec![any(elements); elements.len()], false),
            "slice" if !more => match sliced(elements, arguments) {
                Some(part) => list(part, false),
                None => list(vec![any(elements)], true),
            },
            "flat" if arguments.is_empty() => flattened(elements, more),
            "flatMap" => match self.array_map(elements, more, arguments).possible() {
                [
                    Possible {
                        value: JsValue::Array { elements, more },
                        ..
                    },
                ] => flattened(elements, *more),
                _ => Known::unknown("a list"),
            },
            "keys" if !more => list(
                (0..elements.len())
                    .map(|i| JsValue::Number(i as f64).into())
                    .collect(),
                false,
            ),
            "entries" if !more => list(
                elements
                    .iter()
                    .enumerate()
                    .map(|(i, e)| list(vec![JsValue::Number(i as f64).into(), e.clone()], false))
                    .collect(),
                false,
            ),
            "reduce" if !more => self.array_reduce(elements, arguments),
            // Order and number no longer known: any element may be anywhere.
            "filter" | "reverse" | "sort" | "toSorted" | "toReversed" | "slice" | "flat" => {
                list(vec![any(elements)], true)
            }
            "at" if !more => match sliced_at(elements, arguments.first()) {
                Some(element) => element,
                None => any(elements),
            },
            "find" | "at" | "pop" | "shift" | "findLast" => match (method, elements.len(), more) {
                ("shift", n, false) if n > 0 => elements[0].clone(),
                ("pop", n, false) if n > 0 => elements[n - 1].clone(),
                _ => {
                    let mut out = any(elements);
                    if more {
                        out.extend(Known::unknown("an element of a list"));
                    }
                    out
                }
            },
            "includes" => Known::unknown("a condition"),
            "map" => self.array_map(elements, more, arguments),
            _ => Known::unknown(format!("{method}()")),
        }
    }

    fn array_reduce(&mut self, elements: &[Known], arguments: &[Known]) -> Known {
        let Some([callback]) = arguments.first().map(Known::possible) else {
            return Known::unknown("reduce()");
        };
        let mut elements = elements.iter();
        let start = match arguments.get(1) {
            Some(start) => Some(start.clone()),
            None => elements.next().cloned(),
        };
        let Some(mut result) = start else {
            return Known::default();
        };
        if elements.len() > MAX_REDUCED {
            return Known::unknown("reduce()");
        }
        for element in elements {
            result = self.call_value(&callback.value, &[result, element.clone()], None);
        }
        result
    }

    fn array_map(&mut self, elements: &[Known], more: bool, arguments: &[Known]) -> Known {
        let function = match arguments.first().map(Known::possible) {
            Some(
                [
                    Possible {
                        value: JsValue::Function(function, this),
                        ..
                    },
                ],
            ) => (function.clone(), this.clone()),
            _ => return Known::unknown("a list"),
        };
        let mut out = Vec::new();
        for element in elements {
            let this = function.1.as_ref().map(|t| t.as_ref().clone());
            out.push(self.invoke(&function.0, vec![element.clone()], None, this));
        }
        JsValue::Array {
            elements: Rc::new(out),
            more,
        }
        .into()
    }
}

/// How many elements are folded into one.
const MAX_REDUCED: usize = 64;

fn list(elements: Vec<Known>, more: bool) -> Known {
    JsValue::Array {
        elements: Rc::new(elements),
        more,
    }
    .into()
}

/// `list.slice(from, to)` of known bounds.
fn sliced(elements: &[Known], arguments: &[Known]) -> Option<Vec<Known>> {
    let bound = |i: usize, default: usize| match arguments.get(i).map(Known::possible) {
        None => Some(default),
        Some(
            [
                Possible {
                    value: JsValue::Number(n),
                    ..
                },
            ],
        ) => {
            let n = if *n < 0.0 {
                elements.len() as f64 + n
            } else {
                *n
            };
            Some((n.max(0.0) as usize).min(elements.len()))
        }
        Some(_) => None,
    };
    let (from, to) = (bound(0, 0)?, bound(1, elements.len())?);
    Some(elements.get(from..to).unwrap_or_default().to_vec())
}

/// `list.at(i)` of a known index.
fn sliced_at(elements: &[Known], index: Option<&Known>) -> Option<Known> {
    let Some(
        [
            Possible {
                value: JsValue::Number(n),
                ..
            },
        ],
    ) = index.map(Known::possible)
    else {
        return None;
    };
    let at = if *n < 0.0 {
        elements.len() as f64 + n
    } else {
        *n
    };
    let found = (at >= 0.0).then(|| elements.get(at as usize)).flatten();
    Some(found.cloned().unwrap_or_else(Known::undefined))
}

fn flattened(elements: &[Known], more: bool) -> Known {
    let mut out = Vec::new();
    let mut open = more;
    for element in elements {
        match element.possible() {
            [
                Possible {
                    value: JsValue::Array { elements, more },
                    ..
                },
            ] => {
                out.extend(elements.iter().cloned());
                open |= more;
            }
            [
                Possible {
                    value: JsValue::Hole(_),
                    ..
                },
            ] => open = true,
            _ => out.push(element.clone()),
        }
    }
    match open {
        true => list(vec![any(&out)], true),
        false => list(out, false),
    }
}

fn any(elements: &[Known]) -> Known {
    let mut out = Known::default();
    for element in elements {
        out.extend(element.clone());
    }
    out
}

fn join(elements: &[Known], separator: Option<&Known>) -> Known {
    let comma: Known = JsValue::text(",").into();
    let separator = match separator {
        None => comma,
        Some(s) => match s.possible() {
            [
                Possible {
                    value: JsValue::Undefined,
                    ..
                },
            ] => comma,
            _ => s.clone(),
        },
    };
    let mut out: Known = JsValue::Text(Pattern::default()).into();
    for (i, element) in elements.iter().enumerate() {
        if i > 0 {
            out = out.combine(&separator, text_sum);
        }
        out = out.combine(element, |a, b| match b {
            JsValue::Undefined | JsValue::Null => a.clone(),
            _ => text_sum(a, b),
        });
    }
    out
}

fn text_sum(a: &JsValue, b: &JsValue) -> JsValue {
    JsValue::Text(a.to_pattern().concat(&b.to_pattern()))
}

fn concat(elements: &Rc<Vec<Known>>, more: bool, arguments: &[Known]) -> Known {
    let mut all = elements.as_ref().clone();
    let mut more = more;
    for argument in arguments {
        match argument.possible() {
            [
                Possible {
                    value: JsValue::Array { elements, more: m },
                    ..
                },
            ] => {
                all.extend(elements.iter().cloned());
                more |= m;
            }
            _ => all.push(argument.clone()),
        }
    }
    JsValue::Array {
        elements: Rc::new(all),
        more,
    }
    .into()
}
