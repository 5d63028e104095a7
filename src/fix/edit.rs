//! Edits of texts.

use std::ops::Range;
use std::sync::Arc;

/// A part of a file that becomes another text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edit {
    /// The file, by its display path.
    pub(crate) file: Arc<str>,
    /// Bytes of its decoded text: start and end.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// What stands there after it.
    pub(crate) text: String,
}

impl Edit {
    pub(super) fn new(file: &Arc<str>, range: Range<usize>, text: impl Into<String>) -> Edit {
        Edit {
            file: file.clone(),
            start: range.start,
            end: range.end,
            text: text.into(),
        }
    }

    /// Whether both change the same place: they overlap, or add at one point.
    pub(super) fn meets(&self, other: &Edit) -> bool {
        let overlap = self.start < other.end && other.start < self.end;
        let same_point = self.start == other.start && self.end == other.end;
        self.file == other.file && (overlap || same_point)
    }
}

/// A text after edits of it; nothing if two of them overlap, or one is not inside. Where one adds
/// what another takes away from there on, the addition comes first.
pub(crate) fn apply(text: &str, edits: &[Edit]) -> Option<String> {
    let mut sorted: Vec<_> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.start, edit.end));
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for edit in sorted {
        if edit.start < at || edit.end < edit.start {
            return None;
        }
        out.push_str(text.get(at..edit.start)?);
        out.push_str(&edit.text);
        at = edit.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_applied_together() {
        let edit = |range, text: &str| Edit::new(&"f".into(), range, text);
        let of = |edits: &[Edit]| apply("abcdef", edits);
        assert_eq!(
            of(&[edit(4..5, "X"), edit(0..0, "<"), edit(6..6, ">")]).as_deref(),
            Some("<abcdXf>")
        );
        assert_eq!(
            of(&[edit(1..3, ""), edit(1..1, "+")]).as_deref(),
            Some("a+def")
        );
        assert_eq!(of(&[edit(1..3, ""), edit(2..4, "")]), None);
        assert_eq!(of(&[edit(5..9, "")]), None);
    }
}
