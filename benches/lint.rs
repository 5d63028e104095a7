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

use connect_lint::config::{FailLevel, FileRules};
use connect_lint::csp::Mode;
use connect_lint::discover::{Language, WalkOptions, decode, discover};
use connect_lint::endpoint::Runtime;
use connect_lint::extract;
use connect_lint::js::parse::{Grammar, parse};
use connect_lint::lint::{LintOptions, lint};
use connect_lint::partial_url::Page;
use connect_lint::resolve::Settings;
use cpu_time::ProcessTime;
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
        let parse = median(rounds.iter().map(|r| r[0].as_secs_f64()).collect());
        whole_run(folder, parse);
    }
    broken_bundle();
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

/// Walking, reading, parsing, the analysis of the whole program and its report.
fn whole_run(folder: PathBuf, parse: f64) {
    let options = LintOptions {
        roots: vec![folder],
        walk: WalkOptions::default(),
        rules: FileRules::default(),
        settings: Settings::default(),
        env_files: true,
        build_config: true,
        bases: Vec::new(),
        page: Page::unnamed().unwrap(),
        policies: Vec::new(),
        mode: Mode::Browser,
        fail_on: FailLevel::Blocked,
        judge: false,
    };
    let time = |_| {
        let start = ProcessTime::now();
        black_box(lint(&options).unwrap());
        start.elapsed().as_secs_f64()
    };
    let time = median((0..ROUNDS).map(time).collect());
    println!(
        "whole run, all threads   {:8.1} ms  {:.2} x parse",
        time * 1e3,
        time / parse
    );
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
