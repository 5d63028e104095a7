//! Mistakes in the policies themselves, and in the files that hold them.

use super::{at, nowhere};
use crate::csp::Note;
use crate::endpoint::Place;
use crate::lint::Unused;
use crate::policies::{LocatedPolicy, Origin, PolicyIssue, SourceFile};
use crate::results::{About, Diagnostic, Location, Related, Severity};
use crate::span::Span;

/// A mistake in a policy. `location`: that of a place, if its file is at hand.
pub(crate) fn of_note(
    note: &Note,
    located: &LocatedPolicy,
    location: impl Fn(&Place) -> Option<Location>,
) -> Diagnostic {
    let plain = Diagnostic {
        help: Some(note.help.clone()),
        about: about(located),
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

/// A source that no endpoint uses, if it stands in a file that is at hand. `others`: in how many
/// more pages the same policy stands.
pub(crate) fn of_unused(
    unused: &Unused,
    located: &LocatedPolicy,
    others: usize,
    location: impl Fn(&Place) -> Option<Location>,
) -> Option<Diagnostic> {
    let (directive, _) = located.policy.connect_directive()?;
    let source = directive.sources.get(unused.index)?;
    let place = located.written.place_of(&source.range)?;
    let shown = location(&place)?;
    let others = match others {
        0 => String::new(),
        1 => ", nor in another page with this policy".to_owned(),
        n => format!(", nor in {n} other pages with this policy"),
    };
    let plain = match unused.reasons.is_empty() {
        true => Diagnostic {
            help: Some(
                "remove it (`--fix --unused` does), unless a request is redirected there"
                    .to_owned(),
            ),
            label: Some("not used".to_owned()),
            ..nowhere(
                "unused-source",
                Severity::Warning,
                format!("no endpoint uses the source `{}`{others}", source.text),
            )
        },
        false => Diagnostic {
            help: Some(format!("it may be used: {}", unused.reasons.join("; "))),
            label: Some("maybe not used".to_owned()),
            ..nowhere(
                "possibly-unused-source",
                Severity::Info,
                format!(
                    "no endpoint is seen to use the source `{}`{others}",
                    source.text
                ),
            )
        },
    };
    let plain = Diagnostic {
        about: About {
            subject: Some(source.text.clone()),
            ..about(located)
        },
        ..plain
    };
    Some(at(plain, &shown, place.span))
}

/// A mistake in a policy is also told where the policy begins.
fn about(located: &LocatedPolicy) -> About {
    match &located.origin {
        Origin::File { path, line } => About {
            begins: Some(*line),
            policies: vec![path.to_string()],
            ..About::default()
        },
        Origin::Flag(_) => About::default(),
    }
}

/// A diagnostic with a place that shows why.
pub(crate) fn with_related(
    mut diagnostic: Diagnostic,
    location: Location,
    span: Span,
    message: &str,
) -> Diagnostic {
    diagnostic.related.push(Related {
        file: location.file,
        line: location.line,
        column: location.column,
        message: message.to_owned(),
        span,
    });
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
