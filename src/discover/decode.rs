//! Bytes → text, and back from offsets in the text to bytes of the file.

use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};
use std::borrow::Cow;

/// A decoded file.
#[derive(Debug, Clone)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// Where its characters stand in the file.
    pub map: OffsetMap,
    /// What was wrong, in words.
    pub warning: Option<String>,
}

/// How offsets in the text become bytes of the file.
#[derive(Debug, Clone)]
pub enum OffsetMap {
    /// The same, after that many bytes of byte order mark.
    Shifted(u64),
    /// Pairs of (offset in the text, byte in the file) from which on both advance alike, as
    /// far as the next pair's byte.
    Runs(Vec<(u32, u64)>),
    /// UTF-16: units are counted.
    Utf16 {
        /// Bytes of byte order mark.
        bom: u64,
        /// Bytes of the file.
        len: u64,
    },
}

impl OffsetMap {
    /// The byte of the file at which an offset of the text stands. Linear in the offset for
    /// UTF-16.
    pub fn to_file(&self, text: &str, offset: u32) -> u64 {
        match self {
            OffsetMap::Shifted(bom) => bom + u64::from(offset),
            OffsetMap::Runs(runs) => {
                let next = runs.partition_point(|(at, _)| *at <= offset);
                let run = runs.get(next.saturating_sub(1));
                let byte = run.map_or(u64::from(offset), |(at, byte)| {
                    byte + u64::from(offset.saturating_sub(*at))
                });
                runs.get(next).map_or(byte, |(_, end)| byte.min(*end))
            }
            OffsetMap::Utf16 { bom, len } => {
                let before = text.get(..offset as usize).unwrap_or(text);
                let units = before.encode_utf16().count() as u64;
                // What a file ends within stands for less than a unit.
                (bom + units * 2).min(*len)
            }
        }
    }
}

/// Decodes by byte order mark, else as UTF-16 if it looks so, else as UTF-8, else by the
/// `declared` encoding, else as UTF-8 with replacements and a warning. ISO-2022-JP is never
/// taken for UTF-8.
pub fn decode(bytes: Vec<u8>, declared: Option<&'static Encoding>) -> Decoded {
    if let Some((encoding, bom)) = Encoding::for_bom(&bytes) {
        if encoding != UTF_8 {
            return by_encoding(&bytes[bom..], encoding, bom as u64);
        }
        return utf8(bytes[bom..].to_vec(), bom as u64, None);
    }
    if let Some(encoding) = utf16_by_zeros(&bytes) {
        return by_encoding(&bytes, encoding, 0);
    }
    if declared == Some(ISO_2022_JP) && bytes.contains(&0x1b) {
        // Not ASCII, though it looks so.
        return by_encoding(&bytes, ISO_2022_JP, 0);
    }
    utf8(bytes, 0, declared)
}

fn utf8(bytes: Vec<u8>, bom: u64, declared: Option<&'static Encoding>) -> Decoded {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => {
            return Decoded {
                text,
                map: OffsetMap::Shifted(bom),
                warning: None,
            };
        }
        Err(error) => error.into_bytes(),
    };
    match declared {
        Some(encoding) if encoding != UTF_8 => by_encoding(&bytes, encoding, bom),
        _ => lossy(&bytes, bom),
    }
}

fn by_encoding(bytes: &[u8], encoding: &'static Encoding, bom: u64) -> Decoded {
    let (text, map, errors) = match encoding == UTF_16LE || encoding == UTF_16BE {
        true => {
            let (text, errors) = encoding.decode_without_bom_handling(bytes);
            let len = bom + bytes.len() as u64;
            (text.into_owned(), OffsetMap::Utf16 { bom, len }, errors)
        }
        false => legacy(bytes, encoding, bom),
    };
    Decoded {
        text,
        map,
        warning: errors.then(|| format!("not valid {}: what is not was replaced", encoding.name())),
    }
}

/// An encoding in which not every text can be written, so that bytes cannot be counted by
/// encoding again. The decoder gets one byte at a time and thus tells where characters end.
fn legacy(bytes: &[u8], encoding: &'static Encoding, bom: u64) -> (String, OffsetMap, bool) {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len());
    let mut runs = Runs(vec![(0, bom)]);
    let mut any_errors = false;
    // Where the bytes begin of which nothing has come yet.
    let (mut start, mut at) = (0, 0);
    while at < bytes.len() {
        let rest = &bytes[at..];
        // Between characters, ASCII is ASCII, but for an encoding with states.
        let ascii = match start == at && encoding.is_ascii_compatible() {
            true => Encoding::ascii_valid_up_to(rest),
            false => 0,
        };
        let piece = &rest[..ascii.max(1)];
        text.reserve(decoder.max_utf8_buffer_length(piece.len()).unwrap_or(0));
        let before = text.len();
        let (_, read, errors) = decoder.decode_to_string(piece, &mut text, false);
        any_errors |= errors;
        at += read.max(1);
        if text.len() == before {
            continue;
        }
        if encoding == ISO_2022_JP {
            // A change of state is no part of the character after it.
            while start + 3 < at && bytes[start] == 0x1b {
                start += 3;
            }
        }
        runs.push(before, bom + start as u64);
        // An invalid sequence may end before an ASCII character.
        if errors && text.len() > before + 1 && text.ends_with(|c: char| c.is_ascii()) {
            runs.push(text.len() - 1, bom + at as u64 - 1);
        }
        runs.push(text.len(), bom + at as u64);
        start = at;
    }
    text.reserve(decoder.max_utf8_buffer_length(0).unwrap_or(0));
    let (_, _, errors) = decoder.decode_to_string(&[], &mut text, true);
    runs.push(text.len(), bom + bytes.len() as u64);
    (text, OffsetMap::Runs(runs.0), any_errors || errors)
}

/// The pairs of [`OffsetMap::Runs`].
struct Runs(Vec<(u32, u64)>);

impl Runs {
    /// Adds a pair, unless the last one says the same.
    fn push(&mut self, at: usize, byte: u64) {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let says_so = |(from, start): &(u32, u64)| start + u64::from(at - from) == byte;
        if !self.0.last().is_some_and(says_so) {
            self.0.push((at, byte));
        }
    }
}

fn lossy(bytes: &[u8], bom: u64) -> Decoded {
    let mut text = String::with_capacity(bytes.len());
    let mut runs = vec![(0, bom)];
    let mut at = 0u64;
    let mut first_bad = None;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        at += chunk.valid().len() as u64;
        if chunk.invalid().is_empty() {
            continue;
        }
        first_bad.get_or_insert(at);
        text.push(char::REPLACEMENT_CHARACTER);
        at += chunk.invalid().len() as u64;
        runs.push((text.len() as u32, at + bom));
    }
    let warning = first_bad.map(|byte| {
        format!(
            "not valid UTF-8 at byte {}: what is not was replaced",
            byte + bom
        )
    });
    Decoded {
        text,
        map: OffsetMap::Runs(runs),
        warning,
    }
}

/// ASCII text in UTF-16 has a zero in every other byte.
fn utf16_by_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(512) & !1];
    if sample.len() < 4 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let zeros = |start: usize| {
        sample
            .iter()
            .skip(start)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let half = sample.len() / 2;
    match (zeros(0) * 10 > half * 9, zeros(1) * 10 > half * 9) {
        (true, false) => Some(UTF_16BE),
        (false, true) => Some(UTF_16LE),
        _ => None,
    }
}

/// Whether bytes are no text of any encoding read here.
pub fn is_binary(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(8192)];
    let has_bom = Encoding::for_bom(bytes).is_some();
    !has_bom && utf16_by_zeros(bytes).is_none() && memchr::memchr_iter(0, sample).count() > 8
}

/// The encoding that a page declares in its first 1024 bytes (HTML, "prescan a byte stream to
/// determine its encoding").
pub fn declared_in_html(bytes: &[u8]) -> Option<&'static Encoding> {
    let head: Cow<str> = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]);
    let head = head.to_ascii_lowercase();
    let mut rest = head.as_str();
    while let Some(i) = rest.find("<meta") {
        rest = &rest[i + 5..];
        let tag = &rest[..rest.find('>').unwrap_or(rest.len())];
        let Some(at) = tag.find("charset") else {
            continue;
        };
        let value = tag[at + 7..].trim_start().strip_prefix('=')?.trim_start();
        let value = value.trim_start_matches(['"', '\'']);
        let end = value
            .find(['"', '\'', ' ', ';', '/'])
            .unwrap_or(value.len());
        let encoding = Encoding::for_label(&value.as_bytes()[..end])?;
        return Some(match encoding {
            // What could be read as ASCII is none of these.
            _ if encoding == UTF_16BE || encoding == UTF_16LE => UTF_8,
            _ if encoding == X_USER_DEFINED => WINDOWS_1252,
            _ => encoding,
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_encoding_maps_back() {
        let d = decode(b"\xef\xbb\xbfab".to_vec(), None);
        assert_eq!((d.text.as_str(), d.map.to_file("ab", 1)), ("ab", 4));
        let d = decode(b"a\xffb".to_vec(), None);
        assert_eq!(d.text, "a\u{fffd}b");
        assert_eq!((d.map.to_file(&d.text, 4), d.warning.is_some()), (2, true));
        let d = decode(b"\xff\xfea\0\xe4\0b\0".to_vec(), None);
        assert_eq!((d.text.as_str(), d.map.to_file("aäb", 3)), ("aäb", 6));
        let d = decode(b"a\0b\0".to_vec(), None);
        assert_eq!(d.text, "ab");
        let latin = declared_in_html(b"<meta charset=windows-1252>");
        let d = decode(b"a\xe4b".to_vec(), latin);
        assert_eq!((d.text.as_str(), d.map.to_file("aäb", 3)), ("aäb", 2));
    }

    /// Each character and its byte, and where the text ends.
    fn places(bytes: &[u8], encoding: &str) -> Vec<(char, u64)> {
        let d = decode(bytes.to_vec(), Encoding::for_label(encoding.as_bytes()));
        let end = (d.text.len(), '$');
        let all = d.text.char_indices().chain([end]);
        all.map(|(at, c)| (c, d.map.to_file(&d.text, at as u32)))
            .collect()
    }

    #[test]
    fn what_cannot_be_encoded_again_keeps_its_place() {
        let bad = char::REPLACEMENT_CHARACTER;
        for (bytes, encoding, expected) in [
            // Not assigned, or cut off.
            (
                &b"a\xd2b"[..],
                "windows-1253",
                &[('a', 0), (bad, 1), ('b', 2), ('$', 3)][..],
            ),
            (
                b"\x82\xa0\x82",
                "shift_jis",
                &[('あ', 0), (bad, 2), ('$', 3)],
            ),
            (
                b"\x82\xa0\x82<",
                "shift_jis",
                &[('あ', 0), (bad, 2), ('<', 3), ('$', 4)],
            ),
            // Read, but never written.
            (b"\x8f\xb0\xa1b", "euc-jp", &[('丂', 0), ('b', 3), ('$', 4)]),
            // With states.
            (
                b"a\x1b$B$\"$$\x1b(Bb",
                "iso-2022-jp",
                &[('a', 0), ('あ', 4), ('い', 6), ('b', 11), ('$', 12)],
            ),
            (b"\xffab", "iso-2022-kr", &[(bad, 0), ('$', 3)]),
        ] {
            assert_eq!(places(bytes, encoding), expected, "{encoding}");
        }
    }

    #[test]
    fn half_a_unit_is_not_behind_the_end() {
        let d = decode(b"\xff\xfea\0b".to_vec(), None);
        assert_eq!(d.text, "a\u{fffd}");
        let places = [0, 1, 4].map(|at| d.map.to_file(&d.text, at));
        assert_eq!(places, [2, 4, 5]);
    }

    #[test]
    fn a_page_in_utf16_does_not_say_so_in_ascii() {
        let declared = declared_in_html(b"<meta charset=utf-16le>");
        assert_eq!(declared, Some(UTF_8));
        let declared = declared_in_html(b"<meta charset=x-user-defined>");
        assert_eq!(declared, Some(WINDOWS_1252));
    }

    proptest! {
        #[test]
        fn places_never_go_back(
            bytes in proptest::collection::vec(any::<u8>(), 0..64),
            encoding in proptest::sample::select(vec![
                "big5", "euc-jp", "euc-kr", "gb18030", "iso-2022-jp", "shift_jis",
                "windows-1252", "windows-1253", "utf-16le", "utf-8", "iso-2022-kr",
            ]),
        ) {
            let mut last = 0;
            for (_, byte) in places(&bytes, encoding) {
                prop_assert!(byte >= last && byte <= bytes.len() as u64);
                last = byte;
            }
        }

        #[test]
        fn utf16_offsets(text in "[a-zäöü€😀]{0,40}") {
            let mut bytes = vec![0xff, 0xfe];
            bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
            let d = decode(bytes, None);
            prop_assert_eq!(&d.text, &text);
            for (i, _) in text.char_indices() {
                let expected = 2 + text[..i].encode_utf16().count() as u64 * 2;
                prop_assert_eq!(d.map.to_file(&d.text, i as u32), expected);
            }
        }

        #[test]
        fn lossy_never_loses_place(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let d = lossy(&bytes, 0);
            for (i, c) in d.text.char_indices() {
                let at = d.map.to_file(&d.text, i as u32) as usize;
                if c != char::REPLACEMENT_CHARACTER {
                    let mut buffer = [0; 4];
                    prop_assert!(bytes[at..].starts_with(c.encode_utf8(&mut buffer).as_bytes()));
                }
            }
        }
    }
}
