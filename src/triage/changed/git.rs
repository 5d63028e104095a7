//! Asking git. It runs on the repository of whoever lints: so that it neither runs what the
//! repository names nor fetches, what could is turned off, and nothing goes through a shell.

use super::{Changes, Lines, patch};
use crate::triage::paths::absolute;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why git cannot tell what changed.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)] // the messages say it
pub enum GitError {
    #[error("there is no `git` that could tell what changed")]
    NoGit,
    #[error("git cannot be run: {0}")]
    Run(io::Error),
    #[error("{folder} is in no work tree of git: {message}")]
    NoRepository { folder: String, message: String },
    #[error("{path} is not in the repository {top}, where changes are looked for")]
    Outside { path: String, top: String },
    #[error("`{commit}` is no commit, branch or tag")]
    BadName { commit: String },
    #[error("git knows no commit `{commit}`")]
    Unknown { commit: String, is_shallow: bool },
    #[error("`{commit}` and what is checked out have no ancestor in common")]
    Unrelated { commit: String, is_shallow: bool },
    #[error("git cannot tell what changed since `{commit}`: {message}")]
    Failed { commit: String, message: String },
}

impl GitError {
    /// What to do about it.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            GitError::Unknown { is_shallow, .. } | GitError::Unrelated { is_shallow, .. }
                if *is_shallow =>
            {
                Some(
                    "this clone is shallow: fetch what is missing with `git fetch --unshallow`; \
                     in GitHub Actions, `fetch-depth: 0` of actions/checkout does",
                )
            }
            GitError::Unknown { .. } => Some(
                "a branch of a remote is named with it, as in `origin/main`; `git fetch` gets it",
            ),
            GitError::NoGit => Some("install git, or leave out --changed-since"),
            _ => None,
        }
    }
}

/// What changed since a commit.
pub(super) fn changes(commit: &str, roots: &[PathBuf]) -> Result<Changes, GitError> {
    if commit.is_empty() || commit.starts_with('-') || commit.contains('\0') {
        let commit = commit.to_owned();
        return Err(GitError::BadName { commit });
    }
    let first = roots.first().map_or(Path::new("."), PathBuf::as_path);
    let top = top(first)?;
    if let Some(outside) = roots.iter().find(|root| !is_in(root, &top)) {
        return Err(GitError::Outside {
            path: outside.display().to_string(),
            top: top.display().to_string(),
        });
    }
    let base = base(&top, commit)?;
    let mut out = Changes::default();
    let patch = difference(&top, commit, &base)?;
    for (name, lines) in patch.files {
        let path = top.join(path_of(&name));
        let lines = match path.is_dir() {
            // A submodule: of what changed in it git tells only that it did.
            true => Lines::All,
            false => Lines::Some(lines),
        };
        out.add(path, lines);
    }
    if patch.has_binaries {
        for name in binaries(&top, commit, &base)? {
            out.add(top.join(path_of(&name)), Lines::All);
        }
    }
    let new = ["ls-files", "--others", "--exclude-standard", "-z"];
    for name in zeros(&told(&top, commit, &new)?) {
        let name = name.strip_suffix(b"/").unwrap_or(name);
        out.add(top.join(path_of(name)), Lines::All);
    }
    Ok(out)
}

/// The top of the work tree that a file or folder is in.
fn top(root: &Path) -> Result<PathBuf, GitError> {
    let root = absolute(root);
    let mut folders = root.ancestors();
    let folder = folders.find(|f| f.is_dir()).unwrap_or(Path::new("."));
    let output = git(folder).args(["rev-parse", "--show-toplevel"]).output();
    let output = output.map_err(failed_to_run)?;
    if !output.status.success() {
        return Err(GitError::NoRepository {
            folder: folder.display().to_string(),
            message: first_line(&output.stderr),
        });
    }
    let name = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
    let top = path_of(name);
    Ok(top.canonicalize().unwrap_or(top))
}

fn is_in(root: &Path, top: &Path) -> bool {
    let path = absolute(root);
    let real = path.canonicalize().unwrap_or_else(|_| path.clone());
    real.starts_with(top) || path.starts_with(top)
}

/// The last commit that a commit and what is checked out have in common.
fn base(top: &Path, commit: &str) -> Result<String, GitError> {
    let id = |args: &[&str]| -> Result<Option<String>, GitError> {
        let output = git(top).args(args).output().map_err(failed_to_run)?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let is_id = text.len() >= 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
        Ok((output.status.success() && is_id).then_some(text))
    };
    let is_shallow = || {
        let asked = git(top)
            .args(["rev-parse", "--is-shallow-repository"])
            .output();
        asked.is_ok_and(|output| output.stdout.starts_with(b"true"))
    };
    let named = format!("{commit}^{{commit}}");
    let Some(found) = id(&["rev-parse", "--verify", "--quiet", &named])? else {
        return Err(GitError::Unknown {
            commit: commit.to_owned(),
            is_shallow: is_shallow(),
        });
    };
    id(&["merge-base", &found, "HEAD"])?.ok_or_else(|| GitError::Unrelated {
        commit: commit.to_owned(),
        is_shallow: is_shallow(),
    })
}

/// Settings of the user that would change what the output looks like are overruled.
const DIFF: [&str; 8] = [
    "diff",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-relative",
    "--find-renames",
    "--ignore-submodules=dirty",
    "--submodule=short",
];

fn difference(top: &Path, commit: &str, base: &str) -> Result<patch::Patch, GitError> {
    let failed = |message| GitError::Failed {
        commit: commit.to_owned(),
        message,
    };
    let mut child = git(top)
        .args(DIFF)
        .args(["--unified=0", "--inter-hunk-context=0"])
        .args(["--src-prefix=a/", "--dst-prefix=b/"])
        .args(["--end-of-options", base, "--"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed_to_run)?;
    let (out, errors) = (child.stdout.take(), child.stderr.take());
    // Both are read at once, so that neither fills up.
    let (patch, errors) = std::thread::scope(|scope| {
        let errors = scope.spawn(|| {
            let mut text = Vec::new();
            let mut errors = errors;
            let read = errors.as_mut().map(|from| from.read_to_end(&mut text));
            read.is_some_and(|read| read.is_ok()).then_some(text)
        });
        let patch = out.map(|out| patch::read(BufReader::new(out)));
        let errors = errors.join().ok().flatten().unwrap_or_default();
        (patch.unwrap_or_else(|| Ok(patch::Patch::default())), errors)
    });
    let status = child.wait().map_err(GitError::Run)?;
    match status.success() {
        true => patch.map_err(GitError::Run),
        false => Err(failed(first_line(&errors))),
    }
}

/// The changed files that are no text to git.
fn binaries(top: &Path, commit: &str, base: &str) -> Result<Vec<Vec<u8>>, GitError> {
    let more = [
        "--numstat",
        "-z",
        "--no-renames",
        "--end-of-options",
        base,
        "--",
    ];
    let output = told(top, commit, &[&DIFF[..], &more[..]].concat())?;
    let binary = zeros(&output).filter_map(|row| row.strip_prefix(b"-\t-\t"));
    Ok(binary.map(<[u8]>::to_vec).collect())
}

/// What git prints.
fn told(top: &Path, commit: &str, args: &[&str]) -> Result<Vec<u8>, GitError> {
    let output = git(top).args(args).output().map_err(failed_to_run)?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(GitError::Failed {
            commit: commit.to_owned(),
            message: first_line(&output.stderr),
        }),
    }
}

/// A git that runs no hook, monitor, pager or driver, takes no lock and fetches nothing.
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    let settings = [
        "core.fsmonitor=false",
        "core.hooksPath=/dev/null",
        "core.quotePath=false",
        "core.safecrlf=false",
    ];
    for setting in settings {
        command.args(["-c", setting]);
    }
    // Hooks of linked work trees have it, and it makes a work tree of whatever folder git runs in
    // (<https://git-scm.com/docs/githooks>, <https://git-scm.com/docs/git#Documentation/git.txt-GITDIR>).
    if std::env::var_os("GIT_WORK_TREE").is_none() {
        command.env_remove("GIT_DIR");
    }
    command
        .arg("--no-pager")
        .current_dir(folder)
        .stdin(Stdio::null())
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C");
    command
}

fn failed_to_run(error: io::Error) -> GitError {
    match error.kind() {
        io::ErrorKind::NotFound => GitError::NoGit,
        _ => GitError::Run(error),
    }
}

fn first_line(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let line = text.lines().find(|line| !line.trim().is_empty());
    let line = line.unwrap_or("it does not say why").trim();
    line.strip_prefix("fatal: ").unwrap_or(line).to_owned()
}

fn zeros(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == 0)
        .filter(|name| !name.is_empty())
}

/// A path as git writes it.
#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

/// A path as git writes it: in UTF-8.
#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
