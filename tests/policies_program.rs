//! Policies of Rails and Django: what is found of them, and what it governs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{json, policies, rows, run, tree, verdicts};

#[test]
fn the_initializer_of_rails() {
    insta::assert_snapshot!(policies("rails"));
    // Files of `public/` are sent without it.
    assert_eq!(
        verdicts("rails"),
        [
            "allowed fetch /api/search",
            "allowed fetch https://s3.gems.test/dumps/?list",
            "allowed fetch https://a.insights.test/hit",
            "depends fetch http://elsewhere.test/",
            "- fetch https://elsewhere.test/",
        ]
    );
}

#[test]
fn the_settings_of_django() {
    insta::assert_snapshot!(policies("django"));
    assert_eq!(
        verdicts("django"),
        [
            "allowed fetch https://api.shop.test/v1/cart",
            "allowed fetch https://stats.shop.test/hit",
            "depends fetch ws://localhost:5173/",
            "depends WebSocket ws://localhost:5173/",
        ]
    );
}

#[test]
fn a_file_alone_has_the_policy_of_its_project() {
    let initializer =
        "Rails.application.config.content_security_policy do |p|\n  p.connect_src :self\nend\n";
    let folder = tree(&[
        ("Gemfile", ""),
        (
            "config/initializers/content_security_policy.rb",
            initializer,
        ),
        ("app/javascript/a.js", "fetch('https://x.test/')"),
    ]);
    let arguments = ["check", "--no-config", "app/javascript/a.js"];
    assert_eq!(
        rows(&json(folder.path(), &arguments)),
        ["blocked fetch https://x.test/"]
    );
}

/// The initializer that Rails makes says nothing but in comments.
#[test]
fn a_new_application_has_no_policy() {
    let folder = tree(&[
        ("Gemfile", ""),
        (
            "config/initializers/content_security_policy.rb",
            "# Rails.application.configure do\n#   config.content_security_policy do |policy|\n\
             #     policy.default_src :self, :https\n#   end\n# end\n",
        ),
        ("app/javascript/a.js", "fetch('https://x.test/')"),
    ]);
    let ran = run(folder.path(), &["policy", "--no-config", "."]);
    assert!(ran.out.starts_with("no policy was found\n"), "{}", ran.out);
}
