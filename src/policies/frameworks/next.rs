//! `headers()` of Next.js' `next.config.*`.
//!
//! <https://nextjs.org/docs/app/api-reference/config/next-config-js/headers>. A configuration is
//! read as a production build sees it. With `output: 'export'` no header is sent.

use super::next_rules::{NextRule, NextRules};
use super::pages::Files;
use super::{is_config, may_be_policy, not_sent, unread};
use crate::policies::script::{Hole, Object, Script, Value, read_script};
use crate::policies::{
    Found, FoundPolicy, PolicyIssue, PolicyLocation, SourceFile, disposition_of,
};
use std::path::Path;

/// `next.config.js` and its like.
#[derive(Debug, Clone, Copy)]
pub(in crate::policies) struct NextConfig;

impl PolicyLocation for NextConfig {
    fn name(&self) -> &'static str {
        "Next.js `headers()`"
    }

    fn recognises(&self, path: &Path) -> bool {
        is_config(path, "next.config")
    }

    fn read(&self, file: &SourceFile) -> Found {
        let read = read_script(file, |script| {
            let mut reading = Reading::new(file);
            for config in script.configurations() {
                reading.configuration(script, &config);
            }
            reading
        });
        let mut found = read.value.found();
        found.others = read.others;
        found
    }
}

/// What was found so far.
struct Reading<'a> {
    file: &'a SourceFile,
    policies: Vec<FoundPolicy>,
    rules: Vec<NextRule>,
    issues: Vec<PolicyIssue>,
    base: String,
    locale: Option<String>,
}

impl<'a> Reading<'a> {
    fn new(file: &'a SourceFile) -> Self {
        Reading {
            file,
            policies: Vec::new(),
            rules: Vec::new(),
            issues: Vec::new(),
            base: String::new(),
            locale: None,
        }
    }

    fn found(self) -> Found {
        let files = Files::of(self.file.folder(), &["public"]);
        let routing = NextRules::of(self.rules, self.base, self.locale, files);
        Found {
            policies: self.policies,
            routing: Some(Box::new(routing)),
            issues: self.issues,
            ..Found::default()
        }
    }

    fn configuration(&mut self, script: &mut Script, config: &Value) {
        if let Some(base) = config.property("basePath").known_text() {
            self.base = base;
        }
        let locale = config.property("i18n").property("defaultLocale");
        self.locale = locale.known_text().or(self.locale.take());
        let (headers, doubtful) = match config.property("headers") {
            Value::Undefined | Value::Null => return,
            Value::Maybe(headers) => ((*headers).clone(), true),
            headers => (headers, false),
        };
        let before = self.policies.len();
        let list = script.called(&headers, Vec::new());
        self.list(&list, doubtful);
        let is_exported = config.property("output").known_text().as_deref() == Some("export");
        if is_exported && self.policies.len() > before {
            self.policies.truncate(before);
            self.rules.clear();
            self.issues.push(not_sent(
                "`headers()` is not sent with `output: 'export'`",
                headers.place(),
            ));
        }
    }

    fn list(&mut self, list: &Value, doubtful: bool) {
        match list {
            Value::List(list) => {
                for item in &list.items {
                    match item {
                        Value::Maybe(item) => self.rule(item, true),
                        item => self.rule(item, doubtful),
                    }
                }
            }
            Value::Maybe(list) => self.list(list, true),
            Value::Hole(hole) => self.unread("the rules of `headers()`", hole),
            _ => {}
        }
    }

    fn rule(&mut self, item: &Value, doubtful: bool) {
        let rule = match item {
            Value::Object(rule) => rule,
            Value::Hole(hole) => return self.unread("a rule of `headers()`", hole),
            _ => return,
        };
        let doubtful = doubtful || has_condition(rule);
        self.headers(rule, &rule.get("headers"), doubtful);
    }

    fn headers(&mut self, rule: &Object, headers: &Value, doubtful: bool) {
        match headers {
            Value::List(list) => {
                for item in &list.items {
                    match item {
                        Value::Maybe(item) => self.header(rule, item, true),
                        item => self.header(rule, item, doubtful),
                    }
                }
            }
            Value::Maybe(headers) => self.headers(rule, headers, true),
            Value::Hole(hole) => self.unread("headers", hole),
            _ => {}
        }
    }

    fn header(&mut self, rule: &Object, item: &Value, doubtful: bool) {
        let header = match item {
            Value::Object(header) => header,
            Value::Hole(hole) => return self.unread("a header", hole),
            _ => return,
        };
        let name = header.get("key").known_text();
        let Some(disposition) = name.and_then(|name| disposition_of(&name)) else {
            return;
        };
        let (written, doubtful) = match header.get("value") {
            Value::Undefined | Value::Null => return,
            Value::Maybe(value) => (value.written(), true),
            value => (value.written(), doubtful),
        };
        self.rules.push(NextRule {
            source: rule.get("source").known_text(),
            doubtful,
            below_base: !is_false(&rule.get("basePath")),
            below_locale: !is_false(&rule.get("locale")),
            policy: self.policies.len(),
            disposition,
        });
        self.policies.push(FoundPolicy {
            written,
            disposition,
        });
    }

    fn unread(&mut self, what: &str, hole: &Hole) {
        if may_be_policy(&hole.name, self.file) {
            self.issues.push(unread(what, hole));
        }
    }
}

fn is_false(value: &Value) -> bool {
    matches!(value, Value::Bool(false))
}

/// Whether a rule is for some requests only. Requests for pages have most of what `missing` names
/// not; cookies they may have.
fn has_condition(rule: &Object) -> bool {
    let is_empty = |value: &Value| match value {
        Value::Undefined | Value::Null => true,
        Value::List(list) => list.items.is_empty(),
        _ => false,
    };
    let missing = rule.get("missing");
    let is_usual = match &missing {
        Value::List(list) => list.items.iter().all(|item| {
            let kind = item.property("type").known_text();
            kind.is_some_and(|kind| kind != "cookie")
        }),
        _ => is_empty(&missing),
    };
    !is_empty(&rule.get("has")) || !is_usual
}
