//! What language a file is in.

use std::path::Path;

/// The language of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// HTML.
    Html,
    /// JavaScript or TypeScript.
    Script {
        /// TypeScript.
        typescript: bool,
        /// JSX in TypeScript.
        jsx: bool,
        /// A module for certain, a classic script for certain, or unknown.
        module: Option<bool>,
    },
}

impl Language {
    /// By the file's extension; nothing for files that are not linted.
    pub fn of_path(path: &Path) -> Option<Language> {
        // A name that is no UTF-8 has an extension all the same.
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        if [".d.ts", ".d.mts", ".d.cts"]
            .iter()
            .any(|end| name.ends_with(end))
        {
            return None;
        }
        let script = |typescript, jsx, module| {
            Some(Language::Script {
                typescript,
                jsx,
                module,
            })
        };
        match name.rsplit_once('.')?.1 {
            "html" | "htm" | "xhtml" => Some(Language::Html),
            "js" | "jsx" => script(false, true, None),
            "mjs" => script(false, true, Some(true)),
            "cjs" => script(false, true, Some(false)),
            "ts" => script(true, false, None),
            "mts" => script(true, false, Some(true)),
            "cts" => script(true, false, None),
            "tsx" => script(true, true, None),
            _ => None,
        }
    }

    /// By the text's beginning, for a file that the user names whatever its extension.
    pub fn guess(text: &str) -> Language {
        match text.trim_start().starts_with('<') {
            true => Language::Html,
            false => Language::Script {
                typescript: false,
                jsx: true,
                module: None,
            },
        }
    }
}

/// Extensions of files that scripts of pages stand in and that are not read: components of
/// frameworks, templates of servers.
const UNREAD: [&str; 28] = [
    "vue",
    "svelte",
    "astro",
    "mdx",
    "php",
    "phtml",
    "erb",
    "haml",
    "slim",
    "twig",
    "hbs",
    "handlebars",
    "ejs",
    "njk",
    "liquid",
    "jinja",
    "jinja2",
    "j2",
    "pug",
    "cshtml",
    "razor",
    "jsp",
    "gohtml",
    "tmpl",
    "mustache",
    "eex",
    "heex",
    "leex",
];

/// Whether scripts of pages may stand in a file that is not read.
pub fn holds_unread_scripts(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str());
    extension.is_some_and(|e| UNREAD.iter().any(|known| e.eq_ignore_ascii_case(known)))
}
