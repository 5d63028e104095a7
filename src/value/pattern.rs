//! A pattern: known text and holes in sequence.

use super::{Hole, HoleKind};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A piece of a [`Pattern`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Known text, never empty.
    Text(String),
    /// Unknown text, maybe empty.
    Hole(Hole),
}

/// Known text and holes in sequence. Neighbouring texts are always merged, so a fully known
/// text has at most one part, and the empty text has none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Pattern {
    parts: Vec<Part>,
}

/// How many parts a pattern keeps; what follows becomes one hole.
const MAX_PARTS: usize = 64;
/// How long the known text of one pattern may grow, in bytes.
const MAX_TEXT: usize = 64 * 1024;

impl Pattern {
    /// A known text.
    pub fn text(text: impl Into<String>) -> Self {
        let mut pattern = Pattern::default();
        pattern.push_text(&text.into());
        pattern
    }

    /// A single hole.
    pub fn hole(hole: Hole) -> Self {
        Pattern {
            parts: vec![Part::Hole(hole)],
        }
    }

    /// The pieces in order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Whether the text is known to be empty.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The whole text when there is no hole.
    pub fn as_text(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The known leading text, up to the first hole.
    pub fn leading_text(&self) -> &str {
        match self.parts.first() {
            Some(Part::Text(text)) => text,
            _ => "",
        }
    }

    /// The known text at the end, after the last hole.
    pub fn trailing_text(&self) -> &str {
        match self.parts.last() {
            Some(Part::Text(text)) => text,
            _ => "",
        }
    }

    /// The holes in order.
    pub fn holes(&self) -> impl Iterator<Item = &Hole> {
        self.parts.iter().filter_map(|part| match part {
            Part::Hole(hole) => Some(hole),
            Part::Text(_) => None,
        })
    }

    /// Appends known text.
    pub fn push_text(&mut self, text: &str) {
        if text.is_empty() || self.is_cut() {
            return;
        }
        if let Some(Part::Text(last)) = self.parts.last_mut() {
            if last.len() + text.len() <= MAX_TEXT {
                last.push_str(text);
                return;
            }
        } else if self.parts.len() < MAX_PARTS && text.len() <= MAX_TEXT {
            self.parts.push(Part::Text(text.to_owned()));
            return;
        }
        self.parts.push(Part::Hole(Hole::unknown(CUT)));
    }

    /// Appends a hole.
    pub fn push_hole(&mut self, hole: Hole) {
        if self.is_cut() {
            return;
        }
        if self.parts.len() < MAX_PARTS {
            self.parts.push(Part::Hole(hole));
        } else {
            self.parts.push(Part::Hole(Hole::unknown(CUT)));
        }
    }

    /// This pattern followed by another.
    pub fn concat(&self, other: &Pattern) -> Pattern {
        let mut out = self.clone();
        out.extend(other);
        out
    }

    /// Appends another pattern.
    pub fn extend(&mut self, other: &Pattern) {
        for part in &other.parts {
            match part {
                Part::Text(text) => self.push_text(text),
                Part::Hole(hole) => self.push_hole(hole.clone()),
            }
        }
    }

    /// The pattern with each hole replaced by what `fill` gives for it, if anything.
    pub fn fill(&self, mut fill: impl FnMut(&Hole) -> Option<Pattern>) -> Pattern {
        let mut out = Pattern::default();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_text(text),
                Part::Hole(hole) => match fill(hole) {
                    Some(pattern) => out.extend(&pattern),
                    None => out.push_hole(hole.clone()),
                },
            }
        }
        out
    }

    fn is_cut(&self) -> bool {
        matches!(self.parts.last(), Some(Part::Hole(Hole { kind: HoleKind::Unknown { why }, .. })) if why == CUT)
    }
}

const CUT: &str = "text too long to follow";

/// `https://api.test/users/{id}`: what people read. Braces in known text stand as they are.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Text(text) => f.write_str(text)?,
                Part::Hole(hole) => write!(f, "{{{}}}", hole.label())?,
            }
        }
        Ok(())
    }
}
