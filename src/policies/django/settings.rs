//! Which files are settings, and which of several count: those for production.

use crate::policies::SourceFile;
use std::path::Path;

/// Names of settings for other than production.
const OTHERS: [&str; 16] = [
    "dev",
    "develop",
    "development",
    "local",
    "test",
    "tests",
    "testing",
    "ci",
    "debug",
    "docker",
    "example",
    "sample",
    "template",
    "staging",
    "stage",
    "e2e",
];
/// Names of settings for production.
const PRODUCTION: [&str; 5] = ["production", "prod", "live", "deploy", "deployment"];

/// Whether a path is one of settings.
pub(super) fn is_settings(path: &Path) -> bool {
    if path.extension().is_none_or(|e| e != "py") {
        return false;
    }
    let stem = stem(path);
    let folder = path.parent().and_then(Path::file_name);
    let folder = folder.map(|f| f.to_string_lossy()).unwrap_or_default();
    stem.starts_with("settings") || stem.ends_with("settings") || folder == "settings"
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .map(|s| s.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn is_of(stem: &str, names: &[&str]) -> bool {
    stem.split(['_', '-', '.'])
        .any(|part| names.contains(&part))
}

/// Whether a file of settings counts: it is for production, or for all, and no other one that
/// counts imports it.
pub(super) fn counts(file: &SourceFile) -> bool {
    let own = stem(&file.path);
    if is_of(&own, &OTHERS) || is_of_tests(&file.name) {
        return false;
    }
    let siblings = siblings(file);
    let is_production = is_of(&own, &PRODUCTION);
    let has_production = siblings.iter().any(|(stem, _)| is_of(stem, &PRODUCTION));
    if !is_production && has_production && own != "__init__" {
        return false;
    }
    !siblings
        .iter()
        .any(|(stem, text)| !is_of(stem, &OTHERS) && imports(text, &own))
}

fn is_of_tests(name: &str) -> bool {
    let mut parts = name.split('/');
    parts.any(|part| {
        matches!(
            part,
            "test" | "tests" | "testing" | "example" | "examples" | "docs"
        )
    })
}

/// The other files of the folder, and what they say.
fn siblings(file: &SourceFile) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(file.folder())
        .into_iter()
        .flatten()
        .flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "py") && *path != file.path);
    paths.retain(|path| is_settings(path));
    paths.sort();
    let read = paths.into_iter().take(64).filter_map(|path| {
        let text = std::fs::read_to_string(&path).ok()?;
        Some((stem(&path), text))
    });
    read.collect()
}

/// Whether a file of settings takes all of another one.
fn imports(text: &str, stem: &str) -> bool {
    let lines = text.lines().map(str::trim);
    let mut imports = lines.filter_map(|line| line.strip_prefix("from "));
    imports.any(|line| {
        let mut words = line.split_whitespace();
        let module = words.next().unwrap_or_default();
        let is_all = words.next() == Some("import") && words.next() == Some("*");
        is_all && module.rsplit('.').next() == Some(stem)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_files_are_settings() {
        for (path, is) in [
            ("site/settings.py", true),
            ("site/settings/production.py", true),
            ("config/settings/__init__.py", true),
            ("site/local_settings.py", true),
            ("site/urls.py", false),
            ("site/settings.json", false),
        ] {
            assert_eq!(is_settings(Path::new(path)), is, "{path}");
        }
        assert!(imports("from .base import *  # noqa\n", "base"));
        assert!(imports("from config.settings.base import *\n", "base"));
        assert!(!imports("from .base import DEBUG\n", "base"));
        assert!(!imports("from .database import *\n", "base"));
    }
}
