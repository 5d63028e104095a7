//! How much a run costs over bare parsing, in CPU time of this process.
//!
//! ```sh
//! cargo bench                                  # a made-up corpus
//! CONNECT_LINT_CORPUS=~/src/app cargo bench    # the sources of a real one
//! ```
//!
//! Each round measures all stages one after the other; what is printed are medians over the
//! rounds, and the ratio to bare parsing in the same round.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use connect_lint::config::FileRules;
use connect_lint::csp::Mode;
use connect_lint::discover::{Language, Overlay, WalkOptions, decode, discover};
use connect_lint::endpoint::Runtime;
use connect_lint::extract;
use connect_lint::js::parse::{Grammar, parse};
use connect_lint::lint::{LintOptions, lint};
use connect_lint::partial_url::Page;
use connect_lint::resolve::Settings;
use connect_lint::triage::Triage;
use cpu_time::ProcessTime;
use rayon::prelude::*;
use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

const ROUNDS: usize = 9;
const FILES: usize = 300;

/// What is done with a source.
type Stage = fn(&Sample);

/// A source to work on.
struct Sample {
    file: Arc<str>,
    text: String,
    language: Language,
}

fn main() {
    let corpus = std::env::var_os("CONNECT_LINT_CORPUS").map(PathBuf::from);
    let samples = match &corpus {
        Some(folder) => from_folder(folder.clone()),
        None => made_up(),
    };
    let bytes: usize = samples.iter().map(|s| s.text.len()).sum();
    let megabytes = bytes as f64 / 1e6;
    println!(
        "{} files, {megabytes:.1} MB, {ROUNDS} rounds, CPU time",
        samples.len()
    );

    let stages: [(&str, Stage); 3] = [
        ("parse", bare_parse),
        ("parse, facts", facts),
        ("parse, facts, endpoints", endpoints),
    ];
    let mut rounds: Vec<[Duration; 3]> = Vec::new();
    for _ in 0..=ROUNDS {
        rounds.push(stages.map(|(_, stage)| {
            let start = ProcessTime::now();
            samples.iter().for_each(stage);
            start.elapsed()
        }));
    }
    // The first one warms up.
    rounds.remove(0);
    if let Some(folder) = corpus {
        whole_run(folder, &samples);
    }
    broken_bundle();
    adversarial();
    for (i, (name, _)) in stages.iter().enumerate() {
        let time = median(rounds.iter().map(|r| r[i].as_secs_f64()).collect());
        let ratio = median(
            rounds
                .iter()
                .map(|r| r[i].as_secs_f64() / r[0].as_secs_f64())
                .collect(),
        );
        println!(
            "{name:24} {:8.1} ms  {ratio:.2} x parse  {:.1} MB/s",
            time * 1e3,
            megabytes / time
        );
    }
}

/// Walking, reading, parsing, the analysis of the whole program and its report, beside parsing
/// alone: both on all threads, since what shares a core takes longer.
fn whole_run(folder: PathBuf, samples: &[Sample]) {
    let options = run_options(folder);
    let (mut whole, mut parsing, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = ProcessTime::now();
        samples.par_iter().for_each(bare_parse);
        let parse = start.elapsed().as_secs_f64();
        let start = ProcessTime::now();
        black_box(lint(&options).unwrap());
        let run = start.elapsed().as_secs_f64();
        whole.push(run);
        parsing.push(parse);
        ratios.push(run / parse);
    }
    println!(
        "all threads: parse {:.1} ms, whole run {:.1} ms, {:.2} x parse",
        median(parsing) * 1e3,
        median(whole) * 1e3,
        median(ratios)
    );
}

/// An inventory of a folder.
fn run_options(folder: PathBuf) -> LintOptions {
    LintOptions {
        roots: vec![folder],
        walk: WalkOptions::default(),
        rules: FileRules::default(),
        settings: Settings::default(),
        env_files: true,
        build_config: true,
        bases: Vec::new(),
        page: Page::unnamed().unwrap(),
        policies: Vec::new(),
        policy_files: Vec::new(),
        policy_from: Vec::new(),
        discovers: false,
        mode: Mode::Browser,
        browsers: Vec::new(),
        triage: Triage::default(),
        judge: false,
        needs: false,
        policy_optional: false,
        possibly_unused: false,
        overlay: Overlay::default(),
        progress: None,
    }
}

/// Programs made to cost much: how long they take, and how many files tell of a bound.
fn adversarial() {
    let chain = |calls: usize| {
        let links = (1..=calls).map(|i| format!("function f{i}(u) {{ return f{}(u) }}\n", i - 1));
        let links: String = links.collect();
        format!("function f0(u) {{ return fetch(u) }}\n{links}f{calls}('https://deep.test/x')")
    };
    let api = "export const api = (p) => fetch('https://api.test' + p);".to_owned();
    let caller = |i: usize| {
        let text =
            format!("import {{ api }} from './api.js'; export const c = () => api('/p{i}');");
        (format!("c{i}.js"), text)
    };
    let ring = |i: usize, of: usize| {
        let (next, other) = ((i + 1) % of, (i + 7) % of);
        let text = format!(
            "import {{ f{next}, b{next} }} from './m{next}.js'; export * from './m{other}.js';
            export const b{i} = b{next} + '/{i}';
            export function f{i}(u) {{ return u.length > 99 ? fetch(u) : f{next}(u + '/{i}') }}
            f{i}('https://a{i}.test/'); fetch(b{i});"
        );
        (format!("m{i}.js"), text)
    };
    let bundle = |of: usize| {
        let function = |i: usize| {
            let other = (i * 7919 + 1) % of;
            format!(
                "function n{i}(a, b) {{ const c = n{other}(a, {{ id: b, key: 'k{i}' }}); if (c && c.ok) {{ \
                 return req('/v1/items/' + a + '/{i}', {{ method: 'POST', body: JSON.stringify(b) }}) }} \
                 return cfg.base + '/{i}' + (c ? c.value : '') }}\n"
            )
        };
        let functions: String = (0..of).map(function).collect();
        format!(
            "(() => {{ const cfg = {{ base: 'https://api.test' }}; \
             function req(u, o) {{ return fetch(cfg.base + u, o) }}\n{functions}}})()"
        )
    };
    let one = |text: String| vec![("a.js".to_owned(), text)];
    let programs = [
        ("10,000 calls deep", one(chain(10_000))),
        (
            "5,000 files that call one wrapper",
            (0..5_000)
                .map(caller)
                .chain([("api.js".to_owned(), api)])
                .collect(),
        ),
        (
            "1,000 modules that need each other",
            (0..1_000).map(|i| ring(i, 1_000)).collect(),
        ),
        ("a bundle of 50,000 functions", one(bundle(50_000))),
    ];
    for (name, files) in programs {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = 0;
        for (file, text) in &files {
            bytes += text.len();
            std::fs::write(folder.path().join(file), text).unwrap();
        }
        let start = ProcessTime::now();
        let linted = lint(&run_options(folder.path().to_path_buf())).unwrap();
        let time = start.elapsed().as_secs_f64();
        let told = linted.results.diagnostics.iter();
        let told = told.filter(|d| d.code == "bounded-analysis").count();
        println!(
            "{name:36} {:4.1} MB {:8.1} ms, {} endpoints, a bound is told of in {told} files",
            bytes as f64 / 1e6,
            time * 1e3,
            linted.results.endpoints.len(),
        );
    }
}

/// What one syntax error in the middle of a large bundle costs.
fn broken_bundle() {
    let unit = "  function load(id) {\n    return fetch('/api/' + id, { method: 'POST' })\n  }\n";
    let half = unit.repeat((5 << 20) / unit.len());
    let language = Language::Script {
        typescript: false,
        jsx: true,
        module: None,
    };
    let time = |middle: &str| {
        let text = format!("(function () {{\n{half}{middle}\n{half}}})();");
        let sample = Sample {
            file: "bundle.js".into(),
            text,
            language,
        };
        let start = ProcessTime::now();
        facts(&sample);
        start.elapsed().as_secs_f64()
    };
    let (mut whole, mut ratios) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let (valid, broken) = (time(""), time("var x = ;"));
        whole.push(valid);
        ratios.push(broken / valid);
    }
    println!(
        "a bundle of 10 MB: facts in {:.1} ms, with one syntax error {:.2} x that",
        median(whole) * 1e3,
        median(ratios)
    );
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn bare_parse(sample: &Sample) {
    if let Language::Script {
        typescript,
        jsx,
        module,
    } = sample.language
    {
        let grammar = Grammar {
            typescript,
            jsx,
            module,
        };
        parse(&sample.text, 0, grammar, |parsed| {
            black_box(parsed.issues.len())
        });
    }
}

fn facts(sample: &Sample) {
    black_box(extract::parse(&sample.file, &sample.text, sample.language));
}

fn endpoints(sample: &Sample) {
    let parsed = extract::parse(&sample.file, &sample.text, sample.language);
    black_box(parsed.endpoints(&Settings::default(), Runtime::Browser));
}

fn from_folder(folder: PathBuf) -> Vec<Sample> {
    let found = discover(&[folder], &WalkOptions::default()).unwrap();
    let scripts = found.files.into_iter().filter_map(|file| {
        let language = file
            .language
            .filter(|l| matches!(l, Language::Script { .. }))?;
        let text = decode(std::fs::read(&file.path).ok()?, None).text;
        Some(Sample {
            file: file.display.as_str().into(),
            text,
            language,
        })
    });
    scripts.collect()
}

/// Modules as an application has them: few of them make requests.
fn made_up() -> Vec<Sample> {
    let language = Language::Script {
        typescript: true,
        jsx: true,
        module: Some(true),
    };
    let sample = |i: usize| Sample {
        file: format!("src/module{i}.tsx").into(),
        text: module(i),
        language,
    };
    (0..FILES).map(sample).collect()
}

fn module(i: usize) -> String {
    let mut text = format!(
        "import {{ useState }} from 'react';\nimport {{ other }} from './module{}';\n",
        i + 1
    );
    for n in 0..60 {
        text.push_str(&format!(
            "export interface Item{n} {{ id: number; name: string; tags: string[] }}\n\
             export function format{n}(items: Item{n}[], limit = {n}): string {{\n\
             \x20 const kept = items.filter((item) => item.id > limit && item.tags.includes('x'));\n\
             \x20 return kept.map((item) => `${{item.id}}: ${{item.name.trim().toLowerCase()}}`).join(', ');\n}}\n"
        ));
    }
    if i.is_multiple_of(7) {
        text.push_str(
            "const BASE = 'https://api.example.com/v1';\nconst paths = { users: '/users', teams: '/teams' };\n\
             async function request(path: string, init?: RequestInit) { return fetch(`${BASE}${path}`, init); }\n\
             export const users = () => request(paths.users);\n\
             export const team = (id: number) => fetch(`${BASE}${paths.teams}/${id}`);\n",
        );
    }
    text.push_str(
        "export function View(props: { items: Item1[] }) {\n  const [open, setOpen] = useState(false);\n\
         \x20 return <section onClick={() => setOpen(!open)}>{open && props.items.map((i) => <b key={i.id}>{i.name}</b>)}</section>;\n}\n",
    );
    text
}
