//! Driving the built binary.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

pub mod pages;
pub mod repair;

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The root of the project.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The binary, in a folder, away from the settings of whoever runs the tests.
pub fn connect_lint(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::cargo_bin("connect-lint").unwrap();
    command.current_dir(folder).args(args);
    for name in [
        "NO_COLOR",
        "CLICOLOR_FORCE",
        "LC_ALL",
        "LANG",
        "GITHUB_ACTIONS",
        "GITHUB_WORKSPACE",
        "CI_PROJECT_DIR",
    ] {
        command.env_remove(name);
    }
    command
}

/// What a run printed, and its exit code.
pub struct Ran {
    pub out: String,
    pub err: String,
    pub code: i32,
}

/// Runs to the end.
pub fn run(folder: &Path, args: &[&str]) -> Ran {
    let output = connect_lint(folder, args).output().unwrap();
    Ran {
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().expect("it ended by itself"),
    }
}

/// Runs with `--format json`; what it printed must be by the schema.
pub fn json(folder: &Path, args: &[&str]) -> Value {
    let mut all = args.to_vec();
    all.extend(["--format", "json"]);
    let ran = run(folder, &all);
    let value: Value = serde_json::from_str(&ran.out)
        .unwrap_or_else(|error| panic!("{error}: {}\n{}", ran.out, ran.err));
    if value.is_object() {
        let schema = std::fs::read_to_string(root().join("schema/report.schema.json")).unwrap();
        let schema = serde_json::from_str(&schema).unwrap();
        jsonschema::validate(&schema, &value).unwrap_or_else(|error| panic!("{error}"));
    }
    value
}

/// A folder with files.
pub fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// `verdict api url` of every endpoint.
pub fn rows(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let row = |e: &Value| {
        format!(
            "{} {} {}",
            text(&e["verdict"]),
            text(&e["api"]),
            text(&e["pattern"])
        )
    };
    report["endpoints"]
        .as_array()
        .unwrap()
        .iter()
        .map(row)
        .collect()
}

/// What `policy` prints of a fixture.
pub fn policies(fixture: &str) -> String {
    let folder = root().join("fixtures/policies").join(fixture);
    let ran = run(&folder, &["policy", "--no-config"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{fixture}");
    ran.out
}

/// The verdicts of a fixture.
pub fn verdicts(fixture: &str) -> Vec<String> {
    let folder = root().join("fixtures/policies").join(fixture);
    rows(&json(&folder, &["check", "--no-config"]))
}

/// The codes of the diagnostics; each must be in the table.
pub fn codes(report: &Value) -> Vec<&str> {
    let all = report["diagnostics"].as_array().unwrap().iter();
    let codes: Vec<_> = all.map(|d| d["code"].as_str().unwrap()).collect();
    for code in &codes {
        let known = connect_lint::diagnostics::CODES
            .iter()
            .any(|row| row.name == *code);
        assert!(known, "`{code}` is not in the table of codes");
    }
    codes
}

/// What a program of `tests/node` prints about the list files in a folder there; nothing without
/// Node. `before` stands before the lists on its command line.
pub fn executed_by_node<T: serde::de::DeserializeOwned>(
    flags: &[&str],
    program: &str,
    before: &[&Path],
    lists: &str,
) -> Option<T> {
    let node = root().join("tests/node");
    let mut files: Vec<_> = std::fs::read_dir(node.join(lists))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let output = std::process::Command::new("node")
        .args(flags)
        .arg(node.join(program))
        .args(before)
        .args(files)
        .output()
        .ok()?;
    assert!(
        output.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(serde_json::from_slice(&output.stdout).unwrap())
}
