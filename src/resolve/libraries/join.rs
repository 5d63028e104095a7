//! How libraries put a base and a URL together.

use super::super::clients::{Trim, below, glued, is_absolute};
use super::super::known::{JsValue, Known};
use crate::value::{Hole, HoleKind, Part, Pattern};

/// The rule of a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Join {
    /// Absolute URLs stay, others come below the base, with one slash between.
    Axios,
    /// Everything comes below the base (`allowAbsoluteUrls: false`).
    Below,
    /// Absolute URLs stay, but only one slash of each is taken away, and a query comes right behind.
    Rtk,
    /// All but a leading slash comes below the base: that throws.
    KyPrefixUrl,
    /// Everything comes below the base, with one slash between.
    KyPrefix,
    /// As `new URL(url, base)`.
    Resolved,
    /// Absolute URLs stay; a leading slash throws.
    Got,
    /// URLs with a scheme stay, and those that begin with the base.
    Ofetch,
}

impl Join {
    /// Every URL that is requested; none if that throws.
    pub(super) fn join(self, base: &JsValue, url: &JsValue) -> Known {
        let is_object = matches!(url, JsValue::Url(_) | JsValue::Request(_));
        if base.truthy() == Some(false) || is_object {
            return url.clone().into();
        }
        let base = base.to_pattern();
        let url = match url {
            JsValue::Undefined | JsValue::Null => Pattern::default(),
            url => url.to_pattern(),
        };
        self.texts(&base, &url)
    }

    fn texts(self, base: &Pattern, url: &Pattern) -> Known {
        let text = |pattern: Pattern| Known::from(JsValue::Text(pattern));
        match self {
            Join::Axios | Join::Below | Join::Rtk if url.is_empty() => text(base.clone()),
            Join::Axios => below(base, url),
            Join::Rtk => rtk(base, url),
            Join::KyPrefixUrl | Join::Got if url.leading_text().starts_with('/') => {
                Known::default()
            }
            Join::Got if has_scheme(url.leading_text(), "://") => text(url.clone()),
            Join::KyPrefixUrl => text(glued(base, Trim::One, "/", url, Trim::None)),
            Join::Got => with_itself(glued(base, Trim::One, "/", url, Trim::None), url),
            Join::KyPrefix | Join::Below => text(glued(base, Trim::All, "/", url, Trim::All)),
            Join::Resolved => {
                let page = Pattern::hole(Hole::new(HoleKind::PageHref));
                let base = crate::partial_url::join(base, &page);
                text(crate::partial_url::join(url, &base))
            }
            Join::Ofetch => ofetch(base, url),
        }
    }
}

fn rtk(base: &Pattern, url: &Pattern) -> Known {
    let leading = url.leading_text();
    if is_absolute(leading) {
        return JsValue::Text(url.clone()).into();
    }
    let ends = base.trailing_text().ends_with('/');
    let between = match ends || !leading.starts_with('?') {
        true => "/",
        false => "",
    };
    with_itself(glued(base, Trim::One, between, url, Trim::One), url)
}

fn ofetch(base: &Pattern, url: &Pattern) -> Known {
    let leading = url.leading_text();
    if base.as_text() == Some("/") || has_scheme(leading, ":") {
        return JsValue::Text(url.clone()).into();
    }
    let base = glued(base, Trim::One, "", &Pattern::default(), Trim::None);
    if matches!(url.as_text(), Some("" | "/")) {
        return JsValue::Text(base).into();
    }
    if let Some(known) = base.as_text() {
        let after = leading.strip_prefix(known);
        if after.is_some_and(|after| after.starts_with(['/', '?'])) || url.as_text() == Some(known)
        {
            return JsValue::Text(url.clone()).into();
        }
    }
    // `./x` is `/x`.
    match leading.starts_with("./") {
        true => JsValue::Text(glued(&base, Trim::None, "/", &without_dot(url), Trim::One)).into(),
        false => with_itself(glued(&base, Trim::None, "/", url, Trim::One), url),
    }
}

/// `/x` of `./x`.
fn without_dot(url: &Pattern) -> Pattern {
    let mut out = Pattern::default();
    for (i, part) in url.parts().iter().enumerate() {
        match part {
            Part::Text(text) if i == 0 => out.push_text(text.strip_prefix('.').unwrap_or(text)),
            Part::Text(text) => out.push_text(text),
            Part::Hole(hole) => out.push_hole(hole.clone()),
        }
    }
    out
}

/// What is below a base, and what it may be if the URL is absolute: `{path}`, `http{rest}`.
fn with_itself(joined: Pattern, url: &Pattern) -> Known {
    let mut out: Known = JsValue::Text(joined).into();
    if url.as_text().is_none() && !url.leading_text().contains(['/', '?', '#']) {
        out.extend(JsValue::Text(url.clone()).into());
    }
    out
}

/// Whether a text begins with a scheme of two letters or more, and what follows it.
fn has_scheme(text: &str, then: &str) -> bool {
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-' | '.');
    scheme.len() > 1 && scheme.chars().all(is_scheme) && text[scheme.len()..].starts_with(then)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(join: Join, base: &str, url: &str) -> Vec<String> {
        let known = join.join(&JsValue::text(base), &JsValue::text(url));
        let all = known.possible().iter();
        all.map(|p| p.value.to_pattern().to_string()).collect()
    }

    /// What the packages themselves request, tried out.
    #[test]
    fn as_the_packages_do() {
        use Join::*;
        let base = "https://a.test/v1";
        for (join, base, url, wanted) in [
            (Axios, base, "", "https://a.test/v1"),
            (Axios, base, "/", "https://a.test/v1/"),
            (Axios, base, "x", "https://a.test/v1/x"),
            (Axios, base, "?q=1", "https://a.test/v1/?q=1"),
            (Axios, base, "///x", "///x"),
            (Axios, base, "a:b", "https://a.test/v1/a:b"),
            (Axios, base, "2a://x", "https://a.test/v1/2a://x"),
            (Axios, "/", "/x", "/x"),
            (Axios, "", "/x", "/x"),
            (Below, base, "", "https://a.test/v1"),
            (
                Below,
                base,
                "https://b.test/",
                "https://a.test/v1/https://b.test/",
            ),
            (Rtk, base, "?q=1", "https://a.test/v1?q=1"),
            (Rtk, "https://a.test/v1/", "?q=1", "https://a.test/v1/?q=1"),
            (Rtk, "https://a.test/", "/x", "https://a.test/x"),
            (Rtk, base, "//b.test/x", "//b.test/x"),
            (Rtk, base, "", "https://a.test/v1"),
            (Rtk, "/", "x", "/x"),
            (KyPrefixUrl, base, "x", "https://a.test/v1/x"),
            (KyPrefixUrl, base, "", "https://a.test/v1/"),
            (
                KyPrefixUrl,
                "/api/",
                "https://b.test/",
                "/api/https://b.test/",
            ),
            (KyPrefix, base, "/x", "https://a.test/v1/x"),
            (KyPrefix, base, "//b.test/x", "https://a.test/v1/b.test/x"),
            (KyPrefix, "/api/", "https://b.test/", "/api/https://b.test/"),
            (Resolved, "https://a.test/v1/w", "x", "https://a.test/v1/x"),
            (Resolved, "https://a.test/v1/w", "/x", "https://a.test/x"),
            (Resolved, base, "//b.test", "https://b.test/"),
            (Got, base, "x", "https://a.test/v1/x"),
            (Got, base, "https://b.test/x", "https://b.test/x"),
            (Ofetch, base, "", "https://a.test/v1"),
            (Ofetch, base, "/", "https://a.test/v1"),
            (Ofetch, base, "./x", "https://a.test/v1/x"),
            (Ofetch, base, "?q=1", "https://a.test/v1/?q=1"),
            (Ofetch, base, "//b.test/x", "https://a.test/v1//b.test/x"),
            (Ofetch, "/api", "/api/users", "/api/users"),
            (Ofetch, "/api", "/api", "/api"),
            (Ofetch, "/api", "/apix", "/api/apix"),
            (Ofetch, "/", "x", "x"),
        ] {
            assert_eq!(shown(join, base, url), [wanted], "{join:?} {base} {url}");
        }
        for join in [KyPrefixUrl, Got] {
            assert!(shown(join, base, "/x").is_empty(), "{join:?} throws");
        }
    }
}
