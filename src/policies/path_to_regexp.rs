//! The paths of routes as `path-to-regexp` reads them: `source` of Vercel and of Next.js.
//!
//! <https://github.com/pillarjs/path-to-regexp/tree/v6.1.0>: text, `:name`, `(expression)`,
//! `{groups}`, each with `?`, `*` or `+`. Vercel
//! (<https://vercel.com/docs/project-configuration#header-source-patterns>) and Next.js
//! (<https://nextjs.org/docs/app/api-reference/config/next-config-js/headers#path-matching>)
//! match the whole path, strictly: `/a` is not `/a/`.

use super::PathPattern;

/// What a parameter without an expression of its own is.
const SEGMENT: &str = "[^/]+?";

/// The paths that a route is for. One that is not a route, or whose expression cannot be decided,
/// is not known to match anything: [`PathPattern::is_known`].
pub fn route(source: &str, sensitive: bool) -> PathPattern {
    match route_regex(source) {
        Some(regex) => PathPattern::of_regex(source, &regex, sensitive),
        None => PathPattern::unknown(source),
    }
}

/// A token of a route.
#[derive(Debug, Clone, PartialEq)]
enum Token<'a> {
    Char(char),
    /// Is no prefix of a parameter.
    Escaped(char),
    Name(&'a str),
    Pattern(&'a str),
    Modifier(char),
    Open,
    Close,
}

/// The regular expression of a route, for a whole path; nothing if it is none.
pub fn route_regex(source: &str) -> Option<String> {
    let tokens = tokens(source)?;
    let mut tokens = tokens.as_slice();
    let mut regex = String::new();
    while let Some(first) = tokens.first() {
        // A `/` or `.` before a parameter goes with it.
        let prefix = match tokens {
            [
                Token::Char(c @ ('/' | '.')),
                Token::Name(_) | Token::Pattern(_),
                ..,
            ] => {
                tokens = &tokens[1..];
                c.to_string()
            }
            _ => String::new(),
        };
        if let Some(pattern) = parameter(&mut tokens) {
            regex.push_str(&repeated(&prefix, pattern, "", modifier(&mut tokens)));
            continue;
        }
        tokens = &tokens[1..];
        match first {
            Token::Char(c) | Token::Escaped(c) => regex.push_str(&escaped(&c.to_string())),
            Token::Open => {
                let prefix = text(&mut tokens);
                let pattern = parameter(&mut tokens).unwrap_or("");
                let suffix = text(&mut tokens);
                let [Token::Close, rest @ ..] = tokens else {
                    return None;
                };
                tokens = rest;
                let modifier = modifier(&mut tokens);
                regex.push_str(&repeated(&prefix, pattern, &suffix, modifier));
            }
            _ => return None,
        }
    }
    Some(regex)
}

/// A parameter at the beginning: its expression.
fn parameter<'a>(tokens: &mut &[Token<'a>]) -> Option<&'a str> {
    let (pattern, rest) = match *tokens {
        [Token::Name(_), Token::Pattern(pattern), rest @ ..] => (*pattern, rest),
        [Token::Name(_), rest @ ..] => (SEGMENT, rest),
        [Token::Pattern(pattern), rest @ ..] => (*pattern, rest),
        _ => return None,
    };
    *tokens = rest;
    Some(pattern)
}

fn modifier(tokens: &mut &[Token]) -> Option<char> {
    let [Token::Modifier(modifier), rest @ ..] = *tokens else {
        return None;
    };
    *tokens = rest;
    Some(*modifier)
}

fn text(tokens: &mut &[Token]) -> String {
    let mut out = String::new();
    while let [Token::Char(c) | Token::Escaped(c), rest @ ..] = *tokens {
        out.push(*c);
        *tokens = rest;
    }
    out
}

/// What stands for a parameter with its modifier: `(?:/(x))?`.
fn repeated(prefix: &str, pattern: &str, suffix: &str, modifier: Option<char>) -> String {
    let (prefix, suffix) = (escaped(prefix), escaped(suffix));
    let shown = modifier.map_or(String::new(), String::from);
    if pattern.is_empty() {
        return format!("(?:{prefix}{suffix}){shown}");
    }
    if prefix.is_empty() && suffix.is_empty() {
        return format!("(?:{pattern}){shown}");
    }
    match modifier {
        Some('*') if takes_all(pattern) => format!("(?:{prefix}(?:{pattern}){suffix})?"),
        Some('+') if takes_all(pattern) => format!("(?:{prefix}(?:{pattern}){suffix})"),
        Some('*' | '+') => {
            let optional = if modifier == Some('*') { "?" } else { "" };
            format!("(?:{prefix}(?:{pattern})(?:{suffix}{prefix}(?:{pattern}))*{suffix}){optional}")
        }
        _ => format!("(?:{prefix}(?:{pattern}){suffix}){shown}"),
    }
}

/// Whether an expression takes all that follows, maybe but for what it looks at first: `.*`,
/// `(?!api).*`. Repeated it matches what it matches once, and more can be decided of that.
fn takes_all(pattern: &str) -> bool {
    let Some(rest) = pattern.strip_suffix(".*") else {
        return false;
    };
    let Some(rest) = rest.strip_prefix("(?!") else {
        return rest.is_empty();
    };
    let is_plain = |text: &str| !text.contains(['(', ')', '[', '\\']);
    rest.strip_suffix(')').is_some_and(is_plain)
}

fn escaped(text: &str) -> String {
    regex_lite::escape(text)
}

fn tokens(source: &str) -> Option<Vec<Token<'_>>> {
    let mut out = Vec::new();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let behind = &rest[c.len_utf8()..];
        let (token, left) = match c {
            '*' | '+' | '?' => (Token::Modifier(c), behind),
            '\\' => {
                let escaped = behind.chars().next()?;
                (Token::Escaped(escaped), &behind[escaped.len_utf8()..])
            }
            '{' => (Token::Open, behind),
            '}' => (Token::Close, behind),
            ':' => {
                let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let end = behind.find(|c| !is_name(c)).unwrap_or(behind.len());
                let (name, left) = behind.split_at(end);
                if name.is_empty() {
                    return None;
                }
                (Token::Name(name), left)
            }
            '(' => {
                let end = pattern_end(behind)?;
                (Token::Pattern(&behind[..end]), &behind[end + 1..])
            }
            _ => (Token::Char(c), behind),
        };
        out.push(token);
        rest = left;
    }
    Some(out)
}

/// Where an expression ends, without its `)`. It has no groups that capture.
fn pattern_end(text: &str) -> Option<usize> {
    if text.starts_with(['?', ')']) {
        return None;
    }
    let mut open = 1;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next()?;
            }
            ')' => open -= 1,
            '(' if text[at..].starts_with("(?") => open += 1,
            '(' => return None,
            _ => {}
        }
        if open == 0 {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matching<'a>(source: &str, paths: &[&'a str]) -> Vec<&'a str> {
        let route = route(source, true);
        let paths = paths.iter().filter(|path| route.matches(path));
        paths.copied().collect()
    }

    #[test]
    fn routes_match_as_they_are_documented() {
        let paths = [
            "/",
            "/blog",
            "/blog/",
            "/blog/a",
            "/blog/a/b",
            "/blog/7",
            "/Blog",
        ];
        assert_eq!(matching("/(.*)", &paths), paths);
        assert_eq!(
            matching("/:path*", &paths),
            ["/blog", "/blog/a", "/blog/a/b", "/blog/7", "/Blog"]
        );
        assert_eq!(
            matching("/blog/:path*", &paths),
            ["/blog", "/blog/a", "/blog/a/b", "/blog/7"]
        );
        assert_eq!(
            matching("/blog/:path+", &paths),
            ["/blog/a", "/blog/a/b", "/blog/7"]
        );
        assert_eq!(matching("/blog/:slug", &paths), ["/blog/a", "/blog/7"]);
        assert_eq!(matching("/blog/:id(\\d+)", &paths), ["/blog/7"]);
        assert_eq!(
            matching("/blog{/:x}?", &paths),
            ["/blog", "/blog/a", "/blog/7"]
        );
        assert_eq!(
            matching("/((?!blog/a).*)", &paths),
            ["/", "/blog", "/blog/", "/blog/7", "/Blog"]
        );
        assert_eq!(
            matching("/:path((?!blog/a).*)*", &paths),
            ["/", "/blog", "/blog/", "/blog/7", "/Blog"]
        );
        assert_eq!(
            matching("/blog/:path(.*)+", &paths),
            ["/blog/", "/blog/a", "/blog/a/b", "/blog/7"]
        );
    }

    #[test]
    fn what_is_no_route_is_not_known() {
        for source in ["/:", "/(?!a)", "/((a))", "/(", "/{a", "/*", "/a\\"] {
            assert!(!route(source, true).is_known(), "{source}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(source in "[/a:(?!){}*+\\\\.|é-]{0,24}", path in "/[a-c/é.]{0,8}") {
            route(&source, true).matches(&path);
        }

        #[test]
        fn plain_text_is_itself(source in "/[a-z/._~-]{0,16}") {
            prop_assert!(route(&source, true).matches(&source));
            let longer = format!("{source}x");
            prop_assert!(!route(&source, true).matches(&longer));
        }
    }
}
