//! `_headers`: whose file it is decides what its rules send. `tests/hosting` asks the services' own
//! tools about the same fixtures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{codes, json, root, rows, run};

fn policies(fixture: &str) -> String {
    let folder = root().join("fixtures/policies").join(fixture);
    let ran = run(&folder, &["policy", "--no-config"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{fixture}");
    ran.out
}

#[test]
fn rules_of_netlify() {
    insta::assert_snapshot!(policies("netlify-rules"));
}

#[test]
fn rules_of_cloudflare() {
    insta::assert_snapshot!(policies("cloudflare-rules"));
    let folder = root().join("fixtures/policies/cloudflare-rules");
    let report = json(&folder, &["check", "--no-config"]);
    let long = codes(&report).into_iter().filter(|c| *c == "unread-policy");
    assert_eq!(long.count(), 1);
}

#[test]
fn what_both_services_send() {
    insta::assert_snapshot!(policies("headers-anywhere"));
    let folder = root().join("fixtures/policies/headers-anywhere");
    let report = json(&folder, &["check", "--no-config"]);
    let told = codes(&report).into_iter().filter(|c| *c == "unread-policy");
    assert_eq!(told.count(), 1);
    // Cloudflare sends no policy with these, or one that is not known.
    assert!(
        rows(&report)
            .iter()
            .all(|row| !row.starts_with("blocked") || !row.contains("embed"))
    );
}
