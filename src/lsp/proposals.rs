//! Edits that are offered: they are given to the editor once a run over the edited files has shown
//! that they do what they should, and nothing else.

use super::documents::Documents;
use super::encoding::{Encoding, Text};
use super::paths;
use crate::fix::{Edit, Planned, edited_text, problem};
use crate::lint::Linted;
use crate::results::{Diagnostic, Severity};
use lsp_types::{
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit,
    Uri, WorkspaceEdit,
};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// A part of a file that becomes another text.
#[derive(Debug, Clone)]
pub(super) struct FileEdit {
    /// The file, without links.
    pub(super) path: PathBuf,
    /// With the file's name in results.
    pub(super) edit: Edit,
}

/// Edits, of which the first that do what they should are taken.
#[derive(Debug, Clone)]
pub(super) struct Proposal {
    pub(super) candidates: Vec<Vec<FileEdit>>,
    pub(super) check: Check,
}

/// Why there are no edits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// A file is another on disk than the one that was linted: no event has told it yet.
    #[error("{} has changed", .0.display())]
    Changed(PathBuf),
    #[error("it would not do what it should: {0}")]
    Failed(String),
}

impl From<String> for Refusal {
    fn from(why: String) -> Refusal {
        Refusal::Failed(why)
    }
}

/// What edits should do.
#[derive(Debug, Clone)]
pub(super) enum Check {
    /// Change policies, and nothing else.
    Policies(Vec<Planned>),
    /// Fewer findings of a code in a file, and nothing new.
    Fewer { code: String, file: String },
}

impl Check {
    /// Why they do not.
    pub(super) fn problem(&self, before: &Linted, after: &Linted) -> Option<String> {
        match self {
            Check::Policies(planned) => problem(before, after, &planned.iter().collect::<Vec<_>>()),
            Check::Fewer { code, file } => {
                let (old, new) = (counts(before), counts(after));
                let of = |counts: &Counts| counts.get(&(code, file)).copied().unwrap_or(0);
                if of(&new) >= of(&old) {
                    return Some(format!("`{code}` would be told all the same"));
                }
                let endpoints = |linted: &Linted| linted.results.endpoints.len();
                if endpoints(before) != endpoints(after) {
                    return Some("the code would mean something else".to_owned());
                }
                let more = new
                    .iter()
                    .find(|(key, n)| old.get(*key).copied().unwrap_or(0) < **n);
                more.map(|((code, file), _)| format!("`{code}` would be new in {file}"))
            }
        }
    }
}

type Counts<'a> = BTreeMap<(&'a str, &'a str), usize>;

fn counts(linted: &Linted) -> Counts<'_> {
    let mut out = Counts::new();
    let told = |one: &&Diagnostic| one.severity >= Severity::Warning;
    for one in linted.results.diagnostics.iter().filter(told) {
        let file = one.file.as_deref().unwrap_or("");
        *out.entry((one.code.as_str(), file)).or_default() += 1;
    }
    out
}

impl FileEdit {
    /// The texts of the files before and after some edits. `text`: that of a name in results.
    #[allow(clippy::type_complexity)]
    pub(super) fn texts(
        edits: &[FileEdit],
        text: impl Fn(&str) -> Option<Arc<str>>,
    ) -> Result<BTreeMap<PathBuf, (Arc<str>, String)>, String> {
        let mut by_file: BTreeMap<&PathBuf, Vec<Edit>> = BTreeMap::new();
        for one in edits {
            let of_file = by_file.entry(&one.path).or_default();
            // Policies that are made from one constant have the same.
            if !of_file.contains(&one.edit) {
                of_file.push(one.edit.clone());
            }
        }
        let texts = by_file.into_iter().map(|(path, edits)| {
            let name = edits.first().map(|edit| edit.file.clone());
            let old = name.and_then(|name| text(&name));
            let old = old.ok_or_else(|| format!("{} is not known", path.display()))?;
            let new = edited_text(&old, &edits);
            let new = new.ok_or_else(|| format!("edits of {} overlap", path.display()))?;
            Ok((path.clone(), (old, new)))
        });
        texts.collect()
    }
}

/// Edits as the editor takes them. `text`: that of a name in results.
pub(super) fn workspace_edit(
    edits: &[FileEdit],
    documents: &Documents,
    has_versions: bool,
    encoding: Encoding,
    text: impl Fn(&str) -> Option<Text>,
) -> Option<WorkspaceEdit> {
    let mut by_file: BTreeMap<&PathBuf, Vec<&Edit>> = BTreeMap::new();
    for one in edits {
        let of_file = by_file.entry(&one.path).or_default();
        if !of_file.contains(&&one.edit) {
            of_file.push(&one.edit);
        }
    }
    let mut files: Vec<(Uri, Option<i32>, Vec<TextEdit>)> = Vec::new();
    for (path, edits) in by_file {
        let open = documents.at(path);
        let uri = open.map(|document| document.uri.clone());
        let text = text(&edits.first()?.file)?;
        let edits = edits.iter().map(|edit| TextEdit {
            range: text.range(crate::span::Span::new(edit.start, edit.end), encoding),
            new_text: edit.text.clone(),
        });
        let uri = uri.or_else(|| paths::to_uri(path))?;
        files.push((uri, open.map(|document| document.version), edits.collect()));
    }
    if has_versions {
        let edits = files
            .into_iter()
            .map(|(uri, version, edits)| TextDocumentEdit {
                text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
                edits: edits.into_iter().map(OneOf::Left).collect(),
            });
        return Some(WorkspaceEdit {
            document_changes: Some(DocumentChanges::Edits(edits.collect())),
            ..WorkspaceEdit::default()
        });
    }
    // The key's hash is that of its text.
    #[allow(clippy::mutable_key_type)]
    let changes = files
        .into_iter()
        .map(|(uri, _, edits)| (uri, edits))
        .collect();
    Some(WorkspaceEdit {
        changes: Some(changes),
        ..WorkspaceEdit::default()
    })
}
