//! Writing to standard output as command-line programs should.

use std::io;

/// Takes a closed pipe for success: whoever read the output (`| head`) has seen enough. The exit
/// code stays what the run made of it.
pub(super) fn tolerate_broken_pipe(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_broken_pipe_is_tolerated() {
        let fail = |kind: io::ErrorKind| tolerate_broken_pipe(Err(kind.into()));
        assert!(fail(io::ErrorKind::BrokenPipe).is_ok());
        assert!(fail(io::ErrorKind::StorageFull).is_err());
        assert!(tolerate_broken_pipe(Ok(())).is_ok());
    }
}
