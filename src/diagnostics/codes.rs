//! The codes of all diagnostics: stable names, one row each. The reference is made from it.

/// A row of the table of codes.
#[derive(Debug, Clone, Copy)]
pub struct Code {
    /// Stable, kebab-case.
    pub name: &'static str,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    /// What it says, in a sentence.
    pub about: &'static str,
    /// All that is to be known of it, in Markdown: what, why, how to mend it, an example. It is
    /// the page of the documentation, what `explain` prints, and the help in SARIF.
    pub page: &'static str,
}

/// Where the documentation is, with the pages of codes below.
const DOCS: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/codes/");

impl Code {
    /// The row of a code, if it is one.
    pub fn of(name: &str) -> Option<&'static Code> {
        CODES.iter().find(|code| code.name == name)
    }

    /// The address of its page.
    pub fn url(&self) -> String {
        format!("{DOCS}{}.md", self.name)
    }
}

/// The name of a code: one of [`CODES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeName(&'static str);

impl CodeName {
    /// The code of a name, if it is one.
    pub fn of(name: &str) -> Option<CodeName> {
        Code::of(name).map(|code| CodeName(code.name))
    }

    /// The name.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// Its row.
    pub fn row(self) -> &'static Code {
        let found = CODES.iter().find(|code| code.name == self.0);
        found.unwrap_or(&CODES[0])
    }
}

/// A name that is none of a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown code `{name}`{}", nearest.map(|near| format!(", did you mean `{near}`?")).unwrap_or_default())]
pub struct UnknownCode {
    name: String,
    nearest: Option<&'static str>,
}

impl std::str::FromStr for CodeName {
    type Err = UnknownCode;

    fn from_str(name: &str) -> Result<Self, UnknownCode> {
        CodeName::of(name).ok_or_else(|| {
            let near = |code: &&str| strsim::jaro_winkler(name, code);
            let names = CODES.iter().map(|code| code.name);
            let nearest = names.max_by(|a, b| near(a).total_cmp(&near(b)));
            UnknownCode {
                name: name.to_owned(),
                nearest: nearest.filter(|code| near(code) > 0.7),
            }
        })
    }
}

impl<'de> serde::Deserialize<'de> for CodeName {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<str>::deserialize(from)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! code {
    ($name:literal, $severity:literal, $about:literal $(,)?) => {
        Code {
            name: $name,
            severity: $severity,
            about: $about,
            page: include_str!(concat!("../../docs/codes/", $name, ".md")),
        }
    };
}

/// Every code.
pub const CODES: &[Code] = &[
    // Endpoints.
    code!(
        "blocked",
        "error",
        "Every URL that the call can be given is blocked by a policy.",
    ),
    code!(
        "depends",
        "warning",
        "Some of the URLs that the call can be given are blocked, or the call may not be the browser's API. An error with `--fail-on depends`.",
    ),
    code!(
        "unknown",
        "error",
        "Nothing is known of the URL. Told with `--fail-on unknown`, or where its severity is set.",
    ),
    code!(
        "report-only",
        "warning",
        "A report-only policy would block the call once it is enforced.",
    ),
    code!(
        "no-policy",
        "warning",
        "Endpoints were found that no policy governs, so that they were not judged.",
    ),
    // Policies.
    code!(
        "duplicate-directive",
        "warning",
        "A directive that stands twice in a policy: browsers ignore the second.",
    ),
    code!(
        "non-ascii-directive",
        "error",
        "A directive with a character that is not ASCII: browsers ignore it as a whole.",
    ),
    code!(
        "unknown-directive",
        "warning",
        "A directive that looks like `connect-src` and is none: it restricts nothing.",
    ),
    code!(
        "stray-comma",
        "warning",
        "A comma in a policy's text ends the policy: what follows is taken for a policy of its own.",
    ),
    code!(
        "missing-semicolon",
        "warning",
        "A directive among the sources of another one: it is a host's name there.",
    ),
    code!(
        "none-with-others",
        "warning",
        "`'none'` beside other sources: browsers ignore it.",
    ),
    code!(
        "keyword-without-effect",
        "warning",
        "A keyword that says nothing of connections.",
    ),
    code!(
        "unquoted-keyword",
        "warning",
        "`self` or `none` without quotes: a host of that name.",
    ),
    code!(
        "broad-source",
        "warning",
        "A source that lets everybody's hosts through (`*`, `https:`, a wildcard over a public suffix) where the code needs a few. Told where all that is requested is known.",
    ),
    code!(
        "websocket-scheme",
        "warning",
        "A source with `https:` that does not cover the WebSockets of its host: their scheme is another.",
    ),
    code!(
        "self-websocket-safari",
        "warning",
        "A WebSocket that only `'self'` covers, which Safari before 15.4 does not know. Told where `browsers` in the configuration names such a Safari.",
    ),
    code!(
        "source-query",
        "warning",
        "A source with a query or fragment: browsers cut it off.",
    ),
    code!(
        "path-after-redirect",
        "info",
        "A source with a path: browsers do not compare it after a redirect. Shown with `--verbose`.",
    ),
    code!(
        "invalid-source",
        "warning",
        "A source that is not in the grammar: browsers drop it.",
    ),
    code!(
        "unused-source",
        "warning",
        "A source of `connect-src` that no endpoint uses, where every endpoint under the policy is known and nothing else runs there.",
    ),
    code!(
        "possibly-unused-source",
        "info",
        "A source of `connect-src` that no endpoint is seen to use; what is not seen may use it. Shown with `--verbose` and by `connect-lint suggest`.",
    ),
    code!(
        "meta-policy-out-of-place",
        "warning",
        "A policy in `<meta>` outside of `<head>`: browsers ignore it.",
    ),
    code!(
        "report-only-in-meta",
        "warning",
        "A report-only policy in `<meta>`: browsers ignore it.",
    ),
    code!(
        "ignored-in-meta",
        "warning",
        "A directive that has no effect in a `<meta>` policy.",
    ),
    code!(
        "unread-policy",
        "info",
        "A part of a file that may hold a policy is not read: it is put together when the program runs.",
    ),
    code!(
        "unsent-policy",
        "info",
        "A policy that stands in a file and is not judged: it is never sent, or with responses that are not told apart.",
    ),
    code!(
        "policies-disagree",
        "warning",
        "Two hosting services that a project is prepared for send its root page with policies that allow different connections.",
    ),
    code!(
        "unreadable-policy-file",
        "warning",
        "A file that holds policies and cannot be read as what it is.",
    ),
    // Comments that keep findings silent.
    code!(
        "unused-suppression",
        "warning",
        "A comment that keeps findings silent and has none to silence.",
    ),
    code!(
        "invalid-suppression",
        "warning",
        "A comment that is to keep findings silent and is not understood: a word or code that is none, a start without an end.",
    ),
    code!(
        "suppression-without-reason",
        "warning",
        "A comment that keeps findings silent and does not say why. Told with `require-suppression-reason` in the configuration.",
    ),
    code!(
        "stale-baseline",
        "info",
        "Findings that the baseline names and that are gone, so that it can shrink. Shown with `--verbose`; without it a line on standard error says so.",
    ),
    // Files.
    code!(
        "syntax-error",
        "warning",
        "A script that cannot be parsed whole; the statements around the error are still linted.",
    ),
    code!(
        "invalid-encoding",
        "warning",
        "A file that is not valid in its encoding; what is not was replaced.",
    ),
    code!(
        "invalid-env-file",
        "warning",
        "A `.env` file that cannot be read.",
    ),
    code!(
        "unreadable-file",
        "warning",
        "A file or folder that cannot be read.",
    ),
    code!(
        "large-file",
        "warning",
        "A file that is too large to be read.",
    ),
    code!("binary-file", "warning", "A file that is no text."),
    code!(
        "internal-error",
        "error",
        "A mistake of connect-lint itself in one file; the others are linted.",
    ),
    code!(
        "no-files",
        "warning",
        "There is nothing to lint under the given paths.",
    ),
    code!(
        "skipped-file",
        "info",
        "A file that is not browser code, and why. Shown with `--verbose`.",
    ),
    code!(
        "bounded-analysis",
        "info",
        "A file with URLs that were followed only so far: a bound on the work was met, so that more may be requested than was found. Shown with `--verbose`.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_kebab_case_and_differ() {
        let names: BTreeSet<_> = CODES.iter().map(|code| code.name).collect();
        assert_eq!(names.len(), CODES.len());
        for name in names {
            assert!(
                name.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
                "{name}"
            );
        }
    }
}
