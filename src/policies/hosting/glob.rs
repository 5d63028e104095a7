//! Globs as minimatch reads them: `source` of Firebase.
//!
//! <https://github.com/isaacs/minimatch/tree/v6.1.6>, as superstatic calls it
//! (<https://github.com/firebase/superstatic/blob/main/src/utils/patterns.js>,
//! <https://firebase.google.com/docs/hosting/full-config#glob_pattern_matching>): `*` is anything
//! in a segment, `**` any segments, `{a,b}` and `@(a|b)`, `?(a)`, `*(a)`, `+(a)`, `!(a)` choices.
//! A segment that begins with `.` is matched by one that does. Paths and globs begin with `/`.

/// How many globs braces may stand for.
const MAX_BRACES: usize = 200;
/// How deep choices may stand in each other, and how many of a glob may be negative.
const MAX_DEPTH: usize = 6;

/// The regular expression of a glob, for a whole path; nothing if it cannot be told.
pub(super) fn glob_regex(glob: &str) -> Option<String> {
    // Without a slash before it, superstatic does not read this as a choice.
    if glob.starts_with("!(") {
        return None;
    }
    let (negated, glob) = match glob.strip_prefix('!') {
        Some(glob) => (true, glob),
        None => (false, glob),
    };
    let glob = slashed(glob);
    let globs = braces(&glob)?;
    if globs.iter().any(|g| g.matches("!(").count() > MAX_DEPTH) {
        return None;
    }
    let all: Option<Vec<_>> = globs.iter().map(|glob| path_regex(glob)).collect();
    let any = all?.join("|");
    Some(match negated {
        true => format!("(?!(?:{any})$).*"),
        false => format!("(?:{any})"),
    })
}

/// With a slash before it, and no double ones.
fn slashed(glob: &str) -> String {
    let mut out = String::from("/");
    for c in glob.chars() {
        let c = if c == '\\' { '/' } else { c };
        if c != '/' || !out.ends_with('/') {
            out.push(c);
        }
    }
    out
}

/// The globs that braces stand for.
fn braces(glob: &str) -> Option<Vec<String>> {
    let mut done = Vec::new();
    let mut open = vec![glob.to_owned()];
    while let Some(glob) = open.pop() {
        if done.len() + open.len() > MAX_BRACES {
            return None;
        }
        match innermost(&glob)? {
            None => done.push(glob),
            Some((start, end)) => {
                let (before, after) = (&glob[..start], &glob[end + 1..]);
                let choices = glob[start + 1..end].split(',').rev();
                open.extend(choices.map(|choice| format!("{before}{choice}{after}")));
            }
        }
    }
    Some(done)
}

/// Where the first braces without others in them begin and end. Those that are no choice, as
/// `{a}` and `{1..3}`, are not understood.
fn innermost(glob: &str) -> Option<Option<(usize, usize)>> {
    let Some(end) = glob.find('}') else {
        return (!glob.contains('{')).then_some(None);
    };
    let start = glob[..end].rfind('{')?;
    let inside = &glob[start + 1..end];
    (inside.contains(',') && !inside.contains("..")).then_some(Some((start, end)))
}

fn path_regex(glob: &str) -> Option<String> {
    /// A segment that does not begin with a dot.
    const ANY: &str = r"/(?!\.)[^/]*";
    // Braces may have left double slashes, which are one.
    let glob = slashed(glob);
    let segments: Vec<_> = glob.split('/').skip(1).collect();
    let mut out = String::new();
    for (i, segment) in segments.iter().enumerate() {
        let is_last = i + 1 == segments.len();
        match (*segment, is_last) {
            ("**", false) => out.push_str(&format!("(?:{ANY})*")),
            ("**", true) => out.push_str(&format!("(?:{ANY})+")),
            (segment, _) => {
                out.push('/');
                out.push_str(&segment_regex(segment)?);
            }
        }
    }
    if segments.last() != Some(&"**") {
        out.push_str("/?");
    }
    Some(out)
}

fn segment_regex(segment: &str) -> Option<String> {
    let regex = text_regex(segment, 0)?;
    let begins_open = segment.starts_with(['*', '?', '[']) || choice(segment).is_some();
    let has_magic = segment.contains(['*', '?', '['])
        || segment.contains("@(")
        || segment.contains("+(")
        || segment.contains("!(");
    let dot = if begins_open { r"(?!\.)" } else { "" };
    let some = if has_magic { "(?=[^/])" } else { "" };
    Some(format!("{dot}{some}{regex}"))
}

/// The expression of a text in a segment.
fn text_regex(text: &str, depth: usize) -> Option<String> {
    if depth > MAX_DEPTH {
        return None;
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((kind, body, after)) = choice(rest) {
            let choices: Option<Vec<_>> = alternatives(body)
                .into_iter()
                .map(|part| text_regex(part, depth + 1))
                .collect();
            let body = choices?.join("|");
            if kind == '!' {
                let after = text_regex(after, depth + 1)?;
                out.push_str(&format!("(?:(?!(?:{body}){after}(?![^/]))[^/]*?)"));
            } else {
                let times = if kind == '@' {
                    String::new()
                } else {
                    kind.to_string()
                };
                out.push_str(&format!("(?:{body}){times}"));
            }
            rest = after;
            continue;
        }
        let behind = &rest[c.len_utf8()..];
        rest = match c {
            '*' => {
                out.push_str("[^/]*?");
                behind.trim_start_matches('*')
            }
            '?' => {
                out.push_str("[^/]");
                behind
            }
            '[' => {
                let (class, after) = class(behind)?;
                out.push_str(&class);
                after
            }
            // What is not closed.
            '(' | ')' | '|' if depth == 0 && is_unclosed(text) => return None,
            _ => {
                out.push_str(&regex_lite::escape(c.encode_utf8(&mut [0; 4])));
                behind
            }
        };
    }
    Some(out)
}

fn is_unclosed(text: &str) -> bool {
    text.matches('(').count() != text.matches(')').count()
}

/// `@(a|b)` at the beginning: its kind, what is in it, and what follows.
fn choice(text: &str) -> Option<(char, &str, &str)> {
    let kind = text.chars().next().filter(|c| "!?*+@".contains(*c))?;
    let inside = text[1..].strip_prefix('(')?;
    let mut open = 1;
    for (at, c) in inside.char_indices() {
        match c {
            '(' => open += 1,
            ')' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some((kind, &inside[..at], &inside[at + 1..]));
        }
    }
    None
}

/// The parts between bars that stand in no other choice.
fn alternatives(body: &str) -> Vec<&str> {
    let (mut out, mut start, mut open) = (Vec::new(), 0, 0);
    for (at, c) in body.char_indices() {
        match c {
            '(' => open += 1,
            ')' => open -= 1,
            '|' if open == 0 => {
                out.push(&body[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    out.push(&body[start..]);
    out
}

/// `[a-z]` without its `[`: plain ones only.
fn class(text: &str) -> Option<(String, &str)> {
    let end = text.find(']')?;
    let (inside, after) = (&text[..end], &text[end + 1..]);
    let (negated, inside) = match inside.strip_prefix(['!', '^']) {
        Some(inside) => ("^", inside),
        None => ("", inside),
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_class = !inside.is_empty() && inside.chars().all(is_plain);
    is_class.then(|| (format!("[{negated}{inside}]"), after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policies::PathPattern;

    const PATHS: [&str; 16] = [
        "/",
        "/a",
        "/a/",
        "/a/b",
        "/a/b/",
        "/a/b.html",
        "/index.html",
        "/a/b/c.js",
        "/x.css",
        "/.well-known/x",
        "/a/.b",
        "/admin",
        "/admin/x",
        "/public.js",
        "/img/a.png",
        "/a-b",
    ];

    /// The numbers of the paths that `minimatch(path, slasher(glob))` says yes to: minimatch 6.1.6
    /// and `slasher` of superstatic.
    const IN_MINIMATCH: &[(&str, &[usize])] = &[
        ("**", &[0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15]),
        ("/**", &[0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15]),
        ("/", &[0]),
        ("*", &[1, 2, 6, 8, 11, 13, 15]),
        ("/*", &[1, 2, 6, 8, 11, 13, 15]),
        ("a", &[1, 2]),
        ("/a/", &[2]),
        ("/a/**", &[2, 3, 4, 5, 7]),
        ("/a/*", &[3, 4, 5]),
        ("**/*.html", &[5, 6]),
        ("*.html", &[6]),
        ("/*.@(js|css)", &[8, 13]),
        ("**/*.@(js|css|png)", &[7, 8, 13, 14]),
        ("**/*.{js,css}", &[7, 8, 13]),
        ("/{a,img}/**", &[2, 3, 4, 5, 7, 14]),
        ("/!(admin)", &[1, 2, 6, 8, 13, 15]),
        ("/!(admin)/**", &[2, 3, 4, 5, 7, 14]),
        ("/!(a|admin)*", &[6, 8, 13]),
        ("/**/!(*.js|*.css)", &[1, 2, 3, 4, 5, 6, 11, 12, 14, 15]),
        (
            "!/admin/**",
            &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15],
        ),
        (
            "!admin",
            &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15],
        ),
        ("/a?b", &[15]),
        ("/+(a|b)", &[1, 2]),
        ("/?(a)", &[1, 2]),
        ("/*(a|-|b)", &[1, 2, 15]),
        ("/[ax]*", &[1, 2, 8, 11, 15]),
        ("/[!a]*", &[6, 8, 13]),
        ("/.well-known/**", &[9]),
        ("/**/.b", &[10]),
        ("**/b/**", &[4, 7]),
        ("/a**", &[1, 2, 11, 15]),
        ("/@(a|img)/@(b|a).*", &[5, 14]),
        ("/**/*", &[1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15]),
        ("/a/{b,b/c}*", &[3, 4, 5, 7]),
        ("**/", &[0, 2, 4]),
        ("/{a,{b,index}.html}", &[1, 2, 6]),
        ("{/a,/admin}", &[1, 2, 11]),
        ("{/a/,}b", &[3, 4]),
        ("/a//b", &[3, 4]),
    ];

    #[test]
    fn globs_match_as_in_minimatch() {
        for (glob, expected) in IN_MINIMATCH {
            let regex = glob_regex(glob).unwrap_or_default();
            let pattern = PathPattern::new(glob, &regex);
            let all = (0..PATHS.len()).filter(|i| pattern.matches(PATHS[*i]));
            assert_eq!(all.collect::<Vec<_>>(), *expected, "{glob}: {regex}");
        }
    }

    #[test]
    fn what_is_not_understood_is_none() {
        for glob in [
            "!(a)",
            "/{a",
            "/{a}",
            "/{1..3}",
            "/@(a",
            "/[",
            "/[a",
            &"{a,b}".repeat(20),
        ] {
            assert_eq!(glob_regex(glob), None, "{glob}");
        }
        assert_eq!(glob_regex(&"!(a)".repeat(9)), None);
        assert_eq!(
            glob_regex(&format!("{}a{}", "@(".repeat(50), ")".repeat(50))),
            None
        );
    }
}
