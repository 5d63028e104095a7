//! `_headers` of Netlify and Cloudflare Pages: a path on a line of its own, then indented
//! `Name: value` lines.
//!
//! <https://docs.netlify.com/manage/routing/headers/>,
//! <https://developers.cloudflare.com/pages/configuration/headers/>: all rules that match a path
//! apply, and values of one header are joined, so that policies add up.

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
        let mut path: Option<PathPattern> = None;
        for line in file.text.lines() {
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            if !line.starts_with([' ', '\t']) {
                path = Some(pattern(trimmed));
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
            rules.push(rule(Some(found.policies.len()), disposition));
            let value = value.trim_start();
            found.policies.push(FoundPolicy {
                written: Written::whole(value, file.place_of(value), Quoting::Plain),
                disposition,
            });
        }
        found.routing = Some(Box::new(RuleList {
            rules,
            merge: Merge::All,
        }));
        found
    }
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
