//! Reports: one file per output format behind one trait.
//!
//! Reporters read [`Results`] and, for snippets, the text of the sources; nothing else.

mod checkstyle;
mod compact;
mod drawn_markdown;
mod excerpt;
mod finding;
mod github;
mod gitlab;
mod html;
mod inventory;
mod json;
mod jsonl;
mod junit;
mod markdown;
mod matches;
mod options;
mod paths;
mod policy_map;
mod rdjsonl;
mod sanitize;
mod sarif;
mod shown;
mod sources;
mod suggestions;
mod text;
mod xml;

pub use checkstyle::Checkstyle;
pub use compact::Compact;
pub use drawn_markdown::draw_markdown;
pub use github::GitHub;
pub use gitlab::GitLab;
pub use html::Page;
pub use inventory::Inventory;
pub use json::{Json, policies_schema, report_schema, suggestions_schema, write_json};
pub use jsonl::{JsonLines, line_schema};
pub use junit::JUnit;
pub use markdown::Markdown;
pub use matches::{MatchPolicyRow, MatchRow, write_match_json, write_match_text};
pub use options::{ReportOptions, Surroundings, TextOptions};
pub use policy_map::{write_policies_json, write_policies_text};
pub use rdjsonl::RdJsonLines;
pub use sanitize::{sanitize, sanitize_lines};
pub use sarif::SarifLog;
pub use suggestions::{write_suggestions_json, write_suggestions_text};
pub use text::Text;

use crate::results::Results;
use std::io::{self, Write};
use std::sync::Arc;

/// Writes the results of a run in one format.
pub trait Reporter {
    /// Writes all of it. `out` need not be buffered.
    fn write(
        &self,
        results: &Results,
        sources: &dyn Sources,
        out: &mut dyn Write,
    ) -> io::Result<()>;
}

/// The texts that the spans of the results point into.
pub trait Sources {
    /// The decoded text of a file without its byte order mark, by display path.
    fn text(&self, file: &str) -> Option<Arc<str>>;
}

/// An output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For programs, a value a line.
    JsonLines,
    /// For editors and problem matchers.
    Compact,
    /// For code scanning and viewers.
    Sarif,
    /// Annotations of GitHub Actions.
    GitHub,
    /// GitLab's code quality.
    GitLab,
    /// reviewdog's.
    RdJsonLines,
    /// Checkstyle's.
    Checkstyle,
    /// JUnit's.
    JUnit,
    /// Tables for the summary of a job.
    Markdown,
    /// A page for people.
    Html,
}

/// Makes a reporter of what is wanted.
type Make = fn(&ReportOptions) -> Box<dyn Reporter>;

/// A row of the table of formats.
#[derive(Debug, Clone, Copy)]
pub struct FormatRow {
    /// Which format.
    pub format: Format,
    /// Its name on the command line and in the configuration.
    pub name: &'static str,
    /// One line of help.
    pub about: &'static str,
    verdicts: Make,
    /// None where the format has findings only.
    inventory: Option<Make>,
}

/// Every format. Adding one is a file, a variant and a row.
pub const FORMATS: &[FormatRow] = &[
    FormatRow {
        format: Format::Text,
        name: "text",
        about: "For people: snippets, reasons, a summary",
        verdicts: |options| Box::new(Text::new(options.text.clone())),
        inventory: Some(|options| Box::new(Inventory::new(options.text.clone()))),
    },
    FormatRow {
        format: Format::Json,
        name: "json",
        about: "For programs: one documented, stable document",
        verdicts: |_| Box::new(Json),
        inventory: Some(|_| Box::new(Json)),
    },
    FormatRow {
        format: Format::JsonLines,
        name: "jsonl",
        about: "For programs: the same as json, a documented value on each line",
        verdicts: |_| Box::new(JsonLines),
        inventory: Some(|_| Box::new(JsonLines)),
    },
    FormatRow {
        format: Format::Compact,
        name: "compact",
        about: "For editors and problem matchers: FILE:LINE:COLUMN: SEVERITY[CODE] MESSAGE",
        verdicts: |options| Box::new(Compact::new(options.clone())),
        inventory: None,
    },
    FormatRow {
        format: Format::Sarif,
        name: "sarif",
        about: "SARIF 2.1.0, for GitHub code scanning and viewers",
        verdicts: |options| Box::new(SarifLog::new(options.clone())),
        inventory: None,
    },
    FormatRow {
        format: Format::GitHub,
        name: "github",
        about: "Workflow commands that annotate code in GitHub Actions",
        verdicts: |options| Box::new(GitHub::new(options.clone())),
        inventory: None,
    },
    FormatRow {
        format: Format::GitLab,
        name: "gitlab",
        about: "GitLab's code quality report",
        verdicts: |options| Box::new(GitLab::new(options.clone())),
        inventory: None,
    },
    FormatRow {
        format: Format::RdJsonLines,
        name: "rdjsonl",
        about: "reviewdog's diagnostics, one a line",
        verdicts: |options| Box::new(RdJsonLines::new(options.clone())),
        inventory: None,
    },
    FormatRow {
        format: Format::Checkstyle,
        name: "checkstyle",
        about: "XML as Checkstyle writes it",
        verdicts: |options| Box::new(Checkstyle::new(options.clone())),
        inventory: None,
    },
    FormatRow {
        format: Format::JUnit,
        name: "junit",
        about: "XML as JUnit's runners write it: a suite for each file",
        verdicts: |options| Box::new(JUnit::new(options.clone())),
        inventory: None,
    },
    FormatRow {
        format: Format::Markdown,
        name: "markdown",
        about: "Tables for the summary of a job or a comment",
        verdicts: |options| Box::new(Markdown::findings(options.clone())),
        inventory: Some(|options| Box::new(Markdown::inventory(options.clone()))),
    },
    FormatRow {
        format: Format::Html,
        name: "html",
        about: "One page for people, with all endpoints: by origin, to filter",
        verdicts: |options| Box::new(Page::verdicts(options.clone())),
        inventory: Some(|options| Box::new(Page::inventory(options.clone()))),
    },
];

impl Format {
    /// The format of this name.
    pub fn from_name(name: &str) -> Option<Format> {
        FORMATS
            .iter()
            .find(|row| row.name == name)
            .map(|row| row.format)
    }

    /// All names, for messages.
    pub fn names() -> String {
        let names: Vec<_> = FORMATS.iter().map(|row| row.name).collect();
        names.join(", ")
    }

    /// Whether `endpoints` has it too: it can say more than findings.
    pub fn has_inventory(self) -> bool {
        self.row().inventory.is_some()
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The reporter of `check`.
    pub fn reporter(self, options: &ReportOptions) -> Box<dyn Reporter> {
        (self.row().verdicts)(options)
    }

    /// The reporter of `endpoints`, if the format can say more than findings.
    pub fn inventory(self, options: &ReportOptions) -> Option<Box<dyn Reporter>> {
        self.row().inventory.map(|made| made(options))
    }

    fn row(self) -> &'static FormatRow {
        // The table has a row per variant: `every_format_has_its_row` below.
        FORMATS
            .iter()
            .find(|row| row.format == self)
            .unwrap_or(&FORMATS[0])
    }
}

#[cfg(test)]
mod any_text;
#[cfg(test)]
mod samples;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_its_row() {
        for (i, row) in FORMATS.iter().enumerate() {
            assert_eq!(row.format as usize, i, "{} is out of order", row.name);
            assert_eq!(Format::from_name(row.name), Some(row.format));
        }
        assert_eq!(FORMATS.len(), Format::Html as usize + 1);
        assert_eq!(Format::from_name("xml"), None);
    }

    /// Whoever reads has gone away.
    struct ClosedPipe;

    impl Write for ClosedPipe {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_format_passes_on_what_went_wrong_in_writing() {
        let options = ReportOptions::default();
        let finding = samples::plain(crate::results::Severity::Error, "no-files", "nothing");
        let results = samples::results(vec![], vec![finding]);
        for row in FORMATS {
            let reporter = Some(row.format.reporter(&options));
            for reporter in reporter.into_iter().chain(row.format.inventory(&options)) {
                let error = reporter.write(&results, &samples::Files::default(), &mut ClosedPipe);
                let kind = error.map_err(|error| error.kind());
                assert_eq!(kind, Err(io::ErrorKind::BrokenPipe), "{}", row.name);
            }
        }
    }
}
