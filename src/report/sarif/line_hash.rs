//! `primaryLocationLineHash`: what GitHub code scanning tells results from each other by, as its
//! upload action computes it
//! (<https://github.com/github/codeql-action/blob/main/src/fingerprints.ts>). For uploads by other
//! ways than the action.

use std::collections::HashMap;

/// How many characters from the start of a line count, without blanks and tabs.
const BLOCK: usize = 100;
const FACTOR: u64 = 37;
/// Stands at the end of the text.
const END: u16 = 0xFFFF;

/// The hash of each line: of the characters from its start on, and how many lines before had the
/// same.
pub(super) fn line_hashes(text: &str) -> Vec<String> {
    let mut hasher = Hasher::new();
    let mut after_cr = false;
    // A script's characters: UTF-16 code units.
    for unit in text.encode_utf16() {
        let is_lf_of_crlf = after_cr && unit == u16::from(b'\n');
        after_cr = false;
        match unit {
            // Blank and tab.
            0x20 | 0x09 => {}
            _ if is_lf_of_crlf => {}
            // A carriage return is a line feed.
            0x0D => {
                hasher.push(u16::from(b'\n'));
                after_cr = true;
            }
            unit => hasher.push(unit),
        }
    }
    hasher.push(END);
    hasher.finish()
}

/// A rolling hash over the last characters.
struct Hasher {
    window: [u16; BLOCK],
    /// Whether a line starts at the character in the window.
    starts: [bool; BLOCK],
    index: usize,
    hash: u64,
    /// `FACTOR` to the power of `BLOCK`.
    first: u64,
    at_line_start: bool,
    seen: HashMap<u64, u32>,
    lines: Vec<String>,
}

impl Hasher {
    fn new() -> Self {
        Hasher {
            window: [0; BLOCK],
            starts: [false; BLOCK],
            index: 0,
            hash: 0,
            first: (0..BLOCK).fold(1, |power: u64, _| power.wrapping_mul(FACTOR)),
            at_line_start: true,
            seen: HashMap::new(),
            lines: Vec::new(),
        }
    }

    fn push(&mut self, unit: u16) {
        self.emit();
        if let Some(start) = self.starts.get_mut(self.index) {
            *start = self.at_line_start;
        }
        self.at_line_start = unit == u16::from(b'\n');
        self.roll(unit);
    }

    fn roll(&mut self, unit: u16) {
        let slot = self.window.get_mut(self.index);
        let begin = slot.map_or(0, |slot| std::mem::replace(slot, unit));
        self.hash = self
            .hash
            .wrapping_mul(FACTOR)
            .wrapping_add(unit.into())
            .wrapping_sub(self.first.wrapping_mul(begin.into()));
        self.index = (self.index + 1) % BLOCK;
    }

    /// The hash of the line that starts a whole window ago, if one does.
    fn emit(&mut self) {
        let start = self.starts.get_mut(self.index);
        if start.is_some_and(std::mem::take) {
            let count = self.seen.entry(self.hash).or_default();
            *count += 1;
            self.lines.push(format!("{:x}:{count}", self.hash));
        }
    }

    fn finish(mut self) -> Vec<String> {
        for _ in 0..BLOCK {
            self.emit();
            self.roll(0);
        }
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the tests of the action
    /// (<https://github.com/github/codeql-action/blob/main/src/fingerprints.test.ts>).
    #[test]
    fn as_the_action_does() {
        let cases: &[(&str, &[&str])] = &[
            ("", &["c129715d7a2bc9a3:1"]),
            (
                " a\nb\n  \t\tc\n d",
                &[
                    "271789c17abda88f:1",
                    "54703d4cd895b18:1",
                    "180aee12dab6264:1",
                    "a23a3dc5e078b07b:1",
                ],
            ),
            (
                " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
                &[
                    "e9496ae3ebfced30:1",
                    "fb7c023a8b9ccb3f:1",
                    "ce8ba1a563dcdaca:1",
                    "e20e36e16fcb0cc8:1",
                    "b3edc88f2938467e:1",
                    "c8e28b0b4002a3a0:1",
                    "c129715d7a2bc9a3:1",
                ],
            ),
            (
                "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n",
                &[
                    "e54938cc54b302f1:1",
                    "bb609acbe9138d60:1",
                    "1131fd5871777f34:1",
                    "5c482a0f8b35ea28:1",
                    "54517377da7028d2:1",
                    "2c644846cb18d53e:1",
                    "f1b89f20de0d133:1",
                    "c129715d7a2bc9a3:1",
                ],
            ),
        ];
        for (text, wanted) in cases {
            assert_eq!(line_hashes(text), *wanted, "{text:?}");
        }
        let repeated = line_hashes(&"Lorem ipsum dolor sit amet.\n".repeat(10));
        assert_eq!(repeated[5], "a7f2ff13bc495cf2:6");
        assert_eq!(repeated[6], "a7f2ff1481e87703:1");
    }
}
