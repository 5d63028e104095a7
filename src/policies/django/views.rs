//! Views with other sources: `@csp_update`, `@csp_replace`, `@csp_override`, `@csp`.
//!
//! <https://django-csp.readthedocs.io/en/latest/decorators.html>,
//! <https://docs.djangoproject.com/en/6.0/ref/csp/#decorators>.

use crate::policies::program::files::mentioning;
use crate::policies::script::{Object, Value};
use std::path::Path;

/// Words of a view that has other sources.
const WORDS: [&str; 6] = [
    "csp_update",
    "csp_replace",
    "csp_override",
    "_csp_config",
    "@csp(",
    "csp.decorators",
];

/// Makes what views change of connections a hole of it.
pub(super) fn apply(project: &Path, directives: &mut Object) {
    let concerns = ["connect-src", "CONNECT_SRC", "default-src", "DEFAULT_SRC"];
    let of_views = mentioning(project, "", "py", &WORDS)
        .into_iter()
        .filter(|file| {
            let is_settings = super::settings::is_settings(&file.path);
            !is_settings && concerns.iter().any(|word| file.text.contains(word))
        });
    for file in of_views {
        let hole = Value::hole(&file.name, None);
        let own = directives
            .entries
            .iter_mut()
            .find(|(name, _)| name == "connect-src");
        match own {
            Some((_, Value::List(list))) => list.items.push(hole),
            Some((_, value)) => *value = hole,
            None => directives.open = Some(file.name.to_string()),
        }
    }
}
