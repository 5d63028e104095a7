//! How files would change, where a run over the changed files finds what was meant.

use crate::discover::Overlay;
use crate::fix::{Files, Planned, edited, overlaid, problem};
use crate::lint::Linted;

/// How many suggestions are looked at one by one.
const MAX_RUNS: usize = 16;

/// The diff of each suggestion, if there is a change; or why there is none.
type Shown = Result<Option<String>, String>;

/// The diffs of suggestions. Together first: only where that goes wrong, one by one.
pub(super) fn of<E>(
    linted: &Linted,
    changes: &[Result<Vec<Planned>, String>],
    files: &Files,
    lint: impl Fn(&Overlay) -> Result<Linted, E>,
) -> Result<Vec<Shown>, E> {
    let of_all: Vec<&Planned> = changes.iter().flatten().flatten().collect();
    let together = checked(linted, &of_all, files, &lint)?.is_ok();
    let mut runs = 0;
    let mut out = Vec::new();
    for change in changes {
        let planned: Vec<&Planned> = match change {
            Ok(planned) => planned.iter().collect(),
            Err(why) => {
                out.push(Err(why.clone()));
                continue;
            }
        };
        runs += 1;
        let shown = match together {
            true => diff(&planned, files),
            false if runs > MAX_RUNS => Err("there are too many policies".to_owned()),
            false => match checked(linted, &planned, files, &lint)? {
                Ok(()) => diff(&planned, files),
                Err(why) => Err(why),
            },
        };
        out.push(shown);
    }
    Ok(out)
}

/// Whether changes do what they should.
fn checked<E>(
    linted: &Linted,
    planned: &[&Planned],
    files: &Files,
    lint: &impl Fn(&Overlay) -> Result<Linted, E>,
) -> Result<Result<(), String>, E> {
    if planned.is_empty() {
        return Ok(Ok(()));
    }
    let base = Overlay::default();
    let edited = match edited(&base, planned, files) {
        Ok(edited) => edited,
        Err(why) => return Ok(Err(why)),
    };
    let after = lint(&overlaid(&base, &edited))?;
    Ok(match problem(linted, &after, planned) {
        Some(problem) => Err(problem),
        None => Ok(()),
    })
}

fn diff(planned: &[&Planned], files: &Files) -> Shown {
    let edited = edited(&Overlay::default(), planned, files)?;
    let diffs: String = edited.iter().map(crate::fix::EditedFile::diff).collect();
    Ok((!diffs.is_empty()).then_some(diffs))
}
