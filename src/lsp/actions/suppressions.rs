//! Comments that keep findings silent: writing one, and taking away one that silences nothing.

use crate::discover::Language;
use crate::fix::Edit;
use crate::lsp::diagnostics::endpoint_of;
use crate::lsp::locate::Located;
use crate::lsp::offers::Offered;
use crate::lsp::paths;
use crate::lsp::proposals::{Check, FileEdit, Proposal};
use crate::results::Diagnostic;
use lsp_types::CodeAction;
use std::ops::Range;
use std::path::Path;

/// What stands for the reason, which only people know.
const REASON: &str = "TODO: say why";

/// The codes that tell of comments.
const OF_COMMENTS: [&str; 3] = [
    "unused-suppression",
    "invalid-suppression",
    "suppression-without-reason",
];

/// What can be done about a finding.
pub(super) fn of_finding(located: &Located, found: &Diagnostic) -> Option<Offered> {
    match OF_COMMENTS.contains(&found.code.as_str()) {
        false => suppressed(located, found),
        true if found.code == "unused-suppression" => taken_away(located, found),
        true => None,
    }
}

/// A comment before the line, or at its end, as the place may need it written.
fn suppressed(located: &Located, found: &Diagnostic) -> Option<Offered> {
    let text = &located.text.text;
    let call = endpoint_of(located.analysis, found).map(|row| row.span);
    let start = call.or(found.span)?.start as usize;
    let forms = forms(Path::new(&located.name));
    let above = |line: Range<usize>| {
        let of_form = move |(open, close): &(&str, &str)| {
            let rest = text.get(line.start..)?;
            let indentation = &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()];
            let end = line_end(text.get(located.text.line_of(0))?);
            let said = format!("connect-lint-ignore-next-line {} -- {REASON}", found.code);
            let comment = format!("{indentation}{open}{said}{close}{end}");
            Some(vec![edit(located, line.start..line.start, comment)])
        };
        forms.iter().filter_map(of_form)
    };
    let line = located.text.line_of(start);
    // In HTML, a comment before a tag counts for all of it.
    let tag = text
        .get(..start)?
        .rfind('<')
        .map(|at| located.text.line_of(at));
    let tag = tag.filter(|tag| *tag != line);
    // Where none can stand before the line, as it begins within something.
    let behind = forms.iter().filter_map(|(open, close)| {
        let end = line.start + text.get(line.clone())?.trim_end().len();
        let comment = format!(
            " {open}connect-lint-ignore {} -- {REASON}{close}",
            found.code
        );
        Some(vec![edit(located, end..end, comment)])
    });
    let candidates = above(line.clone())
        .chain(tag.into_iter().flat_map(above))
        .chain(behind);
    let candidates: Vec<_> = candidates.collect();
    if candidates.is_empty() {
        return None;
    }
    let title = format!("Ignore `{}` on this line, with a reason", found.code);
    Some(offered(title, candidates, located, &found.code))
}

/// How comments are written in a file, what is most likely first.
fn forms(path: &Path) -> &'static [(&'static str, &'static str)] {
    const SCRIPT: [(&str, &str); 2] = [("// ", ""), ("{/* ", " */}")];
    const PAGE: [(&str, &str); 2] = [("// ", ""), ("<!-- ", " -->")];
    let extension = path.extension().and_then(|end| end.to_str());
    match (Language::of_path(path), extension) {
        (Some(Language::Script { .. }), _) => &SCRIPT,
        (Some(Language::Html), _) => &PAGE,
        (None, Some("jsonc" | "json5")) => &SCRIPT[..1],
        // It has no comments.
        (None, Some("json")) => &[],
        (None, _) => &[("# ", "")],
    }
}

/// The comment, with its line if it stands alone there.
fn taken_away(located: &Located, found: &Diagnostic) -> Option<Offered> {
    let text = &located.text.text;
    let range = found.span?.range();
    let line = located.text.line_of(range.start).start;
    let before = text.get(line..range.start)?;
    let after = text.get(range.end..)?;
    let rest = after.trim_start_matches([' ', '\t']);
    let (before_brace, rest) = match (before.trim_end().strip_suffix('{'), rest.strip_prefix('}')) {
        // `{/* … */}` in JSX.
        (Some(before), Some(rest)) => (before, rest.trim_start_matches([' ', '\t'])),
        _ => (before, rest),
    };
    let broken = ["\r\n", "\n", "\r"]
        .iter()
        .find(|end| rest.starts_with(**end));
    let is_alone = before_brace.trim().is_empty();
    let range = match (is_alone, broken) {
        (true, Some(end)) => line..text.len() - rest.len() + end.len(),
        (true, None) if rest.is_empty() => line..text.len(),
        (false, Some(_)) if before_brace == before => line + before.trim_end().len()..range.end,
        _ => range,
    };
    let title = "Remove the comment, which silences nothing".to_owned();
    let candidates = vec![vec![edit(located, range, String::new())]];
    let mut out = offered(title, candidates, located, &found.code);
    out.action.is_preferred = Some(true);
    Some(out)
}

fn edit(located: &Located, range: Range<usize>, text: String) -> FileEdit {
    FileEdit {
        path: paths::without_links(&located.analysis.path(&located.name)),
        edit: Edit {
            file: located.name.as_str().into(),
            start: range.start,
            end: range.end,
            text,
        },
    }
}

fn offered(
    title: String,
    candidates: Vec<Vec<FileEdit>>,
    located: &Located,
    code: &str,
) -> Offered {
    Offered {
        action: CodeAction {
            title,
            ..CodeAction::default()
        },
        proposal: Some(Proposal {
            candidates,
            check: Check::Fewer {
                code: code.to_owned(),
                file: located.name.clone(),
            },
        }),
    }
}

/// How lines of a text end, as the first one does.
fn line_end(first: &str) -> &'static str {
    match first {
        line if line.ends_with("\r\n") => "\r\n",
        line if line.ends_with('\r') => "\r",
        _ => "\n",
    }
}
