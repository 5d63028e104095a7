//! connect-lint.
pub mod cli;
pub mod csp;
pub mod endpoint;
pub mod judge;
pub mod js;
pub mod partial_url;
pub mod report;
pub mod resolve;
pub mod results;
pub mod sink;
pub mod span;
pub mod value;
