//! `vercel.json`: `headers`, and `routes` of older projects.
//!
//! <https://vercel.com/docs/project-configuration/vercel-json#headers>,
//! <https://vercel.com/docs/project-configuration/vercel-json#routes>; how sources become
//! expressions: <https://github.com/vercel/vercel/tree/main/packages/routing-utils>. Of rules that
//! match one path and set one header the last one counts.

use super::json;
use super::last_rule::{LastRule, LastRules};
use crate::policies::path_to_regexp::route;
use crate::policies::{
    Found, FoundPolicy, PageUrls, PathPattern, PolicyIssue, PolicyLocation, SourceFile, Written,
    disposition_of,
};
use crate::results::Disposition;
use jsonc_parser::ast::{Object, StringLit};
use jsonc_parser::common::Ranged;
use std::path::{Path, PathBuf};

/// `vercel.json`.
#[derive(Debug, Clone, Copy)]
pub(in crate::policies) struct Vercel;

impl PolicyLocation for Vercel {
    fn name(&self) -> &'static str {
        "Vercel `vercel.json`"
    }

    fn recognises(&self, path: &Path) -> bool {
        let names = ["vercel.json", "now.json"];
        path.file_name()
            .is_some_and(|name| names.iter().any(|n| name == *n))
    }

    fn stands_alone(&self) -> bool {
        true
    }

    fn hosts(&self) -> bool {
        true
    }

    fn read(&self, file: &SourceFile) -> Found {
        json::found(file, |root| read(file, root))
    }
}

/// What a configuration says.
fn read(file: &SourceFile, root: &Object) -> Found {
    let mut reading = Reading {
        file,
        found: Found::default(),
        rules: Vec::new(),
    };
    for rule in json::objects(root, "headers") {
        reading.headers(rule);
    }
    reading.routes(root);
    let clean = json::boolean(root, "cleanUrls").unwrap_or(false);
    Found {
        routing: Some(Box::new(LastRules(reading.rules))),
        publish: json::text(root, "outputDirectory").map(PathBuf::from),
        urls: PageUrls {
            extension: !clean,
            clean,
            bare: true,
            slash: json::boolean(root, "trailingSlash"),
        },
        ..reading.found
    }
}

struct Reading<'a> {
    file: &'a SourceFile,
    found: Found,
    rules: Vec<LastRule>,
}

impl Reading<'_> {
    /// A rule of `headers`.
    fn headers(&mut self, rule: &Object) {
        let Some(source) = json::text(rule, "source") else {
            return;
        };
        let pattern = route(source, true);
        for header in json::objects(rule, "headers") {
            let name = json::text(header, "key");
            let value = json::get(header, "value").and_then(|v| v.as_string_lit());
            let (Some(disposition), Some(value)) = (name.and_then(disposition_of), value) else {
                continue;
            };
            if !pattern.is_known() {
                self.unread(source, value);
                continue;
            }
            let written = match parameter_in(&value.value, source, rule) {
                Some(name) => {
                    let (inner, _) = json::inner(self.file, value);
                    let mut written = Written::default();
                    written.hole(&name, Some(self.file.place(inner.start, inner.end)));
                    written
                }
                None => json::written(self.file, value),
            };
            let rule = LastRule {
                pattern: pattern.clone(),
                doubtful: has_condition(rule),
                policy: None,
                disposition,
                ends: false,
            };
            self.policy(rule, written);
        }
    }

    fn policy(&mut self, rule: LastRule, written: Written) {
        let disposition = rule.disposition;
        self.rules.push(LastRule {
            policy: Some(self.found.policies.len()),
            ..rule
        });
        self.found.policies.push(FoundPolicy {
            written,
            disposition,
        });
    }

    fn unread(&mut self, source: &str, value: &StringLit) {
        let place = self.file.place(value.start(), value.end());
        let message = format!("the paths `{source}` are not understood: their policy is not read");
        let issue = PolicyIssue::unread(message, Some(place));
        self.found.issues.push(issue);
    }

    /// `routes`: the first that matches ends the search, unless it says `continue`. Those behind a
    /// `handle` are for some responses only: where there is no file, where there is an error.
    fn routes(&mut self, root: &Object) {
        let mut handle = None;
        for route in json::objects(root, "routes") {
            if let Some(name) = json::text(route, "handle") {
                handle = Some(name);
                continue;
            }
            if handle != Some("error") && is_for_pages(route) {
                self.route(route, handle.is_some());
            }
        }
    }

    fn route(&mut self, route: &Object, doubtful: bool) {
        let Some(source) = json::text(route, "src") else {
            return;
        };
        let sensitive = json::boolean(route, "caseSensitive").unwrap_or(false);
        let regex = source.strip_prefix('^').unwrap_or(source);
        let regex = match regex.strip_suffix('$') {
            Some(regex) if !regex.ends_with('\\') => regex,
            _ => regex,
        };
        let rule = LastRule {
            pattern: PathPattern::of_regex(source, regex, sensitive),
            doubtful: doubtful || has_condition(route),
            policy: None,
            disposition: Disposition::Enforce,
            ends: false,
        };
        let headers = json::object(route, "headers").map_or(&[][..], |h| &h.properties);
        for header in headers {
            let value = header.value.as_string_lit();
            let (Some(disposition), Some(value)) = (disposition_of(header.name.as_str()), value)
            else {
                continue;
            };
            if !rule.pattern.is_known() {
                self.unread(source, value);
                continue;
            }
            let rule = LastRule {
                disposition,
                ..rule.clone()
            };
            self.policy(rule, json::written(self.file, value));
        }
        if json::boolean(route, "continue") != Some(true) {
            self.rules.push(LastRule { ends: true, ..rule });
        }
    }
}

/// Whether a route is for the requests that browsers load pages by.
fn is_for_pages(route: &Object) -> bool {
    let methods = json::list(route, "methods");
    let is_get = |method: &str| method.eq_ignore_ascii_case("get");
    methods.is_empty()
        || methods
            .iter()
            .filter_map(|m| m.as_string_lit())
            .any(|m| is_get(&m.value))
}

/// Whether a rule is for some requests only. Requests for pages have most of what `missing` names
/// not; cookies they may have.
fn has_condition(rule: &Object) -> bool {
    let is_cookie = |item: &Object| json::text(item, "type").is_none_or(|kind| kind == "cookie");
    !json::list(rule, "has").is_empty() || json::objects(rule, "missing").any(is_cookie)
}

/// A parameter of the path, or of a condition, that stands in a value: `:name`.
fn parameter_in(value: &str, source: &str, rule: &Object) -> Option<String> {
    let names = names(source).into_iter().map(str::to_owned);
    let keys = json::objects(rule, "has").filter_map(|item| json::text(item, "key"));
    let mut all = names.chain(keys.map(str::to_owned));
    all.find(|name| names_in(value).contains(&name.as_str()))
        .map(|name| format!(":{name}"))
}

fn names_in(value: &str) -> Vec<&str> {
    names(value)
}

/// What stands behind colons: `:name`.
fn names(text: &str) -> Vec<&str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let behind = text.split(':').skip(1);
    let names = behind.map(|rest| rest.split(|c| !is_name(c)).next().unwrap_or_default());
    names.filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policies::hosting::tests::{at, codes, place};

    fn read(text: &str) -> (SourceFile, Found) {
        let file = SourceFile::of_text(Path::new("/p/vercel.json"), "vercel.json", text);
        let found = Vercel.read(&file);
        (file, found)
    }

    fn rule(source: &str, host: &str, more: &str) -> String {
        format!(
            r#"{{"source": "{source}", "headers": [{{"key": "content-security-policy", "value": "connect-src {host}"}}]{more}}},"#
        )
    }

    #[test]
    fn the_last_rule_counts() {
        let text = format!(
            r#"{{ "headers": [ {} {} {} {} ] }}"#,
            rule("/(.*)", "a.test", ""),
            rule("/app/:path*", "b.test", ""),
            rule(
                "/app/:path*",
                "c.test",
                r#", "has": [{"type": "cookie", "key": "beta"}]"#
            ),
            rule(
                "/x",
                "d.test",
                r#", "missing": [{"type": "header", "key": "x"}]"#
            ),
        );
        let (file, found) = read(&text);
        assert_eq!(at(&found, "/"), ["connect-src a.test"]);
        assert_eq!(at(&found, "/app"), ["connect-src b.test"]);
        assert_eq!(at(&found, "/App/x"), ["connect-src a.test"]);
        assert_eq!(at(&found, "/x"), ["connect-src d.test"]);
        assert_eq!(place(&file, &found, "b.test"), "b.test");
    }

    #[test]
    fn routes_end_unless_they_continue() {
        let (_, found) = read(
            r#"{ "routes": [
                { "src": "/api/.*", "dest": "/api" },
                { "src": "/.*", "headers": { "Content-Security-Policy": "connect-src a.test" }, "continue": true },
                { "src": "^/app$", "headers": { "Content-Security-Policy": "connect-src b.test" } },
                { "src": "/(.*)", "methods": ["POST"], "headers": { "Content-Security-Policy": "connect-src c.test" } },
                { "src": "/app", "headers": { "Content-Security-Policy": "connect-src d.test" } },
                { "handle": "filesystem" },
                { "src": "/(.*)", "dest": "/index.html", "headers": { "Content-Security-Policy": "connect-src e.test" } }
            ] }"#,
        );
        assert!(at(&found, "/api/x").is_empty());
        assert_eq!(at(&found, "/"), ["connect-src a.test"]);
        assert_eq!(at(&found, "/APP"), ["connect-src b.test"]);
    }

    #[test]
    fn a_parameter_in_a_value_is_a_hole() {
        let (_, found) = read(&format!(
            r#"{{ "headers": [ {} ] }}"#,
            rule("/:tenant/(.*)", "https://:tenant.test", "")
        ));
        assert_eq!(found.policies[0].written.text(), "{:tenant}");
        assert_eq!(found.policies[0].written.holes().len(), 1);
    }

    #[test]
    fn what_is_not_understood_is_told() {
        let (_, found) = read(&format!(
            r#"{{ "headers": [ {} ] }}"#,
            rule("/((a)", "a.test", "")
        ));
        assert_eq!(codes(&found), ["unread-policy"]);
        assert!(found.policies.is_empty());
        assert_eq!(codes(&read("{").1), ["unreadable-policy-file"]);
        assert_eq!(codes(&read("").1), [""; 0]);
        let (_, found) = read(r#"{ "outputDirectory": "out", "cleanUrls": true, } // c"#);
        assert_eq!(found.publish, Some(PathBuf::from("out")));
        assert!(found.urls.clean && !found.urls.extension);
    }
}
