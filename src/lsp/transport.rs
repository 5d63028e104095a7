//! Messages over standard input and output: frames of a header and JSON
//! (<https://microsoft.github.io/language-server-protocol/specifications/base/0.9/specification/>).
//!
//! What is broken in a message is answered and never ends the server: `lsp_server`'s own reader
//! stops at the first such one.

use crossbeam_channel::{Receiver, Sender};
use lsp_server::{ErrorCode, Message};
use serde_json::{Value, json};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::thread::JoinHandle;

/// The longest message that is read, in bytes.
const MAX_BODY: u64 = 256 << 20;

/// The longest line of a header that is read, in bytes.
const MAX_HEADER_LINE: u64 = 4 << 10;

/// What comes in.
#[derive(Debug)]
pub(super) enum Incoming {
    Message(Message),
    /// Something that is no message: what it is to be answered with.
    Malformed(ErrorCode, String),
}

/// What goes out.
#[derive(Debug)]
pub(super) enum Outgoing {
    Message(Message),
    /// An answer to what has no number.
    Error(ErrorCode, String),
}

/// The threads that read and write.
pub(super) struct Transport {
    pub(super) incoming: Receiver<Incoming>,
    pub(super) outgoing: Sender<Outgoing>,
    writer: JoinHandle<()>,
}

impl Transport {
    /// Over something to read and something to write.
    pub(super) fn over(
        input: impl Read + Send + 'static,
        mut out: impl Write + Send + 'static,
    ) -> Transport {
        let (to_loop, incoming) = crossbeam_channel::unbounded();
        let (outgoing, to_write) = crossbeam_channel::unbounded();
        // It ends with the process: a read cannot be interrupted.
        std::thread::spawn(move || read_all(&mut BufReader::new(input), &to_loop));
        let writer = std::thread::spawn(move || write_all(&mut out, &to_write));
        Transport {
            incoming,
            outgoing,
            writer,
        }
    }

    /// Waits until all is written; the other senders are gone by now.
    pub(super) fn finish(self) {
        drop(self.outgoing);
        // A writer that panicked has nothing more to write.
        let _ = self.writer.join();
    }
}

/// Reads until the end of the input, or until nobody listens.
fn read_all(input: &mut impl BufRead, to: &Sender<Incoming>) {
    while let Ok(Some(incoming)) = read(input) {
        if to.send(incoming).is_err() {
            return;
        }
    }
}

fn write_all(out: &mut impl Write, from: &Receiver<Outgoing>) {
    for outgoing in from {
        let written = match outgoing {
            Outgoing::Message(message) => message.write(out),
            Outgoing::Error(code, message) => write_error(out, code, &message),
        };
        // Nobody reads any more: the end of the input will tell.
        if written.is_err() {
            return;
        }
    }
}

fn write_error(out: &mut impl Write, code: ErrorCode, message: &str) -> io::Result<()> {
    let error = json!({ "code": code as i32, "message": message });
    let body = json!({ "jsonrpc": "2.0", "id": Value::Null, "error": error }).to_string();
    write!(out, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    out.flush()
}

/// Reads a message; nothing at the end of the input.
fn read(input: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    let malformed = |code, message: &str| Ok(Some(Incoming::Malformed(code, message.to_owned())));
    let length = match read_header(input)? {
        Header::End => return Ok(None),
        Header::Broken => {
            let message = "a header without a `Content-Length` that is a number";
            return malformed(ErrorCode::ParseError, message);
        }
        Header::Length(length) => length,
    };
    if length > MAX_BODY {
        let skipped = io::copy(&mut input.take(length), &mut io::sink())?;
        let message = "a message that is too long";
        return match skipped == length {
            true => malformed(ErrorCode::InvalidRequest, message),
            false => Ok(None),
        };
    }
    let mut body = Vec::new();
    let read = input.take(length).read_to_end(&mut body)?;
    if (read as u64) < length {
        return Ok(None);
    }
    Ok(Some(parse(&body)))
}

fn parse(body: &[u8]) -> Incoming {
    let value: Value = match serde_json::from_slice(body) {
        Ok(value) => value,
        Err(error) => {
            return Incoming::Malformed(ErrorCode::ParseError, format!("no JSON: {error}"));
        }
    };
    match serde_json::from_value(value) {
        Ok(message) => Incoming::Message(message),
        Err(_) => {
            let message = "neither a request, a response nor a notification";
            Incoming::Malformed(ErrorCode::InvalidRequest, message.to_owned())
        }
    }
}

enum Header {
    Length(u64),
    /// It says no length: what follows is read as a header again, until one does.
    Broken,
    End,
}

fn read_header(input: &mut impl BufRead) -> io::Result<Header> {
    let mut length = None;
    let mut has_lines = false;
    loop {
        let mut line = Vec::new();
        let read = input.take(MAX_HEADER_LINE).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(Header::End);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']);
        match line.is_empty() {
            // Between messages, empty lines say nothing.
            true if !has_lines => continue,
            true => return Ok(length.map_or(Header::Broken, Header::Length)),
            false => has_lines = true,
        }
        if let Some(value) = content_length(line) {
            length = value.parse().ok();
        }
    }
}

/// The value of a line, if it says the length; what stands before it on the line is the rest of
/// something broken.
fn content_length(line: &str) -> Option<&str> {
    let (name, value) = line.rsplit_once(':')?;
    let is_length = name
        .trim_end()
        .to_ascii_lowercase()
        .ends_with("content-length");
    is_length.then(|| value.trim())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use proptest::prelude::*;

    fn all(mut input: &[u8]) -> Vec<Incoming> {
        let mut out = Vec::new();
        while let Ok(Some(incoming)) = read(&mut input) {
            out.push(incoming);
        }
        out
    }

    fn shown(input: &str) -> Vec<String> {
        let show = |incoming| match incoming {
            Incoming::Message(Message::Request(request)) => request.method,
            Incoming::Message(Message::Notification(note)) => note.method,
            Incoming::Message(Message::Response(_)) => "response".to_owned(),
            Incoming::Malformed(code, _) => (code as i32).to_string(),
        };
        all(input.as_bytes()).into_iter().map(show).collect()
    }

    fn frame(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    const NOTE: &str = r#"{"jsonrpc":"2.0","method":"a"}"#;

    #[test]
    fn messages_are_read_one_after_the_other() {
        let request = r#"{"jsonrpc":"2.0","id":1,"method":"b","params":{}}"#;
        let response = r#"{"jsonrpc":"2.0","id":1,"result":null}"#;
        let text = [NOTE, request, response].map(frame).concat();
        assert_eq!(shown(&text), ["a", "b", "response"]);
        let typed = format!(
            "content-length:{}\nContent-Type: x; charset=utf-8\n\n{NOTE}",
            NOTE.len()
        );
        assert_eq!(shown(&typed), ["a"]);
    }

    #[test]
    fn what_is_broken_is_told_and_the_next_message_is_read() {
        for (broken, told) in [
            (frame("{"), vec!["-32700", "a"]),
            (frame("\u{fffd}"), vec!["-32700", "a"]),
            (frame("[]"), vec!["-32600", "a"]),
            (frame("{\"id\":1}"), vec!["-32600", "a"]),
            (frame(&"[".repeat(100_000)), vec!["-32700", "a"]),
            ("Content-Length: x\r\n\r\n".to_owned(), vec!["-32700", "a"]),
            ("Content-Length: -1\r\n\r\n".to_owned(), vec!["-32700", "a"]),
            ("Nonsense\r\n\r\n".to_owned(), vec!["-32700", "a"]),
            ("\r\n\r\n".to_owned(), vec!["a"]),
            // Nonsense without an end is taken for the beginning of the next header.
            ("{\"jsonrpc\"".to_owned(), vec!["a"]),
        ] {
            let text = format!("{broken}{}", frame(NOTE));
            assert_eq!(shown(&text), told, "{broken:.40}");
        }
    }

    #[test]
    fn a_message_that_is_cut_off_ends_the_input() {
        assert!(shown("Content-Length: 100\r\n\r\n{}").is_empty());
        assert!(shown("Content-Length: 99999999999999\r\n\r\n{}").is_empty());
        assert!(shown("Content-Len").is_empty());
    }

    proptest! {
        #[test]
        fn nothing_panics(input in proptest::collection::vec(any::<u8>(), 0..200)) {
            all(&input);
        }
    }
}
