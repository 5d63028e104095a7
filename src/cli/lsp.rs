//! `connect-lint lsp`.

use std::process::ExitCode;

/// Serves an editor until it says that it is done. The protocol has its own exit codes: 0 after
/// `shutdown`, else 1.
pub(super) fn run() -> ExitCode {
    match crate::lsp::serve(std::io::stdin(), std::io::stdout()) {
        crate::lsp::Ended::Orderly => ExitCode::SUCCESS,
        crate::lsp::Ended::Abruptly => ExitCode::FAILURE,
    }
}
