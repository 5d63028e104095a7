//! One source → what stands in it: endpoints and policies, as facts.
//!
//! Parsing ([`parse`]) looks at one text and nothing else, so its result can be cached;
//! [`ParsedSource::endpoints`] evaluates it with the settings of a run.

mod loads;
mod not_browser;
mod program;
mod specifiers;
mod worker;

pub use loads::{Load, LoadKind};
pub use program::SourceProgram;
pub(crate) use program::{OfSource, SourceMemo};

use crate::discover::Language;
use crate::endpoint::{Base, Confidence, Endpoint, MetaPolicy, Place, Runtime};
use crate::html::{self, Item, MappedText};
use crate::js::{self, FileFacts, ScriptKind, ScriptText, lower};
use crate::resolve::{Lookups, Settings};
use crate::results::Severity;
use crate::sink::Api;
use crate::span::Span;
use crate::suppression::{Comment, Suppression, is_mentioned};
use crate::value::{Guard, Pattern};
use not_browser::not_browser;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;
use worker::is_worker;

/// Something to tell about a source besides its endpoints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Issue {
    /// Stable, kebab-case.
    pub code: Cow<'static, str>,
    /// How bad.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Where, in the decoded text.
    pub span: Option<Span>,
}

/// A script of a source, and where its text stands in it.
#[derive(Debug, Clone)]
struct Region {
    /// Nothing when the script is the whole source.
    map: Option<MappedText>,
    base: Base,
    document: Vec<u32>,
    is_deferred: bool,
}

/// A source, parsed.
#[derive(Debug, Clone)]
pub struct ParsedSource {
    file: Arc<str>,
    facts: FileFacts,
    lookups: Arc<Lookups>,
    regions: Vec<Region>,
    markup: Vec<Endpoint>,
    /// The policies that its markup sets.
    pub meta_policies: Vec<MetaPolicy>,
    /// The scripts and workers that it loads by URL.
    pub loads: Vec<Load>,
    /// What to tell about it.
    pub issues: Vec<Issue>,
    /// The comments that keep findings silent.
    pub suppressions: Vec<Suppression>,
    /// Why it is not browser code, if it is not.
    pub not_browser: Option<String>,
    /// It is a script that only a worker can run.
    pub is_worker: bool,
    /// It is a page.
    pub is_page: bool,
    unbundled: bool,
}

impl ParsedSource {
    /// Whether it is code of a server.
    pub fn is_server(&self) -> bool {
        self.not_browser.is_some() && not_browser::is_server(&self.facts)
    }

    /// Whether another source imports and loads the same, and can run in the same places.
    pub(crate) fn links_as(&self, other: &ParsedSource) -> bool {
        self.specifiers() == other.specifiers()
            && self.loads == other.loads
            && self.is_page == other.is_page
            && self.is_worker == other.is_worker
            && self.not_browser == other.not_browser
            && self.is_server() == other.is_server()
            && self.is_of_browsers() == other.is_of_browsers()
    }

    /// Whether it has what only browsers have.
    pub fn is_of_browsers(&self) -> bool {
        not_browser::is_of_browsers(&self.facts)
    }
}

/// What a JSON module is read as begins with this.
pub(crate) const DATA_PREFIX: &str = "export default ";

/// Parses the text of a JSON module: its default export is the data.
pub fn parse_data(file: &Arc<str>, text: &str) -> ParsedSource {
    let text = format!("{DATA_PREFIX}{text}");
    // Its text is not that of the file: nothing points into it.
    with_scripts(file, &[ScriptText::made_up(&text)], Vec::new())
}

/// Parses a decoded text.
pub fn parse(file: &Arc<str>, text: &str, language: Language) -> ParsedSource {
    match language {
        Language::Html => parse_html(file, text),
        Language::Script {
            typescript,
            jsx,
            module,
        } => {
            let script = ScriptText {
                text,
                kind: ScriptKind::File,
                typescript,
                jsx,
                module,
            };
            let region = Region {
                map: None,
                base: Base::Page,
                document: Vec::new(),
                is_deferred: false,
            };
            let mut parsed = with_scripts(file, &[script], vec![region]);
            parsed.not_browser = not_browser(text, &parsed.facts);
            parsed.is_worker = is_worker(&parsed.facts);
            parsed.unbundled = file.ends_with(".mjs");
            parsed
        }
    }
}

fn with_scripts(file: &Arc<str>, scripts: &[ScriptText], regions: Vec<Region>) -> ParsedSource {
    let (facts, syntax) = lower(scripts);
    let mut parsed = ParsedSource {
        file: file.clone(),
        facts,
        lookups: Arc::default(),
        regions,
        markup: Vec::new(),
        meta_policies: Vec::new(),
        loads: Vec::new(),
        issues: Vec::new(),
        suppressions: Vec::new(),
        not_browser: None,
        is_worker: false,
        is_page: false,
        unbundled: false,
    };
    parsed.loads = loads::of_scripts(&parsed.facts);
    parsed.suppressions = Suppression::all(&comments(scripts, &parsed));
    for issue in syntax {
        let span = parsed.place(issue.span).map(|(span, _)| span);
        parsed.issues.push(Issue {
            code: "syntax-error".into(),
            severity: Severity::Warning,
            message: format!("syntax error: {}", issue.message),
            help: Some("the statements around it are still checked".into()),
            span,
        });
    }
    parsed
}

/// The comments of the scripts in which some may keep findings silent.
fn comments(scripts: &[ScriptText], parsed: &ParsedSource) -> Vec<Comment> {
    let mentioned = scripts.iter().zip(&parsed.facts.chunks);
    let mentioned = mentioned.filter(|(script, _)| is_mentioned(script.text));
    let found = mentioned.flat_map(|(script, chunk)| {
        let at = move |offset: u32| chunk.start.saturating_add(offset);
        let all = js::comments(script.text, script.grammar()).into_iter();
        all.filter_map(move |comment| {
            let span = Span {
                start: at(comment.span.start),
                end: at(comment.span.end),
            };
            let (span, _) = parsed.place(span)?;
            Some(Comment { span, ..comment })
        })
    });
    found.collect()
}

fn parse_html(file: &Arc<str>, text: &str) -> ParsedSource {
    let document = html::parse(text);
    let mut maps = Vec::new();
    let mut markup = Vec::new();
    let mut linked = Vec::new();
    for item in &document.items {
        let base = match &item.base {
            Some(href) => Base::Href(href.clone()),
            None => Base::Page,
        };
        let place = |span| Place {
            file: file.clone(),
            span,
        };
        let endpoint = |api: Api, span: Span, url: &str, notes: Vec<String>| Endpoint {
            place: place(span),
            url_span: span,
            api,
            url: Pattern::text(url),
            guard: Guard::ALWAYS,
            trail: Vec::new(),
            base: base.clone(),
            runtime: Runtime::Browser,
            confidence: Confidence::Certain,
            notes,
            is_bounded: false,
            is_deferred: false,
            document: item.document.clone(),
        };
        let mut script = |kind: ScriptKind, code: &MappedText| {
            let region = Region {
                map: Some(code.clone()),
                base: base.clone(),
                document: item.document.clone(),
                is_deferred: !matches!(kind, ScriptKind::Classic),
            };
            maps.push((kind, region));
        };
        match &item.kind {
            Item::Ping {
                area,
                has_href,
                urls,
            } => {
                let api = if *area { Api::AreaPing } else { Api::APing };
                for (url, span) in urls {
                    let notes = match has_href {
                        true => Vec::new(),
                        false => vec![
                            "the element has no `href`: it fires once script gives it one"
                                .to_owned(),
                        ],
                    };
                    markup.push(endpoint(api, *span, url, notes));
                }
            }
            Item::LinkPreload { url, span } => {
                markup.push(endpoint(Api::LinkPreload, *span, url, Vec::new()))
            }
            Item::LinkModulePreload { url, span } => {
                markup.push(endpoint(Api::LinkModulePreload, *span, url, Vec::new()));
            }
            Item::InlineScript { module, code } => {
                script(
                    if *module {
                        ScriptKind::Module
                    } else {
                        ScriptKind::Classic
                    },
                    code,
                );
            }
            Item::Handler { code } | Item::JavascriptUrl { code } => {
                script(ScriptKind::Handler, code)
            }
            Item::ExternalScript {
                url,
                deferred,
                span,
                ..
            } => linked.push(Load {
                url: url.clone(),
                kind: LoadKind::Script {
                    base: item.base.clone(),
                    at: span.start,
                    deferred: *deferred,
                    document: item.document.clone(),
                },
            }),
        }
    }
    let scripts: Vec<_> = maps
        .iter()
        .filter_map(|(kind, region)| {
            let text = &region.map.as_ref()?.text;
            Some(ScriptText {
                text,
                kind: *kind,
                typescript: false,
                jsx: false,
                module: None,
            })
        })
        .collect();
    let regions = maps.iter().map(|(_, region)| region.clone()).collect();
    let mut parsed = with_scripts(file, &scripts, regions);
    parsed.markup = markup;
    parsed.is_page = true;
    parsed.loads.extend(linked);
    parsed.unbundled = true;
    let in_markup = Suppression::all(&document.comments);
    parsed.suppressions.extend(in_markup);
    parsed.suppressions.sort_by_key(|s| s.span);
    parsed.meta_policies = document
        .meta_policies
        .iter()
        .map(|meta| MetaPolicy {
            place: Place {
                file: file.clone(),
                span: meta.span,
            },
            text: meta.text.clone(),
            quote: match meta.document.is_empty() {
                true => quote_before(text, meta.span),
                false => None,
            },
            document: meta.document.clone(),
        })
        .collect();
    parsed
        .issues
        .extend(document.issues.iter().map(|issue| Issue {
            code: issue.code.into(),
            severity: issue.severity,
            message: issue.message.clone(),
            help: Some(issue.help.clone()),
            span: Some(issue.span),
        }));
    parsed
}

/// The quote that an attribute's value stands in.
fn quote_before(text: &str, value: Span) -> Option<char> {
    let before = text.get(..value.start as usize)?.chars().next_back()?;
    matches!(before, '"' | '\'').then_some(before)
}

impl ParsedSource {
    /// The endpoints of the source seen alone, in its order.
    pub fn endpoints(&self, settings: &Settings, runtime: Runtime) -> Vec<Endpoint> {
        let program = SourceProgram::new(vec![Some(self)], vec![Arc::default()], settings);
        let mut all = program.endpoints(&[Some(runtime)], false);
        let (endpoints, _) = all.pop().flatten().unwrap_or_default();
        endpoints.to_vec()
    }

    /// What its scripts say.
    pub(crate) fn facts(&self) -> &FileFacts {
        &self.facts
    }

    /// The specifiers of what it imports, as far as they are literal.
    pub fn specifiers(&self) -> Vec<&str> {
        specifiers::of(&self.facts)
    }

    /// A span of the virtual text, in the source.
    fn place(&self, span: Span) -> Option<(Span, &Region)> {
        let chunks = &self.facts.chunks;
        let index = chunks
            .partition_point(|c| c.start <= span.start)
            .checked_sub(1)?;
        let (chunk, region) = (chunks.get(index)?, self.regions.get(index)?);
        let limit = |offset: u32| offset.saturating_sub(chunk.start).min(chunk.len);
        let local = Span {
            start: limit(span.start),
            end: limit(span.end),
        };
        let span = match &region.map {
            Some(map) => map.source_span(local),
            None => local,
        };
        Some((span, region))
    }
}
