//! What a run found, and how its places are told to the editor.

use super::encoding::{Encoding, Text};
use super::paths;
use crate::lint::Linted;
use crate::report::Sources;
use crate::results::EndpointRow;
use crate::span::Span;
use lsp_types::{Position, Range};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The results of a run.
#[derive(Debug)]
pub(super) struct Analysis {
    pub(super) linted: Linted,
    /// The folder, or the file, that was linted, as the editor names it.
    pub(super) root: PathBuf,
    /// Texts with their lines, once they were needed.
    texts: Mutex<HashMap<String, Option<Text>>>,
    /// The numbers of the endpoints of each file.
    endpoints: OnceLock<HashMap<String, Vec<usize>>>,
}

impl Analysis {
    pub(super) fn new(linted: Linted, root: &Path) -> Analysis {
        Analysis {
            linted,
            root: root.to_path_buf(),
            texts: Mutex::default(),
            endpoints: OnceLock::new(),
        }
    }

    /// The endpoints of a file that results name.
    pub(super) fn endpoints(&self, name: &str) -> impl Iterator<Item = &EndpointRow> {
        let rows = &self.linted.results.endpoints;
        let numbers = self.endpoints.get_or_init(|| {
            let mut out: HashMap<String, Vec<usize>> = HashMap::new();
            for (number, row) in rows.iter().enumerate() {
                out.entry(row.location.file.clone())
                    .or_default()
                    .push(number);
            }
            out
        });
        let numbers = numbers.get(name).map(Vec::as_slice).unwrap_or_default();
        numbers.iter().filter_map(|&number| rows.get(number))
    }

    /// The text of a file that results name.
    pub(super) fn text(&self, name: &str) -> Option<Text> {
        // The map is whole whoever panicked while it was locked.
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let found = texts.entry(name.to_owned()).or_insert_with(|| {
            let text = self.linted.texts.text(name)?;
            Some(Text::new(text))
        });
        found.clone()
    }

    /// The path of a file that results name.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        paths::of_name(name, &self.root)
    }

    /// A span of a file; what stands at the line and column, if the text is not at hand.
    pub(super) fn range(
        &self,
        name: &str,
        span: Option<Span>,
        line: u32,
        column: u32,
        encoding: Encoding,
    ) -> Range {
        let of_span = || Some(self.text(name)?.range(span?, encoding));
        of_span().unwrap_or_else(|| {
            let at = Position::new(line.saturating_sub(1), column.saturating_sub(1));
            Range::new(at, at)
        })
    }

    /// A message for people: files of the folder by their paths in it.
    pub(super) fn shown(&self, message: &str) -> String {
        let folder = format!("{}/", self.root.display());
        let short = message.replace(&folder, "");
        crate::report::sanitize_lines(&short).into_owned()
    }
}
