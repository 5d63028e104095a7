//! Parsed sources that import each other → the endpoints of each.

use super::ParsedSource;
use crate::endpoint::{Base, Confidence, Endpoint, Place, Runtime, Step};
use crate::js::FileFacts;
use crate::opaque::{OpaqueCall, Wrapper};
use crate::resolve::{
    Found, FoundOpaque, FoundStep, Given, Lookups, Memo, OfFile, Program, Settings,
};
use crate::sink::Api;
use crate::span::Span;
use rustc_hash::FxHashMap as HashMap;
use std::sync::{Arc, LazyLock};

/// Sources, and where their imports lead. Threads share it.
pub struct SourceProgram<'a> {
    sources: Vec<Option<&'a ParsedSource>>,
    program: Program<'a>,
}

/// The endpoints of a source, and the calls that were not seen through.
pub(crate) type OfSource = (Arc<[Endpoint]>, Arc<[OpaqueCall]>);

/// What is kept of the endpoints of a program for the next, whose sources have the same names.
#[derive(Debug, Default)]
pub(crate) struct SourceMemo {
    memo: Option<Memo>,
    found: Vec<Kept>,
}

/// What is kept of one source.
#[derive(Debug)]
struct Kept {
    runtime: Option<Runtime>,
    from: Option<Arc<OfFile>>,
    to: Option<OfSource>,
}

/// What stands for a source that is not part of a program.
static NOTHING: LazyLock<(FileFacts, Arc<Lookups>)> = LazyLock::new(Default::default);

impl<'a> SourceProgram<'a> {
    /// A program of these sources, some of which may not be part of it; `imports` has for each the
    /// numbers of the sources that its specifiers lead to.
    pub fn new(
        sources: Vec<Option<&'a ParsedSource>>,
        imports: Vec<Arc<HashMap<String, u32>>>,
        settings: &'a Settings,
    ) -> Self {
        let given = |(source, imports): (&Option<&'a ParsedSource>, _)| match source {
            Some(source) => Given {
                facts: &source.facts,
                lookups: source.lookups.clone(),
                imports,
            },
            None => Given {
                facts: &NOTHING.0,
                lookups: NOTHING.1.clone(),
                imports: Arc::default(),
            },
        };
        let none: Arc<str> = Arc::default();
        let path = |source: &Option<&ParsedSource>| {
            source.map_or_else(|| none.clone(), |source| source.file.clone())
        };
        let paths = sources.iter().map(path).collect();
        let files = sources.iter().zip(imports).map(given);
        SourceProgram {
            program: Program::of(files, settings).with_paths(paths),
            sources,
        }
    }

    /// Says of each source whether it does not run in a browser.
    pub fn with_elsewhere(mut self, elsewhere: Vec<bool>) -> Self {
        self.program = self.program.with_elsewhere(elsewhere);
        self
    }

    /// The endpoints of each source that runs in a browser, in its order; nothing where they
    /// could not be worked out. With `survey`, also the calls that look like requests and were not
    /// seen through. Uses the threads of the current rayon pool.
    pub fn endpoints(&self, runtimes: &[Option<Runtime>], survey: bool) -> Vec<Option<OfSource>> {
        let wanted: Vec<_> = runtimes.iter().map(Option::is_some).collect();
        let found = self.program.endpoints(&wanted, survey);
        let numbered = found.into_iter().enumerate();
        let each = numbered.map(|(number, found)| {
            let runtime = runtimes.get(number).copied().flatten();
            placed(&self.sources, number, runtime, found?)
        });
        each.collect()
    }

    /// Likewise, by what is kept of the program before; gives what to keep of this one.
    pub(crate) fn endpoints_again(
        self,
        runtimes: &[Option<Runtime>],
        survey: bool,
        memo: SourceMemo,
    ) -> (Vec<Option<OfSource>>, SourceMemo) {
        let wanted: Vec<_> = runtimes.iter().map(Option::is_some).collect();
        let (found, new) = self.program.endpoints_again(&wanted, survey, memo.memo);
        // Only spans of pages stand elsewhere than in the virtual text.
        let moved: Vec<bool> = (0..self.sources.len())
            .map(|file| new.is_changed(file) && self.sources[file].is_some_and(|s| s.is_page))
            .collect();
        let any_moved = moved.contains(&true);
        let is_moved = |number: usize, from: &Option<Arc<OfFile>>| {
            let points_there = |found: &OfFile| {
                let trails = found.found.iter().flat_map(|found| &found.trail);
                let trails = trails.map(|step| step.file);
                let wrappers = found.opaque.iter().filter_map(|o| o.wrapper.as_ref());
                let mut files = trails.chain(wrappers.map(|wrapper| wrapper.file));
                files.any(|file| moved.get(file as usize) == Some(&true))
            };
            new.is_changed(number) || any_moved && from.as_deref().is_some_and(points_there)
        };
        let numbered = found.into_iter().enumerate();
        let kept = numbered.map(|(number, from)| {
            let runtime = runtimes.get(number).copied().flatten();
            let old = memo.found.get(number).filter(|old| {
                let is_same = match (&old.from, &from) {
                    (Some(old), Some(new)) => Arc::ptr_eq(old, new),
                    _ => false,
                };
                is_same && old.runtime == runtime && !is_moved(number, &from)
            });
            let to = match (old, &from) {
                (Some(old), _) => old.to.clone(),
                (None, Some(from)) => {
                    let from = OfFile::clone(from);
                    placed(&self.sources, number, runtime, from)
                }
                (None, None) => None,
            };
            Kept { runtime, from, to }
        });
        let found = kept.collect();
        let memo = SourceMemo {
            memo: Some(new),
            found,
        };
        (
            memo.found.iter().map(|kept| kept.to.clone()).collect(),
            memo,
        )
    }
}

/// What was found in a source, with places instead of spans of virtual texts.
fn placed(
    sources: &[Option<&ParsedSource>],
    number: usize,
    runtime: Option<Runtime>,
    found: OfFile,
) -> Option<OfSource> {
    let (Some(runtime), Some(source)) = (runtime, sources.get(number).copied().flatten()) else {
        return Some((Arc::default(), Arc::default()));
    };
    let placing = Placing { sources, source };
    let opaque = found.opaque.into_iter();
    let opaque = opaque.filter_map(|found| placing.opaque(found)).collect();
    Some((placing.endpoints(runtime, found.found).into(), opaque))
}

/// A source whose findings are placed.
struct Placing<'a> {
    sources: &'a [Option<&'a ParsedSource>],
    source: &'a ParsedSource,
}

impl Placing<'_> {
    fn opaque(&self, found: FoundOpaque) -> Option<OpaqueCall> {
        let wrapper = found.wrapper.and_then(|wrapper| {
            let source = self.sources.get(wrapper.file as usize)?.as_ref()?;
            Some(Wrapper {
                place: place(source, wrapper.span)?,
                api: wrapper.api,
                base: wrapper.base,
            })
        });
        Some(OpaqueCall {
            place: place(self.source, found.span)?,
            called: found.called,
            wrapper,
        })
    }

    fn endpoints(&self, runtime: Runtime, found: Vec<Found>) -> Vec<Endpoint> {
        let mut out = self.source.markup.clone();
        out.extend(found.into_iter().filter_map(|found| self.endpoint(found)));
        for endpoint in &mut out {
            endpoint.runtime = runtime;
            if runtime == Runtime::Worker {
                endpoint.base = Base::Script;
            }
        }
        out.sort_by_key(|e| (e.place.span, e.url_span));
        out
    }

    fn endpoint(&self, found: Found) -> Option<Endpoint> {
        let source = self.source;
        let (span, region) = source.place(found.span)?;
        let (url_span, _) = source.place(found.url_span)?;
        let mut notes = found.notes;
        let mut confidence = found.confidence;
        if found.api == Api::Import && !source.unbundled {
            confidence = Confidence::Possible;
            notes.push("a bundler would compile this import away".to_owned());
        }
        let trail = found.trail.into_iter().filter_map(|step| self.step(step));
        Some(Endpoint {
            place: Place {
                file: source.file.clone(),
                span,
            },
            url_span,
            api: found.api,
            url: found.url,
            guard: found.guard,
            trail: trail.collect(),
            base: region.base.clone(),
            runtime: Runtime::Browser,
            confidence,
            notes,
            is_bounded: found.is_bounded,
            is_deferred: region.is_deferred,
            document: region.document.clone(),
        })
    }

    fn step(&self, step: FoundStep) -> Option<Step> {
        let source = self.sources.get(step.file as usize)?.as_ref()?;
        Some(Step {
            place: place(source, step.span)?,
            note: step.note,
        })
    }
}

/// Where a span of a source's virtual text is.
fn place(source: &ParsedSource, span: Span) -> Option<Place> {
    let (span, _) = source.place(span)?;
    Some(Place {
        file: source.file.clone(),
        span,
    })
}
