//! The commands besides the lint itself: they explain, set up and describe connect-lint.

use super::ColorChoice;
use clap::{Args, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;

pub(super) const EXPLAIN_EXAMPLES: &str = "\
Examples:
  connect-lint explain
  connect-lint explain websocket-scheme
  connect-lint explain --format json | jq -r '.[].name'";

pub(super) const INIT_EXAMPLES: &str = "\
Examples:
  connect-lint init
  connect-lint init --stdout | less
  connect-lint init apps/shop";

pub(super) const CONFIG_EXAMPLES: &str = "\
Examples:
  connect-lint config schema > connect-lint.schema.json";

pub(super) const COMPLETIONS_HELP: &str = "\
Where shells look for what is printed:
  bash        ~/.local/share/bash-completion/completions/connect-lint
  zsh         _connect-lint in a folder of $fpath
  fish        ~/.config/fish/completions/connect-lint.fish
  elvish      a line of ~/.config/elvish/rc.elv: eval (connect-lint completions elvish | slurp)
  powershell  a line of $PROFILE:
              connect-lint completions powershell | Out-String | Invoke-Expression

Examples:
  connect-lint completions bash > ~/.local/share/bash-completion/completions/connect-lint";

pub(super) const MAN_EXAMPLES: &str = "\
Examples:
  connect-lint man | man -l -
  connect-lint man --out ~/.local/share/man/man1";

/// The arguments of `explain`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ExplainArgs {
    /// The code, as reports write it in brackets; all of them are listed where it is left out
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
    /// How to write it
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub format: ListFormat,
    /// Whether to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    pub color: ColorChoice,
}

/// How lists are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ListFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// The arguments of `init`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct InitArgs {
    /// The file to write, or the folder to write connect-lint.toml to
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// Write over a file that is there already
    #[arg(long)]
    pub force: bool,
    /// Print the text, and write nothing
    #[arg(long, conflicts_with = "force")]
    pub stdout: bool,
}

/// The arguments of `config`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ConfigCommandArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// What `config` does.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum ConfigCommand {
    /// Print the JSON Schema of connect-lint.toml
    ///
    /// Editors complete and check the file by it: those that use taplo read the line
    /// `#:schema` that `connect-lint init` writes.
    Schema,
}

/// The arguments of `completions`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

/// The arguments of `man`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ManArgs {
    /// Write the pages of all commands to this folder [default: print the main page]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
