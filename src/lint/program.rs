//! The program: the linted files, what they import, and where each import leads.

use super::source::{self, Source};
use crate::discover::{Import, Modules};
use crate::extract::{ParsedSource, SourceProgram};
use crate::resolve::Settings;
use rayon::prelude::*;
use rustc_hash::FxHashMap as HashMap;
use std::path::{Path, PathBuf};

/// How many files are read that nobody asked to lint.
const MAX_IMPORTED: usize = 20_000;

/// Sources with their paths, linted ones first.
pub(super) struct Sources {
    pub(super) all: Vec<Source>,
    /// For each: what its specifiers lead to.
    imports: Vec<HashMap<String, u32>>,
}

/// Reads what the files import, and what that imports, until nothing new comes.
pub(super) fn with_imports(mut all: Vec<Source>, paths: &[&Path]) -> Sources {
    let linted = all.len();
    let mut paths: Vec<PathBuf> = paths.iter().map(|path| real(path)).collect();
    let modules = Modules::new(paths.iter().map(PathBuf::as_path));
    let mut numbers: HashMap<PathBuf, Option<u32>> = HashMap::default();
    for (i, path) in paths.iter().enumerate() {
        // What was left out as no browser code may still hold what others import.
        if all[i].parsed.is_some() {
            numbers.insert(path.clone(), Some(i as u32));
        }
    }
    let mut targets: Vec<Vec<(String, PathBuf)>> = Vec::new();
    while targets.len() < all.len() {
        let from = targets.len();
        let found: Vec<_> = (from..all.len())
            .into_par_iter()
            .map(|i| imports_of(&all[i], &paths[i], &modules))
            .collect();
        targets.extend(found);
        let mut new: Vec<PathBuf> = Vec::new();
        for (_, path) in targets[from..].iter().flatten() {
            if !numbers.contains_key(path) && all.len() - linted + new.len() < MAX_IMPORTED {
                numbers.insert(path.clone(), None);
                new.push(path.clone());
            }
        }
        let read: Vec<_> = new
            .par_iter()
            .map(|path| source::read_import(path))
            .collect();
        for (path, source) in new.into_iter().zip(read) {
            let Some(source) = source else { continue };
            numbers.insert(path.clone(), Some(all.len() as u32));
            all.push(source);
            paths.push(path);
        }
    }
    let number = |(specifier, path): (String, PathBuf)| {
        let number = numbers.get(&path).copied().flatten()?;
        Some((specifier, number))
    };
    let imports = targets
        .into_iter()
        .map(|t| t.into_iter().filter_map(number).collect());
    Sources {
        imports: imports.collect(),
        all,
    }
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

fn imports_of(source: &Source, path: &Path, modules: &Modules) -> Vec<(String, PathBuf)> {
    let specifiers = source.parsed.as_ref().map(ParsedSource::specifiers);
    let lead = |specifier: &str| match modules.resolve(path, specifier) {
        Import::File(target) => Some((specifier.to_owned(), target)),
        Import::Package | Import::Missing => None,
    };
    specifiers
        .unwrap_or_default()
        .into_iter()
        .filter_map(lead)
        .collect()
}

impl Sources {
    /// Works out the endpoints of every linted file; with `survey`, also what was not seen through.
    pub(super) fn evaluate(mut self, settings: &Settings, survey: bool) -> Vec<Source> {
        let numbered = self.all.iter().enumerate();
        let parsed: Vec<(usize, &ParsedSource)> = numbered
            .filter_map(|(i, s)| Some((i, s.parsed.as_ref()?)))
            .collect();
        // The program has those only that were parsed.
        let dense: HashMap<u32, u32> = parsed
            .iter()
            .enumerate()
            .map(|(d, (i, _))| (*i as u32, d as u32))
            .collect();
        let imports = parsed.iter().map(|(i, _)| {
            let own = self.imports[*i].iter();
            own.filter_map(|(s, n)| Some((s.clone(), *dense.get(n)?)))
                .collect()
        });
        let files: Vec<_> = parsed.iter().map(|(_, p)| *p).collect();
        let program = SourceProgram::new(&files, imports.collect(), settings);
        let runtimes: Vec<_> = parsed.iter().map(|(i, _)| self.all[*i].runtime()).collect();
        let found = program.endpoints(&runtimes, survey);
        let numbers: Vec<usize> = parsed.iter().map(|(i, _)| *i).collect();
        for (i, found) in numbers.into_iter().zip(found) {
            self.all[i].take(found);
        }
        for source in &mut self.all {
            source.parsed = None;
        }
        self.all
    }
}
