//! The table of libraries: a row per package. Each counts only where it is imported from there.
//! The rules are those of the packages' sources, tried out with the versions that are named.

use super::join::Join;
use crate::sink::Api;

/// A package, or several that export the same.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct Package {
    /// The specifiers that it is imported by.
    pub(super) names: &'static [&'static str],
    /// What `require` and `import *` give is its default export.
    pub(super) is_whole: bool,
    pub(super) exports: &'static [Export],
    /// What of it is known, for the reference.
    pub(super) about: &'static str,
}

/// Something that a package exports.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct Export {
    pub(super) names: &'static [&'static str],
    pub(super) kind: Kind,
}

/// What an export is.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum Kind {
    /// A client that requests what it is asked for.
    Client(&'static Requester),
    /// A class of such clients: `new Axios({ baseURL })`.
    Class(&'static Requester),
    /// A function that makes one of its settings: `fetchBaseQuery({ baseUrl })`.
    Maker(&'static Requester),
    /// A call, or a construction, that fixes the one URL that is requested.
    Fixed(Fixed),
    /// RTK Query's `createApi`.
    CreateApi,
    /// A function that gives what behaves like its first argument.
    Same,
}

/// A kind of client that requests below a base.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct Requester {
    /// The settings that hold the base of its URLs, and how they are joined, in order.
    pub(super) bases: &'static [(&'static str, Join)],
    /// Settings that end up in the query.
    pub(super) queries: &'static [&'static str],
    /// A setting that, if false, puts absolute URLs below the base too.
    pub(super) absolute: Option<&'static str>,
    pub(super) methods: &'static [Method],
    /// It is a function that requests.
    pub(super) is_called: bool,
    /// Its one argument may hold the URL (`url`) and the settings.
    pub(super) takes_settings: bool,
    /// Its methods that make another client, with its settings or without.
    pub(super) makers: &'static [(&'static str, bool)],
    /// Its property that holds its settings, which programs change.
    pub(super) defaults: Option<&'static str>,
    /// What it requests with.
    pub(super) api: Api,
}

/// A method that requests.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct Method {
    pub(super) name: &'static str,
    /// Which argument is the URL.
    pub(super) url: usize,
    /// Which argument holds the settings of the one request.
    pub(super) settings: usize,
}

/// A call, or a construction, that fixes a URL.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct Fixed {
    /// `new X(…)`.
    pub(super) is_new: bool,
    pub(super) url: UrlAt,
    /// The URL where none is given.
    pub(super) fallback: Option<&'static str>,
    /// With this setting it requests nothing.
    pub(super) unless: Option<&'static str>,
    pub(super) api: Api,
}

/// Where the URL is; a function gives it when it is asked.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum UrlAt {
    /// The first argument.
    First,
    /// A setting in the first argument.
    Setting(&'static str),
    /// Likewise, if the first argument is settings: it may be something else.
    SettingIfAny(&'static str),
    /// The first argument, or a setting in it.
    FirstOr(&'static str),
}

const fn method(name: &'static str, url: usize, settings: usize) -> Method {
    Method {
        name,
        url,
        settings,
    }
}

const fn fixed(is_new: bool, url: UrlAt, api: Api) -> Fixed {
    Fixed {
        is_new,
        url,
        fallback: None,
        unless: None,
        api,
    }
}

const fn export(names: &'static [&'static str], kind: Kind) -> Export {
    Export { names, kind }
}

/// A GraphQL link: `/graphql` unless it is told.
const fn link(names: &'static [&'static str], is_new: bool) -> Export {
    let url = fixed(is_new, UrlAt::Setting("uri"), Api::Fetch);
    let fallback = Some("/graphql");
    export(names, Kind::Fixed(Fixed { fallback, ..url }))
}

/// axios 1.21: `lib/core/Axios.js`, `buildFullPath.js`, `mergeConfig.js`.
static AXIOS: Requester = Requester {
    bases: &[("baseURL", Join::Axios)],
    queries: &["params"],
    absolute: Some("allowAbsoluteUrls"),
    methods: &[
        method("get", 0, 1),
        method("delete", 0, 1),
        method("head", 0, 1),
        method("options", 0, 1),
        method("post", 0, 2),
        method("put", 0, 2),
        method("patch", 0, 2),
        method("query", 0, 2),
        method("postForm", 0, 2),
        method("putForm", 0, 2),
        method("patchForm", 0, 2),
        method("request", 0, 1),
    ],
    is_called: true,
    takes_settings: true,
    makers: &[("create", true)],
    defaults: Some("defaults"),
    api: Api::XmlHttpRequest,
};

/// Instances of the class are no functions, and make no others.
static AXIOS_OBJECT: Requester = Requester {
    is_called: false,
    makers: &[],
    ..AXIOS
};

/// ky 1.14 (`prefixUrl`) and 2.1 (`prefix`, `baseUrl`): `core/Ky.js`, `index.js`.
static KY: Requester = Requester {
    bases: &[
        ("prefixUrl", Join::KyPrefixUrl),
        ("prefix", Join::KyPrefix),
        ("baseUrl", Join::Resolved),
    ],
    queries: &["searchParams"],
    absolute: None,
    methods: &[
        method("get", 0, 1),
        method("post", 0, 1),
        method("put", 0, 1),
        method("patch", 0, 1),
        method("head", 0, 1),
        method("delete", 0, 1),
    ],
    is_called: true,
    takes_settings: false,
    makers: &[("create", false), ("extend", true)],
    defaults: None,
    api: Api::Fetch,
};

/// ofetch 1.5: `createFetch`; ufo 1.6: `withBase`.
static OFETCH: Requester = Requester {
    bases: &[("baseURL", Join::Ofetch)],
    queries: &["query", "params"],
    absolute: None,
    methods: &[method("raw", 0, 1)],
    is_called: true,
    takes_settings: false,
    makers: &[("create", true)],
    defaults: None,
    api: Api::Fetch,
};

/// got 14: `core/options.js`. It runs in Node only; what bundles it for browsers is judged alike.
static GOT: Requester = Requester {
    bases: &[("prefixUrl", Join::Got)],
    queries: &["searchParams"],
    absolute: None,
    methods: &[
        method("get", 0, 1),
        method("post", 0, 1),
        method("put", 0, 1),
        method("patch", 0, 1),
        method("head", 0, 1),
        method("delete", 0, 1),
        method("stream", 0, 1),
    ],
    is_called: true,
    takes_settings: true,
    makers: &[("extend", true)],
    defaults: None,
    api: Api::Fetch,
};

/// RTK Query of `@reduxjs/toolkit` 2.14: `fetchBaseQuery.ts`, `utils/joinUrls.ts`.
pub(super) static BASE_QUERY: Requester = Requester {
    bases: &[("baseUrl", Join::Rtk)],
    queries: &["params"],
    absolute: None,
    methods: &[],
    is_called: true,
    takes_settings: true,
    makers: &[],
    defaults: None,
    api: Api::Fetch,
};

/// Every library.
pub(super) static PACKAGES: &[Package] = &[
    Package {
        names: &["axios"],
        is_whole: true,
        exports: &[
            export(&["default", "axios"], Kind::Client(&AXIOS)),
            export(&["Axios"], Kind::Class(&AXIOS_OBJECT)),
        ],
        about: "requests; `create`, `new Axios`, classes that extend it, `defaults`: `baseURL`",
    },
    Package {
        names: &["ky"],
        is_whole: false,
        exports: &[export(&["default", "ky"], Kind::Client(&KY))],
        about: "requests; `create`, `extend`: `prefixUrl`, `prefix`, `baseUrl`",
    },
    Package {
        names: &["ofetch"],
        is_whole: false,
        exports: &[export(&["ofetch", "$fetch"], Kind::Client(&OFETCH))],
        about: "requests; `create`: `baseURL`",
    },
    Package {
        names: &["got"],
        is_whole: true,
        exports: &[export(&["default", "got"], Kind::Client(&GOT))],
        about: "requests; `extend`: `prefixUrl`",
    },
    Package {
        names: &[
            "@reduxjs/toolkit/query",
            "@reduxjs/toolkit/query/react",
            "@reduxjs/toolkit/dist/query",
            "@reduxjs/toolkit/dist/query/react",
        ],
        is_whole: false,
        exports: &[
            export(&["fetchBaseQuery"], Kind::Maker(&BASE_QUERY)),
            export(&["createApi"], Kind::CreateApi),
            export(&["retry"], Kind::Same),
        ],
        about: "`fetchBaseQuery`, `createApi`, `injectEndpoints`: the `query` of each endpoint below `baseUrl`",
    },
    Package {
        names: &["@rtk-query/graphql-request-base-query"],
        is_whole: false,
        exports: &[export(
            &["graphqlRequestBaseQuery"],
            Kind::Fixed(fixed(false, UrlAt::Setting("url"), Api::Fetch)),
        )],
        about: "`graphqlRequestBaseQuery`: `url`",
    },
    Package {
        names: &[
            "@apollo/client",
            "@apollo/client/core",
            "@apollo/client/link/http",
            "@apollo/client/link/batch-http",
            "@apollo/client/link/ws",
            "apollo-link-http",
            "apollo-link-batch-http",
            "apollo-link-ws",
        ],
        is_whole: false,
        exports: &[
            link(&["HttpLink", "BatchHttpLink", "BaseHttpLink"], true),
            link(&["createHttpLink"], false),
            // Up to version 3; since then it needs a link.
            export(
                &["ApolloClient"],
                Kind::Fixed(Fixed {
                    unless: Some("link"),
                    ..fixed(true, UrlAt::SettingIfAny("uri"), Api::Fetch)
                }),
            ),
            export(
                &["WebSocketLink"],
                Kind::Fixed(fixed(true, UrlAt::SettingIfAny("uri"), Api::WebSocket)),
            ),
        ],
        about: "`HttpLink`, `createHttpLink`, `BatchHttpLink`, `ApolloClient`, `WebSocketLink`: `uri`",
    },
    Package {
        names: &["apollo-boost"],
        is_whole: false,
        exports: &[
            link(&["default"], true),
            link(&["HttpLink"], true),
            link(&["createHttpLink"], false),
        ],
        about: "`ApolloClient`, `HttpLink`: `uri`",
    },
    Package {
        names: &["apollo-upload-client"],
        is_whole: false,
        exports: &[link(&["createUploadLink"], false)],
        about: "`createUploadLink`: `uri`",
    },
    Package {
        names: &["apollo-upload-client/UploadHttpLink.mjs"],
        is_whole: false,
        exports: &[link(&["default"], true)],
        about: "`UploadHttpLink`: `uri`",
    },
    Package {
        names: &["apollo-upload-client/createUploadLink.mjs"],
        is_whole: false,
        exports: &[link(&["default"], false)],
        about: "`createUploadLink`: `uri`",
    },
    Package {
        names: &["graphql-ws"],
        is_whole: false,
        exports: &[export(
            &["createClient"],
            Kind::Fixed(fixed(false, UrlAt::Setting("url"), Api::WebSocket)),
        )],
        about: "`createClient`: `url`",
    },
    Package {
        names: &[
            "graphql-sse",
            "@urql/core",
            "urql",
            "@urql/preact",
            "@urql/svelte",
            "@urql/vue",
        ],
        is_whole: false,
        exports: &[
            export(
                &["createClient"],
                Kind::Fixed(fixed(false, UrlAt::Setting("url"), Api::Fetch)),
            ),
            export(
                &["Client"],
                Kind::Fixed(fixed(true, UrlAt::Setting("url"), Api::Fetch)),
            ),
        ],
        about: "`createClient`, `Client`: `url`",
    },
    Package {
        names: &["subscriptions-transport-ws"],
        is_whole: false,
        exports: &[export(
            &["SubscriptionClient"],
            Kind::Fixed(fixed(true, UrlAt::First, Api::WebSocket)),
        )],
        about: "`SubscriptionClient`: its first argument",
    },
    Package {
        names: &["graphql-request"],
        is_whole: false,
        exports: &[
            export(
                &["request", "rawRequest", "batchRequests", "default"],
                Kind::Fixed(fixed(false, UrlAt::FirstOr("url"), Api::Fetch)),
            ),
            export(
                &["GraphQLClient"],
                Kind::Fixed(fixed(true, UrlAt::First, Api::Fetch)),
            ),
        ],
        about: "`request`, `rawRequest`, `batchRequests`, `GraphQLClient`: their first argument",
    },
];

/// The package that is imported by a specifier.
pub(super) fn package(specifier: &str) -> Option<&'static Package> {
    let mut all = PACKAGES.iter();
    all.find(|package| package.names.contains(&specifier))
}

impl Package {
    /// What it exports by a name.
    pub(super) fn export(&'static self, name: &str) -> Option<&'static Export> {
        self.exports.iter().find(|e| e.names.contains(&name))
    }
}

impl Export {
    /// What its requests end in, if it makes any.
    pub(super) fn api(&self) -> Option<Api> {
        match &self.kind {
            Kind::Client(requester) | Kind::Class(requester) | Kind::Maker(requester) => {
                Some(requester.api)
            }
            Kind::Fixed(fixed) => Some(fixed.api),
            Kind::CreateApi | Kind::Same => None,
        }
    }
}

impl Requester {
    /// Its method of a name, if that requests.
    pub(super) fn method(&self, name: &str) -> Option<&'static Method>
    where
        Self: 'static,
    {
        self.methods.iter().find(|method| method.name == name)
    }
}

/// Whether a property of this name may be what a library requests by.
pub(in super::super) fn is_name(name: &str) -> bool {
    let of_client = |requester: &Requester| requester.methods.iter().any(|m| m.name == name);
    if name == "injectEndpoints" {
        return true;
    }
    let mut exports = PACKAGES.iter().flat_map(|package| package.exports);
    exports.any(|export| {
        export.names.contains(&name)
            || match &export.kind {
                Kind::Client(requester) | Kind::Class(requester) => of_client(requester),
                _ => false,
            }
    })
}
