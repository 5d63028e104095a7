//! The exit codes.

use super::args::FailOn;
use crate::results::Summary;
use std::process::ExitCode;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Nothing to complain about.
    Success,
    /// Findings.
    Findings,
    /// The run could not be done.
    Failure,
}

impl Exit {
    /// The code that the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Exit::Success => 0,
            Exit::Findings => 1,
            Exit::Failure => 2,
        }
    }

    /// What the findings that are told make of a run. `max_warnings`: more of them fail it.
    pub fn from_findings(summary: &Summary, fail_on: FailOn, max_warnings: Option<usize>) -> Exit {
        let too_many = max_warnings.is_some_and(|most| summary.warnings > most);
        match fail_on != FailOn::Never && (summary.errors > 0 || too_many) {
            true => Exit::Findings,
            false => Exit::Success,
        }
    }

    /// What the verdicts make of a run that tells no findings.
    pub fn from_verdicts(summary: &Summary, fail_on: FailOn) -> Exit {
        let failing = match fail_on {
            FailOn::Blocked => summary.blocked,
            FailOn::Depends => summary.blocked + summary.depends,
            FailOn::Unknown => summary.blocked + summary.depends + summary.unknown,
            FailOn::Never => 0,
        };
        if failing > 0 {
            Exit::Findings
        } else {
            Exit::Success
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_fail_a_run_and_too_many_warnings() {
        let exits = |errors, warnings, fail_on, max| {
            let summary = Summary {
                errors,
                warnings,
                ..Summary::default()
            };
            Exit::from_findings(&summary, fail_on, max).code()
        };
        assert_eq!(exits(0, 9, FailOn::Unknown, None), 0);
        assert_eq!(exits(1, 0, FailOn::Blocked, None), 1);
        assert_eq!(exits(0, 3, FailOn::Blocked, Some(3)), 0);
        assert_eq!(exits(0, 4, FailOn::Blocked, Some(3)), 1);
        assert_eq!(exits(1, 4, FailOn::Never, Some(3)), 0);
    }

    #[test]
    fn each_step_of_fail_on_adds_a_verdict() {
        let exits = |summary: Summary| {
            [
                FailOn::Blocked,
                FailOn::Depends,
                FailOn::Unknown,
                FailOn::Never,
            ]
            .map(|fail_on| Exit::from_verdicts(&summary, fail_on).code())
        };
        let none = Summary {
            files: 3,
            endpoints: 3,
            allowed: 3,
            ..Summary::default()
        };
        assert_eq!(exits(none.clone()), [0, 0, 0, 0]);
        assert_eq!(
            exits(Summary {
                blocked: 1,
                ..none.clone()
            }),
            [1, 1, 1, 0]
        );
        assert_eq!(
            exits(Summary {
                depends: 1,
                ..none.clone()
            }),
            [0, 1, 1, 0]
        );
        assert_eq!(exits(Summary { unknown: 1, ..none }), [0, 0, 1, 0]);
    }
}
