//! Which route rules of Nuxt and Nitro are for a path.
//!
//! The matcher of radix3 (<https://github.com/unjs/radix3>), which Nitro 2 and nuxt-security use:
//! `**` is anything below, `*` and `:name` a segment. All rules that match count; the last ones of
//! the answer are the most particular, and win where rules say different things.

/// Rules by their paths, in the matcher's order.
#[derive(Debug, Clone, Default)]
pub(super) struct RouteTable {
    exact: Vec<(String, usize)>,
    /// By what stands before `/**`.
    below: Vec<(String, usize)>,
    /// By what stands before the first segment that may be any; what follows has a table of its
    /// own.
    segment: Vec<Segment>,
}

#[derive(Debug, Clone)]
struct Segment {
    before: String,
    /// As written: `*`, `:id`.
    name: String,
    after: RouteTable,
}

/// A path may have no more segments that may be any: no project has so many.
const MAX_SEGMENTS: u32 = 50;

impl RouteTable {
    /// The table of these paths; what matches is told by their indexes.
    pub(super) fn of<'a>(paths: impl IntoIterator<Item = &'a str>) -> RouteTable {
        let mut table = RouteTable::default();
        for (index, path) in paths.into_iter().enumerate() {
            table.insert(without_slash(path), index, MAX_SEGMENTS);
        }
        table
    }

    fn insert(&mut self, path: &str, index: usize, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        let mut start = 0;
        for part in path.split('/') {
            let before = path.get(..start).unwrap_or_default();
            let before = before.strip_suffix('/').unwrap_or(before);
            if part == "**" {
                // Nothing can follow.
                if start + part.len() == path.len() {
                    set(&mut self.below, before, index);
                }
                return;
            }
            // `**:name` is never matched by radix3.
            if part.starts_with("**") {
                return;
            }
            if part == "*" || part.starts_with(':') {
                let rest = path.get(start + part.len()..).unwrap_or_default();
                let after = self.after(before, part);
                match rest.is_empty() {
                    true => set(&mut after.exact, "/", index),
                    false => after.insert(rest, index, depth),
                }
                return;
            }
            start += part.len() + 1;
        }
        set(&mut self.exact, path, index);
    }

    fn after(&mut self, before: &str, name: &str) -> &mut RouteTable {
        let same = |s: &Segment| s.before == before && s.name == name;
        let at = self.segment.iter().position(same).unwrap_or_else(|| {
            self.segment.push(Segment {
                before: before.to_owned(),
                name: name.to_owned(),
                after: RouteTable::default(),
            });
            self.segment.len() - 1
        });
        &mut self.segment[at].after
    }

    /// The rules for a path, the most particular last.
    pub(super) fn matching(&self, path: &str) -> Vec<usize> {
        let path = without_slash(path);
        let mut out = Vec::new();
        let mut below: Vec<_> = self.below.iter().collect();
        below.sort_by_key(|(before, _)| before.len());
        for (before, index) in below {
            if is_below(path, before) || path == before {
                out.push(*index);
            }
        }
        // Of several names for one segment, radix3 keeps the last.
        let later = |i: usize, s: &Segment| {
            let mut rest = self.segment.iter().skip(i + 1);
            rest.any(|other| other.before == s.before)
        };
        let segments = self.segment.iter().enumerate();
        let mut segments: Vec<_> = segments.filter(|(i, s)| !later(*i, s)).collect();
        segments.sort_by_key(|(_, s)| s.before.len());
        for (_, segment) in segments {
            let Some(rest) = path.strip_prefix(segment.before.as_str()) else {
                continue;
            };
            let Some(rest) = rest.strip_prefix('/') else {
                continue;
            };
            let rest = rest.find('/').and_then(|end| rest.get(end..));
            out.extend(segment.after.matching(rest.unwrap_or("/")));
        }
        let exact = self.exact.iter().find(|(own, _)| own == path);
        out.extend(exact.map(|(_, index)| *index));
        out
    }
}

fn set(list: &mut Vec<(String, usize)>, key: &str, index: usize) {
    match list.iter_mut().find(|(own, _)| own == key) {
        Some((_, old)) => *old = index,
        None => list.push((key.to_owned(), index)),
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// `/a/` is `/a`; `/` stays.
fn without_slash(path: &str) -> &str {
    match path.strip_suffix('/') {
        Some("") | None => path,
        Some(path) => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `toRouteMatcher(createRouter({ routes })).matchAll(path)` of radix3 1.1.2 answers.
    #[test]
    fn the_matcher_of_radix3() {
        let rules = [
            "/**",
            "/admin/**",
            "/admin/*",
            "/admin/users",
            "/users/:id",
            "/users/:id/edit",
            "/users/:id/**",
            "/",
            "/a/b/",
            "/x/**/y",
            "/:any",
        ];
        let table = RouteTable::of(rules);
        let at = |path: &str| {
            let found = table.matching(path).into_iter();
            found.map(|i| rules[i]).collect::<Vec<_>>()
        };
        for (path, expected) in ORACLE {
            assert_eq!(at(path), *expected, "{path}");
        }
    }

    const ORACLE: &[(&str, &[&str])] = &[
        ("/", &["/**", "/:any", "/"]),
        ("/x", &["/**", "/:any"]),
        ("/admin", &["/**", "/admin/**", "/:any"]),
        ("/admin/", &["/**", "/admin/**", "/:any"]),
        (
            "/admin/users",
            &["/**", "/admin/**", "/admin/*", "/admin/users"],
        ),
        ("/admin/users/1", &["/**", "/admin/**"]),
        ("/users", &["/**", "/:any"]),
        ("/users/7", &["/**", "/users/:id/**", "/users/:id"]),
        ("/users/7/", &["/**", "/users/:id/**", "/users/:id"]),
        (
            "/users/7/edit",
            &["/**", "/users/:id/**", "/users/:id/edit"],
        ),
        ("/users/7/edit/x", &["/**", "/users/:id/**"]),
        ("/a/b", &["/**", "/a/b/"]),
        ("/a/b/c", &["/**"]),
        ("/x/1/y", &["/**"]),
        ("/xx/y", &["/**"]),
    ];
}
