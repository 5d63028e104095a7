//! The names of files in reports for other programs: relative, with `/`, and as URIs.

use super::options::Surroundings;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::path::{Component, Path, PathBuf};

/// What is not escaped in a path: RFC 3986 §3.3 `pchar` without what reads as something else in a
/// relative reference (`:` in its first segment, §4.2), and the `/` between segments.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'@')
    .remove(b'+')
    .remove(b'=')
    .remove(b'(')
    .remove(b')')
    .remove(b'$')
    .remove(b',');

/// Names files relative to a folder.
#[derive(Debug, Clone)]
pub(super) struct Names {
    working_directory: PathBuf,
    base: PathBuf,
}

impl Names {
    /// Relative to the folder that the run was started in.
    pub(super) fn in_working_directory(around: &Surroundings) -> Self {
        Names {
            working_directory: normal(&around.working_directory),
            base: normal(&around.working_directory),
        }
    }

    /// Relative to the root of the checkout, where a service says where that is and the run is
    /// below it; else to the folder that the run was started in.
    pub(super) fn in_checkout(around: &Surroundings) -> Self {
        let working_directory = normal(&around.working_directory);
        let checkout = around.checkout.as_deref().map(normal);
        let above = checkout.filter(|root| working_directory.starts_with(root));
        Names {
            base: above.unwrap_or_else(|| working_directory.clone()),
            working_directory,
        }
    }

    /// The name of a file that is given as it was shown; outside of the folder it stays that.
    pub(super) fn of(&self, file: &str) -> String {
        self.below(file)
            .unwrap_or_else(|| file.replace(std::path::MAIN_SEPARATOR, "/"))
    }

    /// The name of a file as the path of a URI, and whether it is relative to the folder: what
    /// is outside is a `file:` URI.
    pub(super) fn uri(&self, file: &str) -> (String, bool) {
        if let Some(name) = self.below(file) {
            return (escaped(&name), true);
        }
        let absolute = slashed(&self.absolute(file));
        match absolute.starts_with('/') {
            true => (format!("file://{}", escaped(&absolute)), false),
            // A drive of Windows, or nothing is known of where the run took place.
            false if Path::new(file).is_absolute() => {
                (format!("file:///{}", escaped(&absolute)), false)
            }
            false => (escaped(&absolute), true),
        }
    }

    fn absolute(&self, file: &str) -> PathBuf {
        normal(&self.working_directory.join(file))
    }

    fn below(&self, file: &str) -> Option<String> {
        let absolute = self.absolute(file);
        let below = absolute.strip_prefix(&self.base).ok()?;
        let starts_outside = matches!(below.components().next(), Some(Component::ParentDir) | None);
        (!starts_outside && !below.is_absolute()).then(|| slashed(below))
    }
}

fn escaped(path: &str) -> String {
    utf8_percent_encode(path, ESCAPED).to_string()
}

fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    text.replace(std::path::MAIN_SEPARATOR, "/")
}

/// Without `.` and `..`, as far as the text tells.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(out.components().next_back(), Some(Component::Normal(_))) =>
            {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn around(working_directory: &str, checkout: Option<&str>) -> Surroundings {
        Surroundings {
            working_directory: working_directory.into(),
            checkout: checkout.map(PathBuf::from),
            ..Surroundings::default()
        }
    }

    #[test]
    fn names_are_relative_where_they_can_be() {
        let names = Names::in_working_directory(&around("/home/x/site", None));
        assert_eq!(names.of("src/a.js"), "src/a.js");
        assert_eq!(names.of("./src/../a.js"), "a.js");
        assert_eq!(names.of("/home/x/site/b.js"), "b.js");
        assert_eq!(names.of("../other/b.js"), "../other/b.js");
        assert_eq!(names.of("/srv/b.js"), "/srv/b.js");
    }

    #[test]
    fn names_begin_at_the_root_of_a_checkout() {
        let here = around("/home/x/site", Some("/home/x/"));
        assert_eq!(Names::in_checkout(&here).of("a.js"), "site/a.js");
        assert_eq!(Names::in_checkout(&here).of("../b.js"), "b.js");
        assert_eq!(Names::in_working_directory(&here).of("a.js"), "a.js");
        let elsewhere = around("/home/x/site", Some("/home/y"));
        assert_eq!(Names::in_checkout(&elsewhere).of("a.js"), "a.js");
    }

    #[test]
    fn uris_are_escaped() {
        let names = Names::in_working_directory(&around("/home/x", None));
        let uri = |file: &str| names.uri(file);
        assert_eq!(
            uri("src/[id]/a b.js"),
            ("src/%5Bid%5D/a%20b.js".into(), true)
        );
        assert_eq!(
            uri("a:b%#?\"ü.js"),
            ("a%3Ab%25%23%3F%22%C3%BC.js".into(), true)
        );
        assert_eq!(uri("../b c.js"), ("file:///home/b%20c.js".into(), false));
        assert_eq!(uri("/srv/b.js"), ("file:///srv/b.js".into(), false));
        let nowhere = Names::in_working_directory(&Surroundings::default());
        assert_eq!(nowhere.uri("a/b.js"), ("a/b.js".into(), true));
        assert_eq!(nowhere.uri("../b.js"), ("../b.js".into(), true));
    }
}
