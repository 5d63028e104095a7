//! One file: read, decoded, classified, parsed, evaluated. Facts only.

use super::LintOptions;
use crate::config::{FileSettings, OverrideRuntime};
use crate::diagnostics;
use crate::discover::{
    Decoded, Language, OffsetMap, Overlay, SourcePath, classify, declared_in_html, decode,
    is_binary,
};
use crate::endpoint::{Endpoint, MetaPolicy, Runtime};
use crate::extract::{self, Issue, OfSource, ParsedSource};
use crate::opaque::OpaqueCall;
use crate::policies::{SourceFile, may_set_policy};
use crate::results::{Diagnostic, Location, Severity};
use crate::span::{LineIndex, Span};
use crate::suppression::Suppression;
use crate::triage::FileComments;
use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};
use std::hash::Hasher;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// A file larger than this is not read, in bytes: positions are counted in 32 bits.
const MAX_SIZE: u64 = 1 << 30;

/// The facts of one file. They serialise, so that extraction can be cached, split over
/// machines and merged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceFacts {
    /// Display path.
    pub file: Arc<str>,
    /// What makes requests, in the order of the source.
    pub endpoints: Arc<[Endpoint]>,
    /// What looks like a request and was not seen through, if that was asked for.
    #[serde(default)]
    pub opaque: Arc<[OpaqueCall]>,
    /// The policies that its markup sets.
    pub meta_policies: Arc<[MetaPolicy]>,
    /// What is wrong with it.
    pub issues: Vec<Issue>,
    /// The comments that keep findings silent.
    #[serde(default)]
    pub suppressions: Arc<[Suppression]>,
    /// Why it is not linted, if it is not.
    pub skipped: Option<String>,
}

/// A file's facts, and what its spans point into. Copies share what is large.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) facts: SourceFacts,
    pub(super) settings: FileSettings,
    /// What the program is made of; nothing for a file that was not read.
    pub(super) parsed: Option<Arc<ParsedSource>>,
    /// Whether its endpoints are wanted, or it is there for those that import it.
    pub(super) is_linted: bool,
    /// Whether its code may set a policy.
    pub(super) sets_policy: bool,
    /// Whether it is a server's by where it stands.
    pub(super) is_server: bool,
    /// Where it runs, if it could be parsed.
    runs: Option<Runtime>,
    text: Arc<SourceText>,
}

/// What was found in a text: the same if it was not worked out anew.
#[derive(Debug)]
pub(super) struct SourceKey {
    endpoints: Arc<[Endpoint]>,
    text: Arc<SourceText>,
}

impl SourceKey {
    /// Whether it is that of a source.
    pub(super) fn is_of(&self, source: &Source) -> bool {
        Arc::ptr_eq(&self.endpoints, &source.facts.endpoints)
            && Arc::ptr_eq(&self.text, &source.text)
    }
}

/// The text that spans point into. Most files have nothing to show, and all texts of a program
/// take much memory: it is read again when first asked for.
#[derive(Debug, Default)]
struct SourceText {
    /// Where to read it; nothing for a file that could not be read.
    path: Option<SourcePath>,
    /// The change to read it with.
    overlay: Overlay,
    /// What was parsed, to see whether it is still the same.
    hash: u64,
    shown: OnceLock<Option<Shown>>,
}

/// A decoded text, ready to turn spans into places of the file.
#[derive(Debug)]
struct Shown {
    text: Arc<str>,
    lines: LineIndex,
    map: OffsetMap,
}

impl SourceText {
    fn of(path: &SourcePath, text: &str, overlay: &Overlay) -> SourceText {
        SourceText {
            path: Some(path.clone()),
            // Those of other files may be large, and are of no use here.
            overlay: overlay.only(&path.path),
            hash: hash(text),
            shown: OnceLock::new(),
        }
    }

    /// The text; nothing if it cannot be read, or is another by now.
    fn shown(&self) -> Option<&Shown> {
        self.shown.get_or_init(|| self.read()).as_ref()
    }

    fn read(&self) -> Option<Shown> {
        let decoded = decoded(self.path.as_ref()?, &self.overlay).ok()?;
        (hash(&decoded.text) == self.hash).then(|| Shown {
            lines: LineIndex::new(&decoded.text),
            text: decoded.text.into(),
            map: decoded.map,
        })
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// Reads and parses a file as far as it is to be linted. Its endpoints come later, when what it
/// imports is there too.
pub(super) fn read(path: &SourcePath, options: &LintOptions) -> Source {
    let settings = options.rules.of(&path.path);
    let file: Arc<str> = path.display.as_str().into();
    if let Some(skip) = skipped_by_path(path, &settings) {
        return match skip.is_server {
            true => server(path, file, skip.why, settings, &options.overlay),
            false => Source::without_text(file, settings, Some(skip.why), Vec::new()),
        };
    }
    match decoded(path, &options.overlay) {
        Ok(decoded) => parsed(path, file, decoded, settings, &options.overlay),
        Err(issue) => Source::without_text(file, settings, None, vec![issue]),
    }
}

/// Reads code of a server: what it imports, and whether it sets policies.
fn server(
    path: &SourcePath,
    file: Arc<str>,
    why: String,
    settings: FileSettings,
    overlay: &Overlay,
) -> Source {
    let is_script = matches!(path.language, Some(Language::Script { .. }));
    let decoded = decoded(path, overlay).ok().filter(|_| is_script);
    let Some(decoded) = decoded else {
        return Source::without_text(file, settings, Some(why), Vec::new());
    };
    let mut source = parsed(path, file, decoded, settings, overlay);
    source.facts.skipped = Some(why);
    source.facts.issues.clear();
    source.is_server = true;
    source
}

/// Reads a file that is not linted itself, but imported by one that is.
pub(super) fn read_import(path: &Path, overlay: &Overlay) -> Option<Source> {
    let is_data = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("json"));
    let source = SourcePath {
        display: path.display().to_string(),
        path: path.to_path_buf(),
        below_root: None,
        language: Language::of_path(path),
    };
    let file: Arc<str> = source.display.as_str().into();
    let decoded = decoded(&source, overlay).ok()?;
    let mut read = match (is_data, source.language) {
        (true, _) => {
            let facts = extract::parse_data(&file, &decoded.text);
            Source::new(
                &source,
                file,
                FileSettings::default(),
                Some(facts),
                decoded,
                overlay,
            )
        }
        (false, Some(Language::Script { .. })) => {
            parsed(&source, file, decoded, FileSettings::default(), overlay)
        }
        _ => return None,
    };
    read.is_linted = false;
    Some(read)
}

/// Why a file is not linted.
struct Skip {
    why: String,
    /// It is code of a server.
    is_server: bool,
}

fn skipped_by_path(path: &SourcePath, settings: &FileSettings) -> Option<Skip> {
    let said = |why: &str, is_server| Skip {
        why: why.to_owned(),
        is_server,
    };
    match settings.runtime {
        Some(OverrideRuntime::Server) => {
            return Some(said("the configuration says `server`", true));
        }
        Some(_) => return None,
        None => {}
    }
    if settings.is_test {
        return Some(said("the configuration says `test`", false));
    }
    // A file that the user names is linted wherever it stands.
    let below_root = path.below_root.as_deref()?;
    classify(below_root).map(|found| said(found.why, found.is_server))
}

/// Whether the code of a file may set a policy, as far as single words of it tell.
fn sets_policy(path: &SourcePath, text: &str) -> bool {
    matches!(path.language, Some(Language::Script { .. })) && {
        let name = path.path.file_name().map(Path::new);
        let below = path.below_root.as_deref().or(name);
        below.is_some_and(|below| may_set_policy(below, text))
    }
}

fn decoded(path: &SourcePath, overlay: &Overlay) -> Result<Decoded, Issue> {
    let unreadable = |message: String| file_issue("unreadable-file", message, None);
    let size = overlay.len(&path.path);
    if size.map_err(|error| unreadable(error.to_string()))? > MAX_SIZE {
        let message = format!("larger than {} MiB: not read", MAX_SIZE >> 20);
        return Err(file_issue(
            "large-file",
            message,
            Some("exclude it with --exclude"),
        ));
    }
    let bytes = overlay
        .read(&path.path)
        .map_err(|error| unreadable(error.to_string()))?;
    if is_binary(&bytes) {
        let message = "not a text: not read".to_owned();
        return Err(file_issue(
            "binary-file",
            message,
            Some("exclude it with --exclude"),
        ));
    }
    let declared = match path.language {
        Some(Language::Script { .. }) => None,
        _ => declared_in_html(&bytes),
    };
    Ok(decode(bytes, declared))
}

fn file_issue(code: &'static str, message: String, help: Option<&str>) -> Issue {
    Issue {
        code: code.into(),
        severity: Severity::Warning,
        message,
        help: help.map(str::to_owned),
        span: None,
    }
}

fn parsed(
    path: &SourcePath,
    file: Arc<str>,
    decoded: Decoded,
    settings: FileSettings,
    overlay: &Overlay,
) -> Source {
    let language = path
        .language
        .unwrap_or_else(|| Language::guess(&decoded.text));
    // A mistake of this program in one file must not end the run for all.
    let parse = || extract::parse(&file, &decoded.text, language);
    let sets_policy = sets_policy(path, &decoded.text);
    match catch_unwind(AssertUnwindSafe(parse)) {
        Ok(parsed) => Source {
            sets_policy,
            ..Source::new(path, file, settings, Some(parsed), decoded, overlay)
        },
        Err(_) => Source::without_text(file, settings, None, vec![internal_error()]),
    }
}

fn internal_error() -> Issue {
    Issue {
        severity: Severity::Error,
        ..file_issue(
            "internal-error",
            "connect-lint failed on this file; the others are linted".to_owned(),
            Some("please report it, with the file if you can"),
        )
    }
}

impl Source {
    fn new(
        path: &SourcePath,
        file: Arc<str>,
        settings: FileSettings,
        parsed: Option<ParsedSource>,
        decoded: Decoded,
        overlay: &Overlay,
    ) -> Source {
        let (skipped, metas, mut issues, suppressions) = match &parsed {
            Some(parsed) => (
                parsed.not_browser.clone(),
                parsed.meta_policies.iter().cloned().collect(),
                parsed.issues.clone(),
                parsed.suppressions.clone().into(),
            ),
            None => (None, Arc::default(), Vec::new(), Arc::default()),
        };
        if let Some(message) = decoded.warning {
            let help = Some("save it as UTF-8");
            issues.insert(0, file_issue("invalid-encoding", message, help));
        }
        let skipped = skipped.filter(|_| settings.runtime.is_none());
        let facts = SourceFacts {
            file,
            endpoints: Arc::default(),
            opaque: Arc::default(),
            meta_policies: metas,
            issues,
            suppressions,
            skipped,
        };
        let runs = parsed.as_ref().map(|parsed| match parsed.is_worker {
            true => Runtime::Worker,
            false => Runtime::Browser,
        });
        Source {
            facts,
            settings,
            parsed: parsed.map(Arc::new),
            is_linted: true,
            sets_policy: false,
            is_server: false,
            runs,
            text: Arc::new(SourceText::of(path, &decoded.text, overlay)),
        }
    }

    /// Takes its endpoints and what was not seen through; nothing, if they could not be worked out.
    pub(super) fn take(&mut self, found: Option<OfSource>) {
        match found {
            Some((endpoints, opaque)) => {
                self.facts.endpoints = endpoints;
                self.facts.opaque = opaque;
            }
            None => self.facts.issues.push(internal_error()),
        }
    }

    /// Where the source runs, if its endpoints are wanted.
    pub(super) fn runtime(&self) -> Option<Runtime> {
        if self.facts.skipped.is_some() || !self.is_linted {
            return None;
        }
        match self.settings.runtime {
            Some(OverrideRuntime::Worker) => self.runs.and(Some(Runtime::Worker)),
            None => self.runs,
            Some(_) => self.runs.and(Some(Runtime::Browser)),
        }
    }

    /// Says that it runs in workers only.
    pub(super) fn mark_worker(&mut self) {
        self.runs = self.runs.and(Some(Runtime::Worker));
    }

    /// Whether it is the same, not read anew.
    pub(super) fn is_same(&self, other: &Source) -> bool {
        let is_same = match (&self.parsed, &other.parsed) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        };
        is_same && Arc::ptr_eq(&self.text, &other.text)
    }

    /// Whether a source of the same file and with the same links says the same of policies.
    pub(super) fn governs_as(&self, other: &Source) -> bool {
        self.facts.meta_policies.is_empty() && other.facts.meta_policies.is_empty()
    }

    /// What was found, and in which text.
    pub(super) fn key(&self) -> SourceKey {
        SourceKey {
            endpoints: self.facts.endpoints.clone(),
            text: self.text.clone(),
        }
    }

    /// Whether a source of the same file has the same links to others: what it imports and loads,
    /// and where it runs.
    pub(super) fn links_as(&self, other: &Source) -> bool {
        let is_same = match (&self.parsed, &other.parsed) {
            (Some(one), Some(other)) => one.links_as(other),
            (None, None) => true,
            _ => false,
        };
        is_same
            && self.facts.skipped == other.facts.skipped
            && self.runs == other.runs
            && self.is_linted == other.is_linted
            && self.is_server == other.is_server
    }

    /// Whether it was left out as no browser code.
    pub(super) fn is_skipped(&self) -> bool {
        self.facts.skipped.is_some()
    }

    fn without_text(
        file: Arc<str>,
        settings: FileSettings,
        skipped: Option<String>,
        issues: Vec<Issue>,
    ) -> Source {
        let facts = SourceFacts {
            file,
            endpoints: Arc::default(),
            opaque: Arc::default(),
            meta_policies: Arc::default(),
            issues,
            suppressions: Arc::default(),
            skipped,
        };
        Source {
            facts,
            settings,
            parsed: None,
            is_linted: true,
            sets_policy: false,
            is_server: false,
            runs: None,
            text: Arc::default(),
        }
    }

    /// Whether its endpoints, if it has any, are among the facts.
    pub(super) fn was_linted(&self) -> bool {
        let unread = |issue: &Issue| {
            matches!(
                issue.code.as_ref(),
                "unreadable-file" | "large-file" | "binary-file" | "internal-error"
            )
        };
        self.is_linted && self.facts.skipped.is_none() && !self.facts.issues.iter().any(unread)
    }

    /// Where a span stands in the file on disk.
    pub(super) fn location(&self, span: Span) -> Location {
        let file = String::from(&*self.facts.file);
        let Some(source) = self.text.shown() else {
            // It has changed since, or is gone.
            return Location {
                file,
                line: 1,
                column: 1,
                end_line: 1,
                end_column: 1,
                start: u64::from(span.start),
                end: u64::from(span.end),
            };
        };
        let lines = &source.lines;
        let start = lines.position(&source.text, span.start);
        let end = lines.position(&source.text, span.end);
        Location {
            file,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            start: source.map.to_file(&source.text, span.start),
            end: source.map.to_file(&source.text, span.end),
        }
    }

    /// The comments that keep findings silent, if there are any; `is_judged`: the run looks for
    /// all findings that there may be.
    pub(super) fn comments(&self, is_judged: bool) -> Option<FileComments> {
        if self.facts.suppressions.is_empty() {
            return None;
        }
        let text = &self.text.shown()?.text;
        Some(FileComments::of(
            &self.facts.file,
            text,
            &self.facts.suppressions,
            is_judged && self.was_linted(),
            |span| self.location(span),
        ))
    }

    /// What is wrong with the file, and whether it was skipped.
    pub(super) fn diagnostics(&self) -> Vec<Diagnostic> {
        if !self.is_linted {
            return Vec::new();
        }
        let mut out: Vec<_> = self
            .facts
            .issues
            .iter()
            .map(|i| self.diagnostic(i))
            .collect();
        out.extend(self.bounded());
        if let Some(why) = &self.facts.skipped {
            let message = format!("not linted as browser code: {why}");
            out.push(Diagnostic {
                file: Some(self.facts.file.to_string()),
                ..diagnostics::nowhere("skipped-file", Severity::Info, message)
            });
        }
        out
    }

    fn diagnostic(&self, issue: &Issue) -> Diagnostic {
        let plain = Diagnostic {
            help: issue.help.clone(),
            file: Some(self.facts.file.to_string()),
            ..diagnostics::nowhere(&issue.code, issue.severity, issue.message.clone())
        };
        match issue.span {
            Some(span) => diagnostics::at(plain, &self.location(span), span),
            None => plain,
        }
    }

    /// Says so where URLs were not followed to the end, at the first of them.
    fn bounded(&self) -> Option<Diagnostic> {
        let mut bounded = self.facts.endpoints.iter().filter(|e| e.is_bounded);
        let span = bounded.next()?.place.span;
        let message = match bounded.count() {
            0 => "a URL was followed only so far: a bound on the work was met".to_owned(),
            n => format!(
                "{} URLs were followed only so far: a bound on the work was met",
                n + 1
            ),
        };
        let plain = Diagnostic {
            file: Some(self.facts.file.to_string()),
            help: Some("a `[[client]]` in the configuration says what is not followed".to_owned()),
            ..diagnostics::nowhere("bounded-analysis", Severity::Info, message)
        };
        Some(diagnostics::at(plain, &self.location(span), span))
    }

    /// The file as one that policies stand in.
    pub(super) fn file(&self) -> Option<SourceFile> {
        let path = self.text.path.as_ref()?;
        let shown = self.text.shown()?;
        Some(SourceFile::of_text(
            &path.path,
            &self.facts.file,
            &shown.text,
        ))
    }

    /// The bytes of the file, if it can be read.
    pub(super) fn bytes(&self) -> Option<Vec<u8>> {
        let path = self.text.path.as_ref()?;
        self.text.overlay.read(&path.path).ok()
    }

    /// Says that results may point into the text.
    pub(super) fn show_text(&self) {
        let _ = self.text.shown();
    }

    /// The text, by the file's display path, where results may point into it.
    pub(super) fn shown_text(&self) -> Option<(Arc<str>, Arc<str>)> {
        let shown = self.text.shown.get()?.as_ref()?;
        Some((self.facts.file.clone(), shown.text.clone()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::resolve::Settings;

    /// Extraction can be cached, split over machines and merged.
    #[test]
    fn facts_serialise() {
        let text = "<head><meta http-equiv=content-security-policy content=\"connect-src 'self'\">\
            <script>fetch(`${import.meta.env.VITE_API}/x/${id}`); let x = ;</script><a ping='/a /b'>";
        let file: Arc<str> = "a.html".into();
        let parsed = extract::parse(&file, text, Language::Html);
        let facts = SourceFacts {
            file,
            endpoints: parsed
                .endpoints(&Settings::default(), Runtime::Browser)
                .into(),
            opaque: Arc::default(),
            meta_policies: parsed.meta_policies.clone().into(),
            issues: parsed.issues.clone(),
            suppressions: parsed.suppressions.clone().into(),
            skipped: None,
        };
        assert_eq!((facts.endpoints.len(), facts.issues.len()), (3, 1));
        let json = serde_json::to_string(&facts).unwrap();
        assert_eq!(serde_json::from_str::<SourceFacts>(&json).unwrap(), facts);
    }
}
