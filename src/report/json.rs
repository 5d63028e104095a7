//! The report for programs: the results, serialised. `schema/report.schema.json` tells its shape.

use super::sanitize::is_harmful;
use super::{Reporter, Sources};
use crate::results::{PolicyMap, Results, Suggestions};
use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, PrettyFormatter};
use std::io::{self, Write};

/// The JSON reporter, of `check` and `endpoints` alike.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json;

impl Reporter for Json {
    fn write(&self, results: &Results, _: &dyn Sources, out: &mut dyn Write) -> io::Result<()> {
        write_json(results, out)
    }
}

/// Writes any value as indented JSON with a line break at the end.
pub fn write_json<T: Serialize + ?Sized>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let formatter = TerminalSafe(PrettyFormatter::new());
    value.serialize(&mut serde_json::Serializer::with_formatter(
        &mut out, formatter,
    ))?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Writes any value as JSON on a line.
pub(super) fn write_json_line<T: Serialize + ?Sized>(
    value: &T,
    out: &mut dyn Write,
) -> io::Result<()> {
    let formatter = TerminalSafe(CompactFormatter);
    value.serialize(&mut serde_json::Serializer::with_formatter(
        &mut *out, formatter,
    ))?;
    out.write_all(b"\n")
}

/// The JSON Schema (draft 2020-12) of the report.
pub fn report_schema() -> serde_json::Value {
    schema_of::<Results>("connect-lint report")
}

/// The JSON Schema of what `connect-lint policy` prints.
pub fn policies_schema() -> serde_json::Value {
    schema_of::<PolicyMap>("connect-lint policies")
}

/// The JSON Schema of what `connect-lint suggest` prints.
pub fn suggestions_schema() -> serde_json::Value {
    schema_of::<Suggestions>("connect-lint suggestions")
}

pub(super) fn schema_of<T: schemars::JsonSchema>(title: &str) -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    schema.to_value()
}

/// JSON in which C1 controls, DEL and bidirectional controls are `\u` escapes as well:
/// the same document (RFC 8259 §7), safe to look at in a terminal.
struct TerminalSafe<F>(F);

impl<F: Formatter> Formatter for TerminalSafe<F> {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_harmful) {
            let (clean, tail) = rest.split_at(at);
            writer.write_all(clean.as_bytes())?;
            let mut chars = tail.chars();
            if let Some(harmful) = chars.next() {
                // All of them are in the Basic Multilingual Plane: four digits.
                write!(writer, "\\u{:04x}", u32::from(harmful))?;
            }
            rest = chars.as_str();
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        self.0.write_char_escape(writer, escape)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::samples::{Files, endpoint, judged, plain, results, written};
    use super::*;
    use crate::results::{Severity, TrailRow, VerdictKind};
    use crate::span::Span;

    const SCHEMAS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema");

    fn sample() -> Results {
        let files = Files::new(&[("app.js", "fetch('https://api.test/');\n")]);
        let mut finding = files.blocked("app.js", "'https://api.test/'");
        finding
            .related
            .push(files.related("app.js", "fetch", "called here"));
        let row = endpoint("app.js", 1, "fetch", "https://api.test/");
        let mut row = judged(row, VerdictKind::Blocked, None);
        row.trail.push(TrailRow {
            file: "app.js".into(),
            line: 1,
            column: 7,
            note: "written here".into(),
            span: Span::default(),
        });
        results(
            vec![row],
            vec![finding, plain(Severity::Info, "note", "nowhere")],
        )
    }

    #[test]
    fn the_documented_shape() {
        let out = written(&Json, &sample(), &Files::default());
        assert!(out.ends_with("}\n"));
        insta::assert_snapshot!(out, @r#"
    {
      "schema_version": 1,
      "page_url": null,
      "policies": [
        {
          "id": 0,
          "origin": "--policy",
          "disposition": "enforce",
          "directive": "connect-src",
          "sources": [
            "'self'"
          ]
        }
      ],
      "endpoints": [
        {
          "file": "app.js",
          "line": 1,
          "column": 1,
          "end_line": 1,
          "end_column": 9,
          "start": 0,
          "end": 8,
          "api": "fetch",
          "url": "https://api.test/",
          "certainty": "exact",
          "pattern": "https://api.test/",
          "resolved": null,
          "verdict": "blocked",
          "policy": 0,
          "directive": "connect-src",
          "source": null,
          "reason": "no source expression matches",
          "trail": [
            {
              "file": "app.js",
              "line": 1,
              "column": 7,
              "note": "written here"
            }
          ]
        }
      ],
      "diagnostics": [
        {
          "code": "blocked",
          "severity": "error",
          "message": "fetch to this URL is blocked by connect-src",
          "help": "add https://api.test to connect-src",
          "file": "app.js",
          "line": 1,
          "column": 7,
          "end_line": null,
          "end_column": null,
          "related": [
            {
              "file": "app.js",
              "line": 1,
              "column": 1,
              "message": "called here"
            }
          ],
          "fingerprint": ""
        },
        {
          "code": "note",
          "severity": "info",
          "message": "nowhere",
          "help": null,
          "file": null,
          "line": null,
          "column": null,
          "end_line": null,
          "end_column": null,
          "related": [],
          "fingerprint": ""
        }
      ],
      "summary": {
        "files": 2,
        "endpoints": 1,
        "blocked": 1,
        "allowed": 0,
        "depends": 0,
        "unknown": 0,
        "errors": 1,
        "warnings": 0,
        "infos": 0,
        "suppressed": 0
      }
    }
    "#);
    }

    #[test]
    fn harmful_characters_are_escaped_and_come_back() {
        let text = "\x1b[1m\u{7f}\u{9b}\u{202e}x\u{2066}\"\\\n\u{2028}é";
        let mut out = Vec::new();
        write_json(text, &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(!out.contains(|c| c != '\n' && is_harmful(c)), "{out:?}");
        assert!(out.contains("\\u202ex\\u2066"));
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
    }

    /// `UPDATE_SCHEMA=1 cargo test schema` writes the files anew.
    #[test]
    fn the_schemas_in_the_repository_are_those_of_the_code() {
        let all = [
            ("report", report_schema()),
            ("policies", policies_schema()),
            ("suggestions", suggestions_schema()),
            ("line", super::super::line_schema()),
        ];
        for (name, schema) in all {
            let path = format!("{SCHEMAS}/{name}.schema.json");
            let mut generated = Vec::new();
            write_json(&schema, &mut generated).unwrap();
            let generated = String::from_utf8(generated).unwrap();
            if std::env::var_os("UPDATE_SCHEMA").is_some() {
                std::fs::write(&path, &generated).unwrap();
            }
            let kept = std::fs::read_to_string(&path)
                .unwrap()
                .replace("\r\n", "\n");
            assert_eq!(kept, generated, "UPDATE_SCHEMA=1 cargo test schema");
        }
    }

    #[test]
    fn reports_are_valid_by_the_schema_and_others_are_not() {
        let validator = jsonschema::validator_for(&report_schema()).unwrap();
        let report = written(&Json, &sample(), &Files::default());
        let mut report: serde_json::Value = serde_json::from_str(&report).unwrap();
        assert!(validator.is_valid(&report));
        for path in [
            "/endpoints/0/verdict",
            "/endpoints/0/file",
            "/summary/blocked",
        ] {
            let mut wrong = report.clone();
            *wrong.pointer_mut(path).unwrap() = "maybe?".into();
            // Any text is a file name.
            assert_eq!(validator.is_valid(&wrong), path.ends_with("file"), "{path}");
        }
        report["endpoints"][0]
            .as_object_mut()
            .unwrap()
            .remove("reason");
        assert!(!validator.is_valid(&report), "every key is always there");
    }
}
