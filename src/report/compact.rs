//! A line for each finding: `file:line:column: severity[code] message`.
//!
//! Vim reads it with `errorformat=%f:%l:%c:\ %t%*[^[][%*[^]]]\ %m`, Emacs' `compilation-mode` by
//! its `gnu` rule, and a problem matcher of GitHub Actions or VS Code by
//! `^(.+):(\d+):(\d+): (error|warning|info)\[([a-z-]+)\] (.+)$`.

use super::options::ReportOptions;
use super::sanitize::sanitize;
use super::shown::{severity_name, shown};
use super::{Reporter, Sources};
use crate::results::Results;
use std::io::{self, Write};

/// The reporter of lines for editors.
#[derive(Debug, Clone)]
pub struct Compact {
    options: ReportOptions,
}

impl Compact {
    /// A reporter of what these options want.
    pub fn new(options: ReportOptions) -> Self {
        Compact { options }
    }
}

impl Reporter for Compact {
    fn write(&self, results: &Results, _: &dyn Sources, out: &mut dyn Write) -> io::Result<()> {
        let mut out = io::BufWriter::new(out);
        for shown in shown(results, &self.options) {
            let (file, line, column) = (sanitize(shown.file), shown.line, shown.column);
            let severity = severity_name(shown.diagnostic.severity);
            let code = sanitize(&shown.diagnostic.code);
            let message = sanitize(&shown.diagnostic.message);
            writeln!(out, "{file}:{line}:{column}: {severity}[{code}] {message}")?;
        }
        out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{Files, findings, written};
    use super::*;

    #[test]
    fn a_line_for_each_finding() {
        let compact = Compact::new(ReportOptions::default());
        insta::assert_snapshot!(written(&compact, &findings(), &Files::default()));
    }
}
