//! Mistakes in a policy's text that change what it does to connections.

use super::directives::{is_directive, misspelt};
use super::policy::{Directive, Policy};
use super::source::{Source, SourceKind};
use crate::results::Severity;
use std::ops::Range;

/// A mistake in a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// Stable, kebab-case.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Where, in the policy's text.
    pub range: Range<usize>,
}

/// The mistakes of a policy that concern connections. `text`: the header's value that it is from.
pub fn notes(policy: &Policy, text: &str) -> Vec<Note> {
    let mut out = Vec::new();
    for (i, directive) in policy.directives.iter().enumerate() {
        match i == 0 && begins_behind_comma(directive, text) {
            true => out.push(stray_comma(directive)),
            false => directive_notes(directive, &mut out),
        }
        out.extend(
            directive
                .sources
                .iter()
                .filter_map(|s| swallowed(s, directive)),
        );
    }
    if let Some((directive, _)) = policy.connect_directive() {
        source_notes(directive, &mut out);
    }
    out.sort_by_key(|n| n.range.start);
    out
}

fn directive_notes(directive: &Directive, out: &mut Vec<Note>) {
    let name = directive.name.as_str();
    let ours = matches!(name, "connect-src" | "default-src");
    let mut note = |code, severity, message: String, help: &str| {
        out.push(Note {
            code,
            severity,
            message,
            help: help.to_owned(),
            range: directive.name_range.clone(),
        });
    };
    if ours && directive.duplicate {
        note(
            "duplicate-directive",
            Severity::Warning,
            format!("a second `{name}` is ignored"),
            "merge it into the first",
        );
    } else if ours && directive.non_ascii {
        note(
            "non-ascii-directive",
            Severity::Error,
            format!(
                "`{name}` holds a character that is not ASCII: browsers ignore the whole directive"
            ),
            "write the host in punycode (`xn--…`)",
        );
    }
    let separated = name.starts_with("connect-src:") || name.starts_with("connect-src=");
    let relative = matches!(
        name,
        "xhr-src"
            | "connect-src-elem"
            | "connect-src-attr"
            | "fetch-src"
            | "connection-src"
            | "connect"
    );
    if let Some(meant) = misspelt(name).filter(|_| !separated) {
        note(
            "unknown-directive",
            Severity::Warning,
            format!("`{name}` is no directive: it restricts nothing"),
            match meant {
                "default-src" => "write `default-src`",
                _ => "write `connect-src`",
            },
        );
    } else if separated || relative {
        note(
            "unknown-directive",
            Severity::Warning,
            format!("`{name}` is no directive: it restricts nothing"),
            "write `connect-src` followed by a space",
        );
    }
}

/// Whether a directive that is none begins a policy behind a comma: there, a header's value goes
/// on with another policy (RFC 9110 §5.3, CSP3 §2.2).
fn begins_behind_comma(directive: &Directive, text: &str) -> bool {
    let before = text.get(..directive.name_range.start).unwrap_or_default();
    before.trim_end().ends_with(',') && !is_directive(&directive.name)
}

fn stray_comma(directive: &Directive) -> Note {
    let name = &directive.name;
    Note {
        code: "stray-comma",
        severity: Severity::Warning,
        message: format!(
            "the comma ends the policy: `{name}` begins another one, as a directive that is none"
        ),
        help: "separate sources by spaces and directives by `;`; in a path, a comma is `%2C`"
            .to_owned(),
        range: directive.name_range.clone(),
    }
}

/// A directive that stands among the sources of another one: the `;` before it is missing.
fn swallowed(source: &Source, directive: &Directive) -> Option<Note> {
    let name = source.text.to_ascii_lowercase();
    let ours = matches!(directive.name.as_str(), "connect-src" | "default-src")
        || matches!(name.as_str(), "connect-src" | "default-src");
    let message = format!("`{name}` stands among the sources of `{}`", directive.name);
    (ours && is_directive(&name) && name.contains('-')).then(|| Note {
        code: "missing-semicolon",
        severity: Severity::Warning,
        message: format!("{message}: it is no directive there"),
        help: "put `;` before it".to_owned(),
        range: source.range.clone(),
    })
}

fn source_notes(directive: &Directive, out: &mut Vec<Note>) {
    let alone = directive.sources.len() == 1;
    for source in &directive.sources {
        let note = match &source.kind {
            SourceKind::None if !alone => Some((
                "none-with-others",
                "`'none'` counts only when it stands alone: here it is ignored".to_owned(),
                "remove it, or everything else",
            )),
            SourceKind::NoEffect
                if directive.name == "connect-src"
                    && !source.text.contains("webtransport")
                    && !source.text.eq_ignore_ascii_case("'report-sample'") =>
            {
                Some((
                    "keyword-without-effect",
                    format!("`{}` has no effect on connections", source.text),
                    "remove it from `connect-src`",
                ))
            }
            SourceKind::Host(host)
                if host.scheme.is_none()
                    && host.port.is_none()
                    && host.path.is_empty()
                    && is_keyword(&host.host) =>
            {
                Some((
                    "unquoted-keyword",
                    format!("`{}` without quotes is the name of a host", source.text),
                    "put it in single quotes",
                ))
            }
            SourceKind::Host(host) if host.cut => Some((
                "source-query",
                format!("the query or fragment of `{}` is cut off", source.text),
                "remove it: sources match by path only",
            )),
            // CSP3 §7.6, "Paths and Redirects".
            SourceKind::Host(host) if host.path.len() > 1 => Some((
                "path-after-redirect",
                format!(
                    "the path of `{}` counts until a redirect: then every path of the host is let through",
                    source.text
                ),
                "do not rely on the path to keep parts of a host apart",
            )),
            SourceKind::Invalid => Some(invalid(source)),
            _ => None,
        };
        if let Some((code, message, help)) = note {
            let severity = match code {
                "path-after-redirect" => Severity::Info,
                _ => Severity::Warning,
            };
            out.push(Note {
                code,
                severity,
                message,
                help: help.to_owned(),
                range: source.range.clone(),
            });
        }
    }
}

fn is_keyword(host: &str) -> bool {
    matches!(
        host,
        "self" | "none" | "unsafe-inline" | "unsafe-eval" | "strict-dynamic"
    )
}

fn invalid(source: &Source) -> (&'static str, String, &'static str) {
    let text = &source.text;
    let message = format!("`{text}` is no valid source expression: browsers drop it");
    let help = if text.contains(['"', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}']) {
        "keywords take straight single quotes: `'self'`"
    } else if text.contains('[') {
        "an IPv6 address cannot be named in a policy; use a scheme or `http://*:8080`"
    } else if text.contains('_') {
        "a host in a policy cannot hold `_`"
    } else {
        "a source is a scheme (`https:`), a host (`https://api.example.com`) or a quoted keyword"
    };
    ("invalid-source", message, help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csp::parse_header;
    use crate::results::Disposition;

    #[test]
    fn each_mistake_has_its_code() {
        for (text, code) in [
            ("connect-src a; connect-src b", "duplicate-directive"),
            ("connect-src http://bücher.example", "non-ascii-directive"),
            ("connect-src: a", "unknown-directive"),
            ("xhr-src a", "unknown-directive"),
            ("conect-src a", "unknown-directive"),
            ("connect-src a, c", "stray-comma"),
            ("connect-src a.test/x/", "path-after-redirect"),
            ("connect-src 'self', https://a.test", "stray-comma"),
            ("img-src * connect-src a", "missing-semicolon"),
            ("connect-src a script-src b", "missing-semicolon"),
            ("connect-src 'none' a", "none-with-others"),
            ("connect-src 'unsafe-inline'", "keyword-without-effect"),
            ("connect-src self", "unquoted-keyword"),
            ("connect-src a/?b", "source-query"),
            ("connect-src http://[::1]", "invalid-source"),
            ("default-src \"self\"", "invalid-source"),
        ] {
            let policies = parse_header(text, Disposition::Enforce);
            let found: Vec<_> = policies.iter().flat_map(|p| notes(p, text)).collect();
            assert_eq!(
                found.iter().map(|n| n.code).collect::<Vec<_>>(),
                [code],
                "{text}"
            );
            assert!(text.get(found[0].range.clone()).is_some());
        }
        let text = "connect-src 'self' https: *.a.test wss://b:8443/, default-src *; referrer no";
        let fine = parse_header(text, Disposition::Enforce);
        assert!(fine.iter().flat_map(|p| notes(p, text)).next().is_none());
    }
}
