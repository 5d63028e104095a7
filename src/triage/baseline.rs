//! The baseline: findings that were there when it was written, and are told no more.
//!
//! It names each by its file, its code and what is found, without lines, so that it survives
//! edits of what stands around. Of several that read the same as many are silent as it counts.

use super::paths::Relative;
use super::suppressed;
use crate::diagnostics;
use crate::discover::Overlay;
use crate::results::{Diagnostic, Results, Severity, SuppressedBy};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

/// The name of the file, where none is given.
pub const BASELINE_NAME: &str = "connect-lint-baseline.json";

/// Of the file's shape.
const VERSION: u32 = 1;

/// Codes that tell of the run or of the machine: they are told until they are mended.
const NEVER: [&str; 5] = [
    "internal-error",
    "unreadable-file",
    "unreadable-policy-file",
    "no-files",
    "stale-baseline",
];

/// Findings that are told no more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The file, as the user names it.
    path: PathBuf,
    counts: BTreeMap<Key, usize>,
}

/// What findings have in common that are counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// Relative to the folder of the baseline.
    file: String,
    code: String,
    finding: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    findings: Vec<Entry>,
}

/// Findings, as they are written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    file: String,
    code: String,
    finding: String,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    count: usize,
}

/// Many at most: a file may say any number.
fn total<'a>(counts: impl Iterator<Item = &'a usize>) -> usize {
    counts.fold(0, |all, count| all.saturating_add(*count))
}

fn one() -> usize {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde wants it so
fn is_one(count: &usize) -> bool {
    *count == 1
}

/// Why a baseline cannot be used.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)] // the messages say it
pub enum BaselineError {
    #[error("there is no baseline {path}")]
    Missing { path: String },
    #[error("cannot read the baseline {path}: {source}")]
    Unreadable { path: String, source: io::Error },
    #[error("{path}:{line}:{column}: this is no baseline: {message}")]
    Invalid {
        path: String,
        line: usize,
        column: usize,
        message: String,
    },
    #[error("{path} is a baseline of version {version}, and version {VERSION} is what can be read")]
    Version { path: String, version: u64 },
    #[error("cannot write the baseline {path}: {source}")]
    Unwritable { path: String, source: io::Error },
}

impl Baseline {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read or is no baseline.
    pub fn read(path: &Path) -> Result<Baseline, BaselineError> {
        Baseline::read_in(path, &Overlay::default())
    }

    /// Likewise, with some changes to the files.
    ///
    /// # Errors
    /// As [`Baseline::read`].
    pub fn read_in(path: &Path, overlay: &Overlay) -> Result<Baseline, BaselineError> {
        let shown = || path.display().to_string();
        let text = overlay.read(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => BaselineError::Missing { path: shown() },
            _ => BaselineError::Unreadable {
                path: shown(),
                source,
            },
        })?;
        Baseline::of_text(path, &text)
    }

    fn of_text(path: &Path, text: &[u8]) -> Result<Baseline, BaselineError> {
        #[derive(Deserialize)]
        struct Version {
            version: u64,
        }
        let shown = || path.display().to_string();
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        if let Ok(Version { version }) = serde_json::from_slice(text)
            && version != u64::from(VERSION)
        {
            return Err(BaselineError::Version {
                path: shown(),
                version,
            });
        }
        let written: Written = serde_json::from_slice(text).map_err(|error| {
            let message = error.to_string();
            let place = format!(" at line {} column {}", error.line(), error.column());
            BaselineError::Invalid {
                path: shown(),
                line: error.line(),
                column: error.column(),
                message: message.strip_suffix(&place).unwrap_or(&message).to_owned(),
            }
        })?;
        let mut out = Baseline::new(path);
        for entry in written.findings {
            let key = Key {
                file: entry.file,
                code: entry.code,
                finding: entry.finding,
            };
            let count = out.counts.entry(key).or_default();
            *count = count.saturating_add(entry.count);
        }
        debug_assert_eq!(written.version, VERSION);
        Ok(out)
    }

    /// One that names nothing.
    pub fn new(path: &Path) -> Baseline {
        Baseline {
            path: path.to_path_buf(),
            counts: BTreeMap::new(),
        }
    }

    /// Names what is told.
    pub fn add(&mut self, results: &Results) {
        let mut paths = self.paths();
        for diagnostic in &results.diagnostics {
            if let Some(key) = key(diagnostic, &mut paths) {
                *self.counts.entry(key).or_default() += 1;
            }
        }
    }

    /// Names what another one names of files that were not looked into and are still there.
    /// `examined`: the display paths of the others.
    pub fn keep_others(&mut self, other: &Baseline, examined: &[impl AsRef<str>]) {
        let mut paths = self.paths();
        let examined: BTreeSet<_> = examined.iter().map(|f| paths.of(f.as_ref())).collect();
        let folder = self.folder();
        for (key, count) in &other.counts {
            if !examined.contains(&key.file) && folder.join(&key.file).is_file() {
                self.counts.insert(key.clone(), *count);
            }
        }
    }

    /// How many findings it names.
    pub fn len(&self) -> usize {
        total(self.counts.values())
    }

    /// Whether it names none.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// In how many files these are.
    pub fn files(&self) -> usize {
        let files: BTreeSet<_> = self.counts.keys().map(|key| &key.file).collect();
        files.len()
    }

    /// Writes the file.
    ///
    /// # Errors
    /// When that fails.
    pub fn write(&self) -> Result<(), BaselineError> {
        let failed = |source| BaselineError::Unwritable {
            path: self.path.display().to_string(),
            source,
        };
        let text = self.text().map_err(io::Error::other).map_err(failed)?;
        std::fs::write(&self.path, text).map_err(failed)
    }

    /// A line for each entry, in order, so that a change is small.
    fn text(&self) -> Result<String, serde_json::Error> {
        let mut out = format!("{{\n  \"version\": {VERSION},\n  \"findings\": [");
        for (number, (key, count)) in self.counts.iter().enumerate() {
            let entry = Entry {
                file: key.file.clone(),
                code: key.code.clone(),
                finding: key.finding.clone(),
                count: *count,
            };
            let comma = if number == 0 { "" } else { "," };
            let entry = serde_json::to_string(&entry)?;
            // Writing to a String cannot fail.
            let _ = write!(out, "{comma}\n    {entry}");
        }
        let end = if self.counts.is_empty() { "" } else { "\n  " };
        let _ = write!(out, "{end}]\n}}\n");
        Ok(out)
    }

    fn folder(&self) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).to_path_buf()
    }

    fn paths(&self) -> Relative {
        Relative::to(&self.folder())
    }

    /// Takes away what it names, and tells if there is less of it; `examined`: the display paths of
    /// the files that were looked into.
    pub fn apply(&self, results: &mut Results, examined: &[impl AsRef<str>]) -> Vec<Diagnostic> {
        let mut paths = self.paths();
        let mut left = self.counts.clone();
        let all = std::mem::take(&mut results.diagnostics);
        for diagnostic in all {
            let named = key(&diagnostic, &mut paths);
            match named.and_then(|key| left.get_mut(&key)).filter(|n| **n > 0) {
                Some(count) => {
                    *count -= 1;
                    let by = SuppressedBy::Baseline;
                    results.suppressed.push(suppressed(diagnostic, by, None));
                }
                None => results.diagnostics.push(diagnostic),
            }
        }
        let examined: BTreeSet<_> = examined.iter().map(|f| paths.of(f.as_ref())).collect();
        let folder = self.folder();
        let is_gone = |file: &String| examined.contains(file) || !folder.join(file).exists();
        let gone = left.iter().filter(|(key, _)| is_gone(&key.file));
        self.stale(total(gone.map(|(_, n)| n)))
            .into_iter()
            .collect()
    }

    /// Tells that it can shrink.
    fn stale(&self, gone: usize) -> Option<Diagnostic> {
        let message = match gone {
            0 => return None,
            1 => "1 finding of the baseline is gone".to_owned(),
            n => format!("{n} findings of the baseline are gone"),
        };
        Some(Diagnostic {
            file: Some(self.path.display().to_string()),
            help: Some("--write-baseline shrinks it".to_owned()),
            ..diagnostics::nowhere("stale-baseline", Severity::Info, message)
        })
    }
}

/// How the baseline names a finding; nothing for one that it cannot name.
fn key(diagnostic: &Diagnostic, paths: &mut Relative) -> Option<Key> {
    let is_named = diagnostic.severity > Severity::Info && !NEVER.contains(&&*diagnostic.code);
    is_named.then_some(())?;
    Some(Key {
        file: paths.of(diagnostic.file.as_deref()?),
        code: diagnostic.code.clone(),
        finding: diagnostics::subject(diagnostic).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn of(text: &str) -> Result<Baseline, BaselineError> {
        Baseline::of_text(Path::new("b.json"), text.as_bytes())
    }

    #[test]
    fn it_reads_what_it_writes() {
        let text = "{\n  \"version\": 1,\n  \"findings\": [\n    \
            {\"file\":\"a.js\",\"code\":\"blocked\",\"finding\":\"fetch https://a.test/{}\",\"count\":2},\n    \
            {\"file\":\"b.js\",\"code\":\"depends\",\"finding\":\"fetch {}\"}\n  ]\n}\n";
        let read = of(text).unwrap();
        assert_eq!((read.len(), read.files()), (3, 2));
        assert_eq!(read.text().unwrap(), text);
        assert_eq!(
            of(&format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap(),
            read
        );
        let none = Baseline::new(Path::new("b.json"));
        assert_eq!(of(&none.text().unwrap()).unwrap(), none);
    }

    #[test]
    fn what_is_wrong_is_told() {
        let message = |text: &str| of(text).unwrap_err().to_string();
        assert!(
            message("{\n  \"version\": 1,\n  \"findings\": [{}]\n}")
                .starts_with("b.json:3:17: this is no baseline: missing field `file`")
        );
        assert!(message("").contains("b.json:1:0: this is no baseline"));
        assert!(message("{\"version\":2,\"more\":1}").contains("of version 2"));
        assert!(message("{\"version\":5000000000}").contains("of version 5000000000"));
    }

    #[test]
    fn counts_are_whatever_the_file_says() {
        let entry = |file| {
            format!(
                "{{\"file\":\"{file}\",\"code\":\"blocked\",\"finding\":\"x\",\"count\":{}}}",
                usize::MAX
            )
        };
        let (a, b) = (entry("a.js"), entry("b.js"));
        let text = format!("{{\"version\":1,\"findings\":[{a},{a},{b}]}}");
        assert_eq!(of(&text).unwrap().len(), usize::MAX);
    }
}
