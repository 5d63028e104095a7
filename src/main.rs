//! argv → exit code, nothing else.
fn main() {}
