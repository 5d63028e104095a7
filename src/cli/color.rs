//! Whether to colour the output and how to draw lines, from the flag, the environment and where
//! the output goes (<https://no-color.org>, <https://bixense.com/clicolors/>).

use super::args::ColorChoice;

/// What the environment says of terminals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TerminalEnv {
    /// `NO_COLOR` is there and not empty.
    pub no_color: bool,
    /// `CLICOLOR_FORCE` is there, not empty and not `0`.
    pub force_color: bool,
    /// `TERM`.
    pub term: String,
    /// The first of `LC_ALL`, `LC_CTYPE` and `LANG` that is there and not empty.
    pub locale: String,
}

impl TerminalEnv {
    /// Reads the environment of this process.
    pub fn from_process() -> Self {
        Self::read(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    fn read(var: impl Fn(&str) -> Option<String>) -> Self {
        let filled = |name: &str| var(name).filter(|value| !value.is_empty());
        TerminalEnv {
            no_color: filled("NO_COLOR").is_some(),
            force_color: filled("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
            term: filled("TERM").unwrap_or_default(),
            locale: ["LC_ALL", "LC_CTYPE", "LANG"]
                .into_iter()
                .find_map(filled)
                .unwrap_or_default(),
        }
    }

    /// Whether to use colours: the flag decides, then `NO_COLOR`, then `CLICOLOR_FORCE`, then
    /// whether the output is a terminal that has colours.
    pub fn color(&self, choice: ColorChoice, is_terminal: bool) -> bool {
        match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if self.no_color => false,
            ColorChoice::Auto if self.force_color => true,
            ColorChoice::Auto => is_terminal && self.term != "dumb",
        }
    }

    /// Whether a terminal takes back what it has shown.
    pub fn moves_cursor(&self) -> bool {
        self.term != "dumb" && (cfg!(windows) || !self.term.is_empty())
    }

    /// Whether to draw with box characters: on a terminal that shows UTF-8. The console of Linux
    /// itself (`TERM=linux`) lacks most of them. What goes to a file or a pipe is plain ASCII.
    pub fn unicode(&self, is_terminal: bool) -> bool {
        let locale = self.locale.to_ascii_lowercase();
        let utf8 = locale.contains("utf-8") || locale.contains("utf8");
        is_terminal && (utf8 || cfg!(windows)) && !matches!(self.term.as_str(), "linux" | "dumb")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(vars: &[(&str, &str)]) -> TerminalEnv {
        TerminalEnv::read(|name| {
            vars.iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_flag_is_stronger_than_the_environment() {
        assert!(env(&[("NO_COLOR", "1")]).color(ColorChoice::Always, false));
        assert!(!env(&[("CLICOLOR_FORCE", "1")]).color(ColorChoice::Never, true));
    }

    #[test]
    fn no_color_is_stronger_than_clicolor_force() {
        let both = env(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]);
        assert!(!both.color(ColorChoice::Auto, true));
        assert!(env(&[("CLICOLOR_FORCE", "1")]).color(ColorChoice::Auto, false));
    }

    #[test]
    fn empty_variables_say_nothing() {
        let empty = env(&[("NO_COLOR", ""), ("CLICOLOR_FORCE", "")]);
        assert!(empty.color(ColorChoice::Auto, true));
        assert!(!empty.color(ColorChoice::Auto, false));
        assert!(!env(&[("CLICOLOR_FORCE", "0")]).color(ColorChoice::Auto, false));
    }

    #[test]
    fn a_dumb_terminal_has_no_colours() {
        assert!(!env(&[("TERM", "dumb")]).color(ColorChoice::Auto, true));
        assert!(env(&[("TERM", "xterm")]).color(ColorChoice::Auto, true));
    }

    #[test]
    fn box_characters_need_a_terminal_and_utf_8() {
        let utf8 = env(&[("LC_ALL", ""), ("LANG", "de_DE.UTF-8"), ("TERM", "xterm")]);
        assert!(utf8.unicode(true));
        assert!(!utf8.unicode(false));
        assert!(!env(&[("TERM", "linux"), ("LANG", "C.UTF-8")]).unicode(true));
        if cfg!(unix) {
            assert!(!env(&[("LANG", "C")]).unicode(true));
            assert!(!env(&[("LC_ALL", "C"), ("LANG", "C.UTF-8")]).unicode(true));
        }
    }
}
