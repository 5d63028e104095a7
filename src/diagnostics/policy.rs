//! Mistakes in the policies themselves, and in the files that hold them.

use super::{at, nowhere};
use crate::csp::Note;
use crate::endpoint::Place;
use crate::policies::{LocatedPolicy, Origin, PolicyIssue, SourceFile};
use crate::results::{Diagnostic, Location, Related};

/// A mistake in a policy. `location`: that of a place, if its file is at hand.
pub(crate) fn of_note(
    note: &Note,
    located: &LocatedPolicy,
    location: impl Fn(&Place) -> Option<Location>,
) -> Diagnostic {
    let plain = Diagnostic {
        help: Some(note.help.clone()),
        ..nowhere(note.code, note.severity, note.message.clone())
    };
    let place = located.written.place_of(&note.range);
    let shown = place.and_then(|place| Some((location(&place)?, place.span)));
    if let Some((location, span)) = shown {
        return at(plain, &location, span);
    }
    match &located.origin {
        Origin::Flag(flag) => Diagnostic {
            message: format!("{flag}: {}", note.message),
            ..plain
        },
        Origin::File { path, line } => Diagnostic {
            file: Some(path.to_string()),
            line: Some(*line),
            ..plain
        },
    }
}

/// A diagnostic with a place that shows why.
pub(crate) fn with_related(
    mut diagnostic: Diagnostic,
    location: Option<Location>,
    place: &Place,
    message: &str,
) -> Diagnostic {
    diagnostic.related.extend(location.map(|location| Related {
        file: location.file,
        line: location.line,
        column: location.column,
        message: message.to_owned(),
        span: place.span,
    }));
    diagnostic
}

/// Something wrong in a file of policies.
pub(crate) fn of_policy_issue(issue: &PolicyIssue, file: &SourceFile) -> Diagnostic {
    let plain = Diagnostic {
        file: Some(file.name.to_string()),
        help: issue.help.clone(),
        ..nowhere(issue.code, issue.severity, issue.message.clone())
    };
    match &issue.place {
        Some(place) => at(plain, &file.location(place.span), place.span),
        None => plain,
    }
}
