//! A site: a file of policies, and the files that it is for.

use super::real;
use crate::policies::urls::url_paths;
use crate::policies::{PageUrls, Routing, SourceFile};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A file of policies, read.
#[derive(Debug)]
pub struct Site {
    /// What kind of file it is.
    pub location: &'static str,
    /// Sites of one project that have the same word and number work together.
    pub deployment: (&'static str, usize),
    /// Whether its headers take the place of those that work together with it.
    pub overrides: bool,
    /// Whether it is the file of a hosting service.
    pub hosts: bool,
    /// The file.
    pub file: SourceFile,
    /// The folder whose files it governs, without links.
    pub base: PathBuf,
    /// The part of the project that it stands in, without links.
    pub(super) part: PathBuf,
    /// The folder that is served, if the file says so, without links.
    pub publish: Option<PathBuf>,
    /// Whether only the files of that folder are governed.
    pub(super) only_published: bool,
    /// Under which paths its pages are served.
    pub(super) urls: PageUrls,
    /// The folders that paths of URLs can be relative to, the best first.
    pub(super) roots: Vec<PathBuf>,
    /// Other folders that are served, without links.
    pub mounts: Vec<Mount>,
    /// The folder whose files it is for, if not all of the project, without links.
    pub(super) governs: Option<PathBuf>,
    /// Whether it works together with no other.
    pub(super) stands_alone: bool,
    /// It counts only where no other site does.
    pub is_weak: bool,
    /// It does not count at all.
    pub(super) is_void: bool,
    /// The policies of each header value, among all of the run.
    pub values: Vec<Range<usize>>,
    pub(super) routing: Box<dyn Routing>,
}

/// A folder that is served under a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// The folder.
    pub folder: PathBuf,
    /// It ends with `/`.
    pub path: String,
    /// Which of the servers of the configuration serves it, by its number in the routing.
    pub server: usize,
}

impl Site {
    /// Whether it may govern anything.
    pub(super) fn counts(&self) -> bool {
        !self.is_void && self.routing.governs()
    }

    /// Whether it is for a file of its project.
    pub(super) fn is_for(&self, file: &Path) -> bool {
        self.governs
            .as_ref()
            .is_none_or(|folder| file.starts_with(folder))
    }

    /// How deep the part of the project lies that it stands in, if a file is in that part.
    pub(super) fn depth_of_part(&self, file: &Path) -> Option<usize> {
        let is_in = file.starts_with(&self.part);
        is_in.then(|| self.part.components().count())
    }

    /// Whether it is for a folder in that of another.
    pub(super) fn is_below(&self, other: &Site) -> bool {
        match (&self.governs, &other.governs) {
            (Some(own), Some(above)) => own != above && own.starts_with(above),
            _ => false,
        }
    }

    /// The numbers of the policies that come with the response for a path, for each way that it
    /// may be made.
    pub fn ways_at(&self, path: &str) -> Vec<Vec<usize>> {
        self.numbered(self.routing.ways_at(path))
    }

    /// The numbers of the policies of ways.
    fn numbered(&self, ways: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
        let at = |i: usize| self.values.get(i).cloned().unwrap_or_default();
        let ways = ways.into_iter().map(|values| {
            let mut policies: Vec<usize> = values.into_iter().flat_map(at).collect();
            policies.sort_unstable();
            policies.dedup();
            policies
        });
        ways.collect()
    }

    /// The same for a path of a file: without servers whose folders are known, and are others.
    pub fn ways_to(&self, path: &str, file: &Path) -> Vec<Vec<usize>> {
        let own = self.mount_of(file).map(|mount| &mount.folder);
        let has = |server: usize| {
            let of_server = |m: &&Mount| m.server == server && Some(&m.folder) == own;
            self.mounts.iter().any(|m| of_server(&m))
        };
        let others = self.mounts.iter().map(|m| m.server).filter(|s| !has(*s));
        let others: Vec<usize> = match own {
            Some(_) => others.collect(),
            None => Vec::new(),
        };
        self.numbered(self.routing.ways_without(path, &others))
    }

    /// The mount that a file is in.
    fn mount_of(&self, file: &Path) -> Option<&Mount> {
        let mounted = self.mounts.iter().filter(|m| file.starts_with(&m.folder));
        mounted.max_by_key(|m| m.folder.components().count())
    }

    /// Those that a page of no known path gets: those of the root, or of any path.
    pub fn site_wide(&self) -> Vec<Vec<usize>> {
        let ways = self.ways_at("/");
        match ways.iter().all(Vec::is_empty) {
            true => self.ways_at("/any/page"),
            false => ways,
        }
    }

    /// Whether a script that no page is known to load runs under its policies: see
    /// [`Routing::runs`].
    pub fn runs(&self, file: &Path) -> Option<bool> {
        let paths = self.url_paths(file);
        paths.iter().find_map(|path| self.routing.runs(path))
    }

    /// For which paths a policy is sent, as the file says it; nothing if for all.
    pub fn paths_of(&self, policy: usize) -> Option<String> {
        let mut values = self.values.iter();
        let value = values.position(|value| value.contains(&policy))?;
        self.routing.shown(value)
    }

    /// Whether a policy depends on more than the path: see [`Routing::is_conditional`].
    pub fn is_conditional(&self, policy: usize) -> bool {
        let mut values = self.values.iter();
        let value = values.position(|value| value.contains(&policy));
        value.is_some_and(|value| self.routing.is_conditional(value))
    }

    /// The paths under which a file is served; the one that people see last. Both paths are
    /// without links.
    pub fn url_paths(&self, file: &Path) -> Vec<String> {
        if let Some(mount) = self.mount_of(file) {
            return mounted_paths(file, mount, self.urls);
        }
        let root = self.roots.iter().find(|root| file.starts_with(root));
        let below = root.and_then(|root| file.strip_prefix(root).ok());
        let publish = self.publish.as_deref();
        url_paths(file, below, publish, self.urls)
    }

    /// Whether a file is among those that it is for.
    pub(super) fn may_govern(&self, file: &Path) -> bool {
        let is_published = || {
            let publish = self.publish.as_deref();
            publish.is_some_and(|publish| file.starts_with(publish))
        };
        file.starts_with(&self.base) && (!self.only_published || is_published())
    }
}

/// Folders without links; of several of a server that are one, the first.
pub(super) fn mounts(found: Vec<Mount>, folder: &Path) -> Vec<Mount> {
    let mut out: Vec<Mount> = Vec::new();
    for mount in found {
        let mount = Mount {
            folder: real(&folder.join(&mount.folder)),
            ..mount
        };
        let is_known = |known: &Mount| known.folder == mount.folder && known.server == mount.server;
        if !out.iter().any(is_known) {
            out.push(mount);
        }
    }
    out
}

fn mounted_paths(file: &Path, mount: &Mount, urls: PageUrls) -> Vec<String> {
    let below = url_paths(file, None, Some(&mount.folder), urls);
    let paths = below
        .iter()
        .map(|path| format!("{}{}", mount.path, path.trim_start_matches('/')));
    paths.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_may_be_served_below_a_path() {
        let mount = Mount {
            folder: "/p/dist".into(),
            path: "/app/".into(),
            server: 0,
        };
        let at = |file: &str| mounted_paths(Path::new(file), &mount, PageUrls::default());
        assert_eq!(at("/p/dist/index.html"), ["/app/"]);
        assert_eq!(at("/p/dist/a.html"), ["/app/a.html", "/app/a"]);
    }
}
