//! Policies in the configurations of hosting services and app shells.

mod azure;
mod directives;
mod extension;
mod firebase;
mod glob;
mod json;
mod last_rule;
mod netlify;
mod strings;
mod tauri;
mod toml_text;
mod vercel;

pub(super) use azure::StaticWebApp;
pub(super) use extension::ExtensionManifest;
pub(super) use firebase::Firebase;
pub(super) use netlify::{NetlifyToml, for_pattern as netlify_paths};
pub(super) use tauri::Tauri;
pub(super) use vercel::Vercel;

use std::path::{Path, PathBuf};

/// Folders of a project whose files a build copies to the root of what is served.
const ASSETS: [&str; 6] = ["public", "static", "src", "source", "app", "assets"];

/// The folder of the project, relative to a folder of assets; nothing if it is none.
fn project_of_assets(folder: &Path) -> Option<PathBuf> {
    let names = folder.iter().rev();
    let assets = names.take_while(|name| ASSETS.iter().any(|n| name == n));
    let up: PathBuf = assets.take(2).map(|_| "..").collect();
    (!up.as_os_str().is_empty()).then_some(up)
}

#[cfg(test)]
mod tests;
