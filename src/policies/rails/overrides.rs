//! Policies of controllers: `content_security_policy do |policy| … end` in a class.
//!
//! <https://api.rubyonrails.org/classes/ActionController/ContentSecurityPolicy/ClassMethods.html>:
//! they begin with the policy of the configuration. That of `ApplicationController` is for all
//! pages; what others change is for some.

use super::{Project, calls};
use crate::policies::SourceFile;
use crate::policies::program::files::mentioning;
use crate::policies::program::ruby::{Hooks, Ruby, State};
use crate::policies::program::{Syntax, children};
use crate::policies::script::{Object, Value};
use tree_sitter::Node;

/// Does to a policy what the controllers of a project do; the files that it then points into.
pub(super) fn apply(project: &Project, policy: &mut Object) -> Vec<SourceFile> {
    let folder = project.folder.join("app");
    let shown = format!("{}app/", project.shown);
    let mut out = Vec::new();
    for file in mentioning(&folder, &shown, "rb", &["content_security_policy"]) {
        let Some(syntax) = Ruby::parse(&file) else {
            opened(policy, &file);
            continue;
        };
        let is_of_all = file.name.ends_with("/application_controller.rb");
        // Actions change that of the request at hand.
        let mut is_open = file.text.contains("request.content_security_policy");
        for call in calls(&syntax, syntax.root(), "content_security_policy") {
            let arguments = call.child_by_field_name("arguments");
            let has_arguments = arguments.is_some_and(|a| !children(a).is_empty());
            match is_of_all && !has_arguments {
                true => run(&syntax, call, policy),
                false => is_open |= touches(&syntax, call),
            }
        }
        if is_open {
            opened(policy, &file);
        }
        out.push(file);
    }
    out
}

/// Nothing else has a meaning in a controller.
struct Controller;

impl Hooks for Controller {
    fn block_call(&mut self, _: &mut Ruby, _: Node) -> bool {
        false
    }

    fn assigned(&mut self, _: &mut Ruby, _: &str, _: &Value) -> bool {
        false
    }
}

fn run(syntax: &Syntax, call: Node, policy: &mut Object) {
    let mut ruby = Ruby::new(syntax, State::with_policy(policy.clone()));
    ruby.policy_block(call, &mut Controller);
    if let Some(changed) = ruby.state.policy {
        *policy = changed;
    }
}

/// Whether a block says anything of connections. Without a block, pages have no policy: what
/// others block stays true.
fn touches(syntax: &Syntax, call: Node) -> bool {
    let Some(block) = call.child_by_field_name("block") else {
        return false;
    };
    let text = syntax.text(block);
    text.contains("connect_src") || text.contains("default_src") || hands_on(syntax, block)
}

/// Whether a block gives its policy to something else.
fn hands_on(syntax: &Syntax, block: Node) -> bool {
    let parameters = block.child_by_field_name("parameters").map(children);
    let Some(name) = parameters.and_then(|all| all.first().copied()) else {
        return true;
    };
    let (name, mut open) = (syntax.text(name), children(block));
    while let Some(node) = open.pop() {
        let below = children(node);
        let is_given = |n: &Node| n.kind() == "identifier" && syntax.text(*n) == name;
        if node.kind() == "argument_list" && below.iter().any(is_given) {
            return true;
        }
        open.extend(below);
    }
    false
}

/// Some pages have other sources.
fn opened(policy: &mut Object, file: &SourceFile) {
    let hole = Value::hole(&file.name, None);
    let own = policy
        .entries
        .iter_mut()
        .find(|(name, _)| name == "connect-src");
    match own {
        Some((_, Value::List(list))) => list.items.push(hole),
        Some((_, value)) => *value = hole,
        None => policy.open = Some(file.name.to_string()),
    }
}
