//! Environments: what the build puts in the place of names differs from project to project. A
//! file sees the environment of each project that it is built into: its own if nothing imports
//! it, else those of the files that import it.
//!
//! Invariant: whatever a file of an environment imports is in that environment too, so that each
//! environment can be evaluated as a program of its own.

use super::LintOptions;
use super::program::{Sources, real, with_imports};
use super::source::{self, Source};
use crate::build::{self, EnvIssue, Loaded, Project, Projects};
use crate::discover::{Overlay, Reads};
use crate::extract::{self, ParsedSource};
use crate::js::facts::{Expr, Key};
use crate::resolve::{
    Configuration, Constant, Constants, Fixed, Program, Said, Settings, loaded_name,
};
use rayon::prelude::*;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many environments are told apart; names on which the rest differ are left open.
const MAX_ENVIRONMENTS: usize = 16;
/// How many files a configuration may import.
const MAX_CONFIG_FILES: usize = 200;

/// The environments of a run.
pub(super) struct Environments {
    /// The settings of each.
    pub(super) all: Vec<Settings>,
    /// The environments of each file, a bit for each; nothing where there is one for all.
    of_file: Vec<u32>,
    /// What is wrong with files that they are read from.
    pub(super) issues: Vec<EnvIssue>,
    /// The last parts of the names on which projects differ: which of them count is for the
    /// sources to say.
    asked: HashSet<String>,
    /// The configurations that were read.
    pub(super) reads: Reads,
    /// The paths of the sources.
    paths: Arc<Vec<PathBuf>>,
}

impl Environments {
    /// Whether a file is built in an environment.
    pub(super) fn has(&self, environment: usize, file: usize) -> bool {
        self.of_file
            .get(file)
            .is_none_or(|mask| mask & (1 << environment) != 0)
    }

    /// Whether another text of a source leaves them as they are, if its links stay the same.
    pub(super) fn hold(&self, old: &Source, new: &Source) -> bool {
        let wanted: HashSet<&str> = self.asked.iter().map(String::as_str).collect();
        let mentioned = |source: &Source| match &source.parsed {
            Some(parsed) if !wanted.is_empty() => mentioned_by(parsed, &wanted),
            _ => HashSet::default(),
        };
        mentioned(old) == mentioned(new)
    }

    /// Whether they are as they are whatever the sources at their paths say and import: there is
    /// one, and nothing is left for the sources to decide.
    pub(super) fn hold_at(&self, paths: &Arc<Vec<PathBuf>>) -> bool {
        self.all.len() == 1 && self.asked.is_empty() && self.paths == *paths
    }

    /// The environments of the sources.
    pub(super) fn of(sources: &Sources, options: &LintOptions) -> Environments {
        if !options.env_files && !options.build_config {
            return Environments::single(options.settings.clone());
        }
        let (overlay, reads) = options.overlay.noting();
        let mut projects = Projects::new(&options.bases, &options.settings.mode);
        let project_of: Vec<_> = sources.paths.iter().map(|path| projects.of(path)).collect();
        let read: Vec<(Constants, Vec<EnvIssue>)> = projects
            .all()
            .par_iter()
            .map(|project| constants(project, options, &overlay))
            .collect();
        let (mut constants, issues): (Vec<_>, Vec<_>) = read.into_iter().unzip();
        // The last one is that of files in no project.
        constants.push(Constants::new());
        let nowhere = constants.len() - 1;
        let project_of: Vec<usize> = project_of.iter().map(|p| p.unwrap_or(nowhere)).collect();
        let (constants, group_of, asked) = grouped(&constants, &project_of, sources);
        let all: Vec<Settings> = constants
            .into_iter()
            .map(|constants| Settings {
                constants,
                ..options.settings.clone()
            })
            .collect();
        let of_file = match all.len() {
            1 => Vec::new(),
            _ => {
                let homes = project_of.iter().map(|project| group_of[project]);
                masks(sources, &homes.collect::<Vec<_>>())
            }
        };
        Environments {
            all,
            of_file,
            issues: issues.into_iter().flatten().collect(),
            asked,
            reads,
            paths: sources.paths.clone(),
        }
    }

    fn single(settings: Settings) -> Self {
        Environments {
            all: vec![settings],
            of_file: Vec::new(),
            issues: Vec::new(),
            asked: HashSet::default(),
            reads: Reads::default(),
            paths: Arc::default(),
        }
    }
}

/// Puts projects together whose constants are the same, as far as the sources mention them: the
/// constants of each group, the group of each project that has files, and the last parts of the
/// names that were looked for in the sources.
fn grouped(
    constants: &[Constants],
    project_of: &[usize],
    sources: &Sources,
) -> (Vec<Constants>, HashMap<usize, usize>, HashSet<String>) {
    let mut used: Vec<usize> = project_of.to_vec();
    used.sort_unstable();
    used.dedup();
    let names: HashSet<&String> = used.iter().flat_map(|&p| constants[p].keys()).collect();
    let differs = |name: &&String| {
        let mut values = used.iter().map(|&p| constants[p].get(*name));
        let first = values.next().flatten();
        values.any(|value| value != first)
    };
    let mut differing: Vec<&String> = names.into_iter().filter(differs).collect();
    differing.sort();
    let asked = differing.iter().map(|name| last(name).to_owned());
    let asked = asked.collect();
    let mentioned = mentioned(sources, &differing);
    differing.retain(|name| mentioned.contains(last(name)));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut group_of = HashMap::default();
    for &project in &used {
        let is_same = |group: &Vec<usize>| {
            let (a, b) = (&constants[group[0]], &constants[project]);
            differing.iter().all(|name| a.get(*name) == b.get(*name))
        };
        let found = groups.iter().position(is_same).unwrap_or_else(|| {
            if groups.len() < MAX_ENVIRONMENTS {
                groups.push(Vec::new());
            }
            groups.len() - 1
        });
        groups[found].push(project);
        group_of.insert(project, found);
    }
    let agreed = groups.iter().map(|group| agreed(constants, group));
    (agreed.collect(), group_of, asked)
}

/// What all of some projects have.
fn agreed(constants: &[Constants], group: &[usize]) -> Constants {
    let Some((first, others)) = group.split_first() else {
        return Constants::new();
    };
    let in_all = |name: &String, constant: &Constant| {
        let mut others = others.iter().map(|&other| constants[other].get(name));
        others.all(|other| other == Some(constant))
    };
    let all = constants[*first].iter().filter(|(n, c)| in_all(n, c));
    all.map(|(n, c)| (n.clone(), c.clone())).collect()
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The last parts of those of some names that the sources mention.
fn mentioned<'n>(sources: &Sources, names: &[&'n String]) -> HashSet<&'n str> {
    let wanted: HashSet<&'n str> = names.iter().map(|name| last(name)).collect();
    if wanted.is_empty() {
        return wanted;
    }
    let parsed: Vec<&ParsedSource> = sources
        .all
        .iter()
        .filter_map(|s| s.parsed.as_deref())
        .collect();
    let found: Vec<HashSet<&'n str>> = parsed
        .par_iter()
        .map(|source| mentioned_by(source, &wanted))
        .collect();
    found.into_iter().flatten().collect()
}

/// Those of some last parts of names that a source mentions.
fn mentioned_by<'n>(source: &ParsedSource, wanted: &HashSet<&'n str>) -> HashSet<&'n str> {
    let nodes = source.facts().nodes.iter();
    let names = nodes.filter_map(|node| match &node.expr {
        Expr::Global(name) | Expr::Text(name) => Some(name.as_str()),
        Expr::Member {
            key: Key::Name(name),
            ..
        } => Some(name.as_str()),
        _ => None,
    });
    names.filter_map(|name| wanted.get(name).copied()).collect()
}

/// The environments of each file, by those of the projects that the files are in.
fn masks(sources: &Sources, homes: &[usize]) -> Vec<u32> {
    let imports: Vec<Vec<usize>> = sources.imports.iter().map(|i| targets(i)).collect();
    let mut masks = vec![0_u32; homes.len()];
    let mut changed: Vec<usize> = roots(sources, &imports);
    for &root in &changed {
        masks[root] |= 1 << homes[root];
    }
    while let Some(file) = changed.pop() {
        for &target in &imports[file] {
            let mask = masks[target] | masks[file];
            if mask != masks[target] {
                masks[target] = mask;
                changed.push(target);
            }
        }
    }
    masks
}

fn targets(imports: &HashMap<String, u32>) -> Vec<usize> {
    let mut out: Vec<usize> = imports.values().map(|&target| target as usize).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// Files that browser code begins with: those that nothing imports, and one of each circle that
/// nothing else imports.
fn roots(sources: &Sources, imports: &[Vec<usize>]) -> Vec<usize> {
    let mut out = Vec::new();
    let mut reached = vec![false; imports.len()];
    // Whatever reaches a file without being reached by it ends later.
    for file in by_end(imports).into_iter().rev() {
        if reached[file] || sources.all[file].runtime().is_none() {
            continue;
        }
        out.push(file);
        let mut open = vec![file];
        while let Some(file) = open.pop() {
            if !std::mem::replace(&mut reached[file], true) {
                open.extend(&imports[file]);
            }
        }
    }
    out
}

/// Every file, in the order in which a depth-first walk leaves them.
fn by_end(imports: &[Vec<usize>]) -> Vec<usize> {
    let mut out = Vec::new();
    let mut seen = vec![false; imports.len()];
    for start in 0..imports.len() {
        // A file, and how many of its imports were walked.
        let mut stack = vec![(start, 0)];
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        while let Some((file, next)) = stack.last_mut() {
            match imports[*file].get(*next) {
                Some(&target) => {
                    *next += 1;
                    if !std::mem::replace(&mut seen[target], true) {
                        stack.push((target, 0));
                    }
                }
                None => {
                    out.push(*file);
                    stack.pop();
                }
            }
        }
    }
    out
}

/// What the tool of a project puts in the place of names.
fn constants(
    project: &Project,
    options: &LintOptions,
    overlay: &Overlay,
) -> (Constants, Vec<EnvIssue>) {
    let mode = &options.settings.mode;
    let configs: Vec<Config> = match options.build_config {
        true => project
            .configs
            .iter()
            .filter_map(|path| Config::read(path, mode, overlay))
            .collect(),
        false => Vec::new(),
    };
    let places = EnvPlaces::of(project, &configs, options);
    let loaded = match (&places.folder, options.env_files) {
        (Some(folder), true) => build::load(folder, project.tool, mode, overlay),
        _ => Loaded::default(),
    };
    let mut out = exposed(project, &places, &loaded, mode);
    let seen = Settings {
        constants: seen_by_config(project, &loaded),
        ..options.settings.clone()
    };
    let mut own = Constants::new();
    for config in &configs {
        for (name, constant) in config.constants(project, &seen) {
            let known: &mut Constant = own.entry(name).or_default();
            *known = std::mem::take(known).or(constant);
        }
    }
    // What a configuration says wins over the files.
    out.extend(own);
    (out, loaded.issues)
}

/// Where the `.env` files of a project are, and what browser code sees of them.
struct EnvPlaces {
    /// Nothing where it is not known.
    folder: Option<PathBuf>,
    /// In place of the tool's own prefixes; none of them where they are not known.
    prefixes: Option<Vec<String>>,
}

impl EnvPlaces {
    fn of(project: &Project, configs: &[Config], options: &LintOptions) -> Self {
        let mut out = EnvPlaces {
            folder: Some(project.folder.clone()),
            prefixes: None,
        };
        let names = &project.tool.options;
        for config in configs {
            for path in [names.root, names.folder] {
                out.folder = match config.option(path, &options.settings) {
                    Said::Nothing => out.folder,
                    Said::Texts(texts) => match (texts.as_slice(), out.folder) {
                        ([one], Some(folder)) => Some(folder.join(one)),
                        _ => None,
                    },
                    Said::Unknown => None,
                };
            }
            out.prefixes = match config.option(names.prefixes, &options.settings) {
                Said::Nothing => out.prefixes,
                Said::Texts(texts) => Some(texts),
                Said::Unknown => Some(Vec::new()),
            };
        }
        out
    }
}

/// What browser code sees of the `.env` files.
fn exposed(project: &Project, places: &EnvPlaces, loaded: &Loaded, mode: &str) -> Constants {
    let mut out = Constants::new();
    if !project.browser_sees {
        return out;
    }
    for exposed in project.tool.exposed {
        for (name, value) in &loaded.values {
            let is_public = match &places.prefixes {
                Some(prefixes) => prefixes.iter().any(|p| name.starts_with(p.as_str())),
                None => exposed.prefixes.iter().any(|p| name.starts_with(p)),
            };
            if is_public && name != "NODE_ENV" {
                let value = Constant::of(Fixed::Text(value.clone()));
                out.insert(format!("{}.{name}", exposed.object), value);
            }
        }
    }
    // For the usual modes, tools set it before they read any file.
    let is_usual = matches!(mode, "production" | "development" | "test");
    if let (Some(value), false) = (loaded.values.get("NODE_ENV"), is_usual) {
        let value = Constant::of(Fixed::Text(value.clone()));
        out.insert("process.env.NODE_ENV".to_owned(), value);
    }
    out
}

/// What a configuration sees of the `.env` files.
fn seen_by_config(project: &Project, loaded: &Loaded) -> Constants {
    let mut out = Constants::new();
    for (name, value) in &loaded.values {
        let value = Constant::of(Fixed::Text(value.clone()));
        if project.config_sees && name != "NODE_ENV" {
            out.insert(format!("process.env.{name}"), value.clone());
        }
        out.insert(loaded_name(name), value);
    }
    out
}

/// A configuration of a tool and what it imports.
struct Config {
    sources: Sources,
    /// What tools call it with, if it is a function.
    argument: ParsedSource,
}

impl Config {
    fn read(path: &Path, mode: &str, overlay: &Overlay) -> Option<Config> {
        let read = |path: &Path| source::read_import(path, overlay);
        let source: Source = read(path)?;
        let sources = with_imports(vec![source], real(&[path]), MAX_CONFIG_FILES, overlay, read);
        let argument = BTreeMap::from([
            ("mode", serde_json::Value::from(mode)),
            ("command", "build".into()),
            ("isSsrBuild", false.into()),
            ("isPreview", false.into()),
        ]);
        let text = serde_json::to_string(&argument).ok()?;
        Some(Config {
            sources,
            argument: extract::parse_data(&"".into(), &text),
        })
    }

    fn option(&self, path: &[&str], settings: &Settings) -> Said {
        match path.is_empty() {
            true => Said::Nothing,
            false => self.evaluated(settings, |configuration| configuration.option(path)),
        }
    }

    fn constants(&self, project: &Project, settings: &Settings) -> Constants {
        let all = project.tool.constants.iter();
        let mut out = Constants::new();
        self.evaluated(settings, |configuration| {
            for at in all {
                for (name, constant) in configuration.constants(at) {
                    let known: &mut Constant = out.entry(name).or_default();
                    *known = std::mem::take(known).or(constant);
                }
            }
        });
        out
    }

    fn evaluated<T>(&self, settings: &Settings, work: impl FnOnce(&mut Configuration) -> T) -> T {
        // The configuration, what it is called with, then what it imports.
        let number = |file: usize| if file == 0 { 0 } else { file as u32 + 1 };
        let imports = |file: usize| {
            let own = self.sources.imports[file].iter();
            own.map(|(s, n)| (s.clone(), number(*n as usize))).collect()
        };
        let empty = crate::js::FileFacts::default();
        let facts = |file: usize| {
            self.sources.all[file]
                .parsed
                .as_deref()
                .map_or(&empty, ParsedSource::facts)
        };
        let mut files: Vec<_> = (0..self.sources.all.len())
            .map(|i| (facts(i), imports(i)))
            .collect();
        files.insert(1, (self.argument.facts(), HashMap::default()));
        let program = Program::new(files, settings);
        work(&mut Configuration::of(&program))
    }
}
