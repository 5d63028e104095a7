//! `include` of nginx: the files are looked for in the project, in place of `/etc/nginx`.

use super::syntax::parse;
use crate::policies::directive::Directive;
use crate::policies::project_files::ProjectFiles;
use std::path::{Path, PathBuf};

/// How deep files may include files.
const MAX_DEPTH: usize = 10;
/// How many directives there may be in all.
const MAX_DIRECTIVES: usize = 100_000;

/// Files that come with nginx, its packages and certbot, and set no header.
const PLAIN: [&str; 12] = [
    "mime.types",
    "fastcgi_params",
    "fastcgi.conf",
    "fastcgi-php.conf",
    "proxy_params",
    "uwsgi_params",
    "scgi_params",
    "koi-utf",
    "koi-win",
    "win-utf",
    "snakeoil.conf",
    "options-ssl-nginx.conf",
];

/// What a file says with what it includes. An `include` stays where its file is not found.
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
    expander.all(directives, false)
}

struct Expander<'a> {
    files: &'a mut ProjectFiles,
    left: usize,
    /// The files that are being read.
    open: Vec<PathBuf>,
}

impl Expander<'_> {
    fn all(&mut self, directives: Vec<Directive>, is_conditional: bool) -> Vec<Directive> {
        let mut out = Vec::new();
        for mut directive in directives {
            let Some(left) = self.left.checked_sub(1) else {
                return out;
            };
            self.left = left;
            directive.is_conditional |= is_conditional;
            if directive.name() == "include" && directive.block.is_none() {
                match self.included(&directive) {
                    Some(included) => out.extend(included),
                    None => out.push(directive),
                }
                continue;
            }
            if let Some(block) = directive.block.take() {
                directive.block = Some(self.all(block, false));
            }
            out.push(directive);
        }
        out
    }

    /// What the files of an `include` say; nothing if any is not known.
    fn included(&mut self, directive: &Directive) -> Option<Vec<Directive>> {
        let pattern = directive.arg(0)?;
        if PLAIN.contains(&pattern.rsplit('/').next()?) {
            return Some(Vec::new());
        }
        if self.open.len() > MAX_DEPTH {
            return None;
        }
        let mut out = Vec::new();
        for file in self.files.find(pattern)? {
            // Not in itself: what a glob finds is not always meant.
            if self.open.contains(&file.path) {
                continue;
            }
            let directives = parse(&file).ok()?;
            self.open.push(file.path.clone());
            out.extend(self.all(directives, directive.is_conditional));
            self.open.pop();
        }
        Some(out)
    }
}
