//! What was not seen through: the lines that `endpoints` suggests, and that they work when pasted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{json, run, tree};
use serde_json::Value;
use std::fs;

fn wrappers(report: &Value) -> Vec<&Value> {
    report["wrappers"].as_array().unwrap().iter().collect()
}

/// `calls callee argument`, or `calls import: callee argument`, of every suggestion.
fn shown(row: &Value) -> String {
    let callee = row["callee"].as_str().unwrap_or("-");
    let named = match row["import"].as_str() {
        Some(import) => format!("{import}: {callee}"),
        None => callee.to_owned(),
    };
    format!("{} {named} {}", row["calls"], row["url_argument"])
}

/// The suggestions; pasted, they make endpoints of the calls, and nothing is left to suggest.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) -> Vec<Value> {
    let folder = tree(files);
    let before = json(folder.path(), &["endpoints", "--no-config"]);
    let rows = wrappers(&before);
    let all: Vec<_> = rows.iter().map(|row| shown(row)).collect();
    assert_eq!(all, expected);
    let config: Vec<_> = rows.iter().map(|r| r["config"].as_str().unwrap()).collect();
    fs::write(folder.path().join("connect-lint.toml"), config.join("\n")).unwrap();
    let after = json(folder.path(), &["endpoints"]);
    assert_eq!(wrappers(&after), Vec::<&Value>::new());
    let count = |report: &Value| report["endpoints"].as_array().unwrap().len() as u64;
    let calls: u64 = rows.iter().map(|row| row["calls"].as_u64().unwrap()).sum();
    assert!(count(&after) >= count(&before) + calls, "{after}");
    rows.into_iter().cloned().collect()
}

/// Nothing is suggested.
#[track_caller]
fn quiet(source: &str) {
    check(&[("a.ts", source)], &[]);
}

#[test]
fn receivers_that_nobody_knows() {
    check(
        &[(
            "a.js",
            "export function f(props) { props.api.get('/users'); props.api.post(`/users/${id}`, {}); useApi().get('/x') }\n\
            class A { load() { return this.http.request('GET', '/y') } }",
        )],
        &[
            "2 props.api.{get,post} 0",
            "1 this.http.request 1",
            "1 useApi().get 0",
        ],
    );
    // One call of what may be anything says nothing, two do.
    quiet("export const f = (thing) => thing.get('/users')");
    check(
        &[(
            "a.js",
            "export const f = (thing) => { thing.get('/a'); thing.get('/b') }",
        )],
        &["2 thing.get 0"],
    );
    check(
        &[(
            "a.js",
            "export const f = (api) => api.request({ url: '/users', method: 'GET' })",
        )],
        &["1 api.request 0"],
    );
    check(
        &[(
            "a.js",
            "$.get('/users', function (users) {}); $.ajax({ url: '/x' }); $fetch('/y')",
        )],
        &["2 $.{ajax,get} 0", "1 $fetch 0"],
    );
}

#[test]
fn packages_that_are_not_followed() {
    check(
        &[
            (
                "a.ts",
                "import http, { client } from '@acme/http'; http.get('/a'); http.post('/b'); client.get('/c')",
            ),
            (
                "b.ts",
                "import { createApi } from '@acme/api'; const api = createApi(); export const f = () => api.delete('/d')",
            ),
            (
                "c.ts",
                "import { Client } from '@acme/class'; const c = new Client({}); c.get('/e'); c.get('/e/f')",
            ),
            (
                "d.ts",
                "const { request } = require('@acme/old'); request('/g')",
            ),
            (
                "e.ts",
                "import request from 'umi-request'; request('/api/h'); request.get('/api/i')",
            ),
            (
                "f.ts",
                "import { api } from '@/generated/api'; api.get('/j')",
            ),
        ],
        &[
            "2 @acme/class: new Client().get 0",
            "2 @acme/http: {get,post} 0",
            "2 umi-request: - 0",
            "1 @/generated/api: api.get 0",
            "1 @acme/api: createApi().delete 0",
            "1 @acme/http: client.get 0",
            "1 @acme/old: request 0",
        ],
    );
}

#[test]
fn wrappers_of_the_program() {
    // What comes before the URL is not known where the function is called.
    let rows = check(
        &[
            (
                "api.ts",
                "import retry from 'fetch-retry';\n\
                class Api { post = (path) => this.send(path); send = (path) => retry((input) => fetch(input))(this.base + path) }\n\
                export const client = new Api()",
            ),
            (
                "a.ts",
                "import { client } from './api'; client.post('/users'); client.post('/groups')",
            ),
        ],
        &["2 client.post 0"],
    );
    assert_eq!(
        (&rows[0]["file"], &rows[0]["line"]),
        (&"api.ts".into(), &2.into())
    );
    // By its name, whatever it is called on; a path without a slash is one where it follows one.
    let rows = check(
        &[
            (
                "state.ts",
                "export const state = { callBackend: (method, path) => fetch(`/api/${path}`, { method }) }",
            ),
            (
                "a.ts",
                "export class A { f() { this.hass.callBackend('GET', 'config') } }\n\
                export const g = (hass) => { hass.callBackend('GET', 'a/b'); find(hass)[0].callBackend('GET', `x/${g}`) }",
            ),
        ],
        &["3 *.callBackend 1"],
    );
    let config = rows[0]["config"].as_str().unwrap();
    assert!(config.contains("\n# base = \"/api/\"\n"), "{config}");
    check(
        &[
            (
                "xhr.js",
                "export function sendJson(url) { const x = new XMLHttpRequest(); x.open('POST', url) }",
            ),
            ("a.js", "export const f = (tools) => tools.sendJson('/a')"),
        ],
        &["1 tools.sendJson 0"],
    );
}

#[test]
fn what_is_seen_through_is_not_suggested() {
    check(
        &[
            (
                "api.ts",
                "export const api = { get: (path) => fetch('https://a.test' + path), env: (path) => fetch(import.meta.env.API + path), fetchAll() { return fetch('/all') } }",
            ),
            (
                "a.ts",
                "import { api } from './api'; import axios from 'axios'; api.get('/a'); api.get(path); api.env('/b'); axios.get('/c'); api.fetchAll('/x')",
            ),
        ],
        &[],
    );
}

#[test]
fn what_is_no_client() {
    for source in [
        "const app = express(); app.get('/users', (request, response) => {}); app.post('/x', handler)",
        "export const f = (server) => { server.get('/a'); server.get('/b') }",
        "export default [http.get('/users', () => HttpResponse.json({})), http.get('/b', resolve)]; function resolve() {}",
        "const m = new Map(); m.get('/a'); m.delete('/b'); const s = new URLSearchParams(); s.get('/a'); s.get('/b')",
        "export function f(params: URLSearchParams, by: Map<string, string>) { params.get('/a'); by.get('/b'); by.get('/c') }",
        "headers.get('/a'); headers.get('/b'); cache.put('/a', r); cache.delete('/b'); imageCache.get('/c'); imageCache.get('/d')",
        "import path from 'path'; import _ from 'lodash'; path.get('/a'); path.get('/b'); _.get('/c'); _.get('/d')",
        "import { useNavigate, Link } from 'react-router'; const navigate = useNavigate(); navigate('/a'); navigate('/b')",
        "import { useTranslation } from 'react-i18next'; const { t } = useTranslation(); t('/a'); t('/b')",
        "import { rest } from 'msw2'; rest.get('/users/:id'); rest.get('/api/*')",
        "api.get('users'); api.get('two words'); api.get(7); api.get(name); api.get()",
        "const local = { get(key) { return key } }; local.get('/a'); local.get('/b')",
        "e.get('/a'); e.post('/b'); t.e.get('/c'); t.e.get('/d')",
        "requestAnimationFrame('/a'); isRequest('/b'); api.onRequest('/c'); api.getUrl('/d'); refetch('/e'); refetch('/f')",
        "export const f = (store) => { store.fetchUser({ url }); store.fetchUser(url) }",
        "list[0].get('/a'); list[0].get('/b'); (a || b).get('/c'); (a || b).get('/d')",
        "export const f = (api) => api.get(...['/a'])",
    ] {
        quiet(source);
    }
}

/// Tests, stories and servers are not looked at.
#[test]
fn only_in_browser_code() {
    check(
        &[
            ("a.test.ts", "api.get('/a')"),
            ("mocks/b.ts", "api.get('/a')"),
            ("c.ts", "import fs from 'node:fs'; api.get('/a')"),
        ],
        &[],
    );
}

#[test]
fn the_text_to_paste() {
    let calls: String = (0..12)
        .map(|i| format!("f(api{i}.client.get('/users'));\n"))
        .collect();
    let folder = tree(&[("a.js", &calls)]);
    let ran = run(folder.path(), &["endpoints", "--no-config"]);
    assert_eq!(ran.code, 0);
    let (_, pasted) = ran.out.split_once("with their base:\n").unwrap();
    let (pasted, _) = pasted.rsplit_once("\n1 file,").unwrap();
    assert!(pasted.contains("# and 2 more"), "{pasted}");
    let first = "\n# 1 call, see a.js:1:3: what it is called on is not known\n[[client]]\ncallee = \"api0.client.get\"\n";
    assert!(pasted.contains(first), "{pasted}");
    fs::write(folder.path().join("connect-lint.toml"), pasted).unwrap();
    let report = json(folder.path(), &["endpoints"]);
    assert_eq!(report["endpoints"].as_array().unwrap().len(), 10);
    assert_eq!(wrappers(&report).len(), 2);
    // It is no part of a check, nor of the bare list.
    let check = json(folder.path(), &["check", "--policy", "connect-src 'none'"]);
    assert!(check.get("wrappers").is_none());
    let ran = run(folder.path(), &["endpoints", "--no-config", "--quiet"]);
    assert_eq!(ran.out, "");
}
