//! A script that sets policies, read.

use super::names::reads_as_policy;
use super::next_matcher;
use super::packages::{Making, made};
use super::reach::{Reach, Reaching, Sent};
use super::routing::{CodeRule, CodeRules};
use super::scan::{Candidate, Kind, candidates};
use super::settle::settle;
use super::uses::Uses;
use super::{helmet, objects, slot};
use crate::js::facts::ExprId;
use crate::policies::script::{Hole, Script, Value, written_directives};
use crate::policies::{ElementStyle, Found, FoundPolicy, PolicyIssue, Written, disposition_of};
use crate::results::{Disposition, Severity};

/// A policy that was found, and with which responses it is sent.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) written: Written,
    /// Why it is not told with which responses it is sent, if there is more to say than that.
    pub(super) why: Option<&'static str>,
    pub(super) rule: CodeRule,
}

/// What was found so far.
pub(super) struct Reading<'a, 'b> {
    script: &'b mut Script<'a>,
    uses: Uses,
    items: Vec<Item>,
    issues: Vec<PolicyIssue>,
}

impl<'a, 'b> Reading<'a, 'b> {
    pub(super) fn new(script: &'b mut Script<'a>) -> Self {
        Reading {
            uses: Uses::of(script.facts()),
            script,
            items: Vec::new(),
            issues: Vec::new(),
        }
    }

    pub(super) fn run(mut self) -> Found {
        let all = candidates(self.script.facts());
        for candidate in &all {
            self.script.refuel();
            match candidate.kind {
                Kind::Sender {
                    sender,
                    options,
                    registers,
                } => {
                    let value = options.map_or(Value::Undefined, |id| self.script.value(id));
                    let era = helmet::era(self.script.file(0));
                    if registers && matches!(value.property("global"), Value::Bool(false)) {
                        continue;
                    }
                    let making = made(sender, &value, era);
                    self.sender(candidate.id, registers, making);
                }
                Kind::Header {
                    disposition,
                    value,
                    adds,
                } => self.header(candidate.id, disposition, value, adds),
                Kind::Named { name, value, adds } => {
                    let name = self.script.value(name).known_text();
                    if let Some(disposition) = name.and_then(|name| disposition_of(&name)) {
                        self.header(candidate.id, disposition, value, adds);
                    }
                }
                Kind::Directives => {}
            }
        }
        self.objects(&all);
        self.found()
    }

    fn sender(&mut self, id: ExprId, registers: bool, making: Making) {
        for hole in &making.unread {
            self.unread(hole, id);
        }
        if making.made.is_empty() {
            return;
        }
        let mut reaching = Reaching {
            script: self.script,
            uses: &self.uses,
        };
        let sent = match registers {
            true => reaching.of_registration(id),
            false => reaching.of_middleware(id),
        };
        for one in making.made {
            let (mut written, mut sent) = (one.written, sent.clone());
            // A policy that stands nowhere is told where it is asked for.
            if written.start().is_none() {
                written = slot::placed(&written, self.script.place(id));
            }
            if let Some(object) = &one.object {
                slot::set_of_object(self.script, object, &mut written);
            }
            // Servers of data have the default policy too.
            let is_of_data = one.by_default && !serves_pages(self.script);
            if is_of_data && !matches!(sent.reach, Reach::Never) {
                sent.reach = Reach::Some;
            }
            let why = is_of_data.then_some("it is a default, and nothing here sends pages");
            self.add(written, sent, one.disposition, false, one.by_default);
            if let Some(item) = self.items.last_mut() {
                item.why = why;
            }
        }
    }

    fn header(&mut self, id: ExprId, disposition: Disposition, value: ExprId, adds: bool) {
        let (written, maybe) = match self.script.value(value) {
            Value::Maybe(inner) => (header_text(&inner), true),
            value => (header_text(&value), false),
        };
        if !reads_as_policy(written.text()) {
            if !written.holes().is_empty() {
                let name = self.script.text_at(value).split_whitespace().collect();
                self.unread(
                    &Hole {
                        name,
                        place: Some(self.script.place(value)),
                    },
                    id,
                );
            }
            return;
        }
        let mut sent = Reaching {
            script: self.script,
            uses: &self.uses,
        }
        .of_code(id);
        sent.by_settings |= maybe;
        self.add(written, sent, disposition, adds, false);
    }

    /// Objects of directives that nothing else of the file has.
    fn objects(&mut self, all: &[Candidate]) {
        let facts = self.script.facts();
        for candidate in all.iter().filter(|c| c.kind == Kind::Directives) {
            let span = facts.node(candidate.id).span;
            let is_inside = |other: &&Candidate| {
                let around = facts.node(other.id).span;
                other.kind != Kind::Directives
                    && around.start <= span.start
                    && span.end <= around.end
            };
            if all.iter().any(|other| is_inside(&other)) {
                continue;
            }
            let Some(mut written) = objects::policy(&self.script.value(candidate.id)) else {
                continue;
            };
            let place = self.script.place(candidate.id);
            let has = |item: &Item| {
                let mut places = item.written.places();
                places.any(|p| {
                    p.file == place.file
                        && place.span.start <= p.span.start
                        && p.span.end <= place.span.end
                })
            };
            if self.items.iter().any(has) || !self.script.may_run(candidate.id) {
                continue;
            }
            slot::set_of_object(self.script, &place, &mut written);
            let sent = Reaching {
                script: self.script,
                uses: &self.uses,
            }
            .of_code(candidate.id);
            self.add(written, sent, Disposition::Enforce, false, true);
        }
    }

    fn add(
        &mut self,
        written: Written,
        sent: Sent,
        disposition: Disposition,
        adds: bool,
        is_guess: bool,
    ) {
        if matches!(sent.reach, Reach::Never) {
            return;
        }
        self.items.push(Item {
            written,
            why: None,
            rule: CodeRule {
                sent,
                adds,
                disposition,
                is_guess,
            },
        });
    }

    fn unread(&mut self, hole: &Hole, id: ExprId) {
        let place = hole
            .place
            .clone()
            .filter(|p| p.file == self.script.file(0).name);
        self.issues.push(PolicyIssue {
            code: "unread-policy",
            severity: Severity::Info,
            message: format!("a policy comes from `{}`, which is not read", hole.name),
            help: Some("if the pages get it, give it with --policy".to_owned()),
            place: place.or_else(|| Some(self.script.place(id))),
        });
    }

    fn found(mut self) -> Found {
        next_matcher::apply(self.script, &mut self.items);
        settle(&mut self.items, &mut self.issues, self.script.file(0));
        let is_sure = |item: &Item| {
            let sent = &item.rule.sent.reach;
            !item.rule.is_guess && matches!(sent, Reach::All(_) | Reach::Paths(..))
        };
        let is_weak = !self.items.iter().any(is_sure) || is_tool(&self.script.file(0).name);
        let (mut policies, mut rules) = (Vec::new(), Vec::new());
        for item in self.items {
            policies.push(FoundPolicy {
                written: item.written,
                disposition: item.rule.disposition,
            });
            rules.push(item.rule);
        }
        Found {
            policies,
            routing: Some(Box::new(CodeRules { rules })),
            is_weak,
            issues: self.issues,
            ..Found::default()
        }
    }
}

/// A header's value: texts, lists of values, objects of directives.
fn header_text(value: &Value) -> Written {
    match value {
        Value::List(list) => {
            let mut written = Written::default();
            for (i, item) in list.items.iter().enumerate() {
                if i > 0 {
                    written.made(", ");
                }
                written.append(item.written());
            }
            written
        }
        Value::Object(object) => written_directives(object, ElementStyle::Quoted),
        Value::Undefined | Value::Null | Value::Bool(_) => Written::default(),
        other => other.written(),
    }
}

/// Whether a server answers with pages: its default policy is theirs then.
fn serves_pages(script: &Script) -> bool {
    let words = [
        "express.static",
        "serveStatic",
        "serve-static",
        "fastify/static",
        "koa-static",
        ".render(",
        "sendFile(",
        "text/html",
        ".html",
        "view engine",
        "renderToString",
        "getRequestHandler",
    ];
    let text = &script.file(0).text;
    words.iter().any(|word| text.contains(word))
}

/// Whether a file is run by developers.
fn is_tool(file: &str) -> bool {
    let folders = [
        "scripts",
        "tools",
        "bin",
        "dev",
        "demo",
        "playground",
        "docs",
    ];
    file.split('/').any(|part| folders.contains(&part))
}
