//! The gem secure_headers: `SecureHeaders::Configuration.default do |config| config.csp = { … } end`.
//!
//! <https://github.com/github/secure_headers>: sources are sent without `http://` and `https://`
//! unless `preserve_schemes` says otherwise; without a policy of one's own, a default one is sent.

use super::{Project, add as add_policy};
use crate::policies::program::ruby::{Ruby, State, directive};
use crate::policies::script::{Object, TextValue, Value, written_directives};
use crate::policies::{ElementStyle, Found, Written};
use crate::results::Disposition;
use tree_sitter::Node;

/// What is kept of the configuration.
const CONFIGURED: &str = "secure_headers";
const POLICY: &str = "csp";
const REPORT: &str = "csp_report_only";

/// <https://github.com/github/secure_headers/blob/main/lib/secure_headers/headers/content_security_policy_config.rb>.
const DEFAULT: &str = "default-src https:; form-action 'self'; img-src https: data: 'self'; \
    object-src 'none'; script-src https:; style-src 'self' 'unsafe-inline' https:";

/// Keys that are no directives.
const SETTINGS: [&str; 4] = [
    "preserve-schemes",
    "report-only",
    "disable-nonce-backwards-compatibility",
    "tag",
];

/// `SecureHeaders::Configuration.default do …`.
pub(super) fn begin(ruby: &mut Ruby) {
    ruby.state.kept.insert(CONFIGURED, Value::Bool(true));
}

/// `config.csp = …`, `config.csp[:connect_src] = …`.
pub(super) fn assigned(ruby: &mut Ruby, target: &str, value: &Value) -> bool {
    if !ruby.state.kept.contains_key(CONFIGURED) {
        return false;
    }
    let Some((_, name)) = target.split_once('.') else {
        return false;
    };
    let (kept, key) = match name.split_once('[') {
        Some((name, key)) => (name, Some(key.trim_matches([']', ':', '"', '\'']))),
        None => (name, None),
    };
    let kept = match kept {
        POLICY => POLICY,
        REPORT => REPORT,
        _ => return false,
    };
    let names = |target: &str| target.split('[').next().unwrap_or_default().to_owned();
    let new = match (key, ruby.state.kept.get(kept)) {
        (None, _) => value.clone(),
        (Some(key), Some(Value::Object(object))) => {
            let mut object = object.clone();
            object.set(key, value.clone(), true);
            Value::Object(object)
        }
        (Some(_), _) => return false,
    };
    ruby.state.kept.insert(kept, new.clone());
    // What reads it later gets this.
    ruby.keep_name(&names(target), new);
    true
}

/// `override` and `named_append`: some pages have other sources.
pub(super) fn appended(ruby: &mut Ruby, call: Node) {
    let text = ruby.text(call);
    if !(text.contains("connect_src") || text.contains("default_src")) {
        return;
    }
    for kept in [POLICY, REPORT] {
        if let Some(Value::Object(object)) = ruby.state.kept.get_mut(kept) {
            object.set("named", Value::Bool(true), true);
        }
    }
}

/// The policies of a configuration.
pub(super) fn add(state: &State, _: &Project, found: &mut Found) {
    if !state.kept.contains_key(CONFIGURED) {
        return;
    }
    let enforced = match state.kept.get(POLICY) {
        None => Some(Written::nowhere(DEFAULT)),
        Some(value) => policy(value),
    };
    if let Some(written) = enforced {
        let options = state.kept.get(POLICY);
        let reports = options.map(|options| options.property("report_only"));
        let disposition = match reports.and_then(|value| value.truthy()) {
            Some(true) => Disposition::Report,
            _ => Disposition::Enforce,
        };
        add_policy(found, written, disposition);
    }
    if let Some(written) = state.kept.get(REPORT).and_then(policy) {
        add_policy(found, written, Disposition::Report);
    }
}

/// A hash of directives as it is sent; nothing if there is no policy (`SecureHeaders::OPT_OUT`).
fn policy(value: &Value) -> Option<Written> {
    let object = match value {
        Value::Object(object) => object,
        Value::Maybe(inner) => return policy(inner),
        Value::Hole(hole) if !hole.name.contains("OPT_OUT") => return Some(value.written()),
        _ => return None,
    };
    let keeps = object.get("preserve_schemes").truthy() == Some(true);
    let mut out = Object {
        open: object.open.clone(),
        place: object.place.clone(),
        entries: Vec::new(),
    };
    for (name, value) in &object.entries {
        let name = directive(name);
        if name == "named" {
            continue;
        }
        if !SETTINGS.contains(&name.as_str()) {
            let value = if keeps {
                value.clone()
            } else {
                without_schemes(value)
            };
            out.set(&name, value, true);
        }
    }
    if object.entries.iter().any(|(name, _)| name == "named") {
        match out
            .entries
            .iter_mut()
            .find(|(name, _)| name == "connect-src")
        {
            Some((_, Value::List(list))) => list.items.push(Value::hole("named_append", None)),
            _ => out.open = Some("named_append".to_owned()),
        }
    }
    Some(written_directives(&out, ElementStyle::Quoted))
}

fn without_schemes(value: &Value) -> Value {
    match value {
        Value::List(list) => {
            let mut list = list.clone();
            for item in &mut list.items {
                *item = without_schemes(item);
            }
            Value::List(list)
        }
        Value::Text(TextValue(text)) => {
            let full = text.full();
            let scheme = ["https://", "http://"]
                .into_iter()
                .find(|s| full.starts_with(s));
            match scheme {
                Some(scheme) => Value::text(text.slice(scheme.len()..full.len())),
                None => value.clone(),
            }
        }
        Value::Maybe(inner) => without_schemes(inner).maybe(),
        other => other.clone(),
    }
}
