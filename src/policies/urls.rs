//! Under which paths of URLs the files of a project are served.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// How a service answers for the pages of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageUrls {
    /// `about.html` is there as `/about.html`.
    pub extension: bool,
    /// `about.html` is there as `/about`.
    pub clean: bool,
    /// Paths without an extension end in `/`; nothing if they may, or may not.
    pub slash: Option<bool>,
    /// `docs/index.html` is there as `/docs` too, where `slash` leaves that open: others redirect
    /// to `/docs/`.
    pub bare: bool,
}

/// What most do: `/about.html` and `/about`, `/docs/` for `docs/index.html`.
impl Default for PageUrls {
    fn default() -> Self {
        PageUrls {
            extension: true,
            clean: true,
            slash: None,
            bare: false,
        }
    }
}

/// Folders whose contents are served as they are, wherever they stand in a project.
const SERVED: [&str; 9] = [
    "public",
    "static",
    "www",
    "dist",
    "build",
    "out",
    "_site",
    "htdocs",
    "public_html",
];

/// The same, at the top of a project.
const SERVED_AT_TOP: [&str; 7] = ["src", "app", "site", "html", "res", "docs", "web"];

/// The folder whose contents a build puts beside those of a folder: `app` for `app/public`.
pub(super) fn part_of(folder: &Path) -> &Path {
    let name = folder.file_name();
    let is_served = name.is_some_and(|name| SERVED.iter().any(|served| name == *served));
    match folder.parent() {
        Some(parent) if is_served => parent,
        _ => folder,
    }
}

/// The paths under which a file is served; the one that people see last. `below`: the file's path
/// below its project, if it is in it. `publish`: the folder that is served, if that is known.
pub(super) fn url_paths(
    file: &Path,
    below: Option<&Path>,
    publish: Option<&Path>,
    urls: PageUrls,
) -> Vec<String> {
    let published = publish.and_then(|publish| file.strip_prefix(publish).ok());
    let below = match (published, below) {
        (Some(published), _) => published.to_path_buf(),
        (None, Some(below)) => served_part(below),
        (None, None) => file.file_name().map(PathBuf::from).unwrap_or_default(),
    };
    let parts: Vec<_> = below.iter().map(|p| p.to_string_lossy()).collect();
    let path = format!("/{}", parts.join("/"));
    let Some(stem) = path.strip_suffix(".html").or(path.strip_suffix(".htm")) else {
        return vec![path];
    };
    match stem.strip_suffix("/index") {
        Some("") => vec!["/".to_owned()],
        Some(folder) => index_paths(folder, urls),
        None => page_paths(&path, stem, urls),
    }
}

fn index_paths(folder: &str, urls: PageUrls) -> Vec<String> {
    match urls.slash {
        Some(false) => vec![folder.to_owned()],
        None if urls.bare => vec![format!("{folder}/"), folder.to_owned()],
        _ => vec![format!("{folder}/")],
    }
}

fn page_paths(path: &str, stem: &str, urls: PageUrls) -> Vec<String> {
    let clean = match urls.slash {
        Some(true) => format!("{stem}/"),
        _ => stem.to_owned(),
    };
    let mut out = Vec::new();
    if urls.extension {
        out.push(path.to_owned());
    }
    if urls.clean {
        out.push(clean);
    }
    out
}

/// The part of a path in a project that is below the folder that is served, as it seems.
fn served_part(below: &Path) -> PathBuf {
    let parts: Vec<&OsStr> = below.iter().collect();
    let folders = &parts[..parts.len().saturating_sub(1)];
    let is = |names: &[&str], part: &OsStr| names.iter().any(|n| part == *n);
    let served = folders.iter().rposition(|part| is(&SERVED, part));
    let at_top = folders.first().is_some_and(|part| is(&SERVED_AT_TOP, part));
    let start = served.map_or(usize::from(at_top), |at| at + 1);
    parts.iter().skip(start).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(file: &str, publish: Option<&str>, urls: PageUrls) -> Vec<String> {
        let file = Path::new(file);
        let below = file.strip_prefix("/p").ok();
        url_paths(file, below, publish.map(Path::new), urls)
    }

    #[test]
    fn pages_have_the_paths_that_they_are_served_under() {
        let at = |file: &str, publish: Option<&str>| paths(file, publish, PageUrls::default());
        assert_eq!(at("/p/index.html", None), ["/"]);
        assert_eq!(at("/p/public/index.html", None), ["/"]);
        assert_eq!(at("/p/about.html", None), ["/about.html", "/about"]);
        assert_eq!(at("/p/web/site/a/index.html", Some("/p/web/site")), ["/a/"]);
        assert_eq!(at("/p/apps/public/x/sw.js", None), ["/x/sw.js"]);
        assert_eq!(at("/p/public/app/index.html", None), ["/app/"]);
        assert_eq!(at("/p/src/index.html", None), ["/"]);
        // A file of nothing that is known.
        assert_eq!(at("/q/x/index.html", None), ["/"]);
    }

    #[test]
    fn parts_of_a_project() {
        for (folder, part) in [
            ("/p/public", "/p"),
            ("/p/cast/dist", "/p/cast"),
            ("/p/res", "/p/res"),
        ] {
            assert_eq!(part_of(Path::new(folder)), Path::new(part));
        }
    }

    #[test]
    fn services_differ() {
        let of = |file: &str, extension, clean, slash| {
            let urls = PageUrls {
                extension,
                clean,
                slash,
                bare: true,
            };
            paths(file, None, urls)
        };
        assert_eq!(of("/p/a.html", true, false, None), ["/a.html"]);
        assert_eq!(of("/p/a.html", false, true, Some(true)), ["/a/"]);
        assert_eq!(of("/p/a.html", false, true, Some(false)), ["/a"]);
        assert_eq!(of("/p/a/index.html", true, false, Some(false)), ["/a"]);
        assert_eq!(of("/p/a/index.html", true, false, None), ["/a/", "/a"]);
        assert_eq!(of("/p/index.html", true, false, Some(false)), ["/"]);
    }
}
