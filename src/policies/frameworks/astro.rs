//! `security.csp` of Astro's configuration (`experimental.csp` before version 6).
//!
//! <https://docs.astro.build/en/reference/configuration-reference/#securitycsp>: the directives are
//! texts, joined by `;`. What Astro adds is for scripts and styles only.

use super::is_config;
use super::pages::{EveryPage, Files};
use crate::policies::script::{Value, read_script};
use crate::policies::{Found, FoundPolicy, PolicyLocation, SourceFile, Written};
use crate::results::Disposition;
use std::path::Path;

/// `astro.config.mjs` and its like.
#[derive(Debug, Clone, Copy)]
pub(in crate::policies) struct AstroConfig;

impl PolicyLocation for AstroConfig {
    fn name(&self) -> &'static str {
        "Astro `security.csp`"
    }

    fn recognises(&self, path: &Path) -> bool {
        is_config(path, "astro.config")
    }

    fn read(&self, file: &SourceFile) -> Found {
        let read = read_script(file, |script| {
            let configs = script.configurations();
            match super::option(&configs, &["security", "csp"]) {
                Value::Undefined => super::option(&configs, &["experimental", "csp"]),
                csp => csp,
            }
        });
        let directives = read.value.property("directives");
        let written = match super::present(&directives) {
            Value::List(list) => {
                let mut written = Written::default();
                for item in &list.items {
                    if !written.text().is_empty() {
                        written.made(";");
                    }
                    written.append(item.written());
                }
                written
            }
            Value::Hole(_) => directives.written(),
            _ => Written::default(),
        };
        if written.text().is_empty() {
            return Found::default();
        }
        Found {
            policies: vec![FoundPolicy {
                written,
                disposition: Disposition::Enforce,
            }],
            routing: Some(Box::new(EveryPage {
                policies: 1,
                files: Files::of(file.folder(), &["public"]),
            })),
            others: read.others,
            ..Found::default()
        }
    }
}
