//! What an editor writes: whatever it is, nothing panics, and all that comes back are messages.
#![no_main]

use connect_lint::lsp::serve;
use libfuzzer_sys::fuzz_target;
use std::io::{self, Cursor, Write};
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Out(Arc<Mutex<Vec<u8>>>);

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panics").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fuzz_target!(|bytes: &[u8]| {
    let mut input = Vec::new();
    for body in [
        r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#,
        r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#,
    ] {
        input.extend(format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes());
    }
    input.extend(bytes);
    let out = Out::default();
    serve(Cursor::new(input), out.clone());
    let told = out.0.lock().expect("nobody panics").clone();
    let told = String::from_utf8(told).expect("messages are UTF-8");
    let mut rest = told.as_str();
    while let Some(message) = rest.strip_prefix("Content-Length: ") {
        let (length, body) = message.split_once("\r\n\r\n").expect("a header ends");
        let length: usize = length.parse().expect("a length is a number");
        let body_text = &body[..length];
        assert!(body_text.starts_with("{") && body_text.ends_with("}"));
        assert!(!body_text.contains("\"code\":-32603"), "{body_text}");
        rest = &body[length..];
    }
    assert!(rest.is_empty());
});
