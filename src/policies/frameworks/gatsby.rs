//! `gatsby-plugin-csp` in `gatsby-config`.
//!
//! <https://www.gatsbyjs.com/plugins/gatsby-plugin-csp/>: every page gets a `<meta>` with the
//! directives, and the plugin's own where the project has none. As `reportOnly` browsers ignore it.

use super::pages::{EveryPage, Files};
use super::{elements, is_config, option};
use crate::policies::script::{Object, Value, read_script, written_directives};
use crate::policies::{ElementStyle, Found, FoundPolicy, PolicyLocation, SourceFile, Written};
use crate::results::Disposition;
use std::path::Path;

/// What version 1.1.3 has by itself; scripts and styles get hashes.
const DEFAULTS: [(&str, &str); 9] = [
    ("base-uri", "'self'"),
    ("default-src", "'self'"),
    ("script-src", "'self'"),
    ("style-src", "'self'"),
    ("object-src", "'none'"),
    ("form-action", "'self'"),
    ("font-src", "'self' data:"),
    ("connect-src", "'self'"),
    ("img-src", "'self' data:"),
];

/// `gatsby-config.js` and its like.
#[derive(Debug, Clone, Copy)]
pub(in crate::policies) struct GatsbyConfig;

impl PolicyLocation for GatsbyConfig {
    fn name(&self) -> &'static str {
        "gatsby-plugin-csp"
    }

    fn recognises(&self, path: &Path) -> bool {
        is_config(path, "gatsby-config")
    }

    fn read(&self, file: &SourceFile) -> Found {
        let read = read_script(file, |script| {
            option(&script.configurations(), &["plugins"])
        });
        let plugins = elements(&read.value);
        let Some(options) = plugins.into_iter().find_map(options) else {
            return Found::default();
        };
        if options.property("reportOnly").truthy() == Some(true) {
            return Found::default();
        }
        Found {
            policies: vec![FoundPolicy {
                written: policy(&options),
                disposition: Disposition::Enforce,
            }],
            routing: Some(Box::new(EveryPage {
                policies: 1,
                files: Files::of(file.folder(), &["static"]),
            })),
            others: read.others,
            ..Found::default()
        }
    }
}

/// The plugin's options, if a plugin is it.
fn options(plugin: &Value) -> Option<Value> {
    let is_it = |value: &Value| value.known_text().as_deref() == Some("gatsby-plugin-csp");
    if is_it(plugin) {
        return Some(Value::Undefined);
    }
    is_it(&plugin.property("resolve")).then(|| plugin.property("options"))
}

fn policy(options: &Value) -> Written {
    let directives = options.property("directives");
    let own = match super::present(&directives) {
        Value::Object(own) => own.clone(),
        Value::Hole(_) => return directives.written(),
        _ => Object::default(),
    };
    let mut written = written_directives(&own, ElementStyle::Quoted);
    let is_alone = matches!(
        options.property("mergeDefaultDirectives"),
        Value::Bool(false)
    );
    // What is not known may be set to anything.
    if is_alone || own.open.is_some() {
        return written;
    }
    for (name, value) in DEFAULTS {
        if !matches!(own.get(name), Value::Undefined) {
            continue;
        }
        if !written.text().is_empty() {
            written.made("; ");
        }
        written.made(&format!("{name} {value}"));
    }
    written
}
