//! `_headers` of Netlify and Cloudflare Pages: a path on a line of its own, then lines
//! `Name: value`.
//!
//! Both take a line that begins with `/` for a path, however it is indented, and join the lines of
//! a rule that have one name. Else they differ, so that it is looked for whose file it is.
//!
//! - Cloudflare (<https://developers.cloudflare.com/pages/configuration/headers/>,
//!   <https://github.com/cloudflare/workers-sdk/blob/main/packages/workers-shared/utils/configuration/parseHeaders.ts>):
//!   values of all rules that match are joined; `! Name` takes away what rules before set; a rule
//!   can be for a whole URL; of two rules for one path the second takes the place of the first;
//!   `:name` and `:splat` in a value are what the path has there; longer lines are not read.
//! - Netlify (<https://docs.netlify.com/manage/routing/headers/>,
//!   <https://github.com/netlify/primitives/blob/main/packages/headers/src/lib/headersForPath.ts>):
//!   of several rules the last one counts.

mod rules;

use super::{
    Found, FoundPolicy, PathPattern, PolicyIssue, PolicyLocation, Quoting, SourceFile, Written,
    disposition_of, hosting,
};
use rules::{HeaderRule, HeaderRules, Host};
use rustc_hash::FxHashMap as HashMap;
use std::path::Path;

/// How long a line may be for Cloudflare, in the units of JavaScript.
const MAX_LINE: usize = 2_000;

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
        let mut reading = Reading {
            file,
            host: host_of(file.folder()),
            found: Found::default(),
            rules: Vec::new(),
            is_open: false,
            names: Vec::new(),
        };
        for line in file.text.split('\n') {
            reading.line(line.trim());
        }
        reading.done()
    }
}

struct Reading<'a> {
    file: &'a SourceFile,
    host: Host,
    found: Found,
    /// The rules, each with its path where it stands.
    rules: Vec<(&'a str, HeaderRule)>,
    /// Whether lines belong to the last rule.
    is_open: bool,
    /// The names of the headers of the last rule, each with its policy.
    names: Vec<(&'a str, usize)>,
}

impl<'a> Reading<'a> {
    fn line(&mut self, line: &'a str) {
        if line.is_empty() || line.starts_with('#') {
            return;
        }
        let is_long = self.host != Host::Netlify && line.encode_utf16().count() > MAX_LINE;
        if is_long
            && line
                .split_once(':')
                .is_some_and(|(n, _)| disposition_of(n.trim()).is_some())
        {
            let message = format!(
                "Cloudflare Pages does not read lines of more than {MAX_LINE} characters: this \
                 policy is not taken"
            );
            let issue = PolicyIssue::unread(message, Some(self.file.place_of(line)));
            self.found.issues.push(issue);
        }
        if is_long {
            return;
        }
        if line.starts_with('/') || (self.host != Host::Netlify && is_url(line)) {
            return self.path(line);
        }
        if !self.is_open {
            return;
        }
        match line.split_once(':') {
            Some((name, value)) => self.header(name.trim(), value.trim()),
            None => {
                if let (Some(name), Some((_, rule))) =
                    (line.strip_prefix("! "), self.rules.last_mut())
                {
                    rule.is_valid = true;
                    rule.unset.extend(disposition_of(name.trim()));
                }
            }
        }
    }

    /// A line that begins a rule.
    fn path(&mut self, line: &'a str) {
        let of_url = line.strip_prefix("https://").map(|url| {
            let url = url.trim_start_matches('/');
            url.find('/').map_or("/", |start| &url[start..])
        });
        self.names.clear();
        // Another scheme than `https`: Cloudflare takes nothing of the rule.
        self.is_open = of_url.is_some() || line.starts_with('/');
        if !self.is_open {
            return;
        }
        let rule = HeaderRule {
            text: line.to_owned(),
            netlify: of_url.is_none().then(|| hosting::netlify_paths(line)),
            cloudflare: cloudflare_pattern(line, of_url.unwrap_or(line)),
            of_host: of_url.is_some(),
            is_valid: false,
            unset: Vec::new(),
            set: Vec::new(),
        };
        self.rules.push((line, rule));
    }

    fn header(&mut self, name: &'a str, value: &'a str) {
        let (Some((path, rule)), false) = (self.rules.last_mut(), value.is_empty()) else {
            return;
        };
        rule.is_valid = true;
        let Some(disposition) = disposition_of(name) else {
            return;
        };
        let written = match self.host {
            Host::Netlify => Written::whole(value, self.file.place_of(value), Quoting::Plain),
            _ => with_placeholders(self.file, value, path),
        };
        let same = self.names.iter().find(|(other, _)| *other == name);
        let same = same.and_then(|(_, policy)| self.found.policies.get_mut(*policy));
        if let Some(policy) = same {
            policy.written.made(", ");
            policy.written.append(written);
            return;
        }
        let number = self.found.policies.len();
        self.names.push((name, number));
        rule.set.push((disposition, number));
        self.found.policies.push(FoundPolicy {
            written,
            disposition,
        });
    }

    fn done(mut self) -> Found {
        let places: Vec<_> = self.rules.iter().map(|(path, _)| *path).collect();
        let rules: Vec<_> = self.rules.into_iter().map(|(_, rule)| rule).collect();
        let rules = HeaderRules {
            host: self.host,
            cloudflare: of_cloudflare(&rules),
            rules,
        };
        if let Some(rule) = rules.ambiguous() {
            let place = places.iter().find(|path| **path == rule.text);
            let message = "Netlify sends the last policy of the rules for a path only, Cloudflare \
                           Pages those of all: what one of them sends is not taken (a \
                           `netlify.toml` or `wrangler.toml` tells whose file it is)";
            let place = place.map(|path| self.file.place_of(path));
            let issue = PolicyIssue::unread(message.to_owned(), place);
            self.found.issues.push(issue);
        }
        self.found.routing = Some(Box::new(rules));
        self.found
    }
}

/// The rules that Cloudflare has, in its order: of those for one path the last stands in the place
/// of the first.
fn of_cloudflare(rules: &[HeaderRule]) -> Vec<usize> {
    let mut first: HashMap<&str, usize> = HashMap::default();
    let mut out = Vec::new();
    let says_something = rules.iter().enumerate().filter(|(_, rule)| rule.is_valid);
    for (number, rule) in says_something {
        let place = *first.entry(&rule.text).or_insert(out.len());
        match out.get_mut(place) {
            Some(replaced) => *replaced = number,
            None => out.push(number),
        }
    }
    out
}

/// Whether Cloudflare takes a line for a URL: `^[^\s]+://`.
fn is_url(line: &str) -> bool {
    line.split_once("://")
        .is_some_and(|(scheme, _)| !scheme.is_empty() && !scheme.contains(char::is_whitespace))
}

/// Whose project a folder is of.
fn host_of(folder: &Path) -> Host {
    /// How far above the file the configuration may stand.
    const HIGHEST: usize = 4;
    let has = |folder: &Path, names: &[&str]| names.iter().any(|n| folder.join(n).is_file());
    for above in folder.ancestors().take(HIGHEST) {
        if has(above, &["netlify.toml"]) {
            return Host::Netlify;
        }
        if has(above, &["wrangler.toml", "wrangler.json", "wrangler.jsonc"]) {
            return Host::Cloudflare;
        }
    }
    match has(folder, &["_routes.json", "_worker.js"]) {
        true => Host::Cloudflare,
        false => Host::Either,
    }
}

/// The paths of a rule as Cloudflare has them: `*` is anything, `:name` a segment; case counts.
fn cloudflare_pattern(text: &str, path: &str) -> PathPattern {
    let mut regex = String::new();
    let mut rest = path;
    while let Some(c) = rest.chars().next() {
        if let Some(name) = placeholder(rest) {
            regex.push_str("[^/]+");
            rest = &rest[name.len()..];
            continue;
        }
        match c {
            '*' => regex.push_str(".*"),
            _ => regex.push_str(&regex_lite::escape(c.encode_utf8(&mut [0; 4]))),
        }
        rest = &rest[c.len_utf8()..];
    }
    PathPattern::new(text, &regex)
}

/// A placeholder at the beginning of a text: `:name`.
fn placeholder(text: &str) -> Option<&str> {
    let name = text.strip_prefix(':')?;
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = name.find(|c| !is_name(c)).unwrap_or(name.len());
    text.get(..end + 1)
}

/// A value in which Cloudflare puts what the path has: each name of the path is a hole.
fn with_placeholders(file: &SourceFile, value: &str, path: &str) -> Written {
    let of_path = path.char_indices().filter(|(_, c)| *c == ':');
    let mut names: Vec<&str> = of_path
        .filter_map(|(at, _)| placeholder(&path[at..]))
        .collect();
    if path.contains('*') {
        names.push(":splat");
    }
    let mut written = Written::default();
    let mut plain = 0;
    let mut at = 0;
    while let Some(start) = value[at..].find(':').map(|start| at + start) {
        let mut of_value = names
            .iter()
            .filter(|name| value[start..].starts_with(**name));
        let Some(name) = of_value.next() else {
            at = start + 1;
            continue;
        };
        push(&mut written, file, &value[plain..start]);
        at = start + name.len();
        written.hole(name, Some(file.place_of(&value[start..at])));
        plain = at;
    }
    push(&mut written, file, &value[plain..]);
    written
}

fn push(out: &mut Written, file: &SourceFile, text: &str) {
    if !text.is_empty() {
        out.push(text, file.place_of(text), Quoting::Plain);
    }
}

/// A path of a rule in code that makes such a file: `*` is anything, `:name` a segment.
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
mod tests;
