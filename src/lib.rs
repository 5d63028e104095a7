//! connect-lint tells before you ship which network calls your Content-Security-Policy blocks.
//!
//! The data flow, a module each:
//!
//! 1. [`discover`] finds the files under the roots, decodes them, and says where each runs.
//! 2. [`html`] and [`js`] parse one text each: facts about it, syntax gone ([`extract`]).
//! 3. [`resolve`] evaluates the facts: endpoints, each with what is known of its URL
//!    ([`endpoint`], [`value`]). The APIs it looks for are the rows of [`sink`].
//!    Calls that look like requests and make none that it sees are [`opaque`].
//! 4. [`policies`] finds the policies, [`csp`] reads and matches them, [`partial_url`] resolves
//!    a URL of which a part may not be known.
//! 5. [`judge`] puts endpoints and policies together: verdicts, with reasons ([`results`]).
//! 6. [`diagnostics`] says what to tell of them, [`report`] writes it. [`lint`] runs 1 to 5, [`cli`] is the command line.
//!    What is told is what remains of it after levels, comments and the baseline ([`triage`],
//!    [`suppression`]).
//! 7. [`fix`] changes policies where they are written, [`suggest`] says what they should be,
//!    [`init`] writes the first configuration.
//! 8. [`lsp`] does all of it for an editor.
pub mod build;
pub mod cli;
pub mod config;
pub mod csp;
pub mod diagnostics;
pub mod discover;
pub mod endpoint;
pub mod extract;
pub mod fix;
pub mod html;
pub mod init;
pub mod js;
pub mod judge;
pub mod lint;
pub mod lsp;
pub mod opaque;
pub mod partial_url;
pub mod policies;
pub mod report;
pub mod resolve;
pub mod results;
pub mod sink;
pub mod span;
pub mod suggest;
pub mod suppression;
pub mod triage;
pub mod value;
