//! Variables of nginx: what a request knows of them when its headers are made.
//!
//! `set` is run in the order of the file, first that of the server, then that of the location
//! (<https://nginx.org/en/docs/http/ngx_http_rewrite_module.html>); `map` is looked up when it is
//! used (<https://nginx.org/en/docs/http/ngx_http_map_module.html>).

use super::model::{Flag, Map, Step};
use crate::policies::Written;
use crate::policies::lookahead::Expression;
use crate::policies::template::placeholder;
use crate::policies::words::Word;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::ops::Range;

/// How long a value may be.
const MAX_LENGTH: usize = 64 << 10;
/// How often maps may lead to maps.
const MAX_DEPTH: usize = 10;
/// What pages are sent as, without and with a character set.
const PAGE_TYPES: [&str; 2] = ["text/html", "text/html; charset=utf-8"];

/// The variables that were set.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables {
    /// Nothing if the value is not known.
    set: HashMap<String, Option<Written>>,
}

/// A value.
#[derive(Debug, Default)]
pub(super) struct Value {
    /// The text.
    pub(super) written: Written,
    /// It is that of pages, by their content type.
    pub(super) is_of_pages: bool,
}

/// What a value is looked up in.
#[derive(Clone, Copy)]
struct Context<'a> {
    maps: &'a [Map],
    /// Whether the response is there, so that its type is known.
    has_response: bool,
    depth: usize,
}

impl Variables {
    /// Runs the directives of a level.
    pub(super) fn run(&mut self, steps: &[Step], maps: &[Map]) {
        // Behind `rewrite … last`, directives may not be run.
        let mut is_sure = true;
        for step in steps {
            match step {
                Step::Set(name, word) if is_sure => {
                    let context = Context {
                        maps,
                        has_response: false,
                        depth: 0,
                    };
                    let value = self.evaluate(word, 0, context);
                    self.set.insert(name.clone(), Some(value.written));
                }
                Step::Set(name, _) | Step::Forget(name) => {
                    self.set.insert(name.clone(), None);
                }
                Step::Rewrite(rewrite) => is_sure &= rewrite.flag == Flag::None,
                Step::Return | Step::Break => return,
            }
        }
    }

    /// Forgets variables that other locations set.
    pub(super) fn forget_in_others(&mut self, names: HashSet<String>) {
        self.set.extend(names.into_iter().map(|name| (name, None)));
    }

    /// What a word says from a byte on, when headers are sent.
    pub(super) fn value(&self, word: &Word, start: usize, maps: &[Map]) -> Value {
        let context = Context {
            maps,
            has_response: true,
            depth: 0,
        };
        self.evaluate(word, start, context)
    }

    fn evaluate(&self, word: &Word, start: usize, context: Context<'_>) -> Value {
        let mut out = Value::default();
        for part in parts(word.text(), start) {
            match part {
                Part::Text(range) => word.write(range, &mut out.written),
                Part::Hole(range, name) => {
                    out.written.hole(name, Some(word.range_place(&range)));
                }
                Part::Variable(range, name) => match self.variable(name, context) {
                    Some(value) if value.written.text().len() < MAX_LENGTH => {
                        out.is_of_pages |= value.is_of_pages;
                        out.written.append(value.written);
                    }
                    _ => {
                        let place = word.range_place(&range);
                        out.written.hole(&format!("${name}"), Some(place));
                    }
                },
            }
            if out.written.text().len() > 2 * MAX_LENGTH {
                out.written = Written::default();
                out.written.hole("too-long", Some(word.place()));
                break;
            }
        }
        out
    }

    fn variable(&self, name: &str, context: Context<'_>) -> Option<Value> {
        if let Some(set) = self.set.get(name) {
            let written = set.clone()?;
            return Some(Value {
                written,
                is_of_pages: false,
            });
        }
        let depth = context.depth + 1;
        if depth > MAX_DEPTH {
            return None;
        }
        // The last of several of one name counts.
        let map = context.maps.iter().rfind(|map| map.name == name)?;
        let (word, is_of_pages) = looked_up(map, context.has_response)?;
        let Some(word) = word else {
            return Some(Value::default());
        };
        let mut value = self.evaluate(word, 0, Context { depth, ..context });
        value.is_of_pages |= is_of_pages;
        Some(value)
    }
}

/// The value of a map, and whether it is that of pages; nothing if it is not known.
fn looked_up(map: &Map, has_response: bool) -> Option<(Option<&Word>, bool)> {
    if map.is_partly_read {
        return None;
    }
    let default = map.rows.iter().find(|(key, _)| key.text() == "default");
    let default = default.map(|(_, value)| value);
    let text = |value: Option<&Word>| value.map_or("", Word::text).to_owned();
    let mut values = map.rows.iter().map(|(_, value)| value);
    if values.all(|value| value.text() == text(default)) {
        return Some((default, false));
    }
    let is_of_type = ["$sent_http_content_type", "${sent_http_content_type}"];
    if !has_response || !is_of_type.contains(&map.source.text()) {
        return None;
    }
    let [plain, with_charset] = PAGE_TYPES.map(|name| of_type(map, name, default));
    let (plain, with_charset) = (plain?, with_charset?);
    (text(plain) == text(with_charset)).then_some((plain, true))
}

/// The value of a map for a content type.
fn of_type<'a>(map: &'a Map, name: &str, default: Option<&'a Word>) -> Option<Option<&'a Word>> {
    let exact = map.rows.iter().find(|(key, _)| {
        let key = key.text().strip_prefix('\\').unwrap_or(key.text());
        key.eq_ignore_ascii_case(name)
    });
    if let Some((_, value)) = exact {
        return Some(Some(value));
    }
    for (key, value) in &map.rows {
        let Some(pattern) = key.text().strip_prefix('~') else {
            continue;
        };
        let (pattern, sensitive) = match pattern.strip_prefix('*') {
            Some(pattern) => (pattern, false),
            None => (pattern, true),
        };
        if Expression::anywhere(pattern, sensitive)?.matches(name) {
            return Some(Some(value));
        }
    }
    Some(default)
}

/// A part of a text.
enum Part<'a> {
    /// As it is.
    Text(Range<usize>),
    /// What a template puts there, by its name.
    Hole(Range<usize>, &'a str),
    /// A variable, without `$`.
    Variable(Range<usize>, &'a str),
}

/// The parts of a text from a byte on.
fn parts(text: &str, start: usize) -> Vec<Part<'_>> {
    let mut out = Vec::new();
    let (mut plain, mut at) = (start, start);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (length, name, is_variable) = if let Some((length, name)) = placeholder(rest) {
            (length, name, false)
        } else if let Some((length, name)) = variable(rest) {
            (length, name, true)
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        if plain < at {
            out.push(Part::Text(plain..at));
        }
        let range = at..at + length;
        out.push(match is_variable {
            true => Part::Variable(range, name),
            false => Part::Hole(range, name),
        });
        at += length;
        plain = at;
    }
    if plain < text.len() {
        out.push(Part::Text(plain..text.len()));
    }
    out
}

/// A variable at the start of a text: its length, and its name.
fn variable(text: &str) -> Option<(usize, &str)> {
    let rest = text.strip_prefix('$')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if let Some(braced) = rest.strip_prefix('{') {
        let end = braced.find('}')?;
        let name = braced.get(..end)?;
        // `${X:-default}` is of the shell that fills the template.
        return (!name.is_empty() && !name.contains(['\n', '"', '\''])).then_some((end + 3, name));
    }
    let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
    (end > 0).then_some((end + 1, rest.get(..end)?))
}

/// A path with its variables filled in: those that are known of any request.
pub(super) fn filled(text: &str, path: &str, groups: &[String]) -> Option<String> {
    let mut out = String::new();
    for part in parts(text, 0) {
        match part {
            Part::Text(range) => out.push_str(text.get(range)?),
            Part::Variable(_, "uri" | "document_uri") => out.push_str(path),
            Part::Variable(_, "is_args" | "args" | "query_string") => {}
            Part::Variable(_, name) => out.push_str(groups.get(name.parse::<usize>().ok()?)?),
            Part::Hole(..) => return None,
        }
    }
    (out.len() < MAX_LENGTH).then_some(out)
}
