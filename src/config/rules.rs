//! The configuration's globs, compiled: what it says of one file.

use super::{ConfigError, Level, Loaded, OverrideRuntime};
use crate::diagnostics::CodeName;
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use url::Url;

/// What the configuration says of files by their paths.
#[derive(Debug, Clone, Default)]
pub struct FileRules {
    folder: PathBuf,
    browser: GlobSet,
    server: GlobSet,
    worker: GlobSet,
    test: GlobSet,
    overrides: Vec<Rule>,
}

/// An override, compiled.
#[derive(Debug, Clone)]
struct Rule {
    files: GlobSet,
    has_policy: bool,
    page_url: Option<Url>,
    runtime: Option<OverrideRuntime>,
    severity: BTreeMap<CodeName, Level>,
}

/// What the configuration says of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileSettings {
    /// The override whose policies take the place of the site's, by its number.
    pub policy_override: Option<usize>,
    /// The URL of its page.
    pub page_url: Option<Url>,
    /// Where it runs.
    pub runtime: Option<OverrideRuntime>,
    /// It is a test.
    pub is_test: bool,
}

impl FileRules {
    /// Compiles the globs of a configuration.
    ///
    /// # Errors
    /// When a glob is none, or a `page-url` of an override is no URL.
    pub fn new(loaded: &Loaded) -> Result<FileRules, ConfigError> {
        let config = &loaded.config;
        let set = |globs: &[String]| compile(globs).map_err(|message| mistake(loaded, message));
        let rule = |over: &super::Override| {
            let page_url = over.page_url.as_deref().map(parse_page_url).transpose();
            Ok(Rule {
                files: set(&over.files)?,
                has_policy: over.policy.is_some() || over.report_only_policy.is_some(),
                page_url: page_url.map_err(|message| mistake(loaded, message))?,
                runtime: over.runtime,
                severity: over.severity.clone(),
            })
        };
        let folder = resolved(&loaded.folder());
        Ok(FileRules {
            folder,
            browser: set(&config.browser)?,
            server: set(&config.server)?,
            worker: set(&config.worker)?,
            test: set(&config.test)?,
            overrides: config
                .overrides
                .iter()
                .map(rule)
                .collect::<Result<_, _>>()?,
        })
    }

    /// What is said of a file. Of several overrides that match, the last one that says a thing
    /// counts; `browser` wins over the other lists.
    pub fn of(&self, path: &Path) -> FileSettings {
        let path = resolved(path);
        let path = path.strip_prefix(&self.folder).unwrap_or(&path);
        let matching = || {
            let all = self.overrides.iter().enumerate().rev();
            all.filter(|(_, rule)| rule.files.is_match(path))
        };
        let listed = [
            (&self.browser, OverrideRuntime::Browser),
            (&self.server, OverrideRuntime::Server),
            (&self.worker, OverrideRuntime::Worker),
        ];
        let listed = listed.into_iter().find(|(set, _)| set.is_match(path));
        let runtime = matching()
            .find_map(|(_, rule)| rule.runtime)
            .or(listed.map(|(_, runtime)| runtime));
        FileSettings {
            policy_override: matching().find(|(_, rule)| rule.has_policy).map(|(i, _)| i),
            page_url: matching().find_map(|(_, rule)| rule.page_url.clone()),
            is_test: runtime.is_none() && self.test.is_match(path),
            runtime,
        }
    }
}

impl FileRules {
    /// Whether any override says how bad findings are.
    pub fn has_severities(&self) -> bool {
        self.overrides.iter().any(|rule| !rule.severity.is_empty())
    }

    /// What overrides say of how bad findings in a file are; of several that say it of a code, the
    /// last counts.
    pub fn severities(&self, path: &Path) -> BTreeMap<CodeName, Level> {
        let path = resolved(path);
        let path = path.strip_prefix(&self.folder).unwrap_or(&path);
        let matching = self
            .overrides
            .iter()
            .filter(|rule| rule.files.is_match(path));
        let said = matching.flat_map(|rule| &rule.severity);
        said.map(|(code, level)| (*code, *level)).collect()
    }
}

/// `--page-url`: an absolute URL that a page can have.
///
/// # Errors
/// In words, when it is none.
pub fn parse_page_url(text: &str) -> Result<Url, String> {
    match Url::parse(text) {
        Ok(url) if !url.cannot_be_a_base() => Ok(url),
        _ => Err(format!(
            "`{text}` is no URL of a page: write it whole, as in `https://example.com/`"
        )),
    }
}

fn mistake(loaded: &Loaded, message: String) -> ConfigError {
    ConfigError {
        path: loaded
            .path
            .as_deref()
            .map_or_else(String::new, |path| path.display().to_string()),
        position: None,
        message,
        help: None,
    }
}

/// A glob without a slash matches at any depth, one that ends in a slash all below the folder,
/// as lines of `.gitignore` do.
fn compile(globs: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        let below = match glob.strip_suffix('/') {
            Some(folder) => format!("{folder}/**"),
            None => glob.clone(),
        };
        let anywhere = match below.strip_prefix('/') {
            Some(anchored) => anchored.to_owned(),
            None if glob.trim_end_matches('/').contains('/') => below,
            None => format!("**/{below}"),
        };
        set.add(build(&anywhere).map_err(|error| error.to_string())?);
    }
    set.build().map_err(|error| error.to_string())
}

fn build(glob: &str) -> Result<Glob, globset::Error> {
    let glob = glob.strip_prefix("./").unwrap_or(glob);
    GlobBuilder::new(glob).literal_separator(true).build()
}

/// The path without links and dots, where it is there.
fn resolved(path: &Path) -> PathBuf {
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let dots = |c: &Component| matches!(c, Component::CurDir);
    absolute.components().filter(|c| !dots(c)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::model::{Config, OneOrMany, Override};
    use super::*;

    fn rules(config: Config) -> FileRules {
        let path = Some(PathBuf::from("/site/connect-lint.toml"));
        let loaded = Loaded {
            config,
            path,
            ..Loaded::default()
        };
        FileRules::new(&loaded).unwrap()
    }

    fn over(files: &str) -> Override {
        Override {
            files: vec![files.to_owned()],
            policy: None,
            report_only_policy: None,
            page_url: None,
            runtime: None,
            severity: BTreeMap::new(),
        }
    }

    #[test]
    fn globs_are_relative_to_the_configuration() {
        let rules = rules(Config {
            test: vec!["*.check.js".into(), "/own/".into()],
            overrides: vec![over("workers/**")],
            ..Config::default()
        });
        assert!(rules.of(Path::new("/site/a/b.check.js")).is_test);
        assert!(rules.of(Path::new("/site/own/a/b.js")).is_test);
        assert!(!rules.of(Path::new("/site/a/own/b.js")).is_test);
        assert!(!rules.of(Path::new("/other/own/b.js")).is_test);
    }

    #[test]
    fn the_last_override_that_says_a_thing_counts() {
        let rules = rules(Config {
            worker: vec!["w.js".into()],
            overrides: vec![
                Override {
                    policy: Some(OneOrMany::One("a".into())),
                    ..over("*.js")
                },
                Override {
                    page_url: Some("https://b.test/".into()),
                    ..over("*.js")
                },
                Override {
                    runtime: Some(OverrideRuntime::Server),
                    ..over("s/*.js")
                },
            ],
            ..Config::default()
        });
        let settings = rules.of(Path::new("/site/s/w.js"));
        assert_eq!(settings.policy_override, Some(0));
        assert_eq!(settings.page_url.unwrap().as_str(), "https://b.test/");
        assert_eq!(settings.runtime, Some(OverrideRuntime::Server));
        let settings = rules.of(Path::new("/site/w.js"));
        assert_eq!(settings.runtime, Some(OverrideRuntime::Worker));
    }

    #[test]
    fn mistakes_are_told() {
        let config = Config {
            test: vec!["a[".into()],
            ..Config::default()
        };
        assert!(
            FileRules::new(&Loaded {
                config,
                ..Loaded::default()
            })
            .is_err()
        );
        assert!(parse_page_url("example.com").is_err());
        assert!(parse_page_url("/x").is_err());
        assert!(parse_page_url("mailto:a@b").is_err());
        assert!(parse_page_url("http://localhost:3000").is_ok());
    }
}
