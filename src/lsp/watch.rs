//! Files that change outside of the editor: sources, policies, configurations.

use super::capabilities;
use super::client::{Peer, Purpose};
use crate::config;
use crate::discover::{Language, holds_unread_scripts};
use crate::policies::is_policy_file;
use lsp_types::notification::{DidChangeConfiguration, DidChangeWatchedFiles, Notification as _};
use lsp_types::request::RegisterCapability;
use lsp_types::{
    DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher, GlobPattern, Registration,
    RegistrationParams,
};
use serde_json::json;
use std::path::Path;

/// What is watched: names of files that a run may read.
const GLOBS: &[&str] = &[
    "**/*.{html,htm,xhtml,js,jsx,mjs,cjs,ts,tsx,mts,cts}",
    "**/*.{json,jsonc,json5,toml,conf,caddyfile,vhost,nginx,py,rb,yml,yaml}",
    "**/{_headers,_redirects,.htaccess,Caddyfile,nginx.conf,httpd.conf}",
    "**/{sites-available,sites-enabled,conf.d}/*",
    "**/.env*",
    "**/{.gitignore,.ignore,.connect-lintignore}",
];

/// Asks the client to tell of changes: of files, and of settings.
pub(super) fn register(peer: &mut Peer, client: &capabilities::Client) {
    let mut registrations = Vec::new();
    if client.registers_watchers {
        let watcher = |glob: &&str| FileSystemWatcher {
            glob_pattern: GlobPattern::String((*glob).to_owned()),
            kind: None,
        };
        let options = DidChangeWatchedFilesRegistrationOptions {
            watchers: GLOBS.iter().map(watcher).collect(),
        };
        registrations.push(Registration {
            id: "connect-lint/files".to_owned(),
            method: DidChangeWatchedFiles::METHOD.to_owned(),
            register_options: serde_json::to_value(options).ok(),
        });
    }
    if client.registers_configuration {
        registrations.push(Registration {
            id: "connect-lint/settings".to_owned(),
            method: DidChangeConfiguration::METHOD.to_owned(),
            register_options: Some(json!({ "section": "connect-lint" })),
        });
    }
    if !registrations.is_empty() {
        let params = RegistrationParams { registrations };
        peer.ask::<RegisterCapability>(&params, Purpose::None);
    }
}

/// Whether a run may read a file, by its path.
pub(super) fn matters(path: &Path) -> bool {
    /// Folders whose files nobody writes by hand, and in which builds write many.
    const NOISE: [&str; 2] = ["node_modules", ".git"];
    let mut parts = path.components();
    if parts.any(|part| NOISE.iter().any(|noise| part.as_os_str() == *noise)) {
        return false;
    }
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.unwrap_or_default();
    let is_configuration = name == config::FILE_NAME
        || name.starts_with(".env")
        || name.ends_with(".json")
        || (name.starts_with('.') && name.ends_with("ignore"));
    is_configuration
        || Language::of_path(path).is_some()
        || is_policy_file(path)
        || holds_unread_scripts(path)
        || path
            .extension()
            .is_some_and(|end| end == "py" || end == "rb" || end == "conf")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_run_may_read_matters() {
        let all = [
            "a/b.ts",
            "a/index.html",
            "connect-lint.toml",
            ".env.production",
            "package.json",
            "tsconfig.app.json",
            "_headers",
            "public/_headers",
            "netlify.toml",
            "nginx.conf",
            ".gitignore",
        ];
        for path in all {
            assert!(matters(Path::new(path)), "{path}");
        }
        for path in [
            "a.md",
            "node_modules/a/index.js",
            ".git/config.json",
            "a.png",
        ] {
            assert!(!matters(Path::new(path)), "{path}");
        }
    }
}
