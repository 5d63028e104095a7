//! Which policy governs what: pages, the scripts and workers that they load, several policies on
//! a page, several ways to serve it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{json, run, tree};

/// `place verdict policy [pages]` of every endpoint.
fn verdicts(files: &[(&str, &str)], args: &[&str]) -> Vec<String> {
    let folder = tree(files);
    let all = [&["check", "."], args].concat();
    let report = json(folder.path(), &all);
    let origin = |id: &serde_json::Value| match id.as_u64() {
        Some(id) => report["policies"][id as usize]["origin"]
            .as_str()
            .unwrap()
            .to_owned(),
        None => "-".to_owned(),
    };
    let rows = report["endpoints"].as_array().unwrap().iter().map(|e| {
        let pages: Vec<_> = e["pages"]
            .as_array()
            .map(|pages| pages.iter().map(|p| p.as_str().unwrap()).collect())
            .unwrap_or_default();
        let place = format!("{}:{}", e["file"].as_str().unwrap(), e["line"]);
        let verdict = e["verdict"].as_str().unwrap_or("none");
        format!(
            "{place} {verdict} {} {}",
            origin(&e["policy"]),
            pages.join(",")
        )
        .trim_end()
        .to_owned()
    });
    rows.collect()
}

fn page(policy: &str, script: &str) -> String {
    format!(
        "<!doctype html>\n<meta http-equiv=Content-Security-Policy content=\"{policy}\">\n{script}\n"
    )
}

const TO_A: &str = "fetch('https://a.test/');\n";

#[test]
fn scripts_are_judged_under_the_policies_of_their_pages() {
    let (a, b) = ("connect-src https://a.test", "connect-src 'self'");
    let tag = "<script src=/shared.js></script>";
    let found = verdicts(
        &[
            ("a.html", &page(a, tag)),
            ("b.html", &page(b, tag)),
            ("shared.js", TO_A),
        ],
        &[],
    );
    assert_eq!(
        found,
        [
            "shared.js:1 allowed a.html:2 a.html",
            "shared.js:1 blocked b.html:2 b.html"
        ]
    );
    // Both come to the same: which page does not matter.
    let found = verdicts(
        &[
            ("a.html", &page(b, tag)),
            ("b.html", &page(b, tag)),
            ("shared.js", TO_A),
        ],
        &[],
    );
    assert_eq!(found, ["shared.js:1 blocked a.html:2"]);
}

#[test]
fn imports_follow_their_pages() {
    let tag = "<script type=module src='./src/main.ts'></script>";
    let found = verdicts(
        &[
            ("index.html", &page("connect-src 'self'", tag)),
            (
                "src/main.ts",
                "import { go } from './lib/go'; go(); import('./later');",
            ),
            (
                "src/lib/go.ts",
                "export const go = () => fetch('https://a.test/');",
            ),
            ("src/later.ts", TO_A),
            ("other.ts", TO_A),
        ],
        &[],
    );
    assert_eq!(
        found,
        [
            "other.ts:1 none -",
            "src/later.ts:1 blocked index.html:2",
            "src/lib/go.ts:1 blocked index.html:2",
        ]
    );
}

#[test]
fn a_policy_in_markup_is_for_what_comes_after_it() {
    let policy = "<meta http-equiv=Content-Security-Policy content=\"connect-src 'self'\">";
    let page = format!(
        "<head>\n<script src=before.js></script>\n<script defer src=deferred.js></script>\n\
         {policy}\n<script src=after.js></script>"
    );
    let found = verdicts(
        &[
            ("index.html", &page),
            ("before.js", TO_A),
            ("deferred.js", TO_A),
            ("after.js", TO_A),
        ],
        &[],
    );
    assert_eq!(
        found,
        [
            "after.js:1 blocked index.html:4",
            "before.js:1 none -",
            "deferred.js:1 blocked index.html:4",
        ]
    );
}

/// What a build tool puts into pages is under their policies, if they agree.
#[test]
fn the_scripts_of_a_project_are_built_into_its_pages() {
    let built = page(
        "connect-src 'self'",
        "<script src=/assets/index.js></script>",
    );
    let other = page(
        "connect-src https://a.test",
        "<script src=/assets/other.js></script>",
    );
    let rest = [
        ("app/package.json", "{}"),
        ("app/src/a.js", TO_A),
        ("app/404.html", "<p>"),
        ("lib/package.json", "{}"),
        ("lib/b.js", TO_A),
    ];
    let with = |pages: &[(&str, &str)]| verdicts(&[pages, &rest].concat(), &[]);
    assert_eq!(
        with(&[("app/index.html", &built)]),
        [
            "app/src/a.js:1 blocked app/index.html:2",
            "lib/b.js:1 none -"
        ]
    );
    assert_eq!(
        with(&[("app/index.html", &built), ("app/other.html", &other)])[0],
        "app/src/a.js:1 none -"
    );
}

#[test]
fn header_and_markup_must_both_allow() {
    let headers = "/*\n  Content-Security-Policy: connect-src https://a.test https://b.test\n";
    let script = "<script src=x.js></script>";
    let found = verdicts(
        &[
            ("public/_headers", headers),
            (
                "public/index.html",
                &page("connect-src https://a.test https://c.test", script),
            ),
            (
                "public/x.js",
                "fetch('https://a.test/');\nfetch('https://b.test/');\nfetch('https://c.test/');",
            ),
        ],
        &[],
    );
    assert_eq!(
        found,
        [
            "public/x.js:1 allowed public/_headers:2",
            "public/x.js:2 blocked public/index.html:2",
            "public/x.js:3 blocked public/_headers:2",
        ]
    );
}

#[test]
fn rules_are_for_the_paths_of_their_pages() {
    let headers = "/admin/*\n  Content-Security-Policy: connect-src 'self'\n\
                   /\n  Content-Security-Policy: connect-src https://a.test\n";
    let tag = "<script src=/shared.js></script>";
    let found = verdicts(
        &[
            ("public/_headers", headers),
            ("public/index.html", tag),
            ("public/admin/index.html", tag),
            (
                "public/free.html",
                "<script>fetch('https://a.test/')</script>",
            ),
            ("public/shared.js", TO_A),
        ],
        &[],
    );
    assert_eq!(
        found,
        [
            "public/free.html:1 none -",
            "public/shared.js:1 blocked public/_headers:2 public/admin/index.html",
            "public/shared.js:1 allowed public/_headers:4 public/index.html",
        ]
    );
}

#[test]
fn a_worker_has_the_policy_of_its_own_response() {
    let script = "<script type=module src=main.js></script>";
    let main = "new Worker(new URL('./w.js', import.meta.url)); import './both.js';";
    let files = [
        ("index.html", page("connect-src 'self'", script)),
        ("main.js", main.to_owned()),
        ("w.js", format!("import './both.js';\n{TO_A}")),
        ("both.js", TO_A.to_owned()),
    ];
    let mut files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (*n, t.as_str())).collect();
    // Without a header nothing governs the worker, whatever the page's markup says.
    assert_eq!(
        verdicts(&files, &[]),
        [
            "both.js:1 blocked index.html:2 index.html",
            "both.js:1 none - w.js",
            "w.js:2 none -"
        ]
    );
    let headers = "/w.js\n  Content-Security-Policy: connect-src https://b.test\n";
    files.push(("_headers", headers));
    assert_eq!(
        verdicts(&files, &[]),
        [
            "both.js:1 blocked index.html:2 index.html",
            "both.js:1 blocked _headers:2 w.js",
            "w.js:2 blocked _headers:2",
        ]
    );
}

#[test]
fn nearer_projects_have_their_own_policies() {
    let headers = |source: &str| format!("/*\n  Content-Security-Policy: connect-src {source}\n");
    let found = verdicts(
        &[
            ("_headers", &headers("https://a.test")),
            ("apps/b/package.json", "{}"),
            ("apps/b/public/_headers", &headers("https://b.test")),
            ("apps/b/src/b.js", TO_A),
            ("apps/c/package.json", "{}"),
            ("apps/c/c.js", TO_A),
        ],
        &[],
    );
    assert_eq!(
        found,
        [
            "apps/b/src/b.js:1 blocked apps/b/public/_headers:2",
            "apps/c/c.js:1 allowed _headers:2",
        ]
    );
}

#[test]
fn what_is_given_wins_over_what_is_found() {
    let headers = "/*\n  Content-Security-Policy: connect-src 'self'\n";
    let config = "[[override]]\nfiles = ['open/**']\npolicy = \"connect-src *\"\n";
    let files = [
        ("_headers", headers),
        ("a.js", TO_A),
        ("open/b.js", TO_A),
        ("other.txt", "connect-src https://a.test"),
        ("connect-lint.toml", config),
    ];
    assert_eq!(
        verdicts(&files, &[]),
        [
            "a.js:1 blocked _headers:2",
            "open/b.js:1 allowed connect-lint.toml:3"
        ]
    );
    let given = ["--no-config", "--policy", "connect-src https://a.test"];
    assert_eq!(
        verdicts(&files, &given),
        ["a.js:1 allowed --policy", "open/b.js:1 allowed --policy"]
    );
    let from = ["--no-config", "--policy-from", "other.txt"];
    assert_eq!(
        verdicts(&files, &from),
        [
            "a.js:1 allowed other.txt:1",
            "open/b.js:1 allowed other.txt:1"
        ]
    );
}

/// As pre-commit calls it.
#[test]
fn a_file_that_is_named_has_the_policies_of_its_project() {
    let headers = "/*\n  Content-Security-Policy: connect-src 'self'\n";
    let folder = tree(&[("public/_headers", headers), ("src/deep/a.js", TO_A)]);
    let ran = run(folder.path(), &["check", "src/deep/a.js"]);
    assert!(
        ran.out.contains("connect-src` of public/_headers:2"),
        "{}",
        ran.out
    );
    assert_eq!(ran.code, 1);
}

#[test]
fn discovery_can_be_turned_off() {
    let headers = "/*\n  Content-Security-Policy: connect-src 'self'\n";
    let folder = tree(&[("_headers", headers), ("a.js", TO_A)]);
    let ran = run(folder.path(), &["check", ".", "--no-discover"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("there is no policy to judge by"),
        "{}",
        ran.err
    );
    std::fs::write(
        folder.path().join("connect-lint.toml"),
        "discover = false\n",
    )
    .unwrap();
    assert_eq!(run(folder.path(), &["check", "."]).code, 2);
}

#[test]
fn a_file_to_read_from_must_be_there_and_hold_a_policy() {
    let folder = tree(&[("empty.txt", "\n"), ("a.js", TO_A)]);
    for (file, message) in [
        ("nowhere.toml", "cannot read the policy file nowhere.toml"),
        ("empty.txt", "the policy file empty.txt holds no policy"),
    ] {
        let ran = run(folder.path(), &["check", ".", "--policy-from", file]);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains(message), "{}", ran.err);
    }
}

#[test]
fn the_command_policy_tells_what_governs_what() {
    let headers = "/*\n  Content-Security-Policy: default-src 'self'; connect-src https://a.test\n\
                   /app/*\n  Content-Security-Policy-Report-Only: connect-src 'none'\n";
    let folder = tree(&[
        ("public/_headers", headers),
        (
            "public/index.html",
            &page("connect-src 'self'", "<script src=x.js></script>"),
        ),
        ("public/app/index.html", "<p>"),
        ("public/x.js", "navigator.serviceWorker.register('/sw.js')"),
        ("public/sw.js", TO_A),
        ("elsewhere/package.json", "{}"),
    ]);
    let ran = run(folder.path(), &["policy"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!(ran.out);
    let report: serde_json::Value =
        serde_json::from_str(&run(folder.path(), &["policy", "--format", "json"]).out).unwrap();
    assert_eq!(report["policies"][1]["paths"], "/app/*");
    assert_eq!(
        report["policies"][0]["governs"].as_array().unwrap().len(),
        4
    );
    let schema = std::fs::read_to_string(common::root().join("schema/policies.schema.json"));
    let schema = serde_json::from_str(&schema.unwrap()).unwrap();
    jsonschema::validate(&schema, &report).unwrap_or_else(|error| panic!("{error}"));
}

/// Two sites of one project, each with a file of its service.
#[test]
fn of_several_files_of_a_service_the_nearest_counts() {
    let headers = |source: &str| format!("/*\n  Content-Security-Policy: connect-src {source}\n");
    let found = verdicts(
        &[
            ("package.json", "{}"),
            ("public/_headers", &headers("https://a.test")),
            ("cast/public/_headers", &headers("https://b.test")),
            ("cast/src/b.js", TO_A),
            ("src/a.js", TO_A),
        ],
        &[],
    );
    assert_eq!(
        found,
        [
            "cast/src/b.js:1 blocked cast/public/_headers:2",
            "src/a.js:1 allowed public/_headers:2",
        ]
    );
}
