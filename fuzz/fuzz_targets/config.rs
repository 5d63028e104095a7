//! Configurations: mistakes and values have places in the text, and what can be read can be
//! used.
#![no_main]

use connect_lint::config::{self, FileRules, OneOrMany, parse_page_url};
use connect_lint::policies::{Origin, SourceFile, configured};
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
    let file = SourceFile::of_text(Path::new("connect-lint.toml"), "connect-lint.toml", text);
    for (place, key, policies) in own.into_iter().chain(theirs) {
        let values = policies.as_ref().map_or(&[][..], OneOrMany::as_slice);
        let found = configured(&file, key, place, Disposition::Enforce);
        // A value may hold several policies, and is one if it holds none.
        assert!(found.len() >= values.len());
        assert_eq!(found.is_empty(), values.is_empty());
        for located in &found {
            let Origin::File { line, .. } = located.origin else {
                panic!("it stands in a file");
            };
            assert!((1..=lines).contains(&(line as usize)));
            for place in located.written.places() {
                assert!(text.get(place.span.range()).is_some());
            }
        }
        let line = loaded.line_of(key);
        assert!((1..=lines).contains(&(line as usize)));
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
