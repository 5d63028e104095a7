//! The platform's global names: what they are and what their properties are.

use super::Settings;
use super::constants::loaded_property;
use super::known::{JsValue, Known};
use super::settings::{Constant, Fixed};
use crate::value::{Charset, Guard, Hole, HoleKind, Pattern};

/// Names of the global object itself.
const GLOBAL_OBJECTS: [&str; 7] = [
    "window",
    "self",
    "globalThis",
    "frames",
    "top",
    "parent",
    "global",
];

/// Whether the name is the global object.
pub(super) fn is_global_object(name: &str) -> bool {
    GLOBAL_OBJECTS.contains(&name)
}

/// Classes of the platform whose instances a TypeScript type tells.
pub(super) const TYPES: [&str; 5] = [
    "XMLHttpRequest",
    "Cache",
    "Request",
    "HTMLAnchorElement",
    "HTMLAreaElement",
];

/// Classes whose instances matter.
const CLASSES: [&str; 16] = [
    "XMLHttpRequest",
    "WebSocket",
    "WebSocketStream",
    "EventSource",
    "WebTransport",
    "Request",
    "URL",
    "URLSearchParams",
    "Cache",
    "CacheStorage",
    "BackgroundFetchManager",
    "FormData",
    "Headers",
    "Map",
    "Set",
    "Date",
];

/// Whether the name is a class of the platform that evaluation knows.
pub(super) fn is_class(name: &str) -> bool {
    CLASSES.contains(&name)
}

/// Names that browsers have, besides classes: anything else undeclared is a constant of the
/// build or of the page.
const NAMES: [&str; 32] = [
    "fetch",
    "fetchLater",
    "navigator",
    "location",
    "document",
    "caches",
    "Reflect",
    "Object",
    "String",
    "Array",
    "Number",
    "Boolean",
    "JSON",
    "Math",
    "Promise",
    "encodeURIComponent",
    "encodeURI",
    "decodeURIComponent",
    "decodeURI",
    "escape",
    "unescape",
    "process",
    "Symbol",
    "RegExp",
    "Date",
    "console",
    "setTimeout",
    "setInterval",
    "require",
    "module",
    "exports",
    "arguments",
];

/// What a global name is.
pub(super) fn global(name: &str, settings: &Settings) -> Known {
    if let Some(constant) = settings.defined(name) {
        return constant_value(&constant, name);
    }
    undefined_global(name)
}

/// What a global name is that nothing defines.
fn undefined_global(name: &str) -> Known {
    match name {
        "NaN" => return JsValue::Number(f64::NAN).into(),
        "Infinity" => return JsValue::Number(f64::INFINITY).into(),
        "origin" => return page(HoleKind::PageOrigin),
        "isSecureContext" => return by_scheme(),
        _ => {}
    }
    if is_global_object(name) {
        return JsValue::Global("window".into()).into();
    }
    if is_class(name) || NAMES.contains(&name) {
        return JsValue::Global(name.into()).into();
    }
    JsValue::Hole(Hole::new(HoleKind::Env {
        name: name.to_owned(),
    }))
    .into()
}

/// Whether browsers have the name.
pub(super) fn is_platform(name: &str) -> bool {
    is_global_object(name) || is_class(name) || NAMES.contains(&name)
}

/// What a name is that the build defines.
pub(super) fn constant_value(constant: &Constant, name: &str) -> Known {
    let mut out = Known::default();
    for value in constant.values() {
        out.extend(fixed_value(value.clone()).into());
    }
    if constant.is_open() {
        let name = name.to_owned();
        out.extend(JsValue::Hole(Hole::new(HoleKind::Env { name })).into());
    }
    out
}

fn fixed_value(fixed: Fixed) -> JsValue {
    match fixed {
        Fixed::Text(text) => JsValue::text(text),
        Fixed::Number(n) => JsValue::Number(n),
        Fixed::Bool(b) => JsValue::Bool(b),
        Fixed::Null => JsValue::Null,
        Fixed::Undefined => JsValue::Undefined,
    }
}

fn page(kind: HoleKind) -> Known {
    JsValue::Text(Pattern::hole(Hole::new(kind))).into()
}

fn by_scheme() -> Known {
    Known::from(vec![
        (JsValue::Bool(true), Guard::HTTPS),
        (JsValue::Bool(false), Guard::NOT_HTTPS),
    ])
}

/// The port of the page: most have none, and code asks for that.
fn by_port() -> Known {
    let port = Pattern::hole(Hole::new(HoleKind::PagePort));
    Known::from(vec![
        (JsValue::Text(port), Guard::PORT),
        (JsValue::text(""), Guard::NO_PORT),
    ])
}

fn at(path: &str) -> Known {
    JsValue::Global(path.into()).into()
}

/// A property of something of the platform.
pub(super) fn property(path: &str, name: &str, settings: &Settings) -> Known {
    if let Some(loaded) = loaded_property(path, name, settings) {
        return loaded;
    }
    let whole = format!("{path}.{name}");
    if let Some(constant) = settings.defined(&whole) {
        return constant_value(&constant, &whole);
    }
    match (path, name) {
        ("window", "document") => at("document"),
        ("window", _) => window_property(name, settings),
        ("document", "location") => at("location"),
        ("document", "defaultView") => at("window"),
        ("document", "URL" | "documentURI" | "baseURI") => page(HoleKind::PageHref),
        ("document", "domain") => page(HoleKind::PageHostname),
        ("document", _) => at(&whole),
        ("location", _) => location(name),
        ("navigator", "sendBeacon" | "serviceWorker" | "credentials") => at(&whole),
        ("navigator.credentials", "get") => at(&whole),
        ("process", "env") | ("import.meta", "env") => at(&whole),
        ("import.meta", "url") => page(HoleKind::ScriptUrl),
        // Vite's `base`: a folder of the page's origin unless it says otherwise.
        ("import.meta.env", "BASE_URL") => {
            let hole = Hole::new(HoleKind::Env { name: whole });
            JsValue::Hole(hole.with_charset(Charset::Folder)).into()
        }
        ("process.env" | "import.meta.env", _) => {
            JsValue::Hole(Hole::new(HoleKind::Env { name: whole })).into()
        }
        (
            "caches" | "Reflect" | "Object" | "String" | "Array" | "Promise" | "JSON" | "URL"
            | "Number" | "Math",
            _,
        ) => at(&whole),
        ("fetch" | "fetchLater", "call" | "apply" | "bind") => at(&whole),
        _ => JsValue::Hole(Hole::new(HoleKind::Unknown { why: whole })).into(),
    }
}

/// What a module that a framework makes exports.
pub(super) fn of_framework(specifier: &str, name: &str, settings: &Settings) -> Option<Known> {
    if specifier != "$app/paths" {
        return None;
    }
    match name {
        // Assets may be on another origin.
        "base" => Some(match settings.defined("$app/paths.base") {
            Some(constant) => constant_value(&constant, "$app/paths.base"),
            None => JsValue::Hole(kit_base()).into(),
        }),
        "resolve" | "resolveRoute" => Some(at(&format!("{specifier}.{name}"))),
        _ => None,
    }
}

/// SvelteKit's `paths.base`: it is empty, or begins with a slash and does not end with one.
pub(super) fn kit_base() -> Hole {
    let name = "$app/paths.base".to_owned();
    Hole::new(HoleKind::Env { name }).with_charset(Charset::BasePath)
}

fn window_property(name: &str, settings: &Settings) -> Known {
    if let Some(constant) = settings.defined_by_hand(name) {
        return constant_value(&constant, name);
    }
    // Tools put their constants in the place of the bare name only.
    match undefined_global(name).possible() {
        // `window.__CONFIG__`: something of the page, by its whole name.
        [one] if matches!(one.value, JsValue::Hole(_)) => {
            let name = format!("window.{name}");
            JsValue::Hole(Hole::new(HoleKind::Env { name })).into()
        }
        _ => undefined_global(name),
    }
}

fn location(name: &str) -> Known {
    let kind = match name {
        "href" => HoleKind::PageHref,
        "origin" => HoleKind::PageOrigin,
        "protocol" => HoleKind::PageProtocol,
        "host" => HoleKind::PageHost,
        "hostname" => HoleKind::PageHostname,
        "port" => return by_port(),
        "pathname" => HoleKind::PagePathname,
        "search" => HoleKind::PageSearch,
        "hash" => HoleKind::PageHash,
        _ => return Known::unknown(format!("location.{name}")),
    };
    page(kind)
}

/// What `typeof` says of something of the platform, when that is sure in a browser.
pub(super) fn type_of(path: &str) -> Option<&'static str> {
    match path {
        "window" | "document" | "navigator" | "location" => Some("object"),
        "fetch" | "XMLHttpRequest" | "WebSocket" | "EventSource" | "URL" | "Request" => {
            Some("function")
        }
        _ => None,
    }
}
