//! Workflow commands that annotate code in GitHub Actions
//! (<https://docs.github.com/actions/reference/workflow-commands-for-github-actions>), read by the
//! runner's `ActionCommand`.

use super::options::ReportOptions;
use super::paths::Names;
use super::sanitize::sanitize_lines;
use super::shown::{Shown, shown, worst_first};
use super::text::counted;
use super::{Reporter, Sources};
use crate::results::{Results, Severity};
use std::io::{self, Write};

/// How many annotations of each kind GitHub shows for a step
/// (<https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations>).
const SHOWN: usize = 10;

/// The reporter of workflow commands.
#[derive(Debug, Clone)]
pub struct GitHub {
    options: ReportOptions,
}

impl GitHub {
    /// A reporter of what these options want.
    pub fn new(options: ReportOptions) -> Self {
        GitHub { options }
    }
}

impl Reporter for GitHub {
    fn write(&self, results: &Results, _: &dyn Sources, out: &mut dyn Write) -> io::Result<()> {
        let mut out = io::BufWriter::new(out);
        let names = Names::in_checkout(&self.options.surroundings);
        let all = worst_first(shown(results, &self.options));
        for shown in &all {
            write_command(shown, &names, &mut out)?;
        }
        write_rest(&all, &mut out)?;
        out.flush()
    }
}

fn write_command(shown: &Shown<'_>, names: &Names, out: &mut dyn Write) -> io::Result<()> {
    let diagnostic = shown.diagnostic;
    let (command, _) = kind(diagnostic.severity);
    let file = names.of(shown.file);
    let (line, column) = (shown.line, shown.column);
    write!(out, "::{command} file={},line={line}", property(&file))?;
    match shown.end {
        // Annotations have columns on one line only (REST API, "check runs").
        Some((end, _)) if end != line => write!(out, ",endLine={end}")?,
        Some((end, end_column)) => {
            write!(out, ",endLine={end},col={column},endColumn={end_column}")?;
        }
        None => write!(out, ",col={column}")?,
    }
    let title = property(&format!("connect-lint: {}", diagnostic.code)).into_owned();
    // The log shows the message only.
    let mut message = format!("{file}:{line}:{column}: {}", diagnostic.message);
    if let Some(help) = &diagnostic.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    writeln!(out, ",title={title}::{}", data(&message))
}

/// Says what of the above GitHub shows in the log only.
fn write_rest(all: &[Shown<'_>], out: &mut dyn Write) -> io::Result<()> {
    let kinds = [Severity::Error, Severity::Warning, Severity::Info].map(|severity| {
        let of_it = all.iter().filter(|s| s.diagnostic.severity == severity);
        (of_it.count().saturating_sub(SHOWN), kind(severity).1)
    });
    let more = kinds.iter().filter(|(count, _)| *count > 0);
    let more: Vec<_> = more.map(|(count, name)| counted(*count, name)).collect();
    if more.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "connect-lint: GitHub shows {SHOWN} annotations of each kind for a step; {} more only in the log above",
        more.join(" and ")
    )
}

/// The command, and how findings of its kind are called.
fn kind(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Error => ("error", "error"),
        Severity::Warning => ("warning", "warning"),
        Severity::Info => ("notice", "notice"),
    }
}

/// Text as the value of a property.
fn property(text: &str) -> std::borrow::Cow<'_, str> {
    data(text).replace(':', "%3A").replace(',', "%2C").into()
}

/// Text as the message of a command. Other control characters than line feeds are shown.
fn data(text: &str) -> String {
    let text = text.replace('\r', "");
    sanitize_lines(&text)
        .replace('%', "%25")
        .replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::super::samples::{Files, findings, plain, results, written};
    use super::*;

    fn github(results: &Results) -> String {
        let mut options = ReportOptions::default();
        options.text.verbose = true;
        written(&GitHub::new(options), results, &Files::default())
    }

    struct Command<'a> {
        name: &'a str,
        properties: Vec<(&'a str, String)>,
        message: String,
    }

    impl Command<'_> {
        fn property(&self, name: &str) -> Option<&str> {
            let mut all = self.properties.iter();
            all.find(|(n, _)| *n == name).map(|(_, v)| v.as_str())
        }
    }

    /// A command as the runner reads it (`ActionCommand.TryParseV2` of actions/runner).
    fn parsed(line: &str) -> Option<Command<'_>> {
        let line = line.trim_start().strip_prefix("::")?;
        let (info, data) = line.split_once("::")?;
        let (name, properties) = info.split_once(' ').unwrap_or((info, ""));
        let unescaped = |text: &str, tokens: &[(&str, &str)]| {
            let replace = |text: String, (token, c): &(&str, &str)| text.replace(token, c);
            tokens.iter().fold(text.to_owned(), replace)
        };
        let of_data = [("%0D", "\r"), ("%0A", "\n"), ("%25", "%")];
        let of_property = [
            ("%0D", "\r"),
            ("%0A", "\n"),
            ("%3A", ":"),
            ("%2C", ","),
            ("%25", "%"),
        ];
        let properties = properties.trim().split(',').filter(|pair| !pair.is_empty());
        let properties = properties.filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((name, unescaped(value, &of_property)))
        });
        Some(Command {
            name,
            properties: properties.collect(),
            message: unescaped(data, &of_data),
        })
    }

    #[test]
    fn a_command_for_each_finding() {
        insta::assert_snapshot!(github(&findings()));
    }

    #[test]
    fn the_runner_reads_what_was_meant() {
        let results = findings();
        let out = github(&results);
        let commands: Vec<_> = out.lines().filter_map(parsed).collect();
        assert_eq!(commands.len(), results.diagnostics.len());
        let command = &commands[1];
        let property = |name| command.property(name);
        assert_eq!(command.name, "warning");
        assert_eq!(property("file"), Some("a|b%,`x`:<i>.js"));
        assert_eq!(property("title"), Some("connect-lint: syntax-error"));
        assert_eq!(property("line"), Some("3"));
        assert_eq!((property("endLine"), property("col")), (Some("4"), None));
        assert!(
            command.message.contains("100%: `a|b`"),
            "{}",
            command.message
        );
        assert!(
            command.message.ends_with("\n::error::x"),
            "{}",
            command.message
        );
        assert_eq!(commands[0].properties.len(), 6);
    }

    #[test]
    fn the_worst_come_first_and_the_rest_is_counted() {
        let warnings = (0..12).map(|_| plain(Severity::Warning, "no-files", "w"));
        let errors = (0..11).map(|_| plain(Severity::Error, "blocked", "e"));
        let out = github(&results(vec![], warnings.chain(errors).collect()));
        let lines: Vec<_> = out.lines().collect();
        assert_eq!(lines.len(), 24);
        assert!(lines[10].starts_with("::error ") && lines[11].starts_with("::warning "));
        assert_eq!(
            lines[23],
            "connect-lint: GitHub shows 10 annotations of each kind for a step; 1 error and 2 warnings more only in the log above"
        );
    }
}
