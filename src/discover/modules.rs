//! Which file an import leads to, by the rules of Node and the bundlers (`oxc_resolver`):
//! extensions, `index`, `package.json`, `tsconfig.json` paths, workspaces.

use super::overlay::Overlay;
use super::unsaved::Unsaved;
use oxc_resolver::{
    FileSystem, ResolveOptions, ResolverGeneric, TsconfigDiscovery, TsconfigOptions,
    TsconfigReferences,
};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::RwLock;

/// Where an import leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Import {
    /// To this file.
    File(PathBuf),
    /// Into a package that is not followed.
    Package,
    /// Nowhere that is known.
    Missing,
}

/// Resolves imports. Results are kept, and threads may share it.
#[derive(Debug)]
pub struct Modules {
    files: Unsaved,
    resolver: ResolverGeneric<Unsaved>,
    /// For folders with a `jsconfig.json` and no `tsconfig.json`.
    by_jsconfig: RwLock<HashMap<PathBuf, Option<PathBuf>>>,
    /// The packages of the workspace, by name.
    packages: BTreeMap<String, PathBuf>,
}

/// Whether a path leads into an installed package.
fn is_installed(path: &Path) -> bool {
    path.iter().any(|part| part == "node_modules")
}

impl Modules {
    /// A resolver for the imports of these files. The packages that they are in are known by
    /// their names, as in an installed workspace. `overlay`: what is not saved yet.
    pub fn new<'a>(files: impl Iterator<Item = &'a Path>, overlay: &Overlay) -> Modules {
        let all = Unsaved::in_overlay(overlay);
        let options = options(Some(TsconfigDiscovery::Auto));
        Modules {
            packages: packages(files, &all),
            by_jsconfig: RwLock::default(),
            resolver: ResolverGeneric::new_with_file_system(all.clone(), options),
            files: all,
        }
    }

    /// Where an import of a file leads.
    pub fn resolve(&self, file: &Path, specifier: &str) -> Import {
        if specifier.contains("://") || specifier.starts_with("data:") {
            return Import::Package;
        }
        // Vite and webpack: `./worker?worker`, `./icon.svg?raw`.
        let specifier = specifier
            .split_once('?')
            .map_or(specifier, |(path, _)| path);
        let found = self
            .plainly(file, specifier)
            .or_else(|| self.in_workspace(specifier));
        match found {
            Some(path) if is_installed(&path) => Import::Package,
            Some(path) => Import::File(path),
            None if specifier.starts_with(['.', '/']) => Import::Missing,
            None => Import::Package,
        }
    }

    fn plainly(&self, file: &Path, specifier: &str) -> Option<PathBuf> {
        let found = match self.jsconfig(file) {
            Some(config) => {
                let discovery = TsconfigDiscovery::Manual(TsconfigOptions {
                    config_file: config,
                    references: TsconfigReferences::Disabled,
                });
                let resolver = self.resolver.clone_with_options(options(Some(discovery)));
                resolver.resolve(file.parent()?, specifier)
            }
            None => match self.resolver.resolve_file(file, specifier) {
                // A configuration that cannot be read does not make relative imports fail.
                Err(_) => {
                    let resolver = self.resolver.clone_with_options(options(None));
                    resolver.resolve(file.parent()?, specifier)
                }
                found => found,
            },
        };
        found.ok().map(oxc_resolver::Resolution::into_path_buf)
    }

    /// The nearest `jsconfig.json`, unless a `tsconfig.json` is nearer.
    fn jsconfig(&self, file: &Path) -> Option<PathBuf> {
        let folder = file.parent()?;
        if let Ok(known) = self.by_jsconfig.read()
            && let Some(config) = known.get(folder)
        {
            return config.clone();
        }
        let nearest = folder.ancestors().find_map(|folder| {
            let (ts, js) = (folder.join("tsconfig.json"), folder.join("jsconfig.json"));
            match (self.files.is_file(&ts), self.files.is_file(&js)) {
                (true, _) => Some(None),
                (false, true) => Some(Some(js)),
                (false, false) => None,
            }
        });
        let config = nearest.flatten();
        if let Ok(mut known) = self.by_jsconfig.write() {
            known.insert(folder.to_path_buf(), config.clone());
        }
        config
    }

    /// A package of the workspace that nobody has installed: by its own `exports`, or its main
    /// file, or what that is built from.
    fn in_workspace(&self, specifier: &str) -> Option<PathBuf> {
        let (name, below) = split_package(specifier)?;
        let folder = self.packages.get(name)?;
        let attempts: Vec<String> = match below {
            "" => [specifier, ".", "./src/index", "./src", "./index"]
                .map(str::to_owned)
                .into(),
            below => vec![
                specifier.to_owned(),
                format!("./{below}"),
                format!("./src/{below}"),
            ],
        };
        let resolver = self.resolver.clone_with_options(options(None));
        let found = attempts
            .iter()
            .find_map(|attempt| resolver.resolve(folder, attempt).ok());
        found.map(oxc_resolver::Resolution::into_path_buf)
    }
}

/// `@acme/http/client` is `@acme/http` and `client`.
fn split_package(specifier: &str) -> Option<(&str, &str)> {
    if specifier.starts_with(['.', '/', '#']) {
        return None;
    }
    let mut slashes = specifier.match_indices('/').map(|(at, _)| at);
    let end = match specifier.starts_with('@') {
        true => slashes.nth(1),
        false => slashes.next(),
    };
    Some(match end {
        Some(end) => (&specifier[..end], &specifier[end + 1..]),
        None => (specifier, ""),
    })
}

fn options(tsconfig: Option<TsconfigDiscovery>) -> ResolveOptions {
    let list = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    let alias = |from: &str, to: &[&str]| (from.to_owned(), list(to));
    ResolveOptions {
        tsconfig,
        alias_fields: vec![list(&["browser"])],
        condition_names: list(&[
            "browser",
            "import",
            "module",
            "require",
            "production",
            "default",
        ]),
        extensions: list(&[
            ".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs", ".cts", ".cjs", ".json",
        ]),
        // TypeScript names the file that it will be compiled to.
        extension_alias: vec![
            alias(".js", &[".ts", ".tsx", ".js", ".jsx"]),
            alias(".jsx", &[".tsx", ".jsx"]),
            alias(".mjs", &[".mts", ".mjs"]),
            alias(".cjs", &[".cts", ".cjs"]),
        ],
        main_fields: list(&["browser", "module", "main"]),
        node_path: false,
        ..ResolveOptions::default()
    }
}

/// The names of the packages that the files are in.
fn packages<'a>(files: impl Iterator<Item = &'a Path>, all: &Unsaved) -> BTreeMap<String, PathBuf> {
    let mut seen = std::collections::HashSet::new();
    let mut out = BTreeMap::new();
    for file in files {
        for folder in file.ancestors().skip(1) {
            if folder.as_os_str().is_empty() || !seen.insert(folder.to_path_buf()) {
                break;
            }
            if let Some(name) = package_name(&folder.join("package.json"), all) {
                out.entry(name).or_insert_with(|| folder.to_path_buf());
            }
        }
    }
    out
}

fn package_name(path: &Path, all: &Unsaved) -> Option<String> {
    let text = all.read_to_string(path).ok()?;
    let package: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(package.get("name")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn tree(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let real = folder.path().canonicalize().unwrap();
        (folder, real)
    }

    #[test]
    fn imports_lead_where_bundlers_take_them() {
        let (_folder, root) = tree(&[
            (
                "package.json",
                r##"{"name":"app","imports":{"#env":"./src/env.js"}}"##,
            ),
            ("tsconfig.json", r#"{"extends":"./tsconfig.base.json"}"#),
            (
                "tsconfig.base.json",
                r#"{"compilerOptions":{"baseUrl":".","paths":{"@/*":["src/*"]}}}"#,
            ),
            ("src/a.ts", ""),
            ("src/env.js", ""),
            ("src/api/index.tsx", ""),
            ("src/api/http.ts", ""),
            ("src/data.json", "{}"),
            ("node_modules/axios/index.js", ""),
            ("node_modules/axios/package.json", r#"{"name":"axios"}"#),
            (
                "packages/http/package.json",
                r#"{"name":"@acme/http","main":"dist/index.js"}"#,
            ),
            ("packages/http/src/index.ts", ""),
            (
                "packages/url/package.json",
                r#"{"name":"@acme/url","exports":{"./x":"./lib/x.js"}}"#,
            ),
            ("packages/url/lib/x.js", ""),
            (
                "js/jsconfig.json",
                r#"{"compilerOptions":{"baseUrl":".","paths":{"~/*":["./*"]}}}"#,
            ),
            ("js/b.js", ""),
        ]);
        let files = [
            "src/a.ts",
            "packages/http/src/index.ts",
            "packages/url/lib/x.js",
            "js/b.js",
        ];
        let files: Vec<_> = files.iter().map(|f| root.join(f)).collect();
        let modules = Modules::new(files.iter().map(PathBuf::as_path), &Overlay::default());
        let from = |file: &str, specifier: &str| modules.resolve(&root.join(file), specifier);
        let file = |path: &str| Import::File(root.join(path));
        for (specifier, path) in [
            ("./api", "src/api/index.tsx"),
            ("./api/http", "src/api/http.ts"),
            ("./api/http.js", "src/api/http.ts"),
            ("./env?worker", "src/env.js"),
            ("@/env", "src/env.js"),
            ("#env", "src/env.js"),
            ("./data.json", "src/data.json"),
            ("@acme/http", "packages/http/src/index.ts"),
            ("@acme/url/x", "packages/url/lib/x.js"),
        ] {
            assert_eq!(from("src/a.ts", specifier), file(path), "{specifier}");
        }
        assert_eq!(from("js/b.js", "~/b"), file("js/b.js"));
        for package in ["axios", "react", "https://esm.sh/x", "node:fs"] {
            assert_eq!(from("src/a.ts", package), Import::Package, "{package}");
        }
        assert_eq!(from("src/a.ts", "./none"), Import::Missing);
    }

    #[test]
    fn a_broken_tsconfig_costs_its_paths_only() {
        let (_folder, root) = tree(&[("tsconfig.json", "{"), ("a.ts", ""), ("b.ts", "")]);
        let a = root.join("a.ts");
        let modules = Modules::new(std::iter::once(a.as_path()), &Overlay::default());
        assert_eq!(modules.resolve(&a, "./b"), Import::File(root.join("b.ts")));
    }

    #[test]
    fn imports_lead_to_what_is_not_saved_yet() {
        let (_folder, root) = tree(&[("a.ts", ""), ("tsconfig.json", "{}")]);
        let a = root.join("a.ts");
        let paths = r#"{"compilerOptions":{"paths":{"@/*":["./src/*"]}}}"#;
        let overlay = [
            ("b.ts", ""),
            ("src/sub/index.ts", ""),
            ("tsconfig.json", paths),
        ]
        .iter()
        .fold(Overlay::default(), |overlay, (name, text)| {
            overlay.with(root.join(name), text.as_bytes().to_vec())
        });
        let resolve = |overlay: &Overlay, specifier: &str| {
            let modules = Modules::new(std::iter::once(a.as_path()), overlay);
            modules.resolve(&a, specifier)
        };
        let index = Import::File(root.join("src/sub/index.ts"));
        assert_eq!(resolve(&overlay, "./b"), Import::File(root.join("b.ts")));
        assert_eq!(resolve(&overlay, "./src/sub"), index);
        assert_eq!(resolve(&overlay, "@/sub"), index);
        assert_eq!(resolve(&overlay, "./c"), Import::Missing);
        let saved = overlay.without(&root.join("b.ts"));
        assert_eq!(resolve(&saved, "./b"), Import::Missing);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_saved_yet_is_found_through_links() {
        let (_folder, root) = tree(&[("a.js", ""), ("packages/p/package.json", "{}")]);
        std::os::unix::fs::symlink(root.join("packages/p"), root.join("p")).unwrap();
        let a = root.join("a.js");
        let new = root.join("packages/p/new.js");
        let overlay = Overlay::default().with(new.clone(), Vec::new());
        let modules = Modules::new(std::iter::once(a.as_path()), &overlay);
        assert_eq!(modules.resolve(&a, "./p/new.js"), Import::File(new));
    }
}
