//! JSON with comments and trailing commas, as the tools of several services read it.

use super::strings;
use crate::policies::{Found, PolicyIssue, Quoting, SourceFile, Written};
use jsonc_parser::ast::{Object, StringLit, Value};
use jsonc_parser::common::Range;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

/// The object that a file holds; nothing if it is empty, or holds something else.
pub(super) fn parse(file: &SourceFile) -> Result<Option<Object<'_>>, PolicyIssue> {
    let parsed = parse_to_ast(
        &file.text,
        &CollectOptions::default(),
        &ParseOptions::default(),
    );
    match parsed {
        Ok(parsed) => Ok(match parsed.value {
            Some(Value::Object(object)) => Some(object),
            _ => None,
        }),
        Err(error) => {
            let message = format!("the file is not JSON: {}", error.kind());
            let range = error.range();
            let place = file.place(range.start, range.end);
            Err(PolicyIssue::unreadable(message, Some(place)))
        }
    }
}

/// What a file holds that is an object; of another kind or none, nothing.
pub(super) fn found<'f>(file: &'f SourceFile, read: impl FnOnce(&Object<'f>) -> Found) -> Found {
    match parse(file) {
        Ok(Some(root)) => read(&root),
        Ok(None) => Found::default(),
        Err(issue) => Found {
            issues: vec![issue],
            ..Found::default()
        },
    }
}

/// A property; the last one of its name counts.
pub(super) fn get<'o, 'a>(object: &'o Object<'a>, name: &str) -> Option<&'o Value<'a>> {
    let mut all = object.properties.iter().rev();
    all.find(|p| p.name.as_str() == name).map(|p| &p.value)
}

/// A property that is an object.
pub(super) fn object<'o, 'a>(object: &'o Object<'a>, name: &str) -> Option<&'o Object<'a>> {
    get(object, name)?.as_object()
}

/// A property that is a text.
pub(super) fn text<'o>(object: &'o Object<'_>, name: &str) -> Option<&'o str> {
    Some(get(object, name)?.as_string_lit()?.value.as_ref())
}

/// A property that is `true` or `false`.
pub(super) fn boolean(object: &Object<'_>, name: &str) -> Option<bool> {
    Some(get(object, name)?.as_boolean_lit()?.value)
}

/// The elements of a property that is a list.
pub(super) fn list<'o, 'a>(object: &'o Object<'a>, name: &str) -> &'o [Value<'a>] {
    let list = get(object, name).and_then(Value::as_array);
    list.map_or(&[], |list| list.elements.as_slice())
}

/// The elements of a property that is a list, those that are objects.
pub(super) fn objects<'o, 'a>(
    object: &'o Object<'a>,
    name: &str,
) -> impl Iterator<Item = &'o Object<'a>> {
    list(object, name).iter().filter_map(Value::as_object)
}

/// A text, with its places.
pub(super) fn written(file: &SourceFile, literal: &StringLit<'_>) -> Written {
    let (inner, quoting) = inner(file, literal);
    strings::written(file, inner, &literal.value, quoting)
}

/// What stands between the quotes of a literal, and how.
pub(super) fn inner(
    file: &SourceFile,
    literal: &StringLit<'_>,
) -> (std::ops::Range<usize>, Quoting) {
    let Range { start, end } = literal.range;
    let quote = file.text.get(start..).and_then(|text| text.chars().next());
    let quote = quote.unwrap_or('"');
    (
        start + 1..end.saturating_sub(1).max(start + 1),
        Quoting::Backslash(quote),
    )
}
