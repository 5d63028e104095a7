//! Sets of a file's expressions that are made in one look over it.

use crate::js::FileFacts;
use crate::js::facts::ExprId;

/// Some of a file's expressions.
pub(super) struct Marks(Vec<bool>);

impl Marks {
    /// None of them.
    pub(super) fn none(facts: &FileFacts) -> Marks {
        Marks(vec![false; facts.nodes.len()])
    }

    /// These of them.
    pub(super) fn of(facts: &FileFacts, ids: impl IntoIterator<Item = ExprId>) -> Marks {
        let mut marks = Marks::none(facts);
        marks.extend(ids);
        marks
    }

    pub(super) fn insert(&mut self, id: ExprId) {
        if let Some(mark) = self.0.get_mut(id.index()) {
            *mark = true;
        }
    }

    pub(super) fn contains(&self, id: ExprId) -> bool {
        self.0.get(id.index()).is_some_and(|mark| *mark)
    }
}

impl Extend<ExprId> for Marks {
    fn extend<T: IntoIterator<Item = ExprId>>(&mut self, ids: T) {
        ids.into_iter().for_each(|id| self.insert(id));
    }
}
