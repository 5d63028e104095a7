//! What requests look like in sources: names of functions and clients, texts that are URLs.
//! Conventions, no proofs: they say what is worth a suggestion, and nothing of endpoints.

use super::callee::only_value;
use crate::js::facts::*;

/// Methods of clients that are those of HTTP.
const VERBS: &[&str] = &["get", "post", "put", "patch", "delete", "del", "head"];

/// Words that say of a function that it requests.
const REQUESTING: &[&str] = &["fetch", "request", "ajax", "xhr", "jsonp"];

/// Words that say so together with a verb: `getJSON`, `apiPost`, `callApi`.
const TRANSPORTS: &[&str] = &["api", "http", "json", "rest"];

/// What is done with those.
const DOINGS: &[&str] = &[
    "get", "post", "put", "patch", "delete", "del", "call", "send", "load", "query", "invoke",
];

/// Words of functions that are about requests and make none.
const ABOUT: &[&str] = &[
    "is",
    "has",
    "should",
    "can",
    "on",
    "mock",
    "match",
    "matches",
    "url",
    "uri",
    "path",
    "route",
    "intercept",
    "cancel",
    "abort",
    "key",
    "create",
    "build",
    "make",
    "log",
    "track",
    "handle",
    "parse",
    "format",
    "register",
    "stub",
    "animation",
    "frame",
    "fullscreen",
    "pointer",
];

/// Words of receivers that are clients.
const CLIENTS: &[&str] = &[
    "api",
    "apis",
    "client",
    "http",
    "ajax",
    "axios",
    "rest",
    "fetcher",
    "fetch",
    "backend",
    "xhr",
    "request",
    "requests",
    "gateway",
    "jquery",
    "superagent",
];

/// Words of receivers that have methods of such names and are no clients.
const NO_CLIENTS: &[&str] = &[
    "app",
    "router",
    "routers",
    "route",
    "routes",
    "server",
    "express",
    "fastify",
    "koa",
    "map",
    "maps",
    "set",
    "cache",
    "caches",
    "param",
    "params",
    "header",
    "headers",
    "storage",
    "store",
    "registry",
    "cookie",
    "cookies",
    "session",
    "form",
    "i18n",
    "history",
    "navigation",
    "navigator",
    "path",
    "paths",
    "mock",
    "msw",
    "nock",
    "page",
    "cy",
    "db",
    "database",
    "config",
    "settings",
    "options",
    "locale",
    "locales",
    "translations",
    "lodash",
    "query",
    "collection",
    "tree",
    "index",
    "lookup",
    "table",
    "list",
    "entries",
    "handlers",
    "emitter",
    "bus",
    "event",
    "events",
    "file",
    "files",
    "dict",
    "data",
    "memo",
    "weak",
    "env",
    "redis",
    "fs",
];

/// Classes with such methods.
const PLATFORM_CLASSES: &[&str] = &[
    "Map",
    "WeakMap",
    "ReadonlyMap",
    "Set",
    "WeakSet",
    "URLSearchParams",
    "Headers",
    "FormData",
    "Cache",
    "CacheStorage",
    "Storage",
    "Request",
    "Response",
    "URL",
    "Router",
    "Express",
    "Application",
    "Hono",
];

/// Packages that have such functions and are no clients; a name covers what is below it.
const NO_CLIENT_PACKAGES: &[&str] = &[
    "react-router",
    "react-router-dom",
    "@reach/router",
    "@remix-run/react",
    "@remix-run/router",
    "@tanstack/react-router",
    "wouter",
    "next",
    "vue-router",
    "@ember/routing",
    "svelte",
    "@sveltejs/kit",
    "$app",
    "page",
    "path-to-regexp",
    "history",
    "find-my-way",
    "itty-router",
    "koa-router",
    "@koa/router",
    "connect",
    "i18next",
    "react-i18next",
    "vue-i18n",
    "lodash",
    "lodash-es",
    "underscore",
    "ramda",
    "immutable",
    "immer",
    "mobx",
    "path",
    "pathe",
    "url",
    "querystring",
    "qs",
    "query-string",
    "js-cookie",
    "universal-cookie",
    "idb",
    "idb-keyval",
    "localforage",
    "supertest",
    "sinon",
    "miragejs",
    "fetch-mock",
    "jest-fetch-mock",
    "axios-mock-adapter",
    "moxios",
    "pretender",
    "electron",
    "@tauri-apps",
];

/// Whether a name is seldom given to anything else: it may tell a function without its receiver.
pub(super) fn is_distinctive(name: &str) -> bool {
    const PLAIN: &[&str] = &[
        "fetch",
        "query",
        "start",
        "search",
        "submit",
        "update",
        "create",
        "remove",
        "handler",
        "execute",
        "connect",
        "default",
        "refresh",
        "process",
        "request",
        "dispatch",
        "navigate",
        "init",
        "constructor",
        "download",
        "upload",
        "reload",
        "render",
        "resolve",
        "subscribe",
        "publish",
        "register",
        "append",
        "replace",
        "delete",
        "patch",
    ];
    name.len() > 4 && !PLAIN.contains(&name) && !VERBS.contains(&name)
}

/// Whether a module is known to be no client.
pub(super) fn is_no_client(specifier: &str) -> bool {
    NO_CLIENT_PACKAGES.iter().any(|package| {
        specifier
            .strip_prefix(package)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

pub(super) fn is_platform_class(name: &str) -> bool {
    PLATFORM_CLASSES.contains(&name)
}

/// The words of a name: `get`, `json` of `getJSON`.
pub(super) struct Words(Vec<String>);

impl Words {
    pub(super) fn of(name: &str) -> Words {
        let mut words: Vec<String> = Vec::new();
        let (mut word, mut before) = (String::new(), ' ');
        for c in name.chars() {
            let starts = !c.is_alphanumeric() || (c.is_uppercase() && !before.is_uppercase());
            if starts && !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            if c.is_alphanumeric() {
                word.extend(c.to_lowercase());
            } else if name == "$" {
                words.push("jquery".to_owned());
            }
            before = c;
        }
        if !word.is_empty() {
            words.push(word);
        }
        Words(words)
    }

    fn have(&self, list: &[&str]) -> bool {
        self.0.iter().any(|word| list.contains(&word.as_str()))
    }

    fn are_verb(&self) -> bool {
        matches!(self.0.as_slice(), [one] if VERBS.contains(&one.as_str()))
    }

    /// Of a function: whether it says that it requests, as a method of HTTP or by itself.
    pub(super) fn may_request(&self) -> bool {
        self.are_verb() || self.request_plainly()
    }

    /// Of a function: whether nothing else is called so.
    pub(super) fn request_plainly(&self) -> bool {
        let requests = self.have(REQUESTING) || (self.have(TRANSPORTS) && self.have(DOINGS));
        requests && !self.have(ABOUT)
    }

    /// Of a function: whether it says so and nothing else, as `fetchUser` does.
    pub(super) fn only_request(&self) -> bool {
        const HOW: &[&str] = &[
            "with",
            "auth",
            "text",
            "raw",
            "async",
            "do",
            "retry",
            "timeout",
            "blob",
            "html",
            "xml",
            "and",
            "or",
            "from",
            "to",
            "url",
            "safe",
            "secure",
            "use",
            "authed",
            "authenticated",
        ];
        let known = [REQUESTING, TRANSPORTS, DOINGS, VERBS, HOW];
        let is_known = |word: &String| known.iter().any(|list| list.contains(&word.as_str()));
        self.0.iter().all(is_known)
    }

    /// Of a receiver: whether it says that it is a client.
    pub(super) fn are_of_client(&self) -> bool {
        self.have(CLIENTS)
    }

    /// Of a receiver: whether it says that it is something else.
    pub(super) fn are_of_no_client(&self) -> bool {
        self.have(NO_CLIENTS) && !self.have(&["api", "client"])
    }

    /// Of a receiver: whether its methods may take a function to call with the response.
    pub(super) fn may_call_back(&self) -> bool {
        self.have(&[
            "api",
            "client",
            "ajax",
            "xhr",
            "jquery",
            "superagent",
            "axios",
        ])
    }
}

/// What is known of the beginning of a text without evaluating it.
#[derive(Default)]
struct Beginning {
    /// Something that is not known comes first.
    after_hole: bool,
    text: String,
    is_all: bool,
}

/// How much of a text is looked at.
const MAX_TEXT: usize = 200;
/// How far a name is followed.
const MAX_STEPS: u32 = 6;

fn beginning(facts: &FileFacts, id: ExprId, left: u32) -> Beginning {
    let hole = || Beginning {
        after_hole: true,
        ..Beginning::default()
    };
    let Some(left) = left.checked_sub(1) else {
        return hole();
    };
    match &facts.node(id).expr {
        Expr::Text(text) => Beginning {
            text: text.chars().take(MAX_TEXT).collect(),
            is_all: true,
            after_hole: false,
        },
        Expr::Template(template) => {
            let Template { texts, exprs } = template.as_ref();
            let first = texts.first().cloned().unwrap_or_default();
            let Some(&expr) = exprs.first() else {
                return Beginning {
                    text: first,
                    is_all: true,
                    after_hole: false,
                };
            };
            let next = texts.get(1).cloned().unwrap_or_default();
            match first.is_empty() {
                true => followed(beginning(facts, expr, left), &next, exprs.len() == 1),
                false => Beginning {
                    text: first,
                    is_all: false,
                    after_hole: false,
                },
            }
        }
        Expr::Binary {
            op: Binary::Add,
            left: first,
            right,
        } => {
            let first = beginning(facts, *first, left);
            let next = beginning(facts, *right, left);
            let text = if next.after_hole {
                String::new()
            } else {
                next.text
            };
            followed(first, &text, next.is_all)
        }
        Expr::Conditional { yes, .. } => beginning(facts, *yes, left),
        Expr::Binding(binding) => match facts.binding(*binding).kind {
            BindingKind::Variable => match only_value(facts, *binding) {
                Some(value) => beginning(facts, value, left),
                None => hole(),
            },
            _ => hole(),
        },
        _ => hole(),
    }
}

fn followed(first: Beginning, next: &str, ends: bool) -> Beginning {
    if !first.is_all && !first.text.is_empty() {
        return first;
    }
    Beginning {
        is_all: first.is_all && ends,
        after_hole: first.after_hole,
        text: first.text + next,
    }
}

/// Whether an argument looks like a URL: `'/users'`, `'https://…'`, `` `${base}/users` ``.
pub(super) fn is_url(facts: &FileFacts, id: ExprId) -> bool {
    looks_like_url(&beginning(facts, id, MAX_STEPS))
}

/// Likewise, with nothing before it that is not known.
pub(super) fn is_complete_url(facts: &FileFacts, id: ExprId) -> bool {
    let beginning = beginning(facts, id, MAX_STEPS);
    !beginning.after_hole && looks_like_url(&beginning)
}

fn looks_like_url(beginning: &Beginning) -> bool {
    let text = beginning.text.as_str();
    if !is_clean(text) {
        return false;
    }
    let is_absolute = ["http://", "https://", "ws://", "wss://"]
        .iter()
        .any(|scheme| text.starts_with(scheme));
    let is_path = match text.strip_prefix('/') {
        Some(rest) => match rest.chars().next() {
            Some(c) => c.is_alphanumeric() || "_.@~?-".contains(c),
            None => !beginning.is_all && !beginning.after_hole,
        },
        None => false,
    };
    is_path || (is_absolute && !beginning.after_hole)
}

/// Whether it is a text that can stand in a path: `'config/entries'`.
pub(super) fn is_path(facts: &FileFacts, id: ExprId) -> bool {
    let beginning = beginning(facts, id, MAX_STEPS);
    let is_word = |c: char| c.is_alphanumeric();
    !beginning.after_hole && beginning.text.starts_with(is_word) && is_clean(&beginning.text)
}

/// No blanks, no patterns, no routes with names (`/users/:id`).
fn is_clean(text: &str) -> bool {
    !text.contains(|c: char| c.is_whitespace() || c.is_control() || "*\\<>\"'".contains(c))
        && !text.contains("/:")
}

/// Whether it is a path put together: `` `${base}${name}/` ``.
pub(super) fn is_built(facts: &FileFacts, id: ExprId) -> bool {
    let Expr::Template(template) = &facts.node(id).expr else {
        return false;
    };
    let texts = &template.texts;
    texts.iter().any(|text| text.contains('/')) && texts.iter().all(|text| is_clean(text))
}

/// Whether it has the name of a URL: `url`, `this.endpoint`.
pub(super) fn is_named_url(facts: &FileFacts, id: ExprId) -> bool {
    let name = match &facts.node(id).expr {
        Expr::Binding(id) => facts.binding(*id).name.as_str(),
        Expr::Member {
            key: Key::Name(name),
            ..
        } => name.as_str(),
        _ => return false,
    };
    let last = Words::of(name).0.pop();
    last.is_some_and(|word| ["url", "uri", "href", "endpoint"].contains(&word.as_str()))
}

/// Whether it is settings with a URL: `{ url: … }`.
pub(super) fn has_url(facts: &FileFacts, id: ExprId) -> bool {
    let Expr::Object(properties) = &facts.node(id).expr else {
        return false;
    };
    let url = Key::Name("url".into());
    properties
        .iter()
        .any(|p| matches!(p, Property::Value(key, _) if *key == url))
}

/// Whether it is a method of HTTP: `'GET'`.
pub(super) fn is_method(facts: &FileFacts, id: ExprId) -> bool {
    match &facts.node(id).expr {
        Expr::Text(text) => VERBS.contains(&text.to_ascii_lowercase().as_str()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_functions() {
        for name in [
            "get",
            "POST",
            "del",
            "fetchJson",
            "apiFetch",
            "getJSON",
            "callApi",
            "doRequest",
            "$fetch",
            "useFetch",
            "jsonp",
            "api_get",
        ] {
            assert!(Words::of(name).may_request(), "{name}");
        }
        for name in [
            "t",
            "navigate",
            "Link",
            "refetch",
            "isRequest",
            "onRequest",
            "getUrl",
            "json",
            "api",
            "requestAnimationFrame",
            "buildRequestUrl",
            "setItem",
            "options",
            "prefetchers",
        ] {
            assert!(!Words::of(name).may_request(), "{name}");
        }
    }

    #[test]
    fn names_of_receivers() {
        for name in ["api", "useApi()", "httpClient", "$", "ApiClient", "$http"] {
            assert!(Words::of(name).are_of_client(), "{name}");
        }
        for name in [
            "router",
            "searchParams",
            "app",
            "imageCache",
            "localStorage",
        ] {
            assert!(Words::of(name).are_of_no_client(), "{name}");
        }
        assert!(!Words::of("appClient").are_of_no_client());
    }

    #[test]
    fn modules_that_are_no_clients() {
        assert!(is_no_client("lodash/get") && is_no_client("next"));
        assert!(!is_no_client("nextcloud") && !is_no_client("@acme/lodash"));
    }
}
