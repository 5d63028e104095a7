//! Policies of `nuxt.config.*`: those of the module nuxt-security, of `routeRules`, of
//! `app.head.meta`, and of Nuxt 2's `render.csp`.
//!
//! <https://nuxt.com/docs/guide/concepts/rendering#route-rules>,
//! <https://nuxt-security.vercel.app/>,
//! <https://v2.nuxt.com/docs/configuration-glossary/configuration-render#csp>. The headers of
//! route rules come with every response; all else is for pages.

use super::nuxt_security::{Layer, policy};
use super::pages::{EveryPage, Files, is_script};
use super::route_rules::RouteTable;
use super::{elements, is_config, may_be_policy, option, present, unread};
use crate::policies::script::{Object, Value, read_script, written_directives};
use crate::policies::{
    ElementStyle, Found, FoundPolicy, PolicyIssue, PolicyLocation, Routing, SourceFile, Written,
    disposition_of,
};
use crate::results::Disposition;
use std::path::Path;

/// `nuxt.config.ts` and its like.
#[derive(Debug, Clone, Copy)]
pub(in crate::policies) struct NuxtConfig;

impl PolicyLocation for NuxtConfig {
    fn name(&self) -> &'static str {
        "Nuxt"
    }

    fn recognises(&self, path: &Path) -> bool {
        is_config(path, "nuxt.config")
    }

    fn read(&self, file: &SourceFile) -> Found {
        let read = read_script(file, |script| {
            let configs = script.configurations();
            let mut reading = Reading::of(file, &configs);
            reading.headers();
            reading.security();
            reading.markup();
            reading.version_2();
            reading.found()
        });
        Found {
            others: read.others,
            ..read.value
        }
    }
}

/// The policy of a rule for a route.
#[derive(Debug, Clone)]
struct OfRule {
    rule: usize,
    /// None if the rule takes the policy away.
    policy: Option<usize>,
    disposition: Disposition,
    /// For pages only; the rules that say something of it, in order.
    of_pages: Option<Vec<usize>>,
}

#[derive(Debug)]
struct NuxtRouting {
    table: RouteTable,
    paths: Vec<String>,
    rules: Vec<OfRule>,
    /// Rules that have a part in the policies of pages.
    of_security: Vec<usize>,
    pages: EveryPage,
    /// Policies of markup.
    markup: Vec<usize>,
}

impl Routing for NuxtRouting {
    fn policies_at(&self, path: &str) -> Vec<usize> {
        let matching = self.table.matching(path);
        let is_page = !is_script(path) && !self.pages.files.has(path);
        let mut out = Vec::new();
        for disposition in [Disposition::Enforce, Disposition::Report] {
            let strongest = matching.iter().rev().find_map(|rule| {
                let own = self.rules.iter().filter(|r| r.rule == *rule);
                let mut own = own.filter(|r| r.disposition == disposition);
                own.find(|r| is_page || r.of_pages.is_none())
            });
            let Some(strongest) = strongest else { continue };
            // Rules that overlap in a way that no policy was made for: it is not known.
            let is_made_for = strongest.of_pages.as_ref().is_none_or(|parts| {
                let own = matching.iter().filter(|r| self.of_security.contains(r));
                own.eq(parts.iter())
            });
            out.extend(strongest.policy.filter(|_| is_made_for));
        }
        if is_page {
            out.extend(&self.markup);
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    fn shown(&self, policy: usize) -> Option<String> {
        let own = self.rules.iter().filter(|r| r.policy == Some(policy));
        let paths: Vec<_> = own.filter_map(|r| self.paths.get(r.rule)).collect();
        if paths.is_empty() || paths.iter().any(|path| *path == "/**") {
            return None;
        }
        let paths: Vec<_> = paths.into_iter().map(String::as_str).collect();
        Some(paths.join(", "))
    }
}

struct Reading<'a> {
    file: &'a SourceFile,
    configs: &'a [Value],
    /// `routeRules`, with one for all paths.
    routes: Vec<(String, Value)>,
    rules: Vec<OfRule>,
    of_security: Vec<usize>,
    policies: Vec<FoundPolicy>,
    markup: Vec<usize>,
    issues: Vec<PolicyIssue>,
}

impl<'a> Reading<'a> {
    fn of(file: &'a SourceFile, configs: &'a [Value]) -> Self {
        let mut routes: Vec<(String, Value)> = Vec::new();
        for path in [&["routeRules"][..], &["nitro", "routeRules"]] {
            let Value::Object(object) = present(&option(configs, path)).clone() else {
                continue;
            };
            for (path, rule) in object.entries {
                if !routes.iter().any(|(own, _)| *own == path) {
                    routes.push((path, rule));
                }
            }
        }
        if !routes.iter().any(|(path, _)| path == "/**") {
            routes.push(("/**".to_owned(), Value::Undefined));
        }
        Reading {
            file,
            configs,
            routes,
            rules: Vec::new(),
            of_security: Vec::new(),
            policies: Vec::new(),
            markup: Vec::new(),
            issues: Vec::new(),
        }
    }

    fn found(self) -> Found {
        let paths: Vec<_> = self.routes.into_iter().map(|(path, _)| path).collect();
        let routing = NuxtRouting {
            table: RouteTable::of(paths.iter().map(String::as_str)),
            paths,
            rules: self.rules,
            of_security: self.of_security,
            pages: EveryPage {
                policies: self.policies.len(),
                files: Files::of(self.file.folder(), &["public", "static"]),
            },
            markup: self.markup,
        };
        Found {
            policies: self.policies,
            routing: Some(Box::new(routing)),
            issues: self.issues,
            ..Found::default()
        }
    }

    fn push(&mut self, written: Written, disposition: Disposition) -> usize {
        self.policies.push(FoundPolicy {
            written,
            disposition,
        });
        self.policies.len() - 1
    }

    /// `routeRules: { path: { headers } }`, as far as nuxt-security does not take them over.
    fn headers(&mut self) {
        let has_module = self.has_module();
        for rule in 0..self.routes.len() {
            let headers = self.routes[rule].1.property("headers");
            if let Value::Hole(hole) = &headers
                && may_be_policy(&hole.name, self.file)
            {
                self.issues
                    .push(unread("the headers of a route rule", hole));
            }
            for (disposition, value) in header_values(&headers) {
                if has_module && disposition == Disposition::Enforce {
                    continue;
                }
                let policy = Some(self.push(value.written(), disposition));
                self.rules.push(OfRule {
                    rule,
                    policy,
                    disposition,
                    of_pages: None,
                });
            }
        }
    }

    /// Whether nuxt-security is among the modules, or at least has options: a layer may bring it.
    fn has_module(&self) -> bool {
        self.module_options().is_some()
            || !matches!(option(self.configs, &["security"]), Value::Undefined)
    }

    /// What stands beside its name in the list of modules.
    fn module_options(&self) -> Option<Value> {
        let modules = [
            option(self.configs, &["modules"]),
            option(self.configs, &["buildModules"]),
        ];
        let is_it = |value: &Value| value.known_text().as_deref() == Some("nuxt-security");
        modules.iter().flat_map(elements).find_map(|module| {
            if is_it(module) {
                return Some(Value::Undefined);
            }
            is_it(&module.property("0")).then(|| module.property("1"))
        })
    }

    fn security(&mut self) {
        if !self.has_module() {
            return;
        }
        let security = match option(self.configs, &["security"]) {
            Value::Undefined => self.module_options().unwrap_or(Value::Undefined),
            security => security,
        };
        if matches!(security.property("enabled"), Value::Bool(false)) {
            return;
        }
        let strict = match security.property("strict") {
            Value::Undefined => Some(false),
            strict => strict.truthy(),
        };
        let base = match Layer::of_security(&security) {
            // A text takes the place of all defaults.
            text @ Layer::Text(_) => vec![text],
            own => vec![own, Layer::Defaults { strict }],
        };
        let own: Vec<Vec<Layer>> = self
            .routes
            .iter()
            .map(|(path, rule)| {
                let mut layers = vec![Layer::of_security(&rule.property("security"))];
                if path == "/**" {
                    layers.extend(base.iter().cloned());
                }
                let headers = rule.property("headers");
                let enforced = header_values(&headers).into_iter();
                let mut enforced = enforced.filter(|(d, _)| *d == Disposition::Enforce);
                layers.extend(enforced.next().map(|(_, value)| Layer::of_policy(&value)));
                layers
            })
            .collect();
        let says = |layers: &Vec<Layer>| layers.iter().any(|l| !matches!(l, Layer::Nothing));
        self.of_security = (0..own.len()).filter(|i| says(&own[*i])).collect();
        let table = RouteTable::of(self.routes.iter().map(|(path, _)| path.as_str()));
        for rule in self.of_security.clone() {
            let mut parts = table.matching(&representative(&self.routes[rule].0));
            parts.retain(|part| self.of_security.contains(part));
            let layers: Vec<Layer> = parts.iter().rev().flat_map(|i| own[*i].clone()).collect();
            let written = policy(&layers);
            let policy = written.map(|written| self.push(written, Disposition::Enforce));
            self.rules.push(OfRule {
                rule,
                policy,
                disposition: Disposition::Enforce,
                of_pages: Some(parts),
            });
        }
    }

    /// `<meta>` elements of the configuration: `app.head.meta`, Nuxt 2's `head.meta`.
    fn markup(&mut self) {
        for path in [&["app", "head", "meta"][..], &["head", "meta"]] {
            let metas = option(self.configs, path);
            for meta in elements(&metas) {
                let names = [meta.property("http-equiv"), meta.property("httpEquiv")];
                let name = names.iter().find_map(Value::known_text);
                let is_policy = name.and_then(|n| disposition_of(&n)) == Some(Disposition::Enforce);
                if is_policy {
                    let policy =
                        self.push(meta.property("content").written(), Disposition::Enforce);
                    self.markup.push(policy);
                }
            }
        }
    }

    /// `render.csp` of Nuxt 2.
    fn version_2(&mut self) {
        let csp = option(self.configs, &["render", "csp"]);
        let policies = csp.property("policies");
        let written = match present(&policies) {
            Value::Object(object) => written_directives(object, ElementStyle::Quoted),
            Value::Hole(_) => policies.written(),
            _ => return,
        };
        let disposition = match csp.property("reportOnly").truthy() {
            Some(true) => Disposition::Report,
            _ => Disposition::Enforce,
        };
        if !written.text().is_empty() {
            let policy = self.push(written, disposition);
            self.markup.push(policy);
        }
    }
}

/// The policies among headers.
fn header_values(headers: &Value) -> Vec<(Disposition, Value)> {
    let Value::Object(Object { entries, .. }) = present(headers) else {
        return Vec::new();
    };
    let each = entries.iter().filter_map(|(name, value)| {
        let value = present(value);
        let is_set = matches!(value, Value::Text(_) | Value::Hole(_));
        Some((disposition_of(name)?, value.clone())).filter(|_| is_set)
    });
    each.collect()
}

/// A path that a rule is for, and no other rule by accident.
fn representative(rule: &str) -> String {
    let parts = rule.split('/').map(|part| match part {
        "**" => "-any-/-path-",
        part if part == "*" || part.starts_with(':') => "-any-",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}
