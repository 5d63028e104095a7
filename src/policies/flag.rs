//! Policies given on the command line or in the configuration.

use super::{LocatedPolicy, Origin, Scope, Written, located};
use crate::csp::{Policy, parse_header, parse_policy_value};
use crate::results::Disposition;

/// A header's value, with or without the header's name.
#[derive(Debug, Clone)]
pub struct PolicyFlag {
    /// The value.
    pub value: String,
    /// Where the value stands, if it does in a file.
    pub written: Option<Written>,
    /// What it is if it does not name its header.
    pub disposition: Disposition,
    /// The flag, or the place in the configuration.
    pub origin: Origin,
    /// What it governs.
    pub scope: Scope,
}

impl PolicyFlag {
    /// Its policies. One that restricts nothing was given on purpose: that is an answer too.
    pub fn policies(&self) -> Vec<LocatedPolicy> {
        let (value, disposition) = parse_policy_value(&self.value, self.disposition);
        let mut policies = parse_header(value, disposition);
        if policies.is_empty() {
            policies.push(Policy {
                disposition,
                directives: Vec::new(),
                open: None,
            });
        }
        // Where the header's name stands before it, the text is another.
        let known = self.written.clone().filter(|w| w.text() == value);
        let written = known.unwrap_or_else(|| Written::nowhere(value));
        located(policies, &written, &self.origin, &self.scope)
    }
}
