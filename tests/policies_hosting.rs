//! Policies in the configurations of hosting services and app shells: what is found of them, and
//! what it governs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{codes, json, root, rows, run, tree};

/// What `policy` prints of a fixture.
fn policies(fixture: &str) -> String {
    let folder = root().join("fixtures/policies").join(fixture);
    let ran = run(&folder, &["policy", "--no-config"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{fixture}");
    ran.out
}

/// The verdicts of a fixture.
fn verdicts(fixture: &str) -> Vec<String> {
    let folder = root().join("fixtures/policies").join(fixture);
    rows(&json(&folder, &["check", "--no-config"]))
}

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
