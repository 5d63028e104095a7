//! The files of a workspace: which there are, and what is read of each, kept until an event says
//! that it is another.

use crate::discover::{Discovered, Overlay, discover_with};
use crate::lint::source::{self, Source};
use crate::lint::{LintError, LintOptions, Phase, program};
use rayon::prelude::*;
use rustc_hash::FxHashMap as HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Which files are linted.
#[derive(Debug, Default)]
pub(in crate::lint) struct Tree {
    pub(in crate::lint) discovered: Discovered,
    /// The path of each source, without links.
    pub(in crate::lint) real: Vec<PathBuf>,
}

/// What is read of files, by their paths without links.
#[derive(Debug, Default)]
pub(in crate::lint) struct Files {
    /// For one run nothing is kept.
    is_once: bool,
    tree: Option<Arc<Tree>>,
    /// Nothing for those that are to be read anew.
    linted: HashMap<PathBuf, Option<Source>>,
    /// Files that are there for those that import them; nothing for those that cannot be read.
    imported: Mutex<HashMap<PathBuf, Option<Source>>>,
}

impl Files {
    /// None, for one run.
    pub(super) fn once() -> Files {
        Files {
            is_once: true,
            ..Files::default()
        }
    }

    /// Whether nothing is kept.
    pub(in crate::lint) fn is_once(&self) -> bool {
        self.is_once
    }

    /// Which files there are.
    pub(in crate::lint) fn tree(&mut self, options: &LintOptions) -> Result<Arc<Tree>, LintError> {
        if let Some(tree) = &self.tree {
            return Ok(tree.clone());
        }
        let discovered = discover_with(&options.roots, &options.walk, &options.overlay)?;
        let paths: Vec<_> = discovered.files.iter().map(|f| f.path.as_path()).collect();
        let real = program::real(&paths);
        let tree = Arc::new(Tree { discovered, real });
        self.tree = Some(tree.clone());
        Ok(tree)
    }

    /// The sources of a tree, read as far as they are not known.
    pub(in crate::lint) fn sources(&mut self, tree: &Tree, options: &LintOptions) -> Vec<Source> {
        let all = tree.discovered.files.par_iter().zip(&tree.real);
        options.begin(Phase::Reading, tree.real.len());
        let sources: Vec<(Source, bool)> = all
            .map(|(file, real)| {
                let read = match self.linted.get(real) {
                    Some(Some(known)) => (known.clone(), false),
                    _ => (source::read(file, options), true),
                };
                options.advance();
                read
            })
            .collect();
        let new = tree.real.iter().zip(&sources).filter(|(_, (_, new))| *new);
        for (real, (source, _)) in new.filter(|_| !self.is_once) {
            self.linted.insert(real.clone(), Some(source.clone()));
        }
        sources.into_iter().map(|(source, _)| source).collect()
    }

    /// A file that is imported only.
    pub(in crate::lint) fn imported(&self, path: &Path, overlay: &Overlay) -> Option<Source> {
        if let Ok(known) = self.imported.lock()
            && let Some(source) = known.get(path)
        {
            return source.clone();
        }
        let source = source::read_import(path, overlay);
        if !self.is_once
            && let Ok(mut known) = self.imported.lock()
        {
            known.insert(path.to_path_buf(), source.clone());
        }
        source
    }

    /// The text of a file is another; `path` is without links.
    pub(super) fn changed(&mut self, path: &Path) {
        if let Some(source) = self.linted.get_mut(path) {
            *source = None;
        }
        if let Ok(imported) = self.imported.get_mut() {
            imported.remove(path);
        }
    }

    /// Files came or went, or what says which are linted is another.
    pub(super) fn moved(&mut self) {
        self.tree = None;
        self.linted.retain(|path, _| path.is_file());
        if let Ok(imported) = self.imported.get_mut() {
            imported.retain(|_, source| source.is_some());
        }
    }

    /// Whether a source is known at a path without links.
    pub(super) fn has(&self, path: &Path) -> bool {
        self.linted.contains_key(path)
    }
}
