//! Changes of random policies in every way of quoting say what they should when they are read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::{Change, Files, edited_text, edits};
use crate::csp::{SourceKind, connect_sources, parse_one};
use crate::endpoint::Place;
use crate::policies::{
    ElementStyle, ListElement, LocatedPolicy, Origin, Quoting, Scope, SourceFile, SourceListPlace,
    Written,
};
use crate::results::Disposition;
use crate::span::Span;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;

const QUOTINGS: [Quoting; 7] = [
    Quoting::Plain,
    Quoting::Backslash('"'),
    Quoting::Backslash('\''),
    Quoting::Raw('`'),
    Quoting::Template,
    Quoting::Html('"'),
    Quoting::Html('\''),
];

fn file(text: &str) -> SourceFile {
    SourceFile::of_text(Path::new("/f.js"), "f.js", text)
}

fn place(start: usize, end: usize) -> Place {
    Place {
        file: "f.js".into(),
        span: Span::new(start, end),
    }
}

fn files(text: &str) -> Files {
    let file = file(text);
    Files {
        by_name: [(file.name.clone(), file)].into(),
        first: Default::default(),
    }
}

fn located(written: Written) -> Option<LocatedPolicy> {
    let mut policies = parse_one(written.text(), Disposition::Enforce);
    Some(LocatedPolicy {
        origin: Origin::File {
            path: "f.js".into(),
            line: 1,
        },
        policy: policies.pop()?,
        scope: Scope::Site,
        written,
    })
}

/// What a text in quotes means.
fn unescaped(raw: &str, quoting: Quoting) -> String {
    match quoting {
        Quoting::Html(_) => raw
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&"),
        Quoting::Backslash(_) | Quoting::Template => {
            let mut out = String::new();
            let mut chars = raw.chars();
            while let Some(c) = chars.next() {
                out.push(if c == '\\' { chars.next().unwrap() } else { c });
            }
            out
        }
        _ => raw.to_owned(),
    }
}

fn source() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "'self'",
        "https://a.test",
        "wss://b.test:8443",
        "https://c.test/x/?a&b",
        "*.d.test",
        "blob:",
        "'none'",
        "'unsafe-inline'",
    ])
}

fn space() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![" ", "  ", "\n    ", "\t"])
}

fn directive() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["connect-src", "Connect-Src", "default-src", "img-src"]);
    let sources = prop::collection::vec((space(), source()), 0..5);
    (
        space(),
        name,
        sources,
        prop::sample::select(vec!["", " ", "\n"]),
    )
        .prop_map(|(before, name, sources, after)| {
            let sources: String = sources.iter().map(|(s, t)| format!("{s}{t}")).collect();
            format!("{before}{name}{sources}{after}")
        })
}

fn policy() -> impl Strategy<Value = String> {
    let end = prop::sample::select(vec!["", ";", "; "]);
    (prop::collection::vec(directive(), 1..5), end)
        .prop_map(|(directives, end)| directives.join(";") + end)
}

/// What governs connections, apart from `'none'` and what says nothing of them.
fn connections(located: &LocatedPolicy) -> Vec<String> {
    let directive = located.policy.connect_directive().map(|(d, _)| d);
    let sources = directive.into_iter().flat_map(|d| &d.sources);
    let kept = sources.filter(|s| !matches!(s.kind, SourceKind::NoEffect));
    kept.map(|s| s.text.clone()).collect()
}

fn others(located: &LocatedPolicy) -> Vec<(String, Vec<String>)> {
    let all = located.policy.directives.iter();
    let others = all.filter(|d| d.name != "connect-src" || d.duplicate);
    let texts = others.map(|d| {
        let sources = d.sources.iter().map(|s| s.text.clone());
        (d.name.clone(), sources.collect())
    });
    texts.collect()
}

fn is_none(source: &String) -> bool {
    source == "'none'"
}

proptest! {
    #[test]
    fn a_source_that_is_added_is_there(text in policy(), way in 0..QUOTINGS.len()) {
        let quoting = QUOTINGS[way];
        let raw = quoting.escaped(&text).unwrap();
        let whole = format!("before {raw} behind");
        let written = Written::whole(&text, place(7, 7 + raw.len()), quoting);
        let Some(old) = located(written) else { return Ok(()) };
        let add = vec!["https://new.test".to_owned(), "'self'".to_owned()];
        let change = Change { add: add.clone(), remove: BTreeSet::new() };
        let edits = edits(&old, &change, false, &files(&whole));
        let edits = edits.unwrap_or_else(|why| panic!("{text:?} {quoting:?}: {why}"));
        let edited = edited_text(&whole, &edits).unwrap();
        let inner = edited.strip_prefix("before ").unwrap().strip_suffix(" behind").unwrap();
        let new = located(Written::nowhere(&unescaped(inner, quoting))).unwrap();
        prop_assert_eq!(others(&old), others(&new), "{:?}", inner);
        let mut wanted = connections(&old);
        // Alone it goes; where `default-src` stood in it is not taken over.
        let is_own = old.policy.connect_directive().is_some_and(|(_, fallback)| !fallback);
        if !is_own || wanted.iter().all(is_none) && connect_sources(&old.policy).len() == 1 {
            wanted.retain(|s| !is_none(s));
        }
        wanted.extend(add);
        prop_assert_eq!(connections(&new), wanted, "{:?}", inner);
    }

    #[test]
    fn a_source_that_is_removed_is_not(text in policy(), way in 0..QUOTINGS.len(), which in 0..4usize) {
        let quoting = QUOTINGS[way];
        let raw = quoting.escaped(&text).unwrap();
        let written = Written::whole(&text, place(0, raw.len()), quoting);
        let Some(old) = located(written) else { return Ok(()) };
        let sources = connect_sources(&old.policy);
        if which >= sources.len() { return Ok(()) }
        let change = Change { add: Vec::new(), remove: [which].into() };
        let edits = edits(&old, &change, false, &files(&raw)).unwrap();
        let inner = edited_text(&raw, &edits).unwrap();
        let new = located(Written::nowhere(&unescaped(&inner, quoting))).unwrap();
        prop_assert_eq!(others(&old), others(&new), "{:?}", &inner);
        let mut wanted: Vec<String> = sources.iter().map(|s| s.text.clone()).collect();
        wanted.remove(which);
        if wanted.is_empty() { wanted.push("'none'".to_owned()); }
        let there: Vec<String> =
            connect_sources(&new.policy).iter().map(|s| s.text.clone()).collect();
        prop_assert_eq!(there, wanted, "{:?}", &inner);
    }

    /// A list in any layout: what is read of it after the change is what was meant.
    #[test]
    fn lists_change_as_they_should(
        sources in prop::collection::vec((source(), prop::bool::ANY), 0..5),
        layout in 0..4usize,
        trailing in prop::bool::ANY,
        add in prop::collection::vec(prop::sample::select(vec!["https://new.test", "'self'"]), 0..2),
    ) {
        let separator = [", ", ",\n  ", ", // about it\n  ", " ,\r\n\t"][layout];
        let mut text = String::from("[");
        if layout > 0 { text.push_str("\n  "); }
        let mut written = Written::nowhere("connect-src");
        let mut elements = Vec::new();
        for (i, (source, _)) in sources.iter().enumerate() {
            if i > 0 { text.push_str(separator); }
            let start = text.len();
            text.push_str(&format!("\"{source}\""));
            written.made(" ");
            let inner = place(start + 1, text.len() - 1);
            let range = written.push(source, inner, Quoting::Backslash('"'));
            elements.push(ListElement { span: Span::new(start, text.len()), range });
        }
        if trailing && !sources.is_empty() { text.push(','); }
        if layout > 0 { text.push('\n'); }
        let inside = place(1, text.len());
        text.push(']');
        written.add_list(SourceListPlace {
            directive: "connect-src".to_owned(),
            place: inside,
            elements,
            style: ElementStyle::Quoted,
        });
        let Some(old) = located(written) else { return Ok(()) };
        let remove: BTreeSet<usize> =
            (0..sources.len()).filter(|i| sources[*i].1).collect();
        let mut add: Vec<String> = add.into_iter().map(str::to_owned).collect();
        add.dedup();
        let change = Change { add, remove };
        if change == Change::default() { return Ok(()) }
        let Ok(edits) = edits(&old, &change, false, &files(&text)) else {
            // Comments between elements that go are left to people.
            prop_assert!(layout == 2, "{:?}", text);
            return Ok(());
        };
        let edited = edited_text(&text, &edits).unwrap();
        let change = super::plan::normalised(&old, change);
        let mut wanted: Vec<String> = connect_sources(&old.policy)
            .iter()
            .enumerate()
            .filter(|(i, _)| !change.remove.contains(i))
            .map(|(_, s)| s.text.clone())
            .collect();
        wanted.extend(change.add.iter().cloned());
        prop_assert_eq!(elements_of(&edited), Some(wanted), "{:?} -> {:?}", text, edited);
    }
}

/// The elements of a list as scripts have them.
fn elements_of(text: &str) -> Option<Vec<String>> {
    let config = format!(
        "export default {{ kit: {{ csp: {{ directives: {{ 'connect-src': {text} }} }} }} }}"
    );
    let file = SourceFile::of_text(
        Path::new("/none/svelte.config.js"),
        "svelte.config.js",
        &config,
    );
    let found = crate::policies::location_of(&file.path)?.read(&file);
    let text = match found.policies.first() {
        Some(policy) => policy.written.text().to_owned(),
        None => String::new(),
    };
    let sources = text.split_whitespace().skip(1);
    Some(sources.map(str::to_owned).collect())
}
