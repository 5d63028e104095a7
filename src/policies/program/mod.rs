//! Policies in programs of languages other than JavaScript: Python and Ruby, by their grammars of
//! tree-sitter.
//!
//! The values are those of [`script`](super::script): texts with the place of each part, lists and
//! objects of which parts may be there or not. Nothing runs: what is not evaluated is a hole that
//! bears the text of the expression. Conditions are decided for production.

pub(super) mod files;
pub(super) mod pages;
pub(super) mod python;
pub(super) mod ruby;
mod syntax;

pub(super) use syntax::{Grammar, Syntax, children, comment_spans};
