//! Recovery from broken and hostile text.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::{ScriptKind, ScriptText, lower};
use crate::resolve::{Settings, endpoints};

fn urls(source: &str) -> (Vec<String>, usize) {
    let script = ScriptText {
        text: source,
        kind: ScriptKind::File,
        typescript: false,
        jsx: false,
        module: None,
    };
    let (facts, issues) = lower(&[script]);
    for issue in &issues {
        assert!(issue.span.range().end <= source.len() + 1, "{issue:?}");
    }
    let found = endpoints(&facts, &Settings::default());
    for f in &found {
        assert!(source.get(f.span.range()).is_some(), "{f:?}");
    }
    (
        found.iter().map(|f| f.url.to_string()).collect(),
        issues.len(),
    )
}

#[track_caller]
fn check(source: &str, expected: &[&str]) {
    let (found, issues) = urls(source);
    assert_eq!(found, expected, "\n{source}");
    assert!(issues > 0, "no issue: {source}");
}

#[test]
fn statements_around_a_broken_one_are_found() {
    check(
        "fetch('/a');\nnavigator.sendBeacon('/b', { ... });\nfetch('/c')",
        &["/a", "/b", "/c"],
    );
    check("fetch('/a')\nconst x = ;\nfetch('/c')", &["/a", "/c"]);
    check("fetch('/a')\nfetch('/b'\nfetch('/c')", &["/a", "/c"]);
    check("fetch('/a')\nfetch('/b\nfetch('/c')", &["/a", "/c"]);
    check(
        "fetch('/a')\nif (x {\n  fetch('/b')\n}\nfetch('/c')",
        &["/a", "/b", "/c"],
    );
    check("fetch('/a')\n}\nfetch('/c')", &["/a", "/c"]);
    check(
        "function f() {\n  fetch('/a')\n\nfetch('/c')",
        &["/a", "/c"],
    );
    check(
        "fetch('/a'); let let = 3; fetch('/b'); 1 = ; fetch('/c')",
        &["/a", "/b", "/c"],
    );
    check(
        "class A {\n  go() { fetch('/a') }\n  broken( { \n  stay() { fetch('/b') }\n}\nfetch('/c')",
        &["/a", "/b", "/c"],
    );
    check(
        "const o = {\n  a: 1,,\n  b: fetch('/a'),\n}\nfetch('/c')",
        &["/a", "/c"],
    );
    check("const s = `abc ${\nfetch('/c')", &["/c"]);
    check("/* fetch('/a')\nfetch('/c')", &["/a", "/c"]);
    check("fetch('/ä');\nconst ü = @@;\nfetch('/ö')", &["/ä", "/ö"]);
}

#[test]
fn hostile_nesting_ends() {
    let deep = |open: &str, close: &str, n: usize| {
        format!(
            "fetch('/a');\nx = {}1{};\nfetch('/b');",
            open.repeat(n),
            close.repeat(n)
        )
    };
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{a:", "}"),
        ("f(", ")"),
        ("a=>(", ")"),
        ("`${", "}`"),
        ("function(){return ", "}"),
    ] {
        let (found, issues) = urls(&deep(open, close, 100_000));
        assert_eq!(found, ["/a", "/b"], "{open}");
        assert!(issues > 0, "{open}");
    }
    for open in ["!", "a=>", "1+", "a?b:", "typeof ", "a.", "await "] {
        let (found, _) = urls(&deep(open, "", 100_000));
        assert!(
            found.contains(&"/a".to_owned()) && found.contains(&"/b".to_owned()),
            "{open}: {found:?}"
        );
    }
    let blocks = format!(
        "fetch('/a');\n{}{}\nfetch('/b')",
        "{".repeat(100_000),
        "}".repeat(100_000)
    );
    assert_eq!(urls(&blocks).0, ["/a", "/b"]);
    let elses = format!(
        "fetch('/a');\n{} {{}}\nfetch('/b')",
        "if(x){}else ".repeat(50_000)
    );
    assert_eq!(urls(&elses).0, ["/a", "/b"]);
    let unclosed = format!("fetch('/a');\n{}", "(".repeat(100_000));
    assert_eq!(urls(&unclosed).0, ["/a"]);
}
