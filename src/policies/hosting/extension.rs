//! `manifest.json` of a browser extension: `content_security_policy`.
//!
//! <https://developer.mozilla.org/en-US/docs/Mozilla/Add-ons/WebExtensions/manifest.json/content_security_policy>,
//! <https://developer.chrome.com/docs/extensions/reference/manifest/content-security-policy>: a
//! text (Manifest V2), or an object with `extension_pages` and `sandbox` (V3). It governs the
//! extension's pages and its background scripts. The default restricts scripts and objects only:
//! without the key no connection is restricted. Content scripts run under the rules of the pages
//! that they are put into, not under it.

use super::{json, project_of_assets};
use crate::policies::{Found, FoundPolicy, PolicyIssue, PolicyLocation, Routing, SourceFile};
use crate::results::Disposition;
use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged;
use std::path::{Path, PathBuf};

/// `manifest.json`.
#[derive(Debug, Clone, Copy)]
pub(in crate::policies) struct ExtensionManifest;

impl PolicyLocation for ExtensionManifest {
    fn name(&self) -> &'static str {
        "browser extension `manifest.json`"
    }

    fn recognises(&self, path: &Path) -> bool {
        path.file_name().is_some_and(|name| name == "manifest.json")
    }

    fn stands_alone(&self) -> bool {
        true
    }

    fn read(&self, file: &SourceFile) -> Found {
        // The manifest of a web app has the same name, and is none of this file's business.
        match json::parse(file) {
            Ok(Some(root)) if is_extension(&root) => read_manifest(file, &root),
            Err(issue) if file.text.contains("\"manifest_version\"") => Found {
                issues: vec![issue],
                ..Found::default()
            },
            _ => Found::default(),
        }
    }
}

/// Some tools have a key for each browser: `{{chrome}}.manifest_version`.
fn is_extension(root: &Object) -> bool {
    let names = root.properties.iter().map(|p| p.name.as_str());
    let mut names = names.filter(|name| name.ends_with("manifest_version"));
    names.next().is_some()
}

fn read_manifest(file: &SourceFile, root: &Object) -> Found {
    let mut found = Found {
        is_site: true,
        project: Some(project_of_assets(file.folder()).unwrap_or_else(|| PathBuf::from("."))),
        publish: Some(PathBuf::from(".")),
        ..Found::default()
    };
    let mut scripts = Scripts::of(root);
    let mut policy = |value: Option<&Value>| {
        let text = value?.as_string_lit()?;
        found.policies.push(FoundPolicy {
            written: json::written(file, text),
            disposition: Disposition::Enforce,
        });
        Some(found.policies.len() - 1)
    };
    match json::get(root, "content_security_policy") {
        Some(Value::Object(of_kinds)) => {
            scripts.pages = policy(json::get(of_kinds, "extension_pages"));
            scripts.sandbox = policy(json::get(of_kinds, "sandbox"));
        }
        value => scripts.pages = policy(value),
    }
    let of_kinds = json::object(root, "content_security_policy");
    let of_kinds = of_kinds.map_or(&[][..], |kinds| &kinds.properties);
    let is_of_browser = |name: &str, keys: &[&str]| {
        let mut keys = keys.iter();
        keys.any(|key| name != *key && name.ends_with(key))
    };
    let in_root = root.properties.iter();
    let in_root = in_root.filter(|p| is_of_browser(p.name.as_str(), &["content_security_policy"]));
    let kinds = ["extension_pages", "sandbox"];
    let of_kinds = of_kinds.iter();
    let of_kinds = of_kinds.filter(|p| is_of_browser(p.name.as_str(), &kinds));
    for property in in_root.chain(of_kinds) {
        let name = property.name.as_str();
        found.issues.push(PolicyIssue::unread(
            format!("`{name}` is of one browser: it is not read"),
            Some(file.place(property.start(), property.end())),
        ));
    }
    found.routing = Some(Box::new(scripts));
    found
}

/// What runs where.
#[derive(Debug)]
struct Scripts {
    /// The policy of the extension's pages and background scripts.
    pages: Option<usize>,
    /// That of its sandboxed pages.
    sandbox: Option<usize>,
    sandboxed: Vec<String>,
    background: Vec<String>,
    /// Scripts that are put into pages of others.
    content: Vec<String>,
    /// Whether there are any, here or when the extension runs.
    puts_scripts: bool,
}

impl Scripts {
    fn of(root: &Object) -> Scripts {
        let background = json::object(root, "background");
        let worker = background.and_then(|b| json::text(b, "service_worker"));
        let scripts = background.map_or(&[][..], |b| json::list(b, "scripts"));
        let sandbox = json::object(root, "sandbox");
        let content = json::objects(root, "content_scripts")
            .flat_map(|entry| paths(json::list(entry, "js")))
            .collect::<Vec<_>>();
        let permissions = ["permissions", "optional_permissions"];
        let mut permissions = permissions
            .iter()
            .flat_map(|name| json::list(root, name))
            .filter_map(Value::as_string_lit);
        Scripts {
            pages: None,
            sandbox: None,
            sandboxed: sandbox.map_or(Vec::new(), |s| paths(json::list(s, "pages"))),
            background: worker
                .map(rooted)
                .into_iter()
                .chain(paths(scripts))
                .collect(),
            puts_scripts: !content.is_empty()
                // `tabs.executeScript` of Manifest V2 needs a host or the active tab.
                || permissions.any(|p| is_for_scripts(&p.value)),
            content,
        }
    }
}

fn is_for_scripts(permission: &str) -> bool {
    permission == "scripting"
        || permission == "activeTab"
        || permission == "userScripts"
        || permission.contains("://")
        || permission == "<all_urls>"
}

fn paths(list: &[Value]) -> Vec<String> {
    let texts = list.iter().filter_map(Value::as_string_lit);
    texts.map(|text| rooted(&text.value)).collect()
}

fn rooted(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    format!("/{}", path.trim_start_matches("./").trim_start_matches('/'))
}

/// Paths of scripts are the same before and after they are compiled.
fn is_same_script(a: &str, b: &str) -> bool {
    let stem = |path: &str| {
        let known = ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx"];
        let parts = path.rsplit_once('.').filter(|(_, e)| known.contains(e));
        parts.map(|(stem, _)| stem.to_owned())
    };
    a == b || stem(a).is_some_and(|a| Some(a) == stem(b))
}

impl Routing for Scripts {
    fn policies_at(&self, path: &str) -> Vec<usize> {
        if self.content.iter().any(|c| is_same_script(c, path)) {
            return Vec::new();
        }
        let policy = match self.sandboxed.iter().any(|page| page == path) {
            true => self.sandbox,
            false => self.pages,
        };
        policy.into_iter().collect()
    }

    fn shown(&self, policy: usize) -> Option<String> {
        (self.sandbox == Some(policy)).then(|| self.sandboxed.join(", "))
    }

    fn runs(&self, path: &str) -> Option<bool> {
        let is = |all: &[String]| all.iter().any(|script| is_same_script(script, path));
        if is(&self.background) {
            return Some(true);
        }
        // What no page loads may be a part of what is put into others.
        self.puts_scripts.then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policies::hosting::tests::{at, codes, place};

    fn read(text: &str) -> (SourceFile, Found) {
        let path = Path::new("/p/ext/src/manifest.json");
        let file = SourceFile::of_text(path, "manifest.json", text);
        let found = ExtensionManifest.read(&file);
        (file, found)
    }

    #[test]
    fn policies_of_both_versions() {
        let (file, found) = read(
            r#"{ "manifest_version": 3, "background": { "service_worker": "bg.js" },
                 "content_scripts": [{ "matches": ["*://*/*"], "js": ["content/a.js"] }],
                 "sandbox": { "pages": ["box.html"] },
                 "content_security_policy": {
                   "extension_pages": "script-src 'self'; connect-src https://a.test",
                   "sandbox": "sandbox allow-scripts; connect-src 'none'" } }"#,
        );
        let pages = "script-src 'self'; connect-src https://a.test";
        assert_eq!(at(&found, "/popup/popup.html"), [pages]);
        assert_eq!(at(&found, "/bg.js"), [pages]);
        assert_eq!(
            at(&found, "/box.html"),
            ["sandbox allow-scripts; connect-src 'none'"]
        );
        assert!(at(&found, "/content/a.ts").is_empty());
        assert_eq!(place(&file, &found, "https://a.test"), "https://a.test");
        assert_eq!(found.project, Some(PathBuf::from("..")));
        let runs = |path: &str| found.routing.as_ref().and_then(|r| r.runs(path));
        assert_eq!(runs("/bg.ts"), Some(true));
        assert_eq!(runs("/lib/x.js"), Some(false));

        let (_, found) =
            read(r#"{ "manifest_version": 2, "content_security_policy": "connect-src b.test" }"#);
        assert_eq!(at(&found, "/a.html"), ["connect-src b.test"]);
        assert_eq!(found.routing.as_ref().and_then(|r| r.runs("/x.js")), None);
    }

    #[test]
    fn the_default_restricts_no_connection() {
        let (_, found) = read(r#"{ "manifest_version": 3, "name": "x" }"#);
        assert!(found.is_site && found.policies.is_empty() && found.issues.is_empty());
    }

    #[test]
    fn the_manifest_of_a_web_app_is_none() {
        for text in [
            r#"{ "name": "App", "start_url": "/" }"#,
            "{ \"name\": ",
            "",
            "[]",
        ] {
            let (_, found) = read(text);
            assert!(!found.is_site && found.issues.is_empty(), "{text}");
        }
        assert_eq!(
            codes(&read("{ \"manifest_version\": 3, ").1),
            ["unreadable-policy-file"]
        );
        let (_, found) = read(
            r#"{ "{{chrome}}.manifest_version": 3, "{{firefox}}.content_security_policy": "x",
                 "content_security_policy": { "__chrome__sandbox": "y" }, "__firefox__sandbox": null }"#,
        );
        assert_eq!(codes(&found), ["unread-policy", "unread-policy"]);
    }
}
