//! A project that is edited at random, always in the same way for a seed.

use crate::pieces::{self, Kind};
use connect_lint::lint::Workspace;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Numbers that look random (xorshift64*).
pub(crate) struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() >> 33) as usize % end.max(1)
    }

    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// The files, and what a document in the editor says instead.
pub(crate) struct Project {
    dice: Dice,
    folder: PathBuf,
    /// The pieces of each file.
    pieces: BTreeMap<&'static str, Vec<String>>,
    /// What characters were typed into: no pieces any more.
    texts: BTreeMap<&'static str, String>,
    open: Vec<&'static str>,
}

impl Project {
    pub(crate) fn new(seed: u64, folder: &Path) -> Project {
        let mut project = Project {
            dice: Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            folder: folder.to_path_buf(),
            pieces: BTreeMap::new(),
            texts: BTreeMap::new(),
            open: Vec::new(),
        };
        for (name, kind) in pieces::FILES {
            if project.dice.chance(60) {
                project.create(name, *kind);
            }
        }
        project
    }

    fn create(&mut self, name: &'static str, kind: Kind) {
        self.make(name, kind);
        self.write(name);
    }

    /// A file that is not written yet.
    fn make(&mut self, name: &'static str, kind: Kind) {
        let count = 1 + self.dice.below(6);
        let all = (0..count).map(|_| pieces::piece(&mut self.dice, name, kind));
        let all = all.collect();
        self.pieces.insert(name, all);
        self.texts.remove(name);
    }

    fn text(&self, name: &'static str) -> String {
        match self.texts.get(name) {
            Some(text) => text.clone(),
            None => pieces::joined(name, &self.pieces[name]),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn write(&self, name: &'static str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, self.text(name)).unwrap();
    }

    /// All files as they are now.
    pub(crate) fn files(&self) -> String {
        let names = self.pieces.keys();
        let each = names.map(|name| format!("=== {name}\n{}", self.text(name)));
        each.collect::<Vec<_>>().join("\n")
    }

    /// Makes an edit and tells the workspace; says what it was.
    pub(crate) fn edit(&mut self, workspace: &mut Workspace) -> String {
        let names: Vec<&'static str> = self.pieces.keys().copied().collect();
        if names.is_empty() || self.dice.chance(16) {
            return self.come_or_go(workspace);
        }
        let name = *self.dice.one(&names);
        let kind = pieces::kind(name);
        let what = match self.dice.below(12) {
            0..=2 => self.insert(name, kind),
            3 | 4 => self.remove(name),
            5 | 6 => self.replace(name, kind),
            7 => self.again(name, kind),
            _ => self.typed(name),
        };
        let text = self.text(name);
        let path = self.path(name);
        // Saved, or only in the editor.
        if self.dice.chance(40) || pieces::is_of_disk(name) {
            self.write(name);
            if self.open.contains(&name) {
                workspace.set_text(&path, text);
            }
            workspace.touched([&path]);
            return format!("{what} in {name}, saved");
        }
        workspace.set_text(&path, text);
        if !self.open.contains(&name) {
            self.open.push(name);
        }
        if self.dice.chance(10) {
            self.write(name);
            workspace.touched([&path]);
            workspace.close(&path);
            self.open.retain(|open| *open != name);
            return format!("{what} in {name}, saved and closed");
        }
        format!("{what} in {name}")
    }

    fn come_or_go(&mut self, workspace: &mut Workspace) -> String {
        let (name, kind) = *self.dice.one(pieces::FILES);
        let path = self.path(name);
        let what = match (self.pieces.contains_key(name), self.open.contains(&name)) {
            (false, _) if self.dice.chance(50) && !pieces::is_of_disk(name) => {
                self.make(name, kind);
                workspace.set_text(&path, self.text(name));
                self.open.push(name);
                return format!("{name} is new and not saved");
            }
            (false, _) => {
                self.create(name, kind);
                "created"
            }
            (true, true) if self.dice.chance(30) && path.exists() => {
                std::fs::remove_file(&path).unwrap();
                "deleted, and open still"
            }
            (true, is_open) => {
                let is_there = path.exists();
                if is_there {
                    std::fs::remove_file(&path).unwrap();
                }
                self.pieces.remove(name);
                self.texts.remove(name);
                if is_open {
                    workspace.close(&path);
                    self.open.retain(|open| *open != name);
                }
                if !is_there {
                    return format!("{name} is closed, and was never saved");
                }
                "deleted"
            }
        };
        workspace.touched([&path]);
        format!("{name} is {what}")
    }

    fn insert(&mut self, name: &'static str, kind: Kind) -> String {
        let piece = pieces::piece(&mut self.dice, name, kind);
        let what = format!("`{}` is added", piece.trim());
        self.texts.remove(name);
        let all = self.pieces.get_mut(name).unwrap();
        let at = self.dice.below(all.len() + 1);
        all.insert(at, piece);
        what
    }

    fn remove(&mut self, name: &'static str) -> String {
        self.texts.remove(name);
        let all = self.pieces.get_mut(name).unwrap();
        if all.is_empty() {
            return "nothing is removed".to_owned();
        }
        let piece = all.remove(self.dice.below(all.len()));
        format!("`{}` is removed", piece.trim())
    }

    fn replace(&mut self, name: &'static str, kind: Kind) -> String {
        let piece = pieces::piece(&mut self.dice, name, kind);
        self.texts.remove(name);
        let all = self.pieces.get_mut(name).unwrap();
        if all.is_empty() {
            return "nothing is replaced".to_owned();
        }
        let what = format!("`{}` is put in", piece.trim());
        let at = self.dice.below(all.len());
        all[at] = piece;
        what
    }

    fn again(&mut self, name: &'static str, kind: Kind) -> String {
        let count = self.dice.below(6);
        let all = (0..count).map(|_| pieces::piece(&mut self.dice, name, kind));
        let all = all.collect();
        self.texts.remove(name);
        self.pieces.insert(name, all);
        "all is written anew".to_owned()
    }

    /// Characters are typed or deleted.
    fn typed(&mut self, name: &'static str) -> String {
        let mut text: Vec<char> = self.text(name).chars().collect();
        let at = self.dice.below(text.len() + 1);
        let what = if self.dice.chance(60) || text.is_empty() {
            let typed = *self.dice.one(&[
                "a",
                "x",
                "\n",
                " ",
                "/",
                "'",
                "(",
                "}",
                "// c\n",
                "/* */",
                ";\n",
                "é",
                ".",
                "1",
                "fetch('/typed');\n",
                "{",
                "`",
            ]);
            text.splice(at..at, typed.chars());
            format!("{typed:?} is typed at {at}")
        } else {
            let end = (at + 1 + self.dice.below(6)).min(text.len());
            text.drain(at.min(end)..end);
            format!("{at}..{end} is deleted")
        };
        self.texts.insert(name, text.into_iter().collect());
        what
    }
}
