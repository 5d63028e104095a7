//! Content Security Policy: text → policies → source expressions; what they say of a URL.
//!
//! The rules are those of CSP Level 3 (<https://www.w3.org/TR/CSP3/>); where browsers do
//! something else, [`Mode::Browser`] does that and says so.

mod base;
mod broad;
mod browsers;
mod directives;
mod matching;
mod notes;
mod policy;
mod source;
mod suggest;

pub use base::allows_base;
pub use broad::lets_anybody_through;
pub use browsers::Browser;
pub use directives::{is_directive, reads_as_policy};
pub use matching::{Answer, Check, Mode, Outcome, judge_list, source_answers};
pub use notes::{Note, notes};
pub use policy::{
    Directive, Policy, PolicyText, connect_sources, parse_header, parse_one, parse_policy_file,
    parse_policy_value, parse_written,
};
pub use source::{HostSource, OpenSource, Source, SourceKind};
pub use suggest::{lets_through, narrowest, suggestion, with_path};
