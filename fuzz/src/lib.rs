//! What the fuzz targets share.

use connect_lint::discover::Language;
use connect_lint::span::Span;
use std::ops::Range;

/// To be called before the first input. The library catches panics of the JavaScript parser on
/// purpose; libfuzzer's hook would end the process at them all the same. Panics that nobody
/// catches still do: they unwind into libfuzzer.
pub fn let_panics_be_caught() {
    std::panic::set_hook(Box::new(|info| {
        let dependency = info
            .location()
            .is_some_and(|place| place.file().contains("swc_"));
        if !dependency {
            #[allow(clippy::print_stderr)]
            {
                eprintln!("{info}");
            }
        }
    }));
}

/// The bytes of a text that a span stands for.
///
/// # Panics
/// When it is none: out of range, backwards, or inside a character.
pub fn slice(text: &str, span: Span) -> &str {
    slice_range(text, span.range())
}

/// The bytes of a text in a range.
///
/// # Panics
/// When it is none: out of range, backwards, or inside a character.
pub fn slice_range(text: &str, range: Range<usize>) -> &str {
    let found = text.get(range.clone());
    found.unwrap_or_else(|| panic!("{range:?} is no range of a text of {} bytes", text.len()))
}

/// The language that the first byte of an input names, and the rest of the input: `h` HTML,
/// `m` a module, `c` a classic script, `t` TypeScript, `x` TypeScript with JSX, else
/// JavaScript.
pub fn language(input: &[u8]) -> (Language, &[u8]) {
    let (first, rest) = input.split_first().unwrap_or((&b'j', input));
    let script = |typescript, jsx, module| Language::Script {
        typescript,
        jsx,
        module,
    };
    let language = match first {
        b'h' => Language::Html,
        b'm' => script(false, true, Some(true)),
        b'c' => script(false, true, Some(false)),
        b't' => script(true, false, None),
        b'x' => script(true, true, None),
        _ => script(false, true, None),
    };
    (language, rest)
}
