//! The language server: `connect-lint lsp`.
//!
//! A thin adapter: the same pipeline as on the command line, its results as an editor wants them.
//! The protocol is that of <https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/>.
//!
//! One thread reads messages (`transport`), one writes them, one runs the lint (`worker`), and
//! one does all else (`main_loop`): it keeps the state (`session`), so nothing is locked.
//! Requests that need results wait until a run over the newest texts is done (`waiting`).
//!
//! Standard output belongs to the protocol. What is told to people goes to the editor's log.

mod actions;
mod analysis;
mod capabilities;
mod client;
mod commands;
mod completion;
mod diagnostics;
mod documents;
mod encoding;
mod folders;
mod hints;
mod hover;
mod lifecycle;
mod locate;
mod main_loop;
mod markup;
mod named;
mod notifications;
mod offers;
mod paths;
mod progress;
mod project;
mod proposals;
mod publish;
mod pull;
mod requests;
mod session;
mod settings;
mod transport;
mod waiting;
mod watch;
mod worker;

pub use main_loop::{Ended, serve};
pub use settings::NAMES as SETTINGS;
