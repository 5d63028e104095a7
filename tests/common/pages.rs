//! The pages of codes (`docs/codes`): their structure, and the files and commands of their
//! examples.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use super::{connect_lint, root};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The sections of a page, in their order.
pub const SECTIONS: [&str; 5] = [
    "Why it matters",
    "How to fix it",
    "Example",
    "Fixed",
    "See also",
];

/// The page of a code.
pub struct Page {
    pub path: PathBuf,
    lines: Vec<String>,
}

/// A part of an example: files, commands that make more, and what connect-lint tells of them.
#[derive(Default, Debug)]
pub struct Example {
    pub files: Vec<(String, String)>,
    pub setup: Vec<String>,
    /// The arguments after `connect-lint`.
    pub command: Option<String>,
    /// What is told, a line each.
    pub told: Vec<String>,
    /// The lines of the page that hold what is told.
    told_at: std::ops::Range<usize>,
}

impl Page {
    pub fn of(code: &str) -> Page {
        let path = root().join(format!("docs/codes/{code}.md"));
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let lines = text.lines().map(str::to_owned).collect();
        Page { path, lines }
    }

    /// The title, and the titles of sections.
    pub fn headings(&self) -> Vec<&str> {
        let mut in_code = false;
        let mut out = Vec::new();
        for line in &self.lines {
            in_code ^= line.starts_with("```");
            if !in_code && line.starts_with('#') {
                out.push(line.as_str());
            }
        }
        out
    }

    /// The paragraphs before the first section, without the title.
    pub fn introduction(&self) -> Vec<String> {
        let lines = self.lines[1..].iter();
        let lines: Vec<_> = lines.take_while(|l| !l.starts_with("## ")).collect();
        let paragraphs = lines.split(|line| line.is_empty());
        let paragraphs = paragraphs.filter(|p| !p.is_empty());
        let joined = |p: &[&String]| p.iter().map(|l| l.as_str()).collect::<Vec<_>>().join(" ");
        paragraphs.map(joined).collect()
    }

    /// The text of a section has something to read.
    pub fn has_text(&self, section: &str) -> bool {
        !self.lines[self.range(section)].join("").trim().is_empty()
    }

    fn range(&self, section: &str) -> std::ops::Range<usize> {
        let heading = format!("## {section}");
        let Some(start) = self.lines.iter().position(|line| *line == heading) else {
            return 0..0;
        };
        let rest = self.lines[start + 1..].iter();
        let length = rest.take_while(|line| !line.starts_with("## ")).count();
        start + 1..start + 1 + length
    }

    /// What a section shows.
    pub fn example(&self, section: &str) -> Example {
        let range = self.range(section);
        let mut out = Example::default();
        let mut name = None;
        let mut at = range.start;
        while at < range.end {
            let line = &self.lines[at];
            at += 1;
            if let Some(named) = line.strip_prefix('`').and_then(|l| l.strip_suffix("`:")) {
                name = Some(named.to_owned());
            }
            let Some(language) = line.strip_prefix("```") else {
                continue;
            };
            let length = self.lines[at..].iter().take_while(|l| *l != "```").count();
            let block = &self.lines[at..at + length];
            match (language, name.take()) {
                ("console", _) => {
                    let command = block[0].strip_prefix("$ connect-lint ").unwrap();
                    out.command = Some(command.to_owned());
                    out.told = block[1..].to_vec();
                    out.told_at = at + 1..at + length;
                }
                (_, Some(name)) => out.files.push((name, block.join("\n") + "\n")),
                ("sh", None) => out.setup.extend(block.to_vec()),
                (other, None) => panic!("{}: a block of `{other}`", self.path.display()),
            }
            at += length + 1;
        }
        out
    }

    /// Puts what is told into the page.
    pub fn update(&mut self, example: &Example, told: &[String]) {
        self.lines
            .splice(example.told_at.clone(), told.iter().cloned());
        fs::write(&self.path, self.lines.join("\n") + "\n").unwrap();
    }
}

impl Example {
    /// Writes its files into a folder, over what is there.
    pub fn write(&self, folder: &Path) {
        for (name, text) in &self.files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        for line in &self.setup {
            let mut shell = Command::new("sh");
            let ended = shell.args(["-ec", line]).current_dir(folder);
            let ended = ended.env("PATH", path_with_connect_lint()).status();
            assert!(ended.unwrap().success(), "{line}");
        }
    }
}

/// The search path, with the built binary first.
fn path_with_connect_lint() -> OsString {
    let binary = assert_cmd::cargo::cargo_bin("connect-lint");
    let folder = binary.parent().unwrap().to_path_buf();
    let others = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(folder).chain(std::env::split_paths(&others));
    std::env::join_paths(all).unwrap()
}

/// What connect-lint tells by a command line of a page.
pub fn told(folder: &Path, command: &str) -> Vec<String> {
    let output = connect_lint(folder, &[]).args(words(command)).output();
    let output = output.unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.is_empty(), "{command}: {err}");
    let out = String::from_utf8(output.stdout).unwrap();
    out.lines().map(str::to_owned).collect()
}

/// The words of a command line; quotes of either kind hold blanks together.
fn words(command: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quote = None;
    for c in command.chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => quote = Some(c),
            (' ', None) => out.push(String::new()),
            (c, _) => out.last_mut().unwrap().push(c),
        }
    }
    out
}
