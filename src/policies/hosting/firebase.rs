//! `firebase.json`: `hosting.headers`.
//!
//! <https://firebase.google.com/docs/hosting/full-config#headers>; how paths match and which of
//! several rules counts is not documented there
//! (<https://github.com/firebase/firebase-tools/issues/9467>) and as in superstatic
//! (<https://github.com/firebase/superstatic/blob/main/src/middleware/headers.js>): all that match
//! are set in order, so that the last one of a header counts.

use super::glob::glob_regex;
use super::json;
use super::last_rule::{LastRule, LastRules};
use crate::policies::{
    Found, FoundPolicy, PageUrls, PathPattern, PolicyIssue, PolicyLocation, SourceFile,
    disposition_of,
};
use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged;
use std::path::{Component, Path, PathBuf};

/// `firebase.json`.
#[derive(Debug, Clone, Copy)]
pub(in crate::policies) struct Firebase;

impl PolicyLocation for Firebase {
    fn name(&self) -> &'static str {
        "Firebase `firebase.json`"
    }

    fn recognises(&self, path: &Path) -> bool {
        path.file_name().is_some_and(|name| name == "firebase.json")
    }

    fn stands_alone(&self) -> bool {
        true
    }

    fn hosts(&self) -> bool {
        true
    }

    fn read(&self, file: &SourceFile) -> Found {
        json::found(file, |root| read(file, root))
    }
}

/// What a configuration says.
fn read(file: &SourceFile, root: &Object) -> Found {
    let mut sites: Vec<Found> = match json::get(root, "hosting") {
        Some(Value::Object(hosting)) => vec![site(file, hosting)],
        Some(Value::Array(list)) => {
            let all = list.elements.iter().filter_map(Value::as_object);
            all.map(|hosting| site(file, hosting)).collect()
        }
        _ => return Found::default(),
    };
    if sites.len() > 1 {
        tell_apart(&mut sites, file);
    }
    let mut sites = sites.into_iter();
    let first = sites.next().unwrap_or_default();
    Found {
        more: sites.collect(),
        ..first
    }
}

/// A site that is hosted.
fn site(file: &SourceFile, hosting: &Object) -> Found {
    let mut found = Found::default();
    let mut rules = Vec::new();
    for rule in json::objects(hosting, "headers") {
        read_rule(file, rule, &mut found, &mut rules);
    }
    let clean = json::boolean(hosting, "cleanUrls").unwrap_or(false);
    Found {
        routing: Some(Box::new(LastRules(rules))),
        publish: json::text(hosting, "public").map(PathBuf::from),
        urls: PageUrls {
            extension: !clean,
            clean,
            bare: false,
            slash: json::boolean(hosting, "trailingSlash"),
        },
        ..found
    }
}

fn read_rule(file: &SourceFile, rule: &Object, found: &mut Found, rules: &mut Vec<LastRule>) {
    let glob = json::text(rule, "source").or(json::text(rule, "glob"));
    let regex = json::text(rule, "regex");
    let pattern = match (glob, regex) {
        (Some(glob), _) => match glob_regex(glob) {
            Some(regex) => PathPattern::new(glob, &regex),
            None => PathPattern::unknown(glob),
        },
        (None, Some(regex)) => PathPattern::new(regex, &format!("(?s:.*)(?:{regex})(?s:.*)")),
        (None, None) => return,
    };
    for header in json::objects(rule, "headers") {
        let name = json::text(header, "key");
        let value = json::get(header, "value").and_then(|value| value.as_string_lit());
        let (Some(disposition), Some(value)) = (name.and_then(disposition_of), value) else {
            continue;
        };
        if !pattern.is_known() {
            found.issues.push(PolicyIssue::unread(
                format!(
                    "the paths `{}` are not understood: their policy is not read",
                    pattern.text
                ),
                Some(file.place(value.start(), value.end())),
            ));
            continue;
        }
        rules.push(LastRule {
            pattern: pattern.clone(),
            doubtful: false,
            policy: Some(found.policies.len()),
            disposition,
            ends: false,
        });
        found.policies.push(FoundPolicy {
            written: json::written(file, value),
            disposition,
        });
    }
}

/// Several sites of one file: each has the project that its folder is in, if no other site has it
/// too; else only what is in the folder itself.
fn tell_apart(sites: &mut [Found], file: &SourceFile) {
    let project_of = |site: &Found| {
        let publish = site.publish.as_ref()?;
        let is_below = publish
            .components()
            .all(|c| !matches!(c, Component::ParentDir));
        let mut above = publish.ancestors().filter(|f| !f.as_os_str().is_empty());
        let has_package = |f: &&Path| file.folder().join(f).join("package.json").is_file();
        is_below.then(|| above.find(has_package).map(Path::to_path_buf))?
    };
    let projects: Vec<_> = sites.iter().map(project_of).collect();
    for (site, project) in sites.iter_mut().zip(&projects) {
        let is_shared = projects.iter().filter(|other| *other == project).count() > 1;
        match project {
            Some(_) if !is_shared => site.project.clone_from(project),
            _ => site.only_published = true,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::policies::hosting::tests::{at, codes, place};

    fn read(text: &str) -> (SourceFile, Found) {
        let file = SourceFile::of_text(Path::new("/p/firebase.json"), "firebase.json", text);
        let found = Firebase.read(&file);
        (file, found)
    }

    fn rule(paths: &str, host: &str) -> String {
        format!(
            r#"{{ {paths}, "headers": [{{ "key": "Content-Security-Policy", "value": "connect-src {host}" }}] }}"#
        )
    }

    #[test]
    fn the_last_rule_counts() {
        let text = format!(
            r#"{{ /* c */ "hosting": {{ "public": "dist", "headers": [ {}, {}, {} ] }} }}"#,
            rule(r#""source": "**""#, "a.test"),
            rule(r#""source": "app/**""#, "b.test"),
            rule(r#""regex": "^/(x|y)""#, "c.test"),
        );
        let (file, found) = read(&text);
        assert_eq!(at(&found, "/"), ["connect-src a.test"]);
        assert_eq!(at(&found, "/app/x"), ["connect-src b.test"]);
        assert_eq!(at(&found, "/yz/a"), ["connect-src c.test"]);
        assert_eq!(at(&found, "/a/x"), ["connect-src a.test"]);
        assert_eq!(place(&file, &found, "c.test"), "c.test");
        assert_eq!(found.publish, Some(PathBuf::from("dist")));
    }

    #[test]
    fn sites_are_apart() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("apps/a")).unwrap();
        std::fs::write(folder.path().join("apps/a/package.json"), "{}").unwrap();
        let text = format!(
            r#"{{ "hosting": [
                {{ "target": "a", "public": "apps/a/dist", "headers": [{}] }},
                {{ "target": "b", "public": "b/dist", "headers": [{}] }}
            ] }}"#,
            rule(r#""source": "**""#, "a.test"),
            rule(r#""source": "**""#, "b.test"),
        );
        let path = folder.path().join("firebase.json");
        let found = Firebase.read(&SourceFile::of_text(&path, "firebase.json", &text));
        assert_eq!(found.project, Some(PathBuf::from("apps/a")));
        assert!(!found.only_published);
        assert_eq!(at(&found.more[0], "/"), ["connect-src b.test"]);
        assert!(found.more[0].only_published);
    }

    #[test]
    fn what_is_not_understood_is_told() {
        let text = format!(
            r#"{{ "hosting": {{ "headers": [ {} ] }} }}"#,
            rule(r#""source": "!(a)""#, "a.test")
        );
        assert_eq!(codes(&read(&text).1), ["unread-policy"]);
        assert_eq!(
            codes(&read(r#"{ "hosting": "#).1),
            ["unreadable-policy-file"]
        );
        assert_eq!(codes(&read(r#"{ "firestore": {} }"#).1), [""; 0]);
    }
}
