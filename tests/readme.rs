//! What the README shows is what the binary prints.

#[test]
fn the_readme_is_true() {
    trycmd::TestCases::new().case("README.md").run();
}
