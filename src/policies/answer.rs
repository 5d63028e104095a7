//! Answers that may not be known.

/// Whether something is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// Surely.
    Yes,
    /// Surely not.
    No,
    /// It is not known.
    Maybe,
}

impl Answer {
    /// The answer to something that is known.
    pub(super) fn of(is_so: bool) -> Answer {
        match is_so {
            true => Answer::Yes,
            false => Answer::No,
        }
    }

    /// Whether both are so.
    pub(super) fn and(self, other: Answer) -> Answer {
        match (self, other) {
            (Answer::No, _) | (_, Answer::No) => Answer::No,
            (Answer::Yes, Answer::Yes) => Answer::Yes,
            _ => Answer::Maybe,
        }
    }

    /// The opposite.
    pub(super) fn not(self) -> Answer {
        match self {
            Answer::Yes => Answer::No,
            Answer::No => Answer::Yes,
            Answer::Maybe => Answer::Maybe,
        }
    }

    /// Whether one of both is so.
    pub(super) fn or(self, other: Answer) -> Answer {
        self.not().and(other.not()).not()
    }
}

/// What is known of a header.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// Its policies.
    pub(super) policies: Vec<usize>,
    /// Whether it may have others.
    pub(super) may_have_more: bool,
}

impl Values {
    /// What is there is not known any more.
    pub(super) fn forget(&mut self) {
        self.policies.clear();
        self.may_have_more = true;
    }

    /// There are these and no others.
    pub(super) fn set(&mut self, policies: impl IntoIterator<Item = usize>) {
        self.policies = policies.into_iter().collect();
        self.may_have_more = false;
    }

    /// Whether there is none for sure.
    pub(super) fn is_empty(&self) -> bool {
        self.policies.is_empty() && !self.may_have_more
    }
}
