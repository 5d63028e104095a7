//! With which responses code sets a header: from where it stands outwards, through the functions
//! that it is in, to where those are registered.

use super::conditions::{Runs, runs};
use super::names::is_particular;
use super::paths::{below, join, route};
use super::uses::Uses;
use crate::js::facts::*;
use crate::policies::PathPattern;
use crate::policies::script::{Script, Value};

/// How many functions and names are gone through.
const MAX_HOPS: u32 = 24;

/// With which responses a header is sent.
#[derive(Debug, Clone)]
pub(super) enum Reach {
    /// With none.
    Never,
    /// With those of requests that are not told apart statically.
    Some,
    /// With those for some paths.
    Paths(Vec<PathPattern>, Option<BindingId>),
    /// With all, as far as is seen.
    Likely,
    /// With all that an application sends. Its name, if it has one.
    All(Option<BindingId>),
}

/// The reach, and whether it depends on how the program is set up.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) reach: Reach,
    pub(super) by_settings: bool,
}

impl Sent {
    fn of(reach: Reach) -> Sent {
        Sent {
            reach,
            by_settings: false,
        }
    }

    fn rank(&self) -> u8 {
        match self.reach {
            Reach::Never => 0,
            Reach::Some => 1,
            Reach::Paths(..) => 2,
            Reach::Likely => 3,
            Reach::All(_) => 4,
        }
    }

    /// Where code is used in two places.
    pub(super) fn or(self, other: Sent) -> Sent {
        match (&self.reach, &other.reach) {
            (Reach::Paths(own, app), Reach::Paths(others, _)) => Sent {
                reach: Reach::Paths([own.as_slice(), others].concat(), *app),
                by_settings: self.by_settings || other.by_settings,
            },
            _ if self.rank() >= other.rank() => self,
            _ => other,
        }
    }

    /// Where code runs inside of what is sent so.
    fn when(self, runs: Runs) -> Sent {
        let reach = match (runs, self.reach) {
            (Runs::Never, _) => Reach::Never,
            (Runs::ForSome, Reach::Never) => Reach::Never,
            (Runs::ForSome, _) => Reach::Some,
            (Runs::ForOthers, Reach::All(_)) => Reach::Likely,
            (Runs::ForOthers, Reach::Paths(..)) => Reach::Some,
            (_, reach) => reach,
        };
        Sent {
            reach,
            by_settings: self.by_settings || runs == Runs::BySettings,
        }
    }

    /// What is seen to be for all is only likely so: what names it is not for pages, perhaps.
    fn at_most_likely(self) -> Sent {
        match self.reach {
            Reach::All(_) => Sent {
                reach: Reach::Likely,
                ..self
            },
            _ => self,
        }
    }
}

/// Where code of a script is used.
pub(super) struct Reaching<'a, 'b> {
    pub(super) script: &'b mut Script<'a>,
    pub(super) uses: &'b Uses,
}

impl Reaching<'_, '_> {
    /// Of code that sets the header of the response at hand.
    pub(super) fn of_code(&mut self, id: ExprId) -> Sent {
        let node = self.script.facts().node(id);
        self.at(node.block, node.span.start, MAX_HOPS)
    }

    /// Of a call that registers what it is given: `fastify.register(…)`.
    pub(super) fn of_registration(&mut self, id: ExprId) -> Sent {
        let facts = self.script.facts();
        let node = facts.node(id);
        let Expr::Call { callee, .. } = &node.expr else {
            return Sent::of(Reach::Some);
        };
        match facts.node(*callee).expr {
            Expr::Member { object, .. } => {
                self.registered(object, None, true, (node.block, node.span.start), MAX_HOPS)
            }
            _ => self.of_code(id),
        }
    }

    /// Of a middleware: the value of an expression.
    pub(super) fn of_middleware(&mut self, id: ExprId) -> Sent {
        self.of_value(id, MAX_HOPS)
    }

    fn at(&mut self, block: BlockId, start: u32, hops: u32) -> Sent {
        let when = runs(self.script, block, start);
        let Some(hops) = hops.checked_sub(1) else {
            return Sent::of(Reach::Some);
        };
        let sent = match self.script.facts().function_of(block) {
            Some(function) => self.of_function(function, hops),
            None => self.of_statement(block, start, hops),
        };
        sent.when(when)
    }

    /// Of code outside of functions: the headers of a constant.
    fn of_statement(&mut self, _: BlockId, start: u32, hops: u32) -> Sent {
        let facts = self.script.facts();
        let holds = |value: ExprId| {
            let span = facts.node(value).span;
            span.start <= start && start < span.end
        };
        let mut named = facts.bindings.iter().zip(0_u32..);
        let named = named.find(|(b, _)| b.definitions.iter().any(|d| holds(d.value)));
        match named {
            Some((_, name)) => self.of_name(BindingId(name), hops),
            None => Sent::of(Reach::Likely),
        }
    }

    fn of_function(&mut self, function: FunctionId, hops: u32) -> Sent {
        let Some(hops) = hops.checked_sub(1) else {
            return Sent::of(Reach::Some);
        };
        let facts = self.script.facts();
        let entry = facts.function(function);
        if self.is_of_developers(function) {
            return Sent::of(Reach::Never);
        }
        match entry.handed {
            Some(Handed::Called(call)) => {
                let node = facts.node(call);
                return self.at(node.block, node.span.start, hops);
            }
            Some(Handed::Argument(call, index)) => {
                return self.of_argument(call, index as usize, hops);
            }
            None => {}
        }
        match self.uses.function(function) {
            Some(value) => self.of_value(value, hops),
            None => self.by_name(entry.name.as_deref()),
        }
    }

    /// Whether a function is a hook of a development server: `configureServer` of Vite,
    /// `setupMiddlewares` of webpack.
    fn is_of_developers(&self, function: FunctionId) -> bool {
        let facts = self.script.facts();
        let value = self.uses.function(function);
        let key = value.and_then(|value| self.uses.key_of(value));
        let name = key.or(facts.function(function).name.as_deref());
        let hooks = [
            "configureServer",
            "configurePreviewServer",
            "setupMiddlewares",
            "onBeforeSetupMiddleware",
            "onAfterSetupMiddleware",
        ];
        name.is_some_and(|name| hooks.contains(&name))
    }

    /// Where a middleware goes.
    fn of_value(&mut self, id: ExprId, hops: u32) -> Sent {
        let Some(hops) = hops.checked_sub(1) else {
            return Sent::of(Reach::Some);
        };
        let facts = self.script.facts();
        if let Some((call, index)) = self.uses.argument_of(id) {
            return self.of_argument(call, index, hops);
        }
        if let Some(call) = self.uses.call_of(id) {
            let node = facts.node(call);
            return self.at(node.block, node.span.start, hops);
        }
        if let Some(name) = self.uses.name_of(id) {
            return self.of_name(name, hops);
        }
        if let Some(function) = self.uses.returned_by(id) {
            return self.of_result(function, hops);
        }
        let function = match facts.node(id).expr {
            Expr::Function(function) => facts.function(function).name.as_deref(),
            _ => None,
        };
        let name = self.uses.key_of(id).or(function);
        self.by_name(name)
    }

    /// Where what a function gives goes: a factory of middlewares.
    fn of_result(&mut self, function: FunctionId, hops: u32) -> Sent {
        let facts = self.script.facts();
        let entry = facts.function(function);
        let value = self.uses.function(function);
        let name = value.and_then(|value| self.uses.name_of(value));
        let shown = entry.name.as_deref();
        let calls = name.into_iter().flat_map(|name| self.uses.of_name(name));
        let calls: Vec<ExprId> = calls.filter_map(|id| self.uses.call_of(*id)).collect();
        let each = calls.into_iter().map(|call| self.of_value(call, hops));
        let each: Vec<Sent> = each.collect();
        each.into_iter()
            .reduce(Sent::or)
            .unwrap_or_else(|| self.by_name(shown))
    }

    fn of_name(&mut self, name: BindingId, hops: u32) -> Sent {
        let Some(hops) = hops.checked_sub(1) else {
            return Sent::of(Reach::Some);
        };
        let facts = self.script.facts();
        let shown = facts.binding(name).name.clone();
        let mut out: Option<Sent> = None;
        for &id in self.uses.of_name(name) {
            let is_used = self.uses.argument_of(id).is_some() || self.uses.call_of(id).is_some();
            let node = facts.node(id);
            let sent = match is_used {
                true => self.of_value(id, hops),
                // `headers: securityHeaders` in a handler.
                false if facts.function_of(node.block).is_some() => {
                    self.at(node.block, node.span.start, hops).at_most_likely()
                }
                false => continue,
            };
            out = Some(match out {
                Some(before) => before.or(sent),
                None => sent,
            });
        }
        match out {
            Some(sent) if matches!(sent.reach, Reach::Likely) && is_particular(&shown) => {
                Sent::of(Reach::Some)
            }
            Some(sent) => sent,
            None => self.by_name(Some(&shown)),
        }
    }

    /// Of what other files use: for pages, unless its name says otherwise.
    fn by_name(&self, name: Option<&str>) -> Sent {
        let file = self.script.file(0).name.clone();
        let is_particular = name.is_some_and(is_particular)
            || name.is_some_and(is_method)
            || is_particular(stem(&file))
            || is_endpoint(&file);
        Sent::of(match is_particular {
            true => Reach::Some,
            false => Reach::Likely,
        })
    }

    /// Of what is handed to a call.
    fn of_argument(&mut self, call: ExprId, index: usize, hops: u32) -> Sent {
        let facts = self.script.facts();
        let node = facts.node(call);
        let (Expr::Call { callee, arguments } | Expr::New { callee, arguments }) = &node.expr
        else {
            return Sent::of(Reach::Some);
        };
        let place = (node.block, node.span.start);
        let first = arguments.first().filter(|_| index > 0).map(|a| a.expr);
        match &facts.node(*callee).expr {
            Expr::Member {
                object,
                key: Key::Name(method),
            } => {
                let object = *object;
                match method.as_str() {
                    "use" => self.registered(object, first, true, place, hops),
                    "get" | "all" | "head" | "route" | "view" => match first {
                        Some(_) => self.registered(object, first, false, place, hops),
                        None => Sent::of(Reach::Some),
                    },
                    "addHook" | "hook" | "onHeadersReceived" | "createServer" | "onRequest"
                    | "onSend" | "preHandler" | "register" | "serve" | "on" | "onAfterHandle"
                    | "mapResponse" => self.registered(object, None, true, place, hops),
                    "post" | "put" | "patch" | "delete" | "options" | "del" | "catch"
                    | "onError" | "setErrorHandler" | "notFound" | "setNotFoundHandler" => {
                        Sent::of(Reach::Some)
                    }
                    // Code that runs in its place: `ready.then(() => …)`.
                    "then" | "finally" | "forEach" | "map" | "configure" | "whenReady" => {
                        self.at(place.0, place.1, hops)
                    }
                    _ => self.of_value(call, hops),
                }
            }
            Expr::Global(name) => self.handed_to(name, call, hops),
            Expr::Binding(name) => {
                let name = facts.binding(*name).name.clone();
                self.handed_to(&name, call, hops)
            }
            _ => self.of_value(call, hops),
        }
    }

    /// Of a handler that a function gets: `defineEventHandler(…)`, `createServer(…)`.
    fn handed_to(&mut self, function: &str, call: ExprId, hops: u32) -> Sent {
        match function {
            "createServer" | "serve" => Sent::of(Reach::All(None)),
            "setTimeout" | "setInterval" | "describe" | "it" | "test" => Sent::of(Reach::Some),
            _ => self.of_value(call, hops),
        }
    }

    /// Of what an application is given, at a path or for all.
    fn registered(
        &mut self,
        object: ExprId,
        path: Option<ExprId>,
        is_prefix: bool,
        (block, start): (BlockId, u32),
        hops: u32,
    ) -> Sent {
        let when = runs(self.script, block, start);
        let facts = self.script.facts();
        let function = facts.function_of(block);
        if function.is_some_and(|f| self.is_of_developers(f)) {
            return Sent::of(Reach::Never);
        }
        let function = function.map(|f| facts.function(f));
        if function.is_some_and(|f| f.name.as_deref().is_some_and(is_particular)) {
            return Sent::of(Reach::Some).when(when);
        }
        let mount = self.mount(object, hops);
        let own = match path.map(|path| self.paths(path)) {
            None => Own::All,
            // Another middleware stands before it.
            Some(None) if is_prefix => Own::All,
            Some(None) => Own::Unknown,
            Some(Some(paths)) => Own::Paths(paths),
        };
        let reach = match (mount, own) {
            (Mount::Never, _) => Reach::Never,
            (Mount::Unknown, _) | (_, Own::Unknown) => Reach::Some,
            (Mount::Likely, Own::All) => Reach::Likely,
            (Mount::Likely, Own::Paths(_)) => Reach::Some,
            (Mount::App(app), Own::All) => Reach::All(app),
            (Mount::App(app), Own::Paths(paths)) => {
                patterns(&[String::new()], &paths, is_prefix, app)
            }
            (Mount::Below(mounts, app), Own::All) => patterns(&mounts, &[String::new()], true, app),
            (Mount::Below(mounts, app), Own::Paths(paths)) => {
                patterns(&mounts, &paths, is_prefix, app)
            }
        };
        Sent::of(reach).when(when)
    }

    /// The paths that an argument is, if it is paths.
    fn paths(&mut self, id: ExprId) -> Option<Vec<String>> {
        let text = |value: &Value| value.known_text();
        match self.script.value(id) {
            Value::List(list) => list.items.iter().map(text).collect(),
            value => Some(vec![text(&value)?]),
        }
    }

    /// What an object that middlewares are given to serves.
    fn mount(&mut self, object: ExprId, hops: u32) -> Mount {
        let Some(hops) = hops.checked_sub(1) else {
            return Mount::Unknown;
        };
        let facts = self.script.facts();
        match &facts.node(object).expr {
            // `app.use(…).use(…)`.
            Expr::Call { callee, .. } => match facts.node(*callee).expr {
                Expr::Member { object, .. } if !is_router_call(facts, *callee) => {
                    self.mount(object, hops)
                }
                _ if is_router_call(facts, *callee) => Mount::Likely,
                _ => Mount::App(None),
            },
            Expr::Binding(name) => self.mount_of_name(*name, hops),
            // `this.app`, `fastify.server`.
            Expr::Member {
                key: Key::Name(name),
                ..
            } => by_object_name(name, None),
            _ => Mount::App(None),
        }
    }

    fn mount_of_name(&mut self, name: BindingId, hops: u32) -> Mount {
        let facts = self.script.facts();
        let binding = facts.binding(name);
        let is_router =
            binding
                .definitions
                .iter()
                .any(|definition| match &facts.node(definition.value).expr {
                    Expr::Call { callee, .. } | Expr::New { callee, .. } => {
                        is_router_call(facts, *callee)
                    }
                    _ => false,
                });
        if !is_router {
            return by_object_name(&binding.name, Some(name));
        }
        let mut mounted = Vec::new();
        for &id in self.uses.of_name(name) {
            // Koa is given `router.routes()`.
            let handed = self.uses.argument_of(id).or_else(|| {
                let call = self.uses.call_of(self.uses.member_of(id)?)?;
                self.uses.argument_of(call)
            });
            if let Some((call, index)) = handed {
                mounted.push(self.of_argument(call, index, hops));
            }
        }
        match mounted.into_iter().reduce(Sent::or).map(|sent| sent.reach) {
            Some(Reach::All(app)) => Mount::App(app),
            Some(Reach::Paths(patterns, app)) => {
                Mount::Below(patterns.into_iter().map(|p| below(&p.text)).collect(), app)
            }
            Some(Reach::Never) => Mount::Never,
            Some(Reach::Some) => Mount::Unknown,
            Some(Reach::Likely) | None => match is_particular(&binding.name) {
                true => Mount::Unknown,
                false => Mount::Likely,
            },
        }
    }
}

/// What the path of a registration says.
enum Own {
    All,
    Unknown,
    Paths(Vec<String>),
}

/// Which paths an object serves.
enum Mount {
    Never,
    Unknown,
    /// All, as far as is seen: a router that is mounted elsewhere.
    Likely,
    App(Option<BindingId>),
    Below(Vec<String>, Option<BindingId>),
}

fn patterns(mounts: &[String], paths: &[String], is_prefix: bool, app: Option<BindingId>) -> Reach {
    let mut out = Vec::new();
    for mount in mounts {
        for path in paths {
            let full = join(mount, path);
            match route(&full, is_prefix) {
                Some(pattern) if pattern.is_all() => return Reach::All(app),
                Some(pattern) => out.push(pattern),
                None => return Reach::Some,
            }
        }
    }
    Reach::Paths(out, app)
}

fn by_object_name(name: &str, binding: Option<BindingId>) -> Mount {
    let lower = name.to_ascii_lowercase();
    match (is_particular(name), lower.contains("router")) {
        (true, _) => Mount::Unknown,
        (_, true) => Mount::Likely,
        _ => Mount::App(binding),
    }
}

/// `express.Router()`, `new Router()`.
fn is_router_call(facts: &crate::js::FileFacts, callee: ExprId) -> bool {
    match &facts.node(callee).expr {
        Expr::Member {
            key: Key::Name(name),
            ..
        } => name == "Router",
        Expr::Binding(binding) => facts.binding(*binding).name == "Router",
        _ => false,
    }
}

/// Handlers of a method: `export const POST = …`.
fn is_method(name: &str) -> bool {
    matches!(
        name,
        "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS" | "loader" | "action"
    )
}

fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or_default();
    name.split('.').next().unwrap_or_default()
}

/// Whether a file is the handler of one route by its framework's convention.
fn is_endpoint(file: &str) -> bool {
    let folders: Vec<&str> = file.split('/').collect();
    let within = |names: [&str; 2]| folders.windows(2).any(|pair| pair == names);
    let is_middleware = folders.iter().any(|f| f.starts_with("_middleware"));
    let is_route = stem(file) == "route" && folders.contains(&"app");
    within(["pages", "api"])
        || within(["server", "api"])
        || stem(file) == "+server"
        || is_route
        || (folders.contains(&"functions") && !is_middleware)
}
