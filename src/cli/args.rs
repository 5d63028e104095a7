//! Every command and flag, defined once: parsing, short and long help come from here.
//!
//! Settings that `connect-lint.toml` can hold too are `Option`s: `None` means that the command
//! line says nothing.

mod tools;

pub use tools::{
    CompletionsArgs, ConfigCommand, ConfigCommandArgs, ExplainArgs, InitArgs, ListFormat, ManArgs,
};

use super::levels::LevelArgs;
use crate::report::{FORMATS, Format};
use crate::sink::{Api, SINKS};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

// Help texts are plain text: angle brackets are no HTML.
#[allow(rustdoc::invalid_html_tags)]
/// Tells before you ship which network calls your Content-Security-Policy will block
///
/// connect-lint reads HTML, JavaScript and TypeScript, finds every place that connects somewhere
/// (fetch, XMLHttpRequest, WebSocket, EventSource, sendBeacon, <a ping> and more), and judges the
/// URLs by the connect-src directive of your policies, as browsers do.
#[derive(Debug, Clone, PartialEq, Eq, Parser)]
#[command(
    name = "connect-lint",
    version,
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = "Run 'connect-lint <COMMAND> --help' for the flags of a command, with examples.",
    after_long_help = GENERAL_AFTER_HELP
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const POLICY_EXAMPLES: &str = "\
Examples:
  connect-lint policy
  connect-lint policy --policy-from deploy/nginx.conf site/";

const SUGGEST_EXAMPLES: &str = "\
Examples:
  connect-lint suggest
  connect-lint suggest --granularity path --page-url https://example.com/ dist/
  connect-lint suggest --format json | jq -r '.suggestions[].header'";

const GENERAL_AFTER_HELP: &str = "\
Examples:
  connect-lint check --policy \"connect-src 'self' https://api.example.com\"
  connect-lint endpoints src/
  connect-lint match --policy \"connect-src 'self'\" --page-url https://example.com/ /api

Exit codes:
  0  nothing to complain about
  1  findings (see --fail-on)
  2  the run could not be done: wrong flags, no policy, unreadable configuration

Run 'connect-lint <COMMAND> --help' for the flags of a command.";

/// A command.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Judge every endpoint by the policies
    ///
    /// Finds the endpoints of all sources under the given paths and says of each whether the
    /// policies block it, with the reason and what would fix it.
    #[command(after_help = CHECK_EXAMPLES, after_long_help = CHECK_AFTER_HELP)]
    Check(CheckArgs),
    /// List every endpoint; needs no policy
    ///
    /// The inventory: each place that connects somewhere, by which API, to which URL, and how
    /// much of the URL is known. With --verbose also how it was found. Then the clients that were
    /// not seen through, with the lines of configuration that declare them.
    #[command(after_help = ENDPOINTS_EXAMPLES, after_long_help = ENDPOINTS_AFTER_HELP)]
    Endpoints(EndpointsArgs),
    /// Would this URL pass?
    ///
    /// Judges URLs given on the command line, without reading any source.
    #[command(after_help = MATCH_EXAMPLES, after_long_help = MATCH_AFTER_HELP)]
    Match(MatchArgs),
    /// Show which policy applies to which pages and scripts, and where each was found
    ///
    /// Policies are read from <meta>, from the files of hosting services, servers and frameworks,
    /// or given. With --verbose every file is named.
    #[command(after_help = POLICY_EXAMPLES)]
    Policy(PolicyMapArgs),
    /// Serve an editor: the Language Server Protocol on standard input and output
    ///
    /// Editors start it. Findings come as one types; the settings are those of the project's
    /// connect-lint.toml, and of the editor.
    Lsp(LspArgs),
    /// Print the smallest connect-src that lets all known endpoints through
    ///
    /// For each policy: the directive, its sources as a JSON array, and how its file would change.
    /// Endpoints of which the origin is not known are listed: no source is guessed for them.
    /// Without any policy it prints the directive to begin with.
    #[command(after_help = SUGGEST_EXAMPLES)]
    Suggest(SuggestArgs),
    /// Say what a code of a finding means, why it matters and how to fix it
    ///
    /// Without a code it lists all of them.
    #[command(after_help = tools::EXPLAIN_EXAMPLES)]
    Explain(ExplainArgs),
    /// Write a first connect-lint.toml, with what is found in the project
    ///
    /// It looks for policies, build tools, folders that tools build into, and clients of the
    /// house. What it suggests stands in comments, so that `connect-lint check` says the same with
    /// the file as without it.
    #[command(after_help = tools::INIT_EXAMPLES)]
    Init(InitArgs),
    /// Tell of the configuration file
    #[command(after_help = tools::CONFIG_EXAMPLES)]
    Config(ConfigCommandArgs),
    /// Print completions for a shell
    #[command(after_help = tools::COMPLETIONS_HELP)]
    Completions(CompletionsArgs),
    /// Print the manual page
    #[command(after_help = tools::MAN_EXAMPLES)]
    Man(ManArgs),
}

const CHECK_EXAMPLES: &str = "\
Examples:
  connect-lint check --policy \"connect-src 'self' https://api.example.com\"
  connect-lint check dist/ --policy-file headers.txt --page-url https://example.com/
  connect-lint check --define process.env.API_URL=https://api.example.com --format json
  connect-lint check --fix --diff";

const CHECK_AFTER_HELP: &str = "\
Examples:
  connect-lint check --policy \"connect-src 'self' https://api.example.com\"
  connect-lint check dist/ --policy-file headers.txt --page-url https://example.com/
  connect-lint check --define process.env.API_URL=https://api.example.com --format json
  connect-lint check --fix --diff

Exit codes:
  0  no endpoint fails (see --fail-on)
  1  at least one endpoint fails
  2  the run could not be done: wrong flags, no policy, unreadable configuration";

const ENDPOINTS_EXAMPLES: &str = "\
Examples:
  connect-lint endpoints
  connect-lint endpoints src/ --verbose
  connect-lint endpoints --format json | jq -r '.endpoints[].pattern' | sort -u";

const ENDPOINTS_AFTER_HELP: &str = "\
Examples:
  connect-lint endpoints
  connect-lint endpoints src/ --verbose
  connect-lint endpoints --format json | jq -r '.endpoints[].pattern' | sort -u

Exit codes:
  0  the list is complete as far as the sources can be read
  2  the run could not be done: wrong flags, unreadable configuration";

const MATCH_EXAMPLES: &str = "\
Examples:
  connect-lint match --policy \"connect-src 'self'\" --page-url https://example.com/ /api
  connect-lint match --policy 'connect-src wss:' --api websocket https://live.example.com/";

const MATCH_AFTER_HELP: &str = "\
Examples:
  connect-lint match --policy \"connect-src 'self'\" --page-url https://example.com/ /api
  connect-lint match --policy 'connect-src wss:' --api websocket https://live.example.com/

Exit codes:
  0  no URL fails (see --fail-on)
  1  at least one URL fails
  2  the run could not be done: wrong flags, no policy";

/// The arguments of `check`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct CheckArgs {
    /// Lint again whenever a file changes, until interrupted
    ///
    /// Sources, policies, .env files and the configuration count. A terminal is cleared before each
    /// report.
    #[arg(long, conflicts_with_all = ["fix", "diff", "unused", "write_baseline", "stdin"])]
    pub watch: bool,
    /// Where the sources are.
    #[command(flatten)]
    pub sources: SourceArgs,
    /// A text that is not saved.
    #[command(flatten)]
    pub stdin: StdinArgs,
    /// How policies are changed.
    #[command(flatten)]
    pub fix: FixArgs,
    /// What is told of what is found.
    #[command(flatten)]
    pub findings: FindingArgs,
    /// What to judge by.
    #[command(flatten)]
    pub policies: PolicyArgs,
    /// The configuration file.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Which reports to write besides.
    #[command(flatten)]
    pub reports: ReportArgs,
}

/// A text that is not saved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Sources")]
pub struct StdinArgs {
    /// Read the text of one file from standard input, and tell of this file only
    ///
    /// For editors. The other files are read as they are on disk; a file that is excluded or
    /// ignored has no findings.
    #[arg(
        long,
        requires = "stdin_filename",
        conflicts_with_all = ["fix", "diff", "unused", "write_baseline", "changed_since", "only", "watch"]
    )]
    pub stdin: bool,
    /// The file whose text comes from standard input; it need not exist
    #[arg(long, value_name = "FILE", requires = "stdin")]
    pub stdin_filename: Option<PathBuf>,
}

/// How policies are changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Changing policies")]
#[command(group = clap::ArgGroup::new("changes").multiple(true))]
pub struct FixArgs {
    /// Add the narrowest sources for what is blocked to the policies, in their files
    ///
    /// Only where the origin of a blocked URL is known, and the policy's text is literal. A file is
    /// written if a run over the edited text finds the same policies with these sources and
    /// nothing new; the report is of what remains. What comments keep silent, or levels turn off,
    /// is left as it is. Policies are repaired for all files, whatever --only and --changed-since
    /// say.
    #[arg(long, group = "changes")]
    pub fix: bool,
    /// Also take away sources that no endpoint uses, for certain; with --fix or --diff
    #[arg(long, requires = "changes")]
    pub unused: bool,
    /// Print what --fix would change as a unified diff, and write nothing
    ///
    /// It shows the same changes with and without --fix. The exit code is that of the files as they
    /// are.
    #[arg(long, group = "changes")]
    pub diff: bool,
}

/// What is told of what is found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Findings")]
pub struct FindingArgs {
    /// How bad codes are.
    #[command(flatten)]
    pub levels: LevelArgs,
    /// Fail the run if there are more warnings
    #[arg(long, value_name = "N")]
    pub max_warnings: Option<usize>,
    /// Do not tell the findings that this file names
    ///
    /// It names them by file, code and URL, without lines, so that they stay silent when the code
    /// around them changes. Findings that are not in it are told.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write all findings to the baseline [default: connect-lint-baseline.json], and end with 0
    ///
    /// What it names of files that are not linted by this run stays.
    #[arg(long, conflicts_with_all = ["fix", "diff", "unused", "changed_since", "only", "output", "statistics"])]
    pub write_baseline: bool,
    /// Print how many findings there are of each code in place of the findings
    ///
    /// With --format json and jsonl the counts are there besides; the other formats have none.
    #[arg(long)]
    pub statistics: bool,
    /// Tell only findings that changes since a commit, branch or tag may have caused
    ///
    /// Those at lines that changed since the last commit in common, at calls that lead to changed
    /// lines, and those judged by a policy whose file changed. What is not committed counts, new
    /// files too; all files are still read. It asks git.
    #[arg(long, value_name = "COMMIT")]
    pub changed_since: Option<String>,
    /// Tell only of these files; all of the project is judged as it is without
    ///
    /// For git hooks, which add the files of a commit to a command; a folder is all that is in it.
    /// Policies, pages and imports of other files count, what is excluded stays so, and files that
    /// are not there are left out.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub only: Vec<PathBuf>,
}

/// The arguments of `endpoints`. They are those of `check`, so that one command line and one
/// configuration serve both.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct EndpointsArgs {
    /// Where the sources are.
    #[command(flatten)]
    pub sources: SourceArgs,
    /// What to judge by, if anything.
    #[command(flatten)]
    pub policies: PolicyArgs,
    /// The configuration file.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Which reports to write besides.
    #[command(flatten)]
    pub reports: ReportArgs,
}

/// The arguments of `policy`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct PolicyMapArgs {
    /// Where the sources are.
    #[command(flatten)]
    pub sources: SourceArgs,
    /// The policies that are given.
    #[command(flatten)]
    pub policies: PolicyArgs,
    /// The configuration file.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The arguments of `lsp`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct LspArgs {
    /// Talk over standard input and output, as it does anyway: editors pass it
    #[arg(long)]
    pub stdio: bool,
    /// The editor's process, which editors pass too
    #[arg(long, value_name = "PID", hide = true)]
    pub client_process_id: Option<u32>,
}

/// The arguments of `suggest`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct SuggestArgs {
    /// Where the sources are.
    #[command(flatten)]
    pub sources: SourceArgs,
    /// How narrow the sources are
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    pub granularity: Narrowness,
    /// The policies that are given.
    #[command(flatten)]
    pub policies: PolicyArgs,
    /// The configuration file.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// How narrow suggested sources are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Narrowness {
    /// Scheme, host and port
    #[default]
    Origin,
    /// Also the path, as far as it is known
    Path,
    /// A wildcard where several sub-domains of one domain are needed
    HostWildcard,
}

/// The arguments of `match`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct MatchArgs {
    /// URLs as a program would pass them; relative ones resolve against --page-url
    #[arg(value_name = "URL", required = true)]
    pub urls: Vec<String>,
    /// The API that is given the URL [default: fetch]
    ///
    /// APIs differ in what they make of a URL: WebSocket turns https: into wss:, sendBeacon takes
    /// http: and https: only, WebTransport no relative URL. Upper and lower case are the same.
    #[arg(long, value_name = "API", value_parser = api_parser(), ignore_case = true)]
    pub api: Option<Api>,
    /// What to judge by.
    #[command(flatten)]
    pub policies: PolicyArgs,
    /// The configuration file.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Where the sources are and how they are read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Sources")]
pub struct SourceArgs {
    /// Files and folders to lint; a file named here is linted whatever its extension
    #[arg(value_name = "PATH", default_value = ".", help_heading = None::<&str>)]
    pub paths: Vec<PathBuf>,
    /// Leave out files that match the glob (repeatable)
    ///
    /// The glob is matched like a line of .gitignore: '*.min.js', 'vendor/', '/src/legacy/**'.
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Also read what .gitignore, .ignore and .connect-lintignore leave out
    #[arg(long)]
    pub no_ignore: bool,
    /// The text of a build-time constant (repeatable)
    ///
    /// The name is the whole expression: process.env.API_URL, import.meta.env.VITE_API, __API__.
    /// Everything after the first '=' is the text.
    #[arg(long, value_name = "NAME=TEXT", value_parser = parse_define)]
    pub define: Vec<Define>,
    /// Do not read .env files
    ///
    /// Otherwise the .env files of each project define what its tool shows to browser code:
    /// import.meta.env.VITE_X with Vite, process.env.NEXT_PUBLIC_X with Next.js, and so on. A
    /// project is the nearest folder above a file with the configuration of a tool or .env files.
    #[arg(long)]
    pub no_env_files: bool,
    /// Do not read the constants of build tools' configurations
    ///
    /// Otherwise `define` of vite.config.*, DefinePlugin and EnvironmentPlugin of webpack and
    /// Rspack, and `env` of next.config.* count where they are literal, before .env files. The
    /// configurations are read, never run.
    #[arg(long)]
    pub no_build_config: bool,
    /// The build mode: which .env files count, and import.meta.env.MODE [default: production]
    ///
    /// NODE_ENV is the same for development and test, else production. In production an arm like
    /// `if (import.meta.env.DEV)` is not judged.
    #[arg(long, value_name = "MODE")]
    pub mode: Option<String>,
    /// How many threads to use [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

/// What to judge by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Policies")]
pub struct PolicyArgs {
    /// A Content-Security-Policy header's value (repeatable: each further policy also applies)
    ///
    /// With or without the header's name in front. A value may hold several policies, separated
    /// by commas, as in the header.
    #[arg(long, value_name = "HEADER VALUE")]
    pub policy: Vec<String>,
    /// A file with a header's value, or with header lines (repeatable)
    #[arg(long, value_name = "FILE")]
    pub policy_file: Vec<PathBuf>,
    /// A file of a service, server or framework to read the policy from (repeatable)
    ///
    /// Such as netlify.toml, nginx.conf, next.config.js or a script that sets the header. Its
    /// policies take the place of those that are found in the project.
    #[arg(long, value_name = "FILE")]
    pub policy_from: Vec<PathBuf>,
    /// Do not look for policies in the files of the project
    ///
    /// Otherwise, where no policy is given, those in the files of hosting services, servers and
    /// frameworks under the given paths count. Policies in <meta> always do.
    #[arg(long)]
    pub no_discover: bool,
    /// A Content-Security-Policy-Report-Only header's value (repeatable)
    #[arg(long, value_name = "HEADER VALUE")]
    pub report_only_policy: Vec<String>,
    /// The URL of the page [default: an unnamed https origin]
    ///
    /// It is what 'self' and relative URLs mean. Without it, relative URLs are taken as
    /// same-origin and the page as https.
    #[arg(long, value_name = "URL")]
    pub page_url: Option<String>,
    /// Judge by the text of the specification where browsers differ from it
    #[arg(long)]
    pub spec: bool,
    /// From which verdict on the exit code is 1 [default: blocked]
    #[arg(long, value_name = "VERDICT", value_enum)]
    pub fail_on: Option<FailOn>,
}

/// The configuration file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Configuration")]
pub struct ConfigArgs {
    /// Read this file, not the nearest connect-lint.toml
    ///
    /// Otherwise connect-lint.toml is looked for in the working directory and upward.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long)]
    pub no_config: bool,
}

/// How to report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// How to write the report [default: text]
    ///
    /// `check` has all formats; `endpoints` those that hold more than findings: text, json, jsonl,
    /// markdown and html; the other commands text and json.
    #[arg(long, value_name = "FORMAT", value_parser = format_parser())]
    pub format: Option<Format>,
    /// Whether to use colours [default: auto]
    ///
    /// 'auto' obeys NO_COLOR and CLICOLOR_FORCE, and else colours what goes to a terminal.
    #[arg(long, value_name = "WHEN", value_enum)]
    pub color: Option<ColorChoice>,
    /// Print errors only, no warnings and no summary
    #[arg(long, short = 'q', conflicts_with = "verbose")]
    pub quiet: bool,
    /// Also list what needs no action: allowed and unknown endpoints, skipped files, trails
    #[arg(long, short = 'v')]
    pub verbose: bool,
}

/// Which reports to write to files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Output")]
pub struct ReportArgs {
    /// Also write the report to a file, in any format (repeatable)
    ///
    /// The formats are those of --format. A file is replaced as a whole, once the run is done,
    /// whatever was found; '-' is standard output, in place of the text.
    #[arg(long, value_name = "FORMAT=FILE", value_parser = parse_output)]
    pub output: Vec<OutputFile>,
}

/// A report and the file that it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    /// How it is written.
    pub format: Format,
    /// Where to; `-` is standard output.
    pub path: PathBuf,
}

/// A build-time constant and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Define {
    /// `process.env.API_URL`.
    pub name: String,
    /// `https://api.example.com`.
    pub text: String,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ColorChoice {
    /// If the output goes to a terminal and the environment does not say otherwise
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The mildest verdict that makes a run fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum FailOn {
    /// Every URL it can be is blocked
    #[default]
    Blocked,
    /// Blocked, or it depends on a part of the URL that is not known
    Depends,
    /// Blocked, depends, or nothing is known of the URL
    Unknown,
    /// Findings never fail the run
    Never,
}

/// A definition `NAME=TEXT`, split at the first `=`.
fn parse_define(argument: &str) -> Result<Define, DefineError> {
    let (name, text) = argument.split_once('=').ok_or(DefineError::NoText)?;
    if name.trim().is_empty() {
        return Err(DefineError::NoName);
    }
    Ok(Define {
        name: name.trim().to_owned(),
        text: text.to_owned(),
    })
}

/// Why a `--define` is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum DefineError {
    #[error("expected NAME=TEXT, for example process.env.API_URL=https://api.example.com")]
    NoText,
    #[error("there is no name before '='")]
    NoName,
}

/// An output `FORMAT=FILE`, split at the first `=`.
pub(super) fn parse_output(argument: &str) -> Result<OutputFile, OutputError> {
    let (name, path) = argument.split_once('=').ok_or(OutputError::NoFile)?;
    let format = Format::from_name(name).ok_or_else(|| OutputError::NoFormat {
        name: name.to_owned(),
    })?;
    match path {
        "" => Err(OutputError::NoFile),
        path => Ok(OutputFile {
            format,
            path: path.into(),
        }),
    }
}

/// Why an `--output` is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum OutputError {
    #[error("expected FORMAT=FILE, for example sarif=connect-lint.sarif")]
    NoFile,
    #[error("`{name}` is no format; the formats are {}", Format::names())]
    NoFormat { name: String },
}

fn format_parser() -> impl TypedValueParser<Value = Format> {
    let values = FORMATS
        .iter()
        .map(|row| PossibleValue::new(row.name).help(row.about));
    // A name of the table has a row.
    PossibleValuesParser::new(values).map(|name| Format::from_name(&name).unwrap_or_default())
}

/// Short names that people type, besides those of the table of sinks.
const API_ALIASES: &[(&str, Api)] = &[
    ("xhr", Api::XmlHttpRequest),
    ("XMLHttpRequest", Api::XmlHttpRequest),
    ("sendBeacon", Api::SendBeacon),
    ("beacon", Api::SendBeacon),
    ("ping", Api::APing),
    ("preload", Api::LinkPreload),
    ("modulepreload", Api::LinkModulePreload),
];

fn api_parser() -> impl TypedValueParser<Value = Api> {
    let values = SINKS.iter().map(|sink| {
        let aliases = API_ALIASES.iter().filter(|(_, api)| *api == sink.api);
        PossibleValue::new(sink.name).aliases(aliases.map(|(alias, _)| *alias))
    });
    PossibleValuesParser::new(values)
        .try_map(|name| api_by_name(&name).ok_or_else(|| format!("no API is called {name}")))
}

/// The API of a name or alias, whatever its case.
fn api_by_name(name: &str) -> Option<Api> {
    let rows = SINKS.iter().map(|sink| (sink.name, sink.api));
    rows.chain(API_ALIASES.iter().copied())
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, api)| api)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use clap::CommandFactory;
    use clap::error::ErrorKind;

    fn parse(arguments: &[&str]) -> Result<Command, clap::Error> {
        let all = std::iter::once("connect-lint").chain(arguments.iter().copied());
        Cli::try_parse_from(all).map(|cli| cli.command)
    }

    fn check(arguments: &[&str]) -> CheckArgs {
        match parse(&[&["check"], arguments].concat()).unwrap() {
            Command::Check(args) => args,
            other => panic!("{other:?}"),
        }
    }

    fn error(arguments: &[&str]) -> (ErrorKind, i32) {
        let error = parse(arguments).unwrap_err();
        (error.kind(), error.exit_code())
    }

    #[test]
    fn the_definitions_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn check_lints_the_working_directory_by_default() {
        let args = check(&[]);
        assert_eq!(args.sources.paths, [PathBuf::from(".")]);
        assert_eq!(args.output.format, None);
        assert_eq!(args.policies.fail_on, None);
        assert_eq!(
            (Format::default(), FailOn::default()),
            (Format::Text, FailOn::Blocked)
        );
    }

    #[test]
    fn every_common_flag_is_taken() {
        let line = "--policy A --policy B --policy-file f --report-only-policy C --page-url U \
            --define K=V --format json --config c.toml --exclude *.min.js --no-ignore \
            --threads 4 --fail-on unknown --quiet --color never --spec --mode staging \
            --no-env-files --no-build-config a b";
        let words: Vec<_> = line.split_whitespace().collect();
        let args = check(&words);
        assert_eq!(args.policies.policy, ["A", "B"]);
        assert_eq!(args.policies.policy_file, [PathBuf::from("f")]);
        assert_eq!(args.policies.report_only_policy, ["C"]);
        assert_eq!(args.policies.page_url.as_deref(), Some("U"));
        assert_eq!(args.policies.fail_on, Some(FailOn::Unknown));
        assert!(args.policies.spec);
        assert_eq!(args.output.format, Some(Format::Json));
        assert_eq!(args.output.color, Some(ColorChoice::Never));
        assert!(args.output.quiet && !args.output.verbose);
        assert_eq!(args.sources.paths, [PathBuf::from("a"), PathBuf::from("b")]);
        assert_eq!(args.sources.exclude, ["*.min.js"]);
        assert_eq!(args.sources.threads, Some(4));
        assert_eq!(args.sources.mode.as_deref(), Some("staging"));
        assert!(args.sources.no_ignore);
        assert!(args.sources.no_env_files && args.sources.no_build_config);
        assert_eq!(args.config.config, Some(PathBuf::from("c.toml")));
        assert!(matches!(
            parse(&[&["endpoints"], words.as_slice()].concat()),
            Ok(Command::Endpoints(_))
        ));
    }

    #[test]
    fn a_definition_is_split_at_the_first_equals_sign() {
        let define = |name: &str, text: &str| Define {
            name: name.into(),
            text: text.into(),
        };
        let args = check(&["--define", "A=https://x.test/?q=1", "--define", "B="]);
        assert_eq!(
            args.sources.define,
            [define("A", "https://x.test/?q=1"), define("B", "")]
        );
        assert_eq!(
            error(&["check", "--define", "A"]),
            (ErrorKind::ValueValidation, 2)
        );
        assert_eq!(
            error(&["check", "--define", "=x"]),
            (ErrorKind::ValueValidation, 2)
        );
    }

    #[test]
    fn wrong_usage_exits_with_2() {
        assert_eq!(error(&[]).1, 2);
        assert_eq!(
            error(&["check", "--polcy", "x"]),
            (ErrorKind::UnknownArgument, 2)
        );
        assert_eq!(error(&["chekc"]).1, 2);
        assert_eq!(error(&["match", "--policy", "x"]).1, 2);
        assert_eq!(error(&["check", "--threads", "0"]).1, 2);
        assert_eq!(
            error(&["check", "--format", "xml"]),
            (ErrorKind::InvalidValue, 2)
        );
    }

    #[test]
    fn contradictions_are_refused() {
        let conflict = (ErrorKind::ArgumentConflict, 2);
        assert_eq!(error(&["check", "--config", "c", "--no-config"]), conflict);
        assert_eq!(error(&["check", "--quiet", "--verbose"]), conflict);
        let missing = (ErrorKind::MissingRequiredArgument, 2);
        assert_eq!(error(&["check", "--unused"]), missing);
        let args = check(&["--fix", "--diff", "--unused"]);
        assert!(args.fix.fix && args.fix.diff && args.fix.unused);
        assert_eq!(error(&["endpoints", "-q", "-v"]), conflict);
    }

    #[test]
    fn help_and_version_exit_with_0() {
        assert_eq!(error(&["--help"]).1, 0);
        assert_eq!(error(&["--version"]), (ErrorKind::DisplayVersion, 0));
    }

    #[test]
    fn an_api_is_found_by_any_of_its_names() {
        let api = |name: &str| match parse(&["match", "--api", name, "/x"]) {
            Ok(Command::Match(args)) => args.api,
            _ => None,
        };
        assert_eq!(api("websocket"), Some(Api::WebSocket));
        assert_eq!(api("XHR"), Some(Api::XmlHttpRequest));
        assert_eq!(api("ping"), Some(Api::APing));
        assert_eq!(api("gopher"), None);
        for sink in SINKS {
            assert_eq!(
                api(&sink.name.to_lowercase()),
                Some(sink.api),
                "{}",
                sink.name
            );
        }
    }

    #[test]
    fn every_flag_has_help() {
        for command in Cli::command().get_subcommands() {
            for arg in command.get_arguments() {
                assert!(
                    arg.get_help().is_some(),
                    "{} {}",
                    command.get_name(),
                    arg.get_id()
                );
            }
        }
    }
}
