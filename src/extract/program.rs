//! Parsed sources that import each other → the endpoints of each.

use super::{ParsedSource, Region};
use crate::endpoint::{Base, Confidence, Endpoint, Place, Runtime, Step};
use crate::resolve::{Found, FoundStep, Program, Settings};
use crate::sink::Api;
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
            program: Program::new(files, settings),
        }
    }

    /// The endpoints of each source that runs in a browser, in its order; nothing where they
    /// could not be worked out. Uses the threads of the current rayon pool.
    pub fn endpoints(&self, runtimes: &[Option<Runtime>]) -> Vec<Option<Vec<Endpoint>>> {
        let wanted: Vec<_> = runtimes.iter().map(Option::is_some).collect();
        let found = self.program.endpoints(&wanted);
        let sources = self.sources.iter().zip(runtimes).zip(found);
        let each = sources.map(|((source, runtime), found)| match runtime {
            Some(runtime) => Some(self.of_source(source, *runtime, found?)),
            None => Some(Vec::new()),
        });
        each.collect()
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
        let (span, Region { base, document, .. }) = source.place(found.span)?;
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
            base: base.clone(),
            runtime: Runtime::Browser,
            confidence,
            notes,
            is_bounded: found.is_bounded,
            document: document.clone(),
        })
    }

    fn step(&self, step: FoundStep) -> Option<Step> {
        let source = self.sources.get(step.file as usize)?;
        let (span, _) = source.place(step.span)?;
        Some(Step {
            place: Place {
                file: source.file.clone(),
                span,
            },
            note: step.note,
        })
    }
}
