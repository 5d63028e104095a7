//! What docs/editors.md and the VS Code extension say of the language server is true.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use connect_lint::discover::Language;
use connect_lint::lsp::SETTINGS;
use connect_lint::policies::is_policy_file;
use serde_json::{Map, Value};
use std::path::Path;

/// Settings that are the extension's own: the server does not read them.
const OF_VSCODE: [&str; 2] = ["path", "trace.server"];

fn read(path: &str) -> String {
    std::fs::read_to_string(common::root().join(path)).unwrap()
}

fn manifest() -> Value {
    serde_json::from_str(&read("editors/vscode/package.json")).unwrap()
}

/// The settings of the extension, by their names below `connect-lint`.
fn of_extension() -> Map<String, Value> {
    let manifest = manifest();
    let properties = &manifest["contributes"]["configuration"]["properties"];
    let named = properties.as_object().unwrap().iter().map(|(name, value)| {
        let name = name.strip_prefix("connect-lint.").unwrap();
        (name.to_owned(), value["default"].clone())
    });
    named.collect()
}

/// The rows of the table of settings: the name and its default.
fn of_document() -> Map<String, Value> {
    let text = read("docs/editors.md");
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| `")?.split(" | ").collect();
        let default = cells.get(1)?.trim_matches('`');
        let name = cells.first()?.trim_end_matches('`').to_owned();
        Some((name, serde_json::from_str(default).unwrap()))
    });
    rows.collect()
}

/// The text of a block of code that a comment names.
fn block(mark: &str) -> String {
    let text = read("docs/editors.md");
    let (_, after) = text.split_once(&format!("<!-- {mark} -->\n```")).unwrap();
    let (_, code) = after.split_once('\n').unwrap();
    code.split_once("\n```").unwrap().0.to_owned()
}

#[test]
fn the_settings_are_those_of_the_server() {
    let document = of_document();
    assert_eq!(document.keys().collect::<Vec<_>>(), SETTINGS.each_ref());
    let mut extension = of_extension();
    extension.retain(|name, _| !OF_VSCODE.contains(&name.as_str()));
    let sorted = |settings: &Map<String, Value>| {
        let mut rows: Vec<_> = settings
            .iter()
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect();
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        rows
    };
    assert_eq!(sorted(&document), sorted(&extension));
}

#[test]
fn the_extension_is_started_for_what_is_read() {
    let extensions = [
        ("html", "html"),
        ("javascript", "js"),
        ("javascriptreact", "jsx"),
        ("typescript", "ts"),
        ("typescriptreact", "tsx"),
        ("vue", "vue"),
        ("svelte", "svelte"),
        ("astro", "astro"),
    ];
    let manifest = manifest();
    let events = manifest["activationEvents"].as_array().unwrap();
    for (language, extension) in extensions {
        let event = Value::String(format!("onLanguage:{language}"));
        let is_read = Language::of_path(Path::new(&format!("a.{extension}"))).is_some();
        assert_eq!(events.contains(&event), is_read, "{language}");
    }
}

#[test]
fn the_files_that_the_extension_takes_for_policies_are_such() {
    let text = read("editors/vscode/src/documents.ts");
    let (_, list) = text.split_once("POLICY_FILES = [").unwrap();
    let names = list
        .split_once(']')
        .unwrap()
        .0
        .split('\'')
        .skip(1)
        .step_by(2);
    let names: Vec<&str> = names.filter(|name| *name != "connect-lint.toml").collect();
    assert!(names.len() > 10);
    for name in names {
        let example = name
            .replacen("Caddyfile*", "Caddyfile", 1)
            .replace('*', "x");
        assert!(is_policy_file(Path::new(&example)), "{name}");
    }
}

#[test]
fn the_set_ups_start_the_server() {
    let helix: toml::Value = toml::from_str(&block("tests/editors.rs: Helix")).unwrap();
    let server = &helix["language-server"]["connect-lint"];
    assert_eq!(server["command"].as_str(), Some("connect-lint"));
    assert_eq!(server["args"][0].as_str(), Some("lsp"));
    for language in helix["language"].as_array().unwrap() {
        let servers = language["language-servers"].as_array().unwrap();
        assert!(
            servers
                .iter()
                .any(|one| one.as_str() == Some("connect-lint"))
        );
    }
    let sublime: Value = serde_json::from_str(&block("tests/editors.rs: Sublime Text")).unwrap();
    let client = &sublime["clients"]["connect-lint"];
    assert_eq!(
        client["command"],
        serde_json::json!(["connect-lint", "lsp"])
    );

    let settings = [
        client["settings"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect(),
        server["config"]["connect-lint"]
            .as_table()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>(),
    ];
    for name in settings.concat() {
        let name = name.trim_start_matches("connect-lint.");
        assert!(SETTINGS.contains(&name), "{name}");
    }
    assert_eq!(common::run(&common::root(), &["lsp", "--help"]).code, 0);
}
