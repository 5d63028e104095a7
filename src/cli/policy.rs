//! `connect-lint policy`: which policy applies to what, and where each was found.

use super::args::PolicyMapArgs;
use super::check::in_pool;
use super::exit::Exit;
use super::failure::Failure;
use super::reports::Document;
use super::settings::Session;
use crate::lint::policies;
use crate::report::{write_policies_json, write_policies_text};

/// Prints the policies and what they govern.
///
/// # Errors
/// When the run could not be done.
pub(super) fn run(args: &PolicyMapArgs) -> Result<Exit, Failure> {
    let session = Session::new(&args.policies, &args.config, &args.output)?;
    let format = session.document()?;
    let options = session.lint_options(&args.sources, true)?;
    let threads = session.threads(&args.sources);
    let map = in_pool(threads, || policies(&options))??;
    session.write(None, |out, options| match format {
        Document::Json => write_policies_json(&map, out),
        Document::Text => write_policies_text(&map, options, out),
    })?;
    Ok(Exit::Success)
}
