//! Bytes → text, and back from offsets in the text to bytes of the file.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
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
    /// Invalid UTF-8 was replaced: pairs of (offset in the text, byte in the file) from which
    /// on both advance alike.
    Replaced(Vec<(u32, u64)>),
    /// Another encoding: characters are encoded again to count their bytes.
    Encoded {
        /// Which.
        encoding: &'static Encoding,
        /// Bytes of byte order mark.
        bom: u64,
    },
}

impl OffsetMap {
    /// The byte of the file at which an offset of the text stands. Linear in the offset for
    /// encodings other than UTF-8.
    pub fn to_file(&self, text: &str, offset: u32) -> u64 {
        match self {
            OffsetMap::Shifted(bom) => bom + u64::from(offset),
            OffsetMap::Replaced(runs) => {
                let i = runs
                    .partition_point(|(at, _)| *at <= offset)
                    .saturating_sub(1);
                runs.get(i).map_or(u64::from(offset), |(at, byte)| {
                    byte + u64::from(offset - at.min(&offset))
                })
            }
            OffsetMap::Encoded { encoding, bom } => {
                let before = text.get(..offset as usize).unwrap_or(text);
                bom + encoded_len(encoding, before)
            }
        }
    }
}

fn encoded_len(encoding: &'static Encoding, text: &str) -> u64 {
    if encoding == UTF_16LE || encoding == UTF_16BE {
        return text.encode_utf16().count() as u64 * 2;
    }
    encoding.encode(text).0.len() as u64
}

/// Decodes by byte order mark, else as UTF-16 if it looks so, else as UTF-8, else by the
/// `declared` encoding, else as UTF-8 with replacements and a warning.
pub fn decode(bytes: Vec<u8>, declared: Option<&'static Encoding>) -> Decoded {
    if let Some((encoding, bom)) = Encoding::for_bom(&bytes) {
        if encoding != UTF_8 {
            return by_encoding(&bytes[bom..], encoding, bom as u64);
        }
        return utf8(bytes[bom..].to_vec(), bom as u64, declared);
    }
    if let Some(encoding) = utf16_by_zeros(&bytes) {
        return by_encoding(&bytes, encoding, 0);
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
    let (text, errors) = encoding.decode_without_bom_handling(bytes);
    Decoded {
        text: text.into_owned(),
        map: OffsetMap::Encoded { encoding, bom },
        warning: errors.then(|| format!("not valid {}: what is not was replaced", encoding.name())),
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
        map: OffsetMap::Replaced(runs),
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
        return Encoding::for_label(&value.as_bytes()[..end]);
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

    proptest! {
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
