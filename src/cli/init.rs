//! `connect-lint init`: a first configuration.

use super::args::{ConfigArgs, InitArgs, OutputArgs, PolicyArgs, SourceArgs};
use super::check::in_pool;
use super::describe::print;
use super::exit::Exit;
use super::failure::Failure;
use super::settings::Session;
use crate::config::FILE_NAME;
use crate::init::{Seen, look, written};
use crate::report::sanitize;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Looks at the project and writes its configuration.
///
/// # Errors
/// When there is one already, or the project cannot be looked at.
pub(super) fn run(args: &InitArgs) -> Result<Exit, Failure> {
    let path = target(&args.path);
    if !args.stdout && !args.force && path.symlink_metadata().is_ok() {
        return Err(exists(&path));
    }
    let seen = seen(&path)?;
    let text = written(&seen);
    if args.stdout {
        return print(text.as_bytes());
    }
    write(&path, &text, args.force)?;
    print(told(&path, &seen).as_bytes())
}

/// The file: that of the usual name, where a folder is given.
fn target(path: &Path) -> PathBuf {
    match path.is_dir() {
        true if path == Path::new(".") => PathBuf::from(FILE_NAME),
        true => path.join(FILE_NAME),
        false => path.to_path_buf(),
    }
}

/// What a run without configuration sees of the file's folder.
fn seen(path: &Path) -> Result<Seen, Failure> {
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_path_buf(),
        _ => PathBuf::from("."),
    };
    let config = ConfigArgs {
        no_config: true,
        ..ConfigArgs::default()
    };
    let sources = SourceArgs {
        paths: vec![folder.clone()],
        ..SourceArgs::default()
    };
    let session = Session::new(&PolicyArgs::default(), &config, &OutputArgs::default())?;
    let options = session.lint_options(&sources, true)?;
    Ok(in_pool(0, || look(&folder, options))??)
}

fn write(path: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let mut how = OpenOptions::new();
    // Between the look and the write another one may have come.
    match force {
        true => how.write(true).create(true).truncate(true),
        false => how.write(true).create_new(true),
    };
    let written = how
        .open(path)
        .and_then(|mut f| f.write_all(text.as_bytes()));
    written.map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => exists(path),
        _ => Failure::CannotWrite {
            path: path.display().to_string(),
            source,
        },
    })
}

fn exists(path: &Path) -> Failure {
    Failure::Exists {
        path: path.display().to_string(),
    }
}

/// What was done, and what to do next.
fn told(path: &Path, seen: &Seen) -> String {
    let path = path.display().to_string();
    let found = match seen.policies.len() {
        0 => "no policy was found: say in it what the pages are sent with".to_owned(),
        1 => "1 policy was found".to_owned(),
        n => format!("{n} policies were found"),
    };
    format!(
        "wrote {}; {found}\nnext: connect-lint check\n",
        sanitize(&path)
    )
}
