#![allow(clippy::unwrap_used)]
use super::*;

fn read_as(name: &str, text: &str) -> Found {
    InScripts.read(&SourceFile::of_text(&Path::new("none").join(name), name, text))
}

/// The policies for a path, as far as they are sent.
fn at(found: &Found, path: &str) -> Vec<String> {
    let policies = found.routing.iter().flat_map(|r| r.policies_at(path));
    policies
        .map(|p| found.policies[p].written.text().to_owned())
        .collect()
}

fn site(text: &str) -> Vec<String> {
    at(&read_as("server.js", text), "/")
}
