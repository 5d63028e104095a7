//! `staticwebapp.config.json` of Azure Static Web Apps: `globalHeaders` and `routes[].headers`.
//!
//! <https://learn.microsoft.com/azure/static-web-apps/configuration>: the first route that matches
//! is the only one; its headers take the place of the global ones of the same name, an empty text
//! takes them away. Where the document leaves it open, as in
//! <https://github.com/Azure/static-web-apps-cli/blob/main/src/msha/routes-engine/route-processor.ts>.

use super::{json, project_of_assets};
use crate::policies::{
    Found, FoundPolicy, PathPattern, PolicyLocation, Routing, SourceFile, disposition_of,
};
use crate::results::Disposition;
use jsonc_parser::ast::Object;
use std::path::{Path, PathBuf};

/// `staticwebapp.config.json`.
#[derive(Debug, Clone, Copy)]
pub(in crate::policies) struct StaticWebApp;

impl PolicyLocation for StaticWebApp {
    fn name(&self) -> &'static str {
        "Azure `staticwebapp.config.json`"
    }

    fn recognises(&self, path: &Path) -> bool {
        path.file_name()
            .is_some_and(|name| name == "staticwebapp.config.json")
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
    let mut policies = Vec::new();
    let mut headers = |object: &Object, name: &str| {
        let headers = json::object(object, name);
        headers.map_or(Headers::default(), |h| read_headers(file, h, &mut policies))
    };
    let global = headers(root, "globalHeaders");
    let routes = json::objects(root, "routes").filter(|route| is_for_pages(route));
    let routes = routes.filter_map(|route| {
        let pattern = pattern(json::text(route, "route")?)?;
        Some((pattern, headers(route, "headers")))
    });
    let routing = Routes {
        routes: routes.collect(),
        global,
    };
    Found {
        policies,
        routing: Some(Box::new(routing)),
        publish: is_served(file.folder()).then(|| PathBuf::from(".")),
        project: project_of_assets(file.folder()),
        ..Found::default()
    }
}

/// Whether a folder is copied to the root of the site as it is.
fn is_served(folder: &Path) -> bool {
    let names = ["public", "static"];
    folder
        .file_name()
        .is_some_and(|name| names.iter().any(|n| name == *n))
}

/// What is said of each header: a policy, or that there is none.
#[derive(Debug, Clone, Copy, Default)]
struct Headers {
    enforce: Option<Option<usize>>,
    report: Option<Option<usize>>,
}

impl Headers {
    fn of(&self, disposition: Disposition) -> Option<Option<usize>> {
        match disposition {
            Disposition::Enforce => self.enforce,
            Disposition::Report => self.report,
        }
    }
}

fn read_headers(file: &SourceFile, headers: &Object, policies: &mut Vec<FoundPolicy>) -> Headers {
    let mut out = Headers::default();
    for header in &headers.properties {
        let value = header.value.as_string_lit();
        let (Some(disposition), Some(value)) = (disposition_of(header.name.as_str()), value) else {
            continue;
        };
        let policy = (!value.value.is_empty()).then(|| {
            policies.push(FoundPolicy {
                written: json::written(file, value),
                disposition,
            });
            policies.len() - 1
        });
        match disposition {
            Disposition::Enforce => out.enforce = Some(policy),
            Disposition::Report => out.report = Some(policy),
        }
    }
    out
}

/// Whether a route is for the requests that browsers load pages by.
fn is_for_pages(route: &Object) -> bool {
    let Some(methods) = json::get(route, "methods").and_then(|m| m.as_array()) else {
        return true;
    };
    let mut methods = methods.elements.iter().filter_map(|m| m.as_string_lit());
    methods.any(|method| method.value.eq_ignore_ascii_case("get"))
}

/// The paths of a route: one path, or with a `*`, behind which nothing or an extension stands.
/// Nothing if Azure would not take it: it matches nothing.
fn pattern(route: &str) -> Option<PathPattern> {
    let escape = regex_lite::escape;
    let Some((before, after)) = route.split_once('*') else {
        return Some(PathPattern::new(route, &escape(route)));
    };
    if after.is_empty() {
        return Some(PathPattern::new(route, &format!("{}.*", escape(before))));
    }
    // Not documented, but taken: `/*/form.html`.
    let (name, extension) = after.rsplit_once('.')?;
    let choices = extension
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or(extension);
    let is_extension =
        |e: &str| !e.is_empty() && e.chars().all(|c| c.is_alphanumeric() || c == '_');
    let choices: Vec<_> = choices.split(',').map(str::trim).collect();
    let is_taken = !name.contains('*') && choices.iter().all(|e| is_extension(e));
    is_taken.then(|| {
        let (before, name) = (escape(before), escape(name));
        let regex = format!(r"{before}.*{name}\.(?:{})", choices.join("|"));
        PathPattern::new(route, &regex)
    })
}

#[derive(Debug)]
struct Routes {
    routes: Vec<(PathPattern, Headers)>,
    global: Headers,
}

impl Routes {
    fn policy(&self, path: &str, disposition: Disposition) -> Option<usize> {
        let index = index_of(path);
        let matches = |pattern: &PathPattern| {
            pattern.matches(path) || index.as_ref().is_some_and(|index| pattern.matches(index))
        };
        let mut routes = self.routes.iter();
        let route = routes.find(|(pattern, _)| matches(pattern));
        let own = route.and_then(|(_, headers)| headers.of(disposition));
        own.or(self.global.of(disposition)).flatten()
    }
}

/// The file that a folder's path stands for.
fn index_of(path: &str) -> Option<String> {
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.contains('.') {
        return None;
    }
    Some(format!("{}/index.html", path.trim_end_matches('/')))
}

impl Routing for Routes {
    fn policies_at(&self, path: &str) -> Vec<usize> {
        let each = [Disposition::Enforce, Disposition::Report];
        let mut out: Vec<_> = each.iter().filter_map(|d| self.policy(path, *d)).collect();
        out.sort_unstable();
        out
    }

    fn shown(&self, policy: usize) -> Option<String> {
        let is_own = |headers: &Headers| {
            headers.enforce == Some(Some(policy)) || headers.report == Some(Some(policy))
        };
        if is_own(&self.global) {
            return None;
        }
        let own = self.routes.iter().find(|(_, headers)| is_own(headers))?;
        Some(own.0.text.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policies::hosting::tests::{at, codes, place};

    fn read(text: &str) -> (SourceFile, Found) {
        let name = "staticwebapp.config.json";
        let file = SourceFile::of_text(&Path::new("/p").join(name), name, text);
        let found = StaticWebApp.read(&file);
        (file, found)
    }

    #[test]
    fn the_first_route_takes_the_place_of_global_headers() {
        let (file, found) = read(
            r#"{
              "globalHeaders": { "content-security-policy": "connect-src a.test", "x": "y" },
              "routes": [
                { "route": "/api/*", "methods": ["POST"], "headers": { "Content-Security-Policy": "connect-src z.test" } },
                { "route": "/open/*", "headers": { "Content-Security-Policy": "" } },
                { "route": "/profile/index.html", "headers": { "Content-Security-Policy": "connect-src b.test" } },
                { "route": "/login", "allowedRoles": ["anonymous"] },
                { "route": "/*.{html,htm}", "headers": { "Content-Security-Policy-Report-Only": "connect-src c.test" } },
                { "route": "/lo*", "headers": { "Content-Security-Policy": "connect-src d.test" } },
              ]
            }"#,
        );
        assert_eq!(
            at(&found, "/api/x"),
            ["connect-src a.test", "connect-src c.test"]
        );
        assert!(at(&found, "/open/x.js").is_empty());
        assert_eq!(at(&found, "/profile"), ["connect-src b.test"]);
        assert_eq!(at(&found, "/profile/"), ["connect-src b.test"]);
        assert_eq!(at(&found, "/login"), ["connect-src a.test"]);
        assert_eq!(
            at(&found, "/a.html"),
            ["connect-src a.test", "connect-src c.test"]
        );
        assert_eq!(at(&found, "/lo.js"), ["connect-src d.test"]);
        assert_eq!(at(&found, "/x.js"), ["connect-src a.test"]);
        assert_eq!(place(&file, &found, "b.test"), "b.test");
        let shown = found.routing.iter().filter_map(|r| r.shown(1));
        assert_eq!(shown.collect::<Vec<_>>(), ["/profile/index.html"]);
    }

    #[test]
    fn routes_that_azure_does_not_take_match_nothing() {
        assert!(pattern("/a/*/b").is_none());
        assert!(pattern("/a*.{b").is_none());
        assert!(pattern("/*/*.html").is_none());
        assert!(pattern("/*/form.html").is_some_and(|p| p.matches("/a/form.html")));
        assert!(pattern("*").is_some_and(|p| p.matches("/a/b")));
        assert_eq!(
            codes(&read("{ \"routes\": [ }").1),
            ["unreadable-policy-file"]
        );
    }
}
