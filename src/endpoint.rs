//! The fact: a place in a source where a request is made, by which API, to what URL.
//!
//! Facts know no policy. They serialise, so that extraction can be cached, split over
//! machines and merged.

use crate::sink::Api;
use crate::span::Span;
use crate::value::{Guard, Pattern};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A span of a file, by the file's display path (as the user named it, `/` between parts).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Display path.
    pub file: Arc<str>,
    /// Bytes in the decoded text of the file (see [`crate::discover`]).
    pub span: Span,
}

/// A step of how a URL was found, from the sink backwards.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Step {
    /// Where.
    pub place: Place,
    /// What is there: "`API` is defined here".
    pub note: String,
}

/// Where the code runs, which decides whose policy governs it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Runtime {
    /// A page, under the policy of the page.
    #[default]
    Browser,
    /// A worker loaded from the network, under the policy of its own response.
    Worker,
    /// Not in a browser: no policy governs it.
    Server,
}

/// How sure it is that the call is the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The name resolves to the platform's API.
    #[default]
    Certain,
    /// It may be the platform's API: a parameter called `fetch` that a framework hands in.
    Possible,
    /// It is the API; the URL is one of the developer's machine, beside others: what the program
    /// uses where nothing is configured.
    Development,
}

/// What a relative URL is resolved against.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Base {
    /// The page's URL.
    #[default]
    Page,
    /// The first `<base href>` of the document, as written (itself relative to the page).
    Href(String),
    /// The URL of the script: same origin as the page, path not known.
    Script,
}

/// One possible request: one place, one possible URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// The whole call, construction, or attribute value.
    pub place: Place,
    /// The URL expression in it (the label of a report).
    pub url_span: Span,
    /// Which API.
    pub api: Api,
    /// The URL as the program would pass it.
    pub url: Pattern,
    /// What must hold of the page for this URL to be the one.
    pub guard: Guard,
    /// How the URL was found.
    pub trail: Vec<Step>,
    /// What a relative URL resolves against.
    pub base: Base,
    /// Where the code runs.
    pub runtime: Runtime,
    /// How sure it is that this is the API.
    pub confidence: Confidence,
    /// Remarks for people: "fires only once the link has an `href`".
    pub notes: Vec<String>,
    /// A bound on the work was met: the program may give the call other URLs, or say more of this.
    #[serde(default)]
    pub is_bounded: bool,
    /// In HTML, the code runs when the document is parsed, or later: in a module, a handler.
    /// Policies in `<meta>` that stand behind it govern it too.
    #[serde(default)]
    pub is_deferred: bool,
    /// In HTML, the document inside the file: the page's is empty, that of the n-th
    /// `<iframe srcdoc>` inside a document appends n. A policy in `<meta>` governs its own
    /// document and those inside it.
    pub document: Vec<u32>,
}

/// A `<meta http-equiv="Content-Security-Policy">` that takes effect: a fact of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetaPolicy {
    /// The `content` attribute's value.
    pub place: Place,
    /// Its text, entities decoded.
    pub text: String,
    /// The quotes around it; nothing where nothing can be added to it.
    #[serde(default)]
    pub quote: Option<char>,
    /// See [`Endpoint::document`].
    pub document: Vec<u32>,
}
