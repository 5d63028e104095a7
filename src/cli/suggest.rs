//! `connect-lint suggest`: the smallest policy that lets all known endpoints through.

use super::args::{Narrowness, SuggestArgs};
use super::check::{ending, in_pool};
use super::exit::Exit;
use super::failure::Failure;
use super::reports::Document;
use super::settings::Session;
use crate::discover::Overlay;
use crate::lint::lint;
use crate::report::{write_suggestions_json, write_suggestions_text};
use crate::suggest::{Granularity, suggest};

/// Prints what policies should say of connections.
///
/// # Errors
/// When the run could not be done.
pub(super) fn run(args: &SuggestArgs) -> Result<Exit, Failure> {
    let session = Session::new(&args.policies, &args.config, &args.output)?;
    let format = session.document()?;
    let granularity = match args.granularity {
        Narrowness::Origin => Granularity::Origin,
        Narrowness::Path => Granularity::Path,
        Narrowness::HostWildcard => Granularity::HostWildcard,
    };
    let (linted, suggestions) = in_pool(session.threads(&args.sources), || {
        let lint = |overlay: &Overlay| {
            let mut options = session.lint_options_in(&args.sources, true, overlay.clone())?;
            options.needs = true;
            options.policy_optional = true;
            Ok::<_, Failure>(lint(&options)?)
        };
        let linted = lint(&Overlay::default())?;
        let suggestions = suggest(&linted, granularity, lint)?;
        Ok::<_, Failure>((linted, suggestions))
    })??;
    session.write(None, |out, options| match format {
        Document::Json => write_suggestions_json(&suggestions, out),
        Document::Text => write_suggestions_text(&suggestions, options, out),
    })?;
    ending(&linted, Exit::Success)
}
