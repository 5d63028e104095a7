//! The names of directives.

/// The directives of CSP Level 3 and of documents that extend it, also those that were given up:
/// <https://www.w3.org/TR/CSP3/#csp-directives>, <https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy>.
const NAMES: [&str; 35] = [
    "base-uri",
    "block-all-mixed-content",
    "child-src",
    "connect-src",
    "default-src",
    "fenced-frame-src",
    "font-src",
    "form-action",
    "frame-ancestors",
    "frame-src",
    "img-src",
    "manifest-src",
    "media-src",
    "navigate-to",
    "object-src",
    "plugin-types",
    "prefetch-src",
    "referrer",
    "reflected-xss",
    "report-to",
    "report-uri",
    "require-sri-for",
    "require-trusted-types-for",
    "sandbox",
    "script-src",
    "script-src-attr",
    "script-src-elem",
    "style-src",
    "style-src-attr",
    "style-src-elem",
    "trusted-types",
    "upgrade-insecure-requests",
    "webrtc",
    "worker-src",
    "disown-opener",
];

/// Whether a name, in lower case, is that of a directive.
pub fn is_directive(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Whether a text is a policy, if with mistakes: it has a directive, or what is meant as one.
pub fn reads_as_policy(text: &str) -> bool {
    let names = text
        .split([';', ','])
        .filter_map(|part| part.split_ascii_whitespace().next());
    let mut names = names.map(str::to_ascii_lowercase);
    names.any(|name| {
        let start = name.split([':', '=']).next().unwrap_or_default();
        is_directive(start) || misspelt(start).is_some()
    })
}

/// The directive about connections that a name is a slip of the pen for.
pub(super) fn misspelt(name: &str) -> Option<&'static str> {
    if is_directive(name) || name.len() < "connect".len() {
        return None;
    }
    let near = |wanted: &&str| strsim::osa_distance(name, wanted) <= 2;
    ["connect-src", "default-src"].into_iter().find(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_as_a_policy() {
        for text in [
            "connect-src: a",
            "x, Default-Src b",
            "img-src",
            "conect-src a",
        ] {
            assert!(reads_as_policy(text), "{text}");
        }
        for text in [
            "",
            "<!doctype html><script>fetch('a; b')</script>",
            "server { listen 80; }",
        ] {
            assert!(!reads_as_policy(text), "{text}");
        }
    }

    #[test]
    fn slips_of_the_pen() {
        assert_eq!(misspelt("conect-src"), Some("connect-src"));
        assert_eq!(misspelt("connect_src"), Some("connect-src"));
        assert_eq!(misspelt("defualt-src"), Some("default-src"));
        for name in NAMES.into_iter().chain(["x-src", "https://a.test"]) {
            assert_eq!(misspelt(name), None, "{name}");
        }
    }
}
