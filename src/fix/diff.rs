//! Unified diffs of texts.

use similar::TextDiff;

/// How many lines around a change are shown.
const CONTEXT: usize = 3;

/// What changes in a file, as `patch -p0` reads it.
pub(super) fn unified(name: &str, old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(CONTEXT)
        .header(name, name)
        .to_string()
}
