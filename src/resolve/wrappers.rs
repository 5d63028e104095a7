//! Functions that pass what they are given on to a sink: `request(url)`. The URL is decided
//! where they are called, and there the endpoint is found.
//!
//! Which functions those are grows in rounds: those around a sink whose URL is open, then those
//! around a call of such a function that leaves it open still. Each round looks at every file
//! for itself, so that neither threads nor the order of files matter.

use super::callbacks::CalledBack;
use super::calls::Arguments;
use super::indirect::{Indirect, indirect};
use super::known::{Env, FileId, Frame, Instance, JsValue, Known, Ref};
use super::opaque::FoundOpaque;
use super::reach::Use;
use super::rounds::MIN_URLS;
use super::sinks::{self, Found, FoundStep, Site};
use super::takers::OpenUrl;
use super::{Evaluator, MIN_FUEL, Program};
use crate::js::FileFacts;
use crate::js::facts::*;
use crate::span::Span;
use crate::value::{Hole, HoleKind, Part, Pattern};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet, FxHasher};
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::Arc;

/// How many functions, one inside the call of the other, are seen through.
pub(super) const MAX_ROUNDS: usize = 5;
/// How many ways one call may take to sinks.
const MAX_WAYS: usize = 64;
/// Steps that it may cost to see which function a call is of.
const FUEL_PER_CALLEE: u32 = 400;
/// Steps that it has even if the file's are used up.
const MIN_FUEL_PER_CALLEE: u32 = 40;
/// How many sinks and calls of one function are followed.
const MAX_INNER: usize = 64;

/// What a function leads to when it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Inner {
    /// A sink in its body.
    Sink(Site),
    /// A call of such a function in its body.
    Call(ExprId),
}

impl Inner {
    pub(super) fn site(self) -> Site {
        match self {
            Inner::Sink(site) => site,
            Inner::Call(call) => Site::Candidate(call),
        }
    }
}

/// What a file requests by itself, and where; nothing where that could not be worked out.
pub(super) type Own = Option<Vec<(Site, Found)>>;

/// What is known of each of some files, in a number; of most nothing is.
#[derive(Debug, Default, Clone)]
pub(super) struct Marks(HashMap<FileId, u64>);

impl Marks {
    /// Adds what is known, in whatever order.
    pub(super) fn add(&mut self, file: FileId, what: impl Hash) {
        let mut hasher = FxHasher::default();
        what.hash(&mut hasher);
        let sum = self.0.entry(file).or_default();
        *sum = sum.wrapping_add(hasher.finish().wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    }

    /// The files of which other things are known.
    pub(super) fn differing(&self, old: &Marks) -> HashSet<FileId> {
        let changed = self.0.iter();
        let changed = changed.filter(|(file, sum)| old.0.get(*file) != Some(sum));
        let gone = old.0.keys().filter(|file| !self.0.contains_key(*file));
        changed
            .map(|(file, _)| *file)
            .chain(gone.copied())
            .collect()
    }
}

/// The functions that lead to sinks.
#[derive(Debug, Default)]
pub(super) struct Wrappers {
    pub(super) inner: HashMap<(FileId, FunctionId), BTreeSet<Inner>>,
    /// Functions that call what they are given: they lead on if that is a wrapper.
    pub(super) given: HashMap<(FileId, FunctionId), BTreeSet<Inner>>,
    /// Names of properties that hold one: methods that are worth a look.
    pub(super) names: Arc<HashSet<String>>,
    /// How much is known of the URL of a site in one, whoever calls it.
    pub(super) known: HashMap<(FileId, Site), usize>,
    /// What each file requests by itself: URLs that are decided at the site itself count (the
    /// default of a parameter).
    pub(super) own: Vec<Arc<Own>>,
    /// What is known by files, in numbers.
    pub(super) marks: Marks,
    /// Sites that functions further out lead to, whose callers were not looked for.
    pub(super) cut: HashSet<(FileId, Site)>,
    /// What stays open, and where: for a survey of what was not seen through.
    pub(super) open: Vec<Arc<OpenUrl>>,
}

/// An endpoint of a call.
struct Way {
    /// The site in the function that is called: the sink, or a call that leads on to it.
    first: (FileId, Site),
    /// The function that is called.
    target: FunctionId,
    found: Found,
    /// Where the sink is.
    sink: (FileId, Span),
    /// How much the sites on the way know by themselves.
    before: usize,
}

/// An endpoint of a call in a file.
#[derive(Clone, PartialEq)]
pub(super) struct Row {
    pub(super) call: ExprId,
    /// See [`Way::first`].
    pub(super) first: (FileId, Site),
    pub(super) found: Found,
}

/// A call of a wrapper inside functions.
#[derive(Clone, PartialEq)]
pub(super) struct Passing {
    pub(super) call: ExprId,
    /// How much is known of the beginning of its URL.
    pub(super) known: usize,
    /// The functions whose callers could say more.
    pub(super) functions: Vec<FunctionId>,
    /// The URLs of which they could.
    pub(super) open: Vec<Arc<OpenUrl>>,
}

/// What was found of one file.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Of {
    pub(super) found: Vec<Row>,
    /// Sites whose URL this file decides, each with the function that is called.
    pub(super) decided: Vec<(FileId, Site, FunctionId)>,
    /// Sites whose URL it leaves open, likewise, and by which call.
    pub(super) open: Vec<(FileId, Site, FunctionId, ExprId)>,
    /// Calls that were seen through.
    pub(super) seen_through: Vec<ExprId>,
}

/// Which functions a file's calls are of, as far as it was asked for: the same in every round.
#[derive(Debug, Default)]
pub(super) struct Callees {
    known: HashMap<ExprId, Vec<(FileId, FunctionId)>>,
    /// Those that were asked for last.
    new: Vec<ExprId>,
}

impl Callees {
    /// The functions that a call is of, as far as it was asked for.
    pub(super) fn of(&self, call: ExprId) -> &[(FileId, FunctionId)] {
        self.known.get(&call).map_or(&[], Vec::as_slice)
    }

    /// Takes what is known already.
    pub(super) fn know(&mut self, known: &[(ExprId, Vec<(FileId, FunctionId)>)]) {
        self.known.extend(known.iter().cloned());
    }

    /// What was asked for since the last time, if it `is_wanted`.
    pub(super) fn taken(&mut self, is_wanted: bool) -> Vec<(ExprId, Vec<(FileId, FunctionId)>)> {
        let new = std::mem::take(&mut self.new).into_iter();
        let known = new.filter_map(|call| Some((call, self.known.get(&call)?.clone())));
        match is_wanted {
            true => known.collect(),
            false => Vec::new(),
        }
    }
}

/// What a file makes of a program.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OfFile {
    /// Its endpoints.
    pub found: Vec<Found>,
    /// The calls that look like requests and were not seen through; only if they are asked for.
    pub opaque: Vec<FoundOpaque>,
}

/// How much is known of the beginning of a URL: what the build or the page fills counts.
pub(super) fn beginning(url: &Pattern) -> usize {
    let mut known = 0;
    for part in url.parts() {
        match part {
            Part::Text(text) => known += text.len(),
            Part::Hole(hole) if is_named(&hole.kind) => known += 1,
            Part::Hole(_) => return known,
        }
    }
    // All of it.
    usize::MAX
}

/// Whether a caller could say more that matters: there is a hole that neither build nor page
/// fills. Where the URL begins with one that the build fills (which decides the origin), only a
/// parameter: a caller gives the path.
pub(crate) fn is_open(url: &Pattern) -> bool {
    let by_build = match url.parts().first() {
        // A path on the page's origin decides nothing of what follows.
        Some(Part::Hole(hole)) => {
            matches!(hole.kind, HoleKind::Env { .. }) && !hole.charset.is_path()
        }
        _ => false,
    };
    let is_parameter = |hole: &Hole| matches!(hole.kind, HoleKind::Param { .. });
    let mut holes = url.holes();
    match by_build {
        true => holes.any(is_parameter),
        false => holes.any(|hole| !is_named(&hole.kind)),
    }
}

fn is_named(kind: &HoleKind) -> bool {
    !matches!(kind, HoleKind::Param { .. } | HoleKind::Unknown { .. })
}

impl Wrappers {
    /// Marks the sites that calls lead to.
    pub(super) fn cut_below(
        &mut self,
        mut pending: Vec<(FileId, Inner)>,
        mut callees: impl FnMut(FileId, ExprId) -> Vec<(FileId, FunctionId)>,
    ) {
        while let Some((file, inner)) = pending.pop() {
            if !self.cut.insert((file, inner.site())) {
                continue;
            }
            let Inner::Call(call) = inner else { continue };
            for function in callees(file, call) {
                let below = self.inner.get(&function).into_iter().flatten();
                pending.extend(below.map(|inner| (function.0, *inner)));
            }
        }
    }

    /// Adds the functions of a file that call what they are given.
    pub(super) fn add_given(&mut self, program: &Program, file: FileId) {
        let facts = program.facts(file);
        for &call in program.calls_of_given(file) {
            for function in around(facts, facts.node(call).block) {
                let all = self.given.entry((file, function)).or_default();
                if all.len() < MAX_INNER && all.insert(Inner::Call(call)) {
                    self.marks.add(file, (0, function, call));
                }
            }
        }
    }

    pub(super) fn know(&mut self, site: (FileId, Site), new: usize) {
        let known = self.known.entry(site).or_insert(0);
        if new > *known {
            *known = new;
            self.marks.add(site.0, (1, site.1, new));
        }
    }

    /// Adds what functions lead to; gives the functions that are new.
    pub(super) fn add(
        &mut self,
        program: &Program,
        new: Vec<(FileId, FunctionId, Inner)>,
    ) -> HashSet<(FileId, FunctionId)> {
        let mut fresh = HashSet::default();
        for (file, function, inner) in new {
            let all = self.inner.entry((file, function)).or_insert_with(|| {
                fresh.insert((file, function));
                BTreeSet::new()
            });
            if all.len() < MAX_INNER && all.insert(inner) {
                self.marks.add(file, (2, function, inner));
            }
        }
        let files: BTreeSet<_> = fresh.iter().map(|(file, _)| *file).collect();
        for file in files {
            let named = named(program.named(file), |id| fresh.contains(&(file, id)));
            for (name, _) in named {
                if !self.names.contains(name) {
                    Arc::make_mut(&mut self.names).insert(name.to_owned());
                }
            }
        }
        fresh
    }

    /// A file's calls of fresh wrappers, with the URL, and the functions around those that leave
    /// it open.
    pub(super) fn passing_on(
        &self,
        evaluator: &mut Evaluator,
        file: FileId,
        fresh: &HashSet<(FileId, FunctionId)>,
        callees: &mut Callees,
    ) -> Vec<Passing> {
        let facts = evaluator.facts(file);
        let mut out = Vec::new();
        for &call in &facts.candidates {
            let block = facts.node(call).block;
            // At the top of a file nobody else can say more.
            if around(facts, block).next().is_none() || !self.may_call(evaluator, file, call) {
                continue;
            }
            let of = functions_of(evaluator, file, call, callees);
            if !of.iter().any(|function| fresh.contains(function)) {
                continue;
            }
            evaluator.refuel_for_certain(MIN_FUEL);
            let mut ways = Ways::new(self);
            ways.follow(evaluator, file, call, &None);
            let Some(known) = ways.out.iter().map(|way| beginning(&way.found.url)).max() else {
                continue;
            };
            let open = ways.out.iter().filter(|way| is_open(&way.found.url));
            let open = open.map(|way| {
                let url = &way.found.url;
                Arc::new(OpenUrl::of(facts, (file, block), way.found.api, url))
            });
            let mut open: Vec<_> = open.collect();
            // What comes to the same says no more.
            open.dedup();
            out.push(Passing {
                call,
                known,
                functions: match open.is_empty() {
                    true => Vec::new(),
                    false => around(facts, block).collect(),
                },
                open,
            });
        }
        out
    }

    /// The endpoints of a file's calls of wrappers.
    pub(super) fn calls_of(
        &self,
        evaluator: &mut Evaluator,
        file: FileId,
        callees: &mut Callees,
    ) -> Of {
        let facts = evaluator.facts(file);
        let mut of = Of::default();
        for &call in &facts.candidates {
            if !self.may_call(evaluator, file, call) {
                continue;
            }
            let functions = functions_of(evaluator, file, call, callees);
            let given = || functions.iter().any(|f| self.given.contains_key(f));
            let leads_on = functions.iter().any(|f| self.inner.contains_key(f))
                || (given() && self.hands_on(evaluator, file, call));
            if !leads_on {
                continue;
            }
            evaluator.refuel_for_certain(MIN_FUEL);
            let node = facts.node(call);
            let place = Use {
                at: node.span.start,
                block: node.block,
            };
            let Some(guard) = evaluator.runs(file, &None, place) else {
                continue;
            };
            let mut ways = Ways::new(self);
            ways.follow(evaluator, file, call, &None);
            if ways.out.len() >= MIN_URLS {
                let rounds = evaluator.rounds(file, &None, node.block);
                if rounds.len() > 1 {
                    ways = Ways::new(self);
                    for env in &rounds {
                        ways.follow(evaluator, file, call, env);
                    }
                }
            }
            let cut = ways.cut.iter();
            of.open
                .extend(cut.map(|&((file, site), target)| (file, site, target, call)));
            let handed_on = ways.handed_on.iter();
            of.decided
                .extend(handed_on.map(|&((file, site), target)| (file, site, target)));
            for way in ways.out {
                let Some(guard) = guard.and(way.found.guard) else {
                    continue;
                };
                if beginning(&way.found.url) <= way.before {
                    of.open.push((way.first.0, way.first.1, way.target, call));
                    continue;
                }
                of.decided.push((way.first.0, way.first.1, way.target));
                of.seen_through.push(call);
                if self.is_decided_at(way.first, &way.found.url) {
                    continue;
                }
                let at = argument_of(evaluator, file, call, &way.found.url);
                let first = way.first;
                let found = Found {
                    guard,
                    ..moved(way, node.span, at)
                };
                of.found.push(Row { call, first, found });
            }
        }
        // Calls of one function come to the same.
        of.decided.sort_unstable();
        of.decided.dedup();
        of.open.sort_unstable();
        of.open.dedup();
        of.seen_through.dedup();
        of
    }

    /// Whether a site has a URL by itself, without a caller.
    fn is_decided_at(&self, (file, site): (FileId, Site), url: &Pattern) -> bool {
        let own = self.own.get(file as usize);
        let mut own = own
            .and_then(|own| own.as_ref().as_ref())
            .into_iter()
            .flatten();
        own.any(|(at, found)| *at == site && found.url == *url && !is_open(url))
    }

    /// Whether a call may be of a wrapper, by the look of its callee.
    fn may_call(&self, evaluator: &Evaluator, file: FileId, call: ExprId) -> bool {
        let facts = evaluator.facts(file);
        let (callee, by) = match &facts.node(call).expr {
            Expr::Call { callee, arguments } => (*callee, indirect(facts, *callee, arguments)),
            Expr::New { callee, .. } => (*callee, None),
            _ => return false,
        };
        // What is declared is an endpoint already.
        if evaluator.declared_client(file, callee).is_some() {
            return false;
        }
        self.may_be_wrapper(evaluator, file, callee)
            || by.is_some_and(|by| self.may_be_wrapper(evaluator, file, by.function))
            || (self.may_call_given(facts, file, callee) && self.hands_on(evaluator, file, call))
    }

    /// Whether a name is of a function of the file that calls what it is given.
    fn may_call_given(&self, facts: &FileFacts, file: FileId, value: ExprId) -> bool {
        match &facts.node(value).expr {
            Expr::Binding(id) => match facts.binding(*id).definitions.as_slice() {
                [one] => match facts.node(one.value).expr {
                    Expr::Function(function) => self.given.contains_key(&(file, function)),
                    _ => false,
                },
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a call hands a wrapper on, itself or in an object, by the look of it.
    fn hands_on(&self, evaluator: &Evaluator, file: FileId, call: ExprId) -> bool {
        let facts = evaluator.facts(file);
        let Expr::Call { arguments, .. } = &facts.node(call).expr else {
            return false;
        };
        let is_function = |id: ExprId| {
            let function = match facts.node(id).expr {
                Expr::Function(function) => Some((file, function)),
                _ => evaluator.program.function_named(file, id),
            };
            function.is_some_and(|function| self.inner.contains_key(&function))
        };
        arguments
            .iter()
            .any(|argument| match &facts.node(argument.expr).expr {
                Expr::Object(properties) => properties.iter().any(|property| match property {
                    Property::Value(_, value) => is_function(*value),
                    _ => false,
                }),
                _ => is_function(argument.expr),
            })
    }

    /// Whether a value may be a wrapper, by the look of it.
    fn may_be_wrapper(&self, evaluator: &Evaluator, file: FileId, value: ExprId) -> bool {
        let facts = evaluator.facts(file);
        match &facts.node(value).expr {
            Expr::Binding(id) => match facts.binding(*id).definitions.as_slice() {
                [] => evaluator.is_followed_import(file, *id) || evaluator.calls_back(file, *id),
                [one] => match facts.node(one.value).expr {
                    Expr::Function(function) => self.inner.contains_key(&(file, function)),
                    Expr::Class(class) => match facts.class(class).constructor {
                        Some(constructor) => self.inner.contains_key(&(file, constructor)),
                        None => facts.class(class).superclass.is_some(),
                    },
                    _ => true,
                },
                _ => true,
            },
            Expr::Member {
                key: Key::Name(name),
                ..
            } => self.names.contains(name.as_str()),
            Expr::Member { .. } | Expr::Super | Expr::Call { .. } => true,
            Expr::Global(name) => evaluator.program.shared(file, name).is_some(),
            Expr::Function(function) => self.inner.contains_key(&(file, *function)),
            _ => false,
        }
    }
}

/// An endpoint of a wrapper, where the wrapper is called.
fn moved(way: Way, span: Span, url_span: Span) -> Found {
    let mut trail = way.found.trail;
    trail.push(FoundStep {
        file: way.sink.0,
        span: way.sink.1,
        note: format!("it is passed on to `{}` here", way.found.api.name()),
    });
    Found {
        span,
        url_span,
        trail,
        ..way.found
    }
}

/// The argument that a URL comes from: the first whose known text is in it.
fn argument_of(evaluator: &mut Evaluator, file: FileId, call: ExprId, url: &Pattern) -> Span {
    let facts = evaluator.facts(file);
    let node = facts.node(call);
    let (Expr::Call { arguments, .. } | Expr::New { arguments, .. }) = &node.expr else {
        return node.span;
    };
    let url = url.to_string();
    for argument in arguments {
        let known = evaluator.eval(file, &None, argument.expr);
        let within = |pattern: &Pattern| {
            pattern.parts().iter().any(|part| match part {
                Part::Text(text) => text.len() > 1 && url.contains(text.trim_matches('/')),
                Part::Hole(_) => false,
            })
        };
        let is_text = |value: &JsValue| matches!(value, JsValue::Text(_) | JsValue::Url(_));
        let mut texts = known.possible().iter().filter(|p| is_text(&p.value));
        if texts.any(|p| within(&p.value.to_pattern())) {
            return facts.node(argument.expr).span;
        }
    }
    arguments
        .first()
        .map_or(node.span, |a| facts.node(a.expr).span)
}

/// The functions that a call can be of, worked out once.
pub(super) fn functions_of<'c>(
    evaluator: &mut Evaluator,
    file: FileId,
    call: ExprId,
    callees: &'c mut Callees,
) -> &'c [(FileId, FunctionId)] {
    let Callees { known, new } = callees;
    let functions = known.entry(call).or_insert_with(|| {
        new.push(call);
        evaluator.refuel_with(FUEL_PER_CALLEE);
        evaluator.fuel = evaluator.fuel.max(MIN_FUEL_PER_CALLEE);
        let targets = targets(evaluator, file, &None, call);
        let functions = targets.iter().map(|t| (t.function.file, t.function.id));
        functions.collect()
    });
    // What was found out before was looked at all the same.
    functions.iter().for_each(|f| evaluator.program.note(f.0));
    functions
}

/// A function that a call is of, and what it is given.
struct Target {
    function: Ref<FunctionId>,
    this: Option<JsValue>,
    /// Bound before the arguments of the call.
    before: Vec<Known>,
    /// The arguments, where they are not those of the call.
    given: Option<Arguments>,
}

/// The functions of the program that a call can be of.
fn targets(evaluator: &mut Evaluator, file: FileId, env: &Env, call: ExprId) -> Vec<Target> {
    let facts = evaluator.facts(file);
    let (callee, is_new, by) = match &facts.node(call).expr {
        Expr::Call { callee, arguments } => {
            let by = indirect(facts, *callee, arguments);
            (*callee, false, by.map(|by| (by, arguments)))
        }
        Expr::New { callee, .. } => (*callee, true, None),
        _ => return Vec::new(),
    };
    if let Expr::Call { arguments, .. } = &facts.node(call).expr {
        let called_back = evaluator.called_back(file, env, callee, arguments);
        if !called_back.is_empty() {
            let target = |called: CalledBack| Target {
                function: called.function,
                this: called.this,
                before: Vec::new(),
                given: Some((called.arguments, None)),
            };
            return called_back.into_iter().map(target).collect();
        }
    }
    let known = evaluator.eval(file, env, callee);
    let mut out = Vec::new();
    for possible in known.possible() {
        target(evaluator, &possible.value, is_new, Vec::new(), &mut out);
    }
    if let (true, Some((by, arguments))) = (out.is_empty(), by) {
        out = called_by(evaluator, (file, env), by, arguments);
    }
    out
}

/// The functions of the program that a call calls by another.
fn called_by(
    evaluator: &mut Evaluator,
    (file, env): (FileId, &Env),
    by: Indirect,
    arguments: &[Argument],
) -> Vec<Target> {
    let known = evaluator.eval(file, env, by.function);
    let mut out = Vec::new();
    for possible in known.possible() {
        target(evaluator, &possible.value, false, Vec::new(), &mut out);
    }
    if out.is_empty() {
        return out;
    }
    let Some((this, given)) = evaluator.indirectly_given(file, env, by, arguments) else {
        return Vec::new();
    };
    for target in &mut out {
        let function = evaluator
            .facts(target.function.file)
            .function(target.function.id);
        if function.this == ThisOf::Caller || target.this.is_none() {
            target.this = this.clone().or(target.this.take());
        }
        target.given = Some(given.clone());
    }
    out
}

fn target(
    evaluator: &mut Evaluator,
    value: &JsValue,
    is_new: bool,
    before: Vec<Known>,
    out: &mut Vec<Target>,
) {
    match value {
        JsValue::Function(function, this) => out.push(Target {
            function: function.clone(),
            this: this.as_deref().cloned(),
            before,
            given: None,
        }),
        JsValue::Bound {
            target: inner,
            arguments,
        } => {
            let all = arguments.iter().chain(&before).cloned().collect();
            target(evaluator, inner, is_new, all, out);
        }
        JsValue::Class(class) if is_new => {
            if let Some(id) = evaluator.facts(class.file).class(class.id).constructor {
                out.push(Target {
                    function: Ref {
                        file: class.file,
                        id,
                        env: class.env.clone(),
                    },
                    // Its instance is made with the arguments of the call.
                    this: Some(JsValue::Class(class.clone())),
                    before,
                    given: None,
                });
            }
        }
        _ => {}
    }
}

/// The ways from a call to sinks.
struct Ways<'w> {
    wrappers: &'w Wrappers,
    calls: Vec<(FileId, ExprId)>,
    /// The sites that lead to where it is now.
    sites: Vec<(FileId, Site)>,
    first: Option<((FileId, Site), FunctionId)>,
    out: Vec<Way>,
    /// Sites of which not every way was followed, each with the function that is called.
    cut: HashSet<((FileId, Site), FunctionId)>,
    /// Sites that hand on a request of others, likewise.
    handed_on: HashSet<((FileId, Site), FunctionId)>,
}

impl<'w> Ways<'w> {
    fn new(wrappers: &'w Wrappers) -> Self {
        Ways {
            wrappers,
            calls: Vec::new(),
            sites: Vec::new(),
            first: None,
            out: Vec::new(),
            cut: HashSet::default(),
            handed_on: HashSet::default(),
        }
    }

    fn follow(&mut self, evaluator: &mut Evaluator, file: FileId, call: ExprId, env: &Env) {
        if self.calls.len() >= MAX_ROUNDS || self.calls.contains(&(file, call)) {
            self.cut.extend(self.first);
            return;
        }
        let (Expr::Call { arguments, .. } | Expr::New { arguments, .. }) =
            &evaluator.facts(file).node(call).expr
        else {
            return;
        };
        self.calls.push((file, call));
        let node = evaluator.facts(file).node(call);
        let place = Use {
            at: node.span.start,
            block: node.block,
        };
        let cases = evaluator.cases(file, env, call);
        for case in cases {
            if super::known::same_env(&case, env) || evaluator.runs(file, &case, place).is_some() {
                self.follow_in(evaluator, file, call, arguments, &case);
            }
        }
        self.calls.pop();
    }

    fn follow_in(
        &mut self,
        evaluator: &mut Evaluator,
        file: FileId,
        call: ExprId,
        arguments: &[Argument],
        env: &Env,
    ) {
        for mut target in targets(evaluator, file, env, call) {
            let key = (target.function.file, target.function.id);
            let wrappers = self.wrappers;
            let mut inner = wrappers.inner.get(&key).into_iter().flatten();
            let mut of_given = wrappers.given.get(&key).into_iter().flatten();
            let Some(next) = inner.next().or_else(|| of_given.next()) else {
                continue;
            };
            let (given, spread_at) = match target.given.take() {
                Some(given) => given,
                None => evaluator.arguments(file, env, arguments),
            };
            let frame = frame(target, given, spread_at);
            for inner in std::iter::once(next).chain(inner).chain(of_given) {
                if self.calls.len() == 1 {
                    self.first = Some(((key.0, inner.site()), key.1));
                }
                self.sites.push((key.0, inner.site()));
                self.inner(evaluator, key.0, *inner, &frame);
                self.sites.pop();
            }
        }
    }

    fn inner(&mut self, evaluator: &mut Evaluator, file: FileId, inner: Inner, env: &Env) {
        if self.out.len() >= MAX_WAYS {
            if let Some(last) = self.out.last_mut() {
                last.found.is_bounded = true;
            }
            self.cut.extend(self.first);
            return;
        }
        match inner {
            Inner::Call(call) => {
                let node = evaluator.facts(file).node(call);
                let place = Use {
                    at: node.span.start,
                    block: node.block,
                };
                if evaluator.runs(file, env, place).is_some() {
                    self.follow(evaluator, file, call, env);
                }
            }
            Inner::Sink(site) => {
                let (found, hands_on) = sinks::found_at(evaluator, file, site, env.clone());
                let Some((first, target)) = self.first else {
                    return;
                };
                if hands_on {
                    self.handed_on.insert((first, target));
                }
                let known = self.sites.iter().map(|site| self.wrappers.known.get(site));
                let before = known.flatten().copied().max().unwrap_or(0);
                self.out.extend(found.into_iter().map(|found| Way {
                    first,
                    target,
                    before,
                    sink: (file, found.span),
                    found,
                }));
            }
        }
    }
}

fn frame(target: Target, given: Vec<Known>, spread_at: Option<usize>) -> Env {
    let bound = target.before.len();
    let arguments: Vec<_> = target.before.into_iter().chain(given).collect();
    let spread_at = spread_at.map(|at| at + bound);
    let this = match target.this {
        Some(JsValue::Class(class)) => Some(JsValue::Instance(Rc::new(Instance {
            class,
            arguments: arguments.clone(),
            spread_at,
        }))),
        this => this,
    };
    let depth = target.function.env.as_ref().map_or(0, |frame| frame.depth) + 1;
    Some(Rc::new(Frame {
        file: target.function.file,
        function: Some(target.function.id),
        arguments,
        spread_at,
        this,
        element: None,
        outer: target.function.env,
        depth,
        pin: None,
    }))
}

/// The functions around a block, innermost first.
pub(super) fn around(facts: &FileFacts, block: BlockId) -> impl Iterator<Item = FunctionId> {
    std::iter::successors(facts.function_of(block), |&id| facts.function(id).parent)
}

pub(super) fn block_of(facts: &FileFacts, site: Site) -> Option<BlockId> {
    match site {
        Site::Candidate(id) => Some(facts.node(id).block),
        Site::Write(write) => facts.writes.get(write).map(|w| w.definition.block),
        Site::Import => None,
    }
}

/// A name of a property, method or export that holds functions, first come first.
#[derive(Debug)]
pub(super) struct Named {
    name: Atom,
    functions: Vec<FunctionId>,
}

/// The names of properties, methods and exports that hold functions.
pub(super) fn all_named(facts: &FileFacts) -> Vec<Named> {
    let function = |id: ExprId| match facts.node(id).expr {
        Expr::Function(function) => Some(function),
        _ => None,
    };
    let held = |id: ExprId| -> Vec<FunctionId> {
        match &facts.node(id).expr {
            Expr::Binding(binding) => {
                let given = facts.binding(*binding).definitions.iter();
                given.filter_map(|d| function(d.value)).collect()
            }
            _ => function(id).into_iter().collect(),
        }
    };
    let mut all: Vec<(&Key, Vec<FunctionId>)> = Vec::new();
    for node in &facts.nodes {
        let Expr::Object(properties) = &node.expr else {
            continue;
        };
        for property in properties {
            match property {
                Property::Value(key, value) => all.push((key, held(*value))),
                Property::Getter(..) | Property::Setter(..) | Property::Spread(_) => {}
            }
        }
    }
    for member in facts.classes.iter().flat_map(|class| &class.members) {
        match member.kind {
            MemberKind::Method(id) => all.push((&member.key, vec![id])),
            MemberKind::Field(Some(value)) => all.push((&member.key, held(value))),
            _ => {}
        }
    }
    for write in &facts.writes {
        all.push((&write.key, held(write.definition.value)));
    }
    let of_keys = all.into_iter().filter_map(|(key, functions)| match key {
        Key::Name(name) => Some((name.clone(), functions)),
        Key::Computed(_) => None,
    });
    let of_exports = facts.exports.iter().filter_map(|export| match export {
        Export::Local { name, value } => Some((Atom::from(name.as_str()), held(*value))),
        _ => None,
    });
    let named = of_keys.chain(of_exports);
    let named = named.filter(|(_, functions)| !functions.is_empty());
    named
        .map(|(name, functions)| Named { name, functions })
        .collect()
}

/// The names that hold one of some functions, each with the function.
pub(super) fn named(
    all: &[Named],
    wanted: impl Fn(FunctionId) -> bool,
) -> impl Iterator<Item = (&str, FunctionId)> {
    all.iter().filter_map(move |named| {
        let mut functions = named.functions.iter().copied();
        Some((named.name.as_str(), functions.find(|&f| wanted(f))?))
    })
}
