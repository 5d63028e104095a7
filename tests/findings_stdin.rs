//! `--stdin`: one file as it is in an editor.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{connect_lint, run, tree};
use std::path::Path;

const POLICY: [&str; 3] = ["--no-config", "--policy", "connect-src 'self'"];

/// What is told of a file with a text, and the exit code.
fn told_with(folder: &Path, file: &str, text: &str, more: &[&str]) -> (Vec<String>, i32) {
    let args = [
        "check",
        "--stdin",
        "--stdin-filename",
        file,
        "--format",
        "json",
    ];
    let args = [&args[..], more].concat();
    let output = connect_lint(folder, &args)
        .write_stdin(text)
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    let report: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{error}"));
    let all = report["diagnostics"].as_array().unwrap().iter();
    let told = all.map(|d| {
        format!(
            "{} {}:{}",
            d["code"].as_str().unwrap(),
            d["file"].as_str().unwrap_or("-"),
            d["line"]
        )
    });
    (told.collect(), output.status.code().unwrap())
}

fn told(folder: &Path, file: &str, text: &str) -> (Vec<String>, i32) {
    told_with(folder, file, text, &POLICY)
}

#[test]
fn only_the_text_of_the_file_is_told() {
    let folder = tree(&[
        ("a.js", "fetch('https://disk.test/');\n"),
        ("b.js", "fetch('https://b.test/');\n"),
        (
            "http.js",
            "export const get = (p) => fetch('https://lib.test/' + p);\n",
        ),
    ]);
    let at = folder.path();
    assert_eq!(
        told(at, "a.js", "\n\nfetch('https://new.test/');"),
        (vec!["blocked a.js:3".into()], 1)
    );
    assert_eq!(told(at, "./a.js", "fetch('/me');"), (vec![], 0));
    assert_eq!(
        told(at, "a.js", "import { get } from './http.js';\nget('x');\n"),
        (vec!["blocked a.js:2".into()], 1)
    );
    let whole = at.join("a.js").display().to_string();
    assert_eq!(told(at, &whole, "fetch('https://a.test/');").1, 1);
    // The others judge by what is not saved.
    assert_eq!(
        told(
            at,
            "http.js",
            "// connect-lint-ignore\nexport const get = (p) => fetch('/x/' + p);"
        ),
        (vec!["unused-suppression http.js:1".into()], 0)
    );
}

#[test]
fn the_file_need_not_exist() {
    let folder = tree(&[("src/a.js", ""), (".ignore", "out/\n")]);
    let at = folder.path();
    let text = "const x: string = 'https://new.test/';\nfetch(x as string);\n";
    assert_eq!(
        told(at, "src/new.ts", text),
        (vec!["blocked src/new.ts:2".into()], 1)
    );
    assert_eq!(
        told(at, "no/folder/new.ts", text),
        (vec!["blocked no/folder/new.ts:2".into()], 1)
    );
    let page = "<script>fetch('https://page.test/')</script>";
    assert_eq!(
        told(at, "p.html", page),
        (vec!["blocked p.html:1".into()], 1)
    );
    let elsewhere = tree(&[]);
    let file = elsewhere.path().join("e.js").display().to_string();
    assert_eq!(told(at, &file, "fetch('https://e.test/')").1, 1);
}

#[test]
fn what_is_left_out_has_no_findings() {
    let folder = tree(&[
        ("a.js", ""),
        (".ignore", "out/\ngen.js\n"),
        ("gen.js", ""),
        ("node_modules/m/m.js", ""),
    ]);
    let at = folder.path();
    let bad = "fetch('https://x.test/')";
    for file in [
        "out/x.js",
        "gen.js",
        "node_modules/m/m.js",
        "node_modules/n/n.js",
        ".h/x.js",
        "x.css",
        "a.test.js",
    ] {
        let (told, code) = told(at, file, bad);
        let told: Vec<_> = told
            .into_iter()
            .filter(|t| !t.starts_with("skipped-file"))
            .collect();
        assert_eq!((told, code), (vec![], 0), "{file}");
    }
    let excluded = [&POLICY[..], &["--exclude", "a.js"]].concat();
    assert_eq!(told_with(at, "a.js", bad, &excluded), (vec![], 0));
}

#[test]
fn a_policy_can_be_what_is_not_saved() {
    let folder = tree(&[
        (
            "_headers",
            "/*\n  Content-Security-Policy: connect-src 'self'\n",
        ),
        ("index.html", "<script>fetch('/me')</script>"),
    ]);
    let text = "/*\n  Content-Security-Policy: connect-src self\n";
    let (told, code) = told_with(folder.path(), "_headers", text, &["--no-config"]);
    assert_eq!(
        (told, code),
        (
            vec![
                "unquoted-keyword _headers:2".into(),
                "unused-source _headers:2".into()
            ],
            0
        )
    );
}

#[test]
fn the_name_is_needed() {
    let folder = tree(&[]);
    let ran = run(folder.path(), &["check", "--stdin"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--stdin-filename"), "{}", ran.err);
}
