//! Apache: `Header` in the configuration of a server, and in `.htaccess`.
//!
//! <https://httpd.apache.org/docs/2.4/mod/mod_headers.html>: what sections say is merged in an
//! order of its own, and `set` takes the place of what was set before. Headers `always` and on
//! success are two tables, and both are sent.

mod expression;
mod includes;
mod model;
mod routing;
mod rules;
mod section;
mod syntax;

use super::directive::names_policy;
use super::project_files::ProjectFiles;
use super::words::Word;
use super::{Found, Mount, PolicyIssue, PolicyLocation, SourceFile};
use model::Config;
use routing::Served;
use std::path::{Path, PathBuf};

/// `.htaccess`: for the files of its folder and those below.
#[derive(Debug, Clone, Copy)]
pub(super) struct Htaccess;

/// The configuration of a server.
#[derive(Debug, Clone, Copy)]
pub(super) struct Httpd;

impl PolicyLocation for Htaccess {
    fn name(&self) -> &'static str {
        "Apache `.htaccess`"
    }

    fn recognises(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.ends_with(".htaccess"))
    }

    fn read(&self, file: &SourceFile) -> Found {
        if !names_policy(&file.text) {
            return Found::default();
        }
        // Those of the folders above count too.
        let mut files = ProjectFiles::around(file);
        let mut all = files.above(".htaccess");
        all.retain(|above| above.path.parent() != file.folder().canonicalize().ok().as_deref());
        all.push(file.clone());
        let mut folders = Vec::new();
        for (depth, file) in all.iter().enumerate() {
            match syntax::parse(file) {
                Ok(directives) => folders.push((depth, directives)),
                Err(error) => return error.found(file, "Apache"),
            }
        }
        Found {
            governs: Some(PathBuf::new()),
            ..found(Config::of_folders(&folders), &files)
        }
    }
}

impl PolicyLocation for Httpd {
    fn name(&self) -> &'static str {
        "Apache"
    }

    fn recognises(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.unwrap_or_default().to_ascii_lowercase();
        let is_config = name.contains(".conf");
        let names = ["httpd", "apache", "vhost"];
        let folders = ["apache", "apache2", "httpd"];
        let is_named = names.iter().any(|part| name.contains(part));
        let is_below = path.components().any(|part| {
            let part = part.as_os_str();
            folders.iter().any(|folder| part == *folder)
        });
        is_config && (is_named || is_below)
    }

    fn stands_alone(&self) -> bool {
        true
    }

    fn read(&self, file: &SourceFile) -> Found {
        let directives = match syntax::parse(file) {
            Ok(directives) => directives,
            Err(error) => return error.found(file, "Apache"),
        };
        let mut files = ProjectFiles::around(file);
        let directives = includes::expanded(directives, &file.path, &mut files);
        found(Config::of_server(&directives), &files)
    }
}

/// Whether a text is a configuration of Apache rather than of another server.
pub(super) fn is_one(text: &str) -> bool {
    let starts = [
        "<VirtualHost",
        "<Directory",
        "<IfModule",
        "<Location",
        "Header ",
        "<Files",
    ];
    let mut lines = text.lines().map(str::trim_start);
    lines.any(|line| starts.iter().any(|start| line.starts_with(start)))
}

fn found(config: Config, files: &ProjectFiles) -> Found {
    let texts = config.policies.iter().map(|p| p.written.text().to_owned());
    let texts = texts.collect();
    let mut issues: Vec<PolicyIssue> = config.edited.iter().map(Word::edited).collect();
    if !config.policies.is_empty() {
        issues.extend(config.unread.iter().map(not_read));
    }
    Found {
        mounts: mounts(&config, files),
        policies: config.policies,
        issues,
        routing: Some(Box::new(Served::of(config.hosts, texts))),
        others: files.read.clone(),
        ..Found::default()
    }
}

fn mounts(config: &Config, files: &ProjectFiles) -> Vec<Mount> {
    let mut out = Vec::new();
    for (server, host) in config.hosts.iter().enumerate() {
        let root = host.root.iter().map(|root| ("/", root.as_str()));
        let aliases = host.aliases.iter();
        let aliases = aliases.map(|(path, folder)| (path.as_str(), folder.as_str()));
        for (path, folder) in root.chain(aliases) {
            let mount = files.folder(folder).map(|folder| Mount {
                folder,
                path: format!("{}/", path.trim_end_matches('/')),
                server,
            });
            out.extend(mount);
        }
    }
    out
}

fn not_read(word: &Word) -> PolicyIssue {
    let message = format!(
        "`{}` may change headers and is not read: what was set before is not judged",
        word.text()
    );
    PolicyIssue::unread(message, Some(word.place()))
}

#[cfg(test)]
mod tests;
