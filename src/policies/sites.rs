//! The files of policies that a run found, read: sites, and which of them governs a file.
//!
//! A site governs the files below the folder of its project. Of sites in nested projects the
//! nearest count. Sites of one project that are not of one deployment are alternatives: a page is
//! served by one or the other, so that their policies do not add up.

use super::{
    Everywhere, Found, FoundPolicy, LocatedPolicy, Origin, PolicyError, PolicyIssue,
    PolicyLocation, Routing, Scope, SourceFile, location_of, named_location,
};
use crate::discover::SourcePath;
use rayon::prelude::*;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A file of policies, read.
#[derive(Debug)]
pub struct Site {
    /// What kind of file it is.
    pub location: &'static str,
    /// Sites of one project that have the same word work together.
    pub deployment: &'static str,
    /// The file.
    pub file: SourceFile,
    /// The folder whose files it governs, without links.
    pub base: PathBuf,
    /// The folder that is served, if the file says so, without links.
    pub publish: Option<PathBuf>,
    /// Other folders that are served, without links.
    pub mounts: Vec<Mount>,
    /// The folder whose files it is for, if not all of the project, without links.
    governs: Option<PathBuf>,
    /// Whether it works together with no other.
    stands_alone: bool,
    /// The policies of each header value, among all of the run.
    values: Vec<Range<usize>>,
    routing: Box<dyn Routing>,
}

/// A folder that is served under a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// The folder.
    pub folder: PathBuf,
    /// It ends with `/`.
    pub path: String,
}

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

/// Folders whose contents are served as they are, wherever they stand in a project.
const SERVED: [&str; 9] = [
    "public",
    "static",
    "www",
    "dist",
    "build",
    "out",
    "_site",
    "htdocs",
    "public_html",
];

/// The same, at the top of a project.
const SERVED_AT_TOP: [&str; 7] = ["src", "app", "site", "html", "res", "docs", "web"];

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

impl Sites {
    /// Reads files of policies and adds what they hold to `policies`. `named`: the user named
    /// them, they govern everything. `bases`: folders above which no project is looked for.
    ///
    /// # Errors
    /// When a file that the user named cannot be read, or holds no policy.
    pub fn read(
        files: &[(SourcePath, &'static dyn PolicyLocation)],
        named: bool,
        bases: &[PathBuf],
        policies: &mut Vec<LocatedPolicy>,
    ) -> Result<Sites, PolicyError> {
        let read: Vec<_> = files
            .par_iter()
            .map(|(path, location)| {
                let file = SourceFile::read(&path.path, &path.display)?;
                let found = location.read(&file);
                Ok((*location, file, found))
            })
            .collect();
        let parts = included(&read);
        let mut sites = Sites::default();
        let mut known = HashMap::default();
        for (result, is_part) in read.into_iter().zip(parts) {
            if is_part && !named {
                continue;
            }
            let (location, file, found) = match result {
                Ok(read) => read,
                Err(error) if named => return Err(error),
                // What is not there any more has no policy.
                Err(_) => continue,
            };
            sites.add_issues(&file, &found);
            if found.policies.is_empty() {
                if named {
                    let path = file.name.to_string();
                    return Err(PolicyError::Empty { path });
                }
                if !found.issues.is_empty() {
                    sites.files.push(file);
                }
                continue;
            }
            let number = sites.all.len();
            let mut values = Vec::new();
            for value in &found.policies {
                // Files that include the same one have its policies in common.
                let place = value.written.start().cloned();
                let text = value.written.text().to_owned();
                let key = (location.name(), value.disposition, place, text);
                let range = known.entry(key).or_insert_with(|| {
                    let start = policies.len();
                    let origin = origin(value, &file, &found);
                    policies.extend(value.located(&origin, &Scope::Served(number)));
                    start..policies.len()
                });
                values.push(range.clone());
            }
            let folder = real(file.folder());
            let base = match named {
                true => PathBuf::from("/"),
                false => project_folder(&folder, bases),
            };
            sites.files.extend(found.others.iter().cloned());
            sites.files.push(file.clone());
            sites.all.push(Site {
                location: location.name(),
                deployment: location.deployment(),
                publish: found.publish.map(|publish| real(&folder.join(publish))),
                mounts: mounts(found.mounts, &folder),
                governs: found.governs.map(|governs| real(&folder.join(governs))),
                stands_alone: location.stands_alone(),
                base,
                file,
                routing: found.routing.unwrap_or(Box::new(Everywhere {
                    policies: found.policies.len(),
                })),
                values,
            });
        }
        Ok(sites)
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
        let above = |site: &&Site| file.starts_with(&site.base);
        let nearest = self
            .all
            .iter()
            .filter(above)
            .map(|site| site.base.components().count())
            .max();
        let governing: Vec<&Site> = self
            .all
            .iter()
            .filter(above)
            .filter(|site| Some(site.base.components().count()) == nearest)
            .collect();
        let is_hidden = |site: &Site| {
            let by = |other: &&Site| {
                other.deployment == site.deployment && other.is_for(file) && other.is_below(site)
            };
            governing.iter().any(by)
        };
        let governing = governing
            .iter()
            .copied()
            .filter(|site| site.is_for(file) && !is_hidden(site));
        let mut out: Vec<Vec<&Site>> = Vec::new();
        for site in governing {
            match out
                .iter_mut()
                .find(|group| group[0].deployment == site.deployment && !site.stands_alone)
            {
                Some(group) => group.push(site),
                None => out.push(vec![site]),
            }
        }
        out
    }
}

impl Site {
    /// Whether it is for a file of its project.
    fn is_for(&self, file: &Path) -> bool {
        self.governs
            .as_ref()
            .is_none_or(|folder| file.starts_with(folder))
    }

    /// Whether it is for a folder in that of another.
    fn is_below(&self, other: &Site) -> bool {
        match (&self.governs, &other.governs) {
            (Some(own), Some(above)) => own != above && own.starts_with(above),
            _ => false,
        }
    }

    /// The numbers of the policies that come with the response for a path, for each way that it
    /// may be made.
    pub fn ways_at(&self, path: &str) -> Vec<Vec<usize>> {
        let at = |i: usize| self.values.get(i).cloned().unwrap_or_default();
        let ways = self.routing.ways_at(path).into_iter().map(|values| {
            let mut policies: Vec<usize> = values.into_iter().flat_map(at).collect();
            policies.sort_unstable();
            policies.dedup();
            policies
        });
        ways.collect()
    }

    /// Those that a page of no known path gets: those of the root, or of any path.
    pub fn site_wide(&self) -> Vec<Vec<usize>> {
        let ways = self.ways_at("/");
        match ways.iter().all(Vec::is_empty) {
            true => self.ways_at("/any/page"),
            false => ways,
        }
    }

    /// For which paths a policy is sent, as the file says it; nothing if for all.
    pub fn paths_of(&self, policy: usize) -> Option<String> {
        let mut values = self.values.iter();
        let value = values.position(|value| value.contains(&policy))?;
        self.routing.shown(value)
    }

    /// The paths under which a file is served; the one that people see last. Both paths are
    /// without links.
    pub fn url_paths(&self, file: &Path) -> Vec<String> {
        let mounted = self.mounts.iter().filter(|m| file.starts_with(&m.folder));
        match mounted.max_by_key(|m| m.folder.components().count()) {
            Some(mount) => mounted_paths(file, mount),
            None => url_paths(file, &self.base, self.publish.as_deref()),
        }
    }
}

/// Where a value stands, for people.
fn origin(value: &FoundPolicy, file: &SourceFile, found: &Found) -> Origin {
    let Some(place) = value.written.start() else {
        return Origin::File {
            path: file.name.clone(),
            line: 1,
        };
    };
    let mut others = found.others.iter().chain([file]);
    let own = others.find(|other| other.name == place.file);
    Origin::File {
        path: place.file.clone(),
        line: own.map_or(1, |own| own.line(place.span.start)),
    }
}

type Read = (&'static dyn PolicyLocation, SourceFile, Found);

/// Which files are a part of others: included by the configuration of a server, which they do not
/// include.
fn included(read: &[Result<Read, PolicyError>]) -> Vec<bool> {
    let includes = |(location, file, found): &Read| {
        let others = found.others.iter().filter(|_| location.stands_alone());
        let others = others.map(|other| real(&other.path));
        (real(&file.path), others.collect::<HashSet<_>>())
    };
    let all: Vec<_> = read.iter().map(|r| r.as_ref().ok().map(includes)).collect();
    let by_path: HashMap<_, _> = all.iter().flatten().map(|(path, of)| (path, of)).collect();
    let mut parts = HashSet::default();
    for (path, others) in all.iter().flatten() {
        let is_part = |other: &&PathBuf| {
            let back = by_path.get(*other);
            *other != path && back.is_some_and(|back| !back.contains(path))
        };
        parts.extend(others.iter().filter(is_part));
    }
    let is_part = |one: &Option<(PathBuf, HashSet<PathBuf>)>| {
        one.as_ref().is_some_and(|(path, _)| parts.contains(path))
    };
    all.iter().map(is_part).collect()
}

/// Folders without links; of several that are one, the first.
fn mounts(found: Vec<Mount>, folder: &Path) -> Vec<Mount> {
    let mut out: Vec<Mount> = Vec::new();
    for mount in found {
        let mount = Mount {
            folder: real(&folder.join(&mount.folder)),
            path: mount.path,
        };
        if out.iter().all(|known| known.folder != mount.folder) {
            out.push(mount);
        }
    }
    out
}

fn mounted_paths(file: &Path, mount: &Mount) -> Vec<String> {
    let below = url_paths(file, Path::new("/"), Some(&mount.folder));
    let paths = below
        .iter()
        .map(|path| format!("{}{}", mount.path, path.trim_start_matches('/')));
    paths.collect()
}

fn url_paths(file: &Path, base: &Path, publish: Option<&Path>) -> Vec<String> {
    let below = publish.and_then(|publish| file.strip_prefix(publish).ok());
    let below = match below {
        Some(below) => below.to_path_buf(),
        None => {
            let below = file.strip_prefix(base).unwrap_or(file);
            let parts: Vec<_> = below.iter().collect();
            let folders = &parts[..parts.len().saturating_sub(1)];
            let is = |names: &[&str], part: &std::ffi::OsStr| names.iter().any(|n| part == *n);
            let served = folders.iter().rposition(|part| is(&SERVED, part));
            let at_top = folders.first().is_some_and(|part| is(&SERVED_AT_TOP, part));
            let start = served.map_or(usize::from(at_top), |at| at + 1);
            parts[start..].iter().collect()
        }
    };
    let parts: Vec<_> = below.iter().map(|p| p.to_string_lossy()).collect();
    let path = format!("/{}", parts.join("/"));
    let Some(stem) = path.strip_suffix(".html").or(path.strip_suffix(".htm")) else {
        return vec![path];
    };
    match stem.strip_suffix("/index") {
        Some(folder) => vec![format!("{folder}/")],
        None => vec![path.clone(), stem.to_owned()],
    }
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

/// A path without links, if it is there.
fn real(path: &Path) -> PathBuf {
    let path = match path.as_os_str().is_empty() {
        true => Path::new("."),
        false => path,
    };
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_the_paths_that_they_are_served_under() {
        let at = |file: &str, publish: Option<&str>| {
            url_paths(Path::new(file), Path::new("/p"), publish.map(Path::new))
        };
        assert_eq!(at("/p/index.html", None), ["/"]);
        assert_eq!(at("/p/public/index.html", None), ["/"]);
        assert_eq!(at("/p/about.html", None), ["/about.html", "/about"]);
        assert_eq!(at("/p/web/site/a/index.html", Some("/p/web/site")), ["/a/"]);
        assert_eq!(at("/p/apps/public/x/sw.js", None), ["/x/sw.js"]);
        assert_eq!(at("/p/public/app/index.html", None), ["/app/"]);
        assert_eq!(at("/p/src/index.html", None), ["/"]);
    }

    #[test]
    fn folders_may_be_served_below_a_path() {
        let mount = Mount {
            folder: "/p/dist".into(),
            path: "/app/".into(),
        };
        let at = |file: &str| mounted_paths(Path::new(file), &mount);
        assert_eq!(at("/p/dist/index.html"), ["/app/"]);
        assert_eq!(at("/p/dist/a.html"), ["/app/a.html", "/app/a"]);
    }
}
