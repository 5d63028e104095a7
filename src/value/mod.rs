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
pub struct Guard {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    is_https: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    has_port: Option<bool>,
}

impl Guard {
    /// Nothing: the alternative is possible on every page.
    pub const ALWAYS: Guard = Guard::new(None, None);
    /// `location.protocol === 'https:'`.
    pub const HTTPS: Guard = Guard::new(Some(true), None);
    /// `location.protocol !== 'https:'`.
    pub const NOT_HTTPS: Guard = Guard::new(Some(false), None);
    /// `location.port !== ''`.
    pub const PORT: Guard = Guard::new(None, Some(true));
    /// `location.port === ''`.
    pub const NO_PORT: Guard = Guard::new(None, Some(false));

    const fn new(is_https: Option<bool>, has_port: Option<bool>) -> Guard {
        Guard { is_https, has_port }
    }

    /// Both guards at once, or nothing if they exclude each other.
    pub fn and(self, other: Guard) -> Option<Guard> {
        Some(Guard {
            is_https: both(self.is_https, other.is_https)?,
            has_port: both(self.has_port, other.has_port)?,
        })
    }

    /// Whether a page of this scheme, with or without a port in its URL, can take the alternative.
    pub fn admits(self, page_is_https: bool, page_has_port: bool) -> bool {
        self.is_https.is_none_or(|https| https == page_is_https)
            && self.has_port.is_none_or(|port| port == page_has_port)
    }
}

/// What both say; nothing if they differ.
fn both(a: Option<bool>, b: Option<bool>) -> Option<Option<bool>> {
    match (a, b) {
        (Some(a), Some(b)) if a != b => None,
        (a, b) => Some(a.or(b)),
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
                guard: Guard::ALWAYS,
            }],
        }
    }
}
