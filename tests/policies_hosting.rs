//! Policies in the configurations of hosting services and app shells: what is found of them, and
//! what it governs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{codes, json, policies, root, rows, run, tree, verdicts};

#[test]
fn netlify_toml_takes_the_place_of_headers_lines() {
    insta::assert_snapshot!(policies("netlify"));
    insta::assert_debug_snapshot!(verdicts("netlify"));
}

#[test]
fn vercel_json() {
    insta::assert_snapshot!(policies("vercel"));
    insta::assert_debug_snapshot!(verdicts("vercel"));
}

#[test]
fn targets_of_firebase() {
    insta::assert_snapshot!(policies("firebase"));
    insta::assert_debug_snapshot!(verdicts("firebase"));
}

#[test]
fn routes_of_azure() {
    insta::assert_snapshot!(policies("azure"));
    insta::assert_debug_snapshot!(verdicts("azure"));
}

#[test]
fn tauri() {
    insta::assert_snapshot!(policies("tauri"));
    insta::assert_debug_snapshot!(verdicts("tauri"));
}

#[test]
fn content_scripts_of_an_extension_are_not_governed() {
    insta::assert_snapshot!(policies("extension"));
    insta::assert_debug_snapshot!(verdicts("extension"));
}

#[test]
fn a_web_app_manifest_is_no_policy_file() {
    let folder = root().join("fixtures/policies/webapp-manifest");
    let ran = run(&folder, &["policy", "--no-config"]);
    assert!(ran.out.starts_with("no policy was found\n"), "{}", ran.out);
    assert_eq!(ran.err, "");
}

#[test]
fn markup_of_cordova_and_electron() {
    assert_eq!(
        verdicts("cordova"),
        [
            "allowed fetch https://api.app.test/",
            "blocked fetch https://other.test/",
        ]
    );
    assert_eq!(
        verdicts("electron"),
        ["blocked fetch https://api.app.test/"]
    );
}

const NETLIFY: &str =
    "[[headers]]\nfor = '/*'\n[headers.values]\nContent-Security-Policy = \"connect-src A\"\n";
const VERCEL: &str = r#"{ "headers": [{ "source": "/(.*)", "headers": [{ "key": "Content-Security-Policy", "value": "connect-src B" }] }] }"#;

/// What is told of two hosting files with these policies, but for what is said of endpoints.
fn told(netlify: &str, vercel: &str) -> Vec<String> {
    let folder = tree(&[
        ("package.json", "{}"),
        ("index.html", "<script src='a.js'></script>"),
        ("a.js", "fetch('/x')"),
        ("netlify.toml", netlify),
        ("vercel.json", vercel),
    ]);
    let report = json(folder.path(), &["check", "--no-config", "."]);
    let codes = codes(&report).into_iter().map(str::to_owned);
    codes.filter(|code| code == "policies-disagree").collect()
}

#[test]
fn hosting_files_that_differ_are_told() {
    assert_eq!(told(NETLIFY, VERCEL).len(), 1);
    // The same in another order and case.
    let netlify = NETLIFY.replace('A', "'self' https://a.test");
    let vercel = VERCEL.replace('B', "HTTPS://A.test 'self'");
    assert!(told(&netlify, &vercel).is_empty());
    // Not the root page, not enforced, on a condition, served from elsewhere.
    assert!(told(&NETLIFY.replace("/*", "/a/*"), VERCEL).is_empty());
    let report = NETLIFY.replace("Policy", "Policy-Report-Only");
    assert!(told(&report, VERCEL).is_empty());
    let has = VERCEL.replace(
        "\"headers\": [{ \"key\"",
        "\"has\": [{ \"type\": \"host\", \"value\": \"x\" }], \"headers\": [{ \"key\"",
    );
    assert!(told(NETLIFY, &has).is_empty());
    let published = format!("{NETLIFY}[build]\npublish = 'docs'\n");
    let elsewhere = VERCEL.replacen('{', "{ \"outputDirectory\": \"dist\",", 1);
    assert!(told(&published, &elsewhere).is_empty());
}

#[test]
fn a_file_that_is_named_governs_by_its_own_rules() {
    let folder = tree(&[
        ("conf/package.json", "{}"),
        (
            "conf/vercel.json",
            &VERCEL.replace("/(.*)", "/app/(.*)").replace('B', "'none'"),
        ),
        ("web/app/a.html", "<script>fetch('/a')</script>"),
        ("web/b.html", "<script>fetch('/b')</script>"),
    ]);
    let args = [
        "check",
        "--no-config",
        "--policy-from",
        "conf/vercel.json",
        "web",
    ];
    let rows = rows(&json(folder.path(), &args));
    assert_eq!(rows, ["blocked fetch /a", "- fetch /b"]);
}

#[test]
fn an_extension_without_a_policy_is_not_under_that_of_the_site_around_it() {
    let folder = tree(&[
        ("netlify.toml", NETLIFY),
        ("extension/manifest.json", r#"{ "manifest_version": 3 }"#),
        ("extension/popup.html", "<script src='popup.js'></script>"),
        ("extension/popup.js", "fetch('https://x.test/')"),
        ("index.html", "<script src='a.js'></script>"),
        ("a.js", "fetch('https://x.test/')"),
    ]);
    let report = json(folder.path(), &["check", "--no-config", "."]);
    assert_eq!(
        rows(&report),
        ["blocked fetch https://x.test/", "- fetch https://x.test/"]
    );
}

#[test]
fn positions_are_exact_in_every_kind_of_file() {
    let site = |name: &str, text: &str| {
        let folder = tree(&[
            ("package.json", "{}"),
            (name, text),
            ("index.html", "<script src='a.js'></script>"),
            ("a.js", "fetch('/x')"),
        ]);
        let report = json(folder.path(), &["check", "--no-config", "."]);
        let all = report["diagnostics"].as_array().unwrap().clone();
        let of_source = all.iter().find(|d| d["code"] == "invalid-source").unwrap();
        let line = text
            .lines()
            .nth(of_source["line"].as_u64().unwrap() as usize - 1);
        let column = of_source["column"].as_u64().unwrap() as usize - 1;
        line.unwrap()
            .chars()
            .skip(column)
            .take(9)
            .collect::<String>()
    };
    let policy = "connect-src 'self' bad_h.com";
    for (name, text) in [
        (
            "netlify.toml",
            format!(
                "[[headers]]\nfor='/*'\nvalues = {{ Content-Security-Policy = '''\n ä;{policy}''' }}\n"
            ),
        ),
        ("vercel.json", VERCEL.replace("connect-src B", policy)),
        (
            "firebase.json",
            format!(
                r#"{{ "hosting": {{ "headers": [{{ "source": "**", "headers": [{{ "key": "content-security-policy", "value": "\u0020{policy}" }}] }}] }} }}"#
            ),
        ),
        (
            "staticwebapp.config.json",
            format!("{{ \"globalHeaders\": {{\n \"content-security-policy\": \"{policy}\" }} }}"),
        ),
        (
            "src-tauri/tauri.conf.json",
            r#"{ "app": { "security": { "csp": { "connect-src": ["'self'", "bad_h.com"] } } } }"#
                .to_owned(),
        ),
        (
            "manifest.json",
            format!("{{ \"manifest_version\": 2, \"content_security_policy\": \"{policy}\" }}"),
        ),
    ] {
        assert_eq!(site(name, &text), "bad_h.com", "{name}");
    }
}
