//! What functions, classes and methods of the platform do with what they are given.

use crate::js::facts::*;
use crate::resolve::globals;

/// React's hooks look at what they are given and change nothing.
pub(super) fn is_hook(facts: &FileFacts, callee: ExprId) -> bool {
    let name = match &facts.node(callee).expr {
        Expr::Binding(id) => match &facts.binding(*id).kind {
            BindingKind::Import { name, .. } => name,
            _ => return false,
        },
        _ => return false,
    };
    matches!(
        name.as_str(),
        "useEffect" | "useLayoutEffect" | "useMemo" | "useCallback"
    )
}

/// Functions of the platform that keep and change nothing they are given.
pub(super) fn is_pure(name: &str) -> bool {
    matches!(
        name,
        "fetch"
            | "fetchLater"
            | "String"
            | "Number"
            | "Boolean"
            | "Symbol"
            | "BigInt"
            | "encodeURIComponent"
            | "encodeURI"
            | "decodeURIComponent"
            | "decodeURI"
            | "parseInt"
            | "parseFloat"
            | "isNaN"
            | "setTimeout"
            | "setInterval"
            | "clearTimeout"
            | "clearInterval"
            | "structuredClone"
            | "require"
            | "alert"
            | "atob"
            | "btoa"
            | "addEventListener"
            | "queueMicrotask"
    )
}

pub(super) fn is_known_class(facts: &FileFacts, id: ExprId) -> bool {
    match &facts.node(id).expr {
        Expr::Global(name) => {
            // A proxy hands its target on, and lists keep what they are given.
            globals::is_class(name) && !matches!(name.as_str(), "Map" | "Set")
                || matches!(name.as_str(), "Error" | "TypeError" | "Blob" | "Worker")
        }
        _ => false,
    }
}

/// Methods that keep and change nothing they are given, whatever has them.
pub(super) fn is_quiet(method: &str) -> bool {
    matches!(
        method,
        "addEventListener"
            | "removeEventListener"
            | "hasOwnProperty"
            | "toString"
            | "join"
            | "includes"
            | "indexOf"
            | "lastIndexOf"
            | "startsWith"
            | "endsWith"
            | "replace"
            | "replaceAll"
            | "split"
            | "substring"
            | "substr"
            | "trim"
            | "toLowerCase"
            | "toUpperCase"
            | "charAt"
            | "test"
            | "exec"
            | "match"
            | "has"
            | "keys"
            | "getItem"
            | "setItem"
            | "setAttribute"
            | "getAttribute"
            | "appendChild"
            | "append"
            | "setRequestHeader"
            | "open"
            | "send"
            | "json"
            | "text"
            | "addAll"
            | "get"
            | "add"
            | "sendBeacon"
            | "fetch"
            | "useEffect"
            | "useMemo"
            | "useCallback"
    )
}
