//! The command line: definitions, terminal habits, one file per command. No logic of the lint
//! itself.

pub mod args;
mod baseline;
mod check;
pub mod color;
pub mod exit;
mod failure;
mod fix;
pub mod levels;
mod match_;
mod output;
mod policy;
mod settings;
mod suggest;

use args::{Cli, Command};
use clap::Parser;
use exit::Exit;
pub use failure::Failure;
use std::process::ExitCode;

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let ended = match &cli.command {
        Command::Check(args) => check::check(args),
        Command::Endpoints(args) => check::endpoints(args),
        Command::Match(args) => match_::run(args),
        Command::Policy(args) => policy::run(args),
        Command::Suggest(args) => suggest::run(args),
    };
    let exit = ended.unwrap_or_else(|failure| {
        failure.tell();
        Exit::Failure
    });
    exit.into()
}
