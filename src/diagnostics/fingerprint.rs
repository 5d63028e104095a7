//! What tells a diagnostic from others, whatever lines it stands on.

use crate::results::Diagnostic;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::HashMap;

/// Gives each diagnostic its fingerprint: from its code, file and what is found, and how many such
/// came before it, in their order. `path`: a file's display path as it is on every machine.
pub(crate) fn mark(diagnostics: &mut [Diagnostic], mut path: impl FnMut(&str) -> String) {
    let mut seen: HashMap<[u8; 32], u32> = HashMap::new();
    for diagnostic in diagnostics {
        let file = diagnostic.file.as_deref().map(&mut path);
        let of_text = of_text(diagnostic, &file.unwrap_or_default());
        let number = seen.entry(of_text).or_default();
        let mut hash = Sha256::new();
        hash.update(of_text);
        hash.update(number.to_be_bytes());
        *number += 1;
        let bytes = hash.finalize();
        diagnostic.fingerprint = bytes.iter().take(8).map(|b| format!("{b:02x}")).collect();
    }
}

fn of_text(diagnostic: &Diagnostic, file: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [&diagnostic.code, file, &subject(diagnostic)] {
        hash.update(part);
        hash.update([0]);
    }
    hash.finalize().into()
}

/// What is found, without what changes when something else does.
pub(crate) fn subject(diagnostic: &Diagnostic) -> Cow<'_, str> {
    match &diagnostic.about.subject {
        Some(subject) => Cow::Borrowed(subject),
        None => Cow::Owned(without_places(&diagnostic.message)),
    }
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
            of("a.js:7:5 x", "../a.js", 7),
            of("b", "../a.js", 9),
            of("b", "../c.js", 9),
        ];
        let path = |shown: &str| shown.trim_start_matches("../").to_owned();
        mark(&mut one, path);
        mark(&mut other, path);
        assert_eq!(one[0].fingerprint, other[0].fingerprint);
        assert_eq!(one[1].fingerprint, other[1].fingerprint);
        assert_ne!(one[1].fingerprint, one[2].fingerprint);
        assert_ne!(one[2].fingerprint, other[2].fingerprint);
    }

    #[test]
    fn what_is_found_counts_rather_than_the_message() {
        let with = |message: &str, subject: &str| {
            let mut diagnostic = of(message, "a.js", 1);
            diagnostic.about.subject = Some(subject.to_owned());
            diagnostic
        };
        let mut all = [with("a", "x"), with("b", "y")];
        mark(&mut all, str::to_owned);
        let mut again = [with("c", "x")];
        mark(&mut again, str::to_owned);
        assert_eq!(all[0].fingerprint, again[0].fingerprint);
        assert_ne!(all[0].fingerprint, all[1].fingerprint);
    }
}
