//! Which rule of Next.js' `headers()` gives a response its policy.
//!
//! <https://nextjs.org/docs/app/api-reference/config/next-config-js/headers>: of rules that match
//! one path and set one header, the last one counts. Rules are for files too: they are looked at
//! before the files of `public/` and those of the build.

use super::pages::{Files, is_script};
use crate::policies::path_to_regexp::route;
use crate::policies::{PathPattern, Routing};
use crate::results::Disposition;

/// A rule for a policy.
#[derive(Debug, Clone)]
pub(super) struct NextRule {
    /// `source`, if it is known.
    pub(super) source: Option<String>,
    /// Whether it depends on more than the path: a header or cookie of the request, a variable of
    /// the build.
    pub(super) doubtful: bool,
    /// Whether it is for paths below `basePath` (which ours never show), or has it in its source.
    pub(super) below_base: bool,
    /// Whether its source stands behind the locale, or has it in it.
    pub(super) below_locale: bool,
    /// Which policy.
    pub(super) policy: usize,
    /// Which header.
    pub(super) disposition: Disposition,
}

/// The rules of a project.
#[derive(Debug)]
pub(super) struct NextRules {
    rules: Vec<(NextRule, PathPattern)>,
    /// `basePath`.
    base: String,
    /// `i18n.defaultLocale`: pages without a locale in their path have it.
    locale: Option<String>,
    /// `public/`: what else is a script is bundled.
    files: Files,
}

impl NextRules {
    /// In the order of the configuration.
    pub(super) fn of(
        rules: Vec<NextRule>,
        base: String,
        locale: Option<String>,
        files: Files,
    ) -> NextRules {
        let rules = rules.into_iter().map(|rule| {
            let pattern = match &rule.source {
                Some(source) => route(source, false),
                None => PathPattern::unknown("?"),
            };
            (rule, pattern)
        });
        NextRules {
            rules: rules.collect(),
            base,
            locale,
            files,
        }
    }

    /// The policy of a header. Rules that are not sure count where no other rule matches: without
    /// them the response has no policy, and nothing to find.
    fn policy(&self, path: &str, disposition: Disposition) -> Option<usize> {
        let matching = self.rules.iter().filter(|(rule, pattern)| {
            rule.disposition == disposition && may_match(pattern, &self.full(rule, path))
        });
        let is_sure =
            |(rule, pattern): &&&(NextRule, PathPattern)| !rule.doubtful && pattern.is_known();
        let matching: Vec<_> = matching.collect();
        let last = matching.iter().rev().find(is_sure).or(matching.last());
        last.map(|(rule, _)| rule.policy)
    }

    /// A path as the rule's source says it.
    fn full(&self, rule: &NextRule, path: &str) -> String {
        let mut out = match (&self.locale, rule.below_locale) {
            (Some(locale), false) if !path.starts_with("/_next/") => {
                format!("/{locale}{}", if path == "/" { "" } else { path })
            }
            _ => path.to_owned(),
        };
        if !rule.below_base {
            out.insert_str(0, &self.base);
        }
        out
    }
}

/// Next.js lets every source have a slash at its end.
fn may_match(pattern: &PathPattern, path: &str) -> bool {
    pattern.may_match(path)
        || path
            .strip_suffix('/')
            .is_some_and(|path| pattern.may_match(path))
}

impl Routing for NextRules {
    fn policies_at(&self, path: &str) -> Vec<usize> {
        let bundled;
        let path = match is_script(path) && !self.files.has(path) {
            true => {
                let name = path.rsplit('/').next().unwrap_or_default();
                bundled = format!("/_next/static/chunks/{name}");
                &bundled
            }
            false => path,
        };
        let each = [Disposition::Enforce, Disposition::Report];
        let mut out: Vec<_> = each.iter().filter_map(|d| self.policy(path, *d)).collect();
        out.sort_unstable();
        out
    }

    fn shown(&self, policy: usize) -> Option<String> {
        let own = self.rules.iter().filter(|(rule, _)| rule.policy == policy);
        let own: Vec<_> = own.collect();
        let is_all = |(rule, pattern): &(NextRule, PathPattern)| {
            let looks = pattern.text.contains("(?!");
            let mut some = ["/", "/a", "/a/b.c"].iter();
            !rule.doubtful && pattern.is_known() && !looks && some.all(|p| may_match(pattern, p))
        };
        if own.is_empty() || own.iter().any(|one| is_all(one)) {
            return None;
        }
        let texts = own.iter().map(|(rule, pattern)| match rule.doubtful {
            true => format!("{} (on a condition)", pattern.text),
            false => pattern.text.clone(),
        });
        Some(texts.collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn rule(source: Option<&str>, doubtful: bool, policy: usize) -> NextRule {
        NextRule {
            source: source.map(str::to_owned),
            doubtful,
            below_base: true,
            below_locale: true,
            policy,
            disposition: Disposition::Enforce,
        }
    }

    fn rules(rules: Vec<NextRule>) -> NextRules {
        let files = Files::of(Path::new("/nowhere"), &["public"]);
        NextRules::of(rules, "/docs".to_owned(), Some("en".to_owned()), files)
    }

    #[test]
    fn the_last_rule_counts_and_one_in_doubt_only_alone() {
        let rules = rules(vec![
            rule(Some("/(.*)"), false, 0),
            rule(Some("/app/:path*"), false, 1),
            rule(Some("/app/:path*"), true, 2),
            rule(None, false, 3),
        ]);
        assert_eq!(rules.policies_at("/"), [0]);
        assert_eq!(rules.policies_at("/app"), [1]);
        assert_eq!(rules.policies_at("/APP/x/"), [1]);
        assert_eq!(rules.shown(0), None);
        assert_eq!(
            rules.shown(2).as_deref(),
            Some("/app/:path* (on a condition)")
        );
    }

    #[test]
    fn rules_without_base_path_or_locale_have_them_in_their_source() {
        let mut own = rule(Some("/docs/en/a"), false, 0);
        own.below_base = false;
        own.below_locale = false;
        let rules = rules(vec![own, rule(Some("/b"), true, 1)]);
        assert_eq!(rules.policies_at("/a"), [0]);
        assert_eq!(rules.policies_at("/b"), [1]);
        assert!(rules.policies_at("/docs/en/a").is_empty());
    }

    #[test]
    fn scripts_that_are_bundled_have_the_paths_of_the_build() {
        let rules = rules(vec![rule(Some("/((?!_next).*)"), false, 0)]);
        assert_eq!(rules.policies_at("/x"), [0]);
        assert!(rules.policies_at("/worker.ts").is_empty());
    }

    /// Which of the sources match by Next.js itself (15.5 and 16: `loadCustomRoutes`, and the
    /// matcher that its server makes of them).
    #[test]
    fn sources_match_as_in_next() {
        const SOURCES: [&str; 9] = [
            "/(.*)",
            "/embed/:path*",
            "/:path((?!api).*)*",
            "/((?!s/|c/).*)",
            "/(s|c)/:path*",
            "/about",
            "/blog/:slug",
            r"/(.*)\.svg",
            "/",
        ];
        for (path, expected) in IN_NEXT {
            let matching = (0..SOURCES.len()).filter(|&i| {
                let one = rules(vec![rule(Some(SOURCES[i]), false, 0)]);
                !one.policies_at(path).is_empty()
            });
            assert_eq!(matching.collect::<Vec<_>>(), *expected, "{path}");
        }
    }

    const IN_NEXT: &[(&str, &[usize])] = &[
        ("/", &[0, 2, 3, 8]),
        ("/embed", &[0, 1, 2, 3]),
        ("/embed/a/", &[0, 1, 2, 3]),
        ("/api", &[0, 3]),
        ("/api/x", &[0, 3]),
        ("/s/1", &[0, 2, 4]),
        ("/c", &[0, 2, 3, 4]),
        ("/about", &[0, 2, 3, 5]),
        ("/About/", &[0, 2, 3, 5]),
        ("/blog/x", &[0, 2, 3, 6]),
        ("/blog/x/y", &[0, 2, 3]),
        ("/i/a.svg", &[0, 2, 3, 7]),
        ("/apix", &[0, 3]),
    ];
}
