//! A program: the facts of its files, and where their imports lead.

use super::call_index::{CallIndex, Held};
use super::heap::Heap;
use super::known::FileId;
use super::libraries::{Around, DefaultWrite};
use super::links::Linked;
use super::lookups::Lookups;
use super::page::{self, Declarations, Shared};
use super::sinks::Overview;
use super::wrappers::{Named, OfFile};
use super::{Memo, Settings, Tables, evaluation};
use crate::js::FileFacts;
use crate::js::facts::{Atom, BindingId, ClassId, ExprId};
use rustc_hash::{FxHashMap as HashMap, FxHashSet};
use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

/// Where the imports of a file lead, by their specifiers.
pub(crate) type Imports = HashMap<String, FileId>;

/// The files of a program. Threads share it: what is worked out per file is worked out once.
pub struct Program<'a> {
    files: Vec<File<'a>>,
    settings: &'a Settings,
    /// Files that do not run in a browser.
    elsewhere: Vec<bool>,
    /// The path of each file.
    paths: Vec<Arc<str>>,
    pub(super) indexes: Indexes,
    is_noted: bool,
}

/// What is put together from all files, when it is first asked for.
#[derive(Default)]
pub(super) struct Indexes {
    pub(super) linked: OnceLock<Arc<Linked>>,
    pub(super) default_writes: OnceLock<Arc<Vec<DefaultWrite>>>,
    pub(super) around_writers: OnceLock<Arc<HashMap<FileId, Around>>>,
    pub(super) held_names: OnceLock<Arc<HashSet<String>>>,
    pub(super) api_makers: OnceLock<Arc<Vec<(FileId, ExprId)>>>,
    pub(super) uses_libraries: OnceLock<bool>,
    pub(super) call_index: OnceLock<CallIndex>,
    pub(super) page_declarations: OnceLock<Arc<Declarations>>,
    pub(super) shared: OnceLock<Arc<Shared>>,
}

/// A file of a program.
struct File<'a> {
    facts: &'a FileFacts,
    imports: Arc<Imports>,
    lookups: Arc<Lookups>,
}

/// A file, as it is given to a program.
pub(crate) struct Given<'a> {
    pub(crate) facts: &'a FileFacts,
    pub(crate) lookups: Arc<Lookups>,
    pub(crate) imports: Arc<Imports>,
}

impl<'a> Program<'a> {
    /// A program of these files, each with the numbers of the files that its imports lead to.
    pub fn new(
        files: impl IntoIterator<Item = (&'a FileFacts, HashMap<String, u32>)>,
        settings: &'a Settings,
    ) -> Self {
        let given = |(facts, imports)| Given {
            facts,
            lookups: Arc::default(),
            imports: Arc::new(imports),
        };
        Program::of(files.into_iter().map(given), settings)
    }

    /// Likewise; the files bring what is known of them.
    pub(crate) fn of(files: impl IntoIterator<Item = Given<'a>>, settings: &'a Settings) -> Self {
        let file = |given: Given<'a>| File {
            facts: given.facts,
            imports: given.imports,
            lookups: given.lookups,
        };
        Program {
            files: files.into_iter().map(file).collect(),
            settings,
            elsewhere: Vec::new(),
            paths: Vec::new(),
            indexes: Indexes::default(),
            is_noted: false,
        }
    }

    /// Says of each file whether it is none of a browser: what it calls tells nothing then.
    pub fn with_elsewhere(mut self, elsewhere: Vec<bool>) -> Self {
        self.elsewhere = elsewhere;
        self
    }

    /// Says where each file is: scripts of one folder may share the names of a page.
    pub fn with_paths(mut self, paths: Vec<Arc<str>>) -> Self {
        self.paths = paths;
        self
    }

    /// Says that it is to be known what each piece of work looks at.
    pub(super) fn noted(mut self) -> Self {
        self.is_noted = true;
        self
    }

    /// One file, whose imports lead nowhere.
    pub(super) fn alone(facts: &'a FileFacts, settings: &'a Settings) -> Self {
        Program::new([(facts, HashMap::default())], settings)
    }

    /// The endpoints of every file's scripts; of those that are not `wanted`, none. Nothing where
    /// they could not be worked out. With `survey`, also the calls that look like requests and
    /// were not seen through. Uses the threads of the current rayon pool.
    pub fn endpoints(&self, wanted: &[bool], survey: bool) -> Vec<Option<OfFile>> {
        evaluation::endpoints(self, wanted, survey)
    }

    /// Likewise, by what is kept of the evaluation of a program of as many files with the same
    /// settings; gives what to keep of this one. What was not worked out anew is shared.
    pub(crate) fn endpoints_again(
        self,
        wanted: &[bool],
        survey: bool,
        memo: Option<Memo>,
    ) -> (Vec<Option<Arc<OfFile>>>, Memo) {
        evaluation::endpoints_again(self, wanted, survey, memo)
    }

    /// How many files there are.
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    pub(super) fn is_noted(&self) -> bool {
        self.is_noted
    }

    pub(super) fn settings(&self) -> &'a Settings {
        self.settings
    }

    pub(super) fn facts(&self, file: FileId) -> &'a FileFacts {
        self.files[file as usize].facts
    }

    pub(super) fn lookups(&self, file: FileId) -> &Arc<Lookups> {
        &self.files[file as usize].lookups
    }

    pub(super) fn imports(&self, file: FileId) -> &Arc<Imports> {
        &self.files[file as usize].imports
    }

    pub(super) fn tables(&self, file: FileId) -> &Tables {
        self.lookups(file).tables(self.facts(file))
    }

    pub(super) fn heap(&self, file: FileId) -> &Heap {
        self.lookups(file).heap(self.facts(file))
    }

    pub(super) fn overview(&self, file: FileId) -> &Overview {
        self.lookups(file).overview(self.facts(file))
    }

    /// Works out what is asked of most files.
    pub(super) fn get_ready(&self, file: FileId) {
        self.heap(file);
        self.overview(file);
        self.named(file);
        self.called_names(file);
    }

    /// What holds the functions of a file.
    pub(super) fn held(&self, file: FileId) -> &Held {
        self.lookups(file).held(self.facts(file))
    }

    pub(super) fn latent_calls(&self, file: FileId) -> &[ExprId] {
        let of_clients = self.uses_libraries();
        self.lookups(file)
            .latent_calls(self.facts(file), of_clients)
    }

    pub(super) fn calls_of_given(&self, file: FileId) -> &[ExprId] {
        self.lookups(file).calls_of_given(self.facts(file))
    }

    /// The names that its calls, or what they are given, may have.
    pub(super) fn called_names(&self, file: FileId) -> &FxHashSet<Atom> {
        self.lookups(file).called_names(self.facts(file))
    }

    pub(super) fn named(&self, file: FileId) -> &[Named] {
        self.lookups(file).named(self.facts(file))
    }

    pub(super) fn is_common_js(&self, file: FileId) -> bool {
        self.lookups(file).is_common_js(self.facts(file))
    }

    /// The file that an import of a file leads to.
    pub(super) fn import(&self, file: FileId, specifier: &str) -> Option<FileId> {
        self.files[file as usize].imports.get(specifier).copied()
    }

    /// The files that a file imports.
    pub(super) fn imported(&self, file: FileId) -> impl Iterator<Item = FileId> {
        self.files[file as usize].imports.values().copied()
    }

    /// Whether a file does not run in a browser.
    pub(super) fn is_elsewhere(&self, file: FileId) -> bool {
        self.elsewhere.get(file as usize) == Some(&true)
    }

    /// See [`super::view::View::outside_writes`].
    pub(super) fn outside_writes(
        &self,
        file: FileId,
        object: ExprId,
        name: &str,
    ) -> &[(FileId, usize)] {
        self.linked().writes(file, object, name)
    }

    /// See [`super::view::View::outside_changes`].
    pub(super) fn outside_changes(&self, file: FileId, list: ExprId) -> &[(FileId, ExprId)] {
        self.linked().changes(file, list)
    }

    /// See [`super::view::View::subclasses`].
    pub(super) fn subclasses(&self, file: FileId, class: ClassId) -> &[(FileId, ClassId)] {
        self.linked().subclasses(file, class)
    }

    fn linked(&self) -> &Linked {
        let linked = || Arc::new(Linked::of(self));
        self.indexes.linked.get_or_init(linked)
    }

    /// See [`super::view::View::shared`].
    pub(super) fn shared(&self, reader: FileId, name: &str) -> Option<FileId> {
        let reader = self.paths.get(reader as usize)?;
        let files = self.all_shared().get(name)?;
        page::nearest(files, reader, |file| {
            self.paths.get(file as usize).map(AsRef::as_ref)
        })
    }

    pub(super) fn all_shared(&self) -> &Arc<Shared> {
        self.indexes
            .shared
            .get_or_init(|| Arc::new(page::shared(self, self.all_page_declarations())))
    }

    /// Which calls functions may be called by.
    pub(super) fn call_index(&self) -> &CallIndex {
        self.indexes.call_index.get_or_init(|| CallIndex::of(self))
    }

    /// See [`super::view::View::page_declarations`].
    pub(super) fn page_declarations(&self, name: &str) -> &[(FileId, BindingId)] {
        let all = self.all_page_declarations();
        all.get(name).map_or(&[], Vec::as_slice)
    }

    pub(super) fn all_page_declarations(&self) -> &Arc<Declarations> {
        self.indexes
            .page_declarations
            .get_or_init(|| Arc::new(page::declarations(self)))
    }

    /// See [`super::view::View::uses_libraries`].
    pub(super) fn uses_libraries(&self) -> bool {
        *self.indexes.uses_libraries.get_or_init(|| {
            let mut files = self.files.iter();
            files.any(|file| file.lookups.uses_libraries(file.facts))
        })
    }

    /// See [`super::view::View::default_writes`].
    pub(super) fn default_writes(&self) -> &Arc<Vec<DefaultWrite>> {
        self.indexes.default_writes.get_or_init(|| {
            let files = self.files.iter().enumerate();
            let writes = files.flat_map(|(number, file)| {
                let own = file.lookups.default_writes(file.facts).iter();
                own.map(move |write| write.of_file(number as FileId))
            });
            Arc::new(writes.collect())
        })
    }

    /// See [`super::view::View::around`].
    pub(super) fn around(&self, writer: FileId) -> Option<&Around> {
        self.all_around().get(&writer)
    }

    pub(super) fn all_around(&self) -> &Arc<HashMap<FileId, Around>> {
        let around = || Arc::new(Around::of_writers(self));
        self.indexes.around_writers.get_or_init(around)
    }

    /// See [`super::view::View::may_hold_client`].
    pub(super) fn may_hold_client(&self, name: &str) -> bool {
        self.held_names().contains(name)
    }

    pub(super) fn held_names(&self) -> &Arc<HashSet<String>> {
        self.indexes.held_names.get_or_init(|| {
            let files = self.files.iter();
            let names = files.flat_map(|file| file.lookups.held_names(file.facts));
            Arc::new(names.cloned().collect())
        })
    }

    /// See [`super::view::View::api_makers`].
    pub(super) fn api_makers(&self) -> &Arc<Vec<(FileId, ExprId)>> {
        self.indexes.api_makers.get_or_init(|| {
            let files = self.files.iter().enumerate();
            let makers = files.flat_map(|(number, file)| {
                let own = file.lookups.api_makers(file.facts).iter();
                own.map(move |&call| (number as FileId, call))
            });
            Arc::new(makers.collect())
        })
    }
}
