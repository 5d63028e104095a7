//! `connect-lint config schema`, `completions` and `man`: what connect-lint says of itself.

use super::args::{Cli, CompletionsArgs, ConfigCommand, ConfigCommandArgs, ManArgs};
use super::exit::Exit;
use super::failure::Failure;
use super::output::tolerate_broken_pipe;
use crate::config::json_schema;
use clap::CommandFactory;
use clap_mangen::Man;
use std::io::{self, Write};
use std::path::Path;

/// Tells of the configuration file.
///
/// # Errors
/// When it cannot be written.
pub(super) fn config(args: &ConfigCommandArgs) -> Result<Exit, Failure> {
    match args.command {
        ConfigCommand::Schema => print(&pretty(&json_schema())),
    }
}

/// Prints completions for a shell.
///
/// # Errors
/// When they cannot be written.
pub(super) fn completions(args: &CompletionsArgs) -> Result<Exit, Failure> {
    let mut cli = Cli::command();
    let name = cli.get_name().to_owned();
    let mut out = Vec::new();
    clap_complete::generate(args.shell, &mut cli, name, &mut out);
    print(&out)
}

/// Prints the main manual page, or writes all pages to a folder.
///
/// # Errors
/// When they cannot be written.
pub(super) fn man(args: &ManArgs) -> Result<Exit, Failure> {
    let mut cli = Cli::command();
    cli.build();
    match &args.out {
        None => print(&page(cli)?),
        Some(folder) => {
            std::fs::create_dir_all(folder).map_err(|source| cannot_write(folder, source))?;
            pages(cli, folder)?;
            Ok(Exit::Success)
        }
    }
}

/// Writes the page of a command and of those below it. A built command knows its full name, with
/// hyphens, as manual pages are called.
fn pages(command: clap::Command, folder: &Path) -> Result<(), Failure> {
    for below in command.get_subcommands().filter(|c| !is_help(c)) {
        pages(below.clone(), folder)?;
    }
    let name = command.get_display_name().unwrap_or(command.get_name());
    let path = folder.join(format!("{name}.1"));
    let text = page(command)?;
    std::fs::write(&path, text).map_err(|source| cannot_write(&path, source))
}

fn is_help(command: &clap::Command) -> bool {
    command.get_name() == "help"
}

fn page(command: clap::Command) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    let drawn = Man::new(command).render(&mut out);
    drawn.map_err(Failure::Output)?;
    Ok(out)
}

/// A JSON document for people and programs.
pub(super) fn pretty(value: &serde_json::Value) -> Vec<u8> {
    let mut text = format!("{value:#}");
    text.push('\n');
    text.into_bytes()
}

/// Prints to standard output.
pub(super) fn print(bytes: &[u8]) -> Result<Exit, Failure> {
    let mut out = io::stdout().lock();
    let written = out.write_all(bytes).and_then(|()| out.flush());
    tolerate_broken_pipe(written).map_err(Failure::Output)?;
    Ok(Exit::Success)
}

fn cannot_write(path: &Path, source: io::Error) -> Failure {
    Failure::CannotWrite {
        path: path.display().to_string(),
        source,
    }
}
