//! What the editor's settings say: `connect-lint.*`. They come with `initialize` and with
//! `workspace/configuration`; a key that is not there has its default, one of the wrong kind too.

use crate::cli::args::{OutputArgs, PolicyArgs, SourceArgs};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The names of the settings, as editors write them below `connect-lint`.
pub const NAMES: [&str; 8] = [
    "enable",
    "config",
    "policy",
    "pageUrl",
    "showInfo",
    "lint.scope",
    "inlayHints.enable",
    "codeLens.enable",
];

/// The settings of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settings {
    /// `enable`: whether anything is done.
    pub(super) enable: bool,
    /// `config`: a configuration in place of the nearest `connect-lint.toml`.
    pub(super) config: Option<PathBuf>,
    /// `policy`: as `--policy`.
    pub(super) policy: Vec<String>,
    /// `pageUrl`: as `--page-url`.
    pub(super) page_url: Option<String>,
    /// `showInfo`: whether findings are shown that need no action, as `--verbose` does.
    pub(super) show_info: bool,
    /// `lint.scope`: `workspace` or `openFiles`.
    pub(super) scope: Scope,
    /// `inlayHints`: whether each endpoint has its verdict beside it.
    pub(super) inlay_hints: bool,
    /// `codeLens`: whether each endpoint has its verdict above it.
    pub(super) code_lens: bool,
}

/// Which files findings are shown of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Scope {
    /// All: what a change of a policy does elsewhere is seen.
    #[default]
    Workspace,
    /// Those that are open.
    OpenFiles,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            enable: true,
            config: None,
            policy: Vec::new(),
            page_url: None,
            show_info: false,
            scope: Scope::default(),
            inlay_hints: false,
            code_lens: false,
        }
    }
}

impl Settings {
    /// Reads the settings: those below `connect-lint`, or these themselves.
    pub(super) fn of(value: &Value) -> Settings {
        let value = value.get("connect-lint").unwrap_or(value);
        let flag = |name: &str, default| given(value, name).and_then(is_on).unwrap_or(default);
        let text = |name: &str| {
            let text = given(value, name)?.as_str()?.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let scope = given(value, "lint.scope");
        Settings {
            enable: flag("enable", true),
            config: text("config").map(PathBuf::from),
            policy: texts(given(value, "policy")),
            page_url: text("pageUrl"),
            show_info: flag("showInfo", false),
            scope: match scope.and_then(Value::as_str) {
                Some("openFiles") => Scope::OpenFiles,
                _ => Scope::Workspace,
            },
            inlay_hints: flag("inlayHints.enable", false),
            code_lens: flag("codeLens.enable", false),
        }
    }

    /// What is wrong with settings: each has its default in place of it.
    pub(super) fn mistakes(value: &Value) -> BTreeSet<String> {
        let value = value.get("connect-lint").unwrap_or(value);
        let is_text = |value: &Value| value.is_string();
        let mistakes = NAMES.iter().filter_map(|name| {
            let given = given(value, name).filter(|given| !given.is_null())?;
            let (is_right, wanted) = match *name {
                "config" | "pageUrl" => (is_text(given), "a text"),
                "policy" => {
                    let of_texts = given.as_array().is_some_and(|all| all.iter().all(is_text));
                    (is_text(given) || of_texts, "a list of texts")
                }
                "lint.scope" => {
                    let known = given.as_str();
                    let known = known.is_some_and(|s| matches!(s, "workspace" | "openFiles"));
                    (known, "`workspace` or `openFiles`")
                }
                _ => (is_on(given).is_some(), "`true` or `false`"),
            };
            let told = || {
                format!("the setting `connect-lint.{name}` must be {wanted}: else it is ignored")
            };
            (!is_right).then(told)
        });
        mistakes.collect()
    }

    /// What would be given as flags: policies.
    pub(super) fn policies(&self) -> PolicyArgs {
        PolicyArgs {
            policy: self.policy.clone(),
            page_url: self.page_url.clone(),
            ..PolicyArgs::default()
        }
    }

    /// What would be given as flags: how to report.
    pub(super) fn output(&self) -> OutputArgs {
        OutputArgs {
            verbose: self.show_info,
            ..OutputArgs::default()
        }
    }

    /// What would be given as flags: what to lint.
    pub(super) fn sources(root: &Path) -> SourceArgs {
        SourceArgs {
            paths: vec![root.to_path_buf()],
            ..SourceArgs::default()
        }
    }
}

/// A message for people in which settings have their names, and not those of the flags that say the
/// same on the command line.
pub(super) fn for_flags(message: &str) -> String {
    const FLAGS: [(&str, &str); 2] = [("--policy", "policy"), ("--page-url", "pageUrl")];
    FLAGS
        .iter()
        .fold(message.to_owned(), |message, (flag, name)| {
            let message = message.replace(
                &format!("the policy of `{flag}`"),
                &format!("the setting `connect-lint.{name}`"),
            );
            match message.strip_prefix(&format!("{flag}: ")) {
                Some(rest) => format!("the setting `connect-lint.{name}`: {rest}"),
                None => message,
            }
        })
}

/// The value of a setting: in objects, or below its whole name. `inlayHints` is short for
/// `inlayHints.enable`.
fn given<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let whole = || value.get(name);
    match name.split_once('.') {
        None => whole(),
        Some((outer, inner)) => {
            let outer = value.get(outer);
            let short = outer.filter(|outer| !outer.is_object() && inner == "enable");
            let inside = outer.and_then(|outer| outer.get(inner));
            inside.or(short).or_else(whole)
        }
    }
}

/// `true`, or `{ "enable": true }` as some settings have it.
fn is_on(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.get("enable")?.as_bool())
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let all = match value {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let said = all.into_iter().filter(|text| !text.trim().is_empty());
    said.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_are_read_and_nonsense_is_none() {
        let nothing = [json!(null), json!([]), json!({"enable": "x", "config": ""})];
        for value in nothing {
            assert_eq!(Settings::of(&value), Settings::default());
        }
        let all = json!({"connect-lint": {
            "enable": false, "config": "c.toml", "policy": "connect-src 'self'",
            "pageUrl": "https://a.test/", "showInfo": true, "lint": {"scope": "openFiles"},
            "inlayHints": {"enable": true}, "codeLens": true, "other": 1,
        }});
        let read = Settings::of(&all);
        assert!(!read.enable && read.show_info && read.inlay_hints && read.code_lens);
        assert_eq!(read.config, Some("c.toml".into()));
        assert_eq!(read.policy, ["connect-src 'self'"]);
        assert_eq!(read.scope, Scope::OpenFiles);
    }

    #[test]
    fn mistakes_are_told_by_name() {
        let right = json!({"enable": true, "config": null, "policy": ["a"], "inlayHints": true,
            "codeLens.enable": true, "lint": {"scope": "workspace"}, "trace": {"server": 7}});
        assert!(Settings::mistakes(&right).is_empty());
        assert!(Settings::of(&right).code_lens);
        let wrong = json!({"connect-lint": {"enable": "no", "config": {}, "policy": [7],
            "pageUrl": [], "showInfo": 1, "lint": {"scope": "all"}, "inlayHints": "x",
            "codeLens": {"enable": 1}}});
        let mistakes: Vec<_> = Settings::mistakes(&wrong).into_iter().collect();
        assert_eq!(mistakes.len(), NAMES.len());
        for name in NAMES {
            let name = format!("`connect-lint.{name}`");
            assert!(mistakes.iter().any(|told| told.contains(&name)), "{name}");
        }
    }

    /// So that a new field is a new name too.
    #[test]
    fn each_field_is_set_by_one_name() {
        let Settings {
            enable: _,
            config: _,
            policy: _,
            page_url: _,
            show_info: _,
            scope: _,
            inlay_hints: _,
            code_lens: _,
        } = Settings::default();
        let values = ["false", "true", "\"openFiles\"", "\"x\""];
        for name in NAMES {
            let is_set = values.iter().any(|value| {
                let (outer, inner) = name.split_once('.').unwrap_or(("connect-lint", name));
                let text = format!("{{\"{outer}\": {{\"{inner}\": {value}}}}}");
                let value = serde_json::from_str(&text).unwrap_or_default();
                Settings::of(&value) != Settings::default()
            });
            assert!(is_set, "{name}");
        }
    }
}
