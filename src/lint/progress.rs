//! How far a run is, for whoever shows it.

use std::fmt::Debug;

/// Is told how far a run is. Its methods are called often, the second by many threads at once: they
/// should do next to nothing.
pub trait Progress: Debug + Send + Sync {
    /// A phase begins, with as many files to do; 0 where that is not known.
    fn begin(&self, phase: Phase, files: usize);
    /// One more of these is done.
    fn advance(&self);
}

/// A phase of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Files are read and parsed.
    Reading,
    /// The program is evaluated.
    Evaluating,
    /// Endpoints are judged.
    Judging,
}
