//! connect-lint.
pub mod endpoint;
pub mod js;
pub mod results;
pub mod sink;
pub mod span;
pub mod value;
