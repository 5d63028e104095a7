//! Where policies are found: one file per place behind one trait.
//!
//! A place reads its policies and says where each stands; it does not judge. Adding one is a
//! file with a [`PolicyLocation`] and a line where the run collects them.

mod file;
mod flag;
mod meta;

pub use file::PolicyFile;
pub use flag::PolicyFlag;
pub use meta::MetaPolicies;

use crate::csp::{Policy, parse_header};
use crate::endpoint::Endpoint;
use crate::results::Disposition;
use crate::span::Span;
use std::fmt;
use std::sync::Arc;

/// Where a policy was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A flag of the command line: `--policy`.
    Flag(&'static str),
    /// A place in a file.
    File {
        /// Its display path.
        path: Arc<str>,
        /// 1-based.
        line: u32,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Flag(flag) => f.write_str(flag),
            Origin::File { path, line } => write!(f, "{path}:{line}"),
        }
    }
}

/// A policy and what it applies to.
#[derive(Debug, Clone, PartialEq)]
pub struct LocatedPolicy {
    /// Where it was found.
    pub origin: Origin,
    /// The policy.
    pub policy: Policy,
    /// What it governs.
    pub scope: Scope,
    /// The text that the policy's ranges point into.
    pub text: Arc<str>,
    /// The whole value's place, if it stands in a source that is linted.
    pub place: Option<(Arc<str>, Span)>,
}

/// What a policy governs.
#[derive(Debug, Clone, PartialEq)]
pub enum Scope {
    /// Everything that no override of the configuration takes out.
    Site,
    /// The files of an override of the configuration, by its number.
    Override(usize),
    /// A page, from a place on: a policy in `<meta>`.
    Page {
        /// The page's file.
        file: Arc<str>,
        /// Which document in the file.
        document: Vec<u32>,
        /// It applies to what stands after this byte.
        after: u32,
    },
}

/// Why policies could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The file is not there, or is not to be read.
    #[error("cannot read the policy file {path}: {source}")]
    Unreadable {
        /// As the user named it.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file is there, but holds no policy.
    #[error("the policy file {path} holds no policy")]
    Empty {
        /// As the user named it.
        path: String,
    },
}

/// A place of policies.
pub trait PolicyLocation {
    /// Its policies.
    ///
    /// # Errors
    /// When the place cannot be read; a mistake in a policy is no error.
    fn policies(&self) -> Result<Vec<LocatedPolicy>, PolicyError>;
}

/// The policies of one header value.
fn of_value(
    value: &str,
    disposition: Disposition,
    origin: &Origin,
    scope: &Scope,
) -> Vec<LocatedPolicy> {
    located(parse_header(value, disposition), value, origin, scope)
}

/// Policies, with where they were found and what they govern.
fn located(
    policies: Vec<Policy>,
    value: &str,
    origin: &Origin,
    scope: &Scope,
) -> Vec<LocatedPolicy> {
    let text: Arc<str> = value.into();
    let all = policies.into_iter().map(|policy| LocatedPolicy {
        origin: origin.clone(),
        policy,
        scope: scope.clone(),
        text: text.clone(),
        place: None,
    });
    all.collect()
}

impl LocatedPolicy {
    /// Whether it governs an endpoint of a page; `overridden`: the override that takes the
    /// endpoint's file out of the site's policies, if any.
    pub fn governs(&self, endpoint: &Endpoint, overridden: Option<usize>) -> bool {
        match &self.scope {
            Scope::Site => overridden.is_none(),
            Scope::Override(number) => overridden == Some(*number),
            Scope::Page {
                file,
                document,
                after,
            } => {
                // A worker has the policy of its own response.
                endpoint.runtime == crate::endpoint::Runtime::Browser
                    && *file == endpoint.place.file
                    && endpoint.document.starts_with(document)
                    && (endpoint.place.span.start >= *after
                        || endpoint.document.len() > document.len())
            }
        }
    }
}
