//! Which `<script>` elements run, and as what (HTML §4.12.1.1, "prepare the script element").

use super::element::{Element, Vocabulary};

/// What a `<script>` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScriptType {
    /// A classic script.
    Classic,
    /// A module.
    Module,
}

/// JavaScript MIME type essence match (MIME Sniffing §4.6). Sorted.
const JAVASCRIPT: &[&str] = &[
    "application/ecmascript",
    "application/javascript",
    "application/x-ecmascript",
    "application/x-javascript",
    "text/ecmascript",
    "text/javascript",
    "text/javascript1.0",
    "text/javascript1.1",
    "text/javascript1.2",
    "text/javascript1.3",
    "text/javascript1.4",
    "text/javascript1.5",
    "text/jscript",
    "text/livescript",
    "text/x-ecmascript",
    "text/x-javascript",
];

/// The type of a `<script>` that runs in today's browsers; nothing for data blocks and scripts
/// for others.
pub(super) fn script_type(element: &Element) -> Option<ScriptType> {
    let declared = declared(&element.text("type"), &element.text("language"))?;
    let html = element.vocabulary == Vocabulary::Html;
    if declared == ScriptType::Classic && html {
        let other = element.get("nomodule").is_some() || !is_for_window(element);
        return (!other).then_some(declared);
    }
    Some(declared)
}

/// The type by the attributes `type` and `language`.
fn declared(kind: &Option<String>, language: &Option<String>) -> Option<ScriptType> {
    let kind = match (kind.as_deref(), language.as_deref()) {
        (Some(""), _) | (None, None | Some("")) => return Some(ScriptType::Classic),
        (Some(kind), _) => kind
            .trim_matches(|c: char| c.is_ascii_whitespace())
            .to_owned(),
        (None, Some(language)) => format!("text/{language}"),
    };
    let kind = kind.to_ascii_lowercase();
    if JAVASCRIPT.binary_search(&kind.as_str()).is_ok() {
        return Some(ScriptType::Classic);
    }
    (kind == "module").then_some(ScriptType::Module)
}

/// `for` and `event` of old: a script for another element or event does not run.
fn is_for_window(element: &Element) -> bool {
    let (Some(target), Some(event)) = (element.text("for"), element.text("event")) else {
        return true;
    };
    let trim = |text: &str| {
        let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
        text.to_ascii_lowercase()
    };
    trim(&target) == "window" && matches!(trim(&event).as_str(), "onload" | "onload()")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_apart() {
        assert!(JAVASCRIPT.is_sorted());
        let of = |kind: Option<&str>, language: Option<&str>| {
            declared(&kind.map(str::to_owned), &language.map(str::to_owned))
        };
        for (kind, language) in [
            (None, None),
            (Some(""), None),
            (Some(""), Some("vbscript")),
            (None, Some("")),
            (None, Some("JavaScript")),
            (None, Some("javascript1.2")),
            (Some(" text/JavaScript\n"), None),
            (Some("application/x-javascript"), Some("vbscript")),
        ] {
            assert_eq!(of(kind, language), Some(ScriptType::Classic), "{kind:?}");
        }
        assert_eq!(of(Some("Module "), None), Some(ScriptType::Module));
        for (kind, language) in [
            (Some(" "), None),
            (Some("text/javascript;charset=utf-8"), None),
            (Some("text/javascript1.6"), None),
            (Some("application/json"), None),
            (Some("importmap"), None),
            (Some("speculationrules"), None),
            (Some("text/template"), Some("javascript")),
            (Some("text/babel"), None),
            (None, Some("vbscript")),
            (None, Some("module")),
        ] {
            assert_eq!(of(kind, language), None, "{kind:?} {language:?}");
        }
    }
}
