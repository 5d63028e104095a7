//! Clients of libraries: instances with a base, passed around the program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{json, tree};

/// `file api pattern` of every endpoint.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let folder = tree(files);
    let report = json(folder.path(), &["endpoints", "--no-config"]);
    let all = report["endpoints"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let row = |e: &serde_json::Value| {
        format!(
            "{} {} {}",
            text(&e["file"]),
            text(&e["api"]),
            text(&e["pattern"])
        )
    };
    assert_eq!(all.map(row).collect::<Vec<_>>(), expected);
}

#[test]
fn the_library_itself() {
    check(
        &[(
            "a.js",
            "import axios from 'axios'; axios.get('/a'); axios('/b'); axios({ url: '/c', method: 'post' }); axios.post('https://a.test/d', {}); axios.request({ url: '/e', baseURL: 'https://b.test' }); axios.get('/f', { baseURL: 'https://c.test/v1/' })",
        )],
        &[
            "a.js XMLHttpRequest.open /a",
            "a.js XMLHttpRequest.open /b",
            "a.js XMLHttpRequest.open /c",
            "a.js XMLHttpRequest.open https://a.test/d",
            "a.js XMLHttpRequest.open https://b.test/e",
            "a.js XMLHttpRequest.open https://c.test/v1/f",
        ],
    );
    check(
        &[(
            "a.js",
            "import ky from 'ky'; import { ofetch } from 'ofetch'; ky.get('https://a.test/x'); ky('/y'); ofetch('/z')",
        )],
        &[
            "a.js fetch https://a.test/x",
            "a.js fetch /y",
            "a.js fetch /z",
        ],
    );
    check(
        &[(
            "a.js",
            "const axios = require('axios'); axios.get('/a'); require('axios').default.get('/b')",
        )],
        &["a.js XMLHttpRequest.open /a", "a.js XMLHttpRequest.open /b"],
    );
}

#[test]
fn instances() {
    check(
        &[(
            "a.js",
            "import axios from 'axios'; const api = axios.create({ baseURL: 'https://a.test/v1/' }); api.get('/users'); api.get(`users/${id}`); api.get('https://b.test/')",
        )],
        &[
            "a.js XMLHttpRequest.open https://a.test/v1/users",
            "a.js XMLHttpRequest.open https://a.test/v1/users/{id}",
            "a.js XMLHttpRequest.open https://b.test/",
        ],
    );
    check(
        &[
            (
                "http.ts",
                "import axios from 'axios'; export const http = axios.create({ baseURL: import.meta.env.VITE_API }); export default http",
            ),
            (
                "users.ts",
                "import http from './http'; export const users = () => http.get('/users'); class Users { constructor(private client = http) {} all() { return this.client.get('/all') } }",
            ),
        ],
        &[
            "users.ts XMLHttpRequest.open {import.meta.env.VITE_API}/users",
            "users.ts XMLHttpRequest.open {import.meta.env.VITE_API}/all",
        ],
    );
    check(
        &[(
            "a.js",
            "import ky from 'ky'; const a = ky.create({ prefixUrl: 'https://a.test' }); const b = a.extend({ headers: {} }); b.get('x'); b.post('y')",
        )],
        &["a.js fetch https://a.test/x", "a.js fetch https://a.test/y"],
    );
}

#[test]
fn defaults_and_wrappers() {
    check(
        &[
            (
                "main.js",
                "import axios from 'axios'; axios.defaults.baseURL = 'https://a.test'",
            ),
            (
                "b.js",
                "import axios from 'axios'; export const load = () => axios.get('/x')",
            ),
        ],
        &["b.js XMLHttpRequest.open https://a.test/x"],
    );
    check(
        &[(
            "a.js",
            "import axios from 'axios'; const api = axios.create({ baseURL: 'https://a.test' }); const load = (path) => api.get(path); load('/x'); load('/y')",
        )],
        &[
            "a.js XMLHttpRequest.open https://a.test/x",
            "a.js XMLHttpRequest.open https://a.test/y",
        ],
    );
}

/// One file, `a.js`; `pattern` of every endpoint, with its API where that is not `fetch`.
#[track_caller]
fn check_one(source: &str, expected: &[&str]) {
    let has_api = |row: &str| {
        let apis = ["WebSocket ", "XMLHttpRequest.open ", "EventSource "];
        apis.iter().any(|api| row.starts_with(api))
    };
    let full = |row: &&str| match has_api(row) {
        true => format!("a.js {row}"),
        false => format!("a.js fetch {row}"),
    };
    let expected: Vec<_> = expected.iter().map(full).collect();
    let expected: Vec<_> = expected.iter().map(String::as_str).collect();
    check(&[("a.js", source)], &expected);
}

/// Likewise, for axios.
#[track_caller]
fn check_axios(source: &str, expected: &[&str]) {
    let all: Vec<_> = expected
        .iter()
        .map(|url| format!("XMLHttpRequest.open {url}"))
        .collect();
    let all: Vec<_> = all.iter().map(String::as_str).collect();
    let source = format!("import axios, {{ Axios }} from 'axios'; {source}");
    check_one(&source, &all);
}

#[test]
fn axios_joins() {
    check_axios(
        "const c = axios.create({ baseURL: 'https://a.test/v1' }); c.get(''); c.get('?q=1'); c.get('//b.test/x'); c({}); c.request('/r', { baseURL: 'https://z.test' }); c.get('/e', { baseURL: '' }); c.get('/u', { baseURL: undefined })",
        &[
            "https://a.test/v1",
            "https://a.test/v1/?q=1",
            "//b.test/x",
            "https://a.test/v1",
            "https://z.test/r",
            "/e",
            "https://a.test/v1/u",
        ],
    );
    // The query is what it is made of.
    check_axios(
        "axios.get('https://a.test/x', { params: { a: 1 } }); axios.get('https://a.test/x?y', { params })",
        &["https://a.test/x?{params}", "https://a.test/x?y&{params}"],
    );
    check_axios(
        "axios.getUri({ url: 'https://a.test/' }); axios.get; axios.create({ baseURL: '/x' })",
        &[],
    );
}

#[test]
fn axios_classes() {
    check_axios(
        "const a = new Axios({ baseURL: 'https://a.test' }); a.get('/x'); new axios.Axios({ baseURL: 'https://b.test' }).post('y'); new Axios().get('/z')",
        &["https://a.test/x", "https://b.test/y", "/z"],
    );
    check_axios(
        "class Api extends Axios { constructor() { super({ baseURL: 'https://a.test' }) } list() { return this.get('/l') } } new Api().get('/x')",
        &["https://a.test/l", "https://a.test/x"],
    );
    check_axios(
        "class Base extends Axios { constructor(base) { super({ baseURL: base }) } } class Api extends Base { constructor() { super('https://a.test') } } new Api().get('/x'); new Base('https://b.test').get('/y')",
        &["https://a.test/x", "https://b.test/y"],
    );
    // It does not take over what the package's own client is set to.
    check_axios(
        "axios.defaults.baseURL = 'https://a.test'; new Axios().get('/x')",
        &["/x"],
    );
    // A method as a value.
    check_axios(
        "const api = axios.create({ baseURL: 'https://a.test' }); const { get } = api; get('/x'); const post = api.post.bind(api); post('/y')",
        &["https://a.test/x", "https://a.test/y"],
    );
}

#[test]
fn axios_defaults_in_order() {
    check_axios(
        "axios.get('/a'); axios.defaults.baseURL = 'https://a.test'; axios.get('/b'); axios.defaults.baseURL = 'https://b.test'; axios.get('/c')",
        &["/a", "https://a.test/b", "https://b.test/c"],
    );
    // An instance takes over what the defaults are when it is made.
    check_axios(
        "const early = axios.create(); axios.defaults.baseURL = 'https://a.test'; const late = axios.create({}); axios.defaults.baseURL = 'https://b.test'; early.get('/e'); late.get('/l')",
        &["/e", "https://a.test/l"],
    );
    check_axios(
        "const a = axios.create({ baseURL: 'https://a.test' }); const b = axios.create({ baseURL: 'https://b.test' }); b.defaults.baseURL = 'https://c.test'; a.get('/a'); b.get('/b'); b.create().get('/d')",
        &["https://a.test/a", "https://c.test/b", "https://c.test/d"],
    );
    check_axios(
        "Object.assign(axios.defaults, { timeout: 1, baseURL: 'https://a.test' }); axios.get('/a'); axios.defaults.timeout = 5",
        &["https://a.test/a"],
    );
    // The function that axios is keeps its own settings, an object of the class does not.
    check_axios(
        "axios.defaults = { baseURL: 'https://a.test' }; axios.get('/a'); const n = new Axios({}); n.defaults = { baseURL: 'https://n.test' }; n.get('/n')",
        &["/a", "https://n.test/n"],
    );
    // What may not have run is one of the alternatives.
    check_axios(
        "const api = axios.create({ baseURL: 'https://a.test' }); export function setUp() { api.defaults.baseURL = 'https://b.test' } export const load = () => api.get('/x'); if (debug) api.defaults.baseURL = 'https://c.test'",
        &["https://a.test/x", "https://b.test/x", "https://c.test/x"],
    );
    check_axios(
        "class Api { constructor() { this.http = axios.create(); this.http.defaults.baseURL = 'https://a.test' } load() { return this.http.get('/x') } }",
        &["https://a.test/x"],
    );
    check_one(
        "import axios from 'axios'; axios.defaults.baseURL = 'https://a.test'; new EventSource(axios.defaults.baseURL + '/events')",
        &["EventSource https://a.test/events"],
    );
}

#[test]
fn axios_defaults_of_other_files() {
    // An imported module has run before what imports it.
    check(
        &[
            (
                "api.js",
                "import axios from 'axios'; export const api = axios.create({ timeout: 1 }); export const load = () => api.get('/x'); export const plain = () => axios.get('/p')",
            ),
            (
                "main.js",
                "import axios from 'axios'; import { load } from './api'; axios.defaults.baseURL = 'https://a.test'; load()",
            ),
        ],
        &[
            "api.js XMLHttpRequest.open /x",
            "api.js XMLHttpRequest.open https://a.test/p",
        ],
    );
    check(
        &[
            (
                "setup.js",
                "import axios from 'axios'; axios.defaults.baseURL = 'https://a.test'",
            ),
            (
                "api.js",
                "import './setup'; import axios from 'axios'; export const api = axios.create(); api.get('/x')",
            ),
        ],
        &["api.js XMLHttpRequest.open https://a.test/x"],
    );
    check(
        &[
            (
                "api.js",
                "import axios from 'axios'; export default axios.create()",
            ),
            (
                "setup.js",
                "import api from './api'; api.defaults.baseURL = 'https://a.test'",
            ),
            (
                "users.js",
                "import api from './api'; export const users = () => api.get('/users')",
            ),
        ],
        &["users.js XMLHttpRequest.open https://a.test/users"],
    );
}

#[test]
fn settings_that_are_not_known() {
    // What a client is made with may hold a base.
    check_axios(
        "export function make(options) { return axios.create(options).get('/x') } export const make2 = (options) => axios.create({ timeout: 1, ...options }).get('/y')",
        &["{options.baseURL}/x", "{baseURL}/y"],
    );
    // What one request is made with is taken to hold none.
    check_axios(
        "export const get = (url, options) => axios.get('https://a.test/x', options)",
        &["https://a.test/x"],
    );
    check_axios(
        "const settings = { baseURL: 'https://a.test', headers: {} }; const api = axios.create(settings); api.get('/x'); api.get('https://b.test/y', { allowAbsoluteUrls: false })",
        &["https://a.test/x", "https://a.test/https://b.test/y"],
    );
}

#[test]
fn ky() {
    let with = |source: &str| format!("import ky from 'ky'; {source}");
    check_one(
        &with(
            "ky.get('x', { prefixUrl: 'https://a.test/v1' }); ky.get('/x', { prefixUrl: 'https://a.test/v1' }); ky('https://b.test/', { prefixUrl: '/api/' })",
        ),
        &["https://a.test/v1/x", "/api/https://b.test/"],
    );
    check_one(
        &with(
            "ky.get('/x', { prefix: 'https://a.test/v1/' }); ky.get('x', { baseUrl: 'https://a.test/v1/w' }); ky.get('/x', { baseUrl: 'https://a.test/v1/' }); ky.get('x', { prefix: '/p', baseUrl: 'https://a.test/v1/' })",
        ),
        &[
            "https://a.test/v1/x",
            "https://a.test/v1/x",
            "https://a.test/x",
            "https://a.test/p/x",
        ],
    );
    check_one(
        &with(
            "const a = ky.create({ prefixUrl: 'https://a.test' }); a.create({}).get('x'); a.extend({ headers: {} }).get('y'); a.extend((old) => ({ prefixUrl: 'https://b.test' })).get('z'); a.get(new URL('https://u.test/')); a.get('s', { searchParams: { a: 1 } })",
        ),
        &[
            "x",
            "https://a.test/y",
            "https://b.test/z",
            "https://u.test/",
            "https://a.test/s?{searchParams}",
        ],
    );
}

#[test]
fn clients_that_properties_hold_are_called() {
    check_one(
        "import ky from 'ky'; import { ofetch } from 'ofetch'; class C { http = ky.extend({ prefixUrl: 'https://a.test' }); list() { return this.http('list') } } const o = { api: ofetch.create({ baseURL: 'https://b.test' }), other: (x) => x }; o.api('/x'); o.other('/y')",
        &["https://a.test/list", "https://b.test/x"],
    );
}

#[test]
fn defaults_of_one_of_many() {
    // Both are made at the same place: which is changed is not known.
    check_axios(
        "const make = (baseURL) => axios.create({ baseURL }); const a = make('https://a.test'); const b = make('https://b.test'); b.defaults.baseURL = 'https://c.test'; a.get('/a')",
        &["https://a.test/a", "{baseURL}/a"],
    );
    check_axios(
        "const a = axios.create(); export const change = (client, url) => { client.defaults.baseURL = url }; a.get('/x')",
        &["/x", "{baseURL}/x"],
    );
    // What each is made with stays apart.
    check_axios(
        "const common = { baseURL: 'https://a.test' }; const a = axios.create({ ...common }); const b = axios.create(Object.assign({}, common, { baseURL: 'https://b.test' })); a.get('/a'); b.get('/b')",
        &["https://a.test/a", "https://b.test/b"],
    );
}

#[test]
fn ways_to_write_defaults() {
    check_axios(
        "axios.defaults.baseURL ||= 'https://a.test'; axios.get('/x'); axios.defaults.baseURL ??= 'https://b.test'; axios.get('/y')",
        &["https://a.test/x", "https://a.test/y"],
    );
    check_axios(
        "const d = axios.defaults; d.baseURL = 'https://a.test'; axios.get('/x'); const key = 'baseURL'; axios.defaults[key] = 'https://b.test'; axios.get('/y')",
        &["https://a.test/x", "https://b.test/y"],
    );
    check_axios(
        "for (const host of ['https://a.test', 'https://b.test']) { axios.defaults.baseURL = host; axios.get('/x') }",
        &["https://a.test/x", "https://b.test/x"],
    );
    check_axios(
        "(function () { axios.defaults.baseURL = 'https://a.test' })(); axios.get('/x')",
        &["https://a.test/x"],
    );
    // A value that asks for itself ends.
    check_axios(
        "axios.defaults.baseURL = (axios.defaults.baseURL || 'https://a.test') + '/v1'; axios.get('/x')",
        &["{baseURL}/v1/x", "https://a.test/v1/x"],
    );
}

#[test]
fn ofetch_and_got() {
    check_one(
        "import { ofetch, $fetch } from 'ofetch'; const api = ofetch.create({ baseURL: '/api' }); api('/api/users'); api('x'); api.raw('/y'); api.create({}).raw('/z'); $fetch('/q', { query: { a: 1 } }); ofetch.get('/no')",
        &["/api/users", "/api/x", "/api/y", "/api/z", "/q?{query}"],
    );
    check_one(
        "import got from 'got'; const api = got.extend({ prefixUrl: 'https://a.test/v1' }); api('x'); api.get('https://b.test/y'); api.post('/throws'); got({ url: 'https://c.test/z' })",
        &[
            "https://a.test/v1/x",
            "https://b.test/y",
            "https://c.test/z",
        ],
    );
}

#[test]
fn apollo() {
    check_one(
        "import { HttpLink, createHttpLink, ApolloClient } from '@apollo/client'; import { BatchHttpLink } from '@apollo/client/link/batch-http'; new HttpLink({ uri: 'https://a.test/g' }); new HttpLink(); new HttpLink({ uri: '' }); createHttpLink({ uri: ({ operationName }) => 'https://b.test/' + operationName }); new BatchHttpLink({ uri: 'https://c.test/g' }); new ApolloClient({ uri: 'https://d.test/g', cache }); new ApolloClient({ uri: 'https://e.test/g', link }); new ApolloClient({ cache }); new ApolloClient(options)",
        &[
            "https://a.test/g",
            "/graphql",
            "/graphql",
            "https://b.test/{a request.operationName}",
            "https://c.test/g",
            "https://d.test/g",
        ],
    );
    check_one(
        "import * as apollo from '@apollo/client/core'; import Boost from 'apollo-boost'; import { HttpLink as Link } from 'apollo-link-http'; new apollo.HttpLink({ uri: '/a' }); new Boost({}); new Boost({ uri: '/b' }); new Link({ uri: import.meta.env.VITE_G })",
        &["/a", "/graphql", "/b", "{import.meta.env.VITE_G}"],
    );
    // The URL is decided by who makes the link.
    check_one(
        "import { HttpLink } from '@apollo/client'; const make = (uri) => new HttpLink({ uri }); make('https://a.test/g'); make('https://b.test/g')",
        &["https://a.test/g", "https://b.test/g"],
    );
}

#[test]
fn sockets_of_graphql() {
    check_one(
        "import { createClient } from 'graphql-ws'; import { GraphQLWsLink } from '@apollo/client/link/subscriptions'; import { SubscriptionClient } from 'subscriptions-transport-ws'; import { WebSocketLink } from '@apollo/client/link/ws'; new GraphQLWsLink(createClient({ url: 'wss://a.test/g' })); createClient({ url: async () => 'wss://b.test/g' }); const c = new SubscriptionClient('wss://c.test/g', {}); new WebSocketLink(c); new WebSocketLink({ uri: 'wss://d.test/g' })",
        &[
            "WebSocket wss://a.test/g",
            "WebSocket wss://b.test/g",
            "WebSocket wss://c.test/g",
            "WebSocket wss://d.test/g",
        ],
    );
}

#[test]
fn other_graphql_clients() {
    check_one(
        "import { request, GraphQLClient, gql } from 'graphql-request'; import { createClient, Client } from 'urql'; request('https://a.test/g', gql`{x}`); request({ url: 'https://b.test/g' }); const c = new GraphQLClient('https://c.test/g'); c.request(gql`{y}`); createClient({ url: 'https://d.test/g', exchanges }); new Client({ url: 'https://e.test/g' })",
        &[
            "https://a.test/g",
            "https://b.test/g",
            "https://c.test/g",
            "https://d.test/g",
            "https://e.test/g",
        ],
    );
}

#[test]
fn rtk_query() {
    let with = |source: &str| {
        format!(
            "import {{ createApi, fetchBaseQuery, retry }} from '@reduxjs/toolkit/query/react'; {source}"
        )
    };
    check_one(
        &with(
            "export const api = createApi({ reducerPath: 'api', baseQuery: fetchBaseQuery({ baseUrl: 'https://a.test/v1/' }), endpoints: (builder) => ({ one: builder.query({ query: (id) => `users/${id}` }), two: builder.query({ query: ({ page }) => ({ url: '/x', params: { page } }) }), three: builder.mutation({ query: () => ({ url: 'https://b.test/y', method: 'POST' }) }), four: builder.query({ query() { return '' } }), five: builder.query({ queryFn: () => ({ data: 1 }) }) }) }); export const { useOneQuery } = api",
        ),
        &[
            "https://a.test/v1/users/{id}",
            "https://a.test/v1/x?{params}",
            "https://b.test/y",
            "https://a.test/v1/",
        ],
    );
    // A base query that hands on what it is asked.
    check_one(
        &with(
            "const base = retry(fetchBaseQuery({ baseUrl: 'https://a.test' })); const again = async (args, api, extra) => { let result = await base(args, api, extra); if (result.error) { await base('/refresh', api, extra); result = await base(args, api, extra) } return result }; createApi({ baseQuery: again, endpoints: (b) => ({ x: b.query({ query: () => '/x' }) }) })",
        ),
        &["https://a.test/refresh", "https://a.test/x"],
    );
    // Nobody is seen to ask below the base.
    check_one(
        &with("export const base = fetchBaseQuery({ baseUrl: 'https://a.test' })"),
        &["https://a.test/{path}"],
    );
    check_one(
        &with(
            "createApi({ baseQuery: other, endpoints: (b) => ({ x: b.query({ query: () => '/x' }) }) }); const builder = { query: (x) => x }; builder.query({ query: () => '/y' })",
        ),
        &[],
    );
    // Endpoints of other files.
    check(
        &[
            (
                "api.ts",
                "import { createApi, fetchBaseQuery } from '@reduxjs/toolkit/query/react'; export const api = createApi({ baseQuery: fetchBaseQuery({ baseUrl: 'https://a.test' }), endpoints: () => ({}) })",
            ),
            (
                "users.ts",
                "import { api } from './api'; const users = api.injectEndpoints({ endpoints: (build) => ({ list: build.query<User[], void>({ query: () => '/users' }) }), overrideExisting: false }); export const { useListQuery } = users",
            ),
        ],
        &["users.ts fetch https://a.test/users"],
    );
}

#[test]
fn the_finding_of_an_endpoint_stands_at_its_query() {
    let folder = tree(&[(
        "a.js",
        "import { createApi, fetchBaseQuery } from '@reduxjs/toolkit/query';\ncreateApi({ baseQuery: fetchBaseQuery({ baseUrl: '/api' }), endpoints: (b) => ({\n  x: b.query({ query: () => 'x' }),\n}) });\n",
    )]);
    let report = json(folder.path(), &["endpoints", "--no-config"]);
    let endpoint = &report["endpoints"][0];
    assert_eq!(endpoint["pattern"], "/api/x");
    assert_eq!(endpoint["line"], 3);
}

#[test]
fn packages_of_other_names_and_local_names() {
    check(
        &[
            (
                "a.js",
                "import { HttpLink } from './local'; import { ApolloClient } from 'other-client'; class SubscriptionClient {} new HttpLink({ uri: '/a' }); new ApolloClient({ uri: '/b' }); new SubscriptionClient('/c'); const request = (x) => x; request('/d'); createClient({ url: '/e' })",
            ),
            ("local.js", "export class HttpLink {}"),
            (
                "b.js",
                "import { http } from 'msw'; import { HttpLink } from '@apollo/client'; http.get('https://a.test/', () => {}); function f(HttpLink) { new HttpLink({ uri: '/x' }) } const m = new Map(); m.request('/y'); m.default('/z')",
            ),
        ],
        &[],
    );
    // A package that another file hands on.
    check(
        &[
            (
                "http.js",
                "export { default as http, Axios } from 'axios'; export * from 'graphql-request'",
            ),
            (
                "a.js",
                "import { http, Axios, request } from './http'; http.get('/a'); new Axios({ baseURL: '/b' }).get('c'); request('https://d.test/', q)",
            ),
        ],
        &[
            "a.js XMLHttpRequest.open /a",
            "a.js XMLHttpRequest.open /b/c",
            "a.js fetch https://d.test/",
        ],
    );
}

#[test]
fn what_is_no_client() {
    check(
        &[
            (
                "a.js",
                "import axios from 'axios'; import { http } from 'msw2'; const map = new Map(); map.get('/m'); http.get('/h'); const app = express(); app.post('/p'); axios.all([]); axios.isCancel('/x')",
            ),
            (
                "b.js",
                "const axios = { get() {} }; axios.get('/a'); function f(axios) { axios.get('/b') }",
            ),
            (
                "c.js",
                "import _ from 'lodash'; _.get('/c'); import { Axios } from 'axios'; params.get('/d')",
            ),
        ],
        &[],
    );
}
