//! Calls that look like requests, and that the analysis did not see through: those of functions
//! that pass a URL on, those of packages, those of receivers that are not known. They make no
//! endpoints; a report names them, so that the configuration can declare them.
//!
//! A call counts only if its name, its receiver and its arguments all look the part: what is
//! suggested is a line that people paste, and nonsense costs trust.

use super::Evaluator;
use super::callee::{UNSPELLED, imported, only_value, spelled};
use super::globals::is_platform;
use super::known::FileId;
use super::libraries::is_library;
use super::look::{self, Words};
use super::program::Program;
use super::takers::Takers;
use super::wrappers::{Callees, functions_of};
use crate::discover::server_import;
use crate::js::facts::*;
use crate::opaque::{Called, Evidence, Reason};
use crate::sink::Api;
use crate::span::Span;
use rustc_hash::FxHashSet as HashSet;

/// A call that looks like a request and was not seen through.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundOpaque {
    /// The call, in the virtual text.
    pub span: Span,
    /// What is called.
    pub called: Called,
    /// The function of the program that it is of, or may be of by its name.
    pub wrapper: Option<FoundWrapper>,
}

/// A function that passes a URL on.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundWrapper {
    /// The number of its file.
    pub file: u32,
    /// Where, in the virtual text of that file.
    pub span: Span,
    /// What it requests with.
    pub api: Api,
    /// What it puts before the argument, if that is all.
    pub base: Option<String>,
}

/// Looks for calls by what is known of the program's functions: shared by all files.
pub(super) struct Survey<'a> {
    program: &'a Program<'a>,
    takers: &'a Takers,
}

impl<'a> Survey<'a> {
    pub(super) fn new(program: &'a Program<'a>, takers: &'a Takers) -> Self {
        Survey { program, takers }
    }

    /// The calls of a file that look like requests, without those that are `connected` to an
    /// endpoint.
    pub(super) fn calls_of(
        &self,
        evaluator: &mut Evaluator,
        file: FileId,
        connected: &HashSet<ExprId>,
        callees: &mut Callees,
    ) -> Vec<FoundOpaque> {
        let facts = self.program.facts(file);
        let mut out = Vec::new();
        for &call in facts.candidates.iter().filter(|c| !connected.contains(c)) {
            let Some(seen) = Seen::of(facts, call) else {
                continue;
            };
            let words = Words::of(seen.name);
            if !words.may_request() && !self.takers.have_name(seen.name) {
                continue;
            }
            if evaluator.declared_client(file, seen.callee).is_some() {
                continue;
            }
            let functions = functions_of(evaluator, file, call, callees);
            out.extend(match functions.is_empty() {
                true => self.unknown(file, &seen, &words),
                false => self.known(&seen, &words, functions),
            });
        }
        out
    }

    /// A call of functions of the program.
    fn known(
        &self,
        seen: &Seen,
        words: &Words,
        functions: &[(FileId, FunctionId)],
    ) -> Option<FoundOpaque> {
        // It was followed already: only a text says more than what is known.
        let fits = |id| look::is_complete_url(seen.facts, id);
        let mut passed_on = functions.iter().map(|f| self.passed_on(seen, *f, fits));
        if let Some((argument, at)) = passed_on.find_map(|passed| passed) {
            return seen.called_as(argument, Reason::Wrapper, Some(at));
        }
        let at = functions.iter().find_map(|f| self.leads(*f))?;
        let argument = seen.url_argument(words)?;
        let receiver = Words::of(seen.last_of_receiver());
        let is_url = fits(seen.argument(argument)?);
        if !is_url || !words.may_request() || receiver.are_of_no_client() {
            return None;
        }
        seen.called_as(argument, Reason::Wrapper, Some(at))
    }

    /// A function that leads to a sink, with a URL of which too little is known.
    fn leads(&self, (file, id): (FileId, FunctionId)) -> Option<FoundWrapper> {
        Some(FoundWrapper {
            file,
            span: self.program.facts(file).function(id).span,
            api: self.takers.leads_to(file, id)?,
            base: None,
        })
    }

    /// Which argument of a call a function passes on, if it fits.
    fn passed_on(
        &self,
        seen: &Seen,
        of: (FileId, FunctionId),
        fits: impl Fn(ExprId) -> bool,
    ) -> Option<(u8, FoundWrapper)> {
        let mut parameters = self.takers.parameters(of).iter();
        let fitting = parameters.find(|p| {
            let argument = seen.argument(p.index);
            let is_rest = |id| p.is_rest && look::is_path(seen.facts, id);
            argument.is_some_and(|id| fits(id) || is_rest(id))
        })?;
        Some((fitting.index, fitting.at.clone()))
    }

    /// A call of what nobody knows.
    fn unknown(&self, file: FileId, seen: &Seen, words: &Words) -> Option<FoundOpaque> {
        if seen.is_of_platform() {
            return None;
        }
        let package = imported(seen.facts, seen.callee)
            .filter(|(specifier, _)| self.program.import(file, specifier).is_none());
        if package.is_none() {
            let fits = |id| look::is_url(seen.facts, id) || look::is_named_url(seen.facts, id);
            let by_name = self.takers.named(seen.name);
            let by_name = by_name.take(MAX_OF_A_NAME);
            let mut passed_on = by_name.map(|f| self.passed_on(seen, *f, fits));
            if let Some((argument, at)) = passed_on.find_map(|passed| passed) {
                return seen.called_as(argument, Reason::Named, Some(at));
            }
            if !seen.has_telling_receiver() {
                return None;
            }
        }
        let argument = seen.url_argument(words)?;
        let receiver = Words::of(seen.last_of_receiver());
        if receiver.are_of_no_client() || seen.is_of_route(&receiver) {
            return None;
        }
        let mut call = seen.called_as(argument, Reason::Receiver, None)?;
        let is_client = receiver.are_of_client() || words.request_plainly();
        if !is_client {
            // Only a text says enough of what may be no client.
            if !look::is_url(seen.facts, seen.argument(argument)?) {
                return None;
            }
            call.called.evidence = Evidence::Text;
        }
        match package {
            Some((specifier, below)) => of_package(call, specifier, below),
            None => Some(call),
        }
    }
}

/// A call of a module that is not followed.
fn of_package(call: FoundOpaque, specifier: &str, below: String) -> Option<FoundOpaque> {
    if look::is_no_client(specifier) || is_library(specifier) || server_import(specifier).is_some()
    {
        return None;
    }
    // A path means another file in each folder.
    if specifier.starts_with('.') {
        return Some(call);
    }
    let (receiver, name) = match below.rsplit_once('.') {
        Some((receiver, name)) => (receiver.to_owned(), name.to_owned()),
        None => (String::new(), below),
    };
    let called = Called {
        import: Some(specifier.to_owned()),
        receiver,
        name,
        reason: Reason::Import,
        ..call.called
    };
    Some(FoundOpaque { called, ..call })
}

/// A call, as far as it is looked at.
struct Seen<'a> {
    facts: &'a FileFacts,
    span: Span,
    callee: ExprId,
    name: &'a str,
    /// The object of a method.
    object: Option<ExprId>,
    receiver: String,
    arguments: &'a [Argument],
}

impl<'a> Seen<'a> {
    fn of(facts: &'a FileFacts, call: ExprId) -> Option<Seen<'a>> {
        let node = facts.node(call);
        let Expr::Call { callee, arguments } = &node.expr else {
            return None;
        };
        if arguments.is_empty() || arguments.len() > MAX_ARGUMENTS {
            return None;
        }
        let (name, object) = match &facts.node(*callee).expr {
            Expr::Member {
                object,
                key: Key::Name(name),
            } => (name.as_str(), Some(*object)),
            Expr::Binding(id) => (facts.binding(*id).name.as_str(), None),
            Expr::Global(name) => (name.as_str(), None),
            _ => return None,
        };
        Some(Seen {
            facts,
            span: node.span,
            callee: *callee,
            name,
            object,
            receiver: object.map(|id| spelled(facts, id)).unwrap_or_default(),
            arguments,
        })
    }

    /// What is told of it; nothing if no line could say what is called.
    fn called_as(
        &self,
        argument: u8,
        reason: Reason,
        wrapper: Option<FoundWrapper>,
    ) -> Option<FoundOpaque> {
        let is_said = |c: char| c.is_alphanumeric() || "_$#.() ".contains(c);
        // A method may be named with any receiver, if its function is known.
        let is_spelled = self.receiver.chars().all(is_said) || wrapper.is_some();
        if !self.name.chars().all(is_said) || !is_spelled {
            return None;
        }
        let url = self.argument(argument)?;
        let is_named = look::is_named_url(self.facts, url) && !look::is_url(self.facts, url);
        let evidence = match is_named {
            true => Evidence::Name,
            false => Evidence::Client,
        };
        let called = Called {
            import: None,
            receiver: self.receiver.clone(),
            name: self.name.to_owned(),
            argument,
            evidence,
            is_distinctive: wrapper.is_some() && look::is_distinctive(self.name),
            reason,
        };
        Some(FoundOpaque {
            span: self.span,
            called,
            wrapper,
        })
    }

    /// The argument, if no spread argument comes before it.
    fn argument(&self, index: u8) -> Option<ExprId> {
        let before = self.arguments.get(..=usize::from(index))?;
        let last = before.last()?;
        before.iter().all(|a| !a.spread).then_some(last.expr)
    }

    /// Which argument looks like a URL: the first, or the one after the method.
    fn url_argument(&self, words: &Words) -> Option<u8> {
        let is_named = |id| words.only_request() && look::is_named_url(self.facts, id);
        let first = self.argument(0)?;
        if look::is_method(self.facts, first) {
            let second = self.argument(1)?;
            let fits = look::is_url(self.facts, second)
                || look::is_path(self.facts, second)
                || is_named(second);
            return fits.then_some(1);
        }
        let fits = look::is_url(self.facts, first)
            || is_named(first)
            || (words.only_request()
                && (look::has_url(self.facts, first) || look::is_built(self.facts, first)));
        fits.then_some(0)
    }

    /// `api` of `this.api.get`, `useApi()` of `useApi().get`.
    fn last_of_receiver(&self) -> &str {
        let receiver = self.receiver.as_str();
        receiver.rsplit_once('.').map_or(receiver, |(_, last)| last)
    }

    /// Whether it is spelled in names that mean something, unlike those of minified code.
    fn has_telling_receiver(&self) -> bool {
        let is_short = |part: &str| part.len() <= 1 && part != "$";
        let is_number = |part: &str| part.starts_with(|c: char| c.is_ascii_digit());
        self.object.is_none()
            || !(self.receiver.contains(UNSPELLED)
                || self.receiver.split('.').any(is_number)
                || self.receiver.split('.').all(is_short))
    }

    /// Whether the receiver is something of the platform.
    fn is_of_platform(&self) -> bool {
        let Some(object) = self.object else {
            return matches!(&self.facts.node(self.callee).expr, Expr::Global(name) if is_platform(name));
        };
        match &self.facts.node(object).expr {
            Expr::Global(name) => is_platform(name) || look::is_platform_class(name),
            Expr::Binding(id) => is_of_platform(self.facts, *id),
            _ => false,
        }
    }

    /// `app.get('/users', (request, response) => …)`: a route is served, not requested.
    fn is_of_route(&self, receiver: &Words) -> bool {
        let is_function = |a: &Argument| match self.facts.node(a.expr).expr {
            Expr::Function(_) => true,
            Expr::Binding(id) => {
                let value = only_value(self.facts, id).map(|v| &self.facts.node(v).expr);
                matches!(value, Some(Expr::Function(_)))
            }
            _ => false,
        };
        !receiver.may_call_back() && self.arguments.iter().any(is_function)
    }
}

/// How many functions of one name are looked at.
const MAX_OF_A_NAME: usize = 16;
/// How many arguments are looked at.
const MAX_ARGUMENTS: usize = 16;

/// `new Map()`, `params: URLSearchParams`.
fn is_of_platform(facts: &FileFacts, id: BindingId) -> bool {
    let binding = facts.binding(id);
    if binding
        .type_name
        .as_deref()
        .is_some_and(look::is_platform_class)
    {
        return true;
    }
    binding
        .definitions
        .iter()
        .any(|d| match &facts.node(d.value).expr {
            Expr::New { callee, .. } => matches!(facts.node(*callee).expr, Expr::Global(_)),
            Expr::Object(_) | Expr::Array(_) => true,
            _ => false,
        })
}
