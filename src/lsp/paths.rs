//! Names of documents (URIs) and paths of files.

use lsp_types::Uri;
use serde_json::Value;
use std::path::{Path, PathBuf};
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
    Uri::from_str(&escaped(Url::from_file_path(path).ok()?.as_str())).ok()
}

/// The same for each way to write a URI: editors escape more of `(a)/+page.js`, or less, than is
/// needed, and a folder may end in a slash.
pub(super) fn key(uri: &Uri) -> String {
    let path = of_uri(uri).map(|path| path.components().collect::<PathBuf>());
    let plain = path.and_then(|path| to_uri(&path));
    plain.as_ref().unwrap_or(uri).as_str().to_owned()
}

/// With the characters escaped that RFC 3986 does not allow, some of which the URL Standard leaves
/// as they are (<https://url.spec.whatwg.org/#path-percent-encode-set>): `[id].tsx`.
fn escaped(uri: &str) -> String {
    let mut out = String::with_capacity(uri.len());
    for c in uri.chars() {
        match is_allowed(c) {
            true => out.push(c),
            false => {
                let mut bytes = [0; 4];
                let bytes = c.encode_utf8(&mut bytes).bytes();
                out.extend(bytes.map(|byte| format!("%{byte:02X}")));
            }
        }
    }
    out
}

/// Whether a character may stand in the path of a URI as it is
/// (<https://www.rfc-editor.org/rfc/rfc3986#section-2>).
fn is_allowed(c: char) -> bool {
    c.is_ascii_graphic() && !"[]^|{}<>\"\\`".contains(c)
}

/// Escapes the URIs of files in a message, as some editors write them by the URL Standard.
pub(super) fn escape_uris(params: &mut Value) {
    match params {
        Value::Array(all) => all.iter_mut().for_each(escape_uris),
        Value::Object(all) => {
            for (key, value) in all.iter_mut() {
                match value {
                    Value::String(uri) if matches!(key.as_str(), "uri" | "rootUri") => {
                        if uri.starts_with("file:") && !uri.chars().all(is_allowed) {
                            *uri = escaped(uri);
                        }
                    }
                    value => escape_uris(value),
                }
            }
        }
        _ => {}
    }
}

/// A path without links. Of a file that is not there yet, that of its folder.
pub(super) fn without_links(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| in_real_folder(path))
}

/// The paths that a file has in folders without links: its own and, if it is a link, that of what
/// it leads to.
pub(super) fn real(path: &Path) -> Vec<PathBuf> {
    let mut real = vec![without_links(path), in_real_folder(path)];
    real.dedup();
    real
}

/// A path whose folder is without links, as far as that is there.
pub(super) fn in_real_folder(path: &Path) -> PathBuf {
    let folders = path.ancestors().skip(1);
    let real = folders.filter_map(|folder| Some((folder, folder.canonicalize().ok()?)));
    let real = real.map(|(folder, real)| Some(real.join(path.strip_prefix(folder).ok()?)));
    let real = real.flatten().next();
    real.unwrap_or_else(|| path.to_path_buf())
}

/// The absolute path of a file that results name.
pub(super) fn of_name(name: &str) -> PathBuf {
    std::path::absolute(name).unwrap_or_else(|_| PathBuf::from(name))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_and_paths_lead_to_each_other() {
        for (path, uri) in [
            ("/a b/ä.js", "file:///a%20b/%C3%A4.js"),
            ("/x/[id].tsx", "file:///x/%5Bid%5D.tsx"),
            ("/100%.js", "file:///100%25.js"),
        ] {
            let made = to_uri(Path::new(path)).unwrap();
            assert_eq!(made.as_str(), uri);
            assert_eq!(of_uri(&made).unwrap(), Path::new(path));
        }
        let mut message = serde_json::json!({"a": [{"uri": "file:///[id].tsx", "text": "[ ]"}]});
        escape_uris(&mut message);
        let wanted = serde_json::json!({"a": [{"uri": "file:///%5Bid%5D.tsx", "text": "[ ]"}]});
        assert_eq!(message, wanted);
        let mut message = serde_json::json!({"uri": "file:///ü {a}.js"});
        escape_uris(&mut message);
        assert_eq!(message["uri"], "file:///%C3%BC%20%7Ba%7D.js");
        let other = Uri::from_str("untitled:Untitled-1").unwrap();
        assert_eq!(of_uri(&other), None);
        assert_eq!(to_uri(Path::new("relative")), None);
        assert_eq!(of_name("/a/./b.js"), Path::new("/a/b.js"));
    }

    #[test]
    fn a_uri_is_the_same_however_it_is_written() {
        for (uri, wanted) in [
            ("file:///x/%28a%29/%2Bpage.js", "file:///x/(a)/+page.js"),
            ("file:///x/%5bid%5d.js", "file:///x/%5Bid%5D.js"),
            ("file:///x/", "file:///x"),
            ("file://localhost/x/./b.js", "file:///x/b.js"),
            ("untitled:Untitled-1", "untitled:Untitled-1"),
            ("git:/x/%28a%29?ref", "git:/x/%28a%29?ref"),
        ] {
            assert_eq!(key(&Uri::from_str(uri).unwrap()), wanted);
        }
    }
}
