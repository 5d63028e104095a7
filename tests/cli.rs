//! The command line as its users see it: exit codes, output streams, messages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{codes, connect_lint, json, root, rows, run, tree};

/// The summary's time is the one thing that differs from run to run.
fn timeless(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        match line.rsplit_once(" (") {
            Some((counts, time)) if time.ends_with("s)") => out.push_str(counts),
            _ => out.push_str(line),
        }
        out.push('\n');
    }
    out
}

#[test]
fn the_site_as_text() {
    let ran = run(&root().join("fixtures/site"), &["check"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    insta::assert_snapshot!(timeless(&ran.out));
}

#[test]
fn the_site_as_json() {
    let report = json(&root().join("fixtures/site"), &["check"]);
    insta::assert_json_snapshot!(report);
}

#[test]
fn the_inventory_of_the_site() {
    let ran = run(&root().join("fixtures/site"), &["endpoints", "--verbose"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!(timeless(&ran.out));
}

/// The page that the project began with.
#[test]
fn the_seed() {
    let folder = root().join("fixtures/seed");
    for directive in ["connect-src", "default-src"] {
        let policy = format!("Content-Security-Policy: {directive} https://example.com/");
        let args = ["check", "--no-config", "--policy", &policy, "index.html"];
        assert_eq!(run(&folder, &args).code, 1);
        let report = json(&folder, &args);
        assert_eq!(
            rows(&report),
            [
                "blocked a[ping] https://not-example.com",
                "blocked XMLHttpRequest.open https://not-example.com/",
                "blocked WebSocket https://not-example.com/",
                "blocked EventSource https://not-example.com/",
                "blocked navigator.sendBeacon https://not-example.com/",
            ]
        );
        assert_eq!(
            codes(&report).iter().filter(|c| **c == "blocked").count(),
            5
        );
        assert_eq!(
            codes(&report)
                .iter()
                .filter(|c| **c == "syntax-error")
                .count(),
            1
        );
    }
    let allowed = tree(&[("a.js", "fetch('https://example.com/x')")]);
    let args = [
        "check",
        "--policy",
        "connect-src https://example.com/",
        "a.js",
    ];
    assert_eq!(run(allowed.path(), &args).code, 0);
}

#[test]
fn no_policy_anywhere() {
    let folder = tree(&[("a.js", "fetch('/x')")]);
    let ran = run(folder.path(), &["check"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    insta::assert_snapshot!(ran.err);
    assert_eq!(run(folder.path(), &["endpoints"]).code, 0);
}

#[test]
fn mistakes_of_the_command_line() {
    let folder = tree(&[("a.js", "fetch('/x')")]);
    let told = |args: &[&str]| {
        let ran = run(folder.path(), args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}");
        ran.err
    };
    assert!(told(&["check", "--polcy", "x"]).contains("--policy"));
    assert!(told(&["check", "--format", "xml"]).contains("json"));
    assert!(
        told(&["check", "--policy", "x", "--page-url", "example.com"])
            .contains("https://example.com/")
    );
    assert!(told(&["check", "--policy-file", "none.txt"]).contains("none.txt"));
    assert!(told(&["check", "--policy", "x", "--exclude", "a{b"]).contains("a{b"));
    assert!(told(&["check", "--policy", "x", "--config", "none.toml"]).contains("none.toml"));
    assert!(told(&["match", "--policy", "x"]).contains("URL"));
}

#[test]
fn a_path_that_is_not_there_fails_the_run_after_the_rest() {
    let folder = tree(&[("a.js", "fetch('/x')")]);
    let ran = run(
        folder.path(),
        &["check", "--policy", "connect-src 'self'", "a.js", "gone/"],
    );
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("gone"), "{}", ran.err);
    assert!(ran.out.contains("1 file, 1 endpoint"), "{}", ran.out);
}

#[test]
fn mistakes_of_the_configuration() {
    let told = |config: &str| {
        let folder = tree(&[("connect-lint.toml", config), ("a.js", "fetch('/x')")]);
        let ran = run(folder.path(), &["check"]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{config}");
        ran.err
    };
    let unknown = told("policy = \"connect-src 'self'\"\npolcy-file = 'x'\n");
    assert!(unknown.contains("connect-lint.toml:2:1"), "{unknown}");
    assert!(unknown.contains("did you mean `policy-file`"), "{unknown}");
    assert!(told("policy = 'x'\nformat = 'xml'").contains("text, json"));
    assert!(told("policy = 'x'\npage-url = '/x'").contains("connect-lint.toml:2"));
    assert!(told("policy = 'x'\nbrowser = ['a[']").contains("a["));
    assert!(told("policy = ").contains("connect-lint.toml:1"));
    assert!(told("policy-file = 'none.txt'").contains("none.txt"));
}

#[test]
fn the_configuration_is_found_upward_and_flags_win() {
    let folder = tree(&[
        (
            "connect-lint.toml",
            "policy = \"connect-src 'self'\"\npage-url = 'https://a.test/'\n[define]\n__API__ = 'https://b.test'\n",
        ),
        ("src/deep/a.js", "fetch(__API__ + '/x')"),
    ]);
    let deep = folder.path().join("src/deep");
    let report = json(&deep, &["check"]);
    assert_eq!(rows(&report), ["blocked fetch https://b.test/x"]);
    assert_eq!(report["page_url"], "https://a.test/");
    assert!(
        report["policies"][0]["origin"]
            .as_str()
            .unwrap()
            .ends_with("connect-lint.toml:1")
    );
    let args = [
        "check",
        "--policy",
        "connect-src https://c.test",
        "--define",
        "__API__=https://c.test",
    ];
    assert_eq!(
        rows(&json(&deep, &args)),
        ["allowed fetch https://c.test/x"]
    );
    assert_eq!(run(&deep, &["check", "--no-config"]).code, 2);
}

#[test]
fn what_fails_a_run() {
    let folder = tree(&[
        ("depends.js", "fetch('https://api.test' + path)"),
        ("unknown.js", "fetch(url)"),
        ("blocked.js", "fetch('https://evil.test/')"),
        ("allowed.js", "fetch('https://api.test/x')"),
    ]);
    let code = |file: &str, level: &str| {
        let policy = "connect-src https://api.test";
        run(
            folder.path(),
            &["check", "--policy", policy, "--fail-on", level, file],
        )
        .code
    };
    let codes =
        |file: &str| ["blocked", "depends", "unknown", "never"].map(|level| code(file, level));
    assert_eq!(codes("blocked.js"), [1, 1, 1, 0]);
    assert_eq!(codes("depends.js"), [0, 1, 1, 0]);
    assert_eq!(codes("unknown.js"), [0, 0, 1, 0]);
    assert_eq!(codes("allowed.js"), [0, 0, 0, 0]);
}

#[test]
fn what_fails_a_run_is_told() {
    let folder = tree(&[("a.js", "fetch(url)")]);
    let args = [
        "check",
        "--policy",
        "connect-src https://api.test",
        "--fail-on",
        "unknown",
    ];
    let ran = run(folder.path(), &args);
    assert!(ran.out.contains("error[unknown]"), "{}", ran.out);
}

#[test]
fn a_host_that_may_go_on_is_told_how_to_end() {
    let help = |script: &str| {
        let folder = tree(&[("a.js", script)]);
        let policy = "connect-src 'self' https://api.example.com";
        let report = json(folder.path(), &["check", "--policy", policy]);
        report["diagnostics"][0]["help"].as_str().map(str::to_owned)
    };
    let told = help("const get = path => fetch('https://api.example.com' + path)");
    assert!(told.is_some_and(|h| h.contains("`/` right after `https://api.example.com`")));
    for script in [
        "const get = path => fetch('https://api.' + path)",
        "const get = path => fetch('https://example.com:' + path)",
        "export const load = ({ fetch }) => fetch('https://x.example')",
    ] {
        assert_eq!(help(script), None, "{script}");
    }
}

#[test]
fn policies_from_files_and_report_only_ones() {
    let headers = "X-Frame-Options: DENY\nContent-Security-Policy: default-src 'self';\n  connect-src https://a.test\nContent-Security-Policy-Report-Only: connect-src 'none'\n";
    let folder = tree(&[
        ("headers.txt", headers),
        (
            "a.js",
            "fetch('https://a.test/');\nfetch('https://b.test/')",
        ),
    ]);
    let report = json(folder.path(), &["check", "--policy-file", "headers.txt"]);
    assert_eq!(
        rows(&report),
        [
            "allowed fetch https://a.test/",
            "blocked fetch https://b.test/"
        ]
    );
    assert_eq!(codes(&report), ["report-only", "blocked"]);
    assert_eq!(report["policies"][0]["origin"], "headers.txt:2");
    assert_eq!(report["policies"][1]["disposition"], "report");
    let empty = tree(&[("headers.txt", "# nothing\n"), ("a.js", "")]);
    let ran = run(empty.path(), &["check", "--policy-file", "headers.txt"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("holds no policy"), "{}", ran.err);
    // Report-only alone is a policy to judge by, and blocks nothing.
    let args = ["check", "--report-only-policy", "connect-src 'none'"];
    assert_eq!(run(folder.path(), &args).code, 0);
}

#[test]
fn overrides_say_what_governs_some_files() {
    let config = "policy = \"connect-src 'self'\"\npage-url = 'https://a.test/'\n\
        [[override]]\nfiles = ['workers/**']\nruntime = 'worker'\npolicy = 'connect-src https://w.test'\n\
        [[override]]\nfiles = ['admin/**']\npage-url = 'https://admin.test/'\n\
        [[override]]\nfiles = ['node/**']\nruntime = 'server'\n";
    let all = "fetch('https://w.test/');fetch('https://admin.test/');fetch('https://a.test/')";
    let folder = tree(&[
        ("connect-lint.toml", config),
        ("a.js", all),
        ("workers/w.js", all),
        ("admin/a.js", all),
        ("node/n.js", all),
    ]);
    let report = json(folder.path(), &["check"]);
    let verdicts = |file: &str| -> Vec<&str> {
        let of_file = |e: &&serde_json::Value| e["file"] == file;
        let all = report["endpoints"]
            .as_array()
            .unwrap()
            .iter()
            .filter(of_file);
        all.map(|e| e["verdict"].as_str().unwrap()).collect()
    };
    assert_eq!(verdicts("a.js"), ["blocked", "blocked", "allowed"]);
    assert_eq!(verdicts("workers/w.js"), ["allowed", "blocked", "blocked"]);
    assert_eq!(verdicts("admin/a.js"), ["blocked", "allowed", "blocked"]);
    assert!(verdicts("node/n.js").is_empty());
    assert!(codes(&report).contains(&"skipped-file"));
}

#[test]
fn what_is_not_browser_code_is_not_judged() {
    let call = "fetch('https://evil.test/')";
    let folder = tree(&[
        ("src/app.js", call),
        ("src/app.test.js", call),
        ("src/__tests__/x.js", call),
        ("src/Button.stories.jsx", call),
        ("src/routes/api/+server.ts", call),
        ("app/users/route.ts", call),
        ("mocks/handlers.js", call),
        ("supabase/functions/f/index.ts", call),
        (
            "src/action.ts",
            "'use server';\nfetch('https://evil.test/')",
        ),
        (
            "src/lib/db.ts",
            "import fs from 'node:fs';\nfetch('https://evil.test/')",
        ),
        (
            "src/server.js",
            "const express = require('express');\nfetch('https://evil.test/')",
        ),
    ]);
    let report = json(folder.path(), &["check", "--policy", "connect-src 'self'"]);
    assert_eq!(rows(&report), ["blocked fetch https://evil.test/"]);
    assert_eq!(report["summary"]["files"], 1);
    let verbose = run(
        folder.path(),
        &["check", "--policy", "connect-src 'self'", "--verbose"],
    );
    assert!(
        verbose
            .out
            .contains("src/lib/db.ts: not linted as browser code: it imports 'node:fs'")
    );
}

#[test]
fn ignored_files_and_explicit_ones() {
    let call = "fetch('https://evil.test/')";
    let folder = tree(&[
        (".gitignore", "build/\n"),
        (".connect-lintignore", "legacy.js\n"),
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("build/a.js", call),
        ("legacy.js", call),
        ("node_modules/x/a.js", call),
        ("vendor/a.js", call),
        ("page.php", "<script>fetch('https://evil.test/')</script>"),
        ("a.js", call),
    ]);
    let files = |args: &[&str]| -> Vec<String> {
        let mut all = vec!["check", "--policy", "connect-src 'self'"];
        all.extend(args);
        let report = json(folder.path(), &all);
        let all = report["endpoints"].as_array().unwrap().iter();
        all.map(|e| e["file"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(files(&["--exclude", "vendor/"]), ["a.js"]);
    assert_eq!(
        files(&["--no-ignore"]),
        ["a.js", "build/a.js", "legacy.js", "vendor/a.js"]
    );
    assert_eq!(files(&["legacy.js", "page.php"]), ["legacy.js", "page.php"]);
}

#[test]
fn nothing_to_lint_is_told() {
    let folder = tree(&[("readme.txt", "x")]);
    let report = json(folder.path(), &["check", "--policy", "connect-src 'self'"]);
    assert_eq!(codes(&report), ["no-files"]);
}

#[test]
fn the_same_bytes_whatever_the_threads() {
    let folder = root().join("fixtures");
    let out = |threads: &str| {
        let policy = "connect-src 'self' https://api.tours.example";
        let args = [
            "check",
            "--no-config",
            "--policy",
            policy,
            "--threads",
            threads,
            "-v",
        ];
        timeless(&run(&folder, &args).out)
    };
    let one = out("1");
    assert!(one.lines().count() > 50);
    for threads in ["2", "3", "8"] {
        assert_eq!(out(threads), one);
    }
}

#[test]
fn matching_urls() {
    let folder = tree(&[]);
    let policy = "connect-src 'self' https://api.test/v1/";
    let ran = run(
        folder.path(),
        &[
            "match",
            "--policy",
            policy,
            "--page-url",
            "https://a.test/x/",
            "/api",
            "y",
            "https://api.test/v2",
        ],
    );
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.out, @r"
    allowed  /api  (https://a.test/api)
      policy 0: allowed by connect-src 'self': `'self'` in `connect-src` lets it through
    allowed  y  (https://a.test/x/y)
      policy 0: allowed by connect-src 'self': `'self'` in `connect-src` lets it through
    blocked  https://api.test/v2
      policy 0: blocked by connect-src: host matches, path does not: `https://api.test/v1/` does not cover `/v2`
    ");
    let socket = |api: &str| {
        let args = [
            "match",
            "--policy",
            "connect-src https:",
            "--api",
            api,
            "https://a.test/",
            "--format",
            "json",
        ];
        let answer = json(folder.path(), &args[..6]);
        (answer[0]["verdict"].clone(), answer[0]["resolved"].clone())
    };
    assert_eq!(
        socket("fetch"),
        ("allowed".into(), "https://a.test/".into())
    );
    assert_eq!(
        socket("websocket"),
        ("blocked".into(), "wss://a.test/".into())
    );
    let spec = [
        "match",
        "--spec",
        "--policy",
        "connect-src https:",
        "wss://a.test/",
    ];
    assert_eq!(run(folder.path(), &spec).code, 0);
}

#[test]
fn colours_only_where_wanted() {
    let folder = tree(&[("a.js", "fetch('https://evil.test/')")]);
    let args = ["check", "--policy", "connect-src 'self'"];
    let coloured = |command: &mut assert_cmd::Command| {
        String::from_utf8(command.output().unwrap().stdout)
            .unwrap()
            .contains('\x1b')
    };
    assert!(!coloured(&mut connect_lint(folder.path(), &args)));
    assert!(coloured(
        connect_lint(folder.path(), &args).env("CLICOLOR_FORCE", "1")
    ));
    assert!(!coloured(
        connect_lint(folder.path(), &args)
            .env("CLICOLOR_FORCE", "1")
            .env("NO_COLOR", "1")
    ));
    assert!(coloured(
        connect_lint(folder.path(), &args).args(["--color", "always"])
    ));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("connect-lint"))
        .args(["endpoints", "--no-config", "."])
        .current_dir(root().join("fixtures"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr), (Some(0), Vec::new()));
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let folder = tree(&[(
        "a\u{1b}[2Jb.js",
        "fetch('https://evil.test/\u{1b}]0;x\u{7}\u{202e}')",
    )]);
    for format in ["text", "json"] {
        let args = [
            "check",
            "-v",
            "--policy",
            "connect-src 'self' \u{1b}[31m",
            "--format",
            format,
        ];
        let out = run(folder.path(), &args).out;
        let harmful =
            |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!out.contains(harmful), "{out:?}");
    }
}

#[test]
fn commas_in_a_meta_policy() {
    let page = "<head><meta http-equiv=content-security-policy content=\"connect-src https://a.test, connect-src 'none'\">\
        <script>fetch('https://a.test/')</script>";
    let folder = tree(&[("a.html", page)]);
    let in_browsers = json(folder.path(), &["check"]);
    assert_eq!(rows(&in_browsers), ["blocked fetch https://a.test/"]);
    assert_eq!(in_browsers["policies"].as_array().unwrap().len(), 2);
    let by_the_text = json(folder.path(), &["check", "--spec"]);
    assert_eq!(by_the_text["policies"].as_array().unwrap().len(), 1);
}

#[test]
fn env_files_define_what_the_build_would() {
    let folder = tree(&[
        (".env", "VITE_API=https://a.test\nSECRET=s\n"),
        ("web/.env", "VITE_API=https://a.test\n"),
        ("web/.env.production", "VITE_API=https://b.test\n"),
        (
            "web/a.js",
            "fetch(import.meta.env.VITE_API + '/x'); fetch(import.meta.env.VITE_NONE + '/y')",
        ),
    ]);
    let patterns = |args: &[&str]| {
        let report = json(folder.path(), &[&["endpoints", "web"], args].concat());
        let all = report["endpoints"].as_array().unwrap().iter();
        let patterns = all.map(|e| e["pattern"].as_str().unwrap().to_owned());
        patterns.collect::<Vec<_>>()
    };
    let found = patterns(&[]);
    assert_eq!(found, ["https://b.test/x", "{import.meta.env.VITE_NONE}/y"]);
    assert_eq!(patterns(&["--mode", "development"])[0], "https://a.test/x");
    let defined = patterns(&["--define", "VITE_API=https://c.test"]);
    assert_eq!(defined[0], "https://c.test/x");
    assert_eq!(
        patterns(&["--no-env-files"])[0],
        "{import.meta.env.VITE_API}/x"
    );
    let ran = run(folder.path(), &["endpoints", "web"]);
    assert!(
        ran.out
            .contains("--define import.meta.env.VITE_NONE=…  1 endpoint\n"),
        "{}",
        ran.out
    );
}

#[test]
fn declared_clients() {
    let config = "[[client]]\ncallee = 'api.{get,post}'\nbase = 'https://api.acme.test/v1'\n\
        [[client]]\nimport = '@acme/http'\n\
        [[client]]\ncallee = 'live'\nurl-argument = 1\napi = 'WebSocket'\n";
    let source = "import http, { send } from '@acme/http'; import { other } from 'other';\n\
        api.get('/users'); api.post(`/users/${id}`); api.delete('/no'); api.get('https://b.test/');\n\
        http.any('/h'); send('/s'); other('/no'); live(0, 'https://live.test/');\n\
        const list = (page) => api.get('/list/' + page); list(3);";
    let folder = tree(&[("connect-lint.toml", config), ("a.js", source)]);
    let report = json(folder.path(), &["endpoints"]);
    assert_eq!(
        rows(&report),
        [
            "- fetch https://api.acme.test/v1/users",
            "- fetch https://api.acme.test/v1/users/{id}",
            "- fetch https://b.test/",
            "- fetch /h",
            "- fetch /s",
            "- WebSocket https://live.test/",
            "- fetch https://api.acme.test/v1/list/3",
        ]
    );
    // What is declared is not seen through as well.
    let own = "const api = { get: (p) => fetch('/own' + p) }; api.get('/x')";
    let folder = tree(&[("connect-lint.toml", config), ("a.js", own)]);
    let declared = rows(&json(folder.path(), &["endpoints"]));
    assert_eq!(
        declared,
        ["- fetch /own{p}", "- fetch https://api.acme.test/v1/x"]
    );
    let told = |config: &str| {
        let folder = tree(&[("connect-lint.toml", config), ("a.js", "")]);
        let ran = run(folder.path(), &["endpoints"]);
        assert_eq!(ran.code, 2, "{config}");
        ran.err
    };
    assert!(told("[[client]]\nbase = '/x'").contains("needs a `callee`"));
    assert!(told("[[client]]\ncallee = 'a'\napi = 'fech'").contains("`fech` is no API"));
    assert!(told("[[client]]\ncalee = 'a'").contains("did you mean `callee`"));
}
