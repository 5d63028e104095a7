//! Policies in the settings of Django.
//!
//! django-csp up to 3 (`CSP_CONNECT_SRC`) and from 4 on (`CONTENT_SECURITY_POLICY`):
//! <https://django-csp.readthedocs.io/en/latest/configuration.html>; Django's own (`SECURE_CSP`):
//! <https://docs.djangoproject.com/en/6.0/ref/settings/#secure-csp>. They come with every page that
//! Django answers with. Of several files of settings those for production are read. Views may
//! have other sources (`@csp_update`): what they change of `connect-src` is not decided.

mod objects;
mod settings;
mod views;

pub(super) use objects::PythonObjects;

use super::in_code::names::is_directive;
use super::in_code::slot::slot as slot_of_dictionary;
use super::program::pages::EveryPageBut;
use super::program::python::{Python, Scope};
use super::script::{Object, Value, written_directives};
use super::{ElementStyle, Found, FoundPolicy, PolicyIssue, PolicyLocation, Slot, SourceFile};
use crate::results::{Disposition, Severity};
use std::path::{Path, PathBuf};

/// Settings of Django.
#[derive(Debug, Clone, Copy)]
pub(super) struct DjangoSettings;

impl PolicyLocation for DjangoSettings {
    fn name(&self) -> &'static str {
        "the settings of Django"
    }

    fn recognises(&self, path: &Path) -> bool {
        settings::is_settings(path)
    }

    /// A file of settings that is not imported by another is of another deployment.
    fn deployment(&self) -> &'static str {
        ""
    }

    fn read(&self, file: &SourceFile) -> Found {
        if !settings::counts(file) {
            return Found::default();
        }
        let Some((python, scope)) = Python::run(file) else {
            return Found::default();
        };
        let mut found = read(&scope, &python);
        found.others = python.files.into_iter().skip(1).collect();
        found
    }
}

/// A policy of the settings.
struct Setting {
    directives: Object,
    disposition: Disposition,
    /// What paths begin with that do not have it.
    without: Vec<String>,
}

fn read(scope: &Scope, python: &Python) -> Found {
    let files = &python.files;
    let Some(file) = files.first() else {
        return Found::default();
    };
    let settings = all(scope);
    if settings.is_empty() {
        return Found::default();
    }
    let mut found = Found::default();
    let first = settings.iter().find_map(|s| s.directives.entries.first());
    if let Some(middlewares) = scope.get("MIDDLEWARE").filter(|m| !may_send(m)) {
        let place = first.and_then(|(_, value)| value.place());
        found.issues.push(PolicyIssue {
            code: "unsent-policy",
            severity: Severity::Info,
            message: "the policies of this file are not judged: no middleware that sends them is \
                      in `MIDDLEWARE`"
                .to_owned(),
            help: Some("add the middleware, or give the policy with --policy".to_owned()),
            place: place
                .or(middlewares.place())
                .filter(|p| p.file == file.name),
        });
        return found;
    }
    let project = project(file);
    let mut without = Vec::new();
    for mut setting in settings {
        views::apply(&project, &mut setting.directives);
        if python.gave_up {
            setting.directives.opened("what-follows");
        }
        let mut written = written_directives(&setting.directives, ElementStyle::Quoted);
        if let Some(slot) = slot(&setting.directives, files) {
            written.set_slot(slot);
        }
        if written.text().is_empty() {
            continue;
        }
        without.push(setting.without);
        found.policies.push(FoundPolicy {
            written,
            disposition: setting.disposition,
        });
    }
    let routing = EveryPageBut::of(without, &project, &["static", "staticfiles"]);
    found.routing = Some(Box::new(routing));
    found
}

/// Where a directive can be put into the dictionary of them.
fn slot(directives: &Object, files: &[SourceFile]) -> Option<Slot> {
    let place = directives.place.as_ref()?;
    let file = files.iter().find(|file| file.name == place.file)?;
    slot_of_dictionary(file, place.span)
}

fn all(scope: &Scope) -> Vec<Setting> {
    let mut out = Vec::new();
    for (name, disposition) in [
        ("CONTENT_SECURITY_POLICY", Disposition::Enforce),
        ("CONTENT_SECURITY_POLICY_REPORT_ONLY", Disposition::Report),
    ] {
        let Some(value) = scope.get(name).map(present) else {
            continue;
        };
        if let Value::Object(object) = value {
            let directives = match present(&object.get("DIRECTIVES")) {
                Value::Object(directives) => named(directives),
                Value::Hole(hole) => Object {
                    open: Some(hole.name.clone()),
                    ..Object::default()
                },
                _ => Object::default(),
            };
            out.push(Setting {
                directives: with_default(directives),
                disposition,
                without: texts(&object.get("EXCLUDE_URL_PREFIXES")),
            });
        }
    }
    if out.is_empty() {
        out.extend(older(scope));
    }
    for (name, disposition) in [
        ("SECURE_CSP", Disposition::Enforce),
        ("SECURE_CSP_REPORT_ONLY", Disposition::Report),
    ] {
        if let Some(Value::Object(object)) = scope.get(name).map(present)
            && !object.entries.is_empty()
        {
            out.push(Setting {
                directives: named(object),
                disposition,
                without: Vec::new(),
            });
        }
    }
    out
}

/// `CSP_CONNECT_SRC`, `CSP_DEFAULT_SRC`: django-csp up to 3.
fn older(scope: &Scope) -> Option<Setting> {
    let directive = |name: &str| {
        let name = name
            .strip_prefix("CSP_")?
            .to_ascii_lowercase()
            .replace('_', "-");
        is_directive(&name).then_some(name)
    };
    let mut own: Vec<(String, Value)> = scope
        .names()
        .filter_map(|(name, value)| Some((directive(name)?, value.clone())))
        .collect();
    if own.is_empty() {
        return None;
    }
    let place = |value: &Value| value.place().map(|place| (place.file, place.span));
    own.sort_by_key(|(name, value)| (place(value).is_none(), place(value), name.clone()));
    let mut directives = Object::default();
    for (name, value) in own {
        directives.set(&name, value, true);
    }
    let report_only = scope.get("CSP_REPORT_ONLY").map(Value::truthy);
    Some(Setting {
        directives: with_default(directives),
        disposition: match report_only {
            None | Some(Some(false)) => Disposition::Enforce,
            Some(_) => Disposition::Report,
        },
        without: scope
            .get("CSP_EXCLUDE_URL_PREFIXES")
            .map(texts)
            .unwrap_or_default(),
    })
}

/// django-csp has `default-src 'self'` where the settings say nothing of it.
fn with_default(mut directives: Object) -> Object {
    let has = directives
        .entries
        .iter()
        .any(|(name, _)| name == "default-src");
    if !has && directives.open.is_none() {
        let own = super::script::Text::made("'self'");
        directives.set("default-src", Value::text(own), true);
    }
    directives
}

/// What is there, also where that depends on what is not known: without it nothing is blocked.
fn present(value: &Value) -> &Value {
    match value {
        Value::Maybe(inner) => present(inner),
        other => other,
    }
}

/// Directives by their names as they are sent.
fn named(object: &Object) -> Object {
    let mut out = object.clone();
    for (name, _) in &mut out.entries {
        *name = name.to_ascii_lowercase().replace('_', "-");
    }
    out
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::List(list) => list.items.iter().filter_map(Value::known_text).collect(),
        value => value.known_text().into_iter().collect(),
    }
}

/// Whether the middlewares may send a policy; not, if all are known and none does.
fn may_send(middlewares: &Value) -> bool {
    match middlewares {
        Value::List(list) => list.items.iter().any(|item| match item.known_text() {
            Some(text) => {
                let text = text.to_ascii_lowercase();
                text.contains("csp")
                    || text.contains("contentsecuritypolicy")
                    || text.contains("security_headers")
            }
            None => true,
        }),
        _ => true,
    }
}

/// The folder of the project that a file is in.
fn project(file: &SourceFile) -> PathBuf {
    let real = file
        .path
        .canonicalize()
        .unwrap_or_else(|_| file.path.clone());
    let marks = [
        "manage.py",
        "pyproject.toml",
        "setup.py",
        ".git",
        "requirements.txt",
    ];
    let mut above = real.ancestors().skip(1).take(6);
    let found = above.find(|folder| marks.iter().any(|mark| folder.join(mark).exists()));
    let own = real.parent().unwrap_or(Path::new(""));
    found.unwrap_or(own).to_path_buf()
}

#[cfg(test)]
mod tests;
