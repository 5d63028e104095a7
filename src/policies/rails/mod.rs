//! Policies of Ruby on Rails: its own, and those of the gem secure_headers.
//!
//! <https://guides.rubyonrails.org/security.html#content-security-policy-header>,
//! <https://github.com/github/secure_headers>. They come with every page that Rails answers with,
//! and with no file of `public/`. Controllers may have others: what they change of `connect-src`
//! is not decided ([`overrides`]).

mod overrides;
mod secure_headers;

use super::program::pages::EveryPageBut;
use super::program::ruby::{Hooks, Ruby, State};
use super::program::{Syntax, children};
use super::script::{Object, Value, written_directives};
use super::{ElementStyle, Found, FoundPolicy, PolicyLocation, Slot, SourceFile, Written};
use crate::results::Disposition;
use std::path::{Path, PathBuf};
use tree_sitter::Node;

/// Initializers and configurations of Rails.
#[derive(Debug, Clone, Copy)]
pub(super) struct RailsConfig;

/// What is kept of assignments.
const REPORT_ONLY: &str = "report_only";

impl PolicyLocation for RailsConfig {
    fn name(&self) -> &'static str {
        "a policy of Rails"
    }

    fn recognises(&self, path: &Path) -> bool {
        let parts: Vec<_> = path
            .iter()
            .rev()
            .take(3)
            .map(|p| p.to_string_lossy())
            .collect();
        match parts.as_slice() {
            [file, folder, config, ..] if config == "config" => {
                (folder == "initializers" && file.ends_with(".rb"))
                    || (folder == "environments" && file == "production.rb")
            }
            [file, config, ..] => config == "config" && file == "application.rb",
            _ => false,
        }
    }

    /// The last one that Rails loads counts: they do not add up.
    fn deployment(&self) -> &'static str {
        ""
    }

    fn read(&self, file: &SourceFile) -> Found {
        let words = ["content_security_policy", "SecureHeaders"];
        if !words.iter().any(|word| file.text.contains(word)) {
            return Found::default();
        }
        let Some(syntax) = Ruby::parse(file) else {
            return Found::default();
        };
        read(&syntax, &project(file))
    }
}

/// The folder of the application, and how it is shown.
struct Project {
    folder: PathBuf,
    shown: String,
}

/// `config/initializers/x.rb` is two folders below, `config/application.rb` one.
fn project(file: &SourceFile) -> Project {
    let is_direct = file
        .folder()
        .file_name()
        .is_some_and(|name| name == "config");
    let levels = if is_direct { 1 } else { 2 };
    let real = file.folder().canonicalize();
    let folder = real.unwrap_or_else(|_| file.folder().to_path_buf());
    Project {
        folder: folder
            .ancestors()
            .nth(levels)
            .map(Path::to_path_buf)
            .unwrap_or_default(),
        shown: super::program::files::shown_above(file, levels),
    }
}

fn read(syntax: &Syntax, project: &Project) -> Found {
    let mut ruby = Ruby::new(syntax, State::default());
    let mut initializers = Initializers::default();
    ruby.run(&mut initializers);
    let mut state = ruby.state;
    if let Some(policy) = state.policy.as_mut().filter(|_| ruby.gave_up) {
        policy.opened("what-follows");
    }
    let mut found = Found::default();
    if let Some(mut policy) = state.policy.clone() {
        found.others = overrides::apply(project, &mut policy);
        let report_only = state.kept.get(REPORT_ONLY);
        let mut written = written_directives(&policy, ElementStyle::Symbols);
        if let Some(slot) = initializers.slot {
            written.set_slot(slot);
        }
        add(&mut found, written, disposition(report_only));
    }
    secure_headers::add(&state, project, &mut found);
    found.routing = Some(Box::new(EveryPageBut::of(
        vec![Vec::new(); found.policies.len()],
        &project.folder,
        &["public"],
    )));
    found
}

fn add(found: &mut Found, written: Written, disposition: Disposition) {
    if !written.text().is_empty() {
        found.policies.push(FoundPolicy {
            written,
            disposition,
        });
    }
}

/// What is not known to enforce blocks nothing for sure.
fn disposition(report_only: Option<&Value>) -> Disposition {
    match report_only.map(Value::truthy) {
        None | Some(Some(false)) => Disposition::Enforce,
        Some(_) => Disposition::Report,
    }
}

/// Files that Rails runs when it starts.
#[derive(Default)]
struct Initializers {
    /// Where the policy of Rails can get a directive.
    slot: Option<Slot>,
}

/// Before the first directive of a block: `policy.default_src :self`.
fn slot(ruby: &Ruby, call: Node) -> Option<Slot> {
    let block = call.child_by_field_name("block")?;
    let parameters = children(block.child_by_field_name("parameters")?);
    let name = ruby.text(*parameters.first()?);
    let body = children(block.child_by_field_name("body")?);
    let is_directive = |node: &&Node| {
        let receiver = node.child_by_field_name("receiver");
        node.kind() == "call" && receiver.is_some_and(|r| ruby.text(r) == name)
    };
    let first = body.iter().find(is_directive)?;
    let start = first.byte_range().start;
    let before = ruby.syntax.file.text.get(..start)?;
    let indent = before.rsplit('\n').next()?;
    if !indent.trim().is_empty() {
        return None;
    }
    Some(Slot {
        place: ruby.syntax.file.place(start, start),
        before: format!("{name}.connect_src "),
        after: format!("\n{indent}"),
        style: ElementStyle::Symbols,
        separator: ", ".to_owned(),
        quote: '"',
    })
}

impl Hooks for Initializers {
    fn block_call(&mut self, ruby: &mut Ruby, call: Node) -> bool {
        let of_field = |name: &str| call.child_by_field_name(name).map(|n| ruby.text(n));
        let (method, receiver) = (of_field("method"), of_field("receiver"));
        match (receiver, method) {
            (Some(_), Some("content_security_policy")) => {
                // A new one takes the place of the one before.
                ruby.state.policy = Some(Object::default());
                self.slot = slot(ruby, call);
                ruby.policy_block(call, self);
                true
            }
            (Some("SecureHeaders::Configuration"), Some("default" | "configure")) => {
                secure_headers::begin(ruby);
                ruby.block(call, self);
                true
            }
            (Some("SecureHeaders::Configuration"), Some("override" | "named_append")) => {
                secure_headers::appended(ruby, call);
                true
            }
            _ => false,
        }
    }

    fn assigned(&mut self, ruby: &mut Ruby, target: &str, value: &Value) -> bool {
        if target.ends_with("content_security_policy_report_only") {
            ruby.state.kept.insert(REPORT_ONLY, value.clone());
            return true;
        }
        secure_headers::assigned(ruby, target, value)
    }
}

/// The calls below a node of a method that has no receiver.
fn calls<'a>(syntax: &Syntax, root: Node<'a>, method: &str) -> Vec<Node<'a>> {
    let mut out = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        let name = node.child_by_field_name("method").map(|m| syntax.text(m));
        let is_own = node.child_by_field_name("receiver").is_none();
        if node.kind() == "call" && name == Some(method) && is_own {
            out.push(node);
        }
        let mut below = children(node);
        below.reverse();
        open.extend(below);
    }
    out
}

#[cfg(test)]
mod tests;
