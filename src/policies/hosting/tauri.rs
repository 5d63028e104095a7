//! The configuration of Tauri: `app.security.csp`, before Tauri 2 `tauri.security.csp`.
//!
//! <https://v2.tauri.app/security/csp/>, <https://v2.tauri.app/reference/config/#securityconfig>,
//! <https://v1.tauri.app/v1/api/config#securityconfig>: a text, or an object of directives with a
//! text or list each; without it there is no policy. It comes with pages, not with scripts
//! (<https://github.com/tauri-apps/tauri/blob/dev/crates/tauri/src/manager/mod.rs>, `get_asset`).
//! Nonces and hashes that Tauri adds are for scripts and styles. `devCsp` is for development.

use super::directives::{self, Directive, Literal, Sources};
use super::{json, strings, toml_text};
use crate::policies::{
    Found, FoundPolicy, PolicyIssue, PolicyLocation, Routing, SourceFile, Written,
};
use crate::results::Disposition;
use jsonc_parser::ast::{Object, StringLit, Value};
use jsonc_parser::common::Ranged;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// `tauri.conf.json`, `tauri.conf.json5`, `Tauri.toml`, and those of one platform.
#[derive(Debug, Clone, Copy)]
pub(in crate::policies) struct Tauri;

const PLATFORMS: [&str; 5] = ["linux", "windows", "macos", "android", "ios"];

impl PolicyLocation for Tauri {
    fn name(&self) -> &'static str {
        "Tauri `security.csp`"
    }

    fn recognises(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| is_main(name) || platform_of(name).is_some())
    }

    fn stands_alone(&self) -> bool {
        true
    }

    fn read(&self, file: &SourceFile) -> Found {
        let read = match file.path.extension().is_some_and(|e| e == "toml") {
            true => of_toml(file),
            false => of_json(file),
        };
        match read {
            Ok(config) => found(file, config),
            Err(issue) => Found {
                issues: vec![issue],
                ..Found::default()
            },
        }
    }
}

fn is_main(name: &str) -> bool {
    ["tauri.conf.json", "tauri.conf.json5", "Tauri.toml"].contains(&name)
}

/// The platform that a file changes the configuration for: `tauri.linux.conf.json`.
fn platform_of(name: &str) -> Option<&str> {
    let rest = name
        .strip_prefix("tauri.")
        .or(name.strip_prefix("Tauri."))?;
    let (platform, rest) = rest.split_once('.')?;
    let is_known = PLATFORMS.contains(&platform);
    let is_config = ["conf.json", "conf.json5", "toml"].contains(&rest);
    (is_known && is_config).then_some(platform)
}

/// What matters of a configuration.
#[derive(Default)]
struct Config {
    csp: Option<Csp>,
    /// `devCsp` is there.
    dev: Option<Range<usize>>,
    /// `frontendDist`, `distDir`: a folder.
    dist: Option<String>,
}

enum Csp {
    Text(Written),
    Directives(Vec<Directive>),
    /// Something else.
    Unread(Range<usize>),
}

fn found(file: &SourceFile, config: Config) -> Found {
    let mut out = Found::default();
    let name = file.path.file_name().and_then(|name| name.to_str());
    let platform = name.and_then(platform_of);
    let unread = |range: &Range<usize>, message: String| {
        PolicyIssue::unread(message, Some(file.place(range.start, range.end)))
    };
    let is_set = config.csp.is_some();
    let written = match config.csp {
        None => None,
        Some(Csp::Text(written)) => Some(written),
        Some(Csp::Directives(directives)) => {
            let slot = match file.path.extension().is_some_and(|e| e == "toml") {
                true => ("connect-src = [", "]\n"),
                false => ("\"connect-src\": [", "],\n          "),
            };
            Some(directives::written(file, &directives, slot))
        }
        Some(Csp::Unread(range)) => {
            out.issues
                .push(unread(&range, "the policy is not read".to_owned()));
            None
        }
    };
    if let (Some(platform), Some(written)) = (platform, &written) {
        let place = written.start().cloned();
        let message = format!(
            "the policy for {platform} is not read: it changes that of the other configuration"
        );
        out.issues.push(PolicyIssue::unread(message, place));
        return out;
    }
    let is_elsewhere = |dist: &str| dist.starts_with("http://") || dist.starts_with("https://");
    if config.dist.as_deref().is_some_and(is_elsewhere) {
        // Pages of a server: Tauri does not send them.
        return out;
    }
    if let Some(range) = config.dev.filter(|_| !is_set) {
        let message = "`devCsp` counts in development only: it is not judged by".to_owned();
        out.issues.push(unread(&range, message));
    }
    out.policies.extend(written.map(|written| FoundPolicy {
        written,
        disposition: Disposition::Enforce,
    }));
    if out.policies.is_empty() {
        return out;
    }
    out.routing = Some(Box::new(Pages));
    out.project = Some(project(file.folder(), config.dist.as_deref()));
    out.publish = config.dist.map(PathBuf::from);
    out
}

/// The folder of the pages' sources: `src-tauri` stands beside them, or in it.
fn project(folder: &Path, dist: Option<&str>) -> PathBuf {
    let dist = Path::new(dist.unwrap_or_default());
    let ups = dist.components().take_while(|c| *c == Component::ParentDir);
    let ups = ups.count();
    if ups < 2 {
        let is_beside = ups == 1 || folder.file_name().is_some_and(|name| name == "src-tauri");
        return PathBuf::from(if is_beside { ".." } else { "." });
    }
    // In another package of the repository.
    let mut above = dist.ancestors().skip(1);
    let named = |f: &&Path| f.components().count() > ups;
    above
        .find(|f| named(f) && folder.join(f).join("package.json").is_file())
        .map_or_else(|| PathBuf::from(".."), Path::to_path_buf)
}

/// The policy comes with pages only.
#[derive(Debug)]
struct Pages;

impl Routing for Pages {
    fn policies_at(&self, path: &str) -> Vec<usize> {
        let name = path.rsplit('/').next().unwrap_or_default();
        let is_file = |name: &str| name.rsplit_once('.').is_some_and(|(_, e)| e != "html");
        match is_file(name) {
            true => Vec::new(),
            false => vec![0],
        }
    }

    fn shown(&self, _: usize) -> Option<String> {
        None
    }
}

fn of_json(file: &SourceFile) -> Result<Config, PolicyIssue> {
    let Some(root) = json::parse(file)? else {
        return Ok(Config::default());
    };
    let app = json::object(&root, "app").or(json::object(&root, "tauri"));
    let security = app.and_then(|app| json::object(app, "security"));
    let csp = security.and_then(|security| json::get(security, "csp"));
    let dev = security.and_then(|security| json::get(security, "devCsp"));
    let build = json::object(&root, "build");
    let dist =
        build.and_then(|build| json::text(build, "frontendDist").or(json::text(build, "distDir")));
    Ok(Config {
        csp: csp.and_then(|csp| csp_of_json(file, csp)),
        dev: dev.map(|dev| dev.start()..dev.end()),
        dist: dist.map(str::to_owned),
    })
}

fn csp_of_json(file: &SourceFile, csp: &Value) -> Option<Csp> {
    match csp {
        Value::NullKeyword(_) => None,
        Value::StringLit(text) => Some(Csp::Text(json::written(file, text))),
        Value::Object(object) => Some(match directives_of_json(file, object) {
            Some(directives) => Csp::Directives(directives),
            None => Csp::Unread(csp.start()..csp.end()),
        }),
        _ => Some(Csp::Unread(csp.start()..csp.end())),
    }
}

fn directives_of_json(file: &SourceFile, object: &Object) -> Option<Vec<Directive>> {
    let literal = |text: &StringLit| {
        let (inner, quoting) = json::inner(file, text);
        Literal {
            range: text.start()..text.end(),
            inner,
            value: text.value.to_string(),
            quoting,
        }
    };
    let directives = object.properties.iter().map(|property| {
        let sources = match &property.value {
            Value::StringLit(text) => Sources::Text(literal(text)),
            Value::Array(list) => {
                let literals = list.elements.iter().map(|e| e.as_string_lit().map(literal));
                let range = list.start() + 1..list.end().saturating_sub(1);
                Sources::List(range, literals.collect::<Option<_>>()?)
            }
            _ => return None,
        };
        Some(Directive {
            start: property.start(),
            name: property.name.as_str().to_owned(),
            sources,
        })
    });
    directives.collect()
}

fn of_toml(file: &SourceFile) -> Result<Config, PolicyIssue> {
    let root = DeTable::parse(&file.text).map_err(|error| {
        let message = format!("the file is not TOML: {}", error.message());
        let place = error.span().map(|span| file.place(span.start, span.end));
        PolicyIssue::unreadable(message, place)
    })?;
    let root = root.get_ref();
    let app = table(root, "app").or_else(|| table(root, "tauri"));
    let security = app.and_then(|app| table(app, "security"));
    let of_security = |name| security.and_then(|security| security.get(name));
    let build = table(root, "build");
    let dist = ["frontend-dist", "frontendDist", "dist-dir", "distDir"];
    let dist = dist
        .iter()
        .find_map(|name| build?.get(*name)?.get_ref().as_str());
    let dev = of_security("dev-csp").or_else(|| of_security("devCsp"));
    Ok(Config {
        csp: of_security("csp").map(|csp| csp_of_toml(file, csp)),
        dev: dev.map(Spanned::span),
        dist: dist.map(str::to_owned),
    })
}

fn table<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> Option<&'t DeTable<'i>> {
    table.get(name)?.get_ref().as_table()
}

fn csp_of_toml(file: &SourceFile, csp: &Spanned<DeValue>) -> Csp {
    match csp.get_ref() {
        DeValue::String(text) => {
            let (inner, quoting) = toml_text::inner(file, csp.span());
            Csp::Text(strings::written(file, inner, text, quoting))
        }
        DeValue::Table(table) => match directives_of_toml(file, table) {
            Some(directives) => Csp::Directives(directives),
            None => Csp::Unread(csp.span()),
        },
        _ => Csp::Unread(csp.span()),
    }
}

fn directives_of_toml(file: &SourceFile, table: &DeTable) -> Option<Vec<Directive>> {
    let literal = |value: &Spanned<DeValue>| {
        let (inner, quoting) = toml_text::inner(file, value.span());
        Some(Literal {
            range: value.span(),
            inner,
            value: value.get_ref().as_str()?.to_owned(),
            quoting,
        })
    };
    let directives = table.iter().map(|(name, value)| {
        let sources = match value.get_ref() {
            DeValue::Array(list) => {
                let literals = list.iter().map(literal).collect::<Option<_>>()?;
                let range = value.span();
                Sources::List(range.start + 1..range.end.saturating_sub(1), literals)
            }
            _ => Sources::Text(literal(value)?),
        };
        Some(Directive {
            start: name.span().start,
            name: name.get_ref().to_string(),
            sources,
        })
    });
    let mut directives = directives.collect::<Option<Vec<_>>>()?;
    directives.sort_by_key(|directive| directive.start);
    Some(directives)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policies::hosting::tests::{at, codes, place};

    fn read(name: &str, text: &str) -> (SourceFile, Found) {
        let path = Path::new("/p/src-tauri").join(name);
        let file = SourceFile::of_text(&path, name, text);
        let found = Tauri.read(&file);
        (file, found)
    }

    #[test]
    fn texts_and_objects_of_both_versions() {
        let (file, found) = read(
            "tauri.conf.json",
            r#"{ "build": { "frontendDist": "../dist" }, "app": { "security": { "csp": {
                "default-src": "'self'  asset:",
                "connect-src": ["ipc:", "https://a.test"] } } } }"#,
        );
        assert_eq!(
            at(&found, "/"),
            ["default-src 'self'  asset:; connect-src ipc: https://a.test"]
        );
        assert!(at(&found, "/worker.js").is_empty());
        assert_eq!(place(&file, &found, "https://a.test"), "https://a.test");
        let written = &found.policies[0].written;
        let list = written
            .list("connect-src")
            .map(|list| list.place.span.range());
        assert_eq!(
            &file.text[list.unwrap_or_default()],
            r#""ipc:", "https://a.test""#
        );
        let slot = written.slot().map(|slot| slot.place.span.range().start);
        assert!(file.text[slot.unwrap_or_default()..].starts_with("\"default-src\""));
        assert_eq!(found.project, Some(PathBuf::from("..")));

        let (_, found) = read(
            "tauri.conf.json5",
            "{ // v1\n tauri: { security: { csp: 'connect-src b.test' } } }",
        );
        assert_eq!(at(&found, "/a.html"), ["connect-src b.test"]);
        let (file, found) = read(
            "Tauri.toml",
            "[app.security.csp]\ndefault-src = \"'self'\"\nconnect-src = ['ipc:', \"c.test\"]\n",
        );
        assert_eq!(
            at(&found, "/"),
            ["default-src 'self'; connect-src ipc: c.test"]
        );
        assert_eq!(place(&file, &found, "c.test"), "c.test");
    }

    #[test]
    fn what_does_not_count_is_told() {
        let security = |security: &str| format!(r#"{{ "app": {{ "security": {security} }} }}"#);
        let (_, found) = read("tauri.conf.json", &security(r#"{ "csp": null }"#));
        assert_eq!((found.policies.len(), codes(&found).len()), (0, 0));
        let dev = security(r#"{ "devCsp": "connect-src a.test" }"#);
        let (_, found) = read("tauri.conf.json", &dev);
        assert_eq!(
            (found.policies.len(), codes(&found)),
            (0, vec!["unread-policy"])
        );
        let csp = security(r#"{ "csp": "connect-src a.test" }"#);
        let (_, found) = read("tauri.windows.conf.json", &csp);
        assert_eq!(
            (found.policies.len(), codes(&found)),
            (0, vec!["unread-policy"])
        );
        let (_, found) = read("tauri.conf.json", &security(r#"{ "csp": { "a": 1 } }"#));
        assert_eq!(codes(&found), ["unread-policy"]);
    }

    #[test]
    fn names_of_configurations() {
        let is = |name: &str| Tauri.recognises(Path::new(name));
        assert!(is("tauri.conf.json") && is("Tauri.toml") && is("tauri.linux.conf.json"));
        assert!(is("Tauri.ios.toml") && !is("tauri.dev.conf.json") && !is("tauri.json"));
    }
}
