//! The table of sinks: every API and attribute whose URL `connect-src` governs.
//!
//! One row per API says how code or markup reaches it, where its URL stands and how that URL
//! resolves. Adding a sink of a known reach is adding a row here and a variant to [`Api`].
//! Sources: CSP Level 3 "Get the effective directive for request", Fetch, HTML, Beacon,
//! WebSockets, WebTransport, Service Workers, Background Fetch and FedCM specifications.

use serde::{Deserialize, Serialize};

/// The API or attribute that makes the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[allow(missing_docs)] // each is its row's name below
pub enum Api {
    Fetch,
    FetchLater,
    XmlHttpRequest,
    WebSocket,
    WebSocketStream,
    EventSource,
    SendBeacon,
    WebTransport,
    CacheAdd,
    CacheAddAll,
    BackgroundFetch,
    FedCm,
    Import,
    APing,
    AreaPing,
    LinkPreload,
    LinkModulePreload,
}

/// How the URL that an API is given becomes the URL that is requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UrlRule {
    /// Resolved against the base; a URL with credentials throws (Fetch, `Request` constructor).
    Fetch,
    /// Like [`UrlRule::Fetch`], and only http(s) URLs (Service Workers §5.4.3).
    Cache,
    /// Like [`UrlRule::Fetch`], and only potentially trustworthy http(s) URLs.
    FetchLater,
    /// Resolved against the base, nothing more.
    Plain,
    /// Resolved, then `http`→`ws`, `https`→`wss`; any other scheme throws (WebSockets §3.1).
    WebSocket,
    /// Resolved; other schemes than `http` and `https` make no request (Beacon, `ping`).
    HttpOnly,
    /// Not resolved: absolute `https` or it throws (WebTransport constructor).
    AbsoluteHttps,
    /// A module specifier: relative (`./`, `../`, `/`) or absolute; a bare one goes through
    /// import maps.
    Module,
}

/// How script or markup reaches a sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// A call of a global function: `fetch(…)`.
    Call(&'static str),
    /// A construction of a global class: `new WebSocket(…)`.
    New(&'static str),
    /// A method of instances of a global class: `XMLHttpRequest#open`.
    InstanceMethod(&'static str, &'static str),
    /// A method of a global object by its path: `navigator.sendBeacon`.
    Method(&'static str, &'static str),
    /// `import … with { type: 'json' }`, static and dynamic.
    JsonImport,
    /// An attribute of an element; script may set it too.
    Attribute(&'static str, &'static str),
}

/// Where the URL stands among the arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlArgument {
    /// The argument of this index: a string, `URL` or (for fetch-like sinks) `Request`.
    One(usize),
    /// The argument of this index: a list of such, or a single one.
    List(usize),
    /// A property path inside the argument of this index; `[]` steps into each element.
    Path(usize, &'static [&'static str]),
    /// The whole attribute value.
    Attribute,
    /// The attribute value, split on ASCII white space.
    AttributeList,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Sink {
    /// Which API.
    pub api: Api,
    /// Its name in reports and on the command line (`--api`).
    pub name: &'static str,
    /// How it is reached.
    pub reach: Reach,
    /// Where its URL is.
    pub url: UrlArgument,
    /// How its URL resolves.
    pub rule: UrlRule,
}

const fn row(api: Api, name: &'static str, reach: Reach, url: UrlArgument, rule: UrlRule) -> Sink {
    Sink {
        api,
        name,
        reach,
        url,
        rule,
    }
}

/// Every sink.
pub const SINKS: &[Sink] = {
    use Reach::*;
    use UrlArgument::{Attribute as Value, AttributeList, List, One, Path};
    use UrlRule::*;
    &[
        row(Api::Fetch, "fetch", Call("fetch"), One(0), Fetch),
        row(
            Api::FetchLater,
            "fetchLater",
            Call("fetchLater"),
            One(0),
            FetchLater,
        ),
        row(
            Api::XmlHttpRequest,
            "XMLHttpRequest.open",
            InstanceMethod("XMLHttpRequest", "open"),
            One(1),
            Plain,
        ),
        row(
            Api::WebSocket,
            "WebSocket",
            New("WebSocket"),
            One(0),
            WebSocket,
        ),
        row(
            Api::WebSocketStream,
            "WebSocketStream",
            New("WebSocketStream"),
            One(0),
            WebSocket,
        ),
        row(
            Api::EventSource,
            "EventSource",
            New("EventSource"),
            One(0),
            Plain,
        ),
        row(
            Api::SendBeacon,
            "navigator.sendBeacon",
            Method("navigator", "sendBeacon"),
            One(0),
            HttpOnly,
        ),
        row(
            Api::WebTransport,
            "WebTransport",
            New("WebTransport"),
            One(0),
            AbsoluteHttps,
        ),
        row(
            Api::CacheAdd,
            "Cache.add",
            InstanceMethod("Cache", "add"),
            One(0),
            Cache,
        ),
        row(
            Api::CacheAddAll,
            "Cache.addAll",
            InstanceMethod("Cache", "addAll"),
            List(0),
            Cache,
        ),
        row(
            Api::BackgroundFetch,
            "BackgroundFetchManager.fetch",
            InstanceMethod("BackgroundFetchManager", "fetch"),
            List(1),
            Fetch,
        ),
        row(
            Api::FedCm,
            "navigator.credentials.get",
            Method("navigator.credentials", "get"),
            Path(0, &["identity", "providers", "[]", "configURL"]),
            Plain,
        ),
        row(Api::Import, "import", JsonImport, One(0), Module),
        row(
            Api::APing,
            "a[ping]",
            Attribute("a", "ping"),
            AttributeList,
            HttpOnly,
        ),
        row(
            Api::AreaPing,
            "area[ping]",
            Attribute("area", "ping"),
            AttributeList,
            HttpOnly,
        ),
        row(
            Api::LinkPreload,
            "link[rel=preload]",
            Attribute("link", "href"),
            Value,
            Plain,
        ),
        row(
            Api::LinkModulePreload,
            "link[rel=modulepreload]",
            Attribute("link", "href"),
            Value,
            Plain,
        ),
    ]
};

/// The sink that is this method of a class's instances.
pub fn method_of(class: &str, method: &str) -> Option<&'static Sink> {
    SINKS
        .iter()
        .find(|sink| matches!(sink.reach, Reach::InstanceMethod(c, m) if c == class && m == method))
}

impl Api {
    /// The API of this name in reports, whatever its case.
    pub fn from_name(name: &str) -> Option<Api> {
        let row = SINKS
            .iter()
            .find(|sink| sink.name.eq_ignore_ascii_case(name));
        row.map(|sink| sink.api)
    }

    /// The row of this API.
    pub fn sink(self) -> &'static Sink {
        // The table has a row per variant: `every_api_has_a_row` below.
        SINKS
            .iter()
            .find(|sink| sink.api == self)
            .unwrap_or(&SINKS[0])
    }

    /// The name in reports: `fetch`, `XMLHttpRequest.open`, `a[ping]`.
    pub fn name(self) -> &'static str {
        self.sink().name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_api_has_its_own_row() {
        for (i, sink) in SINKS.iter().enumerate() {
            assert_eq!(sink.api as usize, i, "{} is out of order", sink.name);
            assert_eq!(sink.api.name(), sink.name);
        }
        assert_eq!(SINKS.len(), Api::LinkModulePreload as usize + 1);
    }
}
