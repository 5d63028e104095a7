//! Flags and configuration put together: flags win.

use super::args::{
    ColorChoice, ConfigArgs, FailOn, FindingArgs, OutputArgs, PolicyArgs, ReportArgs, SourceArgs,
    parse_output,
};
use super::color::TerminalEnv;
use super::exit::Exit;
use super::failure::Failure;
use super::output::tolerate_broken_pipe;
use super::reports::{Document, Reports, What};
use crate::config::{self, Config, FailLevel, FileRules, Loaded, OneOrMany, parse_page_url};
use crate::csp::Mode;
use crate::discover::{Overlay, WalkOptions, holds_unread_scripts};
use crate::lint::{LintOptions, Linted};
use crate::partial_url::Page;
use crate::policies::{
    LocatedPolicy, Origin, PolicyFile, PolicyFlag, Scope, Sites, SourceFile, configured,
    is_policy_file,
};
use crate::report::{Format, ReportOptions, Surroundings, TextOptions};
use crate::resolve::{DeclaredClient, Settings};
use crate::results::{Disposition, Results, Severity, Summary};
use crate::sink::Api;
use crate::triage::{BASELINE_NAME, Baseline, Changes, Levels, Only, Triage};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// The width of text that goes to no terminal, in columns.
const PLAIN_WIDTH: usize = 100;

/// The settings of one run.
#[derive(Debug)]
pub(crate) struct Session {
    loaded: Loaded,
    /// The folder that what has no place of its own belongs to.
    here: PathBuf,
    policies: PolicyArgs,
    format: Format,
    /// Whether the command line says the format.
    is_format_given: bool,
    reports: Reports,
    color: ColorChoice,
    quiet: bool,
    verbose: bool,
    page_url: Option<Url>,
    triage: Triage,
    max_warnings: Option<usize>,
}

impl Session {
    /// Reads the configuration, if there is one.
    ///
    /// # Errors
    /// When the configuration or the page's URL is at fault.
    pub(super) fn new(
        policies: &PolicyArgs,
        config: &ConfigArgs,
        output: &OutputArgs,
    ) -> Result<Session, Failure> {
        Session::of(load(config)?, policies, output, PathBuf::from("."))
    }

    /// With a configuration that was read already; `here`: the folder to work in.
    ///
    /// # Errors
    /// When the configuration or the page's URL is at fault.
    pub(crate) fn of(
        loaded: Loaded,
        policies: &PolicyArgs,
        output: &OutputArgs,
        here: PathBuf,
    ) -> Result<Session, Failure> {
        let known = &loaded.config;
        let named = known
            .format
            .as_deref()
            .map(|name| named_format(name, &loaded));
        let color = known
            .color
            .as_deref()
            .map(|name| named_color(name, &loaded));
        let page_url = match &policies.page_url {
            Some(url) => Some(parse_page_url(url).map_err(|message| Failure::Flag {
                flag: "--page-url",
                message,
            })?),
            None => page_url_of(&loaded)?,
        };
        let mut session = Session {
            triage: Triage::default(),
            max_warnings: known.max_warnings,
            policies: policies.clone(),
            format: output.format.or(named.transpose()?).unwrap_or_default(),
            is_format_given: output.format.is_some(),
            reports: Reports::default(),
            color: output.color.or(color.transpose()?).unwrap_or_default(),
            quiet: output.quiet || (known.quiet == Some(true) && !output.verbose),
            verbose: output.verbose,
            page_url,
            loaded,
            here,
        };
        session.triage.levels = session.levels();
        Ok(session)
    }

    /// With what flags say of findings; `overlay`: changes to the files.
    ///
    /// # Errors
    /// When the baseline cannot be read, or git cannot tell what changed.
    pub(crate) fn with_findings(
        mut self,
        findings: &FindingArgs,
        sources: &SourceArgs,
        overlay: &Overlay,
    ) -> Result<Session, Failure> {
        self.triage.levels.flags = findings.levels.flags.clone();
        self.triage.only = Only::of(&findings.only);
        self.triage.statistics = findings.statistics;
        self.max_warnings = findings.max_warnings.or(self.max_warnings);
        if let Some(path) = self.baseline(findings).filter(|_| !findings.write_baseline) {
            self.triage.baseline = Some(Baseline::read_in(&path, overlay)?);
        }
        if let Some(commit) = &findings.changed_since {
            self.triage.changes = Some(Changes::since(commit, &sources.paths)?);
        }
        Ok(self)
    }

    /// The files besides sources that flags and the configuration name, and itself.
    pub(crate) fn named_files(&self, findings: &FindingArgs) -> Vec<PathBuf> {
        let mut files = self.policy_from();
        files.extend(self.policies.policy_file.iter().cloned());
        let configured = self.config().policy_file.iter();
        let configured = configured.flat_map(OneOrMany::as_slice);
        files.extend(configured.map(|path| self.loaded.folder().join(path)));
        files.extend(self.loaded.path.clone());
        files.extend(self.baseline(findings));
        files
    }

    /// Telling of one file, and not of the run.
    pub(super) fn telling_of(mut self, file: &Path) -> Session {
        self.triage.only = Only::just(file);
        self
    }

    /// The baseline of the command line, or else of the configuration.
    fn baseline(&self, findings: &FindingArgs) -> Option<PathBuf> {
        let configured = self.config().baseline.as_ref();
        let configured = configured.map(|path| self.loaded.folder().join(path));
        findings.baseline.clone().or(configured)
    }

    /// Whether a run with these settings has a baseline.
    pub(super) fn names_baseline(&self, findings: &FindingArgs) -> bool {
        self.baseline(findings).is_some()
    }

    /// Where the baseline is written.
    pub(super) fn baseline_to_write(&self, findings: &FindingArgs) -> PathBuf {
        let default = || self.loaded.folder().join(BASELINE_NAME);
        self.baseline(findings).unwrap_or_else(default)
    }

    /// How bad codes are, by the configuration.
    fn levels(&self) -> Levels {
        let config = self.config();
        Levels {
            config: config.severity.clone(),
            flags: Vec::new(),
            fail_on: match self.fail_on() {
                FailOn::Blocked => FailLevel::Blocked,
                FailOn::Depends => FailLevel::Depends,
                FailOn::Unknown => FailLevel::Unknown,
                FailOn::Never => FailLevel::Never,
            },
            require_reason: config.require_suppression_reason == Some(true),
        }
    }

    /// Says that the baseline can shrink, where the report does not.
    pub(super) fn tell_stale(&self, results: &Results) {
        let all = results.diagnostics.iter();
        let stale = all.filter(|d| d.code == "stale-baseline" && d.severity == Severity::Info);
        for diagnostic in stale.filter(|_| !self.quiet && !self.verbose) {
            let help = diagnostic.help.as_deref().unwrap_or_default();
            // That this fails helps nobody.
            let _ = writeln!(io::stderr(), "connect-lint: {}: {help}", diagnostic.message);
        }
    }

    /// How a run ends that told these findings; where there are too many warnings, that is said.
    pub(super) fn exit(&self, summary: &Summary) -> Exit {
        let exit = Exit::from_findings(summary, self.fail_on(), self.max_warnings);
        let too_many = self.max_warnings.filter(|most| summary.warnings > *most);
        if let (Exit::Findings, Some(most)) = (exit, too_many) {
            let warnings = summary.warnings;
            // That this fails helps nobody.
            let _ = writeln!(
                io::stderr(),
                "connect-lint: too many warnings: {warnings}, where --max-warnings allows {most}"
            );
        }
        exit
    }

    fn config(&self) -> &Config {
        &self.loaded.config
    }

    /// The page that no override speaks of.
    ///
    /// # Errors
    /// None today: the stand-in of an unnamed page is a valid URL.
    pub(super) fn page(&self) -> Result<Page, Failure> {
        match &self.page_url {
            Some(url) => Ok(Page::at(url.clone())),
            None => Page::unnamed().ok_or(Failure::NoPolicy { unread: Vec::new() }),
        }
    }

    /// By whose rules to judge.
    pub(super) fn mode(&self) -> Mode {
        match self.policies.spec || self.config().spec == Some(true) {
            true => Mode::Spec,
            false => Mode::Browser,
        }
    }

    /// The same with reports of a run: those of the command line, or else of the configuration.
    ///
    /// # Errors
    /// When a format does not suit the command, or a file can for certain not be written.
    pub(super) fn reporting(mut self, what: What, args: &ReportArgs) -> Result<Session, Failure> {
        let mut files = args.output.clone();
        if files.is_empty() && what == What::Verdicts {
            files = self.configured_outputs()?;
        }
        let given = self.is_format_given.then_some(self.format);
        self.reports = Reports::new(what, given, self.format, files)?;
        Ok(self)
    }

    /// The outputs of the configuration, relative to its folder.
    fn configured_outputs(&self) -> Result<Vec<super::args::OutputFile>, Failure> {
        let named = self.config().output.iter().flat_map(OneOrMany::as_slice);
        let parsed = named.map(|output| match parse_output(output) {
            Ok(mut file) if file.path.as_os_str() != "-" => {
                file.path = self.loaded.folder().join(file.path);
                Ok(file)
            }
            Ok(file) => Ok(file),
            Err(error) => Err(mistake(&self.loaded, "output", error.to_string(), None)),
        });
        parsed.collect()
    }

    /// The files that reports go to.
    pub(super) fn written_files(&self) -> impl Iterator<Item = &std::path::Path> {
        self.reports.files()
    }

    /// Writes the reports of a run.
    ///
    /// # Errors
    /// When that fails.
    pub(super) fn report(&self, linted: &Linted, elapsed: Duration) -> Result<(), Failure> {
        self.reports.write(self, linted, elapsed)
    }

    /// How a command writes that has no findings.
    ///
    /// # Errors
    /// When the command line names a format that it does not have; one of the configuration is
    /// for other commands then.
    pub(super) fn document(&self) -> Result<Document, Failure> {
        Document::new(self.format, self.is_format_given)
    }

    /// Whether errors only are wanted.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// From which verdict on a run fails.
    pub(super) fn fail_on(&self) -> FailOn {
        let configured = self.config().fail_on.map(|level| match level {
            FailLevel::Blocked => FailOn::Blocked,
            FailLevel::Depends => FailOn::Depends,
            FailLevel::Unknown => FailOn::Unknown,
            FailLevel::Never => FailOn::Never,
        });
        self.policies.fail_on.or(configured).unwrap_or_default()
    }

    /// The policies of the site: those of the command line, or else of the configuration.
    ///
    /// # Errors
    /// When a file of policies cannot be read.
    pub(super) fn site_policies(&self, overlay: &Overlay) -> Result<Given, Failure> {
        let flags = &self.policies;
        let config = self.config();
        let file = self.config_file(overlay);
        let mut out = Given::default();
        let by_flag = !(flags.policy.is_empty() && flags.policy_file.is_empty());
        let enforce = Disposition::Enforce;
        for value in &flags.policy {
            out.policies
                .extend(flag(value, enforce, Origin::Flag("--policy")).policies());
        }
        for path in &flags.policy_file {
            out.read(path.clone(), overlay)?;
        }
        if !by_flag {
            out.configured(file.as_ref(), None, "policy", enforce);
            for path in config.policy_file.iter().flat_map(OneOrMany::as_slice) {
                out.read(self.loaded.folder().join(path), overlay)?;
            }
        }
        let report = Disposition::Report;
        for value in &flags.report_only_policy {
            let origin = Origin::Flag("--report-only-policy");
            out.policies.extend(flag(value, report, origin).policies());
        }
        if flags.report_only_policy.is_empty() {
            out.configured(file.as_ref(), None, "report-only-policy", report);
        }
        Ok(out)
    }

    /// Adds the policies of overrides.
    fn add_overrides(&self, given: &mut Given, overlay: &Overlay) {
        let Some(file) = self.config_file(overlay) else {
            return;
        };
        for number in 0..self.config().overrides.len() {
            given.configured(Some(&file), Some(number), "policy", Disposition::Enforce);
            given.configured(
                Some(&file),
                Some(number),
                "report-only-policy",
                Disposition::Report,
            );
        }
    }

    /// The configuration's text as it is with some changes; nothing where there is none.
    fn config_file(&self, overlay: &Overlay) -> Option<SourceFile> {
        let path = self.loaded.path.as_deref()?;
        let name = shown_config(&self.loaded);
        let changed = overlay.files().next().is_some();
        let read = changed.then(|| SourceFile::read_in(overlay, path, &name).ok());
        let as_loaded = || SourceFile::of_text(path, &name, self.loaded.text());
        Some(read.flatten().unwrap_or_else(as_loaded))
    }

    /// What to lint and how.
    ///
    /// # Errors
    /// When a policy cannot be read, or a glob or URL of the configuration is none.
    pub(super) fn lint_options(
        &self,
        sources: &SourceArgs,
        judge: bool,
    ) -> Result<LintOptions, Failure> {
        self.lint_options_in(sources, judge, Overlay::default())
    }

    /// What to lint and how, with some changes to the files.
    ///
    /// # Errors
    /// When a policy cannot be read, or a glob or URL of the configuration is none.
    pub(crate) fn lint_options_in(
        &self,
        sources: &SourceArgs,
        judge: bool,
        overlay: Overlay,
    ) -> Result<LintOptions, Failure> {
        let config = self.config();
        let mut given = self.site_policies(&overlay)?;
        let discovers = judge && given.policies.is_empty() && self.discovers();
        self.add_overrides(&mut given, &overlay);
        let mut exclude = config.exclude.clone();
        exclude.extend(sources.exclude.iter().cloned());
        exclude.extend(self.reports.globs(&self.loaded.folder()));
        let mut settings = self.build_settings(sources);
        settings.clients = self.clients()?;
        Ok(LintOptions {
            roots: sources.paths.clone(),
            walk: WalkOptions {
                exclude,
                base: self.loaded.folder(),
                no_ignore: sources.no_ignore || config.ignore == Some(false),
                also: match (judge, discovers) {
                    (false, _) => None,
                    (true, true) => Some(is_wanted),
                    (true, false) => Some(holds_unread_scripts),
                },
            },
            rules: FileRules::new(&self.loaded)?,
            settings,
            env_files: !sources.no_env_files && config.env_files != Some(false),
            build_config: !sources.no_build_config && config.build_config != Some(false),
            bases: self.bases(sources),
            page: self.page()?,
            policies: given.policies,
            policy_files: given.files,
            policy_from: self.policy_from(),
            discovers,
            mode: self.mode(),
            browsers: config.browsers.clone(),
            triage: self.triage.clone(),
            judge,
            needs: false,
            policy_optional: false,
            possibly_unused: self.verbose,
            overlay,
            progress: None,
        })
    }

    /// Whether policies are looked for in the files of the project.
    fn discovers(&self) -> bool {
        let is_on = !self.policies.no_discover && self.config().discover != Some(false);
        is_on && self.policy_from().is_empty()
    }

    /// The policies in the files that were named to be read, where none was given.
    ///
    /// # Errors
    /// When one cannot be read, or holds none.
    pub(super) fn policies_read_from(&self) -> Result<Vec<LocatedPolicy>, Failure> {
        let files: Vec<_> = self.policy_from().iter().map(|p| Sites::named(p)).collect();
        let mut out = Vec::new();
        Sites::read(&files, true, &[], &Overlay::default(), &mut out)?;
        Ok(out)
    }

    /// The files that policies are read from, by flag or else by configuration.
    fn policy_from(&self) -> Vec<PathBuf> {
        if !self.policies.policy_from.is_empty() {
            return self.policies.policy_from.clone();
        }
        let named = self
            .config()
            .policy_from
            .iter()
            .flat_map(OneOrMany::as_slice);
        named.map(|path| self.loaded.folder().join(path)).collect()
    }

    /// What is said of the build: the configuration, then flags.
    fn build_settings(&self, sources: &SourceArgs) -> Settings {
        let config = self.config();
        let mode = sources.mode.clone().or_else(|| config.mode.clone());
        let mut defines = config.define.clone();
        let given = sources.define.iter();
        defines.extend(given.map(|d| (d.name.clone(), d.text.clone())));
        Settings {
            defines,
            mode: mode.unwrap_or_else(|| Settings::default().mode),
            page_is_local: self.page_url.as_ref().is_some_and(is_local),
            ..Settings::default()
        }
    }

    /// The clients that the configuration declares.
    fn clients(&self) -> Result<Vec<DeclaredClient>, Failure> {
        let declared = |client: &config::Client| {
            if client.callee.is_none() && client.import.is_none() {
                return Err("a client needs a `callee` or an `import`".to_owned());
            }
            let name = client.api.as_deref().unwrap_or("fetch");
            let api = Api::from_name(name)
                .ok_or_else(|| format!("`{name}` is no API (see `connect-lint match --help`)"))?;
            Ok(DeclaredClient {
                callees: client.callee.as_deref().map(DeclaredClient::paths),
                import: client.import.clone(),
                url_argument: usize::from(client.url_argument.unwrap_or(0)),
                base: client.base.clone(),
                api,
            })
        };
        let clients = self.config().clients.iter().map(declared);
        let clients: Result<Vec<_>, String> = clients.collect();
        clients.map_err(|message| mistake(&self.loaded, "client", message, None))
    }

    /// Folders up to which projects are looked for above the sources.
    fn bases(&self, sources: &SourceArgs) -> Vec<PathBuf> {
        let roots = sources.paths.iter().filter(|path| path.is_dir()).cloned();
        let own = [self.here.clone(), self.loaded.folder()];
        let resolved = |folder: PathBuf| {
            let here = folder.as_os_str().is_empty();
            let folder = if here { self.here.clone() } else { folder };
            folder.canonicalize().unwrap_or(folder)
        };
        own.into_iter().chain(roots).map(resolved).collect()
    }

    /// How many threads to use; 0 is one per core.
    pub(crate) fn threads(&self, sources: &SourceArgs) -> usize {
        sources
            .threads
            .or(self.config().threads)
            .map_or(0, usize::from)
    }

    /// What reporters are told of a report to standard output or to a file.
    pub(super) fn report_options(&self, elapsed: Duration, to_file: bool) -> ReportOptions {
        let is_terminal = !to_file && io::stdout().is_terminal();
        let config = self
            .loaded
            .path
            .is_some()
            .then(|| shown_config(&self.loaded));
        ReportOptions {
            text: self.text_options_for(Some(elapsed), is_terminal),
            surroundings: Surroundings {
                working_directory: std::env::current_dir().unwrap_or_default(),
                checkout: checkout(|name| std::env::var_os(name)),
                is_github_actions: std::env::var_os("GITHUB_ACTIONS").is_some_and(|v| v == "true"),
                config: config.map(|path| path.replace(std::path::MAIN_SEPARATOR, "/")),
            },
        }
    }

    /// How to draw text; `elapsed` is shown in the summary.
    pub(super) fn text_options(&self, elapsed: Option<Duration>) -> TextOptions {
        self.text_options_for(elapsed, io::stdout().is_terminal())
    }

    fn text_options_for(&self, elapsed: Option<Duration>, is_terminal: bool) -> TextOptions {
        let env = TerminalEnv::from_process();
        TextOptions {
            color: env.color(self.color, is_terminal),
            unicode: env.unicode(is_terminal),
            width: match is_terminal {
                true => terminal_width(),
                false => PLAIN_WIDTH,
            },
            verbose: self.verbose,
            quiet: self.quiet,
            elapsed,
        }
    }

    /// Writes to standard output.
    ///
    /// # Errors
    /// When that fails, except where the reader has gone.
    pub(super) fn write(
        &self,
        elapsed: Option<Duration>,
        work: impl FnOnce(&mut dyn Write, &TextOptions) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let options = self.text_options(elapsed);
        let mut out = anstream::AutoStream::new(io::stdout().lock(), color_of(&options));
        tolerate_broken_pipe(work(&mut out, &options)).map_err(Failure::Output)
    }
}

/// Where GitHub Actions and GitLab CI check a repository out: what they take paths relative to.
///
/// <https://docs.github.com/actions/reference/variables-reference>,
/// <https://docs.gitlab.com/ci/variables/predefined_variables/>
fn checkout(var: impl Fn(&str) -> Option<std::ffi::OsString>) -> Option<PathBuf> {
    let named = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"].into_iter();
    let folders = named.filter_map(var).filter(|folder| !folder.is_empty());
    folders
        .map(PathBuf::from)
        .find(|folder| folder.is_absolute())
}

/// Files besides sources that a run looks at.
fn is_wanted(path: &std::path::Path) -> bool {
    is_policy_file(path) || holds_unread_scripts(path)
}

/// The colours are decided already; this makes them work on every console.
fn color_of(options: &TextOptions) -> anstream::ColorChoice {
    match options.color {
        true => anstream::ColorChoice::Always,
        false => anstream::ColorChoice::Never,
    }
}

fn terminal_width() -> usize {
    terminal_size::terminal_size().map_or(PLAIN_WIDTH, |(width, _)| usize::from(width.0))
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => {
            name == "localhost" || name.ends_with(".localhost") || name.ends_with(".local")
        }
        Some(url::Host::Ipv4(ip)) => ip.is_loopback() || ip.is_private(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn load(args: &ConfigArgs) -> Result<Loaded, Failure> {
    if args.no_config {
        return Ok(Loaded::default());
    }
    if let Some(path) = &args.config {
        return Ok(config::load(path)?);
    }
    let here = std::env::current_dir().map_err(Failure::WorkingDirectory)?;
    match config::find(&here) {
        Some(path) => Ok(config::load(&relative_to(&here, path))?),
        None => Ok(Loaded::default()),
    }
}

/// `connect-lint.toml` rather than its whole path, where it is in the working directory.
fn relative_to(here: &std::path::Path, path: PathBuf) -> PathBuf {
    path.strip_prefix(here).map(PathBuf::from).unwrap_or(path)
}

fn shown_config(loaded: &Loaded) -> String {
    let path = loaded.path.as_deref();
    path.map_or_else(String::new, |path| path.display().to_string())
}

fn flag(value: &str, disposition: Disposition, origin: Origin) -> PolicyFlag {
    PolicyFlag {
        value: value.to_owned(),
        written: None,
        disposition,
        origin,
        scope: Scope::Site,
    }
}

/// Policies that were given, and the files that they point into.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) policies: Vec<LocatedPolicy>,
    pub(super) files: Vec<SourceFile>,
}

impl Given {
    /// Adds what a key of the configuration says.
    fn configured(
        &mut self,
        file: Option<&SourceFile>,
        in_override: Option<usize>,
        key: &str,
        disposition: Disposition,
    ) {
        let Some(file) = file else { return };
        let policies = configured(file, key, in_override, disposition);
        if !policies.is_empty() {
            self.policies.extend(policies);
            self.add_file(file);
        }
    }

    fn add_file(&mut self, file: &SourceFile) {
        if self.files.iter().all(|known| known.name != file.name) {
            self.files.push(file.clone());
        }
    }

    fn read(&mut self, path: PathBuf, overlay: &Overlay) -> Result<(), Failure> {
        let scope = Scope::Site;
        let (policies, file) = PolicyFile { path, scope }.policies(overlay)?;
        self.policies.extend(policies);
        self.files.push(file);
        Ok(())
    }
}

fn page_url_of(loaded: &Loaded) -> Result<Option<Url>, Failure> {
    let url = loaded.config.page_url.as_deref();
    let parsed = url.map(parse_page_url).transpose();
    parsed.map_err(|message| mistake(loaded, "page-url", message, None))
}

fn named_format(name: &str, loaded: &Loaded) -> Result<Format, Failure> {
    Format::from_name(name).ok_or_else(|| {
        let message = format!("`{name}` is no format");
        let help = format!("the formats are {}", Format::names());
        mistake(loaded, "format", message, Some(help))
    })
}

fn named_color(name: &str, loaded: &Loaded) -> Result<ColorChoice, Failure> {
    use clap::ValueEnum;
    ColorChoice::from_str(name, false).map_err(|_| {
        let message = format!("`{name}` says nothing of colours");
        let help = "write `auto`, `always` or `never`".to_owned();
        mistake(loaded, "color", message, Some(help))
    })
}

fn mistake(loaded: &Loaded, key: &str, message: String, help: Option<String>) -> Failure {
    Failure::Config(config::ConfigError {
        path: shown_config(loaded),
        position: Some((loaded.line_of(key) as usize, 1)),
        message,
        help,
    })
}
