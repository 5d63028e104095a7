//! The text of a first `connect-lint.toml`.
//!
//! Lines of prose begin with `# `, settings that are suggested with `#` and the key. Names that
//! come from the project cannot end a comment or a string.

use super::{BuiltBy, Seen};
use crate::report::sanitize;
use std::fmt::Write;

/// The schema, where editors find it (<https://taplo.tamasfe.dev/configuration/directives.html>).
const SCHEMA: &str =
    "https://raw.githubusercontent.com/connect-lint/connect-lint/main/schema/config.schema.json";
const REFERENCE: &str = concat!(
    env!("CARGO_PKG_REPOSITORY"),
    "/blob/main/docs/reference.md#connect-linttoml"
);
/// How many of a kind are listed.
const MAX_LISTED: usize = 20;
/// The width of prose, in columns.
const WIDTH: usize = 98;

/// What to write for a project.
pub fn written(seen: &Seen) -> String {
    let mut out = Toml::default();
    let _ = writeln!(out.text, "#:schema {SCHEMA}\n");
    out.prose(&format!("The settings of connect-lint: {REFERENCE}"));
    out.prose(
        "Settings behind a `#` do nothing until it is taken away. Flags win over this file, and \
         `connect-lint check --help` explains them.",
    );
    verdicts(&mut out);
    policies(&mut out, seen);
    page(&mut out, seen);
    files(&mut out, seen);
    build(&mut out, seen);
    levels(&mut out);
    clients(&mut out, seen);
    out.text
}

fn verdicts(out: &mut Toml) {
    out.heading("The exit code");
    out.prose("From which verdict on a run fails: blocked, depends, unknown, or never.");
    out.line("fail-on = \"blocked\"");
    out.prose(
        "How many warnings it may have, and whether comments that silence findings must say why:",
    );
    out.setting("max-warnings", "0");
    out.setting("require-suppression-reason", "true");
}

fn levels(out: &mut Toml) {
    out.heading("How bad findings are");
    out.prose("By their codes (`connect-lint explain` lists them): error, warning, info or off.");
    out.setting_line("[severity]");
    out.setting_line("depends = \"error\"");
    out.setting_line("path-after-redirect = \"off\"");
}

fn policies(out: &mut Toml, seen: &Seen) {
    out.heading("Policies");
    if seen.policies.is_empty() {
        out.prose(
            "No policy was found. Say what the pages are sent with, or in which file it stands:",
        );
        out.setting("policy", &quoted("default-src 'self'; connect-src 'self'"));
        out.setting("policy-file", &quoted("headers.txt"));
        out.setting("policy-from", &quoted("deploy/nginx.conf"));
    } else {
        out.prose(
            "These were found, and are judged by (`connect-lint policy` shows which governs what):",
        );
        let rows = seen.policies.iter().map(|policy| {
            let files = counted(policy.governs, "file");
            format!("{}, {}: {files}", policy.origin, policy.found_in)
        });
        out.list(rows);
        let files = seen.policies.iter().filter_map(|p| p.file());
        let mut files: Vec<_> = files.map(quoted).collect();
        files.dedup();
        files.truncate(MAX_LISTED);
        match files.is_empty() {
            true => out.prose("To say what pages are sent with besides:"),
            false => {
                out.prose(
                    "To read policies from some files only, or to say what pages are sent with:",
                );
                out.setting("policy-from", &format!("[{}]", files.join(", ")));
            }
        }
        out.setting("policy", &quoted("default-src 'self'; connect-src 'self'"));
        if seen.without > 0 {
            let files = counted(seen.without, "linted file");
            out.prose(&format!("No policy governs {files} of {}.", seen.files));
        }
    }
    if !seen.unread.is_empty() {
        out.prose("Not read:");
        out.list(seen.unread.iter().cloned());
    }
}

fn page(out: &mut Toml, seen: &Seen) {
    out.heading("The page");
    out.prose(
        "Its URL is what 'self' and relative URLs mean. Without it the page is at an https origin \
         without a name, which no source of another host covers.",
    );
    for guess in &seen.page_urls {
        out.prose(&format!("By {}:", guess.because));
        out.setting("page-url", &quoted(&guess.url));
    }
    if seen.page_urls.is_empty() {
        out.setting("page-url", &quoted("https://www.example.com/"));
    }
    out.prose(
        "The oldest browsers that the site is for, where policies mean something else in them:",
    );
    out.setting("browsers", "[\"safari 14\"]");
}

fn files(out: &mut Toml, seen: &Seen) {
    out.heading("Files");
    match seen.built.is_empty() {
        true => {
            out.prose("Files to leave out, as lines of .gitignore name them (whose files are not read either):");
            out.setting("exclude", "[\"vendor/\"]");
        }
        false => {
            out.prose(
                "In these folders is what tools make, and it is linted as the sources are. To judge \
                 what is shipped, name them on the command line; to judge the sources, leave them out:",
            );
            let quoted: Vec<_> = seen.built.iter().map(|folder| quoted(folder)).collect();
            out.setting("exclude", &format!("[{}]", quoted.join(", ")));
        }
    }
    out.prose(
        "Tests, stories, mocks and code of servers are not judged (`connect-lint check --verbose` \
         lists them). To say otherwise of some files:",
    );
    out.setting("browser", "[\"src/edge/**\"]");
    out.setting("server", "[\"api/**\"]");
    out.setting("test", "[\"playground/**\"]");
}

fn build(out: &mut Toml, seen: &Seen) {
    out.heading("The build");
    for built in seen.tools.iter().take(MAX_LISTED) {
        out.prose(&built_by(built));
    }
    out.prose("Whether .env files and the constants of build tools' configurations count, and for which mode:");
    out.setting("env-files", "false");
    out.setting("build-config", "false");
    out.setting("mode", &quoted("staging"));
    match seen.open_names.is_empty() {
        true => out.prose("Names that the build puts a text in the place of:"),
        false => out
            .prose("The build decides these names, and nothing was found that says what they are:"),
    }
    out.setting_line("[define]");
    for open in seen.open_names.iter().take(MAX_LISTED) {
        let endpoints = counted(open.endpoints, "endpoint");
        out.setting_line(&format!(
            "{} = \"https://api.example.com\" # {endpoints}",
            quoted(&open.name)
        ));
    }
    if seen.open_names.is_empty() {
        out.setting_line("\"process.env.API_URL\" = \"https://api.example.com\"");
    }
}

/// `apps/web is built by Vite: its code sees import.meta.env.VITE_*, of .env and .env.production.`
fn built_by(built: &BuiltBy) -> String {
    let folder = match built.folder.is_empty() {
        true => "The project",
        false => &built.folder,
    };
    let mut line = match built.tool.is_empty() {
        true => format!("{folder} has .env files"),
        false => format!("{folder} is built by {}", built.tool),
    };
    let files = match built.env_files.is_empty() {
        true => String::new(),
        false => format!("; read: {}", built.env_files.join(", ")),
    };
    if !built.names.is_empty() {
        let _ = write!(line, ", which shows browsers {}", built.names.join(", "));
    }
    line + &files + "."
}

fn clients(out: &mut Toml, seen: &Seen) {
    out.heading("Clients of the house");
    out.prose(
        "Functions that make requests and cannot be seen through. Their calls are judged when they are \
         declared, with what their URLs are below.",
    );
    for wrapper in seen.wrappers.iter().take(MAX_LISTED) {
        let calls = counted(wrapper.calls, "call");
        out.prose(&format!("{calls}, see {}:{}:", wrapper.file, wrapper.line));
        for line in wrapper.config.lines() {
            // What is a comment there too is one more suggestion.
            out.setting_line(line.trim_start_matches(['#', ' ']));
        }
    }
    if seen.wrappers.is_empty() {
        out.setting_line("[[client]]");
        out.setting_line("callee = \"api.{get,post}\"");
        out.setting_line("base = \"https://api.example.com\"");
    }
    out.heading("Parts of the site with other policies");
    out.setting_line("[[override]]");
    out.setting_line("files = [\"workers/**\"]");
    out.setting_line("runtime = \"worker\"");
    out.setting_line("policy = \"connect-src https://api.example.com\"");
}

fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// A basic string of TOML: <https://toml.io/en/v1.0.0#string>.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            // What `sanitize` would write in a way of its own.
            c if sanitize(c.encode_utf8(&mut [0; 4])) != *c.encode_utf8(&mut [0; 4]) => {
                let _ = write!(out, "\\U{:08X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out + "\""
}

/// A text that grows by comments, suggestions and settings.
#[derive(Default)]
struct Toml {
    text: String,
}

impl Toml {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn heading(&mut self, title: &str) {
        self.text.push('\n');
        self.line(&format!("# -- {title} --"));
    }

    /// Words of a comment, in lines that are not too long.
    fn prose(&mut self, text: &str) {
        let mut line = String::from("#");
        for word in sanitize(text).split_whitespace() {
            let is_full = line.chars().count() + 1 + word.chars().count() > WIDTH;
            if is_full && line.len() > 1 {
                self.line(&line);
                line.truncate(1);
            }
            line.push(' ');
            line.push_str(word);
        }
        self.line(&line);
    }

    /// The first of some things, one on a line.
    fn list(&mut self, rows: impl ExactSizeIterator<Item = String>) {
        let more = rows.len().saturating_sub(MAX_LISTED);
        for row in rows.take(MAX_LISTED) {
            self.line(&format!("#   {}", sanitize(&row)));
        }
        if more > 0 {
            self.line(&format!("#   and {more} more"));
        }
    }

    fn setting(&mut self, key: &str, value: &str) {
        self.setting_line(&format!("{key} = {value}"));
    }

    fn setting_line(&mut self, line: &str) {
        if !line.is_empty() {
            self.line(&format!("#{}", sanitize(line)));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::{Config, parse};
    use crate::init::{FoundPolicy, PageUrl};
    use crate::results::{OpenName, WrapperRow};
    use std::path::Path;

    /// A project whose names do their best to end comments and strings.
    fn hostile() -> Seen {
        let name = "a\"\nfail-on = 'never'\r\u{85}\u{2028}\u{1b}[2J'''b\\";
        Seen {
            policies: vec![FoundPolicy {
                origin: format!("{name}:3"),
                found_in: "nginx".to_owned(),
                governs: 2,
            }],
            unread: vec![name.to_owned()],
            files: 3,
            without: 1,
            tools: vec![BuiltBy {
                folder: name.to_owned(),
                tool: "Vite",
                env_files: vec![name.to_owned()],
                names: vec!["import.meta.env.VITE_*".to_owned()],
            }],
            page_urls: vec![PageUrl {
                url: "https://a.test/".to_owned(),
                because: name.to_owned(),
            }],
            built: vec![name.to_owned()],
            open_names: vec![OpenName {
                name: name.to_owned(),
                endpoints: 1,
            }],
            wrappers: vec![WrapperRow {
                callee: None,
                import: None,
                url_argument: 0,
                calls: 1,
                file: name.to_owned(),
                line: 1,
                column: 1,
                reason: String::new(),
                config: "[[client]]\ncallee = \"api.get\"\n# base = \"https://api.example.com\"\n"
                    .to_owned(),
            }],
        }
    }

    fn config(text: &str) -> Config {
        parse(text.to_owned(), Path::new("c.toml")).unwrap().config
    }

    #[test]
    fn it_says_nothing_but_the_default() {
        let plain = config("fail-on = 'blocked'");
        assert_eq!(config(&written(&Seen::default())), plain);
        assert_eq!(config(&written(&hostile())), plain);
    }

    /// All suggestions taken at once, each key the first time.
    fn taken(text: &str) -> String {
        let mut known = Vec::new();
        let mut out = String::new();
        for line in text.lines() {
            let line = line.strip_prefix('#').unwrap_or(line);
            let is_prose = line.is_empty() || line.starts_with([' ', ':']);
            let key = line.split(" = ").next().unwrap_or_default();
            let is_new = line.starts_with('[') || !known.contains(&key);
            if !is_prose && is_new {
                out.push_str(line);
                out.push('\n');
                known.push(key);
            }
            if line.starts_with("[[") {
                known.clear();
            }
        }
        out
    }

    #[test]
    fn every_suggestion_is_a_setting() {
        for seen in [Seen::default(), hostile()] {
            let text = taken(&written(&seen));
            let config = config(&text);
            assert!(
                config.policy.is_some() && config.policy_from.is_some(),
                "{text}"
            );
            assert_eq!(
                (config.define.len(), config.clients.len()),
                (1, 1),
                "{text}"
            );
            assert_eq!(
                (config.overrides.len(), config.severity.len()),
                (1, 2),
                "{text}"
            );
            assert!(config.page_url.is_some() && !config.exclude.is_empty());
        }
        let names = config(&taken(&written(&hostile())));
        let name = names.define.keys().next().unwrap().clone();
        assert_eq!(name, hostile().open_names[0].name);
    }

    #[test]
    fn lines_are_not_too_long() {
        let text = written(&Seen::default());
        let long = text.lines().filter(|line| !line.contains("https://"));
        let longest = long.map(|line| line.chars().count()).max();
        assert!(longest.unwrap() <= WIDTH, "{text}");
    }
}
