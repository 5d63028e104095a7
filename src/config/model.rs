//! What `connect-lint.toml` can say.

use crate::csp::Browser;
use crate::diagnostics::{CODES, CodeName};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// One value or a list of them.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    /// All of them.
    pub fn as_slice(&self) -> &[T] {
        match self {
            OneOrMany::One(one) => std::slice::from_ref(one),
            OneOrMany::Many(many) => many,
        }
    }
}

/// The whole file. Paths and globs are relative to its folder; flags win over it.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Config {
    /// The JSON Schema of this file, for editors: it says nothing to connect-lint.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// The `Content-Security-Policy` header's value; several header fields as a list.
    pub policy: Option<OneOrMany<String>>,
    /// Files with a header's value or header lines.
    pub policy_file: Option<OneOrMany<PathBuf>>,
    /// Files of services, servers or frameworks to read the policy from, in place of what is
    /// found: `netlify.toml`, `nginx.conf`, `next.config.js`.
    pub policy_from: Option<OneOrMany<PathBuf>>,
    /// Whether policies are looked for in the files of the project; they are by default, where
    /// none is given.
    pub discover: Option<bool>,
    /// The `Content-Security-Policy-Report-Only` header's value.
    pub report_only_policy: Option<OneOrMany<String>>,
    /// The URL of the page: what `'self'` and relative URLs mean.
    pub page_url: Option<String>,
    /// Build-time constants: `"process.env.API_URL" = "https://api.example.com"`.
    pub define: BTreeMap<String, String>,
    /// Whether `.env` files count; they do by default.
    pub env_files: Option<bool>,
    /// Whether the constants of `vite.config.*`, `webpack.config.*` and their like count; they
    /// do by default.
    pub build_config: Option<bool>,
    /// The build mode: which `.env` files count, and `import.meta.env.MODE`; production by default.
    pub mode: Option<String>,
    /// Globs of files to leave out.
    pub exclude: Vec<String>,
    /// Whether ignore files count; they do by default.
    pub ignore: Option<bool>,
    /// How many threads to use.
    pub threads: Option<u16>,
    /// From which verdict on the exit code is 1.
    pub fail_on: Option<FailLevel>,
    /// How bad findings are, by their codes: `error` fails the run, `warning` is told, `info` with
    /// `--verbose` only, `off` is not.
    #[schemars(schema_with = "levels_schema")]
    pub severity: BTreeMap<CodeName, Level>,
    /// How many warnings a run may have before it fails.
    pub max_warnings: Option<usize>,
    /// A file of findings that are told no more, as `--write-baseline` writes it.
    pub baseline: Option<PathBuf>,
    /// Whether comments that keep findings silent must say why.
    pub require_suppression_reason: Option<bool>,
    /// The format of the report, as `--format` takes it.
    pub format: Option<String>,
    /// Reports that `check` writes to files, each as `--output` takes it: `sarif=report.sarif`.
    pub output: Option<OneOrMany<String>>,
    /// `auto`, `always` or `never`.
    pub color: Option<String>,
    /// Errors only.
    pub quiet: Option<bool>,
    /// Judge by the text of the specification where browsers differ from it.
    pub spec: Option<bool>,
    /// The oldest browsers that the site is for, where policies mean something else in them:
    /// `safari 15`.
    pub browsers: Vec<Browser>,
    /// Globs of files that are browser code whatever their path or imports say.
    pub browser: Vec<String>,
    /// Globs of files that run on a server.
    pub server: Vec<String>,
    /// Globs of files that are workers loaded from the network.
    pub worker: Vec<String>,
    /// Globs of files that are tests.
    pub test: Vec<String>,
    /// Settings for some files; of several that match a file, the last counts.
    #[serde(rename = "override")]
    pub overrides: Vec<Override>,
    /// Functions of the house that make requests, which no analysis can infer; `connect-lint
    /// endpoints` names them with the lines to paste.
    #[serde(rename = "client")]
    pub clients: Vec<Client>,
}

/// A function of the house that makes requests.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Client {
    /// How it is called, as sources write it, with alternatives: `api.{get,post}`,
    /// `this.http.request`, `useApi().get`; `*.callApi` whatever it is called on. With `import`:
    /// below what is imported; any call where it is left out.
    pub callee: Option<String>,
    /// The module that it is imported from, as sources write it.
    pub import: Option<String>,
    /// Which argument is the URL, or settings that hold it as `url`; 0 by default.
    pub url_argument: Option<u8>,
    /// What the URL is below, unless it is absolute.
    pub base: Option<String>,
    /// The API that it uses in the end, by its name in reports; `fetch` by default.
    pub api: Option<String>,
}

/// Settings for some files.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Override {
    /// Globs of the files.
    pub files: Vec<String>,
    /// Their policy, in place of the site's.
    pub policy: Option<OneOrMany<String>>,
    /// Their report-only policy, in place of the site's.
    pub report_only_policy: Option<OneOrMany<String>>,
    /// The URL of their page.
    pub page_url: Option<String>,
    /// Where they run.
    pub runtime: Option<OverrideRuntime>,
    /// How bad findings in them are, by their codes, in place of what is said for all files.
    #[serde(default)]
    #[schemars(schema_with = "levels_schema")]
    pub severity: BTreeMap<CodeName, Level>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It fails the run.
    Error,
    /// It is told.
    Warning,
    /// It is told with `--verbose`.
    Info,
    /// It is not told.
    Off,
}

/// An object with a level for each code.
fn levels_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let level = generator.subschema_for::<Level>();
    let codes = CODES.iter().map(|code| {
        let mut level = level.clone();
        level.insert("description".to_owned(), code.about.into());
        (code.name.to_owned(), level.to_value())
    });
    schemars::json_schema!({
        "type": "object",
        "properties": codes.collect::<serde_json::Map<_, _>>(),
        "additionalProperties": false,
    })
}

/// Where files run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum OverrideRuntime {
    Browser,
    Worker,
    Server,
}

/// From which verdict on a run fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum FailLevel {
    Blocked,
    Depends,
    Unknown,
    Never,
}
