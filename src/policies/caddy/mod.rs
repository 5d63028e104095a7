//! Caddy: `header` in Caddyfiles.
//!
//! <https://caddyserver.com/docs/caddyfile/directives/header>: without a mark, a header takes the
//! place of what was set before. Directives are done in an order of their own, of one kind the
//! most particular path first, so that a `header` without a matcher has the last word.

mod expand;
mod matcher;
mod model;
mod routing;
mod syntax;

use super::project_files::ProjectFiles;
use super::words::Word;
use super::{Found, Mount, PolicyIssue, PolicyLocation, SourceFile};
use model::{Config, Root};
use routing::Served;
use std::path::Path;

/// A Caddyfile.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caddyfile;

impl PolicyLocation for Caddyfile {
    fn name(&self) -> &'static str {
        "Caddyfile"
    }

    fn recognises(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.unwrap_or_default().to_ascii_lowercase();
        let is_document = [".md", ".txt", ".html"].iter().any(|e| name.ends_with(e));
        let is_it = name == "caddyfile" || name.starts_with("caddyfile.");
        (is_it || name.ends_with(".caddyfile")) && !is_document
    }

    fn stands_alone(&self) -> bool {
        true
    }

    fn read(&self, file: &SourceFile) -> Found {
        let directives = match syntax::parse(file) {
            Ok(directives) => directives,
            Err(error) => return error.found(file, "Caddy"),
        };
        let mut files = ProjectFiles::around(file);
        let items = expand::expanded(directives, &mut files);
        found(Config::of(&items), &files)
    }
}

fn found(config: Config, files: &ProjectFiles) -> Found {
    let mut issues: Vec<PolicyIssue> = config.edited.iter().map(Word::edited).collect();
    if !config.policies.is_empty() {
        issues.extend(config.unread.iter().map(not_read));
    }
    let mount = |root: &Root| {
        Some(Mount {
            folder: files.folder(&root.folder)?,
            path: root.path.clone(),
            server: root.site,
        })
    };
    Found {
        mounts: config.folders.iter().filter_map(mount).collect(),
        policies: config.policies,
        issues,
        routing: Some(Box::new(Served::of(config.sites))),
        others: files.read.clone(),
        ..Found::default()
    }
}

fn not_read(word: &Word) -> PolicyIssue {
    let message = format!(
        "`{}` may change headers and is not read: policies around it are not judged",
        word.text()
    );
    PolicyIssue::unread(message, Some(word.place()))
}

#[cfg(test)]
mod tests;
