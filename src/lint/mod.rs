//! A run: files → facts → verdicts → results.
//!
//! Two phases. The first looks at each file alone, in parallel, and yields facts
//! ([`SourceFacts`]) that serialise and know no policy. The second puts all facts and policies
//! together. Results are the same whatever the number of threads.

mod broad;
mod disagree;
mod environments;
mod governance;
mod judging;
mod needs;
mod pages;
mod policy_map;
mod program;
mod servers;
mod sockets;
mod source;
mod unused;
mod wrappers;

pub use needs::{NeededUrl, Needs, PolicyNeeds, Uncovered, Use};
pub use source::SourceFacts;
pub use unused::Unused;

use self::disagree::disagreements;
use crate::build::EnvIssue;
use crate::config::FileRules;
use crate::csp::{Browser, Mode};
use crate::diagnostics;
use crate::discover::{Discovered, Overlay, SourcePath, WalkIssue, WalkOptions, above, discover};
use crate::partial_url::Page;
use crate::policies::{
    self, LocatedPolicy, PolicyError, PolicyIssue, Sites, SourceFile, is_policy_file,
};
use crate::report::Sources;
use crate::resolve::Settings;
use crate::results::{Diagnostic, OpenName, PolicyMap, Results, Severity, Summary, VerdictKind};
use crate::suppression::Suppression;
use crate::triage::{self, FileComments, Triage};
use environments::Environments;
use governance::Governance;
use pages::Loads;
use rayon::prelude::*;
use source::Source;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use unused::Doubts;

/// What to lint, and how.
#[derive(Debug, Clone)]
pub struct LintOptions {
    /// Files and folders.
    pub roots: Vec<PathBuf>,
    /// How to walk the folders.
    pub walk: WalkOptions,
    /// What the configuration says of single files.
    pub rules: FileRules,
    /// What the build fixes.
    pub settings: Settings,
    /// Whether `.env` files count.
    pub env_files: bool,
    /// Whether the constants of build tools' configurations count.
    pub build_config: bool,
    /// Folders without links, up to which projects are looked for above the files.
    pub bases: Vec<PathBuf>,
    /// The page, where no override says otherwise.
    pub page: Page,
    /// The policies that were given; those in `<meta>` come with the pages.
    pub policies: Vec<LocatedPolicy>,
    /// The files that those point into.
    pub policy_files: Vec<SourceFile>,
    /// Files that policies are read from, in place of what is found.
    pub policy_from: Vec<PathBuf>,
    /// Whether policies are looked for in the files of the project.
    pub discovers: bool,
    /// By whose rules to judge.
    pub mode: Mode,
    /// The browsers that the site is for, where they differ.
    pub browsers: Vec<Browser>,
    /// What is told of what is found.
    pub triage: Triage,
    /// Whether to judge at all: an inventory has no verdicts and needs no policy.
    pub judge: bool,
    /// Whether to say what each policy needs: to change policies, or to suggest one.
    pub needs: bool,
    /// Whether it is no error that there is no policy.
    pub policy_optional: bool,
    /// Whether sources are told that may or may not be used.
    pub possibly_unused: bool,
    /// Changes to read the files with.
    pub overlay: Overlay,
}

/// What a run yields.
#[derive(Debug)]
pub struct Linted {
    /// The results.
    pub results: Results,
    /// The texts that their spans point into.
    pub texts: Texts,
    /// Paths that the user named and that could not be read.
    pub unreadable: Vec<WalkIssue>,
    /// Every policy, by its number.
    pub policies: Vec<LocatedPolicy>,
    /// What the endpoints need of them, if that was asked for.
    pub needs: Needs,
    /// The files that policies stand in.
    pub policy_files: Vec<SourceFile>,
    /// The policies that govern a file that was linted.
    pub governing: BTreeSet<usize>,
    /// Sources that no endpoint is seen to use.
    pub unused: Vec<Unused>,
    /// The comments of files that keep findings silent.
    pub comments: Vec<FileComments>,
}

impl Linted {
    /// Takes away what is not to be told, and says how bad the rest is.
    pub fn triage(&mut self, options: &LintOptions) {
        let unasked: &[&str] = match options.possibly_unused {
            true => &[],
            false => &["possibly-unused-source"],
        };
        let found = triage::Found {
            comments: &self.comments,
            rules: &options.rules,
            unasked,
        };
        options.triage.apply(&mut self.results, found);
    }

    /// The sources of a policy that no endpoint uses, for certain.
    pub fn removable(&self, policy: usize) -> impl Iterator<Item = usize> {
        let certain = self.unused.iter().filter(|u| u.reasons.is_empty());
        let of_policy = certain.filter(move |u| u.policy == policy);
        of_policy.map(|u| u.index)
    }
}

/// Why a run could not be done.
#[derive(Debug, thiserror::Error)]
pub enum LintError {
    /// No policy was given, and none was found.
    #[error("there is no policy to judge by")]
    NoPolicy {
        /// What was found that is none, a line each.
        unread: Vec<String>,
    },
    /// A glob is none.
    #[error("{0}")]
    Glob(#[from] ignore::Error),
    /// A file that policies are to be read from cannot be.
    #[error("{0}")]
    Policy(#[from] PolicyError),
}

/// The texts of the files that results point into.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    by_file: HashMap<Arc<str>, Arc<str>>,
}

impl Sources for Texts {
    fn text(&self, file: &str) -> Option<Arc<str>> {
        self.by_file.get(file).cloned()
    }
}

/// What a run begins with: sources, read and parsed, and the policies that were found beside them.
struct Read {
    discovered: Discovered,
    sources: program::Sources,
    loads: Loads,
    sites: Sites,
    /// Those that were given, then those of sites.
    policies: Vec<LocatedPolicy>,
}

fn read(options: &LintOptions) -> Result<Read, LintError> {
    let discovered = discover(&options.roots, &options.walk)?;
    let read: Vec<Source> = discovered
        .files
        .par_iter()
        .map(|file| source::read(file, options))
        .collect();
    let paths: Vec<_> = discovered.files.iter().map(|f| f.path.as_path()).collect();
    let mut policies = options.policies.clone();
    let sites = sites(&discovered, &read, options, &mut policies)?;
    let mut sources = program::with_imports(read, &paths, program::MAX_IMPORTED, &options.overlay);
    let loads = Loads::of(&sources);
    sources.mark_workers(&loads.only_workers());
    let servers = servers::only_servers(&sources, &loads);
    sources.mark_servers(servers);
    Ok(Read {
        discovered,
        sources,
        loads,
        sites,
        policies,
    })
}

/// Which policies govern which files, on the threads of the current rayon pool.
///
/// # Errors
/// When a glob to exclude is none, or a file that policies are to be read from cannot be.
pub fn policies(options: &LintOptions) -> Result<PolicyMap, LintError> {
    let read = read(options)?;
    let (sources, policies) = (read.sources.all, read.policies);
    let governance = Governance::of(&sources, &read.loads, &read.sites, policies, options);
    Ok(policy_map::of(
        &sources,
        &read.loads,
        &read.sites,
        &governance,
        unread(&read.sites),
    ))
}

/// Lints files, on the threads of the current rayon pool.
///
/// # Errors
/// When there is no policy, a glob to exclude is none, or a file that policies are to be read
/// from cannot be. What is wrong with single files is among the results.
pub fn lint(options: &LintOptions) -> Result<Linted, LintError> {
    let mut linted = find(options)?;
    linted.triage(options);
    Ok(linted)
}

/// Lints files and tells all that is found, whatever levels, comments and the baseline say.
///
/// # Errors
/// As [`lint`].
pub fn find(options: &LintOptions) -> Result<Linted, LintError> {
    let read = read(options)?;
    let (environments, env_issues) = Environments::of(&read.sources, options);
    let survey = !options.judge || unused::is_wanted(&read.policies, &read.sources.all, options);
    let sources = read.sources.evaluate(&environments, survey);

    let (unreadable, mut diagnostics) = walk_diagnostics(&read.discovered.issues);
    let (loads, sites) = (&read.loads, &read.sites);
    let governance = match options.judge {
        true => Governance::of(&sources, loads, sites, read.policies, options),
        false => Governance::none(),
    };
    let mut files = options.policy_files.clone();
    files.extend(sites.files.iter().cloned());
    let judged = judging::judge_all(&sources, &governance, &files, options);
    if judged.policies.is_empty() && options.judge && !options.policy_optional {
        return Err(LintError::NoPolicy {
            unread: unread(sites),
        });
    }
    let governing = governing(&sources, &governance);
    let others = &read.discovered.others;
    let doubts = Doubts::of(&sources, loads, &governance, &judged.needs, others);
    let unused = unused::of(&sources, &governance, &judged.needs, &doubts, options);
    let broad = match survey && options.judge {
        true => broad::notes(&governance, &judged.needs, &doubts),
        false => Vec::new(),
    };
    let told = unused
        .iter()
        .filter(|u| u.reasons.is_empty() || options.possibly_unused);
    let told: Vec<&Unused> = told.collect();
    diagnostics.extend(judging::of_sources(
        &broad,
        &told,
        &sources,
        &governance,
        &files,
    ));
    diagnostics.extend(sources.iter().flat_map(Source::diagnostics));
    diagnostics.extend(judged.diagnostics);
    diagnostics.extend(disagreements(sites, &governance.all, &files));
    let of_files = sites.issues.iter();
    diagnostics.extend(of_files.map(|(issue, file)| diagnostics::of_policy_issue(issue, file)));
    diagnostics.extend(env_issues.iter().map(env_diagnostic));
    if read.discovered.files.is_empty() && unreadable.is_empty() {
        diagnostics.push(no_files(options));
    }
    let linted = sources.iter().filter(|s| s.was_linted()).count();
    let results = Results {
        schema_version: 1,
        page_url: options.page.url().map(ToString::to_string),
        policies: judged.policies,
        summary: summary(linted, &judged.endpoints),
        endpoints: judged.endpoints,
        diagnostics,
        suppressed: Vec::new(),
        wrappers: (!options.judge).then(|| wrappers::of(&sources)),
        fixes: Vec::new(),
        open_names: open_names(judged.open_names),
    };
    if options.needs {
        let with_policies = sources.iter().filter(|s| !s.facts.meta_policies.is_empty());
        files.extend(with_policies.filter_map(Source::file));
    }
    let policy_files = files.clone();
    let comments = comments(&sources, &files, options);
    let of_sources = sources.into_iter().filter_map(Source::into_text);
    let of_policies = files.into_iter().map(|file| (file.name, file.text));
    let texts = of_sources.chain(of_policies).collect();
    Ok(Linted {
        results,
        texts: Texts { by_file: texts },
        unreadable,
        policies: governance.all,
        needs: judged.needs,
        policy_files,
        governing,
        unused,
        comments,
    })
}

/// The comments that keep findings silent: of sources, and of files that policies stand in.
fn comments(sources: &[Source], files: &[SourceFile], options: &LintOptions) -> Vec<FileComments> {
    let of_sources = sources
        .iter()
        .filter_map(|source| source.comments(options.judge));
    let mut out: Vec<_> = of_sources.collect();
    let mut known: HashSet<Arc<str>> = out.iter().map(|of_file| of_file.file.clone()).collect();
    for file in files.iter().filter(|file| known.insert(file.name.clone())) {
        let suppressions = Suppression::all(&policies::comments(file));
        if !suppressions.is_empty() {
            let place = |span| file.location(span);
            let (name, text) = (&file.name, &file.text);
            out.push(FileComments::of(
                name,
                text,
                &suppressions,
                options.judge,
                place,
            ));
        }
    }
    out
}

/// The policies that govern a file that is linted.
fn governing(sources: &[Source], governance: &Governance) -> BTreeSet<usize> {
    let linted = sources
        .iter()
        .enumerate()
        .filter(|(_, s)| s.runtime().is_some());
    linted
        .flat_map(|(number, source)| governance.of_file(number, &source.facts.file))
        .collect()
}

/// The files of policies that were found: below the roots that are folders, and above files.
fn policy_files(discovered: &Discovered, options: &LintOptions) -> Vec<SourcePath> {
    let mut out = discovered.others.clone();
    let mut known: HashSet<PathBuf> = out
        .iter()
        .filter_map(|f| f.path.canonicalize().ok())
        .collect();
    for root in options.roots.iter().filter(|root| root.is_file()) {
        let Some(real) = root.canonicalize().ok() else {
            continue;
        };
        let tops = options.bases.iter().filter(|base| real.starts_with(base));
        let Some(top) = tops.min_by_key(|base| base.components().count()) else {
            continue;
        };
        let new = above(&real, top, is_policy_file);
        out.extend(
            new.into_iter()
                .filter(|file| known.insert(file.path.clone())),
        );
    }
    out
}

/// The files whose code may set a policy, and that are not of a kind of their own.
fn code_files(discovered: &Discovered, read: &[Source]) -> Vec<SourcePath> {
    let files = discovered.files.iter().zip(read);
    let wanted = files.filter(|(file, source)| source.sets_policy && !is_policy_file(&file.path));
    wanted.map(|(file, _)| file.clone()).collect()
}

/// The sites of a run: those in the files that were named, or else found.
fn sites(
    discovered: &Discovered,
    read: &[Source],
    options: &LintOptions,
    policies: &mut Vec<LocatedPolicy>,
) -> Result<Sites, LintError> {
    if !options.judge {
        return Ok(Sites::default());
    }
    let named = !options.policy_from.is_empty();
    let files = match (named, options.discovers) {
        (true, _) => options
            .policy_from
            .iter()
            .map(|path| Sites::named(path))
            .collect(),
        (false, true) => {
            let mut files = Sites::recognised(&policy_files(discovered, options));
            files.extend(Sites::in_code(&code_files(discovered, read)));
            files
        }
        (false, false) => Vec::new(),
    };
    let (bases, overlay) = (&options.bases, &options.overlay);
    Ok(Sites::read(&files, named, bases, overlay, policies)?)
}

/// What is told of files that hold no policy that could be read.
fn unread(sites: &Sites) -> Vec<String> {
    let line = |(issue, file): &(PolicyIssue, SourceFile)| {
        let line = issue.place.as_ref().map_or(1, |p| file.line(p.span.start));
        format!("{}:{line}: {}", file.name, issue.message)
    };
    sites.issues.iter().map(line).collect()
}

/// Those of the paths that the user named, and a diagnostic for each of the rest.
fn walk_diagnostics(issues: &[WalkIssue]) -> (Vec<WalkIssue>, Vec<Diagnostic>) {
    let (named, below): (Vec<_>, Vec<_>) = issues.iter().cloned().partition(|i| i.is_root);
    let diagnostics = below.into_iter().map(|issue| Diagnostic {
        file: Some(issue.path),
        ..diagnostics::nowhere("unreadable-file", Severity::Warning, issue.message)
    });
    (named, diagnostics.collect())
}

/// How many endpoints each name would settle, most first.
fn open_names(names: Vec<String>) -> Vec<OpenName> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let named = counts
        .into_iter()
        .map(|(name, endpoints)| OpenName { name, endpoints });
    let mut out: Vec<_> = named.collect();
    out.sort_by_key(|open| std::cmp::Reverse(open.endpoints));
    out
}

fn env_diagnostic(issue: &EnvIssue) -> Diagnostic {
    Diagnostic {
        file: Some(issue.path.display().to_string()),
        help: Some("it defines nothing; --no-env-files leaves such files out".to_owned()),
        ..diagnostics::nowhere("invalid-env-file", Severity::Warning, issue.message.clone())
    }
}

fn no_files(options: &LintOptions) -> Diagnostic {
    let roots: Vec<_> = options
        .roots
        .iter()
        .map(|r| format!("`{}`", r.display()))
        .collect();
    let message = format!("no files to lint under {}", roots.join(", "));
    Diagnostic {
        help: Some(
            "HTML, JavaScript and TypeScript are linted, except what is excluded or ignored \
             (see --no-ignore)"
                .to_owned(),
        ),
        ..diagnostics::nowhere("no-files", Severity::Warning, message)
    }
}

/// The counts; those of diagnostics come when it is known which are told.
fn summary(files: usize, endpoints: &[crate::results::EndpointRow]) -> Summary {
    let verdicts = |kind| endpoints.iter().filter(|e| e.verdict == Some(kind)).count();
    Summary {
        files,
        endpoints: endpoints.len(),
        blocked: verdicts(VerdictKind::Blocked),
        allowed: verdicts(VerdictKind::Allowed),
        depends: verdicts(VerdictKind::Depends),
        unknown: verdicts(VerdictKind::Unknown),
        ..Summary::default()
    }
}
