//! `<meta http-equiv="Content-Security-Policy">` (CSP3 §3.3): governs its page, from there on.

use super::{LocatedPolicy, Origin, PolicyError, PolicyLocation, Scope, located};
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

impl PolicyLocation for MetaPolicies<'_> {
    fn policies(&self) -> Result<Vec<LocatedPolicy>, PolicyError> {
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
            for mut located in located(policies, &meta.text, &origin, &scope) {
                // Ignored in markup: `report-uri`, `frame-ancestors`, `sandbox` (§3.3).
                located.policy.directives.retain(|d| {
                    !matches!(
                        d.name.as_str(),
                        "report-uri" | "frame-ancestors" | "sandbox"
                    )
                });
                located.place = Some((meta.place.file.clone(), meta.place.span));
                out.push(located);
            }
        }
        Ok(out)
    }
}
