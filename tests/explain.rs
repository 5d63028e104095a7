//! `connect-lint explain`, and the pages that it prints: all have one structure, and what they
//! show is true. To put into them what is told anew: `UPDATE_DOCS=1 cargo test --test explain`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::pages::{Page, SECTIONS, told};
use common::{root, run};
use connect_lint::diagnostics::CODES;
use std::collections::BTreeSet;
use std::path::Path;

/// Pages without an example, and why.
const WITHOUT_EXAMPLE: &[(&str, &str)] = &[(
    "internal-error",
    "a mistake of connect-lint itself: one that is known is mended",
)];

fn has_example(code: &str) -> bool {
    WITHOUT_EXAMPLE.iter().all(|(name, _)| *name != code)
}

#[test]
fn each_code_has_a_page_and_each_page_a_code() {
    let files = std::fs::read_dir(root().join("docs/codes")).unwrap();
    let names = files.map(|f| f.unwrap().file_name().into_string().unwrap());
    let names: BTreeSet<_> = names.filter(|name| name != "README.md").collect();
    let wanted: BTreeSet<_> = CODES.iter().map(|c| format!("{}.md", c.name)).collect();
    assert_eq!(names, wanted);
}

#[test]
fn all_pages_have_one_structure() {
    for code in CODES {
        let page = Page::of(code.name);
        let shown = |s: &&str| has_example(code.name) || !["Example", "Fixed"].contains(s);
        let sections = SECTIONS.iter().filter(|s| shown(s));
        let title = format!("# {}", code.name);
        let sections = sections.map(|section| format!("## {section}"));
        let wanted: Vec<_> = std::iter::once(title).chain(sections).collect();
        assert_eq!(page.headings(), wanted, "{}", code.name);
        let introduction = page.introduction();
        let severity = format!("Severity: {}", code.severity);
        assert_eq!(introduction.first(), Some(&severity), "{}", code.name);
        let about = introduction.get(1).map(String::as_str);
        assert_eq!(about, Some(code.about), "{}", code.name);
        for section in SECTIONS.iter().filter(|s| shown(s)) {
            assert!(page.has_text(section), "{}: {section}", code.name);
        }
    }
}

/// Compares what is told with what the page says, or puts it there.
fn hold(page: &mut Page, section: &str, folder: &Path, command: &str) -> Result<(), String> {
    let example = page.example(section);
    let told = told(folder, command);
    if told == example.told {
        return Ok(());
    }
    if std::env::var_os("UPDATE_DOCS").is_some() && example.command.is_some() {
        page.update(&example, &told);
        return Ok(());
    }
    let (said, told) = (example.told.join("\n"), told.join("\n"));
    let path = page.path.display();
    Err(format!(
        "{path}, {section}, says\n{said}\nand told is\n{told}\n"
    ))
}

/// What the example shows is told; once it is fixed, nothing is but what the page says.
fn held(code: &str) -> Result<(), String> {
    let mut page = Page::of(code);
    let folder = tempfile::tempdir().unwrap();
    let (example, fixed) = (page.example("Example"), page.example("Fixed"));
    let command = example
        .command
        .clone()
        .ok_or(format!("{code}: no command"))?;
    example.write(folder.path());
    hold(&mut page, "Example", folder.path(), &command)?;
    let mark = format!("[{code}]");
    let told = |section| page.example(section).told.iter().any(|l| l.contains(&mark));
    if !told("Example") {
        return Err(format!("{code} is not told of its example"));
    }
    fixed.write(folder.path());
    let command = fixed.command.unwrap_or(command);
    hold(&mut page, "Fixed", folder.path(), &command)?;
    match page.example("Fixed").told.iter().any(|l| l.contains(&mark)) {
        true => Err(format!("{code} is told of what is fixed")),
        false => Ok(()),
    }
}

#[test]
fn every_example_is_true() {
    let codes = CODES.iter().filter(|code| has_example(code.name));
    let wrong: Vec<_> = codes.filter_map(|code| held(code.name).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_page_is_printed_as_it_is_where_no_terminal_is() {
    let ran = run(&root(), &["explain", "blocked"]);
    let page = std::fs::read_to_string(root().join("docs/codes/blocked.md")).unwrap();
    assert_eq!((ran.code, ran.out, ran.err.as_str()), (0, page, ""));
    let drawn = run(&root(), &["explain", "blocked", "--color", "always"]);
    assert!(drawn.out.starts_with("\u{1b}[1mblocked\u{1b}[0m\n"));
}

#[test]
fn codes_are_found_as_reports_write_them() {
    for name in ["[blocked]", "Blocked", "error[blocked]"] {
        assert_eq!(run(&root(), &["explain", name]).code, 0, "{name}");
    }
}

#[test]
fn all_codes_are_listed() {
    let ran = run(&root(), &["explain"]);
    assert_eq!((ran.code, ran.out.lines().count()), (0, CODES.len()));
    for (line, code) in ran.out.lines().zip(CODES) {
        let mut words = line.split_whitespace();
        assert_eq!(words.next(), Some(code.name));
        assert_eq!(words.next(), Some(code.severity));
        assert!(line.ends_with(code.about));
    }
}

#[test]
fn programs_get_json() {
    let json = |args: &[&str]| -> serde_json::Value {
        serde_json::from_str(&run(&root(), args).out).unwrap()
    };
    let all = json(&["explain", "--format", "json"]);
    assert_eq!(all.as_array().unwrap().len(), CODES.len());
    let one = json(&["explain", "unknown", "--format", "json"]);
    assert_eq!(one["name"], "unknown");
    assert_eq!(one["severity"], "error");
    assert!(
        one["url"]
            .as_str()
            .unwrap()
            .ends_with("docs/codes/unknown.md")
    );
    assert!(one["page"].as_str().unwrap().starts_with("# unknown\n"));
}

#[test]
fn a_code_that_is_none_is_a_mistake() {
    let ran = run(&root(), &["explain", "unqoted-keyword"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(
        ran.err.contains("did you mean `unquoted-keyword`?"),
        "{}",
        ran.err
    );
    let ran = run(&root(), &["explain", "zzz\u{1b}[31m"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("`connect-lint explain` lists all codes"));
    assert!(!ran.err.contains('\u{1b}'), "{}", ran.err);
}
