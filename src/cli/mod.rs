//! The command line: definitions, terminal habits, one file per command. No logic of the lint
//! itself.

pub mod args;
mod baseline;
pub(crate) mod check;
pub mod color;
mod describe;
pub mod exit;
mod explain;
mod failure;
mod fix;
mod init;
pub mod levels;
mod lsp;
mod match_;
mod output;
mod policy;
mod progress;
mod reports;
pub(crate) mod settings;
mod stdin;
mod suggest;
mod watch;

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
        Command::Lsp(_) => return lsp::run(),
        Command::Suggest(args) => suggest::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Init(args) => init::run(args),
        Command::Config(args) => describe::config(args),
        Command::Completions(args) => describe::completions(args),
        Command::Man(args) => describe::man(args),
    };
    let exit = ended.unwrap_or_else(|failure| {
        failure.tell();
        Exit::Failure
    });
    exit.into()
}
