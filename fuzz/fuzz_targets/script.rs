//! Scripts: facts stay inside the text and their tables, and evaluation ends.
#![no_main]

use connect_lint::discover::Language;
use connect_lint::js::{ScriptKind, ScriptText, lower};
use connect_lint::resolve::{self, Settings};
use connect_lint_fuzz::{language, let_panics_be_caught, slice};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: let_panics_be_caught(), |input: &str| {
    let text = input.get(1..).unwrap_or_default();
    let (typescript, jsx, module) = match language(input.as_bytes()).0 {
        Language::Script { typescript, jsx, module } => (typescript, jsx, module),
        Language::Html => (false, true, None),
    };
    let script = ScriptText {
        text,
        kind: ScriptKind::File,
        typescript,
        jsx,
        module,
    };
    let (facts, issues) = lower(&[script]);
    for node in &facts.nodes {
        slice(text, node.span);
        assert!(node.block.index() < facts.blocks.len());
    }
    for block in &facts.blocks {
        slice(text, block.span);
    }
    for binding in &facts.bindings {
        slice(text, binding.span);
        for definition in &binding.definitions {
            slice(text, definition.span);
            assert!(definition.value.index() < facts.nodes.len());
        }
    }
    for issue in &issues {
        slice(text, issue.span);
    }
    assert!(facts.candidates.iter().all(|id| id.index() < facts.nodes.len()));
    for found in resolve::endpoints(&facts, &Settings::default()) {
        slice(text, found.span);
        slice(text, found.url_span);
        for step in &found.trail {
            slice(text, step.span);
        }
    }
});
