//! A file that policies are read from.

use super::PolicyError;
use crate::discover::{Overlay, decode};
use crate::endpoint::Place;
use crate::results::Location;
use crate::span::{LineIndex, Span};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file's text, with what is needed to point into it.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Display path.
    pub name: Arc<str>,
    /// Where it is.
    pub path: PathBuf,
    /// Its decoded text.
    pub text: Arc<str>,
    lines: Arc<LineIndex>,
    overlay: Overlay,
}

impl SourceFile {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(path: &Path, name: &str) -> Result<SourceFile, PolicyError> {
        SourceFile::read_in(&Overlay::default(), path, name)
    }

    /// Reads a file as it is with some changes.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read_in(overlay: &Overlay, path: &Path, name: &str) -> Result<SourceFile, PolicyError> {
        let read = overlay.read(path);
        let bytes = read.map_err(|source| PolicyError::Unreadable {
            path: name.to_owned(),
            source,
        })?;
        let mut file = SourceFile::of_text(path, name, &decode(bytes, None).text);
        file.overlay = overlay.clone();
        Ok(file)
    }

    /// Reads a file that this one leads to: with the same changes that this one was read with.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read_other(&self, path: &Path, name: &str) -> Result<SourceFile, PolicyError> {
        SourceFile::read_in(&self.overlay, path, name)
    }

    /// A file with this text.
    pub fn of_text(path: &Path, name: &str, text: &str) -> SourceFile {
        SourceFile {
            name: name.into(),
            path: path.to_path_buf(),
            lines: Arc::new(LineIndex::new(text)),
            text: text.into(),
            overlay: Overlay::default(),
        }
    }

    /// The changes that it was read with.
    pub(super) fn overlay(&self) -> &Overlay {
        &self.overlay
    }

    /// The folder that it stands in.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// A place in it.
    pub fn place(&self, start: usize, end: usize) -> Place {
        Place {
            file: self.name.clone(),
            span: Span::new(start, end),
        }
    }

    /// The place of a part of its text: a slice of [`SourceFile::text`] itself.
    pub fn place_of(&self, part: &str) -> Place {
        let start = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        self.place(start, start + part.len())
    }

    /// The 1-based line of a byte.
    pub fn line(&self, offset: u32) -> u32 {
        self.lines.position(&self.text, offset).line
    }

    /// A span for people.
    pub fn location(&self, span: Span) -> Location {
        let start = self.lines.position(&self.text, span.start);
        let end = self.lines.position(&self.text, span.end);
        Location {
            file: self.name.to_string(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            start: u64::from(span.start),
            end: u64::from(span.end),
        }
    }
}
