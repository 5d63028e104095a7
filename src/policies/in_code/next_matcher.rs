//! `middleware.ts` (`proxy.ts`) of Next.js: it runs for the paths of `config.matcher`.
//!
//! <https://nextjs.org/docs/app/api-reference/file-conventions/proxy#matcher>.

use super::reach::Reach;
use super::reading::Item;
use crate::policies::PathPattern;
use crate::policies::path_to_regexp::route;
use crate::policies::script::{Script, Value};
use std::path::Path;

/// Puts what is for all of the middleware's requests under its paths.
pub(super) fn apply(script: &mut Script, items: &mut [Item]) {
    let stem = Path::new(script.file(0).name.as_ref())
        .file_stem()
        .map(|s| s.to_os_string());
    let is_middleware = stem.is_some_and(|stem| stem == "middleware" || stem == "proxy");
    let facts = script.facts();
    let imports = facts.imports.iter().any(|i| i.specifier == "next/server");
    if !is_middleware || !imports {
        return;
    }
    let matcher = script.exported_as("config").property("matcher");
    let reach = match matcher {
        Value::Undefined => Reach::All(None),
        matcher => match patterns(&matcher) {
            Some(patterns) => Reach::Paths(patterns, None),
            None => Reach::Some,
        },
    };
    for item in items {
        if item.rule.is_site_wide() {
            item.rule.sent.reach = reach.clone();
        }
    }
}

/// `'/x'`, `['/x']`, `[{ source: '/x', missing: [...] }]`; nothing if they are not known.
fn patterns(matcher: &Value) -> Option<Vec<PathPattern>> {
    match matcher {
        Value::List(list) => {
            let each: Option<Vec<_>> = list.items.iter().map(patterns).collect();
            Some(each?.into_iter().flatten().collect())
        }
        Value::Object(object) => {
            // Only requests that have something: that is not every page.
            match object.get("has") {
                Value::Undefined => patterns(&object.get("source")),
                _ => Some(Vec::new()),
            }
        }
        text => {
            let pattern = route(&text.known_text()?, false);
            Some(vec![pattern])
        }
    }
}
