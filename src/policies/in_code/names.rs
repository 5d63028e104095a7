//! What names tell: directives, and functions that answer with something other than pages.

/// The directives of CSP Level 3 and its kin that restrict anything.
const DIRECTIVES: [&str; 24] = [
    "default-src",
    "connect-src",
    "script-src",
    "script-src-elem",
    "script-src-attr",
    "style-src",
    "style-src-elem",
    "style-src-attr",
    "img-src",
    "font-src",
    "media-src",
    "object-src",
    "frame-src",
    "child-src",
    "worker-src",
    "manifest-src",
    "base-uri",
    "form-action",
    "frame-ancestors",
    "sandbox",
    "report-uri",
    "report-to",
    "upgrade-insecure-requests",
    "require-trusted-types-for",
];

/// Words in the names of what answers with something other than the pages of a site.
const PARTICULAR: [&str; 40] = [
    "admin",
    "api",
    "attachment",
    "attachments",
    "avatar",
    "blob",
    "blobs",
    "download",
    "downloads",
    "email",
    "embed",
    "embedded",
    "embeds",
    "error",
    "errors",
    "file",
    "files",
    "health",
    "iframe",
    "image",
    "images",
    "img",
    "media",
    "oauth",
    "pdf",
    "playground",
    "preview",
    "previews",
    "proxy",
    "raw",
    "sandbox",
    "sandboxed",
    "storage",
    "svg",
    "untrusted",
    "upload",
    "uploads",
    "webhook",
    "webhooks",
    "widget",
];

/// Whether a word is the name of a directive.
pub(in crate::policies) fn is_directive(name: &str) -> bool {
    DIRECTIVES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether the text of a header's value reads as a policy.
pub(super) fn reads_as_policy(text: &str) -> bool {
    let pieces = text.split([';', ',']);
    let mut names = pieces.filter_map(|piece| piece.split_whitespace().next());
    names.any(is_directive)
}

/// Whether a name says that what has it answers with something other than pages.
pub(super) fn is_particular(name: &str) -> bool {
    let mut word = String::new();
    let mut was_lower = false;
    for c in name.chars().chain(['.']) {
        let breaks = !c.is_alphanumeric() || (c.is_uppercase() && was_lower);
        if breaks {
            if PARTICULAR.contains(&word.as_str()) {
                return true;
            }
            word.clear();
        }
        was_lower = c.is_lowercase();
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_what_is_no_page() {
        for name in [
            "serveFile",
            "download_headers",
            "rawContent",
            "DOWNLOAD_CSP",
            "setApiHeaders",
        ] {
            assert!(is_particular(name), "{name}");
        }
        for name in [
            "securityHeaders",
            "profile",
            "setDefaultCsp",
            "drawing",
            "capital",
        ] {
            assert!(!is_particular(name), "{name}");
        }
    }

    #[test]
    fn texts_that_are_policies() {
        assert!(reads_as_policy("default-src 'self'"));
        assert!(reads_as_policy("{x}; Connect-Src {y}"));
        assert!(!reads_as_policy("Prevents default-src from being used"));
    }
}
