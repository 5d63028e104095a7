//! Policies that are written in scripts: from an expression to a text with places.
//!
//! A configuration or a server puts its policy together from literals, constants of other files
//! and what is known only when it runs. [`read_script`] reads a script with what it imports, and
//! evaluates expressions without running anything: to a [`Value`] that knows where each part of
//! a text is written, and of each part that is not literal by what name it is called.
//!
//! Invariant: what is only there under a condition that is not known is a hole, never a text, and
//! never missing. Conditions are decided for production.

mod changes;
mod directives;
mod eval;
mod files;
mod literal;
mod methods;
mod text;
mod value;

pub use directives::{directive_name, written_directives};
pub use eval::Script;
pub(super) use files::Root;
pub(super) use text::{At as PartAt, Text};
pub use value::{At, Function, Hole, List, Object, TextValue, Value};

use super::{SourceFile, Written};
use crate::resolve::{Probe, Settings};
use files::ScriptFiles;

/// How many files one may import, all in all.
const MAX_FILES: usize = 200;

/// What was made of a script.
pub struct Read<T> {
    /// What the work gave.
    pub value: T,
    /// The other files that places may point into.
    pub others: Vec<SourceFile>,
}

/// Reads a script with what it imports, and works with its expressions.
pub fn read_script<T>(file: &SourceFile, work: impl FnOnce(&mut Script) -> T) -> Read<T> {
    read_script_with(file, MAX_FILES, work)
}

/// The same, with so many files at most: those that are nearest by imports.
pub fn read_script_with<T>(
    file: &SourceFile,
    most: usize,
    work: impl FnOnce(&mut Script) -> T,
) -> Read<T> {
    let files = ScriptFiles::read(file, most);
    let settings = Settings::default();
    let program = files.program(&settings);
    let mut script = Script::of(&files, Probe::of(&program));
    let value = work(&mut script);
    Read {
        value,
        others: files.files.into_iter().skip(1).collect(),
    }
}

impl Value {
    /// As the text of a policy.
    pub fn written(&self) -> Written {
        self.to_text().written()
    }
}

#[cfg(test)]
mod tests;
