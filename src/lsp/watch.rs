//! Files that change outside of the editor: sources, policies, configurations.

use super::client::{Peer, Purpose};
use super::folders::{Folder, Folders};
use super::worker::FolderId;
use super::{capabilities, paths};
use crate::config;
use crate::discover::{Language, holds_unread_scripts};
use crate::policies::is_policy_file;
use globset::{GlobBuilder, GlobSet};
use lsp_types::notification::{DidChangeConfiguration, DidChangeWatchedFiles, Notification as _};
use lsp_types::request::{RegisterCapability, UnregisterCapability};
use lsp_types::{
    DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher, GlobPattern, OneOf, Registration,
    RegistrationParams, RelativePattern, Unregistration, UnregistrationParams,
};
use serde_json::json;
use std::path::{Component, Path, PathBuf};
use std::sync::LazyLock;

/// What is watched in the folders of the workspace: names of files that a run may read.
const GLOBS: &[&str] = &[
    "**/*.{html,htm,xhtml,js,jsx,mjs,cjs,ts,tsx,mts,cts}",
    "**/*.{json,jsonc,json5,toml,conf,caddyfile,vhost,nginx,py,rb,yml,yaml}",
    "**/{_headers,_redirects,.htaccess,Caddyfile,nginx.conf,httpd.conf}",
    "**/{sites-available,sites-enabled,conf.d}/*",
    "**/.env*",
    "**/{.gitignore,.ignore,.connect-lintignore}",
];

static GLOB_SET: LazyLock<GlobSet> = LazyLock::new(|| {
    let globs = GLOBS.iter().filter_map(|glob| {
        let mut glob = GlobBuilder::new(glob);
        glob.literal_separator(true).build().ok()
    });
    GlobSet::new(globs).unwrap_or_default()
});

/// What of a folder's files the client was asked to watch besides.
#[derive(Debug, Default)]
pub(super) struct Watched {
    patterns: Vec<GlobPattern>,
    /// How often it was asked.
    number: u32,
}

impl Watched {
    fn id(&self, folder: FolderId) -> String {
        format!("connect-lint/files/{folder}/{}", self.number)
    }
}

/// Asks the client to tell of changes: of files, and of settings.
pub(super) fn register(peer: &mut Peer, client: &capabilities::Client) {
    let mut registrations = Vec::new();
    if client.registers_watchers {
        let globs = GLOBS.iter();
        let globs = globs.map(|glob| GlobPattern::String((*glob).to_owned()));
        registrations.push(watching("connect-lint/files".to_owned(), globs.collect()));
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

fn watching(id: String, patterns: Vec<GlobPattern>) -> Registration {
    let watchers = patterns.into_iter().map(|glob_pattern| FileSystemWatcher {
        glob_pattern,
        kind: None,
    });
    let options = DidChangeWatchedFilesRegistrationOptions {
        watchers: watchers.collect(),
    };
    Registration {
        id,
        method: DidChangeWatchedFiles::METHOD.to_owned(),
        register_options: serde_json::to_value(options).ok(),
    }
}

/// Sees to it that the client tells of the files that a folder names, too.
pub(super) fn follow(
    folders: &mut Folders,
    id: FolderId,
    client: &capabilities::Client,
    peer: &mut Peer,
) {
    let Some(folder) = folders.get(id).filter(|_| client.registers_watchers) else {
        return;
    };
    let named = folder.named.paths().map(straight);
    let untold = named.filter(|path| !is_told(path, folders.all()));
    let patterns = untold.filter_map(|path| pattern(&path, folders.all(), client));
    let patterns: Vec<_> = patterns.collect();
    let Some(folder) = folders.get_mut(id) else {
        return;
    };
    if folder.watched.patterns == patterns {
        return;
    }
    let new = Watched {
        patterns,
        number: folder.watched.number.wrapping_add(1),
    };
    // First the new ones, so that nothing is missed.
    if !new.patterns.is_empty() {
        let registration = watching(new.id(id), new.patterns.clone());
        let params = RegistrationParams {
            registrations: vec![registration],
        };
        peer.ask::<RegisterCapability>(&params, Purpose::Watching(id));
    }
    let old = std::mem::replace(&mut folder.watched, new);
    forget(id, &old, peer);
}

/// The client need not tell any more of files that a folder named.
pub(super) fn forget(id: FolderId, watched: &Watched, peer: &mut Peer) {
    if !watched.patterns.is_empty() {
        let params = UnregistrationParams {
            unregisterations: vec![Unregistration {
                id: watched.id(id),
                method: DidChangeWatchedFiles::METHOD.to_owned(),
            }],
        };
        peer.ask::<UnregisterCapability>(&params, Purpose::None);
    }
}

/// The folder of the workspace that holds a path, as the editor names it, and the part below it.
fn below<'p, 'f>(path: &'p Path, folders: &'f [Folder]) -> Option<(&'f Path, &'p Path)> {
    let mut folders = folders.iter().filter(|folder| !folder.is_file);
    folders.find_map(|folder| {
        let mut roots = [&folder.root, &folder.real].into_iter();
        let below = roots.find_map(|root| path.strip_prefix(root).ok())?;
        Some((folder.root.as_path(), below))
    })
}

/// A path that does not go up: one that does leads elsewhere where folders are links.
fn straight(path: &Path) -> PathBuf {
    match path.components().any(|part| part == Component::ParentDir) {
        true => paths::in_real_folder(path),
        false => path.to_path_buf(),
    }
}

/// Whether the client tells of a file by its name, as it stands in a folder of the workspace.
fn is_told(path: &Path, folders: &[Folder]) -> bool {
    below(path, folders).is_some_and(|(_, below)| GLOB_SET.is_match(below))
}

/// The pattern of a file; nothing for a path that no URI has.
fn pattern(path: &Path, folders: &[Folder], client: &capabilities::Client) -> Option<GlobPattern> {
    let name = Path::new(path.file_name()?);
    if !client.relative_patterns {
        return Some(GlobPattern::String(format!("**/{}", escaped(name))));
    }
    let (base, below) = below(path, folders).or(Some((path.parent()?, name)))?;
    Some(GlobPattern::Relative(RelativePattern {
        base_uri: OneOf::Right(paths::to_uri(base)?),
        pattern: escaped(below),
    }))
}

/// A path as a pattern. The protocol knows no escapes: what would mean something else becomes `?`,
/// any character; of what is told too much, nothing is made.
fn escaped(path: &Path) -> String {
    let parts = path.components().map(|part| {
        let part = part.as_os_str().to_string_lossy();
        let special = |c: char| "*?[]{}\\\u{fffd}".contains(c);
        part.replace(special, "?")
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Whether a path is in folders whose files nobody writes by hand, and in which builds write many.
pub(super) fn is_noise(path: &Path) -> bool {
    const NOISE: [&str; 2] = ["node_modules", ".git"];
    let mut parts = path.components();
    parts.any(|part| NOISE.iter().any(|noise| part.as_os_str() == *noise))
}

/// Whether a run may read a file, by its path.
pub(super) fn matters(path: &Path) -> bool {
    if is_noise(path) {
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
    use crate::lsp::settings::Settings;

    #[test]
    fn clients_tell_of_names_in_folders() {
        assert_eq!(GLOB_SET.len(), GLOBS.len());
        let mut folders = Folders::default();
        folders.add("", "/no/a".into(), false, Settings::default());
        folders.add("", "/no/b.js".into(), true, Settings::default());
        let is_told = |path: &str| is_told(Path::new(path), folders.all());
        for path in [
            "connect-lint.toml",
            "x/old.json",
            "x/y/_headers",
            "x/conf.d/csp",
            ".env",
            "x/.env.local",
        ] {
            assert!(is_told(&format!("/no/a/{path}")), "{path}");
        }
        for path in ["a/sent.txt", "a/conf.d/x/csp", "connect-lint.toml", "b.js"] {
            assert!(!is_told(&format!("/no/{path}")), "{path}");
        }
        assert_eq!(
            escaped(Path::new("a/{b,c}*/[!d]?.txt")),
            "a/?b,c??/?!d??.txt"
        );
    }

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
