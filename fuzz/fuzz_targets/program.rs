//! Policies in program code: every text is read, and places lie in it.
#![no_main]

use connect_lint::policies::{SourceFile, named_location};
use connect_lint_fuzz::let_panics_be_caught;
use libfuzzer_sys::fuzz_target;
use std::path::Path;

/// One for each kind of file.
const PATHS: [&str; 4] = [
    "none/config/initializers/csp.rb",
    "none/site/settings.py",
    "none/site/csp.py",
    "none/server.ts",
];

fuzz_target!(init: let_panics_be_caught(), |input: (u8, &str)| {
    let (kind, text) = input;
    let path = PATHS[usize::from(kind) % PATHS.len()];
    let file = SourceFile::of_text(Path::new(path), path, text);
    let found = named_location(Path::new(path)).read(&file);
    for policy in &found.policies {
        for place in policy.written.places() {
            assert!(place.file != file.name || text.get(place.span.range()).is_some());
        }
    }
    for path in ["/", "/a/b.js"] {
        for policy in found.routing.iter().flat_map(|r| r.policies_at(path)) {
            assert!(policy < found.policies.len());
        }
    }
});
