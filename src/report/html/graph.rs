//! Origins × kinds of endpoints: a table with a bar for each origin.

use super::kind::Subject;
use super::origins::{Group, Origin};
use super::text::url;
use maud::{Markup, html};

/// Most origins in the graph.
const MAX: usize = 40;
/// The units that the longest bar is wide.
const WIDTH: usize = 1_000;

/// The graph of the groups, which link to their endpoints.
pub(super) fn graph(groups: &[Group<'_>], subject: Subject) -> Markup {
    let longest = groups.iter().map(|group| group.rows.len()).max();
    let Some(longest) = longest else {
        return html! {};
    };
    let has = |kind| groups.iter().any(|group| group.count(kind) > 0);
    let kinds: Vec<_> = subject.kinds().iter().filter(|kind| has(**kind)).collect();
    html! {
        section aria-labelledby="graph" {
            h2 id="graph" { "Origins" }
            table class="graph" {
                thead {
                    tr {
                        th scope="col" { "Origin" }
                        th scope="col" class="wide" { span class="hidden" { "Share" } }
                        @for kind in &kinds { th scope="col" class="number" { (kind.name()) } }
                    }
                }
                tbody {
                    @for (number, group) in groups.iter().take(MAX).enumerate() {
                        tr {
                            th scope="row" { a href={ "#origin-" (number) } { (name(&group.origin)) } }
                            td class="wide" { (bar(group, subject, longest)) }
                            @for kind in &kinds {
                                @let count = group.count(**kind);
                                td class="number" { @if count > 0 { (count) } @else { span class="none" { "0" } } }
                            }
                        }
                    }
                }
            }
            @if let Some(more) = groups.len().checked_sub(MAX).filter(|more| *more > 0) {
                p class="more" { "and " (more) " more below" }
            }
        }
    }
}

/// The kinds side by side, the whole as long as there are endpoints.
fn bar(group: &Group<'_>, subject: Subject, longest: usize) -> Markup {
    let mut at = 0;
    let parts = subject.kinds().iter().map(|kind| {
        let (start, count) = (at, group.count(*kind));
        at += count;
        (kind.name(), start, count)
    });
    let parts: Vec<_> = parts.filter(|(_, _, count)| *count > 0).collect();
    let scaled = |count: usize| count * WIDTH / longest.max(1);
    html! {
        svg class="bar" viewBox={ "0 0 " (WIDTH) " 10" } preserveAspectRatio="none" aria-hidden="true" {
            @for (name, start, count) in parts {
                rect class=(name) x=(scaled(start)) y="0" height="10" width=(scaled(start + count) - scaled(start)) {}
            }
        }
    }
}

/// The name of an origin.
pub(super) fn name(origin: &Origin) -> Markup {
    match origin {
        Origin::Of(origin) => url(origin),
        Origin::OfThePage => html! { span { "the page's own origin" } },
        Origin::Unknown(start) => {
            html! { (url(start)) " " span class="tag" { "origin not known" } }
        }
    }
}
