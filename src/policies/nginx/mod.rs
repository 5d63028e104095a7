//! nginx: `add_header` and what decides where it counts.
//!
//! <https://nginx.org/en/docs/http/ngx_http_headers_module.html>: a level with any `add_header` of
//! its own has none of those above it. Every header of a name is sent. Pages are answered with
//! 200, so that `always` makes no difference. Several servers are ways in which a page may be
//! served; those that only redirect serve none.

mod condition;
mod includes;
mod location;
mod model;
mod plan;
mod request;
mod routing;
mod syntax;
mod variables;

use super::project_files::ProjectFiles;
use super::site_files::is_site;
use super::words::Word;
use super::{Found, Mount, PolicyIssue, PolicyLocation, SourceFile};
use crate::results::Severity;
use location::Matcher;
use model::Config;
use plan::{Node, Plan, Planned};
use routing::Served;
use std::path::Path;

/// A configuration of nginx.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nginx;

/// What the names of templates of configurations end with.
const TEMPLATES: [&str; 6] = [".template", ".tmpl", ".tpl", ".j2", ".jinja2", ".erb"];

impl PolicyLocation for Nginx {
    fn name(&self) -> &'static str {
        "nginx"
    }

    fn recognises(&self, path: &Path) -> bool {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            return false;
        };
        let name = without_template(name).to_ascii_lowercase();
        if name.ends_with(".nginx") || name.ends_with(".nginx.conf") || name == "nginx.conf" {
            return true;
        }
        if name.starts_with("nginx") && name.ends_with(".conf") {
            return true;
        }
        let is_below = path.components().any(|part| part.as_os_str() == "nginx");
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        let is_config = ["conf", "vhost", "inc"]
            .iter()
            .any(|e| extension == Some(e));
        is_below && (is_config || is_site(path))
    }

    fn stands_alone(&self) -> bool {
        true
    }

    fn read(&self, file: &SourceFile) -> Found {
        let directives = match syntax::parse(file) {
            Ok(directives) => directives,
            Err(error) => return error.found(file, "nginx"),
        };
        let mut files = ProjectFiles::around(file);
        let directives = includes::expanded(directives, &file.path, &mut files);
        let planned = plan::plan(Config::of(&directives));
        found(planned, files)
    }
}

/// The name of what a template makes.
pub(super) fn without_template(name: &str) -> &str {
    let mut endings = TEMPLATES.iter();
    endings
        .find_map(|ending| name.strip_suffix(ending))
        .unwrap_or(name)
}

fn found(planned: Planned, files: ProjectFiles) -> Found {
    let Planned {
        plan,
        policies,
        unread,
    } = planned;
    let mounts = mounts(&plan, &files);
    Found {
        policies,
        mounts,
        issues: unread.iter().map(not_read).collect(),
        routing: Some(Box::new(Served::of(plan))),
        others: files.read,
        ..Found::default()
    }
}

fn not_read(word: &Word) -> PolicyIssue {
    let message = match word.text() {
        "if" => "where this `if` is true, its headers take the place of others: no policy is judged here"
            .to_owned(),
        text => format!(
            "`{text}` may set headers in place of those of the level above and is not read: their policies are not judged here"
        ),
    };
    PolicyIssue {
        code: "unread-policy",
        severity: Severity::Info,
        message,
        help: Some("give the policy of the pages with --policy".to_owned()),
        place: Some(word.place()),
    }
}

/// The folders of the project that are served.
fn mounts(plan: &Plan, files: &ProjectFiles) -> Vec<Mount> {
    let mount = |node: &Node| {
        let folder = node.folder.as_ref()?;
        let path = match (folder.is_alias, &node.matcher) {
            (false, _) => "/".to_owned(),
            (true, Some(Matcher::Prefix { path, .. })) if path.ends_with('/') => path.clone(),
            (true, Some(Matcher::Prefix { path, .. })) => format!("{path}/"),
            (true, _) => return None,
        };
        Some(Mount {
            folder: files.folder(&folder.path)?,
            path,
            server: node.server,
        })
    };
    plan.all().filter_map(|(_, node)| mount(node)).collect()
}

#[cfg(test)]
mod tests;
