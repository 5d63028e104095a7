//! The first `connect-lint.toml` of a project: what is seen of the project ([`look`]), and the
//! text that says it ([`written`]). Whatever it suggests stands in a comment, so that the file
//! changes nothing by itself.

mod guess;
mod text;

pub use guess::PageUrl;
pub use text::written;

use crate::build::Projects;
use crate::lint::{LintError, LintOptions, lint, policies};
use crate::results::{GovernedFile, OpenName, PolicyMap, WrapperRow};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Folders that tools build into, or put what others wrote into.
const BUILT: [&str; 6] = [
    "dist",
    "build",
    "out",
    "vendor",
    "coverage",
    "storybook-static",
];

/// What is seen of a project.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    /// The policies.
    pub policies: Vec<FoundPolicy>,
    /// What was found in files of policies and is none that could be read, a line each.
    pub unread: Vec<String>,
    /// How many files are linted.
    pub files: usize,
    /// How many of them no policy governs.
    pub without: usize,
    /// What builds it.
    pub tools: Vec<BuiltBy>,
    /// Where its pages may be.
    pub page_urls: Vec<PageUrl>,
    /// Folders that are linted although a tool may have made what is in them.
    pub built: Vec<String>,
    /// Names that only the build knows.
    pub open_names: Vec<OpenName>,
    /// Functions of the house that may make requests.
    pub wrappers: Vec<WrapperRow>,
}

/// A policy, and how much it governs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPolicy {
    /// `path:line`.
    pub origin: String,
    /// The kind of file or place.
    pub found_in: String,
    /// How many files run under it.
    pub governs: usize,
}

impl FoundPolicy {
    /// The file, if it is one that `policy-from` may name: a page's `<meta>` counts anyway.
    pub fn file(&self) -> Option<&str> {
        let (file, _) = self.origin.rsplit_once(':')?;
        (!self.found_in.contains("<meta>")).then_some(file)
    }
}

/// A folder that a tool builds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltBy {
    /// Below the project; empty for the project itself.
    pub folder: String,
    /// The tool's name; empty where there are only `.env` files.
    pub tool: &'static str,
    /// The `.env` files that are there and count.
    pub env_files: Vec<String>,
    /// What browser code sees of their names.
    pub names: Vec<String>,
}

/// Looks at the project of a folder, on the threads of the current rayon pool. The options are
/// those of a run without configuration.
///
/// # Errors
/// When files cannot be walked.
pub fn look(folder: &Path, mut options: LintOptions) -> Result<Seen, LintError> {
    let map = policies(&options)?;
    options.judge = false;
    let results = lint(&options)?.results;
    let files: BTreeSet<PathBuf> = linted(&map).map(|f| PathBuf::from(&f.file)).collect();
    let below = |name: &str| below(folder, name);
    let wrappers = results.wrappers.unwrap_or_default().into_iter();
    let of_project = |row: WrapperRow| WrapperRow {
        file: below(&row.file),
        ..row
    };
    Ok(Seen {
        policies: map
            .policies
            .iter()
            .map(|policy| FoundPolicy {
                origin: below(&policy.origin),
                found_in: policy.found_in.clone(),
                governs: policy.governs.len(),
            })
            .collect(),
        unread: map.notes.iter().map(|note| below(note)).collect(),
        files: files.len(),
        without: map.without.len(),
        tools: tools(folder, &files, &options),
        page_urls: guess::page_urls(folder),
        built: built(folder, &files),
        open_names: results.open_names,
        wrappers: wrappers.map(of_project).collect(),
    })
}

fn linted(map: &PolicyMap) -> impl Iterator<Item = &GovernedFile> {
    let governed = map.policies.iter().flat_map(|policy| &policy.governs);
    governed.chain(&map.without)
}

/// A name that begins with the path of a file, as it is below the folder.
fn below(folder: &Path, name: &str) -> String {
    let below = Path::new(name).strip_prefix(folder);
    below.map_or_else(|_| name.to_owned(), |path| path.display().to_string())
}

/// The tools that build the files, by folder.
fn tools(folder: &Path, files: &BTreeSet<PathBuf>, options: &LintOptions) -> Vec<BuiltBy> {
    let mode = &options.settings.mode;
    let mut projects = Projects::new(&options.bases, mode);
    for file in files.iter().filter_map(|file| file.canonicalize().ok()) {
        projects.of(&file);
    }
    let Ok(top) = folder.canonicalize() else {
        return Vec::new();
    };
    let of_project = |project: &crate::build::Project| {
        let names = project.tool.files.names(mode).into_iter();
        let env_files = names.filter(|name| project.folder.join(name).is_file());
        let exposed = project.tool.exposed.iter();
        Some(BuiltBy {
            folder: below(&top, &project.folder.display().to_string()),
            tool: project.tool.name,
            env_files: env_files.map(|name| name.to_string()).collect(),
            names: exposed
                .flat_map(|e| e.prefixes.iter().map(|p| format!("{}.{p}*", e.object)))
                .collect(),
        })
    };
    let mut out: Vec<_> = projects.all().iter().filter_map(of_project).collect();
    out.sort_by(|a, b| a.folder.cmp(&b.folder));
    out
}

/// Folders with linted files whose names say that a tool made them.
fn built(folder: &Path, files: &BTreeSet<PathBuf>) -> Vec<String> {
    let mut out = BTreeSet::new();
    for file in files {
        let path = file.strip_prefix(folder).unwrap_or(file);
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
        let is_built = |part: &std::borrow::Cow<'_, str>| BUILT.contains(&part.as_ref());
        let folders = parts.split_last().map_or(&[][..], |(_, folders)| folders);
        if let Some(at) = folders.iter().position(is_built) {
            out.insert(folders.get(..=at).unwrap_or_default().join("/") + "/");
        }
    }
    out.into_iter().collect()
}
