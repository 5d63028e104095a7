//! Whatever text sources, file names and policies hold, every format stays what it is.
#![allow(clippy::unwrap_used)]

use super::options::ReportOptions;
use super::samples::{Files, endpoint, judged, plain, results, written};
use super::{FORMATS, Format};
use crate::results::{Diagnostic, Related, Results, Severity, VerdictKind};
use crate::span::Span;
use proptest::prelude::*;
use quick_xml::events::Event;

/// Texts, with what formats give a meaning to.
fn text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "<",
        ">",
        "&",
        "\"",
        "'",
        "`",
        "|",
        "\\",
        "%",
        "::",
        ":",
        ",",
        "\n",
        "\r",
        "\0",
        "\u{1b}[2J",
        "]]>",
        "{",
        "}",
        "[x](1)",
        "</script>",
        "<!--",
        "\u{202e}",
        "\u{ffff}",
        "\u{85}",
        "\u{2028}",
        "\t",
        "é",
        "💥",
        "#",
        "*",
        "_",
        " ",
    ]);
    let part = prop_oneof![odd.prop_map(str::to_owned), any::<String>(), "[a-z]{1,5}"];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

fn of(text: &str, file: &str, help: Option<String>) -> Results {
    let related = Related {
        file: file.to_owned(),
        line: 2,
        column: 3,
        message: text.to_owned(),
        span: Span::default(),
    };
    let finding = Diagnostic {
        help,
        file: Some(file.to_owned()),
        line: Some(1),
        column: Some(1),
        related: vec![related],
        fingerprint: "0".into(),
        ..plain(Severity::Error, "blocked", text)
    };
    let row = judged(endpoint(file, 1, text, text), VerdictKind::Blocked, None);
    let mut results = results(vec![row], vec![finding]);
    results.policies[0].origin = text.to_owned();
    results.policies[0].sources = vec![text.to_owned()];
    results
}

fn is_safe_for_terminals(text: &str) -> bool {
    !text.contains(|c| c != '\n' && c != '\r' && super::sanitize::is_harmful(c))
}

/// Reads it to the end.
fn xml(text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let is_char = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    assert!(text.chars().all(is_char));
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return,
            Event::Start(element) | Event::Empty(element) => {
                for attribute in element.attributes() {
                    let version = quick_xml::XmlVersion::Implicit1_0;
                    attribute.unwrap().normalized_value(version).unwrap();
                }
            }
            _ => {}
        }
    }
}

fn stays_itself(format: Format, out: &str) {
    match format {
        Format::Text => {}
        Format::Json | Format::Sarif | Format::GitLab => {
            serde_json::from_str::<serde_json::Value>(out).unwrap();
        }
        Format::JsonLines | Format::RdJsonLines => {
            for line in out.split_terminator('\n') {
                serde_json::from_str::<serde_json::Value>(line).unwrap();
            }
        }
        Format::Compact => assert_eq!(out.split('\n').count(), 2, "{out:?}"),
        Format::GitHub => {
            assert_eq!(out.split('\n').count(), 2, "{out:?}");
            assert!(out.starts_with("::error file="), "{out:?}");
        }
        Format::Checkstyle | Format::JUnit => xml(out),
        Format::Markdown => {
            let row = out
                .lines()
                .find(|line| line.starts_with("| error"))
                .unwrap();
            assert_eq!(row.matches('|').count(), 5, "{row:?}");
            let outside_of_code: String = row.split('`').step_by(2).collect();
            let known = ["<br>", "<code>", "</code>"];
            let left = known
                .iter()
                .fold(outside_of_code, |text, tag| text.replace(tag, ""));
            assert!(!left.contains('<'), "{row:?}");
        }
        Format::Html => {
            assert_eq!(out.matches("<script").count(), 1);
            assert_eq!(out.matches("</script").count(), 1);
            assert_eq!(out.matches("<!").count(), 1);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_format_stays_what_it_is(text in text(), file in text(), help in proptest::option::of(text())) {
        let results = of(&text, &file, help);
        for row in FORMATS {
            let options = ReportOptions::default();
            let out = written(&*row.format.reporter(&options), &results, &Files::default());
            prop_assert!(is_safe_for_terminals(&out), "{}: {out:?}", row.name);
            stays_itself(row.format, &out);
            if let Some(inventory) = row.format.inventory(&options) {
                let out = written(&*inventory, &results, &Files::default());
                prop_assert!(is_safe_for_terminals(&out), "{}: {out:?}", row.name);
            }
        }
    }
}
