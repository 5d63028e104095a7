//! `.env` files: what the build puts in the place of `import.meta.env.X` and `process.env.X`.
//!
//! Which files count, and in which order, is as Vite has it where it builds the project
//! (<https://vite.dev/guide/env-and-mode>), else as Create React App and Next.js do
//! (<https://nextjs.org/docs/app/guides/environment-variables>). The environment of the process
//! never counts: the same input gives the same output.

use crate::discover::decode;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Prefixes of names that tools hand to browser code: Vite, Create React App, Next.js, Vue CLI,
/// Nuxt, SvelteKit and Astro, Gatsby, Expo.
const PUBLIC: [&str; 9] = [
    "VITE_",
    "REACT_APP_",
    "NEXT_PUBLIC_",
    "VUE_APP_",
    "NUXT_PUBLIC_",
    "PUBLIC_",
    "GATSBY_",
    "EXPO_PUBLIC_",
    "NG_APP_",
];

/// Stand for `$` and `\$` while a file is parsed, since expansion must not see the environment.
const DOLLAR: &str = "\u{E000}";
const ESCAPED: &str = "\u{E001}";
/// How deep names are expanded in names.
const MAX_EXPANSIONS: usize = 8;

/// A file that could not be read as such.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvIssue {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub message: String,
}

/// What the `.env` files of a folder define for a mode, by the names that the evaluation looks
/// up: `X` for what browsers are given, `process.env.X` for the rest.
pub fn read(folder: &Path, mode: &str) -> (BTreeMap<String, String>, Vec<EnvIssue>) {
    let mut raw: BTreeMap<String, String> = BTreeMap::new();
    let mut issues = Vec::new();
    for name in names(folder, mode) {
        let path = folder.join(name);
        let Ok(bytes) = std::fs::read(&path) else {
            continue;
        };
        match parse(&decode(bytes, None).text) {
            // Later files win.
            Ok(values) => raw.extend(values),
            Err(message) => issues.push(EnvIssue { path, message }),
        }
    }
    let defines = raw.keys().filter_map(|name| {
        let value = expanded(&raw, name, MAX_EXPANSIONS)?;
        let public = PUBLIC.iter().any(|prefix| name.starts_with(prefix));
        let name = match public {
            true => name.clone(),
            false => format!("process.env.{name}"),
        };
        // The text itself, also where it looks like a number.
        Some((name, serde_json::Value::String(value).to_string()))
    });
    (defines.collect(), issues)
}

/// The files, weakest first.
fn names(folder: &Path, mode: &str) -> [String; 4] {
    let of_mode = format!(".env.{mode}");
    let of_mode_here = format!(".env.{mode}.local");
    let (all, here) = (".env".to_owned(), ".env.local".to_owned());
    let is_vite = ["ts", "js", "mts", "mjs", "cts", "cjs"]
        .iter()
        .any(|end| folder.join(format!("vite.config.{end}")).is_file());
    match is_vite {
        true => [all, here, of_mode, of_mode_here],
        false => [all, of_mode, here, of_mode_here],
    }
}

fn parse(text: &str) -> Result<Vec<(String, String)>, String> {
    let text = text.replace("\\$", ESCAPED).replace('$', DOLLAR);
    let entries = dotenvy::from_read_iter(text.as_bytes());
    let entry = |entry: Result<(String, String), dotenvy::Error>| match entry {
        Ok((name, value)) => {
            let value = value.replace(ESCAPED, "\\$").replace(DOLLAR, "$");
            Ok((name, value))
        }
        // The line itself may hold a secret.
        Err(_) => Err("not in the form of lines NAME=VALUE".to_owned()),
    };
    entries.map(entry).collect()
}

/// The value of a name with `$OTHER` and `${OTHER}` put in; nothing where one is not defined.
fn expanded(raw: &BTreeMap<String, String>, name: &str, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let mut out = String::new();
    let mut rest = raw.get(name)?.as_str();
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if out.ends_with('\\') {
            out.pop();
            out.push('$');
            continue;
        }
        let (other, after) = match rest.strip_prefix('{') {
            Some(braced) => braced.split_once('}')?,
            None => rest.split_at(rest.find(|c: char| !is_name(c)).unwrap_or(rest.len())),
        };
        match other {
            "" => out.push('$'),
            other => out.push_str(&expanded(raw, other, depth)?),
        }
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn defined(files: &[(&str, &str)], mode: &str) -> BTreeMap<String, String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let (defines, issues) = read(folder.path(), mode);
        assert!(issues.is_empty(), "{issues:?}");
        defines
    }

    #[test]
    fn stronger_files_win() {
        let files = [
            (".env", "VITE_A=1\nVITE_B=1\nVITE_C=1\n"),
            (".env.local", "VITE_B=2\n"),
            (".env.production", "VITE_B=3\nVITE_C=3\n"),
            (".env.development", "VITE_C=4\n"),
        ];
        let text = |n: u32| format!("\"{n}\"");
        let found = defined(&files, "production");
        assert_eq!(
            (&found["VITE_A"], &found["VITE_B"], &found["VITE_C"]),
            (&text(1), &text(2), &text(3))
        );
        let vite = [&files[..], &[("vite.config.ts", "")]].concat();
        assert_eq!(defined(&vite, "production")["VITE_B"], text(3));
        assert_eq!(defined(&vite, "development")["VITE_C"], text(4));
    }

    #[test]
    fn quotes_comments_and_expansion() {
        let text = "# c\nexport HOST='a.test'\nNEXT_PUBLIC_API=\"https://${HOST}/v1\" # x\nREACT_APP_B=$NEXT_PUBLIC_API/b\n\
            VITE_PRICE=5\\$\nVITE_NONE=https://$NOT_THERE/\nPATH_LIKE=$PATH\n";
        let found = defined(&[(".env", text)], "production");
        assert_eq!(found["process.env.HOST"], "\"a.test\"");
        assert_eq!(found["NEXT_PUBLIC_API"], "\"https://a.test/v1\"");
        assert_eq!(found["REACT_APP_B"], "\"https://a.test/v1/b\"");
        // What only the environment of the build knows stays a hole.
        assert!(!found.contains_key("VITE_NONE") && !found.contains_key("process.env.PATH_LIKE"));
    }

    #[test]
    fn cycles_end_and_broken_files_are_told() {
        assert!(defined(&[(".env", "A=$B\nB=$A\n")], "production").is_empty());
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".env"), "A='\n").unwrap();
        assert_eq!(read(folder.path(), "production").1.len(), 1);
    }
}
