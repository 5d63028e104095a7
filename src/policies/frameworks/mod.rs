//! Policies in the configurations of frameworks, as a production build reads them.

mod astro;
mod gatsby;
mod next;
mod next_rules;
mod nuxt;
mod nuxt_security;
pub(super) mod pages;
mod route_rules;
mod sveltekit;

pub(super) use astro::AstroConfig;
pub(super) use gatsby::GatsbyConfig;
pub(super) use next::NextConfig;
pub(super) use nuxt::NuxtConfig;
pub(super) use sveltekit::SvelteConfig;

use super::script::{Hole, List, Value};
use super::{PolicyIssue, SourceFile};
use crate::endpoint::Place;
use crate::results::Severity;
use std::path::Path;

/// Whether a file is a configuration of this name, in any kind of script.
fn is_config(path: &Path, name: &str) -> bool {
    let is_script = path.extension().is_some_and(|extension| {
        ["js", "cjs", "mjs", "ts", "cts", "mts"]
            .iter()
            .any(|e| extension == *e)
    });
    is_script && path.file_stem().is_some_and(|stem| stem == name)
}

/// What the first of several parts of a configuration says that says anything.
fn option(configs: &[Value], path: &[&str]) -> Value {
    let of = |config: &Value| {
        path.iter()
            .fold(config.clone(), |value, name| value.property(name))
    };
    let mut all = configs.iter().map(of);
    all.find(|value| !matches!(value, Value::Undefined))
        .unwrap_or(Value::Undefined)
}

/// What is there in some builds at least.
fn present(value: &Value) -> &Value {
    match value {
        Value::Maybe(inner) => present(inner),
        other => other,
    }
}

/// The elements of a list, also those that are there in some builds only.
fn elements(value: &Value) -> Vec<&Value> {
    match present(value) {
        Value::List(List { items, .. }) => items.iter().map(present).collect(),
        _ => Vec::new(),
    }
}

/// Whether what is not read of a file may well be its policy.
fn may_be_policy(name: &str, file: &SourceFile) -> bool {
    let text = file.text.to_ascii_lowercase();
    let is_told = ["csp", "securit", "secure-headers", "nosecone"];
    is_told
        .iter()
        .any(|word| name.to_ascii_lowercase().contains(word))
        || text.contains("content-security-policy")
        || text.contains("contentsecuritypolicy")
}

/// A part of a configuration is not read that may hold a policy.
fn unread(what: &str, hole: &Hole) -> PolicyIssue {
    PolicyIssue {
        code: "unread-policy",
        severity: Severity::Info,
        message: format!("{what} come from `{}`, which is not read", hole.name),
        help: Some("if they hold a policy, give it with --policy".to_owned()),
        place: hole.place.clone(),
    }
}

/// A policy that is written, but never sent.
fn not_sent(why: &str, place: Option<Place>) -> PolicyIssue {
    PolicyIssue {
        code: "unsent-policy",
        severity: Severity::Info,
        message: format!("the policies of this file are not judged: {why}"),
        help: Some("set the header where the pages are served".to_owned()),
        place,
    }
}
