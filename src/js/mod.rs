//! The swc front end: text → syntax tree → [`FileFacts`].

mod comments;
mod depth;
pub mod facts;
mod lower;
pub mod parse;
mod repair;

pub use comments::comments;
pub use facts::FileFacts;
pub use lower::{ScriptKind, ScriptText, lower};

#[cfg(test)]
mod tests;
