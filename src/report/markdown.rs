//! Tables in GitHub's Markdown, for the summary of a job (`$GITHUB_STEP_SUMMARY`) or a comment
//! (<https://github.github.com/gfm/>).

use super::options::ReportOptions;
use super::paths::Names;
use super::sanitize::{clip, sanitize};
use super::shown::{Shown, page_of, severity_name, shown, worst_first};
use super::text::{MAX_URL, counted};
use super::{Reporter, Sources};
use crate::results::{Certainty, Disposition, EndpointRow, PolicyRow, Results};
use std::fmt::Write as _;
use std::io::{self, Write};

/// What a step summary holds is 1 MiB
/// (<https://docs.github.com/actions/reference/workflow-commands-for-github-actions#step-isolation-and-limits>);
/// this leaves room for what comes after the table.
const MAX_TABLE: usize = 900 << 10;
/// Longest message or help, in characters.
const MAX_PROSE: usize = 1_000;
/// Most policies that are listed, and sources of each.
const MAX_POLICIES: usize = 50;

/// The reporter of Markdown.
#[derive(Debug, Clone)]
pub struct Markdown {
    options: ReportOptions,
    inventory: bool,
}

impl Markdown {
    /// A reporter of findings.
    pub fn findings(options: ReportOptions) -> Self {
        Markdown {
            options,
            inventory: false,
        }
    }

    /// A reporter of endpoints.
    pub fn inventory(options: ReportOptions) -> Self {
        Markdown {
            options,
            inventory: true,
        }
    }

    fn document(&self, results: &Results) -> String {
        let names = Names::in_checkout(&self.options.surroundings);
        let mut out = format!("## connect-lint\n\n{}\n", counts(results, self.inventory));
        let all = worst_first(shown(results, &self.options));
        if !all.is_empty() {
            out.push_str("\n| | Code | Place | Finding |\n|---|---|---|---|\n");
            let rows = all.iter().map(|shown| finding(shown, &names));
            table(rows, "finding", &mut out);
        }
        if self.inventory && !results.endpoints.is_empty() {
            out.push_str("\n| Place | API | URL | Known |\n|---|---|---|---|\n");
            let rows = results.endpoints.iter().map(|row| endpoint(row, &names));
            table(rows, "endpoint", &mut out);
        }
        match results.suppressed.len() {
            0 => {}
            silent => {
                let _ = write!(out, "\n{} suppressed.\n", counted(silent, "more finding"));
            }
        }
        policies(&results.policies, &mut out);
        out
    }
}

impl Reporter for Markdown {
    fn write(&self, results: &Results, _: &dyn Sources, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.document(results).as_bytes())?;
        out.flush()
    }
}

/// Adds rows as long as there is room.
fn table(rows: impl ExactSizeIterator<Item = String>, thing: &str, out: &mut String) {
    let all = rows.len();
    for (i, row) in rows.enumerate() {
        if out.len() + row.len() > MAX_TABLE {
            let more = counted(all - i, &format!("more {thing}"));
            let _ = write!(out, "\n{more} left out: a summary holds 1 MiB.\n");
            return;
        }
        out.push_str(&row);
    }
}

fn counts(results: &Results, inventory: bool) -> String {
    let summary = &results.summary;
    let files = counted(summary.files, "file");
    let endpoints = counted(summary.endpoints, "endpoint");
    if inventory {
        return format!("{files}, {endpoints}.");
    }
    format!(
        "**{}, {}** · {files}, {endpoints}: {} blocked, {} allowed, {} depends, {} unknown.",
        counted(summary.errors, "error"),
        counted(summary.warnings, "warning"),
        summary.blocked,
        summary.allowed,
        summary.depends,
        summary.unknown,
    )
}

fn finding(shown: &Shown<'_>, names: &Names) -> String {
    let diagnostic = shown.diagnostic;
    let place = format!("{}:{}:{}", names.of(shown.file), shown.line, shown.column);
    let name = code(&diagnostic.code);
    let name = page_of(&diagnostic.code).map_or(name.clone(), |url| format!("[{name}]({url})"));
    let mut text = prose(&diagnostic.message);
    if let Some(help) = &diagnostic.help {
        text.push_str("<br>Help: ");
        text.push_str(&prose(help));
    }
    let severity = severity_name(diagnostic.severity);
    format!("| {severity} | {name} | {} | {text} |\n", code(&place))
}

fn endpoint(row: &EndpointRow, names: &Names) -> String {
    let at = &row.location;
    let place = format!("{}:{}:{}", names.of(&at.file), at.line, at.column);
    let known = match row.certainty {
        Certainty::Exact => "exact",
        Certainty::Prefix => "prefix",
        Certainty::Dynamic => "dynamic",
    };
    let url = clip(&row.pattern, MAX_URL, "…");
    format!(
        "| {} | {} | {} | {known} |\n",
        code(&place),
        code(&row.api),
        code(&url)
    )
}

fn policies(all: &[PolicyRow], out: &mut String) {
    if all.is_empty() {
        return;
    }
    let _ = write!(
        out,
        "\n<details><summary>{}</summary>\n\n",
        match all.len() {
            1 => "1 policy".to_owned(),
            n => format!("{n} policies"),
        }
    );
    for policy in all.iter().take(MAX_POLICIES) {
        let kind = match policy.disposition {
            Disposition::Enforce => "",
            Disposition::Report => " (report-only)",
        };
        let directive = policy.directive.as_deref().unwrap_or("no connect-src");
        let text = format!("{directive} {}", policy.sources.join(" "));
        let text = code(&clip(text.trim_end(), MAX_PROSE, "…"));
        let _ = writeln!(out, "- {}{kind}: {text}", code(&policy.origin));
    }
    if let Some(more) = all.len().checked_sub(MAX_POLICIES).filter(|n| *n > 0) {
        let _ = writeln!(out, "- and {more} more");
    }
    out.push_str("\n</details>\n");
}

/// A text of ours with code in backticks: what is code stays code, the rest means nothing.
fn prose(text: &str) -> String {
    let text = clip(text, MAX_PROSE, "…");
    let mut out = String::new();
    for (i, line) in text.lines().enumerate() {
        if i > 0 {
            out.push_str("<br>");
        }
        let parts: Vec<_> = line.split('`').collect();
        for (i, part) in parts.iter().enumerate() {
            match (i % 2 == 1, i + 1 < parts.len()) {
                (true, true) => out.push_str(&code(part)),
                // Without its other half a backtick is one.
                (true, false) => out.push_str(&format!("&#96;{}", plain(part))),
                (false, _) => out.push_str(&plain(part)),
            }
        }
    }
    out
}

/// Text of sources as code in a cell of a table. Where a code span could be cut by its own
/// contents (a backtick, a bar, a backslash before one) it is an element with everything escaped.
fn code(text: &str) -> String {
    let text = sanitize(text);
    let is_simple = !text.contains(['`', '|', '\\', '\t']) && text.trim() == text;
    match (text.is_empty(), is_simple) {
        (true, _) => String::new(),
        (false, true) => format!("`{text}`"),
        (false, false) => format!("<code>{}</code>", plain(&text)),
    }
}

/// Text that means nothing to Markdown and HTML: every character that may is a reference.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let text = sanitize(text);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // No address or emoji.
            ':' if chars.peek().is_none_or(|next| *next == ' ') => out.push(c),
            // What Markdown gives no meaning within a line.
            ' ' | ',' | '.' | ';' | '\'' | '(' | ')' | '/' | '?' | '-' => out.push(c),
            _ if c.is_ascii_punctuation() => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::samples::{endpoint, findings, plain as diagnostic, results, texts, written};
    use super::*;
    use crate::results::Severity;

    #[test]
    fn findings_as_a_table() {
        let markdown = Markdown::findings(ReportOptions::default());
        insta::assert_snapshot!(written(&markdown, &findings(), &texts()));
    }

    #[test]
    fn endpoints_as_a_table() {
        let markdown = Markdown::inventory(ReportOptions::default());
        let rows = vec![
            endpoint("a.js", 1, "fetch", "https://a.test/{x}"),
            endpoint("a|b.js", 2, "WebSocket", "{url|`\\}"),
        ];
        insta::assert_snapshot!(written(&markdown, &results(rows, vec![]), &texts()));
    }

    #[test]
    fn a_summary_stays_below_its_limit() {
        let text = "x".repeat(MAX_PROSE);
        let all = (0..2_000).map(|_| diagnostic(Severity::Warning, "no-files", &text));
        let results = results(vec![], all.collect());
        let markdown = Markdown::findings(ReportOptions::default());
        let out = written(&markdown, &results, &texts());
        assert!(out.len() < 1 << 20, "{}", out.len());
        assert!(out.contains("more findings left out"), "{}", out.len());
        assert!(out.ends_with("</details>\n"));
    }

    #[test]
    fn text_is_code_or_nothing() {
        assert_eq!(code("a b"), "`a b`");
        assert_eq!(code("a|b"), "<code>a&#124;b</code>");
        assert_eq!(prose("a `b` <c> *d*"), "a `b` &#60;c&#62; &#42;d&#42;");
        assert_eq!(prose("a `b"), "a &#96;b");
        assert_eq!(
            prose("a\nhttps://x.test @me"),
            "a<br>https&#58;//x.test &#64;me"
        );
    }
}
