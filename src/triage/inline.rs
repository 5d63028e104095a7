//! Comments that keep findings silent, and what is wrong with them.

use super::suppressed;
use crate::diagnostics::{CODES, CodeName, at, nowhere};
use crate::results::{Diagnostic, Location, Severity, Suppressed, SuppressedBy};
use crate::span::{LineIndex, Span};
use crate::suppression::{Scope, Suppression};
use std::collections::HashMap;
use std::sync::Arc;

/// The codes that tell of comments: no comment silences them.
pub(super) const OF_COMMENTS: [&str; 3] = [
    "unused-suppression",
    "invalid-suppression",
    "suppression-without-reason",
];

/// The comments of a file.
#[derive(Debug, Clone)]
pub struct FileComments {
    /// Its display path.
    pub(crate) file: Arc<str>,
    /// Whether it was looked into, so that a comment that silences nothing is of no use.
    is_judged: bool,
    comments: Vec<Placed>,
}

/// A comment, and the lines that it is about.
#[derive(Debug, Clone)]
struct Placed {
    suppression: Suppression,
    location: Location,
    /// The line after it, other comments left out.
    next: u32,
    /// Whether it stands alone on its line.
    is_alone: bool,
}

impl FileComments {
    /// Whether a comment says that a call is to be blocked. `url`: its URL, at a line and a place;
    /// `begins`: the line of the call.
    pub(crate) fn accept_block(&self, url: &Location, span: Span, begins: u32) -> bool {
        let finding = Finding {
            code: "blocked",
            line: Some(url.line),
            column: Some(url.column),
            begins: Some(begins),
            span: Some(span),
        };
        Ranges::of(self).silencing(self, &finding).is_some()
    }

    /// Those of a file with this text. `location`: that of a span.
    pub fn of(
        file: &Arc<str>,
        text: &str,
        suppressions: &[Suppression],
        is_judged: bool,
        location: impl Fn(Span) -> Location,
    ) -> FileComments {
        let lines = LineIndex::new(text);
        let placed = |suppression: &Suppression| {
            let location = location(suppression.span);
            let line = lines.line_span(text, location.line);
            let before = text.get(line.start as usize..suppression.span.start as usize);
            Placed {
                next: next_line(text, &lines, suppression.span),
                is_alone: before
                    .is_some_and(|before| before.trim_matches(['{', ' ', '\t']).is_empty()),
                suppression: suppression.clone(),
                location,
            }
        };
        FileComments {
            file: file.clone(),
            is_judged,
            comments: suppressions.iter().map(placed).collect(),
        }
    }
}

/// The first line after a comment that is more than a comment of the same kind.
fn next_line(text: &str, lines: &LineIndex, comment: Span) -> u32 {
    let is_hash = text
        .get(comment.range())
        .is_some_and(|c| c.starts_with('#'));
    let mut line = lines.position(text, comment.end).line;
    loop {
        line = line.saturating_add(1);
        let span = lines.line_span(text, line);
        let is_last = span.end as usize >= text.len();
        let inside = text.get(span.range()).unwrap_or_default().trim();
        let is_comment = match is_hash {
            true => inside.starts_with('#'),
            false => is_comment_line(inside),
        };
        if is_last || !is_comment {
            return line;
        }
    }
}

fn is_comment_line(line: &str) -> bool {
    const PAIRS: [(&str, &str); 3] = [("/*", "*/"), ("{/*", "*/}"), ("<!--", "-->")];
    let is_whole = |(start, end): (&str, &str)| {
        let rest = line.strip_prefix(start);
        rest.and_then(|rest| rest.find(end))
            .is_some_and(|at| start.len() + at + end.len() == line.len())
    };
    line.starts_with("//") || PAIRS.into_iter().any(is_whole)
}

/// What comments made of diagnostics.
pub(super) struct Silenced<'a> {
    pub(super) told: Vec<Diagnostic>,
    pub(super) suppressed: Vec<Suppressed>,
    files: &'a [FileComments],
    /// For each comment, by file and number, the codes that it silenced.
    used: HashMap<(usize, usize), Vec<String>>,
}

/// Takes away what comments silence.
pub(super) fn silence(diagnostics: Vec<Diagnostic>, files: &[FileComments]) -> Silenced<'_> {
    let numbers = files.iter().enumerate();
    let by_file: HashMap<&str, (usize, Ranges)> = numbers
        .map(|(number, file)| (file.file.as_ref(), (number, Ranges::of(file))))
        .collect();
    let mut out = Silenced {
        told: Vec::new(),
        suppressed: Vec::new(),
        files,
        used: HashMap::new(),
    };
    for diagnostic in diagnostics {
        let file = diagnostic
            .file
            .as_deref()
            .and_then(|file| by_file.get(file));
        let found = file.and_then(|(number, ranges)| {
            Some((
                *number,
                ranges.silencing(files.get(*number)?, &Finding::of(&diagnostic))?,
            ))
        });
        let Some((file, comment)) = found else {
            out.told.push(diagnostic);
            continue;
        };
        let suppression = &files[file].comments[comment].suppression;
        // What is merely worth knowing is no reason for a comment about everything.
        if diagnostic.severity > Severity::Info || !suppression.codes.is_empty() {
            let used = out.used.entry((file, comment)).or_default();
            used.push(diagnostic.code.clone());
        }
        let reason = suppression.reason.clone();
        out.suppressed
            .push(suppressed(diagnostic, SuppressedBy::Inline, reason));
    }
    out
}

/// What decides whether a comment silences a finding.
struct Finding<'a> {
    code: &'a str,
    line: Option<u32>,
    column: Option<u32>,
    begins: Option<u32>,
    span: Option<Span>,
}

impl<'a> Finding<'a> {
    fn of(diagnostic: &'a Diagnostic) -> Self {
        Finding {
            code: &diagnostic.code,
            line: diagnostic.line,
            column: diagnostic.column,
            begins: diagnostic.about.begins,
            span: diagnostic.span,
        }
    }
}

/// Where the blocks of a file's comments end.
struct Ranges {
    /// For the number of each start that of its end, if it has one.
    ends: HashMap<usize, Option<usize>>,
    /// The ends that end nothing.
    stray: Vec<usize>,
}

impl Ranges {
    /// An end with codes ends the last start with the same ones, one without the last start.
    fn of(file: &FileComments) -> Ranges {
        let mut out = Ranges {
            ends: HashMap::new(),
            stray: Vec::new(),
        };
        let mut open: Vec<usize> = Vec::new();
        for (number, placed) in file.comments.iter().enumerate() {
            match placed.suppression.scope {
                Scope::Start => {
                    open.push(number);
                    out.ends.insert(number, None);
                }
                Scope::End => {
                    let codes = &placed.suppression.codes;
                    let is_same = |start: &usize| {
                        codes.is_empty() || file.comments[*start].suppression.codes == *codes
                    };
                    match open.iter().rposition(is_same) {
                        Some(at) => {
                            out.ends.insert(open.remove(at), Some(number));
                        }
                        None => out.stray.push(number),
                    }
                }
                _ => {}
            }
        }
        out
    }

    /// The comment that silences a diagnostic: of several, the one that holds for least.
    fn silencing(&self, file: &FileComments, finding: &Finding) -> Option<usize> {
        if OF_COMMENTS.contains(&finding.code) {
            return None;
        }
        let matching = file.comments.iter().enumerate().filter(|(_, placed)| {
            let codes = &placed.suppression.codes;
            codes.is_empty() || codes.iter().any(|code| code == finding.code)
        });
        let silencing = matching.filter(|(number, _)| self.covers(*number, file, finding));
        let breadth = |(number, placed): &(usize, &Placed)| match placed.suppression.scope {
            Scope::Line => (0, 0),
            Scope::NextLine => (1, 0),
            // The last that was opened is the innermost.
            Scope::Start => (2, usize::MAX - number),
            _ => (3, 0),
        };
        silencing.min_by_key(breadth).map(|(number, _)| number)
    }

    fn covers(&self, number: usize, file: &FileComments, finding: &Finding) -> bool {
        let placed = &file.comments[number];
        if placed.suppression.scope == Scope::File {
            return true;
        }
        let Some(line) = finding.line else {
            return false;
        };
        let begins = finding.begins.unwrap_or(line);
        let is_one_of =
            |lines: std::ops::RangeInclusive<u32>| lines.contains(&line) || lines.contains(&begins);
        let here = &placed.location;
        match placed.suppression.scope {
            Scope::Line => is_one_of(here.line..=here.end_line),
            Scope::NextLine => {
                is_one_of(placed.next..=placed.next) || placed.is_before(finding.span)
            }
            Scope::Start => {
                let end = self.ends.get(&number).copied().flatten();
                let end = end.map(|end| &file.comments[end].location);
                let end = end.map_or((u32::MAX, u32::MAX), |end| (end.end_line, end.end_column));
                // What stands on the lines of the comments themselves may be before or after them.
                let column = finding.column.unwrap_or(here.column);
                let is_inside = ((here.line, here.column)..end).contains(&(line, column));
                is_inside || begins != line && (here.line..=end.0).contains(&begins)
            }
            Scope::File | Scope::End | Scope::Misspelt(_) => false,
        }
    }
}

impl Placed {
    /// Whether what stands somewhere is in the tag that the comment stands before.
    fn is_before(&self, span: Option<Span>) -> bool {
        let (Some(tag), Some(span)) = (self.suppression.before, span) else {
            return false;
        };
        tag.start <= span.start && span.end <= tag.end
    }

    fn told(&self, code: &str, message: String, help: String) -> Diagnostic {
        let plain = Diagnostic {
            help: Some(help),
            ..nowhere(code, Severity::Warning, message)
        };
        at(plain, &self.location, self.suppression.span)
    }

    /// The word that it is.
    fn word(&self) -> &'static str {
        let words = Scope::WORDS.iter();
        let own = words
            .clone()
            .find(|(_, scope)| *scope == self.suppression.scope);
        own.map_or("connect-lint-ignore", |(word, _)| word)
    }
}

impl Silenced<'_> {
    /// What is wrong with the comments. `is_sought`: whether findings of a code are looked for and
    /// told in a file.
    pub(super) fn about_comments(
        &self,
        mut is_sought: impl FnMut(CodeName, &str) -> bool,
    ) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        for (number, file) in self.files.iter().enumerate().filter(|(_, f)| f.is_judged) {
            let ranges = Ranges::of(file);
            for (comment, placed) in file.comments.iter().enumerate() {
                out.extend(mistakes(placed));
                let end = ranges.ends.get(&comment);
                if ranges.stray.contains(&comment) {
                    out.push(stray_end(placed));
                } else if end == Some(&None) {
                    out.push(missing_end(placed));
                }
                let used = self
                    .used
                    .get(&(number, comment))
                    .map_or(&[][..], Vec::as_slice);
                let is_sought = |code| is_sought(code, &file.file);
                out.extend(unused(placed, used, is_sought));
                out.extend(without_reason(placed));
            }
        }
        out
    }
}

/// Words that mean nothing.
fn mistakes(placed: &Placed) -> Vec<Diagnostic> {
    let invalid = |message, help| placed.told("invalid-suppression", message, help);
    if let Scope::Misspelt(word) = &placed.suppression.scope {
        let words = Scope::WORDS.iter().map(|(word, _)| *word);
        let near = nearest(word, words).unwrap_or("connect-lint-ignore-next-line");
        let message = format!("`{word}` silences nothing: there is no such comment");
        return vec![invalid(message, format!("did you mean `{near}`?"))];
    }
    let mut out = Vec::new();
    for code in &placed.suppression.codes {
        if OF_COMMENTS.contains(&code.as_str()) {
            out.push(invalid(
                format!("no comment silences `{code}`, which tells of comments"),
                format!("write `{code} = \"off\"` below `[severity]` in connect-lint.toml"),
            ));
        } else if CodeName::of(code).is_none() {
            let names = CODES.iter().map(|code| code.name);
            let help =
                match nearest(code, names).filter(|near| strsim::jaro_winkler(near, code) > 0.8) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => {
                        "a reason stands behind two dashes: `connect-lint-ignore blocked -- reason`"
                            .to_owned()
                    }
                };
            out.push(invalid(format!("`{code}` is no code of a finding"), help));
        }
    }
    out
}

fn nearest<'a>(word: &str, all: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    all.max_by(|a, b| strsim::jaro_winkler(word, a).total_cmp(&strsim::jaro_winkler(word, b)))
}

fn stray_end(placed: &Placed) -> Diagnostic {
    placed.told(
        "invalid-suppression",
        "there is no `connect-lint-ignore-start` that ends here".to_owned(),
        "remove it; an end with codes ends the start with the same codes".to_owned(),
    )
}

fn missing_end(placed: &Placed) -> Diagnostic {
    placed.told(
        "invalid-suppression",
        "this has no end: it holds to the end of the file".to_owned(),
        "write `connect-lint-ignore-end` where it ends, or `connect-lint-ignore-file`".to_owned(),
    )
}

/// A comment that silences nothing, or nothing of some of its codes.
fn unused(
    placed: &Placed,
    used: &[String],
    mut is_sought: impl FnMut(CodeName) -> bool,
) -> Option<Diagnostic> {
    use Scope::{File, Line, NextLine, Start};
    if !matches!(placed.suppression.scope, Line | NextLine | File | Start) {
        return None;
    }
    let codes = &placed.suppression.codes;
    let mut idle: Vec<_> = codes.iter().filter(|code| !used.contains(code)).collect();
    let is_other = |code: &&String| !OF_COMMENTS.contains(&code.as_str());
    idle.retain(|code| is_other(code) && CodeName::of(code).is_some_and(&mut is_sought));
    let is_idle = match codes.is_empty() {
        true => used.is_empty(),
        false => !idle.is_empty(),
    };
    if !is_idle {
        return None;
    }
    let word = placed.word();
    let message = match idle.len() < codes.len() {
        false => format!("this `{word}` silences nothing"),
        true => {
            let idle: Vec<_> = idle.iter().map(|code| format!("`{code}`")).collect();
            format!("this `{word}` silences nothing of {}", idle.join(", "))
        }
    };
    let help = match placed.suppression.scope {
        Line if placed.is_alone => {
            "remove it; for the line below it is `connect-lint-ignore-next-line`".to_owned()
        }
        _ => "remove it".to_owned(),
    };
    let mut told = placed.told("unused-suppression", message, help);
    told.label = Some("not needed".to_owned());
    Some(told)
}

fn without_reason(placed: &Placed) -> Option<Diagnostic> {
    if placed.suppression.reason.is_some()
        || matches!(placed.suppression.scope, Scope::End | Scope::Misspelt(_))
    {
        return None;
    }
    let word = placed.word();
    let codes = placed.suppression.codes.join(", ");
    let gap = if codes.is_empty() { "" } else { " " };
    Some(placed.told(
        "suppression-without-reason",
        format!("this `{word}` does not say why"),
        format!("write `{word}{gap}{codes} -- reason`"),
    ))
}
