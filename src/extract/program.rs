//! Parsed sources that import each other → the endpoints of each.

use super::ParsedSource;
use crate::endpoint::{Base, Confidence, Endpoint, Place, Runtime, Step};
use crate::opaque::{OpaqueCall, Wrapper};
use crate::resolve::{Found, FoundOpaque, FoundStep, Program, Settings};
use crate::sink::Api;
use crate::span::Span;
use rustc_hash::FxHashMap as HashMap;

/// Sources, and where their imports lead. Threads share it.
pub struct SourceProgram<'a> {
    sources: Vec<&'a ParsedSource>,
    program: Program<'a>,
}

impl<'a> SourceProgram<'a> {
    /// A program of these sources; `imports` has for each the numbers of the sources that its
    /// specifiers lead to.
    pub fn new(
        sources: &[&'a ParsedSource],
        imports: Vec<HashMap<String, u32>>,
        settings: &'a Settings,
    ) -> Self {
        let files = sources.iter().map(|source| &source.facts).zip(imports);
        SourceProgram {
            sources: sources.to_vec(),
            program: Program::new(files, settings)
                .with_paths(sources.iter().map(|source| source.file.clone()).collect()),
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
    pub fn endpoints(
        &self,
        runtimes: &[Option<Runtime>],
        survey: bool,
    ) -> Vec<Option<(Vec<Endpoint>, Vec<OpaqueCall>)>> {
        let wanted: Vec<_> = runtimes.iter().map(Option::is_some).collect();
        let found = self.program.endpoints(&wanted, survey);
        let sources = self.sources.iter().zip(runtimes).zip(found);
        let each = sources.map(|((source, runtime), of_file)| {
            let of_file = of_file?;
            let Some(runtime) = runtime else {
                return Some((Vec::new(), Vec::new()));
            };
            let endpoints = self.of_source(source, *runtime, of_file.found);
            let opaque = of_file.opaque.into_iter();
            Some((
                endpoints,
                opaque.filter_map(|o| self.opaque(source, o)).collect(),
            ))
        });
        each.collect()
    }

    fn opaque(&self, source: &ParsedSource, found: FoundOpaque) -> Option<OpaqueCall> {
        let wrapper = found.wrapper.and_then(|wrapper| {
            let source = self.sources.get(wrapper.file as usize)?;
            Some(Wrapper {
                place: place(source, wrapper.span)?,
                api: wrapper.api,
                base: wrapper.base,
            })
        });
        Some(OpaqueCall {
            place: place(source, found.span)?,
            called: found.called,
            wrapper,
        })
    }

    fn of_source(
        &self,
        source: &ParsedSource,
        runtime: Runtime,
        found: Vec<Found>,
    ) -> Vec<Endpoint> {
        let mut out = source.markup.clone();
        out.extend(found.into_iter().filter_map(|f| self.endpoint(source, f)));
        for endpoint in &mut out {
            endpoint.runtime = runtime;
            if runtime == Runtime::Worker {
                endpoint.base = Base::Script;
            }
        }
        out.sort_by_key(|e| (e.place.span, e.url_span));
        out
    }

    fn endpoint(&self, source: &ParsedSource, found: Found) -> Option<Endpoint> {
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
        let source = self.sources.get(step.file as usize)?;
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
