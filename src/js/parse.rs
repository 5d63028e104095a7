//! Text → syntax tree, with the errors as values and as much of the tree as can be had.

use super::depth;
use super::repair::repaired;
use crate::span::Span;
use swc_common::comments::{Comments, SingleThreadedComments};
use swc_common::{BytePos, Spanned};
use swc_ecma_ast::{EsVersion, ModuleItem, Program};
use swc_ecma_parser::error::Error;
use swc_ecma_parser::{EsSyntax, Lexer, Parser, StringInput, Syntax, TsSyntax};

/// What kind of text it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grammar {
    /// TypeScript.
    pub typescript: bool,
    /// JSX in TypeScript; in JavaScript JSX is always read.
    pub jsx: bool,
    /// A module for certain, a classic script for certain, or whatever it looks like.
    pub module: Option<bool>,
}

/// A place that is not valid syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxIssue {
    /// Where, as offsets into the text.
    pub span: Span,
    /// What is wrong.
    pub message: String,
}

/// A parsed text. Positions in the tree are `start + 1 + offset`.
pub struct Parsed {
    /// The tree; of a text with errors, of what could be mended.
    pub program: Program,
    /// The errors, in order.
    pub issues: Vec<SyntaxIssue>,
}

/// Parses a text and hands the result to `then`, on a stack that is large enough for it.
///
/// `start` is where the text's positions begin, so that several texts share one space.
pub fn parse<T>(text: &str, start: u32, grammar: Grammar, then: impl FnOnce(Parsed) -> T) -> T {
    let nesting = depth::measure(text, grammar.typescript && !grammar.jsx);
    let work = || {
        let mut parsed = repaired(nesting.text.as_deref().unwrap_or(text), start, grammar);
        if let Some(span) = nesting.too_deep {
            let message = format!(
                "nested deeper than {} levels; what is inside is not read",
                depth::MAX_NESTING
            );
            parsed.issues.insert(
                0,
                SyntaxIssue {
                    span: Span::new(span.range().start, span.range().start + 1),
                    message,
                },
            );
        }
        then(parsed)
    };
    match nesting.stack {
        Some(bytes) => stacker::grow(bytes, work),
        None => stacker::maybe_grow(16 << 20, 64 << 20, work),
    }
}

/// A grammar to read a text by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    syntax: Syntax,
    module: Option<bool>,
}

/// Texts longer than this are not read whole by every grammar that they may be in.
const LONG: usize = 1 << 20;

/// Tries the grammars that a text may be in; the first that fits, or the error that comes last
/// and the grammar that gave it.
pub(super) fn parse_once(
    text: &str,
    start: u32,
    grammar: Grammar,
) -> Result<(Program, Vec<SyntaxIssue>), (Reading, SyntaxIssue)> {
    let mut furthest: Option<(Reading, SyntaxIssue)> = None;
    for reading in attempts(grammar) {
        if let Some((_, issue)) = &furthest
            && text.len() > LONG
            && !gets_past(text, reading, issue)
        {
            continue;
        }
        match parse_as(text, start, reading) {
            // A text of another language is that language's only if nothing is wrong with it.
            Ok((program, minor)) if furthest.is_none() || minor.is_empty() => {
                return Ok((program, minor));
            }
            Ok(_) => {}
            Err(issue) => {
                if furthest
                    .as_ref()
                    .is_none_or(|(_, f)| f.span.start < issue.span.start)
                {
                    furthest = Some((reading, issue));
                }
            }
        }
    }
    Err(furthest.unwrap_or((
        Reading {
            syntax: Syntax::default(),
            module: None,
        },
        gave_up(0),
    )))
}

/// Whether the lines around an error are readable by another grammar.
fn gets_past(text: &str, reading: Reading, issue: &SyntaxIssue) -> bool {
    let bytes = text.as_bytes();
    let at = issue.span.range().start.min(bytes.len());
    let from = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |i| i + 1);
    let to = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |i| at + i);
    let line = text.get(from..to).unwrap_or_default();
    let items = parse_items(line, 0, reading);
    items
        .error
        .is_none_or(|(_, issue)| issue.span.range().start + from > at)
}

fn attempts(grammar: Grammar) -> Vec<Reading> {
    let ts = |tsx| {
        Syntax::Typescript(TsSyntax {
            tsx,
            decorators: true,
            ..Default::default()
        })
    };
    let es = Syntax::Es(EsSyntax {
        jsx: true,
        decorators: true,
        decorators_before_export: true,
        export_default_from: true,
        import_attributes: true,
        allow_super_outside_method: true,
        allow_return_outside_function: true,
        auto_accessors: true,
        explicit_resource_management: true,
        ..Default::default()
    });
    let modes: &[Option<bool>] = match grammar.module {
        Some(module) => &[Some(module)],
        None => &[None, Some(true)],
    };
    let syntaxes: &[Syntax] = match (grammar.typescript, grammar.jsx) {
        (true, true) => &[ts(true)],
        (true, false) => &[ts(false), ts(true)],
        // Flow's annotations are near enough to TypeScript's.
        (false, _) => &[es, ts(true)],
    };
    syntaxes
        .iter()
        .flat_map(|&syntax| modes.iter().map(move |&module| Reading { syntax, module }))
        .collect()
}

fn parser(text: &str, start: u32, reading: Reading) -> Parser<Lexer<'_>> {
    parser_with(text, start, reading, None)
}

/// A parser that hands on the comments that it meets.
fn parser_with<'a>(
    text: &'a str,
    start: u32,
    reading: Reading,
    comments: Option<&'a dyn Comments>,
) -> Parser<Lexer<'a>> {
    let first = start.saturating_add(1);
    let last = first.saturating_add(u32::try_from(text.len()).unwrap_or(u32::MAX));
    let input = StringInput::new(text, BytePos(first), BytePos(last));
    Parser::new_from(Lexer::new(
        reading.syntax,
        EsVersion::latest(),
        input,
        comments,
    ))
}

/// Where the comments of a text are, by the first grammar that it is in; nothing if it is in none.
pub(super) fn comments_as_parsed(text: &str, grammar: Grammar) -> Option<Vec<Span>> {
    attempts(grammar).into_iter().find_map(|reading| {
        let comments = SingleThreadedComments::default();
        let mut parser = parser_with(text, 0, reading, Some(&comments));
        let is_read = guarded(|| match reading.module {
            Some(true) => parser.parse_module().is_ok(),
            Some(false) => parser.parse_script().is_ok(),
            None => parser.parse_program().is_ok(),
        });
        let minor = minor_issues(&mut parser, 0, text.len());
        if is_read != Some(true) || grave(text, &minor).is_some() {
            return None;
        }
        drop(parser);
        let (leading, trailing) = comments.take_all();
        let all = [leading.take(), trailing.take()];
        let all = all.into_iter().flat_map(|map| map.into_values().flatten());
        let offset = |at: BytePos| (at.0.saturating_sub(1) as usize).min(text.len());
        Some(
            all.map(|comment| Span::new(offset(comment.span.lo), offset(comment.span.hi)))
                .collect(),
        )
    })
}

fn issue_of(error: &Error, start: u32, len: usize) -> SyntaxIssue {
    let span = error.span();
    let offset = |pos: BytePos| (pos.0.saturating_sub(start.saturating_add(1)) as usize).min(len);
    SyntaxIssue {
        span: Span::new(offset(span.lo), offset(span.hi)),
        message: error.kind().msg().into_owned(),
    }
}

fn parse_as(
    text: &str,
    start: u32,
    reading: Reading,
) -> Result<(Program, Vec<SyntaxIssue>), SyntaxIssue> {
    let mut parser = parser(text, start, reading);
    let result = guarded(|| match reading.module {
        Some(true) => parser.parse_module().map(Program::Module),
        Some(false) => parser.parse_script().map(Program::Script),
        None => parser.parse_program(),
    });
    match result {
        Some(Ok(program)) => {
            let minor = minor_issues(&mut parser, start, text.len());
            match grave(text, &minor) {
                Some(issue) => Err(issue.clone()),
                None => Ok((program, minor)),
            }
        }
        Some(Err(error)) => {
            let minor = minor_issues(&mut parser, start, text.len());
            let fatal = issue_of(&error, start, text.len());
            let all = minor.into_iter().chain(std::iter::once(fatal.clone()));
            Err(all.min_by_key(|issue| issue.span.start).unwrap_or(fatal))
        }
        None => Err(gave_up(0)),
    }
}

/// The parser asserts things about itself that do not hold for all broken texts; such a text
/// must not end the program.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).ok()
}

fn gave_up(at: usize) -> SyntaxIssue {
    SyntaxIssue {
        span: Span::new(at, at),
        message: "not readable".into(),
    }
}

/// The errors after which the parser went on by itself.
fn minor_issues(parser: &mut Parser<Lexer>, start: u32, len: usize) -> Vec<SyntaxIssue> {
    let errors = parser.take_errors();
    errors
        .iter()
        .map(|error| issue_of(error, start, len))
        .collect()
}

/// The first error that the parser minds little, but after which it swallows what is better
/// read another way: the text ends inside of something, or a statement does not end.
fn grave<'a>(text: &str, minor: &'a [SyntaxIssue]) -> Option<&'a SyntaxIssue> {
    let end = text.trim_end().len();
    let is_grave = |issue: &&SyntaxIssue| {
        issue.span.range().start >= end
            || matches!(&*issue.message, UNENDED_COMMENT | UNENDED_STATEMENT)
    };
    let found = minor.iter().filter(is_grave);
    found.min_by_key(|issue| issue.span.start)
}

/// What the parser says of a statement that another one follows in the same line.
const UNENDED_STATEMENT: &str = "Expected a semicolon";

/// What the parser says of a comment that does not end.
const UNENDED_COMMENT: &str = "Unterminated block comment";

/// Where the comment starts that does not end.
fn comment_start(text: &str) -> Option<usize> {
    let last_end = text.rfind("*/").map_or(0, |i| i + 2);
    text[last_end..].find("/*").map(|i| last_end + i)
}

/// The statements of a text up to the first that cannot be read.
pub(super) struct Items {
    /// The statements.
    pub(super) items: Vec<ModuleItem>,
    /// Where the one that cannot be read starts, and what is wrong with it.
    pub(super) error: Option<(usize, SyntaxIssue)>,
    /// What is wrong with those that could be read all the same.
    pub(super) minor: Vec<SyntaxIssue>,
    /// Where to go on, if that is known.
    pub(super) rest: Option<usize>,
}

/// Parses statement by statement. Offsets are into `text`.
pub(super) fn parse_items(text: &str, start: u32, reading: Reading) -> Items {
    let mut parser = parser(text, start, reading);
    parser.allow_module_syntax();
    let mut items = Vec::new();
    let mut error = None;
    let mut starts = Vec::new();
    // A failure here is found again by the first statement.
    let _ = parser.parse_shebang();
    // The parser's token type has no public name; an empty text's first token is its end.
    let end = self::parser("", 0, reading).input().cur();
    while parser.input().cur() != end {
        let from = parser.cur_pos();
        let result = guarded(|| parser.parse_module_item());
        let from = from.0.saturating_sub(start.saturating_add(1)) as usize;
        let from = from.min(text.len());
        if let Some(Ok(item)) = result {
            items.push(item);
            starts.push(from);
            continue;
        }
        let issue = match result {
            Some(Err(e)) => issue_of(&e, start, text.len()),
            _ => gave_up(from),
        };
        error = Some((from, issue));
        break;
    }
    let minor = minor_issues(&mut parser, start, text.len());
    if let Some(mut issue) = grave(text, &minor).cloned() {
        let comment = comment_start(text).filter(|_| issue.message == UNENDED_COMMENT);
        if let Some(at) = comment {
            issue.span = Span::new(at, at + 2);
        }
        let at = issue.span.range().start;
        if error.as_ref().is_none_or(|(from, _)| at <= *from) {
            let kept = starts
                .partition_point(|start| *start < at)
                .saturating_sub(1);
            let inside = items.get(kept).is_some_and(|item| {
                let end = item.span().hi.0.saturating_sub(start.saturating_add(1));
                comment.is_none() || end as usize > at
            });
            let from = starts.get(kept).copied().filter(|_| inside);
            items.truncate(kept + usize::from(!inside));
            error = Some((from.unwrap_or(at), issue));
        }
    }
    Items {
        items,
        error,
        minor,
        rest: None,
    }
}
