//! A project that is linted again and again, as in an editor: what did not change since the last
//! run is not worked out again. The results are those of [`lint`](super::lint()) over the same
//! state, byte for byte.
//!
//! Nothing is polled: what changes is told by events.
//!
//! | event | call |
//! |---|---|
//! | a document is opened or edited, saved or not | [`Workspace::set_text`] |
//! | it is closed | [`Workspace::close`] |
//! | files were created, changed or deleted on disk | [`Workspace::touched`] |
//! | the configuration is another | [`Workspace::set_options`] |
//! | events may have been missed | [`Workspace::refresh`] |
//!
//! [`Workspace::lint`] then answers. It works on the threads of the current rayon pool; parsing and
//! evaluation nest deep, so give these threads a stack of 8 MiB.

mod files;
mod known;

use super::run::{self, Stop};
use super::{LintError, LintOptions, Linted, Progress};
use crate::discover::real;
use crate::results::PolicyMap;
pub(super) use files::{Files, Tree};
pub(super) use known::{FoundSites, Known};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A project and what is known of it.
#[derive(Debug)]
pub struct Workspace {
    options: LintOptions,
    known: Known,
}

impl Workspace {
    /// Nothing is read yet. `options.overlay` holds the texts of documents that are open already.
    pub fn new(options: LintOptions) -> Workspace {
        Workspace {
            options,
            known: Known::default(),
        }
    }

    /// For one run only.
    pub(super) fn once(options: LintOptions) -> Workspace {
        Workspace {
            options,
            known: Known::once(),
        }
    }

    /// What is linted, and how; `overlay` among it holds the texts of open documents.
    pub fn options(&self) -> &LintOptions {
        &self.options
    }

    /// Other options. The texts of open documents stay: `options.overlay` is not looked at.
    pub fn set_options(&mut self, options: LintOptions) {
        let overlay = std::mem::take(&mut self.options.overlay);
        self.options = LintOptions { overlay, ..options };
        self.known = Known::default();
    }

    /// Who is told how far runs are.
    pub fn show(&mut self, progress: Option<Arc<dyn Progress>>) {
        self.options.progress = progress;
    }

    /// A document has this text, whatever stands on disk.
    pub fn set_text(&mut self, path: &Path, text: impl Into<Vec<u8>>) {
        let path = real(path);
        // One that is new is found by walking again, and imports may lead to it.
        if self.options.overlay.bytes(&path).is_none() && !path.exists() {
            self.known.moved();
        }
        self.options.overlay = self.options.overlay.with(path.clone(), text.into());
        self.known.typed(&path);
    }

    /// A document has the text that stands on disk.
    pub fn close(&mut self, path: &Path) {
        let path = real(path);
        if self.options.overlay.bytes(&path).is_some() {
            self.options.overlay = self.options.overlay.without(&path);
            self.known.typed(&path);
            if !path.exists() {
                self.known.moved();
            }
        }
    }

    /// Files were created, changed or deleted on disk.
    pub fn touched<P: AsRef<Path>>(&mut self, paths: impl IntoIterator<Item = P>) {
        for path in paths {
            self.known.touched(&real(path.as_ref()));
        }
    }

    /// Anything may have changed on disk.
    pub fn refresh(&mut self) {
        self.known = Known::default();
    }

    /// Lints what the events made of the project.
    ///
    /// # Errors
    /// As [`lint`](super::lint()).
    pub fn lint(&mut self) -> Result<Linted, LintError> {
        let mut linted = self.find()?;
        linted.triage(&self.options);
        Ok(linted)
    }

    /// Likewise, and tells all that is found, whatever levels, comments and the baseline say.
    ///
    /// # Errors
    /// As [`lint`](super::lint()).
    pub fn find(&mut self) -> Result<Linted, LintError> {
        run::uncancelled(|check| run::find(&self.options, &mut self.known, check))
    }

    /// Likewise, unless it is not wanted any more: a newer edit is there. Nothing once `cancelled`
    /// is set; what was worked out by then is kept.
    ///
    /// # Errors
    /// As [`lint`](super::lint()).
    pub fn lint_unless(&mut self, cancelled: &AtomicBool) -> Result<Option<Linted>, LintError> {
        let check = || match cancelled.load(Ordering::Relaxed) {
            true => Err(Stop::Cancelled),
            false => Ok(()),
        };
        match run::find(&self.options, &mut self.known, &check) {
            Ok(mut linted) => {
                linted.triage(&self.options);
                Ok(Some(linted))
            }
            Err(Stop::Cancelled) => Ok(None),
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    /// Which policies govern which files.
    ///
    /// # Errors
    /// When a glob to exclude is none, or a file that policies are to be read from cannot be.
    pub fn policies(&mut self) -> Result<PolicyMap, LintError> {
        run::policies(&self.options, &mut self.known)
    }
}
