//! Matchers of requests (<https://caddyserver.com/docs/caddyfile/matchers>).

use super::expand::{Argument, Item};
use crate::policies::answer::Answer;
use crate::policies::lookahead::Expression;
use crate::policies::routing::has_extension;
use globset::{GlobBuilder, GlobMatcher};
use rustc_hash::FxHashMap as HashMap;

/// A matcher.
#[derive(Debug, Clone)]
pub(super) enum Matcher {
    /// One of these paths.
    Path(Vec<PathOf>),
    /// An expression that is searched for in the path.
    Expression(Expression),
    /// All of these.
    All(Vec<Matcher>),
    /// One of these.
    Any(Vec<Matcher>),
    /// Not this.
    Not(Box<Matcher>),
    /// One of these files is there: `file`.
    File(Vec<String>),
    /// It is so for the request for a page.
    Known(bool),
    /// It is not understood.
    Unknown,
}

/// A path as a matcher has it.
#[derive(Debug, Clone)]
pub(super) struct PathOf {
    text: String,
    glob: Option<GlobMatcher>,
}

impl PathOf {
    fn of(text: &str) -> PathOf {
        let text = text.to_lowercase();
        let inner = text.trim_matches('*');
        // `*` in the middle is anything but a slash.
        let is_glob = inner.contains(['*', '?', '[']) || text.matches('*').count() > 2;
        let escaped = text.replace('{', "[{]").replace('}', "[}]");
        let glob = GlobBuilder::new(&escaped).literal_separator(true).build();
        PathOf {
            glob: glob.ok().filter(|_| is_glob).map(|g| g.compile_matcher()),
            text,
        }
    }

    fn matches(&self, path: &str) -> bool {
        if let Some(glob) = &self.glob {
            return glob.is_match(path);
        }
        let inner = self.text.trim_matches('*');
        match (self.text.starts_with('*'), self.text.ends_with('*')) {
            (true, true) => path.contains(inner),
            (true, false) => path.ends_with(inner),
            (false, true) => path.starts_with(inner),
            (false, false) => path == inner,
        }
    }
}

/// What is found of files that are tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tried {
    /// The page that was asked for.
    Page(String),
    /// The start page of the site in its place.
    Index,
    /// Another file, if it is there.
    Other,
    /// Nothing.
    None,
}

/// Tries files for a path that leads to a page of the project, asked for by its own path.
pub(super) fn tried(files: &[String], uri: &str, asked: &str) -> Tried {
    let (is_folder, has_extension) = (uri.ends_with('/'), has_extension(uri));
    for pattern in files {
        let file = format!("/{pattern}")
            .replace("{path}", uri)
            .replace("{http.request.uri.path}", uri)
            .replace("{uri}", uri);
        let file = file.replace("//", "/").replace("//", "/");
        let below = file.strip_prefix(uri);
        let is_page = match (is_folder, has_extension) {
            // A folder is one only with a slash in the pattern.
            (true, _) => match below {
                Some("") => pattern.ends_with('/'),
                below => matches!(below, Some("index.html" | "index.htm")),
            },
            (false, true) => below == Some(""),
            (false, false) => matches!(below, Some(".html" | ".htm")),
        };
        if is_page {
            return Tried::Page(file);
        }
        if file == "/index.html" {
            return match asked == "/" {
                true => Tried::Page(file),
                false => Tried::Index,
            };
        }
        if !pattern.contains('{') {
            return Tried::Other;
        }
    }
    Tried::None
}

/// The matchers that have names.
pub(super) type Named = HashMap<String, Matcher>;

impl Matcher {
    /// That of the first argument of a directive, if it has one.
    pub(super) fn of(argument: Option<&Argument>, named: &Named) -> Option<Matcher> {
        let text = argument?.text.as_str();
        if text == "*" {
            return Some(Matcher::All(Vec::new()));
        }
        if text.starts_with('/') {
            return Some(Matcher::paths(&[text]));
        }
        let name = text.strip_prefix('@')?;
        Some(named.get(name).cloned().unwrap_or(Matcher::Unknown))
    }

    fn paths(texts: &[&str]) -> Matcher {
        if texts.iter().any(|text| text.contains('{')) {
            return Matcher::Unknown;
        }
        Matcher::Path(texts.iter().map(|text| PathOf::of(text)).collect())
    }

    /// What `@name …` defines.
    pub(super) fn defined(item: &Item) -> Matcher {
        let rest = item.words.get(1..).unwrap_or_default();
        if !rest.is_empty() {
            return Matcher::line(rest, item.inner());
        }
        Matcher::set(item.inner())
    }

    /// All matchers of a block; those of one kind are alternatives.
    fn set(items: &[Item]) -> Matcher {
        let mut kinds: Vec<(&str, Vec<Matcher>)> = Vec::new();
        for item in items {
            let matcher = Matcher::line(&item.words, item.inner());
            let name = item.name();
            // `not` lines are each a matcher.
            match kinds
                .iter_mut()
                .find(|(kind, _)| *kind == name && name != "not")
            {
                Some((_, all)) => all.push(matcher),
                None => kinds.push((name, vec![matcher])),
            }
        }
        Matcher::All(
            kinds
                .into_iter()
                .map(|(_, all)| Matcher::Any(all))
                .collect(),
        )
    }

    fn line(words: &[Argument], block: &[Item]) -> Matcher {
        let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        match texts.split_first() {
            Some((&"path", paths)) => Matcher::paths(paths),
            Some((&"path_regexp", [.., expression])) if !expression.contains("{$") => {
                Expression::anywhere(expression, true).map_or(Matcher::Unknown, Matcher::Expression)
            }
            Some((&"method", methods)) => {
                let is_get = |method: &&str| method.eq_ignore_ascii_case("GET");
                Matcher::Known(methods.iter().any(is_get))
            }
            Some((&"file", files)) => {
                let files = files.iter().map(|file| (*file).to_owned());
                let lines = block.iter().filter(|item| item.name() == "try_files");
                let lines = lines.flat_map(|item| item.words.get(1..).unwrap_or_default());
                let mut all: Vec<String> = files.chain(lines.map(|w| w.text.clone())).collect();
                let is_plain = |item: &Item| item.name() == "try_files" || item.name() == "root";
                if !block.iter().all(is_plain) {
                    return Matcher::Unknown;
                }
                if all.is_empty() {
                    all.push("{path}".to_owned());
                }
                Matcher::File(all)
            }
            Some((&"not", [])) => Matcher::Not(Box::new(Matcher::set(block))),
            Some((&"not", _)) => {
                let rest = words.get(1..).unwrap_or_default();
                Matcher::Not(Box::new(Matcher::line(rest, block)))
            }
            _ => Matcher::Unknown,
        }
    }

    /// Whether a path matches.
    pub(super) fn matches(&self, path: &str) -> Answer {
        match self {
            Matcher::Path(paths) => {
                let path = path.to_lowercase();
                Answer::of(paths.iter().any(|one| one.matches(&path)))
            }
            Matcher::Expression(expression) => Answer::of(expression.matches(path)),
            Matcher::All(all) => all
                .iter()
                .fold(Answer::Yes, |answer, one| answer.and(one.matches(path))),
            Matcher::Any(all) => all
                .iter()
                .fold(Answer::No, |answer, one| answer.or(one.matches(path))),
            Matcher::Not(inner) => inner.matches(path).not(),
            Matcher::File(files) => match tried(files, path, path) {
                Tried::Page(_) | Tried::Index => Answer::Yes,
                // No file is named that may be there.
                Tried::None => Answer::No,
                Tried::Other => Answer::Maybe,
            },
            Matcher::Known(is_so) => Answer::of(*is_so),
            Matcher::Unknown => Answer::Maybe,
        }
    }

    /// The files that it looks for.
    pub(super) fn files(&self) -> Option<&[String]> {
        match self {
            Matcher::File(files) => Some(files),
            Matcher::All(all) | Matcher::Any(all) => all.iter().find_map(Matcher::files),
            _ => None,
        }
    }

    /// Its path, if it is only one: by that, directives are sorted.
    pub(super) fn only_path(&self) -> Option<&str> {
        match self {
            Matcher::Path(paths) => match paths.as_slice() {
                [only] => Some(&only.text),
                _ => None,
            },
            Matcher::All(all) | Matcher::Any(all) => match all.as_slice() {
                [only] => only.only_path(),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether it is for every request.
    pub(super) fn is_all(&self) -> bool {
        matches!(self, Matcher::All(all) if all.is_empty())
    }

    /// How it is told.
    pub(super) fn shown(&self) -> String {
        match self {
            Matcher::Path(paths) => {
                let texts: Vec<&str> = paths.iter().map(|path| path.text.as_str()).collect();
                texts.join(" ")
            }
            Matcher::Expression(expression) => expression.text().to_owned(),
            Matcher::All(all) | Matcher::Any(all) => {
                let texts: Vec<String> = all.iter().map(Matcher::shown).collect();
                texts.join(" ")
            }
            Matcher::Not(inner) => format!("not {}", inner.shown()),
            Matcher::File(files) => files.join(" "),
            Matcher::Known(_) | Matcher::Unknown => "(on a condition)".to_owned(),
        }
    }
}
