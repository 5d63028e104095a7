//! Sources that no endpoint uses: what is told of them, and what `--fix --unused` removes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::repair::fixed;
use common::{json, tree};

/// What is told of sources that no endpoint uses, `code text` each; also the possible.
fn unused(files: &[(&str, &str)], args: &[&str]) -> Vec<String> {
    let folder = tree(files);
    let report = json(folder.path(), &[&["check", "--no-config"], args].concat());
    let all = report["diagnostics"].as_array().unwrap().iter();
    let told = all.filter(|d| d["code"].as_str().unwrap().ends_with("unused-source"));
    told.map(|d| {
        let (code, line) = (d["code"].as_str().unwrap(), &d["line"]);
        let message = d["message"].as_str().unwrap();
        let source = message.split('`').nth(1).unwrap();
        format!("{code} {source} {line}")
    })
    .collect()
}

const UNUSED: &str =
    "/*\n  Content-Security-Policy: connect-src 'self' https://a.test https://old.test wss:\n";

#[test]
fn a_source_that_nothing_uses_is_told() {
    let page = "<script>fetch('https://a.test/x')</script>";
    let all = [("_headers", UNUSED), ("index.html", page)];
    assert_eq!(
        unused(&all, &[]),
        ["unused-source https://old.test 2", "unused-source wss: 2"]
    );
    assert_eq!(
        unused(&all, &["--verbose"]),
        [
            "possibly-unused-source 'self' 2",
            "unused-source https://old.test 2",
            "unused-source wss: 2"
        ]
    );
    // Of a single file nothing is known of the others.
    assert!(unused(&all, &["index.html"]).is_empty());
}

#[test]
fn what_is_not_seen_may_use_a_source() {
    let used = "fetch('https://a.test/x')";
    for (name, text) in [
        (
            "more.html",
            format!("<script src='https://cdn.test/x.js'></script><script>{used}</script>"),
        ),
        ("more.html", "<script src='/vendor.js'></script>".to_owned()),
        ("more.html", format!("<script>{used}; fetch(url)</script>")),
        (
            "more.html",
            "<script>s = document.createElement('script'); s.src = x</script>".to_owned(),
        ),
        ("more.html", format!("<script>{used}; let x = ;</script>")),
        (
            "more.js",
            "import posthog from 'posthog-js'; posthog.init('x')".to_owned(),
        ),
        (
            "more.js",
            "export const hosts = ['https://old.test', 'wss://x']".to_owned(),
        ),
        (
            "App.vue",
            "<script>fetch('https://old.test')</script>".to_owned(),
        ),
    ] {
        let page = format!("<script>{used}</script>");
        let all = [("_headers", UNUSED), ("index.html", &page), (name, &text)];
        let told = unused(&all, &[]);
        assert!(
            !told.contains(&"unused-source https://old.test 2".to_owned()),
            "{text}: {told:?}"
        );
        let told = unused(&all, &["--verbose"]);
        assert!(
            told.contains(&"possibly-unused-source https://old.test 2".to_owned()),
            "{text}: {told:?}"
        );
        let (after, _) = fixed(&all, &["--unused"]);
        assert!(after["_headers"].contains("https://old.test"), "{text}");
    }
}

#[test]
fn unused_sources_are_removed() {
    let page = "<script>fetch('https://b.test/x')</script>";
    let (after, ran) = fixed(&[("_headers", UNUSED), ("index.html", page)], &["--unused"]);
    assert_eq!(
        after["_headers"],
        "/*\n  Content-Security-Policy: connect-src 'self' https://b.test\n"
    );
    assert_eq!(
        ran.err,
        "connect-lint: fixed _headers:2: added 1 source (`https://b.test`), removed 3 sources \
         (`https://a.test`, `https://old.test`, `wss:`)\n"
    );
    // The last one leaves `'none'`; a part that is not known stays.
    let policy = "/*\n  Content-Security-Policy: connect-src https://old.test; img-src *\n";
    let (after, _) = fixed(
        &[("_headers", policy), ("index.html", "<p>")],
        &["--unused"],
    );
    assert_eq!(
        after["_headers"],
        "/*\n  Content-Security-Policy: connect-src 'none'; img-src *\n"
    );
}

#[test]
fn lists_lose_what_nothing_uses() {
    let config = |sources: &str| {
        format!(
            "export default {{ kit: {{ csp: {{ directives: {{ 'connect-src': [{sources}] }} }} }} }}"
        )
    };
    for (before, wanted) in [
        ("'https://old.test', 'https://a.test'", "'https://a.test'"),
        ("'https://a.test', 'https://old.test'", "'https://a.test'"),
        (
            "\n  'https://a.test',\n  'https://old.test', // gone\n  'wss:',\n",
            "\n  'https://a.test',\n",
        ),
        (
            "\n  'https://old.test', // gone\n  'https://a.test',\n",
            "\n  'https://a.test',\n",
        ),
        (
            "'https://a.test', process.env.X",
            "'https://a.test', process.env.X",
        ),
    ] {
        let all = [
            ("package.json", "{}"),
            ("svelte.config.js", &config(before)),
            ("src/a.js", "fetch('https://a.test/')"),
        ];
        let (after, _) = fixed(&all, &["--unused"]);
        assert_eq!(after["svelte.config.js"], config(wanted), "{before}");
    }
}

/// Pages that hold the same policy are told of once.
#[test]
fn a_policy_of_many_pages_is_told_of_once() {
    let page = |calls: &str| {
        format!(
            "<head><meta http-equiv=\"Content-Security-Policy\" content=\"connect-src https://a.test https://old.test\"></head>\n\
             <script>{calls}</script>"
        )
    };
    let (first, second) = (page(""), page("fetch('https://a.test/')"));
    let all = [
        ("a.html", first.as_str()),
        ("b.html", &second),
        ("c.html", &first),
    ];
    assert_eq!(unused(&all, &[]), ["unused-source https://old.test 1"]);
    let (after, _) = fixed(&all, &["--unused"]);
    for text in after.values() {
        assert!(text.contains("\"connect-src https://a.test\""), "{text}");
    }
}
