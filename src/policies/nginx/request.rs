//! What becomes of the request for a page: which location's headers it is answered with.
//!
//! Redirects inside of the server are followed: of `rewrite`, `index` and `try_files`. Files are
//! not looked for; the path is that of a page of the project, so that its file is there.

use super::location::{Matcher, find};
use super::model::{Flag, Step};
use super::plan::{Node, Plan};
use super::variables::filled;
use crate::policies::routing::has_extension;

/// How often a request may be led on: as nginx has it.
const MAX_REDIRECTS: usize = 10;

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// A server or location.
    From(usize),
    /// The answer is no page: a redirect, an error.
    NoPage,
    /// It is not known.
    Unknown,
}

/// Where a request goes next.
enum Next {
    /// To the server, as a new one.
    Server(String),
    /// The same, as no file of `try_files` is there.
    Fallback(String),
    /// To a location that is looked for.
    Location(String),
    /// To a location of this name.
    Named(String, String),
    /// It is answered.
    Answered(Answer),
}

/// Who answers the request for a path.
pub(super) fn answer(plan: &Plan, server: usize, path: &str) -> Answer {
    let mut request = Request {
        plan,
        server,
        path,
        fell_back: false,
    };
    let mut next = Next::Server(path.to_owned());
    for redirects in 0..=MAX_REDIRECTS {
        next = match next {
            Next::Server(uri) => request.in_server(&uri, redirects),
            Next::Fallback(uri) => {
                request.fell_back = true;
                request.in_server(&uri, redirects)
            }
            Next::Location(uri) => request.in_location(&uri, redirects),
            Next::Named(name, uri) => request.in_named(&name, &uri),
            Next::Answered(answer) => return answer,
        };
    }
    match next {
        Next::Answered(answer) => answer,
        _ => Answer::NoPage,
    }
}

struct Request<'a> {
    plan: &'a Plan,
    server: usize,
    /// That was asked for.
    path: &'a str,
    /// Its file was not found.
    fell_back: bool,
}

/// What rewriting does.
enum Rewritten {
    /// It goes on with this path, by the last rule that counted.
    On(String, Flag),
    /// It is answered.
    Answered(Answer),
}

impl Request<'_> {
    fn in_server(&self, uri: &str, redirects: usize) -> Next {
        let Some(server) = self.plan.node(self.server) else {
            return Next::Answered(Answer::Unknown);
        };
        match rewritten(&server.steps, uri) {
            Rewritten::On(uri, _) => self.in_location(&uri, redirects),
            Rewritten::Answered(answer) => Next::Answered(answer),
        }
    }

    fn in_location(&self, uri: &str, redirects: usize) -> Next {
        let found = find(self.plan, self.server, uri);
        let Some((index, node)) = found.and_then(|i| Some((i, self.plan.node(i)?))) else {
            return Next::Answered(Answer::Unknown);
        };
        if node.is_internal && redirects == 0 {
            return Next::Answered(Answer::NoPage);
        }
        self.at(index, node, uri)
    }

    fn in_named(&self, name: &str, uri: &str) -> Next {
        let is_it = |node: &Node| matches!(&node.matcher, Some(Matcher::Named(n)) if n == name);
        let mut all = self.plan.children(self.server);
        match all.find(|(_, node)| is_it(node)) {
            Some((index, node)) => self.at(index, node, uri),
            None => Next::Answered(Answer::NoPage),
        }
    }

    fn at(&self, index: usize, node: &Node, uri: &str) -> Next {
        let is_location = node.matcher.is_some();
        if is_location && node.is_conditional {
            return Next::Answered(Answer::Unknown);
        }
        let before = uri;
        let mut uri = uri.to_owned();
        if is_location {
            match rewritten(&node.steps, &uri) {
                Rewritten::Answered(answer) => return Next::Answered(answer),
                Rewritten::On(new, Flag::Break) => uri = new,
                Rewritten::On(new, _) if new != uri => return Next::Location(new),
                Rewritten::On(..) => {}
            }
        }
        let Some(index) = chosen(index, node, before, &uri) else {
            return Next::Answered(Answer::Unknown);
        };
        if let Some(files) = &node.try_files {
            match self.tried(files, &uri) {
                Ok(found) => uri = found,
                Err(next) => return next,
            }
        }
        self.content(index, node, &uri)
    }

    /// The file of `try_files` that is there, or where the request goes instead.
    fn tried(&self, files: &[String], uri: &str) -> Result<String, Next> {
        let Some((last, files)) = files.split_last() else {
            return Ok(uri.to_owned());
        };
        for file in files {
            let is_for_folders = file.ends_with('/');
            // The page may lie below another folder.
            let own = file.find("$uri").and_then(|at| file.get(at..));
            let own = filled(own.unwrap_or(file), uri, &[]).map(one_slash);
            let Some(file) = filled(file, uri, &[]).map(one_slash) else {
                continue;
            };
            let is_there = own.is_some_and(|own| match is_for_folders {
                true => self.is_folder(&own),
                false => self.is_file(&own),
            });
            // The file that the request fell back to is there, but is another one.
            let is_other = self.fell_back && file == uri;
            if is_there || is_other {
                return Ok(file);
            }
        }
        if last.starts_with('=') {
            return Err(Next::Answered(Answer::NoPage));
        }
        if last.starts_with('@') {
            return Err(Next::Named(last.clone(), uri.to_owned()));
        }
        let path = last.split('?').next().unwrap_or_default();
        Err(match filled(path, uri, &[]) {
            Some(path) => Next::Fallback(path),
            None => Next::Answered(Answer::Unknown),
        })
    }

    fn content(&self, index: usize, node: &Node, uri: &str) -> Next {
        if node.is_passed_on {
            return Next::Answered(Answer::From(index));
        }
        if uri.ends_with('/') {
            let is_own = |name: &&String| self.is_file(&format!("{uri}{name}"));
            let is_page = |name: &&String| name.ends_with(".html") || name.ends_with(".htm");
            let own = node.index.iter().find(is_own);
            let name = own.or(node.index.iter().find(is_page));
            let name = name.or(node.index.first());
            return match name {
                Some(name) if name.starts_with('/') => Next::Server(name.clone()),
                Some(name) => Next::Server(format!("{uri}{name}")),
                None => Next::Answered(Answer::NoPage),
            };
        }
        // Without its extension, a page is not found; another one may be.
        let is_other = uri == self.path || self.fell_back || !has_extension(uri);
        let is_missing = is_other && !self.is_file(uri);
        Next::Answered(match is_missing {
            true => Answer::NoPage,
            false => Answer::From(index),
        })
    }

    /// Whether a path is the file of the page that was asked for.
    fn is_file(&self, uri: &str) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        if has_extension(self.path) {
            return uri == self.path;
        }
        let below = uri.strip_prefix(self.path);
        let files: [&str; 2] = match name.is_empty() {
            true => ["index.html", "index.htm"],
            false => [".html", ".htm"],
        };
        below.is_some_and(|below| files.contains(&below))
    }

    fn is_folder(&self, uri: &str) -> bool {
        self.path.ends_with('/') && uri.trim_end_matches('/') == self.path.trim_end_matches('/')
    }
}

/// The location, or the block of `if` in it that is true: by the paths before and after
/// rewriting. Nothing if it is not known.
fn chosen(index: usize, node: &Node, before: &str, after: &str) -> Option<usize> {
    let mut chosen = index;
    for (condition, block) in &node.conditions {
        let condition = condition.as_ref()?;
        let holds = condition.holds(after);
        if holds != condition.holds(before) {
            return None;
        }
        if holds {
            chosen = *block;
        }
    }
    Some(chosen)
}

/// A path as nginx compares it: `//` is `/`.
fn one_slash(path: String) -> String {
    let mut path = path;
    while path.contains("//") {
        path = path.replace("//", "/");
    }
    path
}

fn rewritten(steps: &[Step], uri: &str) -> Rewritten {
    let mut uri = uri.to_owned();
    for step in steps {
        let rewrite = match step {
            Step::Return => return Rewritten::Answered(Answer::NoPage),
            Step::Break => break,
            Step::Set(..) | Step::Forget(_) => continue,
            Step::Rewrite(rewrite) => rewrite,
        };
        let Some(pattern) = &rewrite.pattern else {
            return Rewritten::Answered(Answer::Unknown);
        };
        let Some(groups) = pattern.groups(&uri) else {
            continue;
        };
        if rewrite.flag == Flag::Redirect {
            return Rewritten::Answered(Answer::NoPage);
        }
        let path = rewrite.replacement.split('?').next().unwrap_or_default();
        let Some(new) = filled(path, &uri, &groups) else {
            return Rewritten::Answered(Answer::Unknown);
        };
        uri = new;
        if rewrite.flag != Flag::None {
            return Rewritten::On(uri, rewrite.flag);
        }
    }
    Rewritten::On(uri, Flag::None)
}
