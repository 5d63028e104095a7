//! `.env` files: `NAME=VALUE` lines, as Node's dotenv and dotenv-expand read them
//! (<https://github.com/motdotla/dotenv>), which all the tools use.

use super::tools::{FileOrder, Tool};
use crate::discover::{Overlay, decode};
use regex_lite::Regex;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// How deep names are expanded in names.
const MAX_EXPANSIONS: usize = 8;
/// How long a value may grow, in bytes.
const MAX_VALUE: usize = 16 * 1024;

/// A line, by the expression that dotenv itself has.
const LINE: &str = r#"(?m)^[ \t\r\n]*(?:export[ \t]+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?[ \t]*(?:#.*)?$"#;

/// A file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvIssue {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub message: String,
}

/// What the `.env` files of a folder say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Names and values; names whose value only the environment of the build has are not there.
    pub values: BTreeMap<String, String>,
    /// Files that could not be read.
    pub issues: Vec<EnvIssue>,
}

/// A value as it is written, and the number of its file: the higher, the stronger.
struct Raw {
    text: String,
    file: usize,
}

type Raws = BTreeMap<String, Raw>;

/// What a value may name: names of all files, of its own and stronger ones, or of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sees {
    All,
    Stronger,
    Own,
}

impl Sees {
    fn of(order: FileOrder) -> Self {
        match order {
            FileOrder::Vite => Sees::All,
            FileOrder::Parcel => Sees::Own,
            _ => Sees::Stronger,
        }
    }

    fn has(self, from: usize, other: usize) -> bool {
        match self {
            Sees::All => true,
            Sees::Stronger => other >= from,
            Sees::Own => other == from,
        }
    }
}

/// Reads the `.env` files of a folder that count in a mode, as a tool does; `overlay`: changes to
/// the files.
pub fn load(folder: &Path, tool: &Tool, mode: &str, overlay: &Overlay) -> Loaded {
    let mut out = Loaded::default();
    let mut raws = Raws::new();
    for (file, name) in tool.files.names(mode).iter().enumerate() {
        let path = folder.join(name);
        let bytes = match overlay.read(&path) {
            Ok(bytes) => bytes,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => {
                continue;
            }
            Err(error) => {
                let message = error.to_string();
                out.issues.push(EnvIssue { path, message });
                continue;
            }
        };
        for (name, text) in parse(&decode(bytes, None).text, tool.old_dotenv) {
            match text {
                // Later files win.
                Some(text) => raws.insert(name, Raw { text, file }),
                None => raws.remove(&name),
            };
        }
    }
    let names = Names {
        raws: &raws,
        sees: Sees::of(tool.files),
    };
    for (name, raw) in &raws {
        let expanded = names.expanded(&raw.text, raw.file, MAX_EXPANSIONS);
        out.values
            .extend(expanded.map(|value| (name.clone(), value)));
    }
    out
}

/// The entries of a file; without a value where tools read the line each in its own way.
fn parse(text: &str, old: bool) -> Vec<(String, Option<String>)> {
    static REGEX: OnceLock<Option<Regex>> = OnceLock::new();
    let Some(regex) = REGEX.get_or_init(|| Regex::new(LINE).ok()) else {
        return Vec::new();
    };
    let entries = regex.captures_iter(text).filter_map(|found| {
        let name = found.get(1)?.as_str().to_owned();
        let value = found.get(2).map_or("", |value| value.as_str());
        let line = found.get(0)?.as_str().trim();
        let is_the_same = !old
            || !(line.starts_with("export")
                || line.contains(['#', '`', '\n'])
                || line.contains(":-"));
        Some((name, unquoted(value.trim()).filter(|_| is_the_same)))
    });
    entries.collect()
}

fn unquoted(value: &str) -> Option<String> {
    let quote = value.chars().next().filter(|c| "'\"`".contains(*c));
    let Some(quote) = quote else {
        return Some(value.to_owned());
    };
    let inner = value.strip_prefix(quote)?.strip_suffix(quote)?;
    // An escaped quote ends the value for some.
    if inner.contains(&format!("\\{quote}")) {
        return None;
    }
    Some(match quote {
        '"' => inner.replace("\\n", "\n").replace("\\r", "\r"),
        _ => inner.to_owned(),
    })
}

/// The names that values can name.
struct Names<'r> {
    raws: &'r BTreeMap<String, Raw>,
    sees: Sees,
}

impl Names<'_> {
    /// A value of a file with `$NAME`, `${NAME}` and `${NAME:-default}` put in; nothing where a
    /// name is not there.
    fn expanded(&self, text: &str, file: usize, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if out.ends_with('\\') {
                out.pop();
                out.push('$');
                continue;
            }
            let (inside, after) = match rest.strip_prefix('{') {
                Some(braced) => split_brace(braced)?,
                None => rest.split_at(name_end(rest)),
            };
            match inside {
                "" => out.push('$'),
                inside => out.push_str(&self.put_in(inside, file, depth)?),
            }
            if out.len() > MAX_VALUE {
                return None;
            }
            rest = after;
        }
        out.push_str(rest);
        Some(out)
    }

    /// What stands for `NAME` or `NAME:-default`.
    fn put_in(&self, inside: &str, file: usize, depth: usize) -> Option<String> {
        let (name, default) = inside.split_at(name_end(inside));
        let default = default.strip_prefix(":-").or(default.strip_prefix('-'));
        match (self.raws.get(name), default) {
            // Which of both it is depends on the order of lines, and on the reader.
            (Some(_), Some(_)) => None,
            (Some(raw), _) if is_odd_inside(&raw.text) => None,
            (Some(raw), _) if self.sees.has(file, raw.file) => {
                self.expanded(&raw.text, raw.file, depth)
            }
            (Some(_), _) => None,
            // The environment of the build may have the name, but whoever writes a default
            // counts on it.
            (None, Some(default)) => self.expanded(default, file, depth),
            (None, None) => None,
        }
    }
}

/// Whether a value comes out otherwise where another names it: escapes are undone twice, and
/// defaults not put in at all.
fn is_odd_inside(text: &str) -> bool {
    let mut braced = text.split("${").skip(1);
    let has_default = |inside: &str| inside.split('}').next().is_some_and(|i| i.contains('-'));
    text.contains("\\$") || braced.any(has_default)
}

/// What stands before the brace that closes, and what after it.
fn split_brace(text: &str) -> Option<(&str, &str)> {
    let mut open = 0_u32;
    for (at, c) in text.char_indices() {
        match c {
            '{' => open += 1,
            '}' if open == 0 => return Some((&text[..at], &text[at + 1..])),
            '}' => open -= 1,
            _ => {}
        }
    }
    None
}

fn name_end(text: &str) -> usize {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.find(|c| !is_name(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::PLAIN;
    use super::*;

    fn loaded(files: &[(&str, &str)], order: FileOrder, mode: &str) -> BTreeMap<String, String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let tool = Tool {
            files: order,
            ..PLAIN
        };
        let loaded = load(folder.path(), &tool, mode, &Overlay::default());
        assert!(loaded.issues.is_empty(), "{:?}", loaded.issues);
        loaded.values
    }

    /// As Vite's `loadEnv`, `@next/env` and the loaders of the others do.
    #[test]
    fn stronger_files_win() {
        let names = [
            ".env",
            ".env.local",
            ".env.production",
            ".env.production.local",
            ".env.development",
            ".env.test",
        ];
        let files: Vec<_> = names
            .iter()
            .map(|name| (*name, format!("A={name}")))
            .collect();
        let wins = |left_out: &str, order, mode| {
            let files = files
                .iter()
                .filter(|(name, _)| !left_out.split(' ').any(|l| l == *name));
            let files: Vec<_> = files.map(|(name, text)| (*name, text.as_str())).collect();
            loaded(&files, order, mode)
                .get("A")
                .cloned()
                .unwrap_or_default()
        };
        for order in [FileOrder::Vite, FileOrder::EachLikeVite, FileOrder::Node] {
            assert_eq!(wins("", order, "production"), ".env.production.local");
        }
        let local = ".env.production.local";
        assert_eq!(
            wins(local, FileOrder::Vite, "production"),
            ".env.production"
        );
        assert_eq!(
            wins(local, FileOrder::EachLikeVite, "production"),
            ".env.production"
        );
        assert_eq!(wins(local, FileOrder::Node, "production"), ".env.local");
        assert_eq!(wins("", FileOrder::Vite, "development"), ".env.development");
        assert_eq!(wins("", FileOrder::Node, "development"), ".env.local");
        assert_eq!(wins(".env.test", FileOrder::Vite, "test"), ".env.local");
        assert_eq!(wins(".env.test", FileOrder::Node, "test"), ".env");
        assert_eq!(wins("", FileOrder::OfMode, "staging"), "");
        assert_eq!(wins("", FileOrder::One, "production"), ".env");
    }

    /// Each value is what Vite 8 and Next.js 16 make of the line.
    #[test]
    fn quotes_comments_and_expansion() {
        let text = r#"# comment
export HOST='a.test'
API="https://${HOST}/v1" # x
HASH=https://a.test/#/x
SPACE=hello world   
TICK=`b c`
PRICE=5\$
DEF=${NOPE:-https://d.test}/x
DEF2=${NOPE-e}
DEF3=${NOPE:-${HOST}}
SINGLE='$HOST/x'
NL="a\nb"
EMPTY=
PAREN=a$(b)
LATE=$LATER
LATER=later
DASH-X=1
  INDENT  =  v  
TWICE=1
TWICE=2
REF=$TWICE.x
"#;
        for order in [FileOrder::Vite, FileOrder::Node, FileOrder::Parcel] {
            let found = loaded(&[(".env", text)], order, "production");
            for (name, value) in [
                ("HOST", "a.test"),
                ("API", "https://a.test/v1"),
                ("HASH", "https://a.test/"),
                ("SPACE", "hello world"),
                ("TICK", "b c"),
                ("PRICE", "5$"),
                ("DEF", "https://d.test/x"),
                ("DEF2", "e"),
                ("DEF3", "a.test"),
                ("SINGLE", "a.test/x"),
                ("NL", "a\nb"),
                ("EMPTY", ""),
                ("PAREN", "a$(b)"),
                ("LATE", "later"),
                ("DASH-X", "1"),
                ("INDENT", "v"),
                ("REF", "2.x"),
            ] {
                assert_eq!(found.get(name).map(String::as_str), Some(value), "{name}");
            }
        }
    }

    /// What only the environment of the build knows, and what tools read each in its own way.
    #[test]
    fn no_value_rather_than_a_guess() {
        let text = "NONE=https://$NOT_THERE/\nPATHS=$PATH\nA=$B\nB=$A\nOPEN=${HOST\n\
            ESCAPED=\"a\\\"b\"\nUNCLOSED='a\njunk\nLAST=1\n\
            PRICE=5\\$\nTAG=${PRICE}x\nDEF=${NOT_THERE:-d}\nUSES=$DEF\n\
            EITHER=${LAST:-d}\n";
        let found = loaded(&[(".env", text)], FileOrder::Vite, "production");
        assert_eq!(found.keys().collect::<Vec<_>>(), ["DEF", "LAST", "PRICE"]);
    }

    #[test]
    fn names_of_weaker_files() {
        let files = [
            (".env", "A=1\nB=$A\nW=w\n"),
            (".env.production", "A=2\nC=$W-c\n"),
        ];
        let vite = loaded(&files, FileOrder::Vite, "production");
        assert_eq!((vite["B"].as_str(), vite["C"].as_str()), ("2", "w-c"));
        let next = loaded(&files, FileOrder::Node, "production");
        assert_eq!(next["B"], "2");
        // Parcel has `.env`'s own `A`: what another file says of it is not followed.
        let parcel = loaded(&files, FileOrder::Parcel, "production");
        assert!(!parcel.contains_key("B") && !parcel.contains_key("C"));
        // Next.js has the empty text there, unless the environment has the name.
        assert!(!next.contains_key("C"));
    }

    /// What dotenv 10 reads in another way than today's.
    #[test]
    fn old_readers() {
        let text = "A=https://a.test\nB=https://b.test # c\nexport C=c\nD=`d`\nE=\"e\"\nF=${X:-f}\nG=${A}/g\n";
        let names: Vec<_> = parse(text, true)
            .into_iter()
            .filter(|(_, value)| value.is_some())
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["A", "E", "G"]);
        assert!(parse(text, false).iter().all(|(_, value)| value.is_some()));
    }

    #[test]
    fn expansion_is_bounded() {
        let mut text = "A0=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n".to_owned();
        for i in 1..8 {
            let before = i - 1;
            let line = format!("A{i}={}\n", format!("$A{before}").repeat(20));
            text.push_str(&line);
        }
        let found = loaded(&[(".env", &text)], FileOrder::Vite, "production");
        assert!(found.contains_key("A1") && !found.contains_key("A7"));
    }
}
