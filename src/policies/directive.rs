//! Directives of the configurations of servers.

use super::words::Word;
use super::{Found, PolicyIssue, SourceFile};

/// How deep blocks may stand in blocks.
pub(super) const MAX_DEPTH: usize = 40;

/// A directive of the configuration of a server: a name and arguments, and maybe a block.
#[derive(Debug, Clone)]
pub(super) struct Directive {
    /// The name, then the arguments.
    pub(super) words: Vec<Word>,
    /// What stands in its block, if it has one.
    pub(super) block: Option<Vec<Directive>>,
    /// It stands between `{% if … %}` and `{% endif %}` of a template.
    pub(super) is_conditional: bool,
}

impl Directive {
    /// Its name.
    pub(super) fn name(&self) -> &str {
        self.words.first().map_or("", Word::text)
    }

    /// The word of its name.
    pub(super) fn name_word(&self) -> Option<&Word> {
        self.words.first()
    }

    /// What follows the name.
    pub(super) fn args(&self) -> &[Word] {
        self.words.get(1..).unwrap_or_default()
    }

    /// The text of an argument.
    pub(super) fn arg(&self, index: usize) -> Option<&str> {
        self.args().get(index).map(Word::text)
    }

    /// What stands in its block.
    pub(super) fn inner(&self) -> &[Directive] {
        self.block.as_deref().unwrap_or_default()
    }
}

/// Where a file is not in its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SyntaxError {
    /// What is wrong.
    pub(super) message: &'static str,
    /// The byte.
    pub(super) at: usize,
}

impl SyntaxError {
    /// What is found in a file that is not one of a server.
    pub(super) fn found(&self, file: &SourceFile, server: &str) -> Found {
        let mut found = Found::default();
        // Other files have such names too.
        if names_policy(&file.text) {
            let place = Some(file.place(self.at, self.at));
            let message = format!("not a configuration of {server}: {}", self.message);
            found.issues.push(PolicyIssue::unreadable(message, place));
        }
        found
    }
}

/// Whether a text has the name of the header in it.
pub(super) fn names_policy(text: &str) -> bool {
    text.to_ascii_lowercase()
        .contains("content-security-policy")
}
