//! `Include` of Apache: the files are looked for in the project.

use super::syntax::parse;
use crate::policies::directive::Directive;
use crate::policies::project_files::ProjectFiles;
use std::path::{Path, PathBuf};

/// How deep files may include files.
const MAX_DEPTH: usize = 10;
/// How many directives there may be in all.
const MAX_DIRECTIVES: usize = 100_000;

/// What a file says with what it includes. An `Include` stays where its file is not found.
pub(super) fn expanded(
    directives: Vec<Directive>,
    own: &Path,
    files: &mut ProjectFiles,
) -> Vec<Directive> {
    let mut expander = Expander {
        files,
        left: MAX_DIRECTIVES,
        open: vec![own.canonicalize().unwrap_or(own.to_path_buf())],
    };
    expander.all(directives)
}

struct Expander<'a> {
    files: &'a mut ProjectFiles,
    left: usize,
    /// The files that are being read.
    open: Vec<PathBuf>,
}

impl Expander<'_> {
    fn all(&mut self, directives: Vec<Directive>) -> Vec<Directive> {
        let mut out = Vec::new();
        for mut directive in directives {
            let Some(left) = self.left.checked_sub(1) else {
                return out;
            };
            self.left = left;
            let name = directive.name().to_ascii_lowercase();
            if name == "include" || name == "includeoptional" {
                match self.included(&directive) {
                    Some(included) => out.extend(included),
                    None => out.push(directive),
                }
                continue;
            }
            if let Some(block) = directive.block.take() {
                directive.block = Some(self.all(block));
            }
            out.push(directive);
        }
        out
    }

    fn included(&mut self, directive: &Directive) -> Option<Vec<Directive>> {
        let pattern = directive.arg(0)?;
        // Certbot's, and those of Debian that only load modules, set no policy.
        let is_plain = ["options-ssl-apache.conf", "ports.conf"]
            .iter()
            .any(|name| pattern.ends_with(name));
        if is_plain || pattern.contains("mods-enabled/") {
            return Some(Vec::new());
        }
        if self.open.len() > MAX_DEPTH {
            return None;
        }
        let mut out = Vec::new();
        for file in self.files.find(pattern)? {
            if self.open.contains(&file.path) {
                continue;
            }
            let directives = parse(&file).ok()?;
            self.open.push(file.path.clone());
            let mut included = self.all(directives);
            self.open.pop();
            for one in &mut included {
                one.is_conditional |= directive.is_conditional;
            }
            out.extend(included);
        }
        Some(out)
    }
}
