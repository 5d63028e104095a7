//! Text → syntax tree, with the errors as values and as much of the tree as can be had.

use super::depth;
use super::repair::repaired;
use crate::span::Span;
use swc_common::BytePos;
use swc_ecma_ast::{EsVersion, Program};
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
    let nesting = depth::measure(text);
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

/// Tries the grammars that a text may be in; the first that fits, or the error that comes last.
pub(super) fn parse_once(text: &str, start: u32, grammar: Grammar) -> Result<Program, SyntaxIssue> {
    let mut furthest: Option<SyntaxIssue> = None;
    for (syntax, module) in attempts(grammar) {
        match parse_as(text, start, syntax, module) {
            Ok(program) => return Ok(program),
            Err(issue) => {
                if furthest
                    .as_ref()
                    .is_none_or(|f| f.span.start < issue.span.start)
                {
                    furthest = Some(issue);
                }
            }
        }
    }
    Err(furthest.unwrap_or(SyntaxIssue {
        span: Span::default(),
        message: "not readable".into(),
    }))
}

fn attempts(grammar: Grammar) -> Vec<(Syntax, Option<bool>)> {
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
        .flat_map(|&s| modes.iter().map(move |&m| (s, m)))
        .collect()
}

fn parse_as(
    text: &str,
    start: u32,
    syntax: Syntax,
    module: Option<bool>,
) -> Result<Program, SyntaxIssue> {
    let first = start.saturating_add(1);
    let last = first.saturating_add(u32::try_from(text.len()).unwrap_or(u32::MAX));
    let input = StringInput::new(text, BytePos(first), BytePos(last));
    let lexer = Lexer::new(syntax, EsVersion::latest(), input, None);
    let mut parser = Parser::new_from(lexer);
    let result = match module {
        Some(true) => parser.parse_module().map(Program::Module),
        Some(false) => parser.parse_script().map(Program::Script),
        None => parser.parse_program(),
    };
    result.map_err(|error| {
        use swc_common::Spanned;
        let span = error.span();
        let offset = |pos: BytePos| (pos.0.saturating_sub(first) as usize).min(text.len());
        SyntaxIssue {
            span: Span::new(offset(span.lo), offset(span.hi)),
            message: error.kind().msg().into_owned(),
        }
    })
}
