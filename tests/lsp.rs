//! The language server without an editor: whatever is written to it, it answers or goes on, and
//! ends when it is told to. `tests/lsp/` talks to the built binary as editors do.

#![allow(clippy::unwrap_used, clippy::panic)]

use connect_lint::lsp::{Ended, serve};
use proptest::prelude::*;
use std::io::{self, Cursor, Write};
use std::sync::{Arc, Mutex};

/// What a server writes.
#[derive(Debug, Clone, Default)]
struct Out(Arc<Mutex<Vec<u8>>>);

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn frame(body: &str) -> Vec<u8> {
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// What a server says to some bytes after it was initialized, and how it ends.
fn session(bytes: &[u8]) -> (Ended, String) {
    let initialize =
        r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#;
    let initialized = r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#;
    let shutdown = r#"{"jsonrpc":"2.0","id":"last","method":"shutdown"}"#;
    let exit = r#"{"jsonrpc":"2.0","method":"exit"}"#;
    let input = [
        frame(initialize),
        frame(initialized),
        bytes.to_vec(),
        frame(shutdown),
        frame(exit),
    ];
    let out = Out::default();
    let ended = serve(Cursor::new(input.concat()), out.clone());
    let told = out.0.lock().unwrap().clone();
    (ended, String::from_utf8(told).unwrap())
}

#[test]
fn a_session_ends_as_it_is_told_to() {
    let (ended, told) = session(b"");
    assert_eq!(ended, Ended::Orderly);
    assert!(told.contains(r#""id":"last","result":null"#), "{told}");
    let abrupt = serve(io::empty(), io::sink());
    assert_eq!(abrupt, Ended::Abruptly);
}

/// Parameters of all methods, with what they should not hold.
fn message() -> impl Strategy<Value = String> {
    const METHODS: [&str; 20] = [
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/didClose",
        "textDocument/didSave",
        "textDocument/hover",
        "textDocument/completion",
        "textDocument/codeAction",
        "codeAction/resolve",
        "textDocument/inlayHint",
        "textDocument/codeLens",
        "textDocument/diagnostic",
        "workspace/diagnostic",
        "workspace/executeCommand",
        "workspace/didChangeWatchedFiles",
        "workspace/didChangeWorkspaceFolders",
        "workspace/didChangeConfiguration",
        "$/cancelRequest",
        "$/setTrace",
        "initialize",
        "unheard/of",
    ];
    let position = (0u32..3, prop_oneof![0u32..9, Just(u32::MAX)])
        .prop_map(|(line, character)| format!(r#"{{"line":{line},"character":{character}}}"#));
    let uri = prop_oneof![Just("file:///no/where.js"), Just("untitled:a"), Just("[")];
    (
        proptest::sample::select(&METHODS[..]),
        any::<Option<u8>>(),
        uri,
        (position.clone(), position),
        any::<i32>(),
        ".{0,8}",
    )
        .prop_map(|(method, id, uri, (start, end), version, text)| {
            let id = id.map_or_else(String::new, |id| format!(r#""id":{id},"#));
            let text = serde_json::to_string(&text).unwrap();
            let range = format!(r#"{{"start":{start},"end":{end}}}"#);
            format!(
                r#"{{"jsonrpc":"2.0",{id}"method":"{method}","params":{{
                    "textDocument":{{"uri":"{uri}","version":{version},"languageId":"x","text":{text}}},
                    "position":{start},"range":{range},"title":{text},"command":{text},"id":{version},
                    "contentChanges":[{{"text":{text},"range":{range}}},{{"text":{text}}}],
                    "context":{{"diagnostics":[]}},"data":{{"offer":{version}}},"value":"off",
                    "changes":[{{"uri":"{uri}","type":2}}],"settings":{{"enable":{text}}},
                    "event":{{"added":[{{"uri":"{uri}","name":{text}}}],"removed":[]}},
                    "previousResultIds":[],"capabilities":{{}}}}}}"#
            )
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Messages in any order, with whatever in them.
    #[test]
    fn no_message_ends_a_session(messages in proptest::collection::vec(message(), 0..12)) {
        let bytes: Vec<u8> = messages.iter().flat_map(|message| frame(message)).collect();
        let (ended, told) = session(&bytes);
        prop_assert_eq!(ended, Ended::Orderly);
        prop_assert!(told.contains(r#""id":"last""#));
        prop_assert!(!told.contains("a mistake of connect-lint"), "{}", told);
    }

    /// Bytes that are no messages.
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        session(&bytes);
    }
}
