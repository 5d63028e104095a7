//! The comments that keep findings silent, of all files of a run.

use super::LintOptions;
use super::source::Source;
use crate::policies::{self, SourceFile};
use crate::suppression::Suppression;
use crate::triage::FileComments;
use std::collections::HashSet;
use std::sync::Arc;

/// Those of sources, and of files that policies stand in.
pub(super) fn of(
    sources: &[Source],
    files: &[SourceFile],
    options: &LintOptions,
) -> Vec<FileComments> {
    let of_sources = sources.iter();
    let of_sources = of_sources.filter_map(|source| source.comments(options.judge));
    let mut out: Vec<_> = of_sources.collect();
    let mut known: HashSet<Arc<str>> = out.iter().map(|of_file| of_file.file.clone()).collect();
    for file in files.iter().filter(|file| known.insert(file.name.clone())) {
        let suppressions = Suppression::all(&policies::comments(file));
        if !suppressions.is_empty() {
            let place = |span| file.location(span);
            let (name, text, is_judged) = (&file.name, &file.text, options.judge);
            out.push(FileComments::of(
                name,
                text,
                &suppressions,
                is_judged,
                place,
            ));
        }
    }
    out
}
