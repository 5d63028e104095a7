//! What is told of policies themselves: a fixture for each code, in a folder of its name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{json, root};
use connect_lint::diagnostics::CODES;

/// What is told of a fixture, a line each.
fn told(code: &str) -> Vec<String> {
    let folder = root().join("fixtures/policy-lints").join(code);
    let report = json(&folder, &["check", "--verbose"]);
    let all = report["diagnostics"].as_array().unwrap().iter();
    let line = |d: &serde_json::Value| {
        format!(
            "{} {} {}:{}:{}-{} {}",
            d["severity"].as_str().unwrap(),
            d["code"].as_str().unwrap(),
            d["file"].as_str().unwrap_or("-"),
            d["line"],
            d["column"],
            d["end_column"],
            d["message"].as_str().unwrap(),
        )
    };
    all.map(line).collect()
}

#[test]
fn each_code_has_a_fixture_that_shows_it() {
    let folders = std::fs::read_dir(root().join("fixtures/policy-lints")).unwrap();
    let mut names: Vec<_> = folders
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(names.len() > 10);
    let mut out = String::new();
    for name in names {
        let lines = told(&name);
        let row = CODES.iter().find(|c| c.name == name).expect(&name);
        let wanted = format!("{} {name} ", row.severity);
        assert!(
            lines.iter().any(|l| l.starts_with(&wanted)),
            "{name}: {lines:?}"
        );
        out.push_str(&format!("# {name}\n{}\n\n", lines.join("\n")));
    }
    insta::assert_snapshot!(out);
}
