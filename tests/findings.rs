//! What is told of findings: levels, comments that keep them silent, exit codes.
#![allow(clippy::unwrap_used)]

mod common;

use common::{json, run, tree};
use serde_json::Value;
use std::path::Path;

const SELF: [&str; 5] = [
    "check",
    ".",
    "--no-config",
    "--policy",
    "connect-src 'self'",
];

/// `severity code file:line` of each finding.
fn told(report: &Value) -> Vec<String> {
    let all = report["diagnostics"].as_array().unwrap();
    let row = |d: &Value| {
        let text = |key: &str| d[key].as_str().unwrap_or("-").to_owned();
        format!(
            "{} {} {}:{}",
            text("severity"),
            text("code"),
            text("file"),
            d["line"]
        )
    };
    all.iter().map(row).collect()
}

/// `code line reason` of what is kept silent.
fn silent(report: &Value) -> Vec<String> {
    let all = report["suppressed"].as_array();
    let row = |d: &Value| {
        let reason = d["reason"].as_str().unwrap_or("-");
        format!("{} {} {reason}", d["code"].as_str().unwrap(), d["line"])
    };
    all.into_iter().flatten().map(row).collect()
}

fn with<'a>(args: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [args, more].concat()
}

fn check(folder: &Path, more: &[&str]) -> Value {
    json(folder, &with(&SELF, more))
}

#[test]
fn comments_silence_what_they_stand_at() {
    let folder = tree(&[(
        "a.ts",
        "\
// connect-lint-ignore-next-line blocked -- the old API
// eslint-disable-next-line no-restricted-globals
fetch('https://a.test/');
fetch('https://b.test/'); // connect-lint-ignore
/* connect-lint-ignore-next-line -- a call of several lines */
export const c = navigator.sendBeacon(
  'https://c.test/',
);
// connect-lint-ignore-start blocked -- a block
fetch(
  'https://d.test/',
);
// connect-lint-ignore-end blocked
const s = '// connect-lint-ignore-file', t = `
// connect-lint-ignore-next-line
${fetch('https://e.test/')}`;
fetch('https://f.test/');
",
    )]);
    let report = check(folder.path(), &[]);
    assert_eq!(
        told(&report),
        ["error blocked a.ts:16", "error blocked a.ts:17"]
    );
    assert_eq!(
        silent(&report),
        [
            "blocked 3 the old API",
            "blocked 4 -",
            "blocked 7 a call of several lines",
            "blocked 11 a block"
        ]
    );
    assert_eq!(report["summary"]["suppressed"], 4);
    assert!(run(folder.path(), &SELF).out.contains("; 4 suppressed ("));
}

/// From the start to the end, also on the lines of these.
#[test]
fn a_block_begins_and_ends_where_its_comments_stand() {
    let folder = tree(&[
        (
            "a.js",
            "\
fetch('https://a.test/'); /* connect-lint-ignore-start */ fetch('https://b.test/');
/* connect-lint-ignore-end */ fetch('https://c.test/');
/* connect-lint-ignore-start */ fetch('https://d.test/'); /* connect-lint-ignore-end */ fetch('https://e.test/');
/* connect-lint-ignore-start */ fetch(
  'https://f.test/'); /* connect-lint-ignore-end */
fetch( // connect-lint-ignore-start
  'https://g.test/'); // connect-lint-ignore-end
",
        ),
        (
            "a.html",
            "<!--connect-lint-ignore-start--><a ping=https://h.test/><!--connect-lint-ignore-end--><a ping=https://i.test/>",
        ),
    ]);
    let report = check(folder.path(), &[]);
    assert_eq!(
        told(&report),
        [
            "error blocked a.html:1",
            "error blocked a.js:1",
            "error blocked a.js:2",
            "error blocked a.js:3"
        ]
    );
    assert_eq!(silent(&report).len(), 5);
}

#[test]
fn jsx_and_markup_have_their_own_comments() {
    let folder = tree(&[
        (
            "a.tsx",
            "\
export const A = () => (
  <div>
    {/* connect-lint-ignore-next-line -- ads */}
    <a href=\"/\" ping=\"https://a.test/\">// connect-lint-ignore-next-line
    </a>
    <button onClick={() => fetch('https://b.test/')}>it&apos;s</button> {/* connect-lint-ignore */}
  </div>
);
",
        ),
        (
            "p.html",
            "\
<!doctype html>
<!-- connect-lint-ignore-next-line blocked -- ads -->
<a href=/
   ping='https://a.test/'>a</a>
<script>
  // connect-lint-ignore-next-line
  fetch('https://b.test/');
  fetch('https://c.test/'); // <!-- connect-lint-ignore -->
  const text = '<!-- connect-lint-ignore-file -->';
</script>
<textarea><!-- connect-lint-ignore-file --></textarea>
<button onclick=\"fetch('https://d.test/')\">d</button> <!-- connect-lint-ignore -->
<!-- connect-lint-ignore-start -->
<script>fetch('https://e.test/')</script>
<!-- connect-lint-ignore-end -->
<a href=/ ping=https://f.test/>f</a>
",
        ),
    ]);
    let report = check(folder.path(), &[]);
    assert_eq!(
        told(&report),
        ["error blocked p.html:8", "error blocked p.html:16"]
    );
    assert_eq!(report["suppressed"].as_array().unwrap().len(), 6);
}

#[test]
fn a_finding_at_a_caller_is_silenced_there() {
    let folder = tree(&[
        (
            "http.js",
            "// connect-lint-ignore-next-line blocked\nexport const get = (p) => fetch('https://a.test' + p);\n",
        ),
        (
            "users.js",
            "import { get } from './http.js';\nget('/a');\n// connect-lint-ignore-next-line blocked\nget('/b');\n",
        ),
    ]);
    let report = check(folder.path(), &[]);
    assert_eq!(
        told(&report),
        [
            "warning unused-suppression http.js:1",
            "error blocked users.js:2"
        ]
    );
    assert_eq!(silent(&report), ["blocked 4 -"]);
}

#[test]
fn comments_that_do_nothing_are_told() {
    let folder = tree(&[(
        "a.js",
        "\
// connect-lint-ignore-next-line blocked, depends
fetch('https://a.test/');
// connect-lint-ignore-nextline
// connect-lint-ignore-next-line bloked
fetch('/a');
// connect-lint-ignore
fetch('/b');
// connect-lint-ignore-end
// connect-lint-ignore-next-line unused-suppression
// connect-lint-ignore-start
fetch('https://b.test/');
",
    )]);
    let report = check(folder.path(), &[]);
    assert_eq!(
        told(&report),
        [
            "warning unused-suppression a.js:1",
            "warning invalid-suppression a.js:3",
            "warning invalid-suppression a.js:4",
            "warning unused-suppression a.js:6",
            "warning invalid-suppression a.js:8",
            "warning invalid-suppression a.js:9",
            "warning invalid-suppression a.js:10",
        ]
    );
    let text = run(folder.path(), &SELF).out;
    for part in [
        "silences nothing of `depends`",
        "did you mean `connect-lint-ignore-next-line`?",
        "did you mean `blocked`?",
        "for the line below it is `connect-lint-ignore-next-line`",
        "there is no `connect-lint-ignore-start` that ends here",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // What is not looked for cannot be silenced.
    let report = check(folder.path(), &["--allow", "depends"]);
    assert!(!told(&report)[0].contains("a.js:1"));
    let report = check(folder.path(), &["--allow", "all", "--deny", "blocked"]);
    assert!(told(&report).is_empty());
}

#[test]
fn a_file_that_is_not_linted_has_no_comments_of_no_use() {
    let folder = tree(&[
        (
            "a.test.js",
            "// connect-lint-ignore-next-line\nfetch('https://a.test/');\n",
        ),
        (
            "b.js",
            "// connect-lint-ignore-file -- generated\nfetch('https://a.test/');\n",
        ),
    ]);
    let report = check(folder.path(), &[]);
    assert_eq!(report["summary"]["warnings"], 0, "{:?}", told(&report));
    assert_eq!(silent(&report), ["blocked 2 generated"]);
}

#[test]
fn a_reason_can_be_required() {
    let folder = tree(&[
        (
            "connect-lint.toml",
            "policy = \"connect-src 'self'\"\nrequire-suppression-reason = true\n",
        ),
        (
            "a.js",
            "fetch('https://a.test/'); // connect-lint-ignore blocked\nfetch('https://b.test/'); // connect-lint-ignore -- why\n",
        ),
    ]);
    let report = json(folder.path(), &["check"]);
    assert_eq!(told(&report), ["warning suppression-without-reason a.js:1"]);
    let denied = run(
        folder.path(),
        &["check", "-D", "suppression-without-reason"],
    );
    assert_eq!(denied.code, 1);
    assert!(
        denied
            .out
            .contains("write `connect-lint-ignore blocked -- reason`")
    );
}

#[test]
fn policies_have_comments_in_their_files() {
    let unused = "https://unused.test";
    let page = "<script>fetch('/a')</script>";
    let cases = [
        (
            "_headers",
            format!(
                "/*\n  # connect-lint-ignore-next-line -- soon\n  Content-Security-Policy: connect-src 'self' {unused}\n"
            ),
        ),
        (
            "netlify.toml",
            format!(
                "[[headers]]\nfor = \"/*\"\n[headers.values]\nContent-Security-Policy = \"connect-src 'self' {unused}\" # connect-lint-ignore unused-source\n"
            ),
        ),
        (
            "nginx.conf",
            format!(
                "server {{\n  # connect-lint-ignore-next-line unused-source -- a text of several lines\n  add_header Content-Security-Policy \"default-src 'self';\n    connect-src 'self' {unused}\";\n}}\n"
            ),
        ),
        (
            ".htaccess",
            format!(
                "# connect-lint-ignore-file -- later\nHeader set Content-Security-Policy \"connect-src 'self' {unused}\"\n"
            ),
        ),
    ];
    for (name, text) in cases {
        let folder = tree(&[("index.html", page), (name, &text)]);
        let report = json(folder.path(), &["check", "--no-config"]);
        assert_eq!(told(&report), Vec::<String>::new(), "{name}");
        assert_eq!(report["summary"]["suppressed"], 1, "{name}");
        let folder = tree(&[
            ("index.html", page),
            (name, &text.replace("-lint-ignore", "")),
        ]);
        let report = json(folder.path(), &["check", "--no-config"]);
        assert_eq!(told(&report).len(), 1, "{name}");
    }
}

#[test]
fn the_last_level_counts() {
    let folder = tree(&[
        (
            "connect-lint.toml",
            "policy = \"connect-src 'self'\"\n[severity]\nblocked = \"warning\"\n[[override]]\nfiles = [\"old/\"]\nseverity = { blocked = \"off\" }\n",
        ),
        ("a.js", "fetch('https://a.test/'); fetch(y);\n"),
        ("old/b.js", "fetch('https://b.test/');\n"),
    ]);
    let told = |more: &[&str]| told(&json(folder.path(), &with(&["check"], more)));
    let code = |more: &[&str]| run(folder.path(), &with(&["check"], more)).code;
    assert_eq!(told(&[]), ["warning blocked a.js:1"]);
    assert_eq!(code(&[]), 0);
    assert_eq!(code(&["--max-warnings", "0"]), 1);
    assert_eq!(code(&["--max-warnings", "0", "--fail-on", "never"]), 0);
    assert_eq!(code(&["--max-warnings", "1"]), 0);
    assert_eq!(code(&["--deny", "all"]), 1);
    assert_eq!(
        told(&["-D", "blocked"]),
        ["error blocked a.js:1", "error blocked old/b.js:1"]
    );
    assert_eq!(told(&["-D", "blocked", "-A", "all"]), Vec::<String>::new());
    assert_eq!(
        told(&["-W", "unknown,depends"]),
        ["warning blocked a.js:1", "warning unknown a.js:1"]
    );
    assert_eq!(code(&["--fail-on", "unknown"]), 1);
    assert_eq!(code(&["--fail-on", "unknown", "-W", "unknown"]), 0);
    let many = run(folder.path(), &["check", "--max-warnings", "0"]);
    assert!(
        many.err
            .contains("too many warnings: 1, where --max-warnings allows 0")
    );
    let unknown = run(folder.path(), &["check", "--deny", "blokced"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.err.contains("did you mean `blocked`?"),
        "{}",
        unknown.err
    );
}

#[test]
fn an_unknown_code_in_the_configuration_is_told_with_its_line() {
    let folder = tree(&[
        (
            "connect-lint.toml",
            "[severity]\nblocked = \"warning\"\nunknwn = \"off\"\n",
        ),
        ("a.js", ""),
    ]);
    let ran = run(folder.path(), &["check"]);
    assert_eq!(ran.code, 2);
    for part in [
        "connect-lint.toml:3:1: unknown code `unknwn`",
        "did you mean `unknown`?",
    ] {
        assert!(ran.err.contains(part), "{}", ran.err);
    }
}

#[test]
fn what_is_silenced_is_not_fixed() {
    let folder = tree(&[
        ("index.html", "<script src=a.js></script>"),
        (
            "_headers",
            "/*\n  Content-Security-Policy: connect-src 'self'\n",
        ),
        (
            "a.js",
            "fetch('https://a.test/'); // connect-lint-ignore blocked -- never\nfetch('https://b.test/');\n",
        ),
    ]);
    let fixed = run(folder.path(), &["check", "--no-config", "--fix"]);
    assert_eq!(fixed.code, 0, "{}{}", fixed.out, fixed.err);
    let text = std::fs::read_to_string(folder.path().join("_headers")).unwrap();
    assert!(text.contains("'self' https://b.test\n"), "{text}");
}

#[test]
fn what_levels_turn_off_is_not_fixed() {
    let headers = "/*\n  Content-Security-Policy: connect-src 'self'\n";
    let off = "[[override]]\nfiles = [\"legacy/**\"]\nseverity = { blocked = \"off\" }\n";
    let folder = tree(&[
        ("connect-lint.toml", off),
        ("_headers", headers),
        ("legacy/a.js", "fetch('https://a.test/');"),
        ("b.js", "fetch('https://b.test/');"),
    ]);
    let text = || std::fs::read_to_string(folder.path().join("_headers")).unwrap();
    let fixed = run(folder.path(), &["check", "--fix", "--allow", "blocked"]);
    assert_eq!((fixed.code, text().as_str()), (0, headers), "{}", fixed.err);
    let fixed = run(folder.path(), &["check", "--fix"]);
    assert_eq!(fixed.code, 0, "{}{}", fixed.out, fixed.err);
    assert!(text().contains("'self' https://b.test\n"), "{}", text());
    let suggested = run(folder.path(), &["suggest"]);
    assert!(!suggested.out.contains("a.test"), "{}", suggested.out);
}

#[test]
fn findings_are_counted_by_their_codes() {
    let folder = tree(&[(
        "a.js",
        "fetch('https://a.test/');\nfetch('https://b.test/');\n// connect-lint-ignore\n",
    )]);
    let ran = run(folder.path(), &with(&SELF, &["--statistics"]));
    assert_eq!(ran.code, 1);
    let table =
        "2  error[blocked]\n1  warning[unused-suppression]\n\n1 file, 2 endpoints: 2 blocked";
    assert!(ran.out.starts_with(table), "{}", ran.out);
    let quiet = run(folder.path(), &with(&SELF, &["--statistics", "-q"]));
    assert_eq!(quiet.out, "2  error[blocked]\n");
    let report = check(folder.path(), &["--statistics"]);
    let first = &report["statistics"][0];
    assert_eq!(
        (first["code"].as_str(), &first["count"]),
        (Some("blocked"), &2.into())
    );
    assert!(check(folder.path(), &[]).get("statistics").is_none());
}
