//! Mistakes in the policies themselves.

use super::{at, nowhere};
use crate::csp::Note;
use crate::policies::{LocatedPolicy, Origin};
use crate::results::{Diagnostic, Location};
use crate::span::Span;

/// A mistake in a policy. `location` is that of the policy's whole value in a linted file.
pub(crate) fn of_note(
    note: &Note,
    located: &LocatedPolicy,
    location: impl Fn(Span) -> Location,
) -> Diagnostic {
    let plain = Diagnostic {
        help: Some(note.help.clone()),
        ..nowhere(note.code, note.severity, note.message.clone())
    };
    if let Some((_, whole)) = &located.place {
        // Exact where the value is written without entities.
        let exact = whole.range().len() == located.text.len();
        let start = whole.start as usize;
        let span = match exact {
            true => Span::new(start + note.range.start, start + note.range.end),
            false => *whole,
        };
        return at(plain, &location(span), span);
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
