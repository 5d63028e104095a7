//! Names that the scripts of a page share.

use super::Program;
use super::known::FileId;
use super::view::{Question, QuestionId};
use crate::js::facts::BindingId;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

/// Where names of the page's own scope are declared.
pub(super) type Declarations = HashMap<String, Vec<(FileId, BindingId)>>;

/// The files that give a name of the page's own scope a value.
pub(super) type Shared = HashMap<String, Vec<FileId>>;

/// Where classic scripts declare names at their top level.
pub(super) fn declarations(program: &Program) -> Declarations {
    let mut out = Declarations::default();
    // What is imported has names of its own, whatever it looks like.
    let files = 0..program.len() as FileId;
    let imported: HashSet<FileId> = files.clone().flat_map(|f| program.imported(f)).collect();
    for file in files {
        let is_own = imported.contains(&file) || program.is_common_js(file);
        if program.is_elsewhere(file) || is_own {
            continue;
        }
        for (name, &id) in &program.tables(file).page_names {
            out.entry(name.to_string()).or_default().push((file, id));
        }
    }
    out
}

/// Which files give names of the page a value.
pub(super) fn shared(program: &Program, declarations: &Declarations) -> Shared {
    let mut out = Shared::default();
    for file in 0..program.len() as FileId {
        if program.is_elsewhere(file) {
            continue;
        }
        for name in program.tables(file).by_global.keys() {
            out.entry(name.clone()).or_default().push(file);
        }
    }
    for (name, declared) in declarations {
        let files = out.entry(name.clone()).or_default();
        for (file, _) in declared {
            if !files.contains(file) {
                files.push(*file);
            }
        }
    }
    out
}

/// Of some files the one of the nearest folder around it and the reader, if it is the only one.
pub(super) fn nearest<'p>(
    files: &[FileId],
    reader: &str,
    path: impl Fn(FileId) -> Option<&'p str>,
) -> Option<FileId> {
    let near = |&file: &FileId| Some((distance(path(file)?, reader)?, file));
    let mut near: Vec<_> = files.iter().filter_map(near).collect();
    near.sort_unstable();
    match near.as_slice() {
        [(_, one)] => Some(*one),
        [(first, one), (second, _), ..] if first < second => Some(*one),
        _ => None,
    }
}

/// How far the folder of a script that gives a name is from that of one that reads it, where one
/// folder holds the other; what is served from `public/` counts as standing beside that.
fn distance(giver: &str, reader: &str) -> Option<usize> {
    let folders = |path: &str| -> Vec<String> {
        let mut folders: Vec<_> = path.split(['/', '\\']).map(str::to_owned).collect();
        folders.pop();
        folders
    };
    let (mut giver, reader) = (folders(giver), folders(reader));
    let is_served = |folder: &String| matches!(folder.as_str(), "public" | "static");
    if let Some(at) = giver.iter().rposition(is_served)
        && !reader.starts_with(&giver[..=at])
    {
        giver.truncate(at);
    }
    match reader.starts_with(&giver) || giver.starts_with(&reader) {
        true => Some(giver.len().abs_diff(reader.len())),
        false => None,
    }
}

/// The questions about names that two maps answer differently.
pub(super) fn differing<'m, V: PartialEq>(
    old: &'m HashMap<String, V>,
    new: &'m HashMap<String, V>,
    question: impl Fn(&'m str) -> Question<'m>,
    out: &mut HashSet<QuestionId>,
) {
    let changed = new
        .iter()
        .filter(|(name, value)| old.get(*name) != Some(value));
    let gone = old.keys().filter(|name| !new.contains_key(*name));
    let names = changed.map(|(name, _)| name).chain(gone);
    out.extend(names.map(|name| question(name).id()));
}
