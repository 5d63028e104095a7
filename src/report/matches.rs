//! What `connect-lint match` prints: would this URL pass?

use super::TextOptions;
use super::json::write_json;
use super::sanitize::{clip, sanitize};
use super::text::MAX_URL;
use crate::results::VerdictKind;
use serde::Serialize;
use std::io::{self, Write};

/// The answer for one URL.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct MatchRow {
    /// The URL as given.
    pub url: String,
    /// The absolute URL, where it is known.
    pub resolved: Option<String>,
    /// What the policies say together.
    pub verdict: VerdictKind,
    /// What each policy says.
    pub policies: Vec<MatchPolicyRow>,
}

/// What one policy says of a URL.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct MatchPolicyRow {
    /// Index in the list of policies.
    pub id: usize,
    /// Its verdict.
    pub verdict: VerdictKind,
    /// The directive that decided.
    pub directive: Option<String>,
    /// The source expression that matched.
    pub source: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// Writes the answers as JSON.
pub fn write_match_json(rows: &[MatchRow], out: &mut dyn Write) -> io::Result<()> {
    write_json(rows, out)
}

/// Writes the answers for people: a line per URL and, indented, one per policy.
pub fn write_match_text(
    rows: &[MatchRow],
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    for row in rows {
        let url = sanitize(&row.url);
        write!(out, "{}  {url}", verdict(row.verdict))?;
        match row
            .resolved
            .as_deref()
            .filter(|resolved| *resolved != row.url)
        {
            Some(resolved) => writeln!(out, "  ({})", sanitize(resolved))?,
            None => writeln!(out)?,
        }
        for policy in row.policies.iter().filter(|_| !options.quiet) {
            write_policy(policy, options, &mut out)?;
        }
    }
    out.flush()
}

fn write_policy(
    policy: &MatchPolicyRow,
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, "  policy {}: {}", policy.id, verdict(policy.verdict))?;
    if let Some(directive) = &policy.directive {
        write!(out, " by {}", sanitize(directive))?;
    }
    if let Some(source) = &policy.source {
        write!(out, " {}", sanitize(source))?;
    }
    if let Some(reason) = &policy.reason {
        write!(
            out,
            ": {}",
            sanitize(&clip(reason, 2 * MAX_URL, options.ellipsis()))
        )?;
    }
    writeln!(out)
}

/// All four have seven letters, so that what follows is aligned.
fn verdict(verdict: VerdictKind) -> &'static str {
    match verdict {
        VerdictKind::Blocked => "blocked",
        VerdictKind::Allowed => "allowed",
        VerdictKind::Depends => "depends",
        VerdictKind::Unknown => "unknown",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn sample() -> Vec<MatchRow> {
        let policy = |id, verdict, source: Option<&str>, reason: Option<&str>| MatchPolicyRow {
            id,
            verdict,
            directive: Some("connect-src".into()),
            source: source.map(str::to_owned),
            reason: reason.map(str::to_owned),
        };
        let miss = Some("host matches, scheme does not");
        vec![
            MatchRow {
                url: "/api\x1b".into(),
                resolved: Some("https://a.test/api%1B".into()),
                verdict: VerdictKind::Blocked,
                policies: vec![
                    policy(0, VerdictKind::Allowed, Some("'self'"), None),
                    policy(1, VerdictKind::Blocked, None, miss),
                ],
            },
            MatchRow {
                url: "https://a.test/".into(),
                resolved: Some("https://a.test/".into()),
                verdict: VerdictKind::Allowed,
                policies: vec![],
            },
        ]
    }

    fn text(options: &TextOptions) -> String {
        let mut out = Vec::new();
        write_match_text(&sample(), options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_line_per_url_and_policy() {
        insta::assert_snapshot!(text(&TextOptions::default()), @r#"
    blocked  /api\u{1b}  (https://a.test/api%1B)
      policy 0: allowed by connect-src 'self'
      policy 1: blocked by connect-src: host matches, scheme does not
    allowed  https://a.test/
    "#);
        let quiet = TextOptions {
            quiet: true,
            ..TextOptions::default()
        };
        assert_eq!(text(&quiet).lines().count(), 2);
    }

    #[test]
    fn the_documented_shape() {
        let mut out = Vec::new();
        write_match_json(&sample(), &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
    [
      {
        "url": "/api\u001b",
        "resolved": "https://a.test/api%1B",
        "verdict": "blocked",
        "policies": [
          {
            "id": 0,
            "verdict": "allowed",
            "directive": "connect-src",
            "source": "'self'",
            "reason": null
          },
          {
            "id": 1,
            "verdict": "blocked",
            "directive": "connect-src",
            "source": null,
            "reason": "host matches, scheme does not"
          }
        ]
      },
      {
        "url": "https://a.test/",
        "resolved": "https://a.test/",
        "verdict": "allowed",
        "policies": []
      }
    ]
    "#);
    }
}
