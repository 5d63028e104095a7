#![allow(clippy::unwrap_used)]
use super::*;
use proptest::prelude::*;

/// A file in a folder with another file.
fn read_beside(other: &str, text: &str) -> Found {
    let folder = tempfile::tempdir().unwrap();
    if !other.is_empty() {
        std::fs::write(folder.path().join(other), "").unwrap();
    }
    let path = folder.path().join("_headers");
    HeaderLines.read(&SourceFile::of_text(&path, "_headers", text))
}

fn at(found: &Found, path: &str) -> Vec<String> {
    let routing = found.routing.iter();
    let policies = routing.flat_map(|r| r.policies_at(path));
    policies
        .map(|p| found.policies[p].written.text().to_owned())
        .collect()
}

const RULES: &str = "# all\n/*\n  X-Frame-Options: DENY\n  Content-Security-Policy: connect-src 'self'\n\n\
    /app/:id/x\n\tcontent-security-policy:   connect-src https://a.test\n\
    /open/*\n  Content-Security-Policy: connect-src b.test\n  ! Content-Security-Policy\n\
    \x20 /Shop/*\nContent-Security-Policy: connect-src c.test\nContent-Security-Policy: connect-src d.test\n";

#[test]
fn rules_add_up_on_cloudflare() {
    let found = read_beside("wrangler.toml", RULES);
    let own = "connect-src 'self'";
    assert_eq!(at(&found, "/"), [own]);
    assert_eq!(at(&found, "/app/7/x"), [own, "connect-src https://a.test"]);
    assert_eq!(at(&found, "/app/7/8/x"), [own]);
    assert_eq!(at(&found, "/open/"), ["connect-src b.test"]);
    assert_eq!(at(&found, "/open"), [own]);
    assert_eq!(at(&found, "/shop/a"), [own]);
    assert_eq!(
        at(&found, "/Shop/a"),
        [own, "connect-src c.test, connect-src d.test"]
    );
    assert_eq!(found.issues, []);
}

#[test]
fn the_last_rule_counts_on_netlify() {
    let found = read_beside("netlify.toml", RULES);
    assert_eq!(at(&found, "/"), ["connect-src 'self'"]);
    assert_eq!(at(&found, "/APP/7/x/"), ["connect-src https://a.test"]);
    assert_eq!(at(&found, "/open"), ["connect-src b.test"]);
    assert_eq!(
        at(&found, "/shop"),
        ["connect-src c.test, connect-src d.test"]
    );
}

#[test]
fn what_both_send_is_known() {
    let found = read_beside("", RULES);
    assert_eq!(at(&found, "/"), ["connect-src 'self'"]);
    assert_eq!(at(&found, "/app/7/x"), ["connect-src https://a.test"]);
    assert!(at(&found, "/open").is_empty());
    assert_eq!(at(&found, "/open/a"), ["connect-src b.test"]);
    assert_eq!(found.issues[0].code, "unread-policy");
    let one = "/*\n Content-Security-Policy: connect-src a.test\n/b\n X: y\n";
    assert_eq!(read_beside("", one).issues, []);
}

#[test]
fn cloudflare_replaces_rules_and_placeholders() {
    let rule = |path: &str, host: &str| format!("{path}\n Content-Security-Policy: {host}\n");
    let text = rule("/a/*", "connect-src a.test")
        + &rule(
            "/:t/*",
            "connect-src https://:t.test/:splat/ :tx :u https://b.test:80",
        )
        + &rule("/a/*", "connect-src b.test")
        + &rule("https://:x.pages.dev/*", "connect-src c.test")
        + &rule("http://x.test/*", "connect-src d.test");
    let found = read_beside("_routes.json", &text);
    assert_eq!(
        at(&found, "/a/"),
        [
            "connect-src https://{:t}.test/{:splat}/ {:t}x :u https://b.test:80",
            "connect-src b.test"
        ]
    );
    // Of another host, where nothing else is sent.
    assert_eq!(at(&found, "/"), ["connect-src c.test"]);
    let routing = found.routing.unwrap();
    assert!(routing.is_conditional(3));
    assert_eq!(routing.shown(2).as_deref(), Some("/a/*"));
}

#[test]
fn a_rule_for_the_same_path_takes_the_place_of_the_first_on_cloudflare() {
    let text = "/*\n Content-Security-Policy: connect-src a.test\n/*\n/*\n X: y\n";
    assert!(at(&read_beside("wrangler.toml", text), "/").is_empty());
    assert!(at(&read_beside("", text), "/").is_empty());
    assert_eq!(at(&read_beside("netlify.toml", text), "/").len(), 1);
}

#[test]
fn long_lines_are_told() {
    let text = format!(
        "/*\n Content-Security-Policy: connect-src{}\n",
        " a.test".repeat(300)
    );
    let found = read_beside("wrangler.jsonc", &text);
    assert!(found.policies.is_empty());
    assert_eq!(found.issues[0].code, "unread-policy");
    assert_eq!(read_beside("netlify.toml", &text).policies.len(), 1);
}

#[test]
fn values_know_their_places() {
    let text = "/:x\n  Content-Security-Policy:  default-src :x; connect-src a.test\n";
    let found = read_beside("", text);
    let written = &found.policies[0].written;
    let start = written.text().find("a.test").unwrap();
    let place = written.place_of(&(start..start + 6));
    assert_eq!(&text[place.unwrap().span.range()], "a.test");
}

proptest! {
    #[test]
    fn any_text_is_read(text in "([/*:!a# \nä]|https://|Content-Security-Policy: |:splat){0,30}") {
        for other in ["", "netlify.toml", "wrangler.toml"] {
            let found = read_beside(other, &text);
            let policies = found.routing.iter().flat_map(|r| r.policies_at("/a/a"));
            prop_assert!(policies.into_iter().all(|p| p < found.policies.len()));
            let places = found.policies.iter().flat_map(|p| p.written.places());
            for place in places.chain(found.issues.iter().filter_map(|i| i.place.as_ref())) {
                prop_assert!(text.get(place.span.range()).is_some());
            }
        }
    }
}
