//! Sections: for which files and paths directives are
//! (<https://httpd.apache.org/docs/2.4/sections.html>).

use super::expression::Test;
use crate::policies::answer::Answer;
use crate::policies::lookahead::Expression;
use globset::{GlobBuilder, GlobMatcher};

/// A section's condition.
#[derive(Debug, Clone)]
pub(super) enum Section {
    /// `<Files>`, `<FilesMatch>`: the name of the file.
    Files(Names),
    /// `<Directory>`, `<DirectoryMatch>`: the folder on the server.
    Directory(Names),
    /// `<Location>`, `<LocationMatch>`: the path.
    Location(Names),
    /// `<If>`; nothing if it is not understood.
    If(Option<Test>),
    /// It is not known whether it counts.
    Unknown,
}

/// Names that a section is for.
#[derive(Debug, Clone)]
pub(super) enum Names {
    /// This one.
    Plain(String),
    /// With `*` and `?`.
    Wild(GlobMatcher),
    /// What an expression is found in.
    Match(Expression),
    /// Not understood.
    Unknown,
}

/// A file that is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The path that was asked for.
    pub(super) path: &'a str,
    /// The path of the file that is sent.
    pub(super) file: &'a str,
    /// The folder on the server, if it is known.
    pub(super) folder: Option<&'a str>,
}

impl Asked<'_> {
    /// The name of the file.
    fn name(&self) -> &str {
        self.file.rsplit('/').next().unwrap_or_default()
    }
}

impl Names {
    /// Those of the argument of a section.
    pub(super) fn of(text: &str, is_match: bool) -> Names {
        if text.contains("${") || text.contains("{{") {
            return Names::Unknown;
        }
        if is_match {
            return Expression::anywhere(text, true).map_or(Names::Unknown, Names::Match);
        }
        if !text.contains(['*', '?', '[']) {
            return Names::Plain(text.to_owned());
        }
        // Braces mean nothing here.
        let text = text.replace('{', "[{]").replace('}', "[}]");
        let glob = GlobBuilder::new(&text).literal_separator(true).build();
        glob.map_or(Names::Unknown, |glob| Names::Wild(glob.compile_matcher()))
    }

    fn is(&self, name: &str) -> Answer {
        match self {
            Names::Plain(plain) => Answer::of(plain == name),
            Names::Wild(glob) => Answer::of(glob.is_match(name)),
            Names::Match(expression) => Answer::of(expression.matches(name)),
            Names::Unknown => Answer::Maybe,
        }
    }

    /// Whether a path is this one or below it.
    fn is_above(&self, path: &str) -> Answer {
        let Names::Plain(plain) = self else {
            return self.is(path);
        };
        let Some(rest) = path.strip_prefix(plain.as_str()) else {
            return Answer::No;
        };
        Answer::of(rest.is_empty() || rest.starts_with('/') || plain.ends_with('/'))
    }

    /// Whether a folder is this one or one above it is.
    fn has(&self, folder: &str, name: &str) -> Answer {
        match self {
            Names::Plain(plain) => {
                let plain = plain.trim_end_matches('/');
                Names::Plain(plain.to_owned()).is_above(folder)
            }
            Names::Wild(_) => {
                let ends = folder.match_indices('/').map(|(at, _)| at);
                let mut all = ends.chain([folder.len()]).filter_map(|at| folder.get(..at));
                Answer::of(all.any(|above| self.is(above) == Answer::Yes))
            }
            // Expressions are tried with the whole path of the file.
            Names::Match(_) => self.is(&format!("{folder}/{name}")),
            Names::Unknown => Answer::Maybe,
        }
    }
}

impl Section {
    /// Whether what stands in it counts for a file.
    pub(super) fn counts(&self, asked: Asked<'_>) -> Answer {
        match self {
            Section::Files(names) => names.is(asked.name()),
            Section::Directory(names) => match asked.folder {
                Some(folder) => names.has(folder, asked.name()),
                None => Answer::Maybe,
            },
            Section::Location(names) => names.is_above(asked.file),
            Section::If(Some(test)) => {
                let holds = test.holds(asked.path, asked.file);
                holds.map_or(Answer::Maybe, Answer::of)
            }
            Section::If(None) | Section::Unknown => Answer::Maybe,
        }
    }

    /// How it is told.
    pub(super) fn shown(&self) -> Option<String> {
        let names = match self {
            Section::Files(names) | Section::Directory(names) | Section::Location(names) => names,
            Section::If(Some(test)) => return Some(test.text().to_owned()),
            Section::If(None) | Section::Unknown => return Some("(on a condition)".to_owned()),
        };
        Some(match names {
            Names::Plain(text) => text.clone(),
            Names::Wild(glob) => glob.glob().glob().to_owned(),
            Names::Match(expression) => expression.text().to_owned(),
            Names::Unknown => "(on a condition)".to_owned(),
        })
    }

    /// When it is merged, where it stands in a section of a stage.
    pub(super) fn stage(&self, outer: Option<Stage>) -> Stage {
        let level = match outer {
            Some(Stage::Directory(depth)) => depth.saturating_add(1),
            Some(Stage::DirectoryMatch) => usize::MAX,
            Some(Stage::Files(level)) => level,
            _ => 0,
        };
        match self {
            Section::Directory(Names::Plain(path)) => {
                let depth = path.split('/').filter(|part| !part.is_empty()).count();
                Stage::Directory(depth)
            }
            Section::Directory(Names::Match(_)) => Stage::DirectoryMatch,
            Section::Directory(_) => Stage::Directory(usize::MAX),
            Section::Files(_) => Stage::Files(level),
            Section::Location(_) => Stage::Location,
            Section::If(_) => Stage::If(level),
            Section::Unknown => Stage::Server,
        }
    }
}

/// When sections are merged: later ones come after, whatever their place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Outside of any.
    Server,
    /// The shortest first; `.htaccess` too.
    Directory(usize),
    /// By expressions.
    DirectoryMatch,
    /// By the name of the file; those in folders come later.
    Files(usize),
    /// By the path.
    Location,
    /// On a condition; the same.
    If(usize),
}
