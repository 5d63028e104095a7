//! Hosting services that a project is prepared for, with policies that say different things: one
//! of them was changed, and the other forgotten.

use crate::csp::{Directive, SourceKind};
use crate::diagnostics::{at, nowhere, with_related};
use crate::policies::{LocatedPolicy, Site, Sites, SourceFile};
use crate::results::{About, Diagnostic, Disposition, Severity};

/// A diagnostic for each two services of a project whose policies of the root page let different
/// sources through.
pub(super) fn disagreements(
    sites: &Sites,
    all: &[LocatedPolicy],
    files: &[SourceFile],
) -> Vec<Diagnostic> {
    let roots: Vec<_> = sites.all.iter().filter_map(|s| root(s, all)).collect();
    let is_overridden = |root: &Root| {
        let mut others = roots.iter().map(|other| other.site);
        others.any(|other| {
            let works_with = other.deployment == root.site.deployment;
            works_with && other.base == root.site.base && other.overrides && !root.site.overrides
        })
    };
    let hosting: Vec<_> = roots.iter().filter(|root| !is_overridden(root)).collect();
    let mut out = Vec::new();
    for (i, one) in hosting.iter().enumerate() {
        let others = hosting.iter().skip(i + 1);
        for other in others.filter(|other| are_alternatives(one.site, other.site)) {
            out.extend(difference(one, other, files));
        }
    }
    out
}

/// The policy that a service sends with the root page.
struct Root<'a> {
    site: &'a Site,
    located: &'a LocatedPolicy,
    directive: &'a Directive,
}

/// Nothing if there are several, or it is not known whole.
fn root<'a>(site: &'a Site, all: &'a [LocatedPolicy]) -> Option<Root<'a>> {
    if !site.hosts {
        return None;
    }
    let ways = site.ways_at("/");
    let [ids] = ways.as_slice() else {
        return None;
    };
    let ids = ids.iter().copied();
    let mut policies = ids.filter_map(|id| {
        let located = all.get(id)?;
        let (directive, _) = located.policy.connect_directive()?;
        let enforces = located.policy.disposition == Disposition::Enforce;
        enforces.then_some((id, located, directive))
    });
    let (id, located, directive) = policies.next()?;
    let is_open = |kind: &SourceKind| matches!(kind, SourceKind::Open(_));
    let is_known = located.policy.open.is_none()
        && !directive.sources.iter().any(|s| is_open(&s.kind))
        && !site.is_conditional(id);
    (policies.next().is_none() && is_known).then_some(Root {
        site,
        located,
        directive,
    })
}

/// Whether a page is served by one or the other.
fn are_alternatives(one: &Site, other: &Site) -> bool {
    let same_folder = match (&one.publish, &other.publish) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    one.deployment != other.deployment && one.base == other.base && same_folder
}

fn difference(one: &Root, other: &Root, files: &[SourceFile]) -> Option<Diagnostic> {
    let missing = |from: &Root, of: &Root| {
        let of = of.directive.sources.iter();
        let is_there = |text: &str| {
            let mut from = from.directive.sources.iter();
            from.any(|s| s.text.eq_ignore_ascii_case(text))
        };
        let missing = of.filter(|s| !is_there(&s.text));
        missing.map(|s| format!("`{}`", s.text)).collect::<Vec<_>>()
    };
    let (only_one, only_other) = (missing(other, one), missing(one, other));
    let only = |root: &Root, sources: &[String]| {
        let origin = &root.located.origin;
        (!sources.is_empty()).then(|| format!("only {origin} has {}", shown(sources)))
    };
    let differences = [only(one, &only_one), only(other, &only_other)];
    let differences: Vec<_> = differences.into_iter().flatten().collect();
    if differences.is_empty() {
        return None;
    }
    let message = format!(
        "the policies of {} and {} differ in what connections they allow: {}",
        one.site.file.name,
        other.site.file.name,
        differences.join(", ")
    );
    let plain = Diagnostic {
        help: Some(
            "give both the same sources, or remove the file of the service that is not used"
                .to_owned(),
        ),
        label: Some("this one".to_owned()),
        about: About {
            subject: Some([shown(&only_one), shown(&only_other)].join(" / ")),
            ..About::default()
        },
        ..nowhere("policies-disagree", Severity::Warning, message)
    };
    let place = |root: &Root| {
        let place = root.located.written.place_of(&root.directive.name_range)?;
        let file = files.iter().find(|file| file.name == place.file)?;
        Some((file.location(place.span), place.span))
    };
    let diagnostic = match place(one) {
        Some((location, span)) => at(plain, &location, span),
        None => plain,
    };
    Some(match place(other) {
        Some((location, span)) => with_related(diagnostic, location, span, "and this one"),
        None => diagnostic,
    })
}

/// A few of some sources.
fn shown(sources: &[String]) -> String {
    const MOST: usize = 5;
    let more = match sources.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let first: Vec<_> = sources.iter().take(MOST).cloned().collect();
    format!("{}{more}", first.join(" "))
}
