//! Which sources only servers load: what server code imports, and nothing else does.

use super::pages::Loads;
use super::program::Sources;
use crate::endpoint::Runtime;
use std::path::Path;
use std::sync::Arc;

/// Those sources, each with a server's file that leads to it.
pub(super) fn only_servers(sources: &Sources, loads: &Loads) -> Vec<(usize, Arc<str>)> {
    let count = sources.all.len();
    let is_server: Vec<bool> = (0..count).map(|i| is_server(sources, i)).collect();
    if !is_server.contains(&true) {
        return Vec::new();
    }
    let mut may: Vec<bool> = (0..count).map(|i| may_be(sources, i)).collect();
    let loaded = loads.entries.iter().map(|entry| entry.script);
    for i in loaded.chain(loads.workers.iter().copied()) {
        may[i] = false;
    }
    let reached = reached(sources, &is_server, &may);
    // What anything else imports is no server's alone, nor what that imports.
    let is_left_out = |i: usize| is_server[i] || sources.all[i].is_skipped();
    let begins = |i: &usize| !(is_left_out(*i) || may[*i] && reached[*i].is_some());
    let mut open: Vec<usize> = (0..count).filter(begins).collect();
    while let Some(from) = open.pop() {
        for &target in sources.imports[from].values() {
            if std::mem::replace(&mut may[target as usize], false) {
                open.push(target as usize);
            }
        }
    }
    let found = self::reached(sources, &is_server, &may).into_iter();
    let found = found.enumerate();
    found.filter_map(|(i, file)| Some((i, file?))).collect()
}

/// What servers import, by way of what may be theirs, each with a file that leads to it.
fn reached(sources: &Sources, is_server: &[bool], may: &[bool]) -> Vec<Option<Arc<str>>> {
    let count = sources.all.len();
    let mut out: Vec<Option<Arc<str>>> = vec![None; count];
    let mut open: Vec<usize> = (0..count).filter(|&i| is_server[i]).collect();
    while let Some(from) = open.pop() {
        let file = &sources.all[from].facts.file;
        for &target in sources.imports[from].values() {
            let target = target as usize;
            if may[target] && out[target].is_none() {
                out[target] = Some(file.clone());
                open.push(target);
            }
        }
    }
    out
}

/// A file of a server by what it says of itself. Components are rendered by servers, and run in
/// browsers too.
fn is_server(sources: &Sources, i: usize) -> bool {
    let source = &sources.all[i];
    let parsed = source.parsed.as_ref();
    let says_so = source.is_server || parsed.is_some_and(|p| p.is_server());
    source.is_skipped() && says_so && !is_component(&sources.paths[i])
}

/// Whether a source can be a server's, as far as it says itself.
fn may_be(sources: &Sources, i: usize) -> bool {
    let source = &sources.all[i];
    source.runtime() == Some(Runtime::Browser)
        && !is_component(&sources.paths[i])
        && source.parsed.as_ref().is_some_and(|p| !p.is_of_browsers())
}

fn is_component(path: &Path) -> bool {
    let plain = ["js", "mjs", "cjs", "ts", "mts", "cts"];
    let extension = path.extension().unwrap_or_default();
    !plain.iter().any(|e| extension == *e)
}
