//! `_headers`: whose file it is decides what its rules send. `tests/hosting` asks the services' own
//! tools about the same fixtures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{codes, json, policies, root, rows};

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
fn rules_of_a_service_that_is_not_known() {
    insta::assert_snapshot!(policies("headers-anywhere"));
    let folder = root().join("fixtures/policies/headers-anywhere");
    let report = json(&folder, &["check", "--no-config"]);
    let told = codes(&report).into_iter().filter(|c| *c == "unread-policy");
    assert_eq!(told.count(), 1);
    // These are sent no policy, or one that is not known.
    assert!(
        rows(&report)
            .iter()
            .all(|row| !row.starts_with("blocked") || !row.contains("embed"))
    );
}
