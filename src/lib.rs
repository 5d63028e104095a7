//! connect-lint.
pub mod endpoint;
pub mod js;
pub mod partial_url;
pub mod resolve;
pub mod results;
pub mod sink;
pub mod span;
pub mod value;
