//! The comments of a file that policies stand in, by the kind of file.

use super::program::{Grammar, comment_spans};
use super::{PolicyLocation, SourceFile, location_of};
use crate::discover::Language;
use crate::js;
use crate::js::parse::Grammar as ScriptGrammar;
use crate::span::Span;
use crate::suppression::{Comment, is_mentioned};

/// How comments are written.
#[derive(Debug, Clone, Copy)]
struct Style {
    /// What begins one that ends with its line.
    line: &'static str,
    /// It begins with its line, but for blanks.
    is_whole_line: bool,
    /// Whether `/* … */` is one too.
    has_blocks: bool,
    /// What texts without comments stand between, longer ones first.
    quotes: &'static [&'static str],
}

/// `_headers` (<https://docs.netlify.com/manage/routing/headers/>), Apache's files
/// (<https://httpd.apache.org/docs/2.4/configuring.html>), lines of headers.
const LINES: Style = Style {
    line: "#",
    is_whole_line: true,
    has_blocks: false,
    quotes: &[],
};

/// nginx, Caddy (<https://caddyserver.com/docs/caddyfile/concepts#comments>), YAML.
const WORDS: Style = Style {
    line: "#",
    is_whole_line: false,
    has_blocks: false,
    quotes: &["\"", "'", "`"],
};

/// <https://toml.io/en/v1.0.0#comment>
const TOML: Style = Style {
    line: "#",
    is_whole_line: false,
    has_blocks: false,
    quotes: &["\"\"\"", "'''", "\"", "'"],
};

/// JSON with comments, JSON5.
const JSON: Style = Style {
    line: "//",
    is_whole_line: false,
    has_blocks: true,
    quotes: &["\"", "'"],
};

/// Those of a file's comments that may be there to keep findings silent.
pub(crate) fn comments(file: &SourceFile) -> Vec<Comment> {
    if !is_mentioned(&file.text) {
        return Vec::new();
    }
    if let Some(Language::Script {
        typescript,
        jsx,
        module,
    }) = Language::of_path(&file.path)
    {
        let grammar = ScriptGrammar {
            typescript,
            jsx,
            module,
        };
        return js::comments(&file.text, grammar);
    }
    let extension = file.path.extension().and_then(|e| e.to_str());
    let extension = extension.unwrap_or_default().to_ascii_lowercase();
    let program = match extension.as_str() {
        "py" => Some(Grammar::Python),
        "rb" => Some(Grammar::Ruby),
        _ => None,
    };
    let spans = match program {
        Some(grammar) => comment_spans(file, grammar),
        None => scan(&file.text, style(file, &extension)),
    };
    let comment = |span: Span| {
        let text = file.text.get(span.range())?;
        let inner = text.trim_start_matches(['#', '/', '*']);
        Some(Comment {
            span,
            text: inner.strip_suffix("*/").unwrap_or(inner).to_owned(),
            before: None,
        })
    };
    spans.into_iter().filter_map(comment).collect()
}

fn style(file: &SourceFile, extension: &str) -> Style {
    match extension {
        "toml" => TOML,
        "json" | "jsonc" | "json5" => JSON,
        "yaml" | "yml" => WORDS,
        _ => match location_of(&file.path).map(PolicyLocation::name) {
            Some("web server") if super::apache::is_one(&file.text) => LINES,
            Some("nginx" | "Caddyfile" | "web server") => WORDS,
            _ => LINES,
        },
    }
}

/// The comments of a text. Whatever it is, its end is reached.
fn scan(text: &str, style: Style) -> Vec<Span> {
    let mut out = Vec::new();
    let mut at = 0;
    // Nothing but blanks stand before it in its line.
    let mut is_first = true;
    // What stands before it is no part of a word.
    let mut is_new = true;
    while let Some(byte) = text.as_bytes().get(at) {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        let begins = |mark: &str| rest.starts_with(mark.as_bytes());
        let line_end = || at + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        if begins(style.line)
            && if style.is_whole_line {
                is_first
            } else {
                is_new
            }
        {
            let end = line_end();
            let end = end - usize::from(end > at && text.as_bytes().get(end - 1) == Some(&b'\r'));
            out.push(Span::new(at, end));
            at = end;
            continue;
        }
        if style.has_blocks && begins("/*") {
            let found = memchr::memmem::find(rest, b"*/");
            let end = found.map_or(text.len(), |found| at + found + 2);
            out.push(Span::new(at, end));
            at = end;
            continue;
        }
        let quote = style.quotes.iter().find(|quote| is_new && begins(quote));
        if let Some(end) = quote.and_then(|quote| quoted_end(text.as_bytes(), at, quote.as_bytes()))
        {
            at = end;
            (is_first, is_new) = (false, false);
            continue;
        }
        match byte {
            b'\n' | b'\r' => (is_first, is_new) = (true, true),
            b' ' | b'\t' => is_new = true,
            _ => (is_first, is_new) = (false, !(byte.is_ascii_alphanumeric() || *byte >= 0x80)),
        }
        at += 1;
    }
    out
}

/// Behind the end of a text in quotes; nothing if it has none.
fn quoted_end(text: &[u8], start: usize, quote: &[u8]) -> Option<usize> {
    let mut at = start + quote.len();
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' => at += 1,
            _ if text.get(at..).is_some_and(|rest| rest.starts_with(quote)) => {
                return Some(at + quote.len());
            }
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::Path;

    fn of(path: &str, text: &str) -> Vec<String> {
        let text = text.replace('@', "connect-lint-ignore");
        let file = SourceFile::of_text(Path::new(path), path, &text);
        let all = comments(&file).into_iter();
        let text = all.map(|c| c.text.trim().replace("connect-lint-ignore", "@"));
        text.collect()
    }

    #[test]
    fn each_kind_of_file_has_its_comments() {
        let lines = "# @ a\r\n/*\n  X: y # @ no\n  # @ b\n";
        assert_eq!(of("_headers", lines), ["@ a", "@ b"]);
        assert_eq!(of(".htaccess", "Header set A \"#\n# @ a"), ["@ a"]);
        let nginx = "server { add_header A \"b # @ no\n # @ no\"; # @ a\n  x y#no;\n# @ b\n}";
        assert_eq!(of("nginx.conf", nginx), ["@ a", "@ b"]);
        assert_eq!(
            of("Caddyfile", "header A `# @ no` # @ a\nit's # @ b"),
            ["@ a", "@ b"]
        );
        let toml = "a = \"# @ no\" # @ a\nb = '''\n# @ no\n'''\nc='# @ no'\n#@ b";
        assert_eq!(of("netlify.toml", toml), ["@ a", "@ b"]);
        let json = "{\"a\": \"// @ no\", // @ a\n /* @ b */ \"b\": 1}";
        assert_eq!(of("tauri.conf.json", json), ["@ a", "@ b"]);
        let python = "A = \"\"\"\n# @ no\n\"\"\"  # @ a\n# @ b\n";
        assert_eq!(of("settings.py", python), ["@ a", "@ b"]);
        let ruby = "a = \"#{b} # @ no\" # @ a\nc = %w[# @ no]\n# @ b\n";
        assert_eq!(of("csp.rb", ruby), ["@ a", "@ b"]);
        let script = "const a = '// @ no'; // @ a\n/* @ b */";
        assert_eq!(of("next.config.ts", script), ["@ a", "@ b"]);
        assert!(of("_headers", "# nothing of this").is_empty());
    }

    proptest! {
        #[test]
        fn spans_are_within_the_text(text in "[#/*\"'`a日\\\\ \\r\\n=]{0,40}") {
            for style in [LINES, WORDS, TOML, JSON] {
                for span in scan(&text, style) {
                    prop_assert!(text.get(span.range()).is_some());
                }
            }
        }
    }
}
