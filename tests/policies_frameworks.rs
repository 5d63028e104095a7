//! Policies in the configurations of frameworks: what is found of them, and what it governs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{codes, json, policies, root, rows, tree, verdicts};

#[test]
fn headers_of_next() {
    insta::assert_snapshot!(policies("next"));
    assert_eq!(
        verdicts("next"),
        [
            "allowed fetch https://api.shop.test/items",
            "depends navigator.sendBeacon https://stats.shop.test/hit",
            "blocked fetch /data.json",
            "allowed fetch /data.json",
        ]
    );
}

#[test]
fn a_configuration_without_a_policy_has_none() {
    assert_eq!(policies("next-plain"), "no policy was found\n");
    let folder = root().join("fixtures/policies/next-plain");
    let config = std::fs::read_to_string(folder.join("next.config.mjs")).unwrap();
    let (row, codes) = verdict("next.config.mjs", &config);
    assert_eq!(row, "- fetch https://x.test/");
    assert_eq!(codes, ["no-policy"]);
}

#[test]
fn directives_of_sveltekit() {
    insta::assert_snapshot!(policies("sveltekit"));
    assert_eq!(
        verdicts("sveltekit"),
        [
            "allowed fetch https://search.docs.test/q",
            "blocked fetch https://other.test/",
            "- fetch https://other.test/",
        ]
    );
}

#[test]
fn route_rules_and_markup_of_nuxt() {
    insta::assert_snapshot!(policies("nuxt"));
}

#[test]
fn the_policy_of_nuxt_security() {
    insta::assert_snapshot!(policies("nuxt-security"));
    assert_eq!(
        verdicts("nuxt-security"),
        [
            "allowed fetch https://social.test/timeline",
            "blocked fetch https://elsewhere.test/",
        ]
    );
}

#[test]
fn directives_of_astro_and_gatsby() {
    insta::assert_snapshot!(policies("astro") + &policies("gatsby"));
    assert_eq!(verdicts("astro"), ["blocked fetch https://other.test/"]);
    // By a default of the plugin.
    assert_eq!(verdicts("gatsby"), ["blocked fetch https://other.test/"]);
}

/// `connect-src` of the only policy that governs a script of a project with this configuration.
fn verdict(name: &str, config: &str) -> (String, Vec<String>) {
    let folder = tree(&[
        ("package.json", "{}"),
        (name, config),
        ("src/a.js", "fetch('https://x.test/')"),
        // Without any policy there is nothing to judge by.
        ("other/package.json", "{}"),
        (
            "other/_headers",
            "/*\n  Content-Security-Policy: default-src *\n",
        ),
    ]);
    let report = json(folder.path(), &["check", "--no-config", "."]);
    let all = rows(&report);
    let row = all.into_iter().find(|r| r.contains("https://x.test"));
    // The configuration itself is no browser code.
    let codes = codes(&report).into_iter().filter(|c| *c != "skipped-file");
    let codes = codes.map(str::to_owned).collect();
    (row.unwrap_or_default(), codes)
}

#[test]
fn configurations_of_next_are_written_in_many_ways() {
    let list = "[{ source: '/(.*)', headers: [{ key: 'Content-Security-Policy', value: CSP }] }]";
    let csp = "const CSP = \"connect-src 'none'\";";
    for config in [
        format!("{csp} module.exports = {{ async headers() {{ return {list} }} }}"),
        format!("{csp} module.exports = {{ headers: async () => {list} }}"),
        format!("{csp} const c = {{}}; c.headers = async () => {list}; module.exports = c"),
        format!("{csp} module.exports = async (phase) => ({{ headers: () => {list} }})"),
        format!(
            "{csp} module.exports = (phase) => {{ const c = {{ async headers() {{ return {list} }} }}; return c }}"
        ),
        format!(
            "{csp} const a = require('a'); module.exports = a({{ enabled: true }})({{ async headers() {{ return {list} }} }})"
        ),
        format!(
            "{csp} const a = require('a'); const c = {{ async headers() {{ return {list} }} }}; module.exports = () => [a].reduce((c, next) => next(c), c)"
        ),
        format!(
            "{csp} const a = require('a'); const c = {{ async headers() {{ return {list} }} }}; module.exports = process.env.X ? a(c) : c"
        ),
    ] {
        let (row, codes) = verdict("next.config.js", &config);
        assert_eq!(row, "blocked fetch https://x.test/", "{config}");
        assert_eq!(codes, ["blocked"], "{config}");
    }
}

#[test]
fn what_is_not_read_is_told_and_never_blocks() {
    let config = "import { securityHeaders } from '@shop/headers'\n\
                  export default { async headers() { return [{ source: '/(.*)', headers: securityHeaders }] } }";
    let (row, codes) = verdict("next.config.mjs", config);
    assert_eq!(row, "- fetch https://x.test/");
    assert!(codes.contains(&"unread-policy".to_owned()), "{codes:?}");

    let config = "export default { kit: { csp: { directives: { 'connect-src': sources } } } }";
    assert_eq!(
        verdict("svelte.config.js", config).0,
        "depends fetch https://x.test/"
    );
    let config = "export default { security: { strict: isStrict }, modules: ['nuxt-security'] }";
    assert_eq!(
        verdict("nuxt.config.js", config).0,
        "depends fetch https://x.test/"
    );
}

#[test]
fn headers_of_an_export_are_not_sent() {
    let config = "module.exports = { output: 'export', async headers() { return \
                  [{ source: '/(.*)', headers: [{ key: 'Content-Security-Policy', value: \"connect-src 'none'\" }] }] } }";
    let (row, codes) = verdict("next.config.js", config);
    assert_eq!(row, "- fetch https://x.test/");
    assert!(codes.contains(&"unsent-policy".to_owned()), "{codes:?}");
}

#[test]
fn the_defaults_of_nuxt_security_restrict_no_connection_unless_strict() {
    let plain = "export default defineNuxtConfig({ modules: ['nuxt-security'] })";
    assert_eq!(
        verdict("nuxt.config.ts", plain).0,
        "allowed fetch https://x.test/"
    );
    let strict =
        "export default defineNuxtConfig({ modules: [['nuxt-security', { strict: true }]] })";
    assert_eq!(
        verdict("nuxt.config.ts", strict).0,
        "blocked fetch https://x.test/"
    );
    let off = "export default defineNuxtConfig({ modules: ['nuxt-security'], \
               security: { strict: true, headers: { contentSecurityPolicy: false } } })";
    assert_eq!(verdict("nuxt.config.ts", off).0, "- fetch https://x.test/");
    let old = "export default { render: { csp: { policies: { 'connect-src': [\"'self'\"] } } } }";
    assert_eq!(
        verdict("nuxt.config.js", old).0,
        "blocked fetch https://x.test/"
    );
}

/// What a build adds to a policy or not may be any source, and takes nothing from those before it.
#[test]
fn sources_on_a_condition_stand_for_themselves() {
    for value in [
        "`connect-src 'self'${process.env.A ? ` ${process.env.A}` : ''} https:`",
        "`connect-src https://a.test${process.env.A ? ` ${process.env.A}` : ''}`",
        "`connect-src https://a.test${process.env.A ? ' https:' : ' https://x.test'} wss:`",
        "`connect-src 'self'${process.env.A} wss:`",
    ] {
        let config = format!(
            "export default {{ headers: () => [{{ source: '/:path*', headers: \
             [{{ key: 'Content-Security-Policy', value: {value} }}] }}] }}"
        );
        let (row, _) = verdict("next.config.mjs", &config);
        assert!(!row.starts_with("blocked"), "{value}: {row}");
    }
}
