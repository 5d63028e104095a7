//! `kit.csp` of SvelteKit's `svelte.config.js`.
//!
//! <https://svelte.dev/docs/kit/configuration#csp>: keywords stand there without quotes, SvelteKit
//! adds them. Pages that are prerendered hold the policy as `<meta>`, others are sent with the
//! header: either way it is for all pages, and for no file. The nonces and hashes that SvelteKit
//! adds are for scripts and styles only.

use super::is_config;
use super::pages::{EveryPage, Files};
use crate::policies::script::{Value, read_script, written_directives};
use crate::policies::{ElementStyle, Found, FoundPolicy, PolicyLocation, SourceFile, Written};
use crate::results::Disposition;
use std::path::Path;

/// `svelte.config.js`.
#[derive(Debug, Clone, Copy)]
pub(in crate::policies) struct SvelteConfig;

impl PolicyLocation for SvelteConfig {
    fn name(&self) -> &'static str {
        "SvelteKit `kit.csp`"
    }

    fn recognises(&self, path: &Path) -> bool {
        is_config(path, "svelte.config")
    }

    fn read(&self, file: &SourceFile) -> Found {
        let read = read_script(file, |script| {
            let configs = script.configurations();
            let kit = super::option(&configs, &["kit"]);
            let assets = kit.property("files").property("assets").known_text();
            (kit.property("csp"), assets)
        });
        let (csp, assets) = read.value;
        let mut policies = Vec::new();
        for (name, disposition) in [
            ("directives", Disposition::Enforce),
            ("reportOnly", Disposition::Report),
        ] {
            let written = directives(&csp.property(name));
            if !written.text().is_empty() {
                policies.push(FoundPolicy {
                    written,
                    disposition,
                });
            }
        }
        let assets = assets.unwrap_or_else(|| "static".to_owned());
        Found {
            routing: Some(Box::new(EveryPage {
                policies: policies.len(),
                files: Files::of(file.folder(), &[&assets]),
            })),
            policies,
            others: read.others,
            ..Found::default()
        }
    }
}

fn directives(value: &Value) -> Written {
    match super::present(value) {
        Value::Object(object) => written_directives(object, ElementStyle::BareKeywords),
        Value::Hole(_) => value.written(),
        _ => Written::default(),
    }
}
