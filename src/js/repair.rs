//! Recovery from syntax errors, statement by statement.
//!
//! The parser stops at the first fatal error. Here the statements are parsed one after the
//! other instead. Where one cannot be read, brackets and the layout tell where it is likely to
//! end ([`outline`]), and small changes inside it are tried until it can be ([`edits`]): the
//! ones that cost the least text. When none helps, its head is dropped and what stands in its
//! body is read as if it stood outside. All changes keep every offset true, and the statements
//! before and after a broken one are not touched, which is what an editor shows while someone
//! types.
//!
//! The work is bounded: a text of `n` bytes costs parsing some constant times `n` bytes.

mod edits;
mod outline;

use super::parse::{Grammar, Items, Parsed, Reading, SyntaxIssue, parse_items, parse_once};
use crate::span::Span;
use edits::Edit;
use swc_common::DUMMY_SP;
use swc_ecma_ast::{
    Decl, DefaultDecl, ExprStmt, Module, ModuleDecl, ModuleItem, Program, Script, Stmt,
};

/// How many changes to one statement are made.
const MAX_ROUNDS: usize = 24;
/// How many errors are reported.
const MAX_ISSUES: usize = 100;
/// How many statements are searched for a good change.
const MAX_SEARCHES: usize = 300;
/// A statement of at most this many bytes is parsed whole for every change that is tried.
const SMALL: usize = 4 << 10;
/// How large the part of a larger one is, in which changes are tried.
const MAX_SCOPE: usize = 64 << 10;
/// How many bytes are parsed in all, for each byte of the text.
const BYTE_BUDGET: usize = 16;
/// … but at least this many.
const LEAST_BUDGET: usize = 8 << 20;
/// … and at most this many.
const MOST_BUDGET: usize = 512 << 20;
/// How much text is parsed at once behind the first error.
const WINDOW: usize = 256 << 10;

/// Where comments seem to be in a text that does not parse.
pub(super) fn comments(text: &str) -> Vec<Span> {
    let mut marks = outline::Marks::new(text.as_bytes(), 0);
    marks.by_ref().for_each(drop);
    marks.comments
}

/// Parses a text, mending it where it must be.
pub(super) fn repaired(text: &str, start: u32, grammar: Grammar) -> Parsed {
    let module = grammar.module == Some(true);
    let foreign = edits::without_foreign_lines(text).filter(|_| !module);
    let (text, left) = match &foreign {
        Some((text, issues)) => (text.as_str(), issues.clone()),
        None => (text, Vec::new()),
    };
    let mut parsed = mended_program(text, start, grammar);
    if !left.is_empty() {
        parsed.issues.extend(left);
        parsed.issues.sort_by_key(|issue| issue.span.start);
    }
    parsed
}

fn mended_program(text: &str, start: u32, grammar: Grammar) -> Parsed {
    let (reading, first) = match parse_once(text, start, grammar) {
        Ok((program, mut issues)) => {
            issues.truncate(MAX_ISSUES);
            return Parsed { program, issues };
        }
        Err(failure) => failure,
    };
    let budget = text
        .len()
        .saturating_mul(BYTE_BUDGET)
        .clamp(LEAST_BUDGET, MOST_BUDGET);
    let mut repair = Repair {
        text: text.to_owned(),
        start,
        reading,
        budget,
        reserve: budget / 2,
        searches: MAX_SEARCHES,
        issues: Vec::new(),
        quiet_until: 0,
    };
    let items = repair.statements();
    let mut issues = repair.issues;
    if issues.is_empty() {
        issues.push(first);
    }
    issues.sort_by_key(|issue| issue.span.start);
    issues.dedup();
    issues.truncate(MAX_ISSUES);
    let program = program(items, grammar.module);
    Parsed { program, issues }
}

struct Repair {
    text: String,
    start: u32,
    reading: Reading,
    /// How many more bytes may be parsed.
    budget: usize,
    /// How much of that no search may use.
    reserve: usize,
    /// How many more statements may be searched for a good change.
    searches: usize,
    issues: Vec<SyntaxIssue>,
    /// Up to here errors are the consequence of one that is reported.
    quiet_until: usize,
}

impl Repair {
    fn statements(&mut self) -> Vec<ModuleItem> {
        let mut items = Vec::new();
        let mut at = 0;
        while at < self.text.len() {
            let mut read = self.window(at);
            items.append(&mut read.items);
            let failed = read.error.as_ref().map_or(usize::MAX, |(from, _)| *from);
            for issue in std::mem::take(&mut read.minor) {
                if issue.span.range().start < failed {
                    self.report(moved(issue, at));
                }
            }
            if let Some(next) = read.rest {
                at = next;
                continue;
            }
            let Some((from, issue)) = read.error else {
                break;
            };
            if self.budget == 0 {
                self.report_rest(at + from);
                break;
            }
            let (next, mended) = self.broken(at + from, moved(issue, at));
            items.extend(mended);
            at = edits::floor(&self.text, next.max(at + from + 1)).max(at + 1);
            while !self.text.is_char_boundary(at) {
                at += 1;
            }
        }
        items
    }

    /// Parses the statements from an offset on: behind an error only some, as one that does not
    /// end would have the parser read all the rest, again and again.
    fn window(&mut self, at: usize) -> Items {
        let all = self.text.len();
        let end = edits::line_end(&self.text, at.saturating_add(WINDOW));
        if self.issues.is_empty() || end >= all {
            return self.parse(at..all);
        }
        let mut read = self.parse(at..end);
        let text = self.text[at..end].trim_end();
        match &read.error {
            Some((_, issue)) if issue.span.range().start < text.len() => return read,
            Some((from, _)) if *from > 0 => {
                // What does not end here is read again from its start.
                let from = *from;
                read.minor.retain(|issue| issue.span.range().start < from);
                read.rest = Some(at + from);
                read.error = None;
                return read;
            }
            Some(_) => {}
            None => {
                read.rest = Some(end);
                return read;
            }
        }
        let ends = outline::ends(&self.text.as_bytes()[..end], at, end, 0);
        let near = ends.near.filter(|near| *near < end);
        if near.is_some_and(|near| self.parse(at..near).error.is_some()) {
            return read;
        }
        self.parse(at..all)
    }

    fn report_rest(&mut self, at: usize) {
        self.issues.push(SyntaxIssue {
            span: Span::new(at, at + 1),
            message: "too many errors; what follows is not read".into(),
        });
    }

    /// What can be had of the statement that starts at an offset and cannot be read, and where
    /// to go on.
    fn broken(&mut self, start: usize, issue: SyntaxIssue) -> (usize, Vec<ModuleItem>) {
        let end = self.end(start, issue.span.range().start);
        let issue = self.placed(start..end, issue);
        self.report(issue);
        if self.searches > 0 && self.budget > self.reserve {
            self.searches -= 1;
            if let Some(items) = self.mended(start..end) {
                return (end, items);
            }
        }
        (self.shed(start..end), Vec::new())
    }

    /// Where a broken statement is likely to end.
    fn end(&mut self, start: usize, error: usize) -> usize {
        let ends = outline::ends(self.text.as_bytes(), start, error, self.budget / 4);
        self.spend(ends.read.saturating_sub(start) / 8);
        if let Some(near) = ends.near
            && self.parse(start..near).error.is_some()
        {
            return near;
        }
        let end = ends.balanced.or(ends.layout);
        end.unwrap_or(self.text.len())
    }

    /// The error of a broken statement, at a place inside it.
    fn placed(&mut self, span: std::ops::Range<usize>, issue: SyntaxIssue) -> SyntaxIssue {
        let text = self.text[span.clone()].trim_end();
        let last = span.start + text.len();
        if issue.span.range().start < last {
            return issue;
        }
        let token = edits::floor(&self.text, last.saturating_sub(1)).max(span.start);
        let alone = self.parse(span.clone()).error;
        match alone.map(|(_, issue)| moved(issue, span.start)) {
            Some(issue) if issue.span.range().start < last => issue,
            other => SyntaxIssue {
                span: Span::new(token, last),
                message: other.unwrap_or(issue).message,
            },
        }
    }

    fn report(&mut self, issue: SyntaxIssue) {
        let at = issue.span.range().start;
        if at >= self.quiet_until && self.issues.len() < MAX_ISSUES {
            self.issues.push(issue);
        }
    }

    fn spend(&mut self, bytes: usize) {
        self.budget = self.budget.saturating_sub(bytes.max(16));
    }

    fn parse(&mut self, span: std::ops::Range<usize>) -> Items {
        let start = self
            .start
            .saturating_add(Span::new(span.start, span.start).start);
        let read = parse_items(&self.text[span.clone()], start, self.reading);
        self.spend(reached(&read, span.len()));
        read
    }

    /// The least costly way to make a broken statement readable.
    fn mended(&mut self, span: std::ops::Range<usize>) -> Option<Vec<ModuleItem>> {
        let text = self.text[span.clone()].to_owned();
        let balanced = edits::balanced(&text, span.end == self.text.len());
        let plain = self.mended_text(text, span.start);
        if let Some((0..=2, items)) = plain {
            return Some(items);
        }
        let closed = balanced.and_then(|text| self.mended_text(text, span.start));
        match (plain, closed) {
            (Some((loss, _)), Some((less, items))) if less < loss => Some(items),
            (None, Some((_, items))) | (Some((_, items)), _) => Some(items),
            (None, None) => None,
        }
    }

    /// Changes a text until it can be read; its statements, and what is lost.
    fn mended_text(&mut self, mut text: String, at: usize) -> Option<(usize, Vec<ModuleItem>)> {
        let start = self.start.saturating_add(Span::new(at, at).start);
        let mut loss = 0;
        for _ in 0..MAX_ROUNDS {
            let read = parse_items(&text, start, self.reading);
            self.spend(reached(&read, text.len()));
            let Some((_, issue)) = read.error else {
                return Some((loss, read.items));
            };
            if self.budget <= self.reserve {
                return None;
            }
            let error = issue.span.range().start;
            let edit = self.best(&text, error)?;
            loss += edit.0.loss;
            edit.0.apply_at(&mut text, edit.1);
        }
        None
    }

    /// The best change for an error, and where the text starts that it is for.
    fn best(&mut self, text: &str, error: usize) -> Option<(Edit, usize)> {
        if text.len() <= SMALL {
            return Some((self.best_in(text, error, Around::Nothing)?, 0));
        }
        let scope = self.scope(text, error)?;
        let part = &text[scope.clone()];
        let error = error.saturating_sub(scope.start).min(part.len());
        Some((self.best_in(part, error, Around::Function)?, scope.start))
    }

    /// The part of a large text around an error that alone is wrong, too.
    fn scope(&mut self, text: &str, error: usize) -> Option<std::ops::Range<usize>> {
        for part in outline::parts(text.as_bytes(), error) {
            let span = edits::floor(text, part.previous)..edits::floor(text, part.end);
            if span.len() > MAX_SCOPE {
                return None;
            }
            let statements = part
                .open
                .is_none_or(|open| outline::opens_statements(text.as_bytes(), open));
            let wrong = |this: &mut Self| {
                let found = this.error_in(&text[span.clone()], Around::Function);
                found.is_some_and(|at| at <= span.len())
            };
            if statements && span.start < span.end && wrong(self) {
                return Some(span);
            }
        }
        None
    }

    /// Where the first error of a text is.
    fn error_in(&mut self, text: &str, around: Around) -> Option<usize> {
        let (before, after) = around.text();
        let whole;
        let text = if before.is_empty() {
            text
        } else {
            whole = format!("{before}{text}{after}");
            &whole
        };
        let read = parse_items(text, 0, self.reading);
        self.spend(reached(&read, text.len()));
        let error = read.error?.1.span.range().start;
        Some(error.saturating_sub(before.len()))
    }

    fn best_in(&mut self, text: &str, error: usize, around: Around) -> Option<Edit> {
        let mut best: Option<(i64, Edit)> = None;
        for edit in edits::candidates(text, error) {
            if self.budget <= self.reserve {
                break;
            }
            let mut changed = text.to_owned();
            edit.apply(&mut changed);
            let reached = self.error_in(&changed, around);
            if reached.is_none() && edit.loss <= 1 {
                return Some(edit);
            }
            let score = score(reached, text.len(), error, edit.loss);
            if score > best.as_ref().map_or(0, |(b, _)| *b) {
                best = Some((score, edit));
            }
        }
        best.map(|(_, edit)| edit)
    }

    /// Drops the head of a broken statement, so that what stands in its body is read as if it
    /// stood outside; without a body, all of it. Gives where to go on.
    fn shed(&mut self, span: std::ops::Range<usize>) -> usize {
        self.quiet_until = self.quiet_until.max(span.end);
        if self.budget <= self.reserve / 2 {
            return span.end;
        }
        let head = outline::Marks::new(self.text.as_bytes(), span.start)
            .take_while(|mark| mark.at < span.end)
            .find(|mark| matches!(mark.kind, outline::Kind::Open(b'}')));
        head.map_or(span.end, |mark| mark.at + 1)
    }
}

/// What a part of a text is read inside of.
#[derive(Debug, Clone, Copy)]
enum Around {
    Nothing,
    Function,
}

impl Around {
    fn text(self) -> (&'static str, &'static str) {
        match self {
            Around::Nothing => ("", ""),
            Around::Function => ("async function* f() {", "\n}"),
        }
    }
}

/// How good a change is: how much further the parser gets, for what it costs.
fn score(reached: Option<usize>, len: usize, error: usize, loss: usize) -> i64 {
    let signed = |n: usize| i64::try_from(n).unwrap_or(i64::MAX / 8);
    let gain = match reached {
        None => signed(len) - signed(error) + 64,
        Some(at) => signed(at.min(len)) - signed(error),
    };
    gain - 3 * signed(loss)
}

/// How far into a text of `len` bytes the parser read.
fn reached(read: &Items, len: usize) -> usize {
    let error = read.error.as_ref();
    error.map_or(len, |(_, issue)| issue.span.range().end)
}

fn moved(issue: SyntaxIssue, by: usize) -> SyntaxIssue {
    let span = issue.span.range();
    SyntaxIssue {
        span: Span::new(span.start + by, span.end + by),
        ..issue
    }
}

fn program(items: Vec<ModuleItem>, module: Option<bool>) -> Program {
    let declares = |item: &ModuleItem| matches!(item, ModuleItem::ModuleDecl(_));
    if module == Some(true) || module.is_none() && items.iter().any(declares) {
        return Program::Module(Module {
            span: DUMMY_SP,
            body: items,
            shebang: None,
        });
    }
    Program::Script(Script {
        span: DUMMY_SP,
        body: items.into_iter().filter_map(as_statement).collect(),
        shebang: None,
    })
}

/// A classic script has no exports, but what is exported is worth a look.
fn as_statement(item: ModuleItem) -> Option<Stmt> {
    let span = DUMMY_SP;
    match item {
        ModuleItem::Stmt(stmt) => Some(stmt),
        ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => Some(Stmt::Decl(export.decl)),
        ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => {
            let expr = export.expr;
            Some(Stmt::Expr(ExprStmt { span, expr }))
        }
        ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultDecl(export)) => {
            let expr = match export.decl {
                DefaultDecl::Class(class) => class.into(),
                DefaultDecl::Fn(function) => function.into(),
                DefaultDecl::TsInterfaceDecl(interface) => {
                    return Some(Stmt::Decl(Decl::TsInterface(interface)));
                }
            };
            Some(Stmt::Expr(ExprStmt {
                span,
                expr: Box::new(expr),
            }))
        }
        ModuleItem::ModuleDecl(_) => None,
    }
}
