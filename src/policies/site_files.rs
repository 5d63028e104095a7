//! Configurations of web servers that have no name of their own: the text tells whose they are.

use super::directive::names_policy;
use super::nginx::{Nginx, without_template};
use super::{Found, PolicyLocation, SourceFile, apache};
use std::path::Path;

/// A file of `sites-available`, or any `.conf`.
#[derive(Debug, Clone, Copy)]
pub(super) struct SiteFiles;

impl PolicyLocation for SiteFiles {
    fn name(&self) -> &'static str {
        "web server"
    }

    fn recognises(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str());
        let name = without_template(name.unwrap_or_default());
        is_site(path) || name.ends_with(".conf") || name.ends_with(".vhost")
    }

    fn stands_alone(&self) -> bool {
        true
    }

    fn read(&self, file: &SourceFile) -> Found {
        let has = |word: &str| file.text.contains(word);
        // A site may have all of its headers from files that it includes.
        let is_nginx = has("add_header") || has("more_set_headers") || has("server {");
        if apache::is_one(&file.text) && (names_policy(&file.text) || has("Include")) {
            return apache::Httpd.read(file);
        }
        match is_nginx {
            true => Nginx.read(file),
            false => Found::default(),
        }
    }
}

/// Whether a file is a site by its folder: of Debian's, its name has no extension.
pub(super) fn is_site(path: &Path) -> bool {
    // Of the proxies of Docker images, it is the host's name.
    let has_no_extension = path.extension().is_none();
    (has_no_extension && is_in(path, &["sites-available", "sites-enabled"]))
        || is_in(path, &["vhost.d"])
}

fn is_in(path: &Path, folders: &[&str]) -> bool {
    let folder = path.parent().and_then(Path::file_name);
    let folder = folder.and_then(|name| name.to_str()).unwrap_or_default();
    folders.contains(&folder)
}
