//! Reports: one file per output format behind one trait.
//!
//! Reporters read [`Results`] and, for snippets, the text of the sources; nothing else.

mod excerpt;
mod finding;
mod inventory;
mod json;
mod markdown;
mod matches;
mod policy_map;
mod sanitize;
mod suggestions;
mod text;

pub use inventory::Inventory;
pub use json::{Json, policies_schema, report_schema, suggestions_schema, write_json};
pub use markdown::draw_markdown;
pub use matches::{MatchPolicyRow, MatchRow, write_match_json, write_match_text};
pub use policy_map::{write_policies_json, write_policies_text};
pub use sanitize::{sanitize, sanitize_lines};
pub use suggestions::{write_suggestions_json, write_suggestions_text};
pub use text::Text;

use crate::results::Results;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

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

/// How text for people is drawn and how much of it is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextOptions {
    /// Whether to use ANSI colours.
    pub color: bool,
    /// Whether lines are drawn with box characters; plain ASCII otherwise.
    pub unicode: bool,
    /// The width of the terminal, in columns.
    pub width: usize,
    /// Also lists what needs no action.
    pub verbose: bool,
    /// Errors only, no summary.
    pub quiet: bool,
    /// How long the run took; not shown if not given.
    pub elapsed: Option<Duration>,
}

impl Default for TextOptions {
    fn default() -> Self {
        TextOptions {
            color: false,
            unicode: false,
            width: 100,
            verbose: false,
            quiet: false,
            elapsed: None,
        }
    }
}

impl TextOptions {
    /// What stands where text was left out.
    fn ellipsis(&self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }
}

/// An output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// A row of the table of formats.
#[derive(Debug, Clone, Copy)]
pub struct FormatRow {
    /// Which format.
    pub format: Format,
    /// Its name on the command line and in the configuration.
    pub name: &'static str,
    /// One line of help.
    pub about: &'static str,
    verdicts: fn(&TextOptions) -> Box<dyn Reporter>,
    inventory: fn(&TextOptions) -> Box<dyn Reporter>,
}

/// Every format. Adding one is a file, a variant and a row.
pub const FORMATS: &[FormatRow] = &[
    FormatRow {
        format: Format::Text,
        name: "text",
        about: "For people: snippets, reasons, a summary",
        verdicts: |options| Box::new(Text::new(options.clone())),
        inventory: |options| Box::new(Inventory::new(options.clone())),
    },
    FormatRow {
        format: Format::Json,
        name: "json",
        about: "For programs: one documented, stable document",
        verdicts: |_| Box::new(Json),
        inventory: |_| Box::new(Json),
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

    /// Its name.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The reporter of `check`.
    pub fn reporter(self, options: &TextOptions) -> Box<dyn Reporter> {
        (self.row().verdicts)(options)
    }

    /// The reporter of `endpoints`.
    pub fn inventory(self, options: &TextOptions) -> Box<dyn Reporter> {
        (self.row().inventory)(options)
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
        assert_eq!(FORMATS.len(), Format::Json as usize + 1);
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
        let options = TextOptions::default();
        let results = samples::results(vec![], vec![]);
        for row in FORMATS {
            for reporter in [
                row.format.reporter(&options),
                row.format.inventory(&options),
            ] {
                let error = reporter.write(&results, &samples::Files::default(), &mut ClosedPipe);
                let kind = error.map_err(|error| error.kind());
                assert_eq!(kind, Err(io::ErrorKind::BrokenPipe), "{}", row.name);
            }
        }
    }
}
