//! The program: the linted files, what they import, and where each import leads.

use super::environments::Environments;
use super::source::Source;
use crate::discover::{Import, Modules};
use crate::endpoint::Endpoint;
use crate::extract::{ParsedSource, SourceProgram};
use crate::opaque::OpaqueCall;
use crate::resolve::{Settings, is_open};
use rayon::prelude::*;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many files are read that nobody asked to lint.
pub(super) const MAX_IMPORTED: usize = 20_000;

/// Sources with their paths, linted ones first.
pub(super) struct Sources {
    pub(super) all: Vec<Source>,
    /// The path of each, without links.
    pub(super) paths: Vec<PathBuf>,
    /// For each: what its specifiers lead to.
    pub(super) imports: Vec<HashMap<String, u32>>,
}

/// Reads what the files import, and what that imports, until nothing new comes, or `most` files
/// were read. `paths`: of the files, without links; `import` reads one.
pub(super) fn with_imports(
    mut all: Vec<Source>,
    mut paths: Vec<PathBuf>,
    most: usize,
    import: impl Fn(&Path) -> Option<Source> + Sync,
) -> Sources {
    let linted = all.len();
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
            if !numbers.contains_key(path) && all.len() - linted + new.len() < most {
                numbers.insert(path.clone(), None);
                new.push(path.clone());
            }
        }
        let read: Vec<_> = new.par_iter().map(|path| import(path)).collect();
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
        paths,
    }
}

/// The paths without links: what imports lead to has none. Folders are looked up once.
pub(super) fn real(paths: &[&Path]) -> Vec<PathBuf> {
    let mut folders: HashMap<&Path, Option<PathBuf>> = HashMap::default();
    let mut out = Vec::with_capacity(paths.len());
    for &path in paths {
        let is_link = path.symlink_metadata().is_ok_and(|m| m.is_symlink());
        let (Some(folder), Some(name), false) = (path.parent(), path.file_name(), is_link) else {
            out.push(path.canonicalize().unwrap_or_else(|_| path.to_path_buf()));
            continue;
        };
        let real = folders.entry(folder).or_insert_with(|| {
            let here = folder.as_os_str().is_empty();
            let folder = if here { Path::new(".") } else { folder };
            folder.canonicalize().ok()
        });
        let joined = real.as_ref().map(|folder| folder.join(name));
        out.push(joined.unwrap_or_else(|| path.to_path_buf()));
    }
    out
}

fn imports_of(source: &Source, path: &Path, modules: &Modules) -> Vec<(String, PathBuf)> {
    let specifiers = source.parsed.as_ref().map(|parsed| parsed.specifiers());
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
    /// Says of these that they run in workers only.
    pub(super) fn mark_workers(&mut self, workers: &[usize]) {
        for &worker in workers {
            self.all[worker].mark_worker();
        }
    }

    /// Says of these that only servers run them, each with a file that imports it.
    pub(super) fn mark_servers(&mut self, servers: Vec<(usize, Arc<str>)>) {
        for (source, from) in servers {
            let why = format!("only server code imports it (from {from})");
            self.all[source].facts.skipped = Some(why);
        }
    }

    /// Works out the endpoints of every linted file: once for each environment that it is built
    /// in. With `survey`, also what was not seen through.
    pub(super) fn evaluate(mut self, environments: &Environments, survey: bool) -> Vec<Source> {
        let runs: Vec<_> = environments
            .all
            .iter()
            .enumerate()
            .map(|(number, settings)| {
                self.evaluate_in(settings, survey, |file| environments.has(number, file))
            })
            .collect();
        let mut found: Vec<Vec<Option<OfSource>>> = vec![Vec::new(); self.all.len()];
        for (file, of_source) in runs.into_iter().flatten() {
            found[file].push(of_source);
        }
        for (source, found) in self.all.iter_mut().zip(found) {
            if !found.is_empty() {
                source.take(merged(found));
            }
            source.parsed = None;
        }
        self.all
    }

    /// What is found in some of the files, which import each other only.
    fn evaluate_in(
        &self,
        settings: &Settings,
        survey: bool,
        is_in: impl Fn(usize) -> bool,
    ) -> Vec<(usize, Option<OfSource>)> {
        let numbered = self.all.iter().enumerate();
        let parsed: Vec<(usize, &ParsedSource)> = numbered
            .filter(|(i, _)| is_in(*i))
            .filter_map(|(i, s)| Some((i, s.parsed.as_deref()?)))
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
        let skipped = parsed.iter().map(|(i, _)| self.all[*i].is_skipped());
        let program = SourceProgram::new(&files, imports.collect(), settings)
            .with_elsewhere(skipped.collect());
        let runtimes: Vec<_> = parsed.iter().map(|(i, _)| self.all[*i].runtime()).collect();
        let found = program.endpoints(&runtimes, survey);
        parsed.into_iter().map(|(i, _)| i).zip(found).collect()
    }
}

/// The endpoints of a file, and the calls that were not seen through.
type OfSource = (Vec<Endpoint>, Vec<OpaqueCall>);

/// The endpoints of a file in any of its environments, and the calls that were not seen through
/// in one of them; nothing if one failed.
fn merged(mut found: Vec<Option<OfSource>>) -> Option<OfSource> {
    if found.len() == 1 {
        return found.pop().flatten();
    }
    let found: Vec<OfSource> = found.into_iter().collect::<Option<_>>()?;
    let (endpoints, mut opaque): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    let first = opaque.pop().unwrap_or_default();
    let is_in_all = |call: &OpaqueCall| opaque.iter().all(|calls| calls.contains(call));
    let opaque = first.into_iter().filter(is_in_all).collect();
    Some((merged_endpoints(endpoints), opaque))
}

fn merged_endpoints(found: Vec<Vec<Endpoint>>) -> Vec<Endpoint> {
    let site = |e: &Endpoint| (e.place.span, e.api.name());
    let sites: Vec<HashSet<_>> = found.iter().map(|f| f.iter().map(site).collect()).collect();
    let mut seen = HashSet::default();
    let mut out = Vec::new();
    for endpoint in found.into_iter().flatten() {
        // What is left open in one environment, its callers may decide in another.
        let open = is_open(&endpoint.url);
        if open && sites.iter().any(|sites| !sites.contains(&site(&endpoint))) {
            continue;
        }
        let key = (
            site(&endpoint),
            endpoint.url_span,
            endpoint.url.clone(),
            endpoint.guard,
        );
        if seen.insert(key) {
            out.push(endpoint);
        }
    }
    out.sort_by_key(|e| (e.place.span, e.url_span));
    out
}
