//! What changed since a commit: only findings that a change may have caused are told.

mod git;
mod patch;

pub use git::GitError;

use super::paths::absolute;
use crate::results::Diagnostic;
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// The lines that changed since a commit, as the working tree is now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// By paths without links; folders are submodules and nested repositories.
    files: HashMap<PathBuf, Lines>,
}

/// The lines of a file that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Lines {
    All,
    /// 1-based.
    Some(Vec<RangeInclusive<u32>>),
}

impl Changes {
    /// What changed since the common ancestor of a commit and the one that is checked out,
    /// committed or not; new files are new as a whole. It asks `git`; `roots`: what is linted.
    ///
    /// # Errors
    /// When git cannot tell.
    pub fn since(commit: &str, roots: &[PathBuf]) -> Result<Changes, GitError> {
        git::changes(commit, roots)
    }

    fn add(&mut self, path: PathBuf, lines: Lines) {
        self.files.insert(path, lines);
    }

    /// Whether a change may have caused a finding: it touches its place, a place of its trail, or
    /// a file of the policies that it is judged by.
    pub(super) fn may_have_caused(&self, diagnostic: &Diagnostic) -> bool {
        let Some(file) = &diagnostic.file else {
            return true;
        };
        let place = diagnostic.line.map(|line| {
            let begins = diagnostic.about.begins.unwrap_or(line).min(line);
            begins..=diagnostic.end_line.unwrap_or(line).max(line)
        });
        let mut related = diagnostic.related.iter();
        let mut policies = diagnostic.about.policies.iter();
        self.touch(file, place)
            || related.any(|step| self.touch(&step.file, Some(step.line..=step.line)))
            || policies.any(|policy| self.touch(policy, None))
    }

    /// Whether some of the lines changed; without lines, whether the file did.
    fn touch(&self, file: &str, place: Option<RangeInclusive<u32>>) -> bool {
        let path = absolute(Path::new(file));
        let real = path.canonicalize().unwrap_or_else(|_| path.clone());
        let found = self.files.get(&real).or_else(|| self.files.get(&path));
        let above = || real.ancestors().skip(1).find_map(|f| self.files.get(f));
        match (found.or_else(above), place) {
            (None, _) => false,
            (Some(Lines::All), _) | (Some(Lines::Some(_)), None) => true,
            (Some(Lines::Some(changed)), Some(place)) => changed
                .iter()
                .any(|lines| lines.start() <= place.end() && place.start() <= lines.end()),
        }
    }
}
