//! The command line: definitions and terminal habits. No logic of the lint itself.

pub mod args;
pub mod color;
pub mod exit;
pub mod output;
