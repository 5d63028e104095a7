//! The formats of reports, as users get them: of the bundled site, to standard output and to files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{connect_lint, root, run, tree};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn site() -> PathBuf {
    root().join("fixtures/site")
}

fn of_site(format: &str) -> String {
    let ran = run(&site(), &["check", "--format", format]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    ran.out
}

/// A project with one blocked call.
fn small() -> tempfile::TempDir {
    tree(&[
        ("src/app.js", "fetch('https://api.test/');\n"),
        ("connect-lint.toml", "policy = \"connect-src 'self'\"\n"),
    ])
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn the_site_in_each_format_of_findings() {
    for format in [
        "compact",
        "github",
        "gitlab",
        "rdjsonl",
        "checkstyle",
        "junit",
        "markdown",
    ] {
        insta::assert_snapshot!(format!("site_{format}"), of_site(format));
    }
}

#[test]
fn the_site_as_sarif() {
    let mut log: Value = serde_json::from_str(&of_site("sarif")).unwrap();
    let schema = read(&root(), "tests/reports/sarif-2.1.0.schema.json");
    jsonschema::validate(&serde_json::from_str(&schema).unwrap(), &log).unwrap();
    let driver = log.pointer_mut("/runs/0/tool/driver").unwrap();
    assert_eq!(driver["version"], env!("CARGO_PKG_VERSION"));
    // The version changes with releases, and the pages of codes are tested elsewhere.
    let driver = driver.as_object_mut().unwrap();
    driver.retain(|key, _| matches!(key.as_str(), "name" | "informationUri"));
    insta::assert_json_snapshot!(log);
}

#[test]
fn the_inventory_in_its_formats() {
    for format in ["jsonl", "markdown", "html"] {
        let ran = run(&site(), &["endpoints", "--format", format]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        if format != "html" {
            insta::assert_snapshot!(format!("inventory_{format}"), ran.out);
        }
        assert!(
            ran.out.contains("https://pay.tours.example/charge"),
            "{format}"
        );
    }
    for format in ["sarif", "github", "gitlab", "compact", "junit"] {
        let ran = run(&site(), &["endpoints", "--format", format]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        assert!(
            ran.err
                .contains("`endpoints` has text, json, jsonl, markdown, html"),
            "{}",
            ran.err
        );
        let output = format!("{format}=-");
        assert_eq!(run(&site(), &["endpoints", "--output", &output]).code, 2);
    }
}

#[test]
fn several_reports_at_once() {
    let project = small();
    let args = [
        "check",
        "--output",
        "json=a.json",
        "--output",
        "html=b.html",
        "--output",
        "text=c.txt",
    ];
    let ran = run(project.path(), &args);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert!(ran.out.contains("error[blocked]"), "the text is still told");
    let json: Value = serde_json::from_str(&read(project.path(), "a.json")).unwrap();
    assert_eq!(json["summary"]["blocked"], 1);
    assert!(read(project.path(), "b.html").starts_with("<!DOCTYPE html>"));
    assert!(read(project.path(), "c.txt").contains("error[blocked]"));
    let names = std::fs::read_dir(project.path()).unwrap().count();
    assert_eq!(names, 5, "no temporary file stays");
}

#[test]
fn reports_are_not_linted() {
    let project = small();
    let args = [
        "check",
        "--output",
        "html=[my] report.html",
        "--format",
        "json",
    ];
    for _ in 0..2 {
        let json: Value = serde_json::from_str(&run(project.path(), &args).out).unwrap();
        assert_eq!(json["summary"]["files"], 1);
        assert_eq!(json["policies"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn a_report_may_go_to_standard_output() {
    let project = small();
    let ran = run(project.path(), &["check", "--output", "jsonl=-"]);
    assert!(ran.out.starts_with("{\"type\":\"run\""), "{}", ran.out);
    let both = ["check", "--format", "json", "--output", "jsonl=-"];
    let ran = run(project.path(), &both);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("two reports go to standard output"),
        "{}",
        ran.err
    );
}

#[test]
fn what_cannot_be_written_is_told_before_the_run() {
    let project = small();
    let told = |output: &str| {
        let ran = run(project.path(), &["check", "--output", output]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{output}");
        ran.err
    };
    assert!(told("json=no/such/a.json").contains("there is no folder no/such"));
    assert!(told("json=src").contains("cannot write the report src"));
    assert!(told("xml=a.xml").contains("`xml` is no format; the formats are text, json"));
    assert!(told("json").contains("expected FORMAT=FILE"));
    assert!(told("json=").contains("expected FORMAT=FILE"));
    let diff = ["check", "--diff", "--output", "json=a"];
    assert_eq!(run(project.path(), &diff).code, 2);
    let twice = ["check", "--output", "json=a", "--output", "html=a"];
    assert!(
        run(project.path(), &twice)
            .err
            .contains("two reports go to a")
    );
    for other in [
        "./b",
        "src/../b",
        &project.path().join("b").to_string_lossy(),
    ] {
        let other = format!("html={other}");
        let ran = run(
            project.path(),
            &["check", "--output", "json=b", "--output", &other],
        );
        assert_eq!(ran.code, 2, "{other}");
        assert!(ran.err.contains("two reports go to"), "{}", ran.err);
    }
}

#[cfg(unix)]
#[test]
fn files_are_replaced_as_a_whole_and_links_followed() {
    use std::os::unix::fs::symlink;
    let project = small();
    let at = |name: &str| project.path().join(name);
    std::fs::write(at("old.json"), "x".repeat(1 << 20)).unwrap();
    symlink("old.json", at("link.json")).unwrap();
    assert_eq!(
        run(project.path(), &["check", "--output", "json=link.json"]).code,
        1
    );
    assert!(at("link.json").symlink_metadata().unwrap().is_symlink());
    assert!(read(project.path(), "old.json").starts_with('{'));
    let ran = run(
        project.path(),
        &["check", "-q", "--output", "compact=/dev/stdout"],
    );
    assert!(
        ran.out.starts_with("src/app.js:1:7: error[blocked]"),
        "{}",
        ran.out
    );
}

#[test]
fn the_configuration_names_reports_too() {
    let config = "policy = \"connect-src 'self'\"\noutput = ['sarif=a.sarif', 'json=../b.json']\nformat = 'compact'\n";
    let project = tree(&[
        ("site/app.js", "fetch('https://api.test/');\n"),
        ("site/connect-lint.toml", config),
    ]);
    let args = ["check", "site", "--config", "site/connect-lint.toml"];
    let ran = run(project.path(), &args);
    assert!(ran.out.starts_with("site/app.js:1:7: error"), "{}", ran.out);
    assert!(read(project.path(), "site/a.sarif").contains("\"uri\": \"site/app.js\""));
    assert!(read(project.path(), "b.json").contains("\"site/app.js\""));
    // Flags win; commands without findings take the format for others.
    std::fs::remove_file(project.path().join("b.json")).unwrap();
    run(
        project.path(),
        &[&args[..], &["--output", "json=c.json"]].concat(),
    );
    assert!(!project.path().join("b.json").exists());
    let ran = run(
        project.path(),
        &["endpoints", "site", "--config", "site/connect-lint.toml"],
    );
    assert!(ran.out.contains("[exact]"), "{}", ran.out);
    let ran = run(
        project.path(),
        &["policy", "site", "--config", "site/connect-lint.toml"],
    );
    assert_eq!(ran.code, 0);
    std::fs::write(
        project.path().join("site/connect-lint.toml"),
        "\noutput = 'sarif'\n",
    )
    .unwrap();
    let ran = run(project.path(), &args);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .contains("connect-lint.toml:2:1: expected FORMAT=FILE"),
        "{}",
        ran.err
    );
}

#[test]
fn commands_without_findings_have_text_and_json() {
    let project = small();
    for command in ["policy", "suggest"] {
        let ran = run(project.path(), &[command, "--format", "sarif"]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        assert!(
            ran.err.contains("this command has text and json"),
            "{}",
            ran.err
        );
        assert_eq!(run(project.path(), &[command, "--format", "json"]).code, 0);
        assert_eq!(
            run(project.path(), &[command, "--output", "json=a"]).code,
            2
        );
    }
    assert_eq!(
        run(project.path(), &["match", "--format", "junit", "/x"]).code,
        2
    );
}

#[test]
fn paths_begin_at_the_root_of_the_checkout() {
    let project = tree(&[
        ("packages/web/app.js", "fetch('https://api.test/');\n"),
        (
            "packages/web/connect-lint.toml",
            "policy = \"connect-src 'self'\"\n",
        ),
    ]);
    let web = project.path().join("packages/web");
    let root = project.path().canonicalize().unwrap();
    for (variable, format, wanted) in [
        (
            "GITHUB_WORKSPACE",
            "github",
            "::error file=packages/web/app.js,line=1",
        ),
        (
            "GITHUB_WORKSPACE",
            "sarif",
            "\"uri\": \"packages/web/app.js\"",
        ),
        (
            "CI_PROJECT_DIR",
            "gitlab",
            "\"path\": \"packages/web/app.js\"",
        ),
    ] {
        let mut command = connect_lint(&web, &["check", "--format", format]);
        let output = command.env(variable, &root).output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        assert!(out.contains(wanted), "{out}");
    }
    let absolute = web.join("app.js").canonicalize().unwrap();
    let absolute = absolute.to_str().unwrap();
    for (format, wanted) in [
        ("gitlab", "\"path\": \"app.js\""),
        ("sarif", "\"uri\": \"app.js\""),
    ] {
        let web = web.canonicalize().unwrap();
        let ran = run(&web, &["check", "--format", format, absolute]);
        assert!(ran.out.contains(wanted), "{}", ran.out);
    }
}

#[test]
fn what_is_nowhere_has_a_place() {
    let project = tree(&[("app.js", "fetch('/x');\n")]);
    let policy = "connect-src self; connect-src 'self'";
    for format in ["compact", "gitlab", "sarif", "github", "rdjsonl"] {
        let ran = run(
            project.path(),
            &["check", "--policy", policy, "--format", format],
        );
        assert!(
            ran.out.contains("duplicate-directive"),
            "{format}: {}",
            ran.out
        );
        assert!(ran.out.contains("app.js"), "{format}: {}", ran.out);
    }
}
