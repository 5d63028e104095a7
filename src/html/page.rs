//! One document: its tokens go through the tree builder, and what became an element is read.

use super::element::{Element, Vocabulary};
use super::entities::{self, Kind};
use super::items::{self, Meaning};
use super::mapped::Builder;
use super::nesting::Nesting;
use super::policies::{self, Standing};
use super::positions::{Input, Places};
use super::scripts::{self, ScriptType};
use super::tree::{Ancestors, Handle, Tree};
use super::{Document, Item, MappedText, Placed};
use crate::suppression::{Comment, is_mentioned};
use html5ever::interface::TokenizerResult;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    EndTag, StartTag, Tag, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{LocalName, local_name};
use std::cell::RefCell;
use std::collections::HashSet;
use std::ops::Range;

/// `srcdoc` in `srcdoc`, so often; deeper ones are not read.
const MAX_DOCUMENTS: usize = 16;

/// What is known of a document before it is read.
#[derive(Debug, Clone)]
pub(super) struct Context {
    /// See [`Placed::document`].
    pub(super) path: Vec<u32>,
    /// Whether scripts run in it.
    pub(super) scripts: bool,
    /// It is the content of a `<noscript>`, where only policies without effect are looked for.
    pub(super) noscript: bool,
}

/// Reads a document, and those inside it.
pub(super) fn read(source: MappedText, context: Context) -> Document {
    let source = source.normalised();
    let input = Input::new(&source.text);
    let options = TreeBuilderOpts {
        iframe_srcdoc: !context.path.is_empty(),
        ..TreeBuilderOpts::default()
    };
    let page = Page {
        source: &source,
        input: &input,
        context,
        builder: TreeBuilder::new(Tree::new(), options),
        state: RefCell::default(),
    };
    let options = TokenizerOpts {
        discard_bom: false,
        ..TokenizerOpts::default()
    };
    let tokenizer = Tokenizer::new(page, options);
    // It stops after each script and each `<meta charset>`, which changes nothing here.
    while !matches!(tokenizer.feed(input.queue()), TokenizerResult::Done) {}
    tokenizer.end();
    tokenizer.sink.state.into_inner().finish()
}

/// What the tokenizer hands its tokens to.
struct Page<'s> {
    source: &'s MappedText,
    input: &'s Input,
    context: Context,
    builder: TreeBuilder<Handle, Tree>,
    state: RefCell<State>,
}

/// What is known so far.
#[derive(Default)]
struct State {
    places: Places,
    nesting: Nesting,
    /// The element whose raw text comes next.
    raw: Option<Raw>,
    /// The parts of the text of the SVG script that is open.
    foreign_script: Option<Vec<Range<usize>>>,
    /// The type of the script that is open.
    script: Option<ScriptType>,
    /// A tag ended the head or began the body.
    explicit_body: bool,
    /// The last comment of [`Document::comments`] is followed by no tag so far.
    before_tag: bool,
    /// How many `srcdoc` there were.
    documents: u32,
    base: Option<String>,
    /// The handlers of the elements that several tags may add to.
    merged: HashSet<(u32, String)>,
    out: Document,
}

/// An element whose content is raw text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Raw {
    Script,
    Noscript,
    Other,
}

impl State {
    fn finish(mut self) -> Document {
        // A document without a base of its own has that of the one it is in.
        for item in &mut self.out.items {
            item.base = match (item.base.take(), &self.base) {
                (Some(inner), Some(outer)) => Some(joined(outer, inner)),
                (Some(inner), None) => Some(inner),
                (None, base) => base.clone(),
            };
        }
        self.out
    }
}

/// The base of a document inside another one, which has a base too: as written, except where
/// that is known to be relative to a complete URL.
fn joined(outer: &str, inner: String) -> String {
    match url::Url::parse(outer).and_then(|base| base.join(&inner)) {
        Ok(url) if url::Url::parse(&inner).is_err() => url.into(),
        _ => inner,
    }
}

impl TokenSink for Page<'_> {
    type Handle = Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        match token {
            Token::ParseError(_) => TokenSinkResult::Continue,
            Token::TagToken(tag) if tag.kind == StartTag => self.start_tag(tag, line),
            Token::TagToken(tag) => self.end_tag(tag, line),
            Token::CommentToken(ref text) => {
                let place = self.declaration();
                if is_mentioned(text) {
                    self.comment(text, place);
                }
                self.builder.process_token(token, line)
            }
            Token::DoctypeToken(_) => {
                self.declaration();
                self.builder.process_token(token, line)
            }
            Token::CharacterTokens(_) | Token::NullCharacterToken | Token::EOFToken => {
                let position = self.input.position();
                self.state.borrow_mut().places.text(position);
                self.builder.process_token(token, line)
            }
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

impl Page<'_> {
    fn start_tag(&self, tag: Tag, line: u64) -> TokenSinkResult<Handle> {
        let place = self.place(&tag);
        self.end_comments(&place);
        let name = tag.name.clone();
        let self_closing = tag.self_closing;
        let interesting = is_interesting(&tag);
        {
            let mut state = self.state.borrow_mut();
            state.foreign_script = None;
            state.explicit_body |= name == local_name!("body");
        }
        let tree = &self.builder.sink;
        let _ = (tree.take_made(), tree.take_merged());
        let result = self.builder.process_token(Token::TagToken(tag), line);
        if let Some(merged) = tree.take_merged()
            && interesting
        {
            self.read_element(&merged, &place, None);
        }
        let Some(made) = tree.take_made().filter(|made| is_for(made, &name)) else {
            self.state.borrow_mut().raw = raw(&result, &name);
            return result;
        };
        let ancestors = tree.ancestors(&made);
        if interesting {
            self.read_element(&made, &place, Some(ancestors));
        }
        let mut state = self.state.borrow_mut();
        state.raw = raw(&result, &name);
        if self_closing {
            // In SVG it is complete. In HTML the flag means nothing, and there it is raw text.
            state.foreign_script = None;
        }
        if state.raw.is_none()
            && matches!(result, TokenSinkResult::Continue)
            && state
                .nesting
                .is_too_deep(&name, &made.name, self_closing, ancestors)
        {
            state.foreign_script = None;
            drop(state);
            self.close(name, line);
            return TokenSinkResult::Continue;
        }
        result
    }

    /// Ends the element that just started.
    fn close(&self, name: LocalName, line: u64) {
        let tag = Tag {
            kind: EndTag,
            name,
            self_closing: false,
            attrs: Vec::new(),
            had_duplicate_attributes: false,
        };
        // An end tag asks nothing of the tokenizer but to run a script.
        let _ = self.builder.process_token(Token::TagToken(tag), line);
    }

    fn end_tag(&self, tag: Tag, line: u64) -> TokenSinkResult<Handle> {
        let start = self.state.borrow().places.text_start();
        let place = self.place(&tag);
        let raw = self.state.borrow_mut().raw.take();
        let text = start..place.start;
        match raw {
            Some(Raw::Script) => self.script(text),
            Some(Raw::Noscript) => self.noscript(text),
            Some(Raw::Other) => {}
            None => {
                self.foreign_script(text, tag.name == local_name!("script"));
                let mut state = self.state.borrow_mut();
                state.explicit_body |= tag.name == local_name!("head");
                if state.nesting.leaves_out(&tag.name) {
                    return TokenSinkResult::Continue;
                }
            }
        }
        self.builder.process_token(Token::TagToken(tag), line)
    }

    /// The range of a tag that was just read.
    fn place(&self, tag: &Tag) -> Range<usize> {
        let position = self.input.position();
        let letter = tag.name.as_bytes().first().copied().unwrap_or_default();
        let places = &mut self.state.borrow_mut().places;
        places.tag(&self.source.text, position, tag.kind == EndTag, letter)
    }

    /// A comment may be there to keep findings silent.
    fn comment(&self, text: &str, place: Range<usize>) {
        let state = &mut self.state.borrow_mut();
        state.before_tag = true;
        state.out.comments.push(Comment {
            span: self.source.span(place),
            text: text.to_owned(),
            before: None,
        });
    }

    /// A tag was read: comments before it stand before it, if nothing is between them.
    fn end_comments(&self, tag: &Range<usize>) {
        let mut state = self.state.borrow_mut();
        if !std::mem::take(&mut state.before_tag) {
            return;
        }
        let tag = self.source.span(tag.clone());
        if let Some(comment) = state.out.comments.last_mut() {
            comment.before = Some(tag);
        }
    }

    /// A comment or doctype was read.
    fn declaration(&self) -> Range<usize> {
        let position = self.input.position();
        let mut state = self.state.borrow_mut();
        let start = state.places.text_start();
        let place = state.places.declaration(&self.source.text, position);
        if let Some(parts) = &mut state.foreign_script {
            parts.push(start..place.start);
        }
        place
    }

    /// Reads an element; without `ancestors`, it got the attributes of another tag.
    fn read_element(&self, node: &Handle, place: &Range<usize>, ancestors: Option<Ancestors>) {
        let mut element = Element::new(&node.name, self.source, place.clone());
        if self.context.noscript {
            self.policy(&element, Standing::Noscript);
            return;
        }
        if element.vocabulary == Vocabulary::Html && matches!(element.name, "html" | "body") {
            let seen = &mut self.state.borrow_mut().merged;
            let fresh = |name: &str| seen.insert((node.id(), name.to_owned()));
            keep(&mut element, fresh);
        }
        for meaning in items::read(&element, self.context.scripts) {
            match meaning {
                Meaning::Item(item) => self.add(item),
                Meaning::Document(source, scripts) => self.document(source, scripts),
            }
        }
        if let Some(ancestors) = ancestors {
            self.read_special(&element, ancestors);
        }
    }

    /// `<meta>`, `<base>`, `<script>`.
    fn read_special(&self, element: &Element, ancestors: Ancestors) {
        match (element.vocabulary, element.name) {
            (Vocabulary::Html, "meta") => self.policy(element, self.standing(ancestors)),
            (Vocabulary::Html, "base") if !ancestors.in_template => {
                let base = &mut self.state.borrow_mut().base;
                if base.is_none() {
                    *base = element.text("href");
                }
            }
            (Vocabulary::Html | Vocabulary::Svg, "script") if self.context.scripts => {
                let mut state = self.state.borrow_mut();
                state.script = match items::script_url(element) {
                    None => scripts::script_type(element),
                    Some(_) => None,
                };
                if element.vocabulary == Vocabulary::Svg && state.script.is_some() {
                    state.foreign_script = Some(Vec::new());
                }
            }
            _ => {}
        }
    }

    fn standing(&self, ancestors: Ancestors) -> Standing {
        if ancestors.in_template {
            Standing::Template
        } else if ancestors.in_head {
            Standing::Head
        } else if self.state.borrow().explicit_body {
            Standing::Body
        } else {
            Standing::ImpliedBody
        }
    }

    fn policy(&self, element: &Element, standing: Standing) {
        let found = policies::read(element, standing, &self.context.path);
        let out = &mut self.state.borrow_mut().out;
        out.meta_policies.extend(found.policy);
        out.issues.extend(found.issues);
    }

    fn add(&self, kind: Item) {
        let document = self.context.path.clone();
        self.state.borrow_mut().out.items.push(Placed {
            kind,
            base: None,
            document,
        });
    }

    /// Reads a document inside this one.
    fn document(&self, source: MappedText, scripts: bool) {
        let mut path = self.context.path.clone();
        {
            let counter = &mut self.state.borrow_mut().documents;
            path.push(*counter);
            *counter += 1;
        }
        if path.len() > MAX_DOCUMENTS {
            return;
        }
        let inner = read(
            source,
            Context {
                path,
                scripts,
                noscript: false,
            },
        );
        self.extend(inner);
    }

    fn extend(&self, inner: Document) {
        let out = &mut self.state.borrow_mut().out;
        out.items.extend(inner.items);
        out.meta_policies.extend(inner.meta_policies);
        out.issues.extend(inner.issues);
        out.comments.extend(inner.comments);
    }

    /// The text of a script was read.
    fn script(&self, text: Range<usize>) {
        let Some(kind) = self.state.borrow_mut().script.take() else {
            return;
        };
        self.add_script(kind, entities::decode(self.source, text, Kind::Raw));
    }

    fn add_script(&self, kind: ScriptType, code: MappedText) {
        if !code.text.trim().is_empty() {
            self.add(Item::InlineScript {
                module: kind == ScriptType::Module,
                code,
            });
        }
    }

    /// The text before an end tag, in case that an SVG script is open.
    fn foreign_script(&self, text: Range<usize>, ends: bool) {
        let (parts, kind) = {
            let mut state = self.state.borrow_mut();
            let parts = state.foreign_script.take();
            (parts, state.script)
        };
        let (Some(mut parts), Some(kind), true) = (parts, kind, ends) else {
            return;
        };
        let start = parts.first().map_or(text.start, |part| part.start);
        parts.push(text);
        let mut builder = Builder::new(self.source);
        for part in parts {
            foreign_text(&mut builder, &self.source.text, part);
        }
        self.add_script(kind, builder.finish(start));
    }

    /// The text of a `<noscript>` was read.
    fn noscript(&self, text: Range<usize>) {
        const NAME: &[u8] = b"content-security-policy";
        let source = self.source.slice(text);
        let bytes = source.text.as_bytes();
        let mut starts = memchr::memchr2_iter(b'c', b'C', bytes);
        let named = |at: usize| {
            let word = bytes.get(at..at + NAME.len());
            word.is_some_and(|word| word.eq_ignore_ascii_case(NAME))
        };
        // Written with references it is not found: it is a hint only.
        if self.context.noscript || !starts.any(named) {
            return;
        }
        let context = Context {
            noscript: true,
            ..self.context.clone()
        };
        self.extend(read(source, context));
    }
}

/// Whether a tag can be of interest.
fn is_interesting(tag: &Tag) -> bool {
    matches!(
        &*tag.name,
        "a" | "area"
            | "base"
            | "button"
            | "form"
            | "frame"
            | "iframe"
            | "input"
            | "link"
            | "meta"
            | "script"
    ) || tag.attrs.iter().any(|a| a.name.local.starts_with("on"))
}

/// Whether an element was made for a tag of a name.
fn is_for(made: &Handle, tag: &LocalName) -> bool {
    let tag = match &**tag {
        "image" => "img",
        name => name,
    };
    str::eq_ignore_ascii_case(&made.name.local, tag)
}

/// The element whose raw text comes after a start tag, by what the tree builder answered.
fn raw(result: &TokenSinkResult<Handle>, name: &LocalName) -> Option<Raw> {
    match result {
        TokenSinkResult::RawData(RawKind::ScriptData) => Some(Raw::Script),
        TokenSinkResult::RawData(_) if *name == local_name!("noscript") => Some(Raw::Noscript),
        TokenSinkResult::RawData(_) => Some(Raw::Other),
        _ => None,
    }
}

/// Keeps the attributes whose names are fresh.
fn keep(element: &mut Element, mut fresh: impl FnMut(&str) -> bool) {
    element
        .attributes
        .retain(|attribute| fresh(&attribute.name));
}

/// Text in SVG or MathML: with references, and CDATA sections without.
fn foreign_text(builder: &mut Builder, source: &str, text: Range<usize>) {
    let mut done = text.start;
    let rest = |from: usize| source.get(from..text.end).unwrap_or_default();
    while let Some(found) = rest(done).find("<![CDATA[") {
        let start = done + found;
        entities::decode_into(builder, source, done..start, Kind::Text);
        let inside = start + "<![CDATA[".len();
        let end = rest(inside).find("]]>");
        let end = end.map_or(text.end, |length| inside + length);
        entities::decode_into(builder, source, inside..end, Kind::Raw);
        done = (end + 3).min(text.end);
    }
    entities::decode_into(builder, source, done..text.end, Kind::Text);
}
