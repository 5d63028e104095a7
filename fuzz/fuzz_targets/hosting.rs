//! Configurations of hosting services and app shells: policies stand where they are said to.
#![no_main]

use connect_lint::policies::{Found, SourceFile, location_of};
use connect_lint_fuzz::{slice, slice_range};
use libfuzzer_sys::fuzz_target;
use std::path::Path;

const FILES: [&str; 8] = [
    "netlify.toml",
    "vercel.json",
    "firebase.json",
    "staticwebapp.config.json",
    "tauri.conf.json",
    "Tauri.toml",
    "manifest.json",
    "_headers",
];

fn check(file: &SourceFile, found: &Found) {
    for policy in &found.policies {
        let written = &policy.written;
        for (start, c) in written.text().char_indices() {
            let range = start..start + c.len_utf8();
            if let Some(place) = written.place_of(&range) {
                slice(&file.text, place.span);
            }
            if let Some((place, _)) = written.exact_place_of(&range) {
                assert_eq!(slice(&file.text, place.span), &written.text()[range]);
            }
        }
        for hole in written.holes() {
            slice_range(written.text(), hole.clone());
        }
    }
    for issue in &found.issues {
        if let Some(place) = &issue.place {
            slice(&file.text, place.span);
        }
    }
    let routing = found.routing.iter();
    for path in ["/", "/a", "/a/b.html", "/index.html"] {
        for policy in routing.clone().flat_map(|r| r.policies_at(path)) {
            assert!(policy < found.policies.len());
        }
    }
}

fuzz_target!(|input: (u8, &str)| {
    let (kind, text) = input;
    let name = FILES[usize::from(kind) % FILES.len()];
    let path = Path::new("/nowhere").join(name);
    let file = SourceFile::of_text(&path, name, text);
    let Some(location) = location_of(&path) else {
        return;
    };
    let found = location.read(&file);
    check(&file, &found);
    for other in &found.more {
        check(&file, other);
    }
});
