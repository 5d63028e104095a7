//! The browsers that a site is for, as far as they differ in what a policy means.

use schemars::JsonSchema;
use serde::Deserialize;
use std::str::FromStr;

/// A browser and its oldest version that counts: `safari 15`, `ios 14.5`, `safari >= 13`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct Browser {
    /// In lower case.
    name: String,
    version: (u32, u32),
}

/// From this version on of Safari, `'self'` covers the page's host by WebSocket:
/// <https://github.com/w3c/webappsec-csp/issues/7>, <https://bugs.webkit.org/show_bug.cgi?id=201591>.
const SOCKETS_BY_SELF: (u32, u32) = (15, 4);

impl Browser {
    /// Whether `'self'` covers `wss:` and `ws:` of the page's own host in it.
    pub fn covers_own_sockets(&self) -> bool {
        !matches!(self.name.as_str(), "safari" | "ios" | "ios_saf")
            || self.version >= SOCKETS_BY_SELF
    }
}

impl FromStr for Browser {
    type Err = String;

    /// A name, perhaps `>=`, and a version.
    fn from_str(text: &str) -> Result<Browser, String> {
        let wrong = || format!("`{text}` is no browser with a version: write `safari 15.4`");
        let (name, version) = text.trim().split_once([' ', '>']).ok_or_else(wrong)?;
        let version = version.trim_start_matches(['>', '=', ' ']);
        // A range counts from its lower end: `15.2-15.3`.
        let lowest = version.split('-').next().unwrap_or_default();
        let mut numbers = lowest.trim_end().split('.').map(str::parse::<u32>);
        let major = numbers.next().and_then(Result::ok).ok_or_else(wrong)?;
        let minor = numbers.next().unwrap_or(Ok(0)).map_err(|_| wrong())?;
        Ok(Browser {
            name: name.trim().to_ascii_lowercase(),
            version: (major, minor),
        })
    }
}

impl TryFrom<String> for Browser {
    type Error = String;

    fn try_from(text: String) -> Result<Browser, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_safari_knows_no_sockets_by_self() {
        for (text, covers) in [
            ("safari 15", Ok(false)),
            ("Safari >= 13.1", Ok(false)),
            ("ios_saf 15.2-15.3", Ok(false)),
            ("safari 15.4", Ok(true)),
            ("ios 16", Ok(true)),
            ("chrome 90", Ok(true)),
            ("safari", Err(())),
            ("safari new", Err(())),
        ] {
            let browser = text.parse::<Browser>();
            let found = browser.map(|b| b.covers_own_sockets()).map_err(|_| ());
            assert_eq!(found, covers, "{text}");
        }
    }
}
