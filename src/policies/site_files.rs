//! Sites of a web server in folders that nginx and Apache both have: the text tells whose they are.

use super::nginx::{Nginx, without_template};
use super::{Found, PolicyLocation, SourceFile, apache};
use std::path::Path;

/// A file of `sites-available` or `conf.d`.
#[derive(Debug, Clone, Copy)]
pub(super) struct SiteFiles;

impl PolicyLocation for SiteFiles {
    fn name(&self) -> &'static str {
        "web server"
    }

    fn recognises(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str());
        let name = without_template(name.unwrap_or_default());
        let is_config = name.ends_with(".conf") || name.ends_with(".vhost");
        is_site(path) || (is_config && is_in(path, &["sites-available", "sites-enabled", "conf.d"]))
    }

    fn stands_alone(&self) -> bool {
        true
    }

    fn read(&self, file: &SourceFile) -> Found {
        match apache::is_one(&file.text) {
            true => apache::Httpd.read(file),
            false => Nginx.read(file),
        }
    }
}

/// Whether a file is a site by its folder: of Debian's, its name has no extension.
pub(super) fn is_site(path: &Path) -> bool {
    path.extension().is_none() && is_in(path, &["sites-available", "sites-enabled"])
}

fn is_in(path: &Path, folders: &[&str]) -> bool {
    let folder = path.parent().and_then(Path::file_name);
    let folder = folder.and_then(|name| name.to_str()).unwrap_or_default();
    folders.contains(&folder)
}
