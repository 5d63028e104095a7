//! `--deny`, `--warn`, `--allow`: of several flags that say something of a code, the last counts,
//! whichever it is.

use crate::config::Level;
use crate::diagnostics::CodeName;
use crate::triage::LevelFlag;
use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

/// Levels as the command line gives them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LevelArgs {
    /// In its order.
    pub flags: Vec<LevelFlag>,
}

/// The flags, for their help: clap tells nothing of their order among each other.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Findings")]
struct Flags {
    /// Make findings of a code errors: they fail the run (repeatable)
    ///
    /// The codes are separated by commas; 'all' is every code that is a warning or an error
    /// without it. Of several flags that name a code, the last counts; all win over [severity] in
    /// the configuration.
    #[arg(short = 'D', long, value_name = "CODE", value_delimiter = ',', value_parser = parse_code)]
    deny: Vec<Named>,
    /// Make findings of a code warnings (repeatable)
    #[arg(short = 'W', long, value_name = "CODE", value_delimiter = ',', value_parser = parse_code)]
    warn: Vec<Named>,
    /// Do not tell findings of a code (repeatable)
    #[arg(short = 'A', long, value_name = "CODE", value_delimiter = ',', value_parser = parse_code)]
    allow: Vec<Named>,
}

/// A code, or all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Named(Option<CodeName>);

fn parse_code(name: &str) -> Result<Named, crate::diagnostics::UnknownCode> {
    match name.trim() {
        "all" => Ok(Named(None)),
        name => name.parse().map(|code| Named(Some(code))),
    }
}

impl FromArgMatches for LevelArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut found: Vec<(usize, LevelFlag)> = Vec::new();
        let levels = [
            ("deny", Level::Error),
            ("warn", Level::Warning),
            ("allow", Level::Off),
        ];
        for (name, level) in levels {
            let values = matches.try_get_many::<Named>(name).ok().flatten();
            let values = values.into_iter().flatten();
            let places = matches.indices_of(name).into_iter().flatten();
            let flags = values.map(|named| LevelFlag {
                code: named.0,
                level,
            });
            found.extend(places.zip(flags));
        }
        found.sort_by_key(|(place, _)| *place);
        Ok(LevelArgs {
            flags: found.into_iter().map(|(_, flag)| flag).collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = LevelArgs::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for LevelArgs {
    fn augment_args(command: Command) -> Command {
        Flags::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Flags::augment_args_for_update(command)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        levels: LevelArgs,
    }

    #[test]
    fn the_order_of_the_line_is_kept() {
        let line = [
            "x",
            "-D",
            "all",
            "--allow",
            "depends,blocked",
            "--deny=blocked",
        ];
        let parsed = Line::try_parse_from(line).unwrap().levels.flags;
        let code = |name: &str| Some(name.parse().unwrap());
        let flag = |code, level| LevelFlag { code, level };
        assert_eq!(
            parsed,
            [
                flag(None, Level::Error),
                flag(code("depends"), Level::Off),
                flag(code("blocked"), Level::Off),
                flag(code("blocked"), Level::Error),
            ]
        );
        let error = Line::try_parse_from(["x", "--deny", "blockd"])
            .err()
            .unwrap();
        assert!(
            error.to_string().contains("did you mean `blocked`?"),
            "{error}"
        );
    }
}
