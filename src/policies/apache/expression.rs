//! Expressions of Apache (<https://httpd.apache.org/docs/2.4/expr.html>) that a page decides: by
//! its path or its type.

use crate::policies::lookahead::Expression;

/// An expression.
#[derive(Debug, Clone)]
pub(super) struct Test {
    text: String,
    subject: Subject,
    expression: Expression,
    is_negated: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    /// `%{CONTENT_TYPE}`.
    Type,
    /// `%{REQUEST_URI}`.
    Path,
}

impl Test {
    /// That of a text such as `%{CONTENT_TYPE} =~ m#text/html#i`, if it is understood.
    pub(super) fn of(text: &str) -> Option<Test> {
        let (subject, rest) = text.trim().strip_prefix("%{")?.split_once('}')?;
        let subject = match subject {
            "CONTENT_TYPE" | "resp:Content-Type" => Subject::Type,
            "REQUEST_URI" => Subject::Path,
            _ => return None,
        };
        let rest = rest.trim_start();
        let is_negated = rest.starts_with("!~");
        let rest = rest
            .strip_prefix("=~")
            .or(rest.strip_prefix("!~"))?
            .trim_start();
        let rest = rest.strip_prefix('m').unwrap_or(rest);
        let mark = rest.chars().next().filter(char::is_ascii_punctuation)?;
        let (pattern, flags) = rest.get(1..)?.rsplit_once(mark)?;
        let is_plain = flags.chars().all(|c| c == 'i') && !pattern.contains("%{");
        if !is_plain || pattern.contains(mark) && !pattern.contains(&format!("\\{mark}")) {
            return None;
        }
        let pattern = pattern.replace(&format!("\\{mark}"), &mark.to_string());
        Some(Test {
            text: text.trim().to_owned(),
            subject,
            expression: Expression::anywhere(&pattern, flags.is_empty())?,
            is_negated,
        })
    }

    /// As written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is so for the file of a path that was asked for; nothing if that is not known.
    pub(super) fn holds(&self, asked: &str, file: &str) -> Option<bool> {
        let types = types(file);
        let subjects: &[&str] = match self.subject {
            Subject::Type => types,
            Subject::Path => &[asked, file],
        };
        let mut all = subjects
            .iter()
            .map(|s| self.expression.matches(s) != self.is_negated);
        let first = all.next()?;
        all.all(|other| other == first).then_some(first)
    }
}

/// The types that a file may be sent as.
fn types(file: &str) -> &'static [&'static str] {
    let extension = file.rsplit_once('.').map(|(_, extension)| extension);
    match extension {
        Some("html" | "htm") => &["text/html", "text/html; charset=UTF-8"],
        Some("js" | "mjs") => &["text/javascript", "application/javascript"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_paths_are_tested() {
        let holds = |text: &str, path: &str| Test::of(text).and_then(|t| t.holds(path, path));
        let pages = "%{CONTENT_TYPE} =~ m#text\\/(html|javascript)|application\\/pdf|xml#i";
        assert_eq!(holds(pages, "/a.html"), Some(true));
        assert_eq!(holds(pages, "/a.js"), None);
        assert_eq!(
            holds("%{CONTENT_TYPE} !~ /^text\\/html/", "/a.html"),
            Some(false)
        );
        assert_eq!(holds("%{REQUEST_URI} =~ m#^/a#", "/a.html"), Some(true));
        for text in [
            "%{HTTPS} == 'on'",
            "%{REQUEST_URI} =~ m#a",
            "x",
            "%{CONTENT_TYPE} =~ é",
        ] {
            assert!(Test::of(text).is_none(), "{text}");
        }
    }
}
