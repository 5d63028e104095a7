//! What one file's scripts say, with the syntax gone: expressions, bindings, functions,
//! classes and the places that may be sinks, in flat tables that refer to each other by index.
//!
//! Facts are made from one file alone and know neither other files, nor policies, nor the
//! build's settings, so they can be cached and merged; [`crate::resolve`] evaluates them.
//!
//! Invariants: an index is always in range of its table; spans are offsets into the *virtual
//! text* of the file, in which its scripts stand one after the other ([`Chunk`]).

use crate::span::Span;
use serde::{Deserialize, Serialize};
pub use swc_atoms::Atom;

macro_rules! index {
    ($(#[$doc:meta] $name:ident),* $(,)?) => {$(
        #[$doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(pub u32);
        impl $name {
            /// As an index into its table.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

index! {
    /// An expression.
    ExprId,
    /// A binding: a name that a scope declares.
    BindingId,
    /// A function.
    FunctionId,
    /// A class.
    ClassId,
    /// A block of statements, or an arm of an expression.
    BlockId,
}

/// A script of the file: an inline script, a handler, or the whole file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chunk {
    /// Where its text starts in the virtual text.
    pub start: u32,
    /// How long it is.
    pub len: u32,
}

/// An expression, where it stands, and the block it stands in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// What it is.
    pub expr: Expr,
    /// Where.
    pub span: Span,
    /// The innermost block around it.
    pub block: BlockId,
}

/// An argument or array element.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Argument {
    /// The expression.
    pub expr: ExprId,
    /// `...expr`.
    pub spread: bool,
}

/// A property name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Key {
    /// `name`, `'name'`, `#name`, `0`.
    Name(Atom),
    /// `[expr]`.
    Computed(ExprId),
}

/// A property of an object literal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Property {
    /// `key: value`, a method, or a shorthand.
    Value(Key, ExprId),
    /// `get key() {…}`.
    Getter(Key, FunctionId),
    /// `set key(value) {…}`.
    Setter(Key, FunctionId),
    /// `...expr`.
    Spread(ExprId),
}

/// Binary operators that the evaluation knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Binary {
    Add,
    Equal,
    NotEqual,
    StrictEqual,
    StrictNotEqual,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    InstanceOf,
    Other,
}

/// Short-circuit operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Logical {
    And,
    Or,
    Nullish,
}

/// Unary operators that the evaluation knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Unary {
    Not,
    Typeof,
    Void,
    Number,
}

/// A template's texts, and the expressions between them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// One more than there are expressions.
    pub texts: Vec<String>,
    /// What stands in `${…}`.
    pub exprs: Vec<ExprId>,
}

/// A regular expression literal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Regex {
    /// What stands between the slashes.
    pub pattern: String,
    /// What stands behind them.
    pub flags: String,
}

/// An element in JSX.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Jsx {
    /// The name of the element.
    pub tag: String,
    /// Its attributes by name, except spread ones.
    pub attributes: Vec<(String, ExprId)>,
}

/// An expression. There are very many: what is large and rare is boxed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Expr {
    Text(Atom),
    Number(f64),
    Bool(bool),
    Null,
    Undefined,
    Regex(Box<Regex>),
    Template(Box<Template>),
    /// A tagged template; its texts are those without escape processing.
    Tagged {
        tag: ExprId,
        template: Box<Template>,
    },
    Binary {
        op: Binary,
        left: ExprId,
        right: ExprId,
    },
    Logical {
        op: Logical,
        left: ExprId,
        right: ExprId,
    },
    Conditional {
        test: ExprId,
        yes: ExprId,
        no: ExprId,
    },
    Unary {
        op: Unary,
        argument: ExprId,
    },
    Binding(BindingId),
    /// A name that no scope of the file declares.
    Global(Atom),
    This,
    Super,
    Member {
        object: ExprId,
        key: Key,
    },
    Call {
        callee: ExprId,
        arguments: Box<[Argument]>,
    },
    New {
        callee: ExprId,
        arguments: Box<[Argument]>,
    },
    /// `import(specifier, { with: { type } })`.
    Import {
        specifier: ExprId,
        options: Option<ExprId>,
    },
    Object(Box<[Property]>),
    /// Holes of the array are `Undefined`.
    Array(Box<[Argument]>),
    Function(FunctionId),
    Class(ClassId),
    Await(ExprId),
    /// The n-th argument that the function is called with; `rest` gathers all from there.
    Parameter {
        function: FunctionId,
        index: u32,
        rest: bool,
    },
    /// `value`, or `default` where that is undefined.
    Default {
        value: ExprId,
        default: ExprId,
    },
    /// An element of what is iterated (`for … of`).
    Element(ExprId),
    /// The names of an object's properties (`for … in`).
    Keys(ExprId),
    /// What of an object or list a destructuring did not name (`...rest`).
    Rest {
        object: ExprId,
        without: Box<[String]>,
    },
    ImportMeta,
    /// `<a ping=…>` and other elements in JSX that may be sinks.
    Jsx(Box<Jsx>),
    /// `namespace X {…}` or an enum: an object of its exported bindings.
    Namespace(Box<[(String, BindingId)]>),
    /// What the evaluation does not follow, in words.
    Opaque(Atom),
}

/// How a binding gets a value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Definition {
    /// The new value.
    pub value: ExprId,
    /// `+=`: the new value is the old one, then this.
    pub append: bool,
    /// `||=`, `&&=`, `??=`: the old value may stay.
    pub maybe: bool,
    /// Where.
    pub span: Span,
    /// The block it stands in.
    pub block: BlockId,
}

/// What declares a binding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum BindingKind {
    /// `var`, `let`, `const`, a function, a class, an enum.
    Variable,
    /// A parameter, or a name that a parameter's pattern binds.
    Parameter,
    /// An import: the specifier, and the imported name (`default`, `*` for the namespace).
    Import {
        /// The module specifier.
        specifier: Atom,
        /// The name in that module.
        name: Atom,
    },
    /// `catch (name)`.
    Caught,
}

/// A name that a scope declares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Binding {
    /// The name.
    pub name: Atom,
    /// What declares it.
    pub kind: BindingKind,
    /// The declaration's name.
    pub span: Span,
    /// The block whose entry makes it anew.
    pub block: BlockId,
    /// All that gives it a value, in source order.
    pub definitions: Vec<Definition>,
    /// The name of its TypeScript type, if that is one name.
    pub type_name: Option<Atom>,
}

/// What a function is called on or handed to, if that is seen on the spot.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Handed {
    /// `(function () {…})(…)`.
    Called(ExprId),
    /// The n-th argument of a call.
    Argument(ExprId, u32),
}

/// Whose `this` a function sees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum ThisOf {
    /// An arrow function: of the function around it.
    Outer,
    /// A method of a class: an instance, or the class itself when static.
    Class(ClassId, bool),
    /// A method of an object literal.
    Object(ExprId),
    /// Whoever calls it.
    Caller,
}

/// A function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Where.
    pub span: Span,
    /// Its outermost block.
    pub block: BlockId,
    /// The function around it.
    pub parent: Option<FunctionId>,
    /// What it can return.
    pub returns: Vec<ExprId>,
    /// Names of the parameters, `…` for a pattern.
    pub parameters: Vec<String>,
    /// Whose `this`.
    pub this: ThisOf,
    /// Where it goes on the spot.
    pub handed: Option<Handed>,
    /// `async`.
    pub is_async: bool,
    /// `function*`.
    pub is_generator: bool,
}

/// A member of a class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Its name.
    pub key: Key,
    /// `static`.
    pub is_static: bool,
    /// What it is.
    pub kind: MemberKind,
}

/// What a member of a class is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum MemberKind {
    /// A field with its initial value, if any.
    Field(Option<ExprId>),
    /// A method.
    Method(FunctionId),
    /// A getter.
    Getter(FunctionId),
    /// A setter.
    Setter(FunctionId),
}

/// A class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Class {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Where.
    pub span: Span,
    /// `extends` what.
    pub superclass: Option<ExprId>,
    /// Its constructor.
    pub constructor: Option<FunctionId>,
    /// The rest.
    pub members: Vec<Member>,
}

/// `object.key = value`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Write {
    /// The object.
    pub object: ExprId,
    /// The property.
    pub key: Key,
    /// How.
    pub definition: Definition,
    /// The function it stands in.
    pub function: Option<FunctionId>,
}

/// What a block is to what surrounds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlockKind {
    /// Always run once when reached.
    Plain,
    /// May be skipped.
    Branch,
    /// May run many times, or never.
    Loop,
    /// The body of a function: runs when called.
    Function(FunctionId),
}

/// A condition under which a block runs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// The test.
    pub test: ExprId,
    /// What the test must be.
    pub holds: Expected,
}

/// What a test must be for a block to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Expected {
    Truthy,
    Falsy,
    Nullish,
}

/// A block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// The block around it.
    pub parent: Option<BlockId>,
    /// What it is to that.
    pub kind: BlockKind,
    /// Where.
    pub span: Span,
    /// Under which condition it runs.
    pub condition: Option<Condition>,
    /// What it throws is caught, so that leaving it may come to what follows.
    #[serde(default)]
    pub is_caught: bool,
    /// The other arm of an `if … else`, where both exist: an assignment in both always runs.
    pub twin: Option<BlockId>,
    /// From here on control has always left the block (`return`, `throw`, `break`, …).
    pub exits_at: Option<u32>,
    /// Conditions that hold from an offset on, because the opposite left the block:
    /// `if (!x) return;`.
    pub after: Vec<(u32, Condition)>,
}

/// A static import or re-export.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Import {
    /// The module specifier.
    pub specifier: String,
    /// Where the specifier stands.
    pub span: Span,
    /// The whole declaration.
    pub declaration: Span,
    /// `with { type: '…' }`.
    pub module_type: Option<String>,
}

/// What a module exports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Export {
    /// `export { expr as name }`, `export default expr`, `export const name = …`.
    Local {
        /// The exported name.
        name: String,
        /// Its value.
        value: ExprId,
    },
    /// `export { from as name } from 'specifier'`; `*` is the namespace.
    From {
        /// The exported name.
        name: String,
        /// The name in the other module.
        from: String,
        /// The other module.
        specifier: String,
    },
    /// `export * from 'specifier'`.
    All {
        /// The other module.
        specifier: String,
    },
}

/// The facts of one file's scripts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct FileFacts {
    pub chunks: Vec<Chunk>,
    pub nodes: Vec<Node>,
    pub bindings: Vec<Binding>,
    pub functions: Vec<Function>,
    pub classes: Vec<Class>,
    pub blocks: Vec<Block>,
    pub writes: Vec<Write>,
    /// Calls, constructions, dynamic imports and JSX elements, in source order.
    pub candidates: Vec<ExprId>,
    /// Member expressions of optional chains (`a?.b.c`), in ascending order: undefined where
    /// their object is null or undefined.
    #[serde(default)]
    pub optional: Vec<ExprId>,
    pub imports: Vec<Import>,
    pub exports: Vec<Export>,
    /// Directive prologues of the file: `use server`, `use client`.
    pub directives: Vec<String>,
    /// Whether any script is a module.
    pub is_module: bool,
}

/// Moves a table to where it has no reserve. Allocators keep up to half a block in reserve when
/// asked to shrink it.
fn exact<T>(table: &mut Vec<T>) {
    if table.len() == table.capacity() {
        return;
    }
    let mut moved = Vec::with_capacity(table.len());
    moved.append(table);
    *table = moved;
}

impl FileFacts {
    /// Gives back what the tables hold in reserve: all facts of a program are kept at a time.
    pub(super) fn shrink(&mut self) {
        for binding in &mut self.bindings {
            binding.definitions.shrink_to_fit();
        }
        for function in &mut self.functions {
            function.returns.shrink_to_fit();
            function.parameters.shrink_to_fit();
        }
        exact(&mut self.nodes);
        exact(&mut self.bindings);
        exact(&mut self.functions);
        exact(&mut self.blocks);
        exact(&mut self.writes);
        exact(&mut self.candidates);
    }

    /// The expression.
    pub fn node(&self, id: ExprId) -> &Node {
        &self.nodes[id.index()]
    }

    /// The binding.
    pub fn binding(&self, id: BindingId) -> &Binding {
        &self.bindings[id.index()]
    }

    /// The function.
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.index()]
    }

    /// The class.
    pub fn class(&self, id: ClassId) -> &Class {
        &self.classes[id.index()]
    }

    /// The block.
    pub fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.index()]
    }

    /// The function whose body the block is in, if any.
    pub fn function_of(&self, block: BlockId) -> Option<FunctionId> {
        let mut at = Some(block);
        while let Some(id) = at {
            let block = self.block(id);
            if let BlockKind::Function(function) = block.kind {
                return Some(function);
            }
            at = block.parent;
        }
        None
    }
}
