//! Declared clients: calls that the configuration says make requests (`[[client]]`).

use super::Evaluator;
use super::callee::{imported, is_spelled, spelled};
use super::known::{Env, FileId, JsValue, Known, Possible};
use super::settings::DeclaredClient;
use crate::js::facts::*;
use crate::value::{Part, Pattern};

impl Evaluator<'_> {
    /// The declared client that a call is of.
    pub(super) fn declared_client(&self, file: FileId, callee: ExprId) -> Option<&DeclaredClient> {
        if self.settings.clients.is_empty() {
            return None;
        }
        let facts = self.facts(file);
        let clients = self.settings.clients.iter();
        let (mut imports, mut callees) = (None, None);
        clients.into_iter().find(|client| match &client.import {
            None => {
                let path = callees.get_or_insert_with(|| spelled(facts, callee));
                client
                    .callees
                    .as_ref()
                    .is_some_and(|all| is_one_of(all, path))
            }
            Some(import) => {
                let found = imports.get_or_insert_with(|| imported(facts, callee));
                let Some((specifier, path)) = found else {
                    return false;
                };
                specifier == import
                    && match &client.callees {
                        Some(all) => is_one_of(all, path),
                        // What is made by a call of it is something else.
                        None => !path.contains('('),
                    }
            }
        })
    }

    /// The URL that a call of a declared client requests: its base and its argument.
    pub(super) fn client_url(
        &mut self,
        file: FileId,
        env: &Env,
        client: &DeclaredClient,
        arguments: &[Argument],
    ) -> Option<Known> {
        let before = arguments.get(..=client.url_argument)?;
        if before.iter().any(|a| a.spread) {
            return Some(Known::unknown("one of spread arguments"));
        }
        let argument = self.eval(file, env, before.last()?.expr);
        // Settings hold the URL: `request({ url: '/users' })`.
        let is_settings =
            |p: &Possible| matches!(p.value, JsValue::Object(_) | JsValue::Merged { .. });
        let argument = match argument.possible().iter().any(is_settings) {
            true => self.setting(&argument, "url"),
            false => argument,
        };
        let is_given = |p: &Possible| !matches!(p.value, JsValue::Undefined);
        if !argument.possible().iter().any(is_given) {
            return None;
        }
        let Some(base) = &client.base else {
            return Some(argument);
        };
        let base = Pattern::text(base.as_str());
        Some(argument.map(|possible| below(&base, &possible.value.to_pattern())))
    }
}

fn is_one_of(callees: &[String], path: &str) -> bool {
    callees.iter().any(|callee| is_spelled(callee, path))
}

/// A URL below a base, unless it is absolute: both where that is not known.
pub(super) fn below(base: &Pattern, url: &Pattern) -> Known {
    let leading = url.leading_text();
    if is_absolute(leading) {
        return JsValue::Text(url.clone()).into();
    }
    let joined = glued(base, Trim::All, "/", url, Trim::All);
    let mut out: Known = JsValue::Text(joined).into();
    // `{path}` may be absolute, `http{rest}` too.
    let may_be = url.as_text().is_none() && !leading.contains(['/', '?', '#']);
    if may_be {
        out.extend(JsValue::Text(url.clone()).into());
    }
    out
}

/// How many slashes are taken away where two texts meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trim {
    All,
    One,
    None,
}

impl Trim {
    fn end(self, text: &str) -> &str {
        match self {
            Trim::All => text.trim_end_matches('/'),
            Trim::One => text.strip_suffix('/').unwrap_or(text),
            Trim::None => text,
        }
    }

    fn start(self, text: &str) -> &str {
        match self {
            Trim::All => text.trim_start_matches('/'),
            Trim::One => text.strip_prefix('/').unwrap_or(text),
            Trim::None => text,
        }
    }
}

/// A base and a URL with a text between, without the slashes where they meet.
pub(super) fn glued(
    base: &Pattern,
    base_end: Trim,
    between: &str,
    url: &Pattern,
    url_start: Trim,
) -> Pattern {
    let mut out = Pattern::default();
    let last = base.parts().len().saturating_sub(1);
    for (i, part) in base.parts().iter().enumerate() {
        match part {
            Part::Text(text) if i == last => out.push_text(base_end.end(text)),
            Part::Text(text) => out.push_text(text),
            Part::Hole(hole) => out.push_hole(hole.clone()),
        }
    }
    out.push_text(between);
    for (i, part) in url.parts().iter().enumerate() {
        match part {
            Part::Text(text) if i == 0 => out.push_text(url_start.start(text)),
            Part::Text(text) => out.push_text(text),
            Part::Hole(hole) => out.push_hole(hole.clone()),
        }
    }
    out
}

/// `https://…`, `//…`.
pub(super) fn is_absolute(text: &str) -> bool {
    let after = match text.split_once(':') {
        Some((scheme, after))
            if scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(is_scheme) =>
        {
            after
        }
        _ => text,
    };
    after.starts_with("//")
}

fn is_scheme(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Hole;

    fn shown(base: &str, url: &Pattern) -> Vec<String> {
        let known = below(&Pattern::text(base), url);
        let all = known.possible().iter();
        all.map(|p| p.value.to_pattern().to_string()).collect()
    }

    #[test]
    fn urls_below_a_base() {
        let base = "https://a.test/v1/";
        for (url, whole) in [
            ("/users", "https://a.test/v1/users"),
            ("users", "https://a.test/v1/users"),
            ("", "https://a.test/v1/"),
            ("https://b.test/x", "https://b.test/x"),
            ("//b.test/x", "//b.test/x"),
            ("a:b", "https://a.test/v1/a:b"),
        ] {
            assert_eq!(shown(base, &Pattern::text(url)), [whole], "{url}");
        }
        let mut path = Pattern::text("/users/");
        path.push_hole(Hole::unknown("id"));
        assert_eq!(shown(base, &path), ["https://a.test/v1/users/{id}"]);
        let hole = Pattern::hole(Hole::unknown("url"));
        assert_eq!(shown(base, &hole), ["https://a.test/v1/{url}", "{url}"]);
    }

    #[test]
    fn paths_have_alternatives() {
        let paths = DeclaredClient::paths;
        assert_eq!(paths("api.{get, post}"), ["api.get", "api.post"]);
        assert_eq!(paths("{a,b}.{c,d}").len(), 4);
        assert_eq!(paths("request"), ["request"]);
    }
}
