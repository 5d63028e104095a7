//! `check --fix`: policies are changed where they stand, exactly, and once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{json, root, rows, run, tree};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A fixture under `fixtures/policies`, and what `--fix` makes of it: lines that are new, by
/// their file, and how many endpoints are blocked before and after.
struct Case {
    fixture: &'static str,
    args: &'static [&'static str],
    lines: &'static [(&'static str, &'static str)],
    blocked: (usize, usize),
}

const CASES: &[Case] = &[
    Case {
        fixture: "astro",
        args: &[],
        lines: &[(
            "astro.config.mjs",
            r#"      directives: ["default-src 'self'", "connect-src 'self' https://comments.test https://other.test"],"#,
        )],
        blocked: (1, 0),
    },
    // Its `connect-src` is a default of the plugin: it stands nowhere.
    Case {
        fixture: "gatsby",
        args: &[],
        lines: &[],
        blocked: (1, 1),
    },
    Case {
        fixture: "next",
        args: &[],
        lines: &[(
            "next.config.ts",
            r#"            value: ["connect-src 'self'", 'frame-ancestors *'].join('; '),"#,
        )],
        blocked: (1, 0),
    },
    Case {
        fixture: "nuxt",
        args: &[],
        lines: &[
            (
                "nuxt.config.ts",
                r#"    '/**': { headers: { 'Content-Security-Policy': "connect-src 'self' https://api.site.test" } },"#,
            ),
            (
                "nuxt.config.ts",
                r#"    '/admin/**': { ssr: false, headers: { 'content-security-policy': "connect-src https://api.site.test" } },"#,
            ),
        ],
        blocked: (3, 0),
    },
    Case {
        fixture: "nuxt-security",
        args: &[],
        lines: &[(
            "nuxt.config.ts",
            r"        'connect-src': ['\'self\'', 'https://social.test', 'wss:', 'https://elsewhere.test'],",
        )],
        blocked: (1, 0),
    },
    Case {
        fixture: "sveltekit",
        args: &[],
        lines: &[("svelte.config.js", "          'https://other.test',")],
        blocked: (1, 0),
    },
    Case {
        fixture: "cordova",
        args: &[],
        lines: &[(
            "www/index.html",
            r#"  <meta http-equiv="Content-Security-Policy" content="default-src 'self' data: https://ssl.gstatic.com 'unsafe-eval'; connect-src 'self' https://api.app.test https://other.test">"#,
        )],
        blocked: (1, 0),
    },
    Case {
        fixture: "electron",
        args: &[],
        lines: &[(
            "www/index.html",
            r#"  <meta http-equiv="Content-Security-Policy" content="default-src 'self'; connect-src 'self' https://api.app.test; script-src 'self'">"#,
        )],
        blocked: (1, 0),
    },
    Case {
        fixture: "extension",
        args: &[],
        lines: &[(
            "manifest.json",
            r#"    "extension_pages": "script-src 'self'; object-src 'self'; connect-src https://api.prices.test https://stats.prices.test""#,
        )],
        blocked: (1, 0),
    },
    Case {
        fixture: "netlify",
        args: &[],
        lines: &[
            ("netlify.toml", "        https://o1.ingest.sentry.io"),
            ("netlify.toml", "        https://stats.shop.test;"),
            (
                "netlify.toml",
                r#"    Content-Security-Policy = "connect-src \"https://a.test\" 'none' 'self'""#,
            ),
        ],
        blocked: (2, 0),
    },
    Case {
        fixture: "nginx-locations",
        args: &[],
        lines: &[
            (
                "nginx/conf.d/default.conf",
                r#"    add_header Content-Security-Policy "connect-src 'self' https://api.shop.test; img-src server";"#,
            ),
            (
                "nginx/conf.d/default.conf",
                r#"        add_header Content-Security-Policy "connect-src https://api.shop.test, img-src second";"#,
            ),
        ],
        blocked: (12, 0),
    },
    // In files that the configuration includes.
    Case {
        fixture: "nginx-sites",
        args: &[],
        lines: &[
            (
                "etc/nginx/conf.d/headers.conf",
                r#"add_header Content-Security-Policy "connect-src 'self' https://api.shop.test; img-src http";"#,
            ),
            (
                "etc/nginx/snippets/strict.conf",
                r#"add_header Content-Security-Policy "connect-src https://api.shop.test";"#,
            ),
        ],
        blocked: (4, 0),
    },
    Case {
        fixture: "nginx-spa",
        args: &[],
        lines: &[(
            "nginx/nginx.conf",
            r#"                add_header Content-Security-Policy "connect-src https://api.shop.test";"#,
        )],
        blocked: (2, 0),
    },
    // In a variable.
    Case {
        fixture: "nginx-variables",
        args: &[],
        lines: &[(
            "nginx/templates/default.conf.template",
            r#"        set $connect "https://api.shop.test";"#,
        )],
        blocked: (1, 0),
    },
    Case {
        fixture: "tauri",
        args: &[],
        lines: &[(
            "src-tauri/tauri.conf.json",
            r#"        "connect-src": ["ipc:", "http://ipc.localhost", "https://sync.notes.test", "https://updates.notes.test"]"#,
        )],
        blocked: (1, 0),
    },
    Case {
        fixture: "vercel",
        args: &[],
        lines: &[
            (
                "vercel.json",
                r#"          "value": "default-src 'self'; connect-src 'self' https://api.shop.test https://stats.shop.test""#,
            ),
            (
                "vercel.json",
                r#"      "headers": [{ "key": "Content-Security-Policy", "value": "connect-src 'self'" }]"#,
            ),
        ],
        blocked: (2, 0),
    },
    Case {
        fixture: "code-constants",
        args: &[],
        lines: &[(
            "libs/constants/index.js",
            r#"    "https://elsewhere.test","#,
        )],
        blocked: (1, 0),
    },
    Case {
        fixture: "code-headers",
        args: &[],
        lines: &[(
            "server/server.ts",
            "\t\t\"connect-src 'self' ws: wss: https://api.lounge.test\", // allow self for polling; websockets",
        )],
        blocked: (1, 0),
    },
    Case {
        fixture: "apache-htaccess",
        args: &[],
        lines: &[(
            "public/admin/.htaccess",
            r#"    Header always set Content-Security-Policy "connect-src https://api.shop.test""#,
        )],
        blocked: (2, 0),
    },
];

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copied(&entry.path(), &target),
            false => {
                fs::copy(entry.path(), target).unwrap();
            }
        }
    }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            out.insert(name, fs::read(&path).unwrap());
        }
    }
    out
}

/// The lines of `new` that `old` does not have.
fn new_lines(old: &[u8], new: &[u8]) -> Vec<String> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let old = text(old);
    let known: Vec<_> = old.lines().collect();
    let new = text(new);
    let fresh = new.lines().filter(|line| !known.contains(line));
    fresh.map(str::to_owned).collect()
}

fn blocked(folder: &Path, args: &[&str]) -> usize {
    let report = json(folder, &[&["check", "--no-config"], args].concat());
    rows(&report)
        .iter()
        .filter(|r| r.starts_with("blocked"))
        .count()
}

#[test]
fn every_kind_of_file_is_edited_once() {
    for case in CASES {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        copied(&root().join("fixtures/policies").join(case.fixture), folder);
        assert_eq!(
            blocked(folder, case.args),
            case.blocked.0,
            "{}",
            case.fixture
        );
        let before = files(folder);

        let check = [&["check", "--no-config"], case.args].concat();
        let diff = run(folder, &[check.as_slice(), &["--fix", "--diff"]].concat());
        assert_eq!(
            files(folder),
            before,
            "{}: --diff writes nothing",
            case.fixture
        );
        assert_eq!(diff.code, i32::from(case.blocked.0 > 0), "{}", case.fixture);
        assert_eq!(
            diff.out.is_empty(),
            case.lines.is_empty(),
            "{}",
            case.fixture
        );

        let fixed = run(folder, &[check.as_slice(), &["--fix"]].concat());
        assert_eq!(
            fixed.code,
            i32::from(case.blocked.1 > 0),
            "{}: {}",
            case.fixture,
            fixed.err
        );
        let after = files(folder);
        assert_eq!(
            after.keys().collect::<Vec<_>>(),
            before.keys().collect::<Vec<_>>(),
            "no file comes or goes"
        );
        let mut lines = Vec::new();
        for (name, bytes) in &after {
            let new = new_lines(&before[name], bytes);
            lines.extend(new.into_iter().map(|line| (name.clone(), line)));
        }
        let wanted: Vec<_> = case
            .lines
            .iter()
            .map(|(name, line)| ((*name).to_owned(), (*line).to_owned()))
            .collect();
        assert_eq!(lines, wanted, "{}", case.fixture);
        for (name, line) in &wanted {
            assert!(
                diff.out.contains(&format!("\n+{line}\n")),
                "{name}: {}",
                diff.out
            );
        }
        assert_eq!(
            blocked(folder, case.args),
            case.blocked.1,
            "{}",
            case.fixture
        );

        run(folder, &[check.as_slice(), &["--fix"]].concat());
        assert_eq!(files(folder), after, "{}: once", case.fixture);
    }
}

/// What becomes of files when they are fixed; the second run changes nothing.
fn fixed(all: &[(&str, &str)], args: &[&str]) -> (BTreeMap<String, String>, common::Ran) {
    let folder = tree(all);
    let args = [&["check", "--no-config", "--fix"], args].concat();
    let ran = run(folder.path(), &args);
    let after = files(folder.path());
    run(folder.path(), &args);
    assert_eq!(files(folder.path()), after, "once");
    let text = |(name, bytes)| (name, String::from_utf8(bytes).unwrap());
    (after.into_iter().map(text).collect(), ran)
}

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

    let folder = tree(&[("a.js", "fetch('https://a.test/')")]);
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
            "'connect-src': [...(process.env.X ? ['https://x.test'] : []), 'https://b.test']",
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
            "  policy.connect_src 'https://a.test'",
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
