//! A workspace says after any edits what a run over the same files says that knows nothing.
//!
//! Small projects of several files, whose code links them in the ways that evaluation follows, are
//! edited at random: pieces come and go, characters are typed and deleted, documents are edited
//! without being saved, files are created, deleted and renamed. After each edit, both are compared,
//! byte for byte. `WORKSPACE_PROJECTS` and `WORKSPACE_EDITS` set how many are tried, and
//! `WORKSPACE_SEED` the first one.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod pieces;
mod project;

use connect_lint::config::FileRules;
use connect_lint::csp::Mode;
use connect_lint::discover::{Overlay, WalkOptions};
use connect_lint::lint::{LintError, LintOptions, Linted, Phase, Progress, Workspace, lint};
use connect_lint::partial_url::Page;
use connect_lint::policies::is_policy_file;
use connect_lint::report::{Format, ReportOptions, TextOptions};
use connect_lint::resolve::Settings;
use connect_lint::triage::Triage;
use project::Project;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn options(folder: &Path) -> LintOptions {
    let folder = folder.canonicalize().unwrap();
    LintOptions {
        roots: vec![folder.clone()],
        walk: WalkOptions {
            also: Some(is_policy_file),
            base: folder.clone(),
            ..WalkOptions::default()
        },
        rules: FileRules::default(),
        settings: Settings::default(),
        env_files: true,
        build_config: true,
        bases: vec![folder],
        page: Page::unnamed().unwrap(),
        policies: Vec::new(),
        policy_files: Vec::new(),
        policy_from: Vec::new(),
        discovers: true,
        mode: Mode::Browser,
        browsers: Vec::new(),
        triage: Triage::default(),
        judge: true,
        needs: false,
        policy_optional: true,
        possibly_unused: true,
        overlay: Overlay::default(),
        progress: None,
    }
}

/// All that a run says.
fn told(linted: Result<Linted, LintError>) -> String {
    let linted = match linted {
        Ok(linted) => linted,
        Err(error) => return format!("failed: {error:?}"),
    };
    let text = TextOptions {
        color: false,
        unicode: false,
        width: 100,
        verbose: true,
        quiet: false,
        elapsed: None,
    };
    let style = ReportOptions {
        text,
        ..ReportOptions::default()
    };
    let mut out = Vec::new();
    for format in [Format::Json, Format::Text] {
        let reporter = format.reporter(&style);
        let (results, texts) = (&linted.results, &linted.texts);
        reporter.write(results, texts, &mut out).unwrap();
    }
    let report = String::from_utf8(out).unwrap();
    let files: Vec<_> = linted
        .policy_files
        .iter()
        .map(|f| (&f.name, &f.text))
        .collect();
    let needs = &linted.needs;
    let mut by_policy: Vec<_> = needs
        .by_policy
        .iter()
        .map(|(id, n)| (id, &n.urls, &n.uses))
        .collect();
    by_policy.sort_by_key(|(id, _, _)| **id);
    format!(
        "{report}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{files:#?}\n{by_policy:#?}",
        linted.policies, linted.unused, linted.governing, linted.unreadable
    )
}

fn number(name: &str, otherwise: u64) -> u64 {
    let said = std::env::var(name).ok();
    said.map_or(otherwise, |said| said.parse().expect("a number"))
}

#[test]
fn edits_come_to_the_same_as_a_run_anew() {
    let (first, projects) = (
        number("WORKSPACE_SEED", 1),
        number("WORKSPACE_PROJECTS", 12),
    );
    let edits = number("WORKSPACE_EDITS", 25);
    for seed in first..first + projects {
        follow(seed, edits);
    }
}

/// Cancels a run when it comes to a phase.
#[derive(Debug)]
struct Cancelling {
    at: Phase,
    cancelled: Arc<AtomicBool>,
}

impl Progress for Cancelling {
    fn begin(&self, phase: Phase, _: usize) {
        if phase == self.at {
            self.cancelled.store(true, Ordering::Relaxed);
        }
    }

    fn advance(&self) {}
}

/// Begins a run that is ended in one phase or the other.
fn cancel(workspace: &mut Workspace, edit: u64) {
    let cancelled = Arc::new(AtomicBool::new(false));
    let at = match edit.is_multiple_of(2) {
        true => Phase::Reading,
        false => Phase::Evaluating,
    };
    workspace.show(Some(Arc::new(Cancelling {
        at,
        cancelled: cancelled.clone(),
    })));
    let linted = workspace.lint_unless(&cancelled).unwrap();
    assert!(linted.is_none(), "{at:?} {edit}");
    workspace.show(None);
}

/// Follows the edits of one project; some have runs that are cancelled.
fn follow(seed: u64, edits: u64) {
    let folder = tempfile::tempdir().unwrap();
    let mut project = Project::new(seed, folder.path());
    let mut base = options(folder.path());
    // Each way to be run.
    base.needs = seed.is_multiple_of(5);
    base.judge = !seed.is_multiple_of(7);
    base.discovers = base.judge;
    let mut workspace = Workspace::new(base);
    let mut story = Vec::new();
    for edit in 0..=edits {
        if edit > 0 {
            story.push(project.edit(&mut workspace));
        }
        if seed.is_multiple_of(2) && edit % 3 == 1 {
            cancel(&mut workspace, edit);
            continue;
        }
        let seen = told(workspace.lint());
        let anew = told(lint(workspace.options()));
        if seen != anew {
            let story = story.join("\n  ");
            let difference = difference(&seen, &anew);
            let files = project.files();
            panic!("seed {seed}, after {edit} edits:\n  {story}\n{difference}\n{files}");
        }
    }
}

/// The first lines that differ.
fn difference(seen: &str, anew: &str) -> String {
    let mut lines = seen.lines().zip(anew.lines()).enumerate();
    let at = lines.find(|(_, (a, b))| a != b).map_or(0, |(at, _)| at);
    let some = |text: &str| {
        let lines = text.lines().skip(at.saturating_sub(12)).take(30);
        lines.collect::<Vec<_>>().join("\n")
    };
    format!(
        "--- the workspace\n{}\n--- anew\n{}",
        some(seen),
        some(anew)
    )
}
