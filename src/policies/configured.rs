//! Policies in `connect-lint.toml`.

use super::hosting::toml_written;
use super::{LocatedPolicy, Origin, PolicyFlag, Scope, SourceFile};
use crate::results::Disposition;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The policies of a key (`policy`, `report-only-policy`) at the top of a configuration, or in the
/// n-th override; none where it is not written so.
pub fn configured(
    file: &SourceFile,
    key: &str,
    in_override: Option<usize>,
    disposition: Disposition,
) -> Vec<LocatedPolicy> {
    let Ok(root) = DeTable::parse(&file.text) else {
        return Vec::new();
    };
    let values = value_of(root.get_ref(), in_override, key).map(texts);
    let scope = in_override.map_or(Scope::Site, Scope::Override);
    let policies = values.into_iter().flatten().flat_map(|(literal, text)| {
        let start = u32::try_from(literal.start).unwrap_or(u32::MAX);
        let given = PolicyFlag {
            value: text.to_owned(),
            written: Some(toml_written(file, literal, text)),
            disposition,
            origin: Origin::File {
                path: file.name.clone(),
                line: file.line(start),
            },
            scope: scope.clone(),
        };
        given.policies()
    });
    policies.collect()
}

fn value_of<'t, 'i>(
    root: &'t DeTable<'i>,
    in_override: Option<usize>,
    key: &str,
) -> Option<&'t Spanned<DeValue<'i>>> {
    let Some(number) = in_override else {
        return root.get(key);
    };
    let overrides = root.get("override")?.get_ref().as_array()?;
    overrides.get(number)?.get_ref().as_table()?.get(key)
}

/// A text, or the texts of a list, each with where it stands.
fn texts<'t>(value: &'t Spanned<DeValue<'_>>) -> Vec<(std::ops::Range<usize>, &'t str)> {
    let one = |value: &'t Spanned<DeValue<'_>>| Some((value.span(), value.get_ref().as_str()?));
    match value.get_ref() {
        DeValue::Array(list) => list.iter().filter_map(one).collect(),
        _ => one(value).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn policies_know_where_they_stand() {
        let text = "policy = ['connect-src a.test', \"connect-src b.test\"]\n\n[[override]]\n\
                    files = ['x']\npolicy = '''\n  connect-src c.test'''\n";
        let file = SourceFile::of_text(Path::new("/p/c.toml"), "c.toml", text);
        let shown = |key: &str, number| -> Vec<String> {
            let found = configured(&file, key, number, Disposition::Enforce);
            let sources = found.iter().flat_map(|located| {
                let all = located.policy.directives.iter().flat_map(|d| &d.sources);
                all.map(|source| {
                    let place = located.written.exact_place_of(&source.range);
                    let span = place.map(|p| p.0.span.range()).unwrap_or_default();
                    format!("{} {}", located.origin, &text[span])
                })
            });
            sources.collect()
        };
        assert_eq!(
            shown("policy", None),
            ["c.toml:1 a.test", "c.toml:1 b.test"]
        );
        assert_eq!(shown("policy", Some(0)), ["c.toml:5 c.test"]);
        assert!(shown("report-only-policy", None).is_empty());
    }
}
