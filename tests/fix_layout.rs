//! `check --fix`: how texts, lists and markup are edited, and what is left alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::repair::{fixed, new_lines};
use common::{json, run, tree};
use std::fs;

/// What becomes of a text as `_headers`, of `fetch` to these URLs.
fn headers(policy: &str, urls: &[&str]) -> String {
    let calls: Vec<_> = urls.iter().map(|url| format!("fetch('{url}')")).collect();
    let text = format!("/*\n  Content-Security-Policy: {policy}\n");
    let page = format!("<script>{}</script>", calls.join(";"));
    let all = [("_headers", text.as_str()), ("index.html", &page)];
    let (after, _) = fixed(&all, &[]);
    let line = after["_headers"].lines().nth(1).unwrap().to_owned();
    line.trim_start()
        .strip_prefix("Content-Security-Policy: ")
        .unwrap()
        .to_owned()
}

#[test]
fn sources_go_behind_the_last_one() {
    let urls = [
        "https://a.test/x",
        "/y",
        "https://a.test:8443/z",
        "https://a.test/w",
    ];
    for (policy, wanted) in [
        (
            "connect-src https://b.test; img-src *",
            "connect-src https://b.test https://a.test 'self' https://a.test:8443; img-src *",
        ),
        (
            "img-src *;connect-src 'none';",
            "img-src *;connect-src https://a.test 'self' https://a.test:8443;",
        ),
        (
            "connect-src;img-src *",
            "connect-src https://a.test 'self' https://a.test:8443;img-src *",
        ),
        // What else `default-src` governs stays as it is.
        (
            "default-src 'self' 'unsafe-inline'; img-src *",
            "default-src 'self' 'unsafe-inline'; connect-src 'self' https://a.test https://a.test:8443; img-src *",
        ),
        (
            "default-src 'none'",
            "default-src 'none'; connect-src https://a.test 'self' https://a.test:8443",
        ),
        // Two policies: each as it needs.
        (
            "connect-src 'self', default-src https://a.test",
            "connect-src 'self' https://a.test https://a.test:8443, default-src https://a.test; connect-src https://a.test 'self' https://a.test:8443",
        ),
        ("img-src *", "img-src *"),
    ] {
        assert_eq!(headers(policy, &urls), wanted, "{policy}");
    }
}

#[test]
fn what_is_not_certain_is_not_added() {
    let page = "<script>fetch(`https://${a}.a.test/`); fetch(b); fetch(`${c}/x`); new WebSocket('wss://[::1]/');\
                function f(fetch) { fetch('https://maybe.test/') }</script>";
    let policy = "/*\n  Content-Security-Policy: connect-src 'self'\n";
    let (after, _) = fixed(&[("_headers", policy), ("index.html", page)], &[]);
    assert_eq!(after["_headers"], policy);
}

#[test]
fn a_policy_in_markup_is_edited_as_it_is_quoted() {
    let page = |content: &str| {
        format!(
            "\u{feff}<!doctype html>\r\n<head>\r\n<meta http-equiv=\"Content-Security-Policy\" content={content}>\r\n</head>\r\n\
             <script>fetch('https://a.test/'); fetch('/x')</script>\r\n"
        )
    };
    for (content, wanted) in [
        (
            "\"connect-src https://b.test\"",
            "\"connect-src https://b.test https://a.test 'self'\"",
        ),
        (
            "'connect-src https://b.test'",
            "'connect-src https://b.test https://a.test &#39;self&#39;'",
        ),
        (
            "'default-src &#39;none&#39;; img-src *'",
            "'default-src &#39;none&#39;; connect-src https://a.test &#39;self&#39;; img-src *'",
        ),
        (
            "\"\r\n  default-src *.c.test;\r\n  connect-src https://b.test\r\n    https://c.test\"",
            "\"\r\n  default-src *.c.test;\r\n  connect-src https://b.test\r\n    https://c.test\r\n    https://a.test\r\n    'self'\"",
        ),
        // Without quotes nothing can be added.
        ("connect-src", "connect-src"),
    ] {
        let (after, ran) = fixed(&[("index.html", &page(content))], &[]);
        assert_eq!(after["index.html"], page(wanted), "{}", ran.err);
    }
}

#[test]
fn both_of_two_policies_are_edited_and_what_is_not_literal_is_told() {
    let page = "<head><meta http-equiv=\"Content-Security-Policy\" content=\"connect-src 'self'\"></head>\
                <script>fetch('https://a.test/')</script>";
    let headers = "/*\n  Content-Security-Policy: default-src 'self'\n";
    let (after, ran) = fixed(&[("_headers", headers), ("index.html", page)], &[]);
    assert_eq!(
        after["_headers"],
        "/*\n  Content-Security-Policy: default-src 'self'; connect-src 'self' https://a.test\n"
    );
    assert!(after["index.html"].contains("\"connect-src 'self' https://a.test\""));
    assert_eq!(
        ran.err,
        "connect-lint: fixed _headers:2: added 1 source (`https://a.test`)\n\
         connect-lint: fixed index.html:1: added 1 source (`https://a.test`)\n"
    );
    assert_eq!(ran.code, 0);

    let folder = tree(&[
        ("connect-lint.toml", "policy = \"connect-src 'self'\"\n"),
        ("a.js", "fetch('https://a.test/')"),
    ]);
    let by_flag = ["check", "--fix", "--policy", "connect-src 'self'"];
    let ran = run(folder.path(), &by_flag);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("not fixed"), "{}", ran.err);
    assert!(
        ran.err
            .contains("add `https://a.test` to `connect-src` by hand")
    );
    let ran = run(folder.path(), &["check", "--fix"]);
    assert_eq!(ran.code, 0);
    assert_eq!(
        std::fs::read_to_string(folder.path().join("connect-lint.toml")).unwrap(),
        "policy = \"connect-src 'self' https://a.test\"\n"
    );
    let ran = run(
        folder.path(),
        &[
            "check",
            "--no-config",
            "--fix",
            "--policy",
            "connect-src 'self'",
        ],
    );
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.err,
        "connect-lint: not fixed: the policy of `--policy` is not changed: it stands in no file; \
         add `https://a.test` to `connect-src` by hand\n"
    );
}

/// Pages that share a script and have the same policy are all edited; one without the script is
/// not.
#[test]
fn pages_of_one_template_are_edited_as_they_need_it() {
    let head =
        "<head><meta http-equiv=\"Content-Security-Policy\" content=\"connect-src 'self'\"></head>";
    let with = format!("{head}<script src='/a.js'></script>");
    let mut all: Vec<(String, String)> = (0..8)
        .map(|i| (format!("p{i}.html"), with.clone()))
        .collect();
    all.push(("a.js".into(), "fetch('https://a.test/')".into()));
    all.push(("other.html".into(), head.to_owned()));
    all.push(("0.html".into(), format!("{head}<p>")));
    let all: Vec<_> = all.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    let (after, ran) = fixed(&all, &[]);
    for (name, text) in &after {
        let is_edited = text.contains("connect-src 'self' https://a.test");
        assert_eq!(is_edited, name.starts_with('p'), "{name}: {text}");
    }
    assert_eq!(ran.code, 0);
}

/// A configuration of SvelteKit with these directives, fixed.
fn directives(directives: &str) -> String {
    let config = format!("export default {{ kit: {{ csp: {{ directives: {{{directives}}} }} }} }}");
    let all = [
        ("package.json", "{}"),
        ("svelte.config.js", config.as_str()),
        ("src/a.js", "fetch('https://a.test/'); fetch('/x')"),
    ];
    let (after, _) = fixed(&all, &[]);
    let text = &after["svelte.config.js"];
    let inner = text.strip_prefix("export default { kit: { csp: { directives: {");
    inner.unwrap().strip_suffix("} } } }").unwrap().to_owned()
}

#[test]
fn lists_keep_their_layout() {
    for (before, wanted) in [
        (
            "'connect-src': ['https://b.test']",
            "'connect-src': ['https://b.test', 'https://a.test', 'self']",
        ),
        (
            "'connect-src': [\n  'https://b.test',\n  'https://c.test'\n]",
            "'connect-src': [\n  'https://b.test',\n  'https://c.test',\n  'https://a.test',\n  'self'\n]",
        ),
        (
            "'connect-src': [\r\n\t\"https://b.test\", // the b\r\n]",
            "'connect-src': [\r\n\t\"https://b.test\", // the b\r\n\t\"https://a.test\",\r\n\t\"self\",\r\n]",
        ),
        (
            "'connect-src': [\n  'https://b.test' // the b\n]",
            "'connect-src': [\n  'https://b.test', // the b\n  'https://a.test',\n  'self'\n]",
        ),
        (
            "'connect-src': ['none']",
            "'connect-src': ['https://a.test', 'self']",
        ),
        (
            "'connect-src': []",
            "'connect-src': ['https://a.test', 'self']",
        ),
        (
            "'default-src': ['self'], 'img-src': ['*']",
            "'connect-src': ['self', 'https://a.test'], 'default-src': ['self'], 'img-src': ['*']",
        ),
        (
            "\n  'default-src': [\"none\"],\n",
            "\n  'connect-src': [\"https://a.test\", \"self\"],\n  'default-src': [\"none\"],\n",
        ),
        // It may be there, or not.
        (
            "'connect-src': [...(process.env.X ? ['https://x.test'] : []), 'https://b.test']",
            "'connect-src': [...(process.env.X ? ['https://x.test'] : []), 'https://b.test', 'https://a.test', 'self']",
        ),
        // Anything may.
        (
            "'connect-src': [...list(), 'https://b.test']",
            "'connect-src': [...list(), 'https://b.test']",
        ),
    ] {
        assert_eq!(directives(before), wanted, "{before}");
    }
}

#[test]
fn a_policy_file_is_edited_over_its_lines() {
    let all = [
        (
            "csp.txt",
            "# ours\nContent-Security-Policy: default-src 'self';\n  connect-src 'self'\n    https://b.test;\n",
        ),
        ("a.js", "fetch('https://a.test/')"),
    ];
    let (after, _) = fixed(&all, &["--policy-file", "csp.txt"]);
    assert_eq!(
        after["csp.txt"],
        "# ours\nContent-Security-Policy: default-src 'self';\n  connect-src 'self'\n    https://b.test\n    https://a.test;\n"
    );
}

/// A constant that two headers are made from.
#[test]
fn a_constant_of_two_policies_is_edited_once() {
    let config = "const CSP = \"connect-src 'self'\"\n\
        module.exports = { headers: () => [\n\
        { source: '/a', headers: [{ key: 'Content-Security-Policy', value: CSP }] },\n\
        { source: '/b', headers: [{ key: 'Content-Security-Policy', value: CSP }, { key: 'Content-Security-Policy-Report-Only', value: CSP }] }] }";
    let all = [
        ("package.json", "{}"),
        ("next.config.js", config),
        ("public/a.html", "<script>fetch('https://a.test/')</script>"),
        ("public/b.html", "<script>fetch('https://b.test/')</script>"),
    ];
    let (after, _) = fixed(&all, &[]);
    let line = after["next.config.js"].lines().next().unwrap();
    assert!(
        line.contains("https://a.test") == line.contains("https://b.test"),
        "{line}"
    );
}

#[test]
fn json_tells_what_was_fixed() {
    let folder = tree(&[
        (
            "_headers",
            "/*\n  Content-Security-Policy: connect-src 'self'\n",
        ),
        ("index.html", "<script>fetch('https://a.test/')</script>"),
    ]);
    let report = json(folder.path(), &["check", "--no-config", "--fix"]);
    assert_eq!(report["summary"]["blocked"], 0);
    assert_eq!(report["fixes"][0]["added"][0], "https://a.test");
    assert_eq!(report["fixes"][0]["line"], 2);
}

#[test]
fn a_file_in_another_encoding_is_left_alone() {
    let folder = tree(&[("index.html", "<script>fetch('https://a.test/')</script>")]);
    let path = folder.path().join("_headers");
    let latin = b"# caf\xe9\n/*\n  Content-Security-Policy: connect-src 'self'\n";
    fs::write(&path, latin).unwrap();
    let ran = run(folder.path(), &["check", "--no-config", "--fix"]);
    assert_eq!(fs::read(&path).unwrap(), latin);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("not in UTF-8"), "{}", ran.err);
}

#[test]
fn the_help_names_the_line_of_the_sources() {
    let folder = tree(&[(
        "index.html",
        "<head>\n<meta http-equiv=\"Content-Security-Policy\" content=\"\n  default-src 'self';\n  connect-src\n    'self'\">\n</head>\n\
             <script>fetch('https://a.test/')</script>",
    )]);
    let report = json(folder.path(), &["check", "--no-config"]);
    let all = report["diagnostics"].as_array().unwrap();
    let blocked = all.iter().find(|d| d["code"] == "blocked").unwrap();
    assert_eq!(
        blocked["help"],
        "add `https://a.test` to `connect-src` in index.html:5"
    );
}

#[cfg(unix)]
#[test]
fn links_permissions_and_what_changes_meanwhile() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tree(&[
        (
            "real/_headers",
            "/*\n  Content-Security-Policy: connect-src 'self'\n",
        ),
        (
            "site/index.html",
            "<script>fetch('https://a.test/')</script>",
        ),
    ]);
    let real = folder.path().join("real/_headers");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    let link = folder.path().join("site/_headers");
    symlink("../real/_headers", &link).unwrap();
    let ran = run(
        &folder.path().join("site"),
        &["check", "--no-config", "--fix", "--policy-from", "_headers"],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert!(
        fs::read_to_string(&real)
            .unwrap()
            .contains("'self' https://a.test")
    );
    assert_eq!(
        fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o640
    );

    // A folder that cannot be written to.
    let text = "/*\n  Content-Security-Policy: connect-src 'self'\n";
    fs::write(&real, text).unwrap();
    fs::set_permissions(real.parent().unwrap(), fs::Permissions::from_mode(0o500)).unwrap();
    let is_root = fs::write(real.with_file_name("probe"), "").is_ok();
    if !is_root {
        let ran = run(
            &folder.path().join("site"),
            &["check", "--no-config", "--fix", "--policy-from", "_headers"],
        );
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("_headers is not changed"), "{}", ran.err);
        assert_eq!(fs::read_to_string(&real).unwrap(), text);
    }
    fs::set_permissions(real.parent().unwrap(), fs::Permissions::from_mode(0o700)).unwrap();
}

/// A file of a project that is to let `fetch('https://a.test')` pass, fixed: its lines that are
/// new.
fn new_in(name: &str, text: &str) -> Vec<String> {
    let all = [
        ("package.json", "{}"),
        (name, text),
        ("client/a.js", "fetch('https://a.test/x')"),
    ];
    let (after, ran) = fixed(&all, &[]);
    assert_eq!(ran.code, 0, "{text}\n{}{}", ran.out, ran.err);
    new_lines(text.as_bytes(), after[name].as_bytes())
}

#[test]
fn policies_of_servers_and_configurations() {
    let headers = "export default { headers: async () => [{ source: '/:path*', headers: [{ key: 'Content-Security-Policy', value: CSP }] }] }";
    for (csp, wanted) in [
        (
            "const CSP = `\n    default-src 'self';\n    img-src *;\n`.replace(/\\n/g, '')",
            "    connect-src 'self' https://a.test;",
        ),
        (
            "const CSP = [\n  \"default-src 'self'\",\n  \"img-src *\",\n].join('; ')",
            "  \"connect-src 'self' https://a.test\",",
        ),
        (
            "const CSP = 'img-src *; connect-src \\'self\\''",
            "const CSP = 'img-src *; connect-src \\'self\\' https://a.test'",
        ),
        // A constant that may be there for other things stays as it is.
        (
            "const API = 'https://b.test'\nconst CSP = `connect-src ${API}; img-src *`",
            "const CSP = `connect-src https://a.test ${API}; img-src *`",
        ),
    ] {
        let config = format!("{csp}\n{headers}");
        assert_eq!(new_in("next.config.mjs", &config), [wanted], "{csp}");
    }
    let server = |directives: &str| {
        format!(
            "const app = require('express')()\nconst helmet = require('helmet')\nconst own = [\"'self'\"]\n\
             app.use(helmet.contentSecurityPolicy({{ useDefaults: false, directives: {{\n{directives}\n}} }}))\n"
        )
    };
    for (directives, wanted) in [
        (
            "  defaultSrc: [\"'self'\"],\n  imgSrc: own,",
            "  connectSrc: [\"'self'\", \"https://a.test\"],",
        ),
        (
            "  defaultSrc: own,\n  connectSrc: [...own, 'https://b.test'],",
            "  connectSrc: [...own, 'https://b.test', 'https://a.test'],",
        ),
        (
            "  connectSrc: [\"'none'\"],",
            "  connectSrc: [\"https://a.test\"],",
        ),
        (
            "  'connect-src': \"'self'\",",
            "  'connect-src': \"'self' https://a.test\",",
        ),
    ] {
        assert_eq!(
            new_in("server.js", &server(directives)),
            [wanted],
            "{directives}"
        );
    }
}

#[test]
fn policies_of_rails() {
    let rails = |lines: &str| {
        format!("Rails.application.config.content_security_policy do |policy|\n{lines}\nend\n")
    };
    for (lines, wanted) in [
        (
            "  policy.connect_src :self, \"https://b.test\"",
            "  policy.connect_src :self, \"https://b.test\", \"https://a.test\"",
        ),
        (
            "  policy.connect_src :none",
            "  policy.connect_src \"https://a.test\"",
        ),
        (
            "  policy.default_src :self\n  policy.font_src :self, :data",
            "  policy.connect_src :self, \"https://a.test\"",
        ),
    ] {
        let name = "config/initializers/content_security_policy.rb";
        assert_eq!(new_in(name, &rails(lines)), [wanted], "{lines}");
    }
}

#[test]
fn policies_of_django() {
    let settings = |lines: &str| {
        format!(
            "from csp.constants import NONE, SELF\nMIDDLEWARE = [\"csp.middleware.CSPMiddleware\"]\n{lines}\n"
        )
    };
    let directives = |lines: &str| {
        settings(&format!(
            "CONTENT_SECURITY_POLICY = {{\n    \"DIRECTIVES\": {{\n{lines}\n    }},\n}}"
        ))
    };
    for (text, wanted) in [
        (
            settings("CSP_CONNECT_SRC = (\"'self'\", \"https://b.test\")"),
            "CSP_CONNECT_SRC = (\"'self'\", \"https://b.test\", \"https://a.test\")",
        ),
        (
            settings("CSP_DEFAULT_SRC = (\"'none'\",)"),
            "CSP_CONNECT_SRC = (\"https://a.test\",)",
        ),
        (
            directives(
                "        \"connect-src\": [\n            SELF,\n            \"https://b.test\",  # the b\n        ],",
            ),
            "            \"https://a.test\",",
        ),
        (
            directives("        \"default-src\": [NONE],"),
            "        \"connect-src\": [\"https://a.test\"],",
        ),
    ] {
        let all = [
            ("manage.py", ""),
            ("app/settings.py", text.as_str()),
            ("client/a.js", "fetch('https://a.test/x')"),
        ];
        let (after, ran) = fixed(&all, &[]);
        assert_eq!(ran.code, 0, "{text}\n{}{}", ran.out, ran.err);
        let new = new_lines(text.as_bytes(), after["app/settings.py"].as_bytes());
        assert_eq!(new, [wanted], "{text}");
    }
}

/// A constant that other directives are made from as well would open more than connections.
#[test]
fn a_constant_of_other_directives_stays() {
    let text = "const app = require('express')()\nconst own = [\"'self'\"]\n\
        const helmet = require('helmet')\n\
        app.use(helmet.contentSecurityPolicy({ useDefaults: false, directives: { connectSrc: own, imgSrc: own } }))\n";
    let all = [
        ("package.json", "{}"),
        ("server.js", text),
        ("client/a.js", "fetch('https://a.test/x')"),
    ];
    let (after, ran) = fixed(&all, &[]);
    assert_eq!(after["server.js"], text);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("would be another than intended"),
        "{}",
        ran.err
    );
}
