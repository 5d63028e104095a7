//! What the tools that build a project put in the place of names: their `.env` files, and the
//! constants of their configurations. One table ([`TOOLS`]) has the convention of each tool.
//!
//! The environment of the process never counts: the same input gives the same output.

mod env_files;
mod projects;
mod tools;

pub use env_files::{EnvIssue, Loaded, load};
pub use projects::{Project, ProjectId, Projects};
pub use tools::{Exposed, FileOrder, Options, PLAIN, TOOLS, Tool};
