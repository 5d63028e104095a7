//! Configurations of servers: any text is read, and what is found stands in it.
#![no_main]

use connect_lint::policies::{LOCATIONS, SourceFile};
use libfuzzer_sys::fuzz_target;
use std::path::Path;

fuzz_target!(|input: (u8, &str)| {
    let (kind, text) = input;
    let names = ["nginx.conf", ".htaccess", "httpd.conf", "Caddyfile"];
    let path = Path::new("/nowhere").join(names[usize::from(kind) % names.len()]);
    let Some(location) = LOCATIONS.iter().find(|l| l.recognises(&path)) else {
        return;
    };
    let file = SourceFile::of_text(&path, "file", text);
    let found = location.read(&file);
    for policy in &found.policies {
        for start in 0..policy.written.text().len() {
            if let Some((place, _)) = policy.written.exact_place_of(&(start..start + 1)) {
                assert!(text.as_bytes().get(place.span.range()).is_some());
            }
        }
    }
    let Some(routing) = found.routing else { return };
    for path in ["/", "/a.html", "/a/b/", "/a/b", "/sw.js"] {
        for policy in routing.ways_at(path).into_iter().flatten() {
            assert!(policy < found.policies.len());
        }
    }
});
