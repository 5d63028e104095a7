//! reviewdog's diagnostics, one a line
//! (<https://github.com/reviewdog/reviewdog/tree/master/proto/rdf#rdjsonl>). Its columns count
//! bytes of UTF-8.

use super::json::write_json_line;
use super::options::ReportOptions;
use super::paths::Names;
use super::shown::{Shown, page_of, shown};
use super::sources::SourceCache;
use super::{Reporter, Sources};
use crate::results::{Related, Results, Severity};
use serde::Serialize;
use std::io::{self, Write};

/// The reporter of reviewdog's diagnostics.
#[derive(Debug, Clone)]
pub struct RdJsonLines {
    options: ReportOptions,
}

impl RdJsonLines {
    /// A reporter of what these options want.
    pub fn new(options: ReportOptions) -> Self {
        RdJsonLines { options }
    }
}

#[derive(Serialize)]
struct Diagnostic<'r> {
    message: String,
    location: Location,
    severity: &'static str,
    source: Source,
    code: Code<'r>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<RelatedLocation<'r>>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
    url: &'static str,
}

#[derive(Serialize)]
struct Code<'r> {
    value: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct RelatedLocation<'r> {
    message: &'r str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Position>,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
}

impl Reporter for RdJsonLines {
    fn write(
        &self,
        results: &Results,
        sources: &dyn Sources,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut out = io::BufWriter::new(out);
        let mut places = Places {
            names: Names::in_working_directory(&self.options.surroundings),
            texts: SourceCache::new(sources),
        };
        for shown in shown(results, &self.options) {
            write_json_line(&places.diagnostic(&shown), &mut out)?;
        }
        out.flush()
    }
}

/// Makes places as reviewdog wants them.
struct Places<'s> {
    names: Names,
    texts: SourceCache<'s>,
}

impl Places<'_> {
    fn diagnostic<'r>(&mut self, shown: &Shown<'r>) -> Diagnostic<'r> {
        let diagnostic = shown.diagnostic;
        let mut message = diagnostic.message.clone();
        if let Some(help) = &diagnostic.help {
            message.push('\n');
            message.push_str(help);
        }
        let related = diagnostic.related.iter();
        Diagnostic {
            message,
            location: self.main(shown),
            severity: match diagnostic.severity {
                Severity::Error => "ERROR",
                Severity::Warning => "WARNING",
                Severity::Info => "INFO",
            },
            source: Source {
                name: "connect-lint",
                url: env!("CARGO_PKG_REPOSITORY"),
            },
            code: Code {
                value: &diagnostic.code,
                url: page_of(&diagnostic.code),
            },
            related_locations: related.map(|related| self.related(related)).collect(),
        }
    }

    fn main(&mut self, shown: &Shown<'_>) -> Location {
        let span = shown.diagnostic.span.unwrap_or_default();
        let start = self.position(shown.file, (shown.line, shown.column), span.start);
        let end = shown
            .end
            .map(|end| self.position(shown.file, end, span.end));
        Location {
            path: self.names.of(shown.file),
            range: Range { start, end },
        }
    }

    fn related<'r>(&mut self, related: &'r Related) -> RelatedLocation<'r> {
        let place = (related.line, related.column);
        let start = self.position(&related.file, place, related.span.start);
        RelatedLocation {
            message: &related.message,
            location: Location {
                path: self.names.of(&related.file),
                range: Range { start, end: None },
            },
        }
    }

    fn position(&mut self, file: &str, (line, column): (u32, u32), offset: u32) -> Position {
        let text = self.texts.get(file);
        let (line, column) = text.map_or((line, column), |t| t.in_bytes(line, column, offset));
        Position { line, column }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{findings, texts, written};
    use super::*;

    #[test]
    fn the_shape() {
        let reporter = RdJsonLines::new(ReportOptions::default());
        insta::assert_snapshot!(written(&reporter, &findings(), &texts()));
    }
}
