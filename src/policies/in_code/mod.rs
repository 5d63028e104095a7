//! Policies that stand in program code: headers that a server sets, packages that do
//! (helmet and its kin), objects of directives.
//!
//! Any script may hold one, so that words of it decide whether it is looked at
//! ([`may_set_policy`]), and then its syntax ([`scan`]). With which responses a policy is sent is
//! followed from where it is set outwards ([`reach`]); what is only sent with some that are not
//! told apart governs nothing.

mod conditions;
mod helmet;
pub(super) mod names;
mod next_matcher;
pub(super) mod objects;
mod origin;
mod packages;
mod paths;
mod reach;
mod reading;
mod routing;
mod scan;
mod settle;
pub(super) mod slot;
mod uses;
mod words;

pub use words::may_set_policy;

use super::script::read_script_with;
use super::{Found, PolicyLocation, SourceFile};
use crate::discover::{Language, server_import};
use crate::extract;
use crate::js::FileFacts;
use reading::Reading;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// How many files are read for one, all in all.
const MAX_FILES: usize = 60;

/// Scripts that set policies.
#[derive(Debug, Clone, Copy)]
pub(super) struct InScripts;

impl PolicyLocation for InScripts {
    fn name(&self) -> &'static str {
        "JavaScript or TypeScript code"
    }

    /// By its words only: [`may_set_policy`].
    fn recognises(&self, _: &Path) -> bool {
        false
    }

    fn deployment(&self) -> &'static str {
        ""
    }

    fn read(&self, file: &SourceFile) -> Found {
        // A mistake of this program in one file must not end the run for all.
        catch_unwind(AssertUnwindSafe(|| read(file))).unwrap_or_default()
    }
}

fn read(file: &SourceFile) -> Found {
    let language = Language::of_path(&file.path).unwrap_or(Language::guess(&file.text));
    let parsed = extract::parse(&file.name, &file.text, language);
    if is_test(parsed.facts()) || scan::candidates(parsed.facts()).is_empty() {
        return Found::default();
    }
    let read = read_script_with(file, MAX_FILES, |script| Reading::new(script).run());
    Found {
        others: read.others,
        ..read.value
    }
}

/// Whether a script is a test, or serves to developers only.
fn is_test(facts: &FileFacts) -> bool {
    let imports = facts.imports.iter().map(|i| i.specifier.as_str());
    imports
        .filter_map(server_import)
        .any(|why| matches!(why, "a test" | "a mock" | "a story" | "a browser's driver"))
}

#[cfg(test)]
mod tests;
