//! Packages that send policies, and what they make of their options.
//!
//! helmet (<https://github.com/helmetjs/helmet>) and what wraps it: koa-helmet
//! (<https://github.com/venables/koa-helmet>), `@fastify/helmet`
//! (<https://github.com/fastify/fastify-helmet>); lusca (<https://github.com/krakenjs/lusca>);
//! express-csp-header (<https://github.com/frux/csp>); Hono's `secureHeaders`
//! (<https://hono.dev/docs/middleware/builtin/secure-headers>).

use super::helmet::{self, Era};
use super::origin::Origin;
use crate::endpoint::Place;
use crate::policies::script::{Hole, Value, written_directives};
use crate::policies::{ElementStyle, Written};
use crate::results::Disposition;

/// What sends a policy when it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sender {
    /// `helmet({ contentSecurityPolicy })`.
    Helmet,
    /// `helmet.contentSecurityPolicy({ directives })`.
    HelmetPolicy,
    /// `lusca({ csp })`.
    Lusca,
    /// `lusca.csp({ policy })`.
    LuscaPolicy,
    /// `expressCspHeader({ directives })`.
    CspHeader,
    /// `secureHeaders({ contentSecurityPolicy })`.
    Hono,
}

/// A policy that a package makes.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) written: Written,
    pub(super) disposition: Disposition,
    /// The package has it of itself: no option says it.
    pub(super) by_default: bool,
    /// The object of directives.
    pub(super) object: Option<Place>,
}

/// What a package makes of its options.
#[derive(Debug, Default)]
pub(super) struct Making {
    pub(super) made: Vec<Made>,
    /// Options that are not read.
    pub(super) unread: Vec<Hole>,
}

/// The sender that something imported is.
pub(super) fn sender(origin: &Origin) -> Option<Sender> {
    let path: Vec<&str> = origin.path.iter().map(String::as_str).collect();
    match (origin.module.as_str(), path.as_slice()) {
        ("helmet" | "koa-helmet" | "@fastify/helmet" | "fastify-helmet", []) => {
            Some(Sender::Helmet)
        }
        ("helmet" | "koa-helmet", ["helmet"]) => Some(Sender::Helmet),
        (
            "helmet" | "koa-helmet" | "@fastify/helmet" | "fastify-helmet",
            ["contentSecurityPolicy" | "csp"] | ["helmet", "contentSecurityPolicy"],
        )
        | ("helmet-csp", [] | ["contentSecurityPolicy"]) => Some(Sender::HelmetPolicy),
        ("lusca", []) => Some(Sender::Lusca),
        ("lusca", ["csp"]) => Some(Sender::LuscaPolicy),
        ("express-csp-header", [] | ["expressCspHeader"]) => Some(Sender::CspHeader),
        ("hono/secure-headers", ["secureHeaders"]) => Some(Sender::Hono),
        _ => None,
    }
}

/// What a sender makes of its options.
pub(super) fn made(sender: Sender, options: &Value, era: Era) -> Making {
    let mut out = Making::default();
    match sender {
        Sender::Helmet => helmet::of_options(options, era, &mut out),
        Sender::HelmetPolicy => helmet::of_policy(options, era, &mut out),
        Sender::Lusca => match options.property("csp") {
            Value::Undefined | Value::Null | Value::Bool(false) => {}
            policy => lusca(&policy, &mut out),
        },
        Sender::LuscaPolicy => lusca(options, &mut out),
        Sender::CspHeader => {
            let directives = match options.property("directives") {
                Value::Undefined => options.property("policies"),
                directives => directives,
            };
            let disposition = disposition(&options.property("reportOnly"));
            directives_of(&directives, disposition, &mut out);
        }
        Sender::Hono => {
            for (name, disposition) in [
                ("contentSecurityPolicy", Disposition::Enforce),
                ("contentSecurityPolicyReportOnly", Disposition::Report),
            ] {
                directives_of(&options.property(name), disposition, &mut out);
            }
        }
    }
    out
}

/// `{ policy: { 'default-src': "'self'" } | "…" | [ … ], reportOnly }`.
fn lusca(options: &Value, out: &mut Making) {
    let disposition = disposition(&options.property("reportOnly"));
    match options.property("policy") {
        Value::List(list) => {
            let mut written = Written::default();
            for item in &list.items {
                if !written.text().is_empty() {
                    written.made("; ");
                }
                written.append(match item {
                    Value::Object(object) => written_directives(object, ElementStyle::Quoted),
                    other => other.written(),
                });
            }
            add(written, disposition, None, out);
        }
        text @ Value::Text(_) => add(text.written(), disposition, None, out),
        policy => directives_of(&policy, disposition, out),
    }
}

fn directives_of(value: &Value, disposition: Disposition, out: &mut Making) {
    match value {
        Value::Object(object) => {
            let written = written_directives(object, ElementStyle::Quoted);
            add(written, disposition, object.place.clone(), out);
        }
        Value::Maybe(inner) => directives_of(inner, disposition, out),
        Value::Hole(hole) => out.unread.push(hole.clone()),
        _ => {}
    }
}

fn add(written: Written, disposition: Disposition, object: Option<Place>, out: &mut Making) {
    if !written.text().is_empty() {
        out.made.push(Made {
            written,
            disposition,
            by_default: false,
            object,
        });
    }
}

/// What `reportOnly` says; what is not known may enforce, or not: then nothing is blocked for
/// sure.
pub(super) fn disposition(report_only: &Value) -> Disposition {
    match report_only.truthy() {
        Some(false) => Disposition::Enforce,
        _ => Disposition::Report,
    }
}
