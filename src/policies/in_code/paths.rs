//! The paths that servers register handlers at.
//!
//! Of Express (<https://expressjs.com/en/guide/routing.html>), Koa, Fastify
//! (<https://fastify.dev/docs/latest/Reference/Routes/>) and Hono
//! (<https://hono.dev/docs/api/routing>): `:name` is a segment, `*` anything. What else a path may
//! hold they read differently: such a path is not decided.

use crate::policies::{PathPattern, header_lines};

/// The pattern of a path, or of all below it; nothing if it is not decided.
pub(super) fn route(path: &str, is_prefix: bool) -> Option<PathPattern> {
    let is_plain = |c: char| {
        !matches!(
            c,
            '(' | ')' | '[' | ']' | '?' | '+' | '\\' | '|' | '^' | '$'
        )
    };
    // `/*splat`, `/{*splat}` of Express 5.
    let path = match path.split_once('*') {
        Some((before, rest)) if rest.chars().all(|c| c.is_alphanumeric() || c == '}') => {
            format!("{}*", before.trim_end_matches('{'))
        }
        Some(_) => return None,
        None => path.to_owned(),
    };
    if !path.chars().all(is_plain) || path.contains(['{', '}']) {
        return None;
    }
    let path = match path.starts_with('/') {
        true => path,
        false if path == "*" || path.is_empty() => format!("/{path}"),
        false => return None,
    };
    let path = match is_prefix && !path.ends_with('*') {
        true => format!("{}/*", path.trim_end_matches('/')),
        false => path,
    };
    Some(header_lines::pattern(&path))
}

/// A path below where its router is mounted.
pub(super) fn join(mount: &str, path: &str) -> String {
    match (mount.trim_end_matches('/'), path) {
        ("", path) => path.to_owned(),
        (mount, "" | "/") => mount.to_owned(),
        (mount, path) if path.starts_with('/') => format!("{mount}{path}"),
        (mount, path) => format!("{mount}/{path}"),
    }
}

/// What a pattern of [`route`] is below.
pub(super) fn below(pattern: &str) -> String {
    pattern
        .trim_end_matches('*')
        .trim_end_matches('/')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_routes() {
        let matching = |path: &str, is_prefix: bool| -> Vec<&str> {
            let Some(pattern) = route(path, is_prefix) else {
                return vec!["?"];
            };
            let all = ["/", "/admin", "/admin/x", "/administrator", "/a/b"];
            all.into_iter().filter(|p| pattern.matches(p)).collect()
        };
        assert_eq!(matching("/admin", false), ["/admin"]);
        assert_eq!(matching("/admin", true), ["/admin", "/admin/x"]);
        assert_eq!(matching("/:page", false), ["/admin", "/administrator"]);
        assert_eq!(matching("/", false), ["/"]);
        for all in ["*", "/*", "/*splat", "/{*splat}"] {
            assert_eq!(matching(all, false).len(), 5, "{all}");
        }
        assert_eq!(matching("/", true).len(), 5);
        assert_eq!(matching("", true).len(), 5);
        assert_eq!(matching("/(a|b)", false), ["?"]);
        assert_eq!(matching("/a?", false), ["?"]);
        assert_eq!(join("/api", "/x"), "/api/x");
        assert_eq!(below("/api/*"), "/api");
    }
}
