//! What calls say: where their arguments go, and what calls of the platform do with them.

use super::build::{Builder, Passed};
use super::fields::{Field, MAX_ARGUMENTS};
use super::nodes::Node;
use super::platform::{is_hook, is_known_class, is_pure, is_quiet};
use crate::js::facts::*;
use crate::resolve::class_of_this;

impl<'a> Builder<'a> {
    /// Hands arguments to a callee.
    pub(super) fn pass(&mut self, callee: ExprId, arguments: &'a [Argument], keeps_nothing: bool) {
        let mut spread = false;
        for (i, argument) in arguments.iter().enumerate() {
            spread |= argument.spread;
            let value = match argument.spread {
                true => self.field(argument.expr.0, Field::ELEMENT),
                false => argument.expr.0,
            };
            if keeps_nothing {
                continue;
            }
            let last = if spread { MAX_ARGUMENTS } else { i };
            for i in i..=last {
                let parameter = self.field(callee.0, Field::argument(i));
                self.join(parameter, value);
            }
        }
        self.calls.push(Passed {
            callee: callee.0,
            arguments,
            keeps_nothing,
        });
    }

    pub(super) fn call(&mut self, id: ExprId, callee: ExprId, arguments: &'a [Argument]) {
        let facts = self.facts;
        let first = arguments.first().map(|a| a.expr.0);
        match &facts.node(callee).expr {
            Expr::Super => {
                let class = class_of_this(facts, facts.function_of(facts.node(callee).block));
                let base = class.and_then(|(class, _)| facts.class(class).superclass);
                if let Some(base) = base {
                    self.pass(base, arguments, is_known_class(facts, base));
                }
                return;
            }
            Expr::Member {
                object,
                key: Key::Name(method),
            } => {
                if let Expr::Global(global) = &facts.node(*object).expr
                    && self.platform(id, (global, method), arguments)
                {
                    return;
                }
                let known = self.method(id, *object, method, arguments);
                let this = self.field(callee.0, Field::THIS);
                self.join(this, object.0);
                let result = self.field(callee.0, Field::RETURN);
                self.join(id.0, result);
                return self.pass(callee, arguments, known || self.is_of_library(callee));
            }
            Expr::Global(name) if is_pure(name) => {
                if let (true, Some(first)) = (name == "structuredClone", first) {
                    self.copies.push((first, id.0));
                }
                return self.pass(callee, arguments, true);
            }
            _ => {}
        }
        let result = self.field(callee.0, Field::RETURN);
        self.join(id.0, result);
        self.pass(
            callee,
            arguments,
            is_hook(facts, callee) || self.is_of_library(callee),
        );
    }

    /// A call of a function of the platform by its path; whether it is one that is known.
    fn platform(&mut self, id: ExprId, path: (&str, &str), arguments: &'a [Argument]) -> bool {
        let Some(first) = arguments.first().map(|a| a.expr) else {
            return false;
        };
        match path {
            ("Object", "freeze")
            | ("Object", "seal")
            | ("Object", "preventExtensions")
            | ("Promise", "resolve") => {
                self.join(id.0, first.0);
            }
            ("Object", "assign")
            | ("Object", "defineProperty")
            | ("Object", "defineProperties")
            | ("Object", "setPrototypeOf")
            | ("Reflect", "set")
            | ("Reflect", "defineProperty")
            | ("Reflect", "deleteProperty") => {
                self.join(id.0, first.0);
                self.changed(first.0, id);
                for other in arguments.iter().skip(1) {
                    self.copies.push((other.expr.0, first.0));
                }
            }
            ("Object", "create") | ("Array", "from") => {
                self.made(id.0);
                self.copies.push((first.0, id.0));
                if path == ("Array", "from") && arguments.len() > 1 {
                    let element = self.field(first.0, Field::ELEMENT);
                    self.callback(arguments.get(1).map(|a| a.expr), &[element]);
                }
            }
            ("Object", "values") | ("Object", "entries") => {
                self.made(id.0);
                let all = self.any_property(first.0);
                let mut element = self.field(id.0, Field::ELEMENT);
                if path == ("Object", "entries") {
                    element = self.field(element, Field::ELEMENT);
                }
                self.join(element, all);
            }
            ("Promise", "all")
            | ("Promise", "race")
            | ("Promise", "any")
            | ("Promise", "allSettled") => {
                let (a, b) = (
                    self.field(id.0, Field::ELEMENT),
                    self.field(first.0, Field::ELEMENT),
                );
                self.join(a, b);
                self.join(id.0, b);
            }
            ("Reflect", "get") => {
                let all = self.any_property(first.0);
                self.join(id.0, all);
            }
            ("Object", "keys")
            | ("Object", "is")
            | ("Array", "isArray")
            | ("JSON", "stringify")
            | ("Object", "hasOwn")
            | ("Object", "getOwnPropertyNames")
            | ("Reflect", "has")
            | ("Reflect", "ownKeys")
            | ("Object", "isFrozen")
            | ("URL", "canParse")
            | ("URL", "createObjectURL")
            | ("navigator", "sendBeacon")
            | ("window", "fetch")
            | ("self", "fetch")
            | ("globalThis", "fetch") => {}
            _ => return matches!(path, ("console" | "Math", _)),
        }
        true
    }

    /// Calls a callback with these.
    fn callback(&mut self, function: Option<ExprId>, given: &[Node]) -> Option<Node> {
        let function = function?.0;
        for (i, value) in given.iter().enumerate() {
            let parameter = self.field(function, Field::argument(i));
            self.join(parameter, *value);
        }
        Some(self.field(function, Field::RETURN))
    }

    /// A call of a method by its name; whether that is known to keep none of its arguments.
    fn method(
        &mut self,
        id: ExprId,
        object: ExprId,
        method: &str,
        arguments: &'a [Argument],
    ) -> bool {
        let receiver = object.0;
        let first = arguments.first().map(|a| a.expr);
        match method {
            "push" | "unshift" | "splice" | "fill" => {
                self.changed(receiver, id);
                let element = self.field(receiver, Field::ELEMENT);
                for argument in arguments {
                    match argument.spread {
                        true => self.copies.push((argument.expr.0, receiver)),
                        false => self.join(element, argument.expr.0),
                    }
                }
                if method != "push" {
                    self.join(id.0, receiver);
                }
            }
            "reverse" | "sort" | "copyWithin" => {
                self.changed(receiver, id);
                self.join(id.0, receiver);
            }
            "pop" | "shift" => {
                self.changed(receiver, id);
                let element = self.field(receiver, Field::ELEMENT);
                self.join(id.0, element);
            }
            "at" => {
                let element = self.field(receiver, Field::ELEMENT);
                self.join(id.0, element);
            }
            "forEach" | "map" | "filter" | "find" | "findLast" | "some" | "every" | "flatMap"
            | "findIndex" => {
                let element = self.field(receiver, Field::ELEMENT);
                let index = self.classes.fresh();
                let given = [element, index, receiver];
                let taken = first.map_or(3, |f| self.taken(f));
                let result = self.callback(first, given.get(..taken).unwrap_or(&given));
                self.iterated(id, method, element, result);
            }
            "reduce" | "reduceRight" => {
                let element = self.field(receiver, Field::ELEMENT);
                if let Some(result) = self.callback(first, &[id.0, element]) {
                    self.join(id.0, result);
                }
                match arguments.get(1) {
                    Some(start) => self.join(id.0, start.expr.0),
                    None => self.join(id.0, element),
                }
            }
            "slice" | "concat" | "toSorted" | "toReversed" | "flat" | "values" | "entries" => {
                self.made(id.0);
                let mine = self.field(id.0, Field::ELEMENT);
                let theirs = self.field(receiver, Field::ELEMENT);
                self.join(mine, theirs);
                if matches!(method, "flat" | "entries" | "concat") {
                    let inner = self.field(mine, Field::ELEMENT);
                    self.join(inner, mine);
                }
                for argument in arguments {
                    self.copies.push((argument.expr.0, id.0));
                    self.join(mine, argument.expr.0);
                }
            }
            "then" | "catch" | "finally" => {
                let result = self.callback(first, &[receiver]);
                if let Some(result) = result {
                    self.join(id.0, result);
                }
                self.join(id.0, receiver);
            }
            "append" | "set" | "delete" => {
                self.changed(receiver, id);
                return method == "delete";
            }
            "call" | "apply" | "bind" => self.called(id, receiver, method, arguments),
            _ => return is_quiet(method),
        }
        true
    }

    /// How many arguments a callback looks at.
    fn taken(&self, callback: ExprId) -> usize {
        match self.facts.node(callback).expr {
            Expr::Function(f) => self.facts.function(f).parameters.len(),
            _ => 3,
        }
    }

    fn iterated(&mut self, id: ExprId, method: &str, element: Node, result: Option<Node>) {
        match method {
            "map" | "flatMap" => {
                self.made(id.0);
                let mine = self.field(id.0, Field::ELEMENT);
                if let Some(result) = result {
                    self.join(mine, result);
                    if method == "flatMap" {
                        self.copies.push((result, id.0));
                    }
                }
            }
            "filter" => {
                self.made(id.0);
                let mine = self.field(id.0, Field::ELEMENT);
                self.join(mine, element);
            }
            "find" | "findLast" => self.join(id.0, element),
            _ => {}
        }
    }

    /// `f.call(this, …)`, `f.apply(this, […])`, `f.bind(this, …)`.
    fn called(&mut self, id: ExprId, function: Node, how: &str, arguments: &'a [Argument]) {
        if let Some(this) = arguments.first() {
            let field = self.field(function, Field::THIS);
            self.join(field, this.expr.0);
        }
        let list = how == "apply";
        for (i, argument) in arguments.iter().skip(1).enumerate() {
            let every = list || argument.spread;
            let value = match every {
                true => self.field(argument.expr.0, Field::ELEMENT),
                false => argument.expr.0,
            };
            let last = if every { MAX_ARGUMENTS } else { i };
            for i in i..=last {
                let parameter = self.field(function, Field::argument(i));
                self.join(parameter, value);
            }
        }
        if how == "bind" {
            // Which parameters are left is not told apart.
            self.join(id.0, function);
            if arguments.len() > 1 {
                for i in 1..=MAX_ARGUMENTS {
                    let (a, b) = (
                        self.field(function, Field::argument(0)),
                        self.field(function, Field::argument(i)),
                    );
                    self.join(a, b);
                }
            }
            return;
        }
        let result = self.field(function, Field::RETURN);
        self.join(id.0, result);
    }
}
