//! `check --only FILE…`, as git hooks call it: all of the project is judged, these files are told of.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Ran, run, tree};
use tempfile::TempDir;

const PAGE: &str = r#"<meta http-equiv="Content-Security-Policy" content="connect-src 'self'">
<script type="module" src="src/pay.js"></script><script type="module" src="src/list.js"></script>"#;
const CALL: &str = "import { api } from './api.js'; fetch(api + '/x');\n";

/// A site whose policy is in its page only, and whose scripts import.
fn site() -> TempDir {
    tree(&[
        ("index.html", PAGE),
        ("src/api.js", "export const api = 'https://api.test';\n"),
        ("src/pay.js", CALL),
        ("src/list.js", CALL),
        ("src/pay.test.js", CALL),
        ("legacy/old.js", CALL),
        ("connect-lint.toml", "exclude = ['legacy/']\n"),
    ])
}

fn only(folder: &TempDir, files: &[&str]) -> Ran {
    let mut args = vec!["check", "--format", "compact", "--only"];
    args.extend(files);
    run(folder.path(), &args)
}

#[test]
fn only_the_named_files_are_told_of() {
    let site = site();
    let all = run(site.path(), &["check", "--format", "compact"]);
    assert_eq!((all.code, all.out.lines().count()), (1, 2), "{}", all.out);
    let ran = only(&site, &["src/pay.js", "src/api.js"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    assert!(ran.out.starts_with("src/pay.js:1:"), "{}", ran.out);
    assert_eq!(only(&site, &["src/api.js"]).code, 0);
}

#[test]
fn files_are_known_however_they_are_named() {
    let site = site();
    let whole = site.path().join("src/../src/pay.js");
    for name in ["./src/pay.js", whole.to_str().unwrap()] {
        assert_eq!(only(&site, &[name]).code, 1, "{name}");
    }
}

#[test]
fn a_folder_is_all_that_is_in_it() {
    let site = site();
    for name in ["src", "./src/", "."] {
        let ran = only(&site, &[name]);
        assert_eq!((ran.code, ran.out.lines().count()), (1, 2), "{name}");
    }
    assert_eq!(only(&site, &["legacy", "sr"]).code, 0);
}

#[test]
fn what_is_not_judged_stays_so() {
    let site = site();
    let ran = only(&site, &["src/pay.test.js", "legacy/old.js", "deleted.js"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
}
