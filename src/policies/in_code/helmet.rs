//! The policies of helmet, by its version.
//!
//! <https://github.com/helmetjs/helmet/blob/main/CHANGELOG.md>: up to 3, `helmet()` sends none;
//! from 4 on it sends the default one, and from 5 on (`useDefaults`) the default directives are
//! in every policy that does not replace them.

use super::packages::{Made, Making, disposition};
use crate::policies::script::{Object, Value, directive_name, written_directives};
use crate::policies::{ElementStyle, SourceFile, Written};
use std::path::Path;

/// Versions of helmet that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Era {
    /// Up to 3.
    Three,
    /// 4.
    Four,
    /// From 5 on.
    Later,
}

/// <https://github.com/helmetjs/helmet/tree/main/middlewares/content-security-policy>.
const DEFAULTS: [(&str, &str); 11] = [
    ("default-src", "'self'"),
    ("base-uri", "'self'"),
    ("font-src", "'self' https: data:"),
    ("form-action", "'self'"),
    ("frame-ancestors", "'self'"),
    ("img-src", "'self' data:"),
    ("object-src", "'none'"),
    ("script-src", "'self'"),
    ("script-src-attr", "'none'"),
    ("style-src", "'self' https: 'unsafe-inline'"),
    ("upgrade-insecure-requests", ""),
];

/// `helmet(options)`.
pub(super) fn of_options(options: &Value, era: Era, out: &mut Making) {
    if let Value::Hole(hole) = options {
        out.unread.push(hole.clone());
        return;
    }
    match (options.property("contentSecurityPolicy"), era) {
        (Value::Bool(false), _) => {}
        (Value::Undefined | Value::Bool(true), Era::Three) => {}
        (Value::Undefined | Value::Bool(true), _) => of_policy(&Value::Undefined, era, out),
        (policy, _) => of_policy(&policy, era, out),
    }
}

/// `helmet.contentSecurityPolicy(options)`.
pub(super) fn of_policy(options: &Value, era: Era, out: &mut Making) {
    let options = match options {
        Value::Maybe(inner) => inner,
        Value::Hole(hole) => {
            out.unread.push(hole.clone());
            return;
        }
        other => other,
    };
    let disposition = disposition(&options.property("reportOnly"));
    let merges = match (options.property("useDefaults"), era) {
        (_, Era::Three) => false,
        (Value::Undefined, era) => era == Era::Later,
        // Where it is not known, what is there without it is what is sure.
        (value, _) => value.truthy() == Some(true),
    };
    let (directives, by_default) = match options.property("directives") {
        Value::Object(object) => (object, false),
        Value::Maybe(inner) => match &*inner {
            Value::Object(object) => (object.clone(), false),
            _ => return,
        },
        Value::Hole(hole) => {
            out.unread.push(hole);
            return;
        }
        _ if era == Era::Three => return,
        _ => (Object::default(), true),
    };
    let object = directives.place.clone();
    let written = with_defaults(directives, merges || by_default);
    if !written.text().is_empty() {
        out.made.push(Made {
            written,
            disposition,
            by_default,
            object,
        });
    }
}

/// Directives, and the default ones that they do not replace.
fn with_defaults(mut directives: Object, mut merges: bool) -> Written {
    // `...helmet.contentSecurityPolicy.getDefaultDirectives()`.
    if let Some(open) = &directives.open
        && open.contains("getDefaultDirectives")
    {
        directives.open = None;
        merges = true;
    }
    let own: Vec<String> = directives
        .entries
        .iter()
        .map(|(name, _)| directive_name(name))
        .collect();
    directives.entries.retain(|(_, value)| !is_disabled(value));
    let mut written = written_directives(&directives, ElementStyle::Quoted);
    for (name, value) in DEFAULTS.iter().filter(|_| merges) {
        if own.iter().any(|own| own == name) {
            continue;
        }
        if !written.text().is_empty() {
            written.made("; ");
        }
        written.made(format!("{name} {value}").trim_end());
    }
    written
}

/// `dangerouslyDisableDefaultSrc`.
fn is_disabled(value: &Value) -> bool {
    matches!(value, Value::Hole(hole) if hole.name.contains("dangerouslyDisableDefaultSrc"))
}

/// The version that a project asks for, by the nearest `package.json` that does; the newest
/// where none does.
pub(super) fn era(file: &SourceFile) -> Era {
    let real = file
        .path
        .canonicalize()
        .unwrap_or_else(|_| file.path.clone());
    let mut folders = real.ancestors().skip(1).take(12);
    folders
        .find_map(|folder| asked_for(&folder.join("package.json")))
        .unwrap_or(Era::Later)
}

/// For packages that wrap helmet: the last major versions with helmet 3, and with helmet 4.
const PACKAGES: [(&str, u32, u32); 5] = [
    ("helmet", 3, 4),
    ("koa-helmet", 5, 6),
    ("@fastify/helmet", 0, 6),
    ("fastify-helmet", 4, 6),
    ("helmet-csp", 2, 3),
];

fn asked_for(manifest: &Path) -> Option<Era> {
    let text = std::fs::read_to_string(manifest).ok()?;
    let json: serde_json::Value = serde_json::from_str(&text).ok()?;
    let kinds = ["dependencies", "devDependencies", "peerDependencies"];
    let asked = |name: &str| {
        let mut all = kinds
            .iter()
            .filter_map(|kind| json.get(kind)?.get(name)?.as_str());
        all.next().and_then(major)
    };
    PACKAGES.iter().find_map(|(name, three, four)| {
        let major = asked(name)?;
        Some(match major {
            major if major <= *three => Era::Three,
            major if major <= *four => Era::Four,
            _ => Era::Later,
        })
    })
}

/// `^4.6.0`, `>=3 <4`, `4.x`.
fn major(range: &str) -> Option<u32> {
    let start = range.find(|c: char| c.is_ascii_digit())?;
    let digits = range.get(start..)?;
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    digits.get(..end)?.parse().ok()
}
