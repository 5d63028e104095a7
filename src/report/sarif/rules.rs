//! The codes of diagnostics as SARIF's rules: all of them, so that the rules of a tool do not
//! change with what is found.

use super::{level, value};
use crate::diagnostics::{CODES, Code};
use crate::results::Severity;
use serde_sarif::sarif::{
    MultiformatMessageString, PropertyBag, ReportingConfiguration, ReportingDescriptor,
    ToolComponent,
};
use std::collections::BTreeMap;

/// Codes of policies that protect less than they look: code scanning shows these as security
/// findings of medium severity. The others tell of what breaks.
const WEAKENING: &[&str] = &[
    "broad-source",
    "duplicate-directive",
    "meta-policy-out-of-place",
    "missing-semicolon",
    "non-ascii-directive",
    "none-with-others",
    "report-only-in-meta",
    "stray-comma",
    "unknown-directive",
    "unused-source",
];

/// Medium, by the scale of the Common Vulnerability Scoring System: 4.0 to 6.9.
const MEDIUM: &str = "5.0";

/// The table of codes, by number.
pub(super) struct Rules {
    numbers: BTreeMap<&'static str, i64>,
}

impl Rules {
    pub(super) fn new() -> Self {
        let numbered = CODES.iter().map(|code| code.name).zip(0..);
        Rules {
            numbers: numbered.collect(),
        }
    }

    /// The number of a code, if it is in the table.
    pub(super) fn index(&self, code: &str) -> Option<i64> {
        self.numbers.get(code).copied()
    }

    /// The tool with its rules.
    pub(super) fn driver(&self) -> ToolComponent {
        let version = env!("CARGO_PKG_VERSION");
        ToolComponent::builder()
            .name("connect-lint")
            .full_name(format!("connect-lint {version}"))
            .version(version)
            .semantic_version(version)
            .information_uri(env!("CARGO_PKG_REPOSITORY"))
            .short_description(text(env!("CARGO_PKG_DESCRIPTION")))
            .rules(CODES.iter().map(rule).collect::<Vec<_>>())
            .build()
    }
}

fn rule(code: &Code) -> ReportingDescriptor {
    let help = MultiformatMessageString::builder()
        .text(code.page)
        .markdown(code.page);
    let mut rule = ReportingDescriptor::builder()
        .id(code.name)
        .short_description(text(first_sentence(code.about)))
        .full_description(text(code.about))
        .help(help.build())
        .help_uri(code.url())
        .default_configuration(
            ReportingConfiguration::builder()
                .level(default_level(code))
                .build(),
        )
        .properties(properties(code))
        .build();
    rule.name = pascal_case(code.name);
    rule
}

/// What code scanning sorts and filters by.
fn properties(code: &Code) -> PropertyBag {
    let precision = match code.name {
        "blocked" => "very-high",
        "depends" | "unknown" | "possibly-unused-source" => "medium",
        _ => "high",
    };
    let mut more = BTreeMap::from([("precision".to_owned(), value(precision))]);
    let mut tags = vec!["csp".to_owned()];
    if WEAKENING.contains(&code.name) {
        tags.push("security".to_owned());
        more.insert("security-severity".to_owned(), value(MEDIUM));
    } else {
        let problem = match default_level(code) {
            "note" => "recommendation",
            other => other,
        };
        tags.push("correctness".to_owned());
        more.insert("problem.severity".to_owned(), value(problem));
    }
    PropertyBag::builder()
        .tags(tags)
        .additional_properties(more)
        .build()
}

fn default_level(code: &Code) -> &'static str {
    level(match code.severity {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        _ => Severity::Info,
    })
}

fn text(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(text).build()
}

/// Up to the first full stop before a blank; all of it where there is none.
fn first_sentence(text: &str) -> &str {
    let end = text.find(". ").map_or(text.len(), |at| at + 1);
    text.get(..end).unwrap_or(text)
}

/// `broad-source` as `BroadSource`: names of rules are identifiers (SARIF 2.1.0 §3.49.7). Nothing
/// where it would be the id once more.
fn pascal_case(name: &str) -> Option<String> {
    let mut out = String::with_capacity(name.len());
    for word in name.split('-') {
        let mut chars = word.chars();
        out.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        out.push_str(chars.as_str());
    }
    name.contains('-').then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weakening_codes_are_codes() {
        for name in WEAKENING {
            assert!(Code::of(name).is_some(), "{name}");
        }
    }

    #[test]
    fn names_and_sentences() {
        assert_eq!(pascal_case("broad-source").as_deref(), Some("BroadSource"));
        assert_eq!(pascal_case("blocked"), None);
        assert_eq!(first_sentence("One (a.b). Two."), "One (a.b).");
        assert_eq!(first_sentence("One."), "One.");
    }
}
