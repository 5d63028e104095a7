//! How deep a script nests, measured before it is parsed: the parser recurses, and hostile
//! nesting must end as a diagnostic, not as a stack overflow.

use crate::span::Span;

/// Brackets nested deeper than this are not read.
pub(super) const MAX_NESTING: usize = 400;
/// Operators in one run that an ordinary stack takes.
const ORDINARY_RUN: usize = 4_000;
/// Stack bytes per operator of a run (`!!!!x`, `a=>b=>c`, `a+b+c`), generously.
const BYTES_PER_OPERATOR: usize = 3 * 1024;
/// How many `else`s, or type assertions, may follow each other.
const MAX_CHAIN: usize = 1_000;
/// How many labels one statement may have.
const MAX_LABELS: usize = 50;
/// The longest run that is read.
const MAX_RUN: usize = 700_000;

/// What the scan found.
pub(super) struct Nesting {
    /// The text with what nests too deep replaced by `0` and blanks of the same length.
    pub(super) text: Option<String>,
    /// Where that was.
    pub(super) too_deep: Option<Span>,
    /// How many bytes of stack parsing may need, if more than ordinary.
    pub(super) stack: Option<usize>,
}

/// Measures the nesting of a text, in one pass.
///
/// `assertions` says whether `<T>x` is a type assertion.
pub(super) fn measure(text: &str, assertions: bool) -> Nesting {
    let mut scan = Scan::new(text.as_bytes());
    scan.assertions = assertions.then_some(0);
    scan.run();
    let longest = scan.longest_run;
    let mut nesting = Nesting {
        text: None,
        too_deep: None,
        stack: None,
    };
    if longest > MAX_RUN {
        nesting.text = Some(String::new());
        nesting.too_deep = Some(Span::new(0, text.len()));
        return nesting;
    }
    if longest > ORDINARY_RUN {
        nesting.stack = Some(longest * BYTES_PER_OPERATOR);
    }
    nesting.too_deep = scan.deep.first().copied();
    if nesting.too_deep.is_some() || !scan.breaks.is_empty() {
        nesting.text = Some(blank_deep(text, &scan.deep, &scan.breaks));
    }
    nesting
}

fn blank_deep(text: &str, deep: &[Span], breaks: &[(usize, usize, u8)]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for &(start, end, byte) in breaks {
        bytes[start..end].fill(byte);
    }
    for span in deep {
        for byte in &mut bytes[span.range()] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        if let Some(byte) = bytes[span.range()].first_mut() {
            *byte = b'0';
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Closing brackets awaited; a template's `${` awaits `` ` `` after its `}`.
    open: Vec<u8>,
    /// Operators since the last separator, per open bracket.
    runs: Vec<usize>,
    longest_run: usize,
    /// `else`s and labels after each other, per open bracket.
    chains: Vec<(usize, usize)>,
    /// What is to be replaced so that no chain is too long.
    breaks: Vec<(usize, usize, u8)>,
    /// Type assertions after each other, where `<T>x` is one.
    assertions: Option<usize>,
    /// The last byte that is no blank and no comment, roughly.
    significant: u8,
    deep_start: Option<usize>,
    deep: Vec<Span>,
    /// Whether a `/` here would start a regular expression.
    operand_next: bool,
}

impl<'a> Scan<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Scan {
            bytes,
            at: 0,
            open: Vec::new(),
            runs: vec![0],
            longest_run: 0,
            chains: vec![(0, 0)],
            breaks: Vec::new(),
            significant: 0,
            assertions: None,
            deep_start: None,
            deep: Vec::new(),
            operand_next: true,
        }
    }

    fn run(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            let before = self.at;
            self.step(byte);
            let comment = byte == b'/' && matches!(self.bytes.get(before + 1), Some(b'/' | b'*'));
            if !byte.is_ascii_whitespace() && !comment {
                self.significant = byte;
            }
        }
        if let Some(start) = self.deep_start {
            self.deep.push(Span::new(start, self.bytes.len()));
        }
    }

    fn step(&mut self, byte: u8) {
        match byte {
            b'"' | b'\'' => self.string(byte),
            b'`' => self.template(),
            b'/' => self.slash(),
            b'(' | b'[' | b'{' => self.opening(byte),
            b')' | b']' | b'}' => self.closing(byte),
            b';' | b',' => {
                self.set_run(0);
                self.operand_next = true;
                self.at += 1;
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'0'..=b'9' | 0x80.. => self.word(),
            b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
            _ => {
                if byte == b'<' {
                    self.angle();
                }
                self.count_operator();
                self.operand_next = true;
                self.at += 1;
            }
        }
    }

    /// Counts type assertions after each other, which take quadratic time; those of a long chain
    /// are blanked.
    fn angle(&mut self) {
        let follows = self.significant == b'>';
        let Some(count) = &mut self.assertions else {
            return;
        };
        *count = if follows { *count + 1 } else { 0 };
        let rest = &self.bytes[self.at..self.bytes.len().min(self.at + 200)];
        if *count >= MAX_CHAIN
            && let Some(end) = memchr::memchr(b'>', rest)
        {
            self.breaks.push((self.at, self.at + end + 1, b' '));
        }
    }

    fn set_run(&mut self, run: usize) {
        if let Some(last) = self.runs.last_mut() {
            *last = run;
        }
    }

    fn count_operator(&mut self) {
        if let Some(last) = self.runs.last_mut() {
            *last += 1;
            self.longest_run = self.longest_run.max(*last);
        }
    }

    fn string(&mut self, quote: u8) {
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'\n' => break,
                _ if byte == quote => break,
                _ => {}
            }
        }
        self.operand_next = false;
    }

    fn template(&mut self) {
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'`' => break,
                b'$' if self.bytes.get(self.at) == Some(&b'{') => {
                    self.push(b'`');
                    self.operand_next = true;
                    self.at += 1;
                    return;
                }
                _ => {}
            }
        }
        self.operand_next = false;
    }

    fn slash(&mut self) {
        match self.bytes.get(self.at + 1) {
            Some(b'/') => {
                let rest = &self.bytes[self.at..];
                self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            }
            Some(b'*') => {
                let rest = &self.bytes[self.at..];
                self.at += memchr::memmem::find(rest, b"*/").map_or(rest.len(), |i| i + 2);
            }
            _ if self.operand_next => self.regex(),
            _ => {
                self.count_operator();
                self.operand_next = true;
                self.at += 1;
            }
        }
    }

    fn regex(&mut self) {
        let start = self.at;
        let mut in_class = false;
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => {
                    self.operand_next = false;
                    return;
                }
                b'\n' => break,
                _ => {}
            }
        }
        // Not a regular expression after all.
        self.at = start + 1;
        self.operand_next = true;
    }

    fn word(&mut self) {
        let start = self.at;
        while let Some(&byte) = self.bytes.get(self.at) {
            if !(byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80) {
                break;
            }
            self.at += 1;
        }
        let word = &self.bytes[start..self.at];
        self.chain(start, self.at);
        self.operand_next = matches!(
            word,
            b"return"
                | b"typeof"
                | b"case"
                | b"in"
                | b"of"
                | b"do"
                | b"else"
                | b"void"
                | b"delete"
                | b"await"
                | b"new"
                | b"throw"
                | b"yield"
        );
        if self.operand_next || matches!(word, b"if" | b"for" | b"while" | b"with") {
            self.count_operator();
        }
        if word == b"extends" {
            // This takes much stack.
            (0..4).for_each(|_| self.count_operator());
        }
    }

    /// Counts `else`s after each other, and labels. Chains of them take quadratic time, so a
    /// long one is broken: what is in it stays.
    fn chain(&mut self, start: usize, end: usize) {
        let starts_statement = matches!(self.significant, b';' | b'{' | b'}' | 0);
        let Some(chain) = self.chains.last_mut() else {
            return;
        };
        if &self.bytes[start..end] == b"else" {
            chain.0 += 1;
            if chain.0 % MAX_CHAIN == 0 {
                self.breaks.push((start, end, b' '));
            }
        } else if starts_statement && self.significant != b'{' || chain.0 > 0 && chain.1 > 0 {
            chain.0 = 0;
        }
        let rest = self.bytes[end..].trim_ascii_start();
        // The keys of an object and the members of an interface look like labels, but none of
        // them labels the next.
        chain.1 = match rest.first() {
            Some(b':') if self.significant == b':' && chain.1 > 0 => chain.1 + 1,
            Some(b':') if starts_statement => 1,
            _ => 0,
        };
        if chain.1 == 0 {
            return;
        }
        if chain.1 % MAX_LABELS == 0 {
            let colon = self.bytes.len() - rest.len();
            self.breaks.push((colon, colon + 1, b';'));
        }
    }

    fn push(&mut self, closer: u8) {
        self.open.push(closer);
        self.runs.push(0);
        self.chains.push((0, 0));
        if self.open.len() > MAX_NESTING && self.deep_start.is_none() {
            self.deep_start = Some(self.at + 1);
        }
    }

    fn opening(&mut self, byte: u8) {
        let closer = match byte {
            b'(' => b')',
            b'[' => b']',
            _ => b'}',
        };
        self.push(closer);
        self.operand_next = true;
        self.at += 1;
    }

    fn closing(&mut self, byte: u8) {
        let awaited = self.open.pop();
        if self.runs.len() > 1 {
            self.runs.pop();
            self.chains.pop();
        }
        if self.open.len() <= MAX_NESTING
            && let Some(start) = self.deep_start.take()
        {
            self.deep.push(Span::new(start, self.at));
        }
        self.operand_next = byte == b'}';
        if byte == b'}' && awaited == Some(b'`') {
            self.template();
        } else {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_code_is_left_alone() {
        let n = measure(
            "const a = [1, {b: `x${c}y`}]; if (/[(]/.test(a)) { f('(((') }",
            false,
        );
        assert!(n.text.is_none() && n.stack.is_none());
    }

    #[test]
    fn deep_brackets_are_blanked_and_balance() {
        let source = format!("a();{}1{};b()", "(".repeat(1000), ")".repeat(1000));
        let n = measure(&source, false);
        let text = n.text.unwrap_or_default();
        assert_eq!(text.len(), source.len());
        assert_eq!(text.matches('(').count(), text.matches(')').count());
        assert!(text.starts_with("a();") && text.ends_with(";b()") && text.contains('0'));
    }

    #[test]
    fn many_keys_are_no_chain_of_labels() {
        for source in [
            format!("x = {{{}}}", "k: \"v\",\n".repeat(500)),
            format!("x = {{{}}}", "k: {a: \"v\", b: [1]}, ".repeat(500)),
            format!("interface X {{{}}}", "k: \"v\"; ".repeat(500)),
            format!("switch (x) {{ {} }}", "case 1: k: {}; ".repeat(500)),
            "k: {}\n".repeat(500),
        ] {
            assert_eq!(measure(&source, false).text, None, "{source:.60}");
        }
        let chain = format!("{} f()", "k: ".repeat(500));
        assert!(measure(&chain, false).text.is_some());
    }

    #[test]
    fn long_runs_ask_for_stack() {
        assert!(
            measure(&format!("x={}1", "!".repeat(50_000)), false)
                .stack
                .is_some()
        );
        assert!(measure(&"a;".repeat(50_000), false).stack.is_none());
    }
}
