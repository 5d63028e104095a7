//! What is written down of one thing in several places of the distribution is the same: versions,
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
//! targets, names of archives, files that start a hook.

use connect_lint::discover::Language;
use connect_lint::policies::is_policy_file;
use regex_lite::Regex;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    std::fs::read_to_string(top().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The first groups of all matches.
fn all<'a>(pattern: &str, text: &'a str) -> Vec<&'a str> {
    let pattern = Regex::new(pattern).unwrap();
    let captures = pattern.captures_iter(text);
    captures.map(|c| c.get(1).unwrap().as_str()).collect()
}

#[test]
fn every_version_is_that_of_the_crate() {
    let pattern = r"(?:connect-lint(?:@v?|:v?|==)|rev: v)(\d+\.\d+\.\d+[-+.0-9A-Za-z]*)";
    let files = [
        ("docs/integrations.md", 6),
        ("templates/connect-lint.yml", 1),
    ];
    for (file, at_least) in files {
        let text = read(file);
        let versions = all(pattern, &text);
        assert!(versions.len() >= at_least, "{file}: {versions:?}");
        for version in versions {
            assert_eq!(version, env!("CARGO_PKG_VERSION"), "{file}");
        }
    }
    let licence = format!("license = \"{}\"", env!("CARGO_PKG_LICENSE"));
    assert!(read("pyproject.toml").contains(&licence));
    // Those of npm and PyPI are made from Cargo.toml.
    assert!(!read("npm/connect-lint/package.json").contains("\"version\""));
    assert!(all("(?m)^(version) *=", &read("pyproject.toml")).is_empty());
}

#[test]
fn the_release_has_every_target_that_is_asked_for() {
    let workflow = read(".github/workflows/release.yml");
    let built: BTreeSet<_> = all(r"- \{ target: (\S+-\S+), runner", &workflow)
        .into_iter()
        .collect();
    let platforms = read("npm/platforms.json");
    let of_npm = all("\"target\": \"(.*?)\"", &platforms);
    assert_eq!(built, of_npm.into_iter().collect());
    let script = read(".github/action/install.sh");
    let of_action = all(r"\) echo (\S+) ;;", &script);
    assert_eq!(of_action.len(), 6);
    for target in of_action {
        assert!(built.contains(target), "{target}");
    }
}

#[test]
fn binstall_looks_for_the_archives_that_are_made() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let metadata = &manifest["package"]["metadata"]["binstall"];
    let script = read(".github/release/archive.sh");
    assert!(script.contains("name=connect-lint-$target\n"));
    let made: BTreeSet<_> = all(r"archive=\$name(\..*)", &script).into_iter().collect();
    let bin = metadata["bin-dir"].as_str().unwrap();
    assert_eq!(bin, "{ name }-{ target }/{ bin }{ binary-ext }");
    let mut known = BTreeSet::new();
    let overrides = metadata["overrides"].as_table().unwrap();
    let formats = std::iter::once(metadata).chain(overrides.values());
    for format in formats {
        let url = format["pkg-url"].as_str().unwrap();
        let before = "{ repo }/releases/download/v{ version }/{ name }-{ target }";
        let ending = url.strip_prefix(before).unwrap();
        let kind = format["pkg-fmt"].as_str().unwrap();
        assert!(matches!(
            (kind, ending),
            ("tgz", ".tar.gz") | ("zip", ".zip")
        ));
        known.insert(ending);
    }
    assert_eq!(known, made);
    let windows = all(
        r"target: (\S+-windows-\S+),",
        &read(".github/workflows/release.yml"),
    )
    .len();
    assert_eq!(overrides.len(), windows);
}

#[test]
fn every_source_and_policy_starts_the_hook() {
    let hooks = read(".pre-commit-hooks.yaml");
    let pattern = hooks.split("files: &files |-\n").nth(1).unwrap();
    let pattern = pattern
        .split("  minimum_pre_commit_version")
        .next()
        .unwrap();
    let starts = Regex::new(pattern.trim()).unwrap();
    let mut files = Vec::new();
    collect(&top().join("fixtures"), &mut files);
    let relative = files.iter().map(|file| file.strip_prefix(top()).unwrap());
    let wanted = |file: &&Path| is_policy_file(file) || Language::of_path(file).is_some();
    let mut names: Vec<_> = relative.filter(wanted).map(Path::to_path_buf).collect();
    let more = [
        "connect-lint.toml",
        ".env.production",
        "Tauri.linux.toml",
        "deploy/default.conf.j2",
    ];
    names.extend(more.map(PathBuf::from));
    assert!(names.len() > 200);
    for name in names {
        let shown = name.to_str().unwrap().replace('\\', "/");
        assert!(starts.is_match(&shown), "{shown} does not start the hook");
    }
    assert!(!starts.is_match("README.md") && !starts.is_match("logo.png"));
}

#[test]
fn every_input_of_the_action_is_documented() {
    let action = read("action.yml");
    let inputs = action.split("\ninputs:\n").nth(1).unwrap();
    let inputs = inputs.split("\nruns:\n").next().unwrap();
    let names = all("(?m)^  ([a-z-]+):$", inputs);
    assert!(names.len() > 15);
    let text = read("docs/integrations.md");
    for name in names {
        assert!(text.contains(&format!("`{name}`")), "{name}");
    }
}

fn collect(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => collect(&path, out),
            false => out.push(path),
        }
    }
}
