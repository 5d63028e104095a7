//! Policies in program code: what is found of them, and what it governs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{codes, json, policies, rows, tree, verdicts};

/// The verdict on a call of a project that has one more file, and the codes of what is told.
fn verdict(name: &str, text: &str) -> (String, Vec<String>) {
    let folder = tree(&[
        ("package.json", "{}"),
        (name, text),
        ("src/a.js", "fetch('https://x.test/')"),
        // Without any policy there is nothing to judge by.
        ("other/package.json", "{}"),
        (
            "other/_headers",
            "/*\n  Content-Security-Policy: default-src *\n",
        ),
    ]);
    let report = json(folder.path(), &["check", "--no-config", "."]);
    let all = rows(&report);
    let row = all.into_iter().find(|r| r.contains("https://x.test"));
    let codes = codes(&report).into_iter().filter(|c| *c != "skipped-file");
    (row.unwrap_or_default(), codes.map(str::to_owned).collect())
}

#[test]
fn helmet_with_what_is_pushed_later() {
    insta::assert_snapshot!(policies("code-helmet"));
    assert_eq!(
        verdicts("code-helmet"),
        [
            "allowed fetch /api/items",
            "depends fetch https://accounts.shop.test/me",
            "allowed fetch https://cdn.shop.test/list.json",
            "allowed WebSocket wss://live.shop.test/",
            "blocked navigator.sendBeacon https://stats.test/",
        ]
    );
}

#[test]
fn headers_of_an_application_and_of_its_routes() {
    insta::assert_snapshot!(policies("code-headers"));
    // What only the server loads is no browser code.
    assert_eq!(
        verdicts("code-headers"),
        [
            "allowed fetch /items",
            "allowed WebSocket wss://{location.host}/live",
            "blocked fetch https://api.lounge.test/",
        ]
    );
}

#[test]
fn constants_that_are_keyed_by_directives() {
    insta::assert_snapshot!(policies("code-constants"));
    assert_eq!(
        verdicts("code-constants"),
        [
            "allowed fetch /bcd.json",
            "allowed fetch https://updates.docs.test/x",
            "blocked fetch https://elsewhere.test/x",
        ]
    );
}

#[test]
fn tests_examples_and_builds_set_no_policy() {
    let text = "app.use((q, r, next) => { r.set('Content-Security-Policy', \"connect-src 'none'\"); next() })";
    for name in [
        "server.test.js",
        "test/server.js",
        "examples/server.js",
        "dist/server.js",
        "vite.config.js",
        "webpack.config.js",
        "dev-server.js",
        "server.stories.js",
        "mocks/server.js",
    ] {
        assert_eq!(verdict(name, text).0, "- fetch https://x.test/", "{name}");
    }
    for name in [
        "server.js",
        "src/server/index.js",
        "server/routes/index.js",
        "app.server.ts",
        "src/hooks.server.ts",
    ] {
        let (row, codes) = verdict(name, text);
        assert_eq!(row, "blocked fetch https://x.test/", "{name}");
        assert_eq!(codes, ["blocked"], "{name}");
    }
}

#[test]
fn what_is_not_read_or_not_for_pages_is_told_and_never_blocks() {
    for (text, code) in [
        (
            "app.use((q, r, next) => { r.set('Content-Security-Policy', made(q)); next() })",
            "unread-policy",
        ),
        (
            "app.post('/x', (q, r) => { r.set('Content-Security-Policy', \"connect-src 'none'\") })",
            "unsent-policy",
        ),
    ] {
        let (row, codes) = verdict("server.js", text);
        assert_eq!(row, "- fetch https://x.test/", "{text}");
        assert!(codes.contains(&code.to_owned()), "{codes:?}");
    }
}

/// A guess gives way to a policy that is sure, and guesses that disagree to none.
#[test]
fn guesses_give_way() {
    let constant =
        "export const CSP = { 'default-src': [\"'none'\"], 'script-src': [\"'self'\"] };";
    let page = ("src/a.js", "fetch('https://x.test/')");
    let of = |files: &[(&str, &str)]| {
        let mut files = files.to_vec();
        files.extend([("package.json", "{}"), page]);
        let folder = tree(&files);
        rows(&json(folder.path(), &["check", "--no-config", "."]))
    };
    assert_eq!(
        of(&[("csp.js", constant)]),
        ["blocked fetch https://x.test/"]
    );
    let headers = ("_headers", "/*\n  Content-Security-Policy: connect-src *\n");
    assert_eq!(
        of(&[("csp.js", constant), headers]),
        ["allowed fetch https://x.test/"]
    );
    let other = constant.replace("'none'", "*").replace("\"*\"", "'*'");
    assert_eq!(
        of(&[("csp.js", constant), ("security.js", &other)]),
        ["- fetch https://x.test/"]
    );
}

#[test]
fn a_file_of_code_can_be_named() {
    let folder = tree(&[
        (
            "server/csp.ts",
            "export default function csp(res) { res.setHeader('content-security-policy', \"connect-src 'self'\") }",
        ),
        ("web/a.js", "fetch('https://x.test/')"),
    ]);
    let arguments = [
        "check",
        "--no-config",
        "--policy-from",
        "server/csp.ts",
        "web",
    ];
    assert_eq!(
        rows(&json(folder.path(), &arguments)),
        ["blocked fetch https://x.test/"]
    );
}
