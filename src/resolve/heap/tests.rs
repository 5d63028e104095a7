//! What small files' objects are.
#![allow(clippy::unwrap_used)]
