//! Snippets and files that a Caddyfile imports
//! (<https://caddyserver.com/docs/caddyfile/directives/import>), and what its words say.

use super::syntax::parse;
use crate::policies::Written;
use crate::policies::directive::Directive;
use crate::policies::project_files::ProjectFiles;
use crate::policies::template::placeholder;
use crate::policies::words::Word;
use rustc_hash::FxHashMap as HashMap;

/// How deep imports may stand in what is imported.
const MAX_DEPTH: usize = 10;
/// How many directives there may be in all.
const MAX_ITEMS: usize = 50_000;
/// How long an argument may be.
const MAX_LENGTH: usize = 64 << 10;

/// A directive, with imports done.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// The name, then the arguments.
    pub(super) words: Vec<Argument>,
    /// What stands in its block, if it has one.
    pub(super) block: Option<Vec<Item>>,
}

/// A word of a directive.
#[derive(Debug, Clone)]
pub(super) struct Argument {
    /// As it is written, with arguments filled in.
    pub(super) text: String,
    /// As it is sent: placeholders are holes.
    pub(super) written: Written,
    /// Where it stands.
    pub(super) word: Word,
}

impl Item {
    /// Its name.
    pub(super) fn name(&self) -> &str {
        self.text(0).unwrap_or_default()
    }

    /// A word, by its number.
    pub(super) fn text(&self, index: usize) -> Option<&str> {
        self.words.get(index).map(|word| word.text.as_str())
    }

    /// What stands in its block.
    pub(super) fn inner(&self) -> &[Item] {
        self.block.as_deref().unwrap_or_default()
    }
}

/// A file with what it imports. An `import` stays where what it names is not found.
pub(super) fn expanded(directives: Vec<Directive>, files: &mut ProjectFiles) -> Vec<Item> {
    let mut expander = Expander {
        files,
        snippets: HashMap::default(),
        left: MAX_ITEMS,
        depth: 0,
    };
    expander.all(directives, &[], true)
}

struct Expander<'a> {
    files: &'a mut ProjectFiles,
    snippets: HashMap<String, Vec<Directive>>,
    left: usize,
    depth: usize,
}

impl Expander<'_> {
    fn all(&mut self, directives: Vec<Directive>, args: &[Argument], is_top: bool) -> Vec<Item> {
        let mut out = Vec::new();
        for directive in directives {
            let Some(left) = self.left.checked_sub(1) else {
                return out;
            };
            self.left = left;
            let snippet = snippet(directive.name());
            if let (true, Some(name), Some(block)) = (is_top, snippet, &directive.block) {
                self.snippets.insert(name.to_owned(), block.clone());
                continue;
            }
            let words: Vec<Argument> = directive.words.iter().map(|w| argument(w, args)).collect();
            if directive.name() == "import" && directive.block.is_none() {
                match self.imported(&words, is_top) {
                    Some(imported) => out.extend(imported),
                    None => out.push(Item { words, block: None }),
                }
                continue;
            }
            let block = directive.block.map(|block| self.all(block, args, false));
            out.push(Item { words, block });
        }
        out
    }

    /// What an `import` stands for; nothing if that is not known.
    fn imported(&mut self, words: &[Argument], is_top: bool) -> Option<Vec<Item>> {
        let (name, args) = words.get(1..)?.split_first()?;
        if self.depth >= MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let imported = self.named(&name.text, args, is_top);
        self.depth -= 1;
        imported
    }

    fn named(&mut self, name: &str, args: &[Argument], is_top: bool) -> Option<Vec<Item>> {
        if let Some(snippet) = self.snippets.get(name) {
            let snippet = snippet.clone();
            return Some(self.all(snippet, args, is_top));
        }
        let mut out = Vec::new();
        for file in self.files.find(name)? {
            let directives = parse(&file).ok()?;
            out.extend(self.all(directives, args, is_top));
        }
        Some(out)
    }
}

/// The name of a snippet: `(name)`.
fn snippet(name: &str) -> Option<&str> {
    name.strip_prefix('(')?.strip_suffix(')')
}

/// What a word says, with the arguments of the import that it stands in.
fn argument(word: &Word, args: &[Argument]) -> Argument {
    let source = word.text();
    let mut text = String::new();
    let mut written = Written::default();
    let (mut plain, mut at) = (0, 0);
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
        let Some((length, name)) = part(rest) else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        text.push_str(source.get(plain..at).unwrap_or_default());
        word.write(plain..at, &mut written);
        let raw = source.get(at..at + length).unwrap_or_default();
        let given = number(name).and_then(|number| args.get(number));
        match given {
            Some(given) if written.text().len() < MAX_LENGTH => {
                text.push_str(&given.text);
                written.append(given.written.clone());
            }
            _ => {
                text.push_str(raw);
                // A default of the environment is not surely what it is.
                let name = name.split(':').next().unwrap_or(name);
                written.hole(name, Some(word.range_place(&(at..at + length))));
            }
        }
        at += length;
        plain = at;
    }
    text.push_str(source.get(plain..).unwrap_or_default());
    word.write(plain..source.len(), &mut written);
    Argument {
        text,
        written,
        word: word.clone(),
    }
}

/// A placeholder at the start of a text: its length, and its name.
fn part(text: &str) -> Option<(usize, &str)> {
    if let Some(found) = placeholder(text) {
        return Some(found);
    }
    let rest = text.strip_prefix('{')?;
    let end = rest.find('}')?;
    let name = rest.get(..end)?;
    let is_name = !name.is_empty() && !name.contains(['{', '\n', '"']);
    let is_plain = name.starts_with('$') || !name.contains(char::is_whitespace);
    (is_name && is_plain).then_some((end + 2, name))
}

/// Which argument of an import a placeholder is: `args[0]`, `args.0`.
fn number(name: &str) -> Option<usize> {
    let rest = name.strip_prefix("args")?;
    let number = match rest.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?,
        None => rest.strip_prefix('.')?,
    };
    number.parse().ok()
}
