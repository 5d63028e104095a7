//! `connect-lint suggest`: the smallest `connect-src` for what is requested.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{root, run, tree};
use serde_json::Value;
use std::path::Path;

/// The suggestions of a folder; the document is by its schema.
fn suggestions(folder: &Path, args: &[&str]) -> Vec<Value> {
    let all = [&["suggest", "--no-config", "--format", "json"], args].concat();
    let ran = run(folder, &all);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let value: Value = serde_json::from_str(&ran.out).unwrap();
    let schema = std::fs::read_to_string(root().join("schema/suggestions.schema.json")).unwrap();
    let schema = serde_json::from_str(&schema).unwrap();
    jsonschema::validate(&schema, &value).unwrap_or_else(|error| panic!("{error}"));
    value["suggestions"].as_array().unwrap().clone()
}

/// The header of the only suggestion for calls of a script.
fn header(calls: &str, args: &[&str]) -> String {
    let folder = tree(&[("a.js", calls)]);
    let all = suggestions(folder.path(), args);
    assert_eq!(all.len(), 1);
    all[0]["header"].as_str().unwrap().to_owned()
}

#[test]
fn the_sources_of_origins() {
    for (calls, wanted) in [
        ("", "connect-src 'none'"),
        (
            "fetch('/x'); fetch('https://b.test/x'); fetch('https://a.test:8443')",
            "connect-src 'self' https://a.test:8443 https://b.test",
        ),
        (
            "fetch('blob:x'); fetch(`https://a.test/${id}`)",
            "connect-src https://a.test blob:",
        ),
        // Browsers let `http:` cover `https:`, and `'self'` a socket of the same host.
        (
            "fetch('http://a.test'); fetch('https://a.test')",
            "connect-src http://a.test",
        ),
        (
            "fetch('/x'); new WebSocket(`wss://${location.host}/s`)",
            "connect-src 'self'",
        ),
        (
            "new WebSocket('wss://a.test/s'); new EventSource('https://a.test/e')",
            "connect-src https://a.test wss://a.test",
        ),
        (
            "fetch(`https://${tenant}.a.test/`); fetch(url); fetch('http://[::1]/')",
            "connect-src 'none'",
        ),
    ] {
        assert_eq!(header(calls, &[]), wanted, "{calls}");
    }
    let socket = "new WebSocket('/s')";
    assert_eq!(header(socket, &[]), "connect-src 'self'");
    let page = ["--page-url", "https://own.test/"];
    assert_eq!(header(socket, &page), "connect-src wss://own.test");
    assert_eq!(
        header(&format!("{socket}; fetch('/x')"), &page),
        "connect-src 'self'"
    );
}

#[test]
fn the_sources_of_paths() {
    for (calls, wanted) in [
        (
            "fetch('https://a.test/v1/x'); fetch('https://a.test/v1/y')",
            "connect-src https://a.test/v1/x https://a.test/v1/y",
        ),
        (
            "fetch(`https://a.test/v1/${id}`); fetch('https://a.test/v1/y')",
            "connect-src https://a.test/v1/",
        ),
        (
            "fetch('https://a.test'); fetch('https://a.test/v1/y')",
            "connect-src https://a.test",
        ),
        (
            "fetch('https://a.test/a;b,c?x=1')",
            "connect-src https://a.test/a%3Bb%2Cc",
        ),
        (
            "fetch(`https://a.test/v${n}/x`); fetch('/own/x')",
            "connect-src 'self' https://a.test",
        ),
    ] {
        assert_eq!(header(calls, &["--granularity", "path"]), wanted, "{calls}");
    }
}

#[test]
fn wildcards_over_several_subdomains() {
    for (calls, wanted) in [
        (
            "fetch('https://a.x.co.uk'); fetch('https://b.c.x.co.uk')",
            "connect-src https://*.x.co.uk",
        ),
        (
            "fetch('https://a.x.com'); fetch('https://x.com')",
            "connect-src https://a.x.com https://x.com",
        ),
        (
            "fetch('https://a.x.com'); fetch('https://b.x.com'); fetch('https://x.com')",
            "connect-src https://*.x.com https://x.com",
        ),
        // Never over a public suffix.
        (
            "fetch('https://a.co.uk'); fetch('https://b.co.uk')",
            "connect-src https://a.co.uk https://b.co.uk",
        ),
        (
            "fetch('https://a.github.io'); fetch('https://b.github.io')",
            "connect-src https://a.github.io https://b.github.io",
        ),
        (
            "fetch('https://a.x.com:8443'); fetch('https://b.x.com')",
            "connect-src https://a.x.com:8443 https://b.x.com",
        ),
        (
            "fetch('http://127.0.0.1'); fetch('http://127.0.0.2')",
            "connect-src http://127.0.0.1 http://127.0.0.2",
        ),
    ] {
        let args = ["--granularity", "host-wildcard"];
        assert_eq!(header(calls, &args), wanted, "{calls}");
    }
}

#[test]
fn what_is_not_covered_is_listed() {
    let folder = tree(&[(
        "a.js",
        "fetch(`https://${tenant}.a.test/`)\nfetch(process.env.API + '/x')\nfetch('http://[::1]/')\nfetch(process.env.X ?? 'http://localhost:1')",
    )]);
    let all = suggestions(folder.path(), &[]);
    let rows: Vec<_> = all[0]["uncovered"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            format!(
                "{} {} ({})",
                row["line"],
                row["pattern"].as_str().unwrap(),
                row["reason"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            "1 https://{tenant}.a.test/ (the host is not known before `tenant` is)",
            "2 {process.env.API}/x (the URL is not known before `process.env.API` is)",
            "3 http://[::1]/ (an IPv6 address cannot be a source: only its scheme covers it)",
            "4 {process.env.X} (the URL is not known before `process.env.X` is)",
            "4 http://localhost:1 (`http://localhost:1` is for development only)",
        ]
    );
}

#[test]
fn what_all_endpoints_need_and_how_files_change() {
    let page =
        |url: &str, head: &str| format!("<head>{head}</head><script>fetch('{url}')</script>");
    let meta = "<meta http-equiv=\"Content-Security-Policy\" content=\"connect-src 'self' https://old.test\">";
    let folder = tree(&[
        (
            "_headers",
            "/*\n  Content-Security-Policy: default-src 'self'; img-src *\n/x/*\n  Content-Security-Policy-Report-Only: connect-src 'none'\n",
        ),
        ("a.html", &page("https://a.test/", meta)),
        ("b.html", &page("https://b.test/", meta)),
        ("x/c.html", &page("https://c.test/", "")),
        ("package.json", "{}"),
    ]);
    let ran = run(folder.path(), &["suggest", "--no-config"]);
    insta::assert_snapshot!(ran.out);
}

#[test]
fn a_fixture_of_every_kind_has_a_suggestion() {
    let fixtures = std::fs::read_dir(root().join("fixtures/policies")).unwrap();
    for fixture in fixtures {
        let path = fixture.unwrap().path();
        for granularity in ["origin", "path", "host-wildcard"] {
            let all = suggestions(&path, &["--granularity", granularity]);
            assert!(!all.is_empty(), "{}", path.display());
            for one in all {
                let header = one["header"].as_str().unwrap();
                assert!(header.starts_with("connect-src "), "{header}");
            }
        }
    }
}
