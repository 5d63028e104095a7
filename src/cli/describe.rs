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
    clap_complete::generate(args.shell, &mut cli, &name, &mut out);
    let text = String::from_utf8_lossy(&out);
    print(with_one_name(&text, &name).as_bytes())
}

/// clap_complete writes a hyphen of the program's name in two ways into what bash compares, so
/// that nothing is completed after a subcommand (<https://github.com/clap-rs/clap/issues/6421>).
fn with_one_name(text: &str, name: &str) -> String {
    text.replace(&name.replace('-', "__subcmd__"), &name.replace('-', "__"))
}

/// Prints the main manual page, or writes all pages to a folder.
///
/// # Errors
/// When they cannot be written.
pub(super) fn man(args: &ManArgs) -> Result<Exit, Failure> {
    let mut cli = Cli::command().disable_help_subcommand(true);
    cli.build();
    match &args.out {
        None => print(page(&cli)?.as_bytes()),
        Some(folder) => {
            std::fs::create_dir_all(folder).map_err(|source| cannot_write(folder, source))?;
            pages(&cli, folder)?;
            Ok(Exit::Success)
        }
    }
}

/// Writes the page of a command and of those below it.
fn pages(command: &clap::Command, folder: &Path) -> Result<(), Failure> {
    for below in command.get_subcommands() {
        pages(below, folder)?;
    }
    let path = folder.join(format!("{}.1", page_name(command)));
    let text = page(command)?;
    std::fs::write(&path, text).map_err(|source| cannot_write(&path, source))
}

/// A built command knows its full name, with hyphens, as manual pages are called.
fn page_name(command: &clap::Command) -> &str {
    command.get_display_name().unwrap_or(command.get_name())
}

fn page(command: &clap::Command) -> Result<String, Failure> {
    let mut out = Vec::new();
    let drawn = Man::new(command.clone()).render(&mut out);
    drawn.map_err(Failure::Output)?;
    let text = String::from_utf8_lossy(&out);
    let lines = text.lines().map(|line| match line.starts_with(".TH ") {
        true => title(page_name(command)),
        false => line.to_owned(),
    });
    let text = lines.collect::<Vec<_>>().join("\n") + "\n";
    // Two breaks around an empty line are one too many: `mandoc -Tlint` says so.
    Ok(text.replace("\n.br\n\n.br\n", "\n\n"))
}

/// The title of a page. There is no date, so that the same sources make the same pages; the
/// renderer would leave the empty argument out.
fn title(name: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let name = name.replace('-', "\\-");
    format!(".TH {name} 1 \"\" \"connect\\-lint {version}\" \"connect\\-lint\"")
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
