//! What the directives of a configuration say of requests: servers, locations, and what is done
//! and sent in each.

use super::condition::Condition;
use super::location::Matcher;
use crate::policies::directive::Directive;
use crate::policies::disposition_of;
use crate::policies::lookahead::Expression;
use crate::policies::words::Word;
use crate::results::Disposition;

/// A level of the configuration: all servers, a server, a location.
#[derive(Debug, Default)]
pub(super) struct Level {
    /// Its own `add_header`.
    pub(super) headers: Vec<Header>,
    /// `add_header_inherit`.
    pub(super) inherit: Option<Inherit>,
    /// Where something stands that may set headers and is not read: then those of the level above
    /// may not be there.
    pub(super) unread: Option<Word>,
    /// Each `if` that sets headers: no others are sent where it is so.
    pub(super) conditions: Vec<If>,
    /// `more_set_headers` and `more_clear_headers`, in order.
    pub(super) replaced: Vec<Replaced>,
    /// What the rewrite module does, in order.
    pub(super) steps: Vec<Step>,
    /// `root`, `alias`.
    pub(super) folder: Option<Folder>,
    /// `index`.
    pub(super) index: Option<Vec<String>>,
    /// `try_files`.
    pub(super) try_files: Option<Vec<String>>,
    /// Others answer: `proxy_pass`.
    pub(super) is_passed_on: bool,
    /// `internal`.
    pub(super) is_internal: bool,
    /// It stands in a condition of a template.
    pub(super) is_conditional: bool,
    /// The locations in it.
    pub(super) locations: Vec<Location>,
}

/// `if`.
#[derive(Debug)]
pub(super) struct If {
    /// The word `if`.
    pub(super) word: Word,
    /// As written.
    pub(super) text: String,
    /// When it is so; nothing if that is not understood.
    pub(super) condition: Option<Condition>,
    /// What it says.
    pub(super) level: Level,
}

/// A location.
#[derive(Debug)]
pub(super) struct Location {
    /// Which paths.
    pub(super) matcher: Matcher,
    /// What it says.
    pub(super) level: Level,
}

/// A server.
#[derive(Debug)]
pub(super) struct Server {
    /// Its first name.
    pub(super) name: Option<String>,
    /// What it says.
    pub(super) level: Level,
}

/// A file, with what it includes.
#[derive(Debug)]
pub(super) struct Config {
    /// What holds for all servers.
    pub(super) http: Level,
    /// The servers; what stands outside of any is one if there is no other.
    pub(super) servers: Vec<Server>,
    /// `map`.
    pub(super) maps: Vec<Map>,
}

/// `add_header`.
#[derive(Debug, Clone)]
pub(super) struct Header {
    /// What it is, if it is a policy.
    pub(super) disposition: Option<Disposition>,
    /// The word `add_header`.
    pub(super) word: Option<Word>,
    /// Its value.
    pub(super) value: Option<Word>,
    /// It stands in a condition of a template.
    pub(super) is_conditional: bool,
}

/// What becomes of the headers of the level above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inherit {
    /// They are there if the level has none of its own.
    On,
    /// They are not there.
    Off,
    /// They are there with its own.
    Merge,
}

/// A header that takes the place of what was set: of the module headers-more.
#[derive(Debug, Clone)]
pub(super) struct Replaced {
    /// Which.
    pub(super) disposition: Disposition,
    /// The word of its value, and where in it that begins; nothing if the header is taken away.
    pub(super) value: Option<(Word, usize)>,
}

/// Where files are.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    /// On the server.
    pub(super) path: String,
    /// The location's path is not a part of it.
    pub(super) is_alias: bool,
}

/// Something that the rewrite module does.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// `set $name value`.
    Set(String, Word),
    /// A variable that may be set to something else: under `if`.
    Forget(String),
    /// `rewrite pattern replacement flag`.
    Rewrite(Rewrite),
    /// The response is no page: `return 301 …`.
    Return,
    /// `break`.
    Break,
}

/// `rewrite`.
#[derive(Debug, Clone)]
pub(super) struct Rewrite {
    /// What is searched for in the path; nothing if it is not understood.
    pub(super) pattern: Option<Expression>,
    /// The new path.
    pub(super) replacement: String,
    /// What follows.
    pub(super) flag: Flag,
}

/// What follows a rewrite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flag {
    /// The next directives.
    None,
    /// A new location is looked for.
    Last,
    /// The request stays in its location.
    Break,
    /// The browser is sent to elsewhere.
    Redirect,
}

/// `map $source $name { … }`.
#[derive(Debug)]
pub(super) struct Map {
    /// What is looked up.
    pub(super) source: Word,
    /// The variable, without `$`.
    pub(super) name: String,
    /// What is compared with, and the value.
    pub(super) rows: Vec<(Word, Word)>,
    /// Something in it is not read.
    pub(super) is_partly_read: bool,
}

impl Config {
    /// What directives say.
    pub(super) fn of(directives: &[Directive]) -> Config {
        let mut config = Config {
            http: Level::default(),
            servers: Vec::new(),
            maps: Vec::new(),
        };
        config.add(directives, true);
        // A part of a server, to be included in one.
        if config.servers.is_empty() {
            config.servers.push(Server {
                name: None,
                level: std::mem::take(&mut config.http),
            });
        }
        config
    }

    fn add(&mut self, directives: &[Directive], is_top: bool) {
        for directive in directives {
            match (directive.name(), &directive.block) {
                ("http", Some(block)) if is_top => self.add(block, false),
                ("server", Some(block)) => self.servers.push(server(directive, block)),
                ("map", Some(block)) => self.maps.extend(map(directive, block)),
                _ => self.http.add(directive),
            }
        }
    }
}

fn server(directive: &Directive, block: &[Directive]) -> Server {
    let name = block.iter().find(|d| d.name() == "server_name");
    let mut level = Level::of(block);
    level.is_conditional = directive.is_conditional;
    Server {
        name: name.and_then(|d| d.arg(0)).map(str::to_owned),
        level,
    }
}

fn map(directive: &Directive, block: &[Directive]) -> Option<Map> {
    let [source, name] = directive.args() else {
        return None;
    };
    let rows = block.iter().filter_map(|row| {
        let [value] = row.args() else {
            return None;
        };
        let value = (row.name_word()?.clone(), value.clone());
        (row.name() != "include").then_some(value)
    });
    let flags = ["hostnames", "volatile"];
    let is_row = |row: &Directive| row.name() != "include" && row.args().len() == 1;
    let is_read =
        |row: &Directive| (is_row(row) || flags.contains(&row.name())) && !row.is_conditional;
    Some(Map {
        source: source.clone(),
        name: name.text().strip_prefix('$')?.to_owned(),
        rows: rows.collect(),
        is_partly_read: !block.iter().all(is_read),
    })
}

impl Level {
    /// What the directives of a block say.
    fn of(block: &[Directive]) -> Level {
        let mut level = Level::default();
        for directive in block {
            level.add(directive);
        }
        level
    }

    fn add(&mut self, directive: &Directive) {
        let texts = || directive.args().iter().map(|w| w.text().to_owned());
        match directive.name() {
            "add_header" => self.headers.push(header(directive)),
            "add_header_inherit" => {
                self.inherit = match directive.arg(0) {
                    Some("off") => Some(Inherit::Off),
                    Some("merge") => Some(Inherit::Merge),
                    _ => Some(Inherit::On),
                };
            }
            "more_set_headers" | "more_clear_headers" => self.replaced.extend(replaced(directive)),
            "set" => self.set(directive),
            "if" => self.condition(directive),
            "rewrite" => self.rewrite(directive),
            "return" if !directive.is_conditional => self.steps.push(Step::Return),
            "break" => self.steps.push(Step::Break),
            "root" | "alias" => {
                self.folder = directive.arg(0).map(|path| Folder {
                    path: path.to_owned(),
                    is_alias: directive.name() == "alias",
                });
            }
            "index" => self.index = Some(texts().collect()),
            "try_files" => self.try_files = Some(texts().collect()),
            "internal" => self.is_internal = true,
            "location" => self.locations.extend(location(directive)),
            "include" => self.unread = directive.args().first().cloned(),
            name if name.starts_with("{{") => self.unread = directive.name_word().cloned(),
            name if name.ends_with("_pass") => self.is_passed_on = true,
            _ => {}
        }
    }

    fn set(&mut self, directive: &Directive) {
        let [name, value] = directive.args() else {
            return;
        };
        let Some(name) = name.text().strip_prefix('$') else {
            return;
        };
        self.steps.push(match directive.is_conditional {
            true => Step::Forget(name.to_owned()),
            false => Step::Set(name.to_owned(), value.clone()),
        });
    }

    /// `if`: whether it is so is not known. What it answers itself is taken to be no page.
    fn condition(&mut self, directive: &Directive) {
        let inner = Level::of(directive.inner());
        if inner.steps.iter().any(|step| matches!(step, Step::Return)) {
            return;
        }
        self.steps
            .extend(inner.steps.iter().filter_map(|step| match step {
                Step::Set(name, _) | Step::Forget(name) => Some(Step::Forget(name.clone())),
                _ => None,
            }));
        if inner.headers.is_empty() && inner.replaced.is_empty() && inner.unread.is_none() {
            return;
        }
        let words: Vec<&str> = directive.args().iter().map(Word::text).collect();
        self.conditions.extend(directive.name_word().map(|word| If {
            word: word.clone(),
            text: format!("if {}", words.join(" ")),
            condition: Condition::of(&words).filter(|_| !directive.is_conditional),
            level: inner,
        }));
    }

    fn rewrite(&mut self, directive: &Directive) {
        let (Some(pattern), Some(replacement)) = (directive.arg(0), directive.arg(1)) else {
            return;
        };
        let is_away = ["http://", "https://", "$scheme"]
            .iter()
            .any(|start| replacement.starts_with(start));
        let flag = match directive.arg(2) {
            _ if is_away => Flag::Redirect,
            Some("last") => Flag::Last,
            Some("break") => Flag::Break,
            Some(_) => Flag::Redirect,
            None => Flag::None,
        };
        self.steps.push(Step::Rewrite(Rewrite {
            pattern: Expression::anywhere(pattern, true),
            replacement: replacement.to_owned(),
            flag,
        }));
    }
}

fn location(directive: &Directive) -> Option<Location> {
    let mut level = Level::of(directive.inner());
    level.is_conditional = directive.is_conditional;
    let matcher = Matcher::of(directive.arg(0)?, directive.arg(1))?;
    Some(Location { matcher, level })
}

fn header(directive: &Directive) -> Header {
    Header {
        disposition: directive.arg(0).and_then(disposition_of),
        word: directive.name_word().cloned(),
        value: directive.args().get(1).cloned(),
        is_conditional: directive.is_conditional,
    }
}

/// The headers of `more_set_headers -t 'text/html' 'Name: value' …`.
fn replaced(directive: &Directive) -> Vec<Replaced> {
    let mut out = Vec::new();
    let mut args = directive.args().iter();
    while let Some(arg) = args.next() {
        match arg.text() {
            "-t" => {
                let types = args.next().map_or("", Word::text);
                if !types.contains("text/html") {
                    return Vec::new();
                }
            }
            "-s" => {
                let codes = args.next().map_or("", Word::text);
                if !codes.contains("200") {
                    return Vec::new();
                }
            }
            text if text.starts_with('-') => {}
            text => {
                let (name, value) = text.split_once(':').unwrap_or((text, ""));
                let Some(disposition) = disposition_of(name.trim()) else {
                    continue;
                };
                let start = text.len() - value.trim_start().len();
                let is_set = directive.name() == "more_set_headers" && start < text.len();
                out.push(Replaced {
                    disposition,
                    value: is_set.then(|| (arg.clone(), start)),
                });
            }
        }
    }
    out
}
