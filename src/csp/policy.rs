//! Text → policies (CSP3 §2.2, "Policies"; HTTP header fields joined by commas).

use super::matching::Mode;
use super::source::{OpenSource, Source, SourceKind};
use crate::results::Disposition;
use std::ops::Range;

/// A directive of a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Directive {
    /// Its name, in lower case.
    pub name: String,
    /// Where its name stands in the policy's text.
    pub name_range: Range<usize>,
    /// Its values.
    pub sources: Vec<Source>,
    /// It holds a character that is not ASCII: browsers drop its value.
    pub non_ascii: bool,
    /// An earlier directive of the same name counts, not this one.
    pub duplicate: bool,
}

/// A policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Whether it blocks.
    pub disposition: Disposition,
    /// Its directives in order, also those without effect.
    pub directives: Vec<Directive>,
    /// A part of its text is not known, and may hold directives: its name.
    pub open: Option<String>,
}

/// A header's value in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyText {
    /// The bytes of the file that it stands in, line by line.
    pub lines: Vec<Range<usize>>,
    /// Whether it blocks.
    pub disposition: Disposition,
    /// 1-based line of the file.
    pub line: u32,
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

/// The policies of a header's value: a list, separated by commas. Policies without directives
/// are none. Ranges are into `text`.
pub fn parse_header(text: &str, disposition: Disposition) -> Vec<Policy> {
    parse_written(text, &[], disposition)
}

/// The policies of a header's value of which some ranges are not known, in order. What fills a
/// hole is taken to be sources, where it stands among sources; where a directive could begin, it
/// may be anything.
pub fn parse_written(text: &str, holes: &[Range<usize>], disposition: Disposition) -> Vec<Policy> {
    let mut start = 0;
    let mut out = Vec::new();
    for piece in text.split(',') {
        out.extend(policy(piece, start, holes, disposition));
        start += piece.len() + 1;
    }
    out
}

/// The policy of a `<meta>`: by the text of the specification one, whatever commas it holds
/// (CSP3 §3.3 parses the attribute as a serialized policy, not as a list).
pub fn parse_one(text: &str, disposition: Disposition) -> Vec<Policy> {
    policy(text, 0, &[], disposition).into_iter().collect()
}

fn policy(
    text: &str,
    offset: usize,
    holes: &[Range<usize>],
    disposition: Disposition,
) -> Option<Policy> {
    let is_open = |range: &Range<usize>| {
        holes
            .iter()
            .any(|h| h.start < range.end && range.start < h.end)
    };
    let mut directives: Vec<Directive> = Vec::new();
    let mut open = None;
    let mut start = offset;
    for piece in text.split(';') {
        let mut tokens = tokens(piece, start).into_iter();
        if let Some((name, name_range)) = tokens.next() {
            if is_open(&name_range) {
                open = open.or(Some(name.to_owned()));
            } else {
                let name = name.to_ascii_lowercase();
                let duplicate = directives.iter().any(|d| d.name == name);
                let source = |(text, range): (&str, Range<usize>)| match is_open(&range) {
                    true => Source::open(text, range, holes),
                    false => Source::parse(text, range),
                };
                let sources: Vec<_> = tokens.map(source).collect();
                let non_ascii = sources.iter().any(|s| !s.text.is_ascii());
                // `img-src 'self' ${more}`: what ends a directive may begin another one.
                let unknown = |s: &&Source| s.kind == SourceKind::Open(OpenSource::default());
                if let Some(last) = sources.last().filter(unknown) {
                    open = open.or(Some(last.text.clone()));
                }
                directives.push(Directive {
                    name,
                    name_range,
                    sources,
                    non_ascii,
                    duplicate,
                });
            }
        }
        start += piece.len() + 1;
    }
    (!directives.is_empty() || open.is_some()).then_some(Policy {
        disposition,
        directives,
        open,
    })
}

fn tokens(text: &str, offset: usize) -> Vec<(&str, Range<usize>)> {
    let mut out = Vec::new();
    let mut at = 0;
    for token in text.split(is_space) {
        if !token.is_empty() {
            out.push((token, offset + at..offset + at + token.len()));
        }
        // White space is one byte each.
        at += token.len() + 1;
    }
    out
}

impl Policy {
    /// The directive that governs connections in browsers, and whether it is `default-src`
    /// standing in (CSP3 §6.8.3); nothing if connections are not restricted.
    pub fn connect_directive(&self) -> Option<(&Directive, bool)> {
        self.connect_directive_by(Mode::Browser)
    }

    /// The same by the rules of the mode. A directive that is not ASCII counts for nothing: by
    /// the text (CSP3 §2.2.1) as if it were not there, in browsers after the duplicates of it
    /// have been dropped.
    pub(crate) fn connect_directive_by(&self, mode: Mode) -> Option<(&Directive, bool)> {
        let named = |name: &str| {
            let mut all = self.directives.iter().filter(|d| d.name == name);
            match mode {
                Mode::Browser => all.find(|d| !d.duplicate).filter(|d| !d.non_ascii),
                Mode::Spec => all.find(|d| !d.non_ascii),
            }
        };
        if let Some(directive) = named("connect-src") {
            return Some((directive, false));
        }
        named("default-src").map(|directive| (directive, true))
    }

    /// Whether it upgrades insecure requests (only one that enforces does).
    pub fn upgrades(&self) -> bool {
        self.disposition == Disposition::Enforce
            && self
                .directives
                .iter()
                .any(|d| d.name == "upgrade-insecure-requests")
    }
}

/// The sources of a policy's own `connect-src` as browsers see it; none where it has none.
pub fn connect_sources(policy: &Policy) -> &[Source] {
    match policy.connect_directive() {
        Some((directive, false)) => &directive.sources,
        _ => &[],
    }
}

/// `--policy`: a header's value, with or without the header's name before it.
pub fn parse_policy_value(text: &str, disposition: Disposition) -> (&str, Disposition) {
    let (value, disposition) = header_line(text).unwrap_or((text, disposition));
    (value.trim_matches(is_space), disposition)
}

/// `--policy-file`: header lines, or a header's value over one or more lines. `#` begins a
/// comment line; a header continues on lines that begin with white space (RFC 9112 §5.2).
pub fn parse_policy_file(text: &str) -> Vec<PolicyText> {
    let is_comment = |line: &str| line.trim_start().starts_with('#');
    let range = |part: &str| {
        let part = part.trim_matches(|c| is_space(c) || c == '\u{feff}');
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        start..start + part.len()
    };
    let all = text.lines().zip(1_u32..);
    let lines: Vec<_> = all.filter(|(line, _)| !is_comment(line)).collect();
    if !lines.iter().any(|(line, _)| header_line(line).is_some()) {
        let mut filled = lines
            .iter()
            .filter(|(line, _)| !range(line).is_empty())
            .peekable();
        let Some(&&(_, line)) = filled.peek() else {
            return Vec::new();
        };
        return vec![PolicyText {
            lines: filled.map(|(line, _)| range(line)).collect(),
            disposition: Disposition::Enforce,
            line,
        }];
    }
    let mut out: Vec<PolicyText> = Vec::new();
    let mut open = false;
    for (line, number) in lines {
        if let Some((value, disposition)) = header_line(line) {
            out.push(PolicyText {
                lines: vec![range(value)],
                disposition,
                line: number,
            });
            open = true;
        } else if other_header(line) || line.trim().is_empty() {
            open = false;
        } else if let (true, Some(last)) = (open && line.starts_with(is_space), out.last_mut()) {
            last.lines.push(range(line));
        }
    }
    out
}

fn header_line(line: &str) -> Option<(&str, Disposition)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim_matches(|c| is_space(c) || c == '\u{feff}');
    if name.eq_ignore_ascii_case("content-security-policy") {
        return Some((value, Disposition::Enforce));
    }
    name.eq_ignore_ascii_case("content-security-policy-report-only")
        .then_some((value, Disposition::Report))
}

/// A header of another name: `X-Frame-Options: DENY`.
fn other_header(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn connect(text: &str) -> Vec<Option<(String, bool)>> {
        let shown = |p: &Policy| {
            p.connect_directive().map(|(d, fallback)| {
                (
                    d.sources
                        .iter()
                        .map(|s| s.text.clone())
                        .collect::<Vec<_>>()
                        .join(" "),
                    fallback,
                )
            })
        };
        parse_header(text, Disposition::Enforce)
            .iter()
            .map(shown)
            .collect()
    }

    #[test]
    fn lists_duplicates_and_fallback() {
        let some = |text: &str, fallback| Some((text.to_owned(), fallback));
        assert_eq!(
            connect("connect-src a; connect-src b, default-src c"),
            [some("a", false), some("c", true)]
        );
        assert_eq!(connect(" ; , ;connect-src\t"), [some("", false)]);
        assert_eq!(connect("connect-src: a"), [None]);
        assert_eq!(connect("CONNECT-SRC a"), [some("a", false)]);
        // A non-ASCII value is dropped after duplicates are.
        assert_eq!(
            connect("connect-src ü; connect-src a; default-src b"),
            [some("b", true)]
        );
    }

    #[test]
    fn ranges_point_into_the_text() {
        let text = "default-src 'self';\n  connect-src  https://a  b , connect-src c";
        for policy in parse_header(text, Disposition::Enforce) {
            for directive in policy.directives {
                assert_eq!(
                    text[directive.name_range.clone()].to_ascii_lowercase(),
                    directive.name
                );
                for source in directive.sources {
                    assert_eq!(&text[source.range.clone()], source.text);
                }
            }
        }
    }

    #[test]
    fn policy_files() {
        let read = |t: &str| -> Vec<_> {
            let value = |p: &PolicyText| {
                let lines: Vec<_> = p.lines.iter().map(|l| &t[l.clone()]).collect();
                lines.join(" ")
            };
            let all = parse_policy_file(t).into_iter();
            all.map(|p| (value(&p), p.disposition, p.line)).collect()
        };
        let (enforce, report) = (Disposition::Enforce, Disposition::Report);
        assert_eq!(
            read("default-src 'self';\n connect-src x"),
            [("default-src 'self'; connect-src x".into(), enforce, 1)]
        );
        assert_eq!(
            read(
                "# c\nX-A: b\ncontent-security-policy: a\n  b;\nContent-Security-Policy-Report-Only: c\n"
            ),
            [("a b;".into(), enforce, 3), ("c".into(), report, 5)]
        );
        assert!(read("\n# nothing\n").is_empty());
    }
}
