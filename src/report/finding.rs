//! One diagnostic, drawn for people by miette.

use super::TextOptions;
use super::excerpt::{Excerpt, Mark};
use super::sanitize::{clip, sanitize, sanitize_lines};
use super::sources::SourceCache;
use crate::results::{Diagnostic, Severity};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, ThemeCharacters, ThemeStyles};
use std::fmt;

/// Longest message or label, in characters. A URL can be of any length.
const MAX_MESSAGE: usize = 500;
/// Longest help, in characters.
const MAX_HELP: usize = 1000;
/// Most labels besides the main one.
const MAX_RELATED: usize = 12;
/// What the gutter of a snippet takes from the width of the terminal.
const GUTTER: usize = 12;
/// Shortest and longest part of a line that a snippet shows.
const LINE_LIMITS: (usize, usize) = (60, 160);

/// A diagnostic as miette takes it: every text safe for a terminal.
#[derive(Debug)]
struct Finding {
    code: String,
    message: String,
    help: Option<String>,
    severity: Severity,
    excerpt: Excerpt,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Finding {}

impl miette::Diagnostic for Finding {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.labels().iter().map(|label| {
            let text = (!label.text.is_empty()).then(|| label.text.clone());
            let span = (label.range.start, label.range.len());
            match label.primary {
                true => LabeledSpan::new_primary_with_span(text, span),
                false => LabeledSpan::new_with_span(text, span),
            }
        })))
    }
}

/// Draws the diagnostic: severity and code, message, snippets, help, and a note per place whose
/// text is not at hand. Ends with a line break.
pub(super) fn draw(
    diagnostic: &Diagnostic,
    cache: &mut SourceCache<'_>,
    options: &TextOptions,
    out: &mut String,
) -> fmt::Result {
    let limit = options
        .width
        .saturating_sub(GUTTER)
        .clamp(LINE_LIMITS.0, LINE_LIMITS.1);
    let marks = marks(diagnostic, options);
    let (excerpt, missing) = Excerpt::new(marks, cache, limit, options.ellipsis());
    let message = clip(&diagnostic.message, MAX_MESSAGE, options.ellipsis());
    // A place that no snippet shows is named in the message.
    let shown = excerpt.labels().iter().any(|label| label.primary);
    let message = match place(diagnostic).filter(|_| !shown) {
        Some(place) => format!("{place}: {}", sanitize(&message)),
        None => sanitize(&message).into_owned(),
    };
    let finding = Finding {
        code: code(diagnostic),
        message: wrap(&message, options.width.saturating_sub(4)),
        help: diagnostic.help.as_deref().map(|help| {
            let help = clip(help, MAX_HELP, options.ellipsis());
            wrap(&sanitize_lines(&help), options.width.saturating_sub(8))
        }),
        severity: diagnostic.severity,
        excerpt,
    };
    handler(&finding, options).render_report(out, &finding)?;
    write_notes(diagnostic, &missing, out)
}

/// The diagnostic on one line: `warning[syntax-error] app.js:3:1: message`.
pub(super) fn line(diagnostic: &Diagnostic, options: &TextOptions) -> String {
    let message = clip(&diagnostic.message, MAX_MESSAGE, options.ellipsis());
    match place(diagnostic) {
        Some(place) => format!("{} {place}: {}", code(diagnostic), sanitize(&message)),
        None => format!("{} {}", code(diagnostic), sanitize(&message)),
    }
}

/// `file:line:col`, safe for a terminal.
pub(super) fn position(file: &str, line: u32, column: u32) -> String {
    format!("{}:{line}:{column}", sanitize(file))
}

fn code(diagnostic: &Diagnostic) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    format!("{severity}[{}]", sanitize(&diagnostic.code))
}

fn place(diagnostic: &Diagnostic) -> Option<String> {
    let file = diagnostic.file.as_deref()?;
    Some(match (diagnostic.line, diagnostic.column) {
        (Some(line), Some(column)) => position(file, line, column),
        (Some(line), None) => format!("{}:{line}", sanitize(file)),
        _ => sanitize(file).into_owned(),
    })
}

fn marks<'a>(diagnostic: &'a Diagnostic, options: &TextOptions) -> Vec<Mark<'a>> {
    let text = |text: &str| sanitize(&clip(text, MAX_MESSAGE, options.ellipsis())).into_owned();
    let mut marks = Vec::new();
    if let (Some(file), Some(line), Some(column), Some(span)) = (
        diagnostic.file.as_deref(),
        diagnostic.line,
        diagnostic.column,
        diagnostic.span,
    ) {
        let text = text(diagnostic.label.as_deref().unwrap_or_default());
        marks.push(Mark {
            file,
            line,
            column,
            span,
            text,
            primary: true,
        });
    }
    for related in diagnostic.related.iter().take(MAX_RELATED) {
        marks.push(Mark {
            file: &related.file,
            line: related.line,
            column: related.column,
            span: related.span,
            text: text(&related.message),
            primary: false,
        });
    }
    marks
}

fn write_notes(diagnostic: &Diagnostic, missing: &[Mark<'_>], out: &mut String) -> fmt::Result {
    use fmt::Write;
    for mark in missing.iter().filter(|mark| !mark.primary) {
        let place = position(mark.file, mark.line, mark.column);
        writeln!(out, "  note: {place}: {}", mark.text)?;
    }
    match diagnostic.related.len().saturating_sub(MAX_RELATED) {
        0 => Ok(()),
        1 => writeln!(out, "  note: and 1 more place"),
        more => writeln!(out, "  note: and {more} more places"),
    }
}

fn handler(finding: &Finding, options: &TextOptions) -> GraphicalReportHandler {
    let mut styles = if options.color {
        ThemeStyles::ansi()
    } else {
        ThemeStyles::none()
    };
    let main = match finding.severity {
        Severity::Error => styles.error,
        Severity::Warning => styles.warning,
        Severity::Info => styles.advice,
    };
    // miette hands out highlights in the order of the labels in the text.
    let mut labels: Vec<_> = finding.excerpt.labels().iter().collect();
    labels.sort_by_key(|label| label.range.start);
    let highlights = labels
        .iter()
        .map(|label| if label.primary { main } else { styles.help });
    styles.highlights = highlights.collect();
    if styles.highlights.is_empty() {
        styles.highlights.push(main);
    }
    let characters = match options.unicode {
        true => ThemeCharacters::unicode(),
        false => ThemeCharacters::ascii(),
    };
    GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .without_syntax_highlighting()
        .with_wrap_lines(false)
        .with_width(options.width)
}

/// Breaks lines at spaces. Words longer than the width stay whole, so that a URL can be copied.
fn wrap(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for (i, line) in text.split('\n').enumerate() {
        if i > 0 {
            out.push('\n');
        }
        wrap_line(line, width, &mut out);
    }
    out
}

fn wrap_line(line: &str, width: usize, out: &mut String) {
    let mut column = 0;
    for (i, word) in line.split(' ').enumerate() {
        let length = word.chars().count();
        if i > 0 && column + 1 + length > width {
            out.push('\n');
            column = 0;
        } else if i > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::samples::{Files, plain};
    use super::*;
    use crate::results::Related;
    use crate::span::Span;
    use proptest::prelude::*;

    fn drawn(diagnostic: &Diagnostic, files: &Files, options: &TextOptions) -> String {
        let mut out = String::new();
        draw(diagnostic, &mut SourceCache::new(files), options, &mut out).unwrap();
        out
    }

    fn ascii(diagnostic: &Diagnostic, files: &Files) -> String {
        drawn(diagnostic, files, &TextOptions::default())
    }

    #[test]
    fn a_finding_with_its_trail() {
        let files = Files::new(&[(
            "src/app.js",
            "const API = 'https://api.test';\n\n\n\n\n\nexport function load(id) {\n  return fetch(API + '/users/' + id);\n}\n",
        )]);
        let mut finding = files.blocked("src/app.js", "API + '/users/' + id");
        finding
            .related
            .push(files.related("src/app.js", "'https://api.test'", "`API` is here"));
        let options = TextOptions {
            unicode: true,
            ..TextOptions::default()
        };
        insta::assert_snapshot!(drawn(&finding, &files, &options), @r#"
    error[blocked]

      × fetch to this URL is blocked by connect-src
       ╭─[src/app.js:8:16]
     7 │ export function load(id) {
     8 │   return fetch(API + '/users/' + id);
       ·                ──────────┬─────────
       ·                          ╰── this URL is blocked
     9 │ }
       ╰────
       ╭─[src/app.js:1:13]
     1 │ const API = 'https://api.test';
       ·             ─────────┬────────
       ·                      ╰── `API` is here
       ╰────
      help: add https://api.test to connect-src
    "#);
        insta::assert_snapshot!(ascii(&finding, &files), @r#"
    error[blocked]

      x fetch to this URL is blocked by connect-src
       ,-[src/app.js:8:16]
     7 | export function load(id) {
     8 |   return fetch(API + '/users/' + id);
       :                ^^^^^^^^^^|^^^^^^^^^
       :                          `-- this URL is blocked
     9 | }
       `----
       ,-[src/app.js:1:13]
     1 | const API = 'https://api.test';
       :             ^^^^^^^^^|^^^^^^^^
       :                      `-- `API` is here
       `----
      help: add https://api.test to connect-src
    "#);
    }

    #[test]
    fn a_trail_into_another_file_has_its_own_snippet() {
        let files = Files::new(&[
            (
                "app.js",
                "import { API } from './config.js';\nfetch(API);\n",
            ),
            (
                "config.js",
                "// where the server is\nexport const API = 'https://api.test';\n",
            ),
        ]);
        let mut finding = files.blocked("app.js", "API)");
        finding.span = finding.span.map(|s| Span {
            end: s.end - 1,
            ..s
        });
        finding
            .related
            .push(files.related("config.js", "'https://api.test'", "`API` is here"));
        insta::assert_snapshot!(ascii(&finding, &files), @r#"
    error[blocked]

      x fetch to this URL is blocked by connect-src
       ,-[app.js:2:7]
     1 | import { API } from './config.js';
     2 | fetch(API);
       :       ^|^
       :        `-- this URL is blocked
       `----
       ,-[config.js:2:20]
     1 | // where the server is
     2 | export const API = 'https://api.test';
       :                    ^^^^^^^^^|^^^^^^^^
       :                             `-- `API` is here
       `----
      help: add https://api.test to connect-src
    "#);
    }

    #[test]
    fn a_place_without_text_becomes_a_note() {
        let files = Files::new(&[("app.js", "fetch(API);\n")]);
        let mut finding = files.blocked("app.js", "API");
        let gone = Files::new(&[("gone.js", "x = 1")]);
        finding
            .related
            .push(gone.related("gone.js", "1", "`API` is here"));
        insta::assert_snapshot!(ascii(&finding, &files), @r#"
    error[blocked]

      x fetch to this URL is blocked by connect-src
       ,-[app.js:1:7]
     1 | fetch(API);
       :       ^|^
       :        `-- this URL is blocked
       `----
      help: add https://api.test to connect-src
      note: gone.js:1:5: `API` is here
    "#);
        insta::assert_snapshot!(ascii(&finding, &gone), @r#"
    error[blocked]

      x app.js:1:7: fetch to this URL is blocked by connect-src
       ,-[gone.js:1:5]
     1 | x = 1
       :     |
       :     `-- `API` is here
       `----
      help: add https://api.test to connect-src
    "#);
    }

    #[test]
    fn tabs_wide_and_multi_byte_characters_keep_the_label_in_place() {
        let files = Files::new(&[(
            "app.js",
            "\u{1F600};\n\tlet ä = '日本', x = fetch('https://bücher.test/é');\r\nlast();",
        )]);
        let finding = files.blocked("app.js", "'https://bücher.test/é'");
        assert_eq!(finding.column, Some(26));
        insta::assert_snapshot!(ascii(&finding, &files), @r#"
    error[blocked]

      x fetch to this URL is blocked by connect-src
       ,-[app.js:2:26]
     1 | 😀;
     2 |     let ä = '日本', x = fetch('https://bücher.test/é');
       :                               ^^^^^^^^^^^|^^^^^^^^^^^
       :                                          `-- this URL is blocked
     3 | last();
       `----
      help: add https://api.test to connect-src
    "#);
    }

    #[test]
    fn carriage_returns_end_lines() {
        let files = Files::new(&[("app.js", "one();\r\ntwo('x');\rthree();\r\nfour();\r\n")]);
        insta::assert_snapshot!(ascii(&files.blocked("app.js", "'x'"), &files), @r#"
    error[blocked]

      x fetch to this URL is blocked by connect-src
       ,-[app.js:2:5]
     1 | one();
     2 | two('x');
       :     ^|^
       :      `-- this URL is blocked
     3 | three();
       `----
      help: add https://api.test to connect-src
    "#);
    }

    #[test]
    fn the_end_of_a_file_and_an_empty_file_can_be_labelled() {
        let files = Files::new(&[("app.js", "fetch("), ("empty.js", "")]);
        let mut finding = files.blocked("app.js", "fetch(");
        finding.column = Some(7);
        finding.span = Some(Span::new(6, 6));
        insta::assert_snapshot!(ascii(&finding, &files), @r#"
    error[blocked]

      x fetch to this URL is blocked by connect-src
       ,-[app.js:1:7]
     1 | fetch(
       :       ^
       :       `-- this URL is blocked
       `----
      help: add https://api.test to connect-src
    "#);
        insta::assert_snapshot!(ascii(&files.blocked("empty.js", ""), &files), @r#"
    error[blocked]

      x fetch to this URL is blocked by connect-src
       ,-[empty.js:1:1]
     1 | 
       : ^
       : `-- this URL is blocked
       `----
      help: add https://api.test to connect-src
    "#);
    }

    #[test]
    fn a_label_may_span_lines_but_not_many() {
        let files = Files::new(&[("app.js", "fetch(\n  'https://a.test/' +\n  path,\n);\n")]);
        insta::assert_snapshot!(
            ascii(&files.blocked("app.js", "'https://a.test/' +\n  path"), &files), @r#"
    error[blocked]

      x fetch to this URL is blocked by connect-src
       ,-[app.js:2:3]
     1 |     fetch(
     2 | ,->   'https://a.test/' +
     3 | |->   path,
       : `---- this URL is blocked
     4 |     );
       `----
      help: add https://api.test to connect-src
    "#);
        let text = format!("fetch(`{}`);\n", "x\n".repeat(1000));
        let files = Files::new(&[("app.js", &text)]);
        let url = text.get(6..text.len() - 3).unwrap();
        insta::assert_snapshot!(ascii(&files.blocked("app.js", url), &files), @r#"
    error[blocked]

      x fetch to this URL is blocked by connect-src
       ,-[app.js:1:7]
     1 | fetch(`x
       :       ^|
       :        `-- this URL is blocked
     2 | x
       `----
      help: add https://api.test to connect-src
    "#);
    }

    #[test]
    fn a_minified_line_is_cut_around_the_label() {
        let text = format!(
            "/* licence */\n{}fetch('/x');{}\n//# sourceMappingURL=x\n",
            "a();".repeat(1000),
            "b();".repeat(1000)
        );
        let files = Files::new(&[("app.min.js", &text)]);
        let options = TextOptions {
            width: 80,
            unicode: true,
            ..TextOptions::default()
        };
        let finding = files.blocked("app.min.js", "'/x'");
        assert_eq!(finding.column, Some(4007));
        insta::assert_snapshot!(drawn(&finding, &files, &options), @r#"
    error[blocked]

      × fetch to this URL is blocked by connect-src
       ╭─[app.min.js:2:4007]
     2 │ …();a();a();fetch('/x');b();b();b();b();b();b();b();b();b();b();b();b…
       ·                   ──┬─
       ·                     ╰── this URL is blocked
       ╰────
      help: add https://api.test to connect-src
    "#);
    }

    #[test]
    fn labels_far_apart_on_one_line_have_a_snippet_each() {
        let text = format!("A='/x';{}fetch(A);", "b();".repeat(1000));
        let files = Files::new(&[("app.min.js", &text)]);
        let mut finding = files.blocked("app.min.js", "A);");
        finding
            .related
            .push(files.related("app.min.js", "'/x'", "`A` is here"));
        finding
            .related
            .push(files.related("app.min.js", "A='/x'", "and so is this"));
        let options = TextOptions {
            width: 72,
            ..TextOptions::default()
        };
        insta::assert_snapshot!(drawn(&finding, &files, &options), @r#"
    error[blocked]

      x fetch to this URL is blocked by connect-src
       ,-[app.min.js:1:4014]
     1 | ...();b();b();b();b();b();b();b();b();b();b();b();b();fetch(A);
       :                                                             ^|^
       :                                                              `-- this URL is blocked
       `----
       ,-[app.min.js:1:1]
     1 | A='/x';b();b();b();b();b();b();b();b();b();b();b();b();b();b...
       : ^^^|^^|
       :    |  `-- `A` is here
       :    `-- and so is this
       `----
      help: add https://api.test to connect-src
    "#);
    }

    #[test]
    fn control_characters_never_come_through() {
        let files = Files::new(&[(
            "e\x1b[2Jvil.js",
            "\x1b[31mx = \u{202e}fetch('\x07\u{9b}1m/a\0');// \x7f\u{2066}\n",
        )]);
        let mut finding = files.blocked("e\x1b[2Jvil.js", "'\x07\u{9b}1m/a\0'");
        finding.message = "bad \x1b]0;title\x07 \u{202d}text\r\nsecond".into();
        finding.help = Some("first\n\x1b[1msecond".into());
        finding.label = Some("\x1b[5mlabel\n".into());
        finding.code = "co\x1bde".into();
        let out = ascii(&finding, &files);
        assert!(
            !out.contains(|c| c != '\n' && super::super::sanitize::is_harmful(c)),
            "{out:?}"
        );
        insta::assert_snapshot!(out, @r#"
    error[co\u{1b}de]

      x bad \u{1b}]0;title\u{7} \u{202d}text\u{d}\u{a}second
       ,-[e\u{1b}[2Jvil.js:1:17]
     1 | \u{1b}[31mx = \u{202e}fetch('\u{7}\u{9b}1m/a\u{0}');// \u{7f}\u{2066}
       :                             ^^^^^^^^^^^|^^^^^^^^^^
       :                                        `-- \u{1b}[5mlabel\u{a}
       `----
      help: first
            \u{1b}[1msecond
    "#);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn any_text_and_labels_are_drawn_safely(
            text in "[a-zäß日\u{1b}\u{202e}\t \r\n]{0,200}",
            spans in proptest::collection::vec((0u32..220, 0u32..80), 1..8),
            width in 0usize..200,
            unicode in any::<bool>(),
        ) {
            let files = Files::new(&[("app.js", &text)]);
            let lines = crate::span::LineIndex::new(&text);
            let mut finding = files.blocked("app.js", "");
            for (start, len) in spans {
                let at = text.char_indices().map(|c| c.0 as u32).rfind(|&i| i <= start);
                let start = at.unwrap_or(0);
                let at = lines.position(&text, start);
                finding.related.push(Related {
                    file: "app.js".into(),
                    line: at.line,
                    column: at.column,
                    message: "there".into(),
                    span: Span { start, end: start + len },
                });
            }
            let options = TextOptions { width, unicode, ..TextOptions::default() };
            let out = drawn(&finding, &files, &options);
            prop_assert!(!out.contains(|c| c != '\n' && super::super::sanitize::is_harmful(c)));
            prop_assert!(!out.contains("Failed to read"), "{out}");
            prop_assert!(out.contains("this URL is blocked"), "{out}");
        }
    }

    #[test]
    fn colours_are_used_only_if_wanted() {
        let files = Files::new(&[("app.js", "fetch('/x');\n")]);
        let mut finding = files.blocked("app.js", "'/x'");
        finding
            .related
            .push(files.related("app.js", "fetch", "called here"));
        let options = TextOptions {
            color: true,
            ..TextOptions::default()
        };
        let out = drawn(&finding, &files, &options);
        assert!(out.contains("\x1b[31mthis URL is blocked"), "{out:?}");
        assert!(out.contains("\x1b[36mcalled here"), "{out:?}");
        assert!(!ascii(&finding, &files).contains('\x1b'));
    }

    #[test]
    fn a_wrong_span_costs_the_snippet_only() {
        let files = Files::new(&[("app.js", "fetch('/x');\n")]);
        let mut finding = files.blocked("app.js", "'/x'");
        finding.span = Some(Span::new(500, 600));
        assert!(ascii(&finding, &files).contains("app.js:1:7: fetch to this URL"));
        finding.span = Some(Span::new(0, 600));
        finding.line = Some(u32::MAX);
        finding
            .related
            .push(files.related("app.js", "fetch", "here"));
        assert!(ascii(&finding, &files).contains("app.js:1:1"));
    }

    #[test]
    fn long_texts_are_cut_and_many_places_counted() {
        let files = Files::new(&[("app.js", "fetch('/x');\n")]);
        let mut finding = files.blocked("app.js", "'/x'");
        finding.message = "m".repeat(100_000);
        finding.help = Some("h ".repeat(100_000));
        finding.label = Some("l".repeat(100_000));
        finding.related = vec![files.related("app.js", "fetch", &"r".repeat(100_000)); 100];
        let out = ascii(&finding, &files);
        assert!(out.len() < 20_000, "{}", out.len());
        assert!(out.contains("note: and 88 more places"));
    }

    #[test]
    fn what_is_nowhere_is_drawn_without_a_snippet() {
        let files = Files::default();
        let warning = plain(
            Severity::Warning,
            "policy-duplicate",
            "`connect-src` is there twice",
        );
        insta::assert_snapshot!(ascii(&warning, &files), @r#"
    warning[policy-duplicate]

      ! `connect-src` is there twice
    "#);
        let unreadable = Diagnostic {
            file: Some("a.js".into()),
            ..plain(Severity::Error, "unreadable-file", "permission denied")
        };
        insta::assert_snapshot!(ascii(&unreadable, &files), @r#"
    error[unreadable-file]

      x a.js: permission denied
    "#);
        assert_eq!(
            line(&unreadable, &TextOptions::default()),
            "error[unreadable-file] a.js: permission denied"
        );
    }

    #[test]
    fn wraps_at_spaces_only() {
        assert_eq!(wrap("aa bb cc", 5), "aa bb\ncc");
        assert_eq!(
            wrap("https://long.test/a-b-c d", 5),
            "https://long.test/a-b-c\nd"
        );
        assert_eq!(wrap("a\nb", 80), "a\nb");
    }
}
