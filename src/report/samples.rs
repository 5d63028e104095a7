//! Handmade results for the tests of the reporters.
#![allow(clippy::unwrap_used)]

use super::{Reporter, Sources};
use crate::results::*;
use crate::span::{LineIndex, Span};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Texts by file name, counting how often each is asked for.
#[derive(Default)]
pub(super) struct Files {
    pub(super) texts: BTreeMap<&'static str, Arc<str>>,
    pub(super) asked: RefCell<usize>,
}

impl Sources for Files {
    fn text(&self, file: &str) -> Option<Arc<str>> {
        *self.asked.borrow_mut() += 1;
        self.texts.get(file).cloned()
    }
}

impl Files {
    pub(super) fn new(texts: &[(&'static str, &str)]) -> Self {
        let texts = texts
            .iter()
            .map(|(name, text)| (*name, Arc::from(*text)))
            .collect();
        Files {
            texts,
            ..Files::default()
        }
    }

    /// Line, column and span of the first `what` in a file.
    pub(super) fn find(&self, file: &str, what: &str) -> (u32, u32, Span) {
        let text = &self.texts[file];
        let start = text.find(what).unwrap();
        let at = LineIndex::new(text).position(text, start as u32);
        (at.line, at.column, Span::new(start, start + what.len()))
    }

    /// A blocked endpoint at the first `what` of a file.
    pub(super) fn blocked(&self, file: &str, what: &str) -> Diagnostic {
        let (line, column, span) = self.find(file, what);
        Diagnostic {
            code: "blocked".into(),
            severity: Severity::Error,
            message: "fetch to this URL is blocked by connect-src".into(),
            help: Some("add https://api.test to connect-src".into()),
            file: Some(file.into()),
            line: Some(line),
            column: Some(column),
            end_line: None,
            end_column: None,
            span: Some(span),
            label: Some("this URL is blocked".into()),
            related: Vec::new(),
            fingerprint: String::new(),
            about: About::default(),
        }
    }

    pub(super) fn related(&self, file: &str, what: &str, message: &str) -> Related {
        let (line, column, span) = self.find(file, what);
        Related {
            file: file.into(),
            line,
            column,
            message: message.into(),
            span,
        }
    }
}

/// A diagnostic that is nowhere.
pub(super) fn plain(severity: Severity, code: &str, message: &str) -> Diagnostic {
    Diagnostic {
        code: code.into(),
        severity,
        message: message.into(),
        help: None,
        file: None,
        line: None,
        column: None,
        end_line: None,
        end_column: None,
        span: None,
        label: None,
        related: Vec::new(),
        fingerprint: String::new(),
        about: About::default(),
    }
}

pub(super) fn endpoint(file: &str, line: u32, api: &str, pattern: &str) -> EndpointRow {
    EndpointRow {
        location: Location {
            file: file.into(),
            line,
            column: 1,
            end_line: line,
            end_column: 9,
            start: 0,
            end: 8,
        },
        url_span: Span::default(),
        api: api.into(),
        url: Some(pattern.into()),
        certainty: Certainty::Exact,
        pattern: pattern.into(),
        resolved: None,
        verdict: None,
        policy: None,
        directive: None,
        source: None,
        reason: None,
        pages: Vec::new(),
        trail: Vec::new(),
        span: Span::default(),
        holes: [].into(),
        by_policy: [].into(),
        suggestion: None,
    }
}

pub(super) fn judged(row: EndpointRow, verdict: VerdictKind, source: Option<&str>) -> EndpointRow {
    let reason = Some("no source expression matches".to_owned()).filter(|_| source.is_none());
    EndpointRow {
        verdict: Some(verdict),
        policy: Some(0),
        directive: Some("connect-src".into()),
        source: source.map(str::to_owned),
        reason,
        ..row
    }
}

pub(super) fn results(endpoints: Vec<EndpointRow>, diagnostics: Vec<Diagnostic>) -> Results {
    let count = |kind| {
        endpoints
            .iter()
            .filter(|row| row.verdict == Some(kind))
            .count()
    };
    let worst = |severity| {
        diagnostics
            .iter()
            .filter(|d| d.severity == severity)
            .count()
    };
    Results {
        schema_version: 1,
        page_url: None,
        policies: vec![PolicyRow {
            id: 0,
            origin: "--policy".into(),
            disposition: Disposition::Enforce,
            directive: Some("connect-src".into()),
            sources: vec!["'self'".into()],
        }],
        wrappers: None,
        fixes: Vec::new(),
        statistics: None,
        open_names: Vec::new(),
        summary: Summary {
            files: 2,
            endpoints: endpoints.len(),
            blocked: count(VerdictKind::Blocked),
            allowed: count(VerdictKind::Allowed),
            depends: count(VerdictKind::Depends),
            unknown: count(VerdictKind::Unknown),
            errors: worst(Severity::Error),
            warnings: worst(Severity::Warning),
            ..Summary::default()
        },
        endpoints: endpoints.into_iter().map(Into::into).collect(),
        diagnostics,
        suppressed: Vec::new(),
    }
}

/// Texts with a bit of everything, for [`findings`].
pub(super) fn texts() -> Files {
    Files::new(&[
        (
            "src/ä [1].js",
            "const ü = '/a,b:c'; fetch('https://api.test/');\n",
        ),
        (
            "_headers",
            "/*\n  Content-Security-Policy: connect-src 'self'\n",
        ),
    ])
}

/// Findings of each severity: one with a trail and help, one with text that no format may take
/// for its own, one that is nowhere, one that is suppressed.
pub(super) fn findings() -> Results {
    let files = texts();
    let mut blocked = files.blocked("src/ä [1].js", "'https://api.test/'");
    blocked.end_line = blocked.line;
    blocked.end_column = blocked.column.map(|column| column + 19);
    blocked.fingerprint = "00000000000000a1".into();
    blocked
        .related
        .push(files.related("src/ä [1].js", "'/a,b:c'", "`ü` is set here"));
    let hostile = Diagnostic {
        help: None,
        file: Some("a|b%,`x`:<i>.js".into()),
        line: Some(3),
        column: Some(1),
        end_line: Some(4),
        end_column: Some(2),
        fingerprint: "00000000000000a2".into(),
        ..plain(
            Severity::Warning,
            "syntax-error",
            "100%: `a|b` <script>alert(1)</script> ]]> \"q\" & *x* \u{1b}[31m\u{202e}\u{0}\u{ffff}\r\n::error::x",
        )
    };
    let nowhere = Diagnostic {
        fingerprint: "00000000000000a3".into(),
        ..plain(Severity::Warning, "no-files", "there is nothing to lint")
    };
    let info = Diagnostic {
        fingerprint: "00000000000000a4".into(),
        ..plain(Severity::Info, "skipped-file", "a.test.js is a test")
    };
    let silent = Diagnostic {
        fingerprint: "00000000000000a5".into(),
        ..files.blocked("src/ä [1].js", "fetch")
    };
    let url = |verdict, pattern: &str| {
        let row = endpoint("src/ä [1].js", 1, "fetch", pattern);
        judged(
            row,
            verdict,
            (verdict == VerdictKind::Allowed).then_some("'self'"),
        )
    };
    let endpoints = vec![
        url(VerdictKind::Blocked, "https://api.test/"),
        judged(
            endpoint("quiet.js", 2, "WebSocket", "/me"),
            VerdictKind::Allowed,
            Some("'self'"),
        ),
    ];
    let mut results = results(endpoints, vec![blocked, hostile, nowhere, info]);
    results.suppressed = vec![Suppressed {
        diagnostic: silent,
        by: SuppressedBy::Inline,
        reason: Some("known".into()),
    }];
    results
}

/// What a reporter writes.
pub(super) fn written(reporter: &dyn Reporter, results: &Results, files: &Files) -> String {
    let mut out = Vec::new();
    reporter.write(results, files, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
