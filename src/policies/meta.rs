//! `<meta http-equiv="Content-Security-Policy">` (CSP3 §3.3): governs its page, from there on.

use super::{LocatedPolicy, Origin, Quoting, Scope, Written, located};
use crate::csp::{Mode, parse_header, parse_one};
use crate::endpoint::MetaPolicy;
use crate::results::Disposition;

/// The policies of a page's markup.
#[derive(Debug, Clone)]
pub struct MetaPolicies<'a> {
    /// Those that take effect, in order.
    pub metas: &'a [MetaPolicy],
    /// The 1-based line of each.
    pub lines: Vec<u32>,
    /// By whose rules: browsers split the attribute at commas like a header.
    pub mode: Mode,
}

impl MetaPolicies<'_> {
    /// Its policies.
    pub fn policies(&self) -> Vec<LocatedPolicy> {
        let mut out = Vec::new();
        for (meta, line) in self.metas.iter().zip(&self.lines) {
            let origin = Origin::File {
                path: meta.place.file.clone(),
                line: *line,
            };
            let scope = Scope::Page {
                file: meta.place.file.clone(),
                document: meta.document.clone(),
                after: meta.place.span.end,
            };
            let policies = match self.mode {
                Mode::Browser => parse_header(&meta.text, Disposition::Enforce),
                Mode::Spec => parse_one(&meta.text, Disposition::Enforce),
            };
            let quoting = meta.quote.map_or(Quoting::Fixed, Quoting::Html);
            let written = Written::whole(&meta.text, meta.place.clone(), quoting);
            for mut located in located(policies, &written, &origin, &scope) {
                // Ignored in markup: `report-uri`, `frame-ancestors`, `sandbox` (§3.3).
                located.policy.directives.retain(|d| {
                    !matches!(
                        d.name.as_str(),
                        "report-uri" | "frame-ancestors" | "sandbox"
                    )
                });
                out.push(located);
            }
        }
        out
    }
}
