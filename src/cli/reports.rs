//! The reports of a run: one to standard output, others to files.

use super::args::OutputFile;
use super::failure::Failure;
use super::settings::Session;
use crate::discover::real;
use crate::fix::write_whole;
use crate::lint::Linted;
use crate::report::{FORMATS, Format, ReportOptions, Reporter};
use std::io;
use std::path::Path;
use std::time::Duration;

/// What is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum What {
    /// Findings and verdicts: `check`.
    #[default]
    Verdicts,
    /// Endpoints: `endpoints`.
    Inventory,
}

/// Which reports are written.
#[derive(Debug, Clone, Default)]
pub(super) struct Reports {
    what: What,
    /// To standard output.
    main: Format,
    files: Vec<OutputFile>,
}

impl Reports {
    /// `given`: the format that the command line names; `usual`: that or what goes to standard
    /// output without one.
    ///
    /// # Errors
    /// When a format does not suit the command, two reports go to one place, or a file can for
    /// certain not be written: better told before a long run.
    pub(super) fn new(
        what: What,
        given: Option<Format>,
        usual: Format,
        files: Vec<OutputFile>,
    ) -> Result<Reports, Failure> {
        let is_stdout = |file: &OutputFile| file.path.as_os_str() == "-";
        let (to_stdout, files): (Vec<_>, Vec<_>) = files.into_iter().partition(is_stdout);
        for (i, file) in files.iter().enumerate() {
            suits(what, file.format, "--output")?;
            may_be_written(&file.path)?;
            let place = real(&file.path);
            let mut before = files.iter().take(i);
            if before.any(|other| real(&other.path) == place) {
                let path = file.path.display();
                return Err(at_fault(format!("two reports go to {path}")));
            }
        }
        let mut main = to_stdout.iter().map(|file| file.format).chain(given);
        let first = main.next();
        if main.next().is_some() {
            return Err(at_fault("two reports go to standard output".to_owned()));
        }
        if let Some(format) = first {
            suits(what, format, "--format")?;
        }
        // A format of the configuration that does not suit is for other commands.
        let usual = Some(usual).filter(|format| suits(what, *format, "--format").is_ok());
        Ok(Reports {
            what,
            main: first.or(usual).unwrap_or_default(),
            files,
        })
    }

    /// The files that are written.
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|file| file.path.as_path())
    }

    /// Globs that leave these files out of what is linted, relative to a folder: a page of ours has
    /// a policy of its own.
    pub(super) fn globs(&self, base: &Path) -> Vec<String> {
        let absolute = |path: &Path| match path.as_os_str().is_empty() {
            true => std::env::current_dir().ok(),
            false => std::path::absolute(path).ok(),
        };
        let base = absolute(base);
        let below = |path: &Path| {
            let path = absolute(path)?;
            let below = path.strip_prefix(base.as_deref()?).ok()?;
            Some(exact(below.to_str()?))
        };
        self.files().filter_map(below).collect()
    }

    /// Writes all of them, to files first: whoever reads standard output may go away.
    ///
    /// # Errors
    /// When one cannot be written; the others are.
    pub(super) fn write(
        &self,
        session: &Session,
        linted: &Linted,
        elapsed: Duration,
    ) -> Result<(), Failure> {
        let options = session.report_options(elapsed, true);
        let written: Vec<_> = self
            .files
            .iter()
            .map(|file| self.write_file(file, linted, &options))
            .collect();
        let options = session.report_options(elapsed, false);
        session.write(Some(elapsed), |out, _| {
            let reporter = self.reporter(self.main, &options);
            reporter.write(&linted.results, &linted.texts, out)
        })?;
        written.into_iter().collect()
    }

    fn write_file(
        &self,
        file: &OutputFile,
        linted: &Linted,
        options: &ReportOptions,
    ) -> Result<(), Failure> {
        let reporter = self.reporter(file.format, options);
        let written = write_whole(&file.path, |out| {
            reporter.write(&linted.results, &linted.texts, out)
        });
        written.map_err(|error| cannot(&file.path, &error))
    }

    fn reporter(&self, format: Format, options: &ReportOptions) -> Box<dyn Reporter> {
        match self.what {
            What::Verdicts => format.reporter(options),
            // Formats without one were refused.
            What::Inventory => format
                .inventory(options)
                .unwrap_or_else(|| format.reporter(options)),
        }
    }
}

/// A line of `.gitignore` that matches just this path.
fn exact(path: &str) -> String {
    let mut out = String::from("/");
    for c in path.chars() {
        match c {
            std::path::MAIN_SEPARATOR => out.push('/'),
            '*' | '?' | '[' | ']' | '{' | '}' | '\\' | '!' | '#' | ' ' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

/// Whether the command has the format.
fn suits(what: What, format: Format, flag: &'static str) -> Result<(), Failure> {
    if what == What::Verdicts || format.has_inventory() {
        return Ok(());
    }
    let name = format.name();
    let those: Vec<_> = FORMATS
        .iter()
        .filter(|row| row.format.has_inventory())
        .map(|row| row.name)
        .collect();
    let those = those.join(", ");
    Err(Failure::Flag {
        flag,
        message: format!("`{name}` is for the findings of `check`; `endpoints` has {those}"),
    })
}

/// Whether there is a folder for the file, and no folder in its place.
fn may_be_written(path: &Path) -> Result<(), Failure> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    if folder.is_some_and(|folder| !folder.is_dir()) {
        let message = format!("there is no folder {}", folder.unwrap_or(path).display());
        return Err(Failure::OutputFile {
            path: path.display().to_string(),
            message,
        });
    }
    match path.is_dir() {
        true => Err(cannot(path, &io::ErrorKind::IsADirectory.into())),
        false => Ok(()),
    }
}

fn cannot(path: &Path, error: &io::Error) -> Failure {
    Failure::OutputFile {
        path: path.display().to_string(),
        message: error.to_string(),
    }
}

fn at_fault(message: String) -> Failure {
    let flag = "--output";
    Failure::Flag { flag, message }
}

/// How a command writes that has no findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Document {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Document {
    /// `is_given`: the command line names the format.
    ///
    /// # Errors
    /// When it names one that is for findings.
    pub(super) fn new(format: Format, is_given: bool) -> Result<Document, Failure> {
        match format {
            Format::Json => Ok(Document::Json),
            Format::Text => Ok(Document::Text),
            other if is_given => Err(Failure::Flag {
                flag: "--format",
                message: format!(
                    "`{}` is for the findings of `check`; this command has text and json",
                    other.name()
                ),
            }),
            _ => Ok(Document::Text),
        }
    }
}
