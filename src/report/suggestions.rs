//! What `connect-lint suggest` prints.

use super::TextOptions;
use super::json::write_json;
use super::sanitize::{sanitize, sanitize_lines};
use crate::results::{Disposition, Suggestion, Suggestions};
use std::io::{self, Write};

/// How many rows are named before the rest is counted.
const FEW: usize = 20;

/// Writes it as JSON.
pub fn write_suggestions_json(suggestions: &Suggestions, out: &mut dyn Write) -> io::Result<()> {
    write_json(suggestions, out)
}

/// Writes it for people: for each policy the header, the array, the diff, then what is not
/// covered.
pub fn write_suggestions_text(
    suggestions: &Suggestions,
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    for (i, suggestion) in suggestions.suggestions.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        write_suggestion(suggestion, options, &mut out)?;
    }
    out.flush()
}

fn write_suggestion(
    suggestion: &Suggestion,
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{}", sanitize(&title(suggestion)))?;
    writeln!(out, "  {}", sanitize(&suggestion.header))?;
    let array = serde_json::to_string(&suggestion.sources).map_err(io::Error::other)?;
    writeln!(out, "  {}", sanitize(&array))?;
    if let Some(diff) = &suggestion.diff {
        writeln!(out)?;
        out.write_all(sanitize_lines(diff).as_bytes())?;
        if !diff.ends_with('\n') {
            writeln!(out)?;
        }
    } else if let Some(why) = &suggestion.no_diff {
        writeln!(out, "  to write by hand: {}", sanitize(why))?;
    } else if !suggestion.policies.is_empty() {
        writeln!(out, "  as it is today")?;
    }
    for note in &suggestion.notes {
        writeln!(out, "  note: {}", sanitize(note))?;
    }
    write_uncovered(suggestion, options, out)?;
    write_possibly_unused(suggestion, out)
}

fn title(suggestion: &Suggestion) -> String {
    let reports = match suggestion.disposition {
        Disposition::Enforce => "",
        Disposition::Report => " (only reports)",
    };
    match suggestion.policies.as_slice() {
        [] => "where no policy is known".to_owned(),
        [one] => format!("{}{reports}", one.origin),
        [one, more @ ..] => format!("{} and {} more{reports}", one.origin, more.len()),
    }
}

fn write_uncovered(
    suggestion: &Suggestion,
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let all = &suggestion.uncovered;
    if all.is_empty() {
        return Ok(());
    }
    let few = match options.verbose {
        true => all.len(),
        false => FEW,
    };
    writeln!(out, "  not covered ({}):", all.len())?;
    for row in all.iter().take(few) {
        let at = &row.location;
        let line = format!(
            "{}:{}:{}  {}  {}  ({})",
            at.file, at.line, at.column, row.api, row.pattern, row.reason
        );
        writeln!(out, "    {}", sanitize(&line))?;
    }
    if all.len() > few {
        writeln!(out, "    and {} more (see --verbose)", all.len() - few)?;
    }
    Ok(())
}

fn write_possibly_unused(suggestion: &Suggestion, out: &mut dyn Write) -> io::Result<()> {
    let mut groups: Vec<(&[String], Vec<&str>)> = Vec::new();
    for row in &suggestion.possibly_unused {
        match groups
            .iter_mut()
            .find(|(reasons, _)| *reasons == row.reasons)
        {
            Some((_, sources)) => sources.push(&row.source),
            None => groups.push((&row.reasons, vec![&row.source])),
        }
    }
    for (reasons, sources) in groups {
        writeln!(out, "  no endpoint is seen to use:")?;
        for source in sources {
            writeln!(out, "    {}", sanitize(source))?;
        }
        writeln!(out, "  but they may be used:")?;
        for reason in reasons {
            writeln!(out, "    {}", sanitize(reason))?;
        }
    }
    Ok(())
}
