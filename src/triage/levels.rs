//! Levels: how bad each code is, by the configuration and flags.

use crate::config::{FailLevel, Level};
use crate::diagnostics::CodeName;
use crate::results::Severity;
use std::collections::BTreeMap;

/// How bad each code is to be.
#[derive(Debug, Clone)]
pub struct Levels {
    /// `[severity]` of the configuration.
    pub config: BTreeMap<CodeName, Level>,
    /// `--deny`, `--warn`, `--allow`, in the order of the command line: the last one counts.
    pub flags: Vec<LevelFlag>,
    /// From which verdict on a run fails, where nothing is said of its code.
    pub fail_on: FailLevel,
    /// Whether comments that keep findings silent must say why.
    pub require_reason: bool,
}

impl Default for Levels {
    fn default() -> Self {
        Levels {
            config: BTreeMap::new(),
            flags: Vec::new(),
            fail_on: FailLevel::Blocked,
            require_reason: false,
        }
    }
}

/// A level that a flag gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LevelFlag {
    /// The code; nothing is `all`: every code that is an error or a warning without it.
    pub code: Option<CodeName>,
    /// Its level.
    pub level: Level,
}

impl Levels {
    /// How bad a code is, or nothing if it is not told. `own`: how bad it is if nobody says
    /// anything; `of_file`: what overrides say of the file.
    pub fn of(
        &self,
        code: CodeName,
        own: Severity,
        of_file: &BTreeMap<CodeName, Level>,
    ) -> Option<Severity> {
        let said = of_file.get(&code).or_else(|| self.config.get(&code));
        let mut level = said.copied().unwrap_or_else(|| self.unsaid(code, own));
        for flag in &self.flags {
            let is_meant = match flag.code {
                Some(named) => named == code,
                None => flag.level == Level::Off || matches!(level, Level::Error | Level::Warning),
            };
            if is_meant {
                level = flag.level;
            }
        }
        match level {
            Level::Error => Some(Severity::Error),
            Level::Warning => Some(Severity::Warning),
            Level::Info => Some(Severity::Info),
            Level::Off => None,
        }
    }

    fn unsaid(&self, code: CodeName, own: Severity) -> Level {
        let fails = |verdicts: &[FailLevel]| verdicts.contains(&self.fail_on);
        match code.as_str() {
            "depends" if fails(&[FailLevel::Depends, FailLevel::Unknown]) => Level::Error,
            "unknown" if fails(&[FailLevel::Unknown]) => Level::Error,
            // So common that it is told only to those who ask.
            "unknown" => Level::Off,
            "suppression-without-reason" if !self.require_reason => Level::Off,
            _ => match own {
                Severity::Error => Level::Error,
                Severity::Warning => Level::Warning,
                Severity::Info => Level::Info,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn code(name: &str) -> CodeName {
        name.parse().unwrap()
    }

    fn flag(name: Option<&str>, level: Level) -> LevelFlag {
        LevelFlag {
            code: name.map(code),
            level,
        }
    }

    #[test]
    fn the_last_word_counts() {
        let none = BTreeMap::new();
        let mut levels = Levels::default();
        let of = |levels: &Levels, name: &str, own| levels.of(code(name), own, &none);
        use Severity::{Error, Info, Warning};
        assert_eq!(of(&levels, "depends", Warning), Some(Warning));
        assert_eq!(of(&levels, "unknown", Warning), None);
        levels.fail_on = FailLevel::Unknown;
        assert_eq!(of(&levels, "depends", Warning), Some(Error));
        assert_eq!(of(&levels, "unknown", Warning), Some(Error));
        levels.config = [(code("depends"), Level::Warning)].into();
        assert_eq!(of(&levels, "depends", Warning), Some(Warning));
        let of_file = [(code("depends"), Level::Off)].into();
        assert_eq!(levels.of(code("depends"), Warning, &of_file), None);
        levels.flags = vec![flag(None, Level::Error)];
        assert_eq!(of(&levels, "depends", Warning), Some(Error));
        assert_eq!(of(&levels, "skipped-file", Info), Some(Info));
        assert_eq!(levels.of(code("depends"), Warning, &of_file), None);
        levels.flags = vec![
            flag(None, Level::Off),
            flag(Some("blocked"), Level::Warning),
        ];
        assert_eq!(of(&levels, "blocked", Error), Some(Warning));
        assert_eq!(of(&levels, "skipped-file", Info), None);
        levels.flags.push(flag(None, Level::Error));
        assert_eq!(of(&levels, "blocked", Error), Some(Error));
        assert_eq!(of(&levels, "depends", Warning), None);
    }
}
