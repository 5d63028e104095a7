//! Files: bytes of any encoding → endpoints, whose places are in the text and in the file.
#![no_main]

use connect_lint::discover::{Language, declared_in_html, decode};
use connect_lint::endpoint::Runtime;
use connect_lint::extract;
use connect_lint::resolve::Settings;
use connect_lint_fuzz::{language, let_panics_be_caught, slice};
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

fuzz_target!(init: let_panics_be_caught(), |input: &[u8]| {
    let (language, bytes) = language(input);
    let declared = match language {
        Language::Html => declared_in_html(bytes),
        Language::Script { .. } => None,
    };
    let decoded = decode(bytes.to_vec(), declared);
    let text = decoded.text.as_str();

    let mut last = 0;
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    for at in ends.take(4096) {
        let byte = decoded.map.to_file(text, at as u32);
        assert!(byte >= last, "the map goes back at {at}: {last} to {byte}");
        assert!(byte <= bytes.len() as u64, "{byte} is behind the end of the file");
        last = byte;
    }

    let file: Arc<str> = "input".into();
    let parsed = extract::parse(&file, text, language);
    for issue in &parsed.issues {
        slice(text, issue.span.unwrap_or_default());
    }
    for meta in &parsed.meta_policies {
        slice(text, meta.place.span);
    }
    for endpoint in parsed.endpoints(&Settings::default(), Runtime::Browser) {
        slice(text, endpoint.place.span);
        slice(text, endpoint.url_span);
        for step in &endpoint.trail {
            slice(text, step.place.span);
        }
    }
});
