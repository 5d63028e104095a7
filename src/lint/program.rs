//! The program: the linted files, what they import, and where each import leads.

use super::environments::Environments;
use super::source::Source;
use crate::discover::{Import, Modules, Overlay};
use crate::endpoint::Endpoint;
use crate::extract::{OfSource, SourceMemo, SourceProgram};
use crate::opaque::OpaqueCall;
use crate::resolve::{Imports, Settings, is_open};
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
    pub(super) paths: Arc<Vec<PathBuf>>,
    /// For each: what its specifiers lead to.
    pub(super) imports: Arc<Vec<Arc<Imports>>>,
}

/// What the specifiers of files lead to, by the paths of the files: resolved once.
pub(super) type Targets = HashMap<PathBuf, Arc<OfSpecifiers>>;

/// What the specifiers of a file lead to.
#[derive(Debug)]
pub(super) struct OfSpecifiers {
    specifiers: Vec<String>,
    /// Those that lead to a file.
    targets: Vec<(String, PathBuf)>,
}

/// The files of a program, and what their specifiers lead to.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) paths: Arc<Vec<PathBuf>>,
    pub(super) imports: Arc<Vec<Arc<Imports>>>,
}

/// Reads what the files import, and what that imports, until nothing new comes, or `most` files
/// were read. `paths`: of the files, without links; `overlay`: what is not saved yet; `import` reads one.
pub(super) fn with_imports(
    all: Vec<Source>,
    paths: Vec<PathBuf>,
    most: usize,
    overlay: &Overlay,
    import: impl Fn(&Path) -> Option<Source> + Sync,
) -> Sources {
    let modules = Modules::new(paths.iter().map(PathBuf::as_path), overlay);
    let mut targets = Targets::default();
    let (all, found) = Found::of(all, paths, most, &modules, &mut targets, import);
    Sources {
        all,
        paths: found.paths,
        imports: found.imports,
    }
}

impl Found {
    /// Reads what the files import: see [`with_imports`]. `known`: what specifiers lead to.
    pub(super) fn of(
        mut all: Vec<Source>,
        mut paths: Vec<PathBuf>,
        most: usize,
        modules: &Modules,
        known: &mut Targets,
        import: impl Fn(&Path) -> Option<Source> + Sync,
    ) -> (Vec<Source>, Found) {
        let linted = all.len();
        let mut numbers: HashMap<PathBuf, Option<u32>> = HashMap::default();
        for (i, path) in paths.iter().enumerate() {
            // What was left out as no browser code may still hold what others import.
            if all[i].parsed.is_some() {
                numbers.insert(path.clone(), Some(i as u32));
            }
        }
        let mut targets: Vec<Arc<OfSpecifiers>> = Vec::new();
        while targets.len() < all.len() {
            let from = targets.len();
            let found: Vec<_> = (from..all.len())
                .into_par_iter()
                .map(|i| targets_of(&all[i], &paths[i], modules, known.get(&paths[i])))
                .collect();
            targets.extend(found);
            let mut new: Vec<PathBuf> = Vec::new();
            for (_, path) in targets[from..].iter().flat_map(|of| &of.targets) {
                if !numbers.contains_key(path) && all.len() - linted + new.len() < most {
                    numbers.insert(path.clone(), None);
                    new.push(path.clone());
                }
            }
            let read: Vec<_> = new.par_iter().map(|path| import(path)).collect();
            for (path, source) in new.into_iter().zip(read) {
                let Some(source) = source else { continue };
                if source.parsed.is_some() {
                    numbers.insert(path.clone(), Some(all.len() as u32));
                }
                all.push(source);
                paths.push(path);
            }
        }
        let number = |(specifier, path): &(String, PathBuf)| {
            let number = numbers.get(path).copied().flatten()?;
            Some((specifier.clone(), number))
        };
        let imports = targets
            .iter()
            .map(|of| Arc::new(of.targets.iter().filter_map(number).collect()));
        let imports = Arc::new(imports.collect());
        known.clear();
        known.extend(paths.iter().cloned().zip(targets));
        let paths = Arc::new(paths);
        (all, Found { paths, imports })
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

fn targets_of(
    source: &Source,
    path: &Path,
    modules: &Modules,
    known: Option<&Arc<OfSpecifiers>>,
) -> Arc<OfSpecifiers> {
    let specifiers = source.parsed.as_ref().map(|parsed| parsed.specifiers());
    let specifiers = specifiers.unwrap_or_default();
    if let Some(known) = known
        && known.specifiers == specifiers
    {
        return known.clone();
    }
    let lead = |specifier: &&str| match modules.resolve(path, specifier) {
        Import::File(target) => Some(((*specifier).to_owned(), target)),
        Import::Package | Import::Missing => None,
    };
    Arc::new(OfSpecifiers {
        targets: specifiers.iter().filter_map(lead).collect(),
        specifiers: specifiers.into_iter().map(str::to_owned).collect(),
    })
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
    /// in. With `survey`, also what was not seen through. `memo`: what is kept from run to run, if
    /// anything is.
    pub(super) fn evaluate(
        mut self,
        environments: &Environments,
        survey: bool,
        mut memo: Option<&mut Evaluated>,
    ) -> Vec<Source> {
        let names: Vec<_> = self.all.iter().map(|s| s.facts.file.clone()).collect();
        let mut kept = memo.as_deref_mut().map(|memo| memo.taken(names));
        let mut found: Vec<Vec<Option<OfSource>>> = vec![Vec::new(); self.all.len()];
        for (number, settings) in environments.all.iter().enumerate() {
            let is_in = |file: usize| environments.has(number, file);
            let runtimes: Vec<_> = (0..self.all.len())
                .map(|i| is_in(i).then(|| self.all[i].runtime()).flatten())
                .collect();
            let program = self.program(settings, is_in);
            let of_sources = match &mut kept {
                None => program.endpoints(&runtimes, survey),
                Some(kept) => {
                    let before = kept.of(settings);
                    let (found, after) = program.endpoints_again(&runtimes, survey, before);
                    kept.keep(settings, after);
                    found
                }
            };
            for (file, of_source) in of_sources.into_iter().enumerate() {
                if self.all[file].parsed.is_some() && environments.has(number, file) {
                    found[file].push(of_source);
                }
            }
        }
        let is_one = environments.all.len() == 1;
        for (file, found) in found.into_iter().enumerate() {
            let source = &mut self.all[file];
            if !found.is_empty() {
                source.take(match &mut kept {
                    Some(kept) if !is_one => kept.merged(file, found),
                    _ => merged(found),
                });
            }
            source.parsed = None;
        }
        if let (Some(memo), Some(kept)) = (memo, kept) {
            *memo = kept;
        }
        self.all
    }

    /// The program of some of the files, which import each other only.
    fn program<'a>(
        &'a self,
        settings: &'a Settings,
        is_in: impl Fn(usize) -> bool,
    ) -> SourceProgram<'a> {
        let numbered = self.all.iter().enumerate();
        let sources = numbered.map(|(i, source)| source.parsed.as_deref().filter(|_| is_in(i)));
        let sources: Vec<_> = sources.collect();
        let elsewhere = self.all.iter().map(Source::is_skipped).collect();
        SourceProgram::new(sources, self.imports.to_vec(), settings).with_elsewhere(elsewhere)
    }
}

/// What is kept of evaluations from run to run.
#[derive(Debug, Default)]
pub(super) struct Evaluated {
    /// The sources' names, by which they are numbered.
    names: Vec<Arc<str>>,
    environments: Vec<(Settings, SourceMemo)>,
    /// Of each file that is in several environments, from what its endpoints were merged.
    merged: HashMap<usize, (Vec<Option<OfSource>>, Option<OfSource>)>,
    /// For the run that is going on.
    before: Vec<(Settings, SourceMemo)>,
    merged_before: HashMap<usize, (Vec<Option<OfSource>>, Option<OfSource>)>,
}

impl Evaluated {
    /// What is kept for a run over sources of these names.
    fn taken(&mut self, names: Vec<Arc<str>>) -> Evaluated {
        let old = std::mem::take(self);
        if old.names != names {
            return Evaluated {
                names,
                ..Evaluated::default()
            };
        }
        Evaluated {
            names,
            before: old.environments,
            merged_before: old.merged,
            ..Evaluated::default()
        }
    }

    /// What is kept of an environment.
    fn of(&mut self, settings: &Settings) -> SourceMemo {
        let at = self.before.iter().position(|(known, _)| known == settings);
        at.map(|at| self.before.swap_remove(at).1)
            .unwrap_or_default()
    }

    fn keep(&mut self, settings: &Settings, memo: SourceMemo) {
        self.environments.push((settings.clone(), memo));
    }

    fn merged(&mut self, file: usize, found: Vec<Option<OfSource>>) -> Option<OfSource> {
        let same = |(a, b): (&Option<OfSource>, &Option<OfSource>)| match (a, b) {
            (Some(a), Some(b)) => Arc::ptr_eq(&a.0, &b.0) && Arc::ptr_eq(&a.1, &b.1),
            (None, None) => true,
            _ => false,
        };
        let is_same = |old: &Vec<Option<OfSource>>| {
            old.len() == found.len() && old.iter().zip(&found).all(same)
        };
        let known = self.merged_before.remove(&file);
        let known = known.filter(|(from, _)| is_same(from));
        let known = known.unwrap_or_else(|| (found.clone(), merged(found)));
        let out = known.1.clone();
        self.merged.insert(file, known);
        out
    }
}

/// The endpoints of a file in any of its environments, and the calls that were not seen through
/// in one of them; nothing if one failed.
fn merged(mut found: Vec<Option<OfSource>>) -> Option<OfSource> {
    if found.len() == 1 {
        return found.pop().flatten();
    }
    let found: Vec<OfSource> = found.into_iter().collect::<Option<_>>()?;
    let (endpoints, mut opaque): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    let first = opaque.pop().unwrap_or_default();
    let is_in_all = |call: &&OpaqueCall| opaque.iter().all(|calls| calls.contains(*call));
    let opaque = first.iter().filter(is_in_all).cloned().collect();
    Some((merged_endpoints(endpoints).into(), opaque))
}

fn merged_endpoints(found: Vec<Arc<[Endpoint]>>) -> Vec<Endpoint> {
    let site = |e: &Endpoint| (e.place.span, e.api.name());
    let sites: Vec<HashSet<_>> = found.iter().map(|f| f.iter().map(site).collect()).collect();
    let mut seen = HashSet::default();
    let mut out = Vec::new();
    for endpoint in found.iter().flat_map(|found| found.iter()) {
        // What is left open in one environment, its callers may decide in another.
        let open = is_open(&endpoint.url);
        if open && sites.iter().any(|sites| !sites.contains(&site(endpoint))) {
            continue;
        }
        let key = (
            site(endpoint),
            endpoint.url_span,
            endpoint.url.clone(),
            endpoint.guard,
        );
        if seen.insert(key) {
            out.push(endpoint.clone());
        }
    }
    out.sort_by_key(|e| (e.place.span, e.url_span));
    out
}
