//! Which files a run reads, what language and runtime each is, and its decoded text.

mod decode;
mod language;
mod modules;
mod overlay;
mod runtime;
mod unsaved;
mod walk;

pub use decode::{Decoded, OffsetMap, declared_in_html, decode, is_binary};
pub use language::{Language, holds_unread_scripts};
pub use modules::{Import, Modules};
pub use overlay::{Overlay, Reads, real};
pub use runtime::{NotBrowser, classify, import_conventions, path_conventions, server_import};
pub use walk::{
    Discovered, SourcePath, WalkIssue, WalkOptions, above, discover, discover_with, shown_from_here,
};
