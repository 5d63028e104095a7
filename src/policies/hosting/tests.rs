//! What the tests of this folder share, and what holds for every kind of file.
#![allow(clippy::unwrap_used)]

use crate::policies::{Found, LOCATIONS, SourceFile};
use proptest::prelude::*;
use std::path::Path;

/// The policies for a path.
pub(super) fn at(found: &Found, path: &str) -> Vec<String> {
    let routing = found.routing.iter();
    let policies = routing.flat_map(|routing| routing.policies_at(path));
    let text = |policy: usize| found.policies[policy].written.text().to_owned();
    policies.map(text).collect()
}

/// What stands where a part of a policy is said to stand.
pub(super) fn place(file: &SourceFile, found: &Found, part: &str) -> String {
    let mut places = found.policies.iter().filter_map(|policy| {
        let start = policy.written.text().find(part)?;
        policy.written.exact_place_of(&(start..start + part.len()))
    });
    let place = places.next().map(|(place, _)| place.span.range());
    file.text[place.unwrap_or_default()].to_owned()
}

/// The codes of what is wrong.
pub(super) fn codes(found: &Found) -> Vec<&'static str> {
    found.issues.iter().map(|issue| issue.code).collect()
}

/// The kinds of this folder, by a file's name.
const FILES: [&str; 7] = [
    "netlify.toml",
    "vercel.json",
    "firebase.json",
    "staticwebapp.config.json",
    "tauri.conf.json",
    "Tauri.toml",
    "manifest.json",
];

fn check(name: &str, text: &str) {
    let path = Path::new("/nowhere").join(name);
    let file = SourceFile::of_text(&path, name, text);
    let location = LOCATIONS.iter().find(|l| l.recognises(&path)).unwrap();
    let found = location.read(&file);
    for found in std::iter::once(&found).chain(&found.more) {
        let routing = found.routing.as_deref();
        for path in ["/", "/a", "/a/b.html"] {
            for policy in routing.map(|r| r.policies_at(path)).unwrap_or_default() {
                assert!(policy < found.policies.len());
            }
        }
        for policy in &found.policies {
            let text = policy.written.text();
            for (start, _) in text.char_indices() {
                let place = policy.written.place_of(&(start..start + 1));
                let range = place.map(|p| p.span.range()).unwrap_or_default();
                assert!(file.text.get(range).is_some(), "{name}");
            }
        }
        for place in found.issues.iter().filter_map(|issue| issue.place.as_ref()) {
            assert!(file.text.get(place.span.range()).is_some(), "{name}");
        }
    }
}

/// Words that the files have, so that more than the parser is met.
const WORDS: [&str; 44] = [
    "{",
    "}",
    "[",
    "]",
    "[[",
    "]]",
    ":",
    ",",
    "=",
    "\n",
    " ",
    "\"",
    "'",
    "'''",
    "\"\"\"",
    "\\",
    "\"headers\"",
    "headers",
    "\"source\"",
    "\"/(.*)\"",
    "\"**/*.@(js|css)\"",
    "\"regex\"",
    "\"key\"",
    "\"value\"",
    "values",
    "for",
    "\"/*\"",
    "\"Content-Security-Policy\"",
    "\"connect-src 'self'\"",
    "Content-Security-Policy",
    "\"hosting\"",
    "\"globalHeaders\"",
    "\"routes\"",
    "\"route\"",
    "\"src\"",
    "\"security\"",
    "\"csp\"",
    "\"app\"",
    "\"tauri\"",
    "\"content_security_policy\"",
    "\"manifest_version\"",
    "3",
    "\"!(a|b)\"",
    "ä",
];

proptest! {
    #[test]
    fn any_text_is_read(text in any::<String>()) {
        for name in FILES {
            check(name, &text);
        }
    }

    #[test]
    fn any_words_are_read(words in prop::collection::vec(prop::sample::select(&WORDS[..]), 0..60)) {
        let text = words.concat();
        for name in FILES {
            check(name, &text);
        }
    }
}
