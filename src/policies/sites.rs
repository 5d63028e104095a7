//! The files of policies that a run found, read: sites, and which of them governs a file.
//!
//! A site governs the files below the folder of its project. Of sites in nested projects the
//! nearest count. Sites of one project that are not of one deployment are alternatives: a page is
//! served by one or the other, so that their policies do not add up.

use super::{
    Everywhere, LocatedPolicy, Origin, PolicyError, PolicyIssue, PolicyLocation, Routing, Scope,
    SourceFile, in_code, location_of, named_location,
};
use crate::discover::SourcePath;
use rayon::prelude::*;
use std::ops::Range;
use std::path::{Path, PathBuf};

mod code;

/// A file of policies, read.
#[derive(Debug)]
pub struct Site {
    /// What kind of file it is.
    pub location: &'static str,
    /// Sites of one project that have the same word work together; those without one do not.
    pub deployment: &'static str,
    /// The file.
    pub file: SourceFile,
    /// The folder whose files it governs, without links.
    pub base: PathBuf,
    /// The folder that is served, if the file says so, without links.
    pub publish: Option<PathBuf>,
    /// Its policies among all of the run.
    pub policies: Range<usize>,
    /// It counts only where no other site does.
    pub is_weak: bool,
    /// It does not count at all.
    is_void: bool,
    /// The number of the first policy of each header value, and the end.
    starts: Vec<usize>,
    routing: Box<dyn Routing>,
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
        let mut all = Vec::new();
        for result in read {
            match result {
                Ok(read) => all.push(read),
                Err(error) if named => return Err(error),
                // What is not there any more has no policy.
                Err(_) => {}
            }
        }
        if !named {
            code::drop_doubles(&mut all);
        }
        let mut sites = Sites::default();
        for (location, file, found) in all {
            sites
                .issues
                .extend(found.issues.iter().map(|i| (i.clone(), file.clone())));
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
            let (start, number) = (policies.len(), sites.all.len());
            let mut starts = Vec::new();
            for value in &found.policies {
                starts.push(policies.len());
                let line = value.written.start().map_or(1, |place| {
                    let others = found.others.iter().chain([&file]);
                    let mut own = others.filter(|f| f.name == place.file);
                    own.next().map_or(1, |f| f.line(place.span.start))
                });
                let path = value
                    .written
                    .start()
                    .map_or(&file.name, |place| &place.file);
                let origin = Origin::File {
                    path: path.clone(),
                    line,
                };
                policies.extend(value.located(&origin, &Scope::Served(number)));
            }
            starts.push(policies.len());
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
                base,
                file,
                policies: start..policies.len(),
                is_weak: found.is_weak,
                is_void: false,
                routing: found.routing.unwrap_or(Box::new(Everywhere {
                    policies: found.policies.len(),
                })),
                starts,
            });
        }
        if !named {
            code::drop_disagreeing(&mut sites, policies);
        }
        Ok(sites)
    }

    /// Files whose code may set policies.
    pub fn in_code(paths: &[SourcePath]) -> Vec<(SourcePath, &'static dyn PolicyLocation)> {
        let location: &'static dyn PolicyLocation = &in_code::InScripts;
        paths.iter().map(|p| (p.clone(), location)).collect()
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
        let above = |site: &&Site| file.starts_with(&site.base) && site.counts();
        let all = || self.all.iter().filter(above);
        let has_strong = all().any(|site| !site.is_weak);
        let counts = |site: &&Site| !(has_strong && site.is_weak);
        let nearest = all()
            .filter(counts)
            .map(|site| site.base.components().count())
            .max();
        let governing = all()
            .filter(counts)
            .filter(|site| Some(site.base.components().count()) == nearest);
        let mut out: Vec<Vec<&Site>> = Vec::new();
        for site in governing {
            let works_with = |group: &&mut Vec<&Site>| {
                !site.deployment.is_empty() && group[0].deployment == site.deployment
            };
            match out.iter_mut().find(works_with) {
                Some(group) => group.push(site),
                None => out.push(vec![site]),
            }
        }
        out
    }
}

impl Site {
    /// Whether it may govern anything.
    fn counts(&self) -> bool {
        !self.is_void && self.routing.governs()
    }

    /// The numbers of the policies that come with the response for a path.
    pub fn policies_at(&self, path: &str) -> Vec<usize> {
        let values = self.routing.policies_at(path);
        let policies = values.into_iter().flat_map(|value| {
            let at = |i: usize| self.starts.get(i).copied().unwrap_or(self.policies.end);
            at(value)..at(value + 1)
        });
        policies.collect()
    }

    /// The numbers of the policies that a page of no known path gets: those of the root, or of
    /// any path.
    pub fn site_wide(&self) -> Vec<usize> {
        match self.policies_at("/") {
            none if none.is_empty() => self.policies_at("/any/page"),
            some => some,
        }
    }

    /// For which paths a policy is sent, as the file says it; nothing if for all.
    pub fn paths_of(&self, policy: usize) -> Option<String> {
        let after = self.starts.partition_point(|start| *start <= policy);
        self.routing.shown(after.checked_sub(1)?)
    }

    /// The paths under which a file is served; the one that people see last. Both paths are
    /// without links.
    pub fn url_paths(&self, file: &Path) -> Vec<String> {
        url_paths(file, &self.base, self.publish.as_deref())
    }
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
}
