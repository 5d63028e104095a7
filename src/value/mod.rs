//! The abstract string: what is statically known of a text at run time.
//!
//! A [`Value`] is a bounded set of [`Alternative`]s; each is a [`Pattern`] (known text and
//! [`Hole`]s in sequence) under a [`Guard`]. It is shared by the facts (which build it) and by
//! the matching (which judges it), so it knows of neither syntax trees nor policies.

mod hole;
mod pattern;

pub use hole::{Charset, Hole, HoleKind};
pub(crate) use hole::{TOO_MANY, TOO_MUCH};
pub use pattern::{Part, Pattern};

use serde::{Deserialize, Serialize};

/// How many alternatives a value keeps; one more and the whole becomes a hole.
pub const MAX_ALTERNATIVES: usize = 48;

/// What must hold of the page for an alternative to be taken.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Guard {
    /// Nothing: the alternative is possible on every page.
    #[default]
    Always,
    /// `location.protocol === 'https:'`.
    PageIsHttps,
    /// `location.protocol !== 'https:'`.
    PageIsNotHttps,
}

impl Guard {
    /// Both guards at once, or nothing if they exclude each other.
    pub fn and(self, other: Guard) -> Option<Guard> {
        match (self, other) {
            (Guard::Always, g) | (g, Guard::Always) => Some(g),
            (a, b) if a == b => Some(a),
            _ => None,
        }
    }

    /// Whether a page of this scheme can take the alternative.
    pub fn admits(self, page_is_https: bool) -> bool {
        match self {
            Guard::Always => true,
            Guard::PageIsHttps => page_is_https,
            Guard::PageIsNotHttps => !page_is_https,
        }
    }
}

/// One possible text, and when it is possible.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Alternative {
    /// The text, as far as it is known.
    pub pattern: Pattern,
    /// What must hold of the page.
    #[serde(default)]
    pub guard: Guard,
}

/// A bounded set of possible texts, without duplicates, in order of discovery.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Value {
    alternatives: Vec<Alternative>,
}

impl Value {
    /// One known text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::from(Pattern::text(text))
    }

    /// Nothing known but the hole.
    pub fn hole(hole: Hole) -> Self {
        Self::from(Pattern::hole(hole))
    }

    /// The alternatives, in order of discovery.
    pub fn alternatives(&self) -> &[Alternative] {
        &self.alternatives
    }

    /// Adds an alternative unless it is there; past [`MAX_ALTERNATIVES`] the value collapses
    /// into one hole that says so.
    pub fn push(&mut self, alternative: Alternative) {
        if self.alternatives.contains(&alternative) {
            return;
        }
        if self.alternatives.len() < MAX_ALTERNATIVES {
            self.alternatives.push(alternative);
            return;
        }
        *self = Self::hole(Hole::unknown(TOO_MANY));
    }

    /// Every alternative of both.
    pub fn union(mut self, other: Value) -> Self {
        for alternative in other.alternatives {
            self.push(alternative);
        }
        self
    }

    /// Every alternative of `self` followed by every alternative of `other`.
    pub fn concat(&self, other: &Value) -> Self {
        let mut out = Value::default();
        for a in &self.alternatives {
            for b in &other.alternatives {
                if let Some(guard) = a.guard.and(b.guard) {
                    let pattern = a.pattern.concat(&b.pattern);
                    out.push(Alternative { pattern, guard });
                }
            }
        }
        out
    }
}

impl From<Pattern> for Value {
    fn from(pattern: Pattern) -> Self {
        Value {
            alternatives: vec![Alternative {
                pattern,
                guard: Guard::Always,
            }],
        }
    }
}
