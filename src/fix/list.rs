//! Sources in a list: `connectSrc: ["'self'", "https://a.test"]`.

use super::edit::Edit;
use super::{Change, Files};
use crate::csp::Directive;
use crate::policies::{ElementStyle, SourceListPlace};
use std::ops::Range;

/// The edits that change the sources of a directive where they stand in a list; nothing if they
/// do not, or stand in it otherwise than one by one.
pub(super) fn change(
    list: &SourceListPlace,
    directive: &Directive,
    change: &Change,
    files: &Files,
) -> Option<Vec<Edit>> {
    let text = files.text(&list.place.file)?;
    let place = list.place.span.range();
    let mut elements: Vec<Element> = Vec::new();
    for element in &list.elements {
        let source = directive
            .sources
            .iter()
            .position(|s| s.range == element.range);
        let span = element.span.range();
        text.get(span.clone())?;
        if span.start < place.start || span.end > place.end {
            return None;
        }
        elements.push(Element { span, source });
    }
    elements.sort_by_key(|element| element.span.start);
    let is_removed = |e: &Element| e.source.is_some_and(|i| change.remove.contains(&i));
    let removed: Vec<usize> = change.remove.iter().copied().collect();
    let holds = |i: &usize| elements.iter().any(|e| e.source == Some(*i));
    if !removed.iter().all(holds) {
        return None;
    }
    let layout = Layout::of(text, &place, &elements);
    let samples: Vec<&str> = elements
        .iter()
        .filter_map(|e| text.get(e.span.clone()))
        .collect();
    let written = change.add.iter().map(|source| match layout.comma {
        // Words without quotes: `%w[…]`.
        "" => Some(source.clone()),
        _ => element(source, list.style, &samples, &list.place.file),
    });
    let new: Vec<String> = written.collect::<Option<_>>()?;
    let file = &list.place.file;
    let Some(last) = elements.last() else {
        return Some(vec![first_elements(file, text, &place, &new)]);
    };
    let Some(last_kept) = elements.iter().rposition(|e| !is_removed(e)) else {
        // All become others.
        let range = elements.first()?.span.start..last.span.end;
        return match new.is_empty() {
            true => None,
            false => Some(vec![Edit::new(file, range, layout.joined(&new))]),
        };
    };
    let mut edits = removals(file, text, &place, &elements, is_removed)?;
    if !new.is_empty() {
        // An element that is more than one source, or has the `;` after it, ends in its own way.
        elements[last_kept].source?;
        let is_last = last_kept + 1 == elements.len();
        let after = match is_last {
            true => Tail::of(text, elements[last_kept].span.end, place.end),
            false => Tail::default(),
        };
        edits.extend(additions(file, &elements[last_kept], &new, &layout, &after));
    }
    Some(edits)
}

/// An element of the list that is literal.
struct Element {
    span: Range<usize>,
    /// Which source of the directive it is, if it is one.
    source: Option<usize>,
}

/// How the elements of a list are parted.
struct Layout {
    /// Between two of them, without the comma.
    space: String,
    comma: &'static str,
    /// Each stands on a line of its own.
    is_lines: bool,
}

impl Layout {
    fn of(text: &str, place: &Range<usize>, elements: &[Element]) -> Layout {
        let commas = Layout {
            space: " ".to_owned(),
            comma: ",",
            is_lines: false,
        };
        let Some(last) = elements.last() else {
            return commas;
        };
        let previous = elements.len().checked_sub(2).and_then(|i| elements.get(i));
        let gap = previous.and_then(|previous| text.get(previous.span.end..last.span.start));
        if let Some(gap) = gap.filter(|gap| !gap.contains(',')) {
            return Layout {
                space: gap.to_owned(),
                comma: "",
                is_lines: gap.contains('\n'),
            };
        }
        match line_before(text, last.span.start) {
            Some(indentation) if last.span.start > place.start => Layout {
                space: format!("{}{indentation}", line_end(text)),
                is_lines: true,
                ..commas
            },
            _ => commas,
        }
    }

    fn joined(&self, elements: &[String]) -> String {
        elements.join(&format!("{}{}", self.comma, self.space))
    }
}

/// The white space before an offset, if it begins the line.
pub(super) fn line_before(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?;
    let start = before.rfind('\n').map_or(0, |line| line + 1);
    let indentation = before.get(start..)?;
    indentation.trim().is_empty().then_some(indentation)
}

/// How lines end in a text.
pub(super) fn line_end(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// What follows the last element of a list.
#[derive(Default)]
struct Tail {
    /// Behind the comma.
    after_comma: Option<usize>,
    /// Behind a comment on the same line.
    after_comment: Option<usize>,
}

impl Tail {
    fn of(text: &str, start: usize, end: usize) -> Tail {
        let mut out = Tail::default();
        let Some(rest) = text.get(start..end) else {
            return out;
        };
        let trimmed = rest.trim_start();
        let mut at = start;
        if trimmed.starts_with(',') {
            at = start + (rest.len() - trimmed.len()) + 1;
            out.after_comma = Some(at);
        }
        let line = text.get(at..end).unwrap_or_default();
        let line = line.split('\n').next().unwrap_or_default();
        let line = line.trim_end_matches('\r');
        let comment = line.trim_start();
        if ["//", "#", "/*"]
            .iter()
            .any(|mark| comment.starts_with(mark))
        {
            out.after_comment = Some(at + line.trim_end().len());
        }
        out
    }
}

fn additions(
    file: &std::sync::Arc<str>,
    last: &Element,
    new: &[String],
    layout: &Layout,
    tail: &Tail,
) -> Vec<Edit> {
    let at = |offset: usize, text: String| Edit::new(file, offset..offset, text);
    let (comma, space) = (layout.comma, &layout.space);
    let behind = |text: String| format!("{comma}{space}{text}");
    if !layout.is_lines {
        let text: String = new.iter().cloned().map(behind).collect();
        return vec![at(last.span.end, text)];
    }
    match (tail.after_comma, tail.after_comment) {
        (Some(comma_end), comment) => {
            let lines = new.iter().map(|text| format!("{space}{text}{comma}"));
            vec![at(comment.unwrap_or(comma_end), lines.collect())]
        }
        (None, Some(comment)) => vec![
            at(last.span.end, comma.to_owned()),
            at(comment, format!("{space}{}", layout.joined(new))),
        ],
        (None, None) => {
            let text: String = new.iter().cloned().map(behind).collect();
            vec![at(last.span.end, text)]
        }
    }
}

/// The first literal elements of a list: before what stands in it, if anything does.
fn first_elements(
    file: &std::sync::Arc<str>,
    text: &str,
    place: &Range<usize>,
    new: &[String],
) -> Edit {
    let raw = text.get(place.clone()).unwrap_or_default();
    let joined = new.join(", ");
    if raw.trim().is_empty() {
        return Edit::new(file, place.clone(), joined);
    }
    let leading = raw.len() - raw.trim_start().len();
    let at = place.start + leading;
    let space = match line_before(text, at) {
        Some(indentation) if raw[..leading].contains('\n') => {
            format!("{}{indentation}", line_end(text))
        }
        _ => " ".to_owned(),
    };
    Edit::new(
        file,
        at..at,
        format!("{},{space}", new.join(&format!(",{space}"))),
    )
}

/// Takes elements away, each run of neighbours with what parts it from those that stay. At least
/// one stays.
fn removals(
    file: &std::sync::Arc<str>,
    text: &str,
    place: &Range<usize>,
    elements: &[Element],
    is_removed: impl Fn(&Element) -> bool,
) -> Option<Vec<Edit>> {
    let mut out = Vec::new();
    let mut i = 0;
    while i < elements.len() {
        if !is_removed(&elements[i]) {
            i += 1;
            continue;
        }
        let run = elements[i..].iter().take_while(|e| is_removed(e)).count();
        let end = i + run;
        let (first, last) = (&elements[i].span, &elements[end - 1].span);
        let gap_before = i.checked_sub(1).map(|p| elements[p].span.end..first.start);
        let gap_after = elements.get(end).map(|next| last.end..next.span.start);
        let is_plain = |gap: &Range<usize>| {
            let gap = text.get(gap.clone()).unwrap_or("?");
            gap.chars().all(|c| c.is_whitespace() || c == ',')
        };
        let edit = match (gap_before, gap_after) {
            (Some(gap), _) if is_plain(&gap) => Edit::new(file, gap.start..last.end, ""),
            (None, Some(gap)) if is_plain(&gap) => Edit::new(file, first.start..gap.end, ""),
            _ => lines(file, text, place, first.start..last.end)?,
        };
        out.push(edit);
        i = end;
    }
    Some(out)
}

/// Takes the lines of some elements away, with the comments on them; nothing if something else
/// stands there, or the last line would end in a comma that was not.
fn lines(
    file: &std::sync::Arc<str>,
    text: &str,
    place: &Range<usize>,
    range: Range<usize>,
) -> Option<Edit> {
    let indentation = line_before(text, range.start)?;
    let rest = text.get(range.end..place.end)?;
    let line = rest.split_inclusive('\n').next()?;
    let after = line.trim_start().strip_prefix(',')?.trim_start();
    let is_comment = after.is_empty() || ["//", "#"].iter().any(|mark| after.starts_with(mark));
    (is_comment && line.ends_with('\n')).then(|| {
        let start = range.start - indentation.len();
        Edit::new(file, start..range.end + line.len(), "")
    })
}

/// A source as an element, written as others of the list are.
pub(crate) fn element(
    source: &str,
    style: ElementStyle,
    samples: &[&str],
    file: &str,
) -> Option<String> {
    let keyword = source.strip_prefix('\'').and_then(|s| s.strip_suffix('\''));
    let text = match (style, keyword) {
        (ElementStyle::Symbols, Some(keyword)) if !keyword.contains('-') => {
            return Some(format!(":{keyword}"));
        }
        (ElementStyle::BareKeywords, Some(keyword)) => keyword,
        _ => source,
    };
    let quotes = samples.iter().rev().filter_map(|s| s.chars().next());
    let mut quotes = quotes.filter(|c| matches!(c, '"' | '\'' | '`'));
    let is_script = ["js", "ts"].iter().any(|end| file.ends_with(end));
    let usual = match is_script && !text.contains('\'') {
        true => '\'',
        false => '"',
    };
    let quote = match file.ends_with(".json") {
        true => '"',
        false => quotes.find(|q| !text.contains(*q)).unwrap_or(usual),
    };
    if text.contains([quote, '\\', '\n']) || (quote == '`' && text.contains('$')) {
        return None;
    }
    Some(format!("{quote}{text}{quote}"))
}
