//! What a run found, and how its places are told to the editor.

use super::encoding::{Encoding, Text};
use super::{paths, settings};
use crate::lint::Linted;
use crate::report::Sources;
use crate::results::EndpointRow;
use crate::span::Span;
use lsp_types::Position;
use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The results of a run.
#[derive(Debug)]
pub(super) struct Analysis {
    pub(super) linted: Linted,
    /// The folder that was linted, or that what was linted stands in, as the editor names it.
    folder: PathBuf,
    /// Texts with their lines, once they were needed.
    texts: Mutex<HashMap<String, Option<Text>>>,
    /// Where the endpoints of each file are.
    endpoints: OnceLock<HashMap<String, Vec<Range<usize>>>>,
    /// The endpoints of each file by where their URLs stand.
    by_url: OnceLock<HashMap<String, HashMap<Span, Vec<usize>>>>,
}

impl Analysis {
    pub(super) fn new(linted: Linted, folder: &Path) -> Analysis {
        Analysis {
            linted,
            folder: folder.to_path_buf(),
            texts: Mutex::default(),
            endpoints: OnceLock::new(),
            by_url: OnceLock::new(),
        }
    }

    /// The endpoints of a file that results name.
    pub(super) fn endpoints(&self, name: &str) -> impl Iterator<Item = &EndpointRow> {
        let rows = &self.linted.results.endpoints;
        let ranges = self.endpoints.get_or_init(|| {
            let mut out: HashMap<String, Vec<Range<usize>>> = HashMap::new();
            // Those of a file stand together.
            let mut start = 0;
            for run in rows.chunk_by(|a, b| a.location.file == b.location.file) {
                let end = start + run.len();
                if let Some(first) = run.first() {
                    let ranges = out.entry(first.location.file.clone()).or_default();
                    ranges.push(start..end);
                }
                start = end;
            }
            out
        });
        let ranges = ranges.get(name).map(Vec::as_slice).unwrap_or_default();
        let of_file = ranges.iter().filter_map(|range| rows.get(range.clone()));
        of_file.flatten().map(Arc::as_ref)
    }

    /// The endpoints of a file whose URL stands at a place.
    pub(super) fn endpoints_of_url(
        &self,
        name: &str,
        span: Span,
    ) -> impl Iterator<Item = &EndpointRow> {
        let rows = &self.linted.results.endpoints;
        let by_url = self.by_url.get_or_init(|| {
            let mut out: HashMap<String, HashMap<Span, Vec<usize>>> = HashMap::new();
            for (number, row) in rows.iter().enumerate() {
                let of_file = match out.get_mut(&row.location.file) {
                    Some(of_file) => of_file,
                    None => out.entry(row.location.file.clone()).or_default(),
                };
                of_file.entry(row.url_span).or_default().push(number);
            }
            out
        });
        let here = by_url.get(name).and_then(|by_url| by_url.get(&span));
        let here = here.map(Vec::as_slice).unwrap_or_default();
        here.iter()
            .filter_map(|&number| rows.get(number).map(AsRef::as_ref))
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
        paths::of_name(name)
    }

    /// A span of a file; what stands at the line and column, if the text is not at hand.
    pub(super) fn range(
        &self,
        name: &str,
        span: Option<Span>,
        line: u32,
        column: u32,
        encoding: Encoding,
    ) -> lsp_types::Range {
        let of_span = || Some(self.text(name)?.range(span?, encoding));
        of_span().unwrap_or_else(|| {
            let at = Position::new(line.saturating_sub(1), column.saturating_sub(1));
            lsp_types::Range::new(at, at)
        })
    }

    /// A message for people: files of the folder by their paths in it.
    pub(super) fn shown(&self, message: &str) -> String {
        let short = message.replace(&format!("{}/", self.folder.display()), "");
        let short = settings::for_flags(&short);
        crate::report::sanitize_lines(&short).into_owned()
    }
}
