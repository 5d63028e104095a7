//! Policies given on the command line or in the configuration.

use super::{LocatedPolicy, Origin, PolicyError, PolicyLocation, Scope, of_value};
use crate::csp::{Policy, parse_policy_value};
use crate::results::Disposition;

/// A header's value, with or without the header's name.
#[derive(Debug, Clone)]
pub struct PolicyFlag {
    /// The value.
    pub value: String,
    /// What it is if it does not name its header.
    pub disposition: Disposition,
    /// The flag, or the place in the configuration.
    pub origin: Origin,
    /// What it governs.
    pub scope: Scope,
}

impl PolicyLocation for PolicyFlag {
    fn policies(&self) -> Result<Vec<LocatedPolicy>, PolicyError> {
        let text = parse_policy_value(&self.value, self.disposition);
        let located = of_value(&text.value, text.disposition, &self.origin, &self.scope);
        if !located.is_empty() {
            return Ok(located);
        }
        // Given on purpose, and restricting nothing: that is an answer too.
        let empty = Policy {
            disposition: text.disposition,
            directives: Vec::new(),
        };
        Ok(super::located(
            vec![empty],
            &text.value,
            &self.origin,
            &self.scope,
        ))
    }
}
