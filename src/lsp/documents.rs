//! The documents that are open in the editor, and their edits.

use super::encoding::{Encoding, Text};
use super::paths;
use lsp_types::{TextDocumentContentChangeEvent, Uri};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A document as the editor has it.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// As the editor names it.
    pub(super) uri: Uri,
    /// Where it is, without links; nothing where it is in no file.
    pub(super) path: Option<PathBuf>,
    pub(super) version: i32,
    pub(super) text: Text,
}

/// The open documents, by their names in the editor as [`paths::key`] has them.
#[derive(Debug, Default)]
pub(super) struct Documents {
    by_uri: BTreeMap<String, Document>,
}

/// What an editor does that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum OutOfOrder {
    #[error("a change of {0}, which is not open: nothing is done")]
    NotOpen(String),
    #[error("{uri} goes from version {from} to {to}")]
    Backwards { uri: String, from: i32, to: i32 },
    #[error("{0} is opened again: its text is the new one")]
    OpenAlready(String),
}

impl Documents {
    /// Opens a document.
    pub(super) fn open(&mut self, uri: Uri, version: i32, text: String) -> Option<OutOfOrder> {
        let document = Document {
            path: paths::of_uri(&uri).map(|path| paths::without_links(&path)),
            version,
            text: Text::new(text),
            uri: uri.clone(),
        };
        let before = self.by_uri.insert(paths::key(&uri), document);
        before.map(|_| OutOfOrder::OpenAlready(uri.as_str().to_owned()))
    }

    /// Edits a document.
    ///
    /// # Errors
    /// When it is not open, or was at a later version; the edits of the latter are done.
    pub(super) fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> Result<(), OutOfOrder> {
        let not_open = || OutOfOrder::NotOpen(uri.as_str().to_owned());
        let document = self.by_uri.get_mut(&paths::key(uri)).ok_or_else(not_open)?;
        let from = std::mem::replace(&mut document.version, version);
        document.text = edited(document.text.clone(), changes, encoding);
        match version < from {
            true => Err(OutOfOrder::Backwards {
                uri: uri.as_str().to_owned(),
                from,
                to: version,
            }),
            false => Ok(()),
        }
    }

    /// Closes a document; nothing if it was not open.
    pub(super) fn close(&mut self, uri: &Uri) -> Option<Document> {
        self.by_uri.remove(&paths::key(uri))
    }

    pub(super) fn get(&self, uri: &Uri) -> Option<&Document> {
        self.by_uri.get(&paths::key(uri))
    }

    /// The document of a file; `path` is without links.
    pub(super) fn at(&self, path: &Path) -> Option<&Document> {
        let mut all = self.by_uri.values();
        all.find(|document| document.path.as_deref() == Some(path))
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Document> {
        self.by_uri.values()
    }
}

/// A text after edits, each of what the one before made.
fn edited(text: Text, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) -> Text {
    // What stands before the last replacement of the whole does not matter.
    let last_whole = changes.iter().rposition(|change| change.range.is_none());
    let mut text = text;
    // Editors send many edits from the last to the first: as long as each is on lines before the
    // one before, they are all in the same text, whose lines are looked for once.
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    // Where the line begins that the last of them is on.
    let mut line = usize::MAX;
    for change in changes.into_iter().skip(last_whole.unwrap_or(0)) {
        let Some(range) = change.range else {
            text = Text::new(change.text);
            continue;
        };
        let mut bytes = text.bytes(range, encoding);
        if bytes.end >= line {
            text = with_edits(&text, &std::mem::take(&mut edits));
            bytes = text.bytes(range, encoding);
        }
        line = text.line_of(bytes.start).start;
        edits.push((bytes, change.text));
    }
    match edits.is_empty() {
        true => text,
        false => with_edits(&text, &edits),
    }
}

/// A text after edits that go from its end to its beginning.
fn with_edits(text: &Text, edits: &[(Range<usize>, String)]) -> Text {
    let part = |range| text.text.get(range).unwrap_or_default();
    let mut out = String::with_capacity(text.text.len());
    let mut from = 0;
    for (range, new) in edits.iter().rev() {
        out.push_str(part(from..range.start));
        out.push_str(new);
        from = range.end;
    }
    out.push_str(part(from..text.text.len()));
    Text::new(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use lsp_types::Range;
    use proptest::prelude::*;
    use std::str::FromStr;

    fn uri(text: &str) -> Uri {
        Uri::from_str(text).unwrap()
    }

    fn change(range: Option<Range>, text: &str) -> TextDocumentContentChangeEvent {
        TextDocumentContentChangeEvent {
            range,
            range_length: None,
            text: text.to_owned(),
        }
    }

    #[test]
    fn what_is_out_of_order_ends_nothing() {
        let mut all = Documents::default();
        let file = uri("untitled:Untitled-1");
        let whole = |text: &str| vec![change(None, text)];
        let early = all.change(&file, 2, whole("x"), Encoding::Utf16);
        assert!(matches!(early, Err(OutOfOrder::NotOpen(_))));
        assert_eq!(all.open(file.clone(), 1, "a".to_owned()), None);
        assert!(all.open(file.clone(), 5, "b".to_owned()).is_some());
        let back = all.change(&file, 3, whole("c"), Encoding::Utf16);
        assert!(matches!(back, Err(OutOfOrder::Backwards { .. })));
        assert_eq!(&*all.get(&file).unwrap().text.text, "c");
        assert!(all.close(&file).is_some() && all.close(&file).is_none());
    }

    #[test]
    fn edits_follow_each_other() {
        let range = |a, b, c, d| {
            let at = lsp_types::Position::new;
            Some(Range::new(at(a, b), at(c, d)))
        };
        let changes = vec![
            change(range(0, 0, 0, 1), "x"),
            change(None, "ab\ncd"),
            change(range(0, 1, 1, 1), "-"),
            change(range(7, 0, 9, 9), "!"),
        ];
        let text = edited(Text::new("whatever"), changes, Encoding::Utf16);
        assert_eq!(&*text.text, "a-d!");
    }

    proptest! {
        /// Edits in pieces come to what replacing the whole does, in every encoding.
        #[test]
        fn incremental_edits_equal_full_replacement(
            text in "[aä日😀\\n\\r]{0,30}",
            edits in proptest::collection::vec((0usize..40, 0usize..40, "[bö😀\\r\\n]{0,4}"), 0..8),
        ) {
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                let mut wanted = text.clone();
                let mut got = Text::new(text.clone());
                for (a, b, new) in &edits {
                    // Places that have a position: not between CR and LF.
                    let whole = wanted.clone();
                    let places: Vec<usize> = whole.char_indices().map(|(i, _)| i)
                        .chain([whole.len()])
                        .filter(|&i| i == 0 || i >= whole.len() || whole.as_bytes()[i - 1] != b'\r' || whole.as_bytes()[i] != b'\n')
                        .collect();
                    let (a, b) = (places[a % places.len()], places[b % places.len()]);
                    let (start, end) = (a.min(b), a.max(b));
                    let range = Range::new(
                        got.position(start as u32, encoding),
                        got.position(end as u32, encoding),
                    );
                    got = edited(got, vec![change(Some(range), new)], encoding);
                    wanted.replace_range(start..end, new);
                    prop_assert_eq!(&*got.text, wanted.as_str());
                }
            }
        }

        /// Many edits in one message come to what they do one by one.
        #[test]
        fn edits_at_once_equal_edits_one_by_one(
            text in "[aä😀\\n\\r]{0,40}",
            edits in proptest::collection::vec(
                ((0u32..12, 0u32..6), (0u32..12, 0u32..6), "[b😀\\r\\n]{0,3}"), 0..6),
            is_sorted in any::<bool>(),
        ) {
            let at = |(line, character)| lsp_types::Position::new(line, character);
            let edits = edits.into_iter();
            let mut edits: Vec<_> = edits
                .map(|(a, b, new)| change(Some(Range::new(at(a), at(b))), &new))
                .collect();
            if is_sorted {
                edits.sort_by_key(|edit| std::cmp::Reverse(edit.range.map(|range| range.start)));
            }
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                let one_by_one = edits.iter().fold(Text::new(text.clone()), |text, edit| {
                    edited(text, vec![edit.clone()], encoding)
                });
                let at_once = edited(Text::new(text.clone()), edits.clone(), encoding);
                prop_assert_eq!(&*at_once.text, &*one_by_one.text);
            }
        }

        #[test]
        fn no_edit_panics(
            text in any::<String>(),
            (a, b, c, d) in any::<(u32, u32, u32, u32)>(),
        ) {
            let at = |line, character| lsp_types::Position::new(line % 9, character % 99);
            let range = Range::new(at(a, b), at(c, d));
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                edited(Text::new(text.clone()), vec![change(Some(range), "x")], encoding);
            }
        }
    }
}
