//! What tells a diagnostic from others, whatever lines it stands on.

use crate::results::Diagnostic;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Gives each diagnostic its fingerprint: from its code, file and message, and how many such came
/// before it, in their order.
pub(crate) fn mark(diagnostics: &mut [Diagnostic]) {
    let mut seen: HashMap<[u8; 32], u32> = HashMap::new();
    for diagnostic in diagnostics {
        let of_text = of_text(diagnostic);
        let number = seen.entry(of_text).or_default();
        let mut hash = Sha256::new();
        hash.update(of_text);
        hash.update(number.to_be_bytes());
        *number += 1;
        let bytes = hash.finalize();
        diagnostic.fingerprint = bytes.iter().take(8).map(|b| format!("{b:02x}")).collect();
    }
}

fn of_text(diagnostic: &Diagnostic) -> [u8; 32] {
    let mut hash = Sha256::new();
    let file = diagnostic.file.as_deref().unwrap_or_default();
    for part in [&diagnostic.code, file, &without_places(&diagnostic.message)] {
        hash.update(part);
        hash.update([0]);
    }
    hash.finalize().into()
}

/// Messages name places as `file:line:column`: without the numbers.
fn without_places(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    let mut chars = message.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        if c == ':' {
            while chars.next_if(char::is_ascii_digit).is_some() {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::nowhere;
    use super::*;
    use crate::results::Severity;

    fn of(message: &str, file: &str, line: u32) -> Diagnostic {
        Diagnostic {
            file: Some(file.to_owned()),
            line: Some(line),
            ..nowhere("blocked", Severity::Error, message.to_owned())
        }
    }

    #[test]
    fn lines_do_not_matter_and_doubles_differ() {
        let mut one = [
            of("a.js:3:5 x", "a.js", 3),
            of("b", "a.js", 4),
            of("b", "a.js", 9),
        ];
        let mut other = [
            of("a.js:7:5 x", "a.js", 7),
            of("b", "a.js", 9),
            of("b", "c.js", 9),
        ];
        mark(&mut one);
        mark(&mut other);
        assert_eq!(one[0].fingerprint, other[0].fingerprint);
        assert_eq!(one[1].fingerprint, other[1].fingerprint);
        assert_ne!(one[1].fingerprint, one[2].fingerprint);
        assert_ne!(one[2].fingerprint, other[2].fingerprint);
    }
}
