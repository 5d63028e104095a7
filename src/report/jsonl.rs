//! The results as lines, each a JSON value that says its `type`. `schema/line.schema.json` tells
//! the shape of a line.
//!
//! The first line is of type `run`, the last `summary`; between them come policies, endpoints,
//! findings and the rest. Each is written as soon as it is made, so that readers need no more
//! memory than for a line.

use super::json::{schema_of, write_json_line};
use super::{Reporter, Sources};
use crate::results::{
    Diagnostic, EndpointRow, FixRow, PolicyRow, Results, Summary, Suppressed, WrapperRow,
};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// The reporter of lines of JSON, of `check` and `endpoints` alike.
#[derive(Debug, Clone, Copy, Default)]
pub struct JsonLines;

/// A line.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'r> {
    /// The first line.
    Run {
        /// Of the shape of these lines: 1.
        schema_version: u32,
        /// What `--page-url` or the config said.
        page_url: Option<&'r str>,
    },
    /// A policy that endpoints were judged against.
    Policy(&'r PolicyRow),
    /// An endpoint.
    Endpoint(&'r EndpointRow),
    /// A diagnostic.
    Finding(&'r Diagnostic),
    /// A diagnostic that comments or the baseline keep silent.
    Suppressed(&'r Suppressed),
    /// A function that makes requests and was not seen through; of `endpoints` only.
    Wrapper(&'r WrapperRow),
    /// A policy that was changed before; of `check --fix` only.
    Fix(&'r FixRow),
    /// The counts: the last line.
    Summary(&'r Summary),
}

impl Reporter for JsonLines {
    fn write(&self, results: &Results, _: &dyn Sources, out: &mut dyn Write) -> io::Result<()> {
        let mut out = io::BufWriter::new(out);
        let first = std::iter::once(Line::Run {
            schema_version: results.schema_version,
            page_url: results.page_url.as_deref(),
        });
        let wrappers = results.wrappers.iter().flatten();
        let lines = first
            .chain(results.policies.iter().map(Line::Policy))
            .chain(results.endpoints.iter().map(|row| Line::Endpoint(row)))
            .chain(results.diagnostics.iter().map(Line::Finding))
            .chain(results.suppressed.iter().map(Line::Suppressed))
            .chain(wrappers.map(Line::Wrapper))
            .chain(results.fixes.iter().map(Line::Fix))
            .chain(std::iter::once(Line::Summary(&results.summary)));
        for line in lines {
            write_json_line(&line, &mut out)?;
        }
        out.flush()
    }
}

/// The JSON Schema (draft 2020-12) of a line.
pub fn line_schema() -> serde_json::Value {
    schema_of::<Line<'_>>("connect-lint report, a line")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::samples::{findings, texts, written};
    use super::*;

    #[test]
    fn each_line_is_by_the_schema() {
        let validator = jsonschema::validator_for(&line_schema()).unwrap();
        let mut results = findings();
        results.fixes = vec![FixRow {
            file: "_headers".into(),
            line: 2,
            added: vec!["https://api.test".into()],
            removed: vec![],
        }];
        let out = written(&JsonLines, &results, &texts());
        let lines: Vec<serde_json::Value> = out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        for line in &lines {
            validator.validate(line).unwrap();
        }
        let types: Vec<_> = lines
            .iter()
            .map(|line| line["type"].as_str().unwrap())
            .collect();
        assert_eq!(types.first(), Some(&"run"));
        assert_eq!(types.last(), Some(&"summary"));
        for one in ["policy", "endpoint", "finding", "suppressed", "fix"] {
            assert!(types.contains(&one), "{one}");
        }
        let mut wrong = lines[0].clone();
        wrong["type"] = "walk".into();
        assert!(!validator.is_valid(&wrong));
    }
}
