//! `connect-lint init`: the file that it writes says what was found, and changes nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::repair::copied;
use common::{root, run, tree};
use std::path::Path;

const FILE: &str = "connect-lint.toml";

/// What is found with the file that `init` writes is what is found without it.
fn changes_nothing(folder: &Path) {
    let report = |args: &[&str]| {
        let ran = run(folder, &[&["check", "--format", "json"], args].concat());
        (ran.code, ran.out, ran.err)
    };
    let before = report(&["--no-config"]);
    let ran = run(folder, &["init"]);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (0, ""),
        "{}",
        folder.display()
    );
    assert!(
        ran.out.starts_with(&format!("wrote {FILE}; ")),
        "{}",
        ran.out
    );
    assert_eq!(report(&[]), before, "{}", folder.display());
}

#[test]
fn a_run_with_the_file_is_one_without() {
    let mut fixtures = vec![
        root().join("fixtures/site"),
        root().join("fixtures/clients"),
    ];
    let policies = std::fs::read_dir(root().join("fixtures/policies")).unwrap();
    fixtures.extend(policies.map(|entry| entry.unwrap().path()));
    for fixture in fixtures {
        let folder = tempfile::tempdir().unwrap();
        copied(&fixture, folder.path());
        let _ = std::fs::remove_file(folder.path().join(FILE));
        changes_nothing(folder.path());
    }
}

/// A project of the wild, if `CONNECT_LINT_PROJECTS` names a folder with some.
#[test]
fn the_same_holds_for_projects_of_the_wild() {
    let Some(projects) = std::env::var_os("CONNECT_LINT_PROJECTS") else {
        return;
    };
    for project in std::fs::read_dir(projects).unwrap() {
        let folder = tempfile::tempdir().unwrap();
        copied(&project.unwrap().path(), folder.path());
        changes_nothing(folder.path());
    }
}

#[test]
fn it_tells_what_is_found() {
    let folder = tree(&[
        (
            "package.json",
            "{\"homepage\": \"https://shop.example/\", \"devDependencies\": {\"vite\": \"7\"}}",
        ),
        ("vite.config.js", "export default {}"),
        (".env", "VITE_STATS=https://stats.shop.example"),
        (
            "public/_headers",
            "/*\n  Content-Security-Policy: connect-src https://api.shop.example\n",
        ),
        (
            "index.html",
            "<!doctype html><script src=src/app.js></script>",
        ),
        (
            "src/app.js",
            "import { api } from './api.js';\nfetch(import.meta.env.VITE_API + '/a');\napi.get('/b');\n",
        ),
        ("src/api.js", "export const api = window.makeApi();"),
        ("dist/app.js", "fetch('/x')"),
    ]);
    let text = run(folder.path(), &["init", "--stdout"]).out;
    assert!(!folder.path().join(FILE).exists());
    for line in [
        "#   public/_headers:2, Netlify and Cloudflare `_headers`: 4 files",
        "#policy-from = [\"public/_headers\"]",
        "# By `homepage` of package.json:",
        "#page-url = \"https://shop.example/\"",
        "#exclude = [\"dist/\"]",
        "# The project is built by Vite, which shows browsers import.meta.env.VITE_*; read: .env.",
        "#\"import.meta.env.VITE_API\" = \"https://api.example.com\" # 1 endpoint",
        "#callee = \"api.get\"",
    ] {
        assert!(text.lines().any(|l| l == line), "{line}\n{text}");
    }
    assert!(text.starts_with("#:schema https://"));
}

#[test]
fn nothing_is_written_over() {
    let folder = tree(&[(FILE, "threads = 1\n"), ("app.js", "fetch('/x')")]);
    let text = || std::fs::read_to_string(folder.path().join(FILE)).unwrap();
    let ran = run(folder.path(), &["init"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(
        ran.err.contains("connect-lint.toml is there already"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("--force"), "{}", ran.err);
    assert_eq!(text(), "threads = 1\n");
    // Printing needs no place to write to.
    assert_eq!(run(folder.path(), &["init", "--stdout"]).code, 0);
    assert_eq!(text(), "threads = 1\n");
    assert_eq!(run(folder.path(), &["init", "--force"]).code, 0);
    assert!(text().starts_with("#:schema"));
}

#[test]
fn a_file_or_a_folder_is_named() {
    let folder = tree(&[
        (
            "shop/_headers",
            "/*\n  Content-Security-Policy: connect-src 'self'\n",
        ),
        ("shop/index.html", "<script>fetch('/x')</script>"),
    ]);
    assert_eq!(run(folder.path(), &["init", "shop"]).code, 0);
    assert_eq!(run(folder.path(), &["init", "shop/other.toml"]).code, 0);
    for name in [FILE, "other.toml"] {
        let text = std::fs::read_to_string(folder.path().join("shop").join(name)).unwrap();
        assert!(text.contains("#   _headers:2, "), "{text}");
    }
    let ran = run(folder.path(), &["init", "nowhere/at/all.toml"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn names_of_files_cannot_add_settings() {
    let policy = "/*\n  Content-Security-Policy: connect-src 'self'\n";
    let folder = tree(&[
        ("a\nthreads = 1\n/_headers", policy),
        (
            "a\nthreads = 1\n/index.html",
            "<script>fetch('/x')</script>",
        ),
        ("dist\"]\n/dist/app.js", "fetch('/x')"),
    ]);
    changes_nothing(folder.path());
    let text = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
    let live = text
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'));
    assert_eq!(live.collect::<Vec<_>>(), ["fail-on = \"blocked\""]);
}
