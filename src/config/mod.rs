//! `connect-lint.toml`: its model, where it is found, and what is wrong with one.

mod model;
mod rules;

pub use model::{Client, Config, FailLevel, Level, OneOrMany, Override, OverrideRuntime};
pub use rules::{FileRules, FileSettings, parse_page_url};

use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// The name of the file.
pub const FILE_NAME: &str = "connect-lint.toml";

/// A configuration and the folder that its paths and globs are relative to.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// What it says.
    pub config: Config,
    /// Where it stands, if it was read from a file.
    pub path: Option<PathBuf>,
    /// Its text.
    text: String,
}

impl Loaded {
    /// The folder that its paths and globs are relative to.
    pub fn folder(&self) -> PathBuf {
        let folder = self.path.as_deref().and_then(Path::parent);
        folder.map_or_else(PathBuf::new, Path::to_path_buf)
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The 1-based line of the value of a key at the top; 1 where there is none.
    pub fn line_of(&self, key: &str) -> u32 {
        let root = DeTable::parse(&self.text).ok();
        let found = root.as_ref().and_then(|root| root.get_ref().get(key));
        let line = found.map_or(1, |value| position(&self.text, value.span().start).0);
        u32::try_from(line).unwrap_or(1)
    }
}

/// What is wrong with a configuration.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{path}{}: {message}", position.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default())]
pub struct ConfigError {
    /// The file.
    pub path: String,
    /// 1-based line and column.
    pub position: Option<(usize, usize)>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// Finds the nearest configuration, from a folder upwards.
pub fn find(from: &Path) -> Option<PathBuf> {
    from.ancestors()
        .map(|folder| folder.join(FILE_NAME))
        .find(|path| path.is_file())
}

/// Reads a configuration.
///
/// # Errors
/// When it cannot be read, is no TOML, or holds a key or value that means nothing.
pub fn load(path: &Path) -> Result<Loaded, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|error| ConfigError {
        path: path.display().to_string(),
        position: None,
        message: format!("cannot be read: {error}"),
        help: None,
    })?;
    parse(text, path)
}

/// The configuration that a text holds; `path`: where it stands.
///
/// # Errors
/// When it is no TOML, or holds a key or value that means nothing.
pub fn parse(text: String, path: &Path) -> Result<Loaded, ConfigError> {
    let config = toml::from_str(&text).map_err(|error| {
        let message = error.message();
        let said = message.split_once(", did you mean ");
        ConfigError {
            path: path.display().to_string(),
            position: error.span().map(|span| position(&text, span.start)),
            help: match said {
                Some((_, meant)) => Some(format!("did you mean {meant}")),
                None => suggestion(message),
            },
            message: said.map_or(message, |(message, _)| message).to_owned(),
        }
    })?;
    Ok(Loaded {
        config,
        path: Some(path.to_path_buf()),
        text,
    })
}

fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
    (line, column)
}

/// `unknown field `polcy`, expected one of …`: the nearest of those.
fn suggestion(message: &str) -> Option<String> {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let unknown = quoted.next().filter(|_| message.starts_with("unknown"))?;
    let nearest = quoted.max_by(|a, b| {
        strsim::jaro_winkler(unknown, a).total_cmp(&strsim::jaro_winkler(unknown, b))
    })?;
    (strsim::jaro_winkler(unknown, nearest) > 0.7).then(|| format!("did you mean `{nearest}`?"))
}

/// The JSON Schema of the file, as checked in.
pub fn json_schema() -> serde_json::Value {
    let schema = schemars::schema_for!(Config);
    serde_json::to_value(schema).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn mistakes_name_their_place_and_a_remedy() {
        let parse = |text: &str| parse(text.to_owned(), Path::new("c.toml"));
        let error = parse("policy = 'x'\npolcy-file = 'y'\n").unwrap_err();
        assert_eq!(error.position, Some((2, 1)));
        assert_eq!(error.help.as_deref(), Some("did you mean `policy-file`?"));
        let error = parse("[[override]]\nfiles = ['a']\nruntime = 'wrker'\n").unwrap_err();
        assert!(error.help.unwrap().contains("worker"), "{}", error.message);
        let error = parse("[severity]\ndepends = 'info'\nblokced = 'off'\n").unwrap_err();
        assert_eq!(
            (error.position, error.message.as_str()),
            (Some((3, 1)), "unknown code `blokced`")
        );
        assert_eq!(error.help.as_deref(), Some("did you mean `blocked`?"));
        assert!(parse("threads = 'x'").is_err());
        assert!(parse("policy = ").unwrap_err().position.is_some());
    }

    #[test]
    fn every_key_is_read() {
        let text = "policy = ['a', 'b']\npolicy-file = 'f'\nreport-only-policy = 'c'\npage-url = 'https://a/'\n\
             exclude = ['x']\nignore = false\nthreads = 2\nfail-on = 'depends'\nformat = 'json'\noutput = ['sarif=a']\nspec = true\n\
             env-files = false\nbuild-config = false\nmode = 'staging'\nquiet = true\ncolor = 'never'\nbrowser = ['a']\nserver = ['b']\nworker = ['c']\ntest = ['d']\n\
             [define]\n\"process.env.A\" = 'x'\n[[override]]\nfiles = ['w/**']\nruntime = 'worker'\npolicy = 'd'\npage-url = 'https://b/'\n";
        let config = parse(text.to_owned(), Path::new("c.toml")).unwrap().config;
        assert_eq!(config.policy.unwrap().as_slice(), ["a", "b"]);
        assert_eq!(config.overrides.len(), 1);
    }

    #[test]
    fn values_know_their_lines() {
        let text = "page-url = 'https://a/'\npolicy = [\n  'a',\n]\n";
        let loaded = parse(text.to_owned(), Path::new("c.toml")).unwrap();
        assert_eq!(loaded.line_of("policy"), 2);
        assert_eq!(loaded.line_of("nothing"), 1);
    }

    #[test]
    fn the_schema_is_checked_in() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/config.schema.json");
        let wanted = serde_json::to_string_pretty(&json_schema()).unwrap() + "\n";
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, &wanted).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(path).unwrap(),
            wanted,
            "run with UPDATE_SCHEMA=1"
        );
    }
}
