//! The results of a run: all that a reporter reads. The JSON report is this, serialised.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How bad a diagnostic is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Severity {
    Info,
    Warning,
    Error,
}

/// What the policies say of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VerdictKind {
    /// Every URL it can be is blocked.
    Blocked,
    /// Every URL it can be is let through.
    Allowed,
    /// Some are, some are not: it depends on a named part.
    Depends,
    /// Nothing is known of scheme and host.
    Unknown,
}

/// How much of a URL is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// All of it.
    Exact,
    /// A leading part.
    Prefix,
    /// No leading part.
    Dynamic,
}

/// Whether a policy blocks or only reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Disposition {
    /// `Content-Security-Policy`.
    Enforce,
    /// `Content-Security-Policy-Report-Only`.
    Report,
}

/// A place in a file. Lines and columns are 1-based, columns count Unicode scalar values,
/// `start..end` are bytes of the file on disk.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, schemars::JsonSchema,
)]
#[allow(missing_docs)]
pub struct Location {
    pub file: String,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    pub start: u64,
    pub end: u64,
}

/// A policy that endpoints were judged against.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct PolicyRow {
    /// Index in the list of policies.
    pub id: usize,
    /// `--policy`, or `path:line`.
    pub origin: String,
    /// Enforces or reports.
    pub disposition: Disposition,
    /// The directive that governs connections: `connect-src`, `default-src` or none.
    pub directive: Option<String>,
    /// Its source expressions as written.
    pub sources: Vec<String>,
}

/// Which policies there are, and what they govern: the document of `connect-lint policy`.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct PolicyMap {
    /// Of this document's shape: 1.
    pub schema_version: u32,
    /// The policies, by their numbers.
    pub policies: Vec<PolicyEntry>,
    /// The files that are linted and that no policy governs.
    pub without: Vec<GovernedFile>,
    /// What was found in files of policies that is none, or could not be read; a line each.
    pub notes: Vec<String>,
}

/// A policy, where it was found, and what it governs.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct PolicyEntry {
    /// Index in the list of policies.
    pub id: usize,
    /// `--policy`, or `path:line`.
    pub origin: String,
    /// The kind of file or place: Netlify `_headers`, `<meta>`.
    pub found_in: String,
    /// Enforces or reports.
    pub disposition: Disposition,
    /// The header's value; `{name}` stands for what is not known.
    pub text: String,
    /// The directive that governs connections: `connect-src`, `default-src` or none.
    pub directive: Option<String>,
    /// Its source expressions as written.
    pub sources: Vec<String>,
    /// A part of it is not known and may hold directives: its name.
    pub open: Option<String>,
    /// The paths that it is sent for, as the file says them; nothing if all.
    pub paths: Option<String>,
    /// The files that are linted and run under it.
    pub governs: Vec<GovernedFile>,
}

/// A file, and what it is to browsers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[allow(missing_docs)]
pub struct GovernedFile {
    pub file: String,
    pub role: Role,
}

/// What a file is to browsers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Role {
    Page,
    Script,
    Worker,
}

/// A step of a trail.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
#[allow(missing_docs)]
pub struct TrailRow {
    pub file: String,
    pub line: u32,
    pub column: u32,
    pub note: String,
    /// Bytes in the decoded text, for snippets.
    #[serde(skip)]
    pub span: crate::span::Span,
}

/// An endpoint and, when there was a policy, its verdict.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct EndpointRow {
    /// The whole call, construction or attribute value.
    #[serde(flatten)]
    pub location: Location,
    /// Bytes of the URL expression in the decoded text, for snippets.
    #[serde(skip)]
    pub url_span: crate::span::Span,
    /// The sink's name.
    pub api: String,
    /// The text as the program would pass it, or its known leading part.
    pub url: Option<String>,
    /// How much of it is known.
    pub certainty: Certainty,
    /// The text with holes in braces.
    pub pattern: String,
    /// The absolute URL, where it is known.
    pub resolved: Option<String>,
    /// The verdict; none without a policy.
    pub verdict: Option<VerdictKind>,
    /// The policy that decided.
    pub policy: Option<usize>,
    /// The directive that decided.
    pub directive: Option<String>,
    /// The source expression that matched.
    pub source: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The first pages and workers that this verdict is for, where others come to another one;
    /// else none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<String>,
    /// How the URL was found.
    pub trail: Vec<TrailRow>,
    /// Bytes of all of it in the decoded text.
    #[serde(skip)]
    pub span: crate::span::Span,
    /// What is not known of the URL.
    #[serde(skip)]
    pub holes: Arc<[crate::value::Hole]>,
    /// What each policy says by itself, for those who look at one endpoint.
    #[serde(skip)]
    pub by_policy: Arc<[PolicyVerdict]>,
    /// The source that would let a blocked URL through.
    #[serde(skip)]
    pub suggestion: Option<String>,
}

/// What a policy says of an endpoint, whatever others say.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyVerdict {
    /// Its number.
    pub policy: usize,
    /// Its verdict.
    pub verdict: VerdictKind,
    /// The directive that decides, if one restricts connections.
    pub directive: Option<String>,
    /// The source expression that matches.
    pub source: Option<String>,
    /// Why.
    pub reason: String,
}

/// A label of a diagnostic besides its main one.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
#[allow(missing_docs)]
pub struct Related {
    pub file: String,
    pub line: u32,
    pub column: u32,
    pub message: String,
    /// Bytes in the decoded text, for snippets.
    #[serde(skip)]
    pub span: crate::span::Span,
}

/// Something to tell: a blocked endpoint, a mistake in a policy, a file that could not be read.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Diagnostic {
    /// Stable, kebab-case: `blocked`, `syntax-error`, `unreadable-file`.
    pub code: String,
    /// How bad.
    pub severity: Severity,
    /// What is wrong, one sentence.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Where, if it is somewhere.
    pub file: Option<String>,
    /// 1-based.
    pub line: Option<u32>,
    /// 1-based, in Unicode scalar values.
    pub column: Option<u32>,
    /// 1-based.
    pub end_line: Option<u32>,
    /// 1-based, exclusive.
    pub end_column: Option<u32>,
    /// Bytes of the main label in the decoded text, for snippets.
    #[serde(skip)]
    pub span: Option<crate::span::Span>,
    /// What the main label says ("this URL is blocked").
    #[serde(skip)]
    pub label: Option<String>,
    /// The trail and other places.
    pub related: Vec<Related>,
    /// Tells it from the others of the run, and is the same after lines have moved: hexadecimal.
    pub fingerprint: String,
    /// What is not told, but decides whether it is.
    #[serde(skip)]
    pub about: About,
}

/// What a diagnostic is about, for those who decide whether it is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// What is found, in words that stay the same while sources and policies around it change:
    /// `fetch https://api.example.com/{}`. Nothing if the message is as good.
    pub subject: Option<String>,
    /// The line that the call or policy around its place begins on.
    pub begins: Option<u32>,
    /// The files of the policies that it is judged by.
    pub policies: Vec<String>,
}

/// A diagnostic that is not told, and why.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Suppressed {
    /// What would be told.
    #[serde(flatten)]
    pub diagnostic: Diagnostic,
    /// What keeps it silent.
    pub by: SuppressedBy,
    /// Why, in the words of who did it.
    pub reason: Option<String>,
}

/// What keeps a diagnostic silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SuppressedBy {
    /// A comment in the source: `connect-lint-ignore`.
    Inline,
    /// The file of findings that were there before.
    Baseline,
}

/// What `connect-lint suggest` says.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Suggestions {
    /// Of this document's shape: 1.
    pub schema_version: u32,
    /// `origin`, `path` or `host-wildcard`.
    pub granularity: String,
    /// One for each policy that governs a file, in the order of the policies; what no policy
    /// governs comes last.
    pub suggestions: Vec<Suggestion>,
}

/// The smallest `connect-src` that lets all known endpoints under a policy through.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Suggestion {
    /// The policies that it is for: several where pages hold the same; none where there is none.
    pub policies: Vec<SuggestionPolicy>,
    /// Whether they enforce or report.
    pub disposition: Disposition,
    /// `connect-src` with the sources.
    pub header: String,
    /// The sources; `'none'` if nothing is needed.
    pub sources: Vec<String>,
    /// The sources that govern connections today.
    pub present: Vec<String>,
    /// Those that are not there today.
    pub added: Vec<String>,
    /// Those of today that are not needed.
    pub removed: Vec<String>,
    /// How the files of the policies would change; nothing if they would not.
    pub diff: Option<String>,
    /// Why there is no diff though there is a change.
    pub no_diff: Option<String>,
    /// The endpoints that no source can be named for.
    pub uncovered: Vec<UncoveredRow>,
    /// Sources that no endpoint is seen to use, and what may use them all the same.
    pub possibly_unused: Vec<PossiblyUnusedRow>,
    /// Remarks for people.
    pub notes: Vec<String>,
}

/// A policy that a suggestion is for.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct SuggestionPolicy {
    /// Index in the list of policies.
    pub id: usize,
    /// `--policy`, or `path:line`.
    pub origin: String,
    /// The directive that governs connections: `connect-src`, `default-src` or none.
    pub directive: Option<String>,
}

/// An endpoint that no source can be named for.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct UncoveredRow {
    /// Where.
    #[serde(flatten)]
    pub location: Location,
    /// The sink's name.
    pub api: String,
    /// The URL with holes in braces.
    pub pattern: String,
    /// Why.
    pub reason: String,
}

/// A source that no endpoint is seen to use.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct PossiblyUnusedRow {
    /// As written.
    pub source: String,
    /// What may use it.
    pub reasons: Vec<String>,
}

/// A policy that `--fix` changed.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct FixRow {
    /// The file that it stands in.
    pub file: String,
    /// Where it begins, 1-based.
    pub line: u32,
    /// The sources that were added to `connect-src`.
    pub added: Vec<String>,
    /// Those that were taken away.
    pub removed: Vec<String>,
}

/// The counts of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, schemars::JsonSchema)]
#[allow(missing_docs)]
pub struct Summary {
    pub files: usize,
    pub endpoints: usize,
    pub blocked: usize,
    pub allowed: usize,
    pub depends: usize,
    pub unknown: usize,
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
    /// Errors and warnings that comments or the baseline keep silent.
    pub suppressed: usize,
}

/// How many findings of a code are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[allow(missing_docs)]
pub struct CodeCount {
    pub code: String,
    pub severity: Severity,
    pub count: usize,
}

/// A name that the build would define, and nobody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenName {
    /// As `--define` takes it.
    pub name: String,
    /// How many endpoints have a URL that begins with it.
    pub endpoints: usize,
}

/// A function that calls were not seen through, and the lines of configuration that declare it.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct WrapperRow {
    /// How it is called, as `callee` of a `[[client]]` takes it; with `import`, below that.
    pub callee: Option<String>,
    /// The module that it comes from.
    pub import: Option<String>,
    /// Which argument is the URL, from 0.
    pub url_argument: u8,
    /// How many calls with what looks like a URL there are that made no endpoint.
    pub calls: usize,
    /// Where it is, or where it is first called if that is not known.
    pub file: String,
    /// 1-based.
    pub line: u32,
    /// 1-based, in Unicode scalar values.
    pub column: u32,
    /// Why it was not seen through.
    pub reason: String,
    /// The lines for `connect-lint.toml`.
    pub config: String,
}

/// The whole of it. `policies`, `endpoints` and `diagnostics` are sorted by place.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Results {
    /// Of this document's shape: 1.
    pub schema_version: u32,
    /// What `--page-url` or the config said.
    pub page_url: Option<String>,
    /// The policies.
    pub policies: Vec<PolicyRow>,
    /// The endpoints.
    // Runs over one workspace share rows: most are the same in the next.
    pub endpoints: Vec<Arc<EndpointRow>>,
    /// The diagnostics.
    pub diagnostics: Vec<Diagnostic>,
    /// Those that comments or the baseline keep silent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suppressed: Vec<Suppressed>,
    /// Functions that make requests and were not seen through, most calls first; of `endpoints`
    /// only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrappers: Option<Vec<WrapperRow>>,
    /// The policies that were changed before this was found; of `check --fix` only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<FixRow>,
    /// How many findings there are of each code, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistics: Option<Vec<CodeCount>>,
    /// The counts.
    pub summary: Summary,
    /// What a `--define` would settle, most endpoints first; for people.
    #[serde(skip)]
    pub open_names: Vec<OpenName>,
}
