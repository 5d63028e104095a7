//! What modules give each other: imports, re-exports, `require`, JSON.

use super::Evaluator;
use super::constants::tool_export;
use super::globals;
use super::known::{Env, FileId, JsValue, Known, Possible, Ref};
use super::reach::Use;
use crate::js::facts::*;

/// How many modules a name is followed through (`export … from`).
const MAX_HOPS: u32 = 32;

impl Evaluator<'_> {
    /// What another module exports, by the name that it has here.
    pub(super) fn imported(
        &mut self,
        file: FileId,
        local: &str,
        specifier: &str,
        name: &str,
    ) -> Known {
        let Some(target) = self.program.import(file, specifier) else {
            return self
                .library_export(specifier, name)
                .or_else(|| tool_export(specifier, name))
                .or_else(|| globals::of_framework(specifier, name, self.settings))
                .unwrap_or_else(|| Known::unknown(local));
        };
        if name == "*" {
            return JsValue::Module(target).into();
        }
        self.exported(target, name, MAX_HOPS)
            .unwrap_or_else(|| Known::unknown(local))
    }

    /// Whether a name is an import that leads to a file of the program.
    pub(super) fn is_followed_import(&self, file: FileId, id: BindingId) -> bool {
        match &self.facts(file).binding(id).kind {
            BindingKind::Import { specifier, .. } => self.program.import(file, specifier).is_some(),
            _ => false,
        }
    }

    /// What `require(specifier)` gives.
    pub(super) fn required(&mut self, file: FileId, env: &Env, specifier: ExprId) -> Known {
        let specifier = self.eval(file, env, specifier);
        let Some(specifier) = specifier.as_text() else {
            return Known::unknown("a module");
        };
        match self.program.import(file, specifier) {
            // `module.exports = …` is what it gives, if that is there.
            Some(target) => match self.whole_export(target) {
                whole if whole.possible().is_empty() => JsValue::Module(target).into(),
                whole => whole,
            },
            None => self
                .library_required(specifier)
                .unwrap_or_else(|| Known::unknown(format!("require('{specifier}')"))),
        }
    }

    /// What `await import(specifier)` gives: the namespace.
    pub(super) fn imported_later(&mut self, file: FileId, env: &Env, specifier: ExprId) -> Known {
        let specifier = self.eval(file, env, specifier);
        let target = specifier
            .as_text()
            .and_then(|s| self.program.import(file, s));
        match target {
            Some(target) => JsValue::Module(target).into(),
            None => specifier
                .as_text()
                .and_then(|s| self.library_export(s, "*"))
                .unwrap_or_else(|| Known::unknown("a module")),
        }
    }

    /// A property of a module's namespace, or of what `require` gave.
    pub(super) fn module_property(&mut self, module: FileId, name: &str) -> Known {
        self.exported(module, name, MAX_HOPS)
            .unwrap_or_else(|| Known::unknown(name))
    }

    /// What a module exports by a name; nothing if it is not known to export it.
    fn exported(&mut self, file: FileId, name: &str, hops: u32) -> Option<Known> {
        let Some(hops) = hops.checked_sub(1) else {
            self.tainted = true;
            return Some(Known::bounded());
        };
        let key = (file, name.to_owned());
        if !self.exporting.insert(key.clone()) {
            self.tainted = true;
            return None;
        }
        let known = self.exported_here(file, name, hops);
        self.exporting.remove(&key);
        known
    }

    fn exported_here(&mut self, file: FileId, name: &str, hops: u32) -> Option<Known> {
        let facts = self.facts(file);
        for export in &facts.exports {
            match export {
                Export::Local { name: own, value } if own == name => {
                    return Some(self.at_the_end(file, *value));
                }
                Export::From {
                    name: own,
                    from,
                    specifier,
                } if own == name => {
                    let Some(target) = self.program.import(file, specifier) else {
                        return self.library_export(specifier, from);
                    };
                    return match from.as_str() {
                        "*" => Some(JsValue::Module(target).into()),
                        from => self.exported(target, from, hops),
                    };
                }
                _ => {}
            }
        }
        let starred = facts.exports.iter().filter_map(|export| match export {
            Export::All { specifier } if name != "default" => Some(specifier),
            _ => None,
        });
        for specifier in starred {
            let known = match self.program.import(file, specifier) {
                Some(target) => self.exported(target, name, hops),
                None => self.library_export(specifier, name),
            };
            if known.is_some() {
                return known;
            }
        }
        self.common_export(file, name)
            .or_else(|| self.data_property(file, name, hops))
    }

    /// What a function of a framework gives that hands a function on (React's hooks): nothing for
    /// other calls.
    pub(super) fn handed_on(
        &mut self,
        file: FileId,
        env: &Env,
        callee: ExprId,
        arguments: &[Argument],
    ) -> Option<Known> {
        let facts = self.facts(file);
        let name = match &facts.node(callee).expr {
            Expr::Binding(id) => match &facts.binding(*id).kind {
                BindingKind::Import { specifier, name } if is_hooks(specifier) => name.as_str(),
                _ => return None,
            },
            // `React.useCallback(…)`.
            Expr::Member {
                object,
                key: Key::Name(name),
            } => match facts.node(*object).expr {
                Expr::Binding(id) => match &facts.binding(id).kind {
                    BindingKind::Import { specifier, .. } if is_hooks(specifier) => name.as_str(),
                    _ => return None,
                },
                _ => return None,
            },
            _ => return None,
        };
        let first = arguments.first().filter(|a| !a.spread)?.expr;
        match name {
            "useCallback" | "useEffectEvent" | "memo" | "forwardRef" => {
                Some(self.eval(file, env, first))
            }
            "useMemo" => {
                let made = self.eval(file, env, first);
                Some(made.map(|p| self.call_value(&p.value, &[], None)))
            }
            _ => None,
        }
    }

    /// What other modules that import an object set a property of it to.
    pub(super) fn set_elsewhere(&mut self, object: &Ref<ExprId>, name: &str) -> Known {
        let writes = self.program.outside_writes(object.file, object.id, name);
        let mut out = Known::default();
        for &(file, write) in writes {
            out.extend(self.written(file, &None, write));
        }
        out
    }

    /// A name of a module at the end of it: live bindings hold what was assigned last, or
    /// whatever functions assign.
    fn at_the_end(&mut self, file: FileId, value: ExprId) -> Known {
        let facts = self.facts(file);
        let Expr::Binding(binding) = facts.node(value).expr else {
            return self.eval(file, &None, value);
        };
        let end = Use {
            at: u32::MAX,
            block: facts.binding(binding).block,
        };
        self.binding(file, &None, binding, end)
    }

    /// CommonJS: `exports.name = …`, `module.exports = …`.
    fn common_export(&mut self, file: FileId, name: &str) -> Option<Known> {
        let facts = self.facts(file);
        if !facts.exports.is_empty() {
            return None;
        }
        let mut out = Known::default();
        for (i, write) in facts.writes.iter().enumerate() {
            let Key::Name(key) = &write.key else { continue };
            if is_exports(facts, write.object) && key == name {
                out.extend(self.written(file, &None, i));
            }
        }
        let out = without_placeholders(out);
        let whole = self.whole_export(file);
        if name == "default" && !whole.possible().is_empty() {
            return Some(whole);
        }
        let mut out = out;
        out.extend(whole.map(|p| self.property(&p.value, name)));
        (!out.possible().is_empty()).then_some(out)
    }

    /// `exports.name`, `module.exports.name`, where the module itself reads it.
    pub(super) fn own_export(&mut self, file: FileId, object: ExprId, name: &str) -> Option<Known> {
        let facts = self.facts(file);
        if !is_exports(facts, object) || facts.is_module {
            return None;
        }
        self.exported(file, name, MAX_HOPS)
    }

    /// `module.exports = …`.
    fn whole_export(&mut self, file: FileId) -> Known {
        let facts = self.facts(file);
        let mut out = Known::default();
        for (i, write) in facts.writes.iter().enumerate() {
            let of_module = facts.node(write.object).expr == Expr::Global("module".into());
            if of_module && write.key == Key::Name("exports".into()) {
                out.extend(self.written(file, &None, i));
            }
        }
        out
    }

    /// A name of a JSON module, whose default export is the data.
    fn data_property(&mut self, file: FileId, name: &str, hops: u32) -> Option<Known> {
        let [Export::Local { name: only, value }] = self.facts(file).exports.as_slice() else {
            return None;
        };
        let is_data =
            only == "default" && matches!(self.facts(file).node(*value).expr, Expr::Object(_));
        if !is_data || hops == 0 {
            return None;
        }
        let data = self.eval(file, &None, *value);
        match data.possible() {
            [Possible { value, .. }] => Some(self.property(&value.clone(), name)),
            _ => None,
        }
    }
}

/// Compilers set exports to nothing first: `exports.a = exports.b = void 0`.
fn without_placeholders(known: Known) -> Known {
    let is_nothing = |p: &Possible| matches!(p.value, JsValue::Undefined);
    if known.possible().iter().all(is_nothing) {
        return known;
    }
    let mut out = Known::default();
    for possible in known.possible().iter().filter(|p| !is_nothing(p)) {
        out.push(possible.clone());
    }
    out
}

/// `exports`, `module.exports`.
fn is_exports(facts: &FileFacts, id: ExprId) -> bool {
    match &facts.node(id).expr {
        Expr::Global(name) => name == "exports",
        Expr::Member {
            object,
            key: Key::Name(key),
            ..
        } => key == "exports" && facts.node(*object).expr == Expr::Global("module".into()),
        _ => false,
    }
}

fn is_hooks(specifier: &str) -> bool {
    matches!(specifier, "react" | "preact/hooks" | "preact/compat")
}
