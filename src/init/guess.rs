//! Where the pages of a project may be: guesses, for people to look at.

use regex_lite::Regex;
use std::path::Path;
use url::Url;

/// A guess, and what it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageUrl {
    /// An absolute URL by `https:` or `http:`.
    pub url: String,
    /// `homepage` of package.json.
    pub because: String,
}

/// Hosts of sources rather than of sites.
const OF_SOURCES: [&str; 5] = [
    "github.com",
    "gitlab.com",
    "bitbucket.org",
    "codeberg.org",
    "www.npmjs.com",
];
/// A file larger than this has no hint that is looked for, in bytes.
const MAX_SIZE: u64 = 1 << 20;

/// The guesses, the best first.
pub(super) fn page_urls(folder: &Path) -> Vec<PageUrl> {
    let guesses = [
        homepage(folder),
        custom_domain(folder, "CNAME"),
        custom_domain(folder, "public/CNAME"),
        custom_domain(folder, "static/CNAME"),
        canonical(folder, "index.html"),
        canonical(folder, "public/index.html"),
    ];
    let mut out: Vec<PageUrl> = Vec::new();
    for guess in guesses.into_iter().flatten() {
        if out.iter().all(|known| known.url != guess.url) {
            out.push(guess);
        }
    }
    out
}

/// `homepage` of `package.json`: <https://docs.npmjs.com/cli/configuring-npm/package-json#homepage>.
fn homepage(folder: &Path) -> Option<PageUrl> {
    let text = read(folder, "package.json")?;
    let package: serde_json::Value = serde_json::from_str(&text).ok()?;
    guess(
        package.get("homepage")?.as_str()?,
        "`homepage` of package.json",
    )
}

/// The domain of GitHub Pages:
/// <https://docs.github.com/en/pages/configuring-a-custom-domain-for-your-github-pages-site>.
fn custom_domain(folder: &Path, name: &str) -> Option<PageUrl> {
    let text = read(folder, name)?;
    let domain = text.lines().next()?.trim();
    let is_domain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    if domain.is_empty() || !domain.contains('.') || !domain.chars().all(is_domain) {
        return None;
    }
    guess(&format!("https://{domain}/"), name)
}

/// `<link rel="canonical">` of a page: <https://www.rfc-editor.org/rfc/rfc6596>.
fn canonical(folder: &Path, name: &str) -> Option<PageUrl> {
    let text = read(folder, name)?;
    let link = Regex::new(r#"(?i)<link\s[^>]*\brel\s*=\s*["']?canonical\b[^>]*>"#).ok()?;
    let href = Regex::new(r#"(?i)\bhref\s*=\s*["']?([^"'\s>]+)"#).ok()?;
    let href = href.captures(link.find(&text)?.as_str())?;
    let because = format!("`<link rel=\"canonical\">` of {name}");
    guess(href.get(1)?.as_str(), &because)
}

fn guess(url: &str, because: &str) -> Option<PageUrl> {
    let mut url = Url::parse(url).ok()?;
    let is_site = matches!(url.scheme(), "http" | "https");
    if !is_site || OF_SOURCES.contains(&url.host_str()?) {
        return None;
    }
    url.set_query(None);
    url.set_fragment(None);
    Some(PageUrl {
        url: url.into(),
        because: because.to_owned(),
    })
}

fn read(folder: &Path, name: &str) -> Option<String> {
    let path = folder.join(name);
    let data = std::fs::metadata(&path).ok()?;
    let is_wanted = data.is_file() && data.len() <= MAX_SIZE;
    is_wanted.then(|| std::fs::read_to_string(path).ok())?
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn urls(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let guesses = page_urls(folder.path()).into_iter();
        guesses
            .map(|g| format!("{} {}", g.url, g.because))
            .collect()
    }

    #[test]
    fn hints_of_files() {
        let shop = "https://shop.example/ ";
        let package = |homepage: &str| format!("{{\"homepage\": \"{homepage}\"}}");
        let of_package = format!("{shop}`homepage` of package.json");
        let all = [
            ("package.json", &*package("https://shop.example")),
            ("CNAME", "shop.example\n"),
            (
                "index.html",
                "<link href='https://www.shop.example/?a#b' REL=canonical>",
            ),
        ];
        assert_eq!(
            urls(&all),
            [
                of_package,
                "https://www.shop.example/ `<link rel=\"canonical\">` of index.html".to_owned()
            ]
        );
        assert_eq!(
            urls(&[("public/CNAME", "shop.example")]),
            [format!("{shop}public/CNAME")]
        );
    }

    #[test]
    fn what_is_no_site() {
        for homepage in [
            "https://github.com/a/b#readme",
            ".",
            "file:///x",
            "mailto:a@b.example",
        ] {
            let package = format!("{{\"homepage\": \"{homepage}\"}}");
            assert_eq!(urls(&[("package.json", &package)]), [""; 0], "{homepage}");
        }
        assert_eq!(urls(&[("CNAME", "a b\n"), ("package.json", "{")]), [""; 0]);
    }
}
