//! A script and what it imports, parsed.

use crate::discover::{Import, Language, Modules};
use crate::extract::{self, ParsedSource};
use crate::policies::SourceFile;
use crate::resolve::{Program, Settings};
use rustc_hash::FxHashMap as HashMap;
use std::path::{Path, PathBuf};

/// A file larger than this is not followed, in bytes: a bundle.
const MAX_SIZE: u64 = 4 << 20;

/// A script and what it imports: the first file is the script.
pub(super) struct ScriptFiles {
    pub(super) files: Vec<SourceFile>,
    parsed: Vec<ParsedSource>,
    imports: Vec<HashMap<String, u32>>,
}

impl ScriptFiles {
    /// Reads what a script imports, as far as it is there.
    pub(super) fn read(file: &SourceFile, most: usize) -> ScriptFiles {
        let start = file
            .path
            .canonicalize()
            .unwrap_or_else(|_| file.path.clone());
        let modules = Modules::new([start.as_path()].into_iter(), file.overlay());
        let root = Root::of(file, &start);
        let mut numbers: HashMap<PathBuf, Option<u32>> = HashMap::default();
        numbers.insert(start.clone(), Some(0));
        let mut all = ScriptFiles {
            parsed: vec![parse(&start, file)],
            files: vec![file.clone()],
            imports: Vec::new(),
        };
        let mut paths = vec![start];
        while all.imports.len() < all.files.len() {
            let at = all.imports.len();
            let mut own = HashMap::default();
            let specifiers: Vec<String> = all.parsed[at]
                .specifiers()
                .into_iter()
                .map(str::to_owned)
                .collect();
            for specifier in specifiers {
                let Import::File(path) = modules.resolve(&paths[at], &specifier) else {
                    continue;
                };
                let known = numbers.get(&path).copied();
                let number = known.unwrap_or_else(|| match all.files.len() < most {
                    true => all.add(&path, &root, &mut paths),
                    false => None,
                });
                numbers.insert(path, number);
                own.extend(number.map(|number| (specifier, number)));
            }
            all.imports.push(own);
        }
        all
    }

    fn add(&mut self, path: &Path, root: &Root, paths: &mut Vec<PathBuf>) -> Option<u32> {
        let is_data = is_data(path);
        let is_script = matches!(Language::of_path(path), Some(Language::Script { .. }));
        if !is_data && !is_script {
            return None;
        }
        let script = self.files.first()?;
        let is_small = script.overlay().len(path).is_ok_and(|len| len <= MAX_SIZE);
        if !is_small {
            return None;
        }
        let file = script.read_other(path, &root.shown(path)).ok()?;
        self.parsed.push(parse(path, &file));
        self.files.push(file);
        paths.push(path.to_path_buf());
        u32::try_from(self.files.len() - 1).ok()
    }

    /// The program of them.
    pub(super) fn program<'a>(&'a self, settings: &'a Settings) -> Program<'a> {
        let files = self.parsed.iter().map(ParsedSource::facts);
        Program::new(files.zip(self.imports.iter().cloned()), settings)
    }

    /// What an import of a file leads to.
    pub(super) fn import(&self, file: u32, specifier: &str) -> Option<u32> {
        self.imports.get(file as usize)?.get(specifier).copied()
    }

    /// How far expressions of a file are from where they stand in its text: data is parsed as the
    /// module that exports it.
    pub(super) fn shift(&self, file: u32) -> usize {
        match is_data(&self.files[file as usize].path) {
            true => extract::DATA_PREFIX.len(),
            false => 0,
        }
    }

    /// The facts of a file.
    pub(super) fn facts(&self, file: u32) -> &crate::js::FileFacts {
        self.parsed[file as usize].facts()
    }
}

fn parse(path: &Path, file: &SourceFile) -> ParsedSource {
    match (is_data(path), Language::of_path(path)) {
        (true, _) => extract::parse_data(&file.name, &file.text),
        (_, Some(language @ Language::Script { .. })) => {
            extract::parse(&file.name, &file.text, language)
        }
        _ => extract::parse(&file.name, &file.text, Language::guess("")),
    }
}

fn is_data(path: &Path) -> bool {
    path.extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("json"))
}

/// How paths are shown: below what the path of the first file begins with.
pub(in crate::policies) struct Root {
    real: PathBuf,
    shown: String,
}

impl Root {
    pub(in crate::policies) fn of(file: &SourceFile, real: &Path) -> Root {
        let (mut real, mut shown) = (real.to_path_buf(), PathBuf::from(file.name.as_ref()));
        while let (Some(a), Some(b)) = (real.file_name(), shown.file_name()) {
            if a != b || !real.pop() || !shown.pop() {
                break;
            }
        }
        let mut shown = shown.display().to_string().replace('\\', "/");
        if !shown.is_empty() && !shown.ends_with('/') {
            shown.push('/');
        }
        Root { real, shown }
    }

    pub(in crate::policies) fn shown(&self, path: &Path) -> String {
        match path.strip_prefix(&self.real) {
            Ok(below) => {
                let parts: Vec<_> = below.iter().map(|p| p.to_string_lossy()).collect();
                format!("{}{}", self.shown, parts.join("/"))
            }
            Err(_) => path.display().to_string(),
        }
    }
}
