//! What the endpoints of small scripts are: one row per case, `source => rows`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::{Settings, endpoints};
use crate::endpoint::Confidence;
use crate::js::{ScriptKind, ScriptText, lower};
use crate::value::Guard;

fn found_with(source: &str, settings: &Settings) -> Vec<String> {
    let script = ScriptText {
        text: source,
        kind: ScriptKind::File,
        typescript: true,
        jsx: true,
        module: None,
    };
    let (facts, issues) = lower(&[script]);
    assert!(issues.is_empty(), "{source}: {issues:?}");
    // Facts survive being written down and read again: they can be cached and merged.
    let json = serde_json::to_string(&facts).unwrap();
    let facts = serde_json::from_str(&json).unwrap();
    endpoints(&facts, settings)
        .into_iter()
        .map(|f| {
            let names = [
                (Guard::HTTPS, " [https]"),
                (Guard::NOT_HTTPS, " [not https]"),
                (Guard::PORT, " [port]"),
                (Guard::NO_PORT, " [no port]"),
            ];
            let holds = |guard: Guard| f.guard.and(guard) == Some(f.guard);
            let held = names.iter().filter(|(guard, _)| holds(*guard));
            let guard: String = held.map(|(_, name)| *name).collect();
            let unsure = if f.confidence == Confidence::Possible {
                "?"
            } else {
                ""
            };
            format!("{}{unsure} {}{guard}", f.api.name(), f.url)
        })
        .collect()
}

fn found(source: &str) -> Vec<String> {
    found_with(source, &Settings::default())
}

#[track_caller]
fn check(source: &str, expected: &[&str]) {
    assert_eq!(found(source), expected, "\n{source}");
}

#[test]
fn every_sink_is_reached() {
    check("fetch('/a')", &["fetch /a"]);
    check("fetchLater('/a')", &["fetchLater /a"]);
    check(
        "const x = new XMLHttpRequest(); x.open('GET', '/a')",
        &["XMLHttpRequest.open /a"],
    );
    check("new WebSocket('wss://a')", &["WebSocket wss://a"]);
    check(
        "new WebSocketStream('wss://a')",
        &["WebSocketStream wss://a"],
    );
    check("new EventSource('/a')", &["EventSource /a"]);
    check(
        "navigator.sendBeacon('/a', x)",
        &["navigator.sendBeacon /a"],
    );
    check(
        "new WebTransport('https://a/')",
        &["WebTransport https://a/"],
    );
    check(
        "caches.open('v').then(c => c.addAll(['/a', '/b']))",
        &["Cache.addAll /a", "Cache.addAll /b"],
    );
    check(
        "async () => { const c = await caches.open('v'); await c.add('/a') }",
        &["Cache.add /a"],
    );
    check(
        "navigator.serviceWorker.ready.then(r => r.backgroundFetch.fetch('i', ['/a']))",
        &["BackgroundFetchManager.fetch /a"],
    );
    check(
        "navigator.credentials.get({ identity: { providers: [{ configURL: 'https://i/c.json' }] } })",
        &["navigator.credentials.get https://i/c.json"],
    );
    check("navigator.credentials.get({ password: true })", &[]);
    check(
        "import a from './a.json' with { type: 'json' }",
        &["import ./a.json"],
    );
    check(
        "import('./a.json', { with: { type: 'json' } })",
        &["import ./a.json"],
    );
    check(
        "import a from './a.css' with { type: 'css' }; import('./b.js')",
        &[],
    );
    check(
        "const a = document.createElement('a'); a.ping = 'https://a/ /b'",
        &["a[ping] https://a/", "a[ping] /b"],
    );
    check("el.setAttribute('ping', '/a')", &["a[ping] /a"]);
    check(
        "const l = document.createElement('link'); l.rel = 'preload'; l.as = 'fetch'; l.href = '/a'",
        &["link[rel=preload] /a"],
    );
    check(
        "const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = '/a'",
        &[],
    );
    check("const e = <a ping='/a' href='/b'>x</a>", &["a[ping] /a"]);
    check(
        "const e = <div><link rel='preload' as='fetch' href={`/a/${x}`}/></div>",
        &["link[rel=preload] /a/{x}"],
    );
}

#[test]
fn sinks_by_other_ways() {
    for way in [
        "window.fetch('/a')",
        "self.fetch('/a')",
        "globalThis.fetch('/a')",
        "frames.fetch('/a')",
        "top.fetch('/a')",
        "parent.fetch('/a')",
        "document.defaultView.fetch('/a')",
        "window['fetch']('/a')",
        "window?.fetch?.('/a')",
        "window.window.fetch('/a')",
        "const f = fetch; f('/a')",
        "const { fetch } = window; fetch('/a')",
        "const { fetch: g = null } = globalThis; g('/a')",
        "const w = window; w.fetch('/a')",
        "fetch.call(window, '/a')",
        "fetch.apply(window, ['/a'])",
        "fetch.bind(window)('/a')",
        "const f = window.fetch.bind(window, '/a'); f()",
        "(0, fetch)('/a')",
        "(0, window.fetch)('/a')",
        "fetch(new Request('/a'))",
        "const r = new Request('/a', { method: 'POST' }); fetch(r)",
        "fetch(new Request(new Request('/a')))",
        "Reflect.apply(fetch, window, ['/a'])",
        "await fetch('/a')",
        "fetch(...['/a'])",
        "let f; f = window.fetch; f('/a')",
        "const n = 'fe' + 'tch'; window[n]('/a')",
        "const api = { get: fetch }; api.get('/a')",
        "(window.fetch || polyfill)('/a')",
    ] {
        check(way, &["fetch /a"]);
    }
    check(
        "navigator['sendBeacon']('/a')",
        &["navigator.sendBeacon /a"],
    );
    check(
        "const { sendBeacon } = navigator; sendBeacon.call(navigator, '/a')",
        &["navigator.sendBeacon /a"],
    );
    check("navigator.sendBeacon?.('/a')", &["navigator.sendBeacon /a"]);
    check(
        "const W = window.WebSocket || window.MozWebSocket; new W('wss://a')",
        &["WebSocket wss://a"],
    );
    check(
        "class S extends WebSocket {} new S('wss://a')",
        &["WebSocket wss://a"],
    );
    check(
        "class S extends WebSocket { constructor() { super('wss://a') } } new S()",
        &["WebSocket wss://a"],
    );
    check(
        "class X extends XMLHttpRequest {} const x = new X(); x.open('GET', '/a')",
        &["XMLHttpRequest.open /a"],
    );
    check(
        "class X extends XMLHttpRequest { go() { this.open('GET', '/a') } }",
        &["XMLHttpRequest.open /a"],
    );
    check(
        "class X extends XMLHttpRequest { open(m, u) { super.open(m, '/a') } }",
        &["XMLHttpRequest.open /a"],
    );
    check(
        "Reflect.construct(WebSocket, ['wss://a'])",
        &["WebSocket wss://a"],
    );
    check(
        "class A { constructor() { this.x = new XMLHttpRequest() } go() { this.x.open('GET', '/a') } }",
        &["XMLHttpRequest.open /a"],
    );
    check(
        "function make() { return new XMLHttpRequest() } make().open('GET', '/a')",
        &["XMLHttpRequest.open /a"],
    );
    check(
        "function f(x: XMLHttpRequest) { x.open('GET', '/a') }",
        &["XMLHttpRequest.open /a"],
    );
    check(
        "let x; if (window.XMLHttpRequest) x = new XMLHttpRequest(); else x = new ActiveXObject('M'); x.open('GET', '/a')",
        &["XMLHttpRequest.open /a"],
    );
    check(
        "var x = new XMLHttpRequest; x.open.call(x, 'GET', '/a')",
        &["XMLHttpRequest.open /a"],
    );
}

#[test]
fn what_is_no_sink() {
    for source in [
        "import { fetch } from 'x'; fetch('/a')",
        "function fetch() {} fetch('/a')",
        "const WebSocket = require('ws'); new WebSocket('wss://a')",
        "import WebSocket from 'ws'; new WebSocket('wss://a')",
        "function f(WebSocket) { new WebSocket('wss://a') }",
        "repo.fetch('/a')",
        "dialog.open('GET', '/a')",
        "window.open('GET', '/a')",
        "indexedDB.open('a', 'b')",
        "client.sendBeacon('/a')",
        "caches.open('/a')",
        "new Map().get('/a')",
        "typeof fetch",
        "const s = \"fetch('/a')\"",
        "// fetch('/a')",
        "let fetch = x => x; fetch('/a')",
        "{ let fetch = 1; } class A { fetch() {} go() { this.fetch('/a') } }",
        "new Set().add('/a')",
        "navigator.open('GET', '/a')",
        "self.addEventListener('fetch', e => e.respondWith(fetch(e.request)))",
        "self.addEventListener('fetch', event => { const { request } = event; event.respondWith(fetch(request)) })",
        "addEventListener('fetch', event => handle(event.request)); async function handle(request) { return fetch(request.clone()) }",
        "fetch()",
        "fetch(undefined)",
        "declare const fetch: any",
    ] {
        if source.starts_with("declare") {
            continue;
        }
        check(source, &[]);
    }
    check("{ const fetch = 1 } fetch('/a')", &["fetch /a"]);
    check(
        "function f() { const fetch = 1 } fetch('/a')",
        &["fetch /a"],
    );
}

#[test]
fn injected_fetch_is_possible() {
    check(
        "export async function load({ fetch }) { await fetch('/a') }",
        &["fetch? /a"],
    );
    check(
        "export const load = async ({ params, fetch: f }) => f(`/a/${params.id}`)",
        &["fetch? /a/{params.id}"],
    );
    check("function go(fetch) { fetch('/a') }", &["fetch? /a"]);
}

#[test]
fn values_of_names() {
    check(
        "const A = 'https://a'; fetch(A + '/x')",
        &["fetch https://a/x"],
    );
    check(
        "const A = 'https://a'; const B = `${A}/b`; fetch(`${B}/${id}`)",
        &["fetch https://a/b/{id}"],
    );
    check("let u; u = '/a'; fetch(u)", &["fetch /a"]);
    check(
        "let u = '/a'; if (x) u = '/b'; fetch(u)",
        &["fetch /a", "fetch /b"],
    );
    check(
        "let u = '/a'; if (x) { u = '/b' } else { u = '/c' } fetch(u)",
        &["fetch /b", "fetch /c"],
    );
    check("let u = '/a'; fetch(u); u = '/b'", &["fetch /a"]);
    check(
        "let u = '/a'; u += '/b'; u = u + '?c'; fetch(u)",
        &["fetch /a/b?c"],
    );
    check(
        "let u = '/a'; if (x) { u = '/b'; return2(); } fetch(u); function return2() {}",
        &["fetch /a", "fetch /b"],
    );
    check(
        "function f() { let u = '/a'; if (x) { u = '/b'; return fetch(u) } fetch(u) }",
        &["fetch /b", "fetch /a"],
    );
    check("const o = { a: { b: '/a' } }; fetch(o.a.b)", &["fetch /a"]);
    check(
        "const o = { a: '/a' }; const { a } = o; fetch(a)",
        &["fetch /a"],
    );
    check(
        "const o = { a: '/a' }; const p = { ...o, b: '/b' }; fetch(p.a + p.b)",
        &["fetch /a/b"],
    );
    check("const o = {}; o.a = '/a'; fetch(o.a)", &["fetch /a"]);
    check(
        "const o = { get a() { return '/a' } }; fetch(o.a)",
        &["fetch /a"],
    );
    check("const [a, b] = ['/a', '/b']; fetch(b)", &["fetch /b"]);
    check("const { a = '/d' } = {}; fetch(a)", &["fetch /d"]);
    check("enum E { A = '/a', B = '/b' } fetch(E.B)", &["fetch /b"]);
    check(
        "const o = { a: '/a' } as const; fetch(o['a'])",
        &["fetch /a"],
    );
    check(
        "namespace N { export const A = '/a' } fetch(N.A)",
        &["fetch /a"],
    );
    check(
        "class C { static U = '/a'; go() { fetch(C.U) } }",
        &["fetch /a"],
    );
    check(
        "class C { #u = '/a'; go() { fetch(this.#u) } }",
        &["fetch /a"],
    );
    check(
        "class C { u = '/a'; go() { fetch(`${this.u}/b`) } }",
        &["fetch /a/b"],
    );
    check(
        "class C { constructor(private u = '/a') {} go() { fetch(this.u) } } new C()",
        &["fetch /a"],
    );
    check(
        "class B { base = '/b' } class C extends B { go() { fetch(this.base) } }",
        &["fetch /b"],
    );
    check(
        "const o = { u: '/a', go() { fetch(this.u) } }",
        &["fetch /a"],
    );
    check("window.API = '/a'; fetch(API + '/b')", &["fetch /a/b"]);
    check("fetch(c ? '/a' : '/b')", &["fetch /a", "fetch /b"]);
    check("fetch(x || '/b')", &["fetch {x}", "fetch /b"]);
    check(
        "fetch('' || '/b'); fetch('/a' ?? '/b')",
        &["fetch /b", "fetch /a"],
    );
    check(
        "const m = { a: '/a', b: '/b' }; fetch(m[k])",
        &["fetch /a", "fetch /b"],
    );
    check(
        "for (const u of ['/a', '/b']) fetch(u)",
        &["fetch /a", "fetch /b"],
    );
    check(
        "['/a', '/b'].forEach(u => fetch(u))",
        &["fetch /a", "fetch /b"],
    );
    check(
        "['a', 'b'].map(u => `/x/${u}`).forEach(u => fetch(u))",
        &["fetch /x/a", "fetch /x/b"],
    );
    check("(function (u) { fetch(u) })('/a')", &["fetch /a"]);
    check("const u = (p => '/a' + p)('/b'); fetch(u)", &["fetch /a/b"]);
    check(
        "function url(p, v = 'v1') { return `/api/${v}/${p}` } fetch(url('x'))",
        &["fetch /api/v1/x"],
    );
    check(
        "var u = '/a'; function f() { fetch(u) } u = '/b'; f()",
        &["fetch /a", "fetch /b"],
    );
    check("function f(u) { fetch(u) }", &["fetch {u}"]);
    check(
        "let u = '/a'; for (;;) { fetch(u); u = '/b' }",
        &["fetch /a", "fetch /b"],
    );
    check("const a = b, b = a; fetch(a)", &[]);
    assert_eq!(
        found("function f() { return g() } function g() { return f() } fetch(f())").len(),
        1
    );
    check(
        "function f(n) { return n ? f(n - 1) : '/a' } fetch(f(3))",
        &["fetch /a"],
    );
}

#[test]
fn string_operations() {
    for (expression, url) in [
        ("'a'.concat('b', 1)", "ab1"),
        ("'http://a'.replace('http', 'ws')", "ws://a"),
        ("'a-b-b'.replaceAll('b', 'c')", "a-c-c"),
        ("'http://a'.replace(/^http/, 'ws')", "ws://a"),
        ("'/a/b'.slice(1, -1)", "a/"),
        ("' a '.trim()", "a"),
        ("'A'.toLowerCase()", "a"),
        ("['a', 'b'].join('/')", "a/b"),
        ("['a', 'b'].join()", "a,b"),
        ("'7'.padStart(3, '0')", "007"),
        ("String.raw`a\\nb`", "a\\nb"),
        ("encodeURIComponent('a/b')", "a%2Fb"),
        ("encodeURI('/a b')", "/a%20b"),
        ("'a/b'.split('/')[1]", "b"),
        ("`a${1 + 2}`", "a3"),
        ("'a' + 1 + 2", "a12"),
        ("1 + 2 + 'a'", "3a"),
        ("'ab'.repeat(2)", "abab"),
        ("String('/a')", "/a"),
        ("'/a'.toString()", "/a"),
        ("'abc'.substring(1)", "bc"),
        ("new URL('/b', 'https://a/x').href", "https://a/b"),
        ("new URL('/b', 'https://a/x')", "https://a/b"),
        ("new URL('https://a').origin + '/b'", "https://a/b"),
        ("new URL('https://a/b').toString()", "https://a/b"),
        ("'/a?' + new URLSearchParams({ a: 1 })", "/a?{query}"),
        (
            "'/a?' + new URLSearchParams({ a: 1 }).toString()",
            "/a?{query}",
        ),
    ] {
        check(&format!("fetch({expression})"), &[&format!("fetch {url}")]);
    }
}

#[test]
fn url_objects_change() {
    check(
        "const u = new URL('https://a/x'); u.searchParams.set('q', 1); fetch(u)",
        &["fetch https://a/x?{query}"],
    );
    check(
        "const u = new URL('https://a/x'); u.pathname = '/y'; fetch(u.href)",
        &["fetch https://a/y"],
    );
    check(
        "const u = new URL('https://a/x'); u.protocol = 'wss:'; new WebSocket(u)",
        &["WebSocket wss://a/x"],
    );
}

#[test]
fn the_page() {
    check(
        "fetch(location.origin + '/a')",
        &["fetch {location.origin}/a"],
    );
    check(
        "fetch(`${window.location.protocol}//${document.location.host}/a`)",
        &["fetch {location.protocol}//{location.host}/a"],
    );
    let idiom = &[
        "WebSocket wss://{location.host}/a [https]",
        "WebSocket ws://{location.host}/a [not https]",
    ];
    check(
        "const p = location.protocol === 'https:' ? 'wss:' : 'ws:'; new WebSocket(p + '//' + location.host + '/a')",
        idiom,
    );
    check(
        "new WebSocket(location.origin.replace(/^http/, 'ws') + '/a')",
        idiom,
    );
    check(
        "const s = location.protocol == 'http:' ? 'ws' : 'wss'; new WebSocket(`${s}://${location.host}/a`)",
        &[
            "WebSocket ws://{location.host}/a [not https]",
            "WebSocket wss://{location.host}/a [https]",
        ],
    );
    check(
        "if (location.protocol === 'https:') new WebSocket('wss://a'); else new WebSocket('ws://a')",
        &["WebSocket wss://a [https]", "WebSocket ws://a [not https]"],
    );
    check(
        "fetch(location.hostname === 'localhost' ? 'http://localhost:3000' : 'https://a')",
        &["fetch https://a"],
    );
    check(
        "fetch(['localhost', '127.0.0.1'].includes(location.hostname) ? 'http://localhost:3000' : 'https://a')",
        &["fetch https://a"],
    );
    check(
        "const dev = location.hostname === 'localhost' || location.hostname.includes('.local'); fetch(dev ? 'http://localhost:3000' : '/a')",
        &["fetch /a"],
    );
    check("fetch(import.meta.url)", &["fetch {import.meta.url}"]);
}

#[test]
fn the_build() {
    check(
        "fetch(process.env.API + '/a')",
        &["fetch {process.env.API}/a"],
    );
    check(
        "fetch(`${import.meta.env.VITE_API}/a`)",
        &["fetch {import.meta.env.VITE_API}/a"],
    );
    check("fetch(__API__ + '/a')", &["fetch {__API__}/a"]);
    check(
        "fetch(process.env.API || 'http://localhost:3000')",
        &["fetch {process.env.API}", "fetch http://localhost:3000"],
    );
    check(
        "const { API } = process.env; fetch(API)",
        &["fetch {process.env.API}"],
    );
    check("if (import.meta.env.DEV) fetch('http://localhost')", &[]);
    check("fetch(import.meta.env.PROD ? '/a' : '/b')", &["fetch /a"]);
    check(
        "const B = process.env.NODE_ENV === 'production' ? '/a' : '/b'; fetch(B)",
        &["fetch /a"],
    );
    check("process.env.NODE_ENV !== 'production' && fetch('/b')", &[]);
    check(
        "let b = '/a'; if (process.env.NODE_ENV === 'development') { b = '/b' } fetch(b)",
        &["fetch /a"],
    );
    check(
        "function f() { if (!import.meta.env.DEV) return; fetch('/b') }",
        &[],
    );
    check(
        "if (typeof window === 'undefined') fetch('/b'); else fetch('/a')",
        &["fetch /a"],
    );
    let settings = Settings {
        defines: [
            ("process.env.API", "https://a"),
            ("VITE_B", "\"https://b\""),
            ("__C__", "https://c"),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .into(),
        ..Settings::default()
    };
    let source = "fetch(process.env.API + '/x'); fetch(import.meta.env.VITE_B); fetch(__C__)";
    assert_eq!(
        found_with(source, &settings),
        ["fetch https://a/x", "fetch https://b", "fetch https://c"]
    );
    let dev = Settings {
        mode: "development".into(),
        ..Settings::default()
    };
    assert_eq!(
        found_with("if (import.meta.env.DEV) fetch('/dev')", &dev),
        ["fetch /dev"]
    );
}

#[test]
fn bounds_end_in_holes() {
    let many: String = (0..100).map(|i| format!("'/{i}',")).collect();
    check(
        &format!("for (const u of [{many}]) fetch(u)"),
        &["fetch {too many alternatives}"],
    );
    let chain: String = (1..2000)
        .map(|i| format!("const a{i} = a{} + 'x';", i - 1))
        .collect();
    let rows = found(&format!("const a0 = '/a'; {chain} fetch(a1999)"));
    assert_eq!(rows.len(), 1);
    assert!(rows[0].contains("too much to follow"), "{}", rows[0]);
    let long = "'a' + ".repeat(20_000);
    assert_eq!(found(&format!("fetch({long} 'b')")).len(), 1);
}

#[test]
fn typescript() {
    for (source, rows) in [
        (
            "class A { constructor(private readonly base: string, public v = 'v1') {} url(p: string) { return `${this.base}/${this.v}${p}` } } fetch(new A('/a').url('/x'))",
            &["fetch /a/v1/x"] as &[&str],
        ),
        (
            "const enum E { A = '/a', B = A + '/b' } fetch(E.A)",
            &["fetch /a"],
        ),
        ("enum E { A = 1, B } fetch(`/x/${E.B}`)", &["fetch /x/2"]),
        ("declare enum E { A = 1 } fetch('/x')", &["fetch /x"]),
        (
            "namespace N { export namespace M { export const U = '/a' } const hidden = '/b'; export function f() { return hidden } } fetch(N.M.U); fetch(N.f())",
            &["fetch /a", "fetch /b"],
        ),
        (
            "const o = { a: '/a' } as const; fetch((o as any).a!)",
            &["fetch /a"],
        ),
        (
            "const o = { a: '/a' } satisfies Record<string, string>; fetch(o.a as string)",
            &["fetch /a"],
        ),
        (
            "function id<T>(x: T): T { return x } fetch(id<string>('/a'))",
            &["fetch /a"],
        ),
        (
            "function f(a: string): string; function f(a: number): string; function f(a: any) { return '/x/' + a } fetch(f(1))",
            &["fetch /x/1"],
        ),
        (
            "declare const fetch: typeof window.fetch; fetch('/a')",
            &["fetch /a"],
        ),
        (
            "declare function fetch(u: string): void; fetch('/a')",
            &["fetch /a"],
        ),
        ("import type { fetch } from 'x'; fetch('/a')", &["fetch /a"]),
        ("import { type fetch } from 'x'; fetch('/a')", &["fetch /a"]),
        (
            "interface WebSocket {} type fetch = string; fetch('/a'); new WebSocket('wss://a')",
            &["fetch /a", "WebSocket wss://a"],
        ),
        (
            "abstract class B { abstract path: string; abstract url(): string; go() { fetch(this.url() + this.path) } } class C extends B { path = '/p'; url() { return '/c' } }",
            &["fetch /c/p"],
        ),
        (
            "@Injectable() class S { @Input() base = '/a'; constructor(private http: HttpClient) {} go() { return fetch(`${this.base}/x`) } }",
            &["fetch /a/x"],
        ),
        (
            "const api = { u: '/a' }; export = api; fetch(api.u)",
            &["fetch /a"],
        ),
        (
            "class A { declare base: string; static readonly U: string = '/a' } fetch(A.U)",
            &["fetch /a"],
        ),
        (
            "const f = (u: string = '/a', ...r: string[]) => fetch(u); f()",
            &["fetch /a"],
        ),
        ("let u!: string; u = '/a'; fetch(u)", &["fetch /a"]),
        (
            "fetch(x ? ('/a' as const) : '/b')",
            &["fetch /a", "fetch /b"],
        ),
    ] {
        check(source, rows);
    }
}

#[test]
fn frameworks() {
    for (source, rows) in [
        (
            "import { useEffect, useMemo, useCallback } from 'react'; const cfg = { base: '/a' }; function C({ id }) { const url = useMemo(() => `${cfg.base}/${id}`, [id]); useEffect(() => { fetch(`${cfg.base}/x/${id}`) }, [cfg, id]); const go = useCallback(() => fetch('/b'), []); return <a onClick={go} href={url}>x</a> }",
            &["fetch /a/x/{id}", "fetch /b"] as &[&str],
        ),
        (
            "export default { data() { return { base: '/a' } }, methods: { url(p) { return '/api' + p }, async load() { await fetch(this.url('/x')) } } }",
            &["fetch /api/x"],
        ),
        (
            "@Component({ selector: 'a' }) export class A { private readonly api = environment.api; ngOnInit() { fetch(this.api + '/x'); fetch(`${this.base}/y`) } base = '/b' }",
            &["fetch {environment.api}/x", "fetch /b/y"],
        ),
    ] {
        check(source, rows);
    }
}

#[test]
fn labels_are_short() {
    for (source, row) in [
        ("fetch(`/a/${user.id}`)", "fetch /a/{user.id}"),
        ("function f(u) { fetch(`/a/${u.id}`) }", "fetch /a/{u.id}"),
        (
            "import { getUrl } from 'x'; fetch(getUrl())",
            "fetch {getUrl()}",
        ),
        (
            "import api from './api'; fetch(api.base + '/a')",
            "fetch {api.base}/a",
        ),
        (
            "import x = require('x'); fetch(x.y + '/a')",
            "fetch {x.y}/a",
        ),
        ("fetch(getUrl())", "fetch {getUrl()}"),
        (
            "fetch(`/s?${new URLSearchParams({ a: 1 })}`)",
            "fetch /s?{query}",
        ),
        (
            "function f(o) { fetch('/a/' + o['b\\n\\n' + 'c']) }",
            "fetch /a/{o[…]}",
        ),
    ] {
        check(source, &[row]);
    }
}

/// The trail of the first endpoint: the texts that its steps point at.
fn trail(source: &str) -> Vec<String> {
    let found = raw(source);
    let steps = found[0].trail.iter();
    steps
        .map(|step| source[step.span.range()].to_owned())
        .collect()
}

fn raw(source: &str) -> Vec<super::Found> {
    let script = ScriptText {
        text: source,
        kind: ScriptKind::File,
        typescript: true,
        jsx: true,
        module: None,
    };
    endpoints(&lower(&[script]).0, &Settings::default())
}

#[test]
fn trails_say_only_what_contributes() {
    assert_eq!(
        trail("const base = '/a'; fetch(base + '/b')"),
        ["base = '/a'"]
    );
    assert!(trail("function f(t) { const tour = t.name; fetch(`/a/${tour}`) }").is_empty());
    assert!(trail("const id = getId(); fetch('/a/' + id)").is_empty());
}

#[test]
fn spans_of_listed_urls() {
    let source = "caches.open('v').then(c => c.addAll(['/a', '/b']))";
    let spans = raw(source)
        .into_iter()
        .map(|f| source[f.url_span.range()].to_owned());
    assert_eq!(spans.collect::<Vec<_>>(), ["'/a'", "'/b'"]);
    let source = "fetch(c ? '/a' : '/b')";
    let spans = raw(source)
        .into_iter()
        .map(|f| source[f.url_span.range()].to_owned());
    assert_eq!(spans.collect::<Vec<_>>(), ["c ? '/a' : '/b'"; 2]);
}

#[test]
fn nasty_programs_end_soon() {
    let unions = (0..40)
        .map(|i| {
            format!(
                "const a{i} = c ? `/x${{{0}}}` : `/y${{{0}}}`;",
                if i == 0 {
                    "1".to_owned()
                } else {
                    format!("a{}", i - 1)
                }
            )
        })
        .collect::<String>()
        + "fetch(a39)";
    let chain = "function f0(x) { return x }".to_owned()
        + &(1..300)
            .map(|i| format!("function f{i}(x) {{ return f{0}(x) + f{0}(x) }}", i - 1))
            .collect::<String>()
        + "fetch(f299('/a'))";
    let mutual = (0..1000)
        .map(|i| {
            let callee = |n: usize| format!("g{}(x - 1)", (i * 7 + n) % 1000);
            format!(
                "function g{i}(x) {{ return x ? {} + {} + {} : '/a' }}",
                callee(1),
                callee(2),
                callee(3)
            )
        })
        .collect::<String>()
        + "fetch(g0(n)); fetch(g1(2))";
    let array = format!(
        "const l = [{}]; l.map(x => x + '/y').filter(x => x).forEach(u => fetch(u)); fetch(l[9999])",
        "'/a',".repeat(10_000)
    );
    let switch = format!(
        "let u; switch (k) {{ {} }} fetch(u + '/x')",
        (0..3000)
            .map(|i| format!("case {i}: u = '/{i}'; break;"))
            .collect::<String>()
    );
    let writes = "const o = {}, p = o;".to_owned()
        + &(0..3000)
            .map(|i| format!("o.k{i} = '/a' + p.k{};", (i + 1) % 3000))
            .collect::<String>()
        + "fetch(p.k1); fetch(o.k2)";
    let copies = "const o0 = { u: '/a' };".to_owned()
        + &(1..2000)
            .map(|i| format!("const o{i} = {{ ...o{}, k{i}: {{ v: 1 }} }};", i - 1))
            .collect::<String>()
        + "fetch(o1999.u)";
    let calls = "function h(f) { f('/x') }".to_owned() + &"h(fetch);".repeat(3000);
    let classes = "class C0 { u = '/a'; go() { fetch(this.u) } }".to_owned()
        + &(1..1000)
            .map(|i| format!("class C{i} extends C{} {{ u = '/{i}' }}", i - 1))
            .collect::<String>();
    let pushes = "const l = [];".to_owned()
        + &"l.push('/a');".repeat(3000)
        + &"fetch(l.join(''));".repeat(50);
    for (name, source) in [
        ("unions", unions),
        ("chain", chain),
        ("mutual", mutual),
        ("array", array),
        ("switch", switch),
        ("writes", writes),
        ("copies", copies),
        ("calls", calls),
        ("classes", classes),
        ("pushes", pushes),
    ] {
        // What is not bounded would not come back.
        assert!(!found(&source).is_empty(), "{name}");
    }
}

#[test]
fn costly_calls_do_not_hide_sinks() {
    let step = |i| {
        format!(
            "const f{i} = x => x.a ? f{}(x.b) : f{}(x.c);\n",
            i + 1,
            i + 1
        )
    };
    let steps: String = (0..16).map(step).collect();
    let noise = "f0(y)();\n".repeat(300);
    let source = format!(
        "const send = window.fetch;
        {steps}
        {noise}
        fetch('https://a.example/');
        send('https://b.example/');"
    );
    check(
        &source,
        &["fetch https://a.example/", "fetch https://b.example/"],
    );
}

#[test]
fn conditions_rule_out_nothing_and_null() {
    for (source, expected) in [
        ("const u = a ? '/a' : undefined; u && fetch(u)", "/a"),
        ("const u = a ? '/a' : null; if (u) fetch(u)", "/a"),
        ("const u = a ? '/a' : null; if (b && u) fetch(u)", "/a"),
        ("const u = a ? '/a' : null; if (!u) throw 1; fetch(u)", "/a"),
        (
            "const f = () => { const u = a ? '/a' : null; if (u === null || b) return; fetch(u) }",
            "/a",
        ),
        ("const u = a ? '/a' : void 0; u != null && fetch(u)", "/a"),
        (
            "const p = a ? 8 : null; fetch(null === p ? '/' : '/' + p)",
            "/8",
        ),
        ("const u = a ? '/a' : null; if (u) on(() => fetch(u))", "/a"),
    ] {
        let found = found(source);
        assert!(
            found.contains(&format!("fetch {expected}")),
            "{source}: {found:?}"
        );
        let wrong = |f: &String| f.contains("null") || f.contains("undefined");
        assert!(!found.iter().any(wrong), "{source}: {found:?}");
    }
    for source in [
        "const u = a ? '/a' : null; if (u !== undefined) fetch('/' + u)",
        "const u = a ? '/a' : null; if (u || b) fetch('/' + u)",
        "const u = a ? '/a' : null; if (!u) fetch('/' + u)",
        "let u = '/a'; if (u) { if (a) u = null; fetch('/' + u) }",
        "let u = a ? '/a' : null; if (u) { drop(); fetch('/' + u) } function drop() { u = null }",
    ] {
        let found = found(source);
        assert!(
            found.contains(&"fetch /{null}".to_owned()),
            "{source}: {found:?}"
        );
    }
}
