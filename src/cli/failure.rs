//! Why a run could not be done, for people: exit code 2.

use super::color::TerminalEnv;
use crate::config::ConfigError;
use crate::diagnostics::UnknownCode;
use crate::fix::WriteError;
use crate::lint::LintError;
use crate::policies::PolicyError;
use crate::report::sanitize_lines;
use crate::triage::{BaselineError, GitError};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

/// Why a run could not be done.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)] // the messages say it
pub enum Failure {
    #[error("there is no policy to judge by")]
    NoPolicy { unread: Vec<String> },
    #[error("{0}")]
    Config(#[from] ConfigError),
    #[error("{0}")]
    Policy(#[from] PolicyError),
    #[error("{flag}: {message}")]
    Flag { flag: &'static str, message: String },
    #[error("cannot read {path}: {message}")]
    Unreadable { path: String, message: String },
    #[error("an excluded glob is none: {0}")]
    Glob(ignore::Error),
    #[error("cannot start {threads} threads: {source}")]
    Threads {
        threads: usize,
        source: rayon::ThreadPoolBuildError,
    },
    #[error("cannot find the working directory: {0}")]
    WorkingDirectory(io::Error),
    #[error("{path} is not changed: {source}")]
    Write { path: String, source: WriteError },
    #[error("{0}")]
    Baseline(#[from] BaselineError),
    #[error("--changed-since: {0}")]
    Git(#[from] GitError),
    #[error("{0}")]
    UnknownCode(#[from] UnknownCode),
    #[error("{path} is there already")]
    Exists { path: String },
    #[error("cannot write {path}: {source}")]
    CannotWrite { path: String, source: io::Error },
    #[error("cannot watch files: {message}")]
    Watch { message: String },
    #[error("cannot write the report: {0}")]
    Output(io::Error),
    #[error("cannot write the report {path}: {message}")]
    OutputFile { path: String, message: String },
}

impl From<LintError> for Failure {
    fn from(error: LintError) -> Self {
        match error {
            LintError::NoPolicy { unread } => Failure::NoPolicy { unread },
            LintError::Glob(error) => Failure::Glob(error),
            LintError::Policy(error) => Failure::Policy(error),
        }
    }
}

const WAYS_TO_GIVE_A_POLICY: &str = "\
give one in any of these ways:
  connect-lint check --policy \"connect-src 'self' https://api.example.com\"
  connect-lint check --policy-file headers.txt
  a line `policy = \"connect-src 'self'\"` in connect-lint.toml
  <meta http-equiv=\"Content-Security-Policy\" content=\"...\"> in the <head> of a page
  connect-lint check --policy-from deploy/nginx.conf
It is also found in the files of hosting services, servers and frameworks under the paths that are
linted (_headers, netlify.toml, nginx.conf, next.config.js and others): see connect-lint policy.
To list the endpoints without judging them: connect-lint endpoints";

impl Diagnostic for Failure {
    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        match self {
            Failure::NoPolicy { unread } if unread.is_empty() => {
                Some(Box::new(WAYS_TO_GIVE_A_POLICY))
            }
            Failure::NoPolicy { unread } => {
                let found = sanitize_lines(&unread.join("\n  ")).into_owned();
                Some(Box::new(format!(
                    "found, but not read:\n  {found}\n{WAYS_TO_GIVE_A_POLICY}"
                )))
            }
            Failure::Config(error) => {
                let help = error.help.as_ref()?;
                Some(Box::new(sanitize_lines(help).into_owned()))
            }
            Failure::Git(error) => error.help().map(|help| Box::new(help) as _),
            Failure::Baseline(error) => baseline_help(error).map(|help| Box::new(help) as _),
            Failure::UnknownCode(_) => Some(Box::new("`connect-lint explain` lists all codes")),
            Failure::Exists { .. } => Some(Box::new(
                "--force writes over it, --stdout prints what would be written",
            )),
            Failure::Policy(PolicyError::Empty { .. }) => Some(Box::new(
                "write the header's value, or lines like `Content-Security-Policy: connect-src 'self'`",
            )),
            _ => None,
        }
    }
}

fn baseline_help(error: &BaselineError) -> Option<&'static str> {
    match error {
        BaselineError::Missing { .. } => {
            Some("write it with --write-baseline, or take `baseline` out of the configuration")
        }
        BaselineError::Invalid { .. } => Some(
            "remove the file and write it again with --write-baseline; in a conflict of a merge too",
        ),
        BaselineError::Version { .. } => Some("write it again with --write-baseline"),
        BaselineError::Unreadable { .. } | BaselineError::Unwritable { .. } => None,
    }
}

impl Failure {
    /// Tells it on standard error. That this fails too helps nobody.
    pub(super) fn tell(&self) {
        let is_terminal = io::stderr().is_terminal();
        let env = TerminalEnv::from_process();
        let theme = GraphicalTheme {
            characters: match env.unicode(is_terminal) {
                true => ThemeCharacters::unicode(),
                false => ThemeCharacters::ascii(),
            },
            styles: match env.color(super::args::ColorChoice::Auto, is_terminal) {
                true => ThemeStyles::ansi(),
                false => ThemeStyles::none(),
            },
        };
        let mut text = String::new();
        let drawn = GraphicalReportHandler::new_themed(theme)
            .with_wrap_lines(false)
            .render_report(&mut text, &Safe(self));
        if drawn.is_ok() {
            let _ = write!(io::stderr(), "connect-lint: {}", text.trim_start());
        }
    }
}

/// A failure whose message is safe for a terminal: it may name a file or quote a value.
#[derive(Debug)]
struct Safe<'a>(&'a Failure);

impl Display for Safe<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&sanitize_lines(&self.0.to_string()))
    }
}

impl std::error::Error for Safe<'_> {}

impl Diagnostic for Safe<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.0.help()
    }
}
