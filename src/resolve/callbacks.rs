//! Functions that libraries call with what they are given beside them: `useSWR('/api', url =>
//! fetch(url))` calls its second argument with its first. A row per function of a library; each
//! counts only where it is imported from its package.

use super::Evaluator;
use super::eval::{guarded, number_hole};
use super::known::{Env, FileId, JsValue, Known, Possible, Ref};
use crate::js::facts::*;

/// A function that calls back with a key.
struct CallsBack {
    package: &'static str,
    exports: &'static [&'static str],
    /// What makes the key where that is a function.
    key: KeyOf,
    /// Whether the parts of a key that is a list may be arguments of their own (SWR 1).
    may_spread: bool,
}

/// What the function that makes a key is called with.
#[derive(Clone, Copy)]
enum KeyOf {
    Nothing,
    /// The number of the page, and the page before it.
    Page,
}

/// The key is their first argument, the function that is called with it the second, or the
/// `fetcher` of the settings behind. Source: the documentation of SWR.
const ROWS: &[CallsBack] = &[
    CallsBack {
        package: "swr",
        exports: &["default", "useSWR", "preload"],
        key: KeyOf::Nothing,
        may_spread: true,
    },
    CallsBack {
        package: "swr/immutable",
        exports: &["default"],
        key: KeyOf::Nothing,
        may_spread: true,
    },
    CallsBack {
        package: "swr/infinite",
        exports: &["default"],
        key: KeyOf::Page,
        may_spread: true,
    },
    CallsBack {
        package: "swr/mutation",
        exports: &["default"],
        key: KeyOf::Nothing,
        may_spread: false,
    },
    CallsBack {
        package: "swr/subscription",
        exports: &["default"],
        key: KeyOf::Nothing,
        may_spread: false,
    },
];

/// A function that a library calls, and with what.
pub(super) struct CalledBack {
    pub(super) function: Ref<FunctionId>,
    pub(super) this: Option<JsValue>,
    pub(super) arguments: Vec<Known>,
}

impl Evaluator<'_> {
    /// Whether a name is a function of a library that calls back.
    pub(super) fn calls_back(&self, file: FileId, name: BindingId) -> bool {
        self.row_of(file, name).is_some()
    }

    fn row_of(&self, file: FileId, name: BindingId) -> Option<&'static CallsBack> {
        let BindingKind::Import { specifier, name } = &self.facts(file).binding(name).kind else {
            return None;
        };
        let of_package = |row: &&CallsBack| row.package == specifier;
        let row = ROWS.iter().find(of_package)?;
        let is_meant = row.exports.contains(&name.as_str());
        (is_meant && self.program.import(file, specifier).is_none()).then_some(row)
    }

    /// The functions that a call has a library call.
    pub(super) fn called_back(
        &mut self,
        file: FileId,
        env: &Env,
        callee: ExprId,
        arguments: &[Argument],
    ) -> Vec<CalledBack> {
        let Expr::Binding(name) = self.facts(file).node(callee).expr else {
            return Vec::new();
        };
        let (Some(row), [key, rest @ ..]) = (self.row_of(file, name), arguments) else {
            return Vec::new();
        };
        if arguments.iter().any(|argument| argument.spread) {
            return Vec::new();
        }
        let callbacks = self.callbacks(file, env, rest);
        if !callbacks.possible().iter().any(|p| is_function(&p.value)) {
            return Vec::new();
        }
        let key = self.key(file, env, key.expr, row.key);
        let mut out = Vec::new();
        for callback in callbacks.possible() {
            let JsValue::Function(function, this) = &callback.value else {
                continue;
            };
            let parameters = &self.facts(function.file).function(function.id).parameters;
            let spreads = row.may_spread && parameters.len() > 1;
            for arguments in given(&key, spreads) {
                out.push(CalledBack {
                    function: function.clone(),
                    this: this.as_deref().cloned(),
                    arguments,
                });
            }
        }
        out
    }

    /// The functions behind the key, or those in the settings behind it.
    fn callbacks(&mut self, file: FileId, env: &Env, rest: &[Argument]) -> Known {
        for argument in rest.iter().take(2) {
            let known = self.eval(file, env, argument.expr);
            let is_missing = |p: &Possible| p.value.nullish() == Some(true);
            if known.possible().iter().all(is_missing) {
                continue;
            }
            return known.map(|possible| match &possible.value {
                JsValue::Object(_) | JsValue::Merged { .. } => {
                    self.property(&possible.value, "fetcher")
                }
                _ => possible.clone().into(),
            });
        }
        Known::default()
    }

    /// What a key can be where anything is called with it: a falsy one is no key.
    fn key(&mut self, file: FileId, env: &Env, key: ExprId, of: KeyOf) -> Known {
        let known = match &self.facts(file).node(key).expr {
            // The library leaves the list as it is.
            Expr::Array(elements) => self.array_literal(file, env, elements),
            _ => self.eval(file, env, key),
        };
        let with = match of {
            KeyOf::Nothing => Vec::new(),
            KeyOf::Page => vec![
                number_hole("a page").into(),
                Known::unknown("the page before"),
            ],
        };
        let made = known.map(|possible| match is_function(&possible.value) {
            true => self.call_value(&possible.value, &with, None),
            false => possible.clone().into(),
        });
        let mut out = Known::default();
        for possible in made.possible() {
            if possible.value.truthy() != Some(false) {
                out.push(possible.clone());
            }
        }
        out
    }
}

fn is_function(value: &JsValue) -> bool {
    matches!(value, JsValue::Function(..) | JsValue::Bound { .. })
}

/// The lists of arguments that a key comes to.
fn given(key: &Known, spreads: bool) -> Vec<Vec<Known>> {
    let mut whole = Known::default();
    let mut out = Vec::new();
    for possible in key.possible() {
        match &possible.value {
            JsValue::Array {
                elements,
                more: false,
            } if spreads => {
                let elements = elements.iter();
                out.push(elements.map(|e| guarded(e, possible.guard)).collect());
            }
            _ => whole.push(possible.clone()),
        }
    }
    if !whole.possible().is_empty() {
        out.push(vec![whole]);
    }
    out
}
