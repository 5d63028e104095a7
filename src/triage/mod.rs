//! What is told of what was found: levels, then comments that keep findings silent, then the
//! baseline, then what changes may have caused.
//!
//! A stage of its own after judging, over results and what the files say. Each step takes
//! diagnostics away, or changes how bad they are; none changes what is said of endpoints.

mod baseline;
mod changed;
mod inline;
mod levels;
mod only;
mod paths;
mod statistics;

pub use baseline::{BASELINE_NAME, Baseline, BaselineError};
pub use changed::{Changes, GitError};
pub use inline::FileComments;
pub use levels::{LevelFlag, Levels};
pub use only::Only;

use crate::config::{FileRules, Level};
use crate::diagnostics::{self, CodeName};
use crate::results::{Diagnostic, Results, Severity, Suppressed, SuppressedBy};
use paths::Relative;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

/// What is to be told.
#[derive(Debug, Clone, Default)]
pub struct Triage {
    /// How bad each code is.
    pub levels: Levels,
    /// Findings that are told no more.
    pub baseline: Option<Baseline>,
    /// Only what these changes may have caused is told.
    pub changes: Option<Changes>,
    /// The files that are told of.
    pub only: Only,
    /// Whether findings are counted by their codes.
    pub statistics: bool,
}

/// What a run found besides its results.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// The comments of its files.
    pub comments: &'a [FileComments],
    /// The display paths of the files that it looked into.
    pub files: &'a [Arc<str>],
    /// What the configuration says of files.
    pub rules: &'a FileRules,
    /// Codes that the run does not look for.
    pub unasked: &'a [&'a str],
    /// The folder that fingerprints are relative to.
    pub base: &'a Path,
}

impl Triage {
    /// Whether findings of a code are told in a file. `own`: how bad they are if nobody says
    /// anything.
    pub(crate) fn tells(&self, code: &str, own: Severity, rules: &FileRules, file: &str) -> bool {
        let mut levels = FileLevels::new(&self.levels, rules);
        CodeName::of(code).is_none_or(|code| levels.level(code, own, Some(file)).is_some())
    }

    /// Takes away what is not told, and says how bad the rest is.
    pub fn apply(&self, results: &mut Results, found: Found) {
        let mut levels = FileLevels::new(&self.levels, found.rules);
        let mut paths = Relative::to(found.base);
        let mut mark = |all: &mut Vec<Diagnostic>| {
            all.sort_by(|a, b| diagnostics::order(a).cmp(&diagnostics::order(b)));
            all.dedup();
            diagnostics::mark(all, |file| paths.of(file));
        };
        let mut told = std::mem::take(&mut results.diagnostics);
        told.retain_mut(|diagnostic| levels.level_of(diagnostic));
        mark(&mut told);
        let mut silenced = inline::silence(told, found.comments);
        let mut about = silenced.about_comments(|code, file| {
            !found.unasked.contains(&code.as_str()) && levels.tells(code, file)
        });
        about.retain_mut(|diagnostic| levels.level_of(diagnostic));
        mark(&mut about);
        results.suppressed = std::mem::take(&mut silenced.suppressed);
        results.diagnostics = std::mem::take(&mut silenced.told);
        results.diagnostics.extend(about);
        if let Some(baseline) = &self.baseline {
            let mut stale = baseline.apply(results, found.files);
            stale.retain_mut(|diagnostic| levels.level_of(diagnostic));
            mark(&mut stale);
            results.diagnostics.extend(stale);
        }
        if let Some(changes) = &self.changes {
            let is_told = |d: &Diagnostic| d.code == "stale-baseline" || changes.may_have_caused(d);
            results.diagnostics.retain(is_told);
            results.suppressed.retain(|s| is_told(&s.diagnostic));
        }
        let mut tells = self.only.tells();
        results.diagnostics.retain(&mut tells);
        results.suppressed.retain(|s| tells(&s.diagnostic));
        finish(results);
        results.statistics = self
            .statistics
            .then(|| statistics::counts(&results.diagnostics));
    }
}

/// Puts what is told in order, and counts it.
fn finish(results: &mut Results) {
    let by_place =
        |a: &Diagnostic, b: &Diagnostic| diagnostics::order(a).cmp(&diagnostics::order(b));
    results.diagnostics.sort_by(by_place);
    results
        .suppressed
        .sort_by(|a, b| by_place(&a.diagnostic, &b.diagnostic));
    count(results);
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

    /// Makes a diagnostic as bad as it is to be; false if it is not told.
    fn level_of(&mut self, diagnostic: &mut Diagnostic) -> bool {
        let Some(code) = CodeName::of(&diagnostic.code) else {
            return true;
        };
        let file = diagnostic.file.as_deref();
        match self.level(code, diagnostic.severity, file) {
            Some(severity) => {
                diagnostic.severity = severity;
                true
            }
            None => false,
        }
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
