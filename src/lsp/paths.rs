//! Names of documents (URIs) and paths of files.

use lsp_types::Uri;
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;
use url::Url;

/// The path that a URI is of, if it is of a file.
pub(super) fn of_uri(uri: &Uri) -> Option<PathBuf> {
    let url = Url::parse(uri.as_str()).ok()?;
    (url.scheme() == "file").then_some(())?;
    url.to_file_path().ok()
}

/// The URI of an absolute path.
pub(super) fn to_uri(path: &Path) -> Option<Uri> {
    Uri::from_str(Url::from_file_path(path).ok()?.as_str()).ok()
}

/// A path without links. Of a file that is not there yet, that of its folder.
pub(super) fn without_links(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let real = path.parent().and_then(|folder| folder.canonicalize().ok());
    match (real, path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path.to_path_buf(),
    }
}

/// The absolute path of a file that results name.
pub(super) fn of_name(name: &str, folder: &Path) -> PathBuf {
    let path = folder.join(name);
    let plain = path.components().filter(|c| *c != Component::CurDir);
    plain.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_and_paths_lead_to_each_other() {
        for (path, uri) in [
            ("/a b/ä.js", "file:///a%20b/%C3%A4.js"),
            ("/x/[id].tsx", "file:///x/[id].tsx"),
            ("/100%.js", "file:///100%25.js"),
        ] {
            let made = to_uri(Path::new(path));
            if let Some(made) = &made {
                assert_eq!(of_uri(made).unwrap(), Path::new(path), "{uri}");
            }
            assert!(made.is_some(), "{path}");
        }
        let other = Uri::from_str("untitled:Untitled-1").unwrap();
        assert_eq!(of_uri(&other), None);
        assert_eq!(to_uri(Path::new("relative")), None);
        assert_eq!(of_name("./b.js", Path::new("/a")), Path::new("/a/b.js"));
    }
}
