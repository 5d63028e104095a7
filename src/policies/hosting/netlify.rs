//! `netlify.toml`: `[[headers]]` with `for` and `[headers.values]`.
//!
//! <https://docs.netlify.com/manage/routing/headers/#syntax-for-the-netlify-configuration-file>,
//! <https://docs.netlify.com/build/configure-builds/file-based-configuration/>. Netlify's own
//! parser and matcher (<https://github.com/netlify/build/tree/main/packages/headers-parser>,
//! <https://github.com/netlify/primitives/tree/main/packages/headers>): of rules that match one
//! path and set one header the last one counts, those of `_headers` come before those of
//! `netlify.toml`. The lines of a text are one value, the texts of a list are values of their own.
//! Headers cannot be scoped to a deploy context.

use super::last_rule::{LastRule, LastRules};
use super::{strings, toml_text};
use crate::policies::{
    Found, FoundPolicy, PathPattern, PolicyIssue, PolicyLocation, SourceFile, Written,
    disposition_of,
};
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// `netlify.toml`.
#[derive(Debug, Clone, Copy)]
pub(in crate::policies) struct NetlifyToml;

impl PolicyLocation for NetlifyToml {
    fn name(&self) -> &'static str {
        "Netlify `netlify.toml`"
    }

    fn recognises(&self, path: &Path) -> bool {
        path.file_name().is_some_and(|name| name == "netlify.toml")
    }

    fn deployment(&self) -> &'static str {
        "netlify"
    }

    fn overrides(&self) -> bool {
        true
    }

    fn hosts(&self) -> bool {
        true
    }

    fn read(&self, file: &SourceFile) -> Found {
        let root = match DeTable::parse(&file.text) {
            Ok(root) => root,
            Err(error) => {
                let message = format!("the file is not TOML: {}", error.message());
                let place = error.span().map(|span| file.place(span.start, span.end));
                return Found {
                    issues: vec![PolicyIssue::unreadable(message, place)],
                    ..Found::default()
                };
            }
        };
        let root = root.get_ref();
        let mut found = Found::default();
        let mut rules = Vec::new();
        for rule in tables(root, "headers") {
            read_rule(rule, file, &mut found, &mut rules);
        }
        contexts(root, file, &mut found);
        plugins(root, file, &mut found);
        folders(root, file, &mut found);
        found.routing = Some(Box::new(LastRules(rules)));
        found
    }
}

fn tables<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> impl Iterator<Item = &'t DeTable<'i>> {
    let list = table.get(name).and_then(|value| value.get_ref().as_array());
    list.into_iter()
        .flat_map(|list| list.iter())
        .filter_map(|value| value.get_ref().as_table())
}

fn text<'t>(table: &'t DeTable<'_>, name: &str) -> Option<&'t str> {
    table.get(name)?.get_ref().as_str()
}

fn read_rule(rule: &DeTable, file: &SourceFile, found: &mut Found, rules: &mut Vec<LastRule>) {
    let (Some(paths), Some(values)) = (text(rule, "for"), rule.get("values")) else {
        return;
    };
    let pattern = for_pattern(paths);
    let values = values.get_ref().as_table().into_iter().flatten();
    let mut policies: Vec<_> = values
        .filter_map(|(name, value)| {
            let disposition = disposition_of(name.get_ref().trim())?;
            Some((disposition, value, written(file, value)?))
        })
        .collect();
    // The table is sorted by name: two spellings of one header come in the order of the file.
    policies.sort_by_key(|(_, value, _)| value.span().start);
    for (disposition, _, written) in policies {
        rules.push(LastRule {
            pattern: pattern.clone(),
            doubtful: false,
            policy: Some(found.policies.len()),
            disposition,
            ends: false,
        });
        found.policies.push(FoundPolicy {
            written,
            disposition,
        });
    }
}

/// A header's value: a text, or a list of them.
fn written(file: &SourceFile, value: &Spanned<DeValue>) -> Option<Written> {
    let mut written = Written::default();
    match value.get_ref() {
        DeValue::String(text) => push(&mut written, file, value.span(), text),
        DeValue::Array(list) => {
            for (i, item) in list.iter().enumerate() {
                if i > 0 {
                    written.made(", ");
                }
                push(&mut written, file, item.span(), item.get_ref().as_str()?);
            }
        }
        _ => return None,
    }
    Some(written)
}

fn push(out: &mut Written, file: &SourceFile, literal: Range<usize>, value: &str) {
    let (inner, quoting) = toml_text::inner(file, literal);
    strings::push(out, file, inner, value, quoting);
}

/// The paths of a rule: `*` is anything, `:name` a segment, without regard to case or a slash at
/// the end.
pub(in crate::policies) fn for_pattern(paths: &str) -> PathPattern {
    let parts = paths
        .split('/')
        .map(str::trim_end)
        .filter(|p| !p.is_empty());
    let regex: String = parts.map(part_regex).collect();
    PathPattern::of_regex(paths.trim(), &format!("{regex}/?"), false)
}

/// A part of a path, with the slash before it.
fn part_regex(part: &str) -> String {
    match part {
        "*" => "(?:/.*)?".to_owned(),
        _ if part.starts_with(':') => "/[^/]+".to_owned(),
        _ => {
            let pieces: Vec<_> = part.split('*').map(regex_lite::escape).collect();
            format!("/{}", pieces.join(".*"))
        }
    }
}

/// Headers of a deploy context are not documented to have any effect.
fn contexts(root: &DeTable, file: &SourceFile, found: &mut Found) {
    let contexts = root
        .get("context")
        .and_then(|value| value.get_ref().as_table());
    for (name, context) in contexts.into_iter().flatten() {
        let headers = context.get_ref().as_table().and_then(|t| t.get("headers"));
        if let Some(headers) = headers {
            let span = headers.span();
            found.issues.push(PolicyIssue::unread(
                format!(
                    "Netlify does not scope headers to a context: those of `{}` are not read",
                    name.get_ref()
                ),
                Some(file.place(span.start, span.end)),
            ));
        }
    }
}

/// Plugins that make a policy when the site is built, but for nonces of scripts.
fn plugins(root: &DeTable, file: &SourceFile, found: &mut Found) {
    for plugin in tables(root, "plugins") {
        let Some(package) = plugin.get("package") else {
            continue;
        };
        let name = package.get_ref().as_str().unwrap_or_default();
        if name.contains("csp") && !name.contains("nonce") {
            let span = package.span();
            found.issues.push(PolicyIssue::unread(
                format!("the policy that `{name}` makes is not read"),
                Some(file.place(span.start, span.end)),
            ));
        }
    }
}

/// `build.base` and `build.publish`: the second is relative to the first, or with `/` before it to
/// the repository.
fn folders(root: &DeTable, file: &SourceFile, found: &mut Found) {
    let build = root
        .get("build")
        .and_then(|value| value.get_ref().as_table());
    let of_build = |name| build.and_then(|build| text(build, name));
    let base = of_build("base").map(|base| PathBuf::from(base.trim_start_matches('/')));
    // The file may stand in the base folder itself.
    let base = base.filter(|base| file.folder().join(base).is_dir());
    found.publish = of_build("publish").map(|publish| match publish.strip_prefix('/') {
        Some(publish) => PathBuf::from(publish),
        None => base.clone().unwrap_or_default().join(publish),
    });
    found.project = base;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policies::hosting::tests::{at, codes, place};

    fn read(text: &str) -> (SourceFile, Found) {
        let file = SourceFile::of_text(Path::new("/p/netlify.toml"), "netlify.toml", text);
        let found = NetlifyToml.read(&file);
        (file, found)
    }

    #[test]
    fn values_are_texts_of_four_kinds_and_lists() {
        let (file, found) = read(
            "[[headers]]\nfor = '/*'\n[headers.values]\nX = 'y'\n\
             Content-Security-Policy = '''\n  connect-src 'self'\n   https://a.test;\n'''\n\
             [[headers]]\nfor = \"/b/*\"\n[headers.values]\n\
             content-security-policy = \"connect-src \\\"b.test\\\" https://b.test\"\n\
             Content-Security-Policy-Report-Only = [\"connect-src c.test\", 'default-src d.test']\n",
        );
        assert_eq!(at(&found, "/"), ["connect-src 'self'\n   https://a.test;"]);
        assert_eq!(
            at(&found, "/b/x"),
            [
                "connect-src \"b.test\" https://b.test",
                "connect-src c.test, default-src d.test"
            ]
        );
        for source in ["https://a.test", "https://b.test", "c.test", "d.test"] {
            assert_eq!(place(&file, &found, source), source);
        }
        assert_eq!(found.issues, []);
    }

    #[test]
    fn an_end_of_line_may_be_escaped() {
        let (file, found) = read(
            "[[headers]]\nfor = '/*'\nvalues = { Content-Security-Policy = \"\"\"\n\
             default-src 'self'; \\\n    connect-src https://a.test\"\"\" }\n",
        );
        assert_eq!(
            at(&found, "/"),
            ["default-src 'self'; connect-src https://a.test"]
        );
        assert_eq!(place(&file, &found, "https://a.test"), "https://a.test");
    }

    /// As `getForRegExp` of `@netlify/headers-parser` has it.
    #[test]
    fn paths_match_as_in_netlify() {
        let matches = |paths: &str, path: &str| for_pattern(paths).matches(path);
        for (paths, yes, no) in [
            ("/*", &["/", "/a", "/a/b"][..], &[][..]),
            ("*", &["/", "/a/b"], &[]),
            ("/app/*", &["/app", "/App/", "/app/x/y"], &["/ap"]),
            ("/:id/x", &["/7/x", "/7/x/"], &["/x", "/7/8/x"]),
            ("/*.html", &["/a.html", "/b/c.html"], &["/a"]),
            ("/a/*/b", &["/a/x/b", "/a/x/y/b"], &["/a/x"]),
            ("/", &["/"], &["/a"]),
        ] {
            for path in yes {
                assert!(matches(paths, path), "{paths} {path}");
            }
            for path in no {
                assert!(!matches(paths, path), "{paths} {path}");
            }
        }
    }

    #[test]
    fn the_last_rule_counts() {
        let rule = |paths: &str, host: &str| {
            format!(
                "[[headers]]\nfor = '{paths}'\n[headers.values]\nContent-Security-Policy = 'connect-src {host}'\n"
            )
        };
        let text = rule("/*", "a.test") + &rule("/b", "b.test") + &rule("/B", "c.test");
        let (_, found) = read(&text);
        assert_eq!(at(&found, "/b"), ["connect-src c.test"]);
        assert_eq!(at(&found, "/c"), ["connect-src a.test"]);
    }

    #[test]
    fn what_is_not_read_is_told() {
        let (_, found) = read("[[context.production.headers]]\nfor = '/*'\n");
        assert_eq!(codes(&found), ["unread-policy"]);
        let (_, found) = read("[[plugins]]\npackage = 'netlify-plugin-csp-generator'\n");
        assert_eq!(codes(&found), ["unread-policy"]);
        let (_, found) = read("[[headers]\n");
        assert_eq!(codes(&found), ["unreadable-policy-file"]);
        let (_, found) = read("[build]\npublish = 'dist'\n");
        assert_eq!(codes(&found), [""; 0]);
        assert_eq!(found.publish, Some(PathBuf::from("dist")));
    }
}
