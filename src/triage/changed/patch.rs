//! Which lines a patch without context adds or changes, by file
//! (<https://git-scm.com/docs/diff-format#generate_patch_text_with_p>).

use crate::suppression::Scope;
use std::io::{self, BufRead};
use std::ops::RangeInclusive;

/// What a patch says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Patch {
    /// The paths of files, below the top of the repository, and their lines that are new, or that
    /// a comment kept silent which is gone.
    pub(super) files: Vec<(Vec<u8>, Vec<RangeInclusive<u32>>)>,
    /// It has files that are no text to git, which it does not name safely.
    pub(super) has_binaries: bool,
}

/// Reads a patch line by line: it may be larger than what is linted by far.
///
/// # Errors
/// When reading fails.
pub(super) fn read(mut from: impl BufRead) -> io::Result<Patch> {
    let mut out = Patch::default();
    let mut line = Vec::new();
    // How many lines of the hunk are to come: what they say is no header.
    let (mut old, mut new) = (0_u32, 0_u32);
    // The line that the hunk begins at, and the one after it.
    let (mut first, mut after) = (1_u32, 1_u32);
    let mut is_named = false;
    loop {
        line.clear();
        if from.read_until(b'\n', &mut line)? == 0 {
            return Ok(out);
        }
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        if old > 0 || new > 0 {
            if is_named && let Some((_, lines)) = out.files.last_mut() {
                lines.extend(uncovered(text, first, after));
            }
            match text.first() {
                Some(b'-') => old = old.saturating_sub(1),
                Some(b'+') => new = new.saturating_sub(1),
                Some(b'\\') => {}
                _ => (old, new) = (old.saturating_sub(1), new.saturating_sub(1)),
            }
        } else if text.starts_with(b"diff --git ") {
            is_named = false;
        } else if let Some(name) = text.strip_prefix(b"+++ ") {
            let path = path(name);
            is_named = path.is_some();
            out.files.extend(path.map(|path| (path, Vec::new())));
        } else if let Some(hunk) = text.strip_prefix(b"@@ ").and_then(hunk) {
            old = hunk.old;
            new = hunk.count;
            // What adds no line is said to be at the line before.
            first = hunk.start.saturating_add(u32::from(new == 0));
            after = first.saturating_add(new);
            let file = out.files.last_mut().filter(|_| is_named && new > 0);
            if let Some((_, lines)) = file {
                lines.push(hunk.start..=hunk.start.saturating_add(new - 1));
            }
        } else if text.starts_with(b"Binary files ") {
            out.has_binaries = true;
        }
    }
}

/// The lines that a comment kept silent until a line of a patch took it away.
fn uncovered(line: &[u8], first: u32, after: u32) -> Option<RangeInclusive<u32>> {
    let (sign, text) = line.split_first()?;
    let text = std::str::from_utf8(text).ok()?;
    match (sign, Scope::mentioned(text)?) {
        (b'-', Scope::File) => Some(1..=u32::MAX),
        (b'-', Scope::Start) | (b'+', Scope::End) => Some(first..=u32::MAX),
        // Another comment may stand between.
        (b'-', Scope::Line | Scope::NextLine) => Some(after..=after.saturating_add(1)),
        _ => None,
    }
}

/// `-3,2 +4,0 @@ function f() {`.
struct Hunk {
    old: u32,
    start: u32,
    count: u32,
}

fn hunk(text: &[u8]) -> Option<Hunk> {
    let text = String::from_utf8_lossy(text);
    let mut words = text.split(' ');
    let (old, new) = (words.next()?, words.next()?);
    let range = |word: &str| -> Option<(u32, u32)> {
        match word.split_once(',') {
            Some((start, count)) => Some((start.parse().ok()?, count.parse().ok()?)),
            None => Some((word.parse().ok()?, 1)),
        }
    };
    let (_, old) = range(old.strip_prefix('-')?)?;
    let (start, count) = range(new.strip_prefix('+')?)?;
    Some(Hunk { old, start, count })
}

/// The path of a `+++` line, without its prefix `b/`; nothing for a file that is gone.
fn path(name: &[u8]) -> Option<Vec<u8>> {
    // A name with blanks is followed by a tab.
    let name = name.strip_suffix(b"\t").unwrap_or(name);
    let quoted = name.strip_prefix(b"\"").and_then(|n| n.strip_suffix(b"\""));
    let name = quoted.map_or_else(|| name.to_vec(), unquoted);
    Some(name.strip_prefix(b"b/")?.to_vec())
}

/// A name as C writes it: `a\tb`, `\303\244`.
fn unquoted(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(digit @ b'0'..=b'7') => {
                let mut value = u32::from(digit - b'0');
                for _ in 0..2 {
                    if let Some(digit) = bytes.next_if(|b| (b'0'..=b'7').contains(b)) {
                        value = value * 8 + u32::from(digit - b'0');
                    }
                }
                out.push(u8::try_from(value).unwrap_or(b'?'));
            }
            Some(b'a') => out.push(7),
            Some(b'b') => out.push(8),
            Some(b't') => out.push(b'\t'),
            Some(b'n') => out.push(b'\n'),
            Some(b'v') => out.push(11),
            Some(b'f') => out.push(12),
            Some(b'r') => out.push(b'\r'),
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> Vec<(String, Vec<RangeInclusive<u32>>)> {
        let patch = read(text.as_bytes()).unwrap();
        let name = |bytes| String::from_utf8(bytes).unwrap();
        patch
            .files
            .into_iter()
            .map(|(file, lines)| (name(file), lines))
            .collect()
    }

    #[test]
    fn the_new_lines_of_each_file() {
        let text = "\
diff --git a/a b.js b/a b.js
index 1..2 100644
--- a/a b.js\t
+++ b/a b.js\t
@@ -1,0 +2,3 @@ f
+++ b/no.js
+diff --git no no
+@@ -1 +1 @@
@@ -7,2 +10,0 @@
--- a/no.js
-x
@@ -9 +11 @@
-a
\\ No newline at end of file
+b
\\ No newline at end of file
diff --git \"a/\\303\\244\\t.js\" \"b/\\303\\244\\t.js\"
--- /dev/null
+++ \"b/\\303\\244\\t.js\"
@@ -0,0 +1 @@
+x
diff --git a/gone.js b/gone.js
--- a/gone.js
+++ /dev/null
@@ -1 +0,0 @@
-x
diff --git a/i.png b/i.png
Binary files a/i.png and b/i.png differ
";
        assert_eq!(
            of(text),
            [
                ("a b.js".into(), vec![2..=4, 11..=11]),
                ("ä\t.js".into(), vec![1..=1])
            ]
        );
        assert!(read(text.as_bytes()).unwrap().has_binaries);
    }

    proptest! {
        #[test]
        fn any_patch_can_be_read(text in "((diff --git |\\+\\+\\+ |@@ |-|\\+|\"|b/|\\\\|[0-9, @a]|\\n){0,6}\\n){0,12}") {
            let patch = read(text.as_bytes()).unwrap();
            for (_, lines) in patch.files {
                prop_assert!(lines.iter().all(|l| l.start() <= l.end()));
            }
        }
    }
}
