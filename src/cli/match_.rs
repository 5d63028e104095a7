//! `connect-lint match`: would this URL pass?

use super::args::MatchArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::reports::Document;
use super::settings::Session;
use crate::discover::Overlay;
use crate::endpoint::Base;
use crate::judge::{AppliedPolicy, judge};
use crate::partial_url::{PartialUrl, Resolved};
use crate::report::{MatchPolicyRow, MatchRow, write_match_json, write_match_text};
use crate::results::{Summary, VerdictKind};
use crate::sink::Api;
use crate::value::Pattern;

/// Judges the URLs of the command line.
///
/// # Errors
/// When there is no policy, or the configuration is at fault.
pub(super) fn run(args: &MatchArgs) -> Result<Exit, Failure> {
    let session = Session::new(&args.policies, &args.config, &args.output)?;
    let format = session.document()?;
    let mut policies = session.site_policies(&Overlay::default())?.policies;
    policies.extend(session.policies_read_from()?);
    if policies.is_empty() {
        return Err(Failure::NoPolicy { unread: Vec::new() });
    }
    let page = session.page()?;
    let api = args.api.unwrap_or(Api::Fetch);
    let applied: Vec<_> = policies
        .iter()
        .enumerate()
        .map(|(id, located)| AppliedPolicy {
            id,
            policy: &located.policy,
        })
        .collect();
    let mut rows = Vec::new();
    let mut summary = Summary::default();
    for url in &args.urls {
        let resolved = PartialUrl::resolve(
            &Pattern::text(url.as_str()),
            &Base::Page,
            &page,
            api.sink().rule,
        );
        let judged = judge(&resolved, &page, &applied, session.mode(), api);
        match judged.verdict {
            VerdictKind::Blocked => summary.blocked += 1,
            VerdictKind::Allowed => summary.allowed += 1,
            VerdictKind::Depends => summary.depends += 1,
            VerdictKind::Unknown => summary.unknown += 1,
        }
        let mut all: Vec<_> = judged
            .per_policy
            .iter()
            .chain(&judged.report_only)
            .collect();
        all.sort_by_key(|p| p.id);
        let policy_rows = all.into_iter().map(|p| MatchPolicyRow {
            id: p.id,
            verdict: p.verdict,
            directive: p.outcome.directive.clone(),
            source: p.outcome.source.clone(),
            reason: Some(p.outcome.reason.clone()),
        });
        let mut policy_rows: Vec<_> = policy_rows.collect();
        if let Resolved::NoRequest { why } = &resolved {
            policy_rows = applied
                .iter()
                .map(|p| MatchPolicyRow {
                    id: p.id,
                    verdict: VerdictKind::Allowed,
                    directive: None,
                    source: None,
                    reason: Some(why.clone()),
                })
                .collect();
        }
        rows.push(MatchRow {
            url: url.clone(),
            resolved: match &resolved {
                Resolved::Url(url) => url.absolute(&page),
                Resolved::NoRequest { .. } => None,
            },
            verdict: judged.verdict,
            policies: policy_rows,
        });
    }
    session.write(None, |out, options| match format {
        Document::Json => write_match_json(&rows, out),
        Document::Text => write_match_text(&rows, options, out),
    })?;
    Ok(Exit::from_verdicts(&summary, session.fail_on()))
}
