//! Where the scripts reach a sink, and what URLs they give it.

use super::eval::guarded;
use super::known::{Env, FileId, JsValue, Known, Possible};
use super::libraries::{Request, is_name, may_be_url};
use super::mentions::Mentions;
use super::reach::Use;
use super::rounds::MIN_URLS;
use super::settings::DeclaredClient;
use super::{Evaluator, MIN_FUEL, development};
use crate::endpoint::Confidence;
use crate::js::facts::*;
use crate::sink::{Api, Reach, SINKS, Sink, UrlArgument};
use crate::span::Span;
use crate::value::{Guard, Hole, HoleKind, Pattern};

/// An endpoint of a file's scripts; spans are of the virtual text.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Which API.
    pub api: Api,
    /// The whole call.
    pub span: Span,
    /// The URL expression.
    pub url_span: Span,
    /// The URL.
    pub url: Pattern,
    /// Under which guard.
    pub guard: Guard,
    /// How the URL was found.
    pub trail: Vec<FoundStep>,
    /// How sure it is that this is the API.
    pub confidence: Confidence,
    /// Remarks.
    pub notes: Vec<String>,
    /// A bound on the work was met: there may be more to know.
    pub is_bounded: bool,
}

/// A step of how a URL was found.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundStep {
    /// The number of the file in its program.
    pub file: u32,
    /// Where, in the virtual text of that file.
    pub span: Span,
    /// What is there.
    pub note: String,
}

/// A call that reaches a sink, with its arguments.
struct Reached {
    sink: &'static Sink,
    arguments: Vec<(Known, Span)>,
    spread_at: Option<usize>,
    guard: Guard,
    confidence: Confidence,
}

impl Reached {
    /// A call that is certain to be of this sink.
    fn certain(
        sink: &'static Sink,
        (arguments, spread_at): (Vec<(Known, Span)>, Option<usize>),
        guard: Guard,
    ) -> Reached {
        Reached {
            sink,
            arguments,
            spread_at,
            guard,
            confidence: Confidence::Certain,
        }
    }

    /// A sink that is certain, with its one argument.
    fn with_one(api: Api, argument: (Known, Span), guard: Guard) -> Reached {
        Reached::certain(api.sink(), (vec![argument], None), guard)
    }
}

/// Where in its file an endpoint is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Site {
    /// A call, a construction, a dynamic import, an element.
    Candidate(ExprId),
    /// An assignment to a property, by its number.
    Write(usize),
    /// A static import.
    Import,
}

/// Finds every endpoint that a file's scripts make by themselves, and where.
pub(super) fn find(evaluator: &mut Evaluator, file: FileId) -> Vec<(Site, Found)> {
    let facts = evaluator.facts(file);
    let mut finder = Finder::new(evaluator, file, None);
    let mut out: Vec<(Site, Found)> = Vec::new();
    for import in &facts.imports {
        finder.import(import);
    }
    finder.take(Site::Import, &mut out);
    let mentions = finder.mentions;
    let named = mentions.any()
        || !evaluator.settings.clients.is_empty()
        || evaluator.program.uses_libraries();
    // Without the name of a sink, dynamic JSON imports and what other modules hand over are all
    // there can be.
    let candidates = facts
        .candidates
        .iter()
        .filter(|&&id| named || reaches_modules(evaluator, file, id));
    // Those that look like a sink come first and each have a share of their own: of the others
    // few are any, and what it costs to see that must not hide those that are.
    let (likely, others): (Vec<ExprId>, Vec<ExprId>) =
        candidates.partition(|&&id| looks_like_sink(facts, mentions, id));
    for candidate in likely {
        evaluator.refuel_for_certain(MIN_FUEL);
        finder.candidate(evaluator, candidate);
        finder.take(Site::Candidate(candidate), &mut out);
    }
    for write in 0..if named { facts.writes.len() } else { 0 } {
        evaluator.refuel_for_certain(MIN_FUEL);
        finder.write(evaluator, &facts.writes[write]);
        finder.take(Site::Write(write), &mut out);
    }
    for candidate in others {
        evaluator.refuel();
        let fuel = evaluator.fuel.clamp(MIN_FUEL_OF_OTHER, MAX_FUEL_OF_OTHER);
        evaluator.reserve += evaluator.fuel.saturating_sub(fuel);
        evaluator.fuel = fuel;
        finder.candidate(evaluator, candidate);
        finder.take(Site::Candidate(candidate), &mut out);
    }
    out
}

/// Steps to see whether another call is a sink by another name.
const MAX_FUEL_OF_OTHER: u32 = 400;
/// Steps that it has even if the file's are used up.
const MIN_FUEL_OF_OTHER: u32 = 40;

/// Whether a candidate goes by the name of a sink: `fetch(…)`, `x.open(…)`.
fn looks_like_sink(facts: &FileFacts, mentions: &Mentions, id: ExprId) -> bool {
    let (Expr::Call { callee, .. } | Expr::New { callee, .. }) = &facts.node(id).expr else {
        return true;
    };
    let name = match &facts.node(*callee).expr {
        Expr::Global(name)
        | Expr::Member {
            key: Key::Name(name),
            ..
        } => name.as_str(),
        Expr::Binding(id) => facts.binding(*id).name.as_str(),
        Expr::Super => return true,
        _ => return false,
    };
    name == "setAttribute"
        || SINKS.iter().any(|sink| match sink.reach {
            // `get` is everywhere, and so are the methods of a `Cache`.
            Reach::Method(_, "get") => name == "get" && mentions.has("credentials"),
            Reach::InstanceMethod(class, n) => n == name && mentions.reaches(class, n),
            Reach::Call(n) | Reach::New(n) | Reach::Method(_, n) => n == name,
            Reach::JsonImport | Reach::Attribute(..) => false,
        })
}

/// What a site makes of the endpoints of its file, seen from inside a call, and whether it hands
/// a request on that others made.
pub(super) fn found_at(
    evaluator: &mut Evaluator,
    file: FileId,
    site: Site,
    env: Env,
) -> (Vec<Found>, bool) {
    let facts = evaluator.facts(file);
    let mut finder = Finder::new(evaluator, file, env);
    match site {
        Site::Candidate(id) => finder.candidate(evaluator, id),
        Site::Write(write) => finder.write(evaluator, &facts.writes[write]),
        Site::Import => {}
    }
    development::mark(&mut finder.out);
    (finder.out, finder.hands_on)
}

/// Whether a candidate is a dynamic import, or of a name that another module gives.
fn reaches_modules(evaluator: &Evaluator, file: FileId, candidate: ExprId) -> bool {
    let facts = evaluator.facts(file);
    let callee = match facts.node(candidate).expr {
        Expr::Import { .. } => return true,
        Expr::Call { callee, .. } | Expr::New { callee, .. } => callee,
        _ => return false,
    };
    match facts.node(callee).expr {
        Expr::Binding(id) => evaluator.is_followed_import(file, id),
        _ => false,
    }
}

/// What a look over a file tells of its sinks, made once.
pub(super) struct Overview {
    /// The script is a service worker that answers `fetch` events.
    handles_fetch: bool,
    mentions: Mentions,
}

impl Overview {
    pub(super) fn of(facts: &FileFacts) -> Overview {
        Overview {
            handles_fetch: handles_fetch_events(facts),
            mentions: Mentions::of(facts),
        }
    }
}

struct Finder<'a> {
    file: FileId,
    /// Inside which calls.
    env: Env,
    handles_fetch: bool,
    mentions: &'a Mentions,
    out: Vec<Found>,
    /// A request was met that is handed on.
    hands_on: bool,
}

impl<'a> Finder<'a> {
    fn new(evaluator: &Evaluator<'a>, file: FileId, env: Env) -> Self {
        let overview = evaluator.program.overview(file);
        Finder {
            handles_fetch: overview.handles_fetch,
            mentions: &overview.mentions,
            file,
            env,
            out: Vec::new(),
            hands_on: false,
        }
    }

    /// Moves what was found last.
    fn take(&mut self, site: Site, out: &mut Vec<(Site, Found)>) {
        development::mark(&mut self.out);
        out.extend(self.out.drain(..).map(|found| (site, found)));
    }

    fn candidate(&mut self, evaluator: &mut Evaluator, id: ExprId) {
        let before = self.out.len();
        self.candidate_here(evaluator, id);
        if self.out.len() < before + MIN_URLS {
            return;
        }
        let block = evaluator.facts(self.file).node(id).block;
        let rounds = evaluator.rounds(self.file, &self.env, block);
        if rounds.len() < 2 {
            return;
        }
        self.out.truncate(before);
        let outside = self.env.clone();
        for env in rounds {
            self.env = env;
            self.candidate_here(evaluator, id);
        }
        self.env = outside;
    }

    fn candidate_here(&mut self, evaluator: &mut Evaluator, id: ExprId) {
        let node = evaluator.facts(self.file).node(id);
        let reached = self.reached(evaluator, id);
        if reached.is_empty() {
            return;
        }
        let place = Use {
            at: node.span.start,
            block: node.block,
        };
        let Some(guard) = evaluator.runs(self.file, &self.env, place) else {
            return;
        };
        let outside = self.env.clone();
        let cases = evaluator.cases(self.file, &outside, id);
        if cases.len() == 1 && super::known::same_env(&cases[0], &outside) {
            self.report_all(evaluator, node.span, reached, guard);
            return;
        }
        for case in cases {
            let Some(guard) = evaluator.runs(self.file, &case, place) else {
                continue;
            };
            self.env = case;
            let reached = self.reached(evaluator, id);
            self.report_all(evaluator, node.span, reached, guard);
        }
        self.env = outside;
    }

    /// What sinks a candidate reaches.
    fn reached(&mut self, evaluator: &mut Evaluator, id: ExprId) -> Vec<Reached> {
        match &evaluator.facts(self.file).node(id).expr {
            Expr::Call { callee, arguments } => self.call(evaluator, id, *callee, arguments),
            Expr::New { callee, arguments } => self.construction(evaluator, *callee, arguments),
            Expr::Import { specifier, options } => {
                self.dynamic_import(evaluator, *specifier, *options)
            }
            Expr::Jsx(jsx) => self.jsx(evaluator, &jsx.tag, &jsx.attributes),
            _ => Vec::new(),
        }
    }

    fn report_all(
        &mut self,
        evaluator: &mut Evaluator,
        span: Span,
        all: Vec<Reached>,
        guard: Guard,
    ) {
        for reached in all {
            if let Some(guard) = reached.guard.and(guard) {
                self.report(evaluator, span, Reached { guard, ..reached });
            }
        }
    }

    fn call(
        &mut self,
        evaluator: &mut Evaluator,
        id: ExprId,
        callee: ExprId,
        arguments: &[Argument],
    ) -> Vec<Reached> {
        let facts = evaluator.facts(self.file);
        if let Some(client) = evaluator.declared_client(self.file, callee).cloned() {
            return self.declared(evaluator, &client, arguments);
        }
        let of_library = self.library_call(evaluator, id, callee, arguments);
        if !of_library.is_empty() {
            return of_library;
        }
        match &facts.node(callee).expr {
            Expr::Super => return self.super_call(evaluator, callee, arguments),
            Expr::Member { object, key } => {
                let found = self.method_call(evaluator, *object, key, arguments);
                if !found.is_empty() {
                    return found;
                }
                if !self.may_be_sink(key) {
                    return Vec::new();
                }
            }
            Expr::Binding(id) => {
                let injected = facts.binding(*id).kind == BindingKind::Parameter;
                let given = injected || evaluator.is_followed_import(self.file, *id);
                if only_functions(facts, *id) || !(self.mentions.aliased || given) {
                    return Vec::new();
                }
            }
            Expr::Global(name) if !self.mentions.aliased && called_sink(name).is_none() => {
                return Vec::new();
            }
            _ if !self.mentions.aliased
                && !matches!(
                    facts.node(callee).expr,
                    Expr::Global(_)
                        | Expr::Logical { .. }
                        | Expr::Conditional { .. }
                        | Expr::Call { .. }
                ) =>
            {
                return Vec::new();
            }
            _ => {}
        }
        let mut out = Vec::new();
        let targets = evaluator.eval(self.file, &self.env, callee);
        for target in targets.possible() {
            self.callable(evaluator, target, &[], arguments, &mut out);
        }
        if out.is_empty() && is_injected_fetch(facts, callee, &targets) {
            let sink = Api::Fetch.sink();
            let (arguments, spread_at) = self.arguments_of(evaluator, sink, 0, arguments);
            out.push(Reached {
                sink,
                arguments,
                spread_at,
                guard: Guard::ALWAYS,
                confidence: Confidence::Possible,
            });
        }
        out
    }

    /// A call that the configuration says makes a request.
    fn declared(
        &mut self,
        evaluator: &mut Evaluator,
        client: &DeclaredClient,
        arguments: &[Argument],
    ) -> Vec<Reached> {
        let Some(url) = evaluator.client_url(self.file, &self.env, client, arguments) else {
            return Vec::new();
        };
        let argument = arguments.get(client.url_argument);
        vec![self.by_client(evaluator, client.api, url, argument)]
    }

    /// A request of a client, with the URL that it makes of what it is given.
    fn by_client(
        &self,
        evaluator: &Evaluator,
        api: Api,
        url: Known,
        argument: Option<&Argument>,
    ) -> Reached {
        let span = argument.map_or(Span::default(), |a| {
            evaluator.facts(self.file).node(a.expr).span
        });
        let sink = api.sink();
        let mut arguments = vec![(Known::undefined(), Span::default()); url_index(sink)];
        arguments.push((url, span));
        Reached::certain(sink, (arguments, None), Guard::ALWAYS)
    }

    /// A call of a library's client or function: `axios.get(…)`, `api(…)`, `request(url)`.
    fn library_call(
        &mut self,
        evaluator: &mut Evaluator,
        id: ExprId,
        callee: ExprId,
        arguments: &[Argument],
    ) -> Vec<Reached> {
        let facts = evaluator.facts(self.file);
        if !evaluator.program.uses_libraries() {
            return Vec::new();
        }
        let called = match &facts.node(callee).expr {
            Expr::Member {
                object,
                key: Key::Name(name),
            } if is_name(name) => {
                let receivers = evaluator.eval(self.file, &self.env, *object);
                evaluator.library_member(&receivers, name)
            }
            Expr::Binding(name) if !only_functions(facts, *name) => {
                evaluator.eval(self.file, &self.env, callee)
            }
            Expr::Member {
                key: Key::Name(name),
                ..
            } if may_be_url(facts, arguments) && evaluator.program.may_hold_client(name) => {
                evaluator.eval(self.file, &self.env, callee)
            }
            _ => return Vec::new(),
        };
        let node = facts.node(id);
        let place = Use {
            at: node.span.start,
            block: node.block,
        };
        let mut out = Vec::new();
        for possible in called.possible() {
            if !matches!(possible.value, JsValue::Library(_)) {
                continue;
            }
            evaluator.refuel_for_certain(MIN_FUEL);
            self.endpoints(evaluator, node, possible, arguments);
            let request = match evaluator.is_base_query(&possible.value) {
                true if evaluator.hands_on_query(self.file, callee) => None,
                _ => {
                    let at = (self.file, &self.env, place);
                    evaluator.library_request(at, id, &possible.value, arguments)
                }
            };
            let reached = request.map(|r| self.by_library(evaluator, r, possible.guard, arguments));
            out.extend(reached);
        }
        out
    }

    /// The endpoints of RTK Query that a call adds, each where its `query` stands.
    fn endpoints(
        &mut self,
        evaluator: &mut Evaluator,
        call: &Node,
        callee: &Possible,
        arguments: &[Argument],
    ) {
        let (given, _) = evaluator.arguments(self.file, &self.env, arguments);
        let place = Use {
            at: call.span.start,
            block: call.block,
        };
        let Some(endpoints) = evaluator.endpoints_of(&callee.value, &given) else {
            return;
        };
        let Some(guard) = evaluator.runs(self.file, &self.env, place) else {
            return;
        };
        let Some(guard) = callee.guard.and(guard) else {
            return;
        };
        for endpoint in endpoints {
            // In another file, a finding of this one can only point to it.
            let (span, url) = match endpoint.file == self.file {
                true => (endpoint.span, endpoint.url),
                false => {
                    let note = "the endpoint is here";
                    let step = super::eval::step(endpoint.file, endpoint.span, note);
                    (call.span, endpoint.url.step(&step))
                }
            };
            let reached = Reached::with_one(Api::Fetch, (url, span), guard);
            self.report(evaluator, span, reached);
        }
    }

    /// A construction of a library's class: `new HttpLink({ uri })`.
    fn library_construction(
        &self,
        evaluator: &mut Evaluator,
        callee: ExprId,
        arguments: &[Argument],
    ) -> Vec<Reached> {
        let facts = evaluator.facts(self.file);
        let may_be = match &facts.node(callee).expr {
            Expr::Member {
                key: Key::Name(name),
                ..
            } => is_name(name),
            Expr::Binding(name) => !only_functions(facts, *name),
            _ => false,
        };
        if !may_be || !evaluator.program.uses_libraries() {
            return Vec::new();
        }
        let constructed = evaluator.eval(self.file, &self.env, callee);
        let mut out = Vec::new();
        for possible in constructed.possible() {
            let place = (self.file, &self.env);
            let request = evaluator.library_construction(place, &possible.value, arguments);
            let reached = request.map(|r| self.by_library(evaluator, r, possible.guard, arguments));
            out.extend(reached);
        }
        out
    }

    fn by_library(
        &self,
        evaluator: &Evaluator,
        request: Request,
        guard: Guard,
        arguments: &[Argument],
    ) -> Reached {
        let argument = arguments.get(request.argument).or(arguments.first());
        let reached = self.by_client(evaluator, request.api, request.url, argument);
        Reached { guard, ..reached }
    }

    /// Whether a method of this name may be a sink as a value: `window.fetch(…)`.
    fn may_be_sink(&self, key: &Key) -> bool {
        let Key::Name(name) = key else {
            return self.mentions.aliased;
        };
        let common = matches!(
            name.as_str(),
            "then" | "catch" | "map" | "push" | "log" | "forEach" | "addEventListener"
        );
        let own = SINKS.iter().any(|sink| match sink.reach {
            Reach::Call(n) | Reach::Method(_, n) => n == name,
            _ => false,
        });
        own || (self.mentions.aliased && !common)
    }

    /// A value that is called: a sink, or a sink with first arguments bound.
    fn callable(
        &mut self,
        evaluator: &mut Evaluator,
        target: &Possible,
        before: &[(Known, Span)],
        arguments: &[Argument],
        out: &mut Vec<Reached>,
    ) {
        match &target.value {
            JsValue::Bound {
                target: inner,
                arguments: bound,
            } => {
                let spans = bound.iter().map(|known| (known.clone(), Span::default()));
                let before: Vec<_> = spans.chain(before.iter().cloned()).collect();
                self.callable(
                    evaluator,
                    &target.with(inner.as_ref().clone()),
                    &before,
                    arguments,
                    out,
                );
            }
            JsValue::Global(path) => {
                let Some(sink) = called_sink(path) else {
                    return;
                };
                evaluator.refuel_for_certain(MIN_FUEL);
                let (rest, spread_at) = self.arguments_of(evaluator, sink, before.len(), arguments);
                let spread_at = spread_at.map(|at| at + before.len());
                let arguments = before.iter().cloned().chain(rest).collect();
                out.push(Reached::certain(sink, (arguments, spread_at), target.guard));
            }
            _ => {}
        }
    }

    fn method_call(
        &mut self,
        evaluator: &mut Evaluator,
        object: ExprId,
        key: &Key,
        arguments: &[Argument],
    ) -> Vec<Reached> {
        let facts = evaluator.facts(self.file);
        let name = match key {
            Key::Name(name) => name.to_string(),
            Key::Computed(computed) => {
                match evaluator.eval(self.file, &self.env, *computed).as_text() {
                    Some(name) => name.to_owned(),
                    None => return Vec::new(),
                }
            }
        };
        match name.as_str() {
            "call" | "apply" => return self.called_through(evaluator, object, &name, arguments),
            "construct" => return self.reflected(evaluator, object, arguments),
            "forEach" | "map" | "flatMap" | "filter" | "some" | "every" | "then"
                if self.mentions.aliased =>
            {
                return self.callback(evaluator, object, &name, arguments);
            }
            "setAttribute"
                if self.mentions.has("ping")
                    || self.mentions.has("preload")
                    || self.mentions.has("modulepreload") =>
            {
                return self.set_attribute(evaluator, object, arguments);
            }
            "assign" if self.mentions.has("ping") => {
                return self.assigned(evaluator, object, arguments);
            }
            _ => {}
        }
        let mentions = self.mentions;
        let mut rows = SINKS
            .iter()
            .filter(|s| matches!(s.reach, Reach::InstanceMethod(c, m) if m == name && mentions.reaches(c, m)))
            .peekable();
        if rows.peek().is_none() {
            return Vec::new();
        }
        let receivers = match facts.node(object).expr {
            Expr::Super => self.superclass(evaluator, facts.node(object).block),
            _ => evaluator.eval(self.file, &self.env, object),
        };
        let mut out = Vec::new();
        for row in rows {
            let Reach::InstanceMethod(class, _) = row.reach else {
                continue;
            };
            for receiver in receivers.possible() {
                if self
                    .platform_class(evaluator, &receiver.value, &name)
                    .as_deref()
                    != Some(class)
                {
                    continue;
                }
                let given = self.arguments_of(evaluator, row, 0, arguments);
                out.push(Reached::certain(row, given, receiver.guard));
                break;
            }
        }
        out
    }

    /// `fetch.call(this, url)`, `fetch.apply(this, [url])`, `Reflect.apply(fetch, this, [url])`.
    fn called_through(
        &mut self,
        evaluator: &mut Evaluator,
        object: ExprId,
        how: &str,
        arguments: &[Argument],
    ) -> Vec<Reached> {
        let targets = evaluator.eval(self.file, &self.env, object);
        let reflect = targets
            .possible()
            .iter()
            .any(|p| matches!(&p.value, JsValue::Global(g) if g.as_ref() == "Reflect"));
        let (given, spread_at) = self.arguments(evaluator, arguments);
        let (targets, given) = match (reflect, given.split_first()) {
            (true, Some((target, rest))) => (target.0.clone(), rest.to_vec()),
            (true, None) => return Vec::new(),
            (false, _) => (targets, given),
        };
        let mut out = Vec::new();
        for target in targets.possible() {
            let JsValue::Global(path) = &target.value else {
                continue;
            };
            let Some(sink) = called_sink(path) else {
                continue;
            };
            let given = match how {
                "apply" => spread_array(given.get(1)),
                _ => (
                    given.get(1..).unwrap_or_default().to_vec(),
                    spread_at.map(|at| at.saturating_sub(1)),
                ),
            };
            out.push(Reached::certain(sink, given, target.guard));
        }
        out
    }

    /// `urls.map(fetch)`, `promise.then(fetch)`.
    fn callback(
        &self,
        evaluator: &mut Evaluator,
        object: ExprId,
        name: &str,
        arguments: &[Argument],
    ) -> Vec<Reached> {
        let facts = evaluator.facts(self.file);
        let Some(callback) = arguments.first() else {
            return Vec::new();
        };
        if matches!(facts.node(callback.expr).expr, Expr::Function(_)) {
            return Vec::new();
        }
        let targets = evaluator.eval(self.file, &self.env, callback.expr);
        let mut out = Vec::new();
        for target in targets.possible() {
            let JsValue::Global(path) = &target.value else {
                continue;
            };
            let Some(sink) = called_sink(path) else {
                continue;
            };
            let receiver = evaluator.eval(self.file, &self.env, object);
            let given = match name {
                "then" => receiver,
                _ => super::eval::elements(&receiver),
            };
            out.push(Reached::certain(
                sink,
                (vec![(given, facts.node(object).span)], None),
                target.guard,
            ));
        }
        out
    }

    /// `Reflect.construct(WebSocket, [url])`.
    fn reflected(
        &mut self,
        evaluator: &mut Evaluator,
        object: ExprId,
        arguments: &[Argument],
    ) -> Vec<Reached> {
        let reflect = evaluator.eval(self.file, &self.env, object);
        if !matches!(reflect.possible(), [p] if matches!(&p.value, JsValue::Global(g) if g.as_ref() == "Reflect"))
        {
            return Vec::new();
        }
        let (given, _) = self.arguments(evaluator, arguments);
        let Some((target, rest)) = given.split_first() else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for target in target.0.possible() {
            if let Some(sink) = self.constructed_sink(evaluator, &target.value) {
                let given = spread_array(rest.first());
                out.push(Reached::certain(sink, given, target.guard));
            }
        }
        out
    }

    fn construction(
        &mut self,
        evaluator: &mut Evaluator,
        callee: ExprId,
        arguments: &[Argument],
    ) -> Vec<Reached> {
        let of_library = self.library_construction(evaluator, callee, arguments);
        if !of_library.is_empty() {
            return of_library;
        }
        let facts = evaluator.facts(self.file);
        let named = match &facts.node(callee).expr {
            Expr::Global(name)
            | Expr::Member {
                key: Key::Name(name),
                ..
            } => new_sink(name).is_some(),
            Expr::Binding(id) => evaluator.is_followed_import(self.file, *id),
            _ => false,
        };
        if !named && !self.mentions.aliased {
            return Vec::new();
        }
        let targets = evaluator.eval(self.file, &self.env, callee);
        let mut out = Vec::new();
        for target in targets.possible() {
            if let Some(sink) = self.constructed_sink(evaluator, &target.value) {
                let given = self.arguments_of(evaluator, sink, 0, arguments);
                out.push(Reached::certain(sink, given, target.guard));
            }
        }
        out
    }

    /// The sink that constructing this is: a class of the platform, or one of the program that
    /// passes its arguments on to one.
    fn constructed_sink(
        &self,
        evaluator: &mut Evaluator,
        value: &JsValue,
    ) -> Option<&'static Sink> {
        match value {
            JsValue::Global(path) => new_sink(path),
            JsValue::Class(class) => {
                let entry = evaluator.facts(class.file).class(class.id);
                if entry.constructor.is_some() {
                    return None;
                }
                let bases = evaluator.eval(class.file, &class.env, entry.superclass?);
                match bases.possible() {
                    [base] if !matches!(&base.value, JsValue::Class(c) if c.id == class.id) => {
                        let base = base.value.clone();
                        self.constructed_sink(evaluator, &base)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// `super(url)` in a class that extends a sink.
    fn super_call(
        &mut self,
        evaluator: &mut Evaluator,
        callee: ExprId,
        arguments: &[Argument],
    ) -> Vec<Reached> {
        let block = evaluator.facts(self.file).node(callee).block;
        let bases = self.superclass(evaluator, block);
        let mut out = Vec::new();
        for base in bases.possible() {
            if let Some(sink) = self.constructed_sink(evaluator, &base.value) {
                let given = self.arguments_of(evaluator, sink, 0, arguments);
                out.push(Reached::certain(sink, given, base.guard));
            }
        }
        out
    }

    fn superclass(&self, evaluator: &mut Evaluator, block: BlockId) -> Known {
        let facts = evaluator.facts(self.file);
        let class = super::class_of_this(facts, facts.function_of(block));
        match class.and_then(|(class, _)| facts.class(class).superclass) {
            Some(superclass) => evaluator.eval(self.file, &self.env, superclass),
            None => Known::default(),
        }
    }

    /// The class of the platform that a value is an instance of.
    fn platform_class(
        &self,
        evaluator: &mut Evaluator,
        value: &JsValue,
        method: &str,
    ) -> Option<String> {
        match value {
            JsValue::Platform(class) => Some(class.to_string()),
            // `super.open(…)`: the superclass stands for its instances.
            JsValue::Global(path) if super::globals::is_class(path) => Some(path.to_string()),
            JsValue::Instance(instance) => {
                let mut class = instance.class.clone();
                for _ in 0..16 {
                    let members = &evaluator.facts(class.file).class(class.id).members;
                    if members.iter().any(|m| m.key == Key::Name(method.into())) {
                        return None;
                    }
                    let superclass = evaluator.facts(class.file).class(class.id).superclass?;
                    let bases = evaluator.eval(class.file, &class.env, superclass);
                    match bases.possible() {
                        [
                            Possible {
                                value: JsValue::Global(path),
                                ..
                            },
                        ] => return Some(path.to_string()),
                        [
                            Possible {
                                value: JsValue::Class(base),
                                ..
                            },
                        ] => class = base.clone(),
                        _ => return None,
                    }
                }
                None
            }
            _ => None,
        }
    }

    fn dynamic_import(
        &mut self,
        evaluator: &mut Evaluator,
        specifier: ExprId,
        options: Option<ExprId>,
    ) -> Vec<Reached> {
        let Some(options) = options else {
            return Vec::new();
        };
        let options = evaluator.eval(self.file, &self.env, options);
        let with = options.map(|p| evaluator.property(&p.value, "with"));
        let kind = with.map(|p| evaluator.property(&p.value, "type"));
        if !kind.as_text().is_some_and(is_data_module) {
            return Vec::new();
        }
        let span = evaluator.facts(self.file).node(specifier).span;
        let known = evaluator.eval(self.file, &self.env, specifier);
        vec![Reached::with_one(Api::Import, (known, span), Guard::ALWAYS)]
    }

    fn import(&mut self, import: &Import) {
        let relative = import.specifier.starts_with(['.', '/']) || import.specifier.contains("://");
        if !relative || !import.module_type.as_deref().is_some_and(is_data_module) {
            return;
        }
        self.out.push(Found {
            api: Api::Import,
            span: import.declaration,
            url_span: import.span,
            url: Pattern::text(import.specifier.as_str()),
            guard: Guard::ALWAYS,
            trail: Vec::new(),
            confidence: Confidence::Certain,
            notes: Vec::new(),
            is_bounded: false,
        });
    }

    fn set_attribute(
        &mut self,
        evaluator: &mut Evaluator,
        object: ExprId,
        arguments: &[Argument],
    ) -> Vec<Reached> {
        let (given, spread_at) = self.arguments(evaluator, arguments);
        let attribute = given.first().and_then(|(name, _)| name.as_text());
        let attribute = attribute.map(str::to_ascii_lowercase).unwrap_or_default();
        if !matches!(attribute.as_str(), "ping" | "href") || spread_at.is_some() {
            return Vec::new();
        }
        let reached = |api: Api| {
            Reached::certain(
                api.sink(),
                (given.get(1..).unwrap_or_default().to_vec(), None),
                Guard::ALWAYS,
            )
        };
        if attribute == "href" {
            let made = evaluator.eval(self.file, &self.env, object);
            let link =
                |p: &Possible| matches!(&p.value, JsValue::Element(t) if t.as_ref() == "link");
            if !made.possible().iter().any(link) {
                return Vec::new();
            }
            let preload = self.is_made_preload(evaluator, object);
            return preload.map(reached).into_iter().collect();
        }
        let receivers = evaluator.eval(self.file, &self.env, object);
        let api = match receivers.possible() {
            [
                Possible {
                    value: JsValue::Element(tag),
                    ..
                },
            ] => match element_sink(tag) {
                Some(api) => api,
                None if tag.is_empty() => Api::APing,
                None => return Vec::new(),
            },
            // Nothing but links has a `ping` attribute.
            _ => Api::APing,
        };
        vec![reached(api)]
    }

    /// `Object.assign(document.createElement('a'), { ping: url })`.
    fn assigned(
        &mut self,
        evaluator: &mut Evaluator,
        object: ExprId,
        arguments: &[Argument],
    ) -> Vec<Reached> {
        let facts = evaluator.facts(self.file);
        let (Expr::Global(name), Some((target, sources))) =
            (&facts.node(object).expr, arguments.split_first())
        else {
            return Vec::new();
        };
        if name != "Object" {
            return Vec::new();
        }
        let target = evaluator.eval(self.file, &self.env, target.expr);
        let api = target.possible().iter().find_map(|p| match &p.value {
            JsValue::Element(tag) => element_sink(tag),
            _ => None,
        });
        let Some(api) = api else { return Vec::new() };
        let mut out = Vec::new();
        for source in sources {
            let known = evaluator.eval(self.file, &self.env, source.expr);
            let known = known.map(|p| evaluator.property(&p.value, "ping"));
            out.push(Reached::with_one(
                api,
                (known, facts.node(source.expr).span),
                Guard::ALWAYS,
            ));
        }
        out
    }

    /// `link.ping = url`; `link.href = url` of a preload that script makes.
    fn write(&mut self, evaluator: &mut Evaluator, write: &Write) {
        let Key::Name(name) = &write.key else { return };
        if !matches!(name.as_str(), "ping" | "href") {
            return;
        }
        let object = evaluator.eval(self.file, &self.env, write.object);
        let mut tags = object.possible().iter().filter_map(|p| match &p.value {
            JsValue::Element(tag) => Some(tag.to_string()),
            _ => None,
        });
        let Some(tag) = tags.next() else { return };
        let api = match (name.as_str(), tag.as_str()) {
            ("ping", tag) => element_sink(tag),
            ("href", "link") => self.is_made_preload(evaluator, write.object),
            _ => None,
        };
        let Some(api) = api else { return };
        let place = Use {
            at: write.definition.span.start,
            block: write.definition.block,
        };
        let Some(guard) = evaluator.runs(self.file, &self.env, place) else {
            return;
        };
        let facts = evaluator.facts(self.file);
        let value_span = facts.node(write.definition.value).span;
        let known = evaluator.eval(self.file, &self.env, write.definition.value);
        let reached = Reached::with_one(api, (known, value_span), guard);
        self.report(evaluator, write.definition.span, reached);
    }

    /// What a link is made to be, by properties or attributes.
    fn is_made_preload(&self, evaluator: &mut Evaluator, link: ExprId) -> Option<Api> {
        let facts = evaluator.facts(self.file);
        let Expr::Binding(id) = facts.node(link).expr else {
            return None;
        };
        let same = |object: ExprId| matches!(facts.node(object).expr, Expr::Binding(b) if b == id);
        let mut set = |name: &str| {
            let written = facts.writes.iter().find_map(|w| {
                let named = w.key == Key::Name(name.into());
                (named && same(w.object)).then_some(w.definition.value)
            });
            let attribute = || {
                facts.candidates.iter().find_map(|&call| {
                    let (object, attribute, value) = attribute_set(facts, call)?;
                    (same(object) && attribute == name).then_some(value)
                })
            };
            let value = written.or_else(attribute)?;
            let known = evaluator.eval(self.file, &self.env, value);
            known.as_text().map(str::to_ascii_lowercase)
        };
        preload_api(set("rel").as_deref(), set("as").as_deref())
    }

    fn jsx(
        &mut self,
        evaluator: &mut Evaluator,
        tag: &str,
        attributes: &[(String, ExprId)],
    ) -> Vec<Reached> {
        let attribute = |name: &str| attributes.iter().find(|(n, _)| n == name).map(|(_, v)| *v);
        let mut text = |name: &str| {
            let known = evaluator.eval(self.file, &self.env, attribute(name)?);
            known.as_text().map(str::to_ascii_lowercase)
        };
        let (api, value) = match tag {
            "a" | "area" => (element_sink(tag), attribute("ping")),
            _ => (
                preload_api(text("rel").as_deref(), text("as").as_deref()),
                attribute("href"),
            ),
        };
        let (Some(api), Some(value)) = (api, value) else {
            return Vec::new();
        };
        let span = evaluator.facts(self.file).node(value).span;
        let known = evaluator.eval(self.file, &self.env, value);
        vec![Reached::with_one(api, (known, span), Guard::ALWAYS)]
    }

    fn arguments(
        &self,
        evaluator: &mut Evaluator,
        arguments: &[Argument],
    ) -> (Vec<(Known, Span)>, Option<usize>) {
        let facts = evaluator.facts(self.file);
        let spans: Vec<_> = arguments.iter().map(|a| facts.node(a.expr).span).collect();
        let (known, spread_at) = evaluator.arguments(self.file, &self.env, arguments);
        let span = |i: usize| {
            spans
                .get(i.min(spans.len().saturating_sub(1)))
                .copied()
                .unwrap_or_default()
        };
        (
            known
                .into_iter()
                .enumerate()
                .map(|(i, k)| (k, span(i)))
                .collect(),
            spread_at,
        )
    }

    /// The arguments of a call of a sink, as far as the URL is among them: what it sends is of no
    /// interest, and may cost much. `before`: how many are given already.
    fn arguments_of(
        &self,
        evaluator: &mut Evaluator,
        sink: &Sink,
        before: usize,
        arguments: &[Argument],
    ) -> (Vec<(Known, Span)>, Option<usize>) {
        let count = (url_index(sink) + 1).saturating_sub(before);
        match arguments.get(..count) {
            Some(first) if first.iter().all(|a| !a.spread) => self.arguments(evaluator, first),
            _ => self.arguments(evaluator, arguments),
        }
    }

    fn report(&mut self, evaluator: &mut Evaluator, span: Span, reached: Reached) {
        let index = url_index(reached.sink);
        let (known, url_span) = match reached.arguments.get(index) {
            Some((known, url_span)) => (known.clone(), *url_span),
            None if reached.spread_at.is_some_and(|at| at <= index) => {
                (Known::unknown("one of spread arguments"), Span::default())
            }
            None => return,
        };
        let reached_span = span;
        let url_span = if url_span == Span::default() {
            span
        } else {
            url_span
        };
        let mut urls = Known::default();
        match reached.sink.url {
            UrlArgument::List(_) => {
                if let Some(elements) = literal_elements(evaluator.facts(self.file), url_span) {
                    for element in elements {
                        let span = evaluator.facts(self.file).node(element).span;
                        let known = evaluator.eval(self.file, &self.env, element);
                        let known = guarded(&known, reached.guard);
                        self.push(reached_span, span, &reached, &known);
                    }
                    return;
                }
                for element in listed(&known) {
                    self.push(span, url_span, &reached, &guarded(&element, reached.guard));
                }
                return;
            }
            UrlArgument::Path(_, path) => urls.extend(follow(evaluator, &known, path)),
            UrlArgument::AttributeList => {
                urls.extend(known.map(|p| split_list(&p.value)));
            }
            UrlArgument::One(_) | UrlArgument::Attribute => urls.extend(known),
        }
        self.push(span, url_span, &reached, &guarded(&urls, reached.guard));
    }

    fn push(&mut self, span: Span, url_span: Span, reached: &Reached, urls: &Known) {
        for possible in urls.possible() {
            match &possible.value {
                JsValue::Undefined | JsValue::Null => continue,
                JsValue::Request(inner) => {
                    self.push(span, url_span, reached, &guarded(inner, possible.guard));
                    continue;
                }
                // Who made it is the endpoint.
                JsValue::Platform(class) if class.as_ref() == "Request" => {
                    self.hands_on = true;
                    continue;
                }
                _ => {}
            }
            let url = possible.value.to_pattern();
            if self.is_passed_through(&url) {
                self.hands_on = true;
                continue;
            }
            let trail = possible
                .trail
                .iter()
                .filter(|s| s.file != self.file || !inside(s.span, url_span));
            self.out.push(Found {
                api: reached.sink.api,
                span,
                url_span,
                url,
                guard: possible.guard,
                trail: trail.map(found_step).collect(),
                confidence: reached.confidence,
                notes: Vec::new(),
                is_bounded: false,
            });
        }
    }

    /// A service worker's `fetch(event.request)` asks for what a page asked for: the page's
    /// call is the endpoint.
    fn is_passed_through(&self, url: &Pattern) -> bool {
        let [
            crate::value::Part::Hole(Hole {
                kind: HoleKind::Param { name } | HoleKind::Unknown { why: name },
                ..
            }),
        ] = url.parts()
        else {
            return false;
        };
        let name = name.strip_suffix(".clone()").unwrap_or(name);
        let name = name.strip_suffix(".url").unwrap_or(name);
        let of_event = matches!(
            name,
            "event.request" | "e.request" | "evt.request" | "ev.request"
        );
        let named = matches!(name, "request" | "req") || name.ends_with(".request");
        of_event || (self.handles_fetch && named)
    }
}

/// `object.setAttribute('name', value)`.
fn attribute_set(facts: &FileFacts, call: ExprId) -> Option<(ExprId, &str, ExprId)> {
    let Expr::Call { callee, arguments } = &facts.node(call).expr else {
        return None;
    };
    let Expr::Member {
        object,
        key: Key::Name(method),
    } = &facts.node(*callee).expr
    else {
        return None;
    };
    let [name, value] = &arguments[..] else {
        return None;
    };
    match &facts.node(name.expr).expr {
        Expr::Text(name) if method == "setAttribute" => Some((*object, name, value.expr)),
        _ => None,
    }
}

fn found_step(step: &super::known::TrailStep) -> FoundStep {
    FoundStep {
        file: step.file,
        span: step.span,
        note: step.note.to_string(),
    }
}

/// Which argument holds the URL.
fn url_index(sink: &Sink) -> usize {
    match sink.url {
        UrlArgument::One(i) | UrlArgument::List(i) | UrlArgument::Path(i, _) => i,
        UrlArgument::Attribute | UrlArgument::AttributeList => 0,
    }
}

fn inside(step: Span, url: Span) -> bool {
    step.start >= url.start && step.end <= url.end
}

fn called_sink(path: &str) -> Option<&'static Sink> {
    SINKS.iter().find(|sink| match sink.reach {
        Reach::Call(name) => name == path,
        Reach::InstanceMethod(class, method) => {
            path.strip_prefix(class).and_then(|p| p.strip_prefix('#')) == Some(method)
        }
        Reach::Method(object, name) => {
            path.strip_prefix(object).and_then(|p| p.strip_prefix('.')) == Some(name)
        }
        _ => false,
    })
}

fn new_sink(path: &str) -> Option<&'static Sink> {
    SINKS
        .iter()
        .find(|sink| matches!(sink.reach, Reach::New(name) if name == path))
}

fn element_sink(tag: &str) -> Option<Api> {
    match tag {
        "a" => Some(Api::APing),
        "area" => Some(Api::AreaPing),
        _ => None,
    }
}

fn preload_api(rel: Option<&str>, r#as: Option<&str>) -> Option<Api> {
    match (rel?, r#as?) {
        ("preload", "fetch") => Some(Api::LinkPreload),
        ("modulepreload", "json") => Some(Api::LinkModulePreload),
        _ => None,
    }
}

/// Module types that are fetched as data (HTML, "fetch a single module script").
fn is_data_module(kind: &str) -> bool {
    matches!(kind, "json" | "text" | "bytes")
}

/// A name that only functions and classes are ever given to.
fn only_functions(facts: &FileFacts, id: BindingId) -> bool {
    let binding = facts.binding(id);
    binding.kind == BindingKind::Variable
        && !binding.definitions.is_empty()
        && binding
            .definitions
            .iter()
            .all(|d| matches!(facts.node(d.value).expr, Expr::Function(_) | Expr::Class(_)))
}

/// A parameter called `fetch`, or a property of that name that a parameter's pattern takes:
/// frameworks hand the real one in.
fn is_injected_fetch(facts: &FileFacts, callee: ExprId, targets: &Known) -> bool {
    let Expr::Binding(id) = facts.node(callee).expr else {
        return false;
    };
    let binding = facts.binding(id);
    let hole = targets
        .possible()
        .iter()
        .any(|p| matches!(p.value, JsValue::Hole(_)));
    let named = binding.name == "fetch"
        || binding.definitions.iter().any(|d| {
            let is_fetch = |id: ExprId| {
                matches!(&facts.node(id).expr, Expr::Member { key: Key::Name(n), .. } if n == "fetch")
            };
            match facts.node(d.value).expr {
                Expr::Default { value, .. } => is_fetch(value),
                _ => is_fetch(d.value),
            }
        });
    named && hole && binding.kind == BindingKind::Parameter
}

fn handles_fetch_events(facts: &FileFacts) -> bool {
    let listens = facts.candidates.iter().any(|&id| {
        let Expr::Call { callee, arguments } = &facts.node(id).expr else {
            return false;
        };
        let name = match &facts.node(*callee).expr {
            Expr::Global(name) => name,
            Expr::Member {
                key: Key::Name(name),
                ..
            } => name,
            _ => return false,
        };
        name == "addEventListener"
            && arguments
                .first()
                .is_some_and(|a| facts.node(a.expr).expr == Expr::Text("fetch".into()))
    });
    listens
        || facts
            .writes
            .iter()
            .any(|w| w.key == Key::Name("onfetch".into()))
}

fn spread_array(list: Option<&(Known, Span)>) -> (Vec<(Known, Span)>, Option<usize>) {
    let Some((known, span)) = list else {
        return (Vec::new(), None);
    };
    match known.possible() {
        [
            Possible {
                value: JsValue::Array { elements, more },
                ..
            },
        ] => {
            let elements: Vec<_> = elements.iter().map(|e| (e.clone(), *span)).collect();
            let spread_at = more.then_some(elements.len());
            (elements, spread_at)
        }
        _ => (Vec::new(), Some(0)),
    }
}

/// The elements of a list that stands here as a literal.
fn literal_elements(facts: &FileFacts, span: Span) -> Option<Vec<ExprId>> {
    let elements = facts.nodes.iter().find_map(|node| match &node.expr {
        Expr::Array(elements) if node.span == span => Some(elements),
        _ => None,
    })?;
    let plain = elements.iter().all(|e| !e.spread);
    plain.then(|| elements.iter().map(|e| e.expr).collect())
}

/// The members of a list, or the thing itself where a single one is allowed.
fn listed(known: &Known) -> Vec<Known> {
    let mut out = Vec::new();
    for possible in known.possible() {
        match &possible.value {
            JsValue::Array { elements, more } => {
                out.extend(elements.iter().map(|e| guarded(e, possible.guard)));
                if *more {
                    out.push(Known::unknown("an element of a list"));
                }
            }
            _ => {
                let mut one = Known::default();
                one.push(possible.clone());
                out.push(one);
            }
        }
    }
    out
}

fn follow(evaluator: &mut Evaluator, known: &Known, path: &[&str]) -> Known {
    let mut known = known.clone();
    for step in path {
        known = match *step {
            "[]" => super::eval::elements(&known),
            name => known.map(|p| evaluator.property(&p.value, name)),
        };
        let opaque = known
            .possible()
            .iter()
            .all(|p| matches!(p.value, JsValue::Hole(_) | JsValue::Undefined));
        if opaque {
            // Other kinds of credentials have no such property.
            return Known::default();
        }
    }
    known
}

/// A `ping` value: a list of URLs, split on ASCII white space.
fn split_list(value: &JsValue) -> Known {
    let pattern = value.to_pattern();
    let Some(text) = pattern.as_text() else {
        return JsValue::Text(pattern).into();
    };
    let mut out = Known::default();
    for url in text.split_ascii_whitespace() {
        out.extend(JsValue::text(url).into());
    }
    out
}

/// One entry per place and URL; what holds on https pages and on others holds always.
pub(super) fn merge(found: Vec<Found>) -> Vec<Found> {
    let mut out: Vec<Found> = Vec::with_capacity(found.len());
    let mut seen: std::collections::HashMap<(u32, u32, Api, Pattern), usize> =
        std::collections::HashMap::new();
    for mut item in found {
        item.is_bounded |= item.url.holes().any(Hole::is_bound);
        let key = (
            item.span.start,
            item.url_span.start,
            item.api,
            item.url.clone(),
        );
        match seen.get(&key) {
            Some(&i) => {
                if out[i].guard != item.guard {
                    out[i].guard = Guard::ALWAYS;
                }
            }
            None => {
                seen.insert(key, out.len());
                out.push(item);
            }
        }
    }
    out.sort_by_key(|f| (f.span.start, f.url_span.start));
    out
}
