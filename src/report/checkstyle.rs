//! XML as Checkstyle's `XMLLogger` writes it, which many services and editors read.

use super::options::ReportOptions;
use super::paths::Names;
use super::shown::{Shown, severity_name, shown};
use super::xml::xml_attribute;
use super::{Reporter, Sources};
use crate::results::Results;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io::{self, Write};

/// The version of Checkstyle that the shape is of.
const VERSION: &str = "4.3";

/// The reporter of Checkstyle's XML.
#[derive(Debug, Clone)]
pub struct Checkstyle {
    options: ReportOptions,
}

impl Checkstyle {
    /// A reporter of what these options want.
    pub fn new(options: ReportOptions) -> Self {
        Checkstyle { options }
    }
}

impl Reporter for Checkstyle {
    fn write(&self, results: &Results, _: &dyn Sources, out: &mut dyn Write) -> io::Result<()> {
        let names = Names::in_working_directory(&self.options.surroundings);
        let mut all = shown(results, &self.options);
        // One element for each file, wherever its findings stand in the list.
        all.sort_by_key(|shown| shown.file);
        let mut writer = Writer::new_with_indent(io::BufWriter::new(out), b' ', 2);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let root = writer.create_element("checkstyle");
        let root = root.with_attribute(("version", VERSION));
        root.write_inner_content(|writer| {
            for of_file in all.chunk_by(|a, b| a.file == b.file) {
                write_file(of_file, &names, writer)?;
            }
            Ok(())
        })?;
        writer.write_event(Event::Text(BytesText::new("\n")))?;
        writer.get_mut().flush()
    }
}

fn write_file<W: Write>(
    all: &[Shown<'_>],
    names: &Names,
    writer: &mut Writer<W>,
) -> io::Result<()> {
    let Some(first) = all.first() else {
        return Ok(());
    };
    let name = names.of(first.file);
    let file = writer.create_element("file");
    file.with_attribute(xml_attribute("name", &name))
        .write_inner_content(|writer| {
            for shown in all {
                let diagnostic = shown.diagnostic;
                let source = format!("connect-lint.{}", diagnostic.code);
                writer
                    .create_element("error")
                    .with_attribute(("line", &*shown.line.to_string()))
                    .with_attribute(("column", &*shown.column.to_string()))
                    .with_attribute(("severity", severity_name(diagnostic.severity)))
                    .with_attribute(xml_attribute("message", &diagnostic.message))
                    .with_attribute(xml_attribute("source", &source))
                    .write_empty()?;
            }
            Ok(())
        })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::samples::{findings, texts, written};
    use super::*;

    #[test]
    fn the_shape() {
        let reporter = Checkstyle::new(ReportOptions::default());
        insta::assert_snapshot!(written(&reporter, &findings(), &texts()));
    }
}
