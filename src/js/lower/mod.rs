//! Syntax tree → [`FileFacts`]: names are resolved by scope, destructuring and sugar become
//! plain expressions, and the tree is dropped.

mod class;
mod expr;
mod pattern;
mod scope;
mod stmt;

use super::facts::*;
use super::parse::{Grammar, SyntaxIssue, parse};
use crate::span::Span;
use scope::Scope;
use swc_ecma_ast::{Module, ModuleItem, Program, Script, Stmt};

/// How a script takes part in its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScriptKind {
    /// Shares its top-level names with the other classic scripts of the page.
    Classic,
    /// Has a scope of its own.
    Module,
    /// A handler or `javascript:` URL: a function body that sees the page's names.
    Handler,
    /// A file: module or classic script, whatever it looks like.
    File,
}

/// A script to lower.
#[derive(Debug, Clone, Copy)]
pub struct ScriptText<'a> {
    /// The text.
    pub text: &'a str,
    /// How it takes part.
    pub kind: ScriptKind,
    /// TypeScript.
    pub typescript: bool,
    /// JSX in TypeScript.
    pub jsx: bool,
    /// Known to be a module or a classic script, for [`ScriptKind::File`].
    pub module: Option<bool>,
}

impl<'a> ScriptText<'a> {
    /// A JavaScript module that was made up around an expression.
    pub(crate) fn made_up(text: &'a str) -> Self {
        ScriptText {
            text,
            kind: ScriptKind::Module,
            typescript: false,
            jsx: false,
            module: Some(true),
        }
    }

    /// What kind of text it is.
    pub(crate) fn grammar(&self) -> Grammar {
        Grammar {
            typescript: self.typescript,
            jsx: self.jsx,
            module: match self.kind {
                ScriptKind::Classic | ScriptKind::Handler => Some(false),
                ScriptKind::Module => Some(true),
                ScriptKind::File => self.module,
            },
        }
    }
}

/// Parses and lowers the scripts of one file, which share a page. Issues are in the virtual
/// text's offsets.
pub fn lower(scripts: &[ScriptText]) -> (FileFacts, Vec<SyntaxIssue>) {
    let mut lowerer = Lowerer::new();
    let mut issues = Vec::new();
    let mut start = 0u32;
    for script in scripts {
        let len = u32::try_from(script.text.len()).unwrap_or(u32::MAX);
        lowerer.facts.chunks.push(Chunk { start, len });
        let grammar = script.grammar();
        let before = lowerer.counts();
        parse(script.text, start, grammar, |parsed| {
            let mended = !parsed.issues.is_empty();
            issues.extend(parsed.issues.into_iter().map(|issue| SyntaxIssue {
                span: Span::new(
                    start as usize + issue.span.range().start,
                    start as usize + issue.span.range().end,
                ),
                ..issue
            }));
            lowerer.script(parsed.program, script.kind);
            if mended {
                lowerer.clamp(before, start, script.text);
            }
        });
        // A gap, so that a position belongs to one script only.
        start = start.saturating_add(len).saturating_add(2);
    }
    (lowerer.finish(), issues)
}

struct Lowerer {
    facts: FileFacts,
    scopes: Vec<Scope>,
    block: BlockId,
    function: Option<FunctionId>,
    /// What `this` is for the next ordinary function that is lowered.
    this: ThisOf,
    /// Where the next function expression goes on the spot.
    handed: Option<Handed>,
    /// How many scopes stand around the innermost `with`, if any: names from outside may be
    /// properties of its object.
    with: Option<usize>,
}

impl Lowerer {
    fn new() -> Self {
        let mut facts = FileFacts::default();
        facts.blocks.push(Block {
            parent: None,
            kind: BlockKind::Plain,
            span: Span::default(),
            condition: None,
            is_caught: false,
            twin: None,
            exits_at: None,
            after: Vec::new(),
        });
        Lowerer {
            facts,
            scopes: vec![Scope::default()],
            block: BlockId(0),
            function: None,
            this: ThisOf::Caller,
            handed: None,
            with: None,
        }
    }

    fn finish(mut self) -> FileFacts {
        let nodes = &self.facts.nodes;
        self.facts
            .candidates
            .sort_by_key(|id| (nodes[id.index()].span.start, id.0));
        self.facts.optional.sort_unstable();
        for binding in &mut self.facts.bindings {
            binding.definitions.sort_by_key(|d| d.span.start);
        }
        self.facts.shrink();
        self.facts
    }

    fn script(&mut self, program: Program, kind: ScriptKind) {
        let items = match program {
            Program::Module(Module { body, .. }) => {
                self.facts.is_module = true;
                body
            }
            Program::Script(Script { body, .. }) => {
                body.into_iter().map(ModuleItem::Stmt).collect()
            }
        };
        self.directives(&items);
        let types = scope::declared_types(&items);
        let bindings = self.facts.bindings.len();
        match kind {
            ScriptKind::Classic | ScriptKind::File => self.items(items),
            ScriptKind::Module => self.scoped(|this| this.items(items)),
            ScriptKind::Handler => {
                let span = items
                    .first()
                    .map_or(Span::default(), |i| span_of(swc_common::Spanned::span(i)));
                self.in_function(None, span, ThisOf::Caller, (false, false), |this, _| {
                    this.items(items);
                });
            }
        }
        // A type of the script's own is not the platform's of that name.
        for binding in &mut self.facts.bindings[bindings..] {
            let is_own = |name: &Atom| types.contains(name.as_str());
            binding.type_name = binding.type_name.take().filter(|name| !is_own(name));
        }
    }

    /// How much of each table is filled.
    fn counts(&self) -> [usize; 5] {
        let facts = &self.facts;
        [
            facts.nodes.len(),
            facts.blocks.len(),
            facts.functions.len(),
            facts.classes.len(),
            facts.writes.len(),
        ]
    }

    /// Ends what is new since `before` with its script's text, and with whole characters of it:
    /// a text may be mended by brackets behind its end, or in place of what has more bytes.
    fn clamp(&mut self, before: [usize; 5], start: u32, text: &str) {
        let clamp_at = |at: &mut u32| {
            let Some(offset) = at.checked_sub(start) else {
                return;
            };
            let mut offset = (offset as usize).min(text.len());
            while !text.is_char_boundary(offset) {
                offset -= 1;
            }
            *at = start + offset as u32;
        };
        let clamp = |span: &mut Span| {
            clamp_at(&mut span.start);
            clamp_at(&mut span.end);
        };
        let [nodes, blocks, functions, classes, writes] = before;
        let facts = &mut self.facts;
        facts.nodes[nodes..]
            .iter_mut()
            .for_each(|n| clamp(&mut n.span));
        facts.blocks[blocks..]
            .iter_mut()
            .for_each(|b| clamp(&mut b.span));
        facts.functions[functions..]
            .iter_mut()
            .for_each(|f| clamp(&mut f.span));
        facts.classes[classes..]
            .iter_mut()
            .for_each(|c| clamp(&mut c.span));
        facts.writes[writes..]
            .iter_mut()
            .for_each(|w| clamp(&mut w.definition.span));
        let definitions = facts.bindings.iter_mut().flat_map(|b| &mut b.definitions);
        definitions.for_each(|d| clamp(&mut d.span));
        facts.bindings.iter_mut().for_each(|b| clamp(&mut b.span));
        for import in &mut facts.imports {
            clamp(&mut import.span);
            clamp(&mut import.declaration);
        }
    }

    fn directives(&mut self, items: &[ModuleItem]) {
        for item in items {
            let ModuleItem::Stmt(Stmt::Expr(stmt)) = item else {
                break;
            };
            let swc_ecma_ast::Expr::Lit(swc_ecma_ast::Lit::Str(text)) = &*stmt.expr else {
                break;
            };
            self.facts
                .directives
                .push(text.value.to_atom_lossy().to_string());
        }
    }

    fn node(&mut self, expr: Expr, span: Span) -> ExprId {
        let id = ExprId(self.facts.nodes.len() as u32);
        self.facts.nodes.push(Node {
            expr,
            span,
            block: self.block,
        });
        id
    }

    fn opaque(&mut self, why: &str, span: Span) -> ExprId {
        self.node(Expr::Opaque(why.into()), span)
    }

    fn candidate(&mut self, id: ExprId) -> ExprId {
        self.facts.candidates.push(id);
        id
    }

    fn new_block(&mut self, kind: BlockKind, span: Span, condition: Option<Condition>) -> BlockId {
        let id = BlockId(self.facts.blocks.len() as u32);
        self.facts.blocks.push(Block {
            parent: Some(self.block),
            kind,
            span,
            condition,
            is_caught: false,
            twin: None,
            exits_at: None,
            after: Vec::new(),
        });
        id
    }

    /// Runs `work` inside a new block; gives the block and what `work` gave.
    fn in_block<T>(
        &mut self,
        kind: BlockKind,
        span: Span,
        condition: Option<Condition>,
        work: impl FnOnce(&mut Self) -> T,
    ) -> (BlockId, T) {
        let block = self.new_block(kind, span, condition);
        let outer = std::mem::replace(&mut self.block, block);
        let result = work(self);
        self.block = outer;
        (block, result)
    }

    fn scoped<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.scopes.push(Scope::default());
        let result = work(self);
        self.scopes.pop();
        result
    }

    /// Makes a function and runs `work` in its scope and block.
    fn in_function(
        &mut self,
        name: Option<String>,
        span: Span,
        this: ThisOf,
        (is_async, is_generator): (bool, bool),
        work: impl FnOnce(&mut Self, FunctionId),
    ) -> FunctionId {
        let id = FunctionId(self.facts.functions.len() as u32);
        let block = self.new_block(BlockKind::Function(id), span, None);
        self.facts.functions.push(Function {
            name,
            span,
            block,
            parent: self.function,
            returns: Vec::new(),
            parameters: Vec::new(),
            this,
            handed: self.handed.take(),
            is_async,
            is_generator,
        });
        let outer_block = std::mem::replace(&mut self.block, block);
        let outer_function = self.function.replace(id);
        let outer_this = std::mem::replace(&mut self.this, ThisOf::Caller);
        self.scoped(|this| work(this, id));
        self.block = outer_block;
        self.function = outer_function;
        self.this = outer_this;
        id
    }

    /// Control leaves the current block here for good.
    fn exits(&mut self, at: u32) {
        let mut block = self.block;
        loop {
            let entry = &mut self.facts.blocks[block.index()];
            entry.exits_at = Some(entry.exits_at.map_or(at, |e| e.min(at)));
            match (entry.kind, entry.parent) {
                (BlockKind::Plain, Some(parent)) => block = parent,
                _ => return,
            }
        }
    }
}

/// swc's positions start at 1.
fn span_of(span: swc_common::Span) -> Span {
    Span::new(
        span.lo.0.saturating_sub(1) as usize,
        span.hi.0.saturating_sub(1) as usize,
    )
}
