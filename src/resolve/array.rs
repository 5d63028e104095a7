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
            "filter" | "reverse" | "sort" | "toSorted" | "toReversed" | "slice" | "flat"
            | "values" => {
                match method {
                    // Order and number no longer known: any element may be anywhere.
                    "values" | "flat" => same(),
                    _ => JsValue::Array {
                        elements: Rc::new(vec![any(elements)]),
                        more: true,
                    }
                    .into(),
                }
            }
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
            _ => Known::unknown(format!("result of {method}()")),
        }
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
