//! How long it takes from an edit to the results of the whole project, as in an editor, and how
//! much memory many edits take.
//!
//! ```sh
//! cargo bench --bench editor                                    # a made-up project of 2,300 files
//! CONNECT_LINT_PROJECT=~/app CONNECT_LINT_FILE=src/api.ts cargo bench --bench editor
//! CONNECT_LINT_EDITS=10000 cargo bench --bench editor           # memory over so many edits
//! ```
//!
//! The made-up project is written by `tests/lsp/project.py` (Python 3).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs
)]

use connect_lint::config::FileRules;
use connect_lint::csp::Mode;
use connect_lint::discover::{Overlay, WalkOptions};
use connect_lint::lint::{LintOptions, Workspace};
use connect_lint::partial_url::Page;
use connect_lint::policies::is_policy_file;
use connect_lint::resolve::Settings;
use connect_lint::triage::Triage;
use cpu_time::ProcessTime;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Edits of each kind.
const EDITS: usize = 100;
/// As those of the program.
const STACK: usize = 8 << 20;

fn main() {
    let made = tempfile::tempdir().unwrap();
    let said = std::env::var_os("CONNECT_LINT_PROJECT").map(PathBuf::from);
    let folder = said.unwrap_or_else(|| write_project(made.path()));
    let file = std::env::var("CONNECT_LINT_FILE").unwrap_or_else(|_| "src/catalog.ts".to_owned());
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK);
    pool.build().unwrap().install(|| edit(&folder, &file));
}

fn write_project(folder: &Path) -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lsp/project.py");
    let written = Command::new("python3").arg(script).arg(folder).status();
    assert!(written.expect("Python 3").success());
    folder.to_path_buf()
}

/// A kind of edit: what is put in, and where, after what of the text.
struct Kind {
    name: &'static str,
    put: &'static str,
    after: &'static str,
}

const KINDS: [Kind; 7] = [
    Kind {
        name: "in a string",
        put: "x",
        after: "/entries/",
    },
    Kind {
        name: "in a comment",
        put: "x",
        after: "// Prices are",
    },
    Kind {
        name: "a new line",
        put: "\n",
        after: "{\n",
    },
    Kind {
        name: "a call",
        put: "fetch('https://new.example/x');\n",
        after: "\n\n",
    },
    Kind {
        name: "half a statement",
        put: "const broken = (",
        after: "\n\n",
    },
    Kind {
        name: "a call of a wrapper",
        put: "request('/more/' + topic);\n",
        after: "watch(topic: string) {\n",
    },
    Kind {
        name: "an import",
        put: "import { list7 } from './clients/client7';\n",
        after: "\n",
    },
];

fn edit(folder: &Path, file: &str) {
    let path = folder.join(file).canonicalize().unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let mut workspace = Workspace::new(options(folder));
    let start = Instant::now();
    let first = workspace.lint().unwrap();
    let files = first.results.summary.files;
    println!(
        "{files} files, {} endpoints, first run {:.0} ms",
        first.results.endpoints.len(),
        ms(start)
    );
    drop(first);
    if let Ok(edits) = std::env::var("CONNECT_LINT_EDITS") {
        return memory(&mut workspace, &path, &text, edits.parse().unwrap());
    }
    let mut all = Vec::new();
    for kind in &KINDS {
        let mut taken = Vec::new();
        let places: Vec<_> = text
            .match_indices(kind.after)
            .map(|(at, _)| at + kind.after.len())
            .collect();
        for number in 0..EDITS / 2 {
            // Spread over the file, and each undone by the next.
            let Some(&at) = places.get((number * 7919) % places.len().max(1)) else {
                continue;
            };
            let mut edited = text.clone();
            edited.insert_str(at, kind.put);
            for text in [&edited, &text] {
                let (start, cpu) = (Instant::now(), ProcessTime::now());
                workspace.set_text(&path, text.as_bytes());
                let linted = workspace.lint().unwrap();
                taken.push((ms(start), cpu.elapsed().as_secs_f64() * 1e3));
                drop(linted);
            }
        }
        told(kind.name, &taken);
        all.extend(taken);
    }
    told("all", &all);
}

/// Medians, and what one in a hundred takes.
fn told(name: &str, taken: &[(f64, f64)]) {
    let sorted = |of: fn(&(f64, f64)) -> f64| {
        let mut all: Vec<f64> = taken.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all
    };
    let (wall, cpu) = (sorted(|t| t.0), sorted(|t| t.1));
    let at = |all: &[f64], percent: usize| {
        all.get((all.len() * percent / 100).min(all.len().saturating_sub(1)))
            .copied()
            .unwrap_or(0.0)
    };
    println!(
        "{name:20} {:5} edits: median {:6.1} ms, p99 {:6.1} ms, most {:6.1} ms; CPU median {:6.1} ms",
        taken.len(),
        at(&wall, 50),
        at(&wall, 99),
        at(&wall, 100),
        at(&cpu, 50)
    );
}

fn memory(workspace: &mut Workspace, path: &Path, text: &str, edits: usize) {
    println!("{:6} edits: {:6.1} MB", 0, resident());
    for number in 1..=edits {
        let kind = &KINDS[number % KINDS.len()];
        let places: Vec<_> = text
            .match_indices(kind.after)
            .map(|(at, _)| at + kind.after.len())
            .collect();
        let mut edited = text.to_owned();
        // New names and texts each time.
        edited.insert_str(places[(number * 7919) % places.len()], kind.put);
        edited.push_str(&format!(
            "export const name{number} = 'text {number}';\nfetch(`/n{number}`);\n"
        ));
        workspace.set_text(path, edited);
        drop(workspace.lint().unwrap());
        if number % (edits / 10).max(1) == 0 {
            println!("{number:6} edits: {:6.1} MB", resident());
        }
    }
}

/// Memory in use, where the system says so.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = status
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse::<f64>().ok());
    pages.unwrap_or(0.0) * 4096.0 / 1e6
}

fn ms(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

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
        possibly_unused: false,
        overlay: Overlay::default(),
        progress: None,
    }
}
