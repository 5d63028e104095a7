//! Markdown of the documentation, drawn for a terminal: headings and file names bold, code
//! indented and dim, addresses of links after their words.

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";

/// Draws Markdown with ANSI escapes. It knows what the pages of codes are written with, and
/// leaves the rest as it is.
pub fn draw_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut in_code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
            continue;
        }
        match (in_code, line.trim_start_matches('#').strip_prefix(' ')) {
            (true, _) if line.is_empty() => {}
            (true, _) => push(&mut out, DIM, &format!("    {line}")),
            (false, Some(title)) if line.starts_with('#') => push(&mut out, BOLD, title),
            (false, _) => out.push_str(&prose(line)),
        }
        out.push('\n');
    }
    out
}

fn push(out: &mut String, style: &str, text: &str) {
    for part in [style, text, RESET] {
        out.push_str(part);
    }
}

/// A line of text: words in backquotes are bold, and so is what stands between `**`.
fn prose(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 16);
    for (number, part) in line.split('`').enumerate() {
        match number % 2 {
            0 => out.push_str(&strong(part)),
            _ => push(&mut out, BOLD, part),
        }
    }
    out
}

fn strong(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (number, part) in text.split("**").enumerate() {
        match number % 2 {
            0 => out.push_str(part),
            _ => push(&mut out, BOLD, part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_code_and_names_are_told_apart() {
        let text = "# title\n\nA `name` and **more**.\n\n```js\n# no title\n\nf(`x`)\n```\n";
        let wanted = "\u{1b}[1mtitle\u{1b}[0m\n\nA \u{1b}[1mname\u{1b}[0m and \u{1b}[1mmore\u{1b}[0m.\n\n\
             \u{1b}[2m    # no title\u{1b}[0m\n\n\u{1b}[2m    f(`x`)\u{1b}[0m\n";
        assert_eq!(draw_markdown(text), wanted);
    }
}
