//! The table of kinds of files that hold policies.

use super::{
    PolicyLocation, apache, caddy, django, file, frameworks, header_lines, hosting, in_code, nginx,
    rails, site_files,
};
use crate::discover::Language;
use std::path::Path;

/// Every kind, those that are more particular first.
pub const LOCATIONS: &[&dyn PolicyLocation] = &[
    &header_lines::HeaderLines,
    &hosting::NetlifyToml,
    &hosting::Vercel,
    &hosting::Firebase,
    &hosting::StaticWebApp,
    &hosting::Tauri,
    &hosting::ExtensionManifest,
    &frameworks::NextConfig,
    &frameworks::SvelteConfig,
    &frameworks::NuxtConfig,
    &frameworks::AstroConfig,
    &frameworks::GatsbyConfig,
    &caddy::Caddyfile,
    &apache::Htaccess,
    &apache::Httpd,
    &nginx::Nginx,
    &site_files::SiteFiles,
    &rails::RailsConfig,
    &django::DjangoSettings,
    &django::PythonObjects,
];

/// The kind of file that a path is, if it is one.
pub fn location_of(path: &Path) -> Option<&'static dyn PolicyLocation> {
    LOCATIONS.iter().copied().find(|l| l.recognises(path))
}

/// The kind of file that a path is, as the user names it: what no kind recognises is a script, or
/// else the text of a header.
pub fn named_location(path: &Path) -> &'static dyn PolicyLocation {
    let is_script = matches!(Language::of_path(path), Some(Language::Script { .. }));
    match (location_of(path), is_script) {
        (Some(location), _) => location,
        (None, true) => &in_code::InScripts,
        (None, false) => &file::HeaderText,
    }
}

/// Whether a path is a file of policies.
pub fn is_policy_file(path: &Path) -> bool {
    location_of(path).is_some()
}
