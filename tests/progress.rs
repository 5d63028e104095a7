//! The bar on standard error: on a terminal only, and only when a run takes a while.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{run, tree};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Files whose lint takes long enough for a bar.
fn long_run() -> tempfile::TempDir {
    let mut lines = 250;
    loop {
        let script: String = (0..lines)
            .map(|i| {
                format!("function f{i}(a) {{ fetch('https://h{i}.test/' + a); }}\nf{i}('x');\n")
            })
            .collect();
        let names: Vec<_> = (0..8).map(|i| format!("a{i}.js")).collect();
        let files: Vec<_> = names.iter().map(|name| (&**name, &*script)).collect();
        let folder = tree(&files);
        let start = Instant::now();
        run(folder.path(), ARGS);
        if start.elapsed() > Duration::from_millis(1500) {
            return folder;
        }
        lines *= 2;
    }
}

const ARGS: &[&str] = &[
    "check",
    "--policy",
    "connect-src 'none'",
    "--format",
    "json",
];

/// Runs in a pseudo-terminal of util-linux's `script`, standard output in a file: what the
/// terminal was sent.
fn on_a_terminal(folder: &Path, env: &[(&str, &str)], flags: &str) -> String {
    let binary = assert_cmd::cargo::cargo_bin("connect-lint");
    let line = format!(
        "{} check --policy \"connect-src 'none'\" --format json {flags} . > out.json",
        binary.display()
    );
    let mut command = Command::new("script");
    command
        .args(["-qec", &line, "typescript"])
        .current_dir(folder)
        .env("TERM", "xterm")
        .env_remove("CI")
        .envs(env.iter().copied());
    let output = command.output().expect("util-linux is there");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_long_run_shows_how_far_it_is() {
    let folder = long_run();
    let plain = run(folder.path(), ARGS);
    assert_eq!(plain.err, "", "no terminal, no bar");
    let out = || std::fs::read_to_string(folder.path().join("out.json")).unwrap();

    let sent = on_a_terminal(folder.path(), &[], "");
    assert!(sent.contains("ing "), "a phase: {sent:?}");
    let last = sent.rsplit('\r').find(|part| !part.is_empty()).unwrap();
    let left = last
        .trim_start_matches("\u{1b}[2K")
        .trim_start_matches("\u{1b}[1A");
    assert_eq!(left.trim(), "", "it is gone in the end: {sent:?}");
    assert!(out() == plain.out, "the report is the same");

    for (env, flags) in [
        (&[("CI", "true")][..], ""),
        (&[("TERM", "dumb")], ""),
        (&[], "--quiet"),
    ] {
        let sent = on_a_terminal(folder.path(), env, flags);
        assert_eq!(sent, "", "{env:?} {flags}");
    }
}

#[test]
fn a_short_run_shows_nothing() {
    let folder = tree(&[("a.js", "fetch('/x')")]);
    assert_eq!(on_a_terminal(folder.path(), &[], ""), "");
}
