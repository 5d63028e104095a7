//! The steps of a run, from files to results.

use super::disagree::disagreements;
use super::environments::Environments;
use super::governance::Governance;
use super::judging::Before;
use super::linking::Linked;
use super::source::Source;
use super::unused::{self, Doubts, Unused};
use super::workspace::{FoundSites, Known, Tree};
use super::{LintError, LintOptions, Linted, Phase, Texts, comments};
use super::{broad, judging, policy_map, wrappers};
use crate::build::EnvIssue;
use crate::diagnostics;
use crate::discover::{Discovered, Overlay, SourcePath, WalkIssue, above, shown_from_here};
use crate::policies::{LocatedPolicy, PolicyIssue, Sites, SourceFile, is_policy_file};
use crate::results::{
    Diagnostic, EndpointRow, OpenName, PolicyMap, Results, Severity, Summary, VerdictKind,
};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

/// What a run begins with: sources, read and parsed, and the policies that were found beside them.
struct Read {
    tree: Arc<Tree>,
    linked: Linked,
    found: FoundSites,
}

/// Why a run ended early.
pub(super) enum Stop {
    /// It is not wanted any more.
    Cancelled,
    /// It could not be done.
    Failed(LintError),
}

impl<E: Into<LintError>> From<E> for Stop {
    fn from(error: E) -> Stop {
        Stop::Failed(error.into())
    }
}

/// Fails when the run is not wanted any more.
pub(super) type Check<'a> = &'a dyn Fn() -> Result<(), Stop>;

/// Does what nobody cancels.
pub(super) fn uncancelled<T>(
    mut work: impl FnMut(Check) -> Result<T, Stop>,
) -> Result<T, LintError> {
    loop {
        match work(&|| Ok(())) {
            Ok(done) => return Ok(done),
            Err(Stop::Failed(error)) => return Err(error),
            Err(Stop::Cancelled) => {}
        }
    }
}

fn read(options: &LintOptions, known: &mut Known, check: Check) -> Result<Read, Stop> {
    let tree = known.files.tree(options)?;
    check()?;
    let read = known.files.sources(&tree, options);
    check()?;
    let found = found_sites(known, &tree, &read, options)?;
    check()?;
    let (linking, files) = (&mut known.linking, &known.files);
    let linked = linking.link(&tree, read, files, &options.overlay);
    check()?;
    Ok(Read {
        tree,
        linked,
        found,
    })
}

/// Which policies govern which files.
pub(super) fn policies(options: &LintOptions, known: &mut Known) -> Result<PolicyMap, LintError> {
    let read = uncancelled(|check| read(options, known, check))?;
    let (sources, loads) = (read.linked.sources.all, &read.linked.loads);
    let (sites, policies) = (&read.found.sites, read.found.policies.to_vec());
    let governance = Governance::of(&sources, loads, sites, policies, options);
    let notes = unread(sites);
    Ok(policy_map::of(&sources, loads, sites, &governance, notes))
}

/// Lints files, and tells all that is found.
pub(super) fn find(options: &LintOptions, known: &mut Known, check: Check) -> Result<Linted, Stop> {
    let read = read(options, known, check)?;
    let environments = environments(known, &read.linked, options);
    let Linked {
        sources,
        loads,
        changed,
    } = read.linked;
    let (found, loads) = (read.found, loads.as_ref());
    let survey = !options.judge || unused::is_wanted(&found.policies, &sources.all, options);
    options.begin(Phase::Evaluating, 0);
    let kept = (!known.is_once()).then_some(&mut known.evaluated);
    let sources = sources.evaluate(&environments, survey, kept);
    check()?;

    let (unreadable, mut diagnostics) = walk_diagnostics(&read.tree.discovered.issues);
    let sites = &found.sites;
    let before = known.governance(sites, changed.as_deref(), &sources);
    let (governance, mut before) = match (before, options.judge) {
        (Some((governance, before)), _) => {
            // What was judged before may point into them, and nobody asks where again.
            let changed = changed.iter().flatten();
            changed.for_each(|(number, _)| sources[*number].show_text());
            (governance, before)
        }
        (None, true) => {
            let policies = Arc::unwrap_or_clone(found.policies);
            let governance = Governance::of(&sources, loads, sites, policies, options);
            (Arc::new(governance), Before::new())
        }
        (None, false) => (Arc::new(Governance::none()), Before::new()),
    };
    let mut files = options.policy_files.clone();
    files.extend(sites.files.iter().cloned());
    let kept = (!known.is_once()).then_some(&mut before);
    let judged = judging::judge_all(&sources, &governance, &files, options, kept);
    if !known.is_once() {
        known.keep_governance(&governance, sites, before);
    }
    if judged.policies.is_empty() && options.judge && !options.policy_optional {
        return Err(Stop::Failed(LintError::NoPolicy {
            unread: unread(sites),
        }));
    }
    let governing = governing(&sources, &governance);
    let others = &read.tree.discovered.others;
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
    diagnostics.extend(environments.issues.iter().map(env_diagnostic));
    if read.tree.discovered.files.is_empty() && unreadable.is_empty() {
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
        statistics: None,
        open_names: open_names(judged.open_names),
    };
    if options.needs {
        let with_policies = sources.iter().filter(|s| !s.facts.meta_policies.is_empty());
        files.extend(with_policies.filter_map(Source::file));
    }
    let policy_files = files.clone();
    let comments = comments::of(&sources, &files, options);
    let examined = sources.iter().filter(|s| s.is_linted);
    let examined = examined.map(|s| s.facts.file.clone());
    let examined = examined
        .chain(files.iter().map(|f| f.name.clone()))
        .collect();
    known.linking.finish();
    // Nobody waits until the facts of old texts are gone.
    if let Some(old) = changed {
        rayon::spawn(move || drop(old));
    }
    let of_sources = sources.iter().filter_map(Source::shown_text);
    let of_policies = files.into_iter().map(|file| (file.name, file.text));
    let texts = of_sources.chain(of_policies).collect();
    Ok(Linted {
        results,
        texts: Texts { by_file: texts },
        unreadable,
        policies: Arc::try_unwrap(governance).map_or_else(|g| g.all.clone(), |g| g.all),
        needs: judged.needs,
        policy_files,
        governing,
        unused,
        comments,
        files: examined,
    })
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

/// What the build puts in the place of names.
fn environments(known: &mut Known, linked: &Linked, options: &LintOptions) -> Arc<Environments> {
    if let Some(known) = known.environments(linked) {
        return known;
    }
    let environments = Arc::new(Environments::of(&linked.sources, options));
    known.keep_environments(&environments);
    environments
}

/// The sites of a run.
fn found_sites(
    known: &mut Known,
    tree: &Arc<Tree>,
    read: &[Source],
    options: &LintOptions,
) -> Result<FoundSites, LintError> {
    let code = code_files(&tree.discovered, read);
    let paths: Vec<PathBuf> = code.iter().map(|file| file.path.clone()).collect();
    if let Some(known) = known.sites(tree, &paths) {
        return Ok(known);
    }
    let (overlay, reads) = options.overlay.noting();
    let mut policies = options.policies.clone();
    let sites = sites(&tree.discovered, &code, options, &overlay, &mut policies)?;
    let found = FoundSites {
        sites: Arc::new(sites),
        policies: Arc::new(policies),
        reads,
        tree: tree.clone(),
        code: paths,
    };
    known.keep_sites(&found);
    Ok(found)
}

/// The sites in the files that were named, or else found. `code`: files whose code may set a policy.
fn sites(
    discovered: &Discovered,
    code: &[SourcePath],
    options: &LintOptions,
    overlay: &Overlay,
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
            files.extend(Sites::in_code(code));
            files
        }
        (false, false) => Vec::new(),
    };
    let bases = &options.bases;
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
        file: Some(shown_from_here(&issue.path)),
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
fn summary(files: usize, endpoints: &[Arc<EndpointRow>]) -> Summary {
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
