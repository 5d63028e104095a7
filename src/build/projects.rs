//! Projects: the folders whose `.env` files and tool decide for the sources below them.

use super::tools::Tool;
use super::{PLAIN, TOOLS};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// The number of a project.
pub type ProjectId = usize;

/// A folder that a tool builds.
#[derive(Debug)]
pub struct Project {
    /// Which.
    pub folder: PathBuf,
    /// By which tool.
    pub tool: &'static Tool,
    /// The configurations of the tool.
    pub configs: Vec<PathBuf>,
    /// Whether browser code sees what `.env` files say.
    pub browser_sees: bool,
    /// Whether the configuration does.
    pub config_sees: bool,
}

/// The projects above files, found as files ask for them.
#[derive(Debug)]
pub struct Projects {
    /// How far up is looked: no file above the outermost of them decides.
    bases: Vec<PathBuf>,
    mode: String,
    folders: HashMap<PathBuf, Option<ProjectId>>,
    all: Vec<Project>,
}

impl Projects {
    /// Looks up to the outermost of some folders; beyond, up to the next `package.json`.
    pub fn new(bases: &[PathBuf], mode: &str) -> Self {
        Projects {
            bases: bases.to_vec(),
            mode: mode.to_owned(),
            folders: HashMap::new(),
            all: Vec::new(),
        }
    }

    /// All that were found.
    pub fn all(&self) -> &[Project] {
        &self.all
    }

    /// The project of a file, by its path without links: of the nearest folder above that has
    /// the configuration of a tool or `.env` files.
    pub fn of(&mut self, file: &Path) -> Option<ProjectId> {
        let folder = file.parent()?;
        let known = folder
            .ancestors()
            .find_map(|folder| Some((folder, *self.folders.get(folder)?)));
        let top = match known {
            Some((folder, _)) => folder.to_path_buf(),
            None => self.top(folder),
        };
        let mut found = known.and_then(|(_, project)| project);
        let below: Vec<_> = folder
            .ancestors()
            .take_while(|f| f.starts_with(&top))
            .filter(|f| !self.folders.contains_key(*f))
            .map(Path::to_path_buf)
            .collect();
        // From the top down, so that each folder has the project of the one above it, or its own.
        for folder in below.into_iter().rev() {
            if let Some(project) = self.at(&folder) {
                found = Some(self.all.len());
                self.all.push(project);
            }
            self.folders.insert(folder, found);
        }
        found
    }

    /// The outermost folder that may decide for the files of a folder.
    fn top(&self, folder: &Path) -> PathBuf {
        let bases = self.bases.iter().filter(|base| folder.starts_with(base));
        let outermost = bases.min_by_key(|base| base.as_os_str().len());
        let outermost = outermost.map_or(folder, PathBuf::as_path);
        let inside = |f: &&Path| f.starts_with(outermost);
        if let Some(repository) = folder.ancestors().find(|f| f.join(".git").exists()) {
            return repository.to_path_buf();
        }
        let has_package = |f: &Path| f.join("package.json").is_file();
        if folder.ancestors().take_while(inside).any(has_package) {
            return outermost.to_path_buf();
        }
        let package = outermost.ancestors().find(|f| has_package(f));
        package.unwrap_or(outermost).to_path_buf()
    }

    /// The project that a folder is, if it is one.
    fn at(&self, folder: &Path) -> Option<Project> {
        let names: BTreeSet<String> = std::fs::read_dir(folder)
            .ok()?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.starts_with(".env") || Tool::of_config(name).is_some())
            .collect();
        let configured = TOOLS
            .iter()
            .find(|tool| names.iter().any(|name| Tool::of_config(name) == Some(tool)));
        let packages = packages(&folder.join("package.json"));
        let lists = |name: &str| packages.iter().any(|p| p == name);
        let listed = || {
            TOOLS
                .iter()
                .find(|tool| tool.packages.iter().any(|p| lists(p)))
        };
        let tool = configured.or_else(listed).unwrap_or(&PLAIN);
        let files = tool.files.names(&self.mode);
        // A package without either, say one that others import, leaves it to the folders above.
        if configured.is_none() && !files.iter().any(|name| names.contains(name)) {
            return None;
        }
        let is_config = |name: &&String| {
            Tool::of_config(name) == Some(tool)
                && (self.mode == "production" || !name.contains(".prod"))
        };
        let begins = |prefix: &str| packages.iter().any(|p| p.starts_with(prefix));
        let readers = tool.readers.as_ref();
        Some(Project {
            configs: names
                .iter()
                .filter(is_config)
                .map(|n| folder.join(n))
                .collect(),
            folder: folder.to_path_buf(),
            tool,
            browser_sees: readers.is_none_or(|readers| begins(readers.browser)),
            config_sees: tool.loads_first && readers.is_none_or(|readers| begins(readers.config)),
        })
    }
}

/// The packages that a `package.json` lists.
fn packages(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let package: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let lists = ["dependencies", "devDependencies"];
    let listed = lists
        .iter()
        .filter_map(|list| package.get(list)?.as_object());
    listed.flat_map(|list| list.keys().cloned()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// `folder tool` of the project of a file, in a tree of files whose bases are folders.
    fn project(files: &[(&str, &str)], bases: &[&str], file: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let root = folder.path().canonicalize().unwrap();
        let bases: Vec<_> = bases.iter().map(|base| root.join(base)).collect();
        let mut projects = Projects::new(&bases, "production");
        let found = projects.of(&root.join(file));
        // The same again, from what is known now.
        assert_eq!(projects.of(&root.join(file)), found);
        found.map_or_else(String::new, |id| {
            let project = &projects.all()[id];
            let folder = project.folder.strip_prefix(&root).unwrap();
            format!("{} {}", folder.display(), project.tool.name)
        })
    }

    #[test]
    fn the_nearest_folder_with_a_tool_or_files_decides() {
        let files = [
            (".env", ""),
            ("package.json", "{\"devDependencies\":{\"next\":\"1\"}}"),
            ("web/vite.config.ts", ""),
            ("web/src/deep/a.ts", ""),
            ("web/sub/.env.production", ""),
            ("lib/package.json", "{\"devDependencies\":{\"vite\":\"1\"}}"),
            ("example/.env.example", ""),
            ("both/next.config.js", ""),
            ("both/vite.config.js", ""),
        ];
        let at = |file| project(&files, &[""], file);
        assert_eq!(at("web/src/deep/a.ts"), "web Vite");
        assert_eq!(at("web/sub/a.ts"), "web/sub ");
        assert_eq!(at("lib/a.ts"), " Next.js");
        assert_eq!(at("example/a.ts"), " Next.js");
        assert_eq!(at("a.ts"), " Next.js");
        assert_eq!(at("both/a.ts"), "both Next.js");
    }

    #[test]
    fn nothing_above_the_outermost_folder_counts() {
        let files = [(".env", ""), ("a/b/c.ts", ""), ("a/package.json", "{}")];
        assert_eq!(project(&files, &["a/b"], "a/b/c.ts"), "");
        assert_eq!(project(&files, &["a/b", ""], "a/b/c.ts"), " ");
        // The package that a folder is in, if that is not said to be linted as a whole.
        let files = [("a/.env", ""), ("a/package.json", "{}"), ("a/b/c.ts", "")];
        assert_eq!(project(&files, &["a/b"], "a/b/c.ts"), "a ");
        // A repository ends where it ends.
        let files = [(".env", ""), ("a/.git/HEAD", ""), ("a/b/c.ts", "")];
        assert_eq!(project(&files, &[""], "a/b/c.ts"), "");
    }
}
