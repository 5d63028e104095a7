//! A configuration of Apache, made ready for requests.

use super::expression::Test;
use super::rules::{Change, Condition, Rule, Table};
use super::section::{Names, Section, Stage};
use crate::policies::directive::Directive;
use crate::policies::template::placeholder;
use crate::policies::words::Word;
use crate::policies::{FoundPolicy, Written, disposition_of};
use crate::results::Disposition;
use rustc_hash::FxHashMap as HashMap;

/// A configuration.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// The hosts: the main server, then virtual ones.
    pub(super) hosts: Vec<Host>,
    /// What was found.
    pub(super) policies: Vec<FoundPolicy>,
    /// Files that may change headers and are not read.
    pub(super) unread: Vec<Word>,
    /// Values that are edited.
    pub(super) edited: Vec<Word>,
    defines: HashMap<String, Option<Written>>,
}

/// A host.
#[derive(Debug, Default)]
pub(super) struct Host {
    /// Its name.
    pub(super) name: Option<String>,
    /// What is done to headers, in order.
    pub(super) rules: Vec<Rule>,
    /// `DocumentRoot`.
    pub(super) root: Option<String>,
    /// `Alias`: the path, and the folder.
    pub(super) aliases: Vec<(String, String)>,
    /// It only sends browsers elsewhere.
    pub(super) is_redirect: bool,
}

/// Where a directive stands.
#[derive(Debug, Clone, Default)]
struct Place {
    /// The virtual host; the main server is the first.
    host: usize,
    sections: Vec<Section>,
    /// The stage of the innermost section that has one.
    stage: Option<Stage>,
}

impl Config {
    /// The configuration of a server.
    pub(super) fn of_server(directives: &[Directive]) -> Config {
        let mut config = Config {
            hosts: vec![Host::default()],
            ..Config::default()
        };
        config.add(directives, &Place::default());
        config.merge_hosts();
        config
    }

    /// Files `.htaccess`, from the highest folder down.
    pub(super) fn of_folders(folders: &[(usize, Vec<Directive>)]) -> Config {
        let mut config = Config {
            hosts: vec![Host::default()],
            ..Config::default()
        };
        for (depth, directives) in folders {
            let place = Place {
                stage: Some(Stage::Directory(*depth)),
                ..Place::default()
            };
            config.add(directives, &place);
        }
        config.merge_hosts();
        config
    }

    /// Virtual hosts have what the main server says first.
    fn merge_hosts(&mut self) {
        let mut hosts = std::mem::take(&mut self.hosts);
        let main = match hosts.is_empty() {
            true => return,
            false => hosts.remove(0),
        };
        if hosts.is_empty() {
            hosts.push(Host::default());
        }
        for host in &mut hosts {
            let own = std::mem::take(&mut host.rules);
            host.rules = main.rules.iter().cloned().chain(own).collect();
            host.rules.sort_by_key(|rule| rule.stage);
            host.root = host.root.take().or(main.root.clone());
            host.aliases.extend(main.aliases.iter().cloned());
            host.is_redirect |= main.is_redirect;
        }
        self.hosts = hosts;
    }

    fn add(&mut self, directives: &[Directive], place: &Place) {
        for directive in directives {
            match &directive.block {
                Some(block) => self.section(directive, block, place),
                None => self.directive(directive, place),
            }
        }
    }

    fn section(&mut self, directive: &Directive, block: &[Directive], place: &Place) {
        let mut place = place.clone();
        if directive.is_conditional {
            place.sections.push(Section::Unknown);
        }
        let name = directive.name().to_ascii_lowercase();
        let args = directive.args();
        let is_expression = args.first().is_some_and(|arg| arg.text() == "~");
        let subject = args.get(usize::from(is_expression));
        let subject = subject.map_or(String::new(), |word| self.plain(word));
        let names = |is_match: bool| Names::of(&subject, is_match || is_expression);
        let section = match name.as_str() {
            "<ifmodule" => match module(&subject) {
                Some(true) => None,
                Some(false) => return,
                None => Some(Section::Unknown),
            },
            "<virtualhost" => {
                place.host = self.hosts.len();
                self.hosts.push(Host::default());
                None
            }
            "<files" => Some(Section::Files(names(false))),
            "<filesmatch" => Some(Section::Files(names(true))),
            "<directory" => Some(Section::Directory(names(false))),
            "<directorymatch" => Some(Section::Directory(names(true))),
            "<location" => Some(Section::Location(names(false))),
            "<locationmatch" => Some(Section::Location(names(true))),
            "<if" => Some(Section::If(Test::of(&subject))),
            "<elseif" | "<else" => Some(Section::If(None)),
            // Not for what is sent from here, or only where it is used.
            "<proxy" | "<proxymatch" | "<macro" => return,
            "<requireall" | "<requireany" | "<requirenone" => return,
            _ => Some(Section::Unknown),
        };
        if let Some(section) = section {
            let stage = section.stage(place.stage);
            place.stage = place.stage.max((stage != Stage::Server).then_some(stage));
            place.sections.push(section);
        }
        self.add(block, &place);
    }

    fn directive(&mut self, directive: &Directive, place: &Place) {
        let mut place = place.clone();
        if directive.is_conditional {
            place.sections.push(Section::Unknown);
        }
        let name = directive.name().to_ascii_lowercase();
        match name.as_str() {
            "header" => self.header(directive, &place),
            "define" => self.define(directive, &place),
            "undefine" => {
                let name = directive.arg(0).unwrap_or_default();
                self.defines.insert(name.to_owned(), None);
            }
            "documentroot" | "virtualdocumentroot" => {
                let root = directive.args().first().map(|word| self.plain(word));
                if let Some(host) = self.hosts.get_mut(place.host) {
                    host.root = root.filter(|_| name == "documentroot");
                }
            }
            "alias" => self.alias(directive, &place),
            "servername" => {
                if let Some(host) = self.hosts.get_mut(place.host) {
                    host.name = directive.arg(0).map(str::to_owned);
                }
            }
            "redirect" | "redirectpermanent" | "rewriterule" if place.sections.is_empty() => {
                if let Some(host) = self.hosts.get_mut(place.host) {
                    host.is_redirect |= is_redirect(&name, directive);
                }
            }
            "include" => self.not_read(directive, &place),
            _ => {}
        }
    }

    fn alias(&mut self, directive: &Directive, place: &Place) {
        let [path, folder] = directive.args() else {
            return;
        };
        let alias = (self.plain(path), self.plain(folder));
        if let Some(host) = self.hosts.get_mut(place.host) {
            host.aliases.push(alias);
        }
    }

    /// A file that is not found may change any header.
    fn not_read(&mut self, directive: &Directive, place: &Place) {
        self.unread.extend(directive.args().first().cloned());
        self.push(
            place,
            Rule {
                stage: Stage::Server,
                sections: Vec::new(),
                condition: Condition::Unknown,
                disposition: None,
                table: Table::Any,
                change: Change::Unset,
            },
        );
    }

    fn push(&mut self, place: &Place, mut rule: Rule) {
        rule.stage = place.stage.unwrap_or(Stage::Server);
        rule.sections.clone_from(&place.sections);
        if let Some(host) = self.hosts.get_mut(place.host) {
            host.rules.push(rule);
        }
    }

    /// `Header [always|onsuccess] action name [value [replacement]] [condition]`.
    fn header(&mut self, directive: &Directive, place: &Place) {
        let mut args = directive.args();
        let table = match args.first().map(|arg| arg.text().to_ascii_lowercase()) {
            Some(table) if table == "always" => Table::Always,
            Some(table) if table == "onsuccess" => Table::OnSuccess,
            _ => Table::OnSuccess,
        };
        let has_table = args.first().is_some_and(|arg| {
            ["always", "onsuccess"]
                .iter()
                .any(|table| arg.text().eq_ignore_ascii_case(table))
        });
        args = args.get(usize::from(has_table)..).unwrap_or_default();
        let [action, name, rest @ ..] = args else {
            return;
        };
        let header = name.text().strip_suffix(':').unwrap_or(name.text());
        let Some(disposition) = disposition_of(header) else {
            return;
        };
        let action = action.text().to_ascii_lowercase();
        let values = match action.as_str() {
            "unset" => 0,
            "edit" | "edit*" => 2,
            "set" | "add" | "append" | "merge" | "setifempty" => 1,
            _ => return,
        };
        let condition = self.condition(rest.get(values));
        let change = match (action.as_str(), rest.first()) {
            ("unset", _) => Change::Unset,
            ("edit" | "edit*", _) => {
                self.edited.push(name.clone());
                Change::Edit
            }
            (_, None) => return,
            (action, Some(value)) => {
                let written = self.value(value);
                let is_empty = written.text().trim().is_empty();
                let policy = (!is_empty).then(|| self.policy(written, disposition));
                match (action, policy) {
                    ("set", policy) => Change::Set(policy),
                    (_, None) => return,
                    ("merge", Some(policy)) => Change::Merge(policy),
                    ("setifempty", Some(policy)) => Change::SetIfEmpty(policy),
                    (_, Some(policy)) => Change::Add(policy),
                }
            }
        };
        self.push(
            place,
            Rule {
                stage: Stage::Server,
                sections: Vec::new(),
                condition,
                disposition: Some(disposition),
                table,
                change,
            },
        );
    }

    fn condition(&self, word: Option<&Word>) -> Condition {
        let Some(word) = word else {
            return Condition::Always;
        };
        let test = word.text().strip_prefix("expr=").and_then(Test::of);
        test.map_or(Condition::Unknown, Condition::Test)
    }

    fn policy(&mut self, written: Written, disposition: Disposition) -> usize {
        self.policies.push(FoundPolicy {
            written,
            disposition,
        });
        self.policies.len() - 1
    }

    /// `Define name value`: what counts from there on.
    fn define(&mut self, directive: &Directive, place: &Place) {
        let Some(name) = directive.arg(0) else {
            return;
        };
        let value = directive.args().get(1).map(|word| self.text(word, false));
        // It is done when the file is read, in sections too.
        let is_sure = !place.sections.iter().any(|s| matches!(s, Section::Unknown));
        let is_new = !self.defines.contains_key(name);
        let value = value.filter(|_| is_sure && is_new);
        self.defines.insert(name.to_owned(), value);
    }

    /// What a word says, as text; what is not known stays as it is written.
    fn plain(&self, word: &Word) -> String {
        let written = self.text(word, false);
        match written.holes().is_empty() {
            true => written.text().to_owned(),
            false => word.text().to_owned(),
        }
    }

    /// A header's value.
    fn value(&self, word: &Word) -> Written {
        if word.text().starts_with("expr=") {
            let mut out = Written::default();
            out.hole(word.text(), Some(word.place()));
            return out;
        }
        self.text(word, true)
    }

    /// What a word says. `is_format`: with `%{…}` in it.
    fn text(&self, word: &Word, is_format: bool) -> Written {
        /// How long a value may be.
        const MAX_LENGTH: usize = 64 << 10;
        let mut out = Written::default();
        let text = word.text();
        let (mut plain, mut at) = (0, 0);
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let Some((length, part)) = part(rest, is_format) else {
                at += rest.chars().next().map_or(1, char::len_utf8);
                continue;
            };
            word.write(plain..at, &mut out);
            let place = word.range_place(&(at..at + length));
            match part {
                Part::Text(text) => {
                    out.push(text, place, crate::policies::Quoting::Fixed);
                }
                Part::Hole(name) => {
                    out.hole(name, Some(place));
                }
                Part::Define(name) => match self.defines.get(name) {
                    Some(Some(known)) if out.text().len() < MAX_LENGTH => {
                        out.append(known.clone());
                    }
                    _ => {
                        out.hole(&format!("${name}"), Some(place));
                    }
                },
            }
            at += length;
            plain = at;
        }
        word.write(plain..text.len(), &mut out);
        out
    }
}

/// A part of a text that is not as it is written.
enum Part<'a> {
    /// This text.
    Text(&'a str),
    /// What a request or a template puts there.
    Hole(&'a str),
    /// `${name}`.
    Define(&'a str),
}

fn part(text: &str, is_format: bool) -> Option<(usize, Part<'_>)> {
    if let Some((length, name)) = placeholder(text) {
        return Some((length, Part::Hole(name)));
    }
    if let Some(rest) = text.strip_prefix("${") {
        let end = rest.find('}')?;
        return Some((end + 3, Part::Define(rest.get(..end)?)));
    }
    let rest = text.strip_prefix('%').filter(|_| is_format)?;
    if rest.starts_with('%') {
        return Some((2, Part::Text("%")));
    }
    if let Some(named) = rest.strip_prefix('{') {
        let end = named.find('}')?;
        // With the letter that tells what it is.
        let length = end + 3 + usize::from(named.get(end + 1..)?.starts_with(['e', 's']));
        return Some((length, Part::Hole(named.get(..end)?)));
    }
    let letter = rest.chars().next()?;
    letter
        .is_ascii_alphabetic()
        .then_some((2, Part::Hole(text.get(..2)?)))
}

/// Whether a module is there; nothing if that is not known.
fn module(name: &str) -> Option<bool> {
    let (name, is_negated) = match name.strip_prefix('!') {
        Some(name) => (name, true),
        None => (name, false),
    };
    let is_headers = ["mod_headers.c", "mod_headers", "headers_module"].contains(&name);
    match (is_negated, is_headers) {
        (true, true) => Some(false),
        (true, false) => None,
        // What a project configures is there.
        (false, _) => Some(true),
    }
}

/// Whether a directive sends every request elsewhere.
fn is_redirect(name: &str, directive: &Directive) -> bool {
    let texts: Vec<&str> = directive.args().iter().map(Word::text).collect();
    let target = texts
        .iter()
        .position(|text| text.starts_with("https://") || text.starts_with("http://"));
    let Some(target) = target else {
        return false;
    };
    let from = target.checked_sub(1).and_then(|at| texts.get(at)).copied();
    match name {
        "rewriterule" => {
            let whole = [
                "^", "^(.*)$", "(.*)", ".*", "^/?(.*)$", "^/(.*)$", "^.*$", "^(.*)",
            ];
            from.is_some_and(|from| whole.contains(&from))
        }
        _ => from == Some("/"),
    }
}
