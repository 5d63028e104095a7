//! A limit to nesting, as browsers have one, so that hostile markup costs time in proportion to
//! its length: the tree builder looks through the open elements at almost every tag.
//!
//! An element past the limit is closed at once, so that what it holds becomes its sibling; its
//! own end tag is left out then.

use super::tree::Ancestors;
use html5ever::{LocalName, QualName, ns};
use std::collections::HashMap;

/// Chromium's limit.
const MAX_DEPTH: usize = 512;

/// Formatting elements in each other: each new paragraph opens all of them again.
const MAX_FORMATTING: usize = 64;

/// The elements that were closed at once and whose end tags are to come.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    closed: HashMap<LocalName, u32>,
}

impl Nesting {
    /// Whether the new element of a tag is to be closed at once.
    pub(super) fn is_too_deep(
        &mut self,
        tag: &LocalName,
        name: &QualName,
        self_closing: bool,
        ancestors: Ancestors,
    ) -> bool {
        let too_deep = ancestors.depth > MAX_DEPTH;
        if !too_deep && ancestors.formatting <= MAX_FORMATTING {
            if !self.closed.is_empty() && ancestors.depth < MAX_DEPTH {
                self.closed.clear();
            }
            return false;
        }
        if !stays_open(name, self_closing) {
            return false;
        }
        *self.closed.entry(tag.clone()).or_default() += 1;
        true
    }

    /// Whether an end tag is that of an element that was closed at once.
    pub(super) fn leaves_out(&mut self, end_tag: &LocalName) -> bool {
        let Some(count) = self.closed.get_mut(end_tag) else {
            return false;
        };
        *count -= 1;
        if *count == 0 {
            self.closed.remove(end_tag);
        }
        true
    }
}

/// Whether an element waits for an end tag.
fn stays_open(name: &QualName, self_closing: bool) -> bool {
    if name.ns != ns!(html) {
        return !self_closing;
    }
    !matches!(
        &*name.local,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}
