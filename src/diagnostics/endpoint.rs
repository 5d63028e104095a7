//! What to tell of a judged endpoint.

use super::{at, nowhere};
use crate::csp::SourceKind;
use crate::endpoint::Place;
use crate::judge::{Judgement, PolicyJudgement};
use crate::policies::{LocatedPolicy, Origin};
use crate::results::{
    About, Certainty, Diagnostic, EndpointRow, Location, Related, Severity, VerdictKind,
};
use std::collections::BTreeSet;

/// What to tell of an endpoint, if anything: `url_location` is that of its URL expression,
/// `to_change` says of each policy where its sources stand.
pub(crate) fn of_endpoint(
    row: &EndpointRow,
    url_location: impl FnOnce() -> Location,
    judged: &Judgement,
    policies: &[LocatedPolicy],
    to_change: &[String],
) -> Option<Diagnostic> {
    let (code, severity) = severity(row, judged)?;
    let url_location = url_location();
    let deciding = match code {
        "report-only" => reporting(judged).next(),
        _ => judged
            .per_policy
            .iter()
            .find(|p| Some(p.id) == judged.policy),
    };
    let origin = deciding
        .and_then(|p| policies.get(p.id))
        .map_or_else(String::new, |policy| policy.origin.to_string());
    let directive = deciding
        .and_then(|p| p.outcome.directive.as_deref())
        .unwrap_or("connect-src");
    let reason = match code {
        "report-only" => deciding.map_or("", |p| p.outcome.reason.as_str()),
        _ => row.reason.as_deref().unwrap_or(""),
    };
    let (api, url, on) = (&row.api, &row.pattern, on_pages(&row.pages));
    let (message, label) = match code {
        "blocked" => (
            format!("`{api}` to `{url}` is blocked{on}: {reason}"),
            format!("blocked by `{directive}` of {origin}"),
        ),
        "depends" => (
            format!("`{api}` to `{url}` may be blocked{on}: {reason}"),
            format!("may be blocked by `{directive}` of {origin}"),
        ),
        "unknown" => (
            format!("`{api}`: nothing is known of the URL `{url}`: {reason}"),
            "not known before the program runs".to_owned(),
        ),
        _ => (
            format!("`{api}` to `{url}` is reported{on}: {reason}"),
            format!("reported by `{directive}` of {origin}"),
        ),
    };
    let related = row.trail.iter().map(|step| Related {
        file: step.file.clone(),
        line: step.line,
        column: step.column,
        message: step.note.clone(),
        span: step.span,
    });
    let plain = Diagnostic {
        help: help(code, row, judged, policies, to_change),
        label: Some(label),
        related: related.collect(),
        about: About {
            subject: Some(format!("{api} {}", without_names(url))),
            begins: (row.location.file == url_location.file).then_some(row.location.line),
            policies: files_of(judged, policies),
        },
        ..nowhere(code, severity, message)
    };
    Some(at(plain, &url_location, row.url_span))
}

/// On which pages, where others come to another verdict.
fn on_pages(pages: &[String]) -> String {
    match pages {
        [] => String::new(),
        [one] => format!(" on `{one}`"),
        [one, two] => format!(" on `{one}` and `{two}`"),
        [one, more @ ..] => format!(" on `{one}` and {} others", more.len()),
    }
}

fn severity(row: &EndpointRow, judged: &Judgement) -> Option<(&'static str, Severity)> {
    match row.verdict? {
        VerdictKind::Blocked => Some(("blocked", Severity::Error)),
        VerdictKind::Depends => Some(("depends", Severity::Warning)),
        verdict => {
            let reported = reporting(judged).next();
            let reported = reported.map(|_| ("report-only", Severity::Warning));
            let is_unknown = verdict == VerdictKind::Unknown;
            reported.or(is_unknown.then_some(("unknown", Severity::Warning)))
        }
    }
}

/// A URL with its holes, which are named by what the code calls them, nameless.
fn without_names(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut depth = 0_usize;
    for c in pattern.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth > 0 => continue,
            _ => {}
        }
        out.push(c);
    }
    out
}

/// The files that the policies of an endpoint are written in.
fn files_of(judged: &Judgement, policies: &[LocatedPolicy]) -> Vec<String> {
    let all = judged.per_policy.iter().chain(&judged.report_only);
    let files = all.filter_map(|p| match &policies.get(p.id)?.origin {
        Origin::File { path, .. } => Some(path.to_string()),
        Origin::Flag(_) => None,
    });
    let files: BTreeSet<_> = files.collect();
    files.into_iter().collect()
}

/// Policies that only report, and do.
fn reporting(judged: &Judgement) -> impl Iterator<Item = &PolicyJudgement> {
    judged
        .report_only
        .iter()
        .filter(|p| p.verdict == VerdictKind::Blocked)
}

fn help(
    code: &str,
    row: &EndpointRow,
    judged: &Judgement,
    policies: &[LocatedPolicy],
    to_change: &[String],
) -> Option<String> {
    match code {
        "unknown" => return None,
        "depends" if row.certainty == Certainty::Prefix => {
            return row.url.as_deref().and_then(unended_host);
        }
        "depends" => return None,
        _ => {}
    }
    let blocking: Vec<_> = match code {
        "report-only" => reporting(judged).collect(),
        _ => {
            let all = judged.per_policy.iter();
            all.filter(|p| p.verdict == VerdictKind::Blocked).collect()
        }
    };
    let Some(source) = &judged.suggestion else {
        return Some("no source expression can name this URL".to_owned());
    };
    let fixes = blocking
        .iter()
        .filter_map(|p| Some(fix(source, p, policies.get(p.id)?, to_change.get(p.id)?)));
    let fixes: Vec<_> = fixes.collect();
    (!fixes.is_empty()).then(|| fixes.join("\n"))
}

/// How to end a host that what follows may go on with: `'https://api.example.com' + path`.
fn unended_host(start: &str) -> Option<String> {
    let (_, host) = start.split_once("://")?;
    let ends = host.contains(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')));
    (host.contains('.') && !host.ends_with(['.', '-']) && !ends).then(|| {
        format!("a `/` right after `{start}` settles the host: without it what follows may be part of its name")
    })
}

/// Where a policy is changed, for people: where its sources stand.
pub(crate) fn to_change(
    located: &LocatedPolicy,
    location: impl Fn(&Place) -> Option<Location>,
) -> String {
    if let Origin::Flag(flag) = &located.origin {
        return format!("the policy of `{flag}`");
    }
    let written = &located.written;
    let directive = located.policy.connect_directive().map(|(d, _)| d);
    let place = directive.and_then(|directive| {
        let last = directive.sources.last().map(|s| &s.range);
        let in_list = || Some(written.list(&directive.name)?.place.clone());
        last.into_iter()
            .chain([&directive.name_range])
            .find_map(|range| written.place_of(range))
            .or_else(in_list)
    });
    match place.and_then(|place| location(&place)) {
        Some(at) => format!("{}:{}", at.file, at.line),
        None => located.origin.to_string(),
    }
}

/// How to change one policy so that a URL passes.
fn fix(source: &str, judged: &PolicyJudgement, located: &LocatedPolicy, place: &str) -> String {
    let kept: Vec<_> = located
        .policy
        .connect_directive()
        .map(|(directive, _)| directive.sources.iter())
        .into_iter()
        .flatten()
        .filter(|s| {
            use SourceKind::{Invalid, NoEffect, None};
            !matches!(s.kind, None | NoEffect | Invalid)
        })
        .map(|s| s.text.as_str())
        .collect();
    match (judged.outcome.by_fallback, kept.is_empty()) {
        (false, false) => format!("add `{source}` to `connect-src` in {place}"),
        (false, true) => format!("write `connect-src {source}` in {place}"),
        // Adding to `default-src` would open more than connections.
        (true, true) => format!("add the directive `connect-src {source}` to {place}"),
        (true, false) => {
            format!(
                "add the directive `connect-src {} {source}` to {place}",
                kept.join(" ")
            )
        }
    }
}
