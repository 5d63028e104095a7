//! `connect-lint explain`: the page of a code, or the list of all.

use super::args::{ExplainArgs, ListFormat};
use super::color::TerminalEnv;
use super::describe::{pretty, print};
use super::exit::Exit;
use super::failure::Failure;
use crate::diagnostics::{CODES, Code, CodeName};
use crate::report::draw_markdown;
use serde_json::{Value, json};
use std::fmt::Write;
use std::io::{self, IsTerminal};

/// Explains a code, or lists all.
///
/// # Errors
/// When there is no such code.
pub(super) fn run(args: &ExplainArgs) -> Result<Exit, Failure> {
    let code = args.code.as_deref().map(known).transpose()?;
    match (code, args.format) {
        (Some(code), ListFormat::Json) => print(&pretty(&row(code))),
        (None, ListFormat::Json) => print(&pretty(&CODES.iter().map(row).collect())),
        (Some(code), ListFormat::Text) => print(page(code, args).as_bytes()),
        (None, ListFormat::Text) => print(list().as_bytes()),
    }
}

/// The code of a name, as reports write it: `blocked`, `error[blocked]`.
fn known(name: &str) -> Result<&'static Code, Failure> {
    let bare = name.trim().trim_end_matches(']');
    let bare = bare.rsplit_once('[').map_or(bare, |(_, code)| code);
    let code: CodeName = bare.to_lowercase().parse()?;
    Ok(code.row())
}

/// Markdown as it is, or drawn for a terminal.
fn page(code: &Code, args: &ExplainArgs) -> String {
    let is_terminal = io::stdout().is_terminal();
    match TerminalEnv::from_process().color(args.color, is_terminal) {
        true => draw_markdown(code.page),
        false => code.page.to_owned(),
    }
}

fn list() -> String {
    let longest = CODES.iter().map(|code| code.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for code in CODES {
        let (name, severity, about) = (code.name, code.severity, code.about);
        let _ = writeln!(out, "{name:longest$}  {severity:7}  {about}");
    }
    out
}

fn row(code: &Code) -> Value {
    json!({
        "name": code.name,
        "severity": code.severity,
        "about": code.about,
        "url": code.url(),
        "page": code.page,
    })
}
