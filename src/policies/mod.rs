//! Where policies are found.
//!
//! Teams keep policies in the files of hosting services, servers, frameworks and code. Each kind
//! of file is a file here with a [`PolicyLocation`] and a row in [`LOCATIONS`]. A location reads
//! one file: which policies stand in it, where exactly ([`Written`]), and with which responses
//! they are sent ([`Routing`]). It judges nothing. What cannot be read in a file (a variable, a
//! function) becomes a named hole of the policy.
//!
//! Policies that are given ([`PolicyFlag`], [`PolicyFile`]) and those of a page's markup
//! ([`MetaPolicies`]) need no discovery.

mod answer;
mod apache;
mod caddy;
mod comments;
mod configured;
mod directive;
mod django;
mod file;
mod flag;
mod frameworks;
mod header_lines;
mod hosting;
mod in_code;
mod locations;
mod lookahead;
mod meta;
mod nginx;
pub mod path_to_regexp;
mod program;
mod project_files;
mod rails;
mod routing;
pub mod script;
mod site_files;
mod sites;
mod source_file;
mod template;
mod urls;
mod words;
mod written;

pub(crate) use comments::comments;
pub use configured::configured;
pub use file::PolicyFile;
pub use flag::PolicyFlag;
pub use in_code::may_set_policy;
pub use locations::{LOCATIONS, is_policy_file, location_of, named_location};
pub use meta::MetaPolicies;
pub use routing::{Everywhere, Merge, PathPattern, Routing, Rule, RuleList};
pub use sites::{Mount, Site, Sites, project_folder};
pub use source_file::SourceFile;
pub use urls::PageUrls;
pub use written::{ElementStyle, ListElement, Quoting, Slot, SourceListPlace, Written};

use crate::csp::{Policy, parse_written};
use crate::endpoint::{Endpoint, Place};
use crate::results::{Disposition, Severity};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a policy was found, for people.
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
    /// The text that the policy's ranges point into, and where that is written.
    pub written: Written,
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
    /// The responses of a discovered site, by its number: its [`Routing`] tells which.
    Served(usize),
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

/// A kind of file that holds policies.
pub trait PolicyLocation: Sync {
    /// What people call it: "Netlify `_headers`".
    fn name(&self) -> &'static str;

    /// Whether a file is one, by its path only.
    fn recognises(&self, path: &Path) -> bool;

    /// Files that work together have the same word: `_headers` and `netlify.toml` both apply. By
    /// default, files of a kind that stand in one project are alternatives to every other. An
    /// empty word: each file alone.
    fn deployment(&self) -> &'static str {
        self.name()
    }

    /// Whether it is the file of a hosting service: of several of a project each serves the same
    /// pages.
    fn hosts(&self) -> bool {
        false
    }

    /// Whether its headers take the place of those of the other files of its deployment.
    fn overrides(&self) -> bool {
        false
    }

    /// Whether each file of the kind is a deployment of its own: a server has one configuration,
    /// and those of a project are for different ones.
    fn stands_alone(&self) -> bool {
        false
    }

    /// Reads a file. What is wrong in it is among what is found, not an error: the rest counts.
    fn read(&self, file: &SourceFile) -> Found;
}

/// What stands in a file.
#[derive(Debug, Default)]
pub struct Found {
    /// The policies, in the order of the file.
    pub policies: Vec<FoundPolicy>,
    /// With which responses they are sent; [`Everywhere`] if nothing else is said.
    pub routing: Option<Box<dyn Routing>>,
    /// The folder that is served, where the file says: `publish = "dist"`. Absolute, or relative to the file's folder.
    pub publish: Option<PathBuf>,
    /// The folder of the project, where it is not the one that the file stands in: what is below
    /// it is governed. Absolute, or relative to the file's folder.
    pub project: Option<PathBuf>,
    /// Whether only what is below `publish` is governed: several sites share a project.
    pub only_published: bool,
    /// Whether it is a site also without any policy: no other governs its files.
    pub is_site: bool,
    /// Under which paths pages are served.
    pub urls: PageUrls,
    /// The other sites of the file: each is an alternative to every other.
    pub more: Vec<Found>,
    /// Other folders that are served, and under which path.
    pub mounts: Vec<Mount>,
    /// It is not sure that this is what is sent: the policies count only where a project has no
    /// others.
    pub is_weak: bool,
    /// The folder whose files it is for, if not the whole project, as `publish`: of several files of
    /// a kind, the one that is nearest counts.
    pub governs: Option<PathBuf>,
    /// What is wrong with the file.
    pub issues: Vec<PolicyIssue>,
    /// Texts of other files that places point into (what a configuration imports).
    pub others: Vec<SourceFile>,
}

/// A header's value in a file. It may hold several policies.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundPolicy {
    /// The value.
    pub written: Written,
    /// By the header's name.
    pub disposition: Disposition,
}

/// Something wrong in a file of policies.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyIssue {
    /// Stable, kebab-case: a row of the table of codes.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Where.
    pub place: Option<Place>,
}

impl PolicyIssue {
    /// The file is not in its format: nothing is read of it.
    pub fn unreadable(message: String, place: Option<Place>) -> PolicyIssue {
        PolicyIssue {
            code: "unreadable-policy-file",
            severity: Severity::Warning,
            message,
            help: Some("mend the file, or give the policy with --policy".to_owned()),
            place,
        }
    }

    /// A part of the file that may hold a policy is not read.
    pub(crate) fn unread(message: String, place: Option<Place>) -> PolicyIssue {
        PolicyIssue {
            code: "unread-policy",
            severity: Severity::Info,
            message,
            help: Some("give the policy with --policy, or in connect-lint.toml".to_owned()),
            place,
        }
    }
}

impl FoundPolicy {
    /// The policies of the value.
    pub fn located(&self, origin: &Origin, scope: &Scope) -> Vec<LocatedPolicy> {
        let policies = parse_written(self.written.text(), self.written.holes(), self.disposition);
        located(policies, &self.written, origin, scope)
    }
}

/// The disposition that a header's name stands for, if it is one of policies.
pub fn disposition_of(header: &str) -> Option<Disposition> {
    if header.eq_ignore_ascii_case("content-security-policy") {
        return Some(Disposition::Enforce);
    }
    header
        .eq_ignore_ascii_case("content-security-policy-report-only")
        .then_some(Disposition::Report)
}

/// Policies, with where they were found and what they govern.
fn located(
    policies: Vec<Policy>,
    written: &Written,
    origin: &Origin,
    scope: &Scope,
) -> Vec<LocatedPolicy> {
    let all = policies.into_iter().map(|policy| LocatedPolicy {
        origin: origin.clone(),
        policy,
        scope: scope.clone(),
        written: written.clone(),
    });
    all.collect()
}

impl LocatedPolicy {
    /// Whether a policy of the markup governs an endpoint of its file.
    pub fn governs_in_page(&self, endpoint: &Endpoint) -> bool {
        match &self.scope {
            Scope::Page {
                file,
                document,
                after,
            } => {
                // A worker has the policy of its own response.
                endpoint.runtime == crate::endpoint::Runtime::Browser
                    && *file == endpoint.place.file
                    && endpoint.document.starts_with(document)
                    && (endpoint.is_deferred
                        || endpoint.place.span.start >= *after
                        || endpoint.document.len() > document.len())
            }
            _ => false,
        }
    }
}
