//! A hole: a part of a text that is not known, and why.

use serde::{Deserialize, Serialize};

/// A part of a text that is not known before the program runs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hole {
    /// What fills it at run time.
    pub kind: HoleKind,
    /// Which characters it can hold.
    #[serde(default)]
    pub charset: Charset,
}

/// What fills a hole at run time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum HoleKind {
    /// An environment variable or build-time constant, by the name that `--define` takes
    /// (`process.env.API_URL`, `import.meta.env.VITE_API`, `__API__`).
    Env {
        /// The whole name.
        name: String,
    },
    /// A parameter of a function.
    Param {
        /// Its name, or `…` when it has none.
        name: String,
    },
    /// `location.origin`, `scheme://host:port` of the page.
    PageOrigin,
    /// `location.protocol`, with its colon.
    PageProtocol,
    /// `location.host`, host and port.
    PageHost,
    /// `location.hostname`, without port.
    PageHostname,
    /// `location.port`, empty for the default port.
    PagePort,
    /// `location.href` or `document.baseURI`.
    PageHref,
    /// `location.pathname`, starts with `/`.
    PagePathname,
    /// `location.search`: empty or starts with `?`.
    PageSearch,
    /// `location.hash`: empty or starts with `#`.
    PageHash,
    /// A same-origin URL of which nothing else is known: `import.meta.url` of a script.
    ScriptUrl,
    /// Anything else.
    Unknown {
        /// Why it is not known, for people: `import './config'`, `getUrl()`.
        why: String,
    },
}

/// Which characters a hole can hold. It matters where a hole stands in a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Charset {
    /// Any text, also none.
    #[default]
    Any,
    /// What `encodeURIComponent` yields: letters, digits, `-_.!~*'()` and `%XX`; may be empty.
    UriComponent,
    /// A decimal number: digits, maybe with sign, point, exponent, or `NaN`/`Infinity`;
    /// never empty, never `/`, `?`, `#`, `:`, `@`, `\`.
    Number,
    /// What `URLSearchParams` yields: `UriComponent` plus `=`, `&`, `+`; may be empty.
    Query,
    /// Empty, or a path of one leading slash and none at its end: `/app`.
    BasePath,
    /// A path of one leading slash and one at its end, which may be the same: `/`, `/app/`.
    Folder,
    /// Empty, or begins with one `/` or more: what a path begins with.
    PathStart,
}

impl Charset {
    /// Whether text of this kind could hold the character.
    pub fn admits(self, c: char) -> bool {
        match self {
            Charset::Any => true,
            Charset::UriComponent => c.is_ascii_alphanumeric() || "-_.!~*'()%".contains(c),
            Charset::Number => c.is_ascii_alphanumeric() || "+-.".contains(c),
            Charset::Query => c.is_ascii_alphanumeric() || "-_.!~*'()%=&+".contains(c),
            Charset::BasePath | Charset::Folder => !c.is_whitespace() && !"?#\\".contains(c),
            Charset::PathStart => !c.is_whitespace(),
        }
    }

    /// Whether text of this kind never ends the part of a URL that it stands in.
    pub fn is_within_part(self) -> bool {
        matches!(
            self,
            Charset::UriComponent | Charset::Number | Charset::Query
        )
    }

    /// Whether text of this kind is empty or begins with a slash.
    pub fn is_path(self) -> bool {
        matches!(
            self,
            Charset::BasePath | Charset::Folder | Charset::PathStart
        )
    }
}

/// Why a value is not known where evaluation ended at a bound on its work …
pub(crate) const TOO_MUCH: &str = "too much to follow";
/// … or on the alternatives that it keeps.
pub(crate) const TOO_MANY: &str = "too many alternatives";

/// How long a label may be, in bytes.
const MAX_LABEL: usize = 100;

impl Hole {
    /// A hole that can hold any text.
    pub fn new(kind: HoleKind) -> Self {
        Hole {
            kind,
            charset: Charset::Any,
        }
    }

    /// A hole with a reason and nothing else.
    pub fn unknown(why: impl Into<String>) -> Self {
        let mut why: String = why.into();
        if why.len() > MAX_LABEL || why.contains(char::is_control) {
            let shown = why.chars().filter(|c| !c.is_control()).take(MAX_LABEL / 2);
            why = shown.chain(['…']).collect();
        }
        Self::new(HoleKind::Unknown { why })
    }

    /// Whether evaluation ended here at a bound: with more work, the value might be known.
    pub fn is_bound(&self) -> bool {
        matches!(&self.kind, HoleKind::Unknown { why } if why == TOO_MUCH || why == TOO_MANY)
    }

    /// The same hole, restricted to these characters.
    pub fn with_charset(mut self, charset: Charset) -> Self {
        self.charset = charset;
        self
    }

    /// Whether it is filled from the page's own URL.
    pub fn is_page(&self) -> bool {
        use HoleKind::*;
        !matches!(self.kind, Env { .. } | Param { .. } | Unknown { .. })
    }

    /// How a pattern shows it: `process.env.API`, `location.origin`, `id`.
    pub fn label(&self) -> &str {
        match &self.kind {
            HoleKind::Env { name } | HoleKind::Param { name } => name,
            HoleKind::PageOrigin => "location.origin",
            HoleKind::PageProtocol => "location.protocol",
            HoleKind::PageHost => "location.host",
            HoleKind::PageHostname => "location.hostname",
            HoleKind::PagePort => "location.port",
            HoleKind::PageHref => "location.href",
            HoleKind::PagePathname => "location.pathname",
            HoleKind::PageSearch => "location.search",
            HoleKind::PageHash => "location.hash",
            HoleKind::ScriptUrl => "import.meta.url",
            HoleKind::Unknown { why } => why,
        }
    }
}
