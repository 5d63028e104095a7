//! Matchers of requests (<https://caddyserver.com/docs/caddyfile/matchers>).

use super::expand::{Argument, Item};
use crate::policies::answer::Answer;
use crate::policies::lookahead::Expression;
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
            Matcher::Known(is_so) => Answer::of(*is_so),
            Matcher::Unknown => Answer::Maybe,
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
            Matcher::Known(_) | Matcher::Unknown => "(on a condition)".to_owned(),
        }
    }
}
