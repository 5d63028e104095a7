//! Configurations: mistakes and values have places in the text, and what can be read can be
//! used.
#![no_main]

use connect_lint::config::{self, FileRules, OneOrMany, parse_page_url};
use connect_lint::csp::parse_policy_value;
use connect_lint::results::Disposition;
use libfuzzer_sys::fuzz_target;
use std::path::Path;

fuzz_target!(|text: &str| {
    let lines = text.matches('\n').count() + 1;
    let loaded = match config::parse(text.to_owned(), Path::new("connect-lint.toml")) {
        Ok(loaded) => loaded,
        Err(error) => {
            if let Some((line, column)) = error.position {
                let length = text.split('\n').nth(line - 1).map(|l| l.chars().count());
                assert!(length.is_some_and(|length| column <= length + 1));
            }
            assert!(!error.message.is_empty());
            return;
        }
    };
    let config = &loaded.config;
    let overrides = config.overrides.iter().enumerate();
    let own = [
        (None, "policy", &config.policy),
        (None, "report-only-policy", &config.report_only_policy),
    ];
    let theirs = overrides.flat_map(|(i, over)| {
        [
            (Some(i), "policy", &over.policy),
            (Some(i), "report-only-policy", &over.report_only_policy),
        ]
    });
    for (place, key, policies) in own.into_iter().chain(theirs) {
        let policies = policies.as_ref().map_or(&[][..], OneOrMany::as_slice);
        let mut last = 1;
        for (i, policy) in policies.iter().enumerate() {
            let line = loaded.line_of(place, key, i);
            assert!((last..=lines).contains(&(line as usize)));
            last = line as usize;
            parse_policy_value(policy, Disposition::Enforce);
        }
    }
    if let Some(Ok(url)) = config.page_url.as_deref().map(parse_page_url) {
        assert!(!url.cannot_be_a_base());
    }
    if let Ok(rules) = FileRules::new(&loaded) {
        let settings = rules.of(Path::new("src/client.test.ts"));
        assert!(
            settings
                .policy_override
                .is_none_or(|i| i < config.overrides.len())
        );
    }
});
