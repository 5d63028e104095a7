//! What `connect-lint policy` prints: which policy governs what, and where each stands.

use super::TextOptions;
use super::json::write_json;
use super::sanitize::{clip, sanitize};
use crate::results::{Disposition, GovernedFile, PolicyEntry, PolicyMap, Role};
use std::io::{self, Write};

/// How many files are named before the rest is counted.
const FEW: usize = 5;
/// How much of a policy is shown, in characters.
const MAX_POLICY: usize = 400;

/// Writes it as JSON.
pub fn write_policies_json(map: &PolicyMap, out: &mut dyn Write) -> io::Result<()> {
    write_json(map, out)
}

/// Writes it for people: a paragraph for each policy.
pub fn write_policies_text(
    map: &PolicyMap,
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    for policy in &map.policies {
        write_policy(policy, options, &mut out)?;
    }
    if map.policies.is_empty() {
        writeln!(out, "no policy was found")?;
    }
    if !map.without.is_empty() {
        writeln!(out, "without a policy:")?;
        write_files(&map.without, options, &mut out)?;
    }
    for note in &map.notes {
        writeln!(out, "{}", sanitize(note))?;
    }
    out.flush()
}

fn write_policy(
    policy: &PolicyEntry,
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (origin, found_in) = (sanitize(&policy.origin), sanitize(&policy.found_in));
    let reports = match policy.disposition {
        Disposition::Enforce => "",
        Disposition::Report => ", only reports",
    };
    writeln!(out, "{origin} ({found_in}{reports})")?;
    let connections = match &policy.directive {
        Some(directive) => format!("{directive} {}", policy.sources.join(" ")),
        None => match &policy.open {
            Some(open) => format!("not known: {open}"),
            None => "connections are not restricted".to_owned(),
        },
    };
    let connections = clip(connections.trim_end(), MAX_POLICY, options.ellipsis());
    writeln!(out, "  {}", sanitize(&connections))?;
    if let Some(paths) = &policy.paths {
        writeln!(out, "  for {}", sanitize(paths))?;
    }
    match policy.governs.is_empty() {
        true => writeln!(out, "  governs no file that is linted")?,
        false => write_files(&policy.governs, options, out)?,
    }
    writeln!(out)
}

fn write_files(
    files: &[GovernedFile],
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (role, what) in [
        (Role::Page, "pages"),
        (Role::Script, "scripts"),
        (Role::Worker, "workers"),
    ] {
        let of_role: Vec<_> = files.iter().filter(|f| f.role == role).collect();
        let few = match options.verbose {
            true => of_role.len(),
            false => FEW,
        };
        let named = of_role.iter().take(few).map(|f| sanitize(&f.file));
        let named: Vec<_> = named.collect();
        let more = match of_role.len() - named.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        if !named.is_empty() {
            writeln!(out, "  {what}: {}{more}", named.join(", "))?;
        }
    }
    Ok(())
}
