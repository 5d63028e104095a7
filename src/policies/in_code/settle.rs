//! Of the policies of one file those that pages get, where that is not plain.

use super::reach::Reach;
use super::reading::Item;
use crate::csp::parse_written;
use crate::policies::{PolicyIssue, SourceFile};
use crate::results::{Disposition, Severity};

/// Decides which count, and says of the rest why not.
pub(super) fn settle(items: &mut Vec<Item>, issues: &mut Vec<PolicyIssue>, file: &SourceFile) {
    same(items);
    for item in items.iter_mut() {
        if item.rule.is_sent() && !lets_scripts_run(item) {
            void(item, "no script runs under it", issues, file);
        } else if matches!(item.rule.sent.reach, Reach::Some) {
            let why = item.why.unwrap_or("it is sent with some responses only");
            void(item, why, issues, file);
        }
    }
    // Of those that are not told: only what says something of connections.
    items.retain(|item| item.rule.is_sent() || restricts(item));
    for disposition in [Disposition::Enforce, Disposition::Report] {
        apps(items, disposition, issues, file);
        likely(items, disposition, issues, file);
    }
    items.retain(|item| item.rule.is_sent() || restricts(item));
}

/// Whether a policy may say anything of connections.
fn restricts(item: &Item) -> bool {
    let (text, holes) = (item.written.text(), item.written.holes());
    let policies = parse_written(text, holes, item.rule.disposition);
    policies
        .iter()
        .any(|p| p.open.is_some() || p.connect_directive().is_some())
}

/// What is said in several places is one policy.
fn same(items: &mut Vec<Item>) {
    let mut out: Vec<Item> = Vec::new();
    for item in items.drain(..) {
        let same = |other: &&mut Item| {
            other.rule.disposition == item.rule.disposition
                && other.written.text() == item.written.text()
        };
        match out.iter_mut().find(same) {
            Some(other) => {
                let own = std::mem::replace(&mut other.rule.sent, item.rule.sent.clone());
                other.rule.sent = own.or(item.rule.sent);
                other.rule.is_guess &= item.rule.is_guess;
            }
            None => out.push(item),
        }
    }
    *items = out;
}

/// Several applications in one file that send different policies to all: which one has the pages
/// is not known.
fn apps(
    items: &mut [Item],
    disposition: Disposition,
    issues: &mut Vec<PolicyIssue>,
    file: &SourceFile,
) {
    let of_all = |item: &Item| {
        item.rule.disposition == disposition && matches!(item.rule.sent.reach, Reach::All(_))
    };
    let mut apps: Vec<_> = items
        .iter()
        .filter(|i| of_all(i))
        .filter_map(|i| i.rule.app())
        .collect();
    apps.sort_unstable();
    apps.dedup();
    if apps.len() < 2 {
        return;
    }
    for item in items.iter_mut().filter(|item| of_all(item)) {
        void(
            item,
            "another application in this file sends another policy",
            issues,
            file,
        );
    }
}

/// Guesses yield to what is sure, and to each other.
fn likely(
    items: &mut [Item],
    disposition: Disposition,
    issues: &mut Vec<PolicyIssue>,
    file: &SourceFile,
) {
    let own = |item: &Item| item.rule.disposition == disposition;
    let is_likely = |item: &Item| own(item) && matches!(item.rule.sent.reach, Reach::Likely);
    let is_sure = |item: &Item| {
        own(item) && !item.rule.is_guess && matches!(item.rule.sent.reach, Reach::All(_))
    };
    let has_sure = items.iter().any(is_sure);
    let is_told = |item: &Item| is_likely(item) && !item.rule.is_guess;
    let has_told = items.iter().any(is_told);
    for item in items.iter_mut() {
        let yields = item.rule.is_guess && own(item) && item.rule.is_site_wide();
        if (has_sure && (is_likely(item) || yields)) || (has_told && yields) {
            void(
                item,
                "the file has another policy for all pages",
                issues,
                file,
            );
        }
    }
    if items.iter().filter(|item| is_likely(item)).count() > 1 {
        for item in items.iter_mut().filter(|item| is_likely(item)) {
            void(
                item,
                "which of this file's policies pages get is not known",
                issues,
                file,
            );
        }
    }
}

fn void(item: &mut Item, why: &str, issues: &mut Vec<PolicyIssue>, file: &SourceFile) {
    item.rule.sent.reach = Reach::Some;
    if !restricts(item) {
        return;
    }
    let place = item.written.places().find(|place| place.file == file.name);
    issues.push(PolicyIssue {
        code: "unsent-policy",
        severity: Severity::Info,
        message: format!("this policy is not judged: {why}"),
        help: Some("if the pages get it, give it with --policy".to_owned()),
        place: place.cloned(),
    });
}

/// Whether a page may run scripts under a policy. One under which none runs is for files that
/// users bring, and says nothing of what scripts do.
fn lets_scripts_run(item: &Item) -> bool {
    let (text, holes) = (item.written.text(), item.written.holes());
    let policies = parse_written(text, holes, item.rule.disposition);
    policies.iter().all(|policy| {
        if policy.open.is_some() {
            return true;
        }
        let named = |name: &str| policy.directives.iter().find(|d| d.name == name);
        let sandboxed = named("sandbox").is_some_and(|d| {
            let allows = |text: &str| text.eq_ignore_ascii_case("allow-scripts");
            !d.sources
                .iter()
                .any(|s| allows(&s.text) || s.text.starts_with('{'))
        });
        let scripts = named("script-src-elem")
            .or(named("script-src"))
            .or(named("default-src"));
        let none = scripts.is_some_and(|d| {
            let is_none = |text: &str| text.eq_ignore_ascii_case("'none'");
            d.sources.iter().all(|s| is_none(&s.text))
        });
        !sandboxed && !none
    })
}
