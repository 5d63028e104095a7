//! A run: files → facts → verdicts → results.
//!
//! Two phases. The first looks at each file alone, in parallel, and yields facts
//! ([`SourceFacts`]) that serialise and know no policy. The second puts all facts and policies
//! together. Results are the same whatever the number of threads.

mod broad;
mod comments;
mod disagree;
mod environments;
mod governance;
mod judging;
mod linking;
mod needs;
mod pages;
mod policy_map;
mod program;
mod progress;
mod run;
mod servers;
mod sockets;
mod source;
mod unused;
mod workspace;
mod wrappers;

pub use needs::{NeededUrl, Needs, PolicyNeeds, Uncovered, Use};
pub use progress::{Phase, Progress};
pub use source::SourceFacts;
pub use unused::Unused;
pub use workspace::Workspace;

use crate::config::FileRules;
use crate::csp::{Browser, Mode};
use crate::discover::{Overlay, WalkIssue, WalkOptions};
use crate::partial_url::Page;
use crate::policies::{LocatedPolicy, PolicyError, SourceFile};
use crate::report::Sources;
use crate::resolve::Settings;
use crate::results::{PolicyMap, Results};
use crate::triage::{self, FileComments, Triage};
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

/// What to lint, and how.
#[derive(Debug, Clone)]
pub struct LintOptions {
    /// Files and folders.
    pub roots: Vec<PathBuf>,
    /// How to walk the folders.
    pub walk: WalkOptions,
    /// What the configuration says of single files.
    pub rules: FileRules,
    /// What the build fixes.
    pub settings: Settings,
    /// Whether `.env` files count.
    pub env_files: bool,
    /// Whether the constants of build tools' configurations count.
    pub build_config: bool,
    /// Folders without links, up to which projects are looked for above the files.
    pub bases: Vec<PathBuf>,
    /// The page, where no override says otherwise.
    pub page: Page,
    /// The policies that were given; those in `<meta>` come with the pages.
    pub policies: Vec<LocatedPolicy>,
    /// The files that those point into.
    pub policy_files: Vec<SourceFile>,
    /// Files that policies are read from, in place of what is found.
    pub policy_from: Vec<PathBuf>,
    /// Whether policies are looked for in the files of the project.
    pub discovers: bool,
    /// By whose rules to judge.
    pub mode: Mode,
    /// The browsers that the site is for, where they differ.
    pub browsers: Vec<Browser>,
    /// What is told of what is found.
    pub triage: Triage,
    /// Whether to judge at all: an inventory has no verdicts and needs no policy.
    pub judge: bool,
    /// Whether to say what each policy needs: to change policies, or to suggest one.
    pub needs: bool,
    /// Whether it is no error that there is no policy.
    pub policy_optional: bool,
    /// Whether sources are told that may or may not be used.
    pub possibly_unused: bool,
    /// Changes to read the files with.
    pub overlay: Overlay,
    /// Who is told how far the run is.
    pub progress: Option<Arc<dyn Progress>>,
}

impl LintOptions {
    /// A phase begins.
    fn begin(&self, phase: Phase, files: usize) {
        if let Some(progress) = &self.progress {
            progress.begin(phase, files);
        }
    }

    /// A file of it is done.
    fn advance(&self) {
        if let Some(progress) = &self.progress {
            progress.advance();
        }
    }
}

/// What a run yields.
#[derive(Debug)]
pub struct Linted {
    /// The results.
    pub results: Results,
    /// The texts that their spans point into.
    pub texts: Texts,
    /// Paths that the user named and that could not be read.
    pub unreadable: Vec<WalkIssue>,
    /// Every policy, by its number.
    pub policies: Vec<LocatedPolicy>,
    /// What the endpoints need of them, if that was asked for.
    pub needs: Needs,
    /// The files that policies stand in.
    pub policy_files: Vec<SourceFile>,
    /// The policies that govern a file that was linted.
    pub governing: BTreeSet<usize>,
    /// Sources that no endpoint is seen to use.
    pub unused: Vec<Unused>,
    /// The comments of files that keep findings silent.
    pub comments: Vec<FileComments>,
    /// The display paths of the files that were looked into: sources, and files of policies.
    pub files: Vec<Arc<str>>,
}

impl Linted {
    /// Takes away what is not to be told, and says how bad the rest is.
    pub fn triage(&mut self, options: &LintOptions) {
        let unasked: &[&str] = match options.possibly_unused {
            true => &[],
            false => &["possibly-unused-source"],
        };
        let found = triage::Found {
            comments: &self.comments,
            files: &self.files,
            base: &options.walk.base,
            rules: &options.rules,
            unasked,
        };
        options.triage.apply(&mut self.results, found);
    }

    /// The sources of a policy that no endpoint uses, for certain.
    pub fn removable(&self, policy: usize) -> impl Iterator<Item = usize> {
        let certain = self.unused.iter().filter(|u| u.reasons.is_empty());
        let of_policy = certain.filter(move |u| u.policy == policy);
        of_policy.map(|u| u.index)
    }
}

/// Why a run could not be done.
#[derive(Debug, thiserror::Error)]
pub enum LintError {
    /// No policy was given, and none was found.
    #[error("there is no policy to judge by")]
    NoPolicy {
        /// What was found that is none, a line each.
        unread: Vec<String>,
    },
    /// A glob is none.
    #[error("{0}")]
    Glob(#[from] ignore::Error),
    /// A file that policies are to be read from cannot be.
    #[error("{0}")]
    Policy(#[from] PolicyError),
}

/// The texts of the files that results point into.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    by_file: HashMap<Arc<str>, Arc<str>>,
}

impl Sources for Texts {
    fn text(&self, file: &str) -> Option<Arc<str>> {
        self.by_file.get(file).cloned()
    }
}

/// Which policies govern which files, on the threads of the current rayon pool.
///
/// # Errors
/// When a glob to exclude is none, or a file that policies are to be read from cannot be.
pub fn policies(options: &LintOptions) -> Result<PolicyMap, LintError> {
    Workspace::once(options.clone()).policies()
}

/// Lints files, on the threads of the current rayon pool.
///
/// # Errors
/// When there is no policy, a glob to exclude is none, or a file that policies are to be read
/// from cannot be. What is wrong with single files is among the results.
pub fn lint(options: &LintOptions) -> Result<Linted, LintError> {
    Workspace::once(options.clone()).lint()
}

/// Lints files and tells all that is found, whatever levels, comments and the baseline say.
///
/// # Errors
/// As [`lint`].
pub fn find(options: &LintOptions) -> Result<Linted, LintError> {
    Workspace::once(options.clone()).find()
}
