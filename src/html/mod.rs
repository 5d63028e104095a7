//! The html5ever front end: markup → what in it makes requests, runs scripts or sets policies,
//! each with the exact bytes that it stands in.

mod attributes;
mod element;
mod entities;
mod handlers;
mod items;
mod javascript_url;
mod mapped;
mod nesting;
mod page;
mod policies;
mod positions;
mod scripts;
#[cfg(test)]
mod tests;
mod tree;

use crate::results::Severity;
use crate::span::Span;
use crate::suppression::Comment;

/// What a page holds, in the order of the source.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Document {
    /// Requests and scripts.
    pub items: Vec<Placed>,
    /// Policies in `<meta>` that take effect.
    pub meta_policies: Vec<Meta>,
    /// What to tell about the markup: policies without effect.
    pub issues: Vec<MarkupIssue>,
    /// The comments that may be there to keep findings silent.
    pub comments: Vec<Comment>,
}

/// An item and the document it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// What it is.
    pub kind: Item,
    /// The first `<base href>` of its document, as written.
    pub base: Option<String>,
    /// The document inside the file: see [`crate::endpoint::Endpoint::document`].
    pub document: Vec<u32>,
}

/// Something in markup that makes a request or runs a script.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// `<a ping>` or `<area ping>`.
    Ping {
        /// It is an `<area>`.
        area: bool,
        /// The element has an `href`: without one it never fires by itself.
        has_href: bool,
        /// Each URL of the list, and where it stands.
        urls: Vec<(String, Span)>,
    },
    /// `<link rel=preload as=fetch href>`.
    LinkPreload {
        /// The URL.
        url: String,
        /// The attribute's value.
        span: Span,
    },
    /// `<link rel=modulepreload as=json href>`.
    LinkModulePreload {
        /// The URL.
        url: String,
        /// The attribute's value.
        span: Span,
    },
    /// `<script>` with code in it.
    InlineScript {
        /// `type=module`.
        module: bool,
        /// The code.
        code: MappedText,
    },
    /// `<script src>`.
    ExternalScript {
        /// The URL.
        url: String,
        /// `type=module`.
        module: bool,
        /// It runs when the page is parsed, or later.
        deferred: bool,
        /// The attribute's value.
        span: Span,
    },
    /// An event handler attribute.
    Handler {
        /// The code.
        code: MappedText,
    },
    /// A `javascript:` URL.
    JavascriptUrl {
        /// The code, percent-decoded.
        code: MappedText,
    },
}

/// A policy in `<meta http-equiv>` that takes effect.
#[derive(Debug, Clone, PartialEq)]
pub struct Meta {
    /// The policy, entities decoded.
    pub text: String,
    /// The `content` attribute's value.
    pub span: Span,
    /// See [`Placed::document`].
    pub document: Vec<u32>,
}

/// Something to tell about markup.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkupIssue {
    /// Stable, kebab-case.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Where.
    pub span: Span,
}

/// Text that was decoded from a part of a source, and where its characters came from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MappedText {
    /// The text.
    pub text: String,
    /// Where it came from, in the order of the text; see [`MappedText::source_span`].
    pieces: Vec<mapped::Piece>,
}

/// Reads a page: decoded, without a byte order mark.
pub fn parse(text: &str) -> Document {
    let context = page::Context {
        path: Vec::new(),
        scripts: true,
        noscript: false,
    };
    page::read(MappedText::of_source(text), context)
}
