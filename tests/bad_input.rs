//! Broken, hostile and odd input: a diagnostic each, and the rest of the run goes on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{codes, json, rows, run, tree};
use serde_json::Value;
use std::path::Path;

const POLICY: [&str; 3] = ["check", "--policy", "connect-src 'self'"];

fn check(folder: &Path) -> Value {
    json(folder, &POLICY)
}

/// What is found in one file, beside a good one that must be linted all the same.
fn beside_a_good_one(name: &str, bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    let folder = tree(&[("zz.js", "fetch('/good')")]);
    std::fs::write(folder.path().join(name), bytes).unwrap();
    let report = check(folder.path());
    let mut found = rows(&report);
    assert_eq!(
        found.pop().as_deref(),
        Some("allowed fetch /good"),
        "{name}"
    );
    let codes = codes(&report).into_iter().map(str::to_owned);
    (found, codes.filter(|c| c != "blocked").collect())
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|t| (*t).to_owned()).collect()
}

#[test]
fn encodings() {
    let blocked = texts(&["blocked fetch https://ä.test/"]);
    let source = "// ü\nfetch('https://ä.test/')";
    let utf16 = |bytes: fn(u16) -> [u8; 2], bom: &[u8]| {
        let units = source.encode_utf16().flat_map(bytes);
        bom.iter().copied().chain(units).collect::<Vec<u8>>()
    };
    let bom = ["\u{feff}".as_bytes(), source.as_bytes()].concat();
    assert_eq!(beside_a_good_one("a.js", &bom), (blocked.clone(), vec![]));
    let le = utf16(u16::to_le_bytes, &[0xff, 0xfe]);
    assert_eq!(beside_a_good_one("a.js", &le), (blocked.clone(), vec![]));
    let be = utf16(u16::to_be_bytes, &[0xfe, 0xff]);
    assert_eq!(beside_a_good_one("a.js", &be), (blocked.clone(), vec![]));
    let latin = b"<meta charset=iso-8859-1><script>fetch('https://\xe4.test/')</script>";
    assert_eq!(beside_a_good_one("a.html", latin), (blocked, vec![]));
    let broken = b"// \xff\nfetch('https://a.test/')";
    let expected = (
        texts(&["blocked fetch https://a.test/"]),
        texts(&["invalid-encoding"]),
    );
    assert_eq!(beside_a_good_one("a.js", broken), expected);
}

/// Bytes and columns are those of the file on disk, whatever its encoding.
#[test]
fn places_in_other_encodings() {
    let source = "ä();\r\n\t'😀'; fetch('https://a.test/')";
    let place = |bytes: Vec<u8>| {
        let folder = tree(&[]);
        std::fs::write(folder.path().join("a.js"), bytes).unwrap();
        let found = check(folder.path())["endpoints"][0].clone();
        let number = |key: &str| found[key].as_u64().unwrap();
        (
            number("line"),
            number("column"),
            number("start"),
            number("end"),
        )
    };
    assert_eq!(place(source.into()), (2, 7, 16, 40));
    let bom = format!("\u{feff}{source}").into_bytes();
    assert_eq!(place(bom), (2, 7, 19, 43));
    let utf16 = source.encode_utf16().flat_map(u16::to_le_bytes);
    let utf16 = [0xff, 0xfe].into_iter().chain(utf16).collect();
    assert_eq!(place(utf16), (2, 7, 2 + 2 * 13, 2 + 2 * 37));
}

#[test]
fn empty_binary_and_lone_files() {
    assert_eq!(beside_a_good_one("a.js", b""), (vec![], vec![]));
    assert_eq!(beside_a_good_one("a.html", b""), (vec![], vec![]));
    let binary: Vec<u8> = (0..=255u8).cycle().take(20_000).collect();
    assert_eq!(
        beside_a_good_one("a.ts", &binary),
        (vec![], texts(&["binary-file"]))
    );
}

/// <https://doc.rust-lang.org/std/ffi/struct.OsString.html>: names of files are bytes on Unix.
#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_utf_8() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tree(&[("zz.js", "fetch('/good')")]);
    let name = std::ffi::OsStr::from_bytes(b"a\xff.js");
    std::fs::write(folder.path().join(name), "fetch('https://a.test/')").unwrap();
    let report = check(folder.path());
    assert_eq!(
        rows(&report),
        texts(&["blocked fetch https://a.test/", "allowed fetch /good"])
    );
    assert_eq!(report["diagnostics"][0]["file"], "a\u{FFFD}.js");
}

/// What is named and cannot be read is no success, see `docs/codes/unreadable-file.md`.
#[cfg(unix)]
#[test]
fn a_named_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let folder = tree(&[("a.js", "fetch('https://a.test/')")]);
    let mode = |name: &str, mode| {
        let path = folder.path().join(name);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode("", 0o755);
    mode("a.js", 0o000);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_connect-lint"));
    command.current_dir(folder.path()).args(POLICY).arg("a.js");
    if std::fs::File::open(folder.path().join("a.js")).is_ok() {
        // Nothing is closed to root: somebody else runs it.
        command.uid(65534).gid(65534);
    }
    // The binary may stand where nobody else can run it.
    let Ok(output) = command.output() else {
        return;
    };
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.contains("cannot read a.js: Permission denied"),
        "{error}"
    );
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn syntax_errors_cost_their_statement_only() {
    let source = b"fetch('https://a.test/');\nconst x = ;\nif (y) {\n  fetch('https://b.test/'\n}\nfetch('https://c.test/');\n";
    let (found, codes) = beside_a_good_one("a.js", source);
    assert_eq!(found.first().unwrap(), "blocked fetch https://a.test/");
    assert_eq!(found.last().unwrap(), "blocked fetch https://c.test/");
    assert!(codes.contains(&"syntax-error".to_owned()));
}

#[test]
fn nesting_without_end() {
    const DEEP: usize = 100_000;
    let around = |open: &str, close: &str| {
        let (open, close) = (open.repeat(DEEP), close.repeat(DEEP));
        format!("fetch('https://a.test/');\nx = {open}1{close};\nfetch('https://b.test/')")
    };
    let both = texts(&[
        "blocked fetch https://a.test/",
        "blocked fetch https://b.test/",
    ]);
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("f(", ")"),
        ("{a:", "}"),
        ("-", ""),
        ("a=>", ""),
    ] {
        let source = around(open, close);
        assert_eq!(
            beside_a_good_one("a.js", source.as_bytes()).0,
            both,
            "{open}"
        );
    }
    let script = "<script>fetch('https://a.test/')</script>";
    for tag in ["div", "b", "template"] {
        let source = format!("{script}{}", format!("<{tag}>").repeat(DEEP));
        let (found, _) = beside_a_good_one("a.html", source.as_bytes());
        assert_eq!(found, texts(&["blocked fetch https://a.test/"]), "{tag}");
    }
    let jsx = format!(
        "fetch('https://a.test/');\nx = {}{};",
        "<a>".repeat(DEEP),
        "</a>".repeat(DEEP)
    );
    let (found, _) = beside_a_good_one("a.jsx", jsx.as_bytes());
    assert_eq!(found, texts(&["blocked fetch https://a.test/"]));
}

#[test]
fn a_bundle_of_one_line() {
    let mut source = String::new();
    for i in 0..20_000 {
        source.push_str(&format!(
            "function f{i}(a,b){{return a*b+{i}}}var v{i}=f{i}({i},2);"
        ));
    }
    source.push_str("fetch('https://a.test/');");
    let folder = tree(&[("app.min.js", &source)]);
    let ran = run(folder.path(), &POLICY);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("https://a.test/"), "{}", ran.out);
    assert!(ran.out.len() < 2_000, "{}", ran.out.len());
}

#[cfg(unix)]
#[test]
fn links_that_lead_back_or_out() {
    use std::os::unix::fs::symlink;
    let outside = tree(&[("secret.js", "fetch('https://outside.test/')")]);
    let folder = tree(&[("src/a.js", "fetch('https://a.test/')")]);
    symlink(folder.path(), folder.path().join("src/loop")).unwrap();
    symlink(outside.path(), folder.path().join("out")).unwrap();
    symlink(
        folder.path().join("nowhere"),
        folder.path().join("dangling.js"),
    )
    .unwrap();
    let report = check(folder.path());
    assert_eq!(rows(&report), ["blocked fetch https://a.test/"]);
    let expected = ["unreadable-file", "blocked", "unreadable-file"];
    assert_eq!(codes(&report), expected, "the dangling one, a.js, the loop");
}
