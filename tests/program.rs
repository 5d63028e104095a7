//! URLs that other files give: imports, re-exports, `require`, JSON, `tsconfig` paths.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{json, tree};

/// `file api pattern` of every endpoint.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let folder = tree(files);
    let report = json(folder.path(), &["endpoints", "--no-config"]);
    let rows: Vec<String> = report["endpoints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| {
            format!(
                "{} {}",
                e["file"].as_str().unwrap(),
                e["pattern"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(rows, expected);
}

#[test]
fn constants_of_other_modules() {
    let uses = "import { API } from './config'; fetch(API + '/x');";
    check(
        &[
            ("a.js", uses),
            ("config.js", "export const API = 'https://a.test';"),
        ],
        &["a.js https://a.test/x"],
    );
    check(
        &[
            ("a.ts", uses),
            (
                "config/index.ts",
                "const API = 'https://a.test'; export { API };",
            ),
        ],
        &["a.ts https://a.test/x"],
    );
    check(
        &[
            (
                "a.js",
                "import * as config from './config.js'; fetch(config.API + config.paths.users)",
            ),
            (
                "config.js",
                "export const API = 'https://a.test'; export const paths = { users: '/u' }",
            ),
        ],
        &["a.js https://a.test/u"],
    );
    check(
        &[
            (
                "a.js",
                "import api, { path as p } from './b'; fetch(api + p)",
            ),
            (
                "b.js",
                "export { default } from './c'; export { P as path } from './d'; export * from './e'",
            ),
            ("c.js", "export default 'https://c.test'"),
            ("d.js", "const P = '/d'; export { P }"),
        ],
        &["a.js https://c.test/d"],
    );
    check(
        &[
            ("a.js", "import { base } from './b'; fetch(base + '/x')"),
            ("b.js", "export * from './c'; export * from './d'"),
            ("c.js", "export const other = 1"),
            ("d.js", "export * from './b'; export let base = '/d'"),
        ],
        &["a.js /d/x"],
    );
}

#[test]
fn common_js_and_data() {
    check(
        &[
            (
                "a.js",
                "const { API } = require('./config'); fetch(API); fetch(require('./config').other)",
            ),
            (
                "config.js",
                "module.exports = { API: 'https://a.test/', other: '/o' }",
            ),
        ],
        &["a.js https://a.test/", "a.js /o"],
    );
    check(
        &[
            (
                "a.js",
                "const config = require('./config'); fetch(config.API)",
            ),
            ("config.js", "exports.API = 'https://a.test/'"),
        ],
        &["a.js https://a.test/"],
    );
    check(
        &[
            (
                "a.js",
                "import config from './config.json'; import { api } from './config.json'; fetch(config.api); fetch(api + '2')",
            ),
            ("config.json", "{ \"api\": \"https://a.test/\" }"),
        ],
        &["a.js https://a.test/", "a.js https://a.test/2"],
    );
    check(
        &[
            (
                "a.js",
                "async function f() { const { API } = await import('./b.js'); fetch(API) } import('./b.js').then(m => fetch(m.API))",
            ),
            ("b.js", "export const API = '/b'"),
        ],
        &["a.js /b", "a.js /b"],
    );
}

#[test]
fn paths_of_the_project() {
    check(
        &[
            (
                "tsconfig.json",
                "{ \"compilerOptions\": { \"paths\": { \"@/*\": [\"./src/*\"] } } }",
            ),
            ("src/a.ts", "import { API } from '@/config'; fetch(API)"),
            ("src/config.ts", "export const API = 'https://a.test/'"),
        ],
        &["src/a.ts https://a.test/"],
    );
    // What no one lints may still give a URL.
    check(
        &[
            (
                "src/a.js",
                "import { API } from '../server/api/urls'; fetch(API)",
            ),
            (
                "server/api/urls.js",
                "export const API = '/u'; fetch('https://not.judged.test/')",
            ),
        ],
        &["src/a.js /u"],
    );
    let only_one = tree(&[
        ("a.js", "import { A } from './b'; fetch(A)"),
        ("b.js", "export const A = '/b'; fetch('/own')"),
    ]);
    let report = json(only_one.path(), &["endpoints", "--no-config", "a.js"]);
    assert_eq!(report["endpoints"].as_array().unwrap().len(), 1);
    assert_eq!(report["endpoints"][0]["pattern"], "/b");
    assert_eq!(report["summary"]["files"], 1);
}

#[test]
fn functions_classes_and_objects_of_other_modules() {
    check(
        &[
            ("a.js", "import { url } from './b'; fetch(url('users', 7))"),
            (
                "b.js",
                "const BASE = 'https://b.test'; export function url(kind, id) { return `${BASE}/${kind}/${id}` }",
            ),
        ],
        &["a.js https://b.test/users/7"],
    );
    check(
        &[
            (
                "a.js",
                "import { Urls } from './b'; fetch(new Urls('https://b.test').users())",
            ),
            (
                "b.js",
                "export class Urls { constructor(base) { this.base = base } users() { return this.base + '/users' } }",
            ),
        ],
        &["a.js https://b.test/users"],
    );
    check(
        &[
            ("a.js", "import { http } from './b'; http('/x')"),
            ("b.js", "export const http = window.fetch.bind(window)"),
        ],
        &["a.js /x"],
    );
}

/// A module may change what it imports: the first value is not the only one.
#[test]
fn objects_that_other_modules_change() {
    check(
        &[
            (
                "a.js",
                "import { config } from './config'; config.base = 'https://b.test'",
            ),
            (
                "b.js",
                "import { config } from './config'; fetch(config.base + '/x')",
            ),
            (
                "config.js",
                "export const config = { base: 'https://a.test' }",
            ),
        ],
        &["b.js https://a.test/x", "b.js https://b.test/x"],
    );
}

#[test]
fn what_leads_nowhere_is_a_hole() {
    check(
        &[(
            "a.js",
            "import { API } from 'package'; import b from './none'; fetch(API + '/x'); fetch(b)",
        )],
        &["a.js {API}/x", "a.js {b}"],
    );
    check(
        &[
            ("a.js", "import { a } from './b'; fetch(a)"),
            ("b.js", "import { b } from './a'; export const a = b"),
        ],
        &["a.js {b}"],
    );
    check(
        &[("a.js", "import { a } from './a'; export { a }; fetch(a)")],
        &["a.js {a}"],
    );
}

/// The finding stands where the URL is decided.
#[test]
fn wrappers_in_one_file() {
    check(
        &[(
            "a.js",
            "const BASE = 'https://a.test'; function api(p) { return fetch(BASE + p) } api('/users'); api('/teams');",
        )],
        &["a.js https://a.test/users", "a.js https://a.test/teams"],
    );
    check(
        &[(
            "a.js",
            "function request(url) { return fetch(url) } function get(p) { return request('/api' + p) } get('/x'); request('/y')",
        )],
        &["a.js /api/x", "a.js /y"],
    );
    check(
        &[(
            "a.js",
            "const api = (p, { base = '/v1' } = {}) => fetch(base + p); api('/x'); api('/y', { base: '/v2' })",
        )],
        &["a.js /v1/x", "a.js /v2/y"],
    );
    check(
        &[(
            "a.js",
            "function send({ url, method }) { const x = new XMLHttpRequest(); x.open(method, url); x.send() } send({ url: '/x', method: 'GET' })",
        )],
        &["a.js /x"],
    );
    check(
        &[(
            "a.js",
            "class Api { constructor(base) { this.base = base } get(p) { return fetch(this.base + p) } } const api = new Api('https://a.test'); api.get('/x')",
        )],
        &["a.js https://a.test/x"],
    );
    check(
        &[(
            "a.js",
            "function createClient(base) { return { get: (p) => fetch(base + p), post(p) { return fetch(base + p) } } } const c = createClient('https://a.test'); c.get('/x'); c.post('/y')",
        )],
        &["a.js https://a.test/x", "a.js https://a.test/y"],
    );
    check(
        &[(
            "a.js",
            "const retry = (f) => f().catch(f); const load = (p) => retry(() => fetch('https://a.test' + p)); load('/x')",
        )],
        &["a.js https://a.test/x"],
    );
    check(
        &[(
            "a.js",
            "function f(p) { return fetch(p) } const g = f.bind(null, '/x'); g(); const h = f; h('/y')",
        )],
        &["a.js /x", "a.js /y"],
    );
    check(
        &[(
            "a.js",
            "class Poller { constructor(url) { this.s = new EventSource(url) } } new Poller('/x')",
        )],
        &["a.js /x"],
    );
    // A caller that knows no more than the function says nothing.
    check(
        &[(
            "a.js",
            "function f(p) { return fetch('https://a.test/' + p) } export function g(x, y) { f(x); f(y) }",
        )],
        &["a.js https://a.test/{p}"],
    );
    // Nobody calls it here.
    check(
        &[("a.js", "export function f(p) { return fetch(p) }")],
        &["a.js {p}"],
    );
    // Names of the page are an answer too.
    check(
        &[(
            "a.js",
            "function f(p) { return fetch(p) } f('/x'); f(window.y)",
        )],
        &["a.js /x", "a.js {window.y}"],
    );
    // Recursion ends.
    check(
        &[(
            "a.js",
            "function f(p, n) { fetch(p); if (n) f(p + 'x', n - 1) } f('/a', 3)",
        )],
        &["a.js {p}", "a.js /a", "a.js /ax"],
    );
}

#[test]
fn wrappers_of_other_modules() {
    check(
        &[
            (
                "http.js",
                "const BASE = 'https://a.test'; export function get(p) { return fetch(BASE + p) } export default { post: (p) => fetch(BASE + p, { method: 'POST' }) }",
            ),
            (
                "users.js",
                "import http, { get as g } from './http'; g('/users'); http.post('/users/new')",
            ),
        ],
        &[
            "users.js https://a.test/users",
            "users.js https://a.test/users/new",
        ],
    );
    check(
        &[
            (
                "a/client.ts",
                "export class Client { constructor(private base: string) {} get(path: string) { return fetch(`${this.base}${path}`) } }",
            ),
            (
                "a/index.ts",
                "import { Client } from './client'; export const client = new Client(import.meta.env.VITE_API);",
            ),
            ("b.ts", "import { client } from './a'; client.get('/x')"),
        ],
        &["b.ts {import.meta.env.VITE_API}/x"],
    );
    check(
        &[
            ("a.js", "const { get } = require('./http'); get('/x')"),
            (
                "http.js",
                "function get(p) { return fetch('https://a.test' + p) } module.exports = { get }",
            ),
        ],
        &["a.js https://a.test/x"],
    );
}

/// The trail leads from the call to the sink.
#[test]
fn a_wrapper_that_another_calls() {
    let http = "export const get = (u) => fetch(u); export const user = (u) => get(u);";
    // What one passes on, its own callers decide, whether or not it is called directly too.
    check(
        &[
            ("a.js", "import { user } from './http'; user('/2')"),
            ("http.js", http),
        ],
        &["a.js /2"],
    );
    check(
        &[
            (
                "a.js",
                "import { get, user } from './http'; get('/1'); user('/2')",
            ),
            ("http.js", http),
        ],
        &["a.js /1", "a.js /2"],
    );
    check(
        &[
            (
                "a.js",
                "import { useApi } from './api'; const { get } = useApi(); get('/1')",
            ),
            (
                "api.js",
                "import { user } from './http'; export const useApi = () => ({ get: (u) => user('/api' + u) })",
            ),
            ("http.js", http),
        ],
        &["a.js /api/1"],
    );
    // Nobody calls it here: who uses the library may.
    check(
        &[
            ("a.js", "import { get } from './http'; get('/1')"),
            ("http.js", http),
        ],
        &["a.js /1", "http.js {u}"],
    );
    // A call says nothing of the URL.
    check(
        &[
            (
                "a.js",
                "import { user } from './http'; user('/2'); export const other = (p) => user(p)",
            ),
            ("http.js", http),
        ],
        &["a.js /2", "http.js {u}"],
    );
}

#[test]
fn the_trail_of_a_wrapper() {
    let folder = tree(&[
        ("a.js", "import { get } from './http';\nget('/x');\n"),
        (
            "http.js",
            "const BASE = 'https://a.test';\nexport const get = (p) =>\n  fetch(BASE + p);\n",
        ),
    ]);
    let report = json(folder.path(), &["check", "--policy", "connect-src 'self'"]);
    let found = &report["endpoints"][0];
    assert_eq!(
        (found["line"].as_u64(), found["verdict"].as_str()),
        (Some(2), Some("blocked"))
    );
    let trail: Vec<String> = found["trail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| {
            format!(
                "{}:{} {}",
                t["file"].as_str().unwrap(),
                t["line"],
                t["note"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        trail,
        [
            "http.js:1 `BASE` is set here",
            "http.js:3 it is passed on to `fetch` here"
        ]
    );
}

#[test]
fn functions_that_hooks_hand_on() {
    check(
        &[
            (
                "a.tsx",
                "import { useApi } from './b'; export function View() { const { get } = useApi(); get('/x'); return <p/> }",
            ),
            (
                "b.ts",
                "import { useCallback } from 'react'; import { http } from './c'; export function useApi() { const base = 'https://a.test'; return { get: useCallback((url: string) => http(base + url), []) } }",
            ),
            (
                "c.ts",
                "export async function http(url: string) { return fetch(url) }",
            ),
        ],
        &["a.tsx https://a.test/x"],
    );
    check(
        &[(
            "a.jsx",
            "import React from 'react'; function V({ id }) { const url = React.useMemo(() => `/api/${id}`, [id]); React.useEffect(() => { fetch(url) }, [url]) }",
        )],
        &["a.jsx /api/{id}"],
    );
}

/// The finding stands at the call that gives the key.
#[test]
fn keys_that_a_library_calls_back_with() {
    let swr = |code: &str, expected: &[&str]| {
        let imports = "import useSWR, { preload } from 'swr'; import useInfinite from 'swr/infinite'; import useMutation from 'swr/mutation';\n";
        let plain = "const plain = url => fetch(url);\n";
        check(&[("a.jsx", &format!("{imports}{plain}{code}"))], expected);
    };
    swr("useSWR('/a', plain)", &["a.jsx /a"]);
    swr("useSWR('/a', url => plain(url))", &["a.jsx /a"]);
    swr(
        "function useApi(path) { return useSWR('/api' + path, plain) } useApi('/a')",
        &["a.jsx /api/a"],
    );
    // A falsy key is none.
    swr(
        "const V = ok => useSWR(ok ? '/a' : null, plain)",
        &["a.jsx /a"],
    );
    swr("const V = ok => useSWR(ok && '/a', plain)", &["a.jsx /a"]);
    // A function makes the key.
    swr(
        "const V = id => useSWR(() => '/a/' + id, plain)",
        &["a.jsx /a/{id}"],
    );
    swr(
        "useInfinite((i, before) => before && !before.length ? null : `/a?page=${i}`, plain)",
        &["a.jsx /a?page={a page}"],
    );
    // A list is one argument, and was many in SWR 1.
    swr("useSWR(['/a', t], ([url, t]) => plain(url))", &["a.jsx /a"]);
    swr("useSWR(['/a', t], (url, t) => plain(url))", &["a.jsx /a"]);
    swr(
        "useMutation('/a', (url, { arg }) => plain(url))",
        &["a.jsx /a"],
    );
    // The function may stand in the settings.
    swr("useSWR('/a', { fetcher: plain })", &["a.jsx /a"]);
    swr("useSWR('/a', null, { fetcher: plain })", &["a.jsx /a"]);
    swr("preload('/a', plain)", &["a.jsx /a"]);
    // What is not of the library is not called back.
    check(
        &[(
            "a.js",
            "import useSWR from 'other'; useSWR('/a', url => fetch(url))",
        )],
        &["a.js {url}"],
    );
}

/// What the build decides of a path on the page's origin.
#[test]
fn paths_that_the_build_decides() {
    let judged = |code: &str| {
        let folder = tree(&[("a.js", code)]);
        let report = json(
            folder.path(),
            &[
                "check",
                "--no-config",
                "--fail-on",
                "never",
                "--policy",
                "connect-src 'self'",
            ],
        );
        let row = &report["endpoints"][0];
        format!(
            "{} {}",
            row["pattern"].as_str().unwrap(),
            row["verdict"].as_str().unwrap()
        )
    };
    let kit = |code: &str| {
        let import = "import { base, assets, resolve } from '$app/paths';";
        judged(&format!("{import} {code}"))
    };
    assert_eq!(kit("fetch(`${base}/a`)"), "{$app/paths.base}/a allowed");
    assert_eq!(
        kit("fetch(location.origin + base + '/a')"),
        "{location.origin}{$app/paths.base}/a allowed"
    );
    assert_eq!(
        kit("fetch(new URL(base + '/a', location.origin))"),
        "{location.origin}{$app/paths.base}/a allowed"
    );
    assert_eq!(
        kit("fetch(resolve('/a/[id]', { id }))"),
        "{$app/paths.base}/a/{a parameter of the route} allowed"
    );
    // It may be empty, and be another host's name then.
    assert_eq!(kit("fetch(base + '//a')"), "{$app/paths.base}//a depends");
    assert_eq!(kit("fetch(base + x)"), "{$app/paths.base}{x} unknown");
    // Assets may be elsewhere.
    assert_eq!(kit("fetch(assets + '/a')"), "{assets}/a unknown");
    let vite = "import.meta.env.BASE_URL";
    assert_eq!(
        judged(&format!("fetch({vite} + 'a')")),
        format!("{{{vite}}}a allowed")
    );
    assert_eq!(
        judged(&format!("fetch({vite}.replace(/\\/$/, '') + '/a')")),
        format!("{{{vite}}}/a allowed")
    );
    // By default it is `/`: `//a` is a host.
    assert_eq!(
        judged(&format!("fetch({vite} + '/a')")),
        format!("{{{vite}}}/a depends")
    );
}

/// A request that is handed on is none of its own: who made it is the endpoint.
#[test]
fn requests_that_are_handed_on() {
    let worker = "import { respond } from './b'; self.addEventListener('fetch', e => e.respondWith(respond(e.request)))";
    check(
        &[
            ("sw.js", worker),
            (
                "b.js",
                "export async function respond(input) { return await fetch(input) }",
            ),
        ],
        &[],
    );
    // Another call says what it asks for.
    check(
        &[
            ("sw.js", worker),
            (
                "b.js",
                "export async function respond(input) { return await fetch(input) }",
            ),
            ("c.js", "import { respond } from './b'; respond('/c')"),
        ],
        &["c.js /c"],
    );
    // Others may call it, too.
    check(
        &[
            ("sw.js", worker),
            (
                "b.js",
                "export async function respond(input) { return await fetch(input) }",
            ),
            (
                "c.js",
                "import { respond } from './b'; export const C = x => respond(x)",
            ),
        ],
        &["b.js {input}"],
    );
    let typed =
        "export class Handler { async onGet(req: Request) { return await fetch(req.clone()) } }";
    check(&[("a.ts", typed)], &[]);
    // A type of that name may be another.
    for own in [
        "import type { Request } from './c';",
        "import { type Request } from './c';",
        "interface Request { url: string }",
        "export type Request = string;",
    ] {
        check(
            &[("a.ts", &format!("{own} {typed}"))],
            &["a.ts {req.clone()}"],
        );
    }
    check(
        &[(
            "a.ts",
            "export const get = (req: Request) => fetch(req.url + '/x')",
        )],
        &["a.ts {request.url}/x"],
    );
}

#[test]
fn what_functions_set_for_others() {
    let api = "let base = ''; export function setBase(b) { base = b } export const load = () => fetch(base + '/x');";
    let both = &["api.js /x", "api.js https://a.test/x"];
    check(
        &[
            ("api.js", api),
            (
                "main.js",
                "import { setBase } from './api'; setBase('https://a.test')",
            ),
        ],
        both,
    );
    check(
        &[
            ("api.js", api),
            ("index.js", "export * from './api'"),
            (
                "main.js",
                "import * as api from './index'; import { HOST } from './host'; api.setBase('https://' + HOST)",
            ),
            ("host.js", "export const HOST = 'a.test'"),
        ],
        both,
    );
    check(
        &[
            ("api.js", api),
            (
                "main.js",
                "import { setBase } from './api'; export function boot(h) { setBase('https://' + h) }",
            ),
            ("z.js", "import { boot } from './main'; boot('a.test')"),
        ],
        both,
    );
    check(
        &[
            (
                "api.ts",
                "export class Api { base = ''; constructor(private root: string) {} async users() { return fetch(this.root + '/u') } }",
            ),
            (
                "main.ts",
                "import { Api } from './api'; export const a = new Api('https://a.test')",
            ),
            (
                "other.ts",
                "import { Api } from './api'; export const b = new Api('https://b.test')",
            ),
        ],
        &["api.ts https://a.test/u", "api.ts https://b.test/u"],
    );
}

#[test]
fn where_not_all_callers_are_known_the_hole_stays() {
    let api = "let base = ''; export function setBase(b) { base = b } export const load = () => fetch(base + '/x');";
    for main in [
        "import { setBase } from './api'; setBase('https://a.test'); window.setBase = setBase",
        "import { setBase } from './api'; setBase('https://a.test'); setBase(window.name)",
        "import { setBase } from './api'; setBase('https://a.test'); [].map(setBase)",
        "import * as api from './api'; api.setBase('https://a.test'); api[window.name]('/other')",
        "import { setBase } from './api'; setBase('https://a.test'); import('./api').then(m => m.setBase('/other'))",
    ] {
        let folder = tree(&[("api.js", api), ("main.js", main)]);
        let report = json(folder.path(), &["endpoints", "--no-config"]);
        let endpoints = report["endpoints"].as_array().unwrap();
        let patterns: Vec<_> = endpoints
            .iter()
            .map(|e| e["pattern"].as_str().unwrap())
            .collect();
        assert!(
            patterns.contains(&"https://a.test/x"),
            "{main}: {patterns:?}"
        );
        assert!(
            patterns.iter().any(|p| p.starts_with('{')),
            "{main}: {patterns:?}"
        );
    }
    check(
        &[("api.js", api), ("main.js", "import './api'")],
        &["api.js /x", "api.js {b}/x"],
    );
}

#[test]
fn scripts_of_a_page_share_names() {
    let admin = "const BASE = 'https://a.test'; function post(u) { return fetch(u) }";
    check(
        &[
            ("js/admin.js", admin),
            ("js/users.js", "post(BASE + '/users')"),
        ],
        &["js/users.js https://a.test/users"],
    );
    // A script that configures the page, and modules that read it.
    let config = "window.API_BASE = 'https://a.test'";
    check(
        &[
            ("public/config.js", config),
            (
                "src/a.ts",
                "export const load = () => fetch(window.API_BASE + '/x'); fetch(API_BASE + '/y')",
            ),
        ],
        &["src/a.ts https://a.test/x", "src/a.ts https://a.test/y"],
    );
    // The nearest folder counts.
    check(
        &[
            ("config.js", "var API = 'https://a.test'"),
            ("b/config.js", "var API = 'https://b.test'"),
            ("b/c/use.js", "fetch(API)"),
        ],
        &["b/c/use.js https://b.test"],
    );
}

#[test]
fn names_that_other_scripts_may_not_share() {
    let uses = "fetch(API + '/x')";
    let hole = &["a/use.js {API}/x"];
    for files in [
        // Two of one folder.
        vec![("a/b.js", "var API = '/b'"), ("a/c.js", "var API = '/c'")],
        // Another site.
        vec![("b/b.js", "var API = '/b'")],
        // Modules: by their syntax, by what imports them, of Node.
        vec![("a/b.js", "const API = '/b'; export {}")],
        vec![("a/b.js", "const API = '/b'"), ("a/c.js", "import './b'")],
        vec![("a/b.js", "const API = '/b'; module.exports = { API }")],
    ] {
        let all: Vec<_> = files.into_iter().chain([("a/use.js", uses)]).collect();
        check(&all, hole);
    }
    check(
        &[
            ("a/b.js", "function init() { window.API = '/b' }"),
            ("a/use.js", uses),
        ],
        &["a/use.js {API}/x", "a/use.js /b/x"],
    );
}
