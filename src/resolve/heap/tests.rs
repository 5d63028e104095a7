//! What the objects of small files are.
#![allow(clippy::unwrap_used)]

use super::{Heap, Object};
use crate::js::facts::*;
use crate::js::{ScriptKind, ScriptText, lower};

/// What is known of what a name holds.
fn of_name(text: &str, name: &str) -> Object {
    let script = ScriptText {
        text,
        kind: ScriptKind::File,
        typescript: true,
        jsx: false,
        module: None,
    };
    let (facts, issues) = lower(&[script]);
    assert!(issues.is_empty(), "{text}: {issues:?}");
    let binding = facts.bindings.iter().position(|b| b.name == name);
    let id = BindingId(binding.unwrap() as u32);
    Heap::of(&facts).binding(id).clone()
}

#[test]
fn writes_through_another_name_are_of_the_same_object_in_the_order_of_the_file() {
    let object = of_name("const a = {}; const b = a; b.y = 1; a.x = 2;", "a");
    assert_eq!(object.writes, [0, 1]);
    assert_eq!((object.names, object.makers), (2, 1));
    assert_eq!(object.lone_name(), None);
    let one = of_name("const a = [];", "a");
    assert_eq!(one.lone_name(), Some(BindingId(0)));
}

#[test]
fn changes_are_in_the_order_of_the_file() {
    let object = of_name("const a = []; const b = a; b.push(1); a.sort();", "a");
    assert_eq!(object.changes.len(), 2);
    assert!(object.changes.is_sorted());
}

#[test]
fn what_unknown_code_is_given_escapes_with_all_that_it_leads_to() {
    let text = "const inner = {}; const a = { b: { inner } }; const other = {}; give(a);";
    assert!(of_name(text, "inner").escaped);
    assert!(!of_name(text, "other").escaped);
    // Functions of the file, and those that keep nothing, are known.
    let text = "const a = {}; function take(x) {} take(a); JSON.stringify(a);";
    assert!(!of_name(text, "a").escaped);
}

#[test]
fn a_computed_name_may_be_any_property_but_nothing_else() {
    let text = "const a = {}, o = { a, f() { return r } }, r = {}; o[key].x = 1;";
    assert_eq!(of_name(text, "a").writes, [0]);
    assert_eq!(of_name(text, "r").writes, [] as [usize; 0]);
}

#[test]
fn names_of_properties_are_not_taken_for_what_goes_in_or_out() {
    let text = "const r = {}; function f() { return r } f['%return'].x = 1;";
    assert_eq!(of_name(text, "r").writes, [] as [usize; 0]);
}

#[test]
fn copies_share_what_is_nested() {
    let text = "const inner = {}; const a = { inner }; const b = { ...a }; b.inner.x = 1;";
    assert_eq!(of_name(text, "inner").writes, [0]);
    assert_eq!(of_name(text, "a").writes, [] as [usize; 0]);
}

#[test]
fn long_chains_of_objects_are_joined() {
    let mut text = "let a0 = { next: {} };\n".to_owned();
    for i in 1..5_000 {
        text += &format!("let a{i} = {{ next: a{} }}; a{i} = a{};\n", i - 1, i - 1);
    }
    assert_eq!(of_name(&text, "a0").names, 5_000);
}
