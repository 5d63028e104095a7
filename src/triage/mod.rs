//! What is told of what was found: levels, then comments that keep findings silent.
//!
//! A stage of its own after judging, over results and what the files say. Each step takes
//! diagnostics away, or changes how bad they are; none changes what is said of endpoints.

mod inline;
mod levels;

pub use inline::FileComments;
pub use levels::{LevelFlag, Levels};

use crate::config::{FileRules, Level};
use crate::diagnostics::{self, CodeName};
use crate::results::{Diagnostic, Results, Severity, Suppressed, SuppressedBy};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// What is to be told.
#[derive(Debug, Clone, Default)]
pub struct Triage {
    /// How bad each code is.
    pub levels: Levels,
}

/// What a run found besides its results.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// The comments of its files.
    pub comments: &'a [FileComments],
    /// What the configuration says of files.
    pub rules: &'a FileRules,
    /// Codes that the run does not look for.
    pub unasked: &'a [&'a str],
}

impl Triage {
    /// Takes away what is not told, and says how bad the rest is.
    pub fn apply(&self, results: &mut Results, found: Found) {
        let mut levels = FileLevels::new(&self.levels, found.rules);
        let told = std::mem::take(&mut results.diagnostics);
        let told = told.into_iter().filter_map(|d| levels.leveled(d)).collect();
        let is_sought = |code: CodeName, file: &str, levels: &mut FileLevels| {
            !found.unasked.contains(&code.as_str()) && levels.tells(code, file)
        };
        let mut silenced = inline::silence(told, found.comments);
        let about = silenced.about_comments(|code, file| is_sought(code, file, &mut levels));
        let mut told = std::mem::take(&mut silenced.told);
        told.extend(about.into_iter().filter_map(|d| levels.leveled(d)));
        results.suppressed = silenced.suppressed;
        told.sort_by(|a, b| diagnostics::order(a).cmp(&diagnostics::order(b)));
        told.dedup();
        diagnostics::mark(&mut told);
        results.diagnostics = told;
        count(results);
    }
}

/// The counts of what is told.
fn count(results: &mut Results) {
    let of = |severity| {
        let all = results.diagnostics.iter();
        all.filter(|d| d.severity == severity).count()
    };
    let told = [Severity::Error, Severity::Warning, Severity::Info].map(of);
    let suppressed = results.suppressed.iter();
    let suppressed = suppressed.filter(|s| s.diagnostic.severity > Severity::Info);
    let suppressed = suppressed.count();
    let summary = &mut results.summary;
    [summary.errors, summary.warnings, summary.infos] = told;
    summary.suppressed = suppressed;
}

/// Levels, with what overrides say of each file.
struct FileLevels<'a> {
    levels: &'a Levels,
    rules: &'a FileRules,
    by_file: HashMap<String, BTreeMap<CodeName, Level>>,
}

impl<'a> FileLevels<'a> {
    fn new(levels: &'a Levels, rules: &'a FileRules) -> Self {
        FileLevels {
            levels,
            rules,
            by_file: HashMap::new(),
        }
    }

    fn level(&mut self, code: CodeName, own: Severity, file: Option<&str>) -> Option<Severity> {
        let none = BTreeMap::new();
        let Some(file) = file.filter(|_| self.rules.has_severities()) else {
            return self.levels.of(code, own, &none);
        };
        if !self.by_file.contains_key(file) {
            let said = self.rules.severities(Path::new(file));
            self.by_file.insert(file.to_owned(), said);
        }
        let of_file = self.by_file.get(file).unwrap_or(&none);
        self.levels.of(code, own, of_file)
    }

    /// The diagnostic, as bad as it is to be; nothing if it is not told.
    fn leveled(&mut self, mut diagnostic: Diagnostic) -> Option<Diagnostic> {
        if let Some(code) = CodeName::of(&diagnostic.code) {
            let file = diagnostic.file.as_deref();
            diagnostic.severity = self.level(code, diagnostic.severity, file)?;
        }
        Some(diagnostic)
    }

    /// Whether findings of a code are told in a file.
    fn tells(&mut self, code: CodeName, file: &str) -> bool {
        let own = code.row().severity;
        let own = match own {
            "error" => Severity::Error,
            "warning" => Severity::Warning,
            _ => Severity::Info,
        };
        self.level(code, own, Some(file)).is_some()
    }
}

/// A diagnostic that something keeps silent.
fn suppressed(diagnostic: Diagnostic, by: SuppressedBy, reason: Option<String>) -> Suppressed {
    Suppressed {
        diagnostic,
        by,
        reason,
    }
}
