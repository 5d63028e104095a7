//! The files of policies that a run found, read: sites, and which of them governs a file.
//!
//! A site governs the files below the folder of its project. Of sites in nested projects the
//! nearest count. Sites of one project that are not of one deployment are alternatives: a page is
//! served by one or the other, so that their policies do not add up.

use super::urls::part_of;
use super::{
    Everywhere, Found, LocatedPolicy, Origin, PolicyError, PolicyIssue, PolicyLocation, Scope,
    SourceFile, in_code, location_of, named_location,
};
use crate::discover::{Overlay, SourcePath};
use crate::endpoint::Place;
use crate::results::Disposition;
use rayon::prelude::*;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

mod code;
mod site;

pub use site::{Mount, Site};

use code::ReadFile;
use site::mounts;

/// The policies of the values that were met, by the kind of file, the header, the place and the text.
type KnownValues = HashMap<(&'static str, Disposition, Option<Place>, String), Range<usize>>;

/// All sites of a run.
#[derive(Debug, Default)]
pub struct Sites {
    /// The sites that have policies, in the order of their files.
    pub all: Vec<Site>,
    /// What is wrong in the files.
    pub issues: Vec<(PolicyIssue, SourceFile)>,
    /// Every file that a place can point into.
    pub files: Vec<SourceFile>,
}

/// What stands in the folder of a project.
const PROJECT_FILES: [&str; 15] = [
    "package.json",
    ".git",
    "netlify.toml",
    "vercel.json",
    "firebase.json",
    "staticwebapp.config.json",
    "wrangler.toml",
    "Cargo.toml",
    "pyproject.toml",
    "manage.py",
    "Gemfile",
    "composer.json",
    "go.mod",
    "deno.json",
    "connect-lint.toml",
];

/// What sites are added with.
struct Adding<'a> {
    /// The user named the files.
    named: bool,
    /// Folders above which no project is looked for.
    bases: &'a [PathBuf],
    known: KnownValues,
    /// The policies of the run.
    policies: &'a mut Vec<LocatedPolicy>,
}

impl Adding<'_> {
    /// The numbers of the policies of each value of a file. Files that include the same one have
    /// its policies in common.
    fn values(
        &mut self,
        kind: &'static str,
        file: &SourceFile,
        found: &Found,
        scope: &Scope,
    ) -> Vec<Range<usize>> {
        let policies = &mut self.policies;
        let each = found.policies.iter().map(|value| {
            let place = value.written.start().cloned();
            let text = value.written.text().to_owned();
            let key = (kind, value.disposition, place, text);
            let range = self.known.entry(key).or_insert_with(|| {
                let start = policies.len();
                let origin = origin(value.written.start(), file, &found.others);
                policies.extend(value.located(&origin, scope));
                start..policies.len()
            });
            range.clone()
        });
        each.collect()
    }
}

impl Sites {
    /// Reads files of policies and adds what they hold to `policies`. `named`: the user named
    /// them, they govern everything. `bases`: folders above which no project is looked for.
    /// `overlay`: changes to read the files with.
    ///
    /// # Errors
    /// When a file that the user named cannot be read, or holds no policy.
    pub fn read(
        files: &[(SourcePath, &'static dyn PolicyLocation)],
        named: bool,
        bases: &[PathBuf],
        overlay: &Overlay,
        policies: &mut Vec<LocatedPolicy>,
    ) -> Result<Sites, PolicyError> {
        let results: Vec<_> = files
            .par_iter()
            .map(|(path, location)| {
                let file = SourceFile::read_in(overlay, &path.path, &path.display)?;
                let found = location.read(&file);
                Ok((*location, file, found))
            })
            .collect();
        let mut read = Vec::new();
        for result in results {
            match result {
                Ok(one) => read.push(one),
                Err(error) if named => return Err(error),
                // What is not there any more has no policy.
                Err(_) => {}
            }
        }
        if !named {
            code::drop_doubles(&mut read);
        }
        let parts = included(&read);
        let mut sites = Sites::default();
        let mut adding = Adding {
            named,
            bases,
            known: KnownValues::default(),
            policies,
        };
        for ((location, file, mut found), is_part) in read.into_iter().zip(parts) {
            if is_part && !named {
                continue;
            }
            let more = std::mem::take(&mut found.more);
            let all: Vec<Found> = std::iter::once(found).chain(more).collect();
            let before = sites.issues.len();
            all.iter().for_each(|found| sites.add_issues(&file, found));
            let is_empty = all.iter().all(|found| found.policies.is_empty());
            if is_empty && named {
                let path = file.name.to_string();
                return Err(PolicyError::Empty { path });
            }
            if !is_empty || sites.issues.len() > before {
                sites.files.push(file.clone());
            }
            for (number, found) in all.into_iter().enumerate() {
                if found.policies.is_empty() && !found.is_site {
                    continue;
                }
                sites.add(location, &file, found, number, &mut adding);
            }
        }
        if !named {
            code::drop_disagreeing(&mut sites, policies);
        }
        Ok(sites)
    }

    /// Adds a site of a file; `number`: which of them.
    fn add(
        &mut self,
        location: &'static dyn PolicyLocation,
        file: &SourceFile,
        found: Found,
        number: usize,
        adding: &mut Adding,
    ) {
        let scope = Scope::Served(self.all.len());
        let values = adding.values(location.name(), file, &found, &scope);
        let folder = real(file.folder());
        let project = match &found.project {
            Some(project) => real(&folder.join(project)),
            None => project_folder(&folder, adding.bases),
        };
        let base = match adding.named {
            true => PathBuf::from("/"),
            false => project.clone(),
        };
        let mut roots = vec![project];
        roots.extend(adding.bases.iter().cloned());
        self.files.extend(found.others);
        self.all.push(Site {
            location: location.name(),
            deployment: (location.deployment(), number),
            overrides: location.overrides(),
            hosts: location.hosts() && !found.only_published,
            publish: found.publish.map(|publish| real(&folder.join(publish))),
            mounts: mounts(found.mounts, &folder),
            governs: found.governs.map(|governs| real(&folder.join(governs))),
            stands_alone: location.stands_alone(),
            is_weak: found.is_weak,
            is_void: false,
            only_published: found.only_published && !adding.named,
            urls: found.urls,
            base,
            part: part_of(&folder).to_path_buf(),
            roots,
            file: file.clone(),
            routing: found.routing.unwrap_or(Box::new(Everywhere {
                policies: found.policies.len(),
            })),
            values,
        });
    }

    /// Files whose code may set policies.
    pub fn in_code(paths: &[SourcePath]) -> Vec<(SourcePath, &'static dyn PolicyLocation)> {
        let location: &'static dyn PolicyLocation = &in_code::InScripts;
        paths.iter().map(|p| (p.clone(), location)).collect()
    }

    /// Adds what is wrong in a file, and in those that it includes.
    fn add_issues(&mut self, file: &SourceFile, found: &Found) {
        for issue in &found.issues {
            let name = issue.place.as_ref().map(|place| &place.file);
            let mut others = found.others.iter();
            let other = others.find(|other| Some(&other.name) == name);
            let is_known = self.issues.iter().any(|(known, _)| known == issue);
            if !is_known || name.is_none() {
                let file = other.unwrap_or(file).clone();
                self.issues.push((issue.clone(), file));
            }
        }
    }

    /// The kinds of the files that are one.
    pub fn recognised(paths: &[SourcePath]) -> Vec<(SourcePath, &'static dyn PolicyLocation)> {
        let kinds = paths
            .iter()
            .filter_map(|p| Some((p.clone(), location_of(&p.path)?)));
        kinds.collect()
    }

    /// A file that the user names; of no kind that is known, it is a header's value or lines.
    pub fn named(path: &Path) -> (SourcePath, &'static dyn PolicyLocation) {
        let file = SourcePath {
            display: path.display().to_string(),
            path: path.to_path_buf(),
            below_root: None,
            language: None,
        };
        (file, named_location(path))
    }

    /// The sites that govern a file, without links: those that work together in one list.
    pub fn governing(&self, file: &Path) -> Vec<Vec<&Site>> {
        let above = |site: &&Site| site.may_govern(file) && site.counts();
        let all = || self.all.iter().filter(above);
        let has_strong = all().any(|site| !site.is_weak);
        let counts = |site: &&Site| !(has_strong && site.is_weak);
        let nearest = all()
            .filter(counts)
            .map(|site| site.base.components().count())
            .max();
        let governing: Vec<&Site> = all()
            .filter(counts)
            .filter(|site| Some(site.base.components().count()) == nearest)
            .collect();
        let is_hidden = |site: &Site| {
            let by = |other: &&Site| {
                other.deployment == site.deployment && other.is_for(file) && other.is_below(site)
            };
            governing.iter().any(by)
        };
        // Of several files of one service the nearest counts: `cast/public/_headers` is for `cast`.
        let is_further = |site: &Site| {
            let same = governing
                .iter()
                .filter(|o| o.hosts && o.location == site.location);
            let nearest = same.filter_map(|other| other.depth_of_part(file)).max();
            site.hosts && nearest.is_some() && site.depth_of_part(file) != nearest
        };
        let governing = governing
            .iter()
            .copied()
            .filter(|site| site.is_for(file) && !is_hidden(site) && !is_further(site));
        let mut out: Vec<Vec<&Site>> = Vec::new();
        for site in governing {
            let works_with = |group: &&mut Vec<&Site>| {
                let is_alone = site.stands_alone || site.deployment.0.is_empty();
                !is_alone && group[0].deployment == site.deployment
            };
            match out.iter_mut().find(works_with) {
                Some(group) => group.push(site),
                None => out.push(vec![site]),
            }
        }
        out
    }
}

/// Which files are a part of others: included by the configuration of a server, which they do not
/// include.
fn included(read: &[ReadFile]) -> Vec<bool> {
    let includes = |(location, file, found): &ReadFile| {
        let others = found.others.iter().filter(|_| location.stands_alone());
        let others = others.map(|other| real(&other.path));
        (real(&file.path), others.collect::<HashSet<_>>())
    };
    let all: Vec<_> = read.iter().map(includes).collect();
    let by_path: HashMap<_, _> = all.iter().map(|(path, of)| (path, of)).collect();
    let mut parts = HashSet::default();
    for (path, others) in &all {
        let is_part = |other: &&PathBuf| {
            let back = by_path.get(*other);
            *other != path && back.is_some_and(|back| !back.contains(path))
        };
        parts.extend(others.iter().filter(is_part));
    }
    all.iter().map(|(path, _)| parts.contains(path)).collect()
}

/// The folder of the project that a folder is in: the nearest with something that projects have,
/// or else the highest that is looked at.
pub fn project_folder(folder: &Path, bases: &[PathBuf]) -> PathBuf {
    let highest = bases
        .iter()
        .filter(|base| folder.starts_with(base))
        .min_by_key(|base| base.components().count());
    let Some(highest) = highest else {
        return folder.to_path_buf();
    };
    let mut above = folder.ancestors().take_while(|f| f.starts_with(highest));
    let is_project = |f: &&Path| PROJECT_FILES.iter().any(|name| f.join(name).exists());
    above
        .find(is_project)
        .map_or_else(|| highest.clone(), Path::to_path_buf)
}

/// Where a policy begins.
fn origin(start: Option<&Place>, file: &SourceFile, others: &[SourceFile]) -> Origin {
    let own = start.and_then(|place| {
        let mut all = others.iter().chain([file]);
        all.find(|f| f.name == place.file)
            .map(|f| f.line(place.span.start))
    });
    Origin::File {
        path: start.map_or(&file.name, |place| &place.file).clone(),
        line: own.unwrap_or(1),
    }
}

/// A path without links, if it is there.
fn real(path: &Path) -> PathBuf {
    let path = match path.as_os_str().is_empty() {
        true => Path::new("."),
        false => path,
    };
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}
