//! `_headers` of Netlify and Cloudflare Pages: a path on a line of its own, then indented
//! `Name: value` lines.
//!
//! <https://docs.netlify.com/manage/routing/headers/>,
//! <https://developers.cloudflare.com/pages/configuration/headers/>: Cloudflare joins the values of
//! all rules that match a path, so that policies add up. Netlify joins those of one rule, and of
//! several rules the last one counts
//! (<https://github.com/netlify/primitives/blob/main/packages/headers/src/lib/headersForPath.ts>):
//! so it is read where a `netlify.toml` stands above.

use super::{
    Found, FoundPolicy, Merge, PathPattern, PolicyLocation, Quoting, Rule, RuleList, SourceFile,
    Written, disposition_of,
};
use std::path::Path;

/// `_headers`.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeaderLines;

impl PolicyLocation for HeaderLines {
    fn name(&self) -> &'static str {
        "Netlify and Cloudflare `_headers`"
    }

    fn recognises(&self, path: &Path) -> bool {
        path.file_name().is_some_and(|name| name == "_headers")
    }

    fn deployment(&self) -> &'static str {
        "netlify"
    }

    fn hosts(&self) -> bool {
        true
    }

    fn read(&self, file: &SourceFile) -> Found {
        let mut found = Found::default();
        let mut rules = Vec::new();
        let merge = match is_netlify(file.folder()) {
            true => Merge::Last,
            false => Merge::All,
        };
        let mut path: Option<PathPattern> = None;
        // Where the policies of the rule at hand begin.
        let mut of_rule = 0;
        for line in file.text.lines() {
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            if !line.starts_with([' ', '\t']) {
                path = Some(pattern(trimmed));
                of_rule = found.policies.len();
                continue;
            }
            let Some(pattern) = &path else { continue };
            let rule = |policy, disposition| Rule {
                pattern: pattern.clone(),
                policy,
                disposition,
            };
            // Cloudflare: `! Name` takes a header away.
            if let Some(name) = trimmed.strip_prefix('!') {
                rules.extend(disposition_of(name.trim()).map(|d| rule(None, d)));
                continue;
            }
            let Some((name, value)) = trimmed.split_once(':') else {
                continue;
            };
            let Some(disposition) = disposition_of(name.trim_end()) else {
                continue;
            };
            let value = value.trim_start();
            let written = Written::whole(value, file.place_of(value), Quoting::Plain);
            let of_rule = found.policies.iter_mut().skip(of_rule);
            let same = of_rule.filter(|policy| policy.disposition == disposition);
            if let (Merge::Last, Some(policy)) = (merge, same.last()) {
                policy.written.made(", ");
                policy.written.append(written);
                continue;
            }
            rules.push(rule(Some(found.policies.len()), disposition));
            found.policies.push(FoundPolicy {
                written,
                disposition,
            });
        }
        found.routing = Some(Box::new(RuleList { rules, merge }));
        found
    }
}

/// Whether the folder is of a project that Netlify serves.
fn is_netlify(folder: &Path) -> bool {
    /// How far above the file the configuration may stand.
    const HIGHEST: usize = 4;
    let mut folders = folder.ancestors().take(HIGHEST);
    folders.any(|folder| folder.join("netlify.toml").is_file())
}

/// A path of a rule: `*` is anything, `:name` a segment. Cloudflare takes whole URLs too.
pub(super) fn pattern(text: &str) -> PathPattern {
    let path = text.strip_prefix("https://").unwrap_or(text);
    let path = path.find('/').map_or("/*", |start| &path[start..]);
    let mut regex = String::new();
    let mut rest = path;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '*' => regex.push_str(".*"),
            ':' => {
                let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
                rest = rest.trim_start_matches(is_name);
                regex.push_str("[^/]+");
            }
            _ => regex.push_str(&regex_lite::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    // `/app/*` is for `/app` too.
    if let Some(folder) = regex.strip_suffix("/.*") {
        regex = format!("{folder}(?:/.*)?");
    }
    PathPattern::new(text, &regex)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(text: &str) -> Found {
        HeaderLines.read(&SourceFile::of_text(
            Path::new("/p/_headers"),
            "_headers",
            text,
        ))
    }

    fn at(found: &Found, path: &str) -> Vec<String> {
        let routing = found.routing.iter();
        let policies = routing.flat_map(|r| r.policies_at(path));
        policies
            .map(|p| found.policies[p].written.text().to_owned())
            .collect()
    }

    #[test]
    fn rules_add_up() {
        let found = read(
            "# all\n/*\n  X-Frame-Options: DENY\n  Content-Security-Policy: connect-src 'self'\n\n\
             /app/:id/x\n\tcontent-security-policy:   connect-src https://a.test\n\
             /open/*\n  ! Content-Security-Policy\n",
        );
        assert_eq!(at(&found, "/"), ["connect-src 'self'"]);
        assert_eq!(
            at(&found, "/app/7/x"),
            ["connect-src 'self'", "connect-src https://a.test"]
        );
        assert_eq!(at(&found, "/app/7/8/x").len(), 1);
        assert!(at(&found, "/open").is_empty());
    }

    #[test]
    fn the_last_rule_counts_on_netlify() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("netlify.toml"), "").unwrap();
        let found = HeaderLines.read(&SourceFile::of_text(
            &folder.path().join("public/_headers"),
            "_headers",
            "/*\n Content-Security-Policy: connect-src a\n\
             /b\n Content-Security-Policy: connect-src b\n Content-Security-Policy: connect-src c\n",
        ));
        assert_eq!(at(&found, "/"), ["connect-src a"]);
        assert_eq!(at(&found, "/b"), ["connect-src b, connect-src c"]);
    }

    #[test]
    fn values_know_their_places() {
        let text = "/*\n  Content-Security-Policy:  default-src 'self'; connect-src a.test\n";
        let found = read(text);
        let written = &found.policies[0].written;
        let start = written.text().find("a.test").unwrap_or_default();
        let place = written.place_of(&(start..start + 6));
        let span = place.map(|p| p.span.range()).unwrap_or_default();
        assert_eq!(&text[span], "a.test");
    }
}
