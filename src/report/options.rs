//! What reporters are told besides the results.

use std::path::PathBuf;
use std::time::Duration;

/// How text for people is drawn and how much of it is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextOptions {
    /// Whether to use ANSI colours.
    pub color: bool,
    /// Whether lines are drawn with box characters; plain ASCII otherwise.
    pub unicode: bool,
    /// The width of the terminal, in columns.
    pub width: usize,
    /// Also lists what needs no action.
    pub verbose: bool,
    /// Errors only, no summary.
    pub quiet: bool,
    /// How long the run took; not shown if not given.
    pub elapsed: Option<Duration>,
}

impl Default for TextOptions {
    fn default() -> Self {
        TextOptions {
            color: false,
            unicode: false,
            width: 100,
            verbose: false,
            quiet: false,
            elapsed: None,
        }
    }
}

impl TextOptions {
    /// What stands where text was left out.
    pub(super) fn ellipsis(&self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }
}

/// What every reporter is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportOptions {
    /// How text is drawn and how much of it is wanted.
    pub text: TextOptions,
    /// Where the run took place.
    pub surroundings: Surroundings,
}

/// Where the run took place: what the names of files are relative to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The folder that the run was started in, absolute.
    pub working_directory: PathBuf,
    /// The folder that the repository is checked out in, if a service tells it.
    pub checkout: Option<PathBuf>,
    /// Whether this is a run of GitHub Actions.
    pub is_github_actions: bool,
    /// The configuration file, if one was read.
    pub config: Option<String>,
}
